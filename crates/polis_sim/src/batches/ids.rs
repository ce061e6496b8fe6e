//! The ids of the large table, as its batches pass by.

use polis_eval::Row;
use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use super::IdCheck;
use crate::samples::hashed;

/// What is known of a batch's ids.
pub(super) struct Ids {
    first: SmolStr,
    last: SmolStr,
    ascending: bool,
    hashes: Vec<u64>,
}

/// Why ids cannot be told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Of those that came before in order only the last is known.
    OutOfOrder,
    /// Two are the same, or have the same hash.
    Twice,
}

/// The ids of earlier batches: none may occur again.
pub(super) enum Seen {
    /// They have ascended so far, the last being this one.
    Ascending(Option<SmolStr>),
    /// Eight bytes of each.
    Hashed(FxHashSet<u64>),
    /// It is known which repeat others.
    Settled,
}

impl Seen {
    pub(super) fn new(check: &IdCheck) -> Self {
        match check {
            IdCheck::InOrder => Self::Ascending(None),
            IdCheck::Kept => Self::Hashed(FxHashSet::default()),
            IdCheck::Known(_) => Self::Settled,
        }
    }

    pub(super) fn add(&mut self, ids: Ids) -> Result<(), Trouble> {
        // All of its rows may have been left out.
        if ids.hashes.is_empty() {
            return Ok(());
        }
        if let Self::Ascending(last) = self {
            let follows = last.as_ref().is_none_or(|it| before(it, &ids.first));
            if ids.ascending && follows {
                *last = Some(ids.last);
                return Ok(());
            }
            if last.is_some() {
                return Err(Trouble::OutOfOrder);
            }
            *self = Self::Hashed(FxHashSet::default());
        }
        let Self::Hashed(hashes) = self else { return Ok(()) };
        if ids.hashes.into_iter().all(|it| hashes.insert(it)) { Ok(()) } else { Err(Trouble::Twice) }
    }
}

/// Whether one id comes before another where figures within them count up: shorter ones first.
fn before(a: &str, b: &str) -> bool {
    (a.len(), a) < (b.len(), b)
}

impl Ids {
    pub(super) fn of(rows: &[Row]) -> Self {
        let ascending = rows.iter().zip(rows.iter().skip(1)).all(|(a, b)| before(&a.id, &b.id));
        Self {
            first: rows.first().map(|it| it.id.clone()).unwrap_or_default(),
            last: rows.last().map(|it| it.id.clone()).unwrap_or_default(),
            ascending,
            hashes: rows.iter().map(|it| hashed(&it.id)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(ids: &[&str]) -> Ids {
        let row = |it: &&str| Row { id: SmolStr::new(it), name: None, parent: None, facts: Box::default() };
        Ids::of(&ids.iter().map(row).collect::<Vec<_>>())
    }

    #[test]
    fn ids_are_in_order_or_kept() {
        for (batches, check, expected) in [
            (&[&["9", "10"][..], &[], &["11"]][..], IdCheck::InOrder, Ok(())),
            (&[&["9", "9"]], IdCheck::InOrder, Err(Trouble::Twice)),
            (&[&["9", "1"], &["2"]], IdCheck::InOrder, Ok(())),
            (&[&["1", "2"], &["2"]], IdCheck::InOrder, Err(Trouble::OutOfOrder)),
            (&[&["1", "2"], &["2"]], IdCheck::Kept, Err(Trouble::Twice)),
            (&[&["1", "5"], &["2"]], IdCheck::Kept, Ok(())),
            (&[&["1", "1"]], IdCheck::Known(crate::Repeated::default()), Ok(())),
        ] {
            let mut seen = Seen::new(&check);
            let found = batches.iter().try_for_each(|it| seen.add(ids(it)));
            assert_eq!(found, expected, "{batches:?} {check:?}");
        }
    }
}
