//! Names: what a package declares, and what it sees of others.
//!
//! A bare name is looked for in the own package, then in the superiors (nearest first), then in the packages it uses.
//! `package.name` looks in one package only; the package is called by its name or its title.

use std::collections::hash_map::Entry;
use std::sync::Arc;

use polis_db::{Db, Manifest, Package, SourceFile, Workspace, superiors, used};
use polis_diagnostic::{Diagnostic, NameMessage, NameNote};
use polis_syntax::words::Kind;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::items::{Item, Place, file_items, parsed_file};
use crate::types::Symbol;

/// The names of one package.
#[derive(Debug, PartialEq, Eq, salsa::SalsaValue)]
pub struct Scope {
    // `Arc<str>`, not `SmolStr`: what holds provisions must be a type that salsa knows.
    names: FxHashMap<Arc<str>, Named>,
}

/// The provisions of one name: the first, and more, which are reported.
#[derive(Debug, PartialEq, Eq, salsa::SalsaValue)]
struct Named {
    first: Declared,
    more: Vec<Declared>,
}

/// Where a provision is declared.
///
/// Names are of the files' heads and not of their provisions: who asks for a provision depends on its file, and who does
/// not is untouched by that file's edits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, salsa::SalsaValue)]
pub struct Declared {
    /// Its file.
    pub file: SourceFile,
    /// Its position among the file's provisions.
    position: usize,
    /// Its kind.
    pub kind: Kind,
}

impl Declared {
    /// The provision.
    #[must_use]
    pub fn item(self, db: &dyn Db) -> Option<Item<'_>> {
        file_items(db, self.file).get(self.position).copied()
    }
}

impl Scope {
    /// The provision of this name; the first of several, which are reported.
    #[must_use]
    pub fn get<'db>(&self, db: &'db dyn Db, name: &str) -> Option<Item<'db>> {
        self.names.get(name).and_then(|it| it.first.item(db))
    }
}

/// The names that a file declares at its top. Tests are not spoken of by name.
#[salsa::tracked(returns(deref))]
fn file_names(db: &dyn Db, file: SourceFile) -> Vec<(Arc<str>, Declared)> {
    let declared = |(position, kind, name): (usize, Option<Kind>, &str)| {
        let kind = kind.filter(|it| *it != Kind::Test && !name.is_empty())?;
        Some((Arc::from(name), Declared { file, position, kind }))
    };
    if let Some(heads) = file.heads(db) {
        let heads = heads.iter().enumerate();
        return heads.filter_map(|(position, it)| declared((position, it.kind, &it.name))).collect();
    }
    let parsed = parsed_file(db, file);
    let items = parsed.items.iter().enumerate();
    items.filter_map(|(position, it)| declared((position, it.kind, &it.name))).collect()
}

/// Whether a file has provisions of a kind at its top. As names do this rests on the heads of an edited file and not on its
/// text: what asks here whether there is anything to look at does not look at the text where there is nothing.
#[salsa::tracked]
pub(crate) fn has_kind(db: &dyn Db, file: SourceFile, kind: Kind) -> bool {
    match file.heads(db) {
        Some(heads) => heads.iter().any(|it| it.kind == Some(kind)),
        None => parsed_file(db, file).items.iter().any(|it| it.kind == Some(kind)),
    }
}

/// The names that a package declares.
#[salsa::tracked]
pub fn scope(db: &dyn Db, package: Package) -> Scope {
    let mut names: FxHashMap<Arc<str>, Named> = FxHashMap::default();
    for (name, declared) in package.files(db).iter().flat_map(|it| file_names(db, *it)) {
        match names.entry(Arc::clone(name)) {
            Entry::Vacant(entry) => {
                entry.insert(Named { first: *declared, more: Vec::new() });
            }
            Entry::Occupied(mut entry) => entry.get_mut().more.push(*declared),
        }
    }
    Scope { names }
}

/// The names that a package declares, in order: for suggestions and completion.
#[salsa::tracked(returns(deref))]
pub fn names(db: &dyn Db, package: Package) -> Vec<Arc<str>> {
    let mut names: Vec<Arc<str>> = scope(db, package).names.keys().cloned().collect();
    names.sort_unstable();
    names
}

/// The provisions of a package that are of a kind, by file and place. Of several of one name the first is meant.
#[salsa::tracked(returns(deref))]
pub fn declared(db: &dyn Db, package: Package, kind: Kind) -> Vec<Item<'_>> {
    package.files(db).iter().flat_map(|it| declared_in(db, package, *it, kind)).collect()
}

