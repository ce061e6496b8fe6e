//! The runs of a sweep after the first: only what rests on what is swept is computed again, in columns where it has any.

use polis_eval::{Machine, ParamId, Run, Settings, World};

use crate::columns::{CellPlan, Engine};
use crate::reach::Reach;
use crate::simulate::{cell, total};
use crate::{Cell, Column, EntityTable, Simulation, Source};

/// What changes from run to run.
pub(super) struct Varying<'m> {
    machine: &'m Machine,
    world: &'m World,
    /// The columns of each table that rest on what is swept, by their places.
    columns: Vec<Vec<usize>>,
    /// The facts as columns; they are the same in every run.
    engine: Engine<'m>,
}

impl<'m> Varying<'m> {
    pub(super) fn new(
        machine: &'m Machine,
        world: &'m World,
        settings: &Settings,
        params: &'m [ParamId],
        first: &Simulation,
    ) -> Self {
        let rests = |table: &EntityTable| {
            let columns = table.columns.iter().enumerate();
            let varies = |source: &Source| Reach::of(machine, &[source]).params.iter().any(|it| params.contains(it));
            columns.filter(|it| varies(&it.1.source)).map(|it| it.0).collect()
        };
        let columns = first.tables.iter().map(rests).collect();
        let mut engine = Engine::new(machine, settings);
        engine.add_world(world);
        Self { machine, world, columns, engine }
    }

    /// Whether a column rests on what is swept.
    pub(super) fn varies(&self, table: usize, column: usize) -> bool {
        self.columns.get(table).is_some_and(|it| it.binary_search(&column).is_ok())
    }

    /// Makes the results of one run those of another. What is missing stays that of the first.
    pub(super) fn rerun(&self, settings: &Settings, results: &mut Simulation) {
        let engine = self.engine.again(settings);
        let run = Run::new(self.machine, self.world, settings.clone());
        results.errors.clear();
        for (table, places) in results.tables.iter_mut().zip(&self.columns) {
            if places.is_empty() {
                continue;
            }
            let columns: Vec<Column> = places.iter().filter_map(|it| table.columns.get(*it).cloned()).collect();
            let rows = &mut table.rows;
            let mut put = |row: usize, cells: Vec<Option<Cell>>| {
                let Some(line) = rows.get_mut(row) else { return };
                for ((place, column), made) in places.iter().zip(&columns).zip(cells) {
                    // What has no columns, and rows without a result, are for the interpreter.
                    let made =
                        made.unwrap_or_else(|| cell(&run, &column.source, u32::try_from(row).unwrap_or(u32::MAX)));
                    if let Cell::Error(error) = &made
                        && !results.errors.contains(error)
                    {
                        results.errors.push(error.clone());
                    }
                    if let Some(slot) = line.get_mut(*place) {
                        *slot = made;
                    }
                }
            };
            match engine.table(table.entity) {
                Ok(facts) => {
                    let plan = CellPlan::new(&engine, table.entity, facts.shape(), &columns);
                    plan.each(&engine, &facts, &mut put);
                }
                Err(_) => (0..self.world.rows(table.entity).len()).for_each(|row| put(row, vec![None; columns.len()])),
            }
            for place in places {
                let total = total(&table.columns, table.rows.iter(), *place);
                if let Some(slot) = table.totals.get_mut(*place) {
                    *slot = total;
                }
            }
        }
    }
}
