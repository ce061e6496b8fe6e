//! Pay and indicators: figures with parts, bands, targets.

use polis_syntax::ast::{BinaryOp, Block};
use polis_syntax::words::{Choice, ClauseWord};
use smol_str::SmolStr;

use super::figures::both;
use super::groups::Members;
use super::{Clauses, Def};
use crate::expr::{this_of, unknown};
use crate::ir::{Band, Constraint, Expr, ExprKind, Holds, Indicator, Limit, Part, PartExpr, Pay, Rule, Subject};
use crate::lower::Lower;
use crate::types::Type;

impl Lower<'_, '_> {
    /// An entity's pay: a multiple of a reference wage, components, bands and allowances, added up.
    pub(super) fn pay(&mut self, block: &Block, clauses: &Clauses<'_>, defs: &mut Vec<Def>) -> Type {
        let reference = clauses.one(ClauseWord::Reference).and_then(|it| it.values.first());
        let declared = block.ty.as_ref().map(|it| self.type_expr(it));
        let reference = reference.map(|it| match &declared {
            Some(ty) => self.expect(it, ty),
            None => self.infer(it, None),
        });
        let ty = declared.or_else(|| reference.as_ref().map(|it| it.ty.clone())).unwrap_or(Type::Any);
        let multiples: Vec<Limit> = clauses
            .many(ClauseWord::Multiple)
            .filter_map(|clause| {
                let bounds = self.expect(clause.values.first()?, &Type::number(false));
                Some(Limit { guard: self.guard(clause), bounds })
            })
            .collect();
        let mut parts = reference.as_ref().map_or_else(Vec::new, |it| multiplied(it, &multiples));
        parts.extend(self.parts(clauses, &[ClauseWord::Component], &ty));
        let bands = self.bands(block, clauses, &ty);
        // Bands that say when they apply decide what is paid; others only describe the scale.
        parts.extend(bands.iter().filter_map(|it| {
            let (guard, value) = (it.guard.clone()?, it.value.clone()?);
            Some(PartExpr { word: ClauseWord::Value, name: Some(it.name.clone()), guard: Some(guard), value })
        }));
        parts.extend(self.parts(clauses, &[ClauseWord::Allowance], &ty));
        let symbol = self.item.symbol(self.db);
        if let (Some(meta), Some(this)) = (self.meta(block, clauses, symbol.clone()), self.this.clone()) {
            let entity = this.symbol.clone();
            defs.push(Def::Pay(Pay { meta, entity, reference, multiples, bands: bands.clone() }));
        }
        self.check_bands(clauses, &bands);
        let parts = super::structures::Parts { parts, bodies: Vec::new() };
        self.summed(block, clauses, parts, ty, defs)
    }

    fn bands(&mut self, block: &Block, clauses: &Clauses<'_>, ty: &Type) -> Vec<Band> {
        let mut bands: Vec<Band> = Vec::new();
        let mut names = Members::of(block);
        for inner in &clauses.blocks {
            let inner_clauses = self.clauses(inner);
            self.member_name(inner, &mut names);
            let grades = inner_clauses.one(ClauseWord::Grades).and_then(|it| it.values.first());
            let grades = grades.and_then(|it| self.amount(it)).map(|it| it.1);
            let value = inner_clauses.one(ClauseWord::Value).and_then(|it| it.values.first());
            let value = value.map(|it| self.expect(it, ty));
            let guard = self.when(&inner_clauses);
            self.citations(&inner_clauses);
            self.row_ids(&inner_clauses);
            let name = block_name(self, inner);
            bands.push(Band { name, grades, guard, value });
        }
        bands
    }

