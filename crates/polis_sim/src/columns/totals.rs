//! Totals of results over all rows, or by the rows that they lie in, without a cell in between.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use polis_eval::{EntityId, Outcome};
use polis_value::{Number, NumberRange, Value};

use super::added::{Adds, Missed, Wanted};
use super::code::{Asked, B, code};
use super::compile::Compiler;
use super::engine::Engine;
use super::graph::{Bit, Built, Graph, Num, Stop};
use super::kernels::{LANES, Registers, Results, Slot};
use super::linear::{Linear, Summed};
use super::plan::Plan;
use super::reason::Reason;
use super::shape::Shape;
use super::table::Table;
use crate::simulate::Column;

/// Batches that a thread takes at a time.
const SHARE: usize = 64;

/// The totals of one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnTotal {
    /// The known figures added up, and how many rows have none.
    Sum {
        /// Both ends.
        sum: Value,
        /// Rows that are unknown, or that are left to the interpreter.
        without: u64,
    },
    /// How often each outcome occurs.
    Outcomes(BTreeMap<Outcome, u64>),
}

/// A column's totals by the rows that its rows lie in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupTotal {
    /// The sums of the lower and of the upper ends, in units of `10^-scale`.
    pub low: Vec<i64>,
    /// See `low`.
    pub high: Vec<i64>,
    /// The digits after the point.
    pub scale: u32,
    /// How many rows of each group have a figure.
    pub known: Vec<i64>,
    /// How often each outcome occurs in each group.
    pub outcomes: BTreeMap<Outcome, Vec<i64>>,
}

/// Adds columns of results up.
#[derive(Debug)]
pub struct TotalsPlan {
    plan: Plan,
    asked: Vec<Asked>,
    pub(super) columns: Vec<Totalled>,
    /// The slot with the rows that the interpreter has to compute, and where a batch leaves which they are.
    odd: usize,
    pub(super) odd_rows: B,
    /// The slot with the others, by group where totals are.
    pub(super) calm: usize,
    pub(super) lacks: Vec<Lacks>,
    groups: usize,
}

/// What is asked of a plan.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish {
    /// Whether totals are by parent, of which there are so many; what lies nowhere is a group after the last.
    pub(super) groups: Option<usize>,
    /// How many rows are added up at most.
    pub(super) rows: i64,
    /// Whether sums are by terms; by what takes less where it is not said.
    pub(super) by_terms: Option<bool>,
    /// Whether it is for a run, which adds up only what adds up to something, and counts what is missing.
    pub(super) of_run: bool,
}

/// In which slots the totals of a column are.
#[derive(Debug)]
pub(super) enum Totalled {
    /// Figures that do not add up to anything.
    Nothing,
    Sum(Box<SumSlots>),
    Outcomes(Vec<(Outcome, usize)>),
}

/// In which slots a sum is.
#[derive(Debug)]
pub(super) struct SumSlots {
    pub(super) low: Summed,
    pub(super) high: Summed,
    pub(super) known: usize,
    pub(super) scale: u32,
    /// Whether no figure is below zero, and what none exceeds, as units of the last digit.
    pub(super) positive: bool,
    pub(super) most: i128,
}

/// Where a run finds what unknown results lack.
#[derive(Debug)]
pub(super) struct Lacks {
    /// What. That rows below lack it is told apart.
    pub(super) reason: Reason,
    /// The slots with how many results lack it, a slot for each column that does.
    pub(super) counts: Vec<usize>,
    /// Where a batch leaves the rows that lack it themselves.
    pub(super) rows: Option<B>,
    /// The slot with the groups whose rows lack it of one that they lie in.
    pub(super) above: Option<usize>,
    /// The slot with how many results lack it of rows below.
    pub(super) below: Option<usize>,
}

/// What is asked of the batches for a plan, each reduction once.
#[derive(Debug, Default)]
struct Asking {
    all: Vec<Asked>,
    /// Whether sums are asked for by their terms.
    by_terms: bool,
    /// The rows that each row is added to, where totals are by group.
    by: Option<Num>,
}

