//! Versions: what a provision says from the date of each amendment on, and what is in force on a date.
//!
//! A version's content is the provision's own text with the texts of its amendments after it, and a tree that takes its
//! clauses from either. So every place in a version leads back to the text that says it.

use std::sync::Arc;

use polis_db::{Db, Package};
use polis_diagnostic::{Diagnostic, KindMessage, KindNote};
use polis_syntax::Span;
use polis_syntax::ast::{Block, Body, Clause, Element, HeadName};
use polis_syntax::words::Kind;
use polis_value::Date;
use smol_str::SmolStr;

use crate::ir::Amendment;
use crate::items::{Item, ItemContent, Place, file_frame};
use crate::kinds::{Def, Lowered, lower_content, lowered};
use crate::lower::unquote;
use crate::scope::has_kind;
use crate::types::Symbol;

/// What a provision says from a date on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The first day on which it holds.
    pub from: Date,
    /// What it says; `None` where the provision is removed.
    pub lowered: Option<Arc<Lowered>>,
}

/// A provision that amendments change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amended {
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub name: SmolStr,
    /// What it says from each date on, by date.
    pub versions: Vec<Version>,
}

/// The provisions of a package that its amendments change, by the first change, then by name.
#[salsa::tracked(returns(clone))]
pub fn amended(db: &dyn Db, package: Package) -> Arc<[Amended]> {
    amended_with(db, package, &Switches::default())
}

/// What a supposition switches: provisions by their full names, amendments among them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Switches {
    /// In force on every day, whatever their dates say.
    pub on: Vec<Symbol>,
    /// In force on no day.
    pub off: Vec<Symbol>,
}

impl Switches {
    /// Whether nothing is switched.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.on.is_empty() && self.off.is_empty()
    }
}

