//! By when: each time that something lets a deadline run, against the day on which it was done.

use std::collections::BTreeSet;

use polis_semantic::Symbol;
use polis_syntax::words::UnitWord;
use polis_value::{Date, Number, Value};
use smol_str::SmolStr;

use super::log::{Event, Fit};
use super::{Duty, Fulfilment, Judged, Lack, NormItem, Scene, Trigger, is_of_months, open, period};

/// What ends of stretches of time are called.
const ENDS: &[(&str, UnitWord)] = &[
    ("年度终了", UnitWord::Year),
    ("年终", UnitWord::Year),
    ("年末", UnitWord::Year),
    ("year_end", UnitWord::Year),
    ("半年终了", UnitWord::HalfYear),
    ("半年末", UnitWord::HalfYear),
    ("half_year_end", UnitWord::HalfYear),
    ("季度终了", UnitWord::Quarter),
    ("季末", UnitWord::Quarter),
    ("quarter_end", UnitWord::Quarter),
    ("月度终了", UnitWord::Month),
    ("月末", UnitWord::Month),
    ("month_end", UnitWord::Month),
];

/// A time that runs, and the act that ends it.
struct Running<'l> {
    /// When it began, and why; `None` for a fixed day.
    trigger: Option<(Date, Trigger)>,
    /// The first day on which the act counts.
    from: Date,
    due: Date,
    /// The last day on which the act can be meant for this and not for the next.
    closes: Option<Date>,
    /// Whether it is certain that it runs.
    certain: bool,
    act: Option<&'l Event>,
}

impl Duty {
    /// Judges each deadline that is open on a day of the year.
    pub(super) fn deadlines(
        &self,
        scene: &Scene<'_, '_>,
        action: &Symbol,
        names: &BTreeSet<SmolStr>,
        items: &mut Vec<NormItem>,
    ) {
        let mut running = match self.running(scene) {
            Ok(running) => running,
            Err(lack) => {
                items.push(NormItem { action: action.clone(), ..self.nothing(lack) });
                return;
            }
        };
        let Ok(new_year) = Date::new(scene.year, 1, 1) else { return };
        let blind = Self::blind(scene, action, names);
        let acts = scene.log.acts(scene, names, self.objects());
        assign(&mut running, &acts);
        running.sort_by_key(|it| (it.due, it.from));
        for one in running {
            let settled = one.act.and_then(|it| it.date);
            // What was settled in an earlier year was judged there.
            if one.due < new_year || settled.is_some_and(|it| it < new_year) {
                continue;
            }
            items.push(judge(scene, action, &one, &acts, &blind));
        }
        let waits = self.norm.deadline.as_ref().is_some_and(|it| it.event.is_some());
        let by_log = waits && self.end().is_none() && self.field(scene).is_none();
        // A year that the log does not cover may have seen what lets the time run.
        let Ok(last) = Date::new(scene.year, 12, 31) else { return };
        let (from, until) = (new_year.max(self.from), last.min(self.until).min(scene.as_of));
        if by_log && from <= until && !scene.log.reaches(from, until) {
            let lack = Lack::Outside(scene.log.covers.0, scene.log.covers.1);
            items.push(NormItem { action: action.clone(), ..self.nothing(lack) });
        }
    }

