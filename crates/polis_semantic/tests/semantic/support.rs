//! Workspaces for the tests of this folder, and what is asked of them.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use polis_db::{Loaded, MemorySystem, OsSystem, Package, PolisDatabase, SourceText, System, Workspace, load_into};
use polis_diagnostic::{Diagnostic, sort_and_dedup};
use polis_semantic::{Program, check, program};
use polis_syntax::FormatOptions;
use polis_syntax::words::Face;

/// Files by path, absolute, in the order of their paths.
pub(crate) type Files = Vec<(String, String)>;

/// The policies of this repository.
pub(crate) fn policies() -> Files {
    fn walk(folder: &Utf8Path, root: &Utf8Path, files: &mut Files) {
        for entry in OsSystem.read_dir(folder).unwrap() {
            let path = folder.join(&entry.name);
            if entry.is_dir {
                walk(&path, root, files);
            } else if matches!(path.extension(), Some("pol" | "toml")) {
                let text = String::from_utf8(OsSystem.read(&path).unwrap()).unwrap();
                files.push((format!("/{}", path.strip_prefix(root).unwrap()), text));
            }
        }
    }
    let root = Utf8PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../policies"));
    let mut files = Files::new();
    walk(&root, &root, &mut files);
    files.sort();
    assert!(files.len() > 10, "the policies are where they were");
    files
}

/// A generated workspace of about `lines` lines.
pub(crate) fn generated(lines: usize) -> Files {
    let files = polis_db::generate::workspace(lines);
    files.into_iter().map(|(path, text)| (format!("/{path}"), text)).collect()
}

/// Loads everything from memory.
pub(crate) fn open(files: &[(String, String)]) -> Loaded {
    open_into(PolisDatabase::new(), files)
}

/// Loads everything from memory into a database that tells which queries it executes.
pub(crate) fn open_logged(files: &[(String, String)]) -> Loaded {
    open_into(PolisDatabase::logged(), files)
}

fn open_into(db: PolisDatabase, files: &[(String, String)]) -> Loaded {
    let system = files.iter().fold(MemorySystem::new(), |system, (path, text)| system.with_file(path, text));
    let loaded = load_into(db, &system, Utf8Path::new("/"));
    assert_eq!(loaded.diagnostics, []);
    loaded
}

/// A package of these provisions alone.
pub(crate) fn single(text: &str) -> Files {
    vec![
        ("/a/polis.toml".into(), "[package]\nname = \"a\"\n".into()),
        ("/a/a.pol".into(), text.into()),
        ("/polis.toml".into(), "[workspace]\n".into()),
    ]
}

/// Every package.
pub(crate) fn packages(db: &PolisDatabase) -> Vec<Package> {
    Workspace::get(db).packages(db).to_vec()
}

/// The findings of every package, ordered as they are shown.
pub(crate) fn findings(db: &PolisDatabase) -> Vec<Diagnostic> {
    let mut found = check(db, &packages(db));
    sort_and_dedup(&mut found, db);
    found
}

/// The programs of every package.
pub(crate) fn programs(db: &PolisDatabase) -> Vec<Arc<Program>> {
    packages(db).into_iter().map(|it| program(db, it)).collect()
}

/// Sets a file's text.
pub(crate) fn edit(db: &mut PolisDatabase, path: &str, text: &str) {
    let file = db.file_at(path.trim_start_matches('/')).unwrap();
    db.set_text(file, SourceText::Text(text.into()));
}

/// A program in full, but for what depends on how words are spelled: contents and the places in them.
pub(crate) fn meaning(program: &Program) -> String {
    let shown = format!("{program:#?}");
    let mut kept = String::with_capacity(shown.len() / 4);
    let mut skipped: Option<usize> = None;
    for line in shown.lines() {
        let indentation = line.len() - line.trim_start().len();
        match skipped {
            Some(outer) => {
                if indentation == outer {
                    skipped = None;
                }
            }
            None if line.ends_with("Span {") || line.ends_with("ItemContent {") => skipped = Some(indentation),
            None => {
                kept.push_str(line);
                kept.push('\n');
            }
        }
    }
    kept
}

/// A file in one face, or `None` where it cannot be read.
pub(crate) fn in_face(source: &str, face: Option<Face>) -> Option<String> {
    polis_syntax::format(source, &FormatOptions { face, ..FormatOptions::default() }).ok()
}

/// Whether a file is one of provisions.
pub(crate) fn is_policy(path: &str) -> bool {
    Utf8Path::new(path).extension() == Some("pol")
}
