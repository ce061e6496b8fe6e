//! The inputs of the database: what is not computed but given.
//!
//! Each documents its own fields; the constructors, builders and setters are salsa's.

use std::io;
use std::sync::Arc;

use camino::Utf8Path;
use polis_diagnostic::FileId;
use polis_syntax::Parse;
use polis_syntax::ast::{Block, Element};
use polis_syntax::words::Kind;
use smol_str::SmolStr;
use unicode_normalization::UnicodeNormalization as _;

use crate::manifest::Manifest;
use crate::system::{MAX_BYTES, System};

/// A source file: a `.pol` text or a manifest.
#[salsa::input(debug)]
pub struct SourceFile {
    /// The number by which diagnostics speak of it.
    #[returns(copy)]
    pub id: FileId,
    /// The path as it is shown to users, with `/` between folders.
    #[returns(clone)]
    pub path: Arc<str>,
    /// The name of the package it belongs to; empty for the manifest of a workspace and for what is no source.
    #[returns(clone)]
    pub package: SmolStr,
    /// What it says.
    #[returns(clone)]
    pub text: SourceText,
    /// The heads of its provisions, once it has been edited; `None` for a file that is as it was read.
    ///
    /// Text that is being edited changes often, what it declares seldom. Names of packages rest on this and not on the
    /// text, so that a keystroke leaves what does not speak of the file untouched, without a look at each provision.
    #[returns(clone)]
    pub heads: Option<Arc<[Head]>>,
    /// What the text parses to, once it has been edited: its heads were read from this, and nobody parses it again.
    #[returns(clone)]
    pub parse: Option<Arc<Parse>>,
}

/// The head of a provision at the top of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Its kind; `None` for an unknown word.
    pub kind: Option<Kind>,
    /// Its name in NFC, or its title where it has none; empty where it has neither.
    pub name: SmolStr,
}

impl Head {
    /// The heads of a text that was parsed, one for each provision, in order.
    #[must_use]
    pub fn of(source: &str, parse: &Parse) -> Arc<[Self]> {
        let blocks = parse.file.elements.iter().filter_map(|it| match it {
            Element::Block(block) => Some(&**block),
            _ => None,
        });
        let name = |block: &Block| match (block.name, block.title) {
            (Some(name), _) => name.text(source).nfc().collect(),
            (None, Some(title)) => title.text(source).nfc().collect(),
            (None, None) => SmolStr::default(),
        };
        blocks.map(|it| Self { kind: it.kind, name: name(it) }).collect()
    }
}

/// What a file says, as far as it can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceText {
    /// UTF-8 text. A byte order mark is kept; the lexer passes over it.
    Text(Arc<str>),
    /// Not UTF-8: the offset and value of the first byte that is wrong, and the text before it.
    NotUtf8 {
        /// The offset of the byte.
        offset: usize,
        /// Its value.
        byte: u8,
        /// The valid text before it.
        before: Arc<str>,
    },
    /// It could not be read, and why.
    Unreadable(Arc<str>),
}

impl SourceText {
    /// The reason why a file past [`MAX_BYTES`] is not read.
    pub const TOO_LARGE: &str = "too large";

    /// Reads a file. Whatever happens becomes a text or the reason why there is none.
    #[must_use]
    pub fn read(system: &dyn System, path: &Utf8Path) -> Self {
        match system.read(path) {
            Ok(bytes) => Self::from_bytes(bytes),
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => Self::Unreadable(Self::TOO_LARGE.into()),
            Err(error) => Self::Unreadable(error.to_string().into()),
        }
    }

    /// Reads bytes as UTF-8.
    #[must_use]
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        if bytes.len() as u64 > MAX_BYTES {
            return Self::Unreadable(Self::TOO_LARGE.into());
        }
        match String::from_utf8(bytes) {
            Ok(text) => Self::Text(text.into()),
            Err(error) => {
                let offset = error.utf8_error().valid_up_to();
                let bytes = error.as_bytes();
                let byte = bytes.get(offset).copied().unwrap_or_default();
                let before = String::from_utf8_lossy(bytes.get(..offset).unwrap_or_default()).into();
                Self::NotUtf8 { offset, byte, before }
            }
        }
    }

    /// The text, or as much of it as is text.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::NotUtf8 { before, .. } => before,
            Self::Unreadable(_) => "",
        }
    }
}

/// A package: one jurisdiction's or library's provisions.
#[salsa::input(debug)]
pub struct Package {
    /// Its name; unique in the workspace.
    #[returns(clone)]
    pub name: SmolStr,
    /// What its `polis.toml` says.
    #[returns(clone)]
    pub manifest: Arc<Manifest>,
    /// Its `.pol` files, ordered by path.
    #[returns(clone)]
    pub files: Arc<[SourceFile]>,
}

/// All packages, ordered by name.
#[salsa::input(singleton, debug)]
pub struct Workspace {
    /// The packages.
    #[returns(clone)]
    pub packages: Arc<[Package]>,
}
