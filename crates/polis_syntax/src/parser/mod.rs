//! The parser: blocks and clauses by structure, values by the expression grammar.
//!
//! Structure is told by brackets and line ends alone, so a wrong line costs that line and a wrong block that block.
//! Each value is then read by the chumsky grammar of [`expression`], which sees only the tokens of that value.

mod element;
mod expression;

use chumsky::Parser as _;

use crate::ast::{Body, Expr, ExprKind, File};
use crate::error::{Expected, SyntaxError, SyntaxErrorKind};
use crate::lexer::{Comment, Lexed, Token, TokenKind as T};
use crate::{Span, layout, lex};

/// How deep blocks and brackets may nest. A drafter's text stays below ten.
pub const MAX_NESTING: usize = 64;

/// How many operators, calls and conditions one value may hold. What is larger belongs in several rules, and the
/// bound keeps every later pass over the tree within the stack.
pub const MAX_OPERATORS: usize = 256;

/// The outcome of [`parse`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parse {
    /// The tree.
    pub file: File,
    /// The tokens and comments of the whole text, for the formatter and the editor.
    pub lexed: Lexed,
    /// What is wrong, in the order of the text.
    pub errors: Vec<SyntaxError>,
}

/// Parses a file. Never fails: what cannot be read becomes an error node, and the rest is whole.
#[must_use]
pub fn parse(source: &str) -> Parse {
    let lexed = lex(source);
    let tokens = layout::significant(source, &lexed.tokens);
    let mut parser = Parser {
        source,
        tokens: &tokens,
        comments: &lexed.comments,
        at: 0,
        doc_at: 0,
        depth: 0,
        expression: expression::expression(source),
        errors: Vec::new(),
    };
    parser.report_lexical(&lexed);
    let elements = parser.elements(None);
    let mut errors = std::mem::take(&mut parser.errors);
    drop(parser);
    // A lexical error and the syntax error that it causes are one mistake: the lexical one says more.
    errors.sort_by_key(|it| (it.span.start, it.span.end));
    let lexical: Vec<Span> = errors.iter().filter(|it| it.kind.is_lexical()).map(|it| it.span).collect();
    errors.retain(|it| it.kind.is_lexical() || !lexical.iter().any(|l| l.start <= it.span.end && it.span.start <= l.end));
    Parse { file: File { elements }, lexed, errors }
}

struct Parser<'t> {
    source: &'t str,
    tokens: &'t [Token],
    comments: &'t [Comment],
    at: usize,
    /// The first comment that may still be the documentation of a block.
    doc_at: usize,
    depth: usize,
    expression: chumsky::Boxed<'t, 't, &'t [Token], Expr, chumsky::extra::Err<expression::Failure>>,
    errors: Vec<SyntaxError>,
}

impl<'t> Parser<'t> {
    fn report_lexical(&mut self, lexed: &Lexed) {
        for token in &lexed.tokens {
            let kind = match token.kind {
                T::UnclosedText => SyntaxErrorKind::UnclosedText,
                T::Unrecognised => SyntaxErrorKind::UnknownCharacter,
                _ => continue,
            };
            self.errors.push(SyntaxError { kind, span: token.span() });
        }
        for comment in &lexed.comments {
            let text = comment.span.text(self.source);
            if text.starts_with("/*") && (text.len() < 4 || !text.ends_with("*/")) {
                let span = Span::new(comment.span.start, comment.span.start + 2);
                self.errors.push(SyntaxError { kind: SyntaxErrorKind::UnclosedComment, span });
            }
        }
    }

    fn error(&mut self, kind: SyntaxErrorKind, span: Span) {
        self.errors.push(SyntaxError { kind, span });
    }

    fn token(&self, index: usize) -> Option<Token> {
        self.tokens.get(index).copied()
    }

    fn kind(&self, index: usize) -> Option<T> {
        self.tokens.get(index).map(|it| it.kind)
    }

    /// The bytes of the tokens from `from` up to `to`, never reversed.
    fn span(&self, from: usize, to: usize) -> Span {
        let first = self.token(from).map_or_else(|| self.end_of_text(), Token::span);
        if to <= from {
            return Span::new(first.start, first.start);
        }
        let last = self.token(to - 1).map_or(first, Token::span);
        first.to(last)
    }