    /// Every time that began before the day as of which it is judged.
    fn running(&self, scene: &Scene<'_, '_>) -> Result<Vec<Running<'static>>, Lack> {
        let (Some(deadline), Some(length)) = (&self.norm.deadline, &self.length) else { return Ok(Vec::new()) };
        let value = scene.run.ask(length, scene.at).map_err(|_| Lack::Facts(Vec::new()))?;
        let left_open = || open(scene, Some(&deadline.length), &value);
        if let Some(days) = value.as_date_range() {
            let due = days.hi().ok_or_else(left_open)?;
            if due.year() != scene.year || !(self.from..=self.until).contains(&due) {
                return Ok(Vec::new());
            }
            // What was done before the norm was in force does not count; without a day, the year of the deadline does.
            let from = self.norm.meta.force.0.unwrap_or_else(|| Date::new(due.year(), 1, 1).unwrap_or(due));
            return Ok(vec![Running {
                trigger: None,
                from: from.min(due),
                due,
                closes: None,
                certain: true,
                act: None,
            }]);
        }
        let most = value.as_number_range().and_then(|it| it.hi()).ok_or_else(left_open)?;
        let most = most.ceil().ok().and_then(Number::as_int).ok_or_else(left_open)?;
        let due = |day: Date| if is_of_months(&deadline.length) { day.add_months(most) } else { day.add_days(most) };
        let event = deadline.event.as_ref().ok_or(Lack::Trigger(SmolStr::default()))?;
        // What was in force on New Year's Day was so before, as far as it does not say otherwise.
        let is_old = (self.from.month(), self.from.day()) == (1, 1);
        let in_force = |day: &Date| {
            let from = if is_old { self.norm.meta.force.0 } else { Some(self.from) };
            from.is_none_or(|it| it <= *day) && *day <= self.until
        };
        let mut all = Vec::new();
        let mut add = |day: Date, trigger: Trigger, closes: Option<Date>, certain: bool| {
            if let Some(due) = due(day).ok().filter(|_| in_force(&day) && day <= scene.as_of) {
                all.push(Running { trigger: Some((day, trigger)), from: day, due, closes, certain, act: None });
            }
        };
        if let Some(unit) = self.end() {
            // So many years back that every time which is still open is among them.
            let back = i16::try_from(most / if is_of_months(&deadline.length) { 12 } else { 365 }).unwrap_or(i16::MAX);
            let first = scene.year.saturating_sub(back).saturating_sub(1).max(1);
            for stretch in (first..=scene.year).flat_map(|it| period::of_year(it, unit)) {
                let next = period::months(unit).and_then(|it| stretch.from.add_months(2 * it).ok());
                add(stretch.until, Trigger::End(unit), next.and_then(|it| it.add_days(-1).ok()), true);
            }
            return Ok(all);
        }
        if let Some(field) = self.field(scene) {
            let row = scene.run.world().row(scene.at.0, scene.at.1);
            let fact = row.and_then(|it| it.facts.get(field as usize)?.clone());
            let missing = || Lack::Facts(vec![polis_eval::Missing::Fact(scene.at.0, scene.at.1, field)]);
            let Some(Value::Date(day)) = fact else { return Err(missing()) };
            add(day, Trigger::Fact(field), None, true);
            return Ok(all);
        }
        if !scene.log.records(&self.trigger) {
            return Err(Lack::Trigger(event.clone()));
        }
        for (event, fit) in scene.log.triggers(scene, &self.trigger) {
            if let Some(day) = event.date {
                add(day, Trigger::Event(event.row), None, fit == Fit::Yes);
            }
        }
        Ok(all)
    }

    /// The stretch of time whose end lets the time run.
    fn end(&self) -> Option<UnitWord> {
        let event = self.norm.deadline.as_ref()?.event.as_ref()?;
        ENDS.iter().find(|it| it.0 == event.as_str()).map(|it| it.1)
    }

    /// The actor's field with the date that lets the time run.
    fn field(&self, scene: &Scene<'_, '_>) -> Option<u32> {
        let event = self.norm.deadline.as_ref()?.event.as_ref()?;
        let def = scene.run.machine().entity_def(scene.at.0)?;
        let is = |it: &polis_semantic::ir::Field| it.name == *event && it.ty == polis_semantic::Type::Date;
        def.fields.iter().position(is).and_then(|it| u32::try_from(it).ok())
    }
}

/// Gives each act to one running time: to that which is due first of those that it is in time for, and what is left over
/// to those that are late.
fn assign<'l>(running: &mut [Running<'l>], acts: &[(&'l Event, Fit)]) {
    let mut left: Vec<&'l Event> = acts.iter().filter(|it| it.1 == Fit::Yes).map(|it| it.0).collect();
    for late in [false, true] {
        left.retain(|act| {
            let Some(date) = act.date else { return false };
            let open = running.iter_mut().filter(|it| {
                let in_time = date <= it.due;
                it.act.is_none() && it.from <= date && in_time != late && it.closes.is_none_or(|last| date <= last)
            });
            match open.min_by_key(|it| (it.due, it.from)) {
                Some(one) => {
                    one.act = Some(act);
                    false
                }
                None => true,
            }
        });
    }
}

fn judge(
    scene: &Scene<'_, '_>,
    action: &Symbol,
    one: &Running<'_>,
    acts: &[(&Event, Fit)],
    blind: &[Lack],
) -> NormItem {
    let done = one.act.and_then(|it| it.date);
    let in_time = done.is_some_and(|it| it <= one.due);
    let reaches = scene.log.reaches(one.from, one.due.min(scene.as_of));
    // An act that may be the one: something of it is missing.
    let is_near = |it: &Event| it.date.is_none_or(|it| (one.from..=one.due).contains(&it));
    let doubtful: Vec<u32> = acts
        .iter()
        .filter(|it| (it.1 == Fit::Perhaps || it.0.date.is_none()) && is_near(it.0))
        .map(|it| it.0.row)
        .collect();
    let mut lacks = Vec::new();
    let standing = if in_time {
        Fulfilment::Kept
    } else if one.due > scene.as_of {
        Fulfilment::NotDue
    } else if reaches && blind.is_empty() && doubtful.is_empty() && one.certain {
        Fulfilment::Breached
    } else {
        lacks.extend(blind.iter().cloned());
        if !reaches {
            lacks.push(Lack::Outside(scene.log.covers.0, scene.log.covers.1));
        }
        lacks.extend(doubtful.into_iter().map(Lack::Event));
        if let (false, Some((_, Trigger::Event(row)))) = (one.certain, &one.trigger) {
            lacks.push(Lack::Event(*row));
        }
        Fulfilment::Unknown
    };
    // Who may have done it is not late.
    let until = done.or(Some(scene.as_of).filter(|_| standing == Fulfilment::Breached));
    let late = until.map_or(0, |it| one.due.days_until(it).max(0));
    let mut events = Vec::new();
    if let Some((_, Trigger::Event(row))) = &one.trigger {
        events.push(*row);
    }
    events.extend(one.act.map(|it| it.row));
    let what = Judged::Deadline { trigger: one.trigger.clone(), due: one.due, done, late };
    NormItem { action: action.clone(), what, standing, events, lacks }
}
