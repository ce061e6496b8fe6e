//! What a block says in figures, and so what its citations are held against.

use polis_syntax::Span;
use polis_syntax::ast::{self, BinaryOp, Expr, ExprKind, RangeExpr};
use polis_syntax::words::{ClauseWord, UnitWord, Value};

use crate::blocks::Known;
use crate::numerals::{Figure, Figures};

/// A figure of the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Held {
    /// What it is.
    pub(crate) figure: Figure,
    /// Whether it counts months, which a text may give in years.
    pub(crate) months: bool,
    /// Where it is written, with its unit.
    pub(crate) span: Span,
    /// On which side of a boundary it lies, where it is compared.
    pub(crate) bound: Option<Bound>,
}

/// A comparison with a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bound {
    /// The side to which the figure itself belongs.
    pub(crate) side: Side,
    /// The whole comparison.
    pub(crate) span: Span,
}

/// The side of a boundary to which its figure belongs: 3000 户以上 puts it above, 超过 3000 户 below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Side {
    /// With what is more.
    Above,
    /// With what is less.
    Below,
}

/// The figures of a block's own clauses that its citations are held against, in the order of the text.
///
/// Left out are 0 and 1, which texts leave to words like 没有 and 每, except where 1 is a boundary; dates; and what the
/// drafter reckoned: how many of a declared total the text does not name.
#[must_use]
pub(crate) fn held(block: Known<'_>, text: &str) -> Vec<Held> {
    let mut found = Vec::new();
    let mut walk = Walk { text, found: &mut found };
    for (spec, clause) in block.clauses() {
        let skipped = matches!(spec.value, Value::Date | Value::Citation | Value::RowIds | Value::Text | Value::Facts)
            || spec.word == ClauseWord::Unlisted;
        if skipped {
            continue;
        }
        if let Some(guard) = &clause.guard {
            walk.expr(&guard.condition, None);
        }
        for value in &clause.values {
            walk.expr(value, None);
        }
    }
    found.retain(|it| it.figure != Figure::whole(0) && (it.figure != Figure::whole(1) || it.bound.is_some()));
    found.sort_by_key(|it| it.span.start);
    found
}

struct Walk<'w> {
    text: &'w str,
    found: &'w mut Vec<Held>,
}

impl Walk<'_> {
    // Expressions are as deep as the parser lets them be.
    fn expr(&mut self, expr: &Expr, bound: Option<Bound>) {
        match &expr.kind {
            ExprKind::Figure(figure) => self.figure(figure, bound),
            ExprKind::Range(range) => self.range(range, expr.span),
            ExprKind::Member(base, _) | ExprKind::Paren(base) => self.expr(base, bound),
            ExprKind::Unary(_, operand) => self.expr(operand, None),
            ExprKind::Binary(binary) => {
                let side = |from_right: bool| {
                    let side = side(binary.op, from_right)?;
                    Some(Bound { side, span: expr.span })
                };
                self.expr(&binary.lhs, side(false));
                self.expr(&binary.rhs, side(true));
            }
            ExprKind::Call(call) => call.args.iter().for_each(|it| self.expr(it, None)),
            ExprKind::Aggregate(it) => {
                self.expr(&it.body, None);
                it.filter.iter().for_each(|it| self.expr(it, None));
            }
            ExprKind::If(it) => [&it.condition, &it.then, &it.otherwise].into_iter().for_each(|it| self.expr(it, None)),
            ExprKind::Cases(cases) => {
                for arm in &cases.arms {
                    self.expr(&arm.guard, None);
                    self.expr(&arm.value, None);
                }
                cases.otherwise.iter().for_each(|it| self.expr(it, None));
            }
            ExprKind::List(items) => items.iter().for_each(|it| self.expr(it, None)),
            ExprKind::Within(within) => self.expr(&within.length, None),
            // An index chooses a member; dates and texts are no figures.
            ExprKind::Index(..)
            | ExprKind::Date
            | ExprKind::Text
            | ExprKind::Title
            | ExprKind::RowId
            | ExprKind::Truth(_)
            | ExprKind::Open(_)
            | ExprKind::Unknown
            | ExprKind::Name(_)
            | ExprKind::Record(_)
            | ExprKind::Citation(..)
            | ExprKind::Error => {}
        }
    }

    /// Both ends of a range are included.
    fn range(&mut self, range: &RangeExpr, span: Span) {
        let bound = |side| Some(Bound { side, span });
        if let Some(lo) = &range.lo {
            self.expr(lo, bound(Side::Above));
        }
        if let Some(hi) = &range.hi {
            self.expr(hi, bound(Side::Below));
        }
    }

    fn figure(&mut self, figure: &ast::Figure, bound: Option<Bound>) {
        let digits = crate::text::fold(figure.digits.text(self.text));
        let unit = figure.unit.and_then(|it| it.word);
        let value = Figure::parse(&digits).and_then(|it| it.times(multiple(unit)));
        if let Some(value) = value {
            let span = figure.unit.map_or(figure.digits, |it| figure.digits.to(it.span()));
            self.found.push(Held { figure: value, months: unit == Some(UnitWord::Month), span, bound });
        }
    }
}

