"""The whole installation: what comes in through the door until pages can read it, how long that takes at half of that rate, and the memory of each service.

Two campaigns of the same plan are announced. The first is told as fast as the door takes it: the rate runs until all four services have folded all of it.
The second is told at half of that rate, on schedule: how long an event takes from the moment at which it was to be sent until reporting answers with what was
recorded of it. In the end reporting is made anew.
"""

import asyncio
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from itertools import zip_longest
from pathlib import Path
from time import perf_counter
from urllib.parse import quote

import httpx
import orjson

from benchmarks import rebuilding
from benchmarks.meter import peak
from benchmarks.rates import apart, environment, opened
from benchmarks.wire import Line, Request, feed, shares
from benchmarks.work import DAY, SEED, Work
from deploy.client.announcement import announcement, naming
from deploy.client.cloudevent import CloudEvent, cloud_event
from deploy.client.door import Door
from deploy.demo.stage import ANNOUNCER, CLOCK, READER, make_keys
from deploy.embedded.mailbox import Mailbox
from deploy.embedded.servers import Embedded
from deploy.embedded.services import Services
from deploy.simulator.people import people
from shared.events.clock import TimeTold
from shared.kafka.broker import Broker
from shared.kafka.settled import Settled

FIRST, SECOND = b"tengzhou-2019", b"tengzhou-2020"
SECONDS = 10.0
"""How long the second campaign is told, at most."""
PATIENCE = 600.0


async def measure(servers: Embedded, work: Work) -> dict[str, float]:
    """One run: told events a second, seconds from told to readable, MiB of each service, and then a rebuild of reporting from what was recorded."""
    with tempfile.TemporaryDirectory() as folder, Mailbox() as mailbox:
        async with apart(servers) as broker:
            keys = await make_keys(work.units, servers.mongodb_uri, broker.namespace)
            env = environment(servers, broker) | {
                "XIAOHAO_SMTP_HOST": "127.0.0.1",
                "XIAOHAO_SMTP_PORT": str(mailbox.port),
            }
            with Services(Path(folder), env) as services:
                found = await _told(services, broker, work, keys)
            return found | await rebuilding.measure(broker, servers.mongodb_uri, env)


async def _told(services: Services, broker: Broker, work: Work, keys: Mapping[str, str]) -> dict[str, float]:
    """Announce both campaigns, tell the first as fast as can be, the second at half of that."""
    root = work.units[0].id
    async with AsyncExitStack() as stack:
        settled = await stack.enter_async_context(Settled(broker))
        announcer, clock = [await stack.enter_async_context(Door(services.address["intake"], keys[name])) for name in (ANNOUNCER, CLOCK)]
        opening = announcement(work.plan, work.units)
        await announcer.tell_all([*opening, *second(opening)])
        await opened(broker, 2 * work.books)
        await settled.wait(PATIENCE)
        await announcer.tell_all(naming(work.plan, root, people(work.units, SEED)))
        await clock.tell_all([cloud_event("morning", None, "time", DAY, TimeTold(now=DAY))])
        await settled.wait(PATIENCE)

        told = work.events(root)
        port = int(services.address["intake"].rpartition(":")[2])
        requests = shares(told, keys[ANNOUNCER])
        began = perf_counter()
        through = await feed(port, requests)
        await settled.wait(PATIENCE)
        rate = len(told) / (perf_counter() - began)

        again = second(told[: max(200, int(rate / 2 * SECONDS))])
        took = sorted(await paced(port, shares(again, keys[ANNOUNCER]), rate / 2, services.address["reporting"], keys[READER]))
        await settled.wait(PATIENCE)
        return {
            "door_told_per_s": rate,
            "door_accepted_per_s": len(told) / through,
            "latency_p50_s": took[len(took) // 2],
            "latency_p99_s": took[int(len(took) * 0.99)],
            **{f"memory_{name}_mib": peak(process_id) for name, process_id in services.pids.items()},
        }


def second(told: Sequence[CloudEvent]) -> list[CloudEvent]:
    """The same events of the second campaign."""
    text = orjson.dumps(list(told)).replace(FIRST, SECOND)
    renamed: list[CloudEvent] = orjson.loads(text)
    return renamed


async def paced(port: int, requests: Sequence[Sequence[Request]], rate: float, reporting: str, secret: str) -> list[float]:
    """Tell at so many events a second. Returns the seconds after which the last event of each request could be read."""
    schedule, due = dict[Request, float](), 0.0
    for each in in_turn(requests):
        schedule[each] = due
        due += each.events / rate
    begun = perf_counter()
    limits = httpx.Limits(max_connections=100)
    async with httpx.AsyncClient(
        base_url=reporting, headers={"Authorization": f"Bearer {secret}"}, timeout=120, limits=limits, trust_env=False
    ) as client:

        async def read(each: Request) -> float:
            while (await client.get(f"/api/told/{quote(each.last, safe='')}", params={"wait": 30})).status_code != 200:
                pass
            return perf_counter() - begun - schedule[each]

        async def connection(share: Sequence[Request]) -> list[asyncio.Task[float]]:
            reads = []
            async with Line(port) as line:
                for each in share:
                    await asyncio.sleep(max(0.0, begun + schedule[each] - perf_counter()))
                    await line.tell(each)
                    reads.append(asyncio.create_task(read(each)))
            return reads

        tasks = await asyncio.gather(*map(connection, requests))
        return list(await asyncio.gather(*(task for each in tasks for task in each)))


def in_turn(requests: Sequence[Sequence[Request]]) -> Iterator[Request]:
    """The requests of all connections, one of each after the other."""
    return (each for row in zip_longest(*requests) for each in row if each)
