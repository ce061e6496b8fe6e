//! Moving a tree to other positions: the tree of a provision is kept relative to the provision.

use crate::Span;
use crate::ast::{Block, Body, Clause, Element, Expr, ExprKind, HeadName, Ident, UnitRef};

impl Block {
    /// Replaces every range of the block by `map` of it.
    pub fn map_spans(&mut self, map: &mut impl FnMut(Span) -> Span) {
        self.word.map(map);
        if let Some(name) = &mut self.name {
            name.map(map);
        }
        for span in [&mut self.title, &mut self.doc].into_iter().flatten() {
            *span = map(*span);
        }
        for expr in [&mut self.of, &mut self.ty, &mut self.equals].into_iter().flatten() {
            expr.map(map);
        }
        if let Some(body) = &mut self.body {
            body.map(map);
        }
        self.span = map(self.span);
    }
}

impl Body {
    fn map(&mut self, map: &mut impl FnMut(Span) -> Span) {
        for element in &mut self.elements {
            match element {
                Element::Block(block) => block.map_spans(map),
                Element::Clause(clause) => clause.map(map),
                Element::Error(span) => *span = map(*span),
            }
        }
        self.span = map(self.span);
    }
}

impl Clause {
    fn map(&mut self, map: &mut impl FnMut(Span) -> Span) {
        self.word.map(map);
        match &mut self.name {
            Some(HeadName::Name(name)) => name.map(map),
            Some(HeadName::Text(span) | HeadName::Date(span)) => *span = map(*span),
            None => {}
        }
        for name in &mut self.over {
            name.map(map);
        }
        if let Some(guard) = &mut self.guard {
            guard.condition.map(map);
            guard.span = map(guard.span);
        }
        for value in &mut self.values {
            value.map(map);
        }
        self.span = map(self.span);
    }
}

impl Ident {
    fn map(&mut self, map: &mut impl FnMut(Span) -> Span) {
        self.span = map(self.span);
    }
}

impl UnitRef {
    fn map(&mut self, map: &mut impl FnMut(Span) -> Span) {
        self.name.map(map);
        for (per, _) in self.per.iter_mut().flatten() {
            per.map(map);
        }
    }
}

impl Expr {
    fn map(&mut self, map: &mut impl FnMut(Span) -> Span) {
        self.span = map(self.span);
        match &mut self.kind {
            ExprKind::Figure(figure) => {
                figure.digits = map(figure.digits);
                if let Some(unit) = &mut figure.unit {
                    unit.map(map);
                }
            }
            ExprKind::Range(range) => {
                for end in [&mut range.lo, &mut range.hi].into_iter().flatten() {
                    end.map(map);
                }
                if let Some(unit) = &mut range.unit {
                    unit.map(map);
                }
            }
            ExprKind::Open(Some(reason)) => *reason = map(*reason),
            ExprKind::Name(name) => name.map(map),
            ExprKind::Member(base, name) => {
                base.map(map);
                name.map(map);
            }
            ExprKind::Call(call) => {
                call.name.map(map);
                call.args.iter_mut().for_each(|it| it.map(map));
            }
            ExprKind::Aggregate(aggregate) => {
                aggregate.name.map(map);
                aggregate.body.map(map);
                aggregate.binder.map(map);
                aggregate.source.map(map);
                if let Some(filter) = &mut aggregate.filter {
                    filter.map(map);
                }
            }
            ExprKind::Index(base, index) => {
                base.map(map);
                index.map(map);
            }
            ExprKind::Unary(_, operand) | ExprKind::Paren(operand) => operand.map(map),
            ExprKind::Binary(binary) => {
                binary.op_span = map(binary.op_span);
                binary.lhs.map(map);
                binary.rhs.map(map);
            }
            ExprKind::If(it) => {
                it.condition.map(map);
                it.then.map(map);
                it.otherwise.map(map);
            }
            ExprKind::Cases(cases) => {
                for arm in &mut cases.arms {
                    arm.guard.map(map);
                    arm.value.map(map);
                }
                if let Some(otherwise) = &mut cases.otherwise {
                    otherwise.map(map);
                }
            }
            ExprKind::List(items) => items.iter_mut().for_each(|it| it.map(map)),
            ExprKind::Record(record) => {
                record.entity.map(map);
                record.body.map(map);
            }
            ExprKind::Citation(document, passage) => {
                document.map(map);
                *passage = map(*passage);
            }
            ExprKind::Within(within) => {
                within.length.map(map);
                if let Some(event) = &mut within.event {
                    event.map(map);
                }
            }
            ExprKind::Date
            | ExprKind::Text
            | ExprKind::Title
            | ExprKind::RowId
            | ExprKind::Truth(_)
            | ExprKind::Open(None)
            | ExprKind::Unknown
            | ExprKind::Error => {}
        }
    }
}
