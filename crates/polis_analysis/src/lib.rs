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
mod budgets;
mod conditions;
mod corners;
mod delegated;
mod difference;
mod direction;
mod documents;
mod exceptions;
mod figures;
mod forms;
mod hazards;
mod implication;
mod kin;
mod limits;
mod lists;
mod matters;
mod nearest;
mod norms;
mod open;
mod periods;
mod precedence;
mod procedures;
mod quality;
mod ratings;
mod reach;
mod report;
mod requirements;
mod responsibility;
mod space;
mod standards;
mod times;
mod undecided;

pub use difference::{Band, Difference, Example, Extent, Parting, Side, Together, Told, Way, difference, ends};
pub use documents::{DocumentAnswer, Followed, document_implies};
pub use implication::{Answer, Counterexample, NoAnswer, equivalent, implies};
pub use limits::above as superior_structures;
pub use nearest::{Change, Goal, Nearest, nearest};

use std::sync::Arc;

use polis_db::{Db, Package, SourceFile};
use polis_diagnostic::{Diagnostic, FileId, Severity};
use polis_eval::Machine;
use polis_semantic::Symbol;
use polis_semantic::items::{Item, Place, file_items};
use polis_semantic::kinds::{Def, Lowered, lowered};
use polis_semantic::slices::reading;
use polis_syntax::words::Kind;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use conditions::Conditions;

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
    /// Provisions whose conditions, cases and exceptions were asked.
    pub conditions: usize,
    /// Limits, each with one end or two.
    pub limits: usize,
    /// Quotas and posts that were followed along each of their facts.
    pub quotas: usize,
    /// Jurisdictions that were asked.
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

impl Analysis {
    /// Adds another's findings and counts.
    fn add(&mut self, other: &Self) {
        self.diagnostics.extend_from_slice(&other.diagnostics);
        self.decided.norms += other.decided.norms;
        self.decided.pairs += other.decided.pairs;
        self.decided.conditions += other.decided.conditions;
        self.decided.limits += other.decided.limits;
        self.decided.quotas += other.decided.quotas;
        self.decided.points += other.decided.points;
        self.undecided.extend_from_slice(&other.undecided);
    }
}

/// Analyses the provisions of a package: each with what it rests on, then what only all of them show.
#[salsa::tracked(returns(clone))]
pub fn analysis(db: &dyn Db, package: Package) -> Arc<Analysis> {
    let mut all = Analysis::default();
    for file in package.files(db).iter() {
        all.add(&of_file(db, *file));
        all.add(&norms::norms(db, package, *file));
        all.add(&standards::standards(db, package, *file));
    }
    for family in families(db, package) {
        all.add(&family);
    }
    Arc::new(all)
}

/// What only all provisions of a package show.
fn families(db: &dyn Db, package: Package) -> impl Iterator<Item = Arc<Analysis>> {
    [
        requirements::requirements,
        responsibility::responsibility,
        responsibility::answerable,
        delegated::delegated,
        matters::matters,
        ratings::rewards,
        times::documents,
        open::open,
        times::lapses,
    ]
    .into_iter()
    .map(move |it| it(db, package))
}

/// What is decided of each provision of a file, on its slice.
#[salsa::tracked(returns(clone))]
fn of_file(db: &dyn Db, file: SourceFile) -> Arc<Analysis> {
    let mut all = Analysis::default();
    for item in file_items(db, file) {
        all.add(&provision(db, *item));
    }
    Arc::new(all)
}

/// What is found of the provisions of a file and of its norms, with places in files.
#[salsa::tracked(returns(clone))]
fn file_findings(db: &dyn Db, package: Package, file: SourceFile) -> Arc<[Diagnostic]> {
    let parts = [of_file(db, file), norms::norms(db, package, file), standards::standards(db, package, file)];
    parts.iter().flat_map(|it| &it.diagnostics).map(|it| polis_semantic::absolute(db, it)).collect()
}

/// What only all provisions of a package show, with places in files.
#[salsa::tracked(returns(deref))]
fn whole_findings(db: &dyn Db, package: Package) -> Vec<Diagnostic> {
    let found = families(db, package).flat_map(|it| it.diagnostics.clone());
    found.map(|it| polis_semantic::absolute(db, &it)).chain(quality::whole(db, package)).collect()
}

/// What of it is about a file: most of it stays as it is when one provision changes.
#[salsa::tracked(returns(clone))]
fn whole_findings_of(db: &dyn Db, package: Package, file: SourceFile) -> Arc<[Diagnostic]> {
    let id = file.id(db);
    by_file(db, package).get(&id).cloned().unwrap_or_default()
}

/// What of it is about files of other packages.
fn whole_findings_elsewhere(db: &dyn Db, package: Package) -> Arc<[Diagnostic]> {
    let own: FxHashSet<FileId> = package.files(db).iter().map(|it| it.id(db)).collect();
    whole_findings(db, package).iter().filter(|it| !own.contains(&it.primary.at.file)).cloned().collect()
}

#[salsa::tracked(returns(ref))]
fn by_file(db: &dyn Db, package: Package) -> FxHashMap<FileId, Arc<[Diagnostic]>> {
    let mut found: FxHashMap<FileId, Vec<Diagnostic>> = FxHashMap::default();
    for it in whole_findings(db, package) {
        found.entry(it.primary.at.file).or_default().push(it.clone());
    }
    found.into_iter().map(|(file, found)| (file, found.into())).collect()
}

