//! What the checker finds, what it does not, and the smallest jurisdiction that it shows.
#![expect(clippy::unwrap_used, reason = "a workspace that cannot be loaded fails the test")]

use camino::Utf8Path;
use polis_analysis::Outside;
use polis_db::{Loaded, MemorySystem, load};
use polis_diagnostic::{Locale, Severity};

const ENTITIES: &str = "
对象 街道 { 字段 机构数: 个 { 取值: 0..20 个 } }
枚举 类别 { 值域: [城市, 农村] }
对象 社区 { 隶属: 街道; 字段 户数: 户 { 取值: 0.. 户 }; 字段 人数: 人; 字段 类型: 类别; 字段 老旧: 是非; 字段 率: 百分比; 字段 成立: 日期; 字段 网格数: 整数 }
行为 下达任务 {}
行为 下达招商任务 { 上位: 下达任务 }
行为 走访 {}
组织 党工委 属于 街道 {}
";

fn open_text(text: &str) -> Loaded {
    let system = MemorySystem::new()
        .with_file("/polis.toml", "[package]\nname = \"a\"\n")
        .with_file("/a.pol", &format!("{ENTITIES}{text}"));
    load(&system, Utf8Path::new("/"))
}

/// The codes of the findings with their examples, in order.
fn found(text: &str) -> Vec<String> {
    let loaded = open_text(text);
    let [package] = loaded.targets.as_slice().try_into().unwrap();
    let found = polis_analysis::check(&loaded.db, package);
    let meaning = polis_semantic::check(&loaded.db, &[package]);
    assert!(meaning.iter().all(|it| it.severity < Severity::Error), "{text}: {meaning:?}");
    let mut all: Vec<String> = found
        .iter()
        .filter(|it| !meaning.contains(it))
        .map(|it| {
            let notes: Vec<String> = it.notes.iter().map(|it| format!(" {}", it.render(Locale::Zh))).collect();
            format!("{}{}", it.message.code(), notes.concat())
        })
        .collect();
    all.sort();
    all
}

#[track_caller]
fn check(cases: &[(&str, &[&str])]) {
    for (text, expected) in cases {
        assert_eq!(found(text), *expected, "{text}");
    }
}

#[test]
fn exceptions_that_hold_together() {
    let rule = |exceptions: &str| format!("规则 甲 属于 社区 {{ 值: 1 人; {exceptions} }}");
    let both = rule("例外 大 当 户数 > 3000 户: 2 人; 例外 老 当 老旧 且 户数 > 3500 户: 3 人");
    let same = rule("例外 大 当 户数 > 3000 户: 2 人; 例外 老 当 老旧: 2 人");
    let over = rule("例外 大 当 户数 > 3000 户: 2 人; 例外 老 优先于 大 当 老旧: 3 人");
    let apart = rule("例外 大 当 户数 > 3000 户: 2 人; 例外 小 当 户数 不超过 3000 户: 3 人");
    let kinds = rule("例外 城 当 类型 = 城市: 2 人; 例外 村 当 类型 = 农村: 3 人");
    let street = rule("例外 多 当 街道.机构数 > 5 个: 2 人; 例外 少 当 街道.机构数 < 7 个: 3 人");
    check(&[
        (&both, &["conflicting-exceptions 例如，社区.户数 = 3501 户、社区.老旧 = 是"]),
        (&same, &[]),
        (&over, &[]),
        (&apart, &[]),
        (&kinds, &[]),
        (&street, &["conflicting-exceptions 例如，街道.机构数 = 6 个"]),
    ]);
}

