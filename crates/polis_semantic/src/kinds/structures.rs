//! Offices, centres, posts and quotas: what is provided for, what is allowed, and what there is.
//!
//! The value of each is the sum of its parts. From its clauses follow constraints: what it provides for lies within its
//! limits, and the actual figure lies within its limits, within a quota, and not below what must exist. A superior's
//! limits are bound to the structures below when a program is put together.

use polis_diagnostic::NameMessage;
use polis_syntax::ast::{self, Block};
use polis_syntax::words::{Builtin, Choice, ClauseWord, Kind, UnitWord};
use polis_value::{Range, Value};
use smol_str::SmolStr;

use super::figures::{both, join_types};
use super::{Clauses, Def};
use crate::expr::{constant, this_of};
use crate::ir::{Constraint, Expr, ExprKind, Holds, Limit, ListItem, Meta, Part, PartExpr, Rule, Structure, Subject};
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
        let mut parts = self.parts(clauses, &words, &ty);
        let bodies = self.bodies(clauses, &ty, &mut parts);
        self.summed(block, clauses, Parts { parts, bodies }, ty, defs)
    }

    /// The bodies that say more of themselves than their name and number: each is a part, one where it gives no number.
    fn bodies(&mut self, clauses: &Clauses<'_>, ty: &Type, parts: &mut Vec<PartExpr>) -> Vec<ListItem> {
        let mut bodies = Vec::new();
        for block in &clauses.blocks {
            let inner = self.clauses(block);
            let name = super::pay::block_name(self, block);
            let value = match inner.one(ClauseWord::Count).and_then(|it| it.values.first()) {
                Some(value) => self.expect(value, ty),
                None => constant(Value::from(1), ty.clone(), block.span),
            };
            let modality = self.choice(&inner, ClauseWord::Modality);
            let guard = self.when(&inner);
            let is = self.references_of(&inner, ClauseWord::Is);
            let merged = self.labels_of(&inner, ClauseWord::MergedFrom);
            let objects = self.labels_of(&inner, ClauseWord::Object);
            self.inner_tail(&inner);
            if let Some(first) = parts.iter().find(|it| it.name.as_ref() == Some(&name) && it.guard.is_none()) {
                let place = self.place(first.value.span);
                let span = block.name.map_or(block.word.span, |it| it.span);
                let error = self.error(NameMessage::DuplicateName { name: name.clone() }, span);
                *error = error.clone().label(place, polis_diagnostic::GeneralNote::FirstHere);
            }
            let word = match modality {
                Some(Choice::May | Choice::Encouraged | Choice::Planned) => ClauseWord::Optional,
                _ => ClauseWord::Required,
            };
            parts.push(PartExpr { word, name: Some(name.clone()), guard: guard.clone(), value });
            let attributes = [(ClauseWord::MergedFrom, merged), (ClauseWord::Object, objects)];
            let attributes = attributes
                .into_iter()
                .filter(|it| !it.1.is_empty())
                .map(|(word, labels)| {
                    let text = |it: SmolStr| constant(Value::Text(it), Type::Text, block.span);
                    (SmolStr::new_static(word.word().zh), labels.into_iter().map(text).collect())
                })
                .collect();
            bodies.push(ListItem { name, providers: Vec::new(), attributes, guard, is, span: block.span });
        }
        bodies
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
        self.summed(block, clauses, Parts { parts, bodies: Vec::new() }, ty, defs)
    }

    /// A value that is the sum of `parts`, its limits and its actual figure. Returns its type.
    pub(super) fn summed(
        &mut self,
        block: &Block,
        clauses: &Clauses<'_>,
        Parts { mut parts, bodies }: Parts,
        declared: Type,
        defs: &mut Vec<Def>,
    ) -> Type {
        let when = self.when(clauses);
        for part in &mut parts {
            part.guard = both(when.clone(), part.guard.take());
        }
        let joined = join_types(&parts.iter().map(|it| it.value.ty.clone()).collect::<Vec<_>>());
        // A declared unit is what results are shown in.
        let ty = if declared == Type::Any { joined } else { declared };
        let actual = clauses.one(ClauseWord::Actual).and_then(|it| it.values.first()).map(|it| self.expect(it, &ty));
        let mut limits = self.limits_of(clauses, ClauseWord::Limit, &ty, true);
        for limit in &mut limits {
            limit.guard = both(when.clone(), limit.guard.take());
        }
        let symbol = self.item.symbol(self.db);
        let (Some(meta), Some(this)) = (self.meta(block, clauses, symbol.clone()), self.this.clone()) else {
            return ty;
        };
        let required: Vec<PartExpr> = parts.iter().filter(|it| it.word == ClauseWord::Required).cloned().collect();
        let provides = !parts.is_empty();
        let entity = this.symbol.clone();
        if provides {
            let value = Expr { kind: ExprKind::Parts(parts), ty: ty.clone(), span: meta.head };
            let (meta, entity) = (meta.clone(), entity.clone());
            defs.push(Def::Rule(Rule { meta, entity, ty: ty.clone(), value, exceptions: Vec::new() }));
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
            if matches!(block.kind, Some(Kind::Quota | Kind::Pay)) {
                // Pay with limits of its own is held against those; what it comes to is then only what they start from.
                if provides && (block.kind == Some(Kind::Quota) || limits.is_empty()) {
                    constraints.within(when.as_ref(), actual.clone(), provided(), Subject::Actual);
                }
            } else if !required.is_empty() {
                constraints.within(when.as_ref(), actual.clone(), at_least(required, &ty, span), Subject::Actual);
            }
        }
        defs.push(Def::Structure(Structure { meta, entity, ty: ty.clone(), provides, actual, limits, bodies }));
        ty
    }

    /// The parts that add up to what is provided for.
    pub(super) fn parts(&mut self, clauses: &Clauses<'_>, words: &[ClauseWord], ty: &Type) -> Vec<PartExpr> {
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

    /// The bounds in the clauses headed by `word`. A single figure is the most that a limit allows, and the least that
    /// a target asks for.
    pub(super) fn limits_of(
        &mut self,
        clauses: &Clauses<'_>,
        word: ClauseWord,
        ty: &Type,
        at_most: bool,
    ) -> Vec<Limit> {
        let mut limits = Vec::new();
        for clause in clauses.many(word) {
            let Some(value) = clause.values.first() else { continue };
            let mut bounds = self.expect(value, ty);
            // `4..4` is a range that holds one figure, and not a single figure.
            if let ExprKind::Const(Value::Number(number)) = bounds.kind
                && !matches!(value.kind, ast::ExprKind::Range(_))
            {
                let range = if at_most { Range::at_most(number) } else { Range::at_least(number) };
                bounds = constant(Value::from(range), bounds.ty, bounds.span);
            }
            limits.push(Limit { guard: self.guard(clause), bounds });
        }
        limits.shrink_to_fit();
        limits
    }
}

/// What a structure's value is the sum of.
pub(super) struct Parts {
    pub(super) parts: Vec<PartExpr>,
    /// The bodies among them that are blocks.
    pub(super) bodies: Vec<ListItem>,
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
