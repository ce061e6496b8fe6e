//! Conditions taken as they are written: what no space of jurisdictions decides may still follow from their form.
//!
//! What a condition compares is not asked here, only that what is written alike comes to the same: of two values one is
//! below, the same or above, and what is not compared is true or not. Whatever these leave no way for, no jurisdiction
//! has; the converse does not hold, so that form alone never shows that something can be.

use std::cmp::Ordering;

use polis_semantic::ir::{Expr, ExprKind, Part};
use polis_semantic::{Program, Type};
use polis_syntax::ast::{BinaryOp, UnaryOp};
use polis_syntax::words::Builtin;
use polis_value::{Number, Range};

/// More ways than this are not tried.
const MOST_WAYS: usize = 20_000;

/// How deep conditions are followed into the rules that they name.
const DEEPEST: usize = 24;

/// Whether nothing at all meets each of these conditions, or fails it where that is wanted.
pub(crate) fn excluded(program: &Program, wanted: &[(&Expr, bool)]) -> bool {
    let mut forms = Forms { program, atoms: Vec::new() };
    let formulas: Vec<(Formula, bool)> = wanted.iter().map(|it| (forms.formula(it.0, 0), it.1)).collect();
    let each: Vec<Vec<usize>> = forms.atoms.iter().map(|it| it.ways(program)).collect();
    let ways = each.iter().try_fold(1_usize, |all, it| all.checked_mul(it.len())).filter(|it| *it <= MOST_WAYS);
    let Some(ways) = ways else { return false };
    (0..ways).all(|way| {
        let mut rest = way;
        let settled: Vec<usize> = each
            .iter()
            .map(|ways| {
                let here = rest.checked_rem(ways.len()).and_then(|it| ways.get(it)).copied();
                rest = rest.checked_div(ways.len()).unwrap_or(0);
                here.unwrap_or(0)
            })
            .collect();
        formulas.iter().any(|(formula, truth)| formula.holds(&forms.atoms, &settled) != *truth)
    })
}

/// Whether whatever meets the first condition meets the second, as far as their form tells.
pub(crate) fn follows(program: &Program, narrow: &Expr, wide: &Expr) -> bool {
    excluded(program, &[(narrow, true), (wide, false)])
}

/// What is settled one way or another.
enum Atom<'e> {
    /// A truth.
    Truth(&'e Expr),
    /// How one value stands to another: below, the same, above.
    Order(&'e Expr, &'e Expr),
    /// Where a value stands among figures: at each, and on either side.
    Height(&'e Expr, Vec<Number>),
}

impl Atom<'_> {
    /// The ways in which it can be settled.
    fn ways(&self, program: &Program) -> Vec<usize> {
        match self {
            Self::Truth(_) => vec![0, 1],
            Self::Order(..) => vec![0, 1, 2],
            Self::Height(value, figures) => {
                let (whole, range) = extent(program, value);
                let at = |index: usize| figures.get(index).copied();
                let can_be = |way: &usize| match at(way / 2) {
                    Some(figure) if way % 2 == 1 => {
                        range.is_none_or(|it| it.contains(figure)) && !(whole && figure.floor() != Ok(figure))
                    }
                    above => is_between(way.checked_sub(2).and_then(|it| at(it / 2)), above, whole, range),
                };
                (0..=2 * figures.len()).filter(can_be).collect()
            }
        }
    }
}

/// Whether a value may lie above one figure and below another.
fn is_between(below: Option<Number>, above: Option<Number>, whole: bool, range: Option<Range<Number>>) -> bool {
    let (mut lo, mut hi) = (below, above);
    if whole {
        // The whole figures beside those; then both ends count in.
        lo = lo.and_then(|it| it.floor().and_then(|it| it.add(Number::ONE)).ok());
        hi = hi.and_then(|it| it.ceil().and_then(|it| it.sub(Number::ONE)).ok());
    }
    lo = lo.max(range.and_then(|it| it.lo()));
    let top = range.and_then(|it| it.hi());
    hi = match (hi, top) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    match (lo, hi) {
        (Some(lo), Some(hi)) if whole => lo <= hi,
        (Some(lo), Some(hi)) => lo < hi,
        _ => true,
    }
}

