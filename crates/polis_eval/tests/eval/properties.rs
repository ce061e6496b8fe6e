//! What holds for every program and every jurisdiction: of generated programs and facts.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use polis_eval::{EvalError, EvalErrorKind, Machine, Missing, Row, RuleId, Run, Settings, World, WorldBuilder};
use polis_semantic::{Program, Symbol};
use polis_value::{NumberRange, Value, same};
use proptest::prelude::*;

use crate::support::{in_english, shown, sound};

/// Draws from bytes; a byte that is missing reads as 0, and 0 draws the simplest form. So a failure shrinks by
/// shortening and zeroing.
struct Draw<'b>(std::slice::Iter<'b, u8>);

impl Draw<'_> {
    fn below(&mut self, n: usize) -> usize {
        usize::from(self.0.next().copied().unwrap_or(0)) % n
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

const NUMBERS: [&str; 4] = ["子", "丑", "寅", "卯"];
const TRUTHS: [&str; 3] = ["真", "假", "疑"];
const CONSTANTS: [&str; 9] = ["1", "2", "0", "3", "10", "0.5", "7.25", "20%", "100"];
const RULES: usize = 6;

/// Which names an expression may use.
#[derive(Clone, Copy)]
struct Names<'n> {
    /// What stands before a community's names: nothing, or a member.
    of: &'n str,
    /// How many rules of communities there are by then.
    rules: usize,
    /// Whether there is a street above, whose names are spoken of.
    street: bool,
}

/// A number, of facts, parameters and rules before it. `已知`, `上限`, `下限` are left out: they ask how much is known,
/// and so are not about the figure alone.
fn number(draw: &mut Draw<'_>, names: Names<'_>, depth: usize) -> String {
    if depth == 0 {
        return match draw.below(6) {
            0 => draw.one_of(&CONSTANTS).into(),
            4 if names.rules > 0 => format!("{}规则{}", names.of, draw.below(names.rules)),
            5 if names.street => "街道.总".into(),
            5 => "幅".into(),
            _ => format!("{}{}", names.of, draw.one_of(&NUMBERS)),
        };
    }
    let next = depth - 1;
    let number = |draw: &mut Draw<'_>| number(draw, names, next);
    match draw.below(16) {
        0 | 1 => number(draw),
        2 => format!("({} + {})", number(draw), number(draw)),
        3 => format!("({} - {})", number(draw), number(draw)),
        4 => format!("{} * {}", number(draw), number(draw)),
        5 => format!(
            "({}) / {}",
            number(draw),
            draw.one_of(&["2", "4", "0.5", "(子 + 11)", "(丑 - 1)"])
                .replace('子', &format!("{}子", names.of))
                .replace('丑', &format!("{}丑", names.of))
        ),
        6 => format!("最小({}, {})", number(draw), number(draw)),
        7 => format!("最大({}, {}, 1)", number(draw), number(draw)),
        8 => format!("(-{})", number(draw)),
        9 => format!("{}({})", draw.one_of(&["向下取整", "向上取整", "四舍五入", "绝对值"]), number(draw)),
        10 => format!("每满({}, {})", number(draw), draw.one_of(&["3", "0.5", "2..3", "幅"])),
        11 => format!("限于({}, {})", number(draw), draw.one_of(&["1..10", "..5", "-3..", "2..2"])),
        12 => {
            let condition = condition(draw, names, next);
            format!("(若 {condition} 则 {} 否则 {})", number(draw), number(draw))
        }
        13 => {
            let (first, second) = (condition(draw, names, next), condition(draw, names, next));
            format!("分情形 {{ {first} => {}; {second} => {}; 其他 => {} }}", number(draw), number(draw), number(draw))
        }
        14 => draw.one_of(&["(1..3)", "(-2..2)", "(10..15)"]).into(),
        _ => format!("合计([{}, {}])", number(draw), number(draw)),
    }
}

