//! The sample of a run in batches: one file that is read again and again, and the others, which are held.

use camino::Utf8Path;
use polis_db::{PolisDatabase, System};
use polis_diagnostic::Diagnostic;
use polis_eval::{EntityId, Machine, World};
use smol_str::SmolStr;

use super::NotInBatches;
use crate::samples::{BadRows, LargeFile, Reading, Repeated, Samples, large_file, load_samples_but};

/// A sample of which one table is read in batches.
#[derive(Debug)]
pub struct BatchSample {
    pub(super) file: LargeFile,
    pub(super) bad_rows: BadRows,
}

impl BatchSample {
    /// Opens a sample whose largest file has at least so many bytes, and reads all others, which come with it. `None` if it is smaller, or if other files lead into the large one.
    pub fn open(
        system: &dyn System,
        folder: &Utf8Path,
        db: &mut PolisDatabase,
        machine: &Machine,
        (at_least, bad_rows): (u64, BadRows),
    ) -> Option<(Self, Samples)> {
        let file = large_file(system, folder, machine, at_least)?;
        let samples = load_samples_but(system, folder, db, machine, (Some(file.entity), bad_rows));
        Some((Self { file, bad_rows }, samples))
    }

    /// The entity of the large file.
    #[must_use]
    pub fn entity(&self) -> EntityId {
        self.file.entity
    }

    /// The path of the large file, as shown.
    #[must_use]
    pub fn path(&self, system: &dyn System) -> SmolStr {
        self.file.shown(system)
    }

    /// Whether the large file can be read in batches only.
    #[must_use]
    pub fn is_too_large(&self, system: &dyn System) -> bool {
        self.file.is_too_large(system)
    }

    /// What is wrong with a file that can be read in batches only, with the places. The other jurisdictions are in `world`.
    pub fn findings(
        &self,
        system: &dyn System,
        db: &mut PolisDatabase,
        machine: &Machine,
        world: &World,
    ) -> Vec<Diagnostic> {
        let mut found = self.file.findings(system, db, (machine, world), self.bad_rows);
        polis_diagnostic::sort_and_dedup(&mut found, db);
        found
    }

    /// The rows of the large file that repeat an id. Of every row eight bytes are held meanwhile.
    ///
    /// # Errors
    ///
    /// The file cannot be read so.
    pub fn repeated(&self, system: &dyn System, machine: &Machine) -> Result<Repeated, NotInBatches> {
        let nothing = Repeated::default();
        let reading = Reading { bad_rows: self.bad_rows, repeated: &nothing, places: None };
        self.file.repeated((system, machine), reading).map_err(|_| NotInBatches)
    }

    /// The bytes of the large file, which progress is counted in.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.file.length
    }
}
