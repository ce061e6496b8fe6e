//! What two provisions come to for every jurisdiction, decided on both programs as one; every witness is asked of each
//! side's own program before it is told.

use std::sync::Arc;

use polis_analysis::{Difference, Example, Outside, Together, Told, difference};
use polis_eval::{EntityId, Machine, Row, Run, Settings, World, WorldBuilder};
use polis_semantic::ir::{Constraint, Expr, ExprKind, Holds, Part};
use polis_semantic::{Program, Symbol, Type};
use polis_value::{Number, NumberRange, Value, ops};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::merge::{Both, Mapping, merge};
use crate::side::{Provision, Side};
use crate::units::Units;

/// What of two provisions was held against each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aspect {
    /// The value for each jurisdiction.
    Value,
    /// The limits.
    Limits,
    /// What must hold.
    Condition,
    /// Whom it binds: the condition under which it applies.
    Applies,
}

/// What two provisions come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behaviour {
    /// What was held against each other.
    pub aspect: Aspect,
    /// The type of what was compared.
    pub ty: Type,
    /// How they differ, or why that is not decided.
    pub outcome: Result<Difference, Outside>,
    /// Of limits, jurisdictions whose actual figure keeps to the one and not to the other: whether it does.
    pub kept: Vec<Example>,
}

/// Both sides as one program, and each as its own.
pub(crate) struct Bench<'s, 'p> {
    sides: [&'s Side<'p>; 2],
    merged: Machine,
    own: [Machine; 2],
    names: Both,
}

/// What a side says of one aspect.
struct Saying {
    entity: Symbol,
    ty: Type,
    told: Told,
}

impl<'s, 'p> Bench<'s, 'p> {
    pub(crate) fn new(a: &'s Side<'p>, b: &'s Side<'p>, aligned: &FxHashMap<Symbol, Symbol>, units: &Units) -> Self {
        let (program, names) = merge((a.program, a.as_of), (b.program, b.as_of), aligned, units);
        let own = [a, b].map(|it| Machine::new(Arc::clone(it.program)));
        Self { sides: [a, b], merged: Machine::new(Arc::new(program)), own, names }
    }

    /// The machine of both sides as one: it shows values of either.
    pub(crate) fn into_machine(self) -> Machine {
        self.merged
    }

    /// Holds two provisions against each other.
    pub(crate) fn compare(&mut self, a: &Provision<'_>, b: &Provision<'_>) -> Vec<Behaviour> {
        let [first, second] = self.sides;
        let said = [(first, a), (second, b)].map(|(side, of)| sayings(side.program, of));
        let mut found = Vec::new();
        for aspect in [Aspect::Value, Aspect::Limits, Aspect::Condition, Aspect::Applies] {
            let [one, two] = [0, 1].map(|it| said.get(it).and_then(|it| it.iter().find(|it| it.0 == aspect)));
            let (Some((_, one)), Some((_, two))) = (one, two) else { continue };
            let ty = one.ty.clone();
            let outcome = self.decide(one, two);
            let kept = match (aspect, &outcome) {
                (Aspect::Limits, Ok(found)) => {
                    found.ways.iter().filter_map(|it| self.actual(a, b, &one.entity, &it.example)).collect()
                }
                _ => Vec::new(),
            };
            found.push(Behaviour { aspect, ty, outcome, kept });
        }
        found
    }

    fn decide(&mut self, a: &Saying, b: &Saying) -> Result<Difference, Outside> {
        let entity = self.names.mapping.symbol(&b.entity);
        let (own, mapped) = (map(&self.names.own, &a.told), map(&self.names.mapping, &b.told));
        if a.entity != entity {
            return Err(Outside::SeveralEntities);
        }
        let same_type = match (&a.ty, &b.ty) {
            (Type::Number(a), Type::Number(b)) => a.dim == self.names.mapping.dim(&b.dim),
            (Type::Enum(a), Type::Enum(b)) => *a == self.names.mapping.symbol(b),
            (a, b) => a == b,
        };
        if !same_type {
            return Err(Outside::Computed);
        }
        let found = difference(&self.merged, &a.entity, [&own, &mapped], None)?;
        // Of what neither side knows nothing is told.
        if found.ways.is_empty() && found.unknown > 0 {
            let open = |side: usize, it: &Saying| open(self.sides.get(side)?.program, &it.told);
            let name = open(0, a).or_else(|| open(1, b)).unwrap_or_else(|| a.told.owner.name.clone());
            return Err(Outside::Open(name));
        }
        for way in &found.ways {
            let replayed = self.replay(0, a, &way.example, &way.example.first)
                && self.replay(1, b, &way.example, &way.example.second);
            // A witness that either side's own program does not bear out is none.
            if !replayed {
                return Err(Outside::Computed);
            }
        }
        Ok(found)
    }

