//! What each kind means: a lowering per kind, from the block to the program.
//!
//! A new kind is a row in the table of words and a function here; no analysis changes.

mod admission;
mod amend;
mod clauses;
mod declarations;
mod figures;
mod groups;
mod hidden;
mod norms;
mod pay;
mod procedures;
mod provisions;
pub(crate) mod ranges;
pub(crate) mod rating;
mod structures;
mod tests;

use std::sync::Arc;

use polis_db::Db;
use polis_diagnostic::Diagnostic;
use polis_syntax::ast::Block;
use polis_syntax::words::Kind;

pub(crate) use clauses::Clauses;

use crate::ir::{
    Admission, Amendment, Assignment, Commitment, Constraint, Delegation, Document, Entity, Enumeration, Fact, Group,
    Indicator, Mechanism, Meta, Norm, Notion, Param, Pay, Principle, Procedure, Rating, Rule, Scenario, Structure,
    Test, Unit,
};
use crate::items::{Item, ItemContent, Place};
use crate::lower::Lower;
use crate::resolve::Trace;
use crate::types::{Symbol, Type};

/// What a provision means, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lowered {
    /// What it adds to the program.
    pub defs: Vec<Def>,
    /// Its findings, with places relative to provisions.
    pub diagnostics: Vec<Diagnostic<Place>>,
    /// The rules and parameters that its values need.
    pub references: Vec<Symbol>,
    /// The type of its value, where it has one.
    pub ty: Type,
}

/// Something that a provision adds to the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Def {
    /// A document.
    Document(Document),
    /// A series, grant, list of duties or list.
    Group(Group),
    /// A user's unit.
    Unit(Unit),
    /// A concept, organ or action.
    Notion(Notion),
    /// An entity.
    Entity(Entity),
    /// An enumeration.
    Enumeration(Enumeration),
    /// A figure.
    Param(Param),
    /// A value for each entity.
    Rule(Rule),
    /// Offices, centres, posts or a quota.
    Structure(Structure),
    /// What must hold for each entity.
    Constraint(Constraint),
    /// A norm.
    Norm(Norm),
    /// A power or duty.
    Assignment(Assignment),
    /// An entity's pay.
    Pay(Pay),
    /// Whether a matter is admitted.
    Admission(Admission),
    /// What parties promise each other.
    Commitment(Commitment),
    /// A counted mechanism.
    Mechanism(Mechanism),
    /// A rating.
    Rating(Box<Rating>),
    /// An indicator.
    Indicator(Indicator),
    /// A procedure.
    Procedure(Procedure),
    /// A hole that a superior leaves.
    Delegation(Delegation),
    /// A reported figure.
    Fact(Fact),
    /// What no program can decide.
    Principle(Principle),
    /// Changes of provisions from a date on.
    Amendment(Amendment),
    /// A run into the future.
    Scenario(Scenario),
    /// A test.
    Test(Test),
}

impl Def {
    /// What the provision carries; `None` for a definition that has no force of its own.
    #[must_use]
    pub fn meta(&self) -> Option<&Arc<Meta>> {
        Some(match self {
            Self::Group(it) => &it.meta,
            Self::Notion(it) => &it.meta,
            Self::Param(it) => &it.meta,
            Self::Rule(it) => &it.meta,
            Self::Structure(it) => &it.meta,
            Self::Constraint(it) => &it.meta,
            Self::Norm(it) => &it.meta,
            Self::Assignment(it) => &it.meta,
            Self::Pay(it) => &it.meta,
            Self::Admission(it) => &it.meta,
            Self::Commitment(it) => &it.group.meta,
            Self::Mechanism(it) => &it.group.meta,
            Self::Rating(it) => &it.meta,
            Self::Indicator(it) => &it.meta,
            Self::Procedure(it) => &it.meta,
            Self::Delegation(it) => &it.meta,
            Self::Principle(it) => &it.meta,
            // Types of jurisdictions, documents and facts hold on any day; tests and scenarios name their own.
            Self::Document(_)
            | Self::Unit(_)
            | Self::Entity(_)
            | Self::Enumeration(_)
            | Self::Fact(_)
            | Self::Amendment(_)
            | Self::Scenario(_)
            | Self::Test(_) => return None,
        })
    }
}

