//! `timed_columns ROWS FOLDER`: the rules of the bench `columns` on so many communities, in columns and by hand, timed; and the
//! facts as files of 64-bit integers for programs that are compared. What was done is printed as one line of JSON.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_wrap,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a program for measuring, on policies that are there"
)]

#[path = "../benches/workers/mod.rs"]
mod workers;

use std::time::Instant;

use polis_sim::{Column, Engine, Source, TotalsPlan};
use serde_json::json;
use workers::{Facts, PROGRAM, Sums, by_hand, loop_by_hand};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The median of five.
fn timed<T>(work: impl Fn() -> T) -> (f64, T) {
    let mut times: Vec<(f64, T)> = (0..5)
        .map(|_| {
            let start = Instant::now();
            let result = work();
            (start.elapsed().as_secs_f64() * 1000.0, result)
        })
        .collect();
    times.sort_by(|a, b| a.0.total_cmp(&b.0));
    times.swap_remove(2)
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let (rows, folder) = (args[1].parse::<usize>().unwrap(), &args[2]);
    let facts = Facts::new(rows, false);
    std::fs::create_dir_all(folder).unwrap();
    for (name, column) in ["households", "staff", "assistants", "workers", "seniors"].iter().zip(&facts.figures) {
        let bytes: Vec<u8> = column.iter().flat_map(|it| it.to_le_bytes()).collect();
        std::fs::write(format!("{folder}/{name}.i64"), bytes).unwrap();
    }
    let street: Vec<u8> = facts.street.iter().flat_map(|it| i64::from(*it).to_le_bytes()).collect();
    std::fs::write(format!("{folder}/street.i64"), street).unwrap();
    let table = facts.table();
    let engine = Engine::new(&PROGRAM.machine, &PROGRAM.settings);
    let plan = TotalsPlan::new(&engine, PROGRAM.community, table.shape(), &PROGRAM.columns, None).unwrap();
    let (one, totals) = timed(|| plan.run(&table, 1));
    let (two, _) = timed(|| plan.run(&table, 2));
    let sums = Sums::of(&totals, rows);
    let figures: Vec<Column> =
        PROGRAM.columns.iter().filter(|it| !matches!(it.source, Source::Verdict(_))).cloned().collect();
    let by_street =
        TotalsPlan::new(&engine, PROGRAM.community, table.shape(), &figures, Some(rows.div_ceil(20))).unwrap();
    let (grouped, _) = timed(|| by_street.run(&table, 1));
    let (hand, expected) = timed(|| loop_by_hand(&facts));
    let (vectors, _) = timed(|| {
        pulp::Arch::new().dispatch(
            #[inline(always)]
            || by_hand::<false>(&facts, 0, rows),
        )
    });
    assert_eq!(sums, expected);
    println!(
        "{}",
        json!({ "q1_ms": one, "q1_two_threads_ms": two, "q2_ms": grouped, "by_hand_ms": hand, "by_hand_vectors_ms": vectors,
            "sums": sums.all, "kept": sums.kept[0] })
    );
}
