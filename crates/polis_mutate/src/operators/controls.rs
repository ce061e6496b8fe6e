//! Changes that harm nothing. Whatever is found after one is a false alarm.

use polis_syntax::ast::ExprKind;
use polis_syntax::words::{ClauseWord, Kind};

use super::{Family, Operator, operator};
use crate::library::{Library, blocks_of};
use crate::plant::Plants;

const fn control(name: &'static str, what: &'static str, plant: fn(&Library, &mut Plants)) -> Operator {
    operator(Family::Control, name, what, plant)
}

pub(super) const ALL: &[Operator] = &[
    control("comment", "a comment is added", comment),
    control("documentation", "documentation is added", documentation),
    control("blank-lines", "blank lines are added", blank_lines),
    control("provisions-swapped", "two provisions change places", provisions_swapped),
    control("clauses-swapped", "two clauses change places", clauses_swapped),
    control("items-swapped", "two items of a list change places", items_swapped),
    control("renamed", "a provision is renamed wherever it is spoken of", renamed),
    control("title-changed", "a title says it in other words", title_changed),
    control("note-added", "a remark is added", note_added),
    control("cap-raised", "a cap that no superior sets is raised", cap_raised),
    control("unrelated-norm", "an action and a norm about it are added", unrelated_norm),
    control("unrelated-list", "a list with a right total is added", unrelated_list),
    control("exceptions-apart", "exceptions that cannot hold together are added", exceptions_apart),
    control("item-and-total", "an item is added, and the total is corrected", item_and_total),
];

fn comment(library: &Library, plants: &mut Plants) {
    for at in library.provisions(Kind::ALL) {
        plants.add(at, [at.add_line("// 这里应当再核对一遍，3000户以上。")], "a comment");
    }
}

fn documentation(library: &Library, plants: &mut Plants) {
    for at in library.provisions(Kind::ALL).filter(|it| it.block.doc.is_none()) {
        let place = polis_syntax::Span::new(at.block.span.start, at.block.span.start);
        plants.add(at, [Some(at.replace(place, "/// 说明。\n"))], "documentation");
    }
}

fn blank_lines(library: &Library, plants: &mut Plants) {
    for at in library.provisions(Kind::ALL) {
        plants.add(at, [at.add_line("\n\n")], "blank lines");
    }
}

fn provisions_swapped(library: &Library, plants: &mut Plants) {
    for page in &library.pages {
        let all: Vec<_> = library.provisions(Kind::ALL).filter(|it| it.page.index == page.index).collect();
        for pair in all.windows(2) {
            let [one, other] = pair else { continue };
            // The document of a file stands first.
            if one.kind != Kind::Document && other.kind != Kind::Document {
                let edits = [
                    Some(one.replace(one.block.span, other.text())),
                    Some(other.replace(other.block.span, one.text())),
                ];
                plants.add(*one, edits, format!("changes places with {}", other.shown()));
            }
        }
    }
}

fn clauses_swapped(library: &Library, plants: &mut Plants) {
    for at in library.blocks(Kind::ALL) {
        let clauses: Vec<_> = at.all_clauses().collect();
        for pair in clauses.windows(2) {
            let [one, other] = pair else { continue };
            // Cases, exceptions and dated values are read in order.
            if one.name.is_none()
                && other.name.is_none()
                && one.word.text(&at.page.text) != other.word.text(&at.page.text)
            {
                let edits = [
                    Some(at.replace(one.span, at.page.slice(other.span))),
                    Some(at.replace(other.span, at.page.slice(one.span))),
                ];
                plants.add(
                    at,
                    edits,
                    format!("{} below {}", at.page.slice(one.word.span), at.page.slice(other.word.span)),
                );
            }
        }
    }
}

fn items_swapped(library: &Library, plants: &mut Plants) {
    for at in library.blocks(&[Kind::List, Kind::Category, Kind::Mechanism, Kind::Norm]) {
        for word in [ClauseWord::Items, ClauseWord::Parts, ClauseWord::Object] {
            let items = at.items(word);
            if let [one, other, ..] = items.as_slice() {
                let edits = [
                    Some(at.replace(one.span, at.page.slice(other.span))),
                    Some(at.replace(other.span, at.page.slice(one.span))),
                ];
                plants.add(at, edits, "the first two change places");
            }
        }
    }
}

