//! The reference in `docs/reference`: two manuals of equal content, whose examples are run.
//!
//! | fence | what is done with it |
//! |---|---|
//! | `pol` | it is checked, its tests are run, and it is as the formatter writes it in the page's face |
//! | `pol prelude` | the same; every listing below that is one file is read together with it |
//! | `pol typed` | as `pol`, but as it was typed; the next `pol` below it is what the formatter makes of it |
//! | `console` | each `$ polis …` is called on the files of the listing above it, and writes what stands there; `$ echo $?` shows how it ended |
//!
//! With the variable `UPDATE_REFERENCE` set, the form of listings and the output of commands are written into the pages.
//!
//! A line that ends in `// error: code` has exactly this finding, and a line without it has none. A listing with lines
//! `//- /path` is several files, with a manifest of their own; any other is a file of a package in the current folder.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a page that cannot be read, or says what it may not, fails the test"
)]

mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use polis_db::testing::Fixture;
use polis_db::{MANIFEST_NAME, MemorySystem, OsSystem, System as _, load};
use polis_diagnostic::{ColumnUnit, Diagnostic, Files, LineIndex};
use polis_eval::{Machine, run_tests};
use polis_syntax::words::{Face, HeadName, Kind};
use polis_syntax::{FormatOptions, format};
use support::{Fence, Page, call, fences, prose};

/// What one of the two manuals is like.
struct Manual {
    folder: &'static str,
    face: Face,
    /// The headings of the page of a kind, of which the first three and the examples must be there.
    headings: [&'static str; 5],
    /// How a row of a table of clauses says what the table of words says.
    flags: Flags,
}

struct Flags {
    required: &'static str,
    may_have_name: &'static str,
    has_name: &'static str,
    has_date: &'static str,
    many: &'static str,
    several: &'static str,
    guarded: &'static str,
    separator: &'static str,
}

const MANUALS: [Manual; 2] = [
    Manual {
        folder: "zh",
        face: Face::Zh,
        headings: ["## 说什么", "## 条目", "## 得出什么", "## 示例", "## 常见错误"],
        flags: Flags {
            required: "必需",
            may_have_name: "可带名称",
            has_name: "须带名称",
            has_date: "须带日期",
            many: "可重复",
            several: "可多值",
            guarded: "可带条件",
            separator: "、",
        },
    },
    Manual {
        folder: "en",
        face: Face::En,
        headings: ["## What it says", "## Clauses", "## What it becomes", "## Examples", "## Common mistakes"],
        flags: Flags {
            required: "required",
            may_have_name: "may have a name",
            has_name: "has a name",
            has_date: "has a date",
            many: "repeatable",
            several: "several values",
            guarded: "may have a guard",
            separator: ", ",
        },
    },
];

/// Below these numbers examples have been lost, or are no longer found.
const LEAST_EXAMPLES: usize = 490;
const LEAST_TESTS: usize = 315;

/// Kinds whose value or constraint shows in a test, so that their pages have some.
const TESTABLE: &[Kind] = &[
    Kind::Unit,
    Kind::Entity,
    Kind::Field,
    Kind::Enum,
    Kind::Param,
    Kind::Rule,
    Kind::Require,
    Kind::Offices,
    Kind::Centers,
    Kind::Posts,
    Kind::Office,
    Kind::Quota,
    Kind::Pay,
    Kind::Band,
    Kind::Admission,
    Kind::Rating,
    Kind::Dimension,
    Kind::Grade,
    Kind::Indicator,
    Kind::Delegation,
    Kind::Fact,
    Kind::Amend,
    Kind::Test,
];

impl Manual {
    fn pages(&self) -> Vec<Page> {
        support::pages(&format!("reference/{}", self.folder)).unwrap()
    }

    /// The page of a kind: `28-quota`.
    fn page_of(&self, kind: Kind) -> Page {
        let suffix = format!("-{}", kind.word().en);
        let page = self.pages().into_iter().find(|it| it.0.ends_with(&suffix));
        page.unwrap_or_else(|| panic!("{}: no page for `{}`", self.folder, kind.word().en))
    }

