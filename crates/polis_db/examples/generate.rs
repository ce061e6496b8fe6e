//! Writes a generated workspace to a folder: `cargo run -p polis_db --example generate -- COUNT FOLDER [SORT]`, where the
//! sort says what is counted: `lines` (of every common kind), `norms` or `provisions`.
use camino::Utf8Path;
use polis_db::{OsSystem, System as _, generate};

fn main() -> std::io::Result<()> {
    let mut args = std::env::args().skip(1);
    let count = args.next().and_then(|it| it.parse().ok()).unwrap_or(10_000);
    let folder = args.next().unwrap_or_else(|| "generated".to_owned());
    let files = match args.next().as_deref() {
        Some("norms") => generate::norms_workspace(count),
        Some("provisions") => generate::provisions(count),
        _ => generate::workspace(count),
    };
    let system = OsSystem;
    for (path, text) in files {
        let path = Utf8Path::new(&folder).join(path);
        if let Some(parent) = path.parent() {
            system.create_dir_all(parent)?;
        }
        system.write_atomic(&path, text.as_bytes())?;
    }
    Ok(())
}
