//! `polis sample generate`: a sample of any size for the entities of a package.

use std::io::{self, Write as _};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use camino::Utf8PathBuf;
use clap::{Arg, ArgAction, ArgMatches, Command};
use indicatif::{ProgressBar, ProgressStyle};
use polis_db::NewFile;
use polis_diagnostic::{Locale, NameNote, did_you_mean};
use polis_eval::{EntityId, Machine};
use polis_sim::{
    Form, Order, Plan, PlanError, PlannedTable, Share, entity_names, find_entity, sample_entity, write_table,
};
use polis_value::Number;

use crate::context::{Context, Failure, pick};
use crate::session::prepare;
use crate::{Exit, cli};

const FORMS: &[(&str, Form)] = &[("csv", Form::Csv), ("parquet", Form::Parquet)];

/// Where a sample goes if nothing else is said.
const FOLDER: &str = "generated";

/// What takes less long has no progress bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// The arguments.
struct Args {
    package: Utf8PathBuf,
    entity: Option<String>,
    count: Option<u64>,
    per: Vec<(String, u64)>,
    seed: u64,
    missing: Share,
    form: Form,
    out: Utf8PathBuf,
    force: bool,
}

pub(crate) fn command(locale: Locale) -> Command {
    let about = pick(locale, "生成样本", "Make samples");
    let words = pick(locale, "<命令>", "<COMMAND>");
    cli::command(locale, "sample", about, words)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand_help_heading(pick(locale, "命令", "Commands"))
        .subcommand_value_name(pick(locale, "命令", "COMMAND"))
        .subcommand(cli::finish(locale, generate(locale)))
}

fn generate(locale: Locale) -> Command {
    let about = pick(
        locale,
        "按种子生成任意大小的样本：各级辖区和其中的对象，并有意放入条款界限上的数值",
        "Generate a sample of any size from a seed: jurisdictions of all levels and what lies in them, with the figures at which provisions turn",
    );
    let package =
        pick(locale, "包的名称或路径 [默认：当前文件夹]", "The package's name or path [default: the current folder]");
    let communities = pick(locale, "生成多少个社区", "How many communities to generate");
    let count = pick(
        locale,
        "同 --communities；与 --entity 合用时，是该对象的个数",
        "The same as --communities; with --entity, how many of that entity",
    );
    let entity = pick(
        locale,
        "从哪个对象开始 [默认：社区；没有社区的，层级最多的对象]",
        "The entity to begin with [default: the community, or else the one with the most levels]",
    );
    let per = pick(
        locale,
        "一个上级中有几个，可多次使用，如 --per 社区=10；0 为不生成",
        "How many in one of the entity above, as in --per Community=10; may be given several times; 0 leaves it out",
    );
    let seed = pick(
        locale,
        "随机数的种子：同一种子得出同一样本 [默认：1]",
        "The seed: the same seed gives the same sample [default: 1]",
    );
    let missing =
        pick(locale, "留空的单元格所占的比例，如 5% [默认：0]", "The share of empty cells, such as 5% [default: 0]");
    let out = pick(locale, "写入的文件夹 [默认：generated]", "The folder to write to [default: generated]");
    let force = pick(locale, "覆盖已有的样本", "Overwrite a sample that is there");
    let number = pick(locale, "个数", "N");
    let whole = move |text: &str| -> Result<u64, String> {
        let wrong = || pick(locale, "应为整数", "it must be a whole number").to_owned();
        text.parse().map_err(|_| wrong())
    };
    let parse_per = move |text: &str| -> Result<(String, u64), String> {
        let wrong = || pick(locale, "应写作 `对象=个数`", "it must read `ENTITY=N`").to_owned();
        // A full-width sign comes from a Chinese input method.
        let (name, count) = text.split_once(['=', '＝']).ok_or_else(wrong)?;
        Ok((name.trim().to_owned(), count.trim().parse().map_err(|_| wrong())?))
    };
    let parse_share = move |text: &str| -> Result<Share, String> {
        let wrong = || pick(locale, "应为 0 至 100% 的比例", "it must be a share from 0 to 100%").to_owned();
        share(text).ok_or_else(wrong)
    };
    cli::command(locale, "generate", about, "")
        .override_usage(pick(
            locale,
            "polis sample generate [选项] --communities <个数> [包]",
            "polis sample generate [OPTIONS] --communities <N> [PACKAGE]",
        ))
        .arg(
            cli::positional(locale, "package", pick(locale, "包", "PACKAGE"), package)
                .value_parser(clap::value_parser!(Utf8PathBuf)),
        )
        .arg(Arg::new("communities").long("communities").value_name(number).help(communities).value_parser(whole))
        .arg(
            Arg::new("count")
                .long("count")
                .value_name(number)
                .help(count)
                .value_parser(whole)
                .conflicts_with("communities"),
        )
        .arg(Arg::new("entity").long("entity").value_name(pick(locale, "对象", "ENTITY")).help(entity))
        .arg(
            Arg::new("per")
                .long("per")
                .value_name(pick(locale, "对象=个数", "ENTITY=N"))
                .help(per)
                .action(ArgAction::Append)
                .value_parser(parse_per),
        )
        .arg(Arg::new("seed").long("seed").value_name(pick(locale, "种子", "SEED")).help(seed).value_parser(whole))
        .arg(
            Arg::new("missing")
                .long("missing")
                .value_name(pick(locale, "比例", "SHARE"))
                .help(missing)
                .value_parser(parse_share),
        )
        .arg(cli::format(locale, FORMS).help(pick(
            locale,
            "文件的格式 [可选：csv、parquet；默认：csv]",
            "The form of the files [csv, parquet; default: csv]",
        )))
        .arg(
            Arg::new("out")
                .long("out")
                .value_name(pick(locale, "文件夹", "FOLDER"))
                .help(out)
                .value_parser(clap::value_parser!(Utf8PathBuf)),
        )
        .arg(Arg::new("force").long("force").action(ArgAction::SetTrue).help(force))
}

