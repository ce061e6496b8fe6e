//! What the reader makes of samples, rule by rule.

mod parquet;
mod properties;

use std::fmt::Write as _;

use indoc_lines::lines;
use insta::assert_snapshot;
use polis_db::testing::{Fixture, listing};
use polis_db::{MemorySystem, PolisDatabase};
use polis_eval::{EntityId, Machine};
use polis_semantic::{Symbol, program};
use polis_value::Value;

use super::{Samples, load_samples};

/// Texts of several lines, indented with the code.
mod indoc_lines {
    pub(super) fn lines(text: &str) -> String {
        let text = text.strip_prefix('\n').unwrap_or(text);
        let indentation = text.len() - text.trim_start_matches(' ').len();
        text.lines().map(|it| it.get(indentation..).unwrap_or_default()).fold(String::new(), |out, it| out + it + "\n")
    }
}

const PROGRAM: &str = "
//- /p/polis.toml
[package]
name = \"p\"
//- /p/a.pol
枚举 评级 { 值域: 一星, 二星, 三星 }
对象 区县 {}
对象 街道 \"街道办事处\" {
  隶属: 区县
}
对象 社区 {
  隶属: 街道
  字段 户数 \"居民户数\": 户 { 取值: 0..20000 户 }
  字段 经费: 万元
  字段 占比: 百分比
  字段 巡查: 次/季度
  字段 增减: 整数
  字段 老旧: 是非
  字段 成立: 日期
  字段 等级: 评级
  字段 对口: 街道
  字段 备注: 文字
}
";

/// A program, and what was read for it.
struct Read {
    db: PolisDatabase,
    machine: Machine,
    samples: Samples,
}

fn read_from(system: &MemorySystem, folder: &str) -> Read {
    let mut loaded = Fixture::parse(PROGRAM).load("/p");
    assert!(loaded.diagnostics.is_empty(), "{}", listing(&loaded.db, &loaded.diagnostics));
    let package = loaded.targets[0];
    let found = polis_semantic::check(&loaded.db, &loaded.targets);
    assert!(found.is_empty(), "{}", listing(&loaded.db, &found));
    let machine = Machine::new(program(&loaded.db, package));
    let samples = load_samples(system, folder.into(), &mut loaded.db, &machine);
    Read { db: loaded.db, machine, samples }
}

fn system(files: &[(&str, &str)]) -> MemorySystem {
    files
        .iter()
        .fold(Fixture::parse(PROGRAM).system(), |system, (name, text)| system.with_file(&format!("/s/{name}"), text))
}

fn read(files: &[(&str, &str)]) -> Read {
    read_from(&system(files), "/s")
}

impl Read {
    fn entity(&self, name: &str) -> EntityId {
        self.machine.entity(&Symbol::new("p", name)).unwrap()
    }

    /// The findings, with the text of their places.
    fn found(&self) -> String {
        listing(&self.db, &self.samples.diagnostics)
    }

    /// The jurisdictions: id, name, parent and the facts that are known.
    fn world(&self) -> String {
        let mut out = String::new();
        for entity in self.machine.entity_ids() {
            let def = self.machine.entity_def(entity).unwrap();
            for row in self.samples.world.rows(entity) {
                let _ = write!(out, "{} {}", def.meta.symbol.name, row.id);
                if let Some(name) = &row.name {
                    let _ = write!(out, " ({name})");
                }
                if let Some(parent) = row.parent {
                    let above = self.machine.entities()[entity.index()].parent.unwrap();
                    let _ = write!(out, " in {}", self.samples.world.row(above, parent).unwrap().id);
                }
                for (field, fact) in def.fields.iter().zip(&row.facts) {
                    if let Some(fact) = fact {
                        let _ = write!(out, ", {}: {fact}", field.name);
                    }
                }
                out.push('\n');
            }
        }
        out
    }

    /// The world, where nothing is wrong.
    fn clean(&self) -> String {
        assert_eq!(self.found(), "");
        self.world()
    }
}

/// The value of one cell of 社区, or what is wrong with it.
fn cell(field: &str, text: &str) -> Result<Option<Value>, String> {
    let quoted = text.replace('"', "\"\"");
    let read = read(&[("社区.csv", &format!("编号,{field}\n甲,\"{quoted}\"\n"))]);
    let community = read.entity("社区");
    let position = read.machine.entity_def(community).unwrap().fields.iter().position(|it| it.name == field).unwrap();
    let value = read.samples.world.rows(community)[0].facts[position].clone();
    let found = read.found();
    if found.is_empty() { Ok(value) } else { Err(found) }
}

fn number(field: &str, text: &str) -> String {
    match cell(field, text) {
        Ok(Some(value)) => value.to_string(),
        Ok(None) => "no fact".into(),
        Err(found) => found.lines().next().unwrap_or_default().split("expected ").last().unwrap_or_default().into(),
    }
}

