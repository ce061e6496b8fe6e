//! A file of a sample in blocks of rows, for files that are not to be held in memory.
//!
//! A block of CSV is a text of its own under the file's heading, and goes the way of any other. Whatever would be a finding
//! ends the reading: the file is then read as a whole, which says what is wrong and where.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use polis_db::{RandomRead, System};
use polis_diagnostic::FileId;
use polis_eval::{EntityId, Machine, Row};
use polis_semantic::Type;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::columns::Schema;
use super::rejects::Rejected;
use super::table::{Format, Table};
use super::{csv, find_entity, format, nfc, parquet};

/// Bytes of a block of CSV.
const BLOCK: usize = if cfg!(test) { 1 << 8 } else { 1 << 19 };

/// Rows of a block of Parquet.
const ROWS: usize = if cfg!(test) { 1 << 5 } else { 1 << 14 };

/// A block without an end of a row is no table.
const LONGEST: usize = 1 << 26;

/// The file of a sample that is read in blocks.
#[derive(Debug, Clone)]
pub(crate) struct LargeFile {
    pub(crate) entity: EntityId,
    path: Utf8PathBuf,
    parquet: bool,
    /// Its bytes.
    pub(crate) length: u64,
}

/// Rows of a file that are not read yet.
#[derive(Debug)]
pub(crate) enum Block {
    /// Whole lines, the heading first.
    Lines(Vec<u8>),
    Rows(Vec<Row>, Vec<SmolStr>),
}

/// Rows whose parents are positions in the list of ids that comes with them.
pub(crate) type Drained = (Vec<Row>, Vec<SmolStr>);

/// Why a file cannot be read in blocks: the reading as a whole will tell.
#[derive(Debug)]
pub(crate) struct NotInBlocks;

/// The largest file of a sample, if it has at least so many bytes and no other file leads into it.
pub(crate) fn large_file(
    system: &dyn System,
    folder: &Utf8Path,
    machine: &Machine,
    at_least: u64,
) -> Option<LargeFile> {
    let entries = system.read_dir(folder).ok()?;
    let mut files: BTreeMap<EntityId, (Utf8PathBuf, Format, u64)> = BTreeMap::new();
    for entry in entries.iter().filter(|it| !it.is_dir) {
        let Some(format) = format(&entry.name) else { continue };
        let path = folder.join(&entry.name);
        let entity = find_entity(machine, &nfc(path.file_stem()?))?;
        let length = system.open(&path).ok()?.length().ok()?;
        // Two files for one entity are a finding.
        if files.insert(entity, (path, format, length)).is_some() {
            return None;
        }
    }
    let (entity, (path, format, length)) = files.iter().max_by_key(|it| it.1.2)?;
    let (entity, length) = (*entity, *length);
    if length < at_least || *format == Format::Json {
        return None;
    }
    let symbol = &machine.entity_def(entity)?.meta.symbol;
    let leads_here = |other: EntityId| {
        let lies_in = machine.entities().get(other.index()).and_then(|it| it.parent) == Some(entity);
        let fields = machine.entity_def(other).map_or(&[][..], |it| &it.fields);
        lies_in || fields.iter().any(|it| matches!(&it.ty, Type::Entity(it) if it == symbol))
    };
    if files.keys().any(|it| leads_here(*it)) {
        return None;
    }
    Some(LargeFile { entity, path: path.clone(), parquet: *format == Format::Parquet, length })
}

impl LargeFile {
    /// Gives every block to `each`, with how many bytes of the file it takes; `false` ends the reading.
    pub(crate) fn blocks(
        &self,
        system: &dyn System,
        machine: &Machine,
        each: &mut dyn FnMut(Block, u64) -> bool,
    ) -> Result<(), NotInBlocks> {
        let file = system.open(&self.path).map_err(|_| NotInBlocks)?;
        if self.parquet {
            return self.groups(machine, Arc::from(file), each);
        }
        let mut lines = Lines::new(&*file, self.length);
        let heading = lines.heading()?;
        while let Some(block) = lines.next()? {
            let bytes = block.len() as u64;
            let mut text = heading.clone();
            text.extend_from_slice(&block);
            if !each(Block::Lines(text), bytes) {
                return Ok(());
            }
        }
        Ok(())
    }

