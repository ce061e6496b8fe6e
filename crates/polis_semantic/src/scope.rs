//! Names: what a package declares, and what it sees of others.
//!
//! A bare name is looked for in the own package, then in the superiors (nearest first), then in the packages it uses.
//! `package.name` looks in one package only; the package is called by its name or its title.

use std::sync::Arc;

use polis_db::{Db, Package, SourceFile, Workspace, superiors, used};
use polis_diagnostic::{Diagnostic, NameMessage, NameNote};
use polis_syntax::words::Kind;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::items::{Item, Place, file_items};
use crate::types::Symbol;

/// The names of one package.
#[derive(Debug, PartialEq, Eq, salsa::SalsaValue)]
pub struct Scope<'db> {
    // `Arc<str>`, not `SmolStr`: what holds provisions must be a type that salsa knows.
    names: FxHashMap<Arc<str>, Vec<Item<'db>>>,
    /// Every named provision, ordered by name, for suggestions and completion.
    sorted: Vec<(Arc<str>, Item<'db>)>,
}

impl<'db> Scope<'db> {
    /// The provision of this name; the first of several, which are reported.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Item<'db>> {
        self.names.get(name).and_then(|it| it.first()).copied()
    }

    /// Every named provision, ordered by name.
    #[must_use]
    pub fn all(&self) -> &[(Arc<str>, Item<'db>)] {
        &self.sorted
    }

    /// The first provision named in each group of the same name, with the later ones.
    fn duplicates(&self) -> impl Iterator<Item = (Item<'db>, &[Item<'db>])> {
        self.sorted.iter().filter_map(|(name, item)| {
            let all = self.names.get(name)?;
            let (first, rest) = all.split_first()?;
            (first == item && !rest.is_empty()).then_some((*first, rest))
        })
    }
}

/// The names that a file declares at its top. Tests are not spoken of by name.
#[salsa::tracked(returns(deref))]
fn file_names(db: &dyn Db, file: SourceFile) -> Vec<(Arc<str>, Item<'_>)> {
    file_items(db, file)
        .iter()
        .filter(|it| it.kind(db) != Some(Kind::Test) && it.kind(db).is_some())
        .map(|it| (Arc::<str>::from(it.name(db).as_str()), *it))
        .filter(|(name, _)| !name.is_empty())
        .collect()
}

/// The names that a package declares.
#[salsa::tracked]
pub fn scope(db: &dyn Db, package: Package) -> Scope<'_> {
    let mut names: FxHashMap<Arc<str>, Vec<Item<'_>>> = FxHashMap::default();
    let mut sorted = Vec::new();
    for file in package.files(db).iter() {
        for (name, item) in file_names(db, *file) {
            let all = names.entry(name.clone()).or_default();
            if all.is_empty() {
                sorted.push((name.clone(), *item));
            }
            all.push(*item);
        }
    }
    sorted.sort_by(|a, b| a.0.cmp(&b.0));
    Scope { names, sorted }
}

/// The packages whose names a package sees, nearest first, itself among them.
#[salsa::tracked(returns(clone))]
pub fn visible(db: &dyn Db, package: Package) -> Arc<[Package]> {
    let mut all = vec![package];
    for other in superiors(db, package).iter().chain(used(db, package).iter()) {
        if !all.contains(other) {
            all.push(*other);
        }
    }
    // A superior's own libraries are seen too: its provisions speak of their entities.
    for index in 0..all.len() {
        let Some(package) = all.get(index).copied() else { break };
        for other in used(db, package).iter() {
            if !all.contains(other) {
                all.push(*other);
            }
        }
    }
    all.into()
}

/// The package that a file belongs to.
pub fn package_of(db: &dyn Db, file: SourceFile) -> Option<Package> {
    let name = file.package(db);
    Workspace::get(db).packages(db).iter().copied().find(|it| it.name(db) == name)
}

/// What a name leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found<'db> {
    /// A provision.
    Item(Item<'db>),
    /// A package, to be followed by a member.
    Package(Package),
}

/// Looks a bare name up from `package`.
pub fn lookup<'db>(db: &'db dyn Db, package: Package, name: &str) -> Option<Found<'db>> {
    let packages = visible(db, package);
    packages
        .iter()
        .find_map(|it| scope(db, *it).get(name))
        .map(Found::Item)
        .or_else(|| {
            packages
                .iter()
                .copied()
                .find(|it| it.name(db) == name || it.manifest(db).title.as_deref() == Some(name))
                .map(Found::Package)
        })
}

/// The packages that all declare a name and are equally near: then it is not clear which is meant. The own package and
/// the superiors come before libraries, each nearer one before the next.
pub fn ambiguous(db: &dyn Db, package: Package, name: &str) -> Option<Vec<SmolStr>> {
    let libraries = used(db, package);
    let holds = |it: &Package| scope(db, *it).get(name).is_some();
    let nearer = std::iter::once(package).chain(superiors(db, package).iter().copied()).any(|it| holds(&it));
    if nearer || libraries.len() < 2 {
        return None;
    }
    let holders: Vec<SmolStr> = libraries.iter().filter(|it| holds(it)).map(|it| it.name(db)).collect();
    (holders.len() > 1).then_some(holders)
}

/// Every name that [`lookup`] could find from `package`, for suggestions: ordered by nearness, then by name.
pub fn candidates(db: &dyn Db, package: Package) -> Vec<SmolStr> {
    visible(db, package).iter().flat_map(|it| scope(db, *it).all().iter().map(|(name, _)| SmolStr::new(name))).collect()
}

impl<'db> Item<'db> {
    /// The provision's full name.
    #[must_use]
    pub fn symbol(self, db: &'db dyn Db) -> Symbol {
        Symbol::new(self.file(db).package(db), self.name(db))
    }

    /// The place of the provision's name.
    #[must_use]
    pub fn name_place(self, db: &'db dyn Db) -> Place {
        let content = self.content(db);
        let block = &content.block;
        let span = block.name.map_or_else(|| block.title.unwrap_or(block.word.span), |it| it.span);
        Place { item: self.key(db), span }
    }
}

/// Names declared twice in a package.
#[salsa::tracked(returns(deref))]
pub fn scope_diagnostics(db: &dyn Db, package: Package) -> Vec<Diagnostic<Place>> {
    scope(db, package)
        .duplicates()
        .flat_map(|(first, rest)| {
            rest.iter().map(move |item| {
                Diagnostic::new(NameMessage::DuplicateName { name: item.name(db) }, item.name_place(db))
                    .label(first.name_place(db), NameNote::FirstDefinedHere { name: item.name(db) })
            })
        })
        .collect()
}
