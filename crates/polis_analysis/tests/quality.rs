//! What is probably not meant so, and what is left alone.

use camino::Utf8Path;
use polis_db::testing::Fixture;
use polis_db::{MemorySystem, PolisDatabase, SourceText, load_into};
use polis_diagnostic::{Files, sort_and_dedup};

const CITY: &str = "//- /polis.toml\n[package]\nname = \"a\"\nlevel = \"city\"\n//- /a.pol\n";

/// The codes with the text underlined.
fn found(listing: &str) -> Vec<String> {
    let loaded = Fixture::parse(listing).load("/");
    let mut found: Vec<_> = loaded.targets.iter().flat_map(|it| polis_analysis::check(&loaded.db, *it)).collect();
    sort_and_dedup(&mut found, &loaded.db);
    let text = |at: polis_diagnostic::Span| &loaded.db.text(at.file)[at.start as usize..at.end as usize];
    found.iter().map(|it| format!("{} {}", it.code(), text(it.primary.at))).collect()
}

#[track_caller]
fn check(head: &str, cases: &[(&str, &[&str])]) {
    for (text, expected) in cases {
        assert_eq!(found(&format!("{head}{text}")), *expected, "{text}");
    }
}

#[test]
fn what_nothing_speaks_of() {
    check(
        CITY,
        &[
            (
                "参数 甲: 人 { 值: 3 人 }\n枚举 乙 { 值域: [丙] }\n单位 丁 = 3 人\n行为 戊 {}\n概念 己 {}\n对象 庚 {}\n组织 辛 属于 庚 {}",
                &[
                    "unused-provision 甲",
                    "unused-provision 乙",
                    "unused-provision 丁",
                    "unused-provision 戊",
                    "unused-provision 己",
                    "unused-provision 辛",
                ],
            ),
            // What the text says is no declaration only.
            ("参数 甲: 人 { 值: 3 人; 编号: CC-001 }\n参数 乙: 人 { 值: 3 人; 出处: \"三人\" }", &[]),
            ("概念 甲 {}\n行为 乙 { 即: 甲 }", &[]),
            // A test is a use; what is decided is used by whoever runs it.
            ("参数 甲: 人 { 值: 3 人 }\n测试 \"三人\" { 预期: 甲 = 3 人 }", &[]),
            ("对象 甲 {}\n规则 乙 属于 甲 { 值: 3 人 }", &[]),
            ("// polis: 允许(unused-provision) 供他处引用\n参数 甲: 人 { 值: 3 人 }", &[]),
        ],
    );
    let library = CITY.replace("level = \"city\"\n", "");
    check(&library, &[("参数 甲: 人 { 值: 3 人 }", &[])]);
}

#[test]
fn what_a_package_below_or_beside_speaks_of_is_used() {
    let superior = "//- /polis.toml\n[workspace]\n//- /up/polis.toml\n[package]\nname = \"up\"\nlevel = \"province\"\n//- /up/a.pol\n参数 甲: 人 { 值: 3 人 }\n//- /city/polis.toml\n[package]\nname = \"city\"\nlevel = \"city\"\n";
    check(
        superior,
        &[
            ("under = [\"up\"]\n//- /city/a.pol\n对象 乙 {}\n规则 丙 属于 乙 { 值: 甲 }\n", &[]),
            ("//- /city/a.pol\n参数 乙: 人 { 值: 3 人; 编号: CC-001 }\n", &["unused-provision 甲"]),
            ("uses = [\"up\"]\n//- /city/a.pol\n参数 乙: 人 { 值: 3 人; 编号: CC-001 }\n", &[]),
        ],
    );
}

#[test]
fn what_packages_that_are_not_loaded_speak_of_is_used() {
    let listing = |under: &str| {
        format!(
            "//- /polis.toml\n[workspace]\n//- /up/polis.toml\n[package]\nname = \"up\"\nlevel = \"province\"\n//- /up/a.pol\n参数 甲: 人 {{ 值: 3 人 }}\n//- /city/polis.toml\n[package]\nname = \"city\"\n{under}//- /city/a.pol\n清单 丙 {{ 列项: [一] }}\n"
        )
    };
    for (under, expected) in [("", 1), ("under = [\"up\"]\n", 0), ("uses = [\"up\"]\n", 0)] {
        let loaded = Fixture::parse(&listing(under)).load("/up");
        assert_eq!(polis_analysis::check(&loaded.db, loaded.targets[0]).len(), expected, "{under}");
    }
}

