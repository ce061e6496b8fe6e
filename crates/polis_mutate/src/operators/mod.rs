//! The defects that can be planted, by family.

mod cases;
mod controls;
mod figures;
mod limits;
mod lists;
mod names;
mod norms;
mod quality;
mod ratings;
mod responsibility;
mod text;
mod time;
mod totals;

use crate::library::Library;
use crate::plant::Plants;

/// A family of defects; the families of the checker, and changes that harm nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// What is declared and what is listed.
    Totals,
    /// Own and superior limits.
    Limits,
    /// What norms demand, forbid and permit.
    Norms,
    /// Conditions, cases and exceptions.
    Cases,
    /// Duties, powers, delegations and who has them.
    Responsibility,
    /// Lists and admissions.
    Lists,
    /// Ratings and procedures.
    Ratings,
    /// Figures over all jurisdictions.
    Figures,
    /// What is in force when.
    Time,
    /// Citations.
    Text,
    /// What works and should be written otherwise.
    Quality,
    /// Names, types and units.
    Names,
    /// Changes that harm nothing: whatever is found is a false alarm.
    Control,
}

/// A way to plant a defect.
#[derive(Debug, Clone, Copy)]
pub struct Operator {
    /// Its name, by which [`expected`](crate::expected) knows it.
    pub name: &'static str,
    /// The family whose checks are to find it.
    pub family: Family,
    /// What it plants.
    pub what: &'static str,
    /// Whether the text is not to parse afterwards.
    pub breaks_form: bool,
    /// The code that finds it only where a manifest asks for it by giving it a level: the package's is made to.
    pub on_demand: Option<&'static str>,
    /// Finds every place for it.
    pub plant: fn(&Library, &mut Plants),
}

impl Family {
    /// Every family.
    pub const ALL: &'static [Self] = &[
        Self::Totals,
        Self::Limits,
        Self::Norms,
        Self::Cases,
        Self::Responsibility,
        Self::Lists,
        Self::Ratings,
        Self::Figures,
        Self::Time,
        Self::Text,
        Self::Quality,
        Self::Names,
        Self::Control,
    ];

    /// The word for it on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Totals => "totals",
            Self::Limits => "limits",
            Self::Norms => "norms",
            Self::Cases => "cases",
            Self::Responsibility => "responsibility",
            Self::Lists => "lists",
            Self::Ratings => "ratings",
            Self::Figures => "figures",
            Self::Time => "time",
            Self::Text => "text",
            Self::Quality => "quality",
            Self::Names => "names",
            Self::Control => "control",
        }
    }

    /// What the table calls it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Totals => "totals",
            Self::Limits => "limits",
            Self::Norms => "norms",
            Self::Cases => "cases and exceptions",
            Self::Responsibility => "responsibility",
            Self::Lists => "lists",
            Self::Ratings => "ratings and procedures",
            Self::Figures => "figures",
            Self::Time => "time",
            Self::Text => "text",
            Self::Quality => "quality",
            Self::Names => "names, types and units",
            Self::Control => "harmless changes",
        }
    }
}

/// Every operator, by family.
pub fn all() -> impl Iterator<Item = &'static Operator> {
    [
        totals::ALL,
        limits::ALL,
        norms::ALL,
        cases::ALL,
        responsibility::ALL,
        lists::ALL,
        ratings::ALL,
        figures::ALL,
        time::ALL,
        text::ALL,
        quality::ALL,
        names::ALL,
        controls::ALL,
    ]
    .into_iter()
    .flatten()
}

/// A row of a family's table.
const fn operator(
    family: Family,
    name: &'static str,
    what: &'static str,
    plant: fn(&Library, &mut Plants),
) -> Operator {
    Operator { name, family, what, breaks_form: false, on_demand: None, plant }
}
