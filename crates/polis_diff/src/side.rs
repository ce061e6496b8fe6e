//! One of the two sides of a comparison: the provisions of a package as they read, with the blocks inside them.

use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

use polis_db::{Db, Package};
use polis_semantic::ir::{Expr, Holds, Meta};
use polis_semantic::items::{ItemRef, file_items, parsed_file};
use polis_semantic::kinds::lowered;
use polis_semantic::{Program, Symbol};
use polis_syntax::ast::{Block, Element};
use polis_syntax::words::{ClauseWord, Face, Kind};
use polis_syntax::{FormatOptions, Span};
use polis_value::Date;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::{SmolStr, format_smolstr};

/// A side: a package, its program on a day or after every amendment, and its provisions.
pub struct Side<'p> {
    /// The database that the package lies in.
    pub db: &'p dyn Db,
    /// The package.
    pub package: Package,
    /// What it means.
    pub program: &'p Arc<Program>,
    /// The day whose law is compared; none for the latest.
    pub as_of: Option<Date>,
    /// Its provisions and the blocks inside them, each after the one that it stands in.
    pub provisions: Vec<Provision<'p>>,
    /// Provisions that have no meaning, because of errors that the checker reports: kind and name.
    pub broken: Vec<(Option<Kind>, SmolStr)>,
    /// The expressions of each provision of the file, by its place among them.
    expressions: FxHashMap<ItemRef, Vec<&'p Expr>>,
}

/// A provision, or a block inside one.
#[derive(Debug)]
pub struct Provision<'p> {
    /// Its full name; a block inside a block is `outer.inner`.
    pub symbol: Symbol,
    /// Its kind.
    pub kind: Kind,
    /// Its official title.
    pub title: Option<SmolStr>,
    /// The concepts it is an instance of.
    pub is: Vec<Symbol>,
    /// The document that it belongs to.
    pub document: Option<Symbol>,
    /// The provision of the file that it is or stands in.
    pub item: ItemRef,
    /// The provision or block that it stands in.
    pub parent: Option<usize>,
    /// The blocks inside it.
    pub children: Vec<usize>,
    /// Its tree.
    pub block: &'p Block,
    /// The text that the tree is of.
    pub text: &'p str,
    /// Where its own text ends, and those of amendments begin.
    own_end: Option<u32>,
    /// Where the names in its clauses stand, once they were asked for: candidates for a counterpart are many.
    pub(crate) said: OnceLock<Vec<(ClauseWord, Vec<Span>)>>,
}

impl Provision<'_> {
    /// Its own name, without those of the blocks that it stands in.
    #[must_use]
    pub fn name(&self) -> &str {
        self.symbol.name.rsplit_once('.').map_or(&*self.symbol.name, |it| it.1)
    }

    /// Where the text of the provision of the file ends, before those of amendments.
    pub(crate) fn outer_end(&self) -> Option<u32> {
        self.own_end
    }

    /// Whether it says how words are used rather than what is to be done.
    #[must_use]
    pub const fn is_vocabulary(&self) -> bool {
        matches!(
            self.kind,
            Kind::Concept
                | Kind::Entity
                | Kind::Organ
                | Kind::Enum
                | Kind::Action
                | Kind::Unit
                | Kind::Document
                | Kind::Series
                | Kind::Field
        )
    }
}

impl<'p> Side<'p> {
    /// The provisions of `package` as `program` has them.
    pub fn new(db: &'p dyn Db, package: Package, program: &'p Arc<Program>, as_of: Option<Date>) -> Self {
        let own = package.name(db);
        let mut metas: FxHashMap<&ItemRef, &'p Arc<Meta>> = FxHashMap::default();
        let mut inner: FxHashMap<&Symbol, &'p Arc<Meta>> = FxHashMap::default();
        for meta in metas_of(program).filter(|it| it.symbol.package == own) {
            if meta.symbol.name == meta.item.name || !meta.symbol.name.contains('.') {
                metas.entry(&meta.item).or_insert(meta);
            }
            inner.entry(&meta.symbol).or_insert(meta);
        }
        let asleep = asleep(program);
        let mut side = Self {
            db,
            package,
            program,
            as_of,
            provisions: Vec::new(),
            broken: Vec::new(),
            expressions: expressions(program),
        };
        let documents: FxHashMap<_, _> = program.file_documents.iter().map(|(file, it)| (*file, it)).collect();
        for file in package.files(db).iter() {
            let document = documents.get(file).copied();
            for item in file_items(db, *file) {
                let key = item.key(db);
                if matches!(key.kind, Some(Kind::Test | Kind::Scenario)) {
                    continue;
                }
                let Some(meta) = metas.get(&key).copied() else {
                    if key.kind.is_none() || lowered(db, *item).defs.is_empty() {
                        side.broken.push((key.kind, key.name.clone()));
                    }
                    continue;
                };
                let silent =
                    asleep.contains(&meta.symbol) || as_of.is_some_and(|day| !in_force(program, meta, document, day));
                if !silent {
                    side.add(meta, document, &inner);
                }
            }
        }
        side
    }

