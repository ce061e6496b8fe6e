//! Whether provisions are consistent.
//!
//! A question about conditions is decided on a finite [`space`] of jurisdictions: a condition can only change where a fact
//! passes a figure that it is compared with, so a fact below, at and above each such figure stands for all others. Every
//! point of the space is asked of the interpreter, so a witness is replayed before it is printed, and the first point in
//! the order of the space is the smallest. What compares computed values leaves this fragment and is counted as not
//! decided, never passed over.
//!
//! **Invariant:** analyses see only the program, and print nothing.

mod allow;
mod cases;
mod lists;
mod norms;
mod procedures;
mod quality;
mod ratings;
mod report;
mod space;
mod undecided;

use std::sync::Arc;

use polis_db::{Db, Package};
use polis_diagnostic::{Diagnostic, Severity};
use polis_eval::Machine;
use polis_semantic::Symbol;
use polis_semantic::items::Place;
use smol_str::SmolStr;

pub use allow::{at_level, reported_beside};

/// What the analyses of a package found and decided.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Analysis {
    /// The findings, with places relative to provisions.
    pub diagnostics: Vec<Diagnostic<Place>>,
    /// How much was decided.
    pub decided: Decided,
    /// What was not, and why.
    pub undecided: Vec<Undecided>,
}

/// How much was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Decided {
    /// Norms held against each other.
    pub norms: usize,
    /// Pairs of norms that could meet.
    pub pairs: usize,
    /// Rules, quotas and structures whose cases and exceptions were asked.
    pub rules: usize,
    /// Points of the spaces that were asked.
    pub points: usize,
}

/// A question that could not be decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undecided {
    /// The provision.
    pub symbol: Symbol,
    /// Why.
    pub why: Outside,
}

/// Why a question lies outside of what is decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outside {
    /// It compares values that are computed.
    Computed,
    /// It asks the members of a jurisdiction.
    Members,
    /// It depends on a figure that the text leaves open.
    Open(SmolStr),
    /// It has more cases than are asked.
    TooMany,
    /// It is about several types of jurisdiction at once.
    SeveralEntities,
}

/// Analyses the provisions of a package, on the program that they make with those that bind or serve it.
#[salsa::tracked(returns(clone))]
pub fn analysis(db: &dyn Db, package: Package) -> Arc<Analysis> {
    let program = polis_semantic::program(db, package);
    let own = package.name(db);
    let mut work = Work { machine: Machine::new(Arc::clone(&program)), own, result: Analysis::default() };
    work.cases();
    work.norms();
    work.ratings();
    work.procedures();
    work.lists();
    Arc::new(work.result)
}

/// Every finding of a package that is reported, with places in files: those of its form and meaning, and, where it has a
/// meaning, those of the analyses; without what is allowed, and at the levels of the manifest.
pub fn check(db: &dyn Db, package: Package) -> Vec<Diagnostic> {
    let mut found = polis_semantic::check(db, &[package]);
    // Of provisions that have no meaning nothing can be decided.
    if found.iter().all(|it| it.severity < Severity::Error) {
        found.extend(analysis(db, package).diagnostics.iter().map(|it| polis_semantic::absolute(db, it)));
        found.extend(quality::findings(db, package).iter().map(|it| polis_semantic::absolute(db, it)));
    }
    allow::reported(db, package, found)
}

/// An analysis under way.
struct Work {
    machine: Machine,
    /// The package whose provisions are analysed.
    own: SmolStr,
    result: Analysis,
}

impl Work {
    /// Whether a provision belongs to the package that is analysed: those of others are found there.
    fn is_own(&self, symbol: &Symbol) -> bool {
        symbol.package == self.own
    }

    fn undecided(&mut self, symbol: &Symbol, why: Outside) {
        let entry = Undecided { symbol: symbol.clone(), why };
        if !self.result.undecided.contains(&entry) {
            self.result.undecided.push(entry);
        }
    }
}
