//! What stands at an offset: the name of a provision, of something inside one, of a package.

use std::sync::Arc;

use polis_db::SourceFile;
use polis_semantic::items::{Item, ItemContent, ParsedFile, ParsedItem, file_items, parsed_file};
use polis_semantic::resolve::{Target, item_of_key, resolved};
use polis_syntax::Span;
use polis_syntax::ast::{Block, Clause, Element, Expr, ExprKind, HeadName, Ident};
use polis_syntax::words::{ClauseWord, Kind, Value};
use smol_str::SmolStr;

use crate::text::{Db, FileRange, absolute};

/// A name that the cursor is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointed {
    /// Its bytes in the file.
    pub range: Span,
    /// What it leads to.
    pub target: Target,
    /// Whether it is where the target is declared.
    pub declares: bool,
}

/// What a part of a provision is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartRole {
    /// A block inside a block.
    Block(Option<Kind>),
    /// The name of a clause: a field, an exception, an addition.
    Clause(ClauseWord),
    /// A value that a clause declares: of an enumeration, an item of a list.
    Value(ClauseWord),
    /// What a test or aggregate calls something for itself.
    Local,
}

/// Something that a provision declares inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its name.
    pub name: SmolStr,
    /// The name's bytes in the content.
    pub span: Span,
    /// The bytes of all that it says, in the content.
    pub whole: Span,
    /// What it is.
    pub role: PartRole,
}

/// The provision at an offset, with its number in the file.
#[must_use]
pub fn item_at(db: &Db, file: SourceFile, offset: u32) -> Option<(Item<'_>, Arc<ParsedFile>, usize)> {
    let parsed = parsed_file(db, file);
    let index = parsed.items.partition_point(|it| it.span.start <= offset).checked_sub(1)?;
    if parsed.items.get(index)?.span.end < offset {
        return None;
    }
    Some((*file_items(db, file).get(index)?, Arc::clone(parsed), index))
}

/// The name at an offset, with what it leads to.
#[must_use]
pub fn pointed(db: &Db, file: SourceFile, offset: u32) -> Option<Pointed> {
    let (item, parsed, index) = item_at(db, file, offset)?;
    let at = parsed.items.get(index)?;
    // A name that ends at the offset is meant as well as one that begins there.
    let found = pointed_at(db, item, at, offset, at.relative(offset));
    let before = || pointed_at(db, item, at, offset, at.relative(offset.checked_sub(1)?) + 1);
    found.or_else(before)
}

fn pointed_at(db: &Db, item: Item<'_>, at: &ParsedItem, offset: u32, relative: u32) -> Option<Pointed> {
    let content = item.content(db);
    // Behind the last token of a line the content ends and the offset does not.
    let found = |span: Span, target: Target, declares: bool| {
        let range = at.absolute(span);
        range.touches(offset).then_some(Pointed { range, target, declares })
    };
    if let Some(name) = content.block.name.filter(|it| it.span.touches(relative)) {
        return found(name.span, Target::Item(item.key(db)), true);
    }
    let read = resolved(db, item);
    let mut touching = read.names.iter().filter(|it| it.0.touches(relative));
    let by_trace = touching.next_back().cloned();
    // A name that lowering followed leads where it led, even where it stands in place of a declaration.
    if let Some((span, target)) = by_trace {
        let declares = matches!(target, Target::Local(_)) && is_local_declared(&content, span);
        if let Some(found) = found(span, target, declares) {
            return Some(found);
        }
    }
    let part = parts(&content).into_iter().find(|it| it.span.touches(relative))?;
    let target = match part.role {
        PartRole::Local => Target::Local(part.name),
        _ => Target::Part(item.key(db), part.name),
    };
    found(part.span, target, true)
}

fn is_local_declared(content: &ItemContent, span: Span) -> bool {
    locals(content).iter().any(|it| it.0 == span)
}

/// Where a target is declared. A local name is looked for in the provision `within`.
#[must_use]
pub fn declaration(db: &Db, target: &Target, within: Option<Item<'_>>) -> Option<FileRange> {
    match target {
        Target::Item(key) => {
            let item = item_of_key(db, key)?;
            Some(absolute(db, item, item.name_place(db).span))
        }
        Target::Part(key, name) => {
            let item = item_of_key(db, key)?;
            let content = item.content(db);
            let part = parts(&content).into_iter().find(|it| it.name == *name);
            let span = part.map_or_else(|| item.name_place(db).span, |it| it.span);
            Some(absolute(db, item, span))
        }
        Target::Package(package) => {
            let manifest = package.manifest(db);
            let at = manifest.name_at?;
            let file = db.file(at.file)?;
            Some(FileRange { file, range: Span::new(at.start, at.end) })
        }
        Target::Local(name) => {
            let item = within?;
            let content = item.content(db);
            let found = locals(&content).into_iter().find(|it| it.1 == *name)?;
            Some(absolute(db, item, found.0))
        }
    }
}

/// What a provision declares inside, in order.
#[must_use]
pub fn parts(content: &ItemContent) -> Vec<Part> {
    let mut all = Vec::new();
    if content.block.kind != Some(Kind::Amend) {
        block_parts(&content.block, &content.text, &mut all);
    }
    all
}

fn block_parts(block: &Block, text: &str, all: &mut Vec<Part>) {
    for element in block.body.iter().flat_map(|it| &it.elements) {
        match element {
            Element::Block(inner) => {
                if let Some(name) = inner.name {
                    all.push(part(name, inner.span, PartRole::Block(inner.kind), text));
                }
                block_parts(inner, text, all);
            }
            Element::Clause(clause) => clause_parts(block.kind, clause, text, all),
            Element::Error(_) => {}
        }
    }
}

fn clause_parts(kind: Option<Kind>, clause: &Clause, text: &str, all: &mut Vec<Part>) {
    let Some(spec) = kind.and_then(|it| it.clause(clause.word.text(text))) else { return };
    // These speak of what is declared elsewhere.
    let speaks = matches!(spec.word, ClauseWord::Set | ClauseWord::Growth | ClauseWord::Remove);
    if let Some(HeadName::Name(name)) = clause.name.filter(|_| !speaks) {
        let role = if spec.word == ClauseWord::Given { PartRole::Local } else { PartRole::Clause(spec.word) };
        all.push(part(name, clause.span, role, text));
    }
    if spec.value == Value::Declares {
        for name in clause.values.iter().flat_map(listed).filter_map(name_of) {
            all.push(part(name, name.span, PartRole::Value(spec.word), text));
        }
    }
}

fn part(name: Ident, whole: Span, role: PartRole, text: &str) -> Part {
    Part { name: name.text(text).into(), span: name.span, whole, role }
}

/// The names that a provision gives to something for itself, each where it is given.
fn locals(content: &ItemContent) -> Vec<(Span, SmolStr)> {
    let mut found: Vec<(Span, SmolStr)> =
        parts(content).into_iter().filter(|it| it.role == PartRole::Local).map(|it| (it.span, it.name)).collect();
    crate::walk::exprs(&content.block, &mut |expr| {
        if let ExprKind::Aggregate(aggregate) = &expr.kind {
            let binder = aggregate.binder;
            found.push((binder.span, binder.text(&content.text).into()));
        }
    });
    found
}

fn listed(expr: &Expr) -> &[Expr] {
    match &expr.kind {
        ExprKind::List(items) => items,
        _ => std::slice::from_ref(expr),
    }
}

fn name_of(expr: &Expr) -> Option<Ident> {
    match &expr.kind {
        ExprKind::Name(name) => Some(*name),
        _ => None,
    }
}
