//! What the analyses find in the policies of the repository.
use camino::Utf8Path;
use polis_db::{OsSystem, load};
use polis_diagnostic::Locale;

#[test]
fn the_policies_are_consistent() {
    let root = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
    let loaded = load(&OsSystem, &root);
    let mut all = Vec::new();
    for package in &loaded.targets {
        let analysis = polis_analysis::analysis(&loaded.db, *package);
        for it in &analysis.diagnostics {
            all.push(format!("{}: {} {} {:?}", package.name(&loaded.db), it.message.code(), it.message.render(Locale::Zh), it.severity));
        }
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}
