//! Whether one provision implies another, or both come to the same, for every jurisdiction.

use std::sync::Arc;

use polis_db::{Db, Package};
use polis_diagnostic::Bilingual;
use polis_eval::{EntityId, Question, Run};
use polis_semantic::ir::{Constraint, Expr, ExprKind, Holds, Part, Rule};
use polis_semantic::items::Item;
use polis_semantic::{Program, Symbol, Type};
use polis_value::{NumberRange, Value, ops};

use crate::corners::Point;
use crate::periods::Enumeration;
use crate::space::Space;
use crate::{Outside, Work};

/// The answer to a question about two provisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Whether it holds for every jurisdiction, or what shows that it does not.
    pub outcome: Result<Option<Counterexample>, NoAnswer>,
    /// How many jurisdictions were asked.
    pub points: usize,
}

/// A jurisdiction for which two provisions differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counterexample {
    /// Its facts.
    pub facts: Bilingual,
    /// What the first comes to.
    pub first: Bilingual,
    /// What the second comes to.
    pub second: Bilingual,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoAnswer {
    /// One of them is nothing that could imply another: the symbol.
    NotComparable(Symbol),
    /// They are about different types of jurisdiction.
    OtherEntity(Symbol, Symbol),
    /// One is a condition and the other a figure, or their units differ.
    OtherType,
    /// It leaves what can be decided.
    Undecided(Outside),
}

impl From<Outside> for NoAnswer {
    fn from(why: Outside) -> Self {
        Self::Undecided(why)
    }
}

/// Whether `a` implies `b`: of conditions and requirements, whoever meets the first meets the second; of figures,
/// whatever the first allows the second allows.
pub fn implies(db: &dyn Db, package: Package, a: Item<'_>, b: Item<'_>) -> Answer {
    ask(db, package, a, b, Relation::Implies)
}

/// Whether `a` and `b` come to the same for every jurisdiction.
pub fn equivalent(db: &dyn Db, package: Package, a: Item<'_>, b: Item<'_>) -> Answer {
    ask(db, package, a, b, Relation::Equivalent)
}

/// What is asked of two provisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relation {
    /// Whether the first implies the second.
    Implies,
    /// Whether both come to the same.
    Equivalent,
}

impl Relation {
    /// Whether two values break the relation. What is not known breaks none.
    pub(crate) fn broken(self, a: &Value, b: &Value) -> bool {
        if let (Some(a), Some(b)) = (a.as_number_range(), b.as_number_range()) {
            let within = |a: &NumberRange, b: &NumberRange| a.is_within(b);
            return match self {
                Self::Implies => !within(&a, &b),
                Self::Equivalent => a != b,
            };
        }
        match (self, a, b) {
            (_, Value::Unknown(_), _) | (_, _, Value::Unknown(_)) => false,
            (Self::Implies, Value::Bool(a), Value::Bool(b)) => *a && !*b,
            _ => !polis_value::same(a, b),
        }
    }
}

fn ask(db: &dyn Db, package: Package, a: Item<'_>, b: Item<'_>, relation: Relation) -> Answer {
    let mut work = Work::on(db, package, &[a, b]);
    let outcome = work.relate(&a.symbol(db), &b.symbol(db), relation);
    Answer { outcome, points: work.result.decided.points }
}

/// What a provision says of each jurisdiction, as one expression for each of its parts.
pub(crate) struct Said {
    entity: Symbol,
    ty: Type,
    /// A figure or condition; of requirements, guards with what must hold under each. Each with who says so.
    pub(crate) parts: Vec<(Symbol, Option<Expr>, Expr)>,
}

impl Said {
    pub(crate) fn by(program: &Program, symbol: &Symbol) -> Option<Self> {
        if let Some(rule) = program.rules.iter().find(|it| it.meta.symbol == *symbol) {
            return Some(Self {
                entity: rule.entity.clone(),
                ty: rule.ty.clone(),
                parts: vec![(symbol.clone(), None, value(rule))],
            });
        }
        let own = |it: &&Constraint| it.meta.symbol == *symbol && it.about.is_none();
        let constraints: Vec<&Constraint> = program.constraints.iter().filter(own).collect();
        let entity = constraints.first()?.entity.clone();
        let parts = constraints.iter().filter_map(|it| match &it.holds {
            Holds::Condition(condition) => Some((symbol.clone(), it.guard.clone(), condition.clone())),
            Holds::Within { .. } => None,
        });
        let parts: Vec<_> = parts.collect();
        (!parts.is_empty()).then_some(Self { entity, ty: Type::Truth, parts })
    }

