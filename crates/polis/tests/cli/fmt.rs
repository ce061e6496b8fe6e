//! `polis fmt`.

use insta::assert_snapshot;

use crate::Cli;

const LOOSE: &str = "员额 甲 属于 社区｛\n基数：１０．．15人\n}\n";
const BROKEN: &str = "员额 乙 属于 社区 {\n  基数:\n}\n";

#[test]
fn files_are_formatted_in_place() {
    let cli = Cli::package().file("changchun/甲.pol", LOOSE);
    assert_snapshot!(cli.run("fmt"), @r"
    exit: 0
    ----- stderr
    已格式化 1 个文件，2 个无需改动
    ");
    assert_snapshot!(cli.read("changchun/甲.pol"), @r"
    员额 甲 属于 社区 {
      基数: 10..15 人
    }
    ");
    assert_snapshot!(cli.run("fmt --lang en"), @r"
    exit: 0
    ----- stderr
    nothing to change: 3 files
    ");
}

#[test]
fn check_shows_the_difference_and_changes_nothing() {
    let cli = Cli::package().file("changchun/甲.pol", LOOSE);
    assert_snapshot!(cli.run("fmt --check"), @r"
    exit: 1
    ----- stdout
    --- changchun/甲.pol
    +++ changchun/甲.pol
    @@ -1,3 +1,3 @@
    -员额 甲 属于 社区｛
    -基数：１０．．15人
    +员额 甲 属于 社区 {
    +  基数: 10..15 人
     }
    ----- stderr
    1 个文件需要格式化，2 个无需改动
    ");
    assert_eq!(cli.read("changchun/甲.pol"), LOOSE);
    assert_snapshot!(cli.run("fmt --check changchun/员额.pol --lang en"), @r"
    exit: 0
    ----- stderr
    nothing to change: 1 file
    ");
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
    assert_snapshot!(cli.run("fmt"), @r"
    exit: 1
    ----- stderr
    错误[missing-value]：条目 `基数` 没有值
       ╭─[ changchun/乙.pol:2:3 ]
       │
     2 │   基数:
       │   ──┬─
       │     ╰─── 此处
    ───╯
    已格式化 1 个文件，2 个无需改动，1 个有误未动
    ");
    assert_snapshot!(cli.run("fmt --lang en -q"), @r"
    exit: 1
    ----- stderr
    error[missing-value]: clause `基数` has no value
       ╭─[ changchun/乙.pol:2:3 ]
       │
     2 │   基数:
       │   ──┬─
       │     ╰─── here
    ───╯
    ");
    assert_eq!(cli.read("changchun/乙.pol"), BROKEN);
    assert_ne!(cli.read("changchun/甲.pol"), LOOSE);
}

#[test]
fn what_cannot_be_read_or_found_ends_with_2() {
    let cli = Cli::new().file("a.pol", b"\xd4\xb1\xb6\xee");
    assert_snapshot!(cli.run("fmt a.pol nowhere"), @r"
    exit: 2
    ----- stderr
    错误[not-utf8]：文件不是 UTF-8 编码：偏移 2 处的字节 0xB6 不属于任何字符
       ╭─[ a.pol:1:2 ]
       │
     1 │ Ա
       │  ┬
       │  ╰── 此处
       │
       = 帮助：请把文件另存为 UTF-8 编码；旧程序保存的中文文件多为 GBK

    错误[path-not-found]：没有 `nowhere` 这个文件或文件夹
       ╭─[ nowhere:1:1 ]
       │
     1 │
       │ ┬
       │ ╰── 此处
    ───╯
    已格式化 0 个文件，1 个有误未动
    ");
}

#[test]
fn the_face_is_converted() {
    let cli = Cli::package();
    assert_snapshot!(cli.run("fmt --face en"), @r"
    exit: 0
    ----- stderr
    已格式化 2 个文件
    ");
    assert_snapshot!(cli.read("changchun/员额.pol"), @r#"
    document 员额办法 《员额办法》 {
      level: city
    }

    /// 每个社区的专职工作者。
    quota 专职工作者 of 社区 {
      base: 10..15 people
      extra when 户数 at_least 3000 households: 1 person
      cite: 员额办法 "每个社区配备10至15名"
      ref: [CC-121, CC-122]
    }

    test "3600 户" {
      given: 社区 { 户数: 3600 households }
      expect: 专职工作者 = 11..16 people
    }
    "#);
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
    assert_snapshot!(cli.run("fmt -"), @r"
    exit: 0
    ----- stdout
    员额 甲 属于 社区 {
      基数: 10..15 人
    }
    ");
    assert_snapshot!(cli.run("fmt --stdin --face en"), @r"
    exit: 0
    ----- stdout
    quota 甲 of 社区 {
      base: 10..15 people
    }
    ");
    assert_snapshot!(cli.run("fmt --stdin --check"), @r"
    exit: 1
    ----- stdout
    --- <stdin>.pol
    +++ <stdin>.pol
    @@ -1,3 +1,3 @@
    -员额 甲 属于 社区｛
    -基数：１０．．15人
    +员额 甲 属于 社区 {
    +  基数: 10..15 人
     }
    ");
    assert_snapshot!(cli.run("fmt --stdin a.pol"), @r"
    exit: 2
    ----- stderr
    错误：`--stdin` 不能与 `[路径]...` 同时使用

    用法: polis fmt [选项] [路径]…
    更多说明见 `--help`
    ");
    assert_snapshot!(Cli::new().input(BROKEN).run("fmt -"), @r"
    exit: 1
    ----- stderr
    错误[missing-value]：条目 `基数` 没有值
       ╭─[ <stdin>.pol:2:3 ]
       │
     2 │   基数:
       │   ──┬─
       │     ╰─── 此处
    ───╯
    ");
    assert_eq!(Cli::new().input(b"\xff").code("fmt -"), 2);
    assert_eq!(Cli::new().run("fmt -"), "exit: 0\n");
    // With other paths it is a path like them.
    assert_eq!(cli.code("fmt - a.pol"), 2);
}
