//! What norms, powers, duties and procedures take.

use super::{ACTORS, C, IMPLEMENTS, OPEN_ENDED, TOTAL, UNLISTED, WHEN, clause, top};
use crate::words::HeadName::{Optional, Required};
use crate::words::{Kind, KindSpec, Value};

pub(super) const NORM: KindSpec = top(
    Required,
    in_force![
        clause(C::Actor, Value::Reference(ACTORS)).several().required(),
        clause(C::Must, Value::Reference(&[Kind::Action])).several(),
        clause(C::MustNot, Value::Reference(&[Kind::Action])).several(),
        clause(C::May, Value::Reference(&[Kind::Action])).several(),
        clause(C::Encouraged, Value::Reference(&[Kind::Action])).several(),
        clause(C::Object, Value::Label).several(),
        clause(C::Frequency, Value::Figure),
        clause(C::Deadline, Value::Expr),
        clause(C::Over, Value::Label).several(),
        WHEN,
        OPEN_ENDED,
        IMPLEMENTS,
    ],
)
.with_of(Optional);

pub(super) const POWER: KindSpec = top(
    Required,
    in_force![
        clause(C::Holder, Value::Reference(ACTORS)).several(),
        clause(C::Over, Value::Label).several(),
        clause(C::Object, Value::Label).several(),
        WHEN,
        IMPLEMENTS,
    ],
);

pub(super) const GRANT: KindSpec = top(
    Required,
    in_force![
        clause(C::Holder, Value::Reference(ACTORS)).several(),
        clause(C::Include, Value::Reference(&[Kind::Grant])).several(),
        clause(C::Adds, Value::Constant),
        UNLISTED,
        TOTAL,
        WHEN,
        IMPLEMENTS,
    ],
)
.with_inner(&[Kind::Power]);

pub(super) const DUTY: KindSpec = top(
    Required,
    in_force![
        clause(C::Bearer, Value::Reference(ACTORS)).several(),
        clause(C::Lead, Value::Reference(ACTORS)).several(),
        clause(C::Supporters, Value::Reference(ACTORS)).several(),
        clause(C::Object, Value::Label).several(),
        WHEN,
        IMPLEMENTS,
    ],
);

pub(super) const DUTIES: KindSpec = top(
    Required,
    in_force![clause(C::Bearer, Value::Reference(ACTORS)).several(), UNLISTED, OPEN_ENDED, TOTAL, WHEN, IMPLEMENTS,],
)
.with_inner(&[Kind::Duty]);

pub(super) const COMMITMENT: KindSpec = top(
    Required,
    in_force![
        clause(C::Parties, Value::Reference(ACTORS)).several(),
        clause(C::Items, Value::Declares).several(),
        UNLISTED,
        OPEN_ENDED,
        TOTAL,
        IMPLEMENTS,
    ],
)
.with_inner(&[Kind::Side, Kind::Category, Kind::Item]);

pub(super) const SIDE: KindSpec = top(
    Required,
    compared![
        clause(C::Promisor, Value::Reference(ACTORS)).several(),
        clause(C::Promisee, Value::Reference(ACTORS)).several(),
        clause(C::Items, Value::Declares).several(),
        UNLISTED,
        OPEN_ENDED,
        TOTAL,
    ],
)
.with_inner(&[Kind::Category, Kind::Item])
.nested();

pub(super) const MECHANISM: KindSpec = top(
    Required,
    in_force![
        clause(C::Parts, Value::Declares).several(),
        clause(C::Bearer, Value::Reference(ACTORS)).several(),
        clause(C::Supporters, Value::Reference(ACTORS)).several(),
        clause(C::Object, Value::Label).several(),
        clause(C::Frequency, Value::Figure),
        UNLISTED,
        OPEN_ENDED,
        TOTAL,
        WHEN,
        IMPLEMENTS,
    ],
)
.with_of(Optional)
.with_inner(&[Kind::Item]);

pub(super) const PROCEDURE: KindSpec =
    top(Required, in_force![clause(C::Deadline, Value::Expr), OPEN_ENDED, WHEN, IMPLEMENTS])
        .with_of(Optional)
        .with_inner(&[Kind::Step]);

pub(super) const STEP: KindSpec = top(
    Required,
    compared![
        clause(C::Actor, Value::Reference(ACTORS)).several(),
        clause(C::Acts, Value::Reference(&[Kind::Action])).several(),
        clause(C::Object, Value::Label).several(),
        clause(C::Input, Value::Label).several(),
        clause(C::Output, Value::Label).several(),
        clause(C::Deadline, Value::Expr),
        WHEN,
        clause(C::Next, Value::Label).several().guarded().many(),
    ],
)
.nested();
