//! Totals of results over all rows, or by the rows that they lie in, without a cell in between.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use polis_eval::{EntityId, Outcome};
use polis_value::{Number, NumberRange, Value};

use super::code::{Asked, code};
use super::compile::{Compiler, Verdicts};
use super::engine::Engine;
use super::graph::{Bit, Built, Graph, Num, Stop};
use super::kernels::{LANES, Slot};
use super::linear::{Linear, Summed};
use super::plan::Plan;
use super::shape::Shape;
use super::table::Table;
use super::value::{Kind, Val};
use crate::simulate::{Column, Source};

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupTotal {
    /// The sums of the lower and of the upper ends, in units of `10^-scale`.
    pub low: Vec<i64>,
    /// See `low`.
    pub high: Vec<i64>,
    /// The digits after the point.
    pub scale: u32,
    /// How many rows of each group have a figure.
    pub known: Vec<i64>,
}

/// Adds columns of results up.
#[derive(Debug)]
pub struct TotalsPlan {
    plan: Plan,
    asked: Vec<Asked>,
    columns: Vec<Totalled>,
    /// The slot with the rows that the interpreter has to compute.
    odd: usize,
    groups: usize,
}

/// In which slots the totals of a column are.
#[derive(Debug)]
enum Totalled {
    Sum { low: Summed, high: Summed, known: usize, scale: u32 },
    Outcomes(Vec<(Outcome, usize)>),
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
        Self::built(engine, (entity, shape), columns, groups, None).ok()
    }

    /// See [`Self::new`]; `by_terms` says whether sums are by terms, which otherwise is decided by what takes less.
    pub(super) fn built(
        engine: &Engine<'_>,
        (entity, shape): (EntityId, &Shape),
        columns: &[Column],
        groups: Option<usize>,
        by_terms: Option<bool>,
    ) -> Built<Self> {
        enum Wanted {
            Value(Val),
            Verdict(Verdicts),
        }
        // What is added up of a column: its figures in these rows.
        enum Adds {
            Sum { low: Num, high: Num, rows: Bit, scale: u32 },
            Outcomes(Vec<(Outcome, Bit)>),
        }
        let mut compiler = Compiler::new(engine, entity, shape);
        let mut wanted = Vec::new();
        for column in columns {
            wanted.push(match &column.source {
                Source::Rule(rule) => Wanted::Value(compiler.rule(*rule)?),
                Source::Actual(constraint) => match compiler.constraint(*constraint)?.figures {
                    Some((value, _)) => Wanted::Value(value),
                    None => return Err(Stop),
                },
                Source::Verdict(all) => match all.as_slice() {
                    [one] => Wanted::Verdict(compiler.constraint(*one)?),
                    _ => return Err(Stop),
                },
            });
        }
        let odd = compiler.escapes();
        let calm = compiler.graph.not(odd);
        let by = if groups.is_some() { Some(compiler.parent()?) } else { None };
        let mut adds = Vec::new();
        for column in &wanted {
            adds.push(match column {
                Wanted::Value(val) => {
                    let Kind::Number(Some(low), Some(high)) = val.kind else { return Err(Stop) };
                    // A sum that could leave 64 bits on the way is for the interpreter, which may report it.
                    let scale = summable(&compiler, low, shape)?;
                    if scale != summable(&compiler, high, shape)? {
                        return Err(Stop);
                    }
                    let mut rows = compiler.graph.and(val.known, calm);
                    if let Some((_, lies)) = by {
                        rows = compiler.graph.and(rows, lies);
                    }
                    Adds::Sum { low, high, rows, scale }
                }
                Wanted::Verdict(verdict) => {
                    let (yes, no, unknown) = compiler.graph.truths(&verdict.condition)?;
                    let applies = compiler.graph.not(verdict.not_applicable);
                    let bad = if verdict.binding { Outcome::Breached } else { Outcome::Deviates };
                    let mut outcomes = Vec::new();
                    for (outcome, rows) in [
                        (Outcome::Kept, yes),
                        (bad, no),
                        (Outcome::Unknown, unknown),
                        (Outcome::NotApplicable, Bit::TRUE),
                    ] {
                        let applies = if outcome == Outcome::NotApplicable { verdict.not_applicable } else { applies };
                        let rows = compiler.graph.and(rows, applies);
                        let rows = compiler.graph.and(rows, calm);
                        if rows != Bit::FALSE && by.is_none() {
                            outcomes.push((outcome, rows));
                        }
                    }
                    Adds::Outcomes(outcomes)
                }
            });
        }
        let ask = |by_terms: bool| {
            let mut asking = Asking { all: Vec::new(), by_terms, by: by.map(|it| it.0) };
            let columns: Vec<Totalled> = adds
                .iter()
                .map(|it| match it {
                    Adds::Sum { low, high, rows, scale } => Totalled::Sum {
                        low: asking.sum(&compiler.graph, *low, *rows),
                        high: asking.sum(&compiler.graph, *high, *rows),
                        known: asking.count(*rows),
                        scale: *scale,
                    },
                    Adds::Outcomes(all) => {
                        let slots = all.iter().map(|(outcome, rows)| (*outcome, asking.slot(Asked::Count(*rows))));
                        Totalled::Outcomes(slots.collect())
                    }
                })
                .collect();
            let odd = asking.slot(Asked::Count(odd));
            (columns, odd, asking.all)
        };
        // Of both ways to the same sums the one with fewer operations on each batch.
        let length = |it: &(_, _, Vec<Asked>)| code(&compiler.graph, &[], &[], &it.2).instrs.len();
        let (columns, odd, asked) = match by_terms {
            Some(by_terms) => ask(by_terms),
            None => [ask(false), ask(true)].into_iter().min_by_key(length).ok_or(Stop)?,
        };
        let plan = Plan::new(compiler, &[], &[], &asked);
        Ok(Self { plan, asked, columns, odd, groups: groups.unwrap_or(0) })
    }

    /// Adds up a table's rows with so many threads.
    #[must_use]
    pub fn run(&self, table: &Table, threads: usize) -> Totals {
        let batches = table.rows.div_ceil(LANES);
        let next = AtomicUsize::new(0);
        let work = || {
            let mut slots: Vec<Slot> = self.asked.iter().map(|it| self.slot(it)).collect();
            let mut registers = self.plan.registers();
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
        let groups =
            if self.groups == 0 { Vec::new() } else { self.columns.iter().map(|it| grouped(it, &slots)).collect() };
        Totals { columns, groups, odd }
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
        Totalled::Sum { low, high, known, scale } => {
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

/// The place of the point of figures whose sum over a table stays within 64 bits, in whatever order.
fn summable(compiler: &Compiler<'_, '_>, num: Num, shape: &Shape) -> Built<u32> {
    let node = compiler.graph.node(num);
    let most = i128::from(node.lo).abs().max(i128::from(node.hi).abs());
    let rows = i128::from(shape.rows);
    if node.wide || most.saturating_mul(rows) > i128::from(i64::MAX) { Err(Stop) } else { Ok(node.scale) }
}

/// A sum of terms around 64 bits; see [`linear`](super::linear).
#[expect(clippy::cast_possible_truncation, reason = "what the terms come to is within 64 bits")]
fn around(sum: i128) -> i64 {
    sum as i64
}

fn count(slots: &[Slot], slot: usize) -> u64 {
    match slots.get(slot) {
        Some(Slot::Count(count)) => *count,
        Some(Slot::Counts(all)) => u64::try_from(all.iter().sum::<i64>()).unwrap_or(0),
        _ => 0,
    }
}

fn grouped(column: &Totalled, slots: &[Slot]) -> GroupTotal {
    let all = |slot: usize| match slots.get(slot) {
        Some(Slot::Groups(all, _) | Slot::Counts(all)) => all.as_slice(),
        _ => &[],
    };
    match column {
        Totalled::Sum { low, high, known, scale } => {
            let known = all(*known);
            let [low, high] = [low, high].map(|it| it.by_group(known, all));
            GroupTotal { low, high, scale: *scale, known: known.to_vec() }
        }
        Totalled::Outcomes(_) => GroupTotal { low: Vec::new(), high: Vec::new(), scale: 0, known: Vec::new() },
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
