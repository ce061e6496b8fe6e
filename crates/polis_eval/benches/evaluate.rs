//! Every rule of a community under the policies of Changchun: plain, explained, and for many communities.
//!
//! A community at a time is meant to stay below 5 µs without an explanation and below 25 µs with one; the bench prints
//! communities per second.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a bench on policies that are there")]

use camino::Utf8PathBuf;
use divan::counter::ItemsCount;
use polis_db::{OsSystem, load};
use polis_eval::{EntityId, Machine, Row, RuleId, Run, Settings, World, WorldBuilder};
use polis_semantic::{Symbol, program};
use polis_value::{Number, Value};

/// The allocator of the `polis` binary, so that figures are those of a user.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

struct Case {
    machine: Machine,
    world: World,
    settings: Settings,
    community: EntityId,
    rules: Vec<RuleId>,
}

/// The policies on disk, every open figure set, and so many communities in streets of twenty.
fn case(communities: usize) -> Case {
    let folder = Utf8PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../policies/changchun"));
    let loaded = load(&OsSystem, &folder);
    let package = loaded.targets[0];
    assert_eq!(polis_semantic::check(&loaded.db, &loaded.targets), []);
    let machine = Machine::new(program(&loaded.db, package));
    let params = [
        ("管理岗年工资", "60000"),
        ("薪酬挂钩系数", "1.2"),
        ("绩效补贴占比", "0.3"),
        ("助理社工师补贴", "1200"),
        ("社工师补贴", "2400"),
        ("高级社工师补贴", "6000"),
    ];
    let set = params.map(|(name, figure)| {
        let param = machine.param(&Symbol::new("changchun", name)).unwrap();
        (param, Value::Number(Number::parse_literal(figure).unwrap()))
    });
    let settings = Settings { as_of: None, set: set.into() };
    let entity = |name: &str| machine.entity(&Symbol::new("common", name)).unwrap();
    let (street, community) = (entity("街道"), entity("社区"));
    let mut builder = WorldBuilder::new(&machine);
    let row =
        |id: String, facts: Vec<Option<Value>>| Row { id: id.into(), name: None, parent: None, facts: facts.into() };
    let width = |it: EntityId| machine.entity_def(it).unwrap().fields.len();
    for number in 0..communities {
        let figures = [1_500 + number % 5_000, 8 + number % 12, number % 4, number % 3, number % 2];
        let facts: Vec<Option<Value>> =
            figures.iter().map(|it| i64::try_from(*it).ok().map(Value::from)).take(width(community)).collect();
        let place = builder.add(community, row(format!("社区{number}"), facts)).unwrap();
        if number % 20 == 0 {
            builder.add(street, row(format!("街道{}", number / 20), vec![None; width(street)])).unwrap();
        }
        builder.set_parent(community, place, u32::try_from(number / 20).unwrap());
    }
    let world = builder.build();
    let rules: Vec<RuleId> = machine.rule_ids().filter(|it| machine.rule_entity(*it) == Some(community)).collect();
    let mut case = Case { machine, world, settings, community, rules };
    // Rules of other documents rest on facts and figures that are not there.
    let run = case.run();
    let known = |it: &&RuleId| run.rule(**it, 0).is_ok_and(|it| !it.is_unknown());
    let rules: Vec<RuleId> = case.rules.iter().filter(known).copied().collect();
    drop(run);
    assert!(rules.len() >= 14, "the rules on community workers have values");
    case.rules = rules;
    case
}

impl Case {
    fn run(&self) -> Run<'_> {
        Run::new(&self.machine, &self.world, self.settings.clone())
    }

    fn rows(&self) -> u32 {
        u32::try_from(self.world.rows(self.community).len()).unwrap()
    }
}

/// Every rule for each community, each evaluated once; a run remembers.
#[divan::bench(args = [1, 1_000, 100_000], sample_count = 20)]
fn values(bencher: divan::Bencher, communities: usize) {
    let case = case(communities);
    bencher.counter(ItemsCount::new(communities)).with_inputs(|| case.run()).bench_refs(|run| {
        for row in 0..case.rows() {
            for rule in &case.rules {
                divan::black_box(run.rule(*rule, row).is_ok());
            }
        }
    });
}

/// Every rule for each community, with everything that it rests on.
#[divan::bench(args = [1, 1_000, 20_000], sample_count = 20)]
fn explained(bencher: divan::Bencher, communities: usize) {
    let case = case(communities);
    bencher.counter(ItemsCount::new(communities)).with_inputs(|| case.run()).bench_refs(|run| {
        for row in 0..case.rows() {
            for rule in &case.rules {
                divan::black_box(run.explain(*rule, row).error.is_none());
            }
        }
    });
}

/// How every community stands to every constraint on it.
#[divan::bench(args = [1_000], sample_count = 20)]
fn constraints(bencher: divan::Bencher, communities: usize) {
    let case = case(communities);
    let all: Vec<_> = case
        .machine
        .constraint_ids()
        .filter(|it| case.machine.constraint_entity(*it) == Some(case.community))
        .collect();
    bencher.counter(ItemsCount::new(communities)).with_inputs(|| case.run()).bench_refs(|run| {
        for row in 0..case.rows() {
            for constraint in &all {
                divan::black_box(run.constraint(*constraint, row).is_ok());
            }
        }
    });
}
