//! The salsa database.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use polis_diagnostic::{FileId, Files};
use salsa::{Durability, Setter as _};

use crate::inputs::{Head, Package, SourceFile, SourceText, Workspace};
use crate::manifest::Manifest;

/// What queries see of the database.
#[salsa::db]
pub trait Db: salsa::Database {}

/// The database. It is deliberately not `Clone`: [`PolisDatabase::snapshot`] is the only second handle, and a write
/// waits until every snapshot is dropped.
#[salsa::db]
pub struct PolisDatabase {
    storage: salsa::Storage<Self>,
    /// Every file ever added, by its number. Shared with the snapshots.
    files: Arc<Vec<SourceFile>>,
    /// What the renderers read: path and text by number. Kept beside the inputs because they ask for `&str`.
    shown: Arc<Vec<(Arc<str>, SourceText)>>,
    /// How many lines stand before those texts that are only parts of their files.
    lines_before: Arc<BTreeMap<FileId, u32>>,
    /// Which queries were executed; only a database made by [`PolisDatabase::logged`] has one.
    log: Option<Arc<QueryLog>>,
}

/// A second handle on the database, for reading on another thread.
///
/// **Invariant:** it gives out no `&mut`, so nothing can be written through it. A write to the database cancels the
/// queries that run on its snapshots and then waits until all of them are dropped; one that is kept, or held by the
/// writing thread itself, blocks it for ever.
pub struct Snapshot(PolisDatabase);

impl Deref for Snapshot {
    type Target = PolisDatabase;