    /// The rows that a kind's table of clauses has: the first, third and last cell of each.
    fn rows(&self, kind: Kind) -> Vec<[String; 3]> {
        let flags = &self.flags;
        let row = |it: &polis_syntax::words::ClauseSpec| {
            let head = match it.head {
                HeadName::None => None,
                HeadName::Optional => Some(flags.may_have_name),
                HeadName::Required => Some(flags.has_name),
                HeadName::Date => Some(flags.has_date),
            };
            let said: Vec<&str> = [
                it.required.then_some(flags.required),
                head,
                it.many.then_some(flags.many),
                it.several.then_some(flags.several),
                it.guarded.then_some(flags.guarded),
            ]
            .into_iter()
            .flatten()
            .collect();
            let word = it.word.word();
            [format!("`{}`", word.spelling(self.face)), said.join(flags.separator), word.doc(self.face).to_owned()]
        };
        kind.spec().clauses.iter().map(row).collect()
    }
}

/// A listing that is run, with what it needs.
struct Example {
    fixture: Fixture,
}

impl Example {
    fn new(fence: &Fence<'_>, prelude: Option<&str>) -> Self {
        let mut fixture = Fixture::parse(&fence.text);
        if !has_paths(&fence.text) {
            let manifest = "//- /polis.toml\n[package]\nname = \"page\"\n";
            let prelude = prelude.map(|it| format!("//- /prelude.pol\n{it}")).unwrap_or_default();
            fixture = Fixture::parse(&format!("{manifest}{prelude}//- /example.pol\n{}", fence.text));
        }
        Self { fixture }
    }

    fn system(&self) -> MemorySystem {
        self.fixture.system()
    }

    /// The folders of its packages.
    fn targets(&self) -> Vec<&Utf8Path> {
        let paths = self.fixture.files.iter().map(|it| Utf8Path::new(&it.path));
        paths.filter(|it| it.file_name() == Some(MANIFEST_NAME)).filter_map(Utf8Path::parent).collect()
    }

    /// The findings that its comments announce: path, line, code.
    fn announced(&self) -> BTreeSet<Finding> {
        let mut found = BTreeSet::new();
        for file in &self.fixture.files {
            for (index, line) in file.text.lines().enumerate() {
                if let Some((_, code)) = line.split_once("// error: ") {
                    found.insert((file.path.trim_start_matches('/').to_owned(), index + 1, code.to_owned()));
                }
            }
        }
        found
    }

    /// What is found by checking it and, where nothing is, by running its tests; and how many tests were run.
    fn findings(&self) -> (BTreeSet<Finding>, usize) {
        let system = self.system();
        let mut found = BTreeSet::new();
        let mut tests = 0;
        for target in self.targets() {
            let loaded = load(&system, target);
            let db = &loaded.db;
            let checked: Vec<Diagnostic> =
                loaded.targets.iter().flat_map(|it| polis_analysis::check(db, *it)).collect();
            found.extend(loaded.diagnostics.iter().chain(&checked).map(|it| finding(it, db)));
            if !found.is_empty() {
                continue;
            }
            for package in &loaded.targets {
                let program = polis_semantic::program(db, *package);
                let machine = Machine::new(Arc::clone(&program));
                for outcome in run_tests(&program, &|day| polis_semantic::program_at(db, *package, day)) {
                    tests += 1;
                    let failures = machine.test_diagnostics(&outcome);
                    found.extend(failures.iter().map(|it| finding(&polis_semantic::absolute(db, it), db)));
                }
            }
        }
        (found, tests)
    }
}

/// A finding: path, line, code.
type Finding = (String, usize, String);

fn finding(diagnostic: &Diagnostic, files: &dyn Files) -> Finding {
    let at = diagnostic.primary.at;
    let text = files.text(at.file);
    let line = LineIndex::new(text).position(text, at.start, ColumnUnit::Char).line;
    (files.path(at.file).trim_start_matches('/').to_owned(), line as usize + 1, diagnostic.code().to_owned())
}

fn has_paths(listing: &str) -> bool {
    listing.lines().any(|it| it.starts_with("//- "))
}

/// The words of a command: parted by blanks, a text in quotes is one.
fn words(command: &str) -> Vec<String> {
    let quoted = command.split('"').enumerate();
    quoted
        .flat_map(|(index, part)| match index % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        })
        .collect()
}

