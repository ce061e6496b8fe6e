//! The state of lowering one provision: where it stands, what it sees, what it reports.

use std::sync::Arc;

use polis_db::{Db, Package};
use polis_diagnostic::{Bilingual, Diagnostic, Fix, KindMessage, Message, NameMessage, NameNote, Note, did_you_mean};
use polis_syntax::Span;
use polis_syntax::ast::{self, ExprKind as A};
use polis_syntax::words::{Face, Kind};
use smol_str::SmolStr;

use crate::items::{Item, ItemContent, ItemRef, Place};
use crate::resolve::{Target, Trace};
use crate::scope::{Found, candidates, package_seen, seen};
use crate::signature::{EntitySig, Signature, entity_of, signature};
use crate::types::{Symbol, Type};

/// Lowers one provision.
pub(crate) struct Lower<'a, 'db> {
    pub(crate) db: &'db dyn Db,
    pub(crate) item: Item<'db>,
    pub(crate) key: ItemRef,
    pub(crate) content: &'a Arc<ItemContent>,
    /// The package whose names are seen; `None` for a file on its own.
    pub(crate) package: Option<Package>,
    /// The entity that the provision is about.
    pub(crate) this: Option<Arc<EntitySig>>,
    /// Whether what the provision is about could not be read, which is reported: a name that is not found may be one of
    /// its fields, so nothing is said of it.
    pub(crate) lost: bool,
    /// The names of members, innermost last.
    pub(crate) locals: Vec<(SmolStr, Type)>,
    pub(crate) diagnostics: Vec<Diagnostic<Place>>,
    /// The rules and parameters that the provision's values need.
    pub(crate) references: Vec<Symbol>,
    /// What each name leads to, where an editor asks; nobody else pays for it.
    pub(crate) trace: Option<Box<Trace>>,
}

