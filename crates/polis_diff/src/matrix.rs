//! Several cities side by side, topic by topic: what each says, where each is silent, and what cannot be compared.

use polis_semantic::{NumberType, Symbol, Type};
use polis_syntax::ast::{Clause, Element, ExprKind};
use polis_syntax::words::{ClauseWord, Kind};
use polis_value::NumberRange;
use smol_str::SmolStr;

use crate::canon::{Canon, Names};
use crate::clauses::{constant, tidy};
use crate::order::{Order, Standing};
use crate::side::{Provision, Side};

/// A topic of comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// What a street is for.
    Functions,
    /// What powers are granted.
    Powers,
    /// Internal offices.
    Offices,
    /// Centres.
    Centres,
    /// Leading posts.
    Posts,
    /// How many staff.
    Staffing,
    /// What staff are paid.
    Pay,
    /// What matters may enter.
    Admission,
    /// Who is assessed and how.
    Evaluation,
    /// Meetings, and how often.
    Meetings,
}

/// What belongs to a topic: kinds, and concepts whose name, or that of a broader one, contains a word.
struct Scope {
    topic: Topic,
    kinds: &'static [Kind],
    words: &'static [&'static str],
    /// The kinds that a concept brings in; all where none is named.
    of: &'static [Kind],
}

/// The topics, in the order in which they are shown. The words are those of the field, not of one library: a concept of
/// another name that a city declares below one of these belongs too.
const SCOPES: &[Scope] = &[
    Scope {
        topic: Topic::Functions,
        kinds: &[],
        words: &["主要职责", "领导核心", "经济考核", "工作重心", "function"],
        of: &[],
    },
    Scope { topic: Topic::Powers, kinds: &[Kind::Power, Kind::Grant], words: &[], of: &[] },
    Scope {
        topic: Topic::Offices,
        kinds: &[Kind::Offices],
        words: &["内设机构", "office"],
        of: &[Kind::Offices, Kind::Param, Kind::Rule, Kind::Delegation, Kind::Require],
    },
    Scope {
        topic: Topic::Centres,
        kinds: &[Kind::Centers],
        words: &["中心设置", "centre", "center"],
        of: &[Kind::Centers, Kind::Param, Kind::Rule, Kind::Require],
    },
    Scope { topic: Topic::Posts, kinds: &[Kind::Posts], words: &["领导职数", "post"], of: &[] },
    Scope { topic: Topic::Staffing, kinds: &[Kind::Quota], words: &["员额", "党务工作者", "staff"], of: &[] },
    Scope { topic: Topic::Pay, kinds: &[Kind::Pay], words: &["薪酬", "pay"], of: &[] },
    Scope { topic: Topic::Admission, kinds: &[Kind::Admission], words: &["事项准入", "admission"], of: &[] },
    Scope {
        topic: Topic::Evaluation,
        kinds: &[Kind::Rating],
        words: &["考核评价", "星级评定", "述职评议", "evaluation", "rating"],
        of: &[],
    },
    Scope { topic: Topic::Meetings, kinds: &[], words: &["会议", "议事", "专题研究", "meeting"], of: &[] },
];

/// Several cities side by side.
#[derive(Debug)]
pub struct Matrix {
    /// The topics of which at least one city says something.
    pub topics: Vec<Table>,
}

/// A topic's table.
#[derive(Debug)]
pub struct Table {
    /// The topic.
    pub topic: Topic,
    /// Its rows.
    pub rows: Vec<Row>,
    /// The cities that say nothing of it.
    pub silent: Vec<usize>,
}

/// What the cities say of one matter.
#[derive(Debug)]
pub struct Row {
    /// What it is about.
    pub about: About,
    /// For each city what it says.
    pub cells: Vec<Vec<Gist>>,
    /// What comes of comparing them.
    pub verdict: Verdict,
}

