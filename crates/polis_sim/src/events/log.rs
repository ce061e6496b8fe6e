//! A log of events: date, actor, action, object.

use std::collections::{BTreeMap, BTreeSet};

use polis_eval::{EntityId, Machine, World};
use polis_semantic::ir::{Entity, ExprKind};
use polis_semantic::{Dim, Type};
use polis_syntax::words::UnitWord;
use polis_value::{Date, Number, Value};
use smol_str::SmolStr;

use super::Scene;

/// The names of the fields of an event, in both faces.
const DATE: [&str; 2] = ["日期", "date"];
const ACTOR: [&str; 2] = ["主体", "actor"];
const ACTION: [&str; 2] = ["行为", "action"];
const OBJECT: [&str; 2] = ["客体", "object"];
const COUNT: [&str; 2] = ["次数", "times"];

/// A log of events: the jurisdictions of an entity whose fields are those of an event.
#[derive(Debug, Clone)]
pub struct EventLog {
    /// The entity whose rows the events are.
    pub entity: EntityId,
    /// The first and the last day that it covers: whole months, from that of the first event to that of the last.
    pub covers: (Date, Date),
    events: Vec<Event>,
    /// Events by what their actor is called.
    by_actor: BTreeMap<SmolStr, Vec<usize>>,
    /// Events without an actor.
    by_nobody: Vec<usize>,
    actions: BTreeSet<SmolStr>,
    /// Where the jurisdictions are that an actor's name could mean.
    places: BTreeMap<SmolStr, Vec<(EntityId, u32)>>,
}

/// An event. What is missing may be anything.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) row: u32,
    pub(super) date: Option<Date>,
    pub(super) actor: Option<SmolStr>,
    /// The entity of the actor, where the field says which.
    of: Option<EntityId>,
    pub(super) action: Option<SmolStr>,
    pub(super) object: Option<SmolStr>,
    /// How often, at least and at most.
    pub(super) times: (Number, Option<Number>),
}

/// Where an entity whose rows are events has what is said of each.
struct Fields {
    date: usize,
    actor: usize,
    action: usize,
    object: Option<usize>,
    count: Option<usize>,
}

impl Fields {
    /// `None` for an entity whose rows are no events.
    fn of(def: &Entity) -> Option<Self> {
        let field = |names: [&str; 2], fits: &dyn Fn(&Type) -> bool| {
            let named = |it: &polis_semantic::ir::Field| names.contains(&it.name.as_str());
            def.fields.iter().position(|it| named(it) && fits(&it.ty))
        };
        let is_word = |it: &Type| matches!(it, Type::Text | Type::Enum(_));
        let times = |it: &Type| it.as_number().is_some_and(|it| it.dim == Dim::of(UnitWord::Time) || it.dim.is_none());
        Some(Self {
            date: field(DATE, &|it| *it == Type::Date)?,
            actor: field(ACTOR, &|it| matches!(it, Type::Text | Type::Entity(_)))?,
            action: field(ACTION, &is_word)?,
            object: field(OBJECT, &is_word),
            count: field(COUNT, &times),
        })
    }
}

/// Whether an event is one of those that are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    No,
    /// Something of it is missing.
    Perhaps,
    Yes,
}

impl EventLog {
    /// The log of a sample: the first entity with a date, an actor and an action that has rows with dates.
    pub(crate) fn of(machine: &Machine, world: &World) -> Option<Self> {
        machine.entity_ids().find_map(|entity| Self::read(machine, world, entity))
    }

    /// Whether the rows of an entity are events.
    pub(crate) fn is_of(machine: &Machine, entity: EntityId) -> bool {
        machine.entity_def(entity).and_then(Fields::of).is_some()
    }

