//! Reading clauses by the table: which may stand, which must, and values of the common shapes.

use polis_diagnostic::{Bilingual, Fix, KindMessage, KindNote, NameNote, SyntaxMessage, TypeMessage, did_you_mean};
use polis_syntax::Span;
use polis_syntax::ast::{self, Block, Clause, Element, ExprKind as A, HeadName as Head};
use polis_syntax::words::{Choice, ClauseSpec, ClauseWord, HeadName, Kind, Value as Shape};
use polis_value::{CalendarSpan, Date, Number, Range, Value};
use smol_str::SmolStr;

use crate::ir::{Citation, Expr, ExprKind};
use crate::lower::Lower;
use crate::signature::items_of;
use crate::types::{Dim, Symbol, Type};

/// The clauses of a block that its kind takes, and the blocks inside it.
pub(crate) struct Clauses<'a> {
    clauses: Vec<(&'static ClauseSpec, &'a Clause)>,
    /// The blocks inside that the kind may hold.
    pub(crate) blocks: Vec<&'a Block>,
}

impl<'a> Clauses<'a> {
    /// The clause headed by `word`; the first of several, which are reported.
    pub(crate) fn one(&self, word: ClauseWord) -> Option<&'a Clause> {
        self.many(word).next()
    }

    /// Every clause headed by `word`, in order.
    pub(crate) fn many(&self, word: ClauseWord) -> impl Iterator<Item = &'a Clause> {
        self.clauses.iter().filter(move |it| it.0.word == word).map(|it| it.1)
    }

    /// The values of every clause headed by `word`, lists opened.
    pub(crate) fn values(&self, word: ClauseWord) -> impl Iterator<Item = &'a ast::Expr> {
        self.many(word).flat_map(|it| &it.values).flat_map(items_of)
    }
}

