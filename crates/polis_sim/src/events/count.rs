//! How often: the events of each period against the number that is wanted.

use std::collections::BTreeSet;

use polis_semantic::Symbol;
use polis_semantic::ir::Deontic;
use polis_syntax::words::UnitWord;
use polis_value::{Number, NumberRange};
use smol_str::SmolStr;

use super::log::{Event, Fit};
use super::{Duty, Fulfilment, Judged, Lack, NormItem, Scene, Stretch, open, period};

/// How often is wanted in a period, at least and at most.
type Wanted = (Option<Number>, Option<Number>);

impl Duty {
    /// Judges each period of the year, as far as the norm is in force in it.
    pub(super) fn counts(
        &self,
        scene: &Scene<'_, '_>,
        action: &Symbol,
        names: &BTreeSet<SmolStr>,
        items: &mut Vec<NormItem>,
    ) {
        let (unit, wanted) = match self.wanted(scene) {
            Ok(wanted) => wanted,
            Err(lack) => {
                items.push(NormItem { action: action.clone(), ..self.nothing(lack) });
                return;
            }
        };
        if wanted == (None, None) {
            return;
        }
        let blind = Self::blind(scene, action, names);
        // An act that a ban is about may well never have been done: a log without any says nothing.
        let acts = scene.log.acts(scene, names, self.objects());
        for stretch in period::of_year(scene.year, unit) {
            let (from, until) = (stretch.from.max(self.from), stretch.until.min(self.until));
            if from > until {
                continue;
            }
            // Who had only a part of the period need not have done it all.
            let whole = (from, until) == (stretch.from, stretch.until);
            let wanted = (wanted.0.filter(|_| whole), wanted.1);
            if wanted != (None, None) {
                let stretch = Stretch { from, until, ..stretch };
                items.push(judge(scene, action, stretch, wanted, &acts, &blind));
            }
        }
    }

    /// How often is wanted, and in which period.
    fn wanted(&self, scene: &Scene<'_, '_>) -> Result<(UnitWord, Wanted), Lack> {
        let Some(frequency) = &self.frequency else { return Ok((UnitWord::Year, (None, Some(Number::ZERO)))) };
        let said = self.norm.frequency.as_ref();
        let value = scene.run.ask(frequency, scene.at).map_err(|_| Lack::Facts(Vec::new()))?;
        let Some(range) = value.as_number_range() else { return Err(open(scene, said, &value)) };
        let is_rate =
            said.and_then(|it| it.ty.as_number()).is_some_and(|it| it.dim != polis_semantic::Dim::of(UnitWord::Time));
        // Where a parameter holds it, it is what figures are held in: times per year.
        let unit = self.norm.period.or(is_rate.then_some(UnitWord::Year)).ok_or(Lack::Period)?;
        let range = per(range, unit).ok_or(Lack::Period)?;
        let zero = |it: &Number| *it > Number::ZERO;
        match self.norm.modality {
            Deontic::Must | Deontic::Encouraged => Ok((unit, (range.lo().filter(zero), range.hi()))),
            Deontic::May => Ok((unit, (None, range.hi()))),
            // So often it must not be done; a range with an upper end forbids nothing beyond it.
            Deontic::MustNot => match (range.lo().filter(zero), range.hi()) {
                (Some(lo), None) => Ok((unit, (None, lo.sub(Number::ONE).ok()))),
                (None, None) => Ok((unit, (None, Some(Number::ZERO)))),
                _ => Err(Lack::Period),
            },
        }
    }

    /// What the acts are to be about; anything where the text does not list it all.
    pub(super) fn objects(&self) -> &[SmolStr] {
        if self.norm.open_ended { &[] } else { &self.norm.objects }
    }
}

/// Times per year as times per period; whole ones, or none.
fn per(range: NumberRange, unit: UnitWord) -> Option<NumberRange> {
    let Some(months) = period::months(unit) else { return Some(range) };
    let scale = |it: Option<Number>| match it {
        Some(it) => {
            let scaled = it.mul(Number::from(months)).and_then(|it| it.div(Number::from(12))).ok()?;
            scaled.as_int().map(|_| Some(scaled))
        }
        None => Some(None),
    };
    NumberRange::new(scale(range.lo())?, scale(range.hi())?).ok()
}

fn judge(
    scene: &Scene<'_, '_>,
    action: &Symbol,
    stretch: Stretch,
    wanted: Wanted,
    acts: &[(&Event, Fit)],
    blind: &[Lack],
) -> NormItem {
    let has_ended = stretch.until <= scene.as_of;
    let reaches = scene.log.reaches(stretch.from, stretch.until.min(scene.as_of));
    let mut least = Some(Number::ZERO);
    let mut most = Some(Number::ZERO).filter(|_| reaches && blind.is_empty());
    let (mut events, mut doubtful) = (Vec::new(), Vec::new());
    let add = |sum: Option<Number>, more: Option<Number>| sum.zip(more).and_then(|(a, b)| a.add(b).ok());
    for (event, fit) in acts {
        let within = event.date.map(|it| (stretch.from..=stretch.until).contains(&it));
        if within == Some(false) {
            continue;
        }
        most = add(most, event.times.1);
        if within.is_some() && *fit == Fit::Yes {
            least = add(least, Some(event.times.0));
            events.push(event.row);
            if event.times.1 != Some(event.times.0) {
                doubtful.push(Lack::Event(event.row));
            }
        } else {
            doubtful.push(Lack::Event(event.row));
        }
    }
    let least = least.unwrap_or(Number::ZERO);
    let enough = match wanted.0 {
        None => Fulfilment::Kept,
        Some(lo) if least >= lo => Fulfilment::Kept,
        Some(_) if !has_ended => Fulfilment::NotDue,
        Some(lo) if most.is_some_and(|it| it < lo) => Fulfilment::Breached,
        Some(_) => Fulfilment::Unknown,
    };
    let not_too_often = match wanted.1 {
        None => Fulfilment::Kept,
        Some(hi) if least > hi => Fulfilment::Breached,
        Some(_) if !has_ended => Fulfilment::NotDue,
        Some(hi) if most.is_some_and(|it| it <= hi) => Fulfilment::Kept,
        Some(_) => Fulfilment::Unknown,
    };
    let standing = enough.max(not_too_often);
    let mut lacks = Vec::new();
    if standing == Fulfilment::Unknown {
        lacks.extend(blind.iter().cloned());
        if !reaches {
            lacks.push(Lack::Outside(scene.log.covers.0, scene.log.covers.1));
        }
        lacks.extend(doubtful);
    }
    let what = Judged::Count { stretch, least, most, wanted };
    NormItem { action: action.clone(), what, standing, events, lacks }
}
