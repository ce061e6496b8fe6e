//! Citations of small packages, held against small invented texts.
#![expect(clippy::unwrap_used, reason = "a test fails where its helpers do")]

use std::sync::Arc;

use polis_db::testing::{Fixture, underlined};
use polis_diagnostic::{Diagnostic, Locale};
use polis_sources::{Library, Report, TextFile, check, text::Text, wanted};

const MANIFEST: &str = "//- /a/polis.toml\n[package]\nname = \"a\"\n";

/// A document with a text, and what a file says beside it.
fn package(rest: &str, text: &str) -> String {
    format!(
        "{MANIFEST}//- /a/a.pol\n文件 办法 《办法》 {{ 原文: \"办法.txt\" }}\n对象 社区 {{ 字段 户数: 户 }}\n行为 做 {{}}\n{rest}\n//- /texts/办法.txt\n{text}\n"
    )
}

fn report(listing: &str) -> (Report, polis_db::Loaded) {
    let fixture = Fixture::parse(listing);
    let loaded = fixture.load("/a");
    let db = &loaded.db;
    let findings = polis_semantic::check(db, &loaded.targets);
    assert_eq!(findings, [], "the package is in order but for its citations");
    let package = *loaded.targets.first().unwrap();
    let mut library = Library::default();
    for it in polis_semantic::scope::visible(db, package) {
        library.folders.insert(it.name(db), "texts".into());
    }
    for (owner, name) in wanted(db, package) {
        let path = format!("/texts/{name}");
        if let Some(file) = fixture.files.iter().find(|it| it.path == path) {
            library.texts.insert((owner.name(db), name), TextFile::Read(Arc::new(Text::new(path, &file.text))));
        }
    }
    (check(db, package, &library), loaded)
}

/// `severity code underlined: message`, by line.
fn found(listing: &str) -> Vec<String> {
    let (report, loaded) = report(listing);
    let show = |it: &Diagnostic| {
        let at = underlined(&loaded.db, it.primary.at);
        format!("{} {} {at}: {}", it.severity, it.code(), it.message.render(Locale::En))
    };
    report.diagnostics.iter().map(show).collect()
}

