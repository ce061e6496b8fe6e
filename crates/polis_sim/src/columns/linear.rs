//! Sums by their terms: what `a * 3 + b` adds up to over many rows is three times what `a` does, and what `b` does.
//!
//! Several results mostly rest on the same few columns, such as amounts of money on a head count, so that a table is read
//! for the terms alone.
//!
//! **Invariant:** sums of terms, factors and what is made of them are taken around 64 bits. Adding and multiplying so give
//! the true sum wherever that one is within 64 bits, which is so of every sum that is asked for, whatever its terms come to.

use std::collections::BTreeMap;

use super::graph::{Graph, Num, NumOp};

/// More terms than this cost more than the figures that they come to.
const MOST_TERMS: usize = 8;

/// A column of figures as the sum of others with factors, and of a constant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Linear {
    constant: i64,
    terms: BTreeMap<Num, i64>,
}

/// The same of what columns add up to, by the slots in which the batches leave their sums.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Summed {
    constant: i64,
    terms: Vec<(usize, i64)>,
}

impl Linear {
    /// The terms of a narrow column, as units of its last digit.
    pub(super) fn of(graph: &Graph, num: Num) -> Self {
        let mut linear = Self::default();
        // Latest first: the operands of a node are older than it, so that each node is met once, with its whole factor.
        let mut open = BTreeMap::from([(num, 1_i64)]);
        while let Some((num, factor)) = open.pop_last() {
            let mut add = |num: Num, factor: i64| {
                let all = open.entry(num).or_default();
                *all = all.wrapping_add(factor);
            };
            match graph.node(num).op {
                NumOp::Const(figure) => linear.constant = linear.constant.wrapping_add(factor.wrapping_mul(figure)),
                NumOp::Add(a, b) => {
                    add(a, factor);
                    add(b, factor);
                }
                NumOp::Sub(a, b) => {
                    add(a, factor);
                    add(b, factor.wrapping_neg());
                }
                NumOp::Mul(a, b) => match (graph.node(a).op, graph.node(b).op) {
                    (_, NumOp::Const(by)) => add(a, factor.wrapping_mul(by)),
                    (NumOp::Const(by), _) => add(b, factor.wrapping_mul(by)),
                    _ => {
                        linear.terms.insert(num, factor);
                    }
                },
                _ => {
                    linear.terms.insert(num, factor);
                }
            }
        }
        linear.terms.retain(|_, factor| *factor != 0);
        if linear.terms.len() > MOST_TERMS { Self::whole(num) } else { linear }
    }

    /// The column itself as its only term.
    pub(super) fn whole(num: Num) -> Self {
        Self { constant: 0, terms: BTreeMap::from([(num, 1)]) }
    }

    /// What it adds up to, with the slot of each term.
    pub(super) fn summed(&self, mut slot: impl FnMut(Num) -> usize) -> Summed {
        let terms = self.terms.iter().map(|(num, factor)| (slot(*num), *factor)).collect();
        Summed { constant: self.constant, terms }
    }
}

impl Summed {
    /// The sum over so many rows, with the sums of the terms.
    pub(super) fn total(&self, rows: u64, sum: impl Fn(usize) -> i64) -> i64 {
        let constant = self.constant.wrapping_mul(rows.cast_signed());
        let terms = self.terms.iter().map(|(slot, factor)| sum(*slot).wrapping_mul(*factor));
        terms.fold(constant, i64::wrapping_add)
    }

    /// The sums by group, with how many rows each group has and the sums of the terms.
    pub(super) fn by_group<'s>(&self, rows: &[i64], sums: impl Fn(usize) -> &'s [i64]) -> Vec<i64> {
        let mut all: Vec<i64> = rows.iter().map(|it| it.wrapping_mul(self.constant)).collect();
        for (slot, factor) in &self.terms {
            for (all, sum) in all.iter_mut().zip(sums(*slot)) {
                *all = all.wrapping_add(sum.wrapping_mul(*factor));
            }
        }
        all
    }
}
