//! What a client may set.

use polis_diagnostic::Locale;
use polis_syntax::words::Face;
use serde::Deserialize;

/// The settings under `polis`, each with its default where the client says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Settings {
    /// The language of texts: `zh`, `en`, or that of the editor.
    pub language: Language,
    /// How findings reach the client.
    pub diagnostics: DiagnosticSettings,
    /// Which hints stand in the text.
    pub inlay_hints: InlayHintSettings,
    /// Which lenses stand over provisions.
    pub code_lens: CodeLensSettings,
    /// How texts are laid out.
    pub format: FormatSettings,
}

/// The language of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// That of the editor.
    #[default]
    Auto,
    /// Chinese.
    Zh,
    /// English.
    En,
}

impl Language {
    /// The language where the editor's is `auto`.
    #[must_use]
    pub const fn locale(self, auto: Locale) -> Locale {
        match self {
            Self::Auto => auto,
            Self::Zh => Locale::Zh,
            Self::En => Locale::En,
        }
    }
}

/// How findings reach the client.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct DiagnosticSettings {
    /// Whether citations are held against the texts that manifests name.
    pub sources: bool,
}

impl Default for DiagnosticSettings {
    fn default() -> Self {
        Self { sources: true }
    }
}

/// Which hints stand in the text.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own in the client's settings")]
pub struct InlayHintSettings {
    /// Whether there are any.
    pub enable: bool,
    /// How many a list names, beside its declared total.
    pub totals: bool,
    /// The types of values that declare none.
    pub types: bool,
    /// What a quota or structure may come to.
    pub values: bool,
    /// What became of tests.
    pub tests: bool,
}

impl Default for InlayHintSettings {
    fn default() -> Self {
        Self { enable: true, totals: true, types: true, values: true, tests: true }
    }
}

/// Which lenses stand over provisions.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct CodeLensSettings {
    /// How many places speak of a provision.
    pub references: bool,
    /// Run tests and scenarios.
    pub run: bool,
}

impl Default for CodeLensSettings {
    fn default() -> Self {
        Self { references: true, run: true }
    }
}

/// How texts are laid out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct FormatSettings {
    /// The face that is written: `zh`, `en`, or that of the package or file.
    pub face: FaceSetting,
}

/// The face that the formatter writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FaceSetting {
    /// That of the manifest, or of the file.
    #[default]
    Keep,
    /// Chinese.
    Zh,
    /// English.
    En,
}

impl FaceSetting {
    /// The face, where one is set.
    #[must_use]
    pub const fn face(self) -> Option<Face> {
        match self {
            Self::Keep => None,
            Self::Zh => Some(Face::Zh),
            Self::En => Some(Face::En),
        }
    }
}

impl Settings {
    /// Reads what a client sends: the settings themselves, or under `polis`. What does not read as a setting is passed
    /// over, so that a slip in one leaves the others.
    #[must_use]
    pub fn read(value: &serde_json::Value) -> Self {
        let value = value.get("polis").unwrap_or(value);
        let part = |name: &str| value.get(name).cloned();
        Self {
            language: of(part("language")),
            diagnostics: of(part("diagnostics")),
            inlay_hints: of(part("inlayHints")),
            code_lens: of(part("codeLens")),
            format: of(part("format")),
        }
    }
}

/// A setting, or its default where there is none that reads as one.
fn of<T: serde::de::DeserializeOwned + Default>(value: Option<serde_json::Value>) -> T {
    value.and_then(|it| serde_json::from_value(it).ok()).unwrap_or_default()
}
