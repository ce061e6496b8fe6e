//! Norms, powers and duties: who, what, over whom.

use polis_db::Db;
use polis_diagnostic::{Bilingual, KindMessage, KindNote, TypeMessage};
use polis_syntax::ast::{Block, ExprKind as A, UnitRef};
use polis_syntax::words::{ClauseWord, Kind, UnitWord};
use smol_str::SmolStr;

use super::figures::both;
use super::groups::Members;
use super::{Clauses, Def, lowered};
use crate::ir::{Assignment, Deadline, Deontic, Group, Norm};
use crate::items::Item;
use crate::lower::Lower;
use crate::types::{Dim, NumberType, Symbol, Type};

impl Lower<'_, '_> {
    pub(super) fn norm(&mut self, block: &Block, clauses: &Clauses<'_>, defs: &mut Vec<Def>) {
        let actors = self.references_of(clauses, ClauseWord::Actor);
        self.scope_of_actors(&actors, clauses, ClauseWord::Actor);
        let said = [
            (ClauseWord::Must, Deontic::Must),
            (ClauseWord::MustNot, Deontic::MustNot),
            (ClauseWord::May, Deontic::May),
            (ClauseWord::Encouraged, Deontic::Encouraged),
        ];
        let mut modalities = said.into_iter().filter(|it| clauses.one(it.0).is_some());
        let modality = modalities.next();
        if let Some((second, _)) = modalities.next()
            && let (Some((first, _)), Some(clause)) = (modality, clauses.one(second))
        {
            let place = self.place(clauses.one(first).map_or(block.word.span, |it| it.word.span));
            let message = KindMessage::RepeatedClause { clause: self.name(clause.word).into() };
            let error = self.error(message, clause.word.span);
            *error = error.clone().label(place, KindNote::FirstGivenHere);
        }
        if modality.is_none() {
            self.missing_clause(block, ClauseWord::Must);
        }
        let actions = modality.map_or_else(Vec::new, |it| self.references_of(clauses, it.0));
        let objects = self.labels_of(clauses, ClauseWord::Object);
        let over = self.labels_of(clauses, ClauseWord::Over);
        let frequency = self.frequency(clauses);
        let said = clauses.one(ClauseWord::Frequency).and_then(|it| it.values.first());
        let period = said.and_then(period);
        let deadline = clauses.one(ClauseWord::Deadline).and_then(|it| it.values.first());
        let deadline = deadline.and_then(|it| self.deadline(it));
        let guard = self.when(clauses);
        let open_ended = self.is_open_ended(clauses);
        let symbol = self.item.symbol(self.db);
        if let (Some(meta), Some((_, modality))) = (self.meta(block, clauses, symbol), modality) {
            defs.push(Def::Norm(Norm {
                meta,
                actors,
                modality,
                actions,
                objects,
                over,
                guard: both(guard, None),
                frequency,
                period,
                deadline,
                open_ended,
            }));
        }
    }

    /// A provision whose head names no entity is about its actors, if they are, or lie in, one entity: the guard then
    /// speaks of that entity's facts.
    fn scope_of_actors(&mut self, actors: &[Symbol], clauses: &Clauses<'_>, word: ClauseWord) {
        if self.this.is_some() {
            return;
        }
        // Where an actor could not be read, the guard may be about that one.
        self.lost |= clauses.values(word).count() > actors.len();
        let Some(package) = self.package.filter(|_| !self.lost) else { return };
        let mut of = actors.iter().map(|it| self.entity_of_actor(it));
        let Some(Some(first)) = of.next() else { return };
        if of.all(|it| it.as_ref() == Some(&first)) {
            let entities = crate::signature::entities(self.db, package);
            self.this = entities.iter().find(|it| it.symbol == first).cloned();
        }
    }

    /// The entity that an actor is, or that an organ lies in.
    fn entity_of_actor(&self, actor: &Symbol) -> Option<Symbol> {
        let item = self.item_of(actor)?;
        match item.kind(self.db)? {
            Kind::Entity => Some(actor.clone()),
            Kind::Organ => organ_entity(self.db, item),
            _ => None,
        }
    }

    pub(super) fn frequency(&mut self, clauses: &Clauses<'_>) -> Option<crate::ir::Expr> {
        let times = Type::Number(NumberType::new(Dim::of(UnitWord::Time), true));
        let value = self.infer(clauses.one(ClauseWord::Frequency)?.values.first()?, Some(&times));
        self.check_frequency(&value);
        Some(value)
    }

