//! The program `polis`: hands the process to the library and its answer back.

use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

use polis::{Out, Streams};
use polis_db::OsSystem;

/// Trees are many small pieces: an allocator made for them takes a third off a check.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    polis::install_bug_report(&OsSystem);
    let args: Vec<_> = std::env::args_os().collect();
    let stdout = io::stdout();
    let terminal = stdout.is_terminal();
    let mut streams = Streams {
        // Not locked for the whole run: `polis lsp` reads and writes on threads of its own.
        input: &mut io::stdin(),
        out: Out::new(io::BufWriter::new(stdout), terminal),
        // Not locked for the whole run: the report of a panic on another thread must get through.
        err: Out::new(io::stderr(), io::stderr().is_terminal()),
    };
    polis::run(&args, &OsSystem, &mut streams).into()
}
