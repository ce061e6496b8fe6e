//! `polis simulate`: what a package's provisions come to for every jurisdiction of a sample.

mod batches;
mod data;
mod tables;

use std::io::{self, Write};

use camino::Utf8PathBuf;
use clap::{Arg, ArgMatches, Command};
use polis_diagnostic::{Diagnostic, EvalNote, Locale};
use polis_eval::{EvalError, Run};
use polis_semantic::absolute;
use polis_sim::Simulation;
use polis_value::Date;

use crate::cli::Setting;
use crate::context::{Context, Failure, pick};
use crate::session::{Opened, Request, Session, write_findings};
use crate::{Exit, cli};

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
}

const FORMS: &[(&str, Form)] = &[("table", Form::Table), ("csv", Form::Csv), ("json", Form::Json)];

pub(crate) fn command(locale: Locale) -> Command {
    let about = pick(
        locale,
        "在样本上计算一个包的条款：每个辖区得出什么",
        "Compute a package's provisions for every jurisdiction of a sample",
    );
    let out = pick(locale, "写入文件，而不是标准输出", "Write to a file rather than to standard output");
    cli::command(locale, "simulate", about, pick(locale, "[选项] <包>", "[OPTIONS] <PACKAGE>"))
        .arg(package(locale))
        .arg(cli::sample(locale))
        .arg(cli::settings(locale))
        .arg(cli::as_of(locale))
        .arg(cli::format(locale, FORMS))
        .arg(
            Arg::new("out")
                .long("out")
                .value_name(pick(locale, "文件", "FILE"))
                .help(out)
                .value_parser(clap::value_parser!(Utf8PathBuf)),
        )
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
            form: cli::format_of(matches, FORMS),
            out: matches.get_one("out").cloned(),
        }
    }
}

pub(crate) fn run(args: &Args, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    let request = Request { package: &args.package, on: args.on.as_deref(), set: &args.set, as_of: args.as_of };
    if let Some(exit) = batches::run(args, &request, ctx)? {
        return Ok(exit);
    }
    let session = match Session::open(&request, ctx)? {
        Opened::Ready(session) => session,
        Opened::Findings => return Ok(Exit::Findings),
        Opened::Unreadable => return Ok(Exit::Usage),
    };
    let result = {
        let run = Run::new(&session.machine, &session.world, session.settings.clone());
        polis_sim::simulate(&run)
    };
    if result.tables.is_empty() {
        return Err(ctx.usage(
            format!("样本 `{}` 中没有任何条款所适用的对象", session.sample),
            format!("the sample `{}` has no jurisdiction that any provision is about", session.sample),
        ));
    }
    write_result(args, &session, &result, ctx)?;
    let errors = report_errors(&session, &result, ctx)?;
    Ok(if errors { Exit::Findings } else { Exit::Clean })
}

/// Writes the result to standard output, or whole or not at all to a file.
fn write_result(args: &Args, session: &Session, result: &Simulation, ctx: &mut Context<'_, '_>) -> Result<(), Failure> {
    let locale = ctx.locale;
    let mut bytes = Vec::new();
    match args.form {
        Form::Table => {
            let color = args.out.is_none() && ctx.colors();
            heading(session, locale, &mut bytes)?;
            tables::write(session, result, locale, color, &mut bytes)?;
        }
        Form::Json => writeln!(bytes, "{:#}", data::json(session, result, locale))?,
        Form::Csv => {
            // A spreadsheet that is not told the encoding reads Chinese as gibberish; the mark in a file tells it.
            if args.out.is_some() {
                bytes.extend_from_slice("\u{feff}".as_bytes());
            }
            data::csv(session, result, locale, &mut bytes)?;
        }
    }
    let Some(path) = &args.out else { return Ok(ctx.out.write_all(&bytes)?) };
    ctx.system
        .write_atomic(path, &bytes)
        .map_err(|error| ctx.usage(format!("无法写入 `{path}`：{error}"), format!("cannot write `{path}`: {error}")))?;
    let line = ctx.text(format!("已写入 `{path}`"), format!("wrote `{path}`"));
    Ok(ctx.summary(&line)?)
}

/// What was run on what, under which law.
fn heading(session: &Session, locale: Locale, out: &mut dyn Write) -> io::Result<()> {
    let manifest = session.package.manifest(&session.db);
    let name = manifest.title.clone().unwrap_or_else(|| manifest.name.clone());
    let sample = &session.sample;
    let (law_zh, law_en) = match session.settings.as_of {
        Some(day) => (format!("按 {day} 有效的条款"), format!("provisions in force on {day}")),
        None => ("按最新的条款".to_owned(), "latest provisions".to_owned()),
    };
    let zh = format!("{name}：样本 `{sample}`，{law_zh}");
    let en = format!("{name}: sample `{sample}`, {law_en}");
    writeln!(out, "{}", pick(locale, zh, en))?;
    for (param, value) in &session.settings.set {
        if let Some(def) = session.machine.param_def(*param) {
            let value = session.machine.show(value, &def.ty, &session.world, locale);
            let name = &def.meta.symbol.name;
            writeln!(out, "{}", pick(locale, format!("设定 {name} = {value}"), format!("set {name} = {value}")))?;
        }
    }
    writeln!(out)
}

/// Evaluations without a result, on standard error: each provision's errors by their first jurisdiction, with a count.
fn report_errors(session: &Session, result: &Simulation, ctx: &mut Context<'_, '_>) -> Result<bool, Failure> {
    let mut seen: Vec<(&EvalError, u64)> = Vec::new();
    for error in &result.errors {
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