/// The findings of one rule of the type of its value.
fn rule(body: &str, text: &str) -> Vec<String> {
    let found = found(&package(&format!("规则 甲 属于 社区: 人 {{\n{body}\n}}"), text));
    found.into_iter().map(|it| it.split(':').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_citation_that_stands_in_its_text_is_right() {
    let listing = package(
        "规则 甲 属于 社区: 人 {\n值: 10 人\n出处: \"社区配備十名\", 办法 \"每個社區\", 《办法》 \"社区\"\n}",
        "第一条 每个社区配备十名。",
    );
    let (report, _) = report(&listing);
    assert_eq!((report.diagnostics, report.passages, report.figures), (vec![], 3, 1));
}

#[test]
fn a_passage_that_is_not_there_is_told_with_the_nearest() {
    let listing = package(
        "规则 甲 属于 社区: 人 {\n值: 10 人\n出处: \"每个社区配备十五名\"\n}\n原则 乙 { 内容: \"乙\"\n出处: \"什么都没有的话\" }",
        "第一条 每个社区一般配备十名。",
    );
    let (report, loaded) = report(&listing);
    let [first, second] = report.diagnostics.as_slice() else { panic!("{:?}", report.diagnostics) };
    assert_eq!(first.message.render(Locale::Zh), "`/texts/办法.txt` 中没有 `每个社区配备十五名` 这一段");
    let fix = first.fix.as_ref().unwrap();
    assert_eq!(fix.edits[0].text, "\"每个社区一般配备十名\"");
    assert_eq!(underlined(&loaded.db, fix.edits[0].at), "\"每个社区配备十五名\"");
    assert!(!fix.safe);
    assert_eq!((second.code(), second.fix.is_none()), ("citation-not-found", true));
}

#[test]
fn a_figure_that_the_sentence_does_not_have_is_told() {
    let text = "每个社区配备十名至十五名；社区超过300户的另配20%。";
    assert_eq!(rule("值: 10..15 人\n出处: \"每个社区\"", text), [""; 0]);
    assert_eq!(rule("值: 10..16 人\n出处: \"每个社区\"", text), ["warning citation-figure 16 人"]);
    // The figure is in the next sentence; citing it too is enough.
    assert_eq!(rule("值: 300 人\n出处: \"每个社区\"", text), ["warning citation-figure 300 人"]);
    assert_eq!(rule("值: 300 人\n出处: \"每个社区\", \"另配\"", text), [""; 0]);
    assert_eq!(rule("值: floor(户数 * 20% / 1 户) * 1 人\n出处: \"另配\"", text), [""; 0]);
    assert_eq!(rule("值: floor(户数 * 30% / 1 户) * 1 人\n出处: \"另配\"", text), ["warning citation-figure 30%"]);
}

#[test]
fn what_is_not_held() {
    let text = "每个社区配备若干名,补贴X万元。2020年起施行。每个社区设书记。";
    assert_eq!(rule("值: 12 人\n出处: \"每个社区配备\"", text), [""; 0], "vague");
    assert_eq!(rule("值: 12 人", text), [""; 0], "no citation");
    assert_eq!(rule("值: 1 人\n出处: \"设书记\"", text), [""; 0], "one");
    assert_eq!(rule("值: 待定\n出处: \"设书记\"", text), [""; 0], "open");
    assert_eq!(rule("值: 12 人\n出处: \"设书记\"", text), ["warning citation-figure 12 人"]);
    let test = "测试 \"甲\" {\n给定: 社区 { 户数: 700 户 }\n预期: 户数 = 700 户\n}";
    assert_eq!(found(&package(test, text)), [""; 0]);
    let list = "清单 甲 { 列项: 乙, 丙\n未列: 7 项\n出处: \"设书记\" }";
    assert_eq!(found(&package(list, text)), [""; 0]);
}

#[test]
fn a_note_explains_a_difference() {
    let text = "每个社区配备十名。";
    assert_eq!(rule("值: 12 人\n出处: \"每个社区\"\n备注: \"加两名替班\"", text), ["info citation-figure 12 人"]);
}

#[test]
fn inner_blocks_go_by_their_own_and_the_outer_citations() {
    let text = "共6类;治安类有12项。";
    let list = |total: &str, cite: &str| {
        format!("清单 甲 {{\n出处: \"共6类\"\n类别 治安 {{\n未列: 1 项\n列项: 乙\n总数: {total}\n{cite}\n}}\n}}")
    };
    let codes = |total: &str, cite: &str| {
        let found = report(&package(&list(total, cite), text).replace("未列: 1 项", "未列: 待定")).0;
        found.diagnostics.iter().map(Diagnostic::code).collect::<Vec<_>>()
    };
    assert_eq!(codes("12 项", "出处: \"治安类\""), [""; 0]);
    assert_eq!(codes("6 项", "出处: \"治安类\""), [""; 0]);
    assert_eq!(codes("12 项", ""), ["citation-figure"]);
    assert_eq!(codes("13 项", "出处: \"治安类\""), ["citation-figure"]);
}

#[test]
fn a_boundary_that_the_text_draws_elsewhere_is_told() {
    let guard =
        |word: &str, text: &str| rule(&format!("值: 1 人\n例外 乙 当 户数 {word} 3000 户: 1 人\n出处: \"社区\""), text);
    let boundary = ["warning citation-boundary 3000 户"];
    for (word, text, expected) in [
        ("不少于", "3000户以上的社区", &[][..]),
        ("超过", "3000户以上的社区", &boundary),
        ("不足", "3000户以上的社区", &[]),
        ("超过", "超过3000户的社区", &[]),
        ("不少于", "超过3000户的社区", &boundary),
        ("不超过", "超过三千户的社区", &[]),
        ("不足", "不足3000户的社区", &[]),
        ("不超过", "不足3000户的社区", &boundary),
        ("不超过", "三千户以内的社区", &[]),
        ("不少于", "不低于3000户的社区", &[]),
        ("超过", "不少于3000户的社区", &boundary),
        ("超过", "社区满3000户", &[]),
        ("超过", "社区3000户", &[]),
        ("超过", "超过3000户的社区,3000户以上", &[]),
    ] {
        assert_eq!(guard(word, text), expected, "{word}: {text}");
    }
}

#[test]
fn a_boundary_at_one_is_held_and_nothing_else_of_it() {
    let guard =
        |word: &str, text: &str| rule(&format!("值: 5 人\n例外 乙 当 户数 {word} 1 户: 5 人\n出处: \"每个\""), text);
    let boundary = ["warning citation-boundary 1 户"];
    for (word, text, expected) in [
        ("不少于", "每个社区至少联系1户，派五人", &[][..]),
        ("超过", "每个社区至少联系1户，派五人", &boundary),
        ("超过", "每个社区至少联系一户，派五人", &boundary),
        ("不少于", "每个社区超过1户的，派五人", &boundary),
        ("超过", "每个社区派五人", &[]),
    ] {
        assert_eq!(guard(word, text), expected, "{word}: {text}");
    }
}

#[test]
fn a_document_without_a_text_is_told_once() {
    let two = "原则 甲 { 内容: \"甲\"\n出处: \"甲\" }\n原则 乙 { 内容: \"乙\"\n出处: \"乙\" }";
    let listing = package(two, "").replace("/texts/办法.txt", "/texts/其他.txt");
    assert_eq!(
        found(&listing),
        ["info citation-no-text \"办法.txt\": the citation cannot be checked: there is no text `办法.txt`"]
    );
    let listing = package(two, "").replace("原文: \"办法.txt\"", "层级: 市");
    assert_eq!(
        found(&listing),
        ["info citation-no-text 办法: the citation cannot be checked: the document `办法` does not name its text"]
    );
    let listing = format!("{MANIFEST}//- /a/a.pol\n原则 甲 {{ 内容: \"甲\"\n出处: \"甲\" }}\n");
    assert_eq!(found(&listing).len(), 1);
}

#[test]
fn a_series_stands_for_its_main_document() {
    let rest = "系列 一加一 { 主文件: 办法\n总数: 1 }\n原则 甲 { 内容: \"甲\"\n出处: 一加一 \"社区\" }";
    assert_eq!(found(&package(rest, "社区")), [""; 0]);
    assert_eq!(found(&package(rest, "街道")).len(), 1);
}

#[test]
fn a_superiors_document_is_held_against_its_text() {
    let listing = format!(
        "//- /polis.toml\n[workspace]\n{MANIFEST}under = [\"b\"]\n//- /a/a.pol\n原则 甲 {{ 内容: \"甲\"\n出处: b.通知 \"社区\", 通知 \"街道\" }}\n//- /b/polis.toml\n[package]\nname = \"b\"\n//- /b/b.pol\n文件 通知 《通知》 {{ 原文: \"通知.txt\" }}\n//- /texts/通知.txt\n社区\n"
    );
    let found = found(&listing);
    assert_eq!(found, ["warning citation-not-found \"街道\": `街道` does not stand in `/texts/通知.txt`"]);
}

#[test]
fn a_package_without_a_folder_of_texts_is_left_alone() {
    let fixture = Fixture::parse(&package("原则 甲 { 内容: \"甲\"\n出处: \"甲\" }", ""));
    let loaded = fixture.load("/a");
    assert_eq!(check(&loaded.db, loaded.targets[0], &Library::default()), Report::default());
}
