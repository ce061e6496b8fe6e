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
    // Rounding twice would give 2 by way of 1.5.
    check("1000000000000000000000000001", number("1000000000000000000000000001").add(number("0.49")));
    // What lies past the half counts, however far out it is.
    let past_half = number("0.5000000000000000000000000001");
    check("1000000000000000000000000001", number("1000000000000000000000000000").add(past_half));
    check("1000000000000000000000000001", number("1000000000000000000000000002").sub(past_half));
    // 1500000000000000000000000002.500000000000000000000000001
    check(
        "1500000000000000000000000003",
        number("1000000000000000000000000001").mul(number("1.500000000000000000000000001")),
    );
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
fn display_is_padded() {
    assert_eq!(format!("{:>6}|{:<6}|", number("1.40"), number("-7")), "   1.4|-7    |");
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

/// A decimal of any length, reckoned with one digit at a time as on paper: the reference for the arithmetic.
#[derive(Clone, Debug)]
struct Long {
    negative: bool,
    /// The last digit first.
    digits: Vec<u8>,
    scale: u32,
}

impl Long {
    /// Places and digits enough for any sum or product here, so that magnitudes compare as lists, the first digit first.
    fn magnitude(&self) -> Vec<u8> {
        let mut digits = vec![0; 90 - self.scale as usize];
        digits.extend(&self.digits);
        digits.resize(200, 0);
        digits.reverse();
        digits
    }

    fn add(&self, other: &Long, subtract: bool) -> Long {
        let (a, b) = (self.magnitude(), other.magnitude());
        let other_negative = other.negative != subtract;
        let (large, small, negative) = if a >= b { (a, b, self.negative) } else { (b, a, other_negative) };
        let sign = if self.negative == other_negative { 1 } else { -1 };
        let mut carry = 0;
        let mut digits = Vec::new();
        for (x, y) in large.iter().rev().zip(small.iter().rev()) {
            let digit = i16::from(*x) + sign * i16::from(*y) + carry;
            carry = digit.div_euclid(10);
            digits.push(u8::try_from(digit.rem_euclid(10)).unwrap());
        }
        Long { negative, digits, scale: 90 }
    }

    fn mul(&self, other: &Long) -> Long {
        let mut cells = vec![0_u32; self.digits.len() + other.digits.len() + 1];
        for (i, x) in self.digits.iter().enumerate() {
            for (j, y) in other.digits.iter().enumerate() {
                cells[i + j] += u32::from(*x) * u32::from(*y);
            }
        }
        let mut carry = 0;
        let mut digits = Vec::new();
        for cell in cells {
            let value = cell + carry;
            carry = value / 10;
            digits.push(u8::try_from(value % 10).unwrap());
        }
        Long { negative: self.negative != other.negative, digits, scale: self.scale + other.scale }
    }
}

fn long(number: Number) -> Long {
    let Scaled { mantissa, scale } = number.scaled();
    let digits = mantissa.to_string().bytes().rev().map(|digit| digit - b'0').collect();
    Long { negative: number.is_negative(), digits, scale }
}

/// Rounds half to even to 28 significant digits and 28 places.
fn reckon(long: Long) -> Result<Number, ArithmeticError> {
    let mut digits = long.digits;
    while digits.last() == Some(&0) {
        digits.pop();
    }
    let significant = u32::try_from(digits.len()).unwrap().saturating_sub(28);
    let surplus = significant.max(long.scale.saturating_sub(28));
    if surplus > long.scale {
        return Err(ArithmeticError::Overflow);
    }
    let surplus = surplus as usize;
    digits.resize(digits.len().max(surplus), 0);
    let (dropped, kept) = digits.split_at(surplus);
    let mut mantissa = kept.iter().rev().fold(0_i128, |mantissa, digit| mantissa * 10 + i128::from(*digit));
    if let Some((first, rest)) = dropped.split_last() {
        let past_half = *first > 5 || (*first == 5 && rest.iter().any(|digit| *digit > 0));
        mantissa += i128::from(past_half || (*first == 5 && mantissa % 2 == 1));
    }
    let mut scale = long.scale - u32::try_from(surplus).unwrap();
    while scale > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    let text = Decimal::try_from_i128_with_scale(mantissa, scale).unwrap().to_string();
    let sign = if long.negative && mantissa != 0 { "-" } else { "" };
    format!("{sign}{text}").parse().map_err(|_| ArithmeticError::Overflow)
}

/// Where two integers leave 64 bits, what a decimal would be; elsewhere the operation itself.
fn decimals_only(
    a: Number,
    b: Number,
    operation: fn(Number, Number) -> Result<Number, ArithmeticError>,
) -> Result<Number, ArithmeticError> {
    match (a, b, operation(a, b)) {
        (Number::Int(_), Number::Int(_), Err(ArithmeticError::Overflow)) => {
            operation(Number::Dec(a.to_decimal()), Number::Dec(b.to_decimal()))
        }
        (_, _, result) => result,
    }
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

    #[test]
    fn sums_products_and_quotients_are_the_nearest(a in any_number(), b in any_number()) {
        let (x, y) = (long(a), long(b));
        prop_assert_eq!(decimals_only(a, b, Number::add), reckon(x.add(&y, false)));
        prop_assert_eq!(decimals_only(a, b, Number::sub), reckon(x.add(&y, true)));
        prop_assert_eq!(decimals_only(a, b, Number::mul), reckon(x.mul(&y)));
        if !b.is_zero() {
            // The quotient q is the nearest if |a - q * b| <= half of its last place * |b|; half to even is left to examples.
            if let Ok(quotient) = decimals_only(a, b, Number::div) {
                let places = 28 - quotient.scaled().mantissa.checked_ilog10().map_or(0, |log| log + 1).min(28);
                let last = quotient.scaled().scale + places;
                let rest = x.add(&long(quotient).mul(&y), true);
                let half = Long { negative: false, digits: vec![5], scale: last.min(28) + 1 };
                prop_assert!(rest.magnitude() <= half.mul(&y).magnitude(), "{a} / {b} = {quotient}");
            }
        }
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