/// The same where some amendments are supposed to be made from the beginning, or not at all.
pub(crate) fn amended_with(db: &dyn Db, package: Package, switches: &Switches) -> Arc<[Amended]> {
    let mut amendments: Vec<(Item<'_>, Amendment)> = Vec::new();
    for file in package.files(db).iter().filter(|it| *has_kind(db, **it, Kind::Amend)) {
        for item in file_frame(db, *file).amendments.iter().copied() {
            amendments.extend(lowered(db, item).defs.iter().filter_map(|it| match it {
                Def::Amendment(amendment) => Some((item, amendment.clone())),
                _ => None,
            }));
        }
    }
    if !switches.is_empty() {
        amendments.retain(|it| !switches.off.contains(&it.0.symbol(db)));
        if let Ok(first) = Date::new(1, 1, 1) {
            let on = amendments.iter_mut().filter(|it| switches.on.contains(&it.0.symbol(db)));
            on.for_each(|it| it.1.from = first);
        }
    }
    // Of one day the order of the texts decides; the sort keeps it.
    amendments.sort_by_key(|it| it.1.from);
    let mut targets: Vec<(Kind, SmolStr)> = Vec::new();
    for (_, amendment) in &amendments {
        let removed = amendment.removals.iter().map(|it| (it.0, it.1.clone()));
        for target in amendment.changes.iter().map(|it| (it.0, it.1.clone())).chain(removed) {
            if !targets.contains(&target) {
                targets.push(target);
            }
        }
    }
    targets
        .into_iter()
        .filter_map(|(kind, name)| {
            let item = crate::scope::scope(db, package).get(db, &name).filter(|it| it.kind(db) == Some(kind))?;
            let versions = versions_of(db, item, &amendments);
            Some(Amended { kind, name, versions })
        })
        .collect()
}

/// What is wrong with versions, beyond what is wrong with the provision that they change.
#[salsa::tracked(returns(clone))]
pub fn version_diagnostics(db: &dyn Db, package: Package) -> Vec<Diagnostic<Place>> {
    let mut found = clashes(db, package);
    for amended in amended(db, package).iter() {
        let Some(item) = crate::scope::scope(db, package).get(db, &amended.name) else { continue };
        let mut known = lowered(db, item).diagnostics.clone();
        for version in &amended.versions {
            for diagnostic in version.lowered.iter().flat_map(|it| &it.diagnostics) {
                if !known.contains(diagnostic) {
                    known.push(diagnostic.clone());
                    found.push(diagnostic.clone());
                }
            }
        }
    }
    found
}

/// Clauses that two amendments change on one day.
fn clashes(db: &dyn Db, package: Package) -> Vec<Diagnostic<Place>> {
    let mut seen: Vec<(Date, Kind, SmolStr, SmolStr, Place)> = Vec::new();
    let mut found = Vec::new();
    for file in package.files(db).iter() {
        for item in file_frame(db, *file).amendments.iter().copied() {
            let content = item.content(db);
            let lowered = lowered(db, item);
            let amendments = lowered.defs.iter().filter_map(|it| match it {
                Def::Amendment(amendment) => Some(amendment),
                _ => None,
            });
            for amendment in amendments {
                for (kind, name, span) in &amendment.changes {
                    let Some(inner) = blocks(&content.block).find(|it| it.span == *span) else { continue };
                    let elements = inner.body.iter().flat_map(|it| &it.elements);
                    let clauses = elements.filter_map(|it| match it {
                        Element::Clause(clause) => Some(clause),
                        _ => None,
                    });
                    for clause in clauses {
                        let text = &*content.text;
                        let word = kind.clause(clause.word.text(text)).map(|it| it.word.word().zh);
                        let Some(word) = word else { continue };
                        let clause_name = match head(clause, text) {
                            Some(head) => SmolStr::new(format!("{word} {head}")),
                            None => SmolStr::new_static(word),
                        };
                        let place = Place { item: item.key(db), span: clause.word.span };
                        let first = seen.iter().find(|it| {
                            it.4.item != place.item
                                && (it.0, it.1, &it.2, &it.3) == (amendment.from, *kind, name, &clause_name)
                        });
                        if let Some(first) = first {
                            let message = KindMessage::AmendmentsClash {
                                name: name.clone(),
                                clause: clause_name.clone(),
                                date: amendment.from.to_string().into(),
                            };
                            let diagnostic = Diagnostic::new(message, place.clone());
                            let diagnostic = diagnostic.label(first.4.clone(), KindNote::FirstAmended);
                            found.push(diagnostic.help(KindNote::MergeAmendments));
                        }
                        seen.push((amendment.from, *kind, name.clone(), clause_name, place));
                    }
                }
            }
        }
    }
    found
}

fn versions_of(db: &dyn Db, item: Item<'_>, amendments: &[(Item<'_>, Amendment)]) -> Vec<Version> {
    let (kind, name) = (item.kind(db), item.name(db));
    let mut content = item.content(db);
    let mut versions: Vec<Version> = Vec::new();
    for (by, amendment) in amendments {
        let mut version = None;
        for (_, _, removed, _) in amendment.removals.iter().filter(|it| Some(it.0) == kind && it.1 == name) {
            if removed.is_empty() {
                version = Some(None);
            } else {
                content = Arc::new(without(&content, removed));
                version = Some(Some(()));
            }
        }
        let amending = by.content(db);
        for (.., span) in amendment.changes.iter().filter(|it| Some(it.0) == kind && it.1 == name) {
            let inner = blocks(&amending.block).find(|it| it.span == *span);
            if let Some(inner) = inner {
                content = Arc::new(changed(&content, &amending, inner, by.key(db)));
                version = Some(Some(()));
            }
        }
        if let Some(kept) = version {
            let lowered = kept.map(|()| Arc::new(lower_content(db, item, &content)));
            // The last of one day stands for the day.
            versions.retain(|it| it.from != amendment.from);
            versions.push(Version { from: amendment.from, lowered });
        }
    }
    versions
}

fn blocks(block: &Block) -> impl Iterator<Item = &Block> {
    block.body.iter().flat_map(|it| &it.elements).filter_map(|it| match it {
        Element::Block(inner) => Some(&**inner),
        _ => None,
    })
}

/// The content without what `removed` names: clauses by their word or their own name, blocks by their name.
fn without(content: &ItemContent, removed: &[SmolStr]) -> ItemContent {
    let text = &content.text;
    let names = |element: &Element| match element {
        Element::Clause(clause) => {
            let own = clause.name.map(|it| head_text(it, text));
            removed
                .iter()
                .any(|it| same_word(content.block.kind, it, clause.word.text(text)) || own.as_ref() == Some(it))
        }
        Element::Block(inner) => block_text(inner, text).is_some_and(|it| removed.contains(&it)),
        Element::Error(_) => false,
    };
    let mut block = content.block.clone();
    prune(&mut block, &names);
    ItemContent { text: content.text.clone(), block, parts: content.parts.clone() }
}

/// Takes what is named out of a block and of the blocks inside it.
fn prune(block: &mut Block, names: &dyn Fn(&Element) -> bool) {
    let Some(body) = &mut block.body else { return };
    body.elements.retain(|it| !names(it));
    for element in &mut body.elements {
        if let Element::Block(inner) = element {
            prune(inner, names);
        }
    }
}

