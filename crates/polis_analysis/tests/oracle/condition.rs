//! Conditions: how they are drawn, written and decided.

use crate::draw::Draw;
use crate::world::{Fact, Mentions, Point, Sort, Value};

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Less,
    AtMost,
    More,
    AtLeast,
    Is,
    IsNot,
}

impl Op {
    pub(crate) const ALL: [Self; 6] = [Self::Less, Self::AtMost, Self::More, Self::AtLeast, Self::Is, Self::IsNot];

    pub(crate) const fn holds(self, a: Value, b: Value) -> bool {
        match self {
            Self::Less => a < b,
            Self::AtMost => a <= b,
            Self::More => a > b,
            Self::AtLeast => a >= b,
            Self::Is => a == b,
            Self::IsNot => a != b,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Less => "不足",
            Self::AtMost => "不超过",
            Self::More => "超过",
            Self::AtLeast => ">=",
            Self::Is => "=",
            Self::IsNot => "!=",
        }
    }

    /// The same comparison seen from the other side.
    const fn turned(self) -> Self {
        match self {
            Self::Less => Self::More,
            Self::AtMost => Self::AtLeast,
            Self::More => Self::Less,
            Self::AtLeast => Self::AtMost,
            other => other,
        }
    }
}

/// How the figure of a comparison is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// `户数 < 3 户`
    After,
    /// `3 户 > 户数`
    Before,
    /// `户数 < 界3`, which only numbers of households have.
    Param,
}

/// A condition about a community.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cond {
    /// `老旧`
    Holds(Fact),
    Compare(Fact, Op, Value, Form),
    /// `户数 在 2..4 户`
    Within(Fact, Option<Value>, Option<Value>),
    /// `户数 在 [2 户, 4 户]`
    OneOf(Fact, Vec<Value>),
    Not(Box<Cond>),
    And(Box<Cond>, Box<Cond>),
    Or(Box<Cond>, Box<Cond>),
    /// `若 … 则 … 否则 …`
    If(Box<Cond>, Box<Cond>, Box<Cond>),
    /// A truth that a rule of its own has, by the rule's number.
    Named(usize, Box<Cond>),
}

impl Cond {
    pub(crate) fn not(self) -> Self {
        Self::Not(Box::new(self))
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self::And(Box::new(self), Box::new(other))
    }

    pub(crate) fn or(self, other: Self) -> Self {
        Self::Or(Box::new(self), Box::new(other))
    }

    pub(crate) fn holds(&self, at: &Point) -> bool {
        match self {
            Self::Holds(fact) => at.get(*fact) == 1,
            Self::Compare(fact, op, figure, _) => op.holds(at.get(*fact), *figure),
            Self::Within(fact, low, high) => {
                low.is_none_or(|it| at.get(*fact) >= it) && high.is_none_or(|it| at.get(*fact) <= it)
            }
            Self::OneOf(fact, figures) => figures.contains(&at.get(*fact)),
            Self::Not(inner) => !inner.holds(at),
            Self::And(a, b) => a.holds(at) && b.holds(at),
            Self::Or(a, b) => a.holds(at) || b.holds(at),
            Self::If(asked, then, otherwise) => {
                if asked.holds(at) {
                    then.holds(at)
                } else {
                    otherwise.holds(at)
                }
            }
            Self::Named(_, inner) => inner.holds(at),
        }
    }

    /// Adds the facts and figures that the condition mentions, in the order of the text.
    pub(crate) fn mention(&self, all: &mut Mentions) {
        let mut add = |fact: Fact, figures: &[Value]| {
            let at = all.iter().position(|it| it.0 == fact).unwrap_or_else(|| {
                all.push((fact, Vec::new()));
                all.len() - 1
            });
            all[at].1.extend(figures);
        };
        match self {
            Self::Holds(fact) => add(*fact, &[]),
            Self::Compare(fact, _, figure, _) => add(*fact, &[*figure]),
            Self::Within(fact, low, high) => add(*fact, &[*low, *high].into_iter().flatten().collect::<Vec<_>>()),
            Self::OneOf(fact, figures) => add(*fact, figures),
            Self::Not(inner) | Self::Named(_, inner) => inner.mention(all),
            Self::And(a, b) | Self::Or(a, b) => [a, b].into_iter().for_each(|it| it.mention(all)),
            Self::If(a, b, c) => [a, b, c].into_iter().for_each(|it| it.mention(all)),
        }
    }

