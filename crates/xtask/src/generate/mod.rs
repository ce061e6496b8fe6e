//! `cargo xtask generate`: files that are made from others, and committed.

mod ebnf;
mod pages;
mod signs;
mod textmate;
mod treesitter;
mod words;

use std::fs;
use std::io;

use camino::{Utf8Path, Utf8PathBuf};

use crate::{Outcome, root, say};

/// A generated file.
pub(crate) struct Generated {
    /// Its path from the root of the repository.
    pub(crate) path: Utf8PathBuf,
    /// What it says.
    pub(crate) text: String,
}

/// A generator: from the root of the repository to files. It writes nothing itself, so that `--check` can compare.
type Generator = fn(&Utf8Path) -> io::Result<Vec<Generated>>;

/// Every generator.
const GENERATORS: &[Generator] =
    &[pages::generate, ebnf::generate, textmate::generate, treesitter::generate, words::generate];

/// Writes what is out of date; with `--check` only tells.
pub(crate) fn run(args: &[String]) -> Outcome {
    let check = match args {
        [] => false,
        [word] if word == "--check" => true,
        _ => return Err(io::Error::other("generate takes `--check` or nothing")),
    };
    let root = root();
    let mut stale = 0;
    for generator in GENERATORS {
        for Generated { path, text } in generator(&root)? {
            if read(&root.join(&path)).is_ok_and(|it| it == text) {
                continue;
            }
            stale += 1;
            if check {
                say(&format!("out of date: {path}"))?;
            } else {
                write(&root.join(&path), &text)?;
                say(&format!("written: {path}"))?;
            }
        }
    }
    if check && stale > 0 {
        say("run `cargo xtask generate` and commit what it writes")?;
    }
    Ok(!check || stale == 0)
}

/// The text of a file.
#[expect(clippy::disallowed_methods, reason = "a task works on the repository, not on policies")]
pub(crate) fn read(path: &Utf8Path) -> io::Result<String> {
    fs::read_to_string(path)
}

/// The names in a folder, sorted.
#[expect(clippy::disallowed_methods, reason = "a task works on the repository, not on policies")]
pub(crate) fn names(path: &Utf8Path) -> io::Result<Vec<String>> {
    let entries = fs::read_dir(path).map_err(|it| io::Error::new(it.kind(), format!("{path}: {it}")))?;
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// Writes a file, and the folders that it lies in.
#[expect(clippy::disallowed_methods, reason = "a task works on the repository, not on policies")]
pub(crate) fn write(path: &Utf8Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text).map_err(|it| io::Error::new(it.kind(), format!("{path}: {it}")))
}
