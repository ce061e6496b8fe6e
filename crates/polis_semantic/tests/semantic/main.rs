//! What provisions mean: findings, programs, and that both are the same however they were arrived at.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::format_push_string,
    reason = "helpers of tests; a failure is to stop them"
)]

mod causes;
mod checks;
mod determinism;
mod faces;
mod incremental;
mod incremental_equals_fresh;
mod support;
mod versions;