    fn read(machine: &Machine, world: &World, entity: EntityId) -> Option<Self> {
        let def = machine.entity_def(entity)?;
        let Fields { date, actor, action, object, count } = Fields::of(def)?;
        let mut events = Vec::new();
        for (row, index) in world.rows(entity).iter().zip(0_u32..) {
            let fact = |field: usize| {
                let given = row.facts.get(field).cloned().flatten();
                given.or_else(|| default(def, field))
            };
            let word = |field: usize| fact(field).and_then(|it| word(machine, world, &it));
            let of = match fact(actor) {
                Some(Value::Entity { ty, .. }) => machine.entity_ids().nth(ty as usize),
                _ => None,
            };
            events.push(Event {
                row: index,
                date: fact(date).and_then(|it| it.as_date_range()?.as_point()),
                actor: word(actor),
                of,
                action: word(action),
                object: object.and_then(word),
                times: match count {
                    None => (Number::ONE, Some(Number::ONE)),
                    Some(count) => match fact(count).and_then(|it| it.as_number_range()) {
                        Some(range) => (range.lo().unwrap_or(Number::ZERO), range.hi()),
                        // What is in the log happened at least once.
                        None => (Number::ONE, None),
                    },
                },
            });
        }
        let dates = || events.iter().filter_map(|it| it.date);
        let covers = (month_of(dates().min()?, 0)?, month_of(dates().max()?, 1)?.add_days(-1).ok()?);
        let mut by_actor: BTreeMap<SmolStr, Vec<usize>> = BTreeMap::new();
        let mut by_nobody = Vec::new();
        for (index, event) in events.iter().enumerate() {
            match &event.actor {
                Some(actor) => by_actor.entry(actor.clone()).or_default().push(index),
                None => by_nobody.push(index),
            }
        }
        let actions = events.iter().filter_map(|it| it.action.clone()).collect();
        let mut places: BTreeMap<SmolStr, Vec<(EntityId, u32)>> = BTreeMap::new();
        for other in machine.entity_ids().filter(|it| *it != entity) {
            for (row, index) in world.rows(other).iter().zip(0_u32..) {
                let names = [Some(&row.id), row.name.as_ref().filter(|it| **it != row.id)];
                for name in names.into_iter().flatten() {
                    if by_actor.contains_key(name) {
                        places.entry(name.clone()).or_default().push((other, index));
                    }
                }
            }
        }
        Some(Self { entity, covers, events, by_actor, by_nobody, actions, places })
    }

    /// Whether any event is one of an action with these names.
    pub(super) fn records(&self, names: &BTreeSet<SmolStr>) -> bool {
        names.iter().any(|it| self.actions.contains(it))
    }

    /// Whether any event is one of this jurisdiction.
    pub(super) fn knows(&self, world: &World, at: (EntityId, u32)) -> bool {
        self.of_actor(world, at).any(|it| it.1 == Fit::Yes)
    }

    /// Whether it covers every day from one to another.
    pub(super) fn reaches(&self, from: Date, until: Date) -> bool {
        self.covers.0 <= from && until <= self.covers.1
    }

    /// The events of a jurisdiction, and those that may be.
    fn of_actor(&self, world: &World, at: (EntityId, u32)) -> impl Iterator<Item = (&Event, Fit)> {
        let row = world.row(at.0, at.1);
        let names = row.map(|it| [Some(it.id.clone()), it.name.clone().filter(|name| *name != it.id)]);
        let named = names.into_iter().flatten().flatten().flat_map(move |name| {
            // A name that several have may be any of theirs.
            let several = self.places.get(&name).map_or(0, |it| it.iter().filter(|it| it.0 == at.0).count()) > 1;
            let is_id = row.is_some_and(|it| it.id == name);
            let fit = if several && !is_id { Fit::Perhaps } else { Fit::Yes };
            let events = self.by_actor.get(&name).map_or(&[][..], Vec::as_slice);
            events.iter().filter_map(|it| self.events.get(*it)).map(move |it| (it, fit))
        });
        let named = named.filter(move |it| it.0.of.is_none_or(|of| of == at.0));
        named.chain(self.by_nobody.iter().filter_map(|it| self.events.get(*it)).map(|it| (it, Fit::Perhaps)))
    }

