//! The figures of a sentence, in digits and in Chinese numerals: 7, 3 000, 1.4, 20%, 七, 三千, 二〇二〇, 百分之二十,
//! 二分之一, 十名至十五名, 3万.

/// An exact figure: a fraction in lowest terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Figure {
    num: i128,
    den: i128,
}

impl Figure {
    /// A whole figure.
    #[must_use]
    pub const fn whole(value: i128) -> Self {
        Self { num: value, den: 1 }
    }

    /// A fraction; `None` where it is none, or too long to be a figure of any text.
    #[must_use]
    pub fn new(num: i128, den: i128) -> Option<Self> {
        if den <= 0 || num.checked_abs()? > LARGEST || den > LARGEST {
            return None;
        }
        let by = gcd(num.abs(), den).max(1);
        Some(Self { num: num / by, den: den / by })
    }

    /// A figure as it is written in digits, with or without a percent sign: `3_000`, `1.4`, `20%`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (text, hundredth) = match text.strip_suffix(['%', '％']) {
            Some(text) => (text, 100),
            None => (text, 1),
        };
        let text: String = text.chars().filter(|it| !matches!(it, '_' | ',' | ' ')).collect();
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        let digits = format!("{whole}{part}");
        if digits.is_empty() || digits.len() > 30 {
            return None;
        }
        Self::new(digits.parse().ok()?, 10_i128.checked_pow(u32::try_from(part.len()).ok()?)?.checked_mul(hundredth)?)
    }

    /// Whether it has no fraction.
    #[must_use]
    pub const fn is_whole(self) -> bool {
        self.den == 1
    }

    /// This many times the figure.
    #[must_use]
    pub fn times(self, factor: i128) -> Option<Self> {
        Self::new(self.num.checked_mul(factor)?, self.den)
    }

    /// The figure divided by another.
    #[must_use]
    pub fn over(self, divisor: i128) -> Option<Self> {
        Self::new(self.num, self.den.checked_mul(divisor)?)
    }
}

/// No figure of a text is larger; products of two still fit.
const LARGEST: i128 = 1 << 62;

const fn gcd(mut a: i128, mut b: i128) -> i128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// A figure of a sentence: where it stands, and what it may be read as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The characters, from the first to the one after the last.
    pub start: usize,
    /// The character after it.
    pub end: usize,
    /// What it may be read as: 3万 as 30 000 and as 3, 三分之二 as 2/3, 3 and 2.
    pub values: Vec<Figure>,
}

/// What a sentence says in figures.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    /// Its figures, in order.
    pub readings: Vec<Reading>,
    /// Whether it has a figure that cannot be known: masked as X or XX, or vague as in 多个, 若干, 40多.
    pub masked: bool,
}

impl Figures {
    /// Whether a figure is among them.
    #[must_use]
    pub fn contain(&self, figure: Figure) -> bool {
        self.readings.iter().any(|it| it.values.contains(&figure))
    }
}

/// Reads the figures of a folded sentence, see [`crate::text::fold`].
#[must_use]
pub fn figures(sentence: &[char]) -> Figures {
    let mut found = Figures::default();
    let mut at = 0;
    while let Some(c) = sentence.get(at).copied() {
        let reading = match c {
            c if c.is_ascii_digit() => Some(digits(sentence, at)),
            '半' => Some(half(sentence, at)),
            '双' => Some(Reading { start: at, end: at + 1, values: vec![Figure::whole(2)] }),
            c if numeral(c).is_some() => Some(chinese(sentence, at)),
            _ => None,
        };
        found.masked |= is_masked(sentence, at, reading.as_ref());
        at = reading.as_ref().map_or(at + 1, |it| it.end.max(at + 1));
        // 百姓, 千方百计, 万众 are words.
        found.readings.extend(reading.filter(|it| !it.values.is_empty()));
    }
    found
}

/// Words that count things, after which 多 means many of them.
const MEASURES: &str = "个名人项户次类种家条处所支套件位年月日天元岁";

