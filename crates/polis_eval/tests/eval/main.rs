//! What follows from provisions: values, explanations, verdicts, and what holds for every program.

mod constraints;
mod depth;
mod in_language;
mod properties;
mod rules;
mod support;
