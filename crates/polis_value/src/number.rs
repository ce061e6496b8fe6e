//! Exact numbers: 64-bit integers and decimals of at most 28 significant digits.

mod literal;
mod quotient;
#[cfg(test)]
mod tests;
mod wide;

use std::cmp::Ordering;
use std::fmt;

use rust_decimal::Decimal;

pub use literal::LiteralError;
pub(crate) use literal::digit_value;

/// The first magnitude that no number reaches. A decimal has a mantissa below it and so at most 28 digits.
const LIMIT: u128 = 10_u128.pow(28);

/// The most digits that a decimal may have after the point, and the most significant digits altogether.
const MAX_DIGITS: u32 = 28;

/// An exact number, without a unit.
///
/// A number is an integer wherever it can be: a value that is whole and fits 64 bits is [`Number::Int`] however it
/// came about, and a [`Number::Dec`] has no trailing zeros after the point. So equal values have one
/// representation, and equality, order and hash agree. `Dec` can't be built outside this crate, or the invariant
/// could be broken from there; use [`Number::from_decimal`], and match it as `Number::Dec(decimal, ..)`.
///
/// All arithmetic is checked. Two integers never leave 64 bits for decimals: that would trade a reported error for a
/// slower and coarser number that nobody asked for.
///
/// # Examples
///
/// ```
/// use polis_value::{ArithmeticError, Number};
///
/// let households = Number::parse_literal("3_600").unwrap();
/// let size = Number::from(500);
/// assert_eq!(households.steps(size), Ok(Number::from(7)));
/// assert_eq!(households.div(size).unwrap().to_string(), "7.2");
/// assert_eq!(Number::Int(i64::MAX).add(Number::ONE), Err(ArithmeticError::Overflow));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Number {
    /// A whole number that fits 64 bits.
    Int(i64),
    /// Any other number: one with digits after the point, or a whole one past 64 bits and below 10^28.
    #[non_exhaustive]
    Dec(Decimal),
}

/// Why an arithmetic operation has no result.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ArithmeticError {
    /// Two integers left 64 bits, or a decimal reached 10^28.
    Overflow,
    /// A division by zero, or by a range that contains zero.
    DivisionByZero,
    /// The size of a step is zero or negative, or a range that reaches down so far.
    StepNotPositive,
}

impl fmt::Display for ArithmeticError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ArithmeticError::Overflow => "the number is too large",
            ArithmeticError::DivisionByZero => "division by zero",
            ArithmeticError::StepNotPositive => "the size of a step must be above zero",
        })
    }
}

impl std::error::Error for ArithmeticError {}

/// Which neighbour a number is rounded to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Rounding {
    /// The next lower one: 2.5 to 2, -2.5 to -3.
    Down,
    /// The next higher one: 2.5 to 3, -2.5 to -2.
    Up,
    /// The nearest one, and of two equally near the one further from zero (四舍五入): 2.5 to 3, -2.5 to -3.
    HalfAwayFromZero,
}

#[expect(clippy::should_implement_trait, reason = "the operators of std promise a plain result; these report an error")]
impl Number {
    /// 0.
    pub const ZERO: Number = Number::Int(0);
    /// 1.
    pub const ONE: Number = Number::Int(1);

    /// The number that `decimal` stands for, rounded half to even where it has 29 significant digits
    /// (`Decimal` holds some of those; a [`Number`] never does).
    ///
    /// # Errors
    ///
    /// [`ArithmeticError::Overflow`] from 10^28 on.
    #[inline]
    pub fn from_decimal(decimal: Decimal) -> Result<Number, ArithmeticError> {
        settle(decimal.mantissa(), decimal.scale())
    }

    /// The number `mantissa / 10^scale` in its one representation, rounded half to even to 28 significant digits and
    /// places: for columns of figures that share a place of the point.
    ///
    /// # Errors
    ///
    /// [`ArithmeticError::Overflow`] from 10^28 on.
    ///
    /// # Examples
    ///
    /// ```
    /// use polis_value::Number;
    ///
    /// assert_eq!(Number::from_scaled(1_500, 3).unwrap().to_string(), "1.5");
    /// assert_eq!(Number::from_scaled(1_500, 2), Ok(Number::from(15)));
    /// ```
    #[inline]
    pub fn from_scaled(mantissa: i128, scale: u32) -> Result<Number, ArithmeticError> {
        settle(mantissa, scale)
    }

    /// The digits, and how many of them stand after the point: the least that hold the number.
    #[inline]
    pub const fn to_scaled(self) -> (i128, u32) {
        match self {
            Number::Int(int) => (int as i128, 0),
            Number::Dec(decimal) => (decimal.mantissa(), decimal.scale()),
        }
    }

