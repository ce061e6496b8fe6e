//! Why a question is not decided, in words.

use polis_diagnostic::AnalysisNote;

use crate::Outside;

impl Outside {
    /// The reason, to be shown beside the provision.
    #[must_use]
    pub fn note(&self) -> AnalysisNote {
        match self {
            Self::Computed => AnalysisNote::ComparesComputed,
            Self::Members => AnalysisNote::AsksMembers,
            Self::Open(name) => AnalysisNote::DependsOnOpen { name: name.clone() },
            Self::TooMany => AnalysisNote::TooManyCases,
            Self::SeveralEntities => AnalysisNote::AboutSeveralEntities,
        }
    }
}
