//! Samples: tables of jurisdictions in CSV, JSON or Parquet, a file per entity.
//!
//! [`load_samples`] reads a folder into a [`World`]. Each file is added to the database, so that a finding has a place and
//! a renderer can show the line. The reading is in three steps: every file by itself into rows; then whatever leads from
//! one file into another (parents, references); then the world.
//!
//! **Invariant:** nothing is guessed. A cell that does not read as its field's type is an error and an unknown fact, never
//! a nearby value; the place of an error is the bytes of the cell.

mod blocks;
mod cell;
mod columns;
mod csv;
mod ids;
mod json;
mod large;
mod links;
mod number;
mod parquet;
mod rejects;
mod report;
mod table;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use camino::Utf8Path;
use polis_db::{DirEntry, PolisDatabase, RandomRead, SourceFile, SourceText, System, text_diagnostic};
use polis_diagnostic::{
    Diagnostic, FileId, NameNote, PackageMessage, SampleMessage, SampleNote, Span, did_you_mean, sort_and_dedup,
};
use polis_eval::{EntityId, Machine, World, WorldBuilder};
use salsa::Durability;
use smol_str::{SmolStr, format_smolstr};

pub(crate) use blocks::{Block, GoodRows, LargeFile, LineBlock, NotInBlocks, Reading, large_file, link_parents};
pub(crate) use columns::{Schema, Target};

pub(crate) use ids::hashed;

pub use ids::Repeated;
pub use parquet::panics_are_findings;
pub use rejects::{BadRows, Rejected};

use columns::nfc;
use report::{MOST_LISTED, suggest};
use table::{Format, Table};

/// What a folder of samples holds.
#[derive(Debug)]
pub struct Samples {
    /// The jurisdictions. Facts that could not be read are unknown, and the diagnostics say which.
    pub world: World,
    /// What is wrong, in the order in which findings are shown.
    pub diagnostics: Vec<Diagnostic>,
    /// The rows that were left out, where that is what happens to bad ones: by file, then by number.
    pub rejected: Vec<Rejected>,
    /// The files that were read, in the order of their names.
    pub files: Vec<SampleFile>,
}

/// A file of a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleFile {
    /// Its number in the database.
    pub file: FileId,
    /// Its path as it is shown.
    pub path: SmolStr,
    /// The entity whose jurisdictions it lists.
    pub entity: EntityId,
    /// How many of its rows are in the world.
    pub rows: usize,
}

/// Reads the samples in a folder.
///
/// Never fails: whatever can be read is in the world, and the findings say what is not. The outcome does not depend on the
/// order in which the system lists the folder.
pub fn load_samples(system: &dyn System, folder: &Utf8Path, db: &mut PolisDatabase, machine: &Machine) -> Samples {
    load_samples_but(system, folder, db, machine, (None, BadRows::Stop))
}

/// The same, with what happens to rows with something wrong.
pub fn load_samples_with(
    system: &dyn System,
    folder: &Utf8Path,
    db: &mut PolisDatabase,
    machine: &Machine,
    bad_rows: BadRows,
) -> Samples {
    load_samples_but(system, folder, db, machine, (None, bad_rows))
}

/// The same, but for the file of an entity.
pub(crate) fn load_samples_but(
    system: &dyn System,
    folder: &Utf8Path,
    db: &mut PolisDatabase,
    machine: &Machine,
    (left_out, bad_rows): (Option<EntityId>, BadRows),
) -> Samples {
    let mut loader = Loader { system, folder, db, machine, diagnostics: Vec::new(), misnamed: Vec::new() };
    let sources = loader.sources(left_out);
    let Loader { db, mut diagnostics, misnamed, .. } = loader;
    let db: &PolisDatabase = db;

    let texts: Vec<SourceText> = sources.iter().map(|it| it.file.text(db)).collect();
    let mut tables = Vec::new();
    for (source, text) in sources.iter().zip(&texts) {
        let Some(schema) = Schema::new(machine, source.entity) else { continue };
        let mut table = Table::new(schema, text.text(), source.file.id(db), source.format, Some(db));
        table.rejects = (bad_rows == BadRows::LeftOut).then(Vec::new);
        match text_diagnostic(db, source.file) {
            Some(problem) => table.refuse(|_| problem),
            None => match (source.format, &source.content) {
                (Format::Csv { .. }, _) => csv::read(&mut table),
                (Format::Json, _) => json::read(&mut table),
                (Format::Parquet, Some(content)) => parquet::read(&mut table, Arc::clone(content)),
                // It could not be opened, which is what its text says.
                (Format::Parquet, None) => {}
            },
        }
        table.report_missing_ids();
        tables.push(table);
    }
    rejects::prune(&mut tables);
    links::link(machine, &mut tables, &misnamed);

    let mut builder = WorldBuilder::new(machine);
    let (mut files, mut rejected) = (Vec::new(), Vec::new());
    for (source, mut table) in sources.iter().zip(tables) {
        rejected.extend(table.rejected(&source.file.path(db)));
        let (rows, findings) = table.finish();
        diagnostics.extend(findings);
        let path = SmolStr::new(&*source.file.path(db));
        files.push(SampleFile { file: source.file.id(db), path, entity: source.entity, rows: rows.len() });
        for row in rows {
            // INVARIANT: the table has seen to it that no id occurs twice, and no entity has two tables.
            let added = builder.add(source.entity, row);
            debug_assert!(added.is_ok(), "an id occurs twice");
        }
    }
    sort_and_dedup(&mut diagnostics, db);
    Samples { world: builder.build(), diagnostics, rejected, files }
}

