//! Facts of a row, and of what is above it.

use std::sync::Arc;

use polis_eval::EntityId;

use super::{Compiler, Input, Scope, is_closed};
use crate::columns::engine::Wanted;
use crate::columns::graph::{Bit, Built, Num, Stop};
use crate::columns::reason::Reason;
use crate::columns::shape::FieldShape;
use crate::columns::shared::{SharedBit, SharedKind, SharedNum, SharedVal};
use crate::columns::value::{Kind, Val};

impl Compiler<'_, '_> {
    /// The rows that are left to the interpreter.
    pub(in super::super) fn escapes(&mut self) -> Bit {
        let all = self.graph.escapes.clone();
        all.into_iter().fold(Bit::FALSE, |any, it| self.graph.or(any, it))
    }

    /// The row of the parent, and where there is one.
    pub(in super::super) fn parent(&mut self) -> Built<(Num, Bit)> {
        let rows = self.input(Input::Parent)?;
        Ok((rows, if self.shape.all_have_parents() { Bit::TRUE } else { self.bit(Input::HasParent)? }))
    }

    // Columns.

    pub(super) fn input(&mut self, input: Input) -> Built<Num> {
        let bounds = self.shape.bounds(input).ok_or(Stop)?;
        let index = self.input_index(input)?;
        Ok(self.graph.input(index, bounds))
    }

    pub(super) fn bit(&mut self, input: Input) -> Built<Bit> {
        let index = self.input_index(input)?;
        Ok(self.graph.bit_input(index))
    }

    pub(super) fn input_index(&mut self, input: Input) -> Built<u32> {
        let position = self.inputs.iter().position(|it| *it == input).unwrap_or_else(|| {
            self.inputs.push(input);
            self.inputs.len() - 1
        });
        u32::try_from(position).map_err(|_| Stop)
    }

    /// A fact about the row, or about one above it.
    pub(super) fn field(&mut self, at: EntityId, field: u32, scope: &Scope) -> Built<Val> {
        let given = if at == self.entity { self.fact(field)? } else { self.above(at, &Wanted::Field(field))? };
        if given.known == Bit::TRUE {
            return Ok(given);
        }
        let def = self.engine.machine().entity_def(at).and_then(|it| it.fields.get(field as usize)).ok_or(Stop)?;
        let Some(default) = &def.default else { return Ok(given) };
        if !is_closed(default) {
            return Err(Stop);
        }
        // Only where the fact is missing: a row that lies nowhere has no default either.
        let reason = self.reason(Reason::Fact { entity: at, field, below: false });
        let missing = given.why.iter().find(|it| it.0 == reason).map_or(Bit::FALSE, |it| it.1);
        let default = self.expr(default, &Scope { this: None, locals: Arc::from([]), ..scope.clone() })?;
        self.graph.pick(missing, &default, &given)
    }

    pub(super) fn fact(&mut self, field: u32) -> Built<Val> {
        let reason = self.reason(Reason::Fact { entity: self.entity, field, below: false });
        let shape = self.shape.field(field);
        if shape.is_odd() {
            let odd = self.bit(Input::Odd(field))?;
            self.graph.escape(odd);
        }
        let kind = match shape {
            FieldShape::Absent => return Ok(Val::unknown([reason])),
            FieldShape::Unreadable => return Err(Stop),
            FieldShape::Number { high, .. } | FieldShape::Date { high, .. } => {
                let low = self.input(Input::Low(field))?;
                let high = if high.is_some() { self.input(Input::High(field))? } else { low };
                if matches!(shape, FieldShape::Date { .. }) {
                    Kind::Date(Some(low), Some(high))
                } else {
                    Kind::Number(Some(low), Some(high))
                }
            }
            FieldShape::Truth { .. } => Kind::Truth(self.bit(Input::Truth(field))?),
            FieldShape::Enum { ty, .. } => Kind::Enum(*ty, self.input(Input::Low(field))?),
            FieldShape::Text { .. } => Kind::Text(self.input(Input::Low(field))?),
            FieldShape::Row { ty, .. } => Kind::Row(*ty, self.input(Input::Low(field))?),
        };
        if !shape.has_gaps() {
            return Ok(Val::certain(kind));
        }
        let known = self.bit(Input::Known(field))?;
        let missing = self.graph.not(known);
        Ok(Val { kind, known, why: vec![(reason, missing)] })
    }

