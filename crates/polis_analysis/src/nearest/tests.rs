//! The nearest change against every change there is, on facts of few values.

use polis_db::testing::Fixture;
use polis_eval::{Machine, Row, Run, Settings, World, WorldBuilder};
use polis_semantic::Symbol;
use polis_value::{Comparison, Number, Value};
use proptest::prelude::*;

use super::{Goal, Nearest, nearest};

/// Every fact lies between nought and this.
const MOST: i64 = 30;

/// Rules and requirements about two figures and a yes or no, each with an edge where a careless search goes astray.
const CASES: &[&str] = &[
    "rule r of Site: households { value: a }",
    "rule r of Site: households { value: if a > 7 households then 3 households else 5 households }",
    // It comes back to what it was.
    "rule r of Site: households { value: if a in 5..9 households then 1 household else 2 households }",
    "rule r of Site: households { value: cases { a < 4 households => 9 households; a < 12 households => 2 households; otherwise => 9 households } }",
    // A comparison of what another comparison decides.
    "rule x of Site: households { value: if a > 10 households then 20 households - a else a }\nrule r of Site: households { value: if x >= 6 households then 1 household else 0 households }",
    "rule r of Site: households { value: steps(a, 7 households) * 2 households + b }",
    "rule r of Site: households { value: a * 3 + 2 households; except big when b more_than 20 households: 100 households; except far over big when c: 7 households }",
    "rule r of Site: households { value: min(a, b) }",
    "rule r of Site: households { value: if a * 2 <= b then 4 households else (if c then 6 households else 4 households) }",
    "rule r of Site: households { value: floor(a / 4) * 1 + 10 households - b }",
    "quota r of Site: households { base: 4..9 households; extra when a at_least 11 households: steps(a - 11 households, 3..5 households) * 1 household; actual: b }",
    "require r of Site { that: a at_most b * 2 and not c }",
    "require r of Site { when: c; that: a in 3..8 households or b = 17 households }",
    "require r of Site { that: a + b at_least 23 households; modality: normally }",
];

fn machine(text: &str) -> Machine {
    let listing = format!(
        "//- /polis.toml\n[package]\nname = \"p\"\n//- /p.pol\nentity Site {{ field a: households {{ range: 0..{MOST} households }}; field b: households {{ range: 0..{MOST} households }}; field c: truth }}\n{text}\n"
    );
    let loaded = Fixture::parse(&listing).load("/");
    let found = polis_semantic::check(&loaded.db, &loaded.targets);
    assert!(found.is_empty(), "{text}: {found:?}");
    Machine::new(polis_semantic::program(&loaded.db, loaded.targets[0]))
}

fn facts(a: i64, b: i64, c: bool) -> [Value; 3] {
    [Value::Number(Number::from(a)), Value::Number(Number::from(b)), Value::Bool(c)]
}

fn world(machine: &Machine, facts: [Value; 3]) -> World {
    let mut builder = WorldBuilder::new(machine);
    let row = Row { id: "1".into(), name: None, parent: None, facts: facts.map(Some).into() };
    builder.add(machine.entity_ids().next().unwrap(), row).unwrap();
    builder.build()
}

/// The goals that can be asked of a program.
fn goals(machine: &Machine, target: i64) -> Vec<Goal> {
    let symbol = Symbol::new("p", "r");
    let own = |it: &polis_eval::ConstraintId| machine.constraint_def(*it).unwrap().meta.symbol == symbol;
    let constraints: Vec<_> = machine.constraint_ids().filter(own).collect();
    let mut all = Vec::new();
    if !constraints.is_empty() {
        all.extend([true, false].map(|it| Goal::Kept(constraints.clone(), it)));
    }
    if let Some(rule) = machine.rule(&symbol) {
        let target = Value::Number(Number::from(target));
        all.push(Goal::OtherValue(rule));
        for comparison in [Comparison::AtLeast, Comparison::AtMost, Comparison::Equal] {
            all.push(Goal::Value(rule, comparison, target.clone()));
        }
    }
    all
}

/// Whether a goal is reached with these facts, where the value was `now`.
fn holds(machine: &Machine, goal: &Goal, facts: [Value; 3], now: Option<&Value>) -> bool {
    let world = world(machine, facts);
    goal.holds(&Run::new(machine, &world, Settings::default()), 0, now)
}

