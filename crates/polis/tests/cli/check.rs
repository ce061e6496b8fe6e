//! `polis check`.

use insta::assert_snapshot;

use crate::{Cli, WRONG};

#[test]
fn what_is_in_order_is_counted() {
    let cli = Cli::package();
    assert_snapshot!(cli.run("check"), @r"
    exit: 0
    ----- stderr
    没有发现问题：1 个包、2 个文件、3 条条款
    已判定：有条件的条款 1 条，员额 1 项，共问 14 种情形
    ");
    assert_snapshot!(cli.run("check --lang en"), @r"
    exit: 0
    ----- stderr
    no problems found: 1 package, 2 files, 3 provisions
    proved: 1 provision with conditions, 1 quota, 14 points asked
    ");
    assert_snapshot!(cli.run("check -q"), @"exit: 0");
}

#[test]
fn findings_are_shown_with_the_source() {
    let cli = Cli::package().file("changchun/网格.pol", WRONG);
    assert_snapshot!(cli.run("check changchun"), @r"
    exit: 1
    ----- stdout
    错误[unknown-name]：找不到名称 `户树`
       ╭─[ changchun/网格.pol:3:11 ]
       │
     3 │   增配 当 户树 不少于 3000 户: 1 人
       │           ──┬─
       │             ╰──── 此处
       │
       = 帮助：是否想写 `户数`？
    ----- stderr
    发现 1 个错误
    ");
    assert_snapshot!(cli.run("check changchun --lang en"), @r"
    exit: 1
    ----- stdout
    error[unknown-name]: cannot find `户树`
       ╭─[ changchun/网格.pol:3:11 ]
       │
     3 │   增配 当 户树 不少于 3000 户: 1 人
       │           ──┬─
       │             ╰──── here
       │
       = help: did you mean `户数`?
    ----- stderr
    1 error found
    ");
}

#[test]
fn every_format_has_its_form() {
    let cli = Cli::package().file("changchun/网格.pol", WRONG);
    assert_snapshot!(cli.run("check --format concise"), @r"
    exit: 1
    ----- stdout
    changchun/网格.pol:3:11: 错误[unknown-name]: 找不到名称 `户树`
    ----- stderr
    发现 1 个错误
    ");
    assert_snapshot!(cli.run("check --format github --lang en -q"), @r"
    exit: 1
    ----- stdout
    ::error file=changchun/网格.pol,line=3,col=8,endColumn=10,title=unknown-name::cannot find `户树`%0Ahelp: did you mean `户数`?
    ");
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
    assert_snapshot!(cli.run("check --format json"), @r#"
    exit: 0
    ----- stdout
    {
      "diagnostics": [],
      "summary": {
        "errors": 0,
        "warnings": 0,
        "infos": 0
      },
      "proved": {
        "norms": 0,
        "pairs": 0,
        "conditions": 1,
        "limits": 0,
        "quotas": 1,
        "points": 14
      },
      "undecided": []
    }
    ----- stderr
    没有发现问题：1 个包、2 个文件、3 条条款
    已判定：有条件的条款 1 条，员额 1 项，共问 14 种情形
    "#);
}

#[test]
fn several_paths_are_one_project() {
    let cli = Cli::package()
        .file("changchun/网格.pol", WRONG)
        .file("jilin/polis.toml", "[package]\nname = \"jilin\"\n")
        .file("jilin/对象.pol", "对象 县 {\n  字段 人口: 人\n}\n");
    assert_snapshot!(
        cli.run("check changchun/网格.pol jilin changchun changchun/员额.pol ./changchun/网格.pol --format concise"),
        @r"
    exit: 1
    ----- stdout
    changchun/网格.pol:3:11: 错误[unknown-name]: 找不到名称 `户树`
    ----- stderr
    发现 1 个错误
    "
    );
    assert_snapshot!(cli.run("check jilin changchun/../jilin/对象.pol"), @r"
    exit: 0
    ----- stderr
    没有发现问题：1 个包、1 个文件、1 条条款
    ");
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
    assert_snapshot!(unused("").run("check a --format concise"), @r"
    exit: 0
    ----- stdout
    a/polis.toml:3:15: 警告[manifest-repeated-name]: `under` 中的 `b` 重复
    ----- stderr
    发现 1 个警告
    ");
    assert_snapshot!(unused("").run("check a --format concise --deny-warnings"), @r"
    exit: 1
    ----- stdout
    a/polis.toml:3:15: 警告[manifest-repeated-name]: `under` 中的 `b` 重复
    ----- stderr
    发现 1 个警告（`--deny-warnings`：有警告即为失败）
    ");
    assert_snapshot!(unused(&format!("[lints]\n{code} = \"allow\"\n")).run("check a --format concise"), @r"
    exit: 0
    ----- stderr
    没有发现问题：1 个包、1 个文件、1 条条款
    ");
    assert_snapshot!(unused(&format!("[lints]\n{code} = \"info\"\n")).run("check a --deny-warnings --format concise"), @r"
    exit: 0
    ----- stdout
    a/polis.toml:3:15: 提示[manifest-repeated-name]: `under` 中的 `b` 重复
    ----- stderr
    发现 1 条提示
    ");
    assert_snapshot!(unused(&format!("[lints]\n{code} = \"error\"\n")).run("check a --format concise"), @r"
    exit: 1
    ----- stdout
    a/polis.toml:3:15: 错误[manifest-repeated-name]: `under` 中的 `b` 重复
    ----- stderr
    发现 1 个错误
    ");
    assert_snapshot!(unused("[lints]\nmanifest-repeated-nam = \"allow\"\n").run("check a --format concise"), @r"
    exit: 0
    ----- stdout
    a/polis.toml:3:15: 警告[manifest-repeated-name]: `under` 中的 `b` 重复
    a/polis.toml:5:1: 警告[manifest-unknown-key]: 清单文件的 `[lints]` 中没有 `manifest-repeated-nam` 这一项
    ----- stderr
    发现 2 个警告
    ");
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
    assert_snapshot!(cli.run("check nowhere --format concise"), @r"
    exit: 2
    ----- stdout
    nowhere:1:1: 错误[path-not-found]: 没有 `nowhere` 这个文件或文件夹
    ----- stderr
    发现 1 个错误
    ");
    assert_snapshot!(cli.run("check nowhere changchun --lang en --format concise"), @r"
    exit: 2
    ----- stdout
    nowhere:1:1: error[path-not-found]: there is no file or folder `nowhere`
    ----- stderr
    1 error found
    ");
    assert_snapshot!(cli.run("check gbk --format concise"), @r"
    exit: 2
    ----- stdout
    gbk/a.pol:1:1: 错误[missing-colon]: `Ա` 之后缺少冒号
    gbk/a.pol:1:2: 错误[not-utf8]: 文件不是 UTF-8 编码：偏移 2 处的字节 0xB6 不属于任何字符
    ----- stderr
    发现 2 个错误
    ");
    assert_snapshot!(cli.run("check notes.txt --format concise"), @r"
    exit: 2
    ----- stdout
    notes.txt:1:1: 错误[not-policy-file]: `notes.txt` 不是政策文件
    ----- stderr
    发现 1 个错误
    ");
}

#[test]
fn crlf_and_a_bom_are_accepted() {
    let text = format!("\u{feff}{}", crate::QUOTA.replace('\n', "\r\n"));
    let cli = Cli::package().file("changchun/员额.pol", text).file("changchun/网格.pol", WRONG.replace('\n', "\r\n"));
    assert_snapshot!(cli.run("check --format concise"), @r"
    exit: 1
    ----- stdout
    changchun/网格.pol:3:11: 错误[unknown-name]: 找不到名称 `户树`
    ----- stderr
    发现 1 个错误
    ");
}

/// A package whose citation and figure are not those of its text.
fn cited() -> Cli {
    Cli::new()
        .file("a/polis.toml", "[package]\nname = \"a\"\n")
        .file(
            "a/a.pol",
            "文件 办法 《办法》 {\n  原文: \"办法.txt\"\n}\n\n对象 社区 {}\n\n员额 专职 属于 社区 {\n  基数: 12 人\n  出处: \"每个社区一般\"\n}\n\n原则 引领 {\n  内容: \"引领\"\n  出处: \"街道引领\"\n}\n",
        )
        .file("texts/办法.txt", "第一条 党建引领街道。\n第二条 每个社區一般配备十名；\n第三条 每个社區配备十五名，试行。")
}

#[test]
fn citations_are_held_against_texts() {
    let cli = cited();
    assert_eq!(cli.code("check a --deny-warnings"), 0);
    assert_snapshot!(cli.run("check a --sources texts"), @r#"
    exit: 0
    ----- stdout
    警告[citation-figure]：所引的句子中没有 `12 人` 这个数
       ╭─[ a/a.pol:8:9 ]
       │
     8 │   基数: 12 人
       │         ──┬──
       │           ╰──── 此处
       │
       = 说明：texts/办法.txt:2 原文：第二条 每个社區一般配备十名
       = 帮助：请更正数字或出处；确有不同的，请在旁边用 `备注` 说明

    警告[citation-not-found]：`texts/办法.txt` 中没有 `街道引领` 这一段
        ╭─[ a/a.pol:14:9 ]
        │
     14 │   出处: "街道引领"
        │         ─────┬────
        │              ╰────── 此处
        │
        = 帮助：是否想写 `党建引领`？
    ----- stderr
    发现 2 个警告；与原文核对了 2 处引文、1 个数
    已判定：员额 1 项
    "#);
    assert_snapshot!(cli.run("check a --sources texts --format concise --lang en --deny-warnings"), @r"
    exit: 1
    ----- stdout
    a/a.pol:8:9: warning[citation-figure]: the cited sentence does not contain the figure `12 人`
    a/a.pol:14:9: warning[citation-not-found]: `街道引领` does not stand in `texts/办法.txt`
    ----- stderr
    2 warnings found (`--deny-warnings`: a warning is a failure); 2 passages and 1 figure held against texts
    proved: 1 quota
    ");
    assert_eq!(cli.code("check a --sources nowhere"), 2);
}

#[test]
fn a_manifest_names_the_folder_of_texts() {
    let manifest = |path: &str, rest: &str| format!("[package]\nname = \"a\"\n[sources]\npath = \"{path}\"\n{rest}");
    let cli = cited().file("a/polis.toml", manifest("../texts", ""));
    assert_eq!(cli.run("check a"), cli.run("check a --sources texts"));
    let cli = cli.file(
        "a/polis.toml",
        manifest("../texts", "[lints]\ncitation-figure = \"error\"\ncitation-not-found = \"allow\"\n"),
    );
    assert_snapshot!(cli.run("check a --format concise"), @r"
    exit: 1
    ----- stdout
    a/a.pol:8:9: 错误[citation-figure]: 所引的句子中没有 `12 人` 这个数
    ----- stderr
    发现 1 个错误；与原文核对了 2 处引文、1 个数
    ");
    let cli = cli.file("a/polis.toml", manifest("../none", ""));
    assert_snapshot!(cli.run("check a --format concise"), @r"
    exit: 0
    ----- stdout
    a/polis.toml:4:8: 提示[citation-no-text]: 出处无法核对：没有文件夹 `../none`
    ----- stderr
    发现 1 条提示
    已判定：员额 1 项
    ");
    let cli = cli.file("a/polis.toml", manifest("../texts", "")).file("texts/办法.txt", b"\xb0\xb2");
    assert_snapshot!(cli.run("check a --format concise"), @r"
    exit: 2
    ----- stdout
    texts/办法.txt:1:1: 错误[not-utf8]: 文件不是 UTF-8 编码：偏移 0 处的字节 0xB0 不属于任何字符
    ----- stderr
    发现 1 个错误
    ");
}
