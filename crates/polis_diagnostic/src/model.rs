//! The data of a diagnostic, without any language.

use std::fmt;

use crate::catalogue::{Message, Note};

/// A finding: what is wrong, where, and what can be done.
///
/// `L` is the kind of place. Early phases use places relative to a provision, so that an edit elsewhere in the file
/// leaves their findings equal; [`Diagnostic::map_location`] makes them absolute in the last step.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Diagnostic<L = Span> {
    /// What is wrong, with its arguments.
    pub message: Message,
    /// How grave it is: the message's default, unless the workspace sets another level for the check.
    pub severity: Severity,
    /// The place that the message is about.
    pub primary: Label<L>,
    /// Every other place involved, in any file.
    pub labels: Vec<Label<L>>,
    /// Facts that explain the finding: an example, the figures.
    pub notes: Vec<Note>,
    /// What the author can do.
    pub helps: Vec<Note>,
    /// A change that resolves the finding and can be applied.
    pub fix: Option<Fix<L>>,
}

/// How grave a finding is. The order is by gravity, so the `max` of several is the gravest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Info,
    /// Probably not meant.
    Warning,
    /// The policy has no meaning, or not a consistent one.
    Error,
}

impl Severity {
    /// The word that JSON and the concise form in English use. It never changes.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A file, as whoever implements [`Files`](crate::Files) numbers it.
///
/// Numbers may be given out in any order, so nothing that is shown may be sorted by them: sort by the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// A stretch of a file in bytes, `end` not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

impl Span {
    /// The bytes `start..end` of `file`.
    #[must_use]
    pub const fn new(file: FileId, start: u32, end: u32) -> Self {
        Self { file, start, end }
    }
}

/// A place with an optional remark on it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Label<L = Span> {
    /// The place.
    pub at: L,
    /// What is to be said about the place.
    pub text: Option<Note>,
}

/// A change of the text that resolves a finding.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fix<L = Span> {
    /// What the change does, as the editor's menu shows it.
    pub title: Note,
    /// The edits, which do not overlap.
    pub edits: Vec<Edit<L>>,
    /// Whether it may be applied without a look: it keeps what the policy means, or the policy meant nothing before.
    pub safe: bool,
}

/// One replacement; an empty place inserts, an empty text removes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Edit<L = Span> {
    /// What is replaced.
    pub at: L,
    /// What it is replaced by.
    pub text: String,
}

impl<L> Diagnostic<L> {
    /// A finding of the message's default severity at one place.
    #[must_use]
    pub fn new(message: impl Into<Message>, at: L) -> Self {
        let message = message.into();
        Self {
            severity: message.default_severity(),
            message,
            primary: Label { at, text: None },
            labels: Vec::new(),
            notes: Vec::new(),
            helps: Vec::new(),
            fix: None,
        }
    }

    /// The kebab-case code of the message, such as `unknown-name`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.message.code()
    }

    /// Sets the remark on the primary place.
    #[must_use]
    pub fn primary_note(mut self, note: impl Into<Note>) -> Self {
        self.primary.text = Some(note.into());
        self
    }

    /// Adds another place that is involved.
    #[must_use]
    pub fn label(mut self, at: L, note: impl Into<Note>) -> Self {
        self.labels.push(Label { at, text: Some(note.into()) });
        self
    }

    /// Adds a fact that explains the finding.
    #[must_use]
    pub fn note(mut self, note: impl Into<Note>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds a piece of advice.
    #[must_use]
    pub fn help(mut self, note: impl Into<Note>) -> Self {
        self.helps.push(note.into());
        self
    }

    /// Sets the change that resolves the finding. Renderers show its title as a help, so don't add the same help.
    #[must_use]
    pub fn fix(mut self, fix: Fix<L>) -> Self {
        self.fix = Some(fix);
        self
    }

    /// Sets another severity than the message's default.
    #[must_use]
    pub fn with_severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// The same finding with every place changed by `f`.
    pub fn map_location<M>(self, mut f: impl FnMut(L) -> M) -> Diagnostic<M> {
        Diagnostic {
            message: self.message,
            severity: self.severity,
            primary: self.primary.map(&mut f),
            labels: self.labels.into_iter().map(|l| l.map(&mut f)).collect(),
            notes: self.notes,
            helps: self.helps,
            fix: self.fix.map(|fix| fix.map_location(f)),
        }
    }
}

impl<L> Label<L> {
    fn map<M>(self, f: &mut impl FnMut(L) -> M) -> Label<M> {
        Label { at: f(self.at), text: self.text }
    }
}

impl<L> Fix<L> {
    /// A change of one place that may be applied without a look.
    #[must_use]
    pub fn safe(title: impl Into<Note>, at: L, text: impl Into<String>) -> Self {
        Self { title: title.into(), edits: vec![Edit { at, text: text.into() }], safe: true }
    }

    /// A change of one place that the author must judge.
    #[must_use]
    pub fn suggestion(title: impl Into<Note>, at: L, text: impl Into<String>) -> Self {
        Self { safe: false, ..Self::safe(title, at, text) }
    }

    /// Adds an edit to the same change.
    #[must_use]
    pub fn and(mut self, at: L, text: impl Into<String>) -> Self {
        self.edits.push(Edit { at, text: text.into() });
        self
    }

    /// The same change with every place changed by `f`.
    pub fn map_location<M>(self, mut f: impl FnMut(L) -> M) -> Fix<M> {
        let edits = self.edits.into_iter().map(|edit| Edit { at: f(edit.at), text: edit.text });
        Fix { title: self.title, edits: edits.collect(), safe: self.safe }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{GeneralNote, NameMessage, NameNote};

    #[test]
    fn severity_is_ordered_by_gravity() {
        assert!(Severity::Error > Severity::Warning && Severity::Warning > Severity::Info);
    }

    #[test]
    fn every_place_is_mapped() {
        let name = "户树";
        let relative: Diagnostic<u32> = Diagnostic::new(NameMessage::UnknownName { name: name.into() }, 1)
            .primary_note(GeneralNote::Here)
            .label(2, GeneralNote::DeclaredHere)
            .help(NameNote::DidYouMean { name: "户数".into() })
            .fix(Fix::safe(NameNote::DidYouMean { name: "户数".into() }, 3, "户数").and(4, ""));
        let absolute = relative.clone().map_location(|at| at + 100);
        assert_eq!(absolute.primary.at, 101);
        assert_eq!(absolute.labels[0].at, 102);
        let edits = absolute.fix.clone().map(|fix| fix.edits).unwrap_or_default();
        assert_eq!(edits.iter().map(|edit| edit.at).collect::<Vec<_>>(), [103, 104]);
        assert_eq!(absolute.code(), "unknown-name");
        assert_eq!(absolute.map_location(|at| at - 100), relative);
    }
}
