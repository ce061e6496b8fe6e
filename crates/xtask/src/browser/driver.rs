//! A browser that is driven as WebDriver has it: chromedriver is spoken to over HTTP on this machine.

use std::ffi::OsStr;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

/// The longest that an answer may take: a large page takes seconds, and whoever waits for ever never fails.
const LONGEST: Duration = Duration::from_secs(180);

/// A running browser. It ends with this.
pub(super) struct Browser {
    driver: Child,
    port: u16,
    session: String,
}

impl Browser {
    /// Starts a browser with a profile of its own in `profile`.
    pub(super) fn start(chromedriver: &OsStr, chromium: &OsStr, profile: &Path) -> io::Result<Self> {
        let mut driver =
            Command::new(chromedriver).arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let port = driver.stdout.take().and_then(port);
        let Some(port) = port else {
            driver.kill()?;
            return Err(io::Error::other("chromedriver does not say on which port it listens"));
        };
        let mut browser = Self { driver, port, session: String::new() };
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--window-size=1280,1600",
        ];
        let arguments: Vec<String> = arguments
            .iter()
            .map(|it| (*it).to_owned())
            .chain([format!("--user-data-dir={}", profile.display())])
            .collect();
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": { "binary": chromium.to_string_lossy(), "args": arguments },
            "goog:loggingPrefs": { "browser": "ALL" },
        } } });
        let answer = browser.call("POST", "/session", &wanted)?;
        let session = answer.get("sessionId").and_then(Value::as_str);
        session.ok_or_else(|| io::Error::other("there is no session"))?.clone_into(&mut browser.session);
        Ok(browser)
    }

    /// Opens a page and waits until it is loaded.
    pub(super) fn open(&self, address: &str) -> io::Result<()> {
        self.session("POST", "url", &json!({ "url": address })).map(|_| ())
    }

    /// Runs the body of a function in the page; what it returns.
    pub(super) fn script(&self, body: &str) -> io::Result<Value> {
        self.session("POST", "execute/sync", &json!({ "script": body, "args": [] }))
    }

    /// What the page has written to the console since it was last asked, errors of its policy among them.
    pub(super) fn console(&self) -> io::Result<Vec<String>> {
        let answer = self.session("POST", "se/log", &json!({ "type": "browser" }))?;
        let entries = answer.as_array().cloned().unwrap_or_default();
        Ok(entries.iter().filter_map(|it| it.get("message")?.as_str().map(str::to_owned)).collect())
    }

    /// Prints the page; how long the document is, in the digits of its transport.
    pub(super) fn print(&self) -> io::Result<usize> {
        let answer = self.session("POST", "print", &json!({ "orientation": "landscape", "background": true }))?;
        Ok(answer.as_str().map_or(0, str::len))
    }

    fn session(&self, method: &str, command: &str, body: &Value) -> io::Result<Value> {
        self.call(method, &format!("/session/{}/{command}", self.session), body)
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> io::Result<Value> {
        let body = body.to_string();
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(LONGEST))?;
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.port,
            body.len()
        )?;
        let mut reader = BufReader::new(stream);
        let mut length = None;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').unwrap_or((&line, ""));
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse::<u64>().ok();
            }
        }
        let mut text = String::new();
        match length {
            Some(length) => reader.take(length).read_to_string(&mut text)?,
            None => reader.read_to_string(&mut text)?,
        };
        let answer: Value =
            serde_json::from_str(&text).map_err(|it| io::Error::other(format!("{path}: {it}: {text}")))?;
        let value = answer.get("value").cloned().unwrap_or_default();
        if let Some(error) = value.get("error").and_then(Value::as_str) {
            let message = value.get("message").and_then(Value::as_str).unwrap_or_default();
            return Err(io::Error::other(format!("{path}: {error}: {message}")));
        }
        Ok(value)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            // The browser ends with its session; where that cannot be said, ending the driver ends both.
            let _ = self.call("DELETE", &format!("/session/{}", self.session), &json!({}));
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// The port that chromedriver says it listens on.
fn port(out: impl io::Read + Send + 'static) -> Option<u16> {
    let mut reader = BufReader::new(out);
    let mut line = String::new();
    let mut port = None;
    while port.is_none() && reader.read_line(&mut line).ok()? > 0 {
        port = port_in(&line);
        line.clear();
    }
    // It may write more, and must not be stopped by nobody reading it.
    std::thread::spawn(move || io::copy(&mut reader, &mut io::sink()));
    port
}

fn port_in(line: &str) -> Option<u16> {
    let rest = line.split_once("started successfully on port ")?.1;
    rest.trim().trim_end_matches('.').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_read_from_what_the_driver_says() {
        assert_eq!(port_in("ChromeDriver was started successfully on port 40123.\n"), Some(40123));
        assert_eq!(port_in("Starting ChromeDriver 156.0 on port 0"), None);
    }
}
