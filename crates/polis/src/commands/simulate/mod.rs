//! `polis simulate`: what a package's provisions come to for every jurisdiction of a sample.

pub(super) mod admissions;
mod batches;
mod breaches;
pub(super) mod compare;
mod data;
mod in_force;
mod lines;
pub(super) mod norms;
mod rejects;
mod report;
mod sweep;
mod tables;
mod totals;
mod transplant;
mod years;

use std::io::{self, Write};

use camino::{Utf8Path, Utf8PathBuf};
use clap::{Arg, ArgAction, ArgMatches, Command};
use polis_diagnostic::{Diagnostic, EvalNote, Locale};
use polis_eval::{EntityId, EvalError, Run};
use polis_semantic::absolute;
use polis_sim::{Admissions, BadRows, Holder, Simulation};
use polis_value::Date;
use serde_json::Value as Json;

pub(super) use years::{parse as parse_years, refusal};

use crate::cli::Setting;
use crate::context::{Context, Failure, pick};
use crate::session::{Opened, Request, Session, write_findings};
use crate::{Exit, cli};

use rejects::Rejects;

/// The arguments.
pub(crate) struct Args {
    /// The package's name or path.
    pub(crate) package: Utf8PathBuf,
    /// The sample; the manifest's where none is given.
    pub(crate) on: Option<Utf8PathBuf>,
    /// The parameters that are set, in the order of the line.
    pub(crate) set: Vec<Setting>,
    /// The day whose law applies.
    pub(crate) as_of: Option<Date>,
    /// The scenario that is run.
    pub(crate) scenario: Option<String>,
    /// The first and last year; the scenario's where none are given.
    pub(crate) years: Option<(i16, i16)>,
    /// The parameters that run through values.
    pub(crate) sweeps: Vec<sweep::Sweep>,
    /// How many of their combinations are drawn; all are run where it is not given.
    pub(crate) draw: Option<u64>,
    /// What the draws depend on.
    pub(crate) seed: u64,
    /// What happens to rows of the sample with something wrong.
    pub(crate) bad_rows: BadRows,
    /// Where they are written, if they are left out.
    pub(crate) rejects: Option<Utf8PathBuf>,
    /// Whether a great many runs are meant.
    pub(crate) yes: bool,
    /// Whose provisions are run on the sample, where not the package's own.
    pub(crate) with: Option<Utf8PathBuf>,
    /// Whether only totals are wanted.
    pub(crate) totals: bool,
    /// The form of output.
    pub(crate) form: Form,
    /// Where the result goes; standard output where none is given.
    pub(crate) out: Option<Utf8PathBuf>,
}

/// A form of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Form {
    /// For reading.
    #[default]
    Table,
    /// For spreadsheets.
    Csv,
    /// For programs.
    Json,
    /// A page for decision makers.
    Html,
    /// For databases and data frames.
    Parquet,
}

const FORMS: &[(&str, Form)] = &[
    ("table", Form::Table),
    ("csv", Form::Csv),
    ("json", Form::Json),
    ("html", Form::Html),
    ("parquet", Form::Parquet),
];

/// The forms that are text.
const TEXT_FORMS: &[(&str, Form)] =
    &[("table", Form::Table), ("csv", Form::Csv), ("json", Form::Json), ("html", Form::Html)];

pub(crate) fn command(locale: Locale) -> Command {
    let about = pick(
        locale,
        "在样本上计算一个包的条款：每个辖区得出什么",
        "Compute a package's provisions for every jurisdiction of a sample",
    );
    cli::command(locale, "simulate", about, pick(locale, "[选项] <包>", "[OPTIONS] <PACKAGE>"))
        .arg(package(locale))
        .arg(cli::sample(locale))
        .arg(cli::settings(locale))
        .arg(cli::as_of(locale))
        .arg(cli::format(locale, FORMS))
        .arg(out(locale))
        .arg(totals::arg(locale))
        .args(going_on(locale))
        .args(suppositions(locale))
}

