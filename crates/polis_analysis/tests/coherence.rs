//! Lists, ratings, procedures and times that do not go together.

mod support;

use support::{check, found_in};

#[test]
fn items_that_are_listed_twice() {
    check(&[
        ("清单 甲 { 类别 一 { 列项: [体检, 义诊] }; 类别 二 { 列项: 体检 } }", &["item-twice"]),
        ("清单 甲 { 列项: 体检; 类别 二 { 列项: 体检 } }", &["item-twice"]),
        ("清单 甲 { 类别 一 { 列项: [体检, 义诊] }; 类别 二 { 列项: 讲座 } }", &[]),
        ("清单 甲 { 列项: 体检 }\n清单 乙 { 列项: 体检 }", &[]),
    ]);
}

#[test]
fn items_that_nobody_provides() {
    check(&[
        ("清单 甲 { 事项 一 { 提供单位: 工会 }; 事项 二 {} }", &["nobody-provides"]),
        ("机制 甲 { 事项 一 { 提供单位: 工会 }; 事项 二 {} }", &["nobody-provides"]),
        ("机制 甲 { 事项 一 {}; 事项 二 {} }", &[]),
        ("清单 甲 { 类别 子 { 事项 一 { 提供单位: 工会 } }; 类别 丑 { 事项 二 {} } }", &["nobody-provides"]),
        ("清单 甲 { 提供单位: 工会; 事项 一 { 提供单位: 工会 }; 事项 二 {} }", &[]),
        ("清单 甲 { 事项 一 {}; 事项 二 {} }", &[]),
    ]);
}

#[test]
fn tasks_that_were_taken_away() {
    let with = |norm: &str, rest: &str| {
        format!(
            "对象 区县 {{}}\n对象 街道 {{ 隶属: 区县; 字段 数: 个 }}\n组织 办事处 属于 街道 {{}}\n组织 商务局 属于 区县 {{}}
行为 下达任务 {{}}\n行为 收费 {{}}\n规范 取消 {{ 主体: 区县; 不得: 下达任务; 客体: [招商引资, 街道]; {norm} }}\n{rest}"
        )
    };
    let some = |norm: &str, rest: &str| with(norm, rest).replace("规范 取消 {", "规范 取消 属于 街道 {");
    let duty = "职责 经济 { 责任主体: 办事处; 客体: 招商引资 }";
    check(&[
        (&with("针对: 街道", duty), &["cancelled-task-assigned"]),
        (&with("", duty), &["cancelled-task-assigned"]),
        (&with("针对: 社区", duty), &[]),
        // What is cancelled for some and assigned to all.
        (&some("当: 数 超过 5 个", duty), &["cancelled-task-assigned 例如，街道.数 = 6 个"]),
        (
            &some("当: 数 超过 5 个", "清单 准入 { 性质: 正面; 列项: 招商引资 }"),
            &["cancelled-task-assigned 例如，街道.数 = 6 个"],
        ),
        (&some("当: 数 超过 5 个", "职责 经济 { 责任主体: 街道; 客体: 招商引资; 当: 数 不足 3 个 }"), &[]),
        (&some("当: 数 超过 5 个 且 数 不足 3 个", duty), &["never-holds"]),
        (&with("至: 2020-12-31", duty), &[]),
        (&with("", "职责 招商引资 { 责任主体: 街道 }"), &["cancelled-task-assigned"]),
        (&with("", "职责 经济 { 责任主体: 商务局; 客体: 招商引资 }"), &[]),
        // Whom tasks are assigned to is no task.
        (&with("", "职责 联系 { 责任主体: 办事处; 客体: 街道 }"), &[]),
        (&with("", "清单 准入 { 性质: 正面; 列项: 招商引资 }"), &["cancelled-task-assigned"]),
        (&with("", "清单 禁入 { 性质: 负面; 列项: 招商引资 }"), &[]),
        (&with("", "指标 招商引资 属于 街道: 个 { 公式: 数 }"), &["cancelled-task-assigned"]),
        (&with("", duty).replace("不得: 下达任务", "不得: 收费"), &[]),
    ]);
}

