//! What may be written at the cursor.

mod names;
mod snippets;

use polis_db::{Package, SourceFile};
use polis_diagnostic::Locale;
use polis_semantic::Type;
use polis_semantic::items::{ItemRef, parsed_file};
use polis_semantic::resolve::item_of_key;
use polis_semantic::scope::{package_of, scope};
use polis_semantic::signature::{EntitySig, Signature, entities, signature};
use polis_syntax::Span;
use polis_syntax::words::{Builtin, ClauseSpec, ClauseWord, Face, HeadName, Keyword, Kind, Value, Word};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use crate::context::{Before, Frame, Place};
use crate::hover::{face, provision, word_line};
use crate::symbols::matches_query;
use crate::text::{Db, pick};
use names::compared_field;
use snippets::{builtin_snippet, clause_insert, keyword_snippet, kind_snippet};

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

impl Collector<'_> {
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
}
