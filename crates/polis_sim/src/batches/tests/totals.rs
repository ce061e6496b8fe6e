//! Totals that are taken in batches against those of a run that holds every result.

use polis_value::{CalendarSpan, Value};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::*;
use crate::columns::SumPlan;
use crate::columns::tests::{self as columns_tests, DAYS, Facts, Sample, generated, sample_below};
use crate::columns::{SumsOf, TableBuilder};
use crate::totals::TotalTable;

/// What totals say: those of each table, with the parts of each; what is missing; what fails and how often.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    tables: Vec<String>,
    missing: Vec<MissingNames>,
    failures: Vec<String>,
}

fn said(tables: &[TotalTable], missing: Vec<MissingNames>, failures: Vec<String>) -> Said {
    let table = |it: &TotalTable| {
        let parts: Vec<String> = it.subtotals().map(|it| format!("\n{it:?}")).collect();
        format!("{:?} {} {:?}{}", it.entity, it.count(), it.totals(), parts.concat())
    };
    Said { tables: tables.iter().map(table).collect(), missing, failures }
}

fn whole(system: &MemorySystem, machine: &Machine) -> Said {
    let mut db = PolisDatabase::default();
    let Samples { world, diagnostics: found, .. } = load_samples(system, Utf8Path::new("/s"), &mut db, machine);
    assert!(found.is_empty(), "{}", listing(&db, &found));
    let result = simulate(&Run::new(machine, &world, Settings::default()));
    let parents = |entity: EntityId| machine.entities()[entity.index()].parent.map_or(0, |it| world.rows(it).len());
    let tables: Vec<_> = result.tables.iter().map(|it| TotalTable::of(it, parents(it.entity), &world)).collect();
    for (table, own) in result.tables.iter().zip(&tables) {
        assert_eq!(format!("{:?}", own.totals()), format!("{:?}", table.totals));
        let rows = world.rows(table.entity);
        let parts = table.subtotals(parents(table.entity), |row| rows[row].parent.map(|it| it as usize));
        let parts: Vec<_> = parts.iter().filter(|it| it.rows > 0).map(|it| format!("{it:?}")).collect();
        assert_eq!(own.subtotals().map(|it| format!("{:?}", it.1)).collect::<Vec<_>>(), parts);
    }
    let named = |it: &crate::MissingCount| {
        let name = |row: &u32| match &it.missing {
            MissingKind::Field(entity, _) | MissingKind::Parent(entity) => machine.name_of(*entity, *row, &world),
            other => panic!("{other:?}"),
        };
        let names = it.rows.iter().take(NAMED + 1).map(name).collect();
        MissingNames { missing: it.missing.clone(), results: it.results, names }
    };
    let mut failures: Vec<(String, u64)> = Vec::new();
    for error in &result.errors {
        let kind = format!("{} {:?} {:?}", error.symbol, error.span, error.kind);
        match failures.iter_mut().find(|it| it.0 == kind) {
            Some(found) => found.1 += 1,
            None => failures.push((kind, 1)),
        }
    }
    let failures = failures.iter().map(|it| format!("{it:?}")).collect();
    said(&tables, result.missing.iter().map(named).collect(), failures)
}

/// In batches; `None` where that cannot be, or where the order of sums matters.
fn in_batches(
    system: &MemorySystem,
    machine: &Machine,
    (threads, in_order): (usize, bool),
) -> Option<Result<Said, Stopped<()>>> {
    let mut db = PolisDatabase::default();
    let (sample, Samples { world, .. }) =
        BatchSample::open(system, Utf8Path::new("/s"), &mut db, machine, (0, BadRows::Stop))?;
    let (settings, ids) = (&Settings::default(), &IdCheck::InOrder);
    let run =
        BatchRun { system, machine, sample: &sample, world: &world, settings, threads, ids, wanted: Wanted::Rows };
    let mut read = 0;
    let mut progress = |more| {
        read += more;
        Ok(())
    };
    let totals = match run.totals(in_order, &mut progress, &mut |_| unreachable!("nothing is left out")) {
        Ok(totals) => totals,
        Err(error) => return Some(Err(error)),
    };
    assert!(read <= sample.length() && (read > 0 || totals.tables.len() < 3), "{read} of {}", sample.length());
    let failure = |it: &Failures| {
        let kind = format!("{} {:?} {:?}", it.error.symbol, it.error.span, it.error.kind);
        format!("{:?}", (kind, 1 + it.more))
    };
    Some(Ok(said(&totals.tables, totals.missing, totals.failures.iter().map(failure).collect())))
}

