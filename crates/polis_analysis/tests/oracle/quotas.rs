//! Quotas that fall where a fact rises.

use crate::checked::{Finding, findings_of};
use crate::condition::{Cond, Drawer, mentions};
use crate::draw::Draw;
use crate::world::{Fact, Point, Sort, points};

/// A quota: three people, and more under conditions.
#[derive(Debug, Clone)]
struct Quota {
    parts: Vec<(Cond, u8)>,
}

impl Quota {
    fn show(&self, name: &str) -> String {
        let mut text: String = self.parts.iter().map(|it| it.0.rules(name)).collect();
        text.push_str(&format!("员额 {name} 属于 社区 {{\n  基数: 3 人\n"));
        for (guard, people) in &self.parts {
            text.push_str(&format!("  增配 当 {}: {people} 人\n", guard.show(name)));
        }
        text + "}\n"
    }

    fn people(&self, at: &Point) -> u8 {
        3 + self.parts.iter().filter(|it| it.0.holds(at)).map(|it| it.1).sum::<u8>()
    }

    /// The figures with which the quota falls, each with the quota before and after in every place where it does.
    fn falls(&self) -> Vec<(Fact, Vec<(u8, u8)>)> {
        let mentions = mentions(self.parts.iter().map(|it| &it.0));
        let points = points(&mentions);
        let figures = mentions.iter().map(|it| it.0).filter(|it| matches!(it.sort(), Sort::Whole | Sort::Share));
        let falls = figures.map(|fact| {
            let domain = fact.domain();
            let next = |value| domain.iter().copied().find(|it| *it > value);
            let places = points.iter().filter_map(|before| {
                let after = before.with(fact, next(before.get(fact))?);
                let (before, after) = (self.people(before), self.people(&after));
                (after < before).then_some((before, after))
            });
            (fact, places.collect())
        });
        falls.filter(|it: &(Fact, Vec<_>)| !it.1.is_empty()).collect()
    }

    #[track_caller]
    fn compare(&self, text: &str, found: &[Finding]) {
        let falls = self.falls();
        let (falling, jumping): (Vec<&Finding>, Vec<&Finding>) = found.iter().partition(|it| it.code == "quota-falls");
        assert_eq!(falling.len(), falls.len(), "{text}{falls:?}\n{found:#?}");
        // It more than doubles between the two figures that it names.
        for jump in jumping {
            let people: Vec<u8> = jump.message.split(' ').filter_map(|it| it.parse().ok()).collect();
            assert!(matches!(people.as_slice(), [before, after] if after > &(before * 2)), "{text}{jump:#?}");
        }
        for found in falling {
            // It names a figure, and tells of one of the places where the quota falls with it.
            let told = falls.iter().any(|(fact, places)| {
                let name = fact.qualified().rsplit('.').next().unwrap();
                found.message.starts_with(&format!("`{name}` "))
                    && places
                        .iter()
                        .any(|(before, after)| found.message.ends_with(&format!("由 {before} 人 降到 {after} 人")))
            });
            assert!(told, "{text}{falls:?}\n{found:#?}");
        }
    }
}

/// Up to three parts under conditions.
#[test]
fn drawn_quotas_fall_as_enumeration_says() {
    let mut draw = Draw::new(7);
    let quotas: Vec<Quota> = (0..2_500)
        .map(|_| {
            let mut drawer = Drawer::new(&mut draw);
            let parts = (0..=draw.below(3)).map(|_| {
                let depth = draw.below(3);
                (drawer.condition(&mut draw, depth), draw.of(&[1, 2, 3, 9]))
            });
            Quota { parts: parts.collect() }
        })
        .collect();
    let texts: Vec<String> = quotas.iter().enumerate().map(|(index, it)| it.show(&format!("额{index}"))).collect();
    let found = findings_of(&texts, &["quota-falls", "quota-jumps"]);
    for ((quota, text), found) in quotas.iter().zip(&texts).zip(&found) {
        quota.compare(text, found);
    }
    let count = |code: &str| found.iter().filter(|it| it.iter().any(|it| it.code == code)).count();
    let (falling, jumping) = (count("quota-falls"), count("quota-jumps"));
    assert!((500..2_000).contains(&falling) && (50..1_000).contains(&jumping), "{falling} {jumping}");
}
