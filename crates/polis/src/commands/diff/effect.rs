//! What a difference makes on a sample: how many jurisdictions get more and less, who, and how much in all.

use camino::Utf8Path;
use polis_analysis::{Way, ends};
use polis_diff::{Diff, Pair, Side, Status};
use polis_eval::{Machine, Outcome, Run, Settings, World};
use polis_semantic::{NumberType, Symbol, Type};
use polis_sim::carry;
use polis_syntax::words::Face;
use polis_value::{Number, NumberRange, Value};
use smol_str::SmolStr;

use super::View;
use super::words;

/// What the pairs come to on a sample.
pub(super) struct Effects {
    /// Where the sample lies.
    pub(super) sample: String,
    /// By pair: its place, and what it makes.
    pub(super) all: Vec<(usize, Effect)>,
}

/// What one pair makes.
pub(super) struct Effect {
    pub(super) entity: SmolStr,
    pub(super) higher: Vec<SmolStr>,
    pub(super) lower: Vec<SmolStr>,
    /// Other values, of which neither is more.
    pub(super) other: Vec<SmolStr>,
    pub(super) same: usize,
    pub(super) unknown: usize,
    /// By how much the values of all differ, where both are known.
    pub(super) sum: Option<(NumberType, NumberRange)>,
    /// Whether it is about keeping a requirement rather than a value.
    pub(super) verdict: bool,
}

