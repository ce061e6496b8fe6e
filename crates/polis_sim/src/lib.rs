//! Samples of jurisdictions and runs of the program over them.

mod admissions;
mod batches;
mod carry;
mod columns;
mod compare;
mod events;
mod generate;
mod in_force;
mod reach;
mod results;
mod samples;
mod simulate;
mod sweep;
mod totals;
mod years;

pub use admissions::{Admissions, Admitted, Decision, admissions};
pub use batches::{
    BatchResults, BatchRun, BatchSample, BatchTotals, Failures, IdCheck, MissingNames, NAMED, NotInBatches, Part,
    Reject, Show, Shown, Stopped, Wanted, Writer, threads,
};
pub use carry::{Carried, Lost, carry};
pub use columns::{ColumnTotal, Engine, GroupTotal, Shape, Table, TableBuilder, Totals, TotalsPlan};
pub use compare::{About, Aspect, City, Compared, Matter, Standing, compare};
pub use events::{
    EventLog, Fulfilment, Judged, Lack, NormItem, NormTable, NormVerdict, Norms, Stretch, Trigger, norms_on,
};
pub use generate::{Form, Order, Plan, PlanError, Share, Table as PlannedTable, default_entity, write as write_table};
pub use in_force::{Applies, Held, Holder, Holding, Unnamed, in_force, needs_rows_of};
pub use results::{Figures, ParquetResults, ResultCell, ResultColumn, ResultRow, ResultsError};
pub use samples::{
    BadRows, Rejected, Repeated, SampleFile, Samples, entity_names, find_entity, load_samples, load_samples_with,
    panics_are_findings, sample_entity,
};
pub use simulate::{
    Cell, Column, EntityTable, Gap, MissingCount, MissingKind, Simulation, Source, Subtotal, Total, columns, ends,
    simulate,
};
pub use sweep::{Axis, Band, BandTable, Bands, Detail, Points, sweep, sweep_runs};
pub use totals::TotalTable;
pub use years::{Due, Rated, Year, YearsError, YearsPlan, each_year, run_years};
