//! Closed intervals, bounded or not at either end.

use std::fmt;

/// All values from `lo` to `hi`, both included; an end that is missing is unbounded.
///
/// A range is never empty: `lo <= hi` where both are given, and the constructors see to it.
///
/// # Examples
///
/// ```
/// use polis_value::Range;
///
/// let posts = Range::new(Some(10), Some(15)).unwrap();
/// assert!(posts.contains(15));
/// assert!(posts.is_within(&Range::at_least(10)));
/// assert_eq!(posts.to_string(), "10..15");
/// assert_eq!(Range::new(Some(15), Some(10)).unwrap_err().to_string(), "the range 15..10 is empty");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Range<T> {
    // Crate-wide, for operations that keep the order of the ends by construction.
    pub(crate) lo: Option<T>,
    pub(crate) hi: Option<T>,
}

/// A range whose lower end is above its upper end. Carries both, for the message.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct EmptyRange<T> {
    /// The lower end as given.
    pub lo: T,
    /// The upper end as given, which is below `lo`.
    pub hi: T,
}

impl<T: fmt::Display> fmt::Display for EmptyRange<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the range {}..{} is empty", self.lo, self.hi)
    }
}

impl<T: fmt::Debug + fmt::Display> std::error::Error for EmptyRange<T> {}

impl<T> Range<T> {
    /// All values.
    pub const fn unbounded() -> Range<T> {
        Range { lo: None, hi: None }
    }

    /// All values from `lo` on.
    pub const fn at_least(lo: T) -> Range<T> {
        Range { lo: Some(lo), hi: None }
    }

    /// All values up to `hi`.
    pub const fn at_most(hi: T) -> Range<T> {
        Range { lo: None, hi: Some(hi) }
    }
}

impl<T: Copy + Ord> Range<T> {
    /// The range from `lo` to `hi`.
    ///
    /// # Errors
    ///
    /// [`EmptyRange`] when `lo` is above `hi`.
    pub fn new(lo: Option<T>, hi: Option<T>) -> Result<Range<T>, EmptyRange<T>> {
        match (lo, hi) {
            (Some(lo), Some(hi)) if lo > hi => Err(EmptyRange { lo, hi }),
            _ => Ok(Range { lo, hi }),
        }
    }

    /// The range of one value.
    pub const fn point(value: T) -> Range<T> {
        Range { lo: Some(value), hi: Some(value) }
    }

    /// The least value, or None if there is none.
    pub const fn lo(&self) -> Option<T> {
        self.lo
    }

    /// The greatest value, or None if there is none.
    pub const fn hi(&self) -> Option<T> {
        self.hi
    }

    /// Whether the range has just one value.
    pub fn is_point(&self) -> bool {
        self.as_point().is_some()
    }

    /// The one value of the range, if it has just one.
    pub fn as_point(&self) -> Option<T> {
        self.lo.filter(|_| self.lo == self.hi)
    }

    /// Whether `value` lies in the range.
    pub fn contains(&self, value: T) -> bool {
        self.lo.is_none_or(|lo| lo <= value) && self.hi.is_none_or(|hi| value <= hi)
    }

    /// Whether all values of this range lie in `other`.
    pub fn is_within(&self, other: &Range<T>) -> bool {
        let above = other.lo.is_none_or(|lo| self.lo.is_some_and(|own| lo <= own));
        let below = other.hi.is_none_or(|hi| self.hi.is_some_and(|own| own <= hi));
        above && below
    }

    /// The values that lie in both ranges, or None if there are none.
    #[must_use]
    pub fn intersect(&self, other: &Range<T>) -> Option<Range<T>> {
        let lo = match (self.lo, other.lo) {
            (Some(a), Some(b)) => Some(a.max(b)),
            (a, b) => a.or(b),
        };
        let hi = match (self.hi, other.hi) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Range::new(lo, hi).ok()
    }

    /// The least range that holds both, with whatever lies between them.
    #[must_use]
    pub fn hull(&self, other: &Range<T>) -> Range<T> {
        Range { lo: self.lo.zip(other.lo).map(|(a, b)| a.min(b)), hi: self.hi.zip(other.hi).map(|(a, b)| a.max(b)) }
    }

    /// The lesser of a value of this range and a value of `other`, for every choice of the two.
    #[must_use]
    pub fn min(&self, other: &Range<T>) -> Range<T> {
        Range {
            lo: self.lo.zip(other.lo).map(|(a, b)| a.min(b)),
            hi: match (self.hi, other.hi) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            },
        }
    }

    /// The greater of a value of this range and a value of `other`, for every choice of the two.
    #[must_use]
    pub fn max(&self, other: &Range<T>) -> Range<T> {
        Range {
            lo: match (self.lo, other.lo) {
                (Some(a), Some(b)) => Some(a.max(b)),
                (a, b) => a.or(b),
            },
            hi: self.hi.zip(other.hi).map(|(a, b)| a.max(b)),
        }
    }
}

/// `10..15`, `..7`, `4..`, `..`.
impl<T: fmt::Display> fmt::Display for Range<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(lo) = &self.lo {
            lo.fmt(f)?;
        }
        f.write_str("..")?;
        match &self.hi {
            Some(hi) => hi.fmt(f),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(lo: impl Into<Option<i32>>, hi: impl Into<Option<i32>>) -> Range<i32> {
        Range::new(lo.into(), hi.into()).unwrap()
    }

    #[test]
    fn an_empty_range_is_refused_with_both_ends() {
        assert_eq!(Range::new(Some(3), Some(2)), Err(EmptyRange { lo: 3, hi: 2 }));
        assert_eq!(range(3, 3).as_point(), Some(3));
        assert!(!Range::<i32>::unbounded().is_point());
    }

    #[test]
    fn a_subset_needs_both_ends_inside() {
        assert!(range(2, 3).is_within(&range(2, None)));
        assert!(range(2, None).is_within(&Range::unbounded()));
        assert!(!range(2, None).is_within(&range(2, 9)));
        assert!(!range(None, 3).is_within(&range(2, 9)));
        assert!(!range(1, 3).is_within(&range(2, 9)));
    }

    #[test]
    fn intersection_and_hull() {
        assert_eq!(range(1, 5).intersect(&range(3, None)), Some(range(3, 5)));
        assert_eq!(range(1, 2).intersect(&range(3, None)), None);
        assert_eq!(range(1, 2).intersect(&range(2, 3)), Some(range(2, 2)));
        assert_eq!(range(1, 2).hull(&range(5, 6)), range(1, 6));
        assert_eq!(range(1, 2).hull(&range(5, None)), range(1, None));
    }

    #[test]
    fn min_and_max_take_unbounded_ends_as_infinite() {
        assert_eq!(range(1, 5).min(&range(3, None)), range(1, 5));
        assert_eq!(range(1, 5).max(&range(3, None)), range(3, None));
        assert_eq!(range(None, 5).max(&range(3, 4)), range(3, 5));
        assert_eq!(range(None, 5).min(&range(3, 4)), range(None, 4));
    }

    #[test]
    fn display() {
        assert_eq!(range(None, 7).to_string(), "..7");
        assert_eq!(range(4, None).to_string(), "4..");
        assert_eq!(Range::<i32>::unbounded().to_string(), "..");
    }
}
