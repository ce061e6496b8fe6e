//! What documents, notions, jurisdictions and figures take.

use super::{
    ACTORS, AMENDABLE, C, CITE, FROM, IMPLEMENTS, IS, MODALITY, NOTE, OPEN_ENDED, REF, TOTAL, UNTIL, WHEN, clause, top,
};
use crate::words::HeadName::{Optional, Required};
use crate::words::{ChoiceSet, HeadName, Kind, KindSpec, Value};

pub(super) const DOCUMENT: KindSpec = top(
    Required,
    &[
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
        CITE,
        REF,
        NOTE,
    ],
);

pub(super) const SERIES: KindSpec = top(
    Required,
    &[
        clause(C::Main, Value::Reference(&[Kind::Document])),
        clause(C::Supporting, Value::Reference(&[Kind::Document])).several(),
        clause(C::Issuer, Value::Label).several(),
        clause(C::Issued, Value::Date),
        clause(C::Unlisted, Value::Constant),
        TOTAL,
        IS,
        CITE,
        REF,
        NOTE,
    ],
);

pub(super) const UNIT: KindSpec = top(Required, &[clause(C::Equals, Value::Constant), NOTE]);

pub(super) const CONCEPT: KindSpec = top(
    Required,
    &[
        clause(C::Parent, Value::Reference(&[Kind::Concept])),
        clause(C::StrongerThan, Value::Reference(&[Kind::Concept])).several(),
        CITE,
        REF,
        NOTE,
    ],
);

pub(super) const ENTITY: KindSpec = top(
    Required,
    &[
        clause(C::EntityIn, Value::Reference(&[Kind::Entity])),
        clause(C::Plural, Value::Declares),
        clause(C::Field, Value::Type).head(Required).many(),
        CITE,
        REF,
        NOTE,
    ],
)
.with_inner(&[Kind::Field]);

pub(super) const FIELD: KindSpec = top(
    Required,
    &[
        clause(C::Title, Value::Text),
        clause(C::Range, Value::Constant),
        clause(C::Default, Value::Constant),
        CITE,
        REF,
        NOTE,
    ],
)
.with_type()
.nested();

pub(super) const ORGAN: KindSpec =
    top(Required, &[clause(C::ReportsTo, Value::Reference(ACTORS)).several(), IS, CITE, REF, NOTE]).with_of(Optional);

pub(super) const ENUM: KindSpec =
    top(Required, &[clause(C::Values, Value::Declares).several().required(), TOTAL, IS, MODALITY, CITE, REF, NOTE]);

pub(super) const ACTION: KindSpec =
    top(Required, &[clause(C::Parent, Value::Reference(&[Kind::Action])), IS, CITE, REF, NOTE]);

pub(super) const PARAM: KindSpec = top(
    Required,
    &[
        clause(C::Value, Value::Expr),
        clause(C::From, Value::Expr).head(HeadName::Date).many(),
        UNTIL,
        clause(C::Range, Value::Figure),
        IMPLEMENTS,
        IS,
        CITE,
        REF,
        NOTE,
    ],
)
.with_type();

pub(super) const RULE: KindSpec = top(
    Required,
    &[
        clause(C::Value, Value::Expr).required(),
        clause(C::Except, Value::Expr).head(Required).many().guarded(),
        IMPLEMENTS,
        IS,
        MODALITY,
        FROM,
        UNTIL,
        CITE,
        REF,
        NOTE,
    ],
)
.with_of(Required)
.with_type();

pub(super) const REQUIRE: KindSpec = top(
    Required,
    &[
        clause(C::That, Value::Condition).required().guarded(),
        WHEN,
        clause(C::Level, Value::Choice(ChoiceSet::Level)),
        IMPLEMENTS,
        IS,
        MODALITY,
        FROM,
        UNTIL,
        CITE,
        REF,
        NOTE,
    ],
)
.with_of(Required);

pub(super) const DELEGATION: KindSpec = top(
    Required,
    &[
        clause(C::To, Value::Reference(ACTORS)).several(),
        clause(C::Level, Value::Choice(ChoiceSet::Level)),
        clause(C::Subject, Value::Text),
        clause(C::Range, Value::Figure),
        clause(C::Deadline, Value::Expr),
        clause(C::Default, Value::Expr),
        IMPLEMENTS,
        IS,
        MODALITY,
        FROM,
        UNTIL,
        CITE,
        REF,
        NOTE,
    ],
)
.with_of(Optional)
.with_type();

pub(super) const FACT: KindSpec = top(
    Required,
    &[
        clause(C::Value, Value::Expr).several(),
        clause(C::Date, Value::Date),
        clause(C::Place, Value::Label).several(),
        clause(C::Source, Value::Label).several(),
        OPEN_ENDED,
        IS,
        CITE,
        REF,
        NOTE,
    ],
)
.with_of(Optional)
.with_type();

pub(super) const PRINCIPLE: KindSpec = top(
    Required,
    &[
        clause(C::Content, Value::Text),
        clause(C::Actor, Value::Reference(ACTORS)).several(),
        clause(C::Object, Value::Label).several(),
        OPEN_ENDED,
        WHEN,
        IS,
        MODALITY,
        FROM,
        UNTIL,
        CITE,
        REF,
        NOTE,
    ],
)
.with_of(Optional);

pub(super) const AMEND: KindSpec = top(
    Required,
    &[
        clause(C::From, Value::Date).required(),
        clause(C::Remove, Value::Label).head(Optional).many().several(),
        CITE,
        REF,
        NOTE,
    ],
)
.with_inner(AMENDABLE);
