//! What changes texts and files: notifications about documents, files and folders.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use camino::{Utf8Path, Utf8PathBuf};
use lsp_types::Url;
use polis_db::{MANIFEST_NAME, SourceText};
use rustc_hash::FxHashMap;
use serde_json::Value;

use super::{Phase, Server};
use crate::documents::{self, Document};
use crate::message::{RequestId, ResponseError};
use crate::overlay::Texts;
use crate::workspace::{Root, discover};

impl Server {
    pub(super) fn notification(&mut self, method: &str, params: Value) {
        match (self.phase, method) {
            (_, "exit") => self.phase = Phase::Exited(u8::from(self.phase != Phase::ShutDown)),
            (Phase::Running, "$/cancelRequest") => {
                let Some(id) = params.get("id").and_then(|it| serde_json::from_value(it.clone()).ok()) else { return };
                self.cancel(&id);
            }
            (Phase::Running, "initialized") => self.initialized(),
            (Phase::Running, "textDocument/didOpen") => self.with(params, Self::opened),
            (Phase::Running, "textDocument/didChange") => self.with(params, Self::changed),
            (Phase::Running, "textDocument/didClose") => self.with(params, Self::closed),
            (Phase::Running, "workspace/didChangeWatchedFiles") => self.with(params, Self::watched),
            (Phase::Running, "workspace/didChangeWorkspaceFolders") => self.with(params, Self::folders_changed),
            (Phase::Running, "workspace/didChangeConfiguration") => {
                let settings = params.get("settings").filter(|it| !it.is_null()).cloned();
                match settings {
                    Some(settings) if settings.as_object().is_none_or(|it| !it.is_empty()) => self.configure(&settings),
                    _ => self.ask_settings(),
                }
            }
            // Others say what needs no answer and changes nothing here, such as a save.
            _ => {}
        }
    }

    /// Reads parameters; what does not read changes nothing.
    pub(super) fn with<P: serde::de::DeserializeOwned>(&mut self, params: Value, f: fn(&mut Self, P)) {
        if let Ok(params) = serde_json::from_value(params) {
            f(self, params);
        }
    }

    pub(super) fn cancel(&mut self, id: &RequestId) {
        if let Some(pending) = self.pending.remove(id) {
            pending.cancelled.store(true, Ordering::Relaxed);
            let error = ResponseError::new(ResponseError::REQUEST_CANCELLED, "the request was cancelled");
            (pending.reply)(Err(error));
        }
    }

    pub(super) fn opened(&mut self, params: lsp_types::DidOpenTextDocumentParams) {
        let document = params.text_document;
        let path = documents::path_of(&document.uri);
        let entry = Document { uri: document.uri, version: document.version, text: document.text };
        self.documents.insert(path.clone(), entry);
        self.uris = None;
        self.texts = None;
        self.touch(&path);
        let mut known = false;
        for root in &mut self.roots {
            let Some(file) = root.files.get(&path).copied() else { continue };
            known = true;
            if root.is_source(file) {
                root.loaded.db.open(file);
            }
        }
        if known {
            self.dirty.insert(path);
        } else {
            self.adopt(&path);
        }
        self.unchecked = true;
    }

    /// A document that no root has: its root is loaded again, or one is made for it.
    pub(super) fn adopt(&mut self, path: &Utf8Path) {
        let holding: Vec<u32> = self.roots.iter().filter(|it| it.holds(path)).map(|it| it.id).collect();
        for id in holding {
            self.reload(id);
        }
        if !self.roots.iter().any(|it| it.files.contains_key(path)) {
            let texts = self.texts();
            let id = self.next_root;
            self.next_root += 1;
            let root = Root::load(id, path.to_owned(), true, &self.options.system, &texts);
            if root.files.contains_key(path) {
                self.roots.push(root);
            }
        }
    }

    pub(super) fn changed(&mut self, params: lsp_types::DidChangeTextDocumentParams) {
        let path = documents::path_of(&params.text_document.uri);
        let unit = self.capabilities.unit;
        let Some(document) = self.documents.get_mut(&path) else { return };
        document.version = params.text_document.version;
        documents::apply(&mut document.text, params.content_changes, unit);
        self.texts = None;
        self.touch(&path);
        self.dirty.insert(path);
        self.unchecked = true;
    }

    pub(super) fn closed(&mut self, params: lsp_types::DidCloseTextDocumentParams) {
        let uri = params.text_document.uri;
        let path = documents::path_of(&uri);
        if self.documents.remove(&path).is_none() {
            return;
        }
        self.uris = None;
        self.texts = None;
        self.dirty.remove(&path);
        self.recent.retain(|it| *it != path);
        let before = self.roots.len();
        // A lone document goes with its root.
        self.roots.retain(|it| !it.implicit || it.files.keys().any(|it| self.documents.contains_key(it)));
        if self.roots.len() != before {
            self.published.retain_roots(&self.roots.iter().map(|it| it.id).collect::<Vec<_>>());
            self.publish_all();
        }
        self.read_again(&path);
        self.unchecked = true;
    }

    /// A file that is not open any more, or changed on the disk, reads as the disk has it.
    pub(super) fn read_again(&mut self, path: &Utf8Path) {
        let known: Vec<(u32, bool)> =
            (self.roots.iter()).filter_map(|it| Some((it.id, it.is_source(*it.files.get(path)?)))).collect();
        let there = self.options.system.is_file(path);
        for (id, is_source) in known {
            if !there || !is_source {
                self.stale.insert(id);
            } else if let Some(root) = self.roots.iter_mut().find(|it| it.id == id)
                && let Some(file) = root.files.get(path).copied()
            {
                let text = SourceText::read(&*self.options.system, path);
                root.loaded.db.set_text(file, text);
            }
        }
    }

