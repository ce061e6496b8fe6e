//! What an expression of the language evaluates to.

use std::fmt;
use std::sync::Arc;

use smol_str::SmolStr;

use crate::date::{CalendarSpan, Date};
use crate::missing::Unknown;
use crate::number::Number;
use crate::number_range::NumberRange;
use crate::range::Range;
use crate::truth::Truth;

/// A range of days: a period, or a date of which only the month or year is given.
pub type DateRange = Range<Date>;

/// A value of any type, without its unit.
///
/// Canonical: a range that is a point is the number or date itself, so that equal values have one representation. For
/// that reason the two range variants can't be built outside this crate; use `From`, and match them as
/// `Value::Range(range, ..)`.
///
/// `==` is that of the representation, and tells apart unknowns that lack different facts. For the language's `=`, see
/// [`crate::ops::eq`]; for what its tests expect, see [`same`].
///
/// # Examples
///
/// ```
/// use polis_value::{Number, NumberRange, Value, ops};
///
/// let base = Value::from(NumberRange::new(Some(10.into()), Some(15.into())).unwrap());
/// let point = Value::from(NumberRange::point(Number::from(2)));
/// assert_eq!(point, Value::from(2));
/// assert_eq!(ops::add(&base, &point).unwrap().to_string(), "12..17");
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Value {
    /// A number.
    Number(Number),
    /// A number that the authority may choose within a range, which has more than one.
    // Inline rather than boxed: 48 bytes a value, and no allocation in interval arithmetic.
    #[non_exhaustive]
    Range(NumberRange),
    /// True or false.
    Bool(bool),
    /// A text.
    Text(SmolStr),
    /// A day.
    Date(Date),
    /// A range of more than one day.
    #[non_exhaustive]
    DateRange(DateRange),
    /// A value of an enumeration.
    Enum {
        /// The enumeration, as an index that the evaluator knows.
        ty: u32,
        /// The value, as an index in the order of declaration.
        index: u32,
    },
    /// A jurisdiction or party.
    Entity {
        /// The type of entity, as an index that the evaluator knows.
        ty: u32,
        /// The entity, as a row of its table.
        row: u32,
    },
    /// A list, which may be empty.
    List(Arc<[Value]>),
    /// A value that is not known, and why.
    Unknown(Unknown),
}

impl Value {
    /// Whether the value is not known.
    pub const fn is_unknown(&self) -> bool {
        matches!(self, Value::Unknown(_))
    }

    /// The number, if it is one; a range has none.
    pub const fn as_number(&self) -> Option<Number> {
        match self {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// What a number or a range of numbers may be.
    pub const fn as_number_range(&self) -> Option<NumberRange> {
        match self {
            Value::Number(number) => Some(NumberRange::point(*number)),
            Value::Range(range) => Some(*range),
            _ => None,
        }
    }

    /// What a date or a range of dates may be.
    pub const fn as_date_range(&self) -> Option<DateRange> {
        match self {
            Value::Date(date) => Some(DateRange::point(*date)),
            Value::DateRange(range) => Some(*range),
            _ => None,
        }
    }

    /// The truth, if it is one. An unknown value of any type has the truth [`Truth::Unknown`].
    pub fn as_truth(&self) -> Option<Truth> {
        match self {
            Value::Bool(truth) => Some(Truth::from(*truth)),
            Value::Unknown(_) => Some(Truth::Unknown),
            _ => None,
        }
    }

    /// Which variant the value is.
    pub const fn kind(&self) -> ValueKind {
        match self {
            Value::Number(_) => ValueKind::Number,
            Value::Range(_) => ValueKind::Range,
            Value::Bool(_) => ValueKind::Bool,
            Value::Text(_) => ValueKind::Text,
            Value::Date(_) => ValueKind::Date,
            Value::DateRange(_) => ValueKind::DateRange,
            Value::Enum { .. } => ValueKind::Enum,
            Value::Entity { .. } => ValueKind::Entity,
            Value::List(_) => ValueKind::List,
            Value::Unknown(_) => ValueKind::Unknown,
        }
    }
}

/// Whether two values are the same, as a test in the language expects them: `11..17` is the same as `11..17`, though
/// not certainly equal to it, and an unknown value is the same as any other.
pub fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Unknown(_), Value::Unknown(_)) => true,
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same(a, b)),
        _ => a == b,
    }
}

/// Which variant a [`Value`] is; for messages and dispatch.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ValueKind {
    /// [`Value::Number`].
    Number,
    /// [`Value::Range`].
    Range,
    /// [`Value::Bool`].
    Bool,
    /// [`Value::Text`].
    Text,
    /// [`Value::Date`].
    Date,
    /// [`Value::DateRange`].
    DateRange,
    /// [`Value::Enum`].
    Enum,
    /// [`Value::Entity`].
    Entity,
    /// [`Value::List`].
    List,
    /// [`Value::Unknown`].
    Unknown,
}

