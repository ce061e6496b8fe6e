//! What stands on lines of its own (elements, cases, members of a broken list) and the comments between.
//!
//! A comment belongs by its place: on the line of what stands before it, or on a line of its own before what follows.
//! One inside an expression goes before the element that it stands in.

use super::Formatter;
use super::doc::Doc;
use super::spelling::Place;
use crate::Span;
use crate::ast::{Arm, Element, Expr};
use crate::lexer::{Comment, CommentKind};
use crate::words::{Keyword, Kind};

/// What a body belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// The top of the file.
    Top,
    /// A block; its kind says what its words mean.
    Block(Option<Kind>),
    /// An entity with facts: its words are names of fields and entities.
    Facts,
}

/// What stands on a line of its own.
#[derive(Clone, Copy)]
pub(super) enum Item<'t> {
    Element(&'t Element, Scope),
    /// A case, and how the table's first word is written.
    Arm(&'t Arm, &'t str),
    Otherwise(&'t Expr, &'t str),
    Member(&'t Expr, Place),
}

/// A line: an item or a comment.
pub(super) struct Line<'s> {
    /// Whether an empty line stands before it.
    pub(super) blank: bool,
    /// Whether it is an item rather than a comment.
    pub(super) item: bool,
    doc: Doc<'s>,
    /// The comments at its end.
    trailing: Vec<Comment>,
    /// Whether it ends in documentation, which a block right below would take for its own.
    ends_in_doc: bool,
}

/// The lines of a body, and the comments behind its opening bracket.
pub(super) struct Lines<'s> {
    opening: Vec<Comment>,
    pub(super) lines: Vec<Line<'s>>,
}

impl Item<'_> {
    fn span(self) -> Span {
        match self {
            Self::Element(it, _) => it.span(),
            Self::Arm(arm, _) => arm.guard.span.to(arm.value.span),
            Self::Otherwise(it, _) | Self::Member(it, _) => it.span,
        }
    }

    /// Its documentation.
    fn documentation(self) -> Option<Span> {
        match self {
            Self::Element(Element::Block(block), _) => block.doc,
            _ => None,
        }
    }

    const fn is_block(self) -> bool {
        matches!(self, Self::Element(Element::Block(_), _))
    }
}

