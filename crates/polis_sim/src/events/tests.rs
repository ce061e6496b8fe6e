//! What norms held against a log promise.

use polis_db::MemorySystem;
use polis_db::testing::{Fixture, listing};
use polis_eval::Machine;
use polis_semantic::{program, program_at};
use polis_value::{Date, Number};

use super::*;
use crate::{Year, YearsPlan, load_samples, run_years};

/// The years of a package in which actors `Street` and `Community` act, and every event has a date, actor and action.
fn years(norms: &str, events: &str, years: (i16, i16)) -> Vec<Year> {
    let text = format!(
        "//- /p/polis.toml\n[package]\nname = \"p\"\n//- /p/a.pol\n\
         entity Street {{ field big: truth; field opened: date }}\n\
         entity Community {{ in: Street }}\n\
         entity Event {{ field date: date; field actor: text; field action: text; field object: text; field times: times {{ default: 1 time }} }}\n\
         organ committee of Street {{}}\n\
         action meet {{}}\naction report {{}}\naction urgent_report {{ parent: report }}\naction whistle {{}}\naction answer {{}}\n\
         param often: times/year {{ value: open \"left blank\" }}\n{norms}\n"
    );
    let mut loaded = Fixture::parse(&text).load("/p");
    let found = polis_semantic::check(&loaded.db, &loaded.targets);
    assert!(found.is_empty(), "{}", listing(&loaded.db, &found));
    let system = MemorySystem::new()
        .with_file("/s/Street.csv", "id,name,big,opened\nS1,First,true,2021-03-01\nS2,Second,,\n")
        .with_file("/s/Community.csv", "id,name,Street\nC1,North,S1\nC2,South,S2\n")
        .with_file("/s/Event.csv", &format!("id,date,actor,action,object,times\n{events}"));
    let machine = Machine::new(program(&loaded.db, loaded.targets[0]));
    let samples = load_samples(&system, "/s".into(), &mut loaded.db, &machine);
    assert!(samples.diagnostics.is_empty(), "{}", listing(&loaded.db, &samples.diagnostics));
    let package = loaded.targets[0];
    let at = |day| program_at(&loaded.db, package, day);
    let plan = YearsPlan { years, scenario: None, set: &[], program: &at, stop: &|| false };
    run_years(&machine, samples.world, &plan).unwrap()
}

/// A jurisdiction's outcome, then each of its items.
fn told(year: &Year, norm: &str, row: usize) -> String {
    let Some(table) = year.norms.tables.iter().find(|it| it.symbol.name == norm) else { return "no table".into() };
    let verdict = &table.rows[row];
    let id = |row: &u32| year.world.row(year.norms.log.as_ref().unwrap().entity, *row).unwrap().id.to_string();
    let end = |it: Option<Number>| it.map(|it| it.to_string()).unwrap_or_default();
    let items = verdict.items.iter().map(|it| {
        let what = match &it.what {
            Judged::Count { stretch, least, most, wanted } => {
                format!(
                    "{}..{} {least}..{} of {}..{}",
                    stretch.from,
                    stretch.until,
                    end(*most),
                    end(wanted.0),
                    end(wanted.1)
                )
            }
            Judged::Deadline { trigger, due, done, late } => {
                let from = trigger.as_ref().map(|it| it.0.to_string()).unwrap_or_default();
                let done = done.map(|it| it.to_string()).unwrap_or_default();
                format!("{from} due {due} done {done} late {late}")
            }
            Judged::Nothing => "nothing".into(),
        };
        let events: Vec<String> = it.events.iter().map(id).collect();
        let lacks: Vec<String> = it
            .lacks
            .iter()
            .map(|it| match it {
                Lack::Event(row) => id(row),
                Lack::Outside(from, until) => format!("{from}..{until} only"),
                other => format!("{other:?}").chars().take_while(|it| it.is_alphabetic()).collect(),
            })
            .collect();
        let lacks = if lacks.is_empty() { String::new() } else { format!(" ({})", lacks.join(", ")) };
        format!("\n{what}: {:?} {}{lacks}", it.standing, events.join(" "))
    });
    format!("{:?}{}", verdict.standing, items.collect::<String>())
}

