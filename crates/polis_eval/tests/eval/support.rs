//! Programs and worlds from text.

use std::sync::Arc;

use camino::Utf8Path;
use polis_db::{MemorySystem, PolisDatabase, load};
use polis_diagnostic::{Diagnostic, Locale};
use polis_eval::{EvalError, Machine, RuleId, Run, Settings, World, run_tests};
use polis_semantic::{Program, Symbol, check, program};
use polis_syntax::FormatOptions;
use polis_syntax::words::Face;
use polis_value::Value;

/// Loads packages; the one called `a` is the one that counts.
pub(crate) fn open(files: &[(&str, &str)]) -> (PolisDatabase, Arc<Program>) {
    let system = files.iter().fold(MemorySystem::new(), |system, (path, text)| system.with_file(path, text));
    let loaded = load(&system, Utf8Path::new("/a"));
    assert_eq!(loaded.diagnostics, []);
    let program = program(&loaded.db, loaded.db.package("a").unwrap());
    (loaded.db, program)
}

/// The program of one file.
pub(crate) fn open_file(text: &str) -> (PolisDatabase, Arc<Program>) {
    open(&[("/a/polis.toml", "[package]\nname = \"a\"\n"), ("/a/a.pol", text)])
}

/// The program of one file without findings.
#[track_caller]
pub(crate) fn sound(text: &str) -> Arc<Program> {
    let (db, program) = open_file(text);
    let found: Vec<Diagnostic> = check(&db, &[db.package("a").unwrap()]);
    let shown = polis_db::testing::listing(&db, &found);
    assert!(found.is_empty(), "{shown}\n{text}");
    program
}

/// A text in the other face.
#[track_caller]
pub(crate) fn in_english(text: &str) -> String {
    polis_syntax::format(text, &FormatOptions { face: Some(Face::En), ..FormatOptions::default() }).unwrap()
}

/// The jurisdictions that the first test of a program is given, with the parameters that it sets and its date.
pub(crate) fn given(machine: &mut Machine) -> (World, Settings) {
    let program = Arc::clone(machine.program());
    let test = program.tests.first().unwrap();
    let set = machine.settings(test);
    let world = run_tests(&program, &|_| Arc::clone(&program)).swap_remove(0).world;
    (world, Settings { as_of: test.as_of, set })
}

pub(crate) fn rule(machine: &Machine, name: &str) -> RuleId {
    machine.rule(&Symbol::new("a", name)).unwrap()
}

/// A rule's value with its unit, what it lacks, or the error with the text that it arose from.
pub(crate) fn shown(run: &Run<'_>, rule: RuleId, value: &Result<Value, Box<EvalError>>) -> String {
    let machine = run.machine();
    match value {
        Ok(Value::Unknown(unknown)) => {
            let missing = run.missing(unknown);
            let mut lacking: Vec<String> =
                missing.iter().map(|it| machine.describe(it, run.world()).zh.trim().replace('`', "")).collect();
            if unknown.discretion {
                lacking.push("选择".into());
            }
            format!("未知：{}", lacking.join("、"))
        }
        Ok(value) => machine.show(value, machine.rule_type(rule), run.world(), Locale::Zh).to_string(),
        Err(error) => {
            let meta = machine.meta(&error.symbol).unwrap();
            let code = machine.error_diagnostic(error, run.world()).unwrap().code();
            format!("{code} «{}»", machine.quote(meta, error.span))
        }
    }
}
