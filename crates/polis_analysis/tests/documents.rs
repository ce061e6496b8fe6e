//! Whether one document demands all that another demands.
#![expect(clippy::unwrap_used, reason = "a workspace that cannot be loaded fails the test")]

use camino::Utf8Path;
use polis_analysis::Followed;
use polis_db::{MemorySystem, load};
use polis_semantic::scope::{Found, lookup};

const COMMON: &str = "
对象 街道 {}
对象 社区 { 字段 户数: 户 { 取值: 0.. 户 }; 字段 老旧: 是非; 字段 人数: 人 }
行为 走访 {}
组织 支部 属于 社区 {}
";

/// What document `甲` says to each provision of document `乙`.
fn answers(first: &str, second: &str) -> (Option<bool>, Vec<String>) {
    let system = MemorySystem::new()
        .with_file("/polis.toml", "[package]\nname = \"a\"\n")
        .with_file("/common.pol", COMMON)
        .with_file("/a.pol", &format!("文件 甲 {{}}\n{first}"))
        .with_file("/b.pol", &format!("文件 乙 {{}}\n{second}"));
    let loaded = load(&system, Utf8Path::new("/"));
    let [package] = loaded.targets.as_slice().try_into().unwrap();
    let db = &loaded.db;
    let document = |name| {
        let Some(Found::Item(item)) = lookup(db, package, name) else { unreachable!("{name}") };
        item
    };
    let answer = polis_analysis::document_implies(db, package, document("甲"), document("乙"));
    let show = |followed: &Followed| match followed {
        Followed::By(names) => format!("by {}", names.join(", ")),
        Followed::Unsaid => "unsaid".to_owned(),
        Followed::Less(name, Some(it)) => format!("less in {name}: {} {} {}", it.facts.zh, it.first.zh, it.second.zh),
        Followed::Less(name, None) => format!("less in {name}"),
        Followed::Undecided(why) => format!("undecided {why:?}"),
    };
    (answer.holds(), answer.provisions.iter().map(|(name, it)| format!("{name} {}", show(it))).collect())
}

#[test]
fn provisions_are_held_against_those_of_the_same() {
    for (first, second, holds, expected) in [
        // Requirements hold together.
        (
            "要求 一 属于 社区 { 满足: 户数 > 5 户 }\n要求 二 属于 社区 { 满足: 户数 < 9 户 }",
            "要求 三 属于 社区 { 满足: 户数 在 6..8 户 }",
            Some(true),
            "三 by 一, 二",
        ),
        (
            "要求 一 属于 社区 { 满足: 户数 > 5 户 }\n要求 四 属于 社区 { 满足: 老旧 }",
            "要求 三 属于 社区 { 满足: 户数 在 6..8 户 }",
            Some(false),
            "三 less in 一: 社区.户数 = 9 户 是 否",
        ),
        ("要求 四 属于 社区 { 满足: 老旧 }", "要求 三 属于 社区 { 满足: 户数 > 5 户 }", Some(false), "三 unsaid"),
        // A requirement under a guard asks nothing of the others.
        (
            "要求 一 属于 社区 { 满足: 户数 > 5 户; 当: 老旧 }",
            "要求 三 属于 社区 { 满足: 户数 > 5 户 }",
            Some(false),
            "三 less in 一: 社区.老旧 = 否、社区.户数 = 0 户 是 否",
        ),
        // What is computed is not decided.
        (
            "要求 一 属于 社区 { 满足: 户数 * 2 > 5 户 }",
            "要求 三 属于 社区 { 满足: 户数 > 5 户 }",
            None,
            "三 undecided Computed",
        ),
        ("内设机构 一 属于 街道 { 限额: ..6 个 }", "内设机构 二 属于 街道 { 限额: ..7 个 }", Some(true), "二 by 一"),
        (
            "内设机构 一 属于 街道 { 限额: ..8 个 }",
            "内设机构 二 属于 街道 { 限额: ..7 个 }",
            Some(false),
            "二 less in 一: 任何情形 ..8 个 ..7 个",
        ),
        (
            "员额 一 属于 社区 { 基数: 8..10 人; 增配 当 户数 > 99 户: 5 人 }",
            "员额 二 属于 社区 { 基数: 8..12 人 }",
            Some(false),
            "二 less in 一: 社区.户数 = 100 户 13..15 人 8..12 人",
        ),
        // Posts of other concepts are other posts.
        (
            "概念 社工 {}\n概念 网格员 {}\n员额 一 属于 社区 { 基数: 8 人; 即: 社工 }",
            "员额 二 属于 社区 { 基数: 8 人; 即: 网格员 }",
            Some(false),
            "二 unsaid",
        ),
        (
            "规范 一 { 主体: 支部; 应当: 走访; 频次: 4 次/年 }",
            "规范 二 { 主体: 支部; 应当: 走访; 频次: 1.. 次/年; 当: 老旧 }",
            Some(true),
            "二 by 一",
        ),
        ("规范 一 { 主体: 支部; 鼓励: 走访 }", "规范 二 { 主体: 支部; 应当: 走访 }", Some(false), "二 unsaid"),
    ] {
        assert_eq!(answers(first, second), (holds, vec![expected.to_owned()]), "{first}\n{second}");
    }
}

/// It is a preorder: every document demands what it demands, and what follows from what follows follows.
#[test]
fn implication_of_documents_is_a_preorder() {
    let strict = "内设机构 一 属于 街道 { 限额: ..5 个 }\n要求 二 属于 社区 { 满足: 户数 > 9 户 }";
    let middle = "内设机构 三 属于 街道 { 限额: ..6 个 }\n要求 四 属于 社区 { 满足: 户数 > 5 户 }";
    let loose = "内设机构 五 属于 街道 { 限额: ..7 个 }\n要求 六 属于 社区 { 满足: 户数 > 1 户 }";
    for (a, b, holds) in [(strict, middle, true), (middle, loose, true), (strict, loose, true), (loose, strict, false)]
    {
        assert_eq!(answers(a, b).0, Some(holds), "{a}\n{b}");
    }
    for text in [strict, middle, loose] {
        let again: String = text
            .replace(" 一 ", " 又一 ")
            .replace(" 二 ", " 又二 ")
            .replace(" 三 ", " 又三 ")
            .replace(" 四 ", " 又四 ")
            .replace(" 五 ", " 又五 ")
            .replace(" 六 ", " 又六 ");
        assert_eq!(answers(text, &again).0, Some(true), "{text}");
    }
}
