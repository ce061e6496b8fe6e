//! Whatever is edited, in whatever order: what is found is what a fresh check of the same texts finds.

use std::sync::Arc;

use polis_db::PolisDatabase;
use polis_diagnostic::Diagnostic;
use polis_semantic::Program;
use polis_semantic::items::{file_items, parsed_file};
use polis_semantic::signature::signature;
use polis_syntax::words::Face;
use polis_syntax::{TokenKind, lex};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::support::{Files, edit, findings, generated, in_face, is_policy, open, packages, policies, programs};

/// Many small provisions that need each other, so that a change of one name makes circles and undoes them.
pub(crate) fn dense() -> Files {
    let entities = "\
对象 街道 { 复数: 街道们; 字段 机构数: 个 }
对象 社区 { 隶属: 街道; 复数: 社区们; 字段 户数: 户; 字段 人数: 人 }
单位 张 = 6 平方米
枚举 类型 { 值域: [甲类, 乙类] }
";
    let rules = "\
参数 子 { 值: 3 户 }
参数 丑 { 值: 子 * 2 }
规则 甲 属于 社区 { 值: 乙 + 丑 }
规则 乙 属于 社区 { 值: 户数 + 子 }
规则 丙 属于 社区: 户 { 值: 甲 + 乙; 例外 小 当 户数 不足 3 户: 丑; 例外 大 优先于 小 当 户数 > 2 户: 子 }
";
    let more = "\
规则 丁 属于 街道 { 值: 合计(某.甲 对 某 在 社区们) }
规则 戊 属于 街道: 户 { 值: 丁 * 2 }
规则 己 属于 社区 { 值: 街道.丁 - 甲 }
员额 庚 属于 社区 { 基数: 1..2 人; 增配 当 己 > 丑: 1 人; 实有: 人数 }
要求 辛 属于 社区 { 满足: 合规(庚) 且 丙 > 0 }
赋权 壬 { 包括: 癸; 总数: 2 项; 权力 一 {} }
赋权 癸 { 权力 二 {}; 总数: 1 项 }
测试 \"庚\" { 给定: 社区 { 户数: 3 户; 人数: 1 人 }; 设定 子: 4 户; 预期: 庚 = 1..2 人, 合规(庚) }
";
    let files = [
        ("/base/entities.pol", entities),
        ("/base/polis.toml", "[package]\nname = \"base\"\nlevel = \"province\"\n"),
        ("/main/a.pol", rules),
        ("/main/b.pol", more),
        ("/main/polis.toml", "[package]\nname = \"main\"\nlevel = \"city\"\nunder = [\"base\"]\n"),
        ("/polis.toml", "[workspace]\n"),
    ];
    files.map(|(path, text)| (path.to_owned(), text.to_owned())).to_vec()
}

#[derive(Debug, Clone)]
enum Change {
    DeleteLine,
    CopyLine,
    DeleteToken,
    InsertToken,
    ReplaceToken,
    /// Every occurrence of a name in the file becomes another name.
    Rename,
    DeleteProvision,
    CopyProvision,
    MoveProvision,
    Face(Face),
    Layout,
    Comment,
    Truncate,
    Restore,
}

/// A change of a file, drawn by positions in whatever the file is by then.
#[derive(Debug, Clone)]
struct Step {
    change: Change,
    file: Index,
    at: Index,
    other: Index,
}

fn step() -> impl Strategy<Value = Step> {
    let change = prop_oneof![
        2 => Just(Change::DeleteLine),
        1 => Just(Change::CopyLine),
        3 => Just(Change::DeleteToken),
        3 => Just(Change::InsertToken),
        6 => Just(Change::ReplaceToken),
        2 => Just(Change::Rename),
        2 => Just(Change::DeleteProvision),
        2 => Just(Change::CopyProvision),
        2 => Just(Change::MoveProvision),
        1 => Just(Change::Face(Face::En)),
        1 => Just(Change::Face(Face::Zh)),
        1 => Just(Change::Layout),
        1 => Just(Change::Comment),
        1 => Just(Change::Truncate),
        2 => Just(Change::Restore),
    ];
    let index = any::<Index>;
    (change, index(), index(), index()).prop_map(|(change, file, at, other)| Step { change, file, at, other })
}

/// What is inserted beside the tokens of the texts themselves.
const TOKENS: [&str; 24] = [
    "{", "}", "(", ")", "[", ":", ";", ",", "..", "\"", "=", "+", "/", "当", "属于", "规则", "rule", "value", "值",
    "3 户", "0", "《", "\n", "待定",
];

