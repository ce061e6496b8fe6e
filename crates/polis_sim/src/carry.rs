//! Jurisdictions read for one program, carried over into another: a later version of it, or another city's.

use polis_eval::{EntityId, Machine, Row, World, WorldBuilder};
use polis_semantic::Type;
use polis_semantic::ir::{Entity, Enumeration, Field};
use polis_value::Value;

/// A world in the terms of another program, and what that program has no word for.
#[derive(Debug)]
pub struct Carried {
    /// The jurisdictions.
    pub world: World,
    /// What did not come along, in the order of the first program.
    pub lost: Vec<Lost>,
    /// For each entity of the first program, the one that it is in the second.
    pub entities: Vec<Option<EntityId>>,
}

/// Something that has no counterpart. Entities and fields are those of the first program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lost {
    /// The jurisdictions of an entity, and how many they are.
    Entity(EntityId, usize),
    /// In which jurisdictions those of an entity lie.
    Parent(EntityId, usize),
    /// The facts of a field, and how many.
    Field(EntityId, u32, usize),
    /// Facts of a field that its counterpart cannot hold: another unit or another list of values.
    Facts(EntityId, u32, usize),
}

/// Carries every jurisdiction over. Entities are the same by their full name, else by name, else by title; fields by name,
/// else by title. A row keeps its number, so that what points at it still does.
#[must_use]
pub fn carry(from: &Machine, world: &World, to: &Machine) -> Carried {
    let carrier = Carrier { from, to, entities: entities(from, to) };
    let mut builder = WorldBuilder::new(to);
    let mut lost = Vec::new();
    for (entity, target) in from.entity_ids().zip(&carrier.entities) {
        let rows = world.rows(entity);
        if rows.is_empty() {
            continue;
        }
        let Some(target) = *target else {
            lost.push(Lost::Entity(entity, rows.len()));
            continue;
        };
        carrier.rows(entity, target, rows, &mut builder, &mut lost);
    }
    for (entity, target) in from.entity_ids().zip(&carrier.entities) {
        if let Some(target) = *target {
            carrier.parents(entity, target, world.rows(entity), &mut builder, &mut lost);
        }
    }
    Carried { world: builder.build(), lost, entities: carrier.entities }
}

struct Carrier<'m> {
    from: &'m Machine,
    to: &'m Machine,
    /// For each entity of the first program, the one that it is in the second.
    entities: Vec<Option<EntityId>>,
}

