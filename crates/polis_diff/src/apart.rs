//! What both sides say of one matter without one answering the other, and why the two cannot be compared.

use std::collections::BTreeMap;

use polis_semantic::Symbol;
use polis_syntax::words::Kind;
use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use crate::matrix::entity;
use crate::side::{Provision, Side};

/// Provisions of both sides on one matter that do not answer each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Apart {
    /// What they are about.
    pub matter: Matter,
    /// The provisions of each side, in its order.
    pub provisions: [Vec<usize>; 2],
    /// Why they cannot be compared.
    pub why: Unlike,
}

/// What provisions of both sides are about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Matter {
    /// A concept that both point to.
    Concept(Symbol),
    /// A kind of which a city has few.
    Kind(Kind),
}

/// Why provisions on one matter cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unlike {
    /// They are of different kinds: one lays down what the other only counts.
    Kinds([Vec<Kind>; 2]),
    /// They are about different jurisdictions.
    Entities([Vec<SmolStr>; 2]),
    /// They point to different concepts.
    Concepts([Vec<Symbol>; 2]),
}

/// The kinds of which a city has few, so that those without a counterpart stand for one another.
const FEW: &[Kind] =
    &[Kind::Quota, Kind::Offices, Kind::Centers, Kind::Posts, Kind::Pay, Kind::Rating, Kind::Admission];

/// What of both sides has no counterpart and is of one matter; each provision is told of once.
pub(crate) fn apart(a: &Side<'_>, b: &Side<'_>, only: &[Vec<usize>; 2]) -> Vec<Apart> {
    // In one package what has no counterpart has been added or removed.
    if a.package.name(a.db) == b.package.name(b.db) {
        return Vec::new();
    }
    let told = |it: &Provision<'_>| {
        it.parent.is_none() && !it.is_vocabulary() && !matches!(it.kind, Kind::Fact | Kind::Principle | Kind::Amend)
    };
    let sides = [a, b];
    let mut matters: BTreeMap<Matter, [Vec<usize>; 2]> = BTreeMap::new();
    for (side, (of, all)) in sides.iter().zip(only).enumerate() {
        for at in all.iter().copied() {
            let Some(it) = of.provisions.get(at).filter(|it| told(it)) else { continue };
            let concepts = it.is.iter().map(|it| Matter::Concept(it.clone()));
            let kind = FEW.contains(&it.kind).then_some(Matter::Kind(it.kind));
            for matter in concepts.chain(kind) {
                if let Some(own) = matters.entry(matter).or_default().get_mut(side) {
                    own.push(at);
                }
            }
        }
    }
    let mut met: [FxHashSet<usize>; 2] = [FxHashSet::default(), FxHashSet::default()];
    let mut found = Vec::new();
    // Kinds of which a city has few stand for one another before concepts, and of those the more particular come first.
    let mut matters: Vec<(Matter, [Vec<usize>; 2])> = matters.into_iter().collect();
    let size = |it: &[Vec<usize>; 2]| it.iter().map(Vec::len).sum::<usize>();
    matters.sort_by_key(|it| (matches!(it.0, Matter::Concept(_)), size(&it.1)));
    for (matter, mut provisions) in matters {
        for (own, met) in provisions.iter_mut().zip(&met) {
            own.retain(|it| !met.contains(it));
        }
        if provisions.iter().any(Vec::is_empty) {
            continue;
        }
        let Some(why) = unlike(&matter, sides, &provisions) else { continue };
        for (own, met) in provisions.iter().zip(&mut met) {
            met.extend(own.iter().copied());
        }
        found.push(Apart { matter, provisions, why });
    }
    found
}

/// Why provisions on one matter cannot be compared; `None` where nothing says so.
fn unlike(matter: &Matter, sides: [&Side<'_>; 2], provisions: &[Vec<usize>; 2]) -> Option<Unlike> {
    let of = |side: usize| -> Vec<&Provision<'_>> {
        let all = provisions.get(side).into_iter().flatten();
        all.filter_map(|it| sides.get(side)?.provisions.get(*it)).collect()
    };
    let (one, two) = (of(0), of(1));
    let kinds = [&one, &two].map(|all| distinct(all.iter().map(|it| it.kind)));
    if parted(&kinds) {
        return Some(Unlike::Kinds(kinds));
    }
    let entities = [&one, &two].map(|all| distinct(all.iter().filter_map(|it| entity(it))));
    if parted(&entities) && entities.iter().all(|it| !it.is_empty()) {
        return Some(Unlike::Entities(entities));
    }
    let concepts = [&one, &two].map(|all| distinct(all.iter().flat_map(|it| it.is.iter().cloned())));
    (matches!(matter, Matter::Kind(_)) && parted(&concepts)).then_some(Unlike::Concepts(concepts))
}

/// Each once, in order.
fn distinct<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut all: Vec<T> = all.collect();
    all.sort();
    all.dedup();
    all
}

/// Whether both sides have nothing in common.
fn parted<T: PartialEq>([one, two]: &[Vec<T>; 2]) -> bool {
    !one.iter().any(|it| two.contains(it))
}
