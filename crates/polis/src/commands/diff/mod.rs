//! `polis diff`: what differs between two versions of a package, or between two cities.

mod effect;
pub(super) mod form;
mod json;
mod pages;
pub(super) mod sides;
mod tests_of;
mod text;
pub(super) mod words;

use std::io::Write;

use camino::Utf8PathBuf;
use clap::{Arg, ArgAction, ArgMatches, Command};
use polis_diagnostic::Locale;
use polis_diff::{Diff, Pair, Side, diff};
use polis_syntax::words::Kind;
use polis_value::Date;

use crate::context::{Context, Failure, pick};
use crate::{Exit, cli};
use form::{FORMS, Form};
use sides::Opened;

/// The arguments.
pub(crate) struct Args {
    /// One or two sources: paths, names, or `REV:path`.
    sources: Vec<String>,
    /// The days whose law is compared.
    days: [Option<Date>; 2],
    /// The alignment file.
    align: Option<Utf8PathBuf>,
    /// Only provisions of these names, kinds or concepts.
    only: Vec<String>,
    /// The sample on which the effect is computed.
    on: Option<Utf8PathBuf>,
    /// Where tests of the difference go.
    tests: Option<Utf8PathBuf>,
    /// Whether what is the same is listed too.
    all: bool,
    /// The form of output.
    form: Form,
    /// Where the result goes; standard output where none is given.
    out: Option<Utf8PathBuf>,
}

pub(crate) fn command(locale: Locale) -> Command {
    let about = pick(
        locale,
        "对照两个城市或一个包的两个版本：哪些条款不同，往哪个方向，对谁不同",
        "Tell two cities or two versions apart: which provisions, which way, for whom",
    );
    let sources = pick(
        locale,
        "两个包：名称、路径，或 Git 版本“版本:路径”；只写一个时，用 --at、--and 对照它的两个时点",
        "Two packages: names, paths, or Git revisions `REV:path`; one with --at and --and for two days of it",
    );
    let after = pick(
        locale,
        "条款先按共享概念对齐，再按名称、标题和结构；每对都写明依据和把握。方向说的是后者比前者怎样。\n数值和条件对所有辖区逐一判定：给出不同的范围、每个方向最小的例子和两边的值，都经双方各自的条款复算。\n对齐文件每行一条：`甲名 = 乙名`，`甲名 = -` 或 `- = 乙名` 表示没有对应；`//` 后是说明。\n有差别不算错误；有条款读不通时照样对照其余的，退出码为 1。",
        "Provisions are aligned by shared concepts first, then by name, title and structure; each pair says why and how surely.\nA direction says what the second is beside the first. Values and conditions are decided for every jurisdiction: where they\ndiffer, with the smallest example for each way and both values, each computed again by that side's own provisions.\nAn alignment file has a line for each: `A = B`; `A = -` or `- = B` where there is no counterpart; `//` begins a remark.\nDifferences are no errors; where provisions cannot be read the rest is compared, and the exit code is 1.",
    );
    cli::command(locale, "diff", about, pick(locale, "[选项] <甲> [乙]", "[OPTIONS] <A> [B]"))
        .arg(
            cli::positional(locale, "sources", pick(locale, "包", "PACKAGE"), sources)
                .required(true)
                .num_args(1..=2)
                .value_parser(clap::value_parser!(String)),
        )
        .arg(cli::day(locale, "at", pick(locale, "甲方按该日有效的条款", "The day whose law the first side is")))
        .arg(cli::day(locale, "and", pick(locale, "乙方按该日有效的条款", "The day whose law the second side is")))
        .arg(
            Arg::new("align")
                .long("align")
                .value_name(pick(locale, "文件", "FILE"))
                .help(pick(locale, "对齐文件：指明哪条对应哪条", "An alignment file: which provision answers which"))
                .value_parser(clap::value_parser!(Utf8PathBuf)),
        )
        .arg(
            Arg::new("only")
                .long("only")
                .value_name(pick(locale, "名称", "NAME"))
                .action(ArgAction::Append)
                .help(pick(
                    locale,
                    "只看这些条款：名称、标题、种类或概念；可以写多次",
                    "Only provisions of this name, title, kind or concept; may be repeated",
                )),
        )
        .arg(
            Arg::new("on")
                .long("on")
                .value_name(pick(locale, "样本", "SAMPLE"))
                .help(pick(
                    locale,
                    "在甲方的这个样本上计算影响：多少辖区变化，谁多谁少，合计多少",
                    "Compute the effect on this sample of the first side: how many change, who gains and loses, how much",
                ))
                .value_parser(clap::value_parser!(Utf8PathBuf)),
        )
        .arg(
            Arg::new("write-tests")
                .long("write-tests")
                .value_name(pick(locale, "文件", "FILE"))
                .help(pick(
                    locale,
                    "写出在甲方成立、在乙方不成立的测试",
                    "Write tests that hold on the first side and fail on the second",
                ))
                .value_parser(clap::value_parser!(Utf8PathBuf)),
        )
        .arg(
            Arg::new("all")
                .long("all")
                .action(ArgAction::SetTrue)
                .help(pick(locale, "相同的和只有一方有的也逐条列出", "List what is the same and what one side has too")),
        )
        .arg(cli::format(locale, FORMS))
        .arg(super::simulate::out(locale))
        .after_help(format!("{after}\n\n{}", cli::exit_codes(locale)))
}

