//! What other provisions need to know of a provision: an entity's fields, a rule's entity and type, a unit's size.

use std::sync::Arc;

use polis_db::{Db, Package};
use polis_diagnostic::{NameMessage, TypeMessage, TypeNote};
use polis_syntax::Span;
use polis_syntax::ast::{self, BinaryOp, Element, ExprKind as A, HeadName};
use polis_syntax::words::{ClauseWord, Kind, TypeWord, UnitWord};
use polis_value::Number;
use smol_str::SmolStr;

use crate::items::Item;
use crate::kinds::lowered;
use crate::lower::{Lower, Path};
use crate::resolve::Target;
use crate::scope::{Found, declared, visible};
use crate::types::{Dim, NumberType, Shown, Symbol, Type, UnitName};

/// What a provision is to others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signature {
    /// An entity.
    Entity(Arc<EntitySig>),
    /// An enumeration and its values.
    Enumeration(Symbol, Vec<SmolStr>),
    /// A unit: its type, and what one of it is in base units.
    Unit(NumberType, Number),
    /// A parameter.
    Param(Symbol, Type),
    /// A value for each entity of a type: a rule, quota, structure or requirement.
    Rule(RuleSig),
    /// Something whose declaration is wrong, which is reported there: of what uses it nothing is said.
    Broken,
    /// Nothing that an expression could use.
    Other,
}

/// A rule as others see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSig {
    /// Its full name.
    pub symbol: Symbol,
    /// The entity it is about.
    pub entity: Symbol,
    /// Its type.
    pub ty: Type,
    /// Whether it is only a condition: a requirement.
    pub condition: bool,
}

/// An entity as others see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntitySig {
    /// Its full name.
    pub symbol: Symbol,
    /// The entity it lies in.
    pub parent: Option<Symbol>,
    /// The name by which its parent speaks of all of them.
    pub plural: Option<SmolStr>,
    /// Its fields and their types, in order.
    pub fields: Vec<(SmolStr, Type)>,
}

impl EntitySig {
    /// The type of a field.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Type> {
        self.fields.iter().find(|it| it.0 == name).map(|it| &it.1)
    }
}

/// What a provision is to others. Diagnostics of its own text are those of [`lowered`].
#[salsa::tracked(returns(clone), cycle_result = signature_cycle)]
pub fn signature(db: &dyn Db, item: Item<'_>) -> Arc<Signature> {
    let content = item.content(db);
    let mut lower = Lower::new(db, item, &content);
    let block = &content.block;
    let symbol = item.symbol(db);
    Arc::new(match item.kind(db) {
        Some(Kind::Entity) => Signature::Entity(Arc::new(entity_signature(&mut lower, block, symbol))),
        Some(Kind::Enum) => Signature::Enumeration(symbol, lower.declared_names(block, ClauseWord::Values)),
        Some(Kind::Unit) => lower.unit_signature(block, symbol),
        Some(Kind::Param) => {
            let ty = block.ty.as_ref().map_or_else(|| inferred_type(db, item), |it| lower.type_expr(it));
            Signature::Param(symbol, ty)
        }
        Some(kind) if kind.is_rule() => {
            let Some(entity) = block.of.as_ref().and_then(|it| lower.entity(it)) else {
                return Arc::new(Signature::Broken);
            };
            let ty = block.ty.as_ref().map_or_else(|| inferred_type(db, item), |it| lower.type_expr(it));
            Signature::Rule(RuleSig { symbol, entity: entity.symbol.clone(), ty, condition: false })
        }
        Some(Kind::Fact) => {
            let ty = block.ty.as_ref().map_or_else(|| inferred_type(db, item), |it| lower.type_expr(it));
            if ty == Type::Any { Signature::Other } else { Signature::Param(symbol, ty) }
        }
        // A hole with a type is a value; others are filled by documents and lists.
        Some(Kind::Delegation) => match (&block.ty, &block.of) {
            (Some(ty), None) => Signature::Param(symbol, lower.type_expr(ty)),
            (Some(ty), Some(of)) => match lower.entity(of) {
                Some(entity) => {
                    let ty = lower.type_expr(ty);
                    Signature::Rule(RuleSig { symbol, entity: entity.symbol.clone(), ty, condition: false })
                }
                None => Signature::Other,
            },
            (None, _) => Signature::Other,
        },
        Some(Kind::Require) => match block.of.as_ref().and_then(|it| lower.entity(it)) {
            Some(entity) => {
                Signature::Rule(RuleSig { symbol, entity: entity.symbol.clone(), ty: Type::Truth, condition: true })
            }
            None => Signature::Broken,
        },
        _ => Signature::Other,
    })
}

