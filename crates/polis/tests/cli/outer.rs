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

fn run(line: &str, system: &dyn System) -> (Exit, String, String) {
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
    for system in [whole, system(&all(&with), streets).with_variable("POLIS_LARGE_FILE", "0")] {
        let (exit, _, said) = run(&format!("{line} --keep-going"), &system);
        assert_eq!(exit, Exit::Findings, "{said}");
        assert!(
            said.contains("7 rows were left out of the sample, with something wrong; they are in `/o.csv.rejects.csv`"),
            "{said}"
        );
        assert_eq!(system.read("/o.csv".into()).unwrap(), clean.read("/o.csv".into()).unwrap());
        let rejects = String::from_utf8(system.read("/o.csv.rejects.csv".into()).unwrap()).unwrap();
        let rejects = rejects.replace("a/s/", "");
        all_rejects.push(rejects.trim_start_matches('\u{feff}').to_owned());
    }
    // In batches the largest file comes last.
    let [of_all, of_batches] = [0, 1].map(|it: usize| {
        let mut lines: Vec<&str> = all_rejects[it].lines().collect();
        lines.sort_unstable();
        lines
    });
    assert_eq!(of_all, of_batches);
    assert_snapshot!(all_rejects[0], @r#"
    file,row,id,code,reason,text
    社区.csv,6,社区990,sample-out-of-range,`-3` is outside the range `0.. 户` of `户数`,"社区990,街道1,-3,1"
    社区.csv,16,社区991,sample-orphan,"`社区991` belongs to `街道9`, which is not in the sample","社区991,街道9,4,1"
    社区.csv,26,社区992,sample-orphan,"`社区992` belongs to `街道3`, which is not in the sample","社区992,街道3,4,1"
    社区.csv,36,社区993,sample-bad-value,"`几` in row 36, column 3 does not fit `户数`: expected a whole number of `households`","社区993,街道1,几,1"
    社区.csv,46,社区994,sample-malformed,"the sample is not a whole table: row 46 has 2 cells, the heading has 4 columns","社区994,街道1"
    社区.csv,56,,sample-missing-id,row 56 has no id,",街道1,4,1"
    街道.csv,3,街道3,sample-bad-value,"`许多` in row 3, column 2 does not fit `编制`: expected a whole number of `people`","街道3,许多"
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
