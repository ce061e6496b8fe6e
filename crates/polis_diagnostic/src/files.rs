//! Where the text of files comes from, and lines and columns of byte offsets.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use crate::model::{FileId, Span};

/// What renderers need to know of files. An id that is not known has the path `?` and no text.
pub trait Files {
    /// The path as it is to be shown: relative to the workspace, with `/`.
    fn path(&self, file: FileId) -> &str;
    /// The whole text.
    fn text(&self, file: FileId) -> &str;
    /// How many lines of the file stand before the text, where that is only a part of one too large to be held.
    fn lines_before(&self, _file: FileId) -> u32 {
        0
    }
}

/// Files in memory.
#[derive(Debug, Clone, Default)]
pub struct MemoryFiles {
    files: Vec<(String, String)>,
}

impl MemoryFiles {
    /// Adds a file.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) -> FileId {
        let id = FileId(saturate(self.files.len()));
        self.files.push((path.into(), text.into()));
        id
    }

    fn get(&self, file: FileId) -> Option<&(String, String)> {
        self.files.get(usize::try_from(file.0).ok()?)
    }
}

impl Files for MemoryFiles {
    fn path(&self, file: FileId) -> &str {
        self.get(file).map_or("?", |(path, _)| path)
    }

    fn text(&self, file: FileId) -> &str {
        self.get(file).map_or("", |(_, text)| text)
    }
}

/// What a column counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColumnUnit {
    /// Cells of a terminal: a Chinese character takes two, a tab one.
    Width,
    /// Code units of UTF-16, as editors and SARIF count.
    Utf16,
    /// Characters (Unicode scalar values).
    Char,
    /// Bytes of UTF-8.
    Byte,
}

/// A line and a column, both from zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// The line, from zero.
    pub line: u32,
    /// The column, from zero, in whatever unit was asked for.
    pub column: u32,
}

/// The starts of a text's lines.
///
/// Lines end with LF, CRLF or a lone CR, as the Language Server Protocol has it. Every method takes offsets and lines of
/// any size and clamps them: to the end of the text, to the beginning of a character, and to the end of what the line
/// shows, before its CR or LF. The text must be the one that the index was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Finds the lines of `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let ends_line = |(at, byte): &(usize, &u8)| match byte {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        let after = bytes.iter().enumerate().filter(ends_line).map(|(at, _)| saturate(at + 1));
        Self { starts: std::iter::once(0).chain(after).collect() }
    }

    /// How many lines there are; an empty text has one, and so has what follows a final line end.
    #[must_use]
    pub fn line_count(&self) -> u32 {
        saturate(self.starts.len())
    }

    /// The line that `offset` lies on, from zero.
    #[must_use]
    pub fn line(&self, offset: u32) -> u32 {
        saturate(self.starts.partition_point(|&start| start <= offset)).saturating_sub(1)
    }

    /// The first byte of a line, if there is such a line.
    #[must_use]
    pub fn line_start(&self, line: u32) -> Option<u32> {
        self.starts.get(to_usize(line)).copied()
    }

    /// The bytes of a line without its line end.
    #[must_use]
    pub fn line_range(&self, text: &str, line: u32) -> Range<u32> {
        let line = to_usize(line.min(self.line_count().saturating_sub(1)));
        let start = self.starts.get(line).copied().unwrap_or_default();
        let next = self.starts.get(line + 1).copied().unwrap_or(saturate(text.len()));
        let content = slice(text, start..next).trim_end_matches(['\r', '\n']);
        start..start + saturate(content.len())
    }

    /// The line and column of `offset`.
    #[must_use]
    pub fn position(&self, text: &str, offset: u32, unit: ColumnUnit) -> Position {
        let offset = saturate(floor_char_boundary(text, to_usize(offset)));
        let line = self.line(offset);
        let content = self.line_range(text, line);
        let before = slice(text, content.start..offset.clamp(content.start, content.end));
        Position { line, column: saturate(columns(before, unit)) }
    }

    /// The offset of a line and column. A column inside a character means its beginning.
    #[must_use]
    pub fn offset(&self, text: &str, position: Position, unit: ColumnUnit) -> u32 {
        if position.line >= self.line_count() {
            return saturate(text.len());
        }
        let content = self.line_range(text, position.line);
        let mut left = to_usize(position.column);
        let mut offset = content.start;
        for c in slice(text, content.clone()).chars() {
            let width = column_of_char(c, unit);
            if width > left || left == 0 {
                break;
            }
            left -= width;
            offset += saturate(c.len_utf8());
        }
        offset
    }
}

/// How many columns `text` takes.
pub(crate) fn columns(text: &str, unit: ColumnUnit) -> usize {
    match unit {
        ColumnUnit::Byte => text.len(),
        _ => text.chars().map(|c| column_of_char(c, unit)).sum(),
    }
}

