//! Long division on the digits of decimals: exact where `Decimal`'s own division rounds.

use super::{LIMIT, MAX_DIGITS};

/// The magnitude `mantissa / 10^scale`, with a mantissa below 10^28 and a scale of at most 28.
#[derive(Clone, Copy)]
pub(super) struct Scaled {
    pub(super) mantissa: u128,
    pub(super) scale: u32,
}

/// `a / b` rounded half to even to 28 significant digits and at most 28 places, as a mantissa (at most 10^28) and a
/// scale. None if it reaches 10^28. `b` is not zero.
pub(super) fn rounded(a: Scaled, b: Scaled) -> Option<(u128, u32)> {
    let mut division = Division::start(a.mantissa, b.mantissa)?;
    // Dividing the mantissas puts the point here; left of the last digit or, where negative, still to its right.
    let mut scale = a.scale;
    if let Some(zeros) = b.scale.checked_sub(a.scale) {
        division.push_within_limit(zeros)?;
        scale = 0;
    } else {
        scale -= b.scale;
    }
    while division.remainder != 0 {
        let digits = division.quotient.checked_ilog10().map_or(0, |log| log + 1);
        let room = (MAX_DIGITS - digits.min(MAX_DIGITS)).min(MAX_DIGITS - scale);
        if room == 0 {
            break;
        }
        scale += division.push(room);
    }
    let quotient = match (division.remainder * 2).cmp(&division.divisor) {
        std::cmp::Ordering::Less => division.quotient,
        std::cmp::Ordering::Equal => division.quotient + division.quotient % 2,
        std::cmp::Ordering::Greater => division.quotient + 1,
    };
    Some((quotient, scale))
}

/// `floor(a / b)`, exact. None if it reaches 10^28. `b` is not zero.
pub(super) fn whole(a: Scaled, b: Scaled) -> Option<u128> {
    if let Some(zeros) = b.scale.checked_sub(a.scale) {
        let mut division = Division::start(a.mantissa, b.mantissa)?;
        division.push_within_limit(zeros)?;
        return Some(division.quotient);
    }
    match b.mantissa.checked_mul(10_u128.pow(a.scale - b.scale)) {
        Some(divisor) => a.mantissa.checked_div(divisor),
        // A divisor past 128 bits is above any mantissa.
        None => Some(0),
    }
}

/// A division in progress: `remainder` is below `divisor`, and both are below 10^28.
struct Division {
    quotient: u128,
    remainder: u128,
    divisor: u128,
}

impl Division {
    /// How many digits one division yields: a remainder below 10^28 times 10^10 still fits 128 bits.
    const CHUNK: u32 = 10;

    fn start(dividend: u128, divisor: u128) -> Option<Division> {
        Some(Division {
            quotient: dividend.checked_div(divisor)?,
            remainder: dividend.checked_rem(divisor)?,
            divisor,
        })
    }

    /// Appends at most `digits` digits to the quotient, which must be below 10^28, and says how many.
    fn push(&mut self, digits: u32) -> u32 {
        let digits = digits.min(Self::CHUNK);
        let power = 10_u128.pow(digits);
        let dividend = self.remainder * power;
        self.quotient = self.quotient * power + dividend / self.divisor;
        self.remainder = dividend % self.divisor;
        digits
    }

    /// Appends just so many digits, or none if the quotient reaches 10^28.
    fn push_within_limit(&mut self, mut digits: u32) -> Option<()> {
        while digits > 0 {
            digits -= self.push(digits);
            if self.quotient >= LIMIT {
                return None;
            }
        }
        Some(())
    }
}
