//! Figures of a sample, with or without a unit.

use std::borrow::Cow;

use polis_diagnostic::{Bilingual, Diagnostic, NameNote, SampleNote};
use polis_eval::Machine;
use polis_semantic::signature::unit_type;
use polis_semantic::{Dim, NumberType};
use polis_syntax::words::{Face, UnitWord};
use polis_value::{LiteralError, Number, NumberRange, Value};
use smol_str::{SmolStr, format_smolstr};

use super::report::suggest;

/// Reads the figures of one field.
#[derive(Debug)]
pub(super) struct NumberReader<'m> {
    ty: &'m NumberType,
    /// What a figure without a unit counts, in base units.
    own: Number,
    /// The units that may stand after a figure, and what one of each is in base units.
    units: Vec<(SmolStr, Number)>,
}

/// Why a text is no figure of the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum BadNumber {
    /// Not the form of a figure.
    Malformed,
    /// Past 64 bits or 28 digits, in the figure or in base units.
    TooManyDigits,
    /// A part of a thing that is counted whole.
    Fraction,
    /// A range whose ends are the wrong way round.
    EmptyRange,
    /// A unit of another dimension.
    OtherUnit(SmolStr),
    /// Not a unit.
    NoUnit(SmolStr),
}

/// A figure and what stands after it.
#[derive(Clone, Copy)]
struct Figure<'t> {
    digits: &'t str,
    unit: &'t str,
}

impl<'m> NumberReader<'m> {
    pub(super) fn new(machine: &Machine, ty: &'m NumberType) -> Self {
        // A share without its sign is a plain number: 0.5, not half a hundredth.
        let own = ty.shown.as_ref().filter(|_| !ty.is_percent()).map_or(Number::ONE, |it| it.factor);
        let mut units: Vec<(SmolStr, Number)> =
            [Face::Zh, Face::En].map(|it| (ty.unit(it), own)).into_iter().filter(|it| !it.0.is_empty()).collect();
        let declared = machine.program().units.iter().filter(|it| it.ty.dim == ty.dim);
        units.extend(declared.map(|it| (it.meta.symbol.name.clone(), it.factor)));
        for (word, row) in UnitWord::rows() {
            // A bare 万 multiplies the base unit; with a unit of its own, 万 in a column of 万元 would say two things.
            let multiplies = ty.shown.is_none() && word.base().0.is_none();
            if Dim::of(word) == ty.dim || multiplies {
                units.extend(row.spellings().map(|it| (SmolStr::new_static(it), Number::from(word.base().1))));
            }
        }
        Self { ty, own, units }
    }

    /// Reads a trimmed text.
    pub(super) fn read(&self, text: &str) -> Result<Value, BadNumber> {
        // Most cells by far.
        if self.own == Number::ONE && text.bytes().all(|it| it.is_ascii_digit()) {
            return Ok(Value::Number(digits(text)?));
        }
        let Some((low, high)) = split_range(text) else {
            return Ok(Value::Number(self.figure(Figure::split(text), "")?));
        };
        let (low, high) = (Figure::split(low.trim()), Figure::split(high.trim()));
        // `10..15 人` and `10.. 人`: the unit at the end is that of both ends.
        let end = |it: Figure<'_>, unit| if it.digits.is_empty() { Ok(None) } else { self.figure(it, unit).map(Some) };
        let (lo, hi) = (end(low, high.unit)?, end(high, "")?);
        if low.digits.is_empty() && !low.unit.is_empty() || lo.is_none() && hi.is_none() {
            return Err(BadNumber::Malformed);
        }
        let range = NumberRange::new(lo, hi).map_err(|_| BadNumber::EmptyRange)?;
        Ok(Value::from(range))
    }

