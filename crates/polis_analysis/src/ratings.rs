//! Ratings: weights that do not add up, and grades that leave a gap or can never be reached.

use std::sync::Arc;

use polis_db::{Db, Package};
use polis_diagnostic::{AnalysisMessage, AnalysisNote, Bilingual, CoherenceMessage, CoherenceNote};
use polis_semantic::NumberType;
use polis_semantic::ir::{Expr, ExprKind, Rating};
use polis_semantic::kinds::{Def, Lowered};
use polis_semantic::slices::read_of_kind;
use polis_syntax::words::{Face, Kind, UnitWord};
use polis_value::{Number, Range, Value};

use crate::Analysis;
use crate::report::at;

/// Decides the weights and grades of a rating.
pub(crate) fn check(rating: &Rating, found: &mut Analysis) {
    weights(rating, found);
    grades(rating, found);
    inverted(rating, found);
    never_lost(rating, found);
    review(rating, found);
}

/// A rating that raises grades and never lowers one.
fn never_lost(rating: &Rating, found: &mut Analysis) {
    let never = |it: &Option<Expr>| it.as_ref().is_none_or(|it| matches!(it.kind, ExprKind::Const(Value::Bool(false))));
    if rating.promotion.is_some()
        && never(&rating.demotion)
        && rating.review.is_none()
        && rating.cycle.is_none()
        && !rating.open_ended
    {
        let message = CoherenceMessage::GradeNeverLost { name: rating.meta.symbol.name.clone() };
        let place = rating.promotion.as_ref().map_or(rating.meta.head, |it| it.span);
        found.found(at(message, rating.meta.place(place)).help(CoherenceNote::SayWhenLost));
    }
}

/// A review that comes less often than the rating itself.
fn review(rating: &Rating, found: &mut Analysis) {
    let (Some(review), Some(cycle)) = (&rating.review, &rating.cycle) else { return };
    let (Some(often), Some(whole)) = (number(review), number(cycle)) else { return };
    let (Some(ty), Some(other)) = (review.ty.as_number(), cycle.ty.as_number()) else { return };
    let month = polis_semantic::Dim::of(UnitWord::Month);
    let late = match (ty.dim == month, other.dim == month) {
        (true, true) => often > whole,
        // Times in a period: the fewer, the later.
        (false, false) => often < whole,
        // Lengths and numbers of times are not held against each other.
        _ => false,
    };
    if late {
        let message = CoherenceMessage::ReviewTooLate {
            name: rating.meta.symbol.name.clone(),
            review: ty.show_both(often),
            cycle: other.show_both(whole),
        };
        found.found(at(message, rating.meta.place(review.span)).help(CoherenceNote::ReviewOftener));
    }
}

/// Items of lists for a number of stars that no rating of the package awards.
#[salsa::tracked(returns(clone))]
pub(crate) fn rewards(db: &dyn Db, package: Package) -> Arc<Analysis> {
    let mut found = Analysis::default();
    let star = polis_semantic::Dim::of(UnitWord::Star);
    let stars = |it: &Expr| number(it).filter(|_| it.ty.as_number().is_some_and(|ty| ty.dim == star));
    let mut graded: Option<Arc<Lowered>> = None;
    let mut worth: Vec<Number> = Vec::new();
    for (_, read) in read_of_kind(db, package, Kind::Rating) {
        let Some(rating) = rating_of(&read) else { continue };
        let values: Option<Vec<Number>> = rating.grades.iter().map(|it| stars(it.value.as_ref()?)).collect();
        // Grades that are no number of stars, or not all named, may be what the item is for.
        let Some(values) = values.filter(|_| !rating.open_ended) else { return Arc::new(found) };
        worth.extend(values);
        graded.get_or_insert(read);
    }
    let Some(rating) = graded.as_deref().and_then(rating_of).filter(|_| !worth.is_empty()) else {
        return Arc::new(found);
    };
    let name = package.name(db);
    for (_, read) in read_of_kind(db, package, Kind::List).filter(|it| it.0.package(db) == name) {
        for def in &read.defs {
            let Def::Group(group) = def else { continue };
            for listed in group.items.iter().chain(group.categories.iter().flat_map(|it| &it.items)) {
                let values = listed.attributes.iter().flat_map(|it| &it.1);
                for value in values.filter(|it| stars(it).is_some_and(|it| !worth.contains(&it))) {
                    let (Some(ty), Some(stars)) = (value.ty.as_number(), stars(value)) else { continue };
                    let message = CoherenceMessage::RewardWithoutGrade {
                        item: listed.name.clone(),
                        grade: ty.show_both(stars),
                        rating: rating.meta.symbol.name.clone(),
                    };
                    let diagnostic = at(message, group.meta.place(value.span)).help(CoherenceNote::CorrectGrade);
                    found.found(diagnostic);
                }
            }
        }
    }
    Arc::new(found)
}

