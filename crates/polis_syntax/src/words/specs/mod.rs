//! What each kind takes, by family; the shapes are in [`super::kinds`].

/// The clauses of a provision that is in force for a time and can be compared: its own, and what all of these take.
macro_rules! in_force {
    ($($own:expr),* $(,)?) => {
        &[
            $($own,)*
            $crate::words::specs::IS,
            $crate::words::specs::MODALITY,
            $crate::words::specs::FROM,
            $crate::words::specs::UNTIL,
            $crate::words::specs::CITE,
            $crate::words::specs::REF,
            $crate::words::specs::NOTE,
        ]
    };
}

/// The clauses of what holds on any day and can be compared.
macro_rules! compared {
    ($($own:expr),* $(,)?) => {
        &[
            $($own,)*
            $crate::words::specs::IS,
            $crate::words::specs::CITE,
            $crate::words::specs::REF,
            $crate::words::specs::NOTE,
        ]
    };
}

/// The clauses of what only needs its source.
macro_rules! cited {
    ($($own:expr),* $(,)?) => {
        &[
            $($own,)*
            $crate::words::specs::CITE,
            $crate::words::specs::REF,
            $crate::words::specs::NOTE,
        ]
    };
}

mod duties;
mod frame;
mod measures;
mod trials;

use super::{ChoiceSet, ClauseSpec, HeadName, Kind, KindSpec, Value};

impl KindSpec {
    pub(super) const fn with_inner(mut self, inner: &'static [Kind]) -> Self {
        self.inner = inner;
        self
    }
    pub(super) const fn with_of(mut self, of: HeadName) -> Self {
        self.of = of;
        self
    }
    pub(super) const fn with_type(mut self) -> Self {
        self.typed = true;
        self
    }
    pub(super) const fn nested(mut self) -> Self {
        self.top = false;
        self
    }
}

pub(super) const fn clause(word: C, value: Value) -> ClauseSpec {
    ClauseSpec { word, value, head: HeadName::None, required: false, many: false, several: false, guarded: false }
}

impl ClauseSpec {
    pub(super) const fn required(mut self) -> Self {
        self.required = true;
        self
    }
    pub(super) const fn many(mut self) -> Self {
        self.many = true;
        self
    }
    pub(super) const fn several(mut self) -> Self {
        self.several = true;
        self
    }
    pub(super) const fn guarded(mut self) -> Self {
        self.guarded = true;
        self
    }
    pub(super) const fn head(mut self, head: HeadName) -> Self {
        self.head = head;
        self
    }
}

pub(super) use super::ClauseWord as C;

pub(super) const IS: ClauseSpec = clause(C::Is, Value::Reference(&[Kind::Concept])).several();
pub(super) const CITE: ClauseSpec = clause(C::Cite, Value::Citation).several();
pub(super) const FROM: ClauseSpec = clause(C::From, Value::Date);
pub(super) const UNTIL: ClauseSpec = clause(C::Until, Value::Date);
pub(super) const MODALITY: ClauseSpec = clause(C::Modality, Value::Choice(ChoiceSet::Modality));
pub(super) const REF: ClauseSpec = clause(C::Ref, Value::RowIds).several();
pub(super) const NOTE: ClauseSpec = clause(C::Note, Value::Text);
pub(super) const WHEN: ClauseSpec = clause(C::When, Value::Condition);
pub(super) const TOTAL: ClauseSpec = clause(C::Total, Value::Constant).several();
pub(super) const IMPLEMENTS: ClauseSpec = clause(C::Implements, Value::Reference(&[Kind::Delegation])).several();
pub(super) const OPEN_ENDED: ClauseSpec = clause(C::OpenEnded, Value::Constant);
pub(super) const UNLISTED: ClauseSpec = clause(C::Unlisted, Value::Constant).several();

/// Whom norms, powers and duties may name.
pub(super) const ACTORS: &[Kind] = &[Kind::Entity, Kind::Organ];

