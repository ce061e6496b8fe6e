//! The totals of a sample whose largest table is read in batches, and by the jurisdictions that its rows lie in.
//!
//! Of the large table no row is kept, and no cell made of what can be added up in columns: memory is that of the other
//! tables, of a few batches, and of the totals by the rows above.

use std::sync::{Mutex, PoisonError};

use polis_eval::{EntityId, Row};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::ids::{Ids, Seen};
use super::lacking::Gaps;
use super::pipeline::{self, Ended};
use super::{
    Bad, BatchRun, Failures, Lacking, MissingNames, NAMED, NotInBatches, Read, Reasons, Reject, Stopped, Tally,
    Trouble, Wanted,
};
use crate::columns::{Engine, SumPlan, Sums, SumsOf};
use crate::samples::Block;
use crate::simulate::{Cell, Column, columns};
use crate::totals::{CellSums, TotalTable, count};

/// What a run in batches comes to.
#[derive(Debug)]
pub struct BatchTotals {
    /// The totals of each entity that has jurisdictions and results, in the order of the program.
    pub tables: Vec<TotalTable>,
    /// Evaluations without a result, by kind.
    pub failures: Vec<Failures>,
    /// What is missing, the most first.
    pub missing: Vec<MissingNames>,
}

/// Is told how many more bytes of the large file have been read.
pub(super) type Progress<'p, E> = dyn FnMut(u64) -> Result<(), E> + 'p;

/// What a thread keeps.
struct State {
    plan: Option<SumPlan>,
    /// How many rows lie in each row above, and nowhere.
    rows: Vec<u64>,
}

/// What a batch leaves to be added in its order.
struct Added {
    trouble: Trouble,
    /// The results of rows, and where these lie; `None` for what has been added up without cells.
    cells: Vec<(Option<u32>, Vec<Option<Cell>>)>,
    ids: Ids,
    read: u64,
    rows: u64,
    bad: Bad,
    kept: u64,
    gaps: Gaps,
}

/// How the large table is added up.
struct Adding<'a> {
    engine: &'a Engine<'a>,
    of: SumsOf<'a>,
    places: &'a FxHashMap<SmolStr, u32>,
    /// See [`BatchRun::alone`].
    alone: bool,
    sums: Mutex<Sums>,
}

