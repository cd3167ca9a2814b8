"""A campaign told by hand, day by day, through the running services, and what stands in the books in the end."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx
import orjson
import pytest

from deploy.client.announcement import announcement
from deploy.client.chains import Chains
from deploy.client.cloudevent import CloudEvent, cloud_event
from deploy.client.topics import recorded_events
from deploy.demo.play import play
from deploy.demo.stage import READER, Stage, stage
from deploy.embedded.servers import Embedded
from deploy.plans.read import read_plan, read_units
from deploy.simulator.simulation import clients
from services.intake.persons import named
from services.intake.pseudonym import hidden, pseudonym
from shared.events.catalogue import CATALOGUE
from shared.events.fact import Fact
from shared.events.figures import Counts
from shared.events.people import PersonNamed
from shared.events.phase import PhaseClosed, PhaseSupplemented
from shared.events.refusal import Refused
from shared.events.self_check import SelfCheckAnswered
from shared.kafka.broker import Broker
from shared.kafka.cloudevents import instant, read_recorded, told_record
from shared.kafka.records import Record, Recorded
from shared.kafka.records import Told as Told_
from shared.plan import Plan
from shared.topics import LEDGER, book_id, book_of, person_id, subject_id
from shared.units import Unit
from shared.workdays import BEIJING
from tests.ledger.in_memory import Ledger

CAMPAIGNS = Path(__file__).parents[2] / "deploy" / "campaigns"
F = TypeVar("F", bound=Fact)


def files(campaign: str) -> tuple[Plan, tuple[Unit, ...]]:
    """A plan of the repository, and the made-up units beside it."""
    plan = read_plan(CAMPAIGNS / f"{campaign}.yaml")
    return plan, read_units(CAMPAIGNS / "units" / f"{campaign}.yaml", plan)


@dataclass
class Story:
    """What is told on which day. Every fact has its minute in the order in which it is written down."""

    plan: Plan
    units: Sequence[Unit]
    offices: Sequence[str] = ()
    """Units that have a key of their own beside the client that tells for them: to act along a further line of command."""
    days: dict[date, list[CloudEvent]] = field(default_factory=lambda: defaultdict(list))
    today: date = date.min
    last: str = ""
    """The id under which the last fact was told, as `/api/told/<id>` knows it."""
    forbidden: dict[str, str] = field(default_factory=dict)
    """What is told although a rule forbids it: the rule by the id told."""
    _number: Iterable[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        """Each unit has a client that tells for it."""
        self.clients = clients(self.units)

    def on(self, day: str) -> Self:
        """From here on it is this day."""
        self.today = date.fromisoformat(day)
        return self

    def tell(self, unit: str, fact: Fact, *parts: str, by: str | None = None, happened: str | None = None) -> str:
        """Tell a fact of a unit's book; `parts` make the id of its subject; `by` is another client than the unit's own. Returns the subject.

        What is told late `happened` at an earlier instant.
        """
        book, client = book_id(self.plan.campaign, unit), by or self.clients[unit]
        subject = book if fact.kind == "book" else subject_id(book, fact.kind, *parts)
        events = self.days[self.today]
        when = datetime.combine(self.today, time(8, 30), BEIJING) + timedelta(minutes=len(events))
        self.last = f"story-{next(iter(self._number))}"
        told = cloud_event(self.last, client, subject, when, fact)
        events.append(told | {"time": happened, "accepted": told["time"]} if happened else told)
        return subject

    def wrong(self, rule: str) -> None:
        """What was told last breaks a rule."""
        self.forbidden[self.days[self.today][-1]["id"]] = rule

    def answer(self, unit: str, target: int, finding: str | None = None) -> None:
        """A target of the self-check is answered by whoever is responsible: it conforms unless something was found."""
        responsible = next(each.responsible for each in self.units if each.id == unit)
        fact = SelfCheckAnswered(target=target, conforms=finding is None, finding=finding, by=responsible or "?")
        self.tell(unit, fact, str(target))

    def found(self, unit: str, target: int, *facts: Fact) -> None:
        """Tell facts of the issue that the self-check entered for a target."""
        for fact in facts:
            self.tell(unit, fact, "self-check", str(target))

    def issue(self, unit: str, reference: str, *facts: Fact, by: str | None = None, happened: str | None = None) -> str:
        """Tell facts of one issue of a unit, known by the reference that its client gave it."""
        subject = ""
        for fact in facts:
            subject = self.tell(unit, fact, self.clients[unit], reference, by=by, happened=happened)
        return subject


@dataclass(frozen=True)
class Told:
    """What stands in the end: everything recorded, in the order of each book."""

    plan: Plan
    recorded: list[Recorded]
    answers: dict[str, Any]
    """What reporting answered, by path."""

    def facts(self, kind: type[F], unit: str | None = None) -> list[F]:
        """The recorded facts of a type, of one unit's book or of all."""
        return [each.fact for each in self.recorded if isinstance(each.fact, kind) and unit in (None, each.where.unit)]

    def refused(self) -> Counter[str]:
        """How many told facts were refused, by rule."""
        return Counter(fact.rule for fact in self.facts(Refused))

    def counted(self, path: str) -> dict[str, dict[str, int]]:
        """The acts of each phase that reporting counted from the events and answered at a path, where they are not 0: what statements add up."""
        return {each["code"]: nonzero(each["acts"]) for each in self.answers[path]["phases"]}

    def statement(self, unit: str, phase: str) -> dict[str, int]:
        """The latest statement of a unit for a phase, itself and all below: the figures that are not 0."""
        last: Counts | None = None
        for fact in (each.fact for each in self.recorded if each.where.unit == unit):
            if isinstance(fact, PhaseClosed | PhaseSupplemented) and fact.phase == phase:
                last = fact.total
        assert last is not None, f"{unit} made no statement of {phase}"
        return nonzero(last.model_dump())


