//! The rows of one file, whatever its form.

use std::ops::Range;

use polis_db::{Db, PolisDatabase};
use polis_diagnostic::{Diagnostic, FileId, GeneralNote, SampleMessage, SampleNote, Span};
use polis_eval::{EntityId, Row};
use polis_semantic::file_span;
use polis_syntax::ast::{Element, HeadName};
use polis_value::Value;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::cell::{BadCell, Content, is_unknown};
use super::columns::{Schema, Target};
use super::ids::Repeated;
use super::rejects::Reject;
use super::report::{MOST_LISTED, Report, clip, offer, rows, suggest};
use super::{csv, json};

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Rows of cells parted by this byte.
    Csv { separator: u8 },
    /// An array of objects.
    Json,
    /// Columns of types. Its text is empty, and a row begins at its number: see [`Report`].
    Parquet,
}

/// The rows of one file.
///
/// Of a cell only its value is kept, of a row where it begins: the place of a cell is found again from there when a
/// finding needs it, since nearly all cells are right.
pub(super) struct Table<'a> {
    pub(super) schema: Schema<'a>,
    pub(super) text: &'a str,
    pub(super) format: Format,
    pub(super) report: Report,
    pub(super) rows: Vec<Row>,
    /// For each row, where it stands.
    origins: Vec<Origin>,
    ids: FxHashMap<SmolStr, u32>,
    /// Which rows repeat the id of another, where that is known; else the table finds them.
    repeated: Option<KnownIds<'a>>,
    /// The rows that are left out, if any are to be.
    pub(super) rejects: Option<Vec<Reject>>,
    /// Whether every row of the file was seen. Of a part it can't be said which ids there are.
    pub(super) is_whole: bool,
    /// The ids of parents, each once. Until the tables are linked, a row's `parent` is a position in this list.
    pub(super) parents: Vec<Parent>,
    parent_ids: FxHashMap<SmolStr, u32>,
    /// The facts that are jurisdictions.
    pub(super) references: Vec<Reference>,
    /// Where the rows without an id begin, and their numbers.
    without_id: Vec<(usize, u64, Option<u32>)>,
    /// Whether any row has a place for an id.
    has_ids: bool,
    number: u64,
    current: Current,
    /// Where declarations are; without it a finding only says that there is one.
    db: Option<&'a PolisDatabase>,
}

/// The rows of a file that repeat an id, for a table of some of its rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct KnownIds<'a> {
    pub(super) repeated: &'a Repeated,
    /// What is to be added to where a row begins, and taken away, for its key.
    pub(super) shift: (u64, u64),
}

impl KnownIds<'_> {
    /// The key of a row that begins here.
    pub(super) const fn key(&self, start: usize) -> u64 {
        (start as u64).saturating_add(self.shift.0).saturating_sub(self.shift.1)
    }
}

/// The id of a parent.
#[derive(Debug, Clone)]
pub(super) struct Parent {
    pub(super) id: SmolStr,
    /// The first row with this parent, and the cell that says so; `None` if no such row was kept.
    pub(super) first: Option<(u32, u32)>,
    /// How many rows have it.
    pub(super) rows: u64,
}

/// A fact that is a jurisdiction.
#[derive(Debug, Clone)]
pub(super) struct Reference {
    pub(super) row: u32,
    pub(super) column: u32,
    pub(super) id: SmolStr,
    pub(super) field: usize,
    pub(super) target: EntityId,
}

/// Where a row stands.
#[derive(Debug, Clone, Copy)]
struct Origin {
    /// Its first byte.
    start: u32,
    /// The cell with its id, from 0.
    id: u32,
    /// Its number among the rows with content, from 1.
    number: u64,
}

/// The row that is being read.
#[derive(Debug, Default)]
struct Current {
    start: usize,
    id: Option<SmolStr>,
    id_column: Option<u32>,
    name: Option<SmolStr>,
    /// The position of the parent's id, and the cell.
    parent: Option<(u32, u32)>,
    facts: Vec<Option<Value>>,
    references: Vec<(usize, EntityId, SmolStr, u32)>,
    /// What is wrong with it, where such rows are left out.
    wrong: Option<Diagnostic>,
}

