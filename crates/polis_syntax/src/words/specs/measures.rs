//! What structures, staff, pay, lists and ratings take.

use super::{
    ACTORS, C, CITE, FROM, IMPLEMENTS, IS, MODALITY, NOTE, OPEN_ENDED, REF, STRUCTURE, TOTAL, UNLISTED, UNTIL, WHEN,
    clause, top,
};
use crate::words::HeadName::{Optional, Required};
use crate::words::{ChoiceSet, Kind, KindSpec, Value};

pub(super) const OFFICES: KindSpec = top(Required, STRUCTURE).with_of(Required).with_inner(&[Kind::Office]);

pub(super) const OFFICE: KindSpec = top(
    Required,
    &[
        clause(C::Count, Value::Figure),
        clause(C::MergedFrom, Value::Label).several(),
        clause(C::Object, Value::Label).several(),
        WHEN,
        IS,
        MODALITY,
        CITE,
        REF,
        NOTE,
    ],
)
.nested();

pub(super) const QUOTA: KindSpec = top(
    Required,
    &[
        clause(C::Base, Value::Figure).required(),
        clause(C::Extra, Value::Figure).head(Optional).many().guarded(),
        clause(C::Limit, Value::Figure).guarded().many(),
        clause(C::Actual, Value::Figure),
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

pub(super) const LIST: KindSpec = top(
    Required,
    &[
        clause(C::Polarity, Value::Choice(ChoiceSet::Polarity)),
        clause(C::Items, Value::Declares).several(),
        clause(C::Providers, Value::Label).several(),
        UNLISTED,
        OPEN_ENDED,
        TOTAL,
        WHEN,
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
.with_inner(&[Kind::Category, Kind::Item]);

pub(super) const CATEGORY: KindSpec = top(
    Required,
    &[clause(C::Items, Value::Declares).several(), UNLISTED, OPEN_ENDED, TOTAL, WHEN, IS, MODALITY, CITE, REF, NOTE],
)
.with_inner(&[Kind::Item])
.nested();

pub(super) const ITEM: KindSpec = top(
    Required,
    &[
        clause(C::Providers, Value::Label).several(),
        clause(C::Attribute, Value::Expr).head(Required).many().several(),
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
.nested();

pub(super) const PAY: KindSpec = top(
    Required,
    &[
        clause(C::Reference, Value::Expr),
        clause(C::Multiple, Value::Figure).guarded().many(),
        clause(C::Component, Value::Figure).head(Optional).many().guarded(),
        clause(C::Allowance, Value::Figure).head(Optional).many().guarded(),
        clause(C::Limit, Value::Figure).guarded().many(),
        clause(C::Actual, Value::Figure),
        TOTAL,
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
.with_type()
.with_inner(&[Kind::Band]);

pub(super) const BAND: KindSpec =
    top(Required, &[clause(C::Grades, Value::Constant), clause(C::Value, Value::Figure), WHEN, CITE, REF, NOTE])
        .nested();

pub(super) const ADMISSION: KindSpec = top(
    Required,
    &[
        clause(C::Lists, Value::Reference(&[Kind::List])).several().guarded().many(),
        clause(C::Matter, Value::Expr),
        clause(C::Approver, Value::Reference(ACTORS)).several().guarded().many(),
        clause(C::Condition, Value::Condition).head(Required).many(),
        clause(C::Agreement, Value::Label).several(),
        clause(C::Funds, Value::Label).several(),
        OPEN_ENDED,
        WHEN,
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

pub(super) const RATING: KindSpec = top(
    Required,
    &[
        clause(C::Assessor, Value::Reference(ACTORS)).several(),
        clause(C::Eligible, Value::Condition),
        clause(C::Score, Value::Expr),
        clause(C::Current, Value::Expr),
        clause(C::Cycle, Value::Figure),
        clause(C::Review, Value::Figure),
        clause(C::Promotion, Value::Condition),
        clause(C::Demotion, Value::Condition),
        TOTAL,
        OPEN_ENDED,
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
.with_type()
.with_inner(&[Kind::Dimension, Kind::Grade]);

pub(super) const DIMENSION: KindSpec = top(
    Required,
    &[
        clause(C::Weight, Value::Constant),
        clause(C::Score, Value::Expr),
        clause(C::Items, Value::Declares).several(),
        IS,
        CITE,
        REF,
        NOTE,
    ],
)
.nested();

pub(super) const GRADE: KindSpec = top(
    Required,
    &[
        clause(C::Points, Value::Figure),
        WHEN,
        clause(C::Value, Value::Figure),
        clause(C::Share, Value::Figure),
        clause(C::Reward, Value::Label).several(),
        IS,
        CITE,
        REF,
        NOTE,
    ],
)
.nested();

pub(super) const INDICATOR: KindSpec = top(
    Required,
    &[
        clause(C::Formula, Value::Expr),
        clause(C::Target, Value::Figure).guarded().many(),
        clause(C::DataOwner, Value::Reference(ACTORS)).several(),
        clause(C::Frequency, Value::Figure),
        WHEN,
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
