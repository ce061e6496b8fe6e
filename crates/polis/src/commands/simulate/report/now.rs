//! The page of one run.

use std::collections::BTreeMap;

use polis_eval::Run;
use polis_report::{Attention, Headline, Line, Page, Tone};
use polis_sim::{Column, EntityTable, Simulation, Source};

use super::cells::{MOST_ROWS, Results, Shown, grouped, tone_of};
use super::groups::subtotals;
use super::norms::{lacking_of_norms, take_admissions, take_norms};
use super::{
    Moved, Notes, Receipt, assembled, empty, head, keys, lacking, moved_lines, name, outcomes, ranges, receipt,
    set_lines, table, total,
};
use crate::commands::simulate::Beside;
use crate::commands::simulate::norms::Words;
use crate::context::Context;
use crate::session::Session;

/// So many results are named at the beginning.
const NAMED: usize = 18;

/// So many totals are headlines.
const TOTALS: usize = 8;

/// An entity's results, ready for a page.
pub(super) struct Slice {
    pub(super) entity: String,
    pub(super) count: usize,
    pub(super) keys: Vec<Results>,
    pub(super) columns: Vec<(Results, Column)>,
}

/// How often each tone occurs.
pub(super) type Tones = BTreeMap<Tone, usize>;

pub(in super::super) fn page(
    session: &Session,
    (result, beside): (&Simulation, &Beside),
    moved: Option<&Moved>,
    ctx: &Context<'_, '_>,
) -> Page {
    let locale = ctx.locale;
    let mut notes = Notes::new(locale);
    let run = Run::new(&session.machine, &session.world, session.settings.clone());
    let mut page = empty(locale);
    page.title = name(session);
    page.subtitle = subtitle(session, moved, ctx);
    page.lines = set_lines(session, locale);
    let mut slices: Vec<Slice> = slices(session, &run, result, &mut notes);
    let words = Words { session, norms: &session.norms, locale };
    take_norms(&mut slices, &words, &mut notes);
    take_admissions(&mut slices, session, &beside.admissions, &mut notes);
    page.headlines = headlines(&slices, &result.tables, ctx);
    page.attention = attention(&slices, ctx);
    let lines = slices.iter().flat_map(|it| lines_of(it, slices.len() > 1)).collect();
    let title = ctx.text("各项规定的结果（占辖区的比例）", "Outcomes by provision (share of jurisdictions)");
    page.charts.extend(outcomes(title.to_owned(), lines, &mut notes));
    for slice in slices {
        notes.rows_left_out(&slice.entity, slice.count, MOST_ROWS);
        let at = page.tables.len();
        let title =
            ctx.text(format!("{}（{} 个）", slice.entity, slice.count), format!("{} ({})", slice.entity, slice.count));
        let columns: Vec<(Results, Option<Column>)> = slice
            .keys
            .into_iter()
            .map(|it| (it, None))
            .chain(slice.columns.into_iter().map(|it| (it.0, Some(it.1))))
            .collect();
        let heading = ctx.text(format!("{}：各辖区对照", slice.entity), format!("{}: by jurisdiction", slice.entity));
        let chart = if slice.count > 1 { ranges(heading, at, &columns) } else { None };
        let mut made = table(title, String::new(), columns.into_iter().map(|it| it.0).collect());
        made.charts.extend(chart);
        page.tables.push(made);
    }
    for of_entity in &result.tables {
        let Some(Slice { entity, keys, columns, .. }) = subtotals(session, of_entity, &mut notes) else { continue };
        let columns = keys.into_iter().chain(columns.into_iter().map(|it| it.0)).collect();
        page.tables.push(table(entity, String::new(), columns));
    }
    page.tables.extend(super::norms::in_force(session, &beside.in_force, &mut notes, ctx));
    page.lacking = lacking(session, &result.missing, locale);
    lacking_of_norms(&words, &mut page.lacking);
    moved_lines(moved, &mut notes);
    assembled(session, Receipt::default(), notes, page, ctx)
}

fn subtitle(session: &Session, moved: Option<&Moved>, ctx: &Context<'_, '_>) -> String {
    let folder = &session.package.manifest(&session.db).folder;
    let sample = receipt::shown(&session.sample, folder);
    let (zh, en) = match session.settings.as_of {
        Some(day) => (format!("按 {day} 有效的条款"), format!("provisions in force on {day}")),
        None => ("按最新的条款".to_owned(), "latest provisions".to_owned()),
    };
    let (of_zh, of_en) = match moved {
        Some(moved) => (format!("{}的", moved.home), format!(" of {}", moved.home)),
        None => (String::new(), String::new()),
    };
    ctx.text(format!("{of_zh}样本 {sample}，{zh}"), format!("sample {sample}{of_en}, {en}"))
}

