//! From a path on the command line to a database with everything that it needs.

mod cycles;
mod discover;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use polis_diagnostic::{
    Diagnostic, FileId, Fix, GeneralNote, HexByte, NameMessage, NameNote, PackageMessage, PackageNote, Severity, Span,
    SyntaxMessage, SyntaxNote, did_you_mean, sort_and_dedup,
};
use salsa::Durability;
use smol_str::SmolStr;

use crate::database::{Db, PolisDatabase};
use crate::inputs::{Package, SourceFile, SourceText, Workspace};
use crate::manifest::{MANIFEST_NAME, Manifest, ManifestFile, Spanned, parse_manifest, quoted};
use crate::paths;
use crate::system::System;
use discover::EXTENSION;

/// A database with what a target needs.
pub struct Loaded {
    /// The target's packages and everything that they are under or use, directly or not.
    pub db: PolisDatabase,
    /// The packages that were asked for, ordered by name.
    pub targets: Vec<Package>,
    /// The folder of the workspace; without one that of the package, or that of the files. Absolute.
    pub root: Utf8PathBuf,
    /// What is wrong with paths, manifests and packages, in the order in which findings are shown.
    ///
    /// Findings about the text of a `.pol` file are not among them, not even that it cannot be read: they change while
    /// the file is edited, and follow from the database, see [`text_diagnostic`].
    pub diagnostics: Vec<Diagnostic>,
}

/// Loads what `target` needs: a package's folder or any path within it, a workspace's folder, or `.pol` files that lie in
/// no package. A relative path starts from the current folder.
///
/// Never fails: without a target that can be read the database is empty, and the findings say why. Everything that can
/// be loaded is. The outcome does not depend on the order in which the system lists folders.
pub fn load(system: &dyn System, target: &Utf8Path) -> Loaded {
    load_into(PolisDatabase::new(), system, target)
}

/// As [`load`], into an empty database of the caller's making.
pub fn load_into(db: PolisDatabase, system: &dyn System, target: &Utf8Path) -> Loaded {
    let current = system.current_dir().unwrap_or_default();
    let target = paths::join(&current, target);
    let mut loader =
        Loader { system, current, db, manifests: BTreeMap::new(), members: BTreeMap::new(), diagnostics: Vec::new() };
    let (targets, root) = loader.target(&target);
    let Loader { db, mut diagnostics, .. } = loader;
    sort_and_dedup(&mut diagnostics, &db);
    Loaded { db, targets, root, diagnostics }
}

/// Why a file has no text or only a part of one, if that is so. Whoever shows findings about a file shows this one too:
/// to the parser such a file is just a short one, and to say nothing would be a silent pass.
pub fn text_diagnostic(db: &dyn Db, file: SourceFile) -> Option<Diagnostic> {
    text_problem(&file.text(db), file.id(db), &file.path(db))
}

fn text_problem(text: &SourceText, id: FileId, path: &str) -> Option<Diagnostic> {
    let start = Span::new(id, 0, 0);
    let path = SmolStr::new(path);
    match text {
        SourceText::Text(_) => None,
        SourceText::NotUtf8 { offset, byte, .. } => {
            // INVARIANT: longer texts are refused, so the offset fits.
            let offset = u32::try_from(*offset).unwrap_or(u32::MAX);
            let message = SyntaxMessage::NotUtf8 { offset, byte: HexByte(*byte) };
            Some(Diagnostic::new(message, Span::new(id, offset, offset)).help(SyntaxNote::SaveAsUtf8))
        }
        SourceText::Unreadable(why) if **why == *SourceText::TOO_LARGE => {
            Some(Diagnostic::new(PackageMessage::FileTooLarge { path }, start))
        }
        SourceText::Unreadable(why) => {
            Some(Diagnostic::new(PackageMessage::UnreadableFile { path, detail: (**why).into() }, start))
        }
    }
}

struct Loader<'s> {
    system: &'s dyn System,
    current: Utf8PathBuf,
    db: PolisDatabase,
    /// Every manifest that was read, by its folder: each is read once and has one number.
    manifests: BTreeMap<Utf8PathBuf, Arc<ManifestFile>>,
    /// The members of every workspace that was looked at: their folders are walked once.
    members: BTreeMap<Utf8PathBuf, Vec<Utf8PathBuf>>,
    diagnostics: Vec<Diagnostic>,
}

