//! Laws that hold of whatever is checked: changes that mean nothing change no finding, and an edited workspace has the
//! findings of a fresh one.

use polis_db::{PolisDatabase, SourceText, Workspace};
use polis_diagnostic::Diagnostic;
use polis_syntax::FormatOptions;
use polis_syntax::words::Face;
use proptest::prelude::*;

use crate::checked::{Finding, MANIFEST, finding, is_decided, open};
use crate::draw::Draw;
use crate::world::DECLARATIONS;
use crate::{cases, exceptions, norms, procedures, ratings};

/// Files by path.
type Files = Vec<(String, String)>;

/// Provisions of every family, each on its own; `prefix` begins all their names.
fn provisions(seed: u64, prefix: &str) -> Vec<String> {
    let mut draw = Draw::new(seed);
    let texts = [
        exceptions::drawn_text(&mut draw, &format!("{prefix}例一")),
        exceptions::drawn_text(&mut draw, &format!("{prefix}例二")),
        cases::drawn_text(&mut draw, &format!("{prefix}表一")),
        cases::drawn_text(&mut draw, &format!("{prefix}表二")),
        norms::drawn_text(&mut draw, &format!("{prefix}规一")),
        norms::drawn_text(&mut draw, &format!("{prefix}规二")),
        ratings::drawn_text(&mut draw, &format!("{prefix}评")),
        procedures::drawn_text(&mut draw, &format!("{prefix}程")),
    ];
    let mut all: Vec<String> = Vec::new();
    for line in texts.iter().flat_map(|it| it.split_inclusive('\n')) {
        // What stands at the margin begins a provision, or ends one.
        match all.last_mut() {
            Some(last) if line.starts_with([' ', '}']) => last.push_str(line),
            _ => all.push(line.to_owned()),
        }
    }
    all
}

/// A package with all provisions in one file.
fn package(provisions: &[String]) -> Files {
    vec![
        ("/polis.toml".to_owned(), MANIFEST.to_owned()),
        ("/a.pol".to_owned(), format!("{DECLARATIONS}{}", provisions.concat())),
    ]
}

/// What is found in the package `a`, as it is found.
fn check(db: &PolisDatabase) -> Vec<Diagnostic> {
    let mut found = polis_analysis::check(db, db.package("a").unwrap());
    found.retain(is_decided);
    found
}

