//! What may be written at the cursor.

use std::fmt::Write as _;

use polis_db::{Package, SourceFile};
use polis_diagnostic::Locale;
use polis_semantic::items::{Item, ItemRef, parsed_file};
use polis_semantic::resolve::item_of_key;
use polis_semantic::scope::{Found, declarations, lookup, package_of, scope, visible};
use polis_semantic::signature::{EntitySig, Signature, entities, signature};
use polis_semantic::{Symbol, Type};
use polis_syntax::Span;
use polis_syntax::words::{
    Builtin, ClauseSpec, ClauseWord, Face, HeadName, Keyword, Kind, TypeWord, UnitWord, Value, Word,
};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use crate::context::{Before, Frame, Place};
use crate::hover::{face, plain, provision, word_line};
use crate::rename::written;
use crate::symbols::matches_query;
use crate::text::{Db, pick};

/// Something that may be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What is shown.
    pub label: String,
    /// What it is.
    pub kind: CompletionKind,
    /// A few words beside it.
    pub detail: String,
    /// What it means, where that is at hand; a provision's is asked for by its [`Completion::item`].
    pub documentation: Option<String>,
    /// The provision that it names.
    pub item: Option<ItemRef>,
    /// What is written; with places to fill in where `snippet`.
    pub insert: String,
    /// Whether `insert` has places to fill in: `${1:…}`.
    pub snippet: bool,
    /// What is replaced.
    pub range: Span,
    /// What the typed letters are held against.
    pub filter: String,
    /// Lower ones come first.
    pub rank: u32,
}

/// What a completion is, in the terms of an editor's icons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CompletionKind {
    /// A kind of block, with its form.
    Kind,
    /// A clause of a block.
    Clause,
    /// A word of expressions.
    Keyword,
    /// A built-in function.
    Function,
    /// A unit.
    Unit,
    /// A type.
    Type,
    /// A word that a clause chooses from.
    Choice,
    /// A declared provision.
    Item(Kind),
    /// A fact of an entity.
    Field,
    /// A value of an enumeration.
    Value,
    /// A package.
    Package,
}

/// No more of these than a person reads.
const MOST: usize = 300;

/// What may be written at an offset. `snippets` says whether places to fill in are understood.
#[must_use]
pub fn completions(db: &Db, file: SourceFile, offset: u32, locale: Locale, snippets: bool) -> Vec<Completion> {
    let text = file.text(db);
    let text = text.text();
    let parsed = parsed_file(db, file);
    let index = parsed.items.partition_point(|it| it.span.start < offset);
    let start = index.checked_sub(1).and_then(|it| parsed.items.get(it)).map_or(0, |it| it.span.start);
    let before = Before::new(text, start, offset);
    let Some(package) = package_of(db, file) else { return Vec::new() };
    let mut all = Collector {
        db,
        package,
        locale,
        face: face_at(text, locale),
        snippets,
        range: before.prefix,
        typed: before.prefix.text(text).trim_matches('`').to_lowercase(),
        found: Vec::new(),
    };
    all.at(&before, text);
    let mut found = all.found;
    // Of equals, the order is that of the table, and of names that of nearness.
    found.sort_by_key(|it| it.rank);
    let mut seen: FxHashSet<(String, String)> = FxHashSet::default();
    found.retain(|it| seen.insert((it.label.clone(), it.insert.clone())));
    found.truncate(MOST);
    found
}

/// What a provision that a completion names means.
#[must_use]
pub fn completion_documentation(db: &Db, key: &ItemRef, locale: Locale) -> Option<String> {
    Some(provision(db, item_of_key(db, key)?, locale))
}

/// The face that a file is written in: that of its first kind, or of the language where it has none.
pub(crate) fn face_at(text: &str, locale: Locale) -> Face {
    let word = text.split(|c: char| c.is_whitespace()).find(|it| Kind::from_text(it).is_some());
    match word {
        Some(word) if word.is_ascii() => Face::En,
        Some(_) => Face::Zh,
        None => face(locale),
    }
}

struct Collector<'db> {
    db: &'db Db,
    package: Package,
    locale: Locale,
    face: Face,
    snippets: bool,
    range: Span,
    typed: String,
    found: Vec<Completion>,
}