/// What a row is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// Groups as a whole: grants, lists of duties.
    Group(Kind),
    /// A shared concept.
    Concept(Symbol),
    /// A kind of provision about a type of jurisdiction, where no concept is declared.
    Kind(Kind, SmolStr),
}

/// A provision in a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gist {
    /// Which of the city's provisions it is.
    pub provision: usize,
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub name: SmolStr,
    /// Its title.
    pub title: Option<SmolStr>,
    /// The concepts it points to, where the row is broader.
    pub concepts: Vec<Symbol>,
    /// What it says, in the order of the text: the clause and its text.
    pub parts: Vec<(ClauseWord, Option<SmolStr>, SmolStr)>,
    /// The figure that it comes to, where it comes to one.
    pub figure: Option<(NumberType, NumberRange)>,
    /// What jurisdictions it is about.
    pub entity: Option<SmolStr>,
    /// What it says in one spelling, names left aside.
    said: Vec<String>,
}

/// What comes of comparing the cities' answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Only one city says something.
    One(usize),
    /// All that say something say the same.
    Same,
    /// By the order of concepts, strongest first; those in one place are not told apart.
    Stronger(Vec<Vec<usize>>),
    /// By their figures, highest first.
    Higher(Vec<Vec<usize>>),
    /// All that speak of it assign it, each in its own words.
    Shared,
    /// They say different things.
    Different,
    /// They cannot be compared.
    Incomparable(Why),
}

/// Why answers cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// They are of different kinds.
    Kinds(Vec<Kind>),
    /// They are about different jurisdictions.
    Entities(Vec<SmolStr>),
    /// Their figures are in different units.
    Units(Vec<NumberType>),
    /// None of the concepts is stronger.
    Unordered(Vec<Symbol>),
    /// The text of some leaves the figure open: these cities.
    Open(Vec<usize>),
}