/// `--out FILE`.
pub(super) fn out(locale: Locale) -> Arg {
    Arg::new("out")
        .long("out")
        .value_name(pick(locale, "文件", "FILE"))
        .help(pick(locale, "写入文件，而不是标准输出", "Write to a file rather than to standard output"))
        .value_parser(clap::value_parser!(Utf8PathBuf))
}

/// `--keep-going` and `--rejects FILE`.
fn going_on(locale: Locale) -> [Arg; 2] {
    let keep_going = pick(
        locale,
        "略过样本中有误的行，照算其余各行",
        "Leave out rows of the sample with something wrong, and compute the others",
    );
    let rejects = pick(
        locale,
        "把略过的行连同原因写入文件；有 --out 时默认写在其旁",
        "Write the rows that are left out to a file, with the reasons; beside the results where --out is given",
    );
    [
        Arg::new("keep-going").long("keep-going").action(ArgAction::SetTrue).help(keep_going),
        Arg::new("rejects")
            .long("rejects")
            .value_name(pick(locale, "文件", "FILE"))
            .help(rejects)
            .requires("keep-going")
            .value_parser(clap::value_parser!(Utf8PathBuf)),
    ]
}

/// What makes more than one run, or another than the package's own.
fn suppositions(locale: Locale) -> Vec<Arg> {
    let parse_years = move |text: &str| -> Result<(i16, i16), String> {
        let wrong = || pick(locale, "应为年度，如 2020..2026", "it must be years such as 2020..2026").to_owned();
        years::parse(text).ok_or_else(wrong)
    };
    let parse_sweep = move |text: &str| sweep::Sweep::parse(text, locale);
    let wrong = move || pick(locale, "应为大于零的整数", "it must be a whole number above zero").to_owned();
    let whole = move |text: &str| -> Result<u64, String> { text.trim().parse().map_err(|_| wrong()) };
    let scenario = pick(
        locale,
        "按情景推演：年度、设定、增长、启用和停用",
        "Run a scenario: its years, params, growth and switches",
    );
    let years = pick(
        locale,
        "逐年推演，各年按年末有效的条款，如 2020..2026",
        "Run year by year, each as of its last day, as in 2020..2026",
    );
    let sweep = pick(
        locale,
        "让参数取遍一列值，可多次使用，如 --sweep \"补贴=5..50 万元 步长 5\"",
        "Runs a parameter through values; may be given several times, as in --sweep \"allowance=5..50 yuan step 5\"",
    );
    vec![
        Arg::new("scenario")
            .long("scenario")
            .value_name(pick(locale, "情景", "SCENARIO"))
            .help(scenario)
            .conflicts_with("as-of"),
        Arg::new("years")
            .long("years")
            .value_name(pick(locale, "年度", "YEARS"))
            .help(years)
            .conflicts_with("as-of")
            .value_parser(parse_years),
        Arg::new("sweep")
            .long("sweep")
            .value_name(pick(locale, "名称=值域", "NAME=VALUES"))
            .help(sweep)
            .action(ArgAction::Append)
            .conflicts_with_all(["years", "scenario"])
            .value_parser(parse_sweep),
        Arg::new("draw")
            .long("draw")
            .value_name(pick(locale, "数", "N"))
            .help(pick(
                locale,
                "不取遍各种组合，而是按种子抽取这么多种，并给出分位数",
                "Draw so many of the combinations of --sweep instead of running them all, and give quantiles",
            ))
            .requires("sweep")
            .value_parser(move |text: &str| whole(text).and_then(|it| if it == 0 { Err(wrong()) } else { Ok(it) })),
        Arg::new("seed")
            .long("seed")
            .value_name(pick(locale, "种子", "SEED"))
            .help(pick(
                locale,
                "抽取的种子：同一种子抽到的相同 [默认：1]",
                "The seed of --draw: the same seed draws the same [default: 1]",
            ))
            .requires("draw")
            .value_parser(whole),
        Arg::new("yes").long("yes").action(ArgAction::SetTrue).help(pick(
            locale,
            "超过一百万次运行也照做",
            "Go ahead even with more than a million runs",
        )),
        Arg::new("with")
            .long("with")
            .value_name(pick(locale, "包", "PACKAGE"))
            .help(pick(
                locale,
                "在这些辖区上改用另一城市的条款",
                "Run another city's provisions on these jurisdictions",
            ))
            .value_parser(clap::value_parser!(Utf8PathBuf)),
    ]
}

