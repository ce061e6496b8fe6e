//! How long the slowest of many keystrokes takes: median, 95th percentile and longest, which divan does not print.
//!
//! A drafter types in a workspace of 100,000 lines: in files far apart, in provisions that others rest on and in ones
//! that nobody uses, through states that do not parse. Each keystroke is measured from the new text to fresh findings of
//! every package, in this process and on one thread.
#![expect(clippy::indexing_slicing, reason = "a bench on a workspace that it made")]
#![expect(clippy::print_stdout, reason = "a bench shows its figures")]

use std::time::{Duration, Instant};

use polis_db::{MemorySystem, Package, PolisDatabase, SourceFile, SourceText, generate, load};

/// The allocator of the `polis` binary, so that figures are those of a user.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const LINES: usize = 100_000;

/// Into how many files, evenly spread, each text is typed.
const FILES: usize = 6;

/// What is typed: a name for it, the text before which it is typed, and the text, a character a keystroke. A new line is
/// typed on a line of its own, as drafters do.
const TYPED: [(&str, &str, &str); 6] = [
    ("a figure that rules rest on", " 户) * 1 人", "23"),
    ("an exception", "\n  例外 新社区", "\n  例外 远郊 当 户数 不足 400 户: 人均年薪0 * 7 人"),
    ("a comment", "\n/// 每个社区", "\n// 依据二〇二四年的口径，待核。"),
    ("a clause of a quota", "\n  语气: 一般", "\n  限额: 5..90 人"),
    ("a provision", "\n规则 档次", "\n规则 新增 属于 社区: 人 {\n  值: 户数 / 300 户 * 1 人\n}\n"),
    ("the name of a provision", " 属于 社区: 整数 {", "新号"),
];

fn main() {
    // cargo passes `--bench`; the words behind it choose benches by name, as those of divan do.
    let words: Vec<String> = std::env::args().skip(1).filter(|it| !it.starts_with("--")).collect();
    if !words.is_empty() && !words.iter().any(|it| "percentiles".contains(it.as_str())) {
        return;
    }
    let files = generate::workspace(LINES);
    let system =
        files.iter().fold(MemorySystem::new(), |system, (path, text)| system.with_file(&format!("/{path}"), text));
    let loaded = load(&system, "/city".into());
    assert_eq!(loaded.diagnostics, []);
    let mut desk = Desk { db: loaded.db, targets: loaded.targets };
    assert_eq!(polis_semantic::check(&desk.db, &desk.targets), []);

    let of_city = desk.targets[0].files(&desk.db);
    let chosen: Vec<SourceFile> = (0..FILES).map(|it| of_city[it * (of_city.len() - 1) / (FILES - 1)]).collect();
    // An editor says so when it opens a file.
    for file in &chosen {
        desk.db.open(*file);
    }
    assert_eq!(polis_semantic::check(&desk.db, &desk.targets), []);
    println!("{:<30}{:>8}{:>10}{:>10}{:>10}", "percentiles", "strokes", "median", "95th", "longest");
    let mut all = Vec::new();
    for (name, before, typed) in TYPED {
        let mut times: Vec<Duration> = chosen.iter().flat_map(|it| desk.type_in(*it, before, typed)).collect();
        show(name, &mut times);
        all.append(&mut times);
    }
    show("all", &mut all);
}

struct Desk {
    db: PolisDatabase,
    targets: Vec<Package>,
}

impl Desk {
    /// Types `typed` before the first `before` that stands in the second half of a file, and takes it out again.
    fn type_in(&mut self, file: SourceFile, before: &str, typed: &str) -> Vec<Duration> {
        let text = file.text(&self.db).text().to_owned();
        let half = text.char_indices().nth(text.chars().count() / 2).map_or(0, |it| it.0);
        let at = text[half..].find(before).map_or(text.len(), |it| half + it);
        let with = |typed: &str| format!("{}{typed}{}", &text[..at], &text[at..]);
        let ends = typed.char_indices().map(|(start, c)| start + c.len_utf8());
        let mut times: Vec<Duration> = ends.map(|end| self.stroke(file, &with(&typed[..end])).0).collect();
        let (time, found) = self.stroke(file, &text);
        assert_eq!(found, 0, "the text is as it was");
        times.push(time);
        times
    }

    /// One keystroke: the time to fresh findings, and how many there are.
    fn stroke(&mut self, file: SourceFile, text: &str) -> (Duration, usize) {
        let text = SourceText::Text(text.into());
        let start = Instant::now();
        self.db.set_text(file, text);
        let found = polis_semantic::check(&self.db, &self.targets);
        (start.elapsed(), found.len())
    }
}

fn show(name: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1000.0;
    println!("{name:<30}{:>8}{:>8.2}ms{:>8.2}ms{:>8.2}ms", times.len(), at(50), at(95), at(100));
}
