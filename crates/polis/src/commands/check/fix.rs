//! `--fix` and `--dry-run`: the safe fixes of findings, made.

use std::collections::BTreeMap;
use std::io;

use camino::{Utf8Path, Utf8PathBuf};
use polis_diagnostic::{ColumnUnit, Diagnostic, Edit, Files, LineIndex};

use super::Check;
use crate::commands::fmt;
use crate::context::{Context, Failure};
use crate::project::Project;

/// How often findings are asked for again: a fix may bring out another, and none may go in circles.
const ROUNDS: usize = 16;

/// A fix that was made.
#[derive(serde::Serialize)]
pub(super) struct Made {
    code: &'static str,
    path: String,
    /// From one, in the text as it was when the fix was made.
    line: u32,
    column: u32,
    title: String,
}

/// What came of fixing.
#[derive(Default)]
pub(super) struct Outcome {
    /// The fixes, in the order in which they were made.
    pub(super) made: Vec<Made>,
    /// The files that are to read otherwise: their texts before and after.
    pub(super) changed: BTreeMap<String, (String, String)>,
    /// The files that could not be written.
    pub(super) unwritten: usize,
}

/// A safe fix of one file.
struct Wanted {
    made: Made,
    edits: Vec<Edit>,
    /// By which it is known again in a later round.
    key: Key,
}

