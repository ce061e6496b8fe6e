//! The pages of the codes in `docs/codes`: each code has one in both languages, all have one form, and every example is
//! run. A wrong example yields its page's code and nothing else, a right one nothing at all.
//!
//! An example is a listing as [`Fixture`] reads it. Two things are the pages' own: a first line `//- $ polis …` is the
//! command that the example is about (without it, the first package is checked), and `�` stands for a byte that is not
//! UTF-8, which is how an editor shows it to the reader as well.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use camino::{Utf8Path, Utf8PathBuf};
use polis::Exit;
use polis_db::testing::Fixture;
use polis_db::{MANIFEST_NAME, MemorySystem, load};
use polis_diagnostic::{Message, sort_and_dedup};
use polis_syntax::words::Face;
use polis_syntax::{FormatOptions, format};
use support::{Page, prose};

/// What the pages of one language are like.
struct Language {
    folder: &'static str,
    face: Face,
    headings: [&'static str; 4],
    see_also: &'static str,
}

const LANGUAGES: [Language; 2] = [
    Language {
        folder: "zh",
        face: Face::Zh,
        headings: ["## 含义", "## 为什么要改", "## 错误示例", "## 正确示例"],
        see_also: "## 另见",
    },
    Language {
        folder: "en",
        face: Face::En,
        headings: ["## What it means", "## Why it matters", "## Wrong", "## Right"],
        see_also: "## See also",
    },
];

/// Codes whose wrong example does not yield exactly its code so far, and why. The example shows what should be; once it
/// does, the test asks for the row to be taken out.
const NOT_YET: &[(&str, &str)] = &[];

/// Codes whose wrong example has a last file that cannot be read as it stands on the page.
const UNREADABLE: &[(&str, io::ErrorKind)] =
    &[("file-too-large", io::ErrorKind::FileTooLarge), ("unreadable-file", io::ErrorKind::PermissionDenied)];

/// A code that never comes alone: the last row of its wrong example stands for as many as it takes, and the findings of
/// the rows come before its own.
const MORE_ERRORS: &str = "sample-more-errors";

fn pages(language: &Language) -> io::Result<Vec<Page>> {
    support::pages(&format!("codes/{}", language.folder))
}

/// The fences of a page: what stands after the opening marks, and the text.
fn fences(page: &str) -> Vec<(&str, String)> {
    support::fences(page).into_iter().map(|it| (it.info, it.text)).collect()
}

/// The command of an example, as words, with the example's listing.
fn command(example: &str) -> (Option<Vec<&str>>, &str) {
    let with_command = example.strip_prefix("//- $ polis ").and_then(|it| it.split_once('\n'));
    match with_command {
        Some((command, listing)) => (Some(command.split_whitespace().collect()), listing),
        None => (None, example),
    }
}

/// The codes of what an example yields, in order. `code` is that of the page, and is given for a wrong example only.
fn run_example(example: &str, code: Option<&str>) -> Vec<String> {
    let (command, listing) = command(example);
    let mut fixture = Fixture::parse(listing);
    if let Some(last) = fixture.files.last_mut().filter(|_| code == Some(MORE_ERRORS)) {
        let row = last.text.lines().last().unwrap_or_default().to_owned();
        last.text.extend((0..200).map(|number| format!("{number}{row}\n")));
    }
    let unreadable = UNREADABLE.iter().find(|it| Some(it.0) == code).map(|it| it.1);
    let system = system(&fixture, unreadable);
    let mut found = match command {
        None => check(&system, &first_package(&fixture)),
        Some(words) => call(&system, &words),
    };
    if code == Some(MORE_ERRORS) {
        found.dedup();
        found.retain(|it| it != "sample-bad-value");
    }
    found
}

/// The files of an example as a disk.
fn system(fixture: &Fixture, unreadable: Option<io::ErrorKind>) -> MemorySystem {
    let mut system = MemorySystem::new();
    for (index, file) in fixture.files.iter().enumerate() {
        system = match unreadable.filter(|_| index + 1 == fixture.files.len()) {
            Some(error) => system.with_unreadable_file(&file.path, error),
            None => system.with_bytes(&file.path, bytes(&file.text)),
        };
    }
    system
}

/// The folder of the first manifest; without one the first file.
fn first_package(fixture: &Fixture) -> Utf8PathBuf {
    let paths = || fixture.files.iter().map(|it| Utf8Path::new(&it.path));
    let manifest = paths().find(|it| it.file_name() == Some(MANIFEST_NAME));
    manifest.and_then(Utf8Path::parent).or_else(|| paths().next()).unwrap_or(Utf8Path::new("/")).to_owned()
}

/// What is found without the command line.
fn check(system: &MemorySystem, target: &Utf8Path) -> Vec<String> {
    let loaded = load(system, target);
    let mut findings = loaded.diagnostics.clone();
    findings.extend(loaded.targets.iter().flat_map(|it| polis_analysis::check(&loaded.db, *it)));
    sort_and_dedup(&mut findings, &loaded.db);
    findings.iter().map(|it| it.code().to_owned()).collect()
}

/// What a command finds. Where it says that the call is wrong, without a code, that is what is found.
fn call(system: &MemorySystem, words: &[&str]) -> Vec<String> {
    let (exit, text) = support::call(system, "en", words);
    let found: Vec<String> = text.lines().filter_map(code_of).collect();
    if found.is_empty() && exit != Exit::Clean { vec![text] } else { found }
}

/// The code of a finding's first line: `error[unknown-name]: …`.
fn code_of(line: &str) -> Option<String> {
    let line = ["error[", "warning[", "info["].iter().find_map(|it| line.strip_prefix(it))?;
    line.split_once("]: ").map(|it| it.0.to_owned())
}

/// The bytes of a file: `�` is one that is not UTF-8.
fn bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut parts = text.split('\u{FFFD}');
    bytes.extend(parts.next().unwrap_or_default().bytes());
    for part in parts {
        bytes.push(0xBD);
        bytes.extend(part.bytes());
    }
    bytes
}

