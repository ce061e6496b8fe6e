//! Names that may be written: of provisions, facts, values, members.

use polis_semantic::items::Item;
use polis_semantic::scope::{Found, declarations, lookup, scope, visible};
use polis_semantic::signature::{EntitySig, Signature, entities, signature};
use polis_semantic::{Symbol, Type};
use polis_syntax::Span;
use polis_syntax::words::{ClauseWord, Face, Keyword, Kind, TypeWord, UnitWord};
use smol_str::SmolStr;

use super::{Collector, CompletionKind, MOST};
use crate::context::{Before, Frame};
use crate::hover::plain;
use crate::rename::written;
use crate::symbols::matches_query;
use crate::text::pick;

impl<'db> Collector<'db> {
    /// The names that the provision itself gives: members of aggregates, jurisdictions of a test.
    pub(super) fn locals(&mut self, before: &Before, text: &str) {
        let Some(Frame::Block { open, .. }) = before.frames.first() else { return };
        let rest = Span::new(*open, before.prefix.start).text(text);
        let tokens = polis_syntax::lex(rest).tokens;
        for pair in tokens.windows(2) {
            let [word, name] = pair else { continue };
            let spelled = word.span().text(rest);
            if Keyword::For.word().reads(spelled) || ClauseWord::Given.word().reads(spelled) {
                let name = name.span().text(rest).to_owned();
                if written(&name).is_some() {
                    self.add(&[&name], 1, |it| {
                        it.plain(
                            &name,
                            CompletionKind::Value,
                            pick(it.locale, "本条款内的名称", "a name of this provision"),
                        )
                    });
                }
            }
        }
    }

    /// Provisions that have a value: of this entity, or one for all.
    pub(super) fn valued(&mut self, entity: Option<&EntitySig>, want: Option<&Type>) {
        for (kind, name, item) in self.visible_items(&|it| it.is_valued() || it == Kind::Unit) {
            let read = signature(self.db, item);
            let (ty, fits) = match &*read {
                Signature::Param(_, ty) => (ty.clone(), true),
                Signature::Rule(rule) => (rule.ty.clone(), entity.is_none_or(|it| it.symbol == rule.entity)),
                _ => continue,
            };
            if !fits {
                continue;
            }
            // A condition is made of comparisons more often than of other conditions.
            let wanted = want.is_some_and(|it| *it != Type::Truth && it.compatible(&ty) && ty != Type::Any);
            let base = if wanted { 1 } else { 2 };
            let detail = plain(&ty, self.locale);
            self.item(kind, &name, item, base, detail);
        }
    }

