//! One line each, in the form that editors and `grep` know.

use std::io;

use super::places::Places;
use super::severity_word;
use super::visible::visible;
use crate::files::{ColumnUnit, Files};
use crate::locale::Locale;
use crate::model::Diagnostic;

/// Writes `path:line:column: error[code]: message`; columns count cells of a terminal.
pub(super) fn write(
    diagnostics: &[Diagnostic],
    files: &dyn Files,
    locale: Locale,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut places = Places::new(files, ColumnUnit::Width);
    for diagnostic in diagnostics {
        let place = places.resolve(diagnostic.primary.at);
        writeln!(
            out,
            "{}:{}:{}: {}[{}]: {}",
            visible(place.path),
            place.start.line,
            place.start.column,
            severity_word(diagnostic.severity, locale),
            diagnostic.code(),
            visible(&diagnostic.message.render(locale)),
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use crate::render::fixtures::{Fixture, all};
    use crate::{Format, Locale};

    #[test]
    fn every_fixture_is_one_line_each() {
        assert_snapshot!(all(Format::Concise, Locale::Zh), @"");
        assert_snapshot!(all(Format::Concise, Locale::En), @"");
    }

    #[test]
    fn a_line_stays_a_line() {
        let text = Fixture::hostile().render(Format::Concise, Locale::En);
        assert_snapshot!(text, @"");
    }
}
