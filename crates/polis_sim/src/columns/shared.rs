//! Columns that have been computed: facts of a table, and values that rows of another table are given.

use std::sync::Arc;

use polis_value::Number;

use super::graph::Bounds;
use super::kernels::LANES;
use super::value::ReasonId;

/// Figures of all rows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NumColumn {
    pub(super) figures: Figures,
    pub(super) scale: u32,
    pub(super) lo: i64,
    pub(super) hi: i64,
}

/// Padded to whole batches.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Figures {
    /// Times a power of ten.
    Narrow(Vec<i64>),
    Wide(Vec<Number>),
}

impl NumColumn {
    pub(super) fn narrow(mut figures: Vec<i64>, scale: u32) -> Self {
        pad(&mut figures, 0);
        let (mut lo, mut hi) = (0, 0);
        for figure in &figures {
            lo = lo.min(*figure);
            hi = hi.max(*figure);
        }
        Self { figures: Figures::Narrow(figures), scale, lo, hi }
    }

    pub(super) fn wide(mut figures: Vec<Number>) -> Self {
        pad(&mut figures, Number::ZERO);
        Self { figures: Figures::Wide(figures), scale: 0, lo: 0, hi: 0 }
    }

    pub(super) fn bounds(&self) -> Bounds {
        let wide = matches!(self.figures, Figures::Wide(_));
        Bounds { scale: self.scale, lo: self.lo, hi: self.hi, wide }
    }
}

/// Fills up to whole batches.
pub(super) fn pad<T: Copy>(column: &mut Vec<T>, with: T) {
    column.resize(column.len().next_multiple_of(LANES), with);
}

/// A column of figures, or the one figure that it holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum SharedNum {
    Fixed(Number),
    Column(Arc<NumColumn>),
}

/// A column of truths, or the one that it holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum SharedBit {
    Fixed(bool),
    Column(Arc<Vec<u8>>),
}

/// The value of an expression in every row of a table.
#[derive(Debug, Clone)]
pub(super) struct SharedVal {
    pub(super) kind: SharedKind,
    pub(super) known: SharedBit,
    pub(super) why: Vec<(ReasonId, SharedBit)>,
    /// The rows of which only the interpreter can say.
    pub(super) odd: SharedBit,
}

/// As [`super::value::Kind`].
#[derive(Debug, Clone)]
pub(super) enum SharedKind {
    Number(Option<SharedNum>, Option<SharedNum>),
    Date(Option<SharedNum>, Option<SharedNum>),
    Truth(SharedBit),
    Enum(u32, SharedNum),
    Text(SharedNum),
    Row(u32, SharedNum),
    Nothing,
}
