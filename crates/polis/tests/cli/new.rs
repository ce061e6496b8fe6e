//! `polis new`.

use insta::assert_snapshot;

use crate::{Cli, files};

#[test]
fn a_package_stands_alone() {
    let cli = Cli::new();
    assert_snapshot!(cli.run("new 长春 --title 长春市 --level 市"), @"");
    assert_snapshot!(cli.read("长春/polis.toml"), @"");
    assert_snapshot!(cli.read("长春/员额.pol"), @"");
    assert_snapshot!(cli.run("check 长春"), @"");
    assert_eq!(cli.code("fmt --check"), 0);
}

#[test]
fn a_package_in_english() {
    let cli = Cli::new();
    assert_snapshot!(cli.run("new cities/springfield --lang en --level city"), @"");
    assert_snapshot!(cli.read("cities/springfield/quota.pol"), @"");
    assert_snapshot!(cli.read("cities/springfield/polis.toml"), @"");
    assert_snapshot!(cli.run("check cities/springfield --lang en"), @"");
    assert_eq!(cli.code("fmt --check"), 0);
}

#[test]
fn a_package_of_a_workspace_builds_on_what_is_there() {
    let cli = Cli::package().file("polis.toml", "[workspace]\n");
    assert_snapshot!(cli.run("new nanguan --under changchun"), @"");
    assert_eq!(files(&cli.path("nanguan")), ["polis.toml", "员额.pol"]);
    assert_snapshot!(cli.read("nanguan/polis.toml"), @"");
    assert_snapshot!(cli.run("check"), @"");
    // Without a superior, what a library has is used.
    assert_eq!(cli.code("new chaoyang --face en"), 0);
    assert_snapshot!(cli.read("chaoyang/polis.toml"), @"");
    assert_snapshot!(cli.run("check chaoyang"), @"");
    assert_eq!(cli.code("fmt --check"), 0);
}

#[test]
fn a_workspace_that_does_not_list_it_is_pointed_at() {
    let cli = Cli::new().file("polis.toml", "[workspace]\nmembers = [\"cities/*\"]\n");
    assert_snapshot!(cli.run("new other"), @"");
    assert_snapshot!(cli.run("new cities/one --lang en"), @"");
}

#[test]
fn nothing_is_overwritten() {
    let cli = Cli::package();
    let before = files(&cli.path(""));
    assert_snapshot!(cli.run("new changchun"), @"");
    assert_snapshot!(cli.run("new changchun/polis.toml --lang en"), @"");
    assert_eq!(files(&cli.path("")), before);
}

#[test]
fn wrong_names_are_refused() {
    let cli = Cli::package().file("polis.toml", "[workspace]\n");
    assert_snapshot!(cli.run("new a-b"), @"");
    assert_snapshot!(cli.run("new x --under changchn --lang en"), @"");
    assert_snapshot!(cli.run("new sub/changchun"), @"");
    assert_snapshot!(cli.run("new x --level 村"), @"");
    assert_snapshot!(Cli::new().run("new x --under y"), @"");
    assert!(!cli.path("x").exists() && !cli.path("a-b").exists() && !cli.path("sub").exists());
}