    fn conditions(&self) -> impl Iterator<Item = &Expr> {
        let truths = self.parts.iter().map(|it| &it.2).filter(|it| it.ty == Type::Truth);
        self.parts.iter().filter_map(|it| it.1.as_ref()).chain(truths)
    }

    fn values(&self) -> impl Iterator<Item = &Expr> {
        self.parts.iter().map(|it| &it.2).filter(|it| it.ty != Type::Truth)
    }
}

/// A rule's value, exceptions included.
fn value(rule: &Rule) -> Expr {
    let span = rule.meta.head;
    let this = Expr { kind: ExprKind::This, ty: Type::Entity(rule.entity.clone()), span };
    let kind = ExprKind::Rule(Box::new(this), rule.meta.symbol.clone(), Part::Value);
    Expr { kind, ty: rule.ty.clone(), span }
}

/// What is said, linked.
struct Linked(Vec<(Option<Question>, Question)>);

impl Linked {
    /// What it comes to for a jurisdiction: all parts together.
    fn ask(&self, run: &Run<'_>, at: (EntityId, u32)) -> Option<Value> {
        let mut all: Option<Value> = None;
        for (guard, value) in &self.0 {
            let mut value = run.ask(value, at).ok()?;
            if let Some(guard) = guard {
                let guard = run.ask(guard, at).ok()?;
                value = ops::or(&ops::not(&guard).ok()?, &value).ok()?;
            }
            all = Some(match all {
                None => value,
                Some(before) => ops::and(&before, &value).ok()?,
            });
        }
        all
    }
}

impl Work {
    fn relate(&mut self, a: &Symbol, b: &Symbol, relation: Relation) -> Result<Option<Counterexample>, NoAnswer> {
        let program = Arc::clone(self.machine.program());
        let said = |it: &Symbol| Said::by(&program, it).ok_or_else(|| NoAnswer::NotComparable(it.clone()));
        let (first, second) = (said(a)?, said(b)?);
        self.relate_said(&first, &second, relation)
    }

    /// The first jurisdiction for which what is said first and second break a relation.
    pub(crate) fn relate_said(
        &mut self,
        first: &Said,
        second: &Said,
        relation: Relation,
    ) -> Result<Option<Counterexample>, NoAnswer> {
        let program = Arc::clone(self.machine.program());
        if first.entity != second.entity {
            return Err(NoAnswer::OtherEntity(first.entity.clone(), second.entity.clone()));
        }
        let same_type = match (&first.ty, &second.ty) {
            (Type::Number(a), Type::Number(b)) => a.dim == b.dim,
            (a, b) => a == b,
        };
        if !same_type {
            return Err(NoAnswer::OtherType);
        }
        let conditions: Vec<&Expr> = first.conditions().chain(second.conditions()).collect();
        let values: Vec<&Expr> = first.values().chain(second.values()).collect();
        let space = Space::of_values(&program, &first.entity, &conditions, &values)?;
        let mut link = |said: &Said| {
            let parts = said.parts.iter().map(|(owner, guard, value)| {
                (guard.as_ref().map(|it| self.machine.question(owner, it)), self.machine.question(owner, value))
            });
            Linked(parts.collect())
        };
        let (left, right) = (link(first), link(second));
        let mut open = false;
        let mut broken = |run: &Run<'_>, at| {
            let (Some(a), Some(b)) = (left.ask(run, at), right.ask(run, at)) else { return false };
            open |= a.is_unknown() || b.is_unknown();
            relation.broken(&a, &b)
        };
        let point = if values.is_empty() {
            let (point, asked) = space.first_of_points(&self.machine, &mut broken);
            self.result.decided.points += asked;
            point
        } else {
            let enumeration = Enumeration::of(&space, &program, &values)?;
            let (point, asked) = enumeration.first(&space, &self.machine, &mut broken)?;
            self.result.decided.points += asked;
            point
        };
        match point {
            Some(point) => Ok(Some(self.counterexample(&point, (&left, &first.ty), (&right, &second.ty)))),
            None if open => {
                let name = first.parts.first().map(|it| it.0.name.clone()).unwrap_or_default();
                Err(NoAnswer::Undecided(Outside::Open(name)))
            }
            None => Ok(None),
        }
    }

    fn counterexample(&self, point: &Point<'_>, a: (&Linked, &Type), b: (&Linked, &Type)) -> Counterexample {
        let world = polis_eval::World::default();
        let show = |(linked, ty): (&Linked, &Type)| {
            let value = point.ask(|run, at| linked.ask(run, at));
            value.map_or_else(|| Bilingual::new("未知", "unknown"), |it| self.machine.show_both(&it, ty, &world))
        };
        Counterexample { facts: point.witness.describe(&self.machine), first: show(a), second: show(b) }
    }
}