fn column_of_char(c: char, unit: ColumnUnit) -> usize {
    match unit {
        ColumnUnit::Width => c.width().unwrap_or(1),
        ColumnUnit::Utf16 => c.len_utf16(),
        ColumnUnit::Char => 1,
        ColumnUnit::Byte => c.len_utf8(),
    }
}

/// The bytes of `span`, made to fit `text`: in order, within it, and never inside a character.
pub(crate) fn clamp(text: &str, span: Span) -> Range<usize> {
    let start = floor_char_boundary(text, to_usize(span.start));
    let mut end = to_usize(span.end).clamp(start, text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

/// The same without white space at its end: a line end in a span would be underlined as a blank, and that after a block
/// would add a line. A span of nothing but white space becomes empty.
pub(crate) fn clamp_shown(text: &str, span: Span) -> Range<usize> {
    let Range { start, end } = clamp(text, span);
    let shown = text.get(start..end).unwrap_or_default().trim_end();
    start..start + shown.len()
}

fn floor_char_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

fn slice(text: &str, range: Range<u32>) -> &str {
    text.get(to_usize(range.start)..to_usize(range.end)).unwrap_or_default()
}

/// Files over 4 GiB are refused long before anything is found in them.
pub(crate) fn saturate(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

pub(crate) fn to_usize(offset: u32) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(text: &str, offset: usize, unit: ColumnUnit) -> (u32, u32) {
        let at = LineIndex::new(text).position(text, saturate(offset), unit);
        (at.line, at.column)
    }

    #[test]
    fn columns_differ_by_unit() {
        let text = "基数：𠀀x";
        let x = text.find('x').unwrap_or_default();
        assert_eq!(position(text, x, ColumnUnit::Width), (0, 8));
        assert_eq!(position(text, x, ColumnUnit::Utf16), (0, 5));
        assert_eq!(position(text, x, ColumnUnit::Char), (0, 4));
        assert_eq!(position(text, x, ColumnUnit::Byte), (0, 13));
    }

    #[test]
    fn all_line_ends_count_and_take_no_column() {
        let text = "a\r\nb\nc\rd";
        let index = LineIndex::new(text);
        assert_eq!(index.line_count(), 4);
        let lines: Vec<&str> = (0..4).map(|line| slice(text, index.line_range(text, line))).collect();
        assert_eq!(lines, ["a", "b", "c", "d"]);
        // Between CR and LF is still the end of the first line.
        assert_eq!(position(text, 2, ColumnUnit::Char), (0, 1));
        assert_eq!(position(text, 3, ColumnUnit::Char), (1, 0));
    }

    #[test]
    fn the_end_of_the_text_has_a_place() {
        assert_eq!(position("", 0, ColumnUnit::Char), (0, 0));
        assert_eq!(position("a", 1, ColumnUnit::Char), (0, 1));
        assert_eq!(position("a\n", 2, ColumnUnit::Char), (1, 0));
        assert_eq!(position("a\n", 99, ColumnUnit::Char), (1, 0));
    }

    #[test]
    fn offsets_inside_a_character_mean_its_beginning() {
        assert_eq!(position("户数", 1, ColumnUnit::Char), (0, 0));
        assert_eq!(position("户数", 4, ColumnUnit::Char), (0, 1));
        let file = FileId(0);
        assert_eq!(clamp("户数", Span::new(file, 1, 4)), 0..6);
        assert_eq!(clamp("户数", Span::new(file, 5, 2)), 3..3);
        assert_eq!(clamp("户数", Span::new(file, 6, 0)), 6..6);
        assert_eq!(clamp("户数", Span::new(file, 90, 99)), 6..6);
        assert_eq!(clamp("", Span::new(file, 1, 2)), 0..0);
    }

    #[test]
    fn positions_lead_back_to_their_offsets() {
        let text = "员额 甲 {\r\n  基数：𠀀\n}\n";
        let index = LineIndex::new(text);
        for unit in [ColumnUnit::Width, ColumnUnit::Utf16, ColumnUnit::Char, ColumnUnit::Byte] {
            for (offset, c) in text.char_indices() {
                if c != '\n' || !text[..offset].ends_with('\r') {
                    let at = index.position(text, saturate(offset), unit);
                    assert_eq!(index.offset(text, at, unit), saturate(offset), "{unit:?} {offset}");
                }
            }
        }
        let beyond = Position { line: 0, column: 999 };
        assert_eq!(index.offset(text, beyond, ColumnUnit::Utf16), index.line_range(text, 0).end);
        let below = Position { line: 99, column: 0 };
        assert_eq!(index.offset(text, below, ColumnUnit::Utf16), saturate(text.len()));
    }
}
