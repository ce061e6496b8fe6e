//! `polis fmt`.

use insta::assert_snapshot;

use crate::Cli;

const LOOSE: &str = "员额 甲 属于 社区｛\n基数：１０．．15人\n}\n";
const BROKEN: &str = "员额 乙 属于 社区 {\n  基数:\n}\n";

#[test]
fn files_are_formatted_in_place() {
    let cli = Cli::package().file("changchun/甲.pol", LOOSE);
    assert_snapshot!(cli.run("fmt"), @"");
    assert_snapshot!(cli.read("changchun/甲.pol"), @"");
    assert_snapshot!(cli.run("fmt --lang en"), @"");
}

#[test]
fn check_shows_the_difference_and_changes_nothing() {
    let cli = Cli::package().file("changchun/甲.pol", LOOSE);
    assert_snapshot!(cli.run("fmt --check"), @"");
    assert_eq!(cli.read("changchun/甲.pol"), LOOSE);
    assert_snapshot!(cli.run("fmt --check changchun/员额.pol --lang en"), @"");
    let colored = cli.output("fmt --check --color always");
    assert!(String::from_utf8_lossy(&colored.stdout).contains("\u{1b}[31m-基数"));
}

#[test]
fn only_what_is_named_is_touched() {
    let cli = Cli::package().file("changchun/甲.pol", LOOSE).file("changchun/sub/乙.pol", LOOSE);
    assert_eq!(cli.code("fmt changchun/员额.pol changchun/sub"), 0);
    assert_eq!(cli.read("changchun/甲.pol"), LOOSE);
    assert_ne!(cli.read("changchun/sub/乙.pol"), LOOSE);
}

#[test]
fn a_file_with_errors_is_left_alone_and_others_go_on() {
    let cli = Cli::package().file("changchun/甲.pol", LOOSE).file("changchun/乙.pol", BROKEN);
    assert_snapshot!(cli.run("fmt"), @"");
    assert_snapshot!(cli.run("fmt --lang en -q"), @"");
    assert_eq!(cli.read("changchun/乙.pol"), BROKEN);
    assert_ne!(cli.read("changchun/甲.pol"), LOOSE);
}

#[test]
fn what_cannot_be_read_or_found_ends_with_2() {
    let cli = Cli::new().file("a.pol", b"\xd4\xb1\xb6\xee");
    assert_snapshot!(cli.run("fmt a.pol nowhere"), @"");
}

#[test]
fn the_face_is_converted() {
    let cli = Cli::package();
    assert_snapshot!(cli.run("fmt --face en"), @"");
    assert_snapshot!(cli.read("changchun/员额.pol"), @"");
    let cli = cli.file("changchun/polis.toml", "[package]\nname = \"changchun\"\nface = \"zh\"\n");
    assert_eq!(cli.code("fmt"), 0);
    assert_eq!(cli.read("changchun/员额.pol"), crate::QUOTA);
}

#[test]
fn line_ends_are_kept() {
    let text = LOOSE.replace('\n', "\r\n");
    let cli = Cli::new().file("a.pol", &text);
    assert_eq!(cli.code("fmt a.pol"), 0);
    assert_eq!(cli.read("a.pol"), "员额 甲 属于 社区 {\r\n  基数: 10..15 人\r\n}\r\n");
    assert_eq!(cli.code("fmt a.pol --check"), 0);
}

#[test]
fn standard_input_goes_to_standard_output() {
    let cli = Cli::new().input(LOOSE);
    assert_snapshot!(cli.run("fmt -"), @"");
    assert_snapshot!(cli.run("fmt --stdin --face en"), @"");
    assert_snapshot!(cli.run("fmt --stdin --check"), @"");
    assert_snapshot!(cli.run("fmt --stdin a.pol"), @"");
    assert_snapshot!(Cli::new().input(BROKEN).run("fmt -"), @"");
    assert_eq!(Cli::new().input(b"\xff").code("fmt -"), 2);
    assert_eq!(Cli::new().run("fmt -"), "exit: 0\n");
}
