//! What leads from one file into another: parents, and facts that are jurisdictions.

use polis_diagnostic::{Diagnostic, FileId, SampleMessage, SampleNote};
use polis_eval::{EntityId, Machine};
use polis_value::Value;
use rustc_hash::FxHashMap;
use smol_str::{SmolStr, format_smolstr};

use super::cell::BadCell;
use super::report::{MOST_LISTED, Report, clip, offer, suggest};
use super::table::{Link, Table};

/// Ids that lead nowhere: the first of each, and how many rows have the same.
struct Lost<'l>(Vec<(&'l Link, u64)>);

impl<'l> Lost<'l> {
    fn new(links: impl Iterator<Item = &'l Link>) -> Self {
        let mut all: Vec<(&Link, u64)> = Vec::new();
        let mut known: FxHashMap<&str, usize> = FxHashMap::default();
        for link in links {
            let position = *known.entry(&link.id).or_insert(all.len());
            match all.get_mut(position) {
                Some(first) => first.1 += 1,
                None => all.push((link, 1)),
            }
        }
        Self(all)
    }
}

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
    let links = std::mem::take(&mut table.parents);
    let Some(first) = links.first() else { return };
    let parent_name = &parent_def.meta.symbol.name;
    let Some(parents) = table_of(tables, parent) else {
        if misnamed.contains(&parent) {
            return;
        }
        if let Some(table) = tables.get_mut(index) {
            let diagnostic = more(orphan(table, first), links.len() as u64)
                .note(SampleNote::NoSampleOf { entity: parent_name.clone() })
                .help(SampleNote::AddSample { file: format_smolstr!("{parent_name}.csv") });
            table.report.push(|_| diagnostic);
        }
        return;
    };
    let Some(target) = tables.get(parents) else { return };
    let found: Vec<(u32, Option<u32>)> = links.iter().map(|it| (it.row, target.find(&it.id))).collect();
    let lost = Lost::new(links.iter().zip(&found).filter(|it| it.1.1.is_none()).map(|it| it.0));
    if target.is_whole {
        // Taken out for as long as the other table is read.
        let few: Option<Vec<SmolStr>> =
            (1..=MOST_LISTED).contains(&target.rows.len()).then(|| target.ids().map(Into::into).collect());
        let mut report = take_report(tables, index);
        if let (Some(table), Some(target)) = (tables.get(index), tables.get(parents)) {
            for (link, count) in lost.0 {
                report.push(|_| {
                    let diagnostic = more(orphan(table, link), count);
                    match suggest(&link.id, target.ids()) {
                        Some(near) => offer(diagnostic, near),
                        None => match &few {
                            Some(ids) => {
                                diagnostic.note(SampleNote::IdsAre { entity: parent_name.clone(), ids: ids.clone() })
                            }
                            None => diagnostic,
                        },
                    }
                });
            }
        }
        put_report(tables, index, report);
    }
    if let Some(table) = tables.get_mut(index) {
        for (row, parent) in found {
            if let Some(row) = table.rows.get_mut(row as usize) {
                row.parent = parent;
            }
        }
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
                if let Some(row) = target.find(&reference.link.id) {
                    let ty = u32::try_from(reference.target.index()).unwrap_or(u32::MAX);
                    found.push((reference.link.row, reference.field, Value::Entity { ty, row }));
                } else if target.is_whole
                    && let Some(table) = tables.get(index)
                {
                    report.push(|_| bad_reference(table, reference, target.ids()));
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
                more(bad_reference(table, reference, std::iter::empty()), count)
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

fn orphan(table: &Table<'_>, link: &Link) -> Diagnostic {
    let id = table.rows.get(link.row as usize).map(|it| clip(&it.id)).unwrap_or_default();
    Diagnostic::new(SampleMessage::SampleOrphan { id, parent: clip(&link.id) }, table.place(link))
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

fn bad_reference<'i>(
    table: &Table<'_>,
    reference: &super::table::Reference,
    ids: impl Iterator<Item = &'i str>,
) -> Diagnostic {
    let link = &reference.link;
    let (row, at) = (table.number_of(link.row), table.place(link));
    match table.schema.fields.get(reference.field) {
        Some(reader) => reader.diagnose(&BadCell::NoSuchId, &link.id, (row, link.column + 1), at, ids),
        None => Diagnostic::new(SampleMessage::SampleOrphan { id: SmolStr::default(), parent: clip(&link.id) }, at),
    }
}

/// Adds how many other rows share the cause.
fn more(diagnostic: Diagnostic, rows: u64) -> Diagnostic {
    match rows.saturating_sub(1) {
        0 => diagnostic,
        count => diagnostic.note(SampleNote::MoreRows { count }),
    }
}