/// What 万 and 亿 in a unit multiply by. A year is not written as months.
fn multiple(unit: Option<UnitWord>) -> i128 {
    match unit.map(|it| (it.base(), it.word().zh)) {
        Some(((_, factor), word)) if word.starts_with(['万', '亿']) => i128::from(factor),
        _ => 1,
    }
}

/// The side of a figure in a comparison; `right` for the one behind the sign.
const fn side(op: BinaryOp, right: bool) -> Option<Side> {
    match (op, right) {
        (BinaryOp::AtLeast | BinaryOp::Less, true) | (BinaryOp::AtMost | BinaryOp::More, false) => Some(Side::Above),
        (BinaryOp::AtMost | BinaryOp::More, true) | (BinaryOp::AtLeast | BinaryOp::Less, false) => Some(Side::Below),
        _ => None,
    }
}

/// What a sentence says of a figure: the words with the figure, and on which side it lies.
#[must_use]
pub(crate) fn text_bounds(sentence: &[char], figures: &Figures, figure: Figure) -> Vec<(String, Side)> {
    let mut found = Vec::new();
    for reading in figures.readings.iter().filter(|it| it.values.contains(&figure)) {
        let before = BEFORE.iter().find(|it| ends_with(sentence, reading.start, it.0));
        if let Some((word, side)) = before {
            let start = reading.start - word.chars().count();
            // 不超过 draws the boundary where 超过 draws it, and takes the other side of it.
            let not = NOT.iter().find(|it| ends_with(sentence, start, it)).map_or(0, |it| it.chars().count());
            found.push((text_of(sentence, start - not, reading.end + 1), *side));
            continue;
        }
        if let Some((start, side)) = governed(sentence, figures, reading.start) {
            found.push((text_of(sentence, start, reading.end + 1), side));
            continue;
        }
        // Between figure and word stands what is counted: 3000户以上, 3000户(含)以上.
        for gap in 0..=3 {
            let counted = sentence.get(reading.end..reading.end + gap).unwrap_or_default();
            if counted.iter().any(|it| !it.is_alphabetic() || *it == '至') {
                break;
            }
            let at = reading.end + gap;
            let at = if starts_with(sentence, at, "(含)") { at + 3 } else { at };
            if let Some((word, side)) = AFTER.iter().find(|it| starts_with(sentence, at, it.0)) {
                found.push((text_of(sentence, reading.start, at + word.chars().count()), *side));
                break;
            }
        }
    }
    found
}

/// The adverb that bounds a figure with a verb in between: 至少联系1个, 最多可以设三个, 至少每半年召开一次. It starts at the
/// position given.
fn governed(sentence: &[char], figures: &Figures, start: usize) -> Option<(usize, Side)> {
    let said = |at: usize| sentence.get(at).is_some_and(|it| it.is_alphabetic());
    // How often something is done stands between as well: its figure is that of a period.
    let is_period = |at: usize| at.checked_sub(1).and_then(|it| sentence.get(it)) == Some(&'每');
    let is_other = |at: usize| figures.readings.iter().any(|it| it.start <= at && at < it.end && !is_period(it.start));
    let reach = start.saturating_sub(GOVERNED);
    for at in (reach..start).rev() {
        if !said(at) || is_other(at) {
            return None;
        }
        if let Some((word, side)) = ADVERBS.iter().find(|it| ends_with(sentence, at, it.0)) {
            return Some((at - word.chars().count(), *side));
        }
        let is_bound = BEFORE.iter().any(|it| ends_with(sentence, at, it.0));
        if is_bound {
            return None;
        }
    }
    None
}

