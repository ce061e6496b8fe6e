//! Ids that occur twice in a file that is not held in memory.

use polis_db::System;
use polis_eval::Machine;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use smol_str::SmolStr;

use super::blocks::{LargeFile, NotInBlocks, Reading};

/// The rows of a file whose id an earlier row has.
///
/// A row's key is where it begins: the byte of a text, the number of a row of Parquet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Repeated(FxHashMap<u64, u64>);

impl Repeated {
    /// The number of the first row with the id of the row of this key, if that is another.
    pub(super) fn first(&self, key: u64) -> Option<u64> {
        self.0.get(&key).copied()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// An id as a number: those of different ids are different but for very few.
pub(crate) fn hashed(id: &str) -> u64 {
    use std::hash::{Hash as _, Hasher as _};

    let mut hasher = FxHasher::default();
    id.hash(&mut hasher);
    hasher.finish()
}

impl LargeFile {
    /// The ids of which several rows have the same hash. Of each row eight bytes are held.
    pub(super) fn suspects(
        &self,
        (system, machine): (&dyn System, &Machine),
        reading: Reading<'_>,
    ) -> Result<FxHashSet<u64>, NotInBlocks> {
        let mut hashes: Vec<u64> = Vec::new();
        self.walk((system, machine, None), reading, &mut |part| {
            hashes.extend(part.table.origins().map(|it| hashed(&it.0.id)));
            Ok(())
        })?;
        hashes.sort_unstable();
        let pairs = hashes.iter().zip(hashes.iter().skip(1));
        Ok(pairs.filter(|it| it.0 == it.1).map(|it| *it.0).collect())
    }

    /// Which rows repeat an id: those that might are found by their hashes, and looked at in a second reading.
    pub(crate) fn repeated(
        &self,
        (system, machine): (&dyn System, &Machine),
        reading: Reading<'_>,
    ) -> Result<Repeated, NotInBlocks> {
        let suspects = self.suspects((system, machine), reading)?;
        let mut repeated = Repeated::default();
        if suspects.is_empty() {
            return Ok(repeated);
        }
        let mut first: FxHashMap<SmolStr, u64> = FxHashMap::default();
        self.walk((system, machine, None), reading, &mut |part| {
            for (row, start, number) in part.table.origins().filter(|it| suspects.contains(&hashed(&it.0.id))) {
                match first.get(&row.id) {
                    Some(first) => {
                        repeated.0.insert(part.key(start), *first);
                    }
                    None => {
                        first.insert(row.id.clone(), number);
                    }
                }
            }
            Ok(())
        })?;
        Ok(repeated)
    }
}
