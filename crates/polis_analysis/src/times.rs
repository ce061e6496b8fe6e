//! Times that do not go together: documents that rest on later or replaced ones, deadlines before the first day, and
//! references to what is no longer in force.

use std::sync::Arc;

use polis_db::{Db, Package, SourceFile};
use polis_diagnostic::{Bilingual, CoherenceMessage, CoherenceNote, Diagnostic};
use polis_semantic::ir::{Deadline, Document, ExprKind, Meta};
use polis_semantic::items::{Item, Place, file_items};
use polis_semantic::kinds::{Def, Lowered};
use polis_semantic::slices::{named, read_of_kind, reading};
use polis_semantic::{Symbol, file_document};
use polis_syntax::Span;
use polis_syntax::ast::Element;
use polis_syntax::words::{ClauseWord, Kind};
use polis_value::{Date, Range};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::Analysis;
use crate::report::at;

/// Decides the times of one provision.
pub(crate) fn provision(db: &dyn Db, item: Item<'_>, read: &Lowered, found: &mut Analysis) {
    window(read, found);
    for def in &read.defs {
        if let Def::Document(document) = def {
            order(document, found);
        }
    }
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

/// The dates of a document, which come in the order of issue, effect and expiry.
fn order(document: &Document, found: &mut Analysis) {
    let [issued, effective, expires] = document.dates;
    let name = || document.meta.symbol.name.clone();
    let mut add = |diagnostic: Diagnostic<Place>, words: [(ClauseWord, CoherenceNote); 2]| {
        let labelled = words.into_iter().fold(diagnostic, |it, (word, note)| labelled(it, document, word, note));
        found.found(labelled);
    };
    let place = || document.meta.place(document.meta.head);
    let written = |word| date_clause(document, word).map(|it| SmolStr::new(it.text(&document.meta.content.text)));
    if let (Some(from), Some(until)) = (effective.and_then(|it| it.lo()), expires.and_then(|it| it.hi()))
        && until < from
    {
        let (from, until) = (from.to_string().into(), until.to_string().into());
        let message = CoherenceMessage::NeverInForce { name: name(), from, until };
        let words = [
            (ClauseWord::Effective, CoherenceNote::InEffectHere),
            (ClauseWord::Expires, CoherenceNote::OutOfForceHere),
        ];
        add(at(message, place()).help(CoherenceNote::CorrectDates), words);
        return;
    }
    // Of a document that says nothing else, what it says holds from the day of issue on.
    let (word, note, first, what) = if effective.is_some() {
        (ClauseWord::Effective, CoherenceNote::InEffectHere, effective, Bilingual::new("施行", "takes effect"))
    } else {
        (ClauseWord::Expires, CoherenceNote::OutOfForceHere, expires, Bilingual::new("失效", "expires"))
    };
    if let (Some(early), Some(late)) = (first.and_then(|it| it.hi()), issued.and_then(|it| it.lo()))
        && early < late
    {
        let message = CoherenceMessage::DatesOutOfOrder {
            name: name(),
            what,
            early: written(word).unwrap_or_else(|| early.to_string().into()),
            issued: written(ClauseWord::Issued).unwrap_or_else(|| late.to_string().into()),
        };
        let words = [(word, note), (ClauseWord::Issued, CoherenceNote::IssuedHere)];
        add(at(message, place()).help(CoherenceNote::CorrectOrAllowDates), words);
    }
}

/// The days that a file's document gives to the provisions of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Days {
    /// The first: when it takes effect, or else when it was issued.
    start: Option<Date>,
    /// Whether that is when it was issued.
    as_issued: bool,
    /// The last.
    end: Option<Date>,
}

#[salsa::tracked(returns(copy))]
fn days(db: &dyn Db, file: SourceFile) -> Days {
    let Some(document) = file_document(db, file) else { return Days::default() };
    let [issued, effective, expires] = document.dates;
    let never = |end: &Date| effective.and_then(|it| it.lo()).is_some_and(|it| *end < it);
    // One that is never in force is reported as that, and not once more for every provision.
    let end = expires.and_then(|it| it.hi()).filter(|it| !never(it));
    Days { start: effective.or(issued).and_then(|it| it.lo()), as_issued: effective.is_none(), end }
}

/// What happens on the first day of a provision, in words.
fn begins(db: &dyn Db, item: Item<'_>, own: Option<Date>) -> Bilingual {
    if own.is_none() && days(db, item.file(db)).as_issued {
        Bilingual::new("印发", "is issued")
    } else {
        Bilingual::new("施行", "takes effect")
    }
}

/// The first day of a provision: its own, or its document's.
pub(crate) fn start(db: &dyn Db, item: Item<'_>, own: Option<Date>) -> Option<Date> {
    own.or_else(|| days(db, item.file(db)).start)
}

