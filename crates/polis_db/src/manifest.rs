//! What a `polis.toml` says.

use std::collections::BTreeMap;

use polis_diagnostic::FileId;
use polis_syntax::words::{Choice, Face};
use smol_str::SmolStr;

/// What the `polis.toml` of a package says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The manifest's file; `None` for a package without one.
    pub file: Option<FileId>,
    /// The package's name.
    pub name: SmolStr,
    /// The title that reports show.
    pub title: Option<SmolStr>,
    /// The level of government; one of `ChoiceSet::Level`.
    pub level: Option<Choice>,
    /// The superior packages, nearest first as far as the author ordered them.
    pub under: Vec<Named>,
    /// The packages whose names may be written qualified.
    pub uses: Vec<Named>,
    /// Per check, the level that is set for it.
    pub lints: BTreeMap<SmolStr, LintLevel>,
    /// The face that the formatter writes.
    pub face: Option<Face>,
}

/// A name with its place in the manifest, quotes included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The name.
    pub name: SmolStr,
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

/// How a check's findings are treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LintLevel {
    /// Not reported.
    Allow,
    /// Reported as information.
    Info,
    /// Reported as a warning.
    Warn,
    /// Reported as an error.
    Error,
}
