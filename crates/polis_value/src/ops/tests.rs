//! The operations on values of every kind.

use proptest::prelude::*;

use super::*;
use crate::date::CalendarSpan;
use crate::missing::MissingId;
use crate::truth::Truth;

/// Reads `unknown`, a range `1..2`, a number, `true`, `false`, or a date such as `2020-01`.
fn value(text: &str) -> Value {
    let number = |text: &str| text.parse::<Number>().unwrap();
    let end = |text: &str| (!text.is_empty()).then(|| number(text));
    match text {
        "unknown" => unknown(0),
        "true" | "false" => (text == "true").into(),
        _ if text.contains("..") => {
            let (lo, hi) = text.split_once("..").unwrap();
            NumberRange::new(end(lo), end(hi)).unwrap().into()
        }
        _ => match text.parse::<Number>() {
            Ok(number) => number.into(),
            Err(_) => CalendarSpan::parse(text).unwrap().into(),
        },
    }
}

fn unknown(id: u32) -> Value {
    Unknown::missing(MissingId::new(id)).into()
}

fn discretion() -> Value {
    Unknown::discretion().into()
}

type Binary = fn(&Value, &Value) -> Result<Value, EvalOpError>;

fn apply(op: Binary, a: &str, b: &str) -> Value {
    op(&value(a), &value(b)).unwrap()
}

#[test]
fn numbers_and_ranges_mix() {
    assert_eq!(apply(add, "10..15", "1"), value("11..16"));
    assert_eq!(apply(sub, "1", "10..15"), value("-14..-9"));
    assert_eq!(apply(mul, "10..15", "0"), value("0"));
    assert_eq!(apply(div, "1", "2"), value("0.5"));
    assert_eq!(apply(steps, "600", "300..500"), value("1..2"));
    assert_eq!(apply(min, "10..15", "12"), value("10..12"));
    assert_eq!(apply(max, "10..15", "15"), value("15"));
    assert_eq!(neg(&value("1..2")).unwrap(), value("-2..-1"));
    assert_eq!(abs(&value("-2..1")).unwrap(), value("0..2"));
    assert_eq!(floor(&value("1.2..1.7")).unwrap(), value("1"));
    assert_eq!(ceil(&value("1.2")).unwrap(), value("2"));
    assert_eq!(round(&value("1.5")).unwrap(), value("2"));
    assert_eq!(to_digits(&value("1.25"), &value("1"), Rounding::HalfAwayFromZero).unwrap(), value("1.3"));
}

#[test]
fn clamping() {
    let clamped = |a, lo, hi| clamp(&value(a), &value(lo), &value(hi));
    assert_eq!(clamped("7", "1", "5"), Ok(value("5")));
    assert_eq!(clamped("0..9", "1", "5"), Ok(value("1..5")));
    assert_eq!(clamped("2", "1", "..5"), Ok(value("..2")));
    assert_eq!(clamped("2020年", "2020-03", "2020-05-31").unwrap().to_string(), "2020-03-01..2020-05-31");
    let empty = EmptyRange { lo: Number::from(5), hi: Number::from(1) };
    assert_eq!(clamped("7", "5", "1"), Err(empty.into()));
}

#[test]
fn unknown_spreads_with_what_is_missing() {
    let both = Value::from(Unknown::missing(MissingId::new(1)).join(&Unknown::missing(MissingId::new(2))));
    for op in [add, sub, mul, div, steps, min, max, eq, ne, lt, le, gt, ge, within] as [Binary; 14] {
        assert_eq!(op(&unknown(1), &unknown(2)), Ok(both.clone()));
        assert_eq!(op(&unknown(1), &value("0")), Ok(unknown(1)));
        assert_eq!(op(&value("0"), &unknown(2)), Ok(unknown(2)));
    }
    for op in [neg, abs, floor, ceil, round, not, low, high, starts, ends] {
        assert_eq!(op(&unknown(1)), Ok(unknown(1)));
    }
    assert_eq!(range(Some(&unknown(1)), None), Ok(unknown(1)));
    assert_eq!(to_digits(&value("1"), &unknown(1), Rounding::Down), Ok(unknown(1)));
}

