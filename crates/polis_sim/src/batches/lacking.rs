//! What is missing, counted as rows pass by.

use std::collections::BTreeMap;

use polis_eval::{EntityId, Machine, Missing, Row, Run, World};
use polis_value::{Unknown, Value};
use smol_str::SmolStr;

use super::NotInBatches;
use crate::columns::{Engine, Reason, Table};
use crate::simulate::{Cell, MissingKind};

/// So many jurisdictions are named of those that lack a fact.
pub const NAMED: usize = 6;

/// Something that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingNames {
    /// What.
    pub missing: MissingKind,
    /// How many results it leaves unknown.
    pub results: usize,
    /// The first jurisdictions whose fact is missing, by name, or else by id: one more than are [named](NAMED) where there
    /// are more.
    pub names: Vec<SmolStr>,
}

/// What is missing so far.
#[derive(Debug, Default)]
pub(super) struct Lacking(BTreeMap<MissingKind, Count>);

#[derive(Debug, Default)]
struct Count {
    results: usize,
    /// The first rows, by number.
    rows: BTreeMap<u64, SmolStr>,
    /// Whether rows below that lack it leave some result unknown, and it has not been seen which.
    below: bool,
}

/// The first rows of the large table that have no fact of each field, and those that lie nowhere.
#[derive(Debug, Default)]
pub(super) struct Gaps {
    fields: Vec<Vec<u64>>,
    nowhere: Vec<u64>,
}

impl Gaps {
    pub(super) fn of(table: &Table) -> Self {
        let numbers = |all: Vec<usize>| all.into_iter().map(|it| it as u64).collect();
        let fields = (0..table.fields()).map(|it| numbers(table.without_fact(it, NAMED + 1)));
        Self { fields: fields.collect(), nowhere: numbers(table.without_parent(NAMED + 1)) }
    }

    /// Adds those of the next rows, of which so many came before.
    pub(super) fn extend(&mut self, next: Self, kept: u64) {
        self.fields.resize_with(next.fields.len().max(self.fields.len()), Vec::new);
        let own = self.fields.iter_mut().chain([&mut self.nowhere]);
        for (own, next) in own.zip(next.fields.into_iter().chain([next.nowhere])) {
            own.extend(next.into_iter().map(|it| it + kept));
            own.truncate(NAMED + 1);
        }
    }

    fn first(&self, kind: &MissingKind) -> Option<&[u64]> {
        match kind {
            MissingKind::Field(_, field) => self.fields.get(*field as usize).map(Vec::as_slice),
            MissingKind::Parent(_) => Some(&self.nowhere),
            _ => None,
        }
    }
}

impl Count {
    fn add(&mut self, row: u64, name: SmolStr) {
        self.rows.insert(row, name);
        if self.rows.len() > NAMED + 1 {
            self.rows.pop_last();
        }
    }
}

impl Lacking {
    /// Counts what a result lacks.
    pub(super) fn count(&mut self, cell: &Cell, reasons: &Reasons<'_>) -> Result<(), NotInBatches> {
        let value = match cell {
            Cell::Value(value) => value,
            Cell::Verdict(verdict, _) => &verdict.condition,
            Cell::Error(_) => return Ok(()),
        };
        let Value::Unknown(unknown) = value else { return Ok(()) };
        let mut kinds: Vec<MissingKind> = Vec::new();
        for (kind, place) in reasons.of(unknown)? {
            let count = self.0.entry(kind.clone()).or_default();
            match place {
                Place::Nowhere => {}
                Place::Row(row, name) => count.add(row, name),
                Place::Below => count.below = true,
            }
            if !kinds.contains(&kind) {
                count.results += 1;
                kinds.push(kind);
            }
        }
        Ok(())
    }

    /// Names a row that lacks something.
    pub(super) fn name(&mut self, kind: &MissingKind, row: u64, name: SmolStr) {
        self.0.entry(kind.clone()).or_default().add(row, name);
    }

