//! The small world: a few facts, every value that they may have, and the order in which jurisdictions are asked.

use std::cmp::Ordering;
use std::fmt::Write as _;

/// What every package of these tests declares.
pub(crate) const DECLARATIONS: &str = "\
枚举 类别 { 值域: [城市, 农村, 混合] }
对象 街道 { 复数: 街道们; 字段 机构数: 个 { 取值: 0..3 个 } }
对象 社区 {
  隶属: 街道; 复数: 社区们
  字段 户数: 户 { 取值: 0..6 户 }
  字段 老旧: 是非
  字段 试点: 是非
  字段 类型: 类别
  字段 率: 百分比 { 取值: 0%..100% }
  字段 成立: 日期
  字段 名称: 文字
  字段 得分数: 分
  字段 票0: 是非; 字段 票1: 是非; 字段 票2: 是非; 字段 票3: 是非
}
行为 行0 {}
行为 行1 { 上位: 行0 }
行为 行2 { 上位: 行0 }
行为 行3 { 上位: 行2 }
行为 行4 {}
参数 界0: 户 { 值: 0 户 }
参数 界1: 户 { 值: 1 户 }
参数 界2: 户 { 值: 2 户 }
参数 界3: 户 { 值: 3 户 }
参数 界4: 户 { 值: 4 户 }
参数 界5: 户 { 值: 5 户 }
参数 界6: 户 { 值: 6 户 }
参数 界7: 户 { 值: 7 户 }
";

/// A fact of a community or of the street that it lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Fact {
    Households,
    Offices,
    Old,
    Pilot,
    Kind,
    Rate,
    Founded,
    Name,
}

/// What sort of value a fact has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// A whole number within a range.
    Whole,
    Truth,
    Enumeration,
    /// A share, which need not be whole.
    Share,
    Date,
    Text,
}

/// A value: a count, a share in percent, a day of January 2020, or a position in [`Fact::names`].
pub(crate) type Value = i32;

const NAMES: [&str; 5] = ["甲", "乙", "其他", "丙", "另一"];

impl Fact {
    pub(crate) const ALL: [Self; 8] =
        [Self::Households, Self::Old, Self::Kind, Self::Offices, Self::Rate, Self::Founded, Self::Name, Self::Pilot];

    pub(crate) const fn sort(self) -> Sort {
        match self {
            Self::Households | Self::Offices => Sort::Whole,
            Self::Old | Self::Pilot => Sort::Truth,
            Self::Kind => Sort::Enumeration,
            Self::Rate => Sort::Share,
            Self::Founded => Sort::Date,
            Self::Name => Sort::Text,
        }
    }

    /// As an example gives it.
    pub(crate) const fn qualified(self) -> &'static str {
        match self {
            Self::Households => "社区.户数",
            Self::Offices => "街道.机构数",
            Self::Old => "社区.老旧",
            Self::Pilot => "社区.试点",
            Self::Kind => "社区.类型",
            Self::Rate => "社区.率",
            Self::Founded => "社区.成立",
            Self::Name => "社区.名称",
        }
    }

    /// As a condition about a community gives it.
    pub(crate) fn bare(self) -> &'static str {
        self.qualified().strip_prefix("社区.").unwrap_or(self.qualified())
    }

    /// The names of the values of an enumeration or text.
    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Kind => &["城市", "农村", "混合"],
            Self::Name => &NAMES,
            _ => &["否", "是"],
        }
    }

    /// Every value that the fact may have. Where there are endlessly many, enough of them that one lies below, at,
    /// between and above all of [`Self::figures`].
    pub(crate) fn domain(self) -> Vec<Value> {
        match self.sort() {
            Sort::Whole if self == Self::Offices => (0..=3).collect(),
            Sort::Whole => (0..=6).collect(),
            Sort::Truth => vec![0, 1],
            Sort::Enumeration => vec![0, 1, 2],
            Sort::Share => (0..=20).map(|it| it * 5).collect(),
            Sort::Date => (1..=7).collect(),
            Sort::Text => (0..=4).collect(),
        }
    }

    /// The figures that conditions compare the fact with; some are out of its reach.
    pub(crate) fn figures(self) -> Vec<Value> {
        match self.sort() {
            Sort::Whole if self == Self::Offices => (0..=4).collect(),
            Sort::Whole => (0..=7).collect(),
            Sort::Truth => vec![0, 1],
            Sort::Enumeration => vec![0, 1, 2],
            Sort::Share => (0..=10).map(|it| it * 10).collect(),
            Sort::Date => (2..=6).collect(),
            // The last two are never named.
            Sort::Text => (0..=2).collect(),
        }
    }

    /// A figure as it is written.
    pub(crate) fn literal(self, value: Value) -> String {
        match self.sort() {
            Sort::Text => format!("\"{}\"", self.show(value)),
            _ => self.show(value),
        }
    }

    /// A value as an example gives it.
    pub(crate) fn show(self, value: Value) -> String {
        match self.sort() {
            Sort::Whole if self == Self::Offices => format!("{value} 个"),
            Sort::Whole => format!("{value} 户"),
            Sort::Share => format!("{value}%"),
            Sort::Date => format!("2020-01-{value:02}"),
            Sort::Truth | Sort::Enumeration | Sort::Text => self.names()[usize::try_from(value).unwrap()].to_owned(),
        }
    }

    /// The value that an example gives.
    fn read(self, text: &str) -> Option<Value> {
        // One past the names is a text that no condition knows.
        let fresh = (self.sort() == Sort::Text).then_some(4);
        let range = if self.sort() == Sort::Share { (0..=100).collect() } else { self.domain() };
        range.into_iter().find(|it| self.show(*it) == text).or(fresh)
    }
}

