//! Figures that turn out wrong for some jurisdiction.

use polis_syntax::ast::ExprKind;
use polis_syntax::words::{ClauseWord, Kind};

use super::time::begins_on_a_day;
use super::{Family, Operator, operator};
use crate::library::expressions;
use crate::library::{At, Library};
use crate::plant::Plants;

const fn figures(name: &'static str, what: &'static str, plant: fn(&Library, &mut Plants)) -> Operator {
    operator(Family::Figures, name, what, plant)
}

pub(super) const ALL: &[Operator] = &[
    figures("quota-falls", "a quota that falls where households rise: 2,999 may have more than 3,300", quota_falls),
    figures("quota-cliff", "a quota that jumps by many at one household", quota_cliff),
    figures("division-by-zero", "a division by what is zero for some jurisdiction", division_by_zero),
    figures("overflow", "a product that overflows for admissible facts", overflow),
    figures("dated-gap", "a parameter without a value before a day from which it has one", dated_gap),
    Operator {
        on_demand: Some("open-parameter"),
        ..figures("parameter-open", "a parameter that results depend on is left open", parameter_open)
    },
    figures("budget-too-small", "a cap on pay below what the least quota costs", budget_too_small),
];

fn quotas(library: &Library) -> impl Iterator<Item = (At<'_>, String, String)> {
    library.provisions(&[Kind::Quota]).filter_map(|at| {
        let entity = at.of()?;
        // Quotas go by households where there are some.
        let households = library.entity(&at.page.package, entity)?.children().any(|it| it.name() == "户数");
        let (field, unit) = if households {
            ("户数".to_owned(), "户".to_owned())
        } else {
            library.whole_field(&at.page.package, entity)?
        };
        Some((at, field, unit))
    })
}

/// The unit of a quota.
fn counted_in(at: At<'_>) -> &str {
    at.ty().unwrap_or("人")
}

fn quota_falls(library: &Library, plants: &mut Plants) {
    for (at, field, unit) in quotas(library) {
        for (bound, amount) in [(3000, 5), (500, 2), (1000, 30)] {
            let line = format!("增配 倒挂 当 {field} 不足 {bound} {unit}: {amount} {}", counted_in(at));
            plants.add(at, [at.add_line(&line)], format!("{amount} more below {bound}"));
        }
    }
}

/// Whether a provision rests on anything that is left open.
fn is_open(library: &Library, at: At<'_>) -> bool {
    library.rests_on_open(at, at.all_clauses())
}

fn quota_cliff(library: &Library, plants: &mut Plants) {
    // Beside a base that is open, 500 may be little.
    for (at, field, unit) in quotas(library).filter(|it| !is_open(library, it.0)) {
        for bound in [3000, 10_000] {
            let line = format!("增配 断崖 当 {field} 不少于 {bound} {unit}: 500 {}", counted_in(at));
            plants.add(at, [at.add_line(&line)], format!("500 more from {bound} on"));
        }
    }
}

fn rules(library: &Library) -> impl Iterator<Item = At<'_>> {
    library.provisions(&[Kind::Rule, Kind::Indicator])
}

fn division_by_zero(library: &Library, plants: &mut Plants) {
    for at in rules(library) {
        // A guard against zero is taken away.
        for expr in expressions(at) {
            let ExprKind::If(choice) = &expr.kind else { continue };
            let guards = at.page.slice(choice.condition.span).contains("= 0");
            let otherwise = at.page.slice(choice.otherwise.span);
            if guards && otherwise.contains('/') {
                plants.add(at, [Some(at.replace(expr.span, otherwise))], format!("{otherwise}, without a guard"));
            }
        }
        // Or a field less its least value divides.
        let word = if at.kind == Kind::Rule { ClauseWord::Value } else { ClauseWord::Formula };
        let Some(value) = at.items(word).first().copied() else { continue };
        // A part of a person is an error of its own.
        let numeric = at.ty().is_some_and(|it| it.contains('元') || matches!(it, "百分比" | "数" | "平方米"));
        let Some((field, unit)) = at.of().and_then(|it| library.whole_field(&at.page.package, it)) else { continue };
        if numeric && is_arithmetic(&value.kind) {
            let text = format!("({}) / ({field} / 1 {unit})", at.page.slice(value.span));
            plants.add(at, [Some(at.replace(value.span, &text))], format!("divided by {field}"));
        }
    }
}

