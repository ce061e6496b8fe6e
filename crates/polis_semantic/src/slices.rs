//! The part of a program that a few provisions rest on.
//!
//! A question about one provision is decided on its slice, so that an edit elsewhere leaves the answer as it was.

use polis_db::{Db, Package, SourceFile};
use polis_syntax::words::Kind;
use rustc_hash::FxHashSet;

use std::sync::Arc;

use crate::assembly::{Program, version_on};
use crate::items::{Item, file_frame};
use crate::kinds::{Def, Lowered};
use crate::scope::{declared, declared_in, package_seen, seen, visible};
use crate::types::{Symbol, Type};
use crate::versions::amended;

/// What a provision says after every amendment, whatever its date. Of one that is removed nothing is left.
pub fn reading(db: &dyn Db, item: Item<'_>) -> Arc<Lowered> {
    let Some(package) = package_seen(db, item.file(db)) else { return crate::kinds::lowered(db, item) };
    match version_on(db, item, &amended(db, package), None) {
        (lowered, None) => lowered,
        (_, Some(_)) => {
            Arc::new(Lowered { defs: Vec::new(), diagnostics: Vec::new(), references: Vec::new(), ty: Type::Any })
        }
    }
}

/// The provisions of a kind that a package sees, nearest package first.
pub fn all_of_kind(db: &dyn Db, package: Package, kind: Kind) -> impl Iterator<Item = Item<'_>> {
    visible(db, package).iter().flat_map(move |it| declared(db, *it, kind)).copied()
}

/// The same with what they say. After an edit the files that it leaves alone are looked at once each, and not provision by
/// provision.
pub fn read_of_kind(db: &dyn Db, package: Package, kind: Kind) -> impl Iterator<Item = (Item<'_>, Arc<Lowered>)> {
    let files = |package: Package| package.files(db).to_vec().into_iter().map(move |file| (package, file));
    let files = visible(db, package).iter().flat_map(move |it| files(*it));
    files.flat_map(move |(package, file)| read_in_file(db, package, file, kind))
}

/// The provisions of a kind in a file of a package with what they say, in their order.
pub fn read_in_file(
    db: &dyn Db,
    package: Package,
    file: SourceFile,
    kind: Kind,
) -> impl ExactSizeIterator<Item = (Item<'_>, Arc<Lowered>)> {
    let items = items_in_file(db, package, file, kind).iter().copied();
    items.zip(file_readings(db, package, file, kind).iter().cloned())
}

/// The same of the one with this number among them.
pub fn read_nth(
    db: &dyn Db,
    package: Package,
    file: SourceFile,
    (kind, number): (Kind, usize),
) -> Option<(Item<'_>, Arc<Lowered>)> {
    let item = items_in_file(db, package, file, kind).get(number)?;
    Some((*item, Arc::clone(file_readings(db, package, file, kind).get(number)?)))
}

#[salsa::tracked(returns(deref))]
fn items_in_file(db: &dyn Db, package: Package, file: SourceFile, kind: Kind) -> Vec<Item<'_>> {
    declared_in(db, package, file, kind).collect()
}

#[salsa::tracked(returns(deref))]
fn file_readings(db: &dyn Db, package: Package, file: SourceFile, kind: Kind) -> Vec<Arc<Lowered>> {
    items_in_file(db, package, file, kind).iter().map(|it| reading(db, *it)).collect()
}

/// The program of `package` as far as `roots` need it: their own definitions first, then those of the rules and figures
/// that their values name, and every type of jurisdiction, enumeration and unit that the package sees.
#[must_use]
pub fn slice<'db>(db: &'db dyn Db, package: Package, roots: &[Item<'db>]) -> Program {
    let mut program = Program::default();
    let mut met: FxHashSet<Item<'db>> = roots.iter().copied().collect();
    let mut open: Vec<Item<'db>> = roots.to_vec();
    let mut next = 0;
    while let Some(item) = open.get(next).copied() {
        next += 1;
        let Some(own) = package_seen(db, item.file(db)) else { continue };
        let (lowered, removed) = version_on(db, item, &amended(db, own), None);
        for def in lowered.defs.iter().filter(|it| !is_type(it)) {
            program.add(def, removed.map(|it| (None, Some(it))));
        }
        let mut needed: Vec<Item<'_>> = lowered.references.iter().filter_map(|it| named(db, item, it)).collect();
        if item.kind(db) == Some(Kind::Delegation) {
            let hole = item.symbol(db);
            needed.extend(fills(db, package).iter().filter(|it| fills_hole(db, **it, &hole)));
        }
        open.extend(needed.into_iter().filter(|it| met.insert(*it)));
    }
    for kind in [Kind::Entity, Kind::Enum, Kind::Unit] {
        for item in all_of_kind(db, package, kind) {
            reading(db, item).defs.iter().for_each(|it| program.add(it, None));
        }
    }
    program.bind(db, package);
    program
}

/// The provision that `item` calls by a full name.
pub fn named<'db>(db: &'db dyn Db, item: Item<'db>, symbol: &Symbol) -> Option<Item<'db>> {
    seen(db, item.file(db), &symbol.name).of_package(db, &symbol.package)
}

const fn is_type(def: &Def) -> bool {
    matches!(def, Def::Entity(_) | Def::Enumeration(_) | Def::Unit(_) | Def::Test(_) | Def::Scenario(_))
}

/// The provisions that fill what a superior delegates, among all that a package sees.
#[salsa::tracked(returns(deref))]
fn fills(db: &dyn Db, package: Package) -> Vec<Item<'_>> {
    let files = visible(db, package).iter().flat_map(|it| it.files(db).to_vec());
    files.flat_map(|it| file_frame(db, it).fills.clone()).collect()
}

fn fills_hole(db: &dyn Db, item: Item<'_>, hole: &Symbol) -> bool {
    reading(db, item).defs.iter().filter_map(Def::meta).any(|it| it.implements.contains(hole))
}
