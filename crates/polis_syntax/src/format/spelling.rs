//! How words of the table, names and literals are written.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr;

use super::Formatter;
use super::doc::{Doc, Widths};
use crate::Span;
use crate::ast::{BinaryOp, Figure, Ident, UnitRef};
use crate::lexer::{Token, TokenKind as T};
use crate::words::{ChoiceSet, Face, Keyword, TypeWord, UnitWord, Word};

/// What the names of a value may be words of.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// A value: its names are the drafter's own.
    Value,
    /// A type: its names may be units and type words.
    Type,
    /// What a type is divided by: a unit in the singular.
    Divisor,
    /// The value of a clause that chooses from a set.
    Choice(ChoiceSet),
}

impl<'s> Formatter<'s> {
    /// The canonical spelling of `word`, in the face asked for or that of the spelling `written`.
    pub(super) fn word(&self, word: &'static Word, written: &str) -> Doc<'s> {
        self.spelled(word.zh, word.en, written)
    }

    pub(super) fn keyword(&self, keyword: Keyword, written: &str) -> Doc<'s> {
        self.word(keyword.word(), written)
    }

    /// One of two spellings, by the face asked for or that of the spelling `written`.
    pub(super) fn spelled(&self, zh: &'static str, en: &'static str, written: &str) -> Doc<'s> {
        let text = match self.face(written) {
            Face::Zh => zh,
            Face::En => en,
        };
        let widths = Widths { written: text.width(), zh: zh.width(), en: en.width() };
        Doc::Text { text: Cow::Borrowed(text), widths }
    }

    fn face(&self, written: &str) -> Face {
        let own = if written.is_ascii() { Face::En } else { Face::Zh };
        self.options.face.unwrap_or(own)
    }

    /// The text of `span` as it stands.
    pub(super) fn verbatim(&self, span: Span) -> Doc<'s> {
        Doc::text(span.text(self.source))
    }

    pub(super) fn name(&self, ident: Ident, place: Place) -> Doc<'s> {
        let text = ident.span.text(self.source);
        if ident.quoted {
            return self.verbatim(ident.span);
        }
        match place {
            Place::Value => self.verbatim(ident.span),
            Place::Choice(set) => match set.from_text(text) {
                Some(choice) => self.word(choice.word(), text),
                None => self.verbatim(ident.span),
            },
            Place::Type | Place::Divisor => match (UnitWord::from_text(text), TypeWord::from_text(text)) {
                (Some(unit), _) => self.unit_word(unit, matches!(place, Place::Divisor), text),
                (None, Some(ty)) => self.word(ty.word(), text),
                (None, None) => self.verbatim(ident.span),
            },
        }
    }

    /// Digits in ASCII, with their groups and percent sign.
    pub(super) fn digits(&self, span: Span) -> Doc<'s> {
        let text = span.text(self.source);
        if text.is_ascii() { Doc::text(text) } else { Doc::text(half_width(text)) }
    }

    pub(super) fn figure(&self, figure: &Figure) -> Doc<'s> {
        let digits = self.digits(figure.digits);
        let Some(unit) = figure.unit else { return digits };
        let one = is_one(figure.digits.text(self.source));
        Doc::concat(vec![digits, Doc::text(" "), self.unit(unit, one)])
    }

    pub(super) fn unit(&self, unit: UnitRef, one: bool) -> Doc<'s> {
        let written = unit.name.span.text(self.source);
        let name = match unit.word {
            Some(word) => self.unit_word(word, one, written),
            None => self.verbatim(unit.name.span),
        };
        let mut docs = vec![name];
        for (per, word) in unit.divisors() {
            docs.extend([Doc::text("/"), self.unit_word(word, true, per.span.text(self.source))]);
        }
        Doc::concat(docs)
    }

    fn unit_word(&self, unit: UnitWord, one: bool, written: &str) -> Doc<'s> {
        self.spelled(unit.word().zh, unit.english(one), written)
    }

    /// What stands between a figure and 以上: nothing after a unit in Chinese characters, which the lexer parts again.
    pub(super) fn before_closing(&self, unit: Option<UnitRef>, closing: &str) -> Doc<'s> {
        let Some(unit) = unit.filter(|it| it.divisors().next().is_none() && it.word.is_some()) else {
            return Doc::text(" ");
        };
        let chinese = |written| self.face(written) == Face::Zh;
        let glued = chinese(unit.name.span.text(self.source)) && chinese(closing);
        let text = if glued { "" } else { " " };
        Doc::Text { text: text.into(), widths: Widths { written: text.len(), zh: 0, en: 1 } }
    }

    /// An infix operator: a word stays a word, a sign stays a sign.
    pub(super) fn operator(&self, op: BinaryOp, word: bool, span: Span) -> Doc<'s> {
        match (keyword_of(op), word) {
            (Some(keyword), true) => self.keyword(keyword, span.text(self.source)),
            _ => Doc::text(sign_of(op)),
        }
    }

    /// The text of the first token that begins at or after `offset`, separators aside.
    pub(super) fn token_after(&self, offset: u32) -> &'s str {
        let first = self.tokens.partition_point(|it| it.start < offset);
        let rest = self.tokens.get(first..).unwrap_or_default();
        self.text_of(rest.iter().find(|it| !is_separator(it.kind)))
    }

    /// The text of the last token that ends at or before `offset`, line ends aside.
    pub(super) fn token_before(&self, offset: u32) -> &'s str {
        let after = self.tokens.partition_point(|it| it.end <= offset);
        let rest = self.tokens.get(..after).unwrap_or_default();
        self.text_of(rest.iter().rev().find(|it| !is_separator(it.kind)))
    }

    fn text_of(&self, token: Option<&Token>) -> &'s str {
        token.map_or("", |it| it.span().text(self.source))
    }
}

const fn is_separator(kind: T) -> bool {
    matches!(kind, T::Newline | T::Comma | T::Semicolon)
}

/// The digits and the percent sign of `text` in ASCII.
pub(super) fn half_width(text: &str) -> String {
    text.chars()
        .map(|it| match it {
            '０'..='９' | '％' => char::from_u32(it as u32 - ('０' as u32 - '0' as u32)).unwrap_or(it),
            _ => it,
        })
        .collect()
}

fn is_one(digits: &str) -> bool {
    let mut digits = digits.chars().filter(|it| *it != '_');
    matches!(digits.next(), Some('1' | '１')) && digits.next().is_none()
}

const fn keyword_of(op: BinaryOp) -> Option<Keyword> {
    Some(match op {
        BinaryOp::Or => Keyword::Or,
        BinaryOp::And => Keyword::And,
        BinaryOp::In => Keyword::In,
        BinaryOp::Less => Keyword::Less,
        BinaryOp::AtMost => Keyword::AtMost,
        BinaryOp::More => Keyword::More,
        BinaryOp::AtLeast => Keyword::AtLeast,
        BinaryOp::Equal | BinaryOp::NotEqual | BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div => {
            return None;
        }
    })
}

const fn sign_of(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Or => "or",
        BinaryOp::And => "and",
        BinaryOp::In => "in",
        BinaryOp::Equal => "=",
        BinaryOp::NotEqual => "!=",
        BinaryOp::Less => "<",
        BinaryOp::AtMost => "<=",
        BinaryOp::More => ">",
        BinaryOp::AtLeast => ">=",
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::Mul => "*",
        BinaryOp::Div => "/",
    }
}
