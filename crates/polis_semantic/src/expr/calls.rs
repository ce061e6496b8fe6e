//! Built-in functions and aggregates.

use polis_diagnostic::{Arity, Bilingual, NameNote, TypeMessage, did_you_mean};
use polis_syntax::Span;
use polis_syntax::ast;
use polis_syntax::words::{Builtin, UnitWord};
use smol_str::SmolStr;

use super::{merge, unknown};
use crate::ir::{Expr, ExprKind};
use crate::lower::Lower;
use crate::resolve::Target;
use crate::types::{Dim, NumberType, Type};

impl Lower<'_, '_> {
    pub(super) fn call(&mut self, call: &ast::Call, want: Option<&Type>, span: Span) -> Expr {
        let Some(builtin) = call.builtin else {
            self.unknown_function(call.name);
            return unknown(span);
        };
        if !self.arity(call, builtin) {
            return unknown(span);
        }
        let args = call.args.as_slice();
        match (builtin, args) {
            (Builtin::Kept, [argument]) => self.kept(argument, span),
            (Builtin::Known, [argument]) => {
                let argument = self.infer(argument, None);
                built(builtin, vec![argument], Type::Truth, span)
            }
            (Builtin::Steps, [amount, size]) => {
                let amount = self.infer(amount, None);
                let size = self.infer(size, Some(&amount.ty.clone()));
                self.number_of(&amount);
                self.number_of(&size);
                self.same_unit(call.name.span, &amount, &size);
                built(builtin, vec![amount, size], Type::number(true), span)
            }
            (Builtin::Floor | Builtin::Ceil | Builtin::Round, [value]) => {
                let value = self.infer(value, want);
                let ty = self.number_of(&value).map_or(Type::Any, |it| Type::Number(NumberType { whole: true, ..it }));
                built(builtin, vec![value], ty, span)
            }
            (Builtin::Round, [value, digits]) => {
                let value = self.infer(value, want);
                let digits = self.expect(digits, &Type::number(true));
                let ty = self.number_of(&value).map_or(Type::Any, Type::Number);
                built(builtin, vec![value, digits], ty, span)
            }
            (Builtin::Abs | Builtin::Low | Builtin::High, [value]) => {
                let value = self.infer(value, want);
                let ty = self.number_of(&value).map_or(Type::Any, Type::Number);
                built(builtin, vec![value], ty, span)
            }
            (Builtin::Starts | Builtin::Ends, [value]) => {
                let value = self.expect(value, &Type::Date);
                built(builtin, vec![value], Type::Date, span)
            }
            (Builtin::Clamp, [value, range]) => {
                let value = self.infer(value, want);
                let range = self.infer(range, Some(&value.ty.clone()));
                self.number_of(&value);
                self.same_unit(call.name.span, &value, &range);
                let ty = merge(value.ty.clone(), &range.ty);
                built(builtin, vec![value, range], ty, span)
            }
            (Builtin::YearsBetween | Builtin::MonthsBetween | Builtin::DaysBetween, [from, to]) => {
                let from = self.expect(from, &Type::Date);
                let to = self.expect(to, &Type::Date);
                let unit = match builtin {
                    Builtin::YearsBetween => UnitWord::Year,
                    Builtin::MonthsBetween => UnitWord::Month,
                    _ => UnitWord::Day,
                };
                let mut ty = crate::signature::unit_type(unit);
                ty.whole = true;
                built(builtin, vec![from, to], Type::Number(ty), span)
            }
            (Builtin::AddMonths, [date, months]) => {
                let date = self.expect(date, &Type::Date);
                let months = self.infer(months, None);
                let ty = Type::Number(NumberType::new(Dim::of(UnitWord::Month), true));
                let months = if months.ty.as_number().is_some_and(|it| it.dim.is_none()) {
                    months
                } else {
                    self.check(months, &ty)
                };
                built(builtin, vec![date, months], Type::Date, span)
            }
            (
                Builtin::Sum
                | Builtin::Count
                | Builtin::Any
                | Builtin::All
                | Builtin::Avg
                | Builtin::Min
                | Builtin::Max,
                [list],
            ) => self.over_list(builtin, list, span),
            (Builtin::Min | Builtin::Max, args) => {
                let args: Vec<Expr> = args.iter().map(|it| self.infer(it, want)).collect();
                for arg in &args {
                    self.number_of(arg);
                }
                let ty = self.join(&args.iter().collect::<Vec<_>>());
                built(builtin, args, ty, span)
            }
            _ => unknown(span),
        }
    }

    /// `count(communities)`, `sum([a, b])`: an aggregate over the members of a list themselves.
    fn over_list(&mut self, builtin: Builtin, list: &ast::Expr, span: Span) -> Expr {
        let list = self.infer(list, None);
        let Some(item) = self.member_type(&list) else { return unknown(span) };
        let body = Expr { kind: ExprKind::Local(0), ty: item.clone(), span: list.span };
        let ty = match builtin {
            Builtin::Count => Self::count_type(),
            Builtin::Any | Builtin::All => {
                self.check(body.clone(), &Type::Truth);
                Type::Truth
            }
            _ => self.aggregate_type(builtin, &body),
        };
        // Members are counted as they are: a jurisdiction is no condition.
        let body = match builtin {
            Builtin::Count => super::constant(polis_value::Value::Bool(true), Type::Truth, list.span),
            _ => body,
        };
        let kind = ExprKind::Aggregate { builtin, body: Box::new(body), source: Box::new(list), filter: None };
        Expr { kind, ty, span }
    }

