//! What generated samples promise.

use std::collections::BTreeMap;

use camino::Utf8Path;
use polis_db::testing::{Fixture, listing};
use polis_db::{MemorySystem, OsSystem, PolisDatabase, load};
use polis_eval::{Machine, Run, Settings};
use polis_semantic::program;

use super::*;
use crate::{Samples, load_samples, simulate};

/// A program to generate for.
struct Made {
    db: PolisDatabase,
    machine: Machine,
}

impl Made {
    fn of(text: &str) -> Self {
        let loaded = Fixture::parse(text).load("/p");
        assert!(loaded.diagnostics.is_empty(), "{}", listing(&loaded.db, &loaded.diagnostics));
        let found = polis_semantic::check(&loaded.db, &loaded.targets);
        assert!(found.is_empty(), "{}", listing(&loaded.db, &found));
        let machine = Machine::new(program(&loaded.db, loaded.targets[0]));
        Self { db: loaded.db, machine }
    }

    fn bundled(name: &str) -> Self {
        let folder = format!("{}/../../policies/{name}", env!("CARGO_MANIFEST_DIR"));
        let loaded = load(&OsSystem, Utf8Path::new(&folder));
        let machine = Machine::new(program(&loaded.db, loaded.targets[0]));
        Self { db: loaded.db, machine }
    }

    fn files(&self, order: &Order, form: Form) -> BTreeMap<String, Vec<u8>> {
        let plan = Plan::new(&self.machine, order).unwrap();
        let file = |table: &Table<'_>| {
            let mut bytes = Vec::new();
            write(table, form, &mut bytes, &mut |_| Ok(())).unwrap();
            (format!("{}.{}", table.name, form.extension()), bytes)
        };
        plan.tables.iter().map(file).collect()
    }

    fn read(&mut self, files: &BTreeMap<String, Vec<u8>>) -> Samples {
        let system = files
            .iter()
            .fold(MemorySystem::new(), |system, (name, bytes)| system.with_bytes(&format!("/s/{name}"), bytes.clone()));
        load_samples(&system, "/s".into(), &mut self.db, &self.machine)
    }
}

fn order(count: u64, seed: u64) -> Order {
    Order { count, seed, ..Order::default() }
}

mod bundled {
    use super::*;

    /// Every package with provisions of its own about entities; libraries have none.
    const CITIES: [&str; 6] = ["changchun", "shanghai", "chongqing", "pingliang", "template_city", "example"];

    #[test]
    fn samples_load_and_run_without_findings() {
        for city in CITIES {
            for (seed, missing) in [(1, 0), (2, 10), (3, 0), (4, 50), (5, 0)] {
                let mut made = Made::bundled(city);
                let order = Order { missing: Share::percent(missing), ..order(40, seed) };
                let files = made.files(&order, Form::Csv);
                let samples = made.read(&files);
                assert!(samples.diagnostics.is_empty(), "{city}: {}", listing(&made.db, &samples.diagnostics));
                let run = Run::new(&made.machine, &samples.world, Settings::default());
                let result = simulate(&run);
                assert!(!result.tables.is_empty(), "{city}");
                let errors: Vec<String> = result
                    .errors
                    .iter()
                    .filter_map(|it| made.machine.error_diagnostic(it, &samples.world))
                    .map(|it| listing(&made.db, &[polis_semantic::absolute(&made.db, &it)]))
                    .collect();
                assert!(errors.is_empty(), "{city}, seed {seed}: {}", errors.concat());
            }
        }
    }

    #[test]
    fn cities_begin_with_communities() {
        for city in CITIES {
            let made = Made::bundled(city);
            let first = default_entity(&made.machine).unwrap();
            assert_eq!(made.machine.entity_def(first).unwrap().meta.symbol.name, "社区", "{city}");
        }
    }
}

