//! Offices, centres, posts and quotas: what is provided for, what is allowed, and what there is.

use polis_diagnostic::NameMessage;
use polis_syntax::ast::{self, Block};
use polis_syntax::words::{Choice, ClauseWord, Kind, UnitWord};

use super::figures::join_types;
use super::{Clauses, Def};
use crate::ir::{Constraint, Expr, ExprKind, Holds, Meta, Part, PartExpr, Rule, Subject};
use crate::lower::Lower;
use crate::types::{Dim, NumberType, Type};

impl Lower<'_, '_> {
    /// An entity's offices, centres or posts. The value is how many are provided for.
    pub(super) fn structure(&mut self, block: &Block, clauses: &Clauses<'_>, defs: &mut Vec<Def>) -> Type {
        let unit = if block.kind == Some(Kind::Posts) { UnitWord::Person } else { UnitWord::Piece };
        let ty = Type::Number(NumberType::new(Dim::of(unit), true));
        let parts = self.parts(
            clauses,
            &[ClauseWord::Required, ClauseWord::Optional, ClauseWord::Unlisted],
            &ty,
        );
        let separate = clauses.values(ClauseWord::Separate).count();
        if separate > 0 {
            for value in clauses.values(ClauseWord::Separate) {
                if self.label(value).is_none() {
                    self.not_a_name(value);
                }
            }
        }
        let rule = self.sum_rule(block, clauses, parts, ty.clone(), defs);
        self.limits(block, clauses, rule, &ty, defs);
        self.actual(block, clauses, None, &ty, defs);
        ty
    }

