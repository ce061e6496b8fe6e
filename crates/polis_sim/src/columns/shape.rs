//! What is known of a table's columns before their rows are looked at: what a plan rests on.

use super::compile::Input;
use super::graph::Bounds;
use super::table::FieldBuilder;

/// What the columns of a table hold.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Shape {
    pub(super) fields: Vec<FieldShape>,
    /// The most rows of the table, and of the one above it.
    pub(super) rows: i64,
    pub(super) parents: i64,
    /// Whether every row lies in one of the table above.
    pub(super) all_have_parents: bool,
}

/// What a column of facts holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum FieldShape {
    /// No fact.
    Absent,
    /// What has no column.
    Unreadable,
    Number {
        low: Bounds,
        high: Option<Bounds>,
        gaps: bool,
        odd: bool,
    },
    Date {
        low: Bounds,
        high: Option<Bounds>,
        gaps: bool,
        odd: bool,
    },
    Truth {
        gaps: bool,
    },
    Enum {
        ty: u32,
        codes: Bounds,
        gaps: bool,
    },
    Text {
        codes: Bounds,
        gaps: bool,
    },
    Row {
        ty: u32,
        codes: Bounds,
        gaps: bool,
    },
}

impl FieldShape {
    /// Whether some facts are missing.
    pub(super) fn has_gaps(&self) -> bool {
        match self {
            Self::Absent | Self::Unreadable => true,
            Self::Number { gaps, .. }
            | Self::Date { gaps, .. }
            | Self::Truth { gaps }
            | Self::Enum { gaps, .. }
            | Self::Text { gaps, .. }
            | Self::Row { gaps, .. } => *gaps,
        }
    }

    /// Whether some facts have no place in the column, such as a range without an end.
    pub(super) fn is_odd(&self) -> bool {
        matches!(self, Self::Number { odd: true, .. } | Self::Date { odd: true, .. })
    }

    /// What holds for both.
    fn widened(&self, other: &Self) -> Self {
        let both = |a: &Option<Bounds>, low: Bounds, b: &Option<Bounds>, other: Bounds| match (a, b) {
            (None, None) => None,
            (a, b) => Some(wider(a.unwrap_or(low), b.unwrap_or(other))),
        };
        match (self, other) {
            (Self::Absent, other) | (other, Self::Absent) => {
                let mut other = other.clone();
                match &mut other {
                    Self::Absent | Self::Unreadable => {}
                    Self::Number { gaps, .. }
                    | Self::Date { gaps, .. }
                    | Self::Truth { gaps }
                    | Self::Enum { gaps, .. }
                    | Self::Text { gaps, .. }
                    | Self::Row { gaps, .. } => *gaps = true,
                }
                other
            }
            (
                Self::Number { low, high, gaps, odd },
                Self::Number { low: other_low, high: other_high, gaps: more, odd: also },
            ) => Self::Number {
                low: wider(*low, *other_low),
                high: both(high, *low, other_high, *other_low),
                gaps: *gaps || *more,
                odd: *odd || *also,
            },
            (
                Self::Date { low, high, gaps, odd },
                Self::Date { low: other_low, high: other_high, gaps: more, odd: also },
            ) => Self::Date {
                low: wider(*low, *other_low),
                high: both(high, *low, other_high, *other_low),
                gaps: *gaps || *more,
                odd: *odd || *also,
            },
            (Self::Truth { gaps }, Self::Truth { gaps: more }) => Self::Truth { gaps: *gaps || *more },
            (Self::Enum { ty, codes, gaps }, Self::Enum { codes: others, gaps: more, .. }) => {
                Self::Enum { ty: *ty, codes: wider(*codes, *others), gaps: *gaps || *more }
            }
            (Self::Text { codes, gaps }, Self::Text { codes: others, gaps: more }) => {
                Self::Text { codes: wider(*codes, *others), gaps: *gaps || *more }
            }
            (Self::Row { ty, codes, gaps }, Self::Row { codes: others, gaps: more, .. }) => {
                Self::Row { ty: *ty, codes: wider(*codes, *others), gaps: *gaps || *more }
            }
            _ => Self::Unreadable,
        }
    }
}

