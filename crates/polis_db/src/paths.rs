//! Paths as data: nothing here asks the disk.

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

/// `path` from `base`, without `.` and `..`. Symbolic links are not looked at.
#[must_use]
pub fn join(base: &Utf8Path, path: &Utf8Path) -> Utf8PathBuf {
    let mut joined = Utf8PathBuf::new();
    for component in base.join(path).components() {
        match component {
            Utf8Component::CurDir => {}
            Utf8Component::ParentDir => {
                // Above the root is the root.
                joined.pop();
            }
            other => joined.push(other.as_str()),
        }
    }
    joined
}

/// The absolute `path` as it is shown: from the current folder, with `/`.
///
/// A path beside the current folder is shown with `..`, one that has nothing but the root in common in full.
pub(crate) fn shown(path: &Utf8Path, current: &Utf8Path) -> String {
    let common = path.ancestors().find(|it| current.starts_with(it)).filter(|it| it.file_name().is_some());
    let Some((common, rest)) = common.and_then(|it| Some((it, path.strip_prefix(it).ok()?))) else {
        return match path.strip_prefix(current) {
            Ok(rest) if !rest.as_str().is_empty() => slashed(rest),
            Ok(_) if !current.as_str().is_empty() => ".".into(),
            _ => slashed(path),
        };
    };
    let ups = current.strip_prefix(common).map_or(0, |it| it.components().count());
    let mut parts = vec![".."; ups];
    let rest = slashed(rest);
    if !rest.is_empty() {
        parts.push(&rest);
    }
    if parts.is_empty() { ".".into() } else { parts.join("/") }
}

fn slashed(path: &Utf8Path) -> String {
    if cfg!(windows) { path.as_str().replace('\\', "/") } else { path.as_str().into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_resolved() {
        let join = |base: &str, path: &str| join(base.into(), path.into()).into_string();
        assert_eq!(join("/a/b", "../c/./d"), "/a/c/d");
        assert_eq!(join("/a", "/x"), "/x");
        assert_eq!(join("/a", "../../.."), "/");
        assert_eq!(join("/a", "."), "/a");
    }

    #[test]
    fn paths_are_shown_from_the_current_folder() {
        let shown = |path: &str, current: &str| shown(path.into(), current.into());
        assert_eq!(shown("/work/a/x.pol", "/work"), "a/x.pol");
        assert_eq!(shown("/work", "/work"), ".");
        assert_eq!(shown("/work/b/x.pol", "/work/a"), "../b/x.pol");
        assert_eq!(shown("/work", "/work/a"), "..");
        assert_eq!(shown("/tmp/x.pol", "/work/a"), "/tmp/x.pol");
        assert_eq!(shown("/x.pol", "/"), "x.pol");
        assert_eq!(shown("/", "/"), ".");
        assert_eq!(shown("/work2/x.pol", "/work"), "/work2/x.pol");
    }
}
