//! What an editor asks of policies: plain data over byte offsets, one feature to a file.
//!
//! Every feature is a function of the database, a file and an offset or range, and returns data with public fields in
//! the terms of an editor. Nothing here knows the editor protocol, UTF-16, or whether a client waits.
//!
//! **Invariant:** a feature never panics and never guesses against the checker: what a name leads to is what lowering
//! found ([`polis_semantic::resolve`]), what a word means is the table of words.

mod assists;
mod calls;
mod completion;
mod context;
mod goto;
mod hierarchy;
mod hints;
mod hover;
mod layout;
mod lens;
mod links;
mod pinyin;
mod references;
mod rename;
mod symbols;
mod target;
#[cfg(test)]
mod tests;
mod text;
mod tokens;
mod trials;
mod walk;

pub use assists::{Assist, AssistKind, assists};
pub use calls::{SignatureHelp, signature_help};
pub use completion::{Completion, CompletionKind, completion_documentation, completions};
pub use goto::{definition, implementations, type_definition};
pub use hierarchy::{
    Call, Node, find_item, incoming_calls, outgoing_calls, prepare_calls, prepare_types, subtypes, supertypes,
};
pub use hints::{HintKind, HintOptions, InlayHint, inlay_hints};
pub use hover::{Hover, hover};
pub use layout::{Fold, folds, format, format_on_type, format_range, selections};
pub use lens::{Lens, LensKind, lens_references, lenses};
pub use links::{Link, links};
pub use references::{Reference, highlights, references};
pub use rename::{RenameError, prepare_rename, rename};
pub use symbols::{Outline, OutlineKind, WorkspaceSymbol, matches_query, outline, workspace_symbols};
pub use target::{Part, PartRole, Pointed, declaration, item_at, parts, pointed};
pub use text::{FileRange, TextEdit};
pub use tokens::{SemanticToken, TokenType, semantic_tokens};
pub use trials::{TestRun, test_runs};
