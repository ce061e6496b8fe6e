//! Workflow commands, which GitHub turns into annotations on the changed lines.

use std::io;

use super::places::Places;
use super::remarks;
use crate::files::{ColumnUnit, Files};
use crate::locale::Locale;
use crate::model::{Diagnostic, Severity};

/// Writes one command per finding; its text holds the labels and remarks as further lines.
pub(super) fn write(
    diagnostics: &[Diagnostic],
    files: &dyn Files,
    locale: Locale,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut places = Places::new(files, ColumnUnit::Char);
    for diagnostic in diagnostics {
        let place = places.resolve(diagnostic.primary.at);
        write!(
            out,
            "::{} file={},line={},col={}",
            command(diagnostic.severity),
            property(place.path),
            place.start.line,
            place.start.column,
        )?;
        if place.end.line == place.start.line {
            // GitHub ignores columns of an annotation over several lines.
            write!(out, ",endColumn={}", place.end.column)?;
        } else {
            write!(out, ",endLine={}", place.end.line)?;
        }
        let mut text = diagnostic.message.render(locale);
        let colon = locale.pick("：", ": ");
        if let Some(note) = &diagnostic.primary.text {
            text = format!("{text}\n{}", note.render(locale));
        }
        for label in &diagnostic.labels {
            let at = places.resolve(label.at);
            let note = label.text.as_ref().map(|note| note.render(locale));
            text = format!("{text}\n{}:{}:{}", at.path, at.start.line, at.start.column);
            if let Some(note) = note {
                text = format!("{text}{colon}{note}");
            }
        }
        for (word, remark) in remarks(diagnostic, locale) {
            text = format!("{text}\n{word}{colon}{remark}");
        }
        writeln!(
            out,
            ",title={}::{}",
            property(diagnostic.code()),
            data(&text)
        )?;
    }
    Ok(())
}

const fn command(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    }
}

/// Escapes the text of a command. The percent sign goes first, else it would escape what the others wrote.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Escapes the value of a property, in which colon and comma have a meaning as well.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::render::fixtures::{Fixture, all};
    use crate::{Format, Locale};

    #[test]
    fn every_fixture_is_one_command_each() {
        assert_snapshot!(all(Format::Github, Locale::Zh), @"");
        assert_snapshot!(all(Format::Github, Locale::En), @"");
    }

    #[test]
    fn nothing_in_a_text_ends_the_command() {
        let text = Fixture::hostile().render(Format::Github, Locale::En);
        assert_snapshot!(text, @"");
    }
}
