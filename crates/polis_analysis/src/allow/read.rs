//! Reads allowances from the comments of a file.

use polis_db::{Db, SourceFile};
use polis_diagnostic::LineIndex;
use polis_syntax::ast::{Block, Element};
use polis_syntax::{Comment, CommentKind, Parse, Span, Token, TokenKind, parse};
use smol_str::SmolStr;

/// A comment that allows findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Allowance {
    /// The codes with their places; none where the comment cannot be read.
    pub(super) codes: Vec<(SmolStr, Span)>,
    /// Whether it says why.
    pub(super) has_reason: bool,
    /// What it is about; `None` where it stands above nothing.
    pub(super) scope: Option<Span>,
    /// The comment.
    pub(super) comment: Span,
    /// What stands between its brackets.
    pub(super) list: Span,
    /// What goes with it: its line where it is alone on it, otherwise the blanks before it.
    pub(super) removal: Span,
}

/// The allowances of a file, in order.
#[salsa::tracked(returns(deref))]
pub(super) fn allowances(db: &dyn Db, file: SourceFile) -> Vec<Allowance> {
    read(file.text(db).text())
}

fn read(text: &str) -> Vec<Allowance> {
    // Most files have none, and are not read again for it.
    if !text.contains("polis") {
        return Vec::new();
    }
    let parse = parse(text);
    let lines = LineIndex::new(text);
    let reader = Reader { text, parse: &parse, lines: &lines };
    parse.lexed.comments.iter().filter_map(|it| reader.allowance(it)).collect()
}

struct Reader<'t> {
    text: &'t str,
    parse: &'t Parse,
    lines: &'t LineIndex,
}

impl Reader<'_> {
    fn allowance(&self, comment: &Comment) -> Option<Allowance> {
        if comment.kind != CommentKind::Line {
            return None;
        }
        // A carriage return at the end of the line is no part of it.
        let written = comment.span.text(self.text).trim_end();
        let body = written.strip_prefix("//")?.trim_start().strip_prefix("polis")?.trim_start();
        let body = body.strip_prefix([':', '：'])?.trim_start();
        let span = Span::new(comment.span.start, comment.span.start + offset(written.len()));
        let before = self.before(span.start);
        let mut allowance = Allowance {
            codes: Vec::new(),
            has_reason: false,
            scope: match before {
                Some(_) => Some(self.on_line(span)),
                None => self.below(span),
            },
            comment: span,
            list: span,
            removal: match before {
                Some(token) => Span::new(token.end, span.end),
                None => self.whole_line(span),
            },
        };
        let rest = body.strip_prefix("allow").or_else(|| body.strip_prefix("允许")).map(str::trim_start);
        let list = rest.and_then(|it| it.strip_prefix(['(', '（'])).and_then(|it| it.split_once([')', '）']));
        if let Some((list, reason)) = list {
            let start = offset(list.as_ptr().addr() - self.text.as_ptr().addr());
            allowance.list = Span::new(start, start + offset(list.len()));
            allowance.has_reason = reason.chars().any(char::is_alphanumeric);
            let mut at = start;
            for part in list.split_inclusive([',', '，', '、']) {
                let code = part.trim_end_matches([',', '，', '、']);
                let from = at + offset(code.len() - code.trim_start().len());
                at += offset(part.len());
                let code = code.trim();
                if !code.is_empty() {
                    allowance.codes.push((code.into(), Span::new(from, from + offset(code.len()))));
                }
            }
        }
        Some(allowance)
    }

    /// The last token before `start` on its line.
    fn before(&self, start: u32) -> Option<Token> {
        let tokens = &self.parse.lexed.tokens;
        let count = tokens.partition_point(|it| it.start < start);
        let last = tokens.get(..count)?.iter().next_back().copied()?;
        (last.kind != TokenKind::Newline && self.lines.line(last.start) == self.lines.line(start)).then_some(last)
    }

    /// The line of a comment, and all of the clauses that have a part of it.
    fn on_line(&self, comment: Span) -> Span {
        let line = self.lines.line_range(self.text, self.lines.line(comment.start));
        let mut scope = Span::new(line.start, comment.start);
        clauses(&self.parse.file.elements, &mut |it| {
            if it.start < comment.start && line.start < it.end {
                scope = scope.to(it);
            }
        });
        scope
    }

    /// The provision, block or clause that begins below a comment, with nothing but comments in between; or, within a
    /// value of several lines, the line.
    fn below(&self, comment: Span) -> Option<Span> {
        let tokens = &self.parse.lexed.tokens;
        let next = tokens.get(tokens.partition_point(|it| it.start < comment.end)..)?;
        let next = next.iter().find(|it| it.kind != TokenKind::Newline)?.start;
        let line = self.lines.line(next);
        let is_blank = |line| {
            let range = self.lines.line_range(self.text, line);
            Span::new(range.start, range.end).text(self.text).trim().is_empty()
        };
        if (self.lines.line(comment.start) + 1..line).any(is_blank) {
            return None;
        }
        let range = self.lines.line_range(self.text, line);
        Some(beginning_at(&self.parse.file.elements, next).unwrap_or(Span::new(range.start, range.end)))
    }

    /// The line of a comment with its end, without a byte order mark.
    fn whole_line(&self, comment: Span) -> Span {
        let line = self.lines.line(comment.start);
        let start = self.lines.line_start(line).unwrap_or(comment.start);
        let mark = if self.text.starts_with('\u{feff}') { offset('\u{feff}'.len_utf8()) } else { 0 };
        Span::new(start.max(mark), self.lines.line_start(line + 1).unwrap_or(offset(self.text.len())))
    }
}

/// The element that begins at an offset, the outermost one.
fn beginning_at(elements: &[Element], start: u32) -> Option<Span> {
    let element = elements.iter().find(|it| it.span().start <= start && start < it.span().end)?;
    if element.span().start == start {
        return Some(element.span());
    }
    match element {
        Element::Block(block) => beginning_at(inside(block), start),
        _ => None,
    }
}

/// Shows every clause.
fn clauses(elements: &[Element], see: &mut impl FnMut(Span)) {
    for element in elements {
        match element {
            Element::Block(block) => clauses(inside(block), see),
            Element::Clause(clause) => see(clause.span),
            Element::Error(_) => {}
        }
    }
}

fn inside(block: &Block) -> &[Element] {
    block.body.as_ref().map_or(&[], |it| &it.elements)
}

/// INVARIANT: files are refused past 1 GiB.
fn offset(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