fn is_masked(sentence: &[char], at: usize, reading: Option<&Reading>) -> bool {
    let get = |index: usize| sentence.get(index).copied();
    let before = at.checked_sub(1).and_then(get);
    match (get(at), reading) {
        // 40多个, 三千余户; but 一岗多责 is a word.
        (_, Some(reading)) => {
            let vague = matches!(get(reading.end), Some('多' | '余' | '几'));
            let after =
                get(reading.end + 1).is_none_or(|it| MEASURES.contains(it) || it == '万' || it == '亿' || it == ',');
            // 万元 whose figure is lost.
            let lost = reading.end == at + 1
                && get(at) == Some('万')
                && before != Some('每')
                && get(at + 1).is_some_and(|it| "元户人名平".contains(it));
            (vague && after) || lost
        }
        // XX%, X万元, but 4+X is a name.
        (Some('X' | 'x' | '×'), None) => {
            let letter = |it: Option<char>| it.is_some_and(|it| it.is_ascii_alphabetic() && it != 'X' && it != 'x');
            let mut end = at;
            while matches!(get(end), Some('X' | 'x' | '×')) {
                end += 1;
            }
            before != Some('+') && !letter(before) && !letter(get(end))
        }
        // 多元 is a word.
        (Some('多' | '几'), None) => get(at + 1).is_some_and(|it| it != '元' && MEASURES.contains(it)),
        // 约名, 共个: the figure between was lost.
        (Some('约' | '达' | '共' | '近'), None) => get(at + 1).is_some_and(|it| "个名项户家".contains(it)),
        (Some('若'), None) => get(at + 1) == Some('干'),
        (Some('数'), None) => get(at + 1).is_some_and(|it| "十百千万".contains(it)),
        _ => false,
    }
}

/// A figure in digits, with what multiplies it: 3,000, 1.4, 20%, 3万, 5千.
fn digits(sentence: &[char], start: usize) -> Reading {
    let get = |index: usize| sentence.get(index).copied();
    let is_digit = |index: usize| get(index).is_some_and(|it| it.is_ascii_digit());
    let mut text = String::new();
    let mut at = start;
    let mut point = false;
    while let Some(c) = get(at) {
        let group = || {
            !point
                && at - start <= 3 + text.matches(',').count() * 4
                && (1..=3).all(|it| is_digit(at + it))
                && !is_digit(at + 4)
        };
        match c {
            c if c.is_ascii_digit() => text.push(c),
            '.' if !point && is_digit(at + 1) => {
                point = true;
                text.push(c);
            }
            ',' if group() => text.push(','),
            _ => break,
        }
        at += 1;
    }
    let mut values: Vec<Figure> = Figure::parse(&text).into_iter().collect();
    if text.contains(',') {
        values.extend(text.split(',').filter_map(Figure::parse));
    }
    let plain = values.first().copied();
    if let Some('%' | '‰') = get(at) {
        let by = if get(at) == Some('%') { 100 } else { 1000 };
        values.extend(plain.and_then(|it| it.over(by)));
        at += 1;
    } else {
        let mut factor = 1_i128;
        while let Some(unit) = get(at).and_then(numeral).filter(|it| *it >= 100) {
            factor = factor.saturating_mul(unit);
            at += 1;
        }
        if factor > 1 {
            values.extend(plain.and_then(|it| it.times(factor)));
        }
    }
    if get(at) == Some('成') {
        values.extend(plain.and_then(|it| it.over(10)));
    }
    Reading { start, end: at, values }
}

fn half(sentence: &[char], start: usize) -> Reading {
    let mut values: Vec<Figure> = Figure::new(1, 2).into_iter().collect();
    // Half a year is six months.
    if sentence.get(start + 1) == Some(&'年') {
        values.push(Figure::whole(6));
    }
    Reading { start, end: start + 1, values }
}

