//! `polis why`: how a value came about for one jurisdiction.

use camino::Utf8PathBuf;
use clap::{Arg, ArgMatches, Command};
use polis_diagnostic::Locale;
use polis_value::Date;

use super::simulate;
use crate::cli::Setting;
use crate::context::{Context, Failure, pick};
use crate::{Exit, cli};

/// The arguments.
#[expect(dead_code, reason = "the body comes with the evaluator")]
pub(crate) struct Args {
    /// The package's name or path.
    pub(crate) package: Utf8PathBuf,
    /// The rule, quota or structure whose value is asked about.
    pub(crate) name: String,
    /// The jurisdiction, by its id in the sample.
    pub(crate) id: String,
    /// The sample; the manifest's where none is given.
    pub(crate) on: Option<Utf8PathBuf>,
    /// The parameters that are set, in the order of the line.
    pub(crate) set: Vec<Setting>,
    /// The day whose law applies.
    pub(crate) as_of: Option<Date>,
    /// The form of output.
    pub(crate) form: Form,
}

/// A form of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Form {
    /// For reading.
    #[default]
    Text,
    /// For programs.
    Json,
}

const FORMS: &[(&str, Form)] = &[("text", Form::Text), ("json", Form::Json)];

pub(crate) fn command(locale: Locale) -> Command {
    let about = pick(
        locale,
        "说明某个辖区的某个值是怎样得出的",
        "Tell how a value came about for a jurisdiction",
    );
    let name = pick(locale, "规则、员额等条款的名称", "The name of a rule, quota or other provision with a value");
    let id = pick(locale, "辖区在样本中的编号", "The jurisdiction's id in the sample");
    let words = pick(locale, "[选项] <包> <名称> --for <编号>", "[OPTIONS] <PACKAGE> <NAME> --for <ID>");
    cli::command(locale, "why", about, words)
        .arg(simulate::package(locale))
        .arg(cli::positional(locale, "name", pick(locale, "名称", "NAME"), name).required(true).display_order(1))
        .arg(Arg::new("for").long("for").value_name(pick(locale, "编号", "ID")).help(id).required(true))
        .arg(cli::sample(locale))
        .arg(cli::settings(locale))
        .arg(cli::as_of(locale))
        .arg(cli::format(locale, FORMS))
}

impl Args {
    pub(crate) fn from_matches(matches: &ArgMatches) -> Self {
        Self {
            package: matches.get_one("package").cloned().unwrap_or_default(),
            name: matches.get_one("name").cloned().unwrap_or_default(),
            id: matches.get_one("for").cloned().unwrap_or_default(),
            on: matches.get_one("on").cloned(),
            set: cli::settings_of(matches),
            as_of: matches.get_one("as-of").copied(),
            form: cli::format_of(matches, FORMS),
        }
    }
}

pub(crate) fn run(_: &Args, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    Err(ctx.usage("本版本不含 `why` 命令", "the command `why` is not part of this build"))
}
