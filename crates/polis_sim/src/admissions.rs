//! Which matters are admitted, and why others are not.

use polis_eval::{EntityId, Machine, Question, Run, Settings, World};
use polis_semantic::Symbol;
use polis_semantic::ir::{Admission, Ground};
use polis_value::Truth;

/// The decisions of one provision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admissions {
    /// The provision.
    pub symbol: Symbol,
    /// What matters are.
    pub entity: EntityId,
    /// What each decision rests on.
    pub grounds: Vec<Ground>,
    /// The decisions by matter.
    pub rows: Vec<Decision>,
}

/// A decision on a matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// How it comes out.
    pub outcome: Admitted,
    /// The grounds that do not hold where it is refused, and those that are unknown where it is open, by their places.
    pub grounds: Vec<usize>,
}

/// How a decision comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Admitted {
    /// Every ground holds.
    Yes,
    /// The provision is not about the matter, which needs no admission.
    NotNeeded,
    /// A ground does not hold.
    No,
    /// It is not known whether all of them do, or whether the provision is about the matter.
    Unknown,
}

/// Decides on every matter of a sample, by provision in the order of the program. The decision is that of the rule of the
/// provision's name.
pub fn admissions(machine: &mut Machine, world: &World, settings: &Settings) -> Vec<Admissions> {
    let program = std::sync::Arc::clone(machine.program());
    let linked: Vec<(&Admission, EntityId, Option<Question>, Vec<Question>)> = program
        .admissions
        .iter()
        .filter_map(|it| {
            let entity = machine.entity(&it.entity).filter(|it| !world.rows(*it).is_empty())?;
            let owner = &it.meta.symbol;
            let when = it.when.as_ref().map(|it| machine.question(owner, it));
            let grounds = it.grounds.iter().map(|it| machine.question(owner, &it.1)).collect();
            Some((it, entity, when, grounds))
        })
        .collect();
    let run = Run::new(machine, world, settings.clone());
    let truth = |question: &Question, at: (EntityId, u32)| {
        run.ask(question, at).ok().and_then(|it| it.as_truth()).unwrap_or(Truth::Unknown)
    };
    let all = linked.iter().map(|(def, entity, when, grounds)| {
        let rows = (0_u32..).zip(world.rows(*entity)).map(|(row, _)| {
            let at = (*entity, row);
            let applies = when.as_ref().map_or(Truth::True, |it| truth(it, at));
            let found: Vec<Truth> = grounds.iter().map(|it| truth(it, at)).collect();
            decision(applies, &found)
        });
        Admissions {
            symbol: def.meta.symbol.clone(),
            entity: *entity,
            grounds: def.grounds.iter().map(|it| it.0.clone()).collect(),
            rows: rows.collect(),
        }
    });
    all.collect()
}

fn decision(applies: Truth, grounds: &[Truth]) -> Decision {
    let places = |truth: Truth| -> Vec<usize> {
        grounds.iter().enumerate().filter(|it| *it.1 == truth).map(|it| it.0).collect()
    };
    let (fail, open) = (places(Truth::False), places(Truth::Unknown));
    let (outcome, grounds) = match applies {
        Truth::False => (Admitted::NotNeeded, Vec::new()),
        // Nothing keeps it out, whether the provision is about it or not.
        _ if fail.is_empty() && open.is_empty() && !grounds.is_empty() => (Admitted::Yes, Vec::new()),
        Truth::True if !fail.is_empty() => (Admitted::No, fail),
        Truth::True => (Admitted::Unknown, open),
        Truth::Unknown => (Admitted::Unknown, if fail.is_empty() { open } else { Vec::new() }),
    };
    Decision { outcome, grounds }
}

#[cfg(test)]
mod tests {
    use polis_db::MemorySystem;
    use polis_db::testing::{Fixture, listing};
    use polis_semantic::program;

    use super::*;
    use crate::load_samples;

