//! Aggregates over the rows that lie in each row of another table, table by table.

use std::sync::Arc;

use polis_syntax::words::Builtin;

use super::code::Asked;
use super::compile::Compiler;
use super::engine::{Engine, Fold};
use super::graph::{Bit, Built, Stop};
use super::kernels::Slot;
use super::plan::Plan;
use super::reason::Reason;
use super::shared::{NumColumn, SharedBit, SharedKind, SharedNum, SharedVal, pad};
use super::table::Table;
use super::value::{Kind, ReasonId, Why};

/// An aggregate by group, as it is added up.
#[derive(Debug, Clone)]
pub(super) struct Folding {
    groups: usize,
    /// Whether only the members are counted.
    members: bool,
    odd: Vec<u8>,
    unknown: Vec<u8>,
    /// Any: a member that is true; all: one that is not.
    decides: Vec<u8>,
    /// Whether the group has a figure.
    has: Vec<u8>,
    low: Vec<i64>,
    high: Vec<i64>,
    scale: u32,
    /// The most that the figures of all rows so far can add up to.
    most: u128,
    why: Vec<(ReasonId, Vec<u8>)>,
    dates: bool,
}

impl Folding {
    pub(super) fn new(groups: usize, members: bool) -> Self {
        let bits = || vec![0_u8; groups];
        Self {
            groups,
            members,
            odd: bits(),
            unknown: bits(),
            decides: bits(),
            has: bits(),
            low: vec![0; groups],
            high: vec![0; groups],
            scale: 0,
            most: 0,
            why: Vec::new(),
            dates: false,
        }
    }

