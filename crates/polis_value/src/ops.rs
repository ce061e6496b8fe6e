//! The operations of the language on values.
//!
//! Three rules hold throughout:
//!
//! - **Ranges lift.** Where a number may stand, a range may, and the result holds every choice ([`NumberRange`]). A
//!   comparison that depends on the choice is unknown for discretion.
//! - **Unknown spreads.** If an operand is unknown, the result is unknown and names what either lacked. So `unknown * 0`
//!   is unknown and not 0: that a figure is missing must reach the end even where it would not count. The only
//!   exceptions are `and` with a false and `or` with a true operand, as in SQL, and [`within`] of an empty list.
//! - **No conversions.** Operands of wrong types are a [`EvalOpError::Mismatch`]. Type checking rules it out; it exists so
//!   that a fault in the checker surfaces as an error instead of a panic or a wrong figure.

mod compare;
#[cfg(test)]
mod tests;

use std::fmt;

use crate::date::Date;
use crate::missing::Unknown;
use crate::number::{ArithmeticError, Number, Rounding};
use crate::number_range::NumberRange;
use crate::range::{EmptyRange, Range};
use crate::value::{DateRange, Value, ValueKind};

pub use compare::{Comparison, and, compare, eq, ge, gt, le, lt, ne, not, or, within};

/// Why an operation on values has no result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EvalOpError {
    /// A number left its bounds, or a division or step was by nothing.
    Arithmetic(ArithmeticError),
    /// The operation is not defined for operands of these kinds. A fault of the type checker.
    Mismatch {
        /// The operation, as the language spells it in English.
        op: &'static str,
        /// The first operand.
        left: ValueKind,
        /// The second operand, if there are two.
        right: Option<ValueKind>,
    },
    /// A range of numbers from a higher to a lower end.
    // Boxed, so that the error doesn't enlarge every result.
    EmptyRange(Box<EmptyRange<Number>>),
    /// A range of dates from a later to an earlier day.
    EmptyDateRange(EmptyRange<Date>),
    /// The end of a range that has none, such as `high(4..)`.
    Unbounded {
        /// The operation, as the language spells it in English.
        op: &'static str,
    },
    /// An aggregate over no members that has no value for none, such as `avg`.
    NoMembers {
        /// The operation, as the language spells it in English.
        op: &'static str,
    },
}

impl EvalOpError {
    #[cold]
    pub(crate) fn mismatch(op: &'static str, left: &Value, right: Option<&Value>) -> EvalOpError {
        EvalOpError::Mismatch { op, left: left.kind(), right: right.map(Value::kind) }
    }
}

impl fmt::Display for EvalOpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EvalOpError::Arithmetic(error) => error.fmt(f),
            EvalOpError::Mismatch { op, left, right: None } => write!(f, "`{op}` is not defined for a {left}"),
            EvalOpError::Mismatch { op, left, right: Some(right) } => {
                write!(f, "`{op}` is not defined for a {left} and a {right}")
            }
            EvalOpError::EmptyRange(range) => range.fmt(f),
            EvalOpError::EmptyDateRange(range) => range.fmt(f),
            EvalOpError::Unbounded { op } => write!(f, "`{op}` of a range that is unbounded there"),
            EvalOpError::NoMembers { op } => write!(f, "`{op}` of no members"),
        }
    }
}

impl std::error::Error for EvalOpError {}

impl From<ArithmeticError> for EvalOpError {
    fn from(error: ArithmeticError) -> EvalOpError {
        EvalOpError::Arithmetic(error)
    }
}

impl From<EmptyRange<Number>> for EvalOpError {
    fn from(range: EmptyRange<Number>) -> EvalOpError {
        EvalOpError::EmptyRange(Box::new(range))
    }
}

impl From<EmptyRange<Date>> for EvalOpError {
    fn from(range: EmptyRange<Date>) -> EvalOpError {
        EvalOpError::EmptyDateRange(range)
    }
}

/// `a + b` of numbers.
#[inline]
pub fn add(a: &Value, b: &Value) -> Result<Value, EvalOpError> {
    lift("+", a, b, Number::add, NumberRange::add)
}

/// `a - b` of numbers. Ranges are chosen independently, so that `x - x` of a range is not 0.
#[inline]
pub fn sub(a: &Value, b: &Value) -> Result<Value, EvalOpError> {
    lift("-", a, b, Number::sub, NumberRange::sub)
}

/// `a * b` of numbers.
#[inline]
pub fn mul(a: &Value, b: &Value) -> Result<Value, EvalOpError> {
    lift("*", a, b, Number::mul, NumberRange::mul)
}

/// `a / b` of numbers; see [`Number::div`] for the digits of the result.
#[inline]
pub fn div(a: &Value, b: &Value) -> Result<Value, EvalOpError> {
    lift("/", a, b, Number::div, NumberRange::div)
}

