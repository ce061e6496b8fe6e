//! What a value says, however it is written: one spelling for every word, figures in base units, the names of one side for
//! what both have.

use polis_syntax::ast::{BinaryOp, Expr, ExprKind, Figure, HeadName, UnaryOp, UnitRef};
use polis_syntax::words::{ChoiceSet, Value as Takes};
use polis_value::{CalendarSpan, Number};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::{SmolStr, format_smolstr};
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

/// The names of a side, as the other side has them.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// What is called otherwise there.
    pub(crate) renamed: FxHashMap<SmolStr, SmolStr>,
    /// The names and titles of packages, which may stand before a name.
    pub(crate) packages: FxHashSet<SmolStr>,
}

impl Names {
    /// A name as the other side has it.
    pub(crate) fn name(&self, text: &str) -> SmolStr {
        let text = text.trim_matches('`');
        let name: SmolStr = match is_nfc_quick(text.chars()) {
            IsNormalized::Yes => text.into(),
            _ => text.nfc().collect::<String>().into(),
        };
        self.renamed.get(&name).cloned().unwrap_or(name)
    }
}

/// A reader of values.
pub(crate) struct Canon<'c> {
    pub(crate) text: &'c str,
    pub(crate) names: &'c Names,
    /// What the clause takes, where that changes how a word reads.
    pub(crate) takes: Option<Takes>,
}

impl Canon<'_> {
    /// A value in one spelling.
    pub(crate) fn value(&self, expr: &Expr) -> String {
        let mut out = String::new();
        self.write(expr, &mut out);
        out
    }

    /// The name between a clause's word and its colon.
    pub(crate) fn head(&self, head: HeadName) -> SmolStr {
        match head {
            HeadName::Name(it) => self.names.name(it.text(self.text)),
            HeadName::Text(span) => polis_semantic::unquote(span.text(self.text)),
            HeadName::Date(span) => date(span.text(self.text)),
        }
    }

    fn write(&self, expr: &Expr, out: &mut String) {
        let own = expr.span.text(self.text);
        match &expr.kind {
            ExprKind::Figure(it) => out.push_str(&self.figure(*it)),
            ExprKind::Range(it) => {
                it.lo.iter().for_each(|it| self.write(it, out));
                out.push_str("..");
                it.hi.iter().for_each(|it| self.write(it, out));
                if let Some(unit) = it.unit {
                    out.push(' ');
                    out.push_str(&self.unit(unit));
                }
            }
            ExprKind::Date => out.push_str(&date(own)),
            ExprKind::Text | ExprKind::Title => out.push_str(&polis_semantic::unquote(own)),
            ExprKind::Truth(it) => out.push_str(if *it { "是" } else { "否" }),
            ExprKind::Open(_) => out.push_str("待定"),
            ExprKind::Unknown => out.push_str("未知"),
            ExprKind::Name(it) => match self.takes {
                Some(Takes::Choice(set)) => out.push_str(choice(set, it.text(self.text))),
                _ => out.push_str(&self.names.name(it.text(self.text))),
            },
            ExprKind::Member(base, it) => {
                let of_package =
                    matches!(&base.kind, ExprKind::Name(base) if self.names.packages.contains(base.text(self.text)));
                if !of_package {
                    self.write(base, out);
                    out.push('.');
                }
                out.push_str(&self.names.name(it.text(self.text)));
            }
            ExprKind::Call(it) => {
                let name = it.name.text(self.text);
                out.push_str(it.builtin.map_or(name, |it| it.word().zh));
                self.all(&it.args, out);
            }
            ExprKind::Aggregate(it) => {
                let name = it.name.text(self.text);
                out.push_str(it.builtin.map_or(name, |it| it.word().zh));
                out.push('(');
                self.write(&it.body, out);
                out.push_str(" 对 ");
                out.push_str(it.binder.text(self.text));
                out.push_str(" 在 ");
                self.write(&it.source, out);
                if let Some(filter) = &it.filter {
                    out.push_str(" 其中 ");
                    self.write(filter, out);
                }
                out.push(')');
            }
            ExprKind::Index(base, index) => {
                self.write(base, out);
                out.push('[');
                self.write(index, out);
                out.push(']');
            }
            ExprKind::Unary(UnaryOp::Not, it) => {
                out.push_str("非 ");
                self.write(it, out);
            }
            ExprKind::Unary(UnaryOp::Neg, it) => {
                out.push('-');
                self.write(it, out);
            }
            ExprKind::Binary(it) => {
                self.operand(&it.lhs, out);
                out.push_str(operator(it.op));
                self.operand(&it.rhs, out);
            }
            ExprKind::If(it) => {
                out.push_str("若 ");
                self.write(&it.condition, out);
                out.push_str(" 则 ");
                self.write(&it.then, out);
                out.push_str(" 否则 ");
                self.write(&it.otherwise, out);
            }
            ExprKind::Cases(it) => {
                out.push_str("分情况{");
                for arm in &it.arms {
                    self.write(&arm.guard, out);
                    out.push_str("=>");
                    self.write(&arm.value, out);
                    out.push(';');
                }
                if let Some(otherwise) = &it.otherwise {
                    out.push_str("否则=>");
                    self.write(otherwise, out);
                }
                out.push('}');
            }
            ExprKind::List(all) => self.all(all, out),
            ExprKind::Paren(it) => self.write(it, out),
            ExprKind::Citation(document, passage) => {
                self.write(document, out);
                out.push_str(passage.text(self.text));
            }
            ExprKind::Within(it) => {
                self.write(&it.length, out);
                if let Some(event) = &it.event {
                    out.push_str(" 自 ");
                    self.write(event, out);
                }
            }
            ExprKind::RowId | ExprKind::Record(_) | ExprKind::Error => out.push_str(own),
        }
    }

    /// Operands that are operations themselves stand in brackets, whether the text has them or not.
    fn operand(&self, expr: &Expr, out: &mut String) {
        let mut inner = expr;
        while let ExprKind::Paren(it) = &inner.kind {
            inner = it;
        }
        let compound = matches!(inner.kind, ExprKind::Binary(_) | ExprKind::If(_));
        if compound {
            out.push('(');
        }
        self.write(inner, out);
        if compound {
            out.push(')');
        }
    }

    fn all(&self, all: &[Expr], out: &mut String) {
        out.push('[');
        for (index, it) in all.iter().enumerate() {
            if index > 0 {
                out.push_str(", ");
            }
            self.write(it, out);
        }
        out.push(']');
    }

    fn figure(&self, figure: Figure) -> String {
        let digits = figure.digits.text(self.text);
        let Some(number) = read(digits) else { return figure.digits.text(self.text).to_owned() };
        let Some(unit) = figure.unit else { return number.to_string() };
        let factor = unit.word.map_or(1, |it| it.base().1);
        let scaled = number.mul(Number::from(factor)).unwrap_or(number);
        format!("{scaled} {}", self.unit(unit))
    }

    fn unit(&self, unit: UnitRef) -> String {
        let mut out = match unit.word {
            Some(word) => word.base().0.map_or(String::new(), |it| it.word().zh.to_owned()),
            None => self.names.name(unit.name.text(self.text)).to_string(),
        };
        for (_, word) in unit.divisors() {
            out.push('/');
            out.push_str(word.word().zh);
        }
        out
    }
}

