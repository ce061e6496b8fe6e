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
    // What is reached by the score alone. What also depends on something else may leave its scores to the next.
    let mut reached: Vec<(Range<Number>, &Expr)> = Vec::new();
    let mut known = true;
    for grade in &rating.grades {
        let (scores, place) = match (&grade.points, &grade.guard) {
            (Some(points), _) => (constant_range(points), points),
            (None, Some(guard)) => (Range::new(None, None).ok(), guard),
            // Whether it is reached is not known.
            (None, None) => {
                known = false;
                continue;
            }
        };
        let Some(scores) = scores else {
            known = false;
            continue;
        };
        if is_taken(&scores, reached.iter().map(|it| it.0)) {
            let message = AnalysisMessage::NeverReached { condition: grade.name.clone() };
            found.found(at(message, rating.meta.place(place.span)));
        }
        if grade.guard.is_none() {
            reached.push((scores, place));
            reached.sort_by_key(|it| it.0.lo());
        }
    }
    // Where the text leaves grades or their scores open, one of those may be between.
    if rating.open_ended || !known {
        return;
    }
    let Some(mut end) = reached.first().and_then(|it| it.0.hi()) else { return };
    for (scores, points) in &reached {
        if let Some(start) = scores.lo().filter(|it| end < *it) {
            let between = Bilingual::new(
                ty.show_range(Some(end), Some(start), Face::Zh),
                ty.show_range(Some(end), Some(start), Face::En),
            );
            let message = AnalysisMessage::GradeGap { name: rating.meta.symbol.name.clone(), between };
            let diagnostic = at(message, rating.meta.place(points.span)).help(AnalysisNote::CloseGap);
            found.found(diagnostic);
        }
        let Some(high) = scores.hi() else { return };
        end = end.max(high);
    }
}

/// Whether ranges, which stand in the order of their lower ends, together take all of `scores`.
fn is_taken(scores: &Range<Number>, ranges: impl Iterator<Item = Range<Number>>) -> bool {
    // All up to here is taken, the end included; before the first range nothing is.
    let mut end: Option<Number> = None;
    for range in ranges {
        let joins = match (end, range.lo()) {
            (_, None) => true,
            (Some(end), Some(start)) => start <= end,
            (None, Some(start)) => scores.lo().is_some_and(|it| start <= it),
        };
        if !joins {
            // Later ranges begin even higher.
            return false;
        }
        let Some(high) = range.hi() else { return true };
        if scores.hi().is_some_and(|it| it <= high) {
            return true;
        }
        // One that ends before the scores begin takes none of them.
        if scores.lo().is_none_or(|it| it <= high) {
            end = end.max(Some(high));
        }
    }
    false
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