mod files {
    use super::*;

    #[test]
    fn a_file_is_named_after_its_entity_by_name_or_title() {
        let read = read(&[
            ("街道办事处.csv", "编号\nS1\n"),
            ("社区.JSON", r#"[{"编号": "甲", "街道": "S1"}]"#),
            ("README.md", "text"),
            (".社区.csv", "?"),
            ("~$社区.csv", "?"),
            ("旧/社区.csv", "?"),
        ]);
        assert_eq!(read.clean(), "街道 S1\n社区 甲 in S1\n");
        let files: Vec<(&str, usize)> = read.samples.files.iter().map(|it| (it.path.as_str(), it.rows)).collect();
        assert_eq!(files, [("s/社区.JSON", 1), ("s/街道办事处.csv", 1)]);
    }

    #[test]
    fn other_names_are_reported_and_their_children_are_not() {
        let read =
            read(&[("街到.csv", "编号\nS1\n"), ("houses.json", "[]"), ("社区.csv", "编号,街道\n甲,S1\n乙,S2\n")]);
        assert_snapshot!(read.found(), @"
        error[sample-unknown-entity] s/houses.json «»: the sample is for `houses`, but no entity has this name
          note: the entities are `区县`, `街道`, `街道办事处`, `社区`
        error[sample-unknown-entity] s/街到.csv «»: the sample is for `街到`, but no entity has this name
          help: did you mean `街道`?
        ");
    }

    #[test]
    fn one_file_for_an_entity() {
        let read = read(&[("社区.csv", "编号\n甲\n"), ("社区.json", "[]")]);
        assert_snapshot!(read.found(), @"error[sample-duplicate-file] s/社区.json «»: `社区` has its sample in `s/社区.csv` already");
        assert_eq!(read.world(), "社区 甲\n");
    }

    #[test]
    fn a_folder_without_samples_is_an_error() {
        let system = system(&[]).with_file("/samples/README.md", "").with_file("/one/社区.csv", "编号\n");
        assert_snapshot!(read_from(&system, "/sample").found(), @"
        error[path-not-found] sample «»: there is no file or folder `sample`
          help: did you mean `samples`?
        ");
        assert_snapshot!(read_from(&system, "/samples").found(), @"
        error[no-samples] samples «»: there are no samples in `samples`
          help: a sample is a folder of `.csv`, `.json` or `.parquet` files that are named after entities, such as `区县.csv`
        ");
        assert_snapshot!(read_from(&system, "/one/社区.csv").found(), @"
        error[no-samples] one/社区.csv «»: there are no samples in `one/社区.csv`
          help: a sample is a folder of `.csv`, `.json` or `.parquet` files that are named after entities, such as `区县.csv`
        ");
        let locked = Fixture::parse(PROGRAM).system();
        let locked =
            locked.with_file("/s/社区.csv", "").with_unreadable_folder("/s", std::io::ErrorKind::PermissionDenied);
        assert_snapshot!(read_from(&locked, "/s").found(), @"error[unreadable-file] s «»: cannot read `s`: permission denied");
    }

    #[test]
    fn files_that_are_no_text_are_errors_and_the_rest_is_read() {
        let system = system(&[("区县.csv", "编号\nQ\n")])
            .with_bytes("/s/街道.csv", b"id\n\xB0\xA1\n".to_vec())
            .with_unreadable_file("/s/社区.csv", std::io::ErrorKind::PermissionDenied);
        let read = read_from(&system, "/s");
        assert_snapshot!(read.found(), @"
        error[unreadable-file] s/社区.csv «»: cannot read `s/社区.csv`: permission denied
        error[not-utf8] s/街道.csv «»: the file is not UTF-8: byte 0xB0 at offset 3 belongs to no character
          help: save the file as UTF-8; Chinese files from older programs are often GBK
        ");
        assert_eq!(read.world(), "区县 Q\n");
    }

    #[test]
    fn reading_again_replaces_the_text() {
        let mut read = read(&[("社区.csv", "编号\n甲\n")]);
        let again = system(&[("社区.csv", "编号\n乙\n,丙\n")]);
        read.samples = load_samples(&again, "/s".into(), &mut read.db, &read.machine);
        assert_eq!(read.world(), "社区 乙\n");
        assert_snapshot!(read.found(), @r#"
        error[sample-malformed] s/社区.csv «丙»: the sample is not a whole table: row 2 has 2 cells, the heading has 1 column
          help: put a cell that holds a separator into double quotes, such as `"3,000"`
        "#);
    }
}

mod csv {
    use super::*;

    #[test]
    fn quotes_separators_and_line_ends() {
        let expected = "社区 甲 (一,二), 户数: 3000, 备注: \"a\n\"b\"\"\n社区 乙\n";
        let comma =
            "\u{FEFF}编号,名称,户数,备注\r\n\r\n甲,\"一,二\",\"3,000\",\"a\n\"\"b\"\"\"\r\n,,,\r\n  \r\n乙,,,\r\n";
        assert_eq!(read(&[("社区.csv", comma)]).clean(), expected);
        for separator in [';', '\t'] {
            let text = comma.replace(",\"", &format!("{separator}\"")).replace("\",", &format!("\"{separator}"));
            let text =
                text.replace("编号,名称,户数,备注", &["编号", "名称", "户数", "备注"].join(&separator.to_string()));
            let text = text.replace(",,,", &separator.to_string().repeat(3));
            assert_eq!(read(&[("社区.csv", &text)]).clean(), expected, "{text:?}");
        }
        // The last line needs no end.
        assert_eq!(read(&[("社区.csv", "ID,Name\n甲,一")]).clean(), "社区 甲 (一)\n");
        assert_eq!(read(&[("社区.csv", "编号,户数\n")]).clean(), "");
    }

    #[test]
    fn places_are_the_bytes_of_the_cell() {
        let read = read(&[(
            "社区.csv",
            "\u{FEFF}\r\n编号,备注,户数,等级\r\n甲,\"x\r\n\"\"y\"\"\", 约 3 ,\"四星\"\r\n\r\n乙,a\"b,\"1,00\",二星\r\n丙,,\"9\"8\"x,一星",
        )]);
        assert_snapshot!(read.found(), @r#"
        error[sample-bad-value] s/社区.csv «约 3»: `约 3` in row 1, column 3 does not fit `户数`: expected a whole number of `households`
          help: write a figure in digits, such as `3000`, `3,000` or `1.5`, with or without its unit, or a range such as `10..15`
        error[sample-bad-value] s/社区.csv «四星»: `四星` in row 1, column 4 does not fit `等级`: expected a value of `评级`
          fix: did you mean `一星`?
            s/社区.csv «四星» -> «一星»
        error[sample-bad-value] s/社区.csv «1,00»: `1,00` in row 2, column 3 does not fit `户数`: expected a whole number of `households`
          help: write a figure in digits, such as `3000`, `3,000` or `1.5`, with or without its unit, or a range such as `10..15`
        error[sample-bad-value] s/社区.csv «"9"8"x»: `98"x` in row 3, column 3 does not fit `户数`: expected a whole number of `households`
          help: write a figure in digits, such as `3000`, `3,000` or `1.5`, with or without its unit, or a range such as `10..15`
        "#);
    }

    #[test]
    fn rows_of_another_length_are_errors_and_keep_their_id() {
        let read = read(&[("社区.csv", "编号,户数,备注\n甲,3,000,好\n乙,1\n丙,5,好\n,1\n")]);
        assert_snapshot!(read.found(), @r#"
        error[sample-malformed] s/社区.csv «好»: the sample is not a whole table: row 1 has 4 cells, the heading has 3 columns
          help: put a cell that holds a separator into double quotes, such as `"3,000"`
        error[sample-malformed] s/社区.csv «乙,1»: the sample is not a whole table: row 2 has 2 cells, the heading has 3 columns
        error[sample-malformed] s/社区.csv «,1»: the sample is not a whole table: row 4 has 2 cells, the heading has 3 columns
        "#);
        assert_eq!(read.world(), "社区 甲\n社区 乙\n社区 丙, 户数: 5, 备注: \"好\"\n");
    }

    #[test]
    fn headings_that_say_nothing() {
        let read = read(&[(
            "社区.csv",
            "编号, 居民户数 ,户树,户数,增减,增减,,\n甲,3,4,5,6,7,,\n乙,3,4,5,6,7,,x\n丙,3,4,5,6,7,,y\n",
        )]);
        assert_snapshot!(read.found(), @"
        error[sample-unknown-column] s/社区.csv «户树»: column `户树` is not a field of `社区`
          note: the column is left out
          note: the fields are `户数`, `经费`, `占比`, `巡查`, `增减`, `老旧`, `成立`, `等级`, `对口`, `备注`
        error[sample-duplicate-column] s/社区.csv «户数»: column `户数` stands more than once
          at s/社区.csv «居民户数»: first here
        error[sample-duplicate-column] s/社区.csv «增减»: column `增减` stands more than once
          at s/社区.csv «增减»: first here
        error[sample-malformed] s/社区.csv «x»: the sample is not a whole table: column 8 has no heading
        ");
        assert_eq!(read.world(), "社区 甲, 户数: 3, 增减: 6\n社区 乙, 户数: 3, 增减: 6\n社区 丙, 户数: 3, 增减: 6\n");
    }

    #[test]
    fn a_table_without_a_beginning_or_an_end() {
        assert_snapshot!(read(&[("社区.csv", "\r\n ,\n")]).found(), @"
        error[sample-malformed] s/社区.csv «»: the sample is not a whole table: the file is empty
          help: begin with a line of headings, such as `id,name`
        ");
        assert_snapshot!(read(&[("社区.csv", "\r\n户数,名称\n1,甲\n2,乙\n")]).found(), @"
        error[sample-malformed] s/社区.csv «户数,名称»: the sample is not a whole table: there is no column `id`
          help: give each row an id of its own, in a column that is called `id`
        ");
        assert_snapshot!(read(&[("社区.csv", "编号，户数\n甲，1\n")]).found(), @"
        error[sample-malformed] s/社区.csv «编号，户数»: the sample is not a whole table: there is no column `id`
          help: part the columns by `,`, `;` or tabs; full-width punctuation is a part of the text
        ");
        let read = read(&[("社区.csv", "编号,名称\n甲,好\n乙,\"好\n丙,好\n")]);
        assert_snapshot!(read.found(), @r#"error[sample-malformed] s/社区.csv «"»: the sample is not a whole table: the quote is not closed"#);
        assert_eq!(read.world(), "社区 甲 (好)\n");
    }
}

mod json {
    use super::*;

    #[test]
    fn arrays_of_objects() {
        let rows = r#"[
            {"编号": "甲", "name": "一\n\u4e8c", "街道": null, "户数": 3000, "经费": 1.50, "老旧": true, "备注": "a\"b"},
            {"户数": "3,000户", "编号": 7, "老旧": "否", "成立": 2020, "备注": 1.50},
            {"编号": "丙", "户数": null, "备注": ""}
        ]"#;
        let expected = "社区 甲 (一\n二), 户数: 3000, 经费: 15000, 老旧: true, 备注: \"a\"b\"\n\
            社区 7, 户数: 3000, 老旧: false, 成立: 2020-01-01..2020-12-31, 备注: \"1.50\"\n社区 丙\n";
        assert_eq!(read(&[("社区.json", rows)]).clean(), expected);
        let wrapped = format!("\u{FEFF} {{\"社区\": {rows}}}\n");
        assert_eq!(read(&[("社区.json", &wrapped)]).clean(), expected);
        assert_eq!(read(&[("社区.json", "[]")]).clean(), "");
    }

    #[test]
    fn figures_are_never_floats() {
        let read = read(&[(
            "社区.json",
            r#"[{"编号": 1, "占比": 0.1234567890123456789012345678}, {"编号": 2, "占比": 1e5}, {"编号": 3, "增减": -9223372036854775808}, {"编号": 4, "增减": 9223372036854775808}]"#,
        )]);
        assert_eq!(
            read.world(),
            "社区 1, 占比: 0.1234567890123456789012345678\n社区 2\n社区 3, 增减: -9223372036854775808\n社区 4\n"
        );
        assert_snapshot!(read.found(), @"
        error[sample-bad-value] s/社区.json «1e5»: `1e5` in row 2, column 2 does not fit `占比`: expected a number
          help: write a figure in digits, such as `3000`, `3,000` or `1.5`, with or without its unit, or a range such as `10..15`
        error[sample-bad-value] s/社区.json «9223372036854775808»: `9223372036854775808` in row 4, column 2 does not fit `增减`: expected a whole number within 64 bits, or a decimal of at most 28 digits
        ");
    }

    #[test]
    fn places_are_the_bytes_of_the_value() {
        let read = read(&[(
            "社区.json",
            "\u{FEFF}[{\"编号\": \"甲\", \"户\\u6811\": 1, \"户数\": [1], \"老旧\": {\"a\": 1}, \"等级\": \"四\\u661f\"},\n {\"居民户数\": 1, \"编号\": \"乙\", \"户数\": 2, \"备注\": \"\\ud800\"},\n 7, {\"编号\": [], \"名称\": {}}, {\"编号\": \"甲\", \"户\\u6811\": 1}]",
        )]);
        assert_snapshot!(read.found(), @r#"
        error[sample-unknown-column] s/社区.json «户\u6811»: column `户树` is not a field of `社区`
          note: the column is left out
          fix: did you mean `户数`?
            s/社区.json «户\u6811» -> «户数»
        error[sample-bad-value] s/社区.json «[1]»: `[1]` in row 1, column 3 does not fit `户数`: expected a single value, not an array or object
        error[sample-bad-value] s/社区.json «{"a": 1}»: `{"a": 1}` in row 1, column 4 does not fit `老旧`: expected a single value, not an array or object
        error[sample-bad-value] s/社区.json «四\u661f»: `四星` in row 1, column 5 does not fit `等级`: expected a value of `评级`
          fix: did you mean `一星`?
            s/社区.json «四\u661f» -> «一星»
        error[sample-duplicate-column] s/社区.json «户数»: column `户数` stands more than once
          at s/社区.json «居民户数»: first here
        error[sample-bad-value] s/社区.json «\ud800»: `"\ud800"` in row 2, column 4 does not fit `备注`: expected a whole text
        error[sample-malformed] s/社区.json «7»: the sample is not a whole table: row 3 is not a JSON object
        error[sample-missing-id] s/社区.json «[]»: row 4 has no id
        error[sample-malformed] s/社区.json «{}»: the sample is not a whole table: row 4, column 2 must be a text or a number
        error[sample-duplicate-id] s/社区.json «甲»: the id `甲` is already that of row 1
          at s/社区.json «甲»: first here
        "#);
        assert_eq!(read.world(), "社区 甲\n社区 乙, 户数: 1\n");
    }

    #[test]
    fn a_text_that_is_no_json() {
        let texts = [
            "",
            "[{\"编号\": \"甲\"},]",
            "[\n{\"编号\" \"甲\"}]",
            "[{\"编号\": \"甲\"}",
            "[{编号: 1}]",
            "[{\"编号\": 01}]",
            "[{\"编号\": \"甲\n\"}]",
            "{\"街道\": []}",
            "{\"社区\": [], \"街道\": []}",
            "7",
            "[] x",
        ];
        let found = texts.map(|it| {
            let found = read(&[("社区.json", it)]).found();
            let first = found.lines().next().unwrap_or_default();
            let at = first.find('«').unwrap_or_default();
            format!("{} {}", it.replace('\n', "⏎"), &first[at..])
        });
        assert_snapshot!(found.join("\n"), @r#"
         «»: the sample is not a whole table: the file is empty
        [{"编号": "甲"},] «]»: the sample is not a whole table: the JSON is wrong, expected a value
        [⏎{"编号" "甲"}] «"»: the sample is not a whole table: the JSON is wrong, expected `:`
        [{"编号": "甲"} «}»: the sample is not a whole table: the JSON is wrong, an array is not closed
        [{编号: 1}] «编»: the sample is not a whole table: the JSON is wrong, a key must be a text in double quotes
        [{"编号": 01}] «1»: the sample is not a whole table: the JSON is wrong, the number is not written right
        [{"编号": "甲⏎"}] «甲»: the sample is not a whole table: the JSON is wrong, a text has a line end or control character, which must be escaped
        {"街道": []} «{»: the sample is not a whole table: the JSON must be an array of objects
        {"社区": [], "街道": []} «{»: the sample is not a whole table: the JSON must be an array of objects
        7 «7»: the sample is not a whole table: the JSON must be an array of objects
        [] x «x»: the sample is not a whole table: the JSON is wrong, nothing may follow after the end
        "#);
        let deep = "[".repeat(100_000);
        assert!(read(&[("社区.json", &deep)]).found().contains("an array is not closed"));
        let deep = format!("[{{\"编号\": 1, \"备注\": {}{}}}]", "[".repeat(100_000), "]".repeat(100_000));
        assert!(read(&[("社区.json", &deep)]).found().contains("expected a single value"));
    }

    #[test]
    fn objects_without_ids() {
        assert_snapshot!(read(&[("社区.json", "[{\"户数\": 1},\n {\"户数\": 2}]")]).found(), @"
        error[sample-malformed] s/社区.json «{»: the sample is not a whole table: there is no column `id`
          help: give each row an id of its own, in a column that is called `id`
        ");
        assert_snapshot!(read(&[("社区.json", "[{\"户数\": 1},\n {\"编号\": \"甲\"}, {\"编号\": null}]")]).found(), @"
        error[sample-missing-id] s/社区.json «{»: row 1 has no id
        error[sample-missing-id] s/社区.json «null»: row 3 has no id
        ");
    }
}

mod cells {
    use super::*;

    #[test]
    fn nothing_is_no_fact() {
        for field in ["户数", "经费", "老旧", "成立", "等级", "对口", "备注"] {
            for text in ["", " ", "未知", "unknown", " 未知 "] {
                assert_eq!(cell(field, text), Ok(None), "{field} {text}");
            }
        }
    }

    #[test]
    fn figures() {
        for (field, text, expected) in [
            ("户数", "3000", "3000"),
            ("户数", " 3_000 ", "3000"),
            ("户数", "3,000", "3000"),
            ("户数", "１２，３４５．００", "12345"),
            ("户数", "3600.0", "3600"),
            ("户数", "3000户", "3000"),
            ("户数", "3000 households", "3000"),
            ("户数", "1 household", "1"),
            ("户数", "1.5万户", "15000"),
            ("户数", "1.5万", "15000"),
            ("增减", "-12", "-12"),
            ("增减", "−1,200", "-1200"),
            ("增减", "-9223372036854775808", "-9223372036854775808"),
            ("增减", "2万", "20000"),
            ("经费", "1.5", "15000"),
            ("经费", "1.5万元", "15000"),
            ("经费", "1.5 wan_yuan", "15000"),
            ("经费", "300元", "300"),
            ("经费", "0.02亿元", "2000000"),
            ("占比", "20%", "0.2"),
            ("占比", "20.5％", "0.205"),
            ("占比", "0.2", "0.2"),
            ("巡查", "3", "12"),
            ("巡查", "3次/季度", "12"),
            ("巡查", "1 time/month", "12"),
            ("巡查", "2 次 ／ 年", "2"),
        ] {
            assert_eq!(number(field, text), expected, "{field} {text}");
        }
    }

    #[test]
    fn ranges_of_figures() {
        for (field, text, expected) in [
            ("户数", "10..15", "10..15"),
            ("户数", "10 .. 15 户", "10..15"),
            ("户数", "1,000户..1.5万户", "1000..15000"),
            ("户数", "10..", "10.."),
            ("户数", "10.. 户", "10.."),
            ("户数", "..7户", "..7"),
            ("户数", "10…15", "10..15"),
            ("户数", "10．．15", "10..15"),
            ("户数", "10……15", "10..15"),
            ("户数", "7..7", "7"),
            ("经费", "1..1.5", "10000..15000"),
            ("占比", "10%..20%", "0.1..0.2"),
            ("增减", "-3..-1", "-3..-1"),
            ("户数", "15..10", "a range whose lower end is not above its upper end"),
            ("户数", "..", "a whole number of `households`"),
            ("户数", "户..10", "a whole number of `households`"),
            ("户数", "1..2..3", "a whole number of `households`"),
        ] {
            assert_eq!(number(field, text), expected, "{field} {text}");
        }
    }

    #[test]
    fn what_is_no_figure() {
        let digits = "a whole number within 64 bits, or a decimal of at most 28 digits";
        for (field, text, expected) in [
            ("户数", "1e5", "a whole number of `households`"),
            ("户数", "3.5", "a whole number of `households`"),
            ("户数", "0.00001万户", "a whole number of `households`"),
            ("户数", "20%", "a whole number of `households`"),
            ("户数", "3000人", "a whole number of `households`"),
            ("户数", "3000 hoseholds", "a whole number of `households`"),
            ("户数", "约3000", "a whole number of `households`"),
            ("户数", "3,00", "a whole number of `households`"),
            ("户数", "3000,000", "a whole number of `households`"),
            ("户数", ",000", "a whole number of `households`"),
            ("户数", "3,,000", "a whole number of `households`"),
            ("户数", "3_", "a whole number of `households`"),
            ("户数", "+3", "a whole number of `households`"),
            ("户数", "--3", "a whole number of `households`"),
            ("户数", "0x10", "a whole number of `households`"),
            ("户数", "是", "a whole number of `households`"),
            ("户数", "三千", "a whole number of `households`"),
            ("增减", "100%", "a whole number"),
            ("增减", "1个", "a whole number"),
            ("占比", "1,2%", "a number"),
            ("经费", "3万", "a number of `wan_yuan`"),
            ("经费", "1 元/月", "a number of `wan_yuan`"),
            ("巡查", "3 次", "a number of `times/quarter`"),
            ("增减", "9223372036854775808", digits),
            ("增减", "922337203685477580.8万", digits),
            ("增减", "9223372036854775808.0", digits),
            ("增减", "-9223372036854775809", digits),
            ("占比", "0.12345678901234567890123456789", digits),
            ("经费", "1.0000000000000000000000000001", digits),
            ("经费", "99999999999999999999999999.99", digits),
        ] {
            assert_eq!(number(field, text), expected, "{field} {text}");
        }
    }

    #[test]
    fn advice_on_figures() {
        assert_snapshot!(cell("户数", "3000人").unwrap_err(), @"
        error[sample-bad-value] s/社区.csv «3000人»: `3000人` in row 1, column 2 does not fit `户数`: expected a whole number of `households`
          note: `人` does not convert to `households`
        ");
        assert_snapshot!(cell("户数", "3000 hoseholds").unwrap_err(), @"
        error[sample-bad-value] s/社区.csv «3000 hoseholds»: `3000 hoseholds` in row 1, column 2 does not fit `户数`: expected a whole number of `households`
          help: did you mean `households`?
        ");
        assert_snapshot!(cell("户数", "1e5").unwrap_err(), @"
        error[sample-bad-value] s/社区.csv «1e5»: `1e5` in row 1, column 2 does not fit `户数`: expected a whole number of `households`
          help: write a figure in digits, such as `3000`, `3,000` or `1.5`, with or without its unit, or a range such as `10..15`
        ");
        assert_snapshot!(cell("户数", "—").unwrap_err(), @"
        error[sample-bad-value] s/社区.csv «—»: `—` in row 1, column 2 does not fit `户数`: expected a whole number of `households`
          help: leave the cell empty where the fact is not known; empty is not zero
        ");
        assert_snapshot!(cell("占比", "3人").unwrap_err(), @"
        error[sample-bad-value] s/社区.csv «3人»: `3人` in row 1, column 2 does not fit `占比`: expected a number
          note: `人` does not convert to a number without a unit
        ");
    }

    #[test]
    fn ranges_of_fields() {
        assert_eq!(number("户数", "20000"), "20000");
        assert_eq!(number("户数", "100.."), "100..");
        assert_snapshot!(cell("户数", "20001户").unwrap_err(), @"
        error[sample-out-of-range] s/社区.csv «20001户»: `20001户` is outside the range `0..20000 户` of `户数`
          at p/a.pol «户数»: the field `户数` is declared here
        ");
        assert_snapshot!(cell("户数", "19000..20001").unwrap_err(), @"
        error[sample-out-of-range] s/社区.csv «19000..20001»: `19000..20001` is outside the range `0..20000 户` of `户数`
          at p/a.pol «户数»: the field `户数` is declared here
        ");
        assert_snapshot!(cell("户数", "-1").unwrap_err(), @"
        error[sample-out-of-range] s/社区.csv «-1»: `-1` is outside the range `0..20000 户` of `户数`
          at p/a.pol «户数»: the field `户数` is declared here
        ");
    }

    #[test]
    fn other_types() {
        for (text, expected) in [("是", true), ("否", false), ("true", true), ("FALSE", false)] {
            assert_eq!(cell("老旧", text), Ok(Some(Value::Bool(expected))), "{text}");
        }
        for text in ["1", "0", "yes", "对"] {
            assert!(cell("老旧", text).unwrap_err().contains("expected `true` or `false`"), "{text}");
        }
        for (text, expected) in [
            ("2020-01-31", "2020-01-31"),
            ("2020年1月31日", "2020-01-31"),
            ("2020-02", "2020-02-01..2020-02-29"),
            ("2020年", "2020-01-01..2020-12-31"),
            ("2021-02-29", "a day of the calendar"),
            ("2020/01/31", "a date such as `2020-01-31` or `2020-01`"),
        ] {
            assert_eq!(number("成立", text), expected, "{text}");
        }
        assert_eq!(cell("等级", " 二星 "), Ok(Some(Value::Enum { ty: 0, index: 1 })));
        assert_snapshot!(cell("等级", "二心").unwrap_err(), @"
        error[sample-bad-value] s/社区.csv «二心»: `二心` in row 1, column 2 does not fit `等级`: expected a value of `评级`
          fix: did you mean `二星`?
            s/社区.csv «二心» -> «二星»
        ");
        assert_snapshot!(cell("等级", "优").unwrap_err(), @"
        error[sample-bad-value] s/社区.csv «优»: `优` in row 1, column 2 does not fit `等级`: expected a value of `评级`
          note: the values are `一星`, `二星`, `三星`
        ");
        assert_eq!(cell("备注", " a, b "), Ok(Some(Value::from(" a, b "))));
    }
}

mod ids {
    use super::*;

    #[test]
    fn ids_are_given_and_given_once() {
        let read = read(&[("社区.csv", "户数,编号\n1,甲\n2,\n3,\"甲\"\n4, 乙 \n")]);
        assert_snapshot!(read.found(), @"
        error[sample-missing-id] s/社区.csv «»: row 2 has no id
        error[sample-duplicate-id] s/社区.csv «甲»: the id `甲` is already that of row 1
          at s/社区.csv «甲»: first here
        ");
        assert_eq!(read.world(), "社区 甲, 户数: 1\n社区 乙, 户数: 4\n");
    }

    #[test]
    fn parents_are_found_whatever_the_order_of_files() {
        let read = read(&[
            ("区县.csv", "id\nQ\n"),
            ("社区.csv", "编号,街道办事处,对口\n甲,S1,S2\n乙,,\n丙,S2,未知\n"),
            ("街道.csv", "编号,上级\nS1,Q\nS2,未知\n"),
        ]);
        assert_eq!(
            read.clean(),
            "区县 Q\n街道 S1 in Q\n街道 S2\n社区 甲 in S1, 对口: entity 2.1\n社区 乙\n社区 丙 in S2\n"
                .replace("entity 2.1", &format!("entity {}.1", read.entity("街道").index()))
        );
        let street = read.entity("街道");
        assert_eq!(read.samples.world.children(read.entity("社区"), 0), [0]);
        assert_eq!(read.samples.world.children(street, 0), [0]);
    }

    #[test]
    fn orphans_are_reported_once_for_each_missing_parent() {
        let read = read(&[
            ("街道.csv", "编号\nyongji\ntaoyuan\n"),
            ("社区.csv", "编号,街道\n甲,yongij\n乙,S9\n丙,S9\n丁,S9\n戊,yongji\n"),
        ]);
        assert_snapshot!(read.found(), @"
        error[sample-orphan] s/社区.csv «yongij»: `甲` belongs to `yongij`, which is not in the sample
          fix: did you mean `yongji`?
            s/社区.csv «yongij» -> «yongji»
        error[sample-orphan] s/社区.csv «S9»: `乙` belongs to `S9`, which is not in the sample
          note: the same holds for other rows: 2
          note: the ids of `街道` in the sample are `yongji`, `taoyuan`
        ");
        assert_eq!(read.world(), "街道 yongji\n街道 taoyuan\n社区 甲\n社区 乙\n社区 丙\n社区 丁\n社区 戊 in yongji\n");
    }

    #[test]
    fn a_missing_file_of_parents_is_one_error() {
        let read = read(&[("社区.csv", "编号,parent,对口\n甲,S1,\n乙,S2,S3\n丙,S3,S4\n")]);
        assert_snapshot!(read.found(), @"
        error[sample-orphan] s/社区.csv «S1»: `甲` belongs to `S1`, which is not in the sample
          note: the same holds for other rows: 2
          note: the sample has no file for `街道`
          help: add a file `街道.csv`
        error[sample-bad-value] s/社区.csv «S3»: `S3` in row 2, column 3 does not fit `对口`: expected the id of a `街道`
          note: the same holds for other rows: 1
          note: the sample has no file for `街道`
          help: add a file `街道.csv`
        ");
    }

    #[test]
    fn what_follows_from_an_unreadable_file_is_not_reported() {
        let read = read(&[("街道.csv", "名称\nS1\n"), ("社区.csv", "编号,街道,对口\n甲,S1,S1\n")]);
        assert_snapshot!(read.found(), @"
        error[sample-malformed] s/街道.csv «名称»: the sample is not a whole table: there is no column `id`
          help: give each row an id of its own, in a column that is called `id`
        ");
    }

    #[test]
    fn facts_that_are_jurisdictions() {
        let read = read(&[("街道.csv", "编号\nyongji\n"), ("社区.csv", "编号,对口\n甲,yongji\n乙,yongij\n")]);
        assert_snapshot!(read.found(), @"
        error[sample-bad-value] s/社区.csv «yongij»: `yongij` in row 2, column 2 does not fit `对口`: expected the id of a `街道`
          fix: did you mean `yongji`?
            s/社区.csv «yongij» -> «yongji»
        ");
    }
}

#[test]
fn a_hundred_errors_of_a_file_are_enough() {
    let rows = (0..250).fold(String::from("编号,户数,街道\n"), |text, it| format!("{text}{it},x{it},S{it}\n"));
    let read = read(&[("社区.csv", &rows), ("街道.csv", "编号\nA\n")]);
    assert_eq!(read.samples.diagnostics.len(), 101);
    let found = read.found();
    assert!(found.contains("«x99»") && !found.contains("in row 101"), "{found}");
    assert_snapshot!(found.lines().last().unwrap_or_default(), @"error[sample-more-errors] s/社区.csv «x100»: the sample has further errors that are not listed: 400");
    assert_eq!(read.samples.world.rows(read.entity("社区")).len(), 250);
}

#[test]
fn messages_read_well_in_chinese() {
    let read = read(&[(
        "社区.csv",
        &lines(
            "
        编号,户数,户树
        甲,3000人,1
        乙,2,1,5
        丙,30000,1
    ",
        ),
    )]);
    let found: Vec<String> = (read.samples.diagnostics.iter())
        .flat_map(|it| {
            let notes =
                it.notes.iter().chain(&it.helps).map(|it| format!("  {}", it.render(polis_diagnostic::Locale::Zh)));
            [it.message.render(polis_diagnostic::Locale::Zh)].into_iter().chain(notes).collect::<Vec<_>>()
        })
        .collect();
    assert_snapshot!(found.join("\n"), @r#"
    列 `户树` 不是对象 `社区` 的字段
      该列未被读取
      现有的字段：`户数`、`经费`、`占比`、`巡查`、`增减`、`老旧`、`成立`、`等级`、`对口`、`备注`
    第 1 行第 2 列的 `3000人` 不合字段 `户数` 的要求：应为以 `户` 为单位的整数
      `人` 不能换算为 `户`
    样本不是完整的表格：第 2 行有 4 格，而表头有 3 列
      单元格中有分隔符的，请用双引号括起，如 `"3,000"`
    `30000` 不在字段 `户数` 的取值区间 `0..20000 户` 之内
    "#);
}
