//! Ratings over the years: when they are due, and who goes up or down.

use polis_eval::{EntityId, Machine, Question, RuleId, Run, World};
use polis_semantic::ir::{Expr, ExprKind, Rating};
use polis_semantic::{Dim, Symbol, Type};
use polis_syntax::words::UnitWord;
use polis_value::{Number, Truth, Value};
use smol_str::SmolStr;

/// What a year has for a rating.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Everybody is rated by score, and goes up or down.
    Rating,
    /// Whoever no longer qualifies loses the grade, and who is newly found to have to go down does.
    Review,
    /// Nothing.
    Nothing,
}

/// What a year makes of a rating.
#[derive(Debug, Clone)]
pub struct Rated {
    /// The rating.
    pub symbol: Symbol,
    /// Its title.
    pub title: Option<SmolStr>,
    /// Who is rated.
    pub entity: EntityId,
    /// The type of grades.
    pub ty: Type,
    /// What was due.
    pub due: Due,
    /// The field that holds the last result, which the next year begins with.
    pub current: Option<(Symbol, SmolStr)>,
    /// The grades before, by jurisdiction; `None` where they are unknown or no field holds them.
    pub before: Vec<Option<Value>>,
    /// The grades after.
    pub after: Vec<Option<Value>>,
    /// Whether there was what takes a grade down, when it was last looked at.
    found: Vec<Truth>,
}

impl Rated {
    /// Puts the results into the facts, in the terms of the program that these were read for.
    pub(super) fn write(&self, of_year: &Machine, machine: &Machine, facts: &mut World) {
        let Some((symbol, name)) = self.current.as_ref().filter(|_| self.due != Due::Nothing) else { return };
        debug_assert!(of_year.entity(symbol) == Some(self.entity), "a grade is kept with the one who has it");
        let Some(entity) = machine.entity(symbol) else { return };
        let Some(def) = machine.entity_def(entity) else { return };
        let Some(field) = def.fields.iter().position(|it| it.name == *name).and_then(|it| u32::try_from(it).ok())
        else {
            return;
        };
        for (row, grade) in (0_u32..).zip(&self.after) {
            facts.set_fact(entity, row, field, grade.clone());
        }
    }
}

/// A rating, linked with the program of a year.
pub(super) struct Schedule {
    symbol: Symbol,
    title: Option<SmolStr>,
    entity: EntityId,
    rule: RuleId,
    ty: Type,
    cycle: Option<Question>,
    review: Option<Question>,
    /// Whether cycle and review are lengths of time rather than times in a period.
    is_length: (bool, bool),
    eligible: Option<Question>,
    promotion: Option<Question>,
    demotion: Option<Question>,
    current: Option<(Symbol, SmolStr)>,
    current_value: Option<Question>,
    /// What grades are worth, the highest first where they are figures.
    grades: Vec<Question>,
    names: Vec<SmolStr>,
}

/// The ratings that are in force.
pub(super) fn schedules(machine: &mut Machine) -> Vec<Schedule> {
    let program = std::sync::Arc::clone(machine.program());
    program.ratings.iter().filter_map(|it| schedule(machine, it)).collect()
}

fn schedule(machine: &mut Machine, rating: &Rating) -> Option<Schedule> {
    let symbol = &rating.meta.symbol;
    let rule = machine.rule(symbol)?;
    let def = machine.rule_def(rule)?;
    if matches!(def.value.kind, ExprKind::Dormant(..)) {
        return None;
    }
    let ty = def.ty.clone();
    let entity = machine.entity(&rating.entity)?;
    let mut ask = |it: &Option<Expr>| it.as_ref().map(|it| machine.question(symbol, it));
    let is_length = |it: &Option<Expr>| {
        it.as_ref().and_then(|it| it.ty.as_number()).is_some_and(|it| it.dim == Dim::of(UnitWord::Month))
    };
    let current = match rating.current.as_ref().map(|it| &it.kind) {
        Some(ExprKind::Field(base, entity, field)) if matches!(base.kind, ExprKind::This) => {
            Some((entity.clone(), field.clone()))
        }
        _ => None,
    };
    Some(Schedule {
        symbol: symbol.clone(),
        title: rating.meta.title.clone(),
        entity,
        rule,
        ty,
        cycle: ask(&rating.cycle),
        review: ask(&rating.review),
        is_length: (is_length(&rating.cycle), is_length(&rating.review)),
        eligible: ask(&rating.eligible),
        promotion: ask(&rating.promotion),
        demotion: ask(&rating.demotion),
        current,
        current_value: ask(&rating.current),
        grades: rating.grades.iter().filter_map(|it| ask(&it.value)).collect(),
        names: rating.grades.iter().map(|it| it.name.clone()).collect(),
    })
}

