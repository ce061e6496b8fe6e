//! `polis check --fix`, `--dry-run`, and what a check says it decided.

use insta::assert_snapshot;

use crate::{Cli, WRONG, files};

/// A provision with two things that can be put right, one of which hides the other.
const FIXABLE: &str = "\
// polis: allow(always-holds) 旧的理由
规则 补助 属于 社区 {
  值: 1 人
  编号: [CC-001, CC-002, CC-001, CC-001]
}

参数 或: 人 { 值: 3 人 }
";

fn fixable() -> Cli {
    Cli::package().file("changchun/补助.pol", FIXABLE)
}

#[test]
fn safe_fixes_are_made_until_none_is_left() {
    let cli = fixable();
    let before = files(cli.folder.path());
    assert_snapshot!(cli.run("check --fix --format concise"), @r"
    exit: 0
    ----- stderr
    改正了 4 处；没有发现问题：1 个包、3 个文件、5 条条款
    已判定：有条件的条款 1 条，员额 1 项，共问 14 种情形
    ");
    assert_snapshot!(cli.read("changchun/补助.pol"), @r"
    规则 补助 属于 社区 {
      值: 1 人
      编号: [CC-001, CC-002]
    }

    参数 `或`: 人 { 值: 3 人 }
    ");
    assert_eq!(files(cli.folder.path()), before, "no temporary file is left");
    assert_snapshot!(cli.run("check --fix --format concise --lang en"), @r"
    exit: 0
    ----- stderr
    0 fixes made; no problems found: 1 package, 3 files, 5 provisions
    proved: 1 provision with conditions, 1 quota, 14 points asked
    ");
}

#[test]
fn a_dry_run_shows_the_difference_and_writes_nothing() {
    let cli = fixable();
    assert_snapshot!(cli.run("check --dry-run"), @r"
    exit: 1
    ----- stdout
    --- changchun/补助.pol
    +++ changchun/补助.pol
    @@ -1,7 +1,6 @@
    -// polis: allow(always-holds) 旧的理由
     规则 补助 属于 社区 {
       值: 1 人
    -  编号: [CC-001, CC-002, CC-001, CC-001]
    +  编号: [CC-001, CC-002]
     }
     
    -参数 或: 人 { 值: 3 人 }
    +参数 `或`: 人 { 值: 3 人 }
    ----- stderr
    可改正 4 处，改正后：没有发现问题：1 个包、3 个文件、5 条条款
    ");
    assert_eq!(cli.read("changchun/补助.pol"), FIXABLE);
    assert_snapshot!(cli.run("check --fix --dry-run --lang en -q"), @r"
    exit: 1
    ----- stdout
    --- changchun/补助.pol
    +++ changchun/补助.pol
    @@ -1,7 +1,6 @@
    -// polis: allow(always-holds) 旧的理由
     规则 补助 属于 社区 {
       值: 1 人
    -  编号: [CC-001, CC-002, CC-001, CC-001]
    +  编号: [CC-001, CC-002]
     }
     
    -参数 或: 人 { 值: 3 人 }
    +参数 `或`: 人 { 值: 3 人 }
    ");
    assert_eq!(cli.read("changchun/补助.pol"), FIXABLE);
}

#[test]
fn line_ends_and_byte_order_marks_stay() {
    let text = format!("\u{feff}{}", FIXABLE.replace('\n', "\r\n"));
    let cli = Cli::package().file("changchun/补助.pol", &text);
    assert_eq!(cli.code("check --fix"), 0);
    let fixed = fixable();
    assert_eq!(fixed.code("check --fix"), 0);
    let expected = fixed.read("changchun/补助.pol").replace('\n', "\r\n");
    assert_eq!(cli.read("changchun/补助.pol"), format!("\u{feff}{expected}"));
}

#[test]
fn only_what_was_asked_for_is_fixed() {
    let cli = fixable().file("changchun/下级/别的.pol", FIXABLE.replace("补助", "别的").replace("参数 或", "参数 且"));
    assert_eq!(cli.code("check --fix changchun/下级"), 1, "what is wrong elsewhere in the package remains");
    assert_eq!(cli.read("changchun/补助.pol"), FIXABLE);
    assert!(cli.read("changchun/下级/别的.pol").contains("参数 `且`"));
}

#[test]
fn what_remains_decides_how_it_ends() {
    let cli = fixable().file("changchun/网格.pol", WRONG);
    assert_snapshot!(cli.run("check --fix --format concise"), @r"
    exit: 1
    ----- stdout
    changchun/网格.pol:3:11: 错误[unknown-name]: 找不到名称 `户树`
    ----- stderr
    改正了 1 处；发现 1 个错误
    ");
}

#[test]
fn fixes_are_data_too() {
    let cli = fixable();
    let document = |line: &str| -> serde_json::Value { serde_json::from_slice(&cli.output(line).stdout).unwrap() };
    let shown = document("check --dry-run --format json --lang en");
    assert_eq!((shown["written"].as_bool(), shown["summary"]["errors"].as_u64()), (Some(false), Some(1)));
    let fixed = document("check --fix --format json --lang en");
    assert_eq!(fixed["fixes"], shown["fixes"]);
    assert_eq!((fixed["written"].as_bool(), fixed["diagnostics"].as_array().map(Vec::len)), (Some(true), Some(0)));
    assert_snapshot!(serde_json::to_string_pretty(&fixed["fixes"][0]).unwrap(), @r#"
    {
      "code": "keyword-as-name",
      "path": "changchun/补助.pol",
      "line": 7,
      "column": 4,
      "title": "to use it as a name, write it in back-quotes: `或`"
    }
    "#);
    assert_eq!(document("check --format json").get("fixes"), None);
}

#[cfg(unix)]
#[test]
fn what_cannot_be_written_is_told() {
    use std::os::unix::fs::PermissionsExt as _;

    let cli = fixable();
    let folder = cli.path("changchun");
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o555)).unwrap();
    // Whoever may write anywhere is told nothing.
    if std::fs::write(folder.join("probe"), "").is_err() {
        assert_eq!(cli.code("check --fix"), 2);
        assert_eq!(cli.read("changchun/补助.pol"), FIXABLE);
    }
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// Provisions with something to decide, and one thing that is not decided.
const DECIDED: &str = "\
行为 走访 {}
组织 党工委 属于 社区 {}
规范 应走访 { 主体: 党工委; 应当: 走访; 当: 户数 > 3000 户 }
规范 不走访 { 主体: 党工委; 不得: 走访; 当: 户数 < 100 户 }

规则 补助 属于 社区 {
  值: 1 人
  例外 大 当 户数 > 3000 户: 2 人
  例外 密 当 户数 * 2 > 户数 + 5 户: 3 人
}
";

#[test]
fn a_clean_check_says_what_it_decided() {
    let cli = Cli::package().file("changchun/规范.pol", DECIDED);
    assert_snapshot!(cli.run("check"), @r"
    exit: 0
    ----- stderr
    没有发现问题：1 个包、3 个文件、8 条条款
    已判定：规范 2 条、可能相遇的 1 对，有条件的条款 4 条，员额 1 项，共问 28 种情形；1 个问题未能判定（用 `--undecided` 列出）
    ");
    assert_snapshot!(cli.run("check --undecided --lang en"), @r"
    exit: 0
    ----- stdout
    changchun/规范.pol:6:4: not decided `补助`: it compares computed values
    ----- stderr
    no problems found: 1 package, 3 files, 8 provisions
    proved: 2 norms in 1 pair that could meet, 4 provisions with conditions, 1 quota, 28 points asked; 1 question not decided (`--undecided` lists them)
    ");
    assert_eq!(cli.run("check -q"), "exit: 0\n");
    let output = cli.output("check --format json --lang en");
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_snapshot!(document["proved"], @r#"{"norms":2,"pairs":1,"conditions":4,"limits":0,"quotas":1,"points":28}"#);
    assert_snapshot!(document["undecided"], @r#"[{"provision":"补助","path":"changchun/规范.pol","line":6,"column":4,"reason":"it compares computed values"}]"#);
}