/// A file that lists jurisdictions.
struct Source {
    file: SourceFile,
    entity: EntityId,
    format: Format,
    /// What is read where there is no text.
    content: Option<Arc<dyn RandomRead>>,
}

/// Finds the files and puts them into the database.
struct Loader<'a> {
    system: &'a dyn System,
    folder: &'a Utf8Path,
    db: &'a mut PolisDatabase,
    machine: &'a Machine,
    diagnostics: Vec<Diagnostic>,
    /// The entities that a file's misspelled name was probably meant for: that they have no sample is reported already.
    misnamed: Vec<EntityId>,
}

impl Loader<'_> {
    /// The files of the folder, one for each entity at most.
    fn sources(&mut self, left_out: Option<EntityId>) -> Vec<Source> {
        let entries = match self.system.read_dir(self.folder) {
            Ok(entries) => entries,
            Err(error) => {
                let exists = self.system.is_dir(self.folder);
                let detail = exists.then(|| error.to_string());
                self.report_folder(detail.as_deref());
                return Vec::new();
            }
        };
        let names: Vec<(&DirEntry, Format)> =
            entries.iter().filter(|it| !it.is_dir).filter_map(|it| Some((it, format(&it.name)?))).collect();
        if names.is_empty() {
            let path = self.shown(self.folder);
            let at = self.place(&path);
            let example = self.example();
            let message = SampleMessage::NoSamples { path };
            self.diagnostics.push(Diagnostic::new(message, at).help(SampleNote::NamedAfterEntities { example }));
        }
        let mut sources: Vec<Source> = Vec::new();
        for (entry, format) in names {
            let path = self.folder.join(&entry.name);
            let shown = self.shown(&path);
            let stem = nfc(path.file_stem().unwrap_or_default());
            let Some(entity) = find_entity(self.machine, &stem) else {
                self.report_unknown(&stem, &shown);
                continue;
            };
            if Some(entity) == left_out {
                continue;
            }
            if let Some(first) = sources.iter().find(|it| it.entity == entity) {
                let first = SmolStr::new(&*first.file.path(self.db));
                let entity = self.name(entity);
                let at = self.place(&shown);
                self.diagnostics.push(Diagnostic::new(SampleMessage::SampleDuplicateFile { entity, first }, at));
                continue;
            }
            let (text, content) = match format {
                Format::Csv { .. } | Format::Json => (SourceText::read(self.system, &path), None),
                Format::Parquet => match self.system.open(&path) {
                    Ok(content) => (SourceText::Text("".into()), Some(Arc::from(content))),
                    Err(error) => (SourceText::Unreadable(error.to_string().into()), None),
                },
            };
            let file = self.add(&shown, text);
            sources.push(Source { file, entity, format, content });
        }
        sources
    }

    fn name(&self, entity: EntityId) -> SmolStr {
        self.machine.entity_def(entity).map(|it| it.meta.symbol.name.clone()).unwrap_or_default()
    }

    /// A file name that would be right.
    fn example(&self) -> SmolStr {
        let name = self.machine.entity_ids().next().map(|it| self.name(it));
        format_smolstr!("{}.csv", name.as_deref().unwrap_or("社区"))
    }

    fn report_unknown(&mut self, stem: &str, shown: &SmolStr) {
        let at = self.place(shown);
        let mut diagnostic = Diagnostic::new(SampleMessage::SampleUnknownEntity { name: stem.into() }, at);
        let names = entity_names(self.machine);
        if let Some(near) = did_you_mean(stem, names.iter().copied()) {
            self.misnamed.extend(find_entity(self.machine, near));
            diagnostic = diagnostic.help(NameNote::DidYouMean { name: near.into() });
        } else if (1..=MOST_LISTED).contains(&names.len()) {
            let entities = names.into_iter().map(Into::into).collect();
            diagnostic = diagnostic.note(SampleNote::EntitiesAre { entities });
        }
        self.diagnostics.push(diagnostic);
    }

    /// The folder cannot be listed: it is none, or the system does not let us.
    fn report_folder(&mut self, detail: Option<&str>) {
        let path = self.shown(self.folder);
        let at = self.place(&path);
        let diagnostic = if let Some(detail) = detail {
            Diagnostic::new(PackageMessage::UnreadableFile { path, detail: detail.into() }, at)
        } else if self.system.is_file(self.folder) {
            let example = self.example();
            Diagnostic::new(SampleMessage::NoSamples { path }, at).help(SampleNote::NamedAfterEntities { example })
        } else {
            let mut diagnostic = Diagnostic::new(PackageMessage::PathNotFound { path }, at);
            if let (Some(parent), Some(name)) = (self.folder.parent(), self.folder.file_name()) {
                let siblings = self.system.read_dir(parent).unwrap_or_default();
                let folders = siblings.iter().filter(|it| it.is_dir).map(|it| it.name.as_str());
                if let Some(near) = suggest(name, folders) {
                    let name = self.shown(&parent.join(near));
                    diagnostic = diagnostic.help(NameNote::DidYouMean { name });
                }
            }
            diagnostic
        };
        self.diagnostics.push(diagnostic);
    }

    /// A place for what has none within a file.
    fn place(&mut self, shown: &SmolStr) -> Span {
        let file = match self.db.file_at(shown) {
            Some(file) => file,
            None => self.db.add_file(shown, "", SourceText::Text("".into()), Durability::MEDIUM),
        };
        Span::new(file.id(self.db), 0, 0)
    }

    /// Puts a file into the database, once however often it is read.
    fn add(&mut self, shown: &SmolStr, text: SourceText) -> SourceFile {
        match self.db.file_at(shown) {
            Some(file) => {
                self.db.set_text(file, text);
                file
            }
            None => self.db.add_file(shown, "", text, Durability::MEDIUM),
        }
    }

    fn shown(&self, path: &Utf8Path) -> SmolStr {
        shown(self.system, path)
    }
}

