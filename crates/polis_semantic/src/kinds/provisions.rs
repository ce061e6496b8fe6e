//! Provisions of which the program keeps what they say by the table's shapes: facts, principles and the like.

use polis_syntax::ast::Block;
use polis_syntax::words::Value as Shape;

use super::{Clauses, Def};
use crate::lower::Lower;

impl Lower<'_, '_> {
    /// Reads every clause by its row's shape, also in the blocks inside.
    pub(super) fn by_shape(&mut self, block: &Block, clauses: &Clauses<'_>) {
        let Some(kind) = block.kind else { return };
        for spec in kind.spec().clauses {
            match spec.value {
                Shape::Expr | Shape::Figure | Shape::Constant => {
                    for clause in clauses.many(spec.word) {
                        self.guard(clause);
                        for value in &clause.values {
                            self.infer(value, None);
                        }
                    }
                }
                Shape::Condition => {
                    for value in clauses.values(spec.word) {
                        self.condition(value);
                    }
                }
                Shape::Reference(_) => {
                    self.references_of(clauses, spec.word);
                }
                Shape::Label | Shape::Declares | Shape::Text => {
                    self.labels_of(clauses, spec.word);
                }
                Shape::Date => {
                    for value in clauses.values(spec.word) {
                        self.date_value(value);
                    }
                }
                _ => {}
            }
        }
        for inner in &clauses.blocks {
            let inner_clauses = self.clauses(inner);
            self.by_shape(inner, &inner_clauses);
        }
    }

    pub(super) fn provision(&mut self, block: &Block, clauses: &Clauses<'_>, _defs: &mut Vec<Def>) {
        self.by_shape(block, clauses);
        let symbol = self.item.symbol(self.db);
        let _ = self.meta(block, clauses, symbol);
    }
}
