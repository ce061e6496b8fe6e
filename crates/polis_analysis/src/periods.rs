//! Values compared at every fact that can matter: where steps repeat, one period and the drift from it to the next stand
//! for all that follow.

use polis_eval::{EntityId, Machine, Run};
use polis_semantic::Program;
use polis_semantic::ir::{Expr, ExprKind, Part};
use polis_syntax::ast::{BinaryOp, UnaryOp};
use polis_syntax::words::Builtin;
use polis_value::{Number, Value};

use crate::Outside;
use crate::corners::Point;
use crate::direction::{Direction, Fact, direction};
use crate::space::{Axis, MOST_POINTS, Space, grain};

/// How deep values are followed into the rules that they name.
const DEEPEST: usize = 24;

/// For each axis the numbers that stand for all others.
pub(crate) struct Enumeration {
    axes: Vec<Vec<Value>>,
}

impl Enumeration {
    /// The facts at which two values built from `values` can part.
    ///
    /// On an axis without end the values must be sums and multiples of the fact and of its whole steps: then they repeat
    /// with the least common period, each time higher by the same amount. Two that agree over two periods agree on all
    /// that follow; two that part do so, at the latest, in the second period or drift apart from there.
    pub(crate) fn of(space: &Space, program: &Program, values: &[&Expr]) -> Result<Self, Outside> {
        let axes = space.axes.iter().map(|it| numbers(it, program, values));
        let axes: Vec<Vec<Value>> = axes.collect::<Result<_, _>>()?;
        let count = axes.iter().try_fold(1_usize, |count, it| count.checked_mul(it.len().max(1)));
        if count.is_none_or(|it| it > MOST_POINTS) {
            return Err(Outside::TooMany);
        }
        Ok(Self { axes })
    }

    /// For each axis its numbers.
    pub(crate) fn into_axes(self) -> Vec<Vec<Value>> {
        self.axes
    }

    /// The first jurisdiction that `wanted` holds of, and how many were asked.
    pub(crate) fn first<'m>(
        &self,
        space: &Space,
        machine: &'m Machine,
        wanted: &mut dyn FnMut(&Run<'_>, (EntityId, u32)) -> bool,
    ) -> Result<(Option<Point<'m>>, usize), Outside> {
        space.first_of(machine, &self.axes, None, wanted)
    }
}

fn numbers(axis: &Axis, program: &Program, values: &[&Expr]) -> Result<Vec<Value>, Outside> {
    let fact: Fact<'_> = (&axis.entity, &axis.field);
    let still = values.iter().all(|it| direction(program, it, fact) == Direction::Still);
    let Some(ty) = axis.ty.as_number() else {
        return if still { Ok(()) } else { axis.stands_for_all() }.map(|()| axis.values.clone());
    };
    let grain = grain(ty.whole);
    if still {
        return Ok(axis.stretches.iter().map(|it| Value::Number(it.0)).collect());
    }
    let mut shape = Shape { sizes: Vec::new(), starts: Vec::new() };
    for value in values {
        shape.read(program, value, fact, 0)?;
    }
    let period = shape.period(grain)?;
    let mut all = Vec::new();
    for (first, last) in &axis.stretches {
        let twice = period.add(period).and_then(|it| it.add(grain));
        let from = shape.starts.iter().copied().fold(*first, Number::max);
        let enough = twice.and_then(|it| it.add(from)).map_err(|_| Outside::TooMany)?;
        let end = last.map_or(enough, |it| it.min(enough));
        let mut next = *first;
        while next <= end {
            if all.len() > MOST_POINTS {
                return Err(Outside::TooMany);
            }
            all.push(Value::Number(next));
            next = next.add(grain).map_err(|_| Outside::TooMany)?;
        }
        // What drifts apart shows far away, whichever way it drifts.
        let far = last.unwrap_or_else(|| Number::from(1_000_000_000_i64));
        if end < far {
            all.push(Value::Number(far));
        }
    }
    Ok(all)
}

/// What a value is made of along one fact.
struct Shape {
    /// The sizes of whole steps.
    sizes: Vec<Number>,
    /// From where on steps count.
    starts: Vec<Number>,
}