/// The content with the clauses and blocks of an amendment in the place of those of the same word and name, or after
/// the others.
fn changed(content: &ItemContent, amending: &ItemContent, inner: &Block, by: crate::items::ItemRef) -> ItemContent {
    // INVARIANT: contents are shorter than their files, and files end below 1 GiB.
    #[expect(clippy::cast_possible_truncation, reason = "files are refused past 1 GiB")]
    let offset = content.text.len() as u32 + 1;
    let text = format!("{}\n{}", content.text, amending.text);
    let mut inner = inner.clone();
    inner.map_spans(&mut |it| Span::new(it.start + offset, it.end + offset));
    let mut block = content.block.clone();
    block.title = inner.title.or(block.title);
    block.ty = inner.ty.take().or(block.ty);
    merge(&mut block, inner.body.map(|it| it.elements).unwrap_or_default(), &text);
    let mut parts = content.parts.to_vec();
    parts.push((offset, by));
    ItemContent { text: text.into(), block, parts: parts.into() }
}

/// Puts the clauses of an amendment in the place of those of the same word and name, and blocks into those of the same
/// kind and name; what has no counterpart comes after the others.
fn merge(block: &mut Block, new: Vec<Element>, text: &str) {
    let kind = block.kind;
    let span = block.span;
    let body = block.body.get_or_insert_with(|| Body { elements: Vec::new(), span });
    let mut left: Vec<Option<Element>> = new.into_iter().map(Some).collect();
    let mut elements: Vec<Element> = Vec::new();
    for mut old in body.elements.drain(..) {
        if let Element::Block(inner) = &mut old {
            let same = left.iter_mut().find(|it| {
                matches!(it, Some(Element::Block(new)) if new.kind == inner.kind
                && block_text(new, text) == block_text(inner, text))
            });
            if let Some(Element::Block(new)) = same.and_then(Option::take) {
                inner.title = new.title.or(inner.title);
                merge(inner, new.body.map(|it| it.elements).unwrap_or_default(), text);
            }
            elements.push(old);
            continue;
        }
        let by: Vec<usize> = left
            .iter()
            .enumerate()
            .filter(|(_, it)| it.as_ref().is_some_and(|it| replaces(kind, text, it, &old)))
            .map(|it| it.0)
            .collect();
        if by.is_empty() && !elements.iter().any(|it| replaces(kind, text, it, &old) && !is_own(it, &old)) {
            elements.push(old);
            continue;
        }
        elements.extend(by.into_iter().filter_map(|it| left.get_mut(it).and_then(Option::take)));
    }
    elements.extend(left.into_iter().flatten());
    body.elements = elements;
}

/// Whether two clauses come from the same text: an old clause repeated in the old text stays.
fn is_own(placed: &Element, old: &Element) -> bool {
    let start = |it: &Element| match it {
        Element::Clause(clause) => clause.span.start,
        Element::Block(block) => block.span.start,
        Element::Error(span) => span.start,
    };
    start(placed) < start(old)
}

/// Whether an amendment's clause or block takes the place of an old one.
fn replaces(kind: Option<Kind>, text: &str, new: &Element, old: &Element) -> bool {
    match (new, old) {
        (Element::Clause(new), Element::Clause(old)) => {
            same_word(kind, new.word.text(text), old.word.text(text)) && head(new, text) == head(old, text)
        }
        (Element::Block(new), Element::Block(old)) => {
            new.kind == old.kind && block_text(new, text) == block_text(old, text)
        }
        _ => false,
    }
}

/// Whether two words head the same clause of a kind, in either face.
fn same_word(kind: Option<Kind>, a: &str, b: &str) -> bool {
    let word = |text: &str| kind.and_then(|it| it.clause(text)).map(|it| it.word);
    match (word(a), word(b)) {
        (Some(a), Some(b)) => a == b,
        _ => a == b,
    }
}

fn head(clause: &Clause, text: &str) -> Option<SmolStr> {
    Some(head_text(clause.name?, text))
}

fn head_text(name: HeadName, text: &str) -> SmolStr {
    match name {
        HeadName::Name(name) => name.text(text).into(),
        HeadName::Text(span) => unquote(span.text(text)),
        HeadName::Date(span) => span.text(text).into(),
    }
}

fn block_text(block: &Block, text: &str) -> Option<SmolStr> {
    block.name.map(|it| SmolStr::new(it.text(text))).or_else(|| block.title.map(|it| unquote(it.text(text))))
}
