//! The results of a run as tables for reading.

use std::io::{self, Write};

use polis_diagnostic::Locale;
use polis_eval::{Outcome, Verdict, describe_open};
use polis_semantic::Type;
use polis_semantic::ir::Holds;
use polis_sim::{Cell, Column, EntityTable, Gap, MissingKind, Simulation, Source, Total};
use polis_value::Value;

use crate::context::pick;
use crate::session::Session;
use crate::table::{self, Table, TableOptions};

/// How many names of jurisdictions a line about missing facts gives.
const NAMED: usize = 6;

pub(super) fn write(
    session: &Session,
    result: &Simulation,
    locale: Locale,
    color: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let options = TableOptions { color, indent: 2, ..TableOptions::default() };
    for (index, entity) in result.tables.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        let name = session.machine.entity_name(entity.entity);
        let count = entity.rows.len();
        writeln!(out, "{}", pick(locale, format!("{name}（{count} 个）"), format!("{name} ({count})")))?;
        table(session, entity, locale).write(out, options)?;
    }
    missing(session, result, locale, out)
}

fn table(session: &Session, entity: &EntityTable, locale: Locale) -> Table {
    let world = &session.world;
    let parent = session.machine.entities().get(entity.entity.index()).and_then(|it| it.parent);
    let mut columns = vec![table::Column::left(pick(locale, "编号", "id")), table::Column::left(pick(locale, "名称", "name"))];
    if let Some(parent) = parent {
        columns.push(table::Column::left(session.machine.entity_name(parent).as_str()));
    }
    for column in &entity.columns {
        let title = title(session, column, locale);
        columns.push(match column.source {
            Source::Verdict(_) => table::Column::left(title),
            Source::Rule(_) | Source::Actual(_) => table::Column::right(title),
        });
    }
    let mut out = Table::new(columns);
    for (row, cells) in world.rows(entity.entity).iter().zip(&entity.rows) {
        let mut line = vec![row.id.to_string(), row.name.clone().unwrap_or_default().to_string()];
        if let Some(parent) = parent {
            let name = row.parent.map(|it| session.machine.name_of(parent, it, world));
            line.push(name.unwrap_or_default().to_string());
        }
        for (column, cell) in entity.columns.iter().zip(cells) {
            line.push(text(session, column, cell, locale));
        }
        out.row(line);
    }
    let mut totals = vec![String::new(), pick(locale, "合计", "total").to_owned()];
    if parent.is_some() {
        totals.push(String::new());
    }
    for (column, total) in entity.columns.iter().zip(&entity.totals) {
        totals.push(total.as_ref().map_or_else(String::new, |it| total_text(session, column, it, locale)));
    }
    out.row(totals);
    out
}

/// The head of a column: the provision, and what of it.
pub(super) fn title(session: &Session, column: &Column, locale: Locale) -> String {
    let name = &column.symbol.name;
    match column.source {
        Source::Rule(_) => name.to_string(),
        Source::Actual(_) => pick(locale, format!("{name} 实有"), format!("{name} actual")),
        Source::Verdict(constraint) => {
            let def = session.machine.constraint_def(constraint);
            match def.map(|it| (&it.holds, &it.about)) {
                // A superior's limit names its package.
                Some((Holds::Within { .. }, Some(_))) => column.symbol.to_string(),
                Some((Holds::Within { subject: polis_semantic::ir::Subject::Provided, .. }, None)) => {
                    pick(locale, format!("{name} 设置"), format!("{name} provided"))
                }
                Some((Holds::Within { .. }, None)) => pick(locale, format!("{name} 结果"), format!("{name} result")),
                _ => name.to_string(),
            }
        }
    }
}

/// A result for reading.
pub(super) fn text(session: &Session, column: &Column, cell: &Cell, locale: Locale) -> String {
    match cell {
        Cell::Value(value) => session.machine.show(value, &column.ty, &session.world, locale).to_string(),
        Cell::Verdict(verdict, gap) => verdict_text(session, column, verdict, *gap, locale),
        Cell::Error(_) => pick(locale, "出错", "error").to_owned(),
    }
}

fn verdict_text(session: &Session, column: &Column, verdict: &Verdict, gap: Option<Gap>, locale: Locale) -> String {
    let outcome = outcome_text(verdict, locale);
    let amount = |it| session.machine.show(&Value::Number(it), &column.ty, &session.world, locale);
    match gap {
        Some(Gap::Short(by)) => {
            pick(locale, format!("{outcome}：缺 {}", amount(by)), format!("{outcome}: {} short", amount(by)))
        }
        Some(Gap::Over(by)) => {
            pick(locale, format!("{outcome}：超 {}", amount(by)), format!("{outcome}: {} over", amount(by)))
        }
        None => outcome.to_owned(),
    }
}

