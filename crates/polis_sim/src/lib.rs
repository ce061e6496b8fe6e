//! Samples of jurisdictions and runs of the program over them.

mod samples;
mod simulate;

pub use samples::{SampleFile, Samples, load_samples};
pub use simulate::{
    Cell, Column, EntityTable, Gap, MissingCount, MissingKind, Simulation, Source, Total, ends, simulate,
};