    /// Adds results that lack something, some of them of rows below.
    pub(super) fn results(&mut self, kind: MissingKind, results: usize, below: bool) {
        let count = self.0.entry(kind).or_default();
        count.results += results;
        count.below |= below;
    }

    /// Adds what others have counted.
    pub(super) fn merge(&mut self, other: Self, kept: u64) {
        for (kind, count) in other.0 {
            let own = self.0.entry(kind).or_default();
            own.results += count.results;
            own.below |= count.below;
            count.rows.into_iter().for_each(|(row, name)| own.add(row + kept, name));
        }
    }

    /// The same where rows of the entity are counted from so many on.
    pub(super) fn merge_of(&mut self, other: Self, entity: EntityId, kept: u64) {
        let own = |kind: &MissingKind| match kind {
            MissingKind::Field(of, _) | MissingKind::Parent(of) => *of == entity,
            _ => false,
        };
        let (mine, others) = other.0.into_iter().partition(|it| own(&it.0));
        self.merge(Self(mine), kept);
        self.merge(Self(others), 0);
    }

    /// The most first; nothing where it is not known who is to be named.
    ///
    /// Of rows below it is not seen which of them leave a sum unknown, but they are among those that have no fact. So if the
    /// first of these are known to be named anyway, they are the first of all.
    pub(super) fn finish(
        self,
        gaps: &Gaps,
        (large, world): (EntityId, &World),
    ) -> Result<Vec<MissingNames>, NotInBatches> {
        for (kind, count) in self.0.iter().filter(|it| it.1.below) {
            let is_named = |row: &u64| count.rows.contains_key(row);
            let all_are = match Reasons::entity_of(kind) {
                Some(entity) if entity == large => gaps.first(kind).is_some_and(|it| it.iter().all(is_named)),
                Some(entity) => {
                    let lacks = |row: &Row| match kind {
                        MissingKind::Field(_, field) => row.facts.get(*field as usize).is_none_or(Option::is_none),
                        _ => row.parent.is_none(),
                    };
                    let first = world.rows(entity).iter().zip(0..).filter(|it| lacks(it.0)).take(NAMED + 1);
                    first.into_iter().all(|it| is_named(&it.1))
                }
                None => true,
            };
            if !all_are {
                return Err(NotInBatches);
            }
        }
        let names = |(missing, count): (MissingKind, Count)| MissingNames {
            missing,
            results: count.results,
            names: count.rows.into_values().collect(),
        };
        let mut all: Vec<MissingNames> = self.0.into_iter().map(names).collect();
        all.sort_by(|a, b| b.results.cmp(&a.results).then_with(|| a.missing.cmp(&b.missing)));
        Ok(all)
    }
}

/// A fact or a figure that is missing, and whose it is.
type Named = (MissingKind, Place);

enum Place {
    Nowhere,
    /// The number and name of a row.
    Row(u64, SmolStr),
    /// Some of the rows below.
    Below,
}

/// Tells what unknown values of a row lack.
pub(super) struct Reasons<'r> {
    machine: &'r Machine,
    world: &'r World,
    from: From<'r>,
}

enum From<'r> {
    /// Of a run that has the rows.
    Run(&'r Run<'r>),
    /// Of columns, or of a run that has only the row and those that it lies in: of which row a fact is, its entity tells.
    Row { entity: EntityId, number: u64, row: &'r Row, reasons: RowReasons<'r> },
}

#[derive(Clone, Copy)]
enum RowReasons<'r> {
    Columns(&'r Engine<'r>),
    Run(&'r Run<'r>),
}

impl<'r> Reasons<'r> {
    pub(super) fn of_run(run: &'r Run<'r>) -> Self {
        Self { machine: run.machine(), world: run.world(), from: From::Run(run) }
    }