impl Args {
    pub(crate) fn from_matches(matches: &ArgMatches) -> Self {
        Self {
            sources: matches.get_many("sources").into_iter().flatten().cloned().collect(),
            days: ["at", "and"].map(|it| matches.get_one(it).copied()),
            align: matches.get_one("align").cloned(),
            only: matches.get_many("only").into_iter().flatten().cloned().collect(),
            on: matches.get_one("on").cloned(),
            tests: matches.get_one("write-tests").cloned(),
            all: matches.get_flag("all"),
            form: cli::format_of(matches, FORMS),
            out: matches.get_one("out").cloned(),
        }
    }
}

pub(crate) fn run(args: &Args, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    let (first, second) = match (args.sources.as_slice(), args.days) {
        ([one], [at, and]) if at.is_some() || and.is_some() => (one, one),
        ([one, two], _) => (one, two),
        _ => {
            return Err(ctx.usage(
                "只写了一个包：请再写一个，或用 --at 和 --and 写明两个时点",
                "only one package is named: name another, or two days of it with --at and --and",
            ));
        }
    };
    let [at, and] = args.days;
    let mut opened = [sides::open(first, at, ctx)?, sides::open(second, and, ctx)?];
    sides::label(&mut opened);
    let mut errors = false;
    for it in &mut opened {
        errors |= form::report(it, ctx)?;
    }
    let sample = match &args.on {
        Some(path) => {
            let Some(world) = sides::sample(path, &mut opened[0], ctx)? else { return Ok(Exit::Findings) };
            Some((path, world))
        }
        None => None,
    };
    let [one, two] = &opened;
    let a = Side::new(&one.db, one.package, &one.program, one.as_of);
    let b = Side::new(&two.db, two.package, &two.program, two.as_of);
    for (side, label) in [(&a, &one.label), (&b, &two.label)] {
        if let Some(day) = side.as_of
            && side.provisions.iter().all(polis_diff::Provision::is_vocabulary)
        {
            let line = ctx
                .text(format!("{label}在 {day} 没有有效的条款"), format!("{label} has no provision in force on {day}"));
            ctx.summary(&line)?;
        }
    }
    let declared = match &args.align {
        Some(path) => sides::alignment(path, [&a, &b], ctx)?,
        None => Vec::new(),
    };
    let found = diff(&a, &b, &declared);
    let view = View {
        sides: [&a, &b],
        labels: [&one.label, &two.label],
        opened: [one, two],
        diff: &found,
        locale: ctx.locale,
    };
    let shown = view.shown(&args.only, ctx)?;
    let effects = sample.map(|(path, world)| effect::effects(path, &world, [&a, &b], &found));
    let effects = effects.as_ref();
    let mut bytes = Vec::new();
    let plain = text::Writer::plain(&view, args.all, effects);
    match args.form {
        Form::Text => {
            let color = args.out.is_none() && ctx.colors();
            text::write(&view, &shown, args.all, color, effects, &mut bytes)?;
        }
        Form::Json => writeln!(bytes, "{:#}", json::whole(&view, &shown, effects))?,
        Form::Markdown => pages::markdown(&shown, &plain, &mut bytes)?,
        Form::Html => pages::html(&view, &shown, &plain, &mut bytes)?,
    }
    if let Some(path) = &args.tests {
        let (text, count) = tests_of::tests(&view, &shown);
        ctx.system.write_atomic(path, text.as_bytes()).map_err(|error| {
            ctx.usage(format!("无法写入 `{path}`：{error}"), format!("cannot write `{path}`: {error}"))
        })?;
        let line = ctx.text(format!("已写入 `{path}`：{count} 个测试"), format!("wrote `{path}`: {count} tests"));
        ctx.summary(&line)?;
    }
    super::simulate::deliver(args.out.as_deref(), &bytes, ctx)?;
    Ok(if errors { Exit::Findings } else { Exit::Clean })
}

