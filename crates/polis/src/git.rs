//! Folders as they were at a Git revision, read from the repository's objects. Nothing is written, no hook or program runs.

use camino::{Utf8Path, Utf8PathBuf};
use git2::{ObjectType, Repository, StatusOptions, TreeWalkMode, TreeWalkResult};
use polis_db::{MemorySystem, System as _};

use crate::context::{Context, Failure};

/// The policies of a revision, as a disk in memory.
pub(crate) struct Tree {
    /// All policies and manifests of the revision, under the repository's own folder.
    pub(crate) system: MemorySystem,
    /// Where the path that was asked for lies in it.
    pub(crate) path: Utf8PathBuf,
    /// Whether the working tree has policies that differ from the last revision.
    pub(crate) dirty: bool,
}

/// Reads a revision of the repository that the current folder lies in. `path` is taken from the current folder where it
/// begins with a dot, else from the repository's root, else from the current folder.
pub(crate) fn tree(revision: &str, path: &Utf8Path, ctx: &Context<'_, '_>) -> Result<Tree, Failure> {
    let current = ctx.system.current_dir().unwrap_or_default();
    let repository = Repository::discover(current.as_std_path()).map_err(|_| {
        ctx.usage(
            format!("`{revision}:{path}` 是 Git 版本，但当前文件夹不在 Git 仓库中"),
            format!("`{revision}:{path}` is a Git revision, but the current folder lies in no Git repository"),
        )
    })?;
    let tree = repository.revparse_single(revision).and_then(|it| it.peel_to_tree()).map_err(|error| {
        let why = error.message();
        ctx.usage(
            format!("仓库中没有版本 `{revision}`：{why}"),
            format!("the repository has no revision `{revision}`: {why}"),
        )
    })?;
    let mut system = MemorySystem::new();
    let mut files: Vec<(String, git2::Oid)> = Vec::new();
    tree.walk(TreeWalkMode::PreOrder, |folder, entry| {
        if entry.kind() == Some(ObjectType::Blob)
            && let Some(name) = entry.name()
            && is_policy(name)
        {
            files.push((format!("/{folder}{name}"), entry.id()));
        }
        TreeWalkResult::Ok
    })
    .map_err(|error| unreadable(revision, &error, ctx))?;
    for (path, id) in files {
        let blob = repository.find_blob(id).map_err(|error| unreadable(revision, &error, ctx))?;
        system = system.with_bytes(&path, blob.content());
    }
    let root = repository.workdir().and_then(Utf8Path::from_path).map(Utf8Path::to_owned).unwrap_or_default();
    let below = current.strip_prefix(&root).map(Utf8Path::to_owned).unwrap_or_default();
    let candidates =
        [polis_db::paths::join(Utf8Path::new("/"), path), polis_db::paths::join(&Utf8Path::new("/").join(below), path)];
    let found = candidates.iter().rev().find(|it| system.is_dir(it) || system.is_file(it));
    let Some(found) = found.cloned() else {
        return Err(ctx.usage(
            format!("版本 `{revision}` 中没有 `{path}`"),
            format!("there is no `{path}` in revision `{revision}`"),
        ));
    };
    let mut options = StatusOptions::new();
    options.include_untracked(false).include_ignored(false);
    let dirty =
        repository.statuses(Some(&mut options)).is_ok_and(|all| all.iter().any(|it| it.path().is_some_and(is_policy)));
    Ok(Tree { system, path: found, dirty })
}

fn unreadable(revision: &str, error: &git2::Error, ctx: &Context<'_, '_>) -> Failure {
    let why = error.message();
    ctx.usage(format!("无法读取版本 `{revision}`：{why}"), format!("cannot read revision `{revision}`: {why}"))
}

/// Whether a path is that of a policy or manifest.
fn is_policy(path: &str) -> bool {
    matches!(Utf8Path::new(path).extension(), Some("pol" | "toml"))
}
