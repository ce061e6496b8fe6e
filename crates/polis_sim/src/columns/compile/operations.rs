//! Operations on values: of numbers, of truths, of ranges, and the choices between them.

use polis_semantic::ir::{Expr, PartExpr};
use polis_syntax::ast::BinaryOp;
use polis_syntax::words::Builtin;
use polis_value::Rounding;

use super::{Compiler, Scope, said};
use crate::columns::graph::{Bit, Built, Stop};
use crate::columns::value::{Kind, Val};

impl Compiler<'_, '_> {
    pub(super) fn binary(&mut self, op: BinaryOp, lhs: &Expr, rhs: &Expr, twelfths: i32, scope: &Scope) -> Built<Val> {
        let left = self.expr(lhs, scope)?;
        // What cannot change the result is not looked at.
        let path = match op {
            BinaryOp::And | BinaryOp::Or => {
                let (yes, no, _) = self.graph.truths(&left)?;
                let decided = self.graph.not(if op == BinaryOp::And { no } else { yes });
                self.graph.and(scope.path, decided)
            }
            _ => scope.path,
        };
        let right = self.expr(rhs, &scope.on(path))?;
        let graph = &mut self.graph;
        match op {
            BinaryOp::And => graph.both(&left, &right),
            BinaryOp::Or => graph.either(&left, &right),
            BinaryOp::Equal => graph.equals(&left, &right),
            BinaryOp::NotEqual => {
                let equal = graph.equals(&left, &right)?;
                graph.opposite(&equal)
            }
            BinaryOp::Less => graph.less_than(&left, &right),
            BinaryOp::More => graph.less_than(&right, &left),
            BinaryOp::AtMost => {
                let above = graph.less_than(&right, &left)?;
                graph.opposite(&above)
            }
            BinaryOp::AtLeast => {
                let below = graph.less_than(&left, &right)?;
                graph.opposite(&below)
            }
            BinaryOp::In => graph.lies_within(&left, &right),
            BinaryOp::Mul | BinaryOp::Div if twelfths != 0 => self.scaled(op, &left, &right, twelfths, path),
            BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div => graph.arithmetic(op, &left, &right, path),
        }
    }

    /// A product or quotient with a power of twelve, in the order of the interpreter.
    pub(super) fn scaled(&mut self, op: BinaryOp, left: &Val, right: &Val, twelfths: i32, path: Bit) -> Built<Val> {
        let factor = 12_i64.checked_pow(twelfths.unsigned_abs()).ok_or(Stop)?;
        let factor = Val::point(self.graph.whole(factor));
        let graph = &mut self.graph;
        let (first, second, then, by) = match (op, twelfths > 0) {
            (BinaryOp::Div, true) => {
                let divisor = graph.arithmetic(BinaryOp::Mul, right, &factor, path)?;
                return graph.arithmetic(BinaryOp::Div, left, &divisor, path);
            }
            (BinaryOp::Div, false) => (left, &factor, BinaryOp::Div, right),
            (_, true) => (left, right, BinaryOp::Div, &factor),
            (_, false) => (left, right, BinaryOp::Mul, &factor),
        };
        let product = graph.arithmetic(BinaryOp::Mul, first, second, path)?;
        graph.arithmetic(then, &product, by, path)
    }