    /// A figure in base units; `unit` is that of the range's other end.
    fn figure(&self, figure: Figure<'_>, unit: &str) -> Result<Number, BadNumber> {
        let number = digits(figure.digits)?;
        let unit = if figure.unit.is_empty() { unit } else { figure.unit };
        let factor = if figure.digits.ends_with(['%', '％']) {
            // A share is a plain number, and never a whole one.
            if !unit.is_empty() {
                return Err(BadNumber::Malformed);
            }
            if !self.ty.dim.is_none() || self.ty.shown.is_some() && !self.ty.is_percent() || self.ty.whole {
                return Err(BadNumber::OtherUnit("%".into()));
            }
            Number::ONE
        } else if unit.is_empty() {
            self.own
        } else {
            self.factor(unit)?
        };
        let base = if factor == Number::ONE {
            number
        } else {
            // A product of too many digits is rounded, which would be another figure than the one that is written.
            let base = number.mul(factor).map_err(|_| BadNumber::TooManyDigits)?;
            if base.div(factor) != Ok(number) {
                return Err(BadNumber::TooManyDigits);
            }
            base
        };
        if self.ty.whole && base.as_int().is_none() {
            let whole = base.floor() == Ok(base);
            return Err(if whole { BadNumber::TooManyDigits } else { BadNumber::Fraction });
        }
        Ok(base)
    }

    /// What one of a unit is in base units.
    fn factor(&self, unit: &str) -> Result<Number, BadNumber> {
        if let Some((_, factor)) = self.units.iter().find(|it| it.0 == unit) {
            return Ok(*factor);
        }
        match compound(unit) {
            Some((dim, factor)) if dim == self.ty.dim => Ok(factor),
            Some(_) => Err(BadNumber::OtherUnit(unit.into())),
            None => Err(BadNumber::NoUnit(unit.into())),
        }
    }

    /// What the cells hold, as a phrase.
    pub(super) fn expected(&self) -> Bilingual {
        let (zh, en) = if self.ty.is_percent() {
            (SmolStr::default(), SmolStr::default())
        } else {
            (self.ty.unit(Face::Zh), self.ty.unit(Face::En))
        };
        match (self.ty.whole, zh.is_empty()) {
            (true, true) => Bilingual::new("整数", "a whole number"),
            (false, true) => Bilingual::new("数", "a number"),
            (true, false) => {
                Bilingual::new(format_smolstr!("以 `{zh}` 为单位的整数"), format_smolstr!("a whole number of `{en}`"))
            }
            (false, false) => {
                Bilingual::new(format_smolstr!("以 `{zh}` 为单位的数"), format_smolstr!("a number of `{en}`"))
            }
        }
    }

    /// Adds what helps with a figure that could not be read.
    pub(super) fn advise(&self, bad: &BadNumber, diagnostic: Diagnostic) -> Diagnostic {
        match bad {
            BadNumber::Malformed => diagnostic.help(SampleNote::FigureForms),
            BadNumber::OtherUnit(unit) => {
                let wanted = match self.ty.unit(Face::Zh) {
                    none if none.is_empty() || self.ty.is_percent() => {
                        Bilingual::new("没有单位的数", "a number without a unit")
                    }
                    zh => Bilingual::word(&zh, &self.ty.unit(Face::En)),
                };
                diagnostic.note(SampleNote::UnitDoesNotFit { unit: unit.clone(), wanted })
            }
            BadNumber::NoUnit(unit) => match suggest(unit, self.units.iter().map(|it| it.0.as_str())) {
                Some(near) => diagnostic.help(NameNote::DidYouMean { name: near.into() }),
                None => diagnostic.help(SampleNote::FigureForms),
            },
            BadNumber::TooManyDigits | BadNumber::Fraction | BadNumber::EmptyRange => diagnostic,
        }
    }
}

impl BadNumber {
    /// What was expected, where that is more than a figure of the field.
    pub(super) fn expected(&self) -> Option<Bilingual> {
        match self {
            Self::TooManyDigits => Some(Bilingual::new(
                "64 位以内的整数，或至多 28 位有效数字的小数",
                "a whole number within 64 bits, or a decimal of at most 28 digits",
            )),
            Self::EmptyRange => {
                Some(Bilingual::new("下限不大于上限的区间", "a range whose lower end is not above its upper end"))
            }
            Self::Malformed | Self::Fraction | Self::OtherUnit(_) | Self::NoUnit(_) => None,
        }
    }
}