    /// `sum(c.staff for c in communities where c.households > 3000 户)`.
    pub(super) fn aggregate(&mut self, aggregate: &ast::Aggregate, span: Span) -> Expr {
        let source = self.infer(&aggregate.source, None);
        let Some(item) = self.member_type(&source) else { return unknown(span) };
        let Some(builtin) = aggregate.builtin else {
            self.unknown_function(aggregate.name);
            return unknown(span);
        };
        if !is_aggregate(builtin) {
            let text: SmolStr = self.text(aggregate.name.span).into();
            let expected =
                Bilingual::new("合计、计数、任一、全部、最小、最大或平均", "sum, count, any, all, min, max or avg");
            self.error(
                TypeMessage::TypeMismatch { expected, found: Bilingual::word(&text, &text) },
                aggregate.name.span,
            );
            return unknown(span);
        }
        let is_entity = matches!(item, Type::Entity(_));
        self.note_target(aggregate.binder.span, |it| Target::Local(it.name(aggregate.binder).into()));
        self.locals.push((self.name(aggregate.binder).into(), item));
        let filter = aggregate.filter.as_ref().map(|it| self.condition(it));
        let body = match builtin {
            Builtin::Any | Builtin::All => self.condition(&aggregate.body),
            _ => self.infer(&aggregate.body, None),
        };
        self.locals.pop();
        let (body, ty) = match builtin {
            Builtin::Any | Builtin::All => (body, Type::Truth),
            Builtin::Count => {
                let counted = if matches!(body.ty, Type::Truth) || !is_entity && !matches!(body.ty, Type::Entity(_)) {
                    body
                } else {
                    super::constant(polis_value::Value::Bool(true), Type::Truth, body.span)
                };
                (counted, Self::count_type())
            }
            _ => {
                let ty = self.aggregate_type(builtin, &body);
                (body, ty)
            }
        };
        let kind = ExprKind::Aggregate {
            builtin,
            body: Box::new(body),
            source: Box::new(source),
            filter: filter.map(Box::new),
        };
        Expr { kind, ty, span }
    }

    fn aggregate_type(&mut self, builtin: Builtin, body: &Expr) -> Type {
        match self.number_of(body) {
            Some(number) if builtin == Builtin::Avg => Type::Number(NumberType { whole: false, ..number }),
            Some(number) => Type::Number(number),
            None => Type::Any,
        }
    }

    fn member_type(&mut self, source: &Expr) -> Option<Type> {
        match &source.ty {
            Type::List(item) => Some((**item).clone()),
            Type::Any => None,
            other => {
                let found = other.name();
                let expected =
                    Bilingual::new("集合，如下级对象的复数", "a collection, such as the plural of an entity");
                self.error(TypeMessage::TypeMismatch { expected, found }, source.span);
                None
            }
        }
    }

    fn unknown_function(&mut self, name: ast::Ident) {
        let text = self.name(name);
        let words: Vec<&str> = Builtin::rows().flat_map(|it| it.1.spellings()).collect();
        let near = did_you_mean(text, words.iter().copied()).map(SmolStr::new);
        let message = polis_diagnostic::NameMessage::UnknownName { name: text.into() };
        let error = self.error(message, name.span);
        if let Some(name) = near {
            error.helps.push(NameNote::DidYouMean { name }.into());
        }
    }

    fn arity(&mut self, call: &ast::Call, builtin: Builtin) -> bool {
        let (least, most) = match builtin {
            Builtin::Steps
            | Builtin::Clamp
            | Builtin::YearsBetween
            | Builtin::MonthsBetween
            | Builtin::DaysBetween
            | Builtin::AddMonths => (2, 2),
            Builtin::Round => (1, 2),
            Builtin::Min | Builtin::Max => (1, u32::MAX),
            _ => (1, 1),
        };
        let found = u32::try_from(call.args.len()).unwrap_or(u32::MAX);
        if (least..=most).contains(&found) {
            return true;
        }
        let expected = if least == most {
            Arity::Exactly(least)
        } else if most == u32::MAX {
            Arity::AtLeast(least)
        } else {
            Arity::Between(least, most)
        };
        let function = self.name(call.name).into();
        self.error(TypeMessage::WrongArgumentCount { function, expected, found }, call.name.span);
        false
    }
}

const fn is_aggregate(builtin: Builtin) -> bool {
    matches!(
        builtin,
        Builtin::Sum | Builtin::Count | Builtin::Any | Builtin::All | Builtin::Min | Builtin::Max | Builtin::Avg
    )
}

const fn built(builtin: Builtin, args: Vec<Expr>, ty: Type, span: Span) -> Expr {
    Expr { kind: ExprKind::Call(builtin, args), ty, span }
}