    /// A jurisdiction beside one for which limits differ, whose actual figure keeps to the one provision and not to the
    /// other, by each side's own program.
    fn actual(&mut self, a: &Provision<'_>, b: &Provision<'_>, entity: &Symbol, at: &Example) -> Option<Example> {
        let [first, second] = self.sides;
        let field = |side: &Side<'_>, of: &Provision<'_>| {
            let structure = side.program.structures.iter().find(|it| it.meta.symbol == of.symbol)?;
            match &structure.actual.as_ref()?.kind {
                ExprKind::Field(base, entity, field) if matches!(base.kind, ExprKind::This) => {
                    Some((entity.clone(), field.clone(), structure.ty.clone()))
                }
                _ => None,
            }
        };
        let (one, two) = (field(first, a)?, field(second, b)?);
        let mapping = &self.names.mapping;
        let key = (two.0.clone(), two.1.clone());
        let other = (mapping.symbol(&two.0), mapping.fields.get(&key).unwrap_or(&two.1).clone());
        let Type::Number(ty) = &one.2 else { return None };
        let least = if ty.whole { Number::ONE } else { Number::ONE.div(Number::from(100)).ok()? };
        let ranges = [at.first.as_number_range()?, at.second.as_number_range()?];
        let ends = ranges.iter().flat_map(|it| [it.hi(), it.lo()]).flatten();
        let mut candidates: Vec<Number> =
            ends.flat_map(|it| [Ok(it), it.add(least), it.sub(least)]).flatten().collect();
        candidates.sort();
        candidates.dedup();
        let saying = |of: &Provision<'_>, entity: Symbol| {
            let span = of.block.span;
            let this = Expr { kind: ExprKind::This, ty: Type::Entity(entity.clone()), span };
            let kind = ExprKind::Rule(Box::new(this), of.symbol.clone(), Part::Kept);
            let parts = vec![(None, Expr { kind, ty: Type::Truth, span })];
            Saying { entity, ty: Type::Truth, told: Told { owner: of.symbol.clone(), parts, how: Together::Value } }
        };
        let asked = [saying(a, entity.clone()), saying(b, two.0.clone())];
        for candidate in candidates {
            let mut facts = at.facts.clone();
            for (entity, field) in [(one.0.clone(), one.1.clone()), other.clone()] {
                facts.retain(|it| !(it.0 == entity && it.1 == field));
                facts.push((entity, field, one.2.clone(), Value::Number(candidate)));
            }
            let example = Example { facts, first: Value::Bool(true), second: Value::Bool(true) };
            let [x, y] = [0, 1].map(|side| asked.get(side).and_then(|it| self.asked(side, it, &example)));
            if let (Some(Value::Bool(x)), Some(Value::Bool(y))) = (x, y)
                && x != y
            {
                return Some(Example { first: Value::Bool(x), second: Value::Bool(y), ..example });
            }
        }
        None
    }

    /// What a side's own program comes to for a jurisdiction: anything where no limit applies, none where it cannot be
    /// asked.
    fn asked(&mut self, side: usize, said: &Saying, example: &Example) -> Option<Value> {
        let mapping = &self.names.mapping;
        let facts = |entity: &Symbol, field: &SmolStr| {
            let (of, name) = if side == 0 {
                (entity.clone(), field.clone())
            } else {
                let key = (entity.clone(), field.clone());
                (mapping.symbol(entity), mapping.fields.get(&key).unwrap_or(field).clone())
            };
            example.facts.iter().find(|it| it.0 == of && it.1 == name).map(|it| (it.2.clone(), it.3.clone()))
        };
        let as_of = self.sides.get(side).map(|it| it.as_of)?;
        let merged = self.merged.program().clone();
        let machine = self.own.get_mut(side)?;
        let parts: Vec<_> = said
            .told
            .parts
            .iter()
            .map(|(guard, value)| {
                let owner = &said.told.owner;
                (guard.as_ref().map(|it| machine.question(owner, it)), machine.question(owner, value))
            })
            .collect();
        let entity = machine.entity(&said.entity)?;
        let program = Arc::clone(machine.program());
        let world = world(machine, entity, &|entity, field| {
            let (_, value) = facts(entity, field)?;
            Some(own_value(&merged, &program, value))
        });
        let run = Run::new(machine, &world, Settings { as_of, set: Vec::new() });
        let mut all: Option<Value> = None;
        for (guard, value) in &parts {
            let guard = guard.as_ref().map(|it| run.ask(it, (entity, 0)));
            let guard = match guard {
                Some(Ok(it)) => Some(it),
                Some(Err(_)) => return None,
                None => None,
            };
            let value = run.ask(value, (entity, 0)).ok()?;
            let value = match (said.told.how, guard) {
                (Together::All, Some(guard)) => ops::not(&guard).and_then(|it| ops::or(&it, &value)).ok()?,
                (_, Some(Value::Bool(false))) => continue,
                (_, Some(it @ Value::Unknown(_))) => it,
                _ => value,
            };
            all = Some(match (said.told.how, all) {
                (Together::All, Some(before)) => ops::and(&before, &value).ok()?,
                (Together::Limits, Some(before)) => match (before.as_number_range(), value.as_number_range()) {
                    (Some(a), Some(b)) => Value::from(a.intersect(&b)?),
                    _ => value,
                },
                _ => value,
            });
        }
        Some(all.unwrap_or_else(|| Value::from(NumberRange::unbounded())))
    }

    /// Whether a side's own program comes to the same for the same jurisdiction.
    fn replay(&mut self, side: usize, said: &Saying, example: &Example, wanted: &Value) -> bool {
        let Some(all) = self.asked(side, said, example) else { return false };
        let Some(program) = self.own.get(side).map(|it| Arc::clone(it.program())) else { return false };
        let merged = self.merged.program();
        match (all, wanted) {
            (Value::Unknown(_), Value::Unknown(_)) => true,
            (Value::Enum { ty, index }, Value::Enum { .. }) => {
                let name = |program: &Program, ty: u32, index: u32| {
                    program.enumerations.get(ty as usize)?.values.get(index as usize).cloned()
                };
                let Value::Enum { ty: of, index: at } = wanted else { return false };
                name(&program, ty, index) == name(merged, *of, *at)
            }
            (it, wanted) => it == *wanted,
        }
    }
}

