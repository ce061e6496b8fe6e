//! `cargo xtask mutate`: plants defects, prints what the checker finds of them, and keeps the table in the documents.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::process::ExitCode;

use camino::{Utf8Path, Utf8PathBuf};
use polis_db::{OsSystem, System as _};
use polis_mutate::{Bench, Family, Library, Outcome, Plants, Tally, chosen, expected, operators, put, table};

const USAGE: &str = "\
usage: cargo xtask mutate [--family F] [--operator O] [--seed N] [--count N] [--misses N] [--list] [--check]

  --family F     one family only
  --operator O   one operator only
  --seed N       which places are taken, where there are more than are tried (default 1)
  --count N      how many places each operator tries (default 40)
  --misses N     how many misses of each operator are shown (default 3)
  --list         only list the operators, with how many places each has and by which codes it is to be found
  --check        only tell whether the table in docs/checker.md is that of this run

A run of all families with the default seed and count writes the table in docs/checker.md.

exit codes: 0 all is well, 1 a family is found less than its goal, there is a false alarm, or the table is out of date,
2 wrong usage or something that cannot be read";

const DOCUMENT: &str = "docs/checker.md";
const SEED: u64 = 1;
const COUNT: usize = 40;

#[derive(Debug, Clone)]
struct Args {
    family: Option<Family>,
    operator: Option<String>,
    seed: u64,
    count: usize,
    misses: usize,
    list: bool,
    check: bool,
}

fn main() -> ExitCode {
    let outcome = match args(std::env::args().skip(1)) {
        Ok(Some(args)) => run(&args),
        Ok(None) => say(USAGE).map(|()| true),
        Err(wrong) => Err(io::Error::other(format!("{wrong}\n{USAGE}"))),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // Where this cannot be written there is nobody to tell.
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::from(2)
        }
    }
}

fn args(mut words: impl Iterator<Item = String>) -> Result<Option<Args>, String> {
    let mut args =
        Args { family: None, operator: None, seed: SEED, count: COUNT, misses: 3, list: false, check: false };
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
        let number = |it: String| it.parse::<usize>().map_err(|_| format!("`{it}` is no number"));
        match word.as_str() {
            "--family" => {
                let name = value()?;
                let family = Family::ALL.iter().find(|it| it.word() == name);
                args.family = Some(*family.ok_or_else(|| format!("there is no family `{name}`"))?);
            }
            "--operator" => {
                let name = value()?;
                if operators().all(|it| it.name != name) {
                    return Err(format!("there is no operator `{name}`"));
                }
                args.operator = Some(name);
            }
            "--seed" => args.seed = number(value()?)? as u64,
            "--count" => args.count = number(value()?)?,
            "--misses" => args.misses = number(value()?)?,
            "--list" => args.list = true,
            "--check" => args.check = true,
            "--help" | "-h" => return Ok(None),
            _ => return Err(format!("`{word}` is not known")),
        }
    }
    if args.check && !args.is_whole() {
        return Err("the table is that of all families with the default seed and count".to_owned());
    }
    Ok(Some(args))
}

impl Args {
    /// Whether the run is the one that the documents show.
    fn is_whole(&self) -> bool {
        self.family.is_none() && self.operator.is_none() && self.seed == SEED && self.count == COUNT
    }
}

