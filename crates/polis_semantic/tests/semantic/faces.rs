//! One language in two faces: the face of a file changes nothing that it means.

use polis_syntax::words::Face;

use crate::support::{Files, findings, generated, in_face, is_policy, meaning, open, policies, programs};

fn convert(files: &Files, face: Face) -> Files {
    let text = |path: &str, text: &str| {
        if is_policy(path) { in_face(text, Some(face)).unwrap() } else { text.to_owned() }
    };
    files.iter().map(|it| (it.0.clone(), text(&it.0, &it.1))).collect()
}

#[track_caller]
fn assert_same_meaning(files: &Files) {
    let (chinese, english) = (open(&convert(files, Face::Zh)), open(&convert(files, Face::En)));
    assert_eq!(findings(&chinese.db), []);
    assert_eq!(findings(&english.db), []);
    for (chinese, english) in programs(&chinese.db).iter().zip(programs(&english.db)) {
        let (chinese, english) = (meaning(chinese), meaning(&english));
        if let Some((number, lines)) = chinese.lines().zip(english.lines()).enumerate().find(|it| it.1.0 != it.1.1) {
            panic!("line {number}: {lines:?}");
        }
        assert_eq!(chinese.lines().count(), english.lines().count());
    }
}

#[test]
fn the_policies_mean_the_same_in_both_faces() {
    assert_same_meaning(&policies());
}

#[test]
fn generated_provisions_mean_the_same_in_both_faces() {
    assert_same_meaning(&generated(400));
}

#[test]
fn the_meaning_of_different_figures_differs() {
    let with = |figure: &str| {
        let files = crate::support::single(&format!("参数 甲: 人 {{ 值: {figure} 人 }}\n"));
        meaning(&programs(&open(&files).db)[0])
    };
    assert_eq!(with("3"), with(" 3"));
    assert_ne!(with("3"), with("4"));
}
