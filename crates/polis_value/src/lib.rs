//! Exact values of the Polis language: numbers, ranges, dates, unknowns.
//!
//! Everything here is total and exact. An operation returns a value or a typed error; it never panics, never
//! wraps, and never goes through a float. The same operands give the same result on every machine.
//!
//! - [`Number`]: a 64-bit integer or a decimal of at most 28 significant digits, compared by value;
//! - [`Range`]: a closed interval that says the authority may choose within, with interval arithmetic for numbers;
//! - [`Date`] and [`CalendarSpan`]: days of the calendar, and the days that a coarse date such as `2020年1月` covers;
//! - [`Truth`]: Kleene's three values, and comparisons of ranges that yield them;
//! - [`Unknown`]: not zero and not false, but a value that names what was missing;
//! - [`Value`]: all of these together, with the operations of the language in [`ops`] and [`aggregate`].
//!
//! Units are the type checker's business: a value carries the bare figure in the unit that its type says.

pub mod aggregate;
mod date;
mod missing;
mod number;
mod number_range;
pub mod ops;
mod range;
mod truth;
mod value;

pub use date::{CalendarSpan, Date, DateError};
pub use missing::{MissingId, MissingSet, Unknown};
pub use number::{ArithmeticError, LiteralError, Number, Rounding};
pub use number_range::NumberRange;
pub use ops::{Comparison, EvalOpError};
pub use range::{EmptyRange, Range};
pub use truth::Truth;
pub use value::{DateRange, Value, ValueKind, same};
