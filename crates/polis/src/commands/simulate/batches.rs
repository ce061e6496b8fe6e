//! Runs on samples that are too large to be held in memory: every row into a file, or the totals.

use std::cell::RefCell;
use std::io;
use std::sync::atomic::Ordering;

use camino::Utf8Path;
use polis_diagnostic::{Diagnostic, EvalNote};
use polis_semantic::absolute;
use polis_sim::{
    BatchResults, BatchRun, BatchSample, Column, Failures, Figures, IdCheck, Part, Rejected, ResultsError, Shown,
    Stopped, Wanted, columns, needs_rows_of, threads,
};
use serde_json::Value as Json;

use super::lines::{Lines, Output};
use super::rejects::{self, Rejects};
use super::totals::{self, Listed};
use super::{Args, Beside, Form, unwritable, wrote};
use crate::Exit;
use crate::commands::sample::Progress;
use crate::context::{Context, Failure};
use crate::session::{InBatches, Request, Session, write_findings};

/// From so many bytes on the largest file of a sample is read in batches.
const LARGE: u64 = 16 << 20;

/// What has come of running in batches.
pub(super) enum Ran {
    Done(Exit),
    /// The sample has to be run as a whole, and this is what is shown of it.
    Whole(Listed),
}

/// Runs in batches if the sample asks for it and allows it, unless anything is supposed, which is run as a whole.
pub(super) fn run(
    args: &Args,
    request: &Request<'_>,
    supposes: bool,
    ctx: &mut Context<'_, '_>,
) -> Result<Ran, Failure> {
    let listed = if args.totals { Listed::Totals } else { Listed::Each };
    let into_file = matches!((args.form, &args.out), (Form::Csv | Form::Json | Form::Parquet, Some(_)));
    if supposes || !into_file && !args.totals && args.form != Form::Table {
        return Ok(Ran::Whole(listed));
    }
    // Tests have no large files.
    let large = ctx.system.env_var("POLIS_LARGE_FILE").and_then(|it| it.parse().ok()).unwrap_or(LARGE);
    let (mut session, sample) = match Session::open_in_batches(request, large, ctx)? {
        InBatches::Ready(session, sample) => (session, sample),
        InBatches::Whole => return Ok(Ran::Whole(listed)),
        InBatches::Findings => return Ok(Ran::Done(Exit::Findings)),
        InBatches::Unreadable => return Ok(Ran::Done(Exit::Usage)),
    };
    // So many lines are not read by anybody.
    let listed = if args.form == Form::Table && !args.totals { Listed::TotalsOfMany } else { listed };
    // The rejects of all files come in the order of the files' names.
    let large_file = sample.path(ctx.system);
    let (before, after): (Vec<_>, Vec<_>) =
        std::mem::take(&mut session.rejected).into_iter().partition(|it: &Rejected| it.path < large_file);
    let all: Vec<_> = session.machine.entity_ids().map(|it| columns(&session.machine, it)).collect();
    let mut attempt = Attempt { figures: 0, ids: IdCheck::InOrder, in_order: false };
    let beside = beside((args.form, listed), &mut session, &sample, ctx);
    while let Some(beside) = &beside {
        let rejected = (before.as_slice(), after.as_slice());
        let ended = match (listed, &args.out) {
            (Listed::Each, Some(path)) => {
                let part = Running { args, path, session: &session, sample: &sample, all: &all, rejected, beside };
                part.attempt(&attempt, ctx)?
            }
            _ => totals::attempt(args, &session, &sample, (listed, rejected), &attempt, ctx)?,
        };
        match ended {
            Ended::Done(exit) => return Ok(Ran::Done(exit)),
            Ended::Again(Again::WiderFigures) => attempt.figures += 1,
            Ended::Again(Again::InOrder) => attempt.in_order = true,
            Ended::Again(Again::KeptIds) => attempt.ids = IdCheck::Kept,
            Ended::Again(Again::KnownIds) => match sample.repeated(ctx.system, &session.machine) {
                // That ids occur twice is an error, unless such rows are left out.
                Ok(repeated) if repeated.is_empty() || rejects::are_left_out(args) => {
                    attempt.ids = IdCheck::Known(repeated);
                }
                _ => break,
            },
            Ended::Whole => break,
        }
    }
    if !sample.is_too_large(ctx.system) {
        return Ok(Ran::Whole(listed));
    }
    let Session { db, machine, world, .. } = &mut *session;
    let mut found = sample.findings(ctx.system, db, machine, world);
    if found.is_empty() {
        return Err(not_as_a_whole((args.form, listed), &large_file, ctx));
    }
    write_findings(&mut found, &session.db, ctx)?;
    Ok(Ran::Done(Exit::Findings))
}