#[test]
fn what_is_said_twice() {
    let head =
        "对象 区 {}\n对象 街 { 隶属: 区; 复数: 街们; 字段 数: 个; 字段 旧数: 个; 字段 老旧: 是非 }\n行为 走访 {}\n";
    let twice = |kind: &str, body: &str| format!("{kind} 甲{body}\n{kind} 乙{body}\n");
    check(
        head,
        &[
            (&twice("规范", " { 主体: 街; 应当: 走访 }"), &["redundant-norm 规范 甲"]),
            (&twice("规范", " { 主体: 街; 应当: 走访 } // 注"), &["redundant-norm 规范 甲"]),
            (&twice("要求", " 属于 街 { 满足: 数 > 3 个 }"), &["duplicate-provision 乙"]),
            (&twice("清单", " { 列项: [一, 二] }"), &["duplicate-provision 乙"]),
            // What is put together from several facts or members is one quantity under two names.
            (&twice("规则", " 属于 街 { 值: 数 + 旧数 }"), &["duplicate-provision 乙"]),
            (&twice("规则", " 属于 街 { 值: 若 老旧 则 数 否则 旧数 }"), &["duplicate-provision 乙"]),
            (&twice("规则", " 属于 区 { 值: 计数(街们) }"), &["duplicate-provision 乙"]),
            (&twice("规则", " 属于 区 { 值: 合计(某.数 对 某 在 街们) }"), &["duplicate-provision 乙"]),
            (&twice("职责", " { 责任主体: 街; 客体: 体检 }"), &["duplicate-provision 乙"]),
            // What tells these apart is their name.
            (&twice("规则", " 属于 街 { 值: 数 不少于 3 个 }"), &[]),
            (&twice("规则", " 属于 街 { 值: 数 }"), &[]),
            (&twice("职责", " { 责任主体: 街 }"), &[]),
            (&twice("规则", " 属于 街 { 值: 1 人 }"), &[]),
            (&twice("参数", ": 人 { 值: 3 人; 出处: \"三人\" }"), &[]),
            (&twice("行为", " {}"), &[]),
            (&twice("权力", " { 行使主体: 街 }"), &[]),
            (
                "规范 甲 { 主体: 街; 应当: 走访 }\n规范 乙 { 主体: 街; 应当: 走访; 频次: 1.. 次/年 }",
                &["redundant-norm 规范 甲"],
            ),
            ("清单 甲 \"一\" { 列项: [一, 二] }\n清单 甲的清单 \"二\" { 列项: [一, 二] }", &[]),
            ("清单 甲 { 列项: [一]; 编号: [CC-001, CC-002, CC-001] }", &["value-twice CC-001"]),
            ("清单 甲 { 列项: [一]; 出处: \"一\", \"二\", \"一\" }", &["value-twice \"一\""]),
            ("规范 甲 { 主体: [街, 街]; 应当: 走访 }", &["value-twice 街"]),
        ],
    );
}

#[test]
fn names_that_read_alike() {
    let params = |a: &str, b: &str| format!("参数 {a}: 人 {{ 值: 3 人 }}\n参数 {b}: 人 {{ 值: 3 人 }}\n");
    check(
        "",
        &[
            (&params("甲A", "甲Ａ"), &["confusable-names 甲Ａ"]),
            (&params("甲a", "甲A"), &["confusable-names 甲a"]),
            (&params("p1", "pl"), &["confusable-names pl"]),
            // A Cyrillic letter.
            (&params("pа", "pa"), &["confusable-names pа"]),
            (&params("己所", "已所"), &["confusable-names 已所"]),
            (&params("土建数", "士建数"), &["confusable-names 士建数"]),
            (&params("户口数", "戶口数"), &["confusable-names 户口数"]),
            (&params("土建数", "工建数"), &[]),
            (&params("甲一", "甲二"), &[]),
            (&params("甲1", "甲2"), &[]),
            ("对象 街 { 字段 数1: 个; 字段 数１: 个 }", &["confusable-names 数１"]),
            ("枚举 类 { 值域: [A类, Ａ类] }", &["confusable-names Ａ类"]),
        ],
    );
}

#[test]
fn keywords_of_both_faces() {
    check(
        "",
        &[
            ("对象 街 { 字段 数: 个 }\nparam 甲: 人 { 值: 3 人 }", &["mixed-face param"]),
            ("entity Street {}\nrule a of Street { value: 3 people }\n参数 甲: 人 { 值: 3 人 }", &["mixed-face 参数"]),
            ("entity 街道 {}\nrule 甲 of 街道 { value: 3 people }", &[]),
        ],
    );
}

#[test]
fn citations_are_asked_for_where_the_manifest_wants_them() {
    let asked = "//- /polis.toml\n[package]\nname = \"a\"\n[lints]\nno-citation = \"info\"\n//- /a.pol\n";
    let rule = |above: &str, body: &str| format!("对象 街 {{}}\n{above}规则 甲 属于 街 {{ 值: 1 人{body} }}\n");
    check(
        asked,
        &[
            (&rule("", ""), &["no-citation 甲"]),
            (&rule("// 注\n", ""), &["no-citation 甲"]),
            (&rule("/// 说明\n", ""), &[]),
            (&rule("", "; 备注: \"试行\""), &[]),
            (&rule("", "; 出处: \"一人\""), &[]),
            ("赋权 甲 { 权力 乙 { 出处: \"乙\" } }", &[]),
        ],
    );
    let group = asked.replace("no-citation", "quality");
    check(
        &group,
        &[(&rule("", ""), &[]), ("参数 p1: 人 { 值: 3 人 }\n参数 pl: 人 { 值: 3 人 }", &["confusable-names pl"])],
    );
}

#[test]
fn a_keystroke_asks_its_own_file_again() {
    let mut system = MemorySystem::new().with_file("/polis.toml", "[package]\nname = \"a\"\nlevel = \"city\"\n");
    let rule = |name: &str, value: u32| format!("规则 {name} 属于 街 {{ 值: {value} 人 }}\n");
    system =
        system.with_file("/a.pol", &format!("对象 街 {{}}\n{}", rule("甲", 1))).with_file("/b.pol", &rule("乙", 1));
    let mut loaded = load_into(PolisDatabase::logged(), &system, Utf8Path::new("/"));
    let package = loaded.targets[0];
    let file = *package.files(&loaded.db).iter().find(|it| it.path(&loaded.db).ends_with("b.pol")).unwrap();
    let mut edit = |value| {
        loaded.db.set_text(file, SourceText::Text(rule("乙", value).into()));
        loaded.db.executed(|db| polis_analysis::check(db, package)).1
    };
    edit(2);
    let executed = edit(3);
    let count = |query: &str| executed.iter().filter(|it| it.starts_with(query)).count();
    assert_eq!((count("of_file("), count("fingerprints(")), (1, 1), "{executed:?}");
    assert_eq!(count("findings("), 0, "nothing that the package shows has changed: {executed:?}");
}