/// What the commands of a fence write on these files, with the commands.
fn session(fence: &str, lang: &str, system: &MemorySystem) -> String {
    let mut out = String::new();
    let mut ended = 0;
    for command in fence.lines().filter_map(|it| it.strip_prefix("$ ")) {
        let written = match command.strip_prefix("polis ") {
            Some(command) => {
                let words = words(command);
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                let (exit, written) = call(system, lang, &words);
                ended = exit.code();
                written
            }
            None if command == "echo $?" => format!("{ended}\n"),
            None => format!("cannot run `{command}`\n"),
        };
        let lines: Vec<&str> = written.trim_end().lines().map(str::trim_end).collect();
        writeln!(out, "$ {command}\n{}", lines.join("\n")).unwrap();
    }
    out
}

/// What a line outside the fences is, so that the two manuals can be laid side by side.
fn shape(line: &str) -> String {
    let level = line.bytes().take_while(|it| *it == b'#').count();
    match line {
        "" => "blank".to_owned(),
        _ if level > 0 => format!("heading {level}"),
        _ if line.starts_with('|') => format!("row of {}", line.matches('|').count()),
        _ if line.starts_with("- ") => "point".to_owned(),
        _ => "sentence".to_owned(),
    }
}

/// What the examples of the two manuals got wrong. What can be computed, which is the form of listings and the output of
/// commands, is written into the pages where the variable `UPDATE_REFERENCE` is set; it is reviewed, not edited by hand.
#[derive(Default)]
struct Report {
    problems: Vec<String>,
    /// Path, line of the fence, and what is to stand in it.
    corrections: Vec<(Utf8PathBuf, usize, String)>,
}

impl Report {
    fn compare(&mut self, place: &Place<'_>, fence: &Fence<'_>, wanted: String) {
        if fence.text != wanted {
            self.problems.push(format!("{}\n--- on the page\n{}--- but it is\n{wanted}", place.at(fence), fence.text));
            self.corrections.push((place.path(), fence.line, wanted));
        }
    }

    fn conclude(mut self) {
        if OsSystem.env_var("UPDATE_REFERENCE").is_some() {
            // From the end of a page to its beginning, so that lines stay where they are.
            self.corrections.sort_by(|a, b| b.cmp(a));
            for (path, line, wanted) in &self.corrections {
                let page = String::from_utf8(OsSystem.read(path).unwrap()).unwrap();
                let mut lines: Vec<&str> = page.lines().collect();
                let end = (*line..lines.len()).find(|it| lines[*it] == "```").unwrap();
                lines.splice(*line..end, wanted.lines());
                OsSystem.write_atomic(path, (lines.join("\n") + "\n").as_bytes()).unwrap();
            }
        }
        assert!(self.problems.is_empty(), "{}", self.problems.join("\n\n"));
    }
}

/// A page of a manual.
struct Place<'m> {
    manual: &'m Manual,
    name: &'m str,
}

impl Place<'_> {
    fn at(&self, fence: &Fence<'_>) -> String {
        format!("docs/reference/{}/{}.md:{}", self.manual.folder, self.name, fence.line)
    }

    fn path(&self) -> Utf8PathBuf {
        support::folder("reference").join(self.manual.folder).join(format!("{}.md", self.name))
    }
}

#[test]
fn the_manuals_have_equal_content() {
    let [zh, en] = MANUALS.map(|it| it.pages());
    let names = |pages: &[Page]| pages.iter().map(|it| it.0.clone()).collect::<Vec<_>>();
    assert_eq!(names(&zh), names(&en));
    for ((name, zh), (_, en)) in zh.iter().zip(&en) {
        let shapes = |page: &str| prose(page).into_iter().map(shape).collect::<Vec<_>>();
        let (left, right) = (shapes(zh), shapes(en));
        let differs = left.iter().zip(&right).position(|it| it.0 != it.1).or((left.len() != right.len()).then_some(0));
        let around = differs.map(|it| (prose(zh).get(it).copied(), prose(en).get(it).copied()));
        assert_eq!(around, None, "{name}: the two pages differ in form");
        let infos = |page: &str| fences(page).into_iter().map(|it| it.info.to_owned()).collect::<Vec<_>>();
        assert_eq!(infos(zh), infos(en), "{name}");
    }
}

