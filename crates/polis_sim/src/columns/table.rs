//! Facts as columns.

use std::sync::Arc;

use polis_eval::{EntityId, Machine, Row, World};
use polis_semantic::Type;
use polis_value::{Number, Value};

use super::graph::Bounds;
use super::shape::{FieldShape, Shape};
use super::shared::{Figures, NumColumn, pad};
use super::{Texts, days};

/// The facts of the rows of one entity.
#[derive(Debug, Clone)]
pub struct Table {
    pub(super) rows: usize,
    pub(super) fields: Vec<FieldColumn>,
    pub(super) parent: Arc<NumColumn>,
    pub(super) has_parent: Option<Arc<Vec<u8>>>,
    pub(super) shape: Shape,
}

/// The facts of one field.
#[derive(Debug, Clone)]
pub(super) struct FieldColumn {
    pub(super) low: Option<Arc<NumColumn>>,
    /// `None` where no fact is a range.
    pub(super) high: Option<Arc<NumColumn>>,
    pub(super) truth: Option<Arc<Vec<u8>>>,
    /// `None` where every fact is given.
    pub(super) known: Option<Arc<Vec<u8>>>,
    pub(super) odd: Option<Arc<Vec<u8>>>,
    pub(super) shape: FieldShape,
}

/// Collects facts of one field, row by row.
#[derive(Debug)]
pub(super) struct FieldBuilder {
    kind: BuilderKind,
    low: Digits,
    high: Option<Digits>,
    known: Vec<u8>,
    given: usize,
    odd: Option<Vec<u8>>,
    unreadable: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BuilderKind {
    Number,
    Date,
    Truth,
    Enum(u32),
    Text,
    Row(u32),
    Other,
}

/// Figures with as many digits after the point as the finest needs.
#[derive(Debug, Clone)]
enum Digits {
    Narrow(Vec<i64>, u32),
    Wide(Vec<Number>),
}

impl Digits {
    fn len(&self) -> usize {
        match self {
            Self::Narrow(all, _) => all.len(),
            Self::Wide(all) => all.len(),
        }
    }

    fn push_int(&mut self, int: i64) {
        match self {
            Self::Narrow(all, 0) => all.push(int),
            _ => self.push(Number::Int(int)),
        }
    }

    fn push(&mut self, number: Number) {
        let (mantissa, scale) = number.to_scaled();
        if let Self::Narrow(all, own) = self {
            if scale > *own && scale <= 18 {
                let power = 10_i64.checked_pow(scale - *own);
                let finer: Option<Vec<i64>> = all.iter().map(|it| it.checked_mul(power?)).collect();
                if let Some(finer) = finer {
                    *all = finer;
                    *own = scale;
                }
            }
            let power = own.checked_sub(scale).and_then(|it| 10_i128.checked_pow(it));
            let narrow = power.and_then(|it| mantissa.checked_mul(it)).and_then(|it| i64::try_from(it).ok());
            if let Some(narrow) = narrow {
                all.push(narrow);
                return;
            }
            let scale = *own;
            let wide = all.iter().filter_map(|it| Number::from_scaled(i128::from(*it), scale).ok()).collect();
            *self = Self::Wide(wide);
        }
        if let Self::Wide(all) = self {
            all.push(number);
        }
    }

    fn finish(self) -> NumColumn {
        match self {
            Self::Narrow(all, scale) => NumColumn::narrow(all, scale),
            Self::Wide(all) => NumColumn::wide(all),
        }
    }
}

impl FieldBuilder {
    pub(super) fn new(machine: &Machine, ty: &Type) -> Self {
        let index = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
        let kind = match ty {
            Type::Number(_) => BuilderKind::Number,
            Type::Date => BuilderKind::Date,
            Type::Truth => BuilderKind::Truth,
            Type::Text => BuilderKind::Text,
            Type::Enum(symbol) => {
                let all = &machine.program().enumerations;
                let found = all.iter().position(|it| it.meta.symbol == *symbol);
                found.map_or(BuilderKind::Other, |it| BuilderKind::Enum(index(it)))
            }
            Type::Entity(symbol) => {
                machine.entity(symbol).map_or(BuilderKind::Other, |it| BuilderKind::Row(index(it.index())))
            }
            Type::List(_) | Type::Any => BuilderKind::Other,
        };
        let low = Digits::Narrow(Vec::new(), 0);
        Self { kind, low, high: None, known: Vec::new(), given: 0, odd: None, unreadable: false }
    }

