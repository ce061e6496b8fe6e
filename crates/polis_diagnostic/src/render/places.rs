//! Spans as paths, lines and columns.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::files::{ColumnUnit, Files, LineIndex, Position, clamp, clamp_shown, saturate};
use crate::model::{FileId, Span};

/// A span as it is shown: lines and columns count from one, and the end is the column after the last one.
pub(super) struct Place<'a> {
    pub(super) path: &'a str,
    pub(super) start: Position,
    pub(super) end: Position,
    pub(super) bytes: Range<usize>,
}

/// Resolves spans; each file's lines are found once.
pub(super) struct Places<'a> {
    files: &'a dyn Files,
    unit: ColumnUnit,
    indexes: BTreeMap<FileId, LineIndex>,
}

impl<'a> Places<'a> {
    pub(super) fn new(files: &'a dyn Files, unit: ColumnUnit) -> Self {
        Self { files, unit, indexes: BTreeMap::new() }
    }

    /// The place exactly, for programs that replace it.
    pub(super) fn resolve(&mut self, span: Span) -> Place<'a> {
        self.place(span.file, clamp(self.files.text(span.file), span))
    }

    /// The place without white space at its end, for people.
    pub(super) fn resolve_shown(&mut self, span: Span) -> Place<'a> {
        self.place(span.file, clamp_shown(self.files.text(span.file), span))
    }

    fn place(&mut self, file: FileId, bytes: Range<usize>) -> Place<'a> {
        let text = self.files.text(file);
        let index = (self.indexes.entry(file)).or_insert_with(|| LineIndex::new(text));
        let before = self.files.lines_before(file);
        let from_one = |offset| {
            let Position { line, column } = index.position(text, saturate(offset), self.unit);
            Position { line: line.saturating_add(before).saturating_add(1), column: column + 1 }
        };
        Place { path: self.files.path(file), start: from_one(bytes.start), end: from_one(bytes.end), bytes }
    }
}