fn renamed(library: &Library, plants: &mut Plants) {
    const KINDS: &[Kind] =
        &[Kind::Require, Kind::List, Kind::Norm, Kind::Mechanism, Kind::Principle, Kind::Fact, Kind::Test];
    for at in library.provisions(KINDS) {
        let Some(name) = at.block.name else { continue };
        let text = name.text(&at.page.text);
        // Only what nothing else speaks of: to rename the rest is the editor's business.
        let said = library.pages.iter().map(|it| it.text.matches(text).count()).sum::<usize>();
        if said == 1 {
            plants.add(at, [Some(at.replace(name.span, format!("{text}改名")))], format!("{text}改名"));
        }
    }
}

fn title_changed(library: &Library, plants: &mut Plants) {
    for at in library.provisions(&[Kind::Rule, Kind::Norm, Kind::Require, Kind::Mechanism, Kind::Quota]) {
        match at.block.title {
            Some(title) => plants.add(at, [Some(at.replace(title, "\"另一种说法\""))], "another title"),
            None => {
                if let (Some(name), None) = (at.block.name, at.block.of.as_ref()) {
                    plants.add(at, [Some(at.replace(name.span.at_end(), " \"说法\""))], "a title");
                }
            }
        }
    }
}

fn note_added(library: &Library, plants: &mut Plants) {
    for at in library.blocks(Kind::ALL).filter(|it| it.clause(ClauseWord::Note).is_none()) {
        if at.kind.clause("备注").is_some() {
            plants.add(at, [at.add_line("备注: \"与原文核对过\"")], "a remark");
        }
    }
}

fn cap_raised(library: &Library, plants: &mut Plants) {
    for at in library.provisions(&[Kind::Posts, Kind::Centers, Kind::Quota]).filter(|it| it.page.package != "changchun")
    {
        for value in at.items(ClauseWord::Limit) {
            let ExprKind::Range(range) = &value.kind else { continue };
            let Some(ExprKind::Figure(figure)) = range.hi.as_ref().map(|it| &it.kind) else { continue };
            if let Ok(cap) = at.page.slice(figure.digits).parse::<i64>() {
                plants.add(
                    at,
                    [Some(at.replace(figure.digits, (cap + 1).to_string()))],
                    format!("{} in place of {cap}", cap + 1),
                );
            }
        }
    }
}

fn unrelated_norm(library: &Library, plants: &mut Plants) {
    for at in library.provisions(&[Kind::Norm]) {
        let text = format!(
            "/// 与别处无关的行为。\n行为 无关的行为 {{}}\n\n/// 与别处无关。\n规范 无关的规范 {{\n{}  应当: 无关的行为\n  客体: 无关的事项\n}}",
            at.line(ClauseWord::Actor)
        );
        plants.add(at, [Some(at.follow(&text))], "an unrelated norm");
    }
}

fn unrelated_list(library: &Library, plants: &mut Plants) {
    for page in library.pages.iter().filter(|it| !it.path.contains("测试")) {
        let Some(last) = blocks_of(&page.tree.elements).last() else { continue };
        let Some(at) =
            library.provisions(Kind::ALL).find(|it| it.block.span == last.span && it.page.index == page.index)
        else {
            continue;
        };
        let text = "/// 与别处无关。\n清单 无关的清单 {\n  列项: [无关甲, 无关乙]\n  总数: 2 项\n}";
        plants.add(at, [Some(page.add(text))], "an unrelated list");
    }
}

fn exceptions_apart(library: &Library, plants: &mut Plants) {
    for at in library.provisions(&[Kind::Rule]).filter(|it| it.clause(ClauseWord::Except).is_none()) {
        let Some((field, unit)) = at.of().and_then(|it| library.whole_field(&at.page.package, it)) else { continue };
        let Some((one, other)) = super::cases::two_values(at) else { continue };
        let lines = format!("例外 大 当 {field} 不少于 9 {unit}: {one}\n  例外 小 当 {field} 不足 5 {unit}: {other}");
        plants.add(at, [at.add_line(&lines)], "two exceptions that never meet");
    }
}

fn item_and_total(library: &Library, plants: &mut Plants) {
    for at in library.provisions(&[Kind::List, Kind::Mechanism]).filter(|it| super::totals::is_counted(*it)) {
        let clause = at.clause(ClauseWord::Items).or(at.clause(ClauseWord::Parts));
        let totals = at.items(ClauseWord::Total);
        let (Some(clause), [total]) = (clause, totals.as_slice()) else { continue };
        let ExprKind::Figure(figure) = &total.kind else { continue };
        if let Ok(count) = at.page.slice(figure.digits).parse::<i64>() {
            let edits = [at.with_item(clause, "新增的一项"), Some(at.replace(figure.digits, (count + 1).to_string()))];
            plants.add(at, edits, format!("one more, {} in all", count + 1));
        }
    }
}
