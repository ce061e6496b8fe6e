//! The blocks of a provision, inner ones too, with their clauses by the rows of their kinds.

use polis_semantic::items::ItemContent;
use polis_syntax::ast::{Block, Clause, Element, Expr, ExprKind};
use polis_syntax::words::{ClauseSpec, ClauseWord, Kind};

/// A block of a known kind.
#[derive(Debug, Clone, Copy)]
pub struct Known<'c> {
    /// The block.
    pub block: &'c Block,
    /// Its kind.
    pub kind: Kind,
    /// The position, among all blocks of the provision, of the one that it stands in.
    pub outer: Option<usize>,
    text: &'c str,
}

/// Every block of a provision, each after the one that it stands in, in the order of the text. A block of an unknown
/// kind is left out with what it holds: that it is unknown has been reported.
#[must_use]
pub fn blocks(content: &ItemContent) -> Vec<Known<'_>> {
    let mut found: Vec<Known<'_>> = Vec::new();
    add(&content.block, None, &content.text, &mut found);
    found
}

// Nesting is bounded by the parser.
fn add<'c>(block: &'c Block, outer: Option<usize>, text: &'c str, found: &mut Vec<Known<'c>>) {
    let Some(kind) = block.kind else { return };
    let index = found.len();
    found.push(Known { block, kind, outer, text });
    for element in block.body.iter().flat_map(|it| &it.elements) {
        if let Element::Block(inner) = element {
            add(inner, Some(index), text, found);
        }
    }
}

impl<'c> Known<'c> {
    /// Its clauses with their rows; those that its kind does not take are left out.
    pub fn clauses(self) -> impl Iterator<Item = (&'static ClauseSpec, &'c Clause)> {
        self.block.body.iter().flat_map(|it| &it.elements).filter_map(move |element| match element {
            Element::Clause(clause) => Some((self.kind.clause(clause.word.text(self.text))?, clause)),
            Element::Block(_) | Element::Error(_) => None,
        })
    }

    /// The values of the clauses headed by `word`, lists opened.
    pub fn values(self, word: ClauseWord) -> impl Iterator<Item = &'c Expr> {
        let clauses = self.clauses().filter(move |it| it.0.word == word);
        clauses.flat_map(|it| &it.1.values).flat_map(|it| match &it.kind {
            ExprKind::List(items) => items.as_slice(),
            _ => std::slice::from_ref(it),
        })
    }
}
