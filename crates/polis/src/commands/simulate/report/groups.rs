//! Sums by what jurisdictions lie in: each street's over its communities.

use polis_eval::Outcome;
use polis_report::{ColumnKind, Tone};
use polis_sim::{EntityTable, Source, Subtotal, Total};
use polis_value::{Number, Range};

use super::cells::{MOST_ROWS, Rank, Results, Shown, grouped, readable};
use super::now::Slice;
use super::{Notes, head, keys, tables, total};
use crate::session::Session;

/// The sums of a table by the parents of its jurisdictions, as a table of its own; `None` where there are not at least two
/// parents to compare, or nothing adds up.
pub(super) fn subtotals(session: &Session, table: &EntityTable, notes: &mut Notes) -> Option<Slice> {
    let parent = session.machine.entities().get(table.entity.index())?.parent?;
    let rows = session.world.rows(table.entity);
    let groups = session.world.rows(parent).len();
    let of = |row: usize| usize::try_from(rows.get(row)?.parent?).ok();
    let all = table.subtotals(groups, of);
    // Where nobody lies there is nothing to add up, and no zero to be shown.
    let peopled: Vec<(usize, &Subtotal)> = all.iter().enumerate().filter(|it| it.1.rows > 0).take(MOST_ROWS).collect();
    if peopled.len() < 2 {
        return None;
    }
    let (name, above) = (session.machine.entity_name(table.entity), session.machine.entity_name(parent));
    let mut keys = keys(session, parent, notes.locale);
    for key in &mut keys {
        let kept = peopled.iter().filter_map(|it| key.cells.get(it.0).cloned()).collect();
        key.cells = kept;
    }
    let counts = peopled.iter().map(|it| {
        let count = i64::try_from(it.1.rows).unwrap_or(i64::MAX);
        Shown::figure(grouped(&count.to_string()), Range::point(Number::from(count)))
    });
    let unit = notes.pick("个", "").to_owned();
    keys.push(Results {
        head: notes.pick(format!("{name}数"), format!("{name}: count")),
        kind: Some(ColumnKind::Figure),
        unit,
        cells: counts.collect(),
        total: grouped(&rows.len().to_string()),
        ..Results::default()
    });
    let mut columns = Vec::new();
    for (index, column) in table.columns.iter().enumerate() {
        if !table.totals.get(index).is_some_and(Option::is_some) {
            continue;
        }
        let cells = peopled.iter().map(|it| {
            let of_group = it.1.totals.get(index).and_then(Option::as_ref);
            shown(session, column, of_group, it.1.rows, notes)
        });
        let cells = cells.collect();
        let of_all = table.totals.get(index).and_then(Option::as_ref);
        let (text, ends) = total(session, column, of_all, rows.len(), notes.locale);
        // No derivation of one jurisdiction is one of a sum.
        let head = Results { provision: None, ..head(session, column, notes) };
        columns.push((Results { cells, total: text, total_ends: ends, ..head }, column.clone()));
    }
    let entity = notes.pick(format!("{name}：按{above}小计"), format!("{name}: subtotals by {above}"));
    (!columns.is_empty()).then_some(Slice { entity, count: peopled.len(), keys, columns })
}

fn shown(session: &Session, column: &polis_sim::Column, of_group: Option<&Total>, rows: usize, notes: &Notes) -> Shown {
    let Some(of_group) = of_group else { return Shown::default() };
    let text = readable(&tables::total_text(session, column, of_group, rows, notes.locale));
    match of_group {
        Total::Sum { sum, without } if *without < rows => match polis_sim::ends(sum) {
            Some(range) => Shown::figure(grouped(&text), range),
            None => Shown::nothing(text, Tone::Unknown),
        },
        Total::Sum { .. } => Shown::nothing(text, Tone::Unknown),
        Total::Error => Shown::nothing(text, Tone::Deviates),
        // Who has most that is breached comes last, or first.
        Total::Outcomes(outcomes) => {
            debug_assert!(matches!(column.source, Source::Verdict(_)), "only verdicts have outcomes");
            let breached = outcomes.get(&Outcome::Breached).copied().unwrap_or(0);
            let tone = if breached > 0 { Tone::Breached } else { Tone::Plain };
            Shown { text, tone, rank: Rank::Place(breached), ..Shown::default() }
        }
    }
}
