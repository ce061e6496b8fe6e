//! What the pages are opened with: a browser, its driver and a Chinese font, found or fetched by name.

use std::env;
use std::ffi::OsString;
use std::io;
use std::process::{Command, Stdio};

use crate::say;

/// What Debian calls them.
const PACKAGES: [&str; 4] = ["chromium", "chromium-driver", "fonts-noto-cjk", "fontconfig"];

/// The programs.
pub(super) struct Found {
    pub(super) chromedriver: OsString,
    pub(super) chromium: OsString,
}

/// Finds everything, and fetches what is missing. `None` where that is not possible, which has been said.
pub(super) fn found_or_fetched() -> io::Result<Option<Found>> {
    if let Some(found) = find() {
        return Ok(Some(found));
    }
    for mut command in commands() {
        say(&format!("a browser or a Chinese font is not there: {command:?}"))?;
        match command.status() {
            Ok(status) if status.success() => {}
            Ok(status) => say(&format!("  {status}"))?,
            Err(error) => say(&format!("  {error}"))?,
        }
        if let Some(found) = find() {
            return Ok(Some(found));
        }
    }
    say(&format!(
        "a browser, its driver or a Chinese font is neither there nor could it be fetched: install them (`apt-get install {}`), or name the programs in POLIS_CHROMIUM and POLIS_CHROMEDRIVER",
        PACKAGES.join(" ")
    ))?;
    Ok(None)
}

/// Debian's installer; a second time after what an interrupted one left is put in order.
fn commands() -> Vec<Command> {
    let root = Command::new("id").arg("-u").output().is_ok_and(|it| it.stdout.trim_ascii() == b"0");
    let call = |words: &[&str]| {
        let mut command = if root { Command::new("env") } else { Command::new("sudo") };
        if !root {
            command.args(["-n", "env"]);
        }
        command.arg("DEBIAN_FRONTEND=noninteractive").args(words).stdin(Stdio::null());
        command
    };
    let mut install = vec!["apt-get", "install", "--quiet", "--yes", "--no-install-recommends"];
    install.extend(PACKAGES);
    vec![
        call(&["apt-get", "update", "--quiet"]),
        call(&install),
        call(&["dpkg", "--configure", "--pending"]),
        call(&["apt-get", "install", "--quiet", "--yes", "--fix-broken"]),
        call(&install),
    ]
}

fn find() -> Option<Found> {
    let named = |variable: &str| env::var_os(variable).map(|it| vec![it]);
    let all = |names: &[&str]| names.iter().map(OsString::from).collect::<Vec<_>>();
    let first = |names: Vec<OsString>| names.into_iter().find(answers);
    let drivers = named("POLIS_CHROMEDRIVER").unwrap_or_else(|| all(&["chromedriver"]));
    let browsers = named("POLIS_CHROMIUM")
        .unwrap_or_else(|| all(&["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]));
    let found = Found { chromedriver: first(drivers)?, chromium: path_of(first(browsers)?) };
    has_chinese_font().then_some(found)
}

fn answers(program: &OsString) -> bool {
    let output = Command::new(program).arg("--version").stdin(Stdio::null()).stderr(Stdio::null()).output();
    output.is_ok_and(|it| it.status.success())
}

/// The driver wants a path and no name.
fn path_of(program: OsString) -> OsString {
    let folders = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&folders).map(|it| it.join(&program)).find(|it| it.is_file()).map_or(program, OsString::from)
}

/// Whether there is a font with Chinese letters; where nobody knows, the check of the letters themselves tells.
fn has_chinese_font() -> bool {
    let output = Command::new("fc-list").args([":lang=zh", "family"]).output();
    output.map_or(!cfg!(target_os = "linux"), |it| !it.stdout.trim_ascii().is_empty())
}