    /// Adds the rows of a table.
    pub(super) fn add(&mut self, engine: &Engine<'_>, fold: &Fold<'_>, table: &Table) -> Built<()> {
        let mut compiler = Compiler::new(engine, fold.child, &table.shape);
        let (counts, value) = compiler.member(fold.body, fold.filter, &fold.scope)?;
        let (by, lies) = compiler.parent()?;
        let odd = compiler.escapes();
        let odd = compiler.graph.and(odd, lies);
        let calm = compiler.graph.not(odd);
        let counts = compiler.graph.and(counts, lies);
        let counts = compiler.graph.and(counts, calm);
        if self.members {
            let plan = Plan::new(compiler, &[], &[], &[Asked::GroupAny(odd, by), Asked::GroupCount(counts, by)]);
            let mut slots = [Slot::Any(std::mem::take(&mut self.odd)), Slot::Counts(std::mem::take(&mut self.low))];
            plan.run(table, (0, usize::MAX), &mut plan.registers(), &mut slots, |_, _| {});
            let [Slot::Any(odd), Slot::Counts(low)] = slots else { return Err(Stop) };
            (self.odd, self.low) = (odd, low);
            return Ok(());
        }
        let unknown = compiler.graph.not(value.known);
        let unknown = compiler.graph.and(counts, unknown);
        let mut asked = vec![Asked::GroupAny(odd, by), Asked::GroupAny(unknown, by)];
        let mut slots = vec![Slot::Any(std::mem::take(&mut self.odd)), Slot::Any(std::mem::take(&mut self.unknown))];
        let mut why: Why = Vec::new();
        for (reason, rows) in &value.why {
            let rows = compiler.graph.and(*rows, counts);
            if rows != Bit::FALSE {
                why.push((*reason, rows));
                asked.push(Asked::GroupAny(rows, by));
                let earlier = self.why.iter().position(|it| it.0 == *reason).map(|it| self.why.swap_remove(it).1);
                slots.push(Slot::Any(earlier.unwrap_or_else(|| vec![0; self.groups])));
            }
        }
        let first = asked.len();
        match fold.builtin {
            Builtin::Any | Builtin::All => {
                let (yes, no, _) = compiler.graph.truths(&value)?;
                let decides = compiler.graph.and(counts, if fold.builtin == Builtin::Any { yes } else { no });
                asked.push(Asked::GroupAny(decides, by));
                slots.push(Slot::Any(std::mem::take(&mut self.decides)));
            }
            _ => {
                let known = compiler.graph.and(counts, value.known);
                let (low, high) = match fold.builtin {
                    Builtin::Sum | Builtin::Count => compiler.counted(fold.builtin, &value, counts)?,
                    Builtin::Min | Builtin::Max => match value.kind {
                        Kind::Number(Some(low), Some(high)) => (low, high),
                        Kind::Date(Some(low), Some(high)) => {
                            self.dates = true;
                            (low, high)
                        }
                        Kind::Nothing => {
                            let zero = compiler.graph.whole(0);
                            (zero, zero)
                        }
                        _ => return Err(Stop),
                    },
                    _ => return Err(Stop),
                };
                let (low, high) = compiler.graph.same_scale(low, high, self.scale)?;
                let scale = compiler.graph.node(low).scale;
                let finer = 10_i64.checked_pow(scale - self.scale).ok_or(Stop)?;
                for sum in self.low.iter_mut().chain(&mut self.high) {
                    *sum = sum.checked_mul(finer).ok_or(Stop)?;
                }
                self.most = self.most.saturating_mul(u128::from(finer.unsigned_abs()));
                self.scale = scale;
                for (end, all) in [(low, &mut self.low), (high, &mut self.high)] {
                    let all = std::mem::take(all);
                    let node = compiler.graph.node(end);
                    let most = u128::from(node.lo.unsigned_abs().max(node.hi.unsigned_abs()));
                    asked.push(match fold.builtin {
                        Builtin::Min => Asked::GroupMin(end, known, by),
                        Builtin::Max => Asked::GroupMax(end, known, by),
                        _ => {
                            // A sum that could leave 64 bits on the way is for the interpreter.
                            self.most = self.most.saturating_add(most.saturating_mul(table.rows as u128));
                            if self.most > i64::MAX as u128 {
                                return Err(Stop);
                            }
                            Asked::GroupSum(end, counts, by)
                        }
                    });
                    slots.push(Slot::Groups(all, self.has.clone()));
                }
            }
        }
        let plan = Plan::new(compiler, &[], &[], &asked);
        plan.run(table, (0, usize::MAX), &mut plan.registers(), &mut slots, |_, _| {});
        let mut slots = slots.into_iter();
        let mut bits = || match slots.next() {
            Some(Slot::Any(all)) => Ok(all),
            _ => Err(Stop),
        };
        (self.odd, self.unknown) = (bits()?, bits()?);
        for (reason, _) in why {
            self.why.push((reason, bits()?));
        }
        debug_assert!(first >= 2, "reasons stand before what is added up");
        match (slots.next(), slots.next()) {
            (Some(Slot::Any(decides)), None) => self.decides = decides,
            (Some(Slot::Groups(low, has)), Some(Slot::Groups(high, _))) => {
                (self.low, self.high, self.has) = (low, high, has);
            }
            _ => return Err(Stop),
        }
        Ok(())
    }

