//! Declared totals that are not what is listed.

use polis_syntax::Span;
use polis_syntax::ast::{Expr, ExprKind};
use polis_syntax::words::{ClauseWord, Kind};

use super::{Family, Operator, operator};
use crate::library::{At, Library, opened};
use crate::plant::Plants;

const fn totals(name: &'static str, what: &'static str, plant: fn(&Library, &mut Plants)) -> Operator {
    operator(Family::Totals, name, what, plant)
}

pub(super) const ALL: &[Operator] = &[
    totals("item-left-out", "an item of a list with a declared total is deleted", item_left_out),
    totals("item-too-many", "an item is added to a list with a declared total", item_too_many),
    totals("block-left-out", "a counted block (power, duty, item, step of pay) is deleted", block_left_out),
    totals("total-changed", "a declared total is one more than what is listed", total_changed),
    totals("category-sum", "the categories do not add up to the total of the list", category_sum),
    totals("series-sum", "a 1 + 9 series has another number of documents", series_sum),
    totals("grant-sum", "5 + 2 = 7: the powers taken in and added are not the total", grant_sum),
    totals("two-totals", "one list has two totals that differ", two_totals),
];

/// The kinds whose total counts what they list.
const COUNTED: &[Kind] = &[
    Kind::List,
    Kind::Category,
    Kind::Commitment,
    Kind::Side,
    Kind::Mechanism,
    Kind::Enum,
    Kind::Duties,
    Kind::Grant,
    Kind::Series,
    Kind::Rating,
    Kind::Pay,
];

/// Where what is listed may be counted: a declared total, and neither `等` nor an unknown number that is not listed.
pub(super) fn is_counted(at: At<'_>) -> bool {
    // Pay whose bands are not listed has a total and nothing to count.
    let listed = at.kind != Kind::Pay || at.children().any(|it| it.kind == Kind::Band);
    listed
        && at.clause(ClauseWord::Total).is_some()
        && at.clause(ClauseWord::OpenEnded).is_none()
        && at
            .clause(ClauseWord::Unlisted)
            .is_none_or(|it| it.values.iter().all(|it| matches!(it.kind, ExprKind::Figure(_))))
}

fn counted(library: &Library) -> impl Iterator<Item = At<'_>> {
    library.blocks(COUNTED).filter(|it| is_counted(*it))
}

const LISTED: &[ClauseWord] = &[ClauseWord::Items, ClauseWord::Parts, ClauseWord::Values, ClauseWord::Supporting];

fn item_left_out(library: &Library, plants: &mut Plants) {
    for at in counted(library) {
        for word in LISTED {
            // A value of an enumeration goes with all who speak of it, which is another defect.
            let passed = *word == ClauseWord::Values || (*word == ClauseWord::Supporting && at.kind != Kind::Series);
            for clause in at.clauses(*word).filter(|_| !passed) {
                let items = opened(&clause.values);
                for (nth, item) in items.iter().enumerate().filter(|_| items.len() > 1) {
                    plants.add(at, [at.without_item(clause, nth)], format!("without `{}`", at.page.slice(item.span)));
                }
            }
        }
    }
}

fn item_too_many(library: &Library, plants: &mut Plants) {
    for at in counted(library).filter(|it| it.kind != Kind::Series) {
        for clause in LISTED.iter().filter(|it| **it != ClauseWord::Supporting).filter_map(|it| at.clause(*it)) {
            plants.add(at, [at.with_item(clause, "多列的一项")], "one item more");
        }
    }
}

fn block_left_out(library: &Library, plants: &mut Plants) {
    const INNER: &[Kind] = &[Kind::Power, Kind::Duty, Kind::Item, Kind::Category, Kind::Grade, Kind::Band];
    for at in counted(library) {
        for inner in at.children().filter(|it| INNER.contains(&it.kind)) {
            plants.add(at, [Some(at.replace(inner.block.span, ""))], format!("without {}", inner.shown()));
        }
    }
}

fn total_changed(library: &Library, plants: &mut Plants) {
    for at in counted(library) {
        for value in at.items(ClauseWord::Total) {
            if let Some((span, more)) = one_more(at, value) {
                plants.add(at, [Some(at.replace(span, &more))], format!("total {more}"));
            }
        }
    }
}

