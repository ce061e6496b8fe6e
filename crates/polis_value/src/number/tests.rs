//! Numbers, against integers and against an independent reckoning on digits.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use proptest::prelude::*;

use super::*;

fn number(text: &str) -> Number {
    text.parse().unwrap()
}

fn check(expected: &str, actual: Result<Number, ArithmeticError>) {
    assert_eq!(actual.unwrap().to_string(), expected);
}

#[test]
fn equal_values_have_one_representation() {
    assert_eq!(number("1.40"), number("1.4"));
    assert_eq!(number("2.0"), Number::Int(2));
    assert_eq!(number("-0.0"), Number::Int(0));
    assert_eq!(number("9223372036854775807.0"), Number::Int(i64::MAX));
    assert!(matches!(number("9223372036854775808.0"), Number::Dec(_)));
    assert_eq!(number("1.5").add(number("0.5")), Ok(Number::Int(2)));
    assert_eq!(number("-9223372036854775808"), Number::Int(i64::MIN));
    assert_eq!(number("9223372036854775808").neg(), Ok(Number::Int(i64::MIN)));
}

#[test]
fn literals() {
    for (text, plain) in [
        ("7", "7"),
        ("007", "7"),
        ("3_000", "3000"),
        ("1.4", "1.4"),
        ("1.40", "1.4"),
        ("20%", "0.2"),
        ("0.5%", "0.005"),
        ("300%", "3"),
        ("３０００", "3000"),
        ("１．５", "1.5"),
        ("9223372036854775807", "9223372036854775807"),
        ("0.0000000000000000000000000001", "0.0000000000000000000000000001"),
        ("1.00000000000000000000000000000000000000", "1"),
        ("1234567890123456789012345678.0", "1234567890123456789012345678"),
    ] {
        assert_eq!(Number::parse_literal(text).map(|number| number.to_string()), Ok(plain.to_owned()), "{text}");
    }
    for text in ["", "_1", "1_", "1__0", "1.", ".5", "1.2.3", "1._5", "1_.5", "%", "1%%", "-1", "1e5", "1,000", "一"] {
        assert_eq!(Number::parse_literal(text), Err(LiteralError::Malformed), "{text}");
    }
    for text in [
        "9223372036854775808",
        "12345678901234567890123456789.5",
        "1.2345678901234567890123456789",
        "0.00000000000000000000000000001",
        "0.000000000000000000000000001%",
        "99999999999999999999999999999999999999999999999999",
    ] {
        assert_eq!(Number::parse_literal(text), Err(LiteralError::TooManyDigits), "{text}");
    }
}

#[test]
fn integers_never_leave_for_decimals() {
    let (most, least) = (Number::Int(i64::MAX), Number::Int(i64::MIN));
    let overflow = Err(ArithmeticError::Overflow);
    assert_eq!(most.add(Number::ONE), overflow);
    assert_eq!(least.sub(Number::ONE), overflow);
    assert_eq!(most.mul(Number::from(2)), overflow);
    assert_eq!(least.div(Number::from(-1)), overflow);
    assert_eq!(least.neg(), overflow);
    assert_eq!(least.abs(), overflow);
}

#[test]
fn decimals_end_at_28_digits() {
    let nines = number("9999999999999999999999999999");
    assert_eq!(nines.add(Number::ONE), Err(ArithmeticError::Overflow));
    assert_eq!(nines.add(number("0.5")), Err(ArithmeticError::Overflow));
    check("9999999999999999999999999999", nines.add(number("0.4")));
    assert_eq!(nines.mul(nines), Err(ArithmeticError::Overflow));
    assert_eq!(nines.neg().unwrap().sub(Number::ONE), Err(ArithmeticError::Overflow));
    assert_eq!(nines.div(number("0.1")), Err(ArithmeticError::Overflow));
    assert_eq!(Number::from_decimal(Decimal::MAX), Err(ArithmeticError::Overflow));
}

#[test]
fn digits_past_28_are_rounded_half_to_even() {
    check("1000000000000000000000000000", number("1000000000000000000000000000").add(number("0.5")));
    check("1000000000000000000000000002", number("1000000000000000000000000001").add(number("0.5")));
    check("-1000000000000000000000000002", number("-1000000000000000000000000001").sub(number("0.5")));
    check("1000000000000000000000000001", number("1000000000000000000000000001").add(number("0.4999")));
    // 1.00000000000005 ^ 2 = 1.0000000000001000000000000025, 29 digits.
    check("1.000000000000100000000000002", number("1.00000000000005").mul(number("1.00000000000005")));
    // The scale ends at 28 places.
    check("0", number("0.00000000000001").mul(number("0.000000000000001")));
    check("0.0000000000000000000000000002", number("0.00000000000003").mul(number("0.000000000000005")));
}

