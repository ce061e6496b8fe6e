//! What is written of results, so that people can check them: explanations as trees, and a page for decision makers.
//!
//! [`Teller`] puts an explanation of the interpreter into words: a [`Told`] tree with figures, units and citations, which
//! is written as text, as JSON or as a graph. [`Page`] is a whole document in one file: what it says is data, its frame,
//! styles, scripts and the chart library are embedded, and nothing is fetched.
//!
//! **Invariant:** the same data give the same bytes, and no text of a policy or sample becomes markup or script.

mod digest;
mod dot;
mod model;
mod page;
mod told;
mod words;

pub use digest::Fingerprint;
pub use dot::dot;
pub use model::{
    Attention, Bars, Chart, Choice, Column, ColumnKind, Course, Entry, Headline, Lacking, Line, Page, Provision,
    Ranges, Series, Table, Tone, Tree,
};
pub use page::CHART_LIBRARY;
pub use told::{Source, Teller, Told};

/// The one of the two that the language wants.
pub(crate) fn pick<T>(locale: polis_diagnostic::Locale, zh: T, en: T) -> T {
    match locale {
        polis_diagnostic::Locale::Zh => zh,
        polis_diagnostic::Locale::En => en,
    }
}
