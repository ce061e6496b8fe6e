//! Generated tables in Parquet.
//!
//! A file is written in groups of rows, and a group column by column. Since every cell is drawn by itself, nothing of a
//! group is kept but the encoded pages of the column at hand.

use std::io::{self, Write};
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::column::writer::ColumnWriterImpl;
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, FixedLenByteArray, FixedLenByteArrayType, Int32Type, Int64Type,
};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{ColumnPath, Type};

use super::column::{Column, Datum, Kind};
use super::csv::{BATCH, digits};
use super::plan::Table;

/// Rows of a group: large enough that the encodings pay, small enough for a few megabytes.
const GROUP: u64 = 1 << 17;

/// Digits that a decimal may have: as many as a figure of the language.
const PRECISION: i32 = 28;

/// Bytes of a decimal of so many digits.
const WIDTH: usize = 12;

/// Writes a table. `made` hears of the rows of every group, and in between of none, so that it can end the work.
pub(super) fn write(
    table: &Table<'_>,
    out: &mut (dyn Write + Send),
    made: &mut dyn FnMut(u64) -> io::Result<()>,
) -> io::Result<()> {
    let mut out = Sink { out, failed: None };
    let result = write_all(table, &mut out, made);
    // What the system says is told as it says it.
    match (result, out.failed) {
        (Err(_), Some(error)) => Err(error),
        (result, _) => result,
    }
}

/// Keeps the error of the system, which the crate turns into a text.
struct Sink<'o> {
    out: &'o mut (dyn Write + Send),
    failed: Option<io::Error>,
}

