//! Tests in the language that hold on the first side and fail on the second, at the edge of each region of difference.

use std::fmt::Write as _;

use polis_diagnostic::Locale;
use polis_diff::{Aspect, Behaviour, Pair};
use polis_eval::{Machine, World};
use polis_semantic::Symbol;
use polis_semantic::ir::Entity;
use polis_value::Value;

use super::{Shown, View};

/// The tests, and how many there are.
pub(super) fn tests(view: &View<'_, '_>, shown: &Shown) -> (String, usize) {
    let [a, b] = view.labels;
    let mut out = String::new();
    let mut count = 0;
    // Writing to a string does not fail.
    let _ = writeln!(out, "// 由 polis diff 写成：在{a}成立、在{b}不成立的例子，每个都在双方各自的条款上算过。");
    for pair in shown.pairs.iter().filter_map(|at| view.diff.pairs.get(*at)) {
        for behaviour in &pair.behaviour {
            for text in of(view, pair, behaviour) {
                out.push('\n');
                out.push_str(&text);
                count += 1;
            }
        }
    }
    let settled = polis_syntax::format(&out, &polis_syntax::FormatOptions::default());
    (settled.unwrap_or(out), count)
}

fn of(view: &View<'_, '_>, pair: &Pair, behaviour: &Behaviour) -> Vec<String> {
    let Ok(found) = &behaviour.outcome else { return Vec::new() };
    let (Some(first), Some(second)) = (view.provision(0, pair.aligned.a), view.provision(1, pair.aligned.b)) else {
        return Vec::new();
    };
    if !matches!(behaviour.aspect, Aspect::Value | Aspect::Condition) {
        return Vec::new();
    }
    let machine = &view.diff.machine;
    let Some(program) = view.sides.first().map(|it| it.program) else { return Vec::new() };
    let of_entity = |symbol: &Symbol| program.entities.iter().find(|it| it.meta.symbol == *symbol);
    let rule = program.rules.iter().find(|it| it.meta.symbol == first.symbol).map(|it| &it.entity);
    let constraint = program.constraints.iter().find(|it| it.meta.symbol == first.symbol).map(|it| &it.entity);
    let Some(entity) = rule.or(constraint).and_then(of_entity) else { return Vec::new() };
    let mut texts = Vec::new();
    for way in &found.ways {
        let example = &way.example;
        if example.first.is_unknown() || matches!(example.first, Value::Entity { .. } | Value::List(_)) {
            continue;
        }
        // A fact that only the second side has says nothing here.
        let known = |entity: &Symbol, field: &str| {
            of_entity(entity).is_some_and(|it| it.fields.iter().any(|it| it.name == field))
        };
        let facts = |entity: &Entity| -> String {
            let all = example.facts.iter().filter(|it| it.0 == entity.meta.symbol && known(&it.0, &it.1));
            let all: Vec<String> =
                all.map(|(_, field, ty, value)| format!("{field}: {}", literal(machine, value, ty))).collect();
            all.join(", ")
        };
        // The innermost jurisdiction lies in those that it lies in.
        let mut chain = vec![entity];
        while let Some(above) = chain.last().and_then(|it| it.parent.as_ref()).and_then(of_entity) {
            chain.push(above);
        }
        while chain.len() > 1 && chain.last().is_some_and(|it| facts(it).is_empty()) {
            chain.pop();
        }
        let mut given = String::new();
        for (depth, it) in chain.iter().enumerate() {
            let own = facts(it);
            let name = &it.meta.symbol.name;
            given = if depth == 0 {
                if chain.len() > 1 { format!("{name} 甲 {{ {own} }}") } else { format!("{name} {{ {own} }}") }
            } else {
                let own = if own.is_empty() { String::new() } else { format!("{own}, ") };
                format!("{name} {{ {own}{given} }}")
            };
        }
        let name = &first.symbol.name;
        let seen = if chain.len() > 1 { format!("甲.{name}") } else { name.to_string() };
        let expect = match (behaviour.aspect, &example.first) {
            (Aspect::Condition, Value::Bool(true)) => seen,
            (Aspect::Condition, _) => format!("非 {seen}"),
            (_, value) => format!("{seen} = {}", literal(machine, value, &behaviour.ty)),
        };
        let theirs =
            if second.symbol.name == *name { String::new() } else { format!("（对方称 {}）", second.symbol.name) };
        let why = super::words::facts(machine, way, polis_syntax::words::Face::Zh).replace('"', "”");
        // Of another day the test must say of which.
        let day = view.sides.first().and_then(|it| it.as_of).map(|it| format!("  时点: {it}\n")).unwrap_or_default();
        texts.push(format!("测试 \"对照 {name}{theirs}：{why}\" {{\n  给定: {given}\n{day}  预期: {expect}\n}}\n"));
    }
    texts
}

/// A value as it is written in the language.
fn literal(machine: &Machine, value: &Value, ty: &polis_semantic::Type) -> String {
    match value {
        Value::Text(text) => format!("\"{text}\""),
        value => machine.show(value, ty, &World::default(), Locale::Zh).to_string(),
    }
}
