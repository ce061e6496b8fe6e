//! Two provisions clause by clause: what both say, what only one says, and which way it differs.

use polis_semantic::ir::ExprKind as Typed;
use polis_semantic::{NumberType, Symbol, Type};
use polis_syntax::Span;
use polis_syntax::ast::{Clause, Element, Expr, ExprKind};
use polis_syntax::words::{Choice, ChoiceSet, ClauseSpec, ClauseWord, Kind, Value as Takes};
use polis_value::{CalendarSpan, Number, NumberRange, Value};
use smol_str::{SmolStr, format_smolstr};

use crate::align::{alike, same_concept};
use crate::canon::{Canon, Names, amount};
use crate::order::{Order, Standing};
use crate::side::{Provision, Side};
use crate::units::Units;
use crate::{Direction, Figures, norms};

/// A clause that the sides do not share word for word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClauseChange {
    /// The clause.
    pub word: ClauseWord,
    /// The second side's, where that says another word: 应当 here and 可以 there.
    pub other_word: Option<ClauseWord>,
    /// Its own name on each side, where it has one.
    pub name: [Option<SmolStr>; 2],
    /// What each side says, as it is written.
    pub texts: [Option<SmolStr>; 2],
    /// Where each side says it, in its content.
    pub spans: [Option<Span>; 2],
    /// Whether it changes nothing that is demanded: names, titles, citations, concepts, remarks, or words for the same.
    pub wording: bool,
    /// Which way the second side differs.
    pub direction: Option<Direction>,
    /// Why it is that way, where the figures do not say so themselves.
    pub because: Option<Because>,
    /// Of lists, what only the first names and what only the second names.
    pub members: [Vec<SmolStr>; 2],
    /// Of lists, what each names in words that are alike.
    pub alike: Vec<(SmolStr, SmolStr)>,
    /// Figures of both in one unit.
    pub figures: Option<Figures>,
    /// The expressions whose values are held against each other for every jurisdiction: their bytes.
    pub conditions: [Option<Span>; 2],
}

/// Why a clause differs the way it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Because {
    /// One concept is stronger than the other, or a part of it.
    Concepts(Symbol, Symbol),
    /// One word binds more than the other.
    Binding(Choice, Choice),
    /// Who is meant was decided for every jurisdiction.
    Decided,
    /// Neither concept is stronger.
    Unordered(Symbol, Symbol),
    /// Their figures are in different units.
    Units(NumberType, NumberType),
    /// The first action is a part of the second.
    ActionPart(Symbol, Symbol),
    /// Neither action is a part of the other.
    Actions(Symbol, Symbol),
    /// What one asks over a longer time the other asks in each of its parts.
    Spread,
    /// They run from different events.
    Events(SmolStr, SmolStr),
    /// What one asks or allows the other forbids.
    Opposed,
}

/// A clause of a provision.
struct View<'p> {
    word: ClauseWord,
    spec: Option<&'static ClauseSpec>,
    name: Option<SmolStr>,
    clause: &'p Clause,
    /// What it says, in one spelling: the guard, then each value.
    guard: Option<SmolStr>,
    values: Vec<SmolStr>,
}

impl View<'_> {
    fn says(&self) -> (&Option<SmolStr>, &Vec<SmolStr>) {
        (&self.guard, &self.values)
    }
}