/// `5%` or `0.05`, without a float on the way.
fn share(text: &str) -> Option<Share> {
    let share = Number::parse_literal(text.trim()).ok()?;
    let millionths = share.mul(Number::from(1_000_000)).ok()?.floor().ok()?.as_int()?;
    Share::from_millionths(u32::try_from(millionths).ok()?)
}

impl Args {
    fn from_matches(matches: &ArgMatches) -> Self {
        Self {
            package: matches.get_one("package").cloned().unwrap_or_else(|| ".".into()),
            entity: matches.get_one("entity").cloned(),
            count: matches.get_one("communities").or_else(|| matches.get_one("count")).copied(),
            per: matches.get_many("per").into_iter().flatten().cloned().collect(),
            seed: matches.get_one("seed").copied().unwrap_or(1),
            missing: matches.get_one("missing").copied().unwrap_or_default(),
            form: cli::format_of(matches, FORMS),
            out: matches.get_one("out").cloned().unwrap_or_else(|| FOLDER.into()),
            force: matches.get_flag("force"),
        }
    }
}

pub(crate) fn run(matches: &ArgMatches, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    match matches.subcommand() {
        Some(("generate", matches)) => run_generate(&Args::from_matches(matches), ctx),
        _ => Ok(Exit::Usage),
    }
}

fn run_generate(args: &Args, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    let Some(count) = args.count else {
        return Err(ctx.usage("缺少参数 `--communities <个数>`", "missing `--communities <N>`"));
    };
    let Some(prepared) = prepare(&args.package, None, ctx)? else { return Ok(Exit::Usage) };
    let Some(prepared) = prepared.without_errors(ctx)? else { return Ok(Exit::Findings) };
    let machine = &prepared.machine;
    let entity = args.entity.as_ref().map(|it| entity_of(machine, it, ctx)).transpose()?;
    let per = args.per.iter().map(|(name, per)| Ok((entity_of(machine, name, ctx)?, *per)));
    let per = per.collect::<Result<Vec<_>, Failure>>()?;
    let order = Order { entity, count, seed: args.seed, per, missing: args.missing };
    let name = prepared.package.name(&prepared.db);
    let plan = Plan::new(machine, &order).map_err(|error| refusal(error, machine, &name, ctx))?;
    if let Err(error) = ctx.system.create_dir_all(&args.out) {
        return Err(unwritable(&args.out, &error, ctx));
    }
    keep_what_is_there(args, &plan, machine, ctx)?;
    let paths = write(args, &plan, ctx)?;
    for path in &paths {
        writeln!(ctx.out, "{path}")?;
    }
    ctx.out.flush()?;
    let (rows, files) = (plan.rows(), paths.len());
    let (package, out) = (&args.package, &args.out);
    let line = ctx.text(
        format!("已生成 {rows} 行，{files} 个文件；下一步：polis simulate {package} --on {out}"),
        format!("generated {rows} rows in {files} files; next: polis simulate {package} --on {out}"),
    );
    ctx.summary(&line)?;
    Ok(Exit::Clean)
}

/// The entity of this name or title.
fn entity_of(machine: &Machine, name: &str, ctx: &Context<'_, '_>) -> Result<EntityId, Failure> {
    if let Some(found) = find_entity(machine, name) {
        return Ok(found);
    }
    let near = did_you_mean(name, entity_names(machine));
    let near = near.map(|it| format!("\n{}", NameNote::DidYouMean { name: it.into() }.render(ctx.locale)));
    let near = near.unwrap_or_default();
    Err(ctx.usage(format!("没有名为 `{name}` 的对象{near}"), format!("there is no entity `{name}`{near}")))
}