/// What is decided of one provision. An edit elsewhere decides it anew only if it touches what the provision rests on.
#[salsa::tracked(returns(clone))]
fn provision(db: &dyn Db, item: Item<'_>) -> Arc<Analysis> {
    let Some(package) = polis_semantic::scope::package_of(db, item.file(db)) else { return Arc::default() };
    let read = reading(db, item);
    let mut result = Analysis::default();
    for def in &read.defs {
        match def {
            Def::Rating(rating) => ratings::check(rating, &mut result),
            Def::Procedure(procedure) => procedures::check(procedure, &mut result),
            Def::Admission(admission) => lists::check(db, item, admission, &mut result),
            _ => {}
        }
    }
    match item.kind(db) {
        Some(Kind::Duty | Kind::Duties) => responsibility::leads(&read, &mut result),
        Some(Kind::List | Kind::Mechanism) => matters::list(&read, &mut result),
        _ => {}
    }
    times::provision(db, item, &read, &mut result);
    result.add(&by_jurisdiction(db, package, item, &read));
    Arc::new(result)
}

/// What is decided of a provision for every jurisdiction.
fn by_jurisdiction(db: &dyn Db, package: Package, item: Item<'_>, read: &Lowered) -> Analysis {
    // What an amendment replaced held until then.
    let before = lowered(db, item);
    let before = if std::ptr::eq(Arc::as_ptr(&before), read) { &[] } else { before.defs.as_slice() };
    let conditions: Vec<Conditions<'_>> = read.defs.iter().chain(before).filter_map(Conditions::of).collect();
    let is_asked = |it: &Def| match it {
        Def::Structure(_) => true,
        Def::Rule(rule) => rule.exceptions.len() > 1 || hazards::calculates(rule),
        _ => false,
    };
    if conditions.is_empty() && !read.defs.iter().any(is_asked) {
        return Analysis::default();
    }
    let structure = read.defs.iter().find_map(|it| if let Def::Structure(it) = it { Some(it) } else { None });
    let above = structure.map(|it| limits::above(db, package, it)).unwrap_or_default();
    let items: Vec<Item<'_>> = std::iter::once(item).chain(above.iter().map(|it| it.0)).collect();
    let mut work = Work::on(db, package, &items);
    work.conditions(&conditions);
    for def in &read.defs {
        match def {
            Def::Structure(structure) => {
                work.limits(structure, &above);
                work.quota(structure);
                work.budget(structure);
            }
            Def::Rule(rule) => {
                work.exceptions(rule);
                work.hazards(rule);
            }
            _ => {}
        }
    }
    work.result
}

/// Every finding of a package that is reported, with places in files: those of its form and meaning, and, where it has a
/// meaning, those of the analyses; without what is allowed, and at the levels of the manifest.
pub fn check(db: &dyn Db, package: Package) -> Vec<Diagnostic> {
    let decided = decided(db, package).unwrap_or_default();
    meaning(db, package).iter().chain(&decided).flat_map(|it| it.to_vec()).collect()
}

/// The findings of [`check`] that are of form and meaning, in parts, most of them of one file. A part in which nothing
/// changed is the same allocation as before, unless something of it is allowed or set to another level: whoever shows
/// findings again after each edit need not look into it.
pub fn meaning(db: &dyn Db, package: Package) -> Vec<Arc<[Diagnostic]>> {
    let found: Vec<_> = polis_semantic::findings(db, package).collect();
    let mut allowed = allow::Allowed::new(db, package);
    let mut kept = allowed.parts(&found);
    if has_errors(&found) {
        kept.push(allowed.findings(false));
    }
    kept
}

/// The findings of [`check`] that are of the analyses, in parts as [`meaning`] has them; `None` where the package has
/// errors: of provisions that have no meaning nothing can be decided.
pub fn decided(db: &dyn Db, package: Package) -> Option<Vec<Arc<[Diagnostic]>>> {
    let meaning: Vec<_> = polis_semantic::findings(db, package).collect();
    if has_errors(&meaning) {
        return None;
    }
    let files = package.files(db);
    let of_files = files.iter().flat_map(|it| {
        [file_findings(db, package, *it), quality::file_findings(db, package, *it), whole_findings_of(db, package, *it)]
    });
    let found: Vec<_> = of_files.chain([whole_findings_elsewhere(db, package)]).collect();
    let mut allowed = allow::Allowed::new(db, package);
    // What those of meaning meet is no longer stale.
    allowed.parts(&meaning);
    let mut kept = allowed.parts(&found);
    kept.push(allowed.findings(true));
    Some(kept)
}

fn has_errors(found: &[Arc<[Diagnostic]>]) -> bool {
    found.iter().any(|it| it.iter().any(|it| it.severity == Severity::Error))
}

/// An analysis under way, of provisions with all that they rest on.
struct Work {
    machine: Machine,
    result: Analysis,
}

impl Work {
    fn on(db: &dyn Db, package: Package, items: &[Item<'_>]) -> Self {
        let program = polis_semantic::slices::slice(db, package, items);
        Self { machine: Machine::new(Arc::new(program)), result: Analysis::default() }
    }

    fn undecided(&mut self, symbol: &Symbol, why: Outside) {
        self.result.undecided(symbol, why);
    }
}