impl<'db> Collector<'db> {
    fn at(&mut self, before: &Before, text: &str) {
        let entity = before.entity(text).and_then(|it| self.entity(&it));
        match before.place(text) {
            Place::Nowhere => {}
            Place::Top => self.kinds(Kind::ALL.iter().copied().filter(|it| it.spec().top)),
            Place::Of => self.items(&[Kind::Entity]),
            Place::HeadType => self.types(),
            Place::Head(kind) => self.head(kind),
            Place::Element(kind) => {
                self.clauses(kind, &before.given);
                self.kinds(kind.spec().inner.iter().copied());
            }
            Place::ClauseName(_, spec) => self.clause_name(spec),
            Place::Value(_, spec) => self.value(spec, before, entity.as_deref(), text),
            Place::Condition => self.expression(entity.as_deref(), Some(&Type::Truth), before, text),
            Place::Fact(name) => self.facts(&name, &before.given),
            Place::FactValue(name, field) => {
                let ty = self.entity(&name).and_then(|it| it.field(&field).cloned());
                self.expression(None, ty.as_ref(), before, text);
            }
            Place::Member(path) => self.members(&path, before, entity.as_deref(), text),
            Place::Unit => self.units(),
        }
    }

    /// Adds what matches what is typed, by any of its spellings or by its sound.
    fn add(&mut self, names: &[&str], base: u32, make: impl FnOnce(&Self) -> Completion) {
        let best = names.iter().filter_map(|it| Some((matches_query(&self.typed, it)?, *it))).min_by_key(|it| it.0);
        let Some((rank, name)) = best else { return };
        let mut completion = make(self);
        completion.rank = base * 10 + rank;
        // The editor holds what is typed against this: where the sound matched, the sound.
        completion.filter = match rank {
            3 | 5 => crate::pinyin::spelled(name).0,
            4 => crate::pinyin::spelled(name).1,
            _ => name.to_owned(),
        };
        self.found.push(completion);
    }

    fn plain(&self, label: &str, kind: CompletionKind, detail: impl Into<String>) -> Completion {
        Completion {
            label: label.to_owned(),
            kind,
            detail: detail.into(),
            documentation: None,
            item: None,
            insert: label.to_owned(),
            snippet: false,
            range: self.range,
            filter: label.to_owned(),
            rank: 0,
        }
    }

    fn word(&mut self, word: &'static Word, kind: CompletionKind, base: u32, insert: Option<(String, bool)>) {
        let names: Vec<&str> = word.spellings().collect();
        let noun = match kind {
            CompletionKind::Kind => ("种类", "kind"),
            CompletionKind::Clause => ("条目", "clause"),
            CompletionKind::Function => ("函数", "function"),
            CompletionKind::Unit => ("单位", "unit"),
            CompletionKind::Type => ("类型", "type"),
            CompletionKind::Choice => ("可选的值", "choice"),
            _ => ("关键词", "keyword"),
        };
        self.add(&names, base, |it| {
            let other = if it.face == Face::Zh { word.en } else { word.zh };
            let mut made = it.plain(word.spelling(it.face), kind, other);
            made.documentation = Some(word_line(word, pick(it.locale, noun.0, noun.1), it.locale));
            if let Some((text, snippet)) = insert {
                made.insert = text;
                made.snippet = snippet;
            }
            made
        });
    }

    fn kinds(&mut self, kinds: impl Iterator<Item = Kind>) {
        for kind in kinds {
            let insert = self.snippets.then(|| (kind_snippet(kind, self.face), true));
            self.word(kind.word(), CompletionKind::Kind, 2, insert);
        }
    }

    fn head(&mut self, kind: Kind) {
        if kind.spec().of != HeadName::None {
            let insert = (format!("{} ", Keyword::Of.word().spelling(self.face)), false);
            self.word(Keyword::Of.word(), CompletionKind::Keyword, 0, Some(insert));
        }
    }

    fn clauses(&mut self, kind: Kind, given: &[SmolStr]) {
        for (index, spec) in kind.spec().clauses.iter().enumerate() {
            let is_given = given.iter().any(|it| spec.word.word().reads(it));
            if is_given && !spec.many {
                continue;
            }
            let insert = clause_insert(spec, self.face, self.snippets);
            let base = if spec.required { 0 } else { 1 + u32::try_from(index / 8).unwrap_or(0).min(1) };
            self.word(spec.word.word(), CompletionKind::Clause, base, Some(insert));
        }
    }