fn condition(draw: &mut Draw<'_>, names: Names<'_>, depth: usize) -> String {
    if depth == 0 {
        return format!("{}{}", names.of, draw.one_of(&TRUTHS));
    }
    let next = depth - 1;
    match draw.below(7) {
        0 => condition(draw, names, next),
        1 | 2 => {
            let op = draw.one_of(&["<", "不超过", ">", "不少于", "=", "!="]);
            format!("({} {op} {})", number(draw, names, next), number(draw, names, next))
        }
        3 => format!("({} 且 {})", condition(draw, names, next), condition(draw, names, next)),
        4 => format!("({} 或 {})", condition(draw, names, next), condition(draw, names, next)),
        5 => format!("(非 {})", condition(draw, names, next)),
        _ => format!("({} 在 {})", number(draw, names, next), draw.one_of(&["1..10", "..3", "2..", "[1, 2, 3]"])),
    }
}

/// Communities in a street, rules of both with exceptions, a quota, aggregates over members.
fn provisions(bytes: &[u8]) -> String {
    let draw = &mut Draw(bytes.iter());
    let mut text = String::from(
        "对象 街道 { 复数: 街道们; 字段 总: 数 }
对象 社区 { 隶属: 街道; 复数: 社区们; 字段 子: 数; 字段 丑: 数; 字段 寅: 整数; 字段 卯: 数; 字段 真: 是非; 字段 假: 是非; 字段 疑: 是非 }
参数 幅: 数 { 值: 2..3 }
",
    );
    for rule in 0..RULES {
        let names = Names { of: "", rules: rule, street: true };
        let depth = 1 + draw.below(3);
        let _ = writeln!(text, "规则 规则{rule} 属于 社区 {{\n  值: {}", number(draw, names, depth));
        let exceptions = draw.below(4);
        for exception in 0..exceptions {
            let over: Vec<String> = (0..exception).filter(|_| draw.below(2) == 0).map(|it| format!("例{it}")).collect();
            let over = if over.is_empty() { String::new() } else { format!(" 优先于 {}", over.join(", ")) };
            let (guard, value) = (condition(draw, names, depth), number(draw, names, depth - 1));
            let _ = writeln!(text, "  例外 例{exception}{over} 当 {guard}: {value}");
        }
        text.push_str("}\n");
    }
    let (outer, inner) =
        (Names { of: "", rules: RULES, street: true }, Names { of: "某.", rules: RULES, street: false });
    let (guard, extra) = (condition(draw, outer, 1), draw.one_of(&["1 人", "0..2 人", "3 人"]));
    let _ = writeln!(text, "员额 员额数 属于 社区 {{ 基数: 10..15 人; 增配 当 {guard}: {extra} }}");
    for (number, aggregate) in ["合计", "最大", "计数"].into_iter().enumerate() {
        let (body, filter) = (self::number(draw, inner, 1), condition(draw, inner, 1));
        let body = if aggregate == "计数" { condition(draw, inner, 1) } else { body };
        let _ = writeln!(text, "规则 街{number} 属于 街道 {{ 值: {aggregate}({body} 对 某 在 社区们 其中 {filter}) }}");
    }
    text
}

/// A fact: missing, a figure, or a range of which one is chosen.
#[derive(Debug, Clone)]
enum Fact {
    Missing(Value),
    Known(Value),
    Range(i64, i64, i64),
}

impl Fact {
    /// What it is before anything is filled in or chosen.
    fn given(&self) -> Option<Value> {
        match self {
            Self::Missing(_) => None,
            Self::Known(value) => Some(value.clone()),
            Self::Range(lo, hi, _) => {
                Some(Value::from(NumberRange::new(Some((*lo).into()), Some((*hi).into())).unwrap()))
            }
        }
    }

    fn filled_in(&self) -> Option<Value> {
        match self {
            Self::Missing(value) => Some(value.clone()),
            _ => self.given(),
        }
    }

    fn chosen(&self) -> Option<Value> {
        match self {
            Self::Range(_, _, chosen) => Some(Value::from(*chosen)),
            _ => self.given(),
        }
    }
}

