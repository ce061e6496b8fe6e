//! Norms held against a log of events: how often, and by when.
//!
//! Each year judges a frequency period by period, as the text names it: once a quarter wants every quarter to have one.
//! Each deadline is judged in the year in which it is settled. What the log cannot tell is unknown: an act that it does
//! not show was not done only where the log records such acts of that actor, and covers the time.

mod count;
mod deadline;
mod force;
mod log;
mod period;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use polis_eval::{EntityId, Machine, Missing, Question, Run, Settings, World};
use polis_semantic::ir::{Deontic, Expr, ExprKind, Norm};
use polis_semantic::{Dim, Program, Symbol};
use polis_syntax::words::{Choice, Kind, UnitWord};
use polis_value::{Date, Number, Truth, Value};
use smol_str::SmolStr;

pub(crate) use force::{Version, versions};
pub use log::EventLog;
pub use period::Stretch;

use crate::in_force::{about, entity_of};

/// What a year makes of the norms that say how often or by when.
#[derive(Debug, Clone, Default)]
pub struct Norms {
    /// The log that they were held against; `None` where the sample has none.
    pub log: Option<EventLog>,
    /// The day as of which they were judged, in the year of that day; `None` where there is neither a day nor a log.
    pub as_of: Option<Date>,
    /// A table for each norm and entity that has to act, in the order of the program. Empty without a log.
    pub tables: Vec<NormTable>,
    /// The norms that would have been judged if there were a log.
    pub unjudged: Vec<Symbol>,
}

/// A norm's outcomes for the jurisdictions of one entity.
#[derive(Debug, Clone)]
pub struct NormTable {
    /// The norm.
    pub symbol: Symbol,
    /// Who has to act, or lies where the organ is that has to.
    pub entity: EntityId,
    /// The outcomes by jurisdiction.
    pub rows: Vec<NormVerdict>,
}

/// How a jurisdiction stands to a norm in a year.
#[derive(Debug, Clone)]
pub struct NormVerdict {
    /// The gravest of what follows.
    pub standing: Fulfilment,
    /// Each period and each deadline, in order.
    pub items: Vec<NormItem>,
}

/// An outcome, the gravest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fulfilment {
    /// The norm does not apply here, or nothing falls into the year.
    NotApplicable,
    /// It was kept.
    Kept,
    /// There is time left.
    NotDue,
    /// It was not kept, but only says what is usual, encouraged or planned.
    Deviates,
    /// The log, or the sample, does not tell.
    Unknown,
    /// It was not kept.
    Breached,
}

/// A period or deadline.
#[derive(Debug, Clone)]
pub struct NormItem {
    /// The action.
    pub action: Symbol,
    /// What was judged.
    pub what: Judged,
    /// How it came out.
    pub standing: Fulfilment,
    /// The events that count, by their rows in the log.
    pub events: Vec<u32>,
    /// What is missing, where it is unknown.
    pub lacks: Vec<Lack>,
}

/// What is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judged {
    /// How often something was done in a stretch of time.
    Count {
        /// The stretch.
        stretch: Stretch,
        /// How often at least: what is certain.
        least: Number,
        /// How often at most; `None` where the log cannot tell.
        most: Option<Number>,
        /// How often is wanted, at least and at most.
        wanted: (Option<Number>, Option<Number>),
    },
    /// By when something was done.
    Deadline {
        /// The day on which the time began to run, and why; `None` for a fixed day.
        trigger: Option<(Date, Trigger)>,
        /// The last day.
        due: Date,
        /// The day on which it was done.
        done: Option<Date>,
        /// How many days late, so far where it was not done.
        late: i64,
    },
    /// Nothing could be: what is missing says why.
    Nothing,
}

/// What lets the time of a deadline run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trigger {
    /// An event of the log, by its row.
    Event(u32),
    /// The end of a stretch of time.
    End(UnitWord),
    /// A fact of the actor, by its field.
    Fact(u32),
}

