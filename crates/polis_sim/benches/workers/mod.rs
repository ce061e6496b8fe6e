//! The rules of Changchun's document on community workers: the program, facts, and a loop that is written by hand for these
//! rules alone.

use std::sync::LazyLock;

use camino::Utf8PathBuf;
use polis_db::{OsSystem, load};
use polis_eval::{EntityId, Machine, Settings};
use polis_semantic::{Symbol, program};
use polis_sim::{Column, ColumnTotal, Table, TableBuilder, columns};
use polis_value::{Number, Value};

/// What is computed: the quota with its verdict, what is short and over, and what is paid.
const RESULTS: [&str; 8] =
    ["专职工作者", "缺额", "超额", "薪酬总额", "绩效补贴", "基础报酬", "职业水平补贴", "社区薪酬支出"];

/// The program with every open figure set.
pub(crate) struct Program {
    pub(crate) machine: Machine,
    pub(crate) settings: Settings,
    pub(crate) community: EntityId,
    pub(crate) columns: Vec<Column>,
}

/// See [`Program`].
pub(crate) static PROGRAM: LazyLock<Program> = LazyLock::new(|| {
    let folder = Utf8PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../policies/changchun"));
    let loaded = load(&OsSystem, &folder);
    let machine = Machine::new(program(&loaded.db, loaded.targets[0]));
    let params = [
        ("管理岗年工资", "60000"),
        ("薪酬挂钩系数", "1.2"),
        ("绩效补贴占比", "0.3"),
        ("助理社工师补贴", "1200"),
        ("社工师补贴", "2400"),
        ("高级社工师补贴", "6000"),
    ];
    let set = params.map(|(name, figure)| {
        let param = machine.param(&Symbol::new("changchun", name)).unwrap();
        (param, Value::Number(Number::parse_literal(figure).unwrap()))
    });
    let settings = Settings { as_of: None, set: set.into() };
    let community = machine.entity(&Symbol::new("common", "社区")).unwrap();
    let mut columns = columns(&machine, community);
    columns.retain(|it| it.symbol.package == "changchun" && RESULTS.contains(&it.symbol.name.as_str()));
    Program { machine, settings, community, columns }
});

/// The facts as plain columns, and whether each is given.
pub(crate) struct Facts {
    pub(crate) figures: [Vec<i64>; 5],
    pub(crate) given: [Vec<u8>; 5],
    pub(crate) street: Vec<u32>,
    pub(crate) gaps: bool,
}

impl Facts {
    /// Communities in streets of twenty; with gaps every fiftieth fact is missing.
    pub(crate) fn new(rows: usize, gaps: bool) -> Self {
        let mut facts = Self { figures: Default::default(), given: Default::default(), street: Vec::new(), gaps };
        let mut state = 1_u64;
        let mut next = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for row in 0..rows {
            let figures = [500 + next(6_000), 6 + next(16), next(5), next(4), next(2)];
            for (field, figure) in figures.into_iter().enumerate() {
                let given = !gaps || next(50) != 0;
                facts.figures[field].push(if given { figure as i64 } else { 0 });
                facts.given[field].push(u8::from(given));
            }
            facts.street.push(u32::try_from(row / 20).unwrap());
        }
        facts
    }

    pub(crate) fn table(&self) -> Table {
        let mut builder = TableBuilder::new(&PROGRAM.machine, PROGRAM.community);
        for row in 0..self.street.len() {
            for field in 0..5 {
                let given = self.given[field][row] != 0;
                builder.figure(u32::try_from(field).unwrap(), given.then(|| self.figures[field][row]));
            }
            builder.end(Some(self.street[row]));
        }
        builder.finish()
    }
}

/// What is added up: both ends of the quota, what is short and over, and five amounts in tenths of a yuan; how many rows
/// have each; and how many keep the quota or not.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sums {
    pub(crate) all: [i64; 9],
    pub(crate) known: [u64; 6],
    pub(crate) kept: [u64; 3],
    pub(crate) overflow: bool,
}

impl Sums {
    /// What the columns come to.
    pub(crate) fn of(totals: &polis_sim::Totals, rows: usize) -> Self {
        let mut sums = Self::default();
        assert_eq!(totals.odd, 0);
        for (column, total) in PROGRAM.columns.iter().zip(&totals.columns) {
            match total {
                ColumnTotal::Outcomes(all) => {
                    use polis_eval::Outcome;
                    sums.kept = [Outcome::Kept, Outcome::Deviates, Outcome::Unknown]
                        .map(|it| all.get(&it).copied().unwrap_or(0));
                }
                // The actual figure is shown beside the quota's verdict.
                ColumnTotal::Sum { .. } if !matches!(column.source, polis_sim::Source::Rule(_)) => {}
                ColumnTotal::Sum { sum, without } => {
                    let range = sum.as_number_range().unwrap();
                    let end = |it: Option<Number>| it.unwrap().as_int().unwrap();
                    let known = rows as u64 - without;
                    match column.symbol.name.as_str() {
                        "专职工作者" => {
                            (sums.all[0], sums.all[1], sums.known[0]) = (end(range.lo()), end(range.hi()), known);
                        }
                        name => {
                            let place = RESULTS.iter().position(|it| *it == name).unwrap();
                            let scale = if place < 3 { Number::ONE } else { Number::from(10) };
                            sums.all[place + 1] = range.lo().unwrap().mul(scale).unwrap().as_int().unwrap();
                            match place {
                                1 => sums.known[1] = known,
                                2 => sums.known[2] = known,
                                3 => sums.known[3] = known,
                                6 => sums.known[4] = known,
                                7 => sums.known[5] = known,
                                _ => {}
                            }
                        }
                    }
                }
            }
        }
        sums
    }
}

