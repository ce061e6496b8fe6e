//! Sweeps: the same run for each of many values of parameters, and what the results reach over them.

#[cfg(test)]
mod tests;
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