/// Those of one of its files.
pub fn declared_in(db: &dyn Db, package: Package, file: SourceFile, kind: Kind) -> impl Iterator<Item = Item<'_>> {
    let scope = scope(db, package);
    let all = file_names(db, file).iter().filter(move |it| it.1.kind == kind);
    let first = all.filter(|(name, declared)| scope.names.get(name).is_some_and(|it| it.first == *declared));
    first.filter_map(|it| it.1.item(db))
}

/// What a package declares, file by file: each name with where it stands.
pub fn declarations(db: &dyn Db, package: Package) -> impl Iterator<Item = &(Arc<str>, Declared)> {
    let files = package.files(db).to_vec();
    files.into_iter().flat_map(move |it| file_names(db, it))
}

/// The names that the provisions of a file speak of, each once, in order; also those of what they declare inside.
#[must_use]
pub fn spoken_of(db: &dyn Db, file: SourceFile) -> &[Arc<str>] {
    file_mentions(db, file)
}

/// The packages whose names a package sees, nearest first, itself among them.
#[salsa::tracked(returns(deref))]
pub fn visible(db: &dyn Db, package: Package) -> Box<[Package]> {
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

/// What a bare name could mean to a package.
#[derive(Debug, Clone, Default, PartialEq, Eq, salsa::SalsaValue)]
pub struct Seen<'db> {
    /// The provisions of the name, one for each package that declares it, nearest first.
    items: Vec<(Distance, Item<'db>)>,
    /// The package of the name.
    package: Option<Package>,
}

/// How far a package is from one that sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, salsa::SalsaValue)]
enum Distance {
    /// It is the package itself or a superior: each nearer one comes before the next.
    Above,
    /// It is used: those that are used are equally near.
    Used,
    /// A superior uses it.
    Farther,
}

/// What a package sees, nearest first: to look many names up.
struct Reach<'db> {
    db: &'db dyn Db,
    packages: Vec<(Package, Distance, &'db Scope, Arc<Manifest>)>,
}

impl<'db> Reach<'db> {
    fn new(db: &'db dyn Db, package: Package) -> Self {
        let (above, used) = (superiors(db, package), used(db, package));
        let distance = |other: &Package| match () {
            () if *other == package || above.contains(other) => Distance::Above,
            () if used.contains(other) => Distance::Used,
            () => Distance::Farther,
        };
        let all = visible(db, package).iter();
        Self { db, packages: all.map(|it| (*it, distance(it), scope(db, *it), it.manifest(db))).collect() }
    }

    fn look(&self, name: &str) -> Seen<'db> {
        let mut seen = Seen::default();
        for (package, distance, scope, manifest) in &self.packages {
            if seen.package.is_none() && (manifest.name == name || manifest.title.as_deref() == Some(name)) {
                seen.package = Some(*package);
            }
            seen.items.extend(scope.get(self.db, name).map(|it| (*distance, it)));
        }
        seen
    }
}

