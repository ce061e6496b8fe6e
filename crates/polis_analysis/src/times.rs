//! Times that do not go together: documents that rest on later or replaced ones, deadlines before the first day, and
//! references to what is no longer in force.

use std::sync::Arc;

use polis_db::{Db, Package};
use polis_diagnostic::{CoherenceMessage, CoherenceNote};
use polis_semantic::ir::{Deadline, Document, ExprKind};
use polis_semantic::items::Item;
use polis_semantic::kinds::{Def, Lowered};
use polis_semantic::slices::{all_of_kind, named, reading};
use polis_semantic::{Symbol, file_document};
use polis_syntax::words::Kind;
use polis_value::{Date, Range};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::Analysis;
use crate::report::at;

/// Decides the times of one provision.
pub(crate) fn provision(db: &dyn Db, item: Item<'_>, read: &Lowered, found: &mut Analysis) {
    window(read, found);
    deadlines(db, item, read, found);
    references(db, item, read, found);
}

/// A last day that comes before the first.
fn window(read: &Lowered, found: &mut Analysis) {
    let Some(meta) = read.defs.iter().find_map(Def::meta) else { return };
    let (Some(from), Some(until)) = meta.force else { return };
    if from > until {
        let message = CoherenceMessage::NeverInForce {
            name: meta.symbol.name.clone(),
            from: from.to_string().into(),
            until: until.to_string().into(),
        };
        found.found(at(message, meta.place(meta.head)).help(CoherenceNote::CorrectDates));
    }
}

/// The first day of a provision: its own, or its document's.
fn start(db: &dyn Db, item: Item<'_>, own: Option<Date>) -> Option<Date> {
    own.or_else(|| file_document(db, item.file(db))?.dates.get(1).copied().flatten()?.lo())
}

/// A deadline on a day before the provision takes effect.
fn deadlines(db: &dyn Db, item: Item<'_>, read: &Lowered, found: &mut Analysis) {
    for def in &read.defs {
        let (meta, deadlines): (_, Vec<&Deadline>) = match def {
            Def::Norm(norm) => (&norm.meta, norm.deadline.iter().collect()),
            Def::Delegation(hole) => (&hole.meta, hole.deadline.iter().collect()),
            Def::Procedure(it) => {
                (&it.meta, it.deadline.iter().chain(it.steps.iter().filter_map(|it| it.deadline.as_ref())).collect())
            }
            _ => continue,
        };
        for deadline in deadlines {
            let ExprKind::Const(value) = &deadline.length.kind else { continue };
            let Some(due) = value.as_date_range().and_then(|it| it.hi()) else { continue };
            let Some(start) = start(db, item, meta.force.0).filter(|it| due < *it) else { continue };
            let message = CoherenceMessage::DeadlineBeforeEffect {
                name: meta.symbol.name.clone(),
                due: due.to_string().into(),
                start: start.to_string().into(),
            };
            found.found(at(message, meta.place(deadline.length.span)).help(CoherenceNote::CorrectDates));
        }
    }
}

/// A figure or rule that is out of force when the provision that needs it takes effect.
fn references(db: &dyn Db, item: Item<'_>, read: &Lowered, found: &mut Analysis) {
    let Some(meta) = read.defs.iter().find_map(Def::meta) else { return };
    for symbol in &read.references {
        let Some(other) = named(db, item, symbol).filter(|it| *it != item) else { continue };
        let target = reading(db, other);
        let Some(needed) = target.defs.iter().find_map(Def::meta) else { continue };
        let Some(end) = needed.force.1 else { continue };
        let Some(start) = start(db, item, meta.force.0).filter(|it| end < *it) else { continue };
        let message = CoherenceMessage::RefersOutOfForce {
            name: meta.symbol.name.clone(),
            start: start.to_string().into(),
            other: needed.symbol.name.clone(),
            end: end.to_string().into(),
        };
        let diagnostic = at(message, meta.place(meta.head))
            .label(needed.place(needed.head), CoherenceNote::OutOfForceHere)
            .help(CoherenceNote::CorrectDates);
        found.found(diagnostic);
    }
}

/// Holds a package's documents against those that they rest on.
#[salsa::tracked(returns(clone))]
pub(crate) fn documents(db: &dyn Db, package: Package) -> Arc<Analysis> {
    let mut found = Analysis::default();
    let name = package.name(db);
    let reads: Vec<(SmolStr, Arc<Lowered>)> =
        all_of_kind(db, package, Kind::Document).map(|it| (it.package(db), reading(db, it))).collect();
    let documents: Vec<(&SmolStr, &Document)> = reads
        .iter()
        .flat_map(|(of, read)| read.defs.iter().map(move |it| (of, it)))
        .filter_map(|(of, it)| if let Def::Document(it) = it { Some((of, it)) } else { None })
        .collect();
    let by_name: FxHashMap<&Symbol, &Document> = documents.iter().map(|it| (&it.1.meta.symbol, it.1)).collect();
    let mut replaced: FxHashMap<&Symbol, &Document> = FxHashMap::default();
    for (_, new) in &documents {
        for old in &new.supersedes {
            replaced.entry(old).or_insert(new);
        }
    }
    for (_, document) in documents.iter().filter(|it| *it.0 == name) {
        for basis in &document.based_on {
            if let Some(other) = by_name.get(basis) {
                later(document, other, &mut found);
            }
            if let Some(new) = replaced.get(basis) {
                superseded(document, basis, new, &mut found);
            }
        }
    }
    Arc::new(found)
}

/// When a document was issued, or took effect where that is all that is known.
fn day(document: &Document) -> Option<Range<Date>> {
    document.dates.iter().take(2).copied().flatten().next()
}

fn later(document: &Document, other: &Document, found: &mut Analysis) {
    let issued = |it: &Document| it.dates.first().copied().flatten();
    let (Some(own), Some(basis)) = (issued(document), issued(other)) else { return };
    let (Some(end), Some(begin)) = (own.hi(), basis.lo()) else { return };
    if begin <= end {
        return;
    }
    let message = CoherenceMessage::BasedOnLater {
        name: document.meta.symbol.name.clone(),
        issued: end.to_string().into(),
        other: other.meta.symbol.name.clone(),
        later: begin.to_string().into(),
    };
    let diagnostic = at(message, document.meta.place(document.meta.head))
        .label(other.meta.place(other.meta.head), CoherenceNote::OtherDocument)
        .help(CoherenceNote::CorrectDates);
    found.found(diagnostic);
}

fn superseded(document: &Document, old: &Symbol, new: &Document, found: &mut Analysis) {
    // What replaces a document may well say that it rests on it.
    let before = day(document).and_then(|it| it.lo()).zip(day(new).and_then(|it| it.hi()));
    if document.meta.symbol == new.meta.symbol || before.is_none_or(|(own, new)| own < new) {
        return;
    }
    let message = CoherenceMessage::RefersToSuperseded {
        name: document.meta.symbol.name.clone(),
        old: old.name.clone(),
        new: new.meta.symbol.name.clone(),
    };
    let diagnostic = at(message, document.meta.place(document.meta.head))
        .label(new.meta.place(new.meta.head), CoherenceNote::ReplacedHere)
        .help(CoherenceNote::RestOnNew { new: new.meta.symbol.name.clone() });
    found.found(diagnostic);
}
