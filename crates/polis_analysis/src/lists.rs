//! Lists that admission goes by: an item on a positive and on a negative list at once.

use polis_diagnostic::{AnalysisMessage, AnalysisNote};
use polis_semantic::ir::Group;
use polis_syntax::words::Choice;
use smol_str::SmolStr;

use crate::Work;

impl Work {
    pub(crate) fn lists(&mut self) {
        let program = self.machine.program().clone();
        let own = self.own.clone();
        for admission in program.admissions.iter().filter(|it| it.meta.symbol.package == own) {
            let lists = admission
                .lists
                .iter()
                .filter_map(|(symbol, _)| program.groups.iter().find(|it| it.meta.symbol == *symbol));
            let (negative, positive): (Vec<&Group>, Vec<&Group>) =
                lists.partition(|it| it.polarity == Some(Choice::Negative));
            for (admits, item) in positive.iter().flat_map(|it| names(it).map(move |name| (it, name))) {
                let Some(refuses) = negative.iter().find(|it| names(it).any(|it| it == item)) else { continue };
                let message = AnalysisMessage::AdmittedAndRefused {
                    item: item.clone(),
                    admits: admits.meta.symbol.name.clone(),
                    refuses: refuses.meta.symbol.name.clone(),
                };
                let diagnostic = Self::at(message, admission.meta.place(admission.meta.head))
                    .label(admits.meta.place(admits.meta.head), AnalysisNote::AdmitsHere)
                    .label(refuses.meta.place(refuses.meta.head), AnalysisNote::RefusesHere)
                    .help(AnalysisNote::TakeOffOne);
                self.found(diagnostic, None);
            }
        }
    }
}

fn names(group: &Group) -> impl Iterator<Item = &SmolStr> {
    group.categories.iter().flat_map(|it| &it.members).chain(&group.members)
}
