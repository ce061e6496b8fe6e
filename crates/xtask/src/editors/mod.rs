//! The editors: what drafters work in is started for real, with the server, the extension and the grammar of this
//! checkout.
//!
//! Where an editor can be neither found nor fetched the step fails: a test that did not take place must not look like
//! one that came out well.

mod install;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::process::Command;

use crate::{Outcome, root, say, steps};
use install::Need;

const GRAMMAR: &str = "grammar/tree-sitter-polis/Cargo.toml";
const EXTENSION: &str = "editors/vscode";
const VSIX: &str = "polis.vsix";

/// The tree-sitter grammar against the compiler, and its generated parser against its grammar.
pub(crate) fn grammar() -> Outcome {
    // The grammar is a program.
    if !install::all(&[Need::Node])? {
        return Ok(false);
    }
    let mut cargo = steps::cargo();
    // Outside the workspace, but what both build is built once.
    if env::var_os("CARGO_TARGET_DIR").is_none() {
        cargo.env("CARGO_TARGET_DIR", root().join("target"));
    }
    run(cargo.args(["test", "--quiet", "--locked", "--manifest-path", GRAMMAR]))
}

/// Neovim without a screen: findings, hover, rename, colours.
pub(crate) fn neovim() -> Outcome {
    if !install::all(&[Need::Neovim])? {
        return Ok(false);
    }
    let mut nvim = Command::new("nvim");
    nvim.args(["--headless", "-u", "NONE", "-i", "NONE", "-n", "-S", "editors/nvim/test/session.lua"]);
    run(nvim.current_dir(root()).env("POLIS_BIN", polis(&[])?))
}

/// The extension in a VS Code that runs in a browser, in both languages.
pub(crate) fn vscode() -> Outcome {
    if !install::all(&[Need::Node, Need::Ripgrep, Need::Browser, Need::Font])? || !vsix()? {
        return Ok(false);
    }
    let polis = polis(&[])?;
    let chromium = install::browser().unwrap_or_else(|| "chromium".into());
    let test = |words: &[&str]| {
        let mut node = Command::new("node");
        node.args(words).current_dir(root().join(EXTENSION).join("test"));
        node.env("POLIS_BIN", &polis).env("POLIS_CHROMIUM", &chromium);
        node
    };
    let vsix = format!("../{VSIX}");
    Ok(run(&mut test(&["--test", "unit.mjs"]))? && run(&mut test(&["session.mjs", "--vsix", &vsix]))?)
}

/// Writes the extension as a `.vsix` with the program of this platform in it: a drafter installs nothing else.
pub(crate) fn bundle() -> Outcome {
    let program = polis(&["--release"])?;
    let server = root().join(EXTENSION).join("server");
    if !server.is_dir() {
        fs::create_dir(&server)?;
    }
    let copy = server.join(format!("polis{}", env::consts::EXE_SUFFIX));
    fs::copy(&program, &copy)?;
    let well = vsix();
    // The tests try an extension that looks for its program.
    fs::remove_file(&copy)?;
    well
}

/// Writes the extension as a `.vsix`, with what lies in its `server/`.
fn vsix() -> Outcome {
    if !install::all(&[Need::Node])? {
        return Ok(false);
    }
    let well = npm(&["ci", "--ignore-scripts", "--no-audit", "--no-fund"])?
        && npm(&["run", "--silent", "check"])?
        && npm(&["run", "--silent", "package"])?;
    if well {
        say(&format!("written: {EXTENSION}/{VSIX}"))?;
    }
    Ok(well)
}

fn npm(words: &[&str]) -> Outcome {
    run(Command::new("npm").arg("--loglevel=error").args(words).current_dir(root().join(EXTENSION)))
}

/// The program: the one that was named, or that of this checkout, built first if it is not up to date.
fn polis(profile: &[&str]) -> io::Result<OsString> {
    if let Some(named) = env::var_os("POLIS_BIN") {
        return Ok(named);
    }
    let build = ["build", "--quiet", "--locked", "--package", "polis"];
    Ok(steps::executable(&[&build, profile].concat(), "polis")?.into())
}

fn run(command: &mut Command) -> Outcome {
    Ok(command.status()?.success())
}
