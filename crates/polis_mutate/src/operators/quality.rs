//! What works and should be written otherwise.

use std::collections::BTreeSet;

use polis_syntax::ast::{Expr, ExprKind};
use polis_syntax::words::{ClauseWord, Kind};

use super::{Family, Operator, operator};
use crate::library::expressions;
use crate::library::{At, Library};
use crate::plant::Plants;

const fn quality(name: &'static str, what: &'static str, plant: fn(&Library, &mut Plants)) -> Operator {
    operator(Family::Quality, name, what, plant)
}

pub(super) const ALL: &[Operator] = &[
    quality("unused", "a parameter, action or unit that nothing uses", unused),
    quality("duplicate", "a provision that says what another says, under another name", duplicate),
    Operator {
        on_demand: Some("no-citation"),
        ..quality("undocumented", "a rule that neither cites nor documents anything, among those that do", undocumented)
    },
    quality("mixed-face", "one English line in a Chinese file", mixed_face),
    quality("name-differs-in-width", "a name that differs from another only in width", name_differs_in_width),
    quality("name-looks-alike", "a name that looks like another", name_looks_alike),
];

fn unused(library: &Library, plants: &mut Plants) {
    // What a superior or a library declares may be used by packages that are not here.
    let serves = |at: &At<'_>| library.serving.contains(&at.page.package);
    for at in library.provisions(&[Kind::Document]).filter(|it| !serves(it)) {
        for text in ["参数 无人使用的参数: 户 { 值: 300 户 }", "行为 无人使用的行为 {}", "单位 无人使用的单位 = 人"]
        {
            plants.add(at, [Some(at.page.add(text))], text);
        }
    }
}

fn duplicate(library: &Library, plants: &mut Plants) {
    // Not of parameters: two figures may be the same, even by one sentence (书记、主任各一人). For the same reason not of
    // rules that only name or compare one fact, unless a passage says so, and not of duties without an object.
    for at in library.provisions(&[Kind::Rule, Kind::Require, Kind::List, Kind::Duty]) {
        let Some(name) = at.block.name.map(|it| it.span) else { continue };
        let enough = match at.kind {
            Kind::Rule => at.clause(ClauseWord::Cite).is_some() || puts_together(at),
            Kind::List => at.items(ClauseWord::Items).len() > 1,
            Kind::Duty => at.clause(ClauseWord::Object).is_some(),
            _ => true,
        };
        if enough {
            let text = at.text();
            let offset = |it: u32| (it - at.block.span.start) as usize;
            let (before, behind) = (text.get(..offset(name.start)), text.get(offset(name.end)..));
            if let (Some(before), Some(behind)) = (before, behind) {
                plants.add(at, [Some(at.follow(&format!("{before}重复条款{behind}")))], "the same again");
            }
        }
    }
}

/// Whether a rule puts several facts together, or the facts of members.
fn puts_together(at: At<'_>) -> bool {
    let all = expressions(at);
    let of_value = |it: &&&Expr| {
        let mut values = at.clauses(ClauseWord::Value).flat_map(|it| &it.values);
        values.any(|value| value.span.start <= it.span.start && it.span.end <= value.span.end)
    };
    let names = all.iter().filter(of_value).filter(|it| matches!(it.kind, ExprKind::Name(_)));
    names.map(|it| at.page.slice(it.span)).collect::<BTreeSet<_>>().len() > 1
        || all.iter().any(|it| matches!(it.kind, ExprKind::Aggregate(_)))
}

fn undocumented(library: &Library, plants: &mut Plants) {
    for at in library.provisions(&[Kind::Rule, Kind::Quota]) {
        let mut edits: Vec<_> = at.block.doc.iter().map(|it| Some(at.replace(*it, ""))).collect();
        edits.extend(at.clauses(ClauseWord::Cite).map(|it| Some(at.without(it))));
        edits.extend(at.block.title.iter().map(|it| Some(at.replace(*it, ""))));
        edits.extend(at.clauses(ClauseWord::Ref).map(|it| Some(at.without(it))));
        edits.extend(at.clauses(ClauseWord::Note).map(|it| Some(at.without(it))));
        if edits.len() > 1 {
            plants.add(at, edits, "without documentation, title and citation");
        }
    }
}

fn mixed_face(library: &Library, plants: &mut Plants) {
    for at in library.provisions(Kind::ALL).filter(|it| it.kind != Kind::Test) {
        for clause in at.all_clauses() {
            let word = clause.word.text(&at.page.text);
            let Some(spec) = at.kind.clause(word) else { continue };
            let english = spec.word.word().en;
            if english != word && matches!(spec.word, ClauseWord::Modality | ClauseWord::Items | ClauseWord::Value) {
                plants.add(at, [Some(at.replace(clause.word.span, english))], format!("{english} for {word}"));
            }
        }
    }
}

fn name_differs_in_width(library: &Library, plants: &mut Plants) {
    for at in library.provisions(&[Kind::Document]) {
        let text =
            "参数 甲A1: 户 { 值: 300 户 }\n参数 甲Ａ1: 户 { 值: 400 户 }\n规则 用甲 属于 社区: 户 { 值: 甲A1 + 甲Ａ1 }";
        plants.add(at, [Some(at.page.add(text))], "甲A1 and 甲Ａ1");
    }
}

fn name_looks_alike(library: &Library, plants: &mut Plants) {
    for at in library.provisions(&[Kind::Document]) {
        for (one, other) in [("甲a1", "甲а1"), ("己所", "已所"), ("户口数", "戶口数")] {
            let text = format!(
                "参数 {one}: 户 {{ 值: 300 户 }}\n参数 {other}: 户 {{ 值: 400 户 }}\n规则 用两个 属于 社区: 户 {{ 值: {one} + {other} }}"
            );
            plants.add(at, [Some(at.page.add(&text))], format!("{one} and {other}"));
        }
    }
}
