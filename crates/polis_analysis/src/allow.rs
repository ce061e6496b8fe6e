//! What of the findings is reported, and how gravely: the allowances beside provisions, then the levels of the manifest.
//!
//! An allowance is a comment, `// polis: allow(code) reason` or `// polis: 允许(code) 理由`. Above a provision it is about
//! the whole provision, above a clause or a block within one about that, and at the end of a line about the clauses on
//! that line. It silences the findings of its codes that begin there, save errors: an error says that the policy has no
//! meaning, and no remark gives it one.
//!
//! Comments have no meaning, so nothing but what is here depends on them.

mod read;

use std::sync::Arc;

use polis_db::{Db, Manifest, Package};
use polis_diagnostic::{
    AllowanceMessage, AllowanceNote, Diagnostic, Edit, FileId, Fix, GROUPS, Message, NameNote, QualityMessage,
    Severity, SourceMessage, Span as FileSpan, did_you_mean,
};
use polis_syntax::Span;
use smol_str::SmolStr;

use read::{Allowance, allowances};

/// What is reported of findings that another room adds to those of [`check`](crate::check), such as citations that are
/// held against texts: by the same allowances and levels.
#[must_use]
pub fn reported_beside(db: &dyn Db, package: Package, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut allowed = Allowed::new(db, package);
    found.into_iter().filter(|it| !allowed.meets(it)).filter_map(|it| at_level(&package.manifest(db), it)).collect()
}

/// The finding at the level that the `[lints]` of its package want; `None` where it is not reported. An error stays one.
#[must_use]
pub fn at_level(manifest: &Manifest, diagnostic: Diagnostic) -> Option<Diagnostic> {
    level(manifest, &diagnostic).map(|it| diagnostic.with_severity(it))
}

/// The level at which a finding is reported, if it is.
fn level(manifest: &Manifest, diagnostic: &Diagnostic) -> Option<Severity> {
    if diagnostic.severity == Severity::Error {
        return Some(Severity::Error);
    }
    let code = diagnostic.code();
    if is_on_demand(&diagnostic.message) && !manifest.lints.contains_key(code) {
        return None;
    }
    match manifest.lint_level(code) {
        Some(level) => level.severity(),
        None => Some(diagnostic.severity),
    }
}

/// Whether a check is off unless the manifest names its code.
const fn is_on_demand(message: &Message) -> bool {
    matches!(message, Message::Quality(QualityMessage::NoCitation { .. }))
}

/// The allowances of a package, and which of them have silenced something.
pub(crate) struct Allowed {
    manifest: Arc<Manifest>,
    /// The files of the package.
    own: Vec<FileId>,
    /// Those of them that have allowances.
    files: Vec<OfFile>,
}

struct OfFile {
    id: FileId,
    allowances: Vec<Used>,
}

struct Used {
    allowance: Allowance,
    /// For each code: what it met.
    met: Vec<Met>,
}

/// What a code of an allowance met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Met {
    Nothing,
    Finding,
    /// An error, which stays, and where.
    Error(FileSpan),
}

impl Allowed {
    pub(crate) fn new(db: &dyn Db, package: Package) -> Self {
        let (mut files, mut own) = (Vec::new(), Vec::new());
        for file in package.files(db).iter() {
            own.push(file.id(db));
            let of_file = allowances(db, *file);
            if !of_file.is_empty() {
                let used = |it: &Allowance| Used { met: vec![Met::Nothing; it.codes.len()], allowance: it.clone() };
                let allowances = of_file.iter().map(used).collect();
                files.push(OfFile { id: file.id(db), allowances });
            }
        }
        Self { manifest: package.manifest(db), own, files }
    }

    /// What of findings is reported, part by part: a part itself where that is all of it as it is.
    pub(crate) fn parts(&mut self, found: &[Arc<[Diagnostic]>]) -> Vec<Arc<[Diagnostic]>> {
        found.iter().map(|it| self.part(it)).collect()
    }

    fn part(&mut self, found: &Arc<[Diagnostic]>) -> Arc<[Diagnostic]> {
        if self.files.is_empty() && self.manifest.lints.is_empty() && !found.iter().any(|it| is_on_demand(&it.message))
        {
            return Arc::clone(found);
        }
        // What is not reported anyway has met its allowance all the same.
        let levels: Vec<Option<Severity>> =
            found.iter().map(|it| if self.meets(it) { None } else { level(&self.manifest, it) }).collect();
        if found.iter().zip(&levels).all(|(it, level)| *level == Some(it.severity)) {
            return Arc::clone(found);
        }
        found.iter().zip(levels).filter_map(|(it, level)| Some(it.clone().with_severity(level?))).collect()
    }

