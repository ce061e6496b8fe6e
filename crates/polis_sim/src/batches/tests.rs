//! Runs in batches against runs of whole samples.

mod totals;

use camino::Utf8Path;
use polis_db::testing::{Fixture, listing};
use polis_db::{MemorySystem, PolisDatabase};
use polis_eval::{Machine, Run, Settings};
use polis_semantic::check;

use super::*;
use crate::generate::{Form, Order, Plan, Share, write};
use crate::samples::{BadRows, Samples};
use crate::simulate::MissingKind;
use crate::{load_samples, simulate};

const PROGRAM: &str = "
//- /p/polis.toml
[package]
name = \"p\"
//- /p/a.pol
枚举 类别 { 值域: 新建, 老旧 }
对象 街道 { 复数: 街道们; 字段 编制: 人 { 取值: 0..50 人 } }
对象 社区 {
  隶属: 街道; 复数: 社区们
  字段 户数: 户 { 取值: 0..9000 户 }
  字段 人数: 人 { 取值: 0..30 人 }
  字段 占比: 百分比 { 取值: 0%..100% }
  字段 类: 类别
  字段 老: 是非
  字段 名称二: 文字
}
对象 小区 { 隶属: 社区; 复数: 小区们; 字段 楼数: 个; 字段 好: 是非 }
参数 每户: 元/户 { 值: 12.5 元/户 }
参数 未定: 元 { 值: 待定 \"原文缺\" }
员额 工作者 属于 社区 {
  基数: 10..15 人
  增配 当 户数 不少于 3000 户: 每满(户数 - 3000 户, 300..500 户) * 1 人
  实有: 人数
}
规则 经费 属于 社区: 元 {
  值: 户数 * 每户
  例外 老旧 当 类 = 类别.老旧 且 老: 户数 * 每户 * 占比
}
规则 另计 属于 社区: 元 { 值: 经费 + 未定 }
要求 不多 属于 社区 { 满足: 人数 不超过 街道.编制; 语气: 一般 }
规则 小区数 属于 社区: 个 { 值: 计数(小区们) }
规则 楼数 属于 社区: 个 { 值: 合计(某.楼数 对 某 在 小区们) }
规则 都好 属于 社区: 是非 { 值: 全部(某.好 对 某 在 小区们) 且 非 任一(某.好 对 某 在 小区们) }
规则 总人数 属于 街道: 人 { 值: 合计(某.人数 对 某 在 社区们) }
规则 总经费 属于 街道: 元 { 值: 合计(某.经费 对 某 在 社区们 其中 某.老) }
规则 最多 属于 街道: 人 { 值: 最大(某.人数 对 某 在 社区们) }
规则 都守住 属于 街道: 是非 { 值: 全部(合规(某.工作者) 对 某 在 社区们) }
规则 均数 属于 街道: 数 { 值: 平均(某.人数 / 1 人 对 某 在 社区们) }
规则 份额 属于 社区: 数 { 值: 人数 / 最大(街道.总人数, 1 人) }
";

/// What divides by a figure that can be zero.
const FAILING: &str = "规则 户均 属于 社区: 户/人 { 值: 户数 / (人数 - 10 人) }\n";

fn machine(more: &str) -> (PolisDatabase, Machine) {
    machine_of(PROGRAM, more)
}

fn machine_of(program: &str, more: &str) -> (PolisDatabase, Machine) {
    let without = if more.is_empty() {
        program.to_owned()
    } else {
        // A row whose figure fails is left to the interpreter, which knows no other communities.
        program.lines().filter(|it| !it.starts_with("规则 份额")).collect::<Vec<_>>().join("\n") + "\n"
    };
    let loaded = Fixture::parse(&format!("{without}{more}")).load("/p");
    let package = loaded.db.package("p").unwrap();
    let found = check(&loaded.db, &[package]);
    assert!(found.is_empty(), "{}", listing(&loaded.db, &found));
    let machine = Machine::new(polis_semantic::program(&loaded.db, package));
    (loaded.db, machine)
}

fn sample(machine: &Machine, form: Form, missing: u32) -> MemorySystem {
    sample_of(machine, form, missing, 400)
}

fn sample_of(machine: &Machine, form: Form, missing: u32, count: u64) -> MemorySystem {
    let [_, community, quarter] = machine.entity_ids().collect::<Vec<_>>()[..] else { panic!("three entities") };
    let missing = Share::from_millionths(missing).unwrap();
    let order = Order { entity: Some(community), count, seed: 7, per: vec![(community, 13), (quarter, 0)], missing };
    let plan = Plan::new(machine, &order).unwrap();
    plan.tables.iter().fold(MemorySystem::new(), |system, table| {
        let mut bytes = Vec::new();
        // Streets stay small either way.
        write(table, form, &mut bytes, &mut |_| Ok(())).unwrap();
        system.with_bytes(&format!("/s/{}.{}", table.name, form.extension()), bytes)
    })
}

fn line(id: &str, parent: Option<&str>, cells: &[Cell]) -> String {
    let cell = |it: &Cell| match it {
        Cell::Value(value) if value.is_unknown() => "unknown".to_owned(),
        Cell::Value(value) => value.to_string(),
        Cell::Verdict(verdict, gap) => format!("{:?} {gap:?}", verdict.outcome),
        Cell::Error(error) => format!("{:?}", error.kind),
    };
    format!("{id} {parent:?} {}\n", cells.iter().map(cell).collect::<Vec<_>>().join(" | "))
}

/// What a run says: the rows, the totals of each table, what is missing, and how many results fail.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    rows: String,
    totals: Vec<String>,
    missing: Vec<MissingNames>,
    failures: usize,
}

