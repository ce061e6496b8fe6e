//! Constraints: kept, breached, or not to be told.

use polis_semantic::ir::Subject;
use polis_syntax::words::Choice;
use polis_value::{Truth, Value, ops};

use crate::error::EvalError;
use crate::explain::{Reason, Step};
use crate::machine::{ConstraintId, LinkedConstraint, LinkedHolds};
use crate::run::{Eval, Frame, Run, truth};

/// How a jurisdiction stands to a constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The outcome.
    pub outcome: Outcome,
    /// The value that was held against bounds, and the bounds.
    pub figures: Option<(Value, Value)>,
    /// The condition's value: true, false, or an unknown that says what it lacks.
    pub condition: Value,
    /// Which figure it was.
    pub subject: Option<Subject>,
}

/// The outcome of a constraint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// It does not apply here.
    NotApplicable,
    /// It holds.
    Kept,
    /// It does not hold, but only says what is usual, encouraged or planned.
    Deviates,
    /// It depends on a choice within what is allowed, or on something unknown.
    Unknown,
    /// It binds and does not hold.
    Breached,
}

impl Verdict {
    const fn not_applicable() -> Self {
        Self { outcome: Outcome::NotApplicable, figures: None, condition: Value::Bool(true), subject: None }
    }
}

impl Run<'_> {
    /// How the jurisdiction in `row` stands to a constraint.
    ///
    /// # Errors
    ///
    /// An operation without a result.
    pub fn constraint(&self, constraint: ConstraintId, row: u32) -> Result<Verdict, Box<EvalError>> {
        self.held::<false>(constraint, row).0
    }

    /// The same, and what was looked at for it.
    pub fn explain_constraint(
        &self,
        constraint: ConstraintId,
        row: u32,
    ) -> (Result<Verdict, Box<EvalError>>, Vec<Step>) {
        self.held::<true>(constraint, row)
    }

    fn held<const TRACE: bool>(
        &self,
        constraint: ConstraintId,
        row: u32,
    ) -> (Result<Verdict, Box<EvalError>>, Vec<Step>) {
        let (Some(linked), Some(def)) = (
            self.machine.constraints.get(constraint.index()),
            self.machine.program.constraints.get(constraint.index()),
        ) else {
            return (Ok(Verdict::not_applicable()), Vec::new());
        };
        let owner = &def.meta.symbol;
        let mut frame = Frame { at: Some((linked.entity, row)), owner, locals: Vec::new(), steps: Vec::new() };
        let verdict = self.verdict::<TRACE>(linked, &mut frame);
        (verdict, frame.steps)
    }

    fn verdict<const TRACE: bool>(
        &self,
        linked: &LinkedConstraint,
        frame: &mut Frame<'_>,
    ) -> Result<Verdict, Box<EvalError>> {
        let applies = match &linked.guard {
            Some(guard) => self.eval::<TRACE>(guard, frame)?,
            None => Value::Bool(true),
        };
        if applies == Value::Bool(false) {
            return Ok(Verdict::not_applicable());
        }
        let (holds, figures, subject) = match &linked.holds {
            LinkedHolds::Condition(condition) => (self.eval::<TRACE>(condition, frame)?, None, None),
            LinkedHolds::Within { value, bounds, subject } => {
                let span = bounds.span;
                let value = self.eval::<TRACE>(value, frame)?;
                let bounds = self.eval::<TRACE>(bounds, frame)?;
                let holds = Self::done(ops::within(&value, &bounds), span, frame)?;
                (holds, Some((value, bounds)), Some(*subject))
            }
        };
        let condition = match (&applies, &holds) {
            (Value::Bool(true), _) => holds,
            // Whether it applies is not known; it is kept for sure only if it would hold.
            (_, Value::Bool(true)) => holds,
            (unknown, _) => unknown.clone(),
        };
        let binding = matches!(linked.modality, Choice::Must);
        let outcome = match truth(&condition) {
            Truth::True => Outcome::Kept,
            Truth::False if binding => Outcome::Breached,
            Truth::False => Outcome::Deviates,
            Truth::Unknown => Outcome::Unknown,
        };
        Ok(Verdict { outcome, figures, condition, subject })
    }

    /// Whether every constraint of a provision holds for the jurisdiction in `row`.
    pub(crate) fn kept<const TRACE: bool>(&self, kept: u32, row: u32, frame: &mut Frame<'_>) -> Eval {
        let mut all = Value::Bool(true);
        for constraint in self.machine.kept.get(kept as usize).into_iter().flatten() {
            let id = ConstraintId(*constraint);
            let verdict = self.constraint(id, row)?;
            let value = if verdict.outcome == Outcome::NotApplicable { Value::Bool(true) } else { verdict.condition };
            if TRACE {
                frame.steps.push(Step::new(Reason::Constraint(id, row), value.clone()));
            }
            let span = polis_syntax::Span::default();
            all = Self::done(ops::and(&all, &value), span, frame)?;
        }
        Ok(all)
    }
}
