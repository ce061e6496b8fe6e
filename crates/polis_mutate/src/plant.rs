//! A planted defect: edits of pages, and what they touch.

use std::collections::BTreeSet;

use polis_syntax::ast::{Block, File};

use crate::library::{At, Library, blocks_of};

/// A change of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The page, by its position.
    pub page: usize,
    /// The first byte that goes.
    pub start: u32,
    /// The byte behind the last one that goes.
    pub end: u32,
    /// What comes in its place.
    pub text: String,
}

/// A defect at one place.
#[derive(Debug, Clone)]
pub struct Plant {
    /// The edits. Those of one page do not overlap.
    pub edits: Vec<Edit>,
    /// Where and what, for whoever reads the misses.
    pub note: String,
    /// Provisions that the defect is about besides those that are edited.
    pub partners: BTreeSet<Touched>,
}

/// A provision that a defect touches: the page and its head. Heads outlive edits, positions do not.
pub type Touched = (usize, String);

/// What an operator has found to plant.
#[derive(Debug, Default)]
pub struct Plants {
    /// In the order of the pages.
    pub all: Vec<Plant>,
}

impl Plants {
    /// Adds a defect at a block. An edit that could not be made leaves nothing to plant.
    pub fn add(&mut self, at: At<'_>, edits: impl IntoIterator<Item = Option<Edit>>, what: impl AsRef<str>) {
        let Some(edits) = edits.into_iter().collect::<Option<Vec<Edit>>>().filter(|it| !it.is_empty()) else { return };
        let note = format!("{}: {}: {}", at.page.path, at.shown(), what.as_ref());
        let partners = BTreeSet::from([(at.page.index, head(at.top, &at.page.text))]);
        self.all.push(Plant { edits, note, partners });
    }

    /// Says of the defect that was added last that it is about another provision too.
    pub fn with(&mut self, partner: At<'_>) {
        if let Some(last) = self.all.last_mut() {
            last.partners.insert((partner.page.index, head(partner.top, &partner.page.text)));
        }
    }
}

impl Plant {
    /// The pages that change, with their new texts.
    pub fn texts(&self, library: &Library) -> Vec<(usize, String)> {
        let pages: BTreeSet<usize> = self.edits.iter().map(|it| it.page).collect();
        pages
            .into_iter()
            .filter_map(|page| {
                let mut text = library.pages.get(page)?.text.to_string();
                let mut edits: Vec<&Edit> = self.edits.iter().filter(|it| it.page == page).collect();
                // From the back, so that what comes before keeps its place.
                edits.sort_by_key(|it| std::cmp::Reverse((it.start, it.end)));
                for edit in edits {
                    text.replace_range(edit.start as usize..edit.end as usize, &edit.text);
                }
                Some((page, text))
            })
            .collect()
    }

    /// What is touched: the provisions that the edits lie in or add, and the partners.
    pub fn touched(&self, page: usize, text: &str, tree: &File) -> BTreeSet<Touched> {
        let mut found = self.partners.clone();
        let mut edits: Vec<&Edit> = self.edits.iter().filter(|it| it.page == page).collect();
        edits.sort_by_key(|it| (it.start, it.end));
        let mut moved = 0_i64;
        for edit in edits {
            let start = i64::from(edit.start) + moved;
            let length = i64::try_from(edit.text.len()).unwrap_or(0);
            moved += length - i64::from(edit.end - edit.start);
            for block in blocks_of(&tree.elements) {
                let (from, to) = (i64::from(block.span.start), i64::from(block.span.end));
                // An edit between provisions touches those that it adds, and not its neighbours.
                if from < start + length.max(1) && start < to {
                    found.insert((page, head(block, text)));
                }
            }
        }
        found
    }
}

/// The kind and name of a provision.
pub(crate) fn head(block: &Block, text: &str) -> String {
    let name = block.name.map(|it| it.text(text)).or(block.title.map(|it| it.text(text))).unwrap_or_default();
    format!("{} {name}", block.word.text(text))
}

/// At most `count` of the plants, spread by the seed and in the order of the pages.
pub fn chosen(plants: Plants, seed: u64, count: usize) -> Vec<Plant> {
    let mut keyed: Vec<(u64, usize, Plant)> = plants
        .all
        .into_iter()
        .enumerate()
        .map(|(index, it)| (mixed(seed ^ (index as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)), index, it))
        .collect();
    keyed.sort_by_key(|it| (it.0, it.1));
    keyed.truncate(count);
    keyed.sort_by_key(|it| it.1);
    keyed.into_iter().map(|it| it.2).collect()
}

/// A number that looks like chance (SplitMix64).
const fn mixed(seed: u64) -> u64 {
    let z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use camino::Utf8Path;
    use polis_db::MemorySystem;
    use polis_syntax::words::{ClauseWord, Kind};

    use super::*;

    fn library(text: &str) -> Library {
        let system =
            MemorySystem::new().with_file("/polis.toml", "[package]\nname = \"a\"\n").with_file("/a.pol", text);
        Library::load(&system, Utf8Path::new("/")).unwrap().0
    }

    #[test]
    fn edits_meet_what_they_lie_in_or_add() {
        let library = library("清单 甲 { 列项: [一, 二] }\n清单 乙 { 列项: 三 }\n清单 丙 { 列项: 四 }\n");
        let at = |name: &str| library.blocks(&[Kind::List]).find(|it| it.name() == name).unwrap();
        let clause = at("甲").clause(ClauseWord::Items).unwrap();
        let second = at("乙").clause(ClauseWord::Items).unwrap();
        for (edits, text, touched) in [
            (
                vec![at("甲").without_item(clause, 0)],
                "清单 甲 { 列项: [二] }\n清单 乙 { 列项: 三 }\n清单 丙 { 列项: 四 }\n",
                vec!["清单 甲"],
            ),
            (
                vec![at("甲").without_item(clause, 1), at("乙").with_item(second, "五")],
                "清单 甲 { 列项: [一] }\n清单 乙 { 列项: 三, 五 }\n清单 丙 { 列项: 四 }\n",
                vec!["清单 乙", "清单 甲"],
            ),
            (
                vec![Some(at("乙").follow("清单 丁 { 列项: 五 }"))],
                "清单 甲 { 列项: [一, 二] }\n清单 乙 { 列项: 三 }\n\n清单 丁 { 列项: 五 }\n\n清单 丙 { 列项: 四 }\n",
                vec!["清单 丁", "清单 甲"],
            ),
        ] {
            let mut plants = Plants::default();
            plants.add(at("甲"), edits, "what");
            let plant = &plants.all[0];
            assert_eq!(plant.note, "a.pol: 清单 甲: what");
            assert_eq!(plant.texts(&library), [(0, text.to_owned())]);
            let found = plant.touched(0, text, &polis_syntax::parse(text).file);
            assert_eq!(found.iter().map(|it| it.1.as_str()).collect::<Vec<_>>(), touched, "{text}");
        }
        // The only one of a list cannot be left out.
        let mut plants = Plants::default();
        plants.add(at("乙"), [at("乙").without_item(second, 0)], "what");
        assert!(plants.all.is_empty());
    }
}