/// `<PACKAGE>`, which `why` takes too.
pub(super) fn package(locale: Locale) -> Arg {
    let help = pick(locale, "包的名称或路径", "The package's name or path");
    cli::positional(locale, "package", pick(locale, "包", "PACKAGE"), help)
        .required(true)
        .value_parser(clap::value_parser!(Utf8PathBuf))
}

impl Args {
    pub(crate) fn from_matches(matches: &ArgMatches) -> Self {
        Self {
            package: matches.get_one("package").cloned().unwrap_or_default(),
            on: matches.get_one("on").cloned(),
            set: cli::settings_of(matches),
            as_of: matches.get_one("as-of").copied(),
            scenario: matches.get_one("scenario").cloned(),
            years: matches.get_one("years").copied(),
            sweeps: matches.get_many("sweep").into_iter().flatten().cloned().collect(),
            draw: matches.get_one("draw").copied(),
            seed: matches.get_one("seed").copied().unwrap_or(1),
            bad_rows: if matches.get_flag("keep-going") { BadRows::LeftOut } else { BadRows::Stop },
            rejects: matches.get_one("rejects").cloned(),
            yes: matches.get_flag("yes"),
            with: matches.get_one("with").cloned(),
            totals: matches.get_flag("totals"),
            form: cli::format_of(matches, FORMS),
            out: matches.get_one("out").cloned(),
        }
    }
}

pub(crate) fn run(args: &Args, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    if let Some(refused) = refused(args, ctx) {
        return Err(refused);
    }
    let request = Request {
        package: &args.package,
        on: args.on.as_deref(),
        scenario: args.scenario.as_deref(),
        // Another city's parameters are not the package's.
        set: if args.with.is_some() { &[] } else { &args.set },
        as_of: args.as_of,
        bad_rows: args.bad_rows,
    };
    // What supposes anything runs as a whole.
    let supposes = args.scenario.is_some() || args.years.is_some() || !args.sweeps.is_empty() || args.with.is_some();
    let listed = match batches::run(args, &request, supposes, ctx)? {
        batches::Ran::Done(exit) => return Ok(exit),
        batches::Ran::Whole(listed) => listed,
    };
    let mut session = match Session::open(&request, ctx)? {
        Opened::Ready(session) => *session,
        Opened::Findings => return Ok(Exit::Findings),
        Opened::Unreadable => return Ok(Exit::Usage),
    };
    let rejected = std::mem::take(&mut session.rejected);
    if rejected.is_empty() {
        return run_on(args, session, listed, ctx);
    }
    let mut rejects = Rejects::new(args);
    for row in rejected {
        rejects.add(row, ctx).map_err(|error| unwritable(rejects::place(args), &error, ctx))?;
    }
    if let Some(mut left_out) = rejects.done(ctx)? {
        write_findings(&mut left_out.findings, &session.db, ctx)?;
        ctx.summary(&left_out.summary)?;
    }
    match run_on(args, session, listed, ctx)? {
        Exit::Clean => Ok(Exit::Findings),
        other => Ok(other),
    }
}