/// Why an outcome is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lack {
    /// The log has no event of this action.
    Action(Symbol),
    /// The log has no event of this jurisdiction.
    Actor,
    /// The log does not reach over the whole time; these are its first and last day.
    Outside(Date, Date),
    /// An event that may count lacks its date, actor, action, object or number.
    Event(u32),
    /// No event, field or end of a stretch of time has the name of what lets the time run.
    Trigger(SmolStr),
    /// Whether the norm applies, or how often, depends on this.
    Facts(Vec<Missing>),
    /// The text leaves it open how often or by when, with the reason.
    Open(Option<SmolStr>),
    /// The text does not say in which period, or the number is no whole one in it.
    Period,
    /// The condition speaks of the facts of another entity.
    Condition,
}

/// The norms that say how often or by when, linked with the program of a year.
pub(crate) struct Duties {
    duties: Vec<Duty>,
}

struct Duty {
    norm: Norm,
    from: Date,
    until: Date,
    entities: Vec<EntityId>,
    /// For each action the names that an event may call it by: its own and those of narrower actions.
    actions: Vec<(Symbol, BTreeSet<SmolStr>)>,
    trigger: BTreeSet<SmolStr>,
    guard: Option<Question>,
    frequency: Option<Question>,
    length: Option<Question>,
    /// Whether its expressions speak of the actor's facts, or of none.
    about: Option<Symbol>,
    binds: bool,
}

/// Where and when a duty is judged.
struct Scene<'r, 'w> {
    run: &'r Run<'w>,
    log: &'r EventLog,
    year: i16,
    /// What comes later has not happened yet.
    as_of: Date,
    at: (EntityId, u32),
}

/// Holds norms against the log of a sample as things stand on the day of the settings, or else on the last that the log
/// covers: in the year of that day. `undated` is the program as it reads today, and `program` that of a day. `populated`
/// tells which entities have jurisdictions elsewhere.
pub fn norms_on(
    machine: &mut Machine,
    (world, settings): (&World, &Settings),
    (undated, program): (&Arc<Program>, &dyn Fn(Date) -> Arc<Program>),
    populated: &dyn Fn(EntityId) -> bool,
) -> Norms {
    let has_rows = |it: EntityId| !world.rows(it).is_empty() || populated(it);
    let last = || EventLog::of(machine, world).map(|it| it.covers.1);
    let Some(day) = settings.as_of.or_else(last) else {
        let duties = Duties::new(machine, force::always(undated));
        return Norms { unjudged: duties.unjudged(&has_rows), ..Norms::default() };
    };
    let versions = versions(undated, program, day.year()).unwrap_or_default();
    let duties = Duties::new(machine, versions);
    duties.judge(&Run::new(machine, world, settings.clone()), day.year(), day, &has_rows)
}

impl Duties {
    pub(crate) fn new(machine: &mut Machine, versions: Vec<Version>) -> Self {
        let duties = versions.into_iter().filter_map(|it| Duty::new(machine, it)).collect();
        Self { duties }
    }

    /// Judges a year as things stand on a day of it. `has_rows` tells which entities have jurisdictions.
    pub(crate) fn judge(&self, run: &Run<'_>, year: i16, as_of: Date, has_rows: &dyn Fn(EntityId) -> bool) -> Norms {
        let log = if self.duties.is_empty() { None } else { EventLog::of(run.machine(), run.world()) };
        if log.is_none() {
            return Norms { as_of: Some(as_of), unjudged: self.unjudged(has_rows), ..Norms::default() };
        }
        let mut norms = Norms { log, as_of: Some(as_of), ..Norms::default() };
        for duty in &self.duties {
            // That what is forbidden is never recorded is what one hopes for, and tells nothing.
            let is_recorded = |log: &EventLog| duty.actions.iter().any(|it| log.records(&it.1));
            if duty.frequency.is_none() && duty.length.is_none() && !norms.log.as_ref().is_some_and(is_recorded) {
                continue;
            }
            for entity in &duty.entities {
                let rows = u32::try_from(run.world().rows(*entity).len()).unwrap_or(u32::MAX);
                if rows == 0 {
                    continue;
                }
                let symbol = &duty.norm.meta.symbol;
                let Some(log) = &norms.log else { continue };
                let scene = |row| Scene { run, log, year, as_of, at: (*entity, row) };
                let rows: Vec<NormVerdict> = (0..rows).map(|row| duty.verdict(&scene(row))).collect();
                // What a norm said before it was amended is one table with what it says since.
                match norms.tables.iter_mut().find(|it| it.symbol == *symbol && it.entity == *entity) {
                    Some(table) => table.rows.iter_mut().zip(rows).for_each(|(all, more)| all.add(more)),
                    None => norms.tables.push(NormTable { symbol: symbol.clone(), entity: *entity, rows }),
                }
            }
        }
        norms
    }

