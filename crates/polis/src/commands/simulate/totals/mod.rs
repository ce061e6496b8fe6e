//! Totals alone, and by what jurisdictions lie in: what of a large sample can be read at all.

mod forms;

use std::cell::RefCell;
use std::io::{self, Write as _};
use std::sync::atomic::Ordering;

use clap::{Arg, ArgAction};
use polis_diagnostic::Locale;
use polis_sim::{
    BatchRun, BatchSample, BatchTotals, MissingKind, MissingNames, NAMED, Rejected, Simulation, Stopped, TotalTable,
    Wanted, threads,
};

use super::batches::{Again, Attempt, Ended, told};
use super::rejects::{self, Rejects};
use super::{Args, Form, transplant, unwritable, wrote};
use crate::commands::sample::Progress;
use crate::context::{Context, Failure, pick};
use crate::session::Session;

/// What is shown of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Listed {
    /// Every jurisdiction.
    Each,
    /// The totals, as they were asked for.
    Totals,
    /// The totals, because there are too many jurisdictions to be read.
    TotalsOfMany,
}

/// What is written.
struct Written<'w> {
    session: &'w Session,
    moved: Option<&'w transplant::Moved>,
    tables: &'w [TotalTable],
    missing: &'w [MissingNames],
    listed: Listed,
    locale: Locale,
}

/// `--totals`.
pub(super) fn arg(locale: Locale) -> Arg {
    let help = pick(
        locale,
        "只列合计和按上级的小计，不逐个列出",
        "Only totals, and subtotals by what jurisdictions lie in, without a line for each",
    );
    Arg::new("totals")
        .long("totals")
        .action(ArgAction::SetTrue)
        .help(help)
        .conflicts_with_all(["years", "scenario", "sweep"])
}

/// Why totals alone are not written in a form.
pub(super) fn refused(form: Form, ctx: &Context<'_, '_>) -> Option<Failure> {
    match form {
        Form::Table | Form::Csv | Form::Json => None,
        Form::Html => Some(ctx.usage(
            "`--totals` 不能与 `--format html` 同用：报告除逐个列出外，已有合计和小计；请去掉 `--totals`，或改用 `--format table`、`csv` 或 `json`",
            "`--totals` cannot be used with `--format html`: a report has totals and subtotals beside every jurisdiction; leave `--totals` out, or use `--format table`, `csv` or `json`",
        )),
        Form::Parquet => Some(ctx.usage(
            "`--totals` 不能与 `--format parquet` 同用：Parquet 逐个写出辖区的结果；请去掉 `--totals`，或改用 `--format csv` 或 `json`",
            "`--totals` cannot be used with `--format parquet`, which holds the results of every jurisdiction; leave `--totals` out, or use `--format csv` or `json`",
        )),
    }
}

/// Writes the totals of a run that holds every result.
pub(super) fn write_whole(
    args: &Args,
    session: &Session,
    result: &Simulation,
    (moved, listed): (Option<&transplant::Moved>, Listed),
    ctx: &mut Context<'_, '_>,
) -> Result<(), Failure> {
    let (machine, world) = (&session.machine, &session.world);
    let above = |it| machine.entities().get(polis_eval::EntityId::index(it)).and_then(|it| it.parent);
    let parents = |it| above(it).map_or(0, |it| world.rows(it).len());
    let tables: Vec<_> = result.tables.iter().map(|it| TotalTable::of(it, parents(it.entity), world)).collect();
    let named = |it: &polis_sim::MissingCount| {
        let names = match &it.missing {
            MissingKind::Field(entity, _) | MissingKind::Parent(entity) => {
                it.rows.iter().take(NAMED + 1).map(|row| machine.name_of(*entity, *row, world)).collect()
            }
            _ => Vec::new(),
        };
        MissingNames { missing: it.missing.clone(), results: it.results, names }
    };
    let missing: Vec<MissingNames> = result.missing.iter().map(named).collect();
    let (tables, missing) = (tables.as_slice(), missing.as_slice());
    Written { session, moved, tables, missing, listed, locale: ctx.locale }.deliver(args, ctx)
}

/// Adds a large sample up in batches, and writes the totals.
pub(super) fn attempt(
    args: &Args,
    session: &Session,
    sample: &BatchSample,
    (listed, rejected): (Listed, (&[Rejected], &[Rejected])),
    attempt: &Attempt,
    ctx: &mut Context<'_, '_>,
) -> Result<Ended, Failure> {
    let interrupted = ctx.system.interrupts();
    let mut progress = Progress::new(sample.length(), ctx);
    let rejects = RefCell::new(Rejects::new(args));
    let reject = |row: Rejected| rejects.borrow_mut().add(row, ctx);
    let reject_all = |rows: &[Rejected]| {
        let all = rows.iter().cloned().try_for_each(reject);
        all.map_err(|error| unwritable(rejects::place(args), &error, ctx))
    };
    reject_all(rejected.0)?;
    let run = BatchRun {
        system: ctx.system,
        machine: &session.machine,
        sample,
        world: &session.world,
        settings: &session.settings,
        threads: threads(),
        ids: &attempt.ids,
        wanted: Wanted::Totals,
    };
    let mut read = |bytes| {
        if interrupted.load(Ordering::Relaxed) {
            return Err(io::Error::from(io::ErrorKind::Interrupted));
        }
        progress.add(bytes);
        Ok(())
    };
    let ran = run.totals(attempt.in_order, &mut read, &mut |row| reject(row));
    drop(progress);
    let BatchTotals { tables, failures, missing } = match ran {
        Ok(totals) if !totals.tables.is_empty() => totals,
        // Without any result, or with findings, the run as a whole says so.
        Ok(_) | Err(Stopped::NotInBatches) => return Ok(Ended::Whole),
        Err(Stopped::OutOfOrder) => return Ok(Ended::Again(Again::KeptIds)),
        Err(Stopped::Twice) => return Ok(Ended::Again(Again::KnownIds)),
        Err(Stopped::InOrder) => return Ok(Ended::Again(Again::InOrder)),
        Err(Stopped::Writer(_)) if interrupted.load(Ordering::Relaxed) => {
            return Err(ctx.interrupted());
        }
        Err(Stopped::Writer(error)) => return Err(unwritable(rejects::place(args), &error, ctx)),
    };
    reject_all(rejected.1)?;
    let rejects = rejects.into_inner();
    let written = Written { session, moved: None, tables: &tables, missing: &missing, listed, locale: ctx.locale };
    written.deliver(args, ctx)?;
    told(session, &failures, rejects, ctx).map(Ended::Done)
}

impl Written<'_> {
    /// Writes to standard output, or whole or not at all to a file.
    fn deliver(&self, args: &Args, ctx: &mut Context<'_, '_>) -> Result<(), Failure> {
        let Some(path) = &args.out else {
            let color = ctx.colors();
            let mut out = io::BufWriter::new(&mut *ctx.out);
            self.form(args.form, color, &mut out)?;
            return Ok(out.flush()?);
        };
        let written = ctx.system.create(path).and_then(|file| {
            let mut file = io::BufWriter::new(file);
            if args.form == Form::Csv {
                // A spreadsheet that is not told the encoding reads Chinese as gibberish; the mark in a file tells it.
                file.write_all("\u{feff}".as_bytes())?;
            }
            self.form(args.form, false, &mut file)?;
            file.into_inner().map_err(io::IntoInnerError::into_error)?.commit()
        });
        written.map_err(|error| unwritable(path, &error, ctx))?;
        wrote(path, ctx)
    }
}