#[test]
fn comparisons_with_ranges_are_three_valued() {
    assert_eq!(apply(le, "10..15", "15"), value("true"));
    assert_eq!(apply(lt, "10..15", "15"), discretion());
    assert_eq!(apply(gt, "10..15", "15"), value("false"));
    assert_eq!(apply(ge, "10..15", "10"), value("true"));
    assert_eq!(apply(eq, "10..15", "12"), discretion());
    assert_eq!(apply(ne, "10..15", "16"), value("true"));
    assert_eq!(apply(eq, "1.0", "1"), value("true"));
}

#[test]
fn coarse_dates_compare_as_their_days() {
    assert_eq!(apply(lt, "2019-12-31", "2020-01"), value("true"));
    assert_eq!(apply(lt, "2020-01-15", "2020-01"), discretion());
    assert_eq!(apply(within, "2020-01-15", "2020-01"), value("true"));
    assert_eq!(apply(within, "2020-01", "2020年"), value("true"));
    assert_eq!(apply(within, "2020-01", "2020-01-15"), discretion());
    assert_eq!(apply(eq, "2020-01-15", "2020-02"), value("false"));
    assert_eq!(starts(&value("2020-02")).unwrap(), value("2020-02-01"));
    assert_eq!(ends(&value("2020-02")).unwrap(), value("2020-02-29"));
}

#[test]
fn membership() {
    assert_eq!(apply(within, "15", "10..15"), value("true"));
    assert_eq!(apply(within, "11..17", "10..15"), discretion());
    assert_eq!(apply(within, "16..17", "10..15"), value("false"));
    assert_eq!(apply(within, "5", "5"), value("true"));
    let list = Value::from_iter([value("1..3"), value("5"), unknown(7)]);
    assert_eq!(within(&value("2"), &list), Ok(value("true")));
    assert_eq!(within(&value("5"), &list), Ok(value("true")));
    assert_eq!(within(&value("6"), &list), Ok(unknown(7)));
    assert_eq!(within(&unknown(1), &Value::from_iter([])), Ok(value("false")));
    let levels = Value::from_iter([Value::Enum { ty: 1, index: 0 }, Value::Enum { ty: 1, index: 2 }]);
    assert_eq!(within(&Value::Enum { ty: 1, index: 2 }, &levels), Ok(value("true")));
    assert_eq!(within(&Value::Enum { ty: 1, index: 1 }, &levels), Ok(value("false")));
    assert_eq!(within(&"甲".into(), &Value::from_iter(["乙".into(), "甲".into()])), Ok(value("true")));
}

#[test]
fn equality_of_other_kinds() {
    assert_eq!(eq(&"甲".into(), &"甲".into()), Ok(value("true")));
    assert_eq!(ne(&value("true"), &value("false")), Ok(value("true")));
    let entity = |row| Value::Entity { ty: 0, row };
    assert_eq!(eq(&entity(1), &entity(2)), Ok(value("false")));
    let list = |last: Value| Value::from_iter([value("1"), last]);
    assert_eq!(eq(&list(value("2")), &list(value("2"))), Ok(value("true")));
    assert_eq!(eq(&list(value("2")), &list(unknown(3))), Ok(unknown(3)));
    assert_eq!(eq(&list(value("2")), &Value::from_iter([value("1")])), Ok(value("false")));
}

#[test]
fn and_or_decide_in_spite_of_unknown() {
    assert_eq!(apply(and, "unknown", "false"), value("false"));
    assert_eq!(apply(and, "false", "unknown"), value("false"));
    assert_eq!(apply(and, "true", "unknown"), unknown(0));
    assert_eq!(apply(or, "unknown", "true"), value("true"));
    assert_eq!(apply(or, "false", "unknown"), unknown(0));
    let joined = Value::from(Unknown::missing(MissingId::new(1)).join(&Unknown::discretion()));
    assert_eq!(and(&unknown(1), &discretion()), Ok(joined));
}

