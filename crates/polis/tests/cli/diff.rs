//! `polis diff` and `polis matrix`.

use std::fs;

use insta::assert_snapshot;

use crate::Cli;

const WORDS: &str = "\
概念 员额概念 {}
概念 征求意见 {}
概念 征得同意 { 强于: 征求意见 }
";

const FIRST: &str = "\
对象 社区 { 字段 户数: 户 { 取值: 0.. 户 }; 字段 人数: 人 { 取值: 0.. 人 } }
组织 街道党工委 {}
行为 走访 {}

员额 专职工作者 属于 社区 {
  基数: 10..15 人
  增配 大 当 户数 不少于 3000 户: 每满(户数 - 3000 户, 500 户) * 1 人
  即: 员额概念
  语气: 一般
}
要求 至少八人 属于 社区 { 满足: 人数 不少于 8 人 }
规范 定期走访 { 主体: 街道党工委; 应当: 走访; 频次: 1.. 次/季度 }
规则 经费 属于 社区: 元 { 值: 1.5 万元 }
赋权 两项权力 {
  行使主体: 街道党工委
  总数: 2 项
  语气: 应当
  权力 任免 { 针对: 站所负责人; 即: 征得同意 }
  权力 考核 { 针对: 站所 }
}
清单 甲有 { 列项: [一, 二] }
";

const SECOND: &str = "\
对象 社区 { 字段 户数: 户 { 取值: 0.. 户 }; 字段 人数: 人 { 取值: 0.. 人 } }
组织 街道党工委 {}
行为 走访 {}

员额 社区专职人员 属于 社区 {
  基数: 12..15 人
  增配 大 当 户数 超过 2999 户: 每满(户数 - 3000 户, 500 户) * 1 人
  即: 员额概念
  语气: 应当
}
要求 至少八人 属于 社区 { 满足: 人数 超过 7 人 }
规范 定期走访 { 主体: 街道党工委; 应当: 走访; 频次: 1.. 次/年 }
规则 经费 属于 社区: 元 { 值: 15000 元 }
赋权 两项权力 {
  行使主体: 街道党工委
  总数: 1 项
  语气: 拟
  权力 任免意见 { 针对: 站所负责人; 即: 征求意见 }
}
";

fn cities() -> Cli {
    let manifest =
        |name: &str, title: &str| format!("[package]\nname = \"{name}\"\ntitle = \"{title}\"\nuses = [\"words\"]\n");
    Cli::new()
        .file("polis.toml", "[workspace]\n")
        .file("words/polis.toml", "[package]\nname = \"words\"\n")
        .file("words/a.pol", WORDS)
        .file("one/polis.toml", manifest("one", "甲市"))
        .file("one/a.pol", FIRST)
        .file("two/polis.toml", manifest("two", "乙市"))
        .file("two/a.pol", SECOND)
}

#[test]
fn two_cities_are_told_apart_provision_by_provision() {
    let cli = cities();
    assert_snapshot!(cli.run("diff one two"));
    assert_snapshot!(cli.run("diff one two --only 权力 --lang en"));
    assert_snapshot!(cli.run("diff one one"));
}

#[test]
fn every_form_says_the_same_each_time() {
    let cli = cities();
    for form in ["text", "json", "md", "html"] {
        let line = format!("diff one two --format {form}");
        assert_eq!(cli.run(&line), cli.run(&line), "{form}");
        let line = format!("matrix one two --format {form}");
        assert_eq!(cli.run(&line), cli.run(&line), "{form}");
    }
    let page = cli.run("diff one two --format html");
    for wanted in ["<!doctype html>", "data-class=\"changed\"", "员额 社区专职人员 属于 社区", "id=\"find\""]
    {
        assert!(page.contains(wanted), "{wanted}");
    }
    // Nothing is fetched from anywhere.
    assert!(!page.contains("http") && !page.contains("src=") && !page.contains("@import"));
}

#[test]
fn markup_in_policies_stays_text() {
    let cli = cities()
        .file("two/b.pol", "原则 <script>alert(1)</script> { 内容: \"<b>\" }\n原则 乙 { 内容: \"<img src=x>\" }\n");
    let page = cli.run("diff one two --format html --all");
    assert!(page.contains("&lt;img src=x&gt;") && !page.contains("<img"), "{page}");
}

#[test]
fn tests_of_a_difference_hold_here_and_fail_there() {
    let cli = cities();
    let said = cli.run("diff one two --write-tests t.pol -q");
    assert!(said.starts_with("exit: 0"), "{said}");
    let tests = fs::read_to_string(cli.path("t.pol")).unwrap();
    assert!(tests.contains("测试"), "{tests}");
    let here = cities().file("one/t.pol", &tests).run("test one");
    assert!(here.starts_with("exit: 0"), "{here}");
    let there = cities().file("two/t.pol", tests.replace("专职工作者 =", "社区专职人员 =")).run("test two");
    assert!(there.starts_with("exit: 1"), "{there}");
}