fn whole(system: &MemorySystem, mut db: PolisDatabase, machine: &Machine) -> Said {
    let samples = load_samples(system, Utf8Path::new("/s"), &mut db, machine);
    assert!(samples.diagnostics.is_empty(), "{}", listing(&db, &samples.diagnostics));
    let result = simulate(&Run::new(machine, &samples.world, Settings::default()));
    let mut rows = String::new();
    for table in &result.tables {
        let parent = machine.entities()[table.entity.index()].parent;
        for (row, cells) in samples.world.rows(table.entity).iter().zip(&table.rows) {
            let parent = parent.and_then(|it| samples.world.row(it, row.parent?)).map(|it| it.id.as_str());
            rows.push_str(&line(&row.id, parent, cells));
        }
    }
    let named = |it: &crate::MissingCount| {
        let name = |row: &u32| match &it.missing {
            MissingKind::Field(entity, _) | MissingKind::Parent(entity) => {
                machine.name_of(*entity, *row, &samples.world)
            }
            other => panic!("{other:?}"),
        };
        let names = it.rows.iter().take(NAMED + 1).map(name).collect();
        MissingNames { missing: it.missing.clone(), results: it.results, names }
    };
    Said {
        rows,
        totals: result.tables.iter().map(|it| format!("{:?}", it.totals)).collect(),
        missing: result.missing.iter().map(named).collect(),
        failures: result.errors.len(),
    }
}

struct Asked<'a> {
    threads: usize,
    wanted: Wanted,
    ids: &'a IdCheck,
}

fn ran(system: &MemorySystem, machine: &Machine, asked: &Asked<'_>) -> Result<Said, Stopped<()>> {
    let mut db = PolisDatabase::default();
    let opened = BatchSample::open(system, Utf8Path::new("/s"), &mut db, machine, (0, BadRows::Stop));
    let (sample, Samples { world, diagnostics: found, .. }) = opened.unwrap();
    assert!(found.is_empty(), "{}", listing(&db, &found));
    let Asked { threads, wanted, ids } = *asked;
    let settings = &Settings::default();
    let run = BatchRun { system, machine, sample: &sample, world: &world, settings, threads, ids, wanted };
    let show = |it: Shown<'_>, out: &mut Vec<u8>| {
        let parent = it.parent.map(|it| it.id.as_str());
        out.extend_from_slice(line(&it.row.id, parent, it.cells).as_bytes());
    };
    let (mut bytes, mut totals) = (Vec::new(), Vec::new());
    let mut read = 0;
    let mut write = |part: Part<'_>| {
        match part {
            Part::Begin(..) => {}
            Part::Rows(more, done) => {
                bytes.extend_from_slice(more);
                read += done;
            }
            Part::End(all) => totals.push(format!("{all:?}")),
        }
        Ok(())
    };
    let results = run.run(&show, &mut write, &mut |_| unreachable!("nothing is left out"))?;
    assert!(read > sample.length() / 2, "{read} of {}", sample.length());
    let failures = results.failures.iter().map(|it| 1 + usize::try_from(it.more).unwrap()).sum();
    Ok(Said { rows: String::from_utf8(bytes).unwrap(), totals, missing: results.missing, failures })
}

fn in_batches(system: &MemorySystem, machine: &Machine, threads: usize) -> Result<Said, Stopped<()>> {
    ran(system, machine, &Asked { threads, wanted: Wanted::Rows, ids: &IdCheck::InOrder })
}