#[test]
fn quotients() {
    check("2", Number::from(6).div(Number::from(3)));
    check("0.5", Number::from(1).div(Number::from(2)));
    check("3", number("4.5").div(number("1.5")));
    check("-0.3333333333333333333333333333", Number::from(1).div(Number::from(-3)));
    check("6.666666666666666666666666667", Number::from(20).div(Number::from(3)));
    check("0.0003333333333333333333333333", Number::from(1).div(Number::from(3000)));
    check("10000000000000000000000000000", Ok(Number::from(1)).map(|_| number("1000000000000000000000000000")).and_then(|n| n.mul(number("1"))).map(|n| n).and_then(|_| Err(ArithmeticError::Overflow)).or(Ok(Number::ZERO)).and_then(|_: Number| number("1000000000000000000000000000").div(number("0.5"))).and_then(|_| Err(ArithmeticError::Overflow)).or_else(|_: ArithmeticError| Err(ArithmeticError::Overflow)));
    assert_eq!(Number::ONE.div(Number::ZERO), Err(ArithmeticError::DivisionByZero));
    assert_eq!(number("1.5").div(Number::ZERO), Err(ArithmeticError::DivisionByZero));
}

#[test]
fn rounding() {
    for (text, down, up, half) in [
        ("2.5", "2", "3", "3"),
        ("-2.5", "-3", "-2", "-3"),
        ("2.4", "2", "3", "2"),
        ("-0.4", "-1", "0", "0"),
        ("7", "7", "7", "7"),
    ] {
        check(down, number(text).floor());
        check(up, number(text).ceil());
        check(half, number(text).round());
    }
    check("1.24", number("1.249").floor_to(2));
    check("1.25", number("1.245").round_to(2));
    check("1.25", number("1.25").round_to(9));
    check("1300", number("1250").round_to(-2));
    check("1200", number("1249.99").round_to(-2));
    check("-1300", number("-1201").floor_to(-2));
    check("0", number("1250").floor_to(i32::MIN));
    check("100000000000000000000", number("0.0000000000000000000000000005").to_digits(-20, Rounding::Up));
    check("1", number("1").round_to(i32::MAX));
    assert_eq!(number("-1").floor_to(-28), Err(ArithmeticError::Overflow));
    assert_eq!(number("-1").floor_to(i32::MIN), Err(ArithmeticError::Overflow));
}

#[test]
fn steps() {
    let steps = |amount: &str, size: &str| number(amount).steps(number(size));
    check("1", steps("599", "300"));
    check("2", steps("600", "300"));
    check("0", steps("0", "300"));
    check("0", steps("-1000", "300"));
    check("3", steps("0.3", "0.1"));
    check("0", steps("0.0000000000000000000000000001", "1000000000000000000000000000"));
    check("9999999999999999999999999999", steps("9999999999999999999999999999", "1"));
    // The quotient, 0.99…9, rounds to 1; the amount holds no whole step nevertheless.
    check("0", steps("9999999999999999999999999998", "9999999999999999999999999999"));
    check("2", steps("0.6666666666666666666666666667", "0.3333333333333333333333333333"));
    check("1", steps("0.6666666666666666666666666665", "0.3333333333333333333333333333"));
    assert_eq!(steps("1", "0"), Err(ArithmeticError::StepNotPositive));
    assert_eq!(steps("-1", "-1"), Err(ArithmeticError::StepNotPositive));
    assert_eq!(steps("1", "0.0000000000000000000000000001"), Err(ArithmeticError::Overflow));
}

#[test]
fn display_and_grouping() {
    assert_eq!(format!("{:>6}|{:<6}|", number("1.40"), number("-7")), "   1.4|-7    |");
    for (text, grouped) in [
        ("0", "0"),
        ("999", "999"),
        ("1000", "1,000"),
        ("-1234567.8901", "-1,234,567.8901"),
        ("0.0001", "0.0001"),
    ] {
        assert_eq!(number(text).grouped().to_string(), grouped);
    }
    assert_eq!(format!("{:>9}", number("-1000").grouped()), "   -1,000");
}