/// What a provision means.
#[salsa::tracked(returns(clone), cycle_result = lowered_cycle)]
pub fn lowered(db: &dyn Db, item: Item<'_>) -> Arc<Lowered> {
    Arc::new(lower_content(db, item, &item.content(db)))
}

/// What a provision means where it says `content`: its own text, or a version of it.
pub(crate) fn lower_content(db: &dyn Db, item: Item<'_>, content: &Arc<ItemContent>) -> Lowered {
    lower_traced(db, item, content, None).0
}

/// The same, with what each name leads to where `trace` is given.
pub(crate) fn lower_traced(
    db: &dyn Db,
    item: Item<'_>,
    content: &Arc<ItemContent>,
    trace: Option<Box<Trace>>,
) -> (Lowered, Option<Box<Trace>>) {
    let block = &content.block;
    let mut lower = Lower::new(db, item, content);
    lower.trace = trace;
    let mut defs = Vec::new();
    let mut ty = Type::Any;
    if let Some(kind) = item.kind(db) {
        if kind.spec().top {
            // A rule without a declared type asks for the types of those that it names, however long the chain is.
            stacker::maybe_grow(256 * 1024, 4 * 1024 * 1024, || lower.kind(kind, block, &mut defs, &mut ty));
        } else {
            lower.not_at_top(kind, block);
        }
    }
    let Lower { diagnostics, mut references, trace, .. } = lower;
    references.sort();
    references.dedup();
    // Kept for as long as the provision is: a vector's own growth would leave half of it empty.
    references.shrink_to_fit();
    defs.shrink_to_fit();
    (Lowered { defs, diagnostics, references, ty }, trace)
}

/// A provision whose type needs itself: every one in the circle gets this result, and [`crate::cycles`] reports the
/// circle once.
fn lowered_cycle(db: &dyn Db, _: salsa::Id, item: Item<'_>) -> Arc<Lowered> {
    crate::cycles::read_circle(db, item);
    let content = item.content(db);
    let references = crate::cycles::mentioned(db, item, &content);
    let ty = content.block.ty.as_ref().map_or(Type::Any, |it| Lower::new(db, item, &content).type_expr(it));
    Arc::new(Lowered { defs: Vec::new(), diagnostics: Vec::new(), references, ty })
}

impl Lower<'_, '_> {
    fn kind(&mut self, kind: Kind, block: &Block, defs: &mut Vec<Def>, ty: &mut Type) {
        let clauses = self.clauses(block);
        self.this = block.of.as_ref().and_then(|it| self.entity(it));
        let required = kind.spec().of == polis_syntax::words::HeadName::Required;
        self.lost = self.this.is_none() && (block.of.is_some() || required);
        if required && block.of.is_none() && self.head_is_whole(block) {
            self.missing_entity(block, kind);
        }
        self.hidden_by_field(kind, block);
        match kind {
            Kind::Document => self.document(block, &clauses, defs),
            Kind::Series => self.series(block, &clauses, defs),
            Kind::Unit => self.unit(block, &clauses, defs),
            Kind::Concept | Kind::Organ | Kind::Action => self.notion(block, &clauses, defs),
            Kind::Entity => self.entity_block(block, &clauses, defs),
            Kind::Enum => self.enumeration(block, &clauses, defs),
            Kind::Param => *ty = self.param(block, &clauses, defs),
            Kind::Rule => *ty = self.rule_block(block, &clauses, defs),
            Kind::Require => {
                self.require(block, &clauses, defs);
                *ty = Type::Truth;
            }
            Kind::Norm => self.norm(block, &clauses, defs),
            Kind::Power => self.power(block, &clauses, None, &[], defs),
            Kind::Grant => self.grant(block, &clauses, defs),
            Kind::Duty => self.duty(block, &clauses, None, &[], defs),
            Kind::Duties => self.duties(block, &clauses, defs),
            Kind::Offices | Kind::Centers | Kind::Posts => *ty = self.structure(block, &clauses, defs),
            Kind::Quota => *ty = self.quota(block, &clauses, defs),
            Kind::List => self.list(block, &clauses, defs),
            Kind::Test => self.test(block, &clauses, defs),
            Kind::Pay => *ty = self.pay(block, &clauses, defs),
            Kind::Admission => *ty = self.admission(block, &clauses, defs),
            Kind::Commitment => self.commitment(block, &clauses, defs),
            Kind::Mechanism => self.mechanism(block, &clauses, defs),
            Kind::Rating => *ty = self.rating(block, &clauses, defs),
            Kind::Indicator => *ty = self.indicator(block, &clauses, defs),
            Kind::Procedure => self.procedure(block, &clauses, defs),
            Kind::Delegation => *ty = self.delegation(block, &clauses, defs),
            Kind::Fact => *ty = self.reported(block, &clauses, defs),
            Kind::Principle => self.principle(block, &clauses, defs),
            Kind::Scenario => self.scenario(block, &clauses, defs),
            Kind::Amend => self.amendment(block, &clauses, defs),
            Kind::Field
            | Kind::Category
            | Kind::Item
            | Kind::Band
            | Kind::Side
            | Kind::Dimension
            | Kind::Grade
            | Kind::Step
            | Kind::Office => {}
        }
    }

