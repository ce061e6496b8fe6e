//! What sweeps promise.

use std::fmt::Write as _;

use polis_db::testing::Fixture;
use polis_eval::{Row, WorldBuilder};

use super::*;

const TEXT: &str = r#"
//- /p/polis.toml
[package]
name = "p"
//- /p/a.pol
entity Community { field staff: people }
param pay: yuan { value: open }
param spare: people { value: 0..3 people }
quota workers of Community { base: 10..12 people; actual: staff + spare }
rule cost of Community: yuan { value: pay * staff / 1 person }
rule label of Community: text { value: if pay at_most 10 yuan then "low" else "high" }
rule same of Community { value: 7 }
"#;

#[test]
fn results_become_bands() {
    let loaded = Fixture::parse(TEXT).load("/p");
    let machine = Machine::new(polis_semantic::program(&loaded.db, loaded.targets[0]));
    let entity = machine.entity_ids().next().unwrap();
    let mut builder = WorldBuilder::new(&machine);
    for (id, staff) in [("a", Some(9)), ("b", None)] {
        let facts = [staff.map(|it: i64| Value::from(it))];
        builder.add(entity, Row { id: id.into(), name: None, parent: None, facts: facts.into() }).unwrap();
    }
    let world = builder.build();
    let param =
        |name: &str| machine.param_ids().find(|it| machine.param_def(*it).unwrap().meta.symbol.name == name).unwrap();
    let number = |it: i64| Number::from(it);
    let axes = [
        Axis::new(param("pay"), number(5), number(17), number(5)).unwrap(),
        Axis::new(param("spare"), number(0), number(3), number(1)).unwrap(),
    ];
    assert_eq!(sweep_runs(&axes), Some(12));
    let mut seen = Vec::new();
    let bands = sweep(&machine, &world, &Settings::default(), &axes, (Points::All, Detail::Whole), |values, result| {
        assert_eq!(result.tables.len(), 1);
        seen.push(values.iter().map(ToString::to_string).collect::<Vec<_>>().join("/"));
        Ok::<(), ()>(())
    })
    .unwrap();
    assert_eq!(seen.join(" "), "5/0 5/1 5/2 5/3 10/0 10/1 10/2 10/3 15/0 15/1 15/2 15/3");
    assert_eq!(bands.runs, 12);
    let table = &bands.tables[0];
    let band = |row: usize, name: &str| {
        let column = table.columns.iter().rposition(|it| it.symbol.name == name).unwrap();
        &table.rows[row][column]
    };
    let cost = band(0, "cost");
    assert_eq!(cost.figures, NumberRange::new(Some(number(45)), Some(number(135))).ok());
    assert!(cost.varies && cost.unknown == 0);
    assert_eq!(band(1, "cost").unknown, 12);
    assert!(!band(1, "cost").varies && band(1, "cost").figures.is_none());
    let outcomes: Vec<u64> = band(0, "workers").outcomes.values().copied().collect();
    assert_eq!(outcomes, [9, 3], "9 people and 1, 2 or 3 more are enough");
    let labels: Vec<String> = band(0, "label").values.iter().map(|it| format!("{} {}", it.0, it.1)).collect();
    assert_eq!(labels, ["\"low\" 8", "\"high\" 4"]);
    assert!(!band(0, "same").varies);
    assert!(bands.missing.iter().all(|it| !matches!(it.missing, crate::MissingKind::Param(_))));
}

