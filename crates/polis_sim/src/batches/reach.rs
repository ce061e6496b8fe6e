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
        match &expr.kind {
            ExprKind::Const(_)
            | ExprKind::EnumValue(..)
            | ExprKind::Open(_)
            | ExprKind::Unknown
            | ExprKind::Dormant(..)
            | ExprKind::This
            | ExprKind::Local(_)
            | ExprKind::Param(_) => {}
            ExprKind::Ancestor(base, _) | ExprKind::Field(base, ..) => self.expr(base),
            ExprKind::Rule(base, symbol, part) => {
                self.expr(base);
                match part {
                    Part::Value => {
                        if let Some(rule) = self.machine.rule(symbol) {
                            self.rule(rule);
                        }
                    }
                    Part::Kept => self.kept(symbol),
                }
            }
            ExprKind::Children(base, symbol) => {
                self.expr(base);
                self.members.extend(self.machine.entity(symbol));
            }
            ExprKind::Unary(_, operand) => self.expr(operand),
            ExprKind::Binary { lhs, rhs, .. } => {
                self.expr(lhs);
                self.expr(rhs);
            }
            ExprKind::If(a, b, c) => {
                for part in [a, b, c] {
                    self.expr(part);
                }
            }
            ExprKind::Cases(arms, otherwise) => {
                for (guard, value) in arms {
                    self.expr(guard);
                    self.expr(value);
                }
                if let Some(otherwise) = otherwise {
                    self.expr(otherwise);
                }
            }
            ExprKind::Call(_, args) | ExprKind::List(args) => args.iter().for_each(|it| self.expr(it)),
            ExprKind::Aggregate { body, source, filter, .. } => {
                self.expr(body);
                self.expr(source);
                if let Some(filter) = filter {
                    self.expr(filter);
                }
            }
            ExprKind::Range(lo, hi) => {
                for end in [lo, hi].into_iter().flatten() {
                    self.expr(end);
                }
            }
            ExprKind::Parts(parts) => {
                for part in parts {
                    part.guard.iter().for_each(|it| self.expr(it));
                    self.expr(&part.value);
                }
            }
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
