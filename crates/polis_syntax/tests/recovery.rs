//! What a wrong text costs: its own line, and nothing else.
//!
//! Each case shows what is reported, with the text that is underlined, and what was read. A place without width is
//! shown as `‸` behind the text before it.

use polis_syntax::ast::{Clause, Element, ExprKind, HeadName};
use polis_syntax::{SyntaxError, SyntaxErrorKind, parse};

fn reported(source: &str, error: &SyntaxError) -> String {
    let kind = match &error.kind {
        SyntaxErrorKind::Unexpected { expected } => format!("Unexpected, {expected:?}"),
        SyntaxErrorKind::UnexpectedClose { open } => {
            format!("UnexpectedClose{}", open.map_or(String::new(), |it| format!(" of {}", it.text(source))))
        }
        SyntaxErrorKind::GluedKeyword { keyword } => format!("GluedKeyword {keyword}"),
        kind => format!("{kind:?}"),
    };
    let text = error.span.text(source);
    if text.is_empty() {
        let before = &source[..error.span.start as usize];
        let near: String = before.chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
        format!("{kind}: {}‸", near.escape_debug())
    } else {
        format!("{kind}: {}", text.escape_debug())
    }
}

fn read(source: &str, elements: &[Element]) -> String {
    let texts: Vec<_> = elements
        .iter()
        .map(|element| match element {
            Element::Error(_) => "?".to_owned(),
            Element::Block(block) => {
                let name = block.name.or(None).map_or(String::new(), |it| format!(" {}", it.text(source)));
                let body =
                    block.body.as_ref().map_or(String::new(), |it| format!(" {{ {} }}", read(source, &it.elements)));
                format!("{}{name}{body}", block.word.text(source)).replace("{  }", "{}")
            }
            Element::Clause(clause) => read_clause(source, clause),
        })
        .collect();
    texts.join("; ")
}

fn read_clause(source: &str, clause: &Clause) -> String {
    let name = clause.name.map_or(String::new(), |it| match it {
        HeadName::Name(name) => format!(" {}", name.text(source)),
        HeadName::Text(span) | HeadName::Date(span) => format!(" {}", span.text(source)),
    });
    let values: Vec<_> = clause
        .values
        .iter()
        .map(|it| match &it.kind {
            ExprKind::Error => "?".to_owned(),
            ExprKind::Record(record) => {
                format!("{} {{ {} }}", record.entity.span.text(source), read(source, &record.body.elements))
            }
            _ => it.span.text(source).escape_debug().to_string(),
        })
        .collect();
    format!("{}{name}: {}", clause.word.text(source), values.join(", ")).trim_end().to_owned()
}

#[track_caller]
fn check(source: &str, expected: &[&str], survived: &str) {
    let parse = parse(source);
    let errors: Vec<_> = parse.errors.iter().map(|it| reported(source, it)).collect();
    let read = read(source, &parse.file.elements);
    assert_eq!(errors, expected, "{source}");
    assert_eq!(read, survived, "{source}");
}

#[test]
fn half_typed_blocks_do_not_swallow_what_follows() {
    check("规则", &["MissingBody: 规则"], "规则:");
    check("规则 ", &["MissingBody: 规则"], "规则:");
    check("规则 甲", &["MissingBody: 规则 甲"], "规则:");
    check("规则 甲 属于", &["MissingBody: 规则 甲 属于"], "规则:");
    check("规则 甲 属于 {\n  值: 3\n}", &["Unexpected, Expression: 甲 属于‸"], "规则 甲 { 值: 3 }");
    check(
        "规则 甲 属于 社区:\n员额 乙 属于 社区 { 基数: 3 人 }",
        &["MissingBody: 规则 甲 属于 社区:"],
        "规则:; 员额 乙 { 基数: 3 人 }",
    );
    check(
        "规则 甲 属于 社区\n员额 乙 属于 社区 { 基数: 3 人 }",
        &["MissingBody: 规则 甲 属于 社区"],
        "规则:; 员额 乙 { 基数: 3 人 }",
    );
    check(
        "规则 甲 属于 社区 {\n  值: 3\n员额 乙 属于 社区 { 基数: 3 人 }",
        &["Unclosed: {"],
        "规则 甲 { 值: 3 }; 员额 乙 { 基数: 3 人 }",
    );
    check(
        "规则 甲 属于 社区 {\n  值:\n\n员额 乙 属于 社区 {\n  基数: 3 人\n}\n",
        &["Unclosed: {", "MissingValue: 值"],
        "规则 甲 { 值: }; 员额 乙 { 基数: 3 人 }",
    );
    check(
        "规则 甲 属于 社区 {\n  值: 3\n  例外\n  备注: \"x\"\n}",
        &["MissingColon: 例外"],
        "规则 甲 { 值: 3; 例外:; 备注: \\\"x\\\" }",
    );
    check(
        "赋权 甲 {\n  权力 乙 {\n    针对: 丙\n  新增: 2 项\n}\n概念 丁 {}",
        &["Unclosed: {"],
        "赋权 甲 { 权力 乙 { 针对: 丙; 新增: 2 项 } }; 概念 丁 {}",
    );
    check(
        "测试 \"x\" {\n  给定: 社区 { 户数: 3 户\n  预期: 甲 = 3\n}\n概念 丁 {}",
        &["Unclosed: {"],
        "测试 { 给定: 社区 { 户数: 3 户 }; 预期: 甲 = 3 }; 概念 丁 {}",
    );
    check("规则 甲 属于 社区 {", &["Unclosed: {"], "规则 甲 {}");
    check("员工 甲 {\n  基数: 3\n}\n概念 丁 {}", &["UnknownKind: 员工"], "员工 甲 { 基数: 3 }; 概念 丁 {}");
    check("单位 名 =\n概念 丁 {}", &["MissingValue: 单位 名 ="], "单位 名; 概念 丁 {}");
}