#[test]
fn a_seed_draws_the_same_everywhere() {
    let loaded = Fixture::parse(TEXT).load("/p");
    let machine = Machine::new(polis_semantic::program(&loaded.db, loaded.targets[0]));
    let entity = machine.entity_ids().next().unwrap();
    let mut builder = WorldBuilder::new(&machine);
    let facts = [Some(Value::from(9))];
    builder.add(entity, Row { id: "a".into(), name: None, parent: None, facts: facts.into() }).unwrap();
    let world = builder.build();
    let param =
        |name: &str| machine.param_ids().find(|it| machine.param_def(*it).unwrap().meta.symbol.name == name).unwrap();
    let axis = |name: &str, to: i64| Axis::new(param(name), Number::ZERO, Number::from(to), Number::ONE).unwrap();
    let run = |axes: &[Axis], count: u64, seed: u64| {
        let mut seen = Vec::new();
        let points = Points::Drawn { count, seed };
        let bands = sweep(&machine, &world, &Settings::default(), axes, (points, Detail::Results), |values, _| {
            seen.push(values.iter().map(ToString::to_string).collect::<Vec<_>>().join("/"));
            Ok::<(), ()>(())
        })
        .unwrap();
        (seen, bands)
    };
    let axes = [axis("pay", i64::MAX / 4), axis("spare", 3)];
    let (seen, bands) = run(&axes, 6, 1);
    insta::assert_snapshot!(seen.join(" "), @"101813481242236414/1 2251342512301104858/1 1376251484373052454/1 218754613150788319/2 1401709390126228874/1 1793901499647689805/1");
    assert_eq!(bands.runs, 6);
    assert_eq!(run(&axes, 4, 1).0, seen[..4], "more draws begin with fewer");
    assert_ne!(run(&axes, 6, 2).0, seen, "another seed draws others");
    let alone: Vec<String> = run(&axes[1..], 6, 1).0;
    assert!(seen.iter().zip(&alone).all(|(both, one)| both.ends_with(&format!("/{one}"))), "whatever else is drawn");
    // Two such parameters have more combinations than can be counted, and are drawn all the same.
    assert_eq!(Points::All.runs(&[axes[0].clone(), axes[0].clone()]), None);
    assert_eq!(Points::Drawn { count: 6, seed: 1 }.runs(&axes), Some(6));
}

#[test]
fn quantiles_are_figures_that_were_drawn() {
    let points = |it: &[i64]| it.iter().map(|it| NumberRange::point(Number::from(*it))).collect::<Vec<_>>();
    let hundred: Vec<i64> = (1..=100).rev().collect();
    for (drawn, hundredths, expected) in [
        (points(&hundred), 5, "5"),
        (points(&hundred), 50, "50"),
        (points(&hundred), 95, "95"),
        (points(&hundred), 0, "1"),
        (points(&hundred), 100, "100"),
        (points(&[7]), 5, "7"),
        (points(&[3, 1, 2]), 50, "2"),
        (points(&[4, 1, 3, 2]), 50, "2"),
        (vec![NumberRange::new(Some(Number::ONE), None).unwrap(), NumberRange::point(Number::ZERO)], 95, "1.."),
    ] {
        let band = Band { drawn: Some(drawn), ..Band::default() };
        let found = Value::from(band.quantile(hundredths).unwrap()).to_string();
        assert_eq!(found, expected, "{hundredths}");
    }
    assert!(Band::default().quantile(50).is_none());
}

