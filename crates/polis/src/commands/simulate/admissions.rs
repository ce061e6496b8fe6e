//! Which matters are admitted, and why others are not: for reading and for programs.

use std::collections::BTreeMap;
use std::io::{self, Write};

use polis_diagnostic::Locale;
use polis_semantic::Symbol;
use polis_semantic::ir::Ground;
use polis_sim::{Admissions, Admitted, Decision};
use serde_json::{Value as Json, json};

use super::in_force::{few, short};
use crate::context::pick;
use crate::session::Session;
use crate::table::{Column, Table, TableOptions};

/// The word for a decision.
pub(super) fn word(outcome: Admitted, locale: Locale) -> &'static str {
    match outcome {
        Admitted::Yes => pick(locale, "准入", "admitted"),
        Admitted::NotNeeded => pick(locale, "不必准入", "no admission needed"),
        Admitted::No => pick(locale, "不准入", "refused"),
        Admitted::Unknown => pick(locale, "未知", "unknown"),
    }
}

/// Why a matter is refused, or what is not known of it.
pub(in crate::commands) fn reasons(all: &Admissions, decision: &Decision, locale: Locale) -> Vec<String> {
    if decision.outcome == Admitted::Unknown && decision.grounds.is_empty() {
        let reason =
            pick(locale, "是否适用本条，或所据的内容，未知", "whether it applies, or what it goes by, is unknown");
        return vec![reason.to_owned()];
    }
    let known = decision.outcome == Admitted::No;
    let grounds = decision.grounds.iter().filter_map(|it| all.grounds.get(*it));
    grounds.map(|it| reason(it, known, locale)).collect()
}

/// That the matter is on a list, say; where it is not known, whether it is.
fn reason(ground: &Ground, known: bool, locale: Locale) -> String {
    let names = |all: &[Symbol]| {
        let named = all.iter().map(|it| format!("`{}`", it.name));
        named.collect::<Vec<_>>().join(pick(locale, "、", ", "))
    };
    match (ground, known) {
        (Ground::NotListed(list), _) => {
            let list = names(std::slice::from_ref(list));
            let (zh, en) = if known {
                (format!("列入 {list}"), format!("on {list}"))
            } else {
                (format!("是否列入 {list}，未知"), format!("not known whether it is on {list}"))
            };
            pick(locale, zh, en)
        }
        (Ground::Granted { lists, approvers }, _) => {
            let (zh, en) = match (lists.is_empty(), approvers.is_empty()) {
                (false, true) => (format!("列入 {}", names(lists)), format!("on {}", names(lists))),
                (true, _) => (format!("经 {} 批准", names(approvers)), format!("approved by {}", names(approvers))),
                (false, false) => (
                    format!("列入 {}，或经 {} 批准", names(lists), names(approvers)),
                    format!("on {} or approved by {}", names(lists), names(approvers)),
                ),
            };
            let (zh, en) = if known && !lists.is_empty() && !approvers.is_empty() {
                (
                    format!("未列入 {}，也未经 {} 批准", names(lists), names(approvers)),
                    format!("neither on {} nor approved by {}", names(lists), names(approvers)),
                )
            } else if known {
                (format!("未{zh}"), format!("not {en}"))
            } else {
                (format!("是否{zh}，未知"), format!("not known whether {en}"))
            };
            pick(locale, zh, en)
        }
        (Ground::Condition(name), true) => {
            pick(locale, format!("条件 `{name}` 不成立"), format!("condition `{name}` does not hold"))
        }
        (Ground::Condition(name), false) => {
            pick(locale, format!("条件 `{name}` 是否成立，未知"), format!("not known whether condition `{name}` holds"))
        }
    }
}

/// Writes how many matters come out how, and for each reason which ones.
pub(super) fn write(
    session: &Session,
    all: &[Admissions],
    locale: Locale,
    color: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    for admissions in all {
        let mut counts: BTreeMap<Admitted, usize> = BTreeMap::new();
        // By reason, in the order in which they first come up.
        let mut lines: Vec<(Admitted, String, Vec<String>)> = Vec::new();
        for (decision, row) in admissions.rows.iter().zip(0_u32..) {
            *counts.entry(decision.outcome).or_default() += 1;
            for reason in reasons(admissions, decision, locale) {
                let found = lines.iter_mut().find(|it| it.0 == decision.outcome && it.1 == reason);
                let who = session.who(admissions.entity, row);
                match found {
                    Some(line) => line.2.push(who),
                    None => lines.push((decision.outcome, reason, vec![who])),
                }
            }
        }
        lines.sort_by(|a, b| a.0.cmp(&b.0).then(b.2.len().cmp(&a.2.len())));
        let each = counts.iter().map(|it| format!("{} {}", word(*it.0, locale), it.1));
        let each = each.collect::<Vec<_>>().join(pick(locale, "、", ", "));
        let name = short(session, &admissions.symbol);
        writeln!(out, "\n{}", pick(locale, format!("{name}：{each}"), format!("{name}: {each}")))?;
        if lines.is_empty() {
            continue;
        }
        let head = |zh, en| Column::left(pick(locale, zh, en));
        let mut table = Table::new([
            head("结论", "decision"),
            head("理由", "reason"),
            Column::right(pick(locale, "项数", "count")),
            head("事项", "matters"),
        ]);
        for (outcome, reason, matters) in &lines {
            table.row([word(*outcome, locale), reason, &matters.len().to_string(), &few(matters, locale)]);
        }
        table.write(out, TableOptions { color, indent: 2, ..TableOptions::default() })?;
    }
    Ok(())
}

/// Every decision with its reasons, for programs.
pub(super) fn json(session: &Session, all: &[Admissions], locale: Locale) -> Json {
    let each = all.iter().map(|admissions| {
        let rows = session.world.rows(admissions.entity).iter().zip(&admissions.rows).map(|(row, decision)| {
            json!({
                "id": row.id.as_str(),
                "outcome": word(decision.outcome, Locale::En),
                "reasons": reasons(admissions, decision, locale),
            })
        });
        json!({
            "admission": admissions.symbol.to_string(),
            "entity": session.machine.entity_name(admissions.entity).as_str(),
            "rows": rows.collect::<Vec<_>>(),
        })
    });
    each.collect::<Vec<_>>().into()
}