const MEETINGS: &str = "E1,2021-01-10,S1,meet,,\nE2,2021-03-31,S1,meet,,2\nE3,2021-04-01,S1,meet,,\n\
    E4,2021-11-05,S1,meet,,\nE5,2021-12-31,S2,report,,\n";

#[test]
fn each_period_has_its_own_count() {
    let norm = "norm n { actor: Street; must: meet; frequency: 1..2 times/quarter }";
    let all = years(norm, MEETINGS, (2021, 2022));
    assert_eq!(
        told(&all[0], "n", 0),
        "Breached\n\
         2021-01-01..2021-03-31 3..3 of 1..2: Breached E1 E2\n\
         2021-04-01..2021-06-30 1..1 of 1..2: Kept E3\n\
         2021-07-01..2021-09-30 0..0 of 1..2: Breached \n\
         2021-10-01..2021-12-31 1..1 of 1..2: Kept E4"
    );
    // Nobody looked into the next year.
    assert!(
        told(&all[1], "n", 0)
            .starts_with("Unknown\n2022-01-01..2022-03-31 0.. of 1..2: Unknown  (2021-01-01..2021-12-31 only)")
    );
}

#[test]
fn what_the_text_says_is_the_period() {
    for (frequency, standing, periods) in [
        ("1.. times/year", "Kept", 1),
        ("1.. times/half_year", "Kept", 2),
        ("1.. times/quarter", "Breached", 4),
        ("1.. times/month", "Breached", 12),
        ("5.. times/year", "Kept", 1),
        ("6.. times/year", "Breached", 1),
        ("1 time/year", "Breached", 1),
        ("often", "Unknown", 1),
        ("open \"now and then\"", "Unknown", 1),
        ("1.. times", "Unknown", 1),
    ] {
        let norm = format!("norm n {{ actor: Street; must: meet; frequency: {frequency} }}");
        let all = years(&norm, MEETINGS, (2021, 2021));
        let told = told(&all[0], "n", 0);
        assert_eq!(told.lines().next(), Some(standing), "{frequency}: {told}");
        assert_eq!(told.lines().count(), periods + 1, "{frequency}: {told}");
    }
}

#[test]
fn a_log_that_does_not_tell_is_no_zero() {
    let often =
        |action: &str| format!("norm n {{ actor: [Street, Community]; must: {action}; frequency: 1.. times/year }}");
    let all = years(&often("answer"), MEETINGS, (2021, 2021));
    assert_eq!(told(&all[0], "n", 0), "Unknown\n2021-01-01..2021-12-31 0.. of 1..: Unknown  (Action)");
    let all = years(&often("meet"), MEETINGS, (2021, 2021));
    assert_eq!(all[0].norms.tables.len(), 2, "a table for each entity");
    let communities = &all[0].norms.tables[1].rows;
    assert!(communities.iter().all(|it| it.standing == Fulfilment::Unknown && it.items[0].lacks == [Lack::Actor]));
    // The second street is in the log, with other things.
    assert_eq!(told(&all[0], "n", 1), "Breached\n2021-01-01..2021-12-31 0..0 of 1..: Breached ");
    let all = years(&often("meet"), "", (2021, 2021));
    assert!(all[0].norms.log.is_none() && all[0].norms.tables.is_empty());
    assert_eq!(all[0].norms.unjudged.len(), 1);
}