/// The bytes of each token but line ends.
fn tokens(text: &str) -> Vec<(usize, usize)> {
    let tokens = lex(text).tokens;
    tokens.iter().filter(|it| it.kind != TokenKind::Newline).map(|it| (it.start as usize, it.end as usize)).collect()
}

fn names(text: &str) -> Vec<(usize, usize)> {
    let tokens = lex(text).tokens;
    tokens.iter().filter(|it| it.kind == TokenKind::Ident).map(|it| (it.start as usize, it.end as usize)).collect()
}

fn pick<T: Clone>(index: Index, all: &[T]) -> Option<T> {
    (!all.is_empty()).then(|| all[index.index(all.len())].clone())
}

fn splice(text: &mut String, (start, end): (usize, usize), with: &str) {
    text.replace_range(start..end, with);
}

/// A workspace that is edited, and its texts as they began.
struct Edited {
    db: PolisDatabase,
    original: Files,
    files: Files,
}

impl Edited {
    fn new(files: &Files) -> Self {
        let db = open(files).db;
        Self { db, original: files.clone(), files: files.clone() }
    }

    fn provisions(&self, file: usize) -> Vec<(usize, usize)> {
        let source = self.db.file_at(self.files[file].0.trim_start_matches('/')).unwrap();
        let parsed = parsed_file(&self.db, source);
        parsed.items.iter().map(|it| (it.span.start as usize, it.span.end as usize)).collect()
    }

    /// Makes a change; where there is nothing to change, none.
    fn apply(&mut self, step: &Step) {
        let policies: Vec<usize> = (0..self.files.len()).filter(|it| is_policy(&self.files[*it].0)).collect();
        let Some(file) = pick(step.file, &policies) else { return };
        // What is copied comes from the same file or another.
        let from = policies[step.other.index(policies.len())];
        let text = self.files[file].1.clone();
        let mut new = text.clone();
        match step.change {
            Change::DeleteLine | Change::CopyLine => {
                let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
                if lines.is_empty() {
                    return;
                }
                let at = step.at.index(lines.len());
                if matches!(step.change, Change::DeleteLine) {
                    lines.remove(at);
                } else {
                    lines.insert(at, lines[step.other.index(lines.len())]);
                }
                new = lines.concat();
            }
            Change::DeleteToken => {
                let Some(at) = pick(step.at, &tokens(&text)) else { return };
                splice(&mut new, at, "");
            }
            Change::InsertToken => {
                let Some((start, _)) = pick(step.at, &tokens(&text)) else { return };
                splice(&mut new, (start, start), &format!("{} ", TOKENS[step.other.index(TOKENS.len())]));
            }
            Change::ReplaceToken => {
                let Some(at) = pick(step.at, &names(&text)) else { return };
                let Some(other) = pick(step.other, &names(&self.files[from].1)) else { return };
                let with = self.files[from].1[other.0..other.1].to_owned();
                splice(&mut new, at, &with);
            }
            Change::Rename => {
                let all = names(&text);
                let (Some(at), Some(other)) = (pick(step.at, &all), pick(step.other, &all)) else { return };
                let (name, with) = (&text[at.0..at.1], &text[other.0..other.1]);
                for place in all.iter().rev().filter(|it| text[it.0..it.1] == *name) {
                    splice(&mut new, *place, with);
                }
            }
            Change::DeleteProvision => {
                let Some(at) = pick(step.at, &self.provisions(file)) else { return };
                splice(&mut new, at, "");
            }
            Change::CopyProvision | Change::MoveProvision => {
                let Some(at) = pick(step.at, &self.provisions(from)) else { return };
                let provision = self.files[from].1[at.0..at.1].to_owned();
                if matches!(step.change, Change::MoveProvision) && from != file {
                    let mut rest = self.files[from].1.clone();
                    splice(&mut rest, at, "");
                    self.set(from, rest);
                }
                new = format!("{provision}\n{text}");
            }
            Change::Face(face) => {
                let Some(formatted) = in_face(&text, Some(face)) else { return };
                new = formatted;
            }
            Change::Layout => {
                let Some(formatted) = in_face(&text, None) else { return };
                new = formatted;
            }
            Change::Comment => {
                let Some((start, _)) = pick(step.at, &tokens(&text)) else { return };
                splice(&mut new, (start, start), "/* 注 */ ");
            }
            Change::Truncate => {
                let at = step.at.index(text.len() + 1);
                new.truncate(text.floor_char_boundary_of(at));
            }
            Change::Restore => new.clone_from(&self.original[file].1),
        }
        self.set(file, new);
    }

    fn set(&mut self, file: usize, text: String) {
        edit(&mut self.db, &self.files[file].0, &text);
        self.files[file].1 = text;
    }
}