    fn end_of_text(&self) -> Span {
        self.tokens.last().map_or_else(Span::default, |it| it.span().at_end())
    }

    /// Reads the tokens from `from` up to `to` as one value.
    fn value(&mut self, from: usize, to: usize) -> Expr {
        let all: &'t [Token] = self.tokens;
        let tokens = all.get(from..to).unwrap_or_default();
        let span = self.span(from, to);
        if !self.fits(tokens, span) {
            return Expr { kind: ExprKind::Error, span };
        }
        let (output, failures) = self.expression.parse(tokens).into_output_errors();
        if let Some(failure) = failures.first() {
            self.value_error(*failure, from, to);
            return Expr { kind: ExprKind::Error, span };
        }
        output.unwrap_or(Expr { kind: ExprKind::Error, span })
    }

    /// Refuses values whose tree would be too deep to walk.
    fn fits(&mut self, tokens: &[Token], span: Span) -> bool {
        let mut depth = 0_usize;
        let mut operators = 0_usize;
        for token in tokens {
            match token.kind {
                T::OpenParen | T::OpenBracket | T::OpenBrace => {
                    depth += 1;
                    if depth > MAX_NESTING {
                        self.error(SyntaxErrorKind::NestingTooDeep, token.span());
                        return false;
                    }
                }
                T::CloseParen | T::CloseBracket | T::CloseBrace => depth = depth.saturating_sub(1),
                T::Plus | T::Minus | T::Star | T::Slash | T::Or | T::And | T::Not | T::If | T::Dot => operators += 1,
                // A list or table may be long: only chains are deep.
                T::Comma | T::Newline | T::Semicolon => operators = 0,
                _ => {}
            }
            if operators > MAX_OPERATORS {
                self.error(SyntaxErrorKind::ExpressionTooLarge, span);
                return false;
            }
        }
        true
    }

    fn value_error(&mut self, failure: expression::Failure, from: usize, to: usize) {
        let at = from + failure.at;
        let found = if at < to { self.token(at) } else { None };
        let span = found.map_or_else(|| self.span(from, to).at_end(), Token::span);
        // A keyword glued to a name leaves two names side by side.
        for index in [at.checked_sub(1), Some(at)].into_iter().flatten() {
            if index >= from
                && index < to
                && let Some(token) = self.token(index)
                && let Some(keyword) = element::glued_keyword(self.source, token)
            {
                self.error(SyntaxErrorKind::GluedKeyword { keyword }, token.span());
                return;
            }
        }
        if let Some(open) = unclosed(self.tokens.get(from..to).unwrap_or_default()) {
            self.error(SyntaxErrorKind::Unclosed, open.span());
            return;
        }
        let expected = failure.expected.unwrap_or_else(|| {
            let previous = if at > from { self.kind(at - 1) } else { None };
            if previous.is_some_and(ends_operand) { Expected::OperatorOrEnd } else { Expected::Expression }
        });
        self.error(SyntaxErrorKind::Unexpected { expected }, span);
    }
}

/// Whether an operand may end in such a token, so that an operator or the end was expected after it.
const fn ends_operand(kind: T) -> bool {
    matches!(
        kind,
        T::Ident
            | T::QuotedIdent
            | T::Number
            | T::Percent
            | T::Date
            | T::Text
            | T::Title
            | T::RowId
            | T::Unit
            | T::True
            | T::False
            | T::Open
            | T::Unknown
            | T::AndAbove
            | T::AndBelow
            | T::CloseParen
            | T::CloseBracket
            | T::CloseBrace
    )
}

/// The last bracket that the tokens open and never close.
fn unclosed(tokens: &[Token]) -> Option<Token> {
    let mut open: Vec<Token> = Vec::new();
    for token in tokens {
        match token.kind {
            T::OpenParen | T::OpenBracket | T::OpenBrace => open.push(*token),
            T::CloseParen | T::CloseBracket | T::CloseBrace => {
                open.pop();
            }
            _ => {}
        }
    }
    open.pop()
}

impl SyntaxErrorKind {
    const fn is_lexical(&self) -> bool {
        matches!(self, Self::UnclosedText | Self::UnclosedComment | Self::UnknownCharacter)
    }
}

impl Body {
    /// The empty body at `span`.
    const fn empty(span: Span) -> Self {
        Self { elements: Vec::new(), span }
    }
}