fn outcome_text(verdict: &Verdict, locale: Locale) -> &'static str {
    match verdict.outcome {
        // What only depends on a choice is not unknown: it may turn out either way.
        Outcome::Unknown if matches!(&verdict.condition, Value::Unknown(it) if it.missing.is_empty()) => {
            pick(locale, "视选择而定", "depends on the choice")
        }
        other => outcome_word(other, locale),
    }
}

/// The word for an outcome.
pub(super) fn outcome_word(outcome: Outcome, locale: Locale) -> &'static str {
    match outcome {
        Outcome::Kept => pick(locale, "守住", "kept"),
        Outcome::Breached => pick(locale, "违反", "breached"),
        Outcome::Deviates => pick(locale, "偏离", "deviates"),
        Outcome::Unknown => pick(locale, "未知", "unknown"),
        Outcome::NotApplicable => pick(locale, "不适用", "not applicable"),
    }
}

fn total_text(session: &Session, column: &Column, total: &Total, locale: Locale) -> String {
    match total {
        Total::Sum { sum, without } => {
            let sum = session.machine.show(sum, &column.ty, &session.world, locale);
            if *without == 0 {
                sum.to_string()
            } else {
                pick(locale, format!("{sum}（另 {without} 个未知）"), format!("{sum} ({without} unknown)"))
            }
        }
        Total::Outcomes(outcomes) => outcomes
            .iter()
            .map(|(outcome, count)| format!("{} {count}", outcome_word(*outcome, locale)))
            .collect::<Vec<_>>()
            .join(pick(locale, "、", ", ")),
        Total::Error => pick(locale, "出错", "error").to_owned(),
    }
}

/// What is missing, and how many results it leaves unknown.
fn missing(session: &Session, result: &Simulation, locale: Locale, out: &mut dyn Write) -> io::Result<()> {
    if result.missing.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    writeln!(out, "{}", pick(locale, "缺少：", "missing:"))?;
    for item in &result.missing {
        let what = missing_text(session, &item.missing, &item.rows, locale);
        let results = item.results;
        let line = pick(
            locale,
            format!("  {what}（{results} 个结果因此未知）"),
            format!("  {what} ({results} results unknown)"),
        );
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// A thing that is missing, with the names of a few jurisdictions.
pub(super) fn missing_text(session: &Session, missing: &MissingKind, rows: &[u32], locale: Locale) -> String {
    let machine = &session.machine;
    let names = |entity| {
        let all: Vec<String> =
            rows.iter().take(NAMED).map(|it| machine.name_of(entity, *it, &session.world).to_string()).collect();
        let more = if rows.len() > NAMED { pick(locale, " 等", " …") } else { "" };
        format!("{}{more}", all.join(pick(locale, "、", ", ")))
    };
    match missing {
        MissingKind::Field(entity, field) => {
            let (of, field) = (machine.entity_name(*entity), machine.field_name(*entity, *field));
            let names = names(*entity);
            pick(locale, format!("{of} 的字段 `{field}`：{names}"), format!("field `{field}` of {of}: {names}"))
        }
        MissingKind::Parent(entity) => {
            let of = machine.entity_name(*entity);
            let names = names(*entity);
            pick(locale, format!("{of} 的上级：{names}"), format!("the parent of {of}: {names}"))
        }
        MissingKind::Param(symbol) => {
            let reason = reason(session, symbol);
            let (zh, en) = match reason {
                Some(reason) => (format!("（{reason}）"), format!(" ({reason})")),
                None => (String::new(), String::new()),
            };
            let name = &symbol.name;
            pick(
                locale,
                format!("参数 `{name}`{zh}，可用 `--set {name}=…` 设定"),
                format!("parameter `{name}`{en}; set it with `--set {name}=…`"),
            )
        }
        MissingKind::Open(symbol, part, reason) => {
            let text = describe_open(symbol, part.as_ref(), reason.as_ref());
            pick(locale, text.zh.trim().to_owned(), text.en.to_string())
        }
        MissingKind::Said => pick(locale, "原文写明未知的内容", "what the text itself calls unknown").to_owned(),
    }
}

/// Why a parameter is open.
fn reason(session: &Session, symbol: &polis_semantic::Symbol) -> Option<smol_str::SmolStr> {
    let def = session.machine.param(symbol).and_then(|it| session.machine.param_def(it))?;
    match def.value.as_ref().map(|it| &it.kind) {
        Some(polis_semantic::ir::ExprKind::Open(reason)) => reason.clone(),
        _ => None,
    }
}

/// Whether a column's cells are figures, for formats that keep both ends of a range apart.
pub(super) fn is_figure(column: &Column) -> bool {
    matches!(column.ty, Type::Number(_)) && !matches!(column.source, Source::Verdict(_))
}
