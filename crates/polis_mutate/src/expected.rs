//! By which codes the checker is to find what is planted, and what share it found last.
//!
//! A row for every operator; a test sees to it. Where the checker has no code yet, the row names what such a code would be
//! called: the defect is planted all the same, and shows as missed.

use crate::operators::Family;

/// The codes by which a defect counts as found, by operator. A change that harms nothing has none.
#[must_use]
pub fn codes(operator: &str) -> &'static [&'static str] {
    ROWS.iter().find(|it| it.0 == operator).map_or(&[], |it| it.1)
}

/// What share of a family is to be found, in percent: a run that finds less fails. It is raised when the checker learns.
#[must_use]
pub const fn goal(family: Family) -> usize {
    match family {
        Family::Totals => 99,
        Family::Limits => 98,
        Family::Norms => 97,
        Family::Cases => 99,
        Family::Responsibility => 95,
        Family::Lists => 97,
        Family::Ratings => 97,
        Family::Figures => 97,
        Family::Time => 99,
        Family::Text => 99,
        Family::Quality => 99,
        Family::Names => 99,
        Family::Control => 0,
    }
}

/// The operators with their codes.
pub const ROWS: &[(&str, &[&str])] = &[
    // totals
    ("item-left-out", &["total-mismatch"]),
    ("item-too-many", &["total-mismatch"]),
    ("block-left-out", &["total-mismatch"]),
    ("total-changed", &["total-mismatch"]),
    ("category-sum", &["total-mismatch"]),
    ("series-sum", &["total-mismatch"]),
    ("grant-sum", &["total-mismatch"]),
    ("two-totals", &["total-mismatch", "repeated-clause", "totals-differ"]),
    // limits
    ("above-own-limit", &["limit-exceeded"]),
    ("below-own-limit", &["below-limit"]),
    ("below-superior-limit", &["below-superior-limit"]),
    ("above-superior-limit", &["superior-limit-exceeded"]),
    ("loosens-superior-limit", &["superior-limit-exceeded", "limit-loosened"]),
    ("loosens-superior-quota", &["superior-limit-exceeded", "limit-loosened"]),
    ("loosens-superior-pay", &["superior-limit-exceeded", "limit-loosened"]),
    ("loosens-superior-date", &["limit-loosened", "deadlines-differ"]),
    ("limit-upside-down", &["empty-range"]),
    ("requirements-clash", &["requirements-clash"]),
    ("out-of-range", &["value-out-of-range", "fill-out-of-bounds"]),
    ("fill-out-of-bounds", &["fill-out-of-bounds", "value-out-of-range"]),
    ("default-out-of-bounds", &["fill-out-of-bounds", "value-out-of-range"]),
    // norms
    ("demanded-is-forbidden", &["demanded-and-forbidden"]),
    ("forbidden-is-demanded", &["demanded-and-forbidden"]),
    ("permitted-is-forbidden", &["permitted-and-forbidden"]),
    ("guards-meet", &["demanded-and-forbidden"]),
    ("kind-is-forbidden", &["demanded-and-forbidden"]),
    ("frequencies-clash", &["frequencies-clash"]),
    ("deadlines-clash", &["deadlines-differ"]),
    ("norm-twice", &["redundant-norm"]),
    ("norm-weaker", &["encouraged-under-must"]),
    ("permission-of-duty", &["may-under-must"]),
    ("norm-shadowed", &["redundant-norm"]),
    // cases and exceptions
    ("exceptions-overlap", &["conflicting-exceptions"]),
    ("case-unreachable", &["never-reached"]),
    ("guard-never", &["never-holds"]),
    ("guard-always", &["always-holds"]),
    ("branch-vacuous", &["always-holds"]),
    ("branches-same", &["same-branches"]),
    // responsibility
    ("duty-without-power", &["duty-without-power"]),
    ("power-without-duty", &["power-without-duty"]),
    ("two-leads", &["two-leads"]),
    ("no-lead", &["no-lead"]),
    ("moved-without-means", &["delegation-without-means"]),
    ("power-twice", &["power-held-twice"]),
    ("holder-not-at-level", &["holder-not-at-level", "delegate-not-at-level", "fill-without-authority"]),
    ("delegation-unfilled", &["delegation-unfilled", "delegation-overdue"]),
    ("fill-without-authority", &["fill-without-authority"]),
    // lists
    ("item-twice", &["item-twice", "duplicate-name"]),
    ("item-in-two-categories", &["item-twice", "duplicate-name"]),
    ("admitted-and-refused", &["admitted-and-refused"]),
    ("cancelled-admitted", &["admitted-and-refused", "cancelled-task-assigned"]),
    ("opposite-polarity", &["opposite-default"]),
    ("agreement-lacks-field", &["agreement-lacks-field"]),
    ("nobody-provides", &["nobody-provides"]),
    // ratings and procedures
    ("weight-changed", &["weights-not-whole"]),
    ("level-gap", &["grade-gap", "grades-inverted"]),
    ("levels-swapped", &["grades-inverted"]),
    ("level-never-reached", &["never-reached"]),
    ("level-never-lost", &["grade-never-lost"]),
    ("reward-of-no-level", &["reward-without-grade", "never-holds"]),
    ("review-never-due", &["review-too-late"]),
    ("step-unreachable", &["step-never-reached"]),
    ("step-without-actor", &["step-without-actor"]),
    ("circle-without-exit", &["procedure-without-end"]),
    ("steps-exceed-whole", &["deadlines-exceed-whole"]),
    // figures
    ("quota-falls", &["quota-falls"]),
    ("quota-cliff", &["quota-jumps"]),
    ("division-by-zero", &["division-by-zero"]),
    ("overflow", &["overflow", "number-too-large"]),
    ("dated-gap", &["dated-gap"]),
    ("parameter-open", &["open-parameter"]),
    ("budget-too-small", &["limit-exceeded", "budget-too-small"]),
    // time
    ("relies-on-expired", &["based-on-expired"]),
    ("relies-on-superseded", &["refers-to-superseded"]),
    ("base-is-later", &["based-on-later"]),
    ("parameter-ends", &["value-ends", "refers-out-of-force"]),
    ("parameter-ended", &["value-ends", "refers-out-of-force", "never-in-force"]),
    ("deadline-before-effect", &["deadline-before-effect"]),
    ("effect-before-issue", &["dates-out-of-order"]),
    ("expires-before-effect", &["never-in-force", "dates-out-of-order"]),
    ("ends-before-it-begins", &["never-in-force"]),
    // text
    ("passage-missing", &["citation-not-found"]),
    ("figure-differs", &["citation-figure"]),
    ("boundary-differs", &["citation-boundary"]),
    // quality
    ("unused", &["unused-provision"]),
    ("duplicate", &["duplicate-provision"]),
    ("undocumented", &["no-citation"]),
    ("mixed-face", &["mixed-face"]),
    ("name-differs-in-width", &["confusable-names"]),
    ("name-looks-alike", &["confusable-names"]),
    // names, types and units
    ("name-misspelt", &["unknown-name", "unknown-field", "unknown-value"]),
    ("concept-misspelt", &["unknown-name"]),
    ("actor-misspelt", &["unknown-name"]),
    ("name-twice", &["duplicate-name"]),
    ("kind-of-name", &["wrong-kind-of-name"]),
    ("unit-wrong", &["unit-mismatch", "type-mismatch"]),
    ("unit-missing", &["missing-unit", "unit-mismatch"]),
    ("type-wrong", &["type-mismatch"]),
    ("clause-misspelt", &["unknown-clause"]),
    ("clause-twice", &["repeated-clause"]),
    ("clause-missing", &["missing-clause"]),
    ("colon-missing", &["missing-colon", "unexpected-token", "glued-keyword"]),
    ("bracket-open", &["unclosed-bracket", "unexpected-close"]),
    // harmless
    ("comment", &[]),
    ("documentation", &[]),
    ("blank-lines", &[]),
    ("provisions-swapped", &[]),
    ("clauses-swapped", &[]),
    ("items-swapped", &[]),
    ("renamed", &[]),
    ("title-changed", &[]),
    ("note-added", &[]),
    ("cap-raised", &[]),
    ("unrelated-norm", &[]),
    ("unrelated-list", &[]),
    ("exceptions-apart", &[]),
    ("item-and-total", &[]),
];
