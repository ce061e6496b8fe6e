//! The language server: the only room that knows the Language Server Protocol.
//!
//! One thread, the [main loop](server), owns the databases and is their only writer. It takes events in the order of the
//! wire; readers work on snapshots in a pool and send back what they found. tower-lsp is one file, `transport`, and can
//! be replaced by another.
//!
//! **Invariant:** whatever a client sends, in whatever order, the server lives and answers each request once.

mod capabilities;
mod check;
mod documents;
mod message;
mod overlay;
mod pool;
mod requests;
mod server;
mod settings;
#[cfg(test)]
mod tests;
mod transport;
mod workspace;

use std::sync::Arc;

use polis_db::System;
use polis_diagnostic::Locale;
use tokio::sync::oneshot;

pub use message::{Client, Incoming, Outgoing, Reply, RequestId, Response, ResponseError};
pub use overlay::Overlay;
pub use server::{Event, Options, Runner, RunnerOutput, Server};
pub use settings::Settings;

/// Serves a client on standard input and output until it says `exit` or is gone. Returns the code to exit with.
///
/// # Errors
///
/// Where no runtime or thread can be started.
pub fn serve_stdio(system: Arc<dyn System>, locale: Locale, runner: Option<Runner>) -> std::io::Result<u8> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_io().enable_time().build()?;
    let (client, outbox) = transport::client();
    let (mut server, events) = Server::new(Options { system, locale, runner }, client);
    let (ended, done) = oneshot::channel();
    let main = std::thread::Builder::new().name("main-loop".into()).stack_size(8 << 20).spawn(move || {
        let code = server.run();
        // Nobody waits where the transport ended first.
        let _ = ended.send(());
        code
    })?;
    runtime.block_on(transport::serve(tokio::io::stdin(), tokio::io::stdout(), outbox, events, done));
    // A thread may still be blocked in a read of standard input, which no client needs to end.
    runtime.shutdown_background();
    Ok(main.join().unwrap_or(101))
}
