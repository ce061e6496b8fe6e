//! Helpers for the tests of this crate and of those above.

use std::fmt::Write as _;
use std::ops::Range;

use camino::Utf8Path;
use polis_diagnostic::{Diagnostic, Files, Locale, Span};

use crate::database::PolisDatabase;
use crate::system::MemorySystem;
use crate::workspace::{Loaded, load_into};

/// Files written as one text, each under a line `//- /path`, and places marked in them.
///
/// A marker is a word in capitals between `<` and `>`, such as `<CURSOR>`; it is taken out of the text. The indentation
/// of the first header is taken off every line. A text without headers is the file `/main.pol`.
///
/// ```
/// let fixture = polis_db::testing::Fixture::parse(
///     "
///     //- /changchun/polis.toml
///     [package]
///     name = \"changchun\"
///     //- /changchun/a.pol
///     员额 <CURSOR>甲 {}
///     ",
/// );
/// let loaded = fixture.load("/changchun");
/// assert_eq!(loaded.targets.len(), 1);
/// assert_eq!(fixture.cursor().map(|it| it.offset), Some(7));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fixture {
    /// The files, in the order of the text.
    pub files: Vec<FixtureFile>,
    /// The markers, in the order of the text.
    pub markers: Vec<Marker>,
}

/// A file of a fixture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixtureFile {
    /// Its path, absolute.
    pub path: String,
    /// Its text, without markers.
    pub text: String,
}

/// A marked place of a fixture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    /// The word between the brackets.
    pub name: String,
    /// The path of the file as a database from [`Fixture::load`] shows it: without the first `/`.
    pub path: String,
    /// The offset in the file's text.
    pub offset: u32,
}

impl Fixture {
    /// Reads a listing.
    #[must_use]
    pub fn parse(listing: &str) -> Self {
        let mut fixture = Self::default();
        let header = listing.lines().find(|it| it.trim_start().starts_with("//- "));
        let Some(header) = header else {
            fixture.add("/main.pol", listing);
            return fixture;
        };
        let indentation = header.len() - header.trim_start().len();
        let mut file: Option<(&str, String)> = None;
        for line in listing.split_inclusive('\n') {
            let blanks = line.len() - line.trim_start_matches(' ').len();
            let line = line.get(blanks.min(indentation)..).unwrap_or_default();
            if let Some(path) = line.strip_prefix("//- ") {
                if let Some((path, text)) = file.replace((path.trim(), String::new())) {
                    fixture.add(path, &text);
                }
            } else if let Some((_, text)) = &mut file {
                text.push_str(line);
            }
        }
        if let Some((path, text)) = file {
            fixture.add(path, &text);
        }
        fixture
    }

    fn add(&mut self, path: &str, text: &str) {
        let mut kept = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, range)) = next_marker(rest) {
            kept.push_str(before);
            self.markers.push(Marker {
                name: rest.get(range.start + 1..range.end - 1).unwrap_or_default().into(),
                path: path.trim_start_matches('/').into(),
                offset: u32::try_from(kept.len()).unwrap_or(u32::MAX),
            });
            rest = rest.get(range.end..).unwrap_or_default();
        }
        kept.push_str(rest);
        self.files.push(FixtureFile { path: path.into(), text: kept });
    }

    /// The first marker of this name.
    #[must_use]
    pub fn marker(&self, name: &str) -> Option<&Marker> {
        self.markers.iter().find(|it| it.name == name)
    }

    /// The marker `<CURSOR>`.
    #[must_use]
    pub fn cursor(&self) -> Option<&Marker> {
        self.marker("CURSOR")
    }

    /// The files as a disk, with `/` as the current folder.
    #[must_use]
    pub fn system(&self) -> MemorySystem {
        self.files.iter().fold(MemorySystem::new(), |system, it| system.with_file(&it.path, &it.text))
    }

    /// Loads a target from the files.
    #[must_use]
    pub fn load(&self, target: &str) -> Loaded {
        load_into(PolisDatabase::logged(), &self.system(), Utf8Path::new(target))
    }
}

/// The text before the next marker and the marker's place.
fn next_marker(text: &str) -> Option<(&str, Range<usize>)> {
    text.match_indices('<').find_map(|(start, _)| {
        let (name, _) = text.get(start + 1..)?.split_once('>')?;
        let is_name = !name.is_empty() && name.bytes().all(|it| it.is_ascii_uppercase() || it == b'_');
        is_name.then_some((text.get(..start)?, start..start + name.len() + 2))
    })
}

/// The text of a place.
#[must_use]
pub fn underlined(files: &dyn Files, at: Span) -> &str {
    files.text(at.file).get(at.start as usize..at.end as usize).unwrap_or("?")
}

/// Findings in a form that reads well in a test, in English: for each the message with its place as text, then the other
/// places, notes, helps and the fix.
#[must_use]
pub fn listing(files: &dyn Files, diagnostics: &[Diagnostic]) -> String {
    let mut out = String::new();
    let place = |at: Span| format!("{} «{}»", files.path(at.file), underlined(files, at));
    for diagnostic in diagnostics {
        let Diagnostic { message, severity, primary, labels, notes, helps, fix } = diagnostic;
        // Writing to a string does not fail.
        let _ =
            writeln!(out, "{severity}[{}] {}: {}", diagnostic.code(), place(primary.at), message.render(Locale::En));
        for label in [primary].into_iter().chain(labels) {
            if let Some(text) = &label.text {
                let _ = writeln!(out, "  at {}: {}", place(label.at), text.render(Locale::En));
            }
        }
        for note in notes {
            let _ = writeln!(out, "  note: {}", note.render(Locale::En));
        }
        for help in helps {
            let _ = writeln!(out, "  help: {}", help.render(Locale::En));
        }
        if let Some(fix) = fix {
            let _ = writeln!(out, "  fix: {}", fix.title.render(Locale::En));
            for edit in &fix.edits {
                let _ = writeln!(out, "    {} -> «{}»", place(edit.at), edit.text);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listings_are_split_and_markers_taken_out() {
        let fixture =
            Fixture::parse("\n  //- /a/polis.toml\n  [package]\n    x = 1\n  //- /a/b.pol\n  甲<CURSOR>乙 < <END>\n");
        let files: Vec<(&str, &str)> = fixture.files.iter().map(|it| (it.path.as_str(), it.text.as_str())).collect();
        assert_eq!(files, [("/a/polis.toml", "[package]\n  x = 1\n"), ("/a/b.pol", "甲乙 < \n")]);
        let cursor = fixture.cursor().unwrap();
        assert_eq!((cursor.path.as_str(), cursor.offset), ("a/b.pol", 3));
        assert_eq!(fixture.marker("END").map(|it| it.offset), Some(9));
        assert_eq!(fixture.marker("START"), None);
    }

    #[test]
    fn a_text_without_headers_is_one_file() {
        let loaded = Fixture::parse("// 甲").load("/main.pol");
        assert_eq!(loaded.db.file_at("main.pol").map(|it| it.text(&loaded.db).text().to_owned()), Some("// 甲".into()));
    }
}