/// Adds the place of the date that a provision without its own takes from its document.
fn from_document(
    db: &dyn Db,
    item: Item<'_>,
    diagnostic: Diagnostic<Place>,
    words: &[(ClauseWord, CoherenceNote)],
) -> Diagnostic<Place> {
    let Some(document) = file_document(db, item.file(db)) else { return diagnostic };
    let first = words.iter().find(|it| date_clause(&document, it.0).is_some());
    match first {
        Some((word, note)) => labelled(diagnostic, &document, *word, note.clone()),
        None => diagnostic,
    }
}

/// Where the first day of a document stands.
const FIRST: &[(ClauseWord, CoherenceNote)] =
    &[(ClauseWord::Effective, CoherenceNote::InEffectHere), (ClauseWord::Issued, CoherenceNote::IssuedHere)];

/// Where its last day stands.
const LAST: &[(ClauseWord, CoherenceNote)] = &[(ClauseWord::Expires, CoherenceNote::OutOfForceHere)];

fn labelled(
    diagnostic: Diagnostic<Place>,
    document: &Document,
    word: ClauseWord,
    note: CoherenceNote,
) -> Diagnostic<Place> {
    match date_clause(document, word) {
        Some(span) => diagnostic.label(document.meta.place(span), note),
        None => diagnostic,
    }
}

/// The date in a clause of a document.
fn date_clause(document: &Document, word: ClauseWord) -> Option<Span> {
    clause_value(&document.meta, word)
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
                what: begins(db, item, meta.force.0),
            };
            let mut diagnostic = at(message, meta.place(deadline.length.span)).help(CoherenceNote::CorrectDates);
            if meta.force.0.is_none() {
                diagnostic = from_document(db, item, diagnostic, FIRST);
            }
            found.found(diagnostic);
        }
    }
}

/// A figure or rule that is out of force when the provision that needs it takes effect.
fn references(db: &dyn Db, item: Item<'_>, read: &Lowered, found: &mut Analysis) {
    let Some(meta) = read.defs.iter().find_map(Def::meta) else { return };
    for Ended { other, end, .. } in ended(db, item) {
        let Some(start) = start(db, item, meta.force.0).filter(|it| end < it) else { continue };
        let target = reading(db, *other);
        let Some(needed) = target.defs.iter().find_map(Def::meta) else { continue };
        let message = CoherenceMessage::RefersOutOfForce {
            name: meta.symbol.name.clone(),
            start: start.to_string().into(),
            what: begins(db, item, meta.force.0),
            other: needed.symbol.name.clone(),
            end: end.to_string().into(),
        };
        let mut diagnostic = at(message, meta.place(meta.head))
            .label(needed.place(needed.head), CoherenceNote::OutOfForceHere)
            .help(CoherenceNote::CorrectDates);
        if needed.force.1.is_none() {
            diagnostic = from_document(db, *other, diagnostic, LAST);
        }
        if meta.force.0.is_none() {
            diagnostic = from_document(db, item, diagnostic, FIRST);
        }
        found.found(diagnostic);
    }
}

/// A figure or rule that goes out of force before a provision that needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, salsa::SalsaValue)]
struct Ended<'db> {
    /// What needs it.
    user: Item<'db>,
    /// What ends.
    other: Item<'db>,
    /// Its last day.
    end: Date,
}

/// The figures and rules that a provision needs and that go out of force before it does.
#[salsa::tracked(returns(deref))]
fn ended<'db>(db: &'db dyn Db, item: Item<'db>) -> Vec<Ended<'db>> {
    let read = reading(db, item);
    let Some(meta) = read.defs.iter().find_map(Def::meta) else { return Vec::new() };
    let last = |item: Item<'_>, own: Option<Date>| own.or_else(|| days(db, item.file(db)).end);
    let others = read.references.iter().filter_map(|it| named(db, item, it)).filter(|it| *it != item);
    let ends = others.filter_map(|other| {
        let target = reading(db, other);
        let end = last(other, target.defs.iter().find_map(Def::meta)?.force.1)?;
        last(item, meta.force.1).is_none_or(|own| end < own).then_some(Ended { user: item, other, end })
    });
    ends.collect()
}

/// What a file's provisions need that ends by itself while they go on.
#[salsa::tracked(returns(deref))]
fn lapsing(db: &dyn Db, file: SourceFile) -> Vec<Ended<'_>> {
    let mut found = Vec::new();
    for item in file_items(db, file) {
        for it in ended(db, *item) {
            let meta = |of| reading(db, of).defs.iter().find_map(Def::meta).map(|it| it.force);
            // What ends with its document is left to whoever renews or replaces the document.
            let by_itself = meta(it.other).is_some_and(|it| it.1.is_some());
            let begins = meta(*item).and_then(|it| start(db, *item, it.0));
            if by_itself && begins.is_none_or(|begins| begins <= it.end) {
                found.push(*it);
            }
        }
    }
    found
}

