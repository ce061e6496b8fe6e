//! Types and units.
//!
//! A number's type is its dimension (people, yuan per person …), whether it counts whole things, and how it is shown.
//! Values carry bare figures in base units, so a well-typed program never converts while it runs. Time needs care to
//! stay exact: durations are held in months, rates in times per year, because a twelfth has no finite decimal.

use std::fmt;
use std::sync::Arc;

use polis_diagnostic::Bilingual;
use polis_syntax::words::{Face, TypeWord, UnitWord};
use polis_value::Number;
use smol_str::{SmolStr, format_smolstr};

/// The full name of a declared thing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Symbol {
    /// The package that declares it.
    pub package: SmolStr,
    /// Its name there; a block inside a block is `outer.inner`.
    pub name: SmolStr,
}

impl Symbol {
    /// The symbol `name` of `package`.
    #[must_use]
    pub fn new(package: impl Into<SmolStr>, name: impl Into<SmolStr>) -> Self {
        Self { package: package.into(), name: name.into() }
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.package.is_empty() { f.write_str(&self.name) } else { write!(f, "{}.{}", self.package, self.name) }
    }
}

/// The type of an expression.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Type {
    /// A number or a range of numbers.
    Number(NumberType),
    /// True or false.
    Truth,
    /// Text.
    Text,
    /// A date or a span of dates.
    Date,
    /// A value of an enumeration.
    Enum(Symbol),
    /// A jurisdiction or party.
    Entity(Symbol),
    /// A list of values of one type.
    List(Box<Type>),
    /// Any type: of what is open or unknown, and of what is wrong and already reported.
    Any,
}

/// The type of a number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NumberType {
    /// What it measures.
    pub dim: Dim,
    /// Whether it counts whole things, so that a fraction is an error.
    pub whole: bool,
    /// The unit that figures are shown in, where it is not the base unit.
    pub shown: Option<Arc<Shown>>,
}

/// A unit that figures are shown in: 万元, or 次/季度.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Shown {
    /// The units before the stroke, multiplied.
    pub above: Vec<UnitName>,
    /// The units after it, each after a stroke of its own.
    pub below: Vec<UnitName>,
    /// What one of it is in base units.
    pub factor: Number,
}

/// A unit's name: a word of the table or a user's.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum UnitName {
    /// A word of the table.
    Word(UnitWord),
    /// A declared unit.
    User(SmolStr),
    /// Hundredths, written `%` after the figure without a blank.
    Percent,
}

/// The base units, in the order in which compound units are written.
pub const BASES: [UnitWord; 14] = [
    UnitWord::Yuan,
    UnitWord::Person,
    UnitWord::Household,
    UnitWord::Piece,
    UnitWord::Item,
    UnitWord::Category,
    UnitWord::Time,
    UnitWord::SquareMetre,
    UnitWord::Star,
    UnitWord::Point,
    UnitWord::Band,
    UnitWord::Grade,
    UnitWord::Day,
    UnitWord::Month,
];

const MONTH: usize = 13;

/// A dimension: the exponents of the base units, and of units that users declare as their own base.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Dim {
    words: [i8; BASES.len()],
    /// Ordered by symbol; no exponent is zero.
    user: Option<Arc<[(Symbol, i8)]>>,
}

impl Dim {
    /// The dimension of plain numbers.
    pub const NONE: Self = Self { words: [0; BASES.len()], user: None };

    /// The dimension of a unit word.
    #[must_use]
    pub fn of(word: UnitWord) -> Self {
        let mut dim = Self::NONE;
        if let (Some(base), _) = word.base()
            && let Some(index) = BASES.iter().position(|it| *it == base)
            && let Some(exponent) = dim.words.get_mut(index)
        {
            *exponent = 1;
        }
        dim
    }

    /// The dimension of a user's own base unit.
    #[must_use]
    pub fn user(symbol: Symbol) -> Self {
        Self { words: [0; BASES.len()], user: Some(Arc::from([(symbol, 1)])) }
    }

    /// The units that users declare as their own base, with their exponents.
    #[must_use]
    pub fn bases(&self) -> &[(Symbol, i8)] {
        self.user.as_deref().unwrap_or_default()
    }

