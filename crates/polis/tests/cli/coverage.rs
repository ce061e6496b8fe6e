//! `polis coverage`.

use insta::assert_snapshot;

use crate::Cli;

const REGISTER: &str = "\
id\tcity\tkind\tmodality\tsays
CC-120\t市\tfact\t—\t\"a quote\" in a cell
CC-121\t社区\tquota\tnormally\tten to fifteen
CC-122\t社区\tquota\tmay\tone more
CC-123\t社区\tpower\tmust\tcommand
CC-124\t社区\tprinciple\tmust\tlead
CC-125\t社区\tnorm\tmust not\tassign tasks
JL-001\t省\tpower\tmust\tcommand
";

fn city() -> Cli {
    Cli::package()
        .file("r.tsv", REGISTER)
        .file("changchun/polis.toml", "[package]\nname = \"changchun\"\ntitle = \"长春市\"\nunder = [\"jilin\"]\n")
        .file("changchun/其他.pol", "事实 概况 {\n  值: 1 个\n  编号: [CC-120, CC-122]\n}\n\n原则 引领 {\n  内容: \"引领\"\n  编号: CC-124\n}\n\n测试 \"x\" {\n  预期: 是\n}\n")
        .file("jilin/polis.toml", "[package]\nname = \"jilin\"\ntitle = \"吉林省\"\n")
        .file("jilin/a.pol", "对象 街道 {\n  字段 人口: 人\n}\n\n赋权 五项权力 {\n  总数: 1 项\n  编号: JL-001\n  权力 指挥调度 {\n    行使主体: 街道\n    编号: CC-123\n  }\n}\n")
}

#[test]
fn rows_are_counted_by_city_and_kind() {
    let cli = city();
    assert_snapshot!(cli.run("coverage --register r.tsv --missing"), @r"
    exit: 0
    ----- stdout
    城市  名称    行数  有语气  代码  原则  事实  缺失  有语气的代码率
    ----  ------  ----  ------  ----  ----  ----  ----  --------------
    CC    长春市     6       5     3     1     1     1           60.0%
    JL    吉林省     1       1     1     0     0     0          100.0%
    合计             7       6     4     1     1     1           66.6%

    种类  行数
    ----  ----
    权力     1
    赋权     1
    员额     2
    事实     2
    原则     1

    缺失    登记的种类  位置
    ------  ----------  -------
    CC-125  norm        r.tsv:7
    ----- stderr
    登记表共 7 行，有条款的 6 行，没有的 1 行
    ");
    assert_snapshot!(cli.run("coverage --register r.tsv --lang en changchun"), @r"
    exit: 0
    ----- stdout
    city   title   rows  modality  code  principle  fact  missing  modality as code
    -----  ------  ----  --------  ----  ---------  ----  -------  ----------------
    CC     长春市     6         5     3          1     1        1             60.0%
    JL     吉林省     1         1     1          0     0        0            100.0%
    total             7         6     4          1     1        1             66.6%

    kind       rows
    ---------  ----
    power         1
    grant         1
    quota         2
    fact          2
    principle     1
    ----- stderr
    6 of 7 rows are carried, 1 missing
    ");
}

#[test]
fn programs_read_csv_and_json() {
    let cli = city();
    assert_snapshot!(cli.run("coverage --register r.tsv --format csv"), @r"
    exit: 0
    ----- stdout
    city,title,rows,modality,code,principle,fact,missing,modality_code,share
    CC,长春市,6,5,3,1,1,1,3,60.0
    JL,吉林省,1,1,1,0,0,0,1,100.0
    ");
    assert_snapshot!(cli.run("coverage --register r.tsv --format csv --missing"), @r"
    exit: 0
    ----- stdout
    id,kind,line
    CC-125,norm,7
    ");
    let whole: serde_json::Value =
        serde_json::from_slice(&cli.output("coverage --register r.tsv --format json").stdout).unwrap();
    assert_eq!(whole["total"]["code"], 4);
    assert_eq!(whole["missing"][0]["id"], "CC-125");
    assert_eq!(whole["kinds"][0]["en"], "power");
}

#[test]
fn a_register_may_have_ids_only() {
    let cli = city().file("ids.csv", "id\nCC-121\nZZ-9\n");
    assert_snapshot!(cli.run("coverage --register ids.csv changchun/员额.pol jilin"), @r"
    exit: 1
    ----- stdout
    城市  名称    行数  代码  原则  事实  缺失
    ----  ------  ----  ----  ----  ----  ----
    CC    长春市     1     1     0     0     0
    ZZ               1     0     0     0     1
    合计             2     1     0     0     1

    种类  行数
    ----  ----
    员额     1
    ----- stderr
    错误[unknown-row-id]：登记表中没有编号 `CC-120`
       ╭─[ changchun/其他.pol:3:10 ]
       │
     3 │   编号: [CC-120, CC-122]
       │          ───┬──
       │             ╰──── 此处
       │
       = 帮助：是否想写 `CC-121`？

    错误[unknown-row-id]：登记表中没有编号 `CC-122`
       ╭─[ changchun/其他.pol:3:18 ]
       │
     3 │   编号: [CC-120, CC-122]
       │                  ───┬──
       │                     ╰──── 此处
       │
       = 帮助：是否想写 `CC-121`？

    错误[unknown-row-id]：登记表中没有编号 `CC-124`
       ╭─[ changchun/其他.pol:8:9 ]
       │
     8 │   编号: CC-124
       │         ───┬──
       │            ╰──── 此处
       │
       = 帮助：是否想写 `CC-121`？

    错误[unknown-row-id]：登记表中没有编号 `CC-122`
        ╭─[ changchun/员额.pol:10:18 ]
        │
     10 │   编号: [CC-121, CC-122]
        │                  ───┬──
        │                     ╰──── 此处
        │
        = 帮助：是否想写 `CC-121`？
    登记表共 2 行，有条款的 1 行，没有的 1 行
    ");
}

#[test]
fn a_missing_row_is_a_finding_where_it_is_denied() {
    let cli = city();
    assert_eq!(cli.code("coverage --register r.tsv --missing"), 0);
    let text = cli.run("coverage --register r.tsv --deny-missing --format csv --missing --lang en");
    assert_snapshot!(text, @r"
    exit: 1
    ----- stdout
    id,kind,line
    CC-125,norm,7
    ----- stderr
    error[row-not-carried]: no provision carries `CC-125`
       ╭─[ r.tsv:7:1 ]
       │
     7 │ CC-125  社区   norm  must not assign tasks
       │ ───┬──
       │    ╰────── here
       │
       = help: write `ref: CC-125` in the provision that says what the row says
    ");
}

#[test]
fn a_malformed_register_is_a_wrong_use() {
    let cli = city().file("bad.csv", "id,kind\nCC-121,quota\nCC-122\n").file("twice.csv", "id\nA-1\nA-1\n");
    assert_snapshot!(cli.run("coverage --register bad.csv --lang en"), @r"
    exit: 2
    ----- stderr
    error[register-malformed]: the register is not a whole table: columns in this row: 1, in the heading: 2
       ╭─[ bad.csv:3:1 ]
       │
     3 │ CC-122
       │ ───┬──
       │    ╰──── here
       │
       = help: a register is a table parted by tabs or commas; its first line has headings, the first of which is `id`
    ");
    assert_eq!(cli.code("coverage --register twice.csv"), 2);
    assert_eq!(cli.code("coverage --register nowhere.csv"), 2);
    assert_eq!(cli.code("coverage --register r.tsv nowhere"), 2);
    assert_eq!(cli.code("coverage"), 2);
}
