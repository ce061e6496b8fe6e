//! Planting, checking, comparing, taking out.

use std::collections::{BTreeMap, BTreeSet};

use polis_db::{LintLevel, Manifest, Package, PolisDatabase, SourceText};
use polis_diagnostic::{Diagnostic, Message, Severity, Span};
use polis_sources::Library as Sources;
use polis_syntax::ast::File;
use polis_syntax::words::Kind;

use crate::library::{Library, blocks_of};
use crate::operators::{Family, Operator};
use crate::plant::{Plant, Touched, head};
use crate::texts;

/// The policies in a database, with what the checker says of them as they are.
pub struct Bench {
    library: Library,
    db: PolisDatabase,
    packages: Vec<Package>,
    sources: Sources,
    /// By package: the findings on the policies as they are, with how often each comes.
    before: BTreeMap<String, Findings>,
    /// By package: those of the citations.
    cited_before: BTreeMap<String, Findings>,
}

/// A finding without positions: what it says and the provisions that it is about.
type Finding = (Message, BTreeSet<Touched>);
type Findings = BTreeMap<Finding, usize>;

/// What packages were like before they were made to ask for a code.
struct Asked {
    manifests: Vec<(Package, Manifest)>,
    /// By package: the findings on the policies as they are, with the code.
    before: BTreeMap<String, Findings>,
}

/// What became of a planted defect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Whether a new finding of an expected code is about what was planted.
    pub found: bool,
    /// The codes of other new findings that are about what was planted: one mistake, several findings.
    pub beside: BTreeSet<&'static str>,
    /// New findings that are about nothing that was planted, with their places.
    pub false_alarms: Vec<String>,
    /// What is wrong with the plant itself: a text that no longer parses, although the defect is none of form.
    pub broken: Option<String>,
    /// Whether an error keeps the analyses from running, so that they could not find it.
    pub masked: bool,
}

impl Bench {
    /// Checks the policies as they are.
    #[must_use]
    pub fn new((library, db, packages): (Library, PolisDatabase, Vec<Package>)) -> Self {
        let sources = texts::made_up(&db, &library, &packages);
        let (before, cited_before) = Default::default();
        let mut bench = Self { library, db, packages, sources, before, cited_before };
        let trees: BTreeMap<usize, File> = BTreeMap::new();
        for package in bench.packages.clone() {
            let name = package.name(&bench.db).to_string();
            let found = bench.findings(polis_analysis::check(&bench.db, package), &trees);
            bench.before.insert(name.clone(), found);
            let report = polis_sources::check(&bench.db, package, &bench.sources);
            let found = bench.findings(report.diagnostics, &trees);
            bench.cited_before.insert(name, found);
        }
        bench
    }

    /// The policies.
    #[must_use]
    pub const fn library(&self) -> &Library {
        &self.library
    }

