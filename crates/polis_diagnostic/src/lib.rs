//! Diagnostics as data: codes, the catalogue in two languages, and renderers.
//!
//! A [`Diagnostic`] names its [`Message`] and the values that belong into it, and holds no text of any language, so that
//! it can be compared and kept in an incremental database. The language is chosen in the last step, by a renderer.
//!
//! **Invariant:** nothing here depends on the order of files, threads or hashing. [`sort_and_dedup`] puts findings into
//! the one order in which every renderer and every test sees them.

pub mod catalogue;
mod files;
mod locale;
mod model;
mod order;
pub mod render;
mod suggest;

pub use catalogue::{
    AllowanceMessage, AllowanceNote, AnalysisMessage, AnalysisNote, Arity, Bilingual, CoherenceMessage, CoherenceNote,
    Cycle, Entry, EvalMessage, EvalNote, GROUPS, GeneralNote, HexByte, KindMessage, KindNote, Message, NameMessage,
    NameNote, Note, PackageMessage, PackageNote, QualityMessage, QualityNote, ResponsibilityMessage,
    ResponsibilityNote, SampleMessage, SampleNote, Show, SourceMessage, SourceNote, SyntaxMessage, SyntaxNote,
    TypeMessage, TypeNote,
};
pub use files::{ColumnUnit, Files, LineIndex, MemoryFiles, Position};
pub use locale::{Locale, UnknownLocale};
pub use model::{Diagnostic, Edit, FileId, Fix, Label, Severity, Span};
pub use order::sort_and_dedup;
pub use render::{CharSet, Format, FullOptions, Summary, render, render_json, render_to_string};
pub use suggest::did_you_mean;
