//! Lists that are written out, and members that are counted.

use polis_eval::EntityId;
use polis_semantic::ir::Expr;
use polis_syntax::ast::BinaryOp;
use polis_syntax::words::Builtin;

use super::{Compiler, Local, Scope};
use crate::columns::engine::Fold;
use crate::columns::graph::{Bit, Built, Num, Stop};
use crate::columns::value::{Kind, Val};

impl Compiler<'_, '_> {
    /// An aggregate over a list that is written out.
    pub(super) fn listed(
        &mut self,
        builtin: Builtin,
        body: &Expr,
        items: &[Expr],
        filter: Option<&Expr>,
        scope: &Scope,
    ) -> Built<Val> {
        let mut members = Vec::new();
        for item in items {
            let item = self.expr(item, scope)?;
            let scope = scope.with(Local::Is(item));
            members.push(self.member(body, filter, &scope)?);
        }
        let everywhere = members.iter().all(|it| it.0 == Bit::TRUE);
        let count = i64::try_from(members.len()).map_err(|_| Stop)?;
        match builtin {
            Builtin::Any | Builtin::All => {
                let empty = Val::truth(if builtin == Builtin::All { Bit::TRUE } else { Bit::FALSE });
                let mut all = empty.clone();
                for (counts, value) in &members {
                    let value = self.graph.pick(*counts, value, &empty)?;
                    all = if builtin == Builtin::All {
                        self.graph.both(&all, &value)?
                    } else {
                        self.graph.either(&all, &value)?
                    };
                }
                Ok(all)
            }
            Builtin::Count | Builtin::Sum => {
                let mut sum = self.graph.whole(0);
                let (mut low, mut high) = (sum, sum);
                let (mut known, mut why) = (Bit::TRUE, Vec::new());
                for (counts, value) in &members {
                    let (own_low, own_high) = self.counted(builtin, value, *counts)?;
                    low = self.graph.add(low, own_low, scope.path)?;
                    high = self.graph.add(high, own_high, scope.path)?;
                    let left_out = self.graph.not(*counts);
                    let settled = self.graph.or(left_out, value.known);
                    known = self.graph.and(known, settled);
                    let own = self.graph.within(&value.why, *counts);
                    why = self.graph.join(&why, &own);
                }
                sum = low;
                Ok(Val { kind: Kind::Number(Some(sum), Some(high)), known, why })
            }
            Builtin::Min | Builtin::Max if everywhere => {
                let mut all = members.into_iter().map(|it| it.1);
                let first = all.next().ok_or(Stop)?;
                all.try_fold(first, |a, b| self.graph.extreme_of(builtin == Builtin::Min, &a, &b))
            }
            Builtin::Avg if everywhere && count > 0 => {
                let sum = self.listed(Builtin::Sum, body, items, filter, scope)?;
                let count = Val::point(self.graph.whole(count));
                self.graph.arithmetic(BinaryOp::Div, &sum, &count, scope.path)
            }
            _ => Err(Stop),
        }
    }

    /// What an aggregate takes of a member: the rows in which it is taken, and what it is there.
    pub(in super::super) fn member(&mut self, body: &Expr, filter: Option<&Expr>, scope: &Scope) -> Built<(Bit, Val)> {
        let Some(filter) = filter else { return Ok((Bit::TRUE, self.expr(body, scope)?)) };
        let filter = self.expr(filter, scope)?;
        let (yes, no, _) = self.graph.truths(&filter)?;
        let path = self.graph.and(scope.path, yes);
        let undecided = Val { kind: Kind::Nothing, known: Bit::FALSE, why: filter.why.clone() };
        let value = if path == Bit::FALSE { undecided.clone() } else { self.expr(body, &scope.on(path))? };
        Ok((self.graph.not(no), self.graph.pick(yes, &value, &undecided)?))
    }

    /// What a member adds to a sum or a count: nothing where it is left out or unknown.
    pub(in super::super) fn counted(&mut self, builtin: Builtin, value: &Val, counts: Bit) -> Built<(Num, Num)> {
        let graph = &mut self.graph;
        let zero = graph.whole(0);
        let mut taken = graph.and(counts, value.known);
        if builtin == Builtin::Count {
            if let Kind::Truth(bit) = value.kind {
                taken = graph.and(taken, bit);
            }
            let one = graph.whole(1);
            let count = graph.select(taken, one, zero);
            return Ok((count, count));
        }
        match value.kind {
            Kind::Number(Some(low), Some(high)) => {
                Ok((graph.select(taken, low, zero), graph.select(taken, high, zero)))
            }
            Kind::Nothing => Ok((zero, zero)),
            _ => Err(Stop),
        }
    }

    /// An aggregate over the members of the row, or of one above it.
    pub(super) fn folded(
        &mut self,
        builtin: Builtin,
        body: &Expr,
        filter: Option<&Expr>,
        (at, child): (EntityId, EntityId),
        scope: &Scope,
    ) -> Built<Val> {
        let (engine, outer_path) = (self.engine, scope.path);
        // What can still be named among the members: the row whose members they are, and what it lies in.
        let kept = |it: EntityId| engine.lies_in(at, it).then_some(it);
        let outer = scope.locals.iter().map(|it| match it {
            Some(Local::At(it)) => kept(*it).map(Local::At),
            _ => None,
        });
        let scope = Scope {
            this: scope.this.and_then(kept),
            locals: outer.chain([Some(Local::At(child))]).collect(),
            owner: scope.owner.clone(),
            part: scope.part.clone(),
            path: Bit::TRUE,
        };
        let fold = Fold { builtin, body, filter, parent: at, child, scope };
        if builtin == Builtin::Avg {
            let sum = engine.fold(&Fold { builtin: Builtin::Sum, ..fold.clone() })?;
            let sum = self.shared(at, &sum)?;
            let count = engine.members(&fold)?;
            let count = self.shared(at, &count)?;
            // Of no members, or where some of them are unknown, only the sum counts.
            return self.graph.arithmetic(BinaryOp::Div, &sum, &count, outer_path);
        }
        let value = engine.fold(&fold)?;
        self.shared(at, &value)
    }
}
