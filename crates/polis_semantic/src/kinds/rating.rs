//! Ratings: a score from weighted dimensions, and the grade that it reaches.

use std::sync::Arc;

use polis_syntax::ast::{BinaryOp, Block};
use polis_syntax::words::{ClauseWord, Kind, UnitWord};
use polis_value::Value;

use super::groups::Members;
use super::pay::block_name;
use super::{Clauses, Def};
use crate::expr::{constant, this_of};
use crate::ir::{Dimension, Expr, ExprKind, Grade, Meta, Part, Rating, Rule};
use crate::lower::Lower;
use crate::signature::EntitySig;
use crate::types::{Dim, NumberType, Symbol, Type};

/// The name of a rating's score in its own name space, in either face.
pub(crate) const SCORE: &str = "得分";

/// The value of those who reach no grade, where grades are names.
pub const NO_GRADE: &str = "无等次";

/// The type of scores.
pub(crate) fn points() -> Type {
    Type::Number(NumberType::new(Dim::of(UnitWord::Point), false))
}

impl Lower<'_, '_> {
    /// A rating. The value is the grade that is reached: what the grade says it is worth, or its name.
    pub(super) fn rating(&mut self, block: &Block, clauses: &Clauses<'_>, defs: &mut Vec<Def>) -> Type {
        let declared = block.ty.as_ref().map(|it| self.type_expr(it));
        let assessors = self.references_of(clauses, ClauseWord::Assessor);
        let eligible = self.condition_clause(clauses, ClauseWord::Eligible);
        let score = clauses.one(ClauseWord::Score).and_then(|it| it.values.first());
        let score = score.map(|it| self.expect(it, &points()));
        let mut dimensions = Vec::new();
        let mut grades = Vec::new();
        let mut names = Members::of(block);
        for inner in &clauses.blocks {
            let inner_clauses = self.clauses(inner);
            self.member_name(inner, &mut names);
            if inner.kind == Some(Kind::Dimension) {
                let dimension = self.dimension(inner, &inner_clauses);
                dimensions.push(dimension);
            } else {
                let grade = self.grade(inner, &inner_clauses, declared.as_ref());
                grades.push(grade);
            }
        }
        let ty = declared.unwrap_or_else(|| {
            let values: Vec<&Expr> = grades.iter().filter_map(|it| it.value.as_ref()).collect();
            if values.is_empty() { Type::Text } else { self.join(&values) }
        });
        let current = clauses.one(ClauseWord::Current).and_then(|it| it.values.first());
        let current = current.map(|it| self.expect(it, &ty));
        let cycle = self.period(clauses, ClauseWord::Cycle);
        let review = self.period(clauses, ClauseWord::Review);
        let promotion = self.condition_clause(clauses, ClauseWord::Promotion);
        let demotion = self.condition_clause(clauses, ClauseWord::Demotion);
        let totals = self.totals_of(clauses);
        let open_ended = self.is_open_ended(clauses);
        self.check_grades(&totals, &grades, open_ended);
        let symbol = self.item.symbol(self.db);
        if let (Some(meta), Some(this)) = (self.meta(block, clauses, symbol), self.this.clone()) {
            let rating = Rating {
                meta,
                entity: this.symbol.clone(),
                assessors,
                eligible,
                dimensions,
                grades,
                current,
                cycle,
                review,
                promotion,
                demotion,
                totals,
                open_ended,
            };
            rules(&rating, score, &this, &ty, defs);
            defs.push(Def::Rating(Box::new(rating)));
        }
        ty
    }

    fn dimension(&mut self, block: &Block, clauses: &Clauses<'_>) -> Dimension {
        let weight = clauses.one(ClauseWord::Weight).and_then(|it| it.values.first()).map(|it| self.infer(it, None));
        let score = clauses.one(ClauseWord::Score).and_then(|it| it.values.first());
        let score = score.map(|it| self.expect(it, &points()));
        let items = self.labels_of(clauses, ClauseWord::Items);
        self.inner_tail(clauses);
        Dimension { name: block_name(self, block), weight, score, items }
    }

    fn grade(&mut self, block: &Block, clauses: &Clauses<'_>, ty: Option<&Type>) -> Grade {
        let reached = clauses.one(ClauseWord::Points).and_then(|it| it.values.first());
        let reached = reached.map(|it| self.expect(it, &points()));
        let guard = self.when(clauses);
        let value = clauses.one(ClauseWord::Value).and_then(|it| it.values.first());
        let value = value.map(|it| match ty {
            Some(ty) => self.expect(it, ty),
            None => self.infer(it, None),
        });
        let share = clauses.one(ClauseWord::Share).and_then(|it| it.values.first());
        let share = share.map(|it| self.expect(it, &Type::number(false)));
        let rewards = self.labels_of(clauses, ClauseWord::Reward);
        self.inner_tail(clauses);
        Grade { name: block_name(self, block), points: reached, guard, value, share, rewards, span: block.span }
    }

    /// How often: a length of time (`2 年`), or times in a period (`1 次/年`).
    fn period(&mut self, clauses: &Clauses<'_>, word: ClauseWord) -> Option<Expr> {
        let value = clauses.one(word)?.values.first()?;
        let value = self.infer(value, None);
        let time = Dim::of(UnitWord::Time);
        let month = Dim::of(UnitWord::Month);
        let fits = match &value.ty {
            Type::Number(number) => number.dim == month || number.dim == time.combine(&month, -1),
            Type::Any => true,
            _ => false,
        };
        if !fits {
            let expected = polis_diagnostic::Bilingual::new(
                "周期，如 `2 年` 或 `1 次/年`",
                "a cycle, such as `2 years` or `1 time/year`",
            );
            let found = value.ty.name();
            self.error(polis_diagnostic::TypeMessage::TypeMismatch { expected, found }, value.span);
        }
        Some(value)
    }

