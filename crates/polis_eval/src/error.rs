//! Evaluations without a result.

use polis_semantic::Symbol;
use polis_syntax::Span;
use polis_value::EvalOpError;
use smol_str::SmolStr;

use crate::machine::EntityId;

/// An evaluation that has no result, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvalError {
    /// What went wrong.
    pub kind: EvalErrorKind,
    /// The provision whose text failed.
    pub symbol: Symbol,
    /// The bytes of the provision's content.
    pub span: Span,
    /// The jurisdiction: its entity and row.
    pub at: Option<(EntityId, u32)>,
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EvalErrorKind {
    /// An operation without a result: an overflow, a division by zero, an empty range.
    Operation(EvalOpError),
    /// A date past the calendar.
    Date,
    /// Two exceptions hold at once, neither prevails, and their values differ.
    Conflict(SmolStr, SmolStr),
    /// A rule that needs its own value. The checker reports it; here it only must end.
    Cycle,
    /// Rules that rest on each other in a chain too long to follow.
    TooDeep,
}
