//! A year for programs: as a document of its own, and as lines of CSV.

use std::io::{self, Write};

use polis_diagnostic::Locale;
use polis_eval::EntityId;
use polis_semantic::Type;
use polis_sim::{Due, Rated, Simulation, ends};
use polis_syntax::words::Face;
use polis_value::Value;
use serde_json::{Value as Json, json};

use super::{grade_text, rated_title};
use crate::commands::simulate::{data, prefixed_csv};
use crate::context::pick;
use crate::session::Session;

/// A year as a document of its own, with what became of ratings.
pub(super) fn year_json(session: &Session, year: i16, results: &Simulation, ratings: &[Rated], locale: Locale) -> Json {
    let mut document = data::json(session, results, locale);
    let grade = |it: Option<&Value>| match it {
        Some(Value::Number(number)) => Json::from(number.to_string()),
        Some(other) => Json::from(other.to_string()),
        None => Json::Null,
    };
    let ratings: Vec<Json> = ratings
        .iter()
        .map(|it| {
            let rows: Vec<Json> = ids(session, it.entity)
                .zip(it.before.iter().zip(&it.after))
                .map(|(id, (before, after))| {
                    json!({ "id": id, "before": grade(before.as_ref()), "after": grade(after.as_ref()) })
                })
                .collect();
            json!({
                "rating": it.symbol.to_string(),
                "entity": session.machine.entity_name(it.entity).as_str(),
                "due": match it.due {
                    Due::Rating => Some("rating"),
                    Due::Review => Some("review"),
                    Due::Nothing => None,
                },
                "rows": rows,
            })
        })
        .collect();
    if let Some(document) = document.as_object_mut() {
        for name in ["package", "sample"] {
            document.remove(name);
        }
        document.insert("year".into(), year.into());
        document.insert("ratings".into(), ratings.into());
    }
    document
}

fn ids(session: &Session, entity: EntityId) -> impl Iterator<Item = &str> {
    session.world.rows(entity).iter().map(|it| it.id.as_str())
}

/// The lines of a year, each beginning with it; the head comes with the first.
pub(super) fn csv(
    session: &Session,
    (index, year): (usize, i16),
    results: &Simulation,
    ratings: &[Rated],
    locale: Locale,
    out: &mut dyn Write,
) -> io::Result<()> {
    let head = (index == 0).then(|| vec![pick(locale, "年度", "year").to_owned()]);
    let year = year.to_string();
    prefixed_csv(session, results, head.as_deref(), std::slice::from_ref(&year), locale, out)?;
    let mut writer = csv::Writer::from_writer(&mut *out);
    for rated in ratings.iter().filter(|it| it.due != Due::Nothing) {
        let face = pick(locale, Face::Zh, Face::En);
        let unit = match &rated.ty {
            Type::Number(number) if !number.dim.is_none() => number.dim.unit(face, false),
            _ => smol_str::SmolStr::default(),
        };
        let parent = session.machine.entities().get(rated.entity.index()).and_then(|it| it.parent);
        for (row, grade) in session.world.rows(rated.entity).iter().zip(&rated.after) {
            let above = parent.and_then(|it| session.world.row(it, row.parent?)).map(|it| it.id.clone());
            let range = grade.as_ref().and_then(ends);
            let end = |it: Option<polis_value::Number>| it.map(|it| it.to_string()).unwrap_or_default();
            let outcome = match range {
                Some(_) => String::new(),
                None => grade_text(session, rated, grade.as_ref(), locale),
            };
            writer.write_record([
                year.as_str(),
                session.machine.entity_name(rated.entity).as_str(),
                &row.id,
                row.name.as_deref().unwrap_or(""),
                above.as_deref().unwrap_or(""),
                &rated.symbol.to_string(),
                &rated_title(rated, locale),
                &end(range.and_then(|it| it.lo())),
                &end(range.and_then(|it| it.hi())),
                &unit,
                &outcome,
            ])?;
        }
    }
    writer.flush()
}
