//! One provision, its findings: the code, what is underlined, the change that is offered (`=>`) or advised (`?`).
//!
//! Every case is checked as it is written and again in the other face, where the same tokens must be underlined.

use std::collections::BTreeSet;

use polis_diagnostic::{Diagnostic, Files as _, NameNote, Note};
use polis_syntax::words::Face;
use polis_syntax::{TokenKind, lex};

use crate::support::{Files, findings, in_face, meaning, open, programs};

/// What the provisions of the cases speak of; it lies in a package of its own.
const COMMON: &str = "
对象 区县 { 复数: 区县们 }
对象 街道 {
  隶属: 区县
  复数: 街道们
  字段 机构数: 个
  字段 领导人数: 人
}
对象 社区 {
  隶属: 街道
  复数: 社区们
  字段 户数: 户
  字段 专职人数: 人
  字段 面积: 平方米
  字段 成立: 日期
  字段 示范: 是非
  字段 别名: 文字
  字段 类型: 社区类型
  字段 绿化率: 百分比
  字段 楼数: 整数
}
对象 企业 { 字段 人数: 人 }
枚举 社区类型 { 值域: [城市社区, 村改居] }
参数 年薪: 元/人/年 { 值: 5 万元/人/年 }
参数 步长: 户 { 值: 300..500 户 }
组织 党工委 属于 街道 {}
行为 下达任务 {}
行为 考核 {}
概念 监督 {}
文件 甲号 《关于甲的意见》 { 层级: 市 }
规则 薪酬 属于 社区: 元/年 { 值: 专职人数 * 年薪 }
规则 总户数 属于 街道: 户 { 值: 合计(某.户数 对 某 在 社区们) }
要求 有人 属于 社区 { 满足: 专职人数 > 0 }
赋权 五项 { 行使主体: 街道; 未列: 5 项; 总数: 5 项 }
单位 张 = 6 平方米
";

pub(crate) struct Case {
    source: String,
    shown: &'static str,
    expected: &'static [&'static str],
}

