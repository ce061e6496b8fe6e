use insta::assert_snapshot;
use polis_diagnostic::Locale;
use polis_syntax::Span;

use super::Fx;
use crate::{Assist, AssistKind, assists};

fn offered(fx: &Fx, locale: Locale) -> Vec<Assist> {
    let (db, file, offset) = fx.at();
    let package = db.package("city").expect("the city");
    let findings = polis_analysis::check(db, package);
    assists(db, file, Span::new(offset, offset), &findings, locale)
}

/// The file after the first change whose title holds a word.
fn after(file: &str, word: &str) -> String {
    let fx = Fx::city(file);
    let all = offered(&fx, Locale::Zh);
    let found = all.iter().find(|it| it.title.contains(word));
    let titles: Vec<&str> = all.iter().map(|it| it.title.as_str()).collect();
    let found = found.unwrap_or_else(|| panic!("{word} is not in {titles:?}"));
    fx.edited(fx.at().1, &found.edits)
}

#[test]
fn the_fix_of_a_finding() {
    assert_snapshot!(after("规则 甲 属于 社区 { 值: 户<CURSOR>树 }\n", "户数"), @"规则 甲 属于 社区 { 值: 户数 }");
    let fx = Fx::city("规则 甲 属于 社区 { 值: 户<CURSOR>树 }\n");
    let first = &offered(&fx, Locale::En)[0];
    assert_eq!(first.resolves.map(|it| it.0), Some("unknown-name"));
    assert_eq!(first.kind, AssistKind::QuickFix);
}

#[test]
fn a_figure_becomes_a_parameter() {
    assert_snapshot!(after("// 一\n/// 说明\n员额 甲 属于 社区 {\n  基数: 10..<CURSOR>15 人\n}\n", "提取为参数"), @r#"
    参数 甲标准 {
      值: 10..15 人
    }

    // 一
    /// 说明
    员额 甲 属于 社区 {
      基数: 甲标准
    }
    "#);
}

#[test]
fn a_citation_and_the_missing_clauses() {
    assert_snapshot!(after("规则 <CURSOR>甲 属于 社区 {\n  值: 户数\n}\n", "添加出处"), @r#"
    规则 甲 属于 社区 {
      值: 户数
      出处: ""
    }
    "#);
    assert_snapshot!(after("员额 <CURSOR>甲 属于 社区 {\n}\n", "补上缺少的条目"), @r#"
    员额 甲 属于 社区 {
      基数: 待定
    }
    "#);
}

#[test]
fn the_words_in_the_other_face() {
    assert_snapshot!(after("规则 <CURSOR>甲 属于 社区 { 值: 户数 不足 3 户 }\n", "换成英文"), @"rule 甲 of 社区 { value: 户数 less_than 3 households }");
}

#[test]
fn nothing_is_offered_that_is_there_already() {
    let fx = Fx::city("规则 <CURSOR>甲 属于 社区 {\n  值: 户数\n  出处: 省规定\n}\n");
    let titles: Vec<String> = offered(&fx, Locale::Zh).into_iter().map(|it| it.title).collect();
    assert_eq!(titles, ["把本文件的关键词换成英文"]);
}