/// What needs itself: [`crate::cycles`] reports the circle, and its users are typed as if it could be of any type. No
/// other signature may be asked for here, which could lead into the circle again.
fn signature_cycle(db: &dyn Db, _: salsa::Id, item: Item<'_>) -> Arc<Signature> {
    crate::cycles::read_circle(db, item);
    let symbol = item.symbol(db);
    Arc::new(match item.kind(db) {
        Some(Kind::Param) => Signature::Param(symbol, Type::Any),
        Some(kind) if kind.is_rule() => {
            let content = item.content(db);
            let of = content.block.of.as_ref().map(|it| Lower::new(db, item, &content).path(it));
            match of {
                Some(Path::Item(entity)) if entity.kind(db) == Some(Kind::Entity) => {
                    Signature::Rule(RuleSig { symbol, entity: entity.symbol(db), ty: Type::Any, condition: false })
                }
                _ => Signature::Broken,
            }
        }
        _ => Signature::Broken,
    })
}

/// The type of a provision that does not declare it.
#[salsa::tracked(returns(clone), cycle_result = type_cycle)]
fn inferred_type(db: &dyn Db, item: Item<'_>) -> Type {
    lowered(db, item).ty.clone()
}

fn type_cycle(db: &dyn Db, _: salsa::Id, item: Item<'_>) -> Type {
    crate::cycles::read_circle(db, item);
    Type::Any
}

/// The entity of a signature.
#[must_use]
pub fn entity_of(signature: &Signature) -> Option<Arc<EntitySig>> {
    match signature {
        Signature::Entity(entity) => Some(Arc::clone(entity)),
        _ => None,
    }
}

/// The entities that a package sees, each once, nearest first.
#[salsa::tracked(returns(deref))]
pub fn entities(db: &dyn Db, package: Package) -> Vec<Arc<EntitySig>> {
    visible(db, package).iter().flat_map(|it| own_entities(db, *it).iter().cloned()).collect()
}

/// The entities that a package declares, ordered by name.
#[salsa::tracked(returns(deref))]
fn own_entities(db: &dyn Db, package: Package) -> Vec<Arc<EntitySig>> {
    let mut all: Vec<Arc<EntitySig>> =
        declared(db, package, Kind::Entity).iter().filter_map(|it| entity_of(&signature(db, *it))).collect();
    all.sort_by(|a, b| a.symbol.name.cmp(&b.symbol.name));
    all
}

fn entity_signature(lower: &mut Lower<'_, '_>, block: &ast::Block, symbol: Symbol) -> EntitySig {
    let mut sig = EntitySig { symbol, parent: None, plural: None, fields: Vec::new() };
    for element in block.body.iter().flat_map(|it| &it.elements) {
        match element {
            Element::Clause(clause) => match Kind::Entity.clause(lower.name(clause.word)).map(|it| it.word) {
                Some(ClauseWord::EntityIn) => {
                    sig.parent = clause.values.first().and_then(|it| lower.reference(it, &[Kind::Entity]));
                }
                Some(ClauseWord::Plural) => {
                    if let Some(A::Name(name)) = clause.values.first().map(|it| &it.kind) {
                        sig.plural = Some(lower.name(*name).into());
                    }
                }
                Some(ClauseWord::Field) => {
                    // A field whose type is missing, which is reported, is still one.
                    if let Some(HeadName::Name(name)) = clause.name {
                        let ty = clause.values.first().map_or(Type::Any, |it| lower.type_expr(it));
                        sig.fields.push((lower.name(name).into(), ty));
                    }
                }
                _ => {}
            },
            Element::Block(inner) if inner.kind == Some(Kind::Field) => {
                if let Some(name) = inner.name {
                    let ty = inner.ty.as_ref().map_or(Type::Any, |it| lower.type_expr(it));
                    sig.fields.push((lower.name(name).into(), ty));
                }
            }
            _ => {}
        }
    }
    sig
}

impl Lower<'_, '_> {
    /// The names that a clause declares.
    pub(crate) fn declared_names(&self, block: &ast::Block, word: ClauseWord) -> Vec<SmolStr> {
        let Some(kind) = block.kind else { return Vec::new() };
        block
            .body
            .iter()
            .flat_map(|it| &it.elements)
            .filter_map(|it| match it {
                Element::Clause(clause) => Some(clause),
                _ => None,
            })
            .filter(|it| kind.clause(self.name(it.word)).is_some_and(|it| it.word == word))
            .flat_map(|it| &it.values)
            .flat_map(items_of)
            .filter_map(|it| self.label(it))
            .collect()
    }