/// A value for each community, of whatever type it has.
pub(crate) fn value(shown: &'static str, expected: &'static [&'static str]) -> Case {
    Case { source: format!("规则 甲 属于 社区 {{\n  值: {shown}\n}}\n"), shown, expected }
}

/// A value for each street.
fn of_street(shown: &'static str, expected: &'static [&'static str]) -> Case {
    Case { source: format!("规则 甲 属于 街道 {{\n  值: {shown}\n}}\n"), shown, expected }
}

/// A value for each community of a declared type: `人: 户数`.
pub(crate) fn typed(shown: &'static str, expected: &'static [&'static str]) -> Case {
    let (ty, value) = shown.split_once(": ").unwrap();
    Case { source: format!("规则 甲 属于 社区: {ty} {{\n  值: {value}\n}}\n"), shown, expected }
}

/// Facts of a test about a community.
pub(crate) fn given(shown: &'static str, expected: &'static [&'static str]) -> Case {
    Case { source: format!("测试 \"甲\" {{\n  给定: 社区 {{ {shown} }}\n  预期: 是\n}}\n"), shown, expected }
}

/// An expectation of a test.
pub(crate) fn expecting(shown: &'static str, expected: &'static [&'static str]) -> Case {
    Case {
        source: format!("测试 \"甲\" {{\n  给定: 社区 {{ 户数: 3 户 }}\n  预期: {shown}\n}}\n"), shown, expected
    }
}

/// Whole provisions.
pub(crate) fn text(shown: &'static str, expected: &'static [&'static str]) -> Case {
    Case { source: format!("{}\n", shown.trim()), shown, expected }
}

pub(crate) fn workspace(source: &str) -> Files {
    vec![
        ("/a/a.pol".into(), source.into()),
        ("/a/polis.toml".into(), "[package]\nname = \"a\"\nuses = [\"common\"]\n".into()),
        ("/common/common.pol".into(), COMMON.into()),
        ("/common/polis.toml".into(), "[package]\nname = \"common\"\ntitle = \"通用\"\n".into()),
        ("/polis.toml".into(), "[workspace]\n".into()),
    ]
}

/// The findings with the tokens that each underlines, by position.
type Underlined = (Vec<String>, Vec<(&'static str, BTreeSet<usize>)>);

fn run(source: &str) -> Underlined {
    let loaded = open(&workspace(source));
    let tokens = lex(source).tokens;
    let tokens: Vec<_> = tokens.iter().filter(|it| it.kind != TokenKind::Newline).collect();
    let found = findings(&loaded.db);
    let mut lines = Vec::new();
    let mut places = Vec::new();
    for diagnostic in &found {
        let at = diagnostic.primary.at;
        lines.push(line(diagnostic, loaded.db.text(at.file)));
        let inside = |it: &&_| {
            let span = polis_syntax::Token::span(**it);
            span.start < at.end && at.start < span.end
        };
        places.push((diagnostic.code(), tokens.iter().enumerate().filter(|it| inside(it.1)).map(|it| it.0).collect()));
    }
    (lines, places)
}

/// `code «underlined»`, with the change or advice.
fn line(diagnostic: &Diagnostic, text: &str) -> String {
    let at = diagnostic.primary.at;
    let mut line = format!("{} «{}»", diagnostic.code(), &text[at.start as usize..at.end as usize]);
    if let Some(fix) = &diagnostic.fix {
        for edit in &fix.edits {
            line += &format!(" => {}", edit.text);
        }
    } else {
        for help in &diagnostic.helps {
            if let Note::Name(NameNote::DidYouMean { name }) = help {
                line += &format!(" ? {name}");
            }
        }
    }
    line
}

pub(crate) fn check(cases: &[Case]) {
    let mut wrong = String::new();
    for Case { source, shown, expected } in cases {
        let (found, _) = run(source);
        if found != *expected {
            wrong += &format!("{shown}\n  expected {expected:?}\n  found    {found:?}\n");
        }
        let (Some(zh), Some(en)) = (in_face(source, Some(Face::Zh)), in_face(source, Some(Face::En))) else {
            assert!(!polis_syntax::parse(source).errors.is_empty(), "{shown} is not formatted");
            continue;
        };
        let ((in_zh, zh_places), (in_en, en_places)) = (run(&zh), run(&en));
        if zh_places != en_places {
            wrong += &format!("{shown}\n  in Chinese {in_zh:?}\n  in English {in_en:?}\n{en}\n");
        }
        let program = |text: &str| meaning(&programs(&open(&workspace(text)).db)[0]);
        if expected.is_empty() && program(&zh) != program(&en) {
            wrong += &format!("{shown}\n  means something else in English\n{en}\n");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn the_common_package_has_no_findings() {
    assert_eq!(run("").0, [""; 0]);
}

#[test]
fn names() {
    check(&[
        value("户数", &[]),
        value("户树", &["unknown-name «户树» => 户数"]),
        value("不存在", &["unknown-name «不存在»"]),
        value("户数们 + 1 户", &["unknown-name «户数们» => 户数"]),
        value("通用.年薪", &[]),
        value("common.年薪", &[]),
        value("通用.年新", &["unknown-name «年新» ? 年薪"]),
        value("通用", &["wrong-kind-of-name «通用»"]),
        value("通用.年薪.甲", &["type-mismatch «通用.年薪»"]),
        value("街道.机构数", &[]),
        value("街道.机构树", &["unknown-field «机构树» ? 机构数"]),
        value("街道.户数", &["unknown-field «户数»"]),
        value("街道.区县", &[]),
        value("区县", &[]),
        value("企业", &["wrong-kind-of-name «企业»"]),
        value("企业.人数", &["wrong-kind-of-name «企业»"]),
        value("街道.总户数", &[]),
        value("总户数", &["wrong-kind-of-name «总户数»"]),
        value("街道.社区们", &[]),
        value("社区.户数", &[]),
        value("社区类型.村改居", &[]),
        value("社区类型.乡村", &["unknown-value «乡村»"]),
        value("社区类型.村居", &["unknown-value «村居» => 村改居"]),
        value("社区类型", &["wrong-kind-of-name «社区类型»"]),
        value("村改居", &["unknown-name «村改居»"]),
        value("户数.甲", &["type-mismatch «户数»"]),
        value("年薪.甲", &["type-mismatch «年薪»"]),
        value("甲号", &["wrong-kind-of-name «甲号»"]),
        value("党工委", &["wrong-kind-of-name «党工委»"]),
        value("下达任务", &["wrong-kind-of-name «下达任务»"]),
        value("若 非示范 则 1 否则 2", &["glued-keyword «非示范» => 非 示范"]),
        value("若 示范 则 1 否则2", &["unexpected-token «»"]),
        value("若 户数不少于3000户 则 1 否则 2", &["glued-keyword «户数不少于3000户» => 户数 不少于 3000户"]),
        value("`当` + 1", &["unknown-name «`当`»"]),
        value("最小值(户数)", &["unknown-name «最小值» ? 最小"]),
        value("sums(户数)", &["unknown-name «sums» ? sum"]),
        value("有人", &[]),
        value("合规(有人)", &[]),
        value("合规(户数)", &["type-mismatch «户数»"]),
        value("合规(薪酬)", &[]),
        value("五项", &["wrong-kind-of-name «五项»"]),
        value("张", &[]),
        of_street("社区们", &[]),
        of_street("户数", &["unknown-name «户数» => 总户数"]),
        of_street("薪酬", &["wrong-kind-of-name «薪酬»"]),
        of_street("社区.户数", &["wrong-kind-of-name «社区» ? 社区们"]),
        text("规则 甲 属于 社区 {\n  值: 1\n  例外 乙 当户数 > 3 户: 2\n}", &["glued-keyword «当户数» => 当 户数"]),
        text(
            "规则 甲 属于 社区: 人 {\n  值: 1 人\n}\n规则 甲 属于 社区: 人 {\n  值: 2 人\n}",
            &["duplicate-name «甲»"],
        ),
        text(
            "规则 甲 属于 社区 { 值: 1 }\n参数 甲 { 值: 1 }\n清单 甲 {}",
            &["duplicate-name «甲»", "duplicate-name «甲»"],
        ),
        text("规则 户数 属于 社区 { 值: 1 }", &["hidden-by-field «户数»"]),
        text("规则 甲 属于 小区 { 值: 1 }", &["unknown-name «小区» => 社区"]),
        text("规则 甲 属于 年薪 { 值: 1 }", &["wrong-kind-of-name «年薪»"]),
        text("规则 甲 属于 通用.社区 { 值: 户数 }", &[]),
        text("规则 甲 { 值: 1 }", &["missing-clause «甲»"]),
        text("规则 甲 属于 社区 { 值: 乙 }\n规则 乙 属于 街道 { 值: 1 }", &["wrong-kind-of-name «乙»"]),
        text("规则 甲 属于 社区: 人手 { 值: 1 }", &["unknown-name «人手»"]),
        text("规则 甲 属于 社区: 年薪 { 值: 1 }", &["wrong-kind-of-name «年薪»"]),
        text("规则 甲 属于 社区: 社区类型 { 值: 村改居 }", &[]),
        text("规则 甲 属于 社区: 社区类型 { 值: 村居 }", &["unknown-name «村居» => 村改居"]),
        text("规则 甲 属于 社区: 街道 { 值: 街道 }", &[]),
        text("枚举 甲 { 值域: [乙, 丙, 乙] }", &["duplicate-name «乙»"]),
        text("枚举 甲 {}", &["missing-clause «甲»"]),
        text("对象 甲 { 隶属: 年薪 }", &["wrong-kind-of-name «年薪»"]),
        text("对象 甲 { 字段 乙: 人; 字段 乙: 户 }", &["duplicate-name «乙»"]),
        text("对象 甲 { 隶属: 乙 }\n对象 乙 { 隶属: 甲 }", &["cyclic-definition «甲»"]),
        text("对象 甲 { 隶属: 甲 }", &["cyclic-definition «甲»"]),
        text("对象 甲 { 字段 乙: 人头 }", &["unknown-name «人头»"]),
        // A name that NFC makes shorter is underlined whole.
        text("对象 甲 { 字段 乙: cafe\u{301} }", &["unknown-name «cafe\u{301}»"]),
    ]);
}

#[test]
fn units() {
    check(&[
        value("户数 + 专职人数", &["unit-mismatch «+»"]),
        value("户数 - 专职人数", &["unit-mismatch «-»"]),
        value("户数 * 专职人数", &[]),
        value("户数 / 专职人数", &[]),
        value("户数 = 专职人数", &["unit-mismatch «=»"]),
        value("户数 != 专职人数", &["unit-mismatch «!=»"]),
        value("户数 < 专职人数", &["unit-mismatch «<»"]),
        value("户数 不超过 专职人数", &["unit-mismatch «不超过»"]),
        value("户数 超过 专职人数", &["unit-mismatch «超过»"]),
        value("户数 不少于 专职人数", &["unit-mismatch «不少于»"]),
        value("户数 在 300..500 人", &["unit-mismatch «在»"]),
        value("户数 在 300..500 户", &[]),
        value("户数 > 3000", &["missing-unit «3000» => 3000 户"]),
        value("3000 < 户数", &["missing-unit «3000» => 3000 户"]),
        value("户数 > 0", &[]),
        value("户数 + 0", &[]),
        value("0 + 户数", &[]),
        value("户数 + 300", &["missing-unit «300» => 300 户"]),
        value("专职人数 * 年薪 / 12", &[]),
        value("-户数 + 3 户", &[]),
        value("-示范", &["type-mismatch «示范»"]),
        value("若 示范 则 3 人 否则 3 户", &["type-mismatch «3 户»"]),
        value("若 示范 则 3 人 否则 0", &[]),
        value("若 户数 则 1 否则 2", &["not-a-condition «户数»"]),
        value("每满(户数, 300 人)", &["unit-mismatch «300 人»"]),
        value("每满(户数, 300)", &["missing-unit «300» => 300 户"]),
        value("每满(户数, 步长) * 1 人", &[]),
        value("最小(户数, 3 人)", &["type-mismatch «3 人»"]),
        value("最大(户数, 0)", &[]),
        value("限于(户数, 300..500 人)", &["unit-mismatch «300..500 人»"]),
        value("限于(户数, 300..500 户)", &[]),
        value("四舍五入(户数 / 3, 1)", &[]),
        value("四舍五入(户数 / 3, 1 户)", &["type-mismatch «1 户»"]),
        value("3 张 + 面积", &[]),
        value("3 桌", &["unknown-unit «桌»"]),
        value("3 人口", &["unknown-unit «人口»"]),
        value("5 万元/人/年 * 3 人 + 1 元", &["unit-mismatch «+»"]),
        value("12 元/年 * 1 月 + 1 元", &[]),
        value("1 年 + 3 月 + 1 季度", &[]),
        value("1 年 + 3 日", &["unit-mismatch «+»"]),
        value("户数 / 0", &["division-by-zero «0»"]),
        value("户数 / 0 户", &["division-by-zero «0 户»"]),
        value("20% + 1", &[]),
        value("20% * 户数 + 1 户", &[]),
        value("绿化率 + 1 人", &["unit-mismatch «+»"]),
        value("户数 + 示范", &["type-mismatch «示范»"]),
        value("别名 + 1", &["type-mismatch «别名»"]),
        value("3 户 + 别名", &["type-mismatch «别名»"]),
        value("[1 人, 2 户]", &["type-mismatch «2 户»"]),
        value("99999999999999999999999999999 人", &["number-too-large «99999999999999999999999999999»"]),
        value("9_000_000_000_000_000_000 万人", &["number-too-large «9_000_000_000_000_000_000 万人»"]),
        typed("人: 户数", &["type-mismatch «户数»"]),
        typed("人: 3", &["missing-unit «3» => 3 人"]),
        typed("人: 0", &[]),
        typed("人: 3 + 4", &["missing-unit «3 + 4»"]),
        typed("人: 10..15 人", &[]),
        typed("数: 3 人", &["type-mismatch «3 人»"]),
        typed("元/年: 薪酬", &[]),
        typed("元: 薪酬", &["type-mismatch «薪酬»"]),
        typed("万元/年: 薪酬", &[]),
        typed("元/人: 薪酬 / 专职人数", &["type-mismatch «薪酬 / 专职人数»"]),
        typed("户/人: 户数 / 专职人数", &[]),
    ]);
}

#[test]
fn types() {
    check(&[
        // Fractions.
        value("1.5 人", &["fraction-of-whole «1.5 人»"]),
        value("1.5 元", &[]),
        value("0.5 万人", &[]),
        value("1.5 年", &[]),
        typed("人: 户数 / 3 户 * 1 人", &["fraction-of-whole «户数 / 3 户 * 1 人»"]),
        typed("人: 向下取整(户数 / 3 户 * 1 人)", &[]),
        typed("人: 专职人数 * 20%", &["fraction-of-whole «专职人数 * 20%»"]),
        typed("人: 专职人数 * 2", &[]),
        typed("整数: 楼数 / 2", &["fraction-of-whole «楼数 / 2»"]),
        typed("整数: 四舍五入(楼数 / 2)", &[]),
        typed("整数: 四舍五入(楼数 / 2, 1)", &["fraction-of-whole «四舍五入(楼数 / 2, 1)»"]),
        typed("整数: 1.5", &["fraction-of-whole «1.5»"]),
        typed("人: 平均([3 人, 4 人])", &["fraction-of-whole «平均([3 人, 4 人])»"]),
        // Ranges.
        value("15..10 人", &["empty-range «15..10 人» => 10..15 人"]),
        value("10-15 人", &["missing-unit «10» => 10..15 人"]),
        value("10..10 人", &[]),
        value("..7 个", &[]),
        value("3000 户以上", &[]),
        value("(户数 + 3 户)..5 户", &[]),
        value("2020-01-01..2020-02-01", &[]),
        // Dates.
        value("成立 > 2020-01-31", &[]),
        value("成立 > 2020-02-30", &["invalid-date «2020-02-30»"]),
        value("成立 > 2020-13", &["invalid-date «2020-13»"]),
        value("成立 在 2020-01", &[]),
        value("成立 在 2020年", &[]),
        value("成立 + 30 日", &[]),
        value("成立 - 1 年", &[]),
        value("成立 + 3", &["type-mismatch «成立»"]),
        value("成立 + 3 人", &["type-mismatch «成立»"]),
        value("成立 - 2020-01-01 + 1 日", &[]),
        value("成立 + 2020-01-01", &["type-mismatch «成立»"]),
        value("3 日 + 成立", &["type-mismatch «成立»"]),
        value("成立 * 2", &["type-mismatch «成立»"]),
        value("成立 < 户数", &["type-mismatch «户数»"]),
        value("户数 - 2020-01", &["date-not-number «2020-01» => 2020 - 01"]),
        value("相隔年数(成立, 2020-01-01) > 3 年", &[]),
        value("相隔年数(成立, 3)", &["type-mismatch «3»"]),
        value("加月(成立, 3)", &[]),
        value("加月(成立, 1 年)", &[]),
        value("加月(成立, 3 日)", &["type-mismatch «3 日»"]),
        value("起始日(户数)", &["type-mismatch «户数»"]),
        value("截止日(2020-02)", &[]),
        // Truth and cases.
        value("示范 且 户数", &["not-a-condition «户数»"]),
        value("非 户数", &["not-a-condition «户数»"]),
        value("示范 或 别名", &["not-a-condition «别名»"]),
        value("示范 > 别名", &["type-mismatch «别名»"]),
        value("别名 > 别名", &["type-mismatch «别名»"]),
        value("示范 = 是", &[]),
        value("示范 = 1", &["type-mismatch «1»"]),
        value("别名 = \"甲\"", &[]),
        value("别名 = 甲乙", &["unknown-name «甲乙» => 甲号"]),
        value("类型 = 村改居", &[]),
        value("村改居 = 类型", &[]),
        value("类型 = 村居", &["unknown-name «村居» => 村改居"]),
        value("类型 在 [村改居, 城市社区]", &[]),
        value("类型 > 村改居", &["type-mismatch «类型»"]),
        value("类型 = 1", &["type-mismatch «1»"]),
        value("分情形 { 户数 > 3 户 => 1; 其他 => 2 }", &[]),
        value("分情形 { 户数 > 3 户 => 1 }", &["case-without-otherwise «分情形 { 户数 > 3 户 => 1 }»"]),
        value("分情形 { 户数 => 1; 其他 => 2 }", &["not-a-condition «户数»"]),
        value("分情形 { 示范 => 1 人; 其他 => 2 户 }", &["type-mismatch «2 户»"]),
        value("[1, 2, 3][2]", &[]),
        value("[1, 2, 3][4]", &["type-mismatch «4»"]),
        value("户数[1]", &["type-mismatch «户数»"]),
        // Calls.
        value("每满(户数)", &["wrong-argument-count «每满»"]),
        value("最小()", &["wrong-argument-count «最小»"]),
        value("四舍五入(1, 2, 3)", &["wrong-argument-count «四舍五入»"]),
        value("已知(户数, 面积)", &["wrong-argument-count «已知»"]),
        value("上限(示范)", &["type-mismatch «示范»"]),
        // Members.
        of_street("合计(某.户数 对 某 在 社区们)", &[]),
        of_street("合计(某.户数 对 某 在 社区)", &["wrong-kind-of-name «社区» ? 社区们"]),
        of_street("合计(某.户树 对 某 在 社区们)", &["unknown-field «户树» ? 户数"]),
        of_street("合计(某.户数 对 某 在 社区门)", &["unknown-name «社区门» => 社区们"]),
        of_street("合计(他.户数 对 某 在 社区们)", &["unknown-name «他»"]),
        of_street("合计(某.户数 对 某 在 社区们 其中 某.户数)", &["not-a-condition «某.户数»"]),
        of_street("合计(某.示范 对 某 在 社区们)", &["type-mismatch «某.示范»"]),
        of_street("合计(某 对 某 在 社区们)", &["type-mismatch «某»"]),
        of_street("计数(某 对 某 在 社区们 其中 某.示范)", &[]),
        of_street("计数(社区们) + 1 个", &[]),
        of_street("计数(社区们) + 1", &["missing-unit «1» => 1 个"]),
        of_street("任一(某.示范 对 某 在 社区们)", &[]),
        of_street("全部(某.户数 对 某 在 社区们)", &["not-a-condition «某.户数»"]),
        of_street("平均(某.专职人数 对 某 在 社区们)", &[]),
        of_street("合计(某.街道.机构数 对 某 在 社区们)", &[]),
        of_street("上限(某.户数 对 某 在 社区们)", &["type-mismatch «上限»"]),
        of_street("合计(机构数)", &["type-mismatch «机构数»"]),
        of_street("合计(合计(子.户数 对 子 在 某.社区们) 对 某 在 区县.街道们)", &[]),
        value("合计(某.户数 对 某 在 社区们)", &["unknown-name «社区们» => 社区"]),
        value("合计(某.户数 对 某 在 街道.社区们)", &[]),
    ]);
}

#[test]
fn provisions() {
    check(&[
        // Rules and exceptions.
        text("规则 甲 属于 社区: 人 {}", &["missing-clause «甲»"]),
        text("规则 甲 属于 社区: 人 { 值: 1 人; 值: 2 人 }", &["repeated-clause «值»"]),
        text("规则 甲 属于 社区: 人 { 值: 1 人, 2 人 }", &["unexpected-token «2 人»"]),
        text("规则 甲 属于 社区: 人 { 值: 1 人; 例外 乙 当 示范: 2 户 }", &["type-mismatch «2 户»"]),
        text("规则 甲 属于 社区: 人 { 值: 1 人; 例外 乙: 2 人 }", &["unexpected-token «例外»"]),
        text("规则 甲 属于 社区: 人 { 值: 1 人; 例外 乙 当 户数: 2 人 }", &["not-a-condition «户数»"]),
        text("规则 甲 属于 社区: 人 { 值: 1 人; 例外 当 示范: 2 人 }", &["unexpected-token «例外»"]),
        text("规则 甲 属于 社区: 人 { 值: 1 人; 例外 乙 优先于 丙 当 示范: 2 人; 例外 丙 当 示范: 3 人 }", &[]),
        text(
            "规则 甲 属于 社区: 人 { 值: 1 人; 例外 乙 优先于 丁 当 示范: 2 人; 例外 丙 当 示范: 3 人 }",
            &["unknown-exception «丁»"],
        ),
        text(
            "规则 甲 属于 社区: 人 { 值: 1 人; 例外 小社区 优先于 大社 当 示范: 2 人; 例外 大社区 当 示范: 3 人 }",
            &["unknown-exception «大社» ? 大社区"],
        ),
        text(
            "规则 甲 属于 社区: 人 { 值: 1 人; 例外 乙 优先于 丙 当 示范: 2 人; 例外 丙 优先于 乙 当 示范: 3 人 }",
            &["exceptions-override-each-other «例外 乙 优先于 丙 当 示范: 2 人»"],
        ),
        text(
            "规则 甲 属于 社区: 人 { 值: 1 人; 例外 乙 优先于 乙 当 示范: 2 人 }",
            &["exceptions-override-each-other «例外 乙 优先于 乙 当 示范: 2 人»"],
        ),
        text(
            "规则 甲 属于 社区: 人 { 值: 1 人; 例外 乙 当 示范: 2 人; 例外 乙 当 非 示范: 3 人 }",
            &["duplicate-name «例外 乙 当 非 示范: 3 人»"],
        ),
        text("规则 甲 属于 社区 { 值: 1; 语气: 强制 }", &["type-mismatch «强制»"]),
        text("规则 甲 属于 社区 { 值: 1; 语气: 应该 }", &["type-mismatch «应该» ? 应当"]),
        text("规则 甲 属于 社区 { 值: 1; 限额: 3 }", &["unknown-clause «限额»"]),
        text("规则 甲 属于 社区 { 值: 1; 备住: 3 }", &["unknown-clause «备住» => 备注"]),
        text("规则 甲 属于 社区 { 值: 1; 编号: 71 }", &["type-mismatch «71»"]),
        text("规则 甲 属于 社区 { 值: 1; 出处: 乙号 \"文\" }", &["unknown-name «乙号» => 甲号"]),
        text("规则 甲 属于 社区 { 值: 1; 出处: 年薪 \"文\" }", &["wrong-kind-of-name «年薪»"]),
        text("规则 甲 属于 社区 { 值: 1; 出处: 甲号 \"文\" }", &[]),
        text("规则 甲 属于 社区 { 值: 1; 即: 监督 }", &[]),
        text("规则 甲 属于 社区 { 值: 1; 即: 甲号 }", &["wrong-kind-of-name «甲号»"]),
        text("规则 甲 属于 社区 { 值: 1; 自: 2020 }", &[]),
        text("规则 甲 属于 社区 { 值: 1; 自: 2020-02-30 }", &["invalid-date «2020-02-30»"]),
        text("规则 甲 属于 社区 { 值: 1; 自: 户数 }", &["type-mismatch «户数»"]),
        text("规则 甲 属于 社区 { 值: 1; 规则 乙 属于 社区 { 值: 1 } }", &["block-not-allowed «规则»"]),
        text("字段 甲: 人 {}", &["block-not-allowed «字段»"]),
        text("要求 甲 属于 社区 { 满足: 户数 }", &["not-a-condition «户数»"]),
        text("要求 甲 属于 社区 { 满足: 示范 当 户数 > 3 户; 当: 专职人数 > 3 }", &["missing-unit «3» => 3 人"]),
        text("要求 甲 属于 社区 {}", &["missing-clause «甲»"]),
        // Definitions that need themselves: one finding for each circle.
        text("规则 甲 属于 社区 { 值: 甲 }", &["cyclic-definition «甲»"]),
        text("规则 甲 属于 社区: 人 { 值: 甲 }", &["cyclic-definition «甲»"]),
        text("规则 甲 属于 社区 { 值: 乙 + 1 人 }\n规则 乙 属于 社区 { 值: 甲 }", &["cyclic-definition «甲»"]),
        text(
            "规则 甲 属于 社区: 人 { 值: 乙 }\n规则 乙 属于 社区: 人 { 值: 丙 }\n规则 丙 属于 社区: 人 { 值: 甲 }",
            &["cyclic-definition «甲»"],
        ),
        text(
            "规则 甲 属于 社区: 人 { 值: 乙 }\n规则 乙 属于 社区 { 值: 丙 }\n规则 丙 属于 社区: 人 { 值: 甲 }",
            &["cyclic-definition «甲»"],
        ),
        text("参数 甲 { 值: 乙 }\n参数 乙 { 值: 甲 }", &["cyclic-definition «甲»"]),
        text("参数 甲: 人 { 值: 乙 }\n参数 乙: 人 { 值: 甲 }", &["cyclic-definition «甲»"]),
        text("要求 甲 属于 社区 { 满足: 乙 }\n要求 乙 属于 社区 { 满足: 甲 }", &["cyclic-definition «甲»"]),
        // Parameters.
        text("参数 甲: 人 {}", &["missing-clause «甲»"]),
        text("参数 甲: 人 { 值: 3 户 }", &["type-mismatch «3 户»"]),
        text("参数 甲: 人 { 值: 户数 }", &["unknown-name «户数» => 总户数"]),
        text("参数 甲: 人 { 值: 待定 \"原文缺数字\" }", &[]),
        text("参数 甲: 人 { 自 2020-01-01: 3 人; 自 2021: 4 人 }", &[]),
        text("参数 甲: 人 { 自 2020-01-01: 3 人; 自 2020-01-01: 4 人 }", &["repeated-clause «2020-01-01»"]),
        text("参数 甲: 人 { 自 2020-01: 3 人; 自 2020-01-01: 4 人 }", &["repeated-clause «2020-01-01»"]),
        text("参数 甲: 人 { 自 2020-02-30: 3 人 }", &["invalid-date «2020-02-30»"]),
        text("参数 甲: 人 { 自 2020-01-01: 3 户 }", &["type-mismatch «3 户»"]),
        text("参数 甲 { 自 2020-01-01: 3 户; 自 2021-01-01: 3 人 }", &["type-mismatch «3 人»"]),
        text("参数 甲: 人 { 值: 3 人; 取值: 1..5 户 }", &["type-mismatch «1..5 户»"]),
        text("参数 甲: 人 { 值: 3 人; 自: 2020-01-01 }", &["unexpected-token «自»"]),
        // Quotas, offices, posts.
        text(
            "员额 甲 属于 社区 { 基数: 10..15 人; 增配 当 户数 不少于 3000 户: 每满(户数 - 3000 户, 步长) * 1 人; 实有: 专职人数 }",
            &[],
        ),
        text("员额 甲 属于 社区 { 基数: 10..15 户 }", &["type-mismatch «10..15 户»"]),
        text("员额 甲 属于 社区 {}", &["missing-clause «甲»"]),
        text("员额 甲 { 基数: 10 人 }", &["missing-clause «甲»"]),
        text("员额 甲 属于 社区 { 基数: 10 人; 增配 当 户数: 1 人 }", &["not-a-condition «户数»"]),
        text(
            "员额 甲 属于 社区 { 基数: 10 人; 增配: 户数 / 300 户 * 1 人 }",
            &["fraction-of-whole «户数 / 300 户 * 1 人»"],
        ),
        text("员额 甲 属于 社区 { 基数: 10 人; 实有: 户数 }", &["type-mismatch «户数»"]),
        text("员额 甲 属于 社区 { 基数: 10 人 当 示范 }", &["unexpected-token «当 示范»"]),
        text(
            "员额 甲 属于 社区 { 基数: 10 人; 限额: 15; 实有: 专职人 }",
            &["missing-unit «15» => 15 人", "unknown-name «专职人» => 专职人数"],
        ),
        text("内设机构 甲 属于 街道 { 限额: ..7 个; 必设: 4 个; 增设 企业办: 1 个; 实有: 机构数 }", &[]),
        text("内设机构 甲 属于 街道 { 必设: 4 人 }", &["type-mismatch «4 人»"]),
        text("内设机构 甲 属于 街道 { 必设: 4 个; 增设 乙: 1 个; 增设 乙: 1 个 }", &["duplicate-name «乙»"]),
        text("内设机构 甲 属于 街道 { 必设: 4 个; 增设 乙: 1 个; 增设 乙 当 机构数 > 3 个: 1 个 }", &[]),
        text("内设机构 甲 属于 街道 { 限额: 7..4 个 }", &["empty-range «7..4 个» => 4..7 个"]),
        text("内设机构 甲 属于 街道 { 限额: ..7 个; 必设: 4 个; 增设 丙: 1..3 个 }", &[]),
        text("领导职数 甲 属于 街道 { 限额: ..8 人; 单设: 纪工委书记; 实有: 领导人数 }", &[]),
        text("领导职数 甲 属于 街道 { 限额: ..8 个 }", &["type-mismatch «..8 个»"]),
        text("领导职数 甲 属于 街道 { 限额: ..8 人; 实有: 机构数 }", &["type-mismatch «机构数»"]),
        // Grants, lists, series.
        text("赋权 甲 { 行使主体: 街道; 包括: 五项; 新增: 2 项; 总数: 7 项; 权力 乙 {}; 权力 丙 {} }", &[]),
        text(
            "赋权 甲 { 行使主体: 街道; 包括: 五项; 新增: 2 项; 总数: 8 项; 权力 乙 {}; 权力 丙 {} }",
            &["total-mismatch «8 项»"],
        ),
        text(
            "赋权 甲 { 行使主体: 街道; 包括: 通用.五项; 新增: 3 项; 总数: 7 项; 权力 乙 {}; 权力 丙 {} }",
            &["total-mismatch «3 项»"],
        ),
        text("赋权 甲 { 行使主体: 街道; 权力 乙 {}; 权力 乙 {} }", &["duplicate-name «乙»"]),
        text("赋权 甲 { 行使主体: 年薪; 包括: 六项 }", &["wrong-kind-of-name «年薪»", "unknown-name «六项» => 五项"]),
        text("清单 甲 { 列项: [乙, 丙]; 总数: 2 项 }", &[]),
        text("清单 甲 { 列项: [乙, 丙]; 总数: 3 项 }", &["total-mismatch «3 项»"]),
        text("清单 甲 { 列项: [乙, 丙]; 未列: 1 项; 总数: 3 项 }", &[]),
        text("清单 甲 { 列项: [乙, 丙]; 未尽: 是; 总数: 3 项 }", &[]),
        text("清单 甲 { 列项: [乙, 丙, 丁]; 未尽: 是; 总数: 2 项 }", &["total-mismatch «2 项»"]),
        text("清单 甲 { 列项: [乙, 乙] }", &["duplicate-name «乙»"]),
        text("清单 甲 { 总数: 2 类, 3 项; 类别 乙 { 列项: [子, 丑] }; 类别 丙 { 列项: 寅 } }", &[]),
        text(
            "清单 甲 { 总数: 3 类, 4 项; 类别 乙 { 列项: [子, 丑] }; 类别 丙 { 列项: 寅 } }",
            &["total-mismatch «3 类»", "total-mismatch «4 项»"],
        ),
        text("清单 甲 { 总数: 户数 }", &["unknown-name «户数» => 总户数"]),
        text("清单 甲 { 性质: 中性; 列项: [乙] }", &["type-mismatch «中性»"]),
        text("类别 甲 {}", &["block-not-allowed «类别»"]),
        text("系列 甲 { 主文件: 甲号; 配套文件: [乙号] }", &["unknown-name «乙号» => 甲号"]),
        text("系列 甲 { 主文件: 甲号; 配套文件: [乙, 丙]; 总数: 1 + 2 }\n文件 乙 《乙》 {}\n文件 丙 《丙》 {}", &[]),
        text("系列 甲 { 主文件: 甲号; 未列: 9; 总数: 1 + 9 }", &[]),
        text("系列 甲 { 主文件: 甲号; 未列: 8; 总数: 1 + 9 }", &["total-mismatch «1 + 9»"]),
        text("职责清单 甲 { 责任主体: 街道; 总数: 2 项; 职责 乙 {} }", &["total-mismatch «2 项»"]),
        text(
            "文件 乙 《乙》 { 层级: 村; 印发: 2020-13; 依据: 年薪; 系列: 甲号 }",
            &["type-mismatch «村»", "invalid-date «2020-13»", "wrong-kind-of-name «年薪»", "wrong-kind-of-name «甲号»"],
        ),
        // Norms.
        text(
            "规范 甲 { 主体: 街道; 不得: 下达任务; 客体: [招商引资]; 频次: 1.. 次/季度; 期限: 限 30 日 自 受理 }",
            &[],
        ),
        text("规范 甲 { 主体: 街道; 不得: 下达任物 }", &["unknown-name «下达任物» => 下达任务"]),
        text("规范 甲 { 主体: 街道; 不得: 街道 }", &["wrong-kind-of-name «街道»"]),
        text("规范 甲 { 主体: 下达任务; 不得: 下达任务 }", &["wrong-kind-of-name «下达任务»"]),
        text("规范 甲 { 主体: 街道 }", &["missing-clause «甲»"]),
        text("规范 甲 { 不得: 下达任务 }", &["missing-clause «甲»"]),
        text("规范 甲 { 主体: 街道; 应当: 下达任务; 不得: 考核 }", &["repeated-clause «不得»"]),
        text("规范 甲 { 主体: 街道; 应当: 考核; 频次: 3 人 }", &["type-mismatch «3 人»"]),
        text("规范 甲 { 主体: 街道; 应当: 考核; 频次: 2 次/年 }", &[]),
        text("规范 甲 { 主体: 街道; 应当: 考核; 期限: 限 30 人 自 受理 }", &["type-mismatch «30 人»"]),
        text("规范 甲 { 主体: 街道; 应当: 考核; 期限: 2020-06-30 }", &[]),
        text("规范 甲 { 主体: 街道; 应当: 考核; 期限: 30 日 }", &["type-mismatch «30 日»"]),
        text("规范 甲 { 主体: 街道; 应当: 考核; 当: 机构数 > 3 个 }", &[]),
        text("规范 甲 { 主体: 街道; 应当: 考核; 当: 户数 > 3 户 }", &["unknown-name «户数» => 总户数"]),
        text("规范 甲 { 主体: 党工委; 应当: 考核; 当: 机构数 > 3 个 }", &[]),
        text("组织 甲 属于 街道 { 上级: 党工委 }", &[]),
        text("组织 甲 属于 街道 { 上级: 考核 }", &["wrong-kind-of-name «考核»"]),
        text("概念 甲 { 上位: 乙; 强于: 监督 }", &["unknown-name «乙»"]),
    ]);
}

#[test]
fn tests_of_the_language() {
    check(&[
        given("户数: 3600 户, 专职人数: 15 人", &[]),
        given("户树: 3600 户", &["unknown-field «户树» ? 户数"]),
        given("收入: 3600 元", &["unknown-field «收入»"]),
        given("户数: 3600", &["missing-unit «3600» => 3600 户"]),
        given("户数: 3600 人", &["type-mismatch «3600 人»"]),
        given("户数: 未知", &[]),
        given("户数: 3 户, 户数: 4 户", &["repeated-clause «户数»"]),
        given("类型: 村改居", &[]),
        given("类型: 村居", &["unknown-name «村居» => 村改居"]),
        given("示范: 是", &[]),
        given("示范: 1", &["not-a-condition «1»"]),
        given("成立: 2020-02-30", &["invalid-date «2020-02-30»"]),
        given("成立: 2020", &[]),
        given("成立: 3 日", &["type-mismatch «3 日»"]),
        given("别名: \"甲\"", &[]),
        given("绿化率: 20%", &[]),
        expecting("薪酬 = 3 元/年", &[]),
        expecting("薪酬 = 3 元", &["type-mismatch «3 元»"]),
        expecting("薪酬 = 3", &["missing-unit «3» => 3 元/年"]),
        expecting("薪酬 = 未知", &[]),
        expecting("薪酬", &["not-a-condition «薪酬»"]),
        expecting("薪酬 = 是", &["type-mismatch «是»"]),
        expecting("薪愁 = 3 元/年", &["unknown-name «薪愁» => 薪酬"]),
        expecting("有人", &[]),
        expecting("合规(有人), 薪酬 > 0", &[]),
        text(
            "测试 \"甲\" { 给定 乙: 社区 { 户数: 3 户 }; 给定 丙: 社区 { 户数: 4 户 }; 预期: 乙.户数 < 丙.户数, 丁.户数 = 3 户 }",
            &["unknown-name «丁»"],
        ),
        text(
            "测试 \"甲\" { 给定: 街道 { 机构数: 3 个; 社区 乙 { 户数: 3 户 } }; 预期: 总户数 = 3 户, 乙.户数 = 3 户 }",
            &[],
        ),
        text("测试 \"甲\" { 给定: 社区 { 街道 乙 {} }; 预期: 是 }", &["type-mismatch «街道»"]),
        text("测试 \"甲\" { 给定: 街道 { 小区 乙 {} }; 预期: 是 }", &["unknown-name «小区» => 社区"]),
        text("测试 \"甲\" { 给定: 街道 { 年薪 乙 {} }; 预期: 是 }", &["wrong-kind-of-name «年薪»"]),
        text("测试 \"甲\" { 给定: 街道 { 社区 乙 { 户树: 3 户 } }; 预期: 是 }", &["unknown-field «户树» ? 户数"]),
        text("测试 \"甲\" { 给定: 小区 {}; 预期: 是 }", &["unknown-name «小区» => 社区"]),
        text("测试 \"甲\" { 给定: 3 户; 预期: 是 }", &["type-mismatch «3 户»"]),
        text("测试 \"甲\" { 设定 年薪: 3 元/人/年; 预期: 年薪 = 3 元/人/年 }", &[]),
        text("测试 \"甲\" { 设定 年薪: 3 元; 预期: 是 }", &["type-mismatch «3 元»"]),
        text("测试 \"甲\" { 设定 薪酬: 3 元; 预期: 是 }", &["wrong-kind-of-name «薪酬»"]),
        text("测试 \"甲\" { 设定 年新: 3 元; 预期: 是 }", &["unknown-name «年新» => 年薪"]),
        text("测试 \"甲\" { 时点: 2020; 预期: 是 }", &[]),
        text("测试 \"甲\" { 时点: 三日; 预期: 是 }", &["unknown-name «三日»"]),
        text("测试 \"甲\" { 给定: 社区 {} }", &["missing-clause «测试»"]),
        text("测试 \"甲\" { 预期: 户数 = 3 户 }", &["unknown-name «户数» => 总户数"]),
    ]);
}

#[test]
fn half_typed() {
    check(&[
        text("规则 甲 属于 社区: 人 {\n  值:\n}", &["missing-value «值»"]),
        text("规则 甲 属于 社区: 人 {\n  值: 专职人数 +\n}", &["unexpected-token «»"]),
        text("规则 甲 属于 社区: 人 {\n  值\n}", &["missing-colon «值»"]),
        text("规则 甲 属于", &["missing-body «规则 甲 属于»"]),
        text("规则 甲 属于 社区: {\n  值: 1\n}", &["unexpected-token «»"]),
        text("规则 甲 属于 社区: 人 {\n  值: 1 人\n  例外 乙 当 户数 >: 3 人\n}", &["unexpected-token «»"]),
        text("规则 甲 属于 社区: 人 {\n  值: (1 人\n}\n规则 乙 属于 社区 { 值: 甲 }", &["unclosed-bracket «(»"]),
        text("规则 甲 属于 社区: 人 {\n  值: 1 人\n规则 乙 属于 社区: 人 {\n  值: 甲\n}", &["unclosed-bracket «{»"]),
        text("规则", &["missing-body «规则»"]),
        text("规", &["missing-colon «规»"]),
        text("规则 甲 属于 社区 {\n  值: 合计(某. 对 某 在 街道.社区们)\n}", &["unexpected-token «对»"]),
        text("规则 甲 属于 社区 {\n  值: 街道.\n}", &["unexpected-token «»"]),
        text(
            "规则 甲 属于 社区 {\n  值: 未说的\n}\n规则 乙 属于 社区: 人 {\n  值: 甲 + 1 人\n}\n规则 丙 属于 社区 {\n  值: 甲.户数\n}",
            &["unknown-name «未说的»"],
        ),
        text("参数 甲: 人手 { 值: 3 人 }\n规则 乙 属于 社区: 户 {\n  值: 甲\n}", &["unknown-name «人手»"]),
        text(
            "测试 \"甲\" {\n  给定: 社区 { 户数: }\n  预期: 户数 = \n}",
            &["missing-value «户数»", "unexpected-token «»"],
        ),
        text("员额 甲 属于 社区 {\n  基数:\n  实有: 专职人数\n}", &["missing-value «基数»"]),
        text("清单 甲 {\n  列项: [乙, \n  总数: 2 项\n}", &["unclosed-bracket «[»"]),
        text("赋权 甲 {\n  行使主体: 街道\n  权力 {}\n  总数: 1 项\n}", &["unexpected-token «权力»"]),
        text("规范 甲 {\n  主体: 街道\n  不得 下达任务\n}", &["missing-colon «不得»"]),
        text("规范 甲 {\n  主体: 街道\n  不得:\n}", &["missing-value «不得»"]),
        text(
            "员额 甲 属于 社区 {\n  基数: 10 人\n  增配 当 户数 不少于 3000: 1 人\n  实有: 专职人数\n}\n规则 乙 属于 社区: 人 {\n  值: 甲\n}",
            &["missing-unit «3000» => 3000 户"],
        ),
    ]);
}
