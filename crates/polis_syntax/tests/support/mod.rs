//! Random programs without syntax errors, in either face and with every freedom that the layout leaves.
//!
//! A program is drawn from bytes: a byte that is missing reads as 0, and 0 always draws the simplest form. So a failure
//! shrinks by shortening and zeroing, and any bytes are a program.
#![expect(clippy::indexing_slicing, reason = "a generator for tests")]

mod values;

use polis_syntax::words::{ClauseSpec, ClauseWord, Face, HeadName, Keyword, Kind, Value, Word};

/// How words are spelled.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spelling {
    Canonical(Face),
    Any,
}

pub(crate) struct Generator<'b> {
    bytes: std::slice::Iter<'b, u8>,
    out: String,
    spelling: Spelling,
    /// Whether blanks, full-width punctuation and line ends vary.
    noisy: bool,
    /// Whether comments are strewn in.
    comments: bool,
    comment_count: usize,
    /// Open brackets; in round and square ones a line end means nothing.
    open: Vec<char>,
    depth: usize,
}

/// A program, drawn from `bytes`.
pub(crate) fn program(bytes: &[u8]) -> String {
    let mut generator = Generator {
        bytes: bytes.iter(),
        out: String::new(),
        spelling: Spelling::Canonical(Face::Zh),
        noisy: false,
        comments: false,
        comment_count: 0,
        open: Vec::new(),
        depth: 0,
    };
    generator.spelling = match generator.pick(4) {
        0 => Spelling::Canonical(Face::Zh),
        1 => Spelling::Canonical(Face::En),
        _ => Spelling::Any,
    };
    generator.noisy = generator.flag(2);
    generator.comments = generator.flag(2);
    let (bom, crlf) = (generator.flag(8), generator.flag(4));
    while generator.bytes.len() > 0 {
        generator.own_lines();
        generator.top();
        generator.line_end();
    }
    let mut text = generator.out;
    if crlf {
        text = text.replace('\n', "\r\n");
    }
    if bom { format!("\u{FEFF}{text}") } else { text }
}

