//! `polis why`: how a value came about for one jurisdiction.

use std::io::Write;

use clap::{ArgMatches, Command};
use polis_diagnostic::Locale;
use polis_eval::{RuleId, Run};
use polis_report::{Teller, dot};
use polis_semantic::absolute;
use polis_sim::{Admissions, admissions};
use polis_value::Value;

use super::asked::{Asked, Target, arguments};
use super::simulate::admissions::reasons;
use super::simulate::norms::Words;
use crate::context::{Context, Failure, pick};
use crate::session::{Session, write_findings};
use crate::{Exit, cli};

/// The arguments.
pub(crate) struct Args {
    asked: Asked,
    /// The form of output.
    form: Form,
}

/// A form of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Form {
    /// For reading.
    #[default]
    Text,
    /// For programs.
    Json,
    /// For Graphviz.
    Dot,
}

const FORMS: &[(&str, Form)] = &[("text", Form::Text), ("json", Form::Json), ("dot", Form::Dot)];

pub(crate) fn command(locale: Locale) -> Command {
    let about = pick(locale, "说明某个辖区的某个值是怎样得出的", "Tell how a value came about for a jurisdiction");
    let words = pick(locale, "[选项] <包> <名称> --for <编号>", "[OPTIONS] <PACKAGE> <NAME> --for <ID>");
    arguments(locale, cli::command(locale, "why", about, words)).arg(cli::format(locale, FORMS))
}

impl Args {
    pub(crate) fn from_matches(matches: &ArgMatches) -> Self {
        Self { asked: Asked::from_matches(matches), form: cli::format_of(matches, FORMS) }
    }
}

/// The decisions that a rule is the value of, with their reasons.
fn of_rule(session: &mut Session, rule: RuleId) -> Vec<Admissions> {
    let symbol = session.machine.rule_def(rule).map(|it| it.meta.symbol.clone());
    let is_one = session.machine.program().admissions.iter().any(|it| Some(&it.meta.symbol) == symbol.as_ref());
    if !is_one {
        return Vec::new();
    }
    let mut all = admissions(&mut session.machine, &session.world, &session.settings);
    all.retain(|it| Some(&it.symbol) == symbol.as_ref());
    all
}

pub(crate) fn run(args: &Args, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    let mut session = match args.asked.open(ctx)? {
        Ok(session) => session,
        Err(exit) => return Ok(exit),
    };
    let target = args.asked.target(&session, ctx)?;
    let (entity, row) = args.asked.row(&session, &target, ctx)?;
    let admissions = match &target {
        Target::Rule(rule) => of_rule(&mut session, *rule),
        _ => Vec::new(),
    };
    let teller = Teller { machine: &session.machine, world: &session.world, locale: ctx.locale };
    let run = Run::new(&session.machine, &session.world, session.settings.clone());
    let mut missing = Vec::new();
    let mut errors = Vec::new();
    let told: Vec<_> = match &target {
        Target::Norm(tables) => {
            let words = Words { session: &session, norms: &session.norms, locale: ctx.locale };
            let of = |it: &usize| session.norms.tables.get(*it).filter(|it| it.entity == entity);
            tables.iter().filter_map(of).filter_map(|it| words.told(it, row)).collect()
        }
        Target::Rule(rule) => {
            let (mut told, error) = teller.rule(&run, *rule, row);
            for admissions in &admissions {
                let decision = admissions.rows.get(row as usize);
                let reasons = decision.map(|it| reasons(admissions, it, ctx.locale)).unwrap_or_default();
                told.details.extend(reasons.iter().map(|it| ctx.text(format!("理由：{it}"), format!("reason: {it}"))));
            }
            if let Ok(Value::Unknown(unknown)) = run.rule(*rule, row) {
                missing = run.missing(&unknown);
            }
            errors.extend(error);
            vec![told]
        }
        Target::Constraints(all) => all
            .iter()
            .map(|it| {
                let (told, error) = teller.constraint(&run, *it, row);
                if let Ok(Value::Unknown(unknown)) = run.constraint(*it, row).map(|it| it.condition) {
                    missing.extend(run.missing(&unknown));
                }
                errors.extend(error);
                told
            })
            .collect(),
    };
    missing.sort();
    missing.dedup();
    match args.form {
        Form::Text => {
            for told in &told {
                told.write(ctx.locale, 0, ctx.out)?;
            }
            let lacking: Vec<String> = missing
                .iter()
                .map(|it| session.machine.describe(it, &session.world))
                .map(|it| ctx.text(it.zh.trim().to_owned(), it.en.to_string()))
                .collect();
            if !lacking.is_empty() {
                let line = ctx.text(
                    format!("结果未知，因为缺少：{}", lacking.join("；")),
                    format!("unknown, because these are missing: {}", lacking.join("; ")),
                );
                writeln!(ctx.out, "{line}")?;
            }
        }
        Form::Json => match told.as_slice() {
            [one] => writeln!(ctx.out, "{:#}", one.json(ctx.locale))?,
            several => {
                let all: Vec<_> = several.iter().map(|it| it.json(ctx.locale)).collect();
                writeln!(ctx.out, "{:#}", serde_json::Value::from(all))?;
            }
        },
        Form::Dot => write!(ctx.out, "{}", dot(&told, ctx.locale))?,
    }
    let found = errors.iter().filter_map(|it| session.machine.error_diagnostic(it, &session.world));
    let mut found: Vec<_> = found.map(|it| absolute(&session.db, &it)).collect();
    if found.is_empty() {
        return Ok(Exit::Clean);
    }
    write_findings(&mut found, &session.db, ctx)?;
    Ok(Exit::Findings)
}
