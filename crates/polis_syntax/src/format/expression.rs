//! Values.

use super::Formatter;
use super::doc::Doc;
use super::lines::Item;
use super::spelling::Place;
use crate::Span;
use crate::ast::{
    Aggregate, Binary, BinaryOp, Call, Cases, Expr, ExprKind, Ident, If, RangeExpr, RangeStyle, UnaryOp, Within,
};
use crate::words::{Builtin, Keyword};

impl<'s> Formatter<'s> {
    pub(super) fn expr(&mut self, expr: &Expr, place: Place) -> Doc<'s> {
        let keyword = |it: &Self, keyword| it.keyword(keyword, it.token_after(expr.span.start));
        match &expr.kind {
            ExprKind::Figure(figure) => self.figure(figure),
            ExprKind::Range(range) => self.range(range, expr.span),
            ExprKind::Date | ExprKind::Text | ExprKind::Title | ExprKind::RowId | ExprKind::Error => {
                self.verbatim(expr.span)
            }
            ExprKind::Truth(true) => keyword(self, Keyword::True),
            ExprKind::Truth(false) => keyword(self, Keyword::False),
            ExprKind::Unknown => keyword(self, Keyword::Unknown),
            ExprKind::Open(None) => keyword(self, Keyword::Open),
            ExprKind::Open(Some(reason)) => {
                Doc::concat(vec![keyword(self, Keyword::Open), Doc::text(" "), self.verbatim(*reason)])
            }
            ExprKind::Name(name) => self.name(*name, place),
            ExprKind::Member(base, name) => {
                let base = self.expr(base, Place::Value);
                Doc::concat(vec![base, Doc::text("."), self.verbatim(name.span)])
            }
            ExprKind::Call(call) => self.call(call),
            ExprKind::Aggregate(aggregate) => self.aggregate(aggregate),
            ExprKind::Index(base, index) => {
                let base = self.expr(base, Place::Value);
                let index = self.expr(index, Place::Value);
                Doc::concat(vec![base, Doc::text("["), index, Doc::text("]")])
            }
            ExprKind::Unary(UnaryOp::Not, operand) => {
                let word = keyword(self, Keyword::Not);
                Doc::concat(vec![word, Doc::text(" "), self.expr(operand, Place::Value)])
            }
            ExprKind::Unary(UnaryOp::Neg, operand) => {
                Doc::concat(vec![Doc::text("-"), self.expr(operand, Place::Value)])
            }
            ExprKind::Binary(binary) => self.chain(binary, place),
            ExprKind::If(conditional) => {
                let word = keyword(self, Keyword::If);
                self.conditional(word, conditional)
            }
            ExprKind::Cases(cases) => self.cases(cases, expr.span),
            ExprKind::List(items) => self.list(items, expr.span, place),
            ExprKind::Paren(inner) => Doc::concat(vec![Doc::text("("), self.expr(inner, place), Doc::text(")")]),
            ExprKind::Record(record) => self.record(record),
            ExprKind::Citation(document, passage) => {
                let document = self.expr(document, Place::Value);
                Doc::concat(vec![document, Doc::text(" "), self.verbatim(*passage)])
            }
            ExprKind::Within(within) => {
                let word = keyword(self, Keyword::Within);
                self.within(word, within)
            }
        }
    }

    /// Where the inside of the brackets of `span` begins and ends.
    pub(super) fn inside(&self, span: Span) -> (u32, u32) {
        let text = span.text(self.source);
        let length = |it: Option<char>| it.map_or(0, char::len_utf8);
        let bytes = |it| u32::try_from(it).unwrap_or(0);
        (span.start + bytes(length(text.chars().next())), span.end - bytes(length(text.chars().next_back())))
    }

    fn range(&mut self, range: &RangeExpr, span: Span) -> Doc<'s> {
        let mut docs = Vec::new();
        match range.style {
            RangeStyle::Word => {
                let above = range.lo.is_some();
                let figure = range.lo.as_ref().or(range.hi.as_ref());
                docs.extend(figure.map(|it| self.expr(it, Place::Value)));
                let closing = self.token_before(span.end);
                let unit = figure.and_then(|it| match &it.kind {
                    ExprKind::Figure(figure) => figure.unit,
                    _ => None,
                });
                docs.push(self.before_closing(unit, closing));
                docs.push(self.keyword(if above { Keyword::AndAbove } else { Keyword::AndBelow }, closing));
            }
            RangeStyle::Dots => {
                docs.extend(range.lo.as_ref().map(|it| self.expr(it, Place::Value)));
                docs.push(Doc::text(".."));
                if self.may_be_unit(range) {
                    docs.push(Doc::text(" "));
                }
                docs.extend(range.hi.as_ref().map(|it| self.expr(it, Place::Value)));
                if let Some(unit) = range.unit {
                    docs.extend([Doc::text(" "), self.unit(unit, false)]);
                }
            }
        }
        Doc::concat(docs)
    }

    /// Whether what stands behind the dots is written as a unit: `4.. 家`. That the name is one is told where it is
    /// declared; here the blank is kept.
    fn may_be_unit(&self, range: &RangeExpr) -> bool {
        let bare = range.lo.as_ref().is_some_and(|it| matches!(&it.kind, ExprKind::Figure(it) if it.unit.is_none()));
        let name = range.hi.as_ref().filter(|it| matches!(it.kind, ExprKind::Name(_)));
        let before = |it: &Expr| self.source.get(..it.span.start as usize);
        bare && name.and_then(before).is_some_and(|it| it.ends_with(char::is_whitespace))
    }

    fn callee(&self, name: Ident, builtin: Option<Builtin>) -> Doc<'s> {
        match builtin {
            Some(builtin) => self.word(builtin.word(), name.span.text(self.source)),
            None => self.verbatim(name.span),
        }
    }

    fn call(&mut self, call: &Call) -> Doc<'s> {
        let callee = self.callee(call.name, call.builtin);
        if call.args.is_empty() {
            return Doc::concat(vec![callee, Doc::text("()")]);
        }
        let may_break = !call.args.iter().any(|it| self.opens_element(it));
        let part = |flat: &'static str| if may_break { Doc::Break(flat) } else { Doc::text(flat) };
        let mut args = Vec::with_capacity(call.args.len() * 3);
        for arg in &call.args {
            if args.is_empty() {
                args.push(part(""));
            } else {
                args.extend([Doc::text(","), part(" ")]);
            }
            args.push(self.expr(arg, Place::Value));
        }
        Doc::group(vec![callee, Doc::text("("), Doc::indent(args), part(""), Doc::text(")")])
    }

    fn aggregate(&mut self, it: &Aggregate) -> Doc<'s> {
        let callee = self.callee(it.name, it.builtin);
        let first = if self.opens_element(&it.body) { Doc::text("") } else { Doc::Break("") };
        let mut docs = vec![first, self.expr(&it.body, Place::Value), Doc::Break(" ")];
        docs.extend([
            self.keyword(Keyword::For, self.token_after(it.body.span.end)),
            Doc::text(" "),
            self.verbatim(it.binder.span),
            Doc::text(" "),
            self.keyword(Keyword::In, self.token_after(it.binder.span.end)),
            Doc::text(" "),
            self.expr(&it.source, Place::Value),
        ]);
        if let Some(filter) = &it.filter {
            let word = self.keyword(Keyword::Where, self.token_after(it.source.span.end));
            docs.extend([Doc::Break(" "), word, Doc::text(" "), self.expr(filter, Place::Value)]);
        }
        Doc::group(vec![callee, Doc::text("("), Doc::indent(docs), Doc::Break(""), Doc::text(")")])
    }

    /// Operators of one strength in a row; a line too long breaks before each.
    fn chain(&mut self, last: &Binary, place: Place) -> Doc<'s> {
        let mut links = vec![last];
        let mut first = &last.lhs;
        while let ExprKind::Binary(binary) = &first.kind
            && strength(binary.op) == strength(last.op)
        {
            links.push(binary);
            first = &binary.lhs;
        }
        let place = if strength(last.op) == strength(BinaryOp::Mul) { place } else { Place::Value };
        let head = self.expr(first, place);
        let mut rest = Vec::with_capacity(links.len() * 4);
        for link in links.into_iter().rev() {
            let operator = self.operator(link.op, link.word, link.op_span);
            // A compound unit is written as after a figure: `元/人`.
            if matches!(place, Place::Type | Place::Divisor) {
                let place = if link.op == BinaryOp::Div { Place::Divisor } else { place };
                rest.extend([operator, self.expr(&link.rhs, place)]);
            } else {
                rest.extend([Doc::Break(" "), operator, Doc::text(" "), self.expr(&link.rhs, place)]);
            }
        }
        Doc::group(vec![head, Doc::indent(rest)])
    }

    fn conditional(&mut self, word: Doc<'s>, it: &If) -> Doc<'s> {
        let condition = self.expr(&it.condition, Place::Value);
        let then = self.keyword(Keyword::Then, self.token_after(it.condition.span.end));
        let value = self.expr(&it.then, Place::Value);
        let otherwise = self.keyword(Keyword::Else, self.token_after(it.then.span.end));
        let other = self.expr(&it.otherwise, Place::Value);
        let blank = || Doc::text(" ");
        let branches = vec![Doc::Break(" "), then, blank(), value, Doc::Break(" "), otherwise, blank(), other];
        Doc::group(vec![word, blank(), condition, Doc::indent(branches)])
    }

    fn within(&mut self, word: Doc<'s>, within: &Within) -> Doc<'s> {
        let mut docs = vec![word, Doc::text(" "), self.expr(&within.length, Place::Value)];
        if let Some(event) = &within.event {
            let after = self.keyword(Keyword::After, self.token_after(within.length.span.end));
            docs.extend([Doc::text(" "), after, Doc::text(" "), self.expr(event, Place::Value)]);
        }
        Doc::concat(docs)
    }

    fn cases(&mut self, cases: &Cases, span: Span) -> Doc<'s> {
        let written = self.token_after(span.start);
        let word = self.keyword(Keyword::Cases, written);
        let brace = self.tokens.partition_point(|it| it.start < span.start);
        let brace = self.tokens.get(brace..).unwrap_or_default();
        let brace = brace.iter().find(|it| it.kind == crate::TokenKind::OpenBrace).map_or(span, |it| it.span());
        let (_, close) = self.inside(span);
        self.hoist_until(brace.end);
        let mut items: Vec<_> = cases.arms.iter().map(|it| Item::Arm(it, written)).collect();
        if let Some(value) = &cases.otherwise {
            let written = self.token_after(cases.arms.last().map_or(brace.end, |it| it.value.span.end));
            items.push(Item::Otherwise(value, written));
        }
        let lines = self.lines(Some(brace.end), close, &items);
        Doc::concat(vec![word, Doc::text(" "), self.bracketed("{", lines, "}")])
    }

    /// A list, on one line or with a member on each.
    fn list(&mut self, items: &[Expr], span: Span, place: Place) -> Doc<'s> {
        let (open, close) = self.inside(span);
        self.hoist_until(open);
        // A line that would be read as a clause would end the list there.
        let may_break = !items.iter().any(|it| self.opens_element(it));
        if may_break && self.has_comments(Span::new(open, close)) {
            let members: Vec<_> = items.iter().map(|it| Item::Member(it, place)).collect();
            let lines = self.lines(Some(open), close, &members);
            return self.bracketed("[", lines, "]");
        }
        if items.is_empty() {
            return Doc::text("[]");
        }
        let part = |flat: &'static str| if may_break { Doc::Break(flat) } else { Doc::text(flat) };
        let mut docs = Vec::with_capacity(items.len() * 3);
        for item in items {
            if docs.is_empty() {
                docs.push(part(""));
            } else {
                docs.extend([Doc::text(","), part(" ")]);
            }
            docs.push(self.expr(item, place));
        }
        if may_break {
            docs.push(Doc::IfBroken(","));
        }
        Doc::group(vec![Doc::text("["), Doc::indent(docs), part(""), Doc::text("]")])
    }
}

/// Operators of one strength are read from left to right.
const fn strength(op: BinaryOp) -> u8 {
    match op {
        BinaryOp::Or => 1,
        BinaryOp::And => 2,
        BinaryOp::Equal
        | BinaryOp::NotEqual
        | BinaryOp::Less
        | BinaryOp::AtMost
        | BinaryOp::More
        | BinaryOp::AtLeast
        | BinaryOp::In => 3,
        BinaryOp::Add | BinaryOp::Sub => 4,
        BinaryOp::Mul | BinaryOp::Div => 5,
    }
}