fn date(text: &str) -> SmolStr {
    CalendarSpan::parse(text).map_or_else(|_| text.into(), |it| format_smolstr!("{}", it.range()))
}

fn choice(set: ChoiceSet, text: &str) -> &str {
    set.from_text(text).map_or(text, |it| it.word().zh)
}

/// A figure and its unit, of a value in one spelling.
pub(crate) fn amount(text: &str) -> Option<(Number, &str)> {
    let (digits, unit) = text.split_once(' ').unwrap_or((text, ""));
    Some((read(digits).filter(|_| !digits.is_empty())?, unit))
}

/// A figure's digits, with the strokes between them and the percent sign.
fn read(digits: &str) -> Option<Number> {
    let percent = digits.ends_with(['%', '％']);
    let (mut mantissa, mut scale, mut fraction) = (0_i128, 0_u32, false);
    for c in digits.chars() {
        let digit = match c {
            '0'..='9' => u32::from(c) - u32::from('0'),
            '０'..='９' => u32::from(c) - u32::from('０'),
            '.' | '．' => {
                fraction = true;
                continue;
            }
            '_' | ',' | '，' | '%' | '％' | ' ' => continue,
            _ => return None,
        };
        mantissa = mantissa.checked_mul(10)?.checked_add(i128::from(digit))?;
        scale += u32::from(fraction);
    }
    Number::from_scaled(mantissa, scale + if percent { 2 } else { 0 }).ok()
}

const fn operator(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Or => " 或 ",
        BinaryOp::And => " 且 ",
        BinaryOp::Equal => " = ",
        BinaryOp::NotEqual => " != ",
        BinaryOp::Less => " < ",
        BinaryOp::AtMost => " <= ",
        BinaryOp::More => " > ",
        BinaryOp::AtLeast => " >= ",
        BinaryOp::In => " 在 ",
        BinaryOp::Add => " + ",
        BinaryOp::Sub => " - ",
        BinaryOp::Mul => " * ",
        BinaryOp::Div => " / ",
    }
}