/// The manifests at a folder and above it.
struct Home {
    /// The nearest folder with a manifest.
    nearest: Option<Utf8PathBuf>,
    /// The nearest folder whose manifest has a `[workspace]`.
    workspace: Option<Utf8PathBuf>,
    /// Where there is no workspace: whether that may be because a manifest above is broken.
    doubtful: bool,
}

impl Loader<'_> {
    /// Loads the target; returns its packages and the root.
    fn target(&mut self, path: &Utf8Path) -> (Vec<Package>, Utf8PathBuf) {
        let parent = path.parent().unwrap_or(path);
        if self.system.is_dir(path) {
            self.folder(path)
        } else if !self.system.is_file(path) {
            self.report_missing(path);
            (Vec::new(), parent.into())
        } else if path.file_name() == Some(MANIFEST_NAME) {
            self.folder(parent)
        } else if path.extension() == Some(EXTENSION) {
            self.policy_file(path, parent)
        } else {
            let shown = self.shown(path);
            let at = self.place(path);
            let message = PackageMessage::NotPolicyFile { path: shown };
            self.diagnostics.push(Diagnostic::new(message, at).help(PackageNote::PolicyFilesEndInPol));
            (Vec::new(), parent.into())
        }
    }

    fn policy_file(&mut self, path: &Utf8Path, folder: &Utf8Path) -> (Vec<Package>, Utf8PathBuf) {
        let home = self.home(folder);
        if let Some(package) = self.package_around(&home, folder).filter(|_| !discover::is_hidden(path)) {
            return self.packages(&home, &[package]);
        }
        let name = path.file_stem().unwrap_or_default();
        (self.alone(name, folder, &[path.into()]), folder.into())
    }

    fn folder(&mut self, folder: &Utf8Path) -> (Vec<Package>, Utf8PathBuf) {
        let home = self.home(folder);
        if home.workspace.as_deref() == Some(folder) {
            let members = self.members(folder);
            if members.is_empty() {
                let path = self.shown(folder);
                let at = self.place(&folder.join(MANIFEST_NAME));
                self.diagnostics.push(Diagnostic::new(PackageMessage::EmptyWorkspace { path }, at));
            }
            if !members.iter().any(|it| it == folder) {
                self.report_stray_files(folder);
            }
            return self.packages(&home, &members);
        }
        if home.nearest.as_deref() == Some(folder) {
            return self.packages(&home, &[folder.into()]);
        }
        if let Some(workspace) = &home.workspace {
            let mut members = self.members(workspace);
            members.retain(|it| it.starts_with(folder));
            if !members.is_empty() {
                // Files may lie beside the packages: of the package around them, or of none.
                match self.package_around(&home, folder) {
                    Some(package) if !discover::policy_files(self.system, folder).files.is_empty() => {
                        members.push(package);
                    }
                    Some(_) => {}
                    None => self.report_stray_files(folder),
                }
                return self.packages(&home, &members);
            }
        }
        if let Some(package) = self.package_around(&home, folder) {
            return self.packages(&home, &[package]);
        }
        let name = folder.file_name().unwrap_or("policies");
        let files = self.policy_files(folder);
        let path = self.shown(folder);
        let left_out = !discover::folders_with_manifest(self.system, folder).is_empty();
        if left_out {
            let at = self.place(folder);
            let message = PackageMessage::PackagesLeftOut { path: path.clone() };
            let diagnostic = Diagnostic::new(message, at).help(PackageNote::CreateWorkspace);
            // With nothing else to check, nothing was: that the packages were left out is why.
            let severity = if files.is_empty() { Severity::Error } else { Severity::Warning };
            self.diagnostics.push(diagnostic.with_severity(severity));
        }
        if files.is_empty() {
            if !left_out {
                let at = self.place(folder);
                let message = PackageMessage::NoPolicyFiles { path };
                self.diagnostics.push(Diagnostic::new(message, at).help(PackageNote::PolicyFilesEndInPol));
            }
            return (Vec::new(), folder.into());
        }
        (self.alone(name, folder, &files), folder.into())
    }

    /// Files that lie in no package become one of their own.
    fn alone(&mut self, name: &str, folder: &Utf8Path, files: &[Utf8PathBuf]) -> Vec<Package> {
        let files = self.add_files(name, files);
        vec![self.db.add_package(Manifest::anonymous(name, folder), files)]
    }

    /// The package that a folder without a manifest belongs to.
    fn package_around(&mut self, home: &Home, folder: &Utf8Path) -> Option<Utf8PathBuf> {
        let nearest = home.nearest.clone()?;
        let inside = folder.strip_prefix(&nearest).ok()?;
        // What a walk through the package would not find is not part of it.
        let found = inside.components().all(|it| !discover::is_skipped(it.as_str()));
        (found && self.manifest(&nearest)?.package.is_some()).then_some(nearest)
    }

    /// Looks for manifests from a folder upwards.
    fn home(&mut self, folder: &Utf8Path) -> Home {
        let mut home = Home { nearest: None, workspace: None, doubtful: false };
        let mut broken = Vec::new();
        for folder in folder.ancestors() {
            let Some(manifest) = self.manifest(folder) else { continue };
            if manifest.workspace.is_some() {
                home.nearest.get_or_insert_with(|| folder.into());
                home.workspace = Some(folder.into());
                return home;
            }
            if home.nearest.is_some() {
                // A manifest above that is no manifest of a workspace is none of our business, unless it might be one.
                broken.extend(manifest.diagnostics.iter().filter(|_| manifest.is_broken()).cloned());
            } else {
                home.nearest = Some(folder.into());
            }
        }
        home.doubtful = !broken.is_empty();
        self.diagnostics.append(&mut broken);
        home
    }

    /// The folders of a workspace's packages, ordered by path.
    fn members(&mut self, workspace: &Utf8Path) -> Vec<Utf8PathBuf> {
        if let Some(members) = self.members.get(workspace) {
            return members.clone();
        }
        let Some(manifest) = self.manifest(workspace) else { return Vec::new() };
        let mut folders = BTreeSet::from([workspace.to_owned()]);
        match manifest.workspace.as_ref().and_then(|it| it.members.as_ref()) {
            None => self.walk_members(workspace, &mut folders),
            Some(members) => {
                for member in members {
                    let found = discover::expand(self.system, workspace, &member.value);
                    if found.is_empty() {
                        let message = PackageMessage::WorkspaceMemberNotFound { member: member.value.clone() };
                        self.diagnostics.push(Diagnostic::new(message, member.at));
                    }
                    folders.extend(found);
                }
            }
        }
        self.diagnostics.extend(manifest.diagnostics.iter().cloned());
        folders.retain(|it| self.manifest(it).is_some_and(|it| it.package.is_some()));
        let folders: Vec<Utf8PathBuf> = folders.into_iter().collect();
        self.members.insert(workspace.into(), folders.clone());
        folders
    }

    /// Every folder with a manifest below a workspace, but not those of a workspace within it.
    fn walk_members(&mut self, workspace: &Utf8Path, folders: &mut BTreeSet<Utf8PathBuf>) {
        let mut foreign: Option<Utf8PathBuf> = None;
        // Ordered by path, so whatever lies in a folder comes right after it.
        for folder in discover::folders_with_manifest(self.system, workspace) {
            if foreign.as_ref().is_some_and(|it| folder.starts_with(it)) {
                continue;
            }
            match self.manifest(&folder) {
                Some(manifest) if manifest.workspace.is_some() => foreign = Some(folder),
                Some(_) => {
                    folders.insert(folder);
                }
                None => {}
            }
        }
    }

    /// Loads packages with everything that they are under or use.
    fn packages(&mut self, home: &Home, targets: &[Utf8PathBuf]) -> (Vec<Package>, Utf8PathBuf) {
        let root = home.workspace.as_ref().or(targets.first()).or(home.nearest.as_ref()).cloned().unwrap_or_default();
        let mut folders: BTreeSet<Utf8PathBuf> = targets.iter().cloned().collect();
        if let Some(workspace) = &home.workspace {
            folders.extend(self.members(workspace));
        }
        let manifests: BTreeMap<Utf8PathBuf, Arc<ManifestFile>> =
            folders.into_iter().filter_map(|it| Some((it.clone(), self.manifest(&it)?))).collect();

        // Of packages of one name the target is meant, or else the first by path.
        let mut by_name: BTreeMap<&str, &ManifestFile> = BTreeMap::new();
        for (_, file) in manifests.iter().filter(|it| targets.contains(it.0)).chain(&manifests) {
            if let Some(manifest) = &file.package {
                by_name.entry(&manifest.name).or_insert(file);
            }
        }
        let target_names: BTreeSet<&str> = manifests
            .iter()
            .filter(|it| targets.contains(it.0))
            .filter_map(|(_, file)| Some(file.package.as_ref()?.name.as_str()))
            .collect();
        // A target that gives way to another of its name is not loaded, but what is wrong with it is reported.
        for (_, file) in manifests.iter().filter(|it| targets.contains(it.0)) {
            self.diagnostics.extend(file.diagnostics.iter().cloned());
        }
        let needed = self.closure(home, &by_name, &target_names);
        self.report_duplicates(&manifests, &needed);
        self.diagnostics.extend(cycles::cycles(&needed));

        let mut packages = Vec::new();
        for (name, manifest) in &needed {
            if let Some(file) = by_name.get(name) {
                self.diagnostics.extend(file.diagnostics.iter().cloned());
            }
            let files = self.policy_files(&manifest.folder);
            if files.is_empty() && target_names.contains(name) {
                self.report_empty(manifest);
            }
            let names_it = |other: &Manifest| {
                other.name != *name && other.under.iter().chain(&other.uses).any(|it| it.value == *name)
            };
            let mut manifest = (*manifest).clone();
            manifest.serves_others = by_name.values().filter_map(|it| it.package.as_ref()).any(names_it);
            packages.push((manifest, self.add_files(name, &files)));
        }
        let mut packages = self.db.add_packages(packages);
        packages.retain(|it| target_names.contains(it.name(&self.db).as_str()));
        (packages, root)
    }

    /// What the targets need, themselves included; reports the names that lead nowhere.
    fn closure<'m>(
        &mut self,
        home: &Home,
        by_name: &BTreeMap<&'m str, &'m ManifestFile>,
        targets: &BTreeSet<&'m str>,
    ) -> BTreeMap<&'m str, &'m Manifest> {
        let mut needed = BTreeMap::new();
        let mut open: VecDeque<&str> = targets.iter().copied().collect();
        while let Some(name) = open.pop_front() {
            let Some(file) = by_name.get(name) else { continue };
            let Some(manifest) = file.package.as_ref() else { continue };
            if needed.insert(manifest.name.as_str(), manifest).is_some() {
                continue;
            }
            for other in manifest.under.iter().chain(&manifest.uses) {
                if by_name.contains_key(other.value.as_str()) {
                    open.push_back(&other.value);
                } else if !home.doubtful && !file.is_broken() {
                    self.report_unknown(home, by_name, manifest, other);
                }
            }
        }
        needed
    }

    fn report_unknown(
        &mut self,
        home: &Home,
        by_name: &BTreeMap<&str, &ManifestFile>,
        manifest: &Manifest,
        name: &Spanned<SmolStr>,
    ) {
        let message = NameMessage::UnknownPackage { name: name.value.clone() };
        let mut diagnostic = Diagnostic::new(message, name.at);
        let others: Vec<&str> = by_name.keys().copied().filter(|it| *it != manifest.name).collect();
        if let Some(near) = did_you_mean(&name.value, others.iter().copied()) {
            let title = NameNote::DidYouMean { name: near.into() };
            diagnostic = diagnostic.fix(Fix::suggestion(title, name.at, quoted(near)));
        } else if home.workspace.is_none() {
            diagnostic = diagnostic.note(PackageNote::NoWorkspace);
        } else if (1..=MOST_LISTED).contains(&others.len()) {
            let packages = others.into_iter().map(Into::into).collect();
            diagnostic = diagnostic.note(PackageNote::PackagesAre { packages });
        }
        self.diagnostics.push(diagnostic);
    }

    /// Packages of one name, as far as the name is needed: others don't touch what is asked for.
    fn report_duplicates(
        &mut self,
        manifests: &BTreeMap<Utf8PathBuf, Arc<ManifestFile>>,
        needed: &BTreeMap<&str, &Manifest>,
    ) {
        let mut first: BTreeMap<&str, Span> = BTreeMap::new();
        for file in manifests.values() {
            let Some(manifest) = file.package.as_ref().filter(|it| needed.contains_key(it.name.as_str())) else {
                continue;
            };
            let Some(at) = manifest.name_at.or_else(|| Some(Span::new(manifest.file?, 0, 0))) else { continue };
            match first.get(manifest.name.as_str()) {
                Some(earlier) => {
                    let message = PackageMessage::DuplicatePackage { name: manifest.name.clone() };
                    self.diagnostics.push(Diagnostic::new(message, at).label(*earlier, GeneralNote::FirstHere));
                }
                None => {
                    first.insert(&manifest.name, at);
                }
            }
        }
    }

    /// Files that lie in a folder of a workspace but in none of its packages.
    fn report_stray_files(&mut self, folder: &Utf8Path) {
        let paths = self.policy_files(folder);
        for file in self.add_files("", &paths) {
            let message = PackageMessage::StrayPolicyFile { path: (*file.path(&self.db)).into() };
            let diagnostic = Diagnostic::new(message, Span::new(file.id(&self.db), 0, 0));
            self.diagnostics.push(diagnostic.help(PackageNote::CreateManifest));
        }
    }

    /// A warning: the package may have just been made, and whatever misses something in it is reported.
    fn report_empty(&mut self, manifest: &Manifest) {
        let at = manifest.name_at.or_else(|| Some(Span::new(manifest.file?, 0, 0)));
        let Some(at) = at else { return };
        let message = PackageMessage::NoPolicyFiles { path: self.shown(&manifest.folder) };
        let diagnostic = Diagnostic::new(message, at).with_severity(Severity::Warning);
        self.diagnostics.push(diagnostic.help(PackageNote::PolicyFilesEndInPol));
    }

    fn report_missing(&mut self, path: &Utf8Path) {
        let at = self.place(path);
        let mut diagnostic = Diagnostic::new(PackageMessage::PathNotFound { path: self.shown(path) }, at);
        if let (Some(parent), Some(name)) = (path.parent(), path.file_name()) {
            let siblings = self.system.read_dir(parent).unwrap_or_default();
            if let Some(near) = did_you_mean(name, siblings.iter().map(|it| it.name.as_str())) {
                let name = self.shown(&parent.join(near));
                diagnostic = diagnostic.help(NameNote::DidYouMean { name });
            }
        }
        self.diagnostics.push(diagnostic);
    }

    /// The `.pol` files of a package, ordered by path; folders that cannot be listed are reported.
    fn policy_files(&mut self, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
        let walk = discover::policy_files(self.system, folder);
        for (folder, error) in walk.unreadable {
            let message =
                PackageMessage::UnreadableFile { path: self.shown(&folder), detail: error.to_string().into() };
            let at = self.place(&folder);
            self.diagnostics.push(Diagnostic::new(message, at));
        }
        walk.files
    }

    fn add_files(&mut self, package: &str, paths: &[Utf8PathBuf]) -> Vec<SourceFile> {
        let add = |path: &Utf8PathBuf| {
            let text = SourceText::read(self.system, path);
            self.db.add_file(&paths::shown(path, &self.current), package, text, Durability::MEDIUM)
        };
        paths.iter().map(add).collect()
    }

    /// The manifest in a folder, if there is one.
    fn manifest(&mut self, folder: &Utf8Path) -> Option<Arc<ManifestFile>> {
        if let Some(manifest) = self.manifests.get(folder) {
            return Some(Arc::clone(manifest));
        }
        let path = folder.join(MANIFEST_NAME);
        if !self.system.is_file(&path) {
            return None;
        }
        let shown = self.shown(&path);
        let text = SourceText::read(self.system, &path);
        let id = self.db.next_id();
        let manifest = match text_problem(&text, id, &shown) {
            None => parse_manifest(text.text(), id, folder),
            // Called after its folder, it is found by those who name it, and what is wrong is reported once.
            Some(problem) => {
                let name = folder.file_name().unwrap_or("package");
                let package = Manifest { file: Some(id), ..Manifest::anonymous(name, folder) };
                ManifestFile { package: Some(package), workspace: None, diagnostics: vec![problem] }
            }
        };
        let package = manifest.package.as_ref().map_or("", |it| it.name.as_str());
        self.db.add_file(&shown, package, text, Durability::MEDIUM);
        let manifest = Arc::new(manifest);
        self.manifests.insert(folder.into(), Arc::clone(&manifest));
        Some(manifest)
    }

    /// A place for what has none within a file: the beginning of a path, be it a folder or nothing at all.
    fn place(&mut self, path: &Utf8Path) -> Span {
        let shown = self.shown(path);
        let file = match self.db.file_at(&shown) {
            Some(file) => file,
            None => self.db.add_file(&shown, "", SourceText::Text("".into()), Durability::MEDIUM),
        };
        Span::new(file.id(&self.db), 0, 0)
    }

    fn shown(&self, path: &Utf8Path) -> SmolStr {
        paths::shown(path, &self.current).into()
    }
}

/// More names than these are no help.
const MOST_LISTED: usize = 12;

/// What is wrong with the texts of all packages' files, see [`text_diagnostic`]; for those who check everything at once.
pub fn text_diagnostics(db: &dyn Db) -> Vec<Diagnostic> {
    let packages = Workspace::get(db).packages(db);
    let files = packages.iter().flat_map(|it| it.files(db).to_vec());
    files.filter_map(|it| text_diagnostic(db, it)).collect()
}

#[cfg(test)]
mod tests;
