//! The interpreter: what follows from a program for one jurisdiction, and why.
//!
//! [`Machine::new`] links a program once: names become positions. A [`World`] holds the jurisdictions and their facts.
//! A [`Run`] evaluates rules and constraints on them under chosen parameters and a date, remembers each value, and can
//! explain any of them with the figures, exceptions and citations that it rests on.
//!
//! **Invariant:** every evaluation ends and nothing panics; an operation without a result is an [`EvalError`] that names
//! the rule, the jurisdiction and the place, and what is unknown says what it lacks.

mod code;
mod constraints;
mod error;
mod explain;
mod link;
mod machine;
mod question;
mod report;
mod rules;
mod run;
mod show;
mod testing;
mod world;

pub use constraints::{Outcome, Verdict};
pub use error::{EvalError, EvalErrorKind};
pub use explain::{Explanation, Reason, Step};
pub use link::precedence;
pub use machine::{ConstraintId, EntityId, Machine, ParamId, RuleId};
pub use question::Question;
pub use run::{Missing, Run, Settings};
pub use show::{describe_dormant, describe_open, face_of};
pub use testing::{Failure, TestOutcome, run_tests};
pub use world::{Row, World, WorldBuilder, WorldError};
