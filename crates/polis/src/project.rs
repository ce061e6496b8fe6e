//! What the paths of a call lead to: one or several loads, seen as one.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use polis_db::{Loaded, Package, PolisDatabase, SourceFile, SourceText, System, load, paths};
use polis_diagnostic::{
    Diagnostic, FileId, Files, Message, PackageMessage, SourceMessage, Span, SyntaxMessage, sort_and_dedup,
};
use smol_str::SmolStr;

/// What the paths of a call lead to.
///
/// Each path is loaded by itself, with the workspace that it lies in: a database holds one workspace, and two paths may
/// lie in two. Where a path names a file of a package that is loaded already, that load serves it.
pub(crate) struct Project {
    loads: Vec<Load>,
}

struct Load {
    loaded: Loaded,
    /// The paths that this load serves, absolute.
    asked: Vec<Utf8PathBuf>,
    /// The files of its targets, absolute.
    files: BTreeSet<Utf8PathBuf>,
}

/// A package of a project with the database that it lies in.
#[derive(Clone, Copy)]
pub(crate) struct Target<'p> {
    /// The database.
    pub(crate) db: &'p PolisDatabase,
    /// The package.
    pub(crate) package: Package,
}

/// A file of a project.
#[derive(Clone, Copy)]
pub(crate) struct TargetFile<'p> {
    /// The database.
    pub(crate) db: &'p PolisDatabase,
    /// The package that it belongs to.
    pub(crate) package: Package,
    /// The file.
    pub(crate) file: SourceFile,
}

/// Findings over several databases, in the order in which they are shown.
pub(crate) struct Findings<'p> {
    /// The findings.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The files that they speak of.
    pub(crate) files: ProjectFiles<'p>,
}

impl Project {
    /// Loads what each path needs.
    pub(crate) fn load(system: &dyn System, paths: &[Utf8PathBuf]) -> Self {
        let current = system.current_dir().unwrap_or_default();
        let mut loads: Vec<Load> = Vec::new();
        for path in paths {
            let absolute = paths::join(&current, path);
            if let Some(load) = loads.iter_mut().find(|it| it.files.contains(&absolute)) {
                load.asked.push(absolute);
            } else {
                loads.push(Load::new(load(system, path), absolute, &current));
            }
        }
        Self { loads }
    }

    /// Sets the text of the file that is shown by this path, wherever it is loaded.
    pub(crate) fn set_text(&mut self, path: &str, text: &str) {
        for load in &mut self.loads {
            let db = &mut load.loaded.db;
            if let Some(file) = db.file_at(path) {
                db.set_text(file, SourceText::Text(text.into()));
            }
        }
    }