    fn add(&mut self, meta: &'p Arc<Meta>, document: Option<&Symbol>, inner: &FxHashMap<&Symbol, &'p Arc<Meta>>) {
        let own = Provision {
            symbol: meta.symbol.clone(),
            kind: meta.kind,
            title: meta.title.clone(),
            is: meta.is.clone(),
            document: document.cloned(),
            item: meta.item.clone(),
            parent: None,
            children: Vec::new(),
            block: &meta.content.block,
            text: &meta.content.text,
            own_end: meta.content.parts.first().map(|it| it.0),
            said: OnceLock::new(),
        };
        let index = self.provisions.len();
        self.provisions.push(own);
        self.add_inner(index, &meta.content.block, inner);
    }

    fn add_inner(&mut self, parent: usize, block: &'p Block, inner: &FxHashMap<&Symbol, &'p Arc<Meta>>) {
        for element in block.body.iter().flat_map(|it| &it.elements) {
            let Element::Block(block) = element else { continue };
            let Some(outer) = self.provisions.get(parent) else { return };
            let Some(kind) = block.kind else { continue };
            let text = outer.text;
            let title = block.title.map(|it| polis_semantic::unquote(it.text(text)));
            let name = block.name.map(|it| SmolStr::new(it.text(text))).or_else(|| title.clone()).unwrap_or_default();
            let symbol = Symbol::new(outer.symbol.package.clone(), format_smolstr!("{}.{name}", outer.symbol.name));
            let meta = inner.get(&symbol);
            let provision = Provision {
                is: meta.map_or_else(|| self.concepts(block, text), |it| it.is.clone()),
                kind,
                title,
                document: outer.document.clone(),
                item: outer.item.clone(),
                parent: Some(parent),
                children: Vec::new(),
                block,
                text,
                own_end: outer.own_end,
                said: OnceLock::new(),
                symbol,
            };
            let index = self.provisions.len();
            self.provisions.push(provision);
            if let Some(outer) = self.provisions.get_mut(parent) {
                outer.children.push(index);
            }
            self.add_inner(index, block, inner);
        }
    }

