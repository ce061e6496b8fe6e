//! Totals of a table that comes in batches, on several threads: a [`TotalsPlan`] for what it can add up, cells for the rest.
//!
//! A thread adds to slots of its own, by group as well, and puts them away when its plan changes or before a sum could
//! leave 64 bits. Sums are exact, so that the order of the threads makes no difference.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use polis_eval::{EntityId, Outcome};

use super::cells::CellPlan;
use super::engine::Engine;
use super::kernels::{BitLane, LANES, Registers, Slot};
use super::reason::Reason;
use super::shape::Shape;
use super::table::Table;
use super::totals::{SumSlots, Totalled, TotalsPlan, Wish, by_group, count};
use crate::simulate::{Cell, Column};

/// So many rows, of whole batches, are added up at most before what they come to is put away.
const MOST: usize = if cfg!(test) { LANES } else { LANES << 15 };

/// What columns come to, by group.
#[derive(Debug)]
pub(crate) struct Sums {
    pub(crate) columns: Vec<ColumnSums>,
    pub(crate) lacks: BTreeMap<Reason, LackSums>,
    /// Whether every figure has found its place.
    pub(crate) fits: bool,
}

/// What a column comes to.
#[derive(Debug, Clone)]
pub(crate) enum ColumnSums {
    /// Nothing has been added.
    Nothing,
    Figures(Box<FigureSums>),
    Outcomes(BTreeMap<Outcome, Vec<u64>>),
}

/// What figures come to.
#[derive(Debug, Clone)]
pub(crate) struct FigureSums {
    /// The digits after the point.
    pub(crate) scale: u32,
    pub(crate) low: Vec<i64>,
    /// `None` where it is the same.
    pub(crate) high: Option<Vec<i64>>,
    /// How many rows have no figure.
    pub(crate) without: Vec<u64>,
    /// What the amounts of all figures come to at most.
    pub(crate) reach: i128,
}

/// How many results lack something.
#[derive(Debug, Default)]
pub(crate) struct LackSums {
    pub(crate) results: u64,
    /// The groups whose rows lack it of one that they lie in.
    pub(crate) above: Vec<u8>,
    /// How many results lack it of rows below.
    pub(crate) below: u64,
}

/// What is added up.
#[derive(Clone, Copy)]
pub(crate) struct SumsOf<'c> {
    pub(crate) entity: EntityId,
    pub(crate) columns: &'c [Column],
    /// The groups, without that of the rows that lie nowhere.
    pub(crate) groups: usize,
    /// Whether everything goes through cells, in the order of the rows.
    pub(crate) in_order: bool,
}

/// Adds up tables of one shape, which is widened where a table does not fit.
pub(crate) struct SumPlan {
    shape: Shape,
    running: Option<Running>,
    /// The columns that it adds up, and the others.
    pub(crate) summed: Vec<usize>,
    pub(crate) rest: Vec<usize>,
    cells: Option<(CellPlan, Registers)>,
}

struct Running {
    plan: TotalsPlan,
    registers: Registers,
    slots: Vec<Slot>,
    rows: usize,
}

/// What adding a table has told of its rows.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// Those that only the interpreter can compute, in order.
    pub(crate) odd: Vec<usize>,
    /// The first of those that lack something of their own.
    pub(crate) lack: Vec<(Reason, Vec<usize>)>,
}

impl Sums {
    pub(crate) fn new(columns: usize) -> Self {
        Self { columns: vec![ColumnSums::Nothing; columns], lacks: BTreeMap::new(), fits: true }
    }
}

impl SumPlan {
    fn new(engine: &Engine<'_>, shape: &Shape, of: SumsOf<'_>) -> Self {
        let SumsOf { entity, columns, groups, in_order } = of;
        let wish =
            Wish { groups: Some(groups), rows: i64::try_from(MOST).unwrap_or(i64::MAX), by_terms: None, of_run: true };
        let built = |columns: &[Column]| TotalsPlan::built(engine, (entity, shape), columns, wish).ok();
        let all = columns.iter().enumerate().filter(|_| !in_order);
        let mut summed: Vec<usize> =
            all.filter(|it| built(std::slice::from_ref(it.1)).is_some()).map(|it| it.0).collect();
        let chosen = |all: &[usize]| all.iter().filter_map(|it| columns.get(*it)).cloned().collect::<Vec<_>>();
        let plan = if summed.is_empty() { None } else { built(&chosen(&summed)) };
        if plan.is_none() {
            summed.clear();
        }
        let rest: Vec<usize> = (0..columns.len()).filter(|it| !summed.contains(it)).collect();
        let running = plan.map(|plan| {
            let (registers, slots) = (plan.registers(), plan.slots());
            Running { plan, registers, slots, rows: 0 }
        });
        let cells = (!rest.is_empty()).then(|| {
            let plan = CellPlan::new(engine, entity, shape, &chosen(&rest));
            let registers = plan.registers();
            (plan, registers)
        });
        Self { shape: shape.clone(), running, summed, rest, cells }
    }