#[test]
fn pages_are_written_one_sentence_to_a_line() {
    for manual in &MANUALS {
        for (name, page) in manual.pages() {
            let at = format!("{}/{name}", manual.folder);
            assert!(page.starts_with("# "), "{at}: a title comes first");
            assert!(page.ends_with('\n') && !page.ends_with("\n\n"), "{at}: the end of the file");
            assert!(page.lines().all(|it| it == it.trim_end()), "{at}: blanks at the end of a line");
            for line in prose(&page).into_iter().filter(|it| matches!(shape(it).as_str(), "sentence" | "point")) {
                assert!(line.ends_with(['。', '.', ':', '：']), "{at}: not a sentence: {line}");
                let inside = line.trim_end_matches(['。', '.']).trim_start_matches("- ");
                assert!(!inside.contains('。') && !inside.contains(". "), "{at}: one sentence per line: {line}");
            }
        }
    }
}

#[test]
fn every_kind_has_a_page_that_agrees_with_the_table_of_words() {
    for manual in &MANUALS {
        for kind in Kind::ALL.iter().copied() {
            let (name, page) = manual.page_of(kind);
            let at = format!("{}/{name}", manual.folder);
            let lines = prose(&page);
            assert_eq!(
                lines.first().copied(),
                Some(format!("# {}", kind.word().spelling(manual.face)).as_str()),
                "{at}"
            );
            let headings: Vec<&str> = lines.iter().copied().filter(|it| it.starts_with("## ")).collect();
            assert_eq!(headings, manual.headings, "{at}");
            let table = lines.iter().skip_while(|it| **it != manual.headings[1]).skip(1).skip_while(|it| it.is_empty());
            let rows: Vec<[String; 3]> = table
                .take_while(|it| it.starts_with('|'))
                .skip(2)
                .map(|it| {
                    let cells: Vec<&str> = it.trim_matches('|').split('|').map(str::trim).collect();
                    let [word, _, form, says] = cells.as_slice() else { panic!("{at}: {it}") };
                    [(*word).to_owned(), (*form).to_owned(), (*says).to_owned()]
                })
                .collect();
            assert_eq!(rows, manual.rows(kind), "{at}: left is the page, right the table of words");
        }
    }
}

#[test]
fn every_kind_has_examples_and_tests() {
    for manual in &MANUALS {
        for kind in Kind::ALL.iter().copied() {
            let (name, page) = manual.page_of(kind);
            let at = format!("{}/{name}", manual.folder);
            let begins = |listing: &str, kind: Kind| {
                let head = format!("{} ", kind.word().spelling(manual.face));
                listing.lines().any(|it| it.trim_start().starts_with(&head))
            };
            let fences = fences(&page);
            let right: Vec<&Fence<'_>> =
                fences.iter().filter(|it| it.info == "pol" && !it.text.contains("// error: ")).collect();
            let shown = right.iter().filter(|it| begins(&it.text, kind)).count();
            assert!(shown >= 2, "{at}: {shown} examples of its kind");
            let tested = right.iter().any(|it| begins(&it.text, Kind::Test));
            assert!(tested || !TESTABLE.contains(&kind), "{at}: no test in the language");
        }
    }
}

#[test]
fn examples_do_what_the_pages_say_as_the_formatter_writes_them() {
    // One report, so that corrections of one page are written at once.
    let mut report = Report::default();
    let (examples, tests) = run_examples(&mut report);
    format_examples(&mut report);
    report.conclude();
    assert!(examples >= LEAST_EXAMPLES, "only {examples} examples were run");
    assert!(tests >= LEAST_TESTS, "only {tests} tests of examples were run");
}

/// Runs every example; how many, and how many tests stand in them.
fn run_examples(report: &mut Report) -> (usize, usize) {
    let (mut examples, mut tests) = (0, 0);
    for manual in &MANUALS {
        for (name, page) in manual.pages() {
            let place = Place { manual, name: &name };
            let fences = fences(&page);
            let prelude = fences.iter().find(|it| it.info == "pol prelude");
            let mut last: Option<Example> = None;
            for fence in &fences {
                match fence.info {
                    "pol" | "pol typed" | "pol prelude" => {
                        let others = prelude.filter(|it| *it != fence).map(|it| it.text.as_str());
                        let example = Example::new(fence, others);
                        let announced = example.announced();
                        let (mut found, run) = example.findings();
                        // What was typed in both faces is what the formatter is shown on.
                        found.retain(|it| fence.info != "pol typed" || it.2 != "mixed-face");
                        tests += run;
                        if found != announced {
                            let missing: Vec<_> = announced.difference(&found).collect();
                            let stray: Vec<_> = found.difference(&announced).collect();
                            report
                                .problems
                                .push(format!("{}: announced {missing:?}, found {stray:?}", place.at(fence)));
                        }
                        last = Some(example);
                    }
                    "console" => match &last {
                        Some(example) => {
                            report.compare(&place, fence, session(&fence.text, manual.folder, &example.system()));
                        }
                        None => report.problems.push(format!("{}: no listing to run it on", place.at(fence))),
                    },
                    "text" | "ebnf" | "toml" => continue,
                    other => report.problems.push(format!("{}: what is `{other}`?", place.at(fence))),
                }
                examples += 1;
            }
        }
    }
    (examples, tests)
}

