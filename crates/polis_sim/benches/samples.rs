//! Throughput of reading a sample.

use std::fmt::Write as _;

use divan::counter::BytesCount;
use polis_db::PolisDatabase;
use polis_db::testing::Fixture;
use polis_eval::Machine;
use polis_sim::load_samples;

fn main() {
    divan::main();
}

const PROGRAM: &str = "
//- /p/polis.toml
[package]
name = \"p\"
//- /p/a.pol
对象 街道 {}
对象 社区 {
  隶属: 街道
  字段 户数: 户 { 取值: 0.. 户 }
  字段 专职人数: 人
  字段 经费: 万元
  字段 老旧: 是非
  字段 成立: 日期
}
";

const ROWS: usize = 100_000;

fn table(json: bool) -> String {
    let mut text =
        String::from(if json { "[\n" } else { "编号,名称,街道,户数,专职人数,经费,老旧,成立\n" });
    for row in 0..ROWS {
        let (street, households, staff) = (row % 200, 1000 + row % 4000, row % 17);
        // Writing to a string does not fail.
        let _ = if json {
            writeln!(
                text,
                "{{\"编号\":\"C{row}\",\"名称\":\"松柏第{row}社区\",\"街道\":\"S{street}\",\"户数\":{households},\"专职人数\":{staff},\"经费\":{staff}.5,\"老旧\":true,\"成立\":\"2020-01-31\"}}{}",
                if row + 1 == ROWS { "]" } else { "," }
            )
        } else {
            writeln!(text, "C{row},松柏第{row}社区,S{street},{households},{staff},{staff}.5,是,2020-01-31")
        };
    }
    text
}

fn read(bencher: divan::Bencher, json: bool) {
    let fixture = Fixture::parse(PROGRAM);
    let loaded = fixture.load("/p");
    let Some(package) = loaded.targets.first() else { return };
    let machine = Machine::new(polis_semantic::program(&loaded.db, *package));
    let text = table(json);
    let streets = (0..200).fold(String::from("编号\n"), |text, it| format!("{text}S{it}\n"));
    let file = if json { "/s/社区.json" } else { "/s/社区.csv" };
    let system = fixture.system().with_file(file, &text).with_file("/s/街道.csv", &streets);
    bencher.counter(BytesCount::of_str(&text)).with_inputs(PolisDatabase::new).bench_local_values(|mut db| {
        let samples = load_samples(&system, "/s".into(), &mut db, &machine);
        assert_eq!(samples.diagnostics.len(), 0);
        samples
    });
}

#[divan::bench(sample_count = 10)]
fn csv(bencher: divan::Bencher) {
    read(bencher, false);
}

#[divan::bench(sample_count = 10)]
fn json(bencher: divan::Bencher) {
    read(bencher, true);
}
