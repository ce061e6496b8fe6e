//! What a result rests on: the facts that it asks, and every comparison that it makes, the innermost first.

use std::collections::{BTreeMap, BTreeSet};

use polis_eval::{EntityId, Machine};
use polis_semantic::ir::{Constraint, Expr, ExprKind, Holds, Part};
use polis_semantic::{Program, Symbol, Type};
use polis_syntax::ast::BinaryOp;
use smol_str::SmolStr;

/// A field of an entity.
pub(super) type Field = (Symbol, SmolStr);

/// A comparison that a result makes.
#[derive(Debug)]
pub(super) struct Site<'p> {
    /// Whose text it is.
    pub(super) owner: Symbol,
    /// The jurisdiction that it is about.
    pub(super) at: (EntityId, u32),
    pub(super) lhs: &'p Expr,
    pub(super) rhs: &'p Expr,
    /// The facts that it depends on.
    pub(super) facts: BTreeSet<Field>,
}

/// What a result rests on.
pub(super) struct Reach<'p> {
    program: &'p Program,
    machine: &'p Machine,
    /// The jurisdiction and those that it lies in.
    chain: Vec<(Symbol, EntityId, u32)>,
    /// The facts of these that it asks, in the order in which it does.
    pub(super) facts: Vec<Field>,
    /// Those that it also asks where they cannot be followed.
    pub(super) hidden: BTreeSet<Field>,
    /// Facts of other jurisdictions that it asks.
    pub(super) others: BTreeSet<Field>,
    /// The comparisons, each after those that it depends on.
    pub(super) sites: Vec<Site<'p>>,
    walked: BTreeMap<(Symbol, bool), BTreeSet<Field>>,
}

/// Where an expression stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    owner: &'a Symbol,
    /// The jurisdiction that it is about; `None` for one that is not followed.
    at: Option<(EntityId, u32)>,
    /// Whether it is about the jurisdiction or one that it lies in, and every comparison is made once.
    followed: bool,
}

impl<'p> Reach<'p> {
    pub(super) fn new(machine: &'p Machine, chain: Vec<(Symbol, EntityId, u32)>) -> Self {
        Self {
            program: machine.program(),
            machine,
            chain,
            facts: Vec::new(),
            hidden: BTreeSet::new(),
            others: BTreeSet::new(),
            sites: Vec::new(),
            walked: BTreeMap::new(),
        }
    }

    /// Takes in a rule's value.
    pub(super) fn rule(&mut self, symbol: &Symbol, at: Option<(EntityId, u32)>, followed: bool) -> BTreeSet<Field> {
        let key = (symbol.clone(), followed);
        if let Some(known) = self.walked.get(&key) {
            return known.clone();
        }
        // A rule that needs itself is reported, and has no value.
        self.walked.insert(key.clone(), BTreeSet::new());
        let mut facts = BTreeSet::new();
        if let Some(rule) = self.program.rules.iter().find(|it| it.meta.symbol == *symbol) {
            let place = Place { owner: &rule.meta.symbol, at, followed };
            for exception in &rule.exceptions {
                facts.extend(self.expr(&exception.guard, place));
                facts.extend(self.expr(&exception.value, place));
            }
            facts.extend(self.expr(&rule.value, place));
        }
        self.walked.insert(key, facts.clone());
        facts
    }

    /// Takes in what a constraint says.
    pub(super) fn constraint(
        &mut self,
        constraint: &'p Constraint,
        at: Option<(EntityId, u32)>,
        followed: bool,
    ) -> BTreeSet<Field> {
        let place = Place { owner: &constraint.meta.symbol, at, followed };
        let mut facts = BTreeSet::new();
        if let Some(guard) = &constraint.guard {
            facts.extend(self.expr(guard, place));
        }
        match &constraint.holds {
            Holds::Condition(condition) => facts.extend(self.expr(condition, place)),
            Holds::Within { value, bounds, .. } => facts.extend(self.compared(value, bounds, place)),
        }
        facts
    }

