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
        grouped => by_group(registers, batch, grouped, slots),
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

#[inline(never)]
fn by_group(registers: &Registers, batch: &Batch<'_>, reduction: Reduction, slots: &mut [Slot]) {
    let (slot, mask, by) = match reduction {
        Reduction::GroupSum(slot, _, mask, by)
        | Reduction::GroupMin(slot, _, mask, by)
        | Reduction::GroupMax(slot, _, mask, by)
        | Reduction::GroupAny(slot, mask, by)
        | Reduction::GroupCount(slot, mask, by) => (slot, mask, by),
        Reduction::Sum(..) | Reduction::SumShort(..) | Reduction::Count(..) => return,
    };
    let Some(slot) = slots.get_mut(slot as usize) else { return };
    let (mask, groups) = (bits(registers, batch, mask), narrow(registers, batch, by));
    if matches!(mask, BitLane::Const(false)) {
        return;
    }
    let rows = (0..batch.rows).filter(|it| mask.at(*it));
    let group = |row: usize| usize::try_from(groups.at(row)).unwrap_or(usize::MAX);
    match (reduction, slot) {
        (Reduction::GroupSum(_, a, ..), Slot::Groups(all, _)) => {
            // INVARIANT: the bounds of the figures times the rows of the table are within 64 bits.
            match (narrow(registers, batch, a), groups, mask) {
                (Lane::Slice(figures), Lane::Slice(groups), BitLane::Const(true)) => {
                    let pairs = figures.iter().zip(groups).take(batch.rows);
                    runs(all, pairs.map(|(figure, group)| (*figure, *group)));
                }
                (Lane::Slice(figures), Lane::Slice(groups), BitLane::Slice(mask)) => {
                    let rows = figures.iter().zip(groups).zip(mask).take(batch.rows);
                    runs(all, rows.map(|((figure, group), mask)| (figure & -i64::from(*mask), *group)));
                }
                (figures, ..) => {
                    for row in rows {
                        if let Some(sum) = all.get_mut(group(row)) {
                            *sum = sum.wrapping_add(figures.at(row));
                        }
                    }
                }
            }
        }
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
        (Reduction::GroupCount(..), Slot::Counts(all)) => match (groups, mask) {
            (Lane::Slice(groups), BitLane::Const(true)) => {
                runs(all, groups.iter().take(batch.rows).map(|group| (1, *group)));
            }
            (Lane::Slice(groups), BitLane::Slice(mask)) => {
                let rows = groups.iter().zip(mask).take(batch.rows);
                runs(all, rows.map(|(group, mask)| (i64::from(*mask), *group)));
            }
            _ => {
                for row in rows {
                    if let Some(count) = all.get_mut(group(row)) {
                        *count += 1;
                    }
                }
            }
        },
        _ => {}
    }
}

/// Adds figures to their groups, a run of one group at a time: rows of one parent mostly stand together.
fn runs(all: &mut [i64], rows: impl Iterator<Item = (i64, i64)>) {
    let (mut group, mut sum) = (-1, 0_i64);
    for (figure, own) in rows {
        if own != group {
            keep(all, group, sum);
            (group, sum) = (own, 0);
        }
        sum = sum.wrapping_add(figure);
    }
    keep(all, group, sum);
}

fn keep(all: &mut [i64], group: i64, sum: i64) {
    if let Some(all) = usize::try_from(group).ok().and_then(|it| all.get_mut(it)) {
        *all = all.wrapping_add(sum);
    }
}
