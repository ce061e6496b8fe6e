//! The findings about one file.

use std::ops::Range;

use polis_diagnostic::{Diagnostic, FileId, Fix, NameNote, SampleMessage, SampleNote, Span, did_you_mean};
use smol_str::SmolStr;

/// How many findings about one file are kept in full.
pub(super) const MOST_KEPT: usize = 100;

/// More names than these are no help.
pub(super) const MOST_LISTED: usize = 12;

/// The findings about one file. Only the first [`MOST_KEPT`] are built at all: a wrong column of a large table has as many
/// errors as rows, and placing and wording each takes longer than reading the table.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) file: FileId,
    kept: Vec<Diagnostic>,
    more: u64,
    /// The place of the first that is not kept.
    from: Option<Span>,
    /// The names of the columns of a file that has rows and columns but no text.
    columns: Option<Vec<SmolStr>>,
}

/// Places in a file without a text: the number of a row where a byte would be, and one more than the column for the end.
/// They never leave [`Report`], which turns them into notes.
pub(super) mod rows {
    use std::ops::Range;

    pub(in crate::samples) fn place(row: usize, column: Option<u32>) -> Range<usize> {
        row..column.map_or(0, |it| it as usize + 1)
    }
}

impl Report {
    pub(super) fn new(file: FileId) -> Self {
        Self { file, kept: Vec::new(), more: 0, from: None, columns: None }
    }

    /// The place of these bytes.
    pub(super) fn at(&self, bytes: Range<usize>) -> Span {
        // INVARIANT: longer texts are refused, so offsets fit.
        let offset = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
        Span::new(self.file, offset(bytes.start), offset(bytes.end))
    }

    /// Says that the file has no text, and what its columns are called.
    pub(super) fn name_columns(&mut self, columns: Vec<SmolStr>) {
        self.columns = Some(columns);
    }

    /// The place of a cell of a file without a text.
    pub(super) fn cell(&self, row: u64, column: u32) -> Span {
        self.at(rows::place(usize::try_from(row).unwrap_or(usize::MAX), Some(column)))
    }

    /// Turns places that are no bytes into notes.
    fn settle(&self, mut diagnostic: Diagnostic) -> Diagnostic {
        let Some(columns) = &self.columns else { return diagnostic };
        let Span { start: row, end: column, .. } = diagnostic.primary.at;
        diagnostic.primary.at = Span::new(self.file, 0, 0);
        // What else the file says is told by the message; there is nothing that could be underlined or replaced.
        diagnostic.labels.retain(|it| it.at.file != self.file);
        if let Some(fix) = diagnostic.fix.take() {
            diagnostic.helps.push(fix.title);
        }
        let column = usize::try_from(column).ok().and_then(|it| columns.get(it.checked_sub(1)?)).cloned();
        match (row, column) {
            (0, None) => diagnostic,
            (0, Some(column)) => diagnostic.note(SampleNote::AtColumn { column }),
            (row, None) => diagnostic.note(SampleNote::AtRow { row: row.into() }),
            (row, Some(column)) => diagnostic.note(SampleNote::AtCell { row: row.into(), column }),
        }
    }

    /// A finding that is not added.
    pub(super) fn made(&self, build: impl FnOnce(&Self) -> Diagnostic) -> Diagnostic {
        self.settle(build(self))
    }

    /// Adds a finding, which is built only if it is kept.
    pub(super) fn push(&mut self, build: impl FnOnce(&Self) -> Diagnostic) {
        if self.kept.len() < MOST_KEPT {
            let diagnostic = self.settle(build(self));
            self.kept.push(diagnostic);
            return;
        }
        if self.from.is_none() {
            self.from = Some(self.settle(build(self)).primary.at);
        }
        self.more += 1;
    }

    /// Whether nothing was found.
    pub(super) fn is_empty(&self) -> bool {
        self.kept.is_empty() && self.from.is_none()
    }

    /// What has been found so far, and how many findings are not kept; more may follow.
    pub(super) fn take(&mut self) -> (Vec<Diagnostic>, u64) {
        self.from = None;
        (std::mem::take(&mut self.kept), std::mem::take(&mut self.more))
    }

    /// The findings, with one more for those that are left out.
    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        if let Some(at) = self.from {
            self.kept.push(Diagnostic::new(SampleMessage::SampleMoreErrors { count: self.more }, at));
        }
        self.kept
    }
}

/// The nearest of the candidates.
pub(super) fn suggest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    did_you_mean(name, candidates)
}

/// Offers `near` instead of what stands at the diagnostic's place: as a change that can be applied, unless it would have
/// to be quoted.
pub(super) fn offer(diagnostic: Diagnostic, near: &str) -> Diagnostic {
    let title = NameNote::DidYouMean { name: near.into() };
    if near.contains(['"', '\\', ',', ';', '\t', '\n', '\r']) {
        return diagnostic.help(title);
    }
    let at = diagnostic.primary.at;
    diagnostic.fix(Fix::suggestion(title, at, near))
}

/// A text of the sample as a message shows it: on one line, and not for ever.
pub(super) fn clip(text: &str) -> SmolStr {
    const MOST: usize = 40;
    let mut shown: String =
        text.trim().chars().take(MOST).map(|it| if it.is_control() || it == '`' { ' ' } else { it }).collect();
    if text.trim().chars().nth(MOST).is_some() {
        shown.push('…');
    }
    shown.into()
}
