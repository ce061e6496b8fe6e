//! The syntax tree: what the text says, with byte ranges and without copies of the text.
//!
//! Names and literals are ranges of the source; a consumer reads them with [`Span::text`]. Comments are not in the tree:
//! the formatter attaches them by position, and a block keeps the range of its documentation.

use crate::Span;
use crate::words::{Builtin, Kind, UnitWord};

/// A whole file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct File {
    /// Its blocks and what could not be read between them.
    pub elements: Vec<Element>,
}

/// What stands in a body or at the top of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Element {
    /// A `kind name { … }` block. Boxed: most elements are clauses, and a block is three times as large.
    Block(Box<Block>),
    /// A `word: value` line.
    Clause(Clause),
    /// Tokens that could not be read; an error names each.
    Error(Span),
}

impl Element {
    /// Its bytes.
    #[must_use]
    pub const fn span(&self) -> Span {
        match self {
            Self::Block(it) => it.span,
            Self::Clause(it) => it.span,
            Self::Error(span) => *span,
        }
    }
}

/// A provision, or a block inside one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The word that heads it.
    pub word: Ident,
    /// The kind that the word spells; `None` for an unknown word, which is reported.
    pub kind: Option<Kind>,
    /// Its name.
    pub name: Option<Ident>,
    /// Its title, a text or `《…》`, quotes included.
    pub title: Option<Span>,
    /// The entity after `of`.
    pub of: Option<Expr>,
    /// The type after `:`.
    pub ty: Option<Expr>,
    /// The value after `=`, as in `unit 名 = 人`.
    pub equals: Option<Expr>,
    /// What stands between the braces; `None` where the block has none, as `unit 名 = 人`.
    pub body: Option<Body>,
    /// The `///` lines before it.
    pub doc: Option<Span>,
    /// From the word to the closing brace.
    pub span: Span,
}

/// What stands between braces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// Clauses, blocks and errors in order.
    pub elements: Vec<Element>,
    /// From brace to brace.
    pub span: Span,
}

/// A `word name when guard: value, value` line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// The word that heads it.
    pub word: Ident,
    /// A name, text, title or date after the word.
    pub name: Option<HeadName>,
    /// The names after `over` in an exception's head.
    pub over: Vec<Ident>,
    /// The guard before the colon or after the values. Boxed: most clauses have none.
    pub guard: Option<Box<Guard>>,
    /// The values; empty where the value is missing, which is reported.
    pub values: Vec<Expr>,
    /// From the word to the last token.
    pub span: Span,
}

/// What may stand between a clause's word and its colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeadName {
    /// A name.
    Name(Ident),
    /// A text or title, quotes included.
    Text(Span),
    /// A date.
    Date(Span),
}

impl HeadName {
    /// Its bytes.
    #[must_use]
    pub const fn span(self) -> Span {
        match self {
            Self::Name(it) => it.span,
            Self::Text(span) | Self::Date(span) => span,
        }
    }
}

/// A guard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// `unless` rather than `when`.
    pub negated: bool,
    /// Whether it stands after the values rather than before the colon.
    pub trailing: bool,
    /// The condition.
    pub condition: Expr,
    /// From the keyword to the end of the condition.
    pub span: Span,
}

/// A name as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ident {
    /// Its bytes, back-quotes included.
    pub span: Span,
    /// Whether it is in back-quotes.
    pub quoted: bool,
}

impl Ident {
    /// The name without back-quotes. It is not yet normalised (NFC).
    #[must_use]
    pub fn text(self, source: &str) -> &str {
        let text = self.span.text(source);
        if self.quoted { text.trim_matches('`') } else { text }
    }
}

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its bytes.
    pub span: Span,
}

/// What an expression is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExprKind {
    /// A figure with an optional unit.
    Figure(Figure),
    /// A range, both ends included; a missing end is open.
    Range(Box<RangeExpr>),
    /// A date or span of dates.
    Date,
    /// A text, quotes included.
    Text,
    /// A `《…》` title.
    Title,
    /// A row id, `CC-071`.
    RowId,
    /// `true` or `false`.
    Truth(bool),
    /// `open`, with the reason's range where one is given.
    Open(Option<Span>),
    /// `unknown`.
    Unknown,
    /// A name.
    Name(Ident),
    /// `a.b`.
    Member(Box<Expr>, Ident),
    /// `f(a, b)` of a built-in.
    Call(Box<Call>),
    /// `sum(x for c in xs where p)`.
    Aggregate(Box<Aggregate>),
    /// `a[b]`.
    Index(Box<Expr>, Box<Expr>),
    /// `not a`, `-a`.
    Unary(UnaryOp, Box<Expr>),
    /// `a + b`.
    Binary(Box<Binary>),
    /// `if a then b else c`.
    If(Box<If>),
    /// `cases { … }`.
    Cases(Box<Cases>),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `(a)`.
    Paren(Box<Expr>),
    /// `社区 { 户数: 3600 户 }`.
    Record(Box<Record>),
    /// `文件 "passage"`.
    Citation(Box<Expr>, Span),
    /// `within 30 日 after 受理`.
    Within(Box<Within>),
    /// What could not be read.
    Error,
}