impl<'a> Table<'a> {
    pub(super) fn new(
        schema: Schema<'a>,
        text: &'a str,
        file: FileId,
        format: Format,
        db: Option<&'a PolisDatabase>,
    ) -> Self {
        Self {
            schema,
            text,
            format,
            report: Report::new(file),
            rows: Vec::new(),
            origins: Vec::new(),
            ids: FxHashMap::default(),
            repeated: None,
            rejects: None,
            is_whole: true,
            parents: Vec::new(),
            parent_ids: FxHashMap::default(),
            references: Vec::new(),
            without_id: Vec::new(),
            has_ids: false,
            number: 0,
            current: Current::default(),
            db,
        }
    }

    /// Makes room for about so many rows.
    pub(super) fn reserve(&mut self, rows: usize) {
        // A file of nothing but line ends must not take more memory than there is.
        let rows = rows.min(if self.repeated.is_some() { 1 << 15 } else { 1 << 20 });
        self.rows.reserve(rows);
        self.origins.reserve(rows);
        if self.repeated.is_none() {
            self.ids.reserve(rows);
        }
    }

    /// The text after a byte order mark, and where it begins.
    pub(super) fn body(&self) -> (usize, &'a str) {
        match self.text.strip_prefix('\u{FEFF}') {
            Some(body) => (self.text.len() - body.len(), body),
            None => (0, self.text),
        }
    }

    /// Reports why the file, or what is left of it, cannot be read.
    pub(super) fn refuse(&mut self, build: impl FnOnce(&Report) -> Diagnostic) {
        self.is_whole = false;
        self.report.push(build);
    }

    /// Says what is wrong with the row that is being read: an error, or why it is left out.
    pub(super) fn wrong(&mut self, build: impl FnOnce(&Report) -> Diagnostic) {
        if self.rejects.is_none() {
            self.report.push(build);
        } else if self.current.wrong.is_none() {
            self.current.wrong = Some(self.report.made(build));
        }
    }

    /// Says which rows repeat an id, so that it need not be found.
    pub(super) fn know_ids(&mut self, known: KnownIds<'a>) {
        self.repeated = Some(known);
    }

    /// The rows that were kept, with where each begins and its number.
    pub(super) fn origins(&self) -> impl Iterator<Item = (&Row, usize, u64)> {
        self.rows.iter().zip(&self.origins).map(|(row, origin)| (row, origin.start as usize, origin.number))
    }

    /// The cell with the id of the row that begins here.
    pub(super) fn id_place(&self, start: usize) -> Range<usize> {
        let origin = self.origins.iter().find(|it| it.start as usize == start);
        locate(self.text, self.format, start, origin.map(|it| it.id))
    }

    /// Counts the rows from so many on.
    pub(super) fn count_from(&mut self, number: u64) {
        self.number = number;
    }

    /// The row of this id.
    pub(super) fn find(&self, id: &str) -> Option<u32> {
        self.ids.get(id).copied()
    }

