//! `polis simulate` over years, through values and with another city's provisions, and `polis compare`. The reference shows
//! what they print for reading; here are the forms for programs, files, and what is wrong with a call.

use std::fs;

use serde_json::Value;

use crate::Cli;

const PROVISIONS: &str = "\
对象 社区 { 字段 户数: 户; 字段 人数: 人 }
对象 企业 { 字段 得分: 分; 字段 星级: 星; 字段 好: 是非 }
参数 补助: 元 { 值: 待定 }
参数 步长: 户 { 值: 300..500 户 }
参数 开放: 是非 { 值: 是 }
规则 总额 属于 社区: 元 { 值: 补助 * 人数 / 1 人 }
规则 规模 属于 社区: 人 { 值: 每满(户数, 步长) * 1 人 }
评定 星 属于 企业: 星 {
  现等次: 星级
  评定周期: 2 年
  晋级: 好
  得分: 得分
  等次 二星 { 分数: 80.. 分; 值: 2 星 }
  等次 一星 { 分数: 60.. 分; 值: 1 星 }
}
情景 甲 { 年度: 2021..2023; 增长 户数: 10%; 设定 补助: 3 元; 样本: \"他处\" }
";

fn cli() -> Cli {
    Cli::new()
        .file("polis.toml", "[workspace]\n")
        .file("a/polis.toml", "[package]\nname = \"a\"\n[samples]\ndefault = \"s\"\n")
        .file("a/a.pol", PROVISIONS)
        .file("a/s/社区.csv", "id,户数,人数\nC1,1000,2\n")
        .file("a/s/企业.csv", "id,得分,星级,好\nF1,60,1,是\n")
        .file("a/他处/社区.csv", "id,户数,人数\nC9,1005,4\n")
        .file("b/polis.toml", "[package]\nname = \"b\"\ntitle = \"乙\"\n")
        .file("b/b.pol", "对象 社区 { 字段 户数: 户 }\n规则 规模 属于 社区: 人 { 值: 每满(户数, 400 户) * 1 人 }\n")
        .file("b/s/社区.csv", "id,户数\nD1,800\n")
}

fn stdout(cli: &Cli, line: &str) -> String {
    let text = cli.run(line);
    let (head, text) = text.split_once("----- stdout\n").unwrap_or_else(|| panic!("{line}: {text}"));
    assert_eq!(head.trim(), "exit: 0", "{line}");
    text.to_owned()
}

fn json(cli: &Cli, line: &str) -> Value {
    let text = stdout(cli, line);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{line}: {error}\n{text}"))
}

#[test]
fn years_are_documents_with_the_ratings_of_each() {
    let cli = cli();
    let document = json(&cli, "simulate a --years 2021..2023 --format json --lang en");
    let years = document["years"].as_array().unwrap();
    let days: Vec<&str> = years.iter().map(|it| it["as_of"].as_str().unwrap()).collect();
    assert_eq!(days, ["2021-12-31", "2022-12-31", "2023-12-31"]);
    let due: Vec<&Value> = years.iter().map(|it| &it["ratings"][0]["due"]).collect();
    assert_eq!(due, [&Value::from("rating"), &Value::Null, &Value::from("rating")]);
    assert_eq!(years[0]["ratings"][0]["rows"][0], serde_json::json!({ "id": "F1", "before": "1", "after": "2" }));
    assert_eq!(years[1]["ratings"][0]["rows"][0], serde_json::json!({ "id": "F1", "before": "2", "after": "2" }));
    assert_eq!(document["scenario"], Value::Null);
}

#[test]
fn a_scenario_has_its_own_sample_unless_another_is_named() {
    let cli = cli();
    let lines = |line: &str| -> Vec<String> {
        let text = stdout(&cli, line);
        text.lines().filter(|it| it.contains("规模") || it.contains("总额")).map(str::to_owned).collect()
    };
    assert_eq!(
        lines("simulate a --scenario 甲 --format csv"),
        [
            "2021,社区,C9,,,a.总额,总额,12,12,元,",
            "2021,社区,C9,,,a.规模,规模,2,3,人,",
            "2022,社区,C9,,,a.总额,总额,12,12,元,",
            // 1005 and a tenth are 1105.5, so 1106 households.
            "2022,社区,C9,,,a.规模,规模,2,3,人,",
            "2023,社区,C9,,,a.总额,总额,12,12,元,",
            "2023,社区,C9,,,a.规模,规模,2,4,人,",
        ]
    );
    let here = lines("simulate a --scenario 甲 --on a/s --years 2021 --set 补助=5元 --format csv");
    assert_eq!(here, ["2021,社区,C1,,,a.总额,总额,10,10,元,", "2021,社区,C1,,,a.规模,规模,2,3,人,"]);
}

#[test]
fn a_year_says_how_norms_were_kept() {
    let cli = cli()
        .file(
            "a/b.pol",
            "对象 事件 { 字段 日期: 日期; 字段 主体: 文字; 字段 行为: 文字 }
行为 开会 {}
行为 吹哨 {}
行为 报到 {}
规范 例会 属于 社区 { 主体: 社区; 应当: 开会; 频次: 1.. 次/半年 }
规范 报到快 属于 社区 { 主体: 社区; 应当: 报到; 期限: 限 2 日 自 吹哨 }
",
        )
        .file(
            "a/s/事件.csv",
            "id,日期,主体,行为\nE1,2021-07-05,C1,开会\nE2,2021-08-01,C1,吹哨\nE3,2021-08-05,C1,报到\n\
             E4,2021-01-09,C1,吹哨\nE5,2021-01-10,C1,报到\nE6,2021-12-31,C1,吹哨\n",
        );
    let document = json(&cli, "simulate a --years 2021 --format json --lang en");
    let norms = &document["years"][0]["norms"];
    let log = serde_json::json!({ "entity": "事件", "from": "2021-01-01", "until": "2021-12-31" });
    assert_eq!(norms["log"], log);
    let row = &norms["tables"][0]["rows"][0];
    assert_eq!((&row["id"], &row["outcome"]), (&"C1".into(), &"breached".into()));
    let first = serde_json::json!({
        "action": "a.开会", "period": "first half of 2021", "from": "2021-01-01", "until": "2021-06-30",
        "low": "0", "high": "0", "wanted": { "low": "1", "high": null }, "outcome": "breached",
        "events": [], "missing": [],
    });
    assert_eq!(row["items"][0], first);
    assert_eq!(row["items"][1]["events"], serde_json::json!(["E1"]));
    let deadlines = norms["tables"][1]["rows"][0]["items"].as_array().unwrap();
    let told = |it: &Value| format!("{} {} {} {}", it["due"], it["done"], it["days_late"], it["outcome"]);
    let told: Vec<String> = deadlines.iter().map(|it| told(it).replace('"', "")).collect();
    assert_eq!(told, ["2021-01-11 2021-01-10 0 kept", "2021-08-03 2021-08-05 2 breached", "2022-01-02 null 0 not due"]);
    let text = cli.run("why a 报到快 --for C1 --year 2021 --format json --lang en");
    let why: Value = serde_json::from_str(text.split_once("----- stdout\n").unwrap().1).unwrap();
    assert_eq!((&why["kind"], &why["value"]), (&"norm".into(), &"breached: due 2021-08-03".into()));
    assert_eq!(why["steps"][1]["steps"][1]["name"], "E3");
    let csv = stdout(&cli, "simulate a --years 2021 --format csv --lang en");
    assert_eq!(csv, stdout(&cli, "simulate a --years 2021 --format csv --lang en"));
    assert!(csv.contains("2021,社区,C1,,,a.报到快,报到快 due 2021-08-03,,,,\"breached: "), "{csv}");
    // Without a log nothing is judged, and nothing is zero.
    let cli = cli.file("a/t/社区.csv", "id,户数,人数\nC1,1000,2\n");
    let norms = &json(&cli, "simulate a --years 2021 --on a/t --format json --lang en")["years"][0]["norms"];
    assert_eq!((&norms["log"], &norms["tables"]), (&Value::Null, &serde_json::json!([])));
    assert_eq!(norms["unjudged"], serde_json::json!(["a.例会", "a.报到快"]));
}

#[test]
fn a_seed_draws_the_same_bytes() {
    let cli = cli();
    let draw = |seed: u64, form: &str| {
        let swept = "simulate a --sweep 补助=1..9000000元 --sweep 步长=300..500户 --draw 40";
        format!("{swept} --seed {seed} --lang en --format {form}")
    };
    for form in ["csv", "json", "table", "html"] {
        let one = cli.run(&draw(1, form));
        assert_eq!(one, cli.run(&draw(1, form)), "{form}");
        assert_ne!(one, cli.run(&draw(2, form)), "{form}: another seed");
    }
    let document = json(&cli, &draw(1, "json"));
    assert_eq!(document["points"].as_array().unwrap().len(), 40);
    // 补助 times two people: what was drawn of it, in order.
    let points = document["points"].as_array().unwrap().iter();
    let mut drawn: Vec<u64> = points.map(|it| it["at"]["补助"].as_str().unwrap().parse::<u64>().unwrap() * 2).collect();
    drawn.sort_unstable();
    let table = &document["bands"][0];
    let place = table["columns"].as_array().unwrap().iter().position(|it| it["name"] == "总额").unwrap();
    let band = &table["rows"][0]["results"][place];
    let quantile = |it: &str| band["quantiles"][it]["low"].as_str().unwrap().parse::<u64>().unwrap();
    assert_eq!(["5", "50", "95"].map(quantile), [drawn[1], drawn[19], drawn[37]], "figures that were drawn");
    assert_eq!((&band["low"], &band["high"]), (&drawn[0].to_string().into(), &drawn[39].to_string().into()));
}

#[test]
fn a_sweep_gives_every_point_and_its_bands() {
    let cli = cli();
    let document = json(&cli, "simulate a --sweep 补助=1..2元 --sweep 步长=300..500户步长100 --format json --lang en");
    let points = document["points"].as_array().unwrap();
    let at: Vec<String> = points.iter().map(|it| format!("{}/{}", it["at"]["补助"], it["at"]["步长"])).collect();
    let expected = ["1/300", "1/400", "1/500", "2/300", "2/400", "2/500"].map(|it| {
        let (a, b) = it.split_once('/').unwrap();
        format!("\"{a}\"/\"{b}\"")
    });
    assert_eq!(at, expected);
    let results = &document["bands"][0]["rows"][0]["results"];
    assert_eq!(results[0], serde_json::json!({ "low": "2", "high": "4" }));
    assert_eq!(results[1], serde_json::json!({ "low": "2", "high": "3" }));
    // A file is the same as what is printed, behind the mark of its encoding.
    let line = "simulate a --sweep 补助=1..2元 --format csv --lang en";
    let printed = stdout(&cli, line);
    cli.run(&format!("{line} --out r.csv"));
    assert_eq!(fs::read_to_string(cli.path("r.csv")).unwrap(), format!("\u{feff}{printed}"));
    assert!(printed.starts_with("补助,entity,id,"), "{printed}");
}

#[test]
fn a_comparison_reads_the_sample_in_the_words_of_its_own_city() {
    let cli = cli();
    let document = json(&cli, "compare a b --on b/s --format json --lang en");
    let results: Vec<String> = document["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| [&it["id"], &it["package"], &it["result"], &it["standing"]].map(Value::to_string).join(" "))
        .collect();
    assert_eq!(results, [r#""D1" "a" "1..2 people" "first""#, r#""D1" "b" "2 people" "more""#]);
    let document = json(&cli, "compare b a --on a/s --format json --lang en");
    assert_eq!(document["cities"][0]["lost"], serde_json::json!(["field `人数` of 社区 (1)", "entity `企业` (1)"]));
    assert_eq!(document["cities"][1]["lost"], serde_json::json!([]));
    let document = json(&cli, "simulate a --with b --format json --lang en");
    assert_eq!(document["package"], "b");
    assert_eq!(document["lost"].as_array().map(Vec::len), Some(2));
}

/// A parameter is set in every city that has it, or in the one that is named.
#[test]
fn a_comparison_sets_parameters() {
    let step = "参数 步长: 户 { 值: 400 户 }\n";
    let cli = cli().file(
        "b/b.pol",
        format!("{step}对象 社区 {{ 字段 户数: 户 }}\n规则 规模 属于 社区: 人 {{ 值: 每满(户数, 步长) * 1 人 }}\n"),
    );
    for (set, expected) in [
        ("", ["1..2 people", "2 people"]),
        ("--set 步长=200户", ["4 people", "4 people"]),
        ("--set b.步长=200户", ["1..2 people", "4 people"]),
        ("--set a.步长=200户 --set b.步长=100户", ["4 people", "8 people"]),
        ("--set 步长=200户 --set 补助=1元", ["4 people", "4 people"]),
    ] {
        let document = json(&cli, &format!("compare a b --on b/s --format json --lang en {set}"));
        let results: Vec<&str> =
            document["results"].as_array().unwrap().iter().map(|it| it["result"].as_str().unwrap()).collect();
        assert_eq!(results, expected, "{set}");
    }
    let text = stdout(&cli, "compare a b --on b/s --lang en --set b.步长=200户");
    assert!(text.contains("\n乙: set 步长 = 200 households\n") && !text.contains("a: set"), "{text}");
}

/// What Parquet says is what CSV says, in types.
#[test]
fn results_are_written_as_parquet() {
    let cli = cli();
    assert_eq!(cli.code("simulate a --set 补助=1元 --format parquet --out r.parquet"), 0);
    let bytes = fs::read(cli.path("r.parquet")).unwrap();
    assert_eq!((&bytes[..4], &bytes[bytes.len() - 4..]), (&b"PAR1"[..], &b"PAR1"[..]));
    // The sample of a package that has the columns reads it again.
    let reads = "对象 总 {}
对象 结果 { 隶属: 总; 字段 条款: 文字; 字段 项目: 文字; 字段 低: 数; 字段 高: 数; 字段 单位: 文字; 字段 结果: 文字; 字段 对象: 文字 }
规则 差 属于 结果: 数 { 值: 高 - 低 }
";
    let cli = cli.file("c/polis.toml", "[package]\nname = \"c\"\n").file("c/c.pol", reads);
    fs::create_dir(cli.path("c/s")).unwrap();
    // Ids are unique where each row has one result: communities have two, of which the sample takes the first.
    fs::rename(cli.path("r.parquet"), cli.path("c/s/结果.parquet")).unwrap();
    let text = cli.run("simulate c --on c/s --keep-going --format csv");
    assert!(text.contains("结果,C1,,,c.差,差,0,0,,"), "{text}");
}

#[test]
fn what_is_wrong_with_a_call_is_told() {
    let cli = cli();
    for (line, exit, expected) in [
        ("simulate a --scenario 乙", 2, "没有名为 `乙` 的情景；"),
        ("simulate b --scenario 甲 --on b/s", 2, "本包没有情景"),
        ("simulate a --scenario 甲 --as-of 2022-01-01", 2, "不能与"),
        ("simulate a --scenario 甲 --sweep 补助=1..2元", 2, "不能与"),
        ("simulate a --scenario 甲 --with b", 2, "情景 `甲` 设定、启用和停用的是 `a` 自己的参数和条款，`b` 没有这些"),
        ("simulate a --format parquet", 2, "请用 `--out 文件` 指明写到哪里"),
        ("simulate a --years 2021 --format parquet --out o", 2, "只用于一次运行的结果"),
        ("simulate a --scenario 甲 --format parquet --out o", 2, "只用于一次运行的结果"),
        ("simulate a --sweep 补助=1..2元 --format parquet --out o", 2, "只用于一次运行的结果"),
        ("compare a b --set 补住=1元", 2, "都没有参数 `补住`；是否想写 `补助`？"),
        ("compare a b --set b.补助=1元", 2, "都没有参数 `b.补助`"),
        ("compare a b --set 步长=1人", 1, "type-mismatch"),
        ("simulate a --years 2021-2023", 2, "应为年度，如 2020..2026"),
        ("simulate a --sweep 补助=1", 2, "应写作 `名称=低..高 单位 步长 步`"),
        ("simulate a --sweep 补助=1..2元步长0", 2, "步长应大于零"),
        ("simulate a --sweep 补助=1人..2元", 2, "单位应当相同"),
        ("simulate a --sweep 补助=1..2人", 1, "type-mismatch"),
        ("simulate a --sweep 补助=1..2元 --sweep 补助=1..3元", 2, "取值两次"),
        ("simulate a --sweep 补助=0..1000000元", 2, "共 1000001 次运行，超过一百万次"),
        ("simulate a --sweep 补住=0..1元", 1, "是否想写 `补助`？"),
        ("simulate a --with c", 2, "c"),
        ("compare a c", 2, "c"),
    ] {
        let text = cli.run(line);
        assert!(text.starts_with(&format!("exit: {exit}\n")), "{line}: {text}");
        assert!(text.contains(expected) && !text.contains("----- stdout"), "{line}: {text}");
    }
    // What is not set is unknown and named, and no zero.
    let text = stdout(&cli, "simulate a --years 2021");
    assert!(text.contains("参数 `补助`，可用 `--set 补助=…` 设定") && !text.contains("0 元"), "{text}");
}
