//! What documents, notions, jurisdictions and figures take.

use super::{ACTORS, AMENDABLE, C, IMPLEMENTS, IS, MODALITY, NOTE, OPEN_ENDED, TOTAL, UNTIL, WHEN, clause, top};
use crate::words::HeadName::{Optional, Required};
use crate::words::{ChoiceSet, HeadName, Kind, KindSpec, Value};

pub(super) const DOCUMENT: KindSpec = top(
    Required,
    cited![
        clause(C::Series, Value::Reference(&[Kind::Series])),
        clause(C::Issuer, Value::Label).several(),
        clause(C::DocumentType, Value::Label),
        clause(C::Level, Value::Choice(ChoiceSet::Level)),
        clause(C::Issued, Value::Date),
        clause(C::Effective, Value::Date),
        clause(C::Expires, Value::Date),
        clause(C::Supersedes, Value::Reference(&[Kind::Document])).several(),
        clause(C::BasedOn, Value::Reference(&[Kind::Document, Kind::Series])).several(),
        clause(C::TextFile, Value::Text),
        IMPLEMENTS,
    ],
);

pub(super) const SERIES: KindSpec = top(
    Required,
    compared![
        clause(C::Main, Value::Reference(&[Kind::Document])),
        clause(C::Supporting, Value::Reference(&[Kind::Document])).several(),
        clause(C::Issuer, Value::Label).several(),
        clause(C::Issued, Value::Date),
        clause(C::Unlisted, Value::Constant),
        TOTAL,
    ],
);

pub(super) const UNIT: KindSpec = top(Required, &[clause(C::Equals, Value::Constant), NOTE]);

pub(super) const CONCEPT: KindSpec = top(
    Required,
    cited![
        clause(C::Parent, Value::Reference(&[Kind::Concept])),
        clause(C::StrongerThan, Value::Reference(&[Kind::Concept])).several(),
    ],
);

pub(super) const ENTITY: KindSpec = top(
    Required,
    cited![
        clause(C::EntityIn, Value::Reference(&[Kind::Entity])),
        clause(C::Plural, Value::Declares),
        clause(C::Field, Value::Type).head(Required).many(),
    ],
)
.with_inner(&[Kind::Field]);

pub(super) const FIELD: KindSpec = top(
    Required,
    cited![clause(C::Title, Value::Text), clause(C::Range, Value::Constant), clause(C::Default, Value::Constant),],
)
.with_type()
.nested();

pub(super) const ORGAN: KindSpec =
    top(Required, compared![clause(C::ReportsTo, Value::Reference(ACTORS)).several()]).with_of(Optional);

pub(super) const ENUM: KindSpec =
    top(Required, cited![clause(C::Values, Value::Declares).several().required(), TOTAL, IS, MODALITY]);

pub(super) const ACTION: KindSpec = top(Required, compared![clause(C::Parent, Value::Reference(&[Kind::Action]))]);

pub(super) const PARAM: KindSpec = top(
    Required,
    compared![
        clause(C::Value, Value::Expr),
        clause(C::From, Value::Expr).head(HeadName::Date).many(),
        UNTIL,
        clause(C::Range, Value::Figure),
        IMPLEMENTS,
    ],
)
.with_type();

pub(super) const RULE: KindSpec = top(
    Required,
    in_force![
        clause(C::Value, Value::Expr).required(),
        clause(C::Except, Value::Expr).head(Required).many().guarded(),
        IMPLEMENTS,
    ],
)
.with_of(Required)
.with_type();

pub(super) const REQUIRE: KindSpec = top(
    Required,
    in_force![
        clause(C::That, Value::Condition).required().guarded(),
        WHEN,
        clause(C::Level, Value::Choice(ChoiceSet::Level)),
        IMPLEMENTS,
    ],
)
.with_of(Required);

pub(super) const DELEGATION: KindSpec = top(
    Required,
    in_force![
        clause(C::To, Value::Reference(ACTORS)).several(),
        clause(C::Level, Value::Choice(ChoiceSet::Level)),
        clause(C::Subject, Value::Text),
        clause(C::Range, Value::Figure),
        clause(C::Deadline, Value::Expr),
        clause(C::Default, Value::Expr),
        IMPLEMENTS,
    ],
)
.with_of(Optional)
.with_type();

pub(super) const FACT: KindSpec = top(
    Required,
    compared![
        clause(C::Value, Value::Expr).several(),
        clause(C::Date, Value::Date),
        clause(C::Place, Value::Label).several(),
        clause(C::Source, Value::Label).several(),
        OPEN_ENDED,
    ],
)
.with_of(Optional)
.with_type();

pub(super) const PRINCIPLE: KindSpec = top(
    Required,
    in_force![
        clause(C::Content, Value::Text),
        clause(C::Actor, Value::Reference(ACTORS)).several(),
        clause(C::Object, Value::Label).several(),
        OPEN_ENDED,
        WHEN,
    ],
)
.with_of(Optional);

pub(super) const AMEND: KindSpec = top(
    Required,
    cited![clause(C::From, Value::Date).required(), clause(C::Remove, Value::Label).head(Optional).many().several(),],
)
.with_inner(AMENDABLE);
