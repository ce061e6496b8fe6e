//! Plans for tables that come in batches, one after the other.

use polis_eval::EntityId;

use super::cells::CellPlan;
use super::engine::{Engine, FoldKey, OwnedFold};
use super::fold::Folding;
use super::graph::{Built, Stop};
use super::kernels::Registers;
use super::shape::Shape;
use super::table::Table;
use crate::simulate::{Cell, Column};

/// Computes results of tables of one shape, which is widened where a table does not fit.
pub(crate) struct BatchPlan {
    shape: Shape,
    plan: CellPlan,
    registers: Registers,
}

impl BatchPlan {
    pub(crate) fn new(engine: &Engine<'_>, entity: EntityId, shape: &Shape, columns: &[Column]) -> Self {
        let plan = CellPlan::new(engine, entity, shape, columns);
        let registers = plan.registers();
        Self { shape: shape.clone(), plan, registers }
    }

    /// A plan for a table: the last one, if the table can be given its shape.
    pub(crate) fn fitting<'p>(
        last: &'p mut Option<Self>,
        engine: &Engine<'_>,
        entity: EntityId,
        table: &mut Table,
        columns: &[Column],
    ) -> &'p mut Self {
        if let Some(shape) = table.fitted(last.as_ref().map(|it| &it.shape)) {
            *last = Some(Self::new(engine, entity, &shape, columns));
        }
        last.get_or_insert_with(|| Self::new(engine, entity, table.shape(), columns))
    }

    /// The cells of each row of a table; `None` for those of which only the interpreter can say.
    pub(crate) fn each(&mut self, engine: &Engine<'_>, table: &Table, each: impl FnMut(usize, Vec<Option<Cell>>)) {
        self.plan.run(table, (0, usize::MAX), (&mut self.registers, engine.texts()), each);
    }
}

/// Aggregates over a table that comes in batches, added up in one reading.
#[derive(Clone)]
pub(crate) struct FoldPass(Vec<(FoldKey, OwnedFold, Built<Folding>)>);

impl FoldPass {
    /// Whatever has been asked for so far and is not known, but for what needs others first; `rows` tells how many rows a
    /// table has, and `probe` is one of the batches that has none. `None` for nothing.
    pub(crate) fn waiting(engine: &Engine<'_>, rows: &dyn Fn(EntityId) -> usize, probe: &Table) -> Option<Self> {
        let mut waiting = engine.waiting();
        let (mut next, mut folds) = (0, Vec::new());
        while let Some((key, fold)) = waiting.get(next).cloned() {
            next += 1;
            let new = || Folding::new(rows(fold.parent()), fold.is_of_members());
            // What it needs is asked for anew, whether or not it already waits. What cannot be built the pass itself finds.
            let _ = new().add(engine, &fold.fold(), probe);
            let needed = engine.waiting();
            let is_ready = needed.is_empty();
            let new_ones: Vec<_> =
                needed.into_iter().filter(|it| !waiting.iter().any(|known| known.0 == it.0)).collect();
            waiting.extend(new_ones);
            if is_ready {
                folds.push((key, fold.clone(), Ok(new())));
            }
        }
        (!folds.is_empty()).then_some(Self(folds))
    }

    /// Adds the rows of a table.
    pub(crate) fn add(&mut self, engine: &Engine<'_>, table: &Table) {
        for (_, fold, folding) in &mut self.0 {
            if let Ok(state) = folding
                && state.add(engine, &fold.fold(), table).is_err()
            {
                *folding = Err(Stop);
            }
        }
    }

    /// Keeps the results of all threads.
    pub(crate) fn settle(engine: &Engine<'_>, parts: Vec<Self>) {
        let Some(all) = parts.into_iter().reduce(|mut all, part| {
            for ((_, fold, a), (.., b)) in all.0.iter_mut().zip(part.0) {
                let merged = match (std::mem::replace(a, Err(Stop)), b) {
                    (Ok(mut a), Ok(b)) => a.merge(b, fold.fold().builtin).map(|()| a),
                    _ => Err(Stop),
                };
                *a = merged;
            }
            all
        }) else {
            return;
        };
        let results =
            all.0.into_iter().map(|(key, fold, folding)| (key, folding.map(|it| it.finish(engine, &fold.fold()))));
        engine.settle(results.collect());
    }
}
