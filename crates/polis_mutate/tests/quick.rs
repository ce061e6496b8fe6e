//! A few defects of every operator: that each has places, that what it plants is a defect of its family and nothing else,
//! and that nothing is found that is not there. The whole is `cargo xtask mutate`.

#![expect(clippy::unwrap_used, reason = "policies that cannot be loaded fail the test")]

use std::collections::BTreeSet;

use camino::Utf8Path;
use polis_db::OsSystem;
use polis_mutate::{Bench, Family, Library, Plants, chosen, expected, operators, put};

fn bench() -> Bench {
    let root = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    Bench::new(Library::load(&OsSystem, &root.join("policies")).unwrap())
}

#[test]
fn a_few_defects_of_every_operator() {
    let mut bench = bench();
    let mut found: Vec<(Family, usize)> = Family::ALL.iter().map(|it| (*it, 0)).collect();
    for operator in operators() {
        let mut plants = Plants::default();
        (operator.plant)(bench.library(), &mut plants);
        let few = chosen(plants, 7, 2);
        assert!(!few.is_empty(), "{} has no place to be planted in", operator.name);
        for plant in few {
            let outcome = bench.try_out(operator, &plant, expected::codes(operator.name));
            assert_eq!(outcome.broken, None, "{}: {}", operator.name, plant.note);
            assert_eq!(outcome.false_alarms, [""; 0], "{}: {}", operator.name, plant.note);
            let counts = found.iter_mut().filter(|it| it.0 == operator.family && outcome.found);
            counts.for_each(|it| it.1 += 1);
        }
    }
    for (family, found) in found.into_iter().filter(|it| expected::goal(it.0) > 0) {
        assert!(found > 0, "nothing of {} was found", family.title());
    }
}

/// What was planted is taken out again: the same defect is found a second time, and a harmless change finds nothing.
#[test]
fn a_defect_leaves_nothing_behind() {
    let mut bench = bench();
    let total = operators().find(|it| it.name == "total-changed").unwrap();
    let comment = operators().find(|it| it.name == "comment").unwrap();
    for (operator, is_found) in [(total, true), (comment, false), (total, true), (comment, false)] {
        let mut plants = Plants::default();
        (operator.plant)(bench.library(), &mut plants);
        for plant in chosen(plants, 3, 4) {
            let outcome = bench.try_out(operator, &plant, expected::codes(operator.name));
            assert_eq!((outcome.found, outcome.false_alarms.len()), (is_found, 0), "{}", plant.note);
        }
    }
}

#[test]
fn every_operator_has_its_row_and_every_row_its_operator() {
    let names: Vec<&str> = operators().map(|it| it.name).collect();
    let rows: Vec<&str> = expected::ROWS.iter().map(|it| it.0).collect();
    assert_eq!(names, rows, "left: the operators, right: the rows of expected.rs, in one order");
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "a name stands twice");
    for operator in operators() {
        let codes = expected::codes(operator.name);
        assert_eq!(codes.is_empty(), operator.family == Family::Control, "{}", operator.name);
    }
    for family in Family::ALL {
        assert!(operators().any(|it| it.family == *family), "{} has no operator", family.title());
    }
}

#[test]
fn the_seed_decides_which_places_are_taken() {
    let bench = bench();
    let operator = operators().find(|it| it.name == "comment").unwrap();
    let notes = |seed| {
        let mut plants = Plants::default();
        (operator.plant)(bench.library(), &mut plants);
        chosen(plants, seed, 10).into_iter().map(|it| it.note).collect::<Vec<_>>()
    };
    assert_eq!(notes(1).len(), 10);
    assert_eq!(notes(1), notes(1));
    assert_ne!(notes(1), notes(2));
}

#[test]
fn the_table_stands_between_its_markers() {
    let page = "a\n<!-- begin: cargo xtask mutate -->\nold\n<!-- end: cargo xtask mutate -->\nb\n";
    let new = put(page, "| x |\n").unwrap();
    assert_eq!(new, "a\n<!-- begin: cargo xtask mutate -->\n\n| x |\n\n<!-- end: cargo xtask mutate -->\nb\n");
    assert_eq!(put(&new, "| x |\n").unwrap(), new);
    assert!(put("a\n", "| x |\n").is_err());
}