#[test]
fn ranges_of_values() {
    assert_eq!(apply(|a, b| range(Some(a), Some(b)), "1", "5"), value("1..5"));
    assert_eq!(apply(|a, b| range(Some(a), Some(b)), "5", "5"), value("5"));
    assert_eq!(apply(|a, b| range(Some(a), Some(b)), "1..2", "5..6"), value("1..6"));
    assert_eq!(range(None, Some(&value("7"))), Ok(value("..7")));
    assert_eq!(range(Some(&value("4")), None), Ok(value("4..")));
    assert_eq!(range(Some(&value("2020-01")), None).unwrap().to_string(), "2020-01-01..");
    let backwards = range(Some(&value("2020-02")), Some(&value("2020-01-31")));
    assert_eq!(backwards.unwrap_err().to_string(), "the range 2020-02-01..2020-01-31 is empty");
}

#[test]
fn ends_of_ranges() {
    assert_eq!(low(&value("1..2")), Ok(value("1")));
    assert_eq!(high(&value("1..2")), Ok(value("2")));
    assert_eq!(high(&value("7")), Ok(value("7")));
    assert_eq!(high(&value("1..")), Err(EvalOpError::Unbounded { op: "high" }));
}

#[test]
fn wrong_types_are_errors() {
    let message = |result: Result<Value, EvalOpError>| result.unwrap_err().to_string();
    assert_eq!(message(add(&value("1"), &"甲".into())), "`+` is not defined for a number and a text");
    assert_eq!(message(add(&value("2020-01-01"), &value("2020-01-01"))), "`+` is not defined for a date and a date");
    assert_eq!(message(lt(&"甲".into(), &"乙".into())), "`<` is not defined for a text and a text");
    assert_eq!(message(and(&value("1"), &value("true"))), "`and` is not defined for a number and a truth");
    assert_eq!(message(neg(&value("true"))), "`-` is not defined for a truth");
    let (rating, level) = (Value::Enum { ty: 0, index: 1 }, Value::Enum { ty: 1, index: 1 });
    assert!(matches!(eq(&rating, &level), Err(EvalOpError::Mismatch { .. })));
    assert_eq!(message(div(&value("1"), &value("0"))), "division by zero");
}

fn truth() -> impl Strategy<Value = Value> {
    prop_oneof![any::<bool>().prop_map(Value::Bool), (0_u32..3).prop_map(unknown), Just(discretion())]
}

/// A number or range, and a number that it may be.
fn choice() -> impl Strategy<Value = (Value, Number)> {
    (-20_i64..20, 0_i64..5, 0_i64..5).prop_map(|(lo, up, more)| {
        let range = NumberRange::new(Some(lo.into()), Some((lo + up + more).into())).unwrap();
        (range.into(), Number::from(lo + up))
    })
}

proptest! {
    #[test]
    fn logic_agrees_with_kleene(a in truth(), b in truth()) {
        let truth = |value: Result<Value, EvalOpError>| value.unwrap().as_truth().unwrap();
        let (x, y) = (a.as_truth().unwrap(), b.as_truth().unwrap());
        prop_assert_eq!(truth(and(&a, &b)), x.and(y));
        prop_assert_eq!(truth(or(&a, &b)), x.or(y));
        prop_assert_eq!(truth(not(&a)), x.not());
        prop_assert_eq!(not(&and(&a, &b).unwrap()), or(&not(&a).unwrap(), &not(&b).unwrap()));
    }

    #[test]
    fn a_comparison_holds_for_what_is_chosen((a, x) in choice(), (b, y) in choice()) {
        for (op, holds) in [
            (eq as Binary, x == y), (ne, x != y), (lt, x < y), (le, x <= y), (gt, x > y), (ge, x >= y),
        ] {
            let truth = op(&a, &b).unwrap().as_truth().unwrap();
            prop_assert!(truth == Truth::Unknown || truth == Truth::from(holds));
        }
    }
}