/// What a number may be: whether it is whole, and within which bounds.
fn extent(program: &Program, value: &Expr) -> (bool, Option<Range<Number>>) {
    let whole = value.ty.as_number().is_some_and(|it| it.whole);
    let range = match &value.kind {
        ExprKind::Field(_, entity, field) => {
            let def = program.entities.iter().find(|it| it.meta.symbol == *entity);
            def.and_then(|it| it.fields.iter().find(|it| it.name == *field)).and_then(|it| it.range)
        }
        ExprKind::Aggregate { builtin: Builtin::Count, .. } => Range::new(Some(Number::ZERO), None).ok(),
        _ => None,
    };
    (whole, range)
}

/// Whether conditions only ask one number or sum of members, or one question of all of them: that comes to anything it
/// can, so what their form does not exclude, some jurisdiction has.
pub(crate) fn asks_one_aggregate(program: &Program, conditions: &[&Expr]) -> bool {
    let mut forms = Forms { program, atoms: Vec::new() };
    for condition in conditions {
        forms.formula(condition, 0);
    }
    match forms.atoms.as_slice() {
        [Atom::Height(value, _)] => {
            matches!(value.kind, ExprKind::Aggregate { builtin: Builtin::Count | Builtin::Sum, .. })
        }
        [Atom::Truth(value)] => matches!(value.kind, ExprKind::Aggregate { .. }),
        _ => false,
    }
}

enum Formula {
    Always(bool),
    /// The atom at this place is true.
    Is(usize),
    /// What the atom at this place compares stands so; for a height, to this figure.
    Compare(usize, BinaryOp, Option<Number>),
    Not(Box<Self>),
    All(Vec<Self>),
    Any(Vec<Self>),
}

impl Formula {
    fn not(self) -> Self {
        Self::Not(Box::new(self))
    }

    fn holds(&self, atoms: &[Atom<'_>], settled: &[usize]) -> bool {
        let way = |at: &usize| settled.get(*at).copied().unwrap_or(0);
        match self {
            Self::Always(truth) => *truth,
            Self::Is(at) => way(at) == 1,
            Self::Compare(at, op, figure) => {
                let order = match (atoms.get(*at), figure) {
                    // Below the first figure, at it, above it and below the second, and so on.
                    (Some(Atom::Height(_, figures)), Some(figure)) => {
                        figures.iter().position(|it| it == figure).map(|it| way(at).cmp(&(2 * it + 1)))
                    }
                    _ => Some(way(at).cmp(&1)),
                };
                order.is_some_and(|it| stands(it, *op))
            }
            Self::Not(inner) => !inner.holds(atoms, settled),
            Self::All(parts) => parts.iter().all(|it| it.holds(atoms, settled)),
            Self::Any(parts) => parts.iter().any(|it| it.holds(atoms, settled)),
        }
    }
}

const fn stands(order: Ordering, op: BinaryOp) -> bool {
    match op {
        BinaryOp::Equal => order.is_eq(),
        BinaryOp::NotEqual => order.is_ne(),
        BinaryOp::Less => order.is_lt(),
        BinaryOp::AtMost => order.is_le(),
        BinaryOp::More => order.is_gt(),
        BinaryOp::AtLeast => order.is_ge(),
        _ => false,
    }
}

/// The comparison with its sides exchanged.
const fn turned(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Less => BinaryOp::More,
        BinaryOp::AtMost => BinaryOp::AtLeast,
        BinaryOp::More => BinaryOp::Less,
        BinaryOp::AtLeast => BinaryOp::AtMost,
        other => other,
    }
}

