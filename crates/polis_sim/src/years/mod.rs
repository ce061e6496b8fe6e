//! Runs over several years: the provisions of each year, facts that grow, ratings that move.
//!
//! Each year is computed as of its last day, with the amendments and dated figures of that day. What a year makes of the
//! ratings stands in the facts of the next; growth comes between the years. The first year is the sample as it is. Norms
//! are held against the events that the sample's log has of the year.

mod growth;
mod rating;
#[cfg(test)]
mod tests;

use std::ops::ControlFlow;
use std::sync::Arc;

use polis_eval::{EvalError, Machine, ParamId, Question, Run, Settings, World};
use polis_semantic::ir::Scenario;
use polis_semantic::{Program, Symbol};
use polis_value::{Date, Value};
use smol_str::SmolStr;

pub use rating::{Due, Rated};

use crate::carry::carry;
use crate::events::{Duties, Norms, versions};
use crate::simulate::simulate_unless;
use crate::{MissingKind, Simulation};

/// What is run.
pub struct YearsPlan<'p> {
    /// The first and last year.
    pub years: (i16, i16),
    /// What is supposed.
    pub scenario: Option<&'p Scenario>,
    /// Parameters of the program that the sample was read for; they go before those of the scenario.
    pub set: &'p [(ParamId, Value)],
    /// The program of a day, with what the scenario switches.
    pub program: &'p dyn Fn(Date) -> Arc<Program>,
    /// Whether to stop before the end, which is asked again and again.
    pub stop: &'p dyn Fn() -> bool,
}

/// A year of a run.
#[derive(Debug)]
pub struct Year {
    /// Which.
    pub year: i16,
    /// The program of its last day.
    pub machine: Machine,
    /// The jurisdictions in that year.
    pub world: World,
    /// The day and the parameters.
    pub settings: Settings,
    /// What comes out.
    pub results: Simulation,
    /// What becomes of ratings, in the order of the program.
    pub ratings: Vec<Rated>,
    /// How norms that say how often or by when were kept.
    pub norms: Norms,
}

/// Why there is no run.
#[derive(Debug)]
pub enum YearsError {
    /// A year that no date can have.
    Year(i16),
    /// Results rest on a parameter that has figures from a later date on only.
    BeforeFigures {
        /// The parameter.
        param: Symbol,
        /// Its first figure's date.
        first: Date,
        /// The year of the run.
        year: i16,
    },
    /// A field does not grow: there is no such figure.
    Growth {
        /// The entity.
        entity: Symbol,
        /// The field.
        field: SmolStr,
        /// The year of the run.
        year: i16,
    },
    /// What the scenario sets or lets grow has no value.
    Scenario(Box<EvalError>),
    /// It was to stop.
    Stopped,
}

/// Runs year by year, and holds all of them.
///
/// # Errors
///
/// A year, a figure or a growth for which there is nothing to compute with.
pub fn run_years(machine: &Machine, world: World, plan: &YearsPlan<'_>) -> Result<Vec<Year>, YearsError> {
    let mut years = Vec::new();
    each_year(machine, world, plan, &mut |year| {
        years.push(year);
        ControlFlow::Continue(())
    })?;
    Ok(years)
}

