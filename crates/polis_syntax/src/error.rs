//! Syntax errors as data; their wording lives in the diagnostics catalogue.

use crate::Span;

/// An error of the text's form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong.
    pub kind: SyntaxErrorKind,
    /// Where.
    pub span: Span,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyntaxErrorKind {
    /// Brackets nest deeper than [`crate::parser::MAX_NESTING`].
    NestingTooDeep,
    /// One clause holds more operators than [`crate::parser::MAX_OPERATORS`].
    ExpressionTooLarge,
    /// A bracket that is never closed; the span is the opening one.
    Unclosed,
    /// A closing bracket without an opening one, or of another form than the `open` one.
    UnexpectedClose {
        /// The opening bracket that it fails to close.
        open: Option<Span>,
    },
    /// A token that does not fit, and what would.
    Unexpected {
        /// What would fit, most likely first, few.
        expected: Expected,
    },
    /// A text, title or back-quoted name whose closing mark is missing on its line.
    UnclosedText,
    /// A `/*` without its `*/`.
    UnclosedComment,
    /// Characters that no token begins with.
    UnknownCharacter,
    /// A clause without a value.
    MissingValue,
    /// A line without a colon, where a clause was begun.
    MissingColon,
    /// A block without a body.
    MissingBody,
    /// A name spelled like a reserved word.
    KeywordAsName,
    /// A word that glues a keyword to a name: `当户数`.
    GluedKeyword {
        /// The keyword's length in bytes.
        keyword: u32,
    },
    /// A block whose first word is no kind.
    UnknownKind,
    /// A clause outside every block.
    ClauseAtTop,
}

/// What would have fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Expected {
    /// A value or condition.
    Expression,
    /// An operator, or the end of the clause.
    OperatorOrEnd,
    /// A name.
    Name,
    /// `:`
    Colon,
    /// `then`
    Then,
    /// `else`
    Else,
    /// `=>`
    Arrow,
    /// A case or the closing brace.
    CaseOrClose,
    /// A comma or the closing bracket.
    CommaOrClose,
    /// `in` of an aggregate.
    In,
    /// A block or clause.
    Element,
    /// A collection that members come from.
    Collection,
    /// A body in braces.
    Body,
    /// `when` and a condition.
    Guard,
}
