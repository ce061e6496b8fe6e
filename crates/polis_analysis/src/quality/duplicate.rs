//! Provisions that say the same under two names.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash as _, Hasher as _};

use polis_db::{Db, Package, SourceFile};
use polis_diagnostic::{Diagnostic, QualityMessage, QualityNote};
use polis_semantic::items::{Item, ItemContent, Place, file_items};
use polis_syntax::ast::{Expr, ExprKind};
use polis_syntax::words::{Builtin, ClauseWord, Kind};
use rustc_hash::FxHasher;

use super::{clauses, has_clause, word};

/// The provisions of a package whose kind and content another one has under another name.
#[salsa::tracked(returns(deref))]
pub(super) fn findings(db: &dyn Db, package: Package) -> Vec<Diagnostic<Place>> {
    let mut first: BTreeMap<(Kind, u64), Item<'_>> = BTreeMap::new();
    let mut found = Vec::new();
    for file in package.files(db).iter() {
        for (position, kind, print) in fingerprints(db, *file) {
            let Some(item) = file_items(db, *file).get(*position).copied() else { continue };
            let Some(earlier) = first.get(&(*kind, *print)).copied() else {
                first.insert((*kind, *print), item);
                continue;
            };
            let (content, other) = (item.content(db), earlier.content(db));
            // Two of one name are reported as that.
            if item.name(db) == earlier.name(db) || said(&content) != said(&other) {
                continue;
            }
            let message =
                QualityMessage::DuplicateProvision { kind: word(*kind), name: item.name(db), first: earlier.name(db) };
            found.push(
                Diagnostic::new(message, item.name_place(db))
                    .label(earlier.name_place(db), QualityNote::SameHere)
                    .help(QualityNote::KeepOne),
            );
        }
    }
    found
}

/// The provisions of a file that are compared: position, kind, and a number that those of one content share.
#[salsa::tracked(returns(deref))]
fn fingerprints(db: &dyn Db, file: SourceFile) -> Vec<(usize, Kind, u64)> {
    let mut all = Vec::new();
    for (position, item) in file_items(db, file).iter().enumerate() {
        let Some(kind) = item.kind(db) else { continue };
        let content = item.content(db);
        if is_compared(kind, &content) {
            let mut hasher = FxHasher::default();
            said(&content).hash(&mut hasher);
            all.push((position, kind, hasher.finish()));
        }
    }
    all
}

/// Whether what a provision says is in its clauses, and not in its name: two actions without clauses are two actions, and
/// two figures may both be 3. A rule or enumeration with a passage is that passage's, a rule that computes is what it
/// computes, and a duty with an object is about that.
fn is_compared(kind: Kind, content: &ItemContent) -> bool {
    let has = |word| has_clause(&content.block, &content.text, &[word]);
    match kind {
        Kind::Rule => has(ClauseWord::Cite) || computes(content),
        Kind::Enum => has(ClauseWord::Cite),
        Kind::Duty => has(ClauseWord::Object),
        Kind::Require
        | Kind::Grant
        | Kind::Duties
        | Kind::Offices
        | Kind::Centers
        | Kind::Posts
        | Kind::Quota
        | Kind::List
        | Kind::Pay
        | Kind::Admission
        | Kind::Commitment
        | Kind::Mechanism
        | Kind::Rating
        | Kind::Indicator
        | Kind::Procedure
        | Kind::Principle => content.block.body.as_ref().is_some_and(|it| !it.elements.is_empty()),
        _ => false,
    }
}

/// What a provision says, without its name.
fn said(content: &ItemContent) -> (&str, &str) {
    let text = &*content.text;
    let name = content.block.name.map(|it| it.span).unwrap_or_default();
    (text.get(..name.start as usize).unwrap_or_default(), text.get(name.end as usize..).unwrap_or_default())
}

/// Whether a rule puts several facts together, or those of several members: what comes of that is one quantity, whatever
/// it is called. A single fact held against a figure may be asked for one reason and for another.
fn computes(content: &ItemContent) -> bool {
    let mut inputs = Inputs { text: &content.text, names: BTreeSet::new(), of_members: false };
    for clause in clauses(&content.block) {
        let spec = content.block.kind.and_then(|it| it.clause(clause.word.text(&content.text)));
        if spec.is_some_and(|it| matches!(it.word, ClauseWord::Value | ClauseWord::Except)) {
            clause.values.iter().for_each(|it| inputs.read(it));
            clause.guard.iter().for_each(|it| inputs.read(&it.condition));
        }
    }
    inputs.of_members || inputs.names.len() > 1
}

/// What an expression is computed from.
struct Inputs<'t> {
    text: &'t str,
    names: BTreeSet<&'t str>,
    of_members: bool,
}

impl Inputs<'_> {
    // Expressions are as deep as the parser lets them be.
    fn read(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Name(_) | ExprKind::Member(..) | ExprKind::Index(..) => {
                self.names.insert(expr.span.text(self.text));
            }
            ExprKind::Aggregate(_) => self.of_members = true,
            ExprKind::Call(call) => {
                self.of_members |= matches!(call.builtin, Some(Builtin::Count | Builtin::Sum));
                call.args.iter().for_each(|it| self.read(it));
            }
            ExprKind::Unary(_, it) | ExprKind::Paren(it) => self.read(it),
            ExprKind::Binary(it) => [&it.lhs, &it.rhs].into_iter().for_each(|it| self.read(it)),
            ExprKind::Range(it) => it.lo.iter().chain(&it.hi).for_each(|it| self.read(it)),
            ExprKind::If(it) => [&it.condition, &it.then, &it.otherwise].into_iter().for_each(|it| self.read(it)),
            ExprKind::Cases(it) => {
                it.arms.iter().flat_map(|it| [&it.guard, &it.value]).chain(&it.otherwise).for_each(|it| self.read(it));
            }
            _ => {}
        }
    }
}