#[test]
fn guards_that_never_or_always_hold() {
    let rule = |guard: &str| format!("规则 甲 属于 社区 {{ 值: 1 人; 例外 乙 当 {guard}: 2 人 }}");
    for (guard, code) in [
        ("户数 < 0 户", "never-holds"),
        ("户数 > 5 户 且 户数 < 6 户", "never-holds"),
        ("老旧 且 非 老旧", "never-holds"),
        ("率 > 50% 且 率 < 40%", "never-holds"),
        ("成立 > 2020-01-02 且 成立 < 2020-01-03", "never-holds"),
        // A whole figure is never one between two whole ones.
        ("网格数 = 2.5", "never-holds"),
        ("网格数 >= 2.5 且 网格数 < 2.7", "never-holds"),
        ("网格数 > 2.5 或 网格数 < 2.6", "always-holds"),
        ("户数 >= 0 户", "always-holds"),
        ("类型 = 城市 或 类型 = 农村", "always-holds"),
        ("户数 > 3 户 或 户数 < 5 户", "always-holds"),
    ] {
        assert_eq!(found(&rule(guard)), [code], "{guard}");
    }
    for guard in [
        "户数 > 0 户",
        "率 > 50% 且 率 < 51%",
        "户数 > 5 户 且 户数 < 7 户",
        "成立 > 2020-01-01 且 成立 < 2020-01-03",
        "类型 = 城市",
        "网格数 > 2.5 且 网格数 < 3.5",
        // Computed: not decided, and not passed off as an error.
        "户数 * 2 < 0 户",
    ] {
        assert_eq!(found(&rule(guard)), [""; 0], "{guard}");
    }
}

#[test]
fn cases_that_are_never_reached() {
    let rule = |cases: &str| format!("规则 甲 属于 社区 {{ 值: 分情形 {{ {cases} }} }}");
    check(&[
        (&rule("户数 < 3000 户 => 1 人; 户数 < 2000 户 => 2 人; 其他 => 3 人"), &["never-reached"]),
        (&rule("户数 < 2000 户 => 1 人; 户数 < 3000 户 => 2 人; 其他 => 3 人"), &[]),
        (&rule("老旧 => 1 人; 非 老旧 => 2 人; 户数 > 3 户 => 4 人; 其他 => 3 人"), &["never-reached"]),
    ]);
}

#[test]
fn norms_that_cannot_both_be_followed() {
    let pair = |a: &str, b: &str| format!("规范 要 {{ 主体: 街道; {a} }}\n规范 禁 {{ 主体: 街道; {b} }}");
    check(&[
        (&pair("应当: 下达任务", "不得: 下达任务"), &["demanded-and-forbidden"]),
        (&pair("可以: 下达任务", "不得: 下达任务"), &["permitted-and-forbidden"]),
        // What is forbidden in general is forbidden in particular, and not the other way round.
        (&pair("应当: 下达招商任务", "不得: 下达任务"), &["demanded-and-forbidden"]),
        (&pair("应当: 下达任务", "不得: 下达招商任务"), &[]),
        (&pair("应当: 走访", "不得: 下达任务"), &[]),
        (&pair("鼓励: 下达任务", "不得: 下达任务"), &[]),
        (&pair("应当: 下达任务; 客体: 招商", "不得: 下达任务; 客体: [招商, 协税]"), &["demanded-and-forbidden"]),
        (&pair("应当: 下达任务; 客体: 防疫", "不得: 下达任务; 客体: [招商, 协税]"), &[]),
        (&pair("应当: 下达任务; 至: 2020-12-31", "不得: 下达任务; 自: 2021-01-01"), &[]),
        (&pair("应当: 下达任务; 至: 2020-12-31", "不得: 下达任务; 自: 2020-12-31"), &["demanded-and-forbidden"]),
        (
            &pair("应当: 下达任务; 当: 机构数 > 5 个", "不得: 下达任务; 当: 机构数 不超过 7 个"),
            &["demanded-and-forbidden 例如，街道.机构数 = 6 个"],
        ),
        (
            &pair("应当: 下达任务; 当: 分情形 { 机构数 > 5 个 => 是; 其他 => 否 }", "不得: 下达任务"),
            &["demanded-and-forbidden 例如，街道.机构数 = 6 个"],
        ),
        (&pair("应当: 下达任务; 当: 机构数 > 7 个", "不得: 下达任务; 当: 机构数 不超过 7 个"), &[]),
        // Past what the field may be.
        (&pair("应当: 下达任务; 当: 机构数 > 20 个", "不得: 下达任务"), &["never-holds"]),
        ("规范 要 { 主体: 街道; 应当: 走访 }\n规范 禁 { 主体: 党工委; 不得: 走访 }", &[]),
    ]);
}

