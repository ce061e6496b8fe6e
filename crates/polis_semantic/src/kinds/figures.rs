//! Parameters, rules and requirements.

use polis_diagnostic::{Bilingual, KindMessage, KindNote, NameMessage, NameNote, SyntaxMessage, did_you_mean};
use polis_syntax::ast::{Block, HeadName};
use polis_syntax::words::{Choice, ClauseWord};
use polis_value::{CalendarSpan, Date};
use smol_str::SmolStr;

use super::{Clauses, Def};
use crate::expr::{merge, unknown};
use crate::ir::{Constraint, Exception, Expr, Holds, Param, Rule};
use crate::lower::Lower;
use crate::resolve::Target;
use crate::types::Type;

impl Lower<'_, '_> {
    /// A figure: from the beginning, or from dates on. Returns its type.
    pub(super) fn param(&mut self, block: &Block, clauses: &Clauses<'_>, defs: &mut Vec<Def>) -> Type {
        let declared = block.ty.as_ref().map(|it| self.type_expr(it));
        let value = clauses.one(ClauseWord::Value).and_then(|it| it.values.first());
        let value = value.map(|it| self.typed(it, declared.as_ref()));
        let mut dated: Vec<(Date, Expr)> = Vec::new();
        for clause in clauses.many(ClauseWord::From) {
            let Some(HeadName::Date(date)) = clause.name else { continue };
            let from = self.first_day(date);
            let Some(expr) = clause.values.first() else { continue };
            let expr = self.typed(expr, declared.as_ref());
            let Some(from) = from else { continue };
            if let Some(other) = dated.iter().find(|it| it.0 == from) {
                let place = self.place(other.1.span);
                let message = KindMessage::RepeatedClause { clause: self.text(date).into() };
                let error = self.error(message, date);
                *error = error.clone().label(place, KindNote::FirstGivenHere);
            } else {
                dated.push((from, expr));
            }
        }
        dated.sort_by_key(|it| it.0);
        if clauses.one(ClauseWord::Value).is_none() && clauses.many(ClauseWord::From).next().is_none() {
            self.missing_clause(block, ClauseWord::Value);
        }
        let values: Vec<&Expr> = value.iter().chain(dated.iter().map(|it| &it.1)).collect();
        let ty = declared.unwrap_or_else(|| self.join(&values));
        let range = clauses.one(ClauseWord::Range).and_then(|it| it.values.first()).map(|it| self.expect(it, &ty));
        if let Some(range) = &range
            && let Some(allowed) = super::ranges::allowed(range, &ty, self.place(range.span))
        {
            for value in value.iter().chain(dated.iter().map(|it| &it.1)) {
                self.in_range(&self.item.name(self.db), &ty, value, &allowed);
            }
        }
        let symbol = self.item.symbol(self.db);
        if let Some(meta) = self.meta(block, clauses, symbol) {
            defs.push(Def::Param(Param { meta, ty: ty.clone(), value, dated, range }));
        }
        ty
    }

    fn first_day(&mut self, span: polis_syntax::Span) -> Option<Date> {
        let text = self.text(span);
        let day = Date::parse(text).or_else(|_| CalendarSpan::parse(text).map(|it| it.first));
        if day.is_err() {
            self.error(SyntaxMessage::InvalidDate { text: text.into() }, span);
        }
        day.ok()
    }

    /// An expression of the declared type, or of whatever type it has.
    fn typed(&mut self, expr: &polis_syntax::ast::Expr, ty: Option<&Type>) -> Expr {
        match ty {
            Some(ty) => self.expect(expr, ty),
            None => self.infer(expr, None),
        }
    }

    /// A value for each entity. Returns its type.
    pub(super) fn rule_block(&mut self, block: &Block, clauses: &Clauses<'_>, defs: &mut Vec<Def>) -> Type {
        let declared = block.ty.as_ref().map(|it| self.type_expr(it));
        let value = clauses.one(ClauseWord::Value).and_then(|it| it.values.first());
        let value = value.map_or_else(|| unknown(block.span), |it| self.typed(it, declared.as_ref()));
        let mut exceptions = Vec::new();
        for clause in clauses.many(ClauseWord::Except) {
            let guard = if clause.guard.is_some() {
                self.guard(clause)
            } else if self.head_is_damaged(clause) {
                None
            } else {
                let expected = Bilingual::new("“当 条件”", "`when` and a condition");
                let found = Bilingual::word(":", ":");
                self.error(SyntaxMessage::UnexpectedToken { found, expected }, clause.word.span);
                None
            };
            let value = clause.values.first().map(|it| self.typed(it, declared.as_ref()));
            let name = self.head_name(clause);
            let over = clause.over.iter().map(|it| SmolStr::new(self.name(*it))).collect();
            if let (Some(guard), Some(value), Some(name)) = (guard, value, name) {
                exceptions.push(Exception { name, guard, value, over, span: clause.span });
            }
        }
        exceptions.shrink_to_fit();
        self.check_exceptions(clauses, &exceptions);
        let values: Vec<&Expr> = std::iter::once(&value).chain(exceptions.iter().map(|it| &it.value)).collect();
        let ty = declared.unwrap_or_else(|| self.join(&values));
        let symbol = self.item.symbol(self.db);
        if let (Some(meta), Some(this)) = (self.meta(block, clauses, symbol), self.this.clone()) {
            let entity = this.symbol.clone();
            defs.push(Def::Rule(Rule { meta, entity, ty: ty.clone(), value, exceptions }));
        }
        ty
    }

