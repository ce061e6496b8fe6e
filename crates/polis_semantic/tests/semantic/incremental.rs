//! An edit re-runs what it must and nothing else. Queries are counted, not timed.

use polis_db::{PolisDatabase, SourceText};
use polis_semantic::items::file_items;
use salsa::plumbing::AsId as _;

use crate::support::{Files, edit, findings, generated, in_face, is_policy, open_logged, packages, programs, single};

const MAIN: &str = "\
/// 社区。
对象 社区 {
  复数: 社区们
  字段 户数: 户
  字段 人数: 人
}

参数 步长: 户 { 值: 300 户 }

// 员额
规则 甲 属于 社区: 人 { 值: 人数 + 1 人 }
规则 乙 属于 社区: 人 { 值: 甲 * 2 }
规则 丙 属于 社区 { 值: 户数 + 步长 }
规则 丁 属于 社区 { 值: 丙 + 1 户 }
要求 戊 属于 社区 { 满足: 乙 > 丁 / 1 户 * 1 人 }
";

/// Two files; nothing in the second but `庚` speaks of the first's rules.
const OTHER: &str = "\
规则 己 属于 社区: 人 { 值: 人数 * 3 }
规则 庚 属于 社区: 人 { 值: 甲 + 己 }
清单 辛 { 列项: [一, 二]; 总数: 2 项 }
";

fn two_files() -> PolisDatabase {
    let mut files = single(MAIN);
    files.push(("/a/b.pol".into(), OTHER.into()));
    asked(&files)
}

/// A workspace whose files have all been edited once, and everything asked for.
///
/// A first edit makes a file's text less durable than it was loaded, which salsa tells everyone who depends on it. What
/// these tests count is every edit after it.
fn asked(files: &Files) -> PolisDatabase {
    let mut db = open_logged(files).db;
    for (path, text) in files.iter().filter(|it| is_policy(&it.0)) {
        edit(&mut db, path, &format!("{text}\n"));
        edit(&mut db, path, text);
    }
    ask(&db);
    db
}

/// What an editor and a run ask for.
fn ask(db: &PolisDatabase) {
    findings(db);
    programs(db);
}

/// The queries that asking again runs, with the provision, file or package that each is about.
fn executed(db: &PolisDatabase) -> Vec<String> {
    let ((), names) = db.executed(ask);
    let mut labels = Vec::new();
    for package in packages(db) {
        labels.push((format!("({:?})", package.as_id()), package.name(db).to_string()));
        for file in package.files(db).iter() {
            labels.push((format!("({:?})", file.as_id()), file.path(db).to_string()));
            for item in file_items(db, *file) {
                labels.push((format!("({:?})", item.as_id()), item.name(db).to_string()));
            }
        }
    }
    let label = |name: String| {
        let found = labels.iter().find(|it| name.ends_with(&it.0));
        found.map_or(name.clone(), |it| format!("{}({})", name.strip_suffix(&it.0).unwrap(), it.1))
    };
    names.into_iter().map(label).collect()
}

/// What looks at a file as a whole and says where things stand in it; each takes over what is known of provisions.
const FORM: [&str; 8] = [
    "parsed_file(",
    "file_items(",
    "file_names(",
    "file_mentions(",
    "file_frame(",
    "file_diagnostics(",
    "total_diagnostics(",
    "whole_diagnostics(",
];

/// The queries of meaning among those that ran.
fn of_meaning(executed: &[String]) -> Vec<&str> {
    executed.iter().map(String::as_str).filter(|it| !FORM.iter().any(|form| it.starts_with(form))).collect()
}

/// Those that lower a provision, in the order of names.
fn lowered(executed: &[String]) -> Vec<&str> {
    let mut names: Vec<&str> =
        executed.iter().filter_map(|it| it.strip_prefix("lowered(")?.strip_suffix(')')).collect();
    names.sort_unstable();
    names
}

#[test]
fn a_first_check_runs_each_query_once() {
    let mut files = single(MAIN);
    files.push(("/a/b.pol".into(), OTHER.into()));
    let db = open_logged(&files).db;
    let all = executed(&db);
    let mut once = all.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), all.len(), "{all:?}");
    assert_eq!(lowered(&all).len(), 10, "{all:?}");
    assert_eq!(executed(&db), [""; 0]);
}

