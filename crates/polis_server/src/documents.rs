//! Open documents and the edits to them.

use camino::{Utf8Path, Utf8PathBuf};
use lsp_types::{TextDocumentContentChangeEvent, Url};
use polis_diagnostic::{ColumnUnit, LineIndex, Position};
use polis_syntax::Span;

/// A document that a client has open.
pub(crate) struct Document {
    /// The client's own spelling of its place.
    pub(crate) uri: Url,
    /// The client's number of its text.
    pub(crate) version: i32,
    /// Its text, line ends and byte order mark as the client has them.
    pub(crate) text: String,
}

/// The path of a document: for what is on no disk, such as an untitled one, a path that nothing else has.
pub(crate) fn path_of(uri: &Url) -> Utf8PathBuf {
    if uri.scheme() == "file"
        && let Ok(path) = uri.to_file_path()
        && let Ok(path) = Utf8PathBuf::from_path_buf(path)
    {
        return polis_db::paths::join(Utf8Path::new("/"), &path);
    }
    let name = uri.path().trim_start_matches('/');
    // An untitled document has no ending, and is a policy as the client says.
    let extension = if Utf8Path::new(name).extension() == Some("pol") { "" } else { ".pol" };
    Utf8PathBuf::from(format!("/{}:/{name}{extension}", uri.scheme()))
}

/// The place of a path in the protocol's terms.
pub(crate) fn uri_of(path: &Utf8Path) -> Option<Url> {
    Url::from_file_path(path).ok()
}

/// Makes changes one after the other; each speaks of the text that the one before left.
pub(crate) fn apply(text: &mut String, changes: Vec<TextDocumentContentChangeEvent>, unit: ColumnUnit) {
    for change in changes {
        let Some(range) = change.range else {
            *text = change.text;
            continue;
        };
        let index = LineIndex::new(text);
        let span = span(text, &index, range, unit);
        text.replace_range(span.start as usize..span.end as usize, &change.text);
    }
}

/// The bytes of a range of the protocol; what lies past the end means the end.
pub(crate) fn span(text: &str, index: &LineIndex, range: lsp_types::Range, unit: ColumnUnit) -> Span {
    let start = offset(text, index, range.start, unit);
    Span::new(start, offset(text, index, range.end, unit).max(start))
}

/// The byte of a position of the protocol.
pub(crate) fn offset(text: &str, index: &LineIndex, position: lsp_types::Position, unit: ColumnUnit) -> u32 {
    index.offset(text, Position { line: position.line, column: position.character }, unit)
}

/// The position of a byte in the protocol's terms.
pub(crate) fn position(text: &str, index: &LineIndex, offset: u32, unit: ColumnUnit) -> lsp_types::Position {
    let at = index.position(text, offset, unit);
    lsp_types::Position::new(at.line, at.column)
}