/// Runs both sides on the jurisdictions of a sample that was read for the first.
pub(super) fn effects(path: &Utf8Path, world: &World, sides: [&Side<'_>; 2], diff: &Diff) -> Effects {
    let [a, b] = sides;
    let machines = sides.map(|it| Machine::new(std::sync::Arc::clone(it.program)));
    let [first, second] = &machines;
    let moved = carry(first, world, second);
    let run_a = Run::new(first, world, Settings { as_of: a.as_of, set: Vec::new() });
    let run_b = Run::new(second, &moved.world, Settings { as_of: b.as_of, set: Vec::new() });
    let mut all = Vec::new();
    for (at, pair) in diff.pairs.iter().enumerate() {
        let differs = pair.status == Status::Changed || !pair.through.is_empty();
        let symbols = (a.provisions.get(pair.aligned.a), b.provisions.get(pair.aligned.b));
        let (true, (Some(one), Some(two))) = (differs && is_outer(pair), symbols) else { continue };
        let rules = (first.rule(&one.symbol), second.rule(&two.symbol));
        if let (Some(x), Some(y)) = rules
            && let (Some(entity), Some(other)) = (first.rule_entity(x), second.rule_entity(y))
            && moved.entities.get(entity.index()).copied().flatten() == Some(other)
        {
            let mut effect = Effect::of(first, entity);
            effect.sum = match (first.rule_type(x), second.rule_type(y)) {
                // What is per person or a share does not add up.
                (Type::Number(a), Type::Number(b))
                    if a.dim == b.dim && !a.dim.is_none() && !a.unit(Face::Zh).contains("/人") =>
                {
                    Some((a.clone(), NumberRange::point(Number::ZERO)))
                }
                _ => None,
            };
            for (row, index) in world.rows(entity).iter().zip(0_u32..) {
                let name = row.name.clone().unwrap_or_else(|| row.id.clone());
                match (run_a.rule(x, index), run_b.rule(y, index)) {
                    (Ok(a), Ok(b)) => effect.add(name, &a, &b),
                    _ => effect.unknown += 1,
                }
            }
            if !world.rows(entity).is_empty() {
                all.push((at, effect));
            }
            continue;
        }
        let kept = |machine: &Machine, symbol: &Symbol| {
            machine.constraint_ids().find(|it| {
                machine.constraint_def(*it).is_some_and(|it| it.meta.symbol == *symbol && it.about.is_none())
            })
        };
        if let (Some(x), Some(y)) = (kept(first, &one.symbol), kept(second, &two.symbol))
            && let (Some(entity), Some(other)) = (first.constraint_entity(x), second.constraint_entity(y))
            && moved.entities.get(entity.index()).copied().flatten() == Some(other)
        {
            let mut effect = Effect::of(first, entity);
            effect.verdict = true;
            for (row, index) in world.rows(entity).iter().zip(0_u32..) {
                let name = row.name.clone().unwrap_or_else(|| row.id.clone());
                let outcome = |it: Result<polis_eval::Verdict, _>| it.map(|it| it.outcome).ok();
                let one: Option<Outcome> = outcome(run_a.constraint(x, index).map_err(drop));
                let two: Option<Outcome> = outcome(run_b.constraint(y, index).map_err(drop));
                match (one.and_then(held), two.and_then(held)) {
                    (Some(a), Some(b)) if a == b => effect.same += 1,
                    (Some(true), Some(false)) => effect.lower.push(name),
                    (Some(false), Some(true)) => effect.higher.push(name),
                    _ => effect.unknown += 1,
                }
            }
            if !world.rows(entity).is_empty() {
                all.push((at, effect));
            }
        }
    }
    Effects { sample: path.to_string(), all }
}

fn is_outer(pair: &Pair) -> bool {
    pair.within.is_none()
}

/// Whether a requirement is kept; what does not apply is not broken.
const fn held(outcome: Outcome) -> Option<bool> {
    match outcome {
        Outcome::Kept | Outcome::NotApplicable => Some(true),
        Outcome::Breached | Outcome::Deviates => Some(false),
        Outcome::Unknown => None,
    }
}

impl Effect {
    fn of(machine: &Machine, entity: polis_eval::EntityId) -> Self {
        Self {
            entity: machine.entity_name(entity),
            higher: Vec::new(),
            lower: Vec::new(),
            other: Vec::new(),
            same: 0,
            unknown: 0,
            sum: None,
            verdict: false,
        }
    }

    fn add(&mut self, name: SmolStr, a: &Value, b: &Value) {
        if a.is_unknown() || b.is_unknown() {
            self.unknown += 1;
            return;
        }
        if let (Some(x), Some(y)) = (a.as_number_range(), b.as_number_range()) {
            match ends(&x, &y) {
                None => self.same += 1,
                Some(Way::More) => self.higher.push(name),
                Some(Way::Less) => self.lower.push(name),
                Some(_) => self.other.push(name),
            }
            // End by end: whoever had the least has the least, whoever had the most has the most.
            if let Some((_, sum)) = &mut self.sum {
                let end = |sum: Option<Number>, x: Option<Number>, y: Option<Number>| {
                    y?.sub(x?).ok().and_then(|it| sum?.add(it).ok())
                };
                let (lo, hi) = (end(sum.lo(), x.lo(), y.lo()), end(sum.hi(), x.hi(), y.hi()));
                match (lo, hi) {
                    (Some(lo), Some(hi)) => {
                        *sum = NumberRange::new(Some(lo.min(hi)), Some(lo.max(hi))).unwrap_or(*sum);
                    }
                    _ => self.sum = None,
                }
            }
        } else if polis_value::same(a, b) {
            self.same += 1;
        } else {
            self.other.push(name);
        }
    }
}

impl Effects {
    /// `社区 12 个：更高 5（…），更低 0，相同 7；合计 +10 人`.
    pub(super) fn line(view: &View<'_, '_>, it: &Effect) -> String {
        let count = it.higher.len() + it.lower.len() + it.other.len() + it.same + it.unknown;
        let mut parts = Vec::new();
        let named = |zh: &str, en: &str, all: &[SmolStr]| {
            let names: Vec<&str> = all.iter().take(6).map(SmolStr::as_str).collect();
            let etc = if all.len() > names.len() { view.pick(" 等", " …") } else { "" };
            let names = names.join(view.pick("、", ", "));
            view.pick(format!("{zh} {}（{names}{etc}）", all.len()), format!("{} {en} ({names}{etc})", all.len()))
        };
        let (up, down) = if it.verdict {
            (("改为满足", "now kept"), ("改为不满足", "now broken"))
        } else {
            (("更高", "higher"), ("更低", "lower"))
        };
        for ((zh, en), all) in [(up, &it.higher), (down, &it.lower), (("不同", "other"), &it.other)] {
            if !all.is_empty() {
                parts.push(named(zh, en, all));
            }
        }
        for (zh, en, number) in [("相同", "the same", it.same), ("未知", "unknown", it.unknown)] {
            if number > 0 {
                parts.push(view.pick(format!("{zh} {number}"), format!("{number} {en}")));
            }
        }
        let face = if view.locale == polis_diagnostic::Locale::Zh { Face::Zh } else { Face::En };
        let sum = it.sum.as_ref().filter(|it| it.1 != NumberRange::point(Number::ZERO)).map(|(ty, range)| {
            let shown = words::range(ty, range, face);
            let plus = if range.lo().is_some_and(|it| it > Number::ZERO) { "+" } else { "" };
            view.pick(format!("；合计 {plus}{shown}"), format!("; in all {plus}{shown}"))
        });
        let parts = parts.join(view.pick("，", ", "));
        view.pick(
            format!("{} {count} 个：{parts}{}", it.entity, sum.clone().unwrap_or_default()),
            format!("{count} × {}: {parts}{}", it.entity, sum.unwrap_or_default()),
        )
    }
}
