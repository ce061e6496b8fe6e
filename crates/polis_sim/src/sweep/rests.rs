//! Which results rest on parameters that are swept: the others are the same in every run.

use std::collections::BTreeSet;

use polis_eval::{ConstraintId, Machine, ParamId, RuleId};
use polis_semantic::Symbol;
use polis_semantic::ir::{Expr, ExprKind, Holds, Part};

use crate::Source;

/// Everything that results look at, on the way to the parameters that are looked for.
pub(super) struct Rests<'m> {
    machine: &'m Machine,
    params: &'m [ParamId],
    rules: BTreeSet<RuleId>,
    kept: BTreeSet<Symbol>,
    seen: BTreeSet<ParamId>,
    found: bool,
}

impl<'m> Rests<'m> {
    /// Whether a result rests on one of these.
    pub(super) fn on(machine: &'m Machine, params: &'m [ParamId], source: &Source) -> bool {
        let (rules, kept, seen) = Default::default();
        let mut rests = Self { machine, params, rules, kept, seen, found: false };
        match source {
            Source::Rule(rule) => rests.rule(*rule),
            Source::Actual(constraint) => rests.constraint(*constraint),
            Source::Verdict(all) => all.iter().for_each(|it| rests.constraint(*it)),
        }
        rests.found
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
        self.found |= self.params.contains(&param);
        if !self.seen.insert(param) {
            return;
        }
        let Some(def) = self.machine.param_def(param) else { return };
        def.value.iter().for_each(|it| self.expr(it));
        def.dated.iter().for_each(|it| self.expr(&it.1));
        def.range.iter().for_each(|it| self.expr(it));
    }

    fn expr(&mut self, expr: &Expr) {
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
            _ => {}
        }
    }
}