/// The findings of a package under another.
fn under(upper: &str, lower: &str) -> Vec<String> {
    found_in(
        &[
            ("/upper/polis.toml", "[package]\nname = \"upper\"\n"),
            ("/upper/a.pol", &format!("概念 准入制 {{}}\n对象 事务 {{ 字段 名称: 文字; 字段 完备: 是非 }}\n{upper}")),
            ("/lower/polis.toml", "[package]\nname = \"lower\"\nunder = [\"upper\"]\n"),
            ("/lower/a.pol", lower),
            ("/polis.toml", "[workspace]\n"),
        ],
        "lower",
    )
}

#[test]
fn lists_with_opposite_defaults() {
    let list =
        |name: &str, polarity: &str| format!("清单 {name} {{ 性质: {polarity}; 即: 准入制; 列项: 事{polarity} }}");
    assert_eq!(under(&list("上", "正面"), &list("下", "负面")), ["opposite-default"]);
    assert_eq!(under(&list("上", "正面"), &list("下", "正面")), [""; 0]);
    let both = format!("{}\n{}", list("下", "负面"), list("再", "正面"));
    assert_eq!(under(&list("上", "正面"), &both), [""; 0]);
    assert_eq!(under(&list("上", "正面"), &list("下", "负面").replace("即: 准入制; ", "")), [""; 0]);
}

#[test]
fn agreements_that_leave_something_out() {
    let admission =
        |name: &str, fields: &str| format!("准入 {name} 属于 事务 {{ 条件 完备: 完备; 协议: {fields}; 即: 准入制 }}");
    assert_eq!(under(&admission("上", "[时限, 经费]"), &admission("下", "[时限, 标准]")), ["agreement-lacks-field"]);
    assert_eq!(under(&admission("上", "[时限, 经费]"), &admission("下", "[时限, 经费, 标准]")), [""; 0]);
    let other = admission("下", "[时限, 标准]").replace("; 即: 准入制", "");
    assert_eq!(under(&admission("上", "[时限, 经费]"), &other), [""; 0]);
}

#[test]
fn grades_and_reviews() {
    let rating = |clauses: &str| {
        format!(
            "对象 企业 {{ 字段 分数: 分; 字段 好: 是非; 字段 星级: 星 }}
评定 评星 属于 企业: 星 {{ {clauses}; 得分: 分数; 等次 上 {{ 分数: 60.. 分; 值: 2 星 }}; 等次 下 {{ 分数: 0..60 分; 值: 1 星 }} }}"
        )
    };
    check(&[
        (&rating("晋级: 好"), &["grade-never-lost"]),
        (&rating("晋级: 好; 降级: 否"), &["grade-never-lost"]),
        (&rating("晋级: 好; 降级: 非 好"), &[]),
        (&rating("晋级: 好; 评定周期: 2 年"), &[]),
        (&rating("评定周期: 2 年; 复核周期: 1 年"), &[]),
        (&rating("评定周期: 2 年; 复核周期: 3 年"), &["review-too-late"]),
        (&rating("评定周期: 2 次/年; 复核周期: 1 次/年"), &["review-too-late"]),
        (&rating("评定周期: 1 次/年; 复核周期: 2 次/年"), &[]),
        (
            &format!("{}\n清单 奖 {{ 事项 贷款 {{ 属性 起始星级: 3 星 }} }}", rating("评定周期: 2 年")),
            &["reward-without-grade"],
        ),
        (&format!("{}\n清单 奖 {{ 事项 贷款 {{ 属性 起始星级: 2 星 }} }}", rating("评定周期: 2 年")), &[]),
        (&format!("{}\n清单 奖 {{ 事项 贷款 {{ 属性 起始星级: 3 星 }} }}", rating("未尽: 是")), &[]),
        ("清单 奖 { 事项 贷款 { 属性 起始星级: 3 星 } }", &[]),
    ]);
}