impl<'db> Seen<'db> {
    /// What the name leads to.
    #[must_use]
    pub fn found(&self) -> Option<Found<'db>> {
        let item = self.items.first().map(|it| Found::Item(it.1));
        item.or_else(|| self.package.map(Found::Package))
    }

    /// The provision of a package, called by its own name.
    #[must_use]
    pub fn of_package(&self, db: &'db dyn Db, package: &str) -> Option<Item<'db>> {
        self.items.iter().map(|it| it.1).find(|it| it.package(db) == package)
    }

    /// Those of a kind that fits: the nearest, or those of several libraries that are equally near. Where the nearest of
    /// all is none of them, the name is looked for further away: an action and a concept may share one.
    #[must_use]
    pub fn of_kind(&self, db: &'db dyn Db, fits: &dyn Fn(Kind) -> bool) -> Vec<Item<'db>> {
        let fits = |it: &&(Distance, Item<'db>)| it.1.kind(db).is_some_and(fits);
        if let Some((_, item)) = self.items.iter().filter(|it| it.0 == Distance::Above).find(fits) {
            return vec![*item];
        }
        if !self.is_ambiguous()
            && let Some((_, item)) = self.items.first().filter(fits)
        {
            return vec![*item];
        }
        self.items.iter().filter(fits).map(|it| it.1).collect()
    }

    /// Whether several libraries that are equally near declare the name, and nothing nearer does.
    fn is_ambiguous(&self) -> bool {
        !self.items.iter().any(|it| it.0 == Distance::Above)
            && self.items.iter().filter(|it| it.0 == Distance::Used).count() > 1
    }

    /// The packages that all declare the name and are equally near: then it is not clear which is meant.
    #[must_use]
    pub fn ambiguous(&self, db: &'db dyn Db) -> Option<Vec<SmolStr>> {
        let used = self.items.iter().filter(|it| it.0 == Distance::Used);
        self.is_ambiguous().then(|| used.map(|it| it.1.package(db)).collect())
    }
}

/// The names that a file's provisions speak of. An edit that brings in or takes out none leaves this equal.
#[salsa::tracked(returns(deref))]
fn file_mentions(db: &dyn Db, file: SourceFile) -> Vec<Arc<str>> {
    parsed_file(db, file).names.clone()
}

/// What the names that a file's provisions speak of could mean, where they could mean anything.
///
/// Provisions depend on this rather than on the names of packages: a declaration that is added, renamed or taken away
/// changes what the files see that speak of it, and no other provision is typed again. A map for each provision would be
/// an edge more for each, and all edges are followed at each keystroke.
#[salsa::tracked]
fn outlook(db: &dyn Db, file: SourceFile) -> Outlook<'_> {
    let Some(package) = package_of(db, file) else { return Outlook::default() };
    let reach = Reach::new(db, package);
    let seen = file_mentions(db, file).iter().map(|it| (Arc::clone(it), reach.look(it)));
    Outlook { package: Some(package), names: seen.filter(|it| it.1 != Seen::default()).collect() }
}

/// The package whose names a file's provisions see. They ask here, on the way to names, so as to depend on one thing less.
pub(crate) fn package_seen(db: &dyn Db, file: SourceFile) -> Option<Package> {
    outlook(db, file).package
}

/// As [`outlook`].
#[derive(Debug, Default, PartialEq, Eq, salsa::SalsaValue)]
struct Outlook<'db> {
    package: Option<Package>,
    names: FxHashMap<Arc<str>, Seen<'db>>,
}

/// What a bare name that a provision of `file` speaks of could mean.
pub fn seen<'db>(db: &'db dyn Db, file: SourceFile, name: &str) -> Seen<'db> {
    let outlook = outlook(db, file);
    if let Some(seen) = outlook.names.get(name) {
        return seen.clone();
    }
    let mentioned = file_mentions(db, file).binary_search_by(|it| (**it).cmp(name)).is_ok();
    match outlook.package {
        // An amendment brings names from other files.
        Some(package) if !mentioned => Reach::new(db, package).look(name),
        _ => Seen::default(),
    }
}

/// What a name leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found<'db> {
    /// A provision.
    Item(Item<'db>),
    /// A package, to be followed by a member.
    Package(Package),
}

/// Looks a bare name up from `package`: for what asks for names of its own. Provisions ask [`seen`].
pub fn lookup<'db>(db: &'db dyn Db, package: Package, name: &str) -> Option<Found<'db>> {
    Reach::new(db, package).look(name).found()
}

/// The provisions of a name that are of a kind that fits, as [`Seen::of_kind`].
pub fn lookup_kinds<'db>(db: &'db dyn Db, package: Package, name: &str, fits: &dyn Fn(Kind) -> bool) -> Vec<Item<'db>> {
    Reach::new(db, package).look(name).of_kind(db, fits)
}

/// Every name that [`lookup`] could find from `package`, for suggestions: ordered by nearness, then by name.
pub fn candidates(db: &dyn Db, package: Package) -> impl Iterator<Item = &str> {
    visible(db, package).iter().flat_map(|it| names(db, *it)).map(|it| &**it)
}

impl<'db> Item<'db> {
    /// The provision's full name.
    #[must_use]
    pub fn symbol(self, db: &'db dyn Db) -> Symbol {
        Symbol::new(self.package(db), self.name(db))
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
    let mut twice: Vec<(&Arc<str>, &Named)> =
        scope(db, package).names.iter().filter(|it| !it.1.more.is_empty()).collect();
    twice.sort_by_key(|it| it.0);
    let places = twice.into_iter().flat_map(|(_, it)| {
        let first = it.first.item(db);
        it.more.iter().filter_map(move |it| first.zip(it.item(db)))
    });
    places
        .map(|(first, item)| {
            Diagnostic::new(NameMessage::DuplicateName { name: item.name(db) }, item.name_place(db))
                .label(first.name_place(db), NameNote::FirstDefinedHere { name: item.name(db) })
        })
        .collect()
}