/// How many characters may stand between an adverb and the figure that it bounds.
const GOVERNED: usize = 10;

/// Words that bound the figure behind the verb that they stand with.
const ADVERBS: &[(&str, Side)] = &[
    ("至少", Side::Above),
    ("最少", Side::Above),
    ("起码", Side::Above),
    ("至多", Side::Below),
    ("最多", Side::Below),
];

/// Words before a figure, longer ones first.
const BEFORE: &[(&str, Side)] = &[
    ("至少", Side::Above),
    ("最少", Side::Above),
    ("起码", Side::Above),
    ("至多", Side::Below),
    ("最多", Side::Below),
    ("超过", Side::Below),
    ("超出", Side::Below),
    ("多于", Side::Below),
    ("大于", Side::Below),
    ("高于", Side::Below),
    ("少于", Side::Above),
    ("低于", Side::Above),
    ("小于", Side::Above),
    ("不足", Side::Above),
    ("未满", Side::Above),
    ("不满", Side::Above),
    ("不到", Side::Above),
    ("达到", Side::Above),
];

/// Words that negate those of [`BEFORE`].
const NOT: &[&str] = &["不得", "不能", "不可", "不应", "不宜", "不", "未"];

/// Words after what is counted.
const AFTER: &[(&str, Side)] =
    &[("以上", Side::Above), ("以下", Side::Below), ("以内", Side::Below), ("之内", Side::Below)];

fn ends_with(text: &[char], end: usize, word: &str) -> bool {
    let length = word.chars().count();
    end.checked_sub(length).is_some_and(|it| starts_with(text, it, word))
}

fn starts_with(text: &[char], at: usize, word: &str) -> bool {
    word.chars().enumerate().all(|(index, c)| text.get(at + index) == Some(&c))
}

fn text_of(text: &[char], start: usize, end: usize) -> String {
    text.get(start..end.min(text.len())).unwrap_or_default().iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(sentence: &str, figure: &str) -> Vec<(String, Side)> {
        let folded: Vec<char> = crate::text::fold(sentence).chars().collect();
        text_bounds(&folded, &crate::numerals::figures(&folded), Figure::parse(figure).unwrap())
    }

    fn one(sentence: &str, figure: &str) -> (String, Side) {
        let mut found = bounds(sentence, figure);
        assert_eq!(found.len(), 1, "{sentence}: {found:?}");
        found.remove(0)
    }

    #[test]
    fn words_say_on_which_side_a_figure_lies() {
        for (sentence, figure, text, side) in [
            ("超过3000户的社区", "3000", "超过3000户", Side::Below),
            ("不超过七个", "7", "不超过七个", Side::Below),
            ("不得超过8名", "8", "不得超过8名", Side::Below),
            ("三千户以上社区", "3000", "三千户以上", Side::Above),
            ("３０００户（含）以上", "3000", "3000户(含)以上", Side::Above),
            ("不足3000户", "3000", "不足3000户", Side::Above),
            ("7个以内", "7", "7个以内", Side::Below),
            ("不少于20%", "20%", "不少于20%", Side::Above),
            ("比例不低于百分之二十", "20%", "不低于百分之二十", Side::Above),
            ("至少2次", "2", "至少2次", Side::Above),
            ("至少联系1个城市社区", "1", "至少联系1个", Side::Above),
            ("每年至少专题研究一次", "1", "至少专题研究一次", Side::Above),
            ("至少每半年召开一次推进会", "1", "至少每半年召开一次", Side::Above),
            ("最多可以设三个办公室", "3", "最多可以设三个", Side::Below),
            ("三分之二以上", "3", "三分之二以上", Side::Above),
        ] {
            assert_eq!(one(sentence, figure), (text.to_owned(), side));
        }
    }

    #[test]
    fn words_say_nothing_of_figures_further_on() {
        for (sentence, figure) in [
            ("至少配备2名干部和1名专员", "1"),
            ("至少参加活动，每年3次", "3"),
            ("至少在全面推进工作的情况下召开2次会议", "2"),
        ] {
            assert_eq!(bounds(sentence, figure), [], "{sentence}");
        }
    }
}