/// The digits of a figure, and the figure above.
fn one_more(at: At<'_>, value: &Expr) -> Option<(Span, String)> {
    let ExprKind::Figure(figure) = &value.kind else { return None };
    let digits: i64 = at.page.slice(figure.digits).replace('_', "").parse().ok()?;
    Some((figure.digits, (digits + 1).to_string()))
}

fn category_sum(library: &Library, plants: &mut Plants) {
    for at in library.blocks(&[Kind::List, Kind::Commitment, Kind::Side]).filter(|it| is_counted(*it)) {
        if at.children().all(|it| it.kind != Kind::Category) {
            continue;
        }
        // The second figure is of the items, the first of the categories.
        if let Some((span, more)) = at.items(ClauseWord::Total).get(1).and_then(|it| one_more(at, it)) {
            plants.add(at, [Some(at.replace(span, &more))], format!("{more} items in all"));
        }
        for category in at.children().filter(|it| it.kind == Kind::Category) {
            if let Some(clause) = category.clause(ClauseWord::Items)
                && category.clause(ClauseWord::Total).is_none()
                && at.items(ClauseWord::Total).len() > 1
            {
                plants.add(at, [at.with_item(clause, "多列的一项")], format!("one item more in {}", category.shown()));
            }
        }
    }
}

fn series_sum(library: &Library, plants: &mut Plants) {
    for at in library.blocks(&[Kind::Series]) {
        let Some(total) = at.clause(ClauseWord::Total).and_then(|it| it.values.first()) else { continue };
        let ExprKind::Binary(sum) = &total.kind else { continue };
        for part in [&sum.lhs, &sum.rhs] {
            if let Some((span, more)) = one_more(at, part) {
                plants.add(at, [Some(at.replace(span, &more))], format!("{more} in the sum"));
            }
        }
    }
}

fn grant_sum(library: &Library, plants: &mut Plants) {
    for at in library.blocks(&[Kind::Grant, Kind::Duties]) {
        if at.clause(ClauseWord::Include).is_none() || at.clause(ClauseWord::Total).is_none() {
            continue;
        }
        for word in [ClauseWord::Adds, ClauseWord::Total] {
            for value in at.items(word) {
                if let Some((span, more)) = one_more(at, value) {
                    plants.add(
                        at,
                        [Some(at.replace(span, &more))],
                        format!("{more} for {}", at.page.slice(value.span)),
                    );
                }
            }
        }
        // What is taken in changes, and the total here does not.
        for included in at.items(ClauseWord::Include) {
            let name = at.page.slice(included.span).rsplit('.').next().unwrap_or_default();
            for other in library.blocks(&[Kind::Grant]).filter(|it| it.name() == name) {
                let Some(power) = other.children().find(|it| it.kind == Kind::Power) else { continue };
                let total = other.items(ClauseWord::Total).into_iter().find_map(|it| {
                    let ExprKind::Figure(figure) = &it.kind else { return None };
                    let digits: i64 = other.page.slice(figure.digits).parse().ok()?;
                    Some(other.replace(figure.digits, (digits - 1).to_string()))
                });
                if total.is_some() {
                    let edits = [Some(other.replace(power.block.span, "")), total];
                    plants.add(at, edits, format!("{} is repealed below it", power.shown()));
                    plants.with(other);
                }
            }
        }
    }
}

fn two_totals(library: &Library, plants: &mut Plants) {
    for at in counted(library).filter(|it| !matches!(it.kind, Kind::Series)) {
        let last = at.items(ClauseWord::Total).last().copied();
        if let Some((_, more)) = last.and_then(|it| one_more(at, it)) {
            let unit = last.map_or("", |it| at.page.slice(it.span)).trim_start_matches(|it: char| it.is_ascii_digit());
            plants.add(at, [at.add_line(&format!("总数: {more}{unit}"))], format!("and a total of {more}{unit}"));
        }
        if let (Some(last), Some((_, more))) = (last, last.and_then(|it| one_more(at, it))) {
            let unit = at.page.slice(last.span).trim_start_matches(|it: char| it.is_ascii_digit());
            let edit = at.replace(last.span.at_end(), format!(", {more}{unit}"));
            plants.add(at, [Some(edit)], format!("or {more}{unit}"));
        }
    }
}
