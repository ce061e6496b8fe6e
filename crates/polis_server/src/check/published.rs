//! What the client has been sent, and what is new.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lsp_types::Url;

use super::{Checked, Shown, in_order};

/// Findings as the client has them, and as they are.
#[derive(Default)]
pub(crate) struct Published {
    generation: u64,
    waiting: usize,
    found: BTreeMap<(u32, String), Vec<Shown>>,
    /// The files of which something may be new.
    touched: BTreeSet<Url>,
    sent: BTreeMap<Url, Vec<lsp_types::Diagnostic>>,
}

impl Published {
    /// A check of so many roots begins; what an earlier one still sends is old.
    pub(crate) fn begin(&mut self, generation: u64, roots: usize) {
        self.generation = generation;
        self.waiting = roots;
    }

    /// Whether a check is under way.
    pub(crate) const fn is_waiting(&self) -> bool {
        self.waiting > 0
    }

    /// Whether findings of a root have come, and not only those of files that are open.
    pub(crate) fn knows(&self, root: u32) -> bool {
        self.found.keys().any(|it| it.0 == root && !it.1.starts_with("/open"))
    }

    /// Takes a part's findings; says whether there is something to send.
    pub(crate) fn take(&mut self, checked: Checked) -> bool {
        if checked.generation != self.generation {
            return false;
        }
        if checked.last {
            self.waiting = self.waiting.saturating_sub(1);
        }
        if checked.part.is_empty() {
            return false;
        }
        let root = checked.root;
        self.put((root, checked.part), checked.found);
        if checked.last {
            self.drop_parts(|key| key.0 != root || checked.parts.contains(&key.1));
        }
        true
    }

    /// Puts new findings of a part in the place of old ones.
    fn put(&mut self, key: (u32, String), found: Vec<Shown>) {
        let old = self.found.insert(key.clone(), Vec::new()).unwrap_or_default();
        let nothing = Shown::default();
        for number in 0..old.len().max(found.len()) {
            let (old, new) = (old.get(number).unwrap_or(&nothing), found.get(number).unwrap_or(&nothing));
            if !Arc::ptr_eq(old, new) {
                let differs = |uri: &&Url| old.get(*uri) != new.get(*uri);
                self.touched.extend(old.keys().chain(new.keys()).filter(differs).cloned());
            }
        }
        self.found.insert(key, found);
    }

    /// Forgets the parts that are not to be kept.
    fn drop_parts(&mut self, keeps: impl Fn(&(u32, String)) -> bool) {
        let gone: Vec<(u32, String)> = self.found.keys().filter(|it| !keeps(it)).cloned().collect();
        for key in gone {
            self.put(key.clone(), Vec::new());
            self.found.remove(&key);
        }
    }

    /// A root was loaded again under another number: until it is checked, its findings stay.
    pub(crate) fn rename(&mut self, old: u32, new: u32) {
        let keys: Vec<(u32, String)> = self.found.keys().filter(|it| it.0 == old).cloned().collect();
        for key in keys {
            if let Some(found) = self.found.remove(&key) {
                self.found.insert((new, key.1), found);
            }
        }
    }

    /// Forgets the findings of other roots.
    pub(crate) fn retain_roots(&mut self, roots: &[u32]) {
        self.drop_parts(|key| roots.contains(&key.0));
    }

    /// The files whose findings are not those that were sent, with their findings.
    pub(crate) fn changes(&mut self) -> Vec<(Url, Vec<lsp_types::Diagnostic>)> {
        let mut changes = Vec::new();
        for uri in std::mem::take(&mut self.touched) {
            let parts = self.found.values().flatten();
            let mut now: Vec<_> = parts.filter_map(|it| it.get(&uri)).flatten().cloned().collect();
            in_order(&mut now);
            if self.sent.get(&uri).is_none_or(|it| *it != now) && (self.sent.contains_key(&uri) || !now.is_empty()) {
                self.sent.insert(uri.clone(), now.clone());
                changes.push((uri, now));
            }
        }
        self.sent.retain(|_, it| !it.is_empty());
        changes
    }
}