/// What a document has beside its tables; `None` where that rests on the rows of the large file.
fn beside(
    (form, listed): (Form, Listed),
    session: &mut Session,
    sample: &BatchSample,
    ctx: &Context<'_, '_>,
) -> Option<Vec<(String, Json)>> {
    let large = sample.entity();
    if form != Form::Json || listed != Listed::Each {
        return Some(Vec::new());
    }
    if needs_rows_of(&session.machine, &session.world, large) {
        return None;
    }
    let beside = Beside::of(session, &|it| it == large);
    Some(beside.json(session, ctx.locale).into())
}

/// A file is too large to be read as a whole, as something in it would need.
fn not_as_a_whole((form, listed): (Form, Listed), file: &str, ctx: &Context<'_, '_>) -> Failure {
    if listed != Listed::Each {
        return ctx.usage(
            format!("`{file}` 超过 1 GiB，只能分批计算；而有的合计缺少事实，要列出是其下哪些辖区所缺，分批做不到，或有的条款须通读整个样本。请改用 `--format csv --out 文件` 或 `parquet` 逐个列出，或把样本拆开"),
            format!("`{file}` is over 1 GiB and can be run in batches only, but the jurisdictions below a sum that lack a fact are named, which batches cannot, or some provisions need the sample as a whole; list each with `--format csv --out FILE` or `parquet`, or split the sample"),
        );
    }
    if form == Form::Json {
        return ctx.usage(
            format!("`{file}` 超过 1 GiB，只能分批计算；而 JSON 要列出合计之下缺少事实的辖区、规范的核对和适用，分批做不到。请改用 `--format csv` 或 `parquet`，或把样本拆开"),
            format!("`{file}` is over 1 GiB and can be run in batches only, but JSON names the jurisdictions below a sum that lack a fact, and those that norms are judged for or apply to, which batches cannot; use `--format csv` or `parquet`, or split the sample"),
        );
    }
    ctx.usage(
        format!("`{file}` 超过 1 GiB，只能分批计算；而有的条款须通读整个样本（如引用其他辖区的事实）。请把样本拆开，或改用 Parquet"),
        format!("`{file}` is over 1 GiB and can be run in batches only, but some provisions need the sample as a whole, such as facts that are other jurisdictions; split the sample, or give it as Parquet"),
    )
}

/// What has been learned by earlier attempts.
pub(super) struct Attempt {
    /// The place of the form of figures.
    figures: usize,
    pub(super) ids: IdCheck,
    /// Whether sums are taken in the order of the rows.
    pub(super) in_order: bool,
}

/// How an attempt ends. Nothing is left of one that is not done.
pub(super) enum Ended {
    Done(Exit),
    Again(Again),
    Whole,
}

/// What the next attempt needs.
pub(super) enum Again {
    WiderFigures,
    InOrder,
    KeptIds,
    KnownIds,
}

/// What all attempts share.
struct Running<'r> {
    args: &'r Args,
    path: &'r Utf8Path,
    session: &'r Session,
    sample: &'r BatchSample,
    all: &'r [Vec<Column>],
    /// The rejects of the other files: of those before and after the large one by name.
    rejected: (&'r [Rejected], &'r [Rejected]),
    beside: &'r [(String, Json)],
}

