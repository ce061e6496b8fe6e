//! `cargo xtask peers check`: the checker beside programs of others, in one run and on equal content.
//!
//! Versions are pinned in `peers/`, and come from the package registries. Every run is held against what has to come of
//! it: a program that is fast because it did not do the work fails. What cannot be set up is named and fails the task.

mod inputs;
mod report;
mod simulate;

use std::collections::BTreeSet;
use std::io;
use std::process::{Command, Output};
use std::time::Instant;

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;

use self::inputs::{File, Limits, Norms, Pair};
use self::report::{Row, Times, median, processor, since};
use crate::generate::{read, write};
use crate::steps::{cargo, executable};
use crate::{Outcome, root, say};

const NORMS: usize = 1_000;
const LIMITS: usize = 1_000;
/// How often each program is run; the median counts.
const RUNS: usize = 5;
/// The symbolic analysis takes minutes.
const LONG_RUNS: usize = 1;

/// The page with the figures, and the marks between which they stand.
const PAGE: &str = "docs/performance.md";
const MARKS: (&str, &str) = (BEGIN, END);
const BEGIN: &str = "<!-- peers: written by `cargo xtask peers check --write` -->\n";
const END: &str = "<!-- peers: end -->";

/// What a run did, as the program itself says, and how long its own work took.
struct Work {
    milliseconds: Option<f64>,
}

/// `cargo xtask peers check [--write]`, `cargo xtask peers simulate [--rows N] [--write]`.
pub(crate) fn run(args: &[String]) -> Outcome {
    let wants_write = match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["simulate", rest @ ..] => return simulate::run(rest, &target()?.join("peers")),
        ["check"] => false,
        ["check", "--write"] => true,
        _ => return Err(io::Error::other("peers takes `check` or `simulate`, and behind it `--write` or nothing")),
    };
    let folder = target()?.join("peers");
    let norms = inputs::norms(NORMS);
    let [right, wrong] = [None, Some(LIMITS / 2)].map(|it| inputs::limits(LIMITS, it));
    for (name, files) in [("norms", &norms.files), ("right", &right.files), ("wrong", &wrong.files)] {
        lay_out(&folder.join(name), files)?;
    }
    let mut rows = Vec::new();
    rows.extend(polis(&folder, &norms, &right, &wrong));
    rows.extend(cedar(&folder, &norms));
    rows.extend(kcl(&folder, &right, &wrong));
    let table = report::table(&rows);
    say(&table)?;
    if wants_write {
        let page = read(&root().join(PAGE))?;
        let new = between(&page, &table, MARKS).ok_or_else(|| io::Error::other(format!("{PAGE} has no marks")))?;
        write(&root().join(PAGE), &new)?;
    }
    Ok(rows.iter().all(|it| it.outcome.is_ok()))
}

/// The checker itself.
fn polis(folder: &Utf8Path, norms: &Norms, right: &Limits, wrong: &Limits) -> Vec<Row> {
    let version = format!("polis {}", env!("CARGO_PKG_VERSION"));
    let built = executable(&["build", "--quiet", "--locked", "--release", "--package", "polis"], "polis");
    let timed = executable(
        &["build", "--quiet", "--locked", "--release", "--package", "polis_analysis", "--example", "timed"],
        "timed",
    );
    let (built, timed) = match (built, timed) {
        (Ok(built), Ok(timed)) => (built, timed),
        (built, timed) => {
            let why = built.err().or(timed.err()).map_or_else(String::new, |it| it.to_string());
            return vec![Row::failed(&version, "everything", &why)];
        }
    };
    let check = |name: &str| {
        let mut command = Command::new(&built);
        command.args(["check", "--format", "json", folder.join(name).join("polis").as_str()]);
        command
    };
    let in_process = |name: &str| {
        let mut command = Command::new(&timed);
        command.arg(folder.join(name).join("polis"));
        let said = json(&command.output()?)?;
        Ok(Work { milliseconds: sum(&said, &["check_ms"]) })
    };
    let clashes = |name: &str| -> io::Result<Work> {
        let found = pairs_of(&json(&check(name).output()?)?);
        same(&found, &norms.together)?;
        in_process(name)
    };
    let exceeded = |name: &str, limits: &Limits| -> io::Result<Work> {
        let found = names_of(&json(&check(name).output()?)?, "limit-exceeded");
        same(&found, &limits.exceeds.iter().map(|it| format!("机构{it}")).collect())?;
        in_process(name)
    };
    let content = norms_content(norms);
    vec![
        Row::of(
            &version,
            &content,
            "read, types, and whether each pair clashes, with an example",
            RUNS,
            || check("norms"),
            || clashes("norms"),
        ),
        Row::of(
            &version,
            &limits_content(right),
            "read, types, limits for every choice, cases for every jurisdiction",
            RUNS,
            || check("right"),
            || exceeded("right", right).and_then(|it| exceeded("wrong", wrong).map(|_| it)),
        ),
    ]
}