    /// The norms that a log would be held against if there were one.
    fn unjudged(&self, has_rows: &dyn Fn(EntityId) -> bool) -> Vec<Symbol> {
        let mut all: Vec<Symbol> = Vec::new();
        for duty in self.duties.iter().filter(|it| it.frequency.is_some() || it.length.is_some()) {
            let symbol = &duty.norm.meta.symbol;
            if !all.contains(symbol) && duty.entities.iter().any(|it| has_rows(*it)) {
                all.push(symbol.clone());
            }
        }
        all
    }
}

impl NormVerdict {
    fn of(items: Vec<NormItem>) -> Self {
        let standing = items.iter().map(|it| it.standing).max().unwrap_or(Fulfilment::NotApplicable);
        Self { standing, items }
    }

    fn add(&mut self, more: Self) {
        self.items.extend(more.items);
        self.standing = self.standing.max(more.standing);
    }
}

impl Duty {
    /// `None` for a norm that no log can be held against.
    fn new(machine: &mut Machine, version: Version) -> Option<Self> {
        let Version { norm, from, until } = version;
        let forbids = norm.modality == Deontic::MustNot;
        let demands = matches!(norm.modality, Deontic::Must | Deontic::Encouraged);
        if !(forbids || norm.frequency.is_some() || demands && norm.deadline.is_some()) {
            return None;
        }
        let program = Arc::clone(machine.program());
        let mut entities: Vec<EntityId> = Vec::new();
        for actor in &norm.actors {
            let entity = entity_of(machine, &program, actor);
            entities.extend(entity.filter(|it| !entities.contains(it)));
        }
        let actions = norm.actions.iter().map(|it| (it.clone(), names(&program, it))).collect();
        let event = norm.deadline.as_ref().and_then(|it| it.event.clone());
        let trigger = event.map(|it| trigger_names(&program, &it)).unwrap_or_default();
        let owner = &norm.meta.symbol;
        let length = norm.deadline.as_ref().map(|it| &it.length);
        let about = about(norm.guard.iter().chain(&norm.frequency).chain(length));
        let guard = norm.guard.as_ref().map(|it| machine.question(owner, it));
        let frequency = norm.frequency.as_ref().map(|it| machine.question(owner, it));
        let length = length.map(|it| machine.question(owner, it));
        let binds = norm.modality != Deontic::Encouraged && norm.meta.modality.is_none_or(|it| it == Choice::Must);
        Some(Self { norm, from, until, entities, actions, trigger, guard, frequency, length, about, binds })
    }

