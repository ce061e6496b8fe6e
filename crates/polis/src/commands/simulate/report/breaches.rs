//! Every breach of every year: who, which provision, when, the figure and the limit, and the passage that it comes from.

use polis_eval::{EntityId, Run};
use polis_report::{Attention, ColumnKind, Line, Table, Tone};
use polis_sim::{Column, EntityTable, Fulfilment, Source};

use super::cells::{MOST_ROWS, Results, Shown, readable};
use super::now::Slice;
use super::years::Came;
use super::{Notes, table};
use crate::commands::simulate::breaches::held;
use crate::commands::simulate::norms::Words;
use crate::context::Context;
use crate::session::Session;

/// So many breaches are named at the beginning.
const NAMED: usize = 18;

/// The breaches of the years so far.
#[derive(Default)]
pub(super) struct Breaches {
    /// Year, who, entity, provision, result, figure and limit, citation.
    columns: [Vec<Shown>; 7],
    more: usize,
}

impl Breaches {
    /// Takes in a year's.
    #[expect(clippy::too_many_arguments, reason = "a year is all of this, and a struct would be built once")]
    pub(super) fn take(
        &mut self,
        session: &Session,
        run: &Run<'_>,
        place: usize,
        year: i16,
        came: &Came<'_>,
        slices: &[Slice],
        notes: &Notes,
    ) {
        let words = Words { session, norms: came.norms, locale: notes.locale };
        for slice in slices {
            for (results, column) in &slice.columns {
                let sources = results.provision.and_then(|it| notes.provisions.get(it));
                let sources = sources.map(|it| it.sources.join(notes.pick("；", "; "))).unwrap_or_default();
                for (row, cell) in results.cells.iter().enumerate().filter(|it| it.1.tone == Tone::Breached) {
                    let key =
                        |at: usize| slice.keys.get(at).and_then(|it| it.cells.get(row)).map(|it| it.text.as_str());
                    let who = key(1).filter(|it| !it.is_empty()).or_else(|| key(0)).unwrap_or_default();
                    let details = match &column.source {
                        Source::Verdict(all) if !all.is_empty() => {
                            let is = |it: &&EntityTable| session.machine.entity_name(it.entity) == slice.entity;
                            let table = came.results.tables.iter().find(is);
                            let index = table.and_then(|it| it.columns.iter().position(|it| it == column));
                            let place = table.zip(index).map(|(table, index)| (table, row, index));
                            vec![place.map(|it| held(session, run, it, notes.locale)).unwrap_or_default()]
                        }
                        _ => of_norm(&words, &slice.entity, row, column),
                    };
                    for said in details {
                        if self.columns[0].len() == MOST_ROWS {
                            self.more += 1;
                            continue;
                        }
                        let text = |it: &str| Shown { text: it.to_owned(), ..Shown::default() };
                        let line = [
                            Shown::key(&year.to_string(), place),
                            text(who),
                            text(&slice.entity),
                            text(&results.head),
                            cell.clone(),
                            text(&readable(&said)),
                            text(&sources),
                        ];
                        self.columns.iter_mut().zip(line).for_each(|(column, cell)| column.push(cell));
                    }
                }
            }
        }
    }

    /// The table, which is to be of this number, and the breaches of the last year.
    pub(super) fn table(self, number: usize, years: &[i16], ctx: &Context<'_, '_>) -> (Option<Table>, Attention) {
        let mut attention = Attention::default();
        let [at, who, entity, provision, result, said, sources] = self.columns;
        let Some(last) = years.len().checked_sub(1).filter(|_| !at.is_empty()) else { return (None, attention) };
        let named = who.iter().zip(&provision).zip(&result).zip(&said).enumerate();
        let of_last = named.filter(|it| at.get(it.0).is_some_and(|it| it.rank == super::cells::Rank::Place(last)));
        for (row, (((who, provision), result), said)) in of_last {
            if attention.lines.len() == NAMED {
                attention.more += 1;
                continue;
            }
            let (who, provision) = (&who.text, &provision.text);
            attention.lines.push(Line {
                text: ctx.text(format!("{who}　{provision}"), format!("{who}: {provision}")),
                result: if said.text.is_empty() { result.text.clone() } else { said.text.clone() },
                tone: Tone::Breached,
                at: (number, row, 4),
            });
        }
        let heads = [
            (ctx.text("年度", "year"), ColumnKind::Key, at),
            (ctx.text("辖区", "who"), ColumnKind::Key, who),
            (ctx.text("对象", "entity"), ColumnKind::Key, entity),
            (ctx.text("条款", "provision"), ColumnKind::Text, provision),
            (ctx.text("结果", "result"), ColumnKind::Verdict, result),
            (ctx.text("数字和界限", "figure and limit"), ColumnKind::Text, said),
            (ctx.text("出处", "source"), ColumnKind::Text, sources),
        ];
        let columns = heads.into_iter().map(|(head, kind, cells)| Results {
            head: head.to_owned(),
            kind: Some(kind),
            cells,
            ..Results::default()
        });
        let note = match self.more {
            0 => String::new(),
            more => ctx.text(format!("另 {more} 项未列出。"), format!("{more} more are not shown.")),
        };
        let mut made = table(ctx.text("逐项违反", "Breaches one by one").to_owned(), note, columns.collect());
        made.facet = Some(0);
        made.chosen = Some(last);
        (Some(made), attention)
    }
}

/// Each period or deadline that a norm was not kept in.
fn of_norm(words: &Words<'_>, entity: &str, row: usize, column: &Column) -> Vec<String> {
    let is = |it: &EntityId| words.session.machine.entity_name(*it) == entity;
    let table = words.norms.tables.iter().find(|it| it.symbol == column.symbol && is(&it.entity));
    let verdict = table.and_then(|it| it.rows.get(row));
    let items = verdict.into_iter().flat_map(|it| &it.items).filter(|it| it.standing == Fulfilment::Breached);
    items.map(|it| words.said(it)).collect()
}
