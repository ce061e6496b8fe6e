//! Norms that cannot be kept together, or that add nothing.

use polis_syntax::ast::ExprKind;
use polis_syntax::words::{ClauseWord, Kind};

use super::{Family, Operator, operator};
use crate::library::{At, Library};
use crate::plant::Plants;

const fn norms(name: &'static str, what: &'static str, plant: fn(&Library, &mut Plants)) -> Operator {
    operator(Family::Norms, name, what, plant)
}

pub(super) const ALL: &[Operator] = &[
    norms("demanded-is-forbidden", "what one norm demands another forbids", demanded_is_forbidden),
    norms("forbidden-is-demanded", "what one norm forbids another demands", forbidden_is_demanded),
    norms("permitted-is-forbidden", "what one norm permits another forbids", permitted_is_forbidden),
    norms("guards-meet", "a demand and a ban under guards that some jurisdiction meets both", guards_meet),
    norms("kind-is-forbidden", "a demand for a kind of what is forbidden", kind_is_forbidden),
    norms("frequencies-clash", "the same duty at least and at most so often that both cannot be", frequencies_clash),
    norms("deadlines-clash", "the same duty by two deadlines", deadlines_clash),
    norms("norm-twice", "a norm that says again what another says", norm_twice),
    norms("norm-weaker", "a norm that encourages what another demands", norm_weaker),
    norms("permission-of-duty", "a norm that permits what another demands", permission_of_duty),
    norms("norm-shadowed", "a norm for a part of those that another is already about", norm_shadowed),
];

/// What makes two norms speak of the same: actor, object, and whom they reach.
fn about(at: At<'_>) -> String {
    [ClauseWord::Actor, ClauseWord::Object, ClauseWord::Over].map(|it| at.line(it)).concat()
}

/// The entity that a norm's guard speaks of, as its head has it.
fn of(at: At<'_>) -> String {
    at.of().map(|it| format!(" 属于 {it}")).unwrap_or_default()
}

/// As [`about`], under the same guard and dates.
fn about_under(at: At<'_>) -> String {
    let rest = [ClauseWord::When, ClauseWord::From, ClauseWord::Until].map(|it| at.line(it));
    format!("{}{}", about(at), rest.concat())
}

fn having(library: &Library, word: ClauseWord) -> impl Iterator<Item = (At<'_>, &str)> {
    library.provisions(&[Kind::Norm]).filter_map(move |it| Some((it, it.value(word)?)))
}

/// Plants a norm beside every one that has a clause of `word`.
fn beside(library: &Library, plants: &mut Plants, word: ClauseWord, clause: &str) {
    for (at, action) in having(library, word) {
        let norm = format!("规范 另一规范{} {{\n{}  {clause}: {action}\n}}", of(at), about_under(at));
        plants.add(at, [Some(at.follow(&norm))], format!("{clause} {action}"));
    }
}

fn demanded_is_forbidden(library: &Library, plants: &mut Plants) {
    beside(library, plants, ClauseWord::Must, "不得");
}

fn forbidden_is_demanded(library: &Library, plants: &mut Plants) {
    beside(library, plants, ClauseWord::MustNot, "应当");
}

fn permitted_is_forbidden(library: &Library, plants: &mut Plants) {
    beside(library, plants, ClauseWord::May, "不得");
}

/// The entity that a norm binds, where it is one and not an organ.
fn actor_entity<'l>(library: &Library, at: At<'l>) -> Option<&'l str> {
    let actors = at.items(ClauseWord::Actor);
    let [actor] = actors.as_slice() else { return None };
    let name = at.page.slice(actor.span);
    library.entity(&at.page.package, name).map(|_| name)
}

fn guards_meet(library: &Library, plants: &mut Plants) {
    for (at, action) in having(library, ClauseWord::Must).filter(|it| it.0.clause(ClauseWord::When).is_none()) {
        let Some(entity) = actor_entity(library, at) else { continue };
        let Some((field, unit)) = library.whole_field(&at.page.package, entity) else { continue };
        let Some(own) = at.add_line(&format!("当: {field} 不足 9 {unit}")) else { continue };
        let norm =
            format!("规范 另一规范{} {{\n{}  不得: {action}\n  当: {field} 超过 5 {unit}\n}}", of(at), about(at));
        plants.add(at, [Some(own), Some(at.follow(&norm))], format!("not {action} for {field} from 6 to 8"));
    }
}

