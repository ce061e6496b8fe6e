//! Runs on samples that are not to be held in memory: the largest table is read, computed and written in batches.
//!
//! The other tables are in memory. What a row of theirs adds up over the large table is computed first, in a reading of its
//! own. Memory is that of the other tables and of a few batches, however many rows the large table has.
//!
//! **Invariant:** the results are those of a run that holds the sample as a whole, or there are none: whatever can be told
//! only by such a run, a finding above all, gives [`NotInBatches`].

mod failures;
mod ids;
mod lacking;
mod pipeline;
mod sample;
#[cfg(test)]
mod tests;
mod totals;

use std::sync::LazyLock;

use polis_db::System;
use polis_eval::{EntityId, Machine, Row, Run, Settings, World, WorldBuilder};
use polis_value::Value;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::columns::{BatchPlan, Engine, FoldPass, Shape, Table, TableBuilder};
use crate::reach::Reach;
use crate::samples::{Block, GoodRows, LineBlock, NotInBlocks, Reading, Rejected, Repeated, link_parents};
use crate::simulate::{Adding, Cell, Column, Source, Total, cell, columns};
use failures::Tally;
use ids::{Ids, Seen};
use lacking::{Gaps, Lacking, Reasons};
use pipeline::Ended;

pub use failures::Failures;
pub use lacking::{MissingNames, NAMED};
pub use sample::BatchSample;
pub use totals::BatchTotals;

/// The sample has to be run as a whole.
#[derive(Debug)]
pub struct NotInBatches;

impl From<Ended> for NotInBatches {
    fn from(_: Ended) -> Self {
        Self
    }
}

/// A row with its results.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'r> {
    /// The entity.
    pub entity: EntityId,
    /// What is shown of each of its rows.
    pub columns: &'r [Column],
    /// The row.
    pub row: &'r Row,
    /// The row that it lies in.
    pub parent: Option<&'r Row>,
    /// The results, one to a column.
    pub cells: &'r [Cell],
    /// Where the jurisdictions are that errors among them speak of.
    pub errors_in: &'r World,
}

/// Makes a row with its results into bytes.
pub type Show<'s> = dyn Fn(Shown<'_>, &mut Vec<u8>) + Sync + 's;

/// What is given to a writer, in the order of a run as a whole.
#[derive(Debug)]
pub enum Part<'p> {
    /// A table begins, which has rows.
    Begin(EntityId, &'p [Column]),
    /// Rows of it as bytes, and how many bytes of the large file have been read for them.
    Rows(&'p [u8], u64),
    /// It ends; with the totals, where they are wanted.
    End(&'p [Option<Total>]),
}

/// Takes results.
pub type Writer<'w, E> = dyn FnMut(Part<'_>) -> Result<(), E> + 'w;

/// Takes rows that are left out.
pub type Reject<'w, E> = dyn FnMut(Rejected) -> Result<(), E> + 'w;

/// What ends a run that writes.
#[derive(Debug)]
pub enum Stopped<E> {
    /// The sample has to be run as a whole.
    NotInBatches,
    /// The ids are not in order, so that others have to be [kept](IdCheck::Kept).
    OutOfOrder,
    /// Two ids are the same, or have the same hash: [`BatchSample::repeated`] tells.
    Twice,
    /// A sum depends on the order in which it is added up, so that the totals have to be taken in that of the rows.
    InOrder,
    /// What the writer said.
    Writer(E),
}

/// How it is seen to that no id occurs twice in the large table.
#[derive(Debug, Clone, Default)]
pub enum IdCheck {
    /// They are in order, which takes no memory.
    #[default]
    InOrder,
    /// Of each a hash is kept.
    Kept,
    /// These rows repeat an id.
    Known(Repeated),
}

/// What is wanted of a run besides the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Wanted {
    /// Nothing.
    #[default]
    Rows,
    /// The totals, and what is missing.
    Totals,
}

