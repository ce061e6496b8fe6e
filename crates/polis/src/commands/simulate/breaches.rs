//! What is breached, jurisdiction by jurisdiction: what one looks for in a table first.

use std::io::{self, Write};

use polis_diagnostic::Locale;
use polis_eval::{Outcome, Run};
use polis_semantic::ir::Holds;
use polis_sim::{Cell, EntityTable, Gap, Simulation, Source, ends};
use polis_value::Value;

use super::tables;
use crate::context::pick;
use crate::session::Session;

/// So many of each outcome are told one by one; the other forms of output have all.
const TOLD: usize = 20;

/// Writes who breaches what, and who deviates from what is usual.
pub(super) fn write(
    session: &Session,
    run: &Run<'_>,
    result: &Simulation,
    locale: Locale,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (outcome, zh, en) in [(Outcome::Breached, "违反", "breached"), (Outcome::Deviates, "偏离", "deviating")] {
        let found = found(result, outcome);
        let count = found.len();
        if count == 0 {
            continue;
        }
        writeln!(out, "\n{}", pick(locale, format!("{zh}（{count} 项）："), format!("{en} ({count}):")))?;
        for place in found.into_iter().take(TOLD) {
            writeln!(out, "  {}", line(session, run, place, locale))?;
        }
        if let Some(more) = count.checked_sub(TOLD).filter(|it| *it > 0) {
            let zh = format!("另 {more} 项，用 `--format csv` 或 `json` 查看");
            let line = pick(locale, zh, format!("{more} more; `--format csv` or `json` has them all"));
            writeln!(out, "  {line}")?;
        }
    }
    Ok(())
}

/// A result: its table, its row, its column.
type Place<'r> = (&'r EntityTable, usize, usize);

/// The results with an outcome, by table and provision.
fn found(result: &Simulation, outcome: Outcome) -> Vec<Place<'_>> {
    let mut all = Vec::new();
    for table in &result.tables {
        for column in 0..table.columns.len() {
            for (row, cells) in table.rows.iter().enumerate() {
                if matches!(cells.get(column), Some(Cell::Verdict(it, _)) if it.outcome == outcome) {
                    all.push((table, row, column));
                }
            }
        }
    }
    all
}

/// Who, what, and by how much: `S1 松柏街道　街道机构限额 实有：8 个，应不超过 7 个，超 1 个`.
fn line(session: &Session, run: &Run<'_>, place: Place<'_>, locale: Locale) -> String {
    let (table, row, index) = place;
    let number = u32::try_from(row).unwrap_or(u32::MAX);
    let who = session.who(table.entity, number);
    let Some(column) = table.columns.get(index) else { return who };
    let title = tables::title(session.view(), column, locale);
    let amount = |it| tables::short(session.view(), column, &Value::Number(it), locale);
    let gap = match table.rows.get(row).and_then(|it| it.get(index)) {
        Some(Cell::Verdict(_, Some(Gap::Short(by)))) => {
            pick(locale, format!("，缺 {}", amount(*by)), format!(", {} short", amount(*by)))
        }
        Some(Cell::Verdict(_, Some(Gap::Over(by)))) => {
            pick(locale, format!("，超 {}", amount(*by)), format!(", {} over", amount(*by)))
        }
        _ => String::new(),
    };
    let held = held(session, run, place, locale);
    let is_condition = matches!(
        table.rows.get(row).and_then(|it| it.get(index)),
        Some(Cell::Verdict(verdict, _)) if verdict.figures.is_none()
    );
    let held =
        if is_condition { pick(locale, format!("不成立：{held}"), format!("does not hold: {held}")) } else { held };
    pick(locale, format!("{who}　{title}：{held}{gap}"), format!("{who}, {title}: {held}{gap}"))
}

/// The figure that does not keep to a constraint and its limit, or the condition that does not hold.
pub(super) fn held(session: &Session, run: &Run<'_>, (table, row, index): Place<'_>, locale: Locale) -> String {
    let (Some(column), Some(cells)) = (table.columns.get(index), table.rows.get(row)) else { return String::new() };
    let Some(Cell::Verdict(verdict, _)) = cells.get(index) else { return String::new() };
    if let Some((value, bounds)) = &verdict.figures {
        let show = |it: &Value| tables::short(session.view(), column, it, locale);
        let end = |it| show(&Value::Number(it));
        let range = ends(bounds);
        let wanted = match range.map(|it| (it.lo(), it.hi())) {
            Some((Some(lo), Some(hi))) if lo == hi => {
                pick(locale, format!("应为 {}", end(lo)), format!("to be {}", end(lo)))
            }
            Some((None, Some(hi))) => {
                pick(locale, format!("应不超过 {}", end(hi)), format!("at most {} allowed", end(hi)))
            }
            Some((Some(lo), None)) => {
                pick(locale, format!("应不少于 {}", end(lo)), format!("at least {} wanted", end(lo)))
            }
            _ => pick(locale, format!("应在 {}之内", show(bounds)), format!("to be within {}", show(bounds))),
        };
        return pick(locale, format!("{}，{wanted}", show(value)), format!("{}, {wanted}", show(value)));
    }
    let Source::Verdict(all) = &column.source else { return String::new() };
    let failing = all.iter().find(|it| {
        let row = u32::try_from(row).unwrap_or(u32::MAX);
        run.constraint(**it, row).is_ok_and(|it| it.outcome == verdict.outcome)
    });
    let def = failing.and_then(|it| session.machine.constraint_def(*it));
    match def.map(|it| (&it.meta, &it.holds)) {
        Some((meta, Holds::Condition(condition))) => session.machine.quote(meta, condition.span).to_string(),
        _ => String::new(),
    }
}
