//! The results of a run for programs: JSON and CSV. Figures are exact texts in base units.

use std::io;

use polis_diagnostic::Locale;
use polis_eval::{EntityId, Row, World};
use polis_semantic::Type;
use polis_sim::{Cell, Column, EntityTable, Gap, ResultCell, Simulation, Source, Total, ends};
use polis_syntax::words::Face;
use polis_value::Value;
use serde_json::{Map, Value as Json, json};
use smol_str::SmolStr;

use super::tables::{is_figure, missing_text, outcome_word, title};
use crate::context::pick;
use crate::session::{Session, View};

/// One JSON document.
pub(super) fn json(session: &Session, result: &Simulation, locale: Locale) -> Json {
    let tables: Vec<Json> = result.tables.iter().map(|it| table_json(session, it, locale)).collect();
    let missing: Vec<Json> = result
        .missing
        .iter()
        .map(|it| {
            json!({
                "what": missing_text(session, &it.missing, &it.rows, locale),
                "results": it.results,
            })
        })
        .collect();
    let mut document = head_json(session);
    document.insert("tables".into(), tables.into());
    document.insert("missing".into(), missing.into());
    document.into()
}

/// What a document begins with.
pub(super) fn head_json(session: &Session) -> Map<String, Json> {
    let mut head = Map::new();
    head.insert("package".into(), session.package.name(&session.db).as_str().into());
    head.insert("sample".into(), session.sample.as_str().into());
    head.insert("as_of".into(), session.settings.as_of.map(|it| it.to_string()).into());
    head
}

fn table_json(session: &Session, table: &EntityTable, locale: Locale) -> Json {
    let view = session.view();
    let parent = session.machine.entities().get(table.entity.index()).and_then(|it| it.parent);
    let rows: Vec<Json> = session
        .world
        .rows(table.entity)
        .iter()
        .zip(&table.rows)
        .map(|(row, cells)| {
            let above = parent.and_then(|it| session.world.row(it, row.parent?));
            row_json((view, view.world), row, above, (&table.columns, cells), locale)
        })
        .collect();
    let mut document = columns_json(view, table.entity, &table.columns, locale);
    document.insert("rows".into(), rows.into());
    document.insert("totals".into(), totals_json(&table.columns, &table.totals));
    document.into()
}

/// What a table begins with.
pub(super) fn columns_json(view: View<'_>, entity: EntityId, columns: &[Column], locale: Locale) -> Map<String, Json> {
    let columns: Vec<Json> = columns
        .iter()
        .map(|it| {
            json!({
                "name": title(view, it, locale),
                "provision": it.symbol.to_string(),
                "kind": match it.source {
                    Source::Rule(_) => "value",
                    Source::Actual(_) => "actual",
                    Source::Verdict(_) => "verdict",
                },
                "unit": unit(it, locale),
            })
        })
        .collect();
    let mut head = Map::new();
    head.insert("entity".into(), view.machine.entity_name(entity).as_str().into());
    head.insert("columns".into(), columns.into());
    head
}

