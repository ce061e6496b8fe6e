"""The rules of the bench `columns` in another engine: `simulate.py ENGINE ROWS FOLDER`, one thread.

Facts are read from files of 64-bit integers into the engine's own columns, which is not timed. What was done is printed as one
line of JSON: the median of five runs, over all communities (q1) and by street (q2), and the sums.
"""

import json
import os
import sys
import time

os.environ["POLARS_MAX_THREADS"] = "1"

import numpy as np

NAMES = ["households", "staff", "assistants", "workers", "seniors", "street"]
SUMS = ["low", "high", "short", "over", "total", "bonus", "base", "certificates", "spending"]


def timed(work):
    times = []
    for _ in range(5):
        # Of the processor, which a busy machine leaves as it is.
        start = time.process_time()
        result = work()
        times.append((time.process_time() - start) * 1000)
    return sorted(times)[2], result


def of_numpy(facts):
    def rules():
        h, s = facts["households"], facts["staff"]
        extra = np.maximum(h - 3000, 0)
        low, high = 10 + extra // 500, 15 + extra // 300
        short, over = np.maximum(low - s, 0), np.maximum(s - high, 0)
        total = s * 72000.0
        bonus = total * 0.3
        base = total - bonus
        certificates = facts["assistants"] * 1200 + facts["workers"] * 2400 + facts["seniors"] * 6000
        spending = base + bonus + certificates
        kept = (low <= s) & (s <= high)
        return [low, high, short, over, total, bonus, base, certificates, spending], kept

    def whole():
        columns, kept = rules()
        return [float(it.sum()) for it in columns], int(kept.sum())

    def by_street():
        columns, _ = rules()
        return [np.bincount(facts["street"], weights=it) for it in columns]

    return whole, by_street


def of_polars(facts):
    import polars as pl

    frame = pl.DataFrame(facts)
    h, s = pl.col("households"), pl.col("staff")
    extra = pl.max_horizontal(h - 3000, pl.lit(0))
    rules = frame.lazy().with_columns(
        low=10 + extra // 500, high=15 + extra // 300, total=s * 72000.0,
        certificates=pl.col("assistants") * 1200 + pl.col("workers") * 2400 + pl.col("seniors") * 6000,
    ).with_columns(
        short=pl.max_horizontal(pl.col("low") - s, pl.lit(0)), over=pl.max_horizontal(s - pl.col("high"), pl.lit(0)),
        bonus=pl.col("total") * 0.3, kept=(pl.col("low") <= s) & (s <= pl.col("high")),
    ).with_columns(base=pl.col("total") - pl.col("bonus")).with_columns(
        spending=pl.col("base") + pl.col("bonus") + pl.col("certificates"),
    )
    sums = [pl.col(it).sum() for it in SUMS]

    def whole():
        row = rules.select(*sums, pl.col("kept").sum()).collect().row(0)
        return [float(it) for it in row[:-1]], int(row[-1])

    return whole, lambda: rules.group_by("street").agg(*sums).collect()


def of_duckdb(facts):
    import duckdb

    connection = duckdb.connect(config={"threads": 1})
    connection.execute("create table facts (" + ", ".join(f"{it} bigint" for it in NAMES) + ")")
    for start in range(0, len(facts["street"]), 1_000_000):
        part = {name: column[start:start + 1_000_000] for name, column in facts.items()}
        connection.execute("insert into facts select " + ", ".join(NAMES) + " from part")
    rules = """
        with a as (select *, greatest(households - 3000, 0) as extra from facts),
        b as (select *, 10 + extra // 500 as low, 15 + extra // 300 as high, staff * 72000::double as total,
            assistants * 1200 + workers * 2400 + seniors * 6000 as certificates from a),
        c as (select *, greatest(low - staff, 0) as short, greatest(staff - high, 0) as over, total * 0.3::double as bonus,
            staff between low and high as kept from b),
        d as (select *, total - bonus as base from c),
        e as (select *, base + bonus + certificates as spending from d)
    """
    sums = ", ".join(f"sum({it})" for it in SUMS)

    def whole():
        row = connection.execute(f"{rules} select {sums}, count(*) filter (kept) from e").fetchone()
        return [float(it) for it in row[:-1]], int(row[-1])

    return whole, lambda: connection.execute(f"{rules} select street, {sums} from e group by street").fetchnumpy()