fn figure() -> impl Strategy<Value = Fact> {
    prop_oneof![
        3 => (-3..12_i64).prop_map(|it| Fact::Known(it.into())),
        2 => (-3..12_i64).prop_map(|it| Fact::Missing(it.into())),
        3 => (-3..12_i64, 0..6_i64, 0..6_i64).prop_map(|(lo, width, at)| Fact::Range(lo, lo + width, lo + at.min(width))),
    ]
}

fn truth() -> impl Strategy<Value = Fact> {
    (any::<bool>(), any::<bool>())
        .prop_map(|(known, truth)| if known { Fact::Known(truth.into()) } else { Fact::Missing(truth.into()) })
}

/// The street's figure, then the facts of each community.
type Facts = (Fact, Vec<Vec<Fact>>);

fn facts() -> impl Strategy<Value = Facts> {
    let community = (prop::collection::vec(figure(), NUMBERS.len()), prop::collection::vec(truth(), TRUTHS.len()));
    let community = community.prop_map(|(numbers, truths)| [numbers, truths].concat());
    (figure(), prop::collection::vec(community, 1..4))
}

/// A program that reads as it is written.
#[derive(Clone)]
struct Provisions(String);

impl std::fmt::Debug for Provisions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "\n{}", self.0)
    }
}

fn generated() -> impl Strategy<Value = Provisions> {
    prop::collection::vec(any::<u8>(), 0..160).prop_map(|it| Provisions(provisions(&it)))
}

fn world(machine: &Machine, facts: &Facts, value: impl Fn(&Fact, usize, usize) -> Option<Value>) -> World {
    let entity = |name: &str| machine.entity(&Symbol::new("a", name)).unwrap();
    let mut builder = WorldBuilder::new(machine);
    let row =
        |id: String, facts: Vec<Option<Value>>| Row { id: id.into(), name: None, parent: None, facts: facts.into() };
    builder.add(entity("街道"), row("街道".into(), vec![value(&facts.0, 0, 0)])).unwrap();
    for (number, community) in facts.1.iter().enumerate() {
        let values = community.iter().enumerate().map(|(field, it)| value(it, number + 1, field)).collect();
        let place = builder.add(entity("社区"), row(format!("社区{number}"), values)).unwrap();
        builder.set_parent(entity("社区"), place, 0);
    }
    builder.build()
}

/// Every rule for every jurisdiction of its entity.
fn everything(machine: &Machine, world: &World) -> Vec<(RuleId, u32)> {
    machine
        .rule_ids()
        .flat_map(|it| {
            let rows = world.rows(machine.rule_entity(it).unwrap()).len();
            (0..u32::try_from(rows).unwrap()).map(move |row| (it, row))
        })
        .collect()
}

type Results = Vec<Result<Value, Box<EvalError>>>;

fn results(run: &Run<'_>, asked: &[(RuleId, u32)]) -> Results {
    asked.iter().map(|(rule, row)| run.rule(*rule, *row)).collect()
}

/// What a result is without the numbers by which a run knows what is missing.
fn plain(run: &Run<'_>, result: &Result<Value, Box<EvalError>>) -> Result<(Value, BTreeSet<Missing>), Box<EvalError>> {
    match result {
        Ok(Value::Unknown(unknown)) => {
            let reason = Value::from(unknown.discretion);
            Ok((reason, run.missing(unknown).into_iter().collect()))
        }
        Ok(value) => Ok((value.clone(), BTreeSet::new())),
        Err(error) => Err(error.clone()),
    }
}

/// Whether `fixed` is one of what `lifted` may be.
fn lies_within(fixed: &Value, lifted: &Value) -> bool {
    match (fixed.as_number_range(), lifted.as_number_range()) {
        (Some(fixed), Some(lifted)) => fixed.is_within(&lifted),
        _ => same(fixed, lifted),
    }
}

fn linked(provisions: &Provisions) -> Machine {
    Machine::new(sound(&provisions.0))
}

