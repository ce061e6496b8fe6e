//! Two cities held against each other: from texts, and once they are read, as they grow.
#![expect(clippy::unwrap_used, reason = "a bench on a workspace that it made")]

use divan::counter::ItemsCount;
use polis_db::{MemorySystem, Package, PolisDatabase, generate, load};
use polis_diff::{Side, diff};
use polis_semantic::program;

/// The allocator of the `polis` binary, so that figures are those of a user.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// A made-up city. The second differs in every tenth figure of a quota, and in the name of every twentieth.
fn system(provisions: usize, second: bool) -> MemorySystem {
    let mut quotas = 0;
    generate::provisions(provisions).iter().fold(MemorySystem::new(), |system, (path, text)| {
        let mut lines: Vec<String> = Vec::new();
        for line in text.lines() {
            let mut line = line.to_owned();
            if second && line.trim_start().starts_with("基数:") {
                quotas += 1;
                if quotas % 10 == 0 {
                    line = line.replacen("10", "12", 1);
                }
            }
            if second && line.contains("name = \"city\"") {
                line = line.replace("city", "other");
            }
            lines.push(line);
        }
        system.with_file(&format!("/{path}"), &lines.join("\n"))
    })
}

struct City {
    db: PolisDatabase,
    package: Package,
}

fn open(system: &MemorySystem) -> City {
    let loaded = load(system, "/city".into());
    let package = *loaded.targets.first().unwrap();
    City { db: loaded.db, package }
}

fn differ(a: &City, b: &City) -> usize {
    let (first, second) = (program(&a.db, a.package), program(&b.db, b.package));
    let one = Side::new(&a.db, a.package, &first, None);
    let two = Side::new(&b.db, b.package, &second, None);
    diff(&one, &two, &[]).pairs.len()
}

/// Everything from the texts on.
#[divan::bench(args = [250, 1_000, 4_000], sample_count = 10)]
fn cold(bencher: divan::Bencher, provisions: usize) {
    let systems = [system(provisions, false), system(provisions, true)];
    bencher.counter(ItemsCount::new(provisions)).bench_local(|| differ(&open(&systems[0]), &open(&systems[1])));
}

/// Both programs are there.
#[divan::bench(args = [250, 1_000, 4_000], sample_count = 10)]
fn read(bencher: divan::Bencher, provisions: usize) {
    let cities = [open(&system(provisions, false)), open(&system(provisions, true))];
    differ(&cities[0], &cities[1]);
    bencher.counter(ItemsCount::new(provisions)).bench_local(|| differ(&cities[0], &cities[1]));
}
