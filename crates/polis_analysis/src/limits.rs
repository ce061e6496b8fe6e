//! Limits: what a structure or quota may come to, held against its own limits and those of superiors for every
//! jurisdiction, and limits of its own that are wider than a superior's.

use std::sync::Arc;

use polis_db::{Db, Package, superiors};
use polis_diagnostic::{
    AnalysisMessage, AnalysisNote, Bilingual, Diagnostic, KindMessage, KindNote, Message, Severity,
};
use polis_eval::{Question, Run};
use polis_semantic::ir::{Constraint, Expr, ExprKind, Holds, Limit, PartExpr, Structure, Subject};
use polis_semantic::items::{Item, Place};
use polis_semantic::kinds::Def;
use polis_semantic::scope::declared;
use polis_semantic::slices::reading;
use polis_semantic::{NumberType, Type};
use polis_syntax::words::{Choice, Face, Kind};
use polis_value::{Number, NumberRange, Value};
use smol_str::format_smolstr;

use crate::report::at;
use crate::space::{Space, Witness};
use crate::{Outside, Work};

/// The structures of superiors that bind this one: of the same kind, about the same entity, with limits.
pub fn above<'db>(db: &'db dyn Db, package: Package, structure: &Structure) -> Vec<(Item<'db>, Structure)> {
    let superiors = superiors(db, package);
    let items = superiors.iter().flat_map(|it| declared(db, *it, structure.meta.kind));
    let structures = items.filter_map(|item| {
        let read = reading(db, *item);
        let of = read.defs.iter().find_map(|it| if let Def::Structure(of) = it { Some(of.clone()) } else { None })?;
        (of.entity == structure.entity && !of.limits.is_empty()).then_some((*item, of))
    });
    structures.collect()
}

/// Which end of a value is outside of its bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Low,
    High,
}

impl End {
    fn of(self, range: &NumberRange) -> Option<Number> {
        if self == Self::High { range.hi() } else { range.lo() }
    }

    /// The two figures, where the value's is outside. A value is cut to what its own limits allow.
    fn outside(self, value: &Value, caps: &[Value], bounds: &Value) -> Option<(Number, Number)> {
        let (mut value, bound) = (self.of(&value.as_number_range()?)?, self.of(&bounds.as_number_range()?)?);
        for cap in caps.iter().filter_map(Value::as_number_range).filter_map(|it| self.of(&it)) {
            value = if self == Self::High { value.min(cap) } else { value.max(cap) };
        }
        let outside = if self == Self::High { value > bound } else { value < bound };
        outside.then_some((value, bound))
    }
}

/// What is asked: whether a value has an end outside of bounds where all guards hold.
struct Beyond<'e> {
    guards: Vec<&'e Expr>,
    value: &'e Expr,
    /// Limits that the value is cut to.
    caps: &'e [Limit],
    bounds: &'e Expr,
}

