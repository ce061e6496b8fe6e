//! The form that the formatter writes, by example.

#[path = "support/examples.rs"]
mod examples;

use polis_syntax::words::Face;
use polis_syntax::{FormatError, FormatOptions, SyntaxErrorKind, format};

#[expect(clippy::panic, reason = "a helper of tests")]
fn settle(source: &str, face: Option<Face>, width: usize) -> String {
    match format(source, &FormatOptions { face, width }) {
        Ok(text) => text,
        Err(error) => panic!("{error:?} in\n{source}"),
    }
}

/// Each word keeps its face, and what is settled stays so.
#[track_caller]
fn check(source: &str, expected: &str) {
    assert_eq!(settle(source, None, 100), expected);
    assert_eq!(settle(expected, None, 100), expected, "formatting twice");
}

/// The two faces of one text, each made from the other.
#[track_caller]
fn faces(source: &str, zh: &str, en: &str) {
    assert_eq!(settle(source, Some(Face::Zh), 100), zh);
    assert_eq!(settle(source, Some(Face::En), 100), en);
    assert_eq!(settle(zh, Some(Face::En), 100), en);
    assert_eq!(settle(en, Some(Face::Zh), 100), zh);
    assert_eq!(settle(zh, None, 100), zh);
    assert_eq!(settle(en, None, 100), en);
}

#[test]
fn full_width_signs_and_digits_become_half_width() {
    check(
        "员额 工作者 属于 社区｛\n基数：１０．．15人；编号：［CC-071、CC-072］\n增配 当 户数≥３_000户：每满（户数－3000户，300…500户）×２０％\n｝",
        "员额 工作者 属于 社区 {\n  基数: 10..15 人\n  编号: [CC-071, CC-072]\n  增配 当 户数 >= 3_000 户: 每满(户数 - 3000 户, 300..500 户) * 20%\n}\n",
    );
}

#[test]
fn texts_and_titles_stay() {
    check(
        "文件 意见 《关于…的意见（试行）》 {\n备注:“全角：１２３，「引」”\n原文 :  \"a  //  b：\"\n}",
        "文件 意见 《关于…的意见（试行）》 {\n  备注: “全角：１２３，「引」”\n  原文: \"a  //  b：\"\n}\n",
    );
}

#[test]
fn aliases_are_settled_in_their_own_face() {
    check(
        "规则 a 属于 社区 {\n值: 如果 户数 低于 3名 或者 b less_than 2 person 则 1 persons 否则 3天\n语气: 必须\n}",
        "规则 a 属于 社区 {\n  值: 若 户数 不足 3 人 或 b less_than 2 people 则 1 person 否则 3 日\n  语气: 应当\n}\n",
    );
}

#[test]
fn words_of_the_table_are_converted_and_names_are_not() {
    faces(
        "规则 编制 属于 街道: 元/人 {\n  值: 合计(c.户数 对 c 在 社区们 其中 c.must 且 非 否) + 最大(1, 数)\n  例外 must 优先于 值 当 户数 不少于 3000 户 时: 待定 \"原文缺\"\n  语气: 应当\n  自: 2020-01\n}",
        "规则 编制 属于 街道: 元/人 {\n  值: 合计(c.户数 对 c 在 社区们 其中 c.must 且 非 否) + 最大(1, 数)\n  例外 must 优先于 值 当 户数 不少于 3000 户: 待定 \"原文缺\"\n  语气: 应当\n  自: 2020-01\n}\n",
        "rule 编制 of 街道: yuan/person {\n  value: sum(c.户数 for c in 社区们 where c.must and not false) + max(1, 数)\n  except must over 值 when 户数 at_least 3000 households: open \"原文缺\"\n  modality: must\n  from: 2020-01\n}\n",
    );
}

#[test]
fn one_of_a_unit_is_singular_in_english() {
    faces(
        "参数 a { 值: [1人, 2 人, 1 次/季度, 1.. 次/季度, 0..1 户] }",
        "参数 a { 值: [1 人, 2 人, 1 次/季度, 1.. 次/季度, 0..1 户] }\n",
        "param a { value: [1 person, 2 people, 1 time/quarter, 1.. times/quarter, 0..1 household] }\n",
    );
    faces(
        "参数 a { 值: [1户以上, 7个以内, 3 次/年 以上] }",
        "参数 a { 值: [1 户以上, 7 个以下, 3 次/年 以上] }\n",
        "param a { value: [1 household and_above, 7 units and_below, 3 times/year and_above] }\n",
    );
}

#[test]
fn types_and_choices_are_words_in_their_place_only() {
    faces(
        "对象 街道 { 隶属: 市; 字段 a: 户; 字段 b: 数; 字段 c: 市; 复数: 数 }\n文件 f { 层级: 市; 发文机关: 市 }",
        "对象 街道 { 隶属: 市; 字段 a: 户; 字段 b: 数; 字段 c: 市; 复数: 数 }\n文件 f { 层级: 市; 发文机关: 市 }\n",
        "entity 街道 { in: 市; field a: households; field b: number; field c: 市; plural: 数 }\ndocument f { level: city; issuer: 市 }\n",
    );
}