/// What is found, in words and in some order of its own, wherever it stands.
fn found(files: &Files) -> Vec<Finding> {
    let loaded = open(files);
    let mut all: Vec<Finding> =
        check(&loaded.db).iter().map(|it| Finding { start: 0, ..finding(&loaded.db, it) }).collect();
    all.sort();
    all
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, max_shrink_iters: 0, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(48))]

    /// The order of provisions, and which file has them, is of no account.
    #[test]
    fn order_and_files_change_nothing(seed in any::<u64>()) {
        let provisions = provisions(seed, "");
        let before = found(&package(&provisions));
        let mut draw = Draw::new(seed);
        let mut files = vec![("/polis.toml".to_owned(), MANIFEST.to_owned())];
        files.extend(["/丁.pol", "/b.pol", "/a/丙.pol"].map(|it| (it.to_owned(), String::new())));
        files[1 + draw.below(3)].1.push_str(DECLARATIONS);
        for provision in draw.shuffled(provisions) {
            files[1 + draw.below(3)].1.push_str(&provision);
        }
        prop_assert_eq!(&found(&files), &before);
        // Nor is the order in which files are read.
        prop_assert_eq!(&found(&draw.shuffled(files)), &before);
    }

    /// Other names give the same findings with those names.
    #[test]
    fn names_change_nothing(seed in any::<u64>()) {
        let renamed = |text: &str| {
            text.replace("改前", "改过以后的").replace("户数", "居民").replace("机构数", "科室").replace("农村", "乡镇")
        };
        let files = package(&provisions(seed, "改前"));
        let files_renamed: Files = files.iter().map(|it| (it.0.clone(), renamed(&it.1))).collect();
        let mut expected: Vec<Finding> = found(&files)
            .into_iter()
            .map(|it| Finding {
                message: renamed(&it.message),
                at: renamed(&it.at),
                labels: it.labels.iter().map(|it| renamed(it)).collect(),
                example: it.example.map(|it| renamed(&it)),
                ..it
            })
            .collect();
        expected.sort();
        prop_assert_eq!(found(&files_renamed), expected);
    }

    /// What has nothing to do with a package is of no account to it: another provision, an empty package, one beside it
    /// with faults of its own, one above it that says nothing of these matters.
    #[test]
    fn what_is_unrelated_changes_nothing(seed in any::<u64>()) {
        let texts = provisions(seed, "");
        let before = found(&package(&texts));
        let mut more = texts.clone();
        let at = Draw::new(seed).below(more.len());
        more.insert(at, "概念 无关 {}\n规则 无关规则 属于 社区: 人 { 值: 3 人; 例外 甲 当 试点: 4 人 }\n".to_owned());
        prop_assert_eq!(&found(&package(&more)), &before);
        let other = format!("{DECLARATIONS}{}", provisions(seed ^ 1, "").concat());
        let files = [
            ("/polis.toml", "[workspace]\n"),
            ("/a/polis.toml", "[package]\nname = \"a\"\nlevel = \"city\"\nunder = [\"c\"]\n"),
            ("/a/a.pol", &package(&texts)[1].1),
            ("/b/polis.toml", "[package]\nname = \"b\"\n"),
            ("/b/b.pol", &other),
            ("/c/polis.toml", "[package]\nname = \"c\"\nlevel = \"province\"\n"),
            ("/c/c.pol", ""),
        ];
        let files: Files = files.map(|(path, text)| (path.to_owned(), text.to_owned())).to_vec();
        prop_assert_eq!(&found(&files), &before);
    }

    /// The face of a file changes how conditions are spelled, and nothing that is found.
    #[test]
    fn the_face_changes_nothing(seed in any::<u64>()) {
        let in_face = |face| {
            let options = FormatOptions { face: Some(face), ..FormatOptions::default() };
            let mut files = package(&provisions(seed, ""));
            files[1].1 = polis_syntax::format(&files[1].1, &options).unwrap();
            files
        };
        let (chinese, english) = (in_face(Face::Zh), in_face(Face::En));
        prop_assert!(english[1].1.contains("enum 类别"));
        let essence = |files: &Files| -> Vec<_> {
            let loaded = open(files);
            // In the order of the file, which the face leaves alone.
            check(&loaded.db).iter().map(|it| finding(&loaded.db, it)).map(|it| (it.code, it.labels.len(), it.example)).collect()
        };
        prop_assert_eq!(essence(&english), essence(&chinese));
    }

    /// Two runs find the same in the same order, to the last label.
    #[test]
    fn two_runs_find_the_same(seed in any::<u64>()) {
        let files = package(&provisions(seed, ""));
        let (one, two) = (open(&files), open(&files));
        prop_assert_eq!(check(&one.db), check(&two.db));
        let undecided = |db: &PolisDatabase| polis_analysis::analysis(db, db.package("a").unwrap()).undecided.clone();
        prop_assert_eq!(undecided(&one.db), undecided(&two.db));
    }

    /// Whatever is edited, what is found is what a fresh check finds.
    #[test]
    fn after_edits_the_findings_are_those_of_a_fresh_check(seed in any::<u64>()) {
        let mut script = Script::new(seed);
        let mut loaded = open(&script.files());
        for _ in 0..6 {
            let path = script.edit();
            let (_, text) = script.files().into_iter().find(|it| it.0 == path).unwrap();
            let file = loaded.db.file_at(path.trim_start_matches('/')).unwrap();
            loaded.db.set_text(file, SourceText::Text(text.into()));
            let fresh = open(&script.files());
            for name in ["a", "b"] {
                let of = |db: &PolisDatabase| polis_analysis::check(db, db.package(name).unwrap());
                prop_assert_eq!(of(&loaded.db), of(&fresh.db), "after {}:\n{}", path, script.files()[2].1);
            }
        }
        prop_assert_eq!(Workspace::get(&loaded.db).packages(&loaded.db).len(), 2);
    }
}

/// Edits of a workspace of two packages: `b` has the declarations and some norms, `a` lies under it.
struct Script {
    draw: Draw,
    above: Vec<String>,
    own: [Vec<String>; 2],
    seed: u64,
}

impl Script {
    fn new(seed: u64) -> Self {
        let all = provisions(seed, "");
        let half = all.len() / 2;
        Self {
            draw: Draw::new(seed ^ 2),
            above: provisions(seed ^ 3, "上").into_iter().filter(|it| it.contains("规")).collect(),
            own: [all[..half].to_vec(), all[half..].to_vec()],
            seed,
        }
    }

    fn files(&self) -> Files {
        let files = [
            ("/a/polis.toml", "[package]\nname = \"a\"\nlevel = \"city\"\nunder = [\"b\"]\n".to_owned()),
            ("/a/a.pol", self.own[0].concat()),
            ("/a/b.pol", self.own[1].concat()),
            ("/b/polis.toml", "[package]\nname = \"b\"\nlevel = \"province\"\n".to_owned()),
            ("/b/b.pol", format!("{DECLARATIONS}{}", self.above.concat())),
            ("/polis.toml", "[workspace]\n".to_owned()),
        ];
        files.map(|(path, text)| (path.to_owned(), text)).to_vec()
    }