    /// The first case whose guard holds; where it is not known which that is, the value that all of them lead to.
    pub(super) fn cases(&mut self, arms: &[(&Expr, &Expr)], otherwise: Option<&Expr>, scope: &Scope) -> Built<Val> {
        let mut active = scope.path;
        let mut reached: Vec<(Bit, Val)> = Vec::new();
        let mut pushed: Vec<(Bit, Val)> = Vec::new();
        let mut guards: Vec<(Bit, Val)> = Vec::new();
        let mut undecided = Bit::FALSE;
        for (guard, value) in arms {
            if active == Bit::FALSE {
                break;
            }
            let guard = self.expr(guard, &scope.on(active))?;
            let (yes, no, unknown) = self.graph.truths(&guard)?;
            let not_false = self.graph.not(no);
            let path = self.graph.and(active, not_false);
            if path == Bit::FALSE {
                continue;
            }
            let value = self.expr(value, &scope.on(path))?;
            let (yes, unknown) = (self.graph.and(active, yes), self.graph.and(active, unknown));
            let also = self.graph.and(yes, undecided);
            let kept = self.graph.or(unknown, also);
            if kept != Bit::FALSE {
                pushed.push((kept, value.clone()));
            }
            if unknown != Bit::FALSE {
                guards.push((unknown, guard));
            }
            reached.push((yes, value));
            undecided = self.graph.or(undecided, unknown);
            let not = self.graph.not(yes);
            active = self.graph.and(active, not);
        }
        let last = match otherwise {
            _ if active == Bit::FALSE => Val::unknown([]),
            Some(value) => self.expr(value, &scope.on(active))?,
            None => said(),
        };
        let also = self.graph.and(active, undecided);
        if also != Bit::FALSE {
            pushed.push((also, last.clone()));
        }
        let mut plain = last;
        for (rows, value) in reached.iter().rev() {
            plain = self.graph.pick(*rows, value, &plain)?;
        }
        if undecided == Bit::FALSE {
            return Ok(plain);
        }
        // Any of the values stands for all where they agree; the one that is reached last is there in every row.
        let others: Vec<(Bit, &Val)> = pushed.iter().map(|(rows, value)| (*rows, value)).collect();
        let reasons: Vec<(Bit, &Val)> = guards.iter().map(|(rows, value)| (*rows, value)).collect();
        let settled = self.settled(&plain, &others, &reasons)?;
        self.graph.pick(undecided, &settled, &plain)
    }

    pub(super) fn call(&mut self, builtin: Builtin, args: &[Expr], scope: &Scope) -> Built<Val> {
        let values = args.iter().map(|it| self.expr(it, scope)).collect::<Built<Vec<_>>>()?;
        let (graph, path) = (&mut self.graph, scope.path);
        match (builtin, values.as_slice()) {
            (Builtin::Known, [value]) => Ok(Val::truth(value.known)),
            (Builtin::Steps, [amount, size]) => graph.steps_of(amount, size, path),
            (Builtin::Floor, [value]) => graph.rounded_to(value, 0, Rounding::Down, path),
            (Builtin::Ceil, [value]) => graph.rounded_to(value, 0, Rounding::Up, path),
            (Builtin::Round, [value]) => graph.rounded_to(value, 0, Rounding::HalfAwayFromZero, path),
            (Builtin::Round, [value, digits]) => {
                let Kind::Number(Some(low), Some(high)) = digits.kind else { return Err(Stop) };
                let digits = graph.known(low).filter(|_| low == high && digits.known == Bit::TRUE).ok_or(Stop)?;
                let digits = digits.as_int().and_then(|it| i32::try_from(it).ok()).ok_or(Stop)?;
                graph.rounded_to(value, digits, Rounding::HalfAwayFromZero, path)
            }
            (Builtin::Abs, [value]) => graph.magnitude(value, path),
            (Builtin::Low | Builtin::High, [value]) => graph.map(value, path, |_, low, high, _| {
                let end = if builtin == Builtin::Low { low } else { high }.ok_or(Stop)?;
                Ok(Kind::Number(Some(end), Some(end)))
            }),
            (Builtin::Starts | Builtin::Ends, [value]) => {
                let kind = match value.kind {
                    Kind::Date(low, high) => {
                        let end = if builtin == Builtin::Starts { low } else { high }.ok_or(Stop)?;
                        Kind::Date(Some(end), Some(end))
                    }
                    Kind::Nothing => Kind::Nothing,
                    _ => return Err(Stop),
                };
                Ok(Val { kind, ..value.clone() })
            }
            (Builtin::Clamp, [value, range]) => {
                let (known, why) = graph.both_known(value, range);
                let kind = match (&value.kind, &range.kind) {
                    (Kind::Nothing, _) | (_, Kind::Nothing) => Kind::Nothing,
                    (Kind::Number(..), Kind::Number(low, high)) => {
                        let mut clamped = value.clone();
                        if let Some(low) = low {
                            clamped = graph.extreme_of(false, &clamped, &Val::point(*low))?;
                        }
                        if let Some(high) = high {
                            clamped = graph.extreme_of(true, &clamped, &Val::point(*high))?;
                        }
                        clamped.kind
                    }
                    _ => return Err(Stop),
                };
                let known = if kind == Kind::Nothing { Bit::FALSE } else { known };
                Ok(Val { kind, known, why })
            }
            (Builtin::Min | Builtin::Max, [first, rest @ ..]) => {
                rest.iter().try_fold(first.clone(), |a, b| graph.extreme_of(builtin == Builtin::Min, &a, b))
            }
            (Builtin::DaysBetween, [from, to]) => {
                let (known, why) = graph.both_known(from, to);
                let kind = match (&from.kind, &to.kind) {
                    (Kind::Nothing, _) | (_, Kind::Nothing) => Kind::Nothing,
                    (Kind::Date(Some(a), Some(b)), Kind::Date(Some(c), Some(d))) if a == b && c == d => {
                        let days = graph.sub(*c, *a, Bit::TRUE)?;
                        Kind::Number(Some(days), Some(days))
                    }
                    _ => return Err(Stop),
                };
                let known = if kind == Kind::Nothing { Bit::FALSE } else { known };
                Ok(Val { kind, known, why })
            }
            _ => Err(Stop),
        }
    }

