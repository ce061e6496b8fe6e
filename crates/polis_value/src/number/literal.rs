//! Numbers as they are written: `7`, `3_000`, `1.4`, `20%`, `３０００`.

use std::fmt;
use std::str::FromStr;

use super::{LIMIT, MAX_DIGITS, Number, settle};

/// Why a text is not a number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum LiteralError {
    /// An integer past 64 bits, or a decimal past 28 significant digits or 28 places.
    TooManyDigits,
    /// Not the shape of a number: `1..2`, `5_`, `1.`, an empty text.
    Malformed,
}

impl fmt::Display for LiteralError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            LiteralError::TooManyDigits => "the number has too many digits",
            LiteralError::Malformed => "not a number",
        })
    }
}

impl std::error::Error for LiteralError {}

impl Number {
    /// Reads a number as the language writes it, without a sign.
    ///
    /// Digits may be half- or full-width and parted by single `_`; a `.` (or `．`) stands between digits; a `%` (or `％`)
    /// at the end divides by a hundred. Zeros at the end of a decimal don't count as digits.
    ///
    /// # Errors
    ///
    /// See [`LiteralError`]. A text that is both too long and malformed is malformed.
    ///
    /// # Examples
    ///
    /// ```
    /// use polis_value::{LiteralError, Number};
    ///
    /// assert_eq!(Number::parse_literal("3_000"), Ok(Number::from(3000)));
    /// assert_eq!(Number::parse_literal("２０％").unwrap().to_string(), "0.2");
    /// assert_eq!(Number::parse_literal("3_"), Err(LiteralError::Malformed));
    /// ```
    pub fn parse_literal(text: &str) -> Result<Number, LiteralError> {
        // 18 digits can't leave 64 bits; nearly every figure in a document is that short and plain.
        if (1..=18).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
            let int = text.bytes().fold(0_i64, |int, byte| int * 10 + i64::from(byte - b'0'));
            return Ok(Number::Int(int));
        }
        let parts = Parts::read(text)?;
        if parts.plain && i64::try_from(parts.mantissa).is_err() {
            return Err(LiteralError::TooManyDigits);
        }
        parts.number(false)
    }
}

/// Reads whatever [`Number`] displays, and all that [`Number::parse_literal`] reads, with an optional minus before it.
///
/// Unlike a literal, a whole number past 64 bits is accepted here as a decimal, since [`Number`] can display one.
impl FromStr for Number {
    type Err = LiteralError;

    fn from_str(text: &str) -> Result<Number, LiteralError> {
        match text.strip_prefix(['-', '－', '−']) {
            Some(magnitude) => Parts::read(magnitude)?.number(true),
            None => Parts::read(text)?.number(false),
        }
    }
}

/// The value of a half- or full-width digit.
pub(crate) fn digit_value(digit: char) -> Option<u32> {
    match digit {
        '0'..='9' => Some(u32::from(digit) - u32::from('0')),
        '０'..='９' => Some(u32::from(digit) - u32::from('０')),
        _ => None,
    }
}

/// What a literal says: `mantissa / 10^scale`. Both saturate, so that a number of any length can be read to its end.
struct Parts {
    mantissa: u128,
    scale: u32,
    /// Written without a point and without a percent sign.
    plain: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Previous {
    Start,
    Digit,
    Separator,
}

impl Parts {
    fn read(text: &str) -> Result<Parts, LiteralError> {
        let (digits, percent) = match text.strip_suffix(['%', '％']) {
            Some(digits) => (digits, true),
            None => (text, false),
        };
        let mut parts = Parts { mantissa: 0, scale: 0, plain: !percent };
        let mut previous = Previous::Start;
        let mut fraction = false;
        // Zeros after the point count only once another digit follows.
        let mut zeros = 0_u32;
        for symbol in digits.chars() {
            match symbol {
                '_' if previous == Previous::Digit => previous = Previous::Separator,
                '.' | '．' if previous == Previous::Digit && !fraction => {
                    fraction = true;
                    parts.plain = false;
                    previous = Previous::Separator;
                }
                _ => {
                    let digit = digit_value(symbol).ok_or(LiteralError::Malformed)?;
                    previous = Previous::Digit;
                    if !fraction {
                        parts.push(1, digit);
                    } else if digit == 0 {
                        zeros = zeros.saturating_add(1);
                    } else {
                        let places = zeros.saturating_add(1);
                        parts.push(places, digit);
                        parts.scale = parts.scale.saturating_add(places);
                        zeros = 0;
                    }
                }
            }
        }
        if previous != Previous::Digit {
            return Err(LiteralError::Malformed);
        }
        if percent {
            parts.scale = parts.scale.saturating_add(2);
        }
        Ok(parts)
    }

    fn push(&mut self, places: u32, digit: u32) {
        let power = 10_u128.saturating_pow(places);
        self.mantissa = self.mantissa.saturating_mul(power).saturating_add(u128::from(digit));
    }

    fn number(&self, negative: bool) -> Result<Number, LiteralError> {
        if self.mantissa >= LIMIT || self.scale > MAX_DIGITS {
            return Err(LiteralError::TooManyDigits);
        }
        let mantissa = i128::try_from(self.mantissa).map_err(|_| LiteralError::TooManyDigits)?;
        settle(if negative { -mantissa } else { mantissa }, self.scale).map_err(|_| LiteralError::TooManyDigits)
    }
}
