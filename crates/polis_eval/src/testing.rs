//! Running the tests that are written in the language.

use std::sync::Arc;

use polis_semantic::ir::Test;
use polis_semantic::{Program, Symbol, Type};
use polis_syntax::Span;
use polis_value::{Date, Value};
use smol_str::SmolStr;

use crate::code::Code;
use crate::error::EvalError;
use crate::link::link_test;
use crate::machine::{EntityId, Machine};
use crate::run::{Frame, Missing, Run, Settings, entity};
use crate::world::{Row, World, WorldBuilder};

/// How a test ended.
#[derive(Debug, Clone)]
pub struct TestOutcome {
    /// The test's position in the program.
    pub test: usize,
    /// What did not come out; empty for a test that passed.
    pub failures: Vec<Failure>,
    /// How many expectations it has.
    pub expectations: usize,
    /// The jurisdictions that it was given.
    pub world: World,
}

/// An expectation that did not come out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Its bytes in the test's content.
    pub span: Span,
    /// What came out.
    pub found: Result<Value, EvalError>,
    /// What was expected; `None` for a condition.
    pub expected: Option<Result<Value, EvalError>>,
    /// The type that both are shown in.
    pub ty: Type,
    /// What an unknown value lacked, in words of the test: field and jurisdiction, or parameter.
    pub lacking: Vec<Missing>,
}

/// Runs every test of a program, in order. `on` gives the program of a day, for tests that name one; the tests of both
/// are the same.
#[must_use]
pub fn run_tests(program: &Arc<Program>, on: &dyn Fn(Date) -> Arc<Program>) -> Vec<TestOutcome> {
    let mut days: Vec<Option<Date>> = program.tests.iter().map(|it| it.as_of).collect();
    days.sort_unstable();
    days.dedup();
    let mut outcomes: Vec<TestOutcome> = Vec::new();
    for day in days {
        let program = day.map_or_else(|| Arc::clone(program), on);
        let mut machine = Machine::new(Arc::clone(&program));
        let of_day = || program.tests.iter().enumerate().filter(|it| it.1.as_of == day);
        let linked: Vec<_> = of_day().map(|(index, it)| (index, LinkedTest::new(&mut machine, it))).collect();
        outcomes.extend(linked.iter().map(|(index, it)| it.run(*index, &machine)));
    }
    outcomes.sort_by_key(|it| it.test);
    outcomes
}

impl Machine {
    /// The parameters that a test sets, evaluated. Used for what a run sets on the command line, which is read as a test.
    #[must_use]
    pub fn settings(&mut self, test: &Test) -> Vec<(crate::machine::ParamId, Value)> {
        let linked = LinkedTest::new(self, test);
        let empty = World::default();
        let bare = Run::new(self, &empty, Settings::default());
        linked.settings(&bare, self)
    }
}

struct LinkedTest<'p> {
    test: &'p Test,
    facts: Vec<Vec<(usize, Code)>>,
    set: Vec<(Symbol, Code)>,
    expect: Vec<(Code, Option<Code>)>,
}

impl<'p> LinkedTest<'p> {
    fn new(machine: &mut Machine, test: &'p Test) -> Self {
        let owner = &test.meta.symbol;
        let facts = test
            .given
            .iter()
            .map(|given| {
                let fields: Vec<SmolStr> = machine
                    .entity(&given.entity)
                    .map_or_else(Vec::new, |it| machine.fields(it).iter().map(|it| it.name.clone()).collect());
                given
                    .facts
                    .iter()
                    .filter_map(|(name, value)| {
                        let field = fields.iter().position(|it| it == name)?;
                        Some((field, link_test(machine, owner, value)))
                    })
                    .collect()
            })
            .collect();
        let set = test.set.iter().map(|(symbol, it)| (symbol.clone(), link_test(machine, owner, it))).collect();
        let expect = test
            .expect
            .iter()
            .map(|it| {
                let right = it.right.as_ref().map(|it| link_test(machine, owner, it));
                (link_test(machine, owner, &it.left), right)
            })
            .collect();
        Self { test, facts, set, expect }
    }

    fn settings(&self, bare: &Run<'_>, machine: &Machine) -> Vec<(crate::machine::ParamId, Value)> {
        let owner = &self.test.meta.symbol;
        let mut set = Vec::new();
        for (symbol, code) in &self.set {
            let mut frame = Frame { at: None, owner, locals: Vec::new(), steps: Vec::new() };
            if let (Some(param), Ok(value)) = (machine.param(symbol), bare.eval::<false>(code, &mut frame)) {
                set.push((param, value));
            }
        }
        set
    }

    fn run(&self, index: usize, machine: &Machine) -> TestOutcome {
        let owner = &self.test.meta.symbol;
        let empty = World::default();
        let bare = Run::new(machine, &empty, Settings::default());
        let mut builder = WorldBuilder::new(machine);
        let mut placed: Vec<Option<(EntityId, u32)>> = Vec::new();
        for (number, (given, facts)) in self.test.given.iter().zip(&self.facts).enumerate() {
            let Some(entity) = machine.entity(&given.entity) else {
                placed.push(None);
                continue;
            };
            let mut values = vec![None; machine.fields(entity).len()];
            for (field, code) in facts {
                let mut frame = Frame { at: None, owner, locals: Vec::new(), steps: Vec::new() };
                if let (Some(slot), Ok(value)) = (values.get_mut(*field), bare.eval::<false>(code, &mut frame))
                    // `户数: 未知` is the same as not saying it.
                    && !value.is_unknown()
                {
                    *slot = Some(value);
                }
            }
            let name = given.name.clone();
            let id = name.clone().unwrap_or_else(|| SmolStr::new(format!("{}#{}", given.entity.name, number + 1)));
            let row = Row { id, name, parent: None, facts: values.into() };
            let row = builder.add(entity, row).ok();
            placed.push(row.map(|it| (entity, it)));
        }
        for (given, place) in self.test.given.iter().zip(&placed) {
            let parent = given.parent.and_then(|it| placed.get(it).copied().flatten());
            if let (Some((entity, row)), Some((_, parent))) = (place, parent) {
                builder.set_parent(*entity, *row, parent);
            }
        }
        let world = builder.build();
        let settings = Settings { as_of: self.test.as_of, set: self.settings(&bare, machine) };
        let run = Run::new(machine, &world, settings);
        let at = placed.first().copied().flatten();
        let locals: Vec<Value> = placed
            .iter()
            .rev()
            .map(|it| it.map_or_else(|| run.unknown(Missing::Said), |(ty, row)| entity(ty, row)))
            .collect();
        let mut failures = Vec::new();
        for (expectation, (left, right)) in self.test.expect.iter().zip(&self.expect) {
            let mut frame = Frame { at, owner, locals: locals.clone(), steps: Vec::new() };
            let found = run.eval::<false>(left, &mut frame).map_err(|it| *it);
            let expected = right.as_ref().map(|it| run.eval::<false>(it, &mut frame).map_err(|it| *it));
            let passed = match (&found, &expected) {
                (Ok(found), Some(Ok(expected))) => polis_value::same(found, expected),
                (Ok(found), None) => *found == Value::Bool(true),
                _ => false,
            };
            if !passed {
                let lacking = match &found {
                    Ok(Value::Unknown(unknown)) => run.missing(unknown),
                    _ => Vec::new(),
                };
                let ty = expectation.left.ty.clone();
                failures.push(Failure { span: expectation.span, found, expected, ty, lacking });
            }
        }
        drop(run);
        TestOutcome { test: index, failures, expectations: self.test.expect.len(), world }
    }
}