def nonzero(figures: dict[str, int]) -> dict[str, int]:
    """The figures that are not 0."""
    return {name: value for name, value in figures.items() if value}


def run(story: Story, embedded: Embedded, tmp_path: Path, asked: Sequence[str] = ()) -> Told:
    """Play a story through all four services from the day of issue until nothing follows, ask reporting, and read the topic whole."""
    plan = story.plan
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setenv("KAFKA_BOOTSTRAP", embedded.kafka_bootstrap)
        patch.setenv("MONGODB_URI", embedded.mongodb_uri)
        patch.setenv("XDG_CACHE_HOME", str(tmp_path))
        on = stack.enter_context(stage(story.units, offices=story.offices))
        asyncio.run(play(on, plan, story.units, people(story), [(day, story.days.get(day, [])) for day in _days(story)]))
        return asyncio.run(_read(on, plan, asked))


def rehearse(story: Story) -> Told:
    """The same told events in memory, within seconds: for writing a story, and for looking at what is refused."""
    kept, as_told = Ledger(), partial(record, story.units[0].id)
    kept.tell(*map(as_told, announcement(story.plan, story.units)))
    for day in _days(story):
        kept.tell(*map(as_told, story.days.get(day, [])))
        kept.morning((day + timedelta(1)).isoformat())
    return Told(story.plan, [read_recorded(each) for each in kept.published if each.topic == LEDGER], {})


def record(root: str, told: CloudEvent) -> Record:
    """A told event of a tree with this root as intake tells it on, but that nothing is masked."""
    when, accepted = instant(told["time"]), instant(told.get("accepted") or told["time"])
    data = told["data"] | {name: pseudonym(person_id(root, told["data"][name]), b"rehearsal") for name in hidden(told["data"])}
    fact = CATALOGUE[told["type"]].model_validate_json(orjson.dumps(data), extra="forbid")
    return told_record(Told_(told["id"], told["source"], told["type"], told["subject"], book_of(told["subject"]), when, accepted, fact))


def _days(story: Story) -> list[date]:
    """From the day of issue until nothing follows any more."""
    last = max(*story.days, story.plan.ends)
    return [story.plan.issued + timedelta(number) for number in range((last - story.plan.issued).days + 15)]


async def _read(on: Stage, plan: Plan, asked: Sequence[str]) -> Told:
    recorded, positions, chains = [], set[tuple[str, int]](), Chains("topic")
    async for each in recorded_events(Broker(on.kafka_bootstrap, on.namespace)):
        chains.add(each)
        if (each.book, each.position) not in positions:
            positions.add((each.book, each.position))
            recorded.append(each)
    assert list(chains.broken()) == []
    async with httpx.AsyncClient(
        base_url=on.addresses["reporting"], headers={"Authorization": f"Bearer {on.keys[READER]}"}, trust_env=False
    ) as client:
        answers = {path: (await client.get(path)).raise_for_status().json() for path in asked}
    return Told(plan, recorded, answers)


def people(story: Story) -> list[PersonNamed]:
    """Everybody who is named, each with a mailbox: what goes to nobody's would be waited for. Who acts in several units is of the one above them all."""
    paths, found = _paths(story.units), defaultdict[str, list[tuple[str, ...]]](list)
    for unit in story.units:
        if unit.responsible:
            found[unit.responsible].append(paths[unit.id])
    for told in (each for events in story.days.values() for each in events):
        fact = CATALOGUE[told["type"]].model_validate_json(orjson.dumps(told["data"]))
        unknown = {told["data"][name]: told["data"][name] for name in hidden(told["data"])}
        for place, person, _ in named(fact, unknown):
            speaker = told["data"].get("by_unit") if place == "data.by" else None
            found[person].append(paths[speaker or book_of(told["subject"]).partition("/")[2]])
    units = {person: _above_all(at) for person, at in found.items()}
    return [PersonNamed(person=person, unit=unit, name=f"职工{person}", mail=f"{person}@units.example") for person, unit in units.items()]


def _paths(units: Sequence[Unit]) -> dict[str, tuple[str, ...]]:
    """The units from the root to each."""
    paths: dict[str, tuple[str, ...]] = {}
    for unit in units:
        paths[unit.id] = (*paths.get(unit.parent or "", ()), unit.id)
    return paths


def _above_all(paths: Sequence[tuple[str, ...]]) -> str:
    """The first unit if all stand at, above or below it; else the lowest one above all."""
    first = paths[0][-1]
    if all(first in path or path[-1] in paths[0] for path in paths):
        return first
    common: list[str] = [units[0] for units in zip(*paths, strict=False) if len(set(units)) == 1]
    return common[-1]
