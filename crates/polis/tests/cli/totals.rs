//! `polis simulate --totals`, on the whole and in batches.

use insta::assert_snapshot;
use polis::Exit;
use polis_db::{MemorySystem, System};

use crate::outer::{bytes_of, communities, run, streets};

fn large(system: MemorySystem) -> MemorySystem {
    system.with_max_bytes(1_500).with_variable("POLIS_LARGE_FILE", "0")
}

/// A few communities, of which some lack facts.
fn few() -> MemorySystem {
    streets("id,name,街道,户数,人数\n甲,甲社区,街道1,3600,15\n乙,,街道1,,9\n丙,,街道2,2999,10\n丁,,街道2,4000,\n")
}

#[test]
fn a_table_has_totals_and_subtotals() {
    let (exit, out, _) = run("simulate a --on a/s --totals", &few());
    assert_eq!(exit, Exit::Clean);
    assert_snapshot!(out, @"
    a：样本 `a/s`，按最新的条款

    街道（2 个）
      名称                总人数
      ----  --------------------
      合计  24 人（另 1 个未知）

    社区（4 个），按街道小计
      编号   名称  个数                    工作者           工作者 实有  工作者 结果
      -----  ----  ----  ------------------------  --------------------  --------------
      街道1           2  11..17 人（另 1 个未知）                 24 人  守住 1、未知 1
      街道2  乙       2                 22..33 人  10 人（另 1 个未知）  守住 1、未知 1
             合计     4  33..50 人（另 1 个未知）  34 人（另 1 个未知）  守住 2、未知 2

    缺少：
      社区 的字段 `人数`：丁（4 个结果因此未知）
      社区 的字段 `户数`：乙（3 个结果因此未知）
    ");
    assert_snapshot!(run("simulate a --on a/s --totals --lang en", &few()).1, @"
    a: sample `a/s`, latest provisions

    街道 (2)
      name                  总人数
      -----  ---------------------
      total  24 people (1 unknown)

    社区 (4), by 街道
      id     name   count                     工作者          工作者 actual  工作者 result
      -----  -----  -----  -------------------------  ---------------------  -----------------
      街道1             2  11..17 people (1 unknown)              24 people  kept 1, unknown 1
      街道2  乙         2              22..33 people  10 people (1 unknown)  kept 1, unknown 1
             total      4  33..50 people (1 unknown)  34 people (1 unknown)  kept 2, unknown 2

    missing:
      field `人数` of 社区: 丁 (4 results unknown)
      field `户数` of 社区: 乙 (3 results unknown)
    ");
}

#[test]
fn programs_read_totals() {
    assert_snapshot!(run("simulate a --on a/s --totals --format csv", &few()).1, @"
    对象,上级,上级名称,条款,项目,低,高,单位,结果,个数
    街道,,,a.总人数,总人数,24,24,人,,1
    街道,,,a.总人数,总人数,,,人,未知,1
    社区,,,a.工作者,工作者,33,50,人,,3
    社区,,,a.工作者,工作者,,,人,未知,1
    社区,,,a.工作者,工作者 实有,34,34,人,,3
    社区,,,a.工作者,工作者 实有,,,人,未知,1
    社区,,,a.工作者,工作者 结果,,,人,守住,2
    社区,,,a.工作者,工作者 结果,,,人,未知,2
    社区,街道1,,a.工作者,工作者,11,17,人,,1
    社区,街道1,,a.工作者,工作者,,,人,未知,1
    社区,街道1,,a.工作者,工作者 实有,24,24,人,,2
    社区,街道1,,a.工作者,工作者 结果,,,人,守住,1
    社区,街道1,,a.工作者,工作者 结果,,,人,未知,1
    社区,街道2,乙,a.工作者,工作者,22,33,人,,2
    社区,街道2,乙,a.工作者,工作者 实有,10,10,人,,1
    社区,街道2,乙,a.工作者,工作者 实有,,,人,未知,1
    社区,街道2,乙,a.工作者,工作者 结果,,,人,守住,1
    社区,街道2,乙,a.工作者,工作者 结果,,,人,未知,1
    ");
    assert_snapshot!(run("simulate a --on a/s --totals --format csv --lang en", &few()).1.lines().next().unwrap(), @"entity,parent,parent name,provision,result,low,high,unit,outcome,count");
    let (_, out, _) = run("simulate a --on a/s --totals --format json --lang en", &few());
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(out, format!("{json:#}\n"), "written as it comes");
    assert_snapshot!(json["tables"][1]["subtotals"][0].to_string(), @r#"{"parent":"街道1","name":null,"count":2,"totals":[{"sum":{"low":"11","high":"17"},"without":1},{"sum":"24","without":0},{"kept":1,"unknown":1},null]}"#);
    assert_eq!(json["tables"][1]["count"], 4);
    assert_eq!(json["tables"][0]["subtotals"], serde_json::json!([]));
}

/// Whatever holds the rows, the totals are the same.
#[test]
fn totals_in_batches_are_those_of_the_whole() {
    let again = communities("社区99,,街道1,,\n");
    for communities in [communities(""), again] {
        for (lang, form) in
            [("en", "table"), ("zh", "table"), ("en", "csv"), ("zh", "csv"), ("en", "json"), ("zh", "json")]
        {
            let line = format!("simulate a --on a/s --totals --format {form} --lang {lang}");
            let whole = run(&line, &streets(&communities));
            assert_eq!(run(&line, &large(streets(&communities))), whole);
            assert_eq!((whole.0, whole.2.as_str()), (Exit::Clean, ""));
            let line = format!("{line} --out /o");
            let systems = [streets(&communities), large(streets(&communities))];
            let said = systems.each_ref().map(|it| run(&line, it));
            assert_eq!(said[0], said[1]);
            let files = systems.map(|it| String::from_utf8(bytes_of(&it, "/o").unwrap()).unwrap());
            assert_eq!(files[0], files[1]);
            assert_eq!(files[0].trim_start_matches('\u{feff}'), whole.1);
            assert_eq!(files[0].starts_with('\u{feff}'), form == "csv");
        }
    }
}

/// Errors, rows that are left out and ids that occur twice.
#[test]
fn what_is_wrong_is_told_in_batches_too() {
    let failing = |system: MemorySystem| {
        let text = String::from_utf8(system.read("/a/a.pol".into()).unwrap()).unwrap();
        system.with_file("/a/a.pol", &text.replace("人数 + 1 人", "人数 - 2 人"))
    };
    let twice = communities("社区37,,街道1,3,1\n社区37,,街道9,3,1\n社区98,,街道1,x,1\n社区98,,街道1,3,1\n");
    let line = "simulate a --on a/s --totals --format csv --out /o.csv --lang en";
    for (line, text, exit) in [
        (line.to_owned(), communities(""), Exit::Findings),
        (line.to_owned(), communities("社区90,,街道1,许多,1\n"), Exit::Findings),
        (format!("{line} --keep-going"), twice, Exit::Findings),
    ] {
        let systems = [failing(streets(&text)), large(failing(streets(&text)))];
        let [whole, batches] = systems.each_ref().map(|it| run(&line, it));
        assert_eq!((whole.0, batches.0), (exit, exit), "{}", batches.2);
        for path in ["/o.csv", "/o.csv.rejects.csv"] {
            let [whole, batches] =
                systems.each_ref().map(|it| bytes_of(it, path).map(|it| String::from_utf8(it).unwrap()));
            assert_eq!(batches, whole, "{path}");
        }
        let error = |it: &str| it.lines().find(|it| it.starts_with("error[")).map(str::to_owned);
        assert_eq!(error(&batches.2), error(&whole.2));
        assert!(error(&whole.2).is_some());
    }
}

/// Nobody reads millions of lines.
#[test]
fn a_large_sample_is_not_listed_for_reading() {
    for lang in ["zh", "en"] {
        let totals = run(&format!("simulate a --on a/s --totals --lang {lang}"), &streets(&communities("")));
        for system in
            [streets(&communities("")).with_variable("POLIS_LARGE_FILE", "0"), large(streets(&communities("")))]
        {
            let (exit, out, _) = run(&format!("simulate a --on a/s --lang {lang}"), &system);
            assert_eq!(exit, Exit::Clean);
            let rest = out.strip_prefix(&totals.1).unwrap();
            let expected = match lang {
                "zh" => "\n样本很大，62 行未逐个列出；要逐个列出，请用 `--format csv --out 文件` 或 `parquet`\n",
                _ => {
                    "\nthe sample is large, and 62 rows are not listed; `--format csv --out FILE` or `parquet` lists each\n"
                }
            };
            assert_eq!(rest, expected);
        }
    }
    // Sums whose gaps only a run as a whole can name are not listed either.
    let unnamed = |system: MemorySystem| {
        let text = String::from_utf8(system.read("/a/a.pol".into()).unwrap()).unwrap();
        let text = text.lines().filter(|it| !it.contains("人数 + 1")).collect::<Vec<_>>().join("\n");
        system.with_file("/a/a.pol", &text.replace("; 实有: 人数", ""))
    };
    let lacking = || unnamed(streets(&communities("社区99,,街道1,,\n")));
    let (exit, out, _) = run("simulate a --on a/s --lang en", &lacking().with_variable("POLIS_LARGE_FILE", "0"));
    assert_eq!(exit, Exit::Clean);
    assert!(out.contains("63 rows are not listed") && out.contains("社区99") && !out.contains("社区37"), "{out}");
    let (exit, _, said) = run("simulate a --on a/s --totals --lang en", &large(lacking()));
    assert_eq!(exit, Exit::Usage);
    assert!(said.contains("`a/s/社区.csv` is over 1 GiB") && said.contains("`--format csv --out FILE`"), "{said}");
}

#[test]
fn totals_are_not_written_in_every_form() {
    for (line, expected) in [
        ("--format html", "`--totals` cannot be used with `--format html`"),
        ("--format parquet --out /o", "`--totals` cannot be used with `--format parquet`"),
        ("--years 2020..2021", "`--totals` cannot be used with `--years"),
        ("--scenario 甲", "`--totals` cannot be used with `--scenario"),
        ("--sweep 甲=1..2", "`--totals` cannot be used with `--sweep"),
    ] {
        let (exit, _, said) = run(&format!("simulate a --on a/s --totals --lang en {line}"), &few());
        assert_eq!(exit, Exit::Usage, "{said}");
        assert!(said.contains(expected), "{said}");
        let (exit, _, said) = run(&format!("simulate a --on a/s --totals {line}"), &few());
        assert_eq!(exit, Exit::Usage);
        assert!(said.contains("--totals") && said.contains("错误"), "{said}");
    }
}
