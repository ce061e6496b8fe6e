//! The program: what provisions mean, typed and named, with positions left behind.
//!
//! Analyses, evaluator, simulator and diff see only this. Expressions keep the range of the provision's own text, so
//! that an explanation can quote it and a finding can point at it; nothing here depends on where a file's lines are.

mod institutions;
mod walk;

use std::sync::Arc;

use polis_syntax::Span;
use polis_syntax::ast::{BinaryOp, UnaryOp};
use polis_syntax::words::{Builtin, Choice, ClauseWord, Kind, UnitWord};
use polis_value::{Number, Range, Value};
use smol_str::SmolStr;

pub use institutions::{
    Admission, Amendment, Band, Commitment, Delegation, Dimension, Fact, Grade, Ground, Indicator, Mechanism, Pay,
    Principle, Procedure, Rating, Scenario, Side, Step,
};

use crate::items::{ItemContent, ItemRef, Place};
use crate::types::{Dim, Symbol, Type};

/// A typed expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its type.
    pub ty: Type,
    /// Its bytes in the provision's content.
    pub span: Span,
}

/// What an expression is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExprKind {
    /// A value that needs no facts, in base units.
    Const(Value),
    /// A value of an enumeration, by its position.
    EnumValue(Symbol, u32),
    /// What the text leaves open, and why.
    Open(Option<SmolStr>),
    /// `unknown`.
    Unknown,
    /// The value of a provision that is not in force: the first day on which it will be, or the last on which it was.
    Dormant(Option<polis_value::Date>, Option<polis_value::Date>),
    /// The entity that the provision is about.
    This,
    /// An ancestor of an entity.
    Ancestor(Box<Expr>, Symbol),
    /// The member that an aggregate's binder names; aggregates nest, the innermost is 0.
    Local(u32),
    /// A fact about an entity.
    Field(Box<Expr>, Symbol, SmolStr),
    /// A rule's value for an entity.
    Rule(Box<Expr>, Symbol, Part),
    /// A parameter.
    Param(Symbol),
    /// The entities of a type that lie in an entity.
    Children(Box<Expr>, Symbol),
    /// `not`, `-`.
    Unary(UnaryOp, Box<Expr>),
    /// An infix operation on base units. `twelfths` divides the result by that power of 12 (see [`Dim::twelfths`]).
    Binary {
        /// The operator.
        op: BinaryOp,
        /// The left operand.
        lhs: Box<Expr>,
        /// The right operand.
        rhs: Box<Expr>,
        /// The power of twelve that the result is divided by.
        twelfths: i32,
    },
    /// `if`.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// The first case whose guard holds.
    Cases(Vec<(Expr, Expr)>, Option<Box<Expr>>),
    /// A call of a built-in.
    Call(Builtin, Vec<Expr>),
    /// An aggregate over a collection.
    Aggregate {
        /// The function.
        builtin: Builtin,
        /// What is taken of each member.
        body: Box<Expr>,
        /// The collection.
        source: Box<Expr>,
        /// Which members count.
        filter: Option<Box<Expr>>,
    },
    /// A list.
    List(Vec<Expr>),
    /// A range.
    Range(Option<Box<Expr>>, Option<Box<Expr>>),
    /// Named parts added up, each under its own guard: a quota's base and extras, the offices of 4+X.
    Parts(Vec<PartExpr>),
}

/// What is asked of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// Its value.
    Value,
    /// Whether its constraints are kept: the truth of a requirement, quota or structure.
    Kept,
}

/// A part of a sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartExpr {
    /// The clause it comes from.
    pub word: ClauseWord,
    /// Its name, if it has one.
    pub name: Option<SmolStr>,
    /// When it counts.
    pub guard: Option<Expr>,
    /// How much it is.
    pub value: Expr,
}

/// What every provision carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    /// Its full name.
    pub symbol: Symbol,
    /// Its kind.
    pub kind: Kind,
    /// Its official title.
    pub title: Option<SmolStr>,
    /// Where it stands.
    pub item: ItemRef,
    /// Its head in the content.
    pub head: Span,
    /// What it says.
    pub content: Arc<ItemContent>,
    /// The passages it comes from.
    pub cite: Vec<Citation>,
    /// The rows of a provision register that it carries.
    pub refs: Vec<SmolStr>,
    /// The concepts it is an instance of.
    pub is: Vec<Symbol>,
    /// The superiors' delegations that it fills.
    pub implements: Vec<Symbol>,
    /// How binding it is; `None` where it does not say.
    pub modality: Option<Choice>,
    /// Its first and last day in force.
    pub force: (Option<polis_value::Date>, Option<polis_value::Date>),
    /// A remark.
    pub note: Option<SmolStr>,
}

impl Meta {
    /// The place that `span` of the content stands for.
    #[must_use]
    pub fn place(&self, span: Span) -> Place {
        self.content.place(&self.item, span)
    }
}