fn config() -> ProptestConfig {
    ProptestConfig { cases: 400, max_shrink_iters: 2_000, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_choice_within_ranges_gives_a_value_within_the_result(provisions in generated(), facts in facts()) {
        let machine = linked(&provisions);
        let lifted = world(&machine, &facts, |it, _, _| it.given());
        let fixed = world(&machine, &facts, |it, _, _| it.chosen());
        let asked = everything(&machine, &lifted);
        let lifted = results(&Run::new(&machine, &lifted, Settings::default()), &asked);
        let fixed = results(&Run::new(&machine, &fixed, Settings::default()), &asked);
        for ((asked, lifted), fixed) in asked.iter().zip(lifted).zip(fixed) {
            // An exception of which it is not known whether it holds may have the same range as the general value: it
            // does not matter then. Of figures chosen differently it does, and the value is unknown.
            if let (Ok(lifted), Ok(fixed)) = (lifted, fixed) && !lifted.is_unknown() && !fixed.is_unknown() {
                prop_assert!(lies_within(&fixed, &lifted), "{asked:?}: {fixed} in {lifted}");
            }
        }
    }

    /// Where nothing is missing, the one thing left open is a choice; without one there is a value or an error.
    #[test]
    fn without_ranges_and_gaps_there_is_a_value(provisions in generated(), facts in facts()) {
        let text = provisions.0.replace("(1..3)", "2").replace("(-2..2)", "1").replace("(10..15)", "12");
        let provisions = Provisions(text.replace("2..3", "2").replace("0..2 人", "1 人").replace("10..15 人", "12 人"));
        let machine = linked(&provisions);
        let world = world(&machine, &facts, |it, _, _| match it {
            Fact::Missing(value) => Some(value.clone()),
            _ => it.chosen(),
        });
        let asked = everything(&machine, &world);
        for (asked, result) in asked.iter().zip(results(&Run::new(&machine, &world, Settings::default()), &asked)) {
            if let Ok(value) = result {
                prop_assert!(matches!(value, Value::Number(_)), "{asked:?}: {value}");
            }
        }
    }

    #[test]
    fn a_fact_that_is_filled_in_changes_nothing_that_was_known(
        provisions in generated(), facts in facts(), picked in any::<u32>(),
    ) {
        let machine = linked(&provisions);
        let before = world(&machine, &facts, |it, _, _| it.given());
        let is_picked = |row: usize, field: usize| picked >> ((row * 7 + field) % 32) & 1 == 1;
        let after = world(&machine, &facts, |it, row, field| if is_picked(row, field) { it.filled_in() } else { it.given() });
        let asked = everything(&machine, &before);
        let before = results(&Run::new(&machine, &before, Settings::default()), &asked);
        let after = results(&Run::new(&machine, &after, Settings::default()), &asked);
        for ((asked, before), after) in asked.iter().zip(before).zip(after) {
            // What was unknown and did not matter may turn out to have no value at all.
            if let (Ok(before), Ok(after)) = (before, after) && !before.is_unknown() {
                prop_assert_eq!(before, after, "{:?}", asked);
            }
        }
    }

    /// What a result says that it lacks is all that can matter: anything else may be filled in and changes nothing.
    #[test]
    fn what_is_not_named_as_lacking_does_not_matter(provisions in generated(), facts in facts()) {
        let machine = linked(&provisions);
        let before = world(&machine, &facts, |it, _, _| it.given());
        let run = Run::new(&machine, &before, Settings::default());
        for (rule, row) in everything(&machine, &before) {
            let Ok(Value::Unknown(unknown)) = run.rule(rule, row) else { continue };
            let lacking = run.missing(&unknown);
            let entity = |row: usize| machine.entity(&Symbol::new("a", if row == 0 { "街道" } else { "社区" })).unwrap();
            let after = world(&machine, &facts, |it, row, field| {
                let number = u32::try_from(row.saturating_sub(1)).unwrap();
                let missing = Missing::Fact(entity(row), number, u32::try_from(field).unwrap());
                if lacking.contains(&missing) { it.given() } else { it.filled_in() }
            });
            let again = Run::new(&machine, &after, Settings::default());
            let value = again.rule(rule, row);
            if value.is_ok() {
                prop_assert_eq!(plain(&run, &Ok(Value::Unknown(unknown))), plain(&again, &value), "{:?} {}", rule, row);
            }
        }
    }

    #[test]
    fn an_explanation_ends_in_the_value(provisions in generated(), facts in facts()) {
        let machine = linked(&provisions);
        let world = world(&machine, &facts, |it, _, _| it.given());
        let run = Run::new(&machine, &world, Settings::default());
        for (rule, row) in everything(&machine, &world) {
            let bare = Run::new(&machine, &world, Settings::default());
            let explanation = bare.explain(rule, row);
            match run.rule(rule, row) {
                Ok(value) => {
                    prop_assert_eq!(explanation.error, None);
                    prop_assert!(same(&explanation.root.value, &value));
                    prop_assert_eq!(plain(&bare, &Ok(explanation.root.value)), plain(&run, &Ok(value)));
                }
                Err(error) => prop_assert_eq!(explanation.error, Some(*error)),
            }
        }
    }

    #[test]
    fn the_order_of_evaluation_does_not_matter(
        provisions in generated(), facts in facts(), keys in prop::collection::vec(any::<u16>(), 64),
    ) {
        let machine = linked(&provisions);
        let world = world(&machine, &facts, |it, _, _| it.given());
        let asked = everything(&machine, &world);
        let run = Run::new(&machine, &world, Settings::default());
        let expected: Vec<_> = results(&run, &asked).iter().map(|it| plain(&run, it)).collect();
        let twice: Vec<_> = results(&run, &asked).iter().map(|it| plain(&run, it)).collect();
        prop_assert_eq!(&twice, &expected, "asked twice");
        let mut shuffled: Vec<_> = asked.iter().copied().enumerate().collect();
        shuffled.sort_by_key(|it| keys[it.0 % keys.len()]);
        let other = Run::new(&machine, &world, Settings::default());
        for (place, (rule, row)) in shuffled {
            prop_assert_eq!(&plain(&other, &other.rule(rule, row)), &expected[place], "{:?} {}", rule, row);
        }
    }

    #[test]
    fn the_other_face_gives_the_same_values(provisions in generated(), facts in facts()) {
        let texts = [provisions.0.clone(), in_english(&provisions.0)];
        let [chinese, english] = texts.map(|text| {
            let program: Arc<Program> = sound(&text);
            let machine = Machine::new(program);
            let world = world(&machine, &facts, |it, _, _| it.given());
            let run = Run::new(&machine, &world, Settings::default());
            let asked = everything(&machine, &world);
            let results = results(&run, &asked);
            let without_text = |it: String| it.split(" «").next().unwrap_or_default().to_owned();
            asked.iter().zip(results).map(|(asked, it)| without_text(shown(&run, asked.0, &it))).collect::<Vec<_>>()
        });
        prop_assert_eq!(chinese, english);
    }
}

/// The generator writes programs that decide something: without that the properties would hold of nothing.
#[test]
fn the_generator_reaches_every_kind_of_result() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut kinds: BTreeSet<&str> = BTreeSet::new();
    for _ in 0..150 {
        let (provisions, facts) = (generated(), facts()).new_tree(&mut runner).unwrap().current();
        let machine = linked(&provisions);
        let world = world(&machine, &facts, |it, _, _| it.given());
        let run = Run::new(&machine, &world, Settings::default());
        for result in results(&run, &everything(&machine, &world)) {
            kinds.insert(match result {
                Ok(Value::Number(_)) => "number",
                Ok(value) if value.as_number_range().is_some() => "range",
                Ok(Value::Unknown(unknown)) if unknown.discretion => "choice",
                Ok(Value::Unknown(_)) => "missing",
                Ok(_) => "other",
                Err(error) => match error.kind {
                    EvalErrorKind::Conflict(..) => "conflict",
                    EvalErrorKind::Operation(_) => "operation",
                    _ => "error",
                },
            });
        }
    }
    let all = ["choice", "conflict", "missing", "number", "operation", "range"];
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), all);
}
