//! Blocks, bodies and clauses.

use super::Formatter;
use super::doc::Doc;
use super::lines::{Item, Lines, Scope};
use super::spelling::Place;
use crate::Span;
use crate::ast::{Block, Body, Clause, Element, Expr, ExprKind, File, Guard, HeadName, Record};
use crate::words::{ClauseWord, Keyword, Value};

impl<'s> Formatter<'s> {
    pub(super) fn file(&mut self, file: &File) -> Doc<'s> {
        let items: Vec<_> = file.elements.iter().map(|it| Item::Element(it, Scope::Top)).collect();
        let end = u32::try_from(self.source.len()).unwrap_or(u32::MAX);
        let mut body = self.lines(None, end, &items);
        self.part_blocks(&mut body);
        let mut docs = Vec::with_capacity(body.lines.len() * 2);
        for (index, line) in body.lines.into_iter().enumerate() {
            if index > 0 {
                docs.push(Doc::Hard);
            }
            self.line(line, &mut docs);
        }
        Doc::concat(docs)
    }

    /// An empty line between blocks, with the comments above a block on its side. Blocks of a single line may follow
    /// each other closely, as the rows of a table do.
    fn part_blocks(&self, body: &mut Lines<'s>) {
        let mut previous: Option<(usize, bool)> = None;
        for index in 0..body.lines.len() {
            let Some(line) = body.lines.get(index).filter(|it| it.item) else { continue };
            let short = line.is_short(self.options.width);
            if let Some((from, was_short)) = previous
                && !(short && was_short)
                && let Some(between) = body.lines.get_mut(from + 1..=index)
                && !between.iter().any(|it| it.blank)
                && let Some(first) = between.first_mut()
            {
                first.blank = true;
            }
            previous = Some((index, short));
        }
    }

    pub(super) fn element(&mut self, element: &Element, scope: Scope) -> Doc<'s> {
        match element {
            Element::Block(block) => self.block(block, scope),
            Element::Clause(clause) => self.clause(clause, scope),
            Element::Error(span) => self.verbatim(*span),
        }
    }

    fn block(&mut self, block: &Block, scope: Scope) -> Doc<'s> {
        let inner = block.inner_scope(scope);
        let mut docs = vec![match inner {
            Scope::Block(Some(kind)) => self.word(kind.word(), block.word.span.text(self.source)),
            _ => self.verbatim(block.word.span),
        }];
        if let Some(name) = block.name {
            docs.extend([Doc::text(" "), self.verbatim(name.span)]);
        }
        if let Some(title) = block.title {
            docs.extend([Doc::text(" "), self.verbatim(title)]);
        }
        if let Some(of) = &block.of {
            let written = self.token_before(of.span.start);
            docs.extend([Doc::text(" "), self.keyword(Keyword::Of, written), Doc::text(" ")]);
            docs.push(self.expr(of, Place::Value));
        }
        if let Some(ty) = &block.ty {
            docs.extend([Doc::text(": "), self.expr(ty, Place::Type)]);
        }
        if let Some(equals) = &block.equals {
            docs.extend([Doc::text(" = "), self.expr(equals, Place::Type)]);
        }
        if let Some(body) = &block.body {
            docs.extend([Doc::text(" "), self.body(body, inner)]);
        }
        Doc::concat(docs)
    }

    /// What stands between braces. A body that was on one line stays so if it fits.
    fn body(&mut self, body: &Body, scope: Scope) -> Doc<'s> {
        let (open, close) = self.inside(body.span);
        self.hoist_until(open);
        if body.elements.is_empty() || !self.is_one_line(body.span) || self.has_comments(body.span) {
            let items: Vec<_> = body.elements.iter().map(|it| Item::Element(it, scope)).collect();
            let lines = self.lines(Some(open), close, &items);
            return self.bracketed("{", lines, "}");
        }
        let separator = if scope == Scope::Facts && body.elements.iter().all(is_plain) { ", " } else { "; " };
        let mut docs = Vec::with_capacity(body.elements.len() * 2);
        for element in &body.elements {
            docs.push(Doc::Break(if docs.is_empty() { " " } else { separator }));
            docs.push(self.item(Item::Element(element, scope)));
        }
        Doc::body(vec![Doc::text("{"), Doc::indent(docs), Doc::Break(" "), Doc::text("}")])
    }

    pub(super) fn record(&mut self, record: &Record) -> Doc<'s> {
        let entity = self.expr(&record.entity, Place::Value);
        Doc::concat(vec![entity, Doc::text(" "), self.body(&record.body, Scope::Facts)])
    }

    fn clause(&mut self, clause: &Clause, scope: Scope) -> Doc<'s> {
        if clause.values.is_empty() {
            // A line without a value is a syntax error; it never comes this far.
            return self.verbatim(clause.span);
        }
        let written = clause.word.span.text(self.source);
        let spec = clause.spec(self.source, scope);
        let place = match spec.map(|it| it.value) {
            Some(Value::Type) => Place::Type,
            Some(Value::Choice(set)) => Place::Choice(set),
            _ => Place::Value,
        };
        let mut docs = vec![match spec {
            Some(spec) => self.word(spec.word.word(), written),
            None => self.verbatim(clause.word.span),
        }];
        if let Some(name) = clause.name {
            let name = match name {
                HeadName::Name(it) => self.verbatim(it.span),
                HeadName::Text(span) => self.verbatim(span),
                HeadName::Date(span) => self.digits(span),
            };
            docs.extend([Doc::text(" "), name]);
        }
        if let Some(first) = clause.over.first() {
            let written = self.token_before(first.span.start);
            docs.extend([Doc::text(" "), self.word(ClauseWord::OverException.word(), written)]);
            for (index, name) in clause.over.iter().enumerate() {
                docs.extend([Doc::text(if index == 0 { " " } else { ", " }), self.verbatim(name.span)]);
            }
        }
        if let Some(guard) = clause.guard.as_ref().filter(|it| !it.trailing) {
            docs.extend([Doc::text(" "), self.guard(guard)]);
        }
        docs.push(Doc::text(": "));
        self.values(clause, place, &mut docs);
        Doc::group(docs)
    }

    fn values(&mut self, clause: &Clause, place: Place, docs: &mut Vec<Doc<'s>>) {
        let records = clause.values.iter().any(|it| matches!(it.kind, ExprKind::Record(_)));
        let guard = clause.guard.as_ref().filter(|it| it.trailing);
        let mut more = Vec::new();
        for (index, value) in clause.values.iter().enumerate() {
            let doc = self.expr(value, place);
            if index == 0 {
                docs.push(doc);
            } else {
                let last = index + 1 == clause.values.len();
                let line = guard.filter(|_| last).map_or(value.span, |it| value.span.to(it.span));
                let part = if records || self.opens_line(line) { Doc::text(" ") } else { Doc::Break(" ") };
                more.extend([Doc::text(","), part, doc]);
            }
        }
        if let Some(guard) = guard {
            more.extend([Doc::Break(" "), self.guard(guard)]);
        }
        if !more.is_empty() {
            docs.push(if records { Doc::concat(more) } else { Doc::indent(more) });
        }
    }

    fn guard(&mut self, guard: &Guard) -> Doc<'s> {
        let keyword = if guard.negated { Keyword::Unless } else { Keyword::When };
        let word = self.keyword(keyword, self.token_after(guard.span.start));
        Doc::concat(vec![word, Doc::text(" "), self.expr(&guard.condition, Place::Value)])
    }

    /// Whether `expr` at the beginning of a line would be read as a clause or block.
    pub(super) fn opens_element(&self, expr: &Expr) -> bool {
        self.opens_line(expr.span)
    }

    /// Whether the tokens of `span` at the beginning of a line would be read as a clause or block.
    fn opens_line(&self, span: Span) -> bool {
        let first = self.tokens.partition_point(|it| it.start < span.start);
        let tokens = self.tokens.get(first..).unwrap_or_default().iter().take_while(|it| it.start < span.end);
        let line: Vec<_> = tokens.filter(|it| it.kind != crate::TokenKind::Newline).take(3).copied().collect();
        crate::layout::opens_element(self.source, &line)
    }
}

/// Whether a comma may follow in a record: the element is a plain `word: value`.
fn is_plain(element: &Element) -> bool {
    match element {
        Element::Clause(it) => it.name.is_none() && it.over.is_empty() && it.guard.is_none() && it.values.len() == 1,
        Element::Block(_) | Element::Error(_) => false,
    }
}
