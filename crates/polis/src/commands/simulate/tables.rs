//! The results of a run as tables for reading.

use std::io::{self, Write};

use polis_diagnostic::Locale;
use polis_eval::{EntityId, Outcome, Verdict, describe_dormant, describe_open};
use polis_semantic::Type;
use polis_semantic::ir::{Holds, Subject};
use polis_sim::{Cell, Column, EntityTable, Gap, MissingCount, MissingKind, NAMED, Simulation, Source, Total};
use polis_value::Value;
use smol_str::SmolStr;
use unicode_width::UnicodeWidthStr as _;

use crate::context::pick;
use crate::session::{Session, View};
use crate::table::{self, Table, TableOptions};

/// Writes the results of every entity, and what is missing.
pub(super) fn write(
    session: &Session,
    result: &Simulation,
    locale: Locale,
    color: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    write_tables(session, result, locale, color, out)?;
    missing(session, &result.missing, locale, out)
}

/// Writes the results of every entity.
pub(super) fn write_tables(
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
        for (part, table) in tables(session, entity, locale).into_iter().enumerate() {
            if part > 0 {
                writeln!(out)?;
            }
            table.write(out, options)?;
        }
    }
    Ok(())
}

/// An entity's results as one table, or as several beside each other's rows where one would be too wide to read.
fn tables(session: &Session, entity: &EntityTable, locale: Locale) -> Vec<Table> {
    let columns = entity.columns.iter().enumerate();
    let columns = columns.map(|(index, column)| shown(session, entity, index, column, locale)).collect();
    laid_out(session, entity.entity, columns, locale)
}

/// Columns beside the names of an entity's jurisdictions, continued below where they are too wide to read.
pub(super) fn laid_out(session: &Session, entity: EntityId, columns: Vec<Shown>, locale: Locale) -> Vec<Table> {
    beside(&keys(session, entity, locale), columns)
}

/// Columns beside others that say what each line is about.
pub(super) fn beside(keys: &[Shown], columns: Vec<Shown>) -> Vec<Table> {
    let key_width: usize = keys.iter().map(|it| it.width).sum();
    let mut tables = Vec::new();
    let mut chosen: Vec<Shown> = Vec::new();
    let mut width = key_width;
    for shown in columns {
        if width + shown.width > WIDTH && !chosen.is_empty() {
            tables.push(join(keys, &chosen));
            chosen.clear();
            width = key_width;
        }
        width += shown.width;
        chosen.push(shown);
    }
    tables.push(join(keys, &chosen));
    tables
}

/// How wide a table may be before it is continued below.
const WIDTH: usize = 110;

/// A column ready to be written, and how much room it takes with the gap before it.
pub(super) struct Shown {
    head: String,
    right: bool,
    cells: Vec<String>,
    width: usize,
}

impl Shown {
    /// A column of as many texts as there are jurisdictions, and one for the total.
    pub(super) fn new(head: String, right: bool, cells: Vec<String>) -> Self {
        let width = cells.iter().map(|it| it.width()).chain([head.width()]).max().unwrap_or_default() + 2;
        Self { head, right, cells, width }
    }
}

/// The columns that say which jurisdiction a row is about.
fn keys(session: &Session, entity: EntityId, locale: Locale) -> Vec<Shown> {
    let parent = session.machine.entities().get(entity.index()).and_then(|it| it.parent);
    let rows = session.world.rows(entity);
    let ids = rows.iter().map(|it| it.id.to_string()).chain([String::new()]).collect();
    let total = pick(locale, "合计", "total").to_owned();
    let names = rows.iter().map(|it| it.name.clone().unwrap_or_default().to_string()).chain([total]).collect();
    let mut columns = vec![
        Shown::new(pick(locale, "编号", "id").into(), false, ids),
        Shown::new(pick(locale, "名称", "name").into(), false, names),
    ];
    if let Some(parent) = parent {
        let name = |row: Option<u32>| row.map(|it| session.machine.name_of(parent, it, &session.world).to_string());
        let above = rows.iter().map(|it| name(it.parent).unwrap_or_default()).chain([String::new()]).collect();
        columns.push(Shown::new(session.machine.entity_name(parent).to_string(), false, above));
    }
    columns
}