#[test]
fn steps_that_nobody_takes() {
    let steps = |last: &str| {
        format!("组织 甲 {{}}\n程序 办 {{ 步骤 一 {{ 主体: 甲 }}; 步骤 二 {{ 主体: 甲 }}; 步骤 三 {{ {last} }} }}")
    };
    check(&[
        (&steps(""), &["step-without-actor"]),
        (&steps("主体: 甲"), &[]),
        // The first alone may be named for all that follow, but no later one for those before.
        ("组织 甲 {}\n程序 办 { 步骤 一 { 主体: 甲 }; 步骤 二 {}; 步骤 三 {} }", &[]),
        ("组织 甲 {}\n程序 办 { 步骤 一 {}; 步骤 二 { 主体: 甲 } }", &["step-without-actor"]),
        (&steps("").replace("程序 办 {", "程序 办 { 未尽: 是;"), &[]),
        ("程序 办 { 步骤 一 {}; 步骤 二 {} }", &[]),
    ]);
}

#[test]
fn steps_that_take_longer_than_the_whole() {
    let procedure = |whole: &str, one: &str, two: &str, three: &str| {
        format!(
            "程序 办 {{ 期限: 限 {whole} 自 受理; 步骤 一 {{ {one} }}; 步骤 二 {{ {two} }}; 步骤 三 {{ {three} }} }}"
        )
    };
    let five = "期限: 限 5 日 自 受理";
    let ways =
        |whole: &str| procedure(whole, &format!("{five}; 下一步: [二, 三]"), &format!("{five}; 下一步: 三"), five);
    check(&[
        (&procedure("10 日", five, five, five), &["deadlines-exceed-whole"]),
        (&procedure("15 日", five, five, five), &[]),
        (&ways("14 日"), &["deadlines-exceed-whole"]),
        (&ways("15 日"), &[]),
        // Only one of two ways is taken.
        (&procedure("10 日", &format!("{five}; 下一步: [二, 三]"), five, five), &[]),
        (&procedure("9 日", &format!("{five}; 下一步: [二, 三]"), five, five), &["deadlines-exceed-whole"]),
        // Months have between 28 and 31 days.
        (&procedure("1 月", "期限: 限 22 日 自 受理", five, five), &["deadlines-exceed-whole"]),
        (&procedure("1 月", "期限: 限 21 日 自 受理", five, five), &[]),
        (&procedure("37 日", "期限: 限 1 月 自 受理", five, five), &["deadlines-exceed-whole"]),
        (&procedure("38 日", "期限: 限 1 月 自 受理", five, five), &[]),
        (&procedure("1 年", "期限: 限 357 日 自 受理", five, five), &["deadlines-exceed-whole"]),
        (&procedure("1 年", "期限: 限 356 日 自 受理", five, five), &[]),
        (&procedure("10 日", "期限: 待定", "期限: 限 20 日 自 受理", five), &[]),
        // In a circle no way is the longest.
        (&procedure("10 日", &format!("{five}; 下一步: 二"), &format!("{five}; 下一步: [一, 三]"), five), &[]),
    ]);
}