#[test]
fn comments_blank_lines_and_layout_re_run_no_query_of_meaning() {
    let db = &mut two_files();
    let edits = [
        format!("// 开头\n{MAIN}"),
        format!("{MAIN}\n\n// 结尾"),
        MAIN.replace("// 员额", "/* 员\n额 */"),
        MAIN.replace("/// 社区。", "/// 城市社区。\n/// 字段就是列。"),
        MAIN.replace('\n', "\n\n\n"),
        MAIN.replace("  ", "\t\t"),
        MAIN.replace('\n', "\r\n"),
        MAIN.replace(" { 值: ", "\t{  值 :  ").replace(" }\n", "}  \n"),
        MAIN.replace("甲 * 2", "甲 /* 每人两份 */ * 2"),
        MAIN.to_owned(),
    ];
    for text in edits {
        edit(db, "/a/a.pol", &text);
        let ran = executed(db);
        assert_eq!(of_meaning(&ran), [""; 0], "{text}\n{ran:?}");
        assert!(ran.contains(&"parsed_file(a/a.pol)".to_owned()), "{ran:?}");
        assert!(!ran.iter().any(|it| it.contains("b.pol")), "{ran:?}");
    }
}

#[test]
fn formatting_a_file_re_runs_no_query_of_meaning() {
    let files = generated(300);
    let mut db = asked(&files);
    let (path, text) = files.iter().find(|it| it.0.ends_with("0000.pol")).unwrap();
    let formatted = in_face(&text.replace("  ", " ").replace(" {\n", "\n{\n\n"), None).unwrap();
    let spread = text.replace("  ", "\t").replace(" {\n", " {   // 注\n\n");
    for text in [spread, formatted] {
        edit(&mut db, path, &text);
        let ran = executed(&db);
        assert_eq!(of_meaning(&ran), [""; 0]);
    }
}

#[test]
fn the_queries_that_a_comment_re_runs() {
    let db = &mut two_files();
    edit(db, "/a/a.pol", &MAIN.replace("// 员额", "// 人员"));
    let form = [
        "parsed_file(a/a.pol)",
        "file_diagnostics(a/a.pol)",
        "file_items(a/a.pol)",
        "file_mentions(a/a.pol)",
        "total_diagnostics(a/a.pol)",
        "file_frame(a/a.pol)",
    ];
    assert_eq!(executed(db), form);
}

#[test]
fn the_queries_that_a_figure_re_runs() {
    let db = &mut two_files();
    edit(db, "/a/a.pol", &MAIN.replace("人数 + 1 人", "人数 + 2 人"));
    // Its type is as it was, so nobody who uses it runs again; what the file's provisions need is the same too.
    let meaning = ["lowered(甲)", "signature(甲)", "file_needs(a/a.pol)", "program(a)"];
    assert_eq!(of_meaning(&executed(db)), meaning);
}

#[test]
fn the_inside_of_a_provision_re_runs_that_provision_only() {
    let db = &mut two_files();
    let cases = [
        ("人数 + 1 人", "人数 + 2 人", "甲"),
        ("甲 * 2", "甲 * 2 + 人数", "乙"),
        ("值: 300 户", "值: 500 户", "步长"),
        // Its type is not declared, but the same as before.
        ("户数 + 步长", "步长 + 户数", "丙"),
        ("乙 > 丁", "乙 < 丁", "戊"),
        // A mistake of a provision of declared type is its own.
        ("人数 + 1 人", "户数 + 1 人", "甲"),
    ];
    for (from, to, name) in cases {
        assert!(MAIN.contains(from));
        edit(db, "/a/a.pol", &MAIN.replacen(from, to, 1));
        let ran = executed(db);
        assert_eq!(lowered(&ran), [name], "{ran:?}");
        assert!(
            !ran.iter().any(|it| ["scope(", "outlook(", "entities("].iter().any(|name| it.starts_with(name))),
            "{ran:?}"
        );
        edit(db, "/a/a.pol", MAIN);
        assert_eq!(lowered(&executed(db)), [name]);
    }
}

#[test]
fn another_type_re_runs_those_who_use_it() {
    let db = &mut two_files();
    // `丁` needs `丙`, and only `戊` needs `丁`.
    edit(db, "/a/a.pol", &MAIN.replace("户数 + 步长", "户数 / 步长"));
    assert_eq!(lowered(&executed(db)), ["丁", "丙", "戊"]);
    // A declared type: the users in both files run again, and nobody else.
    edit(db, "/a/a.pol", MAIN);
    ask(db);
    edit(db, "/a/a.pol", &MAIN.replace("规则 甲 属于 社区: 人", "规则 甲 属于 社区: 户"));
    assert_eq!(lowered(&executed(db)), ["乙", "庚", "甲"]);
}

#[test]
fn a_field_re_runs_what_is_about_the_entity() {
    let db = &mut two_files();
    edit(db, "/a/a.pol", &MAIN.replace("字段 人数: 人", "字段 人数: 人\n  字段 面积: 平方米"));
    let ran = lowered(&executed(db)).join(" ");
    assert!(!ran.contains('辛') && !ran.contains("步长"), "{ran}");
    assert!(ran.contains('甲') && ran.contains('社'), "{ran}");
}