/// What is not decided is counted, and never taken for consistent.
#[test]
fn what_is_not_decided_is_told() {
    let rule = |exceptions: &str| format!("规则 甲 属于 社区: 人 {{ 值: 1 人; {exceptions} }}");
    let norms = |guard: &str| {
        format!(
            "规范 要 {{ 主体: 街道; 应当: 走访; 当: {guard} }}\n规范 禁 {{ 主体: 街道; 不得: 走访; 当: 机构数 > 3 个 }}"
        )
    };
    let open = "参数 界: 个 { 值: 待定 }\n";
    let computed = [Outside::Computed];
    for (text, expected) in [
        (rule("例外 子 当 老旧: 2 人; 例外 丑 当 户数 > 3 户: 3 人"), &[][..]),
        (rule("例外 子 当 户数 * 2 > 3 户: 2 人"), &computed),
        // Which value prevails depends on how many there are.
        (rule("例外 子 当 老旧: 人数; 例外 丑 当 户数 > 3 户: 3 人"), &computed),
        (rule("例外 子 当 老旧: 人数; 例外 丑 优先于 子 当 户数 > 3 户: 3 人"), &[]),
        (rule("例外 子 当 户数 < 3 户: 人数; 例外 丑 当 户数 > 3 户: 3 人"), &[]),
        (rule("例外 子 当 老旧: 若 类型 = 城市 则 2 人 否则 3 人; 例外 丑 当 户数 > 3 户: 3 人"), &[]),
        (rule("例外 子 当 户数 > 3 户 且 待定: 2 人"), &[Outside::Open("甲".into())]),
        (norms("机构数 < 3 个"), &[]),
        (norms("分情形 { 机构数 > 5 个 => 是; 其他 => 否 }"), &[]),
        // Whether it ever holds, and whether both do.
        (norms("机构数 > 2 个 且 待定"), &[Outside::Open("要".into()), Outside::Open("要".into())]),
        (norms("机构数 < 3 个 且 待定"), &[Outside::Open("要".into())]),
        (open.to_owned() + &norms("机构数 > 界"), &[Outside::Open("界".into()), Outside::Open("界".into())]),
    ] {
        let loaded = open_text(&text);
        let [package] = loaded.targets.as_slice().try_into().unwrap();
        let undecided = polis_analysis::analysis(&loaded.db, package).undecided.clone();
        assert_eq!(undecided.into_iter().map(|it| it.why).collect::<Vec<_>>(), expected, "{text}");
    }
}

#[test]
fn ratings() {
    let rating = |a: &str, b: &str| {
        format!(
            "对象 企业 {{ 字段 甲分: 分; 字段 乙分: 分 }}
评定 星 属于 企业: 星 {{ 维度 一 {{ 权重: {a}; 得分: 甲分 }}; 维度 二 {{ 权重: 40%; 得分: 乙分 }}
  等次 上 {{ 分数: 90.. 分; 值: 2 星 }}; 等次 下 {{ 分数: {b}; 值: 1 星 }} }}"
        )
    };
    check(&[
        (&rating("60%", "60..90 分"), &[]),
        (&rating("50%", "60..90 分"), &["weights-not-whole"]),
        (&rating("待定", "60..90 分"), &[]),
        (&rating("60%", "60..89 分"), &["grade-gap"]),
        // Where grades or dimensions are left open, one may close the gap.
        (&rating("50%", "60..89 分").replace("星 {", "星 { 未尽: 是;"), &[]),
        (&rating("60%", "95..98 分"), &["never-reached"]),
    ]);
}

/// Grades are held against their values, or against the order in which most of them stand.
#[test]
fn grades_that_fall_where_scores_rise() {
    let grades = |grades: &[(&str, &str)]| {
        let grades = grades.iter().zip(["甲", "乙", "丙", "丁"]);
        let grades = grades.map(|((points, value), name)| format!("等次 {name} {{ 分数: {points} 分; {value} }}\n"));
        format!(
            "对象 企业 {{ 字段 得分数: 分 }}\n评定 评 属于 企业: 星 {{ 得分: 得分数\n{} }}",
            grades.collect::<String>()
        )
    };
    let star = ["值: 1 星", "值: 2 星", "值: 3 星"];
    check(&[
        (&grades(&[("90..100", star[2]), ("80..100", star[1]), ("60..100", star[0])]), &[]),
        (&grades(&[("90..100", star[2]), ("80..87", star[1]), ("60..100", star[0])]), &["grades-inverted"]),
        (&grades(&[("90..100", star[1]), ("80..90", star[2]), ("60..80", star[0])]), &["grades-inverted"]),
        (&grades(&[("60..80", star[0]), ("80..90", star[1]), ("90..100", star[2])]), &[]),
        (&grades(&[("90..100", star[2]), ("80..90", star[2]), ("60..80", star[0])]), &[]),
        (&grades(&[("90..100", ""), ("80..90", ""), ("60..80", "")]), &[]),
        (&grades(&[("60..80", ""), ("80..90", ""), ("90..100", "")]), &[]),
        (&grades(&[("95..100", ""), ("80..85", ""), ("85..95", ""), ("60..80", "")]), &["grades-inverted"]),
    ]);
}