#[test]
fn facts_are_names() {
    faces(
        "测试 \"x\" { 给定: 社区 { 值: 1 户, must: 是 }, 中心 { 街道 乙 { 值: 未知 }; 当: 1 } }",
        "测试 \"x\" { 给定: 社区 { 值: 1 户, must: 是 }, 中心 { 街道 乙 { 值: 未知 }; 当: 1 } }\n",
        "test \"x\" { given: 社区 { 值: 1 household, must: true }, 中心 { 街道 乙 { 值: unknown }; 当: 1 } }\n",
    );
}

#[test]
fn a_body_on_one_line_stays_there_if_it_fits() {
    check(
        "power property  \"物业监管、初审权\"   { over: property_companies; is: concepts.oversight }",
        "power property \"物业监管、初审权\" { over: property_companies; is: concepts.oversight }\n",
    );
    check("概念 甲 {  }\n概念 乙 {\n\n}", "概念 甲 {}\n概念 乙 {}\n");
    let source = "权力 指挥 { 针对: 派驻机构; 即: [概念.指挥, 概念.考核] }\n";
    check(source, source);
    assert_eq!(settle(source, None, 40), "权力 指挥 {\n  针对: 派驻机构\n  即: [概念.指挥, 概念.考核]\n}\n");
    // Once broken it stays so, in either face.
    check("权力 指挥 { 针对: 派驻机构\n}", "权力 指挥 {\n  针对: 派驻机构\n}\n");
}

#[test]
fn a_body_on_one_line_is_kept_or_broken_alike_in_both_faces() {
    let zh = "员额 a 属于 b { 增配 当 户数 不少于 3000 户 且 面积 不超过 5 平方米 或 新建: 1 人; 语气: 一般 }\n";
    let broken =
        "员额 a 属于 b {\n  增配 当 户数 不少于 3000 户 且 面积 不超过 5 平方米 或 新建: 1 人\n  语气: 一般\n}\n";
    assert_eq!(settle(zh, Some(Face::Zh), 90), broken, "it would not fit in English");
    let en = settle(broken, Some(Face::En), 90);
    assert_eq!(settle(&en, Some(Face::Zh), 90), broken);
    assert_eq!(settle(zh, Some(Face::Zh), 120), zh);
}

#[test]
fn long_values_break_where_they_are_read() {
    let source = "规则 编制 属于 社区 {\n  即: [概念.甲, 概念.乙, 概念.丙]\n  值: 每满(户数 - 3000 户, 300 户) + 每满(人口 - 9000 人, 900 人) * 2\n  例外 甲 当 户数 不少于 3000 户 且 面积 超过 5 平方米: 若 新建 则 11 人 否则 12 人\n  出处: 意见 \"第一段原文\", 意见 \"第二段原文\"\n}\n";
    assert_eq!(
        settle(source, None, 40),
        "规则 编制 属于 社区 {
  即: [概念.甲, 概念.乙, 概念.丙]
  值: 每满(户数 - 3000 户, 300 户)
    + 每满(人口 - 9000 人, 900 人) * 2
  例外 甲 当 户数 不少于 3000 户
    且 面积 超过 5 平方米: 若 新建
    则 11 人
    否则 12 人
  出处: 意见 \"第一段原文\",
    意见 \"第二段原文\"
}
"
    );
    assert_eq!(
        settle("清单 a {\n列项: [甲甲甲甲, 乙乙乙乙, 丙丙丙丙]\n}", None, 30),
        "清单 a {\n  列项: [\n    甲甲甲甲,\n    乙乙乙乙,\n    丙丙丙丙,\n  ]\n}\n"
    );
}

#[test]
fn a_line_never_begins_like_a_clause() {
    // Documents named like a kind or clause word: at the beginning of a line they would end the list.
    let source = "概念 a {\n  出处: [意见 \"很长很长的一段\", 清单 \"很长很长的又一段\"]\n}\n";
    assert_eq!(settle(source, None, 30), source);
    check(
        "规则 a 属于 b {\n值: 分情形 { -1 = c => 2; 清单 \"x\" = c => 3; 其他 => 4 }\n}",
        "规则 a 属于 b {\n  值: 分情形 {\n    当 -1 = c => 2\n    当 清单 \"x\" = c => 3\n    其他 => 4\n  }\n}\n",
    );
}