/// What is needed to show a difference.
struct View<'v, 'p> {
    sides: [&'v Side<'p>; 2],
    labels: [&'v str; 2],
    opened: [&'v Opened; 2],
    diff: &'v Diff,
    locale: Locale,
}

/// What of a difference is shown: pairs by their places, and what has no counterpart on each side.
struct Shown {
    pairs: Vec<usize>,
    only: [Vec<usize>; 2],
}

impl<'v, 'p> View<'v, 'p> {
    fn pick<T>(&self, zh: T, en: T) -> T {
        pick(self.locale, zh, en)
    }

    /// The text in the language of the call.
    fn text<'b>(&self, both: &'b polis_diagnostic::Bilingual) -> &'b str {
        self.pick(&both.zh, &both.en)
    }

    fn provision(&self, side: usize, at: usize) -> Option<&'v polis_diff::Provision<'p>> {
        self.sides.get(side)?.provisions.get(at)
    }

    /// What is asked for: everything, or what a name, title, kind or concept leads to, with what is inside it.
    fn shown(&self, only: &[String], ctx: &Context<'_, '_>) -> Result<Shown, Failure> {
        let wanted = |side: usize, at: usize| {
            if only.is_empty() {
                return true;
            }
            let mut next = Some(at);
            while let Some(at) = next {
                let Some(it) = self.provision(side, at) else { return false };
                let named = |name: &String| {
                    it.symbol.name == name.as_str()
                        || it.name() == name
                        || it.title.as_deref() == Some(name)
                        || it.kind.word().reads(name)
                        || it.is.iter().any(|it| self.is_within(it, name))
                };
                if only.iter().any(named) {
                    return true;
                }
                next = it.parent;
            }
            false
        };
        let pairs: Vec<usize> = (0..self.diff.pairs.len())
            .filter(|at| {
                let pair = self.diff.pairs.get(*at);
                pair.is_some_and(|it| wanted(0, it.aligned.a) || wanted(1, it.aligned.b))
            })
            .collect();
        let alone = |side: usize| -> Vec<usize> {
            let all = self.diff.only.get(side).into_iter().flatten().copied();
            all.filter(|it| wanted(side, *it)).collect()
        };
        let only_in = [alone(0), alone(1)];
        if !only.is_empty() && pairs.is_empty() && only_in.iter().all(Vec::is_empty) {
            let names = only.join("`、`");
            return Err(ctx.usage(
                format!("双方都没有名称、标题、种类或概念为 `{names}` 的条款"),
                format!("neither side has a provision of the name, title, kind or concept `{names}`"),
            ));
        }
        Ok(Shown { pairs, only: only_in })
    }

    /// Whether a concept has a name, or is a part of one that has.
    fn is_within(&self, concept: &polis_semantic::Symbol, name: &str) -> bool {
        let mut at = concept;
        for _ in 0..16 {
            if at.name == name {
                return true;
            }
            let parent = self.sides.iter().flat_map(|it| &it.program.notions).find(|it| it.meta.symbol == *at);
            match parent.and_then(|it| it.parents.first()) {
                Some(above) => at = above,
                None => return false,
            }
        }
        false
    }

    /// Whether both sides are versions of one package, so that what one lacks has been added or removed.
    fn versions(&self) -> bool {
        let [a, b] = self.sides;
        a.package.name(a.db) == b.package.name(b.db)
    }

    /// What of both sides is of one matter and cannot be compared, where some of it is shown of each.
    fn apart(&self, shown: &Shown) -> impl Iterator<Item = &'v polis_diff::Apart> {
        let is_shown = |it: &&polis_diff::Apart| {
            it.provisions.iter().zip(&shown.only).all(|(own, only)| own.iter().any(|it| only.contains(it)))
        };
        self.diff.apart.iter().filter(is_shown)
    }

    /// The pairs that are inside another.
    fn inside(&self, at: usize) -> impl Iterator<Item = (usize, &'v Pair)> {
        self.diff.pairs.iter().enumerate().filter(move |it| it.1.within == Some(at))
    }

    /// What is inside one side's provision and has no counterpart.
    fn alone_inside(&self, side: usize, at: usize) -> Vec<usize> {
        let all = self.diff.only.get(side).into_iter().flatten().copied();
        all.filter(|it| self.provision(side, *it).is_some_and(|it| it.parent == Some(at))).collect()
    }

    /// The kind of a provision in the language of the call.
    fn kind(&self, kind: Kind) -> &'static str {
        let word = kind.word();
        self.pick(word.zh, word.en)
    }
}
