//! The commands, a file each, and the one place that knows them all.

mod asked;
mod check;
mod completions;
mod coverage;
mod diff;
mod explain;
mod fmt;
mod implies;
mod list;
mod lsp;
mod matrix;
mod new;
mod sample;
mod simulate;
mod test;
mod why;
mod why_not;

use std::ffi::OsString;
use std::io::{self, Write as _};

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command};
use polis_db::System;
use polis_diagnostic::{Locale, NameNote, did_you_mean};

use crate::context::{Context, Failure, When, pick, write_error};
use crate::language::locale_of;
use crate::out::Streams;
use crate::{Exit, cli, usage};

/// What a command does with its arguments.
type Run = fn(&ArgMatches, &mut Context<'_, '_>) -> Result<Exit, Failure>;

/// A command: its definition and what it does.
type Entry = (fn(Locale) -> Command, Run);

/// Every command, in the order of the help.
const COMMANDS: &[Entry] = &[
    (check::command, |matches, ctx| check::run(&check::Args::from_matches(matches), ctx)),
    (fmt::command, |matches, ctx| fmt::run(&fmt::Args::from_matches(matches), ctx)),
    (test::command, |matches, ctx| test::run(&test::Args::from_matches(matches), ctx)),
    (simulate::command, |matches, ctx| simulate::run(&simulate::Args::from_matches(matches), ctx)),
    (simulate::compare::command, |matches, ctx| {
        simulate::compare::run(&simulate::compare::Args::from_matches(matches), ctx)
    }),
    (diff::command, |matches, ctx| diff::run(&diff::Args::from_matches(matches), ctx)),
    (matrix::command, |matches, ctx| matrix::run(&matrix::Args::from_matches(matches), ctx)),
    (why::command, |matches, ctx| why::run(&why::Args::from_matches(matches), ctx)),
    (why_not::command, |matches, ctx| why_not::run(&why_not::Args::from_matches(matches), ctx)),
    (implies::command_implies, |matches, ctx| {
        implies::run(&implies::Args::from_matches(matches, implies::Question::Implies), ctx)
    }),
    (implies::command_equivalent, |matches, ctx| {
        implies::run(&implies::Args::from_matches(matches, implies::Question::Equivalent), ctx)
    }),
    (list::command, |matches, ctx| list::run(&list::Args::from_matches(matches), ctx)),
    (coverage::command, |matches, ctx| coverage::run(&coverage::Args::from_matches(matches), ctx)),
    (explain::command, |matches, ctx| explain::run(&explain::Args::from_matches(matches), ctx)),
    (sample::command, sample::run),
    (lsp::command, |_, ctx| lsp::run(ctx)),
    (new::command, |matches, ctx| new::run(&new::Args::from_matches(matches), ctx)),
    (completions::command, |matches, ctx| completions::run(&completions::Args::from_matches(matches), ctx)),
    (help, show_help),
];

/// The whole definition.
pub(crate) fn root(locale: Locale) -> Command {
    let about = pick(
        locale,
        "把政策文件写成可检查、可测试、可模拟的代码",
        "Policies as code that can be checked, tested and simulated",
    );
    let words = pick(locale, "[选项] <命令>", "[OPTIONS] <COMMAND>");
    let global = pick(locale, "通用选项", "Global options");
    let color = pick(locale, "何时使用颜色", "When to colour the output");
    let mut root = cli::command(locale, "polis", about, words)
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand_help_heading(pick(locale, "命令", "Commands"))
        .subcommand_value_name(pick(locale, "命令", "COMMAND"))
        .arg(
            cli::choice(locale, "lang", pick(locale, "消息的语言", "The language of messages"), LANGUAGES, false)
                .value_name(pick(locale, "语言", "LANGUAGE"))
                .global(true)
                .help_heading(global)
                .display_order(101),
        )
        .arg(
            cli::choice(locale, "color", color, &When::WORDS, true)
                .value_name(pick(locale, "何时", "WHEN"))
                .global(true)
                .help_heading(global)
                .display_order(102),
        )
        .arg(
            Arg::new("quiet")
                .short('q')
                .long("quiet")
                .action(ArgAction::SetTrue)
                .global(true)
                .help(pick(locale, "只输出结果，不输出摘要和提示", "Print results only, no summaries or hints"))
                .help_heading(global)
                .display_order(103),
        )
        .arg(
            Arg::new("version")
                .short('V')
                .long("version")
                .action(ArgAction::Version)
                .help(pick(locale, "显示版本", "Print the version"))
                .help_heading(global)
                .display_order(104),
        )
        .after_help(format!("{}\n\n{}", cli::exit_codes(locale), environment(locale)));
    for (definition, _) in COMMANDS {
        root = root.subcommand(cli::finish(locale, definition(locale)));
    }
    cli::finish(locale, root)
}

const LANGUAGES: &[(&str, Locale)] = &[("zh", Locale::Zh), ("en", Locale::En)];

fn environment(locale: Locale) -> &'static str {
    pick(
        locale,
        "环境变量:\n  POLIS_LANG              消息的语言；其次看 LC_ALL、LC_MESSAGES、LANG，都没有则为中文\n  NO_COLOR                不使用颜色",
        "Environment:\n  POLIS_LANG              the language of messages; then LC_ALL, LC_MESSAGES, LANG; else Chinese\n  NO_COLOR                no colours",
    )
}

