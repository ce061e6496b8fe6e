//! Offices, centres, posts and quotas: what is provided for, what is allowed, and what there is.
//!
//! The value of each is the sum of its parts. From its clauses follow constraints: what it provides for lies within its
//! limits, and the actual figure lies within its limits, within a quota, and not below what must exist. A superior's
//! limits are bound to the structures below when a program is put together.

use polis_diagnostic::NameMessage;
use polis_syntax::ast::{self, Block};
use polis_syntax::words::{Builtin, Choice, ClauseWord, Kind, UnitWord};
use polis_value::{Range, Value};

use super::figures::join_types;
use super::{Clauses, Def};
use crate::expr::{constant, this_of};
use crate::ir::{Constraint, Expr, ExprKind, Holds, Limit, Meta, Part, PartExpr, Rule, Structure, Subject};
use crate::lower::Lower;
use crate::types::{Dim, NumberType, Symbol, Type};

impl Lower<'_, '_> {
    /// An entity's offices, centres or posts. The value is how many are provided for.
    pub(super) fn structure(&mut self, block: &Block, clauses: &Clauses<'_>, defs: &mut Vec<Def>) -> Type {
        let unit = if block.kind == Some(Kind::Posts) { UnitWord::Person } else { UnitWord::Piece };
        let ty = Type::Number(NumberType::new(Dim::of(unit), true));
        for value in clauses.values(ClauseWord::Separate) {
            if self.label(value).is_none() {
                self.not_a_name(value);
            }
        }
        let words = [ClauseWord::Required, ClauseWord::Optional, ClauseWord::Unlisted];
        self.figures(block, clauses, &words, ty, defs)
    }

    /// A staffing quota: a base and conditional extras.
    pub(super) fn quota(&mut self, block: &Block, clauses: &Clauses<'_>, defs: &mut Vec<Def>) -> Type {
        let person = Type::Number(NumberType::new(Dim::of(UnitWord::Person), true));
        let ty = block.ty.as_ref().map_or(person, |it| self.type_expr(it));
        self.figures(block, clauses, &[ClauseWord::Base, ClauseWord::Extra], ty, defs)
    }

    fn figures(
        &mut self,
        block: &Block,
        clauses: &Clauses<'_>,
        words: &[ClauseWord],
        ty: Type,
        defs: &mut Vec<Def>,
    ) -> Type {
        let parts = self.parts(clauses, words, &ty);
        let actual = clauses.one(ClauseWord::Actual).and_then(|it| it.values.first()).map(|it| self.expect(it, &ty));
        let limits = self.limits(clauses, &ty);
        let symbol = self.item.symbol(self.db);
        let (Some(meta), Some(this)) = (self.meta(block, clauses, symbol.clone()), self.this.clone()) else {
            return ty;
        };
        let required: Vec<PartExpr> = parts.iter().filter(|it| it.word == ClauseWord::Required).cloned().collect();
        let provides = !parts.is_empty();
        let entity = this.symbol.clone();
        if provides {
            let joined = join_types(&parts.iter().map(|it| it.value.ty.clone()).collect::<Vec<_>>());
            let rule_ty = if joined == Type::Any { ty.clone() } else { joined };
            let value = Expr { kind: ExprKind::Parts(parts), ty: rule_ty.clone(), span: meta.head };
            let (meta, entity) = (meta.clone(), entity.clone());
            defs.push(Def::Rule(Rule { meta, entity, ty: rule_ty, value, exceptions: Vec::new() }));
        }
        let span = meta.head;
        let provided = || {
            let kind = ExprKind::Rule(Box::new(this_of(&this, span)), symbol.clone(), Part::Value);
            Expr { kind, ty: ty.clone(), span }
        };
        let mut constraints = Constraints { meta: &meta, entity: &entity, defs };
        for limit in &limits {
            if provides {
                constraints.within(limit.guard.as_ref(), provided(), limit.bounds.clone(), Subject::Provided);
            }
            if let Some(actual) = &actual {
                constraints.within(limit.guard.as_ref(), actual.clone(), limit.bounds.clone(), Subject::Actual);
            }
        }
        if let Some(actual) = &actual {
            if block.kind == Some(Kind::Quota) {
                constraints.within(None, actual.clone(), provided(), Subject::Actual);
            } else if !required.is_empty() {
                constraints.within(None, actual.clone(), at_least(required, &ty, span), Subject::Actual);
            }
        }
        defs.push(Def::Structure(Structure { meta, entity, ty: ty.clone(), provides, actual, limits }));
        ty
    }

    /// The parts that add up to what is provided for.
    fn parts(&mut self, clauses: &Clauses<'_>, words: &[ClauseWord], ty: &Type) -> Vec<PartExpr> {
        let mut parts: Vec<PartExpr> = Vec::new();
        for word in words {
            for clause in clauses.many(*word) {
                let Some(value) = clause.values.first() else { continue };
                let value = self.expect(value, ty);
                let guard = self.guard(clause);
                let name = self.head_name(clause);
                // Two parts of one name are one office twice, unless guards part them.
                if let (Some(name), None) = (&name, &guard)
                    && let Some(first) = parts.iter().find(|it| it.name.as_ref() == Some(name) && it.guard.is_none())
                {
                    let place = self.place(first.value.span);
                    let span = clause.name.map_or(clause.word.span, ast::HeadName::span);
                    let error = self.error(NameMessage::DuplicateName { name: name.clone() }, span);
                    *error = error.clone().label(place, polis_diagnostic::GeneralNote::FirstHere);
                }
                parts.push(PartExpr { word: *word, name, guard, value });
            }
        }
        parts.shrink_to_fit();
        parts
    }

    fn limits(&mut self, clauses: &Clauses<'_>, ty: &Type) -> Vec<Limit> {
        let mut limits = Vec::new();
        for clause in clauses.many(ClauseWord::Limit) {
            let Some(value) = clause.values.first() else { continue };
            let mut bounds = self.expect(value, ty);
            // A single figure as a limit means at most that many.
            if let ExprKind::Const(Value::Number(number)) = bounds.kind {
                bounds = constant(Value::from(Range::at_most(number)), bounds.ty, bounds.span);
            }
            limits.push(Limit { guard: self.guard(clause), bounds });
        }
        limits.shrink_to_fit();
        limits
    }
}

/// Adds constraints that carry one provision's meta.
struct Constraints<'c> {
    meta: &'c std::sync::Arc<Meta>,
    entity: &'c Symbol,
    defs: &'c mut Vec<Def>,
}

impl Constraints<'_> {
    fn within(&mut self, guard: Option<&Expr>, value: Expr, bounds: Expr, subject: Subject) {
        self.defs.push(Def::Constraint(Constraint {
            meta: std::sync::Arc::clone(self.meta),
            entity: self.entity.clone(),
            guard: guard.cloned(),
            holds: Holds::Within { value, bounds, subject },
            modality: self.meta.modality.unwrap_or(Choice::Must),
            about: None,
        }));
    }
}

/// The bounds from the least that the parts add up to, upwards.
fn at_least(parts: Vec<PartExpr>, ty: &Type, span: polis_syntax::Span) -> Expr {
    let sum = Expr { kind: ExprKind::Parts(parts), ty: ty.clone(), span };
    let least = Expr { kind: ExprKind::Call(Builtin::Low, vec![sum]), ty: ty.clone(), span };
    Expr { kind: ExprKind::Range(Some(Box::new(least)), None), ty: ty.clone(), span }
}
