//! Columns against the interpreter, cell by cell, on generated programs and samples.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use polis_db::testing::{Fixture, listing};
use polis_eval::{Machine, Row, Run, Settings, World, WorldBuilder};
use polis_semantic::{Symbol, check, program};
use polis_value::{CalendarSpan, Number, NumberRange, Unknown, Value};
use proptest::prelude::*;

use super::graph::{Bit, Bounds, Graph};
use super::kernels::{LANES, Lane};
use super::linear::Linear;
use super::reason::Reason;
use super::reductions::find_runs;
use super::totals::Wish;
use super::value::ReasonId;
use super::{CellPlan, ColumnTotal, Engine, Shape, TotalsPlan};
use crate::simulate::{Cell, Column, cell, columns};

/// Draws from bytes; a byte that is missing reads as 0, and 0 draws the simplest form.
struct Draw<'b>(std::slice::Iter<'b, u8>);

impl Draw<'_> {
    fn below(&mut self, n: usize) -> usize {
        usize::from(self.0.next().copied().unwrap_or(0)) % n
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

const NUMBERS: [&str; 5] = ["子", "丑", "寅", "卯", "辰"];
const TRUTHS: [&str; 2] = ["真", "假"];
const CONSTANTS: [&str; 11] = ["1", "2", "0", "3", "10", "0.5", "7.25", "20%", "100", "9000000000", "0.000000001"];
const RULES: usize = 5;

/// Which names an expression may use.
#[derive(Clone, Copy)]
struct Names<'n> {
    /// What stands before a community's names: nothing, or a member.
    of: &'n str,
    rules: usize,
    /// Whether there is a street above, whose names are spoken of, and how many of its rules there are.
    street: Option<usize>,
    district: bool,
}

fn number(draw: &mut Draw<'_>, names: Names<'_>, depth: usize) -> String {
    if depth == 0 {
        return match (draw.below(8), names.street) {
            (0, _) => draw.one_of(&CONSTANTS).into(),
            (4, _) if names.rules > 0 => format!("{}规则{}", names.of, draw.below(names.rules)),
            (5, Some(_)) => "街道.总".into(),
            (5, _) => "幅".into(),
            (6, Some(rules)) if rules > 0 => format!("街道.街{}", draw.below(rules)),
            (6, _) => "待".into(),
            (7, _) if names.district => "区县.额".into(),
            _ => format!("{}{}", names.of, draw.one_of(&NUMBERS)),
        };
    }
    let next = depth - 1;
    let number = |draw: &mut Draw<'_>| number(draw, names, next);
    match draw.below(20) {
        0 | 1 => number(draw),
        2 => format!("({} + {})", number(draw), number(draw)),
        3 => format!("({} - {})", number(draw), number(draw)),
        4 => format!("{} * {}", number(draw), number(draw)),
        5 => {
            let by = draw.one_of(&["2", "4", "3", "0.5", "(1..2)", "(@子 + 11)", "(@丑 - 1)", "@寅"]);
            format!("({}) / {}", number(draw), by.replace('@', names.of))
        }
        6 => format!("最小({}, {})", number(draw), number(draw)),
        7 => format!("最大({}, {}, 1)", number(draw), number(draw)),
        8 => format!("(-{})", number(draw)),
        9 => format!("{}({})", draw.one_of(&["向下取整", "向上取整", "四舍五入", "绝对值"]), number(draw)),
        10 => {
            let size = draw.one_of(&["3", "0.5", "2..3", "幅", "@寅"]).replace('@', names.of);
            format!("每满({}, {size})", number(draw))
        }
        11 => format!("限于({}, {})", number(draw), draw.one_of(&["1..10", "..5", "-3..", "2..2", "幅"])),
        12 => {
            let condition = condition(draw, names, next);
            format!("(若 {condition} 则 {} 否则 {})", number(draw), number(draw))
        }
        13 => {
            let (first, second) = (condition(draw, names, next), condition(draw, names, next));
            format!("分情形 {{ {first} => {}; {second} => {}; 其他 => {} }}", number(draw), number(draw), number(draw))
        }
        14 => draw.one_of(&["(1..3)", "(-2..2)", "(10..15)", "待"]).into(),
        15 => format!("{}([{}, {}])", draw.one_of(&["合计", "最大", "最小", "平均"]), number(draw), number(draw)),
        16 => format!("四舍五入({}, {})", number(draw), draw.one_of(&["1", "0", "-1"])),
        17 => format!("({}..{})", number(draw), number(draw)),
        18 => format!("(若 已知({}) 则 1 否则 {})", number(draw), number(draw)),
        _ => format!("(计数([{}, {}]) / 1 个)", condition(draw, names, next), condition(draw, names, next)),
    }
}