    /// The number as a decimal; exact.
    #[inline]
    pub fn to_decimal(self) -> Decimal {
        match self {
            Number::Int(int) => Decimal::from(int),
            Number::Dec(decimal) => decimal,
        }
    }

    /// The number as a 64-bit integer, if it is one.
    #[inline]
    pub const fn as_int(self) -> Option<i64> {
        match self {
            Number::Int(int) => Some(int),
            Number::Dec(_) => None,
        }
    }

    /// Whether the number is 0.
    #[inline]
    pub const fn is_zero(self) -> bool {
        matches!(self, Number::Int(0))
    }

    /// Whether the number is below 0.
    #[inline]
    pub const fn is_negative(self) -> bool {
        match self {
            Number::Int(int) => int < 0,
            Number::Dec(decimal) => decimal.is_sign_negative(),
        }
    }

    /// The sum. A sum of decimals that needs more than 28 significant digits is rounded half to even; the rounding is done
    /// once, on the exact sum.
    ///
    /// # Errors
    ///
    /// [`ArithmeticError::Overflow`] when two integers leave 64 bits or a decimal reaches 10^28.
    #[inline]
    pub fn add(self, other: Number) -> Result<Number, ArithmeticError> {
        match (self, other) {
            (Number::Int(a), Number::Int(b)) => int_or_overflow(a.checked_add(b)),
            _ => self.add_wide(other, other.is_negative()),
        }
    }

    /// The difference. Rounds as [`Number::add`] does.
    ///
    /// # Errors
    ///
    /// [`ArithmeticError::Overflow`] when two integers leave 64 bits or a decimal reaches 10^28.
    #[inline]
    pub fn sub(self, other: Number) -> Result<Number, ArithmeticError> {
        match (self, other) {
            (Number::Int(a), Number::Int(b)) => int_or_overflow(a.checked_sub(b)),
            _ => self.add_wide(other, !other.is_negative()),
        }
    }

    /// The product. A product of decimals that needs more than 28 significant digits or more than 28 places is rounded
    /// half to even, once, on the exact product; one that is not above half of 10^-28 is therefore 0.
    ///
    /// # Errors
    ///
    /// [`ArithmeticError::Overflow`] when two integers leave 64 bits or a decimal reaches 10^28.
    #[inline]
    pub fn mul(self, other: Number) -> Result<Number, ArithmeticError> {
        if let (Number::Int(a), Number::Int(b)) = (self, other) {
            return int_or_overflow(a.checked_mul(b));
        }
        self.mul_wide(other)
    }

    /// The quotient: an integer where two integers divide evenly, otherwise a decimal, rounded half to even to
    /// 28 significant digits and at most 28 places. The rounding is done once, on the exact quotient.
    ///
    /// # Errors
    ///
    /// [`ArithmeticError::DivisionByZero`], and [`ArithmeticError::Overflow`] when two integers leave 64 bits
    /// (`i64::MIN / -1`) or a decimal reaches 10^28.
    pub fn div(self, other: Number) -> Result<Number, ArithmeticError> {
        if other.is_zero() {
            return Err(ArithmeticError::DivisionByZero);
        }
        if let (Number::Int(a), Number::Int(b)) = (self, other) {
            // Only i64::MIN by -1 has no quotient in 64 bits.
            let quotient = a.checked_div(b).ok_or(ArithmeticError::Overflow)?;
            // Multiplying back costs less than a remainder, and can't overflow.
            if quotient * b == a {
                return Ok(Number::Int(quotient));
            }
        }
        let (mantissa, scale) = quotient::rounded(self.scaled(), other.scaled()).ok_or(ArithmeticError::Overflow)?;
        settle_signed(self.is_negative() != other.is_negative(), mantissa, scale)
    }

    /// The number with the opposite sign.
    ///
    /// # Errors
    ///
    /// [`ArithmeticError::Overflow`] for `i64::MIN`.
    #[inline]
    pub fn neg(self) -> Result<Number, ArithmeticError> {
        match self {
            Number::Int(int) => int_or_overflow(int.checked_neg()),
            // A decimal may become an integer here: 2^63 is no i64, -2^63 is.
            Number::Dec(decimal) => Number::from_decimal(-decimal),
        }
    }

    /// The number without its sign.
    ///
    /// # Errors
    ///
    /// [`ArithmeticError::Overflow`] for `i64::MIN`.
    #[inline]
    pub fn abs(self) -> Result<Number, ArithmeticError> {
        if self.is_negative() { self.neg() } else { Ok(self) }
    }

    /// The greatest whole number that is not above this one.
    ///
    /// # Errors
    ///
    /// As [`Number::to_digits`].
    #[inline]
    pub fn floor(self) -> Result<Number, ArithmeticError> {
        self.to_digits(0, Rounding::Down)
    }

    /// The least whole number that is not below this one.
    ///
    /// # Errors
    ///
    /// As [`Number::to_digits`].
    #[inline]
    pub fn ceil(self) -> Result<Number, ArithmeticError> {
        self.to_digits(0, Rounding::Up)
    }

