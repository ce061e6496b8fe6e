//! Kleene's three-valued logic, and comparisons of ranges that need it.

use crate::range::Range;

/// True, false, or not known.
///
/// A comparison with a range is [`Truth::Unknown`] where it depends on what the authority chooses within the range.
///
/// # Examples
///
/// ```
/// use polis_value::{Range, Truth};
///
/// let posts = Range::new(Some(10), Some(15)).unwrap();
/// assert_eq!(Truth::at_most(&posts, &Range::point(15)), Truth::True);
/// assert_eq!(Truth::less(&posts, &Range::point(15)), Truth::Unknown);
/// assert_eq!(Truth::False.and(Truth::Unknown), Truth::False);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Truth {
    /// It does not hold.
    False,
    /// It holds.
    True,
    /// It may hold or not.
    Unknown,
}

impl Truth {
    /// True when both hold, false when either does not.
    #[must_use]
    pub const fn and(self, other: Truth) -> Truth {
        match (self, other) {
            (Truth::False, _) | (_, Truth::False) => Truth::False,
            (Truth::True, Truth::True) => Truth::True,
            _ => Truth::Unknown,
        }
    }

    /// True when either holds, false when neither does.
    #[must_use]
    pub const fn or(self, other: Truth) -> Truth {
        match (self, other) {
            (Truth::True, _) | (_, Truth::True) => Truth::True,
            (Truth::False, Truth::False) => Truth::False,
            _ => Truth::Unknown,
        }
    }

    /// The opposite; what is unknown stays so.
    #[must_use]
    pub const fn not(self) -> Truth {
        match self {
            Truth::False => Truth::True,
            Truth::True => Truth::False,
            Truth::Unknown => Truth::Unknown,
        }
    }

    /// Whether `a < b`: true for every choice of the two, false for none, otherwise unknown.
    pub fn less<T: Copy + Ord>(a: &Range<T>, b: &Range<T>) -> Truth {
        if a.hi().zip(b.lo()).is_some_and(|(a, b)| a < b) {
            Truth::True
        } else if a.lo().zip(b.hi()).is_some_and(|(a, b)| a >= b) {
            Truth::False
        } else {
            Truth::Unknown
        }
    }

    /// Whether `a <= b`; see [`Truth::less`].
    pub fn at_most<T: Copy + Ord>(a: &Range<T>, b: &Range<T>) -> Truth {
        Truth::less(b, a).not()
    }

    /// Whether `a > b`; see [`Truth::less`].
    pub fn more<T: Copy + Ord>(a: &Range<T>, b: &Range<T>) -> Truth {
        Truth::less(b, a)
    }

    /// Whether `a >= b`; see [`Truth::less`].
    pub fn at_least<T: Copy + Ord>(a: &Range<T>, b: &Range<T>) -> Truth {
        Truth::less(a, b).not()
    }

    /// Whether `a = b`: true only of two points, since two choices within one range may differ.
    pub fn equal<T: Copy + Ord>(a: &Range<T>, b: &Range<T>) -> Truth {
        if a.intersect(b).is_none() {
            Truth::False
        } else if a.is_point() && b.is_point() {
            Truth::True
        } else {
            Truth::Unknown
        }
    }

    /// Whether `a != b`; see [`Truth::equal`].
    pub fn not_equal<T: Copy + Ord>(a: &Range<T>, b: &Range<T>) -> Truth {
        Truth::equal(a, b).not()
    }

    /// Whether a choice within `a` lies in `b`: true if `a` is a part of `b`, false if they are apart.
    pub fn within<T: Copy + Ord>(a: &Range<T>, b: &Range<T>) -> Truth {
        if a.is_within(b) {
            Truth::True
        } else if a.intersect(b).is_none() {
            Truth::False
        } else {
            Truth::Unknown
        }
    }
}

impl From<bool> for Truth {
    fn from(truth: bool) -> Truth {
        if truth { Truth::True } else { Truth::False }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [Truth; 3] = [Truth::False, Truth::True, Truth::Unknown];

    /// What a truth may turn out to be.
    fn outcomes(truth: Truth) -> Vec<bool> {
        match truth {
            Truth::False => vec![false],
            Truth::True => vec![true],
            Truth::Unknown => vec![false, true],
        }
    }

    fn of(outcomes: impl Iterator<Item = bool>) -> Truth {
        outcomes.map(Truth::from).reduce(|a, b| if a == b { a } else { Truth::Unknown }).unwrap()
    }

    #[test]
    fn and_or_not_hold_for_every_outcome() {
        for a in ALL {
            assert_eq!(a.not(), of(outcomes(a).into_iter().map(|a| !a)));
            for b in ALL {
                let pairs = || outcomes(a).into_iter().flat_map(|a| outcomes(b).into_iter().map(move |b| (a, b)));
                assert_eq!(a.and(b), of(pairs().map(|(a, b)| a && b)));
                assert_eq!(a.or(b), of(pairs().map(|(a, b)| a || b)));
            }
        }
    }

    #[test]
    fn kleene_laws() {
        for a in ALL {
            assert_eq!(a.not().not(), a);
            for b in ALL {
                assert_eq!(a.and(b), b.and(a));
                assert_eq!(a.and(b).not(), a.not().or(b.not()));
                for c in ALL {
                    assert_eq!(a.and(b).and(c), a.and(b.and(c)));
                    assert_eq!(a.and(b.or(c)), a.and(b).or(a.and(c)));
                }
            }
        }
    }

    proptest! {
        /// On whole numbers a comparison can be tried for every choice.
        #[test]
        fn comparisons_hold_for_every_choice(a in -4_i32..4, la in 0_i32..4, b in -4_i32..4, lb in 0_i32..4) {
            let (x, y) = (Range::new(Some(a), Some(a + la)).unwrap(), Range::new(Some(b), Some(b + lb)).unwrap());
            let tried = |holds: fn(i32, i32) -> bool| {
                of((a..=a + la).flat_map(|a| (b..=b + lb).map(move |b| holds(a, b))))
            };
            prop_assert_eq!(Truth::less(&x, &y), tried(|a, b| a < b));
            prop_assert_eq!(Truth::at_most(&x, &y), tried(|a, b| a <= b));
            prop_assert_eq!(Truth::more(&x, &y), tried(|a, b| a > b));
            prop_assert_eq!(Truth::at_least(&x, &y), tried(|a, b| a >= b));
            prop_assert_eq!(Truth::equal(&x, &y), tried(|a, b| a == b));
            prop_assert_eq!(Truth::not_equal(&x, &y), tried(|a, b| a != b));
            prop_assert_eq!(Truth::within(&x, &y), of((a..=a + la).map(|a| y.contains(a))));
        }
    }

    #[test]
    fn unbounded_ends_are_never_passed() {
        assert_eq!(Truth::less(&Range::at_least(5), &Range::at_most(5)), Truth::False);
        assert_eq!(Truth::less(&Range::at_most(4), &Range::at_least(5)), Truth::True);
        assert_eq!(Truth::less(&Range::unbounded(), &Range::point(5)), Truth::Unknown);
        assert_eq!(Truth::within(&Range::at_least(5), &Range::at_least(4)), Truth::True);
        assert_eq!(Truth::within(&Range::unbounded(), &Range::at_least(4)), Truth::Unknown);
    }
}