#[test]
fn what_an_event_lacks_makes_it_doubtful() {
    let norm = "norm n { actor: Street; must: meet; object: plans; frequency: 2.. times/year }";
    for (events, expected) in [
        (
            "E1,2021-01-10,S1,meet,plans,\nE2,2021-12-01,S1,meet,plans,\n",
            "Kept\n2021-01-01..2021-12-31 2..2 of 2..: Kept E1 E2",
        ),
        (
            "E1,2021-01-10,S1,meet,plans,\nE2,2021-12-01,S1,meet,,\n",
            "Unknown\n2021-01-01..2021-12-31 1..2 of 2..: Unknown E1 (E2)",
        ),
        (
            "E1,2021-01-10,S1,meet,plans,\nE2,2021-12-01,S1,meet,sites,\n",
            "Breached\n2021-01-01..2021-12-31 1..1 of 2..: Breached E1",
        ),
        (
            "E1,2021-01-10,S1,meet,plans,\nE2,2021-12-01,S1,meet,\"sites, plans\",\n",
            "Kept\n2021-01-01..2021-12-31 2..2 of 2..: Kept E1 E2",
        ),
        (
            "E1,2021-01-10,S1,meet,plans,\nE2,2021-12-01,,meet,plans,\n",
            "Unknown\n2021-01-01..2021-12-31 1..2 of 2..: Unknown E1 (E2)",
        ),
        (
            "E1,2021-01-10,S1,meet,plans,\nE2,2021-12-01,S1,,plans,\n",
            "Unknown\n2021-01-01..2021-12-31 1..2 of 2..: Unknown E1 (E2)",
        ),
        (
            "E1,2021-01-10,S1,meet,plans,\nE2,,S1,meet,plans,\nE3,2021-12-01,S2,meet,,\n",
            "Unknown\n2021-01-01..2021-12-31 1..2 of 2..: Unknown E1 (E2)",
        ),
        (
            "E1,2021-01-10,First,meet,plans,\nE2,2021-12-01,S1,meet,plans,\n",
            "Kept\n2021-01-01..2021-12-31 2..2 of 2..: Kept E1 E2",
        ),
    ] {
        assert_eq!(told(&years(norm, events, (2021, 2021))[0], "n", 0), expected, "{events}");
    }
}

#[test]
fn what_is_forbidden_or_only_allowed_so_often_is_counted() {
    for (norm, expected) in [
        ("may: meet; frequency: ..1 times/quarter", "Breached"),
        ("may: meet; frequency: ..3 times/quarter", "Kept"),
        ("may: meet; frequency: 9.. times/quarter", "NotApplicable"),
        ("must_not: meet", "Breached"),
        ("must_not: meet; frequency: 4.. times/quarter", "Kept"),
        ("must_not: meet; frequency: 3.. times/quarter", "Breached"),
        ("encouraged: meet; frequency: 1.. times/month", "Deviates"),
        ("must: meet; frequency: 1.. times/month; modality: normally", "Deviates"),
        ("must: meet; frequency: 1.. times/month; when: not big", "NotApplicable"),
        ("must: meet; frequency: 1.. times/month; when: big", "Breached"),
        ("must: meet; frequency: 1.. times/month; from: 2022-01-01", "no table"),
        // The first quarter is not whole any more, and the third has none.
        ("must: meet; frequency: 1.. times/quarter; from: 2021-02-01; until: 2021-06-30", "Kept"),
        ("must: meet; frequency: 1.. times/quarter; from: 2021-02-01", "Breached"),
        ("must: meet", "no table"),
        ("must_not: answer", "no table"),
    ] {
        let all = years(&format!("norm n {{ actor: committee; {norm} }}"), MEETINGS, (2021, 2021));
        let told = told(&all[0], "n", 0);
        assert_eq!(told.lines().next(), Some(expected), "{norm}: {told}");
    }
    // Whether it applies is not known.
    let all =
        years("norm n { actor: Street; must: meet; frequency: 1.. times/month; when: big }", MEETINGS, (2021, 2021));
    assert_eq!(all[0].norms.tables[0].rows[1].standing, Fulfilment::Unknown);
}

#[test]
fn an_amendment_within_the_year_is_no_law_before_its_day() {
    let norm = "norm n { actor: Street; must: meet; frequency: 1.. times/half_year }\n\
        amend more { from: 2021-07-01; norm n { frequency: 1.. times/quarter } }";
    let all = years(norm, MEETINGS, (2021, 2021));
    assert_eq!(
        told(&all[0], "n", 0),
        "Breached\n\
         2021-01-01..2021-06-30 4..4 of 1..: Kept E1 E2 E3\n\
         2021-07-01..2021-09-30 0..0 of 1..: Breached \n\
         2021-10-01..2021-12-31 1..1 of 1..: Kept E4"
    );
}

#[test]
fn narrower_actions_count_and_several_are_each_demanded() {
    let events = "E1,2021-02-01,S1,urgent_report,,\nE2,2021-12-03,S1,meet,,\n";
    let all = years(
        "norm n { actor: Street; must: [report, meet, urgent_report]; frequency: 1.. times/year }",
        events,
        (2021, 2021),
    );
    let items: Vec<Fulfilment> = all[0].norms.tables[0].rows[0].items.iter().map(|it| it.standing).collect();
    assert_eq!(items, [Fulfilment::Kept; 3]);
}

