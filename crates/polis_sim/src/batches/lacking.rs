//! What is missing, counted as rows pass by.

use std::collections::BTreeMap;

use polis_eval::{EntityId, Machine, Missing, Row, Run, World};
use polis_value::{Unknown, Value};
use smol_str::SmolStr;

use super::NotInBatches;
use crate::columns::{Engine, Reason};
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
        for (kind, row) in reasons.of(unknown)? {
            let count = self.0.entry(kind.clone()).or_default();
            if let Some((row, name)) = row {
                count.add(row, name);
            }
            if !kinds.contains(&kind) {
                count.results += 1;
                kinds.push(kind);
            }
        }
        Ok(())
    }

    /// Adds what others have counted.
    pub(super) fn merge(&mut self, other: Self, kept: u64) {
        for (kind, count) in other.0 {
            let own = self.0.entry(kind).or_default();
            own.results += count.results;
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

    /// The most first.
    pub(super) fn finish(self) -> Vec<MissingNames> {
        let names = |(missing, count): (MissingKind, Count)| MissingNames {
            missing,
            results: count.results,
            names: count.rows.into_values().collect(),
        };
        let mut all: Vec<MissingNames> = self.0.into_iter().map(names).collect();
        all.sort_by(|a, b| b.results.cmp(&a.results).then_with(|| a.missing.cmp(&b.missing)));
        all
    }
}

/// A fact or a figure that is missing, and the number and name of the row whose it is.
type Named = (MissingKind, Option<(u64, SmolStr)>);

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
                        .map(|(entity, row)| (u64::from(row), self.machine.name_of(entity, row, self.world)));
                    (kind, name)
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
                all.map(|it| self.above(self.kind(it)?)).collect()
            }
        }
    }

    /// What a reason is about. Which of the rows below lack something columns do not know.
    fn kind(&self, reason: Reason) -> Result<MissingKind, NotInBatches> {
        let missing = match reason {
            Reason::Fact { entity, field, below: false } => return Ok(MissingKind::Field(entity, field)),
            Reason::Parent { entity, below: false } => return Ok(MissingKind::Parent(entity)),
            Reason::Fact { .. } | Reason::Parent { .. } => return Err(NotInBatches),
            Reason::Param(param) => Missing::Param(param),
            Reason::Open(symbol, part, why) => Missing::Open(symbol, part, why),
            Reason::Dormant(symbol, from, until) => Missing::Dormant(symbol, from, until),
            Reason::Said | Reason::Discretion => Missing::Said,
        };
        MissingKind::of(self.machine, missing).map(|it| it.0).ok_or(NotInBatches)
    }

    /// With the row that it is about, which is the one at hand or one that it lies in.
    fn above(&self, kind: MissingKind) -> Result<Named, NotInBatches> {
        let Some(wanted) = Self::entity_of(&kind) else { return Ok((kind, None)) };
        let From::Row { entity, number, row, .. } = &self.from else { return Err(NotInBatches) };
        let (mut entity, mut number, mut row) = (*entity, *number, *row);
        while entity != wanted {
            let parent = row.parent.ok_or(NotInBatches)?;
            entity = self.machine.entities().get(entity.index()).and_then(|it| it.parent).ok_or(NotInBatches)?;
            row = self.world.row(entity, parent).ok_or(NotInBatches)?;
            number = u64::from(parent);
        }
        let name = row.name.clone().unwrap_or_else(|| row.id.clone());
        Ok((kind, Some((number, name))))
    }

    const fn entity_of(kind: &MissingKind) -> Option<EntityId> {
        match kind {
            MissingKind::Field(entity, _) | MissingKind::Parent(entity) => Some(*entity),
            _ => None,
        }
    }
}