fn rating_of(read: &Lowered) -> Option<&Rating> {
    read.defs.iter().find_map(|it| if let Def::Rating(rating) = it { Some(&**rating) } else { None })
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

/// A stretch of scores with the place of the grade that it reaches.
type Reached = (Number, usize);

/// Higher scores that reach a lower grade: by the values of grades, or, where they have none, against the order in which
/// the others stand.
fn inverted(rating: &Rating, found: &mut Analysis) {
    let scores: Option<Vec<Range<Number>>> = rating
        .grades
        .iter()
        // A grade under a condition may leave its scores to the next.
        .map(|it| if it.guard.is_none() { constant_range(it.points.as_ref()?) } else { None })
        .collect();
    let Some(scores) = scores else { return };
    let values: Option<Vec<Number>> = rating.grades.iter().map(|it| number(it.value.as_ref()?)).collect();
    // Each end of a grade's scores, and a score between each two: what stands first takes a score.
    let mut ends: Vec<Number> = scores.iter().flat_map(|it| [it.lo(), it.hi()]).flatten().collect();
    ends.sort();
    ends.dedup();
    let between = ends.windows(2).filter_map(|it| match it {
        [a, b] => a.add(*b).and_then(|it| it.div(Number::from(2))).ok(),
        _ => None,
    });
    let outer = [ends.first().map(|it| it.sub(Number::ONE)), ends.last().map(|it| it.add(Number::ONE))];
    let outer = outer.into_iter().flatten().filter_map(Result::ok);
    let mut points: Vec<Number> = ends.iter().copied().chain(between).chain(outer).collect();
    points.sort();
    let reached: Vec<Reached> = points
        .into_iter()
        .filter_map(|point| Some((point, scores.iter().position(|it| contains(it, point))?)))
        .collect();
    let height = |grade: usize| match &values {
        Some(values) => values.get(grade).copied(),
        None => i64::try_from(grade).ok().map(Number::from),
    };
    let falls = |(a, b): &(Reached, Reached)| height(a.1) > height(b.1);
    let pairs = || reached.iter().copied().zip(reached.iter().copied().skip(1));
    let rising = pairs().find(falls);
    // Without values, either order may be meant.
    let backwards = pairs().find(|it| height(it.0.1) < height(it.1.1));
    let wrong = match &values {
        Some(_) => rising,
        None if rising.is_some() && backwards.is_some() => {
            let (up, down) = (pairs().filter(|it| it.0.1 < it.1.1).count(), pairs().filter(falls).count());
            if up > down { rising } else { backwards }
        }
        None => None,
    };
    let Some((low, high)) = wrong else { return };
    let (Some(better), Some(worse)) = (rating.grades.get(low.1), rating.grades.get(high.1)) else { return };
    let ty = NumberType::new(polis_semantic::Dim::of(UnitWord::Point), false);
    let message = AnalysisMessage::GradesInverted {
        name: rating.meta.symbol.name.clone(),
        low: ty.show_both(low.0),
        better: better.name.clone(),
        high: ty.show_both(high.0),
        worse: worse.name.clone(),
    };
    let span = |it: &polis_semantic::ir::Grade| it.points.as_ref().map_or(it.span, |it| it.span);
    let diagnostic = at(message, rating.meta.place(span(worse)))
        .label(rating.meta.place(span(better)), AnalysisNote::ScoresHere)
        .help(AnalysisNote::OrderGrades);
    found.found(diagnostic);
}

fn contains(range: &Range<Number>, point: Number) -> bool {
    range.lo().is_none_or(|it| it <= point) && range.hi().is_none_or(|it| point <= it)
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

pub(crate) fn constant_range(expr: &Expr) -> Option<Range<Number>> {
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