const CALLS: &str = "E1,2021-01-10,S1,whistle,,\nE2,2021-01-12,C1,answer,,\nE3,2021-06-01,S1,whistle,,\n\
    E4,2021-06-20,C1,answer,,\nE5,2021-12-28,S1,whistle,,\nE6,2022-01-02,C1,answer,,\nE7,2022-03-01,C1,whistle,,\n\
    E8,2022-12-30,C2,answer,,\n";

#[test]
fn each_trigger_wants_an_act_in_time() {
    let norm = "norm n { actor: Community; must: answer; deadline: within 7 days after whistle }";
    let all = years(norm, CALLS, (2021, 2022));
    assert_eq!(
        told(&all[0], "n", 0),
        "Breached\n\
         2021-01-10 due 2021-01-17 done 2021-01-12 late 0: Kept E1 E2\n\
         2021-06-01 due 2021-06-08 done 2021-06-20 late 12: Breached E3 E4\n\
         2021-12-28 due 2022-01-04 done  late 0: NotDue E5"
    );
    assert_eq!(
        told(&all[1], "n", 0),
        "Breached\n\
         2021-12-28 due 2022-01-04 done 2022-01-02 late 0: Kept E5 E6\n\
         2022-03-01 due 2022-03-08 done  late 298: Breached E7"
    );
    // The other street's whistle was not for the second community.
    assert_eq!(told(&all[0], "n", 1), "NotApplicable");
}

#[test]
fn deadlines_run_from_ends_of_periods_from_facts_and_to_fixed_days() {
    let events =
        "E1,2021-01-20,S1,report,,\nE2,2021-03-20,S1,meet,,\nE3,2021-12-31,S2,report,,\nE4,2021-12-31,S2,meet,,\n";
    for (norm, row, expected) in [
        (
            "must: report; deadline: within 31 days after year_end",
            0,
            "NotDue\n2020-12-31 due 2021-01-31 done 2021-01-20 late 0: Kept E1",
        ),
        ("must: report; deadline: within 1 month after quarter_end", 1, "Breached"),
        (
            "must: meet; deadline: within 1 month after opened",
            0,
            "Kept\n2021-03-01 due 2021-04-01 done 2021-03-20 late 0: Kept E2",
        ),
        ("must: meet; deadline: within 1 month after opened", 1, "Unknown\nnothing: Unknown  (Facts)"),
        ("must: meet; deadline: 2021-06-30", 0, "Kept\n due 2021-06-30 done 2021-03-20 late 0: Kept E2"),
        ("must: meet; deadline: 2021-06-30", 1, "Breached\n due 2021-06-30 done 2021-12-31 late 184: Breached E4"),
        ("must: meet; deadline: 2022-06-30", 1, "NotApplicable"),
        ("must: meet; deadline: within 3 days after rain", 0, "Unknown\nnothing: Unknown  (Trigger)"),
        ("must: meet; deadline: within open \"soon\" after rain", 0, "Unknown\nnothing: Unknown  (Open)"),
    ] {
        let all = years(&format!("norm n {{ actor: Street; {norm} }}"), events, (2021, 2021));
        let told = told(&all[0], "n", row);
        assert!(told.starts_with(expected), "{norm}: {told}");
    }
}

#[test]
fn the_periods_of_a_year_fill_it() {
    for (unit, count) in [
        (UnitWord::Day, 366),
        (UnitWord::Month, 12),
        (UnitWord::Quarter, 4),
        (UnitWord::HalfYear, 2),
        (UnitWord::Year, 1),
    ] {
        let all = period::of_year(2024, unit);
        assert_eq!(all.len(), count);
        assert_eq!(all[0].from, Date::new(2024, 1, 1).unwrap());
        assert_eq!(all[count - 1].until, Date::new(2024, 12, 31).unwrap());
        assert!(all.iter().zip(&all[1..]).all(|(a, b)| a.until.add_days(1) == Ok(b.from)));
        assert_eq!(period::of_year(9999, unit).len(), if count == 366 { 365 } else { count });
    }
}
