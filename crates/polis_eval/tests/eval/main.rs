//! What follows from provisions: values, explanations, verdicts, and what holds for every program.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::format_push_string,
    reason = "helpers of tests; a failure is to stop them"
)]

mod constraints;
mod depth;
mod in_language;
mod properties;
mod rules;
mod support;
