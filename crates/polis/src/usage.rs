//! clap's errors in the language of the call, in the style of findings: lower case, no period, words in back-quotes.

use std::error::Error as _;
use std::fmt::Write as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use polis_diagnostic::{Locale, NameNote};

use crate::context::pick;

/// The text of an error: what is wrong, what may have been meant, how the command is used.
pub(crate) fn text(error: &clap::Error, locale: Locale) -> String {
    let mut text = message(error, locale);
    let mut line = |line: String| {
        text.push('\n');
        text.push_str(&line);
    };
    let mut kinds = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue]
        .into_iter()
        .flat_map(|it| strings(error, it));
    if let Some(near) = kinds.next() {
        line(NameNote::DidYouMean { name: near.into() }.render(locale));
    }
    let values = strings(error, ContextKind::ValidValue);
    if !values.is_empty() {
        let title = pick(locale, "可选的值：", "the values are ");
        line(format!("{title}{}", quoted(&values, locale)));
    }
    if let Some(usage) = error.get(ContextKind::Usage) {
        // clap's own word for it is English.
        let usage = usage.to_string();
        let usage = usage.trim().strip_prefix("Usage:").unwrap_or(&usage).trim();
        line(format!("\n{} {usage}", pick(locale, "用法:", "Usage:")));
    }
    line(pick(locale, "更多说明见 `--help`", "for more, see `--help`").to_owned());
    text
}

fn message(error: &clap::Error, locale: Locale) -> String {
    let one = |kind| strings(error, kind).into_iter().next().unwrap_or_default();
    let arg = one(ContextKind::InvalidArg);
    let value = one(ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => {
            pick(locale, format!("`{arg}` 缺少值"), format!("`{arg}` needs a value"))
        }
        ErrorKind::InvalidValue => {
            pick(locale, format!("`{arg}` 的值不能是 `{value}`"), format!("`{arg}` cannot be `{value}`"))
        }
        ErrorKind::ValueValidation => {
            let mut text =
                pick(locale, format!("`{arg}` 的值不能是 `{value}`"), format!("`{arg}` cannot be `{value}`"));
            if let Some(source) = error.source() {
                let _ = write!(text, "{}{source}", pick(locale, "：", ": "));
            }
            text
        }
        ErrorKind::UnknownArgument | ErrorKind::TooManyValues => {
            let arg = if value.is_empty() { arg } else { value };
            if arg.starts_with('-') {
                pick(locale, format!("没有 `{arg}` 这个参数"), format!("there is no argument `{arg}`"))
            } else {
                pick(locale, format!("多了参数 `{arg}`"), format!("`{arg}` is one argument too many"))
            }
        }
        ErrorKind::InvalidSubcommand => {
            let name = one(ContextKind::InvalidSubcommand);
            pick(locale, format!("没有 `{name}` 这个命令"), format!("there is no command `{name}`"))
        }
        ErrorKind::MissingRequiredArgument => {
            let missing = quoted(&strings(error, ContextKind::InvalidArg), locale);
            pick(locale, format!("缺少参数 {missing}"), format!("missing {missing}"))
        }
        ErrorKind::ArgumentConflict => {
            let others = strings(error, ContextKind::PriorArg);
            if others.iter().all(|it| *it == arg) {
                pick(locale, format!("`{arg}` 只能使用一次"), format!("`{arg}` can be given only once"))
            } else {
                let others = quoted(&others, locale);
                pick(
                    locale,
                    format!("`{arg}` 不能与 {others} 同时使用"),
                    format!("`{arg}` cannot be used with {others}"),
                )
            }
        }
        ErrorKind::InvalidUtf8 => {
            pick(locale, "参数不是有效的 UTF-8".to_owned(), "an argument is not valid UTF-8".to_owned())
        }
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::NoEquals => {
            pick(locale, format!("`{arg}` 的值的个数不对"), format!("`{arg}` has the wrong number of values"))
        }
        // What else there is does not come from a definition of ours.
        _ => pick(locale, "参数有误".to_owned(), "the arguments are wrong".to_owned()),
    }
}

fn strings(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}

fn quoted(names: &[String], locale: Locale) -> String {
    let names: Vec<String> = names.iter().map(|it| format!("`{it}`")).collect();
    names.join(pick(locale, "、", ", "))
}
