//! Lists that contradict themselves, each other, or what is forbidden.

use polis_syntax::words::{ClauseWord, Kind};

use super::{Family, Operator, operator};
use crate::library::{At, Library};
use crate::plant::Plants;

const fn lists(name: &'static str, what: &'static str, plant: fn(&Library, &mut Plants)) -> Operator {
    operator(Family::Lists, name, what, plant)
}

pub(super) const ALL: &[Operator] = &[
    lists("item-twice", "an item stands twice on one list", item_twice),
    lists("item-in-two-categories", "an item stands in two categories of one list", item_in_two_categories),
    lists(
        "admitted-and-refused",
        "an item stands on the admission list and on the negative list",
        admitted_and_refused,
    ),
    lists("cancelled-admitted", "what a norm cancels is on the admission list", cancelled_admitted),
    lists("opposite-polarity", "one list is positive above and negative below", opposite_polarity),
    lists("agreement-lacks-field", "an agreement does not state what a condition asks of it", agreement_lacks_field),
    lists("nobody-provides", "an item that no one provides, among others that have a provider", nobody_provides),
];

const LISTS: &[Kind] = &[Kind::List, Kind::Category, Kind::Commitment, Kind::Side, Kind::Mechanism, Kind::Enum];

fn item_twice(library: &Library, plants: &mut Plants) {
    for at in library.blocks(LISTS) {
        for word in [ClauseWord::Items, ClauseWord::Parts, ClauseWord::Values] {
            let (Some(clause), items) = (at.clause(word), at.items(word)) else { continue };
            if let (Some(first), true) = (items.first(), items.len() > 1) {
                let first = at.page.slice(first.span);
                plants.add(at, [at.with_item(clause, first)], format!("`{first}` twice"));
            }
        }
    }
}

fn item_in_two_categories(library: &Library, plants: &mut Plants) {
    for at in library.provisions(&[Kind::List, Kind::Commitment]) {
        let categories: Vec<At<'_>> =
            at.children().filter(|it| it.kind == Kind::Category && it.items(ClauseWord::Items).len() > 1).collect();
        for pair in categories.windows(2) {
            let [one, other] = pair else { continue };
            let Some(item) = one.items(ClauseWord::Items).first().copied() else { continue };
            let item = one.page.slice(item.span);
            // In the place of another, so that the totals are right.
            let Some(last) = other.items(ClauseWord::Items).last().copied() else { continue };
            plants.add(at, [Some(other.replace(last.span, item))], format!("`{item}` in two categories"));
        }
    }
}

/// The lists that an admission goes by: those that admit and those that refuse.
fn admissions(library: &Library) -> Vec<(At<'_>, Vec<At<'_>>, Vec<At<'_>>)> {
    library
        .provisions(&[Kind::Admission])
        .map(|at| {
            let named: Vec<At<'_>> = at
                .items(ClauseWord::Lists)
                .iter()
                .filter_map(|it| {
                    let name = at.page.slice(it.span);
                    library.provisions(&[Kind::List]).find(|l| l.name() == name && l.page.package == at.page.package)
                })
                .collect();
            let (negative, positive) =
                named.into_iter().partition(|it| it.value(ClauseWord::Polarity).is_some_and(|it| it == "负面"));
            (at, positive, negative)
        })
        .collect()
}

fn listed(list: At<'_>) -> Vec<(At<'_>, polis_syntax::Span)> {
    let own = list.items(ClauseWord::Items).into_iter().map(move |it| (list, it.span));
    let inner = list.children().filter(|it| it.kind == Kind::Category);
    own.chain(inner.flat_map(|c| c.items(ClauseWord::Items).into_iter().map(move |it| (c, it.span)))).collect()
}

fn admitted_and_refused(library: &Library, plants: &mut Plants) {
    for (_, positive, negative) in admissions(library) {
        for (admits, refuses) in positive.iter().flat_map(|a| negative.iter().map(move |b| (*a, *b))) {
            for ((block, span), (_, refused)) in listed(admits).into_iter().zip(listed(refuses)) {
                let item = refuses.page.slice(refused);
                plants.add(block, [Some(block.replace(span, item))], format!("`{item}` is admitted"));
                plants.with(refuses);
            }
        }
    }
    // Most cities have no admission by lists: one is planted whole.
    for (at, name) in cities(library) {
        let text = format!(
            "对象 申报单 {{ 字段 事项名: 文字 }}\n清单 可进清单 {{ 性质: 正面; 列项: [{name}, 体检] }}\n\
             清单 不可进清单 {{ 性质: 负面; 列项: [{name}] }}\n\
             准入 按单准入 属于 申报单 {{ 清单: [可进清单, 不可进清单]; 申报事项: 事项名 }}"
        );
        plants.add(at, [Some(at.page.add(&text))], format!("`{name}` on both lists"));
    }
}