    /// The packages that the paths lead to, each once, by name.
    pub(crate) fn targets(&self) -> Vec<Target<'_>> {
        let mut found: BTreeMap<(SmolStr, Utf8PathBuf), Target<'_>> = BTreeMap::new();
        for load in &self.loads {
            let db = &load.loaded.db;
            for package in &load.loaded.targets {
                let key = (package.name(db), package.manifest(db).folder.clone());
                found.entry(key).or_insert(Target { db, package: *package });
            }
        }
        found.into_values().collect()
    }

    /// The files that the paths name or hold, each once, by path. This is less than the targets' files: a path within a
    /// package leads to the whole package, but only what lies at or below the path is meant.
    pub(crate) fn files(&self, system: &dyn System) -> Vec<TargetFile<'_>> {
        let current = system.current_dir().unwrap_or_default();
        let mut found: BTreeMap<Utf8PathBuf, TargetFile<'_>> = BTreeMap::new();
        for load in &self.loads {
            let db = &load.loaded.db;
            for package in &load.loaded.targets {
                for file in package.files(db).iter() {
                    let path = paths::join(&current, Utf8Path::new(&*file.path(db)));
                    if load.asked.iter().any(|it| is_within(&path, it)) {
                        found.entry(path).or_insert(TargetFile { db, package: *package, file: *file });
                    }
                }
            }
        }
        found.into_values().collect()
    }

    /// Whatever is wrong: with paths, manifests and packages, and what `check` finds in a package and wants reported.
    pub(crate) fn findings(&self, check: impl Fn(Target<'_>) -> Vec<Diagnostic>) -> Findings<'_> {
        let mut files = ProjectFiles::default();
        let mut diagnostics = Vec::new();
        let targets = self.targets();
        for load in &self.loads {
            let db = &load.loaded.db;
            let mut found: Vec<Diagnostic> =
                load.loaded.diagnostics.iter().filter_map(|it| at_level(db, it.clone())).collect();
            for target in targets.iter().filter(|it| std::ptr::eq(it.db, db)) {
                found.extend(check(*target));
            }
            diagnostics.extend(found.into_iter().map(|it| it.map_location(|at| files.span(db, at))));
        }
        sort_and_dedup(&mut diagnostics, &files);
        Findings { diagnostics, files }
    }
}

impl Load {
    fn new(loaded: Loaded, asked: Utf8PathBuf, current: &Utf8Path) -> Self {
        let db = &loaded.db;
        let files = loaded.targets.iter().flat_map(|it| it.files(db).to_vec());
        let files = files.map(|it| paths::join(current, Utf8Path::new(&*it.path(db)))).collect();
        Self { loaded, asked: vec![asked], files }
    }
}

/// Whether a finding says that something the call names cannot be read, or is not what the call takes.
pub(crate) fn is_about_input(message: &Message) -> bool {
    matches!(
        message,
        Message::Syntax(SyntaxMessage::NotUtf8 { .. })
            | Message::Source(SourceMessage::RegisterMalformed { .. } | SourceMessage::RegisterDuplicateRow { .. })
            | Message::Package(
                PackageMessage::PathNotFound { .. }
                    | PackageMessage::NotPolicyFile { .. }
                    | PackageMessage::NoPolicyFiles { .. }
                    | PackageMessage::EmptyWorkspace { .. }
                    | PackageMessage::UnreadableFile { .. }
                    | PackageMessage::FileTooLarge { .. }
                    | PackageMessage::StrayPolicyFile { .. }
                    | PackageMessage::PackagesLeftOut { .. }
            )
    )
}

/// The finding at the level that the `[lints]` of its file's package want.
fn at_level(db: &PolisDatabase, diagnostic: Diagnostic) -> Option<Diagnostic> {
    let package = db.file(diagnostic.primary.at.file).and_then(|it| db.package(&it.package(db)));
    match package {
        Some(package) => polis_analysis::at_level(&package.manifest(db), diagnostic),
        None => Some(diagnostic),
    }
}

/// The files of several databases under one numbering: a path has one number, whichever database it comes from.
#[derive(Default)]
pub(crate) struct ProjectFiles<'p> {
    files: Vec<(&'p PolisDatabase, FileId)>,
    by_path: BTreeMap<&'p str, FileId>,
}

impl<'p> ProjectFiles<'p> {
    /// The place under this numbering.
    pub(crate) fn span(&mut self, db: &'p PolisDatabase, at: Span) -> Span {
        let files = &mut self.files;
        let id = *self.by_path.entry(Files::path(db, at.file)).or_insert_with(|| {
            files.push((db, at.file));
            // INVARIANT: there is no memory for as many files as would not fit.
            FileId(u32::try_from(files.len() - 1).unwrap_or(u32::MAX))
        });
        Span::new(id, at.start, at.end)
    }
}

impl Files for ProjectFiles<'_> {
    fn path(&self, file: FileId) -> &str {
        self.files.get(file.0 as usize).map_or("?", |(db, id)| Files::path(*db, *id))
    }

    fn text(&self, file: FileId) -> &str {
        self.files.get(file.0 as usize).map_or("", |(db, id)| Files::text(*db, *id))
    }
}

/// The packages, files and provisions of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Extent {
    /// The packages.
    pub(crate) packages: usize,
    /// The `.pol` files.
    pub(crate) files: usize,
    /// The blocks at the top of files, without tests.
    pub(crate) provisions: usize,
}

impl Extent {
    /// Counts.
    pub(crate) fn of(targets: &[Target<'_>]) -> Self {
        let mut extent = Self { packages: targets.len(), ..Self::default() };
        for Target { db, package } in targets {
            for file in package.files(*db).iter() {
                extent.files += 1;
                let items = polis_semantic::items::file_items(*db, *file).iter().map(|it| it.kind(*db));
                extent.provisions +=
                    items.filter(|it| it.is_some_and(|it| it != polis_syntax::words::Kind::Test)).count();
            }
        }
        extent
    }
}

/// Whether a file is meant by a path: it is the file, or lies in the folder, or in the folder of the manifest.
fn is_within(file: &Utf8Path, asked: &Utf8Path) -> bool {
    let folder =
        if asked.file_name() == Some(polis_db::MANIFEST_NAME) { asked.parent().unwrap_or(asked) } else { asked };
    file.starts_with(folder)
}

/// The names of the targets' packages.
pub(crate) fn names(targets: &[Target<'_>]) -> BTreeSet<SmolStr> {
    targets.iter().map(|it| it.package.name(it.db)).collect()
}
