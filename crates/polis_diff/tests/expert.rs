//! What an expert would say of two cities: figures in units that both share, norms by what they demand, matters by the
//! topic that the vocabulary gives them, and the cities of the library beside each other.
#![expect(clippy::panic, reason = "a test fails where its helpers do")]

mod common;

use common::Read;
use polis_diff::{
    About, Aspect, Because, ClauseChange, Diff, Direction, Matter, Pair, Side, Status, Topic, Unlike, Verdict, diff,
    matrix,
};
use polis_syntax::words::ClauseWord;

/// The pair of the first side's provision of a name.
fn pair<'d>(found: &'d Diff, a: &Side<'_>, name: &str) -> &'d Pair {
    let named = |it: &&Pair| a.provisions.get(it.aligned.a).is_some_and(|it| it.symbol.name == name);
    found.pairs.iter().find(named).unwrap_or_else(|| panic!("{name} has no counterpart"))
}

fn clause(pair: &Pair, word: ClauseWord) -> &ClauseChange {
    pair.clauses.iter().find(|it| it.word == word).unwrap_or_else(|| panic!("{word:?} does not differ"))
}

#[test]
fn figures_are_held_against_each_other_by_what_their_units_come_to() {
    let minutes = "单位 分钟 {}\n单位 刻钟 = 15 分钟\n";
    let hours = "单位 小时 {}\n单位 刻钟 = 0.25 小时\n";
    let same = (true, None);
    for (first, second, wanted) in [
        // Each package has declared minutes of its own.
        ((minutes, "15 分钟"), (minutes, "15 分钟"), None),
        ((minutes, "15 分钟"), (minutes, "1 刻钟"), Some(same)),
        ((minutes, "15 分钟"), (minutes, "20 分钟"), Some((false, Some(Direction::More)))),
        // What one side declares from nothing the other leads back to minutes.
        ((minutes, "30 分钟"), ("单位 刻钟 {}\n", "2 刻钟"), Some(same)),
        (("单位 刻钟 {}\n", "2 刻钟"), (minutes, "30 分钟"), Some(same)),
        (("单位 刻钟 {}\n", "2 刻钟"), (minutes, "15 分钟"), Some((false, Some(Direction::Less)))),
        // Both lead another unit back to one of their own.
        ((minutes, "90 分钟"), (hours, "1.5 小时"), Some(same)),
        ((hours, "1 小时"), (minutes, "61 分钟"), Some((false, Some(Direction::More)))),
        (("单位 大户 = 10000 户\n", "1 大户"), ("", "1 万户"), Some(same)),
        (("单位 元每人 = 元/人\n", "3 元每人"), ("", "3 元/人"), Some(same)),
        // Nothing says what one is in the other.
        (("单位 分钟 {}\n", "15 分钟"), ("单位 刻钟 {}\n", "1 刻钟"), Some((false, Some(Direction::Incomparable)))),
    ] {
        let text = |(units, value): (&str, &str)| format!("{units}参数 服务圈 {{ 值: {value} }}\n");
        let (a, b) = (Read::text("a", &text(first)), Read::text("b", &text(second)));
        let (a, b) = (a.side(), b.side());
        let found = diff(&a, &b, &[]);
        let pair = pair(&found, &a, "服务圈");
        let Some((wording, direction)) = wanted else {
            assert_eq!(pair.status, Status::Identical, "{first:?} {second:?}");
            continue;
        };
        let clause = clause(pair, ClauseWord::Value);
        assert_eq!((clause.wording, clause.direction), (wording, direction), "{first:?} {second:?}");
        let apart = matches!(clause.because, Some(Because::Units(..)));
        assert_eq!(apart, direction == Some(Direction::Incomparable), "{first:?} {second:?}");
    }
}