/// A fix by what it changes into what, and the finding's code.
type Key = (&'static str, String, Vec<(String, String)>);

/// Makes the safe fixes of a project's findings in memory, until there are none left. Only `.pol` files that the call
/// names or that lie below what it names are changed.
pub(super) fn make(project: &mut Project, check: &Check<'_>, ctx: &Context<'_, '_>) -> Outcome {
    let mut outcome = Outcome::default();
    let asked: Vec<String> = project.files(ctx.system).iter().map(|it| it.file.path(it.db).to_string()).collect();
    // Fixes after which a text reads worse.
    let mut refused: Vec<Key> = Vec::new();
    for _ in 0..ROUNDS {
        let texts: BTreeMap<String, (String, Vec<Wanted>)> = {
            let (findings, _) = check.findings(project);
            let mut by_file: BTreeMap<String, (String, Vec<Wanted>)> = BTreeMap::new();
            for finding in &findings.diagnostics {
                let Some((path, wanted)) = wanted(finding, &findings.files, ctx) else { continue };
                if !asked.contains(&path) || refused.contains(&wanted.key) {
                    continue;
                }
                let text = findings.files.text(finding.primary.at.file).to_owned();
                by_file.entry(path).or_insert((text, Vec::new())).1.push(wanted);
            }
            by_file
        };
        let mut any = false;
        for (path, (text, wanted)) in texts {
            let (new, made) = applied(&text, wanted, &mut refused);
            if made.is_empty() {
                continue;
            }
            any = true;
            outcome.made.extend(made);
            project.set_text(&path, &new);
            outcome.changed.entry(path).or_insert((text, String::new())).1 = new;
        }
        if !any {
            break;
        }
    }
    outcome.changed.retain(|_, (old, new)| old != new);
    outcome
}

impl Outcome {
    /// Writes the files, each in one step.
    pub(super) fn write(&mut self, ctx: &mut Context<'_, '_>) -> io::Result<()> {
        for (path, (_, new)) in &self.changed {
            if let Err(error) = ctx.system.write_atomic(Utf8Path::new(path), new.as_bytes()) {
                self.unwritten += 1;
                let text = ctx.text(format!("无法写入 `{path}`：{error}"), format!("cannot write `{path}`: {error}"));
                ctx.error(&text)?;
            }
        }
        Ok(())
    }

    /// Puts the texts back as they were: nothing has been fixed.
    pub(super) fn undo(&self, project: &mut Project) {
        for (path, (old, _)) in &self.changed {
            project.set_text(path, old);
        }
    }

    /// Shows what would change, as a patch.
    pub(super) fn show(&self, ctx: &mut Context<'_, '_>) -> Result<(), Failure> {
        for (path, (old, new)) in &self.changed {
            fmt::diff(ctx, path, old, new)?;
        }
        Ok(())
    }
}

/// The finding's fix, if it is safe and within one file of policies.
fn wanted(finding: &Diagnostic, files: &dyn Files, ctx: &Context<'_, '_>) -> Option<(String, Wanted)> {
    let fix = finding.fix.as_ref().filter(|it| it.safe && !it.edits.is_empty())?;
    let file = finding.primary.at.file;
    let path = files.path(file).to_owned();
    if fix.edits.iter().any(|it| it.at.file != file) || Utf8PathBuf::from(&path).extension() != Some("pol") {
        return None;
    }
    let text = files.text(file);
    let slice = |it: &Edit| text.get(it.at.start as usize..it.at.end as usize).map(str::to_owned);
    let before: Option<Vec<(String, String)>> =
        fix.edits.iter().map(|it| slice(it).map(|old| (old, it.text.clone()))).collect();
    let mut edits = fix.edits.clone();
    if text.contains("\r\n") {
        for edit in &mut edits {
            edit.text = edit.text.replace("\r\n", "\n").replace('\n', "\r\n");
        }
    }
    let start = LineIndex::new(text).position(text, finding.primary.at.start, ColumnUnit::Char);
    let made = Made {
        code: finding.code(),
        path: path.clone(),
        line: start.line + 1,
        column: start.column + 1,
        title: fix.title.render(ctx.locale),
    };
    Some((path.clone(), Wanted { made, edits, key: (finding.code(), path, before?) }))
}

/// The text with those fixes made that do not overlap and after which it has no more errors of form than before.
fn applied(text: &str, wanted: Vec<Wanted>, refused: &mut Vec<Key>) -> (String, Vec<Made>) {
    let mut chosen: Vec<Wanted> = Vec::new();
    for fix in wanted {
        let free = |edit: &Edit| !chosen.iter().flat_map(|it| &it.edits).any(|it| overlap(it, edit));
        if fix.edits.iter().all(free) {
            chosen.push(fix);
        }
    }
    let all: Vec<&Wanted> = chosen.iter().collect();
    let together = edited(text, &all);
    if errors(&together) <= errors(text) {
        return (together, chosen.into_iter().map(|it| it.made).collect());
    }
    // One of them does harm: each is tried by itself, beside those that did none.
    let mut kept: Vec<Wanted> = Vec::new();
    for fix in chosen {
        let with: Vec<&Wanted> = kept.iter().chain([&fix]).collect();
        let without: Vec<&Wanted> = kept.iter().collect();
        if errors(&edited(text, &with)) <= errors(&edited(text, &without)) {
            kept.push(fix);
        } else {
            refused.push(fix.key);
        }
    }
    let all: Vec<&Wanted> = kept.iter().collect();
    (edited(text, &all), kept.into_iter().map(|it| it.made).collect())
}

/// Whether two edits cannot both be made.
fn overlap(a: &Edit, b: &Edit) -> bool {
    a.at.start < b.at.end && b.at.start < a.at.end || a.at.start == b.at.start
}

/// The text with the edits of fixes that do not overlap.
fn edited(text: &str, fixes: &[&Wanted]) -> String {
    let mut edits: Vec<&Edit> = fixes.iter().flat_map(|it| &it.edits).collect();
    edits.sort_by_key(|it| (it.at.start, it.at.end));
    let mut new = String::with_capacity(text.len());
    let mut done = 0;
    for edit in edits {
        new.push_str(text.get(done..edit.at.start as usize).unwrap_or_default());
        new.push_str(&edit.text);
        done = done.max(edit.at.end as usize);
    }
    new.push_str(text.get(done..).unwrap_or_default());
    new
}

/// How many errors of form a text has.
fn errors(text: &str) -> usize {
    polis_syntax::parse(text).errors.len()
}

/// The fixes as data.
pub(super) fn as_json(made: &[Made], written: bool) -> [(String, serde_json::Value); 2] {
    let fixes = serde_json::to_value(made).unwrap_or_default();
    [("fixes".to_owned(), fixes), ("written".to_owned(), written.into())]
}

#[cfg(test)]
mod tests {
    use polis_diagnostic::{FileId, Span};

    use super::*;

    fn wanted(edits: &[(u32, u32, &str)]) -> Wanted {
        let edits = edits.iter().map(|it| Edit { at: Span::new(FileId(0), it.0, it.1), text: it.2.to_owned() });
        let edits: Vec<Edit> = edits.collect();
        let made = Made { code: "x", path: "a.pol".into(), line: 1, column: 1, title: String::new() };
        let key = ("x", "a.pol".to_owned(), edits.iter().map(|it| (String::new(), it.text.clone())).collect());
        Wanted { made, edits, key }
    }

    #[test]
    fn fixes_that_overlap_are_left_for_the_next_round() {
        let text = "参数 a: 人 { 值: 3 人 }\n";
        let name = text.find('a').and_then(|it| u32::try_from(it).ok()).unwrap_or_default();
        let mut refused = Vec::new();
        let fixes = vec![wanted(&[(name, name + 1, "b")]), wanted(&[(name, name + 1, "c")]), wanted(&[(0, 0, "\n")])];
        let (new, made) = applied(text, fixes, &mut refused);
        assert_eq!((new.as_str(), made.len(), refused.len()), ("\n参数 b: 人 { 值: 3 人 }\n", 2, 0));
    }

    #[test]
    fn a_fix_that_breaks_the_form_is_refused() {
        let text = "参数 a: 人 { 值: 3 人 }\n";
        let end = u32::try_from(text.len()).unwrap_or_default();
        let name = text.find('a').and_then(|it| u32::try_from(it).ok()).unwrap_or_default();
        let mut refused = Vec::new();
        let fixes = vec![wanted(&[(name, name + 1, "b")]), wanted(&[(end - 2, end, "")])];
        let (new, made) = applied(text, fixes, &mut refused);
        assert_eq!((new.as_str(), made.len(), refused.len()), ("参数 b: 人 { 值: 3 人 }\n", 1, 1));
    }
}
