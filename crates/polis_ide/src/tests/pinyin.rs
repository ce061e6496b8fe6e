use crate::matches_query;
use crate::pinyin::spelled;

#[test]
fn names_are_spelled_by_their_sound() {
    for (name, initials, full) in [
        ("户数", "hs", "hushu"),
        ("员额", "ye", "yuane"),
        ("4+X机构", "4+xjg", "4+xjigou"),
        ("Street", "street", "street"),
        ("绿化", "lh", "lvhua"),
    ] {
        assert_eq!(spelled(name), (initials.to_owned(), full.to_owned()), "{name}");
    }
}

#[test]
fn what_is_typed_matches_in_this_order() {
    let rank = |query: &str, name: &str| matches_query(query, name);
    let ranks: Vec<Option<u32>> =
        ["户数", "户", "数", "hs", "hush", "s", "x"].iter().map(|it| rank(it, "户数")).collect();
    assert_eq!(ranks, [Some(0), Some(1), Some(2), Some(3), Some(4), Some(5), None]);
    assert_eq!(rank("ks", "key_staff"), Some(6));
}
