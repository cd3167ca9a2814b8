"""How many simulated events a second come in through intake's door, beside a bare FastAPI door that only parses a batch and hands it to Kafka.

    .venv/bin/python -m benchmarks.intake

Both doors are processes of their own beside Kafka; both answer 202 once Kafka has acknowledged (idempotent producer, acks=all). The rounds alternate, so
that what else the machine does falls on both.
"""

import asyncio
import sys
from itertools import islice
from statistics import median

import orjson
import uvicorn
from aiokafka import AIOKafkaProducer
from fastapi import FastAPI

from benchmarks.meter import cpu
from benchmarks.peers.monolith import Event
from benchmarks.wire import BATCH_MEDIA, CONNECTIONS, SIZE, feed, ready, request
from benchmarks.work import STREAM_KEY, Work, processes
from deploy.client.announcement import announcement, naming
from deploy.client.cloudevent import CloudEvent
from deploy.client.door import Door
from deploy.client.key_register import keep
from deploy.embedded.ports import choose
from deploy.embedded.servers import Embedded
from deploy.simulator.people import people
from deploy.simulator.stream import campaign_events
from shared.http.access import FASTEST, Keys
from shared.kafka.broker import Broker
from shared.kafka.settled import Settled
from shared.topics import INTAKE

EVENTS, ROUNDS = 20_000, 7


async def bare(bootstrap: str, topic: str, port: int) -> None:
    """The bare door."""
    http = FastAPI()
    producer = AIOKafkaProducer(
        **Broker(bootstrap).connection,
        enable_idempotence=True,
        acks="all",
        linger_ms=2,
        max_batch_size=256 << 10,
        max_request_size=32 << 20,
    )

    @http.post("/v1/events", status_code=202)
    async def events(events: list[Event]) -> dict[str, int]:
        sent = [
            await producer.send(
                topic,
                orjson.dumps(event.data),
                event.subject.encode(),
                headers=[
                    ("ce_specversion", event.specversion.encode()),
                    ("ce_id", event.id.encode()),
                    ("ce_source", event.source.encode()),
                    ("ce_type", event.type.encode()),
                    ("ce_subject", event.subject.encode()),
                    ("ce_time", event.time.encode()),
                ],
            )
            for event in events
        ]
        await asyncio.gather(*sent)
        return {"accepted": len(events)}

    await producer.start()
    await uvicorn.Server(uvicorn.Config(http, port=port, log_level="error", access_log=False)).serve()


async def main() -> None:
    """Run the rounds and print the figures."""
    with Embedded() as run:
        keys = Keys()
        secret = keys.add("bureau", "bureau", "bureau", ["tell", "announce", "clock"], rate=FASTEST)
        await keep(keys, {"*": "bureau"}, run.mongodb_uri)
        port = choose([])
        bare_port = choose([port])
        env = {"KAFKA_BOOTSTRAP": run.kafka_bootstrap, "MONGODB_URI": run.mongodb_uri, "CLOCK": "told"}
        env["STREAM_KEY"] = STREAM_KEY
        env = {f"XIAOHAO_{name}": value for name, value in env.items()}
        broker = Broker(run.kafka_bootstrap)
        plan, units = Work().plan, Work().units
        with processes([["-m", "services.intake.app"]], env | {"XIAOHAO_HTTP_PORT": str(port)}) as [door]:
            await ready(f"http://127.0.0.1:{port}")
            with processes([["-m", "services.ledger.app"]], env | {"XIAOHAO_HTTP_PORT": "0"}):
                async with Door(f"http://127.0.0.1:{port}", secret) as client, Settled(broker, ["intake"]) as settled:
                    await client.tell_all(announcement(plan, units))
                    await settled.wait()
                    await client.tell_all(naming(plan, units[0].id, people(units, 1)))
            with processes([["-m", "benchmarks.intake", "bare", run.kafka_bootstrap, INTAKE, str(bare_port)]], {}) as [bare_door]:
                await ready(f"http://127.0.0.1:{bare_port}")
                await measure(
                    {"bare FastAPI door": (bare_door.pid, bare_port, "application/json"), "intake": (door.pid, port, BATCH_MEDIA)},
                    secret,
                    list(
                        islice(
                            (each for each in campaign_events(plan, units, EVENTS // 10, 1, "bureau") if each["type"] != "PersonNamed"),
                            EVENTS,
                        )
                    ),
                )


async def measure(doors: dict[str, tuple[int, int, str]], secret: str, events: list[CloudEvent]) -> None:
    """Alternate between the doors, each with its process, port and content type."""
    batches = [events[start : start + SIZE] for start in range(0, EVENTS, SIZE)]
    rates: dict[str, list[float]] = {name: [] for name in doors}
    costs: dict[str, list[float]] = {name: [] for name in doors}
    for turn in range(ROUNDS + 1):
        for name, (door, port, media) in doors.items():
            requests, before = [request(batch, media, secret) for batch in batches], cpu(door)
            rate = EVENTS / await feed(port, [requests[number::CONNECTIONS] for number in range(CONNECTIONS)])
            if turn:  # the first round warms up
                rates[name].append(rate)
                costs[name].append((cpu(door) - before) / EVENTS * 1e6)
    size = len(orjson.dumps(batches[0]))
    print(
        f"{EVENTS:,} events in batches of {SIZE} ({size:,} bytes), {CONNECTIONS} connections; medians of {ROUNDS} rounds, and their range"
    )
    for name, found in rates.items():
        print(
            f"  {name:<18}{median(found):>8,.0f} events/s ({min(found):,.0f} to {max(found):,.0f}){median(costs[name]):>6.0f} us of its processor each"
        )
    bare_rate, rate = (median(found) for found in rates.values())
    print(f"  ratio             {rate / bare_rate:>8.2f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["bare"]:
        asyncio.run(bare(sys.argv[2], sys.argv[3], int(sys.argv[4])))
    else:
        asyncio.run(main())
