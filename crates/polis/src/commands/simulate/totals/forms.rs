//! Totals as tables for reading, and for programs.

use std::io::{self, Write};

use polis_diagnostic::Locale;
use polis_eval::{EntityId, Outcome, Row};
use polis_sim::{Column, Source, Subtotal, Total, TotalTable, ends};
use polis_value::Number;
use serde_json::{Value as Json, json};

use super::super::tables::{self, Shown, missing_lines, named_missing, outcome_word, title, total_text};
use super::super::{Form, data, heading, lines};
use super::{Listed, Written};
use crate::context::pick;
use crate::table::TableOptions;

impl Written<'_> {
    pub(super) fn form(&self, form: Form, color: bool, out: &mut dyn Write) -> io::Result<()> {
        match form {
            Form::Json => self.json(out),
            Form::Csv => self.csv(out),
            Form::Table | Form::Html | Form::Parquet => self.table(color, out),
        }
    }

    /// The jurisdictions above those of an entity.
    fn parents(&self, entity: EntityId) -> Option<(EntityId, &[Row])> {
        let parent = self.session.machine.entities().get(entity.index())?.parent?;
        Some((parent, self.session.world.rows(parent)))
    }

    fn table(&self, color: bool, out: &mut dyn Write) -> io::Result<()> {
        let locale = self.locale;
        heading(self.session, self.moved, locale, out)?;
        let options = TableOptions { color, indent: 2, ..TableOptions::default() };
        for (index, table) in self.tables.iter().enumerate() {
            if index > 0 {
                writeln!(out)?;
            }
            let subtotals: Vec<(u32, Subtotal)> = table.subtotals().collect();
            let above = self.parents(table.entity).filter(|_| !subtotals.is_empty());
            let name = self.session.machine.entity_name(table.entity);
            let count = table.count();
            let by = above.map(|it| self.session.machine.entity_name(it.0));
            let by = by.map_or_else(String::new, |it| pick(locale, format!("，按{it}小计"), format!(", by {it}")));
            writeln!(out, "{}{by}", pick(locale, format!("{name}（{count} 个）"), format!("{name} ({count})")))?;
            let keys = keys(above.map(|it| it.1), &subtotals, count, locale);
            let all = table.columns.iter().zip(table.totals()).enumerate();
            let shown = all.filter_map(|(at, (column, total))| {
                let text = |it: Option<&Total>, rows: usize| {
                    it.map_or_else(String::new, |it| total_text(self.session, column, it, rows, locale))
                };
                let rows = usize::try_from(count).unwrap_or(usize::MAX);
                let whole = text(Some(&total?), rows);
                let parts = subtotals.iter().map(|it| text(it.1.totals.get(at).and_then(Option::as_ref), it.1.rows));
                let right = !matches!(column.source, Source::Verdict(_));
                Some(Shown::new(title(self.session.view(), column, locale), right, parts.chain([whole]).collect()))
            });
            for (part, table) in tables::beside(&keys, shown.collect()).into_iter().enumerate() {
                if part > 0 {
                    writeln!(out)?;
                }
                table.write(out, options)?;
            }
        }
        let what =
            |it: &polis_sim::MissingNames| (named_missing(self.session, &it.missing, &it.names, locale), it.results);
        missing_lines(self.missing.iter().map(what), locale, out)?;
        if let Some(moved) = self.moved {
            moved.write(locale, out)?;
        }
        if self.listed == Listed::TotalsOfMany {
            let rows: u64 = self.tables.iter().map(TotalTable::count).sum();
            let zh = format!("样本很大，{rows} 行未逐个列出；要逐个列出，请用 `--format csv --out 文件` 或 `parquet`");
            let en = format!(
                "the sample is large, and {rows} rows are not listed; `--format csv --out FILE` or `parquet` lists each"
            );
            writeln!(out, "\n{}", pick(locale, zh, en))?;
        }
        Ok(())
    }

    fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(pick(
            self.locale,
            ["对象", "上级", "上级名称", "条款", "项目", "低", "高", "单位", "结果", "个数"],
            ["entity", "parent", "parent name", "provision", "result", "low", "high", "unit", "outcome", "count"],
        ))?;
        for table in self.tables {
            let entity = self.session.machine.entity_name(table.entity);
            let of = |it: &Column| {
                let unit = data::unit(it, self.locale).unwrap_or_default();
                [it.symbol.to_string(), title(self.session.view(), it, self.locale), unit]
            };
            let columns: Vec<[String; 3]> = table.columns.iter().map(of).collect();
            let mut write = |above: Option<&Row>, rows: usize, totals: &[Option<Total>]| {
                let (id, name) = above.map_or(("", ""), |it| (it.id.as_str(), it.name.as_deref().unwrap_or("")));
                for (total, [symbol, title, unit]) in totals.iter().zip(&columns) {
                    for Line { low, high, outcome, count } in total.iter().flat_map(|it| self.lines(it, rows)) {
                        let count = count.to_string();
                        writer.write_record([
                            entity.as_str(),
                            id,
                            name,
                            symbol,
                            title,
                            &low,
                            &high,
                            unit,
                            outcome,
                            &count,
                        ])?;
                    }
                }
                io::Result::Ok(())
            };
            write(None, usize::try_from(table.count()).unwrap_or(usize::MAX), &table.totals())?;
            let above = self.parents(table.entity).map_or(&[][..], |it| it.1);
            for (parent, Subtotal { rows, totals }) in table.subtotals() {
                write(above.get(parent as usize), rows, &totals)?;
            }
        }
        writer.flush()
    }

    /// The lines of a total: a sum and how many have no figure, or each outcome.
    fn lines(&self, total: &Total, rows: usize) -> Vec<Line> {
        let counted = |outcome, count| Line { outcome, count, ..Line::default() };
        match total {
            Total::Sum { sum, without } => {
                let known = rows.saturating_sub(*without);
                let range = ends(sum);
                let end = |it: Option<Number>| it.map(|it| it.to_string()).unwrap_or_default();
                let (low, high) = range.map_or_else(Default::default, |it| (end(it.lo()), end(it.hi())));
                let sum = Line { low, high, outcome: "", count: known };
                let unknown = counted(outcome_word(Outcome::Unknown, self.locale), *without);
                [sum, unknown].into_iter().filter(|it| it.count > 0).collect()
            }
            Total::Outcomes(all) => {
                all.iter().map(|(outcome, count)| counted(outcome_word(*outcome, self.locale), *count)).collect()
            }
            Total::Error => vec![counted(pick(self.locale, "出错", "error"), rows)],
        }
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut head = data::head_json(self.session);
        if let Some(moved) = self.moved {
            head.insert("of".into(), moved.home.as_str().into());
            head.insert("lost".into(), moved.lines(self.locale).into());
        }
        out.write_all(&lines::begun(head, "tables", 0)?)?;
        let mut bytes = Vec::new();
        for (index, table) in self.tables.iter().enumerate() {
            out.write_all(if index == 0 { b"\n    " } else { b",\n    " })?;
            let mut head = data::columns_json(self.session.view(), table.entity, &table.columns, self.locale);
            head.insert("count".into(), table.count().into());
            head.insert("totals".into(), data::totals_json(&table.columns, &table.totals()));
            out.write_all(&lines::begun(head, "subtotals", 4)?)?;
            let above = self.parents(table.entity).map_or(&[][..], |it| it.1);
            let mut is_first = true;
            for (parent, Subtotal { rows, totals }) in table.subtotals() {
                let Some(row) = above.get(parent as usize) else { continue };
                let subtotal = json!({
                    "parent": row.id.as_str(),
                    "name": row.name.as_deref(),
                    "count": rows,
                    "totals": data::totals_json(&table.columns, &totals),
                });
                bytes.clear();
                bytes.extend_from_slice(if is_first { b"\n" } else { b",\n" });
                lines::indented(&subtotal, 8, &mut bytes)?;
                out.write_all(&bytes)?;
                is_first = false;
            }
            out.write_all(if is_first { b"]\n    }" } else { b"\n      ]\n    }" })?;
        }
        let what = |it: &polis_sim::MissingNames| {
            let what = named_missing(self.session, &it.missing, &it.names, self.locale);
            json!({ "what": what, "results": it.results })
        };
        let missing: Vec<Json> = self.missing.iter().map(what).collect();
        let mut bytes = b"\n  ],\n  \"missing\": ".to_vec();
        lines::inner(&missing.into(), 2, &mut bytes)?;
        bytes.extend_from_slice(b"\n}\n");
        out.write_all(&bytes)
    }
}

/// A line for programs.
#[derive(Default)]
struct Line {
    low: String,
    high: String,
    outcome: &'static str,
    count: usize,
}

/// What the lines of a table are about: each jurisdiction above and how many lie in it, and all.
fn keys(above: Option<&[Row]>, subtotals: &[(u32, Subtotal)], count: u64, locale: Locale) -> Vec<Shown> {
    let total = pick(locale, "合计", "total").to_owned();
    let Some(above) = above else {
        return vec![Shown::new(pick(locale, "名称", "name").into(), false, vec![total])];
    };
    let rows = || subtotals.iter().filter_map(|it| above.get(it.0 as usize));
    let ids = rows().map(|it| it.id.to_string()).chain([String::new()]).collect();
    let names = rows().map(|it| it.name.clone().unwrap_or_default().to_string()).chain([total]).collect();
    let counts = subtotals.iter().map(|it| it.1.rows.to_string()).chain([count.to_string()]).collect();
    vec![
        Shown::new(pick(locale, "编号", "id").into(), false, ids),
        Shown::new(pick(locale, "名称", "name").into(), false, names),
        Shown::new(pick(locale, "个数", "count").into(), true, counts),
    ]
}
