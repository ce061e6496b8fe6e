//! The same question about two documents: provision by provision.

use std::io::Write as _;

use polis_analysis::{DocumentAnswer, Followed, NoAnswer};
use polis_db::{Db, Package};
use polis_diagnostic::Bilingual;
use polis_semantic::items::Item;
use serde_json::{Value, json};

use super::{Args, Question, reason};
use crate::Exit;
use crate::cli::TextOrJson;
use crate::commands::check::plural;
use crate::context::{Context, Failure};

/// One direction: the name of the document that should say all that the other says, and the answer.
struct Direction<'a> {
    first: &'a str,
    second: &'a str,
    answer: DocumentAnswer,
}

/// Answers the question of two documents.
pub(super) fn run(
    args: &Args,
    (db, package): (&dyn Db, Package),
    (first, second): (Item<'_>, Item<'_>),
    ctx: &mut Context<'_, '_>,
) -> Result<Exit, Failure> {
    let ask = |a, b| polis_analysis::document_implies(db, package, a, b);
    let mut directions = vec![Direction { first: &args.first, second: &args.second, answer: ask(first, second) }];
    if args.question == Question::Equivalent {
        directions.push(Direction { first: &args.second, second: &args.first, answer: ask(second, first) });
    }
    // One that binds nobody to anything comparable follows from everything, which says nothing.
    if directions.iter().all(|it| it.answer.provisions.is_empty()) {
        let (a, b) = (&args.first, &args.second);
        return Err(ctx.usage(
            format!("文件 `{a}` 和 `{b}` 都没有可以比较的要求、限额、员额或规范"),
            format!("documents `{a}` and `{b}` have no requirements, limits, quotas or norms to compare"),
        ));
    }
    match args.form {
        TextOrJson::Text => directions.iter().try_for_each(|it| text(it, ctx))?,
        TextOrJson::Json => as_json(args, &directions, ctx)?,
    }
    let holds = directions.iter().all(|it| it.answer.holds() == Some(true));
    Ok(if holds { Exit::Clean } else { Exit::Findings })
}

fn text(direction: &Direction<'_>, ctx: &mut Context<'_, '_>) -> Result<(), Failure> {
    let Direction { first: a, second: b, answer } = direction;
    let count = answer.provisions.len();
    let missing = answer.provisions.iter().filter(|it| !matches!(it.1, Followed::By(_))).count();
    let head = match answer.holds() {
        Some(true) => ctx.text(
            format!("成立：`{b}` 可比较的 {count} 条，`{a}` 都有同样或更严的规定"),
            format!("holds: `{a}` demands as much as each of the {} of `{b}`", plural(count, "provision")),
        ),
        Some(false) => ctx.text(
            format!("不成立：`{b}` 可比较的 {count} 条中，有 {missing} 条 `{a}` 没有同样的规定"),
            format!("fails: `{a}` does not demand {missing} of the {} of `{b}`", plural(count, "provision")),
        ),
        None => ctx.text(
            format!("未能判定：`{b}` 可比较的 {count} 条中，有 {missing} 条未能判定"),
            format!("not decided: {missing} of the {} of `{b}`", plural(count, "provision")),
        ),
    };
    writeln!(ctx.out, "{head}")?;
    for (name, followed) in &answer.provisions {
        let line = match followed {
            Followed::By(_) => continue,
            Followed::Unsaid => ctx.text(format!("`{name}`：没有这样的规定"), format!("`{name}`: nothing of the kind")),
            Followed::Less(other, None) => {
                ctx.text(format!("`{name}`：`{other}` 规定得更宽"), format!("`{name}`: `{other}` demands less"))
            }
            Followed::Less(other, Some(shown)) => ctx.text(
                format!("`{name}`：`{other}` 为 {}，这里为 {}（{}）", shown.first.zh, shown.second.zh, shown.facts.zh),
                format!("`{name}`: `{other}` is {}, this is {} ({})", shown.first.en, shown.second.en, shown.facts.en),
            ),
            Followed::Undecided(why) => {
                let why = reason(&NoAnswer::Undecided(why.clone()));
                ctx.text(format!("`{name}`：未能判定，{}", why.zh), format!("`{name}`: not decided, {}", why.en))
            }
        };
        writeln!(ctx.out, "  {line}")?;
    }
    if answer.others > 0 {
        let others = answer.others;
        let line = ctx.text(
            format!("另有权力、职责、清单、程序等 {others} 条不作比较"),
            format!("{} (powers, duties, lists, procedures …) not compared", plural(others, "other provision")),
        );
        writeln!(ctx.out, "  {line}")?;
    }
    Ok(())
}

fn as_json(args: &Args, directions: &[Direction<'_>], ctx: &mut Context<'_, '_>) -> Result<(), Failure> {
    let say = |it: &Bilingual| ctx.text(it.zh.to_string(), it.en.to_string());
    let provision = |(name, followed): &(smol_str::SmolStr, Followed)| {
        let (holds, by, example, undecided) = match followed {
            Followed::By(by) => (json!(true), json!(by), Value::Null, Value::Null),
            Followed::Unsaid => (json!(false), json!([]), Value::Null, Value::Null),
            Followed::Less(by, example) => {
                let shown = |it: &polis_analysis::Counterexample| json!({ "facts": say(&it.facts), "first": say(&it.first), "second": say(&it.second) });
                (json!(false), json!([by]), example.as_ref().map_or(Value::Null, shown), Value::Null)
            }
            Followed::Undecided(why) => {
                let why = reason(&NoAnswer::Undecided(why.clone()));
                (Value::Null, json!([]), Value::Null, json!(say(&why)))
            }
        };
        json!({ "provision": name, "holds": holds, "by": by, "example": example, "undecided": undecided })
    };
    let side = |it: &Direction<'_>| {
        json!({
            "first": it.first,
            "second": it.second,
            "holds": it.answer.holds(),
            "provisions": it.answer.provisions.iter().map(provision).collect::<Vec<_>>(),
            "not_compared": it.answer.others,
            "points": it.answer.points,
        })
    };
    let all: Vec<Option<bool>> = directions.iter().map(|it| it.answer.holds()).collect();
    let holds =
        if all.contains(&Some(false)) { Some(false) } else { all.iter().all(|it| *it == Some(true)).then_some(true) };
    let document = json!({
        "question": if args.question == Question::Implies { "implies" } else { "equivalent" },
        "first": args.first,
        "second": args.second,
        "holds": holds,
        "directions": directions.iter().map(side).collect::<Vec<_>>(),
    });
    writeln!(ctx.out, "{document:#}")?;
    Ok(())
}
