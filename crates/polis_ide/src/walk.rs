//! Walks through trees.

use polis_syntax::ast::{Block, Body, Clause, Element, Expr, ExprKind};

/// Calls `f` with every clause of a block and of the blocks in it, with the block that it stands in.
pub(crate) fn clauses<'a>(block: &'a Block, f: &mut impl FnMut(&'a Block, &'a Clause)) {
    for element in block.body.iter().flat_map(|it| &it.elements) {
        match element {
            Element::Block(inner) => clauses(inner, f),
            Element::Clause(clause) => f(block, clause),
            Element::Error(_) => {}
        }
    }
}

/// Calls `f` with every block in a block, the outermost first, itself included.
pub(crate) fn blocks<'a>(block: &'a Block, f: &mut impl FnMut(&'a Block)) {
    f(block);
    for element in block.body.iter().flat_map(|it| &it.elements) {
        if let Element::Block(inner) = element {
            blocks(inner, f);
        }
    }
}

/// Calls `f` with every expression of a block, outer ones before those in them.
pub(crate) fn exprs<'a>(block: &'a Block, f: &mut impl FnMut(&'a Expr)) {
    for expr in [&block.of, &block.ty, &block.equals].into_iter().flatten() {
        self::expr(expr, f);
    }
    if let Some(body) = &block.body {
        body_exprs(body, f);
    }
}

fn body_exprs<'a>(body: &'a Body, f: &mut impl FnMut(&'a Expr)) {
    for element in &body.elements {
        match element {
            Element::Block(inner) => exprs(inner, f),
            Element::Clause(clause) => {
                if let Some(guard) = &clause.guard {
                    expr(&guard.condition, f);
                }
                for value in &clause.values {
                    expr(value, f);
                }
            }
            Element::Error(_) => {}
        }
    }
}

/// Calls `f` with an expression and all in it.
pub(crate) fn expr<'a>(it: &'a Expr, f: &mut impl FnMut(&'a Expr)) {
    f(it);
    match &it.kind {
        ExprKind::Range(range) => [&range.lo, &range.hi].into_iter().flatten().for_each(|it| expr(it, f)),
        ExprKind::Member(base, _) => expr(base, f),
        ExprKind::Call(call) => call.args.iter().for_each(|it| expr(it, f)),
        ExprKind::Aggregate(aggregate) => {
            expr(&aggregate.body, f);
            expr(&aggregate.source, f);
            if let Some(filter) = &aggregate.filter {
                expr(filter, f);
            }
        }
        ExprKind::Index(base, index) => {
            expr(base, f);
            expr(index, f);
        }
        ExprKind::Unary(_, operand) | ExprKind::Paren(operand) => expr(operand, f),
        ExprKind::Binary(binary) => {
            expr(&binary.lhs, f);
            expr(&binary.rhs, f);
        }
        ExprKind::If(it) => [&it.condition, &it.then, &it.otherwise].into_iter().for_each(|it| expr(it, f)),
        ExprKind::Cases(cases) => {
            for arm in &cases.arms {
                expr(&arm.guard, f);
                expr(&arm.value, f);
            }
            if let Some(otherwise) = &cases.otherwise {
                expr(otherwise, f);
            }
        }
        ExprKind::List(items) => items.iter().for_each(|it| expr(it, f)),
        ExprKind::Record(record) => {
            expr(&record.entity, f);
            body_exprs(&record.body, f);
        }
        ExprKind::Citation(document, _) => expr(document, f),
        ExprKind::Within(within) => {
            expr(&within.length, f);
            if let Some(event) = &within.event {
                expr(event, f);
            }
        }
        ExprKind::Figure(_)
        | ExprKind::Date
        | ExprKind::Text
        | ExprKind::Title
        | ExprKind::RowId
        | ExprKind::Truth(_)
        | ExprKind::Open(_)
        | ExprKind::Unknown
        | ExprKind::Name(_)
        | ExprKind::Error => {}
    }
}