/// Every entity's results. Where there is no room for all explanations, each table gets as many, rows with a breach first.
pub(super) fn slices(session: &Session, run: &Run<'_>, result: &Simulation, notes: &mut Notes) -> Vec<Slice> {
    let needs: Vec<usize> = result.tables.iter().map(|it| it.rows.len().min(MOST_ROWS) * it.columns.len()).collect();
    let mut rest = notes.budget;
    let mut all = Vec::new();
    for (table, share) in result.tables.iter().zip(shares(&needs, notes.budget)) {
        notes.budget = share;
        all.push(slice(session, run, table, notes));
        rest -= share - notes.budget;
    }
    notes.budget = rest;
    all
}

/// Shares a budget: nobody gets more than is needed, and what one does not need the others get in equal parts.
fn shares(needs: &[usize], budget: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..needs.len()).collect();
    order.sort_by_key(|it| needs.get(*it).copied().unwrap_or(0));
    let mut shares = vec![0; needs.len()];
    let mut rest = budget;
    for (done, index) in order.iter().enumerate() {
        let equal = rest / (needs.len() - done);
        let share = needs.get(*index).copied().unwrap_or(0).min(equal);
        if let Some(slot) = shares.get_mut(*index) {
            *slot = share;
        }
        rest -= share;
    }
    shares
}

fn slice(session: &Session, run: &Run<'_>, table: &EntityTable, notes: &mut Notes) -> Slice {
    let locale = notes.locale;
    let view = session.view();
    let count = table.rows.len();
    let mut columns: Vec<(Results, Column)> = Vec::new();
    for (index, column) in table.columns.iter().enumerate() {
        let mut results = head(session, column, notes);
        let cells = || table.rows.iter().filter_map(|it| it.get(index));
        results.cells = cells().take(MOST_ROWS).map(|it| Shown::of(view, column, it, locale)).collect();
        for cell in cells() {
            *results.tones.entry(tone_of(cell)).or_default() += 1;
        }
        (results.total, results.total_ends) =
            total(session, column, table.totals.get(index).and_then(Option::as_ref), count, locale);
        columns.push((results, column.clone()));
    }
    let breached =
        |row: usize| columns.iter().any(|it| it.0.cells.get(row).is_some_and(|it| it.tone == Tone::Breached));
    let shown = count.min(MOST_ROWS);
    let mut order: Vec<usize> = (0..shown).collect();
    order.sort_by_key(|it| !breached(*it));
    for row in order {
        let Ok(number) = u32::try_from(row) else { break };
        for (results, column) in &mut columns {
            let Some(cell) = results.cells.get_mut(row) else { continue };
            cell.why = notes.explain(session, run, &[&*column], number);
        }
    }
    Slice {
        entity: session.machine.entity_name(table.entity).to_string(),
        count,
        keys: keys(session, table.entity, locale),
        columns,
    }
}

/// The tones of each column of outcomes.
pub(super) fn lines_of(slice: &Slice, several: bool) -> Vec<(String, Tones)> {
    let verdicts = slice.columns.iter().filter(|it| matches!(it.1.source, Source::Verdict(_)));
    verdicts
        .map(|(results, _)| {
            let head = &results.head;
            (if several { format!("{} · {head}", slice.entity) } else { head.clone() }, results.tones.clone())
        })
        .collect()
}

/// The results that are breached, with the place of each; by provision where they are many.
fn attention(slices: &[Slice], ctx: &Context<'_, '_>) -> Attention {
    let mut found = Attention::default();
    let total: usize = slices.iter().flat_map(|it| &it.columns).map(|it| breaches(&it.0)).sum();
    for (table, slice) in slices.iter().enumerate() {
        for (index, (results, _)) in slice.columns.iter().enumerate() {
            let count = breaches(results);
            let rows = results.cells.iter().enumerate().filter(|it| it.1.tone == Tone::Breached);
            for (row, cell) in rows {
                let at = (table, row, slice.keys.len() + index);
                let head = &results.head;
                let (text, result) = if total > NAMED {
                    let (entity, count) = (&slice.entity, grouped(&count.to_string()));
                    (format!("{entity} · {head}"), ctx.text(format!("违反 {count} 项"), format!("{count} breached")))
                } else {
                    let key =
                        |at: usize| slice.keys.get(at).and_then(|it| it.cells.get(row)).map(|it| it.text.as_str());
                    let named = key(1).filter(|it| !it.is_empty()).or_else(|| key(0)).unwrap_or_default();
                    (ctx.text(format!("{named}　{head}"), format!("{named}: {head}")), cell.text.clone())
                };
                found.lines.push(Line { text, result, tone: cell.tone, at });
                if total > NAMED {
                    break;
                }
            }
        }
    }
    found.more = found.lines.len().saturating_sub(2 * NAMED);
    found.lines.truncate(2 * NAMED);
    found
}

/// How many jurisdictions breach what a column is about.
fn breaches(results: &Results) -> usize {
    results.tones.get(&Tone::Breached).copied().unwrap_or(0)
}