    fn verdict(&self, scene: &Scene<'_, '_>) -> NormVerdict {
        let about_another = self.about.as_ref().is_some_and(|it| scene.run.machine().entity(it) != Some(scene.at.0));
        if about_another {
            return NormVerdict::of(vec![self.nothing(Lack::Condition)]);
        }
        let applies = self.guard.as_ref().map(|it| scene.run.ask(it, scene.at));
        let unknown = match applies {
            None => None,
            Some(Ok(value)) => match value.as_truth() {
                Some(Truth::False) => return NormVerdict::of(Vec::new()),
                Some(Truth::True) => None,
                _ => Some(lack_of(scene, &value)),
            },
            Some(Err(_)) => Some(Lack::Facts(Vec::new())),
        };
        let mut items = Vec::new();
        for (action, names) in &self.actions {
            if self.frequency.is_some() || self.norm.modality == Deontic::MustNot {
                self.counts(scene, action, names, &mut items);
            }
            if self.length.is_some() && matches!(self.norm.modality, Deontic::Must | Deontic::Encouraged) {
                self.deadlines(scene, action, names, &mut items);
            }
        }
        for item in &mut items {
            // It is kept for sure only if it would be, whether it applies or not.
            if let Some(lack) = unknown.as_ref().filter(|_| item.standing != Fulfilment::Kept) {
                item.standing = Fulfilment::Unknown;
                item.lacks.push(lack.clone());
            }
            if item.standing == Fulfilment::Breached && !self.binds {
                item.standing = Fulfilment::Deviates;
            }
        }
        NormVerdict::of(items)
    }

    fn nothing(&self, lack: Lack) -> NormItem {
        let action = self.norm.actions.first().unwrap_or(&self.norm.meta.symbol).clone();
        NormItem { action, what: Judged::Nothing, standing: Fulfilment::Unknown, events: Vec::new(), lacks: vec![lack] }
    }

    /// What the log cannot tell of an actor and action at all.
    fn blind(scene: &Scene<'_, '_>, action: &Symbol, names: &BTreeSet<SmolStr>) -> Vec<Lack> {
        let mut lacks = Vec::new();
        if !scene.log.records(names) {
            lacks.push(Lack::Action(action.clone()));
        }
        if !scene.log.knows(scene.run.world(), scene.at) {
            lacks.push(Lack::Actor);
        }
        lacks
    }
}

/// What the text leaves open, in the words of its reason.
fn open(scene: &Scene<'_, '_>, said: Option<&Expr>, value: &Value) -> Lack {
    match said.map(|it| &it.kind) {
        Some(ExprKind::Open(reason)) => Lack::Open(reason.clone()),
        _ => lack_of(scene, value),
    }
}

fn lack_of(scene: &Scene<'_, '_>, value: &Value) -> Lack {
    match value {
        Value::Unknown(unknown) => Lack::Facts(scene.run.missing(unknown)),
        _ => Lack::Facts(Vec::new()),
    }
}

/// The names that an event may call an action by: its own and those of narrower actions, as name, full name or title.
fn names(program: &Program, action: &Symbol) -> BTreeSet<SmolStr> {
    let mut all: Vec<&Symbol> = vec![action];
    let mut next = 0;
    while let Some(wider) = all.get(next).copied() {
        next += 1;
        let narrower = program.notions.iter().filter(|it| it.meta.kind == Kind::Action && it.parents.contains(wider));
        for notion in narrower {
            if !all.contains(&&notion.meta.symbol) {
                all.push(&notion.meta.symbol);
            }
        }
    }
    let mut names = BTreeSet::new();
    for symbol in all {
        names.insert(symbol.name.clone());
        names.insert(SmolStr::new(symbol.to_string()));
        let notion = program.notions.iter().find(|it| it.meta.symbol == *symbol);
        names.extend(notion.and_then(|it| it.meta.title.clone()));
    }
    names
}

/// The names of what lets a time run: the label, and where it is an action's, that action's.
fn trigger_names(program: &Program, label: &SmolStr) -> BTreeSet<SmolStr> {
    let mut all = BTreeSet::from([label.clone()]);
    let is = |it: &&polis_semantic::ir::Notion| {
        let symbol = &it.meta.symbol;
        it.meta.kind == Kind::Action && (symbol.name == *label || symbol.to_string() == label.as_str())
    };
    for notion in program.notions.iter().filter(is) {
        all.extend(names(program, &notion.meta.symbol));
    }
    all
}

/// Whether a length of time is one of months rather than days.
fn is_of_months(expr: &Expr) -> bool {
    expr.ty.as_number().is_some_and(|it| it.dim == Dim::of(UnitWord::Month))
}
