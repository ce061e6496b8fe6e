//! Sweeps: the same run for each of many values of parameters, and what the results reach over them.

mod rests;
mod varying;

use std::collections::BTreeMap;

use polis_eval::{EntityId, EvalError, Machine, Outcome, ParamId, Run, Settings, World};
use polis_value::{ArithmeticError, Number, NumberRange, Value};

use self::varying::Varying;
use crate::generate::Key;
use crate::{Cell, Column, MissingCount, Simulation, Total, simulate};

/// A parameter and the values that it takes, in equal steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axis {
    /// The parameter.
    pub param: ParamId,
    /// The first value.
    pub from: Number,
    /// From one value to the next.
    pub step: Number,
    /// How many values there are.
    pub count: u64,
}

impl Axis {
    /// The values from `from` on that do not go beyond `to`.
    ///
    /// # Errors
    ///
    /// The step leads nowhere, or the values are too many to be counted.
    pub fn new(param: ParamId, from: Number, to: Number, step: Number) -> Result<Self, ArithmeticError> {
        if step <= Number::ZERO || to < from {
            return Err(ArithmeticError::StepNotPositive);
        }
        let steps = to.sub(from)?.div(step)?.floor()?.as_int().and_then(|it| u64::try_from(it).ok());
        let count = steps.and_then(|it| it.checked_add(1)).ok_or(ArithmeticError::Overflow)?;
        Ok(Self { param, from, step, count })
    }

    fn value(&self, index: u64) -> Result<Number, ArithmeticError> {
        let index = i64::try_from(index).map_err(|_| ArithmeticError::Overflow)?;
        self.from.add(self.step.mul(Number::from(index))?)
    }
}

/// How many runs a sweep takes; `None` where nobody could count them.
#[must_use]
pub fn sweep_runs(axes: &[Axis]) -> Option<u64> {
    axes.iter().try_fold(1_u64, |runs, it| runs.checked_mul(it.count))
}

/// Which combinations of values are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Points {
    /// Every one, the last parameter fastest.
    All,
    /// So many, each drawn from all of them, as the seed has it. The same seed draws the same on every machine, a larger
    /// number begins with the draws of a smaller one, and what is drawn of a parameter does not depend on the others.
    Drawn {
        /// How many.
        count: u64,
        /// The seed.
        seed: u64,
    },
}

impl Points {
    /// How many runs it takes; `None` where nobody could count them.
    #[must_use]
    pub fn runs(self, axes: &[Axis]) -> Option<u64> {
        match self {
            Self::All => sweep_runs(axes),
            Self::Drawn { count, .. } => Some(count),
        }
    }

    /// The values of the run of this number.
    fn values(self, machine: &Machine, axes: &[Axis], number: u64) -> Option<Vec<Number>> {
        let Self::Drawn { seed, .. } = self else { return values(axes, number) };
        let each = axes.iter().map(|axis| {
            let symbol = machine.param_def(axis.param)?.meta.symbol.to_string();
            let index = Key::new(seed, &["sweep", &symbol]).row(number).below(axis.count);
            axis.value(index).ok()
        });
        each.collect()
    }
}

/// The results of a sweep are kept one by one for quantiles up to so many: 32 bytes each.
const KEPT: u64 = 30_000_000;

/// What the results reach over a sweep.
#[derive(Debug)]
pub struct Bands {
    /// A table for each entity.
    pub tables: Vec<BandTable>,
    /// How many runs it took.
    pub runs: u64,
    /// What is missing in the first run: what is swept is never among it.
    pub missing: Vec<MissingCount>,
    /// Every evaluation without a result, each cause once.
    pub errors: Vec<EvalError>,
    /// Whether quantiles are known for each jurisdiction, rather than for sums only.
    pub quantiles: bool,
}

/// The bands of an entity's results.
#[derive(Debug)]
pub struct BandTable {
    /// The entity.
    pub entity: EntityId,
    /// What is shown of each.
    pub columns: Vec<Column>,
    /// The bands by jurisdiction, each as long as `columns`.
    pub rows: Vec<Vec<Band>>,
    /// The bands of the sums; `None` where figures do not add up to anything.
    pub totals: Vec<Option<Band>>,
}

/// What a result reaches.
#[derive(Debug, Clone, Default)]
pub struct Band {
    /// From the lowest figure to the highest; an open end is open.
    pub figures: Option<NumberRange>,
    /// Values that are no figures, in the order in which they came, and in how many runs each is.
    pub values: Vec<(Value, u64)>,
    /// How many runs have each outcome.
    pub outcomes: BTreeMap<Outcome, u64>,
    /// How many runs leave the result unknown.
    pub unknown: u64,
    /// How many runs have no result.
    pub errors: u64,
    /// Whether the result is not the same in all runs.
    pub varies: bool,
    first: Option<Mark>,
    /// The figures of all runs that have one, where they are kept.
    drawn: Option<Vec<NumberRange>>,
}