fn refusal(error: PlanError, machine: &Machine, package: &str, ctx: &Context<'_, '_>) -> Failure {
    let name = |it: EntityId| machine.entity_name(it);
    match error {
        PlanError::NoEntities => ctx.usage(
            format!("包 `{package}` 中没有任何条款所适用的对象，无从生成样本；可用 `--entity` 指明对象"),
            format!("no provision of the package `{package}` is about an entity, so there is nothing to generate; name an entity with `--entity`"),
        ),
        PlanError::NoRows => ctx.usage("个数至少为 1", "there must be at least 1 to generate"),
        PlanError::PerWithoutUse(entity) => {
            let name = name(entity);
            ctx.usage(
                format!("`--per {name}=…` 没有用处：`{name}` 没有上级，或不在要生成的对象之中"),
                format!("`--per {name}=…` has no use: `{name}` lies in nothing, or in nothing that is generated"),
            )
        }
        PlanError::NonePer(entity) => {
            let name = name(entity);
            ctx.usage(
                format!("`--per {name}=0`：样本从 `{name}` 一级而来，至少为 1"),
                format!("`--per {name}=0`: the sample rests on `{name}`, so it must be at least 1"),
            )
        }
        PlanError::TooMany => ctx.usage("行数太多，无法计数", "there would be more rows than can be counted"),
    }
}

/// Refuses to overwrite a sample, or to put a second file for an entity beside the first.
fn keep_what_is_there(args: &Args, plan: &Plan<'_>, machine: &Machine, ctx: &Context<'_, '_>) -> Result<(), Failure> {
    let out = &args.out;
    let entries = ctx.system.read_dir(out).map_err(|error| unwritable(out, &error, ctx))?;
    for entry in entries.iter().filter(|it| !it.is_dir) {
        let Some(entity) = sample_entity(machine, &entry.name) else { continue };
        let path = out.join(&entry.name);
        if !args.force {
            return Err(ctx.usage(
                format!("`{path}` 已经存在，不会覆盖；要覆盖，请加 `--force`"),
                format!("`{path}` exists already and is not overwritten; to overwrite it, add `--force`"),
            ));
        }
        let replaced = |it: &&PlannedTable<'_>| it.entity == entity;
        if let Some(table) = plan.tables.iter().find(replaced)
            && entry.name != file_name(table, args.form)
        {
            let new = out.join(file_name(table, args.form));
            return Err(ctx.usage(
                format!("`{path}` 与 `{new}` 是同一对象的样本，不能并存；请先移走前者"),
                format!("`{path}` and `{new}` would both be the sample of one entity; move the first away"),
            ));
        }
    }
    Ok(())
}

fn file_name(table: &PlannedTable<'_>, form: Form) -> String {
    format!("{}.{}", table.name, form.extension())
}

/// Writes the tables, which take their names when all of them are whole: what fails or is interrupted leaves nothing.
fn write(args: &Args, plan: &Plan<'_>, ctx: &Context<'_, '_>) -> Result<Vec<Utf8PathBuf>, Failure> {
    let interrupted = ctx.system.interrupts();
    let mut progress = Progress::new(plan.rows(), ctx);
    let mut files: Vec<(Utf8PathBuf, Box<dyn NewFile>)> = Vec::new();
    for table in &plan.tables {
        let path = args.out.join(file_name(table, args.form));
        let made = &mut |rows| {
            if interrupted.load(Ordering::Relaxed) {
                return Err(io::ErrorKind::Interrupted.into());
            }
            progress.add(rows);
            Ok(())
        };
        let file = ctx.system.create(&path).and_then(|mut file| {
            write_table(table, args.form, &mut file, made)?;
            file.flush()?;
            Ok(file)
        });
        match file {
            Ok(file) => files.push((path, file)),
            Err(_) if interrupted.load(Ordering::Relaxed) => {
                return Err(ctx.interrupted());
            }
            Err(error) => return Err(unwritable(&path, &error, ctx)),
        }
    }
    let mut paths = Vec::new();
    for (path, file) in files {
        file.commit().map_err(|error| unwritable(&path, &error, ctx))?;
        paths.push(path);
    }
    Ok(paths)
}

fn unwritable(path: &Utf8PathBuf, error: &io::Error, ctx: &Context<'_, '_>) -> Failure {
    ctx.usage(format!("无法写入 `{path}`：{error}"), format!("cannot write `{path}`: {error}"))
}

/// A bar on standard error for somebody who waits there.
pub(super) struct Progress {
    rows: u64,
    done: u64,
    begun: Instant,
    watched: bool,
    bar: Option<ProgressBar>,
}

impl Progress {
    pub(super) fn new(rows: u64, ctx: &Context<'_, '_>) -> Self {
        let watched = ctx.err.is_terminal() && !ctx.quiet;
        Self { rows, done: 0, begun: Instant::now(), watched, bar: None }
    }

    pub(super) fn add(&mut self, rows: u64) {
        self.done += rows;
        if let Some(bar) = &self.bar {
            bar.set_position(self.done);
        } else if self.watched && self.begun.elapsed() > PATIENCE {
            let bar = ProgressBar::new(self.rows).with_position(self.done).with_elapsed(self.begun.elapsed());
            if let Ok(style) = ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} {percent}% {eta}") {
                bar.set_style(style);
            }
            self.bar = Some(bar);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_read_without_floats() {
        for (text, millionths) in [("5%", 50_000), ("0.05", 50_000), ("0", 0), ("100%", 1_000_000), ("1", 1_000_000)] {
            assert_eq!(share(text), Share::from_millionths(millionths), "{text}");
        }
        for text in ["101%", "-1%", "五", "", "2"] {
            assert_eq!(share(text), None, "{text}");
        }
    }
}
