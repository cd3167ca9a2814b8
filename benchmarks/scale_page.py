"""The tables of `docs/scale.md`: what a city, a province and the country need by the simulation of `benchmarks.scale`.

    .venv/bin/python -m benchmarks.scale_page            # --performance FILE takes other figures than docs/performance.json

`make docs` puts them into the page, whose prose is written by hand.
"""

import argparse
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from math import ceil
from pathlib import Path
from random import Random

from benchmarks import scale
from benchmarks.scale import HOURS, ISSUES, LAST_DAY, MAILED_BY, MAILS_A_SECOND, OPEN, OPLOG, PAGES, SEED, Place, last_day, shares

ROOT = Path(__file__).parents[1]
PERFORMANCE, PAGE = ROOT / "docs" / "performance.json", ROOT / "docs" / "scale.md"
PLACES = (Place("city", 500, 4), Place("province", 30_000, 16), Place("country", 1_000_000, 64))
LEAST = 2
"""Copies of each service, so that one may go."""
EXCEL_ROWS = 1_000_000
Row = tuple[str, str]
Figures = Mapping[str, float]


def load(place: Place) -> Iterator[Row]:
    """What comes to a place."""
    day = last_day(place.year * LAST_DAY, Random(SEED))
    yield "told events a year", count(place.year)
    yield "… on the last day of the fullest phase", count(sum(day))
    yield "… in its busiest minute, a second", count(max(day) / 60)
    yield "… of this in the largest book", count(max(day) / 60 * scale.books(place.units)[0])
    yield "issues on which a clock falls due the morning after", count(place.due)
    yield "statements that climb that morning, at most 500 to a book", count(place.units)
    yield "pages a second between eight and nine", count(place.units * PAGES / 3600)


def copies_of(place: Place, figures: Figures) -> dict[str, int]:
    """Copies of each service that are at most half busy in the busiest minute. Raises ValueError where no number is enough."""
    peak = max(last_day(place.year * LAST_DAY, Random(SEED))) / 60
    return {each.name: max(LEAST, each.copies(place, peak)) for each in scale.stages(figures)}


def needs(place: Place, figures: Figures) -> Iterator[Row]:
    """What a place needs, so that nothing is more than half busy in the busiest minute."""
    day = last_day(place.year * LAST_DAY, Random(SEED))
    peak, copies, year = max(day) / 60, copies_of(place, figures), place.year
    yield "`XIAOHAO_PARTITIONS`", f"{place.partitions}"
    yield "the fullest partition ÷ the mean", f"{max(shares(place.units, place.partitions)) * place.partitions:.2f}"
    for name, number in copies.items():
        held = {"intake": place.units * scale.BOOK_BYTES["intake"], "ledger": place.units / number * scale.BOOK_BYTES["ledger"]}
        memory = figures[f"memory_{name}_mib"] + held.get(name, 0) / (1 << 20)
        yield f"copies of {name}, and memory of each", f"{number}, {memory:,.0f} MiB"
    yield "longest wait from told to readable, in queues", duration(sum(scale.longest(place, copies, figures).values()))
    yield "brokers, and processors of each", f"3, {ceil(2 * peak * scale.BROKER_US / 1e6)}"
    yield "processors of MongoDB's primary", f"{ceil(2 * peak * scale.MONGOD_US / 1e6)}"
    topics, database = scale.BYTES["campaign.ledger"], sum(each for name, each in scale.BYTES.items() if name.startswith("MongoDB"))
    yield "disk of each broker after a year", size(year * topics + year * LAST_DAY * scale.BYTES["campaign.intake"])
    yield "disk of each member of the replica set after a year", size(year * database)
    yield "… of this indexes, best held in memory", size(year * scale.INDEXES)
    yield (
        "reporting rebuilt from a year's ledger",
        duration(year * figures["recorded_per_told"] / figures["folding_recorded_per_s"] / copies["reporting"]),
    )
    yield "oplog of the last day", size(sum(day) * OPLOG)
    yield "network of a broker in the busiest minute", f"{peak * 8 / 1e6 * scale.BROKER_BYTES:,.1f} Mbit/s"


def start(place: Place, figures: Figures) -> Iterator[Row]:
    """What becomes of the same day where every service has one copy on four partitions, as `docker compose up` starts them."""
    waits = scale.longest(Place(place.name, place.units, 4), dict.fromkeys(("intake", "ledger", "reporting"), 1), figures)
    for name, wait in waits.items():
        yield f"longest wait at {name}", duration(wait)


