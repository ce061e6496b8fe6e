//! Renaming what a name leads to, wherever it is spoken of.

use polis_db::SourceFile;
use polis_diagnostic::Locale;
use polis_semantic::resolve::{Target, item_of_key};
use polis_semantic::scope::{package_of, scope};
use polis_syntax::words::Keyword;
use polis_syntax::{Span, TokenKind, lex};
use unicode_normalization::UnicodeNormalization as _;

use crate::references::references_of;
use crate::target::{item_at, parts, pointed};
use crate::text::{Db, TextEdit, pick};

/// Why something cannot be renamed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RenameError {
    /// No name stands there, or a word of the language.
    NotAName,
    /// The name of a package is that of its manifest, and others' manifests name it.
    Package,
    /// The new name is none.
    Invalid(String),
    /// Something else has the new name.
    Taken(String),
}

impl RenameError {
    /// What is wrong, in a language.
    #[must_use]
    pub fn render(&self, locale: Locale) -> String {
        match self {
            Self::NotAName => {
                pick(locale, "此处没有可以重命名的名称", "there is no name here that can be renamed").into()
            }
            Self::Package => pick(
                locale,
                "包名写在各包的 `polis.toml` 中，请在那里改",
                "a package's name is that of its `polis.toml`; change it there",
            )
            .into(),
            Self::Invalid(name) => pick(
                locale,
                format!("`{name}` 不能作名称：名称由文字、数字和下划线组成，不以数字开头"),
                format!(
                    "`{name}` is no name: a name is made of letters, digits and underscores and begins with no digit"
                ),
            ),
            Self::Taken(name) => {
                pick(locale, format!("已有名为 `{name}` 的内容"), format!("`{name}` is declared already"))
            }
        }
    }
}

/// The name at an offset that can be renamed, and what it is now.
pub fn prepare_rename(db: &Db, file: SourceFile, offset: u32) -> Result<(Span, String), RenameError> {
    let found = pointed(db, file, offset).ok_or(RenameError::NotAName)?;
    match &found.target {
        Target::Package(_) => Err(RenameError::Package),
        Target::Item(key) if key.name.is_empty() => Err(RenameError::NotAName),
        Target::Item(key) => Ok((found.range, key.name.to_string())),
        Target::Part(_, name) | Target::Local(name) => Ok((found.range, name.to_string())),
    }
}

/// The edits that rename what stands at an offset, in every file, by path and offset.
pub fn rename(db: &Db, file: SourceFile, offset: u32, new: &str) -> Result<Vec<TextEdit>, RenameError> {
    let (_, old) = prepare_rename(db, file, offset)?;
    let found = pointed(db, file, offset).ok_or(RenameError::NotAName)?;
    let within = item_at(db, file, offset).map(|it| it.0);
    let new: String = new.trim().trim_matches('`').nfc().collect();
    let written = written(&new).ok_or_else(|| RenameError::Invalid(new.clone()))?;
    if new != old && is_taken(db, &found.target, &new) {
        return Err(RenameError::Taken(new));
    }
    let mut edits = Vec::new();
    for reference in references_of(db, &found.target, within) {
        let text = reference.at.file.text(db);
        let mut at = reference.at;
        let now = at.range.text(text.text());
        let mut text = written.clone();
        if now.starts_with(['"', '“', '《']) {
            // `增长 "社区.户数": 1%`: only the name within the text.
            let Some(offset) = now.rfind(&old) else { continue };
            // INVARIANT: an offset in a range of a file fits, as files do.
            let start = at.range.start + u32::try_from(offset).unwrap_or_default();
            at.range = Span::new(start, start + u32::try_from(old.len()).unwrap_or_default());
            text.clone_from(&new);
        }
        edits.push(TextEdit { at, text });
    }
    Ok(edits)
}

/// A name as it is written in a policy: in back-quotes where it is spelled like a word of the language.
pub(crate) fn written(name: &str) -> Option<String> {
    let tokens = lex(name).tokens;
    let [token] = tokens.as_slice() else { return None };
    match token.kind {
        TokenKind::Ident if token.span().text(name) == name => Some(name.to_owned()),
        _ if Keyword::from_text(name).is_some() => Some(format!("`{name}`")),
        _ => None,
    }
}

fn is_taken(db: &Db, target: &Target, new: &str) -> bool {
    match target {
        Target::Item(key) => package_of(db, key.file).is_some_and(|it| scope(db, it).get(db, new).is_some()),
        Target::Part(key, _) => {
            item_of_key(db, key).is_some_and(|it| parts(&it.content(db)).iter().any(|it| it.name == new))
        }
        Target::Package(_) | Target::Local(_) => false,
    }
}