    /// The ids, in the order of the rows.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().map(|it| it.id.as_str())
    }

    /// Begins a row at this byte.
    pub(super) fn begin(&mut self, start: usize) {
        self.number += 1;
        let fields = self.schema.fields.len();
        self.current = Current { start, facts: vec![None; fields], ..Current::default() };
    }

    /// The number of the row that was begun last, from 1.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Reads a cell of the row; `column` counts from 0.
    pub(super) fn cell(&mut self, column: u32, target: Target, cell: &str) {
        let text = cell.trim();
        match target {
            Target::Id => {
                self.has_ids = true;
                self.current.id_column = Some(column);
                self.current.id = (!text.is_empty()).then(|| text.into());
            }
            Target::Name => self.current.name = (!text.is_empty()).then(|| text.into()),
            Target::Parent => {
                self.current.parent = if is_unknown(text) { None } else { Some((self.parent(text), column)) };
            }
            Target::Field(field) => {
                let Some(reader) = self.schema.fields.get(field) else { return };
                match reader.read(cell) {
                    Ok(Content::Unknown) => {}
                    Ok(Content::Value(value)) => {
                        if let Some(fact) = self.current.facts.get_mut(field) {
                            *fact = Some(value);
                        }
                    }
                    Ok(Content::Reference(target, id)) => {
                        self.current.references.push((field, target, id.into(), column));
                    }
                    Err(bad) => self.bad_cell(column, field, &bad, cell),
                }
            }
            Target::Nothing | Target::Unnamed => {}
        }
    }

    /// The position of a parent's id.
    fn parent(&mut self, id: &str) -> u32 {
        if let Some(known) = self.parent_ids.get(id) {
            return *known;
        }
        let position = u32::try_from(self.parents.len()).unwrap_or(u32::MAX);
        self.parents.push(Parent { id: id.into(), first: None, rows: 0 });
        self.parent_ids.insert(id.into(), position);
        position
    }

    /// Reports a cell of the row that is being read.
    pub(super) fn bad_cell(&mut self, column: u32, field: usize, bad: &BadCell, cell: &str) {
        let (start, number) = (self.current.start, self.number);
        let Some(reader) = self.schema.fields.get(field) else { return };
        let (text, format, db, schema) = (self.text, self.format, self.db, &self.schema);
        let build = |report: &Report| {
            let at = report.at(locate(text, format, start, Some(column)));
            let diagnostic = reader.diagnose(bad, cell, (number, column + 1), at, std::iter::empty());
            match (bad, db.and_then(|it| declaration(it, schema, field))) {
                (BadCell::OutOfRange, Some(declared)) => {
                    diagnostic.label(declared, SampleNote::FieldDeclaredHere { field: reader.field.name.clone() })
                }
                _ => diagnostic,
            }
        };
        match &self.rejects {
            None => self.report.push(build),
            Some(_) if self.current.wrong.is_some() => {}
            Some(_) => self.current.wrong = Some(self.report.made(build)),
        }
    }

    /// Ends the row and keeps it, unless it has no id or that of another.
    pub(super) fn end(&mut self) {
        let mut current = std::mem::take(&mut self.current);
        let number = self.number;
        if let (Some(finding), Some(rejects)) = (current.wrong.take(), &mut self.rejects) {
            rejects.push(Reject { start: current.start, number, id: current.id.unwrap_or_default(), finding });
            return;
        }
        let Some(id) = current.id.take() else {
            self.without_id.push((current.start, number, current.id_column));
            return;
        };
        let column = current.id_column.unwrap_or_default();
        let row = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        if let Some(known) = self.repeated {
            if let (Some(first_row), Some(rejects)) =
                (known.repeated.first(known.key(current.start)), &mut self.rejects)
            {
                let (text, format) = (self.text, self.format);
                let finding = self.report.made(|report| {
                    let at = report.at(locate(text, format, current.start, Some(column)));
                    Diagnostic::new(SampleMessage::SampleDuplicateId { id: clip(&id), first_row }, at)
                });
                rejects.push(Reject { start: current.start, number, id, finding });
                return;
            }
            return self.keep(current, id, (row, column));
        }
        match self.ids.entry(id.clone()) {
            std::collections::hash_map::Entry::Vacant(entry) => entry.insert(row),
            std::collections::hash_map::Entry::Occupied(entry) => {
                let Some(first) = self.origins.get(*entry.get() as usize).copied() else { return };
                let (text, format) = (self.text, self.format);
                let build = |report: &Report| {
                    let at = report.at(locate(text, format, current.start, Some(column)));
                    let earlier = report.at(locate(text, format, first.start as usize, Some(first.id)));
                    let message = SampleMessage::SampleDuplicateId { id: clip(&id), first_row: first.number };
                    Diagnostic::new(message, at).label(earlier, GeneralNote::FirstHere)
                };
                match &mut self.rejects {
                    None => self.report.push(build),
                    Some(rejects) => {
                        let finding = self.report.made(build);
                        rejects.push(Reject { start: current.start, number, id, finding });
                    }
                }
                return;
            }
        };
        self.keep(current, id, (row, column));
    }

    /// Keeps a row, with the cell that has its id.
    fn keep(&mut self, current: Current, id: SmolStr, (row, column): (u32, u32)) {
        let number = self.number;
        let id_column = column;
        if let Some((parent, column)) = current.parent
            && let Some(parent) = self.parents.get_mut(parent as usize)
        {
            parent.first.get_or_insert((row, column));
            parent.rows += 1;
        }
        for (field, target, id, column) in current.references {
            self.references.push(Reference { row, column, id, field, target });
        }
        let start = u32::try_from(current.start).unwrap_or(u32::MAX);
        self.origins.push(Origin { start, id: id_column, number });
        let parent = current.parent.map(|it| it.0);
        self.rows.push(Row { id, name: current.name, parent, facts: current.facts.into() });
    }

    /// Keeps nothing of the row but its id: which cell belongs to which column is not certain.
    pub(super) fn end_without_facts(&mut self, id: Option<(u32, &str)>) {
        if self.rejects.is_some() {
            if let Some((column, id)) = id {
                self.cell(column, Target::Id, id);
            }
            return self.end();
        }
        let Some((column, id)) = id.filter(|it| !it.1.trim().is_empty()) else {
            self.is_whole = false;
            return;
        };
        self.cell(column, Target::Id, id);
        self.end();
    }

    /// Reports a heading that stands for nothing; what stands for `taken` is not offered.
    pub(super) fn unknown_column(&mut self, heading: &str, at: Range<usize>, taken: &[Target]) {
        let schema = &self.schema;
        self.report.push(|report| {
            let entity = schema.def.meta.symbol.name.clone();
            let message = SampleMessage::SampleUnknownColumn { column: clip(heading), entity };
            let diagnostic = Diagnostic::new(message, report.at(at)).note(SampleNote::ColumnLeftOut);
            if let Some(near) = suggest(heading, schema.headings(taken)) {
                return offer(diagnostic, near);
            }
            let fields: Vec<SmolStr> = schema.def.fields.iter().map(|it| it.name.clone()).collect();
            if (1..=MOST_LISTED).contains(&fields.len()) {
                diagnostic.note(SampleNote::FieldsAre { fields })
            } else {
                diagnostic
            }
        });
    }

    /// Reports a heading that stands for what an earlier one stands for.
    pub(super) fn duplicate_column(&mut self, heading: &str, at: Range<usize>, first: Range<usize>) {
        self.report.push(|report| {
            let message = SampleMessage::SampleDuplicateColumn { column: clip(heading) };
            Diagnostic::new(message, report.at(at)).label(report.at(first), GeneralNote::FirstHere)
        });
    }

    /// Reports the rows without an id, or that none has a place for one. Must come before [`Table::finish`].
    pub(super) fn report_missing_ids(&mut self) {
        let rows = std::mem::take(&mut self.without_id);
        let (text, format) = (self.text, self.format);
        if !self.has_ids
            && let Some((start, ..)) = rows.first()
        {
            // Nothing is left of the file; what would belong to its rows is not reported as well.
            self.refuse(|report| {
                Diagnostic::new(malformed::no_id(), report.at(locate(text, format, *start, None)))
                    .help(SampleNote::GiveEachAnId)
            });
            return;
        }
        for (start, row, column) in rows {
            let build = |report: &Report| {
                let at = report.at(locate(text, format, start, column));
                Diagnostic::new(SampleMessage::SampleMissingId { row }, at)
            };
            match &mut self.rejects {
                None => self.report.push(build),
                Some(rejects) => {
                    let finding = self.report.made(build);
                    rejects.push(Reject { start, number: row, id: SmolStr::default(), finding });
                }
            }
        }
    }

    /// The place of a cell of a row that was kept.
    pub(super) fn place(&self, row: u32, column: u32) -> Span {
        let start = self.origins.get(row as usize).map_or(0, |it| it.start as usize);
        self.report.at(locate(self.text, self.format, start, Some(column)))
    }

    /// The number of a row that was kept, among the rows of the file.
    pub(super) fn number_of(&self, row: u32) -> u64 {
        self.origins.get(row as usize).map_or(0, |it| it.number)
    }

    /// A fact of a row that was kept refers to what is not there.
    pub(super) fn bad_reference<'i>(&self, reference: &Reference, ids: impl Iterator<Item = &'i str>) -> Diagnostic {
        let Reference { row, column, id, field, .. } = reference;
        let at = self.place(*row, *column);
        if let Some(reader) = self.schema.fields.get(*field) {
            reader.diagnose(&BadCell::NoSuchId, id, (self.number_of(*row), column + 1), at, ids)
        } else {
            let own = self.rows.get(*row as usize).map(|it| clip(&it.id)).unwrap_or_default();
            Diagnostic::new(SampleMessage::SampleOrphan { id: own, parent: clip(id) }, at)
        }
    }

    /// Leaves out rows that were kept, given in their order with what is wrong with each; whether there are any.
    pub(super) fn reject_rows(&mut self, found: Vec<(u32, Diagnostic)>) -> bool {
        let Some(rejects) = self.rejects.as_mut().filter(|_| !found.is_empty()) else { return false };
        let mut lost = vec![false; self.rows.len()];
        for (row, finding) in found {
            let place = row as usize;
            let (Some(origin), Some(kept), Some(lost)) =
                (self.origins.get(place), self.rows.get(place), lost.get_mut(place))
            else {
                continue;
            };
            *lost = true;
            rejects.push(Reject { start: origin.start as usize, number: origin.number, id: kept.id.clone(), finding });
        }
        let is_lost = |row: usize| lost.get(row) == Some(&true);
        // The place that each row has among those that stay.
        let places: Vec<u32> = lost
            .iter()
            .scan(0, |next, lost| {
                let place = *next;
                *next += u32::from(!lost);
                Some(place)
            })
            .collect();
        let mut row = 0..;
        self.rows.retain(|_| row.next().is_some_and(|it| !is_lost(it)));
        let mut row = 0..;
        self.origins.retain(|_| row.next().is_some_and(|it| !is_lost(it)));
        let place = |row: u32| places.get(row as usize).copied().unwrap_or_default();
        self.ids.retain(|_, row| !is_lost(*row as usize));
        self.ids.values_mut().for_each(|row| *row = place(*row));
        self.references.retain(|it| !is_lost(it.row as usize));
        self.references.iter_mut().for_each(|it| it.row = place(it.row));
        let columns: Vec<Option<u32>> = self.parents.iter().map(|it| it.first.map(|it| it.1)).collect();
        self.parents.iter_mut().for_each(|it| (it.first, it.rows) = (None, 0));
        for (row, number) in self.rows.iter().zip(0_u32..) {
            let Some(index) = row.parent.map(|it| it as usize) else { continue };
            let Some(parent) = self.parents.get_mut(index) else { continue };
            parent.rows += 1;
            if parent.first.is_none() {
                parent.first = columns.get(index).copied().flatten().map(|it| (number, it));
            }
        }
        true
    }

    /// The rows so far and the ids of their parents; more of them may follow.
    pub(super) fn drain(&mut self) -> (Vec<Row>, Vec<SmolStr>) {
        self.origins.clear();
        self.ids.clear();
        self.parent_ids.clear();
        let parents = std::mem::take(&mut self.parents).into_iter().map(|it| it.id).collect();
        (std::mem::take(&mut self.rows), parents)
    }

    /// The rows and the findings.
    pub(super) fn finish(self) -> (Vec<Row>, Vec<Diagnostic>) {
        (self.rows, self.report.finish())
    }
}