#[test]
fn codes_and_pages_are_a_bijection() {
    let codes: BTreeSet<String> = Message::all_codes().into_iter().map(str::to_owned).collect();
    for language in &LANGUAGES {
        let pages: BTreeSet<String> = pages(language).unwrap().into_iter().map(|it| it.0).collect();
        let missing: Vec<_> = codes.difference(&pages).collect();
        let stray: Vec<_> = pages.difference(&codes).collect();
        assert!(missing.is_empty(), "{}: codes without a page: {missing:?}", language.folder);
        assert!(stray.is_empty(), "{}: pages without a code: {stray:?}", language.folder);
    }
}

#[test]
fn pages_have_one_form() {
    let codes = Message::all_codes();
    for language in &LANGUAGES {
        for (code, page) in pages(language).unwrap() {
            let at = format!("{}/{code}", language.folder);
            let prose = prose(&page);
            let mut headings: Vec<&str> = prose.iter().copied().filter(|it| it.starts_with('#')).collect();
            headings.pop_if(|it| *it == language.see_also);
            let title = format!("# {code}");
            let expected: Vec<&str> = [title.as_str()].into_iter().chain(language.headings).collect();
            assert_eq!(headings, expected, "{at}");
            let infos: Vec<&str> = fences(&page).into_iter().map(|it| it.0).collect();
            assert_eq!(infos, ["pol wrong", "pol right"], "{at}");
            assert!(page.ends_with('\n') && !page.ends_with("\n\n"), "{at}: the end of the file");

            let text = |it: &&str| !it.is_empty() && !it.starts_with('#') && !it.starts_with("- ");
            let sentences: Vec<&str> = prose.iter().copied().filter(text).collect();
            assert!((2..=5).contains(&sentences.len()), "{at}: {} sentences", sentences.len());
            for sentence in sentences {
                assert!(sentence.ends_with(['。', '.']), "{at}: one sentence per line: {sentence}");
                assert!(!sentence.trim_end_matches('。').contains('。'), "{at}: one sentence per line: {sentence}");
                assert!(!sentence.contains(". "), "{at}: one sentence per line: {sentence}");
            }
            for link in prose.iter().filter_map(|it| it.strip_prefix("- ")) {
                let name = link.strip_prefix('[').and_then(|it| it.split_once(']')).map_or("", |it| it.0);
                assert_eq!(link, format!("[{name}]({name}.md)"), "{at}");
                assert!(codes.binary_search(&name).is_ok() && name != code, "{at}: see also `{name}`");
            }
        }
    }
}

