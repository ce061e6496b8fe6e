//! Frames of the base protocol: what carries no message is taken out before the library sees it.
//!
//! A frame is lines of headers, one of them `Content-Length`, an empty line, and so many bytes. Where a length was wrong
//! the rest of the body stands before the next header, so that is looked for anywhere in a line.

use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader};

/// The longest line of a header that is read as one.
const LINE: u64 = 8 * 1024;

/// The name of the header that tells the length of the body.
const LENGTH: &[u8] = b"content-length:";

/// Passes frames on until the input ends; each that `judge` finds fault with, and what is no frame, as what `judge` has
/// in its place. `judge` gets no body for bytes that are no frame.
pub(super) async fn pass<I, O, J>(input: I, mut output: O, judge: J)
where
    I: AsyncRead + Unpin,
    O: AsyncWrite + Unpin,
    J: Fn(Option<&[u8]>) -> Option<Vec<u8>>,
{
    let mut input = BufReader::new(input);
    while let Some(frame) = next(&mut input).await {
        let replaced = judge(frame.as_deref());
        let Some(body) = replaced.or(frame) else { continue };
        let head = format!("Content-Length: {}\r\n\r\n", body.len());
        if output.write_all(head.as_bytes()).await.is_err()
            || output.write_all(&body).await.is_err()
            || output.flush().await.is_err()
        {
            return;
        }
    }
    // Nobody is left who would care.
    let _ = output.shutdown().await;
}

/// The next body, or that there was something that is no frame; `None` at the end of the input.
async fn next<I: AsyncRead + Unpin>(input: &mut BufReader<I>) -> Option<Option<Vec<u8>>> {
    let mut length: Option<u64> = None;
    let mut noise = false;
    loop {
        let mut line = Vec::new();
        let read = (&mut *input).take(LINE).read_until(b'\n', &mut line).await;
        if !matches!(read, Ok(1..)) {
            return None;
        }
        if line.trim_ascii().is_empty() {
            // Blank lines between frames are nothing; after headers without a length they end what is no frame.
            match length {
                Some(_) => break,
                None if noise => return Some(None),
                None => continue,
            }
        }
        let lower = line.to_ascii_lowercase();
        match lower.windows(LENGTH.len()).position(|it| it == LENGTH) {
            Some(at) => {
                let value = line.get(at + LENGTH.len()..).unwrap_or_default().trim_ascii();
                length = std::str::from_utf8(value).ok().and_then(|it| it.parse().ok());
                noise |= length.is_none();
            }
            None => noise |= !lower.starts_with(b"content-type:"),
        }
    }
    let length = length?;
    let mut body = Vec::new();
    // The room is made as bytes arrive: a length is only what somebody says.
    match (&mut *input).take(length).read_to_end(&mut body).await {
        Ok(read) if read as u64 == length => Some(Some(body)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::pass;

    /// What comes of bytes, a frame to a line; bodies that begin with `x` are faulty.
    fn passed(bytes: &[u8]) -> String {
        let judge = |body: Option<&[u8]>| match body {
            None => Some(b"<no frame>".to_vec()),
            Some(body) if body.starts_with(b"x") => Some(b"<fault>".to_vec()),
            Some(_) => None,
        };
        let mut out = Vec::new();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(pass(bytes, &mut out, judge));
        String::from_utf8(out).unwrap().replace("\r\n\r\n", " ").replace("Content-Length: ", "\n")
    }

    #[test]
    fn frames_are_found_again_after_what_is_none() {
        for (bytes, expected) in [
            ("Content-Length: 2\r\n\r\nabContent-Length: 1\r\n\r\nc", "\n2 ab\n1 c"),
            ("content-length:2\n\nab", "\n2 ab"),
            ("Content-Type: text; charset=utf-8\r\nContent-Length: 2\r\n\r\nab", "\n2 ab"),
            ("Content-Length: 3\r\n\r\nxyzContent-Length: 1\r\n\r\nc", "\n7 <fault>\n1 c"),
            // The body is longer than said, and shorter.
            ("Content-Length: 1\r\n\r\nabcContent-Length: 1\r\n\r\nd", "\n1 a\n1 d"),
            ("Content-Length: 0\r\n\r\nContent-Length: 1\r\n\r\nd", "\n0 \n1 d"),
            ("nonsense\r\n\r\nContent-Length: 1\r\n\r\nd", "\n10 <no frame>\n1 d"),
            ("Content-Length: many\r\n\r\nContent-Length: 1\r\n\r\nd", "\n10 <no frame>\n1 d"),
            ("Content-Length: -1\r\n\r\nContent-Length: 1\r\n\r\nd", "\n10 <no frame>\n1 d"),
            ("\r\n\r\nContent-Length: 1\r\n\r\nd", "\n1 d"),
            // The input ends within a frame.
            ("Content-Length: 9\r\n\r\nab", ""),
            ("Content-Length: 99999999999999999\r\n\r\nab", ""),
            ("Content-Len", ""),
            ("", ""),
        ] {
            assert_eq!(passed(bytes.as_bytes()), expected, "{bytes:?}");
        }
    }

    #[test]
    fn a_line_without_end_is_read_in_pieces() {
        let bytes = [vec![b'y'; 100_000], b"\nContent-Length: 1\r\n\r\nd".to_vec()].concat();
        assert_eq!(passed(&bytes), "\n1 d");
    }
}