    /// What a column of the type can hold.
    pub(super) fn shape_of_anything(&self, any: Bounds) -> FieldShape {
        let (gaps, odd) = (true, true);
        match self.kind {
            BuilderKind::Number => FieldShape::Number { low: any, high: Some(any), gaps, odd },
            BuilderKind::Date => FieldShape::Date { low: any, high: Some(any), gaps, odd },
            BuilderKind::Truth => FieldShape::Truth { gaps },
            BuilderKind::Enum(ty) => FieldShape::Enum { ty, codes: any, gaps },
            BuilderKind::Text => FieldShape::Text { codes: any, gaps },
            BuilderKind::Row(ty) => FieldShape::Row { ty, codes: any, gaps },
            BuilderKind::Other => FieldShape::Unreadable,
        }
    }

    /// A whole figure: most cells by far.
    pub(super) fn push_int(&mut self, int: i64) {
        if self.kind != BuilderKind::Number {
            return self.push(Some(&Value::from(int)), &Texts::default());
        }
        self.code(int);
        self.settle(true);
    }

    pub(super) fn push(&mut self, fact: Option<&Value>, texts: &Texts) {
        let Some(value) = fact else {
            self.code(0);
            return self.settle(false);
        };
        match (self.kind, value) {
            (BuilderKind::Number, Value::Number(Number::Int(int))) => self.code(*int),
            (BuilderKind::Number, Value::Number(number)) => self.ends(*number, *number),
            (BuilderKind::Number, value) if let Some(range) = value.as_number_range() => {
                if let (Some(low), Some(high)) = (range.lo(), range.hi()) {
                    self.ends(low, high);
                } else {
                    return self.odd();
                }
            }
            (BuilderKind::Date, value) if let Some(range) = value.as_date_range() => {
                if let (Some(low), Some(high)) = (range.lo(), range.hi()) {
                    self.ends(Number::Int(days(low)), Number::Int(days(high)));
                } else {
                    return self.odd();
                }
            }
            (BuilderKind::Truth, Value::Bool(truth)) => self.code(i64::from(*truth)),
            (BuilderKind::Enum(ty), Value::Enum { ty: own, index }) if ty == *own => self.code(i64::from(*index)),
            (BuilderKind::Text, Value::Text(text)) => self.code(texts.code(text)),
            (BuilderKind::Row(ty), Value::Entity { ty: own, row }) if ty == *own => self.code(i64::from(*row)),
            _ => {
                self.unreadable = true;
                self.code(0);
            }
        }
        self.settle(true);
    }

    /// A whole figure, or what stands for another fact.
    fn code(&mut self, code: i64) {
        self.low.push_int(code);
        if let Some(high) = &mut self.high {
            high.push_int(code);
        }
    }

    fn ends(&mut self, low: Number, high: Number) {
        if low != high && self.high.is_none() {
            self.high = Some(self.low.clone());
        }
        self.low.push(low);
        if let Some(all) = &mut self.high {
            all.push(high);
        }
    }

    /// A fact that has no place in the column.
    fn odd(&mut self) {
        self.code(0);
        let rows = self.known.len();
        self.odd.get_or_insert_with(|| vec![0; rows]).push(1);
        self.settle(true);
    }

    fn settle(&mut self, given: bool) {
        self.known.push(u8::from(given));
        self.given += usize::from(given);
        if let Some(odd) = &mut self.odd
            && odd.len() < self.known.len()
        {
            odd.push(0);
        }
    }

