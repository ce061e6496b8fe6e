//! Samples made up for a program: of any size, the same for the same seed, full of the cases where rules turn.
//!
//! [`Plan::new`] decides which tables there will be and how each column is filled; [`write`] makes one of them. A plan
//! knows the program and holds no rows, a writer makes rows and holds few of them, so the size of a sample is that of the
//! disk.
//!
//! **Invariant:** a row depends on the seed, the entity and its number only. So a larger order begins with the rows of a
//! smaller one, in every format, and whatever the order of drawing.

mod column;
mod csv;
mod figure;
mod hints;
mod parquet;
mod plan;
mod random;
#[cfg(test)]
mod tests;
mod words;

use std::io::{self, Write};

pub(crate) use column::civil;
pub use plan::{Order, Plan, PlanError, Table, default_entity};
pub(crate) use random::Key;
pub use random::Share;

/// The form of a generated file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// Rows of texts parted by commas.
    #[default]
    Csv,
    /// Columns of types, compressed.
    Parquet,
}

impl Form {
    /// What names of files end with.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }
}

/// Writes a table. `made` is called with the numbers of rows that have been made, and ends the work by its error.
///
/// # Errors
///
/// Those of `out` and of `made`.
pub fn write(
    table: &Table<'_>,
    form: Form,
    out: &mut (dyn Write + Send),
    made: &mut dyn FnMut(u64) -> io::Result<()>,
) -> io::Result<()> {
    match form {
        Form::Csv => csv::write(table, out, made),
        Form::Parquet => parquet::write(table, out, made),
    }
}
