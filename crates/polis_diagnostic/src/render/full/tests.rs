use insta::assert_snapshot;

use super::*;
use crate::render::fixtures::{Fixture, find};
use crate::render::{Format, render_to_string};
use crate::{KindMessage, MemoryFiles, NameMessage};

const UNICODE: Format = Format::Full(FullOptions {
    color: false,
    charset: CharSet::Unicode,
});

const ASCII: Format = Format::Full(FullOptions {
    color: false,
    charset: CharSet::Ascii,
});

#[test]
fn underlines_stand_below_full_width_characters() {
    let fixture = Fixture::full_width();
    assert_snapshot!(fixture.render(UNICODE, Locale::Zh), @"");
    assert_snapshot!(fixture.render(ASCII, Locale::En), @"");
}

#[test]
fn the_cells_below_a_name_are_those_of_the_name() {
    let drawn = Fixture::full_width().render(ASCII, Locale::Zh);
    let lines: Vec<&str> = drawn.lines().collect();
    let at = lines.iter().position(|line| line.contains("户树＋")).unwrap();
    let (before, _) = lines[at].split_once("户树").unwrap();
    // Ariadne draws the ideographic blank as one cell; this line has none.
    let (blank, rest) = lines[at + 1].split_once('^').unwrap();
    assert_eq!(blank.width(), before.width());
    assert_eq!(rest.width() + 1, "户树".width());
}

#[test]
fn each_file_has_one_box_with_its_own_place() {
    let fixture = Fixture::two_files();
    assert_snapshot!(fixture.render(UNICODE, Locale::Zh), @"");
    assert_snapshot!(fixture.render(UNICODE, Locale::En), @"");
}

#[test]
fn windows_line_ends_are_not_drawn() {
    let drawn = Fixture::crlf().render(UNICODE, Locale::Zh);
    assert!(!drawn.contains('\r'));
    assert_snapshot!(drawn, @"");
}

#[test]
fn the_end_of_a_file_can_be_pointed_at() {
    assert_snapshot!(Fixture::end_of_file().render(UNICODE, Locale::Zh), @"");
    assert_snapshot!(Fixture::end_of_file().render(UNICODE, Locale::En), @"");
}

#[test]
fn an_empty_file_has_a_line() {
    assert_snapshot!(Fixture::empty_file().render(UNICODE, Locale::Zh), @"");
}

#[test]
fn a_block_is_shown_by_its_ends() {
    assert_snapshot!(Fixture::several_lines().render(UNICODE, Locale::Zh), @"");
}

#[test]
fn nothing_steers_the_terminal() {
    let drawn = Fixture::hostile().render(UNICODE, Locale::En);
    assert!(drawn.chars().all(|c| c == '\n' || !c.is_control()), "{drawn:?}");
    assert_snapshot!(drawn, @"");
}

#[test]
fn colours_are_drawn_on_request_only() {
    let colored = Format::Full(FullOptions {
        color: true,
        charset: CharSet::Unicode,
    });
    let fixture = Fixture::two_files();
    let drawn = fixture.render(colored, Locale::Zh);
    assert!(drawn.contains('\u{1B}') && !fixture.render(UNICODE, Locale::Zh).contains('\u{1B}'));
    // Without its colours it is the same drawing.
    let mut plain = String::new();
    for part in drawn.split('\u{1B}') {
        let after = part.strip_prefix('[').and_then(|part| part.split_once('m'));
        plain.push_str(after.map_or(part, |(_, text)| text));
    }
    let trimmed: Vec<&str> = plain.lines().map(str::trim_end).collect();
    assert_eq!(trimmed.join("\n") + "\n", fixture.render(UNICODE, Locale::Zh));
}

#[test]
fn a_gigantic_line_is_not_drawn() {
    let text = format!("规则 甲 {{ 值: {} }}", "户数 + ".repeat(100_000));
    let mut files = MemoryFiles::default();
    let file = files.add("big.pol", text.as_str());
    let message = NameMessage::UnknownName { name: "户数".into() };
    let diagnostic = Diagnostic::new(message, find(file, &text, "户数", 5))
        .label(find(file, &text, "甲", 0), GeneralNote::DeclaredHere)
        .note(GeneralNote::BecauseOfThis);
    let drawn = render_to_string(UNICODE, &[diagnostic], &files, Locale::Zh);
    assert_snapshot!(drawn, @"");
}

/// Every span of a text with characters of one to four bytes, as primary place and as label in a second file.
#[test]
fn no_span_makes_it_panic() {
    let text = "a户\r\n\u{0B}𠀀\r｛\n\n";
    let mut files = MemoryFiles::default();
    let first = files.add("1.pol", text);
    let second = files.add("2.pol", text);
    let end = saturate(text.len()) + 2;
    for start in 0..end {
        for stop in 0..end {
            let message = KindMessage::RepeatedClause { clause: "a".into() };
            let diagnostic = Diagnostic::new(message, Span::new(first, start, stop))
                .label(Span::new(second, stop, start), GeneralNote::Here)
                .label(Span::new(second, start, stop), GeneralNote::Here);
            let drawn = render_to_string(UNICODE, &[diagnostic], &files, Locale::Zh);
            assert_eq!(drawn.matches(".pol").count(), 2, "{start}..{stop}\n{drawn}");
            // A label that ariadne does not draw would be silently lost.
            assert_eq!(drawn.matches("此处").count(), 3, "{start}..{stop}\n{drawn}");
        }
    }
}