    fn deref(&self) -> &PolisDatabase {
        &self.0
    }
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
        Self::with_storage(salsa::Storage::new(None), None)
    }

    /// An empty database that can tell which queries were executed, for tests. It is slower: salsa then makes an event
    /// of everything that it looks at.
    #[must_use]
    pub fn logged() -> Self {
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
        Self::with_storage(storage, Some(log))
    }

    fn with_storage(storage: salsa::Storage<Self>, log: Option<Arc<QueryLog>>) -> Self {
        let db = Self { storage, files: Arc::default(), shown: Arc::default(), lines_before: Arc::default(), log };
        // It is a singleton: `Workspace::get` finds it.
        let _ = Workspace::builder(Arc::from([])).durability(Durability::HIGH).new(&db);
        db
    }

    /// A handle for reading on another thread.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(Self {
            storage: self.storage.clone(),
            files: Arc::clone(&self.files),
            shown: Arc::clone(&self.shown),
            lines_before: Arc::clone(&self.lines_before),
            log: self.log.clone(),
        })
    }

    /// The number that the next file will have.
    pub(crate) fn next_id(&self) -> FileId {
        // INVARIANT: there is no memory for as many files as would not fit.
        FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX))
    }

    /// Adds a file. Its text is of `durability`: low for an editor's buffers, medium for files on disk.
    pub fn add_file(&mut self, path: &str, package: &str, text: SourceText, durability: Durability) -> SourceFile {
        let id = self.next_id();
        let path: Arc<str> = path.into();
        let parse = (durability == Durability::LOW).then(|| Arc::new(polis_syntax::parse(text.text())));
        let heads = parse.as_ref().map(|it| Head::of(text.text(), it));
        let file = SourceFile::builder(id, Arc::clone(&path), package.into(), text.clone(), heads, parse)
            .durability(Durability::HIGH)
            .text_durability(durability)
            .heads_durability(Durability::MEDIUM)
            .parse_durability(durability)
            .new(self);
        Arc::make_mut(&mut self.files).push(file);
        Arc::make_mut(&mut self.shown).push((path, text));
        file
    }

    /// Adds a part of a file that is too large to be held, so that findings can show it: some of its lines, with how many
    /// stand before them. There may be any number of parts of one path.
    pub fn add_part(&mut self, path: &str, lines: &str, lines_before: u32) -> FileId {
        let part = self.add_file(path, "", SourceText::Text(lines.into()), Durability::MEDIUM);
        let id = part.id(self);
        Arc::make_mut(&mut self.lines_before).insert(id, lines_before);
        id
    }

    /// Says that a file is about to be edited, as when an editor opens it, so that the first edit is as quick as the others.
    pub fn open(&mut self, file: SourceFile) {
        let text = file.text(self);
        self.set_parsed(file, text);
    }

    /// Sets a text with what it parses to. Names of packages rest on the heads as on something that seldom changes.
    fn set_parsed(&mut self, file: SourceFile, text: SourceText) {
        let parse = Arc::new(polis_syntax::parse(text.text()));
        let heads = Some(Head::of(text.text(), &parse));
        if file.heads(self) != heads {
            file.set_heads(self).with_durability(Durability::MEDIUM).to(heads);
        }
        file.set_text(self).with_durability(Durability::LOW).to(text);
        file.set_parse(self).with_durability(Durability::LOW).to(Some(parse));
    }

    /// Sets a file's text. Setting the same text again is no change and re-runs nothing.
    pub fn set_text(&mut self, file: SourceFile, text: SourceText) {
        if file.text(self) == text {
            return;
        }
        let id = file.id(self);
        self.set_parsed(file, text.clone());
        // The snapshots are gone by now, so this is a change in place.
        if let Some(shown) = Arc::make_mut(&mut self.shown).get_mut(id.0 as usize) {
            shown.1 = text;
        }
    }

    /// Adds a package with its files, see [`PolisDatabase::add_packages`].
    pub fn add_package(&mut self, manifest: Manifest, files: Vec<SourceFile>) -> Package {
        let package = self.new_package(manifest, files);
        self.extend_workspace(&[package]);
        package
    }

    /// Adds packages with their files and returns them in the same order. The workspace keeps packages ordered by name,
    /// and a package keeps its files ordered by path.
    pub fn add_packages(&mut self, packages: Vec<(Manifest, Vec<SourceFile>)>) -> Vec<Package> {
        let packages: Vec<Package> =
            packages.into_iter().map(|(manifest, files)| self.new_package(manifest, files)).collect();
        self.extend_workspace(&packages);
        packages
    }

    fn new_package(&self, manifest: Manifest, mut files: Vec<SourceFile>) -> Package {
        files.sort_by_cached_key(|it| it.path(self));
        let name = manifest.name.clone();
        Package::builder(name, Arc::new(manifest), files.into()).durability(Durability::MEDIUM).new(self)
    }

    fn extend_workspace(&mut self, added: &[Package]) {
        let workspace = Workspace::get(self);
        let mut packages = workspace.packages(self).to_vec();
        packages.extend(added);
        packages.sort_by_cached_key(|it| it.name(self));
        workspace.set_packages(self).with_durability(Durability::HIGH).to(packages.into());
    }

    /// Sets what a package's manifest says. Setting the same again is no change.
    ///
    /// The name stays: other packages and the files speak of it. For another name, load anew.
    pub fn set_manifest(&mut self, package: Package, manifest: Manifest) {
        if *package.manifest(self) != manifest {
            package.set_manifest(self).with_durability(Durability::MEDIUM).to(Arc::new(manifest));
        }
    }

    /// Sets the files of a package.
    pub fn set_files(&mut self, package: Package, mut files: Vec<SourceFile>) {
        files.sort_by_cached_key(|it| it.path(self));
        if *package.files(self) != *files {
            package.set_files(self).with_durability(Durability::MEDIUM).to(files.into());
        }
    }

    /// The file of this number.
    #[must_use]
    pub fn file(&self, id: FileId) -> Option<SourceFile> {
        self.files.get(id.0 as usize).copied()
    }

    /// The file of this path, as it is shown.
    #[must_use]
    pub fn file_at(&self, path: &str) -> Option<SourceFile> {
        let position = self.shown.iter().position(|it| &*it.0 == path)?;
        self.files.get(position).copied()
    }

    /// The package of this name.
    #[must_use]
    pub fn package(&self, name: &str) -> Option<Package> {
        Workspace::get(self).packages(self).iter().copied().find(|it| it.name(self) == name)
    }

    /// Runs `f` and returns the names of the queries that were executed, in order. A database that keeps no log says so
    /// in place of the names, so that a test on it cannot pass by accident.
    pub fn executed<T>(&self, f: impl FnOnce(&Self) -> T) -> (T, Vec<String>) {
        let Some(log) = &self.log else { return (f(self), vec!["a database without a log".to_owned()]) };
        *log.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Vec::new());
        let value = f(self);
        let names = log.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        (value, names.unwrap_or_default())
    }
}

