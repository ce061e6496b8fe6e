//! Chinese words by their sound, for keyboards whose input method is off.

use pinyin::ToPinyin as _;

/// The initials of a name's characters, and the whole syllables: `户数` is `hs` and `hushu`. What is no Chinese
/// character stands for itself, in lower case.
#[must_use]
pub(crate) fn spelled(name: &str) -> (String, String) {
    let mut initials = String::new();
    let mut full = String::new();
    for c in name.chars() {
        if let Some(syllable) = c.to_pinyin() {
            let plain = syllable.plain();
            initials.extend(plain.chars().take(1));
            // A keyboard has no `ü`; input methods take `v`.
            full.extend(plain.chars().map(|it| if it == 'ü' { 'v' } else { it }));
        } else {
            for lower in c.to_lowercase() {
                initials.push(lower);
                full.push(lower);
            }
        }
    }
    (initials, full)
}
