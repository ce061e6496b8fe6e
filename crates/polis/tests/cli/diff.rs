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

/// Each of the tests that `polis diff` writes holds by itself on the first side and fails on the second.
fn hold_here_and_fail_there(made: fn() -> Cli, renamed: &[(&str, &str)], wanted: &[&str]) {
    let cli = made();
    let said = cli.run("diff one two --write-tests t.pol -q");
    assert!(said.starts_with("exit: 0"), "{said}");
    let text = fs::read_to_string(cli.path("t.pol")).unwrap();
    let tests: Vec<String> = text.split("\n测试 ").skip(1).map(|it| format!("测试 {it}")).collect();
    for it in wanted {
        assert!(tests.iter().any(|test| test.contains(it)), "no test expects {it}: {text}");
    }
    for test in &tests {
        let here = made().file("one/t.pol", test).run("test one");
        assert!(here.starts_with("exit: 0"), "{test}\n{here}");
        let test = renamed.iter().fold(test.clone(), |it, (from, to)| it.replace(from, to));
        let there = made().file("two/t.pol", &test).run("test two");
        assert!(there.starts_with("exit: 1") && there.contains("test-failed"), "{test}\n{there}");
    }
}

#[test]
fn tests_of_a_difference_hold_here_and_fail_there() {
    hold_here_and_fail_there(cities, &[("预期: 专职工作者 =", "预期: 社区专职人员 =")], &["专职工作者 = 10..15 人"]);
}

#[test]
fn tests_of_limits_requirements_and_figures_hold_here_and_fail_there() {
    fn made() -> Cli {
        let manifest = |name: &str| format!("[package]\nname = \"{name}\"\n");
        let text = |limit: &str, large: &str, least: &str, most: &str| {
            format!(
                "对象 街道 {{ 字段 机构数: 个 {{ 取值: 0.. 个 }}; 字段 人口: 人 {{ 取值: 0.. 人 }} }}\n\
                 内设机构 街道机构 属于 街道 {{ 限额: {limit}; 限额 当 人口 不少于 10 万人: {large}; 实有: 机构数 }}\n\
                 要求 人口足数 属于 街道 {{ 满足: 人口 不少于 {least} }}\n\
                 参数 职数上限: 人 {{ 值: {most} }}\n"
            )
        };
        Cli::new()
            .file("polis.toml", "[workspace]\n")
            .file("one/polis.toml", manifest("one"))
            .file("one/a.pol", text("..7 个", "..7 个", "5000 人", "8 人"))
            .file("two/polis.toml", manifest("two"))
            .file("two/a.pol", text("..7 个", "..5 个", "6000 人", "9 人"))
    }
    hold_here_and_fail_there(made, &[], &["预期: 合规(街道机构)", "预期: 人口足数", "预期: 职数上限 = 8 人"]);
}

/// The library of policies, by its path.
fn policies(line: &str) -> String {
    let policies = format!("{}/../../policies", env!("CARGO_MANIFEST_DIR"));
    Cli::new().run(&line.replace("POLICIES", &policies))
}

