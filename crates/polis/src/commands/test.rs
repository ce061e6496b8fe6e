//! `polis test`: the tests that stand in the policies.

use camino::Utf8PathBuf;
use clap::{Arg, ArgMatches, Command};
use polis_diagnostic::Locale;

use crate::context::{Context, Failure, pick};
use crate::{Exit, cli};

/// The arguments.
#[expect(dead_code, reason = "the runner comes with the evaluator")]
pub(crate) struct Args {
    /// Packages, workspaces, files.
    pub(crate) paths: Vec<Utf8PathBuf>,
    /// Only tests whose title contains this.
    pub(crate) filter: Option<String>,
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
    let about = pick(locale, "运行政策文件中的测试", "Run the tests that stand in the policies");
    let filter = pick(locale, "只运行标题中含有该文字的测试", "Only tests whose title contains this text");
    cli::command(locale, "test", about, pick(locale, "[选项] [路径]…", "[OPTIONS] [PATH]…"))
        .arg(cli::paths(locale))
        .arg(Arg::new("filter").long("filter").value_name(pick(locale, "文字", "TEXT")).help(filter))
        .arg(cli::format(locale, FORMS))
        .after_help(cli::exit_codes(locale))
}

impl Args {
    pub(crate) fn from_matches(matches: &ArgMatches) -> Self {
        Self {
            paths: cli::paths_of(matches),
            filter: matches.get_one("filter").cloned(),
            form: cli::format_of(matches, FORMS),
        }
    }
}

pub(crate) fn run(_: &Args, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    Err(ctx.usage("本版本不含 `test` 命令", "the command `test` is not part of this build"))
}
