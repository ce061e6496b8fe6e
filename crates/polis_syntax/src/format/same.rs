//! Whether two trees say the same, whatever their positions and the spelling of their words.
//!
//! The comparison reads words by the table, as the parser and the checker do, and knows nothing of how the formatter
//! writes them.

use super::lines::Scope;
use crate::Span;
use crate::ast::{Block, Body, Clause, Element, Expr, ExprKind, File, Guard, HeadName, Ident, RangeExpr, UnitRef};
use crate::words::{ChoiceSet, ClauseSpec, TypeWord, UnitWord, Value};

/// Whether the files say the same; each comes with its text.
pub(super) fn same_tree(left: (&str, &File), right: (&str, &File)) -> bool {
    let pair = Pair { left: left.0, right: right.0 };
    pair.elements(&left.1.elements, &right.1.elements, Scope::Top)
}

impl Block {
    /// What the words of its body are read by.
    pub(super) fn inner_scope(&self, scope: Scope) -> Scope {
        if scope == Scope::Facts { Scope::Facts } else { Scope::Block(self.kind) }
    }
}

impl Clause {
    /// What the table says of it in a body of `scope`. A quoted word is the drafter's own.
    pub(super) fn spec(&self, source: &str, scope: Scope) -> Option<&'static ClauseSpec> {
        match scope {
            Scope::Block(Some(kind)) if !self.word.quoted => kind.clause(self.word.text(source)),
            _ => None,
        }
    }
}

/// What the names of a value may be words of.
#[derive(Clone, Copy)]
enum Names {
    Own,
    Types,
    Choices(ChoiceSet),
}

struct Pair<'a> {
    left: &'a str,
    right: &'a str,
}