/// A citation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Citation {
    /// The document.
    pub document: Option<Symbol>,
    /// Its title.
    pub title: Option<SmolStr>,
    /// A few words of the passage.
    pub passage: Option<SmolStr>,
    /// The citation's bytes in the provision's content.
    pub span: Span,
}

/// A user's unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// What every provision carries.
    pub meta: Arc<Meta>,
    /// The type of what is measured in it.
    pub ty: crate::types::NumberType,
    /// What one of it is in base units.
    pub factor: Number,
}

/// A type of jurisdiction or party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// What every provision carries.
    pub meta: Arc<Meta>,
    /// The entity it lies in.
    pub parent: Option<Symbol>,
    /// The name by which its parent speaks of all of them.
    pub plural: Option<SmolStr>,
    /// Its facts.
    pub fields: Vec<Field>,
}

/// A fact about an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: SmolStr,
    /// Its official title, also read as a column's title.
    pub title: Option<SmolStr>,
    /// Its type.
    pub ty: Type,
    /// The values that are allowed.
    pub range: Option<Range<Number>>,
    /// The value where a sample gives none.
    pub default: Option<Expr>,
}

/// An enumeration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enumeration {
    /// What every provision carries.
    pub meta: Arc<Meta>,
    /// Its values, in order.
    pub values: Vec<SmolStr>,
}

/// A figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    /// What every provision carries.
    pub meta: Arc<Meta>,
    /// Its type.
    pub ty: Type,
    /// The value that holds from the beginning.
    pub value: Option<Expr>,
    /// The values from their dates on, ordered by date.
    pub dated: Vec<(polis_value::Date, Expr)>,
    /// What the figure may be.
    pub range: Option<Expr>,
}

/// A value for each entity of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// What every provision carries.
    pub meta: Arc<Meta>,
    /// The entity it is about.
    pub entity: Symbol,
    /// Its type.
    pub ty: Type,
    /// The general value.
    pub value: Expr,
    /// The exceptions, in the order of the text.
    pub exceptions: Vec<Exception>,
}

/// A named exception.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// Its name.
    pub name: SmolStr,
    /// When it replaces the general value.
    pub guard: Expr,
    /// What it replaces it by.
    pub value: Expr,
    /// The exceptions over which it prevails.
    pub over: Vec<SmolStr>,
    /// Its clause in the content.
    pub span: Span,
}

/// Offices, centres, posts or a quota: what superiors' limits are held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Structure {
    /// What every provision carries.
    pub meta: Arc<Meta>,
    /// The entity it is about.
    pub entity: Symbol,
    /// Its type.
    pub ty: Type,
    /// Whether it provides for anything, so that there is a rule of its name.
    pub provides: bool,
    /// The field that holds the actual figure.
    pub actual: Option<Expr>,
    /// Its own bounds.
    pub limits: Vec<Limit>,
    /// The bodies that say more of themselves than their name and number.
    pub bodies: Vec<ListItem>,
}

/// A limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// When it applies.
    pub guard: Option<Expr>,
    /// What is allowed.
    pub bounds: Expr,
}

/// What must hold for each entity of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constraint {
    /// What every provision carries; a quota's constraint carries the quota's.
    pub meta: Arc<Meta>,
    /// The entity it is about.
    pub entity: Symbol,
    /// When it applies.
    pub guard: Option<Expr>,
    /// What must hold.
    pub holds: Holds,
    /// How binding it is.
    pub modality: Choice,
    /// The lower structure that a superior's limit is held against.
    pub about: Option<Symbol>,
}

/// What a constraint says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holds {
    /// A condition.
    Condition(Expr),
    /// A value lies within bounds.
    Within {
        /// What the value is: the actual figure of a quota, the number of offices provided for.
        value: Expr,
        /// The bounds.
        bounds: Expr,
        /// Which figure it is.
        subject: Subject,
    },
}

/// Which figure a constraint holds against its bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// What the facts report.
    Actual,
    /// What the provision itself provides for.
    Provided,
}

/// A norm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Norm {
    /// What every provision carries.
    pub meta: Arc<Meta>,
    /// Whom it addresses.
    pub actors: Vec<Symbol>,
    /// What it says of the actions.
    pub modality: Deontic,
    /// The actions.
    pub actions: Vec<Symbol>,
    /// What the actions are about.
    pub objects: Vec<SmolStr>,
    /// Towards whom.
    pub over: Vec<SmolStr>,
    /// When it applies.
    pub guard: Option<Expr>,
    /// How often.
    pub frequency: Option<Expr>,
    /// The period that the frequency names. Figures are held per year, but once a quarter is not four times a year: the
    /// period says in which stretches of time events are counted.
    pub period: Option<UnitWord>,
    /// By when.
    pub deadline: Option<Deadline>,
    /// Whether the text leaves the list of objects open.
    pub open_ended: bool,
}

