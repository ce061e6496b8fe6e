//! `cargo xtask test`, `ready` and `bench`: what a fresh machine, a contributor and CI run.

use std::io;

use crate::steps::{self, Step, version};
use crate::{Outcome, browser, examples, generate, say, z3 as solver};

/// `cargo xtask test`: every test there is. A fresh machine needs cargo, and what z3 and the editors can be fetched
/// with: Python's pip, npm, apt-get.
pub(crate) fn test(args: &[String]) -> Outcome {
    nothing_more("test", args)?;
    steps::run("test", &test_steps()?)
}

/// `cargo xtask ready`: all that CI holds a change against.
pub(crate) fn ready(args: &[String]) -> Outcome {
    nothing_more("ready", args)?;
    let mut all = vec![
        Step::here("components", components),
        Step::cargo("format", &["fmt", "--all", "--check"]),
        Step::cargo(
            "clippy",
            &["clippy", "--quiet", "--workspace", "--all-targets", "--locked", "--", "--deny", "warnings"],
        ),
    ];
    all.extend(test_steps()?);
    steps::run("ready", &all)
}

/// `cargo xtask z3`: the checker against the solver z3.
pub(crate) fn z3(args: &[String]) -> Outcome {
    nothing_more("z3", args)?;
    solver::run()
}

/// `cargo xtask report`: the reports in a browser.
pub(crate) fn report(args: &[String]) -> Outcome {
    nothing_more("report", args)?;
    browser::run()
}

/// `cargo xtask bench [WORD…]`: the benches of every crate, or those whose name contains a word.
pub(crate) fn bench(args: &[String]) -> Outcome {
    let mut words = vec!["bench", "--workspace", "--locked", "--bench", "*", "--"];
    words.extend(args.iter().map(String::as_str));
    steps::run("bench", &[Step::cargo("benches", &words)])
}

/// `cargo xtask mutate`: a program of its own, so that this one is quickly built.
pub(crate) fn mutate(args: &[String]) -> Outcome {
    let mut call = steps::cargo();
    call.args(["run", "--quiet", "--locked", "--package", "polis_mutate", "--"]).args(args);
    Ok(call.status()?.success())
}

/// `cargo xtask editors`: the server, the extension and the grammar in the editors.
pub(crate) fn editors(args: &[String]) -> Outcome {
    nothing_more("editors", args)?;
    steps::run("editors", &editor_steps())
}

/// `cargo xtask vsix`: the VS Code extension as one file, with the program.
pub(crate) fn vsix(args: &[String]) -> Outcome {
    nothing_more("vsix", args)?;
    crate::editors::bundle()
}

fn test_steps() -> io::Result<Vec<Step>> {
    let mut all = vec![Step::here("tools", tools)];
    if nextest()?.is_some() {
        all.push(Step::cargo("tests", &["nextest", "run", "--workspace", "--locked", "--no-fail-fast"]));
        // nextest does not run them.
        all.push(Step::cargo("doc tests", &["test", "--quiet", "--workspace", "--locked", "--doc"]));
    } else {
        all.push(Step::cargo("tests", &["test", "--workspace", "--locked", "--no-fail-fast"]));
    }
    all.push(Step::here("checker against z3", solver::run));
    all.push(Step::here("reports in a browser", browser::run));
    all.push(Step::here("generated files", || generate::run(&["--check".to_owned()])));
    all.push(Step::polis("policies: check", &["check", "policies"]));
    all.push(Step::polis("policies: test", &["test", "policies"]));
    all.push(Step::polis("policies: format", &["fmt", "--check", "policies"]));
    all.push(Step::here("examples of the documents", examples::run));
    all.extend(editor_steps());
    Ok(all)
}

fn editor_steps() -> Vec<Step> {
    vec![
        Step::here("tree-sitter grammar", crate::editors::grammar),
        Step::here("Neovim", crate::editors::neovim),
        Step::here("VS Code", crate::editors::vscode),
    ]
}

/// What nextest says of itself, where it is installed. It is faster; the tests are the same without it.
fn nextest() -> io::Result<Option<String>> {
    version(&["nextest", "--version"])
}

fn tools() -> Outcome {
    let cargo = version(&["--version"])?;
    say(&cargo.clone().unwrap_or_else(|| "cargo does not answer".to_owned()))?;
    say(
        &nextest()?.unwrap_or_else(|| "cargo-nextest is not installed: `cargo test` runs the tests instead".to_owned())
    )?;
    Ok(cargo.is_some())
}

/// What `ready` needs beyond cargo itself.
fn components() -> Outcome {
    let mut all = true;
    for name in ["fmt", "clippy"] {
        if let Some(version) = version(&[name, "--version"])? {
            say(&version)?;
        } else {
            say(&format!("`cargo {name}` is missing: `rustup component add rustfmt clippy` installs it"))?;
            all = false;
        }
    }
    Ok(all)
}

fn nothing_more(task: &str, args: &[String]) -> io::Result<()> {
    match args {
        [] => Ok(()),
        [first, ..] => Err(io::Error::other(format!("{task} takes no arguments, but was given `{first}`"))),
    }
}
