//! Dated figures that have no value for a time in which their document is in force.

use polis_db::{Db, Package};
use polis_diagnostic::{Diagnostic, KindMessage, KindNote};
use polis_syntax::words::{ClauseWord, Kind};

use crate::assembly::file_document;
use crate::items::{Place, file_frame};
use crate::kinds::{Def, lowered};

/// The parameters of a package whose first figure begins after their document does.
#[salsa::tracked(returns(deref))]
pub fn gap_diagnostics(db: &dyn Db, package: Package) -> Vec<Diagnostic<Place>> {
    let mut found = Vec::new();
    for file in package.files(db).iter() {
        let frame = file_frame(db, *file);
        let Some(document) = file_document(db, *file).filter(|_| !frame.dated.is_empty()) else { continue };
        // Of a document that says no day of effect, the last day on which it may have been issued.
        let [issued, in_effect, _] = document.dates;
        let begins = in_effect.and_then(|it| it.lo()).or(issued.and_then(|it| it.hi()));
        let Some(effective) = begins else { continue };
        let date_word = if in_effect.is_some() { ClauseWord::Effective } else { ClauseWord::Issued };
        for item in &frame.dated {
            let lowered = lowered(db, *item);
            let param = lowered.defs.iter().find_map(|it| match it {
                Def::Param(param) => Some(param),
                _ => None,
            });
            let Some(param) = param.filter(|it| it.value.is_none()) else { continue };
            let Some((first, expr)) = param.dated.first() else { continue };
            if *first <= effective {
                continue;
            }
            let name = item.name(db);
            let diagnostic = Diagnostic::new(
                KindMessage::DatedGap { name, from: effective.to_string().into(), first: first.to_string().into() },
                item.name_place(db),
            )
            .label(Place { item: item.key(db), span: expr.span }, KindNote::FirstFigure)
            .help(KindNote::GiveValueFrom { date: effective.to_string().into() });
            let content = document.meta.content.block.body.iter().flat_map(|it| &it.elements);
            let clause = content.filter_map(|it| match it {
                polis_syntax::ast::Element::Clause(clause) => Some(clause),
                _ => None,
            });
            let text = &document.meta.content.text;
            let effective_clause = clause
                .filter(|it| Kind::Document.clause(it.word.text(text)).is_some_and(|it| it.word == date_word))
                .find_map(|it| it.values.first());
            found.push(match effective_clause {
                Some(value) => diagnostic.label(document.meta.place(value.span), KindNote::InForceFromHere),
                None => diagnostic,
            });
        }
    }
    found
}