#[test]
fn a_name_that_comes_settles_those_who_asked_for_it() {
    let db = &mut two_files();
    edit(db, "/a/b.pol", &OTHER.replace("甲 + 己", "甲 + 壬"));
    ask(db);
    assert_eq!(findings(db).len(), 1);
    edit(db, "/a/a.pol", &format!("{MAIN}规则 壬 属于 社区: 人 {{ 值: 4 人 }}\n"));
    let ran = executed(db);
    assert!(lowered(&ran).contains(&"庚") && lowered(&ran).contains(&"壬"), "{ran:?}");
    assert_eq!(findings(db), []);
    // And a name that goes leaves them wanting.
    edit(db, "/a/a.pol", MAIN);
    assert_eq!(findings(db).len(), 1);
}

#[test]
fn the_same_text_again_is_no_revision() {
    let db = &mut two_files();
    let before = salsa::plumbing::current_revision(db);
    edit(db, "/a/a.pol", MAIN);
    assert_eq!(salsa::plumbing::current_revision(db), before);
    assert_eq!(executed(db), [""; 0]);
}

#[test]
fn a_file_that_is_edited_is_the_only_one_read_again() {
    let db = &mut two_files();
    edit(db, "/a/b.pol", &OTHER.replace("人数 * 3", "人数 * 4"));
    let ran = executed(db);
    assert_eq!(lowered(&ran), ["己"]);
    assert!(!ran.iter().any(|it| it.contains("a/a.pol")), "{ran:?}");
}

#[test]
fn a_provision_that_moves_within_its_file_is_the_same() {
    let db = &mut two_files();
    let line = "规则 乙 属于 社区: 人 { 值: 甲 * 2 }\n";
    edit(db, "/a/a.pol", &format!("{}{line}", MAIN.replace(line, "")));
    let ran = executed(db);
    assert_eq!(lowered(&ran), [""; 0], "{ran:?}");
}

#[test]
fn a_syntax_error_is_the_matter_of_its_provision() {
    let db = &mut two_files();
    edit(db, "/a/a.pol", &MAIN.replace("甲 * 2", "甲 * "));
    let ran = executed(db);
    assert_eq!(lowered(&ran), ["乙"], "{ran:?}");
    // A line outside all provisions is nobody's.
    edit(db, "/a/a.pol", MAIN);
    ask(db);
    edit(db, "/a/a.pol", &MAIN.replace("// 员额", "员额"));
    let ran = executed(db);
    assert!(lowered(&ran).len() <= 1, "{ran:?}");
}

#[test]
fn a_keystroke_in_a_large_workspace_is_as_small() {
    let files = generated(3_000);
    let mut db = asked(&files);
    let (path, text) = files.iter().find(|it| it.0.ends_with("0001.pol")).unwrap();
    let at = text.find("每满(户数 - 3000 户").unwrap();
    let mut edited = text.clone();
    edited.replace_range(at.., &text[at..].replacen("3000 户", "3001 户", 1));
    let file = db.file_at(path.trim_start_matches('/')).unwrap();
    db.set_text(file, SourceText::Text(edited.into()));
    let ran = executed(&db);
    assert_eq!(lowered(&ran), ["专职工作者20"], "{ran:?}");
}

#[test]
fn the_heads_of_an_edited_file_are_those_of_its_provisions() {
    let odd = "规则 cafe\u{301} 属于 街道 { 值: 1 }\n文件 《意见》 { }\n测试 \"一\" { }\n错词 甲 { }\n规则 `乙` { }\n";
    let text = format!("{MAIN}{odd}");
    let db = &mut two_files();
    let file = db.file_at("a/a.pol").unwrap();
    let ends = text.char_indices().map(|it| it.0).chain([text.len()]);
    for end in ends {
        let prefix = text.get(..end).unwrap();
        edit(db, "/a/a.pol", prefix);
        let parsed = polis_semantic::items::parsed_file(db, file);
        let items: Vec<_> = parsed.items.iter().map(|it| (it.kind, it.name.as_str())).collect();
        let heads = polis_db::Head::of(prefix, &polis_syntax::parse(prefix));
        let heads: Vec<_> = heads.iter().map(|it| (it.kind, it.name.as_str())).collect();
        assert_eq!(heads, items, "{prefix}");
    }
}

#[test]
fn a_new_name_re_runs_those_who_speak_of_it() {
    let db = &mut two_files();
    edit(db, "/a/a.pol", &format!("{MAIN}\n规则 无人用 属于 社区: 人 {{ 值: 1 人 }}\n"));
    assert_eq!(lowered(&executed(db)), ["无人用"]);
    edit(db, "/a/a.pol", &format!("{MAIN}\n规则 改了名 属于 社区: 人 {{ 值: 1 人 }}\n"));
    assert_eq!(lowered(&executed(db)), ["改了名"]);
    // `丙` is spoken of by `丁` alone, and both files name `甲`.
    edit(db, "/a/a.pol", &MAIN.replace("规则 丙", "规则 丙丙"));
    let ran = executed(db);
    let ran = lowered(&ran);
    assert!(!ran.contains(&"庚"), "{ran:?}");
}