    fn clause_name(&mut self, spec: &ClauseSpec) {
        match spec.word {
            ClauseWord::Set => self.items(&[Kind::Param]),
            ClauseWord::Growth => {
                for entity in entities(self.db, self.package).to_vec() {
                    self.fields(&entity, None, 1);
                }
            }
            ClauseWord::Remove => self.items(Kind::Amend.spec().inner),
            _ => {}
        }
        if spec.guarded {
            for word in [Keyword::When, Keyword::Unless] {
                let insert = (format!("{} ", word.word().spelling(self.face)), false);
                self.word(word.word(), CompletionKind::Keyword, 1, Some(insert));
            }
        }
    }

    fn value(&mut self, spec: &'static ClauseSpec, before: &Before, entity: Option<&EntitySig>, text: &str) {
        match spec.value {
            Value::Expr | Value::Figure | Value::Constant => {
                let want = self.wanted(before);
                self.expression(entity, want.as_ref(), before, text);
            }
            Value::Condition => self.expression(entity, Some(&Type::Truth), before, text),
            Value::Reference(kinds) => self.items(kinds),
            Value::Type => self.types(),
            Value::Choice(set) => {
                for choice in set.choices() {
                    self.word(choice.word(), CompletionKind::Choice, 0, None);
                }
            }
            Value::Citation => self.items(&[Kind::Document, Kind::Series]),
            Value::Facts => {
                let entities: Vec<_> = entities(self.db, self.package).to_vec();
                for entity in entities {
                    let snippets = self.snippets;
                    self.add(&[&entity.symbol.name], 0, |it| {
                        let mut made = it.plain(&entity.symbol.name, CompletionKind::Item(Kind::Entity), "");
                        if snippets {
                            made.insert = format!("{} {{ $0 }}", entity.symbol.name);
                            made.snippet = true;
                        }
                        made
                    });
                }
            }
            Value::Label | Value::Declares => {
                self.items(&[Kind::Organ, Kind::Entity, Kind::Concept, Kind::Action]);
                if spec.word == ClauseWord::Next {
                    self.steps(before, text);
                }
            }
            Value::Date | Value::Text | Value::RowIds => {}
        }
        if spec.value == Value::Constant {
            for word in [Keyword::True, Keyword::False] {
                self.word(word.word(), CompletionKind::Keyword, 3, None);
            }
        }
    }

    /// The steps of the procedure that the cursor is in.
    fn steps(&mut self, before: &Before, text: &str) {
        let Some(Frame::Block { open, .. }) = before.frames.first() else { return };
        let rest = text.get(*open as usize..).unwrap_or_default();
        let tokens = polis_syntax::lex(rest).tokens;
        let names: Vec<SmolStr> = tokens
            .windows(2)
            .take(2000)
            .filter_map(|it| match it {
                [word, name] if Kind::Step.word().reads(word.span().text(rest)) => Some(name.span().text(rest).into()),
                _ => None,
            })
            .collect();
        for name in names {
            self.add(&[&name], 0, |it| it.plain(&name, CompletionKind::Value, Kind::Step.word().spelling(it.face)));
        }
    }

    /// The type that the value of the block's main clause has to have.
    fn wanted(&self, before: &Before) -> Option<Type> {
        let Some(Frame::Block { typed, name, .. }) = before.frames.iter().find(|it| matches!(it, Frame::Block { .. }))
        else {
            return None;
        };
        if typed.is_empty() && name.is_empty() {
            return None;
        }
        let item = scope(self.db, self.package).get(self.db, name)?;
        let content = item.content(self.db);
        content.block.ty.as_ref()?;
        match &*signature(self.db, item) {
            Signature::Param(_, ty) => Some(ty.clone()),
            Signature::Rule(rule) => Some(rule.ty.clone()),
            _ => None,
        }
    }

    fn entity(&self, name: &str) -> Option<std::sync::Arc<EntitySig>> {
        let name = name.rsplit('.').next().unwrap_or(name);
        entities(self.db, self.package).iter().find(|it| it.symbol.name == name).cloned()
    }