/// What a run leaves behind.
#[derive(Debug, Default)]
pub struct BatchResults {
    /// Evaluations without a result, by kind.
    pub failures: Vec<Failures>,
    /// What is missing, the most first, where that is wanted.
    pub missing: Vec<MissingNames>,
}

impl<E> From<NotInBatches> for Stopped<E> {
    fn from(_: NotInBatches) -> Self {
        Self::NotInBatches
    }
}

/// How a run in batches goes.
#[derive(Clone, Copy)]
pub struct BatchRun<'a> {
    /// Where the files are.
    pub system: &'a dyn System,
    /// The provisions.
    pub machine: &'a Machine,
    /// The large table.
    pub sample: &'a BatchSample,
    /// The other jurisdictions.
    pub world: &'a World,
    /// The parameters and the day.
    pub settings: &'a Settings,
    /// Threads that compute.
    pub threads: usize,
    /// How ids are told apart.
    pub ids: &'a IdCheck,
    /// What is wanted besides the rows.
    pub wanted: Wanted,
}

/// What goes wrong in rows, each kind once in each, and what they lack.
#[derive(Default)]
struct Trouble {
    errors: Vec<Failures>,
    lacking: Lacking,
}

/// Results of a batch, ready to be written.
struct Done {
    bytes: Vec<u8>,
    trouble: Trouble,
    ids: Ids,
    /// Bytes of the file.
    read: u64,
    /// Its rows in the file, those that are left out among them.
    rows: u64,
    bad: Bad,
    /// How many rows were kept.
    kept: u64,
    /// The results, where totals are wanted.
    cells: Vec<Vec<Cell>>,
    gaps: Gaps,
}

/// The rows of a block.
struct Read {
    rows: Vec<Row>,
    /// How many there are, those that are left out among them.
    count: u64,
    bad: Bad,
}

/// Rows that are left out.
enum Bad {
    /// Of lines it is told which they are once it is known how many came before.
    Lines(Option<LineBlock>),
    Rows(Vec<Rejected>),
}

