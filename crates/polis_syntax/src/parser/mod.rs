//! The parser: blocks and clauses by structure, values by the expression grammar.
//!
//! Structure is told by brackets and line ends alone, so a wrong line costs that line and a wrong block that block.
//! Each value is then read by the chumsky grammar of [`expression`], which sees only the tokens of that value.

mod element;
mod expression;

use std::cell::OnceCell;

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
        gave_up: false,
        expression: expression::expression(source),
        line_indents: OnceCell::new(),
        braces_match: braces_match(&tokens),
        errors: Vec::new(),
    };
    parser.report_lexical(&lexed);
    let elements = parser.elements(None);
    let mut errors = std::mem::take(&mut parser.errors);
    drop(parser);
    // A lexical error and the syntax error that it causes are one mistake: the lexical one says more.
    errors.sort_by_key(|it| (it.span.start, it.span.end));
    // Lexical spans follow each other, so the last one that begins before an error's end is the one that may touch it.
    let lexical: Vec<Span> = errors.iter().filter(|it| it.kind.is_lexical()).map(|it| it.span).collect();
    let comment = errors.iter().any(|it| it.kind == SyntaxErrorKind::UnclosedComment);
    errors.retain(|it| {
        // What an endless comment swallows is not there to close anything.
        if comment && it.kind == SyntaxErrorKind::Unclosed {
            return false;
        }
        let after = lexical.partition_point(|l| l.start <= it.span.end);
        let nearest = after.checked_sub(1).and_then(|index| lexical.get(index));
        it.kind.is_lexical() || nearest.is_none_or(|l| l.end < it.span.start)
    });
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
    /// Whether the text ended inside a body that was skipped.
    gave_up: bool,
    expression: chumsky::Boxed<'t, 't, &'t [Token], Expr, chumsky::extra::Err<expression::Failure>>,
    /// Of each line, where it begins and how many bytes of blanks it begins with; made when first asked for.
    line_indents: OnceCell<Vec<(u32, u32)>>,
    /// Whether every brace has its counterpart. Then blocks end where their braces say, however lines are indented.
    braces_match: bool,
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

    /// The bytes of the tokens from `from` up to `to`, never reversed. Of no tokens it is the place after the token
    /// before, so that what is missing is shown where it was left out, not on the next line.
    fn span(&self, from: usize, to: usize) -> Span {
        let first = self.token(from).map_or_else(|| self.end_of_text(), Token::span);
        if to <= from {
            let previous = from.checked_sub(1).and_then(|it| self.token(it));
            return previous.map_or(Span::new(first.start, first.start), |it| it.span().at_end());
        }
        let last = self.token(to - 1).map_or(first, Token::span);
        first.to(last)
    }

    /// How many bytes of blanks the line of `offset` begins with.
    fn indentation(&self, offset: u32) -> u32 {
        let lines = self.line_indents.get_or_init(|| {
            let mut start = 0_u32;
            self.source
                .split_inclusive('\n')
                .map(|line| {
                    let blanks =
                        line.len() - line.trim_start_matches([' ', '\t', '\u{3000}', '\u{A0}', '\u{FEFF}']).len();
                    let indent = (start, u32::try_from(blanks).unwrap_or(u32::MAX));
                    start = start.saturating_add(u32::try_from(line.len()).unwrap_or(u32::MAX));
                    indent
                })
                .collect()
        });
        let after = lines.partition_point(|(start, _)| *start <= offset);
        after.checked_sub(1).and_then(|it| lines.get(it)).map_or(0, |(_, indent)| *indent)
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
        if let Some(leaf) = expression::leaf_value(self.source, tokens) {
            return leaf;
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
        // Per open bracket: the operators of the member that is being read, which make a chain as deep as they are many,
        // and the deepest group inside it. A comma begins a new member, so lists and tables may be long.
        let mut open: Vec<Chain> = Vec::new();
        let mut chain = Chain::default();
        for token in tokens {
            match token.kind {
                T::OpenParen | T::OpenBracket | T::OpenBrace => {
                    // `a[1][2]` and `f(x)` wrap what stands before them.
                    chain.operators += 1;
                    open.push(std::mem::take(&mut chain));
                    if open.len() > MAX_NESTING {
                        self.error(SyntaxErrorKind::NestingTooDeep, token.span());
                        return false;
                    }
                }
                T::CloseParen | T::CloseBracket | T::CloseBrace => {
                    let inner = chain.deepest();
                    if let Some(outer) = open.pop() {
                        chain = outer;
                        chain.inner = chain.inner.max(inner);
                    }
                }
                T::Plus | T::Minus | T::Star | T::Slash | T::Or | T::And | T::Not | T::If | T::Dot | T::Text => {
                    chain.operators += 1;
                }
                T::Comma | T::Newline | T::Semicolon => {
                    chain = Chain { operators: 0, inner: 0, before: chain.deepest() };
                }
                _ => {}
            }
            if chain.deepest() > MAX_OPERATORS {
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
        if let Some(found) = found.filter(|it| is_close(it.kind)) {
            let open = unclosed(self.tokens.get(from..at).unwrap_or_default());
            if open.is_none_or(|it| !closes(it.kind, found.kind)) {
                self.error(SyntaxErrorKind::UnexpectedClose { open: open.map(Token::span) }, span);
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

/// How deep the tree of what was read since an opening bracket may be.
#[derive(Default)]
struct Chain {
    /// Operators of the current member.
    operators: usize,
    /// The deepest group in the current member.
    inner: usize,
    /// The deepest member before it.
    before: usize,
}

impl Chain {
    fn deepest(&self) -> usize {
        self.before.max(self.operators + self.inner)
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

const fn is_close(kind: T) -> bool {
    matches!(kind, T::CloseParen | T::CloseBracket | T::CloseBrace)
}

/// Whether `close` is of the form of `open`.
const fn closes(open: T, close: T) -> bool {
    matches!(
        (open, close),
        (T::OpenParen, T::CloseParen) | (T::OpenBracket, T::CloseBracket) | (T::OpenBrace, T::CloseBrace)
    )
}

fn braces_match(tokens: &[Token]) -> bool {
    let mut depth = 0_usize;
    for token in tokens {
        match token.kind {
            T::OpenBrace => depth += 1,
            T::CloseBrace => match depth.checked_sub(1) {
                Some(outer) => depth = outer,
                None => return false,
            },
            _ => {}
        }
    }
    depth == 0
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
