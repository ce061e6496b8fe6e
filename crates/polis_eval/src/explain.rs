//! Why a value is what it is: a tree of what was looked at.

use polis_syntax::Span;
use polis_syntax::words::ClauseWord;
use polis_value::Value;
use smol_str::SmolStr;

use crate::error::EvalError;
use crate::machine::{ConstraintId, EntityId, ParamId, RuleId};
use crate::run::Run;

/// The explanation of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The rule, with everything below it.
    pub root: Step,
    /// Why there is no value, where there is none.
    pub error: Option<EvalError>,
}

/// Something that a value rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What was looked at.
    pub reason: Reason,
    /// What it was.
    pub value: Value,
    /// What that rests on.
    pub steps: Vec<Step>,
}

/// What was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// A rule for a jurisdiction, and the position of the exception that replaced the general value.
    Rule(RuleId, u32, Option<usize>),
    /// A fact: entity, row, field.
    Fact(EntityId, u32, u32),
    /// A parameter.
    Param(ParamId),
    /// A part of a sum.
    Part {
        /// The clause it comes from.
        word: ClauseWord,
        /// Its name.
        name: Option<SmolStr>,
        /// Whether its guard holds; otherwise it counts as nothing.
        applies: bool,
        /// Its value's bytes in the provision's content.
        span: Span,
    },
    /// The guard of an exception.
    Guard(SmolStr),
    /// A member of an aggregate.
    Member(EntityId, u32),
    /// A constraint for a jurisdiction.
    Constraint(ConstraintId, u32),
}

impl Step {
    /// Something that rests on nothing further.
    #[must_use]
    pub const fn new(reason: Reason, value: Value) -> Self {
        Self { reason, value, steps: Vec::new() }
    }
}

impl Run<'_> {
    /// Why a rule has its value for the jurisdiction in `row`.
    #[must_use]
    pub fn explain(&self, rule: RuleId, row: u32) -> Explanation {
        let (value, root) = self.explained(rule.0, row);
        Explanation { root, error: value.err().map(|it| *it) }
    }
}
