//! Steps that a task takes one after the other, each with a line before and after it.

use std::env;
use std::fmt::Write as _;
use std::io;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::{Outcome, root, say};

/// One thing to do.
pub(crate) struct Step {
    /// What it is about, in a word or two.
    name: &'static str,
    work: Work,
}

enum Work {
    /// Runs cargo with these arguments.
    Cargo(Vec<String>),
    /// Builds the program and runs it with these arguments.
    Polis(Vec<String>),
    /// Runs within this process.
    Here(fn() -> Outcome),
}

impl Step {
    /// A call of cargo.
    pub(crate) fn cargo(name: &'static str, args: &[&str]) -> Self {
        Self { name, work: Work::Cargo(args.iter().map(|it| (*it).to_owned()).collect()) }
    }

    /// A call of the program.
    pub(crate) fn polis(name: &'static str, args: &[&str]) -> Self {
        Self { name, work: Work::Polis(args.iter().map(|it| (*it).to_owned()).collect()) }
    }

    /// A function of this program.
    pub(crate) const fn here(name: &'static str, run: fn() -> Outcome) -> Self {
        Self { name, work: Work::Here(run) }
    }

    fn run(&self) -> Outcome {
        match &self.work {
            Work::Cargo(args) => Ok(cargo().args(args).status()?.success()),
            Work::Polis(args) => Ok(polis()?.args(args).status()?.success()),
            Work::Here(run) => run(),
        }
    }

    fn title(&self) -> String {
        match &self.work {
            Work::Cargo(args) => format!("{}: cargo {}", self.name, args.join(" ")),
            Work::Polis(args) => format!("{}: polis {}", self.name, args.join(" ")),
            Work::Here(_) => self.name.to_owned(),
        }
    }
}

/// Takes every step, also after one that failed: one run tells all that is wrong.
pub(crate) fn run(task: &str, steps: &[Step]) -> Outcome {
    let start = Instant::now();
    let mut done: Vec<(&str, bool, Duration)> = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let place = format!("{task} {}/{}", index + 1, steps.len());
        say(&format!("── {place}  {}", step.title()))?;
        let began = Instant::now();
        let well = match step.run() {
            Ok(well) => well,
            Err(error) => {
                say(&format!("error: {error}"))?;
                false
            }
        };
        done.push((step.name, well, began.elapsed()));
        say(&format!("── {place}  {}", verdict(well)))?;
    }
    say(&summary(task, &done, start.elapsed()))?;
    Ok(done.iter().all(|it| it.1))
}

const fn verdict(well: bool) -> &'static str {
    if well { "ok" } else { "FAILED" }
}

fn summary(task: &str, done: &[(&str, bool, Duration)], took: Duration) -> String {
    let failed = done.iter().filter(|it| !it.1).count();
    let mut text = match failed {
        0 => format!("\n{task}: all {} steps passed in {:.0} s", done.len(), took.as_secs_f64()),
        _ => format!("\n{task}: {failed} of {} steps FAILED, {:.0} s", done.len(), took.as_secs_f64()),
    };
    for (name, well, took) in done {
        // Writing to a string does not fail.
        let _ = write!(text, "\n  {:<7} {:>6.1} s  {name}", verdict(*well), took.as_secs_f64());
    }
    text
}

/// A call of the cargo that runs this program, at the root of the repository.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// A call of the program as it is built for development, at the root of the repository. It is built first if it is not
/// up to date; where that fails, what the compiler said is in the error.
pub(crate) fn polis() -> io::Result<Command> {
    let mut command = Command::new(executable(&["build", "--quiet", "--locked", "--package", "polis"], "polis")?);
    command.current_dir(root());
    Ok(command)
}

/// The program that a call of cargo builds. Where it does not build, what the compiler said is in the error.
pub(crate) fn executable(build: &[&str], name: &str) -> io::Result<String> {
    let output = cargo().args(build).args(["--message-format", "json-render-diagnostics"]).output()?;
    if !output.status.success() {
        return Err(io::Error::other(format!("{name} does not build\n{}", String::from_utf8_lossy(&output.stderr))));
    }
    // A line for each thing that was built; a library has no executable.
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|it| serde_json::from_str::<serde_json::Value>(it).ok())
        .filter(|it| it.pointer("/target/name").is_some_and(|it| it == name))
        .find_map(|it| it.get("executable")?.as_str().map(str::to_owned))
        .ok_or_else(|| io::Error::other(format!("cargo does not say where it put {name}")))
}

/// What `cargo WORDS` answers in one line; `None` where there is no such subcommand.
pub(crate) fn version(words: &[&str]) -> io::Result<Option<String>> {
    let output = cargo().args(words).stderr(Stdio::null()).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(output.status.success().then(|| text.lines().next().unwrap_or_default().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_names_every_step_and_counts_failures() {
        let second = Duration::from_secs(1);
        let text = summary("test", &[("a", true, second), ("b", false, second * 61)], second * 62);
        assert_eq!(text, "\ntest: 1 of 2 steps FAILED, 62 s\n  ok         1.0 s  a\n  FAILED    61.0 s  b");
        let text = summary("test", &[("a", true, second)], second);
        assert_eq!(text, "\ntest: all 1 steps passed in 1 s\n  ok         1.0 s  a");
    }
}