/// Why a call cannot be carried out, whatever the files say.
fn refused(args: &Args, ctx: &Context<'_, '_>) -> Option<Failure> {
    if let (Some(scenario), Some(with)) = (&args.scenario, &args.with) {
        let package = &args.package;
        return Some(ctx.usage(
            format!("`--scenario` 不能与 `--with` 同用：情景 `{scenario}` 设定、启用和停用的是 `{package}` 自己的参数和条款，`{with}` 没有这些；要按 `{with}` 的情景推演，请用 `polis simulate {with} --scenario …`；只推演年度，请用 `--with {with} --years …`"),
            format!("`--scenario` cannot be used with `--with`: the scenario `{scenario}` sets params and switches provisions of `{package}` itself, which `{with}` has not; for a scenario of `{with}` call `polis simulate {with} --scenario …`, for years alone use `--with {with} --years …`"),
        ));
    }
    if args.totals
        && let Some(refused) = totals::refused(args.form, ctx)
    {
        return Some(refused);
    }
    if args.form != Form::Parquet {
        return None;
    }
    if args.scenario.is_some() || args.years.is_some() || !args.sweeps.is_empty() {
        return Some(not_in_parquet(ctx));
    }
    args.out.is_none().then(|| {
        ctx.usage(
            "Parquet 不是文本，不写到标准输出；请用 `--out 文件` 指明写到哪里，如 `--out 结果.parquet`",
            "Parquet is no text, and is not written to standard output; say where to with `--out FILE`, such as `--out results.parquet`",
        )
    })
}

/// What has more than the results of one run is not written as Parquet.
fn not_in_parquet(ctx: &Context<'_, '_>) -> Failure {
    ctx.usage(
        "`--format parquet` 只用于一次运行的结果；逐年推演、取遍参数和情景的结果请用 `--format csv` 或 `json`",
        "`--format parquet` is for the results of one run; for years, sweeps and scenarios use `--format csv` or `json`",
    )
}

/// Runs on a sample that is there.
fn run_on(args: &Args, session: Session, listed: totals::Listed, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    let (mut session, moved) = match &args.with {
        None => (session, None),
        Some(with) => match transplant::open(session, with, args, ctx)? {
            Ok((session, moved)) => (session, Some(moved)),
            Err(exit) => return Ok(exit),
        },
    };
    if !args.sweeps.is_empty() {
        return sweep::run(args, session, ctx);
    }
    if args.scenario.is_some() || args.years.is_some() {
        return years::run(args, session, ctx);
    }
    let result = {
        let run = Run::new(&session.machine, &session.world, session.settings.clone());
        polis_sim::simulate(&run)
    };
    // The other forms have no place for it.
    let told = matches!(args.form, Form::Table | Form::Json | Form::Html) && listed == totals::Listed::Each;
    let beside = if told { Beside::of(&mut session, &|_| false) } else { Beside::default() };
    if result.tables.is_empty() && session.norms.tables.is_empty() && beside.in_force.is_empty() {
        return Err(nothing(&session, ctx));
    }
    match listed {
        totals::Listed::Each => write_result(args, &session, (&result, &beside), moved.as_ref(), ctx)?,
        _ => totals::write_whole(args, &session, &result, (moved.as_ref(), listed), ctx)?,
    }
    let errors = report_errors(&session, &result.errors, ctx)?;
    Ok(if errors { Exit::Findings } else { Exit::Clean })
}

/// What a run tells beside its tables.
#[derive(Default)]
struct Beside {
    in_force: Vec<Holder>,
    admissions: Vec<Admissions>,
}

impl Beside {
    /// With how norms were kept, which the session keeps. `populated` tells which entities have jurisdictions that are not
    /// at hand.
    fn of(session: &mut Session, populated: &dyn Fn(EntityId) -> bool) -> Self {
        session.judge_norms(populated);
        let Session { machine, world, settings, .. } = session;
        Self {
            in_force: polis_sim::in_force(machine, world, settings, populated),
            admissions: polis_sim::admissions(machine, world, settings),
        }
    }