/// A deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// How long.
    pub length: Expr,
    /// From which event on.
    pub event: Option<SmolStr>,
}

/// What a norm says of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Deontic {
    /// It must be done.
    Must,
    /// It must not be done.
    MustNot,
    /// It may be done.
    May,
    /// It is encouraged.
    Encouraged,
}

/// A power or duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// What every provision carries.
    pub meta: Arc<Meta>,
    /// The grant or list of duties it stands in.
    pub group: Option<Symbol>,
    /// Who holds the power or bears the duty.
    pub holders: Vec<Symbol>,
    /// The organs in the lead of a duty.
    pub lead: Vec<Symbol>,
    /// The organs that support.
    pub supporting: Vec<Symbol>,
    /// Over whom or what.
    pub over: Vec<SmolStr>,
    /// What it is about.
    pub objects: Vec<SmolStr>,
    /// When it applies.
    pub guard: Option<Expr>,
}

/// A group with a declared total: a grant, a list of duties, a list, a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// What every provision carries.
    pub meta: Arc<Meta>,
    /// Who holds the powers of a grant or bears the duties of a list of them.
    pub holders: Vec<Symbol>,
    /// Its members by name.
    pub members: Vec<SmolStr>,
    /// The groups whose members it takes in.
    pub includes: Vec<Symbol>,
    /// How many members the text declares without naming them, by unit.
    pub unlisted: Vec<(Dim, Number)>,
    /// The declared totals, by unit.
    pub totals: Vec<(Dim, Number, Span)>,
    /// When it applies.
    pub guard: Option<Expr>,
    /// Whether how many are unlisted is itself left open.
    pub blank: bool,
    /// Whether what is named is not all (等).
    pub open_ended: bool,
    /// Whether everything that it names could be read, so that its members can be counted.
    pub whole: bool,
    /// The categories of a list with their own members.
    pub categories: Vec<Group>,
    /// The items that say more of themselves than their name.
    pub items: Vec<ListItem>,
    /// Who provides what is listed.
    pub providers: Vec<SmolStr>,
    /// Whether what is listed is admitted or excluded.
    pub polarity: Option<Choice>,
}

/// An item of a list with what is said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListItem {
    /// Its name.
    pub name: SmolStr,
    /// Who provides it.
    pub providers: Vec<SmolStr>,
    /// Its attributes.
    pub attributes: Vec<(SmolStr, Vec<Expr>)>,
    /// When it applies.
    pub guard: Option<Expr>,
    /// The concepts it is an instance of.
    pub is: Vec<Symbol>,
    /// Its block in the content.
    pub span: Span,
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// What every provision carries.
    pub meta: Arc<Meta>,
    /// Its series.
    pub series: Option<Symbol>,
    /// Who issued it.
    pub issuers: Vec<SmolStr>,
    /// What type of document it is: opinions, measures.
    pub document_type: Option<SmolStr>,
    /// Its level.
    pub level: Option<Choice>,
    /// Issued, effective, expires.
    pub dates: [Option<Range<polis_value::Date>>; 3],
    /// What it replaces.
    pub supersedes: Vec<Symbol>,
    /// What it rests on.
    pub based_on: Vec<Symbol>,
    /// The file with its text.
    pub text: Option<SmolStr>,
}

/// A concept, organ or action: a named thing with a parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notion {
    /// What every provision carries.
    pub meta: Arc<Meta>,
    /// The broader notion, or the organ it answers to.
    pub parents: Vec<Symbol>,
    /// The concepts it is stronger than.
    pub stronger_than: Vec<Symbol>,
    /// The entity that an organ lies in.
    pub entity: Option<Symbol>,
}

/// An in-language test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// What every provision carries.
    pub meta: Arc<Meta>,
    /// The jurisdictions, each with the index of its parent; the first is the one that expectations are about.
    pub given: Vec<GivenEntity>,
    /// Parameters set for the test.
    pub set: Vec<(Symbol, Expr)>,
    /// The date whose law applies.
    pub as_of: Option<polis_value::Date>,
    /// What must come out.
    pub expect: Vec<Expectation>,
}

/// A jurisdiction of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenEntity {
    /// Its entity.
    pub entity: Symbol,
    /// Its name in the test.
    pub name: Option<SmolStr>,
    /// The index of the jurisdiction it lies in.
    pub parent: Option<usize>,
    /// Its facts.
    pub facts: Vec<(SmolStr, Expr)>,
}

/// An expectation: what must be true, seen from one of the given jurisdictions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    /// Both sides of a comparison for sameness, or a condition and nothing.
    pub left: Expr,
    /// What `left` must be the same as.
    pub right: Option<Expr>,
    /// Its bytes in the content.
    pub span: Span,
}
