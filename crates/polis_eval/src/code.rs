//! Linked expressions: the program's, with names replaced by positions.

use polis_syntax::Span;
use polis_syntax::ast::{BinaryOp, UnaryOp};
use polis_syntax::words::{Builtin, ClauseWord};
use polis_value::Value;
use smol_str::SmolStr;

/// A linked expression.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(crate) op: Op,
    /// Its bytes in the provision's content.
    pub(crate) span: Span,
}

/// What a linked expression does.
#[derive(Debug, Clone)]
pub(crate) enum Op {
    Const(Value),
    /// Something that the text leaves open; the index of its entry in the machine's table.
    Open(u32),
    /// What is not in force; the index of its entry in the machine's table.
    Dormant(u32),
    Unknown,
    This,
    Ancestor(Box<Code>, u32),
    Local(u32),
    /// A fact about the entity that the provision is about: the hot path.
    ThisField(u32),
    Field(Box<Code>, u32),
    /// A rule's value for the entity that the provision is about.
    ThisRule(u32),
    Rule(Box<Code>, u32),
    /// Whether the constraints of a provision hold; the index of the group of constraints.
    Kept(Box<Code>, u32),
    Param(u32),
    Children(Box<Code>, u32),
    Unary(UnaryOp, Box<Code>),
    Binary(BinaryOp, Box<(Code, Code)>),
    /// A product or quotient whose figures are to be scaled by a power of twelve.
    Scaled(BinaryOp, Box<(Code, Code)>, i32),
    If(Box<(Code, Code, Code)>),
    Cases(Vec<(Code, Code)>, Option<Box<Code>>),
    Call(Builtin, Vec<Code>),
    Aggregate(Builtin, Box<AggregateCode>),
    List(Vec<Code>),
    Range(Option<Box<Code>>, Option<Box<Code>>),
    Parts(Vec<PartCode>),
}

#[derive(Debug, Clone)]
pub(crate) struct AggregateCode {
    pub(crate) body: Code,
    pub(crate) source: Code,
    pub(crate) filter: Option<Code>,
}

#[derive(Debug, Clone)]
pub(crate) struct PartCode {
    pub(crate) word: ClauseWord,
    pub(crate) name: Option<SmolStr>,
    pub(crate) guard: Option<Code>,
    pub(crate) value: Code,
}
