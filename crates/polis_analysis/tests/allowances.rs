//! Allowances beside provisions, and levels of the manifest.
#![expect(clippy::unwrap_used, reason = "a workspace that cannot be loaded fails the test")]

use camino::Utf8Path;
use polis_db::{Loaded, MemorySystem, PolisDatabase, SourceText, load, load_into};
use polis_diagnostic::{Files, sort_and_dedup};

const HEAD: &str = "对象 社区 { 字段 户数: 户 { 取值: 0.. 户 } }\n";

fn loaded(text: &str, lints: &str) -> Loaded {
    let system = MemorySystem::new()
        .with_file("/polis.toml", &format!("[package]\nname = \"a\"\n{lints}"))
        .with_file("/a.pol", text);
    load(&system, Utf8Path::new("/"))
}

/// The findings that are reported: severity, code and the text underlined; and the text with every safe fix made.
fn found(text: &str, lints: &str) -> (Vec<String>, String) {
    let loaded = loaded(text, lints);
    let mut found = polis_analysis::check(&loaded.db, *loaded.targets.first().unwrap());
    sort_and_dedup(&mut found, &loaded.db);
    let shown =
        |at: polis_diagnostic::Span| loaded.db.text(at.file)[at.start as usize..at.end as usize].replace('\r', "");
    let mut fixed = text.to_owned();
    for edit in found.iter().rev().filter_map(|it| it.fix.as_ref()).filter(|it| it.safe).flat_map(|it| &it.edits) {
        fixed.replace_range(edit.at.start as usize..edit.at.end as usize, &edit.text);
    }
    (found.iter().map(|it| format!("{} {} {}", it.severity, it.code(), shown(it.primary.at))).collect(), fixed)
}

/// A rule whose two exceptions never hold, with text put in: above it, behind its head, above the first exception, behind
/// it.
fn rule(above: &str, head: &str, clause: &str, behind: &str) -> String {
    format!(
        "{HEAD}{above}规则 甲 属于 社区 {{{head}\n  值: 1 人\n{clause}  例外 乙 当 户数 < 0 户: 2 人{behind}\n  例外 丙 当 户数 <\n    -1 户: 3 人\n}}\n"
    )
}

const BOTH: [&str; 2] = ["warning never-holds 户数 < 0 户", "warning never-holds 户数 <\n    -1 户"];

#[test]
fn an_allowance_is_about_what_it_stands_at() {
    let allow = "// polis: allow(never-holds) 原文如此";
    let line = format!("{allow}\n");
    let clause = format!("  {allow}\n");
    let behind = format!(" {allow}");
    let stale = "warning stale-allowance never-holds";
    for (text, expected) in [
        (rule("", "", "", ""), &BOTH[..]),
        (rule(&line, "", "", ""), &[]),
        (rule("// polis：允许（never-holds） 原文如此\n", "", "", ""), &[]),
        (rule(&format!("{line}// 另一条\n/// 文档\n"), "", "", ""), &[]),
        (rule(&format!("/// 文档\n{line}"), "", "", ""), &[]),
        (rule("", "", &clause, ""), &BOTH[1..]),
        (rule("", "", "", &behind), &BOTH[1..]),
        (rule(&line, "", &clause, ""), &[]),
        // A blank line parts it from what follows, and a head is not the whole.
        (rule(&format!("{line}\n"), "", "", ""), &[stale, BOTH[0], BOTH[1]]),
        (rule("", &behind, "", ""), &[stale, BOTH[0], BOTH[1]]),
        // Block comments and documentation allow nothing.
        (rule("/* polis: allow(never-holds) 原文如此 */\n", "", "", ""), &BOTH[..]),
        (rule("/// polis: allow(never-holds) 原文如此\n", "", "", ""), &BOTH[..]),
    ] {
        assert_eq!(found(&text, "").0, expected, "{text}");
        let crlf = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        assert_eq!(found(&crlf, "").0, expected, "with a mark and CRLF: {text}");
    }
    // A clause of several lines is one.
    let text = rule("", "", "", "").replace("-1 户: 3 人", &format!("-1 户: 3 人 {allow}"));
    assert_eq!(found(&text, "").0, &BOTH[..1]);
}

