//! Results that are written row by row, whatever holds the rows: CSV, JSON and Parquet.

use std::io::{self, Write};

use camino::Utf8Path;
use polis_db::NewFile;
use polis_diagnostic::Locale;
use polis_eval::EntityId;
use polis_sim::{
    Column, Figures, MissingNames, ParquetResults, Part, ResultColumn, ResultRow, ResultsError, Shown, Simulation,
    Total, columns,
};
use serde_json::{Map, Value as Json, json};

use super::data::{self, CsvLines, csv_head, headings, result_cell, unit};
use super::tables::{named_missing, title};
use super::{Args, Form, unwritable, wrote};
use crate::context::{Context, Failure};
use crate::session::Session;

/// Makes rows with their results into bytes, on any thread.
pub(super) enum Lines<'c> {
    Csv(Vec<CsvLines<'c>>),
    Json(Locale),
    /// With the number of each entity's first column.
    Parquet(Vec<usize>, Locale),
}

impl<'c> Lines<'c> {
    /// With the columns of every entity, in the order of the program.
    pub(super) fn new(form: Form, session: &Session, columns: &'c [Vec<Column>], locale: Locale) -> Self {
        match form {
            Form::Json => Self::Json(locale),
            Form::Parquet => {
                let first = columns.iter().scan(0, |next, it| {
                    let first = *next;
                    *next += it.len();
                    Some(first)
                });
                Self::Parquet(first.collect(), locale)
            }
            Form::Table | Form::Csv | Form::Html => {
                let lines = session.machine.entity_ids().zip(columns);
                Self::Csv(lines.map(|(entity, it)| CsvLines::new(session.view(), entity, it, locale)).collect())
            }
        }
    }

    /// Writes a row.
    pub(super) fn write(&self, session: crate::session::View<'_>, shown: Shown<'_>, out: &mut Vec<u8>) {
        let Shown { entity, columns, row, parent, cells, errors_in } = shown;
        // INVARIANT: memory takes whatever is written to it.
        let written = match self {
            Self::Csv(lines) => match lines.get(entity.index()) {
                Some(lines) => lines.write(session, row, parent, cells, out),
                None => Ok(()),
            },
            Self::Json(locale) => {
                let row = data::row_json((session, errors_in), row, parent, (columns, cells), *locale);
                out.extend_from_slice(b",\n");
                indented(&row, 8, out)
            }
            Self::Parquet(first, locale) => {
                let first = first.get(entity.index()).copied().unwrap_or_default();
                let row = ResultRow {
                    id: &row.id,
                    name: row.name.as_deref(),
                    parent: parent.map(|it| it.id.as_str()),
                    first,
                };
                let cells: Vec<_> =
                    columns.iter().zip(cells).map(|(column, it)| result_cell(session, column, it, *locale)).collect();
                row.write(cells.into_iter(), out);
                Ok(())
            }
        };
        debug_assert!(written.is_ok(), "a row cannot be written");
    }
}

/// A file of results that is being written.
pub(super) enum Output<'s> {
    Csv(Box<dyn NewFile>),
    Json(JsonFile<'s>),
    Parquet(Box<ParquetResults<Box<dyn NewFile>>>),
}

