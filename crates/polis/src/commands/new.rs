//! `polis new`: a package to begin with, which passes its check and its test.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use camino::{Utf8Path, Utf8PathBuf};
use clap::{Arg, ArgAction, ArgMatches, Command};
use polis_db::{Loaded, MANIFEST_NAME, System, load, parse_manifest, paths};
use polis_diagnostic::{FileId, Locale, Message, NameNote, PackageMessage, did_you_mean};
use polis_semantic::ir::{Entity, Field};
use polis_semantic::{Dim, program};
use polis_syntax::words::{Choice, ChoiceSet, Face, UnitWord};
use polis_syntax::{FormatOptions, TokenKind, format, lex};
use polis_value::Number;

use super::fmt::FACES;
use crate::context::{Context, Failure, pick};
use crate::{Exit, cli};

/// The arguments.
pub(crate) struct Args {
    path: Utf8PathBuf,
    title: Option<String>,
    level: Option<Choice>,
    face: Option<Face>,
    under: Vec<String>,
}

pub(crate) fn command(locale: Locale) -> Command {
    let about = pick(
        locale,
        "新建一个包：清单文件、第一份文件、一项员额和一个能通过的测试",
        "Create a package: a manifest, a first document, a quota and a test that passes",
    );
    let name = pick(
        locale,
        "包名，也是新建的文件夹的名称；可以带路径，如 policies/changchun",
        "The package's name and its folder's; it may have a path, such as policies/changchun",
    );
    let title = pick(locale, "正式名称，如 长春市", "The official title, such as \"Changchun\"");
    let level = pick(
        locale,
        "层级 [可选：国家、省、市、区县、街道、社区]",
        "The level [national, province, city, district, street, community]",
    );
    let face = pick(
        locale,
        "关键词的写法 [可选：zh、en；默认：与消息的语言相同]",
        "The face of keywords [zh, en; default: the language of messages]",
    );
    let under = pick(
        locale,
        "上级包，须在同一工作区内，可多次使用",
        "A superior package of the workspace; may be given several times",
    );
    let parse_level = move |text: &str| -> Result<Choice, String> {
        let wrong = pick(locale, "没有这个层级", "there is no such level");
        ChoiceSet::Level.from_text(text).ok_or_else(|| wrong.to_owned())
    };
    cli::command(locale, "new", about, pick(locale, "[选项] <包名>", "[OPTIONS] <NAME>"))
        .arg(
            cli::positional(locale, "name", pick(locale, "包名", "NAME"), name)
                .required(true)
                .value_parser(clap::value_parser!(Utf8PathBuf)),
        )
        .arg(Arg::new("title").long("title").value_name(pick(locale, "名称", "TITLE")).help(title))
        .arg(
            Arg::new("level")
                .long("level")
                .value_name(pick(locale, "层级", "LEVEL"))
                .help(level)
                .value_parser(parse_level),
        )
        .arg(cli::choice(locale, "face", "", FACES, false).help(face))
        .arg(
            Arg::new("under")
                .long("under")
                .value_name(pick(locale, "包名", "PACKAGE"))
                .help(under)
                .action(ArgAction::Append),
        )
}

impl Args {
    pub(crate) fn from_matches(matches: &ArgMatches) -> Self {
        Self {
            path: matches.get_one("name").cloned().unwrap_or_default(),
            title: matches.get_one("title").cloned(),
            level: matches.get_one("level").copied(),
            face: cli::chosen(matches, "face", FACES),
            under: matches.get_many("under").into_iter().flatten().cloned().collect(),
        }
    }
}

