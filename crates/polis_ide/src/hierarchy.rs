//! What rests on what: values on values, documents on documents.

use polis_db::{SourceFile, Workspace};
use polis_semantic::Symbol;
use polis_semantic::items::{Item, ItemRef, file_items};
use polis_semantic::kinds::{Def, lowered};
use polis_semantic::resolve::{Target, item_of_key, resolved};
use polis_semantic::scope::{declared, package_of, visible};
use polis_syntax::Span;
use polis_syntax::words::Kind;

use crate::goto::item_of;
use crate::references::references_of;
use crate::target::{item_at, pointed};
use crate::text::{Db, FileRange, absolute};

/// A provision in a hierarchy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// By which it is found again.
    pub key: ItemRef,
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: Option<String>,
    /// Its kind.
    pub kind: Option<Kind>,
    /// The title or name of its package.
    pub package: String,
    /// All of it.
    pub range: FileRange,
    /// Its name.
    pub selection: FileRange,
}

/// A provision that needs another, or is needed, with the places where it says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The other provision.
    pub node: Node,
    /// The places, in the provision that needs.
    pub places: Vec<Span>,
}

fn node(db: &Db, item: Item<'_>) -> Node {
    let key = item.key(db);
    let parsed = polis_semantic::items::parsed_file(db, key.file);
    let range = parsed.find(&key).map_or_else(Span::default, |it| it.span);
    let package = package_of(db, key.file).map(|it| it.manifest(db));
    let package = package.map(|it| it.title.clone().unwrap_or_else(|| it.name.clone()).to_string()).unwrap_or_default();
    Node {
        name: item.name(db).to_string(),
        title: crate::hover::title_of(db, item),
        kind: item.kind(db),
        package,
        range: FileRange { file: key.file, range },
        selection: absolute(db, item, item.name_place(db).span),
        key,
    }
}

/// The provision at an offset: that which a name leads to, or that which the offset lies in.
fn at<'db>(db: &'db Db, file: SourceFile, offset: u32, fits: &dyn Fn(Kind) -> bool) -> Option<Item<'db>> {
    let named = pointed(db, file, offset).and_then(|it| match it.target {
        Target::Item(key) => item_of_key(db, &key),
        _ => None,
    });
    let fits = |it: &Item<'db>| it.kind(db).is_some_and(fits);
    named.filter(fits).or_else(|| item_at(db, file, offset).map(|it| it.0).filter(fits))
}

/// The provision with a value at an offset.
#[must_use]
pub fn prepare_calls(db: &Db, file: SourceFile, offset: u32) -> Option<Node> {
    at(db, file, offset, &|it| it.is_valued() || it == Kind::Test).map(|it| node(db, it))
}

/// The provisions whose values need this one.
#[must_use]
pub fn incoming_calls(db: &Db, key: &ItemRef) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    for reference in references_of(db, &Target::Item(key.clone()), None) {
        if reference.declares {
            continue;
        }
        let Some((item, ..)) = item_at(db, reference.at.file, reference.at.range.start) else { continue };
        if !item.kind(db).is_some_and(|it| it.is_valued() || matches!(it, Kind::Test | Kind::Scenario)) {
            continue;
        }
        let other = item.key(db);
        match calls.iter_mut().find(|it| it.node.key == other) {
            Some(call) => call.places.push(reference.at.range),
            None => calls.push(Call { node: node(db, item), places: vec![reference.at.range] }),
        }
    }
    calls
}

/// The provisions whose values this one needs.
#[must_use]
pub fn outgoing_calls(db: &Db, key: &ItemRef) -> Vec<Call> {
    let Some(item) = item_of_key(db, key) else { return Vec::new() };
    let mut calls: Vec<Call> = Vec::new();
    for (span, target) in &resolved(db, item).names {
        let Target::Item(other) = target else { continue };
        if other == key || !other.kind.is_some_and(Kind::is_valued) {
            continue;
        }
        let place = absolute(db, item, *span).range;
        match calls.iter_mut().find(|it| it.node.key == *other) {
            Some(call) => call.places.push(place),
            None => {
                if let Some(other) = item_of_key(db, other) {
                    calls.push(Call { node: node(db, other), places: vec![place] });
                }
            }
        }
    }
    calls
}

const LAYERED: &[Kind] = &[Kind::Document, Kind::Series, Kind::Entity, Kind::Concept, Kind::Organ, Kind::Action];

/// The document, entity, concept or organ at an offset.
#[must_use]
pub fn prepare_types(db: &Db, file: SourceFile, offset: u32) -> Option<Node> {
    at(db, file, offset, &|it| LAYERED.contains(&it)).map(|it| node(db, it))
}

/// What a provision stands under: the documents that it rests on or replaces, the entity that an entity lies in, the
/// broader concept.
#[must_use]
pub fn supertypes(db: &Db, key: &ItemRef) -> Vec<Node> {
    let Some(item) = item_of_key(db, key) else { return Vec::new() };
    above(db, item).iter().filter_map(|it| item_of(db, item, it)).map(|it| node(db, it)).collect()
}

/// What stands under a provision, in any package that sees it.
#[must_use]
pub fn subtypes(db: &Db, key: &ItemRef) -> Vec<Node> {
    let (Some(item), Some(of)) = (item_of_key(db, key), package_of(db, key.file)) else { return Vec::new() };
    let symbol = item.symbol(db);
    let mut found = Vec::new();
    for package in Workspace::get(db).packages(db).iter().filter(|it| visible(db, **it).contains(&of)) {
        for kind in LAYERED {
            for other in declared(db, *package, *kind) {
                if above(db, *other).contains(&symbol) {
                    found.push(node(db, *other));
                }
            }
        }
    }
    found
}

fn above(db: &Db, item: Item<'_>) -> Vec<Symbol> {
    let mut found = Vec::new();
    for def in &lowered(db, item).defs {
        match def {
            Def::Document(it) => found.extend(it.based_on.iter().chain(&it.supersedes).chain(&it.series).cloned()),
            Def::Entity(it) => found.extend(it.parent.clone()),
            Def::Notion(it) => found.extend(it.parents.iter().cloned()),
            _ => {}
        }
    }
    found
}

/// The provision that a key of another revision names, by its file, kind and name.
#[must_use]
pub fn find_item(db: &Db, file: SourceFile, kind: Option<Kind>, name: &str, nth: u32) -> Option<ItemRef> {
    let mut items = file_items(db, file).iter().copied();
    items.find(|it| it.kind(db) == kind && it.name(db) == name && it.nth(db) == nth).map(|it| it.key(db))
}