/// Cedar: its validator, and its symbolic analysis with cvc5.
fn cedar(folder: &Utf8Path, norms: &Norms) -> Vec<Row> {
    let manifest = root().join("peers/cedar/Cargo.toml");
    let target = folder.join("cargo");
    let args = ["build", "--quiet", "--locked", "--release", "--manifest-path", manifest.as_str()];
    let built = match executable(&[&args[..], &["--target-dir", target.as_str()]].concat(), "peer_cedar") {
        Ok(built) => built,
        Err(error) => return vec![Row::failed("Cedar", "everything", &error.to_string())],
    };
    let lock = read(&root().join("peers/cedar/Cargo.lock")).unwrap_or_default();
    let of = |name: &str| report::locked(&lock, name).unwrap_or_else(|| "?".to_owned());
    let input = folder.join("norms/cedar");
    let validate = || {
        let mut command = Command::new(&built);
        command.args(["validate", input.as_str()]);
        command
    };
    let content = norms_content(norms);
    let mut rows = vec![Row::of(
        &format!("cedar-policy {}", of("cedar-policy")),
        &content,
        "read and types; no question of consistency is asked",
        RUNS,
        validate,
        || {
            let said = json(&validate().output()?)?;
            same(&[count(&said, "policies"), count(&said, "errors")], &[u64::try_from(norms.count).ok(), Some(0)])?;
            Ok(Work { milliseconds: sum(&said, &["read_ms", "work_ms"]) })
        },
    )];
    let version =
        format!("cedar-policy-symcc {}, cvc5 {}", of("cedar-policy-symcc"), requirement("requirements.txt", "cvc5"));
    let python = match python(folder, "venv", "requirements.txt") {
        Ok(python) => python,
        Err(error) => {
            rows.push(Row::failed(&version, &content, &error.to_string()));
            return rows;
        }
    };
    let pipe = root().join("peers/cvc5_pipe.py");
    let analyse = || {
        let mut command = Command::new(&built);
        command.args(["analyse", input.as_str(), python.as_str(), pipe.as_str()]);
        command
    };
    rows.push(Row::measured(
        &version,
        &content,
        "read, types of each policy, and whether each pair clashes; the processor's time is without the solver's",
        || {
            let mut times = Vec::new();
            let (mut own, before) = (None, processor());
            for _ in 0..LONG_RUNS {
                let (took, output) = timed(&mut analyse())?;
                let said = json(&output)?;
                same(&count(&said, "pairs"), &u64::try_from(norms.pairs).ok())?;
                let found = list(&said, "together").filter_map(pair).collect();
                same(&found, &norms.together)?;
                own = sum(&said, &["read_ms", "work_ms"]);
                times.push(took);
            }
            Ok(Times { whole: median(&mut times), processor: since(before, LONG_RUNS), own })
        },
    ));
    rows
}

/// KCL: schemas with checks, each made once.
fn kcl(folder: &Utf8Path, right: &Limits, wrong: &Limits) -> Vec<Row> {
    let version = format!("kcl-lib {}", requirement("requirements.txt", "kcl-lib"));
    let content = limits_content(right);
    let python = match python(folder, "venv", "requirements.txt") {
        Ok(python) => python,
        Err(error) => return vec![Row::failed(&version, &content, &error.to_string())],
    };
    let script = root().join("peers/kcl.py");
    let execute = |name: &str| {
        let mut command = Command::new(&python);
        command.args([script.as_str(), folder.join(name).join("kcl/limits.k").as_str()]);
        command
    };
    let what = "read, types, and the checks of one value of each schema";
    vec![Row::of(
        &version,
        &content,
        what,
        RUNS,
        || execute("right"),
        || {
            let said = json(&execute("right").output()?)?;
            same(&count(&said, "made"), &u64::try_from(right.count).ok())?;
            let failed = json(&execute("wrong").output()?)?;
            let expected = wrong.exceeds.map(|it| format!("Offices{it} exceeds its limit"));
            same(&failed.get("failed").and_then(Value::as_str), &expected.as_deref())?;
            Ok(Work { milliseconds: sum(&said, &["work_ms"]) })
        },
    )]
}

fn norms_content(norms: &Norms) -> String {
    format!("{} norms, {} pairs of them, {} clash", norms.count, norms.pairs, norms.together.len())
}

fn limits_content(limits: &Limits) -> String {
    format!("{0} limits, {0} tables of cases", limits.count)
}

/// Python with the packages that a file in `peers/` names, in an environment of its own.
fn python(folder: &Utf8Path, home: &str, wanted: &str) -> io::Result<Utf8PathBuf> {
    let (home, wanted) = (folder.join(home), root().join("peers").join(wanted));
    let python = home.join("bin/python");
    if !python.exists() {
        succeed(Command::new("python3").args(["-m", "venv", home.as_str()]))?;
    }
    succeed(Command::new(&python).args(["-m", "pip", "install", "--quiet", "--requirement", wanted.as_str()]))?;
    Ok(python)
}

/// The version of a package that a file in `peers/` pins.
fn requirement(wanted: &str, name: &str) -> String {
    let text = read(&root().join("peers").join(wanted)).unwrap_or_default();
    let line = text.lines().find_map(|it| it.strip_prefix(name)?.strip_prefix("=="));
    line.unwrap_or("?").to_owned()
}