    /// A staffing quota: a base and conditional extras.
    pub(super) fn quota(&mut self, block: &Block, clauses: &Clauses<'_>, defs: &mut Vec<Def>) -> Type {
        let person = Type::Number(NumberType::new(Dim::of(UnitWord::Person), true));
        let ty = block.ty.as_ref().map_or(person, |it| self.type_expr(it));
        let parts = self.parts(clauses, &[ClauseWord::Base, ClauseWord::Extra], &ty);
        let rule = self.sum_rule(block, clauses, parts, ty.clone(), defs);
        self.limits(block, clauses, rule.clone(), &ty, defs);
        self.actual(block, clauses, rule, &ty, defs);
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
                if let Some(name) = &name
                    && let Some(first) = parts.iter().find(|it| it.name.as_ref() == Some(name))
                    && !parts.iter().any(|it| it.guard.is_some() && it.name.as_ref() == Some(name))
                    && guard.is_none()
                {
                    let place = self.place(first.value.span);
                    let span = clause.name.map_or(clause.word.span, |it| it.span());
                    let error = self.error(NameMessage::DuplicateName { name: name.clone() }, span);
                    *error = error.clone().label(place, polis_diagnostic::GeneralNote::FirstHere);
                }
                parts.push(PartExpr { word: *word, name, guard, value });
            }
        }
        parts
    }

    /// The rule whose value is the sum of the parts; `None` where there are none, as in a bare limit.
    fn sum_rule(
        &mut self,
        block: &Block,
        clauses: &Clauses<'_>,
        parts: Vec<PartExpr>,
        ty: Type,
        defs: &mut Vec<Def>,
    ) -> Option<Expr> {
        let symbol = self.item.symbol(self.db);
        let meta = self.meta(block, clauses, symbol.clone())?;
        let this = self.this.clone()?;
        if parts.is_empty() {
            return None;
        }
        let types: Vec<Type> = parts.iter().map(|it| it.value.ty.clone()).collect();
        let joined = join_types(&types);
        let span = meta.head;
        let ty = if joined == Type::Any { ty } else { joined };
        let value = Expr { kind: ExprKind::Parts(parts), ty: ty.clone(), span };
        let entity = this.symbol.clone();
        defs.push(Def::Rule(Rule { meta, entity, ty: ty.clone(), value, exceptions: Vec::new() }));
        let base = Box::new(crate::expr::this_of(&this, span));
        Some(Expr { kind: ExprKind::Rule(base, symbol, Part::Value), ty, span })
    }

    /// The own limits: over what is provided for, and over whatever the superior's lower documents provide for.
    fn limits(
        &mut self,
        block: &Block,
        clauses: &Clauses<'_>,
        provided: Option<Expr>,
        ty: &Type,
        defs: &mut Vec<Def>,
    ) {
        for clause in clauses.many(ClauseWord::Limit) {
            let Some(value) = clause.values.first() else { continue };
            let bounds = self.limit_bounds(value, ty);
            let guard = self.guard(clause);
            if let Some(value) = provided.clone() {
                let holds = Holds::Within { value, bounds: bounds.clone(), subject: Subject::Provided };
                self.constrain(block, clauses, guard.clone(), holds, defs);
            }
            if let Some(actual) = self.actual_expr(clauses, ty) {
                let holds = Holds::Within { value: actual, bounds: bounds.clone(), subject: Subject::Actual };
                self.constrain(block, clauses, guard.clone(), holds, defs);
            }
            if provided.is_none() {
                self.constrain(block, clauses, guard, Holds::StructureLimit { bounds }, defs);
            }
        }
    }

    /// A single figure as a limit means at most that many.
    fn limit_bounds(&mut self, value: &ast::Expr, ty: &Type) -> Expr {
        let bounds = self.expect(value, ty);
        match &bounds.kind {
            ExprKind::Const(polis_value::Value::Number(_)) => {
                let range_ty = bounds.ty.clone();
                let span = bounds.span;
                match &bounds.kind {
                    ExprKind::Const(polis_value::Value::Number(number)) => crate::expr::constant(
                        polis_value::Value::from(polis_value::Range::at_most(*number)),
                        range_ty,
                        span,
                    ),
                    _ => bounds,
                }
            }
            _ => bounds,
        }
    }

    /// The actual figure lies within what is provided for.
    fn actual(
        &mut self,
        block: &Block,
        clauses: &Clauses<'_>,
        provided: Option<Expr>,
        ty: &Type,
        defs: &mut Vec<Def>,
    ) {
        let Some(bounds) = provided else { return };
        // The limits have typed the actual figure and reported what is wrong with it.
        let reported = self.diagnostics.len();
        let actual = self.actual_expr(clauses, ty);
        if clauses.many(ClauseWord::Limit).next().is_some() {
            self.diagnostics.truncate(reported);
        }
        if let Some(value) = actual {
            let holds = Holds::Within { value, bounds, subject: Subject::Actual };
            self.constrain(block, clauses, None, holds, defs);
        }
    }

    fn actual_expr(&mut self, clauses: &Clauses<'_>, ty: &Type) -> Option<Expr> {
        let value = clauses.one(ClauseWord::Actual)?.values.first()?;
        Some(self.expect(value, ty))
    }

    fn constrain(
        &mut self,
        block: &Block,
        clauses: &Clauses<'_>,
        guard: Option<Expr>,
        holds: Holds,
        defs: &mut Vec<Def>,
    ) {
        let Some(this) = self.this.clone() else { return };
        let Some(meta) = self.meta_again(block, clauses, defs) else { return };
        let modality = meta.modality.unwrap_or(Choice::Must);
        defs.push(Def::Constraint(Constraint { entity: this.symbol.clone(), guard, holds, modality, meta, about: None }));
    }

    /// The meta of the block, without reporting what is wrong with it a second time.
    fn meta_again(&mut self, block: &Block, clauses: &Clauses<'_>, defs: &[Def]) -> Option<Meta> {
        for def in defs {
            match def {
                Def::Rule(Rule { meta, .. }) | Def::Constraint(Constraint { meta, .. }) => return Some(meta.clone()),
                _ => {}
            }
        }
        let symbol = self.item.symbol(self.db);
        let reported = self.diagnostics.len();
        let meta = self.meta(block, clauses, symbol);
        self.diagnostics.truncate(reported);
        meta
    }
}
