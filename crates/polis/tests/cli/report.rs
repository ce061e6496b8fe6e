//! `--format html`, `polis why` for programs and in a year, and `polis why-not`. The reference shows what they print for
//! reading; a browser opens the pages in `cargo xtask report`.

use serde_json::Value;

use crate::Cli;

/// A name that means something wherever it is not escaped.
const EVIL: &str = "</script><img src=x onerror=alert(1)>";

fn cli() -> Cli {
    Cli::new()
        .file("polis.toml", "[workspace]\n")
        .file("a/polis.toml", "[package]\nname = \"a\"\ntitle = \"甲市\"\n[samples]\ndefault = \"s\"\n")
        .file(
            "a/a.pol",
            "文件 意见 《关于员额的意见》 { 印发: 2020 }
对象 社区 { 字段 户数: 户; 字段 人数: 人 }
参数 年薪: 元/年 { 自 2021-01-01: 60000 元/年; 自 2023-01-01: 66000 元/年 }
参数 补助: 元 { 值: 待定 }
员额 员额 属于 社区 { 基数: 10..15 人; 实有: 人数; 出处: \"每个社区十至十五人\" }
规则 薪酬 属于 社区: 元/年 { 值: 年薪 * 人数 / 1 人 }
规则 总额 属于 社区: 元 { 值: 补助 * 人数 / 1 人 }
规则 经费 属于 社区: 元 { 值: 1 元; 例外 大 当 户数 超过 10 户: 2 元; 例外 特大 优先于 大 当 户数 超过 20 户: 3 元 }
情景 增长 { 年度: 2021..2023; 增长 人数: 1 人; 设定 补助: 3 元 }
",
        )
        .file("a/s/社区.csv", format!("id,名称,户数,人数\nC1,{EVIL},30,9\nC2,乙,5,\n"))
        .file("b/polis.toml", "[package]\nname = \"b\"\ntitle = \"乙市\"\n")
        .file(
            "b/b.pol",
            "对象 社区 { 字段 户数: 户; 字段 人数: 人 }\n规则 薪酬 属于 社区: 元/年 { 值: 9 元/年 * 人数 / 1 人 }\n",
        )
}

/// The data of a page, after it has been looked over.
fn data(cli: &Cli, file: &str) -> Value {
    let page = cli.read(file);
    assert_eq!(page.matches("<script").count(), 3, "{file}: a text has become a script");
    assert!(!page.contains("<img"), "{file}: a text has become markup");
    let (_, rest) = page.split_once("id=\"data\">").unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

/// The texts of a column's rows.
fn cells(table: &Value, head: &str) -> Vec<String> {
    let columns = table["columns"].as_array().unwrap();
    let column = columns.iter().find(|it| it["head"] == head).unwrap_or_else(|| panic!("{head}"));
    let cell = |it: &Value| column.pointer(&format!("/entries/{it}/0")).and_then(Value::as_str).unwrap().to_owned();
    column["cells"].as_array().unwrap().iter().map(cell).collect()
}

#[test]
fn a_report_says_what_the_run_says() {
    let cli = cli();
    cli.run("simulate a --format html --out zh.html");
    let page = data(&cli, "zh.html");
    let table = &page["tables"][0];
    assert_eq!(cells(table, "名称"), [EVIL, "乙"]);
    assert_eq!(cells(table, "员额"), ["10–15 人", "10–15 人"]);
    assert_eq!(cells(table, "员额 结果"), ["违反：缺 1 人", "未知"]);
    assert_eq!(cells(table, "薪酬"), ["594,000 元/年", "未知"]);
    // Every result leads to how it came about.
    for column in table["columns"].as_array().unwrap().iter().filter(|it| it["kind"] != "key") {
        for row in ["0", "1"] {
            let told = usize::try_from(column["why"][row].as_u64().unwrap()).unwrap();
            assert!(!page["explanations"][told][0].as_str().unwrap().is_empty());
        }
        assert!(!page["provisions"][usize::try_from(column["provision"].as_u64().unwrap()).unwrap()].is_null());
    }
    let text = cli.read("zh.html");
    for part in ["违反规定", "“补助”", "《关于员额的意见》“每个社区十至十五人”", "sha256:", "polis why"]
    {
        assert!(text.contains(part), "{part}");
    }
}

#[test]
fn the_same_contents_have_the_same_bytes_wherever_they_lie() {
    let (one, other) = (cli(), cli());
    for cli in [&one, &other] {
        for (line, file) in [
            ("simulate a --format html --lang en --out run.html", "run.html"),
            ("simulate a --scenario 增长 --format html --out years.html", "years.html"),
            ("simulate a --sweep 补助=1..3元 --format html --out sweep.html", "sweep.html"),
            ("compare a b --format html --out compare.html", "compare.html"),
        ] {
            cli.run(line);
            data(cli, file);
        }
    }
    for file in ["run.html", "years.html", "sweep.html", "compare.html"] {
        assert!(one.read(file) == other.read(file), "{file} differs");
    }
    // A page is not about somebody's disk.
    assert!(!one.read("run.html").contains(one.path("a").parent().unwrap().to_str().unwrap()));
    let changed = other.file("a/s/社区.csv", "id,名称,户数,人数\nC1,甲,30,9\nC2,乙,5,\n");
    changed.run("simulate a --format html --lang en --out run.html");
    let print = |cli: &Cli| {
        let text = cli.read("run.html");
        let (_, rest) = text.split_once("<dt>sample contents</dt><dd>").unwrap();
        rest.split_once('<').unwrap().0.to_owned()
    };
    assert_ne!(print(&one), print(&changed), "another sample has another fingerprint");
}

#[test]
fn years_values_and_cities_have_pages() {
    let cli = cli();
    cli.run("simulate a --scenario 增长 --format html --out years.html");
    let table = data(&cli, "years.html")["tables"][0].clone();
    assert_eq!(cells(&table, "年度"), ["2021", "2021", "2022", "2022", "2023", "2023"]);
    assert_eq!(cells(&table, "员额 实有"), ["9 人", "未知", "10 人", "未知", "11 人", "未知"]);
    assert_eq!((&table["facet"], &table["chosen"]), (&0.into(), &2.into()));
    cli.run("simulate a --sweep 补助=1..3元 --format html --out sweep.html");
    let table = data(&cli, "sweep.html")["tables"][0].clone();
    assert_eq!(cells(&table, "总额"), ["9–27 元", "未知"]);
    assert_eq!(table["charts"][0]["at"].as_array().unwrap().len(), 3);
    cli.run("compare a b --format html --out compare.html");
    let table = data(&cli, "compare.html")["tables"][0].clone();
    assert_eq!(cells(&table, "甲市"), ["594,000 元/年"]);
    assert_eq!(cells(&table, "乙市"), ["81 元/年 ↓"]);
}

#[test]
fn sums_by_parent_and_each_breach_are_told() {
    let cli = cli()
        .file("c/polis.toml", "[package]\nname = \"c\"\ntitle = \"丙市\"\n[samples]\ndefault = \"s\"\n")
        .file(
            "c/c.pol",
            "文件 意见 《关于员额的意见》 { 印发: 2020 }
对象 街道 { 复数: 街道们 }
对象 社区 { 隶属: 街道; 字段 人数: 人 }
对象 事件 { 字段 日期: 日期; 字段 主体: 文字; 字段 行为: 文字 }
行为 开会 {}
员额 员额 属于 社区 { 基数: 10..15 人; 实有: 人数; 出处: \"每个社区十至十五人\" }
规范 例会 属于 街道 { 主体: 街道; 应当: 开会; 频次: 1.. 次/半年; 出处: \"每半年至少一次\" }
",
        )
        .file("c/s/街道.csv", "id,名称\nS1,山前\nS2,山后\nS3,无人\n")
        .file("c/s/社区.csv", "id,名称,街道,人数\nC1,甲,S1,9\nC2,乙,S2,12\nC3,丙,S1,20\nC4,丁,S2,\n")
        .file(
            "c/s/事件.csv",
            "id,日期,主体,行为\nE1,2021-01-05,S1,开会\nE2,2021-08-05,S1,开会\nE3,2021-12-05,S2,开会\n",
        );
    cli.run("simulate c --years 2021..2022 --format html --out years.html");
    let page = data(&cli, "years.html");
    let table = |title: &str| {
        let tables = page["tables"].as_array().unwrap();
        tables.iter().find(|it| it["title"] == title).unwrap_or_else(|| panic!("{title}")).clone()
    };
    let sums = table("社区：按街道小计");
    assert_eq!(cells(&sums, "名称"), ["山前", "山后", "山前", "山后"], "nobody lies in the third");
    assert_eq!(cells(&sums, "社区数"), ["2", "2", "2", "2"]);
    assert_eq!(cells(&sums, "员额"), ["20–30 人"; 4]);
    assert_eq!(cells(&sums, "员额 实有")[..2], ["29 人", "12 人（另 1 个未知）"]);
    assert_eq!(cells(&sums, "员额 结果")[..2], ["违反 2", "守住 1、未知 1"]);
    let streets = table("街道");
    assert_eq!(cells(&streets, "例会")[..3], ["守住", "违反：2021 年上半年", "未知"]);
    assert!(cells(&streets, "例会")[3..].iter().all(|it| it == "未知"), "the log ends before");
    let breaches = table("逐项违反");
    let line = |row: usize| {
        let heads = ["年度", "辖区", "对象", "条款", "结果", "数字和界限", "出处"];
        heads.map(|it| cells(&breaches, it)[row].clone()).join("|")
    };
    let quota = "|社区|员额 结果|违反：缺 1 人|9 人，应在 10–15 人之内|《关于员额的意见》“每个社区十至十五人”";
    assert_eq!(line(0), format!("2021|甲{quota}"));
    let half =
        "2021|山后|街道|例会|违反：2021 年上半年|2021 年上半年 0 次，应不少于 1 次|《关于员额的意见》“每半年至少一次”";
    assert_eq!(line(2), half);
    assert_eq!(line(3), format!("2022|甲{quota}"));
    assert_eq!(cells(&breaches, "年度").len(), 5);
    assert_eq!((&breaches["facet"], &breaches["chosen"]), (&0.into(), &1.into()));
    // The beginning of the page leads to those of the last year.
    assert!(cli.read("years.html").contains("<li>甲　员额 结果 <a class=\"tone-breached\" href=\"#why="));
    // A run of one day has the sums as well.
    cli.run("simulate c --format html --out run.html");
    assert!(cli.read("run.html").contains("社区：按街道小计"));
}

#[test]
fn a_graph_and_a_year_of_an_explanation() {
    let cli = cli();
    let stdout = |line: &str| {
        let text = cli.run(line);
        let (_, text) = text.split_once("----- stdout\n").unwrap();
        text.split("----- stderr").next().unwrap_or_default().to_owned()
    };
    let dot = stdout("why a 经费 --for C1 --format dot");
    assert!(dot.starts_with("digraph why {\n") && dot.trim_end().ends_with('}'), "{dot}");
    assert!(dot.contains("优先于同样成立的例外 `大`"), "{dot}");
    assert!(dot.contains(EVIL), "a graph has no markup: {dot}");
    let json: Value = serde_json::from_str(&stdout("why a 经费 --for C1 --format json")).unwrap();
    assert_eq!((&json["exception"], &json["over"][0]), (&"特大".into(), &"大".into()));
    assert_eq!((&json["low"], &json["unit"]), (&"3".into(), &"元".into()));
    for (line, expected) in [
        ("why a 薪酬 --for C1 --year 2022", "540000 元/年"),
        ("why a 薪酬 --for C1 --year 2023", "594000 元/年"),
        ("why a 薪酬 --for C1 --scenario 增长", "726000 元/年"),
        ("why a 薪酬 --for C1 --scenario 增长 --year 2022", "600000 元/年"),
    ] {
        let text = stdout(line);
        assert!(text.lines().next().unwrap().ends_with(expected), "{line}: {text}");
    }
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let cli = cli();
    for line in [
        "why a 薪酬 --for C1 --year 2022 --as-of 2022-01-01",
        "why a 薪酬 --for C1 --year 2022..2023",
        "why a 薪酬 --for C1 --scenario 没有",
        "why-not a 薪酬 --for C1 --kept",
        "why-not a 员额 --for C1 --kept --breached",
        "why-not a 薪酬 --for C1 --to 3户 --kept",
    ] {
        assert!(cli.run(line).starts_with("exit: 2"), "{line}");
    }
    assert!(cli.run("why-not a 薪酬 --for C1 --to 3户").starts_with("exit: 1"), "another unit is a finding");
}

/// What a run tells beside its tables is told to programs and on the page as well, in both languages.
#[test]
fn decisions_norms_and_what_is_in_force_are_told_in_every_form() {
    let cli = Cli::new()
        .file("a/polis.toml", "[package]\nname = \"a\"\ntitle = \"甲市\"\n[samples]\ndefault = \"s\"\n")
        .file(
            "a/a.pol",
            "对象 街道 { 字段 大: 是非 }
对象 事项 { 字段 名目: 文字; 字段 有经费: 是非 }
对象 事件 { 字段 日期: 日期; 字段 主体: 文字; 字段 行为: 文字 }
组织 党工委 属于 街道 {}
行为 开会 {}
清单 禁入 { 性质: 负面; 列项: 招商 }
准入 进社区 属于 事项 { 清单: 禁入; 申报事项: 名目; 条件 经费: 有经费 }
赋权 五权 { 行使主体: 党工委; 未列: 4 项; 总数: 5 项; 权力 人事同意 { 当: 大 } }
规范 例会 { 主体: 街道; 应当: 开会; 频次: 1.. 次/月 }
",
        )
        .file("a/s/街道.csv", "id,大\nS1,是\nS2,否\n")
        .file("a/s/事项.csv", "id,名目,有经费\nA1,招商,否\nA2,普查,是\n")
        .file("a/s/事件.csv", "id,日期,主体,行为\nE1,2021-01-05,S1,开会\nE2,2021-02-07,S2,开会\n");
    let output = cli.output("simulate a --as-of 2021-02-28 --format json --lang en");
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let refused = &json["admissions"][0]["rows"][0];
    assert_eq!(refused["outcome"], "refused");
    assert_eq!(refused["reasons"], serde_json::json!(["on `禁入`", "condition `经费` does not hold"]));
    assert_eq!(json["admissions"][0]["rows"][1]["outcome"], "admitted");
    assert_eq!(json["norms"]["as_of"], "2021-02-28");
    let outcomes = |row: usize| json["norms"]["tables"][0]["rows"][row]["outcome"].clone();
    assert_eq!([outcomes(0), outcomes(1)], ["breached", "breached"]);
    let held = json["in_force"][0]["provisions"].as_array().unwrap();
    let shown: Vec<String> =
        held.iter().map(|it| format!("{} {} {}", it["provision"], it["unnamed"], it["applies"]["to"])).collect();
    assert_eq!(shown, ["\"a.五权.人事同意\" null [\"S1\"]", "\"a.五权\" \"4\" null", "\"a.例会\" null null"]);
    for (lang, decision, reason, title, applies) in [
        ("zh", "进社区 结论", "不准入：列入 “禁入”；条件 “经费” 不成立", "有效的权力、职责和规范", "适用"),
        (
            "en",
            "进社区 decision",
            "refused: on “禁入”; condition “经费” does not hold",
            "Powers, duties and norms in force",
            "applies",
        ),
    ] {
        cli.run(&format!("simulate a --as-of 2021-02-28 --format html --lang {lang} --out {lang}.html"));
        let page = data(&cli, &format!("{lang}.html"));
        let table = |title: &str| {
            let all = page["tables"].as_array().unwrap();
            all.iter().find(|it| it["title"].as_str().unwrap().starts_with(title)).unwrap().clone()
        };
        assert_eq!(cells(&table("事项"), decision)[0], reason);
        assert!(cells(&table("街道"), "例会")[0].contains("2021"));
        assert_eq!(cells(&table(title), applies)[0], "1/2");
    }
    // A name that is asked about is judged as of the day, too.
    let why = cli.run("why a 例会 --for S1 --as-of 2021-02-28");
    assert!(why.contains("2021 年 2 月：违反"), "{why}");
}