impl Carrier<'_> {
    fn rows(
        &self,
        entity: EntityId,
        target: EntityId,
        rows: &[Row],
        builder: &mut WorldBuilder<'_>,
        lost: &mut Vec<Lost>,
    ) {
        let (own, others) = (fields(self.from, entity), fields(self.to, target));
        let slots: Vec<Option<usize>> = own.iter().map(|it| field(it, others)).collect();
        let (mut without, mut unfit) = (vec![0; own.len()], vec![0; own.len()]);
        for row in rows {
            let mut facts: Vec<Option<Value>> = vec![None; others.len()];
            for (index, fact) in row.facts.iter().enumerate() {
                let Some(fact) = fact else { continue };
                let slot = slots.get(index).copied().flatten();
                let value = slot.and_then(|it| self.value(fact, own.get(index)?, others.get(it)?));
                match (slot.and_then(|it| facts.get_mut(it)), value) {
                    (Some(slot), Some(value)) => *slot = Some(value),
                    (Some(_), None) => count(&mut unfit, index),
                    (None, _) => count(&mut without, index),
                }
            }
            // INVARIANT: ids are as different as they were in the first world.
            let added = builder
                .add(target, Row { id: row.id.clone(), name: row.name.clone(), parent: None, facts: facts.into() });
            debug_assert!(added.is_ok(), "an id is there twice");
        }
        for (index, (without, unfit)) in (0_u32..).zip(without.into_iter().zip(unfit)) {
            if without > 0 {
                lost.push(Lost::Field(entity, index, without));
            }
            if unfit > 0 {
                lost.push(Lost::Facts(entity, index, unfit));
            }
        }
    }

    fn parents(
        &self,
        entity: EntityId,
        target: EntityId,
        rows: &[Row],
        builder: &mut WorldBuilder<'_>,
        lost: &mut Vec<Lost>,
    ) {
        let above = parent(self.from, entity).and_then(|it| self.entities.get(it.index()).copied().flatten());
        if above.is_some() && above == parent(self.to, target) {
            for (row, index) in rows.iter().zip(0_u32..) {
                if let Some(parent) = row.parent {
                    builder.set_parent(target, index, parent);
                }
            }
            return;
        }
        let placed = rows.iter().filter(|it| it.parent.is_some()).count();
        if placed > 0 {
            lost.push(Lost::Parent(entity, placed));
        }
    }

    /// A fact of `own` as one of `other`; `None` where that cannot hold it.
    fn value(&self, fact: &Value, own: &Field, other: &Field) -> Option<Value> {
        match (&own.ty, &other.ty) {
            (Type::Number(a), Type::Number(b)) if a.dim == b.dim => {
                let whole = |it: &Value| {
                    let range = it.as_number_range();
                    range.is_some_and(|it| [it.lo(), it.hi()].into_iter().flatten().all(|it| it.as_int().is_some()))
                };
                (!b.whole || fact.is_unknown() || whole(fact)).then(|| fact.clone())
            }
            (Type::Enum(_), Type::Enum(_)) => self.choice(fact),
            (Type::Entity(_), Type::Entity(_)) => self.jurisdiction(fact),
            (Type::List(_), Type::List(_)) => match fact {
                Value::List(items) => {
                    let items: Option<Vec<Value>> = items
                        .iter()
                        .map(|it| match it {
                            Value::Enum { .. } => self.choice(it),
                            Value::Entity { .. } => self.jurisdiction(it),
                            other => Some(other.clone()),
                        })
                        .collect();
                    Some(Value::List(items?.into()))
                }
                other => Some(other.clone()),
            },
            (a, b) if a == b => Some(fact.clone()),
            _ => None,
        }
    }

    fn choice(&self, fact: &Value) -> Option<Value> {
        let Value::Enum { ty, index } = fact else { return Some(fact.clone()) };
        let own: &Enumeration = self.from.program().enumerations.get(*ty as usize)?;
        let name = own.values.get(*index as usize)?;
        let all = &self.to.program().enumerations;
        let same = |it: &&Enumeration| it.meta.symbol == own.meta.symbol;
        let named = |it: &&Enumeration| it.meta.symbol.name == own.meta.symbol.name;
        let other = all.iter().find(same).or_else(|| all.iter().find(named))?;
        let ty = all.iter().position(|it| std::ptr::eq(it, other))?;
        let index = other.values.iter().position(|it| it == name)?;
        Some(Value::Enum { ty: u32::try_from(ty).ok()?, index: u32::try_from(index).ok()? })
    }

    fn jurisdiction(&self, fact: &Value) -> Option<Value> {
        let Value::Entity { ty, row } = fact else { return Some(fact.clone()) };
        let target = self.entities.get(*ty as usize).copied().flatten()?;
        Some(Value::Entity { ty: u32::try_from(target.index()).ok()?, row: *row })
    }
}

fn count(counts: &mut [usize], index: usize) {
    if let Some(count) = counts.get_mut(index) {
        *count += 1;
    }
}

fn parent(machine: &Machine, entity: EntityId) -> Option<EntityId> {
    machine.entities().get(entity.index())?.parent
}

fn fields(machine: &Machine, entity: EntityId) -> &[Field] {
    machine.entity_def(entity).map_or(&[], |it| &it.fields)
}

/// The field that is the same: by its name, else by a title of either.
fn field(own: &Field, others: &[Field]) -> Option<usize> {
    let titled = |it: &Field| {
        own.title.as_ref().is_some_and(|title| it.title.as_ref() == Some(title) || it.name == *title)
            || it.title.as_ref() == Some(&own.name)
    };
    others.iter().position(|it| it.name == own.name).or_else(|| others.iter().position(titled))
}

/// For each entity of one program, the same in the other; each only once, the surest first.
fn entities(from: &Machine, to: &Machine) -> Vec<Option<EntityId>> {
    let sure: [fn(&Entity, &Entity) -> bool; 3] = [
        |a, b| a.meta.symbol == b.meta.symbol,
        |a, b| a.meta.symbol.name == b.meta.symbol.name,
        |a, b| {
            let title = |it: &Entity| it.meta.title.clone();
            title(a).is_some_and(|it| Some(&it) == title(b).as_ref() || it == b.meta.symbol.name)
                || title(b).is_some_and(|it| it == a.meta.symbol.name)
        },
    ];
    let mut found: Vec<Option<EntityId>> = from.entity_ids().map(|_| None).collect();
    for same in sure {
        for entity in from.entity_ids() {
            if found.get(entity.index()).is_none_or(Option::is_some) {
                continue;
            }
            let Some(own) = from.entity_def(entity) else { continue };
            let free =
                |it: &EntityId| !found.contains(&Some(*it)) && to.entity_def(*it).is_some_and(|it| same(own, it));
            let other = to.entity_ids().find(free);
            if let Some(slot) = found.get_mut(entity.index()) {
                *slot = other;
            }
        }
    }
    found
}
