//! `polis test`: the tests that stand in the policies.

use std::io::Write as _;
use std::sync::Arc;

use camino::Utf8PathBuf;
use clap::{Arg, ArgMatches, Command};
use polis_diagnostic::{ColumnUnit, Diagnostic, Files, Format, LineIndex, Locale, Severity, render, sort_and_dedup};
use polis_eval::{Machine, run_tests};
use polis_semantic::absolute;

use crate::cli::{TEXT_OR_JSON, TextOrJson};
use crate::context::{Context, Failure, pick};
use crate::project::{Project, is_about_input};
use crate::{Exit, cli};

/// The arguments.
pub(crate) struct Args {
    /// Packages, workspaces, files.
    pub(crate) paths: Vec<Utf8PathBuf>,
    /// Only tests whose title contains this.
    pub(crate) filter: Option<String>,
    /// The form of output.
    pub(crate) form: TextOrJson,
}

pub(crate) fn command(locale: Locale) -> Command {
    let about = pick(locale, "运行政策文件中的测试", "Run the tests that stand in the policies");
    let filter = pick(locale, "只运行标题中含有该文字的测试", "Only tests whose title contains this text");
    cli::command(locale, "test", about, pick(locale, "[选项] [路径]…", "[OPTIONS] [PATH]…"))
        .arg(cli::paths(locale))
        .arg(Arg::new("filter").long("filter").value_name(pick(locale, "文字", "TEXT")).help(filter))
        .arg(cli::format(locale, TEXT_OR_JSON))
        .after_help(cli::exit_codes(locale))
}

impl Args {
    pub(crate) fn from_matches(matches: &ArgMatches) -> Self {
        Self {
            paths: cli::paths_of(matches),
            filter: matches.get_one("filter").cloned(),
            form: cli::format_of(matches, TEXT_OR_JSON),
        }
    }
}

pub(crate) fn run(args: &Args, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    let project = Project::load(ctx.system, &args.paths);
    let findings = project.findings(|it| {
        let found = polis_semantic::check(it.db, &[it.package]);
        polis_analysis::reported_beside(it.db, it.package, found)
    });
    if findings.diagnostics.iter().any(|it| it.severity == Severity::Error) {
        // A test of provisions that have no meaning says nothing.
        render(Format::Full(ctx.full_err()), &findings.diagnostics, &findings.files, ctx.locale, ctx.err)?;
        let unreadable = findings.diagnostics.iter().all(|it| is_about_input(&it.message));
        return Ok(if unreadable { Exit::Usage } else { Exit::Findings });
    }
    let mut counts = Counts::default();
    let mut report = Vec::new();
    for target in project.targets() {
        let program = polis_semantic::program(target.db, target.package);
        let machine = Machine::new(Arc::clone(&program));
        let package = target.package.name(target.db);
        let on = |day| polis_semantic::program_at(target.db, target.package, day);
        for outcome in run_tests(&program, &on) {
            let Some(test) = program.tests.get(outcome.test) else { continue };
            let title = test.meta.title.clone().unwrap_or_else(|| test.meta.symbol.name.clone());
            if args.filter.as_ref().is_some_and(|it| !title.contains(it.as_str())) {
                counts.skipped += 1;
                continue;
            }
            let passed = outcome.failures.is_empty();
            counts.count(passed);
            let mut found: Vec<Diagnostic> =
                machine.test_diagnostics(&outcome).iter().map(|it| absolute(target.db, it)).collect();
            sort_and_dedup(&mut found, target.db);
            match args.form {
                TextOrJson::Text => render(Format::Full(ctx.full()), &found, target.db, ctx.locale, ctx.out)?,
                TextOrJson::Json => {
                    let place = test.meta.place(test.meta.head);
                    let at = polis_semantic::file_span(target.db, &place);
                    let path = Files::path(target.db, at.file);
                    let line = LineIndex::new(Files::text(target.db, at.file)).position(
                        Files::text(target.db, at.file),
                        at.start,
                        ColumnUnit::Char,
                    );
                    report.push(serde_json::json!({
                        "package": package.as_str(),
                        "title": title.as_str(),
                        "path": path,
                        "line": line.line + 1,
                        "passed": passed,
                        "expectations": outcome.expectations,
                        "failures": found.iter().map(|it| message(it, ctx.locale)).collect::<Vec<_>>(),
                    }));
                }
            }
        }
    }
    if args.form == TextOrJson::Json {
        let document = serde_json::json!({
            "tests": report,
            "summary": { "passed": counts.passed, "failed": counts.failed, "skipped": counts.skipped },
        });
        writeln!(ctx.out, "{document:#}")?;
    }
    let Counts { passed, failed, skipped } = counts;
    if passed + failed == 0 {
        let (zh, en) = if skipped > 0 {
            ("没有标题符合 `--filter` 的测试", "no test has a title that `--filter` wants")
        } else {
            ("没有测试", "there are no tests")
        };
        return Err(ctx.usage(zh, en));
    }
    let left_out = if skipped > 0 {
        ctx.text(format!("，略过 {skipped} 个"), format!(", {skipped} left out"))
    } else {
        String::new()
    };
    let all = passed + failed;
    let tests = if all == 1 { "test" } else { "tests" };
    let line = ctx.text(
        format!("测试 {all} 个：通过 {passed} 个，未通过 {failed} 个{left_out}"),
        format!("{all} {tests}: {passed} passed, {failed} failed{left_out}"),
    );
    ctx.summary(&line)?;
    Ok(if failed > 0 { Exit::Findings } else { Exit::Clean })
}

/// The message of a failure with what came out.
fn message(diagnostic: &Diagnostic, locale: Locale) -> String {
    let mut text = diagnostic.message.render(locale);
    let notes = diagnostic.primary.text.iter().chain(&diagnostic.notes);
    for note in notes {
        text.push_str(pick(locale, "；", "; "));
        text.push_str(&note.render(locale));
    }
    text
}

#[derive(Default)]
struct Counts {
    passed: usize,
    failed: usize,
    skipped: usize,
}

impl Counts {
    fn count(&mut self, passed: bool) {
        if passed {
            self.passed += 1;
        } else {
            self.failed += 1;
        }
    }
}