/// The bytes of a cell of the row that begins at `start`; without a column the row's beginning.
fn locate(text: &str, format: Format, start: usize, column: Option<u32>) -> Range<usize> {
    let found = match (column, format) {
        (Some(column), Format::Csv { separator }) => csv::locate(text, start, separator, column),
        (Some(column), Format::Json) => json::locate(text, start, column),
        (None, Format::Csv { .. }) => None,
        (None, Format::Json) => Some(start..start + 1),
        (column, Format::Parquet) => Some(rows::place(start, column)),
    };
    found.unwrap_or(start..start)
}

/// Where a field is declared.
fn declaration(db: &dyn Db, schema: &Schema<'_>, field: usize) -> Option<Span> {
    let meta = &schema.def.meta;
    let name = &schema.def.fields.get(field)?.name;
    let elements = meta.content.block.body.iter().flat_map(|it| &it.elements);
    let idents = elements.filter_map(|it| match it {
        Element::Clause(clause) => match clause.name {
            Some(HeadName::Name(name)) => Some(name),
            _ => None,
        },
        Element::Block(block) => block.name,
        Element::Error(_) => None,
    });
    let ident = idents.into_iter().find(|it| it.text(&meta.content.text) == name)?;
    Some(file_span(db, &meta.place(ident.span)))
}