#[test]
fn documents_that_rest_on_others() {
    let documents = |a: &str, b: &str, c: &str| {
        found_in(
            &[
                ("/polis.toml", "[package]\nname = \"a\"\n"),
                ("/a.pol", &format!("文件 甲 {{ {a} }}")),
                ("/b.pol", &format!("文件 乙 {{ {b} }}")),
                ("/c.pol", &format!("文件 丙 {{ {c} }}")),
            ],
            "a",
        )
    };
    let based = "印发: 2020-06-01; 依据: 乙";
    assert_eq!(documents(based, "印发: 2020-07-01", ""), ["based-on-later"]);
    assert_eq!(documents(based, "印发: 2020-05-01", ""), [""; 0]);
    assert_eq!(documents("印发: 2020; 依据: 乙", "印发: 2020-07-01", ""), [""; 0]);
    assert_eq!(documents(based, "印发: 2019", "印发: 2020-01-01; 代替: 乙"), ["refers-to-superseded"]);
    assert_eq!(documents(based, "印发: 2019", "印发: 2021-01-01; 代替: 乙"), [""; 0]);
    assert_eq!(documents(based, "印发: 2019", "代替: 乙"), [""; 0]);
    assert_eq!(documents("印发: 2020-06-01; 依据: 乙; 代替: 乙", "印发: 2019", ""), [""; 0]);
    // What a document rests on is in force when it takes effect, or is issued where it does not say when it does.
    let ended = "印发: 2015; 失效: 2020-06-15";
    assert_eq!(documents("施行: 2020-07-01; 依据: 乙", ended, ""), ["based-on-expired"]);
    assert_eq!(documents("印发: 2020-07-01; 依据: 乙", ended, ""), ["based-on-expired"]);
    assert_eq!(documents("印发: 2020-06-01; 施行: 2020-07-01; 依据: 乙", ended, ""), ["based-on-expired"]);
    assert_eq!(documents("印发: 2020-06-15; 依据: 乙", ended, ""), [""; 0]);
    assert_eq!(documents("印发: 2020; 依据: 乙", ended, ""), [""; 0]);
    assert_eq!(documents("依据: 乙", ended, ""), [""; 0]);
    assert_eq!(documents("印发: 2020-07-01; 依据: 乙; 代替: 乙", ended, ""), [""; 0]);
    // Of one that was replaced before it would have expired, it is enough to say that.
    assert_eq!(documents("印发: 2020-07-01; 依据: 乙", ended, "印发: 2018; 代替: 乙"), ["refers-to-superseded"]);
}

#[test]
fn dates_of_a_document_in_their_order() {
    let document = |dates: &str| format!("文件 甲 {{ {dates} }}\n对象 街道 {{}}\n规则 数 属于 街道 {{ 值: 3 人 }}");
    check(&[
        (&document("印发: 2020-07-01; 施行: 2020-06-30"), &["dates-out-of-order"]),
        (&document("印发: 2020-07-01; 施行: 2020-07-01"), &[]),
        (&document("印发: 2020-07-01; 施行: 2020"), &[]),
        (&document("印发: 2020; 施行: 2019"), &["dates-out-of-order"]),
        (&document("印发: 待定; 施行: 2019"), &[]),
        (&document("印发: 2020-07-01; 失效: 2020-06-30"), &["dates-out-of-order"]),
        (&document("印发: 2020-07-01; 失效: 2020-07-01"), &[]),
        (&document("施行: 2020-07-01; 失效: 2020-06-30"), &["never-in-force"]),
        (&document("施行: 2020-07-01; 失效: 2020-07-01"), &[]),
        (&document("施行: 2020; 失效: 2020"), &[]),
        (&document("印发: 2020-07-01; 施行: 2020-05-01; 失效: 2020-06-30"), &["dates-out-of-order"]),
        (&document("印发: 2020-07-01; 施行: 2020-08-01; 失效: 2020-06-30"), &["never-in-force"]),
    ]);
}

#[test]
fn values_that_end_before_what_needs_them() {
    let dated = |document: &str, param: &str, rule: &str| {
        format!(
            "文件 甲 {{ {document} }}\n对象 街道 {{}}\n参数 数: 元 {{ 值: 1 元; {param} }}\n\
             规则 额 属于 街道: 元 {{ 值: 数 * 2; {rule} }}\n要求 有余 属于 街道 {{ 满足: 数 > 0 元; {rule} }}"
        )
    };
    let until = "至: 2022-06-30";
    check(&[
        // One finding, whoever needs it.
        (&dated("施行: 2020", until, ""), &["value-ends"]),
        (&dated("印发: 2020", until, ""), &["value-ends"]),
        (&dated("", until, ""), &["value-ends"]),
        (&dated("施行: 2020; 失效: 2022-06-30", until, ""), &[]),
        (&dated("施行: 2020; 失效: 2022-07-01", until, ""), &["value-ends"]),
        (&dated("施行: 2020", until, until), &[]),
        (&dated("施行: 2020", until, "至: 2022-06-29"), &[]),
        (&dated("施行: 2020", "", ""), &[]),
        // What had ended before anyone needed it is found where it is needed.
        (&dated("施行: 2023", until, ""), &["refers-out-of-force", "refers-out-of-force"]),
        (&dated("印发: 2023", until, ""), &["refers-out-of-force", "refers-out-of-force"]),
        ("文件 甲 { 施行: 2020 }\n参数 数: 元 { 值: 1 元; 至: 2022 }", &[]),
        // A test says for which day it is.
        ("参数 数: 元 { 值: 1 元; 至: 2022 }\n测试 \"数\" { 时点: 2022-01-01; 预期: 数 = 1 元 }", &[]),
        // An amendment may give it more time.
        (
            &format!(
                "{}\n修订 改 {{ 自: 2021-01-01; 参数 数 {{ 至: 2030 }}  }}",
                dated("施行: 2020; 失效: 2025", until, "")
            ),
            &[],
        ),
    ]);
}

