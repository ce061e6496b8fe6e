//! The outline of a file, and provisions by name over all packages.

use polis_db::{SourceFile, Workspace};
use polis_diagnostic::Locale;
use polis_semantic::items::parsed_file;
use polis_semantic::unquote;
use polis_syntax::Span;
use polis_syntax::ast::{Block, Element, HeadName};
use polis_syntax::words::{ClauseWord, Face, Kind};
use smol_str::SmolStr;

use crate::text::{Db, FileRange, pick};

/// What a symbol is, in the terms of an editor's icons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OutlineKind {
    /// A provision or block of a kind; `None` for an unknown word.
    Block(Option<Kind>),
    /// A named clause.
    Clause(ClauseWord),
}

/// A provision, or something named inside one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// Its name, or its title, or its kind.
    pub name: String,
    /// Its kind, title and entity.
    pub detail: String,
    /// What it is.
    pub kind: OutlineKind,
    /// All of it.
    pub range: Span,
    /// Its name.
    pub selection: Span,
    /// What is inside.
    pub children: Vec<Outline>,
}

/// A provision found by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceSymbol {
    /// Its name or title.
    pub name: String,
    /// Its kind.
    pub kind: Option<Kind>,
    /// The title or name of its package.
    pub package: SmolStr,
    /// Its name's place.
    pub at: FileRange,
}

/// The provisions of a file with what is named inside.
#[must_use]
pub fn outline(db: &Db, file: SourceFile, locale: Locale) -> Vec<Outline> {
    let parsed = parsed_file(db, file);
    let face = pick(locale, Face::Zh, Face::En);
    parsed
        .items
        .iter()
        .map(|item| block(&item.content.block, &item.content.text, face, &|it| item.absolute(it)))
        .collect()
}

fn block(it: &Block, text: &str, face: Face, absolute: &dyn Fn(Span) -> Span) -> Outline {
    let kind = it.kind.map_or(it.word.text(text), |it| it.word().spelling(face));
    let title = it.title.map(|it| unquote(it.text(text)));
    let name = it.name.map(|it| it.text(text).to_owned());
    let mut detail = vec![kind.to_owned()];
    if name.is_some() {
        detail.extend(title.as_ref().map(|it| format!("“{it}”")));
    }
    detail.extend(it.of.as_ref().map(|it| it.span.text(text).replace(' ', "")));
    let selection = it.name.map_or_else(|| it.title.unwrap_or(it.word.span), |it| it.span);
    let name = name.or_else(|| title.map(|it| it.to_string())).unwrap_or_else(|| kind.to_owned());
    let mut children = Vec::new();
    for element in it.body.iter().flat_map(|it| &it.elements) {
        match element {
            Element::Block(inner) => children.push(block(inner, text, face, absolute)),
            Element::Clause(clause) => {
                let (Some(HeadName::Name(name)), Some(spec)) =
                    (clause.name, it.kind.and_then(|it| it.clause(clause.word.text(text))))
                else {
                    continue;
                };
                children.push(Outline {
                    name: name.text(text).to_owned(),
                    detail: spec.word.word().spelling(face).to_owned(),
                    kind: OutlineKind::Clause(spec.word),
                    range: absolute(clause.span),
                    selection: absolute(name.span),
                    children: Vec::new(),
                });
            }
            Element::Error(_) => {}
        }
    }
    Outline {
        name,
        detail: detail.join(" "),
        kind: OutlineKind::Block(it.kind),
        range: absolute(it.span),
        selection: absolute(selection),
        children,
    }
}

/// The provisions whose name or title matches a query, best first, at most `limit`. Tests are found by their titles.
#[must_use]
pub fn workspace_symbols(db: &Db, query: &str, limit: usize) -> Vec<WorkspaceSymbol> {
    let query = query.trim().to_lowercase();
    let mut found = Vec::new();
    for package in Workspace::get(db).packages(db).iter() {
        let manifest = package.manifest(db);
        let of = manifest.title.clone().unwrap_or_else(|| manifest.name.clone());
        for file in package.files(db).iter() {
            for item in &parsed_file(db, *file).items {
                let block = &item.content.block;
                let text = &item.content.text;
                let title = block.title.map(|it| unquote(it.text(text)));
                let name = if block.name.is_some() { item.name.clone() } else { title.clone().unwrap_or_default() };
                let by_name = matches_query(&query, &name);
                let by_title = title.and_then(|it| matches_query(&query, &it)).map(|it| it + 10);
                let Some(rank) = by_name.into_iter().chain(by_title).min() else { continue };
                let at = block.name.map_or_else(|| block.title.unwrap_or(block.word.span), |it| it.span);
                let at = FileRange { file: *file, range: item.absolute(at) };
                found
                    .push((rank, WorkspaceSymbol { name: name.to_string(), kind: item.kind, package: of.clone(), at }));
            }
        }
    }
    found.sort_by(|(a, left), (b, right)| a.cmp(b).then_with(|| left.name.len().cmp(&right.name.len())));
    found.into_iter().take(limit).map(|it| it.1).collect()
}

/// How well a name matches what was typed, the lower the better: itself, its beginning, a part of it, its characters in
/// order, or the initials of its characters in pinyin.
#[must_use]
pub fn matches_query(query: &str, name: &str) -> Option<u32> {
    let lower = name.to_lowercase();
    if query.is_empty() || lower == query {
        return Some(0);
    }
    if lower.starts_with(query) {
        return Some(1);
    }
    if lower.contains(query) {
        return Some(2);
    }
    if query.is_ascii() {
        let (initials, full) = crate::pinyin::spelled(name);
        if initials.starts_with(query) {
            return Some(3);
        }
        if full.starts_with(query) {
            return Some(4);
        }
        if initials.contains(query) {
            return Some(5);
        }
    }
    let mut rest = lower.chars();
    query.chars().all(|wanted| rest.any(|it| it == wanted)).then_some(6)
}
