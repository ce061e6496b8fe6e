//! The parts of clap's definitions that several commands share, in both languages.

use std::fmt::Write as _;

use camino::Utf8PathBuf;
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command};
use polis_diagnostic::Locale;
use polis_value::Date;

use crate::context::pick;

/// The exit codes, for the help.
pub(crate) fn exit_codes(locale: Locale) -> &'static str {
    pick(
        locale,
        "退出码:\n  0    没有错误\n  1    发现错误，或有测试未通过、有文件需要格式化\n  2    用法有误，或所给文件无法读写\n  101  polis 自身的缺陷",
        "Exit codes:\n  0    no errors\n  1    errors were found, tests failed, or files need formatting\n  2    wrong usage, or files that cannot be read or written\n  101  a bug in polis",
    )
}

/// A command with the form of help that all have. `usage` is what follows its name.
pub(crate) fn command(locale: Locale, name: &'static str, about: &'static str, usage: &str) -> Command {
    let title = pick(locale, "用法:", "Usage:");
    let line = if name == "polis" { format!("polis {usage}") } else { format!("polis {name} {usage}") };
    Command::new(name)
        .about(about)
        .override_usage(line)
        .help_template(format!(
            "{{about-with-newline}}\n\u{1b}[1m\u{1b}[4m{title}\u{1b}[0m {{usage}}\n\n{{all-args}}{{after-help}}"
        ))
        .disable_help_flag(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .next_help_heading(pick(locale, "选项", "Options"))
}

/// Adds what every command ends with.
pub(crate) fn finish(locale: Locale, command: Command) -> Command {
    command.arg(
        Arg::new("help")
            .short('h')
            .long("help")
            .action(ArgAction::Help)
            .help(pick(locale, "显示帮助", "Print this help"))
            .help_heading(pick(locale, "通用选项", "Global options"))
            .display_order(100),
    )
}

/// A positional argument. The help sorts arguments of one order by their ids, so a second one needs a later order.
pub(crate) fn positional(locale: Locale, id: &'static str, name: &'static str, help: &'static str) -> Arg {
    Arg::new(id).value_name(name).help(help).help_heading(pick(locale, "参数", "Arguments")).display_order(0)
}

/// `[PATH…]`, the current folder where none is given.
pub(crate) fn paths(locale: Locale) -> Arg {
    let help = pick(
        locale,
        "包、工作区或 .pol 文件的路径 [默认：当前文件夹]",
        "Packages, workspaces or .pol files [default: the current folder]",
    );
    positional(locale, "paths", pick(locale, "路径", "PATH"), help)
        .display_order(1)
        .num_args(0..)
        .value_parser(clap::value_parser!(Utf8PathBuf))
}

/// The paths that were given, or the current folder.
pub(crate) fn paths_of(matches: &ArgMatches) -> Vec<Utf8PathBuf> {
    let paths: Vec<Utf8PathBuf> = matches.get_many("paths").into_iter().flatten().cloned().collect();
    if paths.is_empty() { vec![".".into()] } else { paths }
}

/// An option with a value of a few words; the first is the default where `default` is set.
pub(crate) fn choice<T>(
    locale: Locale,
    id: &'static str,
    help: &'static str,
    words: &'static [(&'static str, T)],
    default: bool,
) -> Arg {
    let names: Vec<&str> = words.iter().map(|it| it.0).collect();
    let mut help = help.to_owned();
    let list = names.join(pick(locale, "、", ", "));
    let first = names.first().copied().unwrap_or_default();
    // Writing to a string does not fail.
    let _ = match (locale, default) {
        (Locale::Zh, true) => write!(help, " [可选：{list}；默认：{first}]"),
        (Locale::Zh, false) => write!(help, " [可选：{list}]"),
        (Locale::En, true) => write!(help, " [{list}; default: {first}]"),
        (Locale::En, false) => write!(help, " [{list}]"),
    };
    Arg::new(id)
        .long(id)
        .value_name(pick(locale, "值", "VALUE"))
        .help(help)
        .value_parser(PossibleValuesParser::new(names))
        .hide_possible_values(true)
}

/// What was chosen of the words of a [`choice`].
pub(crate) fn chosen<T: Copy>(matches: &ArgMatches, id: &str, words: &[(&str, T)]) -> Option<T> {
    let word = matches.get_one::<String>(id)?;
    words.iter().find(|it| it.0 == word).map(|it| it.1)
}

