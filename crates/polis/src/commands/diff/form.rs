//! What comparisons of packages share: their forms of output, and what they tell of the packages that they read.

use polis_diagnostic::{Diagnostic, Severity};

use super::sides::Opened;
use crate::context::{Context, Failure};
use crate::session::write_findings;

/// A form of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Form {
    /// For reading in a terminal.
    #[default]
    Text,
    /// For programs.
    Json,
    /// For documents.
    Markdown,
    /// For browsers.
    Html,
}

pub(crate) const FORMS: &[(&str, Form)] =
    &[("text", Form::Text), ("json", Form::Json), ("md", Form::Markdown), ("html", Form::Html)];

/// Writes what is wrong with a package and where it comes from, and tells whether anything is wrong.
pub(crate) fn report(opened: &mut Opened, ctx: &mut Context<'_, '_>) -> Result<bool, Failure> {
    let mut wrong: Vec<Diagnostic> = opened.found.drain(..).filter(|it| it.severity == Severity::Error).collect();
    if !wrong.is_empty() {
        write_findings(&mut wrong, &opened.db, ctx)?;
    }
    if let Some(note) = opened.note.take() {
        ctx.summary(&note)?;
    }
    Ok(!wrong.is_empty())
}
