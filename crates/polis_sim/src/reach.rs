//! What results rest on, however far down: parameters, and the entities over whose rows they aggregate.

use std::collections::BTreeSet;

use polis_eval::{ConstraintId, EntityId, Machine, ParamId, RuleId};
use polis_semantic::Symbol;
use polis_semantic::ir::{Expr, ExprKind, Holds, Part};

use crate::simulate::Source;

/// Everything that results look at.
pub(crate) struct Reach<'m> {
    machine: &'m Machine,
    rules: BTreeSet<RuleId>,
    kept: BTreeSet<Symbol>,
    /// The parameters.
    pub(crate) params: BTreeSet<ParamId>,
    /// The entities over whose rows is aggregated.
    pub(crate) members: BTreeSet<EntityId>,
}

impl<'m> Reach<'m> {
    pub(crate) fn new(machine: &'m Machine) -> Self {
        let (rules, kept, params, members) = Default::default();
        Self { machine, rules, kept, params, members }
    }

    pub(crate) fn of(machine: &'m Machine, sources: &[&Source]) -> Self {
        let mut reach = Self::new(machine);
        for source in sources {
            match source {
                Source::Rule(rule) => reach.rule(*rule),
                Source::Actual(constraint) => reach.constraint(*constraint),
                Source::Verdict(all) => all.iter().for_each(|it| reach.constraint(*it)),
            }
        }
        reach
    }

    /// Takes in what an expression looks at.
    pub(crate) fn expr(&mut self, expr: &Expr) {
        for part in expr.inner() {
            self.expr(part);
        }
        let machine = self.machine;
        match &expr.kind {
            ExprKind::Param(symbol) => {
                if let Some(param) = machine.param(symbol) {
                    self.param(param);
                }
            }
            // What a fact is where none is given.
            ExprKind::Field(_, entity, field) => {
                let def = machine.entity(entity).and_then(|it| machine.entity_def(it));
                let default = def.and_then(|it| it.fields.iter().find(|it| it.name == *field)?.default.as_ref());
                if let Some(default) = default {
                    self.expr(default);
                }
            }
            ExprKind::Rule(_, symbol, Part::Value) => {
                if let Some(rule) = machine.rule(symbol) {
                    self.rule(rule);
                }
            }
            ExprKind::Rule(_, symbol, Part::Kept) if self.kept.insert(symbol.clone()) => {
                let own = |it: &ConstraintId| {
                    let def = machine.constraint_def(*it);
                    def.is_some_and(|it| it.about.as_ref().unwrap_or(&it.meta.symbol) == symbol)
                };
                machine.constraint_ids().filter(own).for_each(|it| self.constraint(it));
            }
            ExprKind::Children(_, symbol) => self.members.extend(machine.entity(symbol)),
            _ => {}
        }
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

    fn param(&mut self, param: ParamId) {
        if !self.params.insert(param) {
            return;
        }
        let Some(def) = self.machine.param_def(param) else { return };
        def.value.iter().for_each(|it| self.expr(it));
        def.dated.iter().for_each(|it| self.expr(&it.1));
        def.range.iter().for_each(|it| self.expr(it));
    }
}
