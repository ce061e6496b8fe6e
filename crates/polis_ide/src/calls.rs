//! What a function takes, while its call is being written.

use polis_db::SourceFile;
use polis_diagnostic::Locale;
use polis_semantic::items::parsed_file;
use polis_syntax::words::{Builtin, Face};

use crate::completion::face_at;
use crate::context::{Before, Frame};
use crate::text::{Db, pick};

/// A function that is being called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureHelp {
    /// `每满(数量, 步长)`
    pub label: String,
    /// Each parameter's bytes in the label.
    pub parameters: Vec<(usize, usize)>,
    /// Which parameter the cursor is in, from 0.
    pub active: usize,
    /// What the function does.
    pub documentation: String,
}

/// The function whose call the cursor is in.
#[must_use]
pub fn signature_help(db: &Db, file: SourceFile, offset: u32, locale: Locale) -> Option<SignatureHelp> {
    let text = file.text(db);
    let text = text.text();
    let parsed = parsed_file(db, file);
    let index = parsed.items.partition_point(|it| it.span.start < offset).checked_sub(1)?;
    let before = Before::new(text, parsed.items.get(index)?.span.start, offset);
    let (function, commas) = before.frames.iter().rev().find_map(|it| match it {
        Frame::Paren { function, commas, .. } if !function.is_empty() => Some((function, *commas)),
        _ => None,
    })?;
    let builtin = Builtin::from_text(function)?;
    let face = face_at(text, locale);
    let names = parameters(builtin, face);
    let mut label = format!("{function}(");
    let mut ranges = Vec::new();
    let separator = if is_aggregate(builtin) { " " } else { ", " };
    for (index, name) in names.iter().enumerate() {
        if index > 0 {
            label.push_str(separator);
        }
        let start = label.len();
        label.push_str(name);
        ranges.push((start, label.len()));
    }
    label.push(')');
    let word = builtin.word();
    let documentation = pick(locale, word.doc_zh, word.doc_en).to_owned();
    let last = names.len().saturating_sub(1);
    Some(SignatureHelp { label, parameters: ranges, active: commas.min(last), documentation })
}

const fn is_aggregate(builtin: Builtin) -> bool {
    matches!(builtin, Builtin::Sum | Builtin::Count | Builtin::Any | Builtin::All | Builtin::Avg)
}

/// What a function takes; what may be left out stands in brackets.
pub(crate) fn parameters(builtin: Builtin, face: Face) -> Vec<&'static str> {
    let (zh, en): (&[&str], &[&str]) = match builtin {
        Builtin::Sum | Builtin::Avg => {
            (&["值", "对 某", "在 集合", "[其中 条件]"], &["value", "for each", "in collection", "[where condition]"])
        }
        Builtin::Count => {
            (&["某", "对 某", "在 集合", "[其中 条件]"], &["each", "for each", "in collection", "[where condition]"])
        }
        Builtin::Any | Builtin::All => (
            &["条件", "对 某", "在 集合", "[其中 条件]"],
            &["condition", "for each", "in collection", "[where condition]"],
        ),
        Builtin::Min | Builtin::Max => (&["值", "值", "[…]"], &["value", "value", "[…]"]),
        Builtin::Floor | Builtin::Ceil | Builtin::Abs => (&["值"], &["value"]),
        Builtin::Round => (&["值", "[小数位数]"], &["value", "[decimals]"]),
        Builtin::Clamp => (&["值", "区间"], &["value", "range"]),
        Builtin::Steps => (&["数量", "步长"], &["amount", "size"]),
        Builtin::YearsBetween | Builtin::MonthsBetween | Builtin::DaysBetween => (&["起", "止"], &["from", "to"]),
        Builtin::AddMonths => (&["日期", "月数"], &["date", "months"]),
        Builtin::Starts | Builtin::Ends => (&["时段"], &["span"]),
        Builtin::Low | Builtin::High => (&["区间"], &["range"]),
        Builtin::Kept => (&["条款"], &["provision"]),
        Builtin::Known => (&["值"], &["value"]),
    };
    match face {
        Face::Zh => zh.to_vec(),
        Face::En => en.to_vec(),
    }
}
