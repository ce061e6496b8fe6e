//! `polis simulate --scenario` and `--years`: the results of each year, and how they go from year to year.

mod course;
mod data;
mod writing;

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use polis_diagnostic::Locale;
use polis_eval::Machine;
use polis_semantic::ir::Scenario;
use polis_semantic::program_switched;
use polis_semantic::versions::Switches;
use polis_sim::{Rated, YearsError, YearsPlan, each_year};
use polis_value::Value;

use super::Args;
use crate::Exit;
use crate::context::{Context, Failure, pick};
use crate::session::{Session, find_scenario};

use writing::Writing;

/// Reads `2020..2026`, or one year.
pub(in crate::commands) fn parse(text: &str) -> Option<(i16, i16)> {
    let text = text.trim().trim_end_matches('年');
    let year = |it: &str| {
        let it = it.trim().trim_end_matches('年');
        let digits = !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
        it.parse::<i16>().ok().filter(|it| digits && (1..=9999).contains(it))
    };
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let (first, last) = (year(first)?, year(last)?);
    (first <= last).then_some((first, last))
}

/// Runs year by year.
pub(super) fn run(args: &Args, mut session: Session, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    let scenario: Option<Scenario> = match &args.scenario {
        Some(name) => Some(find_scenario(&session.machine, name, ctx)?.clone()),
        None => None,
    };
    let of_scenario = |it: &Scenario| {
        let year = |it: i64| i16::try_from(it).ok();
        Some((year(it.years.0)?, year(it.years.1)?))
    };
    let Some(years) = args.years.or_else(|| of_scenario(scenario.as_ref()?)) else {
        return Err(ctx.usage("没有要推演的年度", "there are no years to run"));
    };
    let switches =
        scenario.as_ref().map(|it| Switches { on: it.enable.clone(), off: it.disable.clone() }).unwrap_or_default();
    // The session goes on with what is of each year, so that the run has its own.
    let (db, package) = (session.db.snapshot(), session.package);
    let world = std::mem::take(&mut session.world);
    let base = std::mem::replace(&mut session.machine, Machine::new(Arc::default()));
    let set = session.settings.set.clone();
    let interrupted = args.out.as_ref().map(|_| ctx.system.interrupts());
    let is_interrupted = || interrupted.as_ref().is_some_and(|it| it.load(Ordering::Relaxed));
    let program = |day| program_switched(&*db, package, day, &switches);
    let plan = YearsPlan { years, scenario: scenario.as_ref(), set: &set, program: &program, stop: &is_interrupted };
    let mut writing = Writing::new(args, &session, (scenario.as_ref(), years), ctx)?;
    let mut refused = None;
    let ran = each_year(&base, world, &plan, &mut |year| match writing.take(&mut session, year, ctx) {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => {
            refused = Some(error);
            ControlFlow::Break(())
        }
    });
    if is_interrupted() {
        drop(writing);
        return Err(ctx.interrupted());
    }
    if let Some(error) = refused {
        return Err(error);
    }
    if let Err(error) = ran {
        session.machine = base;
        return Err(refusal(&session, &error, ctx));
    }
    writing.finish(&session, ctx)
}

/// Why there is no run, for the user.
pub(in crate::commands) fn refusal(session: &Session, error: &YearsError, ctx: &Context<'_, '_>) -> Failure {
    match error {
        YearsError::Stopped => ctx.interrupted(),
        YearsError::Year(year) => ctx.usage(format!("没有 {year} 年"), format!("there is no year {year}")),
        YearsError::BeforeFigures { param, first, year } => {
            let (name, from) = (&param.name, first.year());
            ctx.usage(
                format!(
                    "{year} 年没有参数 `{name}` 的数字，最早的自 {first} 起；请从 {from} 年起推演，或用 `--set {name}=…` 设定"
                ),
                format!(
                    "there is no figure of param `{name}` for {year}, the first is of {first}; begin with {from}, or set it with `--set {name}=…`"
                ),
            )
        }
        YearsError::Growth { entity, field, year } => ctx.usage(
            format!("{year} 年 `{entity}` 的字段 `{field}` 增长后超出可计算的范围"),
            format!("field `{field}` of `{entity}` grows beyond what can be computed with in {year}"),
        ),
        YearsError::Scenario(error) => {
            let message = session.machine.error_diagnostic(error, &session.world).map(|it| it.message);
            let (zh, en) = (Locale::Zh, Locale::En);
            let text = |locale| message.as_ref().map(|it| it.render(locale)).unwrap_or_default();
            ctx.usage(format!("情景中的数值无法计算：{}", text(zh)), format!("a value of the scenario: {}", text(en)))
        }
    }
}

/// What was run, on what, over which years.
fn heading(
    session: &Session,
    scenario: Option<&Scenario>,
    years: (i16, i16),
    locale: Locale,
    out: &mut dyn Write,
) -> io::Result<()> {
    let manifest = session.package.manifest(&session.db);
    let (name, sample) = (manifest.display_name(), &session.sample);
    let named = scenario.map(|it| &it.meta.symbol.name);
    let zh = named.map(|it| format!("，情景 `{it}`")).unwrap_or_default();
    let en = named.map(|it| format!(", scenario `{it}`")).unwrap_or_default();
    let (first, last) = years;
    let zh = format!("{name}：样本 `{sample}`{zh}，{first} 至 {last} 年，各年按年末有效的条款");
    let en = format!("{name}: sample `{sample}`{en}, {first} to {last}, provisions in force at the end of each year");
    writeln!(out, "{}", pick(locale, zh, en))?;
    super::set_lines(session, locale, out)?;
    writeln!(out)
}

pub(super) fn rated_title(rated: &Rated, locale: Locale) -> String {
    let name = &rated.symbol.name;
    pick(locale, format!("{name} 评后"), format!("{name} after rating"))
}

pub(super) fn grade_text(session: &Session, rated: &Rated, grade: Option<&Value>, locale: Locale) -> String {
    match grade {
        Some(grade) => session.machine.show(grade, &rated.ty, &session.world, locale).to_string(),
        None => pick(locale, "未知", "unknown").to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn years_are_four_digits_in_order() {
        for (text, expected) in [
            ("2020..2026", Some((2020, 2026))),
            ("2020", Some((2020, 2020))),
            (" 2020年..2026年 ", Some((2020, 2026))),
            ("2026..2020", None),
            ("2020..", None),
            ("..2026", None),
            ("2020...2026", None),
            ("2020-2026", None),
            ("0..3", None),
            ("2020..10000", None),
            ("+2020", None),
            ("", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }
}