fn format_examples(report: &mut Report) {
    for manual in &MANUALS {
        let options = FormatOptions { face: Some(manual.face), ..FormatOptions::default() };
        for (name, page) in manual.pages() {
            let place = Place { manual, name: &name };
            let fences = fences(&page);
            for (index, fence) in fences.iter().enumerate().filter(|it| it.1.info.starts_with("pol")) {
                if fence.info == "pol typed" {
                    let below = fences.iter().skip(index).find(|it| it.info == "pol");
                    match (format(&fence.text, &options), below) {
                        (Ok(formatted), Some(below)) => report.compare(&place, below, formatted),
                        _ => report.problems.push(format!("{}: cannot be formatted", place.at(fence))),
                    }
                    continue;
                }
                match formatted(&fence.text, &options) {
                    Some(formatted) => report.compare(&place, fence, formatted),
                    // What shows a mistake of form has no other form.
                    None if fence.text.contains("// error: ") => {}
                    None => report.problems.push(format!("{}: cannot be formatted", place.at(fence))),
                }
            }
        }
    }
}

/// A listing whose policies are as the formatter writes them.
fn formatted(listing: &str, options: &FormatOptions) -> Option<String> {
    if !has_paths(listing) {
        return format(listing, options).ok();
    }
    let mut out = String::new();
    for file in Fixture::parse(listing).files {
        let is_policy = Utf8Path::new(&file.path).extension() == Some("pol");
        let text = if is_policy { format(&file.text, options).ok()? } else { file.text };
        write!(out, "//- {}\n{text}", file.path).unwrap();
    }
    Some(out)
}

#[test]
fn pages_are_taken_apart() {
    let page = "# 甲\n```pol\n对象 乙 {} // error: x\n```\n一句。\n- 一点。\n| a | b |\n";
    let fences = fences(page);
    let [fence] = fences.as_slice() else { panic!("{fences:?}") };
    assert_eq!((fence.info, fence.text.as_str(), fence.line), ("pol", "对象 乙 {} // error: x\n", 2));
    assert_eq!(prose(page).into_iter().map(shape).collect::<Vec<_>>(), ["heading 1", "sentence", "point", "row of 3"]);
    let example = Example::new(fence, Some("对象 丙 {}\n"));
    assert_eq!(example.fixture.files.len(), 3);
    assert_eq!(example.announced().into_iter().collect::<Vec<_>>(), [("example.pol".into(), 1, "x".into())]);
    assert_eq!(example.findings().0, BTreeSet::new());
    assert_eq!(example.targets(), ["/"]);
    assert_eq!(words("why . \"甲 乙\" --for S1"), ["why", ".", "甲 乙", "--for", "S1"]);
    assert!(has_paths("//- /a.pol\n") && !has_paths("// a\n"));
}

#[test]
fn a_wrong_example_is_noticed() {
    let fence = Fence { info: "pol", text: "对象 甲 { 字段 乙: 丙 }\n".into(), line: 1 };
    let found = Example::new(&fence, None).findings().0;
    assert_eq!(found.into_iter().collect::<Vec<_>>(), [("example.pol".into(), 1, "unknown-name".into())]);
    let text = "对象 甲 {}\n测试 \"乙\" {\n  给定: 甲 {}\n  预期: 1 = 2\n}\n".into();
    let fence = Fence { info: "pol", text, line: 1 };
    let (found, tests) = Example::new(&fence, None).findings();
    assert_eq!(
        (found.into_iter().collect::<Vec<_>>(), tests),
        (vec![("example.pol".into(), 4, "test-failed".into())], 1)
    );
    let system = Example::new(&fence, None).system();
    let written = session("$ polis check --format concise\n$ echo $?\n$ rm\n", "en", &system);
    assert!(written.ends_with("$ echo $?\n0\n$ rm\ncannot run `rm`\n"), "{written}");
}