    pub(super) fn range(&mut self, lo: Option<&Expr>, hi: Option<&Expr>, scope: &Scope) -> Built<Val> {
        let lo = lo.map(|it| self.expr(it, scope)).transpose()?;
        let hi = hi.map(|it| self.expr(it, scope)).transpose()?;
        let graph = &mut self.graph;
        match (lo, hi) {
            (None, None) => Ok(Val::certain(Kind::Number(None, None))),
            (Some(end), None) => match end.kind {
                Kind::Number(low, _) => Ok(Val { kind: Kind::Number(low, None), ..end }),
                Kind::Date(low, _) => Ok(Val { kind: Kind::Date(low, None), ..end }),
                Kind::Nothing => Ok(end),
                _ => Err(Stop),
            },
            (None, Some(end)) => match end.kind {
                Kind::Number(_, high) => Ok(Val { kind: Kind::Number(None, high), ..end }),
                Kind::Date(_, high) => Ok(Val { kind: Kind::Date(None, high), ..end }),
                Kind::Nothing => Ok(end),
                _ => Err(Stop),
            },
            (Some(lo), Some(hi)) => {
                let (known, why) = graph.both_known(&lo, &hi);
                let (kind, low, high) = match (&lo.kind, &hi.kind) {
                    (Kind::Nothing, _) | (_, Kind::Nothing) => {
                        return Ok(Val { kind: Kind::Nothing, known: Bit::FALSE, why });
                    }
                    (Kind::Number(low, _), Kind::Number(_, high)) => (Kind::Number(*low, *high), *low, *high),
                    (Kind::Date(low, _), Kind::Date(_, high)) => (Kind::Date(*low, *high), *low, *high),
                    _ => return Err(Stop),
                };
                // A range from a higher to a lower end is an error.
                if let (Some(low), Some(high)) = (low, high) {
                    let empty = graph.less(high, low);
                    let live = graph.and(scope.path, known);
                    let fails = graph.and(empty, live);
                    graph.escape(fails);
                }
                Ok(Val { kind, known, why })
            }
        }
    }

    /// Parts added up, each under its guard.
    pub(super) fn parts(&mut self, parts: &[PartExpr], scope: &Scope) -> Built<Val> {
        let mut sum = Val::point(self.graph.whole(0));
        for part in parts {
            let scope = Scope { part: part.name.clone(), ..scope.clone() };
            let value = match &part.guard {
                None => self.expr(&part.value, &scope)?,
                Some(guard) => {
                    let guard = self.expr(guard, &scope)?;
                    let (yes, no, unknown) = self.graph.truths(&guard)?;
                    let path = self.graph.and(scope.path, yes);
                    let nothing = Val::point(self.graph.whole(0));
                    let undecided = Val { kind: Kind::Nothing, known: Bit::FALSE, why: guard.why.clone() };
                    let value =
                        if path == Bit::FALSE { nothing.clone() } else { self.expr(&part.value, &scope.on(path))? };
                    let otherwise = self.graph.pick(no, &nothing, &undecided)?;
                    let picked = self.graph.pick(yes, &value, &otherwise)?;
                    debug_assert!(unknown != Bit::TRUE || picked.known == Bit::FALSE, "an unknown guard has no value");
                    picked
                }
            };
            sum = self.graph.arithmetic(BinaryOp::Add, &sum, &value, scope.path)?;
        }
        Ok(sum)
    }
}
