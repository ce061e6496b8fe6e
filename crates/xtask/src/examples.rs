//! The commands that the documents show are run, and what they show must come.
//!
//! A `console` block holds commands, each after `$ `, with the output that matters below. A line of `…` stands for any
//! lines, a `…` within a line for any text: the output is shortened in the document and still held against the program.

use std::io;

use crate::generate::read;
use crate::{Outcome, root, say, steps};

/// The documents whose commands are run.
const DOCUMENTS: &[&str] = &["README.md"];

/// A command that a document shows.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    /// The words behind `polis`.
    words: Vec<String>,
    /// The lines below.
    output: Vec<String>,
}

pub(crate) fn run() -> Outcome {
    let mut well = true;
    let mut count = 0;
    for path in DOCUMENTS {
        for shown in commands(&read(&root().join(path))?) {
            count += 1;
            let output = polis(&shown.words)?;
            if let Some(line) = missing(&shown.output, &output) {
                say(&format!(
                    "{path}: `polis {}` no longer prints this line (or not in this order):\n  {line}\nit prints:\n{output}",
                    shown.words.join(" ")
                ))?;
                well = false;
            }
        }
    }
    say(&format!("{count} commands of the documents run"))?;
    Ok(well && count > 0)
}

/// What `polis` prints, on both streams.
fn polis(words: &[String]) -> io::Result<String> {
    let mut command = steps::polis()?;
    command.args(words);
    // The documents show what a reader without settings of their own sees.
    for name in ["POLIS_LANG", "LC_ALL", "LC_MESSAGES", "LANG"] {
        command.env_remove(name);
    }
    let output = command.output()?;
    let text = [output.stdout, output.stderr].concat();
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// The calls of `polis` in `console` blocks. Other commands are not run: `cargo xtask test` would call itself.
fn commands(document: &str) -> Vec<Shown> {
    let mut all: Vec<Shown> = Vec::new();
    let mut inside = false;
    let mut wanted = false;
    for line in document.lines() {
        if line.starts_with("```") {
            inside = !inside && line == "```console";
            wanted = false;
        } else if let Some(command) = line.strip_prefix("$ ").filter(|_| inside) {
            let words = command.strip_prefix("polis ").or_else(|| command.strip_prefix("cargo run --release -- "));
            wanted = words.is_some();
            if let Some(words) = words {
                all.push(Shown { words: words.split(' ').map(Into::into).collect(), output: Vec::new() });
            }
        } else if inside
            && wanted
            && let Some(shown) = all.last_mut()
        {
            shown.output.push(line.to_owned());
        }
    }
    all
}

/// The first shown line that does not come, in its place.
fn missing<'a>(shown: &'a [String], output: &str) -> Option<&'a str> {
    let mut lines = output.lines();
    // Without an ellipsis between, a line must follow the one before it.
    let mut gap = true;
    for line in shown {
        if line.trim() == "…" {
            gap = true;
            continue;
        }
        let found = if gap { lines.any(|it| like(line, it)) } else { lines.next().is_some_and(|it| like(line, it)) };
        if !found {
            return Some(line);
        }
        gap = false;
    }
    None
}

/// Whether a line is as it is shown; blanks at its end do not count.
fn like(shown: &str, line: &str) -> bool {
    let (shown, line) = (shown.trim_end(), line.trim_end());
    let mut parts = shown.split('…');
    let Some(mut rest) = parts.next().and_then(|it| line.strip_prefix(it)) else { return false };
    let mut last = None;
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
        last = Some(part);
    }
    match last {
        // The text after the last ellipsis may occur earlier too.
        Some(part) => line.ends_with(part),
        None => rest.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_found_in_console_blocks_only() {
        let document = "$ polis check x\n```console\n$ polis check policies\n…\nok\n$ cargo xtask test\nmuch\n$ cargo run --release -- why a b\nc\n```\n```text\n$ polis no\n```\n";
        let shown = commands(document);
        assert_eq!(
            shown,
            [
                Shown { words: vec!["check".into(), "policies".into()], output: vec!["…".into(), "ok".into()] },
                Shown { words: vec!["why".into(), "a".into(), "b".into()], output: vec!["c".into()] },
            ]
        );
    }

    #[test]
    fn what_is_shown_must_come_in_order() {
        let output = "one\ntwo\nthree  four five\nsix";
        let missing = |shown: &[&str]| {
            let shown: Vec<String> = shown.iter().map(|it| (*it).to_owned()).collect();
            missing(&shown, output).map(str::to_owned)
        };
        assert_eq!(missing(&["one", "two"]), None);
        assert_eq!(missing(&["two", "three … five", "six"]), None);
        assert_eq!(missing(&["one", "…", "six"]), None);
        assert_eq!(missing(&["one", "six"]), Some("six".into()));
        assert_eq!(missing(&["six", "…", "one"]), Some("one".into()));
        assert_eq!(missing(&["three … six"]), Some("three … six".into()));
        assert_eq!(missing(&["thre"]), Some("thre".into()));
        assert_eq!(missing(&["…hre"]), Some("…hre".into()));
    }
}
