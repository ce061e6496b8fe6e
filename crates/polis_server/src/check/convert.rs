//! Findings in the protocol's terms.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use lsp_types::{DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location, NumberOrString, Url};
use polis_db::SourceFile;
use polis_diagnostic::{Diagnostic, FileId, Locale, Severity, Span as FileSpan};
use polis_ide::FileRange;
use polis_syntax::Span;
use rustc_hash::FxHashMap;

use crate::capabilities::ClientCapabilities;
use crate::workspace::View;

/// Part of a root's findings by file, unsorted. While nothing of it changes it is the same allocation, so that whoever
/// compares looks only at what an edit touched.
pub(crate) type Shown = Arc<BTreeMap<Url, Vec<lsp_types::Diagnostic>>>;

/// What was converted last: of each part of a root the pieces by number.
pub(crate) type ShownCache = Arc<Mutex<FxHashMap<String, Vec<Converted>>>>;

/// A piece of findings with what it came to.
#[derive(Clone)]
pub(crate) struct Converted {
    found: Arc<[Diagnostic]>,
    locale: Locale,
    /// The texts that the places lie in: lines may have moved though bytes have not.
    texts: Vec<(SourceFile, Arc<str>)>,
    /// How the client spells its files.
    uris: Arc<FxHashMap<camino::Utf8PathBuf, Url>>,
    shown: Shown,
}

/// The findings of a part of a root, those that have not changed as they were converted before.
pub(crate) fn shown(
    view: &View,
    locale: Locale,
    capabilities: &ClientCapabilities,
    part: &str,
    found: &[Arc<[Diagnostic]>],
) -> Vec<Shown> {
    let mut before = last(view, part).into_iter();
    let mut now = Vec::with_capacity(found.len());
    for found in found {
        now.push(match before.next() {
            Some(it) if it.holds(view, locale, found) => it,
            _ => Converted::new(view, locale, capabilities, found),
        });
    }
    let shown = now.iter().map(|it| Arc::clone(&it.shown)).collect();
    view.shown.lock().unwrap_or_else(PoisonError::into_inner).insert(part.to_owned(), now);
    shown
}

/// What was shown last of a part that cannot be decided now, as far as it is about texts that are as they were then. So
/// findings elsewhere do not come and go while somebody types a clause that has no meaning yet.
pub(crate) fn held(view: &View, part: &str) -> Vec<Shown> {
    let is_same = |(file, text): &(SourceFile, Arc<str>)| Arc::ptr_eq(&view.text(*file).0, text);
    let held = |it: Converted| {
        let gone: Vec<Url> = it.texts.iter().filter(|it| !is_same(it)).filter_map(|it| view.uri(it.0)).collect();
        if gone.is_empty() {
            return it.shown;
        }
        let kept = it.shown.iter().filter(|it| !gone.contains(it.0));
        Arc::new(kept.map(|(uri, found)| (uri.clone(), found.clone())).collect())
    };
    last(view, part).into_iter().map(held).collect()
}

fn last(view: &View, part: &str) -> Vec<Converted> {
    view.shown.lock().unwrap_or_else(PoisonError::into_inner).get(part).cloned().unwrap_or_default()
}

impl Converted {
    fn new(view: &View, locale: Locale, capabilities: &ClientCapabilities, found: &Arc<[Diagnostic]>) -> Self {
        let mut by_file: BTreeMap<Url, Vec<lsp_types::Diagnostic>> = BTreeMap::new();
        let mut files: Vec<FileId> = Vec::new();
        for diagnostic in found.iter() {
            files.extend(places(diagnostic).map(|it| it.file));
            let Some(file) = view.db.file(diagnostic.primary.at.file) else { continue };
            let Some(uri) = view.uri(file) else { continue };
            by_file.entry(uri).or_default().push(convert(diagnostic, view, locale, capabilities));
        }
        files.sort_unstable();
        files.dedup();
        let texts = files.iter().filter_map(|it| view.db.file(*it)).map(|it| (it, view.text(it).0)).collect();
        let (found, uris) = (Arc::clone(found), Arc::clone(&view.uris));
        Self { found, locale, texts, uris, shown: Arc::new(by_file) }
    }

