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
    /// Whatever has been asked for so far and is not known; `rows` tells how many rows a table has. `None` for nothing.
    pub(crate) fn waiting(engine: &Engine<'_>, rows: &dyn Fn(EntityId) -> usize) -> Option<Self> {
        let waiting = engine.waiting();
        let folds = waiting.into_iter().map(|(key, fold)| {
            let folding = Folding::new(rows(fold.parent()), fold.is_of_members());
            (key, fold, Ok(folding))
        });
        let folds: Vec<_> = folds.collect();
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
