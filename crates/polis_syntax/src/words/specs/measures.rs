//! What structures, staff, pay, lists and ratings take.

use super::{ACTORS, C, IMPLEMENTS, IS, MODALITY, OPEN_ENDED, STRUCTURE, TOTAL, UNLISTED, WHEN, clause, top};
use crate::words::HeadName::{Optional, Required};
use crate::words::{ChoiceSet, Kind, KindSpec, Value};

pub(super) const OFFICES: KindSpec = top(Required, STRUCTURE).with_of(Required).with_inner(&[Kind::Office]);

pub(super) const OFFICE: KindSpec = top(
    Required,
    cited![
        clause(C::Count, Value::Figure),
        clause(C::MergedFrom, Value::Label).several(),
        clause(C::Object, Value::Label).several(),
        WHEN,
        IS,
        MODALITY,
    ],
)
.nested();

pub(super) const QUOTA: KindSpec = top(
    Required,
    in_force![
        clause(C::Base, Value::Figure).required(),
        clause(C::Extra, Value::Figure).head(Optional).many().guarded(),
        clause(C::Limit, Value::Figure).guarded().many(),
        clause(C::Actual, Value::Figure),
        IMPLEMENTS,
    ],
)
.with_of(Required);

pub(super) const LIST: KindSpec = top(
    Required,
    in_force![
        clause(C::Polarity, Value::Choice(ChoiceSet::Polarity)),
        clause(C::Items, Value::Declares).several(),
        clause(C::Providers, Value::Label).several(),
        UNLISTED,
        OPEN_ENDED,
        TOTAL,
        WHEN,
        IMPLEMENTS,
    ],
)
.with_of(Optional)
.with_inner(&[Kind::Category, Kind::Item]);

pub(super) const CATEGORY: KindSpec =
    top(Required, cited![clause(C::Items, Value::Declares).several(), UNLISTED, OPEN_ENDED, TOTAL, WHEN, IS, MODALITY])
        .with_inner(&[Kind::Item])
        .nested();

pub(super) const ITEM: KindSpec = top(
    Required,
    in_force![
        clause(C::Providers, Value::Label).several(),
        clause(C::Attribute, Value::Expr).head(Required).many().several(),
        WHEN,
    ],
)
.nested();

pub(super) const PAY: KindSpec = top(
    Required,
    in_force![
        clause(C::Reference, Value::Expr),
        clause(C::Multiple, Value::Figure).guarded().many(),
        clause(C::Component, Value::Figure).head(Optional).many().guarded(),
        clause(C::Allowance, Value::Figure).head(Optional).many().guarded(),
        clause(C::Limit, Value::Figure).guarded().many(),
        clause(C::Actual, Value::Figure),
        TOTAL,
        IMPLEMENTS,
    ],
)
.with_of(Required)
.with_type()
.with_inner(&[Kind::Band]);

pub(super) const BAND: KindSpec =
    top(Required, cited![clause(C::Grades, Value::Constant), clause(C::Value, Value::Figure), WHEN]).nested();

pub(super) const ADMISSION: KindSpec = top(
    Required,
    in_force![
        clause(C::Lists, Value::Reference(&[Kind::List])).several().guarded().many(),
        clause(C::Matter, Value::Expr),
        clause(C::Approver, Value::Reference(ACTORS)).several().guarded().many(),
        clause(C::Condition, Value::Condition).head(Required).many(),
        clause(C::Agreement, Value::Label).several(),
        clause(C::Funds, Value::Label).several(),
        OPEN_ENDED,
        WHEN,
        IMPLEMENTS,
    ],
)
.with_of(Required);

pub(super) const RATING: KindSpec = top(
    Required,
    in_force![
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
    ],
)
.with_of(Required)
.with_type()
.with_inner(&[Kind::Dimension, Kind::Grade]);

pub(super) const DIMENSION: KindSpec = top(
    Required,
    compared![
        clause(C::Weight, Value::Constant),
        clause(C::Score, Value::Expr),
        clause(C::Items, Value::Declares).several(),
    ],
)
.nested();

pub(super) const GRADE: KindSpec = top(
    Required,
    compared![
        clause(C::Points, Value::Figure),
        WHEN,
        clause(C::Value, Value::Figure),
        clause(C::Share, Value::Figure),
        clause(C::Reward, Value::Label).several(),
    ],
)
.nested();

pub(super) const INDICATOR: KindSpec = top(
    Required,
    in_force![
        clause(C::Formula, Value::Expr),
        clause(C::Target, Value::Figure).guarded().many(),
        clause(C::DataOwner, Value::Reference(ACTORS)).several(),
        clause(C::Frequency, Value::Figure),
        WHEN,
        IMPLEMENTS,
    ],
)
.with_of(Required)
.with_type();
