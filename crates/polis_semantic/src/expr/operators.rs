//! Infix operators: units, dates, comparisons.

use polis_diagnostic::{Bilingual, Fix, Severity, SyntaxNote, TypeMessage, TypeNote};
use polis_syntax::Span;
use polis_syntax::ast::{self, BinaryOp, ExprKind as A};
use polis_syntax::words::{Builtin, Face, UnitWord};
use polis_value::{Date, Value};
use smol_str::SmolStr;

use super::{constant, is_zero, merge, unknown};
use crate::ir::{Expr, ExprKind};
use crate::lower::Lower;
use crate::types::{Dim, NumberType, Type};

impl Lower<'_, '_> {
    pub(super) fn binary(&mut self, binary: &ast::Binary, want: Option<&Type>, span: Span) -> Expr {
        if let Some(date) = self.dashed_date(binary, want, span) {
            return date;
        }
        match binary.op {
            BinaryOp::Or | BinaryOp::And => {
                let lhs = self.condition(&binary.lhs);
                let rhs = self.condition(&binary.rhs);
                infix(binary.op, lhs, rhs, Type::Truth, span)
            }
            BinaryOp::Equal | BinaryOp::NotEqual => {
                let (lhs, rhs) = self.both(binary, None);
                self.comparable(binary, &lhs, &rhs);
                infix(binary.op, lhs, rhs, Type::Truth, span)
            }
            BinaryOp::Less | BinaryOp::AtMost | BinaryOp::More | BinaryOp::AtLeast => {
                let (lhs, rhs) = self.both(binary, None);
                if self.comparable(binary, &lhs, &rhs) {
                    self.ordered(&lhs);
                }
                infix(binary.op, lhs, rhs, Type::Truth, span)
            }
            BinaryOp::In => self.membership(binary, span),
            BinaryOp::Add | BinaryOp::Sub => self.sum(binary, want, span),
            BinaryOp::Mul | BinaryOp::Div => self.product(binary, span),
        }
    }

    /// `2020-1-31`, which is read as a subtraction. Where a date belongs, it is taken for the one that is meant, so that
    /// nothing else is said of it; where a number belongs, it is nothing but what it says.
    fn dashed_date(&mut self, binary: &ast::Binary, want: Option<&Type>, span: Span) -> Option<Expr> {
        let A::Binary(inner) = &binary.lhs.kind else { return None };
        if (binary.op, inner.op) != (BinaryOp::Sub, BinaryOp::Sub) || matches!(want, Some(Type::Number(_))) {
            return None;
        }
        let figure = |it: &ast::Expr| match &it.kind {
            A::Figure(figure) if figure.unit.is_none() => self.text(figure.digits).parse::<u16>().ok(),
            _ => None,
        };
        let (month, day) = (figure(&inner.rhs)?, figure(&binary.rhs)?);
        let year = figure(&inner.lhs).filter(|_| self.is_year(&inner.lhs))?;
        let date = SmolStr::new(format!("{year}-{month:02}-{day:02}"));
        let value = Date::parse(&date).ok()?;
        let text = SmolStr::new(self.text(span).replace(' ', ""));
        let place = self.place(span);
        let error = self.error(TypeMessage::DateAsSubtraction { text, date: date.clone() }, span);
        let note = SyntaxNote::ReplaceWith { text: date.clone() };
        error.fix = Some(Fix::suggestion(note, place, date));
        if want != Some(&Type::Date) {
            return None;
        }
        error.severity = Severity::Error;
        Some(constant(Value::Date(value), Type::Date, span))
    }

    /// Both operands; a value of an enumeration is settled by the other side.
    fn both(&mut self, binary: &ast::Binary, want: Option<&Type>) -> (Expr, Expr) {
        if self.is_year(&binary.lhs) {
            // `2020 < 成立`: a year, where the other side is a date.
            let rhs = self.infer(&binary.rhs, want);
            let lhs = self.infer(&binary.lhs, Some(&rhs.ty.clone()));
            return (lhs, rhs);
        }
        let before = self.diagnostics.len();
        let lhs = self.infer(&binary.lhs, want);
        if self.diagnostics.len() > before && matches!(binary.lhs.kind, ast::ExprKind::Name(_)) {
            // The left name may be a value of the enumeration that the right side is of.
            let rhs = self.infer(&binary.rhs, want);
            if matches!(rhs.ty, Type::Enum(_)) {
                self.diagnostics.truncate(before);
                let ty = rhs.ty.clone();
                let lhs = self.infer(&binary.lhs, Some(&ty));
                return (lhs, rhs);
            }
            return (lhs, rhs);
        }
        let ty = lhs.ty.clone();
        let rhs = self.infer(&binary.rhs, Some(&ty));
        (lhs, rhs)
    }

