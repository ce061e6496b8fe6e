//! Interval arithmetic: what a number may be when the authority chooses within ranges.

use crate::number::{ArithmeticError, Number, Rounding};
use crate::range::Range;

/// A range of numbers.
///
/// The arithmetic takes every choice within the operands and returns the least range that holds all results. Two
/// operands are chosen independently of each other, so `x - x` of a range is not 0. Number arithmetic rounds
/// monotonically, so that the result of every choice lies in the range even where digits are rounded off.
///
/// # Examples
///
/// ```
/// use polis_value::{Number, NumberRange};
///
/// let range = |lo: i64, hi: i64| NumberRange::new(Some(lo.into()), Some(hi.into())).unwrap();
/// let extra = NumberRange::point(Number::from(600)).steps(&range(300, 500)).unwrap();
/// assert_eq!(range(10, 15).add(&extra).unwrap(), range(11, 17));
/// ```
pub type NumberRange = Range<Number>;

/// An end of a range, so that unbounded ends can be reckoned with. The order of the variants is their order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Below,
    At(Number),
    Above,
}

impl NumberRange {
    /// Every sum.
    ///
    /// # Errors
    ///
    /// As [`Number::add`] of the ends.
    pub fn add(&self, other: &NumberRange) -> Result<NumberRange, ArithmeticError> {
        Ok(Range { lo: ends(self.lo, other.lo, Number::add)?, hi: ends(self.hi, other.hi, Number::add)? })
    }

    /// Every difference.
    ///
    /// # Errors
    ///
    /// As [`Number::sub`] of the ends.
    pub fn sub(&self, other: &NumberRange) -> Result<NumberRange, ArithmeticError> {
        Ok(Range { lo: ends(self.lo, other.hi, Number::sub)?, hi: ends(self.hi, other.lo, Number::sub)? })
    }

    /// Every product.
    ///
    /// # Errors
    ///
    /// As [`Number::mul`] of the ends.
    pub fn mul(&self, other: &NumberRange) -> Result<NumberRange, ArithmeticError> {
        self.corners(other, End::times)
    }

    /// Every quotient. Where a quotient only approaches 0, as 1 by an ever greater divisor does, the range includes 0.
    ///
    /// # Errors
    ///
    /// [`ArithmeticError::DivisionByZero`] if `other` contains 0, otherwise as [`Number::div`] of the ends.
    pub fn div(&self, other: &NumberRange) -> Result<NumberRange, ArithmeticError> {
        if other.contains(Number::ZERO) {
            return Err(ArithmeticError::DivisionByZero);
        }
        self.corners(other, End::over)
    }

    /// Every number with the opposite sign.
    ///
    /// # Errors
    ///
    /// As [`Number::neg`] of the ends.
    pub fn neg(&self) -> Result<NumberRange, ArithmeticError> {
        Ok(Range { lo: self.hi.map(Number::neg).transpose()?, hi: self.lo.map(Number::neg).transpose()? })
    }

    /// Every number without its sign.
    ///
    /// # Errors
    ///
    /// As [`Number::abs`] of the ends.
    pub fn abs(&self) -> Result<NumberRange, ArithmeticError> {
        if self.lo.is_some_and(|lo| lo >= Number::ZERO) {
            return Ok(*self);
        }
        let mirrored = self.neg()?;
        if self.hi.is_some_and(|hi| hi <= Number::ZERO) {
            return Ok(mirrored);
        }
        Ok(Range { lo: Some(Number::ZERO), hi: self.hi.zip(mirrored.hi).map(|(above, below)| above.max(below)) })
    }

    /// The range from the floor of the lower to the floor of the upper end.
    ///
    /// # Errors
    ///
    /// As [`Number::to_digits`] of the ends.
    pub fn floor(&self) -> Result<NumberRange, ArithmeticError> {
        self.to_digits(0, Rounding::Down)
    }

    /// The range from the ceiling of the lower to the ceiling of the upper end.
    ///
    /// # Errors
    ///
    /// As [`Number::to_digits`] of the ends.
    pub fn ceil(&self) -> Result<NumberRange, ArithmeticError> {
        self.to_digits(0, Rounding::Up)
    }

    /// The range between the rounded ends, halves away from zero.
    ///
    /// # Errors
    ///
    /// As [`Number::to_digits`] of the ends.
    pub fn round(&self) -> Result<NumberRange, ArithmeticError> {
        self.to_digits(0, Rounding::HalfAwayFromZero)
    }

    /// The range between the ends rounded to so many digits after the point; see [`Number::to_digits`].
    ///
    /// # Errors
    ///
    /// As [`Number::to_digits`] of the ends.
    pub fn to_digits(&self, digits: i32, rounding: Rounding) -> Result<NumberRange, ArithmeticError> {
        let round = |end: Option<Number>| end.map(|end| end.to_digits(digits, rounding)).transpose();
        Ok(Range { lo: round(self.lo)?, hi: round(self.hi)? })
    }

