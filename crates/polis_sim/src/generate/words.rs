//! Words that generated names and texts are made of. None of them is meant to be a real place, body or person.

use std::io::Write as _;

use super::random::Key;

/// First and second parts of names in Chinese, in English; 64 of each, so that every pair is a name of its own.
#[rustfmt::skip]
const FIRST_ZH: [&str; 64] = [
    "晴", "云", "松", "柏", "兰", "竹", "梅", "荷", "柳", "枫", "桂", "榆", "桐", "杏", "桃", "槐",
    "春", "夏", "秋", "冬", "晨", "暮", "朝", "霞", "月", "星", "虹", "露", "霜", "雪", "风", "雨",
    "青", "碧", "金", "银", "玉", "翠", "丹", "紫", "清", "明", "安", "康", "和", "顺", "永", "福",
    "长", "新", "东", "西", "南", "北", "上", "中", "远", "平", "宁", "泰", "瑞", "祥", "嘉", "景",
];
#[rustfmt::skip]
const SECOND_ZH: [&str; 64] = [
    "河", "湖", "溪", "泉", "江", "海", "港", "湾", "山", "岭", "峰", "岗", "原", "野", "林", "园",
    "桥", "渡", "堤", "岸", "洲", "潭", "塘", "池", "里", "苑", "庭", "亭", "台", "阁", "楼", "轩",
    "华", "光", "辉", "阳", "荫", "影", "雁", "鹤", "鹭", "燕", "莺", "鹂", "鹿", "马", "龙", "凤",
    "乐", "宜", "居", "兴", "盛", "丰", "昌", "隆", "德", "仁", "义", "礼", "信", "善", "文", "静",
];
#[rustfmt::skip]
const FIRST_EN: [&str; 64] = [
    "Clear", "Cloud", "Pine", "Cedar", "Orchid", "Bamboo", "Plum", "Lotus", "Willow", "Maple", "Laurel", "Elm",
    "Alder", "Apricot", "Peach", "Acacia", "Spring", "Summer", "Autumn", "Winter", "Dawn", "Dusk", "Morning",
    "Sunset", "Moon", "Star", "Rainbow", "Dew", "Frost", "Snow", "Wind", "Rain", "Green", "Jade", "Golden", "Silver",
    "Amber", "Emerald", "Scarlet", "Violet", "Bright", "Calm", "Mild", "Fair", "Gentle", "Grand", "Happy", "Kind",
    "Long", "New", "East", "West", "South", "North", "Upper", "Middle", "Far", "Level", "Quiet", "Safe", "Lucky",
    "Merry", "Noble", "Sunny",
];
#[rustfmt::skip]
const SECOND_EN: [&str; 64] = [
    "River", "Lake", "Creek", "Well", "Stream", "Sea", "Harbour", "Bay", "Hill", "Ridge", "Peak", "Mound", "Plain",
    "Field", "Wood", "Garden", "Bridge", "Ferry", "Dyke", "Shore", "Isle", "Pool", "Pond", "Spring", "Lane", "Court",
    "Yard", "Arbour", "Terrace", "Loft", "Tower", "Hall", "Bloom", "Light", "Glow", "Sun", "Shade", "Shadow", "Goose",
    "Crane", "Heron", "Swallow", "Robin", "Oriole", "Deer", "Horse", "Falcon", "Finch", "Joy", "Rest", "Home", "Rise",
    "Crop", "Harvest", "Vale", "Glen", "Grove", "Mead", "Heath", "Moor", "Gate", "Cross", "Path", "Way",
];

/// Texts for fields of which the program says nothing.
pub(super) const MATTERS_ZH: &[&str] =
    &["日常走访", "节日慰问", "环境整治", "设施维修", "志愿服务", "政策宣讲", "信息登记", "其他事项"];

/// The same in English.
pub(super) const MATTERS_EN: &[&str] =
    &["home visits", "greetings", "clean-up", "repairs", "volunteering", "briefings", "registration", "other matters"];

/// The names of one table: pairs of words in an order that the seed decides, and the entity's name.
#[derive(Debug, Clone)]
pub(super) struct Names {
    english: bool,
    /// An odd factor and a shift lead each of 4096 rows to another pair.
    factor: u64,
    shift: u64,
    entity: String,
}

const PAIRS: u64 = 64 * 64;

impl Names {
    pub(super) fn new(key: Key, entity: &str) -> Self {
        let mut rng = key.row(0);
        Self { english: entity.is_ascii(), factor: rng.bits() | 1, shift: rng.bits(), entity: entity.into() }
    }

    /// Appends the name of a row, which no other row has.
    pub(super) fn write(&self, row: u64, out: &mut Vec<u8>) {
        let pair = row.wrapping_mul(self.factor).wrapping_add(self.shift) % PAIRS;
        let (first, second) = (usize::try_from(pair / 64).unwrap_or(0), usize::try_from(pair % 64).unwrap_or(0));
        let (firsts, seconds) = if self.english { (&FIRST_EN, &SECOND_EN) } else { (&FIRST_ZH, &SECOND_ZH) };
        let blank: &[u8] = if self.english { b" " } else { b"" };
        out.extend_from_slice(firsts.get(first).copied().unwrap_or_default().as_bytes());
        out.extend_from_slice(blank);
        out.extend_from_slice(seconds.get(second).copied().unwrap_or_default().as_bytes());
        out.extend_from_slice(blank);
        out.extend_from_slice(self.entity.as_bytes());
        let round = row / PAIRS;
        if round > 0 {
            out.extend_from_slice(blank);
            // Writing to a vector does not fail.
            let _ = write!(out, "{}", round + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_name_occurs_twice() {
        for entity in ["社区", "Community"] {
            let names = Names::new(Key::new(7, &[entity]), entity);
            let mut seen = BTreeSet::new();
            for row in 0..10_000 {
                let mut name = Vec::new();
                names.write(row, &mut name);
                assert!(seen.insert(name), "row {row}");
            }
        }
    }
}
