//! Mutations of texts: what a slip of the hand, a half-done edit or a damaged file makes of them.
//!
//! **Invariant:** the same seed makes the same mutation, so that a failure can be had again from its seed.

use polis_syntax::lex;
use polis_syntax::words::{ClauseWord, Keyword, Kind};

/// Numbers that follow from a seed (SplitMix64). Not `rand`: its numbers may change with its version.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The numbers of a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`; 0 where the bound is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        // The remainder favours small numbers by less than a mutation could notice.
        usize::try_from(self.next() % (bound.max(1) as u64)).unwrap_or(0)
    }

    /// One of several; `None` of none.
    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.below(all.len()))
    }
}

/// What no keyword is, and what drafters and other programs put into texts.
const PIECES: &[&str] = &[
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "｛",
    "｝",
    "（",
    "）",
    ":",
    "：",
    ",",
    "，",
    "、",
    ";",
    "；",
    ".",
    "..",
    "……",
    "=",
    "=>",
    "!=",
    "<",
    "<=",
    "+",
    "-",
    "*",
    "/",
    "%",
    "％",
    "\"",
    "“",
    "”",
    "《",
    "》",
    "`",
    "//",
    "///",
    "/*",
    "*/",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "\u{3000}",
    "\u{FEFF}",
    "\u{0}",
    "\u{301}",
    "e\u{301}",
    "é",
    "𠮷",
    "👩‍👧",
    "0",
    "00",
    "-1",
    "99999999999999999999999999999",
    "0.1",
    "1_000",
    "１０",
    "20%",
    "2020-02-30",
    "2020年13月",
    "9999-12-31",
    "CC-071",
    "人",
    "户",
    "万元",
    "元/人/年",
    "次/季度",
    "以上",
    "以内",
    "时",
    "社区",
    "户数",
    "sum(",
    "合计(某.户数 对 某 在 社区们)",
    "每满(",
    "待定",
    "null",
    "true",
    "1e309",
    "\\",
    "\\u0000",
    "[package]",
    "[[",
    "''",
    "\"\"\"",
];

/// `source` with one to four mutations, rather few than many; `others` are texts that a part may come from.
#[must_use]
pub fn text(source: &str, others: &[String], random: &mut Random) -> String {
    let mut text = source.to_owned();
    let count = random.below(4) + 1;
    for _ in 0..=random.below(count) {
        text = once(&text, others, random);
    }
    text
}

/// As [`text`], with bytes changed too: the result need not be UTF-8.
#[must_use]
pub fn bytes(source: &str, others: &[String], random: &mut Random) -> Vec<u8> {
    let mut bytes = text(source, others, random).into_bytes();
    for _ in 0..=random.below(3) {
        let (at, byte) = (random.below(bytes.len() + 1), random.below(256));
        let byte = u8::try_from(byte).unwrap_or_default();
        match (random.below(3), bytes.get_mut(at)) {
            (0, Some(found)) => *found = byte,
            (1, Some(_)) => {
                bytes.remove(at);
            }
            _ => bytes.insert(at, byte),
        }
    }
    bytes
}

fn once(text: &str, others: &[String], random: &mut Random) -> String {
    match random.below(12) {
        0 => replaced(text, token_run(text, 3, random), ""),
        1 => {
            let run = token_run(text, 6, random);
            let again = part(text, run).to_owned();
            replaced(text, (run.1, run.1), &again)
        }
        2 => swapped(text, random),
        3 | 4 => {
            let other = random.pick(others).map_or("", String::as_str);
            let piece = part(other, token_run(other, 30, random)).to_owned();
            let at = token_run(text, 1, random).0;
            replaced(text, (at, at), &piece)
        }
        5 => {
            let word = keyword(random);
            let at = token_run(text, 1, random).0;
            replaced(text, (at, at), &format!("{word} "))
        }
        6 => replaced(text, token_run(text, 1, random), &keyword(random)),
        7 => {
            let piece = random.pick(PIECES).copied().unwrap_or_default();
            let at = boundary(text, random);
            replaced(text, (at, at), piece)
        }
        8 => replaced(text, token_run(text, 1, random), random.pick(PIECES).copied().unwrap_or_default()),
        9 => replaced(text, (boundary(text, random), text.len()), ""),
        10 => {
            let (a, b) = (boundary(text, random), boundary(text, random));
            // A long cut leaves little to try.
            let end = b.max(a).min(a.min(b) + 40);
            let end = (a.min(b)..=end).rev().find(|it| text.is_char_boundary(*it)).unwrap_or(end);
            replaced(text, (a.min(b), end), "")
        }
        _ => {
            // Deep nesting and long chains meet the limits on both sides.
            let piece = random.pick(&["(", "[", "{", "- ", "非 ", "甲 + ", "若 甲 则 ", "甲 {\n"]);
            let count = random.pick(&[1, 3, 63, 64, 65, 257]);
            let at = token_run(text, 1, random).0;
            replaced(text, (at, at), &piece.copied().unwrap_or_default().repeat(count.copied().unwrap_or(1)))
        }
    }
}

fn keyword(random: &mut Random) -> String {
    let face = random.below(2);
    let spell = |zh: &str, en: &str| if face == 0 { zh.to_owned() } else { en.to_owned() };
    match random.below(3) {
        0 => random.pick(Keyword::ALL).map(|it| spell(it.word().zh, it.word().en)),
        1 => random.pick(Kind::ALL).map(|it| spell(it.word().zh, it.word().en)),
        _ => random.pick(ClauseWord::ALL).map(|it| spell(it.word().zh, it.word().en)),
    }
    .unwrap_or_default()
}

/// The bytes of one to `most` tokens in a row.
fn token_run(text: &str, most: usize, random: &mut Random) -> (usize, usize) {
    let tokens = lex(text).tokens;
    let from = random.below(tokens.len());
    let to = (from + random.below(most)).min(tokens.len().saturating_sub(1));
    match (tokens.get(from), tokens.get(to)) {
        (Some(first), Some(last)) => (first.start as usize, last.end as usize),
        _ => (0, 0),
    }
}

/// The text with two tokens in each other's place.
fn swapped(text: &str, random: &mut Random) -> String {
    let (a, b) = (token_run(text, 1, random), token_run(text, 1, random));
    let (first, second) = if a.0 <= b.0 { (a, b) } else { (b, a) };
    if first.1 > second.0 {
        return text.to_owned();
    }
    let between = part(text, (first.1, second.0));
    let moved = format!("{}{between}{}", part(text, second), part(text, first));
    replaced(text, (first.0, second.1), &moved)
}

/// A place between two characters.
fn boundary(text: &str, random: &mut Random) -> usize {
    let at = random.below(text.len() + 1);
    (at..=text.len()).find(|it| text.is_char_boundary(*it)).unwrap_or(text.len())
}

fn part(text: &str, (start, end): (usize, usize)) -> &str {
    text.get(start..end).unwrap_or_default()
}

fn replaced(text: &str, (start, end): (usize, usize), by: &str) -> String {
    format!("{}{by}{}", part(text, (0, start)), part(text, (end, text.len())))
}