impl Work {
    /// Decides the limits on a structure, which the superiors' structures `above` bind.
    pub(crate) fn limits(&mut self, structure: &Structure, above: &[(Item<'_>, Structure)]) {
        if structure.limits.is_empty() && above.is_empty() {
            return;
        }
        let program = Arc::clone(self.machine.program());
        let own = &structure.meta.symbol;
        for constraint in &program.constraints {
            let mine = constraint.about.as_ref().unwrap_or(&constraint.meta.symbol) == own;
            if let (true, Holds::Within { value, bounds, subject: Subject::Provided }) = (mine, &constraint.holds) {
                self.result.decided.limits += 1;
                self.provided(structure, constraint, value, bounds);
            }
        }
        for (_, superior) in above {
            for limit in &structure.limits {
                for other in &superior.limits {
                    self.result.decided.limits += 1;
                    self.loosened(structure, limit, superior, other);
                }
            }
        }
    }

    /// What the structure provides for, for every jurisdiction.
    fn provided(&mut self, structure: &Structure, constraint: &Constraint, value: &Expr, bounds: &Expr) {
        let own = constraint.about.is_none();
        // Pay with limits of its own is only what they start from.
        if own && structure.meta.kind == Kind::Pay {
            return;
        }
        let is_cut = matches!(structure.meta.kind, Kind::Quota | Kind::Pay);
        let caps = if is_cut && !own { structure.limits.as_slice() } else { &[] };
        let asked = Beyond { guards: constraint.guard.iter().collect(), value, caps, bounds };
        let known = self.known_parts(structure);
        for end in [End::High, End::Low] {
            let outcome = match (self.beyond(structure, end, &asked), &known) {
                // What is left open is no less than none: where the rest is too much, all of it is.
                (Err(why), Some(known)) if end == End::High => {
                    let known = Beyond { guards: asked.guards.clone(), value: known, caps, bounds };
                    match self.beyond(structure, end, &known) {
                        Ok(Some(found)) => Ok(Some(found)),
                        _ => Err(why),
                    }
                }
                (outcome, _) => outcome,
            };
            match outcome {
                Err(why) => return self.undecided(&structure.meta.symbol, why),
                // What its own limit cuts a quota to for some jurisdictions is meant to be cut.
                Ok(Some(found)) if is_cut && own && !found.witness.is_any() => {}
                Ok(Some(found)) => return self.outside(structure, constraint, bounds, end, &found),
                Ok(None) => {}
            }
        }
    }

    /// The parts of offices, centres or posts that the text does not leave open, where it does others.
    fn known_parts(&self, structure: &Structure) -> Option<Expr> {
        if matches!(structure.meta.kind, Kind::Quota | Kind::Pay) {
            return None;
        }
        let program = self.machine.program();
        let rule = program.rules.iter().find(|it| it.meta.symbol == structure.meta.symbol)?;
        let ExprKind::Parts(parts) = &rule.value.kind else { return None };
        let is_open = |it: &Expr| match &it.kind {
            ExprKind::Open(_) => true,
            ExprKind::Param(symbol) => {
                let param = program.params.iter().find(|it| it.meta.symbol == *symbol);
                let values = param.iter().flat_map(|it| it.value.iter().chain(it.dated.iter().map(|it| &it.1)));
                values.into_iter().any(|it| matches!(it.kind, ExprKind::Open(_)))
            }
            _ => false,
        };
        let known: Vec<PartExpr> = parts.iter().filter(|it| !is_open(&it.value)).cloned().collect();
        (!known.is_empty() && known.len() < parts.len()).then(|| Expr {
            kind: ExprKind::Parts(known),
            ty: rule.value.ty.clone(),
            span: rule.value.span,
        })
    }

    /// A limit of its own that allows more than a superior's.
    fn loosened(&mut self, structure: &Structure, limit: &Limit, superior: &Structure, other: &Limit) {
        let guards = [&limit.guard, &other.guard].into_iter().flatten().collect();
        let asked = Beyond { guards, value: &limit.bounds, caps: &[], bounds: &other.bounds };
        for end in [End::High, End::Low] {
            match self.beyond(structure, end, &asked) {
                Err(why) => return self.undecided(&structure.meta.symbol, why),
                Ok(Some(found)) => {
                    let message = AnalysisMessage::LimitLoosened {
                        name: structure.meta.symbol.name.clone(),
                        limit: found.value.clone(),
                        superior: format_smolstr!("{}", superior.meta.symbol),
                        bound: found.bound.clone(),
                    };
                    let set = KindNote::LimitSetHere { limit: found.bound.clone() };
                    let diagnostic = at(message, structure.meta.place(limit.bounds.span))
                        .label(superior.meta.place(other.bounds.span), set)
                        .help(AnalysisNote::KeepWithin);
                    return self.found(diagnostic, Some(&found.witness).filter(|it| !it.is_any()));
                }
                Ok(None) => {}
            }
        }
    }

    /// The smallest jurisdiction for which a value has an end outside of its bounds.
    fn beyond(&mut self, structure: &Structure, end: End, asked: &Beyond<'_>) -> Result<Option<Outer>, Outside> {
        let Type::Number(ty) = &structure.ty else { return Ok(None) };
        let program = Arc::clone(self.machine.program());
        let caps: Vec<&Expr> = asked.caps.iter().map(|it| &it.bounds).collect();
        let conditions: Vec<&Expr> =
            asked.guards.iter().copied().chain(asked.caps.iter().filter_map(|it| it.guard.as_ref())).collect();
        let values: Vec<&Expr> = [asked.value, asked.bounds].into_iter().chain(caps.iter().copied()).collect();
        let space = Space::of_values(&program, &structure.entity, &conditions, &values)?;
        let value: Vec<&Expr> = std::iter::once(asked.value).chain(caps).collect();
        let directions = match end {
            End::High => space.directions(&program, &value, &[asked.bounds])?,
            End::Low => space.directions(&program, &[asked.bounds], &value)?,
        };
        let owner = &structure.meta.symbol;
        let guards: Vec<Question> = asked.guards.iter().map(|it| self.machine.question(owner, it)).collect();
        let caps: Vec<(Option<Question>, Question)> = asked
            .caps
            .iter()
            .map(|it| {
                let guard = it.guard.as_ref().map(|it| self.machine.question(owner, it));
                (guard, self.machine.question(owner, &it.bounds))
            })
            .collect();
        let (value, bounds) = (self.machine.question(owner, asked.value), self.machine.question(owner, asked.bounds));
        let mut open = false;
        let mut outside = |run: &Run<'_>, at| {
            let holds = |it: &Question| matches!(run.ask(it, at), Ok(Value::Bool(true)));
            if !guards.iter().all(holds) {
                return None;
            }
            let (value, bounds) = (run.ask(&value, at).ok()?, run.ask(&bounds, at).ok()?);
            open |= value.is_unknown() || bounds.is_unknown();
            let caps = caps.iter().filter(|it| it.0.as_ref().is_none_or(holds));
            let caps: Vec<Value> = caps.filter_map(|it| run.ask(&it.1, at).ok()).collect();
            end.outside(&value, &caps, &bounds)
        };
        let (point, count) = space.first(&self.machine, &directions, |run, at| outside(run, at).is_some())?;
        let found = point.and_then(|point| Some((point.ask(&mut outside)?, point.witness)));
        self.result.decided.points += count;
        let show = |it| ty.show_both(it);
        match found {
            Some(((value, bound), witness)) => {
                Ok(Some(Outer { witness, value: show(value), bound: show(bound), most: bound }))
            }
            None if open => Err(Outside::Open(structure.meta.symbol.name.clone())),
            None => Ok(None),
        }
    }
}

/// A value outside of its bounds.
struct Outer {
    witness: Witness,
    value: Bilingual,
    bound: Bilingual,
    /// The bound.
    most: Number,
}

impl Work {
    /// Reports a value that is outside of its bounds.
    fn outside(&mut self, structure: &Structure, constraint: &Constraint, bounds: &Expr, end: End, outer: &Outer) {
        let name = structure.meta.symbol.name.clone();
        let (value, limit) = (outer.value.clone(), outer.bound.clone());
        let superior = constraint.about.as_ref().map(|_| format_smolstr!("{}", constraint.meta.symbol));
        let message: Message = match (end, superior) {
            (End::High, None) => KindMessage::LimitExceeded { name, value, limit: limit.clone() }.into(),
            (End::High, Some(superior)) => {
                KindMessage::SuperiorLimitExceeded { name, value, limit: limit.clone(), superior }.into()
            }
            (End::Low, None) => AnalysisMessage::BelowLimit { name, value, limit: limit.clone() }.into(),
            (End::Low, Some(superior)) => {
                AnalysisMessage::BelowSuperiorLimit { name, value, limit: limit.clone(), superior }.into()
            }
        };
        let mut diagnostic = at(message, structure.meta.place(structure.meta.head))
            .label(constraint.meta.place(bounds.span), KindNote::LimitSetHere { limit });
        // A limit that says what is usual or planned may be left for a reason.
        if constraint.modality != Choice::Must {
            diagnostic = diagnostic.with_severity(Severity::Warning);
        }
        if !outer.witness.is_any() {
            return self.found(diagnostic.help(AnalysisNote::KeepWithin), Some(&outer.witness));
        }
        let program = Arc::clone(self.machine.program());
        let rule = program.rules.iter().find(|it| it.meta.symbol == structure.meta.symbol);
        let choice = match rule.map(|it| (&it.value.kind, &structure.ty)) {
            Some((ExprKind::Parts(parts), Type::Number(ty))) if end == End::High => Choices::of(parts, outer.most, ty),
            _ => None,
        };
        self.result.found(match choice {
            Some(choice) => choice.tell(diagnostic, structure),
            None => diagnostic.help(AnalysisNote::KeepWithin),
        });
    }
}

/// The parts of what a structure provides for, where no fact matters: whatever is chosen of them goes beyond its bound.
struct Choices<'p> {
    /// The parts with what each may be.
    parts: Vec<(&'p PartExpr, NumberRange)>,
    most: Number,
    ty: &'p NumberType,
}

impl<'p> Choices<'p> {
    fn of(parts: &'p [PartExpr], most: Number, ty: &'p NumberType) -> Option<Self> {
        let known = |it: &'p PartExpr| match &it.value.kind {
            ExprKind::Const(value) if it.guard.is_none() => Some((it, value.as_number_range()?)),
            _ => None,
        };
        Some(Self { parts: parts.iter().map(known).collect::<Option<_>>()?, most, ty })
    }

