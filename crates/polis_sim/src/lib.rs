//! Samples of jurisdictions and runs of the program over them.

mod simulate;

pub use simulate::{
    Cell, Column, EntityTable, Gap, MissingCount, MissingKind, Simulation, Source, Total, ends, simulate,
};
