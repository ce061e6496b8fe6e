//! The table of a comparison.

use std::fmt::Write as _;
use std::io;
use std::process::Command;

use super::{Work, timed};
use crate::generate::read;

/// A program on some content.
pub(crate) struct Row {
    program: String,
    content: String,
    /// What it does with it.
    does: String,
    /// How long it took, or why it did not run.
    pub(crate) outcome: Result<Times, String>,
}

/// How long a program took, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times {
    /// From the start of the process to its end: the median.
    pub(crate) whole: f64,
    /// Of the processor, for one run, where the system tells; a busy machine leaves this as it is.
    pub(crate) processor: Option<f64>,
    /// What the program says of its own work.
    pub(crate) own: Option<f64>,
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
            let before = processor();
            let mut times = Vec::new();
            for _ in 0..runs {
                times.push(timed(&mut command())?.0);
            }
            Ok(Times { whole: median(&mut times), processor: since(before, runs), own: work.milliseconds })
        })
    }

    /// A row whose figures come from `measure`.
    pub(crate) fn measured(
        program: &str,
        content: &str,
        does: &str,
        measure: impl FnOnce() -> io::Result<Times>,
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
        "| program | content | what it does | whole process | processor | its own work |\n|---|---|---|---|---|---|\n"
            .to_owned();
    for Row { program, content, does, outcome } in rows {
        // Writing to a string does not fail.
        let _ = match outcome {
            Ok(times) => {
                let [processor, own] = [times.processor, times.own].map(|it| it.map_or_else(|| "–".to_owned(), figure));
                writeln!(text, "| {program} | {content} | {does} | {} | {processor} | {own} |", figure(times.whole))
            }
            Err(why) => writeln!(
                text,
                "| {program} | {content} | {does} | **not run**: {} | – | – |",
                why.replace('|', "/").replace('\n', " ")
            ),
        };
    }
    text
}

/// The processor time of all programs that this one has run to their end, in milliseconds, where the system tells.
pub(crate) fn processor() -> Option<f64> {
    let text = read("/proc/self/stat".into()).ok()?;
    // The name of the program stands in brackets and may have blanks; the times of children are 14th and 15th behind it.
    let (_, rest) = text.rsplit_once(')')?;
    // Ticks are hundredths of a second on every Linux.
    rest.split_whitespace().skip(13).take(2).map(|it| it.parse::<f64>().ok()).sum::<Option<f64>>().map(|it| it * 10.0)
}

/// The processor time of one of so many runs since `before`.
pub(crate) fn since(before: Option<f64>, runs: usize) -> Option<f64> {
    let runs = u32::try_from(runs).ok().filter(|it| *it > 0)?;
    Some((processor()? - before?) / f64::from(runs))
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
            Row::measured("a 1", "x", "y", || Ok(Times { whole: 12_345.0, processor: None, own: Some(9.96) })),
            Row::failed("b 2", "x", "no | network\nat all"),
        ];
        assert_eq!(
            table(&rows).lines().skip(2).collect::<Vec<_>>(),
            ["| a 1 | x | y | 12.3 s | – | 10.0 ms |", "| b 2 | x |  | **not run**: no / network at all | – | – |"]
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
