//! The policies that defects are planted into, as operators see them: pages with their trees, and blocks by kind.

use std::collections::BTreeSet;
use std::sync::Arc;

use camino::Utf8Path;
use polis_db::{Loaded, Package, PolisDatabase, SourceFile, SourceText, System, Workspace, load};
use polis_syntax::ast::{Block, Clause, Element, Expr, ExprKind, File};
use polis_syntax::words::{ClauseWord, Kind};

use crate::plant::Edit;

/// A policy file.
#[derive(Debug)]
pub struct Page {
    /// Where the database has it.
    pub file: SourceFile,
    /// Its package.
    pub package: String,
    /// Its path below the folder of the policies.
    pub path: String,
    /// What it says.
    pub text: Arc<str>,
    /// The tree of that.
    pub tree: File,
    /// Its position among the pages.
    pub index: usize,
}

/// The policies, with the database that they are checked in.
pub struct Library {
    /// The pages, ordered by package and path.
    pub pages: Vec<Page>,
    /// The packages that others are under or use, and those without a level: they declare for whoever comes.
    pub serving: BTreeSet<String>,
}

/// A block of a page, in the words of its kind.
#[derive(Debug, Clone, Copy)]
pub struct At<'l> {
    /// The page.
    pub page: &'l Page,
    /// The provision that the block is or lies in.
    pub top: &'l Block,
    /// The block.
    pub block: &'l Block,
    /// Its kind.
    pub kind: Kind,
    /// The block around it, where it is not the provision itself.
    pub outer: Option<&'l Block>,
}

impl Library {
    /// Loads the policies of a folder.
    ///
    /// # Errors
    ///
    /// What is wrong with the folder, where it cannot be loaded whole: on half a library nothing can be measured.
    pub fn load(system: &dyn System, folder: &Utf8Path) -> Result<(Self, PolisDatabase, Vec<Package>), String> {
        let Loaded { db, diagnostics, root, .. } = load(system, folder);
        if let Some(first) = diagnostics.first() {
            return Err(format!("{folder} cannot be loaded: {}", first.code()));
        }
        let packages = Workspace::get(&db).packages(&db).to_vec();
        let mut pages = Vec::new();
        let mut serving = BTreeSet::new();
        for package in &packages {
            let manifest = package.manifest(&db);
            if manifest.serves_others || manifest.level.is_none() {
                serving.insert(package.name(&db).to_string());
            }
            for file in package.files(&db).iter() {
                let SourceText::Text(text) = file.text(&db) else {
                    return Err(format!("{} is no text", file.path(&db)));
                };
                let parse = polis_syntax::parse(&text);
                let path = file.path(&db);
                let path = path.strip_prefix(root.as_str()).unwrap_or(&path).trim_start_matches('/').to_owned();
                let package = package.name(&db).to_string();
                pages.push(Page { file: *file, package, path, text, tree: parse.file, index: pages.len() });
            }
        }
        if pages.is_empty() {
            return Err(format!("{folder} holds no policies"));
        }
        Ok((Self { pages, serving }, db, packages))
    }

    /// Every block of one of `kinds`, inner ones too, in the order of the pages. Amendments, tests and scenarios speak of
    /// what others say and are passed over, unless they are asked for by name.
    pub fn blocks<'l>(&'l self, kinds: &'l [Kind]) -> impl Iterator<Item = At<'l>> {
        self.pages.iter().flat_map(move |page| {
            let mut found = Vec::new();
            for top in blocks_of(&page.tree.elements) {
                let passed = top.kind.is_none_or(|it| {
                    matches!(it, Kind::Amend | Kind::Test | Kind::Scenario)
                        && (!kinds.contains(&it) || kinds.len() == Kind::ALL.len())
                });
                if !passed {
                    collect(page, top, top, None, kinds, &mut found);
                }
            }
            found
        })
    }

    /// Every block at the top of a page of one of `kinds`.
    pub fn provisions<'l>(&'l self, kinds: &'l [Kind]) -> impl Iterator<Item = At<'l>> {
        self.blocks(kinds).filter(|it| it.outer.is_none())
    }

