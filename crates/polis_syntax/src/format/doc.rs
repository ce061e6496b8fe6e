//! The document that a tree is laid out as, and its printing within a width.
//!
//! Most breaks follow from the text and the width alone, so they come out the same however often a file is formatted.
//! A body on one line is different: once broken it stays broken. It is therefore measured in both faces, whichever is
//! written, so that it is kept or broken alike in both, and converting to and fro changes nothing but words.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr;

/// The columns of one step of indentation.
const STEP: usize = 2;

/// A piece of laid-out text.
#[derive(Debug)]
pub(super) enum Doc<'s> {
    /// A text without layout of its own, and the columns it takes.
    Text { text: Cow<'s, str>, widths: Widths },
    /// A line end where the group around it is broken, and this text where it is on one line.
    Break(&'static str),
    /// A line end, always.
    Hard,
    /// A text that stands only where the group around it is broken.
    IfBroken(&'static str),
    /// Pieces in a row.
    Concat(Pieces<'s>),
    /// Pieces whose line ends are indented a step further.
    Indent(Pieces<'s>),
    /// Pieces that stand on one line if they fit.
    Group(Pieces<'s>),
    /// What begins a line of its own: it decides for the bodies in it.
    Item(Pieces<'s>),
    /// A body that was on one line. It stays so where its whole item fits.
    Body(Pieces<'s>),
}

/// The columns of a text as it is written, and as it would be in either face.
#[derive(Debug, Clone, Copy)]
pub(super) struct Widths {
    pub(super) written: usize,
    pub(super) zh: usize,
    pub(super) en: usize,
}

/// Pieces in a row.
#[derive(Debug)]
pub(super) struct Pieces<'s> {
    docs: Vec<Doc<'s>>,
    /// Whether a line end among them is certain.
    hard: bool,
    /// Whether a body is among them, which only its item may put on one line.
    body: bool,
}

impl<'s> From<Vec<Doc<'s>>> for Pieces<'s> {
    fn from(docs: Vec<Doc<'s>>) -> Self {
        let hard = docs.iter().any(Doc::is_hard);
        let body = docs.iter().any(Doc::has_body);
        Self { docs, hard, body }
    }
}

impl<'s> Doc<'s> {
    /// A text that is as wide as it looks.
    pub(super) fn text(text: impl Into<Cow<'s, str>>) -> Self {
        let text = text.into();
        let width = text.width();
        Self::Text { text, widths: Widths { written: width, zh: width, en: width } }
    }

    /// A comment: where it ends up decides nothing.
    pub(super) fn comment(text: String) -> Self {
        Self::Text { text: Cow::Owned(text), widths: Widths { written: 0, zh: 0, en: 0 } }
    }

    pub(super) fn concat(docs: Vec<Self>) -> Self {
        Self::Concat(docs.into())
    }

    pub(super) fn indent(docs: Vec<Self>) -> Self {
        Self::Indent(docs.into())
    }

    pub(super) fn group(docs: Vec<Self>) -> Self {
        Self::Group(docs.into())
    }

    pub(super) fn item(docs: Vec<Self>) -> Self {
        Self::Item(docs.into())
    }

    pub(super) fn body(docs: Vec<Self>) -> Self {
        Self::Body(docs.into())
    }

    fn is_hard(&self) -> bool {
        match self {
            Self::Hard => true,
            Self::Text { .. } | Self::Break(_) | Self::IfBroken(_) => false,
            Self::Concat(it) | Self::Indent(it) | Self::Group(it) | Self::Item(it) | Self::Body(it) => it.hard,
        }
    }

    fn has_body(&self) -> bool {
        match self {
            Self::Body(_) => true,
            Self::Text { .. } | Self::Break(_) | Self::IfBroken(_) | Self::Hard => false,
            Self::Concat(it) | Self::Indent(it) | Self::Group(it) | Self::Item(it) => it.body,
        }
    }

    /// Whether it stands on one line of `width` columns in either face, with nothing else on it.
    pub(super) fn fits_a_line(&self, width: usize) -> bool {
        !self.is_hard() && fits_both_faces(Some(width), self)
    }
}

/// A piece that is still to be printed.
#[derive(Clone, Copy)]
struct Job<'d, 's> {
    indent: usize,
    flat: bool,
    doc: &'d Doc<'s>,
}

/// Prints `doc`; lines end in `\n` and carry no blanks at their end.
pub(super) fn print(doc: &Doc<'_>, width: usize) -> String {
    let mut out = String::new();
    let mut column = 0;
    // Blanks are written with the text that follows them, so that an empty line stays empty.
    let mut pending = 0;
    let mut jobs = vec![Job { indent: 0, flat: false, doc }];
    while let Some(Job { indent, flat, doc }) = jobs.pop() {
        let mut push = |text: &str, width: usize, column: &mut usize| {
            if !text.is_empty() {
                out.extend(std::iter::repeat_n(' ', std::mem::take(&mut pending)));
                out.push_str(text);
            }
            *column += width;
        };
        match doc {
            Doc::Text { text, widths } => push(text, widths.written, &mut column),
            Doc::Break(text) if flat => push(text, text.len(), &mut column),
            Doc::IfBroken(text) if !flat => push(text, text.len(), &mut column),
            Doc::IfBroken(_) => {}
            Doc::Break(_) | Doc::Hard => {
                out.truncate(out.trim_end_matches(' ').len());
                out.push('\n');
                column = indent;
                pending = indent;
            }
            Doc::Concat(pieces) | Doc::Body(pieces) => {
                jobs.extend(pieces.docs.iter().rev().map(|doc| Job { indent, flat, doc }));
            }
            Doc::Indent(pieces) => {
                let indent = indent + STEP;
                jobs.extend(pieces.docs.iter().rev().map(|doc| Job { indent, flat, doc }));
            }
            Doc::Group(pieces) => {
                let free = !pieces.hard && !pieces.body;
                let flat = flat || free && fits(width.checked_sub(column), |it| it.written, doc, &jobs);
                jobs.extend(pieces.docs.iter().rev().map(|doc| Job { indent, flat, doc }));
            }
            Doc::Item(pieces) => {
                let flat = flat || !pieces.hard && fits_both_faces(width.checked_sub(indent), doc);
                jobs.extend(pieces.docs.iter().rev().map(|doc| Job { indent, flat, doc }));
            }
        }
    }
    out
}

/// Whether `doc` fits into `room` on one line in Chinese as well as in English.
fn fits_both_faces(room: Option<usize>, doc: &Doc<'_>) -> bool {
    fits(room, |it| it.zh, doc, &[]) && fits(room, |it| it.en, doc, &[])
}

/// Whether `doc` on one line, and what follows it up to the next line end, fit into `room`.
fn fits(room: Option<usize>, width: fn(Widths) -> usize, doc: &Doc<'_>, rest: &[Job<'_, '_>]) -> bool {
    let Some(mut room) = room else { return false };
    let mut rest = rest.iter().rev();
    let mut jobs = vec![(true, doc)];
    loop {
        let (flat, doc) = match jobs.pop() {
            Some(job) => job,
            None => match rest.next() {
                Some(job) => (job.flat, job.doc),
                None => return true,
            },
        };
        let width = match doc {
            Doc::Text { widths, .. } => width(*widths),
            Doc::Break(text) if flat => text.len(),
            Doc::IfBroken(text) if !flat => text.len(),
            Doc::IfBroken(_) => 0,
            Doc::Break(_) | Doc::Hard => return true,
            // What follows may break at its first chance.
            Doc::Concat(pieces) | Doc::Indent(pieces) | Doc::Group(pieces) | Doc::Item(pieces) | Doc::Body(pieces) => {
                jobs.extend(pieces.docs.iter().rev().map(|doc| (flat, doc)));
                0
            }
        };
        match room.checked_sub(width) {
            Some(left) => room = left,
            None => return false,
        }
    }
}
