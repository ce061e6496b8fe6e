//! Randomness that is the same on every machine and needs no memory of what was drawn before.
//!
//! Every cell has a generator of its own, made from the seed, the names of its entity and column, and the number of its
//! row. So a row does not depend on how many there are, a column not on which others there are, and cells can be drawn
//! in any order: by rows for CSV, by columns for Parquet.
//!
//! The algorithm is splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014). It is written
//! out here rather than taken from a crate, because its figures are part of the format: an update must not change them.

/// The step of the generator: 2^64 divided by the golden ratio, and odd.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// What all cells of one column share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key(u64);

/// The generator of one cell.
#[derive(Debug, Clone)]
pub(crate) struct Rng(u64);

/// A probability in millionths, so that no float is needed for a share such as 0.5 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share(u32);

impl Share {
    const WHOLE: u32 = 1_000_000;

    /// So many millionths; `None` for more than the whole.
    #[must_use]
    pub const fn from_millionths(millionths: u32) -> Option<Self> {
        if millionths <= Self::WHOLE { Some(Self(millionths)) } else { None }
    }

    /// So many hundredths, the whole at most.
    pub(crate) const fn percent(hundredths: u32) -> Self {
        let all = hundredths.saturating_mul(10_000);
        Self(if all < Self::WHOLE { all } else { Self::WHOLE })
    }
}

impl Key {
    /// The key of these names under a seed.
    pub(crate) fn new(seed: u64, names: &[&str]) -> Self {
        let mut state = mix(seed.wrapping_add(STEP));
        for name in names {
            // FNV-1a: short names, and a hash that no update changes. Its length parts `ab`, `c` from `a`, `bc`.
            let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ name.len() as u64;
            for byte in name.bytes() {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
            state = mix(state ^ mix(hash.wrapping_add(STEP)));
        }
        Self(state)
    }

    /// The generator of a row.
    pub(crate) const fn row(self, row: u64) -> Rng {
        Rng(mix(self.0 ^ mix(row.wrapping_mul(STEP).wrapping_add(STEP))))
    }
}

impl Rng {
    /// 64 bits.
    pub(super) const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// A figure below `end`; 0 if that is 0.
    pub(crate) const fn below(&mut self, end: u64) -> u64 {
        // The bias of the product is below one in 2^32 for all that is drawn here.
        ((self.bits() as u128 * end as u128) >> 64) as u64
    }

    /// A figure from `lo` to `hi`; `lo` if they are the wrong way round.
    pub(super) const fn between(&mut self, lo: i64, hi: i64) -> i64 {
        if hi <= lo {
            return lo;
        }
        // The width of all 64-bit figures is the only one that does not fit.
        let width = hi.abs_diff(lo).saturating_add(1);
        lo.wrapping_add_unsigned(self.below(width))
    }

    /// Whether something of this probability happens.
    pub(super) const fn happens(&mut self, share: Share) -> bool {
        self.below(Share::WHOLE as u64) < share.0 as u64
    }

    /// One of them.
    pub(super) fn pick<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        let index = usize::try_from(self.below(all.len() as u64)).ok()?;
        all.get(index).copied()
    }

    /// A figure around `median`, above it as often as below, and the further the rarer: the product of a few random
    /// factors, which is log-normal for many. Two thirds lie within 0.6 and 1.7 times the median.
    pub(super) fn around(&mut self, median: i64) -> i64 {
        const ONE: i128 = 1 << 12;
        let mut bits = self.bits();
        let mut value = i128::from(median);
        for _ in 0..4 {
            // 11 bits of a factor between 1 and 1.5, one bit for the side, and the rest for the next.
            let factor = ONE + i128::from(bits & 0x7ff);
            value =
                if bits & 0x800 == 0 { (value * factor + ONE / 2) / ONE } else { (value * ONE + factor / 2) / factor };
            bits >>= 12;
        }
        i64::try_from(value).unwrap_or(i64::MAX)
    }
}

/// The finalizer of splitmix64: every bit of the result depends on every bit of the state.
const fn mix(state: u64) -> u64 {
    let state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The figures of the reference implementation for the seed 1234567: another figure is another sample for every seed.
    #[test]
    fn it_is_splitmix64() {
        let mut rng = Rng(1_234_567);
        let drawn: Vec<u64> = (0..3).map(|_| rng.bits()).collect();
        assert_eq!(drawn, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn names_are_parted() {
        let key = |names: &[&str]| Key::new(7, names);
        assert_ne!(key(&["ab", "c"]), key(&["a", "bc"]));
        assert_ne!(key(&["ab"]), key(&["ab", ""]));
        assert_ne!(key(&["ab"]), Key::new(8, &["ab"]));
    }

    #[test]
    fn figures_stay_within_their_ends() {
        let mut rng = Key::new(1, &["x"]).row(0);
        for _ in 0..1000 {
            assert!((-3..=3).contains(&rng.between(-3, 3)));
            assert!(rng.below(1) == 0 && rng.below(0) == 0 && rng.between(5, 4) == 5);
            rng.between(i64::MIN, i64::MAX);
            assert!(!rng.happens(Share::percent(0)) && rng.happens(Share::percent(100)));
        }
    }

    #[test]
    fn figures_lie_around_their_median() {
        let key = Key::new(1, &["户数"]);
        let mut drawn: Vec<i64> = (0..10_001).map(|row| key.row(row).around(3000)).collect();
        drawn.sort_unstable();
        assert!((2900..3100).contains(&drawn[5000]), "{}", drawn[5000]);
        assert!((1000..2300).contains(&drawn[1000]) && (3900..9000).contains(&drawn[9000]), "{drawn:?}");
        assert!(drawn[0] >= 500 && drawn[10_000] <= 16_000);
    }
}
