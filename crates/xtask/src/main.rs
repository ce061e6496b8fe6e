//! Development tasks, run as `cargo xtask TASK`.

mod browser;
#[cfg(test)]
mod dependencies;
#[cfg(test)]
mod documents;
mod editors;
mod examples;
mod generate;
#[cfg(feature = "man")]
mod man;
#[cfg(feature = "peers")]
mod peers;
mod steps;
mod tasks;
mod z3;

use std::io::{self, Write as _};
use std::process::ExitCode;

use camino::{Utf8Path, Utf8PathBuf};

/// What every task returns: whether all is well.
type Outcome = io::Result<bool>;

/// A task: its name, what stands behind it, what it does, and the task itself, which gets the words behind its name.
type Task = (&'static str, &'static str, &'static str, fn(&[String]) -> Outcome);

const TASKS: &[Task] = &[
    ("test", "", "set up and run every test there is", tasks::test),
    ("ready", "", "what CI does: format, clippy, and everything of `test`", tasks::ready),
    ("z3", "", "hold the checker against the solver z3, which is fetched where it is missing", tasks::z3),
    ("report", "", "open reports in a browser, which is fetched where it is missing", tasks::report),
    ("bench", "[WORD…]", "run the benches, or those whose name contains a word", tasks::bench),
    #[cfg(feature = "peers")]
    ("peers", "check [--write]", "run the checker beside Cedar and KCL on equal content", peers::run),
    ("mutate", "[--help]", "plant defects into the policies, and tell which the checker finds", tasks::mutate),
    (
        "editors",
        "",
        "try the server, extension and grammar in the editors, which are fetched where missing",
        tasks::editors,
    ),
    ("vsix", "", "write the VS Code extension, with the program, as editors/vscode/polis.vsix", tasks::vsix),
    ("generate", "[--check]", "write the generated files, or tell which are out of date", generate::run),
    #[cfg(feature = "man")]
    ("man", "OUTDIR", "write the man pages of `polis` in both languages", man::run),
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match args.split_first() {
        None => usage(),
        Some((name, _)) if matches!(name.as_str(), "help" | "--help" | "-h") => usage(),
        Some((name, rest)) => match TASKS.iter().find(|it| it.0 == name) {
            Some((.., run)) => run(rest),
            None => usage().and(Err(io::Error::other(format!("there is no task `{name}`")))),
        },
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // Where this cannot be written there is nobody to tell.
            let _ = say(&format!("error: {error}"));
            ExitCode::from(2)
        }
    }
}

fn usage() -> Outcome {
    say("usage: cargo xtask TASK\n")?;
    for (name, words, about, _) in TASKS {
        say(&format!("  {:<22}{about}", format!("{name} {words}")))?;
    }
    say("\nexit codes: 0 all is well, 1 something failed, 2 wrong usage or something that cannot be read or run")?;
    Ok(true)
}

/// Writes a line to standard error.
fn say(line: &str) -> io::Result<()> {
    writeln!(io::stderr(), "{line}")
}

/// The root of the repository.
fn root() -> Utf8PathBuf {
    let here = Utf8Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}
