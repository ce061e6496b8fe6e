//! Results of a run in Parquet, a line for each result, as in CSV.
//!
//! Rows are [written](ResultRow::write) into bytes, by as many threads as there are, and one [`ParquetResults`] takes the
//! bytes in order. Groups of rows end after so many lines, wherever the bytes do: a run in batches and a run as a whole make
//! the same file.
//!
//! **Invariant:** no figure is rounded. A figure that the form chosen for the columns cannot hold ends the writing with
//! [`ResultsError::DoesNotFit`], and whoever writes begins again with the next of [`Figures::ALL`].

mod packed;
#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, FixedLenByteArray, FixedLenByteArrayType};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;
use polis_value::Number;

use packed::Reader;

/// Lines of a group.
const GROUP: usize = if cfg!(test) { 1 << 5 } else { 1 << 17 };

/// Digits that a decimal may have so that every program reads it.
const PRECISION: u32 = 38;

/// Bytes of a decimal of so many digits.
const WIDTH: i32 = 16;

/// How figures are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figures {
    /// A decimal of 38 digits, so many of them after the point.
    Decimal(u32),
    /// Their digits as a text.
    Text,
}

impl Figures {
    /// The forms, by preference. The first holds every figure with no more than ten digits after the point; the second
    /// quotients, which have up to 28, below 10^10; the last everything.
    pub const ALL: [Self; 3] = [Self::Decimal(10), Self::Decimal(28), Self::Text];
}

/// What the lines of a column of results share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultColumn {
    /// The entity.
    pub entity: String,
    /// The provision.
    pub provision: String,
    /// What of it.
    pub title: String,
    /// The unit of its figures.
    pub unit: Option<String>,
}

/// A row with its results.
#[derive(Debug, Clone, Copy)]
pub struct ResultRow<'r> {
    /// Its id.
    pub id: &'r str,
    /// Its name.
    pub name: Option<&'r str>,
    /// The id of the row that it lies in.
    pub parent: Option<&'r str>,
    /// The number of its first column.
    pub first: usize,
}

/// A result.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResultCell {
    /// The lower end of a figure.
    pub low: Option<Number>,
    /// Its upper end.
    pub high: Option<Number>,
    /// What is no figure: an outcome, a text, or that it is unknown.
    pub outcome: Option<String>,
}

impl ResultRow<'_> {
    /// Writes the row as [`ParquetResults::push`] reads it.
    pub fn write(&self, cells: impl ExactSizeIterator<Item = ResultCell>, out: &mut Vec<u8>) {
        packed::count(self.first, out);
        packed::count(cells.len(), out);
        packed::text(Some(self.id), out);
        packed::text(self.name, out);
        packed::text(self.parent, out);
        for cell in cells {
            packed::figure(cell.low, out);
            packed::figure(cell.high, out);
            packed::text(cell.outcome.as_deref(), out);
        }
    }
}

/// Why results cannot be written.
#[derive(Debug)]
pub enum ResultsError {
    /// A figure has no place in the form that was chosen.
    DoesNotFit,
    /// The system refuses.
    System(io::Error),
}