impl Schedule {
    /// The rating.
    pub(super) const fn symbol(&self) -> &Symbol {
        &self.symbol
    }

    /// What the year that so many after the first makes of the rating, after what the year before made of it.
    ///
    /// Facts of a sample stay as they are: an accident of one year is in those of every later one. A review that took a
    /// grade down for it each year would punish it again and again, so that it takes down only for what was not yet there
    /// when it was last looked at. A rating begins anew from the score, and so looks at everything.
    pub(super) fn rate(&self, run: &Run<'_>, elapsed: i64, last: Option<&Rated>) -> Rated {
        let ladder = self.ladder(run);
        let due = self.due(run, elapsed);
        let rows = u32::try_from(run.world().rows(self.entity).len()).unwrap_or(u32::MAX);
        let at = |row| (self.entity, row);
        let known = |it: Value| Some(it).filter(|it| !it.is_unknown());
        let before: Vec<Option<Value>> = (0..rows)
            .map(|row| self.current_value.as_ref().and_then(|it| run.ask(it, at(row)).ok()).and_then(known))
            .collect();
        let truth = |question: &Option<Question>, row, without| match question {
            Some(question) => run.ask(question, at(row)).ok().and_then(|it| it.as_truth()).unwrap_or(Truth::Unknown),
            None => without,
        };
        let seen = |row: u32| last.and_then(|it| it.found.get(row as usize)).copied().unwrap_or(Truth::False);
        let found: Vec<Truth> = match due {
            Due::Nothing => (0..rows).map(seen).collect(),
            Due::Rating | Due::Review => (0..rows).map(|row| truth(&self.demotion, row, Truth::False)).collect(),
        };
        let after = (0..rows)
            .zip(&before)
            .zip(&found)
            .map(|((row, before), found)| {
                let demotion = *found;
                match due {
                    Due::Nothing => before.clone(),
                    Due::Rating => {
                        let grade = run.rule(self.rule, row).ok().and_then(known)?;
                        ladder.moved(&grade, truth(&self.promotion, row, Truth::False), demotion)
                    }
                    Due::Review => match truth(&self.eligible, row, Truth::True) {
                        Truth::True => ladder.moved(before.as_ref()?, Truth::False, newly(demotion, seen(row))),
                        Truth::False => ladder.none.clone(),
                        Truth::Unknown => None,
                    },
                }
            })
            .collect();
        Rated {
            symbol: self.symbol.clone(),
            title: self.title.clone(),
            entity: self.entity,
            ty: self.ty.clone(),
            due,
            current: self.current.clone(),
            before,
            after,
            found,
        }
    }

    /// The first year is one of rating; the others are by cycle and review, each counted from the first.
    fn due(&self, run: &Run<'_>, elapsed: i64) -> Due {
        let months = |question: &Option<Question>, is_length| {
            let value = run.figure(question.as_ref()?).ok()?.as_number_range()?.lo()?;
            // Times are counted by the year.
            let months = if is_length { Some(value) } else { Number::from(12).div(value).ok() };
            months.filter(|it| *it > Number::ZERO)
        };
        let falls = |period: Number| {
            let begin = Number::from(elapsed * 12);
            let next = begin.div(period).and_then(Number::ceil).and_then(|it| it.mul(period));
            next.and_then(|it| it.sub(begin)).is_ok_and(|it| it < Number::from(12))
        };
        // Without a cycle every year rates.
        let rated = self.cycle.is_none() || months(&self.cycle, self.is_length.0).is_some_and(falls);
        if rated || elapsed == 0 {
            Due::Rating
        } else if months(&self.review, self.is_length.1).is_some_and(falls) {
            Due::Review
        } else {
            Due::Nothing
        }
    }

