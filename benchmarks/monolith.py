"""Told events a second that the monolith takes, from the first request to the last answer: what is answered can be read."""

from benchmarks.rates import apart
from benchmarks.wire import feed, ready, shares
from benchmarks.work import Work, processes
from deploy.embedded.ports import choose
from deploy.embedded.servers import Embedded


async def measure(servers: Embedded, work: Work) -> dict[str, float]:
    """One run."""
    told = work.events(work.units[0].id)
    async with apart(servers) as broker:
        port = choose([])
        with processes([["-m", "benchmarks.peers.monolith", servers.mongodb_uri, broker.namespace, str(port)]], {}):
            await ready(f"http://127.0.0.1:{port}")
            seconds = await feed(port, shares(told, secret=""))
    return {"monolith_told_per_s": len(told) / seconds}
