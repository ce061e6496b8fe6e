//! `cargo xtask peers simulate`: rules over many communities in columns, beside engines of others on the same facts.
//!
//! The facts are made by the program that is timed, and read by all others; each has to come to the same sums.

use std::fmt::Write as _;
use std::io;
use std::process::Command;

use camino::Utf8Path;
use serde_json::Value;

use super::{between, json, printed, python, requirement};
use crate::generate::{read, write};
use crate::steps::executable;
use crate::{Outcome, root, say};

/// How many communities there are, unless the call says otherwise.
const ROWS: u64 = 10_000_000;

const PAGE: &str = "docs/performance.md";
const MARKS: (&str, &str) =
    ("<!-- engines: written by `cargo xtask peers simulate --write` -->\n", "<!-- engines: end -->");

/// The packages that are compared, by their names in the registry and in the script.
const ENGINES: [(&str, &str); 4] =
    [("OpenFisca-Core", "openfisca"), ("numpy", "numpy"), ("polars", "polars"), ("duckdb", "duckdb")];

/// One engine's times in milliseconds: over all, and by street.
struct Row {
    name: String,
    whole: io::Result<(f64, Option<f64>)>,
}

/// Runs all engines, one after the other.
pub(super) fn run(args: &[&str], folder: &Utf8Path) -> Outcome {
    let mut rows = ROWS;
    let mut wants_write = false;
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match *arg {
            "--write" => wants_write = true,
            "--rows" => {
                let count = args.next().and_then(|it| it.parse().ok());
                rows = count.ok_or_else(|| io::Error::other("--rows takes a number"))?;
            }
            other => return Err(io::Error::other(format!("peers simulate takes no `{other}`"))),
        }
    }
    let facts = folder.join("communities");
    let build = ["build", "--quiet", "--locked", "--release", "--package", "polis_sim", "--example", "timed_columns"];
    let timed = executable(&build, "timed_columns")?;
    let own = json(&Command::new(timed).args([&rows.to_string(), facts.as_str()]).output()?)?;
    let ms = |said: &Value, name: &str| said.get(name).and_then(Value::as_f64);
    let need = |it: Option<f64>| it.ok_or_else(|| io::Error::other("it does not say how long it took"));
    let mut table = vec![
        Row { name: "polis".to_owned(), whole: need(ms(&own, "q1_ms")).map(|it| (it, ms(&own, "q2_ms"))) },
        Row { name: "a loop by hand".to_owned(), whole: need(ms(&own, "by_hand_ms")).map(|it| (it, None)) },
        Row {
            name: "the same loop for the vectors of this processor".to_owned(),
            whole: need(ms(&own, "by_hand_vectors_ms")).map(|it| (it, None)),
        },
    ];
    let python = python(folder, "venv-simulate", "simulate.txt");
    for (package, engine) in ENGINES {
        let name = format!("{package} {}", requirement("simulate.txt", package));
        let whole = python.as_ref().map_err(|it| io::Error::other(it.to_string())).and_then(|python| {
            let mut command = Command::new(python);
            command.args([root().join("peers/simulate.py").as_str(), engine, &rows.to_string(), facts.as_str()]);
            let said = json(&printed(&mut command)?)?;
            held(&own, &said)?;
            Ok((need(ms(&said, "q1_ms"))?, ms(&said, "q2_ms")))
        });
        table.push(Row { name, whole });
    }
    let mut text = shown(&table, rows);
    if let (Some(one), Some(two)) = (ms(&own, "q1_clock_ms"), ms(&own, "q1_two_threads_clock_ms")) {
        // Writing to a string does not fail.
        let _ = writeln!(text, "\nBy the clock, two threads took {:.2} times as little as one.", one / two);
    }
    say(&text)?;
    if wants_write {
        let page = read(&root().join(PAGE))?;
        let new = between(&page, &text, MARKS).ok_or_else(|| io::Error::other(format!("{PAGE} has no marks")))?;
        write(&root().join(PAGE), &new)?;
    }
    Ok(table.iter().all(|it| it.whole.is_ok()))
}

/// Whether an engine came to the same: counts to the last, sums of money to a hundred-thousandth, since others hold it in
/// binary fractions, some of 32 bits.
fn held(own: &Value, said: &Value) -> io::Result<()> {
    let sums = |it: &Value| -> Vec<f64> {
        it.get("sums").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_f64).collect()
    };
    let (expected, found) = (sums(own), sums(said));
    // Money is counted in tenths here.
    let scale = |place: usize| if place < 4 { 1.0 } else { 10.0 };
    let near =
        expected.iter().zip(&found).enumerate().all(|(place, (a, b))| (a - b * scale(place)).abs() <= a.abs() * 1e-5);
    if near && expected.len() == found.len() && own.get("kept") == said.get("kept") {
        return Ok(());
    }
    Err(io::Error::other(format!("did not do the work: {found:?} instead of {expected:?}")))
}

fn shown(table: &[Row], rows: u64) -> String {
    let mut text =
        format!("| on {rows} communities | all, million a second of the processor | by street |\n|---|---|---|\n");
    // Counts of rows are far below the 53 bits that a fraction holds.
    #[expect(clippy::cast_precision_loss, reason = "a speed for reading")]
    let speed = |it: f64| format!("{:.1}", rows as f64 / it / 1000.0);
    for row in table {
        // Writing to a string does not fail.
        let _ = match &row.whole {
            Ok((whole, grouped)) => {
                writeln!(
                    text,
                    "| {} | {} | {} |",
                    row.name,
                    speed(*whole),
                    grouped.map_or_else(|| "–".to_owned(), speed)
                )
            }
            Err(why) => {
                writeln!(text, "| {} | **not run**: {} | – |", row.name, why.to_string().replace(['|', '\n'], " "))
            }
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn sums_are_held_against_each_other() {
        let own = json!({ "sums": [10, 20, 1, 2, 7200], "kept": 3 });
        assert!(held(&own, &json!({ "sums": [10.0, 20.0, 1.0, 2.0, 720.000_1], "kept": 3 })).is_ok());
        assert!(held(&own, &json!({ "sums": [10.0, 20.0, 1.0, 2.0, 721.0], "kept": 3 })).is_err());
        assert!(held(&own, &json!({ "sums": [10.0, 20.0, 1.0, 2.0], "kept": 3 })).is_err());
        assert!(held(&own, &json!({ "sums": [10.0, 20.0, 1.0, 2.0, 720.0], "kept": 4 })).is_err());
    }

    #[test]
    fn a_table_has_speeds_or_says_why_not() {
        let rows = [
            Row { name: "a".to_owned(), whole: Ok((1000.0, Some(2000.0))) },
            Row { name: "b".to_owned(), whole: Err(io::Error::other("no | network")) },
        ];
        let text = shown(&rows, 10_000_000);
        assert_eq!(
            text.lines().skip(2).collect::<Vec<_>>(),
            ["| a | 10.0 | 5.0 |", "| b | **not run**: no   network | – |"]
        );
    }

    #[test]
    fn the_page_has_its_marks_and_versions_are_pinned() {
        assert!(between(&read(&root().join(PAGE)).unwrap(), "", MARKS).is_some());
        for (package, _) in ENGINES {
            assert_ne!(requirement("simulate.txt", package), "?", "{package}");
        }
    }
}
