//! Development tasks, run as `cargo xtask TASK`.

mod generate;
#[cfg(feature = "man")]
mod man;

use std::io::{self, Write as _};
use std::process::ExitCode;

use camino::{Utf8Path, Utf8PathBuf};

/// What every task returns: whether all is well.
type Outcome = io::Result<bool>;

/// A task: its name, what stands behind it, what it does, and the task itself, which gets the words behind its name.
type Task = (&'static str, &'static str, &'static str, fn(&[String]) -> Outcome);

const TASKS: &[Task] = &[
    ("generate", "[--check]", "write the generated files, or tell which are out of date", generate::run),
    #[cfg(feature = "man")]
    ("man", "OUTDIR", "write the man pages of `polis` in both languages", man::run),
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let task = args.first().and_then(|name| TASKS.iter().find(|it| it.0 == name));
    let outcome = match task {
        Some((.., run)) => run(args.get(1..).unwrap_or_default()),
        None => usage(),
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
    say("usage: cargo xtask TASK")?;
    for (name, words, about, _) in TASKS {
        say(&format!("  {:<24}{about}", format!("{name} {words}")))?;
    }
    Ok(false)
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
