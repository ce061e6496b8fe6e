//! Rows of results as bytes: what passes from the threads that compute to the one that writes, and nowhere else.

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

/// Reads them again; `None` for what was not written so.
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

    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    pub(super) fn count(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    pub(super) fn text(&mut self) -> Option<Option<&'b [u8]>> {
        match self.number()? {
            NONE => Some(None),
            length => Some(Some(self.take(usize::try_from(length).ok()?)?)),
        }
    }

    pub(super) fn figure(&mut self) -> Option<Option<Number>> {
        match self.number()? {
            NONE => Some(None),
            scale => {
                let digits = i128::from_le_bytes(self.take(16)?.try_into().ok()?);
                Some(Some(Number::from_scaled(digits, scale).ok()?))
            }
        }
    }
}
