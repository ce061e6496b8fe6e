//! Sums and counts over batches of rows, as a whole and by group: plain loops, as those of [`kernels`](super::kernels).

use super::code::Reduction;
use super::kernels::{Batch, BitLane, LANES, Lane, Registers, Slot, bits, narrow};

#[inline(always)]
#[expect(clippy::inline_always, reason = "a loop for each reduction, of the vector instructions at hand")]
pub(super) fn reduce(registers: &Registers, batch: &Batch<'_>, reduction: Reduction, slots: &mut [Slot]) {
    match reduction {
        Reduction::Sum(slot, a, mask) => {
            let Some(Slot::Sum(total)) = slots.get_mut(slot as usize) else { return };
            *total += sum(narrow(registers, batch, a), bits(registers, batch, mask), batch.rows);
        }
        Reduction::SumShort(slot, a, mask) => {
            let Some(Slot::Sum(total)) = slots.get_mut(slot as usize) else { return };
            *total += short_sum(narrow(registers, batch, a), bits(registers, batch, mask), batch.rows);
        }
        Reduction::Count(slot, mask) => {
            let Some(Slot::Count(total)) = slots.get_mut(slot as usize) else { return };
            *total += match bits(registers, batch, mask) {
                BitLane::Slice(mask) => {
                    mask.get(..batch.rows).unwrap_or_default().iter().map(|it| u64::from(*it)).sum::<u64>()
                }
                BitLane::Const(true) => batch.rows as u64,
                BitLane::Const(false) => 0,
            };
        }
        Reduction::GroupSum(slot, a, mask, _) => {
            let Some(Slot::Groups(all, _)) = slots.get_mut(slot as usize) else { return };
            // INVARIANT: what the sums are made of may go around 64 bits, as the terms of a sum that does not.
            add_runs(all, &registers.runs, narrow(registers, batch, a), bits(registers, batch, mask));
        }
        Reduction::GroupCount(slot, mask, _) => {
            let Some(Slot::Counts(all)) = slots.get_mut(slot as usize) else { return };
            add_runs(all, &registers.runs, Lane::Const(1), bits(registers, batch, mask));
        }
        grouped => by_group(registers, batch, grouped, slots),
    }
}

/// Rows of a batch that stand together and belong to one group.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    group: usize,
    first: usize,
    end: usize,
}

impl std::fmt::Debug for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}..{}", self.group, self.first, self.end)
    }
}

/// The runs of a batch: rows of one parent mostly stand together, and sums by run are sums of plain columns.
pub(super) fn find_runs(groups: Lane<'_>, rows: usize, runs: &mut Vec<Run>) {
    runs.clear();
    let mut first = 0;
    while first < rows {
        let group = groups.at(first);
        let end = match groups {
            Lane::Const(_) => rows,
            Lane::Slice(groups) => {
                let rest = groups.get(first..rows).unwrap_or_default();
                first + rest.iter().position(|it| *it != group).unwrap_or(rest.len())
            }
        };
        runs.push(Run { group: usize::try_from(group).unwrap_or(usize::MAX), first, end });
        first = end;
    }
}

/// Adds the figures in the rows of a mask to their groups.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a loop for each reduction, of the vector instructions at hand")]
fn add_runs(all: &mut [i64], runs: &[Run], figures: Lane<'_>, mask: BitLane<'_>) {
    for run in runs {
        let Some(sum) = all.get_mut(run.group) else { continue };
        let of_run = match (figures, mask) {
            (_, BitLane::Const(false)) => 0,
            (Lane::Slice(figures), BitLane::Const(true)) => {
                let figures = figures.get(run.first..run.end).unwrap_or_default();
                figures.iter().fold(0_i64, |sum, it| sum.wrapping_add(*it))
            }
            (Lane::Slice(figures), BitLane::Slice(mask)) => {
                let figures = figures.get(run.first..run.end).unwrap_or_default();
                let mask = mask.get(run.first..run.end).unwrap_or_default();
                let rows = figures.iter().zip(mask);
                rows.fold(0_i64, |sum, (figure, mask)| sum.wrapping_add(figure & -i64::from(*mask)))
            }
            (Lane::Const(figure), BitLane::Const(true)) => {
                // INVARIANT: a batch has few rows.
                figure.wrapping_mul(i64::try_from(run.end - run.first).unwrap_or_default())
            }
            (Lane::Const(figure), BitLane::Slice(mask)) => {
                let mask = mask.get(run.first..run.end).unwrap_or_default();
                figure.wrapping_mul(mask.iter().map(|it| i64::from(*it)).sum())
            }
        };
        *sum = sum.wrapping_add(of_run);
    }
}

/// The sum of the figures in the rows of a mask.
fn sum(figures: Lane<'_>, mask: BitLane<'_>, rows: usize) -> i128 {
    (0..rows).filter(|it| mask.at(*it)).map(|it| i128::from(figures.at(it))).sum()
}

/// The same, where it is within 64 bits.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a loop for each reduction, of the vector instructions at hand")]
fn short_sum(figures: Lane<'_>, mask: BitLane<'_>, rows: usize) -> i128 {
    let sum = match (figures, mask) {
        (Lane::Slice(figures), BitLane::Const(true)) if rows == LANES => figures.iter().sum(),
        (Lane::Slice(figures), BitLane::Slice(mask)) if rows == LANES => {
            figures.iter().zip(mask).map(|(figure, mask)| figure & -i64::from(*mask)).sum()
        }
        (figures, mask) => (0..rows).filter(|it| mask.at(*it)).map(|it| figures.at(it)).sum::<i64>(),
    };
    i128::from(sum)
}

/// The least, the most, and whether there is any, by group.
#[inline(never)]
fn by_group(registers: &Registers, batch: &Batch<'_>, reduction: Reduction, slots: &mut [Slot]) {
    let (Reduction::GroupMin(slot, _, mask, by)
    | Reduction::GroupMax(slot, _, mask, by)
    | Reduction::GroupAny(slot, mask, by)) = reduction
    else {
        return;
    };
    let Some(slot) = slots.get_mut(slot as usize) else { return };
    let (mask, groups) = (bits(registers, batch, mask), narrow(registers, batch, by));
    if matches!(mask, BitLane::Const(false)) {
        return;
    }
    let rows = (0..batch.rows).filter(|it| mask.at(*it));
    let group = |row: usize| usize::try_from(groups.at(row)).unwrap_or(usize::MAX);
    match (reduction, slot) {
        (Reduction::GroupMin(_, a, ..) | Reduction::GroupMax(_, a, ..), Slot::Groups(all, has)) => {
            let figures = narrow(registers, batch, a);
            let least = matches!(reduction, Reduction::GroupMin(..));
            for row in rows {
                if let (Some(extreme), Some(has)) = (all.get_mut(group(row)), has.get_mut(group(row))) {
                    let figure = figures.at(row);
                    if *has == 0 || (figure < *extreme) == least && figure != *extreme {
                        *extreme = figure;
                    }
                    *has = 1;
                }
            }
        }
        (Reduction::GroupAny(..), Slot::Any(all)) => {
            for row in rows {
                if let Some(any) = all.get_mut(group(row)) {
                    *any = 1;
                }
            }
        }
        _ => {}
    }
}
