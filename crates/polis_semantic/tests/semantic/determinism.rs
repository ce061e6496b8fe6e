//! The same provisions give the same findings, whatever happened to come first.

use polis_db::testing::listing;
use polis_db::{Manifest, PolisDatabase, SourceFile, SourceText, Spanned};
use polis_diagnostic::{FileId, Span};
use polis_semantic::{Program, program};
use salsa::Durability;

use crate::support::{Files, findings, generated, meaning, open, policies, programs};

/// Mistakes whose findings name places in several files.
fn mistaken() -> Vec<(&'static str, &'static str)> {
    vec![
        ("a.pol", "对象 社区 { 复数: 社区们; 字段 户数: 户; 字段 人数: 人 }\n规则 甲 属于 社区 { 值: 乙 }\n"),
        ("b.pol", "规则 乙 属于 社区 { 值: 丙 + 户数 }\n规则 丁 属于 社区: 人 { 值: 户数 + 人数 }\n"),
        ("c.pol", "规则 丙 属于 社区 { 值: 甲 }\n规则 丁 属于 社区: 户 { 值: 户树 }\n"),
        (
            "d.pol",
            "规则 丁 属于 社区: 人 { 值: 1 人; 例外 子 优先于 丑 当 户数: 2 户 }\n清单 戊 { 列项: [子]; 总数: 3 项 }\n",
        ),
        (
            "e.pol",
            "赋权 己 { 包括: 庚; 总数: 1 项 }\n赋权 庚 { 包括: 己; 权力 子 {}; 总数: 2 项 }\n规则 辛 属于 社区 {",
        ),
    ]
}

/// A database whose files are added in the order of `order`, and two packages in either order.
fn database(order: &[usize], library_first: bool) -> PolisDatabase {
    let mut db = PolisDatabase::new();
    let manifest = |name: &str, uses: &[&str]| {
        let mut manifest = Manifest::anonymous(name, "/");
        let at = Span::new(FileId(0), 0, 0);
        manifest.uses = uses.iter().map(|it| Spanned { value: (*it).into(), at }).collect();
        manifest
    };
    let library = |db: &mut PolisDatabase| {
        let text = SourceText::Text("参数 户树: 户 { 值: 3 人 }\n参数 壬 { 值: 癸 }\n".into());
        let file = db.add_file("library/a.pol", "library", text, Durability::LOW);
        db.add_package(manifest("library", &[]), vec![file]);
    };
    if library_first {
        library(&mut db);
    }
    let mistaken = mistaken();
    let files: Vec<SourceFile> = order
        .iter()
        .map(|it| {
            let (path, text) = mistaken[*it];
            db.add_file(path, "main", SourceText::Text(text.into()), Durability::LOW)
        })
        .collect();
    db.add_package(manifest("main", &["library"]), files);
    if !library_first {
        library(&mut db);
    }
    db
}

#[test]
fn findings_do_not_depend_on_the_order_in_which_files_are_added() {
    let first = database(&[0, 1, 2, 3, 4], true);
    let expected = listing(&first, &findings(&first));
    insta::assert_snapshot!("findings_of_several_files", expected);
    for (order, library_first) in
        [([4, 3, 2, 1, 0], false), ([2, 0, 4, 1, 3], true), ([1, 4, 0, 3, 2], false), ([3, 1, 4, 2, 0], true)]
    {
        let other = database(&order, library_first);
        assert_eq!(listing(&other, &findings(&other)), expected, "{order:?}");
        let (first, other) =
            (first.package("main").map(|it| program(&first, it)), other.package("main").map(|it| program(&other, it)));
        // Files are known by number; all else must be equal.
        assert_eq!(without_files(&first.unwrap()), without_files(&other.unwrap()), "{order:?}");
    }
}

/// A program in full, but for the numbers of files.
fn without_files(program: &Program) -> String {
    let text = meaning(program);
    text.lines().filter(|it| !it.contains("[salsa id]")).collect::<Vec<_>>().join("\n")
}

/// Asking for something first is no reason to find something else.
#[test]
fn findings_do_not_depend_on_what_is_asked_first() {
    // `甲` and `乙` need each other, and others need them.
    let circles = crate::incremental_equals_fresh::dense()
        .into_iter()
        .map(|(path, text)| (path, text.replace("户数 + 子", "户数 + 甲")));
    let dense = crate::incremental_equals_fresh::dense();
    for files in [generated(200), policies(), dense, circles.collect()] {
        let expected = {
            let loaded = open(&files);
            let found = findings(&loaded.db);
            (found, programs(&loaded.db))
        };
        let other = {
            let loaded = open(&files);
            crate::incremental_equals_fresh::ask_from_the_end(&loaded.db);
            (findings(&loaded.db), programs(&loaded.db))
        };
        assert_eq!(expected, other);
    }
}

#[test]
fn another_name_of_a_package_changes_only_names() {
    let renamed = |files: &Files| -> Files {
        files
            .iter()
            .map(|(path, text)| {
                let path = path.replace("/jilin/", "/songliao/");
                let text = if path.ends_with("polis.toml") {
                    text.replace("\"jilin\"", "\"songliao\"")
                } else {
                    // The province is called by its title in the provisions.
                    text.clone()
                };
                (path, text)
            })
            .collect()
    };
    let before = policies();
    let mut after = renamed(&before);
    after.sort();
    let (before, after) = (open(&before), open(&after));
    assert_eq!((findings(&before.db), findings(&after.db)), (vec![], vec![]));
    let all = |db: &PolisDatabase| {
        let package = db.package("changchun").unwrap();
        without_files(&program(db, package))
    };
    assert_ne!(all(&before.db), all(&after.db));
    assert_eq!(all(&before.db).replace("\"jilin\"", "\"songliao\""), all(&after.db));
}
