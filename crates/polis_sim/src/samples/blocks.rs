//! A file of a sample in blocks of rows, for files that are not to be held in memory.
//!
//! A block of CSV is a text of its own under the file's heading, and goes the way of any other. Whatever would be a finding
//! ends the reading: the file is then read as a whole, or, where it is too large for that, [looked through](super::large),
//! which says what is wrong and where.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use polis_db::{PolisDatabase, RandomRead, System};
use polis_diagnostic::{FileId, LineIndex};
use polis_eval::{EntityId, Machine, Row};
use polis_semantic::Type;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::columns::Schema;
use super::ids::Repeated;
use super::rejects::{BadRows, Rejected};
use super::table::{Format, KnownIds, Table};
use super::{csv, find_entity, format, nfc, parquet, shown};

/// Bytes of a block of CSV.
const BLOCK: usize = if cfg!(test) { 1 << 8 } else { 1 << 19 };

/// Rows of a block of Parquet.
const ROWS: u64 = if cfg!(test) { 1 << 5 } else { 1 << 14 };

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

/// How a file is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading<'r> {
    /// What happens to rows with something wrong.
    pub(crate) bad_rows: BadRows,
    /// The rows that repeat an id.
    pub(crate) repeated: &'r Repeated,
    /// The ids of the rows that those of the file may lie in. Without them rows that lie nowhere are not left out.
    pub(crate) places: Option<&'r FxHashMap<SmolStr, u32>>,
}

/// Rows of a file that are not read yet, or not taken.
#[derive(Debug)]
pub(crate) enum Block {
    Lines(LineBlock),
    Rows(GoodRows),
}

/// Whole lines under the heading.
#[derive(Debug)]
pub(crate) struct LineBlock {
    bytes: Vec<u8>,
    /// How many of the bytes are the heading.
    heading: usize,
    /// Where the others begin in the file.
    at: u64,
}

/// Rows whose parents are positions in the list of ids that comes with them.
pub(crate) type Drained = (Vec<Row>, Vec<SmolStr>);

/// Rows, without those that are left out.
#[derive(Debug)]
pub(crate) struct GoodRows {
    pub(crate) drained: Drained,
    /// Those that are left out.
    pub(crate) rejected: Vec<Rejected>,
    /// How many there are in all.
    pub(crate) count: u64,
}

/// Rows as they have been read, for who looks through a file.
pub(super) struct Part<'p, 't> {
    pub(super) table: &'p mut Table<'t>,
    pub(super) lines: Option<PartLines<'t>>,
    shift: (u64, u64),
}

/// Where the text of a part stands in its file.
#[derive(Clone, Copy)]
pub(super) struct PartLines<'t> {
    pub(super) text: &'t str,
    /// The bytes of the heading, with which the text begins.
    pub(super) heading: usize,
    /// How many lines stand before the heading, and before what follows it here.
    pub(super) before: (u32, u32),
    /// The byte after the text that is no text.
    pub(super) bad_byte: Option<(u64, u8)>,
}