impl Asking {
    fn slot(&mut self, it: Asked) -> usize {
        let position = self.all.iter().position(|other| *other == it);
        position.unwrap_or_else(|| {
            self.all.push(it);
            self.all.len() - 1
        })
    }

    fn count(&mut self, rows: Bit) -> usize {
        let asked = self.by.map_or(Asked::Count(rows), |by| Asked::GroupCount(rows, by));
        self.slot(asked)
    }

    fn sum(&mut self, graph: &Graph, num: Num, rows: Bit) -> Summed {
        let linear = if self.by_terms { Linear::of(graph, num) } else { Linear::whole(num) };
        let by = self.by;
        linear.summed(|num| self.slot(by.map_or(Asked::Sum(num, rows), |by| Asked::GroupSum(num, rows, by))))
    }
}

/// What a run of a [`TotalsPlan`] leaves.
#[derive(Debug, Clone)]
pub struct Totals {
    /// The totals, by column.
    pub columns: Vec<ColumnTotal>,
    /// The totals by group, by column, where they were asked for.
    pub groups: Vec<GroupTotal>,
    /// Rows that are not among them: only the interpreter can compute them.
    pub odd: u64,
}

impl TotalsPlan {
    /// A plan for tables of this shape, or `None` if a column has to be computed by the interpreter. With `groups` the
    /// totals are by parent, of which there are so many.
    #[must_use]
    pub fn new(
        engine: &Engine<'_>,
        entity: EntityId,
        shape: &Shape,
        columns: &[Column],
        groups: Option<usize>,
    ) -> Option<Self> {
        let wish = Wish { groups, rows: shape.rows, by_terms: None, of_run: false };
        Self::built(engine, (entity, shape), columns, wish).ok()
    }

    /// See [`Self::new`].
    pub(super) fn built(
        engine: &Engine<'_>,
        (entity, shape): (EntityId, &Shape),
        columns: &[Column],
        wish: Wish,
    ) -> Built<Self> {
        let mut compiler = Compiler::new(engine, entity, shape);
        let mut wanted = Vec::new();
        for column in columns {
            wanted.push(Wanted::of(&mut compiler, column, wish.of_run)?);
        }
        let odd = compiler.escapes();
        let calm = compiler.graph.not(odd);
        let by = match wish.groups {
            None => None,
            Some(0) => Some(compiler.graph.whole(0)),
            Some(groups) => {
                let (parent, lies) = compiler.parent()?;
                let nowhere = compiler.graph.whole(i64::try_from(groups).map_err(|_| Stop)?);
                Some(compiler.graph.select(lies, parent, nowhere))
            }
        };
        let mut adds = Vec::new();
        let mut why: Vec<Missed> = Vec::new();
        for column in &wanted {
            adds.push(column.adds(&mut compiler.graph, calm, wish.rows)?);
            if wish.of_run {
                column.lacks(&mut compiler.graph, calm, engine, &mut why);
            }
        }
        let is_above = |it: &Reason| match it {
            Reason::Fact { entity: of, .. } | Reason::Parent { entity: of, .. } => *of != entity,
            _ => false,
        };
        let is_own = |it: &Reason| matches!(it, Reason::Fact { .. } | Reason::Parent { .. }) && !is_above(it);
        let ask = |by_terms: bool| {
            let mut asking = Asking { all: Vec::new(), by_terms, by };
            let columns: Vec<Totalled> = adds
                .iter()
                .map(|it| match it {
                    Adds::Nothing => Totalled::Nothing,
                    Adds::Sum { low, high, rows, scale } => {
                        let node = |it: Num| compiler.graph.node(it);
                        let (lo, hi) = (node(*low).lo.min(node(*high).lo), node(*low).hi.max(node(*high).hi));
                        Totalled::Sum(Box::new(SumSlots {
                            low: asking.sum(&compiler.graph, *low, *rows),
                            high: asking.sum(&compiler.graph, *high, *rows),
                            known: asking.count(*rows),
                            scale: *scale,
                            positive: lo >= 0,
                            most: i128::from(lo).abs().max(i128::from(hi).abs()),
                        }))
                    }
                    Adds::Outcomes(all) => {
                        let slots = all.iter().map(|(outcome, rows)| (*outcome, asking.count(*rows)));
                        Totalled::Outcomes(slots.collect())
                    }
                })
                .collect();
            let lacks: Vec<(Vec<usize>, Option<usize>, Option<usize>)> = why
                .iter()
                .map(|it| {
                    let counts = it.results.iter().map(|it| asking.slot(Asked::Count(*it))).collect();
                    let above = by.filter(|_| is_above(&it.reason)).map(|by| asking.slot(Asked::GroupAny(it.rows, by)));
                    let below = (it.below != Bit::FALSE).then(|| asking.slot(Asked::Count(it.below)));
                    (counts, above, below)
                })
                .collect();
            let odd = asking.slot(Asked::Count(odd));
            let calm = asking.count(calm);
            (columns, lacks, (odd, calm), asking.all)
        };
        // Of both ways to the same sums the one with fewer operations on each batch.
        let length = |it: &(_, _, _, Vec<Asked>)| code(&compiler.graph, &[], &[], &it.3).instrs.len();
        let (columns, lacks, (odd_count, calm), asked) = match wish.by_terms {
            Some(by_terms) => ask(by_terms),
            None => [ask(false), ask(true)].into_iter().min_by_key(length).ok_or(Stop)?,
        };
        let kept: Vec<Bit> = if wish.of_run {
            why.iter().filter(|it| is_own(&it.reason)).map(|it| it.rows).chain([odd]).collect()
        } else {
            Vec::new()
        };
        let plan = Plan::new(compiler, &[], &kept, &asked);
        let lacks = why.into_iter().zip(lacks).map(|(it, (counts, above, below))| {
            let rows = is_own(&it.reason).then(|| plan.code.bit(it.rows));
            Lacks { reason: it.reason, counts, rows, above, below }
        });
        let (lacks, odd_rows) = (lacks.collect(), plan.code.bit(odd));
        let groups = wish.groups.map_or(0, |it| it + 1);
        Ok(Self { plan, asked, columns, odd: odd_count, odd_rows, calm, lacks, groups })
    }

