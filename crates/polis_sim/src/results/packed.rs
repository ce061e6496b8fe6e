//! Rows of results as bytes: what passes from the threads that compute to the one that writes, and nowhere else.

use std::io;

use polis_value::Number;

/// A length that no text has.
const NONE: u32 = u32::MAX;

pub(super) fn count(count: usize, out: &mut Vec<u8>) {
    // INVARIANT: there is no memory for as many columns, or as long a text, as would not fit.
    out.extend_from_slice(&u32::try_from(count).unwrap_or(NONE).to_le_bytes());
}

pub(super) fn text(text: Option<&str>, out: &mut Vec<u8>) {
    match text {
        Some(text) => {
            count(text.len(), out);
            out.extend_from_slice(text.as_bytes());
        }
        None => out.extend_from_slice(&NONE.to_le_bytes()),
    }
}

pub(super) fn figure(figure: Option<Number>, out: &mut Vec<u8>) {
    match figure {
        Some(figure) => {
            let (digits, scale) = figure.to_scaled();
            count(scale as usize, out);
            out.extend_from_slice(&digits.to_le_bytes());
        }
        None => out.extend_from_slice(&NONE.to_le_bytes()),
    }
}

/// Reads them again; what was not written so is invalid.
pub(super) struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    pub(super) const fn new(rest: &'b [u8]) -> Self {
        Self { rest }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    fn take(&mut self, length: usize) -> io::Result<&'b [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(io::ErrorKind::InvalidData)?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        self.take(N)?.try_into().map_err(|_| io::ErrorKind::InvalidData.into())
    }

    fn number(&mut self) -> io::Result<u32> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    pub(super) fn count(&mut self) -> io::Result<usize> {
        Ok(self.number()? as usize)
    }

    pub(super) fn text(&mut self) -> io::Result<Option<&'b [u8]>> {
        match self.number()? {
            NONE => Ok(None),
            length => self.take(length as usize).map(Some),
        }
    }

    pub(super) fn figure(&mut self) -> io::Result<Option<Number>> {
        match self.number()? {
            NONE => Ok(None),
            scale => {
                let digits = i128::from_le_bytes(self.array()?);
                let figure = Number::from_scaled(digits, scale);
                figure.map(Some).map_err(|_| io::ErrorKind::InvalidData.into())
            }
        }
    }
}
