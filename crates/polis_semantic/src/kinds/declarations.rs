//! Documents, units, notions, entities and enumerations.

use polis_diagnostic::{Bilingual, NameMessage, SyntaxMessage, TypeMessage};
use polis_syntax::ast::{Block, Element, Expr, ExprKind as A, HeadName};
use polis_syntax::words::{ClauseWord, Kind, UnitWord};
use polis_value::{Number, Value};
use smol_str::SmolStr;

use super::ranges::Allowed;
use super::{Clauses, Def};
use crate::ir::{Document, Entity, Enumeration, ExprKind, Field, Notion, Unit};
use crate::lower::{Lower, Path};
use crate::scope::Found;
use crate::signature::Signature;
use crate::types::{Dim, Type};

impl Lower<'_, '_> {
    pub(super) fn document(&mut self, block: &Block, clauses: &Clauses<'_>, defs: &mut Vec<Def>) {
        let series = self.references_of(clauses, ClauseWord::Series).into_iter().next();
        let issuers = self.labels_of(clauses, ClauseWord::Issuer);
        let document_type = self.text_clause(clauses, ClauseWord::DocumentType);
        let level = self.choice(clauses, ClauseWord::Level);
        let dates = [ClauseWord::Issued, ClauseWord::Effective, ClauseWord::Expires]
            .map(|word| clauses.one(word).and_then(|it| self.date_value(it.values.first()?)));
        let supersedes = self.references_of(clauses, ClauseWord::Supersedes);
        let based_on = self.references_of(clauses, ClauseWord::BasedOn);
        let text = self.text_clause(clauses, ClauseWord::TextFile);
        let symbol = self.item.symbol(self.db);
        if let Some(meta) = self.meta(block, clauses, symbol) {
            defs.push(Def::Document(Document {
                meta,
                series,
                issuers,
                document_type,
                level,
                dates,
                supersedes,
                based_on,
                text,
            }));
        }
    }

    pub(super) fn unit(&mut self, block: &Block, clauses: &Clauses<'_>, defs: &mut Vec<Def>) {
        let equals = block.equals.as_ref().or_else(|| clauses.one(ClauseWord::Equals)?.values.first());
        if let Some(equals) = equals {
            self.units_of(equals);
        }
        match equals.map(|it| &it.kind) {
            Some(A::Figure(figure)) => {
                if let Some(unit) = figure.unit {
                    self.unit_ref(unit);
                }
            }
            Some(_) => {
                if let Some(equals) = equals {
                    self.type_expr(equals);
                }
            }
            None => {}
        }
        let symbol = self.item.symbol(self.db);
        if let Some(meta) = self.meta(block, clauses, symbol)
            && let Signature::Unit(ty, factor) = &*self.signature(self.item)
        {
            defs.push(Def::Unit(Unit { meta, ty: ty.clone(), factor: *factor }));
        }
    }

    /// Notes the units that a unit is made of, for [`crate::cycles`].
    fn units_of(&mut self, expr: &Expr) {
        match &expr.kind {
            A::Figure(figure) => {
                if let Some(name) = figure.unit.filter(|it| it.word.is_none()).map(|it| it.name)
                    && let Some(Found::Item(item)) = self.lookup(self.name(name))
                {
                    self.references.push(item.symbol(self.db));
                }
            }
            A::Name(_) | A::Member(..) => {
                // What is wrong with the name is reported where its type is asked for.
                let before = self.diagnostics.len();
                if let Path::Item(item) = self.path(expr) {
                    self.references.push(item.symbol(self.db));
                }
                self.diagnostics.truncate(before);
            }
            A::Binary(binary) => {
                self.units_of(&binary.lhs);
                self.units_of(&binary.rhs);
            }
            A::Paren(inner) => self.units_of(inner),
            _ => {}
        }
    }

    pub(super) fn notion(&mut self, block: &Block, clauses: &Clauses<'_>, defs: &mut Vec<Def>) {
        let word = if block.kind == Some(Kind::Organ) { ClauseWord::ReportsTo } else { ClauseWord::Parent };
        let parents = self.references_of(clauses, word);
        let stronger_than = self.references_of(clauses, ClauseWord::StrongerThan);
        let entity = self.this.as_ref().map(|it| it.symbol.clone());
        let symbol = self.item.symbol(self.db);
        if let Some(meta) = self.meta(block, clauses, symbol) {
            defs.push(Def::Notion(Notion { meta, parents, stronger_than, entity }));
        }
    }