pub(crate) fn run(args: &Args, ctx: &mut Context<'_, '_>) -> Result<Exit, Failure> {
    let current = ctx.system.current_dir().unwrap_or_default();
    let folder = paths::join(&current, &args.path);
    let name = folder.file_name().unwrap_or_default();
    let face = args.face.unwrap_or(pick(ctx.locale, Face::Zh, Face::En));
    let shown = &args.path;
    let taken = match ctx.system.read_dir(&folder) {
        Ok(entries) => !entries.is_empty(),
        Err(_) => ctx.system.is_file(&folder) || ctx.system.is_dir(&folder),
    };
    if taken {
        return Err(ctx.usage(
            format!("`{shown}` 已经存在，不会覆盖"),
            format!("`{shown}` exists already and is not overwritten"),
        ));
    }
    let workspace = workspace(ctx.system, &folder);
    check_names(args, name, workspace.as_ref(), ctx)?;

    let base = workspace.as_ref().and_then(|it| base(it, &args.under));
    let files = files(args, name, face, base.as_ref());
    // What is wrong with the name is what the reader of manifests says of it.
    if let Some((_, manifest)) = files.first() {
        let read = parse_manifest(manifest, FileId(0), &folder);
        let wrong = |it: &&polis_diagnostic::Diagnostic| {
            matches!(it.message, Message::Package(PackageMessage::InvalidPackageName { .. }))
        };
        if let Some(wrong) = read.diagnostics.iter().find(wrong) {
            let helps = wrong.helps.iter().chain(wrong.fix.iter().map(|it| &it.title));
            let helps: Vec<String> = helps.map(|it| format!("\n{}", it.render(ctx.locale))).collect();
            return Err(Failure::Usage(format!("{}{}", wrong.message.render(ctx.locale), helps.concat())));
        }
    }

    if let Err(error) = write(ctx.system, &folder, &files) {
        return Err(ctx.usage(format!("无法写入 `{shown}`：{error}"), format!("cannot write `{shown}`: {error}")));
    }
    for (file, _) in &files {
        writeln!(ctx.out, "{}", shown.join(file))?;
    }
    hints(args, name, &folder, workspace.as_ref(), ctx)?;
    Ok(Exit::Clean)
}

/// The workspace that a new folder will lie in.
fn workspace(system: &dyn System, folder: &Utf8Path) -> Option<Loaded> {
    let root = folder.ancestors().skip(1).find(|it| {
        let Ok(bytes) = system.read(&it.join(MANIFEST_NAME)) else { return false };
        let Ok(text) = String::from_utf8(bytes) else { return false };
        parse_manifest(&text, FileId(0), it).workspace.is_some()
    })?;
    Some(load(system, root))
}

fn check_names(args: &Args, name: &str, workspace: Option<&Loaded>, ctx: &Context<'_, '_>) -> Result<(), Failure> {
    let has = |name: &str| workspace.is_some_and(|it| it.db.package(name).is_some());
    if has(name) {
        return Err(ctx.usage(
            format!("工作区中已有名为 `{name}` 的包"),
            format!("there is a package `{name}` in the workspace already"),
        ));
    }
    for upper in &args.under {
        if has(upper) {
            continue;
        }
        let Some(workspace) = workspace else {
            return Err(ctx.usage(
                format!("`{name}` 不在任何工作区内，不能有上级包 `{upper}`"),
                format!("`{name}` would lie in no workspace, so it cannot be under `{upper}`"),
            ));
        };
        let names: Vec<_> = workspace.targets.iter().map(|it| it.name(&workspace.db)).collect();
        let near = did_you_mean(upper, names.iter().map(smol_str::SmolStr::as_str));
        let near = near.map(|it| format!("\n{}", NameNote::DidYouMean { name: it.into() }.render(ctx.locale)));
        let near = near.unwrap_or_default();
        return Err(ctx.usage(
            format!("工作区中没有名为 `{upper}` 的包{near}"),
            format!("there is no package `{upper}` in the workspace{near}"),
        ));
    }
    Ok(())
}

/// What a package can build on: an entity that is declared elsewhere.
struct Base {
    /// Its name as it is written.
    entity: String,
    /// Its field that counts households, as it is written, if it has one that takes the example's figures.
    households: Option<String>,
    /// The package to be used, where no superior has the entity.
    uses: Option<String>,
}

