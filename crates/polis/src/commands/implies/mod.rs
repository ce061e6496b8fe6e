//! `polis implies` and `polis equivalent`: whether one provision follows from another, for every jurisdiction.

mod documents;

use std::io::Write as _;

use camino::Utf8PathBuf;
use clap::{Arg, ArgMatches, Command};
use polis_analysis::{Answer, NoAnswer};
use polis_db::{Db, Package};
use polis_diagnostic::{Bilingual, Locale, Note, did_you_mean};
use polis_semantic::items::Item;
use polis_semantic::scope::{Found, lookup, names, scope, visible};
use polis_syntax::words::Kind;
use serde_json::json;

use crate::cli::{TEXT_OR_JSON, TextOrJson};
use crate::context::{Context, Failure, pick};
use crate::session::prepare;
use crate::{Exit, cli};

/// Which question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Question {
    /// Whether the second follows from the first.
    Implies,
    /// Whether both come to the same.
    Equivalent,
}

/// The arguments.
pub(crate) struct Args {
    question: Question,
    first: String,
    second: String,
    package: Utf8PathBuf,
    form: TextOrJson,
}

pub(crate) fn command_implies(locale: Locale) -> Command {
    let about = pick(locale, "判断一条是否总能推出另一条", "Tell whether one provision implies another");
    command(locale, "implies", about)
}

pub(crate) fn command_equivalent(locale: Locale) -> Command {
    let about = pick(locale, "判断两条对所有辖区是否一样", "Tell whether two provisions come to the same");
    command(locale, "equivalent", about)
}

fn command(locale: Locale, name: &'static str, about: &'static str) -> Command {
    let first = pick(
        locale,
        "规则、要求、员额等条款或文件的名称，也可写作 包.名称",
        "A rule, requirement, quota … or document: NAME or PACKAGE.NAME",
    );
    let second = pick(locale, "另一条的名称", "The other");
    let package =
        pick(locale, "从哪个包看名称：名称、标题或路径", "The package that names are seen from: name, title or path");
    let after = pick(
        locale,
        "对条件和要求：满足前者的辖区都满足后者。对数值：前者允许的，后者都允许（区间之内）。\n对文件：后者的每条要求、限额、员额和规范，前者都有同样或更严的规定。\n不成立时给出最小的一个辖区和两边的值，退出码为 1；超出可判定范围的也为 1，并说明原因。",
        "Of conditions and requirements: whoever meets the first meets the second. Of figures: whatever the first allows,\nthe second allows. Of documents: the first demands as much as each requirement, limit, quota and norm of the second.\nWhere it fails, the smallest jurisdiction and both values are printed and the exit code is 1;\nit is 1 too where the question cannot be decided, and why is said.",
    );
    cli::command(locale, name, about, pick(locale, "[选项] <甲> <乙>", "[OPTIONS] <A> <B>"))
        .arg(cli::positional(locale, "first", pick(locale, "甲", "A"), first).required(true).display_order(1))
        .arg(cli::positional(locale, "second", pick(locale, "乙", "B"), second).required(true).display_order(2))
        .arg(
            Arg::new("in")
                .long("in")
                .value_name(pick(locale, "包", "PACKAGE"))
                .help(package)
                .default_value(".")
                .value_parser(clap::value_parser!(Utf8PathBuf)),
        )
        .arg(cli::format(locale, TEXT_OR_JSON))
        .after_help(format!("{after}\n\n{}", cli::exit_codes(locale)))
}

impl Args {
    pub(crate) fn from_matches(matches: &ArgMatches, question: Question) -> Self {
        Self {
            question,
            first: matches.get_one("first").cloned().unwrap_or_default(),
            second: matches.get_one("second").cloned().unwrap_or_default(),
            package: matches.get_one("in").cloned().unwrap_or_default(),
            form: cli::format_of(matches, TEXT_OR_JSON),
        }
    }
}

pub(crate) fn run(args: &Args, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    let Some(prepared) = prepare(&args.package, None, ctx)? else { return Ok(Exit::Usage) };
    let Some(prepared) = prepared.without_errors(ctx)? else { return Ok(Exit::Findings) };
    let (db, package) = (&prepared.db, prepared.package);
    let first = item(db, package, &args.first, ctx)?;
    let second = item(db, package, &args.second, ctx)?;
    if [first, second].iter().all(|it| it.kind(db) == Some(Kind::Document)) {
        return documents::run(args, (db, package), (first, second), ctx);
    }
    let answer = match args.question {
        Question::Implies => polis_analysis::implies(db, package, first, second),
        Question::Equivalent => polis_analysis::equivalent(db, package, first, second),
    };
    if let Err(why @ (NoAnswer::NotComparable(_) | NoAnswer::OtherEntity(..) | NoAnswer::OtherType)) = &answer.outcome {
        let text = reason(why);
        return Err(ctx.usage(text.zh.to_string(), text.en.to_string()));
    }
    match args.form {
        TextOrJson::Text => text(args, &answer, ctx)?,
        TextOrJson::Json => json(args, &answer, ctx)?,
    }
    Ok(if matches!(answer.outcome, Ok(None)) { Exit::Clean } else { Exit::Findings })
}

