//! What is written of a run over years: CSV and JSON as years come, so that memory holds one of them only.

use std::io::{self, Write};

use polis_db::NewFile;
use polis_diagnostic::Locale;
use polis_semantic::ir::Scenario;
use polis_sim::{Due, Norms, Rated, Simulation, Year};
use polis_value::Value;
use serde_json::Map;

use super::course::Course;
use super::data::{csv, year_json};
use super::heading;
use crate::Exit;
use crate::commands::sample::Progress;
use crate::commands::simulate::lines::{begun, indented};
use crate::commands::simulate::norms::Words;
use crate::commands::simulate::{
    Args, Form, deliver, not_in_parquet, nothing, report, report_errors, tables, unwritable, wrote,
};
use crate::context::{Context, Failure, pick};
use crate::session::Session;

/// The others are written once all years are there.
pub(super) struct Writing<'w> {
    args: &'w Args,
    scenario: Option<&'w Scenario>,
    years: (i16, i16),
    /// The file that is written as years come, where one is.
    file: Option<Box<dyn NewFile>>,
    /// What is written in the end, or as soon as a year is done.
    bytes: Vec<u8>,
    course: Course,
    pages: report::years::Years,
    done: usize,
    nothing: bool,
    errors: bool,
    /// Gone once something else is written to where it stands.
    progress: Option<Progress>,
}

