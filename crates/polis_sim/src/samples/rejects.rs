//! Rows that are left out because something is wrong with them, for who would rather go on than stop.
//!
//! What is wrong with a file as a whole, such as a heading that stands for nothing, is found all the same.

use polis_diagnostic::{Diagnostic, SampleMessage};
use polis_eval::{EntityId, Row};
use rustc_hash::FxHashMap;
use serde_json::value::RawValue;
use smol_str::SmolStr;

use super::csv;
use super::report::clip;
use super::table::{Format, Table};

/// What happens to rows with something wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BadRows {
    /// They are errors.
    #[default]
    Stop,
    /// They are left out, with all that lies in them or refers to them, and are told.
    LeftOut,
}

/// A row that was left out.
#[derive(Debug, Clone)]
pub struct Rejected {
    /// Its file, as shown.
    pub path: SmolStr,
    /// Its number among the rows of the file that have content, from 1.
    pub row: u64,
    /// Its id; empty where it has none.
    pub id: SmolStr,
    /// The first thing that is wrong with it.
    pub finding: Diagnostic,
    /// What the file says; empty for a file without a text.
    pub content: String,
}

/// A row that is left out of a table.
#[derive(Debug)]
pub(super) struct Reject {
    pub(super) start: usize,
    pub(super) number: u64,
    pub(super) id: SmolStr,
    pub(super) finding: Diagnostic,
}

impl Table<'_> {
    /// The rows that were left out, by number.
    pub(super) fn rejected(&mut self, path: &str) -> Vec<Rejected> {
        let Some(rejects) = &mut self.rejects else { return Vec::new() };
        let mut rejects = std::mem::take(rejects);
        rejects.sort_by_key(|it| it.number);
        let (text, format) = (self.text, self.format);
        rejects
            .into_iter()
            .map(|it| Rejected {
                path: path.into(),
                row: it.number,
                id: it.id,
                finding: it.finding,
                content: content(text, format, it.start).to_owned(),
            })
            .collect()
    }

    /// Leaves out the rows whose parents are none of these.
    pub(super) fn reject_orphans(&mut self, places: &FxHashMap<SmolStr, u32>) {
        let lost: Vec<bool> = self.parents.iter().map(|it| !places.contains_key(&it.id)).collect();
        self.reject_where(|it| it.parent.is_some_and(|it| lost.get(it as usize) == Some(&true)));
    }

    fn reject_where(&mut self, is_lost: impl Fn(&Row) -> bool) -> bool {
        let lost: Vec<u32> = (0..).zip(&self.rows).filter(|it| is_lost(it.1)).map(|it| it.0).collect();
        let found = lost.iter().map(|row| {
            let parent = self.rows.get(*row as usize).and_then(|it| self.parents.get(it.parent? as usize));
            let (place, parent) = parent.map_or((0, ""), |it| (it.first.map_or(0, |it| it.1), it.id.as_str()));
            let id = self.rows.get(*row as usize).map(|it| clip(&it.id)).unwrap_or_default();
            let message = SampleMessage::SampleOrphan { id, parent: clip(parent) };
            (*row, Diagnostic::new(message, self.place(*row, place)))
        });
        let found: Vec<(u32, Diagnostic)> = found.collect();
        self.reject_rows(found)
    }
}

/// Leaves out, of tables that are read, the rows that lie in what is not there or refer to it, until none is left that does.
pub(super) fn prune(tables: &mut [Table<'_>]) {
    let mut again = true;
    while std::mem::take(&mut again) {
        for index in 0..tables.len() {
            again |= orphans(tables, index);
            again |= bad_references(tables, index);
        }
    }
}

fn table_of<'t, 'a>(tables: &'t [Table<'a>], entity: EntityId) -> Option<&'t Table<'a>> {
    tables.iter().find(|it| it.schema.entity == entity)
}

fn orphans(tables: &mut [Table<'_>], index: usize) -> bool {
    let Some(table) = tables.get(index) else { return false };
    let Some(above) = table.schema.parent.and_then(|it| table_of(tables, it.0)).filter(|it| it.is_whole) else {
        return false;
    };
    let lost: Vec<bool> = table.parents.iter().map(|it| above.find(&it.id).is_none()).collect();
    let Some(table) = tables.get_mut(index) else { return false };
    table.reject_where(|it| it.parent.is_some_and(|it| lost.get(it as usize) == Some(&true)))
}

fn bad_references(tables: &mut [Table<'_>], index: usize) -> bool {
    let Some(table) = tables.get(index) else { return false };
    let lost = table.references.iter().filter(|it| {
        table_of(tables, it.target).is_some_and(|target| target.is_whole && target.find(&it.id).is_none())
    });
    let mut found: Vec<(u32, Diagnostic)> =
        lost.map(|it| (it.row, table.bad_reference(it, std::iter::empty()))).collect();
    found.dedup_by_key(|it| it.0);
    tables.get_mut(index).is_some_and(|it| it.reject_rows(found))
}

/// What a file says of the row that begins here.
fn content(text: &str, format: Format, start: usize) -> &str {
    match format {
        Format::Csv { separator } => csv::record(text, start, separator),
        Format::Json => {
            let rest = text.get(start..).unwrap_or_default();
            let mut values = serde_json::Deserializer::from_str(rest).into_iter::<&RawValue>();
            values.next().and_then(Result::ok).map_or("", RawValue::get)
        }
        Format::Parquet => "",
    }
}