/// The sample as files.
fn files(sample: &Sample) -> MemorySystem {
    let cell = |value: &Option<Value>| match value {
        None => String::new(),
        Some(Value::Bool(truth)) => (if *truth { "是" } else { "否" }).to_owned(),
        Some(Value::Enum { index, .. }) => ["一星", "二星"][*index as usize].to_owned(),
        Some(value) if value.as_date_range().is_some() => {
            let is_it = |day: &&&str| Value::from(CalendarSpan::parse(day).unwrap()) == *value;
            (*DAYS.iter().find(is_it).unwrap()).to_owned()
        }
        Some(value) => value.to_string(),
    };
    let facts = |facts: &Facts| facts.iter().map(|it| [",".to_owned(), cell(it)].concat()).collect::<Vec<_>>().concat();
    let streets =
        sample.streets.iter().enumerate().map(|(number, (total, lies))| {
            format!("街道{number},{},{}\n", if *lies { "区县" } else { "" }, cell(total))
        });
    let communities = sample.communities.iter().enumerate().map(|(number, (own, street))| {
        let street = street.map_or_else(String::new, |it| format!("街道{}", it % sample.streets.len()));
        format!("社区{number},{street}{}\n", facts(own))
    });
    MemorySystem::new()
        .with_file("/s/区县.csv", &format!("编号,额\n区县,{}\n", cell(&sample.district)))
        .with_file("/s/街道.csv", &format!("编号,区县,总\n{}", streets.collect::<String>()))
        .with_file(
            "/s/社区.csv",
            &format!("编号,街道,子,丑,寅,卯,辰,真,假,级,立,名\n{}", communities.collect::<String>()),
        )
}

/// How often batches could tell, and how often without regard to the order of sums.
#[derive(Debug, Default)]
struct Ran {
    all: u32,
    told: u32,
    in_any_order: u32,
}

fn held(provisions: &str, sample: &Sample, ran: &mut Ran) {
    let Some(machine) = columns_tests::machine(provisions) else { return };
    let system = files(sample);
    let expected = std::cell::OnceCell::new();
    for (threads, in_order) in [(1, false), (3, false), (2, true)] {
        let Some(found) = in_batches(&system, &machine, (threads, in_order)) else { return };
        ran.all += 1;
        match found {
            Ok(found) => {
                ran.told += 1;
                ran.in_any_order += u32::from(!in_order);
                assert_eq!(found, *expected.get_or_init(|| whole(&system, &machine)), "{threads} {in_order}");
            }
            Err(Stopped::InOrder) => assert!(!in_order, "an order is as good as another"),
            Err(Stopped::NotInBatches) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, max_shrink_iters: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// What is added up in batches is what a run as a whole adds up.
    #[test]
    fn totals_in_batches_are_those_of_the_whole(provisions in generated(), sample in sample_below(40)) {
        held(&provisions.0, &sample, &mut Ran::default());
    }
}

/// The property would hold of batches that never tell anything.
#[test]
fn most_totals_are_told_in_batches() {
    let mut runner = TestRunner::deterministic();
    let mut ran = Ran::default();
    for _ in 0..40 {
        let (provisions, sample) = (generated(), sample_below(40)).new_tree(&mut runner).unwrap().current();
        held(&provisions.0, &sample, &mut ran);
    }
    assert!(ran.told * 4 > ran.all && ran.in_any_order > 10, "{ran:?}");
}

/// A sample with more rows than a batch has lanes and than are added up before sums are put away.
#[test]
fn totals_of_files_are_those_of_the_whole() {
    let reach = |it: &&str| !it.contains("属于 街道:") && !it.contains("街道.总人数");
    let alone = PROGRAM.lines().filter(reach).collect::<Vec<_>>().join("\n") + "\n";
    // Sums of what communities lack themselves: who is to be named is known.
    let named = |it: &&str| !it.contains("总经费") && !it.contains("都守住");
    let named = PROGRAM.lines().filter(named).collect::<Vec<_>>().join("\n") + "\n";
    for form in [Form::Csv, Form::Parquet] {
        for more in ["", FAILING] {
            for (program, missing) in [(PROGRAM, 0), (&alone, 100_000), (&named, 100_000)] {
                let (_, machine) = machine_of(program, more);
                let system = sample_of(&machine, form, missing, 2_500);
                let expected = whole(&system, &machine);
                assert_eq!(expected.failures.is_empty(), more.is_empty());
                assert!(expected.tables.iter().any(|it| it.contains("Subtotal")));
                for around in [(1, false), (2, false), (2, true)] {
                    let found = in_batches(&system, &machine, around).unwrap();
                    let found = found.unwrap_or_else(|it| panic!("{it:?} {form:?} {missing} {more} {around:?}"));
                    assert_eq!(found, expected, "{form:?} {missing} {more} {around:?}");
                }
            }
        }
    }
}

/// What provisions mostly hold needs no cells.
#[test]
fn cells_are_made_of_little() {
    let (_, machine) = machine_of(PROGRAM, FAILING);
    let entity = machine.entity_ids().nth(1).unwrap();
    let columns = columns(&machine, entity);
    let settings = Settings::default();
    let mut engine = Engine::new(&machine, &settings);
    engine.add_world(&World::default());
    engine.stream(entity);
    let mut builder = TableBuilder::new(&machine, entity);
    for households in 0..9 {
        builder.figure(0, Some(households));
        builder.figure(1, Some(households));
        (2..6).for_each(|it| builder.figure(it, None));
        builder.end(None);
    }
    let mut table = builder.finish();
    let of = SumsOf { entity, columns: &columns, groups: 0, in_order: false };
    let sums = std::sync::Mutex::new(crate::columns::Sums::new(columns.len()));
    let mut plan = None;
    let plan = SumPlan::fitting(&mut plan, &engine, &mut table, of, &sums);
    let names = |all: &[usize]| all.iter().map(|it| columns[*it].symbol.name.to_string()).collect::<Vec<_>>().join(" ");
    assert_eq!(names(&plan.rest), "");
    assert_eq!(names(&plan.summed), "工作者 工作者 工作者 不多 经费 另计 小区数 楼数 都好 户均");
}
