//! Lexer, parser, syntax tree, words and kinds table, and formatter of the Polis language.
//!
//! **Invariant:** parsing never fails. [`parse`] returns a file and its errors, and every token of the text lies in a
//! node, in an error node or in trivia. This crate knows nothing of the database, of the editor protocol, or of the
//! language that messages are shown in.

pub mod ast;
mod error;
mod format;
mod layout;
mod lexer;
mod parser;
mod relocate;
mod span;
pub mod testing;
pub mod words;

pub use error::{Expected, SyntaxError, SyntaxErrorKind};
pub use format::{FormatError, FormatOptions, format};
pub use lexer::{Comment, CommentKind, Lexed, Token, TokenKind, lex};
pub use parser::{MAX_NESTING, MAX_OPERATORS, Parse, parse};
pub use span::Span;