/// What can be wrong with a file as a whole.
pub(super) mod malformed {
    use polis_diagnostic::{Bilingual, SampleMessage};
    use smol_str::{SmolStr, format_smolstr};

    fn message(zh: impl Into<SmolStr>, en: impl Into<SmolStr>) -> SampleMessage {
        SampleMessage::SampleMalformed { detail: Bilingual::new(zh, en) }
    }

    pub(in crate::samples) fn empty() -> SampleMessage {
        message("文件是空的", "the file is empty")
    }

    pub(in crate::samples) fn no_id() -> SampleMessage {
        message("没有 `编号` 一列", "there is no column `id`")
    }

    pub(in crate::samples) fn row_length(row: u64, cells: usize, columns: usize) -> SampleMessage {
        let (s, t) = (if cells == 1 { "" } else { "s" }, if columns == 1 { "" } else { "s" });
        message(
            format_smolstr!("第 {row} 行有 {cells} 格，而表头有 {columns} 列"),
            format_smolstr!("row {row} has {cells} cell{s}, the heading has {columns} column{t}"),
        )
    }

    pub(in crate::samples) fn unnamed_column(column: usize) -> SampleMessage {
        message(format_smolstr!("第 {column} 列没有列名"), format_smolstr!("column {column} has no heading"))
    }

