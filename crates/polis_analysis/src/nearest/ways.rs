//! The ways in which a value may move with a fact, one for each choice of its conditions.

use polis_semantic::Program;
use polis_semantic::ir::{Expr, ExprKind, Part};
use polis_syntax::ast::{BinaryOp, UnaryOp};

use crate::direction::{Direction, Fact, direction};

/// How deep values are followed into the rules that they name.
const DEEPEST: usize = 24;

/// Whether `lhs` moves one way beside `rhs` as long as every condition stays as it is, whichever way that is.
pub(super) fn moves_one_way(program: &Program, lhs: &Expr, rhs: Option<&Expr>, fact: Fact<'_>) -> bool {
    let (Some(mut all), Some(other)) = (
        ways(program, lhs, fact, 0),
        rhs.map_or_else(|| Some(vec![Direction::Still]), |it| ways(program, it, fact, 0)),
    ) else {
        return false;
    };
    all = together(&all, &reversed(other)).unwrap_or_default();
    !all.is_empty()
}

/// `None` where a way is neither up nor down, or cannot be told.
fn ways(program: &Program, expr: &Expr, fact: Fact<'_>, depth: usize) -> Option<Vec<Direction>> {
    if depth > DEEPEST {
        return None;
    }
    let of = |it: &Expr| ways(program, it, fact, depth + 1);
    // Of branches one is taken, and which does not change while the conditions do not.
    let one_of = |branches: &mut dyn Iterator<Item = &Expr>| {
        let mut all = Vec::new();
        for branch in branches {
            for way in of(branch)? {
                if !all.contains(&way) {
                    all.push(way);
                }
            }
        }
        Some(all)
    };
    match &expr.kind {
        ExprKind::If(_, then, otherwise) => one_of(&mut [&**then, &**otherwise].into_iter()),
        ExprKind::Cases(arms, otherwise) => one_of(&mut arms.iter().map(|it| &it.1).chain(otherwise.as_deref())),
        ExprKind::Rule(_, symbol, Part::Value) => {
            let rule = program.rules.iter().find(|it| it.meta.symbol == *symbol)?;
            one_of(&mut std::iter::once(&rule.value).chain(rule.exceptions.iter().map(|it| &it.value)))
        }
        ExprKind::Unary(UnaryOp::Neg, operand) => of(operand).map(reversed),
        ExprKind::Binary { op: BinaryOp::Add, lhs, rhs, .. } => together(&of(lhs)?, &of(rhs)?),
        ExprKind::Binary { op: BinaryOp::Sub, lhs, rhs, .. } => together(&of(lhs)?, &reversed(of(rhs)?)),
        ExprKind::Parts(parts) => {
            parts.iter().try_fold(vec![Direction::Still], |all, it| together(&all, &of(&it.value)?))
        }
        _ => match direction(program, expr, fact) {
            Direction::Either => None,
            way => Some(vec![way]),
        },
    }
}

fn reversed(ways: Vec<Direction>) -> Vec<Direction> {
    ways.into_iter().map(Direction::reversed).collect()
}

/// The ways of a sum; `None` where two of its terms may move against each other.
fn together(a: &[Direction], b: &[Direction]) -> Option<Vec<Direction>> {
    let mut all = Vec::new();
    for way in a.iter().flat_map(|a| b.iter().map(|b| a.with(*b))) {
        if way == Direction::Either {
            return None;
        }
        if !all.contains(&way) {
            all.push(way);
        }
    }
    Some(all)
}