    pub(super) fn of_columns(
        (engine, machine, world): (&'r Engine<'r>, &'r Machine, &'r World),
        (entity, number, row): (EntityId, u64, &'r Row),
    ) -> Self {
        Self { machine, world, from: From::Row { entity, number, row, reasons: RowReasons::Columns(engine) } }
    }

    /// The same row in a run of it and of those that it lies in.
    pub(super) fn in_world<'s>(&'s self, run: &'s Run<'s>) -> Reasons<'s> {
        let from = match &self.from {
            From::Run(run) => From::Run(run),
            From::Row { entity, number, row, .. } => {
                From::Row { entity: *entity, number: *number, row, reasons: RowReasons::Run(run) }
            }
        };
        Reasons { machine: self.machine, world: self.world, from }
    }

    fn of(&self, unknown: &Unknown) -> Result<Vec<Named>, NotInBatches> {
        match &self.from {
            From::Run(run) => {
                let named = |(kind, row): (MissingKind, Option<u32>)| {
                    let name = Self::entity_of(&kind)
                        .zip(row)
                        .map(|(entity, row)| Place::Row(u64::from(row), self.machine.name_of(entity, row, self.world)));
                    (kind, name.unwrap_or(Place::Nowhere))
                };
                let all = run.missing(unknown).into_iter();
                Ok(all.filter_map(|it| MissingKind::of(self.machine, it)).map(named).collect())
            }
            From::Row { reasons: RowReasons::Run(run), .. } => {
                let all = run.missing(unknown).into_iter();
                all.filter_map(|it| MissingKind::of(self.machine, it)).map(|it| self.above(it.0)).collect()
            }
            From::Row { reasons: RowReasons::Columns(engine), .. } => {
                let all = engine.reasons_of(unknown).into_iter();
                let named = |it: Reason| match it.here() {
                    (reason, true) => Ok((Self::kind(self.machine, reason)?, Place::Below)),
                    (reason, false) => self.above(Self::kind(self.machine, reason)?),
                };
                all.map(named).collect()
            }
        }
    }

    /// What a reason is about.
    pub(super) fn kind(machine: &Machine, reason: Reason) -> Result<MissingKind, NotInBatches> {
        let missing = match reason {
            Reason::Fact { entity, field, .. } => return Ok(MissingKind::Field(entity, field)),
            Reason::Parent { entity, .. } => return Ok(MissingKind::Parent(entity)),
            Reason::Param(param) => Missing::Param(param),
            Reason::Open(symbol, part, why) => Missing::Open(symbol, part, why),
            Reason::Dormant(symbol, from, until) => Missing::Dormant(symbol, from, until),
            Reason::Said | Reason::Discretion => Missing::Said,
        };
        MissingKind::of(machine, missing).map(|it| it.0).ok_or(NotInBatches)
    }

    /// With the row that it is about, which is the one at hand or one that it lies in.
    fn above(&self, kind: MissingKind) -> Result<Named, NotInBatches> {
        let Some(wanted) = Self::entity_of(&kind) else { return Ok((kind, Place::Nowhere)) };
        let From::Row { entity, number, row, .. } = &self.from else { return Err(NotInBatches) };
        let (mut entity, mut number, mut row) = (*entity, *number, *row);
        while entity != wanted {
            let parent = row.parent.ok_or(NotInBatches)?;
            entity = self.machine.entities().get(entity.index()).and_then(|it| it.parent).ok_or(NotInBatches)?;
            row = self.world.row(entity, parent).ok_or(NotInBatches)?;
            number = u64::from(parent);
        }
        let name = row.name.clone().unwrap_or_else(|| row.id.clone());
        Ok((kind, Place::Row(number, name)))
    }

    pub(super) const fn entity_of(kind: &MissingKind) -> Option<EntityId> {
        match kind {
            MissingKind::Field(entity, _) | MissingKind::Parent(entity) => Some(*entity),
            _ => None,
        }
    }
}