impl<'s> Output<'s> {
    /// Begins the file.
    pub(super) fn new(
        form: Form,
        mut file: Box<dyn NewFile>,
        (session, columns): (&'s Session, &[Vec<Column>]),
        figures: Figures,
        locale: Locale,
    ) -> Result<Self, ResultsError> {
        Ok(match form {
            Form::Json => Self::Json(JsonFile::new(file, session, locale)?),
            Form::Parquet => {
                let columns = result_columns(session, columns, locale);
                Self::Parquet(Box::new(ParquetResults::new(file, headings(locale), &columns, figures)?))
            }
            Form::Table | Form::Csv | Form::Html => {
                // A spreadsheet that is not told the encoding reads Chinese as gibberish; the mark in a file tells it.
                file.write_all("\u{feff}".as_bytes())?;
                file.write_all(&csv_head(locale))?;
                Self::Csv(file)
            }
        })
    }

    pub(super) fn part(&mut self, part: &Part<'_>) -> Result<(), ResultsError> {
        match (self, part) {
            (Self::Csv(file), Part::Rows(bytes, _)) => file.write_all(bytes)?,
            (Self::Parquet(file), Part::Rows(bytes, _)) => file.push(bytes)?,
            (Self::Json(file), part) => file.part(part)?,
            (Self::Csv(_) | Self::Parquet(_), Part::Begin(..) | Part::End(_)) => {}
        }
        Ok(())
    }

    /// Ends the file, which then only needs its name.
    /// A document has `beside` beside its tables.
    pub(super) fn finish(
        self,
        missing: &[MissingNames],
        beside: &[(String, Json)],
    ) -> Result<Box<dyn NewFile>, ResultsError> {
        Ok(match self {
            Self::Csv(file) => file,
            Self::Json(file) => file.finish(missing, beside)?,
            Self::Parquet(file) => file.finish()?,
        })
    }
}

/// A document that is written as it comes, byte for byte what [`data::json`] gives.
pub(super) struct JsonFile<'s> {
    file: Box<dyn NewFile>,
    session: &'s Session,
    locale: Locale,
    tables: usize,
    /// The columns of the table at hand.
    columns: Vec<Column>,
    /// Whether a row of it has been written.
    rows: bool,
}

impl<'s> JsonFile<'s> {
    fn new(mut file: Box<dyn NewFile>, session: &'s Session, locale: Locale) -> io::Result<Self> {
        file.write_all(&begun(data::head_json(session), "tables", 0)?)?;
        Ok(Self { file, session, locale, tables: 0, columns: Vec::new(), rows: false })
    }

    fn part(&mut self, part: &Part<'_>) -> io::Result<()> {
        match part {
            Part::Begin(entity, columns) => self.begin(*entity, columns),
            Part::Rows(rows, _) => {
                // Each row begins with a comma, which the first has no use for.
                let rows = if self.rows { rows } else { rows.strip_prefix(b",").unwrap_or(rows) };
                self.rows |= !rows.is_empty();
                self.file.write_all(rows)
            }
            Part::End(totals) => self.end(totals),
        }
    }

    fn begin(&mut self, entity: EntityId, columns: &[Column]) -> io::Result<()> {
        self.file.write_all(if self.tables == 0 { b"\n    " } else { b",\n    " })?;
        let head = data::columns_json(self.session.view(), entity, columns, self.locale);
        self.file.write_all(&begun(head, "rows", 4)?)?;
        self.tables += 1;
        self.columns = columns.to_vec();
        self.rows = false;
        Ok(())
    }

    fn end(&mut self, totals: &[Option<Total>]) -> io::Result<()> {
        let mut bytes = b"\n      ],\n      \"totals\": ".to_vec();
        inner(&data::totals_json(&self.columns, totals), 6, &mut bytes)?;
        bytes.extend_from_slice(b"\n    }");
        self.file.write_all(&bytes)
    }

    fn finish(mut self, missing: &[MissingNames], beside: &[(String, Json)]) -> io::Result<Box<dyn NewFile>> {
        let what = |it: &MissingNames| named_missing(self.session, &it.missing, &it.names, self.locale);
        let missing: Vec<Json> = missing.iter().map(|it| json!({ "what": what(it), "results": it.results })).collect();
        let mut bytes = b"\n  ],\n  \"missing\": ".to_vec();
        inner(&missing.into(), 2, &mut bytes)?;
        for (name, value) in beside {
            write!(bytes, ",\n  \"{name}\": ")?;
            inner(value, 2, &mut bytes)?;
        }
        bytes.extend_from_slice(b"\n}\n");
        self.file.write_all(&bytes)?;
        Ok(self.file)
    }
}