    /// The condition as text; `name` begins the names of rules that it rests on.
    pub(crate) fn show(&self, name: &str) -> String {
        let inner = |it: &Self| match it {
            Self::And(..) | Self::Or(..) | Self::If(..) => format!("({})", it.show(name)),
            _ => it.show(name),
        };
        match self {
            Self::Holds(fact) => fact.bare().to_owned(),
            Self::Compare(fact, op, figure, Form::After) => {
                format!("{} {} {}", fact.bare(), op.word(), fact.literal(*figure))
            }
            Self::Compare(fact, op, figure, Form::Before) => {
                format!("{} {} {}", fact.literal(*figure), op.turned().word(), fact.bare())
            }
            Self::Compare(fact, op, figure, Form::Param) => format!("{} {} 界{figure}", fact.bare(), op.word()),
            Self::Within(fact, low, high) => {
                let end = |it: &Option<Value>| it.map(|it| fact.literal(it)).unwrap_or_default();
                // A unit is written once, after the upper end, or after the dots where there is none.
                let low = match (fact.sort(), low) {
                    (Sort::Whole, Some(it)) => it.to_string(),
                    _ => end(low),
                };
                let high = match (fact.sort(), high) {
                    (Sort::Whole, None) => fact.show(0).trim_start_matches('0').to_owned(),
                    _ => end(high),
                };
                format!("{} 在 {low}..{high}", fact.bare())
            }
            Self::OneOf(fact, figures) => {
                let figures: Vec<String> = figures.iter().map(|it| fact.literal(*it)).collect();
                format!("{} 在 [{}]", fact.bare(), figures.join(", "))
            }
            Self::Not(it) => format!("非 {}", inner(it)),
            Self::And(a, b) => format!("{} 且 {}", inner(a), inner(b)),
            Self::Or(a, b) => format!("{} 或 {}", inner(a), inner(b)),
            Self::If(a, b, c) => format!("若 {} 则 {} 否则 {}", inner(a), inner(b), inner(c)),
            Self::Named(number, _) => format!("{name}据{number}"),
        }
    }

    /// The rules that the condition rests on.
    pub(crate) fn rules(&self, name: &str) -> String {
        match self {
            Self::Named(number, inner) => {
                let value = inner.show(name);
                format!("{}规则 {name}据{number} 属于 社区: 是非 {{ 值: {value} }}\n", inner.rules(name))
            }
            Self::Not(a) => a.rules(name),
            Self::And(a, b) | Self::Or(a, b) => a.rules(name) + &b.rules(name),
            Self::If(a, b, c) => a.rules(name) + &b.rules(name) + &c.rules(name),
            Self::Holds(_) | Self::Compare(..) | Self::Within(..) | Self::OneOf(..) => String::new(),
        }
    }
}

/// What several conditions mention.
pub(crate) fn mentions<'c>(conditions: impl IntoIterator<Item = &'c Cond>) -> Mentions {
    let mut all = Mentions::new();
    for it in conditions {
        it.mention(&mut all);
    }
    all
}

/// Every comparison of households with a figure, and every range of them.
pub(crate) fn all_of_households() -> Vec<Cond> {
    let fact = Fact::Households;
    let mut all = Vec::new();
    for figure in fact.figures() {
        all.extend(Op::ALL.map(|op| Cond::Compare(fact, op, figure, Form::After)));
    }
    for low in 0..=6 {
        all.push(Cond::Within(fact, Some(low), None));
        all.push(Cond::Within(fact, None, Some(low)));
        all.extend((low..=7).map(|high| Cond::Within(fact, Some(low), Some(high))));
    }
    all
}

/// One condition of each form over facts that have few values.
pub(crate) fn all_of_others() -> Vec<Cond> {
    let mut all = vec![Cond::Holds(Fact::Old), Cond::Holds(Fact::Pilot)];
    for kind in Fact::Kind.domain() {
        all.push(Cond::Compare(Fact::Kind, Op::Is, kind, Form::After));
        all.push(Cond::Compare(Fact::Kind, Op::IsNot, kind, Form::Before));
    }
    all.push(Cond::OneOf(Fact::Kind, vec![0, 2]));
    for op in Op::ALL {
        all.extend([20, 30].map(|it| Cond::Compare(Fact::Rate, op, it, Form::After)));
        all.extend([3, 4].map(|it| Cond::Compare(Fact::Founded, op, it, Form::Before)));
    }
    for name in Fact::Name.figures() {
        all.push(Cond::Compare(Fact::Name, Op::Is, name, Form::After));
        all.push(Cond::Compare(Fact::Name, Op::IsNot, name, Form::After));
    }
    all.push(Cond::Compare(Fact::Offices, Op::More, 3, Form::After));
    all
}

