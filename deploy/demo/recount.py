"""A campaign counted again from `campaign.ledger` (its mails from `campaign.notices`) alone, by a plain consumer, JSON, and the readers' rule.

It shares no code with the services, so that it shares no mistake with them.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaConsumer

Counts = Counter[str]


@dataclass
class Issue:
    """An issue on the book of one unit, as far as lists of issues and what is counted by issue need it."""

    unit: str
    phase: str
    channel: str
    origin: str | None
    """The issue on the book that handed it over."""
    standing: bool = False
    """Without an end: it is reviewed, and never struck off."""
    struck: tuple[str, bool] | None = None
    """While it stands struck off: the phase, and whether it was on time."""
    gone: bool = False
    """It left otherwise: to another book, into another issue, or as void."""
    rectified: bool = False
    carried: bool = False
    over: set[str] = field(default_factory=set)
    phases: list[tuple[str, str]] = field(default_factory=list)
    """In which phases it is overdue, or carried over, by figure."""

    @property
    def late(self) -> bool:
        """Whether it is late now: carrying over puts another clock in the place of the fix clock."""
        return not (self.struck or self.gone or self.rectified) and ("follow-up" if self.carried else "fix") in self.over


class Recount:
    """What the topic says."""

    def __init__(self) -> None:
        self.position: Counter[str] = Counter()
        self.highest: Counter[str] = Counter()
        self.chain: dict[str, str] = defaultdict(str)
        self.counts: dict[tuple[str, str], Counts] = defaultdict(Counter)
        """The acts of each unit's own book, by unit and phase."""
        self.units: dict[str, dict[str, Any]] = {}
        self.plan: dict[str, Any] = {}
        self.issues: dict[str, Issue] = {}
        self.returns: dict[str, tuple[str, str, str]] = {}
        """Unit, obligation and state of each return."""
        self.rolling: Counter[str] = Counter()
        """How often returns without an end were filed, by obligation; 0 where one was but opened."""
        self.statements: dict[tuple[str, str], dict[str, Any]] = {}
        """The latest statement of each unit and phase."""
        self.refused: Counter[str] = Counter()
        self._sent: set[str] = set()
        """The notices that were sent, each once."""
        self.broken: list[str] = []

    def record(self, book: str, headers: dict[str, str], value: bytes) -> None:
        """Fold one record by the readers' rule: the next position of its book, and nothing else."""
        position = int(headers["ce_sequence"])
        self.highest[book] = max(self.highest[book], position)
        if position != self.position[book] + 1:
            return
        chain = hashlib.sha256(bytes.fromhex(self.chain[book]) + hashlib.sha256(value).digest()).hexdigest()
        if chain != headers["ce_chain"]:
            self.broken.append(f"{book} position {position}: the chain hash does not follow")
        self.position[book], self.chain[book] = position, chain
        content = json.loads(value)
        self._fact(headers["ce_type"], headers["ce_subject"], content["fact"], content["where"])

    def notice(self, headers: dict[str, str]) -> None:
        """Count what became of a notice, however often it was told."""
        if headers["ce_type"] == "NoticeSent":
            self._sent.add(headers["ce_id"])

    @property
    def mails(self) -> int:
        """Mails that were sent."""
        return len(self._sent)

    def _return(self, type: str, subject: str, fact: dict[str, Any], unit: str) -> None:
        own = self.counts[unit, fact["phase"]]
        if fact.get("period") == "rolling":  # without an end it is never owed, late or missing
            self.rolling[fact["obligation"]] += 0
            return
        state = {"ObligationOpened": "open", "ReturnMissing": "missing", "ObligationLifted": "lifted"}.get(type, "waiting")
        own["missing"] += type == "ReturnMissing"
        if type == "ObligationMet":
            state = "late" if fact["late"] else "filed"
            own[state] += 1
        own["missing"] -= fact.get("was_missing", False)
        self.returns[subject] = (unit, fact["obligation"], state)

    def _fact(self, type: str, subject: str, fact: dict[str, Any], where: dict[str, Any]) -> None:
        unit, own = where["unit"], self.counts[where["unit"], fact.get("phase", "")]
        match type:
            case "UnitsListed":
                self.units |= {each["id"]: each for each in fact["units"]}
            case "CampaignAnnounced" | "CampaignAmended":
                self.plan = fact["plan"]
            case "IssueEntered":
                own["entered"] += 1
                self.issues[subject] = Issue(unit, fact["phase"], fact["channel"], fact.get("origin"), fact.get("standing", False))
            case "RollingReturnCounted":
                self.rolling[fact["obligation"]] += 1
            case "ObligationOpened" | "ObligationMet" | "ApprovalAwaited" | "ObligationReopened" | "ReturnMissing":
                self._return(type, subject, fact, where["unit"])
            case "TargetChecked":
                own["answered"] += "replaces" not in fact
                own["findings"] += (not fact["conforms"]) - (fact.get("replaces") is False)
            case "TargetLifted":
                own["answered"] -= 1
                own["findings"] -= not fact["conforms"]
            case "PhaseClosed" | "PhaseSupplemented":
                own["units"] += type == "PhaseClosed"
                own["gaps"] += "gap" in fact
                self.statements[unit, fact["phase"]] = fact
            case "Refused":
                self.refused[fact["rule"]] += 1
            case _ if subject in self.issues:
                self._issue(type, self.issues[subject], own, fact)

    def _issue(self, type: str, issue: Issue, own: Counts, fact: dict[str, Any]) -> None:
        match type:
            case "IssueStruckOff":
                own["struck_off"] += 1
                own["on_time"] += fact["on_time"]
                issue.struck = (fact["phase"], fact["on_time"])
            case "IssueReopened":
                issue.struck, issue.gone, issue.rectified = None, False, False
                issue.over -= {"fix", "follow-up"}
            case "IssueWithdrawn" | "IssueMerged" | "HandOverCompleted":
                issue.gone = True
            case "IssueCameBack":
                issue.gone = False
            case "IssueOverdue":
                issue.over.add(fact["clock"])
                if fact["clock"] == "fix":
                    own["overdue"] += 1
                    issue.phases.append(("overdue", fact["phase"]))
            case "OverdueWithdrawn":
                issue.over.discard(fact["clock"])
                if fact["clock"] == "fix":
                    own["overdue"] -= 1
                    issue.phases.remove(("overdue", fact["phase"]))
            case "IssueCarriedOver":
                own["carried_over"] += 1
                issue.carried = True
                issue.phases.append(("carried_over", fact["phase"]))
            case "FollowUpSet":
                issue.over.discard("follow-up")
            case "RectificationDone" | "RectificationReturned":
                issue.rectified = type == "RectificationDone"

    @property
    def root(self) -> str:
        """The unit at the top."""
        return next(iter(self.units))

    def total(self, phase: str | None = None, top: str | None = None) -> Counts:
        """The figures of a phase, or of all; of a unit and all below it, or of all units. What is said of issues counts each of them once."""
        sums = self.acts(phase, top)
        for name in ("entered", "struck_off", "on_time", "overdue", "carried_over"):
            sums[name] = 0
        for books in self.once(top):
            first = books[0]
            struck = [each.struck for each in books if each.struck and phase in (None, each.struck[0])]
            sums["entered"] += phase in (None, first.phase)
            sums["struck_off"] += bool(struck)
            sums["on_time"] += any(on_time for _, on_time in struck)
            for name in ("overdue", "carried_over"):
                sums[name] += any(figure == name and phase in (None, of) for each in books for figure, of in each.phases)
        return sums

    def once(self, top: str | None = None) -> list[list[Issue]]:
        """The issues of a unit and all below it, or of all: each as it stands on one book after another."""
        lives: dict[str, list[tuple[int, Issue]]] = defaultdict(list)
        for subject, issue in self.issues.items():
            first, before = subject, 0
            while origin := self.issues[first].origin:
                first, before = origin, before + 1
            if top is None or top in self.path(issue.unit):
                lives[first].append((before, issue))
        return [[issue for _, issue in sorted(life, key=lambda each: each[0])] for life in lives.values()]

    def acts(self, phase: str | None = None, top: str | None = None) -> Counts:
        """The acts of a phase, or of all; of a unit and all below it, or of all units."""
        sums: Counts = Counter()
        for (unit, code), counts in self.counts.items():
            if code and phase in (None, code) and (top is None or top in self.path(unit)):
                sums.update(counts)
        return sums

    def path(self, unit: str | None) -> Iterator[str]:
        """A unit and those above it."""
        while unit:
            yield unit
            unit = self.units[unit].get("parent")

    def owed(self, obligation: str) -> Counts:
        """The returns of an obligation, by what became of them."""
        return Counter(state for _, code, state in self.returns.values() if code == obligation)


async def _records(topic: str, connection: Mapping[str, Any]) -> AsyncIterator[Any]:
    async with AIOKafkaConsumer(topic, **connection, auto_offset_reset="earliest", isolation_level="read_committed") as consumer:
        for partition, end in (await consumer.end_offsets(consumer.assignment())).items():
            while await consumer.position(partition) < end:
                for record in (await consumer.getmany(partition, timeout_ms=1000)).get(partition, []):
                    yield record


async def recount(connection: Mapping[str, Any], campaign: str, namespace: str = "") -> Recount:
    """Read the topic, and that of the notices, from the beginning to the present end."""
    counted = Recount()
    async for record in _records(f"{namespace}campaign.ledger", connection):
        book = record.key.decode()
        if book.startswith(f"{campaign}/"):
            counted.record(book, {name: value.decode() for name, value in record.headers}, record.value)
    async for record in _records(f"{namespace}campaign.notices", connection):
        headers = {name: value.decode() for name, value in record.headers}
        if headers["ce_subject"].startswith(f"{campaign}/"):
            counted.notice(headers)
    for book, highest in counted.highest.items():
        if counted.position[book] != highest:
            counted.broken.append(f"{book}: read to position {counted.position[book]}, but the topic has {highest}")
    return counted
