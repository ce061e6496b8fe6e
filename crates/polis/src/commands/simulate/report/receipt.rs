//! By what a run can be repeated. No clock: the same contents have the same receipt.

use std::io;

use camino::{Utf8Path, Utf8PathBuf};
use polis_db::Package;
use polis_report::{CHART_LIBRARY, Fingerprint};

use crate::context::{Context, pick};
use crate::session::Session;

/// What a run was told, beside the parameters that the session knows.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Receipt {
    /// Further lines: scenario, years, values that were gone through.
    pub(in super::super) told: Vec<(String, String)>,
    /// Packages beside the session's own whose provisions were run.
    pub(in super::super) others: Vec<(String, String)>,
}

impl Receipt {
    /// The lines of the receipt.
    pub(super) fn lines(self, session: &Session, ctx: &Context<'_, '_>) -> Vec<(String, String)> {
        let locale = ctx.locale;
        let line = |zh: &str, en: &str, value: String| (pick(locale, zh, en).to_owned(), value);
        let manifest = session.package.manifest(&session.db);
        let law = match session.settings.as_of {
            Some(day) => day.to_string(),
            None => pick(locale, "最新", "latest").to_owned(),
        };
        let mut all = vec![
            line("程序", "program", format!("polis {}", env!("CARGO_PKG_VERSION"))),
            line("包", "package", manifest.name.to_string()),
            line("条款", "provisions", program(&session.db, session.package, ctx)),
        ];
        all.extend(self.others);
        let folder = &manifest.folder;
        all.push(line("样本", "sample", shown(&session.sample, folder).to_string()));
        all.push(line("样本内容", "sample contents", sample(&session.sample, ctx)));
        if !self.told.iter().any(|it| it.0 == pick(locale, "年度", "years")) {
            all.push(line("适用条款的日期", "law as of", law));
        }
        all.extend(self.told);
        let mut set: Vec<String> = Vec::new();
        for (param, value) in &session.settings.set {
            if let Some(def) = session.machine.param_def(*param) {
                let value = session.machine.show(value, &def.ty, &session.world, locale);
                set.push(format!("{} = {value}", def.meta.symbol.name));
            }
        }
        let none = || pick(locale, "没有另外设定", "none set").to_owned();
        let set = if set.is_empty() { none() } else { set.join(pick(locale, "；", "; ")) };
        all.push(line("参数", "parameters", set));
        let (name, version, hash) = CHART_LIBRARY;
        all.push(line("图表库", "chart library", format!("{name} {version} sha256:{hash}")));
        all
    }
}

/// The fingerprint of all provisions that a package sees, with their manifests.
pub(super) fn program(db: &polis_db::PolisDatabase, package: Package, ctx: &Context<'_, '_>) -> String {
    let mut print = Fingerprint::default();
    let mut packages = polis_semantic::scope::visible(db, package).to_vec();
    packages.sort_by_key(|it| it.name(db));
    for package in packages {
        let manifest = package.manifest(db);
        let folder = &manifest.folder;
        let mut files: Vec<(String, String)> = Vec::new();
        if let Some(file) = manifest.file.and_then(|it| db.file(it)) {
            files.push((file.path(db).to_string(), file.text(db).text().to_owned()));
        }
        files.extend(package.files(db).iter().map(|it| (it.path(db).to_string(), it.text(db).text().to_owned())));
        let here = ctx.system.current_dir().unwrap_or_default();
        let mut files: Vec<(String, String)> = files
            .into_iter()
            .map(|(path, text)| {
                // The same files have the same fingerprint wherever they lie.
                let path = here.join(path);
                (format!("{}/{}", package.name(db), shown(&path, folder)), text)
            })
            .collect();
        files.sort();
        for (path, text) in files {
            print.add(&path, text.as_bytes());
        }
    }
    described(print, ctx)
}

fn described(print: Fingerprint, ctx: &Context<'_, '_>) -> String {
    let count = print.count();
    let hex = print.hex();
    ctx.text(format!("sha256:{hex}（{count} 个文件）"), format!("sha256:{hex} ({count} files)"))
}

/// A path from the package's folder, or else only its last part: a page is not about somebody's disk.
pub(super) fn shown(path: &Utf8Path, folder: &Utf8Path) -> Utf8PathBuf {
    match path.strip_prefix(folder) {
        Ok(inner) if !inner.as_str().is_empty() => inner.to_owned(),
        _ => path.file_name().map_or_else(|| path.to_owned(), Utf8PathBuf::from),
    }
}

/// The fingerprint of a sample's files.
fn sample(path: &Utf8Path, ctx: &Context<'_, '_>) -> String {
    let mut print = Fingerprint::default();
    let taken = if ctx.system.is_file(path) {
        take(path, path.file_name().unwrap_or_default(), &mut print, ctx)
    } else {
        ctx.system.read_dir(path).and_then(|entries| {
            let is_data = |name: &str| matches!(Utf8Path::new(name).extension(), Some("csv" | "json" | "parquet"));
            for entry in entries.iter().filter(|it| !it.is_dir && is_data(&it.name)) {
                take(&path.join(&entry.name), &entry.name, &mut print, ctx)?;
            }
            Ok(())
        })
    };
    match taken {
        Ok(()) => described(print, ctx),
        Err(error) => ctx.text(format!("无法读取：{error}"), format!("cannot be read: {error}")),
    }
}

fn take(path: &Utf8Path, name: &str, print: &mut Fingerprint, ctx: &Context<'_, '_>) -> io::Result<()> {
    let file = ctx.system.open(path)?;
    let length = file.length()?;
    print.begin(name, length);
    let mut piece = vec![0; 1 << 20];
    let mut at = 0;
    while at < length {
        let size = usize::try_from(length - at).unwrap_or(usize::MAX).min(piece.len());
        let Some(piece) = piece.get_mut(..size) else { break };
        file.read_at(at, piece)?;
        print.take(piece);
        at += u64::try_from(size).unwrap_or(u64::MAX);
    }
    Ok(())
}
