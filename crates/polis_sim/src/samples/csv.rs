//! Tables in CSV.

use std::ops::Range;

use csv::{ReaderBuilder, StringRecord};
use polis_diagnostic::{Diagnostic, SampleNote};

use super::columns::Target;
use super::table::{Format, Table, malformed};

/// Reads a file.
pub(super) fn read(table: &mut Table<'_>) {
    let (offset, body) = table.body();
    let text = table.text;
    let separator = separator(body);
    table.format = Format::Csv { separator };
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(body.as_bytes());
    table.reserve(body.bytes().filter(|it| *it == b'\n').count());
    let mut record = StringRecord::new();
    let mut columns: Option<Vec<Target>> = None;
    loop {
        let start = |record: &StringRecord| {
            let at = record.position().map_or(0, csv::Position::byte);
            offset + usize::try_from(at).unwrap_or(usize::MAX)
        };
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(_) => {
                // INVARIANT: rows of any length and every text in UTF-8 are taken; said all the same, not passed over.
                let at = start(&record);
                table.refuse(|report| Diagnostic::new(malformed::unreadable(), report.at(at..at)));
                break;
            }
        }
        let start = start(&record);
        // An open quote takes in all that follows, so it can only show in the record that reaches the end.
        if usize::try_from(reader.position().byte()).is_ok_and(|it| it >= body.len())
            && let Some(quote) = unclosed_quote(text, start, separator)
        {
            table.refuse(|report| Diagnostic::new(malformed::unclosed_quote(), report.at(quote..quote + 1)));
            break;
        }
        // Blank lines, and the rows of nothing but separators that spreadsheets leave behind.
        if record.iter().all(|it| it.trim().is_empty()) {
            continue;
        }
        match &mut columns {
            None => match headings(table, &record, start) {
                Some(found) => columns = Some(found),
                None => return,
            },
            Some(columns) => row(table, columns, &record, start),
        }
    }
    if columns.is_none() && table.is_whole {
        table.refuse(|report| Diagnostic::new(malformed::empty(), report.at(0..0)).help(SampleNote::BeginWithHeadings));
    }
}

fn row(table: &mut Table<'_>, columns: &mut [Target], record: &StringRecord, start: usize) {
    table.begin(start);
    if record.len() != columns.len() {
        let (text, format, number) = (table.text, table.format, table.number());
        let cells = record.len();
        table.wrong(|report| {
            let message = malformed::row_length(number, cells, columns.len());
            let separator = if let Format::Csv { separator } = format { separator } else { b',' };
            let diagnostic = Diagnostic::new(message, report.at(surplus(text, start, separator, columns.len())));
            if cells > columns.len() { diagnostic.help(SampleNote::QuoteSeparators) } else { diagnostic }
        });
        let id = columns.iter().position(|it| *it == Target::Id);
        table.end_without_facts(id.and_then(|it| Some((u32::try_from(it).ok()?, record.get(it)?))));
        return;
    }
    for ((cell, target), column) in record.iter().zip(columns.iter_mut()).zip(0_u32..) {
        if *target == Target::Unnamed && !cell.trim().is_empty() {
            // Once is enough.
            *target = Target::Nothing;
            let (text, format) = (table.text, table.format);
            table.report.push(|report| {
                let separator = if let Format::Csv { separator } = format { separator } else { b',' };
                let at = locate(text, start, separator, column).unwrap_or(start..start);
                Diagnostic::new(malformed::unnamed_column(column as usize + 1), report.at(at))
            });
        }
        table.cell(column, *target, cell);
    }
    table.end();
}

/// What the columns are; `None` if there is none for the id.
fn headings(table: &mut Table<'_>, record: &StringRecord, start: usize) -> Option<Vec<Target>> {
    let Format::Csv { separator } = table.format else { return None };
    let text = table.text;
    let at = |column: usize| {
        let column = u32::try_from(column).unwrap_or(u32::MAX);
        locate(text, start, separator, column).unwrap_or(start..start)
    };
    let resolved: Vec<Option<Target>> = record.iter().map(|it| table.schema.target(it)).collect();
    if !resolved.contains(&Some(Target::Id)) {
        table.refuse(|report| {
            let diagnostic =
                Diagnostic::new(malformed::no_id(), report.at(surplus(text, start, separator, usize::MAX)));
            if record.iter().any(|it| it.contains(['，', '；', '、'])) {
                diagnostic.help(SampleNote::SeparatorsAre)
            } else {
                diagnostic.help(SampleNote::GiveEachAnId)
            }
        });
        return None;
    }
    let taken: Vec<Target> = resolved.iter().copied().flatten().collect();
    let mut columns: Vec<Target> = Vec::with_capacity(record.len());
    for (column, (heading, target)) in record.iter().zip(resolved).enumerate() {
        columns.push(match target {
            Some(target) => match columns.iter().position(|it| *it == target) {
                None => target,
                Some(first) => {
                    table.duplicate_column(heading, at(column), at(first));
                    Target::Nothing
                }
            },
            None if heading.trim().is_empty() => Target::Unnamed,
            None => {
                table.unknown_column(heading.trim(), at(column), &taken);
                Target::Nothing
            }
        });
    }
    Some(columns)
}

