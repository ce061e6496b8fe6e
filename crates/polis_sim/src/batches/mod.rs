//! Runs on samples that are not to be held in memory: the largest table is read, computed and written in batches.
//!
//! The other tables are in memory. What a row of theirs adds up over the large table is computed first, in a reading of its
//! own. Memory is that of the other tables and of a few batches, however many rows the large table has.
//!
//! **Invariant:** the results are those of a run that holds the sample as a whole, or there are none: whatever can be told
//! only by such a run, a finding above all, gives [`NotInBatches`].

mod pipeline;
mod reach;
#[cfg(test)]
mod tests;

use camino::Utf8Path;
use polis_db::{PolisDatabase, System};
use polis_diagnostic::Diagnostic;
use polis_eval::{EntityId, EvalError, Machine, Row, Run, Settings, World, WorldBuilder};
use polis_semantic::items::Place;
use polis_value::Value;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use smol_str::SmolStr;

use crate::columns::{BatchPlan, Engine, FoldPass, Shape, Table, TableBuilder};
use crate::samples::{
    BadRows, Block, Drained, LargeFile, NotInBlocks, Rejected, Samples, large_file, link_parents, load_samples_but,
};
use crate::simulate::{Cell, Column, Source, cell, columns};
use pipeline::Ended;
use reach::Reach;

/// The sample has to be run as a whole.
#[derive(Debug)]
pub struct NotInBatches;

impl From<Ended> for NotInBatches {
    fn from(_: Ended) -> Self {
        Self
    }
}

/// A sample of which one table is read in batches.
#[derive(Debug)]
pub struct BatchSample {
    file: LargeFile,
    bad_rows: BadRows,
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
}

/// Makes a row with its results into bytes.
pub type Show<'s> = dyn Fn(Shown<'_>, &mut Vec<u8>) + Sync + 's;

/// Takes results as bytes, and how many bytes of the large file have been read for them.
pub type Writer<'w, E> = dyn FnMut(&[u8], u64) -> Result<(), E> + 'w;

/// Takes rows that are left out.
pub type Reject<'w, E> = dyn FnMut(Rejected) -> Result<(), E> + 'w;

/// What ends a run that writes.
#[derive(Debug)]
pub enum Stopped<E> {
    /// The sample has to be run as a whole.
    NotInBatches,
    /// What the writer said.
    Writer(E),
}

impl<E> From<NotInBatches> for Stopped<E> {
    fn from(_: NotInBatches) -> Self {
        Self::NotInBatches
    }
}

impl BatchSample {
    /// Opens a sample whose largest file has at least so many bytes, and reads all others, which come with it. `None` if it is smaller, or if other files lead into the large one.
    pub fn open(
        system: &dyn System,
        folder: &Utf8Path,
        db: &mut PolisDatabase,
        machine: &Machine,
        (at_least, bad_rows): (u64, BadRows),
    ) -> Option<(Self, Samples)> {
        let file = large_file(system, folder, machine, at_least)?;
        if bad_rows == BadRows::LeftOut && !file.can_leave_out() {
            return None;
        }
        let samples = load_samples_but(system, folder, db, machine, (Some(file.entity), bad_rows));
        Some((Self { file, bad_rows }, samples))
    }

    /// The bytes of the large file, which progress is counted in.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.file.length
    }
}

/// How a run in batches goes.
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
}

/// An evaluation without a result, and how many more there are of its kind.
#[derive(Debug, Clone)]
pub struct Failures {
    /// The first.
    pub error: EvalError,
    /// Its finding.
    pub diagnostic: Option<Diagnostic<Place>>,
    /// How many others.
    pub more: u64,
}

/// Evaluations without a result, by kind.
#[derive(Debug, Default)]
struct Tally {
    all: Vec<Failures>,
    /// Errors at other rows than those of the large table occur for every row that rests on them, and count once.
    elsewhere: FxHashSet<(usize, EntityId, u32)>,
}