    /// What a value may be made of.
    fn expression(&mut self, entity: Option<&EntitySig>, want: Option<&Type>, before: &Before, text: &str) {
        if let Some(Type::Enum(symbol)) = want {
            self.enum_values(symbol, 0);
        }
        if matches!(want, Some(Type::Truth)) {
            for word in [Keyword::True, Keyword::False] {
                self.word(word.word(), CompletionKind::Keyword, 3, None);
            }
        }
        if let Some(entity) = entity {
            self.fields(entity, want, 1);
            self.children(entity);
            let mut parent = entity.parent.clone();
            // Entities that lie in each other are few; a circle is reported elsewhere.
            for _ in 0..8 {
                let Some(above) = parent.take() else { break };
                self.add(&[&above.name], 3, |it| it.plain(&above.name, CompletionKind::Item(Kind::Entity), ""));
                parent = self.entity(&above.name).and_then(|it| it.parent.clone());
            }
            // After a comparison with an enumeration its values are meant.
            if let Some(field) = compared_field(before, text)
                && let Some(Type::Enum(symbol)) = entity.field(&field)
            {
                self.enum_values(&symbol.clone(), 0);
            }
        }
        self.locals(before, text);
        self.valued(entity, want);
        for (builtin, word) in Builtin::rows() {
            let insert = self.snippets.then(|| (builtin_snippet(builtin, self.face), true));
            self.word(word, CompletionKind::Function, 4, insert);
        }
        let words = [
            Keyword::And,
            Keyword::Or,
            Keyword::Not,
            Keyword::If,
            Keyword::Cases,
            Keyword::In,
            Keyword::Less,
            Keyword::AtMost,
            Keyword::More,
            Keyword::AtLeast,
            Keyword::Open,
            Keyword::Unknown,
        ];
        for word in words {
            let insert = self.snippets.then(|| keyword_snippet(word, self.face)).flatten().map(|it| (it, true));
            self.word(word.word(), CompletionKind::Keyword, 5, insert);
        }
    }