impl<'s> Formatter<'s> {
    /// The items between two brackets, or of the file, with the comments around and inside them.
    ///
    /// `open` is where the opening bracket ends, if there is one; `close` is where the closing one begins.
    pub(super) fn lines(&mut self, open: Option<u32>, close: u32, items: &[Item<'_>]) -> Lines<'s> {
        let mut body = Lines { opening: Vec::new(), lines: Vec::new() };
        // Where what was placed last ends.
        let mut at = open.unwrap_or(0);
        for item in items {
            let span = item.span();
            let doc_start = item.documentation().map_or(span.start, |it| it.start);
            let mut own = Vec::new();
            self.comments_before(span.start, doc_start, open.is_some(), &mut at, &mut body, &mut own);
            let blank = self.line_ends(at, span.start) > 1;
            let outer = std::mem::take(&mut self.hoisted);
            let doc = self.item(*item);
            self.hoist_until(span.end);
            let hoisted = std::mem::replace(&mut self.hoisted, outer);
            at = span.end;

            let line = Line { blank, item: true, doc, trailing: Vec::new(), ends_in_doc: false };
            let mut documentation: Vec<_> = own.extract_if(.., |(start, _)| *start >= doc_start).collect();
            body.lines.extend(own.into_iter().map(|(_, line)| line));
            let mut last: Vec<_> = documentation.drain(..).map(|(_, line)| line).chain([line]).collect();
            let first = body.lines.len();
            body.lines.extend(hoisted.into_iter().map(|it| self.comment_line(it, false)));
            if let (Some(hoisted), Some(line)) = (body.lines.get_mut(first), last.first_mut()) {
                hoisted.blank = std::mem::take(&mut line.blank);
            }
            if let Some(line) = last.first_mut().filter(|_| item.is_block()) {
                line.blank |= body.ends_in_doc();
            }
            body.lines.append(&mut last);
        }
        let mut own = Vec::new();
        self.comments_before(close, close, open.is_some(), &mut at, &mut body, &mut own);
        body.lines.extend(own.into_iter().map(|(_, line)| line));
        if let Some(first) = body.lines.first_mut().filter(|_| body.opening.is_empty()) {
            first.blank = false;
        }
        body
    }

    /// Places the comments before `start`: behind what stands before them on their line, or among `own` lines.
    /// Documentation, which begins at `doc_start`, has lines of its own.
    fn comments_before(
        &mut self,
        start: u32,
        doc_start: u32,
        bracketed: bool,
        at: &mut u32,
        body: &mut Lines<'s>,
        own: &mut Vec<(u32, Line<'s>)>,
    ) {
        while let Some(comment) = self.comments.get(self.next_comment).filter(|it| it.span.start < start).copied() {
            self.next_comment += 1;
            let ends = self.line_ends(*at, comment.span.start);
            *at = comment.span.end;
            let ends_in_doc = comment.kind == CommentKind::Doc;
            if ends == 0 && comment.span.start < doc_start {
                let line = own.last_mut().map(|(_, line)| line).or(body.lines.last_mut());
                if let Some(line) = line {
                    line.trailing.push(comment);
                    line.ends_in_doc = ends_in_doc;
                    continue;
                }
                if bracketed {
                    body.opening.push(comment);
                    continue;
                }
            }
            own.push((comment.span.start, self.comment_line(comment, ends > 1)));
        }
    }

    fn comment_line(&self, comment: Comment, blank: bool) -> Line<'s> {
        let ends_in_doc = comment.kind == CommentKind::Doc;
        Line { blank, item: false, doc: self.comment(comment), trailing: Vec::new(), ends_in_doc }
    }

    /// Sets aside the comments before `offset` that stand inside the current element.
    pub(super) fn hoist_until(&mut self, offset: u32) {
        while let Some(comment) = self.comments.get(self.next_comment).filter(|it| it.span.start < offset) {
            self.hoisted.push(*comment);
            self.next_comment += 1;
        }
    }

    pub(super) fn has_comments(&self, span: Span) -> bool {
        let first = self.comments.partition_point(|it| it.span.start < span.start);
        self.comments.get(first).is_some_and(|it| it.span.start < span.end)
    }

    /// How many lines end between the two places; a lone carriage return ends one too.
    fn line_ends(&self, from: u32, to: u32) -> usize {
        let text = Span::new(from, to).text(self.source);
        let ends = text.matches(['\r', '\n']).count();
        ends - text.matches("\r\n").count()
    }

    pub(super) fn is_one_line(&self, span: Span) -> bool {
        !span.text(self.source).contains(['\n', '\r'])
    }

    pub(super) fn item(&mut self, item: Item<'_>) -> Doc<'s> {
        match item {
            Item::Element(element, scope) => Doc::item(vec![self.element(element, scope)]),
            Item::Member(expr, place) => Doc::concat(vec![self.expr(expr, place), Doc::text(",")]),
            Item::Arm(arm, cases) => {
                let mut docs = Vec::new();
                let begins = self.token_after(arm.guard.span.start);
                if begins.starts_with(['-', '－', '−']) || self.opens_element(&arm.guard) {
                    // A line that begins with a minus would go on from the case before, and one that begins like a
                    // clause would end the table.
                    let before = self.token_before(arm.guard.span.start);
                    let written = if Keyword::from_text(before) == Some(Keyword::When) { before } else { cases };
                    docs.extend([self.keyword(Keyword::When, written), Doc::text(" ")]);
                }
                docs.extend([self.expr(&arm.guard, Place::Value), Doc::text(" => ")]);
                docs.push(self.expr(&arm.value, Place::Value));
                Doc::concat(docs)
            }
            Item::Otherwise(value, written) => {
                let word = self.keyword(Keyword::Otherwise, written);
                Doc::concat(vec![word, Doc::text(" => "), self.expr(value, Place::Value)])
            }
        }
    }

    /// The lines between brackets, each on its own.
    pub(super) fn bracketed(&self, open: &'static str, body: Lines<'s>, close: &'static str) -> Doc<'s> {
        if body.opening.is_empty() && body.lines.is_empty() {
            return Doc::concat(vec![Doc::text(open), Doc::text(close)]);
        }
        let mut docs = vec![Doc::text(open)];
        self.trailing(&body.opening, &mut docs);
        let mut lines = Vec::with_capacity(body.lines.len() * 2);
        for line in body.lines {
            lines.push(Doc::Hard);
            self.line(line, &mut lines);
        }
        docs.push(Doc::indent(lines));
        docs.push(Doc::Hard);
        docs.push(Doc::text(close));
        Doc::concat(docs)
    }

    /// A line, after the line end before it.
    pub(super) fn line(&self, line: Line<'s>, docs: &mut Vec<Doc<'s>>) {
        if line.blank {
            docs.push(Doc::Hard);
        }
        docs.push(line.doc);
        self.trailing(&line.trailing, docs);
    }

    fn trailing(&self, comments: &[Comment], docs: &mut Vec<Doc<'s>>) {
        for comment in comments {
            docs.push(Doc::comment(" ".to_owned()));
            docs.push(self.comment(*comment));
        }
    }
}

impl Lines<'_> {
    fn ends_in_doc(&self) -> bool {
        self.lines
            .last()
            .map_or_else(|| self.opening.last().is_some_and(|it| it.kind == CommentKind::Doc), |it| it.ends_in_doc)
    }
}

impl Line<'_> {
    /// Whether it takes one line of `width` columns.
    pub(super) fn is_short(&self, width: usize) -> bool {
        self.doc.fits_a_line(width)
    }
}
