//! Lenses over provisions: run a test or scenario, how many places speak of it.

use polis_db::SourceFile;
use polis_semantic::items::{Item, ItemRef, file_items, parsed_file};
use polis_semantic::resolve::Target;
use polis_semantic::unquote;
use polis_syntax::Span;
use polis_syntax::words::Kind;

use crate::references::{Reference, references_of};
use crate::text::Db;

/// What a lens offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LensKind {
    /// To run the test of this title.
    Test(String),
    /// To run the scenario of this name.
    Scenario(String),
    /// To show the places that speak of the provision.
    References(ItemRef),
    /// To explain the provision's value.
    Why(String),
}

/// A lens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lens {
    /// The head of the provision.
    pub range: Span,
    /// What it offers.
    pub kind: LensKind,
}

/// The lenses of a file, by place.
#[must_use]
pub fn lenses(db: &Db, file: SourceFile) -> Vec<Lens> {
    let parsed = parsed_file(db, file);
    let mut all = Vec::new();
    for (at, item) in parsed.items.iter().zip(file_items(db, file)) {
        let block = &at.content.block;
        let text = &at.content.text;
        let head = block.name.map_or_else(|| block.title.unwrap_or(block.word.span), |it| it.span);
        let range = at.absolute(block.word.span.to(head));
        match item.kind(db) {
            Some(Kind::Test) => {
                let title = block.title.map(|it| unquote(it.text(text)).to_string());
                let title = title.unwrap_or_else(|| item.name(db).to_string());
                all.push(Lens { range, kind: LensKind::Test(title) });
            }
            Some(Kind::Scenario) => all.push(Lens { range, kind: LensKind::Scenario(item.name(db).to_string()) }),
            Some(kind) if block.name.is_some() => {
                if kind.is_rule() {
                    all.push(Lens { range, kind: LensKind::Why(item.name(db).to_string()) });
                }
                if !matches!(kind, Kind::Amend | Kind::Principle) {
                    all.push(Lens { range, kind: LensKind::References(item.key(db)) });
                }
            }
            _ => {}
        }
    }
    all
}

/// The places that speak of a provision, without its declaration.
#[must_use]
pub fn lens_references(db: &Db, key: &ItemRef) -> Vec<Reference> {
    let mut all = references_of(db, &Target::Item(key.clone()), None::<Item<'_>>);
    all.retain(|it| !it.declares);
    all
}
