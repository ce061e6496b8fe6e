//! Which line ends matter, and which names are units: the pass between lexer and parser.
//!
//! A clause ends at its line's end, unless the line visibly goes on: inside round or square brackets, after an operator
//! or comma, or before an operator. A bracket that is never closed must not swallow the file, so a line that opens a
//! block or clause ends an open bracket (the parser then reports the bracket).

use crate::lexer::{Token, TokenKind as T};
use crate::words::{ClauseWord, Kind, UnitWord};

/// The tokens as the parser reads them: a [`T::Newline`] stands only where a line end matters.
pub(crate) fn significant(source: &str, tokens: &[Token]) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    // Open brackets: `true` for a brace, `false` for a round or square one.
    let mut open: Vec<bool> = Vec::new();
    let mut rest = tokens;
    while let [token, tail @ ..] = rest {
        rest = tail;
        let mut token = *token;
        match token.kind {
            T::OpenParen | T::OpenBracket => open.push(false),
            T::OpenBrace => open.push(true),
            T::CloseParen | T::CloseBracket => {
                open.pop_if(|brace| !*brace);
            }
            T::CloseBrace => {
                while open.pop_if(|brace| !*brace).is_some() {}
                open.pop();
            }
            T::Newline => {
                let bracketed = open.last() == Some(&false);
                if bracketed {
                    if !opens_element(source, rest) {
                        continue;
                    }
                    while open.pop_if(|brace| !*brace).is_some() {}
                } else if out.last().is_none_or(|it| goes_on_after(it.kind)) || goes_on_before(rest) {
                    continue;
                }
            }
            T::Ident => {
                if let Some(previous) = out.last().map(|it| it.kind)
                    && is_unit_place(source, previous, token, rest)
                {
                    if previous == T::Slash
                        && let Some(slash) = out.last_mut()
                    {
                        slash.kind = T::Per;
                    }
                    token.kind = T::Unit;
                }
            }
            _ => {}
        }
        out.push(token);
    }
    out
}

/// Whether the name after a token of kind `previous` is a unit: after a figure always, after the dots of an open range
/// or a unit's `/` where the table has the word and no member or call follows.
fn is_unit_place(source: &str, previous: T, token: Token, rest: &[Token]) -> bool {
    match previous {
        T::Number => true,
        T::DotDot | T::Slash => {
            let free = !matches!(rest.first().map(|it| it.kind), Some(T::Dot | T::OpenParen));
            free && UnitWord::from_text(token.span().text(source)).is_some()
        }
        _ => false,
    }
}

/// Whether a line that ends in such a token goes on.
const fn goes_on_after(kind: T) -> bool {
    matches!(
        kind,
        T::Comma
            | T::Dot
            | T::Arrow
            | T::Equal
            | T::NotEqual
            | T::Less
            | T::LessEqual
            | T::Greater
            | T::GreaterEqual
            | T::Plus
            | T::Minus
            | T::Star
            | T::Slash
            | T::If
            | T::Then
            | T::Else
            | T::Or
            | T::And
            | T::Not
            | T::In
            | T::Of
            | T::For
            | T::Where
            | T::LessThan
            | T::AtMost
            | T::MoreThan
            | T::AtLeast
    )
}

/// Whether the line before goes on into a line that begins with these tokens.
fn goes_on_before(rest: &[Token]) -> bool {
    let Some(first) = rest.first() else { return false };
    match first.kind {
        T::Dot
        | T::Arrow
        | T::Equal
        | T::NotEqual
        | T::Less
        | T::LessEqual
        | T::Greater
        | T::GreaterEqual
        | T::Plus
        | T::Minus
        | T::Star
        | T::Slash
        | T::Then
        | T::Else
        | T::Or
        | T::And
        | T::In
        | T::Of
        | T::LessThan
        | T::AtMost
        | T::MoreThan
        | T::AtLeast
        | T::CloseParen
        | T::CloseBracket
        | T::OpenBrace => true,
        // `当: …` is a clause of its own; `当 户数 > 3` goes on.
        T::When | T::Unless => rest.get(1).is_none_or(|it| it.kind != T::Colon),
        _ => false,
    }
}

/// Whether a line begins a clause or block, so that an open bracket above it was forgotten.
pub(crate) fn opens_element(source: &str, line: &[Token]) -> bool {
    let kind = |index: usize| line.get(index).map(|it| it.kind);
    match (kind(0), kind(1), kind(2)) {
        (Some(T::CloseBrace), ..) => true,
        (Some(T::Ident | T::When | T::After), Some(T::Colon), _) => true,
        (Some(T::Ident | T::After), Some(T::Ident | T::QuotedIdent | T::Date | T::Text | T::Title), Some(T::Colon)) => true,
        (Some(T::Ident), Some(T::Ident | T::QuotedIdent | T::Text | T::Title | T::When | T::Unless), _) => {
            line.first().is_some_and(|it| {
                let text = it.span().text(source);
                Kind::from_text(text).is_some_and(|it| it.spec().top) || ClauseWord::from_text(text).is_some()
            })
        }
        _ => false,
    }
}
