//! The documents against the repository: links lead somewhere, tests that are named exist, examples are sound.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};
use polis_syntax::words::Face;
use polis_syntax::{FormatOptions, format};

use crate::generate::{names, read};
use crate::root;

/// Every Markdown file but the pages of codes, which have tests of their own.
fn documents() -> Vec<(Utf8PathBuf, String)> {
    let root = root();
    let mut paths: Vec<Utf8PathBuf> = ["README.md", "editors/README.md", "tests/README.md"].map(Into::into).into();
    for folder in ["docs", "docs/adr", "grammar"] {
        paths.extend(
            names(&root.join(folder))
                .unwrap()
                .iter()
                .filter(|it| Utf8Path::new(it).extension() == Some("md"))
                .map(|it| Utf8Path::new(folder).join(it)),
        );
    }
    paths
        .into_iter()
        .map(|it| (it.clone(), read(&root.join(&it)).unwrap_or_else(|error| panic!("{it}: {error}"))))
        .collect()
}

/// The blocks of a language: the text between fences.
fn blocks<'a>(document: &'a str, language: &str) -> Vec<&'a str> {
    let open = format!("```{language}\n");
    document.split(open.as_str()).skip(1).filter_map(|it| it.split_once("```").map(|it| it.0)).collect()
}

#[test]
fn links_lead_somewhere() {
    let mut count = 0;
    for (path, text) in documents() {
        for link in text.split("](").skip(1).filter_map(|it| it.split_once(')')).map(|it| it.0) {
            if link.starts_with("https://") || link.starts_with('#') {
                continue;
            }
            let file = link.split('#').next().unwrap_or_default();
            let target = root().join(path.parent().unwrap_or(Utf8Path::new(""))).join(file);
            assert!(target.exists(), "{path}: {link}");
            count += 1;
        }
    }
    assert!(count > 20, "only {count} links found");
}

/// A test is named as `crate::name_of_the_test` or `folder/file.rs`: see the table of invariants.
#[test]
fn tests_that_are_named_exist() {
    let text = read(&root().join("docs/architecture.md")).unwrap();
    let mut known: BTreeSet<String> = BTreeSet::new();
    for krate in names(&root().join("crates")).unwrap() {
        collect(&root().join("crates").join(&krate), &krate, &mut known);
    }
    let crates: Vec<String> = names(&root().join("crates")).unwrap();
    let mut count = 0;
    for word in text.split('`').skip(1).step_by(2) {
        let Some((krate, name)) = word.split_once("::") else { continue };
        if crates.iter().any(|it| it == krate) && name.contains('_') && name.starts_with(|it: char| it.is_lowercase()) {
            count += 1;
            assert!(known.contains(word), "docs/architecture.md names `{word}`, and there is no such function");
        }
    }
    assert!(count > 10, "only {count} tests found");
}

/// The functions of a crate, as `crate::function`.
fn collect(folder: &Utf8Path, krate: &str, known: &mut BTreeSet<String>) {
    for name in names(folder).unwrap_or_default() {
        let path = folder.join(&name);
        if path.is_dir() {
            collect(&path, krate, known);
        } else if path.extension() == Some("rs") {
            for line in read(&path).unwrap().lines() {
                let line = line.trim_start();
                let line = line.strip_prefix("pub ").unwrap_or(line);
                if let Some(name) = line.strip_prefix("fn ").and_then(|it| it.split(['(', '<']).next()) {
                    known.insert(format!("{krate}::{name}"));
                }
            }
        }
    }
}

#[test]
fn the_first_provision_is_real_and_the_same_in_both_faces() {
    let readme = read(&root().join("README.md")).unwrap();
    let blocks = blocks(&readme, "pol");
    let [chinese, english] = blocks.as_slice() else { panic!("two provisions, one in each face") };
    let folder = root().join("policies/changchun");
    let real = names(&folder)
        .unwrap()
        .iter()
        .filter(|it| Utf8Path::new(it).extension() == Some("pol"))
        .any(|it| read(&folder.join(it)).unwrap().contains(chinese));
    assert!(real, "the provision no longer stands in policies/changchun as README.md shows it");
    for (face, text) in [(Face::Zh, chinese), (Face::En, english)] {
        let options = FormatOptions { face: Some(face), ..FormatOptions::default() };
        assert_eq!(format(chinese, &options).unwrap(), **text);
    }
}

#[test]
fn sources_have_one_sentence_per_line() {
    for (path, text) in documents() {
        let mut fenced = false;
        for line in text.lines() {
            fenced ^= line.starts_with("```");
            let prose = !fenced && !line.starts_with(['|', '<', '#']);
            if prose && let Some((_, after)) = line.split_once(". ") {
                assert!(!after.starts_with(char::is_uppercase) || starts_with_number(line), "{path}: {line}");
            }
        }
    }
}

/// `1. An item of a list` has a stop after its number.
fn starts_with_number(line: &str) -> bool {
    line.trim_start().starts_with(|it: char| it.is_ascii_digit())
}