#[test]
fn a_wrong_line_costs_that_line() {
    check("规则 甲 属于 社区 {\n  值 3\n  备注: \"x\"\n}", &["MissingColon: 值"], "规则 甲 { 值:; 备注: \\\"x\\\" }");
    check(
        "规则 甲 属于 社区 {\n  值: 3 4\n  备注: \"x\"\n}",
        &["Unexpected, OperatorOrEnd: 4"],
        "规则 甲 { 值: ?; 备注: \\\"x\\\" }",
    );
    check(
        "规则 甲 属于 社区 {\n  值: 1 +\n  备注: \"x\"\n}",
        &["Unexpected, Expression:  1 +‸"],
        "规则 甲 { 值: ?; 备注: \\\"x\\\" }",
    );
    check(
        "规则 甲 属于 社区 {\n  值: * 2\n  备注: \"x\"\n}",
        &["Unexpected, Expression: *"],
        "规则 甲 { 值: ?; 备注: \\\"x\\\" }",
    );
    check("规则 甲 属于 社区 {\n  值:\n  备注: \"x\"\n}", &["MissingValue: 值"], "规则 甲 { 值:; 备注: \\\"x\\\" }");
    check(
        "规则 甲 属于 社区 {\n  : 3\n  备注: \"x\"\n}",
        &["Unexpected, Element: :"],
        "规则 甲 { ?; 备注: \\\"x\\\" }",
    );
    check(
        "规则 甲 属于 社区 {\n  3 户\n  备注: \"x\"\n}",
        &["Unexpected, Element: 3"],
        "规则 甲 { ?; 备注: \\\"x\\\" }",
    );
    check(
        "规则 甲 属于 社区 {\n  值: 若 a 则 b\n  备注: \"x\"\n}",
        &["Unexpected, Else:  则 b‸"],
        "规则 甲 { 值: ?; 备注: \\\"x\\\" }",
    );
    check(
        "规则 甲 属于 社区 {\n  值: 若 a 否则 b\n  备注: \"x\"\n}",
        &["Unexpected, Then: 否则"],
        "规则 甲 { 值: ?; 备注: \\\"x\\\" }",
    );
    check(
        "规则 甲 属于 社区 {\n  例外 乙 户数 > 3: 4\n  备注: \"x\"\n}",
        &["Unexpected, Colon: 户数"],
        "规则 甲 { 例外 乙: 4; 备注: \\\"x\\\" }",
    );
    check(
        "规则 甲 属于 社区 {\n  例外 乙 当: 4\n  备注: \"x\"\n}",
        &["Unexpected, Expression:  乙 当‸"],
        "规则 甲 { 例外 乙: 4; 备注: \\\"x\\\" }",
    );
    check(
        "规则 甲 属于 社区 {\n  例外 乙 当 户数 >: 4\n  备注: \"x\"\n}",
        &["Unexpected, Expression: 户数 >‸"],
        "规则 甲 { 例外 乙: 4; 备注: \\\"x\\\" }",
    );
    check(
        "规则 甲 属于 社区 {\n  值: 3 当\n  备注: \"x\"\n}",
        &["Unexpected, Expression:  3 当‸"],
        "规则 甲 { 值: 3; 备注: \\\"x\\\" }",
    );
    check(
        "规则 甲 属于 社区 {\n  值: 合计(c.户数 对 c)\n  备注: \"x\"\n}",
        &["Unexpected, In: )"],
        "规则 甲 { 值: ?; 备注: \\\"x\\\" }",
    );
    check(
        "规则 甲 属于 社区 {\n  值: 分情形 {\n    a 1\n    其他 => 2\n  }\n  备注: \"x\"\n}",
        &["Unexpected, Arrow: 1"],
        "规则 甲 { 值: ?; 备注: \\\"x\\\" }",
    );
    check(
        "规则 甲 属于 社区 {\n  值: 分情形 {\n    其他 => 2\n    a => 1\n  }\n  备注: \"x\"\n}",
        &["Unexpected, CaseOrClose: a"],
        "规则 甲 { 值: ?; 备注: \\\"x\\\" }",
    );
    check(
        "规则 甲 属于 社区 {\n  值: a < b < c\n  备注: \"x\"\n}",
        &["Unexpected, OperatorOrEnd: <"],
        "规则 甲 { 值: ?; 备注: \\\"x\\\" }",
    );
    check(
        "规则 甲 属于 社区 {\n  值: 3 % 2\n  备注: \"x\"\n}",
        &["UnknownCharacter: %"],
        "规则 甲 { 值: ?; 备注: \\\"x\\\" }",
    );
    check("规则 甲 属于 社区 {\n  值: 当\n  备注: \"x\"\n}", &["MissingValue: 值"], "规则 甲 { 值:; 备注: \\\"x\\\" }");
    check("值: 3\n概念 丁 {}", &["ClauseAtTop: 值"], "值: 3; 概念 丁 {}");
    check("对象 甲 {\n  in: 乙\n  字段 open: 户\n}", &["KeywordAsName: open"], "对象 甲 { in: 乙; 字段 open: 户 }");
}

