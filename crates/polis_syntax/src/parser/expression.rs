//! The grammar of expressions, in chumsky.
//!
//! One parser is built per file and run on each value; what it is given ends where the value ends, so a wrong value
//! costs itself and nothing else. Loosest first: `if`; `or`; `and`; `not`; comparisons and `in`; `..`; `+ -`; `* /`;
//! unary `-`; call, member, index.

use chumsky::error::{Error, LabelError};
use chumsky::extra;
use chumsky::pratt::{infix, left, none, prefix};
use chumsky::prelude::*;
use chumsky::util::MaybeRef;

use crate::Span;
use crate::ast::{
    Aggregate, Arm, Binary, BinaryOp, Call, Cases, Expr, ExprKind, Figure, Ident, If, RangeExpr, RangeStyle, UnaryOp,
    UnitRef, Within,
};
use crate::error::Expected;
use crate::lexer::{Token, TokenKind as T};
use crate::words::{Builtin, UnitWord};

type Input<'t> = &'t [Token];
type Extra = extra::Err<Failure>;
type Boxed<'t, O> = chumsky::Boxed<'t, 't, Input<'t>, O, Extra>;

/// Where a value stops making sense, and what would have fitted there. Small, since most are made and dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Failure {
    /// The index of the token, or the length where the value ends too early.
    pub(super) at: usize,
    pub(super) expected: Option<Expected>,
}

impl<'t> Error<'t, Input<'t>> for Failure {
    fn merge(self, other: Self) -> Self {
        // The alternatives of one place: the first labelled one stands for them.
        if self.expected.is_some() { self } else { other }
    }
}

impl<'t, L> LabelError<'t, Input<'t>, L> for Failure {
    fn expected_found<E: IntoIterator<Item = L>>(_: E, _: Option<MaybeRef<'t, Token>>, span: SimpleSpan) -> Self {
        Self { at: span.start, expected: None }
    }
}

/// A label that sets what was expected. chumsky offers labels by type; ours is data.
#[derive(Debug, Clone, Copy)]
struct Label(Expected);

/// The parser of one value.
pub(super) fn expression(source: &str) -> Boxed<'_, Expr> {
    recursive(|expr| {
        let expr = expr.boxed();
        let ident = ident();
        let operand = operand(source, expr.clone());
        let arithmetic = operand
            .pratt((
                prefix(3, op(T::Minus), |minus: Token, it: Expr, _| unary(UnaryOp::Neg, minus, it)),
                infix(left(2), multiplication(), binary),
                infix(left(1), addition(), binary),
            ))
            .boxed();

        // `a..b`, `a..`, `..b`, `a.. unit`.
        let end = choice((unit(source).map(RangeEnd::Unit), arithmetic.clone().map(RangeEnd::Value)));
        let range = choice((
            op(T::DotDot).then(arithmetic.clone()).map(|(dots, hi)| {
                let span = dots.span().to(hi.span);
                range_expr(None, Some(hi), None, span)
            }),
            arithmetic.then(op(T::DotDot).then(end.or_not()).or_not()).map(|(lo, rest)| match rest {
                None => lo,
                Some((dots, None)) => {
                    let span = lo.span.to(dots.span());
                    range_expr(Some(lo), None, None, span)
                }
                Some((_, Some(RangeEnd::Value(hi)))) => {
                    let span = lo.span.to(hi.span);
                    range_expr(Some(lo), Some(hi), None, span)
                }
                Some((_, Some(RangeEnd::Unit(unit)))) => {
                    let span = lo.span.to(unit.span());
                    range_expr(Some(lo), None, Some(unit), span)
                }
            }),
        ))
        .boxed();

        let logic = range
            .pratt((
                infix(none(4), comparison(), binary),
                prefix(3, op(T::Not), |not: Token, it: Expr, _| unary(UnaryOp::Not, not, it)),
                infix(left(2), word(T::And, BinaryOp::And), binary),
                infix(left(1), word(T::Or, BinaryOp::Or), binary),
            ))
            .boxed();

        let conditional = op(T::If)
            .then(expr.clone())
            .then_ignore(expect(T::Then, Expected::Then))
            .then(expr.clone())
            .then_ignore(expect(T::Else, Expected::Else))
            .then(expr.clone())
            .map(|(((start, condition), then), otherwise)| {
                let span = start.span().to(otherwise.span);
                Expr { kind: ExprKind::If(Box::new(If { condition, then, otherwise })), span }
            });

        let within = op(T::Within)
            .then(logic.clone())
            .then(select! { Token { kind: T::After | T::Of, .. } => () }.ignore_then(path(ident)).or_not())
            .map(|((start, length), event)| {
                let span = start.span().to(event.as_ref().map_or(length.span, |it| it.span));
                Expr { kind: ExprKind::Within(Box::new(Within { length, event })), span }
            });

        choice((logic, conditional, within)).boxed()
    })
    .boxed()
}

