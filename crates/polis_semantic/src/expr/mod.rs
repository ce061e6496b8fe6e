//! Expressions: from the tree to typed, named form.

mod calls;
mod names;
mod operators;

pub(crate) use names::this_of;

use polis_diagnostic::{Bilingual, Fix, GeneralNote, SyntaxMessage, TypeMessage, TypeNote};
use polis_syntax::Span;
use polis_syntax::ast::{self, ExprKind as A, UnaryOp};
use polis_syntax::words::{Face, Kind};
use polis_value::{CalendarSpan, Date, LiteralError, Number, Range, Value};
use smol_str::SmolStr;

use crate::ir::{Expr, ExprKind};
use crate::lower::Lower;
use crate::types::{NumberType, Type};

impl Lower<'_, '_> {
    /// Types an expression. `want` is what its place expects; it settles values of enumerations and lets a message
    /// say which unit is missing, but a mismatch is reported by [`Lower::expect`], not here.
    pub(crate) fn infer(&mut self, expr: &ast::Expr, want: Option<&Type>) -> Expr {
        let found = self.infer_kind(expr, want);
        self.note_type(found.span, &found.ty, want);
        found
    }

    fn infer_kind(&mut self, expr: &ast::Expr, want: Option<&Type>) -> Expr {
        let span = expr.span;
        match &expr.kind {
            A::Figure(figure) if want == Some(&Type::Date) && self.is_year(expr) => self.date(figure.digits),
            A::Figure(figure) => self.figure(*figure, span),
            A::Range(range) => self.range(range, want, span),
            A::Date => self.date(span),
            A::Text | A::Title => constant(Value::Text(self.quoted(span)), Type::Text, span),
            A::RowId => constant(Value::Text(self.text(span).into()), Type::Text, span),
            A::Truth(truth) => constant(Value::Bool(*truth), Type::Truth, span),
            A::Open(reason) => {
                let reason = reason.map(|it| self.quoted(it));
                Expr { kind: ExprKind::Open(reason), ty: Type::Any, span }
            }
            A::Unknown => Expr { kind: ExprKind::Unknown, ty: Type::Any, span },
            A::Name(name) => self.name_expr(*name, want),
            A::Member(base, name) => self.member(expr, base, *name, want),
            A::Call(call) => self.call(call, want, span),
            A::Aggregate(aggregate) => self.aggregate(aggregate, span),
            A::Index(base, index) => self.index(base, index, span),
            A::Unary(UnaryOp::Not, operand) => {
                let operand = self.condition(operand);
                Expr { kind: ExprKind::Unary(UnaryOp::Not, Box::new(operand)), ty: Type::Truth, span }
            }
            A::Unary(UnaryOp::Neg, operand) => {
                let operand = self.infer(operand, want);
                self.number_of(&operand);
                let ty = operand.ty.clone();
                match &operand.kind {
                    ExprKind::Const(Value::Number(number)) if let Ok(number) = number.neg() => {
                        constant(Value::Number(number), ty, span)
                    }
                    _ => Expr { kind: ExprKind::Unary(UnaryOp::Neg, Box::new(operand)), ty, span },
                }
            }
            A::Binary(binary) => self.binary(binary, want, span),
            A::If(it) => {
                let condition = self.condition(&it.condition);
                let then = self.infer(&it.then, want);
                let otherwise = self.infer(&it.otherwise, want);
                let ty = self.join(&[&then, &otherwise]);
                let kind = ExprKind::If(Box::new(condition), Box::new(then), Box::new(otherwise));
                Expr { kind, ty, span }
            }
            A::Cases(cases) => self.cases(cases, want, span),
            A::List(items) => {
                let item = match want {
                    Some(Type::List(item)) => Some(&**item),
                    _ => None,
                };
                let items: Vec<Expr> = items.iter().map(|it| self.infer(it, item)).collect();
                let ty = self.join(&items.iter().collect::<Vec<_>>());
                Expr { kind: ExprKind::List(items), ty: Type::List(Box::new(ty)), span }
            }
            A::Paren(inner) => {
                let inner = self.infer(inner, want);
                Expr { span, ..inner }
            }
            A::Record(_) | A::Citation(..) | A::Within(_) => {
                let found = match &expr.kind {
                    A::Record(_) => Bilingual::new("对象及其事实", "an entity with facts"),
                    A::Citation(..) => Bilingual::new("出处", "a citation"),
                    _ => Bilingual::new("期限", "a deadline"),
                };
                let expected = want.map_or_else(|| Bilingual::new("值", "a value"), Type::name);
                self.error(TypeMessage::TypeMismatch { expected, found }, span);
                unknown(span)
            }
            A::Error => unknown(span),
        }
    }