    /// The finding with what each part may reach, and where one of them is left to choose, the smallest choice that goes
    /// beyond and the range that does not.
    fn tell(&self, mut diagnostic: Diagnostic<Place>, structure: &Structure) -> Diagnostic<Place> {
        for (part, value) in &self.parts {
            if let Some(hi) = value.hi() {
                let reaches = KindNote::Reaches { value: self.ty.show_both(hi) };
                diagnostic = diagnostic.label(structure.meta.place(part.value.span), reaches);
            }
        }
        let Some((name, left)) = self.left() else { return diagnostic };
        let least = left.add(Number::ONE).ok();
        if let Some(least) = least {
            let both = self.ty.show_both(least);
            let example = Bilingual::new(format!("{name} = {}", both.zh), format!("{name} = {}", both.en));
            diagnostic = diagnostic.note(KindNote::Example { example });
        }
        let lo = self.free().and_then(|it| it.1.lo()).unwrap_or(Number::ZERO);
        if lo > left {
            return diagnostic;
        }
        let in_face = |face| self.ty.show_range(Some(lo), Some(left), face);
        diagnostic.help(KindNote::BoundBy { range: Bilingual::new(in_face(Face::Zh), in_face(Face::En)) })
    }

    /// The only part that leaves a choice.
    fn free(&self) -> Option<&(&'p PartExpr, NumberRange)> {
        let mut free = self.parts.iter().filter(|it| !it.1.is_point());
        let first = free.next()?;
        free.next().is_none().then_some(first)
    }

    /// The part that leaves a choice, and how much of it the others leave.
    fn left(&self) -> Option<(&str, Number)> {
        let (free, _) = self.free()?;
        let others = self.parts.iter().filter(|it| !std::ptr::eq(it.0, *free));
        let others = others.map(|it| it.1.hi()).try_fold(Number::ZERO, |sum, it| sum.add(it?).ok())?;
        Some((free.name.as_deref().unwrap_or("X"), self.most.sub(others).ok()?))
    }
}