impl Tally {
    /// Adds errors of one row; `own` is the large entity.
    fn add(&mut self, failures: Failures, own: Option<EntityId>) {
        let same = |it: &Failures| {
            let (a, b) = (&it.error, &failures.error);
            a.symbol == b.symbol && a.span == b.span && a.kind == b.kind
        };
        let found = self.all.iter().position(same);
        let kind = found.unwrap_or(self.all.len());
        if failures.error.at.is_none() && found.is_some() {
            return;
        }
        if let Some((entity, row)) = failures.error.at
            && own != Some(entity)
            && !self.elsewhere.insert((kind, entity, row))
        {
            return;
        }
        match found.and_then(|it| self.all.get_mut(it)) {
            Some(found) => found.more += 1 + failures.more,
            None => self.all.push(failures),
        }
    }
}

/// Results of a batch, ready to be written.
struct Done {
    bytes: Vec<u8>,
    /// The errors of each row, each kind once.
    errors: Vec<Failures>,
    ids: Ids,
    /// Bytes of the file.
    read: u64,
    /// Its rows in the file, those that are left out among them.
    rows: u64,
    /// What the file says, where rows are left out: which they are is told once it is known how many came before.
    bad: Option<String>,
}

/// The rows of a block.
struct Read {
    rows: Vec<Row>,
    /// How many there are, those that are left out among them.
    count: u64,
    /// As in [`Done`].
    bad: Option<String>,
}

/// What is known of a batch's ids.
struct Ids {
    first: SmolStr,
    last: SmolStr,
    ascending: bool,
    hashes: Vec<u64>,
}

