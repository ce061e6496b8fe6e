//! Long division on the digits of decimals.

use super::{LIMIT, MAX_DIGITS, Scaled};

/// `a / b` for [`super::settle`] to round: as a mantissa below 10^38 and a scale. If digits remain past those, the last
/// digit of the mantissa stands for them all, so that the quotient rounds as the exact one does.
///
/// None if the quotient reaches 10^28. `b` is not zero.
pub(super) fn rounded(a: Scaled, b: Scaled) -> Option<(u128, u32)> {
    // One digit past those that are kept.
    const ENOUGH: u32 = MAX_DIGITS + 1;
    let mut division = Division::start(a.mantissa, b.mantissa)?;
    let mut scale = a.scale.saturating_sub(b.scale);
    // Where the divisor has more places, the quotient of the mantissas lacks that many digits before the point.
    division.push_within_limit(b.scale.saturating_sub(a.scale))?;
    while division.remainder != 0 {
        let digits = division.quotient.checked_ilog10().map_or(0, |log| log + 1);
        let room = ENOUGH.saturating_sub(digits.max(scale));
        if room == 0 {
            return Some((division.quotient * 10 + 1, scale + 1));
        }
        scale += division.push(room);
    }
    Some((division.quotient, scale))
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
        Some(Division { quotient: dividend.checked_div(divisor)?, remainder: dividend.checked_rem(divisor)?, divisor })
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
