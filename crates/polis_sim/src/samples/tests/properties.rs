//! What holds for every world and every file.

use polis_eval::{Row, World};
use polis_value::{CalendarSpan, Date, Number, NumberRange, Value};
use proptest::prelude::*;

use super::*;

/// A jurisdiction of each entity: id, name, parent and facts.
#[derive(Debug, Clone)]
struct Made {
    name: Option<String>,
    parent: Option<prop::sample::Index>,
    facts: Vec<Option<Fact>>,
}

/// A fact as a value and as a sample writes it.
#[derive(Debug, Clone)]
struct Fact {
    value: Value,
    text: String,
    /// Whether JSON may write it as a number.
    plain: bool,
}

fn fact(value: impl Into<Value>, text: impl Into<String>, plain: bool) -> Fact {
    Fact { value: value.into(), text: text.into(), plain }
}

fn decimal() -> impl Strategy<Value = Number> {
    (any::<i64>(), 0_u32..12)
        .prop_map(|(digits, places)| Number::from(digits).div(Number::from(10_i64.pow(places))).unwrap_or(Number::ZERO))
}

/// With a comma between thousands; `count` is below a million.
fn grouped(count: i64) -> String {
    if count < 1_000 { count.to_string() } else { format!("{},{:03}", count / 1_000, count % 1_000) }
}

fn range(low: i64, length: i64, factor: i64, unit: &str) -> Fact {
    let value = NumberRange::new(Some((low * factor).into()), Some(((low + length) * factor).into())).unwrap();
    fact(value, format!("{low}..{}{unit}", low + length), false)
}

fn households() -> impl Strategy<Value = Fact> {
    let forms = (0_i64..20_000, 0_u8..4).prop_map(|(count, form)| match form {
        0 => fact(count, count.to_string(), true),
        1 => fact(count, grouped(count), false),
        2 => fact(count, format!("{count} 户"), false),
        _ => fact(count, format!("{count}.00households"), false),
    });
    prop_oneof![forms, (0_i64..10_000, 0_i64..10_000).prop_map(|(low, length)| range(low, length, 1, "户"))]
}

fn money() -> impl Strategy<Value = Fact> {
    let wan = (-1_000_000_000_i64..1_000_000_000).prop_map(|fen| {
        let yuan = Number::from(fen).div(100.into()).unwrap();
        fact(Value::Number(yuan), yuan.div(10_000.into()).unwrap().to_string(), true)
    });
    let yuan = (0_i64..1_000_000).prop_map(|yuan| fact(yuan, format!("{yuan}元"), false));
    prop_oneof![wan, yuan, (-9_i64..9, 0_i64..9).prop_map(|(low, length)| range(low, length, 10_000, ""))]
}

fn date() -> impl Strategy<Value = Fact> {
    (1_i16..=9999, 1_i8..=12, 1_i8..=31, 0_u8..5).prop_filter_map("no such day", |(year, month, day, form)| {
        let day = Date::new(year, month, day).ok()?;
        let text = match form {
            0 => format!("{year:04}"),
            1 => format!("{year:04}-{month:02}"),
            2 => format!("{year:04}年{month}月{}日", day.day()),
            _ => day.to_string(),
        };
        Some(fact(CalendarSpan::parse(&text).ok()?, text, false))
    })
}

fn text() -> impl Strategy<Value = Fact> {
    "[ -~甲乙\n\r\t\"',;，\u{1F3D9}é\\\\]{1,12}"
        .prop_filter("no fact", |it| !matches!(it.trim(), "" | "未知" | "unknown"))
        .prop_map(|it| fact(it.as_str(), it.clone(), false))
}

fn maybe<S: Strategy<Value = Fact> + 'static>(fact: S) -> BoxedStrategy<Option<Fact>> {
    prop::option::of(fact).boxed()
}

/// The facts of 社区 in the order of its fields, but for the one that leads to a street.
fn facts() -> impl Strategy<Value = Vec<Option<Fact>>> {
    let share = decimal().prop_map(|it| fact(Value::Number(it), it.to_string(), true));
    let rate = (0_i64..1000, prop::bool::ANY).prop_map(|(times, per_month)| {
        if per_month {
            fact(times * 12, format!("{times} 次/月"), false)
        } else {
            fact(times * 4, times.to_string(), true)
        }
    });
    let whole = any::<i64>().prop_map(|it| fact(it, it.to_string(), true));
    let truth = any::<bool>().prop_map(|it| fact(it, if it { "是" } else { "false" }, false));
    let star = (0_u32..3)
        .prop_map(|index| fact(Value::Enum { ty: 0, index }, ["一星", "二星", "三星"][index as usize], false));
    vec![
        maybe(households()),
        maybe(money()),
        maybe(share),
        maybe(rate),
        maybe(whole),
        maybe(truth),
        maybe(date()),
        maybe(star),
        Just(None).boxed(),
        maybe(text()),
    ]
}

fn made() -> impl Strategy<Value = Vec<Made>> {
    let name = prop::option::of("[a-z甲乙,\"]([a-z甲乙,\" \n]{0,6}[a-z甲乙,\"])?");
    let row = (name, prop::option::of(any::<prop::sample::Index>()), facts());
    prop::collection::vec(row.prop_map(|(name, parent, facts)| Made { name, parent, facts }), 1..12)
}

const HEADINGS: [&str; 13] =
    ["编号", "名称", "街道", "户数", "经费", "占比", "巡查", "增减", "老旧", "成立", "等级", "对口", "备注"];
const STREETS: usize = 3;