    /// Whether two operands may be compared; reports where not.
    fn comparable(&mut self, binary: &ast::Binary, lhs: &Expr, rhs: &Expr) -> bool {
        if lhs.ty.compatible(&rhs.ty) || is_zero(lhs) || is_zero(rhs) {
            return true;
        }
        self.mismatch(binary, lhs, rhs);
        false
    }

    fn mismatch(&mut self, binary: &ast::Binary, lhs: &Expr, rhs: &Expr) {
        match (&lhs.ty, &rhs.ty) {
            (Type::Number(left), Type::Number(right)) => {
                if right.dim.is_none() && is_written(rhs) {
                    self.missing_units(rhs, left);
                } else if left.dim.is_none() && is_written(lhs) {
                    self.missing_units(lhs, right);
                } else {
                    let unit = |it: &NumberType| {
                        if it.dim.is_none() {
                            Bilingual::new("无单位", "no unit")
                        } else {
                            Bilingual::new(it.unit(Face::Zh), it.unit(Face::En))
                        }
                    };
                    let op = self.text(binary.op_span).into();
                    let message = TypeMessage::UnitMismatch { left: unit(left), right: unit(right), op };
                    self.error(message, binary.op_span);
                    self.label_type(lhs.span, &lhs.ty);
                    self.label_type(rhs.span, &rhs.ty);
                }
            }
            (left, right) => {
                let message = TypeMessage::TypeMismatch { expected: left.name(), found: right.name() };
                self.error(message, rhs.span);
                self.label_type(lhs.span, &lhs.ty);
            }
        }
    }

    /// Only numbers and dates have an order.
    fn ordered(&mut self, operand: &Expr) {
        if !matches!(operand.ty, Type::Number(_) | Type::Date | Type::Any) {
            let expected = Bilingual::new("数或日期", "a number or date");
            let found = operand.ty.name();
            self.error(TypeMessage::TypeMismatch { expected, found }, operand.span);
        }
    }

    fn membership(&mut self, binary: &ast::Binary, span: Span) -> Expr {
        let lhs = self.infer(&binary.lhs, None);
        let list = Type::List(Box::new(lhs.ty.clone()));
        let want = if matches!(binary.rhs.kind, ast::ExprKind::List(_)) { &list } else { &lhs.ty };
        let want = want.clone();
        let rhs = self.infer(&binary.rhs, Some(&want));
        let member = match &rhs.ty {
            Type::List(item) => (**item).clone(),
            other => other.clone(),
        };
        if !(lhs.ty.compatible(&member) || is_zero(&lhs) || is_zero(&rhs)) {
            let stand_in = Expr { ty: member, ..rhs.clone() };
            self.mismatch(binary, &lhs, &stand_in);
        }
        infix(BinaryOp::In, lhs, rhs, Type::Truth, span)
    }

    /// `+` and `-`: numbers of one unit, a date and days or months, two dates.
    fn sum(&mut self, binary: &ast::Binary, want: Option<&Type>, span: Span) -> Expr {
        // Four digits beside a date are a year where dates are compared, and a number where one is added.
        let lhs = self.infer(&binary.lhs, want.filter(|it| **it != Type::Date));
        let beside = Some(&lhs.ty).filter(|it| **it != Type::Date);
        let rhs = self.infer(&binary.rhs, beside);
        match (&lhs.ty, &rhs.ty) {
            (Type::Any, _) | (_, Type::Any) => {
                let ty = if lhs.ty == Type::Any { rhs.ty.clone() } else { lhs.ty.clone() };
                infix(binary.op, lhs, rhs, ty, span)
            }
            (Type::Number(left), Type::Number(right)) => {
                if left.dim == right.dim || is_zero(&lhs) || is_zero(&rhs) {
                    let ty = merge(lhs.ty.clone(), &rhs.ty);
                    infix(binary.op, lhs, rhs, ty, span)
                } else {
                    self.mismatch(binary, &lhs, &rhs);
                    self.maybe_range(binary);
                    unknown(span)
                }
            }
            (Type::Date, Type::Date) if binary.op == BinaryOp::Sub => {
                let days = Type::Number(NumberType::new(Dim::of(UnitWord::Day), true));
                Expr { kind: ExprKind::Call(Builtin::DaysBetween, vec![rhs, lhs]), ty: days, span }
            }
            (Type::Date, Type::Number(number)) if number.dim == Dim::of(UnitWord::Month) => {
                let rhs = match binary.op {
                    BinaryOp::Sub => Expr {
                        ty: rhs.ty.clone(),
                        span: rhs.span,
                        kind: ExprKind::Unary(ast::UnaryOp::Neg, Box::new(rhs)),
                    },
                    _ => rhs,
                };
                Expr { kind: ExprKind::Call(Builtin::AddMonths, vec![lhs, rhs]), ty: Type::Date, span }
            }
            (Type::Date, Type::Number(number)) if number.dim == Dim::of(UnitWord::Day) => {
                infix(binary.op, lhs, rhs, Type::Date, span)
            }
            (Type::Number(_), _) => {
                self.number_of(&rhs);
                self.label_type(lhs.span, &lhs.ty);
                unknown(span)
            }
            (_, Type::Number(_)) => {
                self.number_of(&lhs);
                self.label_type(rhs.span, &rhs.ty);
                unknown(span)
            }
            _ => {
                self.number_of(&lhs);
                unknown(span)
            }
        }
    }

