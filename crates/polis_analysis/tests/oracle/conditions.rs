//! Conditions outside of exceptions: those of norms, parts and choices that hold never or always.

use crate::checked::findings_of;
use crate::condition::{Cond, Drawer, mentions};
use crate::draw::Draw;
use crate::world::points;

/// A condition in a provision of some kind.
#[derive(Debug, Clone, Copy)]
enum Place {
    Norm,
    Part,
    Choice,
    Requirement,
}

fn show(condition: &Cond, place: Place, name: &str) -> (String, usize) {
    let head = match place {
        Place::Norm => format!("组织 {name}部 属于 社区 {{}}\n规范 {name} {{ 主体: {name}部; 应当: 行0; 当: "),
        Place::Part => format!("员额 {name} 属于 社区 {{ 基数: 3 人; 增配 当 "),
        Place::Choice => format!("规则 {name} 属于 社区: 人 {{ 值: 1 人 + (若 "),
        Place::Requirement => format!("要求 {name} 属于 社区 {{ 满足: 试点; 当: "),
    };
    let tail = match place {
        Place::Norm | Place::Requirement => " }",
        Place::Part => ": 2 人 }",
        Place::Choice => " 则 2 人 否则 3 人) }",
    };
    let head = format!("{}{head}", condition.rules(name));
    let start = head.len();
    (format!("{head}{}{tail}\n", condition.show(name)), start)
}

#[test]
fn drawn_conditions_hold_as_enumeration_says() {
    let mut draw = Draw::new(11);
    let conditions: Vec<(Cond, Place)> = (0..2_400)
        .map(|_| {
            let mut drawer = Drawer::new(&mut draw);
            let depth = draw.below(3);
            let condition = drawer.condition(&mut draw, depth);
            (condition, draw.of(&[Place::Norm, Place::Part, Place::Choice, Place::Requirement]))
        })
        .collect();
    let texts: Vec<(String, usize)> = conditions
        .iter()
        .enumerate()
        .map(|(index, (condition, place))| show(condition, *place, &format!("则{index}")))
        .collect();
    let programs: Vec<String> = texts.iter().map(|it| it.0.clone()).collect();
    let found = findings_of(&programs, &["never-holds", "always-holds"]);
    let mut count = [0; 3];
    for (((condition, _), (text, start)), found) in conditions.iter().zip(&texts).zip(&found) {
        let truths: Vec<bool> = points(&mentions([condition])).iter().map(|it| condition.holds(it)).collect();
        let expected = match (truths.contains(&true), truths.contains(&false)) {
            (true, false) => Some("always-holds"),
            (false, true) => Some("never-holds"),
            _ => None,
        };
        count[match expected {
            Some("always-holds") => 0,
            Some(_) => 1,
            None => 2,
        }] += 1;
        // Conditions within the condition are found where they stand.
        let told: Vec<&str> = found.iter().filter(|it| it.start == *start).map(|it| it.code).collect();
        assert_eq!(told, expected.into_iter().collect::<Vec<_>>(), "{text}");
    }
    assert!(count.iter().all(|it| *it > 100), "{count:?}");
}
