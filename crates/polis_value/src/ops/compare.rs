//! Comparisons, membership, and the logic that joins them.

use super::{EvalOpError, Operands, join_unknown};
use crate::missing::Unknown;
use crate::truth::Truth;
use crate::value::Value;

/// How two values are compared.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`, 不足
    Less,
    /// `<=`, 不超过
    AtMost,
    /// `>`, 超过
    More,
    /// `>=`, 不少于
    AtLeast,
}

impl Comparison {
    /// The comparison as the language spells it.
    pub const fn symbol(self) -> &'static str {
        match self {
            Comparison::Equal => "=",
            Comparison::NotEqual => "!=",
            Comparison::Less => "<",
            Comparison::AtMost => "<=",
            Comparison::More => ">",
            Comparison::AtLeast => ">=",
        }
    }
}

/// Compares two values. The result is a truth, or unknown where it depends on a choice within a range.
///
/// Numbers and dates have an order; a coarse date is the range of its days. Truths, texts, enumerations, entities and
/// lists are only equal or not. Lists are equal if they are equally long and their members are equal in turn.
pub fn compare(comparison: Comparison, a: &Value, b: &Value) -> Result<Value, EvalOpError> {
    if let (Value::Number(a), Value::Number(b)) = (a, b) {
        return Ok(Value::Bool(match comparison {
            Comparison::Equal => a == b,
            Comparison::NotEqual => a != b,
            Comparison::Less => a < b,
            Comparison::AtMost => a <= b,
            Comparison::More => a > b,
            Comparison::AtLeast => a >= b,
        }));
    }
    match comparison {
        Comparison::Equal => equal(comparison, a, b),
        Comparison::NotEqual => not(&equal(comparison, a, b)?),
        Comparison::Less => in_order(comparison, a, b),
        Comparison::More => in_order(comparison, b, a),
        Comparison::AtMost => not(&in_order(comparison, b, a)?),
        Comparison::AtLeast => not(&in_order(comparison, a, b)?),
    }
}

/// `a = b`; see [`compare`].
#[inline]
pub fn eq(a: &Value, b: &Value) -> Result<Value, EvalOpError> {
    compare(Comparison::Equal, a, b)
}

/// `a != b`; see [`compare`].
#[inline]
pub fn ne(a: &Value, b: &Value) -> Result<Value, EvalOpError> {
    compare(Comparison::NotEqual, a, b)
}

/// `a < b`; see [`compare`].
#[inline]
pub fn lt(a: &Value, b: &Value) -> Result<Value, EvalOpError> {
    compare(Comparison::Less, a, b)
}

/// `a <= b`; see [`compare`].
#[inline]
pub fn le(a: &Value, b: &Value) -> Result<Value, EvalOpError> {
    compare(Comparison::AtMost, a, b)
}

/// `a > b`; see [`compare`].
#[inline]
pub fn gt(a: &Value, b: &Value) -> Result<Value, EvalOpError> {
    compare(Comparison::More, a, b)
}

/// `a >= b`; see [`compare`].
#[inline]
pub fn ge(a: &Value, b: &Value) -> Result<Value, EvalOpError> {
    compare(Comparison::AtLeast, a, b)
}

/// `a in b`: whether `a` lies in a range of numbers or dates, or is a member of a list.
///
/// A range that lies only partly in `b` is unknown for discretion. A member of a list that is a range holds what lies in
/// it, so that `6 in [1..3, 5..7]` is true. Nothing is a member of an empty list, not even an unknown value.
pub fn within(a: &Value, b: &Value) -> Result<Value, EvalOpError> {
    if let Value::List(members) = b {
        let mut found = Value::Bool(false);
        for member in members.iter() {
            let is_member = match member {
                Value::Range(_) | Value::DateRange(_) => within(a, member)?,
                _ => eq(a, member)?,
            };
            found = or(&found, &is_member)?;
        }
        return Ok(found);
    }
    Ok(match Operands::of("in", a, b)? {
        Operands::Numbers(a, b) => Truth::within(&a, &b).into(),
        Operands::Dates(a, b) => Truth::within(&a, &b).into(),
        Operands::Unknown(unknown) => unknown,
    })
}

/// `a and b`: false if either is false, even if the other is unknown.
pub fn and(a: &Value, b: &Value) -> Result<Value, EvalOpError> {
    connect("and", Truth::and, a, b)
}

/// `a or b`: true if either is true, even if the other is unknown.
pub fn or(a: &Value, b: &Value) -> Result<Value, EvalOpError> {
    connect("or", Truth::or, a, b)
}

/// `not a`; what is unknown stays so.
pub fn not(a: &Value) -> Result<Value, EvalOpError> {
    match a {
        Value::Bool(truth) => Ok(Value::Bool(!truth)),
        Value::Unknown(_) => Ok(a.clone()),
        _ => Err(EvalOpError::mismatch("not", a, None)),
    }
}

fn connect(
    op: &'static str,
    connective: fn(Truth, Truth) -> Truth,
    a: &Value,
    b: &Value,
) -> Result<Value, EvalOpError> {
    match (a.as_truth(), b.as_truth()) {
        (Some(left), Some(right)) => Ok(match connective(left, right) {
            Truth::False => Value::Bool(false),
            Truth::True => Value::Bool(true),
            // Only an unknown operand makes an unknown result.
            Truth::Unknown => join_unknown(a, b).unwrap_or_else(|| Unknown::default().into()),
        }),
        _ => Err(EvalOpError::mismatch(op, a, Some(b))),
    }
}

/// Whether `a < b`.
fn in_order(comparison: Comparison, a: &Value, b: &Value) -> Result<Value, EvalOpError> {
    Ok(match Operands::of(comparison.symbol(), a, b)? {
        Operands::Numbers(a, b) => Truth::less(&a, &b).into(),
        Operands::Dates(a, b) => Truth::less(&a, &b).into(),
        Operands::Unknown(unknown) => unknown,
    })
}

fn equal(comparison: Comparison, a: &Value, b: &Value) -> Result<Value, EvalOpError> {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => Ok(Value::Bool(a == b)),
        (Value::Text(a), Value::Text(b)) => Ok(Value::Bool(a == b)),
        (Value::Enum { ty, index: a }, Value::Enum { ty: other, index: b }) if ty == other => Ok(Value::Bool(a == b)),
        (Value::Entity { ty, row: a }, Value::Entity { ty: other, row: b }) if ty == other => Ok(Value::Bool(a == b)),
        (Value::List(a), Value::List(b)) => {
            let mut all = Value::Bool(a.len() == b.len());
            for (a, b) in a.iter().zip(b.iter()) {
                all = and(&all, &eq(a, b)?)?;
            }
            Ok(all)
        }
        _ => Ok(match Operands::of(comparison.symbol(), a, b)? {
            Operands::Numbers(a, b) => Truth::equal(&a, &b).into(),
            Operands::Dates(a, b) => Truth::equal(&a, &b).into(),
            Operands::Unknown(unknown) => unknown,
        }),
    }
}
