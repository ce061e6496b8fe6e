//! Expressions that are asked of jurisdictions from outside: what an analysis decides with.

use polis_semantic::Symbol;
use polis_semantic::ir::Expr;
use polis_value::Value;

use crate::code::Code;
use crate::error::EvalError;
use crate::link::link_test;
use crate::machine::{EntityId, Machine};
use crate::run::{Frame, Run};

/// An expression of a provision, linked.
#[derive(Debug)]
pub struct Question {
    owner: Symbol,
    code: Code,
}

impl Machine {
    /// Links an expression of `owner`, to be asked of any number of runs.
    #[must_use]
    pub fn question(&mut self, owner: &Symbol, expr: &Expr) -> Question {
        Question { owner: owner.clone(), code: link_test(self, owner, expr) }
    }
}

impl Run<'_> {
    /// What an expression comes to for a jurisdiction.
    ///
    /// # Errors
    ///
    /// It has no value.
    pub fn ask(&self, question: &Question, at: (EntityId, u32)) -> Result<Value, Box<EvalError>> {
        let mut frame = Frame { at: Some(at), owner: &question.owner, locals: Vec::new(), steps: Vec::new() };
        self.eval::<false>(&question.code, &mut frame)
    }

    /// What an expression comes to that is about no jurisdiction.
    ///
    /// # Errors
    ///
    /// It has no value.
    pub fn figure(&self, question: &Question) -> Result<Value, Box<EvalError>> {
        let mut frame = Frame { at: None, owner: &question.owner, locals: Vec::new(), steps: Vec::new() };
        self.eval::<false>(&question.code, &mut frame)
    }
}