    /// Types an expression that must be of `ty`, and reports where it is not.
    pub(crate) fn expect(&mut self, expr: &ast::Expr, ty: &Type) -> Expr {
        let found = self.infer(expr, Some(ty));
        self.check(found, ty)
    }

    /// Holds a typed expression against the type that its place expects.
    pub(crate) fn check(&mut self, found: Expr, want: &Type) -> Expr {
        match (&found.ty, want) {
            (Type::Number(have), Type::Number(need)) => {
                if have.dim == need.dim {
                    if need.whole && !have.whole {
                        self.error(TypeMessage::FractionOfWhole { unit: unit_or_integer(need) }, found.span)
                            .helps
                            .push(TypeNote::RoundExplicitly.into());
                    }
                } else if have.dim.is_none() && !is_zero(&found) {
                    self.missing_units(&found, need);
                } else if !is_zero(&found) {
                    self.error(TypeMessage::TypeMismatch { expected: want.name(), found: found.ty.name() }, found.span);
                }
            }
            (have, need) if have.compatible(need) => {}
            (have, Type::Truth) => {
                let have = have.name();
                self.error(TypeMessage::NotACondition { found: have }, found.span);
            }
            (Type::Date, Type::Number(_)) if self.date_for_number(&found) => {}
            (have, need) => {
                let message = TypeMessage::TypeMismatch { expected: need.name(), found: have.name() };
                self.error(message, found.span);
            }
        }
        found
    }

    /// Types a condition.
    pub(crate) fn condition(&mut self, expr: &ast::Expr) -> Expr {
        self.expect(expr, &Type::Truth)
    }

    /// Reports the figures without a unit that a value is made of, each where it stands.
    fn missing_units(&mut self, found: &Expr, need: &NumberType) {
        let parts: Vec<&Expr> = match &found.kind {
            ExprKind::If(_, then, otherwise) => vec![then, otherwise],
            ExprKind::Cases(arms, otherwise) => arms.iter().map(|it| &it.1).chain(otherwise.as_deref()).collect(),
            ExprKind::List(items) => items.iter().collect(),
            _ => {
                self.missing_unit(found, need);
                return;
            }
        };
        for part in parts {
            if part.ty.as_number().is_some_and(|it| it.dim.is_none()) && !is_zero(part) {
                self.missing_units(part, need);
            }
        }
    }

    /// Reports a figure without a unit where one is expected, and offers the unit.
    fn missing_unit(&mut self, found: &Expr, need: &NumberType) {
        let unit = Bilingual::new(need.unit(Face::Zh), need.unit(Face::En));
        // The content parts all tokens by blanks; nobody writes them around a range's dots.
        let number = self.text(found.span).replace("．．", "..").replace(" ..", "..").replace(".. ", "..");
        let number = SmolStr::new(number);
        let place = self.place(found.span);
        let chinese =
            !number.is_ascii() || self.content.block.word.text(&self.content.text).starts_with(|c: char| !c.is_ascii());
        let word = if chinese { unit.zh.clone() } else { unit.en.clone() };
        let error = self.error(TypeMessage::MissingUnit { number: number.clone(), unit: unit.clone() }, found.span);
        error.helps.push(TypeNote::AddUnit { unit: unit.clone() }.into());
        if matches!(&found.kind, ExprKind::Const(value) if value.as_number_range().is_some()) {
            let edit = SmolStr::new(format!("{number} {word}"));
            error.fix = Some(Fix::suggestion(TypeNote::AddUnit { unit }, place, edit));
        }
    }

    fn figure(&mut self, figure: ast::Figure, span: Span) -> Expr {
        let text = self.text(figure.digits);
        let number = match Number::parse_literal(text) {
            Ok(number) => number,
            Err(LiteralError::TooManyDigits | LiteralError::Malformed) => {
                self.error(SyntaxMessage::NumberTooLarge { text: text.into() }, figure.digits);
                return unknown(span);
            }
        };
        let Some(unit) = figure.unit else {
            let percent = text.ends_with(['%', '％']);
            let whole = !percent && number.as_int().is_some();
            return constant(Value::Number(number), Type::number(whole), span);
        };
        let Some((ty, size)) = self.unit_ref(unit) else { return unknown(span) };
        if let Ok(number) = number.mul(size) {
            let whole = number.as_int().is_some();
            if ty.whole && !whole {
                let unit = Bilingual::new(ty.unit(Face::Zh), ty.unit(Face::En));
                self.error(TypeMessage::FractionOfWhole { unit }, span);
            }
            // A fraction that is reported is not reported again where the figure is used.
            let whole = whole || ty.whole;
            constant(Value::Number(number), Type::Number(NumberType { whole, ..ty }), span)
        } else {
            self.error(SyntaxMessage::NumberTooLarge { text: self.text(span).into() }, span);
            unknown(span)
        }
    }

