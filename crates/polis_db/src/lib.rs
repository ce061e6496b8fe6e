//! Inputs of the incremental database: files, manifests, packages, and the `System` trait through which all I/O goes.
//!
//! [`load`] finds a workspace, reads what a target needs and returns a database. [`PolisDatabase`] holds the inputs;
//! queries over them live in the crates above, and the few over packages in [`superiors`] and [`used`].
//!
//! **Invariant:** only [`OsSystem`] touches the disk and the environment, and nothing that it returns depends on the
//! order in which the file system lists a folder.

mod database;
pub mod generate;
#[expect(missing_docs, reason = "salsa's constructors and setters come without documentation")]
mod inputs;
mod manifest;
mod packages;
pub mod paths;
mod system;
pub mod testing;
mod workspace;

pub use database::{Db, PolisDatabase, Snapshot};
pub use inputs::{Head, Package, SourceFile, SourceText, Workspace};
pub use manifest::{LintLevel, MANIFEST_NAME, Manifest, ManifestFile, Spanned, WorkspaceTable, parse_manifest};
pub use packages::{superiors, under, used};
pub use system::{DirEntry, MAX_BYTES, MemorySystem, NewFile, OsSystem, RandomRead, System};
pub use workspace::{Loaded, load, load_into, text_diagnostic, text_diagnostics};