    /// The same for programs.
    fn json(&self, session: &Session, locale: Locale) -> [(String, Json); 3] {
        let norms = norms::Words { session, norms: &session.norms, locale }.json();
        [
            ("admissions".to_owned(), admissions::json(session, &self.admissions, locale)),
            ("norms".to_owned(), norms),
            ("in_force".to_owned(), in_force::json(session, &self.in_force, locale)),
        ]
    }
}

/// There is nothing to compute.
fn nothing(session: &Session, ctx: &Context<'_, '_>) -> Failure {
    ctx.usage(
        format!("样本 `{}` 中没有任何条款所适用的对象", session.sample),
        format!("the sample `{}` has no jurisdiction that any provision is about", session.sample),
    )
}

/// Writes the result to standard output, or whole or not at all to a file.
fn write_result(
    args: &Args,
    session: &Session,
    (result, beside): (&Simulation, &Beside),
    moved: Option<&transplant::Moved>,
    ctx: &mut Context<'_, '_>,
) -> Result<(), Failure> {
    let locale = ctx.locale;
    let mut bytes = Vec::new();
    match args.form {
        Form::Table => {
            let color = args.out.is_none() && ctx.colors();
            heading(session, moved, locale, &mut bytes)?;
            tables::write_tables(session, result, locale, color, &mut bytes)?;
            let mut after = Vec::new();
            let run = Run::new(&session.machine, &session.world, session.settings.clone());
            breaches::write(session, &run, result, locale, &mut after)?;
            admissions::write(session, &beside.admissions, locale, color, &mut after)?;
            norms_on_day(session, locale, color, &mut after)?;
            in_force::write(session, &beside.in_force, locale, color, &mut after)?;
            tables::missing(session, &result.missing, locale, &mut after)?;
            if let Some(moved) = moved {
                moved.write(locale, &mut after)?;
            }
            // The blank line before it parts it from tables, if there are any.
            let begin = usize::from(result.tables.is_empty() && after.first() == Some(&b'\n'));
            bytes.extend(after.drain(begin..));
        }
        Form::Json => {
            let mut document = data::json(session, result, locale);
            if let Some(document) = document.as_object_mut() {
                document.extend(beside.json(session, locale));
            }
            if let (Some(moved), Some(document)) = (moved, document.as_object_mut()) {
                document.insert("of".into(), moved.home.as_str().into());
                document.insert("lost".into(), moved.lines(locale).into());
            }
            writeln!(bytes, "{document:#}")?;
        }
        Form::Html => bytes = report::bytes(&report::page_of_run(session, (result, beside), moved, ctx))?,
        Form::Csv => {
            // A spreadsheet that is not told the encoding reads Chinese as gibberish; the mark in a file tells it.
            if args.out.is_some() {
                bytes.extend_from_slice("\u{feff}".as_bytes());
            }
            data::csv(session, result, locale, &mut bytes)?;
        }
        Form::Parquet => return lines::write_parquet(args, session, result, ctx),
    }
    deliver(args.out.as_deref(), &bytes, ctx)
}

/// How norms were kept, where there is anything to hold them against.
fn norms_on_day(session: &Session, locale: Locale, color: bool, out: &mut dyn Write) -> io::Result<()> {
    let norms = &session.norms;
    if let (Some(day), Some(_)) = (norms.as_of, &norms.log) {
        let year = day.year();
        let zh = format!("规范的频次和期限（{year} 年，截至 {day}）");
        writeln!(out, "\n{}", pick(locale, zh, format!("frequencies and deadlines of norms ({year}, up to {day})")))?;
    }
    norms::Words { session, norms, locale }.write(color, out)
}

/// Writes results to standard output, or whole or not at all to a file.
pub(super) fn deliver(path: Option<&Utf8Path>, bytes: &[u8], ctx: &mut Context<'_, '_>) -> Result<(), Failure> {
    let Some(path) = path else { return Ok(ctx.out.write_all(bytes)?) };
    ctx.system.write_atomic(path, bytes).map_err(|error| unwritable(path, &error, ctx))?;
    wrote(path, ctx)
}

