//! Throughput of lexer and parser on clean text.
use divan::counter::BytesCount;

/// The allocator of the `polis` binary, so that figures are those of a user.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

fn clean_text(blocks: usize) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for n in 0..blocks {
        let _ = write!(
            text,
            "/// 说明：社区专职工作者员额，第 {n} 号。\n员额 专职工作者{n} 属于 社区 {{\n  基数: 10..15 人\n  增配 当 户数 不少于 3000 户: steps(户数 - 3000 户, 300..500 户) * 1 人\n  语气: 一般\n  出处: 社区工作者 \"岗位和员额\"\n  编号: [CC-121, CC-122]\n}}\n\n规则 薪酬{n} 属于 社区: 元 {{\n  值: 专职工作者{n} * 人均薪酬\n  例外 小社区 当 户数 不足 1000 户 且 面积 不超过 2.5 平方米: 0.8 * 人均薪酬\n  备注: “按当地事业单位相应管理岗人员工资挂钩”\n}}\n\n"
        );
    }
    text
}

#[divan::bench(args = [100, 1_000, 10_000])]
fn lex(bencher: divan::Bencher, blocks: usize) {
    let text = clean_text(blocks);
    bencher.counter(BytesCount::of_str(&text)).bench(|| polis_syntax::lex(&text));
}

#[divan::bench(args = [100, 1_000, 10_000])]
fn parse(bencher: divan::Bencher, blocks: usize) {
    let text = clean_text(blocks);
    assert_eq!(polis_syntax::parse(&text).errors, []);
    bencher.counter(BytesCount::of_str(&text)).bench(|| polis_syntax::parse(&text));
}