    /// Whether a unit that users declare as their own base is a part of it.
    #[must_use]
    pub fn holds(&self, base: &Symbol) -> bool {
        self.bases().iter().any(|it| it.0 == *base)
    }

    /// The user's own base unit that it is, and nothing more.
    #[must_use]
    pub fn base(&self) -> Option<&Symbol> {
        match self.bases() {
            [(symbol, 1)] if self.words.iter().all(|it| *it == 0) => Some(symbol),
            _ => None,
        }
    }

    /// Whether it is that of plain numbers.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.user.is_none() && self.words.iter().all(|it| *it == 0)
    }

    /// The dimension of a product, or of a quotient where `sign` is -1.
    #[must_use]
    pub fn combine(&self, other: &Self, sign: i8) -> Self {
        let mut dim = self.clone();
        for (mine, theirs) in dim.words.iter_mut().zip(&other.words) {
            *mine = mine.saturating_add(theirs.saturating_mul(sign));
        }
        if let Some(theirs) = &other.user {
            let mut user = dim.user.as_deref().unwrap_or_default().to_vec();
            for (symbol, exponent) in theirs.iter() {
                let exponent = exponent.saturating_mul(sign);
                match user.iter_mut().find(|it| it.0 == *symbol) {
                    Some(mine) => mine.1 = mine.1.saturating_add(exponent),
                    None => user.push((symbol.clone(), exponent)),
                }
            }
            user.retain(|it| it.1 != 0);
            user.sort();
            dim.user = if user.is_empty() { None } else { Some(user.into()) };
        }
        dim
    }

    /// By which power of twelve a product (`sign` 1) or quotient (`sign` -1) of two figures in base units must be
    /// divided to be in base units again: months times a yearly rate are a twelfth of the figures' product.
    #[must_use]
    pub fn twelfths(&self, other: &Self, sign: i8) -> i32 {
        let below = |it: i32| (-it).max(0);
        let months = |it: &Self| i32::from(it.words.get(MONTH).copied().unwrap_or_default());
        let (a, b) = (months(self), months(other));
        let sign = i32::from(sign);
        below(a) + sign * below(b) - below(a + sign * b)
    }

    /// Whether amounts of it are counted whole: people are, yuan are not, and no ratio is.
    #[must_use]
    pub fn is_counted(&self) -> bool {
        let mut counted = false;
        for (exponent, base) in self.words.iter().zip(BASES) {
            match exponent {
                0 => {}
                1 if base.is_counted() && !counted => counted = true,
                _ => return false,
            }
        }
        counted && self.user.is_none()
    }

    /// The unit as written in `face`, empty for plain numbers. `one` asks for the English singular.
    #[must_use]
    pub fn unit(&self, face: Face, one: bool) -> SmolStr {
        let mut above = String::new();
        let mut below = String::new();
        let mut put = |word: &str, exponent: i8| {
            let (side, sign) = if exponent > 0 { (&mut above, '*') } else { (&mut below, '/') };
            for _ in 0..exponent.unsigned_abs() {
                if !side.is_empty() {
                    side.push(sign);
                }
                side.push_str(word);
            }
        };
        for (exponent, base) in self.words.iter().zip(BASES) {
            // Rates are held per year.
            let base = if base == UnitWord::Month && *exponent < 0 { UnitWord::Year } else { base };
            match face {
                Face::Zh => put(base.word().zh, *exponent),
                Face::En => put(base.english(one || *exponent < 0), *exponent),
            }
        }
        for (symbol, exponent) in self.user.as_deref().unwrap_or_default() {
            put(&symbol.name, *exponent);
        }
        match (above.is_empty(), below.is_empty()) {
            (_, true) => above.into(),
            (true, false) => format_smolstr!("1/{below}"),
            (false, false) => format_smolstr!("{above}/{below}"),
        }
    }
}

impl NumberType {
    /// How its unit is written: as declared, or from its base units.
    #[must_use]
    pub fn written(&self) -> Shown {
        if let Some(shown) = &self.shown {
            return Shown::clone(shown);
        }
        let mut shown = Shown { above: Vec::new(), below: Vec::new(), factor: Number::ONE };
        for (exponent, base) in self.dim.words.iter().zip(BASES) {
            // Rates are held per year.
            let base = if base == UnitWord::Month && *exponent < 0 { UnitWord::Year } else { base };
            shown.put(&UnitName::Word(base), *exponent);
        }
        for (symbol, exponent) in self.dim.user.as_deref().unwrap_or_default() {
            shown.put(&UnitName::User(symbol.name.clone()), *exponent);
        }
        shown
    }

