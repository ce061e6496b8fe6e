//! Which way a value moves when a fact rises: read off the expression, so that a whole stretch of facts is decided at its
//! ends.

use polis_semantic::ir::{Expr, ExprKind, Part};
use polis_semantic::{Program, Symbol};
use polis_syntax::ast::{BinaryOp, UnaryOp};
use polis_syntax::words::Builtin;
use polis_value::Number;
use smol_str::SmolStr;

/// How deep values are followed into the rules that they name.
const DEEPEST: usize = 24;

/// Which way a value moves when a fact rises and every condition stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// It does not depend on the fact.
    Still,
    /// It never falls.
    Up,
    /// It never rises.
    Down,
    /// Either, or it cannot be told.
    Either,
}

impl Direction {
    pub(crate) const fn reversed(self) -> Self {
        match self {
            Self::Up => Self::Down,
            Self::Down => Self::Up,
            other => other,
        }
    }

    pub(crate) fn with(self, other: Self) -> Self {
        match (self, other) {
            (Self::Still, it) | (it, Self::Still) => it,
            (a, b) if a == b => a,
            _ => Self::Either,
        }
    }
}

/// A fact: the entity that has it, and its name.
pub(crate) type Fact<'f> = (&'f Symbol, &'f SmolStr);

/// Which way `expr` moves when `fact` rises.
pub(crate) fn direction(program: &Program, expr: &Expr, fact: Fact<'_>) -> Direction {
    of(program, expr, fact, 0)
}

fn of(program: &Program, expr: &Expr, fact: Fact<'_>, depth: usize) -> Direction {
    if depth > DEEPEST {
        return Direction::Either;
    }
    let of = |it: &Expr| of(program, it, fact, depth + 1);
    let all = |it: &mut dyn Iterator<Item = &Expr>| it.map(of).fold(Direction::Still, Direction::with);
    match &expr.kind {
        ExprKind::Const(_)
        | ExprKind::EnumValue(..)
        | ExprKind::Open(_)
        | ExprKind::Unknown
        | ExprKind::Dormant(..) => Direction::Still,
        ExprKind::Field(_, entity, field) if (entity, field) == fact => Direction::Up,
        ExprKind::Field(..) => Direction::Still,
        ExprKind::Param(symbol) => {
            let param = program.params.iter().find(|it| it.meta.symbol == *symbol);
            param.map_or(Direction::Still, |it| all(&mut it.value.iter().chain(it.dated.iter().map(|it| &it.1))))
        }
        ExprKind::Rule(_, symbol, Part::Value) => {
            let Some(rule) = program.rules.iter().find(|it| it.meta.symbol == *symbol) else {
                return Direction::Either;
            };
            all(&mut std::iter::once(&rule.value).chain(rule.exceptions.iter().map(|it| &it.value)))
        }
        ExprKind::Unary(UnaryOp::Neg, operand) => of(operand).reversed(),
        ExprKind::Binary { op: BinaryOp::Add, lhs, rhs, .. } => of(lhs).with(of(rhs)),
        ExprKind::Binary { op: BinaryOp::Sub, lhs, rhs, .. } => of(lhs).with(of(rhs).reversed()),
        ExprKind::Binary { op: BinaryOp::Mul, lhs, rhs, .. } => {
            let part = |moved: &Expr, factor: &Expr| match (of(moved), sign(program, factor, 0)) {
                (Direction::Still, _) => Direction::Still,
                (it, Sign::NotBelow) => it,
                (it, Sign::NotAbove) => it.reversed(),
                (_, Sign::Either) => Direction::Either,
            };
            part(lhs, rhs).with(part(rhs, lhs))
        }
        ExprKind::Binary { op: BinaryOp::Div, lhs, rhs, .. } => {
            let above = match (of(lhs), sign(program, rhs, 0)) {
                (Direction::Still, _) => Direction::Still,
                (it, Sign::NotBelow) => it,
                (it, Sign::NotAbove) => it.reversed(),
                (_, Sign::Either) => Direction::Either,
            };
            let below = match (of(rhs), sign(program, rhs, 0), sign(program, lhs, 0)) {
                (Direction::Still, ..) => Direction::Still,
                (it, Sign::NotBelow, Sign::NotBelow) => it.reversed(),
                _ => Direction::Either,
            };
            above.with(below)
        }
        ExprKind::If(_, then, otherwise) => of(then).with(of(otherwise)),
        ExprKind::Cases(arms, otherwise) => all(&mut arms.iter().map(|it| &it.1).chain(otherwise.as_deref())),
        ExprKind::Parts(parts) => all(&mut parts.iter().map(|it| &it.value)),
        ExprKind::Range(lo, hi) => all(&mut lo.as_deref().into_iter().chain(hi.as_deref())),
        ExprKind::Call(Builtin::Steps, args) => match args.as_slice() {
            [amount, size] if of(size) == Direction::Still => of(amount),
            _ if all(&mut args.iter()) == Direction::Still => Direction::Still,
            _ => Direction::Either,
        },
        ExprKind::Call(
            Builtin::Min
            | Builtin::Max
            | Builtin::Floor
            | Builtin::Ceil
            | Builtin::Round
            | Builtin::Clamp
            | Builtin::Low
            | Builtin::High,
            args,
        ) => all(&mut args.iter()),
        ExprKind::Call(_, args) if all(&mut args.iter()) == Direction::Still => Direction::Still,
        _ if !mentions(program, expr, fact, depth) => Direction::Still,
        _ => Direction::Either,
    }
}