/// The cells of each row, each with whether JSON may write it as a number.
fn table(world: &[Made]) -> Vec<Vec<Option<(String, bool)>>> {
    let cells = |(number, made): (usize, &Made)| {
        let parent = made.parent.map(|it| (format!("S{}", it.index(STREETS)), false));
        let mut cells = vec![Some((format!("C{number}"), false)), made.name.clone().map(|it| (it, false)), parent];
        cells.extend(made.facts.iter().map(|it| it.as_ref().map(|it| (it.text.clone(), it.plain))));
        cells
    };
    world.iter().enumerate().map(cells).collect()
}

fn as_csv(world: &[Made], separator: u8, order: &[usize]) -> String {
    let mut writer = ::csv::WriterBuilder::new().delimiter(separator).from_writer(Vec::new());
    writer.write_record(order.iter().map(|it| HEADINGS[*it])).unwrap();
    for row in table(world) {
        writer.write_record(order.iter().map(|it| row[*it].as_ref().map_or("", |it| &it.0))).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn as_json(world: &[Made], order: &[usize]) -> String {
    let string = |it: &str| serde_json::to_string(it).unwrap();
    let row = |row: &Vec<Option<(String, bool)>>| {
        let entry = |it: &usize| match &row[*it] {
            Some((text, true)) => Some(format!("{}: {text}", string(HEADINGS[*it]))),
            Some((text, false)) => Some(format!("{}: {}", string(HEADINGS[*it]), string(text))),
            // Absent and null are the same.
            None if it.is_multiple_of(2) => Some(format!("{}: null", string(HEADINGS[*it]))),
            None => None,
        };
        format!("{{{}}}", order.iter().filter_map(entry).collect::<Vec<_>>().join(", "))
    };
    format!("[{}]", table(world).iter().map(row).collect::<Vec<_>>().join(",\n"))
}

fn rows<'w>(world: &'w World, read: &Read) -> &'w [Row] {
    world.rows(read.entity("社区"))
}

fn same(world: &[Made], read: &Read) -> Result<(), TestCaseError> {
    prop_assert_eq!(read.found(), "");
    let found = rows(&read.samples.world, read);
    prop_assert_eq!(found.len(), world.len());
    for (number, (made, row)) in world.iter().zip(found).enumerate() {
        prop_assert_eq!(&row.id, &format!("C{number}"));
        prop_assert_eq!(row.name.as_deref(), made.name.as_deref());
        prop_assert_eq!(row.parent, made.parent.map(|it| u32::try_from(it.index(STREETS)).unwrap()));
        let facts: Vec<Option<Value>> = made.facts.iter().map(|it| it.as_ref().map(|it| it.value.clone())).collect();
        prop_assert_eq!(&row.facts[..], &facts[..]);
    }
    Ok(())
}

/// Files in any order of columns and rows of every kind of mistake.
fn nearly_csv() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("编号"),
        Just("户数"),
        Just("老旧"),
        Just("街道"),
        Just("甲"),
        Just("S1"),
        Just("3,000"),
        Just("\""),
        Just("\"\""),
        Just("\n"),
        Just("\r\n"),
        Just("\r"),
        Just(","),
        Just(";"),
        Just("\t"),
        Just(" "),
        Just("是"),
        Just("1..2"),
        Just("万"),
        Just("%"),
        Just("-"),
        Just("．"),
        Just("１"),
        Just("\u{FEFF}"),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|it| it.concat())
}

fn nearly_json() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\"编号\""),
        Just("\"户数\""),
        Just("\"户\\u6811\""),
        Just("\"甲\""),
        Just("\"\\ud800\""),
        Just("1"),
        Just("1e5"),
        Just(":"),
        Just(","),
        Just("{"),
        Just("}"),
        Just("["),
        Just("]"),
        Just("null"),
        Just("true"),
        Just("\n"),
        Just("{\"编号\": \"甲\", \"户数\": 1}"),
        Just("[{"),
        Just("}]"),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|it| it.concat())
}

/// Whatever is found has a place within its file, on the borders of characters.
fn places_are_right(read: &Read) -> Result<(), TestCaseError> {
    use polis_diagnostic::Files as _;
    for diagnostic in &read.samples.diagnostics {
        for at in [&diagnostic.primary].into_iter().chain(&diagnostic.labels).map(|it| it.at) {
            let text = read.db.text(at.file);
            prop_assert!(text.get(at.start as usize..at.end as usize).is_some(), "{:?} in {:?}", diagnostic, text);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn any_world_reads_back(
        world in made(),
        order in Just((0..HEADINGS.len()).collect::<Vec<_>>()).prop_shuffle(),
        separator in prop::sample::select(vec![b',', b';', b'\t']),
    ) {
        let streets = "编号\nS0\nS1\nS2\n";
        same(&world, &read(&[("街道.csv", streets), ("社区.csv", &as_csv(&world, separator, &order))]))?;
        same(&world, &read(&[("街道.csv", streets), ("社区.json", &as_json(&world, &order))]))?;
    }

    #[test]
    fn no_bytes_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..64), json in any::<bool>()) {
        let name = if json { "/s/社区.json" } else { "/s/社区.csv" };
        places_are_right(&read_from(&system(&[]).with_bytes(name, bytes), "/s"))?;
    }

    #[test]
    fn no_table_is_too_strange(csv in nearly_csv(), json in nearly_json()) {
        places_are_right(&read(&[("社区.csv", &csv), ("街道.json", &json)]))?;
        places_are_right(&read(&[("社区.csv", &format!("编号,户数,街道\n{csv}"))]))?;
        places_are_right(&read(&[("社区.json", &format!("[{json}]"))]))?;
    }

    #[test]
    fn no_cell_is_too_strange(text in "\\PC{0,12}|[-0-9.,_%万元户/ ．１－…]{0,12}") {
        for field in ["户数", "经费", "占比", "巡查", "增减", "老旧", "成立", "等级", "备注"] {
            let _ = cell(field, &text);
        }
    }
}