const PROGRAM: &str = "
//- /p/polis.toml
[package]
name = \"p\"
//- /p/a.pol
枚举 评级 { 值域: 一星, 二星, 三星 }
对象 区县 {}
对象 街道 {
  隶属: 区县
  字段 达标线: 百分比
}
对象 社区 {
  隶属: 街道
  字段 户数 \"居民户数\": 户 { 取值: 0..20000 户 }
  字段 专职人数: 人
  字段 经费: 万元
  字段 占比: 百分比 { 取值: 0%..100% }
  字段 面积: 平方米
  字段 老旧: 是非
  字段 成立: 日期
  字段 等级: 评级
  字段 对口: 街道
  字段 结对: 小区
  字段 备注: 文字
  字段 街道 \"街道概况\": 文字 {}
}
对象 小区 { 隶属: 社区; 复数: 小区们; 字段 有党组织: 是非 }
对象 楼宇 { 隶属: 街道; 字段 层数: 整数 }
对象 企业 { 隶属: 街道 }
员额 专职 属于 社区 {
  基数: 10..15 人
  增配 当 户数 不少于 3000 户: 每满(户数 - 3000 户, 300..500 户) * 1 人
  实有: 专职人数
}
参数 起点: 万元 { 值: 2.5 万元 }
规则 富 属于 社区: 是非 { 值: 经费 不少于 起点 }
规则 老 属于 社区: 是非 { 值: 成立 <= 2020-05-01 且 面积 不少于 500 平方米 }
规则 准入 属于 社区: 是非 { 值: 备注 在 [\"走访\", \"慰问\"] 且 占比 不少于 35% }
规则 覆盖 属于 社区: 数 { 值: 计数(它 对 它 在 小区们 其中 它.有党组织) / 计数(它 对 它 在 小区们 其中 它.有党组织) }
规则 高 属于 楼宇: 是非 { 值: 层数 不少于 10 }
";

fn text(files: &BTreeMap<String, Vec<u8>>, name: &str) -> String {
    String::from_utf8(files.get(name).unwrap_or_else(|| panic!("no {name}")).clone()).unwrap()
}

/// The cells of a column, without the heading.
fn column(files: &BTreeMap<String, Vec<u8>>, name: &str, heading: &str) -> Vec<String> {
    let text = text(files, name);
    let mut lines = text.lines().map(|it| it.split(',').map(ToOwned::to_owned).collect::<Vec<String>>());
    let position = lines.next().unwrap().iter().position(|it| it == heading).unwrap();
    lines.map(|it| it[position].clone()).collect()
}

fn heading(files: &BTreeMap<String, Vec<u8>>, name: &str) -> String {
    text(files, name).lines().next().unwrap_or_default().to_owned()
}

mod plans {
    use super::*;

    #[test]
    fn ancestors_and_what_lies_in_them() {
        let made = Made::of(PROGRAM);
        let plan = Plan::new(&made.machine, &order(25, 1)).unwrap();
        let tables: Vec<(&str, u64)> = plan.tables.iter().map(|it| (it.name.as_str(), it.rows)).collect();
        // No provision speaks of 企业.
        assert_eq!(tables, [("区县", 1), ("街道", 3), ("社区", 25), ("楼宇", 9), ("小区", 75)]);
        assert_eq!(plan.rows(), 113);
    }

    #[test]
    fn numbers_are_chosen() {
        let made = Made::of(PROGRAM);
        let entity = |name: &str| made.machine.entity(&polis_semantic::Symbol::new("p", name)).unwrap();
        let per = |per: &[(&str, u64)]| {
            let per = per.iter().map(|it| (entity(it.0), it.1)).collect();
            let plan = Plan::new(&made.machine, &Order { per, ..order(25, 1) })?;
            Ok(plan.tables.iter().map(|it| (it.name.to_string(), it.rows)).collect::<Vec<_>>())
        };
        let names = |it: &[(&str, u64)]| it.iter().map(|it| (it.0.to_owned(), it.1)).collect::<Vec<_>>();
        assert_eq!(
            per(&[("社区", 5), ("街道", 2), ("小区", 0), ("企业", 1)]),
            Ok(names(&[("区县", 3), ("街道", 5), ("社区", 25), ("楼宇", 15), ("企业", 5)]))
        );
        assert_eq!(per(&[("街道", 0)]), Err(PlanError::NonePer(entity("街道"))));
        assert_eq!(per(&[("区县", 2)]), Err(PlanError::PerWithoutUse(entity("区县"))));
        assert_eq!(per(&[("小区", u64::MAX)]), Err(PlanError::TooMany));
        assert_eq!(Plan::new(&made.machine, &order(0, 1)).unwrap_err(), PlanError::NoRows);
        let street = Order { entity: Some(entity("街道")), ..order(2, 1) };
        let plan = Plan::new(&made.machine, &street).unwrap();
        let tables: Vec<(&str, u64)> = plan.tables.iter().map(|it| (it.name.as_str(), it.rows)).collect();
        assert_eq!(tables, [("区县", 1), ("街道", 2), ("社区", 6), ("楼宇", 6), ("小区", 18)]);
    }

    #[test]
    fn a_program_without_entities_has_no_plan() {
        let made = Made::of("//- /p/polis.toml\n[package]\nname = \"p\"\n//- /p/a.pol\n参数 甲: 元 { 值: 1 元 }\n");
        assert_eq!(Plan::new(&made.machine, &order(1, 1)).unwrap_err(), PlanError::NoEntities);
    }
}

mod rows {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        let made = Made::of(PROGRAM);
        let files = |seed| made.files(&order(30, seed), Form::Csv);
        assert_eq!(files(7), files(7));
        assert_ne!(files(7), files(8));
    }

    /// The figures of a version are part of what users keep: a change of them is a change of the format.
    #[test]
    fn the_bytes_are_these() {
        let made = Made::of(PROGRAM);
        let files = made.files(&order(6, 7), Form::Csv);
        insta::assert_snapshot!(text(&files, "社区.csv"));
    }

    #[test]
    fn a_larger_order_begins_with_a_smaller_one() {
        let made = Made::of(PROGRAM);
        let smaller = made.files(&order(20, 7), Form::Csv);
        for count in [21, 45, 300] {
            let larger = made.files(&order(count, 7), Form::Csv);
            for name in smaller.keys() {
                assert!(text(&larger, name).starts_with(&text(&smaller, name)), "{name} of {count}");
            }
        }
    }

    #[test]
    fn missing_facts_change_no_others() {
        let made = Made::of(PROGRAM);
        let whole = made.files(&order(500, 7), Form::Csv);
        let gaps = made.files(&Order { missing: Share::percent(20), ..order(500, 7) }, Form::Csv);
        let mut missing = 0;
        for heading in ["户数", "专职人数", "经费", "占比", "老旧", "成立", "等级", "备注"] {
            for (a, b) in column(&whole, "社区.csv", heading).iter().zip(column(&gaps, "社区.csv", heading)) {
                assert!(b.is_empty() || *a == b, "{a} {b}");
                missing += usize::from(b.is_empty());
            }
        }
        assert!((600..1000).contains(&missing), "{missing} of 4000");
        assert_eq!(column(&whole, "社区.csv", "编号"), column(&gaps, "社区.csv", "编号"));
        assert!(!column(&gaps, "社区.csv", "街道").contains(&String::new()));
    }
}

mod values {
    use super::*;

    #[test]
    fn the_figures_at_which_rules_turn_are_there() {
        let made = Made::of(PROGRAM);
        let files = made.files(&order(3000, 7), Form::Csv);
        let has = |heading: &str, wanted: &[&str]| {
            let cells = column(&files, "社区.csv", heading);
            for wanted in wanted {
                assert!(cells.iter().any(|it| it == wanted), "{heading}: {wanted}");
            }
        };
        // The limit, and one step later at either end of its range.
        has("户数", &["2999", "3000", "3001", "3299", "3300", "3301", "3499", "3500", "3501"]);
        has("专职人数", &["9", "10", "11", "14", "15", "16"]);
        // The parameter says 2.5.
        has("经费", &["2.4", "2.5", "2.6"]);
        has("占比", &["34%", "35%", "36%"]);
        has("成立", &["2020-04-30", "2020-05-01", "2020-05-02"]);
        has("备注", &["走访", "慰问", "其他事项"]);
        has("等级", &["一星", "二星", "三星"]);
        has("老旧", &["是", "否"]);
        has("面积", &["499", "500", "501"]);
    }

    #[test]
    fn households_lie_around_three_thousand() {
        let made = Made::of(PROGRAM);
        let files = made.files(&order(3001, 7), Form::Csv);
        let mut cells: Vec<u64> = column(&files, "社区.csv", "户数").iter().map(|it| it.parse().unwrap()).collect();
        cells.sort_unstable();
        assert!((2900..3400).contains(&cells[1500]), "{}", cells[1500]);
        assert!(cells[150] < 2000 && cells[2850] > 4500, "{} {}", cells[150], cells[2850]);
        assert!(*cells.last().unwrap() <= 20_000);
    }

    #[test]
    fn a_field_called_like_the_parent_is_read_by_its_title() {
        let made = Made::of(PROGRAM);
        let files = made.files(&order(1, 7), Form::Csv);
        assert!(heading(&files, "社区.csv").starts_with("编号,名称,街道,户数,"));
        assert!(heading(&files, "社区.csv").ends_with(",备注,街道概况"));
    }

    #[test]
    fn references_lead_to_rows_that_are_there() {
        let mut made = Made::of(PROGRAM);
        let files = made.files(&order(25, 7), Form::Csv);
        assert_eq!(column(&files, "社区.csv", "对口"), column(&files, "社区.csv", "街道"), "its own street");
        let samples = made.read(&files);
        assert!(samples.diagnostics.is_empty(), "{}", listing(&made.db, &samples.diagnostics));
    }

    #[test]
    fn nothing_is_divided_by_none() {
        let mut made = Made::of(PROGRAM);
        for seed in 0..20 {
            let files = made.files(&order(40, seed), Form::Csv);
            let samples = made.read(&files);
            let result = simulate(&Run::new(&made.machine, &samples.world, Settings::default()));
            assert_eq!(result.errors, []);
        }
    }

    #[test]
    fn english_entities_have_english_words() {
        let mut made = Made::of(
            "
//- /p/polis.toml
[package]
name = \"p\"
//- /p/a.pol
entity Street {}
entity Community {
  in: Street
  field households: households
  field old: truth
  field matter: text
}
rule large of Community: truth { value: households at_least 3000 households }
",
        );
        let files = made.files(&order(3, 7), Form::Csv);
        insta::assert_snapshot!(text(&files, "Community.csv"));
        let samples = made.read(&files);
        assert!(samples.diagnostics.is_empty(), "{}", listing(&made.db, &samples.diagnostics));
    }

    proptest::proptest! {
        /// Whatever the type, unit and range: what is generated is read, and lies in the range.
        #[test]
        fn any_field_is_filled_with_what_it_takes(
            unit in proptest::sample::select(vec!["户", "人", "万元", "元/人/月", "次/季度", "平方米", "百分比", "整数", "数", "万户", "日", "分"]),
            lo in proptest::option::of(0..500_i64),
            width in proptest::option::of(0..5000_i64),
            limit in 1..3000_i64,
            seed: u64,
        ) {
            let bare = matches!(unit, "整数" | "数" | "百分比");
            let of = |figure: i64| match unit { "百分比" => format!("{figure}%"), _ if bare => figure.to_string(), _ => format!("{figure} {unit}") };
            let range = match (lo, width.map(|it| lo.unwrap_or(0) + it)) {
                (None, None) => String::new(),
                (Some(lo), None) => format!("{{ 取值: {}.. }}", of(lo)),
                (None, Some(hi)) => format!("{{ 取值: ..{} }}", of(hi)),
                (Some(lo), Some(hi)) => format!("{{ 取值: {}..{} }}", of(lo), of(hi)),
            };
            let mut made = Made::of(&format!("
//- /p/polis.toml
[package]
name = \"p\"
//- /p/a.pol
对象 社区 {{ 字段 甲: {unit} {range} }}
规则 乙 属于 社区: 是非 {{ 值: 甲 不少于 {} }}
", of(limit)));
            let files = made.files(&order(200, seed), Form::Csv);
            let samples = made.read(&files);
            proptest::prop_assert!(samples.diagnostics.is_empty(), "{}", listing(&made.db, &samples.diagnostics));
            let entity = made.machine.entity_ids().next().unwrap();
            let facts = samples.world.rows(entity).iter().filter(|it| it.facts[0].is_some()).count();
            // Only a range that is narrower than the unit has nothing in it.
            proptest::prop_assert!(facts == 200 || facts == 0 && unit != "户", "{facts}");
        }
    }
}

mod parquet {
    use super::*;

    #[test]
    fn it_says_what_csv_says() {
        for missing in [0, 30] {
            let order = Order { missing: Share::percent(missing), ..order(300, 7) };
            let (mut a, mut b) = (Made::of(PROGRAM), Made::of(PROGRAM));
            let (csv, parquet) = (a.files(&order, Form::Csv), b.files(&order, Form::Parquet));
            assert_eq!(csv.len(), parquet.len());
            let (csv, parquet) = (a.read(&csv), b.read(&parquet));
            assert!(parquet.diagnostics.is_empty(), "{}", listing(&b.db, &parquet.diagnostics));
            for entity in a.machine.entity_ids() {
                let rows = |it: &Samples| -> Vec<String> {
                    it.world.rows(entity).iter().map(|it| format!("{it:?}")).collect()
                };
                assert_eq!(rows(&csv), rows(&parquet));
            }
            let community = a.machine.entity(&polis_semantic::Symbol::new("p", "社区")).unwrap();
            assert_eq!(parquet.world.rows(community).len(), 300);
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        let made = Made::of(PROGRAM);
        assert_eq!(made.files(&order(300, 7), Form::Parquet), made.files(&order(300, 7), Form::Parquet));
    }

    /// More rows than a group has, and more than are decoded at a time.
    #[test]
    fn several_groups_are_one_table() {
        let mut made = Made::of(
            "//- /p/polis.toml\n[package]\nname = \"p\"\n//- /p/a.pol\n对象 社区 { 字段 户数: 户 }\n规则 大 属于 社区: 是非 { 值: 户数 不少于 3000 户 }\n",
        );
        let order = Order { missing: Share::percent(1), ..order(140_000, 7) };
        let files = made.files(&order, Form::Parquet);
        let samples = made.read(&files);
        assert!(samples.diagnostics.is_empty(), "{}", listing(&made.db, &samples.diagnostics));
        let entity = made.machine.entity_ids().next().unwrap();
        let rows = samples.world.rows(entity);
        assert_eq!(rows.len(), 140_000);
        assert_eq!(rows[139_999].id, "社区-140000");
        let csv = made.files(&order, Form::Csv);
        for (cell, row) in column(&csv, "社区.csv", "户数").iter().zip(rows) {
            assert_eq!(*cell, row.facts[0].as_ref().map(ToString::to_string).unwrap_or_default());
        }
    }

    #[test]
    fn an_error_of_the_disk_is_told_and_ends_the_work() {
        struct Full(usize);
        impl Write for Full {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let made = Made::of(PROGRAM);
        let plan = Plan::new(&made.machine, &order(1000, 7)).unwrap();
        let table = plan.tables.iter().find(|it| it.name == "社区").unwrap();
        for form in [Form::Csv, Form::Parquet] {
            let error = write(table, form, &mut Full(3000), &mut |_| Ok(())).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::StorageFull);
            let mut out = Vec::new();
            let stop = &mut |_| Err(io::ErrorKind::Interrupted.into());
            assert_eq!(write(table, form, &mut out, stop).unwrap_err().kind(), io::ErrorKind::Interrupted);
        }
    }

    /// Whatever becomes of a file, reading it ends with findings and without a panic.
    #[test]
    fn broken_files_are_findings() {
        let made = Made::of(PROGRAM);
        let files = made.files(&order(30, 7), Form::Parquet);
        let whole = &files["社区.parquet"];
        let mut rng = Key::new(1, &["broken"]).row(0);
        for _ in 0..300 {
            let mut broken = whole.clone();
            let at = usize::try_from(rng.below(broken.len() as u64)).unwrap();
            match rng.below(3) {
                0 => broken.truncate(at),
                1 => broken[at] ^= u8::try_from(rng.below(255) + 1).unwrap(),
                _ => {
                    broken.drain(at..(at + 7).min(whole.len()));
                }
            }
            let mut made = Made::of(PROGRAM);
            let files = BTreeMap::from([("社区.parquet".to_owned(), broken)]);
            let _ = made.read(&files);
        }
    }
}
