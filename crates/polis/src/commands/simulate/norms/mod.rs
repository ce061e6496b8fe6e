//! Norms held against a log of events, for reading and for programs.

mod data;

use std::collections::BTreeMap;
use std::io::{self, Write};

use polis_diagnostic::Locale;
use polis_eval::EntityId;
use polis_report::{Teller, Told};
use polis_sim::{Fulfilment, Judged, Lack, NormItem, NormTable, NormVerdict, Norms, Stretch, Trigger};
use polis_syntax::words::UnitWord;
use polis_value::Number;

use super::tables::{self, Shown};
use crate::context::pick;
use crate::session::Session;
use crate::table::TableOptions;

/// So many breaches of a year are told one by one; the other forms of output have all.
const TOLD: usize = 20;

/// So many events, periods and missing things a line names.
const NAMED: usize = 4;

/// The word for an outcome.
pub(super) fn word(standing: Fulfilment, locale: Locale) -> &'static str {
    match standing {
        Fulfilment::NotApplicable => pick(locale, "不适用", "not applicable"),
        Fulfilment::Kept => pick(locale, "守住", "kept"),
        Fulfilment::NotDue => pick(locale, "未到期", "not due"),
        Fulfilment::Deviates => pick(locale, "偏离", "deviates"),
        Fulfilment::Unknown => pick(locale, "未知", "unknown"),
        Fulfilment::Breached => pick(locale, "违反", "breached"),
    }
}

/// An outcome with the periods and deadlines that made it.
pub(super) fn verdict_text(verdict: &NormVerdict, locale: Locale) -> String {
    let word = word(verdict.standing, locale);
    if !matches!(verdict.standing, Fulfilment::Breached | Fulfilment::Deviates) {
        return word.to_owned();
    }
    let grave = verdict.items.iter().filter(|it| it.standing == verdict.standing);
    let mut names: Vec<String> = grave.map(|it| when(it, locale)).collect();
    let more = names.len().saturating_sub(2);
    if more > 0 {
        names.truncate(2);
        names.push(pick(locale, format!("另 {more} 项"), format!("{more} more")));
    }
    pick(locale, format!("{word}：{}", names.join("、")), format!("{word}: {}", names.join(", ")))
}

/// Which period or deadline it is.
fn when(item: &NormItem, locale: Locale) -> String {
    match &item.what {
        Judged::Count { stretch, .. } => stretch_text(stretch, locale),
        Judged::Deadline { due, .. } => pick(locale, format!("{due} 到期"), format!("due {due}")),
        Judged::Nothing => item.action.name.to_string(),
    }
}

/// `2021 年第三季度`, `Q3 2021`.
fn stretch_text(stretch: &Stretch, locale: Locale) -> String {
    let (year, month) = (stretch.from.year(), stretch.from.month());
    if !stretch.is_whole() {
        return format!("{}..{}", stretch.from, stretch.until);
    }
    match stretch.unit {
        UnitWord::Year => pick(locale, format!("{year} 年"), year.to_string()),
        UnitWord::HalfYear => {
            let (zh, en) = if month < 7 { ("上半年", "first half of") } else { ("下半年", "second half of") };
            pick(locale, format!("{year} 年{zh}"), format!("{en} {year}"))
        }
        UnitWord::Quarter => {
            let quarter = (month + 2) / 3;
            let zh = ["一", "二", "三", "四"].get(usize::try_from(quarter - 1).unwrap_or(0)).copied().unwrap_or("");
            pick(locale, format!("{year} 年第{zh}季度"), format!("Q{quarter} {year}"))
        }
        UnitWord::Month => pick(locale, format!("{year} 年 {month} 月"), format!("{year}-{month:02}")),
        _ => stretch.from.to_string(),
    }
}

/// Puts what came of norms into words.
#[derive(Clone, Copy)]
pub(in crate::commands) struct Words<'s> {
    pub(in crate::commands) session: &'s Session,
    pub(in crate::commands) norms: &'s Norms,
    pub(in crate::commands) locale: Locale,
}

