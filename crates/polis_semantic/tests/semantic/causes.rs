//! Mistakes and what does not follow from them: circles, ranges, hidden names, units and dates that are left out.

use crate::checks::{check, expecting, given, text, typed, value, workspace};
use crate::support::{findings, open};

#[test]
fn circles() {
    check(&[
        text("单位 甲 = 乙\n单位 乙 = 甲", &["cyclic-definition «甲»"]),
        text("单位 甲 = 甲", &["cyclic-definition «甲»"]),
        text("单位 甲 = 6 乙\n单位 乙 = 丙\n单位 丙 = 2 甲", &["cyclic-definition «甲»"]),
        text(
            "单位 甲 = 乙\n单位 乙 = 甲\n单位 丙 = 3 乙\n参数 丁: 甲 { 值: 3 甲 }\n参数 戊 { 值: 3 乙 + 4 丙 }\n规则 己 属于 社区 { 值: 户数 + 甲 }",
            &["cyclic-definition «甲»"],
        ),
        text("单位 甲 = 通用.张\n单位 张 = 甲", &[]),
        text("单位 甲 = 桌\n参数 乙 { 值: 3 甲 }", &["unknown-name «桌»"]),
        text("单位 甲 = 3 桌\n参数 乙: 甲 { 值: 3 人 }", &["unknown-unit «桌»"]),
        text("赋权 甲 { 包括: 乙 }\n赋权 乙 { 包括: 甲 }", &["cyclic-definition «甲»"]),
        text(
            "赋权 甲 { 包括: 乙; 总数: 9 项; 权力 丙 {} }\n赋权 乙 { 包括: [丁, 五项]; 总数: 3 项 }\n赋权 丁 { 包括: 甲 }\n赋权 戊 { 包括: 丁; 总数: 4 项 }",
            &["cyclic-definition «甲»"],
        ),
        text("概念 甲 { 上位: 乙 }\n概念 乙 { 上位: 甲 }", &["cyclic-definition «甲»"]),
        text("概念 甲 { 强于: [监督, 乙] }\n概念 乙 { 强于: 丙 }\n概念 丙 { 强于: 甲 }", &["cyclic-definition «甲»"]),
        // Broader and stronger are two orders.
        text("概念 甲 { 上位: 乙 }\n概念 乙 { 强于: 甲 }", &[]),
        text("组织 甲 属于 街道 { 上级: [街道, 乙] }\n组织 乙 { 上级: 甲 }", &["cyclic-definition «甲»"]),
        text("行为 甲 { 上位: 乙 }\n行为 乙 { 上位: 甲 }", &["cyclic-definition «甲»"]),
        text("行为 甲 { 上位: 甲 }\n规范 乙 { 主体: 街道; 应当: 甲 }", &["cyclic-definition «甲»"]),
        // Of those who use what is in a circle, nothing is said.
        text(
            "规则 甲 属于 社区 { 值: 乙 }\n规则 乙 属于 社区 { 值: 甲 }\n规则 丙 属于 社区: 人 { 值: 甲 + 1 人 }\n规则 丁 属于 街道 { 值: 合计(某.乙 对 某 在 社区们) }",
            &["cyclic-definition «甲»"],
        ),
        text(
            "参数 甲 { 值: 乙 }\n参数 乙 { 值: 甲 }\n规则 丙 属于 社区: 人 { 值: 专职人数 * 甲 }\n测试 \"丁\" { 设定 甲: 3 人; 预期: 乙 = 3 人 }",
            &["cyclic-definition «甲»"],
        ),
        text("规则 甲 属于 甲 { 值: 1 }\n规则 乙 属于 社区 { 值: 甲 }", &["wrong-kind-of-name «甲»"]),
    ]);
}

