//! Throughput of generating a sample, in rows.

use std::io::{self, Write};

use divan::counter::ItemsCount;
use polis_db::testing::Fixture;
use polis_eval::Machine;
use polis_sim::{Form, Order, Plan, write_table};

fn main() {
    divan::main();
}

/// The entity of the bench on reading, in streets of ten.
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
规则 大 属于 社区: 是非 { 值: 户数 不少于 3000 户 }
";

const ROWS: u64 = 1_000_000;

/// Takes everything and keeps nothing, so that the disk is not measured.
struct Nowhere(u64);

impl Write for Nowhere {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn generate(bencher: divan::Bencher, form: Form) {
    let loaded = Fixture::parse(PROGRAM).load("/p");
    let Some(package) = loaded.targets.first() else { return };
    let machine = Machine::new(polis_semantic::program(&loaded.db, *package));
    let Ok(plan) = Plan::new(&machine, &Order { count: ROWS, seed: 1, ..Order::default() }) else { return };
    let Some(table) = plan.tables.last() else { return };
    assert_eq!(table.rows, ROWS);
    bencher.counter(ItemsCount::new(ROWS)).bench_local(|| {
        let mut out = Nowhere(0);
        assert!(write_table(table, form, &mut out, &mut |_| Ok(())).is_ok());
        out.0
    });
}

#[divan::bench(sample_count = 5)]
fn csv(bencher: divan::Bencher) {
    generate(bencher, Form::Csv);
}

#[divan::bench(sample_count = 5)]
fn parquet(bencher: divan::Bencher) {
    generate(bencher, Form::Parquet);
}