enum RangeEnd {
    Unit(UnitRef),
    Value(Expr),
}

/// What operators combine: literals, names, calls, brackets, and their postfixes.
fn operand<'t>(source: &'t str, expr: Boxed<'t, Expr>) -> Boxed<'t, Expr> {
    let ident = ident();
    let figure = select! { token @ Token { kind: T::Number | T::Percent, .. } => token }
        .then(unit(source).or_not())
        .then(
            select! {
                token @ Token { kind: T::AndAbove, .. } => (true, token),
                token @ Token { kind: T::AndBelow, .. } => (false, token),
            }
            .or_not(),
        )
        .map(|((digits, unit), closing)| {
            let span = unit.map_or(digits.span(), |it: UnitRef| digits.span().to(it.span()));
            let figure = Expr { kind: ExprKind::Figure(Figure { digits: digits.span(), unit }), span };
            match closing {
                None => figure,
                Some((above, token)) => {
                    let span = span.to(token.span());
                    let (lo, hi) = if above { (Some(figure), None) } else { (None, Some(figure)) };
                    Expr {
                        kind: ExprKind::Range(Box::new(RangeExpr { lo, hi, unit: None, style: RangeStyle::Word })),
                        span,
                    }
                }
            }
        });
    let literal = chumsky::primitive::select(|token: Token, _| literal(token));
    let open = op(T::Open).then(select! { Token { kind: T::Text, start, end } => Span::new(start, end) }.or_not()).map(
        |(open, reason)| Expr {
            span: reason.map_or(open.span(), |it| open.span().to(it)),
            kind: ExprKind::Open(reason),
        },
    );

    let arguments = {
        let binder = op(T::For)
            .ignore_then(ident.clone())
            .then_ignore(expect(T::In, Expected::In))
            .then(expr.clone())
            .then(op(T::Where).ignore_then(expr.clone()).or_not());
        expr.clone()
            .then(choice((
                binder.map(Tail::Aggregate),
                op(T::Comma).ignore_then(expr.clone()).repeated().collect().map(Tail::Arguments),
            )))
            .or_not()
            .delimited_by(op(T::OpenParen), op(T::Comma).or_not())
            .then(expect(T::CloseParen, Expected::CommaOrClose))
    };
    let name = ident.clone().then(arguments.or_not()).map(move |(name, arguments)| match arguments {
        None => Expr { kind: ExprKind::Name(name), span: name.span },
        Some((arguments, close)) => call(source, name, arguments, close),
    });

    let paren = op(T::OpenParen).then(expr.clone()).then(expect(T::CloseParen, Expected::CommaOrClose)).map(
        |((open, inner), close)| Expr { kind: ExprKind::Paren(Box::new(inner)), span: open.span().to(close.span()) },
    );
    let list = op(T::OpenBracket)
        .then(expr.clone().separated_by(op(T::Comma)).allow_trailing().collect::<Vec<_>>())
        .then(expect(T::CloseBracket, Expected::CommaOrClose))
        .map(|((open, items), close)| Expr { kind: ExprKind::List(items), span: open.span().to(close.span()) });
    let cases = cases(expr.clone());

    let atom = choice((figure, name, literal, paren, list, cases, open)).boxed();
    let postfix = choice((
        op(T::Dot).ignore_then(ident).map(Postfix::Member),
        select! { Token { kind: T::Text, start, end } => Postfix::Passage(Span::new(start, end)) },
        expr.delimited_by(op(T::OpenBracket), empty())
            .then(expect(T::CloseBracket, Expected::CommaOrClose))
            .map(|(index, close)| Postfix::Index(index, close)),
    ));
    atom.foldl(postfix.repeated(), |base, postfix| match postfix {
        Postfix::Member(name) => Expr { span: base.span.to(name.span), kind: ExprKind::Member(Box::new(base), name) },
        Postfix::Passage(passage) => {
            Expr { span: base.span.to(passage), kind: ExprKind::Citation(Box::new(base), passage) }
        }
        Postfix::Index(index, close) => {
            Expr { span: base.span.to(close.span()), kind: ExprKind::Index(Box::new(base), Box::new(index)) }
        }
    })
    .boxed()
}

