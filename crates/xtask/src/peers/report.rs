//! The table of a comparison.

use std::fmt::Write as _;
use std::io;
use std::process::Command;

use super::{Work, timed};

/// A program on some content.
pub(crate) struct Row {
    program: String,
    content: String,
    /// What it does with it.
    does: String,
    /// Milliseconds of the whole process, and of its own work within where it says so; or why there are none.
    pub(crate) outcome: Result<(f64, Option<f64>), String>,
}

impl Row {
    /// Runs a program so often, after `verify` found that it does the work.
    pub(crate) fn of(
        program: &str,
        content: &str,
        does: &str,
        runs: usize,
        command: impl Fn() -> Command,
        verify: impl FnOnce() -> io::Result<Work>,
    ) -> Self {
        Self::measured(program, content, does, || {
            let work = verify()?;
            let mut times = Vec::new();
            for _ in 0..runs {
                times.push(timed(&mut command())?.0);
            }
            Ok((median(&mut times), work.milliseconds))
        })
    }

    /// A row whose figures come from `measure`.
    pub(crate) fn measured(
        program: &str,
        content: &str,
        does: &str,
        measure: impl FnOnce() -> io::Result<(f64, Option<f64>)>,
    ) -> Self {
        let outcome = measure().map_err(|it| it.to_string());
        Self { program: program.to_owned(), content: content.to_owned(), does: does.to_owned(), outcome }
    }

    /// A program that could not be run.
    pub(crate) fn failed(program: &str, content: &str, why: &str) -> Self {
        Self::measured(program, content, "", || Err(io::Error::other(why)))
    }
}

/// The rows as a Markdown table.
pub(crate) fn table(rows: &[Row]) -> String {
    let mut text =
        "| program | content | what it does | whole process | its own work |\n|---|---|---|---|---|\n".to_owned();
    for Row { program, content, does, outcome } in rows {
        // Writing to a string does not fail.
        let _ = match outcome {
            Ok((whole, own)) => {
                let own = own.map_or_else(|| "–".to_owned(), figure);
                writeln!(text, "| {program} | {content} | {does} | {} | {own} |", figure(*whole))
            }
            Err(why) => writeln!(
                text,
                "| {program} | {content} | {does} | **not run**: {} | – |",
                why.replace('|', "/").replace('\n', " ")
            ),
        };
    }
    text
}

fn figure(milliseconds: f64) -> String {
    match milliseconds {
        it if it >= 10_000.0 => format!("{:.1} s", it / 1000.0),
        it if it >= 100.0 => format!("{it:.0} ms"),
        it => format!("{it:.1} ms"),
    }
}

/// The middle of some times.
pub(crate) fn median(times: &mut [f64]) -> f64 {
    times.sort_unstable_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// The version of a package in a lock file of cargo.
pub(crate) fn locked(lock: &str, name: &str) -> Option<String> {
    let (_, rest) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
    rest.split('"').next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_figures_or_says_why_not() {
        let rows = [
            Row::measured("a 1", "x", "y", || Ok((12_345.0, Some(9.96)))),
            Row::failed("b 2", "x", "no | network\nat all"),
        ];
        assert_eq!(
            table(&rows).lines().skip(2).collect::<Vec<_>>(),
            ["| a 1 | x | y | 12.3 s | 10.0 ms |", "| b 2 | x |  | **not run**: no / network at all | – |"]
        );
    }

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(figure(median(&mut [3.0, 100.0, 2.0])), "3.0 ms");
        assert_eq!(figure(median(&mut [])), "0.0 ms");
    }

    #[test]
    fn versions_are_those_of_the_lock_file() {
        let lock = "[[package]]\nname = \"a-b\"\nversion = \"1.2.3\"\n[[package]]\nname = \"a\"\nversion = \"4.0.0\"\n";
        assert_eq!(locked(lock, "a").as_deref(), Some("4.0.0"));
        assert_eq!(locked(lock, "c"), None);
    }
}