fn kind_is_forbidden(library: &Library, plants: &mut Plants) {
    for (at, _) in having(library, ClauseWord::MustNot) {
        let Some(action) = at.items(ClauseWord::MustNot).first().map(|it| at.page.slice(it.span)) else { continue };
        // Only a declaration in the same package can name it bare.
        let parts = format!(
            "行为 更窄行为 {{ 上位: {action} }}\n规范 另一规范{} {{\n{}  应当: 更窄行为\n}}",
            of(at),
            about_under(at)
        );
        plants.add(at, [Some(at.follow(&parts))], format!("a kind of {action} is demanded"));
    }
}

fn frequencies_clash(library: &Library, plants: &mut Plants) {
    for (at, _) in having(library, ClauseWord::Frequency) {
        let Some(must) = at.value(ClauseWord::Must) else { continue };
        let Some(frequency) = at.items(ClauseWord::Frequency).first().copied() else { continue };
        let text = at.page.slice(frequency.span);
        // Twice a year at least, so that once a year at most cannot be.
        let often = ["季度", "月", "半年"].iter().any(|it| text.ends_with(it)) || text.starts_with('2');
        let other = match &frequency.kind {
            ExprKind::Range(range) if range.lo.is_some() && often => "..1 次/年",
            ExprKind::Figure(_) => "300.. 次/月",
            _ => continue,
        };
        let norm = format!("规范 另一规范{} {{\n{}  应当: {must}\n  频次: {other}\n}}", of(at), about_under(at));
        plants.add(at, [Some(at.follow(&norm))], format!("{text} and {other}"));
    }
}

fn deadlines_clash(library: &Library, plants: &mut Plants) {
    for (at, _) in having(library, ClauseWord::Deadline) {
        let Some(must) = at.value(ClauseWord::Must) else { continue };
        let other = match at.items(ClauseWord::Deadline).first().map(|it| &it.kind) {
            Some(ExprKind::Date) => "2035-12-31".to_owned(),
            Some(ExprKind::Within(within)) if matches!(within.length.kind, ExprKind::Figure(_)) => {
                let event =
                    within.event.as_ref().map(|it| format!(" 自 {}", at.page.slice(it.span))).unwrap_or_default();
                format!("限 400 日{event}")
            }
            _ => continue,
        };
        let norm = format!("规范 另一规范{} {{\n{}  应当: {must}\n  期限: {other}\n}}", of(at), about_under(at));
        plants.add(at, [Some(at.follow(&norm))], format!("by {other} too"));
    }
}

fn norm_twice(library: &Library, plants: &mut Plants) {
    for word in [ClauseWord::Must, ClauseWord::MustNot, ClauseWord::May] {
        for (at, action) in having(library, word) {
            let rest = [ClauseWord::Frequency, ClauseWord::Deadline].map(|it| at.line(it)).concat();
            let clause = word.word().zh;
            let norm = format!("规范 另一规范{} {{\n{}  {clause}: {action}\n{rest}}}", of(at), about_under(at));
            plants.add(at, [Some(at.follow(&norm))], "the same again");
        }
    }
}

fn norm_weaker(library: &Library, plants: &mut Plants) {
    beside(library, plants, ClauseWord::Must, "鼓励");
}

fn permission_of_duty(library: &Library, plants: &mut Plants) {
    beside(library, plants, ClauseWord::Must, "可以");
}

fn norm_shadowed(library: &Library, plants: &mut Plants) {
    for (at, action) in having(library, ClauseWord::Must).filter(|it| it.0.clause(ClauseWord::When).is_none()) {
        let Some(entity) = actor_entity(library, at) else { continue };
        let Some((field, unit)) = library.whole_field(&at.page.package, entity) else { continue };
        let rest =
            [ClauseWord::From, ClauseWord::Until, ClauseWord::Frequency, ClauseWord::Deadline].map(|it| at.line(it));
        let norm = format!(
            "规范 另一规范{} {{\n{}  应当: {action}\n{}  当: {field} 超过 5 {unit}\n}}",
            of(at),
            about(at),
            rest.concat()
        );
        plants.add(at, [Some(at.follow(&norm))], format!("the same for {field} above 5 only"));
    }
}
