//! Ratings whose levels do not work out, procedures that do not come to an end.

use polis_syntax::Span;
use polis_syntax::ast::ExprKind;
use polis_syntax::words::{ClauseWord, Kind};

use super::{Family, Operator, operator};
use crate::library::{At, Library};
use crate::plant::{Edit, Plants};

const fn ratings(name: &'static str, what: &'static str, plant: fn(&Library, &mut Plants)) -> Operator {
    operator(Family::Ratings, name, what, plant)
}

pub(super) const ALL: &[Operator] = &[
    ratings("weight-changed", "weights that are not the whole", weight_changed),
    ratings("level-gap", "scores between two levels that reach neither", level_gap),
    ratings("levels-swapped", "a higher score that reaches a lower level", levels_swapped),
    ratings("level-never-reached", "a level that those before it leave nothing of", level_never_reached),
    ratings("level-never-lost", "a level that no one is ever demoted from", level_never_lost),
    ratings("reward-of-no-level", "a reward for a level that the rating does not have", reward_of_no_level),
    ratings("review-never-due", "a review less often than the rating itself", review_never_due),
    ratings("step-unreachable", "a step that nothing leads to", step_unreachable),
    ratings("step-without-actor", "a step that nobody is to take", step_without_actor),
    ratings("circle-without-exit", "steps that lead to each other and nowhere else", circle_without_exit),
    ratings("steps-exceed-whole", "steps whose deadlines are longer than the whole procedure's", steps_exceed_whole),
];

fn figure_at(at: At<'_>, word: ClauseWord) -> Option<(Span, i64)> {
    let ExprKind::Figure(figure) = &at.items(word).first()?.kind else { return None };
    let digits = at.page.slice(figure.digits).trim_end_matches('%').replace('_', "").parse().ok()?;
    Some((figure.digits, digits))
}

fn weight_changed(library: &Library, plants: &mut Plants) {
    for at in library.blocks(&[Kind::Dimension]) {
        if let Some((span, weight)) = figure_at(at, ClauseWord::Weight) {
            plants.add(at, [Some(at.replace(span, format!("{}%", weight + 5)))], format!("{}%", weight + 5));
            plants.add(at, [Some(at.replace(span, format!("{}%", weight - 1)))], format!("{}%", weight - 1));
        }
    }
}

/// A figure, and where its digits stand.
type Digits = (Span, i64);

/// The ends of a grade's scores.
fn points(at: At<'_>) -> Option<(Option<Digits>, Option<Digits>)> {
    let value = at.items(ClauseWord::Points).first().copied()?;
    let ExprKind::Range(range) = &value.kind else { return None };
    let end = |it: &Option<polis_syntax::ast::Expr>| {
        let ExprKind::Figure(figure) = &it.as_ref()?.kind else { return None };
        Some((figure.digits, at.page.slice(figure.digits).parse().ok()?))
    };
    Some((end(&range.lo), end(&range.hi)))
}

fn grades(library: &Library) -> Vec<(At<'_>, Vec<At<'_>>)> {
    library
        .provisions(&[Kind::Rating])
        .map(|at| (at, at.children().filter(|it| it.kind == Kind::Grade && points(*it).is_some()).collect()))
        .collect()
}

fn level_gap(library: &Library, plants: &mut Plants) {
    for (_, grades) in grades(library) {
        for pair in grades.windows(2) {
            let [upper, lower] = pair else { continue };
            // Grades are read from the top: what lies below the upper one and above the lower one falls through.
            let (Some((Some((_, from)), _)), Some((_, Some((end, _))))) = (points(*upper), points(*lower)) else {
                continue;
            };
            plants.add(*lower, [Some(lower.replace(end, (from - 3).to_string()))], format!("up to {}", from - 3));
        }
    }
}

fn level_never_reached(library: &Library, plants: &mut Plants) {
    for (_, grades) in grades(library) {
        for pair in grades.windows(2) {
            let [upper, lower] = pair else { continue };
            let (Some((Some((start, _)), _)), Some((Some((_, low)), _))) = (points(*upper), points(*lower)) else {
                continue;
            };
            plants.add(*upper, [Some(upper.replace(start, low.to_string()))], format!("from {low} on, as the next"));
            plants.with(*lower);
        }
    }
}

fn level_never_lost(library: &Library, plants: &mut Plants) {
    for at in library.provisions(&[Kind::Rating]) {
        let promotes = at.items(ClauseWord::Promotion).first().is_some_and(|it| !matches!(it.kind, ExprKind::Open(_)));
        if let Some(clause) = at.clause(ClauseWord::Demotion).filter(|_| promotes) {
            // A rating anew, or a review, would take it away too.
            let others = [ClauseWord::Cycle, ClauseWord::Review].into_iter().filter_map(|it| at.clause(it));
            let edits = others.chain([clause]).map(|it| Some(at.without(it)));
            plants.add(at, edits, "no demotion, no review and no rating anew");
        }
    }
}

fn levels_swapped(library: &Library, plants: &mut Plants) {
    for (at, grades) in grades(library) {
        for pair in grades.windows(2) {
            let [one, other] = pair else { continue };
            if let (Some((first, high)), Some((second, low))) =
                (figure_at(*one, ClauseWord::Value), figure_at(*other, ClauseWord::Value))
            {
                let edits = [Some(at.replace(first, low.to_string())), Some(at.replace(second, high.to_string()))];
                plants.add(at, edits, format!("`{}` is worth {low}, `{}` {high}", one.name(), other.name()));
            }
        }
    }
}

