//! Many programs checked in few packages.

use camino::Utf8Path;
use polis_db::{Loaded, MemorySystem, PolisDatabase, load};
use polis_diagnostic::{Diagnostic, Locale, Message, Span};

use crate::world::{DECLARATIONS, Point};

/// How many programs make a package. A run holds a place for each rule of its package, so large packages are slow.
const AT_ONCE: usize = 60;

/// A finding about one program.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    pub(crate) code: &'static str,
    /// The message in Chinese.
    pub(crate) message: String,
    /// What is underlined, and where it begins in the program.
    pub(crate) at: String,
    pub(crate) start: usize,
    /// What else is underlined.
    pub(crate) labels: Vec<String>,
    /// The note with an example.
    pub(crate) example: Option<String>,
}

impl Finding {
    /// The jurisdiction that the finding gives, which must lie in the world.
    pub(crate) fn witness(&self, program: &str) -> Option<Point> {
        let note = self.example.as_ref()?;
        Some(Point::read(note).unwrap_or_else(|| panic!("{note}\n{program}")))
    }
}

/// What is found about each program. The names in a program must not occur in another.
pub(crate) fn findings(programs: &[String]) -> Vec<Vec<Finding>> {
    programs.chunks(AT_ONCE).flat_map(package).collect()
}

/// The same, of some codes only.
pub(crate) fn findings_of(programs: &[String], codes: &[&str]) -> Vec<Vec<Finding>> {
    let mut all = findings(programs);
    for found in &mut all {
        found.retain(|it| codes.contains(&it.code));
    }
    all
}

fn package(programs: &[String]) -> Vec<Vec<Finding>> {
    let mut text = DECLARATIONS.to_owned();
    let mut starts = Vec::new();
    for program in programs {
        starts.push(text.len());
        text.push_str(program);
        text.push('\n');
    }
    let loaded = open(&[("/polis.toml".to_owned(), MANIFEST.to_owned()), ("/a.pol".to_owned(), text)]);
    let [package] = loaded.targets.as_slice().try_into().unwrap();
    // All of these programs lie within what is decided.
    assert_eq!(polis_analysis::analysis(&loaded.db, package).undecided, []);
    let mut all = vec![Vec::new(); programs.len()];
    for found in polis_analysis::check(&loaded.db, package).into_iter().filter(is_decided) {
        let start = found.primary.at.start as usize;
        let index = starts.partition_point(|it| *it <= start).checked_sub(1);
        let index = index.unwrap_or_else(|| panic!("the declarations are found fault with: {found:?}"));
        let finding = finding(&loaded.db, &found);
        all[index].push(Finding { start: start - starts[index], ..finding });
    }
    all
}

/// Whether a finding is of a family that is decided on spaces and figures; the others go by names and wording.
pub(crate) fn is_decided(found: &Diagnostic) -> bool {
    !matches!(
        found.message,
        Message::Quality(_) | Message::Responsibility(_) | Message::Coherence(_) | Message::Allowance(_)
    )
}

/// The manifest of a package that stands alone.
pub(crate) const MANIFEST: &str = "[package]\nname = \"a\"\n";

/// A finding with its words, and where it begins in its file.
pub(crate) fn finding(db: &PolisDatabase, found: &Diagnostic) -> Finding {
    let underlined = |at: Span| {
        let text = db.file(at.file).unwrap().text(db);
        text.text()[at.start as usize..at.end as usize].to_owned()
    };
    let mut notes = found.notes.iter().map(|it| it.render(Locale::Zh));
    Finding {
        code: found.message.code(),
        message: found.message.render(Locale::Zh),
        at: underlined(found.primary.at),
        start: found.primary.at.start as usize,
        labels: found.labels.iter().map(|it| underlined(it.at)).collect(),
        example: notes.find(|it| it.starts_with("例如")),
    }
}

/// Files as a workspace.
pub(crate) fn open(files: &[(String, String)]) -> Loaded {
    let system = files.iter().fold(MemorySystem::new(), |system, (path, text)| system.with_file(path, text));
    let loaded = load(&system, Utf8Path::new("/"));
    assert_eq!(loaded.diagnostics, []);
    loaded
}
