//! `polis sample generate`.

use std::fs;

use insta::assert_snapshot;

use crate::{Cli, files};

#[test]
fn a_sample_is_generated_and_run() {
    let cli = Cli::package();
    assert_snapshot!(cli.run("sample generate changchun --communities 3 --seed 7"), @r"
    exit: 0
    ----- stdout
    generated/社区.csv
    ----- stderr
    已生成 3 行，1 个文件；下一步：polis simulate changchun --on generated
    ");
    assert_snapshot!(cli.read("generated/社区.csv"), @r"
    编号,名称,户数,专职人数
    社区-1,景林社区,2727,0
    社区-2,嘉隆社区,1217,8
    社区-3,嘉华社区,3000,0
    ");
    assert_snapshot!(cli.run("simulate changchun --on generated"), @r"
    exit: 0
    ----- stdout
    长春市：样本 `generated`，按最新的条款

    社区（3 个）
      编号    名称      专职工作者
      ------  --------  ----------
      社区-1  景林社区   10..15 人
      社区-2  嘉隆社区   10..15 人
      社区-3  嘉华社区   11..16 人
              合计       31..46 人
    ");
    // The same again, and the same beginning of more.
    assert_eq!(cli.code("sample generate changchun --count 3 --seed 7 --out again"), 0);
    assert_eq!(cli.read("generated/社区.csv"), cli.read("again/社区.csv"));
    assert_eq!(cli.code("sample generate changchun --communities 9 --seed 7 --out more"), 0);
    assert!(cli.read("more/社区.csv").starts_with(&cli.read("generated/社区.csv")));
}

#[test]
fn parquet_says_the_same() {
    let cli = Cli::package();
    for form in ["csv", "parquet"] {
        let line = format!("sample generate changchun --communities 40 --missing 10% --format {form} --out {form}");
        assert_eq!(cli.code(&line), 0);
    }
    assert_eq!(files(&cli.path("parquet")), ["社区.parquet"]);
    let run = |folder: &str| cli.run(&format!("simulate changchun --on {folder} --format csv"));
    assert_eq!(run("csv"), run("parquet"));
}

#[test]
fn a_sample_is_not_overwritten_without_force() {
    let cli = Cli::package();
    assert_eq!(cli.code("sample generate changchun --communities 3"), 0);
    let before = cli.read("generated/社区.csv");
    assert_snapshot!(cli.run("sample generate changchun --communities 4"), @r"
    exit: 2
    ----- stderr
    错误：`generated/社区.csv` 已经存在，不会覆盖；要覆盖，请加 `--force`
    ");
    assert_snapshot!(cli.run("sample generate changchun --communities 4 --lang en"), @r"
    exit: 2
    ----- stderr
    error: `generated/社区.csv` exists already and is not overwritten; to overwrite it, add `--force`
    ");
    assert_eq!(cli.read("generated/社区.csv"), before);
    assert_eq!(cli.code("sample generate changchun --communities 4 --force"), 0);
    assert_ne!(cli.read("generated/社区.csv"), before);
    assert_snapshot!(cli.run("sample generate changchun --communities 4 --force --format parquet --lang en"), @r"
    exit: 2
    ----- stderr
    error: `generated/社区.csv` and `generated/社区.parquet` would both be the sample of one entity; move the first away
    ");
    assert_eq!(files(&cli.path("generated")), ["社区.csv"], "and nothing is left of what was begun");
}

#[test]
fn what_cannot_be_generated_is_told() {
    let cli = Cli::package()
        .file("empty/polis.toml", "[package]\nname = \"empty\"\n")
        .file("empty/a.pol", "参数 甲: 元 { 值: 1 元 }\n")
        .file("taken", "");
    assert_snapshot!(cli.run("sample generate changchun"), @r"
    exit: 2
    ----- stderr
    错误：缺少参数 `--communities <个数>`
    ");
    assert_snapshot!(cli.run("sample generate changchun --communities 0"), @r"
    exit: 2
    ----- stderr
    错误：个数至少为 1
    ");
    assert_snapshot!(cli.run("sample generate changchun --communities 1 --entity 社去 --lang en"), @r"
    exit: 2
    ----- stderr
    error: there is no entity `社去`
    did you mean `社区`?
    ");
    assert_snapshot!(cli.run("sample generate changchun --communities 1 --per 社区=2 --lang en"), @r"
    exit: 2
    ----- stderr
    error: `--per 社区=…` has no use: `社区` lies in nothing, or in nothing that is generated
    ");
    assert_snapshot!(cli.run("sample generate changchun --communities 1 --missing 2"), @r"
    exit: 2
    ----- stderr
    错误：`--missing <比例>` 的值不能是 `2`：应为 0 至 100% 的比例
    更多说明见 `--help`
    ");
    assert_snapshot!(cli.run("sample generate empty --communities 1 --lang en"), @r"
    exit: 2
    ----- stderr
    error: no provision of the package `empty` is about an entity, so there is nothing to generate; name an entity with `--entity`
    ");
    assert_snapshot!(cli.run("sample generate 长沙 --communities 1 --lang en"), @r"
    exit: 2
    ----- stderr
    error[path-not-found]: there is no file or folder `长沙`
       ╭─[ 长沙:1:1 ]
       │
     1 │
       │ ┬
       │ ╰── here
    ───╯
    ");
    let taken = cli.run("sample generate changchun --communities 1 --out taken --lang en");
    assert!(taken.starts_with("exit: 2\n") && taken.contains("cannot write `taken`"), "{taken}");
    assert!(!cli.path("generated").exists());
}

#[test]
fn help_tells_the_options() {
    let cli = Cli::new();
    assert_snapshot!(cli.run("sample generate --help"), @r"
    exit: 0
    ----- stdout
    按种子生成任意大小的样本：各级辖区和其中的对象，并有意放入条款界限上的数值

    用法: polis sample generate [选项] --communities <个数> [包]

    参数:
      [包]  包的名称或路径 [默认：当前文件夹]

    选项:
          --communities <个数>  生成多少个社区
          --count <个数>        同 --communities；与 --entity 合用时，是该对象的个数
          --entity <对象>       从哪个对象开始 [默认：社区；没有社区的，层级最多的对象]
          --per <对象=个数>     一个上级中有几个，可多次使用，如 --per 社区=10；0 为不生成
          --seed <种子>         随机数的种子：同一种子得出同一样本 [默认：1]
          --missing <比例>      留空的单元格所占的比例，如 5% [默认：0]
          --format <格式>       文件的格式 [可选：csv、parquet；默认：csv]
          --out <文件夹>        写入的文件夹 [默认：generated]
          --force               覆盖已有的样本

    通用选项:
      -h, --help          显示帮助
          --lang <语言>   消息的语言 [可选：zh、en]
          --color <何时>  何时使用颜色 [可选：auto、always、never；默认：auto]
      -q, --quiet         只输出结果，不输出摘要和提示
    ");
    assert_snapshot!(cli.run("sample generate --help --lang en"), @r"
    exit: 0
    ----- stdout
    Generate a sample of any size from a seed: jurisdictions of all levels and what lies in them, with
    the figures at which provisions turn

    Usage: polis sample generate [OPTIONS] --communities <N> [PACKAGE]

    Arguments:
      [PACKAGE]  The package's name or path [default: the current folder]

    Options:
          --communities <N>  How many communities to generate
          --count <N>        The same as --communities; with --entity, how many of that entity
          --entity <ENTITY>  The entity to begin with [default: the community, or else the one with the
                             most levels]
          --per <ENTITY=N>   How many in one of the entity above, as in --per Community=10; may be given
                             several times; 0 leaves it out
          --seed <SEED>      The seed: the same seed gives the same sample [default: 1]
          --missing <SHARE>  The share of empty cells, such as 5% [default: 0]
          --format <FORM>    The form of the files [csv, parquet; default: csv]
          --out <FOLDER>     The folder to write to [default: generated]
          --force            Overwrite a sample that is there

    Global options:
      -h, --help             Print this help
          --lang <LANGUAGE>  The language of messages [zh, en]
          --color <WHEN>     When to colour the output [auto, always, never; default: auto]
      -q, --quiet            Print results only, no summaries or hints
    ");
}

/// Runs a command that writes to the folder `big`, interrupts it once it has begun a file, and looks that it ends and leaves
/// nothing there, not even a temporary file.
#[cfg(unix)]
fn interrupted(cli: &Cli, line: &str) {
    let mut child = cli.command(line).spawn().unwrap();
    // The file without a name is there as soon as something is written.
    while fs::read_dir(cli.path("big")).map_or(0, Iterator::count) == 0 {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it could be interrupted");
        std::thread::yield_now();
    }
    let killed = std::process::Command::new("kill").arg("-INT").arg(child.id().to_string()).status().unwrap();
    assert!(killed.success());
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(2) && said.contains("已中断"), "{line}: {said}");
    assert_eq!(fs::read_dir(cli.path("big")).unwrap().count(), 0, "{line}");
}

#[cfg(unix)]
#[test]
fn an_interrupt_leaves_nothing() {
    interrupted(&Cli::package(), "sample generate changchun --communities 200000000 --out big");
}

#[cfg(unix)]
#[test]
fn an_interrupt_of_a_run_over_years_leaves_nothing() {
    let cli = Cli::package();
    assert_eq!(cli.command("sample generate changchun --communities 500 --out few").status().unwrap().code(), Some(0));
    fs::create_dir(cli.path("big")).unwrap();
    for form in ["csv", "json"] {
        let line = format!("simulate changchun --on few --years 1..9999 --format {form} --out big/years");
        interrupted(&cli, &line);
    }
}