fn shown(session: &Session, entity: &EntityTable, index: usize, column: &Column, locale: Locale) -> Shown {
    let cells = entity.rows.iter().filter_map(|it| it.get(index)).map(|it| text(session.view(), column, it, locale));
    let total = entity.totals.get(index).and_then(Option::as_ref);
    let total = total.map_or_else(String::new, |it| total_text(session, column, it, entity.rows.len(), locale));
    let right = !matches!(column.source, Source::Verdict(_));
    Shown::new(title(session.view(), column, locale), right, cells.chain([total]).collect())
}

fn join(keys: &[Shown], chosen: &[Shown]) -> Table {
    let all = || keys.iter().chain(chosen);
    let mut table = Table::new(all().map(|it| {
        if it.right { table::Column::right(it.head.as_str()) } else { table::Column::left(it.head.as_str()) }
    }));
    let rows = keys.first().map_or(0, |it| it.cells.len());
    for row in 0..rows {
        table.row(all().map(|it| it.cells.get(row).map_or("", String::as_str)));
    }
    table
}

/// The head of a column: the provision, and what of it.
pub(super) fn title(view: View<'_>, column: &Column, locale: Locale) -> String {
    let name = &column.symbol.name;
    match &column.source {
        Source::Rule(_) => name.to_string(),
        Source::Actual(_) => pick(locale, format!("{name} 实有"), format!("{name} actual")),
        Source::Verdict(constraints) => {
            let def = constraints.first().and_then(|it| view.machine.constraint_def(*it));
            let Some(def) = def else { return name.to_string() };
            // A superior's limit names its package.
            let name = if def.about.is_some() { column.symbol.to_string() } else { name.to_string() };
            match &def.holds {
                Holds::Within { subject: Subject::Provided, .. } => {
                    pick(locale, format!("{name} 设置"), format!("{name} provided"))
                }
                Holds::Within { .. } if def.about.is_some() => {
                    pick(locale, format!("{name} 实有"), format!("{name} actual"))
                }
                Holds::Within { .. } => pick(locale, format!("{name} 结果"), format!("{name} result")),
                Holds::Condition(_) => name,
            }
        }
    }
}

/// A result for reading.
pub(super) fn text(view: View<'_>, column: &Column, cell: &Cell, locale: Locale) -> String {
    match cell {
        Cell::Value(value) => short(view, column, value, locale),
        Cell::Verdict(verdict, gap) => verdict_text(view, column, verdict, *gap, locale),
        Cell::Error(_) => pick(locale, "出错", "error").to_owned(),
    }
}

/// A value for reading. A quotient with many digits is rounded to two in the unit that it is shown in, and says so; JSON
/// and CSV keep every digit.
pub(super) fn short(view: View<'_>, column: &Column, value: &Value, locale: Locale) -> String {
    let show = |value: &Value| view.machine.show(value, &column.ty, view.world, locale).to_string();
    match rounded(value, &column.ty) {
        Some(rounded) if rounded != *value && !value.is_unknown() => format!("≈ {}", show(&rounded)),
        _ => show(value),
    }
}

/// The value with two digits after the point of the unit that its type is shown in.
fn rounded(value: &Value, ty: &Type) -> Option<Value> {
    use polis_value::ops;
    let digits = |it: &Value| ops::to_digits(it, &Value::from(2), polis_value::Rounding::HalfAwayFromZero).ok();
    match ty.as_number().and_then(|it| it.shown.as_ref()) {
        Some(shown) => {
            let size = Value::Number(shown.factor);
            ops::mul(&digits(&ops::div(value, &size).ok()?)?, &size).ok()
        }
        None => digits(value),
    }
}

