//! Packages to hold against each other: of the library, or made of a text.

use std::sync::Arc;

use camino::Utf8Path;
use polis_db::{MemorySystem, OsSystem, Package, PolisDatabase, load};
use polis_diff::Side;
use polis_semantic::{Program, program, program_at};
use polis_value::Date;

/// A package with its program.
pub(crate) struct Read {
    pub(crate) db: PolisDatabase,
    pub(crate) package: Package,
    pub(crate) program: Arc<Program>,
    day: Option<Date>,
}

impl Read {
    pub(crate) fn library(name: &str, day: Option<Date>) -> Self {
        let policies = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
        let loaded = load(&OsSystem, &policies.join(name));
        let [package] = loaded.targets.as_slice() else { panic!("{name} is one package") };
        let package = *package;
        let program = match day {
            Some(day) => program_at(&loaded.db, package, day),
            None => program(&loaded.db, package),
        };
        Self { db: loaded.db, package, program, day }
    }

    pub(crate) fn text(name: &str, text: &str) -> Self {
        let system = MemorySystem::new()
            .with_file("/p/polis.toml", &format!("[package]\nname = \"{name}\"\n"))
            .with_file("/p/a.pol", text);
        let loaded = load(&system, Utf8Path::new("/p"));
        let [package] = loaded.targets.as_slice() else { panic!("one package") };
        let package = *package;
        let wrong = polis_semantic::check(&loaded.db, &[package]);
        assert!(wrong.iter().all(|it| it.severity < polis_diagnostic::Severity::Error), "{text}\n{wrong:?}");
        let program = program(&loaded.db, package);
        Self { db: loaded.db, package, program, day: None }
    }

    pub(crate) fn side(&self) -> Side<'_> {
        Side::new(&self.db, self.package, &self.program, self.day)
    }
}