fn condition(draw: &mut Draw<'_>, names: Names<'_>, depth: usize) -> String {
    if depth == 0 {
        return format!("{}{}", names.of, draw.one_of(&TRUTHS));
    }
    let next = depth - 1;
    match draw.below(11) {
        0 => condition(draw, names, next),
        1 | 2 => {
            let op = draw.one_of(&["<", "不超过", ">", "不少于", "=", "!="]);
            format!("({} {op} {})", number(draw, names, next), number(draw, names, next))
        }
        3 => format!("({} 且 {})", condition(draw, names, next), condition(draw, names, next)),
        4 => format!("({} 或 {})", condition(draw, names, next), condition(draw, names, next)),
        5 => format!("(非 {})", condition(draw, names, next)),
        6 => format!("({}级 {} {})", names.of, draw.one_of(&["=", "!="]), draw.one_of(&["评级.一星", "评级.二星"])),
        7 => format!(
            "({}立 {} {})",
            names.of,
            draw.one_of(&["<", "在", "不少于"]),
            draw.one_of(&["2020", "2020-06", "2021-01-31"])
        ),
        8 => format!("({}名 {} \"甲\")", names.of, draw.one_of(&["=", "!="])),
        9 => format!("已知({}级)", names.of),
        _ => format!("({} 在 {})", number(draw, names, next), draw.one_of(&["1..10", "..3", "2..", "[1, 2, 3]"])),
    }
}