impl Band {
    /// The figure that so many hundredths of the runs with a figure do not exceed: one that was drawn, and of ranges both
    /// ends for themselves. `None` where figures are not kept, or there are none.
    #[must_use]
    pub fn quantile(&self, hundredths: u8) -> Option<NumberRange> {
        let drawn = self.drawn.as_ref().filter(|it| !it.is_empty())?;
        let rank = (drawn.len() * usize::from(hundredths.min(100))).div_ceil(100).max(1) - 1;
        let mut lows: Vec<Option<Number>> = drawn.iter().map(NumberRange::lo).collect();
        // What is open below is less than anything, what is open above more.
        lows.sort_unstable();
        let mut highs: Vec<(bool, Option<Number>)> = drawn.iter().map(|it| (it.hi().is_none(), it.hi())).collect();
        highs.sort_unstable();
        NumberRange::new(*lows.get(rank)?, highs.get(rank)?.1).ok()
    }
}

/// What is compared to tell whether a result varies.
#[derive(Debug, Clone, PartialEq)]
enum Mark {
    Value(Value),
    Outcome(Outcome),
    Unknown,
    Error,
}

impl Band {
    fn take(&mut self, cell: &Cell) {
        let mark = match cell {
            Cell::Value(value) => return self.take_value(value),
            Cell::Verdict(verdict, _) => {
                *self.outcomes.entry(verdict.outcome).or_default() += 1;
                Mark::Outcome(verdict.outcome)
            }
            Cell::Error(_) => {
                self.errors += 1;
                Mark::Error
            }
        };
        self.mark(mark);
    }

    fn take_value(&mut self, value: &Value) {
        if value.is_unknown() {
            self.unknown += 1;
            return self.mark(Mark::Unknown);
        }
        match value.as_number_range() {
            Some(range) => {
                self.figures = Some(self.figures.map_or(range, |it| it.hull(&range)));
                if let Some(drawn) = &mut self.drawn {
                    drawn.push(range);
                }
            }
            None => match self.values.iter_mut().find(|it| it.0 == *value) {
                Some(met) => met.1 += 1,
                None => self.values.push((value.clone(), 1)),
            },
        }
        self.mark(Mark::Value(value.clone()));
    }

    fn mark(&mut self, mark: Mark) {
        match &self.first {
            None => self.first = Some(mark),
            Some(first) => self.varies |= *first != mark,
        }
    }
}

/// How much of each run is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Everything, with what is missing in it.
    Whole,
    /// After the first run only what rests on what is swept; what is missing is that of the first. The results are the same.
    Results,
}

