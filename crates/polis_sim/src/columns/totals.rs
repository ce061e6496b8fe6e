//! Totals of results over all rows, or by the rows that they lie in, without a cell in between.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use polis_eval::{EntityId, Outcome};
use polis_value::{Number, NumberRange, Value};

use super::code::Asked;
use super::compile::{Compiler, Verdicts};
use super::engine::Engine;
use super::graph::{Bit, Built, Num, Stop};
use super::kernels::{LANES, Slot};
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
    Sum { low: usize, high: usize, known: usize, scale: u32 },
    Outcomes(Vec<(Outcome, usize)>),
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
        Self::built(engine, entity, shape, columns, groups).ok()
    }

    fn built(
        engine: &Engine<'_>,
        entity: EntityId,
        shape: &Shape,
        columns: &[Column],
        groups: Option<usize>,
    ) -> Built<Self> {
        enum Wanted {
            Value(Val),
            Verdict(Verdicts),
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
        let mut asked = Vec::new();
        let ask = |asked: &mut Vec<Asked>, it: Asked| {
            let position = asked.iter().position(|other| *other == it);
            position.unwrap_or_else(|| {
                asked.push(it);
                asked.len() - 1
            })
        };
        let mut totalled = Vec::new();
        for column in &wanted {
            totalled.push(match column {
                Wanted::Value(val) => {
                    let Kind::Number(Some(low), Some(high)) = val.kind else { return Err(Stop) };
                    let rows = compiler.graph.and(val.known, calm);
                    // A sum that could leave 64 bits on the way is for the interpreter, which may report it.
                    let scale = summable(&compiler, low, shape)?.max(summable(&compiler, high, shape)?);
                    if summable(&compiler, low, shape) != summable(&compiler, high, shape) {
                        return Err(Stop);
                    }
                    match by {
                        None => Totalled::Sum {
                            low: ask(&mut asked, Asked::Sum(low, rows)),
                            high: ask(&mut asked, Asked::Sum(high, rows)),
                            known: ask(&mut asked, Asked::Count(rows)),
                            scale,
                        },
                        Some((by, lies)) => {
                            let rows = compiler.graph.and(rows, lies);
                            Totalled::Sum {
                                low: ask(&mut asked, Asked::GroupSum(low, rows, by)),
                                high: ask(&mut asked, Asked::GroupSum(high, rows, by)),
                                known: ask(&mut asked, Asked::GroupCount(rows, by)),
                                scale,
                            }
                        }
                    }
                }
                Wanted::Verdict(verdict) => {
                    let (yes, no, unknown) = compiler.graph.truths(&verdict.condition)?;
                    let applies = compiler.graph.not(verdict.not_applicable);
                    let bad = if verdict.binding { Outcome::Breached } else { Outcome::Deviates };
                    let mut slots = Vec::new();
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
                            slots.push((outcome, ask(&mut asked, Asked::Count(rows))));
                        }
                    }
                    Totalled::Outcomes(slots)
                }
            });
        }
        let odd = ask(&mut asked, Asked::Count(odd));
        let plan = Plan::new(compiler, &[], &[], &asked);
        Ok(Self { plan, asked, columns: totalled, odd, groups: groups.unwrap_or(0) })
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
        let mut slots = if threads <= 1 {
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
            if self.groups == 0 { Vec::new() } else { self.columns.iter().map(|it| grouped(it, &mut slots)).collect() };
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
            let known = match slots.get(*known) {
                Some(Slot::Counts(all)) => u64::try_from(all.iter().sum::<i64>()).unwrap_or(0),
                _ => count(slots, *known),
            };
            let end = |slot: usize| match slots.get(slot) {
                Some(Slot::Sum(sum)) => Number::from_scaled(*sum, *scale).ok(),
                Some(Slot::Groups(all, _)) => {
                    Number::from_scaled(all.iter().map(|it| i128::from(*it)).sum(), *scale).ok()
                }
                _ => None,
            };
            let sum = NumberRange::new(end(*low), end(*high)).map_or(Value::from(0), Value::from);
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

fn count(slots: &[Slot], slot: usize) -> u64 {
    match slots.get(slot) {
        Some(Slot::Count(count)) => *count,
        _ => 0,
    }
}

fn grouped(column: &Totalled, slots: &mut [Slot]) -> GroupTotal {
    let all = |slots: &[Slot], slot: usize| match slots.get(slot) {
        Some(Slot::Groups(all, _) | Slot::Counts(all)) => all.clone(),
        _ => Vec::new(),
    };
    match column {
        Totalled::Sum { low, high, known, scale } => {
            GroupTotal { low: all(slots, *low), high: all(slots, *high), scale: *scale, known: all(slots, *known) }
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
                a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
            }
            (Slot::Any(a), Slot::Any(b)) => a.iter_mut().zip(b).for_each(|(a, b)| *a |= b),
            _ => {}
        }
    }
    a
}