impl Words<'_> {
    fn pick<T>(&self, zh: T, en: T) -> T {
        pick(self.locale, zh, en)
    }

    /// How often it was done and is wanted, or by when: `0 times, at least 1 wanted`.
    pub(super) fn figures(&self, item: &NormItem) -> String {
        match &item.what {
            Judged::Count { least, most, wanted, .. } => {
                let done = match most {
                    Some(most) if most == least => self.times(*least),
                    Some(most) => self.pick(format!("{least} 至 {most} 次"), format!("{least} to {most} times")),
                    None if *least == Number::ZERO => self.pick("几次不明", "not known how often").to_owned(),
                    None => self.pick(format!("至少 {least} 次"), format!("at least {}", self.times(*least))),
                };
                let wanted = match wanted {
                    (Some(lo), Some(hi)) if lo == hi => self.pick(format!("应 {lo} 次"), format!("{lo} wanted")),
                    (Some(lo), Some(hi)) => self.pick(format!("应 {lo} 至 {hi} 次"), format!("{lo} to {hi} wanted")),
                    (Some(lo), None) => self.pick(format!("应不少于 {lo} 次"), format!("at least {lo} wanted")),
                    (None, Some(hi)) => self.pick(format!("应不超过 {hi} 次"), format!("at most {hi} allowed")),
                    (None, None) => return done,
                };
                self.pick(format!("{done}，{wanted}"), format!("{done}, {wanted}"))
            }
            Judged::Deadline { trigger, done, late, due } => {
                let begun = trigger.as_ref().map(|it| {
                    let from = it.0;
                    self.pick(format!("自 {from} 起，"), format!("from {from} on, "))
                });
                let begun = begun.unwrap_or_default();
                let done = match done {
                    Some(day) => self.pick(format!("{day} 完成"), format!("done on {day}")),
                    None => self.pick("未见完成", "not done").to_owned(),
                };
                let late = match late {
                    0 => String::new(),
                    late => self.pick(format!("，逾期 {late} 日"), format!(", {late} days late")),
                };
                self.pick(format!("{begun}{due} 到期，{done}{late}"), format!("{begun}due {due}, {done}{late}"))
            }
            Judged::Nothing => String::new(),
        }
    }

    fn times(&self, count: Number) -> String {
        let word = UnitWord::Time.english(count == Number::ONE);
        self.pick(format!("{count} 次"), format!("{count} {word}"))
    }

    /// The ids of the events that count.
    pub(super) fn ids(&self, item: &NormItem) -> Vec<String> {
        item.events.iter().map(|it| self.event_id(*it)).collect()
    }

    fn event_id(&self, row: u32) -> String {
        let row = self.norms.log.as_ref().and_then(|it| self.session.world.row(it.entity, row));
        row.map(|it| it.id.to_string()).unwrap_or_default()
    }

    /// What an item says in a line, without whose it is.
    pub(super) fn item(&self, item: &NormItem) -> String {
        let (when, word, figures) = (when(item, self.locale), word(item.standing, self.locale), self.figures(item));
        let figures = match (figures.is_empty(), &item.what) {
            (true, _) => String::new(),
            // A deadline's day has been said.
            (_, Judged::Deadline { .. }) => self.pick(format!("（{figures}）"), format!(" ({figures})")),
            _ => self.pick(format!("，{figures}"), format!(", {figures}")),
        };
        self.pick(format!("{when}：{word}{figures}"), format!("{when}: {word}{figures}"))
    }

    /// The events that count, a few by their ids.
    fn events(&self, item: &NormItem) -> String {
        let mut ids = self.ids(item);
        if ids.is_empty() {
            return String::new();
        }
        let more = ids.len().saturating_sub(NAMED);
        ids.truncate(NAMED);
        let more = if more > 0 {
            self.pick(format!(" 等 {} 条", more + NAMED), format!(" and {more} more"))
        } else {
            String::new()
        };
        self.pick(format!("；事件 {}{more}", ids.join("、")), format!("; events {}{more}", ids.join(", ")))
    }

    /// What is missing.
    pub(super) fn lack(&self, lack: &Lack) -> String {
        let log = self.norms.log.as_ref().map(|it| self.session.machine.entity_name(it.entity)).unwrap_or_default();
        match lack {
            Lack::Action(action) => {
                let name = &action.name;
                self.pick(
                    format!("`{log}` 中没有行为 `{name}` 的记录"),
                    format!("`{log}` has no event of action `{name}`"),
                )
            }
            Lack::Actor => self
                .pick(format!("`{log}` 中没有该辖区的任何记录"), format!("`{log}` has no event of the jurisdiction")),
            Lack::Outside(from, until) => {
                self.pick(format!("`{log}` 只记到 {from} 至 {until}"), format!("`{log}` covers {from} to {until} only"))
            }
            Lack::Event(row) => {
                let id = self.event_id(*row);
                self.pick(
                    format!("`{log}` 的 {id} 有空格，可能算在内"),
                    format!("`{log}` {id} has empty cells and may count"),
                )
            }
            Lack::Trigger(name) => self.pick(
                format!("没有名为 `{name}` 的事件，也没有该名称的日期字段"),
                format!("there is no event `{name}`, and no date field of that name"),
            ),
            Lack::Facts(missing) => {
                let machine = &self.session.machine;
                let said = missing.iter().map(|it| machine.describe(it, &self.session.world));
                let said: Vec<String> = said.map(|it| self.pick(it.zh.trim().to_owned(), it.en.to_string())).collect();
                if said.is_empty() {
                    self.pick("条件或频次没有结果", "its condition or frequency has no result").to_owned()
                } else {
                    said.join(self.pick("、", ", "))
                }
            }
            Lack::Open(Some(reason)) => {
                self.pick(format!("原文没有写明（{reason}）"), format!("the text leaves it open ({reason})"))
            }
            Lack::Open(None) => self.pick("原文没有写明", "the text leaves it open").to_owned(),
            Lack::Period => {
                self.pick("没有写明在多长时间内多少次", "it does not say how often in which period").to_owned()
            }
            Lack::Condition => {
                self.pick("条件说的是另一对象的事实", "its condition speaks of another entity's facts").to_owned()
            }
        }
    }

    /// What is missing for each item of a verdict, each once.
    pub(super) fn lacks(&self, verdict: &NormVerdict) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for lack in verdict.items.iter().flat_map(|it| &it.lacks) {
            let text = self.lack(lack);
            if !all.contains(&text) {
                all.push(text);
            }
        }
        all
    }

    /// How a norm came out for a jurisdiction, as a tree down to the events.
    pub(in crate::commands) fn told(&self, table: &NormTable, row: u32) -> Option<Told> {
        let verdict = table.rows.get(row as usize)?;
        let machine = &self.session.machine;
        let of = machine.name_of(table.entity, row, &self.session.world);
        let (name, value) = (&table.symbol.name, verdict_text(verdict, self.locale));
        let teller = Teller { machine, world: &self.session.world, locale: self.locale };
        let meta = machine.meta(&table.symbol);
        let steps = verdict.items.iter().map(|item| {
            let line = self.item(item);
            let trigger = match &item.what {
                Judged::Deadline { trigger: Some((_, trigger)), .. } => Some(trigger),
                _ => None,
            };
            let begun = trigger.and_then(|it| match it {
                Trigger::Event(_) => None,
                Trigger::End(unit) => {
                    let (zh, en) = (unit.word().zh, unit.english(true));
                    Some(self.pick(format!("期限自每{zh}终了起算"), format!("the time runs from the end of each {en}")))
                }
                Trigger::Fact(field) => {
                    let name = machine.field_name(table.entity, *field);
                    Some(self.pick(
                        format!("期限自字段 `{name}` 的日期起算"),
                        format!("the time runs from the date in field `{name}`"),
                    ))
                }
            });
            let lacks = item.lacks.iter().map(|it| {
                let lack = self.lack(it);
                self.pick(format!("缺少：{lack}"), format!("missing: {lack}"))
            });
            Told {
                kind: "period",
                value: word(item.standing, self.locale).to_owned(),
                line,
                details: begun.into_iter().chain(lacks).collect(),
                steps: item.events.iter().map(|it| self.event(*it)).collect(),
                ..Told::default()
            }
        });
        Some(Told {
            kind: "norm",
            name: Some(table.symbol.to_string()),
            of: Some(of.to_string()),
            line: self.pick(format!("{name}（{of}）：{value}"), format!("{name} ({of}): {value}")),
            value,
            details: meta.map(|it| self.demand(it)).into_iter().flatten().collect(),
            sources: meta.map_or_else(Vec::new, |it| teller.sources(it)),
            steps: steps.collect(),
            ..Told::default()
        })
    }

    /// The norm's own words on how often and by when.
    fn demand(&self, meta: &polis_semantic::ir::Meta) -> Vec<String> {
        let program = self.session.machine.program();
        let Some(norm) = program.norms.iter().find(|it| it.meta.symbol == meta.symbol) else { return Vec::new() };
        let quote = |span| figure_text(&self.session.machine.quote(meta, span));
        let often = norm.frequency.as_ref().map(|it| {
            let said = quote(it.span);
            self.pick(format!("频次：{said}"), format!("frequency: {said}"))
        });
        let soon = norm.deadline.as_ref().map(|it| {
            let said = quote(it.length.span);
            match &it.event {
                Some(event) => {
                    self.pick(format!("期限：自 {event} 起 {said}"), format!("deadline: {said} after {event}"))
                }
                None => self.pick(format!("期限：{said}"), format!("deadline: {said}")),
            }
        });
        often.into_iter().chain(soon).collect()
    }

    /// An event of the log.
    fn event(&self, row: u32) -> Told {
        let (machine, world) = (&self.session.machine, &self.session.world);
        let id = self.event_id(row);
        let mut cells = Vec::new();
        if let Some(log) = &self.norms.log
            && let (Some(def), Some(event)) = (machine.entity_def(log.entity), world.row(log.entity, row))
        {
            for (field, fact) in def.fields.iter().zip(&event.facts) {
                if let Some(fact) = fact {
                    cells.push(machine.show(fact, &field.ty, world, self.locale).to_string());
                }
            }
        }
        let said = cells.join(self.pick("，", ", "));
        Told {
            kind: "event",
            name: Some(id.clone()),
            value: said.clone(),
            line: self.pick(format!("事件 {id}：{said}"), format!("event {id}: {said}")),
            ..Told::default()
        }
    }

    /// Whether every outcome is unknown for the whole of a table, so that a line says it better.
    fn is_blank(table: &NormTable) -> bool {
        let blank = |it: &NormVerdict| matches!(it.standing, Fulfilment::Unknown | Fulfilment::NotApplicable);
        table.rows.iter().all(blank)
    }

    /// Writes a year's tables, its breaches one by one, and what is missing.
    pub(super) fn write(&self, color: bool, out: &mut dyn Write) -> io::Result<()> {
        let options = TableOptions { color, indent: 2, ..TableOptions::default() };
        let machine = &self.session.machine;
        if !self.norms.unjudged.is_empty() {
            let names = few(self.norms.unjudged.iter().map(|it| format!("`{}`", it.name)), self.locale);
            let line = self.pick(
                format!("样本中没有事件记录，频次和期限无从核对：{names}"),
                format!("the sample has no log of events to hold frequencies and deadlines against: {names}"),
            );
            writeln!(out, "\n{line}")?;
        }
        let Some(log) = &self.norms.log else { return Ok(()) };
        let shown: Vec<&NormTable> = self.norms.tables.iter().filter(|it| !Self::is_blank(it)).collect();
        let mut entities: Vec<EntityId> = shown.iter().map(|it| it.entity).collect();
        entities.sort();
        entities.dedup();
        for entity in entities {
            let (name, log) = (machine.entity_name(entity), machine.entity_name(log.entity));
            let columns = shown.iter().filter(|it| it.entity == entity).map(|it| self.column(it)).collect();
            let title = self.pick(format!("{name}：对照 `{log}`"), format!("{name}: held against `{log}`"));
            writeln!(out, "\n{title}")?;
            for (part, table) in tables::laid_out(self.session, entity, columns, self.locale).into_iter().enumerate() {
                if part > 0 {
                    writeln!(out)?;
                }
                table.write(out, options)?;
            }
        }
        let breaches = self.breaches();
        if !breaches.is_empty() {
            let count = breaches.len();
            writeln!(out, "\n{}", self.pick(format!("违反（{count} 项）："), format!("breached ({count}):")))?;
            for line in breaches.iter().take(TOLD) {
                writeln!(out, "  {line}")?;
            }
            if count > TOLD {
                let more = count - TOLD;
                let line = self.pick(
                    format!("  另 {more} 项，用 `--format csv` 或 `json` 查看"),
                    format!("  {more} more; `--format csv` or `json` has them all"),
                );
                writeln!(out, "{line}")?;
            }
        }
        let mut missing: Vec<(String, usize)> = self.missing().into_iter().collect();
        missing.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        if !missing.is_empty() {
            writeln!(out, "\n{}", self.pick("核对所缺：", "missing for it:"))?;
        }
        let more = missing.len().saturating_sub(TOLD);
        for (what, count) in missing.into_iter().take(TOLD) {
            let count_en = crate::commands::check::plural(count, "result");
            writeln!(
                out,
                "  {}",
                self.pick(format!("{what}（{count} 个结果未知）"), format!("{what} ({count_en} unknown)"))
            )?;
        }
        if more > 0 {
            writeln!(out, "  {}", self.pick(format!("另 {more} 项"), format!("{more} more")))?;
        }
        Ok(())
    }

    fn column(&self, table: &NormTable) -> Shown {
        let cells = table.rows.iter().map(|it| verdict_text(it, self.locale));
        Shown::new(table.symbol.name.to_string(), false, cells.chain([self.total(table)]).collect())
    }

    /// How often each outcome occurs.
    pub(super) fn total(&self, table: &NormTable) -> String {
        let mut counts: BTreeMap<Fulfilment, usize> = BTreeMap::new();
        for verdict in &table.rows {
            *counts.entry(verdict.standing).or_default() += 1;
        }
        let each = counts.iter().map(|it| format!("{} {}", word(*it.0, self.locale), it.1));
        each.collect::<Vec<_>>().join(self.pick("、", ", "))
    }

    /// Every breach: who, which norm, when, how often it was done and is wanted, which events count.
    fn breaches(&self) -> Vec<String> {
        let breached = self.items().filter(|it| it.2.standing == Fulfilment::Breached);
        let text = breached.map(|(table, row, item)| {
            let who = self.session.who(table.entity, row);
            let (name, said) = (&table.symbol.name, self.said(item));
            self.pick(format!("{who}　{name}：{said}"), format!("{who}, {name}: {said}"))
        });
        text.collect()
    }

    /// When, how often or late, and which events count.
    pub(super) fn said(&self, item: &NormItem) -> String {
        let (when, figures, events) = (when(item, self.locale), self.figures(item), self.events(item));
        match &item.what {
            Judged::Deadline { .. } => format!("{figures}{events}"),
            _ => self.pick(format!("{when} {figures}{events}"), format!("{when}, {figures}{events}")),
        }
    }

    fn items(&self) -> impl Iterator<Item = (&NormTable, u32, &NormItem)> {
        self.norms.tables.iter().flat_map(|table| {
            (0_u32..).zip(&table.rows).flat_map(move |(row, it)| it.items.iter().map(move |item| (table, row, item)))
        })
    }

    /// What is missing, and how many outcomes it leaves unknown.
    pub(super) fn missing(&self) -> BTreeMap<String, usize> {
        let mut all = BTreeMap::new();
        for verdict in self.norms.tables.iter().flat_map(|it| &it.rows) {
            for lack in self.lacks(verdict) {
                *all.entry(lack).or_default() += 1;
            }
        }
        all
    }
}

/// A frequency as people write it: `1.. times/quarter`.
fn figure_text(text: &str) -> String {
    let text = text.replace(" / ", "/");
    match text.split_once("..") {
        Some((before, after)) if after.starts_with(char::is_alphabetic) => format!("{before}.. {after}"),
        _ => text,
    }
}

/// A few of many, and how many more there are.
fn few(all: impl Iterator<Item = String>, locale: Locale) -> String {
    let all: Vec<String> = all.collect();
    let more = all.len().saturating_sub(NAMED);
    let named = all.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(pick(locale, "、", ", "));
    if more == 0 {
        named
    } else {
        pick(locale, format!("{named} 等 {} 条", more + NAMED), format!("{named} and {more} more"))
    }
}
