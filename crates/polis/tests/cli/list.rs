//! `polis list`.

use insta::assert_snapshot;

use crate::Cli;

fn city() -> Cli {
    Cli::package()
        .file("jilin/polis.toml", "[package]\nname = \"jilin\"\n")
        .file("jilin/a.pol", "对象 街道 {\n  字段 人口: 人\n}\n\n赋权 五项权力 {\n  总数: 2 项\n  权力 指挥调度 \"指挥调度权\" { 行使主体: 街道 }\n  权力 考核评价 { 行使主体: 街道 }\n}\n\n单位 名 = 人\n")
        .file("changchun/polis.toml", "[package]\nname = \"changchun\"\nunder = [\"jilin\"]\n")
        .file("changchun/清单.pol", "清单 事项 {\n  类别 治安 { 列项: 巡逻, 调解 }\n  类别 环境 {\n    列项: 保洁\n    事项 绿化 { 提供单位: 街道 }\n  }\n  总数: 4 项\n}\n")
}

#[test]
fn provisions_of_a_kind_are_listed_in_either_face() {
    let cli = city();
    assert_snapshot!(cli.run("list 员额"), @r"
    exit: 0
    ----- stdout
    包         名称        对象或主体  位置                  出处                            编号
    ---------  ----------  ----------  --------------------  ------------------------------  --------------
    changchun  专职工作者  社区        changchun/员额.pol:6  员额办法“每个社区配备10至15名”  CC-121, CC-122
    ----- stderr
    1 条员额
    ");
    assert_snapshot!(cli.run("list quotas --lang en"), @r#"
    exit: 0
    ----- stdout
    package    name        entity or holder  place                 cite                             ref
    ---------  ----------  ----------------  --------------------  -------------------------------  --------------
    changchun  专职工作者  社区              changchun/员额.pol:6  员额办法 "每个社区配备10至15名"  CC-121, CC-122
    ----- stderr
    1 of kind `quota`
    "#);
    assert_eq!(cli.run("list quota"), cli.run("list 员额"));
}

#[test]
fn inner_blocks_are_listed_too() {
    let cli = city();
    assert_snapshot!(cli.run("list power"), @r"
    exit: 0
    ----- stdout
    包     名称               标题        对象或主体  位置
    -----  -----------------  ----------  ----------  -------------
    jilin  五项权力.指挥调度  指挥调度权  街道        jilin/a.pol:7
    jilin  五项权力.考核评价              街道        jilin/a.pol:8
    ----- stderr
    2 条权力
    ");
    assert_snapshot!(cli.run("list field changchun"), @r"
    exit: 0
    ----- stdout
    包         名称      对象或主体  位置
    ---------  --------  ----------  --------------------
    changchun  户数      社区        changchun/对象.pol:3
    changchun  专职人数  社区        changchun/对象.pol:4
    ----- stderr
    2 条字段
    ");
    assert_snapshot!(cli.run("list item"), @r"
    exit: 0
    ----- stdout
    包         名称  对象或主体  位置
    ---------  ----  ----------  --------------------
    changchun  巡逻  事项.治安   changchun/清单.pol:2
    changchun  调解  事项.治安   changchun/清单.pol:2
    changchun  保洁  事项.环境   changchun/清单.pol:4
    changchun  绿化  事项.环境   changchun/清单.pol:5
    ----- stderr
    4 条事项
    ");
    assert_snapshot!(cli.run("list category"), @r"
    exit: 0
    ----- stdout
    包         名称       对象或主体  位置
    ---------  ---------  ----------  --------------------
    changchun  事项.治安  事项        changchun/清单.pol:2
    changchun  事项.环境  事项        changchun/清单.pol:3
    ----- stderr
    2 条类别
    ");
    assert_snapshot!(cli.run("list unit"), @r"
    exit: 0
    ----- stdout
    包     名称  位置
    -----  ----  --------------
    jilin  名    jilin/a.pol:11
    ----- stderr
    1 条单位
    ");
    assert_snapshot!(cli.run("list test"), @r"
    exit: 0
    ----- stdout
    包         标题     对象或主体  位置
    ---------  -------  ----------  ---------------------
    changchun  3600 户  社区        changchun/员额.pol:13
    ----- stderr
    1 条测试
    ");
}

#[test]
fn superiors_are_listed_when_asked_for() {
    let cli = city();
    assert_snapshot!(cli.run("list grant changchun"), @r"
    exit: 0
    ----- stderr
    0 条赋权
    ");
    assert_snapshot!(cli.run("list grant changchun --all"), @r"
    exit: 0
    ----- stdout
    包     名称      位置
    -----  --------  -------------
    jilin  五项权力  jilin/a.pol:5
    ----- stderr
    1 条赋权
    ");
}

#[test]
fn programs_read_json_and_csv() {
    let cli = city();
    assert_snapshot!(cli.run("list quota --format json"), @r#"
    exit: 0
    ----- stdout
    [
      {
        "package": "changchun",
        "name": "专职工作者",
        "title": "",
        "of": [
          "社区"
        ],
        "path": "changchun/员额.pol",
        "line": 6,
        "cite": [
          "员额办法“每个社区配备10至15名”"
        ],
        "ref": [
          "CC-121",
          "CC-122"
        ]
      }
    ]
    "#);
    assert_snapshot!(cli.run("list quota --format csv --lang en"), @r#"
    exit: 0
    ----- stdout
    package,name,title,of,path,line,cite,ref
    changchun,专职工作者,,社区,changchun/员额.pol,6,"员额办法 ""每个社区配备10至15名""",CC-121; CC-122
    "#);
    assert_snapshot!(cli.run("list norm --format json"), @r"
    exit: 0
    ----- stdout
    []
    ");
}

#[test]
fn kinds_and_codes_are_listed() {
    let cli = Cli::new();
    let lines = |line: &str| cli.run(line).lines().take(5).collect::<Vec<_>>().join("\n");
    assert_snapshot!(lines("list kinds"), @r"
    exit: 0
    ----- stdout
    中文      英文        说明
    --------  ----------  ----------------------------------------------------------------------------------------------------
    文件      document    一份政策文件：名称、系列、发文机关、层级、日期、依据。同一文件（.pol）里的条款都出自它。
    ");
    assert_snapshot!(lines("list kinds --lang en"), @r"
    exit: 0
    ----- stdout
    Chinese   English     documentation
    --------  ----------  --------------------------------------------------------------------------------------------------------------------------------------------------------------------------------------
    文件      document    A policy document: title, series, issuer, level, dates, basis. The provisions in the same .pol file are its provisions.
    ");
    assert_snapshot!(lines("list codes"), @r"
    exit: 0
    ----- stdout
    代码                            级别  消息
    ------------------------------  ----  -------------------------------------------------------------------------------
    admitted-and-refused            错误  `{item}` 既列入准入的 `{admits}`，又列入不准入的 `{refuses}`
    ");
    assert_snapshot!(lines("list codes --lang en --format csv"), @r#"
    exit: 0
    ----- stdout
    code,severity,message
    admitted-and-refused,error,"`{item}` is on `{admits}`, which admits it, and on `{refuses}`, which refuses it"
    agreement-lacks-field,warning,"the agreement of `{admission}` leaves out {missing}, which `{superior}` demands"
    "#);
    let kinds: serde_json::Value = serde_json::from_slice(&cli.output("list kinds --format json").stdout).unwrap();
    assert_eq!(kinds[0]["en"], "document");
}

#[test]
fn an_unknown_kind_is_a_wrong_use() {
    assert_snapshot!(Cli::new().run("list poewr"), @r"
    exit: 2
    ----- stderr
    错误：没有 `poewr` 这个种类
    是否想写 `power`？
    所有种类见 `polis list kinds`
    ");
    assert_snapshot!(Cli::new().run("list 内设机枸 --lang en"), @r"
    exit: 2
    ----- stderr
    error: there is no kind `内设机枸`
    did you mean `内设机构`?
    `polis list kinds` lists them
    ");
    assert_snapshot!(Cli::new().run("list power nowhere"), @r"
    exit: 2
    ----- stderr
    错误[path-not-found]：没有 `nowhere` 这个文件或文件夹
       ╭─[ nowhere:1:1 ]
       │
     1 │
       │ ┬
       │ ╰── 此处
    ───╯
    0 条权力
    ");
}