/// Communities in streets in a district: rules with exceptions, a quota, requirements, aggregates over members.
fn provisions(bytes: &[u8]) -> String {
    let draw = &mut Draw(bytes.iter());
    let mut text = String::from(
        "枚举 评级 { 值域: 一星, 二星 }
对象 区县 { 复数: 区县们; 字段 额: 数 }
对象 街道 { 隶属: 区县; 复数: 街道们; 字段 总: 数 }
对象 社区 {
  隶属: 街道; 复数: 社区们
  字段 子: 数; 字段 丑: 数; 字段 寅: 整数; 字段 卯: 数; 字段 辰: 数 { 缺省: 4 }
  字段 真: 是非; 字段 假: 是非; 字段 级: 评级; 字段 立: 日期; 字段 名: 文字
}
参数 幅: 数 { 值: 2..3 }
参数 待: 数 { 值: 待定 \"未定\" }
",
    );
    let members = Names { of: "某.", rules: 2, street: None, district: false };
    let aggregate = |draw: &mut Draw<'_>, name: &str, members: Names<'_>| {
        let aggregate = draw.one_of(&["合计", "最大", "最小", "计数", "平均", "任一", "全部"]);
        let filter =
            if draw.below(3) == 0 { String::new() } else { format!(" 其中 {}", condition(draw, members, 1)) };
        let (body, ty) = match aggregate {
            "任一" | "全部" => (condition(draw, members, 1), "是非"),
            "计数" => (condition(draw, members, 1), "个"),
            _ => (number(draw, members, 1), "数"),
        };
        format!("规则 {name} 属于 街道: {ty} {{ 值: {aggregate}({body} 对 某 在 社区们{filter}) }}\n")
    };
    // Rules of streets over members, of which rules of communities speak again.
    let _ = writeln!(text, "规则 街0 属于 街道: 数 {{ 值: 合计({} 对 某 在 社区们) }}", number(draw, members, 1));
    for rule in 0..RULES {
        let street = if rule < 2 { None } else { Some(1) };
        let names = Names { of: "", rules: rule, street: street.or(Some(0)), district: true };
        let depth = 1 + draw.below(3);
        let _ = writeln!(text, "规则 规则{rule} 属于 社区: 数 {{\n  值: {}", number(draw, names, depth));
        for exception in 0..draw.below(4) {
            let over: Vec<String> = (0..exception).filter(|_| draw.below(2) == 0).map(|it| format!("例{it}")).collect();
            let over = if over.is_empty() { String::new() } else { format!(" 优先于 {}", over.join(", ")) };
            let (guard, value) = (condition(draw, names, depth), number(draw, names, depth - 1));
            let _ = writeln!(text, "  例外 例{exception}{over} 当 {guard}: {value}");
        }
        text.push_str("}\n");
    }
    let names = Names { of: "", rules: RULES, street: Some(1), district: true };
    let (guard, extra) = (condition(draw, names, 1), draw.one_of(&["1 人", "0..2 人", "3 人"]));
    let _ = writeln!(text, "员额 员额数 属于 社区 {{ 基数: 10..15 人; 增配 当 {guard}: {extra}; 实有: 寅 * 1 人 }}");
    for (name, modality) in [("要求0", "应当"), ("要求1", "一般")] {
        let (holds, guard) = (condition(draw, names, 2), condition(draw, names, 1));
        let guard = if draw.below(2) == 0 { format!("\n  当: {guard}") } else { String::new() };
        let _ = writeln!(text, "要求 {name} 属于 社区 {{\n  满足: {holds}{guard}\n  语气: {modality}\n}}");
    }
    for rule in 1..4 {
        let inner = Names { of: "某.", rules: RULES, street: None, district: false };
        text.push_str(&aggregate(draw, &format!("街{rule}"), inner));
    }
    let _ = writeln!(text, "规则 守 属于 街道: 个 {{ 值: 计数(某 对 某 在 社区们 其中 合规(某.员额数)) }}");
    let _ = writeln!(text, "规则 总和 属于 区县: 数 {{ 值: 合计(某.街0 对 某 在 街道们) }}");
    text
}

/// The facts of a row.
pub(crate) type Facts = Vec<Option<Value>>;

fn figure() -> impl Strategy<Value = Option<Value>> {
    let range = |lo: i64, hi: Option<i64>| Value::from(NumberRange::new(Some(lo.into()), hi.map(Into::into)).unwrap());
    prop_oneof![
        6 => (-3..12_i64).prop_map(|it| Some(it.into())),
        2 => Just(None),
        2 => (-300..1200_i64).prop_map(|it| Some(Number::from_scaled(it.into(), 2).unwrap().into())),
        2 => (-3..12_i64, 0..6_i64).prop_map(move |(lo, width)| Some(range(lo, Some(lo + width)))),
        1 => Just(Some(i64::MAX.into())),
        1 => (0..4_i64).prop_map(move |lo| Some(range(lo, None))),
    ]
}

fn whole() -> impl Strategy<Value = Option<Value>> {
    prop_oneof![4 => (-3..12_i64).prop_map(|it| Some(it.into())), 1 => Just(None)]
}

fn truth() -> impl Strategy<Value = Option<Value>> {
    prop_oneof![3 => any::<bool>().prop_map(|it| Some(it.into())), 1 => Just(None)]
}

/// The days of a sample.
pub(crate) const DAYS: [&str; 5] = ["2020", "2020-06", "2020-06-15", "2021-01-31", "2022"];

fn rest() -> impl Strategy<Value = Facts> {
    let level = prop_oneof![2 => (0..2_u32).prop_map(|index| Some(Value::Enum { ty: 0, index })), 1 => Just(None)];
    let day = prop::option::of(
        prop::sample::select(DAYS.to_vec()).prop_map(|it| Value::from(CalendarSpan::parse(it).unwrap())),
    );
    let name = prop::option::of(prop::sample::select(vec!["甲", "乙"]).prop_map(Value::from));
    (level, day, name).prop_map(|(level, day, name)| vec![level, day, name])
}

/// Columns that are calm or full of gaps, so that both are tried.
fn community(calm: bool) -> BoxedStrategy<Facts> {
    let figures = if calm {
        prop::collection::vec((-3..12_i64).prop_map(|it| Some(Value::from(it))), 2).boxed()
    } else {
        prop::collection::vec(figure(), 2).boxed()
    };
    (figures, whole(), prop::collection::vec(figure(), 2), prop::collection::vec(truth(), 2), rest())
        .prop_map(|(figures, whole, more, truths, rest)| [figures, vec![whole], more, truths, rest].concat())
        .boxed()
}

/// A district's figure; streets with theirs and whether they lie in the district; communities with the street.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub(crate) district: Option<Value>,
    pub(crate) streets: Vec<(Option<Value>, bool)>,
    pub(crate) communities: Vec<(Facts, Option<usize>)>,
}

