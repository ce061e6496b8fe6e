//! The rules of Changchun's document on community workers, for every community and by street: in columns, beside a loop
//! that is written by hand for these rules alone.
//!
//! Both check overflow and carry what is unknown. `ROWS=50000000 cargo bench -p polis_sim --bench columns` takes another
//! number of communities than a million.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_wrap,
    clippy::disallowed_methods,
    reason = "a bench on policies that are there"
)]

mod workers;

use divan::counter::ItemsCount;
use polis_sim::{Column, Engine, TotalsPlan};
use workers::{Facts, PROGRAM, Sums, loop_by_hand, vectors_by_hand};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

fn rows() -> usize {
    std::env::var("ROWS").ok().and_then(|it| it.parse().ok()).unwrap_or(1_000_000)
}

fn held(facts: &Facts, columnar: &Sums) {
    let by_hand = loop_by_hand(facts);
    assert!(!by_hand.overflow);
    assert_eq!(*columnar, by_hand, "the loop by hand and the columns agree");
}

/// In columns, by threads.
#[divan::bench(args = [(false, 1), (false, 2), (true, 1), (true, 2)], sample_count = 10)]
fn in_columns(bencher: divan::Bencher, (gaps, threads): (bool, usize)) {
    let facts = Facts::new(rows(), gaps);
    let table = facts.table();
    let engine = Engine::new(&PROGRAM.machine, &PROGRAM.settings);
    let plan = TotalsPlan::new(&engine, PROGRAM.community, table.shape(), &PROGRAM.columns, None).unwrap();
    held(&facts, &Sums::of(&plan.run(&table, threads), rows()));
    bencher.counter(ItemsCount::new(rows())).bench(|| plan.run(&table, threads));
}

/// Compiled each time as well.
#[divan::bench(sample_count = 10)]
fn compiled(bencher: divan::Bencher) {
    let table = Facts::new(rows(), true).table();
    bencher.bench(|| {
        let engine = Engine::new(&PROGRAM.machine, &PROGRAM.settings);
        TotalsPlan::new(&engine, PROGRAM.community, table.shape(), &PROGRAM.columns, None).unwrap()
    });
}

#[divan::bench(args = [(false, 1), (false, 2)], sample_count = 10)]
fn by_street(bencher: divan::Bencher, (gaps, threads): (bool, usize)) {
    let facts = Facts::new(rows(), gaps);
    let table = facts.table();
    let engine = Engine::new(&PROGRAM.machine, &PROGRAM.settings);
    let columns: Vec<Column> =
        PROGRAM.columns.iter().filter(|it| !matches!(it.source, polis_sim::Source::Verdict(_))).cloned().collect();
    let groups = rows().div_ceil(20);
    let plan = TotalsPlan::new(&engine, PROGRAM.community, table.shape(), &columns, Some(groups)).unwrap();
    bencher.counter(ItemsCount::new(rows())).bench(|| plan.run(&table, threads));
}

/// The loop by hand, as the compiler makes it for any processor of the kind.
#[divan::bench(args = [false, true], sample_count = 10)]
fn hand(bencher: divan::Bencher, gaps: bool) {
    let facts = Facts::new(rows(), gaps);
    bencher.counter(ItemsCount::new(rows())).bench(|| loop_by_hand(&facts));
}

/// The same, for the vector instructions of this one.
#[divan::bench(args = [false, true], sample_count = 10)]
fn hand_vectors(bencher: divan::Bencher, gaps: bool) {
    let facts = Facts::new(rows(), gaps);
    let vectors = if gaps { vectors_by_hand::<true> } else { vectors_by_hand::<false> };
    bencher.counter(ItemsCount::new(rows())).bench(|| vectors(&facts));
}