struct Forms<'e> {
    program: &'e Program,
    atoms: Vec<Atom<'e>>,
}

impl<'e> Forms<'e> {
    fn formula(&mut self, expr: &'e Expr, depth: usize) -> Formula {
        let program = self.program;
        if depth > DEEPEST || expr.ty != Type::Truth {
            return self.truth(expr);
        }
        let depth = depth + 1;
        match &expr.kind {
            ExprKind::Const(polis_value::Value::Bool(truth)) => Formula::Always(*truth),
            ExprKind::Unary(UnaryOp::Not, operand) => self.formula(operand, depth).not(),
            ExprKind::Binary { op: BinaryOp::And, lhs, rhs, .. } => {
                Formula::All(vec![self.formula(lhs, depth), self.formula(rhs, depth)])
            }
            ExprKind::Binary { op: BinaryOp::Or, lhs, rhs, .. } => {
                Formula::Any(vec![self.formula(lhs, depth), self.formula(rhs, depth)])
            }
            ExprKind::Binary { op: BinaryOp::In, lhs, rhs, .. } => self.within(expr, lhs, rhs),
            ExprKind::Binary { op, lhs, rhs, .. } if lhs.ty != Type::Truth => self.comparison(*op, lhs, rhs),
            ExprKind::If(condition, then, otherwise) => {
                let [if_so, then] = [condition, then].map(|it| self.formula(it, depth));
                let [if_not, otherwise] = [condition, otherwise].map(|it| self.formula(it, depth));
                Formula::Any(vec![Formula::All(vec![if_so, then]), Formula::All(vec![if_not.not(), otherwise])])
            }
            ExprKind::Rule(base, symbol, Part::Value) if matches!(base.kind, ExprKind::This) => {
                match program.rules.iter().find(|it| it.meta.symbol == *symbol && it.exceptions.is_empty()) {
                    Some(rule) => self.formula(&rule.value, depth),
                    None => self.truth(expr),
                }
            }
            _ => self.truth(expr),
        }
    }

    /// A truth that is taken as it is written.
    fn truth(&mut self, expr: &'e Expr) -> Formula {
        let known = self.atoms.iter().position(|it| matches!(it, Atom::Truth(other) if alike(other, expr)));
        Formula::Is(known.unwrap_or_else(|| self.add(Atom::Truth(expr))))
    }

    fn add(&mut self, atom: Atom<'e>) -> usize {
        self.atoms.push(atom);
        self.atoms.len() - 1
    }

    fn comparison(&mut self, op: BinaryOp, lhs: &'e Expr, rhs: &'e Expr) -> Formula {
        if let Some(figure) = figure(rhs) {
            return self.height(op, lhs, figure);
        }
        if let Some(figure) = figure(lhs) {
            return self.height(turned(op), rhs, figure);
        }
        let place = self.atoms.iter().enumerate().find_map(|(place, it)| match it {
            Atom::Order(a, b) if alike(a, lhs) && alike(b, rhs) => Some((place, op)),
            Atom::Order(a, b) if alike(a, rhs) && alike(b, lhs) => Some((place, turned(op))),
            _ => None,
        });
        let (place, op) = place.unwrap_or_else(|| (self.add(Atom::Order(lhs, rhs)), op));
        Formula::Compare(place, op, None)
    }

    fn height(&mut self, op: BinaryOp, value: &'e Expr, figure: Number) -> Formula {
        let known = self.atoms.iter().position(|it| matches!(it, Atom::Height(other, _) if alike(other, value)));
        let place = known.unwrap_or_else(|| self.add(Atom::Height(value, Vec::new())));
        if let Some(Atom::Height(_, figures)) = self.atoms.get_mut(place)
            && let Err(gap) = figures.binary_search(&figure)
        {
            figures.insert(gap, figure);
        }
        Formula::Compare(place, op, Some(figure))
    }