    /// Plants a defect, checks, and takes it out again.
    pub fn try_out(&mut self, operator: &Operator, plant: &Plant, expected: &[&str]) -> Outcome {
        let texts = plant.texts(&self.library);
        let mut touched = plant.partners.clone();
        let mut trees: BTreeMap<usize, File> = BTreeMap::new();
        let mut broken = None;
        for (page, text) in &texts {
            let parse = polis_syntax::parse(text);
            if !operator.breaks_form
                && let Some(error) = parse.errors.first()
            {
                let line = text.get(..error.span.start as usize).unwrap_or_default().lines().count();
                broken = Some(format!("line {line} no longer parses: `{}`", error.span.text(text)));
            }
            touched.extend(plant.touched(*page, text, &parse.file));
            trees.insert(*page, parse.file);
        }
        touched.extend(self.amendments(&touched));
        let reached = self.reached(&texts);
        let asked = operator.on_demand.map(|code| self.ask(&reached, code));
        for (page, text) in &texts {
            self.set(*page, text);
        }
        let (mut found, mut masked) = (false, false);
        let mut beside = BTreeSet::new();
        let mut others: Vec<(String, &'static str, BTreeSet<Touched>)> = Vec::new();
        for package in reached.iter().copied() {
            let name = package.name(&self.db).to_string();
            let (diagnostics, before) = if operator.family == Family::Text {
                (polis_sources::check(&self.db, package, &self.sources).diagnostics, self.cited_before.get(&name))
            } else {
                let asked = asked.as_ref().and_then(|it| it.before.get(&name));
                (polis_analysis::check(&self.db, package), asked.or(self.before.get(&name)))
            };
            let errors = |it: &Diagnostic| it.severity == Severity::Error && !expected.contains(&it.code());
            masked |= diagnostics.iter().any(errors);
            for ((message, places), count) in self.findings(diagnostics, &trees) {
                let known = before.and_then(|it| it.get(&(message.clone(), places.clone()))).copied().unwrap_or(0);
                if count <= known {
                    continue;
                }
                let code = message.code();
                let is_about_it = places.iter().any(|it| touched.contains(it));
                if is_about_it && expected.contains(&code) {
                    found = true;
                } else if is_about_it && !expected.is_empty() {
                    beside.insert(code);
                } else {
                    others.push((name.clone(), code, places));
                }
            }
        }
        if operator.family == Family::Names {
            // Who speaks of what no longer has a name or type is wrong too.
            while let Some(next) = others.iter().position(|it| self.follows(&it.2, &touched)) {
                touched.extend(others.swap_remove(next).2);
            }
        }
        others.retain(|it| !self.is_left(it.1, &it.2, &texts));
        let false_alarms = others.into_iter().map(|(name, code, places)| {
            let places: Vec<&str> = places.iter().map(|it| it.1.as_str()).collect();
            format!("{name}: {code}: {}", places.join(", "))
        });
        let false_alarms = false_alarms.collect();
        for (page, _) in &texts {
            if let Some(text) = self.library.pages.get(*page).map(|it| it.text.to_string()) {
                self.set(*page, &text);
            }
        }
        for (package, manifest) in asked.into_iter().flat_map(|it| it.manifests) {
            self.db.set_manifest(package, manifest);
        }
        Outcome { found, beside, false_alarms, broken, masked }
    }

    /// Makes packages ask for a code, as a manifest does that gives it a level.
    fn ask(&mut self, packages: &[Package], code: &str) -> Asked {
        let mut asked = Asked { manifests: Vec::new(), before: BTreeMap::new() };
        for package in packages {
            let manifest = Manifest::clone(&package.manifest(&self.db));
            let mut asking = manifest.clone();
            asking.lints.insert(code.into(), LintLevel::Info);
            self.db.set_manifest(*package, asking);
            asked.manifests.push((*package, manifest));
            let found = self.findings(polis_analysis::check(&self.db, *package), &BTreeMap::new());
            asked.before.insert(package.name(&self.db).to_string(), found);
        }
        asked
    }

    /// Whether a finding is that nothing speaks any more of a provision that the changed pages spoke of before: the
    /// plant took the last mention away, and the provision is left without a use indeed.
    fn is_left(&self, code: &str, places: &BTreeSet<Touched>, texts: &[(usize, String)]) -> bool {
        let mentions = |text: &str, name: &str| {
            let tokens = polis_syntax::lex(text).tokens;
            tokens.iter().filter(|it| it.span().text(text).trim_matches('`') == name).count()
        };
        let was_spoken_of = |name: &str| {
            texts.iter().any(|(page, text)| {
                self.library.pages.get(*page).is_some_and(|it| mentions(&it.text, name) > mentions(text, name))
            })
        };
        code == "unused-provision" && places.iter().all(|it| it.1.split_once(' ').is_some_and(|it| was_spoken_of(it.1)))
    }

    /// The amendments of provisions: what is wrong with an amended one is found at the amendment as well.
    fn amendments(&self, touched: &BTreeSet<Touched>) -> BTreeSet<Touched> {
        let amends = self.library.blocks(&[Kind::Amend]).filter(|at| {
            at.children().any(|it| {
                let amended = head(it.block, &it.page.text);
                touched.iter().any(|(page, head)| {
                    *head == amended && self.library.pages.get(*page).is_some_and(|p| p.package == it.page.package)
                })
            })
        });
        amends.map(|it| (it.page.index, head(it.block, &it.page.text))).collect()
    }

    /// Whether one of the provisions speaks of one that was touched.
    fn follows(&self, places: &BTreeSet<Touched>, touched: &BTreeSet<Touched>) -> bool {
        let names: Vec<&str> = touched.iter().filter_map(|it| it.1.split_once(' ')).map(|it| it.1).collect();
        places.iter().any(|(page, place)| {
            let Some(page) = self.library.pages.get(*page) else { return false };
            let block = blocks_of(&page.tree.elements).find(|it| head(it, &page.text) == *place);
            let text = block.map_or("", |it| it.span.text(&page.text));
            names.iter().any(|it| !it.is_empty() && text.contains(it))
        })
    }

    fn set(&mut self, page: usize, text: &str) {
        if let Some(page) = self.library.pages.get(page) {
            self.db.set_text(page.file, SourceText::Text(text.into()));
        }
    }

    /// The packages whose findings a change of these pages can change: theirs, and those that are under or use them.
    fn reached(&self, texts: &[(usize, String)]) -> Vec<Package> {
        let mut names: BTreeSet<String> =
            texts.iter().filter_map(|it| Some(self.library.pages.get(it.0)?.package.clone())).collect();
        loop {
            let size = names.len();
            for package in &self.packages {
                let manifest = package.manifest(&self.db);
                if manifest.under.iter().chain(&manifest.uses).any(|it| names.contains(it.value.as_str())) {
                    names.insert(package.name(&self.db).to_string());
                }
            }
            if names.len() == size {
                break;
            }
        }
        self.packages.iter().copied().filter(|it| names.contains(it.name(&self.db).as_str())).collect()
    }

    /// Findings without positions; `trees` are those of the pages that differ from the library's.
    fn findings(&self, diagnostics: Vec<Diagnostic>, trees: &BTreeMap<usize, File>) -> Findings {
        let mut found = Findings::new();
        for diagnostic in diagnostics {
            let labels = diagnostic.labels.iter().map(|it| it.at);
            let places = std::iter::once(diagnostic.primary.at).chain(labels);
            let places = places.filter_map(|it| self.provision(it, trees)).collect();
            *found.entry((diagnostic.message, places)).or_default() += 1;
        }
        found
    }

    /// The provision that a place lies in.
    fn provision(&self, at: Span, trees: &BTreeMap<usize, File>) -> Option<Touched> {
        let page = self.library.pages.iter().find(|it| it.file.id(&self.db) == at.file)?;
        let tree = trees.get(&page.index).unwrap_or(&page.tree);
        let SourceText::Text(text) = page.file.text(&self.db) else { return None };
        let block = blocks_of(&tree.elements).find(|it| it.span.start <= at.start && at.start < it.span.end.max(1))?;
        Some((page.index, head(block, &text)))
    }
}
