//! Conditions outside of the space of jurisdictions, decided by their form: what is compared with figures is taken to come
//! to anything it could, and every other question to be answered either way. What is true of all that is true of every
//! jurisdiction; the contrary is not shown.

use polis_semantic::Program;
use polis_semantic::ir::{Expr, ExprKind};
use polis_syntax::ast::{BinaryOp, UnaryOp};
use polis_syntax::words::Builtin;
use polis_value::{Comparison, Number, Range, Value, ops};

use crate::Outside;
use crate::space::numbers;

/// More combinations than this are not tried.
const MOST: usize = 4096;

/// What some conditions ask, each question once.
#[derive(Debug, Default)]
pub(crate) struct Propositions {
    /// What is compared with figures, without places, with the values that stand for all.
    terms: Vec<(Expr, Vec<Value>)>,
    /// Questions of which only the answers count.
    asked: Vec<Expr>,
}

/// An answer to each question.
struct Answers<'p> {
    of: &'p Propositions,
    terms: Vec<Value>,
    asked: Vec<bool>,
}

impl Propositions {
    pub(crate) fn of(program: &Program, conditions: &[&Expr]) -> Self {
        let mut all = Self::default();
        for condition in conditions {
            all.collect(condition);
        }
        for (term, values) in &mut all.terms {
            let (whole, range) = extent(program, term);
            *values = numbers(values, whole, range);
        }
        all
    }

    /// Whether what is asked is a single number or sum of members: it comes to anything, so the contrary is shown too.
    pub(crate) fn is_one_aggregate(&self) -> bool {
        match (self.terms.as_slice(), self.asked.as_slice()) {
            ([(term, _)], []) => {
                matches!(&term.kind, ExprKind::Aggregate { builtin: Builtin::Count | Builtin::Sum, .. })
            }
            ([], [asked]) => matches!(asked.kind, ExprKind::Aggregate { .. }),
            _ => false,
        }
    }

    /// Visits what each condition comes to under every combination of answers, until `visit` says that it is done.
    pub(crate) fn every(&self, conditions: &[&Expr], mut visit: impl FnMut(&[bool]) -> bool) -> Result<(), Outside> {
        let turns: Vec<usize> = self.terms.iter().map(|it| it.1.len()).chain(self.asked.iter().map(|_| 2)).collect();
        let count = turns.iter().try_fold(1_usize, |count, it| count.checked_mul(*it)).filter(|it| *it <= MOST);
        for mut rest in 0..count.ok_or(Outside::TooMany)? {
            let mut turn = |of: usize| {
                let now = rest.checked_rem(of).unwrap_or(0);
                rest = rest.checked_div(of).unwrap_or(0);
                now
            };
            let terms = self.terms.iter().filter_map(|it| it.1.get(turn(it.1.len())).cloned()).collect();
            let asked = self.asked.iter().map(|_| turn(2) == 1).collect();
            let answers = Answers { of: self, terms, asked };
            let truths: Option<Vec<bool>> = conditions.iter().map(|it| answers.truth(it)).collect();
            if visit(&truths.ok_or(Outside::Computed)?) {
                break;
            }
        }
        Ok(())
    }

    fn collect(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Const(Value::Bool(_)) => {}
            ExprKind::Unary(UnaryOp::Not, operand) => self.collect(operand),
            ExprKind::Binary { op: BinaryOp::And | BinaryOp::Or, lhs, rhs, .. } => {
                self.collect(lhs);
                self.collect(rhs);
            }
            ExprKind::If(condition, then, otherwise) => {
                for it in [condition, then, otherwise] {
                    self.collect(it);
                }
            }
            ExprKind::Binary { .. } => match comparison(expr) {
                Some((term, _, figure, _)) => {
                    let term = term.unplaced();
                    match self.terms.iter_mut().find(|it| it.0 == term) {
                        Some((_, values)) => values.push(figure.clone()),
                        None => self.terms.push((term, vec![figure.clone()])),
                    }
                }
                None => self.ask(expr),
            },
            _ => self.ask(expr),
        }
    }

    fn ask(&mut self, expr: &Expr) {
        let expr = expr.unplaced();
        if !self.asked.contains(&expr) {
            self.asked.push(expr);
        }
    }
}

impl Answers<'_> {
    fn truth(&self, expr: &Expr) -> Option<bool> {
        match &expr.kind {
            ExprKind::Const(Value::Bool(truth)) => Some(*truth),
            ExprKind::Unary(UnaryOp::Not, operand) => self.truth(operand).map(|it| !it),
            ExprKind::Binary { op: BinaryOp::And, lhs, rhs, .. } => Some(self.truth(lhs)? && self.truth(rhs)?),
            ExprKind::Binary { op: BinaryOp::Or, lhs, rhs, .. } => Some(self.truth(lhs)? || self.truth(rhs)?),
            ExprKind::If(condition, then, otherwise) => {
                self.truth(if self.truth(condition)? { then } else { otherwise })
            }
            _ => self.answer(expr),
        }
    }

    /// The answer to a question that is not made of others.
    fn answer(&self, expr: &Expr) -> Option<bool> {
        let Some((term, op, figure, turned)) = comparison(expr) else {
            let expr = expr.unplaced();
            let position = self.of.asked.iter().position(|it| *it == expr)?;
            return self.asked.get(position).copied();
        };
        let term = term.unplaced();
        let position = self.of.terms.iter().position(|it| it.0 == term)?;
        let value = self.terms.get(position)?;
        let (left, right) = if turned { (figure, value) } else { (value, figure) };
        match ops::compare(op, left, right) {
            Ok(Value::Bool(truth)) => Some(truth),
            _ => None,
        }
    }
}

/// A comparison of something numeric with a single figure: both, how, and whether the figure stands first.
fn comparison(expr: &Expr) -> Option<(&Expr, Comparison, &Value, bool)> {
    let ExprKind::Binary { op, lhs, rhs, .. } = &expr.kind else { return None };
    let op = match op {
        BinaryOp::Equal => Comparison::Equal,
        BinaryOp::NotEqual => Comparison::NotEqual,
        BinaryOp::Less => Comparison::Less,
        BinaryOp::AtMost => Comparison::AtMost,
        BinaryOp::More => Comparison::More,
        BinaryOp::AtLeast => Comparison::AtLeast,
        _ => return None,
    };
    let figure = |it: &Expr| matches!(&it.kind, ExprKind::Const(value) if value.as_number().is_some());
    match (&lhs.kind, &rhs.kind) {
        (_, ExprKind::Const(value)) if figure(rhs) && !figure(lhs) => Some((lhs, op, value, false)),
        (ExprKind::Const(value), _) if figure(lhs) => Some((rhs, op, value, true)),
        _ => None,
    }
}

/// What a number may be: whether it is whole, and within which bounds.
fn extent(program: &Program, term: &Expr) -> (bool, Option<Range<Number>>) {
    let whole = term.ty.as_number().is_some_and(|it| it.whole);
    let range = match &term.kind {
        ExprKind::Field(_, entity, field) => {
            let def = program.entities.iter().find(|it| it.meta.symbol == *entity);
            def.and_then(|it| it.fields.iter().find(|it| it.name == *field)).and_then(|it| it.range)
        }
        ExprKind::Aggregate { builtin: Builtin::Count, .. } => Range::new(Some(Number::ZERO), None).ok(),
        _ => None,
    };
    (whole, range)
}
