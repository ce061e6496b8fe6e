//! `polis why-not`: the smallest change of facts that would change a result.

use std::io::Write as _;

use clap::{Arg, ArgAction, ArgMatches, Command};
use polis_analysis::{Change, Goal, Nearest, Outside, nearest};
use polis_diagnostic::Locale;
use polis_eval::{ConstraintId, EntityId, Outcome, Run, World, face_of};
use polis_report::Teller;
use polis_semantic::Type;
use polis_value::{Comparison, Value};
use serde_json::{Value as Json, json};

use super::asked::{Asked, Target, arguments};
use crate::cli::{TEXT_OR_JSON, TextOrJson};
use crate::context::{Context, Failure, pick};
use crate::session::Session;
use crate::{Exit, cli};

/// The arguments.
pub(crate) struct Args {
    asked: Asked,
    wanted: Wanted,
    form: TextOrJson,
}

/// What the result is to be.
enum Wanted {
    /// Another than it is.
    Other,
    /// A value, or one that compares with it.
    To(String),
    /// Kept, or not.
    Kept(bool),
}

pub(crate) fn command(locale: Locale) -> Command {
    let about = pick(
        locale,
        "说明事实最少改变多少，某个辖区的结果就会不同",
        "Tell the smallest change of facts that would change a result",
    );
    let words = pick(locale, "[选项] <包> <名称> --for <编号>", "[OPTIONS] <PACKAGE> <NAME> --for <ID>");
    let to = pick(
        locale,
        "要达到的值，如 `13 人`、`不少于 13 人`、`是` [默认：与现在不同]",
        "The value to be reached, such as `13 people`, `>= 13 people`, `true` [default: another than now]",
    );
    let kept = pick(locale, "要使条款守住", "Have the provision kept");
    let breached = pick(locale, "要使条款守不住", "Have the provision broken");
    let after = pick(
        locale,
        "其他事实都不变，逐项找出能使结果改变的最小改变；一项做不到的，找两项。每一处改变都由解释器在样本上重算过。\n退出码：0 找到了，或本来就是这样；1 没有找到。",
        "All other facts stay as they are; where no change of one fact does, two are tried. Each change is replayed on the\nsample by the interpreter. The exit code is 0 where one was found or it is so already, and 1 where none was.",
    );
    arguments(locale, cli::command(locale, "why-not", about, words))
        .arg(
            Arg::new("to")
                .long("to")
                .value_name(pick(locale, "值", "VALUE"))
                .help(to)
                .allow_hyphen_values(true)
                .conflicts_with_all(["kept", "breached"]),
        )
        .arg(Arg::new("kept").long("kept").help(kept).action(ArgAction::SetTrue).conflicts_with("breached"))
        .arg(Arg::new("breached").long("breached").help(breached).action(ArgAction::SetTrue))
        .arg(cli::format(locale, TEXT_OR_JSON))
        .after_help(after)
}

impl Args {
    pub(crate) fn from_matches(matches: &ArgMatches) -> Self {
        let wanted = match matches.get_one::<String>("to") {
            Some(to) => Wanted::To(to.clone()),
            None if matches.get_flag("kept") => Wanted::Kept(true),
            None if matches.get_flag("breached") => Wanted::Kept(false),
            None => Wanted::Other,
        };
        Self { asked: Asked::from_matches(matches), wanted, form: cli::format_of(matches, TEXT_OR_JSON) }
    }
}

pub(crate) fn run(args: &Args, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    let mut session = match args.asked.open(ctx)? {
        Ok(session) => session,
        Err(exit) => return Ok(exit),
    };
    let target = args.asked.target(&session, ctx)?;
    let at = args.asked.row(&session, &target, ctx)?;
    let goal = match goal(args, &mut session, &target, at.1, ctx)? {
        Ok(goal) => goal,
        Err(exit) => return Ok(exit),
    };
    let mut world = std::mem::take(&mut session.world);
    let found = nearest(&mut session.machine, &mut world, &session.settings, at, &goal);
    session.world = world;
    let mut view = View { name: &args.asked.name, session, goal, at, locale: ctx.locale };
    match args.form {
        TextOrJson::Text => view.text(&found, ctx)?,
        TextOrJson::Json => {
            let document = view.json(&found);
            writeln!(ctx.out, "{document:#}")?;
        }
    }
    let reached = found.holds || !found.alone.is_empty() || found.together.is_some();
    Ok(if reached { Exit::Clean } else { Exit::Findings })
}