    /// A value of the rows above.
    pub(super) fn above(&mut self, at: EntityId, wanted: &Wanted) -> Built<Val> {
        let value = self.engine.column(at, wanted)?;
        self.shared(at, &value)
    }

    /// The rows above, of this entity; where there is one; and why not.
    pub(super) fn rows(&mut self, at: EntityId) -> Built<(Num, Val)> {
        if at == self.entity {
            return Ok((self.graph.row(self.shape.rows), Val::truth(Bit::TRUE)));
        }
        let machine = self.engine.machine();
        let mut entity = self.entity;
        let mut rows = self.input(Input::Parent)?;
        let mut found = Val::truth(Bit::TRUE);
        let mut step = if self.shape.all_have_parents() { Bit::TRUE } else { self.bit(Input::HasParent)? };
        loop {
            let reason = self.reason(Reason::Parent { entity, below: false });
            let lost = self.graph.not(step);
            let lost = self.graph.and(found.known, lost);
            let known = self.graph.and(found.known, step);
            let mut why = found.why;
            if lost != Bit::FALSE {
                why = self.graph.join(&why, &vec![(reason, lost)]);
            }
            found = Val { kind: Kind::Truth(Bit::TRUE), known, why };
            entity = machine.entities().get(entity.index()).and_then(|it| it.parent).ok_or(Stop)?;
            if entity == at {
                return Ok((rows, found));
            }
            let parents = self.engine.column(entity, &Wanted::Parent)?;
            let SharedKind::Row(_, next) = &parents.kind else { return Err(Stop) };
            let next = self.gathered(next, rows);
            step = self.gathered_bit(&parents.known, rows);
            rows = next;
        }
    }

    pub(super) fn gathered(&mut self, column: &SharedNum, rows: Num) -> Num {
        match column {
            SharedNum::Fixed(number) => self.graph.constant(*number),
            SharedNum::Column(column) => {
                let index = u32::try_from(self.nums.len()).unwrap_or(u32::MAX);
                self.nums.push(Arc::clone(column));
                self.graph.gather(index, rows, column.bounds())
            }
        }
    }

    pub(super) fn gathered_bit(&mut self, column: &SharedBit, rows: Num) -> Bit {
        match column {
            SharedBit::Fixed(true) => Bit::TRUE,
            SharedBit::Fixed(false) => Bit::FALSE,
            SharedBit::Column(column) => {
                let index = u32::try_from(self.bits.len()).unwrap_or(u32::MAX);
                self.bits.push(Arc::clone(column));
                self.graph.bit_gather(index, rows)
            }
        }
    }

    /// A column of another table, or of this one, at the rows that these lie in.
    pub(super) fn shared(&mut self, at: EntityId, value: &SharedVal) -> Built<Val> {
        let (rows, found) = self.rows(at)?;
        let mut end = |it: &Option<SharedNum>| it.as_ref().map(|it| self.gathered(it, rows));
        let kind = match &value.kind {
            SharedKind::Number(low, high) => {
                let first = end(low);
                Kind::Number(first, if low == high { first } else { end(high) })
            }
            SharedKind::Date(low, high) => {
                let first = end(low);
                Kind::Date(first, if low == high { first } else { end(high) })
            }
            SharedKind::Truth(bit) => Kind::Truth(self.gathered_bit(bit, rows)),
            SharedKind::Enum(ty, code) => Kind::Enum(*ty, self.gathered(code, rows)),
            SharedKind::Text(code) => Kind::Text(self.gathered(code, rows)),
            SharedKind::Row(ty, code) => Kind::Row(*ty, self.gathered(code, rows)),
            SharedKind::Nothing => Kind::Nothing,
        };
        let known = self.gathered_bit(&value.known, rows);
        let known = self.graph.and(found.known, known);
        let mut why = found.why;
        for (reason, bit) in &value.why {
            let bit = self.gathered_bit(bit, rows);
            let bit = self.graph.and(found.known, bit);
            why = self.graph.join(&why, &vec![(*reason, bit)]);
        }
        let odd = self.gathered_bit(&value.odd, rows);
        let odd = self.graph.and(found.known, odd);
        self.graph.escape(odd);
        Ok(Val { kind, known, why })
    }
}