    /// `10-15人`: a range was meant. Replaces the advice to give the first figure a unit, which would subtract.
    fn maybe_range(&mut self, binary: &ast::Binary) {
        let figure = |it: &ast::Expr| match &it.kind {
            ast::ExprKind::Figure(figure) => Some(*figure),
            _ => None,
        };
        if let (BinaryOp::Sub, Some(low), Some(high)) = (binary.op, figure(&binary.lhs), figure(&binary.rhs))
            && low.unit.is_none()
            && high.unit.is_some()
        {
            let place = self.place(binary.lhs.span.to(binary.rhs.span));
            let text = SmolStr::new(format!("{}..{}", self.text(binary.lhs.span), self.text(binary.rhs.span)));
            if let Some(error) = self.diagnostics.last_mut() {
                let note = SyntaxNote::ReplaceWith { text: text.clone() };
                error.helps = vec![note.clone().into()];
                error.fix = Some(Fix::suggestion(note, place, text));
            }
        }
    }

    /// `*` and `/`: units combine.
    fn product(&mut self, binary: &ast::Binary, span: Span) -> Expr {
        let lhs = self.infer(&binary.lhs, None);
        let rhs = self.infer(&binary.rhs, None);
        let (left, right) = (self.number_of(&lhs), self.number_of(&rhs));
        let divide = binary.op == BinaryOp::Div;
        if divide && matches!(&rhs.kind, ExprKind::Const(Value::Number(number)) if number.is_zero()) {
            self.error(TypeMessage::DivisionByZero, rhs.span);
            return unknown(span);
        }
        let (Some(left), Some(right)) = (left, right) else {
            return infix(binary.op, lhs, rhs, Type::Any, span);
        };
        let sign = if divide { -1 } else { 1 };
        let dim = left.dim.combine(&right.dim, sign);
        let twelfths = left.dim.twelfths(&right.dim, sign);
        let whole = !divide && left.whole && right.whole && twelfths <= 0;
        // Figures keep the unit that they were written in where a plain number scales them: 3 * 1.5 万元.
        let shown = match (left.dim.is_none(), right.dim.is_none()) {
            (false, true) => left.shown.clone(),
            (true, false) if !divide => right.shown.clone(),
            _ => None,
        };
        let ty = Type::Number(NumberType { dim, whole, shown });
        let kind = ExprKind::Binary { op: binary.op, lhs: Box::new(lhs), rhs: Box::new(rhs), twelfths };
        Expr { kind, ty, span }
    }

    /// Says that a value must be dimensionless or of one unit with another, as arguments of a function are.
    pub(super) fn same_unit(&mut self, function: Span, first: &Expr, second: &Expr) {
        if let (Type::Number(left), Type::Number(right)) = (&first.ty, &second.ty)
            && left.dim != right.dim
            && !is_zero(first)
            && !is_zero(second)
        {
            if right.dim.is_none() && is_written(second) {
                let left = left.clone();
                self.missing_units(second, &left);
                return;
            }
            let unit = |it: &NumberType| Bilingual::new(it.unit(Face::Zh), it.unit(Face::En));
            let message =
                TypeMessage::UnitMismatch { left: unit(left), right: unit(right), op: self.text(function).into() };
            self.error(message, second.span);
            let place = self.place(first.span);
            let note = TypeNote::HasUnit { unit: unit(left) };
            if let Some(error) = self.diagnostics.last_mut() {
                *error = error.clone().label(place, note);
            }
        }
    }
}

/// Whether a value is made of figures that stand there, so that a unit can be put to them.
fn is_written(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Const(_) | ExprKind::List(_) => true,
        ExprKind::If(_, then, otherwise) => is_written(then) && is_written(otherwise),
        ExprKind::Cases(arms, otherwise) => {
            arms.iter().all(|it| is_written(&it.1)) && otherwise.as_ref().is_none_or(|it| is_written(it))
        }
        _ => false,
    }
}

fn infix(op: BinaryOp, lhs: Expr, rhs: Expr, ty: Type, span: Span) -> Expr {
    Expr { kind: ExprKind::Binary { op, lhs: Box::new(lhs), rhs: Box::new(rhs), twelfths: 0 }, ty, span }
}