#[test]
fn keywords_glued_to_names_are_told() {
    check(
        "员额 甲 属于 社区 {\n  增配 当户数 > 3000 户: 1 人\n  基数: 2 人\n}",
        &["GluedKeyword 3: 当户数"],
        "员额 甲 { 增配 当户数: 1 人; 基数: 2 人 }",
    );
    check(
        "员额 甲 属于 社区 {\n  增配: 1 人 当户数 > 3000 户\n  基数: 2 人\n}",
        &["GluedKeyword 3: 当户数"],
        "员额 甲 { 增配: ?; 基数: 2 人 }",
    );
    check("规则 甲 属于社区 {\n  值: 3\n}", &["GluedKeyword 6: 属于社区"], "规则 甲 { 值: 3 }");
    check(
        "规则 甲 属于 社区 {\n  值: 户数 不少于3000 户\n  备注: \"x\"\n}",
        &["GluedKeyword 9: 不少于3000"],
        "规则 甲 { 值: ?; 备注: \\\"x\\\" }",
    );
    check("规则 甲 属于 社区 {\n  值: 3 且户数\n  备注: \"x\"\n}", &[], "规则 甲 { 值: 3 且户数; 备注: \\\"x\\\" }");
}

#[test]
fn brackets_that_do_not_match() {
    check(
        "规则 甲 属于 社区 {\n  值: (1 + 2\n  备注: \"x\"\n}",
        &["Unclosed: ("],
        "规则 甲 { 值: ?; 备注: \\\"x\\\" }",
    );
    check(
        "规则 甲 属于 社区 {\n  值: [1, 2\n  备注: \"x\"\n}\n概念 丁 {}",
        &["Unclosed: ["],
        "规则 甲 { 值: ?; 备注: \\\"x\\\" }; 概念 丁 {}",
    );
    check(
        "规则 甲 属于 社区 {\n  值: 1 + 2)\n  备注: \"x\"\n}",
        &["UnexpectedClose: )"],
        "规则 甲 { 值: ?; 备注: \\\"x\\\" }",
    );
    check(
        "规则 甲 属于 社区 {\n  值: (1 + 2]\n  备注: \"x\"\n}",
        &["UnexpectedClose of (: ]"],
        "规则 甲 { 值: ?; 备注: \\\"x\\\" }",
    );
    check("规则 甲 属于 社区 {\n  值: max(1, 2}\n概念 丁 {}", &["Unclosed: ("], "规则 甲 { 值: ? }; 概念 丁 {}");
    check(
        "规则 甲 属于 社区 {\n  值: 1 }\n  备注: \"x\"\n}\n概念 丁 {}",
        &["ClauseAtTop: 备注"],
        "规则 甲 { 值: 1 }; 备注: \\\"x\\\"; ?; 概念 丁 {}",
    );
    check("}\n概念 丁 {}", &["UnexpectedClose: }"], "?; 概念 丁 {}");
    check(
        "规则 甲 属于 社区 (\n  值: 1\n)\n概念 丁 {}",
        &["MissingBody: 规则 甲 属于 社区 (", "UnexpectedClose: )"],
        "规则:; 值: ?; 概念 丁 {}",
    );
    check(
        "规则 甲 属于 社区 {\n  值: f(\n  备注: \"x\"\n}\n概念 丁 {}",
        &["Unclosed: ("],
        "规则 甲 { 值: ?; 备注: \\\"x\\\" }; 概念 丁 {}",
    );
}