    pub(in crate::samples) fn unclosed_quote() -> SampleMessage {
        message("引号没有闭合", "the quote is not closed")
    }

    pub(in crate::samples) fn not_an_array() -> SampleMessage {
        message("JSON 应为对象的数组", "the JSON must be an array of objects")
    }

    pub(in crate::samples) fn not_an_object(row: u64) -> SampleMessage {
        message(format_smolstr!("第 {row} 行不是 JSON 对象"), format_smolstr!("row {row} is not a JSON object"))
    }

    pub(in crate::samples) fn not_a_text(row: u64, column: u32) -> SampleMessage {
        message(
            format_smolstr!("第 {row} 行第 {column} 列应为文字或数"),
            format_smolstr!("row {row}, column {column} must be a text or a number"),
        )
    }

    pub(in crate::samples) fn json(zh: &str, en: &str) -> SampleMessage {
        message(format_smolstr!("JSON 有误，{zh}"), format_smolstr!("the JSON is wrong, {en}"))
    }

    pub(in crate::samples) fn parquet(detail: &str) -> SampleMessage {
        message(format_smolstr!("Parquet 有误，{detail}"), format_smolstr!("the Parquet is wrong: {detail}"))
    }

    pub(in crate::samples) fn column_type(column: &str, ty: &str) -> SampleMessage {
        message(
            format_smolstr!("列 `{column}` 的 Parquet 类型 `{ty}` 不合所读的字段"),
            format_smolstr!("the Parquet type `{ty}` of column `{column}` does not fit what is read from it"),
        )
    }

    pub(in crate::samples) fn unreadable() -> SampleMessage {
        message("表格有误", "the table cannot be taken apart")
    }
}