/// What a character counts: below ten a digit, from ten on a unit.
const fn numeral(c: char) -> Option<i128> {
    Some(match c {
        '零' | '〇' | '○' => 0,
        '一' | '壹' => 1,
        '二' | '两' | '贰' | '俩' => 2,
        '三' | '叁' | '仨' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        '十' | '拾' => 10,
        '百' | '佰' => 100,
        '千' | '仟' => 1000,
        '万' => 10_000,
        '亿' => 100_000_000,
        _ => return None,
    })
}

/// A figure in Chinese numerals, a share (百分之二十) or a fraction (三分之二).
fn chinese(sentence: &[char], start: usize) -> Reading {
    let (mut end, first) = run(sentence, start);
    let word = |at: usize, word: &str| word.chars().enumerate().all(|(index, c)| sentence.get(at + index) == Some(&c));
    let mut values = first.clone();
    if word(end, "分之") {
        let (stop, denominator) =
            (end + 2, if values.is_empty() { unit_alone(sentence, start) } else { first.first().copied() });
        let (after, numerators) = match sentence.get(stop).copied() {
            Some(c) if c.is_ascii_digit() => {
                let reading = digits(sentence, stop);
                (reading.end, reading.values)
            }
            Some(c) if numeral(c).is_some() => run(sentence, stop),
            _ => (stop, Vec::new()),
        };
        let share = numerators.first().zip(denominator.filter(|it| it.den == 1)).and_then(|(a, b)| a.over(b.num));
        values.extend(numerators);
        values.extend(share);
        end = after;
    } else if sentence.get(end) == Some(&'点')
        && sentence.get(end + 1).copied().and_then(numeral).is_some_and(|it| it < 10)
    {
        // 一点五
        let mut at = end + 1;
        let mut text = String::new();
        while let Some(digit) = sentence.get(at).copied().and_then(numeral).filter(|it| *it < 10) {
            text.push_str(&digit.to_string());
            at += 1;
        }
        if let Some(whole) = first.first().filter(|it| it.den == 1) {
            values.extend(Figure::parse(&format!("{}.{text}", whole.num)));
            end = at;
        }
    } else if sentence.get(end) == Some(&'成') {
        values.extend(first.first().and_then(|it| it.over(10)));
    }
    Reading { start, end, values }
}

/// 百 and 千 count where 分之 follows them.
fn unit_alone(sentence: &[char], start: usize) -> Option<Figure> {
    sentence.get(start).copied().and_then(numeral).map(Figure::whole)
}

/// The numerals from `start` on: where they end, and what they may be read as.
fn run(sentence: &[char], start: usize) -> (usize, Vec<Figure>) {
    let marks: Vec<i128> = sentence.iter().skip(start).map_while(|it| numeral(*it)).collect();
    let end = start + marks.len();
    let whole = |it: i128| Figure::new(it, 1);
    let mut values: Vec<Figure> = Vec::new();
    let units = marks.iter().any(|it| *it >= 10);
    if !units {
        // 二〇二〇, or 三四个: three or four.
        let positional = marks.iter().try_fold(0_i128, |sum, it| sum.checked_mul(10)?.checked_add(*it));
        values.extend(positional.and_then(whole));
        if marks.len() > 1 {
            values.extend(marks.iter().copied().filter_map(whole));
        }
    } else if marks.len() == 1 && marks.iter().all(|it| *it >= 100) {
        // 百姓 and 千方百计 are words, 每百户 and 百强 are figures.
        let counts = |it: &char| *it == '强' || MEASURES.contains(*it);
        let each = start.checked_sub(1).and_then(|it| sentence.get(it)) == Some(&'每');
        if each || sentence.get(end).is_some_and(counts) {
            values.extend(marks.iter().copied().filter_map(whole));
        }
    } else {
        values.extend(sum(&marks).and_then(whole));
        // 十五万 may be written 15 万.
        if let Some((last, head)) = marks.split_last()
            && *last >= 10_000
            && !head.is_empty()
        {
            values.extend(sum(head).and_then(whole));
        }
    }
    (end, values)
}

