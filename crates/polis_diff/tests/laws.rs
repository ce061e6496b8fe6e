//! What must hold of any two sides: a side differs from itself in nothing, the difference of B and A is that of A and B
//! reversed, what is said to come to the same does, every witness is borne out, an amendment is the difference it makes.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails where its helpers do")]

mod common;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use common::Read;
use polis_analysis::Way;
use polis_diff::{Declared, Diff, Direction, Side, Status, diff};
use polis_eval::{Machine, Row, Run, Settings, WorldBuilder};
use polis_value::{Date, Value};
use proptest::prelude::*;

const CITIES: [&str; 6] = ["changchun", "shanghai", "pingliang", "chongqing", "template_city", "example"];

/// What a difference says, seen from the first side or, reversed, from the second.
fn told(diff: &Diff, a: &Side<'_>, b: &Side<'_>, reversed: bool) -> BTreeSet<String> {
    let turned = |it: Direction| if reversed { it.reversed() } else { it };
    let turned_way = |it: Way| if reversed { it.reversed() } else { it };
    let name = |side: &Side<'_>, at: usize| side.provisions.get(at).map(|it| it.symbol.to_string()).unwrap_or_default();
    let mut all = BTreeSet::new();
    for pair in &diff.pairs {
        let (x, y) = (name(a, pair.aligned.a), name(b, pair.aligned.b));
        let (x, y) = if reversed { (y, x) } else { (x, y) };
        let directions: BTreeSet<Direction> = pair.directions.iter().map(|it| turned(*it)).collect();
        let ways: Vec<String> = pair
            .behaviour
            .iter()
            .map(|it| match &it.outcome {
                Err(_) => format!("{:?} undecided", it.aspect),
                Ok(found) => {
                    let ways: BTreeSet<Way> = found.ways.iter().map(|it| turned_way(it.way)).collect();
                    format!("{:?} {ways:?}", it.aspect)
                }
            })
            .collect();
        all.insert(format!("{x} ~ {y}: {:?} {directions:?} {ways:?}", pair.status));
    }
    for (side, (of, alone)) in [a, b].into_iter().zip(&diff.only).enumerate() {
        let side = if reversed { 1 - side } else { side };
        all.extend(alone.iter().map(|it| format!("only {side}: {}", name(of, *it))));
    }
    all
}

fn reverses(a: &Side<'_>, b: &Side<'_>) {
    let (there, back) = (diff(a, b, &[]), diff(b, a, &[]));
    assert_eq!(told(&there, a, b, false), told(&back, b, a, true));
}

#[test]
fn a_side_differs_from_itself_in_nothing() {
    for name in CITIES {
        let read = Read::library(name, None);
        let found = diff(&read.side(), &read.side(), &[]);
        assert!(found.is_empty(), "{name}");
        assert!(found.pairs.len() > 50, "{name}");
    }
}

#[test]
fn the_difference_of_two_cities_reverses() {
    let cities: Vec<Read> = CITIES.iter().map(|it| Read::library(it, None)).collect();
    for (index, a) in cities.iter().enumerate() {
        for b in cities.iter().skip(index + 1) {
            reverses(&a.side(), &b.side());
        }
    }
}

/// For every day on which something changes: what differs from the day before is what the amendments of the day name, and
/// what comes to other values through them.
#[test]
fn an_amendment_is_the_difference_that_it_makes() {
    let whole = Read::library("example", None);
    let mut days: Vec<Date> = whole.program.amendments.iter().map(|it| it.from).collect();
    days.sort();
    days.dedup();
    assert!(days.len() > 1);
    for day in days {
        let (before, after) = (Read::library("example", day.add_days(-1).ok()), Read::library("example", Some(day)));
        let (a, b) = (before.side(), after.side());
        let found = diff(&a, &b, &[]);
        let outer = |side: &Side<'_>, at: usize| {
            let symbol = side.provisions.get(at).unwrap().symbol.name.clone();
            symbol.split('.').next().unwrap().to_owned()
        };
        let mut changed: BTreeSet<String> = BTreeSet::new();
        for pair in &found.pairs {
            assert_ne!(pair.status, Status::Reworded, "{}", outer(&a, pair.aligned.a));
            if pair.status == Status::Changed && pair.through.is_empty() {
                changed.insert(outer(&a, pair.aligned.a));
            }
        }
        for (side, alone) in [&a, &b].into_iter().zip(&found.only) {
            changed.extend(alone.iter().map(|it| outer(side, *it)));
        }
        let of_day = whole.program.amendments.iter().filter(|it| it.from == day);
        let named = of_day.flat_map(|it| {
            it.changes.iter().map(|it| it.1.to_string()).chain(it.removals.iter().map(|it| it.1.to_string()))
        });
        assert_eq!(changed, named.collect::<BTreeSet<String>>(), "{day}");
    }
}

#[test]
fn what_is_declared_goes_before_names_and_concepts() {
    let a = Read::text(
        "a",
        "对象 社区 { 字段 户数: 户 }\n员额 甲 属于 社区 { 基数: 5 人 }\n员额 乙 属于 社区 { 基数: 6 人 }\n",
    );
    let b = Read::text(
        "b",
        "对象 社区 { 字段 户数: 户 }\n员额 甲 属于 社区 { 基数: 5 人 }\n员额 丙 属于 社区 { 基数: 5 人 }\n",
    );
    let (a, b) = (a.side(), b.side());
    let names = |declared: &[Declared]| -> Vec<(String, String)> {
        let found = diff(&a, &b, declared);
        let name = |side: &Side<'_>, at: usize| side.provisions.get(at).unwrap().symbol.name.to_string();
        let pairs = found.pairs.iter().map(|it| (name(&a, it.aligned.a), name(&b, it.aligned.b)));
        pairs.filter(|it| it.0 != "社区" && it.0 != "社区.户数").collect()
    };
    assert_eq!(names(&[])[0], ("甲".to_owned(), "甲".to_owned()));
    assert_eq!(names(&[Declared::Pair("甲".into(), "丙".into())])[0], ("甲".to_owned(), "丙".to_owned()));
    assert!(names(&[Declared::OnlyA("甲".into())]).iter().all(|it| it.0 != "甲"));
}

