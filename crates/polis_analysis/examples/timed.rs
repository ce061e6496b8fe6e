//! How long a check takes within the process: `cargo run --release -p polis_analysis --example timed -- FOLDER`.
use std::io::Write as _;
use std::time::Instant;

use polis_db::{OsSystem, load};

/// The allocator of the `polis` binary, so that figures are those of a user.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::io::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "policies".to_owned());
    let start = Instant::now();
    let loaded = load(&OsSystem, folder.as_str().into());
    let read = start.elapsed();
    let found: usize = loaded.targets.iter().map(|it| polis_analysis::check(&loaded.db, *it).len()).sum();
    let all = start.elapsed();
    writeln!(
        std::io::stdout(),
        "{{\"read_ms\":{:.2},\"check_ms\":{:.2},\"findings\":{found}}}",
        read.as_secs_f64() * 1000.0,
        all.as_secs_f64() * 1000.0
    )
}