def morning(place: Place, figures: Figures) -> Iterator[Row]:
    """The morning after, where each service has the copies that the last day needs."""
    fullest = max(scale.of_copies(shares(place.units, place.partitions), copies_of(place, figures)["ledger"]))
    told = place.due + 2 * place.units  # each book closes its phase, and its statement goes up
    yield "all that fell due is recorded after", duration(told * fullest / figures["ledger_x1_told_per_s"])
    yield "the ledger remembers of it in each copy", size(place.due * fullest * scale.DUE_BYTES)
    yield "mails", count(place.due)
    yield "… by one copy of notify", duration(place.due / MAILS_A_SECOND)
    yield f"copies of notify that have them out in {MAILED_BY} hours", f"{ceil(place.due / MAILS_A_SECOND / MAILED_BY / 3600)}"
    pages = place.units * PAGES / 3600 * figures["page_unit_p99_ms"] / 1000
    yield "copies of reporting that answer the pages, half busy", f"{max(LEAST, ceil(2 * pages)):,}"
    yield "books of a new campaign are open after", duration(place.units * scale.OPENING_US / 1e6 * fullest)


def limits(figures: Figures) -> Iterator[Row]:
    """How many units it takes until something is at its limit, by this load."""
    told = ISSUES * scale.TOLD_AN_ISSUE * LAST_DAY  # of a unit on the last day
    peak = told * max(HOURS.values()) / 100 / 3600
    ledger = figures["ledger_x1_told_per_s"]
    yield "the issues of a year are more than Excel's sheet holds, 1,000,000", count(EXCEL_ROWS / ISSUES)
    yield "the oplog of the last day passes 50 GB, MongoDB's own limit where none is set", count(50e9 / OPLOG / told)
    yield (
        f"one copy of notify needs more than {MAILED_BY} hours for a morning's mails",
        count(MAILS_A_SECOND * MAILED_BY * 3600 / ISSUES / OPEN),
    )
    yield "one copy of the ledger is half busy", count(ledger / 2 / peak)
    yield "one copy of the ledger is wholly busy, and told events queue", count(ledger / peak)
    yield "a copy of intake holds 1 GiB of open books", count((1 << 30) / scale.BOOK_BYTES["intake"])
    yield "a primary of 16 processors is half busy", count(8e6 / scale.MONGOD_US / peak)


def count(number: float) -> str:
    """How many, to three digits: no more is known."""
    digits = 10 ** max(0, len(str(int(number))) - 3)
    return f"{round(number / digits) * digits:,}" if number >= 10 else f"{number:.1f}"


def size(number: float) -> str:
    """Bytes."""
    return next(f"{number / unit:,.1f} {name}" for name, unit in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)) if number >= unit)


def duration(seconds: float) -> str:
    """A time."""
    return f"{seconds:.1f} s" if seconds < 90 else f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table, whose first column alone is text."""
    head = list(head)
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---", *["---:"] * (len(head) - 1)], *rows))


def tables(measured: Figures) -> dict[str, str]:
    """The tables of the page, by name, from what was measured; the rest is assumed."""
    figures = scale.SAMPLE | dict(measured)
    columns: dict[str, Callable[[Place], Iterator[Row]]] = {
        "load": load,
        "needs": lambda place: needs(place, figures),
        "start": lambda place: start(place, figures),
        "morning": lambda place: morning(place, figures),
    }
    head = ["", *(f"{place.name}, {place.units:,} units" for place in PLACES)]
    rows = {name: zip(*map(column, PLACES), strict=True) for name, column in columns.items()}
    found = {name: table(head, ([each[0][0], *(said for _, said in each)] for each in of)) for name, of in rows.items()}
    found["limits"] = table(["", "from so many units on"], limits(figures))
    rows_of = ([f"`{name}`", f"{value:,.4g}", "" if name in measured else "assumed"] for name, value in figures.items())
    found["figures"] = table(["figure", "value", ""], rows_of)
    return found


def measured_in(file: Path) -> dict[str, float]:
    """What was measured, of what is asked for."""
    found = json.loads(file.read_text("utf-8"))["figures"] if file.exists() else {}
    return {name: value for name in scale.SAMPLE if (value := found.get(name, {}).get("value")) is not None}


def document() -> str:
    """`docs/scale.md`: its prose as it stands, with its tables made anew."""
    made = tables(measured_in(PERFORMANCE))
    return re.sub(
        r"(<!-- made: (\w+) -->\n).*?(<!-- end -->)",
        lambda at: f"{at[1]}\n{made[at[2]]}\n\n{at[3]}",
        PAGE.read_text("utf-8"),
        flags=re.DOTALL,
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--performance", type=Path, default=PERFORMANCE, help="the figures, as `make bench` writes them")
    print(f"seed {SEED}\n", *tables(measured_in(parser.parse_args().performance)).values(), sep="\n\n")


if __name__ == "__main__":
    main()
