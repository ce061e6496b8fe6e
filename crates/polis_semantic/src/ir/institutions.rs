//! Pay, admission, commitments, mechanisms, ratings, indicators, procedures, delegations, facts, principles, amendments
//! and scenarios. What of them has a value or must hold is a rule or constraint of the program beside these.

use std::sync::Arc;

use polis_syntax::Span;
use polis_syntax::words::{Choice, Kind};
use polis_value::{Date, Number, Range};
use smol_str::SmolStr;

use super::{Deadline, Expr, Group, Limit, Meta};
use crate::types::{Symbol, Type};

/// An entity's pay. Its value is the rule of its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pay {
    /// What every provision carries.
    pub meta: Arc<Meta>,
    /// The entity it is about.
    pub entity: Symbol,
    /// The wage that it is a multiple of.
    pub reference: Option<Expr>,
    /// The multiples.
    pub multiples: Vec<Limit>,
    /// The bands, in the order of the text.
    pub bands: Vec<Band>,
}

/// A band of pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Band {
    /// Its name.
    pub name: SmolStr,
    /// How many grades it has.
    pub grades: Option<Number>,
    /// When it applies.
    pub guard: Option<Expr>,
    /// What it pays.
    pub value: Option<Expr>,
}

/// What a decision on admission rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ground {
    /// That the matter is not on this negative list.
    NotListed(Symbol),
    /// That it is on one of these positive lists, or approved by one of these.
    Granted {
        /// The lists.
        lists: Vec<Symbol>,
        /// Who approves.
        approvers: Vec<Symbol>,
    },
    /// That the condition of this name holds.
    Condition(SmolStr),
}

/// Whether a matter is admitted. The decision is the rule of its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// What every provision carries.
    pub meta: Arc<Meta>,
    /// The entity that matters are.
    pub entity: Symbol,
    /// The lists that it goes by, with the condition that says whether the matter is on it where the names do not.
    pub lists: Vec<(Symbol, Option<Expr>)>,
    /// Who approves what is off the lists, and when approval was given.
    pub approvers: Vec<(Vec<Symbol>, Option<Expr>)>,
    /// Further conditions by name.
    pub conditions: Vec<(SmolStr, Expr)>,
    /// Which matters it is about; all of them where it does not say.
    pub when: Option<Expr>,
    /// What the decision rests on: every one has to hold.
    pub grounds: Vec<(Ground, Expr)>,
    /// What the agreement must state.
    pub agreement: Vec<SmolStr>,
    /// Where the money comes from.
    pub funds: Vec<SmolStr>,
    /// Whether the text leaves what it names open.
    pub open_ended: bool,
}

/// What parties promise each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitment {
    /// What is promised, where the text does not say by whom.
    pub group: Group,
    /// The parties.
    pub parties: Vec<Symbol>,
    /// The sides.
    pub sides: Vec<Side>,
}

/// One side of a commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// What is promised.
    pub group: Group,
    /// Who promises.
    pub promisors: Vec<Symbol>,
    /// To whom.
    pub promisees: Vec<Symbol>,
}

/// A counted mechanism.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mechanism {
    /// Its parts.
    pub group: Group,
    /// Who runs it.
    pub bearers: Vec<Symbol>,
    /// Who supports.
    pub supporting: Vec<Symbol>,
    /// What it is about.
    pub objects: Vec<SmolStr>,
    /// How often it is used.
    pub frequency: Option<Expr>,
}

/// A rating. The score is the rule `name.得分`, the grade the rule of its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rating {
    /// What every provision carries.
    pub meta: Arc<Meta>,
    /// The entity that is rated.
    pub entity: Symbol,
    /// Who rates.
    pub assessors: Vec<Symbol>,
    /// Who takes part.
    pub eligible: Option<Expr>,
    /// The dimensions, in the order of the text.
    pub dimensions: Vec<Dimension>,
    /// The grades, in the order of the text.
    pub grades: Vec<Grade>,
    /// The last result.
    pub current: Option<Expr>,
    /// How often it rates.
    pub cycle: Option<Expr>,
    /// How often a rating is reviewed.
    pub review: Option<Expr>,
    /// When it goes up by one grade.
    pub promotion: Option<Expr>,
    /// When it goes down by one grade.
    pub demotion: Option<Expr>,
    /// The declared numbers of grades, by unit.
    pub totals: Vec<(crate::types::Dim, Number, Span)>,
    /// Whether the text leaves what it names open.
    pub open_ended: bool,
}

/// A dimension of a rating.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dimension {
    /// Its name.
    pub name: SmolStr,
    /// Its weight, with its type: a share, or the most points.
    pub weight: Option<Expr>,
    /// Its score.
    pub score: Option<Expr>,
    /// What it looks at.
    pub items: Vec<SmolStr>,
}

