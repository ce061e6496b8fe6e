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
use workers::{Facts, PROGRAM, Sums, loop_by_hand, vectors_by_hand};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The median of five, in milliseconds of the processor or, where the system does not tell them, of the clock.
fn timed<T>(work: impl Fn() -> T) -> (f64, T) {
    let mut times: Vec<(f64, T)> = (0..5)
        .map(|_| {
            let (start, before) = (Instant::now(), on_processor());
            let result = work();
            let spent = before.zip(on_processor()).map(|(before, after)| after - before);
            (spent.unwrap_or_else(|| start.elapsed().as_secs_f64() * 1000.0), result)
        })
        .collect();
    times.sort_by(|a, b| a.0.total_cmp(&b.0));
    times.swap_remove(2)
}

/// The milliseconds that this thread has had the processor, which a busy machine leaves as they are.
fn on_processor() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split(' ').next()?.parse::<f64>().ok()? / 1e6)
}

/// The median of five by the clock: what several threads gain.
fn by_the_clock(work: impl Fn()) -> f64 {
    let mut times: Vec<f64> = (0..5)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[2]
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
    let clocks = [1, 2].map(|threads| by_the_clock(|| drop(plan.run(&table, threads))));
    let sums = Sums::of(&totals, rows);
    let figures: Vec<Column> =
        PROGRAM.columns.iter().filter(|it| !matches!(it.source, Source::Verdict(_))).cloned().collect();
    let by_street =
        TotalsPlan::new(&engine, PROGRAM.community, table.shape(), &figures, Some(rows.div_ceil(20))).unwrap();
    let (grouped, _) = timed(|| by_street.run(&table, 1));
    let (hand, expected) = timed(|| loop_by_hand(&facts));
    let (vectors, _) = timed(|| vectors_by_hand::<false>(&facts));
    assert_eq!(sums, expected);
    println!(
        "{}",
        json!({ "q1_ms": one, "q1_clock_ms": clocks[0], "q1_two_threads_clock_ms": clocks[1], "q2_ms": grouped, "by_hand_ms": hand, "by_hand_vectors_ms": vectors,
            "sums": sums.all, "kept": sums.kept[0] })
    );
}
