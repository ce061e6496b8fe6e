//! Renderers: from findings to text for people and for programs.
//!
//! Every renderer writes the findings in the order in which it is given them; see
//! [`sort_and_dedup`](crate::sort_and_dedup). Text that comes from a policy cannot steer a terminal: control characters are
//! replaced wherever the output is for reading.

mod concise;
mod full;
mod github;
mod json;
mod places;
mod sarif;
mod summary;
mod visible;

use std::io;

pub use full::{CharSet, FullOptions};
pub use summary::Summary;

use crate::files::Files;
use crate::locale::Locale;
use crate::model::{Diagnostic, Severity};

/// A form of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// With the lines of the source, for reading.
    Full(FullOptions),
    /// One line each: `path:line:column: error[code]: message`.
    Concise,
    /// One JSON document; lines and columns count from one, columns in characters, bytes from zero.
    Json,
    /// Workflow commands that GitHub turns into annotations.
    Github,
    /// A SARIF 2.1.0 log.
    Sarif,
}

/// Writes the findings in the given form.
pub fn render(
    format: Format,
    diagnostics: &[Diagnostic],
    files: &dyn Files,
    locale: Locale,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    match format {
        Format::Full(options) => full::write(diagnostics, files, locale, options, out),
        Format::Concise => concise::write(diagnostics, files, locale, out),
        Format::Json => json::write(diagnostics, files, locale, serde_json::Map::new(), out),
        Format::Github => github::write(diagnostics, files, locale, out),
        Format::Sarif => sarif::write(diagnostics, files, locale, out),
    }
}

/// Writes the JSON document of the findings with what else the caller has to say in it, under keys of its own.
pub fn render_json(
    diagnostics: &[Diagnostic],
    files: &dyn Files,
    locale: Locale,
    beside: serde_json::Map<String, serde_json::Value>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    json::write(diagnostics, files, locale, beside, out)
}

/// The same as a string.
#[must_use]
pub fn render_to_string(format: Format, diagnostics: &[Diagnostic], files: &dyn Files, locale: Locale) -> String {
    let mut bytes = Vec::new();
    match render(format, diagnostics, files, locale, &mut bytes) {
        Ok(()) => String::from_utf8_lossy(&bytes).into_owned(),
        // INVARIANT: writing to memory does not fail, and no renderer makes errors of its own.
        Err(error) => error.to_string(),
    }
}

/// The word for a severity in a headline.
const fn severity_word(severity: Severity, locale: Locale) -> &'static str {
    match severity {
        Severity::Error => locale.pick("错误", "error"),
        Severity::Warning => locale.pick("警告", "warning"),
        Severity::Info => locale.pick("提示", "info"),
    }
}

/// Notes and helps in reading order, each with its word; the title of a fix is a help.
fn remarks(diagnostic: &Diagnostic, locale: Locale) -> Vec<(&'static str, String)> {
    let note = locale.pick("说明", "note");
    let help = locale.pick("帮助", "help");
    let notes = diagnostic.notes.iter().map(|text| (note, text));
    let helps = diagnostic.helps.iter().map(|text| (help, text));
    // A help that is also the title of the fix is one piece of advice.
    let fix = diagnostic.fix.iter().filter(|fix| !diagnostic.helps.contains(&fix.title)).map(|fix| (help, &fix.title));
    notes.chain(helps).chain(fix).map(|(word, text)| (word, text.render(locale))).collect()
}

#[cfg(test)]
mod fixtures;