const fn is_arithmetic(kind: &ExprKind) -> bool {
    matches!(kind, ExprKind::Binary(_) | ExprKind::Name(_) | ExprKind::Figure(_) | ExprKind::Call(_))
}

fn overflow(library: &Library, plants: &mut Plants) {
    for at in rules(library) {
        let word = if at.kind == Kind::Rule { ClauseWord::Value } else { ClauseWord::Formula };
        let Some(value) = at.items(word).first().copied() else { continue };
        let numeric = at.ty().is_some_and(|it| !matches!(it, "是非" | "文字" | "日期"));
        if numeric && matches!(value.kind, ExprKind::Binary(_)) {
            let text = format!("({}) * 9000000000000000000 * 9000000000000000000", at.page.slice(value.span));
            plants.add(at, [Some(at.replace(value.span, text))], "times 9,000,000,000,000,000,000 twice");
        }
    }
}

fn dated_gap(library: &Library, plants: &mut Plants) {
    // Where nothing rests on a figure, or nobody knows when it begins, no day is left without one.
    for at in library.provisions(&[Kind::Param]) {
        if !is_used(library, at) || !begins_on_a_day(library, at) {
            continue;
        }
        let Some(value) = at.clause(ClauseWord::Value) else { continue };
        let text: Vec<&str> = value.values.iter().map(|it| at.page.slice(it.span)).collect();
        if matches!(value.values.first().map(|it| &it.kind), Some(ExprKind::Open(_)) | None) {
            continue;
        }
        let dated = at.clauses(ClauseWord::From).count();
        let edit = if dated > 0 {
            at.without(value)
        } else {
            at.replace(value.span, format!("自 2031-01-01: {}", text.join(", ")))
        };
        plants.add(at, [Some(edit)], "no value before the first date");
    }
}

/// Whether anything but a test speaks of a provision.
pub(super) fn is_used(library: &Library, at: At<'_>) -> bool {
    let name = at.name();
    library
        .blocks(&[Kind::Rule, Kind::Quota, Kind::Pay, Kind::Require, Kind::Indicator, Kind::Offices, Kind::Posts])
        .any(|it| {
            it.page.package == at.page.package
                && expressions(it).iter().any(|e| matches!(e.kind, ExprKind::Name(_)) && it.page.slice(e.span) == name)
        })
}

fn parameter_open(library: &Library, plants: &mut Plants) {
    for at in library.provisions(&[Kind::Param]).filter(|it| is_used(library, *it)) {
        let Some(clause) = at.clause(ClauseWord::Value) else { continue };
        let [value] = clause.values.as_slice() else { continue };
        if !matches!(value.kind, ExprKind::Open(_)) {
            plants.add(at, [Some(at.replace(value.span, "待定"))], "left open");
        }
    }
}

fn budget_too_small(library: &Library, plants: &mut Plants) {
    // What nobody has laid down may cost nothing.
    for at in library.provisions(&[Kind::Pay]).filter(|it| !is_open(library, *it)) {
        let Some(ty) = at.ty() else { continue };
        if at.clause(ClauseWord::Component).is_some() || at.clause(ClauseWord::Reference).is_some() {
            plants.add(at, [at.add_line(&format!("限额: ..1 {ty}"))], format!("at most 1 {ty}"));
        }
    }
    for (at, ..) in quotas(library).filter(|it| counted_in(it.0) == "人" && !is_open(library, it.0)) {
        let Some(entity) = at.of() else { continue };
        let text = format!(
            "参数 每人支出: 元/人/年 {{ 值: 60000 元每人每年 }}\n薪酬 员额支出 属于 {entity}: 元/年 {{\n  构成 工资: {} * 每人支出\n  限额: ..1 元/年\n}}",
            at.name()
        );
        plants.add(at, [Some(at.follow(&text))], "a budget of one yuan for all of it");
    }
}
