//! Which packages bind a package, and which it may speak of.

use std::collections::BTreeMap;
use std::sync::Arc;

use smol_str::SmolStr;

use crate::database::Db;
use crate::inputs::{Package, Workspace};
use crate::manifest::Spanned;

/// The packages by name.
#[salsa::tracked]
fn by_name(db: &dyn Db, workspace: Workspace) -> BTreeMap<SmolStr, Package> {
    workspace.packages(db).iter().map(|it| (it.name(db), *it)).collect()
}

/// The packages directly above `package`, in the order of its manifest, each once. Names without a package, which the
/// loader reports, are left out, and so is the package itself.
#[salsa::tracked(returns(clone))]
pub fn under(db: &dyn Db, package: Package) -> Arc<[Package]> {
    named(db, package, &package.manifest(db).under)
}

/// The packages whose names `package` may write qualified, in the order of its manifest, each once. What these use in
/// their turn is not seen through them.
#[salsa::tracked(returns(clone))]
pub fn used(db: &dyn Db, package: Package) -> Arc<[Package]> {
    named(db, package, &package.manifest(db).uses)
}

/// Every package above `package`, nearest first, each once; of equally near ones the order of the manifests decides.
///
/// A circle, which the loader reports, is cut where it would lead back: nothing is above itself.
#[salsa::tracked(returns(clone))]
pub fn superiors(db: &dyn Db, package: Package) -> Arc<[Package]> {
    // A loop and no recursion, so that neither a circle nor a long chain is a danger.
    let mut found = vec![package];
    let mut next = 0;
    while let Some(lower) = found.get(next).copied() {
        next += 1;
        for upper in under(db, lower).iter() {
            if !found.contains(upper) {
                found.push(*upper);
            }
        }
    }
    found.get(1..).unwrap_or_default().into()
}

fn named(db: &dyn Db, package: Package, names: &[Spanned<SmolStr>]) -> Arc<[Package]> {
    let packages = by_name(db, Workspace::get(db));
    let mut found = Vec::with_capacity(names.len());
    for name in names {
        match packages.get(&name.value).copied() {
            Some(other) if other != package && !found.contains(&other) => found.push(other),
            _ => {}
        }
    }
    found.into()
}

#[cfg(test)]
mod tests {
    use crate::testing::Fixture;

    use super::*;

    fn names(db: &dyn Db, packages: &[Package]) -> Vec<SmolStr> {
        packages.iter().map(|it| it.name(db)).collect()
    }

    const COUNTRY: &str = "\
//- /polis.toml
[workspace]
//- /cn/polis.toml
[package]
name = \"cn\"
//- /cn/a.pol
//- /jilin/polis.toml
[package]
name = \"jilin\"
under = [\"cn\"]
uses = [\"common\", \"common\"]
//- /jilin/a.pol
//- /changchun/polis.toml
[package]
name = \"changchun\"
under = [\"jilin\", \"northeast\", \"jilin\", \"nowhere\"]
//- /changchun/a.pol
//- /northeast/polis.toml
[package]
name = \"northeast\"
under = [\"cn\"]
//- /northeast/a.pol
//- /common/polis.toml
[package]
name = \"common\"
//- /common/a.pol
";

    #[test]
    fn superiors_are_nearest_first_and_each_once() {
        let loaded = Fixture::parse(COUNTRY).load("/");
        let db = &loaded.db;
        let changchun = db.package("changchun").unwrap();
        assert_eq!(names(db, &superiors(db, changchun)), ["jilin", "northeast", "cn"]);
        assert_eq!(names(db, &under(db, changchun)), ["jilin", "northeast"]);
        let jilin = db.package("jilin").unwrap();
        assert_eq!(names(db, &used(db, jilin)), ["common"]);
        assert_eq!(names(db, &used(db, changchun)), [""; 0]);
    }

    #[test]
    fn circles_are_cut() {
        let loaded = Fixture::parse(
            "\
//- /polis.toml
[workspace]
//- /a/polis.toml
[package]
name = \"a\"
under = [\"b\", \"a\"]
//- /b/polis.toml
[package]
name = \"b\"
under = [\"a\"]
",
        )
        .load("/");
        let db = &loaded.db;
        assert_eq!(names(db, &superiors(db, db.package("a").unwrap())), ["b"]);
        assert_eq!(names(db, &superiors(db, db.package("b").unwrap())), ["a"]);
    }

    #[test]
    fn a_title_does_not_touch_what_follows_from_superiors() {
        let mut loaded = Fixture::parse(COUNTRY).load("/");
        let changchun = loaded.db.package("changchun").unwrap();
        superiors(&loaded.db, changchun);
        let mut manifest = (*changchun.manifest(&loaded.db)).clone();
        manifest.title = Some("长春市".into());
        loaded.db.set_manifest(changchun, manifest);
        let (_, executed) = loaded.db.executed(|db| superiors(db, changchun));
        assert_eq!(executed.len(), 1, "{executed:?}");
        assert!(executed[0].starts_with("under("), "{executed:?}");
    }
}