    /// The decision on each matter, which is held against the rule of the provision's name.
    fn told(provisions: &str, rows: &str) -> Vec<String> {
        let text = format!(
            "//- /p/polis.toml\n[package]\nname = \"p\"\n//- /p/a.pol\n\
             entity Matter {{ field called: text; field approved: truth; field funded: truth; field own: truth }}\n\
             entity City {{}}\n\
             list free {{ polarity: positive; items: [census, flood] }}\n\
             list shut {{ polarity: negative; items: [tax, investment] }}\n\
             list vague {{ polarity: negative; items: [tax]; unlisted: 2 items }}\n{provisions}\n"
        );
        let mut loaded = Fixture::parse(&text).load("/p");
        let found = polis_semantic::check(&loaded.db, &loaded.targets);
        assert!(found.is_empty(), "{}", listing(&loaded.db, &found));
        let mut machine = Machine::new(program(&loaded.db, loaded.targets[0]));
        let sample = format!("id,called,approved,funded,own\n{rows}");
        let system = MemorySystem::new().with_file("/s/Matter.csv", &sample);
        let samples = load_samples(&system, "/s".into(), &mut loaded.db, &machine);
        assert!(samples.diagnostics.is_empty(), "{}", listing(&loaded.db, &samples.diagnostics));
        let all = admissions(&mut machine, &samples.world, &Settings::default());
        let run = Run::new(&machine, &samples.world, Settings::default());
        let rule = machine.rule(&all[0].symbol).unwrap();
        let each = all[0].rows.iter().zip(0_u32..).map(|(decision, row)| {
            let value = run.rule(rule, row).unwrap();
            let expected = match decision.outcome {
                Admitted::Yes | Admitted::NotNeeded => Truth::True,
                Admitted::No => Truth::False,
                Admitted::Unknown => Truth::Unknown,
            };
            assert_eq!(value.as_truth(), Some(expected), "{row}: {decision:?}");
            let grounds = decision.grounds.iter().map(|it| match &all[0].grounds[*it] {
                Ground::NotListed(list) => format!(" {}", list.name),
                Ground::Granted { lists, approvers } => format!(" granted/{}/{}", lists.len(), approvers.len()),
                Ground::Condition(name) => format!(" {name}"),
            });
            format!("{:?}{}", decision.outcome, grounds.collect::<Vec<_>>().concat())
        });
        each.collect()
    }

    #[test]
    fn every_ground_against_a_matter_is_named() {
        let provision = "admission a of Matter { list: [free, shut]; matter: called; approver: City when approved; condition paid: funded; when: not own }";
        let rows = [
            ("census,,true,false", "Yes"),
            ("census,false,false,false", "No paid"),
            ("tax,true,true,false", "No shut"),
            ("tax,false,false,false", "No shut granted/1/1 paid"),
            ("survey,true,true,false", "Yes"),
            ("survey,,true,false", "Unknown granted/1/1"),
            ("survey,,false,false", "No paid"),
            ("survey,,,false", "Unknown granted/1/1 paid"),
            ("tax,false,false,true", "NotNeeded"),
            // It is admitted whether the provision is about it or not; what it would be refused for may not matter.
            ("census,,true,", "Yes"),
            ("tax,true,true,", "Unknown"),
            (",true,true,false", "Unknown shut"),
        ];
        let lines: Vec<String> = rows.iter().zip(0..).map(|(it, number)| format!("{number},{}", it.0)).collect();
        assert_eq!(told(provision, &lines.join("\n")), rows.map(|it| it.1));
    }

    #[test]
    fn what_the_text_leaves_open_is_open() {
        for (provision, expected) in [
            ("admission a of Matter { list: vague; matter: called }", ["No vague", "Unknown vague"]),
            ("admission a of Matter { list: free; matter: called }", ["No granted/1/0", "Yes"]),
            ("admission a of Matter { approver: City }", ["Unknown granted/0/1"; 2]),
            ("admission a of Matter {}", ["Unknown"; 2]),
        ] {
            assert_eq!(told(provision, "1,tax,,,\n2,census,,,\n"), expected, "{provision}");
        }
    }
}
