//! Every place that speaks of something.

use polis_db::{Package, SourceFile, Workspace};
use polis_semantic::items::{Item, file_items};
use polis_semantic::resolve::{Target, resolved};
use polis_semantic::scope::{package_of, spoken_of, visible};
use smol_str::SmolStr;

use crate::target::{declaration, item_at, pointed};
use crate::text::{Db, FileRange, absolute, order};

/// A place that speaks of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    /// The place.
    pub at: FileRange,
    /// Whether it is the declaration.
    pub declares: bool,
}

/// Every place that speaks of what stands at an offset, the declaration among them; by path and offset.
#[must_use]
pub fn references(db: &Db, file: SourceFile, offset: u32) -> Vec<Reference> {
    let Some(found) = pointed(db, file, offset) else { return Vec::new() };
    let within = item_at(db, file, offset).map(|it| it.0);
    references_of(db, &found.target, within)
}

/// Every place of this file that speaks of what stands at an offset.
#[must_use]
pub fn highlights(db: &Db, file: SourceFile, offset: u32) -> Vec<Reference> {
    let Some(found) = pointed(db, file, offset) else { return Vec::new() };
    let within = item_at(db, file, offset).map(|it| it.0);
    let mut all = Vec::new();
    match (&found.target, within) {
        (Target::Local(_), Some(item)) => in_item(db, item, &found.target, &mut all),
        _ => in_file(db, file, &found.target, &name_of(db, &found.target), &mut all),
    }
    let declared = declaration(db, &found.target, within).filter(|it| it.file == file);
    finish(db, all, declared)
}

/// Every place that speaks of a target. A local name is looked for in the provision `within`.
#[must_use]
pub(crate) fn references_of(db: &Db, target: &Target, within: Option<Item<'_>>) -> Vec<Reference> {
    let mut all = Vec::new();
    if matches!(target, Target::Local(_)) {
        if let Some(item) = within {
            in_item(db, item, target, &mut all);
        }
    } else {
        let names = name_of(db, target);
        for package in packages_that_see(db, target) {
            for file in package.files(db).iter() {
                in_file(db, *file, target, &names, &mut all);
            }
        }
    }
    finish(db, all, declaration(db, target, within))
}

fn finish(db: &Db, mut all: Vec<FileRange>, declared: Option<FileRange>) -> Vec<Reference> {
    all.extend(declared);
    order(db, &mut all, |it| *it);
    all.into_iter().map(|at| Reference { at, declares: Some(at) == declared }).collect()
}

/// The names by which a target is called.
fn name_of(db: &Db, target: &Target) -> Vec<SmolStr> {
    match target {
        Target::Item(key) => vec![key.name.clone()],
        Target::Part(_, name) | Target::Local(name) => vec![name.clone()],
        Target::Package(package) => {
            let manifest = package.manifest(db);
            std::iter::once(manifest.name.clone()).chain(manifest.title.clone()).collect()
        }
    }
}

/// The packages whose provisions may speak of a target.
fn packages_that_see(db: &Db, target: &Target) -> Vec<Package> {
    let of = match target {
        Target::Item(key) | Target::Part(key, _) => package_of(db, key.file),
        Target::Package(package) => Some(*package),
        Target::Local(_) => None,
    };
    let all = Workspace::get(db).packages(db);
    all.iter().copied().filter(|it| of.is_some_and(|of| visible(db, *it).contains(&of))).collect()
}

fn in_file(db: &Db, file: SourceFile, target: &Target, names: &[SmolStr], all: &mut Vec<FileRange>) {
    let spoken = spoken_of(db, file);
    let speaks = |name: &SmolStr| spoken.binary_search_by(|it| (**it).cmp(name)).is_ok();
    // A text may hold a name: `增长 "社区.户数"`.
    let in_text = matches!(target, Target::Part(..));
    if !in_text && !names.iter().any(speaks) {
        return;
    }
    for item in file_items(db, file) {
        if names.iter().any(|it| item.content(db).text.contains(it.as_str())) {
            in_item(db, *item, target, all);
        }
    }
}

fn in_item(db: &Db, item: Item<'_>, target: &Target, all: &mut Vec<FileRange>) {
    let read = resolved(db, item);
    all.extend(read.names.iter().filter(|it| it.1 == *target).map(|it| absolute(db, item, it.0)));
}
