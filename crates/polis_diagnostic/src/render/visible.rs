//! Text from outside made harmless for a terminal.

use std::borrow::Cow;

/// Marks a place in drawn output that is to be replaced. It is a noncharacter, and [`visible`] removes it from everything
/// that comes from outside.
pub(super) const MARK: char = '\u{FDD0}';

/// The text on one line and without characters that steer a terminal or reverse the direction of writing.
///
/// An escape sequence in a policy's text could otherwise recolour or hide what the compiler says about it.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| visible_char(c) == c) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(visible_char).collect())
}

/// One character for one character, so that columns stay what they are.
pub(super) fn visible_char(c: char) -> char {
    match c {
        '\t' | '\n' | '\r' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => ' ',
        // The pictures of control characters, such as `␛`.
        '\0'..='\u{1F}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('?'),
        '\u{7F}' => '\u{2421}',
        '\u{80}'..='\u{9F}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | MARK => {
            '\u{FFFD}'
        }
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn escapes_are_shown_and_not_obeyed() {
        assert_eq!(visible("a\u{1B}[31m\nb\u{202E}"), "a␛[31m b\u{FFFD}");
        assert_eq!(visible("《街道改革》，10..15 人"), "《街道改革》，10..15 人");
    }
}
