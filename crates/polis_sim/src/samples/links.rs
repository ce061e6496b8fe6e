//! What leads from one file into another: parents, and facts that are jurisdictions.

use polis_diagnostic::{Diagnostic, FileId, SampleMessage, SampleNote};
use polis_eval::{EntityId, Machine};
use polis_value::Value;
use smol_str::{SmolStr, format_smolstr};

use super::report::{MOST_LISTED, Report, clip, offer, suggest};
use super::table::Table;

/// Leads every id to its row. `misnamed` are the entities whose file has probably a wrong name, which is reported.
pub(super) fn link(machine: &Machine, tables: &mut [Table<'_>], misnamed: &[EntityId]) {
    let name = |it: EntityId| machine.entity_def(it).map(|it| it.meta.symbol.name.clone()).unwrap_or_default();
    for index in 0..tables.len() {
        parents(tables, index, misnamed);
        references(tables, index, misnamed, &name);
    }
}

fn table_of(tables: &[Table<'_>], entity: EntityId) -> Option<usize> {
    tables.iter().position(|it| it.schema.entity == entity)
}

fn parents(tables: &mut [Table<'_>], index: usize, misnamed: &[EntityId]) {
    let Some(table) = tables.get_mut(index) else { return };
    let Some((parent, parent_def)) = table.schema.parent else { return };
    let ids = std::mem::take(&mut table.parents);
    let name = &parent_def.meta.symbol.name;
    let mut report = take_report(tables, index);
    let target = table_of(tables, parent).and_then(|it| tables.get(it));
    let found: Vec<Option<u32>> = ids.iter().map(|it| target?.find(&it.id)).collect();
    if let Some(table) = tables.get(index) {
        match target {
            Some(target) if target.is_whole => {
                let lost = ids.iter().zip(&found).filter(|it| it.1.is_none()).map(|it| it.0);
                for (id, place) in lost.filter_map(|it| Some((it, it.first?))) {
                    report.push(|_| {
                        let diagnostic = more(orphan(table, place, &id.id), id.rows);
                        about_parents(diagnostic, &id.id, name, || target.ids())
                    });
                }
            }
            // Of a part of a table it can't be said which ids there are; and that it is only a part is reported.
            Some(_) => {}
            None if misnamed.contains(&parent) => {}
            None => {
                let first = ids.iter().filter_map(|it| Some((it.first?, &it.id))).min();
                if let Some((place, id)) = first {
                    let rows = ids.iter().map(|it| it.rows).sum();
                    report.push(|_| {
                        more(orphan(table, place, id), rows)
                            .note(SampleNote::NoSampleOf { entity: name.clone() })
                            .help(SampleNote::AddSample { file: format_smolstr!("{name}.csv") })
                    });
                }
            }
        }
    }
    put_report(tables, index, report);
    let Some(table) = tables.get_mut(index) else { return };
    for row in &mut table.rows {
        row.parent = row.parent.and_then(|it| found.get(it as usize).copied().flatten());
    }
}

fn references(tables: &mut [Table<'_>], index: usize, misnamed: &[EntityId], name: &impl Fn(EntityId) -> SmolStr) {
    let Some(table) = tables.get_mut(index) else { return };
    let references = std::mem::take(&mut table.references);
    let mut report = take_report(tables, index);
    let mut found: Vec<(u32, usize, Value)> = Vec::new();
    // For each field whose entity has no table, the first cell is reported, with the count of all.
    let mut without: Vec<(usize, u64)> = Vec::new();
    for (position, reference) in references.iter().enumerate() {
        match table_of(tables, reference.target).and_then(|it| tables.get(it)) {
            Some(target) => {
                if let Some(row) = target.find(&reference.id) {
                    let ty = u32::try_from(reference.target.index()).unwrap_or(u32::MAX);
                    found.push((reference.row, reference.field, Value::Entity { ty, row }));
                } else if target.is_whole
                    && let Some(table) = tables.get(index)
                {
                    report.push(|_| table.bad_reference(reference, target.ids()));
                }
            }
            None if misnamed.contains(&reference.target) => {}
            None => {
                let same = |it: &&mut (usize, u64)| references.get(it.0).is_some_and(|it| it.field == reference.field);
                match without.iter_mut().find(same) {
                    Some(first) => first.1 += 1,
                    None => without.push((position, 1)),
                }
            }
        }
    }
    if let Some(table) = tables.get(index) {
        for (position, count) in without {
            let Some(reference) = references.get(position) else { continue };
            let entity = name(reference.target);
            report.push(|_| {
                more(table.bad_reference(reference, std::iter::empty()), count)
                    .note(SampleNote::NoSampleOf { entity: entity.clone() })
                    .help(SampleNote::AddSample { file: format_smolstr!("{entity}.csv") })
            });
        }
    }
    put_report(tables, index, report);
    let Some(table) = tables.get_mut(index) else { return };
    for (row, field, value) in found {
        if let Some(fact) = table.rows.get_mut(row as usize).and_then(|it| it.facts.get_mut(field)) {
            *fact = Some(value);
        }
    }
}

/// Says which ids of parents there are.
pub(super) fn about_parents<'i, I: Iterator<Item = &'i str>>(
    diagnostic: Diagnostic,
    id: &str,
    name: &SmolStr,
    ids: impl Fn() -> I,
) -> Diagnostic {
    if let Some(near) = suggest(id, ids()) {
        offer(diagnostic, near)
    } else if (1..=MOST_LISTED).contains(&ids().take(MOST_LISTED + 1).count()) {
        let ids = ids().map(Into::into).collect();
        diagnostic.note(SampleNote::IdsAre { entity: name.clone(), ids })
    } else {
        diagnostic
    }
}

pub(super) fn orphan(table: &Table<'_>, (row, column): (u32, u32), parent: &str) -> Diagnostic {
    let id = table.rows.get(row as usize).map(|it| clip(&it.id)).unwrap_or_default();
    Diagnostic::new(SampleMessage::SampleOrphan { id, parent: clip(parent) }, table.place(row, column))
}

/// A table's report, taken out so that the tables can be read while findings are added.
fn take_report(tables: &mut [Table<'_>], index: usize) -> Report {
    match tables.get_mut(index) {
        Some(table) => {
            let empty = Report::new(table.report.file);
            std::mem::replace(&mut table.report, empty)
        }
        None => Report::new(FileId(u32::MAX)),
    }
}

fn put_report(tables: &mut [Table<'_>], index: usize, report: Report) {
    if let Some(table) = tables.get_mut(index) {
        table.report = report;
    }
}

/// Adds how many other rows share the cause.
pub(super) fn more(diagnostic: Diagnostic, rows: u64) -> Diagnostic {
    match rows.saturating_sub(1) {
        0 => diagnostic,
        count => diagnostic.note(SampleNote::MoreRows { count }),
    }
}
