//! Conditions wherever they stand, choices that decide nothing, and calculations without a result.

mod support;

use support::check;

const HEAD: &str = "
行为 走访 {}
对象 街道 {}
对象 社区 { 隶属: 街道; 字段 户数: 户 { 取值: 0.. 户 }; 字段 老旧: 是非; 字段 人数: 人 }
对象 楼宇 { 隶属: 社区; 复数: 楼宇们; 字段 层数: 整数 }
";

#[track_caller]
fn finds(provision: &str, expected: &[&str]) {
    check(&[(&format!("{HEAD}{provision}"), expected)]);
}

#[test]
fn guards_of_every_kind() {
    for (always, never) in [("户数 不少于 0 户", "户数 < 0 户"), ("老旧 或 非 老旧", "老旧 且 非 老旧")]
    {
        for provision in [
            "规范 甲 { 主体: 社区; 应当: 走访; 当: ? }",
            "要求 甲 属于 社区 { 满足: 人数 > 3 人; 当: ? }",
            "员额 甲 属于 社区 { 基数: 5 人; 增配 乙 当 ?: 2 人 }",
            "指标 甲 属于 社区: 人 { 公式: 人数; 当: ? }",
            "程序 甲 属于 社区 { 步骤 一 { 主体: 社区; 当: ? } }",
            "规则 甲 属于 社区: 人 { 值: 若 ? 则 2 人 否则 3 人 }",
            "规则 甲 属于 社区: 人 { 值: 1 人; 例外 乙 当 ?: 2 人 }",
        ] {
            finds(&provision.replace('?', always), &["always-holds"]);
            finds(&provision.replace('?', never), &["never-holds"]);
            finds(&provision.replace('?', "户数 > 9 户"), &[]);
        }
    }
}

#[test]
fn what_the_space_cannot_ask_is_decided_by_its_form() {
    for (guard, expected) in [
        ("计数(楼宇们) > 3 个 且 计数(楼宇们) < 3 个", &["never-holds"][..]),
        ("计数(楼宇们) 不少于 0 个", &["always-holds"]),
        ("合计(某.层数 对 某 在 楼宇们) > 3 或 合计(某.层数 对 某 在 楼宇们) < 5", &["always-holds"]),
        ("户数 * 2 > 人数 * 1 户 / 1 人 且 非 (户数 * 2 > 人数 * 1 户 / 1 人)", &["never-holds"]),
        ("全部(某.层数 > 3 对 某 在 楼宇们) 或 非 全部(某.层数 > 3 对 某 在 楼宇们)", &["always-holds"]),
        // These may come out either way.
        ("计数(楼宇们) > 3 个", &[]),
        ("合计(某.层数 对 某 在 楼宇们) > 3 且 计数(楼宇们) < 3 个", &[]),
        ("户数 * 2 < 0 户", &[]),
    ] {
        finds(&format!("规则 甲 属于 社区: 人 {{ 值: 若 {guard} 则 2 人 否则 3 人 }}"), expected);
    }
}

#[test]
fn a_switch_is_no_condition_on_jurisdictions() {
    let rule =
        |guard: &str| format!("参数 计入 {{ 值: 否 }}\n规则 甲 属于 社区: 人 {{ 值: 若 {guard} 则 2 人 否则 3 人 }}");
    finds(&rule("计入"), &[]);
    finds(&rule("计入 且 户数 > 3 户"), &[]);
    finds(&rule("计入 且 非 计入"), &["never-holds"]);
}

#[test]
fn a_condition_that_held_until_an_amendment_is_asked_too() {
    let amended = |guard: &str| {
        format!(
            "规则 甲 属于 社区: 人 {{ 值: 1 人; 例外 乙 当 {guard}: 2 人 }}\n\
             修订 丙 {{ 自: 2023-01-01; 规则 甲 {{ 例外 乙 当 老旧: 4 人 }} }}"
        )
    };
    finds(&amended("户数 < 0 户"), &["never-holds"]);
    finds(&amended("户数 > 0 户"), &[]);
}

#[test]
fn choices_that_decide_nothing() {
    let rule = |value: &str| format!("规则 甲 属于 社区: 人 {{ 值: {value} }}");
    finds(&rule("若 老旧 则 2 人 否则 2 人"), &["same-branches"]);
    finds(&rule("若 老旧 则 人数 + 1 人 否则 人数  +  1 人"), &["same-branches"]);
    finds(&rule("1 人 + (若 老旧 则 若 户数 > 3 户 则 1 人 否则 1 人 否则 2 人)"), &["same-branches"]);
    finds(&rule("若 老旧 则 2 人 否则 3 人"), &[]);
}

#[test]
fn divisions_by_what_may_be_zero() {
    let rule = |value: &str| format!("规则 甲 属于 社区 {{ 值: {value} }}");
    finds(&rule("人数 / 户数"), &["division-by-zero 例如，社区.人数 = 0 人、社区.户数 = 0 户"]);
    finds(&rule("人数 / (户数 - 3 户)"), &["division-by-zero 例如，社区.人数 = 0 人、社区.户数 = 3 户"]);
    finds(&rule("若 户数 = 0 户 则 未知 否则 人数 / 户数"), &[]);
    finds(&rule("若 户数 > 0 户 则 人数 / 户数 否则 未知"), &[]);
    finds(&rule("人数 / 计数(楼宇们)"), &["division-by-zero 例如，社区.人数 = 0 人、没有楼宇"]);
    finds(&rule("若 计数(楼宇们) = 0 个 则 未知 否则 人数 / 计数(楼宇们)"), &[]);
    // Steps have no size either.
    finds(&rule("每满(户数, 人数 * 1 户 / 1 人)"), &["step-not-positive 例如，社区.户数 = 0 户、社区.人数 = 0 人"]);
    finds("规则 甲 属于 社区 { 值: 人数 / 户数; 例外 空 当 户数 = 0 户: 未知 }", &[]);
    finds("对象 镇 { 字段 村数: 个 { 取值: 1.. 个 }; 字段 人口: 人 }\n规则 甲 属于 镇 { 值: 人口 / 村数 }", &[]);
    // The rule that divides has the finding, not those that rest on it.
    finds(
        "规则 甲 属于 社区 { 值: 人数 / 户数 }\n规则 乙 属于 社区 { 值: 甲 * 2 }",
        &["division-by-zero 例如，社区.人数 = 0 人、社区.户数 = 0 户"],
    );
}

#[test]
fn results_that_are_too_large() {
    let rule = |value: &str| format!("规则 甲 属于 社区 {{ 值: {value} }}");
    finds(&rule("户数 * 9000000000000"), &["overflow 例如，社区.户数 = 99999999 户"]);
    finds(&rule("户数 * 9000"), &[]);
    finds("对象 镇 { 字段 村数: 个 { 取值: 1..90 个 } }\n规则 甲 属于 镇 { 值: 村数 * 9000000000000 }", &[]);
    finds(&rule("合计(某.层数 对 某 在 楼宇们) * 9000000000000"), &["overflow 例如，楼宇.层数 = 99999999"]);
}