    /// The nearest whole number, halves away from zero (四舍五入).
    ///
    /// # Errors
    ///
    /// As [`Number::to_digits`].
    #[inline]
    pub fn round(self) -> Result<Number, ArithmeticError> {
        self.to_digits(0, Rounding::HalfAwayFromZero)
    }

    /// [`Number::to_digits`] downwards.
    ///
    /// # Errors
    ///
    /// As [`Number::to_digits`].
    #[inline]
    pub fn floor_to(self, digits: i32) -> Result<Number, ArithmeticError> {
        self.to_digits(digits, Rounding::Down)
    }

    /// [`Number::to_digits`] to the nearest, halves away from zero.
    ///
    /// # Errors
    ///
    /// As [`Number::to_digits`].
    #[inline]
    pub fn round_to(self, digits: i32) -> Result<Number, ArithmeticError> {
        self.to_digits(digits, Rounding::HalfAwayFromZero)
    }

    /// The number rounded to so many digits after the point; a negative count rounds to tens, hundreds and so on.
    ///
    /// # Errors
    ///
    /// [`ArithmeticError::Overflow`] when rounding away from zero reaches 10^28, as in rounding 1 up to 10^30.
    ///
    /// # Examples
    ///
    /// ```
    /// use polis_value::{Number, Rounding};
    ///
    /// let pay = Number::parse_literal("6_651.735").unwrap();
    /// assert_eq!(pay.to_digits(2, Rounding::HalfAwayFromZero).unwrap().to_string(), "6651.74");
    /// assert_eq!(pay.to_digits(-2, Rounding::Down), Ok(Number::from(6600)));
    /// ```
    pub fn to_digits(self, digits: i32, rounding: Rounding) -> Result<Number, ArithmeticError> {
        let (mantissa, scale) = match self {
            Number::Int(_) if digits >= 0 => return Ok(self),
            Number::Int(int) => (i128::from(int), 0),
            Number::Dec(decimal) => (decimal.mantissa(), decimal.scale()),
        };
        let surplus = i64::from(scale) - i64::from(digits);
        let Some(surplus) = u32::try_from(surplus).ok().filter(|surplus| *surplus > 0) else {
            return Ok(self);
        };
        // The mantissa is below 10^28, so that every power above it rounds alike; 10^38 is the last that fits.
        let unit = 10_i128.pow(surplus.min(38));
        let units = match rounding {
            Rounding::Down => mantissa.div_euclid(unit),
            Rounding::Up => -(-mantissa).div_euclid(unit),
            Rounding::HalfAwayFromZero => mantissa.signum() * ((mantissa.abs() + unit / 2) / unit),
        };
        match u32::try_from(digits) {
            Ok(places) => settle(units, places),
            Err(_) if units == 0 => Ok(Number::ZERO),
            Err(_) => {
                let whole = 10_i128
                    .checked_pow(digits.unsigned_abs())
                    .and_then(|power| units.checked_mul(power))
                    .ok_or(ArithmeticError::Overflow)?;
                settle(whole, 0)
            }
        }
    }

    /// How many whole steps of `size` the amount holds (每满 `size`): `floor(amount / size)`, and 0 for a negative amount.
    ///
    /// Exact: it divides the digits as integers and never rounds.
    ///
    /// # Errors
    ///
    /// [`ArithmeticError::StepNotPositive`] unless the size is above zero, and [`ArithmeticError::Overflow`] from 10^28
    /// steps on.
    ///
    /// # Examples
    ///
    /// ```
    /// use polis_value::Number;
    ///
    /// // 3,000 households and 599 more, a post for every full 300 of these.
    /// assert_eq!(Number::from(599).steps(Number::from(300)), Ok(Number::from(1)));
    /// assert_eq!(Number::from(-1).steps(Number::from(300)), Ok(Number::ZERO));
    /// ```
    #[inline]
    pub fn steps(self, size: Number) -> Result<Number, ArithmeticError> {
        if size <= Number::ZERO {
            return Err(ArithmeticError::StepNotPositive);
        }
        if self <= Number::ZERO {
            return Ok(Number::ZERO);
        }
        if let (Number::Int(amount), Number::Int(size)) = (self, size) {
            return int_or_overflow(amount.checked_div(size));
        }
        let whole = quotient::whole(self.scaled(), size.scaled()).ok_or(ArithmeticError::Overflow)?;
        settle_signed(false, whole, 0)
    }

    // The slow paths stay out of line, so that the arithmetic of integers is small enough to be inlined.

    /// The sum of this number and the magnitude of `other` with another sign.
    #[inline(never)]
    fn add_wide(self, other: Number, negative: bool) -> Result<Number, ArithmeticError> {
        let (mantissa, scale) = wide::sum((self.is_negative(), self.scaled()), (negative, other.scaled()));
        settle(mantissa, scale)
    }