impl From<io::Error> for ResultsError {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

/// A file of results that is being written.
pub struct ParquetResults<W: Write + Send> {
    file: SerializedFileWriter<Sink<W>>,
    failed: Failed,
    figures: Figures,
    columns: Vec<Shared>,
    group: Group,
}

/// What the lines of a column share, ready to be written.
struct Shared {
    entity: ByteArray,
    provision: ByteArray,
    title: ByteArray,
    unit: Option<ByteArray>,
}

/// The lines of a group: texts with whether there is one.
#[derive(Default)]
struct Group {
    lines: usize,
    texts: [Texts; 8],
    low: Ends,
    high: Ends,
}

#[derive(Default)]
struct Texts {
    values: Vec<ByteArray>,
    levels: Vec<i16>,
}

impl Texts {
    fn push(&mut self, text: Option<ByteArray>) {
        self.levels.push(i16::from(text.is_some()));
        self.values.extend(text);
    }
}

/// One end of the figures.
#[derive(Default)]
struct Ends {
    decimals: Vec<FixedLenByteArray>,
    texts: Vec<ByteArray>,
    levels: Vec<i16>,
}

impl Ends {
    fn push(&mut self, figure: Option<Number>, form: Figures) -> Result<(), ResultsError> {
        self.levels.push(i16::from(figure.is_some()));
        let Some(figure) = figure else { return Ok(()) };
        match form {
            Figures::Decimal(scale) => self.decimals.push(decimal(figure, scale).ok_or(ResultsError::DoesNotFit)?),
            Figures::Text => self.texts.push(figure.to_string().into_bytes().into()),
        }
        Ok(())
    }
}

/// A figure as its digits in two's complement, the highest byte first, if it has them.
fn decimal(figure: Number, scale: u32) -> Option<FixedLenByteArray> {
    let (digits, own) = figure.to_scaled();
    let digits = digits.checked_mul(10_i128.checked_pow(scale.checked_sub(own)?)?)?;
    let fits = digits.unsigned_abs() < 10_u128.pow(PRECISION);
    fits.then(|| FixedLenByteArray::from(digits.to_be_bytes().to_vec()))
}

impl<W: Write + Send> ParquetResults<W> {
    /// Begins a file with these ten headings, in the order of CSV. The numbers of columns are places in `columns`.
    ///
    /// # Errors
    ///
    /// Whatever the system says.
    pub fn new(out: W, headings: [&str; 10], columns: &[ResultColumn], figures: Figures) -> Result<Self, ResultsError> {
        let bytes = |it: &str| ByteArray::from(it.as_bytes().to_vec());
        let shared = |it: &ResultColumn| Shared {
            entity: bytes(&it.entity),
            provision: bytes(&it.provision),
            title: bytes(&it.title),
            unit: it.unit.as_deref().map(bytes),
        };
        let columns = columns.iter().map(shared).collect();
        let properties = WriterProperties::builder()
            // Not the version of the crate, so that an update of it does not change the bytes by itself.
            .set_created_by("polis".to_owned())
            .set_compression(Compression::SNAPPY)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .build();
        let schema = schema(headings, figures).map_err(io::Error::other)?;
        let failed = Failed::default();
        let sink = Sink { out, failed: Arc::clone(&failed) };
        let file = SerializedFileWriter::new(sink, schema, Arc::new(properties));
        let file = told(file, &failed)?;
        Ok(Self { file, failed, figures, columns, group: Group::default() })
    }

    /// Takes rows.
    ///
    /// # Errors
    ///
    /// Whatever the system says, and that a figure does not fit.
    pub fn push(&mut self, rows: &[u8]) -> Result<(), ResultsError> {
        let mut rows = Reader::new(rows);
        while !rows.is_empty() {
            self.row(&mut rows)?;
        }
        Ok(())
    }

    fn row(&mut self, rows: &mut Reader<'_>) -> Result<(), ResultsError> {
        let (first, count) = (rows.count()?, rows.count()?);
        let mut text = || rows.text().map(|it| it.map(|it| ByteArray::from(it.to_vec())));
        let (id, name, parent) = (text()?, text()?, text()?);
        for number in first..first.saturating_add(count) {
            let (low, high) = (rows.figure()?, rows.figure()?);
            let outcome = rows.text()?.map(|it| ByteArray::from(it.to_vec()));
            let shared = self.columns.get(number).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?;
            let line = [
                Some(shared.entity.clone()),
                id.clone(),
                name.clone(),
                parent.clone(),
                Some(shared.provision.clone()),
                Some(shared.title.clone()),
                shared.unit.clone(),
                outcome,
            ];
            for (texts, text) in self.group.texts.iter_mut().zip(line) {
                texts.push(text);
            }
            self.group.low.push(low, self.figures)?;
            self.group.high.push(high, self.figures)?;
            self.group.lines += 1;
            if self.group.lines >= GROUP {
                self.flush()?;
            }
        }
        Ok(())
    }

    /// Writes what there is of a group.
    fn flush(&mut self) -> Result<(), ResultsError> {
        if self.group.lines == 0 {
            return Ok(());
        }
        told(write_group(&mut self.file, &self.group, self.figures), &self.failed)?;
        let clear = |it: &mut Texts| {
            it.values.clear();
            it.levels.clear();
        };
        self.group.texts.iter_mut().for_each(clear);
        for ends in [&mut self.group.low, &mut self.group.high] {
            ends.decimals.clear();
            ends.texts.clear();
            ends.levels.clear();
        }
        self.group.lines = 0;
        Ok(())
    }