    /// The names that the provision itself gives: members of aggregates, jurisdictions of a test.
    fn locals(&mut self, before: &Before, text: &str) {
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
    fn valued(&mut self, entity: Option<&EntitySig>, want: Option<&Type>) {
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
    fn visible_items(&self, fits: &dyn Fn(Kind) -> bool) -> Vec<(Kind, SmolStr, Item<'db>)> {
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

    fn items(&mut self, kinds: &[Kind]) {
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

    fn item(&mut self, kind: Kind, name: &str, item: Item<'db>, base: u32, detail: String) {
        let Some(insert) = written(name) else { return };
        self.add(&[name], base, |it| {
            let detail = if detail.is_empty() { kind.word().spelling(it.face).to_owned() } else { detail };
            let mut made = it.plain(name, CompletionKind::Item(kind), detail);
            made.item = Some(item.key(it.db));
            made.insert = insert;
            made
        });
    }

    fn fields(&mut self, entity: &EntitySig, want: Option<&Type>, base: u32) {
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

    fn children(&mut self, entity: &EntitySig) {
        let all = entities(self.db, self.package);
        for child in all.iter().filter(|it| it.parent.as_ref() == Some(&entity.symbol)) {
            if let Some(plural) = &child.plural {
                self.add(&[plural], 2, |it| it.plain(plural, CompletionKind::Field, child.symbol.name.as_str()));
            }
        }
    }

    fn facts(&mut self, entity: &str, given: &[SmolStr]) {
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

    fn enum_values(&mut self, symbol: &Symbol, base: u32) {
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
    fn members(&mut self, path: &str, before: &Before, entity: Option<&EntitySig>, text: &str) {
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
    fn local_entity(
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

    fn types(&mut self) {
        for (_, word) in TypeWord::rows() {
            self.word(word, CompletionKind::Type, 1, None);
        }
        for (_, word) in UnitWord::rows() {
            self.word(word, CompletionKind::Unit, 2, None);
        }
        self.items(&[Kind::Enum, Kind::Entity, Kind::Unit]);
    }

    fn units(&mut self) {
        for (_, word) in UnitWord::rows() {
            self.word(word, CompletionKind::Unit, 0, None);
        }
        self.items(&[Kind::Unit]);
    }
}

/// The field that the token before the cursor compares: `类型 = ▮`.
fn compared_field(before: &Before, text: &str) -> Option<SmolStr> {
    use polis_syntax::TokenKind as T;
    let mut back = before.line.iter().rev();
    let operator = back.next()?;
    if !matches!(operator.kind, T::Equal | T::NotEqual | T::In) {
        return None;
    }
    Some(back.next()?.span().text(text).into())
}

/// The form of a kind: its head, the clauses that it needs, and its citation.
fn kind_snippet(kind: Kind, face: Face) -> String {
    let spec = kind.spec();
    let zh = face == Face::Zh;
    let mut place = 0;
    let mut next = |text: &str| {
        place += 1;
        format!("${{{place}:{text}}}")
    };
    let mut snippet = kind.word().spelling(face).to_owned();
    match (spec.name, kind) {
        (_, Kind::Test) => {
            let _ = write!(snippet, " \"{}\"", next(if zh { "说明" } else { "what is tested" }));
        }
        (HeadName::Required | HeadName::Optional, _) => {
            let _ = write!(snippet, " {}", next(if zh { "名称" } else { "name" }));
        }
        _ => {}
    }
    if spec.of == HeadName::Required {
        let of = Keyword::Of.word().spelling(face);
        let _ = write!(snippet, " {of} {}", next(if zh { "对象" } else { "Entity" }));
    }
    if kind == Kind::Unit {
        let _ = write!(snippet, " = {}", next(if zh { "人" } else { "people" }));
        return snippet;
    }
    snippet.push_str(" {\n");
    let cite = spec.clauses.iter().find(|it| it.word == ClauseWord::Cite);
    for clause in spec.clauses.iter().filter(|it| it.required || (kind == Kind::Test && it.word == ClauseWord::Given)) {
        let head = if clause.head == HeadName::Required {
            format!(" {}", next(if zh { "名称" } else { "name" }))
        } else {
            String::new()
        };
        let _ = writeln!(snippet, "  {}{head}: {}", clause.word.word().spelling(face), next(""));
    }
    if let Some(cite) = cite.filter(|_| !matches!(kind, Kind::Test | Kind::Scenario)) {
        let _ = writeln!(
            snippet,
            "  {}: {}",
            cite.word.word().spelling(face),
            next(if zh { "\"原文\"" } else { "\"passage\"" })
        );
    }
    snippet.push_str("  $0\n}");
    snippet
}

/// `基数: `, or with a place for the name that the clause has.
fn clause_insert(spec: &ClauseSpec, face: Face, snippets: bool) -> (String, bool) {
    let word = spec.word.word().spelling(face);
    match spec.head {
        HeadName::Required if snippets => {
            (format!("{word} ${{1:{}}}: $0", if face == Face::Zh { "名称" } else { "name" }), true)
        }
        HeadName::Required => (format!("{word} "), false),
        HeadName::Date => (format!("{word} "), false),
        _ => (format!("{word}: "), false),
    }
}

fn builtin_snippet(builtin: Builtin, face: Face) -> String {
    let word = builtin.word().spelling(face);
    let names = crate::calls::parameters(builtin, face);
    let places: Vec<String> = names
        .iter()
        .enumerate()
        .map(|(index, it)| format!("${{{}:{}}}", index + 1, it.trim_matches(['[', ']'])))
        .collect();
    format!("{word}({})", places.join(", "))
}

fn keyword_snippet(word: Keyword, face: Face) -> Option<String> {
    let zh = face == Face::Zh;
    match word {
        Keyword::If => Some(
            if zh {
                "若 ${1:条件} 则 ${2:值} 否则 ${3:值}"
            } else {
                "if ${1:condition} then ${2:value} else ${3:value}"
            }
            .to_owned(),
        ),
        Keyword::Cases => Some(
            if zh {
                "分情形 {\n  ${1:条件} => ${2:值}\n  其他 => ${3:值}\n}"
            } else {
                "cases {\n  ${1:condition} => ${2:value}\n  otherwise => ${3:value}\n}"
            }
            .to_owned(),
        ),
        _ => None,
    }
}