    /// Every provision that is seen, of kinds that fit, whose name matches.
    pub(super) fn visible_items(&self, fits: &dyn Fn(Kind) -> bool) -> Vec<(Kind, SmolStr, Item<'db>)> {
        let mut all: Vec<(Kind, SmolStr, Item<'db>)> = Vec::new();
        for package in visible(self.db, self.package) {
            for (name, declared) in declarations(self.db, *package) {
                if all.len() >= 4 * MOST {
                    return all;
                }
                if fits(declared.kind)
                    && matches_query(&self.typed, name).is_some()
                    && let Some(item) = declared.item(self.db)
                {
                    all.push((declared.kind, SmolStr::new(name), item));
                }
            }
        }
        all
    }

    pub(super) fn items(&mut self, kinds: &[Kind]) {
        for (kind, name, item) in self.visible_items(&|it| kinds.contains(&it)) {
            let title = crate::hover::title_of(self.db, item).unwrap_or_default();
            let own = item.package(self.db) == self.package.name(self.db);
            let detail = if own { title } else { format!("{} {title}", item.package(self.db)) };
            self.item(kind, &name, item, u32::from(!own), detail);
        }
        // A package, to be followed by one of its names.
        for package in visible(self.db, self.package) {
            let manifest = package.manifest(self.db);
            let name = manifest.name.clone();
            let title = manifest.title.clone().filter(|it| written(it).is_some());
            let shown = if self.face == Face::Zh { title.unwrap_or_else(|| name.clone()) } else { name.clone() };
            if *package != self.package {
                self.add(&[&shown, &name], 6, |it| it.plain(&shown, CompletionKind::Package, name.as_str()));
            }
        }
    }

    pub(super) fn item(&mut self, kind: Kind, name: &str, item: Item<'db>, base: u32, detail: String) {
        let Some(insert) = written(name) else { return };
        self.add(&[name], base, |it| {
            let detail = if detail.is_empty() { kind.word().spelling(it.face).to_owned() } else { detail };
            let mut made = it.plain(name, CompletionKind::Item(kind), detail);
            made.item = Some(item.key(it.db));
            made.insert = insert;
            made
        });
    }

    pub(super) fn fields(&mut self, entity: &EntitySig, want: Option<&Type>, base: u32) {
        for (name, ty) in &entity.fields {
            let wanted = want.is_some_and(|it| *it != Type::Truth && it.compatible(ty) && *ty != Type::Any);
            let base = if wanted { base - 1 } else { base };
            self.add(&[name], base, |it| {
                let mut made = it.plain(name, CompletionKind::Field, plain(ty, it.locale));
                made.insert = written(name).unwrap_or_else(|| name.to_string());
                made
            });
        }
    }

    pub(super) fn children(&mut self, entity: &EntitySig) {
        let all = entities(self.db, self.package);
        for child in all.iter().filter(|it| it.parent.as_ref() == Some(&entity.symbol)) {
            if let Some(plural) = &child.plural {
                self.add(&[plural], 2, |it| it.plain(plural, CompletionKind::Field, child.symbol.name.as_str()));
            }
        }
    }

    pub(super) fn facts(&mut self, entity: &str, given: &[SmolStr]) {
        let Some(entity) = self.entity(entity) else { return };
        for (name, ty) in entity.fields.iter().filter(|it| !given.contains(&it.0)) {
            self.add(&[name], 0, |it| {
                let mut made = it.plain(name, CompletionKind::Field, plain(ty, it.locale));
                made.insert = format!("{}: ", written(name).unwrap_or_else(|| name.to_string()));
                made
            });
        }
        let all = entities(self.db, self.package);
        for child in all.iter().filter(|it| it.parent.as_ref() == Some(&entity.symbol)) {
            let name = &child.symbol.name;
            self.add(&[name], 2, |it| {
                let mut made = it.plain(name, CompletionKind::Item(Kind::Entity), "");
                if it.snippets {
                    made.insert = format!("{name} ${{1:{}}} {{ $0 }}", pick(it.locale, "甲", "a"));
                    made.snippet = true;
                }
                made
            });
        }
    }

    pub(super) fn enum_values(&mut self, symbol: &Symbol, base: u32) {
        let Some(of) = visible(self.db, self.package).iter().find(|it| it.name(self.db) == symbol.package) else {
            return;
        };
        let Some(item) = scope(self.db, *of).get(self.db, &symbol.name) else { return };
        if let Signature::Enumeration(_, values) = &*signature(self.db, item) {
            for value in values {
                self.add(&[value], base, |it| {
                    let mut made = it.plain(value, CompletionKind::Value, symbol.name.as_str());
                    made.insert = written(value).unwrap_or_else(|| value.to_string());
                    made
                });
            }
        }
    }

    /// What follows a dot.
    pub(super) fn members(&mut self, path: &str, before: &Before, entity: Option<&EntitySig>, text: &str) {
        let last = path.rsplit('.').next().unwrap_or(path);
        if path == last {
            match lookup(self.db, self.package, last) {
                Some(Found::Package(package)) => {
                    let all: Vec<(SmolStr, Kind, Option<Item<'db>>)> = declarations(self.db, package)
                        .map(|(name, it)| (SmolStr::new(name), it.kind, it.item(self.db)))
                        .collect();
                    for (name, kind, item) in all {
                        if let Some(item) = item {
                            self.item(kind, &name, item, 0, String::new());
                        }
                    }
                    return;
                }
                Some(Found::Item(item)) => match item.kind(self.db) {
                    Some(Kind::Enum) => return self.enum_values(&item.symbol(self.db), 0),
                    Some(Kind::Rating) => {
                        self.word(ClauseWord::Score.word(), CompletionKind::Field, 0, None);
                        return;
                    }
                    Some(Kind::Entity) => {}
                    Some(_) => {
                        // The blocks and values inside, such as the powers of a grant.
                        for part in crate::target::parts(&item.content(self.db)) {
                            self.add(&[&part.name], 0, |it| it.plain(&part.name, CompletionKind::Value, ""));
                        }
                        return;
                    }
                    None => {}
                },
                None => {}
            }
        }
        let of = self.entity(last).or_else(|| self.local_entity(last, before, entity, text));
        if let Some(of) = of {
            self.fields(&of, None, 1);
            self.children(&of);
            for (kind, name, item) in
                self.visible_items(&|it| it.is_rule() || matches!(it, Kind::Require | Kind::Organ))
            {
                let fits = match &*signature(self.db, item) {
                    Signature::Rule(rule) => rule.entity == of.symbol,
                    _ => kind == Kind::Organ,
                };
                if fits {
                    self.item(kind, &name, item, 2, String::new());
                }
            }
        }
    }

    /// The entity of a name that an aggregate or a test gives.
    pub(super) fn local_entity(
        &self,
        name: &str,
        before: &Before,
        entity: Option<&EntitySig>,
        text: &str,
    ) -> Option<std::sync::Arc<EntitySig>> {
        let Some(Frame::Block { open, .. }) = before.frames.first() else { return None };
        let rest = text.get(*open as usize..)?;
        let tokens = polis_syntax::lex(rest).tokens;
        let spelled = |it: &polis_syntax::Token| it.span().text(rest);
        for (at, token) in tokens.iter().enumerate().take(4000) {
            if spelled(token) != name {
                continue;
            }
            let previous = at.checked_sub(1).and_then(|it| tokens.get(it)).map(spelled);
            let next = tokens.get(at + 1).map(spelled);
            let after = tokens.get(at + 2).map(spelled);
            if previous.is_some_and(|it| ClauseWord::Given.word().reads(it)) && matches!(next, Some(":" | "：")) {
                return self.entity(after?);
            }
            if previous.is_some_and(|it| Keyword::For.word().reads(it))
                && next.is_some_and(|it| Keyword::In.word().reads(it))
            {
                let plural = after?;
                let all = entities(self.db, self.package);
                let fits = |it: &&std::sync::Arc<EntitySig>| {
                    it.plural.as_deref() == Some(plural)
                        && entity.is_none_or(|of| it.parent.as_ref() == Some(&of.symbol) || it.parent.is_some())
                };
                return all.iter().find(fits).cloned();
            }
        }
        None
    }

    pub(super) fn types(&mut self) {
        for (_, word) in TypeWord::rows() {
            self.word(word, CompletionKind::Type, 1, None);
        }
        for (_, word) in UnitWord::rows() {
            self.word(word, CompletionKind::Unit, 2, None);
        }
        self.items(&[Kind::Enum, Kind::Entity, Kind::Unit]);
    }

    pub(super) fn units(&mut self) {
        for (_, word) in UnitWord::rows() {
            self.word(word, CompletionKind::Unit, 0, None);
        }
        self.items(&[Kind::Unit]);
    }
}

/// The field that the token before the cursor compares: `类型 = ▮`.
pub(super) fn compared_field(before: &Before, text: &str) -> Option<SmolStr> {
    use polis_syntax::TokenKind as T;
    let mut back = before.line.iter().rev();
    let operator = back.next()?;
    if !matches!(operator.kind, T::Equal | T::NotEqual | T::In) {
        return None;
    }
    Some(back.next()?.span().text(text).into())
}
