//! What runs over years promise.

use std::cell::Cell;

use camino::Utf8Path;
use polis_db::testing::{Fixture, listing};
use polis_db::{MemorySystem, OsSystem, Package, PolisDatabase, load};
use polis_eval::{Machine, Run, Settings};
use polis_semantic::versions::Switches;
use polis_semantic::{program, program_switched};
use proptest::prelude::*;

use super::*;
use crate::{Order, Plan, Share, load_samples, write_table};

struct Made {
    db: PolisDatabase,
    package: Package,
    machine: Machine,
    world: World,
}

impl Made {
    fn of(text: &str, files: &[(&str, &str)]) -> Self {
        let loaded = Fixture::parse(text).load("/p");
        let found = polis_semantic::check(&loaded.db, &loaded.targets);
        assert!(found.is_empty(), "{}", listing(&loaded.db, &found));
        let system = files
            .iter()
            .fold(MemorySystem::new(), |system, (name, text)| system.with_file(&format!("/s/{name}"), text));
        Self::read(loaded.db, loaded.targets[0], &system)
    }

    /// The example city with a sample of its own.
    fn example(order: &Order) -> Self {
        let folder = format!("{}/../../policies/example", env!("CARGO_MANIFEST_DIR"));
        let loaded = load(&OsSystem, Utf8Path::new(&folder));
        let machine = Machine::new(program(&loaded.db, loaded.targets[0]));
        let plan = Plan::new(&machine, order).unwrap();
        let system = plan.tables.iter().fold(MemorySystem::new(), |system, table| {
            let mut bytes = Vec::new();
            write_table(table, crate::Form::Csv, &mut bytes, &mut |_| Ok(())).unwrap();
            system.with_bytes(&format!("/s/{}.csv", table.name), bytes)
        });
        Self::read(loaded.db, loaded.targets[0], &system)
    }

    fn read(mut db: PolisDatabase, package: Package, system: &MemorySystem) -> Self {
        let machine = Machine::new(program(&db, package));
        let samples = load_samples(system, "/s".into(), &mut db, &machine);
        assert!(samples.diagnostics.is_empty(), "{}", listing(&db, &samples.diagnostics));
        Self { db, package, machine, world: samples.world }
    }

    fn run(&self, years: (i16, i16), scenario: Option<&str>) -> Result<Vec<Year>, YearsError> {
        let scenario = scenario.map(|name| {
            let all = &self.machine.program().scenarios;
            all.iter().find(|it| it.meta.symbol.name == name).unwrap()
        });
        let switches =
            scenario.map(|it| Switches { on: it.enable.clone(), off: it.disable.clone() }).unwrap_or_default();
        let program = |day| program_switched(&self.db, self.package, day, &switches);
        let plan = YearsPlan { years, scenario, set: &[], program: &program, stop: &|| false };
        run_years(&self.machine, self.world.clone(), &plan)
    }
}

/// The results of one column for each year, as they are shown.
fn course(years: &[Year], name: &str) -> Vec<String> {
    years
        .iter()
        .map(|year| {
            let cells = year.results.tables.iter().flat_map(|table| {
                let columns = table.columns.iter().enumerate().filter(|it| it.1.symbol.name == name);
                columns.flat_map(|(index, _)| table.rows.iter().map(move |it| shown(&it[index])))
            });
            cells.collect::<Vec<_>>().join(" ")
        })
        .collect()
}

fn shown(cell: &crate::Cell) -> String {
    match cell {
        crate::Cell::Value(value) if value.is_unknown() => "?".to_owned(),
        crate::Cell::Value(value) => value.to_string(),
        crate::Cell::Verdict(verdict, _) => format!("{:?}", verdict.outcome),
        crate::Cell::Error(_) => "!".to_owned(),
    }
}

fn grades(years: &[Year]) -> Vec<String> {
    let text = |it: &Option<Value>| it.as_ref().map_or_else(|| "?".to_owned(), ToString::to_string);
    let line = |it: &Rated| it.after.iter().map(text).collect::<Vec<_>>().join(" ");
    years.iter().map(|it| it.ratings.iter().map(line).collect::<Vec<_>>().join("; ")).collect()
}

const GROWING: &str = r#"
//- /p/polis.toml
[package]
name = "p"
//- /p/a.pol
entity Community {
  field households: households { range: 0..1100 households }
  field area: sqm
  field staff: people
}
param pay: yuan {
  from 2021-01-01: 10 yuan
  from 2022-06-01: 20 yuan
}
rule size of Community: households { value: households }
rule room of Community: sqm { value: area }
rule workers of Community: people { value: staff }
rule cost of Community: yuan { value: pay }
rule more of Community { value: 1 }
amend better { from: 2022-01-01; rule more { value: 2 } }
scenario base {
  years: 2021..2024
  growth households: 5%
  growth area: 10%
  growth staff: 2 people
}
scenario without { years: 2021..2022; disable: [better, size] }
scenario early { years: 2021; enable: better; set pay: 7 yuan }
"#;

