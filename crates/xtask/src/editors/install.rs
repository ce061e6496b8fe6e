//! What the editors need, found or fetched by name from Debian.

use std::env;
use std::ffi::OsString;
use std::process::{Command, Stdio};

use crate::{Outcome, say};

/// Something that a test needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// Node and its package manager.
    Node,
    Neovim,
    /// What VS Code searches with.
    Ripgrep,
    Browser,
    /// A font with Chinese letters.
    Font,
}

impl Need {
    const fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Node => &["nodejs", "npm"],
            Self::Neovim => &["neovim"],
            Self::Ripgrep => &["ripgrep"],
            Self::Browser => &["chromium"],
            Self::Font => &["fonts-noto-cjk", "fontconfig"],
        }
    }

    fn is_there(self) -> bool {
        match self {
            Self::Node => answers("node") && answers("npm"),
            Self::Neovim => answers("nvim"),
            Self::Ripgrep => answers("rg"),
            Self::Browser => browser().is_some(),
            Self::Font => {
                let output = Command::new("fc-list").args([":lang=zh", "family"]).output();
                output.map_or(!cfg!(target_os = "linux"), |it| !it.stdout.trim_ascii().is_empty())
            }
        }
    }
}

/// Finds all that is needed, and fetches what is missing. False where that is not possible, which has been said.
pub(super) fn all(needs: &[Need]) -> Outcome {
    let missing = || needs.iter().filter(|it| !it.is_there()).flat_map(|it| it.packages()).copied().collect::<Vec<_>>();
    let packages = missing();
    if packages.is_empty() {
        return Ok(true);
    }
    for mut command in [apt(&["update"]), apt(&[&["install", "--no-install-recommends"], packages.as_slice()].concat())]
    {
        say(&format!("not everything is there: {command:?}"))?;
        match command.status() {
            Ok(status) if status.success() => {}
            Ok(status) => say(&format!("  {status}"))?,
            Err(error) => say(&format!("  {error}"))?,
        }
    }
    let missing = missing();
    if !missing.is_empty() {
        say(&format!("neither there nor could it be fetched: install {}", missing.join(", ")))?;
    }
    Ok(missing.is_empty())
}

/// A browser that Chromium's protocol speaks to.
pub(super) fn browser() -> Option<OsString> {
    let named = env::var_os("POLIS_CHROMIUM").map(|it| vec![it]);
    let all = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let mut all = named.unwrap_or_else(|| all.iter().map(OsString::from).collect()).into_iter();
    let found = all.find(|it| answers(it))?;
    // The test wants a path and no name.
    let folders = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&folders).map(|it| it.join(&found)).find(|it| it.is_file()).map(OsString::from)
}

/// Debian's installer; it waits for another that is at work.
fn apt(words: &[&str]) -> Command {
    let root = Command::new("id").arg("-u").output().is_ok_and(|it| it.stdout.trim_ascii() == b"0");
    let mut command = if root { Command::new("env") } else { Command::new("sudo") };
    if !root {
        command.args(["-n", "env"]);
    }
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet", "--yes", "-o", "DPkg::Lock::Timeout=300"]);
    command.args(words).stdin(Stdio::null());
    command
}

fn answers(program: impl AsRef<std::ffi::OsStr>) -> bool {
    let mut command = Command::new(program);
    let call = command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    call.status().is_ok_and(|it| it.success())
}
