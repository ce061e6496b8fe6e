//! Mutations of the policies and of the reference, held against the properties that the fuzz targets try.
//!
//! Seeds are fixed: a run today tries what a run tomorrow tries. To try others, set `POLIS_FUZZ_SEED` to a number and
//! `POLIS_FUZZ_TIMES` to how many times as many cases are wanted.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a corpus that cannot be read, or a case that fails, fails the test"
)]

use std::panic::{AssertUnwindSafe, catch_unwind};

use camino::{Utf8Path, Utf8PathBuf};
use polis_db::{OsSystem, System as _};
use polis_fuzz::mutate::{self, Random};
use polis_fuzz::properties;

type Property = fn(&[u8]) -> bool;

fn root() -> Utf8PathBuf {
    Utf8Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

/// The texts below a folder whose names end so, in order.
fn files(folder: &str, ending: &str) -> Vec<String> {
    let mut folders = vec![root().join(folder)];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in OsSystem.read_dir(&folder).unwrap() {
            let path = folder.join(&entry.name);
            if entry.is_dir {
                folders.push(path);
            } else if entry.name.ends_with(ending) {
                found.push(String::from_utf8(OsSystem.read(&path).unwrap()).unwrap());
            }
        }
    }
    assert!(!found.is_empty(), "nothing in {folder} ends in {ending}");
    found
}

/// What stands between fences, whatever it is. What a page declares as its prelude stands before its listings.
fn fences(page: &str) -> Vec<String> {
    let mut prelude = String::new();
    let mut found = Vec::new();
    for (word, text) in page.split("\n```").skip(1).step_by(2).filter_map(|it| it.split_once('\n')) {
        let before = if word.starts_with("pol") { prelude.as_str() } else { "" };
        found.push(format!("{before}{text}\n"));
        if word == "pol prelude" {
            prelude = format!("{text}\n");
        }
    }
    found
}

/// The policies, and every fence of the reference, whatever it holds.
fn policies() -> Vec<String> {
    let mut all = files("policies", ".pol");
    let pages = files("docs/reference", ".md");
    let count = all.len();
    all.extend(pages.iter().flat_map(|it| fences(it)));
    assert!(all.len() > count + pages.len(), "the fences of the reference are not found");
    all
}

fn samples() -> Vec<String> {
    let mut all = files("policies", ".csv");
    all.extend(files("policies", ".json"));
    let csv = "编号,名称,街道,户数,面积,经费,类型,试点,成立\n1,甲,1,\"3,600\",0.5,10万元,城市,是,2020-01-31\n2,\"乙\n丙\",1,10..15,,,农村,否,2020年\n";
    let json = r#"[{"编号": 1, "街道": "1", "户数": 3600, "经费": "10..20", "类型": "城市", "试点": true, "成立": "2020-01"}, {"id": "2", "户数": null, "说明": "\u00e9"}]"#;
    all.extend([csv.to_owned(), json.to_owned()]);
    all
}

/// Tries `property` on each text of the corpus as it is, and on `count` mutations.
fn holds(property: Property, corpus: &[String], count: usize) {
    let number = |name: &str| OsSystem.env_var(name).and_then(|it| it.parse::<usize>().ok());
    let first = number("POLIS_FUZZ_SEED").unwrap_or(0);
    let count = count * number("POLIS_FUZZ_TIMES").unwrap_or(1);
    let (mut tried, mut clean) = (0_usize, 0_usize);
    for text in corpus {
        attempt(property, text.as_bytes(), "as it is");
        tried += 1;
    }
    for case in 0..count {
        let seed = first + case;
        let mut random = Random::new(seed as u64);
        let source = corpus.get(case % corpus.len()).unwrap();
        // Most files are text; what is no UTF-8 says little about the grammar.
        let bytes = match random.below(8) {
            0 => mutate::bytes(source, corpus, &mut random),
            _ => mutate::text(source, corpus, &mut random).into_bytes(),
        };
        clean += usize::from(attempt(property, &bytes, &format!("seed {seed}")));
        tried += 1;
    }
    assert!(count > 0 && tried == count + corpus.len(), "{tried} cases were tried");
    // Mutations that all end in an error would say nothing of what comes after parsing, and the other way round.
    assert!(clean > count / 200 && clean < count * 9 / 10, "{clean} of {count} were without errors");
}

fn attempt(property: Property, bytes: &[u8], case: &str) -> bool {
    let tried = |bytes: &[u8]| catch_unwind(AssertUnwindSafe(|| property(bytes)));
    tried(bytes).unwrap_or_else(|_| {
        let least = least(bytes, |it| tried(it).is_err());
        panic!("{case}, by fewer lines:\n{}\n\n{least:?}", String::from_utf8_lossy(&least));
    })
}

/// The fewest lines that still fail, found by leaving out one after the other.
fn least(bytes: &[u8], fails: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let mut lines: Vec<&[u8]> = bytes.split_inclusive(|it| *it == b'\n').collect();
    let mut at = 0;
    while at < lines.len() {
        let without: Vec<&[u8]> = lines.iter().enumerate().filter(|it| it.0 != at).map(|it| *it.1).collect();
        if fails(&without.concat()) {
            lines = without;
        } else {
            at += 1;
        }
    }
    lines.concat()
}

#[test]
fn any_text_is_parsed() {
    holds(properties::parse, &policies(), 20_000);
}

#[test]
fn what_is_laid_out_says_the_same() {
    holds(properties::format, &policies(), 15_000);
}

#[test]
fn any_file_is_checked() {
    holds(properties::check, &policies(), 6_000);
}

#[test]
fn any_sample_is_read() {
    holds(properties::samples, &samples(), 6_000);
}

#[test]
fn any_manifest_is_read() {
    let mut corpus = files("policies", ".toml");
    corpus
        .extend(files("docs/reference", ".md").iter().flat_map(|it| fences(it)).filter(|it| it.contains("[package]")));
    holds(properties::manifest, &corpus, 6_000);
}

#[test]
fn a_seed_is_a_mutation() {
    let corpus = policies();
    let made = |seed| mutate::text(&corpus[0], &corpus, &mut Random::new(seed));
    assert_eq!(made(7), made(7));
    assert!((0..50).any(|it| made(it) != corpus[0]));
}