const ROWS: &[(&str, &str)] = &[("Community.csv", "id,households,area,staff\na,990,10,1\nb,10,0.5,\n")];

#[test]
fn fields_grow_from_the_second_year_on() {
    let made = Made::of(GROWING, ROWS);
    let years = made.run((2021, 2024), Some("base")).unwrap();
    // 990 × 1.05 = 1039.5, a half up; then 1092, and never above 1100. 10 × 1.05 = 10.5, 11.55, 12.6.
    assert_eq!(course(&years, "size"), ["990 10", "1040 11", "1092 12", "1100 13"]);
    // What is measured keeps every digit.
    assert_eq!(course(&years, "room"), ["10 0.5", "11 0.55", "12.1 0.605", "13.31 0.6655"]);
    // What is unknown does not become a figure.
    assert_eq!(course(&years, "workers"), ["1 ?", "3 ?", "5 ?", "7 ?"]);
}

#[test]
fn each_year_has_the_law_of_its_last_day() {
    let made = Made::of(GROWING, ROWS);
    let years = made.run((2021, 2024), Some("base")).unwrap();
    assert_eq!(course(&years, "cost"), ["10 10", "20 20", "20 20", "20 20"]);
    assert_eq!(course(&years, "more"), ["1 1", "2 2", "2 2", "2 2"]);
    let days: Vec<String> = years.iter().filter_map(|it| it.settings.as_of).map(|it| it.to_string()).collect();
    assert_eq!(days, ["2021-12-31", "2022-12-31", "2023-12-31", "2024-12-31"]);
}

#[test]
fn provisions_are_switched_and_parameters_set() {
    let made = Made::of(GROWING, ROWS);
    let years = made.run((2021, 2022), Some("without")).unwrap();
    assert_eq!(course(&years, "more"), ["1 1", "1 1"]);
    assert_eq!(course(&years, "size"), ["? ?", "? ?"], "what is off is unknown, not zero");
    let years = made.run((2021, 2021), Some("early")).unwrap();
    assert_eq!(course(&years, "more"), ["2 2"], "what is on is so before its day");
    assert_eq!(course(&years, "cost"), ["7 7"]);
}

#[test]
fn a_year_before_the_figures_is_named() {
    let made = Made::of(GROWING, ROWS);
    let error = made.run((2020, 2022), None).unwrap_err();
    assert!(matches!(&error, YearsError::BeforeFigures { param, year: 2020, .. } if param.name == "pay"), "{error:?}");
}

#[test]
fn an_amount_that_cannot_be_counted_is_an_error() {
    let text = GROWING.replace("range: 0..1100 households", "note: \"x\"").replace("5%", "900000000000000000000%");
    let made = Made::of(&text, ROWS);
    assert!(matches!(made.run((2021, 2024), Some("base")), Err(YearsError::Growth { .. })));
}

const RATED: &str = r#"
//- /p/polis.toml
[package]
name = "p"
//- /p/a.pol
entity Firm {
  field score: points
  field stars: stars
  field member: truth
  field good: truth
  field bad: truth
}
rating rank of Firm: stars {
  eligible: member
  current: stars
  cycle: 2 years
  review: 1 time/year
  promotion: good
  demotion: bad
  score: score
  grade three { points: 90.. points; value: 3 stars }
  grade two { points: 80.. points; value: 2 stars }
  grade one { points: 60.. points; value: 1 star }
}
rule had of Firm: stars { value: stars }
amend lower_bar { from: 2023-01-01; rating rank { grade three { points: 70.. points } } }
"#;

const FIRMS: &str = "id,score,stars,member,good,bad\n\
    a,85,1,true,false,false\n\
    b,85,1,true,true,false\n\
    c,85,1,true,true,true\n\
    d,95,3,false,true,false\n\
    e,85,1,true,,false\n\
    f,,2,true,false,false\n\
    g,60,0,true,false,true\n";

#[test]
fn ratings_move_and_the_next_year_begins_with_them() {
    let made = Made::of(RATED, &[("Firm.csv", FIRMS)]);
    let years = made.run((2020, 2024), None).unwrap();
    let due: Vec<Due> = years.iter().map(|it| it.ratings[0].due).collect();
    assert_eq!(due, [Due::Rating, Due::Review, Due::Rating, Due::Review, Due::Rating]);
    assert_eq!(
        grades(&years),
        [
            "2 3 1 0 ? ? 0",
            // A review does not take up, nor down for what the rating found already.
            "2 3 1 0 ? ? 0",
            "2 3 1 0 ? ? 0",
            "2 3 1 0 ? ? 0",
            // Three stars from 70 points on.
            "3 3 2 0 3 ? 0",
        ]
    );
    let had = course(&years, "had");
    assert_eq!(had[0], "1 1 1 3 1 2 0", "the first year begins with the sample");
    assert_eq!(had[1], "2 3 1 0 ? ? 0", "what is not known is not the old grade");
    assert_eq!(had[1..], grades(&years)[..4]);
}

