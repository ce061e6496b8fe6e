//! `polis implies` and `polis equivalent`.

use insta::assert_snapshot;

use crate::Cli;

const RULES: &str = "\
对象 小区 { 字段 住户: 户 { 取值: 0.. 户 }; 字段 面积: 平方米 }
规则 大 属于 小区: 是非 { 值: 住户 > 3000 户 }
规则 不小 属于 小区: 是非 { 值: 住户 不少于 1000 户 }
规则 从分界起 属于 小区: 人 { 值: 10 人 + 每满(住户, 500 户) * 1 人 }
规则 一样 属于 小区: 人 { 值: 每满(住户, 500 户) * 1 人 + 10 人 }
规则 快些 属于 小区: 人 { 值: 10 人 + 每满(住户, 400 户) * 1 人 }
规则 宽 属于 小区: 人 { 值: 8..15 人 }
规则 窄 属于 小区: 人 { 值: 10..12 人 }
";

fn cli() -> Cli {
    Cli::new().file("polis.toml", "[package]\nname = \"a\"\n").file("a.pol", RULES)
}

#[test]
fn conditions_and_figures_are_compared_for_every_jurisdiction() {
    let cli = cli();
    let ask = |line: &str| cli.run(line);
    assert_snapshot!(ask("implies 大 不小"), @r"
    exit: 0
    ----- stdout
    成立：对所有辖区，`大` 都推出 `不小`
    ");
    assert_snapshot!(ask("implies 不小 大"), @r"
    exit: 1
    ----- stdout
    不成立：`不小` 推不出 `大`
      例如：小区.住户 = 1000 户
      `不小`：是
      `大`：否
    ");
    assert_snapshot!(ask("implies 窄 宽"), @r"
    exit: 0
    ----- stdout
    成立：对所有辖区，`窄` 都推出 `宽`
    ");
    assert_snapshot!(ask("implies 宽 窄 --lang en"), @r"
    exit: 1
    ----- stdout
    fails: `宽` does not imply `窄`
      for example: any case
      `宽`: 8..15 people
      `窄`: 10..12 people
    ");
    assert_snapshot!(ask("equivalent 从分界起 一样"), @r"
    exit: 0
    ----- stdout
    成立：对所有辖区，`从分界起` 与 `一样` 都一样
    ");
    assert_snapshot!(ask("equivalent 从分界起 快些"), @r"
    exit: 1
    ----- stdout
    不成立：`从分界起` 与 `快些` 不一样
      例如：小区.住户 = 400 户
      `从分界起`：10 人
      `快些`：11 人
    ");
    assert_snapshot!(ask("equivalent 从分界起 快些 --format json --lang en"), @r#"
    exit: 1
    ----- stdout
    {
      "question": "equivalent",
      "first": "从分界起",
      "second": "快些",
      "holds": false,
      "example": {
        "facts": "小区.住户 = 400 households",
        "first": "10 people",
        "second": "11 people"
      },
      "undecided": null,
      "points": 401
    }
    "#);
}

#[test]
fn what_cannot_be_compared_is_told() {
    let cli = cli();
    assert_snapshot!(cli.run("implies 大 宽"), @r"
    exit: 2
    ----- stderr
    错误：两条的值不是同一种量
    ");
    assert_snapshot!(cli.run("implies 大 不少"), @r"
    exit: 2
    ----- stderr
    错误：没有名为 `不少` 的条款；是否想写 `不小`？
    ");
    assert_snapshot!(cli.run("implies 小区 大 --lang en"), @r"
    exit: 2
    ----- stderr
    error: `a.小区` has neither a value nor a condition
    ");
}