/// The same rules by hand: one loop over the columns, figures in whole units or tenths.
#[inline(always)]
#[expect(clippy::inline_always, reason = "made for the vector instructions at hand, as the other is")]
pub(crate) fn by_hand<const GAPS: bool>(facts: &Facts, first: usize, end: usize) -> Sums {
    let [households, staff, assistants, workers, seniors] = facts.figures.each_ref().map(|it| &it[first..end]);
    let [has_households, has_staff, has_assistants, has_workers, has_seniors] =
        facts.given.each_ref().map(|it| &it[first..end]);
    let mut sums = Sums::default();
    for row in 0..households.len() {
        let mut over = false;
        let mut add = |a: i64, b: i64| {
            let (sum, overflow) = a.overflowing_add(b);
            over |= overflow;
            sum
        };
        let (h, s) = (households[row], staff[row]);
        let extra = if h >= 3_000 { h - 3_000 } else { 0 };
        let (low, high) = (add(10, extra / 500), add(15, extra / 300));
        let (short, surplus) = (add(low, -s).max(0), add(s, -high).max(0));
        let mut over_mul = false;
        let mut mul = |a: i64, b: i64| {
            let (product, overflow) = a.overflowing_mul(b);
            over_mul |= overflow;
            product
        };
        let total = mul(s, 720_000);
        let bonus = mul(s, 216_000);
        let (one, two, three) = (mul(assistants[row], 12_000), mul(workers[row], 24_000), mul(seniors[row], 60_000));
        let base = add(total, -bonus);
        let two = add(one, two);
        let certificates = add(two, three);
        let pay = add(base, bonus);
        let spending = add(pay, certificates);
        let (knows_quota, knows_staff, knows_certificates) = if GAPS {
            (
                has_households[row] != 0,
                has_staff[row] != 0,
                has_assistants[row] & has_workers[row] & has_seniors[row] != 0,
            )
        } else {
            (true, true, true)
        };
        let both = knows_quota && knows_staff;
        let mut take = |place: usize, known: bool, figure: i64| {
            let (sum, overflow) = sums.all[place].overflowing_add(if known { figure } else { 0 });
            sums.all[place] = sum;
            sums.overflow |= overflow;
        };
        take(0, knows_quota, low);
        take(1, knows_quota, high);
        take(2, both, short);
        take(3, both, surplus);
        take(4, knows_staff, total);
        take(5, knows_staff, bonus);
        take(6, knows_staff, base);
        take(7, knows_certificates, certificates);
        take(8, knows_staff & knows_certificates, spending);
        #[expect(clippy::needless_bitwise_bool, reason = "without a branch the loop is made of vector instructions")]
        let kept = both & (low <= s) & (s <= high);
        sums.known[0] += u64::from(knows_quota);
        sums.known[1] += u64::from(both);
        sums.known[2] += u64::from(both);
        sums.known[3] += u64::from(knows_staff);
        sums.known[4] += u64::from(knows_certificates);
        sums.known[5] += u64::from(knows_staff & knows_certificates);
        sums.kept[0] += u64::from(kept);
        sums.kept[1] += u64::from(both && !kept);
        sums.kept[2] += u64::from(!both);
        sums.overflow |= over | over_mul;
    }
    sums
}

/// The loop over all rows.
pub(crate) fn loop_by_hand(facts: &Facts) -> Sums {
    let rows = facts.street.len();
    if facts.gaps { by_hand::<true>(facts, 0, rows) } else { by_hand::<false>(facts, 0, rows) }
}

/// The loop for the widest vector instructions that the processor has.
pub(crate) fn vectors_by_hand<const GAPS: bool>(facts: &Facts) -> Sums {
    struct Loop<'f, const GAPS: bool>(&'f Facts);
    impl<const GAPS: bool> pulp::WithSimd for Loop<'_, GAPS> {
        type Output = Sums;

        #[inline(always)]
        #[expect(clippy::inline_always, reason = "the loops within are made for the vector instructions at hand")]
        fn with_simd<S: pulp::Simd>(self, _: S) -> Sums {
            by_hand::<GAPS>(self.0, 0, self.0.street.len())
        }
    }
    pulp::Arch::new().dispatch(Loop::<GAPS>(facts))
}