/// `steps(amount, size)`: how many whole steps the amount holds; see [`Number::steps`].
#[inline]
pub fn steps(amount: &Value, size: &Value) -> Result<Value, EvalOpError> {
    lift("steps", amount, size, Number::steps, NumberRange::steps)
}

/// `-a`.
#[inline]
pub fn neg(a: &Value) -> Result<Value, EvalOpError> {
    lift_one("-", a, Number::neg, NumberRange::neg)
}

/// `abs(a)`.
#[inline]
pub fn abs(a: &Value) -> Result<Value, EvalOpError> {
    lift_one("abs", a, Number::abs, NumberRange::abs)
}

/// `floor(a)`.
#[inline]
pub fn floor(a: &Value) -> Result<Value, EvalOpError> {
    lift_one("floor", a, Number::floor, NumberRange::floor)
}

/// `ceil(a)`.
#[inline]
pub fn ceil(a: &Value) -> Result<Value, EvalOpError> {
    lift_one("ceil", a, Number::ceil, NumberRange::ceil)
}

/// `round(a)`: to a whole number, halves away from zero.
#[inline]
pub fn round(a: &Value) -> Result<Value, EvalOpError> {
    lift_one("round", a, Number::round, NumberRange::round)
}

/// `floor`, `ceil` or `round` with digits, such as `round(a, 2)`; see [`Number::to_digits`]. The digits are a whole
/// number; those past 32 bits, which no number has, are a mismatch.
pub fn to_digits(a: &Value, digits: &Value, rounding: Rounding) -> Result<Value, EvalOpError> {
    let op = match rounding {
        Rounding::Down => "floor",
        Rounding::Up => "ceil",
        Rounding::HalfAwayFromZero => "round",
    };
    if let Some(unknown) = join_unknown(a, digits) {
        return Ok(unknown);
    }
    let places = digits.as_number().and_then(Number::as_int).and_then(|places| i32::try_from(places).ok());
    match (a.as_number_range(), places) {
        (Some(range), Some(places)) => Ok(range.to_digits(places, rounding)?.into()),
        _ => Err(EvalOpError::mismatch(op, a, Some(digits))),
    }
}

/// `min(a, b)` of numbers or of dates.
pub fn min(a: &Value, b: &Value) -> Result<Value, EvalOpError> {
    extreme("min", a, b, NumberRange::min, DateRange::min)
}

/// `max(a, b)` of numbers or of dates.
pub fn max(a: &Value, b: &Value) -> Result<Value, EvalOpError> {
    extreme("max", a, b, NumberRange::max, DateRange::max)
}

/// `clamp(a, lo, hi)` of numbers or of dates: `a`, but at least `lo` and at most `hi`. Where ranges leave open whether
/// `lo` is above `hi`, the upper bound decides.
///
/// # Errors
///
/// [`EvalOpError::EmptyRange`] if `lo` is above `hi` whatever is chosen.
pub fn clamp(a: &Value, lo: &Value, hi: &Value) -> Result<Value, EvalOpError> {
    // Only for its error: no value lies between bounds in the wrong order.
    range(Some(lo), Some(hi))?;
    min(&max(a, lo)?, hi)
}

/// `lo..hi` of numbers or of dates, both included; a missing end is unbounded. Where an end is itself a range, its outer
/// end counts.
///
/// # Errors
///
/// [`EvalOpError::EmptyRange`] or [`EvalOpError::EmptyDateRange`] if `lo` is above `hi`.
pub fn range(lo: Option<&Value>, hi: Option<&Value>) -> Result<Value, EvalOpError> {
    match (lo, hi) {
        (None, None) => Ok(NumberRange::unbounded().into()),
        (Some(end), None) | (None, Some(end)) if end.is_unknown() => Ok(end.clone()),
        (Some(end), None) => match (end.as_number_range(), end.as_date_range()) {
            (Some(numbers), _) => Ok(Range { lo: numbers.lo, hi: None }.into()),
            (_, Some(dates)) => Ok(Range { lo: dates.lo, hi: None }.into()),
            _ => Err(EvalOpError::mismatch("..", end, None)),
        },
        (None, Some(end)) => match (end.as_number_range(), end.as_date_range()) {
            (Some(numbers), _) => Ok(Range { lo: None, hi: numbers.hi }.into()),
            (_, Some(dates)) => Ok(Range { lo: None, hi: dates.hi }.into()),
            _ => Err(EvalOpError::mismatch("..", end, None)),
        },
        (Some(lo), Some(hi)) => match Operands::of("..", lo, hi)? {
            Operands::Numbers(lo, hi) => Ok(Range::new(lo.lo, hi.hi)?.into()),
            Operands::Dates(lo, hi) => Ok(Range::new(lo.lo, hi.hi)?.into()),
            Operands::Unknown(unknown) => Ok(unknown),
        },
    }
}

/// `low(a)`: the lower end of a range of numbers; of a number, itself.
///
/// # Errors
///
/// [`EvalOpError::Unbounded`] if it has none.
pub fn low(a: &Value) -> Result<Value, EvalOpError> {
    end("low", a, Value::as_number_range, NumberRange::lo)
}

