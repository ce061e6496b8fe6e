//! What came of norms as CSV and JSON.

use std::io::{self, Write};

use polis_diagnostic::Locale;
use polis_semantic::Symbol;
use polis_sim::{Judged, NormItem};
use polis_syntax::words::UnitWord;
use polis_value::{Date, Number};
use serde_json::{Value as Json, json};

use super::{Words, stretch_text, when, word};

impl Words<'_> {
    /// The lines of a year: a line for each outcome, and one for each period and deadline of it.
    pub(in super::super) fn csv<W: Write>(&self, year: &str, writer: &mut csv::Writer<W>) -> io::Result<()> {
        let (machine, world) = (&self.session.machine, &self.session.world);
        let times = self.pick(UnitWord::Time.word().zh, UnitWord::Time.word().en);
        for table in &self.norms.tables {
            let (entity, symbol) = (machine.entity_name(table.entity), table.symbol.to_string());
            let parent = machine.entities().get(table.entity.index()).and_then(|it| it.parent);
            for (row, verdict) in world.rows(table.entity).iter().zip(&table.rows) {
                let above = parent.and_then(|it| world.row(it, row.parent?)).map(|it| it.id.clone());
                let mut line = |result: &str, low: &str, high: &str, unit: &str, outcome: &str| {
                    let name = row.name.as_deref().unwrap_or("");
                    let above = above.as_deref().unwrap_or("");
                    writer
                        .write_record([year, &entity, &row.id, name, above, &symbol, result, low, high, unit, outcome])
                };
                let name = &table.symbol.name;
                line(name, "", "", "", word(verdict.standing, self.locale))?;
                for item in &verdict.items {
                    let result = format!("{name} {}", when(item, self.locale));
                    let figures = self.figures(item);
                    let lacks =
                        item.lacks.iter().map(|it| self.lack(it)).collect::<Vec<_>>().join(self.pick("；", "; "));
                    let said = [figures, lacks].into_iter().filter(|it| !it.is_empty());
                    let said: Vec<String> = said.collect();
                    let ids = self.ids(item).join(" ");
                    let ids = if ids.is_empty() {
                        ids
                    } else {
                        self.pick(format!("；事件 {ids}"), format!("; events {ids}"))
                    };
                    let colon = if said.is_empty() { "" } else { self.pick("：", ": ") };
                    let word = word(item.standing, self.locale);
                    let outcome = format!("{word}{colon}{}{ids}", said.join(self.pick("；", "; ")));
                    match &item.what {
                        Judged::Count { least, most, .. } => {
                            let most = most.map(|it| it.to_string()).unwrap_or_default();
                            line(&result, &least.to_string(), &most, times, &outcome)?;
                        }
                        Judged::Deadline { .. } | Judged::Nothing => line(&result, "", "", "", &outcome)?,
                    }
                }
            }
        }
        Ok(())
    }

    /// A year's outcomes for programs.
    pub(in super::super) fn json(&self) -> Json {
        let machine = &self.session.machine;
        let tables = self.norms.tables.iter().map(|table| {
            let rows = self.session.world.rows(table.entity).iter().zip(&table.rows);
            let rows: Vec<Json> = rows
                .map(|(row, verdict)| {
                    let items: Vec<Json> = verdict.items.iter().map(|it| self.item_json(it)).collect();
                    json!({ "id": row.id.as_str(), "outcome": word(verdict.standing, Locale::En), "items": items })
                })
                .collect();
            json!({
                "norm": table.symbol.to_string(),
                "entity": machine.entity_name(table.entity).as_str(),
                "rows": rows,
            })
        });
        let log = self.norms.log.as_ref().map(|it| {
            let (from, until) = it.covers;
            json!({ "entity": machine.entity_name(it.entity).as_str(), "from": from.to_string(), "until": until.to_string() })
        });
        let unjudged: Vec<String> = self.norms.unjudged.iter().map(Symbol::to_string).collect();
        let day = self.norms.as_of.map(|it| it.to_string());
        json!({ "as_of": day, "log": log, "tables": tables.collect::<Vec<_>>(), "unjudged": unjudged })
    }

    fn item_json(&self, item: &NormItem) -> Json {
        let number = |it: Option<Number>| Json::from(it.map(|it| it.to_string()));
        let day = |it: Option<Date>| Json::from(it.map(|it| it.to_string()));
        let mut object = match &item.what {
            Judged::Count { stretch, least, most, wanted } => json!({
                "period": stretch_text(stretch, self.locale),
                "from": stretch.from.to_string(),
                "until": stretch.until.to_string(),
                "low": least.to_string(),
                "high": number(*most),
                "wanted": { "low": number(wanted.0), "high": number(wanted.1) },
            }),
            Judged::Deadline { trigger, due, done, late } => json!({
                "from": day(trigger.as_ref().map(|it| it.0)),
                "due": due.to_string(),
                "done": day(*done),
                "days_late": late,
            }),
            Judged::Nothing => json!({}),
        };
        if let Some(object) = object.as_object_mut() {
            object.insert("action".into(), item.action.to_string().into());
            object.insert("outcome".into(), word(item.standing, Locale::En).into());
            object.insert("events".into(), self.ids(item).into());
            let lacks: Vec<String> = item.lacks.iter().map(|it| self.lack(it)).collect();
            object.insert("missing".into(), lacks.into());
        }
        object
    }
}
