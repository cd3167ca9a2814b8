"""What a duty screen shows of each campaign, from the sums that the fold keeps: by the one copy that reads partition 0 of the ledger's topic."""

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import time
from typing import Protocol

import orjson
import structlog
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from services.reporting.figures.sums import NONE, Names, Summed, split
from services.reporting.fold.phases import phase_row_id
from services.reporting.fold.sums import ALL, unit_key
from services.reporting.store import SLOW
from shared.kafka.dead_letters import failed_at
from shared.mongo import Document, Mongo
from shared.topics import LEDGER, book_id

log = structlog.get_logger()

EVERY = 30.0
"""Seconds between two looks at the sums."""
SOON = 1.0
"""Seconds after which a copy looks whether it is the one now."""
CAMPAIGNS = 20
"""Those that are shown: announced last. Of the others it is said how many they are, so that the series stay few however long an installation runs."""
STATES = ("ahead", "open", "held", "closed")
FIGURES = {
    "open_issues": "Issues to be struck off still, once each.",
    "overdue_issues": "Issues whose clock ran out and that are not rectified.",
    "carried_over_issues": "Issues that were carried over and are not struck off.",
    "open_hazards": "Hazards to be struck off still.",
    "missing_returns": "Returns that are missing.",
}
"""What is shown of each campaign, by the end of its metric's name."""


class Reads(Protocol):
    """The bus, as far as it is asked here."""

    def partitions(self, topic: str) -> Collection[int]: ...


@dataclass(frozen=True)
class Shown:
    """One campaign as it stands."""

    campaign: str
    figures: Mapping[str, int]
    phases: Mapping[str, str]
    """The state of each phase in the root's book."""


class Campaigns:
    """Reads how campaigns stand. Raises DatabaseError."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._codes: dict[tuple[str, int], list[str]] = {}
        """The phases of a version of a plan, which never changes."""

    async def read(self) -> tuple[Sequence[Shown], int]:
        """Those announced last, and how many there are beyond them."""
        some = self._mongo["campaigns"].find({}, {"root": 1, "version": 1}).sort([("announced", -1), ("_id", 1)]).limit(CAMPAIGNS)
        campaigns = await some.max_time_ms(SLOW).to_list(None)
        of = {unit_key(each["_id"], (each["root"],)): Summed() for each in campaigns}
        wanted: Document = {"of": 1, "own": 1} | {f"n.{part}": 1 for part in ("once", "rows", "returns")}
        for row in await self._mongo["sums"].find({"of": {"$in": list(of)}}, wanted).max_time_ms(SLOW).to_list(None):
            of[row["of"]].add(row["n"], own=row["own"])
        states = await self._states(campaigns)
        more = max(0, await self._mongo["campaigns"].count_documents({}) - CAMPAIGNS)
        shown = [
            Shown(each["_id"], _figures(summed.whole), states[each["_id"]]) for each, summed in zip(campaigns, of.values(), strict=True)
        ]
        return shown, more

    async def _states(self, campaigns: Sequence[Document]) -> dict[str, dict[str, str]]:
        """The states of the phases of each, in its root's book."""
        for each in campaigns:
            if (version := (each["_id"], each["version"])) not in self._codes:
                [row] = await self._mongo["campaigns"].find({"_id": each["_id"]}, {"plan": 1}).to_list(None)
                self._codes[version] = [phase["code"] for phase in orjson.loads(row["plan"])["phases"]]
        codes = {each["_id"]: self._codes[each["_id"], each["version"]] for each in campaigns}
        books = {each["_id"]: book_id(each["_id"], each["root"]) for each in campaigns}
        ids = [phase_row_id(books[id], code) for id, of in codes.items() for code in of]
        rows = await self._mongo["phases"].find({"_id": {"$in": ids}}, {"status": 1}).max_time_ms(SLOW).to_list(None)
        found = {row["_id"]: row["status"] for row in rows}
        return {id: {code: found.get(phase_row_id(books[id], code), "ahead") for code in of} for id, of in codes.items()}


class CampaignGauges(Collector):
    """The gauges of campaigns. A copy that has lost partition 0 shows none."""

    def __init__(self, mongo: Mongo, bus: Reads, registry: CollectorRegistry) -> None:
        self._campaigns, self._bus = Campaigns(mongo), bus
        self._shown: Sequence[Shown] | None = None
        self._more, self._read = 0, 0.0
        registry.register(self)

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            if not self._has_the_word():
                self._shown = None
                await asyncio.sleep(SOON)
                continue
            try:
                await self.look()
            except Exception as error:  # a figure ends no service
                log.warning("the gauges of campaigns cannot be read", cause=failed_at(error))
                await asyncio.sleep(SOON)
                continue
            await asyncio.sleep(EVERY)

    def _has_the_word(self) -> bool:
        return 0 in self._bus.partitions(LEDGER)

    async def look(self) -> None:
        """Read all of them once. Raises DatabaseError."""
        self._shown, self._more = await self._campaigns.read()
        self._read = time()

    def describe(self) -> Sequence[GaugeMetricFamily]:
        """The metrics, before anything was read."""
        return [
            *(GaugeMetricFamily(f"xiaohao_campaign_{name}", text, labels=["campaign"]) for name, text in FIGURES.items()),
            GaugeMetricFamily(
                "xiaohao_campaign_phase",
                "1 for the state that a phase has in the book of the root, 0 for those that it has not.",
                labels=["campaign", "phase", "state"],
            ),
            GaugeMetricFamily(
                "xiaohao_campaigns_not_shown", f"Campaigns beyond the {CAMPAIGNS} announced last, of which nothing is shown."
            ),
            GaugeMetricFamily("xiaohao_campaigns_read_timestamp_seconds", "When the gauges of campaigns were read last."),
        ]

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """What was read last, where this is the copy that shows it."""
        *figures, phases, more, read = families = self.describe()
        if self._shown is not None and self._has_the_word():
            for each in self._shown:
                for family, name in zip(figures, FIGURES, strict=True):
                    family.add_metric([each.campaign], each.figures[name])
                for phase, is_in in each.phases.items():
                    for state in STATES:
                        phases.add_metric([each.campaign, phase, state], state == is_in)
            more.add_metric([], self._more)
            read.add_metric([], self._read)
        yield from families


def _figures(sums: Mapping[str, Names]) -> dict[str, int]:
    """What is shown of a campaign, of the sums of its root."""
    once, rows = sums.get("once", NONE), sums.get("rows", NONE)
    return {
        "open_issues": once[f"{ALL}/open"],
        "overdue_issues": rows["late"],
        "carried_over_issues": rows["carried-open"],
        "open_hazards": rows["hazard-open"],
        "missing_returns": sum(n for (_, _, state), n in split(sums.get("returns", NONE)) if state == "missing"),
    }
