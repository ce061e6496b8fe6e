//! Budgets: pay whose limit does not even cover the least that the provision itself comes to.

use std::sync::Arc;

use polis_diagnostic::{AnalysisMessage, AnalysisNote, KindNote, Severity};
use polis_eval::Run;
use polis_semantic::Type;
use polis_semantic::ir::{Constraint, Expr, Holds, Structure, Subject};
use polis_syntax::words::Kind;
use polis_value::{Number, Value};

use crate::direction::Direction;
use crate::report::at;
use crate::space::Space;
use crate::{Outside, Work};

impl Work {
    /// Decides whether what a limit on pay leaves is less than what must be paid, wherever no condition changes: what is
    /// paid to many with large facts is cut on purpose, what is paid to the smallest of them is not.
    pub(crate) fn budget(&mut self, structure: &Structure) {
        if structure.meta.kind != Kind::Pay || structure.limits.is_empty() {
            return;
        }
        let program = Arc::clone(self.machine.program());
        for constraint in &program.constraints {
            let own = constraint.about.is_none() && constraint.meta.symbol == structure.meta.symbol;
            if let (true, Holds::Within { value, bounds, subject: Subject::Provided }) = (own, &constraint.holds) {
                self.result.decided.limits += 1;
                if let Err(why) = self.affordable(structure, constraint, value, bounds) {
                    self.undecided(&structure.meta.symbol, why);
                }
            }
        }
    }

    fn affordable(
        &mut self,
        structure: &Structure,
        constraint: &Constraint,
        value: &Expr,
        bounds: &Expr,
    ) -> Result<(), Outside> {
        let Type::Number(ty) = &structure.ty else { return Ok(()) };
        let program = Arc::clone(self.machine.program());
        let guards: Vec<&Expr> = constraint.guard.iter().collect();
        let space = Space::of_values(&program, &structure.entity, &guards, &[value, bounds])?.without_nought();
        // The corner at which the value is least: what is beyond its limit there is beyond it throughout.
        let least = |it: Direction| if it == Direction::Down { Direction::Up } else { Direction::Still };
        let corners: Vec<Direction> = space.directions(&program, &[value], &[bounds])?.into_iter().map(least).collect();
        let owner = &structure.meta.symbol;
        let guard = constraint.guard.as_ref().map(|it| self.machine.question(owner, it));
        let (value, limit) = (self.machine.question(owner, value), self.machine.question(owner, bounds));
        let short = |run: &Run<'_>, at| -> Option<(Number, Number)> {
            if guard.as_ref().is_some_and(|it| !matches!(run.ask(it, at), Ok(Value::Bool(true)))) {
                return None;
            }
            let (value, limit) = (run.ask(&value, at).ok()?, run.ask(&limit, at).ok()?);
            let (value, limit) = (value.as_number_range()?.lo()?, limit.as_number_range()?.hi()?);
            (value > limit).then_some((value, limit))
        };
        let (point, asked) = space.first(&self.machine, &corners, |run, at| short(run, at).is_some())?;
        self.result.decided.points += asked;
        let Some((point, (least, most))) = point.and_then(|it| it.ask(short).map(|both| (it, both))) else {
            return Ok(());
        };
        let name = structure.meta.symbol.name.clone();
        let limit = ty.show_both(most);
        let message = AnalysisMessage::BudgetTooSmall { name, value: ty.show_both(least), limit: limit.clone() };
        let diagnostic = at(message, structure.meta.place(structure.meta.head))
            .label(constraint.meta.place(bounds.span), KindNote::LimitSetHere { limit })
            .help(AnalysisNote::FundOrReduce);
        // Where a condition decides, others are paid within the limit.
        let some = if point.witness.is_any() { diagnostic } else { diagnostic.with_severity(Severity::Warning) };
        let witness = point.witness;
        self.found(some, Some(&witness).filter(|it| !it.is_any()));
        Ok(())
    }
}