    fn check_grades(
        &mut self,
        totals: &[(Dim, polis_value::Number, polis_syntax::Span)],
        grades: &[Grade],
        open: bool,
    ) {
        let name = self.item.name(self.db);
        let Ok(count) = i64::try_from(grades.len()) else { return };
        for (dim, declared, span) in totals {
            let counted = polis_value::Number::from(count);
            let fits = if open { counted <= *declared } else { counted == *declared };
            if count > 0 && !fits {
                let unit = if *dim == Dim::of(UnitWord::Star) { UnitWord::Star } else { UnitWord::Grade };
                self.total_mismatch(*span, &name, *declared, counted, unit);
            }
        }
    }
}

/// The rules of a rating: the score, where the text says how it is made, and the grade.
fn rules(rating: &Rating, score: Option<Expr>, this: &EntitySig, ty: &Type, defs: &mut Vec<Def>) {
    let meta = &rating.meta;
    let span = meta.head;
    let score_symbol = Symbol::new(meta.symbol.package.clone(), format!("{}.{SCORE}", meta.symbol.name));
    let score = score.or_else(|| weighted(&rating.dimensions)).unwrap_or(Expr {
        kind: ExprKind::Open(None),
        ty: Type::Any,
        span,
    });
    let rule = |meta: Arc<Meta>, ty: Type, value: Expr| {
        Def::Rule(Rule { meta, entity: rating.entity.clone(), ty, value, exceptions: Vec::new() })
    };
    let score_meta = Arc::new(Meta { symbol: score_symbol.clone(), title: None, ..Meta::clone(meta) });
    let asked = ExprKind::Rule(Box::new(this_of(this, span)), score_symbol, Part::Value);
    let asked = Expr { kind: asked, ty: points(), span };
    let arms = rating.grades.iter().map(|it| (reached(it, &asked), worth(it, ty))).collect();
    let none = no_grade(ty, span);
    let kind =
        if rating.grades.is_empty() { ExprKind::Open(None) } else { ExprKind::Cases(arms, Some(Box::new(none))) };
    let mut value = Expr { kind, ty: ty.clone(), span };
    if let Some(eligible) = &rating.eligible {
        let kind = ExprKind::If(Box::new(eligible.clone()), Box::new(value), Box::new(no_grade(ty, span)));
        value = Expr { kind, ty: ty.clone(), span };
    }
    defs.push(rule(meta.clone(), ty.clone(), value));
    defs.push(rule(score_meta, points(), score));
}

/// The value of those who take no part, and of those who reach no grade: none of what grades are worth.
fn no_grade(ty: &Type, span: polis_syntax::Span) -> Expr {
    match ty {
        Type::Number(_) => constant(Value::from(0), ty.clone(), span),
        Type::Text => constant(Value::Text(NO_GRADE.into()), Type::Text, span),
        _ => Expr { kind: ExprKind::Open(None), ty: Type::Any, span },
    }
}

/// What a grade is worth: its value, or its name where grades are names.
fn worth(grade: &Grade, ty: &Type) -> Expr {
    match (&grade.value, ty) {
        (Some(value), _) => value.clone(),
        (None, Type::Text) => constant(Value::Text(grade.name.as_str().into()), Type::Text, grade.span),
        (None, _) => Expr { kind: ExprKind::Open(None), ty: Type::Any, span: grade.span },
    }
}

/// When a grade is reached; unknown where the text does not say.
fn reached(grade: &Grade, score: &Expr) -> Expr {
    let points = grade.points.as_ref().map(|it| {
        let kind =
            ExprKind::Binary { op: BinaryOp::In, lhs: Box::new(score.clone()), rhs: Box::new(it.clone()), twelfths: 0 };
        Expr { kind, ty: Type::Truth, span: it.span }
    });
    super::figures::both(points, grade.guard.clone()).unwrap_or(Expr {
        kind: ExprKind::Unknown,
        ty: Type::Truth,
        span: grade.span,
    })
}

/// The sum of the dimensions' scores, each times its weight where that is a share; `None` where one has no score.
fn weighted(dimensions: &[Dimension]) -> Option<Expr> {
    let parts = dimensions.iter().map(|it| {
        let score = it.score.clone()?;
        // A weight that the text leaves open keeps the whole unknown; one in points only says how many there are at most.
        let share = it.weight.as_ref().filter(|it| it.ty.as_number().is_none_or(|it| it.dim.is_none()));
        Some(match share {
            Some(weight) => {
                let span = score.span;
                let (lhs, rhs) = (Box::new(score), Box::new(weight.clone()));
                Expr { kind: ExprKind::Binary { op: BinaryOp::Mul, lhs, rhs, twelfths: 0 }, ty: points(), span }
            }
            None => score,
        })
    });
    let parts: Option<Vec<Expr>> = parts.collect();
    parts?.into_iter().reduce(|lhs, rhs| {
        let span = lhs.span.to(rhs.span);
        let kind = ExprKind::Binary { op: BinaryOp::Add, lhs: Box::new(lhs), rhs: Box::new(rhs), twelfths: 0 };
        Expr { kind, ty: points(), span }
    })
}