impl Running<'_> {
    fn attempt(&self, attempt: &Attempt, ctx: &mut Context<'_, '_>) -> Result<Ended, Failure> {
        let Self { args, path, session, sample, all, .. } = self;
        let (form, locale) = (args.form, ctx.locale);
        let refused = |error: &io::Error, ctx: &Context<'_, '_>| Err(unwritable(path, error, ctx));
        let interrupted = ctx.system.interrupts();
        let mut progress = Progress::new(sample.length(), ctx);
        let file = ctx.system.create(path).map_err(|error| unwritable(path, &error, ctx))?;
        let figures = Figures::ALL.get(attempt.figures).copied().unwrap_or(Figures::Text);
        let mut output = match Output::new(form, file, (session, all), figures, locale) {
            Ok(output) => output,
            Err(ResultsError::System(error)) => return refused(&error, ctx),
            Err(ResultsError::DoesNotFit) => return Ok(Ended::Again(Again::WiderFigures)),
        };
        let rejects = RefCell::new(Rejects::new(args));
        let reject = |row: Rejected| rejects.borrow_mut().add(row, ctx);
        let reject_all = |rows: &[Rejected]| rows.iter().cloned().try_for_each(reject);
        if let Err(error) = reject_all(self.rejected.0) {
            return Err(unwritable(rejects::place(args), &error, ctx));
        }
        let lines = Lines::new(form, session, all, locale);
        let view = session.view();
        let show = |it: Shown<'_>, out: &mut Vec<u8>| lines.write(view, it, out);
        let run = BatchRun {
            system: ctx.system,
            machine: &session.machine,
            sample,
            world: &session.world,
            settings: &session.settings,
            threads: threads(),
            ids: &attempt.ids,
            wanted: if form == Form::Json { Wanted::Totals } else { Wanted::Rows },
        };
        let mut shown = false;
        let mut write = |part: Part<'_>| {
            if interrupted.load(Ordering::Relaxed) {
                return Err(Refused::Results(io::Error::from(io::ErrorKind::Interrupted).into()));
            }
            if let Part::Rows(_, read) = &part {
                progress.add(*read);
            }
            shown = true;
            output.part(&part).map_err(Refused::Results)
        };
        let ran = run.run(&show, &mut write, &mut |row| reject(row).map_err(Refused::Rejects));
        drop(progress);
        let results = match ran {
            Ok(results) if shown => results,
            // Without any result, or with findings, the run as a whole says so.
            Ok(_) | Err(Stopped::NotInBatches) => return Ok(Ended::Whole),
            Err(Stopped::OutOfOrder) => return Ok(Ended::Again(Again::KeptIds)),
            Err(Stopped::InOrder) => return Ok(Ended::Again(Again::InOrder)),
            Err(Stopped::Twice) => return Ok(Ended::Again(Again::KnownIds)),
            Err(Stopped::Writer(_)) if interrupted.load(Ordering::Relaxed) => {
                return Err(ctx.interrupted());
            }
            Err(Stopped::Writer(Refused::Results(ResultsError::DoesNotFit))) => {
                return Ok(Ended::Again(Again::WiderFigures));
            }
            Err(Stopped::Writer(Refused::Results(ResultsError::System(error)))) => return refused(&error, ctx),
            Err(Stopped::Writer(Refused::Rejects(error))) => {
                return Err(unwritable(rejects::place(args), &error, ctx));
            }
        };
        let finished = output.finish(&results.missing, self.beside);
        if let Err(error) = reject_all(self.rejected.1) {
            return Err(unwritable(rejects::place(args), &error, ctx));
        }
        match finished {
            Ok(file) => file.commit().map_err(|error| unwritable(path, &error, ctx))?,
            Err(ResultsError::System(error)) => return refused(&error, ctx),
            Err(ResultsError::DoesNotFit) => return Ok(Ended::Again(Again::WiderFigures)),
        }
        self.done(&results, rejects.into_inner(), ctx).map(Ended::Done)
    }

    /// Says what was written and left out.
    fn done(&self, results: &BatchResults, rejects: Rejects, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
        wrote(self.path, ctx)?;
        told(self.session, &results.failures, rejects, ctx)
    }
}

/// Says what was left out, and what has no result.
pub(super) fn told(
    session: &Session,
    failures: &[Failures],
    rejects: Rejects,
    ctx: &mut Context<'_, '_>,
) -> Result<Exit, Failure> {
    let left_out = rejects.done(ctx)?;
    if let Some(left_out) = &left_out {
        for told in &left_out.findings {
            // Of a file that is read in batches no line can be shown.
            let line = format!("{}: {}", ctx.text("警告", "warning"), told.message.render(ctx.locale));
            ctx.summary(&line)?;
        }
        ctx.summary(&left_out.summary)?;
    }
    let failed = report(session, failures, ctx)? || left_out.is_some();
    Ok(if failed { Exit::Findings } else { Exit::Clean })
}

/// What cannot be written.
enum Refused {
    Results(ResultsError),
    Rejects(io::Error),
}

/// Evaluations without a result, as a run as a whole reports them.
fn report(session: &Session, failures: &[Failures], ctx: &mut Context<'_, '_>) -> Result<bool, Failure> {
    let mut found: Vec<Diagnostic> = failures
        .iter()
        .filter_map(|it| {
            let diagnostic = absolute(&session.db, it.diagnostic.as_ref()?);
            Some(if it.more > 0 { diagnostic.note(EvalNote::AndMore { count: it.more }) } else { diagnostic })
        })
        .collect();
    write_findings(&mut found, &session.db, ctx)?;
    Ok(!found.is_empty())
}