fn sample() -> impl Strategy<Value = Sample> {
    sample_below(6)
}

/// With fewer than so many communities.
pub(crate) fn sample_below(most: usize) -> impl Strategy<Value = Sample> {
    any::<bool>().prop_flat_map(move |calm| {
        let place = prop_oneof![5 => (0..3_usize).prop_map(Some), 1 => Just(None)];
        (
            figure(),
            prop::collection::vec((figure(), prop::bool::weighted(0.8)), 1..4),
            prop::collection::vec((community(calm), place), 0..most),
        )
            .prop_map(|(district, streets, communities)| Sample { district, streets, communities })
    })
}

fn world(machine: &Machine, sample: &Sample) -> World {
    let entity = |name: &str| machine.entity(&Symbol::new("p", name)).unwrap();
    let mut builder = WorldBuilder::new(machine);
    let row = |id: String, facts: Facts| Row { id: id.into(), name: None, parent: None, facts: facts.into() };
    builder.add(entity("区县"), row("区县".into(), vec![sample.district.clone()])).unwrap();
    for (number, (total, lies)) in sample.streets.iter().enumerate() {
        let place = builder.add(entity("街道"), row(format!("街道{number}"), vec![total.clone()])).unwrap();
        if *lies {
            builder.set_parent(entity("街道"), place, 0);
        }
    }
    for (number, (facts, street)) in sample.communities.iter().enumerate() {
        let place = builder.add(entity("社区"), row(format!("社区{number}"), facts.clone())).unwrap();
        if let Some(street) = street {
            builder.set_parent(entity("社区"), place, u32::try_from(street % sample.streets.len()).unwrap());
        }
    }
    builder.build()
}

#[derive(Clone)]
pub(crate) struct Provisions(pub(crate) String);

impl std::fmt::Debug for Provisions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "\n{}", self.0)
    }
}

pub(crate) fn generated() -> impl Strategy<Value = Provisions> {
    prop::collection::vec(any::<u8>(), 0..200).prop_map(|it| Provisions(provisions(&it)))
}