impl<'t> Figure<'t> {
    fn split(text: &'t str) -> Self {
        let unsigned = text.strip_prefix(MINUS).unwrap_or(text);
        let unit = unsigned.trim_start_matches(is_part_of_figure);
        let digits = text.strip_suffix(unit).unwrap_or(text);
        Self { digits, unit: unit.trim() }
    }
}

const MINUS: [char; 3] = ['-', '－', '−'];

fn is_part_of_figure(c: char) -> bool {
    matches!(c, '0'..='9' | '０'..='９' | '_' | ',' | '，' | '.' | '．' | '%' | '％')
}

/// The two ends of a range.
fn split_range(text: &str) -> Option<(&str, &str)> {
    // Longer signs first, lest a part of one be left over.
    const SIGNS: [&str; 4] = ["……", "…", "．．", ".."];
    // Nearly every cell is a figure; looking for each sign would take longer than reading it.
    if !text.bytes().zip(text.bytes().skip(1)).any(|it| it == (b'.', b'.') || !it.0.is_ascii()) {
        return None;
    }
    SIGNS.into_iter().find_map(|it| text.split_once(it))
}

/// A figure without its unit.
fn digits(text: &str) -> Result<Number, BadNumber> {
    let bad = |it| match it {
        LiteralError::TooManyDigits => BadNumber::TooManyDigits,
        LiteralError::Malformed => BadNumber::Malformed,
    };
    let Some(magnitude) = text.strip_prefix(MINUS) else {
        return Number::parse_literal(&ungrouped(text)?).map_err(bad);
    };
    let magnitude = ungrouped(magnitude)?;
    match Number::parse_literal(&magnitude) {
        Ok(number) => number.neg().map_err(|_| BadNumber::TooManyDigits),
        // The least integer has no counterpart above zero.
        Err(LiteralError::TooManyDigits) => match format!("-{magnitude}").parse::<Number>() {
            Ok(number) if number.as_int().is_some() => Ok(number),
            _ => Err(BadNumber::TooManyDigits),
        },
        Err(LiteralError::Malformed) => Err(BadNumber::Malformed),
    }
}

/// A figure without the commas between its thousands, which must stand where they belong: `3,00` may be meant as 3 or 300.
fn ungrouped(text: &str) -> Result<Cow<'_, str>, BadNumber> {
    const COMMAS: [char; 2] = [',', '，'];
    if !text.contains(COMMAS) {
        return Ok(Cow::Borrowed(text));
    }
    let (whole, rest) = text.split_at(text.find(['.', '．', '%', '％']).unwrap_or(text.len()));
    let mut groups = whole.split(COMMAS);
    let is_group = |it: &str, most: bool| {
        let count = it.chars().count();
        it.chars().all(char::is_numeric) && if most { (1..=3).contains(&count) } else { count == 3 }
    };
    if !groups.next().is_some_and(|it| is_group(it, true)) || !groups.all(|it| is_group(it, false)) {
        return Err(BadNumber::Malformed);
    }
    Ok(Cow::Owned(whole.replace(COMMAS, "") + rest))
}

/// The dimension and size of units joined by `/`.
fn compound(unit: &str) -> Option<(Dim, Number)> {
    let mut parts = unit.split(['/', '／']).map(|it| UnitWord::from_text(it.trim()));
    let first = parts.next()??;
    let (mut dim, mut size) = (unit_type(first).dim, Number::from(first.base().1));
    for part in parts {
        let part = part?;
        let below = Dim::of(part);
        // Rates in time are held per year.
        let twelfths = dim.twelfths(&below, -1);
        for _ in 0..twelfths.unsigned_abs() {
            let twelve = Number::from(12);
            size = if twelfths > 0 { size.div(twelve) } else { size.mul(twelve) }.ok()?;
        }
        size = size.div(Number::from(part.base().1)).ok()?;
        dim = dim.combine(&below, -1);
    }
    Some((dim, size))
}
