//! Where the cursor is in a text that may be half typed: told by the tokens before it, since the tree of a broken line
//! says little.

use polis_syntax::words::{ClauseSpec, ClauseWord, Keyword, Kind};
use polis_syntax::{Span, Token, TokenKind};
use smol_str::SmolStr;

/// A bracket that is open at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Frame {
    /// The body of a block, with its kind, name, entity and type.
    Block { kind: Option<Kind>, name: SmolStr, of: SmolStr, typed: SmolStr, open: u32 },
    /// The facts of an entity: `社区 { … }`.
    Record { entity: SmolStr, open: u32 },
    /// A table of cases.
    Cases,
    /// `[`
    List,
    /// `(`, with the function before it and how many commas stand behind.
    Paren { function: SmolStr, open: u32, commas: usize },
}

/// What stands before the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Before {
    /// What is typed of a word: from its first byte to the cursor.
    pub(crate) prefix: Span,
    /// The brackets that are open, outermost first.
    pub(crate) frames: Vec<Frame>,
    /// The tokens of the line before the prefix: of the clause or head that the cursor is in.
    pub(crate) line: Vec<Token>,
    /// The clauses that the innermost block has already, by their words.
    pub(crate) given: Vec<SmolStr>,
    /// Whether the cursor is within a comment or text.
    pub(crate) in_text: bool,
}

