//! `polis explain`.

use insta::assert_snapshot;

use crate::Cli;

#[test]
fn a_kind_has_its_form_and_clauses() {
    let cli = Cli::new();
    assert_snapshot!(cli.run("explain 赋权"), @r#"
    exit: 0
    ----- stdout
    赋权（grant）：种类

      一组权力：可并入上级所赋的权力，声明新增数和总数。

    写法
      赋权 名称 [“标题”] { … }

    条目
      行使主体  holder      对象或组织的名称            可多值  享有权力者。
      包括      include     赋权的名称                  可多值  并入另一项赋权所列的权力。
      新增      adds        固定的数值                          在并入之外新增的项数。
      未列      unlisted    固定的数值                  可多值  声明存在但原文未点名的数量。
      总数      total       固定的数值                  可多值  声明的总数，与所列核对。
      当        when        条件                                本条款适用的条件。
      落实      implements  授权制定的名称              可多值  所填补的上级授权制定的内容。
      即        is          概念的名称                  可多值  指向共享概念，供城市之间对照。
      语气      modality    应当、一般、鼓励、拟、可以          约束力：应当、一般、鼓励、拟、可以。
      自        from        日期                                生效日期；在参数中引出自该日起的数值。
      至        until       日期                                失效日期，含当日。
      出处      cite        文件 "原文"                 可多值  出处：文件名称加几个字的原文。
      编号      ref         登记表行号                  可多值  条款登记表中的行号。
      备注      note        文字                                给读者的说明，不参与计算。

    内含
      权力
    "#);
    assert_snapshot!(cli.run("explain grant --lang en"), @r#"
    exit: 0
    ----- stdout
    grant (赋权): kind

      A group of powers: it may include another grant's, and declares what it adds and the total.

    Form
      grant name ["title"] { … }

    Clauses
      holder      行使主体  the name of: entity or organ                  several values  Who holds the power.
      include     包括      the name of: grant                            several values  Takes in the powers of another grant.
      adds        新增      a fixed figure                                                How many it adds to those included.
      unlisted    未列      a fixed figure                                several values  How many are declared but not named by the text.
      total       总数      a fixed figure                                several values  The declared total, checked against what is listed.
      when        当        a condition                                                   The condition under which the provision applies.
      implements  落实      the name of: delegation                       several values  The superior's delegation that this provision fills.
      is          即        the name of: concept                          several values  Points to a shared concept, so that cities can be compared.
      modality    语气      must | normally | encouraged | planned | may                  How binding it is: must, normally, encouraged, planned, may.
      from        自        a date                                                        In force from this date; in a parameter, the value from this date on.
      until       至        a date                                                        In force up to and including this date.
      cite        出处      document "passage"                            several values  The passage it comes from: a document and a few words of it.
      ref         编号      row ids                                       several values  Row ids of a provision register.
      note        备注      a text                                                        A remark for the reader; it has no effect.

    Blocks inside
      power
    "#);
    assert_snapshot!(cli.run("explain 事项"), @r#"
    exit: 0
    ----- stdout
    事项（item）：种类

      清单中的一项。

    写法
      事项 名称 [“标题”] { … }

    条目
      提供单位   providers  名称或文字                  可多值          提供清单所列事项的单位。
      属性 名称  attribute  值                          可重复，可多值  事项的一项属性及其值。
      当         when       条件                                        本条款适用的条件。
      即         is         概念的名称                  可多值          指向共享概念，供城市之间对照。
      语气       modality   应当、一般、鼓励、拟、可以                  约束力：应当、一般、鼓励、拟、可以。
      自         from       日期                                        生效日期；在参数中引出自该日起的数值。
      至         until      日期                                        失效日期，含当日。
      出处       cite       文件 "原文"                 可多值          出处：文件名称加几个字的原文。
      编号       ref        登记表行号                  可多值          条款登记表中的行号。
      备注       note       文字                                        给读者的说明，不参与计算。

    只写在
      清单、类别、承诺、一方、机制
    "#);
}

#[test]
fn a_word_may_mean_several_things() {
    let cli = Cli::new();
    assert_snapshot!(cli.run("explain must"), @r"
    exit: 0
    ----- stdout
    应当（must）：条目

      应当做的行为。

      也可写作：必须

    用于
      规范

    值
      行为的名称

    应当（must）：可选的值

      必须做到；做不到即违反。

      也可写作：必须、须
    ");
    assert_snapshot!(cli.run("explain when --lang en"), @r"
    exit: 0
    ----- stdout
    when (当): clause

      The condition under which the provision applies.

    Used in
      require, norm, power, grant, duty, duties, offices, centers, office, posts, list, category, item, band, admission, mechanism, grade, indicator, procedure, step, principle

    Value
      a condition

    when (当): keyword

      Introduces a guard: the clause applies only where the condition holds.
    ");
    assert_snapshot!(cli.run("explain `每满`"), @r"
    exit: 0
    ----- stdout
    每满（steps）：函数

      整步数：每满(数量, 步长)；不满一步的不计，步长为区间时结果也是区间。
    ");
    assert_snapshot!(cli.run("explain 万元 --lang en"), @r"
    exit: 0
    ----- stdout
    wan_yuan (万元): unit

      Ten thousand yuan.
    ");
}

#[test]
fn a_code_has_its_page() {
    let cli = Cli::new();
    let page = |language: &str| {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/codes");
        std::fs::read_to_string(format!("{root}/{language}/unknown-name.md")).unwrap()
    };
    assert_eq!(cli.run("explain unknown-name"), format!("exit: 0\n----- stdout\n{}", page("zh")));
    assert_eq!(cli.run("explain unknown-name --lang en"), format!("exit: 0\n----- stdout\n{}", page("en")));
}

#[test]
fn programs_read_json() {
    let cli = Cli::new();
    assert_snapshot!(cli.run("explain 每满 --format json"), @r#"
    exit: 0
    ----- stdout
    [
      {
        "type": "function",
        "zh": "每满",
        "en": "steps",
        "also": [],
        "documentation": "整步数：每满(数量, 步长)；不满一步的不计，步长为区间时结果也是区间。"
      }
    ]
    "#);
    let topics: serde_json::Value =
        serde_json::from_slice(&cli.output("explain quota --format json --lang en").stdout).unwrap();
    assert_eq!(topics[0]["type"], "kind");
    assert_eq!(topics[0]["clauses"][0]["en"], "base");
    assert_eq!(topics[0]["clauses"][0]["required"], true);
    let topics: serde_json::Value =
        serde_json::from_slice(&cli.output("explain unknown-name --format json").stdout).unwrap();
    assert_eq!((&topics[0]["type"], &topics[0]["severity"]), (&"code".into(), &"error".into()));
    assert!(topics[0]["page"].as_str().is_some_and(|it| it.starts_with("# unknown-name")));
}

#[test]
fn an_unknown_word_is_a_wrong_use() {
    assert_snapshot!(Cli::new().run("explain unknown-nmae"), @r"
    exit: 2
    ----- stderr
    错误：没有可解释的 `unknown-nmae`
    是否想写 `unknown-name`？
    检查代码见 `polis list codes`，种类见 `polis list kinds`
    ");
    assert_snapshot!(Cli::new().run("explain qouta --lang en"), @r"
    exit: 2
    ----- stderr
    error: there is nothing to explain about `qouta`
    did you mean `quota`?
    see `polis list codes` and `polis list kinds`
    ");
    assert_snapshot!(Cli::new().run("explain 月球"), @r"
    exit: 2
    ----- stderr
    错误：没有可解释的 `月球`
    检查代码见 `polis list codes`，种类见 `polis list kinds`
    ");
}