impl<'w> Writing<'w> {
    pub(super) fn new(
        args: &'w Args,
        session: &Session,
        (scenario, years): (Option<&'w Scenario>, (i16, i16)),
        ctx: &Context<'_, '_>,
    ) -> Result<Self, Failure> {
        let streams = matches!(args.form, Form::Csv | Form::Json);
        let file = match args.out.as_ref().filter(|_| streams) {
            Some(path) => Some(ctx.system.create(path).map_err(|error| unwritable(path, &error, ctx))?),
            None => None,
        };
        let progress = Some(Progress::new(u64::from(years.1.abs_diff(years.0)) + 1, ctx));
        let mut bytes = Vec::new();
        match args.form {
            // A spreadsheet that is not told the encoding reads Chinese as gibberish; the mark in a file tells it.
            Form::Csv if file.is_some() => bytes.extend_from_slice("\u{feff}".as_bytes()),
            Form::Json => {
                let mut head = Map::new();
                head.insert("package".into(), session.package.name(&session.db).as_str().into());
                head.insert("sample".into(), session.sample.as_str().into());
                head.insert("scenario".into(), scenario.map(|it| it.meta.symbol.name.as_str()).into());
                bytes.extend(begun(head, "years", 0)?);
            }
            Form::Parquet => return Err(not_in_parquet(ctx)),
            Form::Table | Form::Html | Form::Csv => {}
        }
        Ok(Self {
            args,
            scenario,
            years,
            file,
            bytes,
            course: Course::new(years),
            pages: report::years::Years::new(ctx),
            done: 0,
            nothing: true,
            errors: false,
            progress,
        })
    }

    /// Takes in a year, whose facts and program become those of the session.
    pub(super) fn take(&mut self, session: &mut Session, came: Year, ctx: &mut Context<'_, '_>) -> Result<(), Failure> {
        let Year { year, machine, world, settings, results, ratings, norms } = came;
        session.machine = machine;
        session.world = world;
        session.settings = settings;
        self.nothing &= results.tables.is_empty() && norms.tables.is_empty();
        let (locale, index) = (ctx.locale, self.done);
        self.done += 1;
        let words = Words { session, norms: &norms, locale };
        match self.args.form {
            Form::Table => self.table(session, (index, year), (&results, &ratings, &norms), ctx)?,
            Form::Json => {
                let mut document = year_json(session, year, &results, &ratings, locale);
                if let Some(document) = document.as_object_mut() {
                    document.insert("norms".into(), words.json());
                }
                self.bytes.extend_from_slice(if index == 0 { b"\n" } else { b",\n" });
                indented(&document, 4, &mut self.bytes)?;
                self.write(ctx)?;
            }
            Form::Html => {
                let left = usize::from(self.years.1.abs_diff(year));
                let came = report::years::Came { results: &results, ratings: &ratings, norms: &norms };
                self.pages.take(session, year, left, &came, ctx);
            }
            Form::Csv => {
                self.write(ctx)?;
                let out: &mut dyn Write = match &mut self.file {
                    Some(file) => file,
                    None => &mut self.bytes,
                };
                let written = csv(session, (index, year), &results, &ratings, locale, out).and_then(|()| {
                    let mut writer = csv::Writer::from_writer(out);
                    words.csv(&year.to_string(), &mut writer)?;
                    writer.flush()
                });
                written.map_err(|error| self.unwritten(error, ctx))?;
            }
            Form::Parquet => {}
        }
        // The same provision fails each year.
        if !self.errors && !results.errors.is_empty() {
            self.progress = None;
            self.errors = report_errors(session, &results.errors, ctx)?;
        }
        if let Some(progress) = &mut self.progress {
            progress.add(1);
        }
        Ok(())
    }

    fn table(
        &mut self,
        session: &Session,
        (index, year): (usize, i16),
        (results, ratings, norms): (&Simulation, &[Rated], &Norms),
        ctx: &Context<'_, '_>,
    ) -> io::Result<()> {
        let (locale, color) = (ctx.locale, self.colors(ctx));
        let bytes = &mut self.bytes;
        if index == 0 {
            heading(session, self.scenario, self.years, locale, bytes)?;
        }
        writeln!(bytes, "{}", pick(locale, format!("## {year} 年"), format!("## {year}")))?;
        writeln!(bytes)?;
        tables::write(session, results, locale, color, bytes)?;
        rating_lines(ratings, locale, bytes)?;
        let mut told = Vec::new();
        Words { session, norms, locale }.write(color, &mut told)?;
        // The blank line before it parts it from results, if there are any.
        let begin = usize::from(results.tables.is_empty() && told.first() == Some(&b'\n'));
        bytes.extend(told.drain(begin..));
        writeln!(bytes)?;
        self.course.take(session, index, results, ratings, locale);
        self.course.take_norms(session, index, norms, locale);
        Ok(())
    }

    fn colors(&self, ctx: &Context<'_, '_>) -> bool {
        self.args.out.is_none() && ctx.colors()
    }

    /// Writes what has been gathered to the file. On standard output nothing is written before all is there, since later
    /// years can still be refused.
    fn write(&mut self, ctx: &Context<'_, '_>) -> Result<(), Failure> {
        let Some(file) = &mut self.file else { return Ok(()) };
        let written = file.write_all(&self.bytes);
        self.bytes.clear();
        written.map_err(|error| self.unwritten(error, ctx))
    }

    fn unwritten(&self, error: io::Error, ctx: &Context<'_, '_>) -> Failure {
        match &self.args.out {
            Some(path) => unwritable(path, &error, ctx),
            None => error.into(),
        }
    }

    /// Writes the end, where the session is that of the last year.
    pub(super) fn finish(mut self, session: &Session, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
        self.progress = None;
        if self.nothing {
            return Err(nothing(session, ctx));
        }
        let color = self.colors(ctx);
        match self.args.form {
            Form::Table => self.course.write(ctx.locale, color, &mut self.bytes)?,
            Form::Json => self.bytes.extend_from_slice(b"\n  ]\n}\n"),
            Form::Csv | Form::Parquet => {}
            Form::Html => {
                let named = self.scenario.map(|it| it.meta.symbol.name.as_str());
                let pages = std::mem::replace(&mut self.pages, report::years::Years::new(ctx));
                self.bytes = report::bytes(&pages.page(session, named, ctx))?;
            }
        }
        self.write(ctx)?;
        match (self.file.take(), &self.args.out) {
            (Some(file), Some(path)) => {
                file.commit().map_err(|error| unwritable(path, &error, ctx))?;
                wrote(path, ctx)?;
            }
            (_, path) => deliver(path.as_deref(), &self.bytes, ctx)?,
        }
        Ok(if self.errors { Exit::Findings } else { Exit::Clean })
    }
}

/// What became of ratings in a year, a line each.
fn rating_lines(ratings: &[Rated], locale: Locale, out: &mut dyn Write) -> io::Result<()> {
    for (index, rated) in ratings.iter().filter(|it| it.due != Due::Nothing && !it.after.is_empty()).enumerate() {
        if index == 0 {
            writeln!(out)?;
        }
        let (mut up, mut down, mut other, mut unknown) = (0, 0, 0, 0);
        for (before, after) in rated.before.iter().zip(&rated.after) {
            match (before, after) {
                (_, None) => unknown += 1,
                (Some(Value::Number(before)), Some(Value::Number(after))) if after > before => up += 1,
                (Some(Value::Number(before)), Some(Value::Number(after))) if after < before => down += 1,
                (before, after) if before != after => other += 1,
                _ => {}
            }
        }
        let name = &rated.symbol.name;
        let (zh, en) = if rated.due == Due::Rating { ("评定", "rated") } else { ("复核", "reviewed") };
        let mut parts = vec![(zh.to_owned(), en.to_owned())];
        let counts = [(up, "升", "up"), (down, "降", "down"), (other, "有变", "changed"), (unknown, "未知", "unknown")];
        for (count, zh, en) in counts.into_iter().filter(|it| it.0 > 0) {
            parts.push((format!("{zh} {count}"), format!("{count} {en}")));
        }
        let zh: Vec<&str> = parts.iter().map(|it| it.0.as_str()).collect();
        let en: Vec<&str> = parts.iter().map(|it| it.1.as_str()).collect();
        let (zh, en) = (format!("{name}：{}", zh.join("，")), format!("{name}: {}", en.join(", ")));
        writeln!(out, "{}", pick(locale, zh, en))?;
    }
    Ok(())
}