#[test]
fn circles_name_every_member() {
    let loaded = open(&workspace(
        "组织 甲 { 上级: 丙 }\n组织 乙 { 上级: 甲 }\n组织 丙 { 上级: 乙 }\n单位 子 = 丑\n单位 丑 = 子\n",
    ));
    insta::assert_snapshot!(polis_db::testing::listing(&loaded.db, &findings(&loaded.db)), @"
    error[cyclic-definition] a/a.pol «甲»: the definition needs itself: `甲` → `丙` → `乙` → `甲`
      at a/a.pol «甲»: its `reports_to` is `丙`
      at a/a.pol «丙»: its `reports_to` is `乙`
      at a/a.pol «乙»: its `reports_to` is `甲`
    error[cyclic-definition] a/a.pol «子»: the definition needs itself: `子` → `丑` → `子`
      at a/a.pol «子»: needs `丑` here
      at a/a.pol «丑»: needs `子` here
    ");
}

#[test]
fn ranges() {
    check(&[
        text("参数 甲: 人 { 值: 3 人; 取值: 1..5 人 }", &[]),
        text("参数 甲: 人 { 值: 6 人; 取值: 1..5 人 }", &["value-out-of-range «6 人»"]),
        text("组织 某局 {}\n授权制定 甲: 人 { 授予: 某局; 取值: 1..5 人; 缺省: 6 人 }", &["value-out-of-range «6 人»"]),
        text("组织 某局 {}\n授权制定 甲: 人 { 授予: 某局; 取值: 1..5 人; 缺省: 5 人 }", &[]),
        text("组织 某局 {}\n授权制定 甲: 人 { 授予: 某局; 取值: 1..5 人; 缺省: 待定 }", &[]),
        text("参数 甲: 人 { 值: 3..6 人; 取值: 1..5 人 }", &["value-out-of-range «3..6 人»"]),
        text("参数 甲: 人 { 值: 3.. 人; 取值: 1..5 人 }", &["value-out-of-range «3.. 人»"]),
        text("参数 甲: 人 { 值: 待定; 取值: 1..5 人 }", &[]),
        text("参数 甲: 万元 { 值: 1 万元 + 5 万元; 取值: 1..5 万元 }", &["value-out-of-range «1 万元 + 5 万元»"]),
        text(
            "参数 甲: 人 { 自 2020-01-01: 6 人; 自 2021-01-01: 5 人; 自 2022-01-01: 0 人; 取值: 1..5 人 }",
            &["value-out-of-range «6 人»", "value-out-of-range «0 人»"],
        ),
        text("参数 甲: 人 { 值: 6; 取值: 1..5 人 }", &["missing-unit «6» => 6 人"]),
        text("参数 甲: 人 { 值: 6 人; 取值: 1..5 户 }", &["type-mismatch «1..5 户»"]),
        text("参数 甲: 人 { 值: 0; 取值: 1..5 人 }", &["value-out-of-range «0»"]),
        text("参数 甲: 日期 { 值: 2019-06; 取值: 2020..2022 }", &["value-out-of-range «2019-06»"]),
        text("参数 甲: 日期 { 值: 2020-06; 取值: 2020..2022 }", &[]),
        text("参数 甲: 人 { 值: 3 人; 取值: 乙 }\n参数 乙: 人 { 值: 1..2 人 }", &[]),
        text(
            "参数 甲: 人 { 值: 3 人; 取值: 1..5 人 }\n测试 \"乙\" { 设定 甲: 7 人; 预期: 是 }\n测试 \"丙\" { 设定 甲: 5 人; 预期: 是 }",
            &["value-out-of-range «7 人»"],
        ),
        text("对象 甲 { 字段 乙: 户 { 取值: 1..500 户; 缺省: 600 户 } }", &["value-out-of-range «600 户»"]),
        text(
            "对象 甲 { 字段 乙: 户 { 取值: 1..500 户 } }\n测试 \"丙\" { 给定: 甲 { 乙: 600 户 }; 预期: 是 }",
            &["value-out-of-range «600 户»"],
        ),
        text(
            "对象 甲 { 字段 乙: 户 { 取值: 1..500 户 } }\n测试 \"丙\" { 给定: 甲 { 乙: 500 户 }; 预期: 是 }\n测试 \"丁\" { 给定: 甲 { 乙: 未知 }; 预期: 是 }",
            &[],
        ),
    ]);
}

#[test]
fn fields_that_hide() {
    check(&[
        text("员额 户数 属于 社区 { 基数: 1 人 }", &["hidden-by-field «户数»"]),
        text("要求 示范 属于 社区 { 满足: 是 }", &["hidden-by-field «示范»"]),
        text("规则 户数 属于 街道 { 值: 1 }", &[]),
        text("枚举 别名 { 值域: [甲, 乙] }", &["hidden-by-field «别名»"]),
        text("枚举 丙 { 值域: [甲, 乙] }\n对象 丁 { 字段 丙: 丙 }", &["hidden-by-field «丙»"]),
        text("对象 丁 { 字段 社区类型: 社区类型 }", &["hidden-by-field «社区类型»"]),
        text("参数 户数: 户 { 值: 3 户 }", &[]),
    ]);
}

/// One mistake is one finding: what follows from it is not told.
#[test]
fn one_cause_is_one_finding() {
    check(&[
        text(
            "规则 甲 属于 小区: 户 { 值: 户数 + 1 户; 例外 乙 当 示范: 甲数 }\n规则 丙 属于 社区 { 值: 甲 }\n规则 丁 属于 街道 { 值: 合计(某.甲 对 某 在 社区们) }",
            &["unknown-name «小区» => 社区"],
        ),
        text("员额 甲 { 基数: 10 人; 实有: 专职人数 }", &["missing-clause «甲»"]),
        text("要求 甲 属于 年薪 { 满足: 户数 > 3 户 }", &["wrong-kind-of-name «年薪»"]),
        text("规则 甲 属于 社区: 户 { 值: 户树 }", &["unknown-name «户树» => 户数"]),
        text(
            "测试 \"甲\" { 给定 乙: 小区 { 户数: 3 户 }; 预期: 薪酬 = 3 元/年, 乙.户数 = 3 户, 户数 = 3 户 }",
            &["unknown-name «小区» => 社区"],
        ),
        text(
            "对象 甲 {\n  字段 乙:\n  字段 丙: 人\n}\n规则 丁 属于 甲 { 值: 乙 }\n测试 \"戊\" { 给定: 甲 { 乙: 3 人 }; 预期: 丁 = 3 人 }",
            &["missing-value «字段»"],
        ),
        text("赋权 甲 { 包括: 六项; 总数: 7 项; 权力 乙 {} }", &["unknown-name «六项» => 五项"]),
        text("赋权 甲 { 包括: 六项; 权力 乙 {} }\n赋权 丙 { 包括: 甲; 总数: 7 项 }", &["unknown-name «六项» => 五项"]),
        text("系列 甲 { 主文件: 甲号; 配套文件: [乙号]; 总数: 1 + 1 }", &["unknown-name «乙号» => 甲号"]),
        text("清单 甲 { 列项: [乙, 乙]; 总数: 2 项 }", &["duplicate-name «乙»"]),
        text("清单 甲 { 列项: [乙, 丙, 丁; 总数: 4 项 }", &["unclosed-bracket «[»"]),
        text(
            "清单 甲 { 总数: 2 类, 4 项; 类别 乙 { 列项: [子, 丑]; 总数: 3 项 }; 类别 丙 { 列项: 寅; 总数: 1 项 } }",
            &["total-mismatch «3 项»"],
        ),
        text(
            "清单 甲 { 总数: 3 类, 4 项; 类别 乙 { 列项: [子, 丑]; 总数: 3 项 }; 类别 丙 { 列项: 寅 } }",
            &["total-mismatch «3 类»", "total-mismatch «3 项»"],
        ),
        given("专职人数: 1.5 人", &["fraction-of-whole «1.5 人»"]),
        typed("人: 10 户..15 人", &["type-mismatch «15 人»"]),
        text("员额 甲 属于 社区 { 基数: 10 户..15 人 }", &["type-mismatch «15 人»"]),
        typed("户: 若 示范 则 3 人 否则 3 户", &["type-mismatch «3 户»"]),
        text("规范 甲 { 主体: 接道; 应当: 考核; 当: 机构数 > 3 个 }", &["unknown-name «接道» => 街道"]),
        text("赋权 甲 { 行使主体: 接道; 权力 乙 { 当: 机构数 > 3 个 } }", &["unknown-name «接道» => 街道"]),
    ]);
}

#[test]
fn zeros_and_missing_units() {
    check(&[
        value("最大(0, 户数)", &[]),
        value("最大(0, 0, 户数)", &[]),
        value("若 示范 则 0 否则 3 人", &[]),
        value("若 示范 则 (若 户数 > 0 则 0 否则 0) 否则 3 人", &[]),
        value("分情形 { 示范 => 0; 户数 > 3 户 => 0; 其他 => 3 人 } + 1 人", &[]),
        value("[0, 3 人, 4 人]", &[]),
        value("0..户数", &[]),
        value("0 < 户数", &[]),
        typed("人: 若 示范 则 0 否则 专职人数", &[]),
        typed("户: 若 示范 则 0 否则 专职人数", &["type-mismatch «若 示范 则 0 否则 专职人数»"]),
        text("规则 甲 属于 社区 { 值: 0; 例外 乙 当 示范: 3 人 }\n规则 丙 属于 社区: 人 { 值: 甲 }", &[]),
        text("参数 甲 { 自 2020-01-01: 0; 自 2021-01-01: 3 人 }\n规则 乙 属于 社区: 人 { 值: 甲 }", &[]),
        value("最大(0, 户数, 3 人)", &["type-mismatch «3 人»"]),
        value("若 示范 则 3 否则 3 人", &["missing-unit «3» => 3 人"]),
        value("若 示范 则 3 人 否则 3", &["missing-unit «3» => 3 人"]),
        typed("人: 若 示范 则 3 否则 4", &["missing-unit «3» => 3 人", "missing-unit «4» => 4 人"]),
        typed("人: 分情形 { 示范 => 3; 其他 => 0 }", &["missing-unit «3» => 3 人"]),
        value("户数 > (若 示范 则 3 否则 4 户)", &["missing-unit «3» => 3 户"]),
        value("户数 在 300..500", &["missing-unit «300..500» => 300..500 户"]),
        value("户数 在 [3000, 4000 户]", &["missing-unit «3000» => 3000 户"]),
        value("户数 在 [3000, 0]", &["missing-unit «3000» => 3000 户"]),
        typed("个: 2..", &["missing-unit «2..» => 2.. 个"]),
        typed("个: ．．2", &["missing-unit «．．2» => ..2 个"]),
        value("最大(3, 户数)", &["missing-unit «3» => 3 户"]),
    ]);
}

#[test]
fn years_and_dashes() {
    check(&[
        value("成立 > 2020", &[]),
        value("2020 < 成立", &[]),
        value("成立 在 2018..2020", &[]),
        value("成立 在 [2018, 2020-06]", &[]),
        value("相隔年数(成立, 2020)", &[]),
        value("成立 > 20", &["type-mismatch «20»"]),
        value("成立 > 2020 人", &["type-mismatch «2020 人»"]),
        value("成立 > 20200", &["type-mismatch «20200»"]),
        value("成立 + 2020", &["type-mismatch «成立»"]),
        value("若 示范 则 成立 否则 2020", &["type-mismatch «2020»"]),
        typed("日期: 若 示范 则 成立 否则 2020", &[]),
        text("参数 甲: 日期 { 值: 2020 }", &[]),
        expecting("成立 = 2020", &[]),
        value("2020-1-31", &["date-as-subtraction «2020-1-31» => 2020-01-31"]),
        value("成立 > 2020-1-31", &["date-as-subtraction «2020-1-31» => 2020-01-31"]),
        typed("日期: 2020-1-31", &["date-as-subtraction «2020-1-31» => 2020-01-31"]),
        typed("整数: 2020 - 1 - 31", &[]),
        value("2020 - 1 - 32", &[]),
        value("3000 户 - 1 户 - 31 户", &[]),
        text("规则 甲 属于 社区 { 值: 1; 自: 2020-1-31 }", &["date-as-subtraction «2020-1-31» => 2020-01-31"]),
        given("成立: 2020-1-31", &["date-as-subtraction «2020-1-31» => 2020-01-31"]),
    ]);
}

#[test]
fn guards_of_norms_powers_and_duties() {
    check(&[
        text("规范 甲 { 主体: 党工委; 应当: 考核; 当: 机构数 > 3 }", &["missing-unit «3» => 3 个"]),
        text("规范 甲 { 主体: [党工委, 街道]; 应当: 考核; 当: 机构数 > 3 个 }", &[]),
        text("规范 甲 { 主体: [党工委, 区县]; 应当: 考核; 当: 机构数 > 3 个 }", &["unknown-name «机构数»"]),
        text("组织 乙 {}\n规范 甲 { 主体: 乙; 应当: 考核; 当: 机构数 > 3 个 }", &["unknown-name «机构数»"]),
        text("权力 甲 { 行使主体: 街道; 当: 机构数 > 3 个 }", &[]),
        text("权力 甲 { 行使主体: 街道; 当: 户数 > 3 户 }", &["unknown-name «户数» => 总户数"]),
        text("权力 甲 { 行使主体: 党工委; 当: 机构数 > 3 个 }", &[]),
        text("职责 甲 { 责任主体: 街道; 当: 机构数 > 3 个 }", &[]),
        text(
            "赋权 甲 { 行使主体: 街道; 权力 乙 { 当: 机构数 > 3 个 }; 权力 丙 { 行使主体: 社区; 当: 户数 > 3 户 }; 权力 丁 { 当: 户数 > 3 户 } }",
            &["unknown-name «户数» => 总户数"],
        ),
        text("职责清单 甲 { 责任主体: 街道; 职责 乙 { 当: 机构数 > 3 个 } }", &[]),
    ]);
}
