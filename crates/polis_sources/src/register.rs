//! Registers of provisions: tables whose first column is the id of a row.

use std::collections::BTreeMap;

use polis_diagnostic::{Bilingual, Diagnostic, FileId, GeneralNote, SourceMessage, SourceNote, Span};
use smol_str::SmolStr;

/// A register.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Register {
    /// Its rows, in order; every id once.
    pub rows: Vec<Row>,
    /// Whether it has a column `modality`.
    pub has_modality: bool,
}

/// A row of a register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its id.
    pub id: SmolStr,
    /// The kind of what it says, in the register's own words; empty where it has no such column.
    pub kind: SmolStr,
    /// Whether it says how binding it is.
    pub has_modality: bool,
    /// The place of its id.
    pub at: Span,
}

impl Row {
    /// The city or series that the id begins with: what stands before its dash.
    #[must_use]
    pub fn city(&self) -> &str {
        self.id.split_once('-').map_or(&self.id, |it| it.0)
    }
}

/// A cell: its text without quotes, and its bytes with them.
struct Cell {
    text: String,
    start: usize,
    end: usize,
}

/// Reads a register: parted by tabs if its first line has one, otherwise by commas with quotes. What is wrong stops at
/// the first place, because after it columns may be shifted; repeated ids are all reported.
///
/// # Errors
///
/// What is wrong with the table, with its places in `file`.
pub fn read(text: &str, file: FileId) -> Result<Register, Vec<Diagnostic>> {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let head_end = text.find('\n').unwrap_or(text.len());
    let tabs = text.get(..head_end).is_some_and(|it| it.contains('\t'));
    let mut reader = Reader { text, at: start, tabs, file };

    let head = reader.record().map_err(|it| vec![it.diagnostic()])?;
    let head = head.unwrap_or_default();
    let name = |it: &Cell| it.text.trim().to_lowercase();
    if !head.first().is_some_and(|it| matches!(name(it).as_str(), "id" | "编号")) {
        let place = reader.span(start, head.first().map_or(start, |it| it.end));
        let detail = Bilingual::new("第一列的列名应为 `id`", "the heading of the first column must be `id`");
        return Err(vec![Malformed(detail, place).diagnostic()]);
    }
    let column = |names: [&str; 2]| head.iter().position(|it| names.contains(&name(it).as_str()));
    let (kind, modality) = (column(["kind", "种类"]), column(["modality", "语气"]));

    let mut register = Register { rows: Vec::new(), has_modality: modality.is_some() };
    let mut seen: BTreeMap<SmolStr, Span> = BTreeMap::new();
    let mut repeated = Vec::new();
    while let Some(cells) = reader.record().map_err(|it| vec![it.diagnostic()])? {
        let [id, ..] = cells.as_slice() else { continue };
        if cells.len() == 1 && id.text.trim().is_empty() {
            continue;
        }
        let at = reader.span(id.start, id.end);
        if cells.len() != head.len() {
            let (found, expected) = (cells.len(), head.len());
            let detail = Bilingual::new(
                format!("此行有 {found} 列，列名有 {expected} 列"),
                format!("columns in this row: {found}, in the heading: {expected}"),
            );
            // The last cell, or the first that is too many.
            let cell = cells.get(expected).or(cells.last()).unwrap_or(id);
            return Err(vec![Malformed(detail, reader.span(cell.start, cell.end)).diagnostic()]);
        }
        let key = SmolStr::new(id.text.trim());
        if key.is_empty() {
            let detail = Bilingual::new("此行没有编号", "this row has no id");
            return Err(vec![Malformed(detail, at).diagnostic()]);
        }
        if let Some(first) = seen.get(&key) {
            let message = SourceMessage::RegisterDuplicateRow { id: key };
            repeated.push(Diagnostic::new(message, at).label(*first, GeneralNote::FirstHere));
            continue;
        }
        seen.insert(key.clone(), at);
        let cell = |index: Option<usize>| index.and_then(|it| cells.get(it)).map_or("", |it| it.text.trim());
        register.rows.push(Row {
            id: key,
            kind: cell(kind).into(),
            has_modality: !matches!(cell(modality), "" | "—" | "–" | "-" | "——"),
            at,
        });
    }
    if repeated.is_empty() { Ok(register) } else { Err(repeated) }
}

/// What is wrong with the form of a register, and where.
struct Malformed(Bilingual, Span);

impl Malformed {
    fn diagnostic(self) -> Diagnostic {
        Diagnostic::new(SourceMessage::RegisterMalformed { detail: self.0 }, self.1).help(SourceNote::RegisterForm)
    }
}

/// Reads records one after another.
struct Reader<'t> {
    text: &'t str,
    at: usize,
    tabs: bool,
    file: FileId,
}