fn verdict_text(view: View<'_>, column: &Column, verdict: &Verdict, gap: Option<Gap>, locale: Locale) -> String {
    let outcome = outcome_text(verdict, locale);
    let amount = |it| short(view, column, &Value::Number(it), locale);
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

/// A total for reading.
pub(super) fn total_text(session: &Session, column: &Column, total: &Total, rows: usize, locale: Locale) -> String {
    match total {
        // A sum of nothing known is not zero.
        Total::Sum { without, .. } if *without == rows => pick(locale, "未知", "unknown").to_owned(),
        Total::Sum { sum, without } => {
            let sum = short(session.view(), column, sum, locale);
            if *without == 0 {
                sum.clone()
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
pub(super) fn missing(
    session: &Session,
    missing: &[MissingCount],
    locale: Locale,
    out: &mut dyn Write,
) -> io::Result<()> {
    let line = |it: &MissingCount| (missing_text(session, &it.missing, &it.rows, locale), it.results);
    missing_lines(missing.iter().map(line), locale, out)
}

/// The same, a line each.
pub(super) fn missing_lines(
    all: impl Iterator<Item = (String, usize)>,
    locale: Locale,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut all = all.peekable();
    if all.peek().is_none() {
        return Ok(());
    }
    writeln!(out)?;
    writeln!(out, "{}", pick(locale, "缺少：", "missing:"))?;
    for (what, results) in all {
        let line = pick(
            locale,
            format!("  {what}（{results} 个结果因此未知）"),
            format!("  {what} ({} unknown)", crate::commands::check::plural(results, "result")),
        );
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// A thing that is missing, with the names of a few jurisdictions.
pub(super) fn missing_text(session: &Session, missing: &MissingKind, rows: &[u32], locale: Locale) -> String {
    let names: Vec<SmolStr> = match missing {
        MissingKind::Field(entity, _) | MissingKind::Parent(entity) => {
            let rows = rows.iter().take(NAMED + 1);
            rows.map(|it| session.machine.name_of(*entity, *it, &session.world)).collect()
        }
        _ => Vec::new(),
    };
    named_missing(session, missing, &names, locale)
}

/// The same with names; those beyond a few only say that there are more.
pub(super) fn named_missing(session: &Session, missing: &MissingKind, names: &[SmolStr], locale: Locale) -> String {
    let machine = &session.machine;
    let names = || {
        let all: Vec<&str> = names.iter().take(NAMED).map(SmolStr::as_str).collect();
        let more = if names.len() > NAMED { pick(locale, " 等", " …") } else { "" };
        format!("{}{more}", all.join(pick(locale, "、", ", ")))
    };
    match missing {
        MissingKind::Field(entity, field) => {
            let (of, field) = (machine.entity_name(*entity), machine.field_name(*entity, *field));
            let names = names();
            pick(locale, format!("{of} 的字段 `{field}`：{names}"), format!("field `{field}` of {of}: {names}"))
        }
        MissingKind::Parent(entity) => {
            let of = machine.entity_name(*entity);
            let names = names();
            pick(locale, format!("{of} 的上级：{names}"), format!("the parent of {of}: {names}"))
        }
        MissingKind::Param(symbol) => {
            let (zh, en) = match (reason(session, symbol), first_day(session, symbol)) {
                (Some(reason), _) => (format!("（{reason}）"), format!(" ({reason})")),
                (None, Some(day)) => (format!("（最早的数字自 {day} 起）"), format!(" (the first figure is of {day})")),
                (None, None) => (String::new(), String::new()),
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
        MissingKind::Dormant(symbol, from, until) => {
            let text = describe_dormant(symbol, *from, *until);
            pick(locale, text.zh.trim().to_owned(), text.en.to_string())
        }
        MissingKind::Said => pick(locale, "原文写明未知的内容", "what the text itself calls unknown").to_owned(),
    }
}

/// The day of a parameter's first figure, where the run is of an earlier one.
fn first_day(session: &Session, symbol: &polis_semantic::Symbol) -> Option<polis_value::Date> {
    let def = session.machine.param(symbol).and_then(|it| session.machine.param_def(it))?;
    let first = def.dated.first()?.0;
    session.settings.as_of.filter(|it| *it < first).map(|_| first)
}

/// Why a parameter is open.
fn reason(session: &Session, symbol: &polis_semantic::Symbol) -> Option<SmolStr> {
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
