//! Quality: what has a meaning and is probably not meant so.
//!
//! These checks look at what provisions say and how, not at what follows from it; none of them has anything to decide. All
//! of it is asked file by file and compared by value, so that a keystroke asks it of one file again.

mod confusable;
mod duplicate;
mod faces;
mod twice;
mod unused;

use std::sync::Arc;

use polis_db::{Db, Package, SourceFile};
use polis_diagnostic::{Bilingual, Diagnostic, QualityMessage, QualityNote};
use polis_semantic::absolute;
use polis_semantic::items::{Place, file_items, parsed_file};
use polis_syntax::ast::{Block, Clause, Element};
use polis_syntax::words::{ClauseWord, Kind};

/// What only the whole package shows, with places in files.
pub(crate) fn whole(db: &dyn Db, package: Package) -> impl Iterator<Item = Diagnostic> {
    let whole = [duplicate::findings(db, package), unused::findings(db, package), confusable::findings(db, package)];
    whole.into_iter().flatten().map(|it| absolute(db, it))
}

/// What a file shows by itself, as far as its package asks for it, with places in files.
#[salsa::tracked(returns(clone))]
pub(crate) fn file_findings(db: &dyn Db, package: Package, file: SourceFile) -> Arc<[Diagnostic]> {
    let cited = package.manifest(db).lints.contains_key("no-citation");
    let cited = if cited { without_citation(db, file) } else { &[] };
    of_file(db, file).iter().chain(cited).map(|it| absolute(db, it)).collect()
}

/// What a file shows by itself.
#[salsa::tracked(returns(deref))]
fn of_file(db: &dyn Db, file: SourceFile) -> Vec<Diagnostic<Place>> {
    let mut found = Vec::new();
    for item in file_items(db, file) {
        let (content, key) = (item.content(db), item.key(db));
        each_block(&content.block, &mut |block| {
            twice::findings(&content, &key, block, &mut found);
            confusable::inside(&content, &key, block, &mut found);
        });
    }
    found.extend(faces::finding(db, file));
    found
}

/// The provisions of a file that say nothing of where they come from. The package asks for it by the code's level.
#[salsa::tracked(returns(deref))]
fn without_citation(db: &dyn Db, file: SourceFile) -> Vec<Diagnostic<Place>> {
    let parsed = parsed_file(db, file);
    let mut found = Vec::new();
    for (item, parsed) in file_items(db, file).iter().zip(&parsed.items) {
        let Some(kind) = item.kind(db).filter(|it| says_something(*it)) else { continue };
        let content = item.content(db);
        let explains = [ClauseWord::Cite, ClauseWord::Note, ClauseWord::Ref];
        if parsed.doc.is_none() && !has_clause(&content.block, &content.text, &explains) {
            let message = QualityMessage::NoCitation { kind: word(kind), name: item.name(db) };
            found.push(Diagnostic::new(message, item.name_place(db)).help(QualityNote::Cite));
        }
    }
    found
}

/// Whether provisions of a kind are what a document says, rather than names for it to be said with.
const fn says_something(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::Document
            | Kind::Series
            | Kind::Unit
            | Kind::Concept
            | Kind::Entity
            | Kind::Organ
            | Kind::Enum
            | Kind::Action
            | Kind::Amend
            | Kind::Scenario
            | Kind::Test
    )
}

/// Whether a block, or one inside it, has a clause of one of these words.
fn has_clause(block: &Block, text: &str, words: &[ClauseWord]) -> bool {
    let mut has = false;
    each_block(block, &mut |block| {
        has |= clauses(block).any(|it| {
            let spec = block.kind.and_then(|kind| kind.clause(it.word.text(text)));
            spec.is_some_and(|it| words.contains(&it.word))
        });
    });
    has
}

/// Shows a block and those inside it, outermost first.
fn each_block<'b>(block: &'b Block, see: &mut impl FnMut(&'b Block)) {
    see(block);
    for element in block.body.iter().flat_map(|it| &it.elements) {
        if let Element::Block(inner) = element {
            each_block(inner, see);
        }
    }
}

/// The clauses that stand directly in a block.
fn clauses(block: &Block) -> impl Iterator<Item = &Clause> {
    block.body.iter().flat_map(|it| &it.elements).filter_map(|it| match it {
        Element::Clause(clause) => Some(clause),
        _ => None,
    })
}

/// A kind's word, to stand in a message.
fn word(kind: Kind) -> Bilingual {
    let word = kind.word();
    Bilingual::word(word.zh, word.en)
}
