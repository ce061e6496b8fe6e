//! What tests and scenarios take.

use super::{C, NOTE, REF, clause, top};
use crate::words::HeadName::{None, Optional, Required};
use crate::words::{KindSpec, Value};

pub(super) const SCENARIO: KindSpec = top(
    Required,
    &[
        clause(C::Years, Value::Constant).required(),
        clause(C::Set, Value::Expr).head(Required).many(),
        clause(C::Growth, Value::Expr).head(Required).many(),
        clause(C::Enable, Value::Label).several(),
        clause(C::Disable, Value::Label).several(),
        clause(C::Sample, Value::Text),
        REF,
        NOTE,
    ],
);

pub(super) const TEST: KindSpec = KindSpec {
    top: true,
    of: None,
    name: Optional,
    typed: false,
    clauses: &[
        clause(C::Given, Value::Facts).head(Optional).many().several(),
        clause(C::Set, Value::Expr).head(Required).many(),
        clause(C::AsOf, Value::Date),
        clause(C::Expect, Value::Condition).required().many().several(),
        REF,
        NOTE,
    ],
    inner: &[],
};