impl Files for PolisDatabase {
    fn path(&self, id: FileId) -> &str {
        self.shown.get(id.0 as usize).map_or("?", |it| &it.0)
    }

    fn text(&self, id: FileId) -> &str {
        self.shown.get(id.0 as usize).map_or("", |it| it.1.text())
    }

    fn lines_before(&self, id: FileId) -> u32 {
        self.lines_before.get(&id).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[salsa::tracked]
    fn length(db: &dyn Db, file: SourceFile) -> usize {
        file.text(db).text().len()
    }

    fn text(text: &str) -> SourceText {
        SourceText::Text(text.into())
    }

    #[test]
    fn the_same_text_again_is_no_new_revision() {
        let mut db = PolisDatabase::logged();
        let file = db.add_file("a.pol", "a", text("甲"), Durability::LOW);
        assert_eq!(*length(&db, file), 3);
        let before = salsa::plumbing::current_revision(&db);
        db.set_text(file, text("甲"));
        assert_eq!(salsa::plumbing::current_revision(&db), before);
        assert_eq!(db.executed(|db| *length(db, file)), (3, vec![]));

        db.set_text(file, text("甲乙"));
        assert_ne!(salsa::plumbing::current_revision(&db), before);
        let (value, executed) = db.executed(|db| *length(db, file));
        assert_eq!((value, executed.len()), (6, 1), "{executed:?}");
        assert_eq!(Files::text(&db, file.id(&db)), "甲乙");
    }

    #[test]
    fn the_same_files_and_manifest_again_are_no_new_revision() {
        let mut db = PolisDatabase::logged();
        let file = db.add_file("a.pol", "a", text(""), Durability::MEDIUM);
        let package = db.add_package(Manifest::anonymous("a", "/"), vec![file]);
        let before = salsa::plumbing::current_revision(&db);
        db.set_files(package, vec![file]);
        db.set_manifest(package, Manifest::anonymous("a", "/"));
        assert_eq!(salsa::plumbing::current_revision(&db), before);
    }

    #[test]
    fn files_and_packages_are_found_and_ordered() {
        let mut db = PolisDatabase::logged();
        let files: Vec<SourceFile> =
            ["b.pol", "a.pol"].iter().map(|it| db.add_file(it, "p", text(""), Durability::LOW)).collect();
        db.add_packages(vec![
            (Manifest::anonymous("q", "/"), Vec::new()),
            (Manifest::anonymous("p", "/"), files.clone()),
        ]);
        db.add_package(Manifest::anonymous("o", "/"), Vec::new());
        let names: Vec<String> = Workspace::get(&db).packages(&db).iter().map(|it| it.name(&db).to_string()).collect();
        assert_eq!(names, ["o", "p", "q"]);
        let package = db.package("p").unwrap();
        assert_eq!(*package.files(&db), [files[1], files[0]]);
        assert_eq!(db.file_at("a.pol"), Some(files[1]));
        assert_eq!(db.file(FileId(0)), Some(files[0]));
        assert_eq!((db.file(FileId(9)), db.file_at("c.pol")), (None, None));
        assert_eq!((Files::path(&db, FileId(9)), Files::text(&db, FileId(9))), ("?", ""));
    }

    #[test]
    fn a_snapshot_reads_on_another_thread() {
        let mut db = PolisDatabase::logged();
        let file = db.add_file("a.pol", "a", text("甲"), Durability::LOW);
        let snapshot = db.snapshot();
        let reader = std::thread::spawn(move || *length(&*snapshot, file));
        assert_eq!(reader.join().unwrap(), 3);
        db.set_text(file, text(""));
        assert_eq!(*length(&db, file), 0);
    }
}
