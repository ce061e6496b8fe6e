//! What is wrong with a file that is too large to be held: it is looked through in parts, and a finding comes with the lines
//! that it is about.

use polis_db::{PolisDatabase, System};
use polis_diagnostic::{
    Diagnostic, FileId, GeneralNote, HexByte, LineIndex, SampleMessage, SampleNote, Span, SyntaxMessage, SyntaxNote,
};
use polis_eval::{EntityId, Machine, World};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::{SmolStr, format_smolstr};

use super::blocks::{HERE, LargeFile, NotInBlocks, Part, PartLines, Reading};
use super::ids::{Repeated, hashed};
use super::links::{about_parents, more, orphan};
use super::rejects::BadRows;
use super::report::{MOST_KEPT, clip};

/// Some lines of a file, with how many stand before them.
#[derive(Debug, Clone)]
struct Window {
    text: String,
    before: u32,
}

/// A finding, and the lines of its places: as many as it has places in the file, the primary one's first.
#[derive(Debug)]
struct Found {
    diagnostic: Diagnostic,
    windows: Vec<Window>,
}

#[derive(Debug, Default)]
struct Findings {
    found: Vec<Found>,
    more: u64,
}

impl Findings {
    fn push(&mut self, found: impl FnOnce() -> Found) {
        if self.found.len() < MOST_KEPT { self.found.push(found()) } else { self.more += 1 }
    }
}

/// The rows with a parent that is not there.
struct Lost {
    rows: u64,
    /// The first of them, and the parent.
    first: Option<(Found, SmolStr)>,
}

impl LargeFile {
    /// What is wrong with a file of lines, with the places; nothing if all is well. The other files of the sample are in
    /// `world`.
    pub(crate) fn findings(
        &self,
        system: &dyn System,
        db: &mut PolisDatabase,
        (machine, world): (&Machine, &World),
        bad_rows: BadRows,
    ) -> Vec<Diagnostic> {
        let path = self.shown(system);
        let found = self.look_through(system, db, (machine, world), bad_rows).unwrap_or_default();
        let mut placed: Vec<Diagnostic> = Vec::new();
        for Found { diagnostic, windows } in found.found {
            let parts: Vec<FileId> = windows.iter().map(|it| db.add_part(&path, &it.text, it.before)).collect();
            placed.push(in_parts(diagnostic, &parts));
        }
        if found.more > 0 {
            let at = placed.last().map_or(Span::new(HERE, 0, 0), |it| it.primary.at);
            placed.push(Diagnostic::new(SampleMessage::SampleMoreErrors { count: found.more }, at));
        }
        placed
    }

    fn look_through(
        &self,
        system: &dyn System,
        db: &PolisDatabase,
        (machine, world): (&Machine, &World),
        bad_rows: BadRows,
    ) -> Result<Findings, NotInBlocks> {
        let nothing = Repeated::default();
        let reading = Reading { bad_rows, repeated: &nothing, places: None };
        let mut findings = Findings::default();
        let mut broken = None;
        let mut lost: Vec<Lost> = Vec::new();
        let mut lost_at: FxHashMap<u64, usize> = FxHashMap::default();
        let parent = machine.entities().get(self.entity.index()).and_then(|it| it.parent);
        let mut is_first = true;
        self.walk((system, machine, Some(db)), reading, &mut |part| {
            if let Some(PartLines { bad_byte: Some((offset, byte)), .. }) = part.lines {
                broken = Some(not_utf8(&part, (offset, byte)));
                return Ok(());
            }
            let (kept, more) = part.table.report.take();
            for diagnostic in kept {
                // What is wrong with the heading is so in every part.
                if is_first || !part.is_of_heading(diagnostic.primary.at) {
                    findings.push(|| part.found(diagnostic));
                }
            }
            findings.more += more;
            is_first = false;
            if let Some(parent) = parent.filter(|_| bad_rows == BadRows::Stop) {
                for position in 0..part.table.parents.len() {
                    let Some(id) = part.table.parents.get(position).cloned() else { continue };
                    let Some(place) = id.first.filter(|_| world.find(parent, &id.id).is_none()) else { continue };
                    let all = lost.len();
                    let known = *lost_at.entry(hashed(&id.id)).or_insert(all);
                    if let Some(lost) = lost.get_mut(known) {
                        lost.rows += id.rows;
                    } else {
                        let first =
                            (all < MOST_KEPT).then(|| (part.found(orphan(part.table, place, &id.id)), id.id.clone()));
                        lost.push(Lost { rows: id.rows, first });
                    }
                }
            }
            Ok(())
        })?;
        if let Some(broken) = broken {
            // In a file that is no text nothing else can be relied on.
            return Ok(Findings { found: vec![broken], more: 0 });
        }
        if bad_rows == BadRows::Stop {
            self.twice((system, machine), reading, &mut findings)?;
        }
        if let Some(parent) = parent {
            orphans(machine, (world, parent), lost, &mut findings);
        }
        Ok(findings)
    }

