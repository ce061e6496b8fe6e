//! What holds for every row of the catalogue.

use super::*;
use std::collections::BTreeSet;

fn all() -> impl Iterator<Item = &'static Entry> {
    Message::entries().chain(Note::entries())
}

/// The names between braces in a template; `{{` is a brace.
fn fields(template: &str) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        rest = &rest[open + 1..];
        if let Some(after) = rest.strip_prefix('{') {
            rest = after;
        } else if let Some(close) = rest.find(['}', ':']) {
            names.insert(&rest[..close]);
            rest = &rest[close..];
        }
    }
    names
}

#[test]
fn codes_are_unique_kebab_case_words() {
    let codes = Message::all_codes();
    assert!(codes.len() > 50 && codes.is_sorted_by(|a, b| a < b), "a code is used twice");
    for code in codes {
        let kebab = code
            .split('-')
            .all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
        assert!(kebab, "{code}");
    }
}

#[test]
fn every_code_is_in_one_group() {
    let mut grouped: Vec<&str> = GROUPS.iter().flat_map(|it| it.1).copied().collect();
    grouped.sort_unstable();
    assert_eq!(grouped, Message::all_codes());
    assert_eq!(Message::group_of("unused-provision"), Some("quality"));
    assert_eq!(Message::group_of("quality"), None, "a group is no code");
}

#[test]
fn both_languages_mention_every_field() {
    for entry in all() {
        let declared: BTreeSet<&str> = entry.fields.iter().copied().collect();
        assert_eq!(fields(entry.english), declared, "{}: english", entry.variant);
        assert_eq!(fields(entry.chinese), declared, "{}: chinese", entry.variant);
    }
}

#[test]
fn texts_keep_to_the_style() {
    for entry in all() {
        let (en, zh) = (entry.english, entry.chinese);
        assert!(!en.starts_with(char::is_uppercase), "upper case: {en}");
        assert!(!en.ends_with('.') && !zh.ends_with(['。', '.']), "final period: {en} {zh}");
        assert!(en.is_ascii() || en.contains('…'), "full-width in English: {en}");
        assert_eq!(en.matches('`').count() % 2, 0, "back-quotes: {en}");
        assert_eq!(zh.matches('`').count() % 2, 0, "back-quotes: {zh}");
        // Half-width punctuation may stand in Chinese within back-quotes only.
        let outside = zh.split('`').step_by(2);
        for text in outside {
            assert!(!text.contains([',', ':', ';', '?', '!', '(', ')']), "half-width: {zh}");
        }
        assert_eq!(macros::space_quotes(zh), zh, "blank beside a back-quote: {zh}");
    }
}

#[test]
fn rendering_fills_in_the_arguments() {
    let message = Message::from(NameMessage::AmbiguousName {
        name: "限额".into(),
        packages: vec!["common".into(), "jilin".into()],
    });
    assert_eq!(message.code(), "ambiguous-name");
    assert_eq!(message.render(Locale::En), "`限额` could be meant from any of the packages `common`, `jilin`");
    assert_eq!(message.render(Locale::Zh), "`限额` 指代不明，这些包中都有：`common`、`jilin`");

    let message = SyntaxMessage::UnexpectedToken {
        found: Bilingual::new("文件末尾", "the end of the file"),
        expected: Bilingual::word("：", ":"),
    };
    assert_eq!(message.render(Locale::En), "expected `:`, found the end of the file");
    assert_eq!(message.render(Locale::Zh), "此处应为 `：`，实为文件末尾");

    let message = TypeMessage::WrongArgumentCount { function: "每满".into(), expected: Arity::Exactly(2), found: 3 };
    assert_eq!(message.render(Locale::Zh), "`每满` 需要恰好 2 个参数，实有 3 个");
}

#[test]
fn the_template_reader_knows_braces() {
    assert_eq!(fields("a {b} {{c}} {d:>3}"), BTreeSet::from(["b", "d"]));
}
