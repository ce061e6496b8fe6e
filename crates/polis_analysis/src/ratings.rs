//! Ratings: weights that do not add up, and grades that leave a gap or can never be reached.

use polis_diagnostic::{AnalysisMessage, AnalysisNote, Bilingual};
use polis_semantic::NumberType;
use polis_semantic::ir::{Expr, ExprKind, Rating};
use polis_syntax::words::{Face, UnitWord};
use polis_value::{Number, Range, Value};

use crate::Analysis;
use crate::report::at;

/// Decides the weights and grades of a rating.
pub(crate) fn check(rating: &Rating, found: &mut Analysis) {
    weights(rating, found);
    grades(rating, found);
}

/// Shares add up to the whole.
fn weights(rating: &Rating, found: &mut Analysis) {
    let weights: Vec<&Expr> = rating.dimensions.iter().filter_map(|it| it.weight.as_ref()).collect();
    let shares: Option<Vec<Number>> =
        weights.iter().map(|it| number(it).filter(|_| it.ty.as_number().is_some_and(|ty| ty.dim.is_none()))).collect();
    let Some(shares) = shares.filter(|it| !it.is_empty() && it.len() == rating.dimensions.len()) else { return };
    let sum = shares.iter().try_fold(Number::ZERO, |sum, it| sum.add(*it).ok());
    let Some(sum) = sum.filter(|it| *it != Number::ONE && !rating.open_ended) else { return };
    let message = AnalysisMessage::WeightsNotWhole {
        name: rating.meta.symbol.name.clone(),
        sum: NumberType::percent().show_both(sum),
    };
    let mut diagnostic = at(message, rating.meta.place(rating.meta.head)).help(AnalysisNote::MakeWhole);
    for (weight, share) in weights.iter().zip(&shares) {
        let amount = NumberType::percent().show_both(*share);
        diagnostic = diagnostic.label(rating.meta.place(weight.span), AnalysisNote::Adds { amount });
    }
    found.found(diagnostic);
}

/// Scores that reach no grade between two that do, and grades that those before them leave nothing of.
fn grades(rating: &Rating, found: &mut Analysis) {
    let ty = NumberType::new(polis_semantic::Dim::of(UnitWord::Point), false);
    let mut reached: Vec<(Range<Number>, &Expr)> = Vec::new();
    for grade in &rating.grades {
        // What also depends on something else may leave its scores to the next.
        let Some(points) = grade.points.as_ref() else { return };
        let Some(range) = constant_range(points) else { return };
        if grade.guard.is_none() && reached.iter().any(|it| range.is_within(&it.0)) {
            let message = AnalysisMessage::NeverReached { condition: grade.name.clone() };
            found.found(at(message, rating.meta.place(points.span)));
        }
        if grade.guard.is_none() {
            reached.push((range, points));
        }
    }
    reached.sort_by_key(|it| it.0.lo());
    for pair in reached.windows(2) {
        let [(low, _), (high, points)] = pair else { continue };
        let (Some(end), Some(start)) = (low.hi(), high.lo()) else { continue };
        // Where the text leaves grades open, one of those may be between.
        if end < start && !rating.open_ended {
            let between = Bilingual::new(
                ty.show_range(Some(end), Some(start), Face::Zh),
                ty.show_range(Some(end), Some(start), Face::En),
            );
            let message = AnalysisMessage::GradeGap { name: rating.meta.symbol.name.clone(), between };
            let diagnostic = at(message, rating.meta.place(points.span)).help(AnalysisNote::CloseGap);
            found.found(diagnostic);
        }
    }
}

fn number(expr: &Expr) -> Option<Number> {
    match &expr.kind {
        ExprKind::Const(value) => value.as_number(),
        _ => None,
    }
}

fn constant_range(expr: &Expr) -> Option<Range<Number>> {
    match &expr.kind {
        ExprKind::Const(value) => value.as_number_range(),
        ExprKind::Range(lo, hi) => {
            let end = |it: &Option<Box<Expr>>| match it {
                None => Some(None),
                Some(expr) => number(expr).map(Some),
            };
            Range::new(end(lo)?, end(hi)?).ok()
        }
        _ => None,
    }
    .filter(|_| !matches!(&expr.kind, ExprKind::Const(Value::Bool(_))))
}
