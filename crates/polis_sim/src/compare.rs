//! The provisions of several cities on the same jurisdictions, side by side.
//!
//! Provisions of different cities answer the same question where they point to the same concept and show the same of it (a
//! value in one dimension, an actual figure, an outcome), or else where they have the same kind and name.

use polis_eval::{EntityId, Machine, Outcome};
use polis_semantic::{Symbol, Type};
use polis_syntax::words::Kind;
use smol_str::SmolStr;

use crate::{Cell, Column, Simulation, Source};

/// What one city's provisions make of the jurisdictions.
#[derive(Debug, Clone, Copy)]
pub struct City<'r> {
    /// Its program.
    pub machine: &'r Machine,
    /// For each entity of the program that the sample was read for, the one that it is here.
    pub entities: &'r [Option<EntityId>],
    /// Its results.
    pub results: &'r Simulation,
}

/// What is compared of an entity.
#[derive(Debug)]
pub struct Compared {
    /// The entity, of the program that the sample was read for.
    pub entity: EntityId,
    /// The questions that at least two cities answer, in the order of the first that does.
    pub matters: Vec<Matter>,
    /// How many results of each city no other city has.
    pub alone: Vec<usize>,
}

/// A question that cities answer.
#[derive(Debug)]
pub struct Matter {
    /// What it is about.
    pub about: About,
    /// What is shown of it.
    pub aspect: Aspect,
    /// For each city its table and those columns that answer it; empty where none does.
    pub columns: Vec<Vec<(usize, usize)>>,
    /// For each jurisdiction how each city stands to the first that answers.
    pub standing: Vec<Vec<Standing>>,
}

/// What a question is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// A shared concept.
    Concept(Symbol),
    /// A provision of this kind and name.
    Provision(Kind, SmolStr),
}

/// What is shown of a provision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aspect {
    /// A value of this type; figures of one dimension are of one type.
    Value(Type),
    /// An actual figure.
    Actual(Type),
    /// An outcome.
    Verdict,
}

/// How a city's result stands to that of the first city that answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is the first.
    First,
    /// More, or an outcome that is better.
    More,
    /// Less, or an outcome that is worse.
    Less,
    /// The same.
    Same,
    /// Another value, of which neither is more.
    Other,
    /// It cannot be told: one is unknown, ranges overlap, or a city has several answers.
    Open,
    /// The city does not answer.
    Absent,
}

