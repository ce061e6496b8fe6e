//! Runs on samples that are too large to be held in memory, into a file.

use std::cell::RefCell;
use std::io::{self, Write as _};
use std::sync::atomic::Ordering;

use camino::Utf8Path;
use polis_diagnostic::{Diagnostic, EvalNote};
use polis_semantic::absolute;
use polis_sim::{BatchRun, Failures, Shown, Stopped, columns, threads};

use super::data::{CsvLines, csv_head};
use super::rejects::Rejects;
use super::{Args, Form};
use crate::Exit;
use crate::commands::sample::Progress;
use crate::context::{Context, Failure};
use crate::session::{InBatches, Request, Session, write_findings};

/// From so many bytes on the largest file of a sample is read in batches.
const LARGE: u64 = 16 << 20;

/// Runs in batches if the sample asks for it and allows it; `None` if it has to be run as a whole.
pub(super) fn run(args: &Args, request: &Request<'_>, ctx: &mut Context<'_, '_>) -> Result<Option<Exit>, Failure> {
    let (Form::Csv, Some(path)) = (args.form, &args.out) else { return Ok(None) };
    // Tests have no large files.
    let large = ctx.system.env_var("POLIS_LARGE_FILE").and_then(|it| it.parse().ok()).unwrap_or(LARGE);
    let (session, sample) = match Session::open_in_batches(request, large, ctx)? {
        InBatches::Ready(session, sample) => (session, sample),
        InBatches::Whole => return Ok(None),
        InBatches::Unreadable => return Ok(Some(Exit::Usage)),
    };
    let (machine, locale) = (&session.machine, ctx.locale);
    let interrupted = ctx.system.interrupts();
    let mut progress = Progress::new(sample.length(), ctx);
    let mut file = ctx.system.create(path).map_err(|error| unwritable(path, &error, ctx))?;
    let all: Vec<_> = machine.entity_ids().map(|it| columns(machine, it)).collect();
    let lines: Vec<CsvLines<'_>> = machine
        .entity_ids()
        .zip(&all)
        .map(|(entity, columns)| CsvLines::new(session.view(), entity, columns, locale))
        .collect();
    let view = session.view();
    let show = |it: Shown<'_>, out: &mut Vec<u8>| {
        if let Some(lines) = lines.get(it.entity.index()) {
            // INVARIANT: memory takes whatever is written to it.
            let written = lines.write(view, it.row, it.parent, it.cells, out);
            debug_assert!(written.is_ok(), "a line cannot be written");
        }
    };
    let run = BatchRun {
        system: ctx.system,
        machine,
        sample: &sample,
        world: &session.world,
        settings: &session.settings,
        threads: threads(),
    };
    let mark = "\u{feff}".as_bytes();
    let mut shown = false;
    let rejects = RefCell::new(Rejects::new(args));
    for row in &session.rejected {
        rejects.borrow_mut().add(row.clone(), ctx).map_err(|error| unwritable(path, &error, ctx))?;
    }
    let ran = file.write_all(mark).and_then(|()| file.write_all(&csv_head(locale))).map_err(Stopped::Writer);
    let ran = ran.and_then(|()| {
        let mut write = |bytes: &[u8], read| {
            if interrupted.load(Ordering::Relaxed) {
                return Err(io::ErrorKind::Interrupted.into());
            }
            shown |= !bytes.is_empty();
            progress.add(read);
            file.write_all(bytes)
        };
        run.run(&show, &mut write, &mut |row| rejects.borrow_mut().add(row, ctx))
    });
    drop(progress);
    let failures = match ran {
        Ok(failures) if shown => failures,
        // Without any result, or with findings, the run as a whole says so.
        Ok(_) | Err(Stopped::NotInBatches) => return Ok(None),
        Err(Stopped::Writer(_)) if interrupted.load(Ordering::Relaxed) => {
            return Err(ctx.usage("已中断，没有写入任何文件", "interrupted; nothing was written"));
        }
        Err(Stopped::Writer(error)) => return Err(unwritable(path, &error, ctx)),
    };
    file.commit().map_err(|error| unwritable(path, &error, ctx))?;
    let line = ctx.text(format!("已写入 `{path}`"), format!("wrote `{path}`"));
    ctx.summary(&line)?;
    let left_out = rejects.into_inner().done(ctx)?;
    if let Some(left_out) = &left_out {
        for told in &left_out.findings {
            // Of a file that is read in batches no line can be shown.
            let line = format!("{}: {}", ctx.text("警告", "warning"), told.message.render(ctx.locale));
            ctx.summary(&line)?;
        }
        ctx.summary(&left_out.summary)?;
    }
    let failed = report(&session, &failures, ctx)? || left_out.is_some();
    Ok(Some(if failed { Exit::Findings } else { Exit::Clean }))
}

fn unwritable(path: &Utf8Path, error: &io::Error, ctx: &Context<'_, '_>) -> Failure {
    ctx.usage(format!("无法写入 `{path}`：{error}"), format!("cannot write `{path}`: {error}"))
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