/// What is to be reached.
fn goal(
    args: &Args,
    session: &mut Session,
    target: &Target,
    row: u32,
    ctx: &mut Context<'_, '_>,
) -> Result<Result<Goal, Exit>, Failure> {
    let constraints = |session: &Session| -> Vec<ConstraintId> {
        match target {
            Target::Constraints(all) => all.clone(),
            Target::Norm(_) => Vec::new(),
            Target::Rule(rule) => {
                let symbol = session.machine.rule_def(*rule).map(|it| it.meta.symbol.clone());
                let own = |it: &ConstraintId| {
                    let def = session.machine.constraint_def(*it);
                    def.is_some_and(|it| Some(&it.meta.symbol) == symbol.as_ref() && it.about.is_none())
                };
                session.machine.constraint_ids().filter(own).collect()
            }
        }
    };
    let name = &args.asked.name;
    Ok(Ok(match (&args.wanted, target) {
        (_, Target::Norm(_)) => {
            return Err(ctx.usage(
                format!("`{name}` 是规范，取决于事件而不是事实；请用 `polis why {name} --year …` 查看缺哪些事件"),
                format!("`{name}` is a norm, and depends on events rather than facts; `polis why {name} --year …` tells which are missing"),
            ));
        }
        (Wanted::Kept(kept), _) => {
            let all = constraints(session);
            if all.is_empty() {
                return Err(ctx.usage(
                    format!("`{name}` 没有可守住的要求；请用 `--to` 写明要达到的值"),
                    format!("`{name}` demands nothing; say with `--to` what value is to be reached"),
                ));
            }
            Goal::Kept(all, *kept)
        }
        (Wanted::Other, Target::Constraints(all)) => {
            let run = Run::new(&session.machine, &session.world, session.settings.clone());
            let kept = all.iter().all(|it| {
                run.constraint(*it, row).is_ok_and(|it| matches!(it.outcome, Outcome::Kept | Outcome::NotApplicable))
            });
            Goal::Kept(all.clone(), !kept)
        }
        (Wanted::Other, Target::Rule(rule)) => Goal::OtherValue(*rule),
        (Wanted::To(_), Target::Constraints(_)) => {
            return Err(ctx.usage(
                format!("`{name}` 没有值；请用 `--kept` 或 `--breached`"),
                format!("`{name}` has no value; ask with `--kept` or `--breached`"),
            ));
        }
        (Wanted::To(text), Target::Rule(rule)) => {
            let (comparison, value) = parted(text);
            let ty = session.machine.rule_type(*rule).clone();
            let Some(spelled) = spelled(&ty) else {
                return Err(ctx.usage(
                    format!("`{name}` 的值不能用 `--to` 写出"),
                    format!("a value of `{name}` cannot be written with `--to`"),
                ));
            };
            let Some(value) = session.value_of("--to", &spelled, value, ctx)? else { return Ok(Err(Exit::Findings)) };
            Goal::Value(*rule, comparison, value)
        }
    }))
}

/// The words before a value, the longer ones of those that begin alike first.
const COMPARISONS: &[(&str, Comparison)] = &[
    (">=", Comparison::AtLeast),
    ("<=", Comparison::AtMost),
    ("≥", Comparison::AtLeast),
    ("≤", Comparison::AtMost),
    (">", Comparison::More),
    ("<", Comparison::Less),
    ("=", Comparison::Equal),
    ("不少于", Comparison::AtLeast),
    ("不超过", Comparison::AtMost),
    ("超过", Comparison::More),
    ("不足", Comparison::Less),
    ("at_least", Comparison::AtLeast),
    ("at_most", Comparison::AtMost),
    ("more_than", Comparison::More),
    ("less_than", Comparison::Less),
];

