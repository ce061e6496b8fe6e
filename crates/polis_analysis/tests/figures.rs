//! Limits and quotas for every jurisdiction: what breaks them, the smallest that does, and what does not.
#![expect(clippy::unwrap_used, reason = "a workspace that cannot be loaded fails the test")]

use camino::Utf8Path;
use polis_db::{MemorySystem, load};
use polis_diagnostic::{Locale, Severity};

const ENTITIES: &str = "
枚举 类别 { 值域: [城市, 农村] }
对象 街道 { 字段 机构数: 个; 字段 人口: 人 { 取值: 0..200000 人 } }
对象 社区 { 隶属: 街道; 字段 户数: 户 { 取值: 0.. 户 }; 字段 专职: 人; 字段 类型: 类别; 字段 面积: 平方米 }
";

/// The codes of a city's findings under a province, with their examples, in order.
fn found(province: &str, city: &str) -> Vec<String> {
    let system = MemorySystem::new()
        .with_file("/polis.toml", "[workspace]\n")
        .with_file("/p/polis.toml", "[package]\nname = \"p\"\nlevel = \"province\"\n")
        .with_file("/p/a.pol", &format!("{ENTITIES}{province}"))
        .with_file("/c/polis.toml", "[package]\nname = \"c\"\nlevel = \"city\"\nunder = [\"p\"]\n")
        .with_file("/c/a.pol", city);
    let loaded = load(&system, Utf8Path::new("/c"));
    let [package] = loaded.targets.as_slice().try_into().unwrap();
    let meaning = polis_semantic::check(&loaded.db, &[package]);
    assert!(meaning.iter().all(|it| it.severity < Severity::Error), "{province}{city}: {meaning:?}");
    let mut all: Vec<String> = polis_analysis::check(&loaded.db, package)
        .iter()
        .filter(|it| !meaning.contains(it))
        .map(|it| {
            let notes: Vec<String> = it.notes.iter().map(|it| format!(" {}", it.render(Locale::Zh))).collect();
            format!("{} {}{}", it.message.code(), it.message.render(Locale::Zh), notes.concat())
        })
        .collect();
    all.sort();
    all
}

#[track_caller]
fn check(cases: &[(&str, &str, &[&str])]) {
    for (province, city, expected) in cases {
        assert_eq!(found(province, city), *expected, "{province}\n{city}");
    }
}

#[test]
fn a_superiors_limit_holds_for_every_jurisdiction() {
    let province = "员额 上限 属于 社区 { 限额: ..18 人 }";
    let grows =
        "员额 甲 属于 社区 { 基数: 10..15 人; 增配 当 户数 不少于 3000 户: 每满(户数 - 3000 户, 300..500 户) * 1 人 }";
    let capped = "员额 甲 属于 社区 { 限额: ..18 人; 基数: 10..15 人; 增配 当 户数 不少于 3000 户: 每满(户数 - 3000 户, 300 户) * 1 人 }";
    let wider = "员额 甲 属于 社区 { 限额: ..20 人; 基数: 10..15 人; 增配 当 户数 不少于 3000 户: 每满(户数 - 3000 户, 300 户) * 1 人 }";
    let open = "员额 甲 属于 社区 { 基数: 待定 \"另行规定\" }";
    check(&[
        (
            province,
            grows,
            &["superior-limit-exceeded `甲` 可达 19 人，超过上级 `p.上限` 规定的限额 18 人 例如，社区.户数 = 4200 户"],
        ),
        // Its own limit is what the formula is cut to.
        (province, capped, &[]),
        (
            province,
            wider,
            &[
                "limit-loosened `甲` 的限额放宽到 20 人，超出上级 `p.上限` 规定的 18 人",
                "superior-limit-exceeded `甲` 可达 19 人，超过上级 `p.上限` 规定的限额 18 人 例如，社区.户数 = 4200 户",
            ],
        ),
        (province, open, &[]),
    ]);
}

#[test]
fn limits_under_guards_meet_only_where_both_hold() {
    let province = "员额 上限 属于 社区 { 限额 当 类型 = 城市: ..18 人 }";
    let rural = "员额 甲 属于 社区 { 基数: 0 人; 增配 当 类型 = 农村: 30 人; 增配 当 类型 = 城市: 10 人 }";
    let urban = "员额 甲 属于 社区 { 基数: 0 人; 增配 当 类型 = 农村: 10 人; 增配 当 类型 = 城市: 19 人 }";
    check(&[
        (province, rural, &[]),
        (
            province,
            urban,
            &["superior-limit-exceeded `甲` 可达 19 人，超过上级 `p.上限` 规定的限额 18 人 例如，社区.类型 = 城市"],
        ),
    ]);
}

#[test]
fn offices_that_exclude_each_other_are_not_added_up() {
    let offices = |guard: &str| {
        format!(
            "内设机构 甲 属于 街道 {{ 限额: ..7 个; 必设: 4 个; 增设 乙办 当 人口 > 50000 人: 3 个; 增设 丙办 当 {guard}: 1 个 }}"
        )
    };
    // What is left open is no less than none.
    let open = "内设机构 甲 属于 街道 { 必设: 7 个; 增设: 待定 }";
    check(&[
        ("", &offices("人口 不超过 50000 人"), &[]),
        ("", &offices("人口 > 80000 人"), &["limit-exceeded `甲` 可达 8 个，超过限额 7 个 例如，街道.人口 = 80001 人"]),
        (
            "内设机构 上限 属于 街道 { 限额: ..6 个 }",
            "内设机构 甲 属于 街道 { 必设: 4 个; 增设 乙办 当 人口 > 50000 人: 3 个 }",
            &["superior-limit-exceeded `甲` 可达 7 个，超过上级 `p.上限` 规定的限额 6 个 例如，街道.人口 = 50001 人"],
        ),
        (
            "内设机构 上限 属于 街道 { 限额: ..6 个 }",
            open,
            &["superior-limit-exceeded `甲` 可达 7 个，超过上级 `p.上限` 规定的限额 6 个"],
        ),
        ("内设机构 上限 属于 街道 { 限额: ..7 个 }", open, &[]),
    ]);
}