    /// Whether it is what converting these findings again would come to.
    fn holds(&self, view: &View, locale: Locale, found: &Arc<[Diagnostic]>) -> bool {
        (Arc::ptr_eq(&self.found, found) || self.found == *found)
            && self.locale == locale
            && Arc::ptr_eq(&self.uris, &view.uris)
            && self.texts.iter().all(|(file, text)| Arc::ptr_eq(&view.text(*file).0, text))
    }
}

fn places(diagnostic: &Diagnostic) -> impl Iterator<Item = FileSpan> {
    std::iter::once(&diagnostic.primary).chain(&diagnostic.labels).map(|it| it.at)
}

/// Puts the findings of a file in the order in which they are sent, each once: two packages may report the same place of
/// a third.
pub(crate) fn in_order(found: &mut Vec<lsp_types::Diagnostic>) {
    let code = |it: &lsp_types::Diagnostic| match &it.code {
        Some(NumberOrString::String(code)) => code.clone(),
        _ => String::new(),
    };
    let severity = |it: &lsp_types::Diagnostic| {
        let order = [DiagnosticSeverity::ERROR, DiagnosticSeverity::WARNING, DiagnosticSeverity::INFORMATION];
        order.iter().position(|other| Some(*other) == it.severity)
    };
    found.sort_by(|left, right| {
        let place = |it: &lsp_types::Diagnostic| (it.range.start, it.range.end, severity(it));
        place(left)
            .cmp(&place(right))
            .then_with(|| code(left).cmp(&code(right)))
            .then_with(|| left.message.cmp(&right.message))
            // Rare: what else they say decides.
            .then_with(|| format!("{left:?}").cmp(&format!("{right:?}")))
    });
    found.dedup();
}

/// A finding in the protocol's terms: the message with notes and advice under it, other places as related ones.
pub(crate) fn convert(
    diagnostic: &Diagnostic,
    view: &View,
    locale: Locale,
    capabilities: &ClientCapabilities,
) -> lsp_types::Diagnostic {
    let place = |at: polis_diagnostic::Span| {
        let file = view.db.file(at.file)?;
        view.location(FileRange { file, range: Span::new(at.start, at.end) })
    };
    let mut message = diagnostic.message.render(locale);
    if let Some(note) = &diagnostic.primary.text {
        message.push_str(match locale {
            Locale::Zh => "\n此处：",
            Locale::En => "\nhere: ",
        });
        message.push_str(&note.render(locale));
    }
    for note in &diagnostic.notes {
        message.push_str(match locale {
            Locale::Zh => "\n说明：",
            Locale::En => "\nnote: ",
        });
        message.push_str(&note.render(locale));
    }
    for help in &diagnostic.helps {
        message.push_str(match locale {
            Locale::Zh => "\n建议：",
            Locale::En => "\nhelp: ",
        });
        message.push_str(&help.render(locale));
    }
    let mut related: Vec<DiagnosticRelatedInformation> = Vec::new();
    for label in &diagnostic.labels {
        let Some(location) = place(label.at) else { continue };
        let message = label.text.as_ref().map(|it| it.render(locale)).unwrap_or_default();
        if capabilities.related_information {
            related.push(DiagnosticRelatedInformation { location, message });
        }
    }
    let range = place(diagnostic.primary.at).map(|it: Location| it.range).unwrap_or_default();
    let code = diagnostic.code();
    let tags = (code.starts_with("unused") || code.starts_with("never-")).then(|| vec![DiagnosticTag::UNNECESSARY]);
    lsp_types::Diagnostic {
        range,
        severity: Some(match diagnostic.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
            Severity::Info => DiagnosticSeverity::INFORMATION,
        }),
        code: Some(NumberOrString::String(code.to_owned())),
        code_description: None,
        source: Some("polis".to_owned()),
        message,
        related_information: (!related.is_empty()).then_some(related),
        tags: tags.filter(|_| capabilities.diagnostic_tags && code.starts_with("unused")),
        data: None,
    }
}
