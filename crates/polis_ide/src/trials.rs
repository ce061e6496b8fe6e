//! The tests of a package, run.

use std::sync::Arc;

use polis_db::Package;
use polis_diagnostic::{Diagnostic, Severity, sort_and_dedup};
use polis_eval::{Machine, run_tests};
use polis_semantic::items::ItemRef;

use crate::text::{Db, FileRange};

/// What became of a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestRun {
    /// The test.
    pub key: ItemRef,
    /// Its title.
    pub title: String,
    /// Its head.
    pub head: FileRange,
    /// Whether all came out as expected.
    pub passed: bool,
    /// How many things it expects.
    pub expectations: usize,
    /// What did not come out, with what did.
    pub failures: Vec<Diagnostic>,
}

/// Runs the tests of a package; `None` where something in it has no meaning, so that a test would say nothing.
#[must_use]
pub fn test_runs(db: &Db, package: Package) -> Option<Vec<TestRun>> {
    let found = polis_semantic::check(db, &[package]);
    if found.iter().any(|it| it.severity == Severity::Error) {
        return None;
    }
    let program = polis_semantic::program(db, package);
    let machine = Machine::new(Arc::clone(&program));
    let on = |day| polis_semantic::program_at(db, package, day);
    let mut runs = Vec::new();
    for outcome in run_tests(&program, &on) {
        let Some(test) = program.tests.get(outcome.test) else { continue };
        let place = test.meta.place(test.meta.head);
        let at = polis_semantic::file_span(db, &place);
        let Some(file) = db.file(at.file) else { continue };
        let mut failures: Vec<Diagnostic> =
            machine.test_diagnostics(&outcome).iter().map(|it| polis_semantic::absolute(db, it)).collect();
        sort_and_dedup(&mut failures, db);
        runs.push(TestRun {
            key: test.meta.item.clone(),
            title: test.meta.title.clone().unwrap_or_else(|| test.meta.symbol.name.clone()).to_string(),
            head: FileRange { file, range: polis_syntax::Span::new(at.start, at.end) },
            passed: outcome.failures.is_empty(),
            expectations: outcome.expectations,
            failures,
        });
    }
    Some(runs)
}