    #[inline(never)]
    fn mul_wide(self, other: Number) -> Result<Number, ArithmeticError> {
        let (mantissa, scale) = wide::product(self.scaled(), other.scaled()).ok_or(ArithmeticError::Overflow)?;
        settle_signed(self.is_negative() != other.is_negative(), mantissa, scale)
    }

    #[inline(never)]
    fn cmp_wide(&self, other: &Number) -> Ordering {
        self.to_decimal().cmp(&other.to_decimal())
    }

    /// The magnitude, as its digits and the place of the point.
    fn scaled(self) -> Scaled {
        match self {
            Number::Int(int) => Scaled { mantissa: u128::from(int.unsigned_abs()), scale: 0 },
            Number::Dec(decimal) => Scaled { mantissa: decimal.mantissa().unsigned_abs(), scale: decimal.scale() },
        }
    }
}

impl Ord for Number {
    #[inline]
    fn cmp(&self, other: &Number) -> Ordering {
        match (self, other) {
            (Number::Int(a), Number::Int(b)) => a.cmp(b),
            _ => self.cmp_wide(other),
        }
    }
}

impl PartialOrd for Number {
    #[inline]
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Default for Number {
    fn default() -> Number {
        Number::ZERO
    }
}

impl From<i64> for Number {
    fn from(int: i64) -> Number {
        Number::Int(int)
    }
}

impl From<i32> for Number {
    fn from(int: i32) -> Number {
        Number::Int(i64::from(int))
    }
}

impl From<u32> for Number {
    fn from(int: u32) -> Number {
        Number::Int(i64::from(int))
    }
}

/// Plain digits, without an exponent and without trailing zeros: `7`, `1.4`, `-0.05`.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Number::Int(int) => fmt::Display::fmt(int, f),
            Number::Dec(decimal) => fmt::Display::fmt(decimal, f),
        }
    }
}

#[inline]
fn int_or_overflow(int: Option<i64>) -> Result<Number, ArithmeticError> {
    int.map(Number::Int).ok_or(ArithmeticError::Overflow)
}

/// The magnitude `mantissa / 10^scale`, with a mantissa below 10^28 and a scale of at most 28.
#[derive(Clone, Copy)]
struct Scaled {
    mantissa: u128,
    scale: u32,
}

fn settle_signed(negative: bool, magnitude: u128, scale: u32) -> Result<Number, ArithmeticError> {
    let mantissa = i128::try_from(magnitude).map_err(|_| ArithmeticError::Overflow)?;
    settle(if negative { -mantissa } else { mantissa }, scale)
}

/// The number `mantissa / 10^scale` in its one representation, rounded half to even to 28 significant digits and 28
/// places. The only place that builds a [`Number::Dec`].
fn settle(mut mantissa: i128, mut scale: u32) -> Result<Number, ArithmeticError> {
    // Most mantissas fit 64 bits, where nothing is rounded off and dividing by ten is a multiplication.
    if scale <= MAX_DIGITS
        && let Ok(mut short) = i64::try_from(mantissa)
    {
        while scale > 0 && short % 10 == 0 {
            short /= 10;
            scale -= 1;
        }
        return if scale == 0 { Ok(Number::Int(short)) } else { decimal(i128::from(short), scale) };
    }
    let digits = mantissa.unsigned_abs().checked_ilog10().map_or(0, |log| log + 1);
    let surplus = digits.max(scale).saturating_sub(MAX_DIGITS);
    if surplus > 0 {
        scale = scale.checked_sub(surplus).ok_or(ArithmeticError::Overflow)?;
        // A power past 128 bits is more than twice the mantissa.
        let Some(unit) = 10_i128.checked_pow(surplus) else { return Ok(Number::ZERO) };
        let (kept, dropped) = (mantissa / unit, (mantissa % unit).abs());
        let up = match dropped.cmp(&(unit / 2)) {
            Ordering::Less => false,
            Ordering::Equal => kept % 2 != 0,
            Ordering::Greater => true,
        };
        mantissa = if up { kept + mantissa.signum() } else { kept };
        // Rounding up may have led to the first number that has too many digits.
        if scale == 0 && mantissa.unsigned_abs() >= LIMIT {
            return Err(ArithmeticError::Overflow);
        }
    }
    while scale > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    match i64::try_from(mantissa) {
        Ok(int) if scale == 0 => Ok(Number::Int(int)),
        _ => decimal(mantissa, scale),
    }
}

fn decimal(mantissa: i128, scale: u32) -> Result<Number, ArithmeticError> {
    Decimal::try_from_i128_with_scale(mantissa, scale).map(Number::Dec).map_err(|_| ArithmeticError::Overflow)
}