#[test]
fn empty_lines_part_blocks_and_are_kept_between_elements() {
    check(
        "\n\n概念 甲 {\n\n\n  上位: 乙\n\n\n\n  备注: \"x\"\n\n}\n概念 乙 {\n  上位: 丙\n}\n// 说明\n概念 丙 {}\n概念 丁 {}\n\n\n概念 戊 {}",
        "概念 甲 {\n  上位: 乙\n\n  备注: \"x\"\n}\n\n概念 乙 {\n  上位: 丙\n}\n\n// 说明\n概念 丙 {}\n概念 丁 {}\n\n概念 戊 {}\n",
    );
}

#[test]
fn comments_stay_by_what_they_speak_of() {
    check(
        "// 文件\n/// 说明\n规则 a 属于 b {  // 开头\n值: 3 // 行末\n   // 自成一行\n备注: \"x\" /* 块 */ // 行末二\n// 末尾\n} // 之后\n",
        "// 文件\n/// 说明\n规则 a 属于 b { // 开头\n  值: 3 // 行末\n  // 自成一行\n  备注: \"x\" /* 块 */ // 行末二\n  // 末尾\n} // 之后\n",
    );
    check(
        "规则 a 属于 b {\n编号: [ // 一\n CC-001, // 二\n // 三\n CC-002 /* 四 */, CC-003 ]\n值: 分情形 { // 五\n a => 1 // 六\n // 七\n 其他 => 2 }\n}",
        "规则 a 属于 b {\n  编号: [ // 一\n    CC-001, // 二\n    // 三\n    CC-002, /* 四 */\n    CC-003,\n  ]\n  值: 分情形 { // 五\n    a => 1 // 六\n    // 七\n    其他 => 2\n  }\n}\n",
    );
    // Inside an expression there is no place of its own: it goes before the clause, above the documentation of a block.
    check(
        "/// 说明\n规则 /* 甲 */ a 属于 b {\n值: 1 + // 乙\n 2\n}",
        "/* 甲 */\n/// 说明\n规则 a 属于 b {\n  // 乙\n  值: 1 + 2\n}\n",
    );
    check("概念 a { /* 一 */ }", "概念 a { /* 一 */\n}\n");
    check("// 只有注释  \n\n\n/* 两\n   行 */", "// 只有注释\n\n/* 两\n   行 */\n");
}

#[test]
fn documentation_belongs_to_the_same_block_as_before() {
    // Parted from the block by an empty line or another comment, it is a comment.
    check("/// 一\n\n概念 a {}\n/// 二\n// 三\n概念 b {}", "/// 一\n\n概念 a {}\n/// 二\n// 三\n概念 b {}\n");
    // A separator parts them too; what parts them afterwards is the empty line.
    check("概念 c {}\n/// 一\n;\n概念 a {}", "概念 c {}\n/// 一\n\n概念 a {}\n");
    check("概念 c {} /// 一\n概念 a {}", "概念 c {}\n/// 一\n概念 a {}\n");
    check("概念 c { /// 一\n;上位: d }", "概念 c { /// 一\n  上位: d\n}\n");
    check("组织 a 属于 /// 一\n b {}", "/// 一\n\n组织 a 属于 b {}\n");
}

#[test]
fn line_ends_are_those_of_the_first_line() {
    assert_eq!(settle("概念 a {\r\n上位: b\n}\n", None, 100), "概念 a {\r\n  上位: b\r\n}\r\n");
    assert_eq!(settle("概念 a {\n上位: b\r\n}\r\n", None, 100), "概念 a {\n  上位: b\n}\n");
    assert_eq!(settle("\u{FEFF}概念 a {}", None, 100), "概念 a {}\n");
    assert_eq!(settle("概念 a {} // x\r概念 b {}", None, 100), "概念 a {} // x 概念 b {}\n");
    assert_eq!(settle("/* x\r\n\r y */\r\n概念 a {}", None, 100), "/* x\r\n\r\n y */\r\n概念 a {}\r\n");
    for empty in ["", "\n\n", "\u{FEFF}", " ;;\n"] {
        assert_eq!(settle(empty, None, 100), "");
    }
}

#[test]
fn a_file_with_syntax_errors_is_left_alone() {
    let errors = match format("规则 a {\n值 3\n}", &FormatOptions::default()) {
        Err(FormatError::Syntax(errors)) => errors,
        other => panic!("{other:?}"),
    };
    assert_eq!(errors.iter().map(|it| &it.kind).collect::<Vec<_>>(), [&SyntaxErrorKind::MissingColon]);
}

#[test]
fn the_examples_come_back_from_the_other_face() {
    for example in examples::ALL {
        for width in [20, 40, 60, 80, 100, 120] {
            let zh = settle(example, Some(Face::Zh), width);
            let en = settle(&zh, Some(Face::En), width);
            assert_eq!(settle(&en, Some(Face::Zh), width), zh);
            assert_eq!(settle(example, Some(Face::En), width), en);
            assert_eq!(settle(&zh, None, width), zh);
            assert_eq!(settle(&en, None, width), en);
        }
    }
}
