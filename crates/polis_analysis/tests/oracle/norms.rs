//! Norms that one jurisdiction cannot follow together.

use crate::checked::{Finding, findings_of};
use crate::condition::{Cond, Drawer, mentions};
use crate::draw::Draw;
use crate::world::{Point, points, same_place};

/// What a norm says of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Modality {
    Must,
    MustNot,
    May,
    Encouraged,
}

impl Modality {
    const ALL: [Self; 4] = [Self::Must, Self::MustNot, Self::May, Self::Encouraged];

    const fn word(self) -> &'static str {
        match self {
            Self::Must => "应当",
            Self::MustNot => "不得",
            Self::May => "可以",
            Self::Encouraged => "鼓励",
        }
    }
}

/// Actions by number: 1 and 2 are kinds of 0, 3 is a kind of 2, and 4 has nothing to do with them.
const PARENTS: [Option<usize>; 5] = [None, Some(0), Some(0), Some(2), None];
/// Who acts, of which there are three for each program, and on what.
const ACTORS: [&str; 3] = ["甲", "乙", "丙"];
const OBJECTS: [&str; 3] = ["招商", "协税", "防疫"];

#[derive(Debug, Clone)]
struct Norm {
    modality: Modality,
    actions: Vec<usize>,
    actors: Vec<usize>,
    objects: Vec<usize>,
    over: Vec<usize>,
    guard: Option<Cond>,
    unless: bool,
    /// The first and the last day of 2021 on which it is in force.
    from: Option<u8>,
    until: Option<u8>,
}

impl Norm {
    fn plain(modality: Modality, action: usize) -> Self {
        Self {
            modality,
            actions: vec![action],
            actors: vec![0],
            objects: Vec::new(),
            over: Vec::new(),
            guard: None,
            unless: false,
            from: None,
            until: None,
        }
    }

    fn show(&self, name: &str, program: &str) -> String {
        let list = |clause: &str, all: &[usize], of: &dyn Fn(usize) -> String| match all {
            [] => String::new(),
            [one] => format!("  {clause}: {}\n", of(*one)),
            several => {
                let several: Vec<String> = several.iter().map(|it| of(*it)).collect();
                format!("  {clause}: [{}]\n", several.join(", "))
            }
        };
        let day =
            |clause: &str, day: Option<u8>| day.map_or(String::new(), |it| format!("  {clause}: 2021-01-{it:02}\n"));
        let object = |it: usize| OBJECTS[it].to_owned();
        let actions = list(self.modality.word(), &self.actions, &|it| format!("行{it}"));
        let actors = list("主体", &self.actors, &|it| format!("{program}{}", ACTORS[it]));
        let guard = self.guard.as_ref().map_or(String::new(), |it| match it {
            it if self.unless => format!("  当: 非 ({})\n", it.show(name)),
            it => format!("  当: {}\n", it.show(name)),
        });
        let rules = self.guard.as_ref().map_or(String::new(), |it| it.rules(name));
        [
            rules,
            format!("规范 {name} {{\n"),
            actors,
            actions,
            list("客体", &self.objects, &object),
            list("针对", &self.over, &object),
            guard,
            day("自", self.from),
            day("至", self.until),
            "}\n".to_owned(),
        ]
        .concat()
    }

    fn applies(&self, at: &Point) -> bool {
        self.guard.as_ref().is_none_or(|it| it.holds(at) != self.unless)
    }

    /// The first action that the norm is about and the other forbids: itself, or a kind of what is forbidden.
    fn forbidden_by(&self, other: &Self) -> Option<usize> {
        let ancestors = |action: usize| std::iter::successors(Some(action), |it| PARENTS[*it]);
        self.actions.iter().copied().find(|it| ancestors(*it).any(|it| other.actions.contains(&it)))
    }

    /// Whether some actor and object come under both on some day.
    fn shares_with(&self, other: &Self) -> bool {
        let common = |a: &[usize], b: &[usize]| a.iter().any(|it| b.contains(it));
        let about = |a: &[usize], b: &[usize]| a.is_empty() || b.is_empty() || common(a, b);
        let days = (1..=9).filter(|day| {
            [self, other].iter().all(|it| it.from.is_none_or(|it| it <= *day) && it.until.is_none_or(|it| *day <= it))
        });
        common(&self.actors, &other.actors)
            && about(&self.objects, &other.objects)
            && about(&self.over, &other.over)
            && days.count() > 0
    }
}

/// Norms that are held against each other: no actor of one program acts in another.
#[derive(Debug, Clone)]
struct Program {
    norms: Vec<Norm>,
}

/// Two norms that must be found to contradict each other, on which action, and the smallest jurisdiction under both.
#[derive(Debug)]
struct Expected {
    demands: usize,
    forbids: usize,
    action: usize,
    smallest: Option<Point>,
}

impl Program {
    fn name(program: &str, norm: usize) -> String {
        format!("{program}第{norm}条")
    }