#[test]
fn the_exceptions_are_codes() {
    let codes = Message::all_codes();
    let named = NOT_YET.iter().map(|it| it.0).chain(UNREADABLE.iter().map(|it| it.0)).chain([MORE_ERRORS]);
    for code in named {
        assert!(codes.binary_search(&code).is_ok(), "`{code}` is no code");
    }
}

#[test]
fn wrong_examples_yield_their_code_and_right_ones_nothing() {
    let mut run = 0;
    let mut problems: Vec<String> = Vec::new();
    // Of each code in `NOT_YET`: whether it comes out in every language.
    let mut mended: BTreeMap<&str, bool> = NOT_YET.iter().map(|it| (it.0, true)).collect();
    for language in &LANGUAGES {
        for (code, page) in pages(language).unwrap() {
            for (info, example) in fences(&page) {
                let wrong = info == "pol wrong";
                let found = run_example(&example, wrong.then_some(&code));
                run += 1;
                let expected: &[&str] = if wrong { &[&code] } else { &[] };
                let right = found == expected;
                match mended.get_mut(code.as_str()).filter(|_| wrong) {
                    Some(mended) => *mended &= right,
                    None if right => {}
                    None => problems.push(format!("{}/{code}, {info}: {found:?}", language.folder)),
                }
            }
        }
    }
    problems.extend(mended.iter().filter(|it| *it.1).map(|it| format!("`{}` comes out: take it out of NOT_YET", it.0)));
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(run > 80, "only {run} examples were run");
}

#[test]
fn right_examples_are_as_the_formatter_writes_them() {
    for language in &LANGUAGES {
        let options = FormatOptions { face: Some(language.face), ..FormatOptions::default() };
        for (code, page) in pages(language).unwrap() {
            let right = fences(&page).into_iter().filter(|it| it.0 == "pol right");
            for file in right.flat_map(|it| Fixture::parse(command(&it.1).1).files) {
                if Utf8Path::new(&file.path).extension() == Some("pol") {
                    let formatted = format(&file.text, &options);
                    assert_eq!(formatted.as_ref(), Ok(&file.text), "{}/{code}", language.folder);
                }
            }
        }
    }
}

#[test]
fn examples_are_split_and_bytes_written() {
    assert_eq!(fences("a\n```pol wrong\nb\n\nc\n```\nd\n"), [("pol wrong", "b\n\nc\n".to_owned())]);
    assert_eq!(prose("a\n```pol wrong\nb\n```\nd\n"), ["a", "d"]);
    let (words, listing) = command("//- $ polis check /a.pol\n//- /a.pol\nx\n");
    assert_eq!((words, listing), (Some(vec!["check", "/a.pol"]), "//- /a.pol\nx\n"));
    assert_eq!(command("//- /a.pol\nx\n").0, None);
    assert_eq!(code_of("error[unknown-name]: cannot find `x`").as_deref(), Some("unknown-name"));
    assert_eq!(code_of("  error[unknown-name]: cannot find `x`"), None);
    assert_eq!(bytes("a\u{FFFD}\u{FFFD}b"), [b'a', 0xBD, 0xBD, b'b']);
}
