//! Names in expressions: members of aggregates, facts, rules, ancestors, children, parameters, units.

use std::sync::Arc;

use polis_diagnostic::{Bilingual, Fix, NameMessage, NameNote, TypeMessage, TypeNote, did_you_mean};
use polis_syntax::Span;
use polis_syntax::ast::{self, ExprKind as A};
use polis_syntax::words::{Kind, UnitWord};
use polis_value::{Number, Value};
use smol_str::SmolStr;

use super::{constant, unknown};
use crate::ir::{Expr, ExprKind, Part};
use crate::items::Item;
use crate::lower::Lower;
use crate::resolve::Target;
use crate::scope::Found;
use crate::signature::{EntitySig, RuleSig, Signature, entities, unit_type};
use crate::types::{NumberType, Symbol, Type};

impl<'db> Lower<'_, 'db> {
    pub(super) fn name_expr(&mut self, name: ast::Ident, want: Option<&Type>) -> Expr {
        let text = self.name(name);
        let span = name.span;
        if let Some((index, ty)) = self.local(text) {
            self.note_target(span, |_| Target::Local(text.into()));
            return Expr { kind: ExprKind::Local(index), ty, span };
        }
        if let Some(value) = self.enum_value(text, want, span) {
            self.note_part(span, value.ty.symbol(), text);
            return value;
        }
        if let Some(this) = self.this.clone()
            && let Some(expr) = Self::fact(this_of(&this, span), &this, text, span)
        {
            self.note_part(span, Some(&this.symbol), text);
            return expr;
        }
        let valued = |it: Kind| it.is_valued() || matches!(it, Kind::Entity | Kind::Unit);
        if let Some(item) = self.only_where(text, &valued) {
            return self.item_expr(item, name, want);
        }
        if self.report_ambiguous(name) {
            return unknown(span);
        }
        match self.lookup(text) {
            Some(Found::Item(item)) => self.item_expr(item, name, want),
            Some(Found::Package(_)) => {
                let found = Bilingual::new("一个包", "a package");
                let expected = Bilingual::new("值", "a value");
                self.error(NameMessage::WrongKindOfName { name: text.into(), found, expected }, span);
                unknown(span)
            }
            None => {
                if let Some(this) = self.this.clone()
                    && let Some(children) = self.children(this_of(&this, span), &this.symbol, text, span)
                {
                    return children;
                }
                if let Some(word) = UnitWord::from_text(text).filter(|_| !name.quoted) {
                    let ty = unit_type(word);
                    return constant(Value::Number(Number::from(word.base().1)), Type::Number(ty), span);
                }
                if !self.lost {
                    self.unknown_in_expression(span, want);
                }
                unknown(span)
            }
        }
    }

    /// Reports a name that nothing declares. Where a value of an enumeration belongs, its values are what may be meant.
    fn unknown_in_expression(&mut self, span: Span, want: Option<&Type>) {
        let mut known = self.names_of_this();
        let values = match want {
            Some(Type::Enum(symbol)) => self.values_of(symbol),
            _ => Vec::new(),
        };
        known.extend(values.iter().cloned());
        self.unknown_name(span, &known);
        if let (Some(Type::Enum(symbol)), Some(error)) = (want, self.diagnostics.last_mut())
            && error.fix.is_none()
            && !values.is_empty()
        {
            error.helps.push(TypeNote::ValuesAre { enumeration: symbol.name.clone(), values }.into());
        }
    }

    /// The values of an enumeration.
    fn values_of(&self, symbol: &Symbol) -> Vec<SmolStr> {
        match self.item_of(symbol).map(|it| self.signature(it)).as_deref() {
            Some(Signature::Enumeration(_, values)) => values.clone(),
            _ => Vec::new(),
        }
    }

    /// The fields and children of the entity that the provision is about, for suggestions.
    fn names_of_this(&self) -> Vec<SmolStr> {
        let mut names: Vec<SmolStr> = self.locals.iter().map(|it| it.0.clone()).collect();
        if let Some(this) = &self.this {
            names.extend(this.fields.iter().map(|it| it.0.clone()));
            if let Some(package) = self.package {
                let children = entities(self.db, package).iter().filter(|it| it.parent.as_ref() == Some(&this.symbol));
                names.extend(children.filter_map(|it| it.plural.clone()));
            }
        }
        names
    }

    /// A member that an aggregate names, counted from the innermost.
    fn local(&self, name: &str) -> Option<(u32, Type)> {
        let position = self.locals.iter().rposition(|it| it.0 == name)?;
        let (_, ty) = self.locals.get(position)?;
        u32::try_from(self.locals.len() - 1 - position).ok().map(|index| (index, ty.clone()))
    }

    /// A bare value of the enumeration that the place expects.
    fn enum_value(&self, name: &str, want: Option<&Type>, span: Span) -> Option<Expr> {
        let Some(Type::Enum(symbol)) = want else { return None };
        let values = self.values_of(symbol);
        let index = values.iter().position(|it| it == name)?;
        let kind = ExprKind::EnumValue(symbol.clone(), u32::try_from(index).ok()?);
        Some(Expr { kind, ty: Type::Enum(symbol.clone()), span })
    }

    /// A field of the entity that `base` is.
    fn fact(base: Expr, entity: &EntitySig, name: &str, span: Span) -> Option<Expr> {
        let ty = entity.field(name)?.clone();
        Some(Expr { kind: ExprKind::Field(Box::new(base), entity.symbol.clone(), name.into()), ty, span })
    }

    /// The entities whose plural is `name` and that lie in `parent`.
    fn children(&mut self, base: Expr, parent: &Symbol, name: &str, span: Span) -> Option<Expr> {
        let child = entities(self.db, self.package?)
            .iter()
            .find(|it| it.parent.as_ref() == Some(parent) && it.plural.as_deref() == Some(name))?;
        self.note_part(span, Some(&child.symbol), name);
        let ty = Type::List(Box::new(Type::Entity(child.symbol.clone())));
        Some(Expr { kind: ExprKind::Children(Box::new(base), child.symbol.clone()), ty, span })
    }

    /// What a declared name is as a value, where nothing is said of whose it is.
    fn item_expr(&mut self, item: Item<'db>, name: ast::Ident, want: Option<&Type>) -> Expr {
        let span = name.span;
        self.note_target(span, |it| Target::Item(item.key(it.db)));
        match &*self.signature(item) {
            Signature::Param(symbol, ty) => {
                self.reported_not_demanded(item, name);
                self.references.push(symbol.clone());
                Expr { kind: ExprKind::Param(symbol.clone()), ty: ty.clone(), span }
            }
            Signature::Rule(rule) => match self.this.clone() {
                Some(this) if this.symbol == rule.entity => self.rule(this_of(&this, span), rule, span),
                None if self.lost => unknown(span),
                this => {
                    let ancestor = this.is_some_and(|it| self.ancestors(&it).any(|it| it.symbol == rule.entity));
                    let qualified = SmolStr::new(format!("{}.{}", rule.entity.name, rule.symbol.name));
                    let found = Bilingual::new(
                        format!("`{}` 的{}", rule.entity.name, kind_zh(item.kind(self.db))),
                        format!("of `{}`", rule.entity.name),
                    );
                    let expected = Bilingual::new("本对象的值", "a value of this entity");
                    let error = self
                        .error(NameMessage::WrongKindOfName { name: self.name(name).into(), found, expected }, span);
                    if ancestor {
                        error.helps.push(NameNote::QualifyWith { name: qualified }.into());
                    }
                    unknown(span)
                }
            },
            Signature::Unit(ty, factor) => constant(Value::Number(*factor), Type::Number(ty.clone()), span),
            Signature::Entity(entity) => match self.this.clone() {
                Some(this) if this.symbol == entity.symbol => this_of(&this, span),
                Some(this) if self.ancestors(&this).any(|it| it.symbol == entity.symbol) => {
                    let base = Box::new(this_of(&this, span));
                    let kind = ExprKind::Ancestor(base, entity.symbol.clone());
                    Expr { kind, ty: Type::Entity(entity.symbol.clone()), span }
                }
                None if self.lost => unknown(span),
                _ => self.not_a_value(item, name, want),
            },
            Signature::Broken => unknown(span),
            Signature::Enumeration(..) | Signature::Other => self.not_a_value(item, name, want),
        }
    }

    fn score_of(&mut self, of: Expr, rule: &RuleSig, span: Span) -> Expr {
        use crate::kinds::rating::{SCORE, points};
        let symbol = Symbol::new(rule.symbol.package.clone(), format!("{}.{SCORE}", rule.symbol.name));
        self.references.push(rule.symbol.clone());
        Expr { kind: ExprKind::Rule(Box::new(of), symbol, Part::Value), ty: points(), span }
    }

    /// What is reported may be compared and computed with, but binds nobody: it is no bound of a provision.
    fn reported_not_demanded(&mut self, item: Item<'db>, name: ast::Ident) {
        let computes = [Kind::Fact, Kind::Rule, Kind::Test, Kind::Indicator, Kind::Scenario];
        if item.kind(self.db) == Some(Kind::Fact) && self.item.kind(self.db).is_none_or(|it| !computes.contains(&it)) {
            let place = item.name_place(self.db);
            let found = crate::lower::kind_name(Kind::Fact);
            let expected = Bilingual::new(
                "规定的数值（现状不是标准；可先写成 `参数`）",
                "a figure that is laid down (what is reported is no standard; declare a `param` for one)",
            );
            let name_text = self.name(name).into();
            let error = self.error(NameMessage::WrongKindOfName { name: name_text, found, expected }, name.span);
            *error = error.clone().label(place, polis_diagnostic::GeneralNote::DeclaredHere);
        }
    }

    fn not_a_value(&mut self, item: Item<'db>, name: ast::Ident, want: Option<&Type>) -> Expr {
        if let Some(kind) = item.kind(self.db) {
            let found = crate::lower::kind_name(kind);
            let expected =
                want.filter(|it| **it != Type::Any).map_or_else(|| Bilingual::new("值", "a value"), Type::name);
            let place = item.name_place(self.db);
            let plural = match &*self.signature(item) {
                Signature::Entity(entity) => entity.plural.clone(),
                _ => None,
            };
            let error =
                self.error(NameMessage::WrongKindOfName { name: self.name(name).into(), found, expected }, name.span);
            *error = error.clone().label(place, polis_diagnostic::GeneralNote::DeclaredHere);
            if let Some(name) = plural {
                error.helps.push(NameNote::DidYouMean { name }.into());
            }
        }
        unknown(name.span)
    }

    /// The score that a rating of this entity goes by: `评定.得分`.
    fn score(&mut self, item: Item<'db>, name: ast::Ident, span: Span) -> Expr {
        use crate::kinds::rating::SCORE;
        let word = polis_syntax::words::ClauseWord::Score.word();
        if let Signature::Rule(rule) = &*self.signature(item)
            && let Some(this) = self.this.clone().filter(|it| it.symbol == rule.entity)
            && word.reads(self.name(name))
        {
            return self.score_of(this_of(&this, span), rule, span);
        }
        self.unknown_member(name, &item.name(self.db), &[SCORE.into()]);
        unknown(span)
    }

    fn rule(&mut self, base: Expr, rule: &RuleSig, span: Span) -> Expr {
        self.references.push(rule.symbol.clone());
        let part = if rule.condition { Part::Kept } else { Part::Value };
        Expr { kind: ExprKind::Rule(Box::new(base), rule.symbol.clone(), part), ty: rule.ty.clone(), span }
    }

    /// The entities that an entity lies in, nearest first.
    fn ancestors(&self, entity: &EntitySig) -> impl Iterator<Item = Arc<EntitySig>> {
        let all: &'db [Arc<EntitySig>] = self.package.map_or(&[], |it| entities(self.db, it));
        let mut next = entity.parent.clone();
        // A circle of entities is reported where they are declared; here it only must not go round for ever.
        let mut left = all.len();
        std::iter::from_fn(move || {
            left = left.checked_sub(1)?;
            let found = all.iter().find(|it| Some(&it.symbol) == next.as_ref())?;
            next.clone_from(&found.parent);
            Some(Arc::clone(found))
        })
    }

    /// `a.b`: a name of a package, a value of an enumeration, or something of an entity.
    pub(super) fn member(
        &mut self,
        whole: &ast::Expr,
        base: &ast::Expr,
        name: ast::Ident,
        want: Option<&Type>,
    ) -> Expr {
        let span = whole.span;
        if let A::Name(first) = &base.kind
            && self.local(self.name(*first)).is_none()
            && self.this.as_ref().is_none_or(|it| it.field(self.name(*first)).is_none())
        {
            match self.lookup(self.name(*first)) {
                Some(Found::Package(package)) => {
                    self.note_target(first.span, |_| Target::Package(package));
                    return if let Some(item) = self.of_package(package, self.name(name)) {
                        Expr { span, ..self.item_expr(item, name, want) }
                    } else {
                        self.path(whole);
                        unknown(span)
                    };
                }
                Some(Found::Item(item)) if item.kind(self.db) == Some(Kind::Enum) => {
                    let ty = Type::Enum(item.symbol(self.db));
                    self.note_target(first.span, |it| Target::Item(item.key(it.db)));
                    return if let Some(value) = self.enum_value(self.name(name), Some(&ty), span) {
                        self.note_part(name.span, ty.symbol(), self.name(name));
                        value
                    } else {
                        self.unknown_value(name, &item.symbol(self.db));
                        unknown(span)
                    };
                }
                Some(Found::Item(item)) if item.kind(self.db) == Some(Kind::Rating) => {
                    self.note_target(first.span, |it| Target::Item(item.key(it.db)));
                    return self.score(item, name, span);
                }
                _ => {}
            }
        }
        // `甲.评定.得分`: the score by which a jurisdiction is rated.
        if let A::Member(of, rating) = &base.kind
            && polis_syntax::words::ClauseWord::Score.word().reads(self.name(name))
            && let Some(item) = self.only(self.name(*rating), &[Kind::Rating])
            && let Signature::Rule(rule) = &*self.signature(item)
        {
            self.note_target(rating.span, |it| Target::Item(item.key(it.db)));
            let of = self.infer(of, None);
            if of.ty == Type::Entity(rule.entity.clone()) {
                return self.score_of(of, rule, span);
            }
        }
        let base = self.infer(base, None);
        match &base.ty {
            Type::Entity(symbol) => {
                let symbol = symbol.clone();
                self.entity_member(base, &symbol, name, span)
            }
            Type::Any => unknown(span),
            other => {
                let found = other.name();
                let expected = Bilingual::new("对象", "an entity");
                self.error(TypeMessage::TypeMismatch { expected, found }, base.span);
                unknown(span)
            }
        }
    }

    fn entity_member(&mut self, base: Expr, symbol: &Symbol, name: ast::Ident, span: Span) -> Expr {
        let text = self.name(name);
        let Some(entity) =
            self.package.and_then(|it| entities(self.db, it).iter().find(|it| it.symbol == *symbol)).cloned()
        else {
            return unknown(span);
        };
        if let Some(expr) = Self::fact(base.clone(), &entity, text, span) {
            self.note_part(name.span, Some(symbol), text);
            return expr;
        }
        if let Some(expr) = self.children(base.clone(), symbol, text, name.span) {
            return Expr { span, ..expr };
        }
        if let Some(Found::Item(item)) = self.lookup(text) {
            self.note_target(name.span, |it| Target::Item(item.key(it.db)));
            match &*self.signature(item) {
                Signature::Rule(rule) if rule.entity == *symbol => return self.rule(base, rule, span),
                Signature::Entity(above) if self.ancestors(&entity).any(|it| it.symbol == above.symbol) => {
                    let kind = ExprKind::Ancestor(Box::new(base), above.symbol.clone());
                    return Expr { kind, ty: Type::Entity(above.symbol.clone()), span };
                }
                Signature::Broken => return unknown(span),
                _ => {}
            }
        }
        let fields: Vec<SmolStr> = entity.fields.iter().map(|it| it.0.clone()).collect();
        self.unknown_member(name, &entity.symbol.name, &fields);
        unknown(span)
    }

    fn unknown_value(&mut self, name: ast::Ident, enumeration: &Symbol) {
        let text = self.name(name);
        let values = self.values_of(enumeration);
        let near = did_you_mean(text, values.iter().map(SmolStr::as_str)).map(SmolStr::new);
        let place = self.place(name.span);
        let enumeration = enumeration.name.clone();
        let message = TypeMessage::UnknownValue { value: text.into(), enumeration: enumeration.clone() };
        let error = self.error(message, name.span);
        match near {
            Some(name) => {
                error.fix = Some(Fix::suggestion(NameNote::DidYouMean { name: name.clone() }, place, name));
            }
            None if !values.is_empty() => error.helps.push(TypeNote::ValuesAre { enumeration, values }.into()),
            None => {}
        }
    }

    fn unknown_member(&mut self, name: ast::Ident, of: &SmolStr, known: &[SmolStr]) {
        let text = self.name(name);
        let near = did_you_mean(text, known.iter().map(SmolStr::as_str)).map(SmolStr::new);
        let fields = TypeNote::FieldsAre { entity: of.clone(), fields: known.to_vec() };
        let error = self.error(TypeMessage::UnknownField { field: text.into(), entity: of.clone() }, name.span);
        match near {
            Some(name) => error.helps.push(NameNote::DidYouMean { name }.into()),
            None if !known.is_empty() => error.helps.push(fields.into()),
            None => {}
        }
    }

    /// The rule that an argument names, whose constraints are asked for.
    pub(super) fn kept(&mut self, argument: &ast::Expr, span: Span) -> Expr {
        let value = self.infer(argument, None);
        match value.kind {
            ExprKind::Rule(base, symbol, _) => {
                Expr { kind: ExprKind::Rule(base, symbol, Part::Kept), ty: Type::Truth, span }
            }
            _ if value.ty == Type::Any => unknown(span),
            _ => {
                let found = value.ty.name();
                let expected =
                    Bilingual::new("员额、内设机构或要求的名称", "the name of a quota, structure or requirement");
                self.error(TypeMessage::TypeMismatch { expected, found }, argument.span);
                unknown(span)
            }
        }
    }

    /// A plain number type for counts of members.
    pub(super) fn count_type() -> Type {
        Type::Number(NumberType::new(crate::types::Dim::of(UnitWord::Piece), true))
    }
}

/// The entity that the provision is about, as an expression.
pub(crate) fn this_of(entity: &EntitySig, span: Span) -> Expr {
    Expr { kind: ExprKind::This, ty: Type::Entity(entity.symbol.clone()), span }
}

fn kind_zh(kind: Option<Kind>) -> &'static str {
    kind.map_or("条款", |it| it.word().zh)
}
