//! The language in which findings are written.

use std::fmt;
use std::str::FromStr;

/// A language of messages. It is independent of the face in which a policy is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Locale {
    /// Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

impl Locale {
    /// The tag that editors and SARIF expect, with a region.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en-US",
        }
    }

    /// `zh` or `en`, whichever this is: for the few fixed words of a renderer.
    pub(crate) const fn pick<T: Copy>(self, zh: T, en: T) -> T {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.pick("zh", "en"))
    }
}

/// A language tag that is neither Chinese nor English, such as `C` or `fr_FR.UTF-8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownLocale;

impl fmt::Display for UnknownLocale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("neither Chinese (`zh`) nor English (`en`)")
    }
}

impl std::error::Error for UnknownLocale {}

impl FromStr for Locale {
    type Err = UnknownLocale;

    /// Reads a tag as `--lang`, `LANG` or an editor gives it: only the language part counts, in any case.
    fn from_str(tag: &str) -> Result<Self, Self::Err> {
        let language = tag.split(['-', '_', '.', '@']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case("zh") {
            Ok(Self::Zh)
        } else if language.eq_ignore_ascii_case("en") {
            Ok(Self::En)
        } else {
            Err(UnknownLocale)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_shells_and_editors_are_read() {
        for tag in ["zh", "zh-CN", "zh_CN.UTF-8", "ZH", "zh-Hans-CN", "zh_TW@x"] {
            assert_eq!(tag.parse(), Ok(Locale::Zh), "{tag}");
        }
        for tag in ["en", "en-US", "en_GB.UTF-8", "EN"] {
            assert_eq!(tag.parse(), Ok(Locale::En), "{tag}");
        }
        for tag in ["", "C", "POSIX", "fr_FR.UTF-8", "english", "zhx"] {
            assert_eq!(tag.parse::<Locale>(), Err(UnknownLocale), "{tag}");
        }
    }

    #[test]
    fn what_is_displayed_is_read_again() {
        for locale in [Locale::Zh, Locale::En] {
            assert_eq!(locale.to_string().parse(), Ok(locale));
            assert_eq!(locale.tag().parse(), Ok(locale));
        }
    }
}