/// The figures to begin with: who was looked at, what is kept and breached, how much is known, the totals.
fn headlines(slices: &[Slice], tables: &[EntityTable], ctx: &Context<'_, '_>) -> Vec<Headline> {
    let plain = |label: &str, value: String, detail: String, tone: Tone| Headline {
        label: label.to_owned(),
        value,
        detail,
        tone,
        table: None,
    };
    let join = |parts: Vec<String>| parts.join(ctx.text("、", ", "));
    let count: usize = slices.iter().map(|it| it.count).sum();
    let each = join(slices.iter().map(|it| format!("{} {}", it.entity, it.count)).collect());
    let value = ctx.text(format!("{count} 个"), count.to_string());
    let mut all = vec![plain(ctx.text("计算的对象", "Looked at"), value, each, Tone::Plain)];
    let mut tones = Tones::new();
    for (_, line) in slices.iter().flat_map(|it| lines_of(it, false)) {
        for (tone, count) in line {
            *tones.entry(tone).or_default() += count;
        }
    }
    if !tones.is_empty() {
        let count = |tone: Tone| tones.get(&tone).copied().unwrap_or(0);
        let breached = count(Tone::Breached);
        let others = [
            (Tone::Kept, "守住", "kept"),
            (Tone::Deviates, "偏离", "deviate"),
            (Tone::Choice, "视选择而定", "depend on the choice"),
            (Tone::Unknown, "未知", "unknown"),
        ];
        let others = others.into_iter().filter(|it| count(it.0) > 0);
        let detail = join(others.map(|it| format!("{} {}", ctx.text(it.1, it.2), count(it.0))).collect());
        let tone = if breached > 0 { Tone::Breached } else { Tone::Kept };
        let breached = grouped(&breached.to_string());
        let value = ctx.text(format!("{breached} 项"), breached);
        all.push(plain(ctx.text("违反规定", "Breaches"), value, detail, tone));
    }
    let cells = || tables.iter().flat_map(|it| &it.rows).flatten();
    let unknown = cells().filter(|it| tone_of(it) == Tone::Unknown).count();
    let results = cells().count();
    if unknown > 0 {
        let value = ctx.text(format!("{unknown} 项"), unknown.to_string());
        let zh = format!("共 {results} 项结果；缺什么，见“缺少的事实和数字”");
        let detail = ctx.text(zh, format!("of {results} results; see what is missing below"));
        all.push(plain(ctx.text("还不能得出", "Not yet known"), value, detail, Tone::Unknown));
    }
    let mut totals = Vec::new();
    for (table, slice) in slices.iter().enumerate() {
        for (results, column) in &slice.columns {
            if !matches!(column.source, Source::Rule(_)) || results.total_ends.is_none() {
                continue;
            }
            let actual = slice.columns.iter().find(|it| {
                matches!(it.1.source, Source::Actual(_)) && it.1.symbol == column.symbol && it.0.total_ends.is_some()
            });
            let detail = actual.map(|it| format!("{} {}", ctx.text("实有", "actual"), it.0.total)).unwrap_or_default();
            let (value, without) = parted(&results.total);
            let detail: Vec<String> = [without, detail].into_iter().filter(|it| !it.is_empty()).collect();
            let detail = detail.join(ctx.text("；", "; "));
            let headline = Headline {
                label: format!("{} · {}", slice.entity, results.head),
                value,
                detail,
                tone: Tone::Plain,
                table: Some(table),
            };
            // A figure that is held against an actual one matters most.
            totals.push((actual.is_none(), headline));
        }
    }
    totals.sort_by_key(|it| it.0);
    all.extend(totals.into_iter().take(TOTALS).map(|it| it.1));
    all
}

/// A total without what it says of rows that are not in it, and that.
pub(super) fn parted(total: &str) -> (String, String) {
    for (open, close) in [('（', '）'), ('(', ')')] {
        if let Some((value, rest)) = total.split_once(open) {
            return (value.trim().to_owned(), rest.trim_end_matches(close).to_owned());
        }
    }
    (total.to_owned(), String::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_does_not_need_the_others_get() {
        for (needs, budget, expected) in [
            (vec![5, 5], 20, vec![5, 5]),
            (vec![100, 2, 100], 22, vec![10, 2, 10]),
            (vec![1, 50, 9], 30, vec![1, 20, 9]),
            (vec![], 3, vec![]),
        ] {
            assert_eq!(shares(&needs, budget), expected);
        }
    }

    #[test]
    fn a_total_is_parted_from_what_it_leaves_out() {
        for (total, value, rest) in [
            ("12 人（另 1 个未知）", "12 人", "另 1 个未知"),
            ("12 people (1 unknown)", "12 people", "1 unknown"),
            ("3", "3", ""),
        ] {
            assert_eq!(parted(total), (value.to_owned(), rest.to_owned()));
        }
    }
}