    /// Whether a figure can be a year: where a date belongs, four bare digits are one.
    fn is_year(&self, expr: &ast::Expr) -> bool {
        let A::Figure(figure) = &expr.kind else { return false };
        let text = self.text(figure.digits);
        figure.unit.is_none() && text.len() == 4 && matches!(text.parse::<u16>(), Ok(1000..=9999))
    }

    fn date(&mut self, span: Span) -> Expr {
        let text = self.text(span);
        if let Ok(date) = Date::parse(text) {
            return constant(Value::Date(date), Type::Date, span);
        }
        if let Ok(days) = CalendarSpan::parse(text) {
            return constant(Value::from(days), Type::Date, span);
        }
        let error = self.error(SyntaxMessage::InvalidDate { text: text.into() }, span);
        if text.contains('-') {
            error.helps.push(TypeNote::SpaceAroundMinus.into());
        }
        unknown(span)
    }

    /// A range. The lower end takes the unit of the upper one: `10..15 人`.
    fn range(&mut self, range: &ast::RangeExpr, want: Option<&Type>, span: Span) -> Expr {
        // `4.. 家`: where the name after the dots is a user's unit, the range has no upper end.
        let named = match (&range.lo, &range.hi) {
            (Some(_), Some(ast::Expr { kind: A::Name(name), .. }))
                if self.only(self.name(*name), &[Kind::Unit]).is_some() =>
            {
                Some(ast::UnitRef { name: *name, word: None, per: [None; 2] })
            }
            _ => None,
        };
        let unit = range.unit.or(named).and_then(|it| self.unit_ref(it));
        let hi = range.hi.as_ref().filter(|_| named.is_none()).map(|it| self.infer(it, want));
        let lo = range.lo.as_ref().map(|it| self.infer(it, want));
        let lo = lo.map(|lo| match (&hi, &unit) {
            (_, Some((ty, size))) => apply_unit(lo, ty, *size),
            (Some(hi), None) => match (&hi.ty, &lo.ty, hi_unit(range.hi.as_ref())) {
                (Type::Number(ty), Type::Number(low), Some(unit)) if low.dim.is_none() && !ty.dim.is_none() => {
                    let size = self.unit_ref(unit).map_or(Number::ONE, |it| it.1);
                    apply_unit(lo, &ty.clone(), size)
                }
                _ => lo,
            },
            (None, None) => lo,
        });
        let ends: Vec<&Expr> = lo.iter().chain(hi.iter()).collect();
        for end in &ends {
            if !matches!(end.ty, Type::Number(_) | Type::Date | Type::Any) {
                let expected = Bilingual::new("数或日期", "a number or date");
                let found = end.ty.name();
                self.error(TypeMessage::TypeMismatch { expected, found }, end.span);
            }
        }
        let ty = self.join(&ends);
        self.fold_range(lo, hi, ty, span)
    }

    /// A range of constants is a constant; one whose ends are reversed is empty and reported.
    fn fold_range(&mut self, lo: Option<Expr>, hi: Option<Expr>, ty: Type, span: Span) -> Expr {
        let number = |it: &Option<Expr>| match it {
            None => Some(None),
            Some(Expr { kind: ExprKind::Const(Value::Number(number)), .. }) => Some(Some(*number)),
            Some(_) => None,
        };
        if let (Some(low), Some(high)) = (number(&lo), number(&hi)) {
            return if let Ok(range) = Range::new(low, high) {
                constant(Value::from(range), ty, span)
            } else {
                self.empty_range(lo.as_ref(), hi.as_ref(), span);
                unknown(span)
            };
        }
        let date = |it: &Option<Expr>| match it {
            None => Some(None),
            Some(Expr { kind: ExprKind::Const(value), .. }) => value.as_date_range().map(Some),
            Some(_) => None,
        };
        if let (Some(low), Some(high)) = (date(&lo), date(&hi)) {
            return if let Ok(range) = Range::new(low.and_then(|it| it.lo()), high.and_then(|it| it.hi())) {
                constant(Value::from(range), ty, span)
            } else {
                self.empty_range(lo.as_ref(), hi.as_ref(), span);
                unknown(span)
            };
        }
        Expr { kind: ExprKind::Range(lo.map(Box::new), hi.map(Box::new)), ty, span }
    }

