//! Whether provisions are consistent: from nothing, after one edit, and as packages grow.
//!
//! What is timed as `decided` begins where forms, names and types are known; what is timed as `cold` begins with texts.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a bench on a workspace that it made")]

use divan::counter::ItemsCount;
use polis_analysis::{analysis, decided, meaning};
use polis_db::{MemorySystem, OsSystem, Package, PolisDatabase, SourceFile, SourceText, System, generate, load};

/// The allocator of the `polis` binary, so that figures are those of a user.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// A database with the packages that are checked.
struct Desk {
    db: PolisDatabase,
    packages: Vec<Package>,
}

impl Desk {
    fn open(system: &dyn System, folder: &str) -> Self {
        let loaded = load(system, folder.into());
        assert_eq!(loaded.diagnostics, []);
        Self { db: loaded.db, packages: loaded.targets }
    }

    /// A desk on which everything that analyses rest on is there.
    fn typed(system: &dyn System, folder: &str) -> Self {
        let desk = Self::open(system, folder);
        assert_eq!(polis_semantic::check(&desk.db, &desk.packages), []);
        desk
    }

    /// Checks every package as an editor does, and counts the findings.
    fn check(&self) -> usize {
        let of = |it: &Package| meaning(&self.db, *it).into_iter().chain(decided(&self.db, *it).unwrap_or_default());
        self.packages.iter().flat_map(of).map(|it| it.len()).sum()
    }

    /// Analyses every package, and counts the findings.
    fn analyse(&self) -> usize {
        self.packages.iter().map(|it| analysis(&self.db, *it).diagnostics.len()).sum()
    }

    /// Replaces a text within a file of the first package by others in turn, and checks after each.
    fn edits(&mut self, name: &str, old: &str, new: &[&str], bencher: divan::Bencher) {
        let files: Vec<SourceFile> = self.packages.iter().flat_map(|it| it.files(&self.db).to_vec()).collect();
        let file = *files.iter().find(|it| it.path(&self.db).ends_with(name)).unwrap();
        let text = file.text(&self.db).text().to_owned();
        assert!(text.contains(old), "{name} does not contain {old}");
        self.db.open(file);
        self.check();
        let mut turn = 0;
        bencher.bench_local(|| {
            turn += 1;
            let edited = text.replacen(old, new[turn % new.len()], 1);
            self.db.set_text(file, SourceText::Text(edited.into()));
            self.check()
        });
    }
}

fn system(files: &[(String, String)]) -> MemorySystem {
    files.iter().fold(MemorySystem::new(), |system, (path, text)| system.with_file(&format!("/{path}"), text))
}

/// Norms, half of them guarded: each pair that meets is decided.
mod norms {
    use super::{Desk, ItemsCount, analysis, generate, system};

    #[divan::bench(args = [1_000, 3_000, 10_000], sample_count = 10)]
    fn cold(bencher: divan::Bencher, norms: usize) {
        let system = system(&generate::norms_workspace(norms));
        bencher
            .counter(ItemsCount::new(norms))
            .with_inputs(|| Desk::open(&system, "/city"))
            .bench_refs(|it| it.check());
    }

    /// The items are pairs.
    #[divan::bench(args = [1_000, 3_000, 10_000], sample_count = 10)]
    fn decided(bencher: divan::Bencher, norms: usize) {
        let system = system(&generate::norms_workspace(norms));
        let pairs = generate::meeting(&generate::norms(norms)).len();
        bencher.counter(ItemsCount::new(pairs)).with_inputs(|| Desk::typed(&system, "/city")).bench_refs(|desk| {
            let found: usize = desk.analyse();
            let decided: usize = desk.packages.iter().map(|it| analysis(&desk.db, *it).decided.pairs).sum();
            assert_eq!(decided, pairs);
            found
        });
    }
}

/// Provisions of every common kind: limits, cases, exceptions and norms.
mod provisions {
    use super::{Desk, ItemsCount, generate, system};

    #[divan::bench(args = [1_000, 3_000, 10_000, 30_000], sample_count = 10)]
    fn cold(bencher: divan::Bencher, provisions: usize) {
        let system = system(&generate::provisions(provisions));
        let open = || Desk::open(&system, "/city");
        bencher.counter(ItemsCount::new(provisions)).with_inputs(open).bench_refs(|it| it.check());
    }

    #[divan::bench(args = [1_000, 3_000, 10_000, 30_000], sample_count = 10)]
    fn decided(bencher: divan::Bencher, provisions: usize) {
        let system = system(&generate::provisions(provisions));
        let typed = || Desk::typed(&system, "/city");
        bencher.counter(ItemsCount::new(provisions)).with_inputs(typed).bench_refs(|it| it.analyse());
    }

    /// The guard of a norm changes.
    #[divan::bench(args = [1_000, 10_000, 30_000], sample_count = 100)]
    fn after_a_guard(bencher: divan::Bencher, provisions: usize) {
        let system = system(&generate::provisions(provisions));
        let guards = ["当: 户数 超过 100 户 且 户数", "当: 户数 超过 200 户 且 户数", "当: 户数 超过 300 户 且 户数"];
        Desk::open(&system, "/city").edits("0001.pol", "当: 户数", &guards, bencher);
    }

    /// The figure of an exception changes.
    #[divan::bench(args = [1_000, 10_000, 30_000], sample_count = 100)]
    fn after_a_figure(bencher: divan::Bencher, provisions: usize) {
        let system = system(&generate::provisions(provisions));
        let figures = ["不足 700 户 且 面积", "不足 750 户 且 面积", "不足 720 户 且 面积"];
        Desk::open(&system, "/city").edits("0001.pol", "不足 800 户 且 面积", &figures, bencher);
    }
}

/// `polis check policies`, in process: from the disk, and from texts that are there.
mod policies {
    use super::{Desk, OsSystem};

    const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../policies");

    #[divan::bench(sample_count = 20)]
    fn with_the_disk(bencher: divan::Bencher) {
        bencher.bench(|| Desk::open(&OsSystem, FOLDER).check());
    }

    #[divan::bench(sample_count = 20)]
    fn cold(bencher: divan::Bencher) {
        bencher.with_inputs(|| Desk::open(&OsSystem, FOLDER)).bench_refs(|it| it.check());
    }

    #[divan::bench(sample_count = 20)]
    fn decided(bencher: divan::Bencher) {
        bencher.with_inputs(|| Desk::typed(&OsSystem, FOLDER)).bench_refs(|it| it.analyse());
    }
}
