//! Aggregates over the members of a list or of an iteration.
//!
//! A member that is unknown makes the aggregate unknown, and the result names what all members lacked, not only the
//! first: whoever reads it learns at once which facts to supply. Only [`any`] and [`all`] can be certain in spite of it.
//! Errors are those of the operation that an aggregate repeats, whatever else is unknown.

use std::borrow::Borrow;

use crate::missing::Unknown;
use crate::number::Number;
use crate::ops::{self, EvalOpError};
use crate::value::Value;

/// `sum`: all members added up; 0 for none.
///
/// # Examples
///
/// ```
/// use polis_value::{MissingId, Unknown, Value, aggregate};
///
/// assert_eq!(aggregate::sum([Value::from(3), Value::from(4)]), Ok(Value::from(7)));
/// let unknown = Value::from(Unknown::missing(MissingId::new(0)));
/// assert_eq!(aggregate::sum([Value::from(3), unknown.clone()]), Ok(unknown));
/// ```
pub fn sum<I>(members: I) -> Result<Value, EvalOpError>
where
    I: IntoIterator<Item: Borrow<Value>>,
{
    fold(members, ops::add, Some(Value::Number(Number::ZERO)))
        .map(|(sum, _)| sum.unwrap_or(Value::Number(Number::ZERO)))
}

/// `count`: how many members there are that are not `false`.
///
/// So it counts the members of a list, and as well the truths of a condition that is iterated over members.
pub fn count<I>(members: I) -> Result<Value, EvalOpError>
where
    I: IntoIterator<Item: Borrow<Value>>,
{
    let mut count = 0_i64;
    let mut lacking: Option<Unknown> = None;
    for member in members {
        match member.borrow() {
            Value::Unknown(unknown) => lacking = Some(join(lacking, unknown)),
            Value::Bool(false) => {}
            _ => count = count.saturating_add(1),
        }
    }
    Ok(lacking.map_or(Value::from(count), Value::Unknown))
}

/// `min`: the least member, of numbers or dates; see [`ops::min`] for ranges.
///
/// # Errors
///
/// [`EvalOpError::NoMembers`] for none.
pub fn min<I>(members: I) -> Result<Value, EvalOpError>
where
    I: IntoIterator<Item: Borrow<Value>>,
{
    fold(members, ops::min, None)?.0.ok_or(EvalOpError::NoMembers { op: "min" })
}

/// `max`: the greatest member, of numbers or dates; see [`ops::max`] for ranges.
///
/// # Errors
///
/// [`EvalOpError::NoMembers`] for none.
pub fn max<I>(members: I) -> Result<Value, EvalOpError>
where
    I: IntoIterator<Item: Borrow<Value>>,
{
    fold(members, ops::max, None)?.0.ok_or(EvalOpError::NoMembers { op: "max" })
}

/// `avg`: the sum divided by the number of members.
///
/// # Errors
///
/// [`EvalOpError::NoMembers`] for none.
pub fn avg<I>(members: I) -> Result<Value, EvalOpError>
where
    I: IntoIterator<Item: Borrow<Value>>,
{
    match fold(members, ops::add, Some(Value::Number(Number::ZERO)))? {
        (Some(sum), count) if count > 0 => ops::div(&sum, &Value::from(count)),
        _ => Err(EvalOpError::NoMembers { op: "avg" }),
    }
}

/// `any`: whether a member is true; false for none. One true member decides, even if others are unknown.
pub fn any<I>(members: I) -> Result<Value, EvalOpError>
where
    I: IntoIterator<Item: Borrow<Value>>,
{
    decide("any", members, true)
}

/// `all`: whether no member is false; true for none. One false member decides, even if others are unknown.
pub fn all<I>(members: I) -> Result<Value, EvalOpError>
where
    I: IntoIterator<Item: Borrow<Value>>,
{
    decide("all", members, false)
}

/// Joins the members, and counts them. `start` comes before the first and fixes the type and the value of none.
fn fold<I>(
    members: I,
    operation: fn(&Value, &Value) -> Result<Value, EvalOpError>,
    start: Option<Value>,
) -> Result<(Option<Value>, i64), EvalOpError>
where
    I: IntoIterator<Item: Borrow<Value>>,
{
    let mut known = start;
    let mut lacking: Option<Unknown> = None;
    let mut count = 0_i64;
    for member in members {
        let member = member.borrow();
        count = count.saturating_add(1);
        if let Value::Unknown(unknown) = member {
            lacking = Some(join(lacking, unknown));
            continue;
        }
        // Joined even if the result is unknown already, so that an error doesn't depend on the order of the members. A
        // first member is joined with itself, which leaves it as it is and refuses a wrong type.
        known = Some(operation(known.as_ref().unwrap_or(member), member)?);
    }
    Ok((lacking.map(Value::Unknown).or(known), count))
}