enum Postfix {
    Member(Ident),
    Passage(Span),
    Index(Expr, Token),
}

enum Tail {
    Aggregate(((Ident, Expr), Option<Expr>)),
    Arguments(Vec<Expr>),
}

fn call(source: &str, name: Ident, arguments: Option<(Expr, Tail)>, close: Token) -> Expr {
    let builtin = if name.quoted { None } else { Builtin::from_text(name.span.text(source)) };
    let span = name.span.to(close.span());
    let kind = match arguments {
        Some((body, Tail::Aggregate(((binder, collection), filter)))) => {
            ExprKind::Aggregate(Box::new(Aggregate { name, builtin, body, binder, source: collection, filter }))
        }
        Some((first, Tail::Arguments(mut args))) => {
            args.insert(0, first);
            ExprKind::Call(Box::new(Call { name, builtin, args }))
        }
        None => ExprKind::Call(Box::new(Call { name, builtin, args: Vec::new() })),
    };
    Expr { kind, span }
}

/// `cases { guard => value … otherwise => value }`; lines, semicolons and commas part the cases.
fn cases(expr: Boxed<'_, Expr>) -> Boxed<'_, Expr> {
    let gap = select! { Token { kind: T::Newline | T::Semicolon | T::Comma, .. } => () };
    let value = expect(T::Arrow, Expected::Arrow).ignore_then(expr.clone());
    let otherwise = op(T::Otherwise).ignore_then(value.clone());
    let arm = op(T::When)
        .or_not()
        .ignore_then(expr)
        .then_ignore(op(T::GuardEnd).or_not())
        .then(value)
        .map(|(guard, value)| Arm { guard, value });
    // The rest comes last and once: a case after it could never hold.
    op(T::Cases)
        .then_ignore(expect(T::OpenBrace, Expected::Body))
        .then_ignore(gap.repeated())
        .then(arm.separated_by(gap.repeated().at_least(1)).allow_trailing().collect::<Vec<Arm>>())
        .then(otherwise.or_not())
        .then_ignore(gap.repeated())
        .then(expect(T::CloseBrace, Expected::CaseOrClose))
        .map(|(((start, arms), otherwise), close)| Expr {
            kind: ExprKind::Cases(Box::new(Cases { arms, otherwise })),
            span: start.span().to(close.span()),
        })
        .boxed()
}

fn path(ident: Boxed<'_, Ident>) -> Boxed<'_, Expr> {
    ident
        .clone()
        .map(|name| Expr { kind: ExprKind::Name(name), span: name.span })
        .foldl(op(T::Dot).ignore_then(ident).repeated(), |base, name| Expr {
            span: base.span.to(name.span),
            kind: ExprKind::Member(Box::new(base), name),
        })
        .boxed()
}

fn ident<'t>() -> Boxed<'t, Ident> {
    select! {
        token @ Token { kind: T::Ident, .. } => Ident { span: token.span(), quoted: false },
        token @ Token { kind: T::QuotedIdent, .. } => Ident { span: token.span(), quoted: true },
    }
    .boxed()
}

fn unit(source: &str) -> Boxed<'_, UnitRef> {
    let name = select! { token @ Token { kind: T::Unit, .. } => Ident { span: token.span(), quoted: false } };
    let per = op(T::Per).ignore_then(name).or_not();
    name.then(per)
        .then(per)
        .map(move |((name, first), second)| UnitRef {
            name,
            word: UnitWord::from_text(name.span.text(source)),
            per: [first, second]
                .map(|it| it.and_then(|per| UnitWord::from_text(per.span.text(source)).map(|word| (per, word)))),
        })
        .boxed()
}

fn op<'t>(kind: T) -> impl Parser<'t, Input<'t>, Token, Extra> + Copy {
    select! { token @ Token { kind: found, .. } if found == kind => token }
}

