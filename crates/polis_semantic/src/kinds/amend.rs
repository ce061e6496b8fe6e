//! Amendments: which provisions they change, from when. What the changed provisions say is made in [`crate::versions`].

use polis_diagnostic::{Bilingual, NameMessage, SyntaxMessage};
use polis_syntax::Span;
use polis_syntax::ast::{Block, Element};
use polis_syntax::words::{ClauseWord, Kind};
use smol_str::SmolStr;

use super::{Clauses, Def};
use crate::ir::Amendment;
use crate::items::Item;
use crate::lower::Lower;
use crate::resolve::Target;
use crate::scope::scope;

impl<'db> Lower<'_, 'db> {
    pub(super) fn amendment(&mut self, block: &Block, clauses: &Clauses<'_>, defs: &mut Vec<Def>) {
        let from = clauses.one(ClauseWord::From).and_then(|it| self.date_value(it.values.first()?));
        let mut changes = Vec::new();
        for inner in &clauses.blocks {
            let (Some(kind), Some(name)) = (inner.kind, inner.name) else { continue };
            if self.target(self.name(name), name.span, Some(kind)).is_some() {
                changes.push((kind, SmolStr::new(self.name(name)), inner.span));
            }
        }
        let mut removals = Vec::new();
        for clause in clauses.many(ClauseWord::Remove) {
            let values: Vec<_> = clause.values.iter().flat_map(crate::signature::items_of).collect();
            match clause.name {
                None => {
                    for value in values {
                        let Some(name) = self.label(value) else {
                            self.not_a_name(value);
                            continue;
                        };
                        if let Some(kind) = self.target(&name, value.span, None).and_then(|it| it.kind(self.db)) {
                            removals.push((kind, name, Vec::new(), value.span));
                        }
                    }
                }
                Some(head) => {
                    let Some(name) = self.head_name(clause) else { continue };
                    let Some(target) = self.target(&name, head.span(), None) else { continue };
                    let Some(kind) = target.kind(self.db) else { continue };
                    let mut words = Vec::new();
                    for value in values {
                        let Some(word) = self.label(value) else {
                            self.not_a_name(value);
                            continue;
                        };
                        if self.has_part(target, kind, &word) {
                            words.push(word);
                        } else {
                            let clause = Bilingual::new(kind.word().zh, kind.word().en);
                            self.error(SyntaxMessage::UnknownClause { clause: word, kind: clause }, value.span);
                        }
                    }
                    if !words.is_empty() {
                        removals.push((kind, name, words, head.span()));
                    }
                }
            }
        }
        let symbol = self.item.symbol(self.db);
        if let (Some(meta), Some(from)) = (self.meta(block, clauses, symbol), from.and_then(|it| it.lo())) {
            defs.push(Def::Amendment(Amendment { meta, from, changes, removals }));
        }
    }

    /// The provision of this package that an amendment names.
    fn target(&mut self, name: &str, span: Span, kind: Option<Kind>) -> Option<Item<'db>> {
        let own = self.package.map(|it| scope(self.db, it));
        let Some(item) = own.and_then(|it| it.get(self.db, name)) else {
            let names = self.package.map(|it| crate::scope::names(self.db, it)).unwrap_or_default();
            let near = polis_diagnostic::did_you_mean(name, names.iter().map(|it| &**it)).map(SmolStr::new);
            let error = self.error(polis_diagnostic::KindMessage::AmendsNothing { name: name.into() }, span);
            if let Some(name) = near {
                error.helps.push(polis_diagnostic::NameNote::DidYouMean { name }.into());
            }
            return None;
        };
        self.note_target(span, |it| Target::Item(item.key(it.db)));
        let found = item.kind(self.db)?;
        let expected = kind.unwrap_or(found);
        if found != expected || !Kind::Amend.spec().inner.contains(&found) {
            let place = item.name_place(self.db);
            let expected = if found == expected {
                Bilingual::new("可以修订的条款", "a provision that can be amended")
            } else {
                crate::lower::kind_name(expected)
            };
            let message =
                NameMessage::WrongKindOfName { name: name.into(), found: crate::lower::kind_name(found), expected };
            let error = self.error(message, span);
            *error = error.clone().label(place, polis_diagnostic::GeneralNote::DeclaredHere);
            return None;
        }
        Some(item)
    }

    /// Whether a provision has a clause of this word or name, or a block of this name. An earlier amendment may have
    /// added what a later one removes, so every word that the kind takes is accepted.
    fn has_part(&self, item: Item<'db>, kind: Kind, word: &str) -> bool {
        if kind.clause(word).is_some() {
            return true;
        }
        let content = item.content(self.db);
        names_part(&content.block, &content.text, word)
    }
}

/// Whether a block has a clause or block of this name, at any depth.
fn names_part(block: &Block, text: &str, word: &str) -> bool {
    block.body.iter().flat_map(|it| &it.elements).any(|it| match it {
        Element::Clause(clause) => {
            clause.name.is_some_and(|it| it.span().text(text).trim_matches(['"', '`', '“', '”']) == word)
        }
        Element::Block(inner) => inner.name.is_some_and(|it| it.text(text) == word) || names_part(inner, text, word),
        Element::Error(_) => false,
    })
}
