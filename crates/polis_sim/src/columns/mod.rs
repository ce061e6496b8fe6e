//! Columnar evaluation: a program compiled once to operations on batches of rows.
//!
//! Facts lie in typed columns, a column to a field. An expression becomes nodes of a graph ([`graph`]): for a number or range
//! both ends, and for every value the rows in which it is known and, reason by reason, those in which it is not. The
//! graph becomes a list of operations on batches ([`code`]), which run as plain loops ([`kernels`]).
//!
//! **Invariant:** whatever is computed here is what the interpreter computes, value for value and reason for reason.
//! Figures are integers with a fixed place of the point, of which the bounds prove that no operation overflows or rounds;
//! where they do not, figures are [`polis_value::Number`]s. Rows in which an operation has no result, and provisions that
//! have no columns, are left to the interpreter.

mod added;
mod batch;
mod cells;
mod code;
mod compile;
mod engine;
mod fold;
mod graph;
mod kernels;
mod linear;
mod plan;
mod reason;
mod reductions;
mod shape;
mod shared;
mod sums;
mod table;
#[cfg(test)]
pub(crate) mod tests;
mod texts;
mod totals;
mod value;

pub(crate) use batch::{BatchPlan, FoldPass};
pub(crate) use cells::CellPlan;
pub use engine::Engine;
pub(crate) use reason::Reason;
pub use shape::Shape;
pub(crate) use sums::{ColumnSums, FigureSums, SumPlan, Sums, SumsOf};
pub use table::{Table, TableBuilder};
pub(crate) use texts::{Texts, date, days};
pub use totals::{ColumnTotal, GroupTotal, Totals, TotalsPlan};