    /// The entity of this name that a package sees.
    pub fn entity(&self, package: &str, name: &str) -> Option<At<'_>> {
        let mut all: Vec<At<'_>> = self.provisions(&[Kind::Entity]).filter(|it| it.name() == name).collect();
        // The package's own comes before the common one.
        all.sort_by_key(|it| it.page.package != package);
        all.into_iter().find(|it| it.page.package == package || it.page.package == "common")
    }

    /// A field of an entity that is a whole figure, with its unit, such as `户数` and `户`.
    pub fn whole_field(&self, package: &str, entity: &str) -> Option<(String, String)> {
        const UNITS: &[&str] = &["户", "人", "个", "项", "次", "家", "分", "星"];
        let entity = self.entity(package, entity)?;
        let inner = entity.children().filter(|it| it.kind == Kind::Field).filter_map(|it| {
            let ty = it.block.ty.as_ref()?;
            Some((it.name().to_owned(), entity.page.slice(ty.span).to_owned()))
        });
        let lines = entity.clauses(ClauseWord::Field).filter_map(|it| {
            let name = entity.head(it)?;
            Some((name.to_owned(), entity.page.slice(it.values.first()?.span).to_owned()))
        });
        inner.chain(lines).find(|it| UNITS.contains(&it.1.as_str()))
    }

    /// Whether clauses of a provision rest on a figure that is left open, through whatever they name in its package.
    pub fn rests_on_open<'l>(&'l self, at: At<'l>, clauses: impl IntoIterator<Item = &'l Clause>) -> bool {
        let mut met = vec![at.name()];
        let mut open: Vec<(At<'l>, &Clause)> = clauses.into_iter().map(|it| (at, it)).collect();
        while let Some((at, clause)) = open.pop() {
            for expr in expressions_in(clause) {
                if matches!(expr.kind, ExprKind::Open(_)) {
                    return true;
                }
                let name = at.page.slice(expr.span);
                if matches!(expr.kind, ExprKind::Name(_)) && !met.contains(&name) {
                    met.push(name);
                    let of = |it: &At<'_>| it.page.package == at.page.package && it.name() == name;
                    let named = self.provisions(Kind::ALL).filter(of);
                    open.extend(named.flat_map(|it| it.all_clauses().map(move |clause| (it, clause))));
                }
            }
        }
        false
    }

    /// The first page of a package that is no page of tests.
    pub fn first_page(&self, package: &str) -> Option<&Page> {
        self.pages.iter().find(|it| it.package == package && !it.path.contains("测试"))
    }
}

impl Page {
    /// A stretch of it.
    pub fn slice(&self, span: polis_syntax::Span) -> &str {
        span.text(&self.text)
    }

    /// Adds provisions at its end.
    pub fn add(&self, provisions: &str) -> Edit {
        let end = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        Edit { page: self.index, start: end, end, text: format!("\n{provisions}\n") }
    }

    /// Replaces a stretch.
    pub fn replace(&self, span: polis_syntax::Span, text: impl Into<String>) -> Edit {
        Edit { page: self.index, start: span.start, end: span.end, text: text.into() }
    }
}

impl<'l> At<'l> {
    /// Its name; empty where it has none.
    pub fn name(&self) -> &'l str {
        self.block.name.map_or("", |it| it.text(&self.page.text))
    }

    /// The entity that it is about.
    pub fn of(&self) -> Option<&'l str> {
        self.block.of.as_ref().or(self.top.of.as_ref()).map(|it| self.page.slice(it.span))
    }

    /// Its type.
    pub fn ty(&self) -> Option<&'l str> {
        self.block.ty.as_ref().map(|it| self.page.slice(it.span))
    }

    /// Its text.
    pub fn text(&self) -> &'l str {
        self.page.slice(self.block.span)
    }

    /// Its clauses of a word, in order.
    pub fn clauses(&self, word: ClauseWord) -> impl Iterator<Item = &'l Clause> + use<'l> {
        let (kind, text) = (self.kind, &self.page.text);
        self.block.body.iter().flat_map(|it| &it.elements).filter_map(move |it| match it {
            Element::Clause(clause) if kind.clause(clause.word.text(text))?.word == word => Some(clause),
            _ => None,
        })
    }

    /// Every clause.
    pub fn all_clauses(&self) -> impl Iterator<Item = &'l Clause> + use<'l> {
        self.block.body.iter().flat_map(|it| &it.elements).filter_map(|it| match it {
            Element::Clause(clause) => Some(clause),
            _ => None,
        })
    }

    /// Its first clause of a word.
    pub fn clause(&self, word: ClauseWord) -> Option<&'l Clause> {
        self.clauses(word).next()
    }

    /// The text of the values of its first clause of a word.
    pub fn value(&self, word: ClauseWord) -> Option<&'l str> {
        let values = &self.clause(word)?.values;
        Some(self.page.slice(values.first()?.span.to(values.last()?.span)))
    }

    /// The values of its clauses of a word, lists opened.
    pub fn items(&self, word: ClauseWord) -> Vec<&'l Expr> {
        self.clauses(word).flat_map(|it| opened(&it.values)).collect()
    }

    /// A clause as it stands; empty where there is none. For building a provision that says the same.
    pub fn line(&self, word: ClauseWord) -> String {
        self.clause(word).map(|it| format!("  {}\n", self.page.slice(it.span))).unwrap_or_default()
    }

    /// The name in a clause's head.
    pub fn head(&self, clause: &Clause) -> Option<&'l str> {
        clause.name.map(|it| self.page.slice(it.span()))
    }

    /// The blocks directly inside.
    pub fn children(&self) -> impl Iterator<Item = Self> + use<'l> {
        let outer = *self;
        self.block
            .body
            .iter()
            .flat_map(|it| blocks_of(&it.elements))
            .filter_map(move |block| Some(Self { block, kind: block.kind?, outer: Some(outer.block), ..outer }))
    }

    /// Replaces a stretch of its page.
    pub fn replace(&self, span: polis_syntax::Span, text: impl Into<String>) -> Edit {
        self.page.replace(span, text)
    }

    /// Adds a line before its closing brace; nothing where it has no body.
    pub fn add_line(&self, line: &str) -> Option<Edit> {
        let end = self.block.body.as_ref()?.span.end.checked_sub(1)?;
        Some(Edit { page: self.page.index, start: end, end, text: format!("\n  {line}\n") })
    }

    /// Adds provisions behind the one that it is or lies in.
    pub fn follow(&self, provisions: &str) -> Edit {
        let end = self.top.span.end;
        Edit { page: self.page.index, start: end, end, text: format!("\n\n{provisions}\n") }
    }

    /// Takes a clause away.
    pub fn without(&self, clause: &Clause) -> Edit {
        self.replace(clause.span, "")
    }

    /// Takes one value of several away, with the comma before or behind it; nothing where it is the only one.
    pub fn without_item(&self, clause: &'l Clause, nth: usize) -> Option<Edit> {
        let items = opened(&clause.values);
        let this = items.get(nth)?;
        let span = match (nth.checked_sub(1).and_then(|it| items.get(it)), items.get(nth + 1)) {
            (Some(before), _) => polis_syntax::Span::new(before.span.end, this.span.end),
            (None, Some(behind)) => polis_syntax::Span::new(this.span.start, behind.span.start),
            (None, None) => return None,
        };
        Some(self.replace(span, ""))
    }

    /// Adds a value behind the last one of a clause.
    pub fn with_item(&self, clause: &'l Clause, item: &str) -> Option<Edit> {
        let end = opened(&clause.values).last()?.span.end;
        Some(Edit { page: self.page.index, start: end, end, text: format!(", {item}") })
    }

    /// How messages of this room speak of it.
    pub fn shown(&self) -> String {
        let head = |it: &Block| {
            let name = it.name.map_or("", |it| it.text(&self.page.text));
            format!("{} {name}", it.word.text(&self.page.text)).trim_end().to_owned()
        };
        if self.outer.is_some() { format!("{} / {}", head(self.top), head(self.block)) } else { head(self.block) }
    }
}