fn run(args: &Args) -> io::Result<bool> {
    let root = root();
    let loaded = Library::load(&OsSystem, &root.join("policies")).map_err(io::Error::other)?;
    let mut bench = Bench::new(loaded);
    let mut tally = Tally::default();
    let mut broken = 0;
    for operator in operators() {
        let is_asked = args.family.is_none_or(|it| it == operator.family)
            && args.operator.as_ref().is_none_or(|it| it == operator.name);
        if !is_asked {
            continue;
        }
        let mut plants = Plants::default();
        (operator.plant)(bench.library(), &mut plants);
        let codes = expected::codes(operator.name);
        if args.list {
            let (family, places) = (operator.family.word(), plants.all.len());
            say(&format!("{family:<15}{:<24}{places:>5}  {}  [{}]", operator.name, operator.what, codes.join(", ")))?;
            continue;
        }
        let row = tally.rows.entry(operator.family).or_default();
        let mut shown = 0;
        let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
        for plant in chosen(plants, args.seed, args.count) {
            let outcome = bench.try_out(operator, &plant, codes);
            row.planted += 1;
            row.false_alarms += outcome.false_alarms.len();
            let counts = row.operators.entry(operator.name).or_default();
            counts.0 += 1;
            if outcome.found {
                row.found += 1;
                counts.1 += 1;
            }
            broken += usize::from(outcome.broken.is_some());
            let missed = !outcome.found && operator.family != Family::Control;
            if missed {
                *reasons.entry(reason(&outcome)).or_default() += 1;
            }
            let is_shown =
                outcome.broken.is_some() || !outcome.false_alarms.is_empty() || (missed && shown < args.misses);
            if is_shown {
                shown += usize::from(missed);
                say(&format!("{} {}: {}", verdict(&outcome, operator.family), operator.name, plant.note))?;
                for alarm in &outcome.false_alarms {
                    say(&format!("    false alarm: {alarm}"))?;
                }
                if missed {
                    say(&format!("    {}", reason(&outcome)))?;
                }
            }
        }
        if let Some((planted, found)) = row.operators.get(operator.name) {
            let reasons: Vec<String> = reasons.iter().map(|it| format!("{} × {}", it.1, it.0)).collect();
            let missed = if reasons.is_empty() { String::new() } else { format!("   missed: {}", reasons.join("; ")) };
            let family = operator.family.word();
            say(&format!("{family:<15}{:<24}{found:>4} of {planted:<4}{missed}", operator.name))?;
        }
    }
    if args.list {
        return Ok(true);
    }
    let table = table(&tally);
    say(&format!("\n{table}"))?;
    if broken > 0 {
        say(&format!("{broken} plants break the form of the text and are none: mend their operators"))?;
    }
    let kept = document(&root, &table, args)?;
    Ok(tally.is_well() && broken == 0 && kept)
}

/// Holds the table against the document, or writes it there.
fn document(root: &Utf8Path, table: &str, args: &Args) -> io::Result<bool> {
    if !args.is_whole() {
        return Ok(true);
    }
    let path = root.join(DOCUMENT);
    let old = String::from_utf8(OsSystem.read(&path)?).map_err(io::Error::other)?;
    let new = put(&old, table).map_err(|it| io::Error::other(format!("{DOCUMENT}: {it}")))?;
    if old == new {
        return Ok(true);
    }
    if !args.check {
        OsSystem.write_atomic(&path, new.as_bytes())?;
        say(&format!("written: {DOCUMENT}"))?;
        return Ok(true);
    }
    say(&format!("out of date: {DOCUMENT}; run `cargo xtask mutate` and commit what it writes"))?;
    Ok(false)
}

fn verdict(outcome: &Outcome, family: Family) -> &'static str {
    match outcome {
        Outcome { broken: Some(_), .. } => "BROKEN",
        Outcome { found: false, .. } if family != Family::Control => "MISSED",
        _ => "FALSE ",
    }
}

/// Why a defect was not found, as far as it shows.
fn reason(outcome: &Outcome) -> String {
    let beside: Vec<&str> = outcome.beside.iter().copied().collect();
    match (&outcome.broken, outcome.masked, beside.as_slice()) {
        (Some(broken), ..) => broken.clone(),
        (None, true, codes) => format!("masked by [{}]", codes.join(", ")),
        (None, false, []) => "nothing was found".to_owned(),
        (None, false, codes) => format!("found as [{}] only", codes.join(", ")),
    }
}

fn say(text: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{text}")
}

/// The root of the repository.
fn root() -> Utf8PathBuf {
    let here = Utf8Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}
