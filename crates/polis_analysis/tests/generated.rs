//! Generated norms, of which it is known which clash: the checker finds these and no others.

use std::collections::BTreeSet;

use polis_analysis::analysis;
use polis_db::{MemorySystem, generate, load};
use polis_diagnostic::Locale;

#[test]
fn what_was_planted_is_found_and_nothing_else() {
    let count = 400;
    let norms = generate::norms(count);
    let meeting = generate::meeting(&norms);
    let clash: BTreeSet<(String, String)> =
        meeting.iter().filter(|(a, b)| a.holds_with(b)).map(|(a, b)| (a.name(), b.name())).collect();
    assert!(clash.len() > 10 && clash.len() * 10 < meeting.len(), "{} of {}", clash.len(), meeting.len());

    let files = generate::norms_workspace(count);
    let system =
        files.iter().fold(MemorySystem::new(), |system, (path, text)| system.with_file(&format!("/{path}"), text));
    let loaded = load(&system, "/city".into());
    let found = analysis(&loaded.db, loaded.targets[0]);
    assert_eq!(found.undecided, []);
    assert_eq!(found.decided.norms, count);
    assert_eq!(found.decided.pairs, meeting.len());
    // The names in back-quotes are a norm, an action and a norm.
    let clashes = found.diagnostics.iter().filter(|it| it.message.code().ends_with("-and-forbidden"));
    let names = clashes.map(|it| it.message.render(Locale::Zh));
    let names: BTreeSet<(String, String)> = names
        .map(|it| {
            let names: Vec<&str> = it.split('`').skip(1).step_by(2).collect();
            (names[0].to_owned(), names[2].to_owned())
        })
        .collect();
    assert_eq!(names, clash);
}

#[test]
fn every_sort_of_generated_workspace_is_sound_but_for_what_was_planted() {
    for count in [1, 13, 100] {
        let files = generate::provisions(count);
        let system =
            files.iter().fold(MemorySystem::new(), |system, (path, text)| system.with_file(&format!("/{path}"), text));
        let loaded = load(&system, "/city".into());
        assert_eq!(loaded.diagnostics, []);
        assert_eq!(polis_semantic::check(&loaded.db, &loaded.targets), [], "{count}");
        assert_eq!(analysis(&loaded.db, loaded.targets[0]).undecided, [], "{count}");
    }
}