/// The values of a clause; those of a list where it is one.
pub(crate) fn opened(values: &[Expr]) -> Vec<&Expr> {
    values
        .iter()
        .flat_map(|it| match &it.kind {
            ExprKind::List(items) => items.as_slice(),
            _ => std::slice::from_ref(it),
        })
        .collect()
}

pub(crate) fn blocks_of(elements: &[Element]) -> impl Iterator<Item = &Block> {
    elements.iter().filter_map(|it| match it {
        Element::Block(block) => Some(&**block),
        _ => None,
    })
}

// Nesting is bounded by the parser.
fn collect<'l>(
    page: &'l Page,
    top: &'l Block,
    block: &'l Block,
    outer: Option<&'l Block>,
    kinds: &[Kind],
    found: &mut Vec<At<'l>>,
) {
    if let Some(kind) = block.kind.filter(|it| kinds.contains(it)) {
        found.push(At { page, top, block, kind, outer });
    }
    for inner in block.body.iter().flat_map(|it| blocks_of(&it.elements)) {
        collect(page, top, inner, Some(block), kinds, found);
    }
}

/// The expressions of a block's own clauses, each before those inside it.
pub(crate) fn expressions(at: At<'_>) -> Vec<&Expr> {
    at.all_clauses().flat_map(expressions_in).collect()
}

/// Those of a clause.
fn expressions_in(clause: &Clause) -> Vec<&Expr> {
    let mut found = Vec::new();
    for value in &clause.values {
        collect_within(value, &mut found);
    }
    if let Some(guard) = &clause.guard {
        collect_within(&guard.condition, &mut found);
    }
    found
}

// Nesting is bounded by the parser.
fn collect_within<'l>(expr: &'l Expr, found: &mut Vec<&'l Expr>) {
    found.push(expr);
    let inner: Vec<&Expr> = match &expr.kind {
        ExprKind::Range(it) => it.lo.iter().chain(&it.hi).collect(),
        ExprKind::Call(it) => it.args.iter().collect(),
        ExprKind::Unary(_, it) | ExprKind::Paren(it) | ExprKind::Member(it, _) => vec![it],
        ExprKind::Binary(it) => vec![&it.lhs, &it.rhs],
        ExprKind::If(it) => vec![&it.condition, &it.then, &it.otherwise],
        ExprKind::Cases(it) => it.arms.iter().flat_map(|it| [&it.guard, &it.value]).chain(&it.otherwise).collect(),
        ExprKind::List(it) => it.iter().collect(),
        _ => Vec::new(),
    };
    for it in inner {
        collect_within(it, found);
    }
}
