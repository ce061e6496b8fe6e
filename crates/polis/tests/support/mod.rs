//! What the tests of the pages in `docs` have in common: pages, their fences, and calls of the command line.
#![allow(dead_code, reason = "every test of this crate takes the part that it needs")]

use std::ffi::OsString;
use std::io;

use camino::{Utf8Path, Utf8PathBuf};
use polis::{Exit, Out, Streams};
use polis_db::{MemorySystem, OsSystem, System};

/// A page: its name without `.md`, and its text.
pub(crate) type Page = (String, String);

/// A folder of `docs`.
pub(crate) fn folder(path: &str) -> Utf8PathBuf {
    Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(path)
}

/// The pages in a folder of `docs`, by name.
pub(crate) fn pages(path: &str) -> io::Result<Vec<Page>> {
    let folder = folder(path);
    let names = OsSystem.read_dir(&folder)?.into_iter().map(|it| it.name);
    let mut pages: Vec<Page> = names
        .map(|name| {
            let text = OsSystem.read(&folder.join(&name))?;
            let text = String::from_utf8(text).map_err(|it| io::Error::new(io::ErrorKind::InvalidData, it))?;
            Ok((name.strip_suffix(".md").unwrap_or(&name).to_owned(), text))
        })
        .collect::<io::Result<_>>()?;
    pages.sort();
    Ok(pages)
}

/// The lines of a page outside its fences.
pub(crate) fn prose(page: &str) -> Vec<&str> {
    let mut fenced = false;
    let outside = |line: &&str| {
        let fence = line.starts_with("```");
        fenced ^= fence;
        !fence && !fenced
    };
    page.lines().filter(outside).collect()
}

/// A fence of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fence<'p> {
    /// What stands after the opening marks.
    pub(crate) info: &'p str,
    /// What stands between the marks.
    pub(crate) text: String,
    /// The line of the opening marks, from 1.
    pub(crate) line: usize,
}

/// The fences of a page.
pub(crate) fn fences(page: &str) -> Vec<Fence<'_>> {
    let mut found = Vec::new();
    let mut lines = page.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        if let Some(info) = line.strip_prefix("```") {
            let text: Vec<&str> = lines.by_ref().map(|it| it.1).take_while(|it| *it != "```").collect();
            found.push(Fence { info, text: text.join("\n") + "\n", line: index + 1 });
        }
    }
    found
}

/// Calls the command line; `lang` is that of the messages. What it wrote for reading comes after its results.
pub(crate) fn call(system: &MemorySystem, lang: &str, words: &[&str]) -> (Exit, String) {
    let args: Vec<OsString> = ["polis", "--lang", lang].iter().chain(words).map(Into::into).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut streams =
        Streams { input: &mut io::empty(), out: Out::new(&mut out, false), err: Out::new(&mut err, false) };
    let exit = polis::run(&args, system, &mut streams);
    drop(streams);
    (exit, String::from_utf8_lossy(&out).into_owned() + &String::from_utf8_lossy(&err))
}