impl BatchRun<'_> {
    /// Computes everything for every row. `show` makes a row into bytes, and `write` takes them in the order in which a
    /// run as a whole shows the rows, with how many bytes of the large file have been read for them. The errors come back.
    pub fn run<E>(
        &self,
        show: &Show<'_>,
        write: &mut Writer<'_, E>,
        reject: &mut Reject<'_, E>,
    ) -> Result<Vec<Failures>, Stopped<E>> {
        let (machine, large) = (self.machine, self.sample.file.entity);
        let mut engine = Engine::new(machine, self.settings);
        engine.add_world(self.world);
        engine.stream(large);
        let parent = machine.entities().get(large.index()).and_then(|it| it.parent);
        let places: FxHashMap<SmolStr, u32> =
            parent.map(|it| self.world.rows(it).iter().map(|it| it.id.clone()).zip(0..).collect()).unwrap_or_default();
        let mut errors = Tally::default();
        for entity in machine.entity_ids() {
            let columns = columns(machine, entity);
            if columns.is_empty() {
                continue;
            }
            if entity == large {
                self.large(&engine, &columns, &places, (show, write, reject), &mut errors)?;
            } else if !self.world.rows(entity).is_empty() {
                let (bytes, more) = self.small(&engine, entity, &columns, &places, show)?;
                for failures in more {
                    errors.add(failures, None);
                }
                write(&bytes, 0).map_err(Stopped::Writer)?;
            }
        }
        Ok(errors.all)
    }

    /// The results of a table that is in memory.
    fn small(
        &self,
        engine: &Engine<'_>,
        entity: EntityId,
        columns: &[Column],
        places: &FxHashMap<SmolStr, u32>,
        show: &Show<'_>,
    ) -> Result<(Vec<u8>, Vec<Failures>), NotInBatches> {
        let (machine, world) = (self.machine, self.world);
        let sources: Vec<&Source> = columns.iter().map(|it| &it.source).collect();
        let reach = Reach::of(machine, &sources);
        // Without the large table the interpreter can tell only what does not rest on it.
        let whole = !reach.members.contains(&self.sample.file.entity);
        let parent = machine.entities().get(entity.index()).and_then(|it| it.parent);
        let (mut bytes, mut errors) = (Vec::new(), Vec::new());
        let run = Run::new(machine, world, self.settings.clone());
        let shown = |row: &'_ Row, cells: &[Cell], bytes: &mut Vec<u8>| {
            let parent = parent.and_then(|it| world.row(it, row.parent?));
            show(Shown { entity, columns, row, parent, cells }, bytes);
        };
        if whole {
            for (row, number) in world.rows(entity).iter().zip(0..) {
                let cells: Vec<Cell> = columns.iter().map(|it| cell(&run, &it.source, number)).collect();
                errors.extend(self.failures(&cells, world));
                shown(row, &cells, &mut bytes);
            }
            return Ok((bytes, errors));
        }
        let table = engine.table(entity).map_err(|_| NotInBatches)?;
        let mut plan = self.settled(engine, places, || BatchPlan::new(engine, entity, table.shape(), columns))?;
        let rows = world.rows(entity);
        let mut all = Ok(());
        plan.each(engine, &table, |number, cells| {
            let cells: Option<Vec<Cell>> = cells.into_iter().collect();
            match (cells, rows.get(number)) {
                (Some(cells), Some(row)) => shown(row, &cells, &mut bytes),
                _ => all = Err(NotInBatches),
            }
        });
        all.map(|()| (bytes, errors))
    }

    /// Builds something, and computes the aggregates over the large table that it has to wait for.
    fn settled<T>(
        &self,
        engine: &Engine<'_>,
        places: &FxHashMap<SmolStr, u32>,
        build: impl Fn() -> T,
    ) -> Result<T, NotInBatches> {
        loop {
            let built = build();
            let Some(pass) = FoldPass::waiting(engine, &|it| self.world.rows(it).len()) else {
                return Ok(built);
            };
            let system = self.system;
            let states = pipeline::run(
                self.threads,
                |each| self.read(system, each),
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

    fn read(&self, system: &dyn System, each: &mut dyn FnMut((Block, u64)) -> bool) -> Result<(), Ended> {
        self.sample.file.blocks(system, self.machine, &mut |block, bytes| each((block, bytes))).map_err(|_| Ended)
    }

    /// The rows of a block, in their places.
    fn rows(&self, block: Block, places: &FxHashMap<SmolStr, u32>) -> Result<Read, Ended> {
        self.read_block(block, places).map_err(|_| Ended)
    }

    fn read_block(&self, block: Block, places: &FxHashMap<SmolStr, u32>) -> Result<Read, NotInBlocks> {
        let file = &self.sample.file;
        let linked = |(mut rows, ids): Drained| link_parents(&mut rows, &ids, places).map(|()| rows);
        match (self.sample.bad_rows, block) {
            (BadRows::LeftOut, Block::Lines(bytes)) => {
                let text = String::from_utf8(bytes).map_err(|_| NotInBlocks)?;
                let (drained, rejected, count) = file.good_rows(self.machine, &text, 0, self.parents(places))?;
                Ok(Read { rows: linked(drained)?, count, bad: (!rejected.is_empty()).then_some(text) })
            }
            (_, block) => {
                let rows = linked(file.rows(self.machine, block)?)?;
                Ok(Read { count: rows.len() as u64, rows, bad: None })
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
        errors: &mut Tally,
    ) -> Result<(), Stopped<E>> {
        let entity = self.sample.file.entity;
        let sources: Vec<&Source> = columns.iter().map(|it| &it.source).collect();
        let reach = Reach::of(self.machine, &sources);
        // A row that is left to the interpreter is computed with those above it only. Members that there are none of are
        // missing nowhere.
        let no_rows = |it: &EntityId| *it != entity && self.world.rows(*it).is_empty();
        let alone = reach.members.iter().all(no_rows);
        // With facts of any kind everything is asked for that has to wait.
        let anything = Shape::of_anything(self.machine, entity);
        self.settled(engine, places, || BatchPlan::new(engine, entity, &anything, columns))?;
        let mut seen = Seen::default();
        let (mut failed, mut number) = (None, 0);
        let work = |state: &mut Option<BatchPlan>, (block, read): (Block, u64)| {
            let Read { rows, count, bad } = self.rows(block, places)?;
            let mut table = self.table(engine, &rows);
            let plan = BatchPlan::fitting(state, engine, entity, &mut table, columns);
            let mut done = Done { bytes: Vec::new(), errors: Vec::new(), ids: Ids::of(&rows), read, rows: count, bad };
            let mut whole = Ok(());
            plan.each(engine, &table, |at, cells| {
                let Some(row) = rows.get(at) else { return };
                let above = self.parent_of(row);
                let cells: Option<Vec<Cell>> = if cells.iter().all(Option::is_some) {
                    cells.into_iter().collect()
                } else if alone {
                    self.interpreted(row, columns, cells, &mut done.errors)
                } else {
                    None
                };
                match cells {
                    Some(cells) => {
                        show(Shown { entity, columns, row, parent: above, cells: &cells }, &mut done.bytes);
                    }
                    None => whole = Err(Ended),
                }
            });
            whole.map(|()| done)
        };
        let ran = pipeline::run(
            self.threads,
            |each| self.read(self.system, each),
            || None,
            work,
            |done: Done| {
                seen.add(done.ids)?;
                for failures in done.errors {
                    errors.add(failures, Some(entity));
                }
                let mut ends = |error| {
                    failed = Some(error);
                    Ended
                };
                if let Some(text) = &done.bad {
                    let (_, rejected, _) = self
                        .sample
                        .file
                        .good_rows(self.machine, text, number, self.parents(places))
                        .map_err(|_| Ended)?;
                    rejected.into_iter().try_for_each(|it| reject(it).map_err(&mut ends))?;
                }
                number += done.rows;
                write(&done.bytes, done.read).map_err(ends)
            },
        );
        match (failed, ran) {
            (Some(error), _) => Err(Stopped::Writer(error)),
            (None, Ok(_)) => Ok(()),
            (None, Err(Ended)) => Err(Stopped::NotInBatches),
        }
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
        errors: &mut Vec<Failures>,
    ) -> Option<Vec<Cell>> {
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
        let cells = cells.into_iter().zip(columns).map(|(found, column)| match found {
            Some(found) => found,
            None => cell(&run, &column.source, 0),
        });
        let cells: Vec<Cell> = cells.collect();
        for mut failures in self.failures(&cells, &world) {
            // The row that it has among all.
            if let Some(at) = &mut failures.error.at
                && let Some(place) = places.iter().find(|it| it.0 == at.0)
            {
                *at = *place;
            }
            errors.push(failures);
        }
        Some(cells)
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

/// The ids of earlier batches: none may occur again.
#[derive(Default)]
struct Seen {
    last: Option<SmolStr>,
    /// Ids as hashes, once they are not in ascending order; two that have the same are taken for one.
    hashes: Option<FxHashSet<u64>>,
}

impl Seen {
    fn add(&mut self, ids: Ids) -> Result<(), Ended> {
        // All of its rows may have been left out.
        if ids.hashes.is_empty() {
            return Ok(());
        }
        let follows = self.last.as_ref().is_none_or(|it| before(it, &ids.first));
        if self.hashes.is_none() && !(ids.ascending && follows) {
            // Of the batches that came before in order only the last id is known.
            if self.last.is_some() {
                return Err(Ended);
            }
            self.hashes = Some(FxHashSet::default());
        }
        self.last = Some(ids.last);
        if let Some(hashes) = &mut self.hashes {
            for hash in ids.hashes {
                if !hashes.insert(hash) {
                    return Err(Ended);
                }
            }
        }
        Ok(())
    }
}

/// Whether one id comes before another where figures within them count up: shorter ones first.
fn before(a: &str, b: &str) -> bool {
    (a.len(), a) < (b.len(), b)
}

impl Ids {
    fn of(rows: &[Row]) -> Self {
        use std::hash::{Hash as _, Hasher as _};
        let ascending = rows.iter().zip(rows.iter().skip(1)).all(|(a, b)| before(&a.id, &b.id));
        let hash = |it: &Row| {
            let mut hasher = FxHasher::default();
            it.id.hash(&mut hasher);
            hasher.finish()
        };
        Self {
            first: rows.first().map(|it| it.id.clone()).unwrap_or_default(),
            last: rows.last().map(|it| it.id.clone()).unwrap_or_default(),
            ascending,
            hashes: rows.iter().map(hash).collect(),
        }
    }
}

/// How many threads there are to compute.
#[must_use]
pub fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get)
}