    /// Whether an allowance silences the finding. Of several the innermost does, so that the others are found stale.
    fn meets(&mut self, finding: &Diagnostic) -> bool {
        if self.files.is_empty() {
            return false;
        }
        // What a superior's provision is found with here can only be allowed here.
        let places = std::iter::once(&finding.primary).chain(&finding.labels).map(|it| it.at);
        let Some(at) = places.into_iter().find(|it| self.own.contains(&it.file)) else { return false };
        let Some(of_file) = self.files.iter_mut().find(|it| it.id == at.file) else { return false };
        let code = finding.code();
        let mut best: Option<(u32, &mut Met)> = None;
        for used in &mut of_file.allowances {
            let Some(scope) = used.allowance.scope.filter(|it| it.touches(at.start)) else { continue };
            let codes = used.allowance.codes.iter().zip(&mut used.met);
            let Some((_, met)) = codes.into_iter().find(|it| it.0.0 == code) else { continue };
            let size = scope.end - scope.start;
            if best.as_ref().is_none_or(|it| size < it.0) {
                best = Some((size, met));
            }
        }
        let Some((_, met)) = best else { return false };
        if finding.severity == Severity::Error {
            if *met == Met::Nothing {
                *met = Met::Error(at);
            }
            return false;
        }
        *met = Met::Finding;
        true
    }

    /// What is wrong with the allowances themselves. Where something has no meaning not everything was asked, so an
    /// allowance may have nothing to silence as yet.
    pub(crate) fn findings(&self, all_asked: bool) -> Arc<[Diagnostic]> {
        let mut found = Vec::new();
        for OfFile { id, allowances, .. } in &self.files {
            for used in allowances {
                used.findings(*id, all_asked, &mut found);
            }
        }
        found.into_iter().filter_map(|it| at_level(&self.manifest, it)).collect()
    }
}

impl Used {
    fn findings(&self, file: FileId, all_asked: bool, found: &mut Vec<Diagnostic>) {
        let Allowance { codes, comment, .. } = &self.allowance;
        let at = |span: Span| FileSpan::new(file, span.start, span.end);
        if codes.is_empty() {
            let diagnostic = Diagnostic::new(AllowanceMessage::MalformedAllowance, at(*comment));
            found.push(diagnostic.help(AllowanceNote::AllowanceForm));
            return;
        }
        if !self.allowance.has_reason {
            let codes = codes.iter().map(|it| it.0.clone()).collect();
            let diagnostic = Diagnostic::new(AllowanceMessage::AllowanceWithoutReason { codes }, at(*comment));
            found.push(diagnostic.help(AllowanceNote::GiveReason));
        }
        let mut stale = Vec::new();
        for ((code, span), met) in codes.iter().zip(&self.met) {
            let Some(severity) = Message::severity_of(code) else {
                found.push(unknown_code(code, at(*span)));
                continue;
            };
            match met {
                Met::Finding => {}
                Met::Error(error) => {
                    let message = AllowanceMessage::AllowanceOfError { code: code.clone() };
                    let diagnostic = Diagnostic::new(message, at(*span)).label(*error, AllowanceNote::ErrorHere);
                    found.push(diagnostic.help(AllowanceNote::ErrorsStay));
                }
                Met::Nothing if severity == Severity::Error => {
                    let message = AllowanceMessage::AllowanceOfError { code: code.clone() };
                    found.push(Diagnostic::new(message, at(*span)).help(AllowanceNote::ErrorsStay));
                }
                Met::Nothing => stale.push(code.clone()),
            }
        }
        stale.retain(|it| all_asked && is_asked_always(it));
        if !stale.is_empty() {
            found.push(self.stale(stale, file));
        }
    }

    fn stale(&self, codes: Vec<SmolStr>, file: FileId) -> Diagnostic {
        let Allowance { codes: all, comment, removal, list, .. } = &self.allowance;
        let at = |span: &Span| FileSpan::new(file, span.start, span.end);
        let left: Vec<&str> =
            all.iter().map(|it| it.0.as_str()).filter(|it| !codes.iter().any(|code| code == it)).collect();
        let fix = if left.is_empty() {
            Fix::safe(AllowanceNote::TakeOut, at(removal), "")
        } else {
            let title = AllowanceNote::TakeOutCodes { codes: codes.clone() };
            Fix { title: title.into(), edits: vec![Edit { at: at(list), text: left.join(", ") }], safe: true }
        };
        let places = codes.iter().filter_map(|code| all.iter().find(|it| it.0 == *code)).map(|it| it.1);
        let place = places.reduce(Span::to).unwrap_or(*comment);
        Diagnostic::new(AllowanceMessage::StaleAllowance { codes }, at(&place))
            .help(AllowanceNote::WhereItStands)
            .fix(fix)
    }
}

fn unknown_code(code: &SmolStr, at: FileSpan) -> Diagnostic {
    let diagnostic = Diagnostic::new(AllowanceMessage::UnknownCode { code: code.clone() }, at);
    match did_you_mean(code, GROUPS.iter().flat_map(|it| it.1).copied()) {
        Some(near) => diagnostic.fix(Fix::suggestion(NameNote::DidYouMean { name: near.into() }, at, near)),
        None => diagnostic.help(AllowanceNote::AllowanceForm),
    }
}

/// Whether a finding of the code comes of every check, so that it is known not to be there. Citations are held against
/// texts only where texts are at hand.
fn is_asked_always(code: &str) -> bool {
    !SourceMessage::CODES.contains(&code)
}