impl BatchRun<'_> {
    /// Computes everything for every row. `show` makes a row into bytes, and `write` takes them in the order in which a
    /// run as a whole shows the rows.
    pub fn run<E>(
        &self,
        show: &Show<'_>,
        write: &mut Writer<'_, E>,
        reject: &mut Reject<'_, E>,
    ) -> Result<BatchResults, Stopped<E>> {
        let (machine, large) = (self.machine, self.sample.file.entity);
        let (engine, places) = (self.engine(), self.places());
        self.settle(&engine, &places)?;
        let mut errors = Tally::default();
        let (mut lacking, mut gaps) = (Lacking::default(), Gaps::default());
        for entity in machine.entity_ids() {
            let columns = columns(machine, entity);
            if columns.is_empty() {
                continue;
            }
            if entity == large {
                self.large(&engine, &columns, &places, (show, write, reject), (&mut errors, &mut lacking, &mut gaps))?;
            } else if !self.world.rows(entity).is_empty() {
                let (mut bytes, mut adding) = (Vec::new(), self.adding(&columns));
                let parent = machine.entities().get(entity.index()).and_then(|it| it.parent);
                let trouble = self.small(&engine, entity, &columns, &mut |row, cells| {
                    adding.iter_mut().zip(cells).for_each(|(adding, cell)| adding.add(cell));
                    let parent = parent.and_then(|it| self.world.row(it, row.parent?));
                    let errors_in = self.world;
                    show(Shown { entity, columns: &columns, row, parent, cells, errors_in }, &mut bytes);
                })?;
                for failures in trouble.errors {
                    errors.add(failures, None);
                }
                lacking.merge(trouble.lacking, 0);
                let totals: Vec<Option<Total>> = adding.into_iter().map(Adding::finish).collect();
                for part in [Part::Begin(entity, &columns), Part::Rows(&bytes, 0), Part::End(&totals)] {
                    write(part).map_err(Stopped::Writer)?;
                }
            }
        }
        let missing = lacking.finish(&gaps, (large, self.world))?;
        Ok(BatchResults { failures: errors.all, missing })
    }

    /// Everything but the large table, to which aggregates wait.
    fn engine(&self) -> Engine<'_> {
        let mut engine = Engine::new(self.machine, self.settings);
        engine.add_world(self.world);
        engine.stream(self.sample.file.entity);
        engine
    }

    /// The numbers of the rows that those of the large table lie in, by id.
    fn places(&self) -> FxHashMap<SmolStr, u32> {
        let parent = self.machine.entities().get(self.sample.file.entity.index()).and_then(|it| it.parent);
        parent.map(|it| self.world.rows(it).iter().map(|it| it.id.clone()).zip(0..).collect()).unwrap_or_default()
    }

    /// Computes all aggregates over the large table, in as few readings of it as they need of each other: each reading
    /// costs far more than what is computed.
    fn settle(&self, engine: &Engine<'_>, places: &FxHashMap<SmolStr, u32>) -> Result<(), NotInBatches> {
        let (machine, large) = (self.machine, self.sample.file.entity);
        // With facts of any kind everything is asked for that has to wait.
        let anything = Shape::of_anything(machine, large);
        let all: Vec<_> = machine.entity_ids().map(|it| (it, columns(machine, it))).collect();
        let probe = Table::of_nothing(machine, large);
        loop {
            engine.only_ask(true);
            for (entity, columns) in all.iter().filter(|it| !it.1.is_empty()) {
                if *entity == large {
                    BatchPlan::new(engine, *entity, &anything, columns);
                } else if !self.world.rows(*entity).is_empty()
                    && self.rests_on_large(columns)
                    && let Ok(table) = engine.table(*entity)
                {
                    BatchPlan::new(engine, *entity, table.shape(), columns);
                }
            }
            let pass = FoldPass::waiting(engine, &|it| self.world.rows(it).len(), &probe);
            engine.only_ask(false);
            let Some(pass) = pass else { return Ok(()) };
            let states = pipeline::run(
                self.threads,
                |each| self.read(places, each),
                || pass.clone(),
                |state: &mut FoldPass, (block, _): (Block, u64)| {
                    let read = self.rows(block, places)?;
                    state.add(engine, &self.table(engine, &read.rows));
                    Ok(())
                },
                |()| Ok(()),
            )?;
            FoldPass::settle(engine, states);
        }
    }

    /// Whether any result aggregates over the large table.
    fn rests_on_large(&self, columns: &[Column]) -> bool {
        let sources: Vec<&Source> = columns.iter().map(|it| &it.source).collect();
        Reach::of(self.machine, &sources).members.contains(&self.sample.file.entity)
    }

    /// Shows the results of a table that is in memory.
    fn small(
        &self,
        engine: &Engine<'_>,
        entity: EntityId,
        columns: &[Column],
        each: &mut dyn FnMut(&Row, &[Cell]),
    ) -> Result<Trouble, NotInBatches> {
        let (machine, world) = (self.machine, self.world);
        let mut trouble = Trouble::default();
        let run = Run::new(machine, world, self.settings.clone());
        // Without the large table the interpreter can tell only what does not rest on it.
        if !self.rests_on_large(columns) {
            for (row, number) in world.rows(entity).iter().zip(0..) {
                let cells: Vec<Cell> = columns.iter().map(|it| cell(&run, &it.source, number)).collect();
                trouble.errors.extend(self.failures(&cells, world));
                self.count(&cells, &mut trouble.lacking, &Reasons::of_run(&run))?;
                each(row, &cells);
            }
            return Ok(trouble);
        }
        let table = engine.table(entity).map_err(|_| NotInBatches)?;
        let mut plan = BatchPlan::new(engine, entity, table.shape(), columns);
        let rows = world.rows(entity);
        let mut all = Ok(());
        plan.each(engine, &table, |number, cells| {
            let cells: Option<Vec<Cell>> = cells.into_iter().collect();
            match (cells, rows.get(number)) {
                (Some(cells), Some(row)) => {
                    let reasons = Reasons::of_columns((engine, machine, world), (entity, number as u64, row));
                    if self.count(&cells, &mut trouble.lacking, &reasons).is_err() {
                        all = Err(NotInBatches);
                    }
                    each(row, &cells);
                }
                _ => all = Err(NotInBatches),
            }
        });
        all.map(|()| trouble)
    }

    /// What adds up the columns, where that is wanted.
    fn adding(&self, columns: &[Column]) -> Vec<Adding> {
        match self.wanted {
            Wanted::Rows => Vec::new(),
            Wanted::Totals => columns.iter().map(Adding::new).collect(),
        }
    }

    /// Counts what a row lacks, where that is wanted.
    fn count(&self, cells: &[Cell], lacking: &mut Lacking, reasons: &Reasons<'_>) -> Result<(), NotInBatches> {
        match self.wanted {
            Wanted::Rows => Ok(()),
            Wanted::Totals => cells.iter().try_for_each(|it| lacking.count(it, reasons)),
        }
    }

    fn read(&self, places: &FxHashMap<SmolStr, u32>, each: &mut dyn FnMut((Block, u64)) -> bool) -> Result<(), Ended> {
        let reading = self.reading(places);
        let mut each = |block, bytes| each((block, bytes));
        self.sample.file.blocks((self.system, self.machine), reading, &mut each).map_err(|_| Ended)
    }

    fn reading<'r>(&'r self, places: &'r FxHashMap<SmolStr, u32>) -> Reading<'r> {
        static NOTHING: LazyLock<Repeated> = LazyLock::new(Repeated::default);
        let repeated = if let IdCheck::Known(repeated) = self.ids { repeated } else { &NOTHING };
        Reading { bad_rows: self.sample.bad_rows, repeated, places: self.parents(places) }
    }

    /// The rows of a block, in their places.
    fn rows(&self, block: Block, places: &FxHashMap<SmolStr, u32>) -> Result<Read, Ended> {
        self.read_block(block, places).map_err(|_| Ended)
    }

    fn read_block(&self, block: Block, places: &FxHashMap<SmolStr, u32>) -> Result<Read, NotInBlocks> {
        let around = (self.system, self.machine);
        let (read, lines) = match block {
            Block::Rows(rows) => (rows, None),
            Block::Lines(lines) => (self.sample.file.lines(around, &lines, self.reading(places), 0)?, Some(lines)),
        };
        let GoodRows { drained: (mut rows, ids), rejected, count } = read;
        link_parents(&mut rows, &ids, places)?;
        let bad = match lines {
            Some(lines) => Bad::Lines((!rejected.is_empty()).then_some(lines)),
            None => Bad::Rows(rejected),
        };
        Ok(Read { rows, count, bad })
    }

    /// The rows of a block that are left out, of which so many came before.
    fn rejected(&self, bad: Bad, number: u64, places: &FxHashMap<SmolStr, u32>) -> Result<Vec<Rejected>, Ended> {
        match bad {
            Bad::Rows(rejected) => Ok(rejected),
            Bad::Lines(None) => Ok(Vec::new()),
            Bad::Lines(Some(lines)) => {
                let around = (self.system, self.machine);
                let read = self.sample.file.lines(around, &lines, self.reading(places), number);
                read.map(|it| it.rejected).map_err(|_| Ended)
            }
        }
    }

    /// The parents that rows may have; `None` where there is nothing that they could lie in.
    fn parents<'p>(&self, places: &'p FxHashMap<SmolStr, u32>) -> Option<&'p FxHashMap<SmolStr, u32>> {
        self.machine.entities().get(self.sample.file.entity.index())?.parent.map(|_| places)
    }

    fn table(&self, engine: &Engine<'_>, rows: &[Row]) -> Table {
        let mut builder = TableBuilder::new(self.machine, self.sample.file.entity);
        for row in rows {
            builder.push(row, engine.texts());
        }
        builder.finish()
    }

    fn large<E>(
        &self,
        engine: &Engine<'_>,
        columns: &[Column],
        places: &FxHashMap<SmolStr, u32>,
        (show, write, reject): (&Show<'_>, &mut Writer<'_, E>, &mut Reject<'_, E>),
        (errors, lacking, gaps): (&mut Tally, &mut Lacking, &mut Gaps),
    ) -> Result<(), Stopped<E>> {
        let entity = self.sample.file.entity;
        let alone = self.alone(columns);
        let mut seen = Seen::new(self.ids);
        let (mut failed, mut twice, mut number, mut kept) = (None, None, 0, 0);
        let (mut adding, mut begun) = (self.adding(columns), false);
        let work = |state: &mut Option<BatchPlan>, (block, read): (Block, u64)| {
            let Read { rows, count, bad } = self.rows(block, places)?;
            let mut table = self.table(engine, &rows);
            let plan = BatchPlan::fitting(state, engine, entity, &mut table, columns);
            let mut done = Done {
                bytes: Vec::new(),
                trouble: Trouble::default(),
                ids: Ids::of(&rows),
                read,
                rows: count,
                bad,
                kept: rows.len() as u64,
                cells: Vec::new(),
                gaps: if self.wanted == Wanted::Totals { Gaps::of(&table) } else { Gaps::default() },
            };
            let mut whole = Ok(());
            plan.each(engine, &table, |at, cells| {
                let Some(row) = rows.get(at) else { return };
                let reasons = Reasons::of_columns((engine, self.machine, self.world), (entity, at as u64, row));
                if self.row((columns, row), cells, alone, &reasons, show, &mut done).is_none() {
                    whole = Err(Ended);
                }
            });
            whole.map(|()| done)
        };
        let ran = pipeline::run(
            self.threads,
            |each| self.read(places, each),
            || None,
            work,
            |done: Done| {
                if let Err(trouble) = seen.add(done.ids) {
                    twice = Some(trouble);
                    return Err(Ended);
                }
                for failures in done.trouble.errors {
                    errors.add(failures, Some(entity));
                }
                for cells in &done.cells {
                    adding.iter_mut().zip(cells).for_each(|(adding, cell)| adding.add(cell));
                }
                lacking.merge_of(done.trouble.lacking, entity, kept);
                gaps.extend(done.gaps, kept);
                let mut ends = |error| {
                    failed = Some(error);
                    Ended
                };
                for row in self.rejected(done.bad, number, places)? {
                    reject(row).map_err(&mut ends)?;
                }
                number += done.rows;
                kept += done.kept;
                if !begun && !done.bytes.is_empty() {
                    begun = true;
                    write(Part::Begin(entity, columns)).map_err(&mut ends)?;
                }
                write(Part::Rows(&done.bytes, done.read)).map_err(ends)
            },
        );
        ended(failed, twice, ran)?;
        if begun {
            let totals: Vec<Option<Total>> = adding.into_iter().map(Adding::finish).collect();
            write(Part::End(&totals)).map_err(Stopped::Writer)?;
        }
        Ok(())
    }

    /// Whether a row of the large table that is left to the interpreter can be computed with those above it only. Members
    /// that there are none of are missing nowhere.
    fn alone(&self, columns: &[Column]) -> bool {
        let sources: Vec<&Source> = columns.iter().map(|it| &it.source).collect();
        let no_rows = |it: &EntityId| *it != self.sample.file.entity && self.world.rows(*it).is_empty();
        Reach::of(self.machine, &sources).members.iter().all(no_rows)
    }

    /// Shows a row of the large table; `None` where only a run as a whole can.
    fn row(
        &self,
        (columns, row): (&[Column], &Row),
        cells: Vec<Option<Cell>>,
        alone: bool,
        reasons: &Reasons<'_>,
        show: &Show<'_>,
        done: &mut Done,
    ) -> Option<()> {
        let entity = self.sample.file.entity;
        let wants_totals = self.wanted == Wanted::Totals;
        if wants_totals {
            cells.iter().flatten().try_for_each(|it| done.trouble.lacking.count(it, reasons)).ok()?;
        }
        let (cells, world): (Vec<Cell>, Option<World>) = if cells.iter().all(Option::is_some) {
            (cells.into_iter().flatten().collect(), None)
        } else if alone {
            let (cells, world) = self.interpreted(row, columns, cells, reasons, &mut done.trouble)?;
            (cells, Some(world))
        } else {
            return None;
        };
        let errors_in = world.as_ref().unwrap_or(self.world);
        show(Shown { entity, columns, row, parent: self.parent_of(row), cells: &cells, errors_in }, &mut done.bytes);
        if wants_totals {
            done.cells.push(cells);
        }
        Some(())
    }

    fn parent_of(&self, row: &Row) -> Option<&Row> {
        let parent = self.machine.entities().get(self.sample.file.entity.index())?.parent?;
        self.world.row(parent, row.parent?)
    }

    /// The cells of a row that have no columns, in a world of that row and those above it.
    fn interpreted(
        &self,
        row: &Row,
        columns: &[Column],
        cells: Vec<Option<Cell>>,
        reasons: &Reasons<'_>,
        trouble: &mut Trouble,
    ) -> Option<(Vec<Cell>, World)> {
        let mut builder = WorldBuilder::new(self.machine);
        let (mut entity, mut current) = (self.sample.file.entity, row.clone());
        let mut places: Vec<(EntityId, u32)> = Vec::new();
        loop {
            // A fact that is another jurisdiction would lead out of this small world.
            if current.facts.iter().any(|it| matches!(it, Some(Value::Entity { .. } | Value::List(_)))) {
                return None;
            }
            let above = current.parent.take();
            builder.add(entity, current).ok()?;
            let Some(place) = above else { break };
            builder.set_parent(entity, 0, 0);
            entity = self.machine.entities().get(entity.index())?.parent?;
            places.push((entity, place));
            current = self.world.row(entity, place)?.clone();
        }
        let world = builder.build();
        let run = Run::new(self.machine, &world, self.settings.clone());
        let own = reasons.in_world(&run);
        let cells = cells.into_iter().zip(columns).map(|(found, column)| {
            if let Some(found) = found {
                return Some(found);
            }
            let cell = cell(&run, &column.source, 0);
            // A jurisdiction has another number in this small world.
            if matches!(cell, Cell::Value(Value::Entity { .. } | Value::List(_))) {
                return None;
            }
            if self.wanted == Wanted::Totals {
                trouble.lacking.count(&cell, &own).ok()?;
            }
            Some(cell)
        });
        let cells: Vec<Cell> = cells.collect::<Option<_>>()?;
        for mut failures in self.failures(&cells, &world) {
            // The row that it has among all.
            if let Some(at) = &mut failures.error.at
                && let Some(place) = places.iter().find(|it| it.0 == at.0)
            {
                *at = *place;
            }
            trouble.errors.push(failures);
        }
        drop(run);
        Some((cells, world))
    }

    /// The errors of a row, each once.
    fn failures(&self, cells: &[Cell], world: &World) -> Vec<Failures> {
        let mut found: Vec<Failures> = Vec::new();
        for cell in cells {
            if let Cell::Error(error) = cell
                && !found.iter().any(|it| it.error == *error)
            {
                let diagnostic = self.machine.error_diagnostic(error, world);
                found.push(Failures { error: error.clone(), diagnostic, more: 0 });
            }
        }
        found
    }
}

/// What threads leave, or why they have ended before.
fn ended<S, E>(
    failed: Option<E>,
    twice: Option<ids::Trouble>,
    ran: Result<Vec<S>, Ended>,
) -> Result<Vec<S>, Stopped<E>> {
    match (failed, twice) {
        (Some(error), _) => Err(Stopped::Writer(error)),
        (None, Some(ids::Trouble::OutOfOrder)) => Err(Stopped::OutOfOrder),
        (None, Some(ids::Trouble::Twice)) => Err(Stopped::Twice),
        (None, None) => ran.map_err(|Ended| Stopped::NotInBatches),
    }
}

/// How many threads there are to compute.
#[must_use]
pub fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get)
}
