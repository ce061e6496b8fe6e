//! What each name of a provision leads to, and the type of each value: for editors.
//!
//! Lowering finds this out on the way and does not keep it, since a check needs none of it. [`resolved`] lowers a
//! provision once more with a [`Trace`], so that an editor is told what the checker found and not what a second set of
//! rules would guess.

use std::sync::Arc;

use polis_db::{Db, Package};
use polis_syntax::words::Kind;
use polis_syntax::{Span, TokenKind};
use smol_str::SmolStr;

use crate::items::{Item, ItemRef};
use crate::kinds::lower_traced;
use crate::lower::Lower;
use crate::scope::{Found, seen};
use crate::types::{Symbol, Type};

/// What a name leads to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// A provision.
    Item(ItemRef),
    /// Something that a provision declares inside: a field, a value, a plural, an exception, a block, a step.
    Part(ItemRef, SmolStr),
    /// A package.
    Package(Package),
    /// What an aggregate or a test names for itself, within its provision.
    Local(SmolStr),
}

/// What was met while a provision was lowered; ranges are of its content.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    /// The names with what they lead to, by place, each place once.
    pub names: Vec<(Span, Target)>,
    /// The values with their types, inner ones before those that hold them, and what their places expect.
    pub types: Vec<(Span, Type, Option<Type>)>,
}

impl Trace {
    /// What the name at an offset of the content leads to.
    #[must_use]
    pub fn at(&self, offset: u32) -> Option<&(Span, Target)> {
        let touching = |it: &&(Span, Target)| it.0.touches(offset);
        // Of two that touch, the one that begins at the offset is meant.
        self.names.iter().rev().find(touching)
    }

    /// The innermost value at an offset, with its type.
    #[must_use]
    pub fn type_at(&self, offset: u32) -> Option<(Span, &Type)> {
        let found = self.types.iter().filter(|it| it.0.touches(offset) && it.1 != Type::Any);
        found.min_by_key(|it| it.0.end - it.0.start).map(|it| (it.0, &it.1))
    }
}

/// What each name of a provision leads to. Nothing of meaning rests on this query; least recently used results are
/// dropped, since an editor asks for few provisions again and again.
#[salsa::tracked(returns(clone), lru = 512)]
pub fn resolved(db: &dyn Db, item: Item<'_>) -> Arc<Trace> {
    let content = item.content(db);
    let (_, trace) = lower_traced(db, item, &content, Some(Box::default()));
    let mut trace = *trace.unwrap_or_default();
    if item.kind(db) == Some(Kind::Amend) {
        // The blocks of an amendment are lowered with what they change; here their names are looked up by themselves.
        let tokens = polis_syntax::lex(&content.text).tokens;
        for token in tokens.iter().filter(|it| matches!(it.kind, TokenKind::Ident | TokenKind::QuotedIdent)) {
            let name = token.span().text(&content.text).trim_matches('`');
            if let Some(Found::Item(found)) = seen(db, item.file(db), name).found()
                && content.block.name.is_none_or(|it| it.span.start != token.start)
                && !trace.names.iter().any(|it| it.0 == token.span())
            {
                trace.names.push((token.span(), Target::Item(found.key(db))));
            }
        }
    }
    // A name may be looked at several times; what was found last is what the type of its place settled.
    let mut names: Vec<(Span, Target)> = Vec::with_capacity(trace.names.len());
    for (span, target) in std::mem::take(&mut trace.names) {
        match names.iter_mut().find(|it| it.0 == span) {
            Some(earlier) => earlier.1 = target,
            None => names.push((span, target)),
        }
    }
    names.sort_by_key(|it| it.0);
    trace.names = names;
    Arc::new(trace)
}

/// The provision that a place names, as it is now.
#[must_use]
pub fn item_of_key<'db>(db: &'db dyn Db, key: &ItemRef) -> Option<Item<'db>> {
    let mut items = crate::items::file_items(db, key.file).iter().copied();
    items.find(|it| it.kind(db) == key.kind && it.nth(db) == key.nth && it.name(db) == key.name)
}

impl Lower<'_, '_> {
    /// Notes what the name at `span` leads to, where that is asked for.
    pub(crate) fn note_target(&mut self, span: Span, target: impl FnOnce(&Self) -> Target) {
        if self.trace.is_some() {
            let target = target(self);
            if let Some(trace) = &mut self.trace {
                trace.names.push((span, target));
            }
        }
    }

    /// Notes that the name at `span` is something that the provision `of` declares inside.
    pub(crate) fn note_part(&mut self, span: Span, of: Option<&Symbol>, name: &str) {
        if self.trace.is_some()
            && let Some(item) = of.and_then(|it| self.item_of(it))
        {
            self.note_target(span, |it| Target::Part(item.key(it.db), name.into()));
        }
    }

    /// Notes the type of a value.
    pub(crate) fn note_type(&mut self, span: Span, ty: &Type, want: Option<&Type>) {
        if let Some(trace) = &mut self.trace {
            trace.types.push((span, ty.clone(), want.cloned()));
        }
    }
}