    /// Whether something stands between a clause's name and its colon that could not be read, and is reported.
    fn head_is_damaged(&self, clause: &polis_syntax::ast::Clause) -> bool {
        let from = clause.over.last().map(|it| it.span).or(clause.name.map(HeadName::span)).unwrap_or(clause.word.span);
        let rest = polis_syntax::Span::new(from.end, clause.span.end);
        !self.text(rest).trim_start().starts_with([':', '：'])
    }

    /// Exceptions have names of their own, prevail over declared ones, and not in a circle.
    fn check_exceptions(&mut self, clauses: &Clauses<'_>, exceptions: &[Exception]) {
        for (index, exception) in exceptions.iter().enumerate() {
            if let Some(first) = exceptions.iter().take(index).find(|it| it.name == exception.name) {
                let place = self.place(first.span);
                let message = NameMessage::DuplicateName { name: exception.name.clone() };
                let error = self.error(message, exception.span);
                let note = NameNote::FirstDefinedHere { name: exception.name.clone() };
                *error = error.clone().label(place, note);
            }
        }
        let names: Vec<SmolStr> = exceptions.iter().map(|it| it.name.clone()).collect();
        for clause in clauses.many(ClauseWord::Except) {
            for over in &clause.over {
                let name = self.name(*over);
                if names.iter().any(|it| it == name) {
                    self.note_target(over.span, |it| Target::Part(it.key.clone(), name.into()));
                    continue;
                }
                let near = did_you_mean(name, names.iter().map(SmolStr::as_str)).map(SmolStr::new);
                let rule = self.item.name(self.db);
                let all = KindNote::ExceptionsAre { rule, names: names.clone() };
                let error = self.error(KindMessage::UnknownException { name: name.into() }, over.span);
                error.helps.push(match near {
                    Some(name) => NameNote::DidYouMean { name }.into(),
                    None => all.into(),
                });
            }
        }
        if let Some(circle) = circle(exceptions) {
            let place = exceptions.iter().find(|it| circle.first() == Some(&it.name)).map(|it| it.span);
            if let Some(span) = place {
                self.error(KindMessage::ExceptionsOverrideEachOther { names: circle.clone() }, span);
                let others = exceptions.iter().filter(|it| circle.iter().skip(1).any(|name| *name == it.name));
                for other in others.map(|it| it.span).collect::<Vec<_>>() {
                    self.label_here(other);
                }
            }
        }
    }

    /// What must hold for each entity.
    pub(super) fn require(&mut self, block: &Block, clauses: &Clauses<'_>, defs: &mut Vec<Def>) {
        let that = clauses.one(ClauseWord::That);
        let condition = that.and_then(|it| it.values.first()).map(|it| self.condition(it));
        let guard = that.and_then(|it| self.guard(it));
        let when = self.when(clauses);
        let symbol = self.item.symbol(self.db);
        let meta = self.meta(block, clauses, symbol);
        if let (Some(condition), Some(meta), Some(this)) = (condition, meta, self.this.clone()) {
            defs.push(Def::Constraint(Constraint {
                entity: this.symbol.clone(),
                guard: both(guard, when),
                holds: Holds::Condition(condition),
                modality: meta.modality.unwrap_or(Choice::Must),
                meta,
                about: None,
            }));
        }
    }
}

/// Both conditions, where there are two.
pub(super) fn both(a: Option<Expr>, b: Option<Expr>) -> Option<Expr> {
    match (a, b) {
        (Some(a), Some(b)) => {
            let span = a.span;
            let kind = crate::ir::ExprKind::Binary {
                op: polis_syntax::ast::BinaryOp::And,
                lhs: Box::new(a),
                rhs: Box::new(b),
                twelfths: 0,
            };
            Some(Expr { kind, ty: Type::Truth, span })
        }
        (a, b) => a.or(b),
    }
}

/// Exceptions that prevail over each other in a circle, in the order of the circle, or `None`.
fn circle(exceptions: &[Exception]) -> Option<Vec<SmolStr>> {
    for start in exceptions {
        // A walk from each: rules have few exceptions.
        let mut path: Vec<&Exception> = vec![start];
        let mut trail: Vec<usize> = vec![0];
        while let (Some(at), Some(next)) = (path.last().copied(), trail.last().copied()) {
            let Some(over) = at.over.get(next) else {
                path.pop();
                trail.pop();
                continue;
            };
            if let Some(last) = trail.last_mut() {
                *last += 1;
            }
            if *over == start.name {
                return Some(path.iter().map(|it| it.name.clone()).collect());
            }
            if let Some(found) = exceptions.iter().find(|it| it.name == *over)
                && !path.iter().any(|it| it.name == found.name)
            {
                path.push(found);
                trail.push(0);
            }
        }
    }
    None
}

/// A number type joined over parts.
pub(super) fn join_types(parts: &[Type]) -> Type {
    parts.iter().fold(Type::Any, merge)
}
