//! Colours by meaning.

use polis_db::SourceFile;
use polis_semantic::items::{Item, ItemRef, ParsedItem, file_items, parsed_file};
use polis_semantic::resolve::{Target, resolved};
use polis_syntax::ast::{ExprKind, UnitRef};
use polis_syntax::words::{ClauseWord, Kind, TypeWord};
use polis_syntax::{CommentKind, Span, TokenKind};

use crate::target::{PartRole, parts};
use crate::text::Db;

/// What a stretch of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TokenType {
    /// A package.
    Namespace,
    /// A unit or a built-in type.
    Type,
    /// An entity.
    Class,
    /// An enumeration.
    Enum,
    /// A concept, organ or action.
    Interface,
    /// A parameter, fact or other figure that is the same for all.
    Parameter,
    /// A name within a provision.
    Variable,
    /// A fact of an entity, an item of a list.
    Property,
    /// A value of an enumeration.
    EnumMember,
    /// A rule, or what else has a value for each jurisdiction.
    Function,
    /// A built-in function.
    Macro,
    /// The word that heads a block.
    Keyword,
    /// The word that heads a clause.
    Decorator,
    /// A comment.
    Comment,
    /// A text or title.
    String,
    /// A figure or date.
    Number,
    /// A word or sign of expressions.
    Operator,
    /// A document.
    Struct,
}

impl TokenType {
    /// Every type with the protocol's word for it, in the order of the legend.
    pub const LEGEND: &'static [(Self, &'static str)] = &[
        (Self::Namespace, "namespace"),
        (Self::Type, "type"),
        (Self::Class, "class"),
        (Self::Enum, "enum"),
        (Self::Interface, "interface"),
        (Self::Parameter, "parameter"),
        (Self::Variable, "variable"),
        (Self::Property, "property"),
        (Self::EnumMember, "enumMember"),
        (Self::Function, "function"),
        (Self::Macro, "macro"),
        (Self::Keyword, "keyword"),
        (Self::Decorator, "decorator"),
        (Self::Comment, "comment"),
        (Self::String, "string"),
        (Self::Number, "number"),
        (Self::Operator, "operator"),
        (Self::Struct, "struct"),
    ];
}

/// A coloured stretch, on one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SemanticToken {
    /// Its bytes.
    pub range: Span,
    /// What it is.
    pub ty: TokenType,
    /// Whether it is declared here.
    pub declaration: bool,
    /// Whether it is documentation.
    pub documentation: bool,
}

/// The colours of a file, or of a range of it, by place. Stretches do not overlap and lie on one line each.
#[must_use]
pub fn semantic_tokens(db: &Db, file: SourceFile, range: Option<Span>) -> Vec<SemanticToken> {
    let text = file.text(db);
    let text = text.text();
    let parsed = parsed_file(db, file);
    let within = |span: Span| range.is_none_or(|it| span.start <= it.end && it.start <= span.end);
    let mut all = Vec::new();
    for (at, item) in parsed.items.iter().zip(file_items(db, file)).filter(|it| within(it.0.span)) {
        item_tokens(db, *item, at, &mut all);
    }
    for comment in polis_syntax::lex(text).comments.iter().filter(|it| within(it.span)) {
        // A comment over several lines is one token for each.
        let mut start = comment.span.start;
        for line in comment.span.text(text).split('\n') {
            let length = u32::try_from(line.trim_end_matches('\r').len()).unwrap_or_default();
            let indent = u32::try_from(line.len() - line.trim_start().len()).unwrap_or_default();
            let documentation = comment.kind == CommentKind::Doc;
            if length > indent {
                let range = Span::new(start + indent, start + length);
                all.push(SemanticToken { range, ty: TokenType::Comment, declaration: false, documentation });
            }
            start += u32::try_from(line.len() + 1).unwrap_or_default();
        }
    }
    all.retain(|it| within(it.range));
    all.sort_by_key(|it| (it.range, it.ty));
    let mut end = 0;
    all.retain(|it| {
        let apart = it.range.start >= end && it.range.end > it.range.start;
        if apart {
            end = it.range.end;
        }
        apart
    });
    all
}

