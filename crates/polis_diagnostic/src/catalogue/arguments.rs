//! What may stand in a message, and how each is shown.

use std::borrow::Cow;

use smol_str::SmolStr;

use crate::locale::Locale;

/// A value that a message can mention.
pub trait Show {
    /// The value as it reads in a language.
    fn show(&self, locale: Locale) -> Cow<'_, str>;
}

/// A text that differs by language: a keyword, a kind, a unit, or a phrase such as "a date"/"日期".
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Bilingual {
    /// The Chinese text.
    pub zh: SmolStr,
    /// The English text.
    pub en: SmolStr,
}

impl Bilingual {
    /// A text in both languages.
    pub fn new(zh: impl Into<SmolStr>, en: impl Into<SmolStr>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// A text that is the same in both languages, such as what the author wrote.
    pub fn same(text: impl Into<SmolStr>) -> Self {
        let text = text.into();
        Self { zh: text.clone(), en: text }
    }

    /// A word of the language or of the author in back-quotes, for a place that takes a phrase.
    #[must_use]
    pub fn word(zh: &str, en: &str) -> Self {
        Self::new(format!("`{zh}`"), format!("`{en}`"))
    }
}

impl Show for Bilingual {
    fn show(&self, locale: Locale) -> Cow<'_, str> {
        Cow::Borrowed(match locale {
            Locale::Zh => &self.zh,
            Locale::En => &self.en,
        })
    }
}

impl Show for SmolStr {
    fn show(&self, _: Locale) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

impl Show for String {
    fn show(&self, _: Locale) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

macro_rules! show_numbers {
    ($($number:ty)*) => {
        $(
            impl Show for $number {
                fn show(&self, _: Locale) -> Cow<'_, str> {
                    Cow::Owned(self.to_string())
                }
            }
        )*
    };
}
show_numbers! { u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize }

/// A list: each name in back-quotes, parted by the language's comma.
impl Show for Vec<SmolStr> {
    fn show(&self, locale: Locale) -> Cow<'_, str> {
        Cow::Owned(join(self, locale.pick("、", ", ")))
    }
}

/// Names that lead back to the first: `甲` → `乙` → `甲`. Give each name once.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cycle(pub Vec<SmolStr>);

impl Show for Cycle {
    fn show(&self, _: Locale) -> Cow<'_, str> {
        Cow::Owned(join(self.0.iter().chain(self.0.first()), " → "))
    }
}

fn join<'a>(names: impl IntoIterator<Item = &'a SmolStr>, separator: &str) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    quoted.join(separator)
}

/// How many arguments a function takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Arity {
    /// This many.
    Exactly(u32),
    /// This many or more.
    AtLeast(u32),
    /// Both ends included.
    Between(u32, u32),
}

impl Show for Arity {
    fn show(&self, locale: Locale) -> Cow<'_, str> {
        let plural = |count: u32| if count == 1 { "" } else { "s" };
        Cow::Owned(match (locale, *self) {
            (Locale::Zh, Self::Exactly(count)) => format!("恰好 {count} 个参数"),
            (Locale::Zh, Self::AtLeast(count)) => format!("至少 {count} 个参数"),
            (Locale::Zh, Self::Between(low, high)) => format!("至少 {low} 个、至多 {high} 个参数"),
            (Locale::En, Self::Exactly(count)) => format!("{count} argument{}", plural(count)),
            (Locale::En, Self::AtLeast(count)) => format!("at least {count} argument{}", plural(count)),
            (Locale::En, Self::Between(low, high)) => format!("{low} to {high} arguments"),
        })
    }
}

/// A byte as `0xB0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HexByte(pub u8);

impl Show for HexByte {
    fn show(&self, _: Locale) -> Cow<'_, str> {
        Cow::Owned(format!("0x{:02X}", self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(value: &impl Show) -> (String, String) {
        (value.show(Locale::En).into_owned(), value.show(Locale::Zh).into_owned())
    }

    #[test]
    fn lists_have_the_comma_of_the_language() {
        let names: Vec<SmolStr> = vec!["甲".into(), "b".into()];
        assert_eq!(both(&names), ("`甲`, `b`".into(), "`甲`、`b`".into()));
        assert_eq!(both(&Cycle(names)).1, "`甲` → `b` → `甲`");
        assert_eq!(both(&Vec::<SmolStr>::new()).0, "");
    }

    #[test]
    fn counts_and_bytes_read_well() {
        assert_eq!(both(&Arity::Exactly(1)), ("1 argument".into(), "恰好 1 个参数".into()));
        assert_eq!(both(&Arity::Between(1, 2)), ("1 to 2 arguments".into(), "至少 1 个、至多 2 个参数".into()));
        assert_eq!(both(&HexByte(11)).0, "0x0B");
        assert_eq!(both(&Bilingual::word("规则", "rule")), ("`rule`".into(), "`规则`".into()));
        assert_eq!(both(&Bilingual::same("甲")), ("甲".into(), "甲".into()));
    }
}
