//! The signs of the language: every spelling of each, half-width first.

/// A sign: its name in the grammar, and its spellings.
pub(super) type Sign = (&'static str, &'static [&'static str]);

/// Signs that part and bracket.
pub(super) const PUNCTUATION: &[Sign] = &[
    ("colon", &[":", "："]),
    ("comma", &[",", "，", "、"]),
    ("semicolon", &[";", "；"]),
    ("dot", &[".", "．"]),
    ("dots", &["..", "．．", "…", "……", "~", "～"]),
    ("open-paren", &["(", "（"]),
    ("close-paren", &[")", "）"]),
    ("open-bracket", &["[", "［", "【"]),
    ("close-bracket", &["]", "］", "】"]),
    ("open-brace", &["{", "｛"]),
    ("close-brace", &["}", "｝"]),
];

/// Signs that compute and compare.
pub(super) const OPERATORS: &[Sign] = &[
    ("arrow", &["=>", "＝＞", "⇒"]),
    ("equal", &["=", "＝"]),
    ("not-equal", &["!=", "！＝", "≠"]),
    ("less", &["<", "＜"]),
    ("less-equal", &["<=", "＜＝", "≤"]),
    ("greater", &[">", "＞"]),
    ("greater-equal", &[">=", "＞＝", "≥"]),
    ("plus", &["+", "＋"]),
    ("minus", &["-", "－", "−"]),
    ("star", &["*", "＊", "×"]),
    ("slash", &["/", "／", "÷"]),
];

/// Every sign.
pub(super) fn signs() -> impl Iterator<Item = &'static Sign> {
    PUNCTUATION.iter().chain(OPERATORS)
}

/// The spellings of the sign called `name`.
pub(super) fn spellings(name: &str) -> &'static [&'static str] {
    signs().find(|it| it.0 == name).map_or(&[], |it| it.1)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use polis_syntax::lex;
    use polis_syntax::words::Keyword;

    use super::*;
    use crate::generate::read;
    use crate::root;

    #[test]
    fn the_spellings_of_a_sign_are_one_token() {
        let mut seen = Vec::new();
        for (name, spellings) in signs() {
            let kinds: Vec<_> = spellings.iter().flat_map(|it| lex(it).tokens).map(|it| it.kind).collect();
            assert_eq!(kinds.len(), spellings.len(), "{name}");
            assert!(kinds.iter().all(|it| Some(it) == kinds.first()), "{name}: {kinds:?}");
            assert!(!seen.contains(&kinds[0]), "{name}: {:?} has two rows", kinds[0]);
            seen.push(kinds[0]);
        }
    }

    /// Reading the lexer's own attributes is the only way to see a sign that is missing above.
    #[test]
    fn no_sign_of_the_lexer_is_missing() {
        let source = read(&root().join("crates/polis_syntax/src/lexer.rs")).unwrap();
        let tokens: BTreeSet<&str> = source
            .lines()
            .filter_map(|it| it.trim().strip_prefix("#[token(\"")?.strip_suffix("\")]"))
            .filter(|it| Keyword::from_text(it).is_none() && *it != "\\r")
            .collect();
        let ours: BTreeSet<&str> = signs().flat_map(|it| it.1.iter().copied()).collect();
        assert_eq!(ours, tokens);
    }
}
