//! Who has what, on which day, and where a condition holds.

use polis_db::MemorySystem;
use polis_db::testing::{Fixture, listing};
use polis_eval::Machine;
use polis_semantic::{program, program_at};
use polis_value::Date;

use super::*;
use crate::load_samples;

const SAMPLE: [(&str, &str); 3] = [
    ("/s/Street.csv", "id,big\nS1,true\nS2,false\nS3,\n"),
    ("/s/Community.csv", "id,Street,homes\nC1,S1,3\nC2,S2,\n"),
    ("/s/Event.csv", "id,date,actor,action\n"),
];

/// What everybody has on a day, a line each; and whether the rows of `needs` have to be there.
fn told(provisions: &str, day: Option<&str>, needs: &str) -> (String, bool) {
    let text = format!(
        "//- /p/polis.toml\n[package]\nname = \"p\"\n//- /p/a.pol\n\
         entity Street {{ plural: streets; field big: truth }}\n\
         entity Community {{ in: Street; plural: communities; field homes: households }}\n\
         entity Empty {{}}\n\
         organ committee of Street {{}}\n\
         action meet {{}}\naction report {{}}\n{provisions}\n"
    );
    let mut loaded = Fixture::parse(&text).load("/p");
    let found = polis_semantic::check(&loaded.db, &loaded.targets);
    assert!(found.is_empty(), "{}", listing(&loaded.db, &found));
    let day = day.map(|it| Date::parse(it).unwrap());
    let of_day = match day {
        Some(day) => program_at(&loaded.db, loaded.targets[0], day),
        None => program(&loaded.db, loaded.targets[0]),
    };
    let mut machine = Machine::new(of_day);
    let has_log = text.contains("entity Event");
    let system = SAMPLE
        .iter()
        .take(if has_log { 3 } else { 2 })
        .fold(MemorySystem::new(), |system, (path, text)| system.with_file(path, text));
    let samples = load_samples(&system, "/s".into(), &mut loaded.db, &machine);
    assert!(samples.diagnostics.is_empty(), "{}", listing(&loaded.db, &samples.diagnostics));
    let world = samples.world;
    let entity = machine.entity_ids().find(|it| machine.entity_name(*it) == needs).unwrap();
    let needed = needs_rows_of(&machine, &world, entity);
    let settings = Settings { as_of: day, set: Vec::new() };
    let holders = in_force(&mut machine, &world, &settings, &|_| false);
    let lines = holders.iter().flat_map(|holder| {
        let entity = machine.entity_name(holder.entity);
        let world = &world;
        holder.items.iter().map(move |it| {
            let ids = |rows: &[u32]| -> String {
                let ids = rows.iter().map(|row| world.row(holder.entity, *row).unwrap().id.to_string());
                ids.collect::<Vec<_>>().join(" ")
            };
            let applies = it.applies.as_ref().map(|it| format!(" to {}; unknown {}", ids(&it.to), ids(&it.unknown)));
            let unnamed = match it.unnamed {
                None => String::new(),
                Some(Unnamed::Count(count)) => format!(" {count} more"),
                Some(Unnamed::Open) => " open".to_owned(),
            };
            format!("{entity} {:?} {}{unnamed}{}\n", it.kind, it.symbol.name, applies.unwrap_or_default())
        })
    });
    (lines.collect(), needed)
}

#[test]
fn each_has_its_own_by_kind() {
    let all = "norm n { actor: [Street, committee, Community]; must: meet }\n\
        norm m { actor: committee; must_not: report }\n\
        norm e of Empty { actor: Empty; must: meet }\n\
        duty d { holder: Community }\n\
        power w { holder: committee }";
    assert_eq!(
        told(all, None, "Street").0,
        "Street Power w\nStreet Must n\nStreet MustNot m\nCommunity Duty d\nCommunity Must n\n"
    );
}

#[test]
fn a_grant_gives_what_it_takes_in_and_counts_what_it_does_not_name() {
    let all = "grant five { holder: committee; unlisted: 3 items; total: 5 items; power a {} power b {} }\n\
        grant more { holder: Community; include: five; adds: 1 item; total: 6 items; power c {} }\n\
        grant most { holder: Street; unlisted: open \"not said\" }";
    assert_eq!(
        told(all, None, "Street").0,
        "Street Power five.a\nStreet Power five.b\nStreet Power five 3 more\nStreet Power most open\n\
         Community Power five.a\nCommunity Power five.b\nCommunity Power more.c\nCommunity Power five 3 more\n"
    );
}

#[test]
fn conditions_are_asked_of_each_jurisdiction() {
    for (all, expected, needed) in [
        ("norm n of Street { actor: Street; when: big; must: meet }", "Street Must n to S1; unknown S3\n", true),
        // Of a group the condition is that of each of its members, and of what it does not name.
        (
            "grant g { holder: Street; when: big; unlisted: 1 item; total: 2 items; power a {} }",
            "Street Power g.a to S1; unknown S3\nStreet Power g 1 more to S1; unknown S3\n",
            true,
        ),
        (
            "norm n of Community { actor: Community; when: Street.big; must: meet }",
            "Community Must n to C1; unknown \n",
            false,
        ),
        // Rows of streets do not come one by one where communities are counted.
        (
            "norm n of Street { actor: Street; when: count(communities) > 0 units; must: meet }",
            "Street Must n to S1 S2; unknown \n",
            true,
        ),
        ("norm n { actor: Street; must: meet }", "Street Must n\n", false),
    ] {
        assert_eq!(told(all, None, "Street"), (expected.to_owned(), needed), "{all}");
    }
}

#[test]
fn rows_that_conditions_count_or_that_are_events_have_to_be_there() {
    let counted =
        "norm n of Street { actor: Street; when: sum(it.homes for it in communities) > 2 households; must: meet }";
    assert!(told(counted, None, "Community").1);
    let through = "rule homes of Street: households { value: sum(it.homes for it in communities) }\n\
        norm n of Street { actor: Street; when: homes > 2 households; must: meet }";
    assert!(told(through, None, "Community").1);
    let event = "entity Event { field date: date; field actor: text; field action: text }";
    assert!(told(event, None, "Event").1);
    assert!(!told(event, None, "Community").1);
}

#[test]
fn what_is_not_in_force_on_the_day_is_not_there() {
    let all = "norm n { actor: Street; must: meet; from: 2021-05-01; until: 2022-12-31 }\n\
        grant g { holder: Street; unlisted: 1 item; total: 2 items; from: 2022-01-01; power a {} }";
    for (day, expected) in [
        ("2021-04-30", ""),
        ("2021-05-01", "Street Must n\n"),
        ("2022-12-31", "Street Power g.a\nStreet Power g 1 more\nStreet Must n\n"),
        ("2023-01-01", "Street Power g.a\nStreet Power g 1 more\n"),
    ] {
        assert_eq!(told(all, Some(day), "Street").0, expected, "{day}");
    }
}