#[test]
fn less_than_a_limit_demands() {
    check(&[
        (
            "员额 下限 属于 社区 { 限额: 8..18 人 }",
            "员额 甲 属于 社区 { 基数: 10 人; 增配 当 户数 不少于 500 户: 5 人 }",
            &[],
        ),
        (
            "员额 至少 属于 社区 { 限额: 8..18 人 }",
            "员额 甲 属于 社区 { 基数: 0 人; 增配 当 户数 不少于 500 户: 10 人; 增配 当 户数 不足 500 户: 5 人 }",
            &["below-superior-limit `甲` 可低至 5 人，低于上级 `p.至少` 规定的下限 8 人 例如，社区.户数 = 0 户"],
        ),
    ]);
}

#[test]
fn quotas_that_fall_while_households_rise() {
    let bands = |above: &str| {
        format!(
            "员额 甲 属于 社区 {{ 基数: 0 人; 增配 当 户数 不超过 2999 户: 10..15 人; 增配 当 户数 > 2999 户: {above} }}"
        )
    };
    check(&[
        ("", &bands("10..15 人"), &[]),
        (
            "",
            &bands("每满(户数, 500 户) * 2 人"),
            &[
                "quota-falls `户数` 增加时，`甲` 反而由 10..15 人 降到 12 人 例如，社区.户数 = 2999 户：10..15 人；社区.户数 = 3000 户：12 人",
            ],
        ),
        (
            "",
            &bands("12..14 人"),
            &[
                "quota-falls `户数` 增加时，`甲` 反而由 10..15 人 降到 12..14 人 例如，社区.户数 = 2999 户：10..15 人；社区.户数 = 3000 户：12..14 人",
            ],
        ),
        // What falls throughout is meant to.
        ("", "员额 甲 属于 社区 { 基数: 100 人 - 每满(户数, 100 户) * 1 人 }", &[]),
    ]);
}

#[test]
fn quotas_that_jump() {
    let quota = |extra: &str| format!("员额 甲 属于 社区 {{ 基数: 10..15 人; {extra} }}");
    check(&[
        (
            "",
            &quota("增配 当 户数 不少于 3000 户: 50 人"),
            &[
                "quota-jumps `户数` 只差一个单位，`甲` 就由 10..15 人 跳到 60..65 人 例如，社区.户数 = 2999 户：10..15 人；社区.户数 = 3000 户：60..65 人",
            ],
        ),
        // Twice as much is a step.
        ("", &quota("增配 当 户数 不少于 3000 户: 20 人"), &[]),
        ("", &quota("增配: 每满(户数, 1 户) * 3 人"), &[]),
        // Where there was nobody, the first are no jump.
        ("", "员额 甲 属于 社区 { 基数: 若 户数 > 100 户 则 5 人 否则 0 人 }", &[]),
        (
            "",
            "员额 甲 属于 社区 { 基数: 2.. 人; 增配 当 户数 不少于 3000 户: 50 人 }",
            &[
                "quota-jumps `户数` 只差一个单位，`甲` 就由 2.. 人 跳到 52.. 人 例如，社区.户数 = 2999 户：2.. 人；社区.户数 = 3000 户：52.. 人",
            ],
        ),
    ]);
}

#[test]
fn a_fall_under_an_open_base_is_one() {
    let quota = "参数 起点: 人 { 值: 待定 }\n员额 甲 属于 社区 { 基数: 起点; 增配 当 户数 不足 3000 户: 5 人 }";
    let found = found("", quota);
    assert!(found.len() == 1 && found[0].starts_with("quota-falls "), "{found:?}");
}

#[test]
fn budgets_below_what_must_be_paid() {
    let pay = |cost: &str, limit: &str| {
        format!(
            "员额 甲 属于 社区 {{ 基数: 10..15 人; 增配 当 户数 不少于 3000 户: 5 人 }}\n薪酬 乙 属于 社区: 元/年 {{ 构成: {cost}; 限额: {limit} }}"
        )
    };
    check(&[
        (
            "",
            &pay("甲 * 1000 元/人/年", "..9000 元/年"),
            &["budget-too-small `乙` 至少需要 10000 元/年，而限额只有 9000 元/年 例如，社区.户数 = 1 户"],
        ),
        (
            "",
            &pay("甲 * 1000 元/人/年", "..12000 元/年"),
            &["budget-too-small `乙` 至少需要 15000 元/年，而限额只有 12000 元/年 例如，社区.户数 = 3000 户"],
        ),
        ("", &pay("甲 * 1000 元/人/年", "..15000 元/年"), &[]),
        // What rests on facts may be as little as they are.
        ("", &pay("专职 * 1000 元/人/年", "..15000 元/年"), &[]),
    ]);
}
