//! The table against itself: what is looked up together is told apart, and both faces say the same.

use super::*;
use crate::{TokenKind, lex};

/// Every row with the name of its table.
fn all() -> Vec<(&'static str, &'static Word)> {
    let mut rows = Vec::new();
    rows.extend(Keyword::rows().map(|(_, word)| ("keyword", word)));
    rows.extend(Kind::rows().map(|(_, word)| ("kind", word)));
    rows.extend(ClauseWord::rows().map(|(_, word)| ("clause", word)));
    rows.extend(Builtin::rows().map(|(_, word)| ("built-in", word)));
    rows.extend(Choice::rows().map(|(_, word)| ("choice", word)));
    rows.extend(UnitWord::rows().map(|(_, word)| ("unit", word)));
    rows.extend(TypeWord::rows().map(|(_, word)| ("type", word)));
    rows
}

#[track_caller]
fn told_apart(place: &str, words: impl IntoIterator<Item = &'static Word>) {
    let mut seen: Vec<(&str, &Word)> = Vec::new();
    for word in words {
        for spelling in word.spellings() {
            let other = seen.iter().find(|(it, _)| *it == spelling);
            assert!(other.is_none(), "{place}: `{spelling}` is {} and {}", word.en, other.unwrap().1.en);
            seen.push((spelling, word));
        }
    }
}

#[test]
fn what_is_looked_up_together_is_told_apart() {
    told_apart("keywords", Keyword::rows().map(|it| it.1));
    told_apart("kinds", Kind::rows().map(|it| it.1));
    told_apart("built-ins", Builtin::rows().map(|it| it.1));
    told_apart("units and types", UnitWord::rows().map(|it| it.1).chain(TypeWord::rows().map(|it| it.1)));
    for set in [ChoiceSet::Modality, ChoiceSet::Level, ChoiceSet::Polarity] {
        told_apart("choices", set.choices().iter().map(|it| it.word()));
    }
    for (kind, word) in Kind::rows() {
        told_apart(word.en, kind.spec().clauses.iter().map(|it| it.word.word()));
    }
}

#[test]
fn every_spelling_reads_as_its_own_row() {
    macro_rules! check {
        ($($table:ident),*) => {$(
            for (row, word) in $table::rows() {
                assert_eq!(row.word(), word);
                for spelling in word.spellings() {
                    assert_eq!($table::from_text(spelling), Some(row), "{spelling}");
                }
            }
        )*};
    }
    check!(Keyword, Kind, Builtin, UnitWord, TypeWord);
    for (unit, word) in UnitWord::rows() {
        assert_eq!(UnitWord::from_text(unit.english(true)), Some(unit));
        assert_eq!(unit.english(false), word.en);
    }
}

#[test]
fn no_word_of_a_value_is_reserved() {
    let values = Builtin::rows().map(|it| it.1).chain(Choice::rows().map(|it| it.1));
    let types = UnitWord::rows().map(|it| it.1).chain(TypeWord::rows().map(|it| it.1));
    for word in values.chain(types).chain(Kind::rows().map(|it| it.1)) {
        for spelling in word.spellings() {
            assert_eq!(Keyword::from_text(spelling), None, "{spelling}");
        }
    }
}

/// These clause words are reserved in one face or both. The parser reads them as clause words before a colon; a new one
/// needs the same in `layout` and `parser::element`.
#[test]
fn reserved_clause_words_are_few() {
    let mut reserved: Vec<_> = ClauseWord::rows()
        .flat_map(|(_, word)| word.spellings())
        .filter(|it| Keyword::from_text(it).is_some())
        .collect();
    reserved.sort_unstable();
    assert_eq!(reserved, ["in", "when", "当", "自"]);
    for spelling in reserved {
        let kind = if spelling == "in" { Kind::Entity } else { Kind::Norm };
        let source = format!("{} a of b {{\n  note: \"x\"\n  {spelling}: 2020\n}}", kind.word().en);
        assert_eq!(crate::parse(&source).errors, [], "{source}");
    }
}

/// Whether a line is a block or a clause is told by its first word, so both faces of a word must tell alike.
#[test]
fn both_faces_are_read_alike() {
    for (clause, word) in ClauseWord::rows() {
        for spelling in word.spellings() {
            assert_eq!(Kind::from_text(spelling), Kind::from_text(word.zh), "{clause:?}: {spelling}");
        }
    }
    for (outer, _) in Kind::rows() {
        for (inner, word) in Kind::rows() {
            let clause = outer.clause(word.zh).map(|it| it.word);
            for spelling in word.spellings() {
                assert_eq!(outer.clause(spelling).map(|it| it.word), clause, "{inner:?} in {outer:?}: {spelling}");
            }
        }
    }
    // A clause of the kind comes first where the kind takes one of that name, as `field` in an entity.
    let both: Vec<_> = Kind::rows()
        .flat_map(|(outer, _)| outer.spec().inner.iter().map(move |inner| (outer, *inner)))
        .filter(|(outer, inner)| outer.clause(inner.word().zh).is_some())
        .collect();
    assert_eq!(both, [(Kind::Entity, Kind::Field)]);
}

#[test]
fn the_canonical_spellings_show_their_face() {
    for (table, word) in all() {
        assert!(!word.zh.is_ascii(), "{table}: {}", word.zh);
        assert!(word.en.is_ascii(), "{table}: {}", word.en);
        let mixed = |it: &str| !it.is_ascii() && it.chars().any(|it| it.is_ascii());
        assert!(!word.spellings().any(mixed), "{table}: {}", word.en);
    }
}

#[test]
fn every_spelling_is_one_token() {
    for (table, word) in all() {
        for spelling in word.spellings() {
            let tokens = lex(spelling).tokens;
            let [token] = tokens.as_slice() else { panic!("{table}: {spelling}: {tokens:?}") };
            assert!(token.kind == TokenKind::Ident || token.kind.is_keyword(), "{table}: {spelling}");
        }
    }
}

#[test]
fn every_row_is_documented_in_both_languages() {
    for (table, word) in all() {
        assert!(word.doc_zh.ends_with(['。', '）']), "{table} {}: {}", word.en, word.doc_zh);
        assert!(word.doc_en.ends_with(['.', ')']), "{table} {}: {}", word.en, word.doc_en);
        assert!(!word.doc_zh.is_ascii() && word.doc_zh.chars().count() > 2, "{table} {}", word.en);
        assert_ne!(word.doc(Face::Zh), word.doc(Face::En));
    }
}

#[test]
fn every_nested_kind_has_a_place_and_every_clause_a_kind() {
    for (kind, word) in Kind::rows() {
        let nested = Kind::ALL.iter().any(|it| it.spec().inner.contains(&kind));
        assert!(kind.spec().top || nested, "{} stands nowhere", word.en);
    }
    for (clause, word) in ClauseWord::rows() {
        let taken = Kind::ALL.iter().any(|kind| kind.spec().clauses.iter().any(|it| it.word == clause));
        // `over` stands in the head of an exception.
        assert!(taken || clause == ClauseWord::OverException, "{} is no kind's clause", word.en);
    }
}
