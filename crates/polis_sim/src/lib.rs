//! Samples of jurisdictions and runs of the program over them.

mod batches;
mod columns;
mod generate;
mod samples;
mod simulate;

pub use batches::{BatchRun, BatchSample, Failures, NotInBatches, Show, Shown, Stopped, Writer, threads};
pub use columns::{ColumnTotal, Engine, GroupTotal, Shape, Table, TableBuilder, Totals, TotalsPlan};
pub use generate::{Form, Order, Plan, PlanError, Share, Table as PlannedTable, default_entity, write as write_table};
pub use samples::{SampleFile, Samples, entity_names, find_entity, load_samples, panics_are_findings, sample_entity};
pub use simulate::{
    Cell, Column, EntityTable, Gap, MissingCount, MissingKind, Simulation, Source, Total, columns, ends, simulate,
};