    /// Reports a range from a higher to a lower end. The fix swaps the digits and leaves the units where they stand.
    fn empty_range(&mut self, lo: Option<&Expr>, hi: Option<&Expr>, span: Span) {
        let text = |it: Option<&Expr>| it.map_or("", |it| self.text(it.span));
        let (lo, hi) = (SmolStr::new(text(lo)), SmolStr::new(text(hi)));
        let text = self.text(span);
        let digits = |it: char| it.is_ascii_digit() || matches!(it, '_' | '.');
        let swapped = text.split_once("..").and_then(|(a, b)| {
            let (a, b) = (a.trim(), b.trim());
            let (low, low_unit) = a.split_at(a.find(|it| !digits(it)).unwrap_or(a.len()));
            let (high, high_unit) = b.split_at(b.find(|it| !digits(it)).unwrap_or(b.len()));
            (!low.is_empty() && !high.is_empty()).then(|| format!("{high}{low_unit}..{low}{high_unit}"))
        });
        let place = self.place(span);
        let error = self.error(TypeMessage::EmptyRange { lo, hi }, span);
        error.fix = swapped.map(|it| Fix::suggestion(TypeNote::SwapEnds, place, it));
    }

    fn cases(&mut self, cases: &ast::Cases, want: Option<&Type>, span: Span) -> Expr {
        let mut arms = Vec::with_capacity(cases.arms.len());
        for arm in &cases.arms {
            let guard = self.condition(&arm.guard);
            let value = self.infer(&arm.value, want);
            arms.push((guard, value));
        }
        let otherwise = cases.otherwise.as_ref().map(|it| self.infer(it, want));
        if otherwise.is_none() {
            self.error(TypeMessage::CaseWithoutOtherwise, span).helps.push(TypeNote::AddOtherwise.into());
        }
        let values: Vec<&Expr> = arms.iter().map(|it| &it.1).chain(otherwise.iter()).collect();
        let ty = self.join(&values);
        Expr { kind: ExprKind::Cases(arms, otherwise.map(Box::new)), ty, span }
    }

    fn index(&mut self, base: &ast::Expr, index: &ast::Expr, span: Span) -> Expr {
        let base = self.infer(base, None);
        let index = self.expect(index, &Type::number(true));
        match &base.ty {
            Type::List(item) => {
                let ty = (**item).clone();
                // A list's n-th member: only of constants, so that a run never meets a position that is not there.
                if let (ExprKind::List(items), ExprKind::Const(Value::Number(number))) = (&base.kind, &index.kind)
                    && let Some(position) = number.as_int().and_then(|it| usize::try_from(it - 1).ok())
                    && let Some(item) = items.get(position)
                {
                    return item.clone();
                }
                let found = Bilingual::new("清单中没有的位置", "a position that the list does not have");
                let expected = Bilingual::new("从 1 起的位置", "a position from 1 on");
                self.error(TypeMessage::TypeMismatch { expected, found }, index.span);
                Expr { kind: ExprKind::Unknown, ty, span }
            }
            Type::Any => unknown(span),
            other => {
                let found = other.name();
                let expected = Bilingual::new("清单", "a list");
                self.error(TypeMessage::TypeMismatch { expected, found }, base.span);
                unknown(span)
            }
        }
    }

    /// The type that values of one place have together. Zero has the unit of the others, wherever it stands, and a figure
    /// without a unit lacks that of the others. What differs is reported; then the values are of any type together, so
    /// that nothing else is said of them.
    pub(crate) fn join(&mut self, values: &[&Expr]) -> Type {
        let says = |it: &&&Expr| it.ty != Type::Any && !is_zero(it);
        let plain = |it: &Expr| it.ty.as_number().is_some_and(|it| it.dim.is_none());
        let first = values.iter().find(says).or_else(|| values.iter().find(|it| it.ty != Type::Any));
        let Some(first) = first else { return Type::Any };
        let with_unit = values.iter().find(|it| it.ty.as_number().is_some_and(|it| !it.dim.is_none()));
        let lead = with_unit.filter(|_| plain(first)).unwrap_or(first);
        let mut joined = lead.ty.clone();
        let mut fits = true;
        for value in values.iter().filter(|it| it.ty != Type::Any) {
            if joined.compatible(&value.ty) || is_zero(value) {
                joined = merge(joined, &value.ty);
                continue;
            }
            fits = false;
            match &lead.ty {
                Type::Number(need) if plain(value) => self.missing_units(value, need),
                ty => {
                    let place = self.place(lead.span);
                    let message = TypeMessage::TypeMismatch { expected: ty.name(), found: value.ty.name() };
                    let error = self.error(message, value.span);
                    *error = error.clone().label(place, TypeNote::ExpectedBecause { what: ty.name() });
                }
            }
        }
        if fits { joined } else { Type::Any }
    }