#[test]
fn what_is_wrong_with_an_allowance_is_found() {
    for (allow, expected) in [
        ("// polis: allow(never-holds)", &["warning allowance-without-reason // polis: allow(never-holds)"][..]),
        ("// polis: allow(never-holds) ——", &["warning allowance-without-reason // polis: allow(never-holds) ——"]),
        ("// polis: allow(never-hold) 原文如此", &["warning unknown-code never-hold", BOTH[0], BOTH[1]]),
        (
            "// polis: alow(never-holds) 原文如此",
            &["warning malformed-allowance // polis: alow(never-holds) 原文如此", BOTH[0], BOTH[1]],
        ),
        ("// polis: allow() 原文如此", &["warning malformed-allowance // polis: allow() 原文如此", BOTH[0], BOTH[1]]),
        ("// polis 是工具名", &BOTH),
        ("// polis: allow(never-holds, unknown-name) 原文如此", &["warning allowance-of-error unknown-name"]),
        ("// polis: allow(never-holds、always-holds) 原文如此", &["warning stale-allowance always-holds"]),
        // Texts may be at hand or not.
        ("// polis: allow(never-holds, citation-figure) 原文如此", &[]),
    ] {
        assert_eq!(found(&rule(&format!("{allow}\n"), "", "", ""), "").0, expected, "{allow}");
    }
}

#[test]
fn errors_stay() {
    let text = format!("{HEAD}// polis: allow(unknown-name, never-holds) 不应如此\n规则 甲 属于 社区 {{ 值: 户树 }}\n");
    let expected = ["warning allowance-of-error unknown-name", "error unknown-name 户树"];
    assert_eq!(found(&text, "").0, expected, "nor is anything else stale before it is corrected");
}

#[test]
fn an_inner_allowance_makes_the_outer_one_stale() {
    let outer = "// polis: allow(never-holds) 外\n";
    let text = rule(outer, "", "  // polis: allow(never-holds) 内\n", "")
        .replace("  例外 丙 当 户数 <\n    -1 户: 3 人\n", "");
    assert_eq!(found(&text, "").0, ["warning stale-allowance never-holds"]);
    assert_eq!(found(&text, "").1, text.replace(outer, ""));
}

#[test]
fn stale_allowances_are_taken_out() {
    let behind = " // polis: allow(always-holds, value-twice) 无";
    let (_, fixed) = found(&rule("", behind, "", ""), "");
    assert_eq!(fixed, rule("", "", "", ""));
    let allow = |codes: &str| rule(&format!("// polis: allow({codes}) 因为\n"), "", "", "");
    assert_eq!(found(&allow("never-holds, always-holds"), "").1, allow("never-holds"));
    let marked = format!("\u{feff}// polis: allow(always-holds) 无\r\n{}", HEAD.replace('\n', "\r\n"));
    assert_eq!(found(&marked, "").1, format!("\u{feff}{}", HEAD.replace('\n', "\r\n")));
}

#[test]
fn levels_are_of_codes_before_groups() {
    let text = rule("", "", "", "");
    for (lints, expected) in [
        ("never-holds = \"allow\"", None),
        ("never-holds = \"error\"", Some("error")),
        ("analysis = \"info\"", Some("info")),
        ("analysis = \"allow\"\nnever-holds = \"warn\"", Some("warning")),
        ("quality = \"allow\"", Some("warning")),
    ] {
        let (found, _) = found(&text, &format!("[lints]\n{lints}\n"));
        assert_eq!(found.first().and_then(|it| it.split(' ').next()), expected, "{lints}");
    }
    // What only the manifest makes an error can be allowed.
    let text = rule("// polis: allow(never-holds) 原文如此\n", "", "", "");
    assert_eq!(found(&text, "[lints]\nnever-holds = \"error\"\n").0, [""; 0]);
}

#[test]
fn an_allowance_re_runs_no_query_of_meaning() {
    let system = MemorySystem::new()
        .with_file("/polis.toml", "[package]\nname = \"a\"\n")
        .with_file("/a.pol", &rule("// 一\n", "", "", ""));
    let mut loaded = load_into(PolisDatabase::logged(), &system, Utf8Path::new("/"));
    let package = *loaded.targets.first().unwrap();
    let file = *package.files(&loaded.db).first().unwrap();
    let mut edit = |text: String| {
        loaded.db.set_text(file, SourceText::Text(text.into()));
        loaded.db.executed(|db| polis_analysis::check(db, package).len())
    };
    // A first edit makes the text less durable, which everyone is told who depends on it.
    assert_eq!(edit(rule("// 二\n", "", "", "")).0, 2);
    let (left, executed) = edit(rule("// polis: allow(never-holds) 原文如此\n", "", "", ""));
    assert_eq!(left, 0);
    let of_meaning = ["lowered(", "signature(", "analysis", "program(", "amended(", "scope(", "outlook("];
    assert!(executed.iter().any(|it| it.starts_with("allowances(")), "{executed:?}");
    assert!(!executed.iter().any(|it| of_meaning.iter().any(|query| it.starts_with(query))), "{executed:?}");
}