impl Pair<'_> {
    fn text(&self, left: Span, right: Span) -> bool {
        left.text(self.left) == right.text(self.right)
    }

    fn digits(&self, left: Span, right: Span) -> bool {
        let ascii = |text| super::spelling::half_width(text);
        ascii(left.text(self.left)) == ascii(right.text(self.right))
    }

    fn ident(&self, left: Ident, right: Ident) -> bool {
        left.quoted == right.quoted && self.text(left.span, right.span)
    }

    fn name(&self, left: Ident, right: Ident, names: Names) -> bool {
        let (a, b) = (left.span.text(self.left), right.span.text(self.right));
        if left.quoted || right.quoted {
            return self.ident(left, right);
        }
        match names {
            Names::Own => a == b,
            Names::Choices(set) => match (set.from_text(a), set.from_text(b)) {
                (None, None) => a == b,
                (a, b) => a == b,
            },
            Names::Types => {
                let read = |text| (UnitWord::from_text(text), TypeWord::from_text(text));
                match (read(a), read(b)) {
                    ((None, None), (None, None)) => a == b,
                    (a, b) => a == b,
                }
            }
        }
    }

    fn elements(&self, left: &[Element], right: &[Element], scope: Scope) -> bool {
        all(left, right, |a, b| match (a, b) {
            (Element::Block(a), Element::Block(b)) => self.block(a, b, scope),
            (Element::Clause(a), Element::Clause(b)) => self.clause(a, b, scope),
            (Element::Error(a), Element::Error(b)) => self.text(*a, *b),
            _ => false,
        })
    }

    fn block(&self, left: &Block, right: &Block, scope: Scope) -> bool {
        let word = match (left.kind, right.kind) {
            (None, None) => self.ident(left.word, right.word),
            (a, b) => a == b,
        };
        word && option(left.name, right.name, |a, b| self.ident(a, b))
            && option(left.title, right.title, |a, b| self.text(a, b))
            && option(left.of.as_ref(), right.of.as_ref(), |a, b| self.expr(a, b, Names::Own))
            && option(left.ty.as_ref(), right.ty.as_ref(), |a, b| self.expr(a, b, Names::Types))
            && option(left.equals.as_ref(), right.equals.as_ref(), |a, b| self.expr(a, b, Names::Types))
            && option(left.doc, right.doc, |a, b| lines(a.text(self.left)).eq(lines(b.text(self.right))))
            && option(left.body.as_ref(), right.body.as_ref(), |a, b| self.body(a, b, left.inner_scope(scope)))
    }

    fn body(&self, left: &Body, right: &Body, scope: Scope) -> bool {
        self.elements(&left.elements, &right.elements, scope)
    }

    fn clause(&self, left: &Clause, right: &Clause, scope: Scope) -> bool {
        let specs = (left.spec(self.left, scope), right.spec(self.right, scope));
        let (word, names) = match specs {
            (None, None) => (self.ident(left.word, right.word), Names::Own),
            (Some(a), Some(b)) => {
                let names = match a.value {
                    Value::Type => Names::Types,
                    Value::Choice(set) => Names::Choices(set),
                    _ => Names::Own,
                };
                (a.word == b.word, names)
            }
            _ => (false, Names::Own),
        };
        word && option(left.name, right.name, |a, b| match (a, b) {
            (HeadName::Name(a), HeadName::Name(b)) => self.ident(a, b),
            (HeadName::Text(a), HeadName::Text(b)) => self.text(a, b),
            (HeadName::Date(a), HeadName::Date(b)) => self.digits(a, b),
            _ => false,
        }) && all(&left.over, &right.over, |a, b| self.ident(*a, *b))
            && option(left.guard.as_ref(), right.guard.as_ref(), |a, b| self.guard(a, b))
            && self.exprs(&left.values, &right.values, names)
    }

    fn guard(&self, left: &Guard, right: &Guard) -> bool {
        left.negated == right.negated
            && left.trailing == right.trailing
            && self.expr(&left.condition, &right.condition, Names::Own)
    }

    fn exprs(&self, left: &[Expr], right: &[Expr], names: Names) -> bool {
        all(left, right, |a, b| self.expr(a, b, names))
    }

    fn own(&self, left: &Expr, right: &Expr) -> bool {
        self.expr(left, right, Names::Own)
    }

    fn own_option(&self, left: Option<&Expr>, right: Option<&Expr>) -> bool {
        option(left, right, |a, b| self.own(a, b))
    }

    fn expr(&self, left: &Expr, right: &Expr, names: Names) -> bool {
        use ExprKind as E;
        match (&left.kind, &right.kind) {
            (E::Figure(a), E::Figure(b)) => self.digits(a.digits, b.digits) && self.units(a.unit, b.unit),
            (E::Range(a), E::Range(b)) => self.range(a, b),
            (E::Date, E::Date) | (E::Text, E::Text) | (E::Title, E::Title) | (E::RowId, E::RowId) => {
                self.text(left.span, right.span)
            }
            (E::Error, E::Error) => self.text(left.span, right.span),
            (E::Truth(a), E::Truth(b)) => a == b,
            (E::Unknown, E::Unknown) => true,
            (E::Open(a), E::Open(b)) => option(*a, *b, |a, b| self.text(a, b)),
            (E::Name(a), E::Name(b)) => self.name(*a, *b, names),
            (E::Member(base, name), E::Member(other, other_name)) => {
                self.ident(*name, *other_name) && self.own(base, other)
            }
            (E::Call(a), E::Call(b)) => {
                self.callee((a.builtin, a.name), (b.builtin, b.name)) && self.exprs(&a.args, &b.args, Names::Own)
            }
            (E::Aggregate(a), E::Aggregate(b)) => {
                self.callee((a.builtin, a.name), (b.builtin, b.name))
                    && self.own(&a.body, &b.body)
                    && self.ident(a.binder, b.binder)
                    && self.own(&a.source, &b.source)
                    && self.own_option(a.filter.as_ref(), b.filter.as_ref())
            }
            (E::Index(base, index), E::Index(other, other_index)) => {
                self.own(base, other) && self.own(index, other_index)
            }
            (E::Unary(op, a), E::Unary(other, b)) => op == other && self.own(a, b),
            (E::Binary(a), E::Binary(b)) => {
                a.op == b.op && a.word == b.word && self.expr(&a.lhs, &b.lhs, names) && self.expr(&a.rhs, &b.rhs, names)
            }
            (E::If(a), E::If(b)) => {
                self.own(&a.condition, &b.condition)
                    && self.own(&a.then, &b.then)
                    && self.own(&a.otherwise, &b.otherwise)
            }
            (E::Cases(a), E::Cases(b)) => {
                all(&a.arms, &b.arms, |a, b| self.own(&a.guard, &b.guard) && self.own(&a.value, &b.value))
                    && self.own_option(a.otherwise.as_ref(), b.otherwise.as_ref())
            }
            (E::List(a), E::List(b)) => self.exprs(a, b, names),
            (E::Paren(a), E::Paren(b)) => self.expr(a, b, names),
            (E::Record(a), E::Record(b)) => self.own(&a.entity, &b.entity) && self.body(&a.body, &b.body, Scope::Facts),
            (E::Citation(document, passage), E::Citation(other, other_passage)) => {
                self.own(document, other) && self.text(*passage, *other_passage)
            }
            (E::Within(a), E::Within(b)) => {
                self.own(&a.length, &b.length) && self.own_option(a.event.as_ref(), b.event.as_ref())
            }
            _ => false,
        }
    }

    fn callee<B: PartialEq>(&self, left: (Option<B>, Ident), right: (Option<B>, Ident)) -> bool {
        match (left.0, right.0) {
            (None, None) => self.ident(left.1, right.1),
            (a, b) => a == b,
        }
    }

    fn units(&self, left: Option<UnitRef>, right: Option<UnitRef>) -> bool {
        option(left, right, |a, b| {
            let name = match (a.word, b.word) {
                (None, None) => self.ident(a.name, b.name),
                (a, b) => a == b,
            };
            name && a.divisors().map(|it| it.1).eq(b.divisors().map(|it| it.1))
        })
    }

    fn range(&self, left: &RangeExpr, right: &RangeExpr) -> bool {
        left.style == right.style
            && self.own_option(left.lo.as_ref(), right.lo.as_ref())
            && self.own_option(left.hi.as_ref(), right.hi.as_ref())
            && self.units(left.unit, right.unit)
    }
}

fn lines(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split('\n').map(|line| line.replace('\r', " ").trim().to_owned())
}

fn all<T>(left: &[T], right: &[T], same: impl Fn(&T, &T) -> bool) -> bool {
    left.len() == right.len() && left.iter().zip(right).all(|(a, b)| same(a, b))
}

fn option<T>(left: Option<T>, right: Option<T>, same: impl Fn(T, T) -> bool) -> bool {
    match (left, right) {
        (None, None) => true,
        (Some(a), Some(b)) => same(a, b),
        _ => false,
    }
}