    /// Declared totals of bands (档) and grades (级) against those listed.
    fn check_bands(&mut self, clauses: &Clauses<'_>, bands: &[Band]) {
        use crate::types::Dim;
        use polis_syntax::words::UnitWord;
        use polis_value::Number;
        if bands.is_empty() {
            return;
        }
        let name = self.item.name(self.db);
        for value in clauses.values(ClauseWord::Total) {
            let Some((dim, declared)) = self.amount(value) else { continue };
            let (counted, unit) = if dim == Dim::of(UnitWord::Grade) {
                let sum =
                    bands.iter().try_fold(Number::ZERO, |sum, it| it.grades.and_then(|grades| sum.add(grades).ok()));
                (sum, UnitWord::Grade)
            } else {
                (i64::try_from(bands.len()).ok().map(Number::from), UnitWord::Band)
            };
            if let Some(counted) = counted.filter(|it| *it != declared) {
                self.total_mismatch(value.span, &name, declared, counted, unit);
            }
        }
    }

    /// An indicator: a formula, and targets that bind it.
    pub(super) fn indicator(&mut self, block: &Block, clauses: &Clauses<'_>, defs: &mut Vec<Def>) -> Type {
        let declared = block.ty.as_ref().map(|it| self.type_expr(it));
        let formula = clauses.one(ClauseWord::Formula).and_then(|it| it.values.first());
        let value = formula.map_or_else(
            || unknown(block.word.span),
            |it| match &declared {
                Some(ty) => self.expect(it, ty),
                None => self.infer(it, None),
            },
        );
        let ty = declared.unwrap_or_else(|| value.ty.clone());
        let targets = self.limits_of(clauses, ClauseWord::Target, &ty, false);
        let owners = self.references_of(clauses, ClauseWord::DataOwner);
        let frequency = self.frequency(clauses);
        let when = self.when(clauses);
        let symbol = self.item.symbol(self.db);
        let (Some(meta), Some(this)) = (self.meta(block, clauses, symbol.clone()), self.this.clone()) else {
            return ty;
        };
        let entity = this.symbol.clone();
        let span = meta.head;
        // Where it does not apply, it has no value.
        let value = match &when {
            Some(when) => {
                let otherwise = unknown(when.span);
                let kind = ExprKind::If(Box::new(when.clone()), Box::new(value), Box::new(otherwise));
                Expr { kind, ty: ty.clone(), span }
            }
            None => value,
        };
        for target in &targets {
            let kind = ExprKind::Rule(Box::new(this_of(&this, span)), symbol.clone(), Part::Value);
            let value = Expr { kind, ty: ty.clone(), span };
            defs.push(Def::Constraint(Constraint {
                meta: meta.clone(),
                entity: entity.clone(),
                guard: both(target.guard.clone(), when.clone()),
                holds: Holds::Within { value, bounds: target.bounds.clone(), subject: Subject::Actual },
                modality: meta.modality.unwrap_or(Choice::Must),
                about: None,
            }));
        }
        let rule = Rule { meta: meta.clone(), entity: entity.clone(), ty: ty.clone(), value, exceptions: Vec::new() };
        defs.push(Def::Rule(rule));
        defs.push(Def::Indicator(Indicator { meta, entity, guard: when, targets, owners, frequency }));
        ty
    }
}

/// The reference wage under each multiple, or alone where there is none.
fn multiplied(reference: &Expr, multiples: &[Limit]) -> Vec<PartExpr> {
    let part = |guard: Option<Expr>, value: Expr| PartExpr { word: ClauseWord::Reference, name: None, guard, value };
    if multiples.is_empty() {
        return vec![part(None, reference.clone())];
    }
    let product = |factor: &Expr| {
        let (lhs, rhs) = (Box::new(reference.clone()), Box::new(factor.clone()));
        let kind = ExprKind::Binary { op: BinaryOp::Mul, lhs, rhs, twelfths: 0 };
        Expr { kind, ty: reference.ty.clone(), span: factor.span }
    };
    multiples.iter().map(|it| part(it.guard.clone(), product(&it.bounds))).collect()
}

/// The name of a block inside another: its name, or its title.
pub(super) fn block_name(lower: &Lower<'_, '_>, block: &Block) -> SmolStr {
    match (block.name, block.title) {
        (Some(name), _) => lower.name(name).into(),
        (None, Some(title)) => lower.quoted(title),
        (None, None) => SmolStr::default(),
    }
}