    /// Makes an edit, and gives the file that it changed.
    fn edit(&mut self) -> &'static str {
        let (provisions, path) = match self.draw.below(5) {
            0 => (&mut self.above, "/b/b.pol"),
            1 | 2 => (&mut self.own[0], "/a/a.pol"),
            _ => (&mut self.own[1], "/a/b.pol"),
        };
        let draw = &mut self.draw;
        if provisions.is_empty() {
            provisions.extend(crate::laws::provisions(self.seed ^ 4, "新"));
            return path;
        }
        let at = draw.below(provisions.len());
        match draw.below(8) {
            0 => {
                provisions.remove(at);
            }
            1 => {
                let moved = provisions.remove(at);
                provisions.push(moved);
            }
            // Another figure, word or brace: what it makes may have no meaning.
            2 => provisions[at] = provisions[at].replace('3', "4").replace("不得", "可以"),
            3 => provisions[at] = provisions[at].replace('且', "或").replace("应当", "不得"),
            4 => provisions[at] = provisions[at].replacen('}', "", 1),
            5 => provisions[at].insert_str(0, "// 注\n"),
            6 => provisions[at] = provisions[at].replace("> ", ">= ").replace("不足", "超过"),
            _ => provisions.extend(crate::laws::provisions(draw.below(1000) as u64, "又").into_iter().take(2)),
        }
        path
    }
}

/// The laws would hold of nothing if nothing were found.
#[test]
fn drawn_packages_have_findings_of_every_family() {
    let mut codes: Vec<&'static str> =
        (0..40).flat_map(|seed| found(&package(&provisions(seed, "")))).map(|it| it.code).collect();
    let count = codes.len();
    codes.sort_unstable();
    codes.dedup();
    let expected = [
        "always-holds",
        "conflicting-exceptions",
        "demanded-and-forbidden",
        "grade-gap",
        "grades-inverted",
        "never-holds",
        "never-reached",
        "permitted-and-forbidden",
        "procedure-without-end",
        "quota-falls",
        "quota-jumps",
        "same-branches",
        "step-never-reached",
    ];
    assert_eq!(codes, expected);
    assert!(count > 150, "{count}");
    // And the edits mend faults as well as make them.
    let mut counts = Vec::new();
    for seed in 0..20 {
        let mut script = Script::new(seed);
        for _ in 0..6 {
            script.edit();
            counts.push(check(&open(&script.files()).db).len());
        }
    }
    assert!(counts.windows(2).filter(|it| it[1] < it[0]).count() > 10, "{counts:?}");
}

/// A higher limit never adds a finding, and the one that is there goes where the limit is met; so does a superior's.
#[test]
fn a_higher_limit_adds_no_finding() {
    let mut exceeded = 0;
    for fixed in 0..4 {
        for (low, high) in [(0, 0), (0, 3), (1, 2), (2, 2), (3, 4)] {
            for above in [false, true] {
                let mut before = usize::MAX;
                for limit in 1..9 {
                    let limit_line = format!("限额: ..{limit} 个");
                    let structure = |clauses: &str| format!("内设机构 机构 属于 街道 {{ {clauses} }}\n");
                    let own = format!("必设: {fixed} 个; 增设: {low}..{high} 个");
                    let (superior, own) = if above {
                        (structure(&limit_line), structure(&own))
                    } else {
                        (String::new(), structure(&format!("{limit_line}; {own}")))
                    };
                    let files = [
                        ("/polis.toml", "[workspace]\n".to_owned()),
                        ("/a/polis.toml", "[package]\nname = \"a\"\nlevel = \"city\"\nunder = [\"b\"]\n".to_owned()),
                        ("/a/a.pol", own.replace("机构 机构", "机构 本级机构")),
                        ("/b/polis.toml", "[package]\nname = \"b\"\nlevel = \"province\"\n".to_owned()),
                        ("/b/b.pol", format!("{DECLARATIONS}{superior}")),
                    ];
                    let found = found(&files.map(|(path, text)| (path.to_owned(), text)).to_vec());
                    let code = if above { "superior-limit-exceeded" } else { "limit-exceeded" };
                    let expected = if fixed + high > limit { vec![code] } else { Vec::new() };
                    assert_eq!(found.iter().map(|it| it.code).collect::<Vec<_>>(), expected, "{own}{superior}");
                    assert!(found.len() <= before);
                    before = found.len();
                    exceeded += found.len();
                }
            }
        }
    }
    assert!(exceeded > 50, "{exceeded}");
}

/// A declared total is found fault with exactly where it is not the number of what is listed.
#[test]
fn totals_are_what_counting_says() {
    let items = ["甲", "乙", "丙", "丁", "戊"];
    let mut provisions = Vec::new();
    let mut expected = Vec::new();
    for mask in 1..32_usize {
        let listed: Vec<&str> = (0..5).filter(|it| mask & (1 << it) != 0).map(|it| items[it]).collect();
        for total in 1..7 {
            provisions.push(format!("清单 单{mask}之{total} {{ 列项: [{}]; 总数: {total} 项 }}\n", listed.join(", ")));
            expected.extend((listed.len() != total).then_some("total-mismatch"));
        }
    }
    let found: Vec<&str> = found(&package(&provisions)).iter().map(|it| it.code).collect();
    assert_eq!(found, expected);
}
