//! Norms that cannot all be followed: one forbids what another demands or permits.

use polis_diagnostic::{AnalysisMessage, AnalysisNote};
use polis_semantic::ir::{Deontic, Expr, ExprKind, Norm};
use polis_semantic::{Program, Symbol, Type};
use polis_value::{Date, Range, Value};

use crate::space::{Space, Witness};
use crate::{Outside, Work};

impl Work {
    pub(crate) fn norms(&mut self) {
        let program = self.machine.program().clone();
        self.result.decided.norms = program.norms.iter().filter(|it| self.is_own(&it.meta.symbol)).count();
        let forbidding: Vec<&Norm> = program.norms.iter().filter(|it| it.modality == Deontic::MustNot).collect();
        for norm in program.norms.iter().filter(|it| matches!(it.modality, Deontic::Must | Deontic::May)) {
            for forbids in &forbidding {
                let own = self.is_own(&norm.meta.symbol) || self.is_own(&forbids.meta.symbol);
                let Some(action) = meet(&program, norm, forbids).filter(|_| own) else { continue };
                self.result.decided.pairs += 1;
                match self.together(&program, norm, forbids) {
                    Err(why) => self.undecided(&norm.meta.symbol, why),
                    Ok(None) => {}
                    Ok(Some(witness)) => {
                        let message = match norm.modality {
                            Deontic::Must => AnalysisMessage::DemandedAndForbidden {
                                action: action.name.clone(),
                                demands: norm.meta.symbol.name.clone(),
                                forbids: forbids.meta.symbol.name.clone(),
                            },
                            _ => AnalysisMessage::PermittedAndForbidden {
                                action: action.name.clone(),
                                permits: norm.meta.symbol.name.clone(),
                                forbids: forbids.meta.symbol.name.clone(),
                            },
                        };
                        let diagnostic = Self::at(message, norm.meta.place(norm.meta.head))
                            .label(forbids.meta.place(forbids.meta.head), AnalysisNote::ForbiddenHere)
                            .help(AnalysisNote::PartNorms);
                        let shown = norm.guard.is_some() || forbids.guard.is_some();
                        self.found(diagnostic, Some(&witness).filter(|_| shown));
                    }
                }
            }
        }
    }

    /// A jurisdiction for which both guards hold.
    fn together(&mut self, program: &Program, a: &Norm, b: &Norm) -> Result<Option<Witness>, Outside> {
        let guards: Vec<(&Norm, &Expr)> =
            [a, b].into_iter().filter_map(|it| it.guard.as_ref().map(|guard| (it, guard))).collect();
        let mut entities: Vec<Symbol> = guards.iter().filter_map(|it| entity_of(it.1)).collect();
        entities.dedup();
        let entity = match entities.as_slice() {
            [] => match program.entities.first() {
                Some(entity) => entity.meta.symbol.clone(),
                None => return Ok(None),
            },
            [entity] => entity.clone(),
            _ => return Err(Outside::SeveralEntities),
        };
        let conditions: Vec<&Expr> = guards.iter().map(|it| it.1).collect();
        let space = Space::of(program, &entity, &conditions)?;
        let questions: Vec<_> =
            guards.iter().map(|(norm, guard)| self.machine.question(&norm.meta.symbol, guard)).collect();
        let (witness, asked) = space
            .find(&self.machine, |run, at| questions.iter().all(|it| matches!(run.ask(it, at), Ok(Value::Bool(true)))));
        self.result.decided.points += asked;
        Ok(witness)
    }
}

/// The action on which two norms meet: for a common actor and object, in force on a common day.
fn meet<'n>(program: &Program, norm: &'n Norm, forbids: &Norm) -> Option<&'n Symbol> {
    let actors = norm.actors.iter().any(|it| forbids.actors.contains(it));
    let overlap = |a: &[smol_str::SmolStr], b: &[smol_str::SmolStr]| {
        a.is_empty() || b.is_empty() || a.iter().any(|it| b.contains(it))
    };
    let days = |norm: &Norm| Range::new(norm.meta.force.0, norm.meta.force.1).ok();
    let days: Option<Range<Date>> = days(norm).zip(days(forbids)).and_then(|(a, b)| a.intersect(&b));
    if !actors || days.is_none() || !overlap(&norm.objects, &forbids.objects) || !overlap(&norm.over, &forbids.over) {
        return None;
    }
    norm.actions.iter().find(|it| forbids.actions.iter().any(|forbidden| is_a(program, it, forbidden)))
}

/// Whether an action is another, or a kind of it.
fn is_a(program: &Program, action: &Symbol, other: &Symbol) -> bool {
    let mut next = Some(action);
    // A circle of actions is reported where they are declared.
    for _ in 0..=program.notions.len() {
        let Some(current) = next else { return false };
        if current == other {
            return true;
        }
        let notion = program.notions.iter().find(|it| it.meta.symbol == *current);
        next = notion.and_then(|it| it.parents.first());
    }
    false
}

/// The entity that a guard is about.
fn entity_of(expr: &Expr) -> Option<Symbol> {
    match (&expr.kind, &expr.ty) {
        (ExprKind::This, Type::Entity(symbol)) => Some(symbol.clone()),
        (ExprKind::Field(base, ..) | ExprKind::Rule(base, ..) | ExprKind::Ancestor(base, _), _) => entity_of(base),
        (ExprKind::Unary(_, operand), _) => entity_of(operand),
        (ExprKind::Binary { lhs, rhs, .. }, _) => entity_of(lhs).or_else(|| entity_of(rhs)),
        (ExprKind::Call(_, args) | ExprKind::List(args), _) => args.iter().find_map(entity_of),
        (ExprKind::If(a, b, c), _) => entity_of(a).or_else(|| entity_of(b)).or_else(|| entity_of(c)),
        (ExprKind::Aggregate { source, .. }, _) => entity_of(source),
        (ExprKind::Children(base, _), _) => entity_of(base),
        _ => None,
    }
}
