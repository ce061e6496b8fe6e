//! Explanations in words: what each step is, what it came to, and which passages it comes from.

use std::io::{self, Write};

use polis_diagnostic::Locale;
use polis_eval::{ConstraintId, EvalError, Machine, Outcome, Reason, RuleId, Run, Step, Verdict, World};
use polis_semantic::Type;
use polis_semantic::ir::{Holds, Meta, Subject};
use polis_syntax::words::{Choice, Face};
use polis_value::{Truth, Value};
use serde_json::{Value as Json, json};

use crate::pick;

/// A step of an explanation in words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Told {
    /// What it is, for programs: `rule`, `fact`, `parameter`, `part`, `guard`, `member`, `constraint`, `superior`.
    pub kind: &'static str,
    /// The full name of what was looked at.
    pub name: Option<String>,
    /// The jurisdiction.
    pub of: Option<String>,
    /// What it came to, with its unit.
    pub value: String,
    /// Both ends of a figure, exact and in its base unit.
    pub figure: Option<(Option<String>, Option<String>)>,
    /// That unit.
    pub unit: Option<String>,
    /// Whether a part counts.
    pub applies: Option<bool>,
    /// The exception that replaced the general value.
    pub exception: Option<String>,
    /// The exceptions that would have held as well, and over which it prevailed.
    pub over: Vec<String>,
    /// The whole step as a line.
    pub line: String,
    /// The formula and what prevailed, a line each.
    pub details: Vec<String>,
    /// The passages that it comes from.
    pub sources: Vec<Source>,
    /// What it rests on.
    pub steps: Vec<Self>,
}

/// A passage that a provision comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The document's title, in its marks where it is one.
    pub document: String,
    /// A few words of the passage.
    pub passage: String,
}

impl Source {
    /// The passage with its document, for reading.
    #[must_use]
    pub fn text(&self, locale: Locale) -> String {
        let passage = if self.passage.is_empty() { String::new() } else { format!("“{}”", self.passage) };
        let document = &self.document;
        pick(locale, format!("{document}{passage}"), format!("{document} {passage}").trim().to_owned())
    }
}

impl Told {
    /// The tree as indented lines.
    ///
    /// # Errors
    ///
    /// Whatever writing returns.
    pub fn write(&self, locale: Locale, depth: usize, out: &mut dyn Write) -> io::Result<()> {
        let indent = "  ".repeat(depth);
        writeln!(out, "{indent}{}", self.line)?;
        for detail in self.below(locale) {
            writeln!(out, "{indent}  {detail}")?;
        }
        for step in &self.steps {
            step.write(locale, depth + 1, out)?;
        }
        Ok(())
    }

    /// The lines below the first: details, then citations.
    #[must_use]
    pub fn below(&self, locale: Locale) -> Vec<String> {
        let source = |it: &Source| {
            let text = it.text(locale);
            pick(locale, format!("出处：{text}"), format!("source: {text}"))
        };
        self.details.iter().cloned().chain(self.sources.iter().map(source)).collect()
    }

    /// The tree for programs.
    #[must_use]
    pub fn json(&self, locale: Locale) -> Json {
        let mut object = json!({ "kind": self.kind, "name": self.name, "of": self.of, "value": self.value });
        let Json::Object(map) = &mut object else { return object };
        if let Some((low, high)) = &self.figure {
            map.insert("low".into(), low.as_deref().into());
            map.insert("high".into(), high.as_deref().into());
            map.insert("unit".into(), self.unit.as_deref().into());
        }
        if let Some(applies) = self.applies {
            map.insert("applies".into(), applies.into());
        }
        if let Some(exception) = &self.exception {
            map.insert("exception".into(), exception.as_str().into());
            map.insert("over".into(), self.over.clone().into());
        }
        let below = self.below(locale);
        if !below.is_empty() {
            map.insert("details".into(), below.into());
        }
        if !self.sources.is_empty() {
            let each = |it: &Source| json!({ "document": it.document, "passage": it.passage });
            map.insert("sources".into(), self.sources.iter().map(each).collect());
        }
        if !self.steps.is_empty() {
            map.insert("steps".into(), self.steps.iter().map(|it| it.json(locale)).collect());
        }
        object
    }
}

