//! `docs/dependencies.md` against the manifests.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::generate::read;
use crate::root;
use crate::steps::cargo;

#[test]
fn every_direct_dependency_has_its_reason_and_no_other() {
    let output = cargo().args(["metadata", "--no-deps", "--format-version", "1", "--offline"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let used: BTreeSet<&str> = metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|it| it["dependencies"].as_array().into_iter().flatten())
        // The crates of the workspace come from a path.
        .filter(|it| it["source"].is_string())
        .filter_map(|it| it["name"].as_str())
        .collect();
    let page = read(&root().join("docs/dependencies.md")).unwrap();
    let mut rows: Vec<&str> = Vec::new();
    for line in page.lines().filter_map(|it| it.strip_prefix("| `")) {
        let (name, rest) = line.split_once('`').unwrap();
        assert_eq!(rest.matches('|').count(), 4, "{name} lacks a reason, a licence or what it stands for");
        assert!(rest.split('|').skip(1).take(3).all(|it| !it.trim().is_empty()), "{name}");
        rows.push(name);
    }
    let listed: BTreeSet<&str> = rows.iter().copied().collect();
    assert_eq!(listed.len(), rows.len(), "a dependency has two rows");
    assert_eq!(listed, used, "left: docs/dependencies.md, right: the manifests");
}
