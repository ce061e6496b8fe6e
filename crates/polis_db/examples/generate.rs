//! Writes a generated workspace to a folder: `cargo run -p polis_db --example generate -- LINES FOLDER`.
use camino::Utf8Path;
use polis_db::{OsSystem, System as _, generate};

fn main() -> std::io::Result<()> {
    let mut args = std::env::args().skip(1);
    let lines = args.next().and_then(|it| it.parse().ok()).unwrap_or(10_000);
    let folder = args.next().unwrap_or_else(|| "generated".to_owned());
    let system = OsSystem;
    for (path, text) in generate::workspace(lines) {
        let path = Utf8Path::new(&folder).join(path);
        if let Some(parent) = path.parent() {
            system.create_dir_all(parent)?;
        }
        system.write_atomic(&path, text.as_bytes())?;
    }
    Ok(())
}
