//! What must hold on any input, and mutations to try it with.
//!
//! Each function of [`properties`] takes any bytes and panics where something does not hold. The fuzz targets in `fuzz/`
//! call them with what libFuzzer makes up, the tests of this crate with mutations of the policies and of the reference,
//! so that CI tries the same on a stable compiler. How to run either is in `docs/fuzzing.md`.

pub mod mutate;
pub mod properties;