/// A jurisdiction: its facts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Point(Vec<(Fact, Value)>);

impl Point {
    pub(crate) fn get(&self, fact: Fact) -> Value {
        self.0.iter().find(|it| it.0 == fact).unwrap().1
    }

    /// The same with another value of one fact.
    pub(crate) fn with(&self, fact: Fact, value: Value) -> Self {
        Self(self.0.iter().map(|it| if it.0 == fact { (fact, value) } else { *it }).collect())
    }

    pub(crate) fn facts(&self) -> &[(Fact, Value)] {
        &self.0
    }

    /// The jurisdiction that the note of a finding gives: `例如，社区.户数 = 3 户、社区.老旧 = 是`.
    pub(crate) fn read(note: &str) -> Option<Self> {
        let facts = note.strip_prefix("例如，")?;
        if facts == "任何情形" {
            return Some(Self::default());
        }
        let fact = |text: &str| {
            let (name, value) = text.split_once(" = ")?;
            let fact = Fact::ALL.into_iter().find(|it| it.qualified() == name)?;
            Some((fact, fact.read(value)?))
        };
        facts.split('、').map(fact).collect::<Option<_>>().map(Self)
    }

    pub(crate) fn show(&self) -> String {
        let mut text = String::new();
        for (fact, value) in &self.0 {
            write!(text, "{} = {}; ", fact.qualified(), fact.show(*value)).unwrap();
        }
        text
    }
}

/// What conditions say of one fact: the fact, and the figures that it is compared with, in the order of the text.
pub(crate) type Mentions = Vec<(Fact, Vec<Value>)>;

/// The jurisdictions of the facts that conditions speak of, the smallest first.
///
/// Facts stand in the order in which the conditions first name them. Of two jurisdictions the smaller is the one that is
/// smaller in the last of these facts; where they agree in it, in the one before it, and so on. Numbers and dates have
/// their own order, `否` comes before `是`, values of an enumeration stand as they are declared, and texts as the
/// conditions name them, with every other text after those.
pub(crate) fn points(mentions: &Mentions) -> Vec<Point> {
    let domains: Vec<Vec<Value>> = mentions
        .iter()
        .map(|(fact, figures)| {
            let mut all = fact.domain();
            if fact.sort() == Sort::Text {
                all.sort_by_key(|it| figures.iter().position(|figure| figure == it).unwrap_or(usize::MAX));
            }
            all
        })
        .collect();
    let mut all = vec![Point::default()];
    // The first fact turns fastest.
    for ((fact, _), domain) in mentions.iter().zip(&domains).rev() {
        all = all
            .iter()
            .flat_map(|point| {
                domain.iter().map(|value| {
                    let mut facts = vec![(*fact, *value)];
                    facts.extend(&point.0);
                    Point(facts)
                })
            })
            .collect();
    }
    all
}

/// Whether two jurisdictions are the same to all that conditions mention: equal in facts that are counted, and on the
/// same side of every figure in those with values between any two.
pub(crate) fn same_place(a: &Point, b: &Point, mentions: &Mentions) -> bool {
    let facts = |point: &Point| point.0.iter().map(|it| it.0).collect::<Vec<_>>();
    facts(a) == facts(b)
        && mentions.iter().all(|(fact, figures)| {
            let (a, b) = (a.get(*fact), b.get(*fact));
            let side = |value: Value| -> Vec<Ordering> { figures.iter().map(|it| value.cmp(it)).collect() };
            match fact.sort() {
                Sort::Whole | Sort::Truth | Sort::Enumeration => a == b,
                Sort::Share | Sort::Date => side(a) == side(b),
                Sort::Text => a == b || !figures.contains(&a) && !figures.contains(&b),
            }
        })
}

/// Points stand in the order that the documentation gives.
#[test]
fn the_smallest_comes_first() {
    let mentions = vec![(Fact::Old, vec![]), (Fact::Name, vec![1, 0]), (Fact::Offices, vec![2])];
    let all = points(&mentions);
    assert_eq!(all.len(), 2 * 5 * 4);
    let shown: Vec<String> = all.iter().take(5).map(Point::show).collect();
    assert_eq!(
        shown,
        [
            "社区.老旧 = 否; 社区.名称 = 乙; 街道.机构数 = 0 个; ",
            "社区.老旧 = 是; 社区.名称 = 乙; 街道.机构数 = 0 个; ",
            "社区.老旧 = 否; 社区.名称 = 甲; 街道.机构数 = 0 个; ",
            "社区.老旧 = 是; 社区.名称 = 甲; 街道.机构数 = 0 个; ",
            "社区.老旧 = 否; 社区.名称 = 其他; 街道.机构数 = 0 个; ",
        ]
    );
    let read = Point::read("例如，社区.老旧 = 是、社区.名称 = 丁、街道.机构数 = 3 个").unwrap();
    assert_eq!(read.facts(), [(Fact::Old, 1), (Fact::Name, 4), (Fact::Offices, 3)]);
    assert!(Point::read("例如，社区.户数 = 7 户").is_none(), "out of its range");
}