#[test]
fn procedures() {
    check(&[
        ("程序 甲 { 步骤 一 { 下一步: 二 }; 步骤 二 {} }", &[]),
        ("程序 甲 { 步骤 一 {}; 步骤 二 {} }", &[]),
        ("程序 甲 { 未尽: 是; 步骤 一 { 下一步: 二 }; 步骤 二 { 下一步: 一 }; 步骤 三 {} }", &[]),
        ("程序 甲 { 步骤 一 { 下一步: 二 }; 步骤 二 {}; 步骤 三 {} }", &["step-never-reached"]),
        // A chain that is cut: after the first step, further on, and beside a circle.
        ("程序 甲 { 步骤 一 {}; 步骤 二 { 下一步: 三 }; 步骤 三 { 下一步: 四 }; 步骤 四 {} }", &["step-never-reached"]),
        ("程序 甲 { 步骤 一 { 下一步: 二 }; 步骤 二 {}; 步骤 三 { 下一步: 四 }; 步骤 四 {} }", &["step-never-reached"]),
        (
            "程序 甲 { 步骤 一 { 下一步: 二 }; 步骤 二 {}; 步骤 三 { 下一步: 四 }; 步骤 四 { 下一步: [三, 二] } }",
            &["step-never-reached"],
        ),
        // Two ways in.
        ("程序 甲 { 步骤 一 { 下一步: 三 }; 步骤 二 { 下一步: 三 }; 步骤 三 {} }", &[]),
        ("程序 甲 { 步骤 一 { 下一步: 二 }; 步骤 二 { 下一步: 一 } }", &["procedure-without-end"]),
        ("程序 甲 { 步骤 一 { 下一步: 二 }; 步骤 二 { 下一步: [一, 三] }; 步骤 三 {} }", &[]),
    ]);
}

#[test]
fn lists_of_an_admission() {
    let admission = |refused: &str| {
        format!(
            "对象 申报 {{ 字段 名称: 文字 }}\n清单 正 {{ 性质: 正面; 类别 一 {{ 列项: [体检, 招商] }} }}
清单 负 {{ 性质: 负面; 列项: {refused} }}\n准入 入 属于 申报 {{ 清单: [正, 负]; 申报事项: 名称 }}"
        )
    };
    let by_condition = admission("招商").replace("清单: [正, 负]", "清单: 正; 清单 当 名称 = \"招商\": 负");
    check(&[
        (&admission("招商"), &["admitted-and-refused"]),
        (&admission("协税"), &[]),
        // Where a condition says what is on a list, its names do not.
        (&by_condition, &[]),
    ]);
}

/// The same findings whatever the order of the provisions.
#[test]
fn the_order_of_provisions_makes_no_difference() {
    let provisions = [
        "规范 要 { 主体: 街道; 应当: 下达任务; 当: 机构数 > 5 个 }",
        "规范 禁 { 主体: 街道; 不得: 下达任务; 当: 机构数 < 8 个 }",
        "规则 甲 属于 社区 { 值: 1 人; 例外 大 当 户数 > 3000 户: 2 人; 例外 老 当 老旧: 3 人 }",
    ];
    let [a, b, c] = provisions;
    let first = found(&provisions.join("\n"));
    assert_eq!(first.len(), 2);
    for order in [[a, c, b], [b, a, c], [b, c, a], [c, a, b], [c, b, a]] {
        assert_eq!(found(&order.join("\n")), first);
    }
}
