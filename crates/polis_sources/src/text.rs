//! Texts made comparable: what a passage and a text differ in without saying anything else is folded away.
//!
//! Folded are: the width of letters and punctuation marks, their variants, blanks and line ends, marks of Markdown,
//! traditional characters, and pinyin in brackets that a converter has left behind, as in 兩張(zhāng)圖.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use smol_str::SmolStr;
use unicode_normalization::UnicodeNormalization as _;

/// OpenCC's table of traditional characters, as it is published.
const TRADITIONAL: &str = include_str!("../data/TSCharacters.txt");

/// Only looked up, never walked through.
static SIMPLIFIED: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let pair = |line: &'static str| {
        let (from, to) = line.split_once('\t')?;
        // Where there are several, the first is the usual one.
        Some((from.chars().next()?, to.chars().next()?))
    };
    TRADITIONAL.lines().filter(|it| !it.starts_with('#')).filter_map(pair).collect()
});

/// The simplified form of a character.
#[must_use]
pub fn simplified(c: char) -> char {
    // Below the first ideograph there is nothing to look up.
    if c < '\u{3400}' {
        return c;
    }
    let once = SIMPLIFIED.get(&c).copied().unwrap_or(c);
    // Some forms are variants of one that has a simplified form itself.
    SIMPLIFIED.get(&once).copied().unwrap_or(once)
}

/// A text that passages are looked up in.
#[derive(Debug)]
pub struct Text {
    /// The path as it is shown.
    path: SmolStr,
    source: Box<str>,
    folded: Folded,
    /// The first byte of each line.
    lines: Vec<usize>,
}

/// A folded text: its characters, and for each the byte of the source that it comes from.
#[derive(Debug, Default)]
struct Folded {
    text: String,
    /// For each character: its byte in `text`, and that of the source.
    offsets: Vec<(usize, usize)>,
}

/// A text as it is compared.
#[must_use]
pub fn fold(text: &str) -> String {
    Folded::new(text).text
}

impl Folded {
    fn new(source: &str) -> Self {
        let mut folded = Self::default();
        let mut skip_to = 0;
        for (at, c) in source.char_indices() {
            if at < skip_to {
                continue;
            }
            if matches!(c, '(' | '（')
                && let Some(length) = source.get(at + c.len_utf8()..).and_then(pinyin)
            {
                skip_to = at + c.len_utf8() + length;
                continue;
            }
            match mark(c) {
                Mark::None if !c.is_ascii() => {
                    // What a compatible character stands for may be a mark, too.
                    std::iter::once(c).nfkc().for_each(|it| folded.add(mark(it), it, at));
                }
                mark => folded.add(mark, c, at),
            }
        }
        folded
    }

    fn add(&mut self, mark: Mark, c: char, at: usize) {
        match mark {
            Mark::Nothing => {}
            Mark::Same(c) => self.push(c, at),
            Mark::Run(c) if self.text.ends_with(c) => {}
            Mark::Run(c) => self.push(c, at),
            Mark::None => self.push(simplified(c), at),
        }
    }

    fn push(&mut self, c: char, at: usize) {
        self.offsets.push((self.text.len(), at));
        self.text.push(c);
    }

    /// The byte of the source that a byte of the folded text comes from.
    fn source(&self, folded: usize) -> Option<usize> {
        let index = self.offsets.partition_point(|it| it.0 < folded);
        self.offsets.get(index).map(|it| it.1)
    }
}

/// How a punctuation mark is folded.
#[derive(Clone, Copy)]
enum Mark {
    /// Left out.
    Nothing,
    /// Written so.
    Same(char),
    /// Written so, and once for several in a row.
    Run(char),
    /// No mark.
    None,
}