/// Puts cities side by side.
#[must_use]
pub fn matrix(sides: &[Side<'_>]) -> Matrix {
    let order = Order::of(sides.iter().map(|it| &**it.program));
    let topics = SCOPES.iter().map(|it| table(it, sides, &order)).filter(|it| !it.rows.is_empty());
    Matrix { topics: topics.collect() }
}

fn table(scope: &Scope, sides: &[Side<'_>], order: &Order) -> Table {
    let mut rows: Vec<Row> = Vec::new();
    for (city, side) in sides.iter().enumerate() {
        for (at, it) in side.provisions.iter().enumerate() {
            let Some(about) = about(scope, side, it, order) else { continue };
            let found = rows.iter().position(|it| it.about == about);
            let position = found.unwrap_or_else(|| {
                let cells = vec![Vec::new(); sides.len()];
                rows.push(Row { about: about.clone(), cells, verdict: Verdict::Different });
                rows.len() - 1
            });
            let Some(row) = rows.get_mut(position) else { continue };
            if let Some(cell) = row.cells.get_mut(city) {
                cell.push(gist(side, at, it, &row.about));
            }
        }
    }
    // What more cities speak of comes first; groups as a whole before what is in them.
    let spoken = |row: &Row| row.cells.iter().filter(|it| !it.is_empty()).count();
    rows.sort_by(|a, b| {
        let group = |row: &Row| !matches!(row.about, About::Group(_));
        group(a).cmp(&group(b)).then(spoken(b).cmp(&spoken(a)))
    });
    for row in &mut rows {
        for cell in &mut row.cells {
            cell.sort_by_key(|it| (rank(it.kind), it.provision));
        }
        row.verdict = verdict(&row.cells, order);
    }
    let silent = (0..sides.len()).filter(|city| rows.iter().all(|it| it.cells.get(*city).is_none_or(Vec::is_empty)));
    Table { topic: scope.topic, silent: silent.collect(), rows }
}

/// Kinds that lay down come before those that count and report.
const fn rank(kind: Kind) -> u8 {
    match kind {
        Kind::Grant
        | Kind::Duties
        | Kind::Offices
        | Kind::Centers
        | Kind::Posts
        | Kind::Quota
        | Kind::Pay
        | Kind::Admission
        | Kind::Rating => 0,
        Kind::Require | Kind::Norm | Kind::Power | Kind::Duty | Kind::Mechanism | Kind::Procedure | Kind::Indicator => {
            1
        }
        Kind::Rule | Kind::Param | Kind::List | Kind::Delegation | Kind::Commitment => 2,
        _ => 3,
    }
}

/// The row that a provision belongs to; `None` where it is of another topic.
fn about(scope: &Scope, side: &Side<'_>, it: &Provision<'_>, order: &Order) -> Option<About> {
    if matches!(it.kind, Kind::Fact | Kind::Principle | Kind::Amend | Kind::Enum) || it.is_vocabulary() {
        return None;
    }
    let inner = it.parent.is_some() && !matches!(it.kind, Kind::Power | Kind::Duty);
    if inner {
        return None;
    }
    let of_kind = scope.kinds.contains(&it.kind);
    let named = |symbol: &Symbol| scope.words.iter().any(|word| symbol.name.contains(word));
    let within = |symbol: &&Symbol| {
        named(symbol) || {
            let mut at = (*symbol).clone();
            let mut found = false;
            for _ in 0..8 {
                let parent =
                    side.program.notions.iter().find(|it| it.meta.symbol == at).and_then(|it| it.parents.first());
                let Some(parent) = parent else { break };
                found |= named(parent);
                at = parent.clone();
            }
            found
        }
    };
    let concept = it.is.iter().find(within);
    let brings = concept.is_some() && (scope.of.is_empty() || scope.of.contains(&it.kind));
    if !of_kind && !brings {
        return None;
    }
    if scope.topic == Topic::Functions && it.kind == Kind::Duty {
        // Where a list says what a street is for, other bodies' duties in the same matter are not its functions.
        let is_list = |it: &Provision<'_>| it.kind == Kind::Duties && it.is.iter().any(named);
        let own = it.parent.and_then(|it| side.provisions.get(it)).is_some_and(is_list);
        let root = concept.is_some_and(|it| order.root(it) != it);
        if root && !own && side.provisions.iter().any(is_list) {
            return None;
        }
    }
    if matches!(it.kind, Kind::Grant) || it.kind == Kind::Duties {
        return Some(About::Group(it.kind));
    }
    // Powers of one family stand together, so that the weaker shows beside the stronger.
    if scope.topic == Topic::Powers {
        return Some(match it.is.first() {
            Some(concept) => About::Concept(order.root(concept).clone()),
            None => About::Kind(it.kind, SmolStr::default()),
        });
    }
    if let Some(concept) = concept {
        // A body's own list names many concepts; the broadest says what it is about.
        let whole = matches!(it.kind, Kind::Offices | Kind::Centers | Kind::Posts);
        return Some(About::Concept(if whole { order.root(concept).clone() } else { concept.clone() }));
    }
    match (it.is.first(), it.kind) {
        (Some(concept), kind) if !matches!(kind, Kind::Offices | Kind::Centers) => {
            Some(About::Concept(concept.clone()))
        }
        (_, kind) => Some(About::Kind(kind, entity(it).unwrap_or_default())),
    }
}

fn entity(it: &Provision<'_>) -> Option<SmolStr> {
    it.block.of.as_ref().map(|of| of.span.text(it.text).rsplit('.').next().unwrap_or_default().trim().into())
}

/// What is told of a kind in a few words.
fn told(kind: Kind) -> &'static [ClauseWord] {
    use ClauseWord as W;
    match kind {
        Kind::Grant => &[W::Holder, W::Total, W::Adds, W::Include, W::Modality],
        Kind::Power => &[W::Over, W::Object],
        Kind::Duties => &[W::Bearer, W::Total],
        Kind::Duty => &[W::Bearer, W::Object, W::Lead],
        Kind::Offices | Kind::Centers | Kind::Posts => {
            &[W::Limit, W::Required, W::Optional, W::Unlisted, W::Separate, W::Modality]
        }
        Kind::Quota => &[W::Base, W::Extra, W::Limit, W::Modality],
        Kind::Pay => &[W::Reference, W::Multiple, W::Component, W::Allowance, W::Total, W::Modality],
        Kind::Admission => &[W::Lists, W::Approver, W::Condition, W::Agreement, W::Funds],
        Kind::Rating => &[W::Assessor, W::Cycle, W::Review, W::Total, W::Promotion, W::Demotion],
        Kind::Norm => {
            &[W::Actor, W::Must, W::MustNot, W::May, W::Encouraged, W::Object, W::Frequency, W::Deadline, W::When]
        }
        Kind::Require => &[W::That, W::When, W::Modality],
        Kind::Rule => &[W::Value, W::Except],
        Kind::Param => &[W::Value],
        Kind::Indicator => &[W::Target, W::Frequency],
        Kind::Procedure => &[W::Deadline],
        Kind::List => &[W::Total, W::Items, W::Unlisted],
        Kind::Mechanism => &[W::Total, W::Parts, W::Frequency],
        Kind::Delegation => &[W::To, W::Subject, W::Range],
        Kind::Commitment => &[W::Parties, W::Total],
        _ => &[],
    }
}

/// A provision in a few words.
#[must_use]
pub fn gist_of(side: &Side<'_>, at: usize) -> Option<Gist> {
    side.provisions.get(at).map(|it| gist(side, at, it, &About::Group(it.kind)))
}

fn gist(side: &Side<'_>, at: usize, it: &Provision<'_>, row: &About) -> Gist {
    let words = told(it.kind);
    let names = Names::default();
    let canon = Canon { text: it.text, names: &names, takes: None };
    let mut parts = Vec::new();
    let mut said = Vec::new();
    let mut figure = None;
    let clauses = it.block.body.iter().flat_map(|it| &it.elements);
    let clauses = clauses.filter_map(|it| if let Element::Clause(it) = it { Some(it) } else { None });
    for clause in clauses {
        let Some(spec) = it.kind.clause(clause.word.text(it.text)) else { continue };
        if !words.contains(&spec.word) {
            continue;
        }
        let head = clause.name.map(|it| canon.head(it));
        let mut text = clause.values.iter().map(|value| value.span.text(it.text)).collect::<Vec<_>>().join(", ");
        if let Some(guard) = &clause.guard {
            text.push(' ');
            text.push_str(guard.span.text(it.text));
        }
        said.push(clause.values.iter().map(|it| canon.value(it)).collect::<Vec<_>>().join(", "));
        parts.push((spec.word, head, SmolStr::from(tidy(&text).trim())));
        let main = matches!(
            spec.word,
            ClauseWord::Base
                | ClauseWord::Multiple
                | ClauseWord::Frequency
                | ClauseWord::Limit
                | ClauseWord::Total
                | ClauseWord::Value
                | ClauseWord::Target
        );
        if main && figure.is_none() && clause.guard.is_none() {
            figure = number(side, it, clause);
        }
    }
    // What a structure comes to says more than any one of its clauses.
    if matches!(it.kind, Kind::Offices | Kind::Centers | Kind::Posts | Kind::Quota)
        && let Some(rule) = side.program.rules.iter().find(|of| of.meta.symbol == it.symbol)
        && let Type::Number(ty) = &rule.ty
    {
        figure = constant(side, &rule.value, 0).map(|it| (ty.clone(), it)).or(figure);
    }
    if let Some(group) = side.program.groups.iter().find(|of| of.meta.symbol == it.symbol)
        && let Some((dim, total, _)) = group.totals.first()
    {
        figure = Some((NumberType::new(dim.clone(), true), NumberRange::point(*total)));
    }
    if it.kind == Kind::Power {
        said.extend(it.is.iter().map(ToString::to_string));
    }
    let concepts = match row {
        About::Concept(row) => it.is.iter().filter(|it| *it != row).cloned().collect(),
        _ => it.is.clone(),
    };
    Gist {
        provision: at,
        kind: it.kind,
        name: it.name().into(),
        title: it.title.clone(),
        concepts,
        parts,
        figure,
        entity: entity(it),
        said,
    }
}

fn number(side: &Side<'_>, of: &Provision<'_>, clause: &Clause) -> Option<(NumberType, NumberRange)> {
    let value = clause.values.first()?;
    let span = if let ExprKind::Within(it) = &value.kind { it.length.span } else { value.span };
    let expr = side.typed(of, span)?;
    let range = constant(side, expr, 0)?;
    match &expr.ty {
        Type::Number(ty) => Some((ty.clone(), range)),
        _ => None,
    }
}

fn verdict(cells: &[Vec<Gist>], order: &Order) -> Verdict {
    let speaking: Vec<usize> = cells.iter().enumerate().filter(|it| !it.1.is_empty()).map(|it| it.0).collect();
    if let [only] = speaking.as_slice() {
        return Verdict::One(*only);
    }
    let of = |city: &usize| cells.get(*city).map_or(&[][..], Vec::as_slice);
    // The kind that most cities answer in, the one that lays down first.
    let mut kinds: Vec<Kind> = speaking.iter().flat_map(|it| of(it).iter().map(|it| it.kind)).collect();
    kinds.sort_by_key(|it| (rank(*it), *it));
    kinds.dedup();
    let answering = |kind: &Kind| speaking.iter().filter(|it| of(it).iter().any(|it| it.kind == *kind)).count();
    let most = kinds.iter().map(answering).max().unwrap_or(0);
    let Some(kind) = kinds.iter().copied().find(|it| answering(it) == most).filter(|_| most > 1) else {
        return Verdict::Incomparable(Why::Kinds(kinds));
    };
    let answers: Vec<(usize, Vec<&Gist>)> = speaking
        .iter()
        .map(|city| (*city, of(city).iter().filter(|it| it.kind == kind).collect::<Vec<_>>()))
        .filter(|it| !it.1.is_empty())
        .collect();
    let all_said: Vec<Vec<&Vec<String>>> = answers.iter().map(|it| it.1.iter().map(|it| &it.said).collect()).collect();
    let alike = |a: &Vec<&Vec<String>>, b: &Vec<&Vec<String>>| a == b && a.iter().any(|it| !it.is_empty());
    if most == speaking.len() && all_said.windows(2).all(|it| matches!(it, [a, b] if alike(a, b))) {
        return Verdict::Same;
    }
    if kind == Kind::Duty && most == speaking.len() {
        return Verdict::Shared;
    }
    if kind == Kind::Power {
        return strongest(&answers, order);
    }
    let mut entities: Vec<SmolStr> =
        answers.iter().flat_map(|it| it.1.iter().filter_map(|it| it.entity.clone())).collect();
    entities.sort();
    entities.dedup();
    let common =
        |entity: &SmolStr| answers.iter().filter(|it| it.1.iter().any(|it| it.entity.as_ref() == Some(entity))).count();
    if entities.len() > 1 && !entities.iter().any(|it| common(it) > 1) {
        return Verdict::Incomparable(Why::Entities(entities));
    }
    figures(&answers)
}

/// Ranks cities by the strongest concept of their powers.
fn strongest(answers: &[(usize, Vec<&Gist>)], order: &Order) -> Verdict {
    let concepts = |gists: &[&Gist]| -> Vec<Symbol> { gists.iter().flat_map(|it| it.concepts.clone()).collect() };
    let of: Vec<(usize, Vec<Symbol>)> = answers.iter().map(|it| (it.0, concepts(&it.1))).collect();
    if of.iter().all(|it| it.1.is_empty()) {
        // Without concepts there is no strength; what is left is whether they are called the same and say the same.
        let called =
            |gists: &Vec<&Gist>| -> Vec<_> { gists.iter().map(|it| (it.name.clone(), it.said.clone())).collect() };
        let same = answers.windows(2).all(|it| matches!(it, [a, b] if called(&a.1) == called(&b.1)));
        return if same { Verdict::Same } else { Verdict::Different };
    }
    // One city stands above another where each of the other's concepts has one there that is no weaker, and one stronger.
    let above = |a: &[Symbol], b: &[Symbol]| {
        let reaches = |y: &Symbol| {
            a.iter()
                .any(|x| matches!(order.standing(y, x), Some(Standing::Same | Standing::Stronger | Standing::Wider)))
        };
        !a.is_empty() && !b.is_empty() && b.iter().all(reaches)
    };
    let mut rest = of.clone();
    rest.sort_by_key(|it| it.0);
    let mut places: Vec<Vec<(usize, Vec<Symbol>)>> = Vec::new();
    for it in rest {
        let position = places.iter().position(|place| place.iter().all(|of| above(&it.1, &of.1)));
        match position {
            Some(at) if places.get(at).is_some_and(|place| place.iter().all(|of| above(&of.1, &it.1))) => {
                if let Some(place) = places.get_mut(at) {
                    place.push(it);
                }
            }
            Some(at) => places.insert(at, vec![it]),
            None => places.push(vec![it]),
        }
    }
    // Each place must stand above the next, else there is no order.
    let ordered = places.windows(2).all(|it| match it {
        [a, b] => a.iter().all(|a| b.iter().all(|b| above(&a.1, &b.1))),
        _ => true,
    });
    if !ordered {
        let mut all: Vec<Symbol> = of.into_iter().flat_map(|it| it.1).collect();
        all.sort();
        all.dedup();
        return Verdict::Incomparable(Why::Unordered(all));
    }
    if let [_] = places.as_slice() {
        return Verdict::Same;
    }
    Verdict::Stronger(places.into_iter().map(|it| it.into_iter().map(|it| it.0).collect()).collect())
}

/// Ranks cities by a figure that each gives once.
fn figures(answers: &[(usize, Vec<&Gist>)]) -> Verdict {
    let one = |gists: &[&Gist]| {
        let mut figures = gists.iter().filter_map(|it| it.figure.clone());
        figures.next().filter(|_| figures.next().is_none())
    };
    let all: Vec<(usize, Option<(NumberType, NumberRange)>)> = answers.iter().map(|it| (it.0, one(&it.1))).collect();
    let known: Vec<(usize, NumberType, NumberRange)> =
        all.iter().filter_map(|it| it.1.clone().map(|of| (it.0, of.0, of.1))).collect();
    if known.len() < 2 {
        return Verdict::Different;
    }
    let mut units: Vec<NumberType> = Vec::new();
    for (_, ty, _) in &known {
        if !units.iter().any(|it| it.dim == ty.dim) {
            units.push(ty.clone());
        }
    }
    if units.len() > 1 {
        return Verdict::Incomparable(Why::Units(units));
    }
    let mut ranked = known;
    // What has no end is highest.
    let height = |it: &NumberRange| (it.hi().is_none(), it.hi(), it.lo());
    ranked.sort_by(|a, b| height(&b.2).cmp(&height(&a.2)).then(a.0.cmp(&b.0)));
    let mut places: Vec<(NumberRange, Vec<usize>)> = Vec::new();
    for (city, _, range) in ranked {
        match places.last_mut() {
            Some(last) if last.0 == range => last.1.push(city),
            _ => places.push((range, vec![city])),
        }
    }
    let missing: Vec<usize> = all.iter().filter(|it| it.1.is_none()).map(|it| it.0).collect();
    if !missing.is_empty() {
        return Verdict::Incomparable(Why::Open(missing));
    }
    Verdict::Higher(places.into_iter().map(|it| it.1).collect())
}