fn succeed(command: &mut Command) -> io::Result<()> {
    printed(command).map(|_| ())
}

/// What a program printed that has to end well.
fn printed(command: &mut Command) -> io::Result<Output> {
    let output = command.output()?;
    if output.status.success() { Ok(output) } else { Err(refused(&output)) }
}

fn refused(output: &Output) -> io::Error {
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().rfind(|it| !it.trim().is_empty()).unwrap_or("it said nothing");
    io::Error::other(format!("{}: {last}", output.status))
}

/// Runs a program to its end: milliseconds, and what it printed.
fn timed(command: &mut Command) -> io::Result<(f64, Output)> {
    let start = Instant::now();
    let output = command.output()?;
    Ok((start.elapsed().as_secs_f64() * 1000.0, output))
}

fn json(output: &Output) -> io::Result<Value> {
    serde_json::from_slice(&output.stdout).map_err(|_| refused(output))
}

fn same<T: PartialEq + std::fmt::Debug>(found: &T, expected: &T) -> io::Result<()> {
    if found == expected {
        return Ok(());
    }
    let short = |it: &T| format!("{it:?}").chars().take(200).collect::<String>();
    Err(io::Error::other(format!("did not do the work: {} instead of {}", short(found), short(expected))))
}

/// The pairs of norms that findings speak of: the names in back-quotes are a norm, an action and a norm.
fn pairs_of(found: &Value) -> BTreeSet<Pair> {
    let all = list(found, "diagnostics");
    let clashes = all.filter(|it| text(it, "code").is_some_and(|it| it.ends_with("-and-forbidden")));
    let names = clashes.filter_map(|it| text(it, "message")).map(|it| it.split('`').skip(1).step_by(2));
    names.filter_map(|mut it| Some((it.next()?.to_owned(), it.nth(1)?.to_owned()))).collect()
}

/// The first name in each finding of a code.
fn names_of(found: &Value, code: &str) -> BTreeSet<String> {
    let all = list(found, "diagnostics").filter(|it| text(it, "code") == Some(code));
    all.filter_map(|it| text(it, "message")?.split('`').nth(1)).map(str::to_owned).collect()
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str()
}

fn count(value: &Value, name: &str) -> Option<u64> {
    value.get(name)?.as_u64()
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// The sum of times that a program tells.
fn sum(value: &Value, names: &[&str]) -> Option<f64> {
    names.iter().map(|it| value.get(it)?.as_f64()).sum()
}

fn pair(value: &Value) -> Option<Pair> {
    Some((value.get(0)?.as_str()?.to_owned(), value.get(1)?.as_str()?.to_owned()))
}

fn lay_out(folder: &Utf8Path, files: &[File]) -> io::Result<()> {
    files.iter().try_for_each(|(path, text)| write(&folder.join(path), text))
}

/// Where cargo puts what it builds.
fn target() -> io::Result<Utf8PathBuf> {
    let metadata = json(&cargo().args(["metadata", "--no-deps", "--format-version", "1", "--offline"]).output()?)?;
    let folder = text(&metadata, "target_directory");
    folder.map(Utf8PathBuf::from).ok_or_else(|| io::Error::other("cargo does not say where it builds"))
}

/// The page with other figures between its marks.
fn between(page: &str, table: &str, (begin, end): (&str, &str)) -> Option<String> {
    let (before, rest) = page.split_once(begin)?;
    let (_, after) = rest.split_once(end)?;
    Some(format!("{before}{begin}\n{table}\n{end}{after}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn figures_are_replaced_and_the_rest_stays() {
        let page = format!("a\n{BEGIN}old\n{END}\nb\n");
        let new = between(&page, "new\n", MARKS).unwrap();
        assert_eq!(new, format!("a\n{BEGIN}\nnew\n\n{END}\nb\n"));
        assert_eq!(between(&new, "new\n", MARKS).unwrap(), new);
        assert_eq!(between("no marks", "new", MARKS), None);
    }

    #[test]
    fn the_page_has_its_marks_and_versions_are_pinned() {
        assert!(between(&read(&root().join(PAGE)).unwrap(), "", MARKS).is_some());
        for name in ["kcl-lib", "cvc5"] {
            assert_ne!(requirement("requirements.txt", name), "?", "{name}");
        }
    }

    #[test]
    fn findings_are_read_as_pairs() {
        let found = json!({ "diagnostics": [
            { "code": "demanded-and-forbidden", "message": "`甲` 要求 `行为`，而 `乙` 禁止" },
            { "code": "limit-exceeded", "message": "`机构3` 可达 8 个" },
        ] });
        assert_eq!(pairs_of(&found), [("甲".to_owned(), "乙".to_owned())].into());
        assert_eq!(names_of(&found, "limit-exceeded"), ["机构3".to_owned()].into());
    }

    #[test]
    fn what_did_not_do_the_work_is_told() {
        assert!(same(&1, &1).is_ok());
        assert_eq!(same(&1, &2).unwrap_err().to_string(), "did not do the work: 1 instead of 2");
    }
}
