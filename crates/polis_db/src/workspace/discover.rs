//! Walks through folders. Links to folders are not followed, so every walk ends.

use std::collections::BTreeSet;
use std::io;

use camino::{Utf8Path, Utf8PathBuf};

use crate::manifest::MANIFEST_NAME;
use crate::system::System;

/// The extension of policy files.
pub(super) const EXTENSION: &str = "pol";

/// Whether a walk passes over a folder of this name: hidden ones, and those that programs fill.
pub(super) fn is_skipped(name: &str) -> bool {
    name.starts_with('.') || matches!(name, "target" | "node_modules")
}

/// Whether it is a file that a system or an editor hides, such as the lock `.#a.pol`.
pub(super) fn is_hidden(path: &Utf8Path) -> bool {
    path.file_name().is_some_and(|it| it.starts_with('.'))
}

/// What a walk through a package found.
pub(super) struct Walk {
    /// The `.pol` files, ordered by path.
    pub(super) files: Vec<Utf8PathBuf>,
    /// The folders that could not be listed, and why, ordered by path.
    pub(super) unreadable: Vec<(Utf8PathBuf, io::Error)>,
}

/// The `.pol` files below a folder, but not those of packages within it.
pub(super) fn policy_files(system: &dyn System, folder: &Utf8Path) -> Walk {
    let mut walk = Walk { files: Vec::new(), unreadable: Vec::new() };
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let entries = match system.read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                walk.unreadable.push((folder, error));
                continue;
            }
        };
        for entry in entries {
            let path = folder.join(&entry.name);
            if entry.is_dir {
                if !is_skipped(&entry.name) && !system.is_file(&path.join(MANIFEST_NAME)) {
                    open.push(path);
                }
            } else if path.extension() == Some(EXTENSION) && !is_hidden(&path) {
                walk.files.push(path);
            }
        }
    }
    walk.files.sort();
    walk.unreadable.sort_by(|a, b| a.0.cmp(&b.0));
    walk
}

/// Every folder below this one that has a manifest, at any depth, ordered by path. A folder that cannot be listed is
/// passed over: it may hold anything, and a package that is missed is reported where it is named.
pub(super) fn folders_with_manifest(system: &dyn System, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
    let mut found = below(system, folder);
    found.retain(|it| system.is_file(&it.join(MANIFEST_NAME)));
    found
}

/// The folders with a manifest that a member of a workspace means: `*` stands for any part of a name, `**` for any depth.
pub(super) fn expand(system: &dyn System, workspace: &Utf8Path, member: &str) -> Vec<Utf8PathBuf> {
    let mut folders = BTreeSet::from([workspace.to_owned()]);
    for component in member.split('/') {
        folders = match component {
            "" | "." => folders,
            ".." => folders.iter().filter_map(|it| it.parent()).map(Utf8Path::to_owned).collect(),
            "**" => folders.iter().flat_map(|it| below(system, it)).chain(folders.iter().cloned()).collect(),
            pattern if pattern.contains('*') => {
                let mut matching = BTreeSet::new();
                for folder in &folders {
                    let children = children(system, folder);
                    matching.extend(
                        children.into_iter().filter(|it| it.file_name().is_some_and(|it| matches(pattern, it))),
                    );
                }
                matching
            }
            name => folders.iter().map(|it| it.join(name)).collect(),
        };
    }
    folders.retain(|it| system.is_file(&it.join(MANIFEST_NAME)));
    folders.into_iter().collect()
}

fn below(system: &dyn System, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
    let mut found = Vec::new();
    let mut open = children(system, folder);
    while let Some(folder) = open.pop() {
        open.extend(children(system, &folder));
        found.push(folder);
    }
    found.sort();
    found
}

fn children(system: &dyn System, folder: &Utf8Path) -> Vec<Utf8PathBuf> {
    let entries = system.read_dir(folder).unwrap_or_default();
    entries.into_iter().filter(|it| it.is_dir && !is_skipped(&it.name)).map(|it| folder.join(it.name)).collect()
}

/// Whether `name` is of the form of `pattern`, in which each `*` stands for any text.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((prefix, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut name) = name.strip_prefix(prefix) else { return false };
    let (middle, suffix) = rest.rsplit_once('*').unwrap_or(("", rest));
    // The earliest place for each part leaves the most for those after it.
    for part in middle.split('*') {
        let Some((_, after)) = name.split_once(part) else { return false };
        name = after;
    }
    name.ends_with(suffix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_names() {
        for (pattern, name, expected) in [
            ("*", "长春", true),
            ("长*", "长春", true),
            ("长*", "吉林", false),
            ("*-2020", "jilin-2020", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "ac", false),
            ("a*a", "a", false),
            ("**", "x", true),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