/// A comparison and what stands behind it.
fn parted(text: &str) -> (Comparison, &str) {
    let text = text.trim();
    for (word, comparison) in COMPARISONS {
        if let Some(rest) = text.strip_prefix(word) {
            return (*comparison, rest.trim());
        }
    }
    (Comparison::Equal, text)
}

/// A type as a head of a provision spells it.
fn spelled(ty: &Type) -> Option<String> {
    use polis_syntax::words::Face;
    Some(match ty {
        Type::Number(number) if number.dim.is_none() => "数".to_owned(),
        Type::Number(number) => number.dim.unit(Face::Zh, false).to_string(),
        Type::Truth => "是非".to_owned(),
        Type::Text => "文本".to_owned(),
        Type::Date => "日期".to_owned(),
        Type::Enum(symbol) => symbol.name.to_string(),
        Type::Entity(_) | Type::List(_) | Type::Any => return None,
    })
}

/// What is needed to show an answer.
struct View<'v> {
    name: &'v str,
    session: Session,
    goal: Goal,
    at: (EntityId, u32),
    locale: Locale,
}

impl View<'_> {
    fn pick<T>(&self, zh: T, en: T) -> T {
        pick(self.locale, zh, en)
    }

    /// The result as the facts are.
    fn result(&self) -> String {
        let (machine, world) = (&self.session.machine, &self.session.world);
        let run = Run::new(machine, world, self.session.settings.clone());
        let none = || self.pick("没有结果", "no result").to_owned();
        match &self.goal {
            Goal::OtherValue(rule) | Goal::Value(rule, ..) => match run.rule(*rule, self.at.1) {
                Ok(value) => machine.show(&value, machine.rule_type(*rule), world, self.locale).to_string(),
                Err(_) => none(),
            },
            Goal::Kept(all, _) => {
                let teller = Teller { machine, world, locale: self.locale };
                let verdicts = all.iter().filter_map(|it| run.constraint(*it, self.at.1).ok());
                let worst = verdicts.max_by_key(|it| it.outcome);
                worst.map_or_else(none, |it| teller.outcome(&it).to_owned())
            }
        }
    }

    /// The result after changes, which are taken back.
    fn after(&mut self, changes: &[&Change]) -> String {
        let world: &mut World = &mut self.session.world;
        for change in changes {
            let (entity, row, field) = change.fact;
            world.set_fact(entity, row, field, Some(change.to.clone()));
        }
        let result = self.result();
        let world: &mut World = &mut self.session.world;
        for change in changes {
            let (entity, row, field) = change.fact;
            world.set_fact(entity, row, field, change.from.clone());
        }
        result
    }

    fn wanted(&self) -> String {
        match &self.goal {
            Goal::OtherValue(_) => self.pick("结果与现在不同", "another result than now").to_owned(),
            Goal::Value(rule, comparison, value) => {
                let (machine, world) = (&self.session.machine, &self.session.world);
                let value = machine.show(value, machine.rule_type(*rule), world, self.locale);
                let (zh, en) = match comparison {
                    Comparison::Equal => ("为", "of"),
                    Comparison::NotEqual => ("不为", "other than"),
                    Comparison::Less => ("不足", "of less than"),
                    Comparison::AtMost => ("不超过", "of at most"),
                    Comparison::More => ("超过", "of more than"),
                    Comparison::AtLeast => ("不少于", "of at least"),
                };
                self.pick(format!("结果{zh} {value}"), format!("a result {en} {value}"))
            }
            Goal::Kept(_, true) => self.pick("守住", "it kept").to_owned(),
            Goal::Kept(_, false) => self.pick("守不住", "it broken").to_owned(),
        }
    }

    /// A change for reading: `甲社区 的户数：2999 户 → 3300 户`.
    fn change(&self, change: &Change) -> String {
        let (entity, row, field) = change.fact;
        let (machine, world) = (&self.session.machine, &self.session.world);
        let ty = machine.entity_def(entity).and_then(|it| it.fields.get(field as usize)).map(|it| it.ty.clone());
        let ty = ty.unwrap_or(Type::Any);
        let show = |it: &Value| machine.show(it, &ty, world, self.locale).to_string();
        let (name, of) = (machine.field_name(entity, field), machine.name_of(entity, row, world));
        let from = change.from.as_ref().map_or_else(|| self.pick("未知", "unknown").to_owned(), show);
        let to = show(&change.to);
        let by = change.by().map(|by| {
            let up = by > polis_value::Number::ZERO;
            let by = show(&Value::Number(by.abs().unwrap_or(by)));
            let (zh, en) = if up { ("增", "more") } else { ("减", "less") };
            self.pick(format!("（{zh} {by}）"), format!(" ({by} {en})"))
        });
        let by = by.unwrap_or_default();
        self.pick(format!("{of} 的{name}：{from} → {to}{by}"), format!("{name} of {of}: {from} → {to}{by}"))
    }

    fn text(&mut self, found: &Nearest, ctx: &mut Context<'_, '_>) -> Result<(), Failure> {
        let (name, wanted, now) = (self.name.to_owned(), self.wanted(), self.result());
        let of = self.session.machine.name_of(self.at.0, self.at.1, &self.session.world);
        writeln!(ctx.out, "{}", self.pick(format!("{name}（{of}）：{now}"), format!("{name} ({of}): {now}")))?;
        if found.holds {
            let line = self.pick(format!("已经是这样：{wanted}"), "it is so already".to_owned());
            writeln!(ctx.out, "{line}")?;
            return Ok(());
        }
        if !found.alone.is_empty() {
            let line = self.pick(
                format!("要{wanted}，改变一项事实就够，从小到大："),
                format!("to have {wanted}, a change of one fact is enough, the smallest first:"),
            );
            writeln!(ctx.out, "{line}")?;
            for change in &found.alone {
                let (text, after) = (self.change(change), self.after(&[change]));
                writeln!(ctx.out, "  {}", self.pick(format!("{text}，结果：{after}"), format!("{text}: {after}")))?;
            }
        } else if let Some([first, second]) = &found.together {
            let line = self.pick(
                format!("要{wanted}，改变任何一项事实都不够，同时改变两项可以："),
                format!("to have {wanted}, no change of one fact alone is enough, but these two together are:"),
            );
            writeln!(ctx.out, "{line}")?;
            for change in [first, second] {
                writeln!(ctx.out, "  {}", self.change(change))?;
            }
            let after = self.after(&[first, second]);
            writeln!(ctx.out, "  {}", self.pick(format!("结果：{after}"), format!("result: {after}")))?;
        } else {
            let line = self.pick(
                format!("要{wanted}：改变看过的一项或两项事实，都做不到"),
                format!("to have {wanted}: no change of one or two of the facts that were looked at does it"),
            );
            writeln!(ctx.out, "{line}")?;
        }
        for line in self.limits(found) {
            writeln!(ctx.out, "{line}")?;
        }
        Ok(())
    }

    /// What was looked at and what not.
    fn limits(&self, found: &Nearest) -> Vec<String> {
        let machine = &self.session.machine;
        let fact = |(entity, _, field): &(EntityId, u32, u32)| {
            format!("{}.{}", machine.entity_name(*entity), machine.field_name(*entity, *field))
        };
        let join = |all: Vec<String>| all.join(self.pick("、", ", "));
        let mut lines = Vec::new();
        let looked: Vec<String> = found.looked_at.iter().map(fact).collect();
        if !looked.is_empty() {
            let (count, all) = (looked.len(), join(looked));
            lines.push(self.pick(format!("看过的事实（{count} 项）：{all}"), format!("looked at ({count}): {all}")));
        }
        for (why, zh, en) in [
            (Outside::Members, "没有看的（其他辖区的事实）", "not looked at (facts of other jurisdictions)"),
            (
                Outside::Computed,
                "没有看的（结果随它的变化不是单向的）",
                "not looked at (the result does not move one way with them)",
            ),
        ] {
            let all: Vec<String> =
                found.skipped.iter().filter(|it| it.2 == why).map(|it| format!("{}.{}", it.0.name, it.1)).collect();
            if !all.is_empty() {
                let all = join(all);
                lines.push(self.pick(format!("{zh}：{all}"), format!("{en}: {all}")));
            }
        }
        if found.lacking {
            lines.push(self.pick(
                "有的条件取决于缺少的事实或数字，缺少的没有补上".to_owned(),
                "some conditions rest on facts or figures that are missing, and these were left missing".to_owned(),
            ));
        }
        if found.gave_up {
            lines.push(self.pick(
                "两项事实的组合太多，没有试完".to_owned(),
                "there are too many pairs of facts, and not all were tried".to_owned(),
            ));
        }
        lines
    }

    fn json(&mut self, found: &Nearest) -> Json {
        let each = |view: &mut Self, change: &Change| {
            let after = view.after(&[change]);
            let mut object = view.change_json(change);
            if let Some(object) = object.as_object_mut() {
                object.insert("result".into(), after.into());
            }
            object
        };
        let alone: Vec<Json> = found.alone.iter().map(|it| each(self, it)).collect();
        let together = found.together.as_ref().map(|[first, second]| {
            let result = self.after(&[first, second]);
            json!({ "changes": [self.change_json(first), self.change_json(second)], "result": result })
        });
        let machine = &self.session.machine;
        let looked: Vec<String> = found
            .looked_at
            .iter()
            .map(|it| format!("{}.{}", machine.entity_name(it.0), machine.field_name(it.0, it.2)))
            .collect();
        let skipped: Vec<Json> = found
            .skipped
            .iter()
            .map(|(entity, field, why)| {
                let why = if *why == Outside::Members { "other-jurisdictions" } else { "not-one-way" };
                json!({ "fact": format!("{}.{field}", entity.name), "why": why })
            })
            .collect();
        json!({
            "name": self.name,
            "of": machine.name_of(self.at.0, self.at.1, &self.session.world).as_str(),
            "now": self.result(),
            "wanted": self.wanted(),
            "holds": found.holds,
            "one_fact": alone,
            "two_facts": together,
            "looked_at": looked,
            "not_looked_at": skipped,
            "rests_on_missing": found.lacking,
            "all_pairs_tried": !found.gave_up,
            "asked": found.asked,
        })
    }

    fn change_json(&self, change: &Change) -> Json {
        let (entity, row, field) = change.fact;
        let (machine, world) = (&self.session.machine, &self.session.world);
        let ty = machine.entity_def(entity).and_then(|it| it.fields.get(field as usize)).map(|it| it.ty.clone());
        let ty = ty.unwrap_or(Type::Any);
        let show = |it: &Value| match it {
            Value::Number(number) => number.to_string(),
            other => machine.show(other, &ty, world, self.locale).to_string(),
        };
        let unit = ty.as_number().filter(|it| !it.dim.is_none()).map(|it| it.dim.unit(face_of(self.locale), false));
        json!({
            "entity": machine.entity_name(entity).as_str(),
            "id": world.row(entity, row).map(|it| it.id.to_string()),
            "field": machine.field_name(entity, field).as_str(),
            "from": change.from.as_ref().map(show),
            "to": show(&change.to),
            "by": change.by().map(|it| it.to_string()),
            "unit": unit.as_deref(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comparison_stands_before_the_value() {
        for (text, expected) in [
            ("13 人", (Comparison::Equal, "13 人")),
            (" >= 13", (Comparison::AtLeast, "13")),
            ("不少于13人", (Comparison::AtLeast, "13人")),
            ("不足 3", (Comparison::Less, "3")),
            ("超过3", (Comparison::More, "3")),
            ("at_most 3 people", (Comparison::AtMost, "3 people")),
            ("-1", (Comparison::Equal, "-1")),
        ] {
            assert_eq!(parted(text), expected);
        }
    }
}
