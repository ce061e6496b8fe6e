//! The grammar of Polis for tree-sitter.

use tree_sitter_language::LanguageFn;

unsafe extern "C" {
    fn tree_sitter_polis() -> *const ();
}

/// The language, for [`tree_sitter::Parser::set_language`](https://docs.rs/tree-sitter).
// SAFETY: the generated parser has this function, and it returns a language.
pub const LANGUAGE: LanguageFn = unsafe { LanguageFn::from_raw(tree_sitter_polis) };

/// The highlight query.
pub const HIGHLIGHTS_QUERY: &str = include_str!("../../queries/highlights.scm");

/// The query for scopes and names.
pub const LOCALS_QUERY: &str = include_str!("../../queries/locals.scm");

/// The query for what can be folded.
pub const FOLDS_QUERY: &str = include_str!("../../queries/folds.scm");

/// The query for provisions and what they are called.
pub const TAGS_QUERY: &str = include_str!("../../queries/tags.scm");
