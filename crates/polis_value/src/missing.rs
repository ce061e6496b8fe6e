//! What an unknown value lacks.

use std::fmt;
use std::sync::Arc;

/// Why a value is not known: facts or parameters that are missing, or a choice that the authority has yet to make.
///
/// # Examples
///
/// ```
/// use polis_value::{MissingId, Unknown};
///
/// let households = Unknown::missing(MissingId::new(3));
/// let both = households.join(&Unknown::discretion());
/// assert!(both.discretion);
/// assert_eq!(both.missing, households.missing);
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Unknown {
    /// The facts and parameters that were missing.
    pub missing: MissingSet,
    /// Whether the value also depends on a choice within a range, as a comparison with a straddling range does.
    pub discretion: bool,
}

impl Unknown {
    /// Unknown because one fact or parameter is missing.
    pub fn missing(id: MissingId) -> Unknown {
        Unknown { missing: MissingSet::one(id), discretion: false }
    }

    /// Unknown because it depends on a choice within a range, with nothing missing.
    pub fn discretion() -> Unknown {
        Unknown { missing: MissingSet::empty(), discretion: true }
    }

    /// Unknown for the reasons of both.
    #[must_use]
    pub fn join(&self, other: &Unknown) -> Unknown {
        Unknown { missing: self.missing.union(&other.missing), discretion: self.discretion || other.discretion }
    }
}

/// A fact or parameter that was missing; an index into a table that the evaluator keeps.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct MissingId(u32);

impl MissingId {
    /// The id of this index.
    pub const fn new(index: u32) -> MissingId {
        MissingId(index)
    }

    /// The index that the id was made from.
    pub const fn index(self) -> u32 {
        self.0
    }
}

/// A set of missing facts and parameters, iterated in the order of their ids. Cloning it never copies the members.
#[derive(Clone, Default)]
pub struct MissingSet(Members);

// Nearly all sets are empty or have one member; those don't allocate. `Many` holds at least two, ascending and without
// duplicates, so that equal sets have equal members.
#[derive(Clone, Default)]
enum Members {
    #[default]
    None,
    One(MissingId),
    Many(Arc<[MissingId]>),
}

impl MissingSet {
    /// The set without members.
    pub const fn empty() -> MissingSet {
        MissingSet(Members::None)
    }

    /// The set of one.
    pub const fn one(id: MissingId) -> MissingSet {
        MissingSet(Members::One(id))
    }

    /// Whether nothing is missing.
    pub fn is_empty(&self) -> bool {
        self.as_slice().is_empty()
    }

    /// How many are missing.
    pub fn len(&self) -> usize {
        self.as_slice().len()
    }

    /// Whether `id` is missing.
    pub fn contains(&self, id: MissingId) -> bool {
        self.as_slice().binary_search(&id).is_ok()
    }

    /// The members, ascending.
    pub fn iter(&self) -> std::iter::Copied<std::slice::Iter<'_, MissingId>> {
        self.as_slice().iter().copied()
    }

    /// The members, ascending and without duplicates.
    pub fn as_slice(&self) -> &[MissingId] {
        match &self.0 {
            Members::None => &[],
            Members::One(id) => std::slice::from_ref(id),
            Members::Many(ids) => ids,
        }
    }

    /// What is missing in either. Shares the members of an operand that holds those of the other.
    #[must_use]
    pub fn union(&self, other: &MissingSet) -> MissingSet {
        if other.is_subset(self) {
            return self.clone();
        }
        if self.is_subset(other) {
            return other.clone();
        }
        self.iter().chain(other.iter()).collect()
    }

    fn is_subset(&self, other: &MissingSet) -> bool {
        match (&self.0, &other.0) {
            (Members::None, _) => true,
            (Members::Many(a), Members::Many(b)) if Arc::ptr_eq(a, b) => true,
            _ => self.len() <= other.len() && self.iter().all(|id| other.contains(id)),
        }
    }
}

impl FromIterator<MissingId> for MissingSet {
    fn from_iter<I: IntoIterator<Item = MissingId>>(ids: I) -> MissingSet {
        let mut ids: Vec<MissingId> = ids.into_iter().collect();
        ids.sort_unstable();
        ids.dedup();
        match ids.as_slice() {
            [] => MissingSet::empty(),
            [id] => MissingSet::one(*id),
            _ => MissingSet(Members::Many(ids.into())),
        }
    }
}

impl<'a> IntoIterator for &'a MissingSet {
    type Item = MissingId;
    type IntoIter = std::iter::Copied<std::slice::Iter<'a, MissingId>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl PartialEq for MissingSet {
    fn eq(&self, other: &MissingSet) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Eq for MissingSet {}

impl std::hash::Hash for MissingSet {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.as_slice().hash(state);
    }
}

impl fmt::Debug for MissingSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(MissingId::index)).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn set(ids: &[u32]) -> MissingSet {
        ids.iter().copied().map(MissingId::new).collect()
    }

    #[test]
    fn members_are_sorted_and_distinct() {
        assert_eq!(format!("{:?}", set(&[3, 1, 3])), "{1, 3}");
        assert_eq!(set(&[3, 3]), MissingSet::one(MissingId::new(3)));
        assert_eq!(set(&[]), MissingSet::default());
    }

    #[test]
    fn a_union_that_adds_nothing_shares() {
        let many = set(&[1, 2, 3]);
        let Members::Many(before) = &many.0 else { panic!("three members are shared") };
        let union = set(&[2]).union(&many);
        let Members::Many(after) = &union.0 else { panic!("three members are shared") };
        assert!(Arc::ptr_eq(before, after));
    }

    proptest! {
        #[test]
        fn union_is_that_of_sets(a in prop::collection::vec(0_u32..8, 0..6), b in prop::collection::vec(0_u32..8, 0..6)) {
            let expected: BTreeSet<u32> = a.iter().chain(&b).copied().collect();
            let union = set(&a).union(&set(&b));
            prop_assert_eq!(union.iter().map(MissingId::index).collect::<Vec<_>>(), expected.into_iter().collect::<Vec<_>>());
            prop_assert_eq!(&union, &set(&b).union(&set(&a)));
            prop_assert_eq!(set(&a).is_subset(&union), true);
        }
    }
}