/// `--format`, the first word is the default.
pub(crate) fn format<T>(locale: Locale, words: &'static [(&'static str, T)]) -> Arg {
    choice(locale, "format", pick(locale, "输出格式", "The form of the output"), words, true)
        .value_name(pick(locale, "格式", "FORM"))
}

/// What was chosen by [`format()`].
pub(crate) fn format_of<T: Copy + Default>(matches: &ArgMatches, words: &[(&str, T)]) -> T {
    chosen(matches, "format", words).unwrap_or_default()
}

/// The form of what a command says of single things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum TextOrJson {
    /// For reading.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// The words of [`TextOrJson`].
pub(crate) const TEXT_OR_JSON: &[(&str, TextOrJson)] = &[("text", TextOrJson::Text), ("json", TextOrJson::Json)];

/// `--on SAMPLE`.
pub(crate) fn sample(locale: Locale) -> Arg {
    let help = pick(
        locale,
        "样本所在的文件夹或文件 [默认：清单文件 [samples] 中的 default]",
        "The folder or file of the sample [default: `default` of the manifest's [samples]]",
    );
    Arg::new("on")
        .long("on")
        .value_name(pick(locale, "样本", "SAMPLE"))
        .help(help)
        .value_parser(clap::value_parser!(Utf8PathBuf))
}

/// A parameter's name and the value that a run sets it to, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setting {
    /// The name of the parameter.
    pub(crate) name: String,
    /// The text of the value, which is an expression of the language.
    pub(crate) value: String,
}

/// `--set NAME=VALUE`, any number of times.
pub(crate) fn settings(locale: Locale) -> Arg {
    let help = pick(
        locale,
        "把参数设为某个值，可多次使用，如 --set 补贴=3万元",
        "Sets a parameter; may be given several times, as in --set allowance=30000yuan",
    );
    let parse = move |text: &str| -> Result<Setting, String> {
        // A full-width sign comes from a Chinese input method.
        let (name, value) = text.split_once(['=', '＝']).unwrap_or((text, ""));
        if name.trim().is_empty() || value.trim().is_empty() {
            return Err(pick(locale, "应写作 `名称=值`", "it must read `NAME=VALUE`").to_owned());
        }
        Ok(Setting { name: name.trim().to_owned(), value: value.trim().to_owned() })
    };
    Arg::new("set")
        .long("set")
        .value_name(pick(locale, "名称=值", "NAME=VALUE"))
        .help(help)
        .action(ArgAction::Append)
        .value_parser(parse)
}

/// What [`settings`] were given, in their order.
pub(crate) fn settings_of(matches: &ArgMatches) -> Vec<Setting> {
    matches.get_many("set").into_iter().flatten().cloned().collect()
}

/// `--as-of DATE`.
pub(crate) fn as_of(locale: Locale) -> Arg {
    let help = pick(
        locale,
        "按该日有效的条款计算，如 2020-01-31 或 2020年1月31日",
        "The day whose law applies, such as 2020-01-31",
    );
    day(locale, "as-of", help)
}

/// `--ID DATE`.
pub(crate) fn day(locale: Locale, id: &'static str, help: &'static str) -> Arg {
    let parse = move |text: &str| -> Result<Date, String> {
        let wrong = || pick(locale, "应为一个日期，如 2020-01-31", "it must be a date such as 2020-01-31").to_owned();
        Date::parse(text).map_err(|_| wrong())
    };
    Arg::new(id).long(id).value_name(pick(locale, "日期", "DATE")).help(help).value_parser(parse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_parted_at_the_first_sign() {
        let command = Command::new("x").arg(settings(Locale::Zh)).arg(as_of(Locale::Zh));
        let matches = command
            .clone()
            .try_get_matches_from(["x", "--set", "补贴＝3万元", "--set", "a = b=c", "--as-of", "2020年1月31日"])
            .unwrap();
        let texts: Vec<String> = settings_of(&matches).iter().map(|it| format!("{}|{}", it.name, it.value)).collect();
        assert_eq!(texts, ["补贴|3万元", "a|b=c"]);
        assert_eq!(matches.get_one::<Date>("as-of").copied(), Date::new(2020, 1, 31).ok());
        for wrong in [["x", "--set", "补贴"], ["x", "--set", "=1"], ["x", "--as-of", "2020-13-01"]] {
            assert!(command.clone().try_get_matches_from(wrong).is_err(), "{wrong:?}");
        }
    }
}
