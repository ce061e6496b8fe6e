//! The documents of packages and their texts.

use std::collections::BTreeMap;
use std::sync::Arc;

use polis_db::{Db, Package, SourceFile};
use polis_semantic::items::{Item, file_items};
use polis_semantic::scope::{Found, lookup, lookup_kinds, scope, visible};
use polis_syntax::ast::{Expr, ExprKind};
use polis_syntax::words::{ClauseWord, Kind};
use smol_str::SmolStr;

use crate::blocks::{Known, blocks};
use crate::text::Text;

/// The texts at hand, by the package and the file name that a document gives. A package that is not among the folders
/// has none, and its citations are not held against anything.
#[derive(Debug, Default)]
pub struct Library {
    /// Where the texts of a package's documents lie, as shown.
    pub folders: BTreeMap<SmolStr, SmolStr>,
    /// The files of the texts that are there.
    pub texts: BTreeMap<(SmolStr, SmolStr), TextFile>,
}

/// The file of a text.
#[derive(Debug, Clone)]
pub enum TextFile {
    /// The text, read and indexed once, whoever names it.
    Read(Arc<Text>),
    /// It cannot be read. Whoever tried reports it, and its citations are let be.
    Unreadable,
}

/// A document, as citations name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Document<'db>(pub(crate) Item<'db>);

/// The file names that the documents of a package and of those that it sees give, with the packages.
pub fn wanted(db: &dyn Db, package: Package) -> Vec<(Package, SmolStr)> {
    let mut found = Vec::new();
    for other in visible(db, package) {
        for item in items(db, *other, Kind::Document) {
            found.extend(Document(item).file_name(db).map(|it| (*other, it)));
        }
    }
    found
}

fn items(db: &dyn Db, package: Package, kind: Kind) -> impl Iterator<Item = Item<'_>> {
    let files = package.files(db).to_vec();
    files.into_iter().flat_map(|it| file_items(db, it).to_vec()).filter(move |it| it.kind(db) == Some(kind))
}

impl<'db> Document<'db> {
    /// The document that a file is about: its first.
    pub(crate) fn of_file(db: &'db dyn Db, file: SourceFile) -> Option<Self> {
        file_items(db, file).iter().copied().find(|it| it.kind(db) == Some(Kind::Document)).map(Self)
    }

    /// The document that a citation names. A series stands for its main document.
    pub(crate) fn named(db: &'db dyn Db, package: Package, expr: &Expr, text: &str) -> Option<Self> {
        const KINDS: &[Kind] = &[Kind::Document, Kind::Series];
        let item = match &expr.kind {
            ExprKind::Name(name) => {
                lookup_kinds(db, package, name.text(text), &|it| KINDS.contains(&it)).first().copied()
            }
            ExprKind::Member(base, name) => {
                let ExprKind::Name(base) = &base.kind else { return None };
                match lookup(db, package, base.text(text))? {
                    Found::Package(other) => scope(db, other).get(db, name.text(text)),
                    Found::Item(_) => None,
                }
            }
            ExprKind::Title => {
                let title = crate::text::fold(expr.span.text(text));
                let all = visible(db, package).to_vec();
                all.into_iter().flat_map(|it| items(db, it, Kind::Document)).find(|it| {
                    let content = it.content(db);
                    let own = content.block.title.map(|it| crate::text::fold(it.text(&content.text)));
                    own.is_some_and(|own| own == title)
                })
            }
            _ => None,
        }?;
        match item.kind(db)? {
            Kind::Document => Some(Self(item)),
            Kind::Series => {
                let content = item.content(db);
                let block = blocks(&content).first().copied()?;
                let main = block.values(ClauseWord::Main).next()?;
                let ExprKind::Name(name) = &main.kind else { return None };
                let package = polis_semantic::scope::package_of(db, item.file(db))?;
                lookup_kinds(db, package, name.text(&content.text), &|it| it == Kind::Document)
                    .first()
                    .copied()
                    .map(Self)
            }
            _ => None,
        }
    }

    /// The name of the file with its text.
    pub(crate) fn file_name(self, db: &dyn Db) -> Option<SmolStr> {
        let content = self.0.content(db);
        let block: Known<'_> = blocks(&content).first().copied()?;
        let value = block.values(ClauseWord::TextFile).next()?;
        Some(polis_semantic::unquote(value.span.text(&content.text)))
    }
}
