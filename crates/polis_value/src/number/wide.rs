//! Sums and products of decimals, which may need more than 128 bits.
//!
//! `Decimal` has both, but rounds to 96 bits, and rounding that to 28 digits would round twice: of 1.4999, first 1.5, then 2.
//! These keep 37 digits and let a last digit stand for all that follow, so that [`super::settle`] rounds once.

use super::{LIMIT, Scaled};

/// How many digits are kept before the one that stands for the rest. 128 bits hold 38.
const KEPT: u32 = 37;

/// `a + b`, of magnitudes with their signs, as a mantissa that fits 128 bits and a scale.
pub(super) fn sum(a: (bool, Scaled), b: (bool, Scaled)) -> (i128, u32) {
    let (coarse, fine) = if a.1.scale <= b.1.scale { (a, b) } else { (b, a) };
    let zeros = fine.1.scale - coarse.1.scale;
    let lift = zeros.min(KEPT - digits(coarse.1.mantissa));
    let lifted = signed(coarse.0, coarse.1.mantissa * 10_u128.pow(lift));
    if lift == zeros {
        return (lifted + signed(fine.0, fine.1.mantissa), fine.1.scale);
    }
    let surplus = zeros - lift;
    let unit = 10_u128.pow(surplus);
    let sum = lifted + signed(fine.0, fine.1.mantissa / unit);
    let scale = fine.1.scale - surplus;
    if fine.1.mantissa.is_multiple_of(unit) { (sum, scale) } else { (sum * 10 + signed(fine.0, 1), scale + 1) }
}

/// `a * b`, as a mantissa below 10^38 and a scale. None if it reaches 10^28.
pub(super) fn product(a: Scaled, b: Scaled) -> Option<(u128, u32)> {
    const HALF: u128 = 10_u128.pow(14);
    let scale = a.scale + b.scale;
    if let (Ok(short_a), Ok(short_b)) = (u32::try_from(a.mantissa), u64::try_from(b.mantissa)) {
        return Some((u128::from(short_a) * u128::from(short_b), scale));
    }
    // Schoolbook multiplication with digits of 10^14; the product is high * 10^28 + low.
    let (a_high, a_low) = (a.mantissa / HALF, a.mantissa % HALF);
    let (b_high, b_low) = (b.mantissa / HALF, b.mantissa % HALF);
    let lowest = a_low * b_low;
    let middle = a_high * b_low + a_low * b_high + lowest / HALF;
    let high = a_high * b_high + middle / HALF;
    let low = middle % HALF * HALF + lowest % HALF;
    if high == 0 {
        return Some((low, scale));
    }
    let lift = (KEPT - digits(high)).min(LIMIT.ilog10());
    let surplus = LIMIT.ilog10() - lift;
    let unit = 10_u128.pow(surplus);
    let product = high * 10_u128.pow(lift) + low / unit;
    // Without a place for each digit that is cut off, they stand before the point.
    let scale = scale.checked_sub(surplus)?;
    if low.is_multiple_of(unit) { Some((product, scale)) } else { Some((product * 10 + 1, scale + 1)) }
}

fn digits(mantissa: u128) -> u32 {
    mantissa.checked_ilog10().map_or(0, |log| log + 1)
}

/// The magnitude, below 10^38, with its sign.
fn signed(negative: bool, magnitude: u128) -> i128 {
    // INVARIANT: a magnitude below 10^38 is far below 2^127, so that the cast keeps it.
    let magnitude = magnitude.cast_signed();
    if negative { -magnitude } else { magnitude }
}