impl Generator<'_> {
    /// A number below `n`.
    fn pick(&mut self, n: usize) -> usize {
        usize::from(self.bytes.next().copied().unwrap_or(0)) % n
    }

    /// True once in `n`.
    fn flag(&mut self, n: usize) -> bool {
        self.pick(n) == n - 1
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        let index = self.pick(of.len());
        of[index]
    }

    // Tokens.

    /// A word: blanks part it from the word before.
    fn word(&mut self, text: &str) {
        let glues =
            self.out.chars().next_back().is_none_or(|it| it.is_whitespace() || "([{:,;.（｛：，；=+*/<>".contains(it));
        self.gap(!glues);
        self.out.push_str(text);
    }

    /// A sign, half-width or full-width.
    fn sign(&mut self, half: &str, full: &str) {
        self.gap(false);
        let text = if self.noisy && self.flag(3) { full } else { half };
        self.out.push_str(text);
    }

    fn spell(&mut self, word: &'static Word) {
        let text = match self.spelling {
            Spelling::Canonical(face) => word.spelling(face),
            Spelling::Any => {
                let all: Vec<_> = word.spellings().collect();
                self.one(&all)
            }
        };
        self.word(text);
    }

    fn gap(&mut self, needed: bool) {
        if self.noisy && self.flag(6) {
            let blank = self.one(&["  ", "\t", "\u{3000}", " \u{A0}"]);
            self.out.push_str(blank);
        } else if needed {
            self.out.push(' ');
        }
        if self.comments && self.flag(16) {
            self.comment_count += 1;
            let comment = format!(" /* c{} */", self.comment_count);
            self.out.push_str(&comment);
            if self.flag(4) {
                self.out.push_str("/* 两\n  行 */");
            }
        }
        if self.noisy && matches!(self.open.last(), Some('(' | '[')) && self.flag(8) {
            self.loose_line_end();
        }
    }

    /// A line end where it means nothing.
    fn loose_line_end(&mut self) {
        if self.comments && self.flag(3) {
            self.comment_count += 1;
            let comment = format!("{} c{}", self.one(&[" //", "  //", " ///"]), self.comment_count);
            self.out.push_str(&comment);
        }
        self.out.push_str("\n    ");
    }

    /// After an operator, a line may end.
    fn after_operator(&mut self) {
        if self.noisy && self.flag(12) {
            self.loose_line_end();
        }
    }

    fn open(&mut self, half: char, full: &str) {
        self.sign(&half.to_string(), full);
        self.open.push(half);
    }

    fn close(&mut self, half: &str, full: &str) {
        self.sign(half, full);
        self.open.pop();
    }

    /// The end of a line, with a comment or without.
    fn line_end(&mut self) {
        if self.comments && self.flag(6) {
            self.comment_count += 1;
            let comment = format!("{} 注{}", self.one(&[" //", "  //", " ///"]), self.comment_count);
            self.out.push_str(&comment);
        }
        self.out.push('\n');
        if self.noisy && self.flag(4) {
            self.out.push_str("  \n\n");
        }
    }

    /// Comments on lines of their own.
    fn own_lines(&mut self) {
        while self.comments && self.flag(4) {
            self.comment_count += 1;
            let mark = self.one(&["///", "//", "  /// ", "  // "]);
            let comment = format!("{mark} 行{}", self.comment_count);
            self.out.push_str(&comment);
            self.out.push('\n');
            if self.flag(4) {
                self.out.push('\n');
            }
        }
    }

    /// Ends an element in a body that is on one line or not.
    fn part(&mut self, one_line: bool) {
        if one_line {
            self.sign(";", "；");
        } else {
            if self.noisy && self.flag(8) {
                self.sign(";", "；");
            }
            self.line_end();
            self.own_lines();
        }
    }

    // Blocks and clauses.

    fn top(&mut self) {
        let kinds: Vec<_> = Kind::ALL.iter().copied().filter(|it| it.spec().top).collect();
        let kind = self.one(&kinds);
        self.block(kind);
    }

    fn block(&mut self, kind: Kind) {
        let spec = kind.spec();
        self.spell(kind.word());
        if kind == Kind::Unit && self.flag(2) {
            self.name();
            self.sign("=", "＝");
            self.ty();
            return;
        }
        match spec.name {
            HeadName::None => {}
            HeadName::Optional => {
                if self.flag(2) {
                    self.name();
                }
            }
            HeadName::Required | HeadName::Date => self.name(),
        }
        if self.flag(4) || spec.name == HeadName::Optional {
            self.text();
        }
        if spec.of == HeadName::Required || spec.of == HeadName::Optional && self.flag(2) {
            self.spell(Keyword::Of.word());
            self.name();
        }
        if spec.typed && self.flag(2) {
            self.sign(":", "：");
            self.ty();
        }
        if self.noisy && self.flag(12) {
            self.line_end();
        }
        self.open('{', "｛");
        let one_line = !self.flag(2);
        let count = self.pick(5);
        if !one_line {
            self.line_end();
            self.own_lines();
        }
        for index in 0..count {
            if index > 0 {
                self.part(one_line);
            }
            if !spec.inner.is_empty() && self.depth < 3 && self.flag(3) {
                self.depth += 1;
                let inner = self.one(spec.inner);
                self.block(inner);
                self.depth -= 1;
            } else if spec.clauses.is_empty() || self.flag(16) {
                self.unknown_clause();
            } else {
                let clause = self.pick(spec.clauses.len());
                self.clause(&spec.clauses[clause]);
            }
        }
        if !one_line {
            self.line_end();
            self.own_lines();
        }
        self.close("}", "｝");
    }

    fn unknown_clause(&mut self) {
        self.word("自定");
        self.sign(":", "：");
        self.expr();
    }

    fn clause(&mut self, spec: &ClauseSpec) {
        self.spell(spec.word.word());
        match spec.head {
            HeadName::None => {}
            HeadName::Optional => {
                if self.flag(2) {
                    if self.flag(3) { self.text() } else { self.name() }
                }
            }
            HeadName::Required => self.name(),
            HeadName::Date => self.date(),
        }
        if spec.head == HeadName::Required && spec.guarded && self.flag(3) {
            self.spell(ClauseWord::OverException.word());
            self.name();
            if self.flag(2) {
                self.sign(",", "，");
                self.name();
            }
        }
        let guard = if spec.guarded { self.pick(3) } else { 0 };
        if guard == 1 {
            self.guard();
        }
        self.sign(":", "：");
        if spec.value == Value::Facts {
            return self.records();
        }
        self.gap(true);
        let count = if spec.several { 1 + self.pick(4) } else { 1 };
        let list = count > 1 && self.flag(2) || matches!(spec.value, Value::RowIds) && self.flag(2);
        if list {
            self.open('[', "【");
        }
        for index in 0..count {
            if index > 0 {
                self.sign(",", "、");
            }
            self.value(spec.value);
        }
        if list {
            if self.noisy && self.flag(3) {
                self.sign(",", "，");
            }
            self.close("]", "】");
        }
        if guard == 2 {
            self.guard();
        }
    }

    fn guard(&mut self) {
        let keyword = self.one(&[Keyword::When, Keyword::Unless]);
        self.spell(keyword.word());
        self.condition();
        if self.flag(3) {
            self.word("时");
        }
    }

    fn records(&mut self) {
        let count = 1 + self.pick(2);
        for index in 0..count {
            if index > 0 {
                self.sign(",", "，");
            }
            self.name();
            self.facts();
        }
    }

    fn facts(&mut self) {
        self.depth += 1;
        self.open('{', "｛");
        let one_line = !self.flag(2);
        let commas = self.flag(2);
        if !one_line {
            self.line_end();
            self.own_lines();
        }
        for index in 0..self.pick(4) {
            if index > 0 {
                if commas && one_line { self.sign(",", "，") } else { self.part(one_line) }
            }
            if !(commas && one_line) && self.depth < 3 && self.flag(3) {
                let entity = self.one(&["街道", "中心", "Street"]);
                self.word(entity);
                self.word("甲");
                self.facts();
            } else {
                let field = self.one(&["户数", "值", "staff", "must", "自"]);
                self.word(field);
                self.sign(":", "：");
                self.sum();
            }
        }
        if !one_line {
            self.line_end();
            self.own_lines();
        }
        self.close("}", "｝");
        self.depth -= 1;
    }
}