    pub(super) fn finish(self) -> FieldColumn {
        let rows = self.low.len();
        let gaps = self.given < rows;
        let bits = |mut it: Vec<u8>| {
            pad(&mut it, 0);
            Arc::new(it)
        };
        let none =
            FieldColumn { low: None, high: None, truth: None, known: None, odd: None, shape: FieldShape::Absent };
        if self.unreadable || self.kind == BuilderKind::Other && self.given > 0 {
            return FieldColumn { shape: FieldShape::Unreadable, ..none };
        }
        if self.given == 0 {
            return none;
        }
        let known = gaps.then(|| bits(self.known));
        let odd = self.odd.map(bits);
        if self.kind == BuilderKind::Truth {
            let Digits::Narrow(codes, _) = self.low else { return none };
            let truth = codes.iter().map(|it| u8::from(*it != 0)).collect();
            return FieldColumn { truth: Some(bits(truth)), known, shape: FieldShape::Truth { gaps }, ..none };
        }
        let low = Arc::new(self.low.finish());
        let high = self.high.map(|it| Arc::new(it.finish()));
        let (codes, ends) = (low.bounds(), high.as_ref().map(|it| it.bounds()));
        let is_odd = odd.is_some();
        let shape = match self.kind {
            BuilderKind::Number => FieldShape::Number { low: codes, high: ends, gaps, odd: is_odd },
            BuilderKind::Date => FieldShape::Date { low: codes, high: ends, gaps, odd: is_odd },
            BuilderKind::Enum(ty) => FieldShape::Enum { ty, codes, gaps },
            BuilderKind::Text => FieldShape::Text { codes, gaps },
            BuilderKind::Row(ty) => FieldShape::Row { ty, codes, gaps },
            BuilderKind::Truth | BuilderKind::Other => return none,
        };
        FieldColumn { low: Some(low), high, truth: None, known, odd, shape }
    }
}

/// Collects rows.
#[derive(Debug)]
pub struct TableBuilder {
    pub(super) fields: Vec<FieldBuilder>,
    parents: Vec<i64>,
    has_parent: Vec<u8>,
}

impl TableBuilder {
    /// A table without rows.
    #[must_use]
    pub fn new(machine: &Machine, entity: EntityId) -> Self {
        let fields = machine.entity_def(entity).map_or(&[][..], |it| &it.fields);
        let fields = fields.iter().map(|it| FieldBuilder::new(machine, &it.ty)).collect();
        Self { fields, parents: Vec::new(), has_parent: Vec::new() }
    }

    /// Adds a whole figure as the next row's fact. Of each field every row has to be given a fact, or none has.
    pub fn figure(&mut self, field: u32, fact: Option<i64>) {
        if let Some(builder) = self.fields.get_mut(field as usize) {
            match fact {
                Some(figure) => builder.push_int(figure),
                None => builder.push(None, &Texts::default()),
            }
        }
    }

    /// Ends a row, whose facts have been given.
    pub fn end(&mut self, parent: Option<u32>) {
        self.parents.push(i64::from(parent.unwrap_or(0)));
        self.has_parent.push(u8::from(parent.is_some()));
    }

    pub(crate) fn push(&mut self, row: &Row, texts: &Texts) {
        for (field, fact) in self.fields.iter_mut().zip(&row.facts) {
            field.push(fact.as_ref(), texts);
        }
        self.end(row.parent);
    }

    /// The table.
    #[must_use]
    pub fn finish(mut self) -> Table {
        let rows = self.parents.len();
        let fields: Vec<FieldColumn> = self.fields.into_iter().map(FieldBuilder::finish).collect();
        let parent = Arc::new(NumColumn::narrow(self.parents, 0));
        let all_have_parents = self.has_parent.iter().all(|it| *it != 0);
        pad(&mut self.has_parent, 0);
        let shape = Shape {
            fields: fields.iter().map(|it| it.shape.clone()).collect(),
            rows: i64::try_from(rows).unwrap_or(i64::MAX),
            parents: parent.hi,
            all_have_parents,
        };
        let has_parent = (!all_have_parents).then(|| Arc::new(self.has_parent));
        Table { rows, fields, parent, has_parent, shape }
    }
}

impl Table {
    /// What its columns hold.
    #[must_use]
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// A table without rows whose columns could hold anything.
    pub(crate) fn of_nothing(machine: &Machine, entity: EntityId) -> Self {
        let mut table = TableBuilder::new(machine, entity).finish();
        table.reshaped(&Shape::of_anything(machine, entity));
        table
    }

    pub(crate) fn fields(&self) -> usize {
        self.fields.len()
    }

    /// The first rows, so many at most, that have no fact of a field.
    pub(crate) fn without_fact(&self, field: usize, most: usize) -> Vec<usize> {
        match self.fields.get(field) {
            Some(column) if column.shape == FieldShape::Absent => (0..self.rows).take(most).collect(),
            Some(FieldColumn { known: Some(known), .. }) => self.unset(known, most),
            _ => Vec::new(),
        }
    }

    /// The first rows, so many at most, that lie nowhere.
    pub(crate) fn without_parent(&self, most: usize) -> Vec<usize> {
        self.has_parent.as_ref().map_or_else(Vec::new, |it| self.unset(it, most))
    }

    fn unset(&self, bits: &[u8], most: usize) -> Vec<usize> {
        (0..self.rows).zip(bits).filter(|it| *it.1 == 0).map(|it| it.0).take(most).collect()
    }

    /// The rows of an entity.
    pub(super) fn of(machine: &Machine, world: &World, entity: EntityId, texts: &Texts) -> Self {
        let mut builder = TableBuilder::new(machine, entity);
        for row in world.rows(entity) {
            builder.push(row, texts);
        }
        builder.finish()
    }

