//! Why values of rows are unknown.

use polis_eval::{EntityId, Missing, ParamId};
use polis_semantic::Symbol;
use polis_value::Date;
use smol_str::SmolStr;

/// What an unknown value lacks, without the row: that is the one at hand, the one above it, or one that lies in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Reason {
    /// A choice within a range.
    Discretion,
    /// The text itself says `unknown`.
    Said,
    /// A fact.
    Fact {
        entity: EntityId,
        field: u32,
        /// Whether it is one of the rows that an aggregate went over.
        below: bool,
    },
    /// The jurisdiction that a row of the entity lies in.
    Parent {
        entity: EntityId,
        below: bool,
    },
    Param(ParamId),
    Open(Symbol, Option<SmolStr>, Option<SmolStr>),
    Dormant(Symbol, Option<Date>, Option<Date>),
}

impl Reason {
    /// The same reason for an aggregate over the rows that have it.
    pub(super) fn below(&self) -> Self {
        match self {
            Self::Fact { entity, field, .. } => Self::Fact { entity: *entity, field: *field, below: true },
            Self::Parent { entity, .. } => Self::Parent { entity: *entity, below: true },
            other => other.clone(),
        }
    }

    /// The reason as if it were the row's own, and whether it is one of rows below.
    pub(crate) fn here(self) -> (Self, bool) {
        match self {
            Self::Fact { entity, field, below } => (Self::Fact { entity, field, below: false }, below),
            Self::Parent { entity, below } => (Self::Parent { entity, below: false }, below),
            Self::Discretion => (Self::Said, false),
            other => (other, false),
        }
    }

    pub(super) fn of(missing: Missing) -> Self {
        match missing {
            Missing::Fact(entity, _, field) => Self::Fact { entity, field, below: false },
            Missing::Parent(entity, _) => Self::Parent { entity, below: false },
            Missing::Param(param) => Self::Param(param),
            Missing::Open(symbol, part, reason) => Self::Open(symbol, part, reason),
            Missing::Dormant(symbol, from, until) => Self::Dormant(symbol, from, until),
            Missing::Said => Self::Said,
        }
    }
}