/// A row with its results; errors among them speak of jurisdictions of `errors_in`.
pub(super) fn row_json(
    (view, errors_in): (View<'_>, &World),
    row: &Row,
    above: Option<&Row>,
    (columns, cells): (&[Column], &[Cell]),
    locale: Locale,
) -> Json {
    let results: Vec<Json> =
        columns.iter().zip(cells).map(|(column, it)| cell_json((view, errors_in), column, it, locale)).collect();
    json!({
        "id": row.id.as_str(),
        "name": row.name.as_deref(),
        "parent": above.map(|it| it.id.as_str()),
        "results": results,
    })
}

pub(super) fn totals_json(columns: &[Column], totals: &[Option<Total>]) -> Json {
    columns.iter().zip(totals).map(|(column, it)| total_json(column, it.as_ref())).collect::<Vec<_>>().into()
}

fn cell_json((view, errors_in): (View<'_>, &World), column: &Column, cell: &Cell, locale: Locale) -> Json {
    match cell {
        Cell::Value(value) => value_json(view, value, column, locale),
        Cell::Verdict(verdict, gap) => {
            let mut object = Map::new();
            object.insert("outcome".into(), outcome_word(verdict.outcome, Locale::En).into());
            match gap {
                Some(Gap::Short(by)) => object.insert("short".into(), by.to_string().into()),
                Some(Gap::Over(by)) => object.insert("over".into(), by.to_string().into()),
                None => None,
            };
            if let Some((value, bounds)) = &verdict.figures {
                object.insert("value".into(), range_json(value));
                object.insert("bounds".into(), range_json(bounds));
            }
            Json::Object(object)
        }
        Cell::Error(error) => {
            let message = view.machine.error_diagnostic(error, errors_in);
            json!({ "error": message.map(|it| it.message.render(locale)) })
        }
    }
}

fn value_json(view: View<'_>, value: &Value, column: &Column, locale: Locale) -> Json {
    match value {
        Value::Unknown(_) => Json::Null,
        Value::Bool(truth) => Json::Bool(*truth),
        _ if ends(value).is_some() => range_json(value),
        other => view.machine.show(other, &column.ty, view.world, locale).as_str().into(),
    }
}

/// A figure as its exact text, a range as both ends, an open end as null.
fn range_json(value: &Value) -> Json {
    match (value, ends(value)) {
        (Value::Number(number), _) => number.to_string().into(),
        (_, Some(range)) => json!({
            "low": range.lo().map(|it| it.to_string()),
            "high": range.hi().map(|it| it.to_string()),
        }),
        _ => Json::Null,
    }
}

fn total_json(column: &Column, total: Option<&Total>) -> Json {
    match total {
        None => Json::Null,
        Some(Total::Sum { sum, without }) => json!({ "sum": range_json(sum), "without": without }),
        Some(Total::Outcomes(outcomes)) => {
            let counts = outcomes
                .iter()
                .map(|(outcome, count)| (outcome_word(*outcome, Locale::En).to_owned(), Json::from(*count)));
            Json::Object(counts.collect())
        }
        Some(Total::Error) => json!({ "error": column.symbol.to_string() }),
    }
}

/// The base unit of a column's figures.
pub(super) fn unit(column: &Column, locale: Locale) -> Option<String> {
    let face = pick(locale, Face::Zh, Face::En);
    match &column.ty {
        Type::Number(number) if !number.dim.is_none() => Some(number.dim.unit(face, false).to_string()),
        _ => None,
    }
}

/// One CSV with a line per jurisdiction and result: what spreadsheets and databases can pivot.
pub(super) fn csv(session: &Session, result: &Simulation, locale: Locale, out: &mut dyn io::Write) -> io::Result<()> {
    out.write_all(&csv_head(locale))?;
    prefixed_csv(session, result, &[], locale, out)
}

/// The lines without the headings, each beginning with cells that say which of several runs it was.
pub(super) fn prefixed_csv(
    session: &Session,
    result: &Simulation,
    prefix: &[String],
    locale: Locale,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut bytes = Vec::new();
    for table in &result.tables {
        let lines = CsvLines { prefix, ..CsvLines::new(session.view(), table.entity, &table.columns, locale) };
        let parent = session.machine.entities().get(table.entity.index()).and_then(|it| it.parent);
        for (row, cells) in session.world.rows(table.entity).iter().zip(&table.rows) {
            let above = parent.and_then(|it| session.world.row(it, row.parent?));
            lines.write(session.view(), row, above, cells, &mut bytes)?;
            if bytes.len() > PIECE {
                out.write_all(&bytes)?;
                bytes.clear();
            }
        }
    }
    out.write_all(&bytes)?;
    out.flush()
}

/// So many bytes are written at a time.
const PIECE: usize = 1 << 16;

/// The headings.
pub(super) fn headings(locale: Locale) -> [&'static str; 10] {
    pick(
        locale,
        ["对象", "编号", "名称", "上级", "条款", "项目", "低", "高", "单位", "结果"],
        ["entity", "id", "name", "parent", "provision", "result", "low", "high", "unit", "outcome"],
    )
}

/// The headings as a line.
pub(super) fn csv_head(locale: Locale) -> Vec<u8> {
    format!("{}\n", headings(locale).join(",")).into_bytes()
}

/// Writes the lines of an entity's rows.
pub(super) struct CsvLines<'c> {
    prefix: &'c [String],
    entity: SmolStr,
    locale: Locale,
    /// With the texts that are the same in every line.
    columns: Vec<(&'c Column, [String; 3])>,
}

impl<'c> CsvLines<'c> {
    pub(super) fn new(view: View<'_>, entity: EntityId, columns: &'c [Column], locale: Locale) -> Self {
        let texts =
            |it: &Column| [it.symbol.to_string(), title(view, it, locale), unit(it, locale).unwrap_or_default()];
        let columns = columns.iter().map(|it| (it, texts(it))).collect();
        Self { prefix: &[], entity: view.machine.entity_name(entity), locale, columns }
    }

    /// A line for each result of a row.
    pub(super) fn write(
        &self,
        view: View<'_>,
        row: &Row,
        above: Option<&Row>,
        cells: &[Cell],
        out: &mut Vec<u8>,
    ) -> io::Result<()> {
        let mut writer = csv::WriterBuilder::new().buffer_capacity(1 << 10).from_writer(out);
        for ((column, [symbol, title, unit]), cell) in self.columns.iter().zip(cells) {
            let ResultCell { low, high, outcome } = result_cell(view, column, cell, self.locale);
            let end = |it: Option<polis_value::Number>| it.map(|it| it.to_string()).unwrap_or_default();
            let (low, high) = (end(low), end(high));
            let line = [
                self.entity.as_str(),
                &row.id,
                row.name.as_deref().unwrap_or(""),
                above.map_or("", |it| it.id.as_str()),
                symbol,
                title,
                &low,
                &high,
                unit,
                outcome.as_deref().unwrap_or(""),
            ];
            writer.write_record(self.prefix.iter().map(String::as_str).chain(line))?;
        }
        writer.flush()
    }
}

/// A result as figures, or in words.
pub(super) fn result_cell(view: View<'_>, column: &Column, cell: &Cell, locale: Locale) -> ResultCell {
    let text = || Some(super::tables::text(view, column, cell, locale));
    let figures = match cell {
        Cell::Value(value) if is_figure(column) => ends(value),
        Cell::Value(_) | Cell::Error(_) => None,
        Cell::Verdict(verdict, _) => verdict.figures.as_ref().and_then(|it| ends(&it.0)),
    };
    let (low, high) = figures.map_or((None, None), |it| (it.lo(), it.hi()));
    let is_told = matches!(cell, Cell::Value(_)) && figures.is_some();
    ResultCell { low, high, outcome: if is_told { None } else { text() } }
}