    /// A plan for a table: the last one, if the table can be given its shape. What another has added up is put away.
    pub(crate) fn fitting<'p>(
        last: &'p mut Option<Self>,
        engine: &Engine<'_>,
        table: &mut Table,
        of: SumsOf<'_>,
        sums: &Mutex<Sums>,
    ) -> &'p mut Self {
        if let Some(shape) = table.fitted(last.as_ref().map(|it| &it.shape)) {
            if let Some(last) = last {
                last.put_away(sums);
            }
            *last = Some(Self::new(engine, &shape, of));
        }
        last.get_or_insert_with(|| Self::new(engine, table.shape(), of))
    }

    /// Adds a table's rows, but for those that are odd. Of what rows lack so many are named.
    pub(crate) fn add(&mut self, table: &Table, named: usize, sums: &Mutex<Sums>) -> Told {
        let mut told = Told::default();
        let Some(Running { plan, .. }) = &self.running else { return told };
        let own = plan.lacks.iter().filter_map(|it| Some((it.reason.clone(), it.rows?)));
        let mut lack: Vec<_> = own.map(|(reason, place)| (reason, place, Vec::new())).collect();
        for first in (0..table.rows).step_by(MOST) {
            let more = (table.rows - first).min(MOST);
            if self.running.as_ref().is_some_and(|it| it.rows + more > MOST) {
                self.put_away(sums);
            }
            let Some(Running { plan, registers, slots, rows }) = &mut self.running else { break };
            *rows += more;
            let mut next = first;
            plan.add(table, (first / LANES, (first + more).div_ceil(LANES)), registers, slots, |rows, results| {
                let first = next;
                next += rows;
                each(results.bits(plan.odd_rows), rows, |row| {
                    told.odd.push(first + row);
                    true
                });
                for (_, place, found) in lack.iter_mut().filter(|it| it.2.len() < named) {
                    each(results.bits(*place), rows, |row| {
                        found.push(first + row);
                        found.len() < named
                    });
                }
            });
        }
        told.lack = lack.into_iter().map(|(reason, _, rows)| (reason, rows)).filter(|it| !it.1.is_empty()).collect();
        told
    }

    /// The cells of the columns that are not added up, row by row; `None` for those of which only the interpreter can say.
    pub(crate) fn cells(&mut self, engine: &Engine<'_>, table: &Table, each: impl FnMut(usize, Vec<Option<Cell>>)) {
        if let Some((plan, registers)) = &mut self.cells {
            plan.run(table, (0, usize::MAX), (registers, engine.texts()), each);
        }
    }

    /// Keeps what has been added up, and begins anew.
    pub(crate) fn put_away(&mut self, sums: &Mutex<Sums>) {
        let Some(Running { plan, slots, rows, .. }) = self.running.as_mut().filter(|it| it.rows > 0) else { return };
        let mut sums = sums.lock().unwrap_or_else(PoisonError::into_inner);
        let calm = by_group(slots, plan.calm);
        for (totalled, at) in plan.columns.iter().zip(&self.summed) {
            let Sums { columns, fits, .. } = &mut *sums;
            let Some(column) = columns.get_mut(*at) else { continue };
            *fits &= column.add(totalled, slots, calm).is_some();
        }
        for lacks in &plan.lacks {
            let all = sums.lacks.entry(lacks.reason.clone()).or_default();
            all.results += lacks.counts.iter().map(|it| count(slots, *it)).sum::<u64>();
            all.below += lacks.below.map_or(0, |it| count(slots, it));
            if let Some(Slot::Any(groups)) = lacks.above.and_then(|it| slots.get(it)) {
                all.above.resize(groups.len(), 0);
                all.above.iter_mut().zip(groups).for_each(|(all, it)| *all |= it);
            }
        }
        *slots = plan.slots();
        *rows = 0;
    }
}