    /// What another thread has added up.
    pub(super) fn merge(&mut self, other: Self, builtin: Builtin) -> Built<()> {
        let or = |a: &mut Vec<u8>, b: &[u8]| a.iter_mut().zip(b).for_each(|(a, b)| *a |= b);
        or(&mut self.odd, &other.odd);
        or(&mut self.unknown, &other.unknown);
        or(&mut self.decides, &other.decides);
        self.dates |= other.dates;
        for (reason, rows) in other.why {
            match self.why.iter_mut().find(|it| it.0 == reason) {
                Some(found) => or(&mut found.1, &rows),
                None => self.why.push((reason, rows)),
            }
        }
        let scale = self.scale.max(other.scale);
        let power = |own: u32| 10_i64.checked_pow(scale - own).ok_or(Stop);
        let (own, others) = (power(self.scale)?, power(other.scale)?);
        let most = self.most.saturating_mul(u128::from(own.unsigned_abs()));
        self.most = most.saturating_add(other.most.saturating_mul(u128::from(others.unsigned_abs())));
        if self.most > i64::MAX as u128 {
            return Err(Stop);
        }
        for (a, b) in [(&mut self.low, other.low), (&mut self.high, other.high)] {
            for (((a, b), has), also) in a.iter_mut().zip(b).zip(&self.has).zip(&other.has) {
                let (x, y) = (a.checked_mul(own).ok_or(Stop)?, b.checked_mul(others).ok_or(Stop)?);
                *a = match (builtin, has, also) {
                    (Builtin::Min | Builtin::Max, _, 0) => x,
                    (Builtin::Min | Builtin::Max, 0, _) => y,
                    (Builtin::Min, ..) if !self.members => x.min(y),
                    (Builtin::Max, ..) if !self.members => x.max(y),
                    _ => x.checked_add(y).ok_or(Stop)?,
                };
            }
        }
        or(&mut self.has, &other.has);
        self.scale = scale;
        Ok(())
    }

    /// The value of every group.
    pub(super) fn finish(mut self, engine: &Engine<'_>, fold: &Fold<'_>) -> SharedVal {
        let column = |mut it: Vec<u8>| {
            pad(&mut it, 0);
            SharedBit::Column(Arc::new(it))
        };
        let figures = |it: Vec<i64>, scale: u32| Some(SharedNum::Column(Arc::new(NumColumn::narrow(it, scale))));
        if self.members {
            let count = figures(self.low, 0);
            return SharedVal {
                kind: SharedKind::Number(count.clone(), count),
                known: SharedBit::Fixed(true),
                why: Vec::new(),
                odd: column(self.odd),
            };
        }
        let mut lacking = self.unknown.clone();
        let kind = match fold.builtin {
            Builtin::Any | Builtin::All => {
                // One member decides in spite of others that are unknown.
                for (lacking, decides) in lacking.iter_mut().zip(&self.decides) {
                    *lacking &= 1 - decides;
                }
                SharedKind::Truth(column(match fold.builtin {
                    Builtin::Any => self.decides,
                    _ => self.decides.into_iter().map(|it| 1 - it).collect(),
                }))
            }
            _ => {
                if matches!(fold.builtin, Builtin::Min | Builtin::Max) {
                    // The least of nothing is an error.
                    for ((odd, has), unknown) in self.odd.iter_mut().zip(&self.has).zip(&self.unknown) {
                        *odd |= 1 - (has | unknown);
                    }
                }
                let is_point = self.low == self.high;
                let low = figures(self.low, self.scale);
                let high = if is_point { low.clone() } else { figures(self.high, self.scale) };
                if self.dates { SharedKind::Date(low, high) } else { SharedKind::Number(low, high) }
            }
        };
        let mut joined: Vec<(ReasonId, Vec<u8>)> = Vec::new();
        for (reason, rows) in self.why {
            let reason = engine.reason_of(reason);
            let own = match &reason {
                Reason::Fact { entity, .. } | Reason::Parent { entity, .. } => engine.lies_in(fold.parent, *entity),
                _ => true,
            };
            let reason = engine.reason(if own { reason } else { reason.below() });
            let rows: Vec<u8> = rows.iter().zip(&lacking).map(|(a, b)| a & b).collect();
            match joined.iter_mut().find(|it| it.0 == reason) {
                Some(found) => found.1.iter_mut().zip(&rows).for_each(|(a, b)| *a |= b),
                None => joined.push((reason, rows)),
            }
        }
        joined.sort_unstable_by_key(|it| it.0);
        let known = lacking.iter().map(|it| 1 - it).collect();
        let why = joined.into_iter().map(|(reason, rows)| (reason, column(rows))).collect();
        SharedVal { kind, known: column(known), why, odd: column(self.odd) }
    }
}