    fn show(&self, program: &str) -> String {
        let mut text = String::new();
        for actor in ACTORS {
            text.push_str(&format!("组织 {program}{actor} 属于 社区 {{}}\n"));
        }
        for (index, norm) in self.norms.iter().enumerate() {
            text.push_str(&norm.show(&Self::name(program, index), program));
        }
        text
    }

    fn expected(&self) -> Vec<Expected> {
        let mut all = Vec::new();
        for (demands, norm) in self.norms.iter().enumerate() {
            if !matches!(norm.modality, Modality::Must | Modality::May) {
                continue;
            }
            for (forbids, other) in self.norms.iter().enumerate() {
                let Some(action) = norm.forbidden_by(other) else { continue };
                if other.modality != Modality::MustNot || !norm.shares_with(other) {
                    continue;
                }
                let guards = [norm, other].map(|it| it.guard.as_ref());
                let both = |it: &Point| norm.applies(it) && other.applies(it);
                let smallest = points(&mentions(guards.into_iter().flatten())).into_iter().find(both);
                if let Some(smallest) = smallest {
                    let smallest = Some(smallest).filter(|_| guards != [None, None]);
                    all.push(Expected { demands, forbids, action, smallest });
                }
            }
        }
        all
    }

    #[track_caller]
    fn compare(&self, program: &str, text: &str, found: &[Finding]) {
        let expected = self.expected();
        let mut left: Vec<&Finding> = found.iter().collect();
        for expected in &expected {
            let position = left.iter().position(|it| self.is(expected, it, program, text));
            let Some(position) = position else { panic!("{text}\nexpected {expected:?}\nfound {left:#?}") };
            left.remove(position);
        }
        assert!(left.is_empty(), "{text}\nexpected no more than {expected:?}\nfound {left:#?}");
    }

    fn is(&self, expected: &Expected, found: &Finding, program: &str, text: &str) -> bool {
        let [norm, other] = [expected.demands, expected.forbids].map(|it| &self.norms[it]);
        let [name, forbids] = [expected.demands, expected.forbids].map(|it| Self::name(program, it));
        let code = match norm.modality {
            Modality::Must => "demanded-and-forbidden",
            _ => "permitted-and-forbidden",
        };
        let example = match (&expected.smallest, found.witness(text)) {
            (None, None) => true,
            (Some(smallest), Some(witness)) => {
                let mentions = mentions([norm, other].into_iter().filter_map(|it| it.guard.as_ref()));
                norm.applies(&witness) && other.applies(&witness) && same_place(&witness, smallest, &mentions)
            }
            _ => false,
        };
        found.code == code
            && example
            && found.at == format!("规范 {name}")
            && found.labels == [format!("规范 {forbids}")]
            && [name, forbids, format!("行{}", expected.action)]
                .iter()
                .all(|it| found.message.contains(&format!("`{it}`")))
    }
}

/// Checks programs and compares; how many contradictions were found, and in how many programs.
#[track_caller]
fn compare(programs: &[Program]) -> [usize; 2] {
    let names: Vec<String> = (0..programs.len()).map(|it| format!("规{it}")).collect();
    let texts: Vec<String> = programs.iter().zip(&names).map(|(it, name)| it.show(name)).collect();
    let found = findings_of(&texts, &["demanded-and-forbidden", "permitted-and-forbidden"]);
    for (((program, name), text), found) in programs.iter().zip(&names).zip(&texts).zip(&found) {
        program.compare(name, text, found);
    }
    [found.iter().map(Vec::len).sum(), found.iter().filter(|it| !it.is_empty()).count()]
}

/// Every two modalities with every two actions, and all that can set two norms apart.
#[test]
fn every_two_norms_meet_as_enumeration_says() {
    let mut programs = Vec::new();
    for (a, b) in pairs(&Modality::ALL) {
        for (first, second) in pairs(&[0, 1, 2, 3, 4]) {
            programs.push(Program { norms: vec![Norm::plain(a, first), Norm::plain(b, second)] });
        }
    }
    let none_or_some = [vec![], vec![0], vec![1], vec![0, 1], vec![1, 2]];
    for (actors, others) in pairs(&none_or_some[1..]) {
        for (objects, other_objects) in pairs(&none_or_some) {
            let mut norms = [Norm::plain(Modality::Must, 3), Norm::plain(Modality::MustNot, 0)];
            (norms[0].actors, norms[1].actors) = (actors.clone(), others.clone());
            (norms[0].objects, norms[1].objects) = (objects.clone(), other_objects.clone());
            programs.push(Program { norms: norms.to_vec() });
            norms[0].over = std::mem::take(&mut norms[0].objects);
            norms[1].over = std::mem::take(&mut norms[1].objects);
            programs.push(Program { norms: norms.to_vec() });
        }
    }
    let days = [None, Some(3), Some(4), Some(5)];
    for (from, until) in pairs(&days) {
        for (other_from, other_until) in pairs(&days) {
            let mut norms = [Norm::plain(Modality::May, 3), Norm::plain(Modality::MustNot, 2)];
            (norms[0].from, norms[0].until, norms[1].from, norms[1].until) = (from, until, other_from, other_until);
            // No day at all is found fault with where it is written.
            if norms.iter().all(|it| it.from.zip(it.until).is_none_or(|(from, until)| from <= until)) {
                programs.push(Program { norms: norms.to_vec() });
            }
        }
    }
    assert!(programs.len() > 1_200, "{}", programs.len());
    let [found, _] = compare(&programs);
    assert!(found > 600, "{found}");
}

