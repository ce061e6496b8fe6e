//! `polis lsp`: the language server on standard input and output.

use std::ffi::OsString;
use std::io;
use std::sync::Arc;

use clap::Command;
use polis_db::{OsSystem, System};
use polis_diagnostic::Locale;
use polis_server::RunnerOutput;

use crate::context::{Context, Failure, pick};
use crate::out::{Out, Streams};
use crate::{Exit, cli};

pub(crate) fn command(locale: Locale) -> Command {
    let about = pick(
        locale,
        "启动供编辑器使用的语言服务（标准输入输出）",
        "Start the language server that editors use, on standard input and output",
    );
    let after = pick(
        locale,
        "由编辑器启动，不必手工运行。消息的语言依次看编辑器的设置 `polis.language`、编辑器的语言、环境变量。",
        "Editors start it; there is no need to run it by hand. Messages are in the language of the setting\n`polis.language`, else of the editor, else of the environment.",
    );
    cli::command(locale, "lsp", about, pick(locale, "[选项]", "[OPTIONS]"))
        // Editors pass it to every server.
        .arg(clap::Arg::new("stdio").long("stdio").action(clap::ArgAction::SetTrue).help(pick(
            locale,
            "使用标准输入输出（缺省即如此）",
            "Use standard input and output, which is the default",
        )))
        .after_help(after)
}

pub(crate) fn run(ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    // The threads of the server outlive this call's borrows, so they have a system of their own.
    let system: Arc<dyn System> = Arc::new(OsSystem);
    let code = polis_server::serve_stdio(system, ctx.locale, Some(Arc::new(call)))?;
    Ok(match code {
        0 => Exit::Clean,
        101 => Exit::Bug,
        _ => Exit::Findings,
    })
}

/// Another command of this program, for an editor: its words, and the world as the editor sees it.
fn call(words: &[String], system: &dyn System) -> RunnerOutput {
    let args: Vec<OsString> =
        std::iter::once("polis").chain(words.iter().map(String::as_str)).map(Into::into).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut streams =
        Streams { input: &mut io::empty(), out: Out::new(&mut out, false), err: Out::new(&mut err, false) };
    let code = crate::run(&args, system, &mut streams).code();
    drop(streams);
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    RunnerOutput { code, out: text(out), err: text(err) }
}
