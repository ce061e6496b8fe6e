//! What a command has at hand.

use std::io::{self, Read, Write as _};

use polis_db::System;
use polis_diagnostic::{FullOptions, Locale};

use crate::out::Out;

/// What a command has at hand: the world, the language and the streams.
pub struct Context<'c, 's> {
    /// Disk and environment.
    pub system: &'c dyn System,
    /// The language of everything that is for reading.
    pub locale: Locale,
    /// Whether summaries and hints are left out.
    pub quiet: bool,
    /// When to colour.
    pub color: When,
    /// Standard input.
    pub input: &'c mut (dyn Read + 's),
    /// Standard output: results.
    pub out: &'c mut Out<'s>,
    /// Standard error: what is wrong with the call, and summaries.
    pub err: &'c mut Out<'s>,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum When {
    /// On a terminal, unless `NO_COLOR` is set or the terminal is a dumb one.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl When {
    /// Every choice with its word.
    pub(crate) const WORDS: [(&'static str, Self); 3] =
        [("auto", Self::Auto), ("always", Self::Always), ("never", Self::Never)];

    /// Whether to colour what goes to `out`.
    #[must_use]
    pub fn colors(self, system: &dyn System, out: &Out<'_>) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => {
                out.is_terminal()
                    // Any value but the empty one, as no-color.org has it.
                    && system.env_var("NO_COLOR").is_none_or(|it| it.is_empty())
                    && system.env_var("TERM").is_none_or(|it| it != "dumb")
            }
        }
    }
}

/// Why a command could not do what it was asked for. Findings are no failure.
#[derive(Debug)]
pub enum Failure {
    /// The arguments make no sense, or what they name cannot be read or written; in the language of the call.
    Usage(String),
    /// The output cannot be written.
    Output(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl Context<'_, '_> {
    /// The text of the call's language.
    #[must_use]
    pub fn text<T>(&self, zh: T, en: T) -> T {
        pick(self.locale, zh, en)
    }

    /// The failure with the text of the call's language.
    #[must_use]
    pub fn usage(&self, zh: impl Into<String>, en: impl Into<String>) -> Failure {
        Failure::Usage(pick(self.locale, zh.into(), en.into()))
    }

    /// The user has interrupted what would have written something.
    pub(crate) fn interrupted(&self) -> Failure {
        self.usage("已中断，没有写入任何文件", "interrupted; nothing was written")
    }

    /// Writes a line that sums up what was done to standard error, unless the call is quiet.
    pub fn summary(&mut self, line: &str) -> io::Result<()> {
        if self.quiet { Ok(()) } else { writeln!(self.err, "{line}") }
    }

    /// Writes `error: …` to standard error.
    pub fn error(&mut self, text: &str) -> io::Result<()> {
        let color = self.color.colors(self.system, self.err);
        write_error(self.err, self.locale, color, text)
    }

    /// Whether standard output is coloured.
    #[must_use]
    pub fn colors(&self) -> bool {
        self.color.colors(self.system, self.out)
    }

    /// How findings are drawn on standard output.
    #[must_use]
    pub fn full(&self) -> FullOptions {
        FullOptions { color: self.colors(), ..FullOptions::default() }
    }

    /// How findings are drawn on standard error.
    #[must_use]
    pub fn full_err(&self) -> FullOptions {
        FullOptions { color: self.color.colors(self.system, self.err), ..FullOptions::default() }
    }
}

/// The one of the two that the language wants.
pub(crate) fn pick<T>(locale: Locale, zh: T, en: T) -> T {
    match locale {
        Locale::Zh => zh,
        Locale::En => en,
    }
}

pub(crate) fn write_error(err: &mut Out<'_>, locale: Locale, color: bool, text: &str) -> io::Result<()> {
    let (on, off) = if color { ("\u{1b}[1;31m", "\u{1b}[0m") } else { ("", "") };
    let word = pick(locale, "错误：", "error: ");
    writeln!(err, "{on}{word}{off}{text}")
}
