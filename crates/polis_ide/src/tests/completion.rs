use insta::assert_snapshot;
use polis_diagnostic::Locale;

use super::Fx;
use crate::{Completion, completions};

fn complete(file: &str) -> Vec<Completion> {
    let fx = Fx::city(file);
    let (db, file, offset) = fx.at();
    completions(db, file, offset, Locale::Zh, true)
}

/// The first few, by rank.
fn labels(file: &str, most: usize) -> String {
    let found = complete(file);
    let labels: Vec<&str> = found.iter().map(|it| it.label.as_str()).take(most).collect();
    labels.join(" ")
}

#[test]
fn kinds_stand_at_the_top() {
    assert_snapshot!(labels("<CURSOR>", 8), @"文件 系列 单位 概念 对象 组织 枚举 行为");
    assert_snapshot!(labels("员<CURSOR>", 3), @"员额");
    let quota = complete("员<CURSOR>").into_iter().find(|it| it.label == "员额").expect("员额");
    assert_snapshot!(quota.insert, @r#"
    员额 ${1:名称} 属于 ${2:对象} {
      基数: ${3:}
      出处: ${4:"原文"}
      $0
    }
    "#);
}

#[test]
fn the_clauses_of_this_kind_that_are_not_there_yet() {
    let found = labels("员额 甲 属于 社区 {\n  基数: 10 人\n  <CURSOR>\n}\n", 100);
    assert!(!found.contains("基数"), "{found}");
    assert_snapshot!(found, @"增配 限额 实有 落实 即 语气 自 至 出处 编号 备注");
}

#[test]
fn names_by_what_the_clause_takes() {
    for (file, wanted, unwanted) in [
        ("规则 甲 属于 <CURSOR>", "社区", "门槛"),
        ("规则 甲 属于 社区 {\n  即: <CURSOR>\n}", "员额配备", "门槛"),
        ("规则 甲 属于 社区 {\n  语气: <CURSOR>\n}", "鼓励", "门槛"),
        ("规则 甲 属于 社区 {\n  值: <CURSOR>\n}", "户数", "员额配备"),
        ("规则 甲 属于 社区 {\n  值: 户数 - <CURSOR>\n}", "门槛", "街道户数"),
        ("规则 甲 属于 社区 {\n  值: 若 类型 = <CURSOR>\n}", "老旧", "员额配备"),
        ("规则 甲 属于 街道 {\n  值: 合计(某.<CURSOR> 对 某 在 社区们)\n}", "户数", "人口"),
        ("规则 甲 属于 社区 {\n  值: 街道.<CURSOR>\n}", "人口", "户数"),
        ("规则 甲 属于 common.<CURSOR>", "社区", "门槛"),
        ("规则 甲 属于 社区: <CURSOR>", "社区类型", "门槛"),
        ("测试 \"甲\" {\n  给定: 社区 { 户数: 1 户, <CURSOR> }\n}", "专职人数", "门槛"),
        ("测试 \"甲\" {\n  给定: 社区 {\n    <CURSOR>\n  }\n}", "户数", "门槛"),
        ("测试 \"甲\" {\n  给定: 社区 {\n    类型: <CURSOR>\n  }\n}", "老旧", "员额配备"),
        ("测试 \"甲\" {\n  设定 <CURSOR>\n}", "门槛", "户数"),
        ("测试 \"甲\" {\n  给定 乙: 社区 { 户数: 1 户 }\n  预期: 乙.<CURSOR>\n}", "专职工作者", "门槛"),
        ("规则 甲 属于 社区 {\n  值: 3000 <CURSOR>\n}", "户", "门槛"),
        ("规则 甲 属于 社区 {\n  出处: <CURSOR>\n}", "省规定", "门槛"),
        ("员额 甲 属于 社区 {\n  基数: 1 人\n  增配 当 <CURSOR>\n}", "户数", "员额配备"),
    ] {
        let found = complete(file);
        let has = |name: &str| found.iter().any(|it| it.label == name);
        let all: Vec<&str> = found.iter().map(|it| it.label.as_str()).collect();
        assert!(wanted.is_empty() || has(wanted), "{file}: {wanted} is not in {all:?}");
        assert!(!has(unwanted), "{file}: {unwanted} is in {all:?}");
    }
}

#[test]
fn pinyin_and_the_other_face_find_chinese_words() {
    for (typed, wanted) in [("ye", "员额"), ("yuane", "员额"), ("quota", "员额"), ("gz", "规则"), ("guiz", "规则")]
    {
        let found = complete(&format!("参数 丙 {{ 值: 1 户 }}\n{typed}<CURSOR>"));
        let item = found.iter().find(|it| it.label == wanted).unwrap_or_else(|| panic!("{typed}: {wanted}"));
        assert!(item.filter.to_lowercase().starts_with(typed), "{typed}: {}", item.filter);
    }
    let found = complete("规则 甲 属于 社区 {\n  值: hs<CURSOR>\n}");
    assert_eq!(found.first().map(|it| it.label.as_str()), Some("户数"));
    assert_eq!(found.first().map(|it| it.range.end - it.range.start), Some(2), "what was typed is replaced");
}

#[test]
fn an_english_file_is_offered_english_words() {
    assert_snapshot!(labels("param a { value: 1 }\nq<CURSOR>", 1), @"quota");
    assert_snapshot!(labels("quota a of 社区 {\n  ba<CURSOR>\n}", 1), @"base");
}

#[test]
fn nothing_is_offered_in_texts_and_comments() {
    for file in ["规则 甲 属于 社区 {\n  出处: \"不<CURSOR>", "// 户<CURSOR>", "/* 户<CURSOR>"] {
        assert_eq!(labels(file, 9), "", "{file}");
    }
}

#[test]
fn a_call_shows_what_it_takes() {
    let fx = Fx::city("规则 甲 属于 社区 {\n  值: 每满(户数, <CURSOR>\n}");
    let (db, file, offset) = fx.at();
    let help = crate::signature_help(db, file, offset, Locale::Zh).expect("a call");
    assert_eq!((help.label.as_str(), help.active), ("每满(数量, 步长)", 1));
    let names: Vec<&str> = help.parameters.iter().map(|it| &help.label[it.0..it.1]).collect();
    assert_eq!(names, ["数量", "步长"]);
    let fx = Fx::city("规则 甲 属于 社区 {\n  值: (户数 <CURSOR>\n}");
    let (db, file, offset) = fx.at();
    assert_eq!(crate::signature_help(db, file, offset, Locale::Zh), None);
}