    /// Ends the file, and gives back what it was written to.
    ///
    /// # Errors
    ///
    /// Whatever the system says.
    pub fn finish(mut self) -> Result<W, ResultsError> {
        self.flush()?;
        told(self.file.into_inner(), &self.failed).map(|it| it.out)
    }
}

/// What the system says is told as it says it.
fn told<T>(written: parquet::errors::Result<T>, failed: &Failed) -> Result<T, ResultsError> {
    let failed = || failed.lock().unwrap_or_else(PoisonError::into_inner).take();
    written.map_err(|error| failed().unwrap_or_else(|| io::Error::other(error)).into())
}

fn write_group<W: Write + Send>(
    file: &mut SerializedFileWriter<Sink<W>>,
    group: &Group,
    figures: Figures,
) -> parquet::errors::Result<()> {
    let mut row_group = file.next_row_group()?;
    let [entity, id, name, parent, provision, title, unit, outcome] = &group.texts;
    for required in [entity, id] {
        column::<ByteArrayType, _>(&mut row_group, &required.values, None)?;
    }
    for optional in [name, parent] {
        column::<ByteArrayType, _>(&mut row_group, &optional.values, Some(&optional.levels))?;
    }
    for required in [provision, title] {
        column::<ByteArrayType, _>(&mut row_group, &required.values, None)?;
    }
    for ends in [&group.low, &group.high] {
        match figures {
            Figures::Decimal(_) => {
                column::<FixedLenByteArrayType, _>(&mut row_group, &ends.decimals, Some(&ends.levels))?;
            }
            Figures::Text => column::<ByteArrayType, _>(&mut row_group, &ends.texts, Some(&ends.levels))?,
        }
    }
    for optional in [unit, outcome] {
        column::<ByteArrayType, _>(&mut row_group, &optional.values, Some(&optional.levels))?;
    }
    row_group.close()?;
    Ok(())
}

fn column<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &[T::T],
    levels: Option<&[i16]>,
) -> parquet::errors::Result<()> {
    let Some(mut column) = group.next_column()? else {
        return Err(parquet::errors::ParquetError::General("a column too many".to_owned()));
    };
    column.typed::<T>().write_batch(values, levels, None)?;
    column.close()
}

fn schema(headings: [&str; 10], figures: Figures) -> parquet::errors::Result<Arc<Type>> {
    let text = |name: &str, repetition| {
        Type::primitive_type_builder(name, Physical::BYTE_ARRAY)
            .with_repetition(repetition)
            .with_logical_type(Some(LogicalType::String))
            .build()
    };
    let figure = |name: &str| {
        let Figures::Decimal(scale) = figures else { return text(name, Repetition::OPTIONAL) };
        let (scale, precision) = (i32::try_from(scale).unwrap_or(0), i32::try_from(PRECISION).unwrap_or(0));
        Type::primitive_type_builder(name, Physical::FIXED_LEN_BYTE_ARRAY)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(Some(LogicalType::decimal(scale, precision)))
            .with_length(WIDTH)
            .with_precision(precision)
            .with_scale(scale)
            .build()
    };
    let [entity, id, name, parent, provision, title, low, high, unit, outcome] = headings;
    let fields = [
        text(entity, Repetition::REQUIRED),
        text(id, Repetition::REQUIRED),
        text(name, Repetition::OPTIONAL),
        text(parent, Repetition::OPTIONAL),
        text(provision, Repetition::REQUIRED),
        text(title, Repetition::REQUIRED),
        figure(low),
        figure(high),
        text(unit, Repetition::OPTIONAL),
        text(outcome, Repetition::OPTIONAL),
    ];
    let fields = fields.into_iter().map(|it| it.map(Arc::new)).collect::<Result<Vec<_>, _>>()?;
    Ok(Arc::new(Type::group_type_builder("results").with_fields(fields).build()?))
}

/// What the system has said, which the crate turns into a text.
type Failed = Arc<Mutex<Option<io::Error>>>;

/// Keeps the error of the system.
struct Sink<W> {
    out: W,
    failed: Failed,
}

impl<W: Write> Write for Sink<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes).map_err(|error| {
            let kind = error.kind();
            *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            kind.into()
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
