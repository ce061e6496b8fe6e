//! The messages, in both languages.
//!
//! **To add a message**, add one variant to the family's file: name, typed fields, code, default severity, `en`, `zh`.
//! To add a label, note or help, add a variant to the family's `notes!`. Nothing else needs an edit: codes, renderers and
//! the tests below see it, and leaving a language out does not compile.
//!
//! Style: lower case, no final period, words of the language and of the author in back-quotes, no names of Rust types,
//! advice apart from the message, full-width punctuation in Chinese. A template puts words that stand in a file (names,
//! keywords, units) into back-quotes; an argument that is a phrase (`found`, `expected`) has none around it and brings its
//! own where it needs them, see [`Bilingual::word`].
//!
//! The terms: clause 条目, provision 条款, kind 种类, keyword 关键词, unit 单位, field 字段, entity 对象, range 区间,
//! condition 条件, rule 规则, exception 例外, package 包, manifest 清单文件, sample 样本, register 登记表,
//! citation 出处, passage and text 原文.

mod allowance;
mod analysis;
mod arguments;
mod coherence;
mod eval;
mod general;
mod kinds;
mod macros;
mod names;
mod package;
mod quality;
mod responsibility;
mod sample;
mod sources;
mod syntax;
mod types;

pub use allowance::{AllowanceMessage, AllowanceNote};
pub use analysis::{AnalysisMessage, AnalysisNote};
pub use arguments::{Arity, Bilingual, Cycle, HexByte, Show};
pub use coherence::{CoherenceMessage, CoherenceNote};
pub use eval::{EvalMessage, EvalNote};
pub use general::GeneralNote;
pub use kinds::{KindMessage, KindNote};
pub use macros::Entry;
pub use names::{NameMessage, NameNote};
pub use package::{PackageMessage, PackageNote};
pub use quality::{QualityMessage, QualityNote};
pub use responsibility::{ResponsibilityMessage, ResponsibilityNote};
pub use sample::{SampleMessage, SampleNote};
pub use sources::{SourceMessage, SourceNote};
pub use syntax::{SyntaxMessage, SyntaxNote};
pub use types::{TypeMessage, TypeNote};

use crate::locale::Locale;
use crate::model::Severity;

macros::families! {
    /// What a finding says: the families of messages under one type.
    pub enum Message {
        /// Reading the text.
        Syntax(SyntaxMessage),
        /// Names and packages that refer to each other.
        Name(NameMessage),
        /// Types, units and expressions.
        Type(TypeMessage),
        /// Provisions, their clauses, totals and limits.
        Kind(KindMessage),
        /// Of the checker.
        Analysis(AnalysisMessage),
        /// Norms of the same, powers, duties and delegations.
        Responsibility(ResponsibilityMessage),
        /// Lists, ratings, procedures and times.
        Coherence(CoherenceMessage),
        /// What has a meaning and is probably not meant so.
        Quality(QualityMessage),
        /// Comments that silence findings.
        Allowance(AllowanceMessage),
        /// Packages, manifests and files.
        Package(PackageMessage),
        /// Samples of jurisdictions.
        Sample(SampleMessage),
        /// Registers of provisions, and texts that citations are held against.
        Source(SourceMessage),
        /// What shows only when the policy is run.
        Eval(EvalMessage),
    }
}

macros::families! {
    /// A text without a code: a label, a note, a help or the title of a fix.
    pub enum Note {
        /// For any family.
        General(GeneralNote),
        /// Reading the text.
        Syntax(SyntaxNote),
        /// Names and packages that refer to each other.
        Name(NameNote),
        /// Types, units and expressions.
        Type(TypeNote),
        /// Provisions, their clauses, totals and limits.
        Kind(KindNote),
        /// Of the checker.
        Analysis(AnalysisNote),
        /// Norms of the same, powers, duties and delegations.
        Responsibility(ResponsibilityNote),
        /// Lists, ratings, procedures and times.
        Coherence(CoherenceNote),
        /// What has a meaning and is probably not meant so.
        Quality(QualityNote),
        /// Comments that silence findings.
        Allowance(AllowanceNote),
        /// Packages, manifests and files.
        Package(PackageNote),
        /// Samples of jurisdictions.
        Sample(SampleNote),
        /// Registers of provisions, and texts that citations are held against.
        Source(SourceNote),
        /// What shows only when the policy is run.
        Eval(EvalNote),
    }
}

/// The groups of codes by which a manifest can set levels, each with its codes: a family of messages each.
pub const GROUPS: &[(&str, &[&str])] = &[
    ("syntax", SyntaxMessage::CODES),
    ("names", NameMessage::CODES),
    ("types", TypeMessage::CODES),
    ("provisions", KindMessage::CODES),
    ("analysis", AnalysisMessage::CODES),
    ("responsibility", ResponsibilityMessage::CODES),
    ("coherence", CoherenceMessage::CODES),
    ("quality", QualityMessage::CODES),
    ("allowances", AllowanceMessage::CODES),
    ("packages", PackageMessage::CODES),
    ("samples", SampleMessage::CODES),
    ("sources", SourceMessage::CODES),
    ("runs", EvalMessage::CODES),
];

impl Message {
    /// The group that a code belongs to.
    #[must_use]
    pub fn group_of(code: &str) -> Option<&'static str> {
        GROUPS.iter().find(|it| it.1.contains(&code)).map(|it| it.0)
    }

    /// The severity that a code's findings have by default.
    #[must_use]
    pub fn severity_of(code: &str) -> Option<Severity> {
        Self::entries().find(|it| it.code == code).map(|it| it.severity)
    }

    /// The kebab-case code. A code is never reused for something else.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.entry().code
    }

    /// The severity that the message has unless the workspace says otherwise.
    #[must_use]
    pub fn default_severity(&self) -> Severity {
        self.entry().severity
    }

    /// Every code, sorted.
    #[must_use]
    pub fn all_codes() -> Vec<&'static str> {
        let mut codes: Vec<&str> = Self::entries().map(|entry| entry.code).collect();
        codes.sort_unstable();
        codes
    }
}

#[cfg(test)]
mod tests;