/// The entity that the quota will be about: a superior's; without superiors that of a library, which is then used.
fn base(workspace: &Loaded, under: &[String]) -> Option<Base> {
    let db = &workspace.db;
    let found = |entities: &[Entity], uses: Option<String>| {
        let community = |it: &&Entity| matches!(it.meta.symbol.name.as_str(), "社区" | "Community");
        let entity = entities
            .iter()
            .find(community)
            .or_else(|| entities.iter().find(|it| households(it).is_some()))
            .or_else(|| entities.first())?;
        let households = households(entity).map(|it| written(&it.name));
        Some(Base { entity: written(&entity.meta.symbol.name), households, uses })
    };
    if !under.is_empty() {
        let mut packages = under.iter().filter_map(|it| db.package(it));
        return packages.find_map(|it| found(&program(db, it).entities, None));
    }
    let libraries = workspace.targets.iter().filter(|it| it.manifest(db).level.is_none());
    libraries.into_iter().find_map(|it| {
        let name = it.name(db);
        let own = |entity: &&Entity| entity.meta.symbol.package == name;
        let entities: Vec<Entity> = program(db, *it).entities.iter().filter(own).cloned().collect();
        found(&entities, Some(name.to_string()))
    })
}

fn households(entity: &Entity) -> Option<&Field> {
    let counts = |it: &&Field| {
        let dim = Dim::of(UnitWord::Household);
        let takes = |figure: i64| it.range.is_none_or(|it| it.contains(Number::from(figure)));
        it.ty.as_number().is_some_and(|it| it.dim == dim) && takes(EXAMPLE)
    };
    entity.fields.iter().find(counts)
}

/// The households of the example.
const EXAMPLE: i64 = 3600;

/// A name as a policy has it: in back-quotes where it is also a word of the language.
fn written(name: &str) -> String {
    match lex(name).tokens.as_slice() {
        [token] if token.kind == TokenKind::Ident => name.to_owned(),
        _ => format!("`{name}`"),
    }
}

/// The files with their texts, the manifest first.
fn files(args: &Args, name: &str, face: Face, base: Option<&Base>) -> Vec<(&'static str, String)> {
    let mut files = vec![(MANIFEST_NAME, manifest(args, name, face, base))];
    let alone = match face {
        Face::Zh => Base { entity: "社区".into(), households: Some("户数".into()), uses: None },
        Face::En => Base { entity: "Community".into(), households: Some("households".into()), uses: None },
    };
    if base.is_none() {
        let (file, text) = match face {
            Face::Zh => ("对象.pol", ENTITY_ZH),
            Face::En => ("entities.pol", ENTITY_EN),
        };
        files.push((file, settled(text)));
    }
    let base = base.unwrap_or(&alone);
    let level = args.level.map(|it| it.word().spelling(face));
    let (file, text) = match face {
        Face::Zh => ("员额.pol", quota_zh(base, level)),
        Face::En => ("quota.pol", quota_en(base, level)),
    };
    files.push((file, settled(&text)));
    files
}

/// The text as the formatter has it, so that a new package is in order from the first.
fn settled(text: &str) -> String {
    format(text, &FormatOptions::default()).unwrap_or_else(|_| text.to_owned())
}

fn manifest(args: &Args, name: &str, face: Face, base: Option<&Base>) -> String {
    // A text in JSON reads the same in TOML.
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let list = |names: &[String]| names.iter().map(|it| quoted(it)).collect::<Vec<_>>().join(", ");
    // Writing to a string does not fail.
    let mut text = format!("[package]\nname = {}\n", quoted(name));
    if let Some(title) = &args.title {
        let _ = writeln!(text, "title = {}", quoted(title));
    }
    if let Some(level) = args.level {
        let _ = writeln!(text, "level = {}", quoted(level.word().spelling(face)));
    }
    if !args.under.is_empty() {
        let _ = writeln!(text, "under = [{}]", list(&args.under));
    }
    if let Some(library) = base.and_then(|it| it.uses.clone()) {
        let _ = writeln!(text, "uses = [{}]", list(&[library]));
    }
    let face = match face {
        Face::Zh => "zh",
        Face::En => "en",
    };
    let _ = writeln!(text, "face = {}", quoted(face));
    text
}