    pub(super) fn enumeration(&mut self, block: &Block, clauses: &Clauses<'_>, defs: &mut Vec<Def>) {
        let mut values: Vec<SmolStr> = Vec::new();
        for value in clauses.values(ClauseWord::Values) {
            match self.label(value) {
                Some(name) if values.contains(&name) => {
                    self.error(NameMessage::DuplicateName { name }, value.span);
                }
                Some(name) => values.push(name),
                None => self.not_a_name(value),
            }
        }
        self.enum_hidden(block);
        self.check_number_of_values(block, clauses, &values);
        let symbol = self.item.symbol(self.db);
        if let Some(meta) = self.meta(block, clauses, symbol) {
            defs.push(Def::Enumeration(Enumeration { meta, values }));
        }
    }

    /// The declared total against the values. Whatever the values are of (类, 项, 个), it is they that are counted.
    fn check_number_of_values(&mut self, block: &Block, clauses: &Clauses<'_>, values: &[SmolStr]) {
        let totals = self.totals_of(clauses);
        let Ok(counted) = i64::try_from(values.len()) else { return };
        if !super::groups::is_whole(block) {
            return;
        }
        let name = self.item.name(self.db);
        for (dim, declared, span) in totals {
            if declared != Number::from(counted) {
                let units = [UnitWord::Category, UnitWord::Piece, UnitWord::Grade, UnitWord::Band];
                let unit = units.into_iter().find(|it| dim == Dim::of(*it)).unwrap_or(UnitWord::Item);
                self.total_mismatch(span, &name, declared, Number::from(counted), unit);
            }
        }
    }

    pub(super) fn entity_block(&mut self, block: &Block, clauses: &Clauses<'_>, defs: &mut Vec<Def>) {
        let parent = self.references_of(clauses, ClauseWord::EntityIn).into_iter().next();
        let plural = self.text_clause(clauses, ClauseWord::Plural);
        let mut fields: Vec<Field> = Vec::new();
        // Short and long form stand side by side; fields keep the order of the text.
        for element in block.body.iter().flat_map(|it| &it.elements) {
            match element {
                Element::Clause(clause)
                    if Kind::Entity.clause(self.name(clause.word)).map(|it| it.word) == Some(ClauseWord::Field) =>
                {
                    if let Some(HeadName::Name(name)) = clause.name {
                        let ty = clause.values.first().map_or(Type::Any, |it| self.type_expr(it));
                        let name = (SmolStr::new(self.name(name)), name.span);
                        self.field(
                            name,
                            Field { name: SmolStr::default(), title: None, ty, range: None, default: None },
                            &mut fields,
                        );
                    }
                }
                Element::Block(inner) if inner.kind == Some(Kind::Field) => self.field_block(inner, &mut fields),
                _ => {}
            }
        }
        let symbol = self.item.symbol(self.db);
        if let Some(meta) = self.meta(block, clauses, symbol) {
            defs.push(Def::Entity(Entity { meta, parent, plural, fields }));
        }
    }

    fn field_block(&mut self, block: &Block, fields: &mut Vec<Field>) {
        let clauses = self.clauses(block);
        let Some(name) = block.name else { return };
        let ty = if let Some(ty) = &block.ty {
            self.type_expr(ty)
        } else {
            let found = Bilingual::word("{", "{");
            let expected = Bilingual::new("“: 类型”", "`:` and a type");
            self.error(SyntaxMessage::UnexpectedToken { found, expected }, name.span);
            Type::Any
        };
        let title = block.title.map(|it| self.quoted(it)).or_else(|| self.text_clause(&clauses, ClauseWord::Title));
        let bounds = clauses.one(ClauseWord::Range).and_then(|it| it.values.first());
        let range = bounds.and_then(|it| {
            let value = self.expect(it, &ty);
            if let ExprKind::Const(constant) = &value.kind {
                constant.as_number_range().filter(|_| value.ty.compatible(&ty))
            } else if value.ty == Type::Any {
                None
            } else {
                let expected = Bilingual::new("确定的区间", "a range that needs no facts");
                let found = value.ty.name();
                self.error(TypeMessage::TypeMismatch { expected, found }, it.span);
                None
            }
        });
        let default = clauses.one(ClauseWord::Default).and_then(|it| it.values.first()).map(|it| self.expect(it, &ty));
        if let (Some(range), Some(bounds), Some(default)) = (range, bounds, &default) {
            let allowed = Allowed { range: Value::from(range), place: self.place(bounds.span) };
            self.in_range(self.name(name), &ty, default, &allowed);
        }
        self.field(
            (self.name(name).into(), name.span),
            Field { name: SmolStr::default(), title, ty, range, default },
            fields,
        );
    }

    fn field(&mut self, (name, span): (SmolStr, polis_syntax::Span), field: Field, fields: &mut Vec<Field>) {
        if fields.iter().any(|it| it.name == name) {
            self.error(NameMessage::DuplicateName { name }, span);
            return;
        }
        self.field_hides_enum(&name, span);
        fields.push(Field { name, ..field });
    }
}
