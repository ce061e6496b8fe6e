//! The operations that a simulation repeats most.

use divan::{Bencher, black_box};
use polis_value::{Number, NumberRange, Value, ops};

fn main() {
    divan::main();
}

fn number(text: &str) -> Number {
    Number::parse_literal(text).unwrap_or_default()
}

fn range(lo: i64, hi: i64) -> NumberRange {
    NumberRange::new(Some(lo.into()), Some(hi.into())).unwrap_or(NumberRange::unbounded())
}

#[divan::bench(args = [("3600", "500"), ("1.4", "0.35")])]
fn number_add(bencher: Bencher<'_, '_>, (a, b): (&str, &str)) {
    let (a, b) = (number(a), number(b));
    bencher.bench_local(|| black_box(a).add(black_box(b)));
}

#[divan::bench(args = [("3600", "500"), ("1.4", "0.35")])]
fn number_mul(bencher: Bencher<'_, '_>, (a, b): (&str, &str)) {
    let (a, b) = (number(a), number(b));
    bencher.bench_local(|| black_box(a).mul(black_box(b)));
}

#[divan::bench(args = [("3600", "500"), ("20", "3"), ("1.4", "0.35")])]
fn number_div(bencher: Bencher<'_, '_>, (a, b): (&str, &str)) {
    let (a, b) = (number(a), number(b));
    bencher.bench_local(|| black_box(a).div(black_box(b)));
}

#[divan::bench]
fn value_add(bencher: Bencher<'_, '_>) {
    let (a, b) = (Value::from(3600), Value::from(500));
    bencher.bench_local(|| ops::add(black_box(&a), black_box(&b)));
}

#[divan::bench]
fn value_add_range(bencher: Bencher<'_, '_>) {
    let (a, b) = (Value::from(range(10, 15)), Value::from(range(1, 2)));
    bencher.bench_local(|| ops::add(black_box(&a), black_box(&b)));
}

#[divan::bench]
fn range_add(bencher: Bencher<'_, '_>) {
    let (a, b) = (range(10, 15), range(1, 2));
    bencher.bench_local(|| black_box(&a).add(black_box(&b)));
}

#[divan::bench]
fn range_steps(bencher: Bencher<'_, '_>) {
    let (amount, size) = (NumberRange::point(600.into()), range(300, 500));
    bencher.bench_local(|| black_box(&amount).steps(black_box(&size)));
}

#[divan::bench]
fn value_steps(bencher: Bencher<'_, '_>) {
    let (amount, size) = (Value::from(600), Value::from(range(300, 500)));
    bencher.bench_local(|| ops::steps(black_box(&amount), black_box(&size)));
}
