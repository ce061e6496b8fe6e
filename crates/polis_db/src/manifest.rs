//! What a `polis.toml` says.

use std::collections::BTreeMap;

use camino::Utf8PathBuf;
use polis_diagnostic::{Diagnostic, FileId, Message, PackageMessage, Severity, Span};
use polis_syntax::words::{Choice, Face};
use smol_str::SmolStr;

mod read;
mod toml_words;

pub use read::parse_manifest;
pub(crate) use read::quoted;

/// The name of a manifest's file.
pub const MANIFEST_NAME: &str = "polis.toml";

/// A `polis.toml`: a package, a workspace, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestFile {
    /// What `[package]` and the tables beside it say. `None` where there is only a `[workspace]`.
    pub package: Option<Manifest>,
    /// What `[workspace]` says.
    pub workspace: Option<WorkspaceTable>,
    /// What is wrong with it, by place.
    pub diagnostics: Vec<Diagnostic>,
}

impl ManifestFile {
    /// Whether the file could not be read as a manifest, or only in part. What it says then is a guess, from which
    /// nothing else should be found wrong.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.diagnostics.iter().any(|it| {
            matches!(
                it.message,
                Message::Syntax(_)
                    | Message::Package(
                        PackageMessage::ManifestSyntax { .. }
                            | PackageMessage::UnreadableFile { .. }
                            | PackageMessage::FileTooLarge { .. }
                    )
            )
        })
    }
}

/// The table `[workspace]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WorkspaceTable {
    /// The folders of the packages, `*` for any name and `**` for any depth. `None` where the manifest does not say;
    /// then every folder below with a manifest is one.
    pub members: Option<Vec<Spanned<SmolStr>>>,
}

/// What the `polis.toml` of a package says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The manifest's file; `None` for files that lie in no package.
    pub file: Option<FileId>,
    /// The package's folder, absolute. The paths below start from it.
    pub folder: Utf8PathBuf,
    /// The package's name: that of its folder where the manifest gives none, which is reported.
    pub name: SmolStr,
    /// Where the name stands, quotes included.
    pub name_at: Option<Span>,
    /// The title that reports show.
    pub title: Option<SmolStr>,
    /// The level of government; one of `ChoiceSet::Level`.
    pub level: Option<Choice>,
    /// The superior packages: their limits and norms bind here.
    pub under: Vec<Spanned<SmolStr>>,
    /// The packages whose names may be written `package.name`.
    pub uses: Vec<Spanned<SmolStr>>,
    /// The folder of the texts that citations are held against.
    pub sources: Option<Spanned<Utf8PathBuf>>,
    /// The folder or file of the sample that is used when none is named.
    pub samples: Option<Spanned<Utf8PathBuf>>,
    /// The level of a check's findings, by code or group of codes, where it is not the check's own.
    pub lints: BTreeMap<SmolStr, LintLevel>,
    /// The face that the formatter writes; `None` for that of each file.
    pub face: Option<Face>,
    /// Whether another package of the workspace is under it or uses it. No manifest says so of itself: the loader knows,
    /// which reads all manifests and only those packages that a target needs.
    pub serves_others: bool,
}

impl Manifest {
    /// The manifest of files that lie in no package: just a name.
    pub fn anonymous(name: impl Into<SmolStr>, folder: impl Into<Utf8PathBuf>) -> Self {
        Self {
            file: None,
            folder: folder.into(),
            name: name.into(),
            name_at: None,
            title: None,
            level: None,
            under: Vec::new(),
            uses: Vec::new(),
            sources: None,
            samples: None,
            lints: BTreeMap::new(),
            face: None,
            serves_others: false,
        }
    }

    /// The level that findings of a code have here, where the manifest says: of the code itself before that of its group.
    #[must_use]
    pub fn lint_level(&self, code: &str) -> Option<LintLevel> {
        let of_group = || self.lints.get(Message::group_of(code)?);
        self.lints.get(code).or_else(of_group).copied()
    }

    /// What a report calls the package: its title, or its name.
    #[must_use]
    pub fn display_name(&self) -> &SmolStr {
        self.title.as_ref().unwrap_or(&self.name)
    }

    /// The folder of the sources, from the package's folder.
    #[must_use]
    pub fn sources_path(&self) -> Option<Utf8PathBuf> {
        self.sources.as_ref().map(|it| crate::paths::join(&self.folder, &it.value))
    }

    /// The sample's folder or file, from the package's folder.
    #[must_use]
    pub fn samples_path(&self) -> Option<Utf8PathBuf> {
        self.samples.as_ref().map(|it| crate::paths::join(&self.folder, &it.value))
    }
}

/// A value of the manifest and where it stands, quotes included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Its place in the manifest.
    pub at: Span,
}

/// How a check's findings are treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LintLevel {
    /// Not reported.
    Allow,
    /// Reported as information.
    Info,
    /// Reported as a warning.
    Warn,
    /// Reported as an error.
    Error,
}

impl LintLevel {
    /// Every level with its word in a manifest.
    pub const WORDS: [(&'static str, Self); 4] =
        [("allow", Self::Allow), ("info", Self::Info), ("warn", Self::Warn), ("error", Self::Error)];

    /// The severity of the findings; `None` where they are not reported.
    #[must_use]
    pub const fn severity(self) -> Option<Severity> {
        match self {
            Self::Allow => None,
            Self::Info => Some(Severity::Info),
            Self::Warn => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }
}

#[cfg(test)]
mod tests;
