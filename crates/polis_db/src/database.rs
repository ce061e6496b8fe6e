//! The salsa database.

use std::sync::{Arc, Mutex, PoisonError};

use polis_diagnostic::{FileId, Files};
use salsa::{Durability, Setter as _};

use crate::inputs::{Package, SourceFile, SourceText, Workspace};
use crate::manifest::Manifest;

/// What queries see of the database.
#[salsa::db]
pub trait Db: salsa::Database {}

/// The database. It is deliberately not `Clone`: [`PolisDatabase::snapshot`] is the only second handle, and a write
/// waits until every snapshot is dropped.
#[salsa::db]
pub struct PolisDatabase {
    storage: salsa::Storage<Self>,
    /// Every file ever added, by its number.
    files: Vec<SourceFile>,
    /// What the renderers read: path and text by number. Kept beside the inputs because they ask for `&str`.
    shown: Vec<(Arc<str>, SourceText)>,
    log: Arc<QueryLog>,
}

/// The names of executed queries, for the tests that count them.
#[derive(Debug, Default)]
struct QueryLog(Mutex<Option<Vec<String>>>);

#[salsa::db]
impl salsa::Database for PolisDatabase {}

#[salsa::db]
impl Db for PolisDatabase {}

impl Default for PolisDatabase {
    fn default() -> Self {
        Self::new()
    }
}

impl PolisDatabase {
    /// An empty database.
    #[must_use]
    pub fn new() -> Self {
        let log = Arc::new(QueryLog::default());
        let sink = Arc::clone(&log);
        let storage = salsa::Storage::new(Some(Box::new(move |event| {
            if let salsa::EventKind::WillExecute { database_key } = event.kind {
                // A poisoned lock only means that a test thread failed while holding it.
                if let Some(names) = sink.0.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
                    names.push(format!("{database_key:?}"));
                }
            }
        })));
        let mut db = Self { storage, files: Vec::new(), shown: Vec::new(), log };
        Workspace::builder(Arc::from([])).durability(Durability::HIGH).new(&mut db);
        db
    }

    /// Adds a file. Its text is of `durability`: low for an editor's buffers, medium for files on disk.
    pub fn add_file(&mut self, path: &str, package: &str, text: SourceText, durability: Durability) -> SourceFile {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        let path: Arc<str> = path.into();
        let file = SourceFile::builder(id, Arc::clone(&path), package.into(), text.clone())
            .durability(Durability::HIGH)
            .text_durability(durability)
            .new(self);
        self.files.push(file);
        self.shown.push((path, text));
        file
    }

    /// Sets a file's text. Setting the same text again is no change and re-runs nothing.
    pub fn set_text(&mut self, file: SourceFile, text: SourceText) {
        if file.text(self) == text {
            return;
        }
        let id = file.id(self);
        file.set_text(self).with_durability(Durability::LOW).to(text.clone());
        if let Some(shown) = self.shown.get_mut(id.0 as usize) {
            shown.1 = text;
        }
    }

    /// Adds a package with its files. The workspace keeps packages ordered by name.
    pub fn add_package(&mut self, manifest: Manifest, mut files: Vec<SourceFile>) -> Package {
        files.sort_by_key(|it| it.path(self));
        let name = manifest.name.clone();
        let package = Package::builder(name, Arc::new(manifest), files.into())
            .durability(Durability::MEDIUM)
            .new(self);
        let workspace = Workspace::get(self);
        let mut packages = workspace.packages(self).to_vec();
        packages.push(package);
        packages.sort_by_key(|it| it.name(self));
        workspace.set_packages(self).with_durability(Durability::HIGH).to(packages.into());
        package
    }

    /// Sets the files of a package.
    pub fn set_files(&mut self, package: Package, mut files: Vec<SourceFile>) {
        files.sort_by_key(|it| it.path(self));
        if *package.files(self) != *files {
            package.set_files(self).with_durability(Durability::MEDIUM).to(files.into());
        }
    }

    /// The file of this number.
    #[must_use]
    pub fn file(&self, id: FileId) -> Option<SourceFile> {
        self.files.get(id.0 as usize).copied()
    }

    /// The package of this name.
    #[must_use]
    pub fn package(&self, name: &str) -> Option<Package> {
        Workspace::get(self).packages(self).iter().copied().find(|it| it.name(self) == name)
    }

    /// Runs `f` and returns the names of the queries that were executed, in order.
    pub fn executed<T>(&self, f: impl FnOnce(&Self) -> T) -> (T, Vec<String>) {
        *self.log.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Vec::new());
        let value = f(self);
        let names = self.log.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        (value, names.unwrap_or_default())
    }
}

impl Files for PolisDatabase {
    fn path(&self, id: FileId) -> &str {
        self.shown.get(id.0 as usize).map_or("", |it| &it.0)
    }

    fn text(&self, id: FileId) -> &str {
        self.shown.get(id.0 as usize).map_or("", |it| it.1.text())
    }
}