/// The bands of the example city, with everything in words that can be compared.
fn of_a_city(folder: &str, seed: u64, points: Points, detail: Detail) -> String {
    let folder = format!("{}/../../policies/{folder}", env!("CARGO_MANIFEST_DIR"));
    let loaded = polis_db::load(&polis_db::OsSystem, camino::Utf8Path::new(&folder));
    let machine = Machine::new(polis_semantic::program(&loaded.db, loaded.targets[0]));
    let order = crate::Order { count: 30, seed, missing: crate::Share::percent(10), ..crate::Order::default() };
    let plan = crate::Plan::new(&machine, &order).unwrap();
    let system = plan.tables.iter().fold(polis_db::MemorySystem::new(), |system, table| {
        let mut bytes = Vec::new();
        crate::write_table(table, crate::Form::Csv, &mut bytes, &mut |_| Ok(())).unwrap();
        system.with_bytes(&format!("/s/{}.csv", table.name), bytes)
    });
    let mut db = loaded.db;
    let world = crate::load_samples(&system, "/s".into(), &mut db, &machine).world;
    // Every parameter that is a figure.
    let figures = machine.param_ids().filter(|it| {
        let def = machine.param_def(*it).unwrap();
        def.ty.as_number().is_some() && !def.meta.symbol.name.contains('.')
    });
    let axes: Vec<Axis> =
        figures.map(|it| Axis::new(it, Number::from(1), Number::from(9), Number::from(4)).unwrap()).collect();
    assert!(axes.len() > 3, "{}", axes.len());
    let mut all = String::new();
    for pair in axes.chunks(2) {
        let mut shown = Vec::new();
        let settings = Settings::default();
        let bands = sweep(&machine, &world, &settings, pair, (points, detail), |values, result| {
            let cells = result.tables.iter().flat_map(|it| it.rows.iter().flatten()).map(|it| match it {
                Cell::Value(value) if value.is_unknown() => "?".into(),
                Cell::Value(value) => value.to_string(),
                Cell::Verdict(verdict, gap) => format!("{:?} {gap:?}", verdict.outcome),
                Cell::Error(_) => "!".into(),
            });
            shown.push(format!("{values:?} {}", cells.collect::<Vec<_>>().join(" ")));
            let totals = result.tables.iter().flat_map(|it| &it.totals);
            shown.push(format!("{:?}", totals.collect::<Vec<_>>()));
            Ok::<(), ()>(())
        })
        .unwrap();
        all.push_str(&shown.join("\n"));
        for band in bands.tables.iter().flat_map(|it| it.rows.iter().flatten().chain(it.totals.iter().flatten())) {
            let Band { figures, values, outcomes, unknown, errors, varies, .. } = band;
            let said = (figures, values, outcomes, (unknown, errors, varies), band.quantile(50));
            write!(all, "\n{said:?}").unwrap();
        }
        write!(all, "\n{:?} {:?}", bands.missing, bands.errors.len()).unwrap();
    }
    all
}

#[test]
fn what_is_computed_again_is_what_everything_computed_again_gives() {
    for (folder, seed, points) in [
        ("example", 1, Points::All),
        ("example", 2, Points::Drawn { count: 5, seed: 3 }),
        ("changchun", 3, Points::All),
    ] {
        let whole = of_a_city(folder, seed, points, Detail::Whole);
        assert!(whole.lines().count() > 1000 && whole.contains("(0, 0, true)"), "something varies");
        let results = of_a_city(folder, seed, points, Detail::Results);
        for (a, b) in whole.lines().zip(results.lines()) {
            assert_eq!(a, b, "{folder}");
        }
        assert_eq!(whole.lines().count(), results.lines().count());
    }
}

#[test]
fn steps_that_lead_nowhere_are_refused() {
    let machine = Machine::new(std::sync::Arc::default());
    assert!(machine.param_ids().next().is_none());
    let loaded = Fixture::parse(TEXT).load("/p");
    let machine = Machine::new(polis_semantic::program(&loaded.db, loaded.targets[0]));
    let param = machine.param_ids().next().unwrap();
    let axis = |from: i64, to: i64, step: i64| {
        Axis::new(param, Number::from(from), Number::from(to), Number::from(step)).map(|it| it.count)
    };
    assert_eq!(axis(5, 50, 5), Ok(10));
    assert_eq!(axis(5, 54, 5), Ok(10));
    assert_eq!(axis(5, 5, 5), Ok(1));
    assert!(axis(5, 4, 1).is_err() && axis(5, 9, 0).is_err() && axis(5, 9, -1).is_err());
    let all = vec![Axis::new(param, Number::ZERO, Number::from(i64::MAX / 2), Number::ONE).unwrap(); 2];
    assert_eq!(sweep_runs(&all), None);
}
