//! `polis new`.

use insta::assert_snapshot;

use crate::{Cli, files};

#[test]
fn a_package_stands_alone() {
    let cli = Cli::new();
    assert_snapshot!(cli.run("new 长春 --title 长春市 --level 市"), @r"
    exit: 0
    ----- stdout
    长春/polis.toml
    长春/对象.pol
    长春/员额.pol
    ----- stderr
    已新建包 `长春`；下一步：polis check 长春，polis test 长春
    ");
    assert_snapshot!(cli.read("长春/polis.toml"), @r#"
    [package]
    name = "长春"
    title = "长春市"
    level = "市"
    face = "zh"
    "#);
    assert_snapshot!(cli.read("长春/员额.pol"), @r#"
    /// 第一份文件：请改为实际的名称，并补上发文机关和日期。
    文件 员额办法 《员额办法》 {
      层级: 市
      备注: "由 polis new 生成的示例"
    }

    /// 基数是一个区间，由各社区在其中选定；户数多的增配一人。
    员额 专职员额 属于 社区 {
      基数: 10..15 人
      增配 当 户数 不少于 3000 户: 1 人
      语气: 一般
    }

    测试 "3600 户可配 11 至 16 人" {
      给定: 社区 { 户数: 3600 户 }
      预期: 专职员额 = 11..16 人
    }
    "#);
    assert_snapshot!(cli.run("check 长春"), @r"
    exit: 0
    ----- stderr
    没有发现问题：1 个包、2 个文件、3 条条款
    已判定：有条件的条款 1 条，员额 1 项，共问 14 种情形
    ");
    assert_eq!(cli.code("fmt --check 长春"), 0);
}

#[test]
fn a_package_in_english() {
    let cli = Cli::new();
    assert_snapshot!(cli.run("new cities/springfield --lang en --level city"), @r"
    exit: 0
    ----- stdout
    cities/springfield/polis.toml
    cities/springfield/entities.pol
    cities/springfield/quota.pol
    ----- stderr
    created the package `springfield`; next: polis check cities/springfield, polis test cities/springfield
    ");
    assert_snapshot!(cli.read("cities/springfield/quota.pol"), @r#"
    /// The first document: give it its title, issuer and dates.
    document staffing_measures "Staffing measures" {
      level: city
      note: "an example made by polis new"
    }

    /// The base is a range to choose from; one person more where there are many households.
    quota staffing of Community {
      base: 10..15 people
      extra when households at_least 3000 households: 1 person
      modality: normally
    }

    test "3600 households allow 11 to 16 people" {
      given: Community { households: 3600 households }
      expect: staffing = 11..16 people
    }
    "#);
    assert_snapshot!(cli.read("cities/springfield/polis.toml"), @r#"
    [package]
    name = "springfield"
    level = "city"
    face = "en"
    "#);
    assert_snapshot!(cli.run("check cities/springfield --lang en"), @r"
    exit: 0
    ----- stderr
    no problems found: 1 package, 2 files, 3 provisions
    proved: 1 provision with conditions, 1 quota, 14 points asked
    ");
    assert_eq!(cli.code("fmt --check cities/springfield"), 0);
}

#[test]
fn a_package_of_a_workspace_builds_on_what_is_there() {
    let cli = Cli::package();
    assert_snapshot!(cli.run("new nanguan --under changchun"), @r"
    exit: 0
    ----- stdout
    nanguan/polis.toml
    nanguan/员额.pol
    ----- stderr
    已新建包 `nanguan`；下一步：polis check nanguan，polis test nanguan
    ");
    assert_eq!(files(&cli.path("nanguan")), ["polis.toml", "员额.pol"]);
    assert_snapshot!(cli.read("nanguan/polis.toml"), @r#"
    [package]
    name = "nanguan"
    under = ["changchun"]
    face = "zh"
    "#);
    assert_snapshot!(cli.run("check"), @r"
    exit: 0
    ----- stderr
    没有发现问题：2 个包、3 个文件、5 条条款
    已判定：有条件的条款 2 条，员额 2 项，共问 28 种情形
    ");
    // Without a superior, what a library has is used.
    assert_eq!(cli.code("new chaoyang --face en"), 0);
    assert_snapshot!(cli.read("chaoyang/polis.toml"), @r#"
    [package]
    name = "chaoyang"
    uses = ["changchun"]
    face = "en"
    "#);
    assert_snapshot!(cli.run("check chaoyang"), @r"
    exit: 0
    ----- stderr
    没有发现问题：1 个包、1 个文件、2 条条款
    已判定：有条件的条款 1 条，员额 1 项，共问 14 种情形
    ");
    assert_eq!(cli.code("fmt --check"), 0);
}

#[test]
fn a_workspace_that_does_not_list_it_is_pointed_at() {
    let cli = Cli::new().file("polis.toml", "[workspace]\nmembers = [\"cities/*\"]\n");
    assert_snapshot!(cli.run("new other"), @r"
    exit: 0
    ----- stdout
    other/polis.toml
    other/对象.pol
    other/员额.pol
    ----- stderr
    已新建包 `other`；下一步：polis check other，polis test other
    `[folder]/polis.toml` 的 members 不含这个文件夹，请补上
    ");
    assert_snapshot!(cli.run("new cities/one --lang en"), @r"
    exit: 0
    ----- stdout
    cities/one/polis.toml
    cities/one/entities.pol
    cities/one/quota.pol
    ----- stderr
    created the package `one`; next: polis check cities/one, polis test cities/one
    ");
}

#[test]
fn nothing_is_overwritten() {
    let cli = Cli::package();
    let before = files(&cli.path(""));
    assert_snapshot!(cli.run("new changchun"), @r"
    exit: 2
    ----- stderr
    错误：`changchun` 已经存在，不会覆盖
    ");
    assert_snapshot!(cli.run("new changchun/polis.toml --lang en"), @r"
    exit: 2
    ----- stderr
    error: `changchun/polis.toml` exists already and is not overwritten
    ");
    assert_eq!(files(&cli.path("")), before);
}

#[test]
fn wrong_names_are_refused() {
    let cli = Cli::package();
    assert_snapshot!(cli.run("new a-b"), @r"
    exit: 2
    ----- stderr
    错误：`a-b` 不能用作包名
    名称由汉字、字母、数字和 `_` 组成，不以数字开头
    改为 `a_b`
    ");
    assert_snapshot!(cli.run("new x --under changchn --lang en"), @r"
    exit: 2
    ----- stderr
    error: there is no package `changchn` in the workspace
    did you mean `changchun`?
    ");
    assert_snapshot!(cli.run("new sub/changchun"), @r"
    exit: 2
    ----- stderr
    错误：工作区中已有名为 `changchun` 的包
    ");
    assert_snapshot!(cli.run("new x --level 村"), @r"
    exit: 2
    ----- stderr
    错误：`--level <层级>` 的值不能是 `村`：没有这个层级
    更多说明见 `--help`
    ");
    assert_snapshot!(Cli::new().run("new x --under y"), @r"
    exit: 2
    ----- stderr
    错误：`x` 不在任何工作区内，不能有上级包 `y`
    ");
    assert!(!cli.path("x").exists() && !cli.path("a-b").exists() && !cli.path("sub").exists());
}