    /// The events in which a jurisdiction does something about something, up to the day as of which it is judged, the
    /// earliest first; those without a date come last.
    pub(super) fn acts<'l>(
        &'l self,
        scene: &Scene<'_, '_>,
        names: &BTreeSet<SmolStr>,
        objects: &[SmolStr],
    ) -> Vec<(&'l Event, Fit)> {
        let world = scene.run.world();
        let acts = self.of_actor(world, scene.at).filter(|it| it.0.date.is_none_or(|it| it <= scene.as_of));
        let mut acts: Vec<(&Event, Fit)> = acts
            .map(|(event, fit)| (event, fit.min(fits_one(event.action.as_ref(), names)).min(about(event, objects))))
            .filter(|it| it.1 != Fit::No)
            .collect();
        acts.sort_by_key(|it| (it.0.date.is_none(), it.0.date, it.0.row));
        acts
    }

    /// The events of these names that concern a jurisdiction: its own, those of who is above or below it, those about it.
    pub(super) fn triggers<'l>(&'l self, scene: &Scene<'_, '_>, names: &BTreeSet<SmolStr>) -> Vec<(&'l Event, Fit)> {
        let events = self.events.iter().filter(|it| it.date.is_none_or(|it| it <= scene.as_of));
        let mut events: Vec<(&Event, Fit)> = events
            .filter(|it| it.action.as_ref().is_some_and(|it| names.contains(it)))
            .map(|it| (it, self.concerns(scene, it)))
            .filter(|it| it.1 != Fit::No)
            .collect();
        events.sort_by_key(|it| (it.0.date.is_none(), it.0.date, it.0.row));
        events
    }

    fn concerns(&self, scene: &Scene<'_, '_>, event: &Event) -> Fit {
        let (machine, world) = (scene.run.machine(), scene.run.world());
        let named = |text: &SmolStr| {
            let row = world.row(scene.at.0, scene.at.1);
            row.is_some_and(|it| it.id == *text || it.name.as_ref() == Some(text))
        };
        if event.object.as_ref().is_some_and(named) {
            return Fit::Yes;
        }
        let Some(actor) = &event.actor else { return Fit::Perhaps };
        let places = self.places.get(actor).map_or(&[][..], Vec::as_slice);
        let near = |it: &&(EntityId, u32)| {
            event.of.is_none_or(|of| of == it.0)
                && (lies(machine, world, **it, scene.at) || lies(machine, world, scene.at, **it))
        };
        if places.iter().any(|it| near(&it)) { Fit::Yes } else { Fit::No }
    }
}

/// Whether a jurisdiction is another, or lies in it.
fn lies(machine: &Machine, world: &World, mut at: (EntityId, u32), above: (EntityId, u32)) -> bool {
    loop {
        if at == above {
            return true;
        }
        let parent = machine.entities().get(at.0.index()).and_then(|it| it.parent);
        let row = world.row(at.0, at.1).and_then(|it| it.parent);
        match parent.zip(row) {
            Some(next) => at = next,
            None => return false,
        }
    }
}

fn fits_one(action: Option<&SmolStr>, names: &BTreeSet<SmolStr>) -> Fit {
    match action {
        None => Fit::Perhaps,
        Some(action) if names.contains(action) => Fit::Yes,
        Some(_) => Fit::No,
    }
}

/// Whether an event is about one of these; without any, whatever it is about.
fn about(event: &Event, objects: &[SmolStr]) -> Fit {
    if objects.is_empty() {
        return Fit::Yes;
    }
    let Some(object) = &event.object else { return Fit::Perhaps };
    let is = |it: &str| objects.iter().any(|object| object == it.trim());
    if is(object) || object.split(['、', '，', ',', ';', '；']).any(is) { Fit::Yes } else { Fit::No }
}

/// The first day of the month so many after that of a day.
fn month_of(day: Date, after: i64) -> Option<Date> {
    Date::new(day.year(), day.month(), 1).ok()?.add_months(after).ok()
}

/// What a field has where the sample gives nothing.
fn default(def: &Entity, field: usize) -> Option<Value> {
    match &def.fields.get(field)?.default.as_ref()?.kind {
        ExprKind::Const(value) => Some(value.clone()),
        _ => None,
    }
}

/// What a fact is called.
fn word(machine: &Machine, world: &World, fact: &Value) -> Option<SmolStr> {
    match fact {
        Value::Text(text) => Some(text.trim().into()).filter(|it: &SmolStr| !it.is_empty()),
        Value::Enum { ty, index } => {
            machine.program().enumerations.get(*ty as usize)?.values.get(*index as usize).cloned()
        }
        Value::Entity { ty, row } => {
            let entity = machine.entity_ids().nth(*ty as usize)?;
            world.row(entity, *row).map(|it| it.id.clone())
        }
        _ => None,
    }
}
