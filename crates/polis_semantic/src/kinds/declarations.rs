//! Documents, units, notions, entities and enumerations.

use polis_diagnostic::{Bilingual, Cycle, NameMessage, SyntaxMessage, TypeMessage};
use polis_syntax::ast::{Block, Element, ExprKind as A, HeadName};
use polis_syntax::words::{ClauseWord, Kind};
use polis_value::Range;
use smol_str::SmolStr;

use super::{Clauses, Def};
use crate::ir::{Document, Entity, Enumeration, ExprKind, Field, Notion};
use crate::lower::Lower;
use crate::types::Type;

impl Lower<'_, '_> {
    pub(super) fn document(&mut self, block: &Block, clauses: &Clauses<'_>, defs: &mut Vec<Def>) {
        let series = self.references_of(clauses, ClauseWord::Series).into_iter().next();
        let issuer = self.text_clause(clauses, ClauseWord::Issuer);
        let level = self.choice(clauses, ClauseWord::Level);
        let dates = [ClauseWord::Issued, ClauseWord::Effective, ClauseWord::Expires]
            .map(|word| clauses.one(word).and_then(|it| self.date_value(it.values.first()?)));
        let supersedes = self.references_of(clauses, ClauseWord::Supersedes);
        let based_on = self.references_of(clauses, ClauseWord::BasedOn);
        let text = self.text_clause(clauses, ClauseWord::TextFile);
        let symbol = self.item.symbol(self.db);
        if let Some(meta) = self.meta(block, clauses, symbol) {
            defs.push(Def::Document(Document { meta, series, issuer, level, dates, supersedes, based_on, text }));
        }
    }

    pub(super) fn unit(&mut self, block: &Block, clauses: &Clauses<'_>, defs: &mut Vec<Def>) {
        let equals = block.equals.as_ref().or_else(|| clauses.one(ClauseWord::Equals)?.values.first());
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
        if let Some(meta) = self.meta(block, clauses, symbol) {
            defs.push(Def::Unit(meta));
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
        let symbol = self.item.symbol(self.db);
        if let Some(meta) = self.meta(block, clauses, symbol) {
            defs.push(Def::Enumeration(Enumeration { meta, values }));
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
                    if let (Some(HeadName::Name(name)), Some(ty)) = (clause.name, clause.values.first()) {
                        let ty = self.type_expr(ty);
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
        if let Some(circle) = self.entity_circle() {
            self.error(
                NameMessage::CyclicDefinition { cycle: Cycle(circle) },
                block.name.map_or(block.word.span, |it| it.span),
            );
        }
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
        let range = clauses.one(ClauseWord::Range).and_then(|it| it.values.first()).and_then(|it| {
            let value = self.expect(it, &ty);
            if let ExprKind::Const(value) = &value.kind {
                value.as_number_range()
            } else {
                let expected = Bilingual::new("确定的区间", "a range that needs no facts");
                let found = value.ty.name();
                self.error(TypeMessage::TypeMismatch { expected, found }, it.span);
                None
            }
        });
        let default = clauses.one(ClauseWord::Default).and_then(|it| it.values.first()).map(|it| self.expect(it, &ty));
        if let (Some(range), Some(default)) = (&range, &default) {
            self.default_in_range(self.name(name).into(), &ty, *range, default);
        }
        self.field(
            (self.name(name).into(), name.span),
            Field { name: SmolStr::default(), title, ty, range, default },
            fields,
        );
    }

    fn default_in_range(
        &mut self,
        field: SmolStr,
        ty: &Type,
        range: Range<polis_value::Number>,
        default: &crate::ir::Expr,
    ) {
        if let ExprKind::Const(value) = &default.kind
            && let Some(number) = value.as_number()
            && !range.contains(number)
        {
            let value = self.text(default.span).into();
            let message = polis_diagnostic::SampleMessage::SampleOutOfRange {
                value,
                field,
                range: match ty {
                    Type::Number(ty) => ty.show_range(range.lo(), range.hi(), polis_syntax::words::Face::Zh),
                    _ => SmolStr::new(range.to_string()),
                },
            };
            self.error(message, default.span);
        }
    }

    fn field(&mut self, (name, span): (SmolStr, polis_syntax::Span), field: Field, fields: &mut Vec<Field>) {
        if fields.iter().any(|it| it.name == name) {
            self.error(NameMessage::DuplicateName { name }, span);
            return;
        }
        fields.push(Field { name, ..field });
    }

    /// The circle that an entity's `in` runs in, if it does.
    fn entity_circle(&self) -> Option<Vec<SmolStr>> {
        let all = crate::signature::entities(self.db, self.package?);
        let own = self.item.symbol(self.db);
        let mut circle = vec![own.name.clone()];
        let mut next = all.iter().find(|it| it.symbol == own)?.parent.clone()?;
        while next != own {
            if circle.len() > all.len() {
                return None;
            }
            circle.push(next.name.clone());
            next = all.iter().find(|it| it.symbol == next)?.parent.clone()?;
        }
        // Each circle is reported once, at the entity whose name is first in order.
        (circle.iter().min() == circle.first()).then_some(circle)
    }
}