    /// A name or text that need not be declared.
    pub(crate) fn label(&self, expr: &ast::Expr) -> Option<SmolStr> {
        match &expr.kind {
            A::Name(name) => Some(self.name(*name).into()),
            A::Text | A::Title => Some(self.quoted(expr.span)),
            A::Member(..) => Some(self.text(expr.span).replace(' ', "").into()),
            _ => None,
        }
    }

    /// A type as written after a colon: a unit, a type word, an enumeration or an entity.
    pub(crate) fn type_expr(&mut self, expr: &ast::Expr) -> Type {
        match &expr.kind {
            A::Name(name) => self.named_type(*name, expr.span),
            A::Member(..) => match self.path(expr) {
                Path::Item(item) => self.item_type(item, expr.span),
                Path::Member(..) | Path::Nothing => Type::Any,
            },
            A::Binary(binary) if matches!(binary.op, BinaryOp::Div | BinaryOp::Mul) => {
                let sign = if binary.op == BinaryOp::Div { -1 } else { 1 };
                let (Type::Number(left), Type::Number(right)) =
                    (self.type_expr(&binary.lhs), self.type_expr(&binary.rhs))
                else {
                    return Type::Any;
                };
                left.compound(&right, sign).map_or(Type::Any, Type::Number)
            }
            A::Paren(inner) => self.type_expr(inner),
            A::Error => Type::Any,
            _ => {
                let found = polis_diagnostic::Bilingual::new("一个值", "a value");
                let expected = polis_diagnostic::Bilingual::new("类型或单位", "a type or unit");
                self.error(TypeMessage::TypeMismatch { expected, found }, expr.span);
                Type::Any
            }
        }
    }

    fn named_type(&mut self, name: ast::Ident, span: Span) -> Type {
        let text = self.name(name);
        if !name.quoted {
            if let Some(word) = TypeWord::from_text(text) {
                return match word {
                    TypeWord::Number => Type::number(false),
                    TypeWord::Percent => Type::Number(NumberType::percent()),
                    TypeWord::Integer => Type::number(true),
                    TypeWord::Truth => Type::Truth,
                    TypeWord::Text => Type::Text,
                    TypeWord::Date => Type::Date,
                };
            }
            if let Some(word) = UnitWord::from_text(text) {
                return Type::Number(unit_type(word));
            }
        }
        if let Some(item) = self.only(text, &[Kind::Entity, Kind::Enum, Kind::Unit]) {
            self.note_target(name.span, |it| Target::Item(item.key(it.db)));
            self.item_type(item, span)
        } else if let Some(Found::Item(item)) = self.lookup(text) {
            self.note_target(name.span, |it| Target::Item(item.key(it.db)));
            self.item_type(item, span)
        } else {
            let mut words: Vec<SmolStr> = Vec::new();
            words.extend(TypeWord::rows().flat_map(|it| it.1.spellings()).map(SmolStr::new_static));
            words.extend(UnitWord::rows().flat_map(|it| it.1.spellings()).map(SmolStr::new_static));
            self.unknown_name(span, &words);
            Type::Any
        }
    }

    fn item_type(&mut self, item: Item<'_>, span: Span) -> Type {
        let db = self.db;
        match item.kind(db) {
            Some(Kind::Entity) => Type::Entity(item.symbol(db)),
            Some(Kind::Enum) => Type::Enum(item.symbol(db)),
            Some(Kind::Unit) => match &*signature(db, item) {
                Signature::Unit(ty, factor) => {
                    let mut ty = ty.clone();
                    if *factor != Number::ONE || ty.shown.is_some() {
                        ty.shown = Some(Arc::new(Shown::simple(UnitName::User(item.name(db)), *factor)));
                    }
                    Type::Number(ty)
                }
                _ => Type::Any,
            },
            kind => {
                let found =
                    kind.map_or(polis_diagnostic::Bilingual::new("条款", "a provision"), crate::lower::kind_name);
                let expected = polis_diagnostic::Bilingual::new("类型或单位", "a type or unit");
                self.error(NameMessage::WrongKindOfName { name: item.name(db), found, expected }, span);
                Type::Any
            }
        }
    }

    /// The type and size in base units of a unit after a figure.
    pub(crate) fn unit_ref(&mut self, unit: ast::UnitRef) -> Option<(NumberType, Number)> {
        let mut ty = if let Some(word) = unit.word {
            unit_type(word)
        } else {
            let (ty, factor) = self.user_unit(unit.name)?;
            let name = UnitName::User(self.name(unit.name).into());
            let shown = (factor != Number::ONE).then(|| Arc::new(Shown::simple(name, factor)));
            NumberType { shown, ..ty }
        };
        for (_, per) in unit.divisors() {
            ty = ty.compound(&unit_type(per), -1)?;
        }
        let size = ty.shown.as_ref().map_or(Number::ONE, |it| it.factor);
        Some((ty, size))
    }

