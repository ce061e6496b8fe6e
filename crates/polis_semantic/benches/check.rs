//! Cold checks, and one keystroke to fresh diagnostics, on workspaces of 1k, 10k and 100k lines.
#![expect(clippy::indexing_slicing, reason = "a bench on a workspace that it made")]

use divan::counter::ItemsCount;
use polis_db::{MemorySystem, PolisDatabase, SourceText, generate, load};

/// The allocator of the `polis` binary, so that figures are those of a user.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

fn system(lines: usize) -> (MemorySystem, usize) {
    let files = generate::workspace(lines);
    let lines = files.iter().map(|it| it.1.lines().count()).sum();
    let system =
        files.iter().fold(MemorySystem::new(), |system, (path, text)| system.with_file(&format!("/{path}"), text));
    (system, lines)
}

fn open(system: &MemorySystem) -> (PolisDatabase, Vec<polis_db::Package>) {
    let loaded = load(system, "/city".into());
    assert_eq!(loaded.diagnostics, []);
    (loaded.db, loaded.targets)
}

#[divan::bench(args = [1_000, 10_000, 100_000], sample_count = 10)]
fn cold(bencher: divan::Bencher, lines: usize) {
    let (system, lines) = system(lines);
    bencher.counter(ItemsCount::new(lines)).with_inputs(|| open(&system)).bench_refs(|(db, targets)| {
        let found = polis_semantic::check(db, targets);
        assert_eq!(found, []);
    });
}

#[divan::bench(args = [1_000, 10_000, 100_000], sample_count = 200)]
fn keystroke(bencher: divan::Bencher, lines: usize) {
    let (system, _) = system(lines);
    let (mut db, targets) = open(&system);
    assert_eq!(polis_semantic::check(&db, &targets), []);
    let file = targets[0].files(&db)[targets[0].files(&db).len() / 2];
    let text = file.text(&db).text().to_owned();
    let mut turn = 0;
    bencher.bench_local(|| {
        turn += 1;
        // A figure inside one provision changes with each stroke.
        let edited = text.replacen("3000 户, ", &format!("30{:02} 户, ", turn % 100), 1);
        db.set_text(file, SourceText::Text(edited.into()));
        let found = polis_semantic::check(&db, &targets);
        assert_eq!(found, []);
    });
}

#[divan::bench(args = [100_000], sample_count = 200)]
fn comment_keystroke(bencher: divan::Bencher, lines: usize) {
    let (system, _) = system(lines);
    let (mut db, targets) = open(&system);
    assert_eq!(polis_semantic::check(&db, &targets), []);
    let file = targets[0].files(&db)[0];
    let text = file.text(&db).text().to_owned();
    let mut turn = 0;
    bencher.bench_local(|| {
        turn += 1;
        db.set_text(file, SourceText::Text(format!("// {turn}\n{text}").into()));
        assert_eq!(polis_semantic::check(&db, &targets), []);
    });
}
