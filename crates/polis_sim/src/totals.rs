//! The totals of a table of results, and by the jurisdictions that its own lie in, without the results of each.

use std::collections::BTreeMap;

use polis_eval::{EntityId, World};
use polis_value::{Number, NumberRange, Value, ops};

use crate::columns::{ColumnSums, FigureSums};
use crate::simulate::{Adding, Cell, Column, EntityTable, Subtotal, Total};

/// The totals of an entity's jurisdictions.
#[derive(Debug)]
pub struct TotalTable {
    /// The entity.
    pub entity: EntityId,
    /// What is shown of it.
    pub columns: Vec<Column>,
    /// How many jurisdictions lie in each of those above; the last are those that lie nowhere.
    pub(crate) rows: Vec<u64>,
    /// What has been added up without cells.
    pub(crate) sums: Vec<ColumnSums>,
    pub(crate) cells: CellSums,
}

/// What cells come to, in the order of the rows.
#[derive(Debug)]
pub(crate) struct CellSums {
    nothing: Vec<Adding>,
    all: Vec<Adding>,
    /// By the number of the jurisdiction above.
    groups: BTreeMap<u32, Vec<Adding>>,
    /// What the amounts of the figures come to.
    reach: Vec<Reach>,
}

/// What amounts come to, as units of the last digit; `None` for more than 128 bits hold.
#[derive(Debug, Clone, Copy)]
struct Reach {
    scale: u32,
    sum: Option<i128>,
}

impl Reach {
    fn add(&mut self, figure: Number) {
        let (mantissa, scale) = figure.to_scaled();
        let at = self.scale.max(scale);
        let more = 10_i128.checked_pow(at - scale).and_then(|it| it.checked_mul(mantissa.abs()));
        self.sum = self.at(at).zip(more).and_then(|(own, more)| own.checked_add(more));
        self.scale = at;
    }

    fn at(&self, scale: u32) -> Option<i128> {
        self.sum?.checked_mul(10_i128.checked_pow(scale.checked_sub(self.scale)?)?)
    }
}

impl CellSums {
    pub(crate) fn new(columns: &[Column]) -> Self {
        let nothing: Vec<Adding> = columns.iter().map(Adding::new).collect();
        let reach = vec![Reach { scale: 0, sum: Some(0) }; columns.len()];
        Self { all: nothing.clone(), nothing, groups: BTreeMap::new(), reach }
    }

    /// Adds the cells of a row; `None` for those that are added up elsewhere.
    pub(crate) fn add<'c>(&mut self, parent: Option<u32>, cells: &(impl Iterator<Item = Option<&'c Cell>> + Clone)) {
        let add = |all: &mut [Adding]| {
            let both = all.iter_mut().zip(cells.clone());
            both.filter_map(|(adding, cell)| Some((adding, cell?))).for_each(|(adding, cell)| adding.add(cell));
        };
        add(&mut self.all);
        if let Some(parent) = parent {
            add(self.groups.entry(parent).or_insert_with(|| self.nothing.clone()));
        }
        for (reach, cell) in self.reach.iter_mut().zip(cells.clone()) {
            if let Some(Cell::Value(value)) = cell
                && let Some(range) = value.as_number_range()
            {
                // The greater of both ends counts, which both together are not below.
                [range.lo(), range.hi()].into_iter().flatten().for_each(|it| reach.add(it));
            }
        }
    }
}

impl TotalTable {
    /// The totals of a table that holds its results.
    #[must_use]
    pub fn of(table: &EntityTable, parents: usize, world: &World) -> Self {
        let mut cells = CellSums::new(&table.columns);
        let mut rows = vec![0; parents + 1];
        for (row, results) in world.rows(table.entity).iter().zip(&table.rows) {
            cells.add(row.parent, &results.iter().map(Some));
            count(&mut rows, row.parent);
        }
        let sums = vec![ColumnSums::Nothing; table.columns.len()];
        Self { entity: table.entity, columns: table.columns.clone(), rows, sums, cells }
    }

    /// How many jurisdictions there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.rows.iter().sum()
    }

    /// The totals by column; `None` where figures do not add up to anything.
    #[must_use]
    pub fn totals(&self) -> Vec<Option<Total>> {
        self.combined(&self.cells.all, 0..self.rows.len())
    }

    /// The totals by the jurisdictions in which any lie, with the numbers of these.
    pub fn subtotals(&self) -> impl Iterator<Item = (u32, Subtotal)> + '_ {
        let parents = self.rows.len().saturating_sub(1);
        self.rows.iter().take(parents).zip(0_u32..).filter(|it| *it.0 > 0).map(|(rows, parent)| {
            let at = parent as usize;
            let cells = self.cells.groups.get(&parent).unwrap_or(&self.cells.nothing);
            (parent, Subtotal { rows: capped(*rows), totals: self.combined(cells, at..at + 1) })
        })
    }

    fn combined(&self, cells: &[Adding], groups: std::ops::Range<usize>) -> Vec<Option<Total>> {
        let both = cells.iter().cloned().zip(&self.sums);
        both.map(|(cells, sums)| combined(cells, sums, groups.clone()).finish()).collect()
    }

    /// Whether the sums are those of every order: neither a figure nor a sum on the way to them is rounded or overflows.
    pub(crate) fn is_exact(&self) -> bool {
        let both = self.sums.iter().zip(&self.cells.reach);
        both.into_iter().all(|(sums, cells)| {
            let ColumnSums::Figures(sums) = sums else { return true };
            reaches(sums, *cells).is_some_and(|(scale, sum)| {
                let power = 10_i128.checked_pow(scale);
                sum < MOST_DIGITS && power.is_some_and(|it| sum / it < i128::from(i64::MAX))
            })
        })
    }
}

/// Below it numbers hold every digit.
const MOST_DIGITS: i128 = 10_i128.pow(28);

fn reaches(sums: &FigureSums, cells: Reach) -> Option<(u32, i128)> {
    let scale = sums.scale.max(cells.scale);
    let own = Reach { scale: sums.scale, sum: Some(sums.reach) };
    Some((scale, own.at(scale)?.checked_add(cells.at(scale)?)?))
}

/// What cells come to, with what has been added up without them.
fn combined(cells: Adding, sums: &ColumnSums, groups: std::ops::Range<usize>) -> Adding {
    match (cells, sums) {
        (cells, ColumnSums::Nothing) => cells,
        (Adding::Sum(sum, without), ColumnSums::Figures(figures)) => {
            let (low, high, more) = figures.of_groups(groups);
            let end = |it: i128| Number::from_scaled(it, figures.scale).ok();
            // INVARIANT: both are exact, or the table is computed through cells.
            let added = NumberRange::new(end(low), end(high)).map_or(Value::from(0), Value::from);
            match ops::add(&sum, &added) {
                Ok(sum) => Adding::Sum(sum, without + capped(more)),
                Err(_) => Adding::Error,
            }
        }
        (Adding::Outcomes(mut all), ColumnSums::Outcomes(more)) => {
            for (outcome, counts) in more {
                let count: u64 = counts.get(groups.clone()).unwrap_or_default().iter().sum();
                if count > 0 {
                    *all.entry(*outcome).or_default() += capped(count);
                }
            }
            Adding::Outcomes(all)
        }
        (cells, _) => cells,
    }
}

/// Counts a row where it lies.
pub(crate) fn count(rows: &mut [u64], parent: Option<u32>) {
    let nowhere = rows.len().saturating_sub(1);
    let at = parent.map_or(nowhere, |it| it as usize);
    if let Some(count) = rows.get_mut(at) {
        *count += 1;
    }
}

fn capped(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
