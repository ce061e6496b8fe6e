//! What all commands have in common: language, help, errors of use, colours, streams.

use std::io::Read as _;
use std::process::Stdio;

use insta::assert_snapshot;

use crate::{Cli, WRONG};

#[test]
fn help_is_in_both_languages() {
    let cli = Cli::new();
    assert_snapshot!(cli.run("--help"), @"");
    assert_snapshot!(cli.run("--help --lang en"), @"");
    assert_snapshot!(cli.run("check -h"), @"");
    assert_snapshot!(cli.run("help simulate --lang en"), @"");
    assert_snapshot!(cli.run("help why"), @"");
    assert_eq!(cli.run("help check"), cli.run("check --help"));
}

#[test]
fn without_a_command_help_goes_to_standard_error() {
    let cli = Cli::new();
    let output = cli.output("");
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let help = cli.output("--help").stdout;
    assert_eq!(output.stderr, help);
}

#[test]
fn the_version_is_told() {
    assert_eq!(Cli::new().run("--version"), format!("exit: 0\n----- stdout\npolis {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_language_is_the_options_then_the_environments_then_chinese() {
    let says = |cli: &Cli, line: &str| {
        let text = cli.run(line);
        let english = text.contains("no problems found");
        assert!(english != text.contains("没有发现问题"), "{text}");
        if english { "en" } else { "zh" }
    };
    assert_eq!(says(&Cli::package(), "check"), "zh");
    assert_eq!(says(&Cli::package().variable("LANG", "en_US.UTF-8"), "check"), "en");
    assert_eq!(says(&Cli::package().variable("LANG", "fr_FR.UTF-8"), "check"), "zh");
    let both = Cli::package().variable("LANG", "en_US.UTF-8").variable("LC_ALL", "zh_CN.UTF-8");
    assert_eq!(says(&both, "check"), "zh");
    let three = both.variable("POLIS_LANG", "en");
    assert_eq!(says(&three, "check"), "en");
    assert_eq!(says(&three, "check --lang zh"), "zh");
    assert_eq!(says(&three, "--lang=zh check"), "zh");
}

#[test]
fn errors_of_use_are_in_both_languages() {
    let cli = Cli::new();
    assert_snapshot!(cli.run("chek"), @"");
    assert_snapshot!(cli.run("chek --lang en"), @"");
    assert_snapshot!(cli.run("月"), @"");
    assert_snapshot!(cli.run("check --formt json --lang en"), @"");
    assert_snapshot!(cli.run("check --format jsn"), @"");
    assert_snapshot!(cli.run("check --format"), @"");
    assert_snapshot!(cli.run("check --lang fr"), @"");
    assert_snapshot!(cli.run("check --lang en --color never --color always"), @"");
    assert_snapshot!(cli.run("why a b"), @"");
    assert_snapshot!(cli.run("simulate a --set x --lang en"), @"");
    assert_snapshot!(cli.run("simulate a --as-of 2020-13"), @"");
    assert_snapshot!(cli.run("help chek"), @"");
    assert_snapshot!(cli.run("explain a b"), @"");
}

#[cfg(unix)]
#[test]
fn an_argument_that_is_not_utf8_is_told() {
    use std::os::unix::ffi::OsStrExt as _;

    let cli = Cli::new();
    let mut command = cli.command("check");
    let output = command.arg(std::ffi::OsStr::from_bytes(b"\xff")).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("错误：参数不是有效的 UTF-8"));
}

#[test]
fn a_pipe_has_no_colours_unless_they_are_asked_for() {
    let cli = Cli::package().file("changchun/网格.pol", WRONG);
    let colored = |cli: &Cli, line: &str| cli.output(line).stdout.contains(&0x1b);
    assert!(!colored(&cli, "check"));
    assert!(!colored(&cli, "check --help"));
    assert!(!colored(&cli, "list quota"));
    assert!(colored(&cli, "check --color always"));
    assert!(colored(&cli, "check --help --color=always"));
    assert!(colored(&cli, "list quota --color always"));
    assert!(!colored(&cli.variable("NO_COLOR", "1"), "check --color never"));
    let output = Cli::new().output("chek --color always");
    assert!(output.stderr.starts_with("\u{1b}[1;31m错误".as_bytes()));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let cli = Cli::package();
    let mut child = cli.command("list codes --format json").stdin(Stdio::null()).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut first = [0];
    stdout.read_exact(&mut first).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap()), (Some(0), String::new()));
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_ends_with_2() {
    let cli = Cli::package();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let child = cli.command("list codes --format json").stdout(full).spawn().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn completions_are_made_for_every_shell() {
    let cli = Cli::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = cli.output(&format!("completions {shell}"));
        assert_eq!(output.status.code(), Some(0), "{shell}");
        let script = String::from_utf8(output.stdout).unwrap();
        assert!(script.contains("simulate") && script.contains("deny-warnings"), "{shell}");
    }
    assert_snapshot!(cli.run("completions tcsh"), @"");
    let english = cli.output("completions fish --lang en").stdout;
    assert!(String::from_utf8(english).unwrap().contains("Check policies"));
}