/// The figure that numerals with units make: 三千零五十万.
fn sum(marks: &[i128]) -> Option<i128> {
    let (mut total, mut section, mut digit): (i128, i128, Option<i128>) = (0, 0, None);
    let mut last_unit = 1;
    for mark in marks.iter().copied() {
        match mark {
            0..=9 => digit = Some(mark),
            10..=1000 => {
                section = section.checked_add(mark.checked_mul(digit.take().unwrap_or(1))?)?;
                last_unit = mark;
            }
            _ => {
                section = section.checked_add(digit.take().unwrap_or(0))?;
                // 一万亿 is a product, 一亿两千万 a sum.
                total = if mark == 10_000 && total > 0 {
                    total.checked_add(section.checked_mul(mark)?)?
                } else {
                    total.checked_add(section)?.checked_mul(mark)?
                };
                section = 0;
                last_unit = mark;
            }
        }
    }
    // 三千五 is 3 500, but 三千零五 is 3 005.
    let short = marks.len() >= 2 && marks.get(marks.len() - 2).is_some_and(|it| *it >= 100);
    let rest = digit.map_or(0, |it| if short { it * (last_unit / 10) } else { it });
    total.checked_add(section)?.checked_add(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Figures {
        figures(&crate::text::fold(text).chars().collect::<Vec<_>>())
    }

    fn first(text: &str) -> Option<Figure> {
        read(text).readings.first().and_then(|it| it.values.first()).copied()
    }

    fn has(text: &str, figure: &str) -> bool {
        let (num, den) = figure.split_once('/').unwrap_or((figure, "1"));
        let figure = Figure::parse(num).unwrap().over(den.parse().unwrap()).unwrap();
        read(text).contain(figure)
    }

    #[test]
    fn every_form_is_read() {
        for (text, figures) in [
            ("不超过7个", &["7"][..]),
            ("７个", &["7"]),
            ("3 000户", &["3000"]),
            ("3,000户", &["3000"]),
            ("1,234,567元", &["1234567"]),
            ("甲7,300户", &["7300", "300", "7"]),
            ("1.4倍", &["1.4"]),
            ("1-1.4倍", &["1", "1.4"]),
            ("20%", &["20%", "20", "0.2"]),
            ("3万元", &["30000", "3"]),
            ("1.5亿元", &["150000000"]),
            ("5千户", &["5000"]),
            ("七个", &["7"]),
            ("两名", &["2"]),
            ("三千户", &["3000"]),
            ("三千五百户", &["3500"]),
            ("三千五", &["3500"]),
            ("三千零五户", &["3005"]),
            ("十名至十五名", &["10", "15"]),
            ("10至15名", &["10", "15"]),
            ("第二十二条", &["22"]),
            ("二〇二〇年", &["2020"]),
            ("一百零一", &["101"]),
            ("十五万人", &["150000", "15"]),
            ("一亿两千万", &["120000000"]),
            ("百分之二十", &["20%", "20"]),
            ("百分之20", &["20%"]),
            ("千分之五", &["5/1000"]),
            ("二分之一", &["1/2"]),
            ("三分之二以上", &["2/3"]),
            ("半年", &["6", "1/2"]),
            ("三成", &["30%"]),
            ("一点五倍", &["1.5"]),
            ("“四双”机制", &["4", "2"]),
            ("三四个", &["3", "4"]),
            ("“1+9”系列", &["1", "9"]),
            ("三檔十八級", &["3", "18"]),
            ("360项", &["360"]),
            ("每百户居民", &["100"]),
            ("全国百强", &["100"]),
        ] {
            for figure in figures {
                assert!(has(text, figure), "{text}: {figure}, {:?}", read(text));
            }
        }
    }

    #[test]
    fn other_figures_are_not_read() {
        for (text, figure) in [
            ("3000户", "300"),
            ("第二十二条", "2"),
            ("千方百计", "100"),
            ("百姓", "100"),
            ("三千户", "3"),
            ("1.4倍", "4"),
            ("2020-05", "25"),
        ] {
            assert!(!has(text, figure), "{text}: {figure}, {:?}", read(text));
        }
    }

    #[test]
    fn what_is_masked_or_vague_is_told() {
        for text in [
            "补贴X万元",
            "不低于XX%",
            "40多个",
            "三千余户",
            "多个部门",
            "若干名",
            "数十项",
            "几个",
            "共有万户",
            "共个",
            "约名",
        ] {
            assert!(read(text).masked, "{text}");
        }
        for text in
            ["“4+X”模式", "11XN", "7个", "多元化", "一岗多责", "数据", "三万人", "万众一心", "WiFi", "共同", "近年来"]
        {
            assert!(!read(text).masked, "{text}");
        }
    }

    #[test]
    fn figures_are_in_lowest_terms() {
        assert_eq!(Figure::parse("20%"), Figure::new(1, 5));
        assert_eq!(Figure::parse("3_000"), Some(Figure::whole(3000)));
        assert_eq!(Figure::parse("1.50"), Figure::new(3, 2));
        for wrong in ["", "%", "1.2.3", "x", "99999999999999999999999999999999"] {
            assert_eq!(Figure::parse(wrong), None, "{wrong}");
        }
    }

    /// A whole figure in Chinese numerals, as 12 0345 → 十二万零三百四十五.
    fn spell(value: u64) -> String {
        const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
        fn section(value: u64) -> String {
            let mut text = String::new();
            let mut zero = false;
            for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
                let digit = value / unit % 10;
                if digit == 0 {
                    zero = !text.is_empty();
                    continue;
                }
                if zero {
                    text.push('零');
                    zero = false;
                }
                text.push(DIGITS[usize::try_from(digit).unwrap()]);
                text.push_str(name);
            }
            text
        }
        if value == 0 {
            return "零".into();
        }
        let (yi, wan, rest) = (value / 100_000_000, value / 10_000 % 10_000, value % 10_000);
        let mut text = String::new();
        for (part, name) in [(yi, "亿"), (wan, "万"), (rest, "")] {
            if part == 0 {
                continue;
            }
            if !text.is_empty() && part < 1000 {
                text.push('零');
            }
            text.push_str(&section(part));
            text.push_str(name);
        }
        text.strip_prefix("一十").map_or(text.clone(), |it| format!("十{it}"))
    }

    #[test]
    fn figures_are_spelt() {
        for (value, text) in [
            (10, "十"),
            (15, "十五"),
            (101, "一百零一"),
            (3005, "三千零五"),
            (120_345, "十二万零三百四十五"),
            (100_000_007, "一亿零七"),
        ] {
            assert_eq!(spell(value), text);
        }
    }

    proptest! {
        #[test]
        fn numerals_round_trip(value in 1u64..1_000_000_000_000) {
            prop_assert_eq!(first(&spell(value)), Some(Figure::whole(i128::from(value))));
        }

        #[test]
        fn small_numerals_round_trip(value in 0u64..20_000) {
            prop_assert_eq!(first(&format!("共{}名", spell(value))), Some(Figure::whole(i128::from(value))));
        }

        #[test]
        fn digits_round_trip(whole in 0u32..1_000_000, part in proptest::option::of(0u32..100)) {
            let text = part.map_or(whole.to_string(), |it| format!("{whole}.{it:02}"));
            prop_assert_eq!(first(&text), Figure::parse(&text));
        }

        #[test]
        fn any_sentence_is_read(text in "\\PC{0,60}|[0-9,.%万亿千百十一二零半双多X分之点成个]{0,30}") {
            let found = read(&text);
            let mut end = 0;
            for reading in &found.readings {
                prop_assert!(end <= reading.start && reading.start < reading.end);
                end = reading.end;
            }
        }
    }
}