fn unwritable(path: &Utf8Path, error: &io::Error, ctx: &Context<'_, '_>) -> Failure {
    ctx.usage(format!("无法写入 `{path}`：{error}"), format!("cannot write `{path}`: {error}"))
}

fn wrote(path: &Utf8Path, ctx: &mut Context<'_, '_>) -> Result<(), Failure> {
    let line = ctx.text(format!("已写入 `{path}`"), format!("wrote `{path}`"));
    Ok(ctx.summary(&line)?)
}

/// The lines of a run as CSV, each beginning with cells that say which run it was; the head comes where it is given.
fn prefixed_csv(
    session: &Session,
    result: &Simulation,
    head: Option<&[String]>,
    prefix: &[String],
    locale: Locale,
    out: &mut dyn Write,
) -> io::Result<()> {
    if let Some(head) = head {
        let mut writer = csv::Writer::from_writer(&mut *out);
        writer.write_record(head.iter().map(String::as_str).chain(data::headings(locale)))?;
        writer.flush()?;
    }
    data::prefixed_csv(session, result, prefix, locale, out)
}

/// What was run on what, under which law.
fn heading(
    session: &Session,
    moved: Option<&transplant::Moved>,
    locale: Locale,
    out: &mut dyn Write,
) -> io::Result<()> {
    let manifest = session.package.manifest(&session.db);
    let (name, sample) = (manifest.display_name(), &session.sample);
    let (law_zh, law_en) = match session.settings.as_of {
        Some(day) => (format!("按 {day} 有效的条款"), format!("provisions in force on {day}")),
        None => ("按最新的条款".to_owned(), "latest provisions".to_owned()),
    };
    let (of_zh, of_en) = match moved {
        Some(moved) => (format!("{}的", moved.home), format!(" of {}", moved.home)),
        None => (String::new(), String::new()),
    };
    let zh = format!("{name}：{of_zh}样本 `{sample}`，{law_zh}");
    let en = format!("{name}: sample `{sample}`{of_en}, {law_en}");
    writeln!(out, "{}", pick(locale, zh, en))?;
    set_lines(session, locale, out)?;
    writeln!(out)
}

/// The parameters that are set, a line each.
fn set_lines(session: &Session, locale: Locale, out: &mut dyn Write) -> io::Result<()> {
    for (param, value) in &session.settings.set {
        if let Some(def) = session.machine.param_def(*param) {
            let value = session.machine.show(value, &def.ty, &session.world, locale);
            let name = &def.meta.symbol.name;
            writeln!(out, "{}", pick(locale, format!("设定 {name} = {value}"), format!("set {name} = {value}")))?;
        }
    }
    Ok(())
}

/// Evaluations without a result, on standard error: each provision's errors by their first jurisdiction, with a count.
fn report_errors(session: &Session, errors: &[EvalError], ctx: &mut Context<'_, '_>) -> Result<bool, Failure> {
    let mut seen: Vec<(&EvalError, u64)> = Vec::new();
    for error in errors {
        match seen
            .iter_mut()
            .find(|it| it.0.symbol == error.symbol && it.0.span == error.span && it.0.kind == error.kind)
        {
            Some(first) => first.1 += 1,
            None => seen.push((error, 0)),
        }
    }
    let mut found: Vec<Diagnostic> = seen
        .iter()
        .filter_map(|(error, more)| {
            let diagnostic = session.machine.error_diagnostic(error, &session.world)?;
            let diagnostic = absolute(&session.db, &diagnostic);
            Some(if *more > 0 { diagnostic.note(EvalNote::AndMore { count: *more }) } else { diagnostic })
        })
        .collect();
    write_findings(&mut found, &session.db, ctx)?;
    Ok(!found.is_empty())
}