impl BatchRun<'_> {
    /// Computes everything, and keeps the totals. With `in_order` every sum is taken in the order of the rows, which
    /// takes longer and has to be only where that matters; see [`Stopped::InOrder`].
    ///
    /// # Errors
    ///
    /// The sample cannot be run so, or `progress` or `reject` have ended it.
    pub fn totals<E>(
        &self,
        in_order: bool,
        progress: &mut Progress<'_, E>,
        reject: &mut Reject<'_, E>,
    ) -> Result<BatchTotals, Stopped<E>> {
        let run = Self { wanted: Wanted::Totals, ..*self };
        let (machine, large) = (run.machine, run.sample.file.entity);
        let (engine, places) = (run.engine(), run.places());
        run.settle(&engine, &places)?;
        let (mut errors, mut lacking, mut tables) = (Tally::default(), Lacking::default(), Vec::new());
        let mut gaps = Gaps::default();
        for entity in machine.entity_ids() {
            let columns = columns(machine, entity);
            if columns.is_empty() {
                continue;
            }
            let parent = machine.entities().get(entity.index()).and_then(|it| it.parent);
            let groups = parent.map_or(0, |it| run.world.rows(it).len());
            if entity == large {
                let adding = Adding {
                    engine: &engine,
                    of: SumsOf { entity, columns: &columns, groups, in_order },
                    places: &places,
                    alone: run.alone(&columns),
                    sums: Mutex::new(Sums::new(columns.len())),
                };
                tables.extend(run.add_up(&adding, (progress, reject), (&mut errors, &mut lacking, &mut gaps))?);
            } else if !run.world.rows(entity).is_empty() {
                let mut cells = CellSums::new(&columns);
                let mut rows = vec![0; groups + 1];
                let trouble = run.small(&engine, entity, &columns, &mut |row, results| {
                    cells.add(row.parent, &results.iter().map(Some));
                    count(&mut rows, row.parent);
                })?;
                trouble.errors.into_iter().for_each(|it| errors.add(it, None));
                lacking.merge(trouble.lacking, 0);
                let sums = Sums::new(columns.len()).columns;
                tables.push(TotalTable { entity, columns, rows, sums, cells });
            }
        }
        let missing = lacking.finish(&gaps, (large, run.world))?;
        Ok(BatchTotals { tables, failures: errors.all, missing })
    }

    /// The totals of the large table, if it has rows.
    fn add_up<E>(
        &self,
        adding: &Adding<'_>,
        (progress, reject): (&mut Progress<'_, E>, &mut Reject<'_, E>),
        (errors, lacking, gaps): (&mut Tally, &mut Lacking, &mut Gaps),
    ) -> Result<Option<TotalTable>, Stopped<E>> {
        let Adding { of, places, .. } = adding;
        let SumsOf { entity, columns, groups, .. } = *of;
        let mut seen = Seen::new(self.ids);
        let (mut failed, mut twice, mut number, mut kept) = (None, None, 0, 0);
        let mut cells = CellSums::new(columns);
        let ran = pipeline::run(
            self.threads,
            |each| self.read(places, each),
            || State { plan: None, rows: vec![0; groups + 1] },
            |state: &mut State, block| self.add(adding, state, block),
            |added: Added| {
                if let Err(trouble) = seen.add(added.ids) {
                    twice = Some(trouble);
                    return Err(Ended);
                }
                added.trouble.errors.into_iter().for_each(|it| errors.add(it, Some(entity)));
                for (parent, row) in &added.cells {
                    cells.add(*parent, &row.iter().map(Option::as_ref));
                }
                lacking.merge_of(added.trouble.lacking, entity, kept);
                gaps.extend(added.gaps, kept);
                let mut ends = |error| {
                    failed = Some(error);
                    Ended
                };
                for row in self.rejected(added.bad, number, places)? {
                    reject(row).map_err(&mut ends)?;
                }
                number += added.rows;
                kept += added.kept;
                progress(added.read).map_err(ends)
            },
        );
        let states = super::ended(failed, twice, ran)?;
        let mut rows = vec![0; groups + 1];
        for state in states {
            if let Some(mut plan) = state.plan {
                plan.put_away(&adding.sums);
            }
            rows.iter_mut().zip(state.rows).for_each(|(all, it)| *all += it);
        }
        let mut sums = adding.sums.lock().unwrap_or_else(PoisonError::into_inner);
        self.lacks(entity, &sums, lacking)?;
        let (fits, sums) = (sums.fits, std::mem::take(&mut sums.columns));
        let table = TotalTable { entity, columns: columns.to_vec(), rows, sums, cells };
        if !fits || !table.is_exact() {
            return Err(Stopped::InOrder);
        }
        Ok((table.count() > 0).then_some(table))
    }

    /// Adds the rows of a block.
    fn add(&self, adding: &Adding<'_>, state: &mut State, (block, read): (Block, u64)) -> Result<Added, Ended> {
        let Adding { engine, of, places, sums, .. } = adding;
        let Read { rows, count: in_all, bad } = self.rows(block, places)?;
        let mut table = self.table(engine, &rows);
        for row in &rows {
            count(&mut state.rows, row.parent);
        }
        let plan = SumPlan::fitting(&mut state.plan, engine, &mut table, *of, sums);
        let told = plan.add(&table, NAMED + 1, sums);
        let mut added = Added {
            trouble: Trouble::default(),
            cells: Vec::new(),
            ids: Ids::of(&rows),
            read,
            rows: in_all,
            bad,
            kept: rows.len() as u64,
            gaps: Gaps::of(&table),
        };
        for (reason, lacking) in told.lack {
            let kind = Reasons::kind(self.machine, reason).map_err(|_| Ended)?;
            for (at, row) in lacking.into_iter().filter_map(|it| Some((it, rows.get(it)?))) {
                let name = row.name.clone().unwrap_or_else(|| row.id.clone());
                added.trouble.lacking.name(&kind, at as u64, name);
            }
        }
        if plan.rest.is_empty() {
            let columns: Vec<usize> = (0..of.columns.len()).collect();
            for at in told.odd {
                let row = rows.get(at).ok_or(Ended)?;
                self.add_cells(adding, (at, row), vec![None; columns.len()], &columns, &mut added).ok_or(Ended)?;
            }
            return Ok(added);
        }
        let mut odd = told.odd.into_iter().peekable();
        let (mut all, rest) = (Ok(()), plan.rest.clone());
        let everything: Vec<usize> = (0..of.columns.len()).collect();
        plan.cells(engine, &table, |at, found| {
            let Some(row) = rows.get(at) else { return };
            let mut cells = vec![None; of.columns.len()];
            for (column, cell) in rest.iter().zip(found) {
                if let Some(place) = cells.get_mut(*column) {
                    *place = cell;
                }
            }
            let wanted = if odd.next_if_eq(&at).is_some() { &everything } else { &rest };
            if self.add_cells(adding, (at, row), cells, wanted, &mut added).is_none() {
                all = Err(Ended);
            }
        });
        all.map(|()| added)
    }

    /// Adds the results of a row in some columns; those that are not there are left to the interpreter, and `None` where
    /// only a run as a whole has them.
    fn add_cells(
        &self,
        adding: &Adding<'_>,
        (at, row): (usize, &Row),
        mut cells: Vec<Option<Cell>>,
        wanted: &[usize],
        added: &mut Added,
    ) -> Option<()> {
        let of = adding.of;
        let reasons = Reasons::of_columns((adding.engine, self.machine, self.world), (of.entity, at as u64, row));
        cells.iter().flatten().try_for_each(|it| added.trouble.lacking.count(it, &reasons)).ok()?;
        if wanted.iter().any(|it| cells.get(*it).is_none_or(Option::is_none)) {
            if !adding.alone {
                return None;
            }
            let columns: Vec<Column> = wanted.iter().filter_map(|it| of.columns.get(*it)).cloned().collect();
            let found = wanted.iter().map(|it| cells.get_mut(*it).and_then(Option::take)).collect();
            let (found, _) = self.interpreted(row, &columns, found, &reasons, &mut added.trouble)?;
            for (column, cell) in wanted.iter().zip(found) {
                *cells.get_mut(*column)? = Some(cell);
            }
        }
        added.cells.push((row.parent, cells));
        Some(())
    }

    /// Tells what results lack that have been added up without cells.
    fn lacks(&self, entity: EntityId, sums: &Sums, lacking: &mut Lacking) -> Result<(), NotInBatches> {
        for (reason, lacks) in &sums.lacks {
            if lacks.results == 0 {
                continue;
            }
            let kind = Reasons::kind(self.machine, reason.clone())?;
            if let Some(wanted) = Reasons::entity_of(&kind) {
                for parent in (0_u32..).zip(&lacks.above).filter(|it| *it.1 != 0).map(|it| it.0) {
                    let (number, name) = self.above(entity, wanted, parent).ok_or(NotInBatches)?;
                    lacking.name(&kind, u64::from(number), name);
                }
            }
            lacking.results(kind, usize::try_from(lacks.results).unwrap_or(usize::MAX), lacks.below > 0);
        }
        Ok(())
    }

    /// The number and name of the row of an entity that those of another lie in which lie in `parent`.
    fn above(&self, entity: EntityId, wanted: EntityId, parent: u32) -> Option<(u32, SmolStr)> {
        let above = |it: EntityId| self.machine.entities().get(it.index())?.parent;
        let (mut at, mut number) = (above(entity)?, parent);
        while at != wanted {
            number = self.world.row(at, number)?.parent?;
            at = above(at)?;
        }
        Some((number, self.machine.name_of(at, number, self.world)))
    }
}
