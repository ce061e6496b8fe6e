//! `polis explain`: what a code, a kind or any other word of the language means.

mod pages;
mod words;

use std::fmt::Write as _;
use std::io::{self, Write as _};

use clap::{ArgMatches, Command};
use polis_diagnostic::{Entry, Locale, Message, NameNote, did_you_mean};
use polis_syntax::words::{Builtin, Choice, ClauseWord, Face, Keyword, Kind, TypeWord, UnitWord, Word};
use serde_json::{Map, Value as Json, json};

use crate::context::{Context, Failure, pick};
use crate::{Exit, cli};

/// The arguments.
pub(crate) struct Args {
    topic: String,
    form: Form,
}

/// A form of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Form {
    #[default]
    Text,
    Json,
}

const FORMS: &[(&str, Form)] = &[("text", Form::Text), ("json", Form::Json)];

pub(crate) fn command(locale: Locale) -> Command {
    let about =
        pick(locale, "解释检查代码、种类、关键词、条目或函数", "Explain a code, kind, keyword, clause or function");
    let topic = pick(
        locale,
        "检查代码，如 unknown-name；或语言中的任何一个词，中英文均可",
        "A code such as unknown-name, or any word of the language in either face",
    );
    cli::command(locale, "explain", about, pick(locale, "[选项] <词>", "[OPTIONS] <WORD>"))
        .arg(cli::positional(locale, "topic", pick(locale, "词", "WORD"), topic).required(true))
        .arg(cli::format(locale, FORMS))
}

impl Args {
    pub(crate) fn from_matches(matches: &ArgMatches) -> Self {
        Self { topic: matches.get_one("topic").cloned().unwrap_or_default(), form: cli::format_of(matches, FORMS) }
    }
}

/// Something that can be explained.
#[derive(Debug, Clone, Copy)]
pub(super) enum Topic {
    Code(&'static Entry),
    Kind(Kind),
    Clause(ClauseWord),
    Keyword(Keyword),
    Builtin(Builtin),
    Choice(Choice),
    Unit(UnitWord),
    Type(TypeWord),
}

pub(crate) fn run(args: &Args, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    // Words in messages stand in back-quotes, and are copied with them.
    let word = args.topic.trim().trim_matches('`');
    let topics = topics(word);
    if topics.is_empty() {
        return Err(unknown(word, ctx));
    }
    match args.form {
        Form::Text => {
            let texts: Vec<String> = topics.iter().map(|it| text(*it, ctx.locale)).collect();
            ctx.out.write_all(texts.join("\n").as_bytes())?;
        }
        Form::Json => {
            let topics: Vec<Json> = topics.iter().map(|it| document(*it, ctx.locale)).collect();
            serde_json::to_writer_pretty(&mut *ctx.out, &topics).map_err(io::Error::from)?;
            writeln!(ctx.out)?;
        }
    }
    Ok(Exit::Clean)
}

/// Everything that a word means: one spelling may be a clause and a keyword.
fn topics(word: &str) -> Vec<Topic> {
    let exact = topics_of(word);
    if exact.is_empty() { topics_of(&word.to_lowercase().replace('-', "_")) } else { exact }
}

fn topics_of(word: &str) -> Vec<Topic> {
    let mut found = Vec::new();
    found.extend(Message::entries().find(|it| it.code == word).map(Topic::Code));
    found.extend(Kind::rows().filter(|it| it.1.reads(word)).map(|it| Topic::Kind(it.0)));
    found.extend(ClauseWord::rows().filter(|it| it.1.reads(word)).map(|it| Topic::Clause(it.0)));
    found.extend(Keyword::rows().filter(|it| it.1.reads(word)).map(|it| Topic::Keyword(it.0)));
    found.extend(Builtin::rows().filter(|it| it.1.reads(word)).map(|it| Topic::Builtin(it.0)));
    found.extend(Choice::rows().filter(|it| it.1.reads(word)).map(|it| Topic::Choice(it.0)));
    found.extend(UnitWord::rows().filter(|it| it.1.reads(word)).map(|it| Topic::Unit(it.0)));
    found.extend(TypeWord::rows().filter(|it| it.1.reads(word)).map(|it| Topic::Type(it.0)));
    found
}

/// Every word that can be explained.
fn all_words() -> Vec<&'static str> {
    let rows = Kind::rows()
        .map(|it| it.1)
        .chain(ClauseWord::rows().map(|it| it.1))
        .chain(Keyword::rows().map(|it| it.1))
        .chain(Builtin::rows().map(|it| it.1))
        .chain(Choice::rows().map(|it| it.1))
        .chain(UnitWord::rows().map(|it| it.1))
        .chain(TypeWord::rows().map(|it| it.1));
    rows.flat_map(Word::spellings).chain(Message::all_codes()).collect()
}

fn unknown(word: &str, ctx: &Context<'_, '_>) -> Failure {
    let near = did_you_mean(word, all_words());
    let near = near.map(|it| format!("\n{}", NameNote::DidYouMean { name: it.into() }.render(ctx.locale)));
    let near = near.unwrap_or_default();
    ctx.usage(
        format!("没有可解释的 `{word}`{near}\n检查代码见 `polis list codes`，种类见 `polis list kinds`"),
        format!("there is nothing to explain about `{word}`{near}\nsee `polis list codes` and `polis list kinds`"),
    )
}

