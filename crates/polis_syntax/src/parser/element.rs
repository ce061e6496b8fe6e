//! Blocks and clauses: where each begins and ends, and what stands in its head.

use super::{MAX_NESTING, Parser};
use crate::Span;
use crate::ast::{Block, Body, Clause, Element, Expr, ExprKind, Guard, HeadName, Ident, Record};
use crate::error::{Expected, SyntaxErrorKind};
use crate::layout::opens_element;
use crate::lexer::{CommentKind, Token, TokenKind as T};
use crate::words::{ClauseWord, Keyword, Kind};

/// What a body belongs to: it decides which words head blocks, and when a body has visibly ended.
#[derive(Clone, Copy)]
pub(super) struct Owner {
    /// The kind of the block; `None` for facts (`社区 { … }`), whose inner blocks are entities.
    kind: Option<Kind>,
    /// The kind of the block that facts are a value in.
    around: Option<Kind>,
    /// The first byte of the block.
    start: u32,
}

/// Where an element ends and how it is shaped.
struct Shape {
    /// The index past its last token; the separator or closing brace is not part of it.
    end: usize,
    /// The first colon outside brackets.
    colon: Option<usize>,
    /// The brace of its body: a block's, or that of a record at the end of a value.
    brace: Option<usize>,
}

impl Parser<'_> {
    /// Reads elements up to the closing brace of `owner`, or to the end of the file.
    pub(super) fn elements(&mut self, owner: Option<Owner>) -> Vec<Element> {
        let mut elements = Vec::new();
        while let Some(token) = self.token(self.at) {
            match token.kind {
                T::Newline | T::Semicolon | T::Comma => self.at += 1,
                T::CloseBrace if owner.is_some() => break,
                T::CloseBrace | T::CloseParen | T::CloseBracket => {
                    // A brace closed too early leaves clauses at the top and one brace too many: one mistake.
                    if owner.is_some() || !matches!(elements.last(), Some(Element::Clause(_))) {
                        self.error(SyntaxErrorKind::UnexpectedClose { open: None }, token.span());
                    }
                    elements.push(Element::Error(token.span()));
                    self.at += 1;
                }
                _ if owner.is_some_and(|owner| self.has_visibly_ended(owner)) => break,
                _ => {
                    let first_clause = !matches!(elements.last(), Some(Element::Clause(_)));
                    elements.push(self.element(owner, first_clause));
                }
            }
        }
        // Trees are kept as long as the file is: room for elements that never come would be a third of them.
        elements.shrink_to_fit();
        elements
    }

    /// Whether a top-level block begins here although `owner` is not closed: it may not stand inside, and its line is
    /// not indented further than the owner's line. So a half-typed block does not swallow the ones below it.
    ///
    /// Facts have also ended where a clause of the block around them begins so.
    fn has_visibly_ended(&self, owner: Owner) -> bool {
        let Some(token) = self.token(self.at) else { return false };
        let heads_line = self.at.checked_sub(1).is_none_or(|it| self.kind(it) == Some(T::Newline));
        if self.braces_match || !heads_line {
            return false;
        }
        let text = token.span().text(self.source);
        let ends = match (token.kind, self.kind(self.at + 1)) {
            (T::Ident, Some(T::Ident | T::QuotedIdent | T::Text | T::Title)) => Kind::from_text(text)
                .is_some_and(|kind| kind.spec().top && !owner.kind.is_some_and(|it| it.spec().inner.contains(&kind))),
            (T::Ident | T::After, Some(T::Colon)) => owner.around.is_some_and(|it| it.clause(text).is_some()),
            _ => false,
        };
        ends && self.indentation(token.start) <= self.indentation(owner.start)
    }

    /// `first_clause` is whether a clause outside every block would be the first in a row.
    fn element(&mut self, owner: Option<Owner>, first_clause: bool) -> Element {
        let from = self.at;
        let shape = self.shape(from);
        let is_block = shape.brace.is_some_and(|brace| self.is_block_head(from, brace, owner));
        let element = if is_block {
            self.block(from, &shape, owner)
        } else if let Some(equals) = self.unit_definition(from, &shape) {
            equals
        } else {
            self.clause(from, &shape, owner, first_clause)
        };
        // INVARIANT: every element consumes at least one token, or the loop above would not end.
        self.at = self.at.max(from + 1);
        element
    }

    /// Scans from `from` to where the element ends.
    fn shape(&self, from: usize) -> Shape {
        let mut shape = Shape { end: from, colon: None, brace: None };
        let mut open: Vec<T> = Vec::new();
        let mut index = from;
        while let Some(token) = self.token(index) {
            match token.kind {
                T::OpenParen | T::OpenBracket => open.push(token.kind),
                T::CloseParen | T::CloseBracket => {
                    open.pop_if(|it| *it != T::OpenBrace);
                }
                T::OpenBrace if index > from && self.kind(index - 1) == Some(T::Cases) => open.push(T::OpenBrace),
                T::OpenBrace => {
                    shape.brace = Some(index);
                    break;
                }
                T::CloseBrace => {
                    while open.pop_if(|it| *it != T::OpenBrace).is_some() {}
                    if open.pop().is_none() {
                        break;
                    }
                }
                T::Newline | T::Semicolon if open.is_empty() => break,
                T::Newline
                    if opens_element(self.source, self.tokens.get(index + 1..).unwrap_or_default())
                        && self.kind(index + 1) != Some(T::CloseBrace) =>
                {
                    break;
                }
                T::Comma if open.is_empty() && shape.colon.is_some() && self.begins_clause(index + 1) => break,
                T::Colon if open.is_empty() && shape.colon.is_none() => shape.colon = Some(index),
                _ => {}
            }
            index += 1;
        }
        shape.end = index;
        shape
    }

    /// Whether `word:` or `word name:` stands at `index`.
    fn begins_clause(&self, index: usize) -> bool {
        let word = matches!(self.kind(index), Some(T::Ident | T::QuotedIdent | T::When | T::After | T::In));
        match self.kind(index + 1) {
            Some(T::Colon) => word,
            Some(T::Ident | T::QuotedIdent | T::OpenBrace) => word && self.kind(index + 2) == Some(T::Colon),
            _ => false,
        }
    }

    /// Whether the tokens before `brace` are a block's head rather than a clause whose value is a record.
    fn is_block_head(&self, from: usize, brace: usize, owner: Option<Owner>) -> bool {
        let Some(first) = self.token(from) else { return false };
        if first.kind != T::Ident {
            return false;
        }
        if self.kind(from + 1) == Some(T::Colon) {
            return false;
        }
        let text = first.span().text(self.source);
        let known = Kind::from_text(text).is_some();
        let clause = owner.and_then(|it| it.kind).is_some_and(|it| it.clause(text).is_some());
        let colon = (from..brace).any(|index| self.kind(index) == Some(T::Colon));
        known || !colon || !clause && owner.is_some_and(|it| it.kind.is_some()) && brace > from + 3
    }

    fn block(&mut self, from: usize, shape: &Shape, owner: Option<Owner>) -> Element {
        let brace = shape.brace.unwrap_or(shape.end);
        let word = self.ident(from).unwrap_or(Ident { span: self.span(from, from), quoted: false });
        let in_facts = owner.is_some_and(|it| it.kind.is_none());
        let kind = if in_facts { None } else { Kind::from_text(word.text(self.source)) };
        if kind.is_none() && !in_facts {
            self.error(SyntaxErrorKind::UnknownKind, word.span);
        }
        let doc = self.documentation(from);
        let mut block = Block {
            word,
            kind,
            name: None,
            title: None,
            of: None,
            ty: None,
            equals: None,
            body: None,
            doc,
            span: self.span(from, brace),
        };
        self.block_head(&mut block, from + 1, brace);
        let open = self.token(brace).map_or(block.span, Token::span);
        self.at = brace + 1;
        let start = word.span.start;
        let owner = Owner { kind: if in_facts { None } else { kind.or(Some(Kind::Item)) }, around: None, start };
        let body = self.body(open, owner);
        block.span = block.span.to(body.span);
        block.body = Some(body);
        Element::Block(Box::new(block))
    }

    /// Reads elements and the closing brace. The opening one has been read.
    fn body(&mut self, open: Span, owner: Owner) -> Body {
        if self.depth >= MAX_NESTING {
            self.error(SyntaxErrorKind::NestingTooDeep, open);
            self.skip_body();
            return Body::empty(open.to(self.span(self.at.saturating_sub(1), self.at)));
        }
        self.depth += 1;
        let elements = self.elements(Some(owner));
        self.depth -= 1;
        if self.kind(self.at) == Some(T::CloseBrace) {
            self.at += 1;
            Body { elements, span: open.to(self.span(self.at - 1, self.at)) }
        } else {
            if !self.gave_up {
                self.error(SyntaxErrorKind::Unclosed, open);
            }
            let span = elements.last().map_or(open, |it| open.to(it.span()));
            Body { elements, span }
        }
    }

    /// Moves past the closing brace that matches one already read.
    fn skip_body(&mut self) {
        let mut depth = 1_usize;
        while let Some(kind) = self.kind(self.at) {
            self.at += 1;
            match kind {
                T::OpenBrace => depth += 1,
                T::CloseBrace => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
        // The text ends inside what was skipped: that is reported, and the braces around it cannot be told.
        self.gave_up = true;
    }

    /// `[name] [title] [of entity] [: type]`.
    fn block_head(&mut self, block: &mut Block, mut at: usize, end: usize) {
        if at < end {
            block.name = self.name(at, end);
            at += usize::from(block.name.is_some());
        }
        if at < end && matches!(self.kind(at), Some(T::Text | T::Title)) {
            block.title = self.token(at).map(Token::span);
            at += 1;
        }
        if at < end && self.kind(at) == Some(T::Of) {
            let stop = (at + 1..end).find(|index| self.kind(*index) == Some(T::Colon)).unwrap_or(end);
            block.of = Some(self.value(at + 1, stop));
            at = stop;
        }
        if at < end && self.kind(at) == Some(T::Colon) {
            block.ty = Some(self.value(at + 1, end));
            at = end;
        }
        if at < end {
            let token = self.span(at, at + 1);
            let glued = self.token(at).and_then(|it| glued_keyword(self.source, it));
            match glued {
                Some(keyword) => self.error(SyntaxErrorKind::GluedKeyword { keyword }, token),
                None => self.error(SyntaxErrorKind::Unexpected { expected: Expected::Body }, token),
            }
        }
    }

    /// A name at `at`. A reserved word that can only be meant as a name is reported and taken as one.
    fn name(&mut self, at: usize, end: usize) -> Option<Ident> {
        if let Some(ident) = self.ident(at) {
            return Some(ident);
        }
        let token = self.token(at)?;
        let alone = at + 1 >= end || matches!(self.kind(at + 1), Some(T::Colon | T::Of | T::Text | T::Title));
        (token.kind.is_keyword() && !matches!(token.kind, T::Of | T::When | T::Unless) && alone).then(|| {
            self.error(SyntaxErrorKind::KeywordAsName, token.span());
            Ident { span: token.span(), quoted: false }
        })
    }

    fn ident(&self, at: usize) -> Option<Ident> {
        let token = self.token(at)?;
        match token.kind {
            T::Ident => Some(Ident { span: token.span(), quoted: false }),
            T::QuotedIdent => Some(Ident { span: token.span(), quoted: true }),
            _ => None,
        }
    }

    /// The `///` lines that end right before the token at `from`.
    fn documentation(&mut self, from: usize) -> Option<Span> {
        let start = self.token(from).map_or_else(|| self.end_of_text(), Token::span).start;
        // What stands before the last line end is told apart by the tokens, without looking at the text between.
        let previous = (0..from).rev().find_map(|it| self.token(it).filter(|it| it.kind != T::Newline));
        let earliest = previous.map_or(0, |it| it.end);
        while self.comments.get(self.doc_at).is_some_and(|it| it.span.end <= start) {
            self.doc_at += 1;
        }
        let mut index = self.doc_at;
        let mut until = start;
        let mut doc: Option<Span> = None;
        while let Some(comment) = index.checked_sub(1).and_then(|it| self.comments.get(it)) {
            if comment.span.start < earliest {
                break;
            }
            let gap = Span::new(comment.span.end, until).text(self.source);
            if comment.kind != CommentKind::Doc || !gap.trim().is_empty() || gap.matches('\n').count() > 1 {
                break;
            }
            doc = Some(doc.map_or(comment.span, |it| it.to(comment.span)));
            until = comment.span.start;
            index -= 1;
        }
        doc
    }

    /// `unit 名 = 人`.
    fn unit_definition(&mut self, from: usize, shape: &Shape) -> Option<Element> {
        let word = self.ident(from)?;
        let name = self.ident(from + 1)?;
        if shape.brace.is_some() || self.kind(from + 2) != Some(T::Equal) {
            return None;
        }
        if Kind::from_text(word.text(self.source)) != Some(Kind::Unit) {
            return None;
        }
        let doc = self.documentation(from);
        let equals = if shape.end > from + 3 {
            self.value(from + 3, shape.end)
        } else {
            let span = self.span(from, shape.end);
            self.error(SyntaxErrorKind::MissingValue, span);
            Expr { kind: ExprKind::Error, span: span.at_end() }
        };
        self.at = shape.end;
        Some(Element::Block(Box::new(Block {
            word,
            kind: Some(Kind::Unit),
            name: Some(name),
            title: None,
            of: None,
            ty: None,
            equals: Some(equals),
            body: None,
            doc,
            span: self.span(from, shape.end),
        })))
    }

    /// `word [name] [over names] [guard]: value, value [guard]`.
    fn clause(&mut self, from: usize, shape: &Shape, owner: Option<Owner>, first_clause: bool) -> Element {
        // A record closes the element, whatever follows its brace on the line.
        let end = shape.end;
        self.at = end;
        let first = self.token(from);
        let Some(word) =
            first.filter(|it| matches!(it.kind, T::Ident | T::QuotedIdent | T::When | T::After | T::In | T::Unit))
        else {
            let expected = Expected::Element;
            let span = first.map_or_else(|| self.span(from, end), Token::span);
            self.error(SyntaxErrorKind::Unexpected { expected }, span);
            self.skip_brace(shape);
            return Element::Error(self.span(from, self.at));
        };
        let word = Ident { span: word.span(), quoted: word.kind == T::QuotedIdent };
        let mut clause =
            Clause { word, name: None, over: Vec::new(), guard: None, values: Vec::new(), span: self.span(from, end) };
        // At the top, `规则 甲 属于 社区: 人` without a body is a block half typed.
        let headless = owner.is_none() && Kind::from_text(word.text(self.source)).is_some();
        let Some(colon) = shape.colon.filter(|it| !headless || *it == from + 1 || shape.brace.is_some()) else {
            self.colonless(word, from, shape, owner);
            self.skip_brace(shape);
            clause.span = self.span(from, self.at);
            return Element::Clause(clause);
        };
        if owner.is_none() && first_clause {
            self.error(SyntaxErrorKind::ClauseAtTop, self.span(from, colon));
        }
        // These words are operators elsewhere: at the beginning of a line only the colon tells that a clause begins.
        let operator = first.is_some_and(|it| matches!(it.kind, T::When | T::In));
        if operator && colon > from + 1 {
            self.error(SyntaxErrorKind::Unexpected { expected: Expected::Colon }, self.span(from + 1, from + 2));
        } else {
            self.clause_head(&mut clause, from + 1, colon);
        }
        self.clause_values(&mut clause, colon + 1, shape, owner);
        clause.values.shrink_to_fit();
        clause.span = self.span(from, self.at.max(from + 1));
        Element::Clause(clause)
    }

    /// A line without a colon: say what the drafter most likely forgot.
    fn colonless(&mut self, word: Ident, from: usize, shape: &Shape, owner: Option<Owner>) {
        let text = word.text(self.source);
        let is_clause = owner.and_then(|it| it.kind).is_some_and(|it| it.clause(text).is_some());
        let token = self.token(from);
        if let Some(keyword) = token.filter(|_| !is_clause).and_then(|it| glued_keyword(self.source, it)) {
            self.error(SyntaxErrorKind::GluedKeyword { keyword }, word.span);
        } else if Kind::from_text(text).is_some() && !is_clause {
            self.error(SyntaxErrorKind::MissingBody, self.span(from, shape.end));
        } else {
            self.error(SyntaxErrorKind::MissingColon, word.span);
        }
    }

    /// Skips a body that belongs to nothing.
    fn skip_brace(&mut self, shape: &Shape) {
        if let Some(brace) = shape.brace {
            self.at = brace + 1;
            self.skip_body();
        }
    }

    fn clause_head(&mut self, clause: &mut Clause, mut at: usize, colon: usize) {
        clause.name = match self.token(at) {
            Some(token) if at < colon => match token.kind {
                T::Text | T::Title => Some(HeadName::Text(token.span())),
                T::Date => Some(HeadName::Date(token.span())),
                T::Number => Some(HeadName::Date(token.span())),
                _ => self.name(at, colon).map(HeadName::Name),
            },
            _ => None,
        };
        at += usize::from(clause.name.is_some());
        if at < colon && self.is_over(at) {
            at += 1;
            while at < colon {
                match self.kind(at) {
                    Some(T::Ident | T::QuotedIdent) => clause.over.extend(self.ident(at)),
                    Some(T::Comma) => {}
                    _ => break,
                }
                at += 1;
            }
        }
        if at < colon {
            clause.guard = self.guard(at, colon, false);
        }
    }

    fn is_over(&self, at: usize) -> bool {
        self.ident(at).is_some_and(|it| ClauseWord::OverException.word().reads(it.text(self.source)))
    }

    /// `when condition` or `unless condition`, with an optional closing `时`.
    fn guard(&mut self, at: usize, end: usize, trailing: bool) -> Option<Box<Guard>> {
        let token = self.token(at)?;
        let negated = match token.kind {
            T::When => false,
            T::Unless => true,
            _ => {
                // `增配 当户数 > 3`: the glued word was taken as the clause's name.
                let near = [self.token(at), at.checked_sub(1).and_then(|it| self.token(it))];
                let glued = near.into_iter().flatten().find_map(|it| Some((it, glued_keyword(self.source, it)?)));
                if let Some((token, keyword)) = glued {
                    self.error(SyntaxErrorKind::GluedKeyword { keyword }, token.span());
                } else {
                    // A comparison before the colon is a guard without its `when`.
                    let comparison = matches!(
                        token.kind,
                        T::LessThan
                            | T::AtMost
                            | T::MoreThan
                            | T::AtLeast
                            | T::In
                            | T::Less
                            | T::LessEqual
                            | T::Greater
                            | T::GreaterEqual
                            | T::Equal
                            | T::NotEqual
                    );
                    let expected = if comparison { Expected::Guard } else { Expected::Colon };
                    self.error(SyntaxErrorKind::Unexpected { expected }, token.span());
                }
                return None;
            }
        };
        let stop = if self.kind(end.saturating_sub(1)) == Some(T::GuardEnd) { end - 1 } else { end };
        if at + 1 >= stop {
            self.error(SyntaxErrorKind::Unexpected { expected: Expected::Expression }, token.span().at_end());
            return None;
        }
        let condition = self.value(at + 1, stop);
        Some(Box::new(Guard { negated, trailing, condition, span: self.span(at, end) }))
    }

    /// The values after the colon, parted by commas outside brackets; a guard or a record may close them.
    fn clause_values(&mut self, clause: &mut Clause, from: usize, shape: &Shape, owner: Option<Owner>) {
        let end = shape.end;
        if from >= end && shape.brace.is_none() {
            self.error(SyntaxErrorKind::MissingValue, clause.word.span);
            return;
        }
        let mut start = from;
        let mut index = from;
        let mut depth = 0_usize;
        while index < end {
            match self.kind(index) {
                Some(T::OpenParen | T::OpenBracket | T::OpenBrace) => depth += 1,
                Some(T::CloseParen | T::CloseBracket | T::CloseBrace) => depth = depth.saturating_sub(1),
                Some(T::Comma) if depth == 0 => {
                    if index > start {
                        let value = self.value(start, index);
                        clause.push(value);
                    }
                    start = index + 1;
                }
                Some(T::When | T::Unless) if depth == 0 && shape.brace.is_none() => {
                    if index > start {
                        let value = self.value(start, index);
                        clause.push(value);
                    } else {
                        self.error(SyntaxErrorKind::MissingValue, clause.word.span);
                        if index + 1 == end {
                            return;
                        }
                    }
                    let guard = self.guard(index, end, true);
                    if clause.guard.is_some() && guard.is_some() {
                        let expected = Expected::OperatorOrEnd;
                        self.error(SyntaxErrorKind::Unexpected { expected }, self.span(index, index + 1));
                    } else {
                        clause.guard = clause.guard.take().or(guard);
                    }
                    return;
                }
                _ => {}
            }
            index += 1;
        }
        if let Some(brace) = shape.brace {
            let around = owner.and_then(|it| it.kind);
            let value = self.record(start, brace, clause.word.span.start, around);
            clause.push(value);
            self.more_records(clause, around);
        } else if end > start {
            let value = self.value(start, end);
            clause.push(value);
        } else if clause.values.is_empty() {
            self.error(SyntaxErrorKind::MissingValue, clause.word.span);
        }
    }

    /// `社区 { … }`: an entity and its facts, in a clause that begins at `start`.
    fn record(&mut self, from: usize, brace: usize, start: u32, around: Option<Kind>) -> Expr {
        let open = self.token(brace).map_or_else(|| self.end_of_text(), Token::span);
        let entity = if brace > from {
            self.value(from, brace)
        } else {
            self.error(SyntaxErrorKind::Unexpected { expected: Expected::Name }, open);
            Expr { kind: ExprKind::Error, span: Span::new(open.start, open.start) }
        };
        self.at = brace + 1;
        let body = self.body(open, Owner { kind: None, around, start });
        Expr { span: entity.span.to(body.span), kind: ExprKind::Record(Box::new(Record { entity, body })) }
    }

    /// Further records after a comma: `给定: 社区 { … }, 社区 { … }`.
    fn more_records(&mut self, clause: &mut Clause, around: Option<Kind>) {
        while self.kind(self.at) == Some(T::Comma) && !self.begins_clause(self.at + 1) {
            let from = self.at + 1;
            let shape = self.shape(from);
            let Some(brace) = shape.brace.filter(|_| shape.colon.is_none()) else { return };
            let value = self.record(from, brace, clause.word.span.start, around);
            clause.push(value);
        }
        // What stands after the closing brace on the same line belongs to nothing.
        let closed = self.at.checked_sub(1).and_then(|it| self.kind(it)) == Some(T::CloseBrace);
        let stray =
            closed && !matches!(self.kind(self.at), None | Some(T::Newline | T::Semicolon | T::Comma | T::CloseBrace));
        if stray {
            let from = self.at;
            let shape = self.shape(from);
            self.error(SyntaxErrorKind::Unexpected { expected: Expected::OperatorOrEnd }, self.span(from, from + 1));
            self.at = shape.end.max(from + 1);
        }
    }
}

impl Clause {
    /// Adds a value. Nearly every clause has exactly one, and a vector's own first step makes room for four.
    fn push(&mut self, value: Expr) {
        if self.values.is_empty() {
            self.values.reserve_exact(1);
        }
        self.values.push(value);
    }
}

/// The length of a keyword that a name begins with, where what follows could be a name: `当户数`.
pub(super) fn glued_keyword(source: &str, token: Token) -> Option<u32> {
    if token.kind != T::Ident {
        return None;
    }
    let text = token.span().text(source);
    Keyword::rows()
        .filter(|(_, word)| !word.zh.is_ascii())
        .flat_map(|(_, word)| word.spellings())
        .filter(|it| !it.is_ascii() && text.len() > it.len() && text.starts_with(it))
        .map(str::len)
        .max()
        .and_then(|it| u32::try_from(it).ok())
}
