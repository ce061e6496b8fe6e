//! `polis simulate --with`: another city's provisions on the jurisdictions of a sample.

use std::io::{self, Write};

use camino::Utf8Path;
use polis_diagnostic::{Bilingual, Locale};
use polis_eval::{EntityId, Machine, Settings};
use polis_sim::{Carried, Lost, Norms, carry};

use super::Args;
use crate::Exit;
use crate::context::{Context, Failure, pick};
use crate::session::{Prepared, Session, prepare_with};

/// What is to be said of jurisdictions that were moved.
pub(super) struct Moved {
    /// Whose they are.
    pub(super) home: String,
    /// For each entity of their own program, the one that it is in the other.
    pub(super) entities: Vec<Option<EntityId>>,
    lost: Vec<Bilingual>,
}

impl Moved {
    /// What did not come along, a line each.
    pub(super) fn lines(&self, locale: Locale) -> Vec<String> {
        self.lost.iter().map(|it| pick(locale, &it.zh, &it.en).to_string()).collect()
    }

    pub(super) fn write(&self, locale: Locale, out: &mut dyn Write) -> io::Result<()> {
        if self.lost.is_empty() {
            return Ok(());
        }
        writeln!(out, "\n{}", pick(locale, "样本中没有对应、因而没有用上的：", "in the sample, but of no use here:"))?;
        for line in self.lines(locale) {
            writeln!(out, "  {line}")?;
        }
        Ok(())
    }
}

/// Opens the other city with the jurisdictions of `home`; or how the call ends, where findings have been written.
pub(super) fn open(
    home: Session,
    with: &Utf8Path,
    args: &Args,
    ctx: &mut Context<'_, '_>,
) -> Result<Result<(Session, Moved), Exit>, Failure> {
    let Some(prepared) = prepare_with(with, args.as_of, &args.set, ctx)? else { return Ok(Err(Exit::Usage)) };
    let Some((Prepared { db, package, machine, .. }, set)) = prepared else { return Ok(Err(Exit::Findings)) };
    let (world, moved) = carried(&home, &machine);
    let settings = Settings { as_of: args.as_of, set };
    let session = Session {
        db,
        package,
        machine,
        world,
        settings,
        sample: home.sample,
        rejected: Vec::new(),
        norms: Norms::default(),
    };
    Ok(Ok((session, moved)))
}

/// The jurisdictions of `home` in the terms of another program.
pub(super) fn carried(home: &Session, machine: &Machine) -> (polis_eval::World, Moved) {
    let Carried { world, lost, entities } = carry(&home.machine, &home.world, machine);
    let manifest = home.package.manifest(&home.db);
    let title = manifest.display_name();
    let lost = lost.iter().map(|it| describe(&home.machine, it)).collect();
    (world, Moved { home: title.to_string(), entities, lost })
}

fn describe(machine: &Machine, lost: &Lost) -> Bilingual {
    match lost {
        Lost::Entity(entity, count) => {
            let name = machine.entity_name(*entity);
            Bilingual::new(format!("对象 `{name}`（{count} 个）"), format!("entity `{name}` ({count})"))
        }
        Lost::Parent(entity, count) => {
            let name = machine.entity_name(*entity);
            Bilingual::new(format!("{name} 的上级（{count} 个）"), format!("the parent of {name} ({count})"))
        }
        Lost::Field(entity, field, count) => {
            let (name, field) = (machine.entity_name(*entity), machine.field_name(*entity, *field));
            Bilingual::new(
                format!("{name} 的字段 `{field}`（{count} 项事实）"),
                format!("field `{field}` of {name} ({count})"),
            )
        }
        Lost::Facts(entity, field, count) => {
            let (name, field) = (machine.entity_name(*entity), machine.field_name(*entity, *field));
            Bilingual::new(
                format!("{name} 的字段 `{field}`：类型或单位不同（{count} 项事实）"),
                format!("field `{field}` of {name}: another type or unit ({count})"),
            )
        }
    }
}
