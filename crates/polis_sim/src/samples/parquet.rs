//! Tables in Parquet, read group by group of rows.
//!
//! A cell is turned into the text that it would be in CSV and goes the same way from there, so that both forms have the
//! same values, checks and findings. What has no such text, such as a binary fraction, is refused for the whole column.

use std::cell::Cell;
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{ConvertedType, LogicalType, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType, FixedLenByteArray};
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::reader::{ChunkReader, FileReader, Length, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;
use polis_db::RandomRead;
use polis_diagnostic::{Diagnostic, SampleNote};
use polis_semantic::Type;
use smol_str::{SmolStr, format_smolstr};

use super::columns::Target;
use super::report::{clip, rows};
use super::table::{Table, malformed};
use crate::generate::civil;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic of this thread is caught and told as a finding about a file, and so is no bug to be reported.
#[must_use]
pub fn panics_are_findings() -> bool {
    GUARDED.get()
}

/// Rows that are decoded at a time.
const BATCH: usize = 4096;

/// Reads a file.
pub(super) fn read(table: &mut Table<'_>, file: Arc<dyn RandomRead>) {
    read_in_batches(table, file, &mut |_| true);
}

/// How many rows a file says that it has.
pub(super) fn rows(file: &Arc<dyn RandomRead>) -> Option<u64> {
    let length = file.length().ok()?;
    GUARDED.set(true);
    let reader =
        catch_unwind(AssertUnwindSafe(|| SerializedFileReader::new(Chunks { file: Arc::clone(file), length })));
    GUARDED.set(false);
    u64::try_from(reader.ok()?.ok()?.metadata().file_metadata().num_rows()).ok()
}

/// Reads a file, and shows the table after every batch of rows; `false` ends the reading.
pub(super) fn read_in_batches(
    table: &mut Table<'_>,
    file: Arc<dyn RandomRead>,
    each: &mut dyn FnMut(&mut Table<'_>) -> bool,
) {
    // A file of which bytes were changed can lead the crate into an overflow or an assertion of its own. That is the file's
    // fault here, as it is for any other form: what has been read stays, and the finding says that there is no more.
    GUARDED.set(true);
    let read = catch_unwind(AssertUnwindSafe(|| read_all(table, file, each)));
    GUARDED.set(false);
    let error = match read {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(error.to_string()),
        Err(_) => Some("its parts contradict each other".to_owned()),
    };
    if let Some(error) = error {
        let detail = error.lines().next().unwrap_or_default();
        table.refuse(|report| Diagnostic::new(malformed::parquet(detail), report.at(0..0)));
    }
}

/// A file as the crate wants to see one.
struct Chunks {
    file: Arc<dyn RandomRead>,
    length: u64,
}

impl Length for Chunks {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for Chunks {
    type T = From;

    fn get_read(&self, start: u64) -> ParquetResult<From> {
        Ok(From { file: Arc::clone(&self.file), at: start, length: self.length })
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        // What a broken file asks for must not take more memory than the file has bytes.
        if start.checked_add(length as u64).is_none_or(|it| it > self.length) {
            return Err(ParquetError::EOF("the file ends before the data".to_owned()));
        }
        let mut bytes = vec![0; length];
        self.file.read_at(start, &mut bytes)?;
        Ok(bytes.into())
    }
}

/// A file from some byte on.
struct From {
    file: Arc<dyn RandomRead>,
    at: u64,
    length: u64,
}

impl Read for From {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let left = self.length.saturating_sub(self.at);
        let count = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
        if let Some(bytes) = bytes.get_mut(..count) {
            self.file.read_at(self.at, bytes)?;
        }
        self.at += count as u64;
        Ok(count)
    }
}

fn read_all(
    table: &mut Table<'_>,
    file: Arc<dyn RandomRead>,
    each: &mut dyn FnMut(&mut Table<'_>) -> bool,
) -> ParquetResult<()> {
    let length = file.length()?;
    let reader = SerializedFileReader::new(Chunks { file, length })?;
    let metadata = reader.metadata();
    let columns = metadata.file_metadata().schema_descr().columns();
    table.report.name_columns(columns.iter().map(|it| it.name().into()).collect());
    let Some(targets) = headings(table, columns) else { return Ok(()) };
    table.reserve(usize::try_from(metadata.file_metadata().num_rows()).unwrap_or(0));
    let mut number: usize = 0;
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group)?;
        let mut cells: Vec<Cells> = Vec::new();
        for (position, target) in targets.iter().enumerate() {
            if let (Some(descriptor), Some((target, form))) = (columns.get(position), target) {
                // The crate asserts these where it should say so.
                let chunk = group.metadata().column(position);
                let first = chunk.dictionary_page_offset().unwrap_or(0).min(chunk.data_page_offset());
                if first < 0 || chunk.compressed_size() < 0 {
                    return Err(ParquetError::General("a column begins before the file".to_owned()));
                }
                let reader = group.get_column_reader(position)?;
                cells.push(Cells::new(position, *target, *form, descriptor, reader)?);
            }
        }
        let mut left = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        let mut text = String::new();
        while left > 0 {
            let rows = left.min(BATCH);
            for column in &mut cells {
                column.fill(rows)?;
            }
            for row in 0..rows {
                number += 1;
                table.begin(number);
                for column in &mut cells {
                    text.clear();
                    let position = u32::try_from(column.position).unwrap_or(u32::MAX);
                    match column.write(row, &mut text) {
                        Some(Ok(())) => table.cell(position, column.target, &text),
                        Some(Err(NotUtf8)) => {
                            let number = table.number();
                            table.wrong(|report| {
                                Diagnostic::new(
                                    malformed::not_a_text(number, position + 1),
                                    report.cell(number, position),
                                )
                            });
                        }
                        // A row without an id still has a place for it.
                        None => table.cell(position, column.target, ""),
                    }
                }
                table.end();
            }
            left -= rows;
            if !each(table) {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// What the columns are, with how their cells become texts; `None` if there is none for the id.
fn headings(table: &mut Table<'_>, columns: &[Arc<ColumnDescriptor>]) -> Option<Vec<Option<(Target, Form)>>> {
    let resolved: Vec<Option<Target>> = columns.iter().map(|it| table.schema.target(it.name())).collect();
    if !resolved.contains(&Some(Target::Id)) {
        table.refuse(|report| Diagnostic::new(malformed::no_id(), report.at(0..0)).help(SampleNote::GiveEachAnId));
        return None;
    }
    let taken: Vec<Target> = resolved.iter().copied().flatten().collect();
    let mut found: Vec<Option<(Target, Form)>> = Vec::new();
    for ((descriptor, target), position) in columns.iter().zip(resolved).zip(0_u32..) {
        let place = rows::place(0, Some(position));
        let name = descriptor.name();
        let Some(target) = target else {
            table.unknown_column(name, place, &taken);
            found.push(None);
            continue;
        };
        if let Some(first) = found.iter().position(|it| it.is_some_and(|it| it.0 == target)) {
            let first = rows::place(0, u32::try_from(first).ok());
            table.duplicate_column(name, place, first);
            found.push(None);
            continue;
        }
        let form = Form::of(descriptor).filter(|it| it.suits(field_type(table, target)));
        if form.is_none() {
            let written = written(descriptor);
            table.report.push(|report| {
                Diagnostic::new(malformed::column_type(&clip(name), &written), report.at(place))
                    .note(SampleNote::ColumnLeftOut)
            });
            // Without ids nothing can be kept, and what belongs to the rows is not reported as well.
            if target == Target::Id {
                table.is_whole = false;
                return None;
            }
        }
        found.push(form.map(|it| (target, it)));
    }
    Some(found)
}

/// The type of a field; ids and names are texts.
fn field_type<'t>(table: &'t Table<'_>, target: Target) -> &'t Type {
    match target {
        Target::Field(field) => table.schema.def.fields.get(field).map_or(&Type::Any, |it| &it.ty),
        _ => &Type::Text,
    }
}

/// A column's type as Parquet writes it.
fn written(descriptor: &ColumnDescriptor) -> SmolStr {
    if descriptor.path().parts().len() > 1 || descriptor.max_rep_level() > 0 {
        return "nested".into();
    }
    match descriptor.logical_type_ref() {
        Some(logical) => format_smolstr!("{} ({logical:?})", descriptor.physical_type()),
        None if descriptor.converted_type() == ConvertedType::NONE => format_smolstr!("{}", descriptor.physical_type()),
        None => format_smolstr!("{} ({})", descriptor.physical_type(), descriptor.converted_type()),
    }
}

/// How the cells of a column become texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Truth,
    /// Digits, so many of them after the point.
    Figure(u32),
    Day,
    Text,
}

impl Form {
    /// `None` for what has no text without a guess: binary fractions, times, nested columns.
    fn of(descriptor: &ColumnDescriptor) -> Option<Self> {
        if descriptor.path().parts().len() > 1 || descriptor.max_rep_level() > 0 {
            return None;
        }
        let (logical, converted) = (descriptor.logical_type_ref(), descriptor.converted_type());
        let is_decimal = matches!(logical, Some(LogicalType::Decimal(_))) || converted == ConvertedType::DECIMAL;
        let decimal = || u32::try_from(descriptor.type_scale()).ok().map(Self::Figure);
        match descriptor.physical_type() {
            Physical::BOOLEAN => Some(Self::Truth),
            Physical::INT32 | Physical::INT64 | Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY if is_decimal => {
                decimal()
            }
            Physical::INT32 if matches!(logical, Some(LogicalType::Date)) || converted == ConvertedType::DATE => {
                Some(Self::Day)
            }
            Physical::INT32 | Physical::INT64 => match logical {
                None if matches!(
                    converted,
                    ConvertedType::NONE
                        | ConvertedType::INT_8
                        | ConvertedType::INT_16
                        | ConvertedType::INT_32
                        | ConvertedType::INT_64
                        | ConvertedType::UINT_8
                        | ConvertedType::UINT_16
                ) =>
                {
                    Some(Self::Figure(0))
                }
                // A figure without a sign may use the bit of the sign where it takes the whole width.
                Some(LogicalType::Integer(it)) if it.is_signed || it.bit_width < 32 => Some(Self::Figure(0)),
                _ => None,
            },
            Physical::BYTE_ARRAY => match logical {
                Some(LogicalType::String | LogicalType::Enum) => Some(Self::Text),
                // Some programs write texts without saying so.
                None if matches!(converted, ConvertedType::NONE | ConvertedType::UTF8 | ConvertedType::ENUM) => {
                    Some(Self::Text)
                }
                _ => None,
            },
            Physical::FIXED_LEN_BYTE_ARRAY | Physical::INT96 | Physical::FLOAT | Physical::DOUBLE => None,
        }
    }

    /// Whether such a column can be a field of the type. A text may be anything.
    fn suits(self, ty: &Type) -> bool {
        match (self, ty) {
            (Self::Text, _) | (_, Type::Any | Type::List(_)) => true,
            (Self::Truth, ty) => matches!(ty, Type::Truth | Type::Text),
            (Self::Figure(scale), ty) => {
                matches!(ty, Type::Number(_)) || scale == 0 && matches!(ty, Type::Text | Type::Entity(_))
            }
            (Self::Day, ty) => matches!(ty, Type::Date | Type::Text),
        }
    }
}

/// A column's text that is not UTF-8.
struct NotUtf8;

/// The cells of a column, a batch at a time.
struct Cells {
    position: usize,
    target: Target,
    form: Form,
    column: Column,
    /// For each row whether it has a value; empty where every row has one.
    levels: Vec<i16>,
    optional: bool,
    /// How many values have been taken.
    taken: usize,
}

enum Column {
    Truth(ColumnReaderImpl<parquet::data_type::BoolType>, Vec<bool>),
    Narrow(ColumnReaderImpl<parquet::data_type::Int32Type>, Vec<i32>),
    Wide(ColumnReaderImpl<parquet::data_type::Int64Type>, Vec<i64>),
    Bytes(ColumnReaderImpl<parquet::data_type::ByteArrayType>, Vec<ByteArray>),
    Fixed(ColumnReaderImpl<parquet::data_type::FixedLenByteArrayType>, Vec<FixedLenByteArray>),
}

impl Cells {
    fn new(
        position: usize,
        target: Target,
        form: Form,
        descriptor: &ColumnDescriptor,
        reader: ColumnReader,
    ) -> ParquetResult<Self> {
        let column = match reader {
            ColumnReader::BoolColumnReader(it) => Column::Truth(it, Vec::new()),
            ColumnReader::Int32ColumnReader(it) => Column::Narrow(it, Vec::new()),
            ColumnReader::Int64ColumnReader(it) => Column::Wide(it, Vec::new()),
            ColumnReader::ByteArrayColumnReader(it) => Column::Bytes(it, Vec::new()),
            ColumnReader::FixedLenByteArrayColumnReader(it) => Column::Fixed(it, Vec::new()),
            _ => return Err(ParquetError::General(format!("a column of type {}", descriptor.physical_type()))),
        };
        let optional = descriptor.max_def_level() > 0;
        Ok(Self { position, target, form, column, levels: Vec::new(), optional, taken: 0 })
    }

    /// Decodes the next rows.
    fn fill(&mut self, rows: usize) -> ParquetResult<()> {
        self.levels.clear();
        self.taken = 0;
        let levels = self.optional.then_some(&mut self.levels);
        let found = match &mut self.column {
            Column::Truth(reader, values) => records(reader, values, levels, rows),
            Column::Narrow(reader, values) => records(reader, values, levels, rows),
            Column::Wide(reader, values) => records(reader, values, levels, rows),
            Column::Bytes(reader, values) => records(reader, values, levels, rows),
            Column::Fixed(reader, values) => records(reader, values, levels, rows),
        }?;
        if found < rows {
            return Err(ParquetError::EOF("a column has fewer rows than its group".to_owned()));
        }
        Ok(())
    }

    /// Appends the text of a row; rows are asked for in their order. `None` where it has no value.
    fn write(&mut self, row: usize, out: &mut String) -> Option<Result<(), NotUtf8>> {
        if self.optional && self.levels.get(row).is_none_or(|it| *it == 0) {
            return None;
        }
        let taken = self.taken;
        self.taken += 1;
        let text =
            |bytes: &[u8], out: &mut String| std::str::from_utf8(bytes).map(|it| out.push_str(it)).map_err(|_| NotUtf8);
        match (&self.column, self.form) {
            (Column::Truth(_, values), _) => out.push_str(if *values.get(taken)? { "true" } else { "false" }),
            (Column::Narrow(_, values), Form::Day) => day(*values.get(taken)?, out),
            (Column::Narrow(_, values), form) => figure((*values.get(taken)?).into(), form, out),
            (Column::Wide(_, values), form) => figure((*values.get(taken)?).into(), form, out),
            (Column::Bytes(_, values), Form::Text) => return Some(text(values.get(taken)?.data(), out)),
            (Column::Bytes(_, values), form) => figure(integer(values.get(taken)?.data())?, form, out),
            (Column::Fixed(_, values), form) => figure(integer(values.get(taken)?.data())?, form, out),
        }
        Some(Ok(()))
    }
}

fn records<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    values: &mut Vec<T::T>,
    mut levels: Option<&mut Vec<i16>>,
    rows: usize,
) -> ParquetResult<usize> {
    values.clear();
    let mut found = 0;
    // Fewer come where a page ends.
    while found < rows {
        let (more, ..) = reader.read_records(rows - found, levels.as_deref_mut(), None, values)?;
        if more == 0 {
            break;
        }
        found += more;
    }
    Ok(found)
}

/// The integer that bytes are in two's complement, the highest first; `None` for more than 128 bits.
fn integer(bytes: &[u8]) -> Option<i128> {
    let sign = if bytes.first().is_some_and(|it| *it >= 0x80) { 0xff } else { 0 };
    let mut wide = [sign; 16];
    let start = wide.len().checked_sub(bytes.len())?;
    wide.get_mut(start..)?.copy_from_slice(bytes);
    Some(i128::from_be_bytes(wide))
}

/// A figure from its digits.
fn figure(digits: i128, form: Form, out: &mut String) {
    use std::fmt::Write as _;

    let scale = if let Form::Figure(scale) = form { scale as usize } else { 0 };
    if scale == 0 {
        match u64::try_from(digits) {
            Ok(digits) => whole(digits, out),
            // Writing to a string does not fail.
            Err(_) => drop(write!(out, "{digits}")),
        }
        return;
    }
    let sign = if digits < 0 { "-" } else { "" };
    let text = format!("{:0>1$}", digits.unsigned_abs(), scale + 1);
    let (whole, rest) = text.split_at(text.len() - scale);
    // A figure without its trailing zeros is the same figure, and can have more digits before the point.
    let rest = rest.trim_end_matches('0');
    let point = if rest.is_empty() { "" } else { "." };
    let _ = write!(out, "{sign}{whole}{point}{rest}");
}

/// The digits of most figures by far.
fn whole(mut figure: u64, out: &mut String) {
    // As many as 64 bits need.
    let mut digits = [b'0'; 20];
    let mut length = 0;
    for digit in digits.iter_mut().rev() {
        // INVARIANT: a remainder of ten is a digit.
        *digit += u8::try_from(figure % 10).unwrap_or_default();
        figure /= 10;
        length += 1;
        if figure == 0 {
            break;
        }
    }
    out.extend(digits.iter().skip(20 - length).map(|it| char::from(*it)));
}

/// `2020-01-31`.
fn day(days: i32, out: &mut String) {
    use std::fmt::Write as _;

    let (year, month, day) = civil(days);
    let _ = write!(out, "{year:04}-{month:02}-{day:02}");
}
