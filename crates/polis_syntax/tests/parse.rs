//! What the parser reads, and how it recovers.
use polis_syntax::{SyntaxErrorKind, parse};
use polis_syntax::ast::Element;

const EXAMPLE: &str = r#"/// 街道内设机构：省定限额不超过七个，“4+X”设置。
内设机构 街道内设机构 属于 街道 {
  必设: 4 个
  增设 企业服务办公室: 1 个
  出处: 街道改革 "内设机构设置模式"
}

员额 专职工作者 属于 社区 {
  基数: 10..15 人
  增配 当 户数 不少于 3000 户: steps(户数 - 3000 户, 300..500 户) * 1 人
  语气: 一般
  出处: 社区工作者 "岗位和员额"
}

测试 "3600 户的社区可配 11 至 17 人" {
  给定: 社区 { 户数: 3600 户, 专职人数: 15 人 }
  预期: 专职工作者 = 11..17 人
}

grant seven_powers "街道七项权力" {
  holder:  Street.working_committee
  include: national.five_powers
  adds:    2 项
  total:   7 项
  power command "指挥调度、考核监督权" { over: posted_forces;      is: [concepts.command, concepts.appraisal] }
  power property "物业监管、初审权"   { over: property_companies; is: concepts.oversight }
}

norm no_investment_targets {
  actor:    District
  must_not: assign_task
  object:   [investment_promotion, tax_assistance]
  from:     2020-01
}
单位 名 = 人
"#;

fn errors(source: &str) -> Vec<(SyntaxErrorKind, &str)> {
    parse(source).errors.into_iter().map(|it| (it.kind, it.span.text(source))).collect()
}

#[test]
fn the_examples_of_the_language_page_parse() {
    let parse = parse(EXAMPLE);
    assert_eq!(parse.errors, []);
    assert_eq!(parse.file.elements.len(), 6);
    let Element::Block(block) = &parse.file.elements[0] else { panic!() };
    assert!(block.doc.is_some());
}

#[test]
fn debug() {
    for text in ["规则 a 属于 社区 {\n 值: (1 + \n 例外 b 当户数 > 3: 4\n}\n员额 b 属于 社区 { 基数: 3 人", "a: 1", "规则 属于 { 值 3 }", "测试 \"x\" {\n 给定: 街道 { 社区 甲 { 户数: 3 户 }; 社区 乙 { 户数: 4 户\n 面积: 3 平方米 } }\n}", "规则 x 属于 社区: 人 { 值: 分情形 {\n 当 户数 不足 3000 户 => 10 人\n 其他 => 1.. 次/季度\n } }",
      "规则 x 属于 社区 {\n 值: 合计(c.户数 对 c 在 社区们 其中 c.户数 > 3000户以上) + 若 a 则 b\n}"] {
        eprintln!("{text}\n{:?}\n", errors(text));
    }
}