/// Puts the cities side by side.
#[must_use]
pub fn compare(entities: impl Iterator<Item = EntityId>, cities: &[City<'_>]) -> Vec<Compared> {
    entities.filter_map(|it| compared(it, cities)).collect()
}

fn compared(entity: EntityId, cities: &[City<'_>]) -> Option<Compared> {
    let mut matters: Vec<Matter> = Vec::new();
    for (number, city) in cities.iter().enumerate() {
        let Some(own) = city.entities.get(entity.index()).copied().flatten() else { continue };
        let tables = city.results.tables.iter().enumerate().filter(|it| it.1.entity == own);
        for (table, at) in tables.map(|it| (it.1, it.0)) {
            for (index, column) in table.columns.iter().enumerate() {
                let (about, aspect) = question(city.machine, column);
                let met = matters.iter_mut().find(|it| it.about == about && it.aspect == aspect);
                let matter = if let Some(matter) = met {
                    matter
                } else {
                    let columns = vec![Vec::new(); cities.len()];
                    matters.push(Matter { about, aspect, columns, standing: Vec::new() });
                    let Some(matter) = matters.last_mut() else { continue };
                    matter
                };
                if let Some(columns) = matter.columns.get_mut(number) {
                    columns.push((at, index));
                }
            }
        }
    }
    let mut alone = vec![0; cities.len()];
    matters.retain(|it| {
        let answering: Vec<usize> = (0..cities.len()).filter(|city| it.answers(*city)).collect();
        if let [only] = answering.as_slice()
            && let Some(count) = alone.get_mut(*only)
        {
            *count += it.columns.get(*only).map_or(0, Vec::len);
        }
        answering.len() > 1
    });
    for matter in &mut matters {
        let rows = cities
            .iter()
            .filter_map(|it| Some((it, it.entities.get(entity.index()).copied().flatten()?)))
            .flat_map(|(city, own)| city.results.tables.iter().filter(move |it| it.entity == own))
            .map(|it| it.rows.len())
            .max()
            .unwrap_or_default();
        matter.standing = (0..rows).map(|row| matter.stand(row, cities)).collect();
    }
    (!matters.is_empty() || alone.iter().any(|it| *it > 0)).then_some(Compared { entity, matters, alone })
}

/// What a column answers.
fn question(machine: &Machine, column: &Column) -> (About, Aspect) {
    let meta = match &column.source {
        Source::Rule(rule) => machine.rule_def(*rule).map(|it| &it.meta),
        Source::Actual(constraint) => machine.constraint_def(*constraint).map(|it| &it.meta),
        Source::Verdict(all) => all.first().and_then(|it| machine.constraint_def(*it)).map(|it| &it.meta),
    };
    let about = match meta {
        Some(meta) => match meta.is.first() {
            Some(concept) => About::Concept(concept.clone()),
            None => About::Provision(meta.kind, column.symbol.name.clone()),
        },
        None => About::Provision(Kind::Rule, column.symbol.name.clone()),
    };
    let ty = match &column.ty {
        Type::Number(number) => Type::Number(polis_semantic::NumberType::new(number.dim.clone(), false)),
        other => other.clone(),
    };
    let aspect = match &column.source {
        Source::Rule(_) => Aspect::Value(ty),
        Source::Actual(_) => Aspect::Actual(ty),
        Source::Verdict(_) => Aspect::Verdict,
    };
    (about, aspect)
}

impl Matter {
    /// Whether a city answers.
    #[must_use]
    pub fn answers(&self, city: usize) -> bool {
        self.columns.get(city).is_some_and(|it| !it.is_empty())
    }

    /// A city's results for a jurisdiction, with their columns.
    pub fn cells<'r>(&self, city: usize, row: usize, cities: &[City<'r>]) -> Vec<(&'r Column, &'r Cell)> {
        let (Some(columns), Some(city)) = (self.columns.get(city), cities.get(city)) else { return Vec::new() };
        let results = city.results;
        let cell = |&(table, column): &(usize, usize)| {
            let table = results.tables.get(table)?;
            Some((table.columns.get(column)?, table.rows.get(row)?.get(column)?))
        };
        columns.iter().filter_map(cell).collect()
    }

    fn stand(&self, row: usize, cities: &[City<'_>]) -> Vec<Standing> {
        let first = (0..cities.len()).find(|it| self.answers(*it)).unwrap_or(0);
        let reference = self.cells(first, row, cities);
        (0..cities.len())
            .map(|city| {
                if !self.answers(city) {
                    return Standing::Absent;
                }
                if city == first {
                    return Standing::First;
                }
                match (reference.as_slice(), self.cells(city, row, cities).as_slice()) {
                    ([(_, a)], [(_, b)]) => standing(a, b),
                    _ => Standing::Open,
                }
            })
            .collect()
    }
}

/// How `b` stands to `a`. A range is more than another where neither end is less and one is more, and the ends do not cross.
fn standing(a: &Cell, b: &Cell) -> Standing {
    match (a, b) {
        (Cell::Verdict(a, _), Cell::Verdict(b, _)) => match (rank(a.outcome), rank(b.outcome)) {
            (Some(a), Some(b)) if b > a => Standing::More,
            (Some(a), Some(b)) if b < a => Standing::Less,
            (Some(_), Some(_)) => Standing::Same,
            _ if a.outcome == b.outcome && a.outcome == Outcome::NotApplicable => Standing::Same,
            _ => Standing::Open,
        },
        (Cell::Value(a), Cell::Value(b)) if a.is_unknown() || b.is_unknown() => Standing::Open,
        (Cell::Value(a), Cell::Value(b)) => match (a.as_number_range(), b.as_number_range()) {
            (Some(a), Some(b)) if a == b => Standing::Same,
            (Some(a), Some(b)) => {
                let ends = |it: polis_value::NumberRange| Some((it.lo()?, it.hi()?));
                match (ends(a), ends(b)) {
                    (Some(a), Some(b)) if b.0 >= a.0 && b.1 >= a.1 => Standing::More,
                    (Some(a), Some(b)) if b.0 <= a.0 && b.1 <= a.1 => Standing::Less,
                    _ => Standing::Open,
                }
            }
            _ if polis_value::same(a, b) => Standing::Same,
            _ => Standing::Other,
        },
        _ => Standing::Open,
    }
}

/// The better the higher; `None` for what is neither good nor bad.
const fn rank(outcome: Outcome) -> Option<u8> {
    match outcome {
        Outcome::Breached => Some(0),
        Outcome::Deviates => Some(1),
        Outcome::Kept => Some(2),
        Outcome::Unknown | Outcome::NotApplicable => None,
    }
}

#[cfg(test)]
mod tests {
    use camino::Utf8Path;
    use polis_db::testing::{Fixture, listing};
    use polis_db::{MemorySystem, OsSystem, load};
    use polis_eval::{Run, Settings, World};
    use polis_semantic::program;

    use super::*;
    use crate::{Carried, Lost, carry, load_samples, simulate};

    const HERE: &str = r#"
//- /here/polis.toml
[package]
name = "here"
//- /here/a.pol
concept staffing {}
enum kind_of { values: [old, new] }
entity Street {}
entity Community "社区" {
  in: Street
  field homes "户数": households {}
  field staff: people
  field kind: kind_of
  field area: sqm
  field mood: text
}
quota workers of Community { base: 10..12 people; actual: staff; is: staffing }
rule size of Community: households { value: homes }
rule only_here of Community { value: 1 }
"#;

    const THERE: &str = r#"
//- /there/polis.toml
[package]
name = "there"
//- /there/a.pol
enum kind_of { values: [new, old] }
entity Street {}
entity Shequ "社区" {
  in: Street
  field 户数: households
  field staff: people
  field kind: kind_of
  field area: people
}
rule size of Shequ: households { value: 户数 * 2 }
rule kind_now of Shequ: truth { value: kind = kind_of.old }
"#;

    fn machine(text: &str, folder: &str) -> (polis_db::PolisDatabase, Machine) {
        let loaded = Fixture::parse(text).load(folder);
        let found = polis_semantic::check(&loaded.db, &loaded.targets);
        assert!(found.is_empty(), "{}", listing(&loaded.db, &found));
        let machine = Machine::new(program(&loaded.db, loaded.targets[0]));
        (loaded.db, machine)
    }

    fn world(db: &mut polis_db::PolisDatabase, machine: &Machine) -> World {
        let system = MemorySystem::new()
            .with_file("/s/Street.csv", "id\nS\n")
            .with_file("/s/Community.csv", "id,Street,homes,staff,kind,area,mood\na,S,100,9,old,5,x\nb,S,,11,new,,\n");
        let samples = load_samples(&system, "/s".into(), db, machine);
        assert!(samples.diagnostics.is_empty(), "{}", listing(db, &samples.diagnostics));
        samples.world
    }

    #[test]
    fn a_world_is_carried_by_names_and_titles_and_the_rest_is_listed() {
        let (mut db, here) = machine(HERE, "/here");
        let (_, there) = machine(THERE, "/there");
        let world = world(&mut db, &here);
        let Carried { world, lost, entities } = carry(&here, &world, &there);
        let target = entities[1].unwrap();
        assert_eq!(there.entity_name(target), "Shequ");
        assert_eq!(lost, [Lost::Facts(entities_of(&here), 3, 1), Lost::Field(entities_of(&here), 4, 1)]);
        let run = Run::new(&there, &world, Settings::default());
        let result = simulate(&run);
        let cells: Vec<String> = result.tables[0]
            .rows
            .iter()
            .flatten()
            .map(|it| match it {
                Cell::Value(value) if value.is_unknown() => "?".into(),
                Cell::Value(value) => value.to_string(),
                _ => "!".into(),
            })
            .collect();
        // An enumeration's value is itself, wherever it stands in the list.
        assert_eq!(cells, ["200", "true", "?", "false"]);
        assert_eq!(world.row(target, 1).unwrap().parent, Some(0));
    }

    fn entities_of(machine: &Machine) -> EntityId {
        machine.entity_ids().nth(1).unwrap()
    }

    #[test]
    fn cities_are_compared_with_the_first() {
        let (mut db, here) = machine(HERE, "/here");
        let text = HERE
            .replace("/here", "/more")
            .replace("base: 10..12", "base: 8..13")
            .replace("value: homes", "value: homes * 2");
        let (_, more) = machine(&text.replace("only_here", "only_there"), "/more");
        let world = world(&mut db, &here);
        let carried = [carry(&here, &world, &here), carry(&here, &world, &more)];
        let machines = [&here, &more];
        let results: Vec<Simulation> = machines
            .iter()
            .zip(&carried)
            .map(|(machine, it)| simulate(&Run::new(machine, &it.world, Settings::default())))
            .collect();
        let cities: Vec<City<'_>> = machines
            .iter()
            .zip(&carried)
            .zip(&results)
            .map(|((machine, it), results)| City { machine, entities: &it.entities, results })
            .collect();
        let compared = compare(here.entity_ids(), &cities);
        assert_eq!(compared.len(), 1);
        let lines: Vec<String> = compared[0]
            .matters
            .iter()
            .map(|it| {
                let about = match &it.about {
                    About::Concept(concept) => concept.name.clone(),
                    About::Provision(_, name) => name.clone(),
                };
                format!("{about}: {:?}", it.standing.iter().map(|it| it[1]).collect::<Vec<_>>())
            })
            .collect();
        assert_eq!(
            lines,
            [
                // 8..13 is neither more nor less than 10..12.
                "staffing: [Open, Open]",
                "staffing: [Same, Same]",
                "staffing: [More, Same]",
                "size: [More, Open]",
            ]
        );
        assert_eq!(compared[0].alone, [1, 1]);
    }

    /// What the issue asks for: a street of one city under the rules of all five.
    #[test]
    fn jiulong_street_is_run_under_the_rules_of_all_five_cities() {
        const CITIES: [&str; 5] = ["chongqing", "changchun", "shanghai", "pingliang", "template_city"];
        let folder = |it: &str| format!("{}/../../policies/{it}", env!("CARGO_MANIFEST_DIR"));
        let open = |it: &str| {
            let loaded = load(&OsSystem, Utf8Path::new(&folder(it)));
            let machine = Machine::new(program(&loaded.db, loaded.targets[0]));
            (loaded.db, machine)
        };
        let (mut db, home) = open(CITIES[0]);
        let samples = load_samples(&OsSystem, &Utf8Path::new(&folder(CITIES[0])).join("samples"), &mut db, &home);
        for city in CITIES {
            let (_, machine) = open(city);
            let carried = carry(&home, &samples.world, &machine);
            assert!(!carried.lost.iter().any(|it| matches!(it, Lost::Entity(..) | Lost::Parent(..))), "{city}");
            let run = Run::new(&machine, &carried.world, Settings::default());
            let result = simulate(&run);
            assert!(result.errors.is_empty(), "{city}: {:?}", result.errors);
            let street = result.tables.iter().find(|it| machine.entity_name(it.entity) == "街道");
            assert!(street.is_some_and(|it| it.rows.len() == 1), "{city}");
        }
    }
}