/// A token that must follow; its absence is reported as `expected`.
fn expect<'t>(kind: T, expected: Expected) -> impl Parser<'t, Input<'t>, Token, Extra> + Clone {
    let label = Label(expected);
    op(kind).map_err(move |failure: Failure| Failure { expected: Some(label.0), ..failure })
}

type Operator = (BinaryOp, Token, bool);

fn addition<'t>() -> impl Parser<'t, Input<'t>, Operator, Extra> + Copy {
    select! {
        token @ Token { kind: T::Plus, .. } => (BinaryOp::Add, token, false),
        token @ Token { kind: T::Minus, .. } => (BinaryOp::Sub, token, false),
    }
}

fn multiplication<'t>() -> impl Parser<'t, Input<'t>, Operator, Extra> + Copy {
    select! {
        token @ Token { kind: T::Star, .. } => (BinaryOp::Mul, token, false),
        token @ Token { kind: T::Slash, .. } => (BinaryOp::Div, token, false),
    }
}

fn comparison<'t>() -> impl Parser<'t, Input<'t>, Operator, Extra> + Copy {
    select! {
        token @ Token { kind: T::Equal, .. } => (BinaryOp::Equal, token, false),
        token @ Token { kind: T::NotEqual, .. } => (BinaryOp::NotEqual, token, false),
        token @ Token { kind: T::Less, .. } => (BinaryOp::Less, token, false),
        token @ Token { kind: T::LessEqual, .. } => (BinaryOp::AtMost, token, false),
        token @ Token { kind: T::Greater, .. } => (BinaryOp::More, token, false),
        token @ Token { kind: T::GreaterEqual, .. } => (BinaryOp::AtLeast, token, false),
        token @ Token { kind: T::LessThan, .. } => (BinaryOp::Less, token, true),
        token @ Token { kind: T::AtMost, .. } => (BinaryOp::AtMost, token, true),
        token @ Token { kind: T::MoreThan, .. } => (BinaryOp::More, token, true),
        token @ Token { kind: T::AtLeast, .. } => (BinaryOp::AtLeast, token, true),
        token @ Token { kind: T::In, .. } => (BinaryOp::In, token, true),
    }
}

fn word<'t>(kind: T, operator: BinaryOp) -> impl Parser<'t, Input<'t>, Operator, Extra> + Copy {
    select! { token @ Token { kind: found, .. } if found == kind => (operator, token, true) }
}

