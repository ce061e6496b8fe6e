//! Requirements that cannot be met together.

mod support;

use support::{check, found_in};

const TYPES: &str = "
对象 区县 {}
对象 街道 {
  隶属: 区县
  字段 户数: 户 { 取值: 0..10_000 户 }
  字段 网格数: 个
  字段 专职网格数: 个
  字段 报到数: 个
  字段 试点: 是非
}
规则 应有网格数 属于 街道: 个 { 值: 每满(户数, 300 户) * 1 个 }
规则 达标 属于 街道: 是非 { 值: 网格数 不少于 专职网格数 }
参数 上限: 个 { 值: 待定 }
";

fn both(a: &str, b: &str) -> String {
    format!("{TYPES}要求 甲 属于 街道 {{ {a} }}\n要求 乙 属于 街道 {{ {b} }}")
}

#[test]
fn requirements_that_no_jurisdiction_meets_together() {
    check(&[
        (&both("满足: 网格数 > 5 个", "满足: 网格数 < 5 个"), &["requirements-clash"]),
        (&both("满足: 网格数 > 5 个", "满足: 网格数 < 7 个"), &[]),
        (&both("满足: 网格数 > 5 个", "满足: 网格数 < 6 个"), &["requirements-clash"]),
        (&both("满足: 试点", "满足: 非 试点"), &["requirements-clash"]),
        (&both("满足: 试点 且 网格数 > 5 个", "满足: 非 试点 或 网格数 < 5 个"), &["requirements-clash"]),
        (&both("满足: 网格数 > 5 个", "满足: 专职网格数 < 5 个"), &[]),
        // One that nothing meets clashes with nothing.
        (&both("满足: 网格数 > 5 个 且 网格数 < 3 个", "满足: 网格数 > 1 个"), &[]),
        (&both("满足: 网格数 > 5 个", "满足: 网格数 < 5 个; 语气: 鼓励"), &["requirements-clash"]),
        (&both("满足: 网格数 > 5 个; 至: 2020-12-31", "满足: 网格数 < 5 个; 自: 2021-01-01"), &[]),
    ]);
}

/// What the guards ask is given; the smallest for which the requirements clash is told.
#[test]
fn requirements_under_guards() {
    check(&[
        (
            &both("满足: 网格数 > 5 个; 当: 户数 > 100 户", "满足: 网格数 < 5 个; 当: 户数 < 300 户"),
            &["requirements-clash 例如，街道.户数 = 101 户"],
        ),
        (&both("满足: 网格数 > 5 个; 当: 户数 > 300 户", "满足: 网格数 < 5 个; 当: 户数 < 300 户"), &[]),
        (
            &both("满足: 网格数 > 5 个", "满足: 网格数 < 5 个; 当: 户数 > 300 户"),
            &["requirements-clash 例如，街道.户数 = 301 户"],
        ),
        // Whoever has fewer households can meet both, but who has more cannot help it.
        (&both("满足: 户数 < 200 户", "满足: 网格数 > 5 个; 当: 户数 > 100 户"), &[]),
        (&both("满足: 网格数 > 5 个; 当: 试点", "满足: 网格数 < 5 个; 当: 非 试点"), &[]),
    ]);
}

/// What compares computed values, and what the text leaves open, clashes by how it is written.
#[test]
fn requirements_that_are_written_as_opposites() {
    check(&[
        (&both("满足: 网格数 不少于 应有网格数", "满足: 网格数 不足 应有网格数"), &["requirements-clash"]),
        (&both("满足: 网格数 不少于 应有网格数", "满足: 应有网格数 不少于 网格数"), &[]),
        (&both("满足: 网格数 > 专职网格数", "满足: 网格数 < 专职网格数"), &["requirements-clash"]),
        (&both("满足: 网格数 > 专职网格数", "满足: 专职网格数 > 网格数"), &["requirements-clash"]),
        (&both("满足: 网格数 > 专职网格数", "满足: 网格数 < 报到数"), &[]),
        (&both("满足: 网格数 不超过 上限", "满足: 网格数 超过 上限"), &["requirements-clash"]),
        (&both("满足: 达标", "满足: 网格数 < 专职网格数"), &["requirements-clash"]),
        (&both("满足: 网格数 + 报到数 在 3..5 个", "满足: 网格数 + 报到数 > 5 个"), &["requirements-clash"]),
        (&both("满足: 网格数 + 报到数 在 3..5 个", "满足: 网格数 + 报到数 > 4 个"), &[]),
        (
            &both("满足: 网格数 > 专职网格数; 当: 户数 > 100 户", "满足: 网格数 < 专职网格数; 当: 户数 < 300 户"),
            &["requirements-clash 例如，街道.户数 = 101 户"],
        ),
        (&both("满足: 网格数 > 专职网格数; 当: 户数 > 300 户", "满足: 网格数 < 专职网格数; 当: 户数 < 300 户"), &[]),
    ]);
}

/// A lower requirement that leaves none of what a superior's allows.
#[test]
fn requirements_of_a_superior() {
    let of = |lower: &str| {
        found_in(
            &[
                ("/upper/polis.toml", "[package]\nname = \"upper\"\nlevel = \"city\"\n"),
                ("/upper/a.pol", &format!("{TYPES}要求 甲 属于 街道 {{ 满足: 网格数 不少于 3 个 }}")),
                ("/lower/polis.toml", "[package]\nname = \"lower\"\nlevel = \"district\"\nunder = [\"upper\"]\n"),
                ("/lower/a.pol", &format!("要求 乙 属于 街道 {{ 满足: 网格数 {lower} 个 }}")),
                ("/polis.toml", "[workspace]\n"),
            ],
            "lower",
        )
    };
    assert_eq!(of("不超过 2"), ["requirements-clash 以 `甲` 为准：它的层级较高"]);
    assert_eq!(of("不少于 2"), [""; 0]);
    assert_eq!(of("不超过 3"), [""; 0]);
}