/// An object with a list as its last entry, up to where the list's first element stands.
pub(super) fn begun(mut object: Map<String, Json>, list: &str, indent: usize) -> io::Result<Vec<u8>> {
    object.insert(list.to_owned(), Json::Array(Vec::new()));
    let mut bytes = Vec::new();
    inner(&object.into(), indent, &mut bytes)?;
    let end = format!("]\n{}}}", " ".repeat(indent));
    bytes.truncate(bytes.len().saturating_sub(end.len()));
    Ok(bytes)
}

/// A value on lines of its own, so far from the left.
pub(super) fn indented(value: &Json, indent: usize, out: &mut Vec<u8>) -> io::Result<()> {
    out.extend(std::iter::repeat_n(b' ', indent));
    inner(value, indent, out)
}

/// A value whose first line goes on from what stands there.
pub(super) fn inner(value: &Json, indent: usize, out: &mut Vec<u8>) -> io::Result<()> {
    // A text in JSON has no line ends, so that each is one between values.
    let text = serde_json::to_string_pretty(value)?;
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            out.push(b'\n');
            out.extend(std::iter::repeat_n(b' ', indent));
        }
        out.extend_from_slice(line.as_bytes());
    }
    Ok(())
}

/// What the lines of each column share.
fn result_columns(session: &Session, columns: &[Vec<Column>], locale: Locale) -> Vec<ResultColumn> {
    let of = |(entity, columns): (EntityId, &Vec<Column>)| {
        let shared = |it: &Column| ResultColumn {
            entity: session.machine.entity_name(entity).to_string(),
            provision: it.symbol.to_string(),
            title: title(session.view(), it, locale),
            unit: unit(it, locale),
        };
        columns.iter().map(shared).collect::<Vec<_>>()
    };
    session.machine.entity_ids().zip(columns).flat_map(of).collect()
}

/// Writes the results of a run as Parquet: with the first form of figures that holds all of them.
pub(super) fn write_parquet(
    args: &Args,
    session: &Session,
    result: &Simulation,
    ctx: &mut Context<'_, '_>,
) -> Result<(), Failure> {
    let Some(path) = &args.out else { return Err(super::not_in_parquet(ctx)) };
    let all: Vec<_> = session.machine.entity_ids().map(|it| columns(&session.machine, it)).collect();
    for figures in Figures::ALL {
        match parquet(path, session, result, (&all, figures), ctx) {
            Ok(()) => return wrote(path, ctx),
            Err(ResultsError::DoesNotFit) => {}
            Err(ResultsError::System(error)) => return Err(unwritable(path, &error, ctx)),
        }
    }
    // INVARIANT: a text holds every figure.
    Err(unwritable(path, &io::ErrorKind::InvalidData.into(), ctx))
}

fn parquet(
    path: &Utf8Path,
    session: &Session,
    result: &Simulation,
    (all, figures): (&[Vec<Column>], Figures),
    ctx: &Context<'_, '_>,
) -> Result<(), ResultsError> {
    let locale = ctx.locale;
    let lines = Lines::new(Form::Parquet, session, all, locale);
    let file = ctx.system.create(path)?;
    let mut output = Output::new(Form::Parquet, file, (session, all), figures, locale)?;
    let mut bytes = Vec::new();
    for table in &result.tables {
        let parent = session.machine.entities().get(table.entity.index()).and_then(|it| it.parent);
        for (row, cells) in session.world.rows(table.entity).iter().zip(&table.rows) {
            bytes.clear();
            let parent = parent.and_then(|it| session.world.row(it, row.parent?));
            let (entity, columns) = (table.entity, table.columns.as_slice());
            let shown = Shown { entity, columns, row, parent, cells, errors_in: &session.world };
            lines.write(session.view(), shown, &mut bytes);
            output.part(&Part::Rows(&bytes, 0))?;
        }
    }
    Ok(output.finish(&[], &[])?.commit()?)
}