#[test]
fn conditions_in_units_of_each_side_are_decided() {
    let text = |least: &str| {
        format!(
            "单位 分钟 {{}}\n对象 站 {{ 字段 路程: 分钟 {{ 取值: 0 分钟.. }} }}\n要求 近便 属于 站 {{ 满足: 路程 不超过 {least} }}\n"
        )
    };
    let (a, b) = (Read::text("a", &text("15 分钟")), Read::text("b", &text("20 分钟")));
    let (a, b) = (a.side(), b.side());
    let found = diff(&a, &b, &[]);
    let pair = pair(&found, &a, "近便");
    assert_eq!(pair.directions, [Direction::Looser]);
    let outcome = pair.behaviour.iter().find(|it| it.aspect == Aspect::Condition).unwrap().outcome.as_ref().unwrap();
    let [way] = outcome.ways.as_slice() else { panic!("{:?}", outcome.ways) };
    assert!(way.throughout && !way.region.is_empty());
}

/// Clauses of two norms, and the clauses that make the second stricter, looser and neither.
type Norms = (&'static str, &'static str, &'static [ClauseWord], &'static [ClauseWord], &'static [ClauseWord]);

#[test]
fn norms_are_compared_by_what_they_demand() {
    use ClauseWord as W;
    let table: &[Norms] = &[
        // Frequency, by the year and by how it is spread.
        ("应当: 走访; 频次: 1.. 次/年", "应当: 走访; 频次: 2.. 次/年", &[W::Frequency], &[], &[]),
        ("应当: 走访; 频次: 1 次/季度", "应当: 走访; 频次: 1 次/年", &[], &[W::Frequency], &[]),
        ("应当: 走访; 频次: 4.. 次/年", "应当: 走访; 频次: 1.. 次/季度", &[W::Frequency], &[], &[]),
        ("应当: 走访; 频次: 1.. 次/季度", "应当: 走访; 频次: 6.. 次/年", &[], &[], &[W::Frequency]),
        ("应当: 走访; 频次: ..4 次/年", "应当: 走访; 频次: ..2 次/年", &[W::Frequency], &[], &[]),
        ("应当: 走访; 频次: 1..4 次/年", "应当: 走访; 频次: 2..3 次/年", &[W::Frequency], &[], &[]),
        ("可以: 走访; 频次: 1..2 次/年", "可以: 走访; 频次: 1..4 次/年", &[], &[W::Frequency], &[]),
        ("应当: 走访", "应当: 走访; 频次: 1.. 次/年", &[W::Frequency], &[], &[]),
        // Deadlines from one event and from two.
        ("应当: 走访; 期限: 限 30 日 自 受理", "应当: 走访; 期限: 限 20 日 自 受理", &[W::Deadline], &[], &[]),
        ("应当: 走访; 期限: 限 30 日 自 受理", "应当: 走访; 期限: 限 30 日 自 申请", &[], &[], &[W::Deadline]),
        // Actions by their order: who makes a home visit visits.
        ("应当: 走访", "应当: 入户走访", &[W::Must], &[], &[]),
        ("不得: 走访", "不得: 入户走访", &[], &[W::MustNot], &[]),
        ("应当: 走访", "应当: 开会", &[], &[], &[W::Must]),
        ("应当: 走访", "应当: 走访, 开会", &[W::Must], &[], &[]),
        ("可以: 走访", "可以: 走访, 开会", &[], &[W::May], &[]),
        // Whom and what it reaches.
        ("不得: 走访; 客体: [甲类, 乙类]", "不得: 走访; 客体: 甲类", &[], &[W::Object], &[]),
        ("应当: 走访; 客体: 甲类", "应当: 走访; 客体: [甲类, 乙类]", &[W::Object], &[], &[]),
        ("不得: 走访; 客体: 甲类", "不得: 走访", &[W::Object], &[], &[]),
        ("应当: 走访; 客体: 甲类", "应当: 走访", &[], &[W::Object], &[]),
        // Modality before all else, and only of one deed.
        ("应当: 走访; 频次: 1.. 次/年", "鼓励: 走访; 频次: 2.. 次/年", &[], &[W::Must], &[]),
        ("可以: 走访", "应当: 走访", &[W::May], &[], &[]),
        ("可以: 走访", "应当: 开会", &[], &[], &[W::May]),
        ("应当: 走访", "不得: 走访", &[], &[], &[W::Must]),
        // Whom it binds, decided for every jurisdiction.
        ("应当: 走访; 当: 户数 不少于 3000 户", "应当: 走访; 当: 户数 不少于 2000 户", &[W::When], &[], &[]),
        ("可以: 走访; 当: 户数 不少于 3000 户", "可以: 走访; 当: 户数 不少于 2000 户", &[], &[W::When], &[]),
        ("应当: 走访; 当: 户数 不少于 3000 户", "应当: 走访; 当: 户数 超过 2999 户", &[], &[], &[]),
        (
            "应当: 走访; 频次: 1.. 次/年; 当: 户数 不少于 3000 户",
            "应当: 走访; 频次: 2.. 次/年; 当: 户数 不少于 4000 户",
            &[W::Frequency],
            &[W::When],
            &[],
        ),
    ];
    for (first, second, stricter, looser, apart) in table {
        let text = |clauses: &str| {
            format!(
                "对象 社区 {{ 字段 户数: 户 {{ 取值: 0.. 户 }} }}\n行为 走访 {{}}\n行为 入户走访 {{ 上位: 走访 }}\n行为 开会 {{}}\n\
                 规范 联系群众 {{ 主体: 社区; {clauses} }}\n"
            )
        };
        let (a, b) = (Read::text("a", &text(first)), Read::text("b", &text(second)));
        let (a, b) = (a.side(), b.side());
        for (one, two, stricter, looser, reversed) in
            [(&a, &b, stricter, looser, false), (&b, &a, looser, stricter, true)]
        {
            let found = diff(one, two, &[]);
            let demand = pair(&found, one, "联系群众").demand.clone().unwrap_or_default();
            let told = [&demand.stricter, &demand.looser, &demand.apart];
            // Seen from the other side the clause of another modality is the other's.
            let wanted = [*stricter, *looser, *apart].map(<[ClauseWord]>::len);
            assert_eq!(told.map(Vec::len), wanted, "{first} | {second} | reversed: {reversed} | {demand:?}");
            if !reversed {
                assert_eq!(told.map(Vec::as_slice), [*stricter, *looser, *apart], "{first} | {second}");
            }
        }
    }
}

#[test]
fn concepts_below_a_topic_belong_to_it_and_words_are_the_last_resort() {
    let text = "对象 社区 {}\n行为 谈心 {}\n概念 会议主题 {}\n概念 谈话 { 上位: 会议主题 }\n概念 个别谈话 { 上位: 谈话 }\n\
                概念 会议减负 { 上位: 考核评价主题 }\n概念 考核评价主题 {}\n概念 村民议事 {}\n\
                规范 定期谈话 { 主体: 社区; 应当: 谈心; 即: 个别谈话 }\n\
                规范 少开会 { 主体: 社区; 应当: 谈心; 即: 会议减负 }\n\
                规范 常议事 { 主体: 社区; 应当: 谈心; 即: 村民议事 }\n\
                员额 志愿队 属于 社区: 个 { 基数: 10 个 }\n员额 专职 属于 社区 { 基数: 10 人 }\n";
    let read = Read::text("a", text);
    let found = matrix(&[read.side(), read.side()]);
    let names = |topic: Topic| -> Vec<String> {
        let rows = found.topics.iter().filter(|it| it.topic == topic).flat_map(|it| &it.rows);
        rows.flat_map(|it| it.cells.first().unwrap()).map(|it| it.name.to_string()).collect()
    };
    assert_eq!(names(Topic::Meetings), ["定期谈话", "常议事"]);
    // Its name speaks of meetings, and it is declared to be of another topic.
    assert_eq!(names(Topic::Evaluation), ["少开会"]);
    // Ten of what is not people are no staff.
    assert_eq!(names(Topic::Staffing), ["专职"]);
}

#[test]
fn the_matrix_of_five_cities_has_every_topic_and_names_who_says_nothing() {
    let cities = ["changchun", "shanghai", "pingliang", "chongqing", "template_city"].map(|it| Read::library(it, None));
    let sides: Vec<Side<'_>> = cities.iter().map(Read::side).collect();
    let found = matrix(&sides);
    let topics: Vec<Topic> = found.topics.iter().map(|it| it.topic).collect();
    let all = [
        Topic::Functions,
        Topic::Powers,
        Topic::Offices,
        Topic::Centres,
        Topic::Posts,
        Topic::Staffing,
        Topic::Pay,
        Topic::Admission,
        Topic::Evaluation,
        Topic::Meetings,
    ];
    assert_eq!(topics, all);
    let row = |topic: Topic, name: &str| {
        let rows = found.topics.iter().filter(|it| it.topic == topic).flat_map(|it| &it.rows);
        let about = |it: &About| matches!(it, About::Concept(it) if it.name == name);
        rows.into_iter().find(|it| about(&it.about)).unwrap_or_else(|| panic!("no row {name}"))
    };
    // Personnel: Shanghai may refuse its consent, the template city is asked for its opinion.
    assert_eq!(row(Topic::Powers, "人事权").verdict, Verdict::Stronger(vec![vec![1], vec![4]]));
    let Verdict::Higher(_, places) = &row(Topic::Offices, "街道内设机构设置").verdict else {
        panic!("offices are counted")
    };
    assert_eq!(places.iter().map(|it| it.1.clone()).collect::<Vec<_>>(), [vec![1], vec![0], vec![2]]);
    assert!(matches!(row(Topic::Staffing, "社区工作者员额").verdict, Verdict::Incomparable(_)));
    let posts = found.topics.iter().find(|it| it.topic == Topic::Posts).unwrap();
    assert_eq!(posts.silent, [1, 3]);
}

#[test]
fn the_powers_of_shanghai_and_the_template_city_stand_as_an_expert_has_them() {
    let (a, b) = (Read::library("shanghai", None), Read::library("template_city", None));
    let (a, b) = (a.side(), b.side());
    let found = diff(&a, &b, &[]);
    let told = |name: &str| {
        let it = pair(&found, &a, &format!("党工委五项权力.{name}"));
        let other = b.provisions.get(it.aligned.b).unwrap().name().to_owned();
        (other, it.directions.clone())
    };
    for (name, other, directions) in [
        ("人事考核权", "派驻考核参与", vec![Direction::Weaker]),
        ("征得同意权", "派驻任免征求意见", vec![Direction::Weaker]),
        ("规划参与权", "规划参与", vec![]),
        ("区域综合管理权", "公共事务参与督办", vec![Direction::Narrower]),
        ("重大事项建议权", "重大事项建议", vec![]),
    ] {
        assert_eq!(told(name), (other.to_owned(), directions), "{name}");
    }
    assert_eq!(pair(&found, &a, "党工委五项权力").directions, [Direction::Weaker]);
    // A quarter of an hour is fifteen minutes.
    assert_eq!(pair(&found, &a, "服务圈时间").status, Status::Reworded);
}

#[test]
fn staffing_without_a_counterpart_says_why_it_cannot_be_compared() {
    let city = |name: &str| Read::library(name, None);
    let why = |one: &str, two: &str, matter: &str| {
        let (a, b) = (city(one), city(two));
        let (a, b) = (a.side(), b.side());
        let found = diff(&a, &b, &[]);
        let named = |it: &Matter| match it {
            Matter::Concept(it) => it.name == matter,
            Matter::Kind(it) => it.word().zh == matter,
        };
        found.apart.iter().find(|it| named(&it.matter)).map(|it| it.why.clone())
    };
    // Communities here, grids there; one concept here, another there; laid down here, only counted there.
    assert!(matches!(why("changchun", "chongqing", "员额"), Some(Unlike::Entities(_))));
    assert!(matches!(why("changchun", "template_city", "员额"), Some(Unlike::Concepts(_))));
    assert!(matches!(why("changchun", "shanghai", "社区工作者员额"), Some(Unlike::Kinds(_))));
    assert_eq!(why("changchun", "changchun", "员额"), None);
}
