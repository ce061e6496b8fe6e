//! Places and edits in files.

use polis_db::SourceFile;
use polis_diagnostic::Locale;
use polis_semantic::items::{Item, parsed_file};
use polis_syntax::Span;

/// What features ask: a snapshot of the database.
pub(crate) type Db = polis_db::PolisDatabase;

/// A range of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FileRange {
    /// The file.
    pub file: SourceFile,
    /// Its bytes.
    pub range: Span,
}

/// A replacement in a file; an empty range inserts, an empty text removes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextEdit {
    /// What is replaced.
    pub at: FileRange,
    /// What it is replaced by.
    pub text: String,
}

/// The range of the file that a range of a provision's content stands for.
pub(crate) fn absolute(db: &Db, item: Item<'_>, span: Span) -> FileRange {
    let file = item.file(db);
    let parsed = parsed_file(db, file);
    let range = parsed.find(&item.key(db)).map_or_else(Span::default, |it| it.absolute(span));
    FileRange { file, range }
}

/// The one of the two that the language wants.
pub(crate) fn pick<T>(locale: Locale, zh: T, en: T) -> T {
    match locale {
        Locale::Zh => zh,
        Locale::En => en,
    }
}

/// Brings places into one order, each once: by path, then by offset.
pub(crate) fn order<T: Copy>(db: &Db, all: &mut Vec<T>, at: impl Fn(&T) -> FileRange) {
    all.sort_by_cached_key(|it| {
        let place = at(it);
        (place.file.path(db), place.range)
    });
    all.dedup_by_key(|it| at(it));
}