/// Draws conditions about a few facts, so that they have much to do with each other.
pub(crate) struct Drawer {
    facts: Vec<Fact>,
    named: usize,
}

impl Drawer {
    /// Of one to three facts; households are nearly always among them.
    pub(crate) fn new(draw: &mut Draw) -> Self {
        let facts = match draw.below(8) {
            0 => vec![draw.of(&Fact::ALL)],
            1 => vec![Fact::Rate, Fact::Old],
            2 => vec![Fact::Founded, Fact::Kind],
            3 => vec![Fact::Name, Fact::Households],
            4 => vec![Fact::Offices, Fact::Households],
            _ => vec![Fact::Households, Fact::Old, Fact::Kind],
        };
        Self { facts, named: 0 }
    }

    pub(crate) fn condition(&mut self, draw: &mut Draw, depth: usize) -> Cond {
        if depth == 0 {
            return self.atom(draw);
        }
        match draw.below(12) {
            0 | 1 => self.condition(draw, depth - 1).not(),
            2..=5 => self.condition(draw, depth - 1).and(self.condition(draw, depth - 1)),
            6..=8 => self.condition(draw, depth - 1).or(self.condition(draw, depth - 1)),
            9 => {
                let mut next = || Box::new(self.condition(draw, depth - 1));
                Cond::If(next(), next(), next())
            }
            10 => {
                let inner = self.condition(draw, depth - 1);
                self.named += 1;
                Cond::Named(self.named, Box::new(inner))
            }
            _ => self.atom(draw),
        }
    }

    fn atom(&self, draw: &mut Draw) -> Cond {
        let fact = draw.of(&self.facts);
        let figure = draw.of(&fact.figures());
        let equal = draw.of(&[Op::Is, Op::IsNot]);
        let side = draw.of(&[Form::After, Form::After, Form::Before]);
        match fact.sort() {
            Sort::Truth if draw.once_in(4) => Cond::Compare(fact, equal, figure, Form::After),
            Sort::Truth => Cond::Holds(fact),
            Sort::Enumeration | Sort::Text if draw.once_in(3) => {
                let figures = draw.some(&fact.figures());
                Cond::OneOf(fact, if figures.is_empty() { vec![figure] } else { figures })
            }
            Sort::Enumeration | Sort::Text => Cond::Compare(fact, equal, figure, side),
            Sort::Whole | Sort::Share | Sort::Date => match draw.below(8) {
                0 => {
                    let other = draw.of(&fact.figures());
                    Cond::Within(fact, Some(figure.min(other)), Some(figure.max(other)))
                }
                1 if fact.sort() == Sort::Whole => {
                    let (low, high) = draw.of(&[(Some(figure), None), (None, Some(figure))]);
                    Cond::Within(fact, low, high)
                }
                2 => Cond::OneOf(fact, vec![figure, draw.of(&fact.figures())]),
                3 if fact == Fact::Households => Cond::Compare(fact, draw.of(&Op::ALL), figure, Form::Param),
                _ => Cond::Compare(fact, draw.of(&Op::ALL), figure, side),
            },
        }
    }
}

/// The evaluator of these tests on examples that can be followed by eye.
#[test]
fn conditions_hold_as_they_read() {
    let few = Cond::Compare(Fact::Households, Op::Less, 3, Form::Before);
    let kind = Cond::OneOf(Fact::Kind, vec![0, 2]);
    let all = few.clone().and(kind.clone().not());
    assert_eq!(all.show("一"), "3 户 超过 户数 且 非 类型 在 [城市, 混合]");
    let points = crate::world::points(&mentions([&all]));
    let holds: Vec<String> = points.iter().filter(|it| all.holds(it)).map(Point::show).collect();
    assert_eq!(holds, [0, 1, 2].map(|it| format!("社区.户数 = {it} 户; 社区.类型 = 农村; ")));
    let named = Cond::Named(1, Box::new(few.or(kind)));
    assert_eq!(named.show("一"), "一据1");
    assert_eq!(named.rules("一"), "规则 一据1 属于 社区: 是非 { 值: 3 户 超过 户数 或 类型 在 [城市, 混合] }\n");
    let range = Cond::Within(Fact::Households, Some(2), None);
    assert_eq!(range.show(""), "户数 在 2.. 户");
    assert_eq!(Cond::Within(Fact::Rate, Some(20), Some(30)).show(""), "率 在 20%..30%");
}
