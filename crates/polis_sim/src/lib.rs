//! Samples of jurisdictions and runs of the program over them.

mod carry;
mod generate;
mod samples;
mod simulate;
mod years;

pub use carry::{Carried, Lost, carry};
pub use generate::{Form, Order, Plan, PlanError, Share, Table as PlannedTable, default_entity, write as write_table};
pub use samples::{SampleFile, Samples, entity_names, find_entity, load_samples, panics_are_findings, sample_entity};
pub use simulate::{
    Cell, Column, EntityTable, Gap, MissingCount, MissingKind, Simulation, Source, Total, ends, simulate,
};
pub use years::{Due, Rated, Year, YearsError, YearsPlan, run_years};