/// Puts explanations into words.
#[derive(Clone, Copy)]
pub struct Teller<'s> {
    /// The program.
    pub machine: &'s Machine,
    /// The jurisdictions.
    pub world: &'s World,
    /// The language.
    pub locale: Locale,
}

impl Teller<'_> {
    /// How a rule came to its value for a jurisdiction, with what superiors demand of it; and why there is no value,
    /// where there is none.
    #[must_use]
    pub fn rule(&self, run: &Run<'_>, rule: RuleId, row: u32) -> (Told, Option<EvalError>) {
        let explanation = run.explain(rule, row);
        let mut told = self.step(&explanation.root, &Type::Any);
        let symbol = self.machine.rule_def(rule).map(|it| &it.meta.symbol);
        let superior = |it: &ConstraintId| {
            let def = self.machine.constraint_def(*it);
            def.is_some_and(|it| it.about.is_some() && it.about.as_ref() == symbol)
        };
        for constraint in self.machine.constraint_ids().filter(superior) {
            let (mut above, _) = self.constraint(run, constraint, row);
            above.kind = "superior";
            // What the figure rests on has been told.
            above.steps.clear();
            told.steps.push(above);
        }
        (told, explanation.error)
    }

    /// How a constraint came out for a jurisdiction.
    #[must_use]
    pub fn constraint(&self, run: &Run<'_>, constraint: ConstraintId, row: u32) -> (Told, Option<EvalError>) {
        let (verdict, steps) = run.explain_constraint(constraint, row);
        let mut told = Told { kind: "constraint", ..Told::default() };
        let Some(def) = self.machine.constraint_def(constraint) else { return (told, None) };
        let of = self.machine.constraint_entity(constraint).map(|it| self.machine.name_of(it, row, self.world));
        let of = of.unwrap_or_default();
        told.of = Some(of.to_string());
        told.name = Some(def.meta.symbol.to_string());
        let (value, error) = match &verdict {
            Ok(verdict) => (self.outcome(verdict).to_owned(), None),
            Err(error) => (self.pick("没有结果", "no result").to_owned(), Some((**error).clone())),
        };
        let name = if def.about.is_some() { def.meta.symbol.to_string() } else { def.meta.symbol.name.to_string() };
        told.line = self.pick(format!("{name}（{of}）：{value}"), format!("{name} ({of}): {value}"));
        told.value = value;
        if let Ok(verdict) = &verdict {
            told.details.extend(self.held(&def.holds, verdict));
        }
        if let Holds::Condition(condition) = &def.holds {
            told.details.push(format!("= {}", self.machine.quote(&def.meta, condition.span)));
        }
        if def.modality != Choice::Must {
            let word = def.modality.word().spelling(self.face());
            told.details.push(self.pick(format!("语气：{word}"), format!("modality: {word}")));
        }
        told.sources = self.sources(&def.meta);
        told.steps = self.steps(&steps, &Type::Any);
        (told, error)
    }

    /// The word for an outcome.
    #[must_use]
    pub fn outcome(&self, verdict: &Verdict) -> &'static str {
        match verdict.outcome {
            Outcome::Kept => self.pick("守住", "kept"),
            Outcome::Breached => self.pick("违反", "breached"),
            Outcome::Deviates => self.pick("偏离", "deviates"),
            // What only depends on a choice is not unknown: it may turn out either way.
            Outcome::Unknown if matches!(&verdict.condition, Value::Unknown(it) if it.missing.is_empty()) => {
                self.pick("视选择而定", "depends on the choice")
            }
            Outcome::Unknown => self.pick("未知", "unknown"),
            Outcome::NotApplicable => self.pick("不适用", "not applicable"),
        }
    }

    /// The figure that was held against bounds.
    fn held(&self, holds: &Holds, verdict: &Verdict) -> Option<String> {
        let Holds::Within { value, .. } = holds else { return None };
        let (figure, bounds) = verdict.figures.as_ref()?;
        let show = |it: &Value| self.machine.show(it, &value.ty, self.world, self.locale);
        let (figure, bounds) = (show(figure), show(bounds));
        let (zh, en) = match verdict.subject {
            Some(Subject::Actual) => ("实有 ", "actual "),
            Some(Subject::Provided) => ("设置 ", "provided "),
            None => ("", ""),
        };
        Some(self.pick(format!("{zh}{figure}，应在 {bounds} 以内"), format!("{en}{figure}, to be within {bounds}")))
    }

    fn pick<T>(&self, zh: T, en: T) -> T {
        pick(self.locale, zh, en)
    }

    fn face(&self) -> Face {
        polis_eval::face_of(self.locale)
    }

    fn steps(&self, steps: &[Step], within: &Type) -> Vec<Told> {
        let mut told: Vec<&Step> = Vec::new();
        for step in steps {
            // A fact that a guard and a value both look at is told once.
            if !told.contains(&step) {
                told.push(step);
            }
        }
        told.into_iter().map(|it| self.step(it, within)).collect()
    }

    fn step(&self, step: &Step, within: &Type) -> Told {
        let machine = self.machine;
        let ty = self.ty(step, within);
        let value = machine.show(&step.value, ty, self.world, self.locale).to_string();
        let mut told = Told { value: value.clone(), ..Told::default() };
        if let (Type::Number(number), Some(range)) = (ty, step.value.as_number_range()) {
            told.figure = Some((range.lo().map(|it| it.to_string()), range.hi().map(|it| it.to_string())));
            told.unit = (!number.dim.is_none()).then(|| number.dim.unit(self.face(), false).to_string());
        }
        match &step.reason {
            Reason::Rule(rule, row, prevailing) => {
                told.kind = "rule";
                told.line.clone_from(&value);
                if let Some(def) = machine.rule_def(*rule) {
                    let of = machine.rule_entity(*rule).map(|it| machine.name_of(it, *row, self.world));
                    let of = of.unwrap_or_default();
                    let name = &def.meta.symbol.name;
                    told.name = Some(def.meta.symbol.to_string());
                    told.line = self.pick(format!("{name}（{of}）= {value}"), format!("{name} ({of}) = {value}"));
                    told.of = Some(of.to_string());
                    self.prevailing(def, *prevailing, &step.steps, &mut told);
                    told.sources = self.sources(&def.meta);
                }
            }
            Reason::Fact(entity, row, field) => {
                let (name, of) = (machine.field_name(*entity, *field), machine.name_of(*entity, *row, self.world));
                told.kind = "fact";
                let zh = format!("事实：{of} 的{name} = {value}");
                told.line = self.pick(zh, format!("fact: {name} of {of} = {value}"));
                told.name = Some(name.to_string());
                told.of = Some(of.to_string());
            }
            Reason::Param(param) => {
                told.kind = "parameter";
                let def = machine.param_def(*param);
                let name = def.map(|it| it.meta.symbol.name.clone()).unwrap_or_default();
                told.line = self.pick(format!("参数：{name} = {value}"), format!("parameter: {name} = {value}"));
                told.name = def.map(|it| it.meta.symbol.to_string());
                told.sources = def.map_or_else(Vec::new, |it| self.sources(&it.meta));
            }
            Reason::Part { word, name, applies, .. } => {
                told.kind = "part";
                let said = word.word().spelling(self.face());
                let named = name.as_ref().map(|it| format!(" {it}")).unwrap_or_default();
                told.line = if *applies {
                    format!("{said}{named} = {value}")
                } else {
                    self.pick(format!("{said}{named}：条件不成立，不计"), format!("{said}{named}: does not apply"))
                };
                told.name = Some(name.as_ref().map_or_else(|| word.word().en.to_owned(), ToString::to_string));
                told.applies = Some(*applies);
            }
            Reason::Guard(name) => {
                told.kind = "guard";
                let (zh, en) =
                    (format!("例外 `{name}` 的条件：{value}"), format!("guard of exception `{name}`: {value}"));
                told.line = self.pick(zh, en);
                told.name = Some(name.to_string());
            }
            Reason::Member(entity, row) => {
                told.kind = "member";
                let of = machine.name_of(*entity, *row, self.world);
                told.line = format!("{of} = {value}");
                told.of = Some(of.to_string());
            }
            Reason::Constraint(constraint, _) => {
                told.kind = "constraint";
                told.name = machine.constraint_def(*constraint).map(|it| it.meta.symbol.to_string());
                let name = told.name.clone().unwrap_or_default();
                told.line = self.pick(format!("约束 {name}：{value}"), format!("constraint {name}: {value}"));
            }
        }
        let within = match &step.reason {
            Reason::Rule(rule, ..) => machine.rule_type(*rule),
            _ => within,
        };
        told.steps = self.steps(&step.steps, within);
        told
    }

    /// Which exception applies and what it prevails over, or else the formula.
    fn prevailing(&self, def: &polis_semantic::ir::Rule, prevailing: Option<usize>, steps: &[Step], told: &mut Told) {
        let Some(exception) = prevailing.and_then(|it| def.exceptions.get(it)) else {
            // What is made from several clauses stands for the head of its block, and says nothing of its own.
            if def.value.span != def.meta.head {
                told.details.push(format!("= {}", self.machine.quote(&def.meta, def.value.span)));
            }
            return;
        };
        let formula = self.machine.quote(&def.meta, exception.value.span);
        let name = &exception.name;
        told.details.push(
            self.pick(format!("例外 `{name}` 适用：{formula}"), format!("exception `{name}` applies: {formula}")),
        );
        told.exception = Some(name.to_string());
        let beaten = steps.iter().filter_map(|it| match &it.reason {
            Reason::Guard(other) if other != name && it.value.as_truth() == Some(Truth::True) => {
                Some(other.to_string())
            }
            _ => None,
        });
        told.over = beaten.collect();
        if !told.over.is_empty() {
            let all: Vec<String> = told.over.iter().map(|it| format!("`{it}`")).collect();
            let (zh, en) = (all.join("、"), all.join(", "));
            told.details.push(
                self.pick(format!("优先于同样成立的例外 {zh}"), format!("prevails over {en}, whose guard holds too")),
            );
        }
    }

    /// The type of a step's value. Parts and members have that of the rule around them.
    fn ty<'t>(&'t self, step: &Step, within: &'t Type) -> &'t Type {
        let machine = self.machine;
        match &step.reason {
            Reason::Rule(rule, ..) => machine.rule_type(*rule),
            Reason::Fact(entity, _, field) => {
                let field = machine.entity_def(*entity).and_then(|it| it.fields.get(*field as usize));
                field.map_or(&Type::Any, |it| &it.ty)
            }
            Reason::Param(param) => machine.param_def(*param).map_or(&Type::Any, |it| &it.ty),
            Reason::Part { .. } | Reason::Member(..) => within,
            Reason::Guard(_) | Reason::Constraint(..) => &Type::Any,
        }
    }

    /// The passages that a provision comes from.
    #[must_use]
    pub fn sources(&self, meta: &Meta) -> Vec<Source> {
        let program = self.machine.program();
        let own = program.file_documents.iter().find(|it| it.0 == meta.item.file).map(|it| &it.1);
        let each = |it: &polis_semantic::ir::Citation| {
            // A citation that names no document is of the document that the file is the code of.
            let document = it.document.as_ref().or(own.filter(|_| it.title.is_none()));
            let title = document.map(|symbol| {
                let document = program.documents.iter().find(|it| it.meta.symbol == *symbol);
                let title = document.and_then(|it| it.meta.title.clone());
                title.map_or_else(|| symbol.name.to_string(), |it| format!("《{it}》"))
            });
            let title = title.or_else(|| it.title.as_ref().map(|it| format!("《{it}》"))).unwrap_or_default();
            Source { document: title, passage: it.passage.as_ref().map(ToString::to_string).unwrap_or_default() }
        };
        meta.cite.iter().map(each).collect()
    }
}