fn item_tokens(db: &Db, item: Item<'_>, at: &ParsedItem, all: &mut Vec<SemanticToken>) {
    let content = item.content(db);
    let text = &content.text;
    let mut found: Vec<(Span, TokenType, bool)> = Vec::new();
    crate::walk::blocks(&content.block, &mut |block| {
        found.push((block.word.span, TokenType::Keyword, false));
        if let Some(name) = block.name {
            found.push((name.span, item_type(block.kind), true));
        }
    });
    crate::walk::clauses(&content.block, &mut |_, clause| {
        found.push((clause.word.span, TokenType::Decorator, false));
    });
    for part in parts(&content) {
        let ty = match part.role {
            PartRole::Block(kind) => item_type(kind),
            PartRole::Value(ClauseWord::Values) => TokenType::EnumMember,
            PartRole::Local => TokenType::Variable,
            PartRole::Value(_) | PartRole::Clause(_) => TokenType::Property,
        };
        found.push((part.span, ty, true));
    }
    for (span, target) in &resolved(db, item).names {
        found.push((*span, target_type(target), false));
    }
    crate::walk::exprs(&content.block, &mut |expr| match &expr.kind {
        ExprKind::Figure(figure) => {
            found.push((figure.digits, TokenType::Number, false));
            found.extend(figure.unit.iter().flat_map(|it| units(*it)));
        }
        ExprKind::Range(range) => found.extend(range.unit.iter().flat_map(|it| units(*it))),
        ExprKind::Call(call) if call.builtin.is_some() => found.push((call.name.span, TokenType::Macro, false)),
        ExprKind::Aggregate(call) if call.builtin.is_some() => found.push((call.name.span, TokenType::Macro, false)),
        ExprKind::Name(name) if TypeWord::from_text(name.text(text)).is_some() => {
            found.push((name.span, TokenType::Type, false));
        }
        _ => {}
    });
    for token in polis_syntax::lex(text).tokens {
        let ty = match token.kind {
            TokenKind::Text | TokenKind::Title | TokenKind::UnclosedText => TokenType::String,
            TokenKind::Number | TokenKind::Percent | TokenKind::Date | TokenKind::RowId => TokenType::Number,
            _ if polis_syntax::words::Keyword::from_text(token.span().text(text)).is_some()
                && token.kind != TokenKind::QuotedIdent =>
            {
                TokenType::Operator
            }
            _ => continue,
        };
        found.push((token.span(), ty, false));
    }
    // What is known more closely was pushed first and is kept.
    found.sort_by_key(|it| it.0.start);
    let mut end = 0;
    for (span, ty, declaration) in found {
        // A path `a.b` is coloured by its parts.
        if span.start < end || span.end <= span.start {
            continue;
        }
        end = span.end;
        all.push(SemanticToken { range: at.absolute(span), ty, declaration, documentation: false });
    }
}

fn units(unit: UnitRef) -> Vec<(Span, TokenType, bool)> {
    let names = std::iter::once(unit.name.span).chain(unit.divisors().map(|it| it.0.span));
    names.map(|it| (it, TokenType::Type, false)).collect()
}

fn target_type(target: &Target) -> TokenType {
    match target {
        Target::Item(key) => item_type(key.kind),
        Target::Part(key, _) => part_type(key),
        Target::Package(_) => TokenType::Namespace,
        Target::Local(_) => TokenType::Variable,
    }
}

const fn part_type(key: &ItemRef) -> TokenType {
    match key.kind {
        Some(Kind::Enum) => TokenType::EnumMember,
        _ => TokenType::Property,
    }
}

const fn item_type(kind: Option<Kind>) -> TokenType {
    match kind {
        Some(Kind::Entity) => TokenType::Class,
        Some(Kind::Enum) => TokenType::Enum,
        Some(Kind::Unit) => TokenType::Type,
        Some(Kind::Concept | Kind::Organ | Kind::Action) => TokenType::Interface,
        Some(Kind::Param | Kind::Fact | Kind::Delegation) => TokenType::Parameter,
        Some(Kind::Document | Kind::Series) => TokenType::Struct,
        Some(
            Kind::Field
            | Kind::Category
            | Kind::Item
            | Kind::Office
            | Kind::Band
            | Kind::Side
            | Kind::Dimension
            | Kind::Grade
            | Kind::Step
            | Kind::Power
            | Kind::Duty,
        ) => TokenType::Property,
        _ => TokenType::Function,
    }
}
