//! Tests in the language that hold on the first side and fail on the second, at the edge of each region of difference.

use std::fmt::Write as _;

use polis_analysis::Example;
use polis_diagnostic::Locale;
use polis_diff::{Aspect, Behaviour, Pair};
use polis_eval::{Machine, World};
use polis_semantic::ir::Entity;
use polis_semantic::{Symbol, Type};
use polis_syntax::words::{ClauseWord, Face, Kind};
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
        let figures = figure(view, pair);
        for behaviour in &pair.behaviour {
            for text in of(view, pair, behaviour) {
                out.push('\n');
                out.push_str(&text);
                count += 1;
            }
        }
        if let Some(text) = figures {
            out.push('\n');
            out.push_str(&text);
            count += 1;
        }
    }
    let settled = polis_syntax::format(&out, &polis_syntax::FormatOptions::default());
    (settled.unwrap_or(out), count)
}

/// What a parameter is, where the sides give it other figures.
fn figure(view: &View<'_, '_>, pair: &Pair) -> Option<String> {
    let first = view.provision(0, pair.aligned.a).filter(|it| it.kind == Kind::Param)?;
    let figures = pair.clauses.iter().find(|it| it.word == ClauseWord::Value && !it.wording)?.figures.as_ref()?;
    let [own, other] = &figures.values;
    let name = &first.symbol.name;
    let program = view.sides.first()?.program;
    let ty = program.params.iter().find(|it| it.meta.symbol == first.symbol).map(|it| &it.ty)?;
    // Figures that were led to the other side's unit are not this side's to expect.
    let of_own = matches!(ty, Type::Number(ty) if ty.dim == figures.ty.dim);
    if own == other || !of_own {
        return None;
    }
    let value = super::words::range(&figures.ty, own, Face::Zh);
    Some(format!("测试 \"对照 {name}{}\" {{\n{}  预期: {name} = {value}\n}}\n", theirs(view, pair)?, day(view)))
}

/// What the other side calls it, where that is another name.
fn theirs(view: &View<'_, '_>, pair: &Pair) -> Option<String> {
    let (first, second) = (view.provision(0, pair.aligned.a)?, view.provision(1, pair.aligned.b)?);
    let same = second.symbol.name == first.symbol.name;
    Some(if same { String::new() } else { format!("（对方称 {}）", second.symbol.name) })
}

/// Of another day a test must say of which.
fn day(view: &View<'_, '_>) -> String {
    view.sides.first().and_then(|it| it.as_of).map(|it| format!("  时点: {it}\n")).unwrap_or_default()
}

/// The tests of one aspect: a jurisdiction for each way, and what the first side comes to there.
fn of(view: &View<'_, '_>, pair: &Pair, behaviour: &Behaviour) -> Vec<String> {
    let Ok(found) = &behaviour.outcome else { return Vec::new() };
    let Some(first) = view.provision(0, pair.aligned.a) else { return Vec::new() };
    let examples: Vec<&Example> = match behaviour.aspect {
        Aspect::Value | Aspect::Condition => found.ways.iter().map(|it| &it.example).collect(),
        // Of limits it can be tested whether an actual figure keeps to them.
        Aspect::Limits => behaviour.kept.iter().collect(),
        // No test of the language says whom a norm binds.
        Aspect::Applies => Vec::new(),
    };
    let machine = &view.diff.machine;
    let Some(program) = view.sides.first().map(|it| it.program) else { return Vec::new() };
    let of_entity = |symbol: &Symbol| program.entities.iter().find(|it| it.meta.symbol == *symbol);
    let rule = program.rules.iter().find(|it| it.meta.symbol == first.symbol).map(|it| &it.entity);
    let constraint = program.constraints.iter().find(|it| it.meta.symbol == first.symbol).map(|it| &it.entity);
    let Some(entity) = rule.or(constraint).and_then(of_entity) else { return Vec::new() };
    let mut texts = Vec::new();
    for example in examples {
        if example.first.is_unknown() || matches!(example.first, Value::Entity { .. } | Value::List(_)) {
            continue;
        }
        let (given, deep) = given(machine, entity, &of_entity, example);
        let name = &first.symbol.name;
        let seen = if deep { format!("甲.{name}") } else { name.to_string() };
        let expect = match (behaviour.aspect, &example.first) {
            (Aspect::Condition, Value::Bool(true)) => seen,
            (Aspect::Condition, _) => format!("非 {seen}"),
            (Aspect::Limits, Value::Bool(true)) => format!("合规({seen})"),
            (Aspect::Limits, _) => format!("非 合规({seen})"),
            (_, value) => format!("{seen} = {}", literal(machine, value, &behaviour.ty)),
        };
        let Some(theirs) = theirs(view, pair) else { continue };
        let why = super::words::facts(machine, example, Face::Zh).replace('"', "”");
        let day = day(view);
        texts.push(format!("测试 \"对照 {name}{theirs}：{why}\" {{\n  给定: {given}\n{day}  预期: {expect}\n}}\n"));
    }
    texts
}

/// The jurisdiction of an example as a test gives it, and whether it stands in others there.
fn given<'p>(
    machine: &Machine,
    entity: &'p Entity,
    of_entity: &dyn Fn(&Symbol) -> Option<&'p Entity>,
    example: &Example,
) -> (String, bool) {
    // A fact that only the second side has says nothing here.
    let known =
        |entity: &Symbol, field: &str| of_entity(entity).is_some_and(|it| it.fields.iter().any(|it| it.name == field));
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
    let deep = chain.len() > 1;
    let mut given = String::new();
    for (depth, it) in chain.iter().enumerate() {
        let own = facts(it);
        let name = &it.meta.symbol.name;
        given = match depth {
            0 if deep => format!("{name} 甲 {{ {own} }}"),
            0 => format!("{name} {{ {own} }}"),
            _ if own.is_empty() => format!("{name} {{ {given} }}"),
            _ => format!("{name} {{ {own}, {given} }}"),
        };
    }
    (given, deep)
}

/// A value as it is written in the language.
fn literal(machine: &Machine, value: &Value, ty: &Type) -> String {
    match value {
        Value::Text(text) => format!("\"{text}\""),
        value => machine.show(value, ty, &World::default(), Locale::Zh).to_string(),
    }
}
