//! How norms were kept and what is admitted, as columns of the tables; and what is in force.

use polis_eval::Outcome;
use polis_report::{ColumnKind, Lacking, Table, Tone};
use polis_sim::{Admissions, Admitted, Column, Fulfilment, Holder, NormTable, Source};

use super::cells::{MOST_ROWS, Rank, Results, Shown, readable};
use super::now::Slice;
use super::{Notes, keys, quoted, table};
use crate::commands::simulate::admissions::{reasons, word as admitted};
use crate::commands::simulate::in_force::{applying, short, unnamed, word};
use crate::commands::simulate::norms::{Words, verdict_text};
use crate::context::Context;
use crate::session::Session;

/// Puts a column for each norm into the tables of those who have to keep it.
pub(super) fn take_norms(slices: &mut Vec<Slice>, words: &Words<'_>, notes: &mut Notes) {
    let session = words.session;
    for table in &words.norms.tables {
        let entity = session.machine.entity_name(table.entity);
        let at = slices.iter().position(|it| it.entity == entity).unwrap_or_else(|| {
            // Who has nothing but norms to keep has a table for them.
            slices.push(Slice {
                entity: entity.to_string(),
                count: table.rows.len(),
                keys: keys(session, table.entity, words.locale),
                columns: Vec::new(),
            });
            slices.len() - 1
        });
        if let Some(slice) = slices.get_mut(at) {
            slice.columns.push(norm(words, table, notes));
        }
    }
}

/// Puts a column of decisions with their reasons into the tables of matters.
pub(super) fn take_admissions(slices: &mut [Slice], session: &Session, all: &[Admissions], notes: &mut Notes) {
    let locale = notes.locale;
    for admissions in all {
        let entity = session.machine.entity_name(admissions.entity);
        let Some(slice) = slices.iter_mut().find(|it| it.entity == entity) else { continue };
        let Some(rule) = session.machine.rule(&admissions.symbol) else { continue };
        let name = &admissions.symbol.name;
        let mut results = Results {
            head: notes.pick(format!("{name} 结论"), format!("{name} decision")),
            kind: Some(ColumnKind::Text),
            provision: notes.provision(session, &admissions.symbol),
            ..Results::default()
        };
        for decision in admissions.rows.iter().take(MOST_ROWS) {
            let word = admitted(decision.outcome, locale);
            let reasons = reasons(admissions, decision, locale).join(notes.pick("；", "; "));
            let text = if reasons.is_empty() {
                word.to_owned()
            } else {
                notes.pick(format!("{word}：{reasons}"), format!("{word}: {reasons}"))
            };
            let tone = if decision.outcome == Admitted::Unknown { Tone::Unknown } else { Tone::Plain };
            results.cells.push(Shown { text: readable(&quoted(&text)), tone, ..Shown::default() });
        }
        let column = Column {
            source: Source::Rule(rule),
            symbol: admissions.symbol.clone(),
            title: None,
            ty: polis_semantic::Type::Text,
        };
        // Beside the value that says the same in short.
        let at = slice
            .columns
            .iter()
            .rposition(|it| it.1.symbol == admissions.symbol)
            .map_or(slice.columns.len(), |it| it + 1);
        slice.columns.insert(at, (results, column));
    }
}

/// Adds what is missing to hold norms against the log.
pub(super) fn lacking_of_norms(words: &Words<'_>, lacking: &mut Vec<Lacking>) {
    lacking.extend(words.missing().into_iter().map(|(what, results)| Lacking { what: quoted(&what), results }));
    lacking.sort_by_key(|it| std::cmp::Reverse(it.results));
}

/// The powers, duties and norms in force, a line for each that somebody has.
pub(super) fn in_force(
    session: &Session,
    holders: &[Holder],
    notes: &mut Notes,
    ctx: &Context<'_, '_>,
) -> Option<Table> {
    let heads = [
        (ctx.text("对象", "entity"), ColumnKind::Key),
        (ctx.text("种类", "kind"), ColumnKind::Key),
        (ctx.text("条款", "provision"), ColumnKind::Text),
        (ctx.text("所在清单", "listed in"), ColumnKind::Text),
        (ctx.text("适用", "applies"), ColumnKind::Text),
        (ctx.text("出处", "source"), ColumnKind::Text),
    ];
    let mut columns =
        heads.map(|(head, kind)| Results { head: head.to_owned(), kind: Some(kind), ..Results::default() });
    for holder in holders {
        let rows = session.world.rows(holder.entity).len();
        for held in &holder.items {
            let sources = notes.provision(session, &held.symbol).and_then(|it| notes.provisions.get(it));
            let sources = sources.map(|it| it.sources.join(ctx.text("；", "; "))).unwrap_or_default();
            let applies = match &held.applies {
                None => ctx.text("全部", "all").to_owned(),
                Some(it) => applying(it, rows, ctx.locale).trim().trim_matches(['（', '）', '(', ')']).to_owned(),
            };
            let group = held.group.as_ref().map(|it| short(session, it)).unwrap_or_default();
            let unnamed = held.unnamed.map(|it| unnamed(it, ctx.locale)).unwrap_or_default();
            let line = [
                session.machine.entity_name(holder.entity).to_string(),
                word(held.kind, ctx.locale).to_owned(),
                format!("{}{unnamed}", short(session, &held.symbol)),
                group,
                applies,
                sources,
            ];
            for (column, text) in columns.iter_mut().zip(line) {
                column.cells.push(Shown { text, ..Shown::default() });
            }
        }
    }
    let is_empty = holders.is_empty();
    let title = ctx.text("有效的权力、职责和规范", "Powers, duties and norms in force").to_owned();
    (!is_empty).then(|| table(title, String::new(), columns.into()))
}

/// How a norm was kept, as a column; breaches are explained first.
fn norm(words: &Words<'_>, table: &NormTable, notes: &mut Notes) -> (Results, Column) {
    let mut results = Results {
        head: table.symbol.name.to_string(),
        kind: Some(ColumnKind::Verdict),
        total: words.total(table),
        provision: notes.provision(words.session, &table.symbol),
        ..Results::default()
    };
    for verdict in &table.rows {
        let (tone, rank) = match verdict.standing {
            Fulfilment::NotApplicable => (Tone::None, Outcome::NotApplicable),
            Fulfilment::Kept => (Tone::Kept, Outcome::Kept),
            Fulfilment::NotDue => (Tone::Plain, Outcome::Kept),
            Fulfilment::Deviates => (Tone::Deviates, Outcome::Deviates),
            Fulfilment::Unknown => (Tone::Unknown, Outcome::Unknown),
            Fulfilment::Breached => (Tone::Breached, Outcome::Breached),
        };
        *results.tones.entry(tone).or_default() += 1;
        if results.cells.len() < MOST_ROWS {
            let text = verdict_text(verdict, words.locale);
            results.cells.push(Shown { text, tone, rank: Rank::Outcome(rank), ..Shown::default() });
        }
    }
    let mut order: Vec<usize> = (0..results.cells.len()).collect();
    order.sort_by_key(|it| table.rows.get(*it).is_none_or(|it| it.standing != Fulfilment::Breached));
    for row in order {
        let told = u32::try_from(row).ok().and_then(|it| words.told(table, it));
        if let (Some(told), Some(cell)) = (told, results.cells.get_mut(row)) {
            cell.why = notes.tell(&told);
        }
    }
    let column = Column {
        source: Source::Verdict(Vec::new()),
        symbol: table.symbol.clone(),
        title: None,
        ty: polis_semantic::Type::Truth,
    };
    (results, column)
}