impl Part<'_, '_> {
    /// The key of a row that begins here.
    pub(super) const fn key(&self, start: usize) -> u64 {
        (start as u64).saturating_add(self.shift.0).saturating_sub(self.shift.1)
    }
}

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
    /// Its path, as it is shown.
    pub(crate) fn shown(&self, system: &dyn System) -> SmolStr {
        shown(system, &self.path)
    }

    /// Whether it is more than can be held as a whole.
    pub(crate) fn is_too_large(&self, system: &dyn System) -> bool {
        !self.parquet && self.length > system.max_bytes()
    }

    /// Gives every block to `each`, with how many bytes of the file it takes; `false` ends the reading.
    pub(crate) fn blocks(
        &self,
        (system, machine): (&dyn System, &Machine),
        reading: Reading<'_>,
        each: &mut dyn FnMut(Block, u64) -> bool,
    ) -> Result<(), NotInBlocks> {
        let file = system.open(&self.path).map_err(|_| NotInBlocks)?;
        if self.parquet {
            return self.groups((system, machine), reading, Arc::from(file), each);
        }
        let mut lines = Lines::new(&*file, self.length);
        let heading = lines.heading()?.bytes;
        loop {
            let at = lines.next_at();
            let Some(block) = lines.next()? else { return Ok(()) };
            let read = block.len() as u64;
            let bytes = [heading.as_slice(), &block].concat();
            if !each(Block::Lines(LineBlock { bytes, heading: heading.len(), at }), read) {
                return Ok(());
            }
        }
    }

    fn groups(
        &self,
        (system, machine): (&dyn System, &Machine),
        reading: Reading<'_>,
        file: Arc<dyn RandomRead>,
        each: &mut dyn FnMut(Block, u64) -> bool,
    ) -> Result<(), NotInBlocks> {
        let mut table = self.table(machine, None, "", Format::Parquet, reading)?;
        table.know_ids(KnownIds { repeated: reading.repeated, shift: (0, 0) });
        let path = self.shown(system);
        let (mut given, mut wrong) = (0_u64, false);
        let mut go_on = true;
        let rows_in_all = parquet::rows(&file).ok_or(NotInBlocks)?.max(1);
        let mut flush = |table: &mut Table<'_>, least: u64| {
            let count = table.number() - given;
            if count < least.max(1) {
                return true;
            }
            let Ok(rows) = taken(table, reading, &path, given) else {
                wrong = true;
                return false;
            };
            given += count;
            let share = u128::from(self.length) * u128::from(count) / u128::from(rows_in_all);
            go_on = each(Block::Rows(rows), u64::try_from(share).unwrap_or(0));
            go_on
        };
        parquet::read_in_batches(&mut table, file, &mut |table| flush(table, ROWS));
        flush(&mut table, 1);
        if wrong || !table.report.is_empty() || go_on && given != rows_in_all { Err(NotInBlocks) } else { Ok(()) }
    }

    fn table<'t>(
        &self,
        machine: &'t Machine,
        db: Option<&'t PolisDatabase>,
        text: &'t str,
        format: Format,
        reading: Reading<'_>,
    ) -> Result<Table<'t>, NotInBlocks> {
        let schema = Schema::new(machine, self.entity).ok_or(NotInBlocks)?;
        let mut table = Table::new(schema, text, HERE, format, db);
        table.rejects = (reading.bad_rows == BadRows::LeftOut).then(Vec::new);
        Ok(table)
    }

    /// The rows of a block of lines without those that are left out, and those; rows are counted from `number` on.
    pub(crate) fn lines(
        &self,
        (system, machine): (&dyn System, &Machine),
        block: &LineBlock,
        reading: Reading<'_>,
        number: u64,
    ) -> Result<GoodRows, NotInBlocks> {
        let text = std::str::from_utf8(&block.bytes).map_err(|_| NotInBlocks)?;
        let mut table = self.table(machine, None, text, Format::Csv { separator: b',' }, reading)?;
        table.know_ids(KnownIds { repeated: reading.repeated, shift: (block.at, block.heading as u64) });
        table.count_from(number);
        csv::read(&mut table);
        taken(&mut table, reading, &self.shown(system), number)
    }

    /// Shows every part of the file as it is read, whatever is wrong with it.
    pub(super) fn walk(
        &self,
        (system, machine, db): (&dyn System, &Machine, Option<&PolisDatabase>),
        reading: Reading<'_>,
        each: &mut dyn FnMut(Part<'_, '_>) -> Result<(), NotInBlocks>,
    ) -> Result<(), NotInBlocks> {
        let file = system.open(&self.path).map_err(|_| NotInBlocks)?;
        if self.parquet {
            let mut table = self.table(machine, db, "", Format::Parquet, reading)?;
            table.know_ids(KnownIds { repeated: reading.repeated, shift: (0, 0) });
            let mut shown = |table: &mut Table<'_>| {
                table.report_missing_ids();
                let shown = each(Part { table, lines: None, shift: (0, 0) });
                table.drain();
                shown
            };
            let mut ended = Ok(());
            parquet::read_in_batches(&mut table, Arc::from(file), &mut |table| {
                ended = shown(table);
                ended.is_ok()
            });
            ended?;
            return shown(&mut table);
        }
        let mut lines = Lines::new(&*file, self.length);
        let Heading { bytes: heading, lines_before } = lines.heading()?;
        let count = |bytes: &[u8]| LineIndex::new(&String::from_utf8_lossy(bytes)).line_count().saturating_sub(1);
        let mut before = lines_before.saturating_add(count(&heading));
        let mut number = 0;
        loop {
            let at = lines.next_at();
            let Some(block) = lines.next_or_rest()? else { return Ok(()) };
            let bytes = [heading.as_slice(), &block].concat();
            let (valid, bad_byte) = match std::str::from_utf8(&bytes) {
                Ok(text) => (text, None),
                Err(error) => {
                    let (valid, rest) = bytes.split_at_checked(error.valid_up_to()).unwrap_or_default();
                    let place = at.saturating_add((valid.len() as u64).saturating_sub(heading.len() as u64));
                    (std::str::from_utf8(valid).unwrap_or_default(), rest.first().map(|it| (place, *it)))
                }
            };
            let shift = (at, heading.len() as u64);
            let mut table = self.table(machine, db, valid, Format::Csv { separator: b',' }, reading)?;
            table.know_ids(KnownIds { repeated: reading.repeated, shift });
            table.count_from(number);
            if bad_byte.is_none() {
                csv::read(&mut table);
                table.report_missing_ids();
            }
            number = table.number();
            let here = PartLines { text: valid, heading: heading.len(), before: (lines_before, before), bad_byte };
            each(Part { table: &mut table, lines: Some(here), shift })?;
            if bad_byte.is_some() || !table.is_whole {
                return Ok(());
            }
            before = before.saturating_add(count(&block));
        }
    }
}

