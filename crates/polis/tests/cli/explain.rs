//! `polis explain`.

use insta::assert_snapshot;

use crate::Cli;

#[test]
fn a_kind_has_its_form_and_clauses() {
    let cli = Cli::new();
    assert_snapshot!(cli.run("explain 赋权"), @"");
    assert_snapshot!(cli.run("explain grant --lang en"), @"");
    assert_snapshot!(cli.run("explain 事项"), @"");
}

#[test]
fn a_word_may_mean_several_things() {
    let cli = Cli::new();
    assert_snapshot!(cli.run("explain must"), @"");
    assert_snapshot!(cli.run("explain when --lang en"), @"");
    assert_snapshot!(cli.run("explain `每满`"), @"");
    assert_snapshot!(cli.run("explain 万元 --lang en"), @"");
}

#[test]
fn a_code_has_its_page() {
    let cli = Cli::new();
    let page = |language: &str| {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/codes");
        std::fs::read_to_string(format!("{root}/{language}/unknown-name.md")).unwrap()
    };
    assert_eq!(cli.run("explain unknown-name"), format!("exit: 0\n----- stdout\n{}", page("zh")));
    assert_eq!(cli.run("explain unknown-name --lang en"), format!("exit: 0\n----- stdout\n{}", page("en")));
}

#[test]
fn programs_read_json() {
    let cli = Cli::new();
    assert_snapshot!(cli.run("explain 每满 --format json"), @"");
    let topics: serde_json::Value =
        serde_json::from_slice(&cli.output("explain quota --format json --lang en").stdout).unwrap();
    assert_eq!(topics[0]["type"], "kind");
    assert_eq!(topics[0]["clauses"][0]["en"], "base");
    assert_eq!(topics[0]["clauses"][0]["required"], true);
    let topics: serde_json::Value =
        serde_json::from_slice(&cli.output("explain unknown-name --format json").stdout).unwrap();
    assert_eq!((&topics[0]["type"], &topics[0]["severity"]), (&"code".into(), &"error".into()));
    assert!(topics[0]["page"].as_str().is_some_and(|it| it.starts_with("# unknown-name")));
}

#[test]
fn an_unknown_word_is_a_wrong_use() {
    assert_snapshot!(Cli::new().run("explain unknown-nmae"), @"");
    assert_snapshot!(Cli::new().run("explain qouta --lang en"), @"");
    assert_snapshot!(Cli::new().run("explain 月球"), @"");
}