/// What is said, with the names of the merged program.
fn map(names: &Mapping, told: &Told) -> Told {
    let parts = told.parts.iter();
    let parts = parts.map(|(guard, value)| (guard.as_ref().map(|it| names.expr(it)), names.expr(value)));
    Told { owner: names.symbol(&told.owner), parts: parts.collect(), how: told.how }
}

/// A value of the merged program as one of a side's own: enumerations have other positions there.
fn own_value(merged: &Program, own: &Program, value: Value) -> Value {
    let Value::Enum { ty, index } = &value else { return value };
    let found = (|| {
        let of = merged.enumerations.get(*ty as usize)?;
        let name = of.values.get(*index as usize)?;
        let by_name = |it: &&polis_semantic::ir::Enumeration| {
            it.meta.symbol == of.meta.symbol || it.meta.symbol.name == of.meta.symbol.name
        };
        let same = own.enumerations.iter().find(by_name)?;
        let ty = own.enumerations.iter().position(|it| std::ptr::eq(it, same))?;
        let index = same.values.iter().position(|it| it == name)?;
        Some(Value::Enum { ty: u32::try_from(ty).ok()?, index: u32::try_from(index).ok()? })
    })();
    found.unwrap_or(value)
}

/// The world of one jurisdiction, with those that it lies in.
fn world(machine: &Machine, entity: EntityId, fact: &dyn Fn(&Symbol, &SmolStr) -> Option<Value>) -> World {
    let mut builder = WorldBuilder::new(machine);
    let (mut next, mut below) = (Some(entity), None);
    while let Some(id) = next {
        let facts = machine
            .entity_def(id)
            .map_or_else(Vec::new, |def| def.fields.iter().map(|it| fact(&def.meta.symbol, &it.name)).collect());
        let row = Row { id: SmolStr::new_static("1"), name: None, parent: None, facts: facts.into() };
        if builder.add(id, row).is_ok()
            && let Some(below) = below
        {
            builder.set_parent(below, 0, 0);
        }
        below = Some(id);
        next = machine.entities().get(id.index()).and_then(|it| it.parent);
    }
    builder.build()
}