#[test]
fn an_alignment_file_overrides() {
    let cli = cities().file("align.txt", "// 各不相干\n专职工作者 = -\n- = 社区专职人员\n至少八人 = 至少八人\n");
    let said = cli.run("diff one two --align align.txt");
    assert!(said.contains("只有甲市") && said.contains("[确定：对齐文件指明]"), "{said}");
    for (text, wanted) in
        [("专职工作 = 社区专职人员\n", "是否想写 `专职工作者`"), ("", "没有指明任何条款"), ("什么\n", "每行应为")]
    {
        let said = cities().file("align.txt", text).run("diff one two --align align.txt");
        assert!(said.starts_with("exit: 2") && said.contains(wanted), "{said}");
    }
}

#[test]
fn two_days_of_one_package_show_what_was_amended_between() {
    let cli = cities()
        .file("one/b.pol", "修订 提高 {\n  自: 2023-01-01\n  员额 专职工作者 { 基数: 11..16 人 }\n  删除: 甲有\n}\n");
    assert_snapshot!(cli.run("diff one --at 2022-12-31 --and 2023-01-01"));
    let same = cli.run("diff one --at 2021-01-01 --and 2022-01-01");
    assert!(same.contains("没有差别"), "{same}");
}

#[test]
fn what_cannot_be_read_is_listed_and_the_rest_compared() {
    let cli = cities().file("two/b.pol", "规则 坏的 属于 社区: 人 { 值: 没有的名字 }\n");
    let said = cli.run("diff one two");
    assert!(said.starts_with("exit: 1"), "{said}");
    assert!(said.contains("员额 专职工作者 ↔ 社区专职人员"), "{said}");
}

#[test]
fn revisions_are_read_from_the_repository() {
    let cli = cities();
    let repository = git2::Repository::init(cli.path("")).unwrap();
    let commit = |message: &str| {
        let mut index = repository.index().unwrap();
        index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).unwrap();
        index.write().unwrap();
        let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
        let who = git2::Signature::new("a", "a@example.org", &git2::Time::new(0, 0)).unwrap();
        let parent = repository.head().ok().and_then(|it| it.peel_to_commit().ok());
        let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
        repository.commit(Some("HEAD"), &who, &who, message, &tree, &parents).unwrap();
    };
    commit("one");
    fs::write(cli.path("one/a.pol"), FIRST.replace("10..15 人", "11..15 人")).unwrap();
    commit("two");
    let said = cli.run("diff HEAD~1:one HEAD:one");
    assert!(said.contains("基数：10..15 人 → 11..15 人") && said.contains("甲市（HEAD~1） → 甲市（HEAD）"), "{said}");
    // What is not committed is in the folder and not in the revision.
    fs::write(cli.path("one/a.pol"), FIRST.replace("10..15 人", "12..15 人")).unwrap();
    let said = cli.run("diff HEAD:one one");
    assert!(said.contains("11..15 人 → 12..15 人") && said.contains("未提交"), "{said}");
    for (line, wanted) in [("diff nowhere:one one", "没有版本 `nowhere`"), ("diff HEAD:nothing one", "没有 `nothing`")]
    {
        let said = cli.run(line);
        assert!(said.starts_with("exit: 2") && said.contains(wanted), "{said}");
    }
}

#[test]
fn wrong_calls_say_what_is_wrong() {
    let cli = cities();
    for (line, wanted) in [
        ("diff one", "只写了一个包"),
        ("diff one --at 2020-13-01 --and 2021-01-01", "应为一个日期"),
        ("diff one two --only 什么", "什么"),
        ("diff HEAD:one two", "不在 Git 仓库中"),
        ("matrix one", "matrix"),
        ("matrix one two --topic x", "x"),
    ] {
        let said = cli.run(line);
        assert!(said.starts_with("exit: 2") && said.contains(wanted), "{line}\n{said}");
    }
}

#[test]
fn cities_stand_side_by_side() {
    let cli = cities()
        .file("three/polis.toml", "[package]\nname = \"three\"\ntitle = \"丙市\"\n")
        .file("three/a.pol", "对象 社区 {}\n");
    assert_snapshot!(cli.run("matrix one two three"));
    assert_snapshot!(cli.run("matrix one two three --format md --topic powers --lang en"));
}

#[test]
fn what_some_cities_share_says_who_has_none_of_it() {
    let manifest = |title: &str| format!("[package]\nname = \"{title}\"\ntitle = \"{title}\"\n");
    let same = "清单 权力清单 { 列项: [任免, 考核] }\n组织 党工委 {}\n赋权 两项 { 行使主体: 党工委; 权力 任免 {} }\n";
    let cli = Cli::new()
        .file("polis.toml", "[workspace]\n")
        .file("甲/polis.toml", manifest("甲"))
        .file("甲/a.pol", same)
        .file("乙/polis.toml", manifest("乙"))
        .file("乙/a.pol", same)
        .file("丙/polis.toml", manifest("丙"))
        .file("丙/a.pol", "组织 党工委 {}\n");
    let said = cli.run("matrix 甲 乙 丙 --topic powers");
    assert!(said.contains("相同，丙没有"), "{said}");
    let said = cli.run("matrix 甲 乙 --topic powers");
    assert!(said.contains("相同") && !said.contains("没有"), "{said}");
}