/// What a path such as `common.街道` or `national.five_powers` leads to.
pub(crate) enum Path<'db> {
    Item(Item<'db>),
    /// The provision and the names after it.
    Member(Item<'db>, Vec<ast::Ident>),
    /// Reported already.
    Nothing,
}

impl<'a, 'db> Lower<'a, 'db> {
    pub(crate) fn new(db: &'db dyn Db, item: Item<'db>, content: &'a Arc<ItemContent>) -> Self {
        let key = item.key(db);
        let package = package_seen(db, item.file(db));
        Self {
            db,
            item,
            key,
            content,
            package,
            this: None,
            lost: false,
            locals: Vec::new(),
            diagnostics: Vec::new(),
            references: Vec::new(),
            trace: None,
        }
    }

    /// The text of a range of the content.
    pub(crate) fn text(&self, span: Span) -> &'a str {
        span.text(&self.content.text)
    }

    /// A name without back-quotes.
    pub(crate) fn name(&self, ident: ast::Ident) -> &'a str {
        ident.text(&self.content.text)
    }

    /// A text or title without its quotes, escapes resolved.
    pub(crate) fn quoted(&self, span: Span) -> SmolStr {
        unquote(self.text(span))
    }

    pub(crate) fn place(&self, span: Span) -> Place {
        self.content.place(&self.key, span)
    }

    pub(crate) fn report(&mut self, diagnostic: Diagnostic<Place>) {
        self.diagnostics.push(diagnostic);
    }

    /// Reports `message` at `span`; what is returned may be given labels, notes and helps.
    pub(crate) fn error(&mut self, message: impl Into<Message>, span: Span) -> &mut Diagnostic<Place> {
        let place = self.place(span);
        self.diagnostics.push(Diagnostic::new(message, place));
        // INVARIANT: one was pushed on the line above.
        #[expect(clippy::unwrap_used, reason = "a diagnostic was pushed on the line above")]
        self.diagnostics.last_mut().unwrap()
    }

    /// Reports a name that nothing declares, with the nearest name that something does.
    pub(crate) fn unknown_name(&mut self, span: Span, extra: &[SmolStr]) {
        let name = self.text(span).trim_matches('`');
        let mut all: Vec<&str> = extra.iter().map(SmolStr::as_str).collect();
        if let Some(package) = self.package {
            all.extend(candidates(self.db, package));
        }
        let near = did_you_mean(name, all.iter().copied()).map(SmolStr::new);
        let place = self.place(span);
        let mut diagnostic = Diagnostic::new(NameMessage::UnknownName { name: name.into() }, place.clone());
        if let Some((keyword, rest, text)) = Self::glued(name, &all) {
            let text = SmolStr::new(text);
            diagnostic = Diagnostic::new(
                NameMessage::GluedKeyword { text: name.into(), keyword: keyword.into(), rest: rest.into() },
                place.clone(),
            )
            .fix(Fix::safe(NameNote::SplitInto { text: text.clone() }, place, text));
        } else if let Some(near) = near {
            diagnostic = diagnostic.help(NameNote::DidYouMean { name: near.clone() }).fix(Fix::suggestion(
                NameNote::DidYouMean { name: near.clone() },
                place,
                near,
            ));
        }
        self.report(diagnostic);
    }

    /// A keyword within `name` that parts a known name from what follows: `当户数`, `户数不少于3000户`. Returns the
    /// keyword, what follows it, and the whole with blanks.
    fn glued<'n>(name: &'n str, known: &[&str]) -> Option<(&'static str, &'n str, String)> {
        let is_known = |it: &str| known.contains(&it);
        let starts_figure = |it: &str| it.starts_with(|c: char| c.is_ascii_digit());
        let mut best: Option<(&'static str, &'n str, String)> = None;
        for (_, word) in polis_syntax::words::Keyword::rows() {
            for spelling in word.spellings().filter(|it| !it.is_ascii()) {
                let Some((before, after)) = name.split_once(spelling) else { continue };
                let fits = (before.is_empty() || is_known(before))
                    && (is_known(after) || starts_figure(after) || after.is_empty())
                    && !(before.is_empty() && after.is_empty());
                // The longest keyword is the one that is meant: 不超过, not 超过.
                if fits && best.as_ref().is_none_or(|it| it.0.len() < spelling.len()) {
                    let parts = [before, spelling, after];
                    let whole = parts.iter().filter(|it| !it.is_empty()).copied().collect::<Vec<_>>().join(" ");
                    best = Some((spelling, after, whole));
                }
            }
        }
        best
    }

    /// What a bare name leads to, seen from the package.
    pub(crate) fn lookup(&self, name: &str) -> Option<Found<'db>> {
        seen(self.db, self.item.file(self.db), name).found()
    }

    /// The provision of this name of a package that is seen.
    pub(crate) fn of_package(&self, package: Package, name: &str) -> Option<Item<'db>> {
        seen(self.db, self.item.file(self.db), name).of_package(self.db, &package.name(self.db))
    }

    pub(crate) fn signature(&self, item: Item<'db>) -> Arc<Signature> {
        signature(self.db, item)
    }

    /// Follows a dotted path to a provision. Fields of entities are not followed here.
    pub(crate) fn path(&mut self, expr: &ast::Expr) -> Path<'db> {
        let mut names = Vec::new();
        if !flatten(expr, &mut names) {
            let found = Bilingual::new("一个值", "a value");
            let expected = Bilingual::new("名称", "a name");
            // What the text leaves open names nobody, and says so.
            if !matches!(expr.kind, A::Error | A::Open(_) | A::Unknown) {
                self.error(
                    NameMessage::WrongKindOfName { name: self.text(expr.span).into(), found, expected },
                    expr.span,
                );
            }
            return Path::Nothing;
        }
        let Some((first, rest)) = names.split_first() else { return Path::Nothing };
        if self.report_ambiguous(*first) {
            return Path::Nothing;
        }
        match self.lookup(self.name(*first)) {
            Some(Found::Item(item)) if rest.is_empty() => {
                self.note_target(first.span, |it| Target::Item(item.key(it.db)));
                Path::Item(item)
            }
            Some(Found::Item(item)) => {
                self.note_target(first.span, |it| Target::Item(item.key(it.db)));
                Path::Member(item, rest.to_vec())
            }
            Some(Found::Package(package)) => {
                self.note_target(first.span, |_| Target::Package(package));
                let Some((second, rest)) = rest.split_first() else {
                    let found = Bilingual::new("一个包", "a package");
                    let expected = Bilingual::new("其中的名称", "a name in it");
                    self.error(
                        NameMessage::WrongKindOfName { name: self.name(*first).into(), found, expected },
                        first.span,
                    );
                    return Path::Nothing;
                };
                if let Some(item) = self.of_package(package, self.name(*second)) {
                    self.note_target(second.span, |it| Target::Item(item.key(it.db)));
                    return if rest.is_empty() { Path::Item(item) } else { Path::Member(item, rest.to_vec()) };
                }
                let names = crate::scope::names(self.db, package);
                let name = self.name(*second);
                let near = did_you_mean(name, names.iter().map(|it| &**it)).map(SmolStr::new);
                let error = self.error(NameMessage::UnknownName { name: name.into() }, second.span);
                if let Some(near) = near {
                    error.helps.push(Note::from(NameNote::DidYouMean { name: near }));
                }
                Path::Nothing
            }
            None => {
                self.unknown_name(first.span, &[]);
                Path::Nothing
            }
        }
    }

    /// Reports a name that several libraries declare, and says so.
    pub(crate) fn report_ambiguous(&mut self, name: ast::Ident) -> bool {
        let text = self.name(name);
        let Some(packages) = seen(self.db, self.item.file(self.db), text).ambiguous(self.db) else {
            return false;
        };
        let qualified = packages.first().map(|it| SmolStr::new(format!("{it}.{text}"))).unwrap_or_default();
        let error = self.error(NameMessage::AmbiguousName { name: text.into(), packages }, name.span);
        error.helps.push(NameNote::QualifyWith { name: qualified }.into());
        true
    }

    /// The provision of one of `kinds` that a bare name means, if it means exactly one.
    pub(crate) fn only(&self, name: &str, kinds: &[Kind]) -> Option<Item<'db>> {
        self.only_where(name, &|it| kinds.contains(&it))
    }

    /// The provision of a kind that fits that a bare name means, if it means exactly one.
    pub(crate) fn only_where(&self, name: &str, fits: &dyn Fn(Kind) -> bool) -> Option<Item<'db>> {
        match seen(self.db, self.item.file(self.db), name).of_kind(self.db, fits).as_slice() {
            [item] => Some(*item),
            _ => None,
        }
    }

    /// A reference to a provision of one of `kinds`. The name of an inner block is `outer.inner`.
    pub(crate) fn reference(&mut self, expr: &ast::Expr, kinds: &[Kind]) -> Option<Symbol> {
        if let A::Name(name) = &expr.kind
            && let Some(item) = self.only(self.name(*name), kinds)
        {
            self.note_target(name.span, |it| Target::Item(item.key(it.db)));
            return Some(item.symbol(self.db));
        }
        match self.path(expr) {
            Path::Nothing => None,
            Path::Item(item) => {
                let kind = item.kind(self.db)?;
                if kinds.contains(&kind) {
                    return Some(item.symbol(self.db));
                }
                self.wrong_kind(expr.span, item, kind, kinds);
                None
            }
            Path::Member(item, names) => {
                // `Street.working_committee`: an organ of an entity; `grant.power`: a block inside a block.
                let [name] = names.as_slice() else {
                    self.unknown_name(expr.span, &[]);
                    return None;
                };
                if item.kind(self.db) == Some(Kind::Entity)
                    && let Some(Found::Item(organ)) = self.lookup(self.name(*name))
                    && let Some(kind) = organ.kind(self.db)
                    && kinds.contains(&kind)
                {
                    self.note_target(name.span, |it| Target::Item(organ.key(it.db)));
                    return Some(organ.symbol(self.db));
                }
                let content = item.content(self.db);
                let inner = inner_names(&content);
                if inner.iter().any(|it| it == self.name(*name)) {
                    self.note_target(name.span, |it| Target::Part(item.key(it.db), it.name(*name).into()));
                    let outer = item.symbol(self.db);
                    return Some(Symbol::new(outer.package, format!("{}.{}", outer.name, self.name(*name))));
                }
                self.unknown_name(name.span, &inner);
                None
            }
        }
    }

    /// Reports a name that leads to a provision of another kind than the clause takes.
    pub(crate) fn wrong_kind(&mut self, span: Span, item: Item<'db>, found: Kind, kinds: &[Kind]) {
        let expected = kind_names(kinds);
        let name = item.name(self.db);
        let place = item.name_place(self.db);
        let found = kind_name(found);
        let error = self.error(NameMessage::WrongKindOfName { name, found, expected }, span);
        *error = error.clone().label(place, polis_diagnostic::GeneralNote::DeclaredHere);
    }

    /// The entity that a head says it is `of`.
    pub(crate) fn entity(&mut self, expr: &ast::Expr) -> Option<Arc<EntitySig>> {
        if let A::Name(name) = &expr.kind
            && let Some(item) = self.only(self.name(*name), &[Kind::Entity])
        {
            self.note_target(name.span, |it| Target::Item(item.key(it.db)));
            return entity_of(&self.signature(item));
        }
        match self.path(expr) {
            Path::Item(item) => {
                if let Some(sig) = entity_of(&self.signature(item)) {
                    Some(sig)
                } else {
                    let kind = item.kind(self.db)?;
                    self.wrong_kind(expr.span, item, kind, &[Kind::Entity]);
                    None
                }
            }
            Path::Member(_, names) => {
                if let Some(last) = names.last() {
                    self.unknown_name(last.span, &[]);
                }
                None
            }
            Path::Nothing => None,
        }
    }

    /// The provision of a full name, if it is seen from here.
    pub(crate) fn item_of(&self, symbol: &Symbol) -> Option<Item<'db>> {
        seen(self.db, self.item.file(self.db), &symbol.name).of_package(self.db, &symbol.package)
    }

    /// Reports a block that lacks what its kind needs.
    pub(crate) fn missing_clause(&mut self, block: &ast::Block, word: polis_syntax::words::ClauseWord) {
        let Some(kind) = block.kind else { return };
        let name = block.name.map_or_else(|| block.title.map(|it| self.quoted(it)), |it| Some(self.name(it).into()));
        let clause = Bilingual::new(word.word().zh, word.word().en);
        let kind = Bilingual::new(kind.word().zh, kind.word().en);
        self.error(
            KindMessage::MissingClause { clause, kind, name: name.unwrap_or_default() },
            block.name.map_or(block.word.span, |it| it.span),
        );
    }
}