/// The machine, unless the checker finds an error: a range that is empty, a division by nothing.
pub(crate) fn machine(provisions: &str) -> Option<Machine> {
    let loaded =
        Fixture::parse(&format!("//- /p/polis.toml\n[package]\nname = \"p\"\n//- /p/a.pol\n{provisions}")).load("/p");
    let package = loaded.db.package("p").unwrap();
    let found = check(&loaded.db, &[package]);
    let found: Vec<_> = found.into_iter().filter(|it| it.severity == polis_diagnostic::Severity::Error).collect();
    let by_chance = ["empty-range", "division-by-zero", "step-not-positive", "overflow"];
    let mistakes: Vec<_> = found.iter().filter(|it| !by_chance.contains(&it.code())).cloned().collect();
    assert!(mistakes.is_empty(), "{}\n{provisions}", listing(&loaded.db, &mistakes));
    found.is_empty().then(|| Machine::new(program(&loaded.db, package)))
}

/// A cell without the numbers by which a run knows what is missing.
fn plain(cell: &Cell, reasons: &dyn Fn(&Unknown) -> BTreeSet<Reason>) -> String {
    let shown = |value: &Value| match value {
        Value::Unknown(unknown) => format!("{:?} {}", reasons(unknown), unknown.discretion),
        value => format!("{value:?}"),
    };
    match cell {
        Cell::Value(value) => shown(value),
        Cell::Verdict(verdict, gap) => {
            let figures = verdict.figures.as_ref().map(|it| (shown(&it.0), shown(&it.1)));
            format!("{:?} {} {figures:?} {:?} {gap:?}", verdict.outcome, shown(&verdict.condition), verdict.subject)
        }
        Cell::Error(_) => "error".into(),
    }
}

/// What was computed in columns, and what was left to the interpreter.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Count {
    computed: usize,
    odd: usize,
    asked: usize,
}

/// Holds every cell that has been computed against that of the interpreter.
fn compare(machine: &Machine, world: &World, settings: &Settings) -> Count {
    let run = Run::new(machine, world, settings.clone());
    let mut engine = Engine::new(machine, settings);
    engine.add_world(world);
    let mut count = Count::default();
    for entity in machine.entity_ids() {
        let columns = columns(machine, entity);
        let own = engine.table(entity).unwrap();
        // As it is, with room to spare as for tables in batches, and as if it could hold anything.
        let shapes = [own.shape.clone(), own.shape.roomy(), Shape::of_anything(machine, entity)];
        for shape in shapes {
            let mut table = (*own).clone();
            if !table.reshaped(&shape) {
                continue;
            }
            let plan = CellPlan::new(&engine, entity, &shape, &columns);
            count.asked += plan.asked() * table.rows;
            let interpreted = |unknown: &Unknown| kinds(run.missing(unknown).into_iter().map(Reason::of));
            let computed = |unknown: &Unknown| -> BTreeSet<Reason> {
                kinds(unknown.missing.iter().map(|it| engine.reason_of(ReasonId(it.index()))))
            };
            let mut next = 0;
            plan.run(&table, (0, usize::MAX), (&mut plan.registers(), &engine.texts), |row, cells| {
                assert_eq!(row, next);
                next += 1;
                count.odd += usize::from(cells.iter().all(Option::is_none));
                for (column, found) in columns.iter().zip(cells) {
                    let Some(found) = found else { continue };
                    count.computed += 1;
                    let expected = cell(&run, &column.source, u32::try_from(row).unwrap());
                    let (found, expected) = (plain(&found, &computed), plain(&expected, &interpreted));
                    assert_eq!(found, expected, "{} of {} {row}", column.symbol, machine.entity_name(entity));
                }
            });
            assert_eq!(next, table.rows);
        }
    }
    count
}