/// A grade of a rating.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grade {
    /// Its name.
    pub name: SmolStr,
    /// The scores that reach it.
    pub points: Option<Expr>,
    /// When it is reached.
    pub guard: Option<Expr>,
    /// Its value, such as a number of stars.
    pub value: Option<Expr>,
    /// The share of those rated that it may have.
    pub share: Option<Expr>,
    /// Its rewards.
    pub rewards: Vec<SmolStr>,
    /// Its block in the content.
    pub span: Span,
}

/// An indicator. Its value is the rule of its name, its targets are constraints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indicator {
    /// What every provision carries.
    pub meta: Arc<Meta>,
    /// The entity it is about.
    pub entity: Symbol,
    /// When its targets apply.
    pub guard: Option<Expr>,
    /// What is to be reached.
    pub targets: Vec<Limit>,
    /// Who provides the data.
    pub owners: Vec<Symbol>,
    /// How often it is measured.
    pub frequency: Option<Expr>,
}

/// A procedure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Procedure {
    /// What every provision carries.
    pub meta: Arc<Meta>,
    /// The entity it is about.
    pub entity: Option<Symbol>,
    /// By when the whole is done.
    pub deadline: Option<Deadline>,
    /// When it applies.
    pub guard: Option<Expr>,
    /// The steps, in the order of the text.
    pub steps: Vec<Step>,
    /// Whether the text leaves the steps open.
    pub open_ended: bool,
}

/// A step of a procedure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its name.
    pub name: SmolStr,
    /// Who takes it.
    pub actors: Vec<Symbol>,
    /// What is done.
    pub actions: Vec<Symbol>,
    /// What it is about.
    pub objects: Vec<SmolStr>,
    /// What it needs.
    pub inputs: Vec<SmolStr>,
    /// What it produces.
    pub outputs: Vec<SmolStr>,
    /// By when.
    pub deadline: Option<Deadline>,
    /// When it is taken.
    pub guard: Option<Expr>,
    /// The steps that follow, each under its own guard.
    pub next: Vec<(SmolStr, Option<Expr>)>,
    /// Its block in the content.
    pub span: Span,
}

/// A hole that a superior leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegation {
    /// What every provision carries.
    pub meta: Arc<Meta>,
    /// The entity that the value is for; `None` for one figure or a text.
    pub entity: Option<Symbol>,
    /// Who fills it.
    pub to: Vec<Symbol>,
    /// The level that fills it.
    pub level: Option<Choice>,
    /// What is to be laid down.
    pub subject: Option<SmolStr>,
    /// Its type, where it is a value.
    pub ty: Option<Type>,
    /// Its bounds.
    pub range: Option<Expr>,
    /// By when.
    pub deadline: Option<Deadline>,
    /// What holds until then.
    pub default: Option<Expr>,
}

/// A reported figure or state of affairs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What every provision carries.
    pub meta: Arc<Meta>,
    /// What it is of.
    pub entity: Option<Symbol>,
    /// The figures.
    pub values: Vec<Expr>,
    /// The date or period that they are of.
    pub date: Option<Range<Date>>,
    /// The places that they are of.
    pub places: Vec<SmolStr>,
    /// Who reports them.
    pub sources: Vec<SmolStr>,
}

/// What the text says and no program can decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principle {
    /// What every provision carries.
    pub meta: Arc<Meta>,
    /// What is demanded.
    pub content: Option<SmolStr>,
    /// Of whom.
    pub actors: Vec<Symbol>,
    /// What it is about.
    pub objects: Vec<SmolStr>,
}

/// Changes of provisions from a date on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment {
    /// What every provision carries.
    pub meta: Arc<Meta>,
    /// The first day on which the changes hold.
    pub from: Date,
    /// What is changed, by kind and name, with the place of the block inside.
    pub changes: Vec<(Kind, SmolStr, Span)>,
    /// What is removed: whole provisions (no clauses), or the clauses of one by their words or names.
    pub removals: Vec<(Kind, SmolStr, Vec<SmolStr>, Span)>,
}

/// A run into the future.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// What every provision carries.
    pub meta: Arc<Meta>,
    /// The first and last year.
    pub years: (i64, i64),
    /// Parameters set.
    pub set: Vec<(Symbol, Expr)>,
    /// Fields that grow each year: entity, field, rate or amount.
    pub growth: Vec<(Symbol, SmolStr, Expr)>,
    /// Provisions switched on.
    pub enable: Vec<Symbol>,
    /// Provisions switched off.
    pub disable: Vec<Symbol>,
    /// The folder of samples.
    pub sample: Option<SmolStr>,
}
