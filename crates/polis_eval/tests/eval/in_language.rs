//! Tests that are written in the language: passed, failed, and failed for want of facts.

use polis_diagnostic::Locale;
use polis_eval::{Machine, run_tests};

use crate::support::{in_english, sound};

const PROVISIONS: &str = "
对象 街道 { 复数: 街道们; 字段 机构数: 个 }
对象 社区 { 隶属: 街道; 复数: 社区们; 字段 户数: 户; 字段 人数: 人; 字段 面积: 平方米 }
参数 年薪: 元/人/年 { 值: 待定 }
员额 员额数 属于 社区 {
  基数: 10..15 人
  增配 当 户数 不少于 3000 户: 1 人
  实有: 人数
}
规则 薪酬 属于 社区: 元/年 { 值: 年薪 * 人数 }
规则 人均面积 属于 社区 { 值: 面积 / 人数 }
规则 合计户数 属于 街道 { 值: 合计(某.户数 对 某 在 社区们) }
";

/// What each failure says, in Chinese: where, what came out, what it lacked.
fn failures(test: &str) -> Vec<String> {
    let program = sound(&format!("{PROVISIONS}\n测试 \"甲\" {{\n{test}\n}}\n"));
    let outcomes = run_tests(&program, &|_| program.clone());
    assert_eq!(outcomes.len(), 1);
    let machine = Machine::new(program.clone());
    machine
        .test_diagnostics(&outcomes[0])
        .iter()
        .zip(&outcomes[0].failures)
        .map(|(diagnostic, failure)| {
            assert_eq!(diagnostic.code(), "test-failed");
            let content = &program.tests[0].meta.content.text;
            let mut line = format!("«{}»", &content[failure.span.start as usize..failure.span.end as usize]);
            let notes = diagnostic.primary.text.iter().chain(&diagnostic.notes);
            for note in notes {
                line += &format!(" {}", note.render(Locale::Zh));
            }
            line
        })
        .collect()
}

#[test]
fn passed() {
    let cases = [
        "给定: 社区 { 户数: 3000 户, 人数: 12 人 }\n预期: 员额数 = 11..16 人, 合规(员额数)",
        "给定: 社区 { 户数: 2999 户, 人数: 16 人 }\n预期: 非 合规(员额数)\n预期: 员额数 != 3 人",
        "给定: 社区 { 户数: 2999 户 }\n预期: 合规(员额数) = 未知, 薪酬 = 未知",
        "给定: 社区 { 人数: 3 人 }\n设定 年薪: 6 万元/人/年\n预期: 薪酬 = 18 万元/年, 薪酬 > 0",
        "给定 乙: 社区 { 户数: 1 户 }\n给定 丙: 社区 { 户数: 2 户 }\n预期: 户数 = 1 户, 乙.户数 < 丙.户数",
        "给定: 街道 { 社区 乙 { 户数: 1 户 }; 社区 丙 { 户数: 2 户 } }\n预期: 合计户数 = 3 户, 丙.街道.合计户数 = 3 户",
        "预期: 1 + 1 = 2, 是",
    ];
    for case in cases {
        assert_eq!(failures(case), [""; 0], "{case}");
    }
}

#[test]
fn failed() {
    let cases: [(&str, &[&str]); 8] = [
        (
            "给定: 社区 { 户数: 3000 户 }\n预期: 员额数 = 10..15 人",
            &["«员额数 = 10 .. 15 人» 预期 `10..15 人`，实为 `11..16 人`"],
        ),
        // A range is expected as itself: a value within it is not the same.
        ("给定: 社区 { 户数: 3000 户 }\n预期: 员额数 = 12 人", &["«员额数 = 12 人» 预期 `12 人`，实为 `11..16 人`"]),
        ("给定: 社区 { 户数: 3 户 }\n预期: 户数 > 3 户, 户数 = 3 户", &["«户数 > 3 户» 这里是 `否`"]),
        (
            "给定: 社区 { 户数: 3 户 }\n预期: 薪酬 > 0",
            &["«薪酬 > 0» 这里是 `未知` 结果未知，因为缺少 `社区#1` 的 `人数` 结果未知，因为缺少参数 `年薪` 的值"],
        ),
        (
            "给定 乙: 社区 { 户数: 3 户 }\n预期: 合规(员额数)",
            &["«合规 ( 员额数 )» 这里是 `未知` 结果未知，因为缺少 `乙` 的 `人数`"],
        ),
        (
            "给定: 社区 { 人数: 3 人 }\n预期: 薪酬 = 3 元/年",
            &["«薪酬 = 3 元 / 年» 预期 `3 元/年`，实为 `未知` 结果未知，因为缺少参数 `年薪` 的值"],
        ),
        ("给定: 社区 { 户数: 3 户 }\n预期: 户数 = 未知", &["«户数 = 未知» 预期 `未知`，实为 `3 户`"]),
        (
            "给定: 社区 { 人数: 0 人, 面积: 3 平方米 }\n预期: 人均面积 = 3 平方米/人",
            &["«人均面积 = 3 平方米 / 人» 预期 `3 平方米/人`，实为 `除数为零`"],
        ),
    ];
    let mut wrong = String::new();
    for (case, expected) in cases {
        let found = failures(case);
        if found != expected {
            wrong += &format!("{case}\n  expected {expected:?}\n  found    {found:?}\n");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn every_test_is_run_in_order_and_in_either_face() {
    let text = format!(
        "{PROVISIONS}
测试 \"一\" {{ 给定: 社区 {{ 户数: 3 户 }}; 预期: 户数 = 3 户, 户数 = 4 户 }}
测试 \"二\" {{ 给定: 社区 {{ 户数: 3 户 }}; 预期: 户数 = 3 户 }}
测试 \"三\" {{ 给定: 社区 {{}}; 预期: 户数 = 3 户, 人数 = 3 人, 户数 = 未知 }}
"
    );
    for text in [in_english(&text), text] {
        let program = sound(&text);
        let outcomes = run_tests(&program, &|_| program.clone());
        let counted: Vec<_> = outcomes.iter().map(|it| (it.test, it.expectations, it.failures.len())).collect();
        assert_eq!(counted, [(0, 2, 1), (1, 1, 0), (2, 3, 2)]);
    }
}
