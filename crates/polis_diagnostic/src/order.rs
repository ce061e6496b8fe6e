//! The one order in which findings are shown.

use std::cmp::{Ordering, Reverse};

use crate::files::Files;
use crate::model::{Diagnostic, Span};

/// Sorts by path, the lines before a part of a file, start, end, gravity (gravest first), code and arguments, and drops exact duplicates.
///
/// **Invariant:** the order is total and uses no [`FileId`](crate::FileId). Ids depend on which thread read which file
/// first; an order by them would differ from run to run.
pub fn sort_and_dedup(diagnostics: &mut Vec<Diagnostic>, files: &dyn Files) {
    diagnostics.sort_by(|left, right| compare(left, right, files));
    diagnostics.dedup();
}

fn compare(left: &Diagnostic, right: &Diagnostic, files: &dyn Files) -> Ordering {
    let key = |diagnostic: &Diagnostic| {
        let at = diagnostic.primary.at;
        (at.start, at.end, Reverse(diagnostic.severity), diagnostic.code())
    };
    let path = |at: Span| files.path(at.file);
    let before = |diagnostic: &Diagnostic| files.lines_before(diagnostic.primary.at.file);
    path(left.primary.at)
        .cmp(path(right.primary.at))
        .then_with(|| before(left).cmp(&before(right)))
        .then_with(|| key(left).cmp(&key(right)))
        .then_with(|| left.message.cmp(&right.message))
        .then_with(|| {
            // Rare: the same message at the same place. What is left decides, places by path.
            let by_path = |diagnostic: &Diagnostic| {
                (diagnostic.clone()).map_location(|at| (path(at).to_owned(), at.start, at.end))
            };
            by_path(left).cmp(&by_path(right))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{GeneralNote, NameMessage, SyntaxMessage};
    use crate::files::MemoryFiles;
    use crate::model::{FileId, Severity};

    fn unknown(name: &str, file: FileId, start: u32) -> Diagnostic {
        let message = NameMessage::UnknownName { name: name.into() };
        Diagnostic::new(message, Span::new(file, start, start + 1))
    }

    #[test]
    fn the_order_is_by_path_and_the_same_from_any_start() {
        let mut files = MemoryFiles::default();
        // The later path has the lower id, as when a thread was quicker.
        let second = files.add("b.pol", "");
        let first = files.add("a.pol", "");
        let expected = vec![
            unknown("x", first, 0),
            unknown("x", first, 3).with_severity(Severity::Error),
            Diagnostic::new(SyntaxMessage::UnterminatedText, Span::new(first, 3, 4)),
            unknown("x", first, 3).with_severity(Severity::Warning),
            unknown("y", second, 0),
            unknown("z", second, 0).label(Span::new(first, 0, 1), GeneralNote::Here),
            unknown("z", second, 0).label(Span::new(second, 0, 1), GeneralNote::Here),
        ];
        let mut rotated = expected.clone();
        for _ in 0..expected.len() {
            rotated.rotate_left(1);
            let mut diagnostics = rotated.clone();
            diagnostics.extend(rotated.iter().rev().cloned());
            sort_and_dedup(&mut diagnostics, &files);
            assert_eq!(diagnostics, expected);
        }
    }
}