#[test]
fn batches_say_what_the_whole_says() {
    for form in [Form::Csv, Form::Parquet] {
        for missing in [0, 100_000] {
            for more in ["", FAILING] {
                let (db, machine) = machine(more);
                let system = sample(&machine, form, missing);
                let expected = whole(&system, db, &machine);
                assert_eq!(expected.failures > 0, !more.is_empty(), "{} failures", expected.failures);
                for threads in [1, 3] {
                    let found = in_batches(&system, &machine, threads).unwrap();
                    assert_eq!(found.failures, expected.failures, "{form:?} {missing} {threads}");
                    for (found, expected) in found.rows.lines().zip(expected.rows.lines()) {
                        assert_eq!(found, expected, "{form:?} {missing} {threads}");
                    }
                    assert_eq!(found.rows.lines().count(), expected.rows.lines().count());
                    assert_eq!(found.missing, []);
                }
            }
        }
    }
}

/// Totals and what is missing are those of a run as a whole. Which of the rows below a sum lack a fact only that can say.
#[test]
fn totals_and_gaps_are_those_of_the_whole() {
    let reach = |it: &&str| !it.contains("属于 街道:") && !it.contains("街道.总人数");
    let alone = PROGRAM.lines().filter(reach).collect::<Vec<_>>().join("\n") + "\n";
    for form in [Form::Csv, Form::Parquet] {
        for more in ["", FAILING] {
            for (program, missing, is_run) in [(PROGRAM, 0, true), (&alone, 100_000, true), (PROGRAM, 100_000, false)] {
                let (db, machine) = machine_of(program, more);
                let system = sample(&machine, form, missing);
                let expected = whole(&system, db, &machine);
                let lacks = |it: &MissingNames| matches!(it.missing, MissingKind::Field(..));
                assert_eq!(expected.missing.iter().any(lacks), missing > 0);
                let asked = Asked { threads: 2, wanted: Wanted::Totals, ids: &IdCheck::InOrder };
                match ran(&system, &machine, &asked) {
                    Ok(found) => assert_eq!(found, expected, "{form:?} {missing} {more}"),
                    Err(error) => assert!(!is_run && matches!(error, Stopped::NotInBatches), "{error:?}"),
                }
            }
        }
    }
}

/// Whatever would be a finding is left to the reading as a whole.
#[test]
fn what_is_wrong_is_not_run() {
    let (_, machine) = machine("");
    let rows = |it: &str| {
        let many: Vec<String> = (0..90).map(|row| format!("社区{row:03},街道1,{}\n", 3000 + row)).collect();
        let many = many.concat();
        MemorySystem::new()
            .with_file("/s/街道.csv", "编号\n街道1\n")
            .with_file("/s/社区.csv", &format!("编号,街道,户数\n{many}{it}"))
    };
    let lines = |it: &str| in_batches(&rows(it), &machine, 2).map(|it| it.rows.lines().count());
    assert_eq!(lines("社区900,街道1,4000\n").unwrap(), 92);
    for wrong in
        ["社区900,街道1,许多\n", "社区900,街道9,4000\n", "社区900,街道1\n", ",街道1,5\n", "社区900,街道1,\"4000\n"]
    {
        assert!(matches!(lines(wrong), Err(Stopped::NotInBatches)), "{wrong}");
    }
    let again = rows("社区001,街道1,4000\n");
    assert!(matches!(in_batches(&again, &machine, 2), Err(Stopped::OutOfOrder)));
    let kept = Asked { threads: 2, wanted: Wanted::Rows, ids: &IdCheck::Kept };
    assert!(matches!(ran(&again, &machine, &kept), Err(Stopped::Twice)));
}

/// Nothing is kept of what a writer refuses.
#[test]
fn a_writer_can_end_it() {
    let (_, machine) = machine("");
    let system = sample(&machine, Form::Csv, 0);
    let mut db = PolisDatabase::default();
    let opened = BatchSample::open(&system, Utf8Path::new("/s"), &mut db, &machine, (0, BadRows::Stop));
    let (sample, Samples { world, .. }) = opened.unwrap();
    let run = BatchRun {
        system: &system,
        machine: &machine,
        sample: &sample,
        world: &world,
        settings: &Settings::default(),
        threads: 2,
        ids: &IdCheck::InOrder,
        wanted: Wanted::Rows,
    };
    let mut left = 3;
    let mut write = |_: Part<'_>| {
        left -= 1;
        if left == 0 { Err("full") } else { Ok(()) }
    };
    let show = |it: Shown<'_>, out: &mut Vec<u8>| out.extend_from_slice(it.row.id.as_bytes());
    let ran = run.run(&show, &mut write, &mut |_| unreachable!("nothing is left out"));
    assert!(matches!(ran, Err(Stopped::Writer("full"))));
    assert_eq!(left, 0);
}