impl Write for Sink<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes).map_err(|error| {
            let kind = error.kind();
            self.failed = Some(error);
            kind.into()
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn write_all(table: &Table<'_>, out: &mut Sink<'_>, made: &mut dyn FnMut(u64) -> io::Result<()>) -> io::Result<()> {
    let mut file = SerializedFileWriter::new(out, schema(table)?, properties(table)).map_err(other)?;
    let words: Vec<Vec<ByteArray>> = table.columns.iter().map(words).collect();
    let mut first = 0;
    while first < table.rows {
        let end = table.rows.min(first.saturating_add(GROUP));
        let mut group = file.next_row_group().map_err(other)?;
        let mut next = |write: &mut dyn FnMut(&mut SerializedColumnWriter<'_>) -> io::Result<()>| {
            let mut column = group.next_column().map_err(other)?.ok_or_else(|| other("a column too many"))?;
            write(&mut column)?;
            column.close().map_err(other)
        };
        next(&mut |column| ids(column.typed(), (first, end), 1, &table.prefix, made))?;
        next(&mut |column| names(column.typed(), (first, end), table, made))?;
        if let Some((_, prefix, per)) = &table.parent {
            next(&mut |column| ids(column.typed(), (first, end), *per, prefix, made))?;
        }
        for (column, words) in table.columns.iter().zip(&words) {
            next(&mut |writer| facts(writer, column, words, (first, end), made))?;
        }
        group.close().map_err(other)?;
        made(end - first)?;
        first = end;
    }
    file.close().map_err(other)?;
    Ok(())
}

fn other(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::other(error)
}

fn schema(table: &Table<'_>) -> io::Result<Arc<Type>> {
    let text = |name: &str, repetition| {
        Type::primitive_type_builder(name, Physical::BYTE_ARRAY)
            .with_repetition(repetition)
            .with_logical_type(Some(LogicalType::String))
            .build()
    };
    let mut fields = vec![text(id(table), Repetition::REQUIRED), text(name(table), Repetition::REQUIRED)];
    fields.extend(table.parent.iter().map(|it| text(it.0, Repetition::REQUIRED)));
    fields.extend(table.columns.iter().map(|it| {
        let of = |physical| Type::primitive_type_builder(it.heading, physical).with_repetition(Repetition::OPTIONAL);
        match &it.kind {
            Kind::Figure(figure) if figure.whole => of(Physical::INT64).build(),
            Kind::Figure(figure) => {
                let scale = i32::try_from(figure.scale).unwrap_or_default();
                of(Physical::FIXED_LEN_BYTE_ARRAY)
                    .with_logical_type(Some(LogicalType::decimal(scale, PRECISION)))
                    .with_length(i32::try_from(WIDTH).unwrap_or_default())
                    .with_precision(PRECISION)
                    .with_scale(scale)
                    .build()
            }
            Kind::Truth => of(Physical::BOOLEAN).build(),
            Kind::Day(_) => of(Physical::INT32).with_logical_type(Some(LogicalType::Date)).build(),
            Kind::Enum(_) | Kind::Text { .. } | Kind::Reference(_) | Kind::Nothing => {
                text(it.heading, Repetition::OPTIONAL)
            }
        }
    }));
    let fields = fields.into_iter().map(|it| it.map(Arc::new)).collect::<Result<Vec<_>, _>>().map_err(other)?;
    let schema = Type::group_type_builder(&table.name).with_fields(fields).build().map_err(other)?;
    Ok(Arc::new(schema))
}

fn id(table: &Table<'_>) -> &'static str {
    if table.english { "id" } else { "编号" }
}

fn name(table: &Table<'_>) -> &'static str {
    if table.english { "name" } else { "名称" }
}

fn properties(table: &Table<'_>) -> Arc<WriterProperties> {
    // Ids and names differ in every row: a dictionary of them would only be thrown away.
    let path = |it: &str| ColumnPath::new(vec![it.to_owned()]);
    let properties = WriterProperties::builder()
        // Not the version of the crate, so that an update of it does not change the bytes by itself.
        .set_created_by("polis".to_owned())
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_column_dictionary_enabled(path(id(table)), false)
        .set_column_dictionary_enabled(path(name(table)), false);
    Arc::new(properties.build())
}

fn words(column: &Column<'_>) -> Vec<ByteArray> {
    column.words().iter().map(|it| ByteArray::from(it.as_bytes().to_vec())).collect()
}

/// The rows of a group in parts that are drawn and written together.
fn batches((first, end): (u64, u64)) -> impl Iterator<Item = std::ops::Range<u64>> {
    let size = usize::try_from(BATCH).unwrap_or(1);
    (first..end).step_by(size).map(move |start| start..end.min(start.saturating_add(BATCH)))
}

/// Ids of rows, or of what `per` rows each lie in.
fn ids(
    writer: &mut ColumnWriterImpl<'_, ByteArrayType>,
    rows: (u64, u64),
    per: u64,
    prefix: &str,
    made: &mut dyn FnMut(u64) -> io::Result<()>,
) -> io::Result<()> {
    for rows in batches(rows) {
        let texts = Texts::of(rows.start / per..=(rows.end - 1) / per, |it, out| {
            out.extend_from_slice(prefix.as_bytes());
            digits(it + 1, out);
        });
        let of_row = |row: u64| usize::try_from(row / per - rows.start / per).ok();
        let values: Vec<ByteArray> = rows.clone().filter_map(|row| texts.get(of_row(row)?).cloned()).collect();
        writer.write_batch(&values, None, None).map_err(other)?;
        made(0)?;
    }
    Ok(())
}

fn names(
    writer: &mut ColumnWriterImpl<'_, ByteArrayType>,
    rows: (u64, u64),
    table: &Table<'_>,
    made: &mut dyn FnMut(u64) -> io::Result<()>,
) -> io::Result<()> {
    for rows in batches(rows) {
        let texts = Texts::of(rows, |row, out| table.names.write(row, out));
        writer.write_batch(&texts, None, None).map_err(other)?;
        made(0)?;
    }
    Ok(())
}

/// Many texts in one piece of memory.
struct Texts;

impl Texts {
    fn of(rows: impl Iterator<Item = u64>, write: impl Fn(u64, &mut Vec<u8>)) -> Vec<ByteArray> {
        let (mut bytes, mut ends) = (Vec::new(), Vec::new());
        for row in rows {
            write(row, &mut bytes);
            ends.push(bytes.len());
        }
        let bytes = Bytes::from(bytes);
        let starts = std::iter::once(0).chain(ends.iter().copied());
        starts.zip(&ends).map(|(start, end)| ByteArray::from(bytes.slice(start..*end))).collect()
    }
}

/// The cells of a column: whatever is not missing in `values`, and in `levels` which are not.
struct Cells<T> {
    values: Vec<T>,
    levels: Vec<i16>,
}

fn typed<T: DataType>(
    writer: &mut ColumnWriterImpl<'_, T>,
    column: &Column<'_>,
    rows: (u64, u64),
    made: &mut dyn FnMut(u64) -> io::Result<()>,
    mut value: impl FnMut(Datum) -> Option<T::T>,
) -> io::Result<()> {
    let mut cells = Cells { values: Vec::new(), levels: Vec::new() };
    for rows in batches(rows) {
        cells.values.clear();
        cells.levels.clear();
        for row in rows {
            let found = value(column.draw(row));
            cells.levels.push(i16::from(found.is_some()));
            cells.values.extend(found);
        }
        writer.write_batch(&cells.values, Some(&cells.levels), None).map_err(other)?;
        made(0)?;
    }
    Ok(())
}

fn facts(
    writer: &mut SerializedColumnWriter<'_>,
    column: &Column<'_>,
    words: &[ByteArray],
    rows: (u64, u64),
    made: &mut dyn FnMut(u64) -> io::Result<()>,
) -> io::Result<()> {
    match &column.kind {
        Kind::Figure(figure) if figure.whole => typed::<Int64Type>(writer.typed(), column, rows, made, |it| match it {
            Datum::Figure(count) => Some(count),
            _ => None,
        }),
        Kind::Figure(_) => typed::<FixedLenByteArrayType>(writer.typed(), column, rows, made, |it| match it {
            Datum::Figure(count) => Some(decimal(count)),
            _ => None,
        }),
        Kind::Truth => typed::<BoolType>(writer.typed(), column, rows, made, |it| match it {
            Datum::Truth(truth) => Some(truth),
            _ => None,
        }),
        Kind::Day(_) => typed::<Int32Type>(writer.typed(), column, rows, made, |it| match it {
            Datum::Day(days) => Some(days),
            _ => None,
        }),
        Kind::Enum(_) | Kind::Text { .. } | Kind::Nothing => {
            typed::<ByteArrayType>(writer.typed(), column, rows, made, |it| match it {
                Datum::Word(position) => words.get(position).cloned(),
                _ => None,
            })
        }
        Kind::Reference(link) => typed::<ByteArrayType>(writer.typed(), column, rows, made, |it| match it {
            Datum::Row(row) => {
                let mut text = link.prefix.as_bytes().to_vec();
                digits(row + 1, &mut text);
                Some(ByteArray::from(text))
            }
            _ => None,
        }),
    }
}

/// A decimal as its digits in two's complement, the highest byte first.
fn decimal(count: i64) -> FixedLenByteArray {
    let wide = i128::from(count).to_be_bytes();
    // INVARIANT: 64 bits and their sign fit into the last 12 of 16 bytes.
    let bytes = wide.get(wide.len() - WIDTH..).unwrap_or_default();
    FixedLenByteArray::from(bytes.to_vec())
}