    /// Adds up a table's rows with so many threads.
    #[must_use]
    pub fn run(&self, table: &Table, threads: usize) -> Totals {
        let batches = table.rows.div_ceil(LANES);
        let next = AtomicUsize::new(0);
        let work = || {
            let (mut slots, mut registers) = (self.slots(), self.registers());
            loop {
                let first = next.fetch_add(SHARE, Ordering::Relaxed);
                if first >= batches {
                    return slots;
                }
                self.plan.run(table, (first, first + SHARE), &mut registers, &mut slots, |_, _| {});
            }
        };
        let slots = if threads <= 1 {
            work()
        } else {
            let parts: Vec<Vec<Slot>> = std::thread::scope(|scope| {
                let all: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
                all.into_iter().filter_map(|it| it.join().ok()).collect()
            });
            parts.into_iter().reduce(merged).unwrap_or_default()
        };
        let columns = self.columns.iter().map(|it| total(it, &slots, table.rows)).collect();
        let odd = count(&slots, self.odd);
        let groups = self
            .groups
            .checked_sub(1)
            .map_or_else(Vec::new, |groups| self.columns.iter().map(|it| grouped(it, &slots, groups)).collect());
        Totals { columns, groups, odd }
    }

    pub(super) fn registers(&self) -> Registers {
        self.plan.registers()
    }

    pub(super) fn slots(&self) -> Vec<Slot> {
        self.asked.iter().map(|it| self.slot(it)).collect()
    }

