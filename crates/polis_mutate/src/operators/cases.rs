//! Conditions that decide nothing, and exceptions that get in each other's way.

use polis_syntax::Span;
use polis_syntax::ast::{Clause, Expr, ExprKind};
use polis_syntax::words::{ClauseWord, Kind};

use super::{Family, Operator, operator};
use crate::library::{At, Library, expressions};
use crate::plant::Plants;

const fn cases(name: &'static str, what: &'static str, plant: fn(&Library, &mut Plants)) -> Operator {
    operator(Family::Cases, name, what, plant)
}

pub(super) const ALL: &[Operator] = &[
    cases("exceptions-overlap", "two exceptions that hold together and say different things", exceptions_overlap),
    cases("case-unreachable", "a line of a case table whose condition stood above already", case_unreachable),
    cases("guard-never", "a guard that no jurisdiction meets", guard_never),
    cases("guard-always", "a guard that every jurisdiction meets", guard_always),
    cases("branch-vacuous", "an `if` whose condition always holds", branch_vacuous),
    cases("branches-same", "an `if` whose branches are the same", branches_same),
];

const RULES: &[Kind] = &[Kind::Rule, Kind::Quota, Kind::Pay, Kind::Offices, Kind::Posts, Kind::Centers];

fn exceptions_overlap(library: &Library, plants: &mut Plants) {
    for at in library.provisions(&[Kind::Rule]) {
        let Some(entity) = at.of() else { continue };
        // Where there are exceptions, one more under the guard of each.
        for clause in at.clauses(ClauseWord::Except) {
            let Some(guard) = clause.guard.as_deref().filter(|it| !it.negated) else { continue };
            let condition = at.page.slice(guard.condition.span);
            let Some(other) = different(at, clause) else { continue };
            let edit = at.add_line(&format!("例外 另一例外 当 {condition}: {other}"));
            plants.add(at, [edit], format!("{other} too when {condition}"));
        }
        // Where there are none, two that meet.
        if let (None, Some((one, other)), Some((field, unit))) =
            (at.clause(ClauseWord::Except), two_values(at), library.whole_field(&at.page.package, entity))
        {
            let lines = format!("例外 大 当 {field} 超过 5 {unit}: {one}\n  例外 小 当 {field} 不足 9 {unit}: {other}");
            plants.add(at, [at.add_line(&lines)], format!("two exceptions for {field} from 6 to 8"));
        }
    }
}

/// Two values of a rule's type that differ.
pub(super) fn two_values(at: At<'_>) -> Option<(String, String)> {
    let pair = |one: &str, other: &str| Some((one.to_owned(), other.to_owned()));
    match at.ty()? {
        "是非" => pair("是", "否"),
        "文字" => pair("\"甲\"", "\"乙\""),
        "日期" => pair("2020-01-01", "2021-01-01"),
        "百分比" => pair("11%", "12%"),
        "数" | "整数" => pair("101", "102"),
        unit => Some((format!("101 {unit}"), format!("102 {unit}"))),
    }
}

/// A value that is not the clause's: the figure plus one, or `false` for `true`.
fn different(at: At<'_>, clause: &Clause) -> Option<String> {
    let value = clause.values.first()?;
    if let Some((digits, unit)) = figure(at, value) {
        return Some(format!("{} {unit}", digits + 1));
    }
    match value.kind {
        ExprKind::Truth(true) => Some("否".to_owned()),
        ExprKind::Truth(false) => Some("是".to_owned()),
        ExprKind::Text => Some("\"另一个结果\"".to_owned()),
        _ => None,
    }
}

fn figure<'l>(at: At<'l>, value: &Expr) -> Option<(i64, &'l str)> {
    let ExprKind::Figure(figure) = &value.kind else { return None };
    let digits = at.page.slice(figure.digits).replace('_', "").parse().ok()?;
    Some((digits, figure.unit.map_or("", |it| at.page.slice(it.span()))))
}

fn case_unreachable(library: &Library, plants: &mut Plants) {
    for at in library.blocks(RULES) {
        for cases in expressions(at).into_iter().filter_map(|it| match &it.kind {
            ExprKind::Cases(cases) => Some(cases),
            _ => None,
        }) {
            let (Some(first), Some(last)) = (cases.arms.first(), cases.arms.last()) else { continue };
            let line = format!("\n    {} => {}", at.page.slice(first.guard.span), at.page.slice(last.value.span));
            let edit = at.replace(last.value.span.at_end(), line);
            plants.add(at, [Some(edit)], format!("{} stands twice", at.page.slice(first.guard.span)));
        }
    }
}

/// The conditions of guards: in clauses, and the `when` of provisions.
fn guards(library: &Library) -> Vec<(At<'_>, Span)> {
    let mut found = Vec::new();
    for at in library.blocks(Kind::ALL) {
        for clause in at.all_clauses() {
            found.extend(clause.guard.iter().map(|it| (at, it.condition.span)));
        }
        for clause in at.clauses(ClauseWord::When) {
            found.extend(clause.values.first().map(|it| (at, it.span)));
        }
    }
    found
}

fn guard_never(library: &Library, plants: &mut Plants) {
    for (at, span) in guards(library) {
        let condition = at.page.slice(span);
        let never = format!("({condition}) 且 非 ({condition})");
        plants.add(at, [Some(at.replace(span, &never))], never);
    }
}

fn guard_always(library: &Library, plants: &mut Plants) {
    for (at, span) in guards(library) {
        let condition = at.page.slice(span);
        let always = format!("({condition}) 或 非 ({condition})");
        plants.add(at, [Some(at.replace(span, &always))], always);
    }
}

fn branch_vacuous(library: &Library, plants: &mut Plants) {
    for (at, choice) in choices(library) {
        let condition = at.page.slice(choice.condition.span);
        let always = format!("(({condition}) 或 非 ({condition}))");
        plants.add(at, [Some(at.replace(choice.condition.span, &always))], always);
    }
}

fn branches_same(library: &Library, plants: &mut Plants) {
    for (at, choice) in choices(library) {
        let then = at.page.slice(choice.then.span);
        plants.add(at, [Some(at.replace(choice.otherwise.span, then))], format!("else {then} too"));
    }
}

fn choices(library: &Library) -> Vec<(At<'_>, &polis_syntax::ast::If)> {
    let rules = library.blocks(&[Kind::Rule, Kind::Quota, Kind::Pay, Kind::Indicator, Kind::Band]);
    rules
        .flat_map(|at| {
            expressions(at).into_iter().filter_map(move |it| match &it.kind {
                ExprKind::If(choice) => Some((at, &**choice)),
                _ => None,
            })
        })
        .collect()
}