/// Figures and rules of which nothing is left while others still need them: one finding for each, with all who do.
#[salsa::tracked(returns(clone))]
pub(crate) fn lapses(db: &dyn Db, package: Package) -> Arc<Analysis> {
    let mut found = Analysis::default();
    let mut ends: Vec<(Item<'_>, Date, Vec<Arc<Meta>>)> = Vec::new();
    let meta = |item| reading(db, item).defs.iter().find_map(Def::meta).cloned();
    for Ended { user, other, end } in package.files(db).iter().flat_map(|it| lapsing(db, *it)) {
        let Some(user) = meta(*user) else { continue };
        match ends.iter_mut().find(|it| it.0 == *other) {
            Some(known) => known.2.push(user),
            None => ends.push((*other, *end, vec![user])),
        }
    }
    for (item, end, users) in ends {
        let (Some(needed), Some(first)) = (meta(item), users.first()) else { continue };
        let own = needed.symbol.package == package.name(db);
        let until = needed.place(clause_value(&needed, ClauseWord::Until).unwrap_or(needed.head));
        let message = CoherenceMessage::ValueEnds {
            name: needed.symbol.name.clone(),
            end: end.to_string().into(),
            users: users.iter().map(|it| it.symbol.name.clone()).collect(),
        };
        // A superior's provision is not to be mended here.
        let place = if own { until.clone() } else { first.place(first.head) };
        let mut diagnostic = at(message, place);
        if !own {
            diagnostic = diagnostic.label(until, CoherenceNote::OutOfForceHere);
        }
        for user in users.iter().skip(usize::from(!own)) {
            diagnostic = diagnostic.label(user.place(user.head), CoherenceNote::NeededHere);
        }
        let from = end.add_days(1).map_or(end, |it| it);
        found.found(diagnostic.help(CoherenceNote::SayWhatHolds { from: from.to_string().into() }));
    }
    Arc::new(found)
}

/// The value of a provision's own clause.
fn clause_value(meta: &Meta, word: ClauseWord) -> Option<Span> {
    let content = &meta.content;
    content.block.body.iter().flat_map(|it| &it.elements).find_map(|it| match it {
        Element::Clause(clause) if meta.kind.clause(clause.word.text(&content.text))?.word == word => {
            Some(clause.values.first()?.span)
        }
        _ => None,
    })
}

/// Holds a package's documents against those that they rest on.
#[salsa::tracked(returns(clone))]
pub(crate) fn documents(db: &dyn Db, package: Package) -> Arc<Analysis> {
    let mut found = Analysis::default();
    let name = package.name(db);
    let reads: Vec<(SmolStr, Arc<Lowered>)> =
        read_of_kind(db, package, Kind::Document).map(|it| (it.0.package(db), it.1)).collect();
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
            let is_replaced = replaced.get(basis).is_some_and(|new| superseded(document, basis, new, &mut found));
            if let Some(other) = by_name.get(basis).filter(|_| !is_replaced) {
                expired(document, other, &mut found);
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

/// A basis that another document had replaced; whether it is one.
fn superseded(document: &Document, old: &Symbol, new: &Document, found: &mut Analysis) -> bool {
    // What replaces a document may well say that it rests on it.
    let before = day(document).and_then(|it| it.lo()).zip(day(new).and_then(|it| it.hi()));
    if document.meta.symbol == new.meta.symbol || before.is_none_or(|(own, new)| own < new) {
        return false;
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
    true
}

/// A basis that had expired when the document that rests on it took effect.
fn expired(document: &Document, other: &Document, found: &mut Analysis) {
    let [issued, effective, _] = document.dates;
    let (Some(start), Some(end)) = (effective.or(issued).and_then(|it| it.lo()), other.dates[2].and_then(|it| it.hi()))
    else {
        return;
    };
    // What replaces a document may well say that it rests on it.
    if end >= start || document.supersedes.contains(&other.meta.symbol) {
        return;
    }
    let message = CoherenceMessage::BasedOnExpired {
        name: document.meta.symbol.name.clone(),
        start: start.to_string().into(),
        other: other.meta.symbol.name.clone(),
        end: end.to_string().into(),
    };
    let diagnostic = at(message, document.meta.place(document.meta.head));
    let diagnostic = labelled(diagnostic, other, ClauseWord::Expires, CoherenceNote::OutOfForceHere);
    found.found(diagnostic.help(CoherenceNote::RestOnWhatHolds));
}