#[test]
fn what_ends_in_another_document_or_package() {
    let upper = "文件 上 { 施行: 2020 }\n对象 街道 {}\n参数 数: 元 { 值: 1 元; 至: 2022 }";
    let lower = "文件 下 { 施行: 2021 }\n规则 额 属于 街道: 元 { 值: 数 * 2 }";
    assert_eq!(under(upper, lower), ["value-ends"]);
    assert_eq!(under(upper, &lower.replace("2021", "2021; 失效: 2022")), [""; 0]);
    // A document that expires takes its provisions with it; while others go on that began before, it may be renewed.
    let upper = "文件 上 { 施行: 2020; 失效: 2022 }\n对象 街道 {}\n参数 数: 元 { 值: 1 元 }";
    assert_eq!(under(upper, lower), [""; 0]);
    assert_eq!(under(upper, &lower.replace("2021", "2023")), ["refers-out-of-force"]);
    // One mistake is told once.
    let never = upper.replace("2022", "2019");
    assert_eq!(under(&never, &lower.replace("2021", "2023")), [""; 0]);
}

#[test]
fn days_that_come_too_early() {
    let dated = |text: &str| format!("文件 甲 {{ 施行: 2020-07-01 }}\n对象 街道 {{}}\n行为 走访 {{}}\n{text}");
    check(&[
        (&dated("规范 一 { 主体: 街道; 应当: 走访; 期限: 2020-06-30 }"), &["deadline-before-effect"]),
        (&dated("规范 一 { 主体: 街道; 应当: 走访; 期限: 2020-06-30; 自: 2020-01-01 }"), &[]),
        (&dated("规范 一 { 主体: 街道; 应当: 走访; 期限: 2020-07-01 }"), &[]),
        (
            &dated("规范 一 { 主体: 街道; 应当: 走访; 期限: 2020-06-30 }").replace("施行", "印发"),
            &["deadline-before-effect"],
        ),
        (&dated("规范 一 { 主体: 街道; 应当: 走访; 期限: 2020-06-30 }").replace("施行", "失效"), &[]),
        (&dated("程序 一 { 步骤 子 { 期限: 2020-06-30 } }"), &["deadline-before-effect"]),
        (&dated("规范 一 { 主体: 街道; 应当: 走访; 自: 2021-01-01; 至: 2020-12-31 }"), &["never-in-force"]),
        (
            &dated("参数 数: 元 { 值: 1 元; 至: 2020-06-30 }\n规则 额 属于 街道: 元 { 值: 数 * 2 }"),
            &["refers-out-of-force"],
        ),
        (&dated("参数 数: 元 { 值: 1 元; 至: 2020-07-01 }\n规则 额 属于 街道: 元 { 值: 数 * 2 }"), &["value-ends"]),
        (
            &dated("参数 数: 元 { 值: 1 元; 至: 2020-06-30 }\n规则 额 属于 街道: 元 { 值: 数 * 2; 自: 2020-01-01 }"),
            &["value-ends"],
        ),
    ]);
}