/// A literal of one token that takes no unit.
fn literal(token: Token) -> Option<Expr> {
    let kind = match token.kind {
        T::Percent => ExprKind::Figure(Figure { digits: token.span(), unit: None }),
        T::Date => ExprKind::Date,
        T::Text => ExprKind::Text,
        T::Title => ExprKind::Title,
        T::RowId => ExprKind::RowId,
        T::True => ExprKind::Truth(true),
        T::False => ExprKind::Truth(false),
        T::Unknown => ExprKind::Unknown,
        _ => return None,
    };
    Some(Expr { kind, span: token.span() })
}

fn named(token: Token) -> Option<Ident> {
    match token.kind {
        T::Ident => Some(Ident { span: token.span(), quoted: false }),
        T::QuotedIdent => Some(Ident { span: token.span(), quoted: true }),
        _ => None,
    }
}

/// The value that one or two tokens are, where that is all: a literal, a name, a figure with its unit, a citation. More
/// than half of all values are, and the grammar has nothing to decide for them; a test holds the two against each other.
pub(super) fn leaf_value(source: &str, tokens: &[Token]) -> Option<Expr> {
    let figure = |digits: Token, unit: Option<UnitRef>| Expr {
        span: unit.map_or(digits.span(), |it| digits.span().to(it.span())),
        kind: ExprKind::Figure(Figure { digits: digits.span(), unit }),
    };
    match tokens {
        [token] if token.kind == T::Number => Some(figure(*token, None)),
        [token] => literal(*token).or_else(|| {
            let name = named(*token)?;
            Some(Expr { kind: ExprKind::Name(name), span: name.span })
        }),
        [digits, unit] if digits.kind == T::Number && unit.kind == T::Unit => {
            let name = Ident { span: unit.span(), quoted: false };
            let word = UnitWord::from_text(name.span.text(source));
            Some(figure(*digits, Some(UnitRef { name, word, per: [None; 2] })))
        }
        [name, passage] if passage.kind == T::Text => {
            let name = named(*name)?;
            let document = Expr { kind: ExprKind::Name(name), span: name.span };
            let span = name.span.to(passage.span());
            Some(Expr { kind: ExprKind::Citation(Box::new(document), passage.span()), span })
        }
        _ => None,
    }
}

fn unary(op: UnaryOp, token: Token, operand: Expr) -> Expr {
    Expr { span: token.span().to(operand.span), kind: ExprKind::Unary(op, Box::new(operand)) }
}

fn binary<'t>(
    lhs: Expr,
    (op, token, word): Operator,
    rhs: Expr,
    _: &mut chumsky::input::MapExtra<'t, '_, Input<'t>, Extra>,
) -> Expr {
    let span = lhs.span.to(rhs.span);
    Expr { kind: ExprKind::Binary(Box::new(Binary { op, op_span: token.span(), word, lhs, rhs })), span }
}

fn range_expr(lo: Option<Expr>, hi: Option<Expr>, unit: Option<UnitRef>, span: Span) -> Expr {
    Expr { kind: ExprKind::Range(Box::new(RangeExpr { lo, hi, unit, style: RangeStyle::Dots })), span }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_are_what_the_grammar_reads() {
        let texts = [
            "7",
            "3_000",
            "20%",
            "2020-01",
            "\"甲\"",
            "《甲》",
            "CC-071",
            "是",
            "否",
            "未知",
            "户数",
            "`当`",
            "3000户",
            "1.5 万元",
            "1 名",
            "街道改革 \"设置\"",
            "`文件` \"x\"",
        ];
        for text in texts {
            let tokens = crate::layout::significant(text, &crate::lex(text).tokens);
            let leaf = leaf_value(text, &tokens);
            assert!(leaf.is_some(), "{text}");
            assert_eq!(leaf, expression(text).parse(&tokens).into_output(), "{text}");
        }
        for text in ["甲 + 1", "-1", "1..", "[1]", "1 人/年", "3000户以上", "待定", "待定 \"x\"", "甲.乙"] {
            let tokens = crate::layout::significant(text, &crate::lex(text).tokens);
            assert_eq!(leaf_value(text, &tokens), None, "{text}");
        }
    }
}
