//! What was decided, and what was not: a clean check says how much it means.

use std::io::Write as _;

use polis_analysis::Decided;
use polis_db::Db;
use polis_diagnostic::{ColumnUnit, Files, LineIndex, Locale, Severity};
use polis_semantic::scope::scope;
use serde_json::{Map, Value, json};

use super::plural;
use crate::context::{Context, Failure};
use crate::project::{Project, Target};

/// What the analyses of several packages decided.
pub(super) struct Proved {
    decided: Decided,
    undecided: Vec<Question>,
}

/// A question that is not decided.
struct Question {
    provision: String,
    path: String,
    line: u32,
    column: u32,
    reason: polis_diagnostic::AnalysisNote,
}

impl Proved {
    /// What was decided of the packages that have a meaning.
    pub(super) fn of(project: &Project) -> Self {
        let mut proved = Self { decided: Decided::default(), undecided: Vec::new() };
        for target in project.targets() {
            let found = polis_semantic::check(target.db, &[target.package]);
            if found.iter().all(|it| it.severity < Severity::Error) {
                proved.add(target);
            }
        }
        proved.undecided.sort_by(|a, b| (&a.path, a.line, a.column).cmp(&(&b.path, b.line, b.column)));
        proved
    }

    fn add(&mut self, Target { db, package }: Target<'_>) {
        let analysis = polis_analysis::analysis(db, package);
        let Decided { norms, pairs, conditions, limits, quotas, points } = analysis.decided;
        self.decided.norms += norms;
        self.decided.pairs += pairs;
        self.decided.conditions += conditions;
        self.decided.limits += limits;
        self.decided.quotas += quotas;
        self.decided.points += points;
        for undecided in &analysis.undecided {
            let symbol = &undecided.symbol;
            let owner = polis_semantic::scope::visible(db, package).iter().find(|it| it.name(db) == symbol.package);
            let item = owner.and_then(|it| scope(db as &dyn Db, *it).get(db, &symbol.name));
            let (path, line, column) = match item {
                Some(item) => {
                    let at = polis_semantic::file_span(db, &item.name_place(db));
                    let text = Files::text(db, at.file);
                    let start = LineIndex::new(text).position(text, at.start, ColumnUnit::Char);
                    (Files::path(db, at.file).to_owned(), start.line + 1, start.column + 1)
                }
                None => (String::new(), 1, 1),
            };
            let reason = undecided.why.note();
            self.undecided.push(Question { provision: symbol.name.to_string(), path, line, column, reason });
        }
    }

    /// One line for the summary; `None` where there was nothing to decide.
    pub(super) fn line(&self, ctx: &Context<'_, '_>) -> Option<String> {
        let Decided { norms, pairs, conditions, limits, quotas, points } = self.decided;
        let open = self.undecided.len();
        if norms + conditions + limits + quotas + open == 0 {
            return None;
        }
        let norms_and_pairs = (
            norms,
            format!("规范 {norms} 条、可能相遇的 {pairs} 对"),
            format!("{} in {} that could meet", plural(norms, "norm"), plural(pairs, "pair")),
        );
        let cases = (
            conditions,
            format!("有条件的条款 {conditions} 条"),
            format!("{} with conditions", plural(conditions, "provision")),
        );
        let bounds = (limits, format!("限额 {limits} 个"), plural(limits, "limit"));
        let staff = (quotas, format!("员额 {quotas} 项"), plural(quotas, "quota"));
        let asked = (points, format!("共问 {points} 种情形"), format!("{} asked", plural(points, "point")));
        let parts = [norms_and_pairs, cases, bounds, staff, asked].into_iter().filter(|it| it.0 > 0);
        let parts: Vec<String> = parts.map(|(_, zh, en)| ctx.text(zh, en)).collect();
        let mut line = ctx.text(format!("已判定：{}", parts.join("，")), format!("proved: {}", parts.join(", ")));
        if parts.is_empty() {
            line.push_str(ctx.text("无", "nothing"));
        }
        if open > 0 {
            line.push_str(&ctx.text(
                format!("；{open} 个问题未能判定（用 `--undecided` 列出）"),
                format!("; {} not decided (`--undecided` lists them)", plural(open, "question")),
            ));
        }
        Some(line)
    }

    /// The questions that are not decided, a line each.
    pub(super) fn list(&self, ctx: &mut Context<'_, '_>) -> Result<(), Failure> {
        for Question { provision, path, line, column, reason } in &self.undecided {
            let reason = reason.clone().render(ctx.locale);
            let text = ctx.text(
                format!("{path}:{line}:{column}: 未判定 `{provision}`：{reason}"),
                format!("{path}:{line}:{column}: not decided `{provision}`: {reason}"),
            );
            writeln!(ctx.out, "{text}")?;
        }
        Ok(())
    }

    /// The same as data.
    pub(super) fn as_json(&self, locale: Locale) -> Map<String, Value> {
        let Decided { norms, pairs, conditions, limits, quotas, points } = self.decided;
        let question = |it: &Question| {
            json!({
                "provision": it.provision,
                "path": it.path,
                "line": it.line,
                "column": it.column,
                "reason": it.reason.render(locale),
            })
        };
        let mut map = Map::new();
        map.insert(
            "proved".to_owned(),
            json!({
                "norms": norms,
                "pairs": pairs,
                "conditions": conditions,
                "limits": limits,
                "quotas": quotas,
                "points": points,
            }),
        );
        map.insert("undecided".to_owned(), self.undecided.iter().map(question).collect());
        map
    }
}