const ENTITY_ZH: &str = "/// 社区。各字段就是样本的列，请按实际需要增减。
对象 社区 {
  复数: 社区们
  字段 户数: 户
  字段 专职人数: 人
}
";

const ENTITY_EN: &str = "/// A community. The fields are the columns of samples; change them as you need.
entity Community {
  plural: communities
  field households: households
  field staff: people
}
";

fn quota_zh(base: &Base, level: Option<&str>) -> String {
    let Base { entity, households, .. } = base;
    let level = level.map(|it| format!("  层级: {it}\n")).unwrap_or_default();
    let (doc, extra, facts, title, result) = match households {
        Some(field) => (
            "基数是一个区间，由各社区在其中选定；户数多的增配一人。",
            format!("  增配 当 {field} 不少于 3000 户: 1 人\n"),
            format!("{field}: {EXAMPLE} 户"),
            format!("{EXAMPLE} 户可配 11 至 16 人"),
            "11..16 人",
        ),
        None => ("基数是一个区间，在其中选定。", String::new(), String::new(), "可配 10 至 15 人".into(), "10..15 人"),
    };
    format!(
        "/// 第一份文件：请改为实际的名称，并补上发文机关和日期。
文件 员额办法 《员额办法》 {{
{level}  备注: \"由 polis new 生成的示例\"
}}

/// {doc}
员额 专职员额 属于 {entity} {{
  基数: 10..15 人
{extra}  语气: 一般
}}

测试 \"{title}\" {{
  给定: {entity} {{ {facts} }}
  预期: 专职员额 = {result}
}}
"
    )
}

fn quota_en(base: &Base, level: Option<&str>) -> String {
    let Base { entity, households, .. } = base;
    let level = level.map(|it| format!("  level: {it}\n")).unwrap_or_default();
    let (doc, extra, facts, title, result) = match households {
        Some(field) => (
            "The base is a range to choose from; one person more where there are many households.",
            format!("  extra when {field} at_least 3000 households: 1 person\n"),
            format!("{field}: {EXAMPLE} households"),
            format!("{EXAMPLE} households allow 11 to 16 people"),
            "11..16 people",
        ),
        None => ("A range to choose from.", String::new(), String::new(), "10 to 15 people".into(), "10..15 people"),
    };
    format!(
        "/// The first document: give it its title, issuer and dates.
document staffing_measures \"Staffing measures\" {{
{level}  note: \"an example made by polis new\"
}}

/// {doc}
quota staffing of {entity} {{
  base: 10..15 people
{extra}  modality: normally
}}

test \"{title}\" {{
  given: {entity} {{ {facts} }}
  expect: staffing = {result}
}}
"
    )
}

/// Writes the files into a folder that is made for them.
fn write(system: &dyn System, folder: &Utf8Path, files: &[(&str, String)]) -> io::Result<()> {
    system.create_dir_all(folder)?;
    for (file, text) in files {
        system.write_atomic(&folder.join(file), text.as_bytes())?;
    }
    Ok(())
}

/// What to do next.
fn hints(
    args: &Args,
    name: &str,
    folder: &Utf8Path,
    workspace: Option<&Loaded>,
    ctx: &mut Context<'_, '_>,
) -> io::Result<()> {
    ctx.out.flush()?;
    let path = &args.path;
    let next = ctx.text(
        format!("已新建包 `{name}`；下一步：polis check {path}，polis test {path}"),
        format!("created the package `{name}`; next: polis check {path}, polis test {path}"),
    );
    ctx.summary(&next)?;
    let Some(workspace) = workspace else { return Ok(()) };
    let reloaded = load(ctx.system, &workspace.root);
    let listed = reloaded.targets.iter().any(|it| it.manifest(&reloaded.db).folder == folder);
    if listed {
        return Ok(());
    }
    let manifest = workspace.root.join(MANIFEST_NAME);
    let missing = ctx.text(
        format!("`{manifest}` 的 members 不含这个文件夹，请补上"),
        format!("`members` of `{manifest}` does not include the folder; please add it"),
    );
    ctx.summary(&missing)
}
