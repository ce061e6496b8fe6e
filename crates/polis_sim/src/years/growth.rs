//! Facts that grow from one year to the next.

use polis_eval::{EvalError, Machine, Question, Run, Settings, World};
use polis_semantic::Symbol;
use polis_semantic::ir::Field;
use polis_value::{EvalOpError, Value, ops};
use smol_str::SmolStr;

use super::YearsError;

/// By how much a field grows each year.
pub(super) struct Growth {
    pub(super) entity: Symbol,
    pub(super) field: SmolStr,
    /// A rate multiplies, an amount is added.
    pub(super) is_rate: bool,
    pub(super) by: Question,
}

/// Why a field does not grow.
pub(super) enum NoGrowth {
    By(Box<EvalError>),
    Field(Symbol, SmolStr),
}

impl NoGrowth {
    pub(super) fn into_error(self, year: i16) -> YearsError {
        match self {
            Self::By(error) => YearsError::Scenario(error),
            Self::Field(entity, field) => YearsError::Growth { entity, field, year },
        }
    }
}

/// Lets every fact grow by a year. What is unknown stays so; by an unknown rate it becomes unknown.
pub(super) fn grow(
    machine: &Machine,
    facts: &mut World,
    of_year: &Machine,
    growth: &[Growth],
    settings: &Settings,
) -> Result<(), NoGrowth> {
    let empty = World::default();
    let run = Run::new(of_year, &empty, settings.clone());
    for item in growth {
        let by = run.figure(&item.by).map_err(NoGrowth::By)?;
        let Some(entity) = machine.entity(&item.entity) else { continue };
        let Some(def) = machine.entity_def(entity) else { continue };
        let Some((index, field)) = (0_u32..).zip(&def.fields).find(|it| it.1.name == item.field) else { continue };
        for row in (0_u32..).take(facts.rows(entity).len()) {
            let fact = facts.row(entity, row).and_then(|it| it.facts.get(index as usize)?.clone());
            let Some(fact) = fact else { continue };
            let grown = grown(&fact, &by, item.is_rate, field)
                .map_err(|_| NoGrowth::Field(item.entity.clone(), item.field.clone()))?;
            facts.set_fact(entity, row, index, Some(grown).filter(|it| !it.is_unknown()));
        }
    }
    Ok(())
}

/// A fact a year later: exact, except that what is counted is rounded to whole things, a half up; never outside the range
/// that the field declares.
fn grown(fact: &Value, by: &Value, is_rate: bool, field: &Field) -> Result<Value, EvalOpError> {
    let more = if is_rate { ops::mul(fact, by)? } else { by.clone() };
    let mut grown = ops::add(fact, &more)?;
    if field.ty.as_number().is_some_and(|it| it.whole) {
        grown = ops::round(&grown)?;
    }
    if let Some(lo) = field.range.and_then(|it| it.lo()) {
        grown = ops::max(&grown, &Value::Number(lo))?;
    }
    if let Some(hi) = field.range.and_then(|it| it.hi()) {
        grown = ops::min(&grown, &Value::Number(hi))?;
    }
    Ok(grown)
}