/// The bounds that hold both; of another place of the point, those of the finer one.
fn wider(a: Bounds, b: Bounds) -> Bounds {
    let scale = a.scale.max(b.scale);
    let at = |bounds: Bounds, end: i64| 10_i64.checked_pow(scale - bounds.scale).and_then(|it| end.checked_mul(it));
    match (at(a, a.lo), at(a, a.hi), at(b, b.lo), at(b, b.hi)) {
        (Some(lo), Some(hi), Some(low), Some(high)) if !a.wide && !b.wide => {
            Bounds { scale, lo: lo.min(low), hi: hi.max(high), wide: false }
        }
        _ => Bounds { scale: 0, lo: 0, hi: 0, wide: true },
    }
}

impl Shape {
    pub(super) fn field(&self, field: u32) -> &FieldShape {
        self.fields.get(field as usize).unwrap_or(&FieldShape::Absent)
    }

    pub(super) fn all_have_parents(&self) -> bool {
        self.all_have_parents
    }

    /// What an input column of figures holds.
    pub(super) fn bounds(&self, input: Input) -> Option<Bounds> {
        let rows = |most: i64| Bounds { scale: 0, lo: 0, hi: most, wide: false };
        match input {
            Input::Parent => Some(rows(self.parents)),
            Input::Low(field) => match self.field(field) {
                FieldShape::Number { low, .. } | FieldShape::Date { low, .. } => Some(*low),
                FieldShape::Enum { codes, .. } | FieldShape::Text { codes, .. } | FieldShape::Row { codes, .. } => {
                    Some(*codes)
                }
                _ => None,
            },
            Input::High(field) => match self.field(field) {
                FieldShape::Number { high, .. } | FieldShape::Date { high, .. } => *high,
                _ => None,
            },
            Input::HasParent | Input::Truth(_) | Input::Known(_) | Input::Odd(_) => None,
        }
    }

    /// The same with room to spare, so that the next tables of its kind are likely to fit.
    pub(super) fn roomy(&self) -> Self {
        let room = |bounds: &Bounds| Bounds {
            lo: if bounds.lo < 0 { bounds.lo.saturating_mul(8) } else { 0 },
            hi: bounds.hi.max(1).saturating_mul(8),
            ..*bounds
        };
        let fields = self.fields.iter().map(|it| match it {
            FieldShape::Number { low, high, gaps, odd } => {
                FieldShape::Number { low: room(low), high: high.as_ref().map(room), gaps: *gaps, odd: *odd }
            }
            FieldShape::Date { low, high, gaps, odd } => {
                FieldShape::Date { low: room(low), high: high.as_ref().map(room), gaps: *gaps, odd: *odd }
            }
            FieldShape::Enum { ty, codes, gaps } => FieldShape::Enum { ty: *ty, codes: room(codes), gaps: *gaps },
            FieldShape::Text { codes, gaps } => FieldShape::Text { codes: room(codes), gaps: *gaps },
            FieldShape::Row { ty, codes, gaps } => FieldShape::Row { ty: *ty, codes: room(codes), gaps: *gaps },
            other => other.clone(),
        });
        Self { fields: fields.collect(), rows: 1 << 32, parents: 1 << 32, all_have_parents: self.all_have_parents }
    }

    /// The shape of tables with any facts of these types.
    pub(crate) fn of_anything(machine: &polis_eval::Machine, entity: polis_eval::EntityId) -> Self {
        let most = 1_i64 << 40;
        let any = Bounds { scale: 0, lo: -most, hi: most, wide: false };
        let fields = machine.entity_def(entity).map_or(&[][..], |it| &it.fields);
        let fields = fields.iter().map(|it| FieldBuilder::new(machine, &it.ty).shape_of_anything(any)).collect();
        Self { fields, rows: 1 << 32, parents: 1 << 32, all_have_parents: false }
    }

    /// A shape that holds both tables.
    pub(super) fn widened(&self, other: &Self) -> Self {
        let fields = self.fields.iter().zip(&other.fields).map(|(a, b)| a.widened(b)).collect();
        Self {
            fields,
            rows: self.rows.max(other.rows),
            parents: self.parents.max(other.parents),
            all_have_parents: self.all_have_parents && other.all_have_parents,
        }
    }
}