    fn user_unit(&mut self, name: ast::Ident) -> Option<(NumberType, Number)> {
        let text = self.name(name);
        if let Some(Found::Item(item)) = self.lookup(text) {
            self.note_target(name.span, |it| Target::Item(item.key(it.db)));
            match &*self.signature(item) {
                Signature::Unit(ty, factor) => return Some((ty.clone(), *factor)),
                Signature::Broken => return None,
                _ => {}
            }
        }
        let words: Vec<&str> = UnitWord::rows().flat_map(|it| it.1.spellings()).collect();
        let near = polis_diagnostic::did_you_mean(text, words.iter().copied()).map(SmolStr::new);
        let declare = TypeNote::DeclareUnit { name: text.into() };
        // `4 家以上`: a unit that a package declares does not part from the word behind it by itself.
        let above = [polis_syntax::words::Keyword::AndAbove, polis_syntax::words::Keyword::AndBelow];
        let glued = above.iter().flat_map(|it| it.word().spellings()).find_map(|it| Some((text.strip_suffix(it)?, it)));
        let glued = glued.filter(|it| self.is_unit(it.0)).map(|it| format!("{} {}", it.0, it.1));
        let error = self.error(TypeMessage::UnknownUnit { name: text.into() }, name.span);
        // `10 至 15 人` and `3000且…`: a range or a keyword was meant, not a unit.
        let keyword = polis_syntax::words::Keyword::rows()
            .flat_map(|it| it.1.spellings())
            .find(|it| !it.is_ascii() && text.starts_with(it));
        if let Some(text) = glued {
            error.helps.push(polis_diagnostic::NameNote::SplitInto { text: text.into() }.into());
            return None;
        }
        error.helps.push(match (near, text.starts_with(['至', '到']), keyword) {
            (_, true, _) => polis_diagnostic::SyntaxNote::ReplaceWith { text: "10..15 人".into() }.into(),
            (_, _, Some(keyword)) => {
                let split = format!("{keyword} {}", text.strip_prefix(keyword).unwrap_or(""));
                polis_diagnostic::NameNote::SplitInto { text: split.trim().into() }.into()
            }
            (Some(name), ..) => polis_diagnostic::NameNote::DidYouMean { name }.into(),
            (None, ..) => declare.into(),
        });
        None
    }

    fn is_unit(&self, name: &str) -> bool {
        matches!(self.lookup(name), Some(Found::Item(item)) if item.kind(self.db) == Some(Kind::Unit))
    }

    fn unit_signature(&mut self, block: &ast::Block, symbol: Symbol) -> Signature {
        let equals = block.equals.as_ref().or_else(|| {
            let elements = block.body.iter().flat_map(|it| &it.elements);
            elements
                .filter_map(|it| match it {
                    Element::Clause(clause) => Some(clause),
                    _ => None,
                })
                .find(|it| Kind::Unit.clause(self.name(it.word)).is_some_and(|it| it.word == ClauseWord::Equals))
                .and_then(|it| it.values.first())
        });
        let Some(equals) = equals else {
            return Signature::Unit(NumberType::new(Dim::user(symbol), false), Number::ONE);
        };
        match &equals.kind {
            A::Figure(figure) => {
                let number = Number::parse_literal(self.text(figure.digits)).unwrap_or(Number::ONE);
                match figure.unit.and_then(|it| self.unit_ref(it)) {
                    Some((ty, size)) => {
                        Signature::Unit(NumberType { shown: None, ..ty }, number.mul(size).unwrap_or(number))
                    }
                    None if figure.unit.is_some() => Signature::Broken,
                    None => Signature::Unit(NumberType::new(Dim::user(symbol), false), Number::ONE),
                }
            }
            _ => match self.type_expr(equals) {
                Type::Number(ty) => {
                    let factor = ty.shown.as_ref().map_or(Number::ONE, |it| it.factor);
                    Signature::Unit(NumberType { shown: None, ..ty }, factor)
                }
                Type::Any => Signature::Broken,
                _ => Signature::Other,
            },
        }
    }
}

/// The type of amounts in a unit word.
#[must_use]
pub fn unit_type(word: UnitWord) -> NumberType {
    let (base, size) = word.base();
    let dim = Dim::of(word);
    let shown =
        base.is_none_or(|it| it != word).then(|| Arc::new(Shown::simple(UnitName::Word(word), Number::from(size))));
    NumberType { dim, whole: word.is_counted(), shown }
}

/// The items of a value: those of a list, or the value itself.
pub(crate) fn items_of(expr: &ast::Expr) -> &[ast::Expr] {
    match &expr.kind {
        A::List(items) => items,
        _ => std::slice::from_ref(expr),
    }
}
