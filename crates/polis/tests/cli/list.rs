//! `polis list`.

use insta::assert_snapshot;

use crate::Cli;

fn city() -> Cli {
    Cli::package()
        .file("polis.toml", "[workspace]\n")
        .file("jilin/polis.toml", "[package]\nname = \"jilin\"\n")
        .file("jilin/a.pol", "对象 街道 {\n  字段 人口: 人\n}\n\n赋权 五项权力 {\n  总数: 2 项\n  权力 指挥调度 \"指挥调度权\" { 行使主体: 街道 }\n  权力 考核评价 { 行使主体: 街道 }\n}\n\n单位 名 = 人\n")
        .file("changchun/polis.toml", "[package]\nname = \"changchun\"\nunder = [\"jilin\"]\n")
        .file("changchun/清单.pol", "清单 事项 {\n  类别 治安 { 列项: 巡逻, 调解 }\n  类别 环境 {\n    列项: 保洁\n    事项 绿化 { 提供单位: 街道 }\n  }\n  总数: 4 项\n}\n")
}

#[test]
fn provisions_of_a_kind_are_listed_in_either_face() {
    let cli = city();
    assert_snapshot!(cli.run("list 员额"), @"");
    assert_snapshot!(cli.run("list quotas --lang en"), @"");
    assert_eq!(cli.run("list quota"), cli.run("list 员额"));
}

#[test]
fn inner_blocks_are_listed_too() {
    let cli = city();
    assert_snapshot!(cli.run("list power"), @"");
    assert_snapshot!(cli.run("list field changchun"), @"");
    assert_snapshot!(cli.run("list item"), @"");
    assert_snapshot!(cli.run("list category"), @"");
    assert_snapshot!(cli.run("list unit"), @"");
    assert_snapshot!(cli.run("list test"), @"");
}

#[test]
fn superiors_are_listed_when_asked_for() {
    let cli = city();
    assert_snapshot!(cli.run("list grant changchun"), @"");
    assert_snapshot!(cli.run("list grant changchun --all"), @"");
}

#[test]
fn programs_read_json_and_csv() {
    let cli = city();
    assert_snapshot!(cli.run("list quota --format json"), @"");
    assert_snapshot!(cli.run("list quota --format csv --lang en"), @"");
    assert_snapshot!(cli.run("list norm --format json"), @"");
}

#[test]
fn kinds_and_codes_are_listed() {
    let cli = Cli::new();
    let lines = |line: &str| -> String { cli.run(line).lines().take(5).map(|it| format!("{it}\n")).collect() };
    assert_snapshot!(lines("list kinds"), @"");
    assert_snapshot!(lines("list kinds --lang en"), @"");
    assert_snapshot!(lines("list codes"), @"");
    assert_snapshot!(lines("list codes --lang en --format csv"), @"");
    let kinds: serde_json::Value = serde_json::from_slice(&cli.output("list kinds --format json").stdout).unwrap();
    assert_eq!(kinds[0]["en"], "document");
}

#[test]
fn an_unknown_kind_is_a_wrong_use() {
    assert_snapshot!(Cli::new().run("list poewr"), @"");
    assert_snapshot!(Cli::new().run("list 内设机枸 --lang en"), @"");
    assert_snapshot!(Cli::new().run("list power nowhere"), @"");
}