/// Runs year by year, and gives each away before the next: a large sample fills memory with one year's results only.
///
/// # Errors
///
/// As of [`run_years`]; that it was to stop, too, if `each` says so.
pub fn each_year(
    machine: &Machine,
    world: World,
    plan: &YearsPlan<'_>,
    each: &mut dyn FnMut(Year) -> ControlFlow<()>,
) -> Result<(), YearsError> {
    let (first, last) = plan.years;
    let mut last_ratings: Vec<Rated> = Vec::new();
    // What the facts are at the beginning of a year, in the terms of the program that the sample was read for.
    let mut facts = world;
    for year in first..=last {
        let day = Date::new(year, 12, 31).map_err(|_| YearsError::Year(year))?;
        let mut of_year = Machine::new((plan.program)(day));
        let supposed = Supposed::new(&mut of_year, plan.scenario);
        let settings = Settings { as_of: Some(day), set: supposed.settings(machine, &of_year, plan, day)? };
        if year > first {
            growth::grow(machine, &mut facts, &of_year, &supposed.growth, &settings)
                .map_err(|it| it.into_error(year))?;
        }
        let schedules = rating::schedules(&mut of_year);
        let versions = versions(machine.program(), plan.program, year).unwrap_or_default();
        let duties = Duties::new(&mut of_year, versions);
        let world = carry(machine, &facts, &of_year).world;
        let (results, ratings, norms) = {
            let run = Run::new(&of_year, &world, settings.clone());
            let results = simulate_unless(&run, plan.stop).ok_or(YearsError::Stopped)?;
            let elapsed = i64::from(year) - i64::from(first);
            let last = |it: &rating::Schedule| last_ratings.iter().find(|rated| rated.symbol == *it.symbol());
            let ratings: Vec<Rated> = schedules.iter().map(|it| it.rate(&run, elapsed, last(it))).collect();
            let norms = duties.judge(&run, year, day, &|it| !world.rows(it).is_empty());
            (results, ratings, norms)
        };
        before_figures(&of_year, &results, day, year)?;
        for rated in &ratings {
            rated.write(&of_year, machine, &mut facts);
        }
        last_ratings.clone_from(&ratings);
        let year = Year { year, machine: of_year, world, settings, results, ratings, norms };
        if each(year).is_break() {
            return Err(YearsError::Stopped);
        }
    }
    Ok(())
}

/// What a scenario supposes, linked with the program of a year.
struct Supposed {
    set: Vec<(ParamId, Question)>,
    growth: Vec<growth::Growth>,
}

impl Supposed {
    fn new(machine: &mut Machine, scenario: Option<&Scenario>) -> Self {
        let mut supposed = Self { set: Vec::new(), growth: Vec::new() };
        let Some(scenario) = scenario else { return supposed };
        let owner = &scenario.meta.symbol;
        for (symbol, value) in &scenario.set {
            let question = machine.question(owner, value);
            supposed.set.extend(machine.param(symbol).map(|it| (it, question)));
        }
        for (entity, field, by) in &scenario.growth {
            supposed.growth.push(growth::Growth {
                entity: entity.clone(),
                field: field.clone(),
                is_rate: by.ty.as_number().is_none_or(|it| it.dim.is_none()),
                by: machine.question(owner, by),
            });
        }
        supposed
    }

    /// The parameters of a year: those of the call, then those of the scenario.
    fn settings(
        &self,
        base: &Machine,
        of_year: &Machine,
        plan: &YearsPlan<'_>,
        day: Date,
    ) -> Result<Vec<(ParamId, Value)>, YearsError> {
        let mut set: Vec<(ParamId, Value)> = Vec::new();
        for (param, value) in plan.set {
            let symbol = base.param_def(*param).map(|it| &it.meta.symbol);
            set.extend(symbol.and_then(|it| of_year.param(it)).map(|it| (it, value.clone())));
        }
        let empty = World::default();
        let run = Run::new(of_year, &empty, Settings { as_of: Some(day), set: set.clone() });
        for (param, question) in &self.set {
            let value = run.figure(question).map_err(YearsError::Scenario)?;
            if !set.iter().any(|it| it.0 == *param) {
                set.push((*param, value));
            }
        }
        Ok(set)
    }
}

/// Whether results are unknown because a parameter's first figure is of a later date.
fn before_figures(machine: &Machine, results: &Simulation, day: Date, year: i16) -> Result<(), YearsError> {
    for item in &results.missing {
        let MissingKind::Param(symbol) = &item.missing else { continue };
        let def = machine.param(symbol).and_then(|it| machine.param_def(it));
        let first = def.and_then(|it| it.dated.first()).map(|it| it.0);
        if let Some(first) = first.filter(|it| day < *it) {
            return Err(YearsError::BeforeFigures { param: symbol.clone(), first, year });
        }
    }
    Ok(())
}
