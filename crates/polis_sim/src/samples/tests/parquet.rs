//! Samples in Parquet: what columns may be, and where findings lie.

use std::sync::Arc;

use insta::assert_snapshot;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, FixedLenByteArrayType, Int32Type, Int64Type};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::parser::parse_message_type;
use polis_db::testing::Fixture;

use super::{PROGRAM, Read, read_from};

/// A file of one group.
fn file(schema: &str, columns: &[&dyn Fn(&mut SerializedColumnWriter<'_>)]) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(&format!("message m {{ {schema} }}")).unwrap());
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, Arc::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for column in columns {
        let mut writer = group.next_column().unwrap().unwrap();
        column(&mut writer);
        writer.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
    bytes
}

fn texts<'t>(texts: &'t [&'t str]) -> impl Fn(&mut SerializedColumnWriter<'_>) + 't {
    move |writer| {
        let values: Vec<ByteArray> = texts.iter().map(|it| ByteArray::from(*it)).collect();
        writer.typed::<ByteArrayType>().write_batch(&values, None, None).unwrap();
    }
}

fn done(written: parquet::errors::Result<usize>) {
    written.unwrap();
}

fn read(name: &str, bytes: Vec<u8>) -> Read {
    let system = Fixture::parse(PROGRAM).system().with_bytes(&format!("/s/{name}.parquet"), bytes);
    read_from(&system, "/s")
}

#[test]
fn every_type_that_has_an_exact_text_is_read() {
    let bytes = file(
        "required binary 编号 (UTF8); optional int64 户数; optional int32 巡查 (INT_16); optional boolean 老旧;
         optional int32 成立 (DATE); optional fixed_len_byte_array(12) 占比 (DECIMAL(28, 4));
         optional int64 经费 (DECIMAL(18, 2)); optional binary 等级; optional binary 增减 (DECIMAL(9, 0));",
        &[
            &texts(&["甲", "乙"]),
            &|it| done(it.typed::<Int64Type>().write_batch(&[3000], Some(&[1, 0]), None)),
            &|it| done(it.typed::<Int32Type>().write_batch(&[2], Some(&[0, 1]), None)),
            &|it| done(it.typed::<BoolType>().write_batch(&[true, false], Some(&[1, 1]), None)),
            &|it| done(it.typed::<Int32Type>().write_batch(&[18_292, -1], Some(&[1, 1]), None)),
            &|it| {
                let values = [[0_u8; 10].as_slice(), &[0x0d, 0xac]].concat();
                done(it.typed::<FixedLenByteArrayType>().write_batch(&[values.into()], Some(&[1, 0]), None));
            },
            &|it| done(it.typed::<Int64Type>().write_batch(&[250, 5], Some(&[1, 1]), None)),
            &|it| done(it.typed::<ByteArrayType>().write_batch(&["三星".into()], Some(&[0, 1]), None)),
            &|it| {
                done(it.typed::<ByteArrayType>().write_batch(&[vec![0xff, 0x00].into()], Some(&[1, 0]), None));
            },
        ],
    );
    assert_snapshot!(read("社区", bytes).clean(), @r"
    社区 甲, 户数: 3000, 经费: 25000, 占比: 0.35, 增减: -256, 老旧: true, 成立: 2020-01-31
    社区 乙, 经费: 500, 巡查: 8, 老旧: false, 成立: 1969-12-31, 等级: enum 0.2
    ");
}

#[test]
fn columns_of_other_types_are_refused_whole() {
    let bytes = file(
        "required binary id (UTF8); required double 户数; required int64 成立 (TIMESTAMP_MILLIS); required boolean 占比;
         required int32 老旧; required binary 备注 (JSON); required binary household (UTF8); required binary 编号 (UTF8);",
        &[
            &texts(&["甲"]),
            &|it| done(it.typed::<DoubleType>().write_batch(&[0.5], None, None)),
            &|it| done(it.typed::<Int64Type>().write_batch(&[1], None, None)),
            &|it| done(it.typed::<BoolType>().write_batch(&[true], None, None)),
            &|it| done(it.typed::<Int32Type>().write_batch(&[1], None, None)),
            &texts(&["{}"]),
            &texts(&["3000"]),
            &texts(&["乙"]),
        ],
    );
    let read = read("社区", bytes);
    assert_snapshot!(read.found(), @r"
    error[sample-duplicate-column] s/社区.parquet «»: column `编号` stands more than once
      note: it is the column `编号`
    error[sample-malformed] s/社区.parquet «»: the sample is not a whole table: the Parquet type `BOOLEAN` of column `占比` does not fit what is read from it
      note: the column is left out
      note: it is the column `占比`
    error[sample-malformed] s/社区.parquet «»: the sample is not a whole table: the Parquet type `BYTE_ARRAY (Json)` of column `备注` does not fit what is read from it
      note: the column is left out
      note: it is the column `备注`
    error[sample-malformed] s/社区.parquet «»: the sample is not a whole table: the Parquet type `INT64 (TIMESTAMP_MILLIS)` of column `成立` does not fit what is read from it
      note: the column is left out
      note: it is the column `成立`
    error[sample-malformed] s/社区.parquet «»: the sample is not a whole table: the Parquet type `DOUBLE` of column `户数` does not fit what is read from it
      note: the column is left out
      note: it is the column `户数`
    error[sample-malformed] s/社区.parquet «»: the sample is not a whole table: the Parquet type `INT32` of column `老旧` does not fit what is read from it
      note: the column is left out
      note: it is the column `老旧`
    error[sample-unknown-column] s/社区.parquet «»: column `household` is not a field of `社区`
      note: the column is left out
      note: the fields are `户数`, `经费`, `占比`, `巡查`, `增减`, `老旧`, `成立`, `等级`, `对口`, `备注`
      note: it is the column `household`
    ");
    assert_eq!(read.world(), "社区 甲\n");
}

#[test]
fn findings_name_row_and_column() {
    let bytes = file(
        "required binary id (UTF8); required binary 街道 (UTF8); required int64 户数; required binary 等级 (UTF8);",
        &[
            &texts(&["甲", "甲", " ", "丁"]),
            &texts(&["S1", "S1", "S1", "S1"]),
            &|it| done(it.typed::<Int64Type>().write_batch(&[3000, 3000, 3000, -5], None, None)),
            &texts(&["一星", "一星", "一星", "三性"]),
        ],
    );
    assert_snapshot!(read("社区", bytes).found(), @r"
    error[sample-bad-value] s/社区.parquet «»: `三性` in row 4, column 4 does not fit `等级`: expected a value of `评级`
      note: it is in row 4, column `等级`
      help: did you mean `三星`?
    error[sample-duplicate-id] s/社区.parquet «»: the id `甲` is already that of row 1
      note: it is in row 2, column `id`
    error[sample-missing-id] s/社区.parquet «»: row 3 has no id
      note: it is in row 3, column `id`
    error[sample-orphan] s/社区.parquet «»: `甲` belongs to `S1`, which is not in the sample
      note: the same holds for other rows: 1
      note: the sample has no file for `街道`
      note: it is in row 1, column `街道`
      help: add a file `街道.csv`
    error[sample-out-of-range] s/社区.parquet «»: `-5` is outside the range `0..20000 户` of `户数`
      at p/a.pol «户数»: the field `户数` is declared here
      note: it is in row 4, column `户数`
    ");
}

#[test]
fn what_is_no_parquet_is_told() {
    assert_snapshot!(read("社区", b"PAR1".to_vec()).found(), @"error[sample-malformed] s/社区.parquet «»: the sample is not a whole table: the Parquet is wrong: EOF: Parquet file too small. Size is 4 but need 8");
    assert_snapshot!(read("社区", b"not parquet at all, but long enough".to_vec()).found(), @"error[sample-malformed] s/社区.parquet «»: the sample is not a whole table: the Parquet is wrong: Parquet error: Invalid Parquet file. Corrupt footer");
    let bytes = file("required binary name (UTF8);", &[&texts(&["甲"])]);
    assert_snapshot!(read("社区", bytes).found(), @r"
    error[sample-malformed] s/社区.parquet «»: the sample is not a whole table: there is no column `id`
      help: give each row an id of its own, in a column that is called `id`
    ");
}