    /// A frequency is a number of times, or of times in a period.
    fn check_frequency(&mut self, value: &crate::ir::Expr) {
        let time = Dim::of(UnitWord::Time);
        let fits = match &value.ty {
            Type::Number(number) => [UnitWord::Month, UnitWord::Day]
                .iter()
                .map(|it| time.combine(&Dim::of(*it), -1))
                .chain([time.clone()])
                .any(|it| it == number.dim),
            Type::Any => true,
            _ => false,
        };
        if !fits {
            let expected = Bilingual::new("次数，如 `1.. 次/季度`", "a number of times, such as `1.. times/quarter`");
            let found = value.ty.name();
            self.error(TypeMessage::TypeMismatch { expected, found }, value.span);
        }
    }

    /// `within 30 日 after 受理`, or a date by which it is due.
    pub(super) fn deadline(&mut self, expr: &polis_syntax::ast::Expr) -> Option<Deadline> {
        match &expr.kind {
            A::Within(within) => {
                let length = self.infer(&within.length, None);
                let fits = match &length.ty {
                    Type::Number(number) => {
                        number.dim == Dim::of(UnitWord::Day) || number.dim == Dim::of(UnitWord::Month)
                    }
                    Type::Any => true,
                    _ => false,
                };
                if !fits {
                    let expected = Bilingual::new("一段时间，如 `30 日`", "a length of time, such as `30 days`");
                    let found = length.ty.name();
                    self.error(TypeMessage::TypeMismatch { expected, found }, length.span);
                }
                let event = within.event.as_ref().and_then(|it| self.label(it));
                Some(Deadline { length, event })
            }
            A::Error => None,
            _ => {
                let length = self.expect(expr, &Type::Date);
                Some(Deadline { length, event: None })
            }
        }
    }

    pub(super) fn is_open_ended(&mut self, clauses: &Clauses<'_>) -> bool {
        let Some(value) = clauses.one(ClauseWord::OpenEnded).and_then(|it| it.values.first()) else { return false };
        let value = self.condition(value);
        matches!(value.kind, crate::ir::ExprKind::Const(polis_value::Value::Bool(true)))
    }

    /// A power, alone or in a grant whose holders it takes over unless it names its own.
    pub(super) fn power(
        &mut self,
        block: &Block,
        clauses: &Clauses<'_>,
        group: Option<&Symbol>,
        holders: &[Symbol],
        defs: &mut Vec<Def>,
    ) {
        let mut own = self.references_of(clauses, ClauseWord::Holder);
        if own.is_empty() {
            own = holders.to_vec();
        }
        let outer = (self.this.clone(), self.lost);
        self.scope_of_actors(&own, clauses, ClauseWord::Holder);
        let over = self.labels_of(clauses, ClauseWord::Over);
        let objects = self.labels_of(clauses, ClauseWord::Object);
        self.assignment(block, clauses, group, own, (Vec::new(), Vec::new()), (over, objects), defs);
        (self.this, self.lost) = outer;
    }

    /// A duty, alone or in a list whose bearers it takes over unless it names its own.
    pub(super) fn duty(
        &mut self,
        block: &Block,
        clauses: &Clauses<'_>,
        group: Option<&Symbol>,
        bearers: &[Symbol],
        defs: &mut Vec<Def>,
    ) {
        let mut own = self.references_of(clauses, ClauseWord::Bearer);
        if own.is_empty() {
            own = bearers.to_vec();
        }
        let outer = (self.this.clone(), self.lost);
        self.scope_of_actors(&own, clauses, ClauseWord::Bearer);
        let lead = self.references_of(clauses, ClauseWord::Lead);
        let supporting = self.references_of(clauses, ClauseWord::Supporters);
        let objects = self.labels_of(clauses, ClauseWord::Object);
        self.assignment(block, clauses, group, own, (lead, supporting), (Vec::new(), objects), defs);
        (self.this, self.lost) = outer;
    }

    #[expect(clippy::too_many_arguments, reason = "pairs keep what belongs together; a struct would be built once")]
    fn assignment(
        &mut self,
        block: &Block,
        clauses: &Clauses<'_>,
        group: Option<&Symbol>,
        holders: Vec<Symbol>,
        (lead, supporting): (Vec<Symbol>, Vec<Symbol>),
        (over, objects): (Vec<SmolStr>, Vec<SmolStr>),
        defs: &mut Vec<Def>,
    ) {
        let name = block.name.map_or("", |it| self.name(it));
        let symbol = match group {
            Some(group) => Symbol::new(group.package.clone(), format!("{}.{name}", group.name)),
            None => self.item.symbol(self.db),
        };
        let guard = self.when(clauses);
        if let Some(meta) = self.meta(block, clauses, symbol) {
            defs.push(Def::Assignment(Assignment {
                meta,
                group: group.cloned(),
                holders,
                lead,
                supporting,
                over,
                objects,
                guard,
            }));
        }
    }