    pub(super) fn watched(&mut self, params: lsp_types::DidChangeWatchedFilesParams) {
        for change in params.changes {
            let path = documents::path_of(&change.uri);
            // What is open is as the editor has it.
            if self.documents.contains_key(&path) {
                continue;
            }
            let known = self.roots.iter().any(|it| it.files.contains_key(&path));
            if known && path.file_name() != Some(MANIFEST_NAME) && self.options.system.is_file(&path) {
                self.read_again(&path);
            } else {
                let holding = self.roots.iter().filter(|it| it.holds(&path) || it.files.contains_key(&path));
                self.stale.extend(holding.map(|it| it.id));
                if path.file_name() == Some(MANIFEST_NAME) {
                    self.rediscover();
                }
            }
            self.unchecked = true;
        }
    }

    pub(super) fn folders_changed(&mut self, params: lsp_types::DidChangeWorkspaceFoldersParams) {
        for folder in params.event.removed {
            let path = documents::path_of(&folder.uri);
            self.folders.retain(|it| *it != path);
        }
        for folder in params.event.added {
            let path = documents::path_of(&folder.uri);
            if !self.folders.contains(&path) {
                self.folders.push(path);
            }
        }
        self.rediscover();
        self.unchecked = true;
    }

    /// Loads what the folders lead to and is not loaded, and forgets what they no longer lead to.
    pub(super) fn rediscover(&mut self) {
        let mut targets: Vec<Utf8PathBuf> = Vec::new();
        for folder in &self.folders {
            for target in discover(&*self.options.system, folder) {
                if !targets.contains(&target) {
                    targets.push(target);
                }
            }
        }
        self.roots.retain(|it| it.implicit || targets.contains(&it.target));
        let texts = self.texts();
        for target in targets {
            if !self.roots.iter().any(|it| it.target == target) {
                let id = self.next_root;
                self.next_root += 1;
                self.roots.push(Root::load(id, target, false, &self.options.system, &texts));
            }
        }
        // What lies in a folder now needs no root of its own.
        let held: Vec<bool> = (self.roots.iter())
            .map(|it| it.implicit && self.roots.iter().any(|of| !of.implicit && of.files.contains_key(&it.target)))
            .collect();
        let mut held = held.into_iter();
        self.roots.retain(|_| !held.next().unwrap_or(false));
        let ids: Vec<u32> = self.roots.iter().map(|it| it.id).collect();
        self.published.retain_roots(&ids);
        self.publish_all();
        self.open_all();
    }

    /// Open documents are about to be edited in every root that has them.
    pub(super) fn open_all(&mut self) {
        for path in self.documents.keys() {
            for root in &mut self.roots {
                if let Some(file) = root.files.get(path).copied()
                    && root.is_source(file)
                {
                    root.loaded.db.open(file);
                }
            }
        }
    }

    pub(super) fn reload(&mut self, id: u32) {
        let texts = self.texts();
        let Some(position) = self.roots.iter().position(|it| it.id == id) else { return };
        let Some(old) = self.roots.get(position) else { return };
        let next = self.next_root;
        self.next_root += 1;
        let root = Root::load(next, old.target.clone(), old.implicit, &self.options.system, &texts);
        self.published.rename(id, next);
        if let Some(place) = self.roots.get_mut(position) {
            *place = root;
        }
        self.open_all();
        self.unchecked = true;
    }

    /// Brings edits into the databases.
    pub(super) fn flush(&mut self) {
        let mut dirty: Vec<Utf8PathBuf> = self.dirty.drain().collect();
        dirty.sort();
        for path in dirty {
            let Some(document) = self.documents.get(&path) else { continue };
            for root in &mut self.roots {
                let Some(file) = root.files.get(&path).copied() else { continue };
                if root.is_source(file) {
                    root.loaded.db.set_text(file, SourceText::Text(document.text.as_str().into()));
                } else if root
                    .loaded
                    .db
                    .file(file.id(&root.loaded.db))
                    .is_some_and(|it| it.text(&root.loaded.db).text() != document.text)
                {
                    self.stale.insert(root.id);
                }
            }
        }
        let mut stale: Vec<u32> = self.stale.drain().collect();
        stale.sort_unstable();
        for id in stale {
            self.reload(id);
        }
    }

    pub(super) fn touch(&mut self, path: &Utf8Path) {
        self.recent.retain(|it| it != path);
        self.recent.insert(0, path.to_owned());
        self.recent.truncate(8);
    }

    pub(super) fn texts(&mut self) -> Arc<Texts> {
        let documents = &self.documents;
        let texts = self.texts.get_or_insert_with(|| {
            Arc::new(documents.iter().map(|(path, it)| (path.clone(), it.text.as_str().into())).collect())
        });
        Arc::clone(texts)
    }

    pub(super) fn uris(&mut self) -> Arc<FxHashMap<Utf8PathBuf, Url>> {
        let documents = &self.documents;
        let uris = self.uris.get_or_insert_with(|| {
            Arc::new(documents.iter().map(|(path, it)| (path.clone(), it.uri.clone())).collect())
        });
        Arc::clone(uris)
    }
}