/// Holds totals, as a whole and by parent, by terms and not, against the cells of the interpreter. How many there were.
fn compare_totals(machine: &Machine, world: &World, settings: &Settings) -> usize {
    let run = Run::new(machine, world, settings.clone());
    let mut engine = Engine::new(machine, settings);
    engine.add_world(world);
    let mut held = 0;
    for entity in machine.entity_ids() {
        let own = engine.table(entity).unwrap();
        let parent = machine.entities().get(entity.index()).and_then(|it| it.parent);
        let parents = parent.map(|it| world.rows(it).len()).filter(|it| *it > 0);
        // All at once they share what they rest on; one alone is there even if others need the interpreter.
        let all = columns(machine, entity);
        let mut choices: Vec<Vec<Column>> = all.iter().map(|it| vec![it.clone()]).collect();
        choices.push(all);
        for (columns, by_terms) in choices.iter().flat_map(|it| [(it, true), (it, false)]) {
            let plan = |groups| {
                let wish = Wish { groups, rows: own.shape().rows, by_terms: Some(by_terms), of_run: false };
                TotalsPlan::built(&engine, (entity, own.shape()), columns, wish)
            };
            let cells: Vec<Vec<Cell>> = (0..own.rows)
                .map(|row| columns.iter().map(|it| cell(&run, &it.source, u32::try_from(row).unwrap())).collect())
                .collect();
            let ends = |cell: &Cell| match cell {
                Cell::Value(value) => value.as_number_range().and_then(|it| Some((it.lo()?, it.hi()?))),
                _ => None,
            };
            let added = |column: usize, rows: &mut dyn Iterator<Item = usize>| {
                let (mut low, mut high, mut known) = (Number::ZERO, Number::ZERO, 0);
                for (a, b) in rows.filter_map(|it| ends(&cells[it][column])) {
                    (low, high, known) = (low.add(a).unwrap(), high.add(b).unwrap(), known + 1);
                }
                (low, high, known)
            };
            if let Ok(plan) = plan(None) {
                for threads in [1, 2] {
                    let totals = plan.run(&own, threads);
                    for (column, total) in totals.columns.iter().enumerate().filter(|_| totals.odd == 0) {
                        held += 1;
                        match total {
                            ColumnTotal::Sum { sum, without } => {
                                let (low, high, known) = added(column, &mut (0..own.rows));
                                let sum = sum.as_number_range().unwrap();
                                assert_eq!((sum.lo(), sum.hi()), (Some(low), Some(high)), "{}", columns[column].symbol);
                                assert_eq!(own.rows as u64 - without, known);
                            }
                            ColumnTotal::Outcomes(all) => {
                                let mut outcomes = std::collections::BTreeMap::new();
                                for cell in cells.iter().map(|it| &it[column]) {
                                    let Cell::Verdict(verdict, _) = cell else { panic!("a verdict") };
                                    *outcomes.entry(verdict.outcome).or_default() += 1;
                                }
                                assert_eq!(*all, outcomes);
                            }
                        }
                    }
                }
            }
            if let Some(parents) = parents
                && let Ok(plan) = plan(Some(parents))
            {
                let totals = plan.run(&own, 2);
                for (column, total) in totals.groups.iter().enumerate().filter(|_| totals.odd == 0) {
                    for (row, parent) in (0..own.rows).filter_map(|it| Some((it, world.rows(entity)[it].parent?))) {
                        let Cell::Verdict(verdict, _) = &cells[row][column] else { continue };
                        assert!(total.outcomes[&verdict.outcome][parent as usize] > 0);
                    }
                    let in_groups: i64 = total.outcomes.values().flatten().sum();
                    let lie = world.rows(entity).iter().filter(|it| it.parent.is_some()).count();
                    assert!(total.outcomes.is_empty() || in_groups == i64::try_from(lie).unwrap());
                }
                for (column, total) in
                    totals.groups.iter().enumerate().filter(|it| totals.odd == 0 && !it.1.low.is_empty())
                {
                    for parent in 0..parents {
                        held += 1;
                        let lies = |row: &usize| world.rows(entity)[*row].parent == u32::try_from(parent).ok();
                        let (low, high, known) = added(column, &mut (0..own.rows).filter(lies));
                        let figure = |it: i64| Number::from_scaled(i128::from(it), total.scale).unwrap();
                        assert_eq!((figure(total.low[parent]), figure(total.high[parent])), (low, high));
                        assert_eq!(total.known[parent], i64::try_from(known).unwrap());
                    }
                }
            }
        }
    }
    held
}

