//! `polis simulate`: what a package's provisions come to for every jurisdiction of a sample.

use camino::Utf8PathBuf;
use clap::{Arg, ArgMatches, Command};
use polis_diagnostic::Locale;
use polis_value::Date;

use crate::cli::Setting;
use crate::context::{Context, Failure, pick};
use crate::{Exit, cli};

/// The arguments.
#[expect(dead_code, reason = "the body comes with the simulator")]
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

pub(crate) fn run(_: &Args, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    Err(ctx.usage("本版本不含 `simulate` 命令", "the command `simulate` is not part of this build"))
}