/// The word for a severity.
pub(super) fn severity_word(severity: &'static str, locale: Locale) -> &'static str {
    match (locale, severity) {
        (Locale::Zh, "error") => "错误",
        (Locale::Zh, "warning") => "警告",
        (Locale::Zh, "info") => "提示",
        _ => severity,
    }
}

/// The page of a code, if there is one.
fn page(code: &str, locale: Locale) -> Option<&'static str> {
    let (_, zh, en) = pages::PAGES.iter().find(|it| it.0 == code)?;
    Some(pick(locale, zh, en))
}

fn text(topic: Topic, locale: Locale) -> String {
    match topic {
        Topic::Code(entry) => code_text(entry, locale),
        Topic::Kind(kind) => words::kind(kind, locale),
        other => match (other.word(), other.noun()) {
            (Some(word), Some((zh, en))) => {
                let mut text = head(word, pick(locale, zh, en), locale);
                words::also(&mut text, word, locale);
                if let Topic::Clause(clause) = other {
                    words::kinds_of(&mut text, clause, locale);
                }
                text
            }
            _ => String::new(),
        },
    }
}

fn code_text(entry: &Entry, locale: Locale) -> String {
    if let Some(page) = page(entry.code, locale) {
        return page.to_owned();
    }
    let severity = severity_word(entry.severity.as_str(), locale);
    let message = pick(locale, entry.chinese, entry.english);
    format!("# {}\n\n{severity}{}{message}\n", entry.code, pick(locale, "：", ": "))
}

/// `员额（quota）：种类` and the documentation.
fn head(word: &Word, noun: &str, locale: Locale) -> String {
    match locale {
        Locale::Zh => format!("{}（{}）：{noun}\n\n  {}\n", word.zh, word.en, word.doc_zh),
        Locale::En => format!("{} ({}): {noun}\n\n  {}\n", word.en, word.zh, word.doc_en),
    }
}

impl Topic {
    /// Its row of the table; a code has none.
    fn word(self) -> Option<&'static Word> {
        Some(match self {
            Self::Code(_) => return None,
            Self::Kind(it) => it.word(),
            Self::Clause(it) => it.word(),
            Self::Keyword(it) => it.word(),
            Self::Builtin(it) => it.word(),
            Self::Choice(it) => it.word(),
            Self::Unit(it) => it.word(),
            Self::Type(it) => it.word(),
        })
    }

    /// What sort of word it is, in Chinese and in English.
    fn noun(self) -> Option<(&'static str, &'static str)> {
        Some(match self {
            Self::Code(_) => return None,
            Self::Kind(_) => ("种类", "kind"),
            Self::Clause(_) => ("条目", "clause"),
            Self::Keyword(_) => ("关键词", "keyword"),
            Self::Builtin(_) => ("函数", "function"),
            Self::Choice(_) => ("可选的值", "choice"),
            Self::Unit(_) => ("单位", "unit"),
            Self::Type(_) => ("类型", "type"),
        })
    }
}

/// A topic as JSON. Keys are stable; texts are in the language of the call.
fn document(topic: Topic, locale: Locale) -> Json {
    let mut map = Map::new();
    if let Topic::Code(entry) = topic {
        map.insert("type".into(), json!("code"));
        map.insert("code".into(), json!(entry.code));
        map.insert("severity".into(), json!(entry.severity.as_str()));
        map.insert("message".into(), json!(pick(locale, entry.chinese, entry.english)));
        map.insert("page".into(), json!(page(entry.code, locale)));
    }
    if let (Some(word), Some((_, noun))) = (topic.word(), topic.noun()) {
        map.insert("type".into(), json!(noun));
        words::fields(&mut map, word, locale);
    }
    match topic {
        Topic::Kind(kind) => words::kind_fields(&mut map, kind, locale),
        Topic::Clause(clause) => {
            let kinds: Vec<&str> = words::holders(clause).map(|it| it.word().en).collect();
            map.insert("kinds".into(), json!(kinds));
        }
        _ => {}
    }
    Json::Object(map)
}

/// The word in the language's face.
fn spelled(word: &Word, locale: Locale) -> &'static str {
    word.spelling(pick(locale, Face::Zh, Face::En))
}

/// Adds a line; writing to a string does not fail.
fn line(text: &mut String, line: &str) {
    let _ = writeln!(text, "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_and_code_is_explained_in_both_languages() {
        for word in all_words() {
            let topics = topics(word);
            assert!(!topics.is_empty(), "{word}");
            for topic in topics {
                for locale in [Locale::Zh, Locale::En] {
                    assert!(text(topic, locale).ends_with('\n'), "{word}");
                    assert!(document(topic, locale)["type"].is_string(), "{word}");
                }
            }
        }
    }

    #[test]
    fn pages_are_those_of_codes() {
        let codes = Message::all_codes();
        for (code, zh, en) in pages::PAGES {
            assert!(codes.contains(code), "there is no code `{code}`, but a page");
            assert!(!zh.is_empty() && !en.is_empty(), "{code}");
        }
        assert!(pages::PAGES.is_sorted_by_key(|it| it.0));
    }
}
