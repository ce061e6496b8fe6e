//! Which line ends matter, and which names are units: the pass between lexer and parser.
//!
//! A clause ends at its line's end, unless the line visibly goes on: inside round or square brackets, after an operator
//! or comma, or before an operator. A bracket that is never closed must not swallow the file, so a line that opens a
//! block or clause ends an open bracket (the parser then reports the bracket).

use crate::lexer::{Token, TokenKind as T, split_closing_words};
use crate::words::{ClauseWord, Kind, UnitWord};

/// An open bracket.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    /// Round or square: line ends mean nothing.
    Bracket,
    /// The brace of a block or record.
    Body,
    /// The brace of `cases`, where a line may begin with `when`.
    Cases,
}

/// The tokens as the parser reads them: a [`T::Newline`] stands only where a line end matters.
pub(crate) fn significant(source: &str, tokens: &[Token]) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut open: Vec<Open> = Vec::new();
    // Whether the current clause has its colon: only then can a line that begins with `word:` be the next one.
    let mut has_colon = false;
    let mut rest = tokens;
    while let [token, tail @ ..] = rest {
        rest = tail;
        let mut token = *token;
        match token.kind {
            T::OpenParen | T::OpenBracket => open.push(Open::Bracket),
            T::OpenBrace => {
                let cases = out.last().is_some_and(|it| it.kind == T::Cases);
                open.push(if cases { Open::Cases } else { Open::Body });
                has_colon = false;
            }
            T::CloseParen | T::CloseBracket => {
                open.pop_if(|it| *it == Open::Bracket);
            }
            T::CloseBrace => {
                while open.pop_if(|it| *it == Open::Bracket).is_some() {}
                open.pop();
                has_colon = false;
            }
            T::Colon => has_colon = true,
            T::Semicolon => has_colon = false,
            T::Newline => {
                if open.last() == Some(&Open::Bracket) {
                    if !opens_element(source, rest) {
                        continue;
                    }
                    while open.pop_if(|it| *it == Open::Bracket).is_some() {}
                } else if out.is_empty() || goes_on_before(rest, open.last() == Some(&Open::Cases)) {
                    continue;
                } else if out.last().is_some_and(|it| goes_on_after(it.kind))
                    && !(has_colon && opens_element(source, rest) || opens_block(source, rest))
                {
                    // An operator with nothing after it must not swallow the next clause.
                    continue;
                }
                has_colon = false;
            }
            T::Ident => {
                if let Some(previous) = out.last().map(|it| it.kind)
                    && is_unit_place(source, previous, token, rest)
                {
                    if previous == T::Slash {
                        // `次/季度` and `元/人/年` divide a unit; in the type `元/人` both are names.
                        // A third stroke divides the whole figure.
                        let strokes = out.iter().rev().skip(2).step_by(2).take_while(|it| it.kind == T::Per).count();
                        if let [.., Token { kind: T::Unit, .. }, slash] = out.as_mut_slice()
                            && strokes < 2
                        {
                            slash.kind = T::Per;
                            token.kind = T::Unit;
                        }
                    } else {
                        token.kind = T::Unit;
                        // The lexer parts `户以上` after a figure on the same line; here a line end fell between them.
                        if previous == T::Number
                            && let Some((unit, closing)) = split_closing_words(token.span().text(source))
                        {
                            let end = token.end;
                            token.end = token.start + u32::try_from(unit).unwrap_or_default();
                            let mut at = token.end;
                            out.push(token);
                            for (word, kind) in closing.into_iter().flatten() {
                                let next = (at + u32::try_from(word.len()).unwrap_or_default()).min(end);
                                out.push(Token { kind, start: at, end: next });
                                at = next;
                            }
                            continue;
                        }
                    }
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
fn goes_on_before(rest: &[Token], in_cases: bool) -> bool {
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
        | T::Of
        | T::LessThan
        | T::AtMost
        | T::MoreThan
        | T::AtLeast
        | T::CloseParen
        | T::CloseBracket
        | T::OpenBrace => true,
        // `当: …` and `in: …` are clauses of their own; `当 户数 > 3` goes on.
        T::When if in_cases => false,
        T::When | T::Unless | T::In => rest.get(1).is_none_or(|it| it.kind != T::Colon),
        _ => false,
    }
}

/// Whether a line begins a block of the file.
fn opens_block(source: &str, line: &[Token]) -> bool {
    match line {
        [word, next, ..] => {
            word.kind == T::Ident
                && matches!(next.kind, T::Ident | T::QuotedIdent | T::Text | T::Title)
                && Kind::from_text(word.span().text(source)).is_some_and(|it| it.spec().top)
        }
        _ => false,
    }
}

/// Whether a line begins a clause or block, so that an open bracket above it was forgotten.
pub(crate) fn opens_element(source: &str, line: &[Token]) -> bool {
    let kind = |index: usize| line.get(index).map(|it| it.kind);
    match (kind(0), kind(1), kind(2)) {
        (Some(T::CloseBrace), ..) => true,
        (Some(T::Ident | T::When | T::After | T::In), Some(T::Colon), _) => true,
        (Some(T::Ident | T::After), Some(T::Ident | T::QuotedIdent | T::Date | T::Text | T::Title), Some(T::Colon)) => {
            true
        }
        (Some(T::Ident), Some(T::Ident | T::QuotedIdent | T::Text | T::Title | T::When | T::Unless), _) => {
            line.first().is_some_and(|it| {
                let text = it.span().text(source);
                Kind::from_text(text).is_some_and(|it| it.spec().top) || ClauseWord::from_text(text).is_some()
            })
        }
        _ => false,
    }
}
