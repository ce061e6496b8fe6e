//! `--keep-going`: rows of a sample that are left out because something is wrong with them, and the file that holds them.

use std::io::{self, Write as _};

use camino::{Utf8Path, Utf8PathBuf};
use polis_db::NewFile;
use polis_diagnostic::{Diagnostic, Locale, Severity};
use polis_sim::{BadRows, Rejected};

use super::{Args, unwritable};
use crate::context::{Context, Failure, pick};

/// So many rows are told on the terminal; all of them are in the file.
const MOST_TOLD: usize = 5;

/// The rows that are left out, as they come.
pub(super) struct Rejects {
    path: Option<Utf8PathBuf>,
    /// Made with the first row; nothing is left of it unless it is [done](Self::done).
    file: Option<Box<dyn NewFile>>,
    told: Vec<Diagnostic>,
    count: u64,
}

impl Rejects {
    pub(super) fn new(args: &Args) -> Self {
        let beside = |out: &Utf8PathBuf| Utf8PathBuf::from(format!("{out}.rejects.csv"));
        let path = args.rejects.clone().or_else(|| args.out.as_ref().map(beside));
        Self { path, file: None, told: Vec::new(), count: 0 }
    }

    pub(super) fn add(&mut self, row: Rejected, ctx: &Context<'_, '_>) -> io::Result<()> {
        self.count += 1;
        if let Some(path) = &self.path {
            if self.file.is_none() {
                let mut file = ctx.system.create(path)?;
                file.write_all("\u{feff}".as_bytes())?;
                file.write_all(&head(ctx.locale))?;
                self.file = Some(file);
            }
            if let Some(file) = &mut self.file {
                file.write_all(&line(&row, ctx.locale)?)?;
            }
        }
        if self.told.len() < MOST_TOLD {
            self.told.push(row.finding);
        }
        Ok(())
    }

    /// Completes the file: what the first rows had wrong, and how many there are; `None` where nothing was left out.
    pub(super) fn done(self, ctx: &Context<'_, '_>) -> Result<Option<LeftOut>, Failure> {
        let Self { path, file, told, count } = self;
        if count == 0 {
            return Ok(None);
        }
        let place = match (file, &path) {
            (Some(file), Some(path)) => {
                file.commit().map_err(|error| unwritable(path, &error, ctx))?;
                ctx.text(format!("，已写入 `{path}`"), format!("; they are in `{path}`"))
            }
            _ => ctx.text(
                "；用 `--rejects 文件` 可将其写入文件".to_owned(),
                "; `--rejects FILE` writes them to a file".to_owned(),
            ),
        };
        let rows = if count == 1 { "row was" } else { "rows were" };
        let summary = ctx.text(
            format!("样本中有 {count} 行有误，已略过{place}"),
            format!("{count} {rows} left out of the sample, with something wrong{place}"),
        );
        let findings = told.into_iter().map(|it| it.with_severity(Severity::Warning)).collect();
        Ok(Some(LeftOut { findings, summary }))
    }
}

/// What is told of rows that were left out.
pub(super) struct LeftOut {
    /// The first of them, each with what is wrong.
    pub(super) findings: Vec<Diagnostic>,
    /// How many, and where they are.
    pub(super) summary: String,
}

/// Whether rows with something wrong are left out.
pub(super) fn are_left_out(args: &Args) -> bool {
    args.bad_rows == BadRows::LeftOut
}

/// The place of a file that is written beside results, where it cannot be.
pub(super) fn place(args: &Args) -> &Utf8Path {
    args.rejects.as_deref().or(args.out.as_deref()).unwrap_or(Utf8Path::new("rejects.csv"))
}

fn head(locale: Locale) -> Vec<u8> {
    let head =
        pick(locale, ["文件", "行", "编号", "代码", "原因", "原文"], ["file", "row", "id", "code", "reason", "text"]);
    format!("{}\n", head.join(",")).into_bytes()
}

fn line(row: &Rejected, locale: Locale) -> io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let reason = row.finding.message.render(locale);
    let number = row.row.to_string();
    writer.write_record([&*row.path, &number, &row.id, row.finding.code(), &reason, &row.content])?;
    writer.into_inner().map_err(|error| io::Error::other(error.to_string()))
}