impl fmt::Display for ValueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ValueKind::Number => "number",
            ValueKind::Range => "range",
            ValueKind::Bool => "truth",
            ValueKind::Text => "text",
            ValueKind::Date => "date",
            ValueKind::DateRange => "period",
            ValueKind::Enum => "enumeration",
            ValueKind::Entity => "entity",
            ValueKind::List => "list",
            ValueKind::Unknown => "unknown",
        })
    }
}

/// The figures as the language writes them, without units. Enumerations and entities have no names here and display as
/// their indices; a reader should be shown the evaluator's rendering.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Number(number) => number.fmt(f),
            Value::Range(range) => range.fmt(f),
            Value::Bool(truth) => truth.fmt(f),
            Value::Text(text) => write!(f, "\"{text}\""),
            Value::Date(date) => fmt::Display::fmt(date, f),
            Value::DateRange(range) => range.fmt(f),
            Value::Enum { ty, index } => write!(f, "enum {ty}.{index}"),
            Value::Entity { ty, row } => write!(f, "entity {ty}.{row}"),
            Value::List(members) => {
                f.write_str("[")?;
                for (position, member) in members.iter().enumerate() {
                    if position > 0 {
                        f.write_str(", ")?;
                    }
                    member.fmt(f)?;
                }
                f.write_str("]")
            }
            Value::Unknown(_) => f.write_str("unknown"),
        }
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Value {
        Value::Number(number)
    }
}

impl From<i64> for Value {
    fn from(int: i64) -> Value {
        Value::Number(Number::Int(int))
    }
}

/// A point becomes a number.
impl From<NumberRange> for Value {
    fn from(range: NumberRange) -> Value {
        match range.as_point() {
            Some(number) => Value::Number(number),
            None => Value::Range(range),
        }
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Value {
        Value::Bool(truth)
    }
}

/// A truth that is unknown here is so for discretion: it came of comparing ranges, with no fact missing.
impl From<Truth> for Value {
    fn from(truth: Truth) -> Value {
        match truth {
            Truth::False => Value::Bool(false),
            Truth::True => Value::Bool(true),
            Truth::Unknown => Value::Unknown(Unknown::discretion()),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.into())
    }
}

impl From<Date> for Value {
    fn from(date: Date) -> Value {
        Value::Date(date)
    }
}

/// A single day becomes a date.
impl From<DateRange> for Value {
    fn from(range: DateRange) -> Value {
        match range.as_point() {
            Some(date) => Value::Date(date),
            None => Value::DateRange(range),
        }
    }
}

/// A single day becomes a date.
impl From<CalendarSpan> for Value {
    fn from(span: CalendarSpan) -> Value {
        Value::from(span.range())
    }
}

impl From<Unknown> for Value {
    fn from(unknown: Unknown) -> Value {
        Value::Unknown(unknown)
    }
}

impl FromIterator<Value> for Value {
    /// A list.
    fn from_iter<I: IntoIterator<Item = Value>>(members: I) -> Value {
        Value::List(members.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::missing::MissingId;
    use crate::ops::EvalOpError;

    #[test]
    fn values_stay_small() {
        assert_eq!(size_of::<Number>(), 24);
        assert_eq!(size_of::<Value>(), 48);
        assert!(size_of::<Result<Value, EvalOpError>>() <= 48);
    }

    #[test]
    fn points_are_normalised() {
        assert_eq!(Value::from(Range::point(Number::from(5))), Value::from(5));
        let day = CalendarSpan::parse("2020-01-31").unwrap();
        assert_eq!(Value::from(day), Value::Date(day.first));
    }

    #[test]
    fn same_is_of_the_structure() {
        let range = || Value::from(NumberRange::new(Some(11.into()), Some(17.into())).unwrap());
        let unknown = |id| Value::from(Unknown::missing(MissingId::new(id)));
        assert!(same(&range(), &range()));
        assert!(!same(&range(), &Value::from(11)));
        assert!(same(&unknown(1), &unknown(2)));
        assert!(!same(&unknown(1), &Value::from(0)));
        let list = |last| [Value::from(1), unknown(last)].into_iter().collect::<Value>();
        assert!(same(&list(1), &list(2)));
        assert!(!same(&list(1), &Value::from_iter([Value::from(1)])));
    }

    #[test]
    fn display() {
        let list =
            Value::from_iter([Value::from(true), Value::from("甲"), Value::from(NumberRange::at_most(7.into()))]);
        assert_eq!(list.to_string(), "[true, \"甲\", ..7]");
    }
}