/// A document of each city, with a task that its norms cancel.
fn cities(library: &Library) -> Vec<(At<'_>, &'static str)> {
    let mut found: Vec<(At<'_>, &'static str)> = Vec::new();
    for at in library.provisions(&[Kind::Document]) {
        let known = found.iter().any(|it| it.0.page.package == at.page.package);
        if !known && !matches!(at.page.package.as_str(), "national" | "jilin") {
            found.push((at, "招商引资"));
        }
    }
    found
}

fn cancelled_admitted(library: &Library, plants: &mut Plants) {
    for norm in library.provisions(&[Kind::Norm]).filter(|it| {
        it.value(ClauseWord::MustNot).is_some_and(|it| ["任务", "指标", "下派"].iter().any(|word| it.contains(word)))
    }) {
        let Some(object) = norm.items(ClauseWord::Object).first().map(|it| norm.page.slice(it.span)) else { continue };
        // Whom a task is not given to is no task.
        if library.entity(&norm.page.package, object).is_some() {
            continue;
        }
        let mut lists = library.provisions(&[Kind::List]).filter(|it| {
            it.page.package == norm.page.package && it.value(ClauseWord::Polarity).is_some_and(|it| it == "正面")
        });
        if let Some((block, span)) = lists.next().and_then(|it| listed(it).into_iter().next()) {
            plants.add(block, [Some(block.replace(span, object))], format!("`{object}` is admitted"));
            plants.with(norm);
        } else {
            let text = format!(
                "对象 申报单 {{ 字段 事项名: 文字 }}\n清单 可进清单 {{ 性质: 正面; 列项: [体检, {object}] }}\n\
                 准入 按单准入 属于 申报单 {{ 清单: 可进清单; 申报事项: 事项名 }}"
            );
            plants.add(norm, [Some(norm.follow(&text))], format!("`{object}` is admitted"));
        }
    }
}

fn opposite_polarity(library: &Library, plants: &mut Plants) {
    for at in library.provisions(&[Kind::List]).filter(|it| it.clause(ClauseWord::Polarity).is_some()) {
        let superior = match at.page.package.as_str() {
            "changchun" => "jilin",
            _ => "national",
        };
        let (Some(page), Some(polarity), Some(is)) =
            (library.first_page(superior), at.value(ClauseWord::Polarity), at.items(ClauseWord::Is).first().copied())
        else {
            continue;
        };
        let opposite = if polarity == "负面" { "正面" } else { "负面" };
        let concept = at.page.slice(is.span).rsplit('.').next().unwrap_or_default();
        let text = format!(
            "清单 上级清单 {{\n  性质: {opposite}\n  列项: [上级一项]\n  即: concepts.{concept}\n  语气: 应当\n}}"
        );
        plants.add(at, [Some(page.add(&text))], format!("{opposite} above, {polarity} here"));
    }
}

fn agreement_lacks_field(library: &Library, plants: &mut Plants) {
    for at in library.provisions(&[Kind::Admission]) {
        let (Some(clause), Some(is)) = (at.clause(ClauseWord::Agreement), at.items(ClauseWord::Is).first().copied())
        else {
            continue;
        };
        let Some(page) = library.first_page("national") else { continue };
        let concept = at.page.slice(is.span).rsplit('.').next().unwrap_or_default();
        // What the agreement is to state, a superior says.
        let upper = format!(
            "准入 上级准入 属于 准入事项 {{\n  {}\n  即: concepts.{concept}\n  语气: 应当\n}}",
            at.page.slice(clause.span)
        );
        for (nth, item) in at.items(ClauseWord::Agreement).iter().enumerate() {
            let edits = [Some(page.add(&upper)), at.without_item(clause, nth)];
            plants.add(at, edits, format!("without `{}`", at.page.slice(item.span)));
        }
    }
}

fn nobody_provides(library: &Library, plants: &mut Plants) {
    for at in library.blocks(&[Kind::Item]).filter(|it| it.clause(ClauseWord::Providers).is_some()) {
        // Who provides a list provides its items.
        let list = At { block: at.top, outer: None, kind: at.top.kind.unwrap_or(Kind::List), ..at };
        if list.clause(ClauseWord::Providers).is_some() {
            continue;
        }
        if let Some(clause) = at.clause(ClauseWord::Providers) {
            plants.add(at, [Some(at.without(clause))], "without a provider");
        }
    }
}