/// A figure with an optional unit: `3000 户`, `20%`, `1.5 万元`, `1 次/季度`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figure {
    /// The digits, with the percent sign where there is one.
    pub digits: Span,
    /// The unit.
    pub unit: Option<UnitRef>,
}

/// A unit after a figure: a word, and what it is divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitRef {
    /// The unit word or the name of a user's unit.
    pub name: Ident,
    /// The table's row where the name is one of its words.
    pub word: Option<UnitWord>,
    /// The units after `/`, always words of the table: `元/人/年` has two.
    pub per: [Option<(Ident, UnitWord)>; 2],
}

impl UnitRef {
    /// Its bytes.
    #[must_use]
    pub fn span(self) -> Span {
        self.divisors().last().map_or(self.name.span, |(per, _)| self.name.span.to(per.span))
    }

    /// The units after the strokes, in order.
    pub fn divisors(&self) -> impl Iterator<Item = (Ident, UnitWord)> {
        self.per.iter().flatten().copied()
    }
}

/// How a range is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RangeStyle {
    /// `a..b`, `a..`, `..b`.
    Dots,
    /// `3000户以上`, `7个以内`.
    Word,
}

/// A range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RangeExpr {
    /// The lower end.
    pub lo: Option<Expr>,
    /// The upper end.
    pub hi: Option<Expr>,
    /// The unit after the dots of a range without an upper end: `1.. 次/季度`.
    pub unit: Option<UnitRef>,
    /// How it is written.
    pub style: RangeStyle,
}

/// A call of a built-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The function's name.
    pub name: Ident,
    /// The built-in that the name spells; `None` is reported by the checker.
    pub builtin: Option<Builtin>,
    /// The arguments.
    pub args: Vec<Expr>,
}

/// An aggregate over the members of a collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aggregate {
    /// The function's name.
    pub name: Ident,
    /// The built-in that the name spells.
    pub builtin: Option<Builtin>,
    /// What is taken of each member.
    pub body: Expr,
    /// The name of the member.
    pub binder: Ident,
    /// The collection.
    pub source: Expr,
    /// Which members count.
    pub filter: Option<Expr>,
}

/// A prefix operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `not`.
    Not,
    /// `-`.
    Neg,
}

/// An infix operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `or`
    Or,
    /// `and`
    And,
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`, 不足
    Less,
    /// `<=`, 不超过
    AtMost,
    /// `>`, 超过
    More,
    /// `>=`, 不少于
    AtLeast,
    /// `in`
    In,
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
}

/// `a op b`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binary {
    /// The operator.
    pub op: BinaryOp,
    /// Its bytes; a word such as 不超过 or a sign.
    pub op_span: Span,
    /// Whether it is written as a word.
    pub word: bool,
    /// The left operand.
    pub lhs: Expr,
    /// The right operand.
    pub rhs: Expr,
}

/// `if a then b else c`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct If {
    /// The condition.
    pub condition: Expr,
    /// The value where it holds.
    pub then: Expr,
    /// The value where it does not.
    pub otherwise: Expr,
}

/// `cases { guard => value … otherwise => value }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cases {
    /// The cases, in order.
    pub arms: Vec<Arm>,
    /// The value where none holds.
    pub otherwise: Option<Expr>,
}

/// A line of a case table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arm {
    /// The condition.
    pub guard: Expr,
    /// The value where it is the first that holds.
    pub value: Expr,
}

/// An entity with facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The entity.
    pub entity: Expr,
    /// The facts, and entities inside it.
    pub body: Body,
}

/// A deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Within {
    /// How long.
    pub length: Expr,
    /// From which event on; without one, from the norm's own start.
    pub event: Option<Expr>,
}