    fn ladder(&self, run: &Run<'_>) -> Ladder {
        match &self.ty {
            Type::Number(_) => {
                let values = self.grades.iter().filter_map(|it| run.figure(it).ok()?.as_number_range()?.lo());
                let mut values: Vec<Number> = values.collect();
                values.sort_unstable_by(|a, b| b.cmp(a));
                values.dedup();
                let zero = Value::from(0);
                let grades = values.into_iter().map(Value::Number).collect();
                Ladder { grades, none: Some(zero.clone()), below: Some(zero) }
            }
            Type::Text => {
                let text = |it: &SmolStr| Value::Text(it.clone());
                let grades: Vec<Value> = match self.grades.as_slice() {
                    [] => self.names.iter().map(text).collect(),
                    values => values.iter().filter_map(|it| run.figure(it).ok()).collect(),
                };
                // Who has the lowest of the named grades stays there.
                let below = grades.last().cloned();
                Ladder { grades, none: Some(Value::Text(polis_semantic::NO_GRADE.into())), below }
            }
            _ => Ladder { grades: Vec::new(), none: None, below: None },
        }
    }
}

/// Whether there is now what was not there before.
fn newly(now: Truth, before: Truth) -> Truth {
    match (now, before) {
        (Truth::False, _) | (_, Truth::True) => Truth::False,
        (now, Truth::False) => now,
        (_, Truth::Unknown) => Truth::Unknown,
    }
}

/// The grades, the best first.
struct Ladder {
    grades: Vec<Value>,
    /// What those have who have no grade.
    none: Option<Value>,
    /// What is below the lowest grade.
    below: Option<Value>,
}

impl Ladder {
    /// A grade moved: down where `down`, else up where `up`; unknown where it depends on what is unknown. Who has no grade
    /// has none to move.
    fn moved(&self, grade: &Value, up: Truth, down: Truth) -> Option<Value> {
        let Some(index) = self.grades.iter().position(|it| it == grade) else { return Some(grade.clone()) };
        let higher = || self.grades.get(index.saturating_sub(1)).cloned();
        let lower = || self.grades.get(index + 1).cloned().or_else(|| self.below.clone());
        let not_down = match up {
            Truth::True => higher(),
            Truth::False => Some(grade.clone()),
            Truth::Unknown => higher().filter(|it| it == grade),
        };
        match down {
            Truth::True => lower(),
            Truth::False => not_down,
            Truth::Unknown => lower().filter(|it| Some(it) == not_down.as_ref()),
        }
    }

    #[cfg(test)]
    pub(super) fn of(stars: &[i64]) -> Self {
        let grades = stars.iter().map(|it| Value::from(*it)).collect();
        Self { grades, none: Some(Value::from(0)), below: Some(Value::from(0)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grades_move_by_one() {
        use Truth::{False, True, Unknown};
        let ladder = Ladder::of(&[5, 4, 1]);
        for (grade, up, down, expected) in [
            (4, True, False, Some(5)),
            (4, False, True, Some(1)),
            (4, True, True, Some(1)),
            (4, False, False, Some(4)),
            (4, Unknown, True, Some(1)),
            (4, Unknown, False, None),
            (4, False, Unknown, None),
            (5, True, False, Some(5)),
            (5, Unknown, False, Some(5)),
            (1, False, True, Some(0)),
            (0, True, False, Some(0)),
            (0, Unknown, Unknown, Some(0)),
        ] {
            let expected = expected.map(|it: i64| Value::from(it));
            assert_eq!(ladder.moved(&Value::from(grade), up, down), expected, "{grade} {up:?} {down:?}");
        }
    }
}