fn mark(c: char) -> Mark {
    match c {
        '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '*' | '`' => Mark::Nothing,
        c if c.is_whitespace() || c.is_control() => Mark::Nothing,
        '"' | '\'' | '＂' | '＇' | '‘'..='‟' | '′' | '″' | '«' | '»' | '「'..='』' | '〝'..='〟' | '﹁'..='﹄' => {
            Mark::Same('"')
        }
        '-' | '‐'..='―' | '−' | '─' | '━' | '－' | '﹣' | '﹘' => Mark::Run('-'),
        '~' | '～' | '〜' | '∼' | '˜' => Mark::Run('~'),
        '…' | '⋯' => Mark::Run('…'),
        '·' | '•' | '・' | '‧' | '∙' | '･' | '●' => Mark::Same('·'),
        '。' | '｡' => Mark::Same('。'),
        '、' | '､' => Mark::Same('、'),
        '〈' => Mark::Same('《'),
        '〉' => Mark::Same('》'),
        '【' | '〔' | '［' | '〖' => Mark::Same('['),
        '】' | '〕' | '］' | '〗' => Mark::Same(']'),
        _ => Mark::None,
    }
}

/// The bytes up to and with the closing bracket, where what follows an opening one is pinyin: Latin letters, with at
/// least one that has a tone.
fn pinyin(rest: &str) -> Option<usize> {
    let end = rest.char_indices().take(8).find(|it| matches!(it.1, ')' | '）'))?;
    let word = rest.get(..end.0)?;
    let is_letter =
        |c: char| c.is_ascii_lowercase() || matches!(c, '\u{e0}'..='\u{1dc}' | 'ɑ' | 'ɡ' | '\u{300}'..='\u{30c}');
    let toned = !word.is_ascii() && word.chars().all(is_letter);
    toned.then_some(end.0 + end.1.len_utf8())
}

impl Text {
    /// Makes a text comparable, once.
    #[must_use]
    pub fn new(path: impl Into<SmolStr>, source: &str) -> Self {
        let after = source.bytes().enumerate().filter(|it| it.1 == b'\n').map(|it| it.0 + 1);
        Self {
            path: path.into(),
            folded: Folded::new(source),
            lines: std::iter::once(0).chain(after).collect(),
            source: source.into(),
        }
    }

    /// The path as it is shown.
    #[must_use]
    pub fn path(&self) -> &SmolStr {
        &self.path
    }

    /// The line of a byte, from one.
    #[must_use]
    pub fn line(&self, offset: usize) -> usize {
        self.lines.partition_point(|it| *it <= offset)
    }

    /// What stands at these bytes.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> &str {
        self.source.get(range).unwrap_or_default()
    }

    /// Where a passage stands: the bytes of each occurrence. A passage of marks only stands nowhere.
    #[must_use]
    pub fn find(&self, passage: &str) -> Vec<Range<usize>> {
        let passage = fold(passage);
        if !passage.contains(char::is_alphanumeric) {
            return Vec::new();
        }
        let range = |(start, _): (usize, &str)| {
            let end = self.end(start + passage.len());
            self.folded.source(start).map(|it| it..end.max(it))
        };
        self.folded.text.match_indices(&passage).filter_map(range).collect()
    }

    /// The byte of the source after the folded text before `folded`.
    fn end(&self, folded: usize) -> usize {
        let index = self.folded.offsets.partition_point(|it| it.0 < folded);
        let last = index.checked_sub(1).and_then(|it| self.folded.offsets.get(it)).map_or(0, |it| it.1);
        last + self.source.get(last..).and_then(|it| it.chars().next()).map_or(0, char::len_utf8)
    }

    /// The sentences in which a passage stands, from one full stop, semicolon or line end to the next.
    #[must_use]
    pub fn sentence(&self, passage: Range<usize>) -> Range<usize> {
        let before = self.source.get(..passage.start).unwrap_or_default();
        let start = before
            .rfind(ends_sentence)
            .map_or(0, |it| it + before.get(it..).and_then(|it| it.chars().next()).map_or(1, char::len_utf8));
        // A passage that ends with its sentence does not reach into the next one.
        let inner = self.source.get(passage.clone()).unwrap_or_default();
        let closed = inner.chars().next_back().is_some_and(ends_sentence);
        let after = self.source.get(passage.end..).unwrap_or_default();
        let end = if closed { passage.end } else { passage.end + after.find(ends_sentence).unwrap_or(after.len()) };
        let trimmed = self.source.get(start..end).unwrap_or_default();
        start + (trimmed.len() - trimmed.trim_start().len())..end
    }

    /// The stretch of the text that a passage was probably meant to be: as long as the passage, around the longest
    /// stretch that both have. `None` where they have next to nothing in common.
    #[must_use]
    pub fn nearest(&self, passage: &str) -> Option<String> {
        let wanted: Vec<char> = fold(passage).chars().collect();
        let text: Vec<char> = self.folded.text.chars().collect();
        let (text_end, wanted_end, length) = longest_common(&text, &wanted);
        if length < 4 && length * 2 < wanted.len() {
            return None;
        }
        let (text_start, wanted_start) = (text_end - length, wanted_end - length);
        let mut start = text_start.saturating_sub(wanted_start);
        let mut end = (text_end + wanted.len() - wanted_end).min(text.len());
        // Where the passage begins and ends with words that stand nearby, it begins and ends with them.
        let nearby = |near: usize, words: &[char]| {
            let reach = wanted.len() / 2;
            let mut places: Vec<usize> = (near.saturating_sub(reach)..=near + reach).collect();
            places.sort_by_key(|it| it.abs_diff(near));
            places.into_iter().find(|it| text.get(*it..*it + words.len()) == Some(words))
        };
        let first =
            [2, 1].into_iter().find_map(|length| nearby(start, wanted.get(..length)?).filter(|it| *it <= text_start));
        let last = [2, 1].into_iter().find_map(|length| {
            let words = wanted.get(wanted.len().checked_sub(length)?..)?;
            nearby(end.saturating_sub(length), words).map(|it| it + length).filter(|it| *it >= text_end)
        });
        start = first.unwrap_or(start);
        end = last.unwrap_or(end);
        // Not past a sentence's end, unless the passage goes past one too.
        let stops =
            |range: Range<usize>| text.get(range).map(|it| it.iter().map(|c| ends_sentence(*c)).collect::<Vec<_>>());
        if let Some(stop) = stops(start..text_start).and_then(|it| it.iter().rposition(|it| *it)) {
            start += stop + 1;
        }
        if let Some(stop) = stops(text_end..end).and_then(|it| it.iter().position(|it| *it)) {
            end = text_end + stop;
        }
        let traditional = passage.chars().any(|c| simplified(c) != c);
        let offsets = self.folded.offsets.get(start..end)?;
        let mut found = String::new();
        for (_, at) in offsets {
            let c = self.source.get(*at..).and_then(|it| it.chars().next())?;
            found.push(match c {
                // A straight quote would end the text that the passage stands in.
                '"' if found.matches('“').count() > found.matches('”').count() => '”',
                '"' => '“',
                c if traditional => c,
                c => simplified(c),
            });
        }
        Some(found)
    }
}

/// Whether a sentence ends with a character.
fn ends_sentence(c: char) -> bool {
    matches!(c, '。' | '；' | ';' | '！' | '!' | '？' | '?' | '\n' | '｡')
}

/// The longest stretch that both have: where it ends in `a` and in `b`, and its length. Of several, the first in `a`.
fn longest_common(a: &[char], b: &[char]) -> (usize, usize, usize) {
    let mut best = (0, 0, 0);
    // How long the stretch is that ends at each character of `b` and at the one of `a` before.
    let mut lengths = vec![0_usize; b.len()];
    for (i, c) in a.iter().enumerate() {
        let mut before = 0;
        for (j, (length, other)) in lengths.iter_mut().zip(b).enumerate() {
            let here = if c == other { before + 1 } else { 0 };
            before = std::mem::replace(length, here);
            if here > best.2 {
                best = (i + 1, j + 1, here);
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_says_nothing_is_folded() {
        for (one, other) in [
            ("（一）街道，ＡＢ１２％", "(一)街道,AB12%"),
            ("“四双”机制", "「四双」机制"),
            ("‘四双’", "\"四双\""),
            ("内设 机构\r\n　不超过 7 个", "内设机构不超过7个"),
            ("加強城市基層黨建工作", "加强城市基层党建工作"),
            ("兩張(zhāng)圖，學(xué)院", "两张图,学院"),
            ("改革——展望", "改革—展望"),
            ("10～15名", "10~15名"),
            ("**不得**下达`任务`", "不得下达任务"),
            ("【注】〈办法〉", "[注]《办法》"),
            ("第①项", "第1项"),
            ("\u{f9dc}", "隆"),
            ("\u{feff}甲\u{200b}乙", "甲乙"),
        ] {
            assert_eq!(fold(one), fold(other), "{one}");
        }
    }

    #[test]
    fn what_says_something_is_kept() {
        for (one, other) in
            [("不超过7个", "不超过8个"), ("甲、乙", "甲,乙"), ("(zhang)图", "图"), ("（含）以上", "以上")]
        {
            assert_ne!(fold(one), fold(other), "{one}");
        }
    }

    #[test]
    fn a_passage_is_found_with_its_bytes() {
        let text = Text::new("a.txt", "總則\n街道 內設(shè)機構\n不超過 7 個。另有街道內設機構。");
        let found: Vec<&str> = text.find("街道内设机构").into_iter().map(|it| text.slice(it)).collect();
        assert_eq!(found, ["街道 內設(shè)機構", "街道內設機構"]);
        let across: Vec<&str> = text.find("机构不超过7个").into_iter().map(|it| text.slice(it)).collect();
        assert_eq!(across, ["機構\n不超過 7 個"]);
        assert_eq!(text.find("八个"), []);
        assert_eq!(text.find("。"), []);
        assert_eq!(text.find(""), []);
    }

    #[test]
    fn a_sentence_goes_from_stop_to_stop() {
        let text = Text::new("a.txt", "第一句。 第二句,有7个;第三句\n第四句!");
        let sentence = |passage: &str| {
            let at = text.find(passage).remove(0);
            (text.line(at.start), text.slice(text.sentence(at)).to_owned())
        };
        assert_eq!(sentence("有7个"), (1, "第二句,有7个".into()));
        assert_eq!(sentence("第一句。"), (1, "第一句。".into()));
        assert_eq!(sentence("第三"), (1, "第三句".into()));
        assert_eq!(sentence("四句"), (2, "第四句".into()));
        assert_eq!(sentence("句。第二"), (1, "第一句。 第二句,有7个".into()));
    }

    #[test]
    fn the_nearest_stretch_is_as_long_as_the_passage() {
        let text = Text::new("a.txt", "街道内设机构限额不超过7个。每个片区安排8名至12名网格员,可以\"兼任\"。");
        assert_eq!(text.nearest("片区一般安排8名至12名网格").as_deref(), Some("片区安排8名至12名网格"));
        assert_eq!(text.nearest("街道内设的机构不超过7个").as_deref(), Some("街道内设机构限额不超过7个"));
        assert_eq!(text.nearest("机构限额不超过7个，另有").as_deref(), Some("机构限额不超过7个"));
        assert_eq!(text.nearest("可以兼职").as_deref(), Some("可以“兼"));
        assert_eq!(text.nearest("完全无关的句子"), None);
    }

    proptest! {
        #[test]
        fn folding_settles(text in "\\PC{0,40}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn any_stretch_of_a_text_is_found(text in "[甲乙丙丁学學。；\n 0-9a]{1,60}", from in 0usize..60, length in 1usize..20) {
            let passage: String = text.chars().skip(from).take(length).collect();
            let index = Text::new("a", &text);
            let found = index.find(&passage);
            prop_assert_eq!(found.is_empty(), !fold(&passage).contains(char::is_alphanumeric));
            for range in found {
                prop_assert_eq!(fold(index.slice(range.clone())), fold(&passage));
                let sentence = index.sentence(range.clone());
                prop_assert!(sentence.start <= range.start + 1 && range.end <= sentence.end.max(range.end));
            }
        }
    }
}