/// The rows of a mask, until no more are wanted.
fn each(mask: BitLane<'_>, rows: usize, mut each: impl FnMut(usize) -> bool) {
    match mask {
        BitLane::Const(false) => {}
        BitLane::Const(true) => {
            let _ = (0..rows).all(each);
        }
        BitLane::Slice(mask) => {
            // Mostly there are none, which is seen of eight at a time.
            for (number, eight) in mask.chunks_exact(8).enumerate() {
                if <[u8; 8]>::try_from(eight).is_ok_and(|it| u64::from_ne_bytes(it) == 0) {
                    continue;
                }
                for row in (number * 8..).zip(eight).filter(|it| *it.1 != 0).map(|it| it.0) {
                    if row >= rows || !each(row) {
                        return;
                    }
                }
            }
        }
    }
}

impl ColumnSums {
    /// Adds what slots hold; `None` where a figure leaves its place.
    fn add(&mut self, totalled: &Totalled, slots: &[Slot], calm: &[i64]) -> Option<()> {
        match totalled {
            Totalled::Nothing => {}
            Totalled::Sum(column) => {
                let more = FigureSums::of(column, slots, calm);
                match self {
                    Self::Figures(sums) => sums.add(more)?,
                    _ => *self = Self::Figures(Box::new(more)),
                }
            }
            Totalled::Outcomes(all) => {
                if !matches!(self, Self::Outcomes(_)) {
                    *self = Self::Outcomes(BTreeMap::new());
                }
                let Self::Outcomes(outcomes) = self else { return None };
                for (outcome, slot) in all {
                    let more = by_group(slots, *slot);
                    let own = outcomes.entry(*outcome).or_insert_with(|| vec![0; more.len()]);
                    own.iter_mut().zip(more).for_each(|(own, more)| *own += more.unsigned_abs());
                }
            }
        }
        Some(())
    }
}

impl FigureSums {
    fn of(column: &SumSlots, slots: &[Slot], calm: &[i64]) -> Self {
        let SumSlots { low, high, known, scale, positive, most } = column;
        let known = by_group(slots, *known);
        let sums = |of: &super::linear::Summed| of.by_group(known, |slot| by_group(slots, slot));
        let lows = sums(low);
        let highs = (low != high).then(|| sums(high));
        let reach = if *positive {
            highs.as_ref().unwrap_or(&lows).iter().map(|it| i128::from(*it)).sum()
        } else {
            known.iter().map(|it| i128::from(*it)).sum::<i128>().saturating_mul(*most)
        };
        let without = calm.iter().zip(known).map(|(all, known)| (all - known).unsigned_abs()).collect();
        Self { scale: *scale, low: lows, high: highs, without, reach }
    }

    fn add(&mut self, mut more: Self) -> Option<()> {
        let scale = self.scale.max(more.scale);
        self.rescale(scale)?;
        more.rescale(scale)?;
        let plus = |own: &mut Vec<i64>, more: &[i64]| {
            own.iter_mut().zip(more).try_for_each(|(own, more)| {
                *own = own.checked_add(*more)?;
                Some(())
            })
        };
        if more.high.is_some() || self.high.is_some() {
            plus(self.high.get_or_insert_with(|| self.low.clone()), more.high.as_ref().unwrap_or(&more.low))?;
        }
        plus(&mut self.low, &more.low)?;
        self.without.iter_mut().zip(&more.without).for_each(|(own, more)| *own += more);
        self.reach = self.reach.checked_add(more.reach)?;
        Some(())
    }

    fn rescale(&mut self, scale: u32) -> Option<()> {
        if scale == self.scale {
            return Some(());
        }
        let power = 10_i64.checked_pow(scale.checked_sub(self.scale)?)?;
        for figure in self.low.iter_mut().chain(self.high.iter_mut().flatten()) {
            *figure = figure.checked_mul(power)?;
        }
        self.reach = self.reach.checked_mul(i128::from(power))?;
        self.scale = scale;
        Some(())
    }

    /// Both ends over some groups, and how many rows are without a figure.
    pub(crate) fn of_groups(&self, groups: std::ops::Range<usize>) -> (i128, i128, u64) {
        let sum = |all: &[i64]| all.get(groups.clone()).unwrap_or_default().iter().map(|it| i128::from(*it)).sum();
        let low = sum(&self.low);
        let without = self.without.get(groups.clone()).unwrap_or_default().iter().sum();
        (low, self.high.as_ref().map_or(low, |it| sum(it)), without)
    }
}
