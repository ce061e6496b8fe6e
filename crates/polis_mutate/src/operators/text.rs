//! Citations that the text does not bear out. The texts are made up of the citations (`texts`).

use polis_syntax::ast::{BinaryOp, ExprKind};
use polis_syntax::words::{ClauseWord, Kind};

use super::{Family, Operator, operator};
use crate::library::expressions;
use crate::library::{At, Library};
use crate::plant::Plants;

const fn text(name: &'static str, what: &'static str, plant: fn(&Library, &mut Plants)) -> Operator {
    operator(Family::Text, name, what, plant)
}

pub(super) const ALL: &[Operator] = &[
    text("passage-missing", "a passage that the text does not have", passage_missing),
    text("figure-differs", "a figure that the cited sentence does not have", figure_differs),
    text("boundary-differs", "a boundary that the cited sentence draws on the other side", boundary_differs),
];

/// The blocks that cite, with what they cite.
fn citing(library: &Library) -> impl Iterator<Item = (At<'_>, String)> {
    library.blocks(Kind::ALL).filter_map(|at| {
        let file = library.provisions(&[Kind::Document]).find(|it| it.page.index == at.page.index)?;
        file.clause(ClauseWord::TextFile)?;
        let cited: Vec<&str> = at.items(ClauseWord::Cite).iter().map(|it| at.page.slice(it.span)).collect();
        (!cited.is_empty()).then(|| (at, cited.concat()))
    })
}

fn passage_missing(library: &Library, plants: &mut Plants) {
    for (at, _) in citing(library) {
        for value in at.items(ClauseWord::Cite) {
            let text = at.page.slice(value.span);
            // In the middle, so that no shorter passage remains.
            if let Some((at_byte, _)) = text.char_indices().nth(text.chars().count() / 2)
                && let Ok(offset) = u32::try_from(at_byte)
            {
                let place = polis_syntax::Span::new(value.span.start + offset, value.span.start + offset);
                if text.ends_with('"') && text.get(at_byte..).is_some_and(|it| it.len() > 1) {
                    plants.add(at, [Some(at.replace(place, "鹬蚌"))], "two characters slipped in");
                }
            }
        }
    }
}

/// A figure below ten also as a Chinese numeral.
fn says(cited: &str, digits: &str) -> bool {
    const NUMERALS: &[&str] = &["零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    let bare: String = digits.chars().filter(|it| *it != '_').collect();
    let numeral = bare.parse::<usize>().ok().and_then(|it| NUMERALS.get(it));
    cited.contains(&bare) || numeral.is_some_and(|it| cited.contains(it))
}

fn figure_differs(library: &Library, plants: &mut Plants) {
    for (at, cited) in citing(library).filter(|it| it.0.clause(ClauseWord::Note).is_none()) {
        for expr in expressions(at) {
            // What is declared and not listed is held against the total; and a date is reckoned from what a text says
            // (三年内), or is that of a letterhead.
            let elsewhere = [
                ClauseWord::Unlisted,
                ClauseWord::Issued,
                ClauseWord::Effective,
                ClauseWord::Expires,
                ClauseWord::From,
                ClauseWord::Until,
            ];
            let is_elsewhere = elsewhere
                .iter()
                .flat_map(|it| at.items(*it))
                .any(|it| it.span.start <= expr.span.start && expr.span.end <= it.span.end);
            let ExprKind::Figure(figure) = &expr.kind else { continue };
            let digits = at.page.slice(figure.digits);
            if says(&cited, digits) && !digits.ends_with('%') && !is_elsewhere {
                plants.add(at, [Some(at.replace(figure.digits, "8642"))], format!("8642 for {digits}"));
            }
        }
    }
}

fn boundary_differs(library: &Library, plants: &mut Plants) {
    for (at, cited) in citing(library).filter(|it| it.0.clause(ClauseWord::Note).is_none()) {
        for expr in expressions(at) {
            let ExprKind::Binary(comparison) = &expr.kind else { continue };
            let other = match comparison.op {
                BinaryOp::AtLeast => "超过",
                BinaryOp::More => "不少于",
                BinaryOp::AtMost => "不足",
                BinaryOp::Less => "不超过",
                _ => continue,
            };
            let ExprKind::Figure(figure) = &comparison.rhs.kind else { continue };
            let digits = at.page.slice(figure.digits);
            // Only where the passage draws a boundary at the figure is there one to differ from.
            let drawn = [
                "以上",
                "以下",
                "以内",
                "超过",
                "不足",
                "不少于",
                "不低于",
                "不得少于",
                "至少",
                "达到",
                "最多",
                "以内",
            ];
            if says(&cited, digits) && drawn.iter().any(|it| cited.contains(it)) {
                let was = at.page.slice(comparison.op_span);
                plants.add(at, [Some(at.replace(comparison.op_span, other))], format!("{other} for {was} {digits}"));
            }
        }
    }
}
