//! Where output goes.

use std::io::{self, Read, Write};

/// The streams of a call.
pub struct Streams<'s> {
    /// Standard input.
    pub input: &'s mut dyn Read,
    /// Standard output: results.
    pub out: Out<'s>,
    /// Standard error: findings about the call, and summaries.
    pub err: Out<'s>,
}

/// A stream to write to. A reader that goes away (`polis list … | head`) is no error: what follows is dropped.
pub struct Out<'w> {
    writer: Box<dyn Write + 'w>,
    terminal: bool,
    closed: bool,
}

impl<'w> Out<'w> {
    /// A stream; `terminal` says whether somebody looks at it.
    pub fn new(writer: impl Write + 'w, terminal: bool) -> Self {
        Self { writer: Box::new(writer), terminal, closed: false }
    }

    /// Whether it leads to a terminal.
    #[must_use]
    pub const fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Whether the reader has gone away, so that going on is of no use.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        self.closed
    }

    /// Writes out what is held back.
    pub(crate) fn finish(&mut self) -> io::Result<()> {
        self.flush()
    }

    /// Does `write` unless the reader has gone away; a reader that goes away meanwhile counts as `done`.
    fn guard<T>(&mut self, done: T, write: impl FnOnce(&mut dyn Write) -> io::Result<T>) -> io::Result<T> {
        if self.closed {
            return Ok(done);
        }
        match write(&mut *self.writer) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(done)
            }
            result => result,
        }
    }
}

impl Write for Out<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.guard(bytes.len(), |it| it.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.guard((), |it| it.flush())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Failing(io::ErrorKind);

    impl Write for Failing {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(self.0.into())
        }
    }

    #[test]
    fn a_reader_that_goes_away_is_no_error() {
        let mut out = Out::new(Failing(io::ErrorKind::BrokenPipe), false);
        assert!(writeln!(out, "甲").is_ok() && out.is_closed());
        assert!(out.finish().is_ok());
    }

    #[test]
    fn a_full_disk_is_one() {
        let mut out = Out::new(Failing(io::ErrorKind::StorageFull), false);
        assert!(writeln!(out, "甲").is_err() && !out.is_closed());
    }
}