/// Stands for the file in findings about parts of it.
pub(super) const HERE: FileId = FileId(u32::MAX);

/// The rows that a table has read since `before`, and those that are left out.
fn taken(table: &mut Table<'_>, reading: Reading<'_>, path: &str, before: u64) -> Result<GoodRows, NotInBlocks> {
    table.report_missing_ids();
    if let Some(places) = reading.places {
        table.reject_orphans(places);
    }
    let count = table.number() - before;
    let rejected = table.rejected(path);
    Ok(GoodRows { drained: drained(table)?, rejected, count })
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
    separator: u8,
}

/// The heading of a file, with its line end.
struct Heading {
    bytes: Vec<u8>,
    /// How many lines stand before it.
    lines_before: u32,
}

impl<'f> Lines<'f> {
    fn new(file: &'f dyn RandomRead, length: u64) -> Self {
        Self { file, length, at: 0, rest: Vec::new(), separator: b',' }
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
    fn heading(&mut self) -> Result<Heading, NotInBlocks> {
        while self.rest.len() < BLOCK && self.more().map_err(|_| NotInBlocks)? {}
        let mut start = if self.rest.starts_with("\u{feff}".as_bytes()) { 3 } else { 0 };
        let mut lines_before = 0;
        loop {
            let rest = self.rest.get(start..).unwrap_or_default();
            let separator = csv::separator(&String::from_utf8_lossy(
                rest.get(..LONGEST_HEADING.min(rest.len())).unwrap_or_default(),
            ));
            let end = line_end(rest, separator, Which::First).ok_or(NotInBlocks)?;
            let line = rest.get(..end).unwrap_or_default();
            let blank = line.iter().all(|it| matches!(it, b' ' | b',' | b';' | b'\t' | b'\r' | b'\n'));
            if !blank {
                let bytes = line.to_vec();
                self.rest.drain(..start + end);
                self.separator = separator;
                return Ok(Heading { bytes, lines_before });
            }
            start += end;
            lines_before += 1;
        }
    }

    /// Where in the file the next block begins.
    fn next_at(&self) -> u64 {
        self.at.saturating_sub(self.rest.len() as u64)
    }

    /// The next block, whether or not its last row ends.
    fn next_or_rest(&mut self) -> Result<Option<Vec<u8>>, NotInBlocks> {
        match self.next() {
            Err(NotInBlocks) if self.rest.len() > LONGEST => Ok(Some(std::mem::take(&mut self.rest))),
            next => next,
        }
    }

    fn next(&mut self) -> Result<Option<Vec<u8>>, NotInBlocks> {
        loop {
            let is_end = self.rest.len() < BLOCK && !self.more().map_err(|_| NotInBlocks)?;
            if is_end {
                return Ok((!self.rest.is_empty()).then(|| std::mem::take(&mut self.rest)));
            }
            if self.rest.len() >= BLOCK
                && let Some(end) = line_end(&self.rest, self.separator, Which::Last)
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

/// A row of headings is not longer.
const LONGEST_HEADING: usize = 1 << 16;

/// Which line is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    First,
    Last,
}

/// Where the first or the last line ends that does so outside of quotes. As for the reader, a quote is one where a cell
/// begins, and any other character within a cell.
fn line_end(bytes: &[u8], separator: u8, which: Which) -> Option<usize> {
    let (mut quoted, mut may_open, mut found) = (false, true, None);
    for (at, byte) in bytes.iter().enumerate() {
        if quoted {
            quoted = *byte != b'"';
            // What follows a closing quote at once opens it again: a quote within a quoted cell is written twice.
            may_open = !quoted;
            continue;
        }
        quoted = may_open && *byte == b'"';
        may_open = *byte == separator || matches!(byte, b'\n' | b'\r');
        if *byte == b'\n' {
            found = Some(at + 1);
            if which == Which::First {
                return found;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_outside_of_quotes() {
        let (first, last) = (Which::First, Which::Last);
        for (text, which, end) in [
            ("a,b\nc", last, Some(4)),
            ("a,\"b\nc\"\nd\n", first, Some(8)),
            ("a,\"b\nc", last, None),
            ("a\nb\nc", last, Some(4)),
            ("a,\"b\"\"\n\"\nc", last, Some(9)),
            // Five inches are no quote.
            ("a,5\"\nb,\"c\"\nd", last, Some(11)),
            ("a;\"\n\"\nb", last, Some(4)),
        ] {
            assert_eq!(line_end(text.as_bytes(), b',', which), end, "{text}");
        }
        assert_eq!(line_end(b"a;\"\n\"\nb", b';', Which::Last), Some(6));
    }
}