#[test]
fn a_review_takes_down_once_for_one_finding() {
    let text = RATED
        .replace("demotion: bad", "demotion: bad or strikes more_than 2 units")
        .replace("field bad: truth", "field bad: truth\n  field strikes: units")
        .replace("cycle: 2 years", "cycle: 5 years");
    let text = format!("{text}scenario more {{ years: 2020..2024; growth strikes: 1 unit }}\n");
    let rows = "id,score,stars,member,good,bad,strikes\na,95,3,true,false,false,0\nb,95,3,true,false,false,1\n\
        c,95,3,true,false,true,1\nd,95,3,true,false,false,\n";
    let made = Made::of(&text, &[("Firm.csv", rows)]);
    let years = made.run((2020, 2024), Some("more")).unwrap();
    // The third strike is in the fourth year of the first, in the third year of the second.
    assert_eq!(grades(&years), ["3 3 2 ?", "3 3 2 ?", "3 2 2 ?", "2 2 2 ?", "2 2 2 ?"]);
}

#[test]
fn the_example_city_runs_over_seven_years_with_ratings_moving() {
    let folder = format!("{}/../../policies/example", env!("CARGO_MANIFEST_DIR"));
    let loaded = load(&OsSystem, Utf8Path::new(&folder));
    let (mut db, package) = (loaded.db, loaded.targets[0]);
    let machine = Machine::new(program(&db, package));
    let samples = load_samples(&OsSystem, &Utf8Path::new(&folder).join("samples"), &mut db, &machine);
    let made = Made { db, package, machine, world: samples.world };
    let years = made.run((2020, 2026), Some("基本情景")).unwrap();
    assert_eq!(years.iter().map(|it| it.year).collect::<Vec<_>>(), (2020..=2026).collect::<Vec<_>>());
    let moved = |it: &Year| it.ratings.iter().any(|it| it.before != it.after);
    assert!(moved(&years[0]), "the first rating moves somebody");
    assert!(years.iter().all(|it| it.results.errors.is_empty()));
    let known = |it: &Year| it.ratings.iter().flat_map(|it| &it.after).filter(|it| it.is_some()).count();
    assert!(years.iter().take(6).all(|it| known(it) > 400), "{:?}", years.iter().map(known).collect::<Vec<_>>());
}

/// A year is given away before the next is computed, and none is computed that nobody waits for.
#[test]
fn years_come_one_by_one() {
    let made = Made::example(&Order { count: 3, ..Order::default() });
    for (taken, asked) in [(0, 0), (1, 1), (3, 3)] {
        let (years, rounds) = (Cell::new(0), Cell::new(0));
        let program = |day| program_switched(&made.db, made.package, day, &Switches::default());
        let stop = || {
            rounds.set(rounds.get() + 1);
            asked == 0
        };
        let plan = YearsPlan { years: (2020, 2999), scenario: None, set: &[], program: &program, stop: &stop };
        let ran = each_year(&made.machine, made.world.clone(), &plan, &mut |it| {
            assert_eq!(it.year, 2020 + years.get());
            years.set(years.get() + 1);
            if years.get() == taken { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert!(matches!(ran, Err(YearsError::Stopped)));
        assert_eq!(years.get(), taken);
        assert!(rounds.get() <= 20 * i32::from(taken.max(1)), "{}", rounds.get());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn a_year_without_growth_is_a_run_on_its_last_day(seed in 0_u64..1000, year in 2020_i16..2027, missing in 0_u32..20) {
        let order = Order { count: 12, seed, missing: Share::percent(missing), ..Order::default() };
        let made = Made::example(&order);
        let years = made.run((year, year), None).unwrap();
        let day = Date::new(year, 12, 31).unwrap();
        let machine = Machine::new(polis_semantic::program_at(&made.db, made.package, day));
        let run = Run::new(&machine, &made.world, Settings { as_of: Some(day), set: Vec::new() });
        let plain = crate::simulate(&run);
        let figures = |it: &Simulation| {
            it.tables.iter().flat_map(|it| it.rows.iter().flatten().map(shown)).collect::<Vec<_>>()
        };
        prop_assert_eq!(years.len(), 1);
        prop_assert_eq!(figures(&years[0].results), figures(&plain));
        prop_assert_eq!(&years[0].results.missing, &plain.missing);
        prop_assert!(figures(&plain).len() > 100);
    }
}
