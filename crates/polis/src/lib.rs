//! The command line of Polis, as a library: [`command`] is its definition in a language, [`run`] is one call of it.
//!
//! One file per command in `commands`; each has its definition in clap's terms, its arguments as a struct, and what it
//! does. A command sees the world only through its [`Context`], so a test needs no process.
//!
//! **Invariant:** whatever is for reading is in the language that was chosen before the arguments were parsed, clap's own
//! help and errors included; whatever is for programs (JSON, CSV) is the same in both languages but for texts.

mod bug;
mod cli;
mod commands;
mod context;
mod git;
mod language;
mod out;
mod page;
mod project;
mod session;
mod sources;
pub mod table;
mod usage;

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use polis_db::System;
use polis_diagnostic::Locale;

pub use bug::install_bug_report;
pub use context::{Context, Failure};
pub use language::locale_of;
pub use out::{Out, Streams};

/// How a call ends. Scripts rely on the numbers: they never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Nothing of error level was found.
    Clean,
    /// Findings of error level, failed tests, files that are not formatted.
    Findings,
    /// The arguments are wrong, or what they name cannot be read or written.
    Usage,
    /// Polis itself is wrong.
    Bug,
}

impl Exit {
    /// The number that the shell sees.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Bug => 101,
        }
    }

    /// The graver of two outcomes, for a call that does several things.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        if other.code() > self.code() { other } else { self }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// The definition of the command line with all its texts in one language.
#[must_use]
pub fn command(locale: Locale) -> clap::Command {
    commands::root(locale)
}

/// One call: `args` begin with the name of the program.
pub fn run(args: &[OsString], system: &dyn System, streams: &mut Streams<'_>) -> Exit {
    // A panic has been reported by the hook; what is left is to end as the documentation says.
    let exit = catch_unwind(AssertUnwindSafe(|| commands::call(args, system, streams))).unwrap_or(Exit::Bug);
    // What cannot be written at the end could not be reported either.
    let flushed = streams.out.finish().and(streams.err.finish());
    if flushed.is_err() { exit.and(Exit::Usage) } else { exit }
}