fn decide<I>(op: &'static str, members: I, deciding: bool) -> Result<Value, EvalOpError>
where
    I: IntoIterator<Item: Borrow<Value>>,
{
    let mut lacking: Option<Unknown> = None;
    for member in members {
        match member.borrow() {
            Value::Bool(truth) if *truth == deciding => return Ok(Value::Bool(deciding)),
            Value::Bool(_) => {}
            Value::Unknown(unknown) => lacking = Some(join(lacking, unknown)),
            other => return Err(EvalOpError::mismatch(op, other, None)),
        }
    }
    Ok(lacking.map_or(Value::Bool(!deciding), Value::Unknown))
}

fn join(lacking: Option<Unknown>, unknown: &Unknown) -> Unknown {
    match lacking {
        Some(lacking) => lacking.join(unknown),
        None => unknown.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::missing::MissingId;
    use crate::number_range::NumberRange;
    use crate::value::ValueKind;

    fn unknown(ids: &[u32]) -> Value {
        let missing = ids.iter().copied().map(MissingId::new).collect();
        Value::Unknown(Unknown { missing, discretion: false })
    }

    fn numbers(numbers: &[i64]) -> Vec<Value> {
        numbers.iter().copied().map(Value::from).collect()
    }

    #[test]
    fn of_known_members() {
        let members = numbers(&[4, 1, 5]);
        assert_eq!(sum(&members), Ok(Value::from(10)));
        assert_eq!(count(&members), Ok(Value::from(3)));
        assert_eq!(min(&members), Ok(Value::from(1)));
        assert_eq!(max(&members), Ok(Value::from(5)));
        assert_eq!(avg(&members).unwrap().to_string(), "3.333333333333333333333333333");
        let range = Value::from(NumberRange::new(Some(2.into()), Some(6.into())).unwrap());
        assert_eq!(sum([Value::from(1), range.clone()]).unwrap().to_string(), "3..7");
        assert_eq!(min([Value::from(4), range]).unwrap().to_string(), "2..4");
    }

    #[test]
    fn of_no_members() {
        let none: [Value; 0] = [];
        assert_eq!(sum(&none), Ok(Value::from(0)));
        assert_eq!(count(&none), Ok(Value::from(0)));
        assert_eq!(any(&none), Ok(Value::from(false)));
        assert_eq!(all(&none), Ok(Value::from(true)));
        assert_eq!(min(&none), Err(EvalOpError::NoMembers { op: "min" }));
        assert_eq!(max(&none), Err(EvalOpError::NoMembers { op: "max" }));
        assert_eq!(avg(&none), Err(EvalOpError::NoMembers { op: "avg" }));
    }

    #[test]
    fn all_that_is_missing_is_named() {
        let members = [unknown(&[4]), Value::from(1), unknown(&[2])];
        for result in [sum(&members), count(&members), min(&members), max(&members), avg(&members)] {
            assert_eq!(result, Ok(unknown(&[2, 4])));
        }
        assert_eq!(any([Value::from(false), unknown(&[1]), unknown(&[3])]), Ok(unknown(&[1, 3])));
        assert_eq!(all([Value::from(true), unknown(&[1]), unknown(&[3])]), Ok(unknown(&[1, 3])));
    }

    #[test]
    fn one_member_can_decide_in_spite_of_others() {
        assert_eq!(any([unknown(&[1]), Value::from(true)]), Ok(Value::from(true)));
        assert_eq!(all([unknown(&[1]), Value::from(false)]), Ok(Value::from(false)));
    }

    #[test]
    fn count_leaves_out_what_is_false() {
        assert_eq!(count([Value::from(true), Value::from(false), Value::from(true)]), Ok(Value::from(2)));
    }

    #[test]
    fn errors_do_not_depend_on_order() {
        let overflow = Err(EvalOpError::Arithmetic(crate::ArithmeticError::Overflow));
        assert_eq!(sum([unknown(&[1]), Value::from(i64::MAX), Value::from(1)]), overflow);
        assert_eq!(sum([Value::from(i64::MAX), Value::from(1), unknown(&[1])]), overflow);
        let text = Err(EvalOpError::Mismatch { op: "min", left: ValueKind::Text, right: Some(ValueKind::Text) });
        assert_eq!(min([Value::from("甲")]), text);
    }
}