/// A path as it is shown: from the current folder where it lies below it, with `/`.
fn shown(system: &dyn System, path: &Utf8Path) -> SmolStr {
    let current = system.current_dir().unwrap_or_default();
    let path = path.strip_prefix(&current).unwrap_or(path);
    let parts: Vec<&str> = path.components().map(|it| it.as_str()).filter(|it| *it != ".").collect();
    match parts.split_first() {
        None => ".".into(),
        // The root is the only component that ends with a slash of its own.
        Some((&"/", rest)) => format_smolstr!("/{}", rest.join("/")),
        Some(_) => parts.join("/").into(),
    }
}

/// The entity of this name, title or full name; of several the nearest.
#[must_use]
pub fn find_entity(machine: &Machine, name: &str) -> Option<EntityId> {
    let all = || machine.entity_ids().filter_map(|it| Some((it, machine.entity_def(it)?)));
    all()
        .find(|(_, it)| it.meta.symbol.name == name)
        .or_else(|| all().find(|(_, it)| it.meta.title.as_deref() == Some(name)))
        .or_else(|| all().find(|(_, it)| it.meta.symbol.to_string() == name))
        .map(|(id, _)| id)
}

/// What entities are called: their names and titles.
#[must_use]
pub fn entity_names(machine: &Machine) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for entity in machine.entity_ids().filter_map(|it| machine.entity_def(it)) {
        names.push(&entity.meta.symbol.name);
        names.extend(entity.meta.title.as_deref());
    }
    names
}

/// The entity that a file of a sample is read for, by its name; `None` for what is no sample.
#[must_use]
pub fn sample_entity(machine: &Machine, file: &str) -> Option<EntityId> {
    format(file)?;
    find_entity(machine, &nfc(Utf8Path::new(file).file_stem()?))
}

/// The form of a file by its name; `None` for what is no sample.
fn format(name: &str) -> Option<Format> {
    // `~$` begins the names of the files by which office programs lock others.
    if name.starts_with('.') || name.starts_with("~$") {
        return None;
    }
    match Utf8Path::new(name).extension()? {
        it if it.eq_ignore_ascii_case("csv") => Some(Format::Csv { separator: b',' }),
        it if it.eq_ignore_ascii_case("json") => Some(Format::Json),
        it if it.eq_ignore_ascii_case("parquet") => Some(Format::Parquet),
        _ => None,
    }
}
