//! What provisions come from: a register of rows that they carry, and the texts that their citations are held against.
//!
//! The ways of both: [`register`] reads a table, [`carriers`] finds what the provisions carry of it, [`Coverage`] counts.
//! [`text`] makes a text comparable and finds a passage in it, [`numerals`] reads its figures, and [`check()`] holds the
//! citations of a package against the texts.
//!
//! **Invariant:** nothing here reads a file or evaluates anything. A block is seen as the table of words describes it,
//! inner blocks too, so a new kind needs nothing here.

pub mod blocks;
mod check;
mod coverage;
mod held;
mod library;
pub mod numerals;
pub mod register;
pub mod text;

pub use check::{Report, check};
pub use coverage::{Carrier, CityCount, Class, Count, Coverage, Covered, carriers};
pub use library::{Library, TextFile, wanted};
pub use register::{Register, Row};