/// What an amendment may change.
pub(super) const AMENDABLE: &[Kind] = &[
    Kind::Param,
    Kind::Rule,
    Kind::Require,
    Kind::Norm,
    Kind::Power,
    Kind::Grant,
    Kind::Duty,
    Kind::Duties,
    Kind::Offices,
    Kind::Centers,
    Kind::Posts,
    Kind::Quota,
    Kind::Pay,
    Kind::List,
    Kind::Admission,
    Kind::Commitment,
    Kind::Mechanism,
    Kind::Rating,
    Kind::Indicator,
    Kind::Procedure,
];

pub(super) const STRUCTURE: &[ClauseSpec] = in_force![
    clause(C::Limit, Value::Figure).guarded().many(),
    clause(C::Required, Value::Figure).head(HeadName::Optional).many(),
    clause(C::Optional, Value::Figure).head(HeadName::Optional).many().guarded(),
    clause(C::Separate, Value::Declares).several(),
    clause(C::Unlisted, Value::Figure),
    clause(C::Actual, Value::Figure),
    OPEN_ENDED,
    WHEN,
    IMPLEMENTS,
];

/// A kind that may stand at the top of a file.
const fn top(name: HeadName, clauses: &'static [ClauseSpec]) -> KindSpec {
    KindSpec { top: true, of: HeadName::None, name, typed: false, clauses, inner: &[] }
}

impl Kind {
    /// What the kind takes.
    #[must_use]
    pub const fn spec(self) -> &'static KindSpec {
        match self {
            Self::Document => &frame::DOCUMENT,
            Self::Series => &frame::SERIES,
            Self::Unit => &frame::UNIT,
            Self::Concept => &frame::CONCEPT,
            Self::Entity => &frame::ENTITY,
            Self::Field => &frame::FIELD,
            Self::Organ => &frame::ORGAN,
            Self::Enum => &frame::ENUM,
            Self::Action => &frame::ACTION,
            Self::Param => &frame::PARAM,
            Self::Rule => &frame::RULE,
            Self::Require => &frame::REQUIRE,
            Self::Norm => &duties::NORM,
            Self::Power => &duties::POWER,
            Self::Grant => &duties::GRANT,
            Self::Duty => &duties::DUTY,
            Self::Duties => &duties::DUTIES,
            Self::Offices | Self::Centers | Self::Posts => &measures::OFFICES,
            Self::Office => &measures::OFFICE,
            Self::Quota => &measures::QUOTA,
            Self::List => &measures::LIST,
            Self::Category => &measures::CATEGORY,
            Self::Item => &measures::ITEM,
            Self::Pay => &measures::PAY,
            Self::Band => &measures::BAND,
            Self::Admission => &measures::ADMISSION,
            Self::Commitment => &duties::COMMITMENT,
            Self::Side => &duties::SIDE,
            Self::Mechanism => &duties::MECHANISM,
            Self::Rating => &measures::RATING,
            Self::Dimension => &measures::DIMENSION,
            Self::Grade => &measures::GRADE,
            Self::Indicator => &measures::INDICATOR,
            Self::Procedure => &duties::PROCEDURE,
            Self::Step => &duties::STEP,
            Self::Delegation => &frame::DELEGATION,
            Self::Fact => &frame::FACT,
            Self::Principle => &frame::PRINCIPLE,
            Self::Amend => &frame::AMEND,
            Self::Scenario => &trials::SCENARIO,
            Self::Test => &trials::TEST,
        }
    }

    /// Whether it gives each jurisdiction of its entity a value.
    #[must_use]
    pub const fn is_rule(self) -> bool {
        matches!(
            self,
            Self::Rule
                | Self::Quota
                | Self::Offices
                | Self::Centers
                | Self::Posts
                | Self::Pay
                | Self::Admission
                | Self::Rating
                | Self::Indicator
        )
    }

    /// Whether its name has a value in an expression: for each jurisdiction, or one for all.
    #[must_use]
    pub const fn is_valued(self) -> bool {
        self.is_rule() || matches!(self, Self::Require | Self::Param | Self::Delegation | Self::Fact)
    }

    /// The clause of this kind that `text` heads, in either face.
    #[must_use]
    pub fn clause(self, text: &str) -> Option<&'static ClauseSpec> {
        self.spec().clauses.iter().find(|it| it.word.word().reads(text))
    }
}