    /// The number type of an operand, or `None` where it is of any type; what is no number is reported.
    fn number_of(&mut self, expr: &Expr) -> Option<NumberType> {
        match &expr.ty {
            Type::Number(number) => Some(number.clone()),
            Type::Any => None,
            other => {
                let found = other.name();
                if !self.date_for_number(expr) {
                    let expected = Bilingual::new("数", "a number");
                    self.error(TypeMessage::TypeMismatch { expected, found }, expr.span);
                }
                None
            }
        }
    }

    /// Reports `1200-12`, which is read as a month, where a number was meant.
    fn date_for_number(&mut self, expr: &Expr) -> bool {
        let literal = matches!(&expr.kind, ExprKind::Const(value) if value.as_date_range().is_some());
        let text: SmolStr = self.text(expr.span).into();
        if !literal || !text.contains('-') {
            return false;
        }
        let place = self.place(expr.span);
        let apart = SmolStr::new(text.replace('-', " - "));
        let error = self.error(TypeMessage::DateNotNumber { text }, expr.span);
        error.helps.push(TypeNote::SpaceAroundMinus.into());
        error.fix = Some(Fix::suggestion(TypeNote::SpaceAroundMinus, place, apart));
        true
    }

    /// A label at the other operand that says what it is.
    fn label_type(&mut self, span: Span, ty: &Type) {
        let place = self.place(span);
        let note = TypeNote::ThisIs { what: ty.name() };
        if let Some(error) = self.diagnostics.last_mut() {
            *error = error.clone().label(place, note);
        }
    }

    /// A label at the place that the last finding is compared with.
    pub(crate) fn label_here(&mut self, span: Span) {
        let place = self.place(span);
        if let Some(error) = self.diagnostics.last_mut() {
            *error = error.clone().label(place, GeneralNote::BecauseOfThis);
        }
    }
}

/// The unit of a range's upper end, if it is a figure with one.
fn hi_unit(hi: Option<&ast::Expr>) -> Option<ast::UnitRef> {
    match hi.map(|it| &it.kind) {
        Some(A::Figure(figure)) => figure.unit,
        Some(A::Unary(_, operand)) => hi_unit(Some(operand)),
        _ => None,
    }
}

fn apply_unit(expr: Expr, ty: &NumberType, size: Number) -> Expr {
    match (&expr.kind, &expr.ty) {
        (ExprKind::Const(Value::Number(number)), Type::Number(have)) if have.dim.is_none() => match number.mul(size) {
            Ok(number) => {
                let whole = number.as_int().is_some();
                constant(Value::Number(number), Type::Number(NumberType { whole, ..ty.clone() }), expr.span)
            }
            Err(_) => expr,
        },
        _ => expr,
    }
}

/// A literal zero has every unit, and so has a choice among zeros.
pub(crate) fn is_zero(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Const(Value::Number(number)) => {
            number.is_zero() && expr.ty.as_number().is_some_and(|it| it.dim.is_none())
        }
        ExprKind::If(_, then, otherwise) => is_zero(then) && is_zero(otherwise),
        ExprKind::Cases(arms, otherwise) => {
            arms.iter().all(|it| is_zero(&it.1)) && otherwise.as_ref().is_some_and(|it| is_zero(it))
        }
        _ => false,
    }
}

/// The type of values that may be of either.
pub(crate) fn merge(a: Type, b: &Type) -> Type {
    match (a, b) {
        (Type::Number(a), Type::Number(b)) => {
            let whole = a.whole && b.whole;
            if a.dim.is_none() && !b.dim.is_none() {
                Type::Number(NumberType { whole, ..b.clone() })
            } else {
                Type::Number(NumberType { whole, ..a })
            }
        }
        (Type::Any, b) => b.clone(),
        (a, _) => a,
    }
}

pub(crate) const fn constant(value: Value, ty: Type, span: Span) -> Expr {
    Expr { kind: ExprKind::Const(value), ty, span }
}

/// What stands for an expression that could not be read; the reason is reported.
pub(crate) const fn unknown(span: Span) -> Expr {
    Expr { kind: ExprKind::Unknown, ty: Type::Any, span }
}

fn unit_or_integer(ty: &NumberType) -> Bilingual {
    if ty.dim.is_none() {
        Bilingual::new("整数", "integer")
    } else {
        Bilingual::new(ty.unit(Face::Zh), ty.unit(Face::En))
    }
}
