//! What the tests of several families have in common.
#![expect(clippy::unwrap_used, reason = "a workspace that cannot be loaded fails the test")]

use camino::Utf8Path;
use polis_db::{MemorySystem, load};
use polis_diagnostic::{Locale, Message, Severity};

/// The codes of the analyses' findings in the package `name`, with their notes, in order.
pub(crate) fn found_in(files: &[(&str, &str)], name: &str) -> Vec<String> {
    let system = files.iter().fold(MemorySystem::new(), |system, (path, text)| system.with_file(path, text));
    let loaded = load(&system, Utf8Path::new("/"));
    let package = *loaded.targets.iter().find(|it| it.name(&loaded.db) == name).unwrap();
    let found = polis_analysis::check(&loaded.db, package);
    let meaning = polis_semantic::check(&loaded.db, &[package]);
    assert!(meaning.iter().all(|it| it.severity < Severity::Error), "{files:?}: {meaning:?}");
    let mut all: Vec<String> = found
        .iter()
        .filter(|it| !meaning.contains(it) && !matches!(it.message, Message::Quality(_)))
        .map(|it| {
            let notes: Vec<String> = it.notes.iter().map(|it| format!(" {}", it.render(Locale::Zh))).collect();
            format!("{}{}", it.message.code(), notes.concat())
        })
        .collect();
    all.sort();
    all
}

/// The findings of one file.
pub(crate) fn found(text: &str) -> Vec<String> {
    found_in(&[("/polis.toml", "[package]\nname = \"a\"\nlevel = \"district\"\n"), ("/a.pol", text)], "a")
}

#[track_caller]
pub(crate) fn check(cases: &[(&str, &[&str])]) {
    for (text, expected) in cases {
        assert_eq!(found(text), *expected, "{text}");
    }
}
