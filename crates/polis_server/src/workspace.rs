//! Folders that are open, each with the database of what it needs.

use std::sync::{Arc, Mutex, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};
use lsp_types::Url;
use polis_db::{Loaded, MANIFEST_NAME, Snapshot, SourceFile, System, Workspace, load, paths};
use polis_diagnostic::{ColumnUnit, FileId, LineIndex};
use polis_ide::FileRange;
use polis_syntax::Span;
use rustc_hash::FxHashMap;

use crate::check::{ShownCache, TextCache};
use crate::documents;
use crate::overlay::{Overlay, Texts};

/// How far below a folder without a manifest packages are looked for.
const DEPTH: usize = 6;

/// A workspace, package or lone file with its database.
pub(crate) struct Root {
    /// By which jobs speak of it; never given twice.
    pub(crate) id: u32,
    /// What it was loaded from.
    pub(crate) target: Utf8PathBuf,
    /// Whether it was opened for a document that lies in no folder of the client.
    pub(crate) implicit: bool,
    /// The database.
    pub(crate) loaded: Loaded,
    /// Its files by their absolute paths.
    pub(crate) files: Arc<FxHashMap<Utf8PathBuf, SourceFile>>,
    /// The folder from which paths are shown.
    pub(crate) current: Utf8PathBuf,
    /// The texts that citations are held against.
    pub(crate) sources: TextCache,
    lines: Arc<Lines>,
    shown: ShownCache,
}

/// Line indexes of texts, each made once.
#[derive(Default)]
struct Lines(Mutex<FxHashMap<FileId, Indexed>>);

/// A text with its lines.
type Indexed = (Arc<str>, Arc<LineIndex>);

impl Root {
    pub(crate) fn load(
        id: u32,
        target: Utf8PathBuf,
        implicit: bool,
        base: &Arc<dyn System>,
        texts: &Arc<Texts>,
    ) -> Self {
        let current = if base.is_dir(&target) {
            target.clone()
        } else {
            target.parent().map_or_else(|| "/".into(), Utf8Path::to_owned)
        };
        let system = Overlay::new(Arc::clone(base), Arc::clone(texts), current.clone());
        let loaded = load(&system, &target);
        let mut files = FxHashMap::default();
        for number in 0.. {
            let Some(file) = loaded.db.file(FileId(number)) else { break };
            files.insert(paths::join(&current, Utf8Path::new(&*file.path(&loaded.db))), file);
        }
        Self {
            id,
            target,
            implicit,
            loaded,
            files: Arc::new(files),
            current,
            sources: TextCache::default(),
            lines: Arc::default(),
            shown: ShownCache::default(),
        }
    }

    /// A second handle for readers.
    pub(crate) fn view(&self, uris: &Arc<FxHashMap<Utf8PathBuf, Url>>, unit: ColumnUnit) -> View {
        View {
            db: self.loaded.db.snapshot(),
            root: self.id,
            current: self.current.clone(),
            files: Arc::clone(&self.files),
            lines: Arc::clone(&self.lines),
            shown: Arc::clone(&self.shown),
            uris: Arc::clone(uris),
            unit,
        }
    }

    /// Whether a path lies in what was asked for, so that a new file there is one of its files.
    pub(crate) fn holds(&self, path: &Utf8Path) -> bool {
        path.starts_with(&self.loaded.root) || path.starts_with(&self.target)
    }

    /// Whether a file is a provision's file of a package, and no manifest.
    pub(crate) fn is_source(&self, file: SourceFile) -> bool {
        let db = &self.loaded.db;
        Workspace::get(db).packages(db).iter().any(|it| it.files(db).contains(&file))
    }
}

/// The packages and workspaces that a client's folder leads to: its own, or those below it.
pub(crate) fn discover(system: &dyn System, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
    let above = folder.ancestors().any(|it| system.is_file(&it.join(MANIFEST_NAME)));
    if above {
        return vec![folder.to_owned()];
    }
    let mut found = Vec::new();
    below(system, folder, DEPTH, &mut found);
    if found.is_empty() { vec![folder.to_owned()] } else { found }
}