/// One call.
pub(crate) fn call(args: &[OsString], system: &dyn System, streams: &mut Streams<'_>) -> Exit {
    let locale = locale_of(args, system);
    let result = match root(locale).try_get_matches_from(args) {
        Ok(matches) => dispatch(&matches, locale, system, streams),
        Err(error) => explain_parse(&error, args, locale, system, streams),
    };
    match result {
        Ok(exit) => exit,
        // Nothing can be said where nothing can be written.
        Err(_) => Exit::Usage,
    }
}

fn dispatch(matches: &ArgMatches, locale: Locale, system: &dyn System, streams: &mut Streams<'_>) -> io::Result<Exit> {
    let Some((name, arguments)) = matches.subcommand() else { return Ok(Exit::Usage) };
    let Some((_, run)) = COMMANDS.iter().find(|it| it.0(locale).get_name() == name) else { return Ok(Exit::Usage) };
    let Streams { input, out, err } = streams;
    let mut ctx = Context {
        system,
        locale,
        quiet: arguments.get_flag("quiet"),
        color: cli::chosen(arguments, "color", &When::WORDS).unwrap_or_default(),
        input: &mut **input,
        out,
        err,
    };
    match run(arguments, &mut ctx) {
        Ok(exit) => Ok(exit),
        Err(Failure::Usage(text)) => {
            // Whatever was written before comes first.
            ctx.out.flush()?;
            ctx.error(&text)?;
            Ok(Exit::Usage)
        }
        Err(Failure::Output(error)) => {
            let text = ctx.text(format!("无法写出结果：{error}"), format!("cannot write the output: {error}"));
            ctx.error(&text)?;
            Ok(Exit::Usage)
        }
    }
}

/// What clap has to say: help and version, which are no errors, or what is wrong with the arguments.
fn explain_parse(
    error: &clap::Error,
    args: &[OsString],
    locale: Locale,
    system: &dyn System,
    streams: &mut Streams<'_>,
) -> io::Result<Exit> {
    let when = early_color(args);
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let color = when.colors(system, &streams.out);
            write!(streams.out, "{}", styled(&error.render(), color))?;
            Ok(Exit::Clean)
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let color = when.colors(system, &streams.err);
            write!(streams.err, "{}", styled(&error.render(), color))?;
            Ok(Exit::Usage)
        }
        _ => {
            let color = when.colors(system, &streams.err);
            write_error(&mut streams.err, locale, color, &usage::text(error, locale))?;
            Ok(Exit::Usage)
        }
    }
}

fn styled(text: &clap::builder::StyledStr, color: bool) -> String {
    if color { text.ansi().to_string() } else { text.to_string() }
}

/// `--color` of arguments that could not be parsed.
fn early_color(args: &[OsString]) -> When {
    let mut words = args.iter().filter_map(|it| it.to_str()).take_while(|it| *it != "--");
    while let Some(word) = words.next() {
        let value = if word == "--color" { words.next() } else { word.strip_prefix("--color=") };
        if let Some(found) = When::WORDS.iter().find(|it| Some(it.0) == value) {
            return found.1;
        }
    }
    When::Auto
}

/// `polis help [COMMAND]`.
fn help(locale: Locale) -> Command {
    let about = pick(locale, "显示帮助，或某个命令的帮助", "Print help, or the help of a command");
    let name = pick(locale, "命令", "COMMAND");
    let words = pick(locale, "[命令]", "[COMMAND]");
    cli::command(locale, "help", about, words).arg(cli::positional(
        locale,
        "command",
        name,
        pick(locale, "要了解的命令", "The command to be told about"),
    ))
}

fn show_help(matches: &ArgMatches, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    let mut root = root(ctx.locale);
    // Without this the global options are missing from the commands' help.
    root.build();
    let color = ctx.colors();
    let Some(name) = matches.get_one::<String>("command") else {
        write!(ctx.out, "{}", styled(&root.render_help(), color))?;
        return Ok(Exit::Clean);
    };
    let near = did_you_mean(name, root.get_subcommands().map(Command::get_name));
    let near = near.map(|it| NameNote::DidYouMean { name: it.into() }.render(ctx.locale));
    let near = near.map(|it| format!("\n{it}")).unwrap_or_default();
    let Some(command) = root.find_subcommand_mut(name) else {
        return Err(ctx.usage(format!("没有 `{name}` 这个命令{near}"), format!("there is no command `{name}`{near}")));
    };
    let text = command.render_help();
    write!(ctx.out, "{}", styled(&text, color))?;
    Ok(Exit::Clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound_in_both_languages() {
        for locale in [Locale::Zh, Locale::En] {
            root(locale).debug_assert();
        }
    }

    /// A text that was left in one language shows by its letters. An English one may quote a word.
    #[test]
    fn every_help_is_in_its_language() {
        let is_chinese = |text: &str| text.chars().any(|it| ('\u{3000}'..='\u{ffef}').contains(&it));
        for locale in [Locale::Zh, Locale::En] {
            let mut root = root(locale);
            root.build();
            let commands = std::iter::once(&root).chain(root.get_subcommands());
            for command in commands {
                let args = command.get_arguments().filter_map(|it| it.get_help());
                for text in command.get_about().into_iter().chain(command.get_after_help()).chain(args) {
                    let text = text.to_string();
                    let mention = locale == Locale::En && text.contains("power or 员额");
                    assert!(is_chinese(&text) == (locale == Locale::Zh) || mention, "{}: {text}", command.get_name());
                }
                assert!(command.get_about().is_some(), "{}", command.get_name());
                for arg in command.get_arguments() {
                    assert!(arg.get_help().is_some() && arg.get_help_heading().is_some(), "{arg}");
                }
            }
        }
    }
}
