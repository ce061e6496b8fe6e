//! Links from a provision to what it names outside: passages of source texts, samples.

use camino::Utf8PathBuf;
use polis_db::SourceFile;
use polis_semantic::items::{Item, file_items, parsed_file};
use polis_semantic::scope::package_of;
use polis_semantic::{file_document, unquote};
use polis_syntax::Span;
use polis_syntax::ast::ExprKind;
use polis_syntax::words::{ClauseWord, Kind};

use crate::goto::item_of;
use crate::text::Db;

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What is underlined.
    pub range: Span,
    /// The file that it leads to, absolute.
    pub path: Utf8PathBuf,
    /// The words to be found in it.
    pub passage: Option<String>,
}

/// The links of a file, by place: passages of citations, where the document names the file of its text.
#[must_use]
pub fn links(db: &Db, file: SourceFile) -> Vec<Link> {
    let parsed = parsed_file(db, file);
    let mut all = Vec::new();
    for (at, item) in parsed.items.iter().zip(file_items(db, file)) {
        let content = &at.content;
        crate::walk::clauses(&content.block, &mut |block, clause| {
            let Some(spec) = block.kind.and_then(|it| it.clause(clause.word.text(&content.text))) else { return };
            if spec.word == ClauseWord::TextFile
                && let Some(value) = clause.values.first()
                && let Some(path) = text_path(db, *item, &unquote(value.span.text(&content.text)))
            {
                all.push(Link { range: at.absolute(value.span), path, passage: None });
            }
            if spec.word != ClauseWord::Cite {
                return;
            }
            for value in clause.values.iter().flat_map(|it| match &it.kind {
                ExprKind::List(items) => items.as_slice(),
                _ => std::slice::from_ref(it),
            }) {
                let (document, passage) = match &value.kind {
                    ExprKind::Citation(document, passage) => (Some(&**document), *passage),
                    ExprKind::Text => (None, value.span),
                    _ => continue,
                };
                let document = match document {
                    Some(expr) => cited(db, *item, expr.span.text(&content.text)),
                    None => file_document(db, file).and_then(|it| item_of(db, *item, &it.meta.symbol)),
                };
                let path = document.and_then(|it| text_path(db, it, &text_file(db, it)?));
                if let Some(path) = path {
                    let words = unquote(passage.text(&content.text)).to_string();
                    all.push(Link { range: at.absolute(passage), path, passage: Some(words) });
                }
            }
        });
    }
    all.sort_by_key(|it| it.range);
    all
}

/// The document that a citation names.
fn cited<'db>(db: &'db Db, item: Item<'db>, name: &str) -> Option<Item<'db>> {
    let name = name.replace(' ', "");
    let (package, name) = name.split_once(['.', '．']).map_or((None, name.as_str()), |(a, b)| (Some(a), b));
    let from = item.file(db);
    match package {
        None => crate::goto::named(db, from, name, &[Kind::Document]).first().copied(),
        Some(package) => match polis_semantic::scope::lookup(db, package_of(db, from)?, package)? {
            polis_semantic::scope::Found::Package(of) => polis_semantic::scope::scope(db, of).get(db, name),
            polis_semantic::scope::Found::Item(_) => None,
        },
    }
}

/// The name of the file with a document's text.
fn text_file(db: &Db, document: Item<'_>) -> Option<String> {
    let content = document.content(db);
    let mut found = None;
    crate::walk::clauses(&content.block, &mut |block, clause| {
        let spec = block.kind.and_then(|it| it.clause(clause.word.text(&content.text)));
        if spec.is_some_and(|it| it.word == ClauseWord::TextFile) && found.is_none() {
            found = clause.values.first().map(|it| unquote(it.span.text(&content.text)).to_string());
        }
    });
    found
}

/// Where the text of a document of a package lies.
fn text_path(db: &Db, document: Item<'_>, name: &str) -> Option<Utf8PathBuf> {
    let package = package_of(db, document.file(db))?;
    Some(package.manifest(db).sources_path()?.join(name))
}