    fn compared(&mut self, lhs: &'p Expr, rhs: &'p Expr, place: Place<'_>) -> BTreeSet<Field> {
        let mut facts = self.expr(lhs, place);
        facts.extend(self.expr(rhs, place));
        if let (true, Some(at)) = (place.followed, place.at) {
            self.sites.push(Site { owner: place.owner.clone(), at, lhs, rhs, facts: facts.clone() });
        }
        facts
    }

    fn expr(&mut self, expr: &'p Expr, place: Place<'_>) -> BTreeSet<Field> {
        match &expr.kind {
            ExprKind::Binary { op, lhs, rhs, .. }
                if expr.ty == Type::Truth && !matches!(op, BinaryOp::And | BinaryOp::Or) =>
            {
                self.compared(lhs, rhs, place)
            }
            ExprKind::Field(base, entity, field) => {
                let mut facts = self.base(base, place);
                let fact = (entity.clone(), field.clone());
                if self.row_of(base, place).is_some() {
                    if !self.facts.contains(&fact) {
                        self.facts.push(fact.clone());
                    }
                    if !place.followed {
                        self.hidden.insert(fact.clone());
                    }
                    facts.insert(fact);
                } else if self.chain.iter().any(|it| it.0 == fact.0) {
                    // It may be this jurisdiction's own, among others.
                    self.facts.push(fact.clone());
                    self.hidden.insert(fact.clone());
                    facts.insert(fact);
                } else {
                    self.others.insert(fact);
                }
                facts
            }
            ExprKind::Rule(base, symbol, part) => {
                let mut facts = self.base(base, place);
                let here = self.row_of(base, place);
                let (at, followed) = (here, place.followed && here.is_some());
                match part {
                    Part::Value => facts.extend(self.rule(symbol, at, followed)),
                    Part::Kept => {
                        let program = self.program;
                        for constraint in program.constraints.iter().filter(|it| it.meta.symbol == *symbol) {
                            facts.extend(self.constraint(constraint, at, followed));
                        }
                    }
                }
                if here.is_none() {
                    // What another jurisdiction asks of one above both is asked of this one's too.
                    self.hidden.extend(facts.iter().cloned());
                }
                facts
            }
            ExprKind::Aggregate { body, source, filter, .. } => {
                let inside = Place { followed: false, ..place };
                let mut facts = self.expr(source, inside);
                facts.extend(self.expr(body, inside));
                if let Some(filter) = filter {
                    facts.extend(self.expr(filter, inside));
                }
                facts
            }
            _ => expr.inner().into_iter().flat_map(|it| self.expr(it, place)).collect(),
        }
    }

    /// What finding a jurisdiction rests on.
    fn base(&mut self, base: &'p Expr, place: Place<'_>) -> BTreeSet<Field> {
        if matches!(base.kind, ExprKind::This | ExprKind::Local(_)) { BTreeSet::new() } else { self.expr(base, place) }
    }

    /// The jurisdiction that an expression names, where it is this one or one that it lies in.
    fn row_of(&self, base: &Expr, place: Place<'_>) -> Option<(EntityId, u32)> {
        match &base.kind {
            ExprKind::This => place.at,
            ExprKind::Ancestor(inner, symbol) if matches!(inner.kind, ExprKind::This) => {
                self.chain.iter().find(|it| it.0 == *symbol).map(|it| (it.1, it.2))
            }
            _ => None,
        }
    }

    /// The row of the chain that has a fact, and its number.
    pub(super) fn place_of(&self, fact: &Field) -> Option<(EntityId, u32, u32)> {
        let (_, entity, row) = self.chain.iter().find(|it| it.0 == fact.0)?;
        let fields = &self.machine.entity_def(*entity)?.fields;
        let field = fields.iter().position(|it| it.name == fact.1)?;
        Some((*entity, *row, u32::try_from(field).ok()?))
    }
}