    /// Ids that occur again.
    fn twice(
        &self,
        (system, machine): (&dyn System, &Machine),
        reading: Reading<'_>,
        findings: &mut Findings,
    ) -> Result<(), NotInBlocks> {
        let suspects: FxHashSet<u64> = self.suspects((system, machine), reading)?;
        if suspects.is_empty() {
            return Ok(());
        }
        let mut first: FxHashMap<SmolStr, (u64, Option<(Window, Span)>)> = FxHashMap::default();
        self.walk((system, machine, None), reading, &mut |part| {
            let table = &*part.table;
            for (row, start, number) in table.origins().filter(|it| suspects.contains(&hashed(&it.0.id))) {
                let place = || table.report.at(table.id_place(start));
                let Some((first_row, earlier)) = first.get(&row.id) else {
                    let window = part.window(place());
                    first.insert(row.id.clone(), (number, window));
                    continue;
                };
                findings.push(|| {
                    let message = SampleMessage::SampleDuplicateId { id: clip(&row.id), first_row: *first_row };
                    let mut found = part.found(Diagnostic::new(message, place()));
                    if let Some((window, at)) = earlier {
                        let at = Span::new(FileId(HERE.0 - 1), at.start, at.end);
                        found.diagnostic = found.diagnostic.label(at, GeneralNote::FirstHere);
                        found.windows.push(window.clone());
                    }
                    found
                });
            }
            Ok(())
        })
    }
}

/// Rows whose parents are not there, as they are told of a file that is held.
fn orphans(machine: &Machine, (world, parent): (&World, EntityId), lost: Vec<Lost>, findings: &mut Findings) {
    let Some(name) = machine.entity_def(parent).map(|it| it.meta.symbol.name.clone()) else { return };
    if world.rows(parent).is_empty() {
        let rows = lost.iter().map(|it| it.rows).sum();
        if let Some((mut found, _)) = lost.into_iter().next().and_then(|it| it.first) {
            found.diagnostic = more(found.diagnostic, rows)
                .note(SampleNote::NoSampleOf { entity: name.clone() })
                .help(SampleNote::AddSample { file: format_smolstr!("{name}.csv") });
            findings.push(|| found);
        }
        return;
    }
    let ids = || world.rows(parent).iter().map(|it| it.id.as_str());
    for Lost { rows, first } in lost {
        let Some((mut found, id)) = first else {
            findings.more += 1;
            continue;
        };
        findings.push(|| {
            found.diagnostic = about_parents(more(found.diagnostic, rows), &id, &name, ids);
            found
        });
    }
}

fn not_utf8(part: &Part<'_, '_>, (offset, byte): (u64, u8)) -> Found {
    let end = part.lines.map_or(0, |it| it.text.len());
    let message = SyntaxMessage::NotUtf8 { offset: u32::try_from(offset).unwrap_or(u32::MAX), byte: HexByte(byte) };
    let at = part.table.report.at(end..end);
    part.found(Diagnostic::new(message, at).help(SyntaxNote::SaveAsUtf8))
}

impl Part<'_, '_> {
    /// Whether these bytes are of the heading.
    fn is_of_heading(&self, at: Span) -> bool {
        match self.lines {
            Some(lines) => (at.start as usize) < lines.heading,
            // The headings of Parquet are read once.
            None => false,
        }
    }

    /// A finding with its lines, in which its places then are.
    fn found(&self, diagnostic: Diagnostic) -> Found {
        let Some((window, at)) = self.window(diagnostic.primary.at) else {
            return Found { diagnostic, windows: vec![Window { text: String::new(), before: 0 }] };
        };
        let from = diagnostic.primary.at.start - at.start;
        let length = window.text.len();
        let mut diagnostic = diagnostic;
        diagnostic.labels.retain(|it| {
            let (start, end) = (it.at.start.checked_sub(from), it.at.end.checked_sub(from));
            it.at.file != HERE || start.zip(end).is_some_and(|it| it.1 as usize <= length)
        });
        let moved = |it: Span| {
            if it.file == HERE { Span::new(HERE, it.start - from.min(it.start), it.end - from.min(it.end)) } else { it }
        };
        Found { diagnostic: diagnostic.map_location(moved), windows: vec![window] }
    }

    /// The lines of a place, and the place within them; `None` for a file without lines.
    fn window(&self, at: Span) -> Option<(Window, Span)> {
        let PartLines { text, heading, before: (before_heading, before), .. } = self.lines?;
        let index = LineIndex::new(text);
        let (first, last) = (index.line(at.start), index.line(at.end.max(at.start)));
        let start = index.line_start(first)?;
        let end = index.line_range(text, last).end;
        let lines = text.get(start as usize..end as usize)?.to_owned();
        let of_heading = index.line(u32::try_from(heading).unwrap_or(u32::MAX));
        let before = match first.checked_sub(of_heading) {
            Some(line) => before.saturating_add(line),
            None => before_heading.saturating_add(first),
        };
        Some((Window { text: lines, before }, Span::new(at.file, at.start - start, at.end - start)))
    }
}

/// Leads the places of a finding to the parts of the file that show them.
fn in_parts(diagnostic: Diagnostic, parts: &[FileId]) -> Diagnostic {
    let part = |file: FileId| parts.get((HERE.0 - file.0) as usize).copied();
    diagnostic.map_location(|it| part(it.file).map_or(it, |file| Span::new(file, it.start, it.end)))
}