    fn groups(
        &self,
        machine: &Machine,
        file: Arc<dyn RandomRead>,
        each: &mut dyn FnMut(Block, u64) -> bool,
    ) -> Result<(), NotInBlocks> {
        let mut table = self.table(machine, "", Format::Parquet)?;
        let (mut given, mut wrong) = (0_u64, false);
        let mut go_on = true;
        let rows_in_all = parquet::rows(&file).ok_or(NotInBlocks)?.max(1);
        let mut flush = |table: &mut Table<'_>, least: usize| {
            if table.rows.len() < least || table.rows.is_empty() {
                return true;
            }
            let Ok((rows, parents)) = drained(table) else {
                wrong = true;
                return false;
            };
            given += rows.len() as u64;
            let share = u128::from(self.length) * rows.len() as u128 / u128::from(rows_in_all);
            go_on = each(Block::Rows(rows, parents), u64::try_from(share).unwrap_or(0));
            go_on
        };
        parquet::read_in_batches(&mut table, file, &mut |table| flush(table, ROWS));
        flush(&mut table, 1);
        // Rows that were not kept are findings as well.
        table.report_missing_ids();
        if wrong || !table.report.is_empty() || go_on && given != rows_in_all { Err(NotInBlocks) } else { Ok(()) }
    }

    fn table<'t>(&self, machine: &'t Machine, text: &'t str, format: Format) -> Result<Table<'t>, NotInBlocks> {
        let schema = Schema::new(machine, self.entity).ok_or(NotInBlocks)?;
        Ok(Table::new(schema, text, FileId(u32::MAX), format, None))
    }

    /// The rows of some lines without those that are left out, and those; rows are counted from `number` on, and how many
    /// there are in all comes third.
    pub(crate) fn good_rows(
        &self,
        machine: &Machine,
        text: &str,
        number: u64,
        places: Option<&FxHashMap<SmolStr, u32>>,
    ) -> Result<(Drained, Vec<Rejected>, u64), NotInBlocks> {
        let mut table = self.table(machine, text, Format::Csv { separator: b',' })?;
        table.rejects = Some(Vec::new());
        table.count_from(number);
        csv::read(&mut table);
        table.report_missing_ids();
        if let Some(places) = places {
            table.reject_orphans(places);
        }
        let count = table.number() - number;
        let rejected = table.rejected(self.path.file_name().unwrap_or_default());
        Ok((drained(&mut table)?, rejected, count))
    }

    /// Whether rows can be left out while it is read in blocks.
    pub(crate) const fn can_leave_out(&self) -> bool {
        !self.parquet
    }

    /// The rows of a block, whose parents are positions in the list of ids.
    pub(crate) fn rows(&self, machine: &Machine, block: Block) -> Result<Drained, NotInBlocks> {
        let bytes = match block {
            Block::Rows(rows, parents) => return Ok((rows, parents)),
            Block::Lines(bytes) => bytes,
        };
        let text = String::from_utf8(bytes).map_err(|_| NotInBlocks)?;
        let mut table = self.table(machine, &text, Format::Csv { separator: b',' })?;
        csv::read(&mut table);
        table.report_missing_ids();
        drained(&mut table)
    }
}

/// The rows so far, unless something was found.
fn drained(table: &mut Table<'_>) -> Result<Drained, NotInBlocks> {
    if !table.report.is_empty() || !table.is_whole || !table.references.is_empty() {
        return Err(NotInBlocks);
    }
    Ok(table.drain())
}

/// Leads the parents of rows to rows of their table.
pub(crate) fn link_parents(
    rows: &mut [Row],
    ids: &[SmolStr],
    places: &FxHashMap<SmolStr, u32>,
) -> Result<(), NotInBlocks> {
    let found: Vec<Option<u32>> = ids.iter().map(|it| places.get(it).copied()).collect();
    for row in rows {
        if let Some(position) = row.parent {
            row.parent = Some(found.get(position as usize).copied().flatten().ok_or(NotInBlocks)?);
        }
    }
    Ok(())
}

/// The lines of a file, block by block. Line ends between quotes end no row.
struct Lines<'f> {
    file: &'f dyn RandomRead,
    length: u64,
    at: u64,
    rest: Vec<u8>,
}

impl<'f> Lines<'f> {
    fn new(file: &'f dyn RandomRead, length: u64) -> Self {
        Self { file, length, at: 0, rest: Vec::new() }
    }

    /// Reads on; `false` at the end.
    fn more(&mut self) -> io::Result<bool> {
        let count = usize::try_from(self.length.saturating_sub(self.at)).unwrap_or(usize::MAX).min(BLOCK);
        if count == 0 {
            return Ok(false);
        }
        let start = self.rest.len();
        self.rest.resize(start + count, 0);
        if let Some(bytes) = self.rest.get_mut(start..) {
            self.file.read_at(self.at, bytes)?;
        }
        self.at += count as u64;
        Ok(true)
    }

    /// The first row with content, with its line end. It is taken for the heading.
    fn heading(&mut self) -> Result<Vec<u8>, NotInBlocks> {
        while self.rest.len() < BLOCK && self.more().map_err(|_| NotInBlocks)? {}
        let mut start = if self.rest.starts_with("\u{feff}".as_bytes()) { 3 } else { 0 };
        loop {
            let rest = self.rest.get(start..).unwrap_or_default();
            let end = line_end(rest, false).ok_or(NotInBlocks)?;
            let line = rest.get(..end).unwrap_or_default();
            let blank = line.iter().all(|it| matches!(it, b' ' | b',' | b';' | b'\t' | b'\r' | b'\n'));
            if !blank {
                let heading = line.to_vec();
                self.rest.drain(..start + end);
                return Ok(heading);
            }
            start += end;
        }
    }

    fn next(&mut self) -> Result<Option<Vec<u8>>, NotInBlocks> {
        loop {
            let is_end = self.rest.len() < BLOCK && !self.more().map_err(|_| NotInBlocks)?;
            if is_end {
                return Ok((!self.rest.is_empty()).then(|| std::mem::take(&mut self.rest)));
            }
            if self.rest.len() >= BLOCK
                && let Some(end) = line_end(&self.rest, true)
            {
                let rest = self.rest.split_off(end);
                return Ok(Some(std::mem::replace(&mut self.rest, rest)));
            }
            if self.rest.len() > LONGEST {
                return Err(NotInBlocks);
            }
            if self.rest.len() >= BLOCK && !self.more().map_err(|_| NotInBlocks)? {
                return Ok(Some(std::mem::take(&mut self.rest)));
            }
        }
    }
}

/// Where the first or the last line ends that does so outside of quotes.
fn line_end(bytes: &[u8], last: bool) -> Option<usize> {
    let (mut quoted, mut found) = (false, None);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => {
                found = Some(at + 1);
                if !last {
                    return found;
                }
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_outside_of_quotes() {
        assert_eq!(line_end(b"a,b\nc", true), Some(4));
        assert_eq!(line_end(b"a,\"b\nc\"\nd\n", false), Some(8));
        assert_eq!(line_end(b"a,\"b\nc", true), None);
        assert_eq!(line_end(b"a\nb\nc", true), Some(4));
    }
}
