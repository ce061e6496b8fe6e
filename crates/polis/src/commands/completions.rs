//! `polis completions`: what a shell needs to complete the command line.

use std::io::Write as _;

use clap::{ArgMatches, Command};
use clap_complete::Shell;
use polis_diagnostic::Locale;

use crate::context::{Context, Failure, pick};
use crate::{Exit, cli};

/// The arguments.
pub(crate) struct Args {
    shell: Shell,
}

const SHELLS: &[(&str, Shell)] = &[
    ("bash", Shell::Bash),
    ("zsh", Shell::Zsh),
    ("fish", Shell::Fish),
    ("powershell", Shell::PowerShell),
    ("elvish", Shell::Elvish),
];

pub(crate) fn command(locale: Locale) -> Command {
    let about = pick(locale, "输出命令行补全脚本", "Print a script by which a shell completes the command line");
    let shell = pick(
        locale,
        "命令行环境 [可选：bash、zsh、fish、powershell、elvish]",
        "The shell [bash, zsh, fish, powershell, elvish]",
    );
    cli::command(locale, "completions", about, "<SHELL>").arg(
        cli::positional(locale, "shell", "SHELL", shell)
            .required(true)
            .hide_possible_values(true)
            .value_parser(clap::builder::PossibleValuesParser::new(SHELLS.iter().map(|it| it.0))),
    )
}

impl Args {
    pub(crate) fn from_matches(matches: &ArgMatches) -> Self {
        Self { shell: cli::chosen(matches, "shell", SHELLS).unwrap_or(Shell::Bash) }
    }
}

pub(crate) fn run(args: &Args, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    // To memory first: clap panics where a write fails.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut crate::command(ctx.locale), "polis", &mut script);
    ctx.out.write_all(&script)?;
    Ok(Exit::Clean)
}
