//! The texts of a project's documents, read once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use polis_db::{PolisDatabase, SourceText, System, text_diagnostic};
use polis_diagnostic::{Bilingual, Diagnostic, SourceMessage, SourceNote, sort_and_dedup};
use polis_sources::text::Text;
use polis_sources::{Library, TextFile, wanted};
use salsa::Durability;

use crate::project::{Findings, Project, Target};

/// The texts that citations are held against.
pub(crate) struct Sources {
    library: Library,
    /// A database of the texts that cannot be read, to speak of them in findings.
    db: PolisDatabase,
    unreadable: Vec<Diagnostic>,
    /// Folders that manifests name and that are not there.
    absent: BTreeSet<Utf8PathBuf>,
}

impl Sources {
    /// Reads what the documents of the project name, from `folder` or from the folder that a package's manifest names.
    /// A manifest may name a folder that is not everywhere, so its absence is no more than worth knowing.
    pub(crate) fn load(system: &dyn System, project: &Project, folder: Option<&Utf8Path>) -> Self {
        let mut sources = Self {
            library: Library::default(),
            db: PolisDatabase::new(),
            unreadable: Vec::new(),
            absent: BTreeSet::new(),
        };
        let current = system.current_dir().unwrap_or_default();
        let mut read: BTreeMap<Utf8PathBuf, Option<TextFile>> = BTreeMap::new();
        for target in project.targets() {
            for package in polis_semantic::scope::visible(target.db, target.package) {
                let manifest = package.manifest(target.db);
                let path = match folder {
                    Some(folder) => folder.to_owned(),
                    None => match manifest.sources_path() {
                        Some(path) => shown(path, &current),
                        None => continue,
                    },
                };
                if folder.is_none() && !system.is_dir(&path) {
                    sources.absent.extend(manifest.sources_path());
                    continue;
                }
                sources.library.folders.insert(package.name(target.db), path.as_str().into());
            }
            for (package, name) in wanted(target.db, target.package) {
                let package = package.name(target.db);
                let Some(folder) = sources.library.folders.get(&package) else { continue };
                let path = Utf8Path::new(folder.as_str()).join(name.as_str());
                let text = match read.get(&path) {
                    Some(text) => text.clone(),
                    None => sources.read(system, &path),
                };
                read.insert(path, text.clone());
                sources.library.texts.extend(text.map(|it| ((package, name), it)));
            }
        }
        sources
    }

    /// A file that is not there is reported where a document names it; one that cannot be read, by itself.
    fn read(&mut self, system: &dyn System, path: &Utf8Path) -> Option<TextFile> {
        if !system.is_file(path) {
            return None;
        }
        let text = SourceText::read(system, path);
        if let SourceText::Text(text) = &text {
            return Some(TextFile::Read(Arc::new(Text::new(path.as_str(), text))));
        }
        let file = self.db.add_file(path.as_str(), "", text, Durability::LOW);
        self.unreadable.extend(text_diagnostic(&self.db, file));
        Some(TextFile::Unreadable)
    }

    /// The texts.
    pub(crate) const fn library(&self) -> &Library {
        &self.library
    }

    /// Adds what is wrong with the texts themselves.
    pub(crate) fn report<'p>(&'p self, findings: &mut Findings<'p>) {
        for found in &self.unreadable {
            let found = found.clone().map_location(|at| findings.files.span(&self.db, at));
            findings.diagnostics.push(found);
        }
        sort_and_dedup(&mut findings.diagnostics, &findings.files);
    }

    /// That the folder which a package's manifest names is not there.
    pub(crate) fn absent(&self, target: Target<'_>) -> Option<Diagnostic> {
        let manifest = target.package.manifest(target.db);
        manifest.sources_path().filter(|it| self.absent.contains(it))?;
        let folder = manifest.sources.as_ref()?;
        let reason =
            Bilingual::new(format!("没有文件夹 `{}`", folder.value), format!("there is no folder `{}`", folder.value));
        Some(Diagnostic::new(SourceMessage::CitationNoText { reason }, folder.at).help(SourceNote::TextsNotNeeded))
    }
}

/// A path from the current folder where it lies below, as other paths are shown.
fn shown(path: Utf8PathBuf, current: &Utf8Path) -> Utf8PathBuf {
    match path.strip_prefix(current) {
        Ok(below) if below.as_str().is_empty() => ".".into(),
        Ok(below) => below.to_owned(),
        Err(_) => path,
    }
}
