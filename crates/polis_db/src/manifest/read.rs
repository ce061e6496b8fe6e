//! From the text of a `polis.toml` to what it says.

use std::collections::BTreeSet;
use std::ops::Range;

use camino::{Utf8Path, Utf8PathBuf};
use polis_diagnostic::{
    Bilingual, Diagnostic, FileId, Fix, GROUPS, GeneralNote, LineIndex, Message, NameNote, PackageMessage, PackageNote,
    Severity, Span, SyntaxNote, did_you_mean,
};
use polis_syntax::TokenKind;
use polis_syntax::words::{Choice, ChoiceSet, Face};
use smol_str::SmolStr;
use toml::de::{DeString, DeTable, DeValue};

use super::toml_words::{UNQUOTED, translated};
use super::{LintLevel, Manifest, ManifestFile, Spanned, WorkspaceTable};

/// A key or value as the TOML reader gives it.
type Toml<T> = toml::Spanned<T>;

const TABLES: [&str; 5] = ["package", "sources", "samples", "lints", "workspace"];
const PACKAGE_KEYS: [&str; 6] = ["name", "title", "level", "under", "uses", "face"];

/// Reads a manifest. Never fails: what is wrong is among the findings, and the rest is read.
///
/// `folder` is the one that the manifest lies in, absolute; a package without a name is called after it, so that others
/// find it and the missing name is the only finding.
#[must_use]
pub fn parse_manifest(text: &str, file: FileId, folder: &Utf8Path) -> ManifestFile {
    let (document, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader { text, file, diagnostics: Vec::new() };
    reader.syntax_errors(&errors);
    let broken = reader.diagnostics.clone();
    let tables = document.get_ref();
    reader.unknown_tables(tables);

    let workspace = reader.table(tables, "workspace").map(|(table, _)| reader.workspace(table));
    let package = ["package", "sources", "samples", "lints"].iter().any(|it| tables.contains_key(*it));
    let package = (package || workspace.is_none()).then(|| reader.package(tables, folder));

    // What is made of broken text is not what the author meant: a bracket less, and every key is in another table.
    let mut diagnostics = if broken.is_empty() { reader.diagnostics } else { broken };
    diagnostics.sort_by_key(|it| (it.primary.at.start, it.primary.at.end));
    ManifestFile { package, workspace, diagnostics }
}

struct Reader<'t> {
    text: &'t str,
    file: FileId,
    diagnostics: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn package(&mut self, tables: &DeTable<'_>, folder: &Utf8Path) -> Manifest {
        let mut manifest = Manifest::anonymous(folder.file_name().unwrap_or("package"), folder);
        manifest.file = Some(self.file);
        let package = self.table(tables, "package");
        let name = package.and_then(|(table, _)| {
            self.unknown_keys(table, "package", &PACKAGE_KEYS);
            manifest.title = self.string(table, "title").map(|it| it.value);
            manifest.level = self.level(table);
            manifest.under = self.names(table, "under");
            manifest.uses = self.names(table, "uses");
            manifest.face = self.face(table);
            self.string(table, "name")
        });
        match name {
            Some(name) if name.value.is_empty() => {
                let diagnostic = wrong_value(name.at, "name", Bilingual::new("名称", "a name"));
                self.push(diagnostic.help(PackageNote::NameRules));
            }
            Some(name) => {
                self.check_name(&name);
                manifest.name = name.value;
                manifest.name_at = Some(name.at);
            }
            // A name of the wrong type is reported as such.
            None if package.is_some_and(|(table, _)| table.contains_key("name")) => {}
            None => self.missing_name(tables, package.map(|(_, at)| at)),
        }
        if let Some((table, _)) = self.table(tables, "sources") {
            self.unknown_keys(table, "sources", &["path"]);
            manifest.sources = self.path(table, "path");
        }
        if let Some((table, _)) = self.table(tables, "samples") {
            self.unknown_keys(table, "samples", &["default"]);
            manifest.samples = self.path(table, "default");
        }
        if let Some((table, _)) = self.table(tables, "lints") {
            self.lints(table, &mut manifest);
        }
        manifest
    }

    fn workspace(&mut self, table: &DeTable<'_>) -> WorkspaceTable {
        self.unknown_keys(table, "workspace", &["members"]);
        WorkspaceTable { members: table.contains_key("members").then(|| self.names(table, "members")) }
    }

    fn level(&mut self, table: &DeTable<'_>) -> Option<Choice> {
        let level = self.string(table, "level")?;
        let choice = ChoiceSet::Level.from_text(&level.value);
        if choice.is_none() {
            let choices = ChoiceSet::Level.choices();
            let near = did_you_mean(&level.value, choices.iter().flat_map(|it| it.word().spellings()));
            let words = |spell: fn(Choice) -> &'static str| -> Vec<String> {
                choices.iter().map(|it| format!("`{}`", spell(*it))).collect()
            };
            let words = Bilingual::new(words(|it| it.word().zh).join("、"), words(|it| it.word().en).join(", "));
            let diagnostic = wrong_value(level.at, "level", Bilingual::new("一个层级", "a level"))
                .help(PackageNote::WordsAre { words });
            self.push(with_suggestion(diagnostic, level.at, near, quoted));
        }
        choice
    }

    fn face(&mut self, table: &DeTable<'_>) -> Option<Face> {
        let words = [("zh", Face::Zh), ("en", Face::En)];
        self.word(table, "face", Bilingual::new("一种关键词写法", "a face of the language"), &words)
    }

    fn lints(&mut self, table: &DeTable<'_>, manifest: &mut Manifest) {
        let mut codes = Message::all_codes();
        codes.extend(GROUPS.iter().map(|it| it.0));
        codes.sort_unstable();
        for (key, _) in table {
            let code = key.get_ref().as_ref();
            if codes.binary_search(&code).is_err() {
                let at = self.span(key.span());
                let message = PackageMessage::ManifestUnknownKey { key: code.into(), table: "lints".into() };
                // A warning: the manifest may be written for another version, which knows the check.
                let diagnostic = Diagnostic::new(message, at).with_severity(Severity::Warning);
                self.push(with_suggestion(diagnostic, at, did_you_mean(code, codes.iter().copied()), str::to_owned));
            }
            let expected = Bilingual::new("一个级别", "a level");
            if let Some(level) = self.word(table, code, expected, &LintLevel::WORDS) {
                manifest.lints.insert(code.into(), level);
            }
        }
    }

    fn check_name(&mut self, name: &Spanned<SmolStr>) {
        if is_name(&name.value) {
            return;
        }
        let message = PackageMessage::InvalidPackageName { name: name.value.clone() };
        let mut diagnostic = Diagnostic::new(message, name.at).help(PackageNote::NameRules);
        let mended: String =
            name.value.trim().chars().map(|it| if it == '-' || it == ' ' { '_' } else { it }).collect();
        if is_name(&mended) {
            let title = SyntaxNote::ReplaceWith { text: mended.as_str().into() };
            // Others may speak of the package by the old name, so it is not for a machine to decide.
            diagnostic = diagnostic.fix(Fix::suggestion(title, name.at, quoted(&mended)));
        }
        self.push(diagnostic);
    }

    fn missing_name(&mut self, tables: &DeTable<'_>, package: Option<Span>) {
        // Whoever writes `[packge]`, `package = 3` or a loose `name` is told so; the name is not missing as well.
        let misplaced = |(key, value): (&Toml<DeString<'_>>, &Toml<DeValue<'_>>)| {
            !TABLES.contains(&key.get_ref().as_ref()) || !is_table(value)
        };
        if package.is_none() && tables.iter().any(misplaced) {
            return;
        }
        let at = package.unwrap_or_else(|| self.span(0..0));
        let message = PackageMessage::ManifestMissingKey { key: "name".into(), table: "package".into() };
        self.push(Diagnostic::new(message, at));
    }

    /// Reports what is no TOML, once a line: what follows on a line follows from its first mistake.
    fn syntax_errors(&mut self, errors: &[toml::de::Error]) {
        let index = LineIndex::new(self.text);
        let mut lines = BTreeSet::new();
        for error in errors {
            let at = self.span(error.span().unwrap_or_default());
            if !lines.insert(index.line(at.start)) {
                continue;
            }
            let mut diagnostic =
                Diagnostic::new(PackageMessage::ManifestSyntax { detail: translated(error.message()) }, at);
            if error.message().starts_with(UNQUOTED) {
                let text = self.text.get(error.span().unwrap_or_default()).unwrap_or_default();
                let text = quoted(text.trim_matches(['“', '”', '‘', '’', '「', '」']));
                let title = SyntaxNote::ReplaceWith { text: text.as_str().into() };
                diagnostic = diagnostic.fix(Fix::suggestion(title, at, text));
            }
            self.push(diagnostic);
        }
    }

    fn unknown_tables(&mut self, tables: &DeTable<'_>) {
        for (key, value) in tables {
            let name = key.get_ref().as_ref();
            if TABLES.contains(&name) {
                continue;
            }
            let at = self.span(key.span());
            let diagnostic = if is_table(value) {
                let near = did_you_mean(name, TABLES);
                let diagnostic = Diagnostic::new(PackageMessage::ManifestUnknownTable { table: name.into() }, at);
                let tables = TABLES.iter().map(|it| (*it).into()).collect();
                let diagnostic =
                    if near.is_none() { diagnostic.help(PackageNote::TablesAre { tables }) } else { diagnostic };
                with_suggestion(diagnostic, at, near, str::to_owned)
            } else {
                let diagnostic = Diagnostic::new(PackageMessage::ManifestLooseKey { key: name.into() }, at);
                let table = if name == "members" { Some("workspace") } else { None };
                let table = table.or_else(|| PACKAGE_KEYS.contains(&name).then_some("package"));
                match table {
                    Some(table) => diagnostic.help(PackageNote::KeyBelongsTo { key: name.into(), table: table.into() }),
                    None => diagnostic,
                }
            };
            self.push(diagnostic);
        }
    }

    fn unknown_keys(&mut self, table: &DeTable<'_>, name: &str, known: &[&'static str]) {
        for (key, _) in table {
            let text = key.get_ref().as_ref();
            if known.contains(&text) {
                continue;
            }
            let at = self.span(key.span());
            let message = PackageMessage::ManifestUnknownKey { key: text.into(), table: name.into() };
            let near = did_you_mean(text, known.iter().copied().filter(|it| !table.contains_key(*it)));
            let mut diagnostic = Diagnostic::new(message, at);
            if near.is_none() {
                let keys = known.iter().map(|it| (*it).into()).collect();
                diagnostic = diagnostic.help(PackageNote::KeysAre { table: name.into(), keys });
            }
            self.push(with_suggestion(diagnostic, at, near, str::to_owned));
        }
    }

    /// A table of the document, with the place of its head.
    fn table<'d, 'i>(&mut self, tables: &'d DeTable<'i>, key: &str) -> Option<(&'d DeTable<'i>, Span)> {
        let value = tables.get(key)?;
        let at = self.span(value.span());
        if let DeValue::Table(table) = value.get_ref() {
            return Some((table, at));
        }
        // It is asked for twice where it decides what kind of manifest this is.
        let diagnostic = wrong_value(at, key, Bilingual::new("一节", "a table"));
        if !self.diagnostics.contains(&diagnostic) {
            self.push(diagnostic);
        }
        None
    }

    fn string(&mut self, table: &DeTable<'_>, key: &str) -> Option<Spanned<SmolStr>> {
        let value = table.get(key)?;
        let at = self.span(value.span());
        if let DeValue::String(text) = value.get_ref() {
            return Some(Spanned { value: text.as_ref().into(), at });
        }
        let diagnostic = wrong_value(at, key, Bilingual::new("引号中的文本", "a text in quotes"));
        self.push(diagnostic);
        None
    }

    fn path(&mut self, table: &DeTable<'_>, key: &str) -> Option<Spanned<Utf8PathBuf>> {
        let Spanned { value, at } = self.string(table, key)?;
        Some(Spanned { value: Utf8PathBuf::from(value.as_str()), at })
    }

    /// One of a few words.
    fn word<T: Copy>(
        &mut self,
        table: &DeTable<'_>,
        key: &str,
        expected: Bilingual,
        words: &[(&'static str, T)],
    ) -> Option<T> {
        let word = self.string(table, key)?;
        let found = words.iter().find(|it| it.0 == word.value).map(|it| it.1);
        if found.is_none() {
            let near = did_you_mean(&word.value, words.iter().map(|it| it.0));
            let values = words.iter().map(|it| it.0.into()).collect();
            let diagnostic = wrong_value(word.at, key, expected).help(PackageNote::ValuesAre { values });
            self.push(with_suggestion(diagnostic, word.at, near, quoted));
        }
        found
    }

    /// A list of texts, each once.
    fn names(&mut self, table: &DeTable<'_>, key: &str) -> Vec<Spanned<SmolStr>> {
        let mut names: Vec<Spanned<SmolStr>> = Vec::new();
        let Some(value) = table.get(key) else { return names };
        let at = self.span(value.span());
        let expected = || Bilingual::new("文本列表", "a list of texts");
        let items = match value.get_ref() {
            DeValue::Array(items) => items,
            DeValue::String(text) => {
                // The meaning is plain, so it is read; the form is still reported.
                let list = format!("[{}]", quoted(text));
                let title = SyntaxNote::ReplaceWith { text: list.as_str().into() };
                let diagnostic = wrong_value(at, key, expected()).fix(Fix::safe(title, at, list));
                self.push(diagnostic);
                return vec![Spanned { value: text.as_ref().into(), at }];
            }
            _ => {
                let diagnostic = wrong_value(at, key, expected());
                self.push(diagnostic);
                return names;
            }
        };
        for item in items {
            let at = self.span(item.span());
            let DeValue::String(text) = item.get_ref() else {
                let diagnostic = wrong_value(at, key, expected());
                self.push(diagnostic);
                continue;
            };
            match names.iter().find(|it| it.value.as_str() == text.as_ref()) {
                Some(first) => {
                    let message = PackageMessage::ManifestRepeatedName { name: text.as_ref().into(), key: key.into() };
                    let first = first.at;
                    self.push(Diagnostic::new(message, at).label(first, GeneralNote::FirstHere));
                }
                None => names.push(Spanned { value: text.as_ref().into(), at }),
            }
        }
        names
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn span(&self, range: Range<usize>) -> Span {
        // INVARIANT: texts past 1 GiB are refused, so offsets fit.
        let offset = |it: usize| u32::try_from(it.min(self.text.len())).unwrap_or(u32::MAX);
        Span::new(self.file, offset(range.start), offset(range.end))
    }
}

fn wrong_value(at: Span, key: &str, expected: Bilingual) -> Diagnostic {
    Diagnostic::new(PackageMessage::ManifestWrongValue { key: key.into(), expected }, at)
}

fn is_table(value: &Toml<DeValue<'_>>) -> bool {
    matches!(value.get_ref(), DeValue::Table(_))
}

/// Adds the nearest right word as a change, if there is one.
fn with_suggestion(
    diagnostic: Diagnostic,
    at: Span,
    near: Option<&str>,
    write: impl FnOnce(&str) -> String,
) -> Diagnostic {
    match near {
        Some(near) => diagnostic.fix(Fix::suggestion(NameNote::DidYouMean { name: near.into() }, at, write(near))),
        None => diagnostic,
    }
}

/// A text as TOML writes it.
pub(crate) fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// Whether the text can be written as a name in a policy: in back-quotes where it is a keyword.
fn is_name(text: &str) -> bool {
    match polis_syntax::lex(text).tokens.as_slice() {
        [token] => {
            let whole = token.start == 0 && usize::try_from(token.end) == Ok(text.len());
            whole && (token.kind == TokenKind::Ident || token.kind.is_keyword())
        }
        _ => false,
    }
}