/// The separator of a table: a comma, unless the headings have none but semicolons or tabs.
pub(super) fn separator(body: &str) -> u8 {
    let first = body.trim_start_matches(['\r', '\n', ' ']);
    let mut quoted = false;
    let mut found = b',';
    for byte in first.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b',' => return b',',
            b';' | b'\t' if found == b',' => found = byte,
            b'\r' | b'\n' => break,
            _ => {}
        }
    }
    found
}

/// A cell as it stands in the text.
struct RawCell {
    /// Its bytes, quotes and blanks included.
    whole: Range<usize>,
    /// What it says: without the quotes or blanks around it.
    content: Range<usize>,
    /// Whether its quote, if it has one, is closed.
    closed: bool,
}

/// The cells of a record by the same rules as those by which the reader reads them.
struct Cells<'t> {
    text: &'t str,
    at: usize,
    separator: u8,
    ended: bool,
}

impl Iterator for Cells<'_> {
    type Item = RawCell;

    fn next(&mut self) -> Option<RawCell> {
        if self.ended {
            return None;
        }
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut at = start;
        let mut closed = true;
        let mut quotes = None;
        if bytes.get(at) == Some(&b'"') {
            closed = false;
            at += 1;
            while let Some(byte) = bytes.get(at) {
                at += 1;
                if *byte == b'"' {
                    if bytes.get(at) == Some(&b'"') {
                        at += 1;
                    } else {
                        closed = true;
                        break;
                    }
                }
            }
            quotes = Some(at);
        }
        // What follows a closing quote belongs to the cell as it is.
        while bytes.get(at).is_some_and(|it| *it != self.separator && !matches!(it, b'\r' | b'\n')) {
            at += 1;
        }
        self.ended = bytes.get(at) != Some(&self.separator);
        self.at = at + 1;
        let content = if quotes == Some(at) {
            start + 1..(if closed { at - 1 } else { at })
        } else {
            let cell = self.text.get(start..at).unwrap_or_default();
            let before = cell.len() - cell.trim_start().len();
            start + before..start + before + cell.trim().len()
        };
        Some(RawCell { whole: start..at, content, closed })
    }
}

/// The cells of the record at `start`, or after the line ends there: the reader counts those before a record to it.
fn cells(text: &str, start: usize, separator: u8) -> Cells<'_> {
    let rest = text.get(start..).unwrap_or_default();
    let start = text.len() - rest.trim_start_matches(['\r', '\n']).len();
    Cells { text, at: start, separator, ended: false }
}

/// The content of a cell of the record at `start`.
pub(super) fn locate(text: &str, start: usize, separator: u8, column: u32) -> Option<Range<usize>> {
    cells(text, start, separator).nth(column as usize).map(|it| it.content)
}

/// The record at `start`, without its line end.
pub(super) fn record(text: &str, start: usize, separator: u8) -> &str {
    let mut all = cells(text, start, separator);
    let first = all.next().map(|it| it.whole);
    let last = all.last().map(|it| it.whole).or(first.clone());
    first.zip(last).and_then(|(first, last)| text.get(first.start..last.end)).unwrap_or_default()
}

/// The quote that is open at the end of the text.
fn unclosed_quote(text: &str, start: usize, separator: u8) -> Option<usize> {
    cells(text, start, separator).find(|it| !it.closed).map(|it| it.whole.start)
}

/// The cells of a record past the first `columns`, or all where there are no more.
fn surplus(text: &str, start: usize, separator: u8, columns: usize) -> Range<usize> {
    let all: Vec<RawCell> = cells(text, start, separator).collect();
    let first = all.get(columns).or(all.first());
    first.zip(all.last()).map_or(start..start, |(first, last)| first.content.start..last.content.end)
}