#[test]
fn lexical_mistakes_are_reported_once() {
    check(
        "规则 甲 属于 社区 {\n  备注: \"没有结束\n  值: 3\n}",
        &["UnclosedText: \\\"没有结束"],
        "规则 甲 { 备注: ?; 值: 3 }",
    );
    check(
        "规则 甲 属于 社区 {\n  备注: “没有结束\n  值: 3\n}",
        &["UnclosedText: “没有结束"],
        "规则 甲 { 备注: ?; 值: 3 }",
    );
    check(
        "文件 甲 《没有结束 {\n  备注: \"x\"\n}\n概念 丁 {}",
        &["UnclosedText: 《没有结束"],
        "文件 甲 { 备注: \\\"x\\\" }; 概念 丁 {}",
    );
    check(
        "规则 甲 属于 社区 {\n  值: 3 § 4\n  备注: \"x\"\n}",
        &["UnknownCharacter: §"],
        "规则 甲 { 值: ?; 备注: \\\"x\\\" }",
    );
    check("规则 甲 属于 社区 {\n  值: 3 /* 没有结束\n}", &["UnclosedComment: /*"], "规则 甲 { 值: 3 }");
    check("概念 丁 {}\n/* 没有结束", &["UnclosedComment: /*"], "概念 丁 {}");
    check("规则 `甲 属于 社区 {\n  值: 3\n}", &["UnclosedText: `甲 属于 社区"], "规则 { 值: 3 }");
}

#[test]
fn what_is_no_mistake() {
    check("", &[], "");
    check("\u{FEFF}", &[], "");
    check("\n\n  \n", &[], "");
    check("// 只有注释\n/* 和注释 */\n/// 和说明", &[], "");
    check("\u{FEFF}概念 丁 {}\r\n概念 戊 {}\r\n", &[], "概念 丁 {}; 概念 戊 {}");
    check("概念 丁 {}\r概念 戊 {}", &[], "概念 丁 {}; 概念 戊 {}");
    check(";;,\n;", &[], "");
    check(
        "规则 甲 属于 社区 {\n  例外 乙 当 户数 > 3 且\n    面积 > 4: 5\n  值: 1 +\n    2\n}",
        &[],
        "规则 甲 { 例外 乙: 5; 值: 1 +\\n    2 }",
    );
    check(
        "规则 甲 属于 社区 {\n  值: 分情形 {\n    当 a => 1\n    当 b => 2\n    其他 => 3\n  }\n}",
        &[],
        "规则 甲 { 值: 分情形 {\\n    当 a => 1\\n    当 b => 2\\n    其他 => 3\\n  } }",
    );
    check("对象 甲 {\n  plural: 乙\n  in: 丙\n}", &[], "对象 甲 { plural: 乙; in: 丙 }");
    check("规则 甲 属于 社区: 元 / 人 { 值: 3 元 }", &[], "规则 甲 { 值: 3 元 }");
}

/// Mistakes that random texts found, each once read as something else or as nothing.
#[test]
fn what_random_texts_found() {
    // A clause headed by an operator word is told by its colon alone.
    check("规范 甲 { 当 乙: 是 }", &["Unexpected, Colon: 乙"], "规范 甲 { 当: 是 }");
    // A comma is no value.
    check("规范 甲 { 备注: 、 }", &["MissingValue: 备注"], "规范 甲 { 备注: }");
    // The rest of a table comes last and once.
    check(
        "规则 甲 属于 乙 { 值: 分情形 { 其他 => 1; 其他 => 2 } }",
        &["Unexpected, CaseOrClose: 其他"],
        "规则 甲 { 值: ? }",
    );
    // A text at the beginning of a guard does not make its keyword a name.
    check("要求 甲 属于 乙 { 满足 除非 《意见》 = 丙: 是 }", &[], "要求 甲 { 满足: 是 }");
    // Braces that match say where facts end, however their lines are indented.
    check("测试 \"x\" {\n给定: 街道 {\n中心 甲 {}\n预期: 3\n}\n}", &[], "测试 { 给定: 街道 { 中心 甲 {}; 预期: 3 } }");
    check(
        "规则 甲 属于 乙 { 值: 1 当 户数 不少于 3000户以上时; 备注: \"x\" }",
        &[],
        "规则 甲 { 值: 1; 备注: \\\"x\\\" }",
    );
}