impl Shape {
    fn read(&mut self, program: &Program, expr: &Expr, fact: Fact<'_>, depth: usize) -> Result<(), Outside> {
        if depth > DEEPEST {
            return Err(Outside::Computed);
        }
        if direction(program, expr, fact) == Direction::Still {
            return Ok(());
        }
        let depth = depth + 1;
        let still = |it: &Expr| direction(program, it, fact) == Direction::Still;
        match &expr.kind {
            ExprKind::Field(..) => Ok(()),
            ExprKind::Unary(UnaryOp::Neg, operand) => self.read(program, operand, fact, depth),
            ExprKind::Binary { op: BinaryOp::Add | BinaryOp::Sub, lhs, rhs, .. } => {
                self.read(program, lhs, fact, depth)?;
                self.read(program, rhs, fact, depth)
            }
            ExprKind::Binary { op: BinaryOp::Mul, lhs, rhs, .. } if still(lhs) || still(rhs) => {
                self.read(program, lhs, fact, depth)?;
                self.read(program, rhs, fact, depth)
            }
            ExprKind::Binary { op: BinaryOp::Div, lhs, rhs, .. } if still(rhs) => self.read(program, lhs, fact, depth),
            ExprKind::Call(Builtin::Steps, args) => {
                let [amount, size] = args.as_slice() else { return Err(Outside::Computed) };
                let ExprKind::Const(size) = &size.kind else { return Err(Outside::Computed) };
                let range = size.as_number_range().ok_or(Outside::Computed)?;
                self.sizes.extend([range.lo(), range.hi()].into_iter().flatten());
                self.starts.push(start(amount).ok_or(Outside::Computed)?);
                Ok(())
            }
            ExprKind::Call(Builtin::Low | Builtin::High, args) => {
                args.iter().try_for_each(|it| self.read(program, it, fact, depth))
            }
            ExprKind::If(_, then, otherwise) => {
                self.read(program, then, fact, depth)?;
                self.read(program, otherwise, fact, depth)
            }
            ExprKind::Cases(arms, otherwise) => {
                let mut all = arms.iter().map(|it| &it.1).chain(otherwise.as_deref());
                all.try_for_each(|it| self.read(program, it, fact, depth))
            }
            ExprKind::Parts(parts) => parts.iter().try_for_each(|it| self.read(program, &it.value, fact, depth)),
            ExprKind::Range(lo, hi) => {
                [lo, hi].into_iter().flatten().try_for_each(|it| self.read(program, it, fact, depth))
            }
            ExprKind::Rule(_, symbol, Part::Value) => {
                let rule = program.rules.iter().find(|it| it.meta.symbol == *symbol).ok_or(Outside::Computed)?;
                self.read(program, &rule.value, fact, depth)?;
                rule.exceptions.iter().try_for_each(|it| self.read(program, &it.value, fact, depth))
            }
            _ => Err(Outside::Computed),
        }
    }

    /// The least stretch after which every step repeats, a multiple of `grain`.
    fn period(&self, grain: Number) -> Result<Number, Outside> {
        let mut period: i64 = 1;
        for size in &self.sizes {
            let Ok(Number::Int(size)) = size.div(grain) else { return Err(Outside::Computed) };
            period = lcm(period, size).ok_or(Outside::TooMany)?;
        }
        Number::from(period).mul(grain).map_err(|_| Outside::TooMany)
    }
}

/// From where on the steps of an amount count: the amount is the fact, or the fact less a figure.
fn start(amount: &Expr) -> Option<Number> {
    match &amount.kind {
        ExprKind::Field(..) => Some(Number::ZERO),
        ExprKind::Binary { op: BinaryOp::Sub, lhs, rhs, .. } => match (&lhs.kind, &rhs.kind) {
            (ExprKind::Field(..), ExprKind::Const(figure)) => figure.as_number(),
            _ => None,
        },
        _ => None,
    }
}

fn lcm(a: i64, b: i64) -> Option<i64> {
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x.checked_rem(y)?);
    }
    a.checked_div(x)?.checked_mul(b)
}