    /// Adds a table's batches of this range to slots. `each` is shown what each leaves.
    pub(super) fn add(
        &self,
        table: &Table,
        batches: (usize, usize),
        registers: &mut Registers,
        slots: &mut [Slot],
        each: impl FnMut(usize, Results<'_>),
    ) {
        self.plan.run(table, batches, registers, slots, each);
    }

    fn slot(&self, asked: &Asked) -> Slot {
        match asked {
            Asked::Sum(..) => Slot::Sum(0),
            Asked::Count(_) => Slot::Count(0),
            Asked::GroupSum(..) | Asked::GroupMin(..) | Asked::GroupMax(..) => {
                Slot::Groups(vec![0; self.groups], Vec::new())
            }
            Asked::GroupAny(..) => Slot::Any(vec![0; self.groups]),
            Asked::GroupCount(..) => Slot::Counts(vec![0; self.groups]),
        }
    }
}

fn total(column: &Totalled, slots: &[Slot], rows: usize) -> ColumnTotal {
    match column {
        Totalled::Outcomes(all) => {
            let counts = all.iter().map(|(outcome, slot)| (*outcome, count(slots, *slot)));
            ColumnTotal::Outcomes(counts.filter(|it| it.1 > 0).collect())
        }
        Totalled::Nothing => ColumnTotal::Outcomes(BTreeMap::new()),
        Totalled::Sum(it) => {
            let SumSlots { low, high, known, scale, .. } = &**it;
            let known = count(slots, *known);
            let end = |it: &Summed| {
                let sum = it.total(known, |slot| match slots.get(slot) {
                    Some(Slot::Sum(sum)) => around(*sum),
                    Some(Slot::Groups(all, _)) => all.iter().fold(0, |sum, it| sum.wrapping_add(*it)),
                    _ => 0,
                });
                Number::from_scaled(i128::from(sum), *scale).ok()
            };
            let sum = NumberRange::new(end(low), end(high)).map_or(Value::from(0), Value::from);
            ColumnTotal::Sum { sum, without: (rows as u64).saturating_sub(known) }
        }
    }
}

/// A sum of terms around 64 bits; see [`linear`](super::linear).
#[expect(clippy::cast_possible_truncation, reason = "what the terms come to is within 64 bits")]
fn around(sum: i128) -> i64 {
    sum as i64
}

pub(super) fn count(slots: &[Slot], slot: usize) -> u64 {
    match slots.get(slot) {
        Some(Slot::Count(count)) => *count,
        Some(Slot::Counts(all)) => u64::try_from(all.iter().sum::<i64>()).unwrap_or(0),
        _ => 0,
    }
}

fn grouped(column: &Totalled, slots: &[Slot], groups: usize) -> GroupTotal {
    let mut total = GroupTotal::default();
    match column {
        Totalled::Nothing => {}
        Totalled::Sum(it) => {
            let SumSlots { low, high, known, scale, .. } = &**it;
            let known = by_group(slots, *known);
            let [low, high] = [low, high].map(|it| it.by_group(known, |slot| by_group(slots, slot)));
            total = GroupTotal { low, high, scale: *scale, known: known.to_vec(), outcomes: BTreeMap::new() };
        }
        Totalled::Outcomes(all) => {
            total.outcomes = all.iter().map(|(outcome, slot)| (*outcome, by_group(slots, *slot).to_vec())).collect();
        }
    }
    // The last are those that lie nowhere.
    total
        .outcomes
        .values_mut()
        .chain([&mut total.low, &mut total.high, &mut total.known])
        .for_each(|it| it.truncate(groups));
    total
}

/// The sums or counts of a slot, by group.
pub(super) fn by_group(slots: &[Slot], slot: usize) -> &[i64] {
    match slots.get(slot) {
        Some(Slot::Groups(all, _) | Slot::Counts(all)) => all.as_slice(),
        _ => &[],
    }
}

/// What two threads have kept. The order makes no difference: sums are exact.
fn merged(mut a: Vec<Slot>, b: Vec<Slot>) -> Vec<Slot> {
    for (a, b) in a.iter_mut().zip(b) {
        match (a, b) {
            (Slot::Sum(a), Slot::Sum(b)) => *a += b,
            (Slot::Count(a), Slot::Count(b)) => *a += b,
            (Slot::Groups(a, _), Slot::Groups(b, _)) | (Slot::Counts(a), Slot::Counts(b)) => {
                // As in the batches: a term may go around 64 bits, of which what is made of the terms stays within.
                a.iter_mut().zip(b).for_each(|(a, b)| *a = a.wrapping_add(b));
            }
            (Slot::Any(a), Slot::Any(b)) => a.iter_mut().zip(b).for_each(|(a, b)| *a |= b),
            _ => {}
        }
    }
    a
}
