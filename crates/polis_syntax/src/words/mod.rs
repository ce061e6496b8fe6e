//! The one table of words: every keyword, kind, clause, unit, built-in and choice, in both faces, with documentation.
//!
//! Lexer, parser, formatter, completion, grammar files and the reference are generated from or checked against these rows.
//! A spelling appears here once; a new kind of provision is a row here and a lowering in `polis_semantic`.

mod builtins;
mod choices;
mod clauses;
mod keywords;
mod kinds;
mod specs;
#[cfg(test)]
mod tests;
mod units;

pub use builtins::Builtin;
pub use choices::{Choice, ChoiceSet};
pub use clauses::ClauseWord;
pub use keywords::Keyword;
pub use kinds::{ClauseSpec, HeadName, Kind, KindSpec, Value};
pub use units::{TypeWord, UnitWord};

/// One of the two faces of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Face {
    /// Chinese keywords and full sentences of documentation in Chinese.
    Zh,
    /// English keywords.
    En,
}

/// A row of the table: the two canonical spellings, what else is accepted, and the documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// The Chinese spelling that the formatter writes.
    pub zh: &'static str,
    /// The English spelling that the formatter writes.
    pub en: &'static str,
    /// Other spellings that are read in either face; the formatter settles them to the canonical one.
    pub also: &'static [&'static str],
    /// One sentence or more of documentation in Chinese.
    pub doc_zh: &'static str,
    /// The same in English.
    pub doc_en: &'static str,
}

impl Word {
    /// The canonical spelling in `face`.
    #[must_use]
    pub const fn spelling(&self, face: Face) -> &'static str {
        match face {
            Face::Zh => self.zh,
            Face::En => self.en,
        }
    }

    /// The documentation in the language of `face`.
    #[must_use]
    pub const fn doc(&self, face: Face) -> &'static str {
        match face {
            Face::Zh => self.doc_zh,
            Face::En => self.doc_en,
        }
    }

    /// Whether `text` is one of the spellings.
    #[must_use]
    pub fn reads(&self, text: &str) -> bool {
        self.zh == text || self.en == text || self.also.contains(&text)
    }

    /// Every spelling, canonical ones first.
    pub fn spellings(&self) -> impl Iterator<Item = &'static str> {
        [self.zh, self.en].into_iter().chain(self.also.iter().copied())
    }
}

/// Declares an enum whose variants are rows of the table.
macro_rules! word_table {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $variant:ident = $zh:literal, $en:literal $(, also [$($also:literal),* $(,)?])? ; zh $doc_zh:literal ; en $doc_en:literal ;)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $( #[doc = $doc_en] $variant, )* }

        impl $name {
            /// Every row, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            const ROWS: &'static [$crate::words::Word] = &[$(
                $crate::words::Word {
                    zh: $zh,
                    en: $en,
                    also: &[$($($also),*)?],
                    doc_zh: $doc_zh,
                    doc_en: $doc_en,
                }
            ),*];

            /// The row of this word.
            #[must_use]
            pub const fn word(self) -> &'static $crate::words::Word {
                match self { $( Self::$variant => {
                    const ROW: $crate::words::Word = $crate::words::Word {
                        zh: $zh, en: $en, also: &[$($($also),*)?], doc_zh: $doc_zh, doc_en: $doc_en,
                    };
                    &ROW
                } )* }
            }

            /// The word that `text` spells, in either face.
            #[must_use]
            #[allow(unreachable_patterns, reason = "clauses share spellings; they are looked up by kind")]
            pub fn from_text(text: &str) -> Option<Self> {
                match text {
                    $( $zh | $en $($(| $also)*)? => Some(Self::$variant), )*
                    _ => None,
                }
            }

            /// Every row with its word, for generators and completion.
            pub fn rows() -> impl Iterator<Item = (Self, &'static $crate::words::Word)> {
                Self::ALL.iter().copied().zip(Self::ROWS.iter())
            }
        }
    };
}
pub(crate) use word_table;