    fn within(&mut self, whole: &'e Expr, value: &'e Expr, range: &'e Expr) -> Formula {
        match &range.kind {
            ExprKind::Range(lo, hi) => {
                let ends = [(BinaryOp::AtLeast, lo), (BinaryOp::AtMost, hi)];
                let ends = ends.into_iter().filter_map(|(op, end)| Some(self.comparison(op, value, end.as_deref()?)));
                Formula::All(ends.collect())
            }
            ExprKind::Const(bounds) if bounds.as_number_range().is_some_and(|it| !it.is_point()) => {
                let bounds = bounds.as_number_range();
                let ends = [
                    (BinaryOp::AtLeast, bounds.and_then(|it| it.lo())),
                    (BinaryOp::AtMost, bounds.and_then(|it| it.hi())),
                ];
                let ends = ends.into_iter().filter_map(|(op, end)| Some(self.height(op, value, end?)));
                Formula::All(ends.collect())
            }
            ExprKind::List(items) => {
                Formula::Any(items.iter().map(|it| self.comparison(BinaryOp::Equal, value, it)).collect())
            }
            _ => self.truth(whole),
        }
    }
}

fn figure(expr: &Expr) -> Option<Number> {
    if let ExprKind::Const(value) = &expr.kind { value.as_number() } else { None }
}

/// Whether two expressions are written alike, so that they come to the same for every jurisdiction. What the text leaves
/// open may come to one thing here and to another there.
pub(crate) fn alike(a: &Expr, b: &Expr) -> bool {
    let all = |a: &[Expr], b: &[Expr]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b));
    let end = |a: &Option<Box<Expr>>, b: &Option<Box<Expr>>| match (a, b) {
        (Some(a), Some(b)) => alike(a, b),
        (a, b) => a.is_none() && b.is_none(),
    };
    let same = match (&a.kind, &b.kind) {
        (ExprKind::Const(one), ExprKind::Const(two)) => one == two,
        (ExprKind::EnumValue(one, a), ExprKind::EnumValue(two, b)) => one == two && a == b,
        (ExprKind::This, ExprKind::This) => true,
        (ExprKind::Ancestor(a, one), ExprKind::Ancestor(b, two))
        | (ExprKind::Children(a, one), ExprKind::Children(b, two)) => one == two && alike(a, b),
        (ExprKind::Local(a), ExprKind::Local(b)) => a == b,
        (ExprKind::Field(a, entity, field), ExprKind::Field(b, other, second)) => {
            entity == other && field == second && alike(a, b)
        }
        (ExprKind::Rule(a, rule, part), ExprKind::Rule(b, other, second)) => {
            rule == other && part == second && alike(a, b)
        }
        (ExprKind::Param(one), ExprKind::Param(two)) => one == two,
        (ExprKind::Unary(one, a), ExprKind::Unary(two, b)) => one == two && alike(a, b),
        (
            ExprKind::Binary { op, lhs, rhs, twelfths },
            ExprKind::Binary { op: other, lhs: left, rhs: right, twelfths: power },
        ) => op == other && twelfths == power && alike(lhs, left) && alike(rhs, right),
        (ExprKind::If(guard, then, rest), ExprKind::If(other, so, not)) => {
            alike(guard, other) && alike(then, so) && alike(rest, not)
        }
        (ExprKind::Call(one, a), ExprKind::Call(two, b)) => one == two && all(a, b),
        (ExprKind::List(a), ExprKind::List(b)) => all(a, b),
        (ExprKind::Range(lo, hi), ExprKind::Range(from, to)) => end(lo, from) && end(hi, to),
        (
            ExprKind::Aggregate { builtin, body, source, filter },
            ExprKind::Aggregate { builtin: other, body: inner, source: from, filter: sieve },
        ) => builtin == other && alike(body, inner) && alike(source, from) && end(filter, sieve),
        _ => false,
    };
    same && a.ty == b.ty
}