fn reward_of_no_level(library: &Library, plants: &mut Plants) {
    for at in library.blocks(&[Kind::Item]) {
        for clause in at.clauses(ClauseWord::Attribute) {
            let Some(value) = clause
                .values
                .first()
                .filter(|it| matches!(it.kind, ExprKind::Figure(_)) && at.page.slice(it.span).contains('星'))
            else {
                continue;
            };
            let mut edits: Vec<Option<Edit>> = vec![Some(at.replace(value.span, "9 星"))];
            if let Some(when) = at.clause(ClauseWord::When).and_then(|it| it.values.first()) {
                edits.push(Some(at.replace(when.span, "星级 不少于 9 星")));
            }
            plants.add(at, edits, "from nine stars on");
        }
    }
}

fn review_never_due(library: &Library, plants: &mut Plants) {
    for at in library.provisions(&[Kind::Rating]) {
        let review = at.clause(ClauseWord::Review).and_then(|it| it.values.first());
        if let (Some(_), Some(review)) = (at.clause(ClauseWord::Cycle), review) {
            plants.add(at, [Some(at.replace(review.span, "9 年"))], "reviewed every nine years");
        }
    }
}

/// The procedures with their steps, two at least.
fn procedures(library: &Library) -> Vec<(At<'_>, Vec<At<'_>>)> {
    library
        .provisions(&[Kind::Procedure])
        .filter(|it| it.clause(ClauseWord::OpenEnded).is_none())
        .map(|it| (it, it.children().filter(|it| it.kind == Kind::Step).collect::<Vec<_>>()))
        .filter(|it| it.1.len() > 1)
        .collect()
}

fn step_unreachable(library: &Library, plants: &mut Plants) {
    for (at, steps) in procedures(library) {
        plants.add(at, [at.add_line("步骤 孤立步骤 { 主体: 街道 }")], "a step on its own");
        for step in &steps {
            let next = step.items(ClauseWord::Next);
            let only = |to: &str| {
                let leads = |it: &&At<'_>| it.items(ClauseWord::Next).iter().any(|n| it.page.slice(n.span) == to);
                steps.iter().filter(leads).count() == 1
            };
            // Where no step says what follows, the steps follow each other in the order of the text.
            let others_lead = steps.iter().filter(|it| it.clause(ClauseWord::Next).is_some()).count() > 1;
            if let ([to], Some(clause)) = (next.as_slice(), step.clause(ClauseWord::Next))
                && others_lead
                && only(step.page.slice(to.span))
            {
                plants.add(*step, [Some(step.without(clause))], "leads nowhere");
            }
        }
    }
}

fn step_without_actor(library: &Library, plants: &mut Plants) {
    for (_, steps) in procedures(library) {
        // Among steps that all have one, so that it is this one's lack.
        let all = steps.iter().all(|it| it.clause(ClauseWord::Actor).is_some());
        // Of two steps the first may name the actor for both.
        let passed = usize::from(steps.len() == 2);
        let count = steps.len();
        for step in steps.into_iter().take(count - passed).filter(|_| all) {
            if let Some(clause) = step.clause(ClauseWord::Actor) {
                plants.add(step, [Some(step.without(clause))], "nobody takes it");
            }
        }
    }
}

fn circle_without_exit(library: &Library, plants: &mut Plants) {
    for (at, steps) in procedures(library) {
        let (Some(first), Some(last)) = (steps.first(), steps.last()) else { continue };
        let ends = steps.iter().filter(|it| it.clause(ClauseWord::Next).is_none()).count();
        let leads_in = steps
            .iter()
            .filter(|it| it.items(ClauseWord::Next).iter().any(|n| at.page.slice(n.span) == last.name()))
            .count();
        if last.clause(ClauseWord::Next).is_none() && ends == 1 && leads_in > 0 {
            let line = format!("下一步: {}", first.name());
            plants.add(*last, [last.add_line(&line)], format!("back to {}", first.name()));
        }
    }
}

fn steps_exceed_whole(library: &Library, plants: &mut Plants) {
    for (at, steps) in procedures(library) {
        let whole = at.clause(ClauseWord::Deadline).and_then(|it| it.values.first());
        if let Some(whole) = whole {
            if steps.iter().any(|it| it.clause(ClauseWord::Deadline).is_some()) {
                let event = match &whole.kind {
                    ExprKind::Within(within) => within.event.as_ref().map(|it| at.page.slice(it.span)),
                    _ => None,
                };
                let text = format!("限 1 日{}", event.map(|it| format!(" 自 {it}")).unwrap_or_default());
                plants.add(at, [Some(at.replace(whole.span, &text))], format!("{text} for all of it"));
            }
            for step in steps {
                let Some(value) = step.clause(ClauseWord::Deadline).and_then(|it| it.values.first()) else { continue };
                if let ExprKind::Within(within) = &value.kind {
                    plants.add(step, [Some(step.replace(within.length.span, "400 日"))], "400 days for one step");
                }
            }
        }
    }
}