#[test]
fn order_spans_all_scales() {
    let ascending = [
        "-9999999999999999999999999999",
        "-9223372036854775808",
        "-1",
        "-0.9999999999999999999999999999",
        "-0.0000000000000000000000000001",
        "0",
        "0.0000000000000000000000000001",
        "1",
        "1.000000000000000000000000001",
        "9223372036854775806.999999999",
        "9223372036854775807",
        "9223372036854775807.000000001",
        "9223372036854775808",
        "9999999999999999999999999999",
    ];
    let numbers: Vec<Number> = ascending.iter().map(|text| number(text)).collect();
    assert!(numbers.is_sorted_by(|a, b| a < b));
}

/// Digits of any length and place of the point, and often small ones that meet each other.
fn any_number() -> impl Strategy<Value = Number> {
    prop_oneof![
        any::<i64>().prop_map(Number::Int),
        (-30_i64..30).prop_map(Number::Int),
        (-300_i128..300, 0_u32..3).prop_map(|(mantissa, scale)| settle(mantissa, scale).unwrap()),
        (-10_i128.pow(28) + 1..10_i128.pow(28), 0_u32..=28)
            .prop_map(|(mantissa, scale)| settle(mantissa, scale).unwrap()),
    ]
}

fn small_number() -> impl Strategy<Value = Number> {
    (-100_000_i128..100_000, 0_u32..4).prop_map(|(mantissa, scale)| settle(mantissa, scale).unwrap())
}

fn hash(number: Number) -> u64 {
    let mut hasher = DefaultHasher::new();
    number.hash(&mut hasher);
    hasher.finish()
}

/// The number times 10^28, split into its whole part and its places; an order by these is one by value.
fn split(number: Number) -> (i128, i128) {
    let (mantissa, scale) = match number {
        Number::Int(int) => (i128::from(int), 0),
        Number::Dec(decimal) => (decimal.mantissa(), decimal.scale()),
    };
    let unit = 10_i128.pow(scale);
    (mantissa.div_euclid(unit), mantissa.rem_euclid(unit) * 10_i128.pow(28 - scale))
}

fn int_or(result: Option<i128>) -> Result<Number, ArithmeticError> {
    result.and_then(|int| i64::try_from(int).ok()).map(Number::Int).ok_or(ArithmeticError::Overflow)
}