/// What a provision says of each jurisdiction, by aspect.
fn sayings(program: &Program, of: &Provision<'_>) -> Vec<(Aspect, Saying)> {
    let symbol = &of.symbol;
    let mut found = Vec::new();
    if let Some(rule) = program.rules.iter().find(|it| it.meta.symbol == *symbol)
        && !matches!(rule.value.kind, ExprKind::Dormant(..))
    {
        let span = rule.meta.head;
        let this = Expr { kind: ExprKind::This, ty: Type::Entity(rule.entity.clone()), span };
        let kind = ExprKind::Rule(Box::new(this), symbol.clone(), Part::Value);
        let value = Expr { kind, ty: rule.ty.clone(), span };
        let told = Told { owner: symbol.clone(), parts: vec![(None, value)], how: Together::Value };
        found.push((Aspect::Value, Saying { entity: rule.entity.clone(), ty: rule.ty.clone(), told }));
    }
    let structure = program.structures.iter().find(|it| it.meta.symbol == *symbol);
    let limits = structure.map(|it| (&it.entity, &it.ty, &it.limits));
    let targets = program.indicators.iter().find(|it| it.meta.symbol == *symbol);
    let targets = targets.and_then(|it| Some((&it.entity, &it.targets.first()?.bounds.ty, &it.targets)));
    if let Some((entity, ty, limits)) = limits.or(targets).filter(|it| !it.2.is_empty()) {
        let parts = limits.iter().map(|it| (it.guard.clone(), it.bounds.clone())).collect();
        let told = Told { owner: symbol.clone(), parts, how: Together::Limits };
        found.push((Aspect::Limits, Saying { entity: entity.clone(), ty: ty.clone(), told }));
    }
    let own = |it: &&Constraint| it.meta.symbol == *symbol && it.about.is_none();
    let conditions: Vec<&Constraint> = program.constraints.iter().filter(own).collect();
    let parts: Vec<(Option<Expr>, Expr)> = conditions
        .iter()
        .filter_map(|it| match &it.holds {
            Holds::Condition(condition) => Some((it.guard.clone(), condition.clone())),
            Holds::Within { .. } => None,
        })
        .collect();
    if let (Some(first), false) = (conditions.first(), parts.is_empty()) {
        let told = Told { owner: symbol.clone(), parts, how: Together::All };
        found.push((Aspect::Condition, Saying { entity: first.entity.clone(), ty: Type::Truth, told }));
    }
    let guard = program.norms.iter().find(|it| it.meta.symbol == *symbol).and_then(|it| it.guard.as_ref());
    if let Some(guard) = guard
        && let Some(entity) = subject(guard)
    {
        let told = Told { owner: symbol.clone(), parts: vec![(None, guard.clone())], how: Together::All };
        found.push((Aspect::Applies, Saying { entity, ty: Type::Truth, told }));
    }
    found
}

/// The first figure below what is said that the text leaves open.
fn open(program: &Program, told: &Told) -> Option<SmolStr> {
    let mut waiting: Vec<(&Symbol, &Expr)> = told.parts.iter().map(|it| (&told.owner, &it.1)).collect();
    let mut met: Vec<&Symbol> = Vec::new();
    while let Some((owner, expr)) = waiting.pop() {
        for it in expr.all() {
            match &it.kind {
                ExprKind::Open(_) => return Some(owner.name.clone()),
                ExprKind::Param(symbol) | ExprKind::Rule(_, symbol, _) if !met.contains(&symbol) => {
                    met.push(symbol);
                    let param = program.params.iter().find(|it| it.meta.symbol == *symbol);
                    waiting.extend(
                        param
                            .and_then(|it| it.dated.last().map(|it| &it.1).or(it.value.as_ref()))
                            .map(|it| (symbol, it)),
                    );
                    let rule = program.rules.iter().find(|it| it.meta.symbol == *symbol);
                    waiting.extend(rule.map(|it| (symbol, &it.value)));
                }
                _ => {}
            }
        }
    }
    None
}

/// The type of jurisdiction that a condition is about.
fn subject(expr: &Expr) -> Option<Symbol> {
    expr.all().into_iter().find_map(|it| match (&it.kind, &it.ty) {
        (ExprKind::This, Type::Entity(entity)) => Some(entity.clone()),
        _ => None,
    })
}
