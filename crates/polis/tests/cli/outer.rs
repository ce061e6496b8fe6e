//! The library without a process: the world is what a test makes it.

use std::ffi::OsString;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use camino::{Utf8Path, Utf8PathBuf};
use insta::assert_snapshot;
use polis::{Exit, Out, Streams};
use polis_db::{DirEntry, MemorySystem, NewFile, RandomRead, System};

use crate::{ENTITY, QUOTA};

pub(crate) fn run(line: &str, system: &dyn System) -> (Exit, String, String) {
    let args: Vec<OsString> = std::iter::once("polis").chain(line.split(' ')).map(Into::into).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut streams =
        Streams { input: &mut io::empty(), out: Out::new(&mut out, false), err: Out::new(&mut err, false) };
    let exit = polis::run(&args, system, &mut streams);
    drop(streams);
    (exit, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

#[test]
fn a_disk_in_memory_is_checked_and_formatted() {
    let system =
        MemorySystem::new().with_file("/a/对象.pol", ENTITY).with_file("/a/员额.pol", &QUOTA.replace(": 市", "：市"));
    assert_eq!(
        run("check a", &system),
        (
            Exit::Clean,
            String::new(),
            "没有发现问题：1 个包、2 个文件、3 条条款\n已判定：有条件的条款 1 条，员额 1 项，共问 14 种情形\n".into()
        )
    );
    let (exit, _, summary) = run("fmt a --lang en", &system);
    assert_eq!((exit, summary.as_str()), (Exit::Clean, "1 file formatted, 1 unchanged\n"));
    assert_eq!(system.read("/a/员额.pol".into()).unwrap(), QUOTA.as_bytes());
}

#[test]
fn what_a_run_sets_is_held_against_the_range() {
    let text = "对象 社区 { 字段 人数: 人 }\n参数 补贴: 元 { 值: 3000 元; 取值: 1000..8000 元 }\n规则 甲 属于 社区: 元 { 值: 补贴 }\n";
    let system = MemorySystem::new()
        .with_file("/a/polis.toml", "[package]\nname = \"a\"\n")
        .with_file("/a/a.pol", text)
        .with_file("/a/s/社区.csv", "id,人数\n甲,3\n");
    let (exit, out, err) = run("simulate a --on a/s --set 补贴=9000元 --lang en", &system);
    assert_eq!((exit, out.as_str()), (Exit::Findings, ""));
    insta::assert_snapshot!(err, @"
    error[value-out-of-range]: `9000 yuan` is outside the range `1000..8000 yuan` of `补贴`
       ╭─[ --set:2:14 ]
       │
     2 │   设定 补贴: 9000元
       │              ──┬───
       │                ╰───── here
       │
       ├─[ a/a.pol:2:36 ]
       │
     2 │ 参数 补贴: 元 { 值: 3000 元; 取值: 1000..8000 元 }
       │                                    ──────┬──────
       │                                          ╰──────── the range `1000..8000 yuan` is set here
       │
       = help: correct the value, or widen the `range`
    ");
    assert_eq!(run("simulate a --on a/s --set 补贴=8000元", &system).0, Exit::Clean);
}

/// A sample that is too large for memory is written by batches: byte for byte what a run as a whole writes, findings too.
#[test]
fn large_samples_are_written_by_batches() {
    let text = "对象 街道 { 字段 编制: 人; 复数: 街道们 }
对象 社区 { 隶属: 街道; 复数: 社区们; 字段 户数: 户; 字段 人数: 人 }
员额 工作者 属于 社区 { 基数: 10..15 人; 增配 当 户数 不少于 3000 户: 每满(户数 - 3000 户, 300..500 户) * 1 人; 实有: 人数 }
规则 户均 属于 社区: 户/人 { 值: 户数 / 人数 }
规则 总人数 属于 街道: 人 { 值: 合计(某.人数 对 某 在 社区们) }
";
    let rows = |last: &str| {
        let row = |it: u32| {
            format!("社区{it:03},甲\n乙,街道1,{},{}\n", 2900 + it * 7, it % 4).replace("甲\n乙", "\"甲\n乙\"")
        };
        (0..60).map(row).collect::<String>() + last
    };
    let base = || {
        MemorySystem::new()
            .with_file("/a/polis.toml", "[package]\nname = \"a\"\n")
            .with_file("/a/a.pol", text)
            .with_file("/a/s/街道.csv", "id,编制\n街道1,3\n街道2,\n")
    };
    let sample = |last: &str| base().with_file("/a/s/社区.csv", &format!("id,name,街道,户数,人数\n{}", rows(last)));
    for (last, exit) in [
        ("社区900,,街道2,,\n", Exit::Findings),
        ("社区900,,街道9,,\n", Exit::Findings),
        ("社区001,,街道1,5,5\n", Exit::Findings),
    ] {
        let line = "simulate a --on a/s --format csv --out /o.csv --lang en";
        let ran = |system: MemorySystem| {
            let said = run(line, &system);
            (said, system.read("/o.csv".into()).ok())
        };
        let whole = ran(sample(last));
        assert_eq!(ran(sample(last).with_variable("POLIS_LARGE_FILE", "0")), whole, "{last}");
        assert_eq!(whole.0.0, exit);
        assert_eq!(whole.1.is_some(), last.contains("街道2"), "{last}");
    }
}

/// Before the first figure of a parameter there is none, and the run says from when on there is.
#[test]
fn a_day_before_the_first_figure_is_told() {
    let text = "对象 社区 { 字段 人数: 人 }
参数 报酬: 元 { 自 2021-01-01: 6 元; 自 2023-01-01: 7 元 }
规则 薪酬 属于 社区: 元 { 值: 报酬 * 人数 / 1 人 }
";
    let system = MemorySystem::new()
        .with_file("/a/polis.toml", "[package]\nname = \"a\"\n")
        .with_file("/a/a.pol", text)
        .with_file("/a/s/社区.csv", "id,人数\n甲,3\n");
    let told = "parameter `报酬` (the first figure is of 2021-01-01); set it with `--set 报酬=…` (1 result unknown)";
    for (day, is_told) in [("2020-12-31", true), ("2021-01-01", false)] {
        let (exit, out, _) = run(&format!("simulate a --on a/s --as-of {day} --lang en"), &system);
        assert_eq!((exit, out.contains(told)), (Exit::Clean, is_told), "{out}");
    }
}

/// A sum lacks the field of each of its members, and is one result.
#[test]
fn a_sum_that_lacks_facts_is_one_unknown_result() {
    let (_, out, _) =
        run("simulate a --on a/s --lang en", &streets("id,街道,人数,户数\n甲,街道1,,3\n乙,街道1,,3\n丙,街道1,,3\n"));
    // The sum of the street, and of each community the actual figure, its verdict and the rate.
    assert!(out.contains("field `人数` of 社区: 甲, 乙, 丙 (10 results unknown)"), "{out}");
}

/// What a file holds, however large it is.
pub(crate) fn bytes_of(system: &MemorySystem, path: &str) -> Option<Vec<u8>> {
    let file = system.open(path.into()).ok()?;
    let mut bytes = vec![0; usize::try_from(file.length().ok()?).ok()?];
    file.read_at(0, &mut bytes).ok()?;
    Some(bytes)
}

/// A package with streets and communities.
pub(crate) const STREETS: &str = "对象 街道 { 字段 编制: 人; 复数: 街道们 }
对象 社区 { 隶属: 街道; 复数: 社区们; 字段 户数: 户 { 取值: 0.. 户 }; 字段 人数: 人 }
员额 工作者 属于 社区 { 基数: 10..15 人; 增配 当 户数 不少于 3000 户: 每满(户数 - 3000 户, 300..500 户) * 1 人; 实有: 人数 }
规则 户均 属于 社区: 户/人 { 值: 户数 / (人数 + 1 人) }
规则 总人数 属于 街道: 人 { 值: 合计(某.人数 对 某 在 社区们) }
行为 走访 {}
职责 服务居民 { 责任主体: 社区 }
规范 每月走访 { 主体: [街道, 社区]; 应当: 走访; 频次: 1.. 次/月 }
规范 大街道 属于 街道 { 主体: 街道; 当: 编制 > 2 人; 可以: 走访 }
";

pub(crate) fn streets(communities: &str) -> MemorySystem {
    MemorySystem::new()
        .with_file("/a/polis.toml", "[package]\nname = \"a\"\n")
        .with_file("/a/a.pol", STREETS)
        .with_file("/a/s/街道.csv", "id,name,编制\n街道1,,3\n街道2,乙,\n")
        .with_file("/a/s/社区.csv", communities)
}

/// Sixty rows and more, without any order among the ids.
pub(crate) fn communities(more: &str) -> String {
    let row = |it: u32| {
        let households = if it % 7 == 3 { String::new() } else { (2900 + it * 7).to_string() };
        format!("社区{:02},\"甲{it},\n乙\",街道{},{households},{}\n", it * 37 % 61, it % 2 + 1, it % 4)
    };
    let rows: String = (1..61).map(row).collect();
    format!("id,name,街道,户数,人数\n{rows}{more}")
}

/// A file that is too large to be read as a whole: what is written of it has been computed in batches, and is in every form
/// what a run as a whole writes.
#[test]
fn every_form_is_written_by_batches() {
    for lang in ["en", "zh"] {
        for form in ["csv", "json", "parquet"] {
            let line = format!("simulate a --on a/s --format {form} --out /o --lang {lang}");
            let whole = streets(&communities(""));
            assert_eq!(run(&line, &whole).0, Exit::Clean);
            let batches = streets(&communities("")).with_max_bytes(1_500).with_variable("POLIS_LARGE_FILE", "0");
            let (exit, _, said) = run(&line, &batches);
            assert_eq!(exit, Exit::Clean, "{form}: {said}");
            let [whole, batches] = [whole, batches].map(|it| bytes_of(&it, "/o"));
            let text = |it: &[u8]| String::from_utf8_lossy(it).into_owned();
            let (whole, batches) = (whole.unwrap(), batches.unwrap_or_default());
            assert_eq!(text(&batches), text(&whole), "{form}");
            assert!(whole.len() > 1_500, "{form}");
            let tells = |what: &str| text(&whole).contains(what);
            assert_eq!(
                tells("a.服务居民") && tells("\"unjudged\": [\n      \"a.每月走访\"\n"),
                form == "json",
                "{form}"
            );
        }
    }
    // Names of what a sum lacks are told by a run as a whole only, where they are not those of what rows lack themselves.
    let lacking = communities("社区99,,街道1,,\n");
    let line = "simulate a --on a/s --format json --out /o --lang en";
    let whole = streets(&lacking);
    let again = streets(&lacking).with_max_bytes(1_500).with_variable("POLIS_LARGE_FILE", "0");
    assert_eq!([run(line, &whole).0, run(line, &again).0], [Exit::Clean; 2]);
    assert_eq!(bytes_of(&whole, "/o").unwrap(), bytes_of(&again, "/o").unwrap());
    let sum_alone = STREETS.lines().filter(|it| !it.contains("人数 + 1")).collect::<Vec<_>>().join("\n");
    let sum_alone = sum_alone.replace("; 实有: 人数", "");
    let streets = |communities: &str| streets(communities).with_file("/a/a.pol", &sum_alone);
    let whole = streets(&lacking);
    let again = streets(&lacking).with_variable("POLIS_LARGE_FILE", "0");
    assert_eq!([run(line, &whole).0, run(line, &again).0], [Exit::Clean; 2]);
    assert_eq!(whole.read("/o".into()).unwrap(), again.read("/o".into()).unwrap());
    let large = streets(&lacking).with_max_bytes(1_500).with_variable("POLIS_LARGE_FILE", "0");
    let (exit, _, said) = run(line, &large);
    assert_eq!(exit, Exit::Usage);
    assert!(said.contains("`a/s/社区.csv` is over 1 GiB") && said.contains("`--format csv`"), "{said}");
    assert!(large.read("/o".into()).is_err());
}

/// Names of what a sum lacks, and to which rows of the large file a condition applies, are told by a run as a whole only.
#[test]
fn what_batches_cannot_tell_is_run_as_a_whole() {
    let with = |more: &str, communities: &str| streets(communities).with_file("/a/a.pol", &format!("{STREETS}{more}"));
    for (more, rows) in [
        ("规范 大社区 属于 社区 { 主体: 社区; 当: 户数 > 3000 户; 可以: 走访 }\n", communities("")),
        ("规范 大街 属于 街道 { 主体: 街道; 当: 总人数 > 9 人; 可以: 走访 }\n", communities("")),
    ] {
        let line = "simulate a --on a/s --format json --out /o --lang en";
        let whole = with(more, &rows);
        let again = with(more, &rows).with_variable("POLIS_LARGE_FILE", "0");
        assert_eq!([run(line, &whole).0, run(line, &again).0], [Exit::Clean; 2]);
        assert_eq!(whole.read("/o".into()).unwrap(), again.read("/o".into()).unwrap());
        let large = with(more, &rows).with_max_bytes(1_500).with_variable("POLIS_LARGE_FILE", "0");
        let (exit, _, said) = run(line, &large);
        assert_eq!(exit, Exit::Usage, "{more}: {said}");
        assert!(said.contains("`a/s/社区.csv` is over 1 GiB") && said.contains("`--format csv`"), "{said}");
        assert!(large.read("/o".into()).is_err());
    }
}

/// What is wrong with a file that is too large to be read as a whole is told as of any other, with the lines.
#[test]
fn findings_in_a_file_too_large_have_their_places() {
    let line = "simulate a --on a/s --format csv --out /o.csv --lang en";
    let large = |text: &str| streets(text).with_max_bytes(1_500).with_variable("POLIS_LARGE_FILE", "0");
    for wrong in [
        "社区90,,街道1,许多,1\n",
        "社区90,,街道1,3,1\n社区91,,街道1,-4,1\n社区92,,街道2,3,x\n",
        "社区90,,街道9,3,1\n社区91,,街道9,3,1\n",
        "社区90,,街道1,3\n",
        ",,街道1,3,1\n",
        "社区90,,街道1,\"3,1\n",
    ] {
        let text = communities(wrong);
        let (whole, found) = (run(line, &streets(&text)), run(line, &large(&text)));
        assert_eq!(found, whole, "{wrong}");
        assert_eq!(found.0, Exit::Findings);
    }
    let heading = communities("社区90,,街道1,3,x\n").replacen("户数", "户樹", 1);
    assert_eq!(run(line, &large(&heading)), run(line, &streets(&heading)));
    let twice = run(line, &large(&communities("社区37,,街道1,3,1\n")));
    for part in
        ["`社区37` is already that of row 1", "a/s/社区.csv:122:1", "a/s/社区.csv:2:1", "122 │ 社区37", "2 │ 社区37"]
    {
        assert!(twice.2.contains(part), "{part}: {}", twice.2);
    }
    assert_eq!(twice.0, Exit::Findings);
    let mut broken = communities("社区90,,街道1,").into_bytes();
    broken.extend_from_slice(b"\xff\n");
    let broken = large("").with_bytes("/a/s/社区.csv", broken);
    let (exit, _, said) = run(line, &broken);
    assert_eq!(exit, Exit::Findings);
    assert!(said.contains("not-utf8") && said.contains("社区.csv:122:"), "{said}");
    // The other files have their say.
    let street = large(&communities("社区90,,街道1,许多,1\n")).with_file("/a/s/街道.csv", "id,编制\n街道1,x\n街道2,\n");
    let (exit, _, said) = run(line, &street);
    assert_eq!(exit, Exit::Findings);
    assert!(said.contains("街道.csv:2:") && said.contains("社区.csv:122:15"), "{said}");
    // Nothing is wrong, but a page holds all rows.
    let (exit, _, said) = run("simulate a --on a/s --format html --lang en", &large(&communities("")));
    assert_eq!(exit, Exit::Findings);
    assert!(said.contains("file-too-large"), "{said}");
}

/// Rows whose id an earlier one has are left out wherever they stand.
#[test]
fn ids_that_occur_twice_are_left_out() {
    let twice = communities("社区37,,街道1,3,1\n社区37,,街道9,3,1\n社区98,,街道1,x,1\n社区98,,街道1,3,1\n");
    let line = "simulate a --on a/s --format csv --out /o.csv --lang en --keep-going";
    let whole = streets(&twice);
    let large = streets(&twice).with_max_bytes(1_500).with_variable("POLIS_LARGE_FILE", "0");
    for system in [&whole, &large] {
        assert_eq!(run(line, system).0, Exit::Findings);
    }
    for path in ["/o.csv", "/o.csv.rejects.csv"] {
        let [whole, large] = [&whole, &large].map(|it| String::from_utf8(bytes_of(it, path).unwrap()).unwrap());
        assert_eq!(large, whole, "{path}");
    }
    let rejects = String::from_utf8(whole.read("/o.csv.rejects.csv".into()).unwrap()).unwrap();
    let found: Vec<String> =
        rejects.lines().skip(1).map(|it| it.split(',').take(4).collect::<Vec<_>>().join(",")).collect();
    let expected = [
        "a/s/社区.csv,61,社区37,sample-duplicate-id",
        "a/s/社区.csv,62,社区37,sample-duplicate-id",
        "a/s/社区.csv,63,社区98,sample-bad-value",
    ];
    assert_eq!(found, expected);
}

/// Parquet is read in batches where rows are left out, too.
#[test]
fn rows_of_parquet_are_left_out_in_batches() {
    let made = streets("");
    let generate = "sample generate a --communities 300 --per 社区=50 --format parquet --out /g";
    assert_eq!(run(generate, &made).0, Exit::Clean);
    let parquet = made.read("/g/社区.parquet".into()).unwrap();
    let system = || {
        MemorySystem::new()
            .with_file("/a/polis.toml", "[package]\nname = \"a\"\n")
            .with_file("/a/a.pol", STREETS)
            .with_file("/a/s/街道.csv", "id\n街道-1\n街道-3\n街道-4\n街道-6\n")
            .with_bytes("/a/s/社区.parquet", parquet.clone())
    };
    let mut written = Vec::new();
    for system in [system(), system().with_variable("POLIS_LARGE_FILE", "0")] {
        let line = "simulate a --on a/s --format csv --out /o.csv --lang en";
        assert_eq!(run(line, &system).0, Exit::Findings, "without the streets");
        assert!(system.read("/o.csv".into()).is_err());
        let (exit, _, said) = run(&format!("{line} --keep-going"), &system);
        assert_eq!(exit, Exit::Findings);
        assert!(said.contains("100 rows were left out"), "{said}");
        written.push(["/o.csv", "/o.csv.rejects.csv"].map(|it| system.read(it.into()).unwrap()));
    }
    assert!(written[0] == written[1]);
    let rejects = String::from_utf8(written[0][1].clone()).unwrap();
    assert!(rejects.contains("\na/s/社区.parquet,51,社区-51,sample-orphan,"), "{rejects}");
}

/// `--keep-going` leaves out rows of every wrongness, and what lies in them or refers to them, and says which; in batches as
/// on the whole.
#[test]
fn bad_rows_are_left_out() {
    let text = "对象 街道 { 字段 编制: 人; 复数: 街道们 }
对象 社区 { 隶属: 街道; 复数: 社区们; 字段 户数: 户 { 取值: 0.. 户 }; 字段 人数: 人 }
规则 户均 属于 社区: 户 { 值: 户数 }
规则 总人数 属于 街道: 人 { 值: 合计(某.人数 对 某 在 社区们) }
";
    let bad = [
        "社区990,街道1,-3,1",
        "社区991,街道9,4,1",
        "社区992,街道3,4,1",
        "社区993,街道1,几,1",
        "社区994,街道1",
        ",街道1,4,1",
    ];
    let row = |it: u32| format!("社区{it:03},街道{},{it},2\n", it % 2 + 1);
    let good = |_: &str| String::new();
    let all = |show: &dyn Fn(&str) -> String| {
        // A bad row in each part of the file.
        let rows = (0..60).map(|it| match bad.get(it as usize / 9).filter(|_| it % 9 == 4) {
            Some(bad) => format!("{}{}", row(it), show(bad)),
            None => row(it),
        });
        format!("id,街道,户数,人数\n{}", rows.collect::<String>())
    };
    let system = |communities: &str, streets: &str| {
        MemorySystem::new()
            .with_file("/a/polis.toml", "[package]\nname = \"a\"\n")
            .with_file("/a/a.pol", text)
            .with_file("/a/s/街道.csv", streets)
            .with_file("/a/s/社区.csv", communities)
    };
    let line = "simulate a --on a/s --format csv --out /o.csv --lang en";
    let clean = system(&all(&good), "id,编制\n街道1,3\n街道2,\n");
    assert_eq!(run(line, &clean).0, Exit::Clean);
    let with = |it: &str| format!("{it}\n");
    let streets = "id,编制\n街道1,3\n街道2,\n街道3,许多\n";
    let whole = system(&all(&with), streets);
    assert_eq!(run(line, &whole).0, Exit::Findings);
    assert!(whole.read("/o.csv".into()).is_err());
    let mut all_rejects = Vec::new();
    let batches = || system(&all(&with), streets).with_variable("POLIS_LARGE_FILE", "0");
    // Rows are left out of a file that can be read in no other way, too.
    for system in [whole, batches(), batches().with_max_bytes(1_200)] {
        let (exit, _, said) = run(&format!("{line} --keep-going"), &system);
        assert_eq!(exit, Exit::Findings, "{said}");
        assert!(
            said.contains("7 rows were left out of the sample, with something wrong; they are in `/o.csv.rejects.csv`"),
            "{said}"
        );
        assert_eq!(bytes_of(&system, "/o.csv"), bytes_of(&clean, "/o.csv"));
        let rejects = String::from_utf8(bytes_of(&system, "/o.csv.rejects.csv").unwrap()).unwrap();
        all_rejects.push(rejects.trim_start_matches('\u{feff}').to_owned());
    }
    assert_eq!(all_rejects[0], all_rejects[1]);
    assert_eq!(all_rejects[0], all_rejects[2]);
    assert_snapshot!(all_rejects[0], @r#"
    file,row,id,code,reason,text
    a/s/社区.csv,6,社区990,sample-out-of-range,`-3` is outside the range `0.. 户` of `户数`,"社区990,街道1,-3,1"
    a/s/社区.csv,16,社区991,sample-orphan,"`社区991` belongs to `街道9`, which is not in the sample","社区991,街道9,4,1"
    a/s/社区.csv,26,社区992,sample-orphan,"`社区992` belongs to `街道3`, which is not in the sample","社区992,街道3,4,1"
    a/s/社区.csv,36,社区993,sample-bad-value,"`几` in row 36, column 3 does not fit `户数`: expected a whole number of `households`","社区993,街道1,几,1"
    a/s/社区.csv,46,社区994,sample-malformed,"the sample is not a whole table: row 46 has 2 cells, the heading has 4 columns","社区994,街道1"
    a/s/社区.csv,56,,sample-missing-id,row 56 has no id,",街道1,4,1"
    a/s/街道.csv,3,街道3,sample-bad-value,"`许多` in row 3, column 2 does not fit `编制`: expected a whole number of `people`","街道3,许多"
    "#);
    let told = run(
        "simulate a --on a/s --format csv --keep-going",
        &system(&all(&with), "id,编制\n街道1,3\n街道2,\n街道3,\n"),
    );
    assert!(told.2.contains("`--rejects 文件`"), "{}", told.2);
    // What is wrong with a file as a whole is no row's fault.
    let headless = system("户数\n3\n", "id\n街道1\n");
    assert_eq!(run(&format!("{line} --keep-going"), &headless).0, Exit::Findings);
    assert!(headless.read("/o.csv.rejects.csv".into()).is_err());
}

#[test]
fn the_exit_codes_are_those_of_the_documentation() {
    assert_eq!([Exit::Clean, Exit::Findings, Exit::Usage, Exit::Bug].map(Exit::code), [0, 1, 2, 101]);
}

/// A system with a bug.
struct Broken;

impl System for Broken {
    fn read(&self, _: &Utf8Path) -> io::Result<Vec<u8>> {
        panic!("no reading")
    }
    fn read_dir(&self, _: &Utf8Path) -> io::Result<Vec<DirEntry>> {
        panic!("no listing")
    }
    fn is_file(&self, _: &Utf8Path) -> bool {
        true
    }
    fn is_dir(&self, _: &Utf8Path) -> bool {
        false
    }
    fn write_atomic(&self, _: &Utf8Path, _: &[u8]) -> io::Result<()> {
        panic!("no writing")
    }
    fn create(&self, _: &Utf8Path) -> io::Result<Box<dyn NewFile>> {
        panic!("no new files")
    }
    fn open(&self, _: &Utf8Path) -> io::Result<Box<dyn RandomRead>> {
        panic!("no opening")
    }
    fn create_dir_all(&self, _: &Utf8Path) -> io::Result<()> {
        panic!("no folders")
    }
    fn interrupts(&self) -> Arc<AtomicBool> {
        Arc::default()
    }
    fn env_var(&self, _: &str) -> Option<String> {
        None
    }
    fn current_dir(&self) -> io::Result<Utf8PathBuf> {
        Ok("/".into())
    }
}

#[test]
fn a_panic_ends_with_101() {
    assert_eq!(run("check a.pol", &Broken).0, Exit::Bug);
}

/// Whatever the arguments are, the definition is the same in both languages but for its texts.
#[test]
fn both_languages_have_the_same_arguments() {
    use polis_diagnostic::Locale;

    let shape = |locale| -> Vec<(String, Vec<String>)> {
        let root = polis::command(locale);
        let all = std::iter::once(&root).chain(root.get_subcommands());
        all.map(|it| {
            (
                it.get_name().to_owned(),
                it.get_arguments().map(|it| format!("{:?}", (it.get_id(), it.get_long()))).collect(),
            )
        })
        .collect()
    };
    assert_eq!(shape(Locale::Zh), shape(Locale::En));
}