fn pairs<T: Clone>(all: &[T]) -> impl Iterator<Item = (T, T)> {
    all.iter().flat_map(|a| all.iter().map(move |b| (a.clone(), b.clone())))
}

/// Two to four norms with guards, several actors, actions and objects.
#[test]
fn drawn_norms_meet_as_enumeration_says() {
    let mut draw = Draw::new(3);
    let programs: Vec<Program> = (0..3_000).map(|_| drawn(&mut draw)).collect();
    let [found, within] = compare(&programs);
    assert!(found > 1_500 && within < 2_500, "{found} {within}");
}

/// Drawn norms with their actors as text.
pub(crate) fn drawn_text(draw: &mut Draw, name: &str) -> String {
    drawn(draw).show(name)
}

fn drawn(draw: &mut Draw) -> Program {
    let mut drawer = Drawer::new(draw);
    let norms = (0..2 + draw.below(3)).map(|_| {
        let modality = draw.of(&[Modality::Must, Modality::Must, Modality::May, Modality::MustNot, Modality::MustNot]);
        let mut norm = Norm::plain(modality, draw.below(5));
        if draw.once_in(3) {
            norm.actions.push((norm.actions[0] + 1 + draw.below(4)) % 5);
        }
        if draw.once_in(3) {
            norm.actors.push(1 + draw.below(2));
        }
        if draw.once_in(4) {
            norm.objects = draw.some(&[0, 1, 2]);
        }
        if draw.once_in(8) {
            norm.over = draw.some(&[0, 1]);
        }
        if draw.once_in(4) {
            norm.from = Some(3);
        }
        if draw.once_in(4) {
            norm.until = Some(u8::try_from(3 + draw.below(2)).unwrap());
        }
        if !draw.once_in(4) {
            let depth = draw.below(3);
            norm.guard = Some(drawer.condition(draw, depth));
            norm.unless = draw.once_in(5);
        }
        norm
    });
    Program { norms: norms.collect() }
}

/// What z3 is to confirm of drawn norms: whether two that share an actor, an action, an object and a day have a
/// jurisdiction in common, each example, and that none is smaller.
#[cfg(feature = "z3")]
pub(crate) fn questions() -> Vec<crate::z3::Question> {
    use crate::z3::{Question, all, at, formula, not, smaller};

    const CODES: &[&str] = &["demanded-and-forbidden", "permitted-and-forbidden"];
    let mut draw = Draw::new(13);
    let programs: Vec<Program> = (0..3_000).map(|_| drawn(&mut draw)).collect();
    let names: Vec<String> = (0..programs.len()).map(|it| format!("规{it}")).collect();
    let texts: Vec<String> = programs.iter().zip(&names).map(|(it, name)| it.show(name)).collect();
    let mut questions = Vec::new();
    for (((program, name), text), found) in programs.iter().zip(&names).zip(&texts).zip(findings_of(&texts, CODES)) {
        for (a, norm) in program.norms.iter().enumerate() {
            for (b, other) in program.norms.iter().enumerate() {
                let demands = matches!(norm.modality, Modality::Must | Modality::May);
                let meet = norm.forbidden_by(other).is_some() && norm.shares_with(other);
                if !(demands && other.modality == Modality::MustNot && meet) {
                    continue;
                }
                let heads = [a, b].map(|it| format!("规范 {}", Program::name(name, it)));
                let found = found.iter().find(|it| it.at == heads[0] && it.labels[0] == heads[1]);
                let guards = [norm, other].map(|it| match &it.guard {
                    None => "true".to_owned(),
                    Some(guard) if it.unless => not(&formula(guard)),
                    Some(guard) => formula(guard),
                });
                let both = all(guards);
                let mut ask = |formula, satisfiable| {
                    questions.push(Question { program: text.clone(), formula, satisfiable });
                };
                ask(both.clone(), found.is_some());
                if let Some(witness) = found.and_then(|it| it.witness(text)) {
                    ask(all([both.clone(), at(&witness)]), true);
                    let mentions = mentions([norm, other].into_iter().filter_map(|it| it.guard.as_ref()));
                    if let Some(smaller) = smaller(&witness, &mentions) {
                        ask(all([both, smaller]), false);
                    }
                }
            }
        }
    }
    questions
}