fn below(system: &dyn System, folder: &Utf8Path, depth: usize, found: &mut Vec<Utf8PathBuf>) {
    let Ok(entries) = system.read_dir(folder) else { return };
    for entry in entries.into_iter().filter(|it| it.is_dir) {
        if entry.name.starts_with('.') || matches!(entry.name.as_str(), "target" | "node_modules") {
            continue;
        }
        let path = folder.join(&entry.name);
        if system.is_file(&path.join(MANIFEST_NAME)) {
            found.push(path);
        } else if depth > 0 {
            below(system, &path, depth - 1, found);
        }
    }
}

/// What a reader sees of a root.
pub(crate) struct View {
    /// The snapshot.
    pub(crate) db: Snapshot,
    /// The root.
    pub(crate) root: u32,
    /// The folder from which paths are shown.
    pub(crate) current: Utf8PathBuf,
    files: Arc<FxHashMap<Utf8PathBuf, SourceFile>>,
    lines: Arc<Lines>,
    /// The findings that were converted last.
    pub(crate) shown: ShownCache,
    /// How the client spells its files.
    pub(crate) uris: Arc<FxHashMap<Utf8PathBuf, Url>>,
    /// What columns count.
    pub(crate) unit: ColumnUnit,
}

impl View {
    /// The file of a place.
    pub(crate) fn file(&self, uri: &Url) -> Option<SourceFile> {
        self.files.get(&documents::path_of(uri)).copied()
    }

    /// The absolute path of a file.
    pub(crate) fn path(&self, file: SourceFile) -> Utf8PathBuf {
        paths::join(&self.current, Utf8Path::new(&*file.path(&*self.db)))
    }

    /// The place of a file as the client spells it.
    pub(crate) fn uri(&self, file: SourceFile) -> Option<Url> {
        let path = self.path(file);
        self.uris.get(&path).cloned().or_else(|| documents::uri_of(&path))
    }

    /// A file's text and lines.
    pub(crate) fn text(&self, file: SourceFile) -> (Arc<str>, Arc<LineIndex>) {
        let text: Arc<str> = match file.text(&*self.db) {
            polis_db::SourceText::Text(text) | polis_db::SourceText::NotUtf8 { before: text, .. } => text,
            polis_db::SourceText::Unreadable(_) => "".into(),
        };
        let id = file.id(&*self.db);
        let mut lines = self.lines.0.lock().unwrap_or_else(PoisonError::into_inner);
        match lines.get(&id) {
            Some((of, index)) if Arc::ptr_eq(of, &text) => (text, Arc::clone(index)),
            _ => {
                let index = Arc::new(LineIndex::new(&text));
                lines.insert(id, (Arc::clone(&text), Arc::clone(&index)));
                (text, index)
            }
        }
    }

    /// The byte of a position.
    pub(crate) fn offset(&self, file: SourceFile, position: lsp_types::Position) -> u32 {
        let (text, index) = self.text(file);
        documents::offset(&text, &index, position, self.unit)
    }

    /// The bytes of a range.
    pub(crate) fn span(&self, file: SourceFile, range: lsp_types::Range) -> Span {
        let (text, index) = self.text(file);
        documents::span(&text, &index, range, self.unit)
    }

    /// A range in the protocol's terms.
    pub(crate) fn range(&self, file: SourceFile, span: Span) -> lsp_types::Range {
        let (text, index) = self.text(file);
        let at = |offset| documents::position(&text, &index, offset, self.unit);
        lsp_types::Range::new(at(span.start), at(span.end.max(span.start)))
    }

    /// A place in the protocol's terms.
    pub(crate) fn location(&self, at: FileRange) -> Option<lsp_types::Location> {
        Some(lsp_types::Location::new(self.uri(at.file)?, self.range(at.file, at.range)))
    }
}
