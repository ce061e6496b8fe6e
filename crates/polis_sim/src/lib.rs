//! Samples of jurisdictions and runs of the program over them.

mod carry;
mod compare;
mod generate;
mod samples;
mod simulate;
mod sweep;
mod years;

pub use carry::{Carried, Lost, carry};
pub use compare::{About, Aspect, City, Compared, Matter, Standing, compare};
pub use generate::{Form, Order, Plan, PlanError, Share, Table as PlannedTable, default_entity, write as write_table};
pub use samples::{SampleFile, Samples, entity_names, find_entity, load_samples, panics_are_findings, sample_entity};
pub use simulate::{
    Cell, Column, EntityTable, Gap, MissingCount, MissingKind, Simulation, Source, Total, ends, simulate,
};
pub use sweep::{Axis, Band, BandTable, Bands, sweep, sweep_runs};
pub use years::{Due, Rated, Year, YearsError, YearsPlan, run_years};
