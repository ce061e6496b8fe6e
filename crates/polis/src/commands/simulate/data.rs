//! The results of a run for programs: JSON and CSV. Figures are exact texts in base units.

use std::io;

use polis_diagnostic::Locale;
use polis_eval::{EntityId, Row};
use polis_semantic::Type;
use polis_sim::{Cell, Column, EntityTable, Gap, Simulation, Source, Total, ends};
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
    json!({
        "package": session.package.name(&session.db).as_str(),
        "sample": session.sample.as_str(),
        "as_of": session.settings.as_of.map(|it| it.to_string()),
        "tables": tables,
        "missing": missing,
    })
}

fn table_json(session: &Session, table: &EntityTable, locale: Locale) -> Json {
    let machine = &session.machine;
    let parent = machine.entities().get(table.entity.index()).and_then(|it| it.parent);
    let columns: Vec<Json> = table
        .columns
        .iter()
        .map(|it| {
            json!({
                "name": title(session.view(), it, locale),
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
    let rows: Vec<Json> = session
        .world
        .rows(table.entity)
        .iter()
        .zip(&table.rows)
        .map(|(row, cells)| {
            let parent = parent.and_then(|it| session.world.row(it, row.parent?)).map(|it| it.id.to_string());
            let results: Vec<Json> =
                table.columns.iter().zip(cells).map(|(column, it)| cell_json(session, column, it, locale)).collect();
            json!({
                "id": row.id.as_str(),
                "name": row.name.as_deref(),
                "parent": parent,
                "results": results,
            })
        })
        .collect();
    let totals: Vec<Json> =
        table.columns.iter().zip(&table.totals).map(|(column, it)| total_json(column, it.as_ref())).collect();
    json!({ "entity": machine.entity_name(table.entity).as_str(), "columns": columns, "rows": rows, "totals": totals })
}

fn cell_json(session: &Session, column: &Column, cell: &Cell, locale: Locale) -> Json {
    match cell {
        Cell::Value(value) => value_json(session, value, column, locale),
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
            let message = session.machine.error_diagnostic(error, &session.world);
            json!({ "error": message.map(|it| it.message.render(locale)) })
        }
    }
}

fn value_json(session: &Session, value: &Value, column: &Column, locale: Locale) -> Json {
    match value {
        Value::Unknown(_) => Json::Null,
        Value::Bool(truth) => Json::Bool(*truth),
        _ if ends(value).is_some() => range_json(value),
        other => session.machine.show(other, &column.ty, &session.world, locale).as_str().into(),
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
    for table in &result.tables {
        let lines = CsvLines::new(session.view(), table.entity, &table.columns, locale);
        let parent = session.machine.entities().get(table.entity.index()).and_then(|it| it.parent);
        for (row, cells) in session.world.rows(table.entity).iter().zip(&table.rows) {
            let above = parent.and_then(|it| session.world.row(it, row.parent?));
            let mut bytes = Vec::new();
            lines.write(session.view(), row, above, cells, &mut bytes)?;
            out.write_all(&bytes)?;
        }
    }
    out.flush()
}

/// The headings.
pub(super) fn csv_head(locale: Locale) -> Vec<u8> {
    let head = pick(
        locale,
        ["对象", "编号", "名称", "上级", "条款", "项目", "低", "高", "单位", "结果"],
        ["entity", "id", "name", "parent", "provision", "result", "low", "high", "unit", "outcome"],
    );
    format!("{}\n", head.join(",")).into_bytes()
}

/// Writes the lines of an entity's rows.
pub(super) struct CsvLines<'c> {
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
        Self { entity: view.machine.entity_name(entity), locale, columns }
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
            let (low, high, outcome) = csv_cells(view, column, cell, self.locale);
            writer.write_record([
                self.entity.as_str(),
                &row.id,
                row.name.as_deref().unwrap_or(""),
                above.map_or("", |it| it.id.as_str()),
                symbol,
                title,
                &low,
                &high,
                unit,
                &outcome,
            ])?;
        }
        writer.flush()
    }
}

fn csv_cells(view: View<'_>, column: &Column, cell: &Cell, locale: Locale) -> (String, String, String) {
    let end = |it: Option<polis_value::Number>| it.map(|it| it.to_string()).unwrap_or_default();
    let text = || super::tables::text(view, column, cell, locale);
    match cell {
        Cell::Value(value) if is_figure(column) => match ends(value) {
            Some(range) => (end(range.lo()), end(range.hi()), String::new()),
            None => (String::new(), String::new(), text()),
        },
        Cell::Value(_) | Cell::Error(_) => (String::new(), String::new(), text()),
        Cell::Verdict(verdict, _) => {
            let value = verdict.figures.as_ref().and_then(|it| ends(&it.0));
            let (low, high) = value.map_or((None, None), |it| (it.lo(), it.hi()));
            (end(low), end(high), text())
        }
    }
}
