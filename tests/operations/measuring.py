"""The figures: what one made-up campaign costs each service, and what each page costs of it, and of ten times its issues.

    .venv/bin/python -m tests.operations.measuring "mongodb://…"

prints them. It is a process of its own, since all that other tests left in memory, or still have running, would be counted with it.
"""

import asyncio
import json
import sys
from collections.abc import Mapping

from pymongo import monitoring

from deploy.client.announcement import announcement, naming
from deploy.simulator.people import people
from deploy.simulator.stream import stream
from deploy.simulator.tree import example_units, grow_tree
from shared.logs.setup import set_up
from shared.topics import INTAKE, LEDGER
from tests.operations.asking import ask, multiply
from tests.operations.counting import CHECKOUT, Count, Meter
from tests.operations.installation import BOOKS, DOOR, READERS, Installation
from tests.reporting.telling import PLAN

UNITS, ISSUES, SEED = 14, 60, 7
BATCH = 100
"""Events that are told in one request, and handled in one transaction."""
MORE = 10
"""So many times the issues are there when all is asked again: what grows with them shows."""
OF_MORE = f", {MORE} times the issues"
Figures = dict[str, dict[str, float]]
"""See `accepted`."""


async def measured(mongodb_uri: str) -> Figures:
    """Tell the campaign, ask for every page, and count."""
    monitoring.register(meter := Meter())  # what connects from here on is listened to
    units = grow_tree(example_units(PLAN, CHECKOUT / "deploy/campaigns/tengzhou-2019.yaml"), UNITS)
    root = units[0].id
    events = [event for _, day in stream(PLAN, units, ISSUES, SEED, root) for event in day]
    run = Installation(mongodb_uri, root, meter)
    await run.start()
    try:
        for opening in (announcement(PLAN, units), naming(PLAN, root, people(units, SEED))):
            await run.tell(opening)
            await run.settle()
        run.counted = True
        for start in range(0, len(events), BATCH):
            await run.tell(events[start : start + BATCH])
        await run.settle()
        run.counted = False
        once = await ask(run, units[-1].id, events[0]["id"])
        multiply(run, MORE)
        more = await ask(run, units[-1].id, events[0]["id"])
    finally:
        await run.stop()
    return work(run, len(events)) | pages(once, more)


def work(run: Installation, events: int) -> Figures:
    """What events cost, from the door into the rows of all who read them."""
    told, recorded = run.records[INTAKE], run.records[LEDGER]
    found: Figures = {
        "campaign": {"events through the door": events, "told events": told, "recorded events": recorded},
        "door, a request": each_time(run.counts[DOOR]),
        "door, an event": of_each(run.counts[DOOR], events) | {"bytes to Kafka": round(run.bytes[DOOR] / events, 2)},
        "ledger, a batch": each_time(run.counts[BOOKS]),
        "ledger, a told event": of_each(run.counts[BOOKS], told)
        | {"events recorded": round(recorded / told, 2), "bytes to Kafka": round(run.bytes[LEDGER] / told, 2)},
    }
    for name in READERS:
        found[f"{name} reads, a batch"] = each_time(run.counts[name])
        found[f"{name} reads, a recorded event"] = of_each(run.counts[name], recorded)
    return found


def each_time(count: Count) -> dict[str, float]:
    """Commands to MongoDB."""
    return {name: round(n / count.times, 2) for name, n in count.commands.items()}


def of_each(count: Count, of: int) -> dict[str, float]:
    """What it cost for each of so many."""
    found = {"bytes to MongoDB": count.bytes_to, "bytes from MongoDB": count.bytes_from, "documents written": count.written}
    return {name: round(n / of, 2) for name, n in {**found, "examined": count.noted["examined"], **count.calls()}.items()}


def pages(once: Mapping[str, Count], more: Mapping[str, Count]) -> Figures:
    """What every page costs."""
    return {
        f"GET {route}": {f"{name}{by}": n for count, by in ((once[route], ""), (more[route], OF_MORE)) for name, n in count.noted.items()}
        for route in once
    }


if __name__ == "__main__":
    set_up("measured", "info")  # as services do: on stderr, since what was measured goes to the other
    json.dump(asyncio.run(measured(sys.argv[1])), sys.stdout)