/// Both sides of a comparison with their names.
pub(crate) struct Context<'c, 'p> {
    pub(crate) sides: [&'c Side<'p>; 2],
    pub(crate) names: [&'c Names; 2],
    pub(crate) order: &'c Order,
    /// The order of actions.
    pub(crate) actions: &'c Order,
    pub(crate) units: &'c Units,
}

impl<'p> Context<'_, 'p> {
    /// The clauses in which two provisions differ.
    pub(crate) fn changes(&self, a: &Provision<'p>, b: &Provision<'p>) -> Vec<ClauseChange> {
        let (first, second) = (self.views(0, a), self.views(1, b));
        let mut free: Vec<Option<&View<'_>>> = second.iter().map(Some).collect();
        let mut found: Vec<(usize, Option<ClauseChange>)> = Vec::new();
        let mut left: Vec<(usize, &View<'_>)> = Vec::new();
        // What both say alike goes first, then what has the same name, then what is of the same kind.
        for (at, own) in first.iter().enumerate() {
            let same = |it: &View<'_>| it.word == own.word && it.name == own.name && it.says() == own.says();
            match free.iter_mut().find(|it| it.is_some_and(same)) {
                Some(slot) => *slot = None,
                None => left.push((at, own)),
            }
        }
        let passes: [fn(&View<'_>, &View<'_>) -> bool; 4] = [
            |a, b| a.word == b.word && a.name == b.name && a.name.is_some(),
            |a, b| a.word == b.word && a.name.is_none() && b.name.is_none(),
            |a, b| {
                a.word == b.word
                    && (a.says() == b.says() && !a.values.is_empty()
                        || matches!((&a.name, &b.name), (Some(a), Some(b)) if alike(a, b) >= 45))
            },
            |a, b| a.name.is_none() && b.name.is_none() && deontic(a.word).is_some() && deontic(b.word).is_some(),
        ];
        for (pass, fits) in passes.iter().enumerate() {
            left.retain(|(at, own)| {
                let slot = free.iter_mut().find(|it| it.is_some_and(|it| fits(own, it)));
                let Some(other) = slot.and_then(Option::take) else { return true };
                // Names of parts differ in wording only.
                let _ = pass;
                found.push((*at, self.compare((a, own), (b, other))));
                false
            });
        }
        found.extend(left.into_iter().map(|(at, own)| (at, Some(one(0, a, own)))));
        found.sort_by_key(|it| it.0);
        let mut all: Vec<ClauseChange> = found.into_iter().filter_map(|it| it.1).collect();
        all.extend(free.into_iter().flatten().map(|it| one(1, b, it)));
        all
    }

    fn views(&self, side: usize, of: &Provision<'p>) -> Vec<View<'p>> {
        let empty = Names::default();
        let names = self.names.get(side).copied().unwrap_or(&empty);
        let elements = of.block.body.iter().flat_map(|it| &it.elements);
        let clauses = elements.filter_map(|it| if let Element::Clause(it) = it { Some(it) } else { None });
        let view = |clause: &'p Clause| {
            let spec = of.kind.clause(clause.word.text(of.text))?;
            let canon = Canon { text: of.text, names, takes: Some(spec.value) };
            let plain = Canon { text: of.text, names, takes: None };
            let mut values: Vec<SmolStr> = Vec::new();
            for value in &clause.values {
                match &value.kind {
                    ExprKind::List(all) => values.extend(all.iter().map(|it| canon.value(it).into())),
                    _ => values.push(canon.value(value).into()),
                }
            }
            let guard = clause.guard.as_ref().map(|it| {
                let not = if it.negated { "非 " } else { "" };
                format_smolstr!("{not}{}", plain.value(&it.condition))
            });
            Some(View {
                word: spec.word,
                spec: Some(spec),
                name: clause.name.map(|it| plain.head(it)),
                clause,
                guard,
                values,
            })
        };
        clauses.filter_map(view).collect()
    }

    /// Two clauses that answer each other; `None` where they say the same in the same words.
    fn compare(
        &self,
        (a, first): (&Provision<'p>, &View<'p>),
        (b, second): (&Provision<'p>, &View<'p>),
    ) -> Option<ClauseChange> {
        let mut change = ClauseChange {
            word: first.word,
            other_word: (first.word != second.word).then_some(second.word),
            name: [first.name.clone(), second.name.clone()],
            texts: [Some(said(a, first)), Some(said(b, second))],
            spans: [Some(first.clause.span), Some(second.clause.span)],
            wording: is_wording(a.kind, first.word),
            direction: None,
            because: None,
            members: [Vec::new(), Vec::new()],
            alike: Vec::new(),
            figures: None,
            conditions: [None, None],
        };
        if first.word == second.word && first.says() == second.says() {
            // Only the name differs.
            change.wording = true;
            return (first.name != second.name).then_some(change);
        }
        if first.word != second.word {
            change.direction = Some(match (deontic(first.word), deontic(second.word)) {
                (Some(a), Some(b)) if a > 0 && b > 0 => {
                    if b > a {
                        Direction::Stricter
                    } else {
                        Direction::Looser
                    }
                }
                _ => Direction::Incomparable,
            });
            let one_forbids =
                deontic(first.word).is_some_and(|it| it < 0) || deontic(second.word).is_some_and(|it| it < 0);
            change.because = one_forbids.then_some(Because::Opposed);
            // More of one deed and less of another are not held against each other.
            if !one_forbids && first.values != second.values {
                change.direction = Some(Direction::Incomparable);
            }
            return Some(change);
        }
        if change.wording && first.word != ClauseWord::Is {
            return Some(change);
        }
        if first.guard != second.guard {
            change.conditions = [first, second].map(|it| it.clause.guard.as_ref().map(|it| it.condition.span));
            if first.values == second.values {
                change.direction = match (&first.guard, &second.guard) {
                    (None, Some(_)) => Some(Direction::Narrower),
                    (Some(_), None) => Some(Direction::Wider),
                    _ => None,
                };
                return Some(change);
            }
        }
        self.values((a, first), (b, second), &mut change);
        Some(change)
    }

    fn values(
        &self,
        (a, first): (&Provision<'p>, &View<'p>),
        (b, second): (&Provision<'p>, &View<'p>),
        change: &mut ClauseChange,
    ) {
        let takes = first.spec.map(|it| it.value);
        match takes {
            _ if first.word == ClauseWord::Is => self.concepts(a, b, change),
            Some(Takes::Constant) if first.word == ClauseWord::Total => {
                // Of what grants and lists, more reaches further.
                let lists = reaches(a.kind);
                change.direction = totals(&first.values, &second.values).map(|it| match (it, lists) {
                    (Direction::More, true) => Direction::Wider,
                    (Direction::Less, true) => Direction::Narrower,
                    (it, _) => it,
                });
            }
            Some(Takes::Choice(ChoiceSet::Modality)) => {
                let read = |it: &View<'_>| it.values.first().and_then(|it| ChoiceSet::Modality.from_text(it));
                let (Some(one), Some(two)) = (read(first), read(second)) else { return };
                let rank = |it: Choice| ChoiceSet::Modality.choices().iter().position(|of| *of == it);
                let granted = matches!(a.kind, Kind::Power | Kind::Grant | Kind::Duty | Kind::Duties);
                let firmer = rank(two) < rank(one);
                change.direction = Some(match (granted, firmer) {
                    (true, true) => Direction::Stronger,
                    (true, false) => Direction::Weaker,
                    (false, true) => Direction::Stricter,
                    (false, false) => Direction::Looser,
                });
                change.because = Some(Because::Binding(one, two));
            }
            Some(Takes::Date) => {
                let read = |it: &View<'_>, of: &Provision<'_>| {
                    let text = it.clause.values.first()?.span.text(of.text).to_owned();
                    CalendarSpan::parse(&text).ok()?.range().lo()
                };
                if let (Some(one), Some(two)) = (read(first, a), read(second, b))
                    && one != two
                {
                    change.direction = Some(if two > one { Direction::Later } else { Direction::Earlier });
                }
            }
            Some(Takes::Expr | Takes::Figure | Takes::Constant | Takes::Condition) => {
                if matches!(takes, Some(Takes::Condition)) {
                    let span = |it: &View<'_>| it.clause.values.first().map(|it| it.span);
                    change.conditions = [span(first), span(second)];
                }
                self.figures((a, first), (b, second), change);
            }
            _ => {
                let only = |x: &View<'_>, y: &View<'_>| -> Vec<SmolStr> {
                    x.values.iter().filter(|it| !y.values.contains(it)).cloned().collect()
                };
                let (mut gone, mut new) = (only(first, second), only(second, first));
                if !matches!(takes, Some(Takes::Reference(_))) {
                    gone.retain(|it| {
                        let Some(at) = nearest(it, &new) else { return true };
                        change.alike.push((it.clone(), new.remove(at)));
                        false
                    });
                }
                change.direction = match (gone.is_empty(), new.is_empty()) {
                    (true, true) if change.alike.is_empty() => {
                        change.wording = true;
                        None
                    }
                    (true, false) => Some(Direction::Wider),
                    (false, true) => Some(Direction::Narrower),
                    (true, true) | (false, false) => None,
                };
                if deontic(first.word).is_some()
                    && let Some((direction, because)) = norms::actions(self.actions, (a, b), self.sides)
                {
                    change.direction = Some(direction);
                    change.because = because;
                }
                change.members = [gone, new];
            }
        }
    }

    fn concepts(&self, a: &Provision<'_>, b: &Provision<'_>, change: &mut ClauseChange) {
        let only = |x: &Provision<'_>, y: &Provision<'_>| -> Vec<Symbol> {
            let there = |it: &&Symbol| y.is.iter().any(|of| same_concept((x, it), (y, of)));
            x.is.iter().filter(|it| !there(it)).cloned().collect()
        };
        let (gone, new) = (only(a, b), only(b, a));
        change.members =
            [gone.iter().map(|it| it.name.clone()).collect(), new.iter().map(|it| it.name.clone()).collect()];
        let ranked = matches!(a.kind, Kind::Power | Kind::Duty | Kind::Grant);
        change.wording = !ranked || gone.is_empty() && new.is_empty();
        if !ranked {
            return;
        }
        let (Some(one), Some(two)) = (gone.first(), new.first()) else {
            change.direction = match (gone.is_empty(), new.is_empty()) {
                (true, false) => Some(Direction::Wider),
                (false, true) => Some(Direction::Narrower),
                _ => None,
            };
            return;
        };
        let (direction, because) = match self.order.standing(one, two) {
            Some(Standing::Stronger) => (Direction::Stronger, Because::Concepts(one.clone(), two.clone())),
            Some(Standing::Weaker) => (Direction::Weaker, Because::Concepts(one.clone(), two.clone())),
            Some(Standing::Narrower) => (Direction::Narrower, Because::Concepts(one.clone(), two.clone())),
            Some(Standing::Wider) => (Direction::Wider, Because::Concepts(one.clone(), two.clone())),
            _ => (Direction::Incomparable, Because::Unordered(one.clone(), two.clone())),
        };
        change.direction = Some(direction);
        change.because = Some(because);
    }

    /// Figures that need no facts, in one unit.
    fn figures(
        &self,
        (a, first): (&Provision<'p>, &View<'p>),
        (b, second): (&Provision<'p>, &View<'p>),
        change: &mut ClauseChange,
    ) {
        let read = |side: usize, of: &Provision<'p>, view: &View<'p>| {
            let value: &Expr = view.clause.values.first()?;
            let span = match &value.kind {
                ExprKind::Within(it) => it.length.span,
                _ => value.span,
            };
            self.constant(side, of, span)
        };
        let (Some((one, ty)), Some((two, other))) = (read(0, a, first), read(1, b, second)) else { return };
        let (Type::Number(ty), Type::Number(other)) = (ty, other) else { return };
        let Some((common, [one, two])) = self.units.aligned((&one, &ty), (&two, &other)) else {
            change.direction = Some(Direction::Incomparable);
            change.because = Some(Because::Units(ty, other));
            return;
        };
        if one == two && first.guard == second.guard {
            // 1.5 万元 is 15000 元.
            change.wording = true;
        }
        if first.word == ClauseWord::Frequency {
            let modality = self.sides.first().and_then(|it| norms::modality(it, a));
            (change.direction, change.because) = norms::frequency(modality, [&ty, &other], [&one, &two]);
            change.wording &= change.direction.is_none();
        } else {
            change.direction = polis_analysis::ends(&one, &two).map(|way| by_figures(first.word, way));
        }
        if first.word == ClauseWord::Deadline
            && let (Some(from), Some(to)) = (norms::event(self.sides[0], a), norms::event(self.sides[1], b))
            && self.names[1].name(&to) != from
        {
            change.wording = false;
            change.direction = Some(Direction::Incomparable);
            change.because = Some(Because::Events(from, to));
        }
        change.figures = Some(Figures { ty: common, values: [one, two] });
    }

    /// What an expression comes to that needs no facts.
    fn constant(&self, side: usize, of: &Provision<'p>, span: Span) -> Option<(NumberRange, Type)> {
        let side = self.sides.get(side)?;
        let expr = side.typed(of, span)?;
        let value = constant(side, expr, 0)?;
        Some((value, expr.ty.clone()))
    }
}

/// A clause that only one side has.
fn one(side: usize, of: &Provision<'_>, view: &View<'_>) -> ClauseChange {
    let text = said(of, view);
    let on = |value| if side == 0 { [value, None] } else { [None, value] };
    let mut change = ClauseChange {
        word: view.word,
        other_word: None,
        name: if side == 0 { [view.name.clone(), None] } else { [None, view.name.clone()] },
        texts: on(Some(text)),
        spans: if side == 0 { [Some(view.clause.span), None] } else { [None, Some(view.clause.span)] },
        wording: is_wording(of.kind, view.word),
        direction: None,
        because: None,
        members: [Vec::new(), Vec::new()],
        alike: Vec::new(),
        figures: None,
        conditions: [None, None],
    };
    // What is added binds more, what is taken away binds less.
    let more = match view.word {
        ClauseWord::Limit | ClauseWord::Frequency | ClauseWord::Deadline | ClauseWord::Target => {
            Some(Direction::Stricter)
        }
        ClauseWord::When | ClauseWord::Eligible => Some(Direction::Narrower),
        ClauseWord::Condition => Some(Direction::Stricter),
        ClauseWord::Extra
        | ClauseWord::Allowance
        | ClauseWord::Component
        | ClauseWord::Required
        | ClauseWord::Optional => Some(Direction::More),
        _ => None,
    };
    change.direction = more.map(|it| if side == 0 { it.reversed() } else { it });
    change
}

/// What an expression comes to, as far as figures and parameters say.
pub(crate) fn constant(side: &Side<'_>, expr: &polis_semantic::ir::Expr, depth: usize) -> Option<NumberRange> {
    if depth > 8 {
        return None;
    }
    match &expr.kind {
        Typed::Const(value) => value.as_number_range(),
        Typed::Range(lo, hi) => {
            let end = |it: &Option<Box<polis_semantic::ir::Expr>>| match it {
                None => Some(None),
                Some(it) => constant(side, it, depth + 1).and_then(|it| it.as_point()).map(Some),
            };
            NumberRange::new(end(lo)?, end(hi)?).ok()
        }
        Typed::Param(symbol) => {
            let param = side.program.params.iter().find(|it| it.meta.symbol == *symbol)?;
            let dated = param.dated.iter().rev().find(|it| side.as_of.is_none_or(|day| it.0 <= day));
            constant(side, dated.map(|it| &it.1).or(param.value.as_ref())?, depth + 1)
        }
        // A part that counts under a condition counts or does not.
        Typed::Parts(parts) => parts.iter().try_fold(NumberRange::point(Number::ZERO), |sum, it| {
            let value = constant(side, &it.value, depth + 1)?;
            let value = match it.guard.as_ref().map(|it| truth(side, it)) {
                None | Some(Some(true)) => value,
                Some(Some(false)) => return Some(sum),
                Some(None) => hull(value, NumberRange::point(Number::ZERO))?,
            };
            sum.add(&value).ok()
        }),
        Typed::If(condition, then, otherwise) => match truth(side, condition) {
            Some(true) => constant(side, then, depth + 1),
            Some(false) => constant(side, otherwise, depth + 1),
            None => hull(constant(side, then, depth + 1)?, constant(side, otherwise, depth + 1)?),
        },
        Typed::Unary(polis_syntax::ast::UnaryOp::Neg, it) => constant(side, it, depth + 1)?.neg().ok(),
        Typed::Binary { op, lhs, rhs, twelfths: 0 } => {
            let (lhs, rhs) = (constant(side, lhs, depth + 1)?, constant(side, rhs, depth + 1)?);
            match op {
                polis_syntax::ast::BinaryOp::Add => lhs.add(&rhs).ok(),
                polis_syntax::ast::BinaryOp::Sub => lhs.sub(&rhs).ok(),
                polis_syntax::ast::BinaryOp::Mul => lhs.mul(&rhs).ok(),
                polis_syntax::ast::BinaryOp::Div => lhs.div(&rhs).ok(),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether a condition holds, as far as figures say.
fn truth(side: &Side<'_>, expr: &polis_semantic::ir::Expr) -> Option<bool> {
    match &expr.kind {
        Typed::Const(Value::Bool(it)) => Some(*it),
        Typed::Unary(polis_syntax::ast::UnaryOp::Not, it) => truth(side, it).map(|it| !it),
        Typed::Param(symbol) => {
            let param = side.program.params.iter().find(|it| it.meta.symbol == *symbol)?;
            truth(side, param.value.as_ref().filter(|_| param.dated.is_empty())?)
        }
        _ => None,
    }
}

/// What is either.
fn hull(a: NumberRange, b: NumberRange) -> Option<NumberRange> {
    let lo = a.lo().zip(b.lo()).map(|(a, b)| a.min(b));
    let hi = a.hi().zip(b.hi()).map(|(a, b)| a.max(b));
    NumberRange::new(lo, hi).ok()
}

/// Whether more of what a kind names reaches further.
pub(crate) const fn reaches(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Grant | Kind::Duties | Kind::List | Kind::Category | Kind::Commitment | Kind::Side | Kind::Mechanism
    )
}

/// Which way totals differ that may be of several units; none where some are more and some are less, or not both known.
fn totals(one: &[SmolStr], two: &[SmolStr]) -> Option<Direction> {
    fn read(all: &[SmolStr]) -> Option<Vec<(Number, &str)>> {
        all.iter().map(|it| amount(it)).collect()
    }
    let (one, two) = (read(one)?, read(two)?);
    if one.len() != two.len() {
        return None;
    }
    let (mut more, mut less) = (false, false);
    for (number, unit) in &one {
        let other = two.iter().find(|it| it.1 == *unit)?;
        more |= other.0 > *number;
        less |= other.0 < *number;
    }
    match (more, less) {
        (true, false) => Some(Direction::More),
        (false, true) => Some(Direction::Less),
        _ => None,
    }
}

/// Which of several is most alike, if any is enough so.
fn nearest(text: &str, all: &[SmolStr]) -> Option<usize> {
    let scored = all.iter().enumerate().map(|(at, it)| (alike(text, it), at));
    scored.filter(|it| it.0 >= 45).max_by_key(|it| (it.0, std::cmp::Reverse(it.1))).map(|it| it.1)
}

/// What a clause says, as it is written.
fn said(of: &Provision<'_>, view: &View<'_>) -> SmolStr {
    let clause = view.clause;
    let text = of.text;
    let values: Vec<&str> = clause.values.iter().map(|it| it.span.text(text)).collect();
    let mut out = values.join(", ");
    if let Some(guard) = &clause.guard {
        out.push(' ');
        out.push_str(guard.span.text(text));
    }
    tidy(&out).into()
}

/// The text of tokens as it is written by hand: no blanks around dots, strokes and brackets, nor before commas.
pub(crate) fn tidy(text: &str) -> String {
    let mut out = text.replace('\n', " ");
    for (from, to) in [
        (" ,", ","),
        (" ..", ".."),
        (" . ", "."),
        ("[ ", "["),
        (" ]", "]"),
        ("( ", "("),
        (" )", ")"),
        (" / ", "/"),
        (" :", ":"),
        (" (", "("),
    ] {
        out = out.replace(from, to);
    }
    // `10.. 15 人` is `10..15 人`, and `1.. 次` stays.
    let mut tidied = String::with_capacity(out.len());
    let mut rest = out.as_str();
    while let Some(at) = rest.find(".. ") {
        let (before, after) = rest.split_at(at + 3);
        let closes = after.starts_with(|it: char| it.is_ascii_digit() || it == '(')
            || !tidied.is_empty() && before.trim_end_matches(".. ").is_empty();
        tidied.push_str(if closes { before.trim_end() } else { before });
        rest = after;
    }
    tidied.push_str(rest);
    tidied
}

/// Which way a clause differs whose figures differ this way.
const fn by_figures(word: ClauseWord, way: polis_analysis::Way) -> Direction {
    use polis_analysis::Way;
    match (word, way) {
        (ClauseWord::Limit | ClauseWord::Range | ClauseWord::Target, Way::Wider) => Direction::Looser,
        (ClauseWord::Limit | ClauseWord::Range | ClauseWord::Target, Way::Narrower) => Direction::Stricter,
        (ClauseWord::Limit, Way::More) => Direction::Looser,
        (ClauseWord::Limit, Way::Less) => Direction::Stricter,
        (ClauseWord::Target | ClauseWord::Frequency, Way::More) => Direction::Stricter,
        (ClauseWord::Target | ClauseWord::Frequency, Way::Less) => Direction::Looser,
        (ClauseWord::Deadline | ClauseWord::Cycle | ClauseWord::Review, Way::More) => Direction::Later,
        (ClauseWord::Deadline | ClauseWord::Cycle | ClauseWord::Review, Way::Less) => Direction::Earlier,
        (_, Way::More) => Direction::More,
        (_, Way::Less) => Direction::Less,
        (_, Way::Wider) => Direction::Wider,
        (_, Way::Narrower) => Direction::Narrower,
        _ => Direction::Incomparable,
    }
}

/// How much a word of norms demands; what is forbidden is not on the scale.
const fn deontic(word: ClauseWord) -> Option<i8> {
    match word {
        ClauseWord::Must => Some(3),
        ClauseWord::Encouraged => Some(2),
        ClauseWord::May => Some(1),
        ClauseWord::MustNot => Some(-1),
        _ => None,
    }
}

/// Whether a clause says nothing of what is demanded.
const fn is_wording(kind: Kind, word: ClauseWord) -> bool {
    match word {
        ClauseWord::Cite
        | ClauseWord::Ref
        | ClauseWord::Note
        | ClauseWord::Title
        | ClauseWord::Plural
        | ClauseWord::TextFile
        | ClauseWord::Actual => true,
        ClauseWord::Is => !matches!(kind, Kind::Power | Kind::Duty | Kind::Grant),
        _ => false,
    }
}