def of_openfisca(facts):
    from openfisca_core.entities import build_entity
    from openfisca_core.periods import DateUnit
    from openfisca_core.simulations import SimulationBuilder
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    street = build_entity(key="street", plural="streets", label="", roles=[{"key": "member", "plural": "members"}])
    community = build_entity(key="community", plural="communities", label="", is_person=True)
    system = TaxBenefitSystem([community, street])
    year = DateUnit.YEAR

    def add(name, kind, formula=None):
        body = {"value_type": kind, "entity": community, "definition_period": year, "label": name}
        if formula is not None:
            body["formula"] = formula
        system.add_variable(type(name, (Variable,), body))

    for name in NAMES[:-1]:
        add(name, int)
    rest = lambda c, p: np.maximum(c("households", p) - 3000, 0)
    add("low", int, lambda c, p, q=None: 10 + rest(c, p) // 500)
    add("high", int, lambda c, p, q=None: 15 + rest(c, p) // 300)
    add("short", int, lambda c, p, q=None: np.maximum(c("low", p) - c("staff", p), 0))
    add("over", int, lambda c, p, q=None: np.maximum(c("staff", p) - c("high", p), 0))
    add("total", float, lambda c, p, q=None: c("staff", p) * 72000.0)
    add("bonus", float, lambda c, p, q=None: c("total", p) * 0.3)
    add("base", float, lambda c, p, q=None: c("total", p) - c("bonus", p))
    add("certificates", int, lambda c, p, q=None: c("assistants", p) * 1200 + c("workers", p) * 2400 + c("seniors", p) * 6000)
    add("spending", float, lambda c, p, q=None: c("base", p) + c("bonus", p) + c("certificates", p))
    add("kept", bool, lambda c, p, q=None: (c("low", p) <= c("staff", p)) & (c("staff", p) <= c("high", p)))

    def simulation():
        builder = SimulationBuilder()
        builder.create_entities(system)
        rows = len(facts["street"])
        builder.declare_person_entity("community", np.arange(rows))
        streets = builder.declare_entity("street", np.arange(facts["street"].max() + 1))
        builder.join_with_persons(streets, facts["street"], roles=np.full(rows, "member"))
        simulation = builder.build(system)
        for name in NAMES[:-1]:
            simulation.set_input(name, "2020", facts[name])
        return simulation

    def fresh(read):
        # What has been computed is kept, so that each run needs a simulation of its own; making it is not timed.
        made = [simulation() for _ in range(5)]
        return lambda: read(made.pop())

    def whole(it):
        # Money is held in 32 bits; added up in 64.
        return [float(it.calculate(name, "2020").sum(dtype=np.float64)) for name in SUMS], int(it.calculate("kept", "2020").sum())

    def by_street(it):
        return [it.populations["street"].sum(it.calculate(name, "2020")) for name in SUMS]

    return fresh(whole), fresh(by_street)


def main():
    engine, rows, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    facts = {it: np.fromfile(f"{folder}/{it}.i64", dtype=np.int64, count=rows) for it in NAMES}
    whole, by_street = {"numpy": of_numpy, "polars": of_polars, "duckdb": of_duckdb, "openfisca": of_openfisca}[engine](facts)
    q1, (sums, kept) = timed(whole)
    q2, _ = timed(by_street)
    print(json.dumps({"q1_ms": q1, "q2_ms": q2, "sums": sums, "kept": kept}))


if __name__ == "__main__":
    main()
