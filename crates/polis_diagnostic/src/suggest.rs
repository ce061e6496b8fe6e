//! "did you mean": the nearest of the names that would have been right.

use std::cmp::Reverse;

/// The candidate that `name` was probably meant to be, if any is near enough.
///
/// Chinese names are short (two to eight characters), and a slip is one character wrong, missing or swapped; so one edit
/// is allowed up to five characters, then one in three, and at least one character must be shared. Latin names must have
/// three characters for each edit. Letter case, underscores and full-width forms cost nothing. A name that is a part of a
/// candidate, or the reverse, counts as far but possible (`专职工作者` for `社区专职工作者编制`).
///
/// Of candidates at the same distance the one with the nearest length wins, then the longest common beginning, then the
/// first in the order of characters: the answer does not depend on the order of `candidates`.
pub fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = Folded::new(name);
    candidates
        .into_iter()
        .filter(|candidate| *candidate != name && wanted.could_be_near(candidate))
        .filter_map(|candidate| Some((wanted.cost(&Folded::new(candidate))?, candidate)))
        .min()
        .map(|(_, candidate)| candidate)
}

/// A name without the differences that do not count.
struct Folded {
    text: String,
    chars: usize,
    han: bool,
    signs: u64,
}

/// Smaller is nearer: edits, difference of length, characters of common beginning.
type Cost = (usize, usize, Reverse<usize>);

impl Folded {
    fn new(name: &str) -> Self {
        let mut text = String::with_capacity(name.len());
        fold(name, |c| text.push(c));
        let (signs, chars) = signs(name);
        Self { chars, han: text.chars().any(|c| c >= '\u{2E80}'), text, signs }
    }

    /// Whether [`Folded::cost`] need be asked at all. A half-typed name is looked for among all that a package sees, at
    /// each keystroke, and nearly none of them is near: this tells so without copying the candidate.
    ///
    /// Each character that only one of both has costs an edit, unless one is a part of the other. Characters that share
    /// a bit hide such a difference, so this errs towards asking.
    fn could_be_near(&self, candidate: &str) -> bool {
        let (signs, chars) = signs(candidate);
        let (only_here, only_there) = ((self.signs & !signs).count_ones(), (signs & !self.signs).count_ones());
        let allowed = self.chars.max(chars).max(3) / 3;
        let near = self.chars.abs_diff(chars) <= allowed && only_here.max(only_there) as usize <= allowed;
        near || only_here == 0 || only_there == 0
    }

    fn cost(&self, other: &Self) -> Option<Cost> {
        let (short, long) = if self.chars <= other.chars { (self, other) } else { (other, self) };
        if short.chars == 0 {
            return None;
        }
        let allowed = if self.han || other.han { long.chars.max(3) / 3 } else { long.chars / 3 };
        let difference = long.chars - short.chars;
        // Where the lengths alone exceed what is allowed, the distance need not be computed.
        let edits = (difference <= allowed)
            .then(|| strsim::osa_distance(&self.text, &other.text))
            .filter(|&edits| edits <= allowed && edits < short.chars)
            .or_else(|| short.is_part_of(long).then_some(difference))?;
        let beginning = (self.text.chars()).zip(other.text.chars()).take_while(|(a, b)| a == b).count();
        Some((edits, difference, Reverse(beginning)))
    }

    /// Whether this is a telling part of `long`: not a mere letter or two, and no less than a third of it.
    fn is_part_of(&self, long: &Self) -> bool {
        let telling = if self.han { 2 } else { 4 };
        self.chars >= telling && self.chars * 3 >= long.chars && long.text.contains(&self.text)
    }
}

/// A bit for each of the folded characters, and how many there are.
fn signs(name: &str) -> (u64, usize) {
    let (mut bits, mut chars) = (0, 0);
    fold(name, |c| {
        // Characters of one word lie close together: a factor scatters them over the 64 bits.
        bits |= 1 << (u32::from(c).wrapping_mul(0x9E37_79B1) >> 26);
        chars += 1;
    });
    (bits, chars)
}

/// Calls `each` with the characters of a name that count.
fn fold(name: &str, mut each: impl FnMut(char)) {
    for c in name.chars() {
        match half_width(c) {
            '_' | '-' | ' ' if c.is_ascii() => {}
            c if c.is_ascii() => each(c.to_ascii_lowercase()),
            // Characters of Chinese have no case.
            c @ '\u{2E80}'..='\u{9FFF}' => each(c),
            c => c.to_lowercase().for_each(&mut each),
        }
    }
}

fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFF01 + 0x21).unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suggest(name: &str, candidates: &[&'static str]) -> Option<&'static str> {
        did_you_mean(name, candidates.iter().copied())
    }

    #[test]
    fn one_slip_in_a_chinese_name_is_found() {
        assert_eq!(suggest("户树", &["人数", "户数", "面积"]), Some("户数"));
        assert_eq!(suggest("数户", &["户数"]), Some("户数"));
        assert_eq!(suggest("专职工作者", &["专职工作人", "网格员"]), Some("专职工作人"));
        assert_eq!(suggest("街道内设机构", &["街道内设机构数"]), Some("街道内设机构数"));
        assert_eq!(suggest("工作者", &["社区专职工作者"]), Some("社区专职工作者"));
    }

    #[test]
    fn names_that_share_nothing_are_not_suggested() {
        assert_eq!(suggest("面积", &["户数", "人口"]), None);
        assert_eq!(suggest("户", &["人", "数"]), None);
        assert_eq!(suggest("id", &["is", "if"]), None);
        assert_eq!(suggest("", &["a", "户"]), None);
        assert_eq!(suggest("offices", &["households", "staff"]), None);
        assert_eq!(suggest("户数", &["户数"]), None);
    }

    #[test]
    fn nothing_near_is_passed_over_unasked() {
        let names = [
            "户数",
            "户口",
            "社区专职工作者",
            "专职工作者",
            "工作者",
            "house_holds",
            "HouseHolds2",
            "hosueholds",
            "ｈｏｕｓｅ",
            "a",
            "İd",
            "ǅ",
        ];
        for name in names {
            let wanted = Folded::new(name);
            for candidate in names {
                let asked = wanted.could_be_near(candidate);
                assert!(asked || wanted.cost(&Folded::new(candidate)).is_none(), "{name} {candidate}");
            }
        }
        assert!(!Folded::new("户").could_be_near("专职工作者"));
    }

    #[test]
    fn latin_names_fold_case_and_underscores() {
        assert_eq!(suggest("houseHolds", &["house_holds", "households2"]), Some("house_holds"));
        assert_eq!(suggest("hosueholds", &["households"]), Some("households"));
        assert_eq!(suggest("ｈouseholds", &["households"]), Some("households"));
    }

    #[test]
    fn the_order_of_candidates_does_not_matter() {
        let candidates = ["户数甲", "户数乙", "总户数", "户", "户口"];
        let expected = suggest("户数", &candidates);
        assert_eq!(expected, Some("户口"));
        let mut rotated = candidates;
        for _ in 0..candidates.len() {
            rotated.rotate_left(1);
            assert_eq!(suggest("户数", &rotated), expected);
        }
    }
}