/// Whether an expression asks a fact anywhere, of whichever jurisdiction.
fn mentions(program: &Program, expr: &Expr, fact: Fact<'_>, depth: usize) -> bool {
    if depth > DEEPEST {
        return true;
    }
    let of = |it: &Expr| mentions(program, it, fact, depth + 1);
    expr.all().into_iter().any(|it| match &it.kind {
        ExprKind::Field(_, entity, field) => (entity, field) == fact,
        ExprKind::Param(symbol) => {
            let param = program.params.iter().find(|it| it.meta.symbol == *symbol);
            param.is_some_and(|it| it.value.iter().chain(it.dated.iter().map(|it| &it.1)).any(of))
        }
        ExprKind::Rule(_, symbol, Part::Value) => {
            let rule = program.rules.iter().find(|it| it.meta.symbol == *symbol);
            rule.is_none_or(|it| of(&it.value) || it.exceptions.iter().any(|it| of(&it.guard) || of(&it.value)))
        }
        ExprKind::Rule(_, _, Part::Kept) => true,
        _ => false,
    })
}

/// Which side of zero a value is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    NotBelow,
    NotAbove,
    Either,
}

fn sign(program: &Program, expr: &Expr, depth: usize) -> Sign {
    if depth > DEEPEST {
        return Sign::Either;
    }
    let of = |it: &Expr| sign(program, it, depth + 1);
    let all = |it: &mut dyn Iterator<Item = &Expr>| {
        let mut common = None;
        for next in it.map(of) {
            if common.is_some_and(|it| it != next) {
                return Sign::Either;
            }
            common = Some(next);
        }
        common.unwrap_or(Sign::Either)
    };
    match &expr.kind {
        ExprKind::Const(value) => match value.as_number_range() {
            Some(range) if range.lo().is_some_and(|it| it >= Number::ZERO) => Sign::NotBelow,
            Some(range) if range.hi().is_some_and(|it| it <= Number::ZERO) => Sign::NotAbove,
            _ => Sign::Either,
        },
        ExprKind::Field(_, entity, field) => {
            let def = program.entities.iter().find(|it| it.meta.symbol == *entity);
            let field = def.and_then(|it| it.fields.iter().find(|it| it.name == *field));
            let count = expr.ty.as_number().is_some_and(|it| it.whole && !it.dim.is_none());
            match field.and_then(|it| it.range) {
                Some(range) if range.lo().is_some_and(|it| it >= Number::ZERO) => Sign::NotBelow,
                // What is counted in households or persons is no less than none.
                None if count => Sign::NotBelow,
                _ => Sign::Either,
            }
        }
        ExprKind::Param(symbol) => {
            let param = program.params.iter().find(|it| it.meta.symbol == *symbol);
            param.map_or(Sign::Either, |it| all(&mut it.value.iter().chain(it.dated.iter().map(|it| &it.1))))
        }
        ExprKind::Rule(_, symbol, Part::Value) => {
            let rule = program.rules.iter().find(|it| it.meta.symbol == *symbol);
            rule.map_or(Sign::Either, |it| {
                all(&mut std::iter::once(&it.value).chain(it.exceptions.iter().map(|it| &it.value)))
            })
        }
        ExprKind::Binary { op: BinaryOp::Add, lhs, rhs, .. } => all(&mut [&**lhs, &**rhs].into_iter()),
        ExprKind::Binary { op: BinaryOp::Mul | BinaryOp::Div, lhs, rhs, .. } => match (of(lhs), of(rhs)) {
            (Sign::Either, _) | (_, Sign::Either) => Sign::Either,
            (a, b) if a == b => Sign::NotBelow,
            _ => Sign::NotAbove,
        },
        ExprKind::If(_, then, otherwise) => all(&mut [&**then, &**otherwise].into_iter()),
        ExprKind::Cases(arms, otherwise) => all(&mut arms.iter().map(|it| &it.1).chain(otherwise.as_deref())),
        ExprKind::Parts(parts) => all(&mut parts.iter().map(|it| &it.value)),
        ExprKind::Call(Builtin::Abs | Builtin::Count | Builtin::Steps, _) => Sign::NotBelow,
        ExprKind::Call(Builtin::Min | Builtin::Max | Builtin::Floor | Builtin::Low | Builtin::High, args) => {
            all(&mut args.iter())
        }
        _ => Sign::Either,
    }
}
