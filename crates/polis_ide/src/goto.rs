//! From a name to where it is declared, to its type, and to what fills or changes it.

use polis_db::{SourceFile, Workspace};
use polis_semantic::items::{Item, ItemRef, file_items, parsed_file};
use polis_semantic::kinds::{Def, lowered};
use polis_semantic::resolve::{Target, item_of_key, resolved};
use polis_semantic::scope::{lookup_kinds, package_of, visible};
use polis_semantic::signature::{Signature, signature};
use polis_semantic::{Symbol, Type};
use polis_syntax::Span;
use polis_syntax::ast::Element;
use polis_syntax::words::Kind;

use crate::target::{declaration, item_at, pointed};
use crate::text::{Db, FileRange, absolute, order};

/// Where the name at an offset is declared, with the name's own range; for a title in a citation the document.
#[must_use]
pub fn definition(db: &Db, file: SourceFile, offset: u32) -> Option<(Span, FileRange)> {
    let (item, parsed, index) = item_at(db, file, offset)?;
    if let Some(found) = pointed(db, file, offset) {
        return Some((found.range, declaration(db, &found.target, Some(item))?));
    }
    // `《…》` in a citation names a document by its title.
    let at = parsed.items.get(index)?;
    let relative = at.relative(offset);
    let content = item.content(db);
    let mut title = None;
    crate::walk::exprs(&content.block, &mut |it| {
        if matches!(it.kind, polis_syntax::ast::ExprKind::Title) && it.span.touches(relative) {
            title = Some(it.span);
        }
    });
    let span = title?;
    let title = span.text(&content.text);
    let package = package_of(db, file)?;
    let document = visible(db, package).iter().flat_map(|it| it.files(db).to_vec()).find_map(|file| {
        let mut items = file_items(db, file).iter().copied().filter(|it| it.kind(db) == Some(Kind::Document));
        items.find(|it| {
            let content = it.content(db);
            content.block.title.is_some_and(|it| it.text(&content.text) == title)
        })
    })?;
    Some((at.absolute(span), absolute(db, document, document.name_place(db).span)))
}

/// Where the type of what stands at an offset is declared: the entity of a rule, the enumeration of a field.
#[must_use]
pub fn type_definition(db: &Db, file: SourceFile, offset: u32) -> Option<FileRange> {
    let (item, parsed, index) = item_at(db, file, offset)?;
    let relative = parsed.items.get(index)?.relative(offset);
    let of_value = resolved(db, item).type_at(relative).and_then(|it| type_item(db, item, it.1));
    let found = of_value.or_else(|| match pointed(db, file, offset)?.target {
        Target::Item(key) => {
            let named = item_of_key(db, &key)?;
            match &*signature(db, named) {
                Signature::Rule(rule) => type_item(db, named, &rule.ty).or_else(|| item_of(db, named, &rule.entity)),
                Signature::Param(_, ty) => type_item(db, named, ty),
                _ => None,
            }
        }
        Target::Part(key, name) => {
            let owner = item_of_key(db, &key)?;
            match &*signature(db, owner) {
                Signature::Entity(entity) => type_item(db, owner, entity.field(&name)?),
                Signature::Enumeration(..) => Some(owner),
                _ => None,
            }
        }
        _ => None,
    })?;
    Some(absolute(db, found, found.name_place(db).span))
}

fn type_item<'db>(db: &'db Db, from: Item<'db>, ty: &Type) -> Option<Item<'db>> {
    match ty {
        Type::Enum(symbol) | Type::Entity(symbol) => item_of(db, from, symbol),
        Type::List(inner) => type_item(db, from, inner),
        _ => None,
    }
}

/// The provision of a full name, as seen from a provision.
pub(crate) fn item_of<'db>(db: &'db Db, from: Item<'db>, symbol: &Symbol) -> Option<Item<'db>> {
    let package = package_of(db, from.file(db))?;
    let of = visible(db, package).iter().copied().find(|it| it.name(db) == symbol.package)?;
    polis_semantic::scope::scope(db, of).get(db, &symbol.name)
}

/// What fills, changes or stands for the provision at an offset: the fills of a delegation, the amendments of a
/// provision, the provisions of cities that are instances of a concept, the structures that a superior's limit binds.
#[must_use]
pub fn implementations(db: &Db, file: SourceFile, offset: u32) -> Vec<FileRange> {
    let Some(found) = pointed(db, file, offset) else { return Vec::new() };
    let (Target::Item(key) | Target::Part(key, _)) = &found.target else { return Vec::new() };
    let Some(target) = item_of_key(db, key) else { return Vec::new() };
    let symbol = target.symbol(db);
    let Some(of) = package_of(db, key.file) else { return Vec::new() };
    let mut all = Vec::new();
    for package in Workspace::get(db).packages(db).iter().filter(|it| visible(db, **it).contains(&of)) {
        for file in package.files(db).iter() {
            // Provisions that say nothing of the name are passed over without being lowered.
            let parsed = parsed_file(db, *file);
            if parsed.names.binary_search_by(|it| (**it).cmp(&symbol.name)).is_err() && package != &of {
                continue;
            }
            for item in file_items(db, *file) {
                if realizes(db, *item, key, &symbol, &found.target) {
                    all.push(absolute(db, *item, item.name_place(db).span));
                }
            }
        }
    }
    order(db, &mut all, |it| *it);
    all
}

/// Whether a provision fills, changes or is an instance of another.
fn realizes(db: &Db, item: Item<'_>, key: &ItemRef, symbol: &Symbol, target: &Target) -> bool {
    if item.key(db) == *key {
        return false;
    }
    if item.kind(db) == Some(Kind::Amend) {
        let content = item.content(db);
        let blocks = content.block.body.iter().flat_map(|it| &it.elements);
        let changes = blocks.filter_map(|it| if let Element::Block(it) = it { Some(it) } else { None });
        let same = |it: &polis_syntax::ast::Block| {
            it.kind == key.kind && it.name.is_some_and(|it| it.text(&content.text) == key.name)
        };
        return item.package(db) == symbol.package && changes.into_iter().any(|it| same(it));
    }
    let part = match target {
        Target::Part(_, name) => Some(Symbol::new(symbol.package.clone(), format!("{}.{name}", symbol.name))),
        _ => None,
    };
    let names = |all: &[Symbol]| all.iter().any(|it| it == symbol || Some(it) == part.as_ref());
    lowered(db, item).defs.iter().any(|def| {
        let by_meta = def.meta().is_some_and(|it| names(&it.is) || names(&it.implements));
        let by_kind = match def {
            Def::Document(document) => names(&document.based_on) || names(&document.supersedes),
            Def::Entity(entity) => entity.parent.as_ref() == Some(symbol),
            Def::Notion(notion) => names(&notion.parents),
            _ => false,
        };
        by_meta || by_kind
    })
}

/// The provisions of a kind that a name leads to, seen from a file.
pub(crate) fn named<'db>(db: &'db Db, file: SourceFile, name: &str, kinds: &[Kind]) -> Vec<Item<'db>> {
    package_of(db, file).map(|it| lookup_kinds(db, it, name, &|it| kinds.contains(&it))).unwrap_or_default()
}
