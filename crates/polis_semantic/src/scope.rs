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

use crate::items::{Item, Place, file_items, parsed_file};
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
    // The kinds and names come from the parsed file: asking each provision would make this depend on each.
    let parsed = parsed_file(db, file);
    file_items(db, file)
        .iter()
        .zip(&parsed.items)
        .filter(|(_, it)| it.kind.is_some() && it.kind != Some(Kind::Test) && !it.name.is_empty())
        .map(|(item, it)| (Arc::<str>::from(it.name.as_str()), *item))
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
#[salsa::tracked(returns(copy))]
pub fn package_of(db: &dyn Db, file: SourceFile) -> Option<Package> {
    let name = file.package(db);
    Workspace::get(db).packages(db).iter().copied().find(|it| it.name(db) == name)
}

/// Everything that a package sees, in one map: a provision that is typed depends on it alone, not on each scope, so that
/// there is little to look through after an edit.
#[derive(Debug, PartialEq, Eq, salsa::SalsaValue)]
pub struct View<'db> {
    names: FxHashMap<Arc<str>, Item<'db>>,
    /// Names that several equally near libraries declare, with the libraries.
    ambiguous: FxHashMap<Arc<str>, Vec<Package>>,
    packages: FxHashMap<Arc<str>, Package>,
}

/// What a package sees.
#[salsa::tracked]
pub fn view(db: &dyn Db, package: Package) -> View<'_> {
    let mut view =
        View { names: FxHashMap::default(), ambiguous: FxHashMap::default(), packages: FxHashMap::default() };
    let libraries = used(db, package);
    for other in visible(db, package).iter().copied() {
        let manifest = other.manifest(db);
        for name in [Some(manifest.name.as_str()), manifest.title.as_deref()].into_iter().flatten() {
            view.packages.entry(name.into()).or_insert(other);
        }
        for (name, item) in scope(db, other).all() {
            view.names.entry(Arc::clone(name)).or_insert(*item);
        }
    }
    if libraries.len() > 1 {
        let nearer: Vec<Package> = std::iter::once(package).chain(superiors(db, package).iter().copied()).collect();
        let mut holders: FxHashMap<Arc<str>, Vec<Package>> = FxHashMap::default();
        for library in libraries.iter().filter(|it| !nearer.contains(it)) {
            for (name, _) in scope(db, *library).all() {
                if nearer.iter().all(|it| scope(db, *it).get(name).is_none()) {
                    holders.entry(Arc::clone(name)).or_default().push(*library);
                }
            }
        }
        holders.retain(|_, it| it.len() > 1);
        view.ambiguous = holders;
    }
    view
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
    let view = view(db, package);
    let item = view.names.get(name).copied().map(Found::Item);
    item.or_else(|| view.packages.get(name).copied().map(Found::Package))
}

/// The provisions of a name that are of a kind that fits: the nearest, or those of several libraries that are equally near.
/// Where the nearest of all is none of them, the name is looked for further away: an action and a concept may share one.
pub fn lookup_kinds<'db>(db: &'db dyn Db, package: Package, name: &str, fits: &dyn Fn(Kind) -> bool) -> Vec<Item<'db>> {
    let fits = |it: &Item<'db>| it.kind(db).is_some_and(fits);
    if !view(db, package).ambiguous.contains_key(name)
        && let Some(Found::Item(item)) =
            lookup(db, package, name).filter(|it| matches!(it, Found::Item(it) if fits(it)))
    {
        return vec![item];
    }
    let above = superiors(db, package);
    let nearer = std::iter::once(package).chain(above.iter().copied());
    let nearest = nearer.filter_map(|it| scope(db, it).get(name)).find(fits);
    match nearest {
        Some(item) => vec![item],
        None => visible(db, package).iter().filter_map(|it| scope(db, *it).get(name)).filter(fits).collect(),
    }
}

/// The packages that all declare a name and are equally near: then it is not clear which is meant. The own package and
/// the superiors come before libraries, each nearer one before the next.
pub fn ambiguous(db: &dyn Db, package: Package, name: &str) -> Option<Vec<SmolStr>> {
    let holders = view(db, package).ambiguous.get(name)?;
    Some(holders.iter().map(|it| it.name(db)).collect())
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
