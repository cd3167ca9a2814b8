"""Whatever is told of issues, by whomever, and in whatever order, no act is a way out of a clock, of a check by somebody else, or of being counted."""

from collections import Counter
from copy import deepcopy
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any, Literal

import pytest

from services.ledger.issue.state import Issue
from shared.events.extension import ExtensionGranted, ExtensionRequested
from shared.events.fact import Fact
from shared.events.hand_over import HandOverAcknowledged, HandOverDeclined, HandOverWithdrawn, IssueHandedOver
from shared.events.issue import (
    FollowUpSet,
    IssueAssigned,
    IssueReported,
    MeasuresPlanned,
    Milestone,
    MilestoneReached,
    RectificationDone,
    RectificationReturned,
    RectificationVerified,
)
from shared.events.leaving import IssueMerged, IssueVoided
from shared.events.strike_off import IssueSpotChecked, LookBackDone, ObjectionDecided, ObjectionRaised, ReopeningOrdered
from shared.events.supervision import ReviewDone, SupervisionLifted, SupervisionOrdered
from shared.kafka.cloudevents import ENVELOPES, told_record
from shared.workdays import local_date
from tests.ledger.given import Said, Story
from tests.ledger.in_memory import Ledger, drive
from tests.ledger.issue.witness import Witness
from tests.ledger.machine.oracle import Oracle
from tests.ledger.machine.plan import announced

PERSONS = ("an", "bo", "cao", "deng")
CHECKERS = ("qian", "wu")
BEGIN = (date(2022, 4, 22), date(2022, 6, 16), date(2022, 8, 15))


def act(random: Random, issue: Issue | None, today: date, others: list[str]) -> Fact:
    """Anything that somebody may say of an issue: half of it is what comes next, and most of it by whoever gains by it."""
    person: dict[str, Any] = {"by": random.choice((*PERSONS, *CHECKERS * 2))}
    above: dict[str, Any] = {**person, "by_unit": random.choice(("bureau", "east", "bureau", None))}
    if issue is None:
        return IssueReported(
            text="座椅破损",
            category="environment",
            channel="self-check",
            owner=random.choice((*PERSONS, None)),
            grade=random.choice((None, None, "grave")),
            standing=random.random() < 0.15,
        )
    days = tuple(
        Milestone(name=name, due=today + timedelta(random.choice((1, 2, 4)))) for name in random.sample("甲乙丙", random.choice((0, 1, 2)))
    )
    planned = MeasuresPlanned(measures="更换", milestones=days, **person)
    done, verified = RectificationDone(result="已换", **person), RectificationVerified(effect="好用", **above)
    usual: dict[str, tuple[Fact, ...]] = {
        "entered": (planned, IssueAssigned(owner=random.choice(PERSONS), by="wu")),
        "planned": (done, MilestoneReached(name=random.choice("甲乙丙"), **person)),
        "rectified": (verified, RectificationReturned(reason="仍有", **above)),
        "verified": (ObjectionRaised(reason="未换", by="zhou"), ObjectionDecided(upheld=True, reason="核实", **above)),
        "struck-off": (LookBackDone(holds=random.random() < 0.5, finding="看过", **above), ReopeningOrdered(reason="又坏", **above)),
        "void": (ReopeningOrdered(reason="确有", **above),),
        "handing-over": (HandOverWithdrawn(reason="自办", **person),),
        "offered": (HandOverAcknowledged(owner=random.choice(PERSONS), **person),) * 3 + (HandOverDeclined(reason="不属", **person),),
    }
    anything: tuple[Fact, ...] = (
        planned,
        IssueAssigned(owner=random.choice(PERSONS), by="wu"),
        IssueHandedOver(to=random.choice(("e1", "e2")), reason="属他院", **person),
        IssueMerged(into=random.choice(others), reason="同一件", **person),
        IssueMerged(into=random.choice(others), reason="同一件", **person),
        IssueVoided(reason="误报", **person),
        ExtensionRequested(until=today + timedelta(random.choice((5, 15))), reason="缺件", **person),
        SupervisionOrdered(reason="影响大", **above),
        SupervisionLifted(reason="已改", **above),
        IssueSpotChecked(holds=random.random() < 0.5, finding="看过", **above),
        ReviewDone(text="如常", **person),
    )
    followed = FollowUpSet(due=today + timedelta(random.choice((0, 3, 9))), owner=random.choice(PERSONS), **person)
    waits: tuple[Fact, ...] = (*(ExtensionGranted(**above),) * 8 * bool(issue.asked), *(followed,) * 6 * bool(issue.follow_up_due))
    return random.choice((*usual.get(issue.status, ()) * 4, *waits, *anything))


