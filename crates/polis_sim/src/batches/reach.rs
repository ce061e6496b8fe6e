//! Which members results rest on.

use std::collections::BTreeSet;

use polis_eval::{ConstraintId, EntityId, Machine, RuleId};
use polis_semantic::Symbol;
use polis_semantic::ir::{Expr, ExprKind, Holds, Part};

use crate::simulate::Source;

/// The entities over whose rows a result aggregates, whatever it rests on.
pub(super) struct Reach<'m> {
    machine: &'m Machine,
    rules: BTreeSet<RuleId>,
    kept: BTreeSet<Symbol>,
    pub(super) members: BTreeSet<EntityId>,
}

impl<'m> Reach<'m> {
    pub(super) fn of(machine: &'m Machine, sources: &[&Source]) -> Self {
        let mut reach = Self { machine, rules: BTreeSet::new(), kept: BTreeSet::new(), members: BTreeSet::new() };
        for source in sources {
            match source {
                Source::Rule(rule) => reach.rule(*rule),
                Source::Actual(constraint) => reach.constraint(*constraint),
                Source::Verdict(all) => all.iter().for_each(|it| reach.constraint(*it)),
            }
        }
        reach
    }

    fn rule(&mut self, rule: RuleId) {
        if !self.rules.insert(rule) {
            return;
        }
        let Some(def) = self.machine.rule_def(rule) else { return };
        self.expr(&def.value);
        for exception in &def.exceptions {
            self.expr(&exception.guard);
            self.expr(&exception.value);
        }
    }

    fn constraint(&mut self, constraint: ConstraintId) {
        let Some(def) = self.machine.constraint_def(constraint) else { return };
        def.guard.iter().for_each(|it| self.expr(it));
        match &def.holds {
            Holds::Condition(condition) => self.expr(condition),
            Holds::Within { value, bounds, .. } => {
                self.expr(value);
                self.expr(bounds);
            }
        }
    }

    fn expr(&mut self, expr: &Expr) {
        for part in expr.inner() {
            self.expr(part);
        }
        match &expr.kind {
            ExprKind::Rule(_, symbol, Part::Value) => {
                if let Some(rule) = self.machine.rule(symbol) {
                    self.rule(rule);
                }
            }
            ExprKind::Rule(_, symbol, Part::Kept) => self.kept(symbol),
            ExprKind::Children(_, symbol) => self.members.extend(self.machine.entity(symbol)),
            _ => {}
        }
    }

    fn kept(&mut self, owner: &Symbol) {
        if !self.kept.insert(owner.clone()) {
            return;
        }
        let machine = self.machine;
        let own = |it: &ConstraintId| {
            machine.constraint_def(*it).is_some_and(|it| it.about.as_ref().unwrap_or(&it.meta.symbol) == owner)
        };
        machine.constraint_ids().filter(own).for_each(|it| self.constraint(it));
    }
}