/// `high(a)`: the upper end of a range of numbers; of a number, itself.
///
/// # Errors
///
/// [`EvalOpError::Unbounded`] if it has none.
pub fn high(a: &Value) -> Result<Value, EvalOpError> {
    end("high", a, Value::as_number_range, NumberRange::hi)
}

/// `starts(a)`: the first day of a period; of a day, itself.
///
/// # Errors
///
/// [`EvalOpError::Unbounded`] if it has none.
pub fn starts(a: &Value) -> Result<Value, EvalOpError> {
    end("starts", a, Value::as_date_range, DateRange::lo)
}

/// `ends(a)`: the last day of a period; of a day, itself.
///
/// # Errors
///
/// [`EvalOpError::Unbounded`] if it has none.
pub fn ends(a: &Value) -> Result<Value, EvalOpError> {
    end("ends", a, Value::as_date_range, DateRange::hi)
}

fn end<T>(
    op: &'static str,
    a: &Value,
    as_range: fn(&Value) -> Option<Range<T>>,
    end: fn(&Range<T>) -> Option<T>,
) -> Result<Value, EvalOpError>
where
    Value: From<T>,
{
    match (a, as_range(a)) {
        (Value::Unknown(_), _) => Ok(a.clone()),
        (_, Some(range)) => end(&range).map(Value::from).ok_or(EvalOpError::Unbounded { op }),
        (_, None) => Err(EvalOpError::mismatch(op, a, None)),
    }
}

fn extreme(
    op: &'static str,
    a: &Value,
    b: &Value,
    numbers: fn(&NumberRange, &NumberRange) -> NumberRange,
    dates: fn(&DateRange, &DateRange) -> DateRange,
) -> Result<Value, EvalOpError> {
    Ok(match Operands::of(op, a, b)? {
        Operands::Numbers(a, b) => numbers(&a, &b).into(),
        Operands::Dates(a, b) => dates(&a, &b).into(),
        Operands::Unknown(unknown) => unknown,
    })
}

/// Applies `point` to two numbers, which is nearly always the case, and `range` where either is a range.
#[inline]
fn lift(
    op: &'static str,
    a: &Value,
    b: &Value,
    point: fn(Number, Number) -> Result<Number, ArithmeticError>,
    range: fn(&NumberRange, &NumberRange) -> Result<NumberRange, ArithmeticError>,
) -> Result<Value, EvalOpError> {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => Ok(Value::Number(point(*a, *b)?)),
        (Value::Range(a), Value::Range(b)) => Ok(range(a, b)?.into()),
        (Value::Range(a), Value::Number(b)) => Ok(range(a, &NumberRange::point(*b))?.into()),
        (Value::Number(a), Value::Range(b)) => Ok(range(&NumberRange::point(*a), b)?.into()),
        _ => join_unknown(a, b).ok_or_else(|| EvalOpError::mismatch(op, a, Some(b))),
    }
}

#[inline]
fn lift_one(
    op: &'static str,
    a: &Value,
    point: fn(Number) -> Result<Number, ArithmeticError>,
    range: fn(&NumberRange) -> Result<NumberRange, ArithmeticError>,
) -> Result<Value, EvalOpError> {
    match a {
        Value::Number(number) => Ok(Value::Number(point(*number)?)),
        Value::Range(numbers) => Ok(range(numbers)?.into()),
        Value::Unknown(_) => Ok(a.clone()),
        _ => Err(EvalOpError::mismatch(op, a, None)),
    }
}

/// Two operands of an operation that lifts over ranges.
enum Operands {
    Numbers(NumberRange, NumberRange),
    Dates(DateRange, DateRange),
    /// At least one is unknown; the value joins their reasons.
    Unknown(Value),
}

impl Operands {
    fn of(op: &'static str, a: &Value, b: &Value) -> Result<Operands, EvalOpError> {
        if let Some(unknown) = join_unknown(a, b) {
            Ok(Operands::Unknown(unknown))
        } else if let (Some(a), Some(b)) = (a.as_number_range(), b.as_number_range()) {
            Ok(Operands::Numbers(a, b))
        } else if let (Some(a), Some(b)) = (a.as_date_range(), b.as_date_range()) {
            Ok(Operands::Dates(a, b))
        } else {
            Err(EvalOpError::mismatch(op, a, Some(b)))
        }
    }
}

/// The unknown value that an operation on `a` and `b` has, if either is unknown.
fn join_unknown(a: &Value, b: &Value) -> Option<Value> {
    match (a, b) {
        (Value::Unknown(a), Value::Unknown(b)) => Some(Value::Unknown(Unknown::join(a, b))),
        (Value::Unknown(_), _) => Some(a.clone()),
        (_, Value::Unknown(_)) => Some(b.clone()),
        _ => None,
    }
}
