//! Ratings: weights that do not add up, and grades that leave a gap or can never be reached.

use polis_diagnostic::{AnalysisMessage, AnalysisNote, Bilingual};
use polis_semantic::NumberType;
use polis_semantic::ir::{Expr, ExprKind, Rating};
use polis_syntax::words::{Face, UnitWord};
use polis_value::{Number, Range, Value};

use crate::Work;

impl Work {
    pub(crate) fn ratings(&mut self) {
        let program = self.machine.program().clone();
        let own = self.own.clone();
        for rating in program.ratings.iter().filter(|it| it.meta.symbol.package == own) {
            self.weights(rating);
            self.grades(rating);
        }
    }

    /// Shares add up to the whole.
    fn weights(&mut self, rating: &Rating) {
        let weights: Vec<&Expr> = rating.dimensions.iter().filter_map(|it| it.weight.as_ref()).collect();
        let shares: Option<Vec<Number>> = weights
            .iter()
            .map(|it| number(it).filter(|_| it.ty.as_number().is_some_and(|ty| ty.dim.is_none())))
            .collect();
        let Some(shares) = shares.filter(|it| !it.is_empty() && it.len() == rating.dimensions.len()) else { return };
        let sum = shares.iter().try_fold(Number::ZERO, |sum, it| sum.add(*it).ok());
        let Some(sum) = sum.filter(|it| *it != Number::ONE && !rating.open_ended) else { return };
        let message = AnalysisMessage::WeightsNotWhole {
            name: rating.meta.symbol.name.clone(),
            sum: NumberType::percent().show_both(sum),
        };
        let mut diagnostic = Self::at(message, rating.meta.place(rating.meta.head)).help(AnalysisNote::MakeWhole);
        for (weight, share) in weights.iter().zip(&shares) {
            let amount = NumberType::percent().show_both(*share);
            diagnostic = diagnostic.label(rating.meta.place(weight.span), AnalysisNote::Adds { amount });
        }
        self.found(diagnostic, None);
    }

    /// Scores that reach no grade between two that do, and grades that those before them leave nothing of.
    fn grades(&mut self, rating: &Rating) {
        let ty = NumberType::new(polis_semantic::Dim::of(UnitWord::Point), false);
        let mut reached: Vec<(Range<Number>, &Expr)> = Vec::new();
        for grade in &rating.grades {
            // What also depends on something else may leave its scores to the next.
            let Some(points) = grade.points.as_ref() else { return };
            let Some(range) = constant_range(points) else { return };
            if grade.guard.is_none() && reached.iter().any(|it| range.is_within(&it.0)) {
                let message = AnalysisMessage::NeverReached { condition: grade.name.clone() };
                self.found(Self::at(message, rating.meta.place(points.span)), None);
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
                let diagnostic = Self::at(message, rating.meta.place(points.span)).help(AnalysisNote::CloseGap);
                self.found(diagnostic, None);
            }
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