/// The names of the blocks inside a provision.
fn inner_names(content: &ItemContent) -> Vec<SmolStr> {
    let elements = content.block.body.iter().flat_map(|it| &it.elements);
    elements
        .filter_map(|it| match it {
            ast::Element::Block(block) => block.name.map(|it| it.text(&content.text).into()),
            _ => None,
        })
        .collect()
}

/// The names of a dotted path, or `false` where the expression is none.
pub(crate) fn flatten(expr: &ast::Expr, names: &mut Vec<ast::Ident>) -> bool {
    match &expr.kind {
        A::Name(name) => {
            names.push(*name);
            true
        }
        A::Member(base, name) => {
            let whole = flatten(base, names);
            names.push(*name);
            whole
        }
        _ => false,
    }
}

/// A kind's name for messages.
pub(crate) fn kind_name(kind: Kind) -> Bilingual {
    Bilingual::word(kind.word().zh, kind.word().en)
}

fn kind_names(kinds: &[Kind]) -> Bilingual {
    let join =
        |face, or: &str| kinds.iter().map(|it| format!("`{}`", it.word().spelling(face))).collect::<Vec<_>>().join(or);
    Bilingual::new(join(Face::Zh, "或"), join(Face::En, " or "))
}

/// A text or title without its quotes, escapes resolved.
#[must_use]
pub fn unquote(text: &str) -> SmolStr {
    let mut chars = text.chars();
    let (open, close) = (chars.next(), chars.next_back());
    let inner = chars.as_str();
    if open != Some('"') || close != Some('"') || !inner.contains('\\') {
        return inner.into();
    }
    let mut out = String::with_capacity(inner.len());
    let mut escaped = false;
    for c in inner.chars() {
        match (escaped, c) {
            (false, '\\') => escaped = true,
            (true, 'n') => {
                out.push('\n');
                escaped = false;
            }
            (true, 't') => {
                out.push('\t');
                escaped = false;
            }
            _ => {
                out.push(c);
                escaped = false;
            }
        }
    }
    out.into()
}