fn text(args: &Args, answer: &Answer, ctx: &mut Context<'_, '_>) -> Result<(), Failure> {
    let (a, b) = (&args.first, &args.second);
    let line = match (&answer.outcome, args.question) {
        (Ok(None), Question::Implies) => ctx.text(
            format!("成立：对所有辖区，`{a}` 都推出 `{b}`"),
            format!("holds: `{a}` implies `{b}` for every jurisdiction"),
        ),
        (Ok(None), Question::Equivalent) => ctx.text(
            format!("成立：对所有辖区，`{a}` 与 `{b}` 都一样"),
            format!("holds: `{a}` and `{b}` come to the same for every jurisdiction"),
        ),
        (Ok(Some(shown)), question) => {
            let implies = question == Question::Implies;
            let zh = if implies { format!("`{a}` 推不出 `{b}`") } else { format!("`{a}` 与 `{b}` 不一样") };
            let en = if implies { format!("`{a}` does not imply `{b}`") } else { format!("`{a}` and `{b}` differ") };
            ctx.text(
                format!(
                    "不成立：{zh}\n  例如：{}\n  `{a}`：{}\n  `{b}`：{}",
                    shown.facts.zh, shown.first.zh, shown.second.zh
                ),
                format!(
                    "fails: {en}\n  for example: {}\n  `{a}`: {}\n  `{b}`: {}",
                    shown.facts.en, shown.first.en, shown.second.en
                ),
            )
        }
        (Err(why), _) => {
            let why = reason(why);
            ctx.text(format!("未能判定：{}", why.zh), format!("not decided: {}", why.en))
        }
    };
    writeln!(ctx.out, "{line}")?;
    Ok(())
}

fn json(args: &Args, answer: &Answer, ctx: &mut Context<'_, '_>) -> Result<(), Failure> {
    let say = |it: &Bilingual| ctx.text(it.zh.to_string(), it.en.to_string());
    let holds = match &answer.outcome {
        Ok(shown) => json!(shown.is_none()),
        Err(_) => serde_json::Value::Null,
    };
    let example = match &answer.outcome {
        Ok(Some(it)) => json!({ "facts": say(&it.facts), "first": say(&it.first), "second": say(&it.second) }),
        _ => serde_json::Value::Null,
    };
    let undecided = answer.outcome.as_ref().err().map(|it| say(&reason(it)));
    let document = json!({
        "question": if args.question == Question::Implies { "implies" } else { "equivalent" },
        "first": args.first,
        "second": args.second,
        "holds": holds,
        "example": example,
        "undecided": undecided,
        "points": answer.points,
    });
    writeln!(ctx.out, "{document:#}")?;
    Ok(())
}

fn reason(why: &NoAnswer) -> Bilingual {
    match why {
        NoAnswer::NotComparable(symbol) => Bilingual::new(
            format!("`{symbol}` 没有值，也没有须满足的条件"),
            format!("`{symbol}` has neither a value nor a condition"),
        ),
        NoAnswer::OtherEntity(a, b) => Bilingual::new(
            format!("一条是 `{}` 的，另一条是 `{}` 的", a.name, b.name),
            format!("one is about `{}`, the other about `{}`", a.name, b.name),
        ),
        NoAnswer::OtherType => Bilingual::new("两条的值不是同一种量", "their values are not of one kind"),
        NoAnswer::Undecided(why) => {
            let note = Note::from(why.note());
            Bilingual::new(note.render(Locale::Zh), note.render(Locale::En))
        }
    }
}

/// The provision that a name leads to: bare as the package sees it, or `package.name`.
fn item<'db>(db: &'db dyn Db, package: Package, name: &str, ctx: &Context<'_, '_>) -> Result<Item<'db>, Failure> {
    let dotted = name.split_once('.').and_then(|(first, rest)| match lookup(db, package, first) {
        Some(Found::Package(other)) => scope(db, other).get(db, rest),
        _ => None,
    });
    let bare = || match lookup(db, package, name) {
        Some(Found::Item(item)) => Some(item),
        _ => None,
    };
    dotted.or_else(bare).ok_or_else(|| {
        let known = visible(db, package).iter().flat_map(|it| names(db, *it)).map(|it| &**it);
        let (zh, en) = match did_you_mean(name, known) {
            Some(near) => (format!("；是否想写 `{near}`？"), format!("; did you mean `{near}`?")),
            None => (String::new(), String::new()),
        };
        ctx.usage(format!("没有名为 `{name}` 的条款{zh}"), format!("there is no provision named `{name}`{en}"))
    })
}
