//! The disk as the editor sees it: open texts lie over the files.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use camino::{Utf8Path, Utf8PathBuf};
use polis_db::{DirEntry, NewFile, RandomRead, System, paths};

/// Texts of open documents by their absolute paths.
pub(crate) type Texts = BTreeMap<Utf8PathBuf, Arc<str>>;

/// A system whose files are those of another, but for the texts that are open, seen from a folder.
#[derive(Clone)]
pub struct Overlay {
    base: Arc<dyn System>,
    texts: Arc<Texts>,
    current: Utf8PathBuf,
}

impl Overlay {
    /// The texts over a system, seen from `current`.
    pub(crate) fn new(base: Arc<dyn System>, texts: Arc<Texts>, current: Utf8PathBuf) -> Self {
        Self { base, texts, current }
    }

    fn absolute(&self, path: &Utf8Path) -> Utf8PathBuf {
        paths::join(&self.current, path)
    }
}

impl System for Overlay {
    fn read(&self, path: &Utf8Path) -> io::Result<Vec<u8>> {
        let path = self.absolute(path);
        match self.texts.get(&path) {
            Some(text) => Ok(text.as_bytes().to_vec()),
            None => self.base.read(&path),
        }
    }

    fn read_dir(&self, path: &Utf8Path) -> io::Result<Vec<DirEntry>> {
        let path = self.absolute(path);
        let mut open: Vec<DirEntry> = self
            .texts
            .keys()
            .filter(|it| it.parent() == Some(&path))
            .filter_map(|it| Some(DirEntry { name: it.file_name()?.to_owned(), is_dir: false }))
            .collect();
        match self.base.read_dir(&path) {
            Ok(entries) => open.extend(entries),
            Err(error) if open.is_empty() => return Err(error),
            Err(_) => {}
        }
        open.sort();
        open.dedup();
        Ok(open)
    }

    fn is_file(&self, path: &Utf8Path) -> bool {
        let path = self.absolute(path);
        self.texts.contains_key(&path) || self.base.is_file(&path)
    }

    fn is_dir(&self, path: &Utf8Path) -> bool {
        self.base.is_dir(&self.absolute(path))
    }

    fn write_atomic(&self, path: &Utf8Path, bytes: &[u8]) -> io::Result<()> {
        self.base.write_atomic(&self.absolute(path), bytes)
    }

    fn create(&self, path: &Utf8Path) -> io::Result<Box<dyn NewFile>> {
        self.base.create(&self.absolute(path))
    }

    fn open(&self, path: &Utf8Path) -> io::Result<Box<dyn RandomRead>> {
        self.base.open(&self.absolute(path))
    }

    fn create_dir_all(&self, path: &Utf8Path) -> io::Result<()> {
        self.base.create_dir_all(&self.absolute(path))
    }

    fn interrupts(&self) -> Arc<AtomicBool> {
        // A client interrupts by cancelling; the signal is for the program on a terminal.
        Arc::new(AtomicBool::new(false))
    }

    fn env_var(&self, name: &str) -> Option<String> {
        self.base.env_var(name)
    }

    fn current_dir(&self) -> io::Result<Utf8PathBuf> {
        Ok(self.current.clone())
    }
}