/// Runs combinations of values. Each run is shown to `each`, with its values.
///
/// # Errors
///
/// Whatever `each` returns.
pub fn sweep<E>(
    machine: &Machine,
    world: &World,
    settings: &Settings,
    axes: &[Axis],
    (points, detail): (Points, Detail),
    mut each: impl FnMut(&[Number], &Simulation) -> Result<(), E>,
) -> Result<Bands, E> {
    let mut bands = Bands { tables: Vec::new(), runs: 0, missing: Vec::new(), errors: Vec::new(), quantiles: false };
    let runs = points.runs(axes).unwrap_or(u64::MAX);
    let params: Vec<ParamId> = axes.iter().map(|it| it.param).collect();
    let mut going: Option<(Varying<'_>, Simulation)> = None;
    for number in 0..runs {
        let Some(values) = points.values(machine, axes, number) else { break };
        let swept = axes.iter().zip(&values).map(|(axis, it)| (axis.param, Value::Number(*it)));
        // What comes first holds.
        let set = swept.chain(settings.set.iter().cloned()).collect();
        let settings = Settings { as_of: settings.as_of, set };
        if let Some((varying, result)) = &mut going {
            varying.rerun(&settings, result);
            each(&values, result)?;
            bands.take(result, points, &|table, column| varying.varies(table, column));
            continue;
        }
        let result = simulate(&Run::new(machine, world, settings.clone()));
        each(&values, &result)?;
        bands.take(&result, points, &|_, _| true);
        if detail == Detail::Results {
            going = Some((Varying::new(machine, world, &settings, &params, &result), result));
        }
    }
    if let Some((varying, _)) = &going {
        bands.repeat(&|table, column| varying.varies(table, column));
    }
    Ok(bands)
}

/// The values of the run of this number.
fn values(axes: &[Axis], number: u64) -> Option<Vec<Number>> {
    let mut rest = number;
    let mut values = Vec::with_capacity(axes.len());
    for axis in axes.iter().rev() {
        values.push(axis.value(rest % axis.count).ok()?);
        rest /= axis.count;
    }
    values.reverse();
    Some(values)
}

impl Bands {
    fn take(&mut self, result: &Simulation, points: Points, varies: &dyn Fn(usize, usize) -> bool) {
        if self.runs == 0 {
            let drawn = if let Points::Drawn { count, .. } = points { Some(count) } else { None };
            let results: usize = result.tables.iter().map(|it| it.rows.len() * it.columns.len()).sum();
            let all = drawn.and_then(|it| it.checked_mul(u64::try_from(results).ok()?));
            self.quantiles = all.is_some_and(|it| it <= KEPT);
            let band = |kept: bool| Band { drawn: kept.then(Vec::new), ..Band::default() };
            let (each, sum) = (band(self.quantiles), band(drawn.is_some_and(|it| it <= KEPT / 100)));
            self.tables = result
                .tables
                .iter()
                .map(|it| BandTable {
                    entity: it.entity,
                    columns: it.columns.clone(),
                    rows: vec![vec![each.clone(); it.columns.len()]; it.rows.len()],
                    totals: it.totals.iter().map(|it| it.as_ref().map(|_| sum.clone())).collect(),
                })
                .collect();
            self.missing.clone_from(&result.missing);
        }
        self.runs += 1;
        for (number, (bands, table)) in self.tables.iter_mut().zip(&result.tables).enumerate() {
            let taken: Vec<bool> = (0..table.columns.len()).map(|it| varies(number, it)).collect();
            if !taken.contains(&true) {
                continue;
            }
            for (bands, cells) in bands.rows.iter_mut().zip(&table.rows) {
                for ((band, cell), _) in bands.iter_mut().zip(cells).zip(&taken).filter(|it| *it.1) {
                    band.take(cell);
                }
            }
            for ((band, total), _) in bands.totals.iter_mut().zip(&table.totals).zip(&taken).filter(|it| *it.1) {
                if let (Some(band), Some(total)) = (band, total) {
                    band.take_total(total, table.rows.len());
                }
            }
        }
        for error in &result.errors {
            if !self.errors.contains(error) {
                self.errors.push(error.clone());
            }
        }
    }

    /// Counts for every run what was looked at in the first only, since it is the same in all.
    fn repeat(&mut self, varies: &dyn Fn(usize, usize) -> bool) {
        let runs = self.runs;
        for (number, table) in self.tables.iter_mut().enumerate() {
            let rows = table.rows.iter_mut().flat_map(|it| it.iter_mut().enumerate());
            let totals = table.totals.iter_mut().enumerate().filter_map(|it| Some((it.0, it.1.as_mut()?)));
            for (_, band) in rows.chain(totals).filter(|it| !varies(number, it.0)) {
                band.repeat(runs);
            }
        }
    }
}

impl Band {
    /// Makes the counts of one run those of as many as there are.
    fn repeat(&mut self, runs: u64) {
        self.values.iter_mut().for_each(|it| it.1 *= runs);
        self.outcomes.values_mut().for_each(|it| *it *= runs);
        self.unknown *= runs;
        self.errors *= runs;
    }

    fn take_total(&mut self, total: &Total, rows: usize) {
        match total {
            // A sum of nothing known is not zero, and one that leaves some out is not the sum.
            Total::Sum { without, .. } if *without > 0 && rows > 0 => {
                self.unknown += 1;
                self.mark(Mark::Unknown);
            }
            Total::Sum { sum, .. } => self.take_value(sum),
            Total::Outcomes(_) => {}
            Total::Error => {
                self.errors += 1;
                self.mark(Mark::Error);
            }
        }
    }
}

#[cfg(test)]
mod tests {
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
        let param = |name: &str| {
            machine.param_ids().find(|it| machine.param_def(*it).unwrap().meta.symbol.name == name).unwrap()
        };
        let number = |it: i64| Number::from(it);
        let axes = [
            Axis::new(param("pay"), number(5), number(17), number(5)).unwrap(),
            Axis::new(param("spare"), number(0), number(3), number(1)).unwrap(),
        ];
        assert_eq!(sweep_runs(&axes), Some(12));
        let mut seen = Vec::new();
        let bands =
            sweep(&machine, &world, &Settings::default(), &axes, (Points::All, Detail::Whole), |values, result| {
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
        let param = |name: &str| {
            machine.param_ids().find(|it| machine.param_def(*it).unwrap().meta.symbol.name == name).unwrap()
        };
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
        assert!(
            seen.iter().zip(&alone).all(|(both, one)| both.ends_with(&format!("/{one}"))),
            "whatever else is drawn"
        );
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
                all.push_str(&format!("\n{said:?}"));
            }
            all.push_str(&format!("\n{:?} {:?}", bands.missing, bands.errors.len()));
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
}