/// A few figures of a made-up city.
#[derive(Debug, Clone)]
struct City {
    base: (i64, i64),
    large: i64,
    step: (i64, i64),
    least: i64,
    old_only: bool,
    modality: usize,
    times: i64,
    name: usize,
}

fn city() -> impl Strategy<Value = City> {
    let base = (1..6_i64, 0..4_i64).prop_map(|(lo, more)| (lo, lo + more));
    let step = (1..4_i64, 0..3_i64).prop_map(|(lo, more)| (lo * 100, (lo + more) * 100));
    (base, 1..5_i64, step, 0..5_i64, any::<bool>(), 0..3_usize, 1..4_i64, 0..3_usize).prop_map(
        |(base, large, step, least, old_only, modality, times, name)| City {
            base,
            large: large * 500,
            step,
            least,
            old_only,
            modality,
            times,
            name,
        },
    )
}

impl City {
    fn text(&self) -> String {
        let name = ["专职工作者", "社区专职人员", "工作人员"].get(self.name).unwrap();
        let when = if self.old_only { " 当 类型 = 旧" } else { "" };
        let modality = ["应当", "可以", "鼓励"].get(self.modality).unwrap();
        let mut text =
            String::from("概念 员额概念 {}\n枚举 小区类型 { 值域: [旧, 新] }\n组织 街道办 {}\n行为 走访 {}\n");
        let (lo, hi) = self.base;
        let (short, long) = self.step;
        let (large, least, times) = (self.large, self.least, self.times);
        write!(
            text,
            "对象 社区 {{ 字段 户数: 户 {{ 取值: 0.. 户 }}; 字段 类型: 小区类型; 字段 人数: 人 {{ 取值: 0.. 人 }} }}\n\
             参数 大社区: 户 {{ 值: {large} 户 }}\n\
             员额 {name} 属于 社区 {{\n  基数: {lo}..{hi} 人\n  增配 多 当 户数 不少于 大社区: 每满(户数 - 大社区, {short}..{long} 户) * 1 人\n  即: 员额概念\n}}\n\
             要求 最少 属于 社区 {{\n  满足: 人数 不少于 {least} 人{when}\n}}\n\
             规则 补助 属于 社区: 元 {{\n  值: 100 元\n  例外 旧的 当 类型 = 旧: {large} 元\n}}\n\
             规范 走访 {{\n  主体: 街道办\n  {modality}: 走访\n  频次: {times}.. 次/年\n}}\n"
        )
        .unwrap();
        text.replace("规范 走访 {", "规范 定期走访 {")
    }
}

/// A value of a rule for a community.
fn value(read: &Read, rule: &str, households: i64, old: bool) -> Value {
    let machine = Machine::new(Arc::clone(&read.program));
    let own = |name: &str| polis_semantic::Symbol::new(read.package.name(&read.db), name);
    let entity = machine.entity(&own("社区")).unwrap();
    let mut builder = WorldBuilder::new(&machine);
    let facts = vec![Some(Value::from(households)), Some(Value::Enum { ty: 0, index: u32::from(!old) }), None];
    builder.add(entity, Row { id: "1".into(), name: None, parent: None, facts: facts.into() }).unwrap();
    let world = builder.build();
    let run = Run::new(&machine, &world, Settings::default());
    run.rule(machine.rule(&own(rule)).unwrap(), 0).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_told_of_made_up_cities_is_so(x in city(), y in city(), households in 0..6_000_i64, old: bool) {
        let (a, b) = (Read::text("a", &x.text()), Read::text("b", &y.text()));
        prop_assert!(diff(&a.side(), &a.side(), &[]).is_empty());
        reverses(&a.side(), &b.side());
        let (one, two) = (a.side(), b.side());
        let found = diff(&one, &two, &[]);
        for pair in &found.pairs {
            let first = one.provisions.get(pair.aligned.a).unwrap().symbol.name.clone();
            let second = two.provisions.get(pair.aligned.b).unwrap().symbol.name.clone();
            for behaviour in pair.behaviour.iter().filter(|it| it.aspect == polis_diff::Aspect::Value) {
                let outcome = behaviour.outcome.as_ref().unwrap_or_else(|why| panic!("{first} is not decided: {why:?}"));
                let (v, w) = (value(&a, &first, households, old), value(&b, &second, households, old));
                if outcome.ways.is_empty() {
                    prop_assert_eq!(&v, &w, "{}", first);
                }
                for way in &outcome.ways {
                    let fact = |name: &str| way.example.facts.iter().find(|it| it.1 == name).map(|it| it.3.clone());
                    let households = fact("户数").and_then(|it| it.as_number()).and_then(polis_value::Number::as_int).unwrap_or(0);
                    let old = fact("类型").is_some_and(|it| matches!(it, Value::Enum { index: 0, .. }));
                    prop_assert_eq!(&value(&a, &first, households, old), &way.example.first);
                    prop_assert_eq!(&value(&b, &second, households, old), &way.example.second);
                }
                if v != w {
                    prop_assert!(!outcome.ways.is_empty(), "{} differs at {} {}", first, households, old);
                }
            }
        }
    }
}
