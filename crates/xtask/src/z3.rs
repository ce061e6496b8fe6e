//! The solver z3, against which the checker is tested: found, or fetched by name, and asked.
//!
//! It is needed for tests only. Where it can be neither found nor fetched the step fails: a comparison that did not take
//! place must not look like one that came out well.

use std::env;
use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::steps::cargo;
use crate::{Outcome, root, say};

/// Its name in the package index of Python, which has it for every common system; in Debian's it is `z3`.
const PACKAGE: &str = "z3-solver";

/// Runs the tests that ask z3.
pub(crate) fn run() -> Outcome {
    let Some(z3) = find()?.map_or_else(fetch, |it| Ok(Some(it)))? else {
        say(&format!(
            "z3 is neither there nor could it be fetched: install it (`apt-get install z3`, `pip install {PACKAGE}`, `brew install z3`), or name the program in POLIS_Z3"
        ))?;
        return Ok(false);
    };
    let words = ["test", "--locked", "--package", "polis_analysis", "--features", "z3", "--test", "oracle", "z3::"];
    let output = cargo().args(words).env("POLIS_Z3", &z3).stderr(Stdio::inherit()).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    say(text.trim())?;
    // A filter that fits no test is no error to cargo.
    let passed = text.lines().filter(|it| it.starts_with("test z3::") && it.ends_with("... ok")).count();
    if passed == 0 {
        say("no test asked z3")?;
    }
    Ok(output.status.success() && passed > 0)
}

/// The program that was named, one that is installed, or the one that was fetched before.
fn find() -> io::Result<Option<OsString>> {
    if let Some(named) = env::var_os("POLIS_Z3") {
        // Who names one wants that and no other.
        if answers(&named)? {
            return Ok(Some(named));
        }
        return Err(io::Error::other(format!("POLIS_Z3 names {}, which does not run", named.display())));
    }
    for program in [OsString::from("z3"), fetched().into_os_string()] {
        if answers(&program)? {
            return Ok(Some(program));
        }
    }
    Ok(None)
}

/// Fetches z3 for this checkout with Python's installer, or for the machine with Debian's.
fn fetch() -> io::Result<Option<OsString>> {
    let folder = folder();
    let pip = |python: &str| {
        let mut command = Command::new(python);
        command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]);
        command.env("PIP_ROOT_USER_ACTION", "ignore").arg("--target").arg(&folder).args(["--upgrade", PACKAGE]);
        command
    };
    let mut update = Command::new("apt-get");
    update.args(["update", "--quiet"]);
    let mut install = Command::new("apt-get");
    install.args(["install", "--quiet", "--yes", "--no-install-recommends", "z3"]);
    install.env("DEBIAN_FRONTEND", "noninteractive");
    for mut command in [pip("python3"), pip("python"), update, install] {
        let shown = format!("{command:?}");
        say(&format!("z3 is not there: {shown}"))?;
        match command.status() {
            Ok(status) if status.success() => {}
            Ok(status) => say(&format!("  {status}"))?,
            Err(error) => say(&format!("  {error}"))?,
        }
        if let Some(z3) = find()? {
            return Ok(Some(z3));
        }
    }
    Ok(None)
}

/// Whether the program is there and is z3.
fn answers(program: &OsString) -> io::Result<bool> {
    let Ok(output) = Command::new(program).arg("--version").output() else { return Ok(false) };
    let version = String::from_utf8_lossy(&output.stdout);
    let well = output.status.success() && version.starts_with("Z3");
    if well {
        say(&format!("{} ({})", version.trim(), program.display()))?;
    }
    Ok(well)
}

/// Where it is fetched to: beside what cargo builds.
fn folder() -> PathBuf {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target").into(), PathBuf::from);
    root().into_std_path_buf().join(target).join("z3")
}

fn fetched() -> PathBuf {
    folder().join("bin").join(format!("z3{}", env::consts::EXE_SUFFIX))
}
