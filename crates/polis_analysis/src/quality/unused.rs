//! Declarations that nothing speaks of.

use polis_db::{Db, Package, Workspace};
use polis_diagnostic::{Diagnostic, QualityMessage, QualityNote};
use polis_semantic::items::Place;
use polis_semantic::scope::{declared, spoken_of, visible};
use polis_syntax::words::{ClauseWord, Kind};
use rustc_hash::FxHashSet;

use super::{has_clause, word};

/// What is declared to be spoken of, and is not: by no provision or test of the package, or of one that sees it.
///
/// A package that others use, or that is of no level, is a library: it declares for whoever comes. What carries a passage,
/// a row of a register, a concept or a superior's delegation is what the document says, whoever speaks of it; and a field is
/// a column of samples.
#[salsa::tracked(returns(deref))]
pub(super) fn findings(db: &dyn Db, package: Package) -> Vec<Diagnostic<Place>> {
    let mut found = Vec::new();
    if is_library(db, package) {
        return found;
    }
    let candidates: Vec<_> = declared(db, package).filter(|it| is_for_use(it.1.kind)).collect();
    if candidates.is_empty() {
        return found;
    }
    let all = Workspace::get(db).packages(db);
    let seeing = all.iter().filter(|it| visible(db, **it).contains(&package));
    let files = seeing.flat_map(|it| it.files(db).to_vec());
    let spoken: FxHashSet<&str> = files.flat_map(|it| spoken_of(db, it)).map(|it| &**it).collect();
    for (name, declared) in candidates {
        if spoken.contains(&**name) {
            continue;
        }
        let Some(item) = declared.item(db) else { continue };
        let content = item.content(db);
        let says = [ClauseWord::Cite, ClauseWord::Ref, ClauseWord::Is, ClauseWord::Implements];
        if !has_clause(&content.block, &content.text, &says) {
            let message = QualityMessage::UnusedProvision { kind: word(declared.kind), name: item.name(db) };
            found.push(Diagnostic::new(message, item.name_place(db)).help(QualityNote::UseOrRemove));
        }
    }
    found
}

fn is_library(db: &dyn Db, package: Package) -> bool {
    let (name, manifest) = (package.name(db), package.manifest(db));
    let uses = |it: &Package| it.manifest(db).uses.iter().any(|it| it.value == name);
    manifest.level.is_none() || Workspace::get(db).packages(db).iter().any(uses)
}

/// Whether a kind is declared so that others can speak of it.
const fn is_for_use(kind: Kind) -> bool {
    matches!(kind, Kind::Unit | Kind::Concept | Kind::Entity | Kind::Organ | Kind::Enum | Kind::Action | Kind::Param)
}