    /// The type of products (`sign` 1) or quotients (`sign` -1) of two units, shown as the two are written. `None` where
    /// the size of such a unit in base units cannot be held.
    #[must_use]
    pub fn compound(&self, other: &Self, sign: i8) -> Option<Self> {
        let (left, right) = (self.written(), other.written());
        let mut factor = left.factor;
        let twelfths = self.dim.twelfths(&other.dim, sign);
        for _ in 0..twelfths.unsigned_abs() {
            let twelve = Number::from(12_i64);
            factor = if twelfths > 0 { factor.div(twelve) } else { factor.mul(twelve) }.ok()?;
        }
        factor = if sign < 0 { factor.div(right.factor) } else { factor.mul(right.factor) }.ok()?;
        let (more_above, more_below) = if sign < 0 { (right.below, right.above) } else { (right.above, right.below) };
        let above = [left.above, more_above].concat();
        let below = [left.below, more_below].concat();
        let shown = Arc::new(Shown { above, below, factor });
        let dim = self.dim.combine(&other.dim, sign);
        Some(Self { dim, whole: false, shown: Some(shown) }.settled())
    }

    /// Without a shown unit where it is the base unit.
    fn settled(mut self) -> Self {
        self.shown = self.shown.filter(|it| it.factor != Number::ONE || it.above.is_empty());
        self
    }

    /// A plain number.
    #[must_use]
    pub const fn plain(whole: bool) -> Self {
        Self { dim: Dim::NONE, whole, shown: None }
    }

    /// A number of `dim`.
    #[must_use]
    pub const fn new(dim: Dim, whole: bool) -> Self {
        Self { dim, whole, shown: None }
    }

    /// Whether it is a share of a whole that is shown in hundredths.
    #[must_use]
    pub fn is_percent(&self) -> bool {
        self.shown.as_ref().is_some_and(|it| it.above.as_slice() == [UnitName::Percent] && it.below.is_empty())
    }

    /// A share of a whole, shown in hundredths.
    #[must_use]
    pub fn percent() -> Self {
        let hundredth = Number::ONE.div(Number::from(100)).unwrap_or(Number::ONE);
        Self { shown: Some(Arc::new(Shown::simple(UnitName::Percent, hundredth))), ..Self::plain(false) }
    }

    /// A figure of this type, with its unit, as written in `face`.
    #[must_use]
    pub fn show(&self, number: Number, face: Face) -> SmolStr {
        let (figure, unit) = self.parts(number, face);
        format_smolstr!("{figure}{}{unit}", blank_before(&unit))
    }

    /// A figure of this type in both languages.
    #[must_use]
    pub fn show_both(&self, number: Number) -> Bilingual {
        Bilingual::new(self.show(number, Face::Zh), self.show(number, Face::En))
    }

    /// A range of this type, with its unit.
    #[must_use]
    pub fn show_range(&self, lo: Option<Number>, hi: Option<Number>, face: Face) -> SmolStr {
        let end = |it: Option<Number>| it.map_or((SmolStr::default(), SmolStr::default()), |it| self.parts(it, face));
        let ((low, low_unit), (high, high_unit)) = (end(lo), end(hi));
        let unit = if hi.is_some() { high_unit } else { low_unit };
        if unit == "%" {
            // Each end of a range of shares has its sign.
            let signed = |it: SmolStr| if it.is_empty() { it } else { format_smolstr!("{it}%") };
            return format_smolstr!("{}..{}", signed(low), signed(high));
        }
        format_smolstr!("{low}..{high}{}{unit}", blank_before(&unit))
    }

    /// The figure in the shown unit, and the unit.
    fn parts(&self, number: Number, face: Face) -> (SmolStr, SmolStr) {
        if let Some(shown) = &self.shown
            && let Ok(figure) = number.div(shown.factor)
            && figure.mul(shown.factor) == Ok(number)
        {
            let one = figure == Number::from(1);
            return (format_smolstr!("{figure}"), shown.word(face, one));
        }
        let one = number == Number::from(1);
        (format_smolstr!("{number}"), self.dim.unit(face, one))
    }