    /// How many whole steps an amount of this range holds: from the least amount in the largest steps to the greatest
    /// amount in the smallest steps. Never below 0, and unbounded only if the amount is.
    ///
    /// # Errors
    ///
    /// [`ArithmeticError::StepNotPositive`] unless every size is above zero, otherwise as [`Number::steps`].
    pub fn steps(&self, size: &NumberRange) -> Result<NumberRange, ArithmeticError> {
        let smallest = size.lo.filter(|lo| *lo > Number::ZERO).ok_or(ArithmeticError::StepNotPositive)?;
        let least = match (self.lo, size.hi) {
            (Some(amount), Some(largest)) => amount.steps(largest)?,
            // A boundless debt and a boundless step both leave no whole step.
            _ => Number::ZERO,
        };
        let most = self.hi.map(|amount| amount.steps(smallest)).transpose()?;
        Ok(Range { lo: Some(least), hi: most })
    }

    /// The range of an operation that is monotone in each operand: its extremes lie where ends meet ends.
    fn corners(
        &self,
        other: &NumberRange,
        operation: impl Fn(End, End) -> Result<End, ArithmeticError>,
    ) -> Result<NumberRange, ArithmeticError> {
        let (lo, hi) = (End::lower(self.lo), End::upper(self.hi));
        let (other_lo, other_hi) = (End::lower(other.lo), End::upper(other.hi));
        let first = operation(lo, other_lo)?;
        let (mut least, mut most) = (first, first);
        for (a, b) in [(lo, other_hi), (hi, other_lo), (hi, other_hi)] {
            let corner = operation(a, b)?;
            least = least.min(corner);
            most = most.max(corner);
        }
        Ok(Range { lo: least.finite(), hi: most.finite() })
    }
}

impl End {
    fn lower(lo: Option<Number>) -> End {
        lo.map_or(End::Below, End::At)
    }

    fn upper(hi: Option<Number>) -> End {
        hi.map_or(End::Above, End::At)
    }

    fn finite(self) -> Option<Number> {
        match self {
            End::At(number) => Some(number),
            End::Below | End::Above => None,
        }
    }

    fn infinite(negative: bool) -> End {
        if negative { End::Below } else { End::Above }
    }

    fn is_negative(self) -> bool {
        self < End::At(Number::ZERO)
    }

    /// The product of two ends; that of 0 and an infinite end is 0, since it is 0 for every number on the way there.
    fn times(self, other: End) -> Result<End, ArithmeticError> {
        match (self, other) {
            (End::At(a), End::At(b)) => a.mul(b).map(End::At),
            (End::At(number), _) | (_, End::At(number)) if number.is_zero() => Ok(End::At(Number::ZERO)),
            _ => Ok(End::infinite(self.is_negative() != other.is_negative())),
        }
    }

    /// The quotient of two ends, with a divisor that is not 0.
    fn over(self, other: End) -> Result<End, ArithmeticError> {
        match (self, other) {
            (End::At(a), End::At(b)) => a.div(b).map(End::At),
            // Of two infinite ends too: a fixed dividend by the growing divisor approaches 0, and the growing dividend
            // by a fixed divisor is another corner.
            (_, End::Below | End::Above) => Ok(End::At(Number::ZERO)),
            (End::Below | End::Above, End::At(_)) => Ok(End::infinite(self.is_negative() != other.is_negative())),
        }
    }
}