fn ask(machine: &mut Machine, goal: &Goal, facts: &[Value; 3]) -> Nearest {
    let mut world = world(machine, facts.clone());
    let at = (machine.entity_ids().next().unwrap(), 0);
    let found = nearest(machine, &mut world, &Settings::default(), at, goal);
    let back: Vec<Value> = world.row(at.0, 0).unwrap().facts.iter().flatten().cloned().collect();
    assert_eq!(&back, facts, "the world comes back as it was");
    found
}

fn compared(text: &str, (a, b, c): (i64, i64, bool), target: i64) {
    let mut machine = machine(text);
    for goal in goals(&machine, target) {
        let about = format!("{text} at {a}, {b}, {c}: {goal:?}");
        let found = ask(&mut machine, &goal, &facts(a, b, c));
        let now = match &goal {
            Goal::OtherValue(rule) => {
                let world = world(&machine, facts(a, b, c));
                Run::new(&machine, &world, Settings::default()).rule(*rule, 0).ok()
            }
            _ => None,
        };
        let reached = |a, b, c| holds(&machine, &goal, facts(a, b, c), now.as_ref());
        assert_eq!(found.holds, reached(a, b, c), "{about}");
        if found.holds {
            continue;
        }
        assert!(found.skipped.is_empty(), "{about}: {:?}", found.skipped);
        let least =
            |each: &dyn Fn(i64) -> bool, from: i64| (0..=MOST).filter(|it| each(*it)).map(|it| (it - from).abs()).min();
        let by = |field: u32| found.alone.iter().find(|it| it.fact.2 == field).map(super::Change::by);
        let number = |it: Option<i64>| it.map(|it| Some(Number::from(it)));
        let size = |it: Option<Option<Number>>| it.map(|it| it.map(|it| it.abs().unwrap()));
        assert_eq!(size(by(0)), number(least(&|it| reached(it, b, c), a)), "{about}: a");
        assert_eq!(size(by(1)), number(least(&|it| reached(a, it, c), b)), "{about}: b");
        assert_eq!(by(2).is_some(), reached(a, b, !c), "{about}: c");
        if found.alone.is_empty() {
            let any = |each: &dyn Fn(i64) -> bool| (0..=MOST).any(each);
            let pairs =
                any(&|x| any(&|y| reached(x, y, c))) || any(&|x| reached(x, b, !c)) || any(&|y| reached(a, y, !c));
            assert_eq!(found.together.is_some(), pairs, "{about}: two facts");
            if let Some(two) = &found.together {
                let mut facts = facts(a, b, c);
                for change in two {
                    facts[change.fact.2 as usize] = change.to.clone();
                }
                assert!(holds(&machine, &goal, facts, now.as_ref()), "{about}: replayed");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn no_change_is_nearer_than_the_nearest(
        case in 0..CASES.len(),
        facts in (0..=MOST, 0..=MOST, any::<bool>()),
        target in 0..40_i64,
    ) {
        compared(CASES[case], facts, target);
    }
}

#[test]
fn every_case_is_compared() {
    for text in CASES {
        compared(text, (11, 5, false), 6);
    }
}

#[test]
fn a_missing_fact_is_filled_in() {
    let mut machine = machine("require r of Site { that: a at_least 12 households }");
    let mut world = world(&machine, facts(0, 0, false));
    let at = (machine.entity_ids().next().unwrap(), 0);
    world.set_fact(at.0, 0, 0, None);
    let goal = goals(&machine, 0).remove(0);
    let found = nearest(&mut machine, &mut world, &Settings::default(), at, &goal);
    assert!(!found.holds);
    assert_eq!(found.alone.len(), 1);
    assert_eq!((found.alone[0].from.clone(), found.alone[0].to.clone()), (None, Value::Number(Number::from(12_i64))));
}

/// What is not decided is named, and not passed over.
#[test]
fn what_is_not_looked_at_is_named() {
    for (text, expected) in [
        ("rule r of Site: households { value: abs(a - b) }", vec!["a", "b"]),
        ("require r of Site { that: a * (b - 9 households) / 1 household at_least 20 households }", vec!["a"]),
    ] {
        let mut machine = machine(text);
        let goal = goals(&machine, 0).remove(0);
        let found = ask(&mut machine, &goal, &facts(5, 6, true));
        let skipped: Vec<&str> = found.skipped.iter().map(|it| it.1.as_str()).collect();
        assert_eq!(skipped, expected, "{text}");
    }
}