    /// The unit's name, in both languages.
    #[must_use]
    pub fn unit(&self, face: Face) -> SmolStr {
        self.shown.as_ref().map_or_else(|| self.dim.unit(face, false), |it| it.word(face, false))
    }
}

fn blank_before(unit: &str) -> &'static str {
    if unit.is_empty() || unit == "%" { "" } else { " " }
}

impl Shown {
    fn put(&mut self, unit: &UnitName, exponent: i8) {
        let side = if exponent > 0 { &mut self.above } else { &mut self.below };
        side.extend(std::iter::repeat_n(unit.clone(), exponent.unsigned_abs().into()));
    }

    /// One unit by its name, of `factor` base units.
    #[must_use]
    pub fn simple(unit: UnitName, factor: Number) -> Self {
        Self { above: vec![unit], below: Vec::new(), factor }
    }

    fn word(&self, face: Face, one: bool) -> SmolStr {
        let join = |units: &[UnitName], one: bool, sign: &str| {
            units.iter().map(|it| it.text(face, one)).collect::<Vec<_>>().join(sign)
        };
        let above = join(&self.above, one, "*");
        match (above.is_empty(), self.below.is_empty()) {
            (_, true) => above.into(),
            (true, false) => format_smolstr!("1/{}", join(&self.below, true, "/")),
            (false, false) => format_smolstr!("{above}/{}", join(&self.below, true, "/")),
        }
    }
}

impl UnitName {
    fn text(&self, face: Face, one: bool) -> SmolStr {
        match self {
            Self::Word(word) => match face {
                Face::Zh => SmolStr::new_static(word.word().zh),
                Face::En => SmolStr::new_static(word.english(one)),
            },
            Self::User(name) => name.clone(),
            Self::Percent => SmolStr::new_static("%"),
        }
    }
}

impl Type {
    /// The enumeration or entity that it is.
    #[must_use]
    pub const fn symbol(&self) -> Option<&Symbol> {
        match self {
            Self::Enum(symbol) | Self::Entity(symbol) => Some(symbol),
            _ => None,
        }
    }

    /// A plain number, with or without fractions.
    #[must_use]
    pub const fn number(whole: bool) -> Self {
        Self::Number(NumberType::plain(whole))
    }

    /// Its name for messages.
    #[must_use]
    pub fn name(&self) -> Bilingual {
        match self {
            Self::Number(number) if number.dim.is_none() && number.shown.is_none() => {
                let word = if number.whole { TypeWord::Integer } else { TypeWord::Number };
                Bilingual::word(word.word().zh, word.word().en)
            }
            Self::Number(number) if number.is_percent() => {
                Bilingual::word(TypeWord::Percent.word().zh, TypeWord::Percent.word().en)
            }
            Self::Number(number) => Bilingual::word(&number.unit(Face::Zh), &number.unit(Face::En)),
            Self::Truth => Bilingual::word(TypeWord::Truth.word().zh, TypeWord::Truth.word().en),
            Self::Text => Bilingual::word(TypeWord::Text.word().zh, TypeWord::Text.word().en),
            Self::Date => Bilingual::word(TypeWord::Date.word().zh, TypeWord::Date.word().en),
            Self::Enum(symbol) | Self::Entity(symbol) => Bilingual::word(&symbol.name, &symbol.name),
            Self::List(item) => {
                let item = item.name();
                Bilingual::new(format_smolstr!("{} 的清单", item.zh), format_smolstr!("list of {}", item.en))
            }
            Self::Any => Bilingual::new("任意值", "any value"),
        }
    }

    /// The number type, if it is a number.
    #[must_use]
    pub const fn as_number(&self) -> Option<&NumberType> {
        match self {
            Self::Number(number) => Some(number),
            _ => None,
        }
    }

    /// Whether values of both can stand for each other, units included, fractions aside.
    #[must_use]
    pub fn compatible(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, _) | (_, Self::Any) => true,
            (Self::Number(a), Self::Number(b)) => a.dim == b.dim,
            (Self::List(a), Self::List(b)) => a.compatible(b),
            _ => self == other,
        }
    }
}
