//! What provisions mean: findings, programs, and that both are the same however they were arrived at.

mod checks;
mod determinism;
mod faces;
mod incremental;
mod incremental_equals_fresh;
mod support;
