//! The command line of Polis.
use polis_diagnostic::{Format, FullOptions, Locale, Summary, render, sort_and_dedup};

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let loaded = polis_db::load(&polis_db::OsSystem::default(), camino::Utf8Path::new(&args[2]));
    let mut all = loaded.diagnostics.clone();
    all.extend(polis_semantic::check(&loaded.db, &loaded.targets));
    sort_and_dedup(&mut all, &loaded.db);
    let mut out = std::io::stdout();
    render(Format::Full(FullOptions::default()), &all, &loaded.db, Locale::Zh, &mut out).unwrap();
    println!("{}", Summary::of(&all).render(Locale::Zh));
    std::process::exit(i32::from(!all.is_empty()));
}
