//! Figures that the text leaves open and on which results rest: they are asked for on demand, since leaving a figure to
//! others is no mistake.

use std::sync::Arc;

use polis_db::{Db, Package, SourceFile};
use polis_diagnostic::{AnalysisMessage, AnalysisNote};
use polis_semantic::Symbol;
use polis_semantic::ir::{ExprKind, Param};
use polis_semantic::items::{Item, file_items};
use polis_semantic::kinds::Def;
use polis_semantic::scope::declared;
use polis_semantic::slices::reading;
use polis_syntax::words::Kind;
use smol_str::SmolStr;

use crate::Analysis;
use crate::report::at;

/// Each open figure of a package that something of the package rests on.
#[salsa::tracked(returns(clone))]
pub(crate) fn open(db: &dyn Db, package: Package) -> Arc<Analysis> {
    let mut result = Analysis::default();
    if !package.manifest(db).lints.contains_key("open-parameter") {
        return Arc::new(result);
    }
    let params: Vec<Arc<Param>> =
        declared(db, package, Kind::Param).iter().filter_map(|it| open_param(db, *it)).collect();
    for param in params {
        let rests = |file: &SourceFile| {
            let of = users(db, *file);
            of.iter().filter(|it| it.0 == param.meta.symbol).map(|it| it.1.clone()).collect::<Vec<_>>()
        };
        let mut names: Vec<SmolStr> = package.files(db).iter().flat_map(rests).collect();
        names.sort();
        names.dedup();
        if !names.is_empty() {
            let message = AnalysisMessage::OpenParameter { name: param.meta.symbol.name.clone(), results: names };
            result.found(at(message, param.meta.place(param.meta.head)).help(AnalysisNote::FillWhenKnown));
        }
    }
    Arc::new(result)
}

/// A figure that is open on some day.
#[salsa::tracked(returns(clone))]
fn open_param(db: &dyn Db, item: Item<'_>) -> Option<Arc<Param>> {
    reading(db, item).defs.iter().find_map(|it| match it {
        Def::Param(param) => {
            let mut figures = param.value.iter().chain(param.dated.iter().map(|it| &it.1));
            figures.any(|it| matches!(it.kind, ExprKind::Open(_))).then(|| Arc::new(param.clone()))
        }
        _ => None,
    })
}

/// What the provisions of a file rest on: figure or rule, and who rests on it.
#[salsa::tracked(returns(deref))]
fn users(db: &dyn Db, file: SourceFile) -> Vec<(Symbol, SmolStr)> {
    let provisions = file_items(db, file).iter().filter(|it| it.kind(db) != Some(Kind::Test));
    provisions
        .flat_map(|item| {
            let name = item.name(db);
            reading(db, *item).references.iter().map(|it| (it.clone(), name.clone())).collect::<Vec<_>>()
        })
        .collect()
}
