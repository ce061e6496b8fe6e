//! Random values.
#![expect(clippy::indexing_slicing, reason = "a generator for tests")]

use polis_syntax::words::{Builtin, Keyword, TypeWord, UnitWord, Value};

use super::{Generator, Spelling};

/// Names, among them words that mean something in other places.
const NAMES: &[&str] = &[
    "户数",
    "staff",
    "面积",
    "值",
    "value",
    "must",
    "工作者2",
    "合计",
    "sum",
    "_x",
    "鼓励",
    "city",
    "数字",
    "people2",
];
const QUOTED: &[&str] = &["`当`", "`open`", "`属于`", "`a b`"];
const TEXTS: &[&str] = &[
    "“十名至十五名”",
    "\"a // b\"",
    "\"\"",
    "“《x》{[(”",
    "\"转义 \\\" 引号\"",
    "\"一段很长的原文，长得要把一行占满，才能看出在哪里换行\"",
];

impl Generator<'_> {
    pub(super) fn name(&mut self) {
        if self.out.trim_end_matches(' ').ends_with('\n') {
            // At the beginning of a line, a clause word and `when` are the next clause.
            return self.word("户数");
        }
        let name = if self.flag(8) { self.one(QUOTED) } else { self.one(NAMES) };
        self.word(name);
    }

    pub(super) fn text(&mut self) {
        let text = if self.flag(4) { "《关于街道改革的意见》" } else { self.one(TEXTS) };
        self.word(text);
    }

    fn quoted_text(&mut self) {
        let text = self.one(TEXTS);
        self.word(text);
    }

    pub(super) fn date(&mut self) {
        let date = self.one(&["2020-01-31", "2020-01", "2020", "2020年", "2020年1月31日", "２０２０"]);
        self.word(date);
    }

    pub(super) fn ty(&mut self) {
        match self.pick(4) {
            0 => {
                let unit = self.one(UnitWord::ALL);
                self.spell(unit.word());
            }
            1 => {
                let ty = self.one(TypeWord::ALL);
                self.spell(ty.word());
            }
            2 => self.name(),
            _ => {
                let (unit, per) = (self.one(UnitWord::ALL), self.one(UnitWord::ALL));
                self.spell(unit.word());
                self.sign("/", "／");
                self.spell(per.word());
            }
        }
    }

    pub(super) fn value(&mut self, value: Value) {
        match value {
            Value::Expr | Value::Figure | Value::Constant => self.expr(),
            Value::Condition => self.condition(),
            Value::Type => self.ty(),
            Value::Reference(_) => self.path(),
            Value::Label if self.flag(2) => self.text(),
            Value::Label | Value::Declares | Value::Facts => self.name(),
            Value::Date => self.date(),
            Value::Text => self.text(),
            Value::Citation => {
                self.path_of_document();
                self.quoted_text();
            }
            Value::RowIds => {
                let id = self.one(&["CC-071", "AB-12", "REG-000123"]);
                self.word(id);
            }
            Value::Choice(set) => {
                if self.flag(8) {
                    return self.name();
                }
                let choice = self.one(set.choices());
                self.spell(choice.word());
            }
        }
    }

    fn path(&mut self) {
        self.name();
        while self.flag(3) {
            self.sign(".", "．");
            self.name();
        }
    }

    /// A path whose first name begins neither a clause nor a block: before a text, at the beginning of a line, such a
    /// name would.
    fn path_of_document(&mut self) {
        let name = self.one(&["街道改革", "reform", "《意见》"]);
        self.word(name);
    }

    pub(super) fn expr(&mut self) {
        self.depth += 1;
        let choice = if self.depth > 5 { 0 } else { self.pick(12) };
        match choice {
            9 => {
                self.spell(Keyword::If.word());
                self.condition();
                self.spell(Keyword::Then.word());
                self.after_operator();
                self.expr();
                self.spell(Keyword::Else.word());
                self.expr();
            }
            10 => self.cases(),
            11 => {
                self.spell(Keyword::Within.word());
                self.sum();
                if self.flag(2) {
                    let word = self.one(&[Keyword::After, Keyword::Of]);
                    self.spell(word.word());
                    self.path();
                }
            }
            8 => self.condition(),
            6 | 7 => self.range(),
            _ => self.sum(),
        }
        self.depth -= 1;
    }

    pub(super) fn condition(&mut self) {
        self.depth += 1;
        self.conjunction();
        while self.depth < 5 && self.flag(5) {
            self.spell(Keyword::Or.word());
            self.after_operator();
            self.conjunction();
        }
        self.depth -= 1;
    }

    fn conjunction(&mut self) {
        self.negation();
        while self.depth < 5 && self.flag(4) {
            self.spell(Keyword::And.word());
            self.after_operator();
            self.negation();
        }
    }

    fn negation(&mut self) {
        if self.flag(8) {
            self.spell(Keyword::Not.word());
        }
        if self.flag(8) {
            return self.sum();
        }
        self.sum();
        let signs = [("=", "＝"), ("!=", "≠"), ("<", "＜"), ("<=", "≤"), (">", "＞"), (">=", "＞＝")];
        let words = [Keyword::Less, Keyword::AtMost, Keyword::More, Keyword::AtLeast, Keyword::In];
        match self.pick(signs.len() + words.len()) {
            index if index < signs.len() => self.sign(signs[index].0, signs[index].1),
            index => self.spell(words[index - signs.len()].word()),
        }
        self.after_operator();
        self.range();
    }

    fn dots(&mut self) {
        let dots = if self.noisy { self.one(&["..", "．．", "…", "……"]) } else { ".." };
        self.out.push_str(dots);
    }

    fn range(&mut self) {
        match self.pick(6) {
            0 => {
                self.figure();
                self.dots();
                self.figure();
            }
            1 => {
                self.gap(true);
                self.dots();
                self.figure();
            }
            2 => {
                self.digits();
                self.dots();
                self.unit();
            }
            3 => {
                let dotted = self.one(&["户数", "c"]);
                self.word(dotted);
                self.dots();
            }
            _ => self.sum(),
        }
    }

    pub(super) fn sum(&mut self) {
        self.product();
        while self.depth < 5 && self.flag(5) {
            if self.flag(2) {
                self.sign("-", "－");
            } else {
                self.sign("+", "＋");
            }
            self.after_operator();
            self.product();
        }
    }

    fn product(&mut self) {
        self.operand();
        while self.depth < 5 && self.flag(6) {
            if self.flag(2) {
                self.sign("/", "÷");
            } else {
                self.sign("*", "×");
            }
            self.after_operator();
            self.operand();
        }
    }

    fn operand(&mut self) {
        self.depth += 1;
        let choice = if self.depth > 5 { self.pick(3) } else { self.pick(16) };
        match choice {
            0 => self.figure(),
            1 => self.name(),
            2 => self.path(),
            3 => {
                self.open('(', "（");
                self.expr();
                self.close(")", "）");
            }
            4 => self.call(),
            5 => self.aggregate(),
            6 => {
                let word = self.one(&[Keyword::True, Keyword::False, Keyword::Unknown]);
                self.spell(word.word());
            }
            7 => {
                self.spell(Keyword::Open.word());
                if self.flag(2) {
                    self.quoted_text();
                }
            }
            8 => {
                self.open('[', "［");
                for index in 0..self.pick(4) {
                    if index > 0 {
                        self.sign(",", "、");
                    }
                    self.expr();
                }
                self.close("]", "］");
            }
            9 => {
                self.path();
                self.open('[', "［");
                self.expr();
                self.close("]", "］");
            }
            10 => {
                self.sign("-", "−");
                self.operand();
            }
            11 => {
                self.figure();
                let word = self.one(&[Keyword::AndAbove, Keyword::AndBelow]);
                self.spell(word.word());
            }
            12 => {
                let glued = self.one(&["3000户以上", "7 个以内", "1人以下", "3000以上", "12名以上"]);
                self.word(glued);
            }
            13 => self.date(),
            14 => {
                self.path_of_document();
                self.quoted_text();
            }
            _ => {
                let literal = self.one(&["20%", "２０％", "CC-071", "《意见》", "“文字”"]);
                self.word(literal);
            }
        }
        self.depth -= 1;
    }

    fn digits(&mut self) {
        let digits = self.one(&["3000", "1", "7", "3_000", "1.50", "３０", "１", "0"]);
        self.word(digits);
    }

    fn unit(&mut self) {
        let unit = self.one(UnitWord::ALL);
        // `3000年` is a date.
        if unit != UnitWord::Year && self.noisy && self.flag(2) {
            // Glued to the figure.
            let text = match self.spelling {
                Spelling::Canonical(face) => unit.word().spelling(face),
                Spelling::Any => unit.word().zh,
            };
            self.out.push_str(text);
        } else {
            self.spell(unit.word());
        }
        for one_in in [6, 2] {
            if !self.flag(one_in) {
                break;
            }
            let per = self.one(&[UnitWord::Quarter, UnitWord::Year, UnitWord::Person]);
            self.sign("/", "／");
            self.spell(per.word());
        }
    }

    fn figure(&mut self) {
        self.digits();
        match self.pick(4) {
            0 => {}
            1 => self.word("名额"),
            _ => self.unit(),
        }
    }

    fn callee(&mut self) {
        if self.flag(8) {
            return self.word("自定函数");
        }
        let builtin = self.one(Builtin::ALL);
        self.spell(builtin.word());
    }

    fn call(&mut self) {
        self.callee();
        self.open('(', "（");
        let count = self.pick(4);
        for index in 0..count {
            if index > 0 {
                self.sign(",", "，");
            }
            self.expr();
        }
        if count > 0 && self.noisy && self.flag(4) {
            self.sign(",", "，");
        }
        self.close(")", "）");
    }

    fn aggregate(&mut self) {
        self.callee();
        self.open('(', "（");
        self.expr();
        self.spell(Keyword::For.word());
        self.name();
        self.spell(Keyword::In.word());
        self.path();
        if self.flag(2) {
            self.spell(Keyword::Where.word());
            self.condition();
        }
        self.close(")", "）");
    }

    fn cases(&mut self) {
        self.spell(Keyword::Cases.word());
        self.open('{', "｛");
        let one_line = !self.flag(2);
        let part = |it: &mut Self| match (one_line, it.flag(4)) {
            (true, true) => it.sign(",", "，"),
            _ => it.part(one_line),
        };
        if !one_line {
            self.line_end();
            self.own_lines();
        }
        for _ in 0..self.pick(3) {
            let when = self.flag(3);
            if when {
                self.spell(Keyword::When.word());
            }
            let start = self.out.len();
            self.condition();
            if !when && begins_with_minus(&self.out[start..]) {
                // A line that begins with a minus goes on from the line before.
                self.out.insert_str(start, " 当 ");
            }
            if self.flag(4) {
                self.word("时");
            }
            self.sign("=>", "＝＞");
            self.after_operator();
            self.expr();
            part(self);
        }
        if self.flag(2) {
            self.spell(Keyword::Otherwise.word());
            self.sign("=>", "⇒");
            self.expr();
            if !one_line {
                self.line_end();
            }
        }
        self.close("}", "｝");
    }
}

fn begins_with_minus(text: &str) -> bool {
    let text = text.trim_start();
    match text.strip_prefix("/*").and_then(|it| it.split_once("*/")) {
        Some((_, rest)) => begins_with_minus(rest),
        None => text.starts_with(['-', '－', '−']),
    }
}