/// What is meant at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// The beginning of a line at the top of a file.
    Top,
    /// The head of a block behind its kind: after `of`, after `:`, or elsewhere in it.
    Of,
    HeadType,
    Head(Kind),
    /// The beginning of a line in a block.
    Element(Kind),
    /// The name between a clause's word and its colon.
    ClauseName(Kind, &'static ClauseSpec),
    /// The value of a clause.
    Value(Kind, &'static ClauseSpec),
    /// A condition after `when`.
    Condition,
    /// The name of a fact, of an entity.
    Fact(SmolStr),
    /// The value of a fact.
    FactValue(SmolStr, SmolStr),
    /// A member of what stands before the dot.
    Member(SmolStr),
    /// A unit behind a figure.
    Unit,
    /// Nothing can be told.
    Nowhere,
}

impl Before {
    /// Reads the tokens of a text up to an offset, from `start` on, where nothing is open.
    pub(crate) fn new(text: &str, start: u32, offset: u32) -> Self {
        let slice = Span::new(start, offset).text(text);
        let lexed = polis_syntax::lex(slice);
        let shift = |it: &Token| Token { kind: it.kind, start: it.start + start, end: it.end + start };
        let mut tokens: Vec<Token> = lexed.tokens.iter().map(shift).collect();
        let end = offset.saturating_sub(start);
        let in_comment = lexed.comments.iter().any(|it| {
            let closed = it.span.text(slice).ends_with("*/");
            it.span.end == end && !closed && it.span.start < end
        });
        let in_text =
            in_comment || tokens.last().is_some_and(|it| it.kind == TokenKind::UnclosedText && it.end == offset);
        let prefix = match tokens.last() {
            Some(last) if last.end == offset && is_word(*last, text) => {
                let span = last.span();
                tokens.pop();
                span
            }
            _ => Span::new(offset, offset),
        };
        let mut before = Self { prefix, frames: Vec::new(), line: Vec::new(), given: Vec::new(), in_text };
        let mut given: Vec<Vec<SmolStr>> = vec![Vec::new()];
        for token in tokens {
            before.take(token, text, &mut given);
        }
        before.given = given.pop().unwrap_or_default();
        before
    }

    fn take(&mut self, token: Token, text: &str, given: &mut Vec<Vec<SmolStr>>) {
        let in_body =
            matches!(self.frames.last(), None | Some(Frame::Block { .. } | Frame::Record { .. } | Frame::Cases));
        match token.kind {
            TokenKind::Newline | TokenKind::Semicolon if in_body => {
                let goes_on = self.line.last().is_some_and(|it| matches!(it.kind, TokenKind::Comma | TokenKind::Colon));
                if !goes_on || token.kind == TokenKind::Semicolon {
                    self.end_line(text, given);
                }
            }
            TokenKind::Newline => {}
            TokenKind::OpenBrace => {
                let frame = self.opened(token, text);
                self.frames.push(frame);
                self.line.push(token);
                given.push(Vec::new());
                self.line.clear();
            }
            TokenKind::CloseBrace => {
                while let Some(frame) = self.frames.pop() {
                    if matches!(frame, Frame::Block { .. } | Frame::Record { .. } | Frame::Cases) {
                        break;
                    }
                }
                if given.len() > 1 {
                    given.pop();
                }
                self.line.clear();
            }
            TokenKind::OpenBracket => {
                self.frames.push(Frame::List);
                self.line.push(token);
            }
            TokenKind::OpenParen => {
                let function = self.line.last().filter(|it| is_word(**it, text)).map(|it| it.span().text(text).into());
                let function = function.unwrap_or_default();
                self.frames.push(Frame::Paren { function, open: token.start, commas: 0 });
                self.line.push(token);
            }
            TokenKind::CloseBracket | TokenKind::CloseParen => {
                if matches!(self.frames.last(), Some(Frame::List | Frame::Paren { .. })) {
                    self.frames.pop();
                }
                self.line.push(token);
            }
            TokenKind::Comma if matches!(self.frames.last(), Some(Frame::Record { .. })) => self.end_line(text, given),
            _ => {
                if token.kind == TokenKind::Comma
                    && let Some(Frame::Paren { commas, .. }) = self.frames.last_mut()
                {
                    *commas += 1;
                }
                self.line.push(token);
            }
        }
    }

    fn end_line(&mut self, text: &str, given: &mut [Vec<SmolStr>]) {
        if let (Some(first), Some(given)) = (self.line.first(), given.last_mut()) {
            given.push(first.span().text(text).trim_matches('`').into());
        }
        self.line.clear();
    }

    /// What an opening brace begins, by the line before it.
    fn opened(&self, brace: Token, text: &str) -> Frame {
        let words: Vec<&str> = self.line.iter().map(|it| it.span().text(text)).collect();
        let colon = self.line.iter().position(|it| it.kind == TokenKind::Colon);
        if self.line.last().is_some_and(|it| it.kind == TokenKind::Cases) {
            return Frame::Cases;
        }
        let word = words.first().copied().unwrap_or_default();
        let entity_before = || {
            let last = self.line.iter().rev().take_while(|it| !matches!(it.kind, TokenKind::Colon | TokenKind::Comma));
            let mut path: Vec<&str> = last.map(|it| it.span().text(text)).collect();
            path.reverse();
            SmolStr::new(path.concat())
        };
        match self.frames.last() {
            Some(Frame::Record { .. }) => return Frame::Record { entity: word.into(), open: brace.start },
            Some(Frame::Block { .. } | Frame::List) if colon.is_some() && Kind::from_text(word).is_none() => {
                return Frame::Record { entity: entity_before(), open: brace.start };
            }
            Some(Frame::Block { kind: Some(kind), .. }) if kind.clause(word).is_some() && colon.is_some() => {
                return Frame::Record { entity: entity_before(), open: brace.start };
            }
            _ => {}
        }
        let kind = Kind::from_text(word);
        let after = |found: TokenKind| {
            let at = self.line.iter().position(|it| it.kind == found)?;
            let rest = self.line.get(at + 1..)?;
            let rest = rest.iter().take_while(|it| !matches!(it.kind, TokenKind::Colon));
            Some(SmolStr::new(rest.map(|it| it.span().text(text)).collect::<String>()))
        };
        Frame::Block {
            kind,
            name: words.get(1).map(|it| SmolStr::new(it.trim_matches('`'))).unwrap_or_default(),
            of: after(TokenKind::Of).unwrap_or_default(),
            typed: after(TokenKind::Colon).unwrap_or_default(),
            open: brace.start,
        }
    }

    /// What is meant at the cursor.
    pub(crate) fn place(&self, text: &str) -> Place {
        if self.in_text {
            return Place::Nowhere;
        }
        if let Some(last) = self.line.last() {
            if last.kind == TokenKind::Dot {
                // Words and dots in turn, so that a keyword before the path is none of it.
                let mut path: Vec<&str> = Vec::new();
                for (index, token) in self.line.iter().rev().enumerate() {
                    let fits = if index % 2 == 0 { token.kind == TokenKind::Dot } else { is_word(*token, text) };
                    if !fits {
                        break;
                    }
                    path.push(token.span().text(text));
                }
                let path: String = path.into_iter().skip(1).collect::<Vec<_>>().into_iter().rev().collect();
                return Place::Member(path.into());
            }
            if matches!(last.kind, TokenKind::Number) && self.prefix.start >= last.end {
                return Place::Unit;
            }
        }
        let word = self.line.first().map(|it| it.span().text(text));
        let colon = self.line.iter().any(|it| it.kind == TokenKind::Colon);
        let last_is = |kind: TokenKind| self.line.last().is_some_and(|it| it.kind == kind);
        let guard =
            self.line.iter().rev().find(|it| matches!(it.kind, TokenKind::When | TokenKind::Unless | TokenKind::Colon));
        let in_guard = guard.is_some_and(|it| it.kind != TokenKind::Colon);
        // Brackets within a value do not matter: what counts is the body that they stand in.
        let body = self.frames.iter().rev().find(|it| !matches!(it, Frame::List | Frame::Paren { .. } | Frame::Cases));
        let inside = matches!(self.frames.last(), Some(Frame::Cases));
        match (body, word) {
            (None, None) => Place::Top,
            (None, Some(word)) => match Kind::from_text(word) {
                Some(_) if last_is(TokenKind::Of) => Place::Of,
                Some(_) if colon => Place::HeadType,
                Some(kind) => Place::Head(kind),
                None => Place::Nowhere,
            },
            (Some(Frame::Record { entity, .. }), None) => Place::Fact(entity.clone()),
            (Some(Frame::Record { entity, .. }), Some(word)) if colon => {
                Place::FactValue(entity.clone(), word.trim_matches('`').into())
            }
            (Some(Frame::Block { kind: Some(_), .. }), None) if inside => Place::Condition,
            (Some(Frame::Block { kind: Some(_), .. }), Some(_)) if inside => Place::Condition,
            (Some(Frame::Block { kind: Some(kind), .. }), None) => Place::Element(*kind),
            (Some(Frame::Block { kind: Some(kind), .. }), Some(word)) => {
                if let Some(inner) = Kind::from_text(word).filter(|it| kind.spec().inner.contains(it) && !colon) {
                    return if last_is(TokenKind::Of) { Place::Of } else { Place::Head(inner) };
                }
                match kind.clause(word) {
                    Some(_) if in_guard => Place::Condition,
                    Some(spec) if colon => Place::Value(*kind, spec),
                    // `当: …` is a clause, `当 …` before a colon a guard.
                    Some(spec) if spec.word == ClauseWord::When => Place::Condition,
                    Some(spec) => Place::ClauseName(*kind, spec),
                    None => Place::Nowhere,
                }
            }
            _ => Place::Nowhere,
        }
    }

    /// The entity whose names are in scope: that of the head, or of a test's first facts.
    pub(crate) fn entity(&self, text: &str) -> Option<SmolStr> {
        let Frame::Block { kind, of, open, .. } = self.frames.iter().find(|it| matches!(it, Frame::Block { .. }))?
        else {
            return None;
        };
        if !of.is_empty() {
            return Some(of.clone());
        }
        if *kind != Some(Kind::Test) {
            return None;
        }
        // `给定 甲: 社区 { … }`
        let rest = Span::new(open + 1, self.prefix.start).text(text);
        let tokens = polis_syntax::lex(rest).tokens;
        let given = tokens.iter().position(|it| ClauseWord::Given.word().reads(it.span().text(rest)))?;
        let after = tokens.get(given..)?;
        let colon = after.iter().position(|it| it.kind == TokenKind::Colon)?;
        after.get(colon + 1).map(|it| it.span().text(rest).into())
    }
}

/// Whether a token is made of letters: a name, or a word of the language.
pub(crate) fn is_word(token: Token, text: &str) -> bool {
    let text = token.span().text(text);
    match token.kind {
        TokenKind::Ident | TokenKind::QuotedIdent => true,
        TokenKind::Unrecognised => text.starts_with('`'),
        _ => Keyword::from_text(text).is_some(),
    }
}