/// The end that two ends make, unbounded if either is.
#[inline]
fn ends(
    a: Option<Number>,
    b: Option<Number>,
    operation: impl Fn(Number, Number) -> Result<Number, ArithmeticError>,
) -> Result<Option<Number>, ArithmeticError> {
    match (a, b) {
        (Some(a), Some(b)) => Ok(Some(operation(a, b)?)),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Reads `2..5`, `..7`, `4..`, `..`, or a single number.
    fn range(text: &str) -> NumberRange {
        let end = |text: &str| (!text.is_empty()).then(|| text.parse::<Number>().unwrap());
        match text.split_once("..") {
            Some((lo, hi)) => Range::new(end(lo), end(hi)).unwrap(),
            None => Range::point(end(text).unwrap()),
        }
    }

    fn check(expected: &str, actual: Result<NumberRange, ArithmeticError>) {
        assert_eq!(actual.unwrap(), range(expected));
    }

    #[test]
    fn sums_and_differences() {
        check("11..17", range("10..15").add(&range("1..2")));
        check("11..", range("10..15").add(&range("1..")));
        check("8..14", range("10..15").sub(&range("1..2")));
        check("..14", range("10..15").sub(&range("1..")));
        check("-15..-10", range("10..15").neg());
        check("..-10", range("10..").neg());
    }

    #[test]
    fn products() {
        check("-10..15", range("-2..3").mul(&range("4..5")));
        check("-12..15", range("-2..3").mul(&range("-4..5")));
        check("0..", range("0..").mul(&range("4..5")));
        check("..", range("-1..").mul(&range("4..")));
        check("-5..", range("-1..").mul(&range("4..5")));
        check("6..", range("..-2").mul(&range("..-3")));
        check("0", range("..").mul(&range("0")));
    }

    #[test]
    fn quotients() {
        check("2..5", range("20").div(&range("4..10")));
        check("-5..5", range("-20..20").div(&range("4..10")));
        check("0..5", range("20").div(&range("4..")));
        check("0..", range("20..").div(&range("4..")));
        check("..", range("..").div(&range("4..")));
        check("..-2", range("20..").div(&range("-10..-4")));
        for divisor in ["0", "-1..1", "0..", "..0", ".."] {
            assert_eq!(range("1").div(&range(divisor)), Err(ArithmeticError::DivisionByZero), "{divisor}");
        }
    }

    #[test]
    fn magnitudes_and_rounding() {
        check("2..3", range("2..3").abs());
        check("2..3", range("-3..-2").abs());
        check("0..3", range("-3..2").abs());
        check("2..", range("..-2").abs());
        check("0..", range("..2").abs());
        check("1..2", range("1.5..2.5").floor());
        check("2..3", range("1.5..2.5").ceil());
        check("-3..3", range("-2.5..2.5").round());
        check("1.6..", range("1.55..").to_digits(1, Rounding::HalfAwayFromZero));
    }

    #[test]
    fn steps() {
        check("1..2", range("600").steps(&range("300..500")));
        check("0..2", range("-1..600").steps(&range("300..500")));
        check("0", range("..-1").steps(&range("300..")));
        check("0..", range("600..").steps(&range("300..")));
        check("2..", range("600..").steps(&range("300")));
        for size in ["0", "-1..5", "0..5", "..5", ".."] {
            assert_eq!(range("600").steps(&range(size)), Err(ArithmeticError::StepNotPositive), "{size}");
        }
    }

    #[test]
    fn overflow_is_reported() {
        let most = Range::point(Number::Int(i64::MAX));
        assert_eq!(most.add(&range("0..1")), Err(ArithmeticError::Overflow));
        assert_eq!(most.mul(&range("-1..2")), Err(ArithmeticError::Overflow));
    }

    fn number() -> impl Strategy<Value = Number> {
        prop_oneof![
            (-50_i64..50).prop_map(Number::Int),
            (-5000_i64..5000, 1_i64..40).prop_map(|(a, b)| Number::Int(a).div(Number::Int(b)).unwrap()),
        ]
    }

    /// A range, and a number in it.
    fn choice() -> impl Strategy<Value = (NumberRange, Number)> {
        (number(), number(), number(), any::<(bool, bool)>()).prop_map(|(a, b, c, (lo, hi))| {
            let mut sorted = [a, b, c];
            sorted.sort();
            let [least, chosen, most] = sorted;
            (Range::new(lo.then_some(least), hi.then_some(most)).unwrap(), chosen)
        })
    }

    proptest! {
        #[test]
        fn every_choice_lies_in_the_result((a, x) in choice(), (b, y) in choice()) {
            prop_assert!(a.add(&b).unwrap().contains(x.add(y).unwrap()));
            prop_assert!(a.sub(&b).unwrap().contains(x.sub(y).unwrap()));
            prop_assert!(a.mul(&b).unwrap().contains(x.mul(y).unwrap()));
            prop_assert!(a.min(&b).contains(x.min(y)));
            prop_assert!(a.max(&b).contains(x.max(y)));
            prop_assert!(a.neg().unwrap().contains(x.neg().unwrap()));
            prop_assert!(a.abs().unwrap().contains(x.abs().unwrap()));
            for digits in -2..3 {
                for rounding in [Rounding::Down, Rounding::Up, Rounding::HalfAwayFromZero] {
                    let rounded = x.to_digits(digits, rounding).unwrap();
                    prop_assert!(a.to_digits(digits, rounding).unwrap().contains(rounded));
                }
            }
            match a.div(&b) {
                Ok(quotients) => prop_assert!(quotients.contains(x.div(y).unwrap())),
                Err(error) => {
                    prop_assert_eq!(error, ArithmeticError::DivisionByZero);
                    prop_assert!(b.contains(Number::ZERO));
                }
            }
            match a.steps(&b) {
                Ok(steps) => prop_assert!(steps.contains(x.steps(y).unwrap())),
                Err(error) => {
                    prop_assert_eq!(error, ArithmeticError::StepNotPositive);
                    prop_assert!(b.lo().is_none_or(|lo| lo <= Number::ZERO));
                }
            }
        }

        #[test]
        fn bounded_results_are_reached((a, _) in choice(), (b, _) in choice()) {
            // The ends of a product of bounded ranges are products of ends, so that the range is not wider than needed.
            if let (Some(a_lo), Some(a_hi), Some(b_lo), Some(b_hi)) = (a.lo(), a.hi(), b.lo(), b.hi()) {
                let corners: Vec<Number> =
                    [(a_lo, b_lo), (a_lo, b_hi), (a_hi, b_lo), (a_hi, b_hi)].map(|(x, y)| x.mul(y).unwrap()).into();
                let product = a.mul(&b).unwrap();
                prop_assert!(corners.contains(&product.lo().unwrap()));
                prop_assert!(corners.contains(&product.hi().unwrap()));
            }
        }
    }
}