impl Reader<'_> {
    fn span(&self, start: usize, end: usize) -> Span {
        // INVARIANT: longer texts are refused, so offsets fit.
        let offset = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
        Span::new(self.file, offset(start), offset(end))
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next line's cells; `None` at the end.
    fn record(&mut self) -> Result<Option<Vec<Cell>>, Malformed> {
        if self.rest().is_empty() {
            return Ok(None);
        }
        let mut cells = Vec::new();
        loop {
            let cell = self.cell()?;
            cells.push(cell);
            let rest = self.rest();
            if rest.starts_with(self.separator()) {
                self.at += 1;
                continue;
            }
            self.at += if rest.starts_with("\r\n") { 2 } else { usize::from(!rest.is_empty()) };
            return Ok(Some(cells));
        }
    }

    const fn separator(&self) -> char {
        if self.tabs { '\t' } else { ',' }
    }

    /// A cell up to the separator or the end of the line. A table that is parted by tabs has no quotes: its cells may
    /// hold any.
    fn cell(&mut self) -> Result<Cell, Malformed> {
        let start = self.at;
        if !self.tabs && self.rest().starts_with('"') {
            return self.quoted(start);
        }
        let rest = self.rest();
        let length = rest.find([self.separator(), '\n', '\r']).unwrap_or(rest.len());
        let text = rest.get(..length).unwrap_or_default().to_owned();
        self.at += length;
        Ok(Cell { text, start, end: self.at })
    }

    fn quoted(&mut self, start: usize) -> Result<Cell, Malformed> {
        let mut text = String::new();
        self.at += 1;
        loop {
            let rest = self.rest();
            let Some(length) = rest.find('"') else {
                let detail = Bilingual::new("引号没有收尾", "a quote is not closed");
                return Err(Malformed(detail, self.span(start, start + 1)));
            };
            text.push_str(rest.get(..length).unwrap_or_default());
            self.at += length + 1;
            if !self.rest().starts_with('"') {
                break;
            }
            text.push('"');
            self.at += 1;
        }
        if self.rest().is_empty() || self.rest().starts_with([',', '\n', '\r']) {
            return Ok(Cell { text, start, end: self.at });
        }
        let detail = Bilingual::new("收尾的引号之后还有文字", "there is text after a closing quote");
        Err(Malformed(detail, self.span(self.at, self.at + 1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polis_diagnostic::Locale;

    fn rows(text: &str) -> Vec<(String, String, bool)> {
        let register = read(text, FileId(0)).unwrap();
        register.rows.into_iter().map(|it| (it.id.into(), it.kind.into(), it.has_modality)).collect()
    }

    fn problems(text: &str) -> Vec<(String, String)> {
        let show = |it: &Diagnostic| {
            let at = it.primary.at;
            (it.message.render(Locale::En), text[at.start as usize..at.end as usize].to_owned())
        };
        read(text, FileId(0)).unwrap_err().iter().map(show).collect()
    }

    fn row(id: &str, kind: &str, modality: bool) -> (String, String, bool) {
        (id.into(), kind.into(), modality)
    }

    #[test]
    fn tabs_part_cells_that_may_hold_quotes_and_commas() {
        let text = "\u{feff}id\tkind\tmodality\tnote\r\nCC-1\tfact\t—\t\"x, y\r\nCC-2\tnorm\tmust\t\r\n\r\n";
        assert_eq!(rows(text), [row("CC-1", "fact", false), row("CC-2", "norm", true)]);
    }

    #[test]
    fn commas_part_cells_that_may_be_in_quotes() {
        let text = "id,modality,kind\n\"CC-1\",\"must, \"\"now\"\"\",a\nCC-2,-,\"b\nc\"";
        assert_eq!(rows(text), [row("CC-1", "a", true), row("CC-2", "b\nc", false)]);
        assert_eq!(rows("编号\nA-1\n"), [row("A-1", "", false)]);
        assert_eq!(rows("id\n"), []);
    }

    #[test]
    fn a_malformed_register_is_told_by_place() {
        for (text, message, place) in [
            ("", "the heading of the first column must be `id`", ""),
            ("name,id\n", "the heading of the first column must be `id`", "name"),
            ("id,kind\nA-1\n", "columns in this row: 1, in the heading: 2", "A-1"),
            ("id,kind\nA-1,b,c,d\n", "columns in this row: 4, in the heading: 2", "c"),
            ("id\tkind\n\tx\n", "this row has no id", ""),
            ("id,kind\n\"A-1,x\n", "a quote is not closed", "\""),
            ("id,kind\n\"A\"1,x\n", "there is text after a closing quote", "1"),
        ] {
            let message = format!("the register is not a whole table: {message}");
            assert_eq!(problems(text), [(message, place.to_owned())], "{text:?}");
        }
    }

    #[test]
    fn ids_stand_once() {
        let text = "id\nA-1\nA-2\nA-1\nA-1\n";
        let found = problems(text);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0], ("the register has `A-1` more than once".to_owned(), "A-1".to_owned()));
    }

    #[test]
    fn the_city_stands_before_the_dash() {
        let register = read("id\nCC-071\nX\n", FileId(0)).unwrap();
        assert_eq!(register.rows.iter().map(Row::city).collect::<Vec<_>>(), ["CC", "X"]);
    }
}
