//! Declarations that nothing speaks of.

use polis_db::{Db, Package};
use polis_diagnostic::{Diagnostic, QualityMessage, QualityNote};
use polis_semantic::items::Place;
use polis_semantic::scope::{declarations, spoken_of};
use polis_syntax::words::{ClauseWord, Kind};
use rustc_hash::FxHashSet;

use super::{has_clause, word};

/// What is declared to be spoken of, and is not, by any provision or test of the package.
///
/// A package that others are under or use, or that is of no level, is a library: it declares for whoever comes, and who does
/// may not be loaded. What carries a passage, a row of a register, a concept or a superior's delegation is what the document
/// says, whoever speaks of it; and a field is a column of samples.
#[salsa::tracked(returns(deref))]
pub(super) fn findings(db: &dyn Db, package: Package) -> Vec<Diagnostic<Place>> {
    let mut found = Vec::new();
    let manifest = package.manifest(db);
    if manifest.level.is_none() || manifest.serves_others {
        return found;
    }
    let candidates: Vec<_> = declarations(db, package).filter(|it| is_for_use(it.1.kind)).collect();
    if candidates.is_empty() {
        return found;
    }
    let files = package.files(db);
    let spoken: FxHashSet<&str> = files.iter().flat_map(|it| spoken_of(db, *it)).map(|it| &**it).collect();
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

/// Whether a kind is declared so that others can speak of it.
const fn is_for_use(kind: Kind) -> bool {
    matches!(kind, Kind::Unit | Kind::Concept | Kind::Entity | Kind::Organ | Kind::Enum | Kind::Action | Kind::Param)
}
