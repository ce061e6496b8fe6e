//! The macros by which the catalogue is written.

use std::borrow::Cow;

use crate::model::Severity;

/// A row of the catalogue as data, for generated pages and for tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The kebab-case code; empty for a text that is no message of its own.
    pub code: &'static str,
    /// The variant's name in the source.
    pub variant: &'static str,
    /// The default severity; of no meaning where there is no code.
    pub severity: Severity,
    /// The fields that the texts may mention.
    pub fields: &'static [&'static str],
    /// The English text with `{field}` where an argument goes.
    pub english: &'static str,
    /// The Chinese text with `{field}` where an argument goes.
    pub chinese: &'static str,
}

/// Defines a family of messages, see the module's documentation for the form.
macro_rules! catalogue {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $(
                $(#[$variant_meta:meta])*
                $variant:ident $({ $( $(#[$field_meta:meta])* $field:ident : $type:ty ),* $(,)? })?
                    = $code:literal, $severity:ident, en $en:literal, zh $zh:literal ;
            )*
        }
    ) => {
        $crate::catalogue::macros::texts! {
            $(#[$meta])*
            $vis enum $name {
                $(
                    $(#[$variant_meta])*
                    $variant $({ $( $(#[$field_meta])* $field : $type ),* })? ($code, $severity) $en, $zh;
                )*
            }
        }

        impl $name {
            /// The codes of this family, in the order of its file.
            pub const CODES: &'static [&'static str] = &[$($code),*];

            /// The kebab-case code.
            #[must_use]
            pub fn code(&self) -> &'static str {
                self.entry().code
            }

            /// The severity that the message has unless the workspace says otherwise.
            #[must_use]
            pub fn default_severity(&self) -> $crate::model::Severity {
                self.entry().severity
            }
        }
    };
}

/// Defines a family of texts without codes.
macro_rules! notes {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $(
                $(#[$variant_meta:meta])*
                $variant:ident $({ $( $(#[$field_meta:meta])* $field:ident : $type:ty ),* $(,)? })?
                    en $en:literal, zh $zh:literal ;
            )*
        }
    ) => {
        $crate::catalogue::macros::texts! {
            $(#[$meta])*
            $vis enum $name {
                $(
                    $(#[$variant_meta])*
                    $variant $({ $( $(#[$field_meta])* $field : $type ),* })? ("", Info) $en, $zh;
                )*
            }
        }
    };
}

/// What both have in common: the enum, its texts and its rows.
macro_rules! texts {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $(
                $(#[$variant_meta:meta])*
                $variant:ident $({ $( $(#[$field_meta:meta])* $field:ident : $type:ty ),* })?
                    ($code:literal, $severity:ident) $en:literal, $zh:literal ;
            )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        $vis enum $name {
            $(
                $(#[$variant_meta])*
                #[doc = concat!("\n\n* ", $en, "\n* ", $zh)]
                $variant $({
                    $(
                        $(#[$field_meta])*
                        #[doc = concat!("Stands in the texts as `{", stringify!($field), "}`.")]
                        $field : $type,
                    )*
                })?,
            )*
        }

        impl $name {
            /// The rows of this family, in the order of its file.
            pub const ENTRIES: &'static [$crate::catalogue::Entry] = &[
                $($crate::catalogue::Entry {
                    code: $code,
                    variant: stringify!($variant),
                    severity: $crate::model::Severity::$severity,
                    fields: &[$($(stringify!($field)),*)?],
                    english: $en,
                    chinese: $zh,
                }),*
            ];

            /// The row of this text.
            #[must_use]
            pub fn entry(&self) -> &'static $crate::catalogue::Entry {
                match self {
                    $(
                        Self::$variant { .. } => &$crate::catalogue::Entry {
                            code: $code,
                            variant: stringify!($variant),
                            severity: $crate::model::Severity::$severity,
                            fields: &[$($(stringify!($field)),*)?],
                            english: $en,
                            chinese: $zh,
                        },
                    )*
                }
            }

            /// The text in a language.
            #[must_use]
            pub fn render(&self, locale: $crate::locale::Locale) -> String {
                match self {
                    $(
                        Self::$variant $({ $($field),* })? => {
                            $($( let $field = $crate::catalogue::Show::show($field, locale); )*)?
                            match locale {
                                $crate::locale::Locale::En => format!($en),
                                $crate::locale::Locale::Zh => {
                                    $crate::catalogue::macros::space_quotes(&format!($zh)).into_owned()
                                }
                            }
                        }
                    )*
                }
            }
        }
    };
}

/// Puts families under one type: the enum, `From` for each family, `entry`, `entries` and `render`.
macro_rules! families {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $( $(#[$variant_meta:meta])* $variant:ident($family:ident), )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        $vis enum $name {
            $( $(#[$variant_meta])* $variant($family), )*
        }

        $(
            impl From<$family> for $name {
                fn from(family: $family) -> Self {
                    Self::$variant(family)
                }
            }
        )*

        impl $name {
            /// The row of the catalogue.
            #[must_use]
            pub fn entry(&self) -> &'static Entry {
                match self {
                    $( Self::$variant(family) => family.entry(), )*
                }
            }

            /// Every row of the catalogue, family by family.
            pub fn entries() -> impl Iterator<Item = &'static Entry> {
                [$( $family::ENTRIES ),*].into_iter().flatten()
            }

            /// The text in a language.
            #[must_use]
            pub fn render(&self, locale: Locale) -> String {
                match self {
                    $( Self::$variant(family) => family.render(locale), )*
                }
            }
        }
    };
}

pub(super) use {catalogue, families, notes, texts};

/// Puts a blank between a Chinese character and a back-quote that touch, which Chinese typography wants.
///
/// Templates write the blank themselves; this is for arguments, which may begin with a character or with a back-quote:
/// "应为{expected}" is right for both "文本" and "`：`".
pub(super) fn space_quotes(text: &str) -> Cow<'_, str> {
    if !text.contains('`') {
        return Cow::Borrowed(text);
    }
    let mut spaced = String::with_capacity(text.len() + 4);
    let mut quoted = false;
    let mut before = None;
    for c in text.chars() {
        let opens = c == '`' && !quoted;
        let closed = before == Some('`') && !quoted;
        if (opens && before.is_some_and(is_han)) || (closed && is_han(c)) {
            spaced.push(' ');
        }
        if c == '`' {
            quoted = !quoted;
        }
        spaced.push(c);
        before = Some(c);
    }
    Cow::Owned(spaced)
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::space_quotes;

    #[test]
    fn chinese_and_quotes_are_kept_apart() {
        assert_eq!(space_quotes("应为`：`，实为文件末尾"), "应为 `：`，实为文件末尾");
        assert_eq!(space_quotes("应为文本"), "应为文本");
        assert_eq!(space_quotes("`甲`的值是`乙`"), "`甲` 的值是 `乙`");
        assert_eq!(space_quotes("列出：`甲`、`乙`"), "列出：`甲`、`乙`");
        assert_eq!(space_quotes("条目 `甲` 重复"), "条目 `甲` 重复");
    }
}
