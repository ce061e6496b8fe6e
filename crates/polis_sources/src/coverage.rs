//! Which rows of a register the provisions carry.

use std::collections::{BTreeMap, BTreeSet};

use polis_db::{Db, Package};
use polis_semantic::items::{Place, file_items};
use polis_syntax::ast::ExprKind;
use polis_syntax::words::{ClauseWord, Kind};
use smol_str::SmolStr;

use crate::blocks::{Known, blocks};
use crate::register::Register;

/// As what a row is carried; the later prevails where there are several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// A reported figure, or the frame that provisions stand in: documents, entities, concepts, units.
    Fact,
    /// What no program can decide.
    Principle,
    /// What can be checked, computed or tested.
    Code,
}

impl Class {
    /// As what a block of a kind carries its rows. Tests carry none: they say again what provisions say.
    #[must_use]
    pub const fn of(kind: Kind) -> Option<Self> {
        Some(match kind {
            Kind::Test => return None,
            Kind::Principle => Self::Principle,
            Kind::Fact
            | Kind::Document
            | Kind::Series
            | Kind::Unit
            | Kind::Concept
            | Kind::Entity
            | Kind::Field
            | Kind::Organ
            | Kind::Enum
            | Kind::Action => Self::Fact,
            _ => Self::Code,
        })
    }
}

/// A block that says which row it carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carrier {
    /// The row's id.
    pub id: SmolStr,
    /// The kind of the block.
    pub kind: Kind,
    /// The package it stands in.
    pub package: SmolStr,
    /// The place of the id.
    pub place: Place,
}

/// The rows that the blocks of a package carry, inner blocks too, in the order of files and texts.
pub fn carriers(db: &dyn Db, package: Package) -> Vec<Carrier> {
    let mut found = Vec::new();
    for item in package.files(db).iter().flat_map(|it| file_items(db, *it)) {
        if item.kind(db).is_none_or(|it| Class::of(it).is_none()) {
            continue;
        }
        let content = item.content(db);
        for block in blocks(&content) {
            for (id, span) in row_ids(block, &content.text) {
                let place = content.place(&item.key(db), span);
                found.push(Carrier { id, kind: block.kind, package: package.name(db), place });
            }
        }
    }
    found
}

fn row_ids(block: Known<'_>, text: &str) -> impl Iterator<Item = (SmolStr, polis_syntax::Span)> {
    block.values(ClauseWord::Ref).filter_map(move |value| match value.kind {
        ExprKind::RowId => Some((SmolStr::new(value.span.text(text)), value.span)),
        ExprKind::Text => Some((polis_semantic::unquote(value.span.text(text)), value.span)),
        _ => None,
    })
}

/// What of a register is carried.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    /// Each row of the register, in its order.
    pub rows: Vec<Covered>,
    /// The cities, by the letters that their ids begin with.
    pub cities: Vec<CityCount>,
    /// All cities together.
    pub total: Count,
    /// By kind, in the order of the table of words: how many rows blocks of the kind carry.
    pub kinds: Vec<(Kind, usize)>,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Covered {
    /// As what it is carried; `None` if by nothing.
    pub class: Option<Class>,
}

/// The count of a city.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CityCount {
    /// The letters before the dash.
    pub city: SmolStr,
    /// The package that carries most of its rows.
    pub package: Option<SmolStr>,
    /// The count.
    pub count: Count,
}

/// A count of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// All rows.
    pub rows: usize,
    /// Those that say how binding they are.
    pub modality: usize,
    /// Those carried as code.
    pub code: usize,
    /// Those carried as principles and not as code.
    pub principle: usize,
    /// Those carried as facts or frame only.
    pub fact: usize,
    /// Those not carried.
    pub missing: usize,
    /// Those that say how binding they are and are carried as code.
    pub modality_code: usize,
}

impl Count {
    fn add(&mut self, class: Option<Class>, modality: bool) {
        self.rows += 1;
        self.modality += usize::from(modality);
        self.modality_code += usize::from(modality && class == Some(Class::Code));
        *match class {
            Some(Class::Code) => &mut self.code,
            Some(Class::Principle) => &mut self.principle,
            Some(Class::Fact) => &mut self.fact,
            None => &mut self.missing,
        } += 1;
    }

    /// The share of rows with a modality that are code, in tenths of a percent, rounded down: 100% means all.
    #[must_use]
    pub fn share(&self) -> Option<usize> {
        (self.modality_code * 1000).checked_div(self.modality)
    }
}

impl Coverage {
    /// Counts. Carriers of ids that the register does not have count for nothing.
    #[must_use]
    pub fn new(register: &Register, carriers: &[Carrier]) -> Self {
        let mut by_id: BTreeMap<&str, Vec<&Carrier>> = BTreeMap::new();
        for carrier in carriers {
            by_id.entry(&carrier.id).or_default().push(carrier);
        }
        let mut coverage = Self::default();
        let mut cities: BTreeMap<&str, (Count, BTreeMap<&str, usize>)> = BTreeMap::new();
        let mut kinds: BTreeMap<Kind, usize> = BTreeMap::new();
        for row in &register.rows {
            let by = by_id.get(row.id.as_str()).map_or(&[][..], Vec::as_slice);
            let class = by.iter().filter_map(|it| Class::of(it.kind)).max();
            let (count, packages) = cities.entry(row.city()).or_default();
            count.add(class, row.has_modality);
            coverage.total.add(class, row.has_modality);
            for package in by.iter().map(|it| it.package.as_str()).collect::<BTreeSet<_>>() {
                *packages.entry(package).or_default() += 1;
            }
            for kind in by.iter().map(|it| it.kind).collect::<BTreeSet<_>>() {
                *kinds.entry(kind).or_default() += 1;
            }
            coverage.rows.push(Covered { class });
        }
        coverage.cities = cities
            .into_iter()
            .map(|(city, (count, packages))| {
                // Of packages that carry as many, the first by name.
                let most = packages.into_iter().rev().max_by_key(|it| it.1);
                CityCount { city: city.into(), package: most.map(|it| it.0.into()), count }
            })
            .collect();
        coverage.kinds = kinds.into_iter().collect();
        coverage
    }
}
