//! Files of results, read again.

use ::bytes::Bytes;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::Field;
use polis_value::Number;
use proptest::prelude::*;

use super::*;

const HEADINGS: [&str; 10] =
    ["entity", "id", "name", "parent", "provision", "result", "low", "high", "unit", "outcome"];

fn columns() -> Vec<ResultColumn> {
    let column = |title: &str, unit: Option<&str>| ResultColumn {
        entity: "社区".into(),
        provision: format!("长春.{title}"),
        title: title.into(),
        unit: unit.map(str::to_owned),
    };
    vec![column("经费", Some("元")), column("结果", None)]
}

type Cells = Vec<[ResultCell; 2]>;

fn rows(cells: &Cells) -> Vec<Vec<u8>> {
    let row = |(number, cells): (usize, &[ResultCell; 2])| {
        let mut bytes = Vec::new();
        let id = format!("社区{number}");
        let (name, parent) = (number.is_multiple_of(3).then_some("甲"), (number % 3 == 1).then_some("街道"));
        ResultRow { id: &id, name, parent, first: 0 }.write(cells.clone().into_iter(), &mut bytes);
        bytes
    };
    cells.iter().enumerate().map(row).collect()
}

/// The file of the first form that holds all, with the rows in pieces of so many.
fn written(cells: &Cells, piece: usize) -> (Figures, Vec<u8>) {
    for form in Figures::ALL {
        let mut file = ParquetResults::new(Vec::new(), HEADINGS, &columns(), form).unwrap();
        let pushed = rows(cells).chunks(piece).try_for_each(|it| file.push(&it.concat()));
        match pushed {
            Ok(()) => return (form, file.finish().unwrap()),
            Err(ResultsError::DoesNotFit) => {}
            Err(ResultsError::System(error)) => panic!("{error}"),
        }
    }
    panic!("a text holds everything");
}

/// What a file says, line by line, in the form of CSV.
fn lines(bytes: Vec<u8>) -> Vec<String> {
    let reader = SerializedFileReader::new(Bytes::from(bytes)).unwrap();
    let text = |it: &Field| match it {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Decimal(decimal) => {
            let digits = i128::from_be_bytes(decimal.data().try_into().unwrap());
            Number::from_scaled(digits, decimal.scale().unsigned_abs()).unwrap().to_string()
        }
        other => panic!("{other}"),
    };
    let rows = reader.get_row_iter(None).unwrap();
    rows.map(|row| row.unwrap().get_column_iter().map(|it| text(it.1)).collect::<Vec<_>>().join(",")).collect()
}

fn expected(cells: &Cells) -> Vec<String> {
    let end = |it: Option<Number>| it.map(|it| it.to_string()).unwrap_or_default();
    let mut lines = Vec::new();
    for (number, cells) in cells.iter().enumerate() {
        let (name, parent) = ([",", "甲,", ","], ["", "", "街道"]);
        let (name, parent) = (name[(number + 1) % 3], parent[(number + 1) % 3]);
        for (column, cell) in columns().iter().zip(cells) {
            let ResultColumn { entity, provision, title, unit } = column;
            let (unit, outcome) = (unit.as_deref().unwrap_or(""), cell.outcome.as_deref().unwrap_or(""));
            let (low, high) = (end(cell.low), end(cell.high));
            lines.push(format!(
                "{entity},社区{number},{name}{parent},{provision},{title},{low},{high},{unit},{outcome}"
            ));
        }
    }
    lines
}

fn figure(digits: i128, scale: u32) -> ResultCell {
    let figure = Number::from_scaled(digits, scale).ok();
    ResultCell { low: figure, high: figure, outcome: None }
}

#[test]
fn figures_take_the_first_form_that_holds_them_all() {
    let most = 10_i128.pow(28) - 1;
    for (digits, scale, form) in [
        (35, 1, Figures::Decimal(10)),
        (most, 0, Figures::Decimal(10)),
        (-most, 10, Figures::Decimal(10)),
        (most, 11, Figures::Text),
        (most, 17, Figures::Text),
        (most, 18, Figures::Decimal(28)),
        (-3_333, 28, Figures::Decimal(28)),
    ] {
        let cells = vec![[figure(digits, scale), ResultCell::default()], [figure(1, 0), ResultCell::default()]];
        let (found, bytes) = written(&cells, 1);
        assert_eq!(found, form, "{digits} {scale}");
        assert_eq!(lines(bytes), expected(&cells), "{digits} {scale}");
    }
}

/// The disk of a writer that is full.
struct Full;

impl Write for Full {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn what_the_system_says_is_told() {
    let file = ParquetResults::new(Full, HEADINGS, &columns(), Figures::Text);
    let ended = file.and_then(|mut file| {
        file.push(&rows(&vec![[figure(1, 0), ResultCell::default()]; 100]).concat())?;
        file.finish().map(|_| ())
    });
    assert!(matches!(ended, Err(ResultsError::System(it)) if it.kind() == io::ErrorKind::StorageFull));
}

fn cell() -> impl Strategy<Value = ResultCell> {
    let digits = prop_oneof![-1_000_i128..1_000, -(10_i128.pow(27))..10_i128.pow(27)];
    let figure = || {
        let some = (digits.clone(), 0_u32..29).prop_map(|(digits, scale)| Number::from_scaled(digits, scale).ok());
        prop_oneof![Just(None), some]
    };
    let outcome = prop_oneof![Just(None), "[a-z未知]{1,6}".prop_map(Some)];
    (figure(), figure(), outcome).prop_map(|(low, high, outcome)| ResultCell { low, high, outcome })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Nothing is lost, whatever the figures are; and the pieces that rows come in make no difference to a byte.
    #[test]
    fn what_is_written_is_read_again(cells in prop::collection::vec([cell(), cell()], 0..60), piece in 1_usize..40) {
        let (form, bytes) = written(&cells, piece);
        prop_assert_eq!(&written(&cells, usize::MAX), &(form, bytes.clone()));
        prop_assert_eq!(lines(bytes), expected(&cells));
    }
}