class Told:
    """One campaign in which acts are told at random, each seen by a witness."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        stops: Literal["done", "verified", "struck-off"] = self.random.choice(("done", "verified", "struck-off"))
        restarts, lateness = self.random.random() < 0.5, self.random.choice(("giver", "taker"))
        plan, before = announced(stops, restarts, lateness)
        self.ledger = Ledger(deepcopy(before.store))
        self.today = self.random.choice(BEGIN)
        self.witness = Witness(plan.issues.hand_over.restarts)
        self.oracle = Oracle({None: (1, 1), "ordinary": (1, 1), "grave": (2, 2)})
        self.seen, self.told = 0, Counter[str]()
        self._look()

    def goes_on(self, steps: int) -> None:
        """So many acts are told, on days that go on now and then, some of them with a time that lies before."""
        for _ in range(steps):
            subjects = sorted(each for each in self.ledger.store.subjects if "/issue/" in each)
            new = [f"yz2022/{unit}/issue/desk~{number}" for unit in ("e1", "e2") for number in range(3)]
            subject = self.random.choice(subjects or new) if self.random.random() < 0.9 else self.random.choice(new)
            unit = subject.split("/")[1]
            others = [each for each in (*subjects, *new) if each.split("/")[1] == unit and each != subject]
            fact = act(self.random, self._states().get(subject), self.today, others)
            happened = str(self.today - timedelta(self.random.choice((0, 0, 0, 1, 2, 9))))
            said = Said(fact, subject=subject, happened=happened)
            self.ledger.tell(told_record(Story(self.ledger, unit, str(self.today)).told(said)))
            self._look()
            if self.random.random() < 0.3:
                self.today += timedelta(self.random.choice((1, 1, 2, 5)))
                self.ledger.morning(str(self.today))
                self._look()

    def _look(self) -> None:
        groups = list(self.ledger.store.recorded.values())
        for group in groups[self.seen :]:
            facts = [(subject, ENVELOPES[type].model_validate_json(value).fact) for type, subject, _, value in group.events]
            self.told.update(type(fact).__name__ for _, fact in facts)
            self.witness.read(group.book, local_date(group.accepted), facts)
            self.oracle.read(group)
        self.seen = len(groups)
        self.oracle.check(Counter(), Counter())
        states = {id: state for id, state in self._states().items() if state.number}
        self.witness.stands({id: (state.overdue, state.fix_due) for id, state in states.items()})

    def _states(self) -> dict[str, Issue]:
        ids = [each for each in self.ledger.store.subjects if "/issue/" in each]
        return {id: each.state for id, each in drive(self.ledger.store.load(ids)).items() if isinstance(each.state, Issue)}


WAYS = (
    "IssueMerged",
    "IssueVoided",
    "HandOverCompleted",
    "IssueReopened",
    "ExtensionGranted",
    "FollowUpSet",
    "SupervisionLifted",
    "Refused",
)


SEEDS = range(20)


@cache
def campaign(seed: int) -> Counter[str]:
    """What was recorded in a campaign of sixty acts, of which each is seen by the witness."""
    campaign = Told(seed)
    campaign.goes_on(60)
    return campaign.told


@pytest.mark.covers("C10", "C18", "D4", "E2", "I4")
@pytest.mark.parametrize("seed", SEEDS)
def test_no_act_on_an_issue_is_a_way_out(seed: int) -> None:
    campaign(seed)


def test_in_those_campaigns_each_way_was_tried_and_taken_where_it_was_none() -> None:
    told = sum((campaign(seed) for seed in SEEDS), Counter[str]())
    assert not [each for each in WAYS if not told[each]]