    /// The concepts that a block inside a provision points to.
    fn concepts(&self, block: &Block, text: &str) -> Vec<Symbol> {
        use polis_syntax::ast::{Expr as Ast, ExprKind as A};
        use polis_syntax::words::ClauseWord;
        fn names<'t>(value: &Ast, text: &'t str, found: &mut Vec<&'t str>) {
            match &value.kind {
                A::Name(it) | A::Member(_, it) => found.push(it.text(text)),
                A::List(all) => all.iter().for_each(|it| names(it, text, found)),
                _ => {}
            }
        }
        let mut found = Vec::new();
        for element in block.body.iter().flat_map(|it| &it.elements) {
            if let Element::Clause(clause) = element
                && ClauseWord::Is.word().reads(clause.word.text(text))
            {
                clause.values.iter().for_each(|it| names(it, text, &mut found));
            }
        }
        let concepts = self.program.notions.iter().filter(|it| it.meta.kind == Kind::Concept);
        concepts.map(|it| &it.meta.symbol).filter(|it| found.contains(&it.name.as_str())).cloned().collect()
    }

    /// The provisions that stand in no other.
    pub fn top(&self) -> impl Iterator<Item = (usize, &Provision<'p>)> {
        self.provisions.iter().enumerate().filter(|it| it.1.parent.is_none())
    }

    /// The expressions of a provision, with all that they are made of, by their bytes.
    #[must_use]
    pub fn typed(&self, provision: &Provision<'_>, span: Span) -> Option<&'p Expr> {
        let roots = self.expressions.get(&provision.item)?;
        roots.iter().flat_map(|it| it.all()).find(|it| it.span == span)
    }

    /// A provision as its file has it, comments left out, settled by the formatter.
    #[must_use]
    pub fn settled(&self, provision: &Provision<'_>, face: Option<Face>) -> String {
        let own = provision.block.span.text(provision.text);
        let whole = provision.parent.is_none();
        let text = match parsed_file(self.db, provision.item.file).find(&provision.item) {
            // What no amendment has changed is shown as it stands in the file.
            Some(item) if whole && *item.content.text == *provision.text => own,
            _ if whole => return amended_text(provision, face),
            _ => own,
        };
        polis_syntax::format(text, &FormatOptions { face, ..FormatOptions::default() })
            .unwrap_or_else(|_| format!("{text}\n"))
    }

    /// The file and line of some bytes of a provision's content.
    #[must_use]
    pub fn line(&self, provision: &Provision<'_>, span: Span) -> Option<(SmolStr, usize)> {
        let meta = self.meta(provision)?;
        let place = meta.place(span);
        let parsed = parsed_file(self.db, place.item.file);
        let item = parsed.find(&place.item)?;
        let at = item.absolute(place.span);
        let text = place.item.file.text(self.db);
        let before = text.text().get(..usize::try_from(at.start).ok()?)?;
        Some((SmolStr::new(&*place.item.file.path(self.db)), before.matches('\n').count() + 1))
    }

    fn meta(&self, provision: &Provision<'_>) -> Option<&'p Arc<Meta>> {
        metas_of(self.program).find(|it| it.item == provision.item)
    }
}

/// The clauses of a provision that amendments have changed, each as it stands in its text.
fn amended_text(provision: &Provision<'_>, face: Option<Face>) -> String {
    // Writing to a string does not fail.
    fn body(block: &Block, text: &str, indent: usize, out: &mut String) {
        let pad = "  ".repeat(indent);
        let open = block.body.as_ref().map_or(block.span.end, |it| it.span.start);
        let head = Span::new(block.span.start, open.max(block.span.start));
        let _ = writeln!(out, "{pad}{} {{", head.text(text).trim_end());
        for element in block.body.iter().flat_map(|it| &it.elements) {
            match element {
                Element::Clause(it) => {
                    let _ = writeln!(out, "{pad}  {}", it.span.text(text));
                }
                Element::Block(it) => body(it, text, indent + 1, out),
                Element::Error(_) => {}
            }
        }
        let _ = writeln!(out, "{pad}}}");
    }
    let mut out = String::new();
    body(provision.block, provision.text, 0, &mut out);
    polis_syntax::format(&out, &FormatOptions { face, ..FormatOptions::default() }).unwrap_or(out)
}

/// What every provision of a program carries, in the order of the program.
fn metas_of(program: &Program) -> impl Iterator<Item = &Arc<Meta>> {
    let p = program;
    let values = p.params.iter().map(|it| &it.meta).chain(p.rules.iter().map(|it| &it.meta));
    let types = p.entities.iter().map(|it| &it.meta).chain(p.units.iter().map(|it| &it.meta));
    let types = types.chain(p.enumerations.iter().map(|it| &it.meta)).chain(p.notions.iter().map(|it| &it.meta));
    let bodies = p.structures.iter().map(|it| &it.meta).chain(p.pays.iter().map(|it| &it.meta));
    let bodies = bodies.chain(p.ratings.iter().map(|it| &it.meta)).chain(p.indicators.iter().map(|it| &it.meta));
    let own = p.constraints.iter().filter(|it| it.about.is_none()).map(|it| &it.meta);
    let own = own.chain(p.norms.iter().map(|it| &it.meta)).chain(p.groups.iter().map(|it| &it.meta));
    let own = own.chain(p.assignments.iter().map(|it| &it.meta)).chain(p.documents.iter().map(|it| &it.meta));
    let own = own.chain(p.admissions.iter().map(|it| &it.meta)).chain(p.procedures.iter().map(|it| &it.meta));
    let own = own.chain(p.commitments.iter().map(|it| &it.group.meta));
    let own = own.chain(p.mechanisms.iter().map(|it| &it.group.meta)).chain(p.delegations.iter().map(|it| &it.meta));
    let own = own.chain(p.facts.iter().map(|it| &it.meta)).chain(p.principles.iter().map(|it| &it.meta));
    // A quota is a rule and a structure, a rating a rule and a rating: the more particular comes first.
    bodies.chain(own).chain(types).chain(values).chain(p.amendments.iter().map(|it| &it.meta))
}

/// Rules and figures that are kept by name only: they are not in force.
fn asleep(program: &Program) -> FxHashSet<&Symbol> {
    use polis_semantic::ir::ExprKind;
    let rules = program.rules.iter().filter(|it| matches!(it.value.kind, ExprKind::Dormant(..)));
    let params = program.params.iter().filter(|it| {
        it.value.as_ref().is_some_and(|it| matches!(it.kind, ExprKind::Dormant(..))) && it.dated.is_empty()
    });
    rules.map(|it| &it.meta.symbol).chain(params.map(|it| &it.meta.symbol)).collect()
}

/// Whether a provision is in force on a day; what it says of its days goes before what its document says.
fn in_force(program: &Program, meta: &Meta, document: Option<&Symbol>, day: Date) -> bool {
    if matches!(
        meta.kind,
        Kind::Document
            | Kind::Unit
            | Kind::Entity
            | Kind::Enum
            | Kind::Fact
            | Kind::Amend
            | Kind::Concept
            | Kind::Organ
            | Kind::Action
    ) {
        return true;
    }
    let document = document.and_then(|it| program.documents.iter().find(|of| of.meta.symbol == *it));
    let of_document = |index: usize| document.and_then(|it| it.dates.get(index).copied().flatten());
    let from = meta.force.0.or_else(|| of_document(1).and_then(|it| it.lo()));
    let until = meta.force.1.or_else(|| of_document(2).and_then(|it| it.hi()));
    from.is_none_or(|it| it <= day) && until.is_none_or(|it| day <= it)
}

/// The expressions of each provision.
fn expressions(program: &Program) -> FxHashMap<ItemRef, Vec<&Expr>> {
    let mut all: FxHashMap<ItemRef, Vec<&Expr>> = FxHashMap::default();
    for it in &program.params {
        let found = it.value.iter().chain(it.dated.iter().map(|it| &it.1)).chain(&it.range);
        all.entry(it.meta.item.clone()).or_default().extend(found);
    }
    for it in &program.rules {
        let exceptions = it.exceptions.iter().flat_map(|it| [&it.guard, &it.value]);
        all.entry(it.meta.item.clone()).or_default().extend(std::iter::once(&it.value).chain(exceptions));
    }
    for it in program.constraints.iter().filter(|it| it.about.is_none()) {
        let holds: Vec<&Expr> = match &it.holds {
            Holds::Condition(it) => vec![it],
            Holds::Within { value, bounds, .. } => vec![value, bounds],
        };
        all.entry(it.meta.item.clone()).or_default().extend(it.guard.iter().chain(holds));
    }
    for it in &program.structures {
        let found = it.limits.iter().flat_map(|it| it.guard.iter().chain([&it.bounds])).chain(&it.actual);
        all.entry(it.meta.item.clone()).or_default().extend(found);
    }
    for it in &program.norms {
        let found = it.guard.iter().chain(&it.frequency).chain(it.deadline.as_ref().map(|it| &it.length));
        all.entry(it.meta.item.clone()).or_default().extend(found);
    }
    for it in &program.assignments {
        all.entry(it.meta.item.clone()).or_default().extend(&it.guard);
    }
    for it in &program.groups {
        all.entry(it.meta.item.clone()).or_default().extend(&it.guard);
    }
    for it in &program.pays {
        let multiples = it.multiples.iter().flat_map(|it| it.guard.iter().chain([&it.bounds]));
        let bands = it.bands.iter().flat_map(|it| it.guard.iter().chain(&it.value));
        all.entry(it.meta.item.clone()).or_default().extend(it.reference.iter().chain(multiples).chain(bands));
    }
    for it in &program.admissions {
        let approvers = it.approvers.iter().filter_map(|it| it.1.as_ref());
        all.entry(it.meta.item.clone()).or_default().extend(approvers.chain(it.conditions.iter().map(|it| &it.1)));
    }
    for it in &program.mechanisms {
        all.entry(it.group.meta.item.clone()).or_default().extend(&it.frequency);
    }
    for it in &program.ratings {
        let own = [&it.eligible, &it.current, &it.cycle, &it.review, &it.promotion, &it.demotion];
        let dimensions = it.dimensions.iter().flat_map(|it| it.weight.iter().chain(&it.score));
        let grades =
            it.grades.iter().flat_map(|it| it.points.iter().chain(&it.guard).chain(&it.value).chain(&it.share));
        let found = own.into_iter().flatten().chain(dimensions).chain(grades);
        all.entry(it.meta.item.clone()).or_default().extend(found);
    }
    for it in &program.indicators {
        let targets = it.targets.iter().flat_map(|it| it.guard.iter().chain([&it.bounds]));
        all.entry(it.meta.item.clone()).or_default().extend(it.guard.iter().chain(targets).chain(&it.frequency));
    }
    for it in &program.procedures {
        let steps = it.steps.iter().flat_map(|it| it.guard.iter().chain(it.deadline.as_ref().map(|it| &it.length)));
        let own = it.guard.iter().chain(it.deadline.as_ref().map(|it| &it.length));
        all.entry(it.meta.item.clone()).or_default().extend(own.chain(steps));
    }
    for it in &program.delegations {
        let found = it.range.iter().chain(&it.default).chain(it.deadline.as_ref().map(|it| &it.length));
        all.entry(it.meta.item.clone()).or_default().extend(found);
    }
    for it in &program.facts {
        all.entry(it.meta.item.clone()).or_default().extend(&it.values);
    }
    all
}
