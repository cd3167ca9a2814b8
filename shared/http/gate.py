"""What stands before the routes: how many requests a key may send, and how many may be under way, so that nobody's flood keeps others out."""

from collections import Counter as Tally
from collections.abc import Callable
from math import ceil
from time import monotonic

from prometheus_client import CollectorRegistry, Counter, Gauge
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.http.access import Key, Keys
from shared.http.problem import Page, Problem, answered, holder_of
from shared.http.rates import Rates

UNDER_WAY = 256
"""Requests that one copy answers at one time: what comes on top is asked to come again, before a queue grows."""
OF_ONE = 64
"""Of these, those of one key; all who send none count as one."""
HEALTH = frozenset({"/livez", "/readyz", "/metrics"})
"""Never refused: whoever watches a service must see it also under a flood."""


class Gate:
    """An application behind limits. Counted in this process: two copies take twice as much."""

    def __init__(
        self,
        http: ASGIApp,
        keys: Keys,
        rate: int,
        registry: CollectorRegistry,
        page: Page | None = None,
        now: Callable[[], float] = monotonic,
    ) -> None:
        """`rate` is the requests a second of a key that has no rate of its own; `page` shows a refusal in browsers."""
        self._http, self._keys, self._rates, self._page = http, keys, Rates(rate, now), page
        self._under_way, self._all = Tally[str](), 0
        self._limited = Counter(
            "xiaohao_http_limited", "Requests refused for a limit: `rate` or `key` of one key, or `copy`.", ["limit"], registry=registry
        )
        for limit in ("rate", "key", "copy"):
            self._limited.labels(limit)  # there from the start, so that an alert on its rise sees the first
        Gauge("xiaohao_http_under_way", "Requests that are being answered.", registry=registry).set_function(lambda: self._all)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or say when to come again."""
        if scope["type"] != "http" or scope["path"] in HEALTH:
            await self._http(scope, receive, send)
            return
        key = holder_of(scope, self._keys)
        who = key.id if key else ""
        try:
            self._admit(key, who)
            if self._all >= UNDER_WAY:
                raise self._refusal("copy", "full", 1)
        except Problem as problem:
            scope["state"]["limited"] = True
            await answered(Request(scope), problem, self._page)(scope, receive, send)
            return
        scope["state"] |= {"gate": self, "counts_for": who}
        self._under_way[who] += 1
        self._all += 1
        try:
            await self._http(scope, receive, send)
        finally:
            self._all -= 1
            self._leave(scope["state"]["counts_for"])

    def move(self, scope: Scope, key: Key) -> None:
        """From now on a request that came without a key counts for this one, which stood in its body. Raises Problem 429 as for any of that key."""
        self._admit(key, key.id)
        self._leave(scope["state"]["counts_for"])
        self._under_way[key.id] += 1
        scope["state"]["counts_for"] = key.id

    def _admit(self, key: Key | None, who: str) -> None:
        """Count a request. Raises Problem 429 where its key sends or has under way too much, 503 where those without a key do."""
        if key and (wait := self._rates.wait(key)):
            raise self._refusal("rate", "too-fast", ceil(wait), key=key.id, rate=self._rates.of(key))
        if self._under_way[who] >= OF_ONE:
            name = "too-many-at-once" if key else "full"
            raise self._refusal("key", name, 1, key=who, most=OF_ONE)

    def _leave(self, who: str) -> None:
        self._under_way[who] -= 1
        if not self._under_way[who]:
            del self._under_way[who]

    def _refusal(self, limit: str, name: str, wait: int, **values: str | int) -> Problem:
        self._limited.labels(limit).inc()
        return Problem(name, {"Retry-After": str(wait)}, None, **values)
