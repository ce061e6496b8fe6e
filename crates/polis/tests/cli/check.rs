//! `polis check`.

use insta::assert_snapshot;

use crate::{Cli, WRONG};

#[test]
fn what_is_in_order_is_counted() {
    let cli = Cli::package();
    assert_snapshot!(cli.run("check"), @"");
    assert_snapshot!(cli.run("check --lang en"), @"");
    assert_snapshot!(cli.run("check -q"), @"");
}

#[test]
fn findings_are_shown_with_the_source() {
    let cli = Cli::package().file("changchun/网格.pol", WRONG);
    assert_snapshot!(cli.run("check changchun"), @"");
    assert_snapshot!(cli.run("check changchun --lang en"), @"");
}

#[test]
fn every_format_has_its_form() {
    let cli = Cli::package().file("changchun/网格.pol", WRONG);
    assert_snapshot!(cli.run("check --format concise"), @"");
    assert_snapshot!(cli.run("check --format github --lang en -q"), @"");
    let document = |line: &str| -> serde_json::Value {
        let output = cli.output(line);
        assert_eq!(output.status.code(), Some(1), "{line}");
        serde_json::from_slice(&output.stdout).unwrap()
    };
    assert_eq!(document("check --format json")["diagnostics"][0]["code"], "unknown-name");
    assert_eq!(document("check --format sarif")["runs"][0]["results"][0]["ruleId"], "unknown-name");
}

#[test]
fn a_program_gets_its_document_when_nothing_is_found() {
    let cli = Cli::package();
    assert_snapshot!(cli.run("check --format json"), @"");
}

#[test]
fn several_paths_are_one_project() {
    let cli = Cli::package().file("changchun/网格.pol", WRONG).file("jilin/polis.toml", "[package]\nname = \"jilin\"\n").file(
        "jilin/对象.pol",
        "对象 县 {\n  字段 人口: 人\n}\n",
    );
    assert_snapshot!(
        cli.run("check changchun/网格.pol jilin changchun changchun/员额.pol ./changchun/网格.pol --format concise"),
        @""
    );
    assert_snapshot!(cli.run("check jilin changchun/../jilin/对象.pol"), @"");
}

#[test]
fn lints_have_the_level_of_the_manifest() {
    let list = "清单 事项 {\n  列项: 甲, 乙\n}\n";
    let unused = |level: &str| {
        Cli::new()
            .file("a/polis.toml", format!("[package]\nname = \"a\"\nunder = [\"b\", \"b\"]\n{level}"))
            .file("a/a.pol", list)
            .file("b/polis.toml", "[package]\nname = \"b\"\n")
            .file("b/b.pol", list)
            .file("polis.toml", "[workspace]\n")
    };
    let code = "manifest-repeated-name";
    assert_snapshot!(unused("").run("check a --format concise"), @"");
    assert_snapshot!(unused("").run("check a --format concise --deny-warnings"), @"");
    assert_snapshot!(unused(&format!("[lints]\n{code} = \"allow\"\n")).run("check a --format concise"), @"");
    assert_snapshot!(unused(&format!("[lints]\n{code} = \"info\"\n")).run("check a --deny-warnings --format concise"), @"");
    assert_snapshot!(unused(&format!("[lints]\n{code} = \"error\"\n")).run("check a --format concise"), @"");
    assert_snapshot!(unused("[lints]\nmanifest-repeated-nam = \"allow\"\n").run("check a --format concise"), @"");
}

#[test]
fn no_level_makes_an_error_less() {
    let cli = Cli::package()
        .file("changchun/polis.toml", "[package]\nname = \"changchun\"\n[lints]\nunknown-name = \"allow\"\n")
        .file("changchun/网格.pol", WRONG);
    assert_eq!(cli.code("check changchun"), 1);
}

#[test]
fn what_cannot_be_read_ends_with_2() {
    let cli = Cli::package().file("gbk/a.pol", b"\xd4\xb1\xb6\xee \xbc\xd7 {}\n").file("notes.txt", "x");
    assert_snapshot!(cli.run("check nowhere --format concise"), @"");
    assert_snapshot!(cli.run("check nowhere changchun --lang en --format concise"), @"");
    assert_snapshot!(cli.run("check gbk --format concise"), @"");
    assert_snapshot!(cli.run("check notes.txt --format concise"), @"");
}

#[test]
fn crlf_and_a_bom_are_accepted() {
    let text = format!("\u{feff}{}", crate::QUOTA.replace('\n', "\r\n"));
    let cli = Cli::package().file("changchun/员额.pol", text).file("changchun/网格.pol", WRONG.replace('\n', "\r\n"));
    assert_snapshot!(cli.run("check --format concise"), @"");
}