trait CharBoundary {
    fn floor_char_boundary_of(&self, at: usize) -> usize;
}

impl CharBoundary for String {
    fn floor_char_boundary_of(&self, at: usize) -> usize {
        (0..=at).rev().find(|it| self.is_char_boundary(*it)).unwrap_or(0)
    }
}

/// What a fresh check finds, and the programs; asked from the end, so that circles are entered elsewhere.
fn fresh(files: &Files) -> (Vec<Diagnostic>, Vec<Arc<Program>>) {
    let loaded = open(files);
    ask_from_the_end(&loaded.db);
    let programs = programs(&loaded.db);
    (findings(&loaded.db), programs)
}

/// Asks what each provision is to others, the last one first.
pub(crate) fn ask_from_the_end(db: &PolisDatabase) {
    for package in packages(db).into_iter().rev() {
        for file in package.files(db).iter().rev() {
            for item in file_items(db, *file).iter().rev() {
                signature(db, *item);
            }
        }
    }
}

fn same_after_each(files: &Files, steps: &[Step]) -> Result<(), TestCaseError> {
    let mut edited = Edited::new(files);
    // Some edits come before the first check, so that there is not always something to reuse.
    for (number, step) in steps.iter().enumerate() {
        edited.apply(step);
        let found = findings(&edited.db);
        let (fresh_found, fresh_programs) = fresh(&edited.files);
        let shown = |it: &[Diagnostic]| polis_db::testing::listing(&edited.db, it);
        if found != fresh_found {
            let texts: Vec<String> = edited.files.iter().map(|it| format!("//- {}\n{}", it.0, it.1)).collect();
            return Err(TestCaseError::fail(format!(
                "after step {number}\n--- incremental\n{}\n--- fresh\n{}\n--- texts\n{}",
                shown(&found),
                shown(&fresh_found),
                texts.concat()
            )));
        }
        for (incremental, fresh) in programs(&edited.db).iter().zip(&fresh_programs) {
            if incremental != fresh {
                let texts: Vec<String> = edited.files.iter().map(|it| format!("//- {}\n{}", it.0, it.1)).collect();
                let difference = first_difference(&format!("{incremental:#?}"), &format!("{fresh:#?}"));
                return Err(TestCaseError::fail(format!(
                    "the programs differ after step {number}\n{difference}\n--- texts\n{}",
                    texts.concat()
                )));
            }
        }
    }
    Ok(())
}

/// The first lines in which two texts differ, with those around them.
fn first_difference(a: &str, b: &str) -> String {
    let (a, b): (Vec<&str>, Vec<&str>) = (a.lines().collect(), b.lines().collect());
    let at = a.iter().zip(&b).position(|(a, b)| a != b).unwrap_or(a.len().min(b.len()));
    let around =
        |lines: &[&str]| lines.iter().skip(at.saturating_sub(12)).take(24).copied().collect::<Vec<_>>().join("\n");
    format!("--- incremental\n{}\n--- fresh\n{}", around(&a), around(&b))
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, max_shrink_iters: 400, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(150))]

    #[test]
    fn on_provisions_that_need_each_other(steps in prop::collection::vec(step(), 1..16)) {
        same_after_each(&dense(), &steps)?;
    }
}

proptest! {
    #![proptest_config(config(25))]

    #[test]
    fn on_a_generated_workspace(steps in prop::collection::vec(step(), 1..12)) {
        same_after_each(&generated(150), &steps)?;
    }

    #[test]
    fn on_the_policies(steps in prop::collection::vec(step(), 1..12)) {
        same_after_each(&policies(), &steps)?;
    }
}

/// The scripts make mistakes of every sort, and mend them: without that the property would hold of nothing.
#[test]
fn the_scripts_reach_every_sort_of_finding() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut codes = std::collections::BTreeSet::new();
    let mut mended = 0;
    for _ in 0..120 {
        let steps = prop::collection::vec(step(), 1..16).new_tree(&mut runner).unwrap().current();
        let mut edited = Edited::new(&dense());
        let mut before = 0;
        for step in &steps {
            edited.apply(step);
            let found = findings(&edited.db);
            mended += usize::from(found.len() < before);
            before = found.len();
            codes.extend(found.iter().map(Diagnostic::code));
        }
    }
    for code in [
        "cyclic-definition",
        "duplicate-name",
        "missing-clause",
        "total-mismatch",
        "type-mismatch",
        "unclosed-bracket",
        "unexpected-token",
        "unit-mismatch",
        "unknown-exception",
        "unknown-name",
        "wrong-kind-of-name",
    ] {
        assert!(codes.contains(code), "{code} is not among {codes:?}");
    }
    assert!(mended > 40, "{mended}");
}