    /// Gives the table the shape of the last one. If it does not fit, it gets a wider one, with room to spare, which is
    /// what plans have to be built for.
    pub(super) fn fitted(&mut self, last: Option<&Shape>) -> Option<Shape> {
        if let Some(last) = last {
            let mut reshaped = self.clone();
            if reshaped.reshaped(last) {
                *self = reshaped;
                return None;
            }
        }
        let shape = last.map_or_else(|| self.shape.roomy(), |it| it.widened(&self.shape));
        Some(if self.reshaped(&shape) { shape } else { self.shape.clone() })
    }

    /// The table in another shape that holds it: columns get the digits that the shape has, and those that it lacks.
    pub(super) fn reshaped(&mut self, shape: &Shape) -> bool {
        let rows = self.rows;
        for (column, wanted) in self.fields.iter_mut().zip(&shape.fields) {
            if !column.reshape(wanted, rows) {
                return false;
            }
        }
        if shape.all_have_parents && self.has_parent.is_some() {
            return false;
        }
        if !shape.all_have_parents && self.has_parent.is_none() {
            let mut all = vec![1; rows];
            pad(&mut all, 0);
            self.has_parent = Some(Arc::new(all));
        }
        self.shape = shape.clone();
        true
    }
}

impl FieldColumn {
    fn reshape(&mut self, wanted: &FieldShape, rows: usize) -> bool {
        if self.shape == *wanted {
            return true;
        }
        let bits = |bit: u8| {
            let mut all = vec![bit; rows];
            pad(&mut all, 0);
            Arc::new(all)
        };
        let absent = self.shape == FieldShape::Absent;
        // What the shape has no place for makes another shape necessary.
        let has_range = !absent && self.high.is_some();
        let takes_ranges =
            matches!(wanted, FieldShape::Number { high: Some(_), .. } | FieldShape::Date { high: Some(_), .. });
        if !absent && std::mem::discriminant(&self.shape) != std::mem::discriminant(wanted)
            || self.shape.has_gaps() && !wanted.has_gaps()
            || self.shape.is_odd() && !wanted.is_odd()
            || has_range && !takes_ranges
        {
            return false;
        }
        if wanted.has_gaps() && self.known.is_none() {
            self.known = Some(bits(u8::from(!absent)));
        }
        if wanted.is_odd() && self.odd.is_none() {
            self.odd = Some(bits(0));
        }
        let nothing = || Arc::new(NumColumn::narrow(vec![0; rows], 0));
        match wanted {
            FieldShape::Absent => return absent,
            FieldShape::Unreadable => {}
            FieldShape::Truth { .. } => {
                self.truth.get_or_insert_with(|| bits(0));
            }
            FieldShape::Number { low, high, .. } | FieldShape::Date { low, high, .. } => {
                let own = self.low.get_or_insert_with(nothing);
                if let Some(high) = high {
                    let ends = self.high.get_or_insert_with(|| Arc::clone(own));
                    if !refit(ends, *high) {
                        return false;
                    }
                }
                if !refit(own, *low) {
                    return false;
                }
            }
            FieldShape::Enum { codes, .. } | FieldShape::Text { codes, .. } | FieldShape::Row { codes, .. } => {
                let own = self.low.get_or_insert_with(nothing);
                if !refit(own, *codes) {
                    return false;
                }
            }
        }
        self.shape = wanted.clone();
        true
    }
}

/// Gives a column the place of the point that the bounds have.
fn refit(column: &mut Arc<NumColumn>, bounds: Bounds) -> bool {
    if column.scale == bounds.scale && !bounds.wide && !column.bounds().wide {
        return bounds.lo <= column.lo && column.hi <= bounds.hi;
    }
    let Figures::Narrow(figures) = &column.figures else { return bounds.wide };
    let new = if bounds.wide {
        let scale = column.scale;
        NumColumn::wide(figures.iter().filter_map(|it| Number::from_scaled(i128::from(*it), scale).ok()).collect())
    } else {
        let power = bounds.scale.checked_sub(column.scale).and_then(|it| 10_i64.checked_pow(it));
        let finer: Option<Vec<i64>> = figures.iter().map(|it| it.checked_mul(power?)).collect();
        let Some(finer) = finer else { return false };
        NumColumn::narrow(finer, bounds.scale)
    };
    let fits = bounds.wide || bounds.lo <= new.lo && new.hi <= bounds.hi;
    *column = Arc::new(new);
    fits
}
