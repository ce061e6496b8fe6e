//! The checker against plain enumeration.
//!
//! Small programs are enumerated, or drawn from a seed where there are too many, printed as `.pol` text and checked.
//! What must be found is decided a second time here, by asking every jurisdiction of a small world with an evaluator of
//! these tests' own: nothing of the interpreter or of the crate under test is used for that.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what is not as it should be fails the test"
)]
#![expect(clippy::format_push_string, reason = "a generator for tests, written to be read")]

mod cases;
mod checked;
mod condition;
mod conditions;
mod draw;
mod exceptions;
mod laws;
mod lists;
mod norms;
mod procedures;
mod quotas;
mod ratings;
mod world;
#[cfg(feature = "z3")]
mod z3;
