//! Lists that an admission goes by: items on lists of both kinds.

use crate::checked::findings;

const ITEMS: [&str; 3] = ["招商", "协税", "防疫"];

/// Three lists, by the items on each as bits, and by whether it refuses.
#[derive(Debug, Clone)]
struct Lists {
    items: [u8; 3],
    refuses: [bool; 3],
}

impl Lists {
    fn on(&self, list: usize) -> impl Iterator<Item = &'static str> {
        let items = self.items[list];
        (0..3).filter(move |it| items & (1 << it) != 0).map(|it| ITEMS[it])
    }

    fn show(&self, name: &str) -> String {
        let mut text = String::new();
        for list in 0..3 {
            let items: Vec<&str> = self.on(list).collect();
            let items = match items.split_first() {
                None => String::new(),
                // One item stands in a category, the others beside it.
                Some((first, [])) => format!("; 类别 一类 {{ 列项: {first} }}"),
                Some((first, rest)) => format!("; 列项: [{}]; 类别 一类 {{ 列项: {first} }}", rest.join(", ")),
            };
            let nature = if self.refuses[list] { "负面" } else { "正面" };
            text.push_str(&format!("清单 {name}单{list} {{ 性质: {nature}{items} }}\n"));
        }
        text + &format!("准入 {name} 属于 社区 {{ 清单: [{name}单0, {name}单1, {name}单2]; 申报事项: 名称 }}\n")
    }

    /// What is on a list of each kind: the item, the list that admits it, and the first that refuses it.
    fn expected(&self) -> Vec<(&'static str, usize, usize)> {
        let mut all = Vec::new();
        for admits in (0..3).filter(|it| !self.refuses[*it]) {
            for item in self.on(admits) {
                let refuses = (0..3).find(|it| self.refuses[*it] && self.on(*it).any(|it| it == item));
                all.extend(refuses.map(|it| (item, admits, it)));
            }
        }
        all
    }
}

/// All there are.
#[test]
fn every_three_lists_agree_as_enumeration_says() {
    let mut all = Vec::new();
    for items in 0..512_u16 {
        for refuses in 0..8_u8 {
            all.push(Lists {
                items: [0, 3, 6].map(|it| u8::try_from(items >> it & 7).unwrap()),
                refuses: [0, 1, 2].map(|it| refuses & (1 << it) != 0),
            });
        }
    }
    assert_eq!(all.len(), 4_096);
    let texts: Vec<String> = all.iter().enumerate().map(|(index, it)| it.show(&format!("准{index}"))).collect();
    let mut count = 0;
    for (index, (lists, found)) in all.iter().zip(findings(&texts)).enumerate() {
        let mut expected: Vec<String> = lists
            .expected()
            .into_iter()
            .map(|(item, admits, refuses)| {
                format!("admitted-and-refused: `{item}` 既列入准入的 `准{index}单{admits}`，又列入不准入的 `准{index}单{refuses}`")
            })
            .collect();
        let mut found: Vec<String> = found.iter().map(|it| format!("{}: {}", it.code, it.message)).collect();
        expected.sort();
        found.sort();
        count += found.len();
        assert_eq!(found, expected, "{}", texts[index]);
    }
    assert!(count > 2_000, "{count}");
}
