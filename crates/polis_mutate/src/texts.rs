//! Texts made up for the documents: each is what the provisions cite of it. The real ones are not in the repository.
//!
//! What is planted is in the provisions, so a text in which every citation is found is all that is needed.

use std::collections::BTreeMap;
use std::sync::Arc;

use polis_db::{Db, Package};
use polis_sources::text::Text;
use polis_sources::{Library as Sources, TextFile, wanted};
use polis_syntax::words::{ClauseWord, Kind};

use crate::library::Library;

/// The texts of every package.
pub(crate) fn made_up(db: &dyn Db, library: &Library, packages: &[Package]) -> Sources {
    // A package's passages go into each of its texts, and into those of the packages that it cites: which of several
    // documents a passage is from makes no difference to whether it is found.
    let mut passages: Vec<String> = Vec::new();
    for at in library.blocks(Kind::ALL) {
        for clause in at.clauses(ClauseWord::Cite) {
            for value in &clause.values {
                let text = at.page.slice(value.span);
                passages.extend(text.split_once('"').and_then(|it| it.1.rsplit_once('"')).map(|it| it.0.to_owned()));
            }
        }
    }
    let text = passages.join("。\n");
    let mut texts = BTreeMap::new();
    let mut read: BTreeMap<String, Arc<Text>> = BTreeMap::new();
    let mut folders = BTreeMap::new();
    for package in packages {
        folders.insert(package.name(db), "texts".into());
        for (owner, name) in wanted(db, *package) {
            let made = read.entry(name.to_string()).or_insert_with(|| Arc::new(Text::new(name.clone(), &text)));
            texts.insert((owner.name(db), name), TextFile::Read(Arc::clone(made)));
        }
    }
    Sources { folders, texts }
}