impl Lower<'_, '_> {
    /// Sorts the clauses of a block by the table, and reports what does not fit.
    pub(crate) fn clauses<'b>(&mut self, block: &'b Block) -> Clauses<'b> {
        let mut found = Clauses { clauses: Vec::new(), blocks: Vec::new() };
        let Some(kind) = block.kind else { return found };
        for element in block.body.iter().flat_map(|it| &it.elements) {
            match element {
                Element::Clause(clause) => {
                    let Some(spec) = kind.clause(self.name(clause.word)) else {
                        self.unknown_clause(kind, clause);
                        continue;
                    };
                    self.clause_form(spec, clause);
                    if !spec.many
                        && let Some(first) = found.one(spec.word)
                    {
                        let place = self.place(first.word.span);
                        let message = KindMessage::RepeatedClause { clause: self.name(clause.word).into() };
                        let error = self.error(message, clause.word.span);
                        *error = error.clone().label(place, KindNote::FirstGivenHere);
                        continue;
                    }
                    found.clauses.push((spec, clause));
                }
                Element::Block(inner) => match inner.kind {
                    Some(it) if kind.spec().inner.contains(&it) => found.blocks.push(inner),
                    Some(it) => self.block_not_allowed(it, kind, inner),
                    None => {}
                },
                Element::Error(_) => {}
            }
        }
        for spec in kind.spec().clauses.iter().filter(|it| it.required) {
            // A block that could not be read whole may have the clause in the part that is lost.
            let lost = block.body.iter().flat_map(|it| &it.elements).any(|it| matches!(it, Element::Error(_)));
            if !lost && found.one(spec.word).is_none() {
                self.missing_clause(block, spec.word);
            }
        }
        found
    }

    fn unknown_clause(&mut self, kind: Kind, clause: &Clause) {
        // A line whose colon is missing has been reported as such.
        if clause.values.is_empty() {
            return;
        }
        let word = self.name(clause.word);
        let chinese = !word.is_ascii();
        let known: Vec<&'static str> =
            kind.spec().clauses.iter().map(|it| if chinese { it.word.word().zh } else { it.word.word().en }).collect();
        let near = did_you_mean(word, known.iter().copied()).map(SmolStr::new);
        let name = Bilingual::new(kind.word().zh, kind.word().en);
        let place = self.place(clause.word.span);
        let kind = name.clone();
        let error = self.error(SyntaxMessage::UnknownClause { clause: word.into(), kind: name }, clause.word.span);
        if let Some(name) = near {
            error.helps.push(NameNote::DidYouMean { name: name.clone() }.into());
            error.fix = Some(Fix::suggestion(NameNote::DidYouMean { name: name.clone() }, place, name));
        } else {
            let clauses = known.into_iter().map(SmolStr::new_static).collect();
            error.helps.push(polis_diagnostic::SyntaxNote::ClausesAre { kind, clauses }.into());
        }
    }

    fn block_not_allowed(&mut self, inner: Kind, outer: Kind, block: &Block) {
        let allowed: Vec<SmolStr> = Kind::ALL
            .iter()
            .filter(|it| it.spec().inner.contains(&inner))
            .map(|it| SmolStr::new_static(it.word().zh))
            .collect();
        let name = |it: Kind| Bilingual::new(it.word().zh, it.word().en);
        let message = KindMessage::BlockNotAllowed { inner: name(inner), outer: name(outer) };
        let error = self.error(message, block.word.span);
        if !allowed.is_empty() {
            error.helps.push(KindNote::AllowedIn { inner: name(inner), outer: allowed }.into());
        }
    }

    /// Whether a clause's head and number of values are what its row says.
    fn clause_form(&mut self, spec: &ClauseSpec, clause: &Clause) {
        let word = || Bilingual::new(spec.word.word().zh, spec.word.word().en);
        match (spec.head, clause.name) {
            (HeadName::None, Some(name)) => {
                let found = Bilingual::word(self.text(name.span()), self.text(name.span()));
                let expected = Bilingual::word(":", ":");
                self.error(SyntaxMessage::UnexpectedToken { found, expected }, name.span());
            }
            (HeadName::Required, None) => {
                let expected = Bilingual::new("名称", "a name");
                let found = Bilingual::word(":", ":");
                self.error(SyntaxMessage::UnexpectedToken { found, expected }, clause.word.span);
            }
            (HeadName::Date, None) if spec.word == ClauseWord::From && spec.many => {
                let expected = Bilingual::new("日期", "a date");
                let found = Bilingual::word(":", ":");
                self.error(SyntaxMessage::UnexpectedToken { found, expected }, clause.word.span);
            }
            _ => {}
        }
        if let Some(guard) = &clause.guard
            && !spec.guarded
        {
            let found = Bilingual::new("条件", "a guard");
            let expected = Bilingual::new("不带条件的条目", "a clause without one");
            let _ = word;
            self.error(SyntaxMessage::UnexpectedToken { found, expected }, guard.span);
        }
        if !spec.several
            && let Some(second) = clause.values.get(1)
        {
            let found = Bilingual::new("第二个值", "a second value");
            let expected = Bilingual::new("一个值", "one value");
            self.error(SyntaxMessage::UnexpectedToken { found, expected }, second.span);
        }
    }

    /// References to declared provisions in the clauses headed by `word`, by the kinds that its row takes.
    pub(crate) fn references_of(&mut self, clauses: &Clauses<'_>, word: ClauseWord) -> Vec<Symbol> {
        let Some(Shape::Reference(kinds)) = clauses.clauses.iter().find(|it| it.0.word == word).map(|it| it.0.value)
        else {
            return Vec::new();
        };
        clauses.values(word).filter_map(|it| self.reference(it, kinds)).collect()
    }

    /// Names and texts that need not be declared.
    pub(crate) fn labels_of(&mut self, clauses: &Clauses<'_>, word: ClauseWord) -> Vec<SmolStr> {
        let mut labels = Vec::new();
        for value in clauses.values(word) {
            match self.label(value) {
                Some(label) => labels.push(label),
                None => self.not_a_name(value),
            }
        }
        labels
    }

    pub(crate) fn not_a_name(&mut self, value: &ast::Expr) {
        if matches!(value.kind, A::Error | A::Open(_) | A::Unknown) {
            return;
        }
        let expected = Bilingual::new("名称或文字", "a name or text");
        let found = Bilingual::new("一个值", "a value");
        self.error(TypeMessage::TypeMismatch { expected, found }, value.span);
    }

    /// The text of a clause.
    pub(crate) fn text_clause(&mut self, clauses: &Clauses<'_>, word: ClauseWord) -> Option<SmolStr> {
        let value = clauses.one(word)?.values.first()?;
        let label = self.label(value);
        if label.is_none() {
            self.not_a_name(value);
        }
        label
    }

    /// The word that a clause chooses.
    pub(crate) fn choice(&mut self, clauses: &Clauses<'_>, word: ClauseWord) -> Option<Choice> {
        let (spec, clause) = *clauses.clauses.iter().find(|it| it.0.word == word)?;
        let Shape::Choice(set) = spec.value else { return None };
        let value = clause.values.first()?;
        if matches!(value.kind, A::Error) {
            return None;
        }
        let text = self.text(value.span);
        let choice = set.from_text(text);
        if choice.is_none() {
            let chinese = !text.is_ascii();
            let words: Vec<&str> =
                set.choices().iter().map(|it| if chinese { it.word().zh } else { it.word().en }).collect();
            let join = |zh: bool| {
                let each = set.choices().iter().map(|it| if zh { it.word().zh } else { it.word().en });
                each.map(|it| format!("`{it}`")).collect::<Vec<_>>().join(if zh { "、" } else { ", " })
            };
            let near = did_you_mean(text, words.iter().copied()).map(SmolStr::new);
            let expected = Bilingual::new(join(true), join(false));
            let error =
                self.error(TypeMessage::TypeMismatch { expected, found: Bilingual::word(text, text) }, value.span);
            if let Some(name) = near {
                error.helps.push(NameNote::DidYouMean { name }.into());
            }
        }
        choice
    }

    /// The first and last day in force.
    pub(crate) fn force(&mut self, clauses: &Clauses<'_>) -> (Option<Date>, Option<Date>) {
        let from = clauses.one(ClauseWord::From).filter(|it| it.name.is_none());
        let from = from.and_then(|it| self.date_value(it.values.first()?)).and_then(|it| it.lo());
        let until = clauses.one(ClauseWord::Until);
        let until = until.and_then(|it| self.date_value(it.values.first()?)).and_then(|it| it.hi());
        (from, until)
    }

    /// A date or span of dates that needs no facts. A bare year is one here: `from: 2020`.
    pub(crate) fn date_value(&mut self, expr: &ast::Expr) -> Option<Range<Date>> {
        match &expr.kind {
            A::Figure(figure) if figure.unit.is_none() => self.year(expr.span),
            A::Open(_) | A::Unknown | A::Error => None,
            _ => {
                let value = self.expect(expr, &Type::Date);
                match &value.kind {
                    ExprKind::Const(value) => value.as_date_range(),
                    _ => None,
                }
            }
        }
    }

    pub(crate) fn year(&mut self, span: Span) -> Option<Range<Date>> {
        let text = self.text(span);
        if let Ok(days) = CalendarSpan::parse(text) {
            Some(days.range())
        } else {
            self.error(SyntaxMessage::InvalidDate { text: text.into() }, span);
            None
        }
    }

    /// Citations: `文件 "passage"`, a document alone, or a passage of the file's own document.
    pub(crate) fn citations(&mut self, clauses: &Clauses<'_>) -> Vec<Citation> {
        let mut citations = Vec::new();
        for value in clauses.values(ClauseWord::Cite) {
            let (document, passage) = match &value.kind {
                A::Citation(document, passage) => (Some(&**document), Some(*passage)),
                A::Text => (None, Some(value.span)),
                A::Name(_) | A::Member(..) | A::Title => (Some(value), None),
                A::Error => continue,
                _ => {
                    self.not_a_name(value);
                    continue;
                }
            };
            let title = document.filter(|it| matches!(it.kind, A::Title)).map(|it| self.quoted(it.span));
            let document = document
                .filter(|it| !matches!(it.kind, A::Title))
                .and_then(|it| self.reference(it, &[Kind::Document, Kind::Series]));
            let passage = passage.map(|it| self.quoted(it));
            citations.push(Citation { document, title, passage, span: value.span });
        }
        citations.shrink_to_fit();
        citations
    }

    /// Row ids of a provision register.
    pub(crate) fn row_ids(&mut self, clauses: &Clauses<'_>) -> Vec<SmolStr> {
        let mut rows = Vec::new();
        for value in clauses.values(ClauseWord::Ref) {
            match &value.kind {
                A::RowId => rows.push(self.text(value.span).into()),
                A::Text => rows.push(self.quoted(value.span)),
                A::Error => {}
                _ => {
                    let expected = Bilingual::new("行号，如 `CC-071`", "a row id such as `CC-071`");
                    let found = Bilingual::word(self.text(value.span), self.text(value.span));
                    self.error(TypeMessage::TypeMismatch { expected, found }, value.span);
                }
            }
        }
        rows
    }

    /// The guards of a clause and its block's `when`, as one condition.
    pub(crate) fn guard(&mut self, clause: &Clause) -> Option<Expr> {
        let guard = clause.guard.as_ref()?;
        let condition = self.condition(&guard.condition);
        Some(if guard.negated { negate(condition) } else { condition })
    }

    /// The condition of a block's `when` clause.
    pub(crate) fn when(&mut self, clauses: &Clauses<'_>) -> Option<Expr> {
        let value = clauses.one(ClauseWord::When)?.values.first()?;
        Some(self.condition(value))
    }

    /// The condition of the clause headed by `word`.
    pub(crate) fn condition_clause(&mut self, clauses: &Clauses<'_>, word: ClauseWord) -> Option<Expr> {
        let value = clauses.one(word)?.values.first()?;
        Some(self.condition(value))
    }

    /// A figure that needs no facts, in base units, with its dimension. Plain numbers are folded: `1 + 9`.
    pub(crate) fn amount(&mut self, expr: &ast::Expr) -> Option<(Dim, Number)> {
        let value = self.infer(expr, None);
        let dim = value.ty.as_number().map(|it| it.dim.clone());
        if let (Some(number), Some(dim)) = (fold(&value), dim) {
            Some((dim, number))
        } else {
            let opaque = matches!(value.kind, ExprKind::Open(_) | ExprKind::Unknown);
            if !opaque {
                let expected = Bilingual::new("确定的数", "a figure that needs no facts");
                let found = value.ty.name();
                self.error(TypeMessage::TypeMismatch { expected, found }, expr.span);
            }
            None
        }
    }

    /// The name in a clause's head.
    pub(crate) fn head_name(&self, clause: &Clause) -> Option<SmolStr> {
        match clause.name? {
            Head::Name(name) => Some(self.name(name).into()),
            Head::Text(span) => Some(self.quoted(span)),
            Head::Date(_) => None,
        }
    }
}

/// The negation of a condition.
pub(crate) fn negate(condition: Expr) -> Expr {
    let span = condition.span;
    let kind = ExprKind::Unary(ast::UnaryOp::Not, Box::new(condition));
    Expr { kind, ty: Type::Truth, span }
}

/// The number that a constant expression is.
pub(super) fn fold(expr: &Expr) -> Option<Number> {
    match &expr.kind {
        ExprKind::Const(Value::Number(number)) => Some(*number),
        ExprKind::Binary { op, lhs, rhs, twelfths: 0 } => {
            let (lhs, rhs) = (fold(lhs)?, fold(rhs)?);
            match op {
                ast::BinaryOp::Add => lhs.add(rhs),
                ast::BinaryOp::Sub => lhs.sub(rhs),
                ast::BinaryOp::Mul => lhs.mul(rhs),
                _ => return None,
            }
            .ok()
        }
        _ => None,
    }
}
