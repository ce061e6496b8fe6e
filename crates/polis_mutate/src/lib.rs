//! How good the checker is: defects of every family are planted into the bundled policies, one at a time, and the checker
//! is run on each.
//!
//! An [`Operator`] knows every place of a [`Library`] where its defect can be planted, as [`Plant`]s: exact edits of the
//! text, found by the tree. [`expected`] says by which codes the checker is to find it, and what share of each family it
//! found last. [`Bench`] plants, checks what the edit can reach, compares with the findings before, and takes it out again.
//! [`Tally`] counts: *recall* is the share of planted defects that were found, a *false alarm* is a new finding that touches
//! nothing planted, and any finding at all after a change that harms nothing.
//!
//! **Invariant:** the same seed plants the same defects in the same places, whatever ran before.

mod bench;
pub mod expected;
mod library;
mod operators;
mod plant;
mod report;
mod texts;

pub use bench::{Bench, Outcome};
pub use library::{At, Library, Page};
pub use operators::{Family, Operator, all as operators};
pub use plant::{Edit, Plant, Plants, Touched, chosen};
pub use report::{Row, Tally, put, table};