    /// A block that only makes sense inside another.
    fn not_at_top(&mut self, kind: Kind, block: &Block) {
        let outer: Vec<_> =
            Kind::ALL.iter().filter(|it| it.spec().inner.contains(&kind)).map(|it| it.word().zh.into()).collect();
        let inner = polis_diagnostic::Bilingual::new(kind.word().zh, kind.word().en);
        let message = polis_diagnostic::KindMessage::BlockNotAllowed {
            inner: inner.clone(),
            outer: polis_diagnostic::Bilingual::new("文件顶层", "the top of a file"),
        };
        let error = self.error(message, block.word.span);
        error.helps.push(polis_diagnostic::KindNote::AllowedIn { inner, outer }.into());
    }

    fn missing_entity(&mut self, block: &Block, kind: Kind) {
        let name = block.name.map_or("", |it| self.name(it)).into();
        let word = polis_syntax::words::Keyword::Of.word();
        let clause = polis_diagnostic::Bilingual::new(word.zh, word.en);
        let kind = polis_diagnostic::Bilingual::new(kind.word().zh, kind.word().en);
        let message = polis_diagnostic::KindMessage::MissingClause { clause, kind, name };
        self.error(message, block.name.map_or(block.word.span, |it| it.span));
    }

    /// Whether nothing stands in the head that could not be read, and is reported.
    fn head_is_whole(&self, block: &Block) -> bool {
        let from = block.title.or(block.name.map(|it| it.span)).unwrap_or(block.word.span);
        let rest = polis_syntax::Span::new(from.end, block.span.end);
        self.text(rest).trim_start().starts_with(['{', '｛', ':', '：'])
    }

    /// What every provision carries.
    pub(crate) fn meta(&mut self, block: &Block, clauses: &Clauses<'_>, symbol: Symbol) -> Option<Arc<Meta>> {
        let kind = block.kind?;
        let end = block.of.as_ref().map_or_else(
            || block.title.unwrap_or_else(|| block.name.map_or(block.word.span, |it| it.span)),
            |it| it.span,
        );
        Some(Arc::new(Meta {
            symbol,
            kind,
            title: block.title.map(|it| self.quoted(it)),
            item: self.key.clone(),
            head: block.word.span.to(end),
            content: Arc::clone(self.content),
            cite: self.citations(clauses),
            refs: self.row_ids(clauses),
            is: self.references_of(clauses, polis_syntax::words::ClauseWord::Is),
            implements: self.references_of(clauses, polis_syntax::words::ClauseWord::Implements),
            modality: self.choice(clauses, polis_syntax::words::ClauseWord::Modality),
            force: self.force(clauses),
            note: self.text_clause(clauses, polis_syntax::words::ClauseWord::Note),
        }))
    }
}