    /// A group of powers.
    pub(super) fn grant(&mut self, block: &Block, clauses: &Clauses<'_>, defs: &mut Vec<Def>) {
        let holders = self.references_of(clauses, ClauseWord::Holder);
        self.lost |= clauses.values(ClauseWord::Holder).count() > holders.len();
        let mut members = Members::of(block);
        members.includes = self.references_of(clauses, ClauseWord::Include);
        members.whole &= members.includes.len() == clauses.values(ClauseWord::Include).count();
        let symbol = self.item.symbol(self.db);
        for inner in &clauses.blocks {
            let inner_clauses = self.clauses(inner);
            self.member_name(inner, &mut members);
            self.power(inner, &inner_clauses, Some(&symbol), &holders, defs);
        }
        self.scope_of_actors(&holders, clauses, ClauseWord::Holder);
        let group = self.group(block, clauses, symbol, members);
        if let Some(group) = group.map(|it| Group { holders, ..it }) {
            self.check_adds(clauses, &group);
            under_guard(&group, defs);
            defs.push(Def::Group(group));
        }
    }

    /// `adds:` counts the powers that the grant names itself.
    fn check_adds(&mut self, clauses: &Clauses<'_>, group: &Group) {
        let Some(value) = clauses.one(ClauseWord::Adds).and_then(|it| it.values.first()) else { return };
        let Some((_, declared)) = self.amount(value) else { return };
        let unlisted = group.unlisted.first().map_or(polis_value::Number::ZERO, |it| it.1);
        let listed = polis_value::Number::from(i64::try_from(group.members.len()).unwrap_or(i64::MAX));
        let Ok(counted) = listed.add(unlisted) else { return };
        if counted != declared && !group.open_ended && group.whole {
            self.total_mismatch(value.span, &group.meta.symbol.name, declared, counted, UnitWord::Item);
        }
    }

    /// A group of duties.
    pub(super) fn duties(&mut self, block: &Block, clauses: &Clauses<'_>, defs: &mut Vec<Def>) {
        let bearers = self.references_of(clauses, ClauseWord::Bearer);
        self.lost |= clauses.values(ClauseWord::Bearer).count() > bearers.len();
        let symbol = self.item.symbol(self.db);
        let mut members = Members::of(block);
        for inner in &clauses.blocks {
            let inner_clauses = self.clauses(inner);
            self.member_name(inner, &mut members);
            self.duty(inner, &inner_clauses, Some(&symbol), &bearers, defs);
        }
        self.scope_of_actors(&bearers, clauses, ClauseWord::Bearer);
        if let Some(group) = self.group(block, clauses, symbol, members).map(|it| Group { holders: bearers, ..it }) {
            under_guard(&group, defs);
            defs.push(Def::Group(group));
        }
    }

    /// Adds a block's name to the members, or reports that it stands there already.
    pub(super) fn member_name(&mut self, block: &Block, members: &mut Members) {
        let name: SmolStr = match (block.name, block.title) {
            (Some(name), _) => self.name(name).into(),
            (None, Some(title)) => self.quoted(title),
            (None, None) => {
                let kind = block.kind.unwrap_or(Kind::Item);
                let expected = Bilingual::new("名称", "a name");
                let found = Bilingual::word(kind.word().zh, kind.word().en);
                self.error(polis_diagnostic::SyntaxMessage::UnexpectedToken { found, expected }, block.word.span);
                members.whole = false;
                return;
            }
        };
        if members.names.contains(&name) {
            let span = block.name.map_or_else(|| block.title.unwrap_or(block.word.span), |it| it.span);
            self.error(polis_diagnostic::NameMessage::DuplicateName { name }, span);
            members.whole = false;
        } else {
            members.names.push(name);
        }
    }
}

/// Puts the powers or duties of a group under the group's guard.
fn under_guard(group: &Group, defs: &mut [Def]) {
    for def in defs {
        if let Def::Assignment(assignment) = def {
            assignment.guard = both(group.guard.clone(), assignment.guard.take());
        }
    }
}

/// The entity that an organ lies in.
#[salsa::tracked(returns(clone))]
fn organ_entity(db: &dyn Db, item: Item<'_>) -> Option<Symbol> {
    lowered(db, item).defs.iter().find_map(|it| match it {
        Def::Notion(notion) => notion.entity.clone(),
        _ => None,
    })
}

/// The stretch of time that a number of times is said of: the `quarter` of `1.. times/quarter`.
fn period(expr: &polis_syntax::ast::Expr) -> Option<UnitWord> {
    let time = |it: UnitRef| {
        it.divisors().map(|it| it.1).find(|it| matches!(it.base().0, Some(UnitWord::Month | UnitWord::Day)))
    };
    match &expr.kind {
        A::Figure(figure) => figure.unit.and_then(time),
        A::Range(range) => {
            let mut ends = [&range.lo, &range.hi].into_iter().flatten();
            range.unit.and_then(time).or_else(|| ends.find_map(period))
        }
        A::Paren(inner) => period(inner),
        A::If(it) => period(&it.then).or_else(|| period(&it.otherwise)),
        _ => None,
    }
}
