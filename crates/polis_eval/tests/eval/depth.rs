//! Long chains and circles end, and nothing overflows the stack.

use std::fmt::Write as _;
use std::sync::Arc;

use polis_eval::{EvalErrorKind, Machine, Row, Run, Settings, World, WorldBuilder};
use polis_semantic::Symbol;
use polis_value::Value;

use crate::support::{open_file, rule, sound};

/// A community without facts.
fn bare(machine: &Machine) -> World {
    let entity = machine.entity(&Symbol::new("a", "社区")).unwrap();
    let facts = vec![None; machine.entity_def(entity).unwrap().fields.len()].into();
    let mut builder = WorldBuilder::new(machine);
    builder.add(entity, Row { id: "甲".into(), name: None, parent: None, facts }).unwrap();
    builder.build()
}

fn chain(length: usize, ty: &str) -> String {
    let mut text = format!("对象 社区 {{}}\n规则 链0 属于 社区{ty} {{ 值: 1 }}\n");
    for number in 1..length {
        let _ = writeln!(text, "规则 链{number} 属于 社区{ty} {{ 值: 链{} + 1 }}", number - 1);
    }
    text
}

#[test]
fn a_chain_of_ten_thousand_rules() {
    let machine = Machine::new(sound(&chain(10_000, ": 数")));
    let world = bare(&machine);
    let last = rule(&machine, "链9999");
    let run = Run::new(&machine, &world, Settings::default());
    assert_eq!(run.rule(last, 0), Ok(Value::from(10_000)));
    let explanation = run.explain(last, 0);
    assert_eq!(explanation.root.value, Value::from(10_000));
    // From the front, where each finds the one before it done.
    let run = Run::new(&machine, &world, Settings::default());
    for (number, rule) in machine.rule_ids().enumerate() {
        assert_eq!(run.rule(rule, 0), Ok(Value::from(i64::try_from(number).unwrap() + 1)));
    }
}

#[test]
fn a_wide_sum_of_rules() {
    let mut text = chain(500, ": 数");
    let sum: Vec<String> = (0..500).map(|it| format!("链{it}")).collect();
    let _ = write!(text, "规则 和 属于 社区: 数 {{ 值: 合计([{}]) }}", sum.join(", "));
    let machine = Machine::new(sound(&text));
    let world = bare(&machine);
    let run = Run::new(&machine, &world, Settings::default());
    assert_eq!(run.rule(rule(&machine, "和"), 0), Ok(Value::from(500 * 501 / 2)));
}

/// A program with findings still runs: a circle is an error of the rules in it, and of nobody else.
#[test]
fn circles_end() {
    let (_, program) = open_file(
        "对象 社区 {}
规则 甲 属于 社区: 数 { 值: 乙 + 1 }
规则 乙 属于 社区: 数 { 值: 丙 }
规则 丙 属于 社区: 数 { 值: 甲 }
规则 丁 属于 社区: 数 { 值: 3; 例外 戊 当 丁 > 2: 4 }
规则 己 属于 社区: 数 { 值: 若 是 则 1 否则 甲 }
参数 庚: 数 { 值: 辛 }
参数 辛: 数 { 值: 庚 }
规则 壬 属于 社区: 数 { 值: 庚 }
",
    );
    let machine = Machine::new(Arc::clone(&program));
    let world = bare(&machine);
    for first in ["甲", "乙", "丙"] {
        let run = Run::new(&machine, &world, Settings::default());
        for name in [first, "甲", "乙", "丙", "丁", "壬"] {
            let error = run.rule(rule(&machine, name), 0).unwrap_err();
            assert_eq!(error.kind, EvalErrorKind::Cycle, "{name}");
            let explanation = run.explain(rule(&machine, name), 0);
            assert_eq!(explanation.error.map(|it| it.kind), Some(EvalErrorKind::Cycle), "{name}");
        }
        assert_eq!(run.rule(rule(&machine, "己"), 0), Ok(Value::from(1)));
    }
}

#[test]
fn a_deep_expression() {
    // As deep as the parser lets it be.
    let depth = polis_syntax::MAX_NESTING - 8;
    let value = format!("{}1{}", "(1 + ".repeat(depth), ")".repeat(depth));
    let machine = Machine::new(sound(&format!("对象 社区 {{}}\n规则 甲 属于 社区: 数 {{ 值: {value} }}\n")));
    let world = bare(&machine);
    let run = Run::new(&machine, &world, Settings::default());
    assert_eq!(run.rule(rule(&machine, "甲"), 0), Ok(Value::from(i64::try_from(depth).unwrap() + 1)));
}