/// The kinds of what is missing: of which row a fact is, a column does not say.
fn kinds(reasons: impl Iterator<Item = Reason>) -> BTreeSet<Reason> {
    let kind = |it| match it {
        Reason::Fact { entity, field, .. } => Reason::Fact { entity, field, below: false },
        Reason::Parent { entity, .. } => Reason::Parent { entity, below: false },
        other => other,
    };
    reasons.map(kind).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, max_shrink_iters: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// The invariant of columnar evaluation.
    #[test]
    fn columns_say_what_the_interpreter_says(provisions in generated(), sample in sample()) {
        let Some(machine) = machine(&provisions.0) else { return Ok(()) };
        compare(&machine, &world(&machine, &sample), &Settings::default());
    }

    /// What is added up without a cell in between is what the cells come to.
    #[test]
    fn totals_are_those_of_the_interpreter(provisions in generated(), sample in sample()) {
        let Some(machine) = machine(&provisions.0) else { return Ok(()) };
        compare_totals(&machine, &world(&machine, &sample), &Settings::default());
    }
}

/// The property would hold of columns that compute nothing.
#[test]
fn most_is_computed_in_columns() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut all, mut totals) = (Count::default(), 0);
    for _ in 0..60 {
        let (provisions, sample) = (generated(), sample()).new_tree(&mut runner).unwrap().current();
        let Some(machine) = machine(&provisions.0) else { continue };
        let count = compare(&machine, &world(&machine, &sample), &Settings::default());
        totals += compare_totals(&machine, &world(&machine, &sample), &Settings::default());
        all =
            Count { computed: all.computed + count.computed, odd: all.odd + count.odd, asked: all.asked + count.asked };
    }
    let Count { computed, asked, .. } = all;
    assert!(computed > 4 * asked, "{all:?}");
    assert!(totals > 1_000, "{totals}");
}

/// Rows of one group are added up run by run, whether they stand together or not.
#[test]
fn groups_may_be_in_any_order() {
    let find = |groups: &[i64]| {
        let mut lanes = [0; LANES];
        lanes[..groups.len()].copy_from_slice(groups);
        let mut runs = Vec::new();
        find_runs(Lane::Slice(&lanes), groups.len(), &mut runs);
        runs.iter().map(|it| format!("{it:?}")).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(find(&[]), "");
    assert_eq!(find(&[3, 3, 1, 3]), "3: 0..2 1: 2..3 3: 3..4");
}

/// The operands of a sum are met after all sums that they are part of, each with its whole factor.
#[test]
fn a_sum_is_taken_apart_into_its_terms() {
    let mut graph = Graph::new();
    let bounds = Bounds { scale: 0, lo: -1_000, hi: 1_000, wide: false };
    let (a, b) = (graph.input(0, bounds), graph.input(1, bounds));
    let (three, half) = (graph.whole(3), graph.constant(Number::parse_literal("0.5").unwrap()));
    let thrice = graph.mul(a, three, Bit::TRUE).unwrap();
    let sum = graph.add(thrice, b, Bit::TRUE).unwrap();
    let more = graph.add(sum, half, Bit::TRUE).unwrap();
    let less = graph.sub(more, a, Bit::TRUE).unwrap();
    let both = graph.add(less, sum, Bit::TRUE).unwrap();
    // In tenths: 3a + b + 0.5 - a + 3a + b.
    let linear = Linear::of(&graph, both);
    let summed = linear.summed(|it| usize::from(it != a));
    assert_eq!(summed.total(2, |slot| [7, 100][slot]), 10 * (5 * 7 + 2 * 100) + 5 * 2);
    let nothing = graph.sub(sum, sum, Bit::TRUE).unwrap();
    let none = Linear::of(&graph, nothing).summed(|_| panic!("no term is left"));
    assert_eq!(none.total(2, |_| 0), 0);
}