#[test]
fn the_amendments_of_the_example_city_are_shown_and_nothing_else() {
    let zh = policies("diff POLICIES/example --at 2022-12-31 --and 2023-01-01");
    let titles = |from: &str, to: &str| -> Vec<String> {
        let part = zh.split_once(from).unwrap().1.split_once(to).unwrap().0;
        part.lines()
            .filter(|it| it.starts_with("  ") && !it.starts_with("   "))
            .map(|it| it.trim().to_owned())
            .collect()
    };
    let amended = titles("\n不同\n", "\n随之而变\n");
    assert_eq!(
        amended,
        [
            "参数 行政事务占比上限  更低",
            "指标 居民满意率  更严",
            "规则 社区基本经费  更高",
            "清单 激励措施清单  更广",
            "参数 二星新增项数  更高",
            "员额 专职工作者  更高",
            "薪酬 人均薪酬标准  更高"
        ]
    );
    let following = titles("\n随之而变\n", "\n条文相同，是否随之而变未判定\n");
    assert_eq!(
        following,
        [
            "要求 行政事务不超六成  更严",
            "规则 社区经费  更高",
            "规则 薪酬预算  更高",
            "规则 可享措施数  更高",
            "规则 实享措施数  更高"
        ]
    );
    for line in [
        "频次：1 次/年 → 1 次/半年  更严",
        "例外 大社区：删去：15 万元/年 当 户数 不少于 3000 户",
        "例外 商务楼宇：12 万元/年 → 15 万元/年（当 社区类别 = 商务楼宇社区）  更高",
        "最小的例子：社区.户数 = 0 户、社区.社区类别 = 传统社区：10 万元/年 → 15 万元/年",
        "总数：7 项 → 8 项  更广",
        "新增：事项 数据接口“免费使用公共数据接口”",
        "要求：行政事务占比 超过 50%、不超过 60% 时后者不满足；最小的例子：社区.行政事务占比 = 51%",
        "删去\n  规范\n    每年报送一次纸质台账：",
    ] {
        assert!(zh.contains(line), "{line}\n{zh}");
    }
    let en = policies("diff POLICIES/example --at 2022-12-31 --and 2023-01-01 --lang en");
    for line in [
        "frequency: 1 time/year → 1 time/half_year  stricter",
        "except 商务楼宇: 12 wan_yuan/year → 15 wan_yuan/year (when 社区类别 = 商务楼宇社区)  higher",
        "added: item 数据接口",
        "the second fails where 行政事务占比 more_than 50% and at_most 60%",
    ] {
        assert!(en.contains(line), "{line}\n{en}");
    }
}

#[test]
fn cities_of_the_library_are_told_apart_as_an_expert_would() {
    for (call, lines) in [
        (
            "diff POLICIES/shanghai POLICIES/template_city --only 赋权",
            &[
                "对应的 5 项：2 项更弱，2 项事项不同，1 项更窄",
                "语气：应当 → 拟  更弱：“应当”强于“拟”",
                "即：−人事征得同意  +人事征求意见  更弱：概念 人事征得同意 强于 人事征求意见",
                "权力 规划参与权 ↔ 规划参与“规划制定和公共设施布局参与权”  强弱相同（参与规划），事项不同",
            ][..],
        ),
        (
            "diff POLICIES/shanghai POLICIES/template_city --only 赋权 --lang en",
            &[
                "of 5 that answer each other: 2 weaker, 2 of other matters, 1 narrower",
                "modality: must → planned  weaker: `must` binds more than `planned`",
                "as strong (参与规划), of other matters",
            ],
        ),
        ("diff POLICIES/shanghai POLICIES/template_city --only 服务圈时间", &["值：15 分钟 → 1 刻钟（数值相同）"]),
        (
            "diff POLICIES/changchun POLICIES/chongqing --only 员额",
            &[
                "员额：对象不同（长春市为社区，重庆市九龙街道为网格、街道）",
                "长春市：社区员额 专职工作者：10..15 人；增配 大社区增配 每满(户数 - 3000 户, 300..500 户) * 1 人 当 户数 不少于 3000 户；一般",
                "重庆市九龙街道：网格员额 网格员配备：1 人；应当",
            ],
        ),
        (
            "diff POLICIES/changchun POLICIES/template_city --only 员额 --lang en",
            &[
                "quota: different concepts (长春市: 社区工作者员额; 样板市: 党务工作者)",
                "quota of 社区 专职工作者: 10..15 people; extra 大社区增配 steps(户数 - 3000 households, 300..500 households) * 1 person when 户数 at_least 3000 households; normally",
            ],
        ),
        (
            "diff POLICIES/changchun POLICIES/shanghai --only 社区工作者员额",
            &["社区工作者员额：种类不同（长春市为规范、员额，上海市为参数）", "上海市：参数 全市社工人数：4.8 万人"],
        ),
        (
            "matrix POLICIES/changchun POLICIES/shanghai POLICIES/pingliang POLICIES/chongqing POLICIES/template_city --format md",
            &[
                "强弱：上海市 > 样板市",
                "高低：上海市 6..8 个 > 长春市 5 个 > 平凉市 0..5 个",
                "不可比：上海市、平凉市有几条，各有数值",
                "没有规定：上海市、重庆市九龙街道。",
            ],
        ),
    ] {
        let said = policies(call);
        for line in lines {
            assert!(said.contains(line), "{call}: {line}\n{said}");
        }
    }
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
