//! Keywords of both faces in one file.

use polis_db::{Db, SourceFile};
use polis_diagnostic::{Diagnostic, QualityMessage, QualityNote};
use polis_semantic::items::{Place, file_items};
use polis_syntax::Span;
use polis_syntax::words::Face;
use smol_str::SmolStr;

use super::{clauses, each_block};

/// The first keyword of a file that is not of the face that most are; only the words that head blocks, clauses and guards
/// are looked at, and there are files of one block.
pub(super) fn finding(db: &dyn Db, file: SourceFile) -> Option<Diagnostic<Place>> {
    let mut seen = Seen::default();
    for item in file_items(db, file) {
        let (content, key) = (item.content(db), item.key(db));
        each_block(&content.block, &mut |block| {
            let mut see = |span: Span| seen.see(span.text(&content.text), || content.place(&key, span));
            if block.kind.is_some() {
                see(block.word.span);
            }
            for clause in clauses(block) {
                if block.kind.is_some_and(|it| it.clause(clause.word.text(&content.text)).is_some()) {
                    see(clause.word.span);
                }
            }
        });
    }
    let Seen { zh: (zh, chinese), en: (en, english) } = seen;
    let ((word, place), (other, most), face) = match (chinese?, english?) {
        (chinese, english) if zh < en => (chinese, english, Face::En),
        (chinese, english) => (english, chinese, Face::Zh),
    };
    let path = file.path(db);
    let face = if face == Face::Zh { "zh" } else { "en" };
    Some(
        Diagnostic::new(QualityMessage::MixedFace { word }, place)
            .label(most, QualityNote::MostRead { word: other })
            .help(QualityNote::OneFace { command: SmolStr::new(format!("polis fmt --face {face} {path}")) }),
    )
}

/// How many keywords of each face there are, and the first.
#[derive(Default)]
struct Seen {
    zh: (usize, Option<(SmolStr, Place)>),
    en: (usize, Option<(SmolStr, Place)>),
}

impl Seen {
    fn see(&mut self, word: &str, place: impl FnOnce() -> Place) {
        let side = if word.is_ascii() { &mut self.en } else { &mut self.zh };
        side.0 += 1;
        if side.1.is_none() {
            side.1 = Some((word.into(), place()));
        }
    }
}
