//! The command line as a process: what it writes, in both languages, and how it ends.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails where its helpers do")]
#![expect(clippy::disallowed_methods, reason = "the tests look at the disk beside the program")]

mod check;
mod coverage;
mod diff;
mod explain;
mod fix;
mod fmt;
mod general;
mod implies;
mod list;
mod lsp;
mod new;
mod outer;
mod report;
mod sample;
mod suppositions;
mod totals;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A folder for one test, and the program that runs in it.
struct Cli {
    folder: tempfile::TempDir,
    variables: Vec<(&'static str, &'static str)>,
    input: Vec<u8>,
}

impl Cli {
    /// An empty folder.
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), variables: Vec::new(), input: Vec::new() }
    }

    /// A workspace with a package `changchun` that is in order.
    fn package() -> Self {
        Self::new()
            .file("polis.toml", "[workspace]\n")
            .file("changchun/polis.toml", "[package]\nname = \"changchun\"\ntitle = \"长春市\"\n")
            .file("changchun/对象.pol", ENTITY)
            .file("changchun/员额.pol", QUOTA)
    }

    fn file(self, path: &str, text: impl AsRef<[u8]>) -> Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    fn variable(mut self, name: &'static str, value: &'static str) -> Self {
        self.variables.push((name, value));
        self
    }

    fn input(mut self, text: impl AsRef<[u8]>) -> Self {
        self.input = text.as_ref().to_vec();
        self
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// The program with arguments that are parted by blanks. No variable of the tests' environment reaches it.
    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_polis"));
        command.args(line.split_whitespace()).current_dir(self.folder.path()).env_clear();
        command.envs(self.variables.iter().copied());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn output(&self, line: &str) -> Output {
        let mut child = self.command(line).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // The program may end without having read everything.
        let _ = stdin.write_all(&self.input);
        drop(stdin);
        child.wait_with_output().unwrap()
    }

    /// What the program writes and how it ends, as one text.
    fn run(&self, line: &str) -> String {
        let output = self.output(line);
        let code = output.status.code().unwrap();
        let mut parts = vec![format!("exit: {code}\n")];
        for (name, bytes) in [("stdout", output.stdout), ("stderr", output.stderr)] {
            if !bytes.is_empty() {
                let stream = String::from_utf8(bytes).unwrap().replace(&self.root(), "[folder]");
                parts.push(format!("----- {name}\n{stream}"));
            }
        }
        parts.concat()
    }

    fn root(&self) -> String {
        self.folder.path().to_string_lossy().into_owned()
    }

    fn code(&self, line: &str) -> i32 {
        self.output(line).status.code().unwrap()
    }
}

/// The files below a folder, sorted, for tests that compare what was left behind.
fn files(folder: &Path) -> Vec<String> {
    let mut open = vec![folder.to_owned()];
    let mut found = Vec::new();
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

const ENTITY: &str = "\
对象 社区 {
  复数: 社区们
  字段 户数: 户
  字段 专职人数: 人
}
";

const QUOTA: &str = "\
文件 员额办法 《员额办法》 {
  层级: 市
}

/// 每个社区的专职工作者。
员额 专职工作者 属于 社区 {
  基数: 10..15 人
  增配 当 户数 不少于 3000 户: 1 人
  出处: 员额办法 \"每个社区配备10至15名\"
  编号: [CC-121, CC-122]
}

测试 \"3600 户\" {
  给定: 社区 { 户数: 3600 户 }
  预期: 专职工作者 = 11..16 人
}
";

/// A quota that speaks of a field that does not exist.
const WRONG: &str = "\
员额 网格员 属于 社区 {
  基数: 1 人
  增配 当 户树 不少于 3000 户: 1 人
}
";