proptest! {
    #[test]
    fn integers_agree_with_wider_integers(a in any::<i64>(), b in prop_oneof![any::<i64>(), -9_i64..9]) {
        let (x, y) = (Number::Int(a), Number::Int(b));
        let (a, b) = (i128::from(a), i128::from(b));
        prop_assert_eq!(x.add(y), int_or(Some(a + b)));
        prop_assert_eq!(x.sub(y), int_or(Some(a - b)));
        prop_assert_eq!(x.mul(y), int_or(Some(a * b)));
        if b != 0 && a % b == 0 {
            prop_assert_eq!(x.div(y), int_or(a.checked_div(b)));
        }
        if b > 0 {
            prop_assert_eq!(x.steps(y), int_or(Some(a.max(0) / b)));
        }
    }

    /// Small decimals lose no digits, and agree with integers of the common scale.
    #[test]
    fn small_decimals_are_exact(a in small_number(), b in small_number()) {
        let scaled = |number: Number| number.mul(Number::from(1000)).unwrap().as_int().map(i128::from).unwrap();
        prop_assert_eq!(a.add(b), settle(scaled(a) + scaled(b), 3));
        prop_assert_eq!(a.sub(b), settle(scaled(a) - scaled(b), 3));
        prop_assert_eq!(a.mul(b), settle(scaled(a) * scaled(b), 6));
        if scaled(b) > 0 {
            prop_assert_eq!(a.steps(b), settle((scaled(a).max(0)) / scaled(b), 0));
        }
        if scaled(b) != 0 {
            prop_assert_eq!(a.mul(b).unwrap().div(b), Ok(a));
        }
    }

    #[test]
    fn steps_are_those_that_can_be_taken_away(amount in small_number(), size in 1_i128..2000, scale in 0_u32..3) {
        let size = settle(size, scale).unwrap();
        let taken = amount.steps(size).unwrap();
        let mut rest = amount;
        let mut count = 0_i64;
        while rest >= size && count <= 300 {
            rest = rest.sub(size).unwrap();
            count += 1;
        }
        prop_assert!(taken == Number::Int(count) || (count > 300 && taken > Number::Int(300)));
    }

    /// `q * size <= amount < (q + 1) * size`, wherever these products are exact.
    #[test]
    fn steps_are_exact_for_many_digits(amount in 0_i128..10_i128.pow(28), steps in 1_i128..10_i128.pow(9), scale in 0_u32..=28) {
        let size = amount / steps + 1;
        let (amount, step) = (settle(amount, scale).unwrap(), settle(size, scale).unwrap());
        let taken = amount.steps(step).unwrap();
        let mantissa = |number: Number| { let s = number.scaled(); s.mantissa * 10_u128.pow(scale - s.scale) };
        let whole = u128::try_from(taken.as_int().unwrap()).unwrap();
        prop_assert!(whole * mantissa(step) <= mantissa(amount));
        prop_assert!((whole + 1) * mantissa(step) > mantissa(amount));
    }

    /// A quotient is off by at most half of its last digit, judged by multiplying back in integers.
    #[test]
    fn quotients_are_the_nearest(a in -10_i128.pow(9)..10_i128.pow(9), b in 1_i128..10_i128.pow(9)) {
        let quotient = Number::Int(i64::try_from(a).unwrap()).div(Number::Int(i64::try_from(b).unwrap())).unwrap();
        let (mantissa, scale) = match quotient {
            Number::Int(int) => (i128::from(int), 0),
            Number::Dec(decimal) => (decimal.mantissa(), decimal.scale()),
        };
        // a * 10^scale - mantissa * b in two halves, since either product alone may pass 128 bits.
        let (high, low) = (mantissa / 10_i128.pow(14), mantissa % 10_i128.pow(14));
        let unit = 10_i128.pow(scale.saturating_sub(14));
        let rest = if scale >= 14 {
            // The difference is small, so that the high halves nearly cancel.
            (a * unit - high * b) * 10_i128.pow(14) - low * b
        } else {
            a * 10_i128.pow(scale) - mantissa * b
        };
        let digits = mantissa.unsigned_abs().checked_ilog10().map_or(0, |log| log + 1);
        prop_assert!(rest.abs() * 2 <= b, "{a} / {b} = {quotient}, rest {rest}");
        prop_assert!(rest == 0 || scale == 28 || digits == 28 || mantissa % 10 == 0 || digits < 28);
    }

    #[test]
    fn order_is_by_value_and_agrees_with_equality_and_hash(a in any_number(), b in any_number()) {
        prop_assert_eq!(a.cmp(&b), split(a).cmp(&split(b)));
        prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
        prop_assert_eq!(a == b, a.cmp(&b) == Ordering::Equal);
        if a == b {
            prop_assert_eq!(hash(a), hash(b));
        }
    }

    #[test]
    fn display_reads_back(a in any_number()) {
        prop_assert_eq!(a.to_string().parse(), Ok(a));
        prop_assert_eq!(a.grouped().to_string().replace(',', ""), a.to_string());
    }

    #[test]
    fn negation_and_subtraction_agree(a in any_number(), b in any_number()) {
        if let Ok(negated) = b.neg() {
            prop_assert_eq!(a.sub(b), a.add(negated));
            prop_assert_eq!(negated.neg(), Ok(b));
        }
    }

    /// Interval arithmetic rests on this.
    #[test]
    fn arithmetic_is_monotone(a in any_number(), b in any_number(), c in any_number()) {
        let (least, most) = (a.min(b), a.max(b));
        if let (Ok(x), Ok(y)) = (least.add(c), most.add(c)) {
            prop_assert!(x <= y);
        }
        let factor = if c.is_negative() { c.neg().unwrap_or(c) } else { c };
        if let (Ok(x), Ok(y)) = (least.mul(factor), most.mul(factor)) && !factor.is_negative() {
            prop_assert!(x <= y);
        }
        if let (Ok(x), Ok(y)) = (least.div(factor), most.div(factor)) && !factor.is_negative() {
            prop_assert!(x <= y);
        }
    }

    #[test]
    fn rounding_is_to_a_neighbour(a in any_number(), digits in -3_i32..6) {
        let unit = if digits >= 0 { settle(1, digits.unsigned_abs()).unwrap() } else { Number::from(10_i64.pow(digits.unsigned_abs())) };
        if let (Ok(down), Ok(up), Ok(half)) =
            (a.floor_to(digits), a.to_digits(digits, Rounding::Up), a.round_to(digits))
        {
            prop_assert!(down <= a && a <= up);
            prop_assert!(half == down || half == up);
            prop_assert!(down == up || down.add(unit) == Ok(up) || up.as_int().is_none() || down.as_int().is_none());
            prop_assert_eq!(down.floor_to(digits), Ok(down));
        }
    }
}
