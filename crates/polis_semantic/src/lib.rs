//! Meaning: item tree, names, types, units, kind checks, lowering to the program.
//!
//! The way of a provision: [`items`] takes positions and comments away; [`scope`] says which names a package sees;
//! [`signature`] says what others need to know of a provision; [`kinds`] lowers it; [`program()`] puts a package's
//! provisions together with those that bind it; [`check()`] collects the findings and leads them back to the files.
//!
//! **Invariant:** editing a comment, or the inside of one provision, re-runs nothing for the others. Nothing past
//! [`items`] knows an offset of a file.

mod assembly;
mod check;
pub mod cycles;
pub mod delegations;
mod expr;
pub mod gaps;
pub mod ir;
#[expect(missing_docs, reason = "salsa's constructors and setters come without documentation")]
pub mod items;
pub mod kinds;
mod lower;
pub mod resolve;
pub mod scope;
pub mod signature;
pub mod slices;
pub mod totals;
pub mod types;
pub mod versions;

pub use assembly::{PackageInfo, Program, file_document, program, program_at, program_switched};
pub use check::{absolute, check, file_diagnostics, file_span, findings};
pub use kinds::rating::NO_GRADE;
pub use lower::unquote;
pub use types::{Dim, NumberType, Symbol, Type};
