"""A machine that tells books random facts, in any order and any number of times, and looks whether the promises still hold.

Longer: `MACHINE_EXAMPLES=500 MACHINE_STEPS=200 pytest tests/ledger/test_machine.py`.
"""

import os
from collections import Counter
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any, Literal

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from deploy.client.chains import Chains, vouches
from services.ledger.book.state import Book
from services.ledger.issue import Issue
from services.ledger.rules import table
from services.ledger.rules.decision import Event
from shared.events import CATALOGUE
from shared.events.campaign import CampaignAmended, CampaignAnnounced
from shared.events.common_problem import CommonProblemNamed
from shared.events.extension import ExtensionDenied, ExtensionGranted, ExtensionRequested
from shared.events.fact import Fact
from shared.events.hand_over import HandOverAcknowledged, HandOverDeclined, HandOverWithdrawn, IssueHandedOver
from shared.events.issue import (
    Fixed,
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
from shared.events.phase import GapAccepted, PhaseExtended, PhaseReopened
from shared.events.reporter import ReplyDepartmentNamed, ReporterAnswered, ReporterRewarded
from shared.events.returns import ReturnAccepted, ReturnFiled, ReturnSentBack
from shared.events.self_check import SelfCheckAnswered
from shared.events.strike_off import IssueSpotChecked, LookBackDone, ObjectionDecided, ObjectionRaised, ReopeningOrdered
from shared.events.supervision import ReviewDone, SupervisionLifted, SupervisionOrdered
from shared.events.tree import UnitsListed
from shared.kafka.cloudevents import ENVELOPES, Record, read_recorded, told_record
from shared.plan import Plan
from shared.plan.clock import Clock, Lane, Step
from shared.plan.issue import Grade, HandOver, IssueRules, Verification
from shared.plan.obligation import Obligation
from shared.topics import LEDGER
from shared.units import seal
from shared.workdays import local_date
from tests.ledger.delivery import Delivery, handled
from tests.ledger.given import Said, Story
from tests.ledger.in_memory import Ledger, drive
from tests.ledger.oracle import Oracle, ToldId, plain
from tests.ledger.sample import LISTED, PLAN, UNITS, called, plan_with

Stops = Literal["done", "verified", "struck-off"]
RUNS: dict[Stops, tuple[str, ...]] = {
    "done": ("entered", "planned"),
    "verified": ("entered", "planned", "done"),
    "struck-off": ("entered", "planned", "done", "published"),
}
FIRST, LAST = date(2022, 4, 6), date(2022, 11, 30)
ENDS = tuple(date.fromisoformat(day) for day in ("2022-07-31", "2022-08-31", "2022-09-15"))
"""On which the last phase may end, by an amendment."""
MOVED = tuple(unit.model_copy(update={"parent": "west"}) if unit.id == "e2" else unit for unit in UNITS)
BOOKS = st.sampled_from(("e1", "e1", "e1", "e2", "w1", "east"))
ISSUES = st.sampled_from(("1", "1", "2", "3"))
PERSONS = st.sampled_from(("li", "sun", "qian", "wu"))
UNITS_ABOVE = st.sampled_from((None, "east", "bureau"))
PHASES = st.sampled_from(("P1", "P2", "P3"))
AT_ONCE = st.sampled_from((True, True, True, False))
SEEDS = st.integers(0, 2**16)


def plan(stops: Stops, restarts: bool, lateness: Literal["giver", "taker"]) -> Plan:
    """Two grades, all clocks, holding and telling late: everything that may happen to an issue can."""
    strict = Verification(persons=2, units=2, levels=1, published=True, looked_back=True)
    clocks = {
        "fix_stops": stops,
        "hold": Clock(days=3),
        "publication": Clock(days=2),
        "look_back": Clock(days=10),
        "review": Clock(days=15),
        "receipt": Clock(days=2),
        "extension": Clock(days=2),
        "listing": Clock(days=2),
        "answer": Clock(days=4),
    }
    late = PLAN.phases[0].model_copy(update={"late_facts": "this"})
    return plan_with(
        clocks=PLAN.clocks.model_copy(update=clocks),
        complaint_channels=("complaint",),
        grades=(
            Grade(code="ordinary", name=called("一般")),
            Grade(code="grave", name=called("重大"), listed=True, verification=strict),
        ),
        lanes=(Lane(code="at-once", name=called("立即整改"), grades=("grave",), fix=Clock(days=4)),),
        steps=(Step(clock="fix", before=1), Step(clock="fix", after=2)),
        issues=IssueRules(told_late=3, hand_over=HandOver(restarts=("plan", "fix") if restarts else (), lateness=lateness)),
        phases=(late, *PLAN.phases[1:]),
        obligations=(
            *PLAN.obligations,
            Obligation(code="list", name=called("清单"), phase="P2", due=date(2022, 6, 10), classes=("clinic",), approval=True),
            Obligation(code="monthly", name=called("月报"), phase="P1", until="P3", cadence="monthly", days=2, classes=("township",)),
        ),
    )


@cache
def announced(stops: Stops, restarts: bool, lateness: Literal["giver", "taker"]) -> tuple[Plan, Ledger]:
    """A plan, and the ledger that it was announced to."""
    ledger, found = Ledger(), plan(stops, restarts, lateness)
    Story(ledger, "bureau").given(LISTED, CampaignAnnounced(plan=found, tree=seal(UNITS)))
    return found, ledger


def next_of(issue: Issue | None, random: Random, today: date, other: str) -> Fact:
    """What comes next in the life of an issue, mostly by whoever may; `other` is another of its book."""
    home = {"by": random.choice(("qian", "qian", "wu", "sun"))}
    above: dict[str, Any] = {"by": random.choice(("wu", "wu", "qian", "li")), "by_unit": random.choice(("bureau", "bureau", "east"))}
    if issue is None:
        return IssueReported(
            text="座椅破损",
            category="environment",
            channel="complaint",
            owner=random.choice(("li", "li", None)),
            grade=random.choice((None, "grave")),
            standing=random.random() < 0.1,
            reporter="fang",
        )
    anyway: tuple[Fact, ...] = (
        IssueHandedOver(to=random.choice(("e1", "e2", "w1", "ghost")), reason="属他院", **home),
        IssueVoided(reason="误报", **home),
        ExtensionRequested(until=today + timedelta(random.choice((5, 15))), reason="缺件", **home),
        SupervisionOrdered(reason="影响大", **above),
        SupervisionLifted(reason="已改", **above),
        ReviewDone(text="如常", **home),
        ReporterAnswered(text="已改", **home),
        IssueAssigned(owner=random.choice(("li", "qian")), by="wu"),
        IssueSpotChecked(holds=random.random() < 0.5, finding="看过", **above),
        IssueMerged(into=other, reason="同一件", **home),
        MilestoneReached(name="订货", **home),
        FollowUpSet(due=today + timedelta(9), owner="li", **home),
        ReplyDepartmentNamed(department="office", **home),
        ReporterRewarded(what="口罩", **home),
    )
    if issue.status in ("entered", "planned") and random.random() < 0.1:
        return anyway[0]
    decided: tuple[Fact, ...] = (ExtensionGranted(**above), ExtensionDenied(reason="不准", **above))
    more = decided if issue.asked else ()
    verified: Fact = RectificationVerified(effect="好用", **(above if issue.verified else home))
    milestones = random.choice(((), (Milestone(name="订货", due=today + timedelta(2)),)))
    planned: Fact = MeasuresPlanned(measures="更换", by="li", milestones=milestones) if issue.owner else IssueAssigned(owner="li")
    usual: dict[str, tuple[Fact, ...]] = {
        "planned": (RectificationDone(result="已换", by=random.choice(("sun", "sun", "li"))),),
        "rectified": (verified, verified, RectificationReturned(reason="仍有", **home)),
        "verified": (ObjectionRaised(reason="未换", by="zhou"), ObjectionDecided(upheld=random.random() < 0.5, reason="核实", **above)),
        "struck-off": (
            LookBackDone(holds=random.random() < 0.5, finding="看过", by="zheng", by_unit="bureau"),
            ReopeningOrdered(reason="再次反映", **above),
        ),
        "void": (ReopeningOrdered(reason="再次反映", **above),),
        "handing-over": (HandOverWithdrawn(reason="自办", **home), ReporterAnswered(text="已转", **home)),
        "offered": (HandOverAcknowledged(owner=random.choice(("li", None)), **home), HandOverDeclined(reason="不属", **home)),
    }
    return random.choice((*usual.get(issue.status, (planned,)) * 4, *more * 2, *random.sample(anyway, 2)))


class Books(RuleBasedStateMachine):
    """The seven books of one campaign."""

    @initialize(
        stops=st.sampled_from(("done", "verified", "struck-off")),
        restarts=st.booleans(),
        lateness=st.sampled_from(("giver", "taker")),
        skip=st.sampled_from((0, 10, 60, 80, 100)),
    )
    def announce(self, stops: Stops, restarts: bool, lateness: Literal["giver", "taker"], skip: int) -> None:
        self.stops = stops
        self.plan, self.before = announced(stops, restarts, lateness)
        self.ends = [self.plan.ends]
        self.delivery = Delivery(deepcopy(self.before.store))
        self.oracle = Oracle({None: (1, 1), "ordinary": (1, 1), "grave": (2, 2)})
        self.chains = Chains("topic")
        self.read = 0
        self.today = FIRST + timedelta(skip)
        self.last: dict[str, Fact] = {}
        self.ids: dict[str, tuple[str, Said, Fact]] = {}
        self.told: Counter[ToldId] = Counter()
        self.reused: Counter[ToldId] = Counter()
        self.moved = False
        self._published([record for record in self.before.published if record.topic == LEDGER])
        self._morning(0)

    # ── telling ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _tell(self, unit: str, fact: Fact, at_once: bool, *, issue: str = "1", subject: str | None = None, days_ago: int = 0) -> None:
        if subject is None and fact.kind == "issue":
            subject = self._issue(unit, issue)
        id = f"t{len(self.ids)}"
        said = Said(fact, subject=subject, id=id, happened=str(self.today - timedelta(days_ago)))
        told = self._at(unit).told(said)
        self.ids[id] = (unit, said, fact)
        self.told[f"yz2022/{unit}", "desk", id] += 1
        self._send(told_record(told), at_once)

    def _send(self, record: Record, at_once: bool) -> None:
        self.delivery.send(record)
        if at_once:
            self._settle(len(self.ids))

    def _at(self, unit: str) -> Story:
        return Story(self.delivery.ledger, unit, str(self.today))

    def _issue(self, unit: str, issue: str) -> str:
        """`1` and `2` are the teller's own; `over` is the latest that another book handed over, `check` what the self-check found."""
        book = f"yz2022/{unit}/issue/"
        handed = [each for each in self.delivery.store.subjects if each.startswith(f"{book}handover~")]
        if handed and issue == "2":
            return handed[-1]
        return f"{book}self-check~1" if issue == "check" else f"{book}desk~{issue}"

    @rule(
        unit=BOOKS,
        issue=ISSUES,
        fact=st.builds(
            IssueReported,
            text=st.just("座椅破损"),
            category=st.sampled_from(("environment", "noise", "attitude", "attitude")),
            channel=st.sampled_from(("complaint", "self-check")),
            nature=st.sampled_from(("problem", "defect", "hazard")),
            owner=st.none() | PERSONS,
            grade=st.sampled_from((None, "grave", "grave", "ordinary")),
            standing=st.sampled_from((False, False, False, True)),
            reporter=st.sampled_from((None, "fang")),
            fixed=st.none() | st.builds(Fixed, measures=st.just("修"), result=st.just("修好"), by=PERSONS),
        ),
        at_once=AT_ONCE,
    )
    def report(self, unit: str, issue: str, fact: IssueReported, at_once: bool) -> None:
        self._tell(unit, fact, at_once, issue=issue)

    @rule(unit=BOOKS, issue=ISSUES, seed=SEEDS, steps=st.sampled_from((2, 4, 8)))
    def live(self, unit: str, issue: str, seed: int, steps: int) -> None:
        """Some steps in the life of an issue as it mostly goes, with days between them."""
        random = Random(seed)
        for _ in range(steps):
            subject = self._issue(unit, issue)
            found = drive(self.delivery.store.load([subject]))
            state = found[subject].state if found else None
            assert state is None or isinstance(state, Issue)
            fact = next_of(state, random, self.today, self._issue(unit, "2"))
            self._tell(unit, fact, random.random() < 0.8, issue=issue, days_ago=random.choice((0, 0, 2, 3)))
            if state and state.status == "handing-over" and state.to in ("e1", "e2", "w1"):
                unit, issue = str(state.to), "2"
            if self.today < LAST and random.random() < 0.3:
                self.today += timedelta(random.choice((1, 1, 2)))
                self._morning(seed)

    @rule(
        unit=BOOKS,
        issue=ISSUES,
        at_once=AT_ONCE,
        days_ago=st.sampled_from((0, 0, 0, 1, 2, 4)),
        fact=st.one_of(
            st.builds(IssueAssigned, owner=PERSONS, by=PERSONS),
            st.builds(
                MeasuresPlanned,
                measures=st.just("更换"),
                by=PERSONS,
                milestones=st.sampled_from(((), (Milestone(name="订货", due=date(2022, 6, 1)),))),
            ),
            st.builds(MilestoneReached, name=st.just("订货"), by=PERSONS),
            st.builds(RectificationDone, result=st.just("已换"), by=PERSONS),
            st.builds(RectificationDone, result=st.just("已换"), by=PERSONS),
            st.builds(RectificationVerified, effect=st.just("好用"), by=PERSONS, by_unit=UNITS_ABOVE),
            st.builds(RectificationVerified, effect=st.just("好用"), by=PERSONS, by_unit=UNITS_ABOVE),
            st.builds(RectificationReturned, reason=st.just("仍有"), by=PERSONS, by_unit=UNITS_ABOVE),
        ),
    )
    def work(self, unit: str, issue: str, fact: Fact, at_once: bool, days_ago: int) -> None:
        self._tell(unit, fact, at_once, issue=issue, days_ago=days_ago)

    @rule(
        unit=BOOKS,
        issue=ISSUES,
        at_once=AT_ONCE,
        fact=st.one_of(
            st.builds(ObjectionRaised, by=PERSONS, reason=st.just("未见更换")),
            st.builds(ObjectionDecided, by=PERSONS, by_unit=UNITS_ABOVE, upheld=st.booleans(), reason=st.just("核实")),
            st.builds(LookBackDone, by=PERSONS, by_unit=UNITS_ABOVE, holds=st.booleans(), finding=st.just("看过")),
            st.builds(IssueSpotChecked, by=PERSONS, by_unit=st.just("bureau"), holds=st.booleans(), finding=st.just("看过")),
            st.builds(ReopeningOrdered, by=PERSONS, by_unit=st.just("bureau"), reason=st.just("再次反映")),
            st.builds(IssueVoided, by=PERSONS, reason=st.just("误报")),
            st.builds(SupervisionOrdered, by=PERSONS, by_unit=st.just("bureau"), reason=st.just("影响大")),
            st.builds(SupervisionLifted, by=PERSONS, by_unit=st.just("bureau"), reason=st.just("已改")),
            st.builds(ReviewDone, by=PERSONS, text=st.just("如常")),
            st.builds(ReplyDepartmentNamed, by=PERSONS, department=st.just("office")),
            st.builds(ReporterAnswered, by=PERSONS, text=st.just("已改")),
            st.builds(ReporterRewarded, by=PERSONS, what=st.just("口罩")),
        ),
    )
    def look_after(self, unit: str, issue: str, fact: Fact, at_once: bool) -> None:
        self._tell(unit, fact, at_once, issue=issue)

    @rule(unit=BOOKS, issue=ISSUES, into=st.sampled_from(("1", "2", "9")), by=PERSONS, at_once=AT_ONCE)
    def merge(self, unit: str, issue: str, into: str, by: str, at_once: bool) -> None:
        self._tell(unit, IssueMerged(by=by, into=self._issue(unit, into), reason="同一件"), at_once, issue=issue)

    @rule(
        unit=BOOKS,
        issue=ISSUES,
        by=PERSONS,
        what=st.sampled_from((ExtensionRequested, ExtensionGranted, ExtensionDenied, FollowUpSet)),
        days=st.sampled_from((1, 5, 20)),
        at_once=AT_ONCE,
    )
    def ask_for_time(self, unit: str, issue: str, by: str, what: type[Fact], days: int, at_once: bool) -> None:
        until = self.today + timedelta(days)
        given: dict[type[Fact], Fact] = {
            ExtensionRequested: ExtensionRequested(by=by, until=until, reason="缺件"),
            ExtensionGranted: ExtensionGranted(by=by, by_unit="bureau"),
            ExtensionDenied: ExtensionDenied(by=by, by_unit="bureau", reason="不准"),
            FollowUpSet: FollowUpSet(due=until, owner=by, by=by),
        }
        self._tell(unit, given[what], at_once, issue=issue)

    @rule(
        unit=BOOKS,
        issue=ISSUES,
        at_once=AT_ONCE,
        fact=st.one_of(
            st.builds(IssueHandedOver, to=st.sampled_from(("e1", "e2", "w1", "ghost")), by=PERSONS, reason=st.just("属他院")),
            st.builds(HandOverAcknowledged, by=PERSONS, owner=st.none() | PERSONS),
            st.builds(HandOverDeclined, by=PERSONS, reason=st.just("不属")),
            st.builds(HandOverWithdrawn, by=PERSONS, reason=st.just("自办")),
        ),
    )
    def hand_over(self, unit: str, issue: str, fact: Fact, at_once: bool) -> None:
        self._tell(unit, fact, at_once, issue=issue)

    @rule(unit=BOOKS, number=st.sampled_from((1, 2)), conforms=st.booleans(), by=PERSONS, at_once=AT_ONCE)
    def answer(self, unit: str, number: int, conforms: bool, by: str, at_once: bool) -> None:
        self._tell(unit, SelfCheckAnswered(target=number, conforms=conforms, finding="标识不清", by=by), at_once)

    @rule(
        unit=BOOKS,
        code=st.sampled_from(("own-plan", "summary", "list", "monthly", "extra")),
        what=st.sampled_from((ReturnFiled, ReturnFiled, ReturnAccepted, ReturnSentBack)),
        by=PERSONS,
        at_once=AT_ONCE,
    )
    def file(self, unit: str, code: str, what: type[Fact], by: str, at_once: bool) -> None:
        period: Any = {"period": f"{self.today:%Y-%m}"} if code == "monthly" else {}
        given: dict[type[Fact], Fact] = {
            ReturnFiled: ReturnFiled(obligation=code, title="材料", by=by, **period),
            ReturnAccepted: ReturnAccepted(obligation=code, by=by, by_unit="bureau", **period),
            ReturnSentBack: ReturnSentBack(obligation=code, by=by, by_unit="bureau", reason="不全", **period),
        }
        self._tell(unit, given[what], at_once)

    @rule(unit=st.sampled_from(("e1", "e2", "w1", "w2", "east", "west", "bureau")), phase=PHASES, by=PERSONS, at_once=AT_ONCE)
    def close_over_a_gap(self, unit: str, phase: str, by: str, at_once: bool) -> None:
        self._tell(unit, GapAccepted(phase=phase, reason="已停业", by=by), at_once)

    @rule(unit=BOOKS, phase=PHASES, by=PERSONS, days=st.sampled_from((0, 0, 3, 20)), at_once=AT_ONCE)
    def open_a_phase_again_or_longer(self, unit: str, phase: str, by: str, days: int, at_once: bool) -> None:
        longer = PhaseExtended(phase=phase, until=self.today + timedelta(days), reason="疫情", by=by, by_unit="bureau")
        self._tell(unit, longer if days else PhaseReopened(phase=phase, reason="补录", by=by), at_once)

    @rule(by=PERSONS, unit=BOOKS, issue=ISSUES, at_once=AT_ONCE)
    def name_as_common(self, by: str, unit: str, issue: str, at_once: bool) -> None:
        fact = CommonProblemNamed(
            code="seats", text="座椅", category="environment", by=by, issues=(self._issue(unit, issue), self._issue("e1", "1"))
        )
        self._tell("bureau", fact, at_once, subject="yz2022/bureau/common/seats")

    @precondition(lambda self: self.plan.version < 4)
    @rule(end=st.sampled_from(ENDS), fix=st.sampled_from((5, 10)), move=st.booleans(), at_once=AT_ONCE)
    def amend(self, end: date, fix: int, move: bool, at_once: bool) -> None:
        phases = (*self.plan.phases[:-1], self.plan.phases[-1].model_copy(update={"end": end}))
        extra = Obligation(code="extra", name=called("补充"), phase="P3", due=min(end, date(2022, 7, 20)), classes=("clinic",))
        changed = {
            "version": self.plan.version + 1,
            "phases": phases,
            "clocks": self.plan.clocks.model_copy(update={"fix": Clock(days=fix, cap="P2")}),
            "obligations": (*(each for each in self.plan.obligations if each.code != "extra"), extra),
        }
        self.plan = Plan(**(dict(self.plan) | changed))
        self.ends.append(end)
        if move and not self.moved:
            self.moved = True
            self._tell("bureau", UnitsListed(version=2, part=1, units=MOVED), at_once)
        tree = seal(MOVED).model_copy(update={"version": 2}) if self.moved else seal(UNITS)
        self._tell("bureau", CampaignAmended(plan=self.plan, tree=tree, by="head"), at_once)

    # ── telling again ───────────────────────────────────────────────────────────────────────────────────────────────────────

    @precondition(lambda self: bool(self.delivery.told))
    @rule(which=st.integers(0, 2**16), at_once=AT_ONCE)
    def the_same_again(self, which: int, at_once: bool) -> None:

        self._send(self.delivery.told[which % len(self.delivery.told)], at_once)

    @precondition(lambda self: bool(self.ids))
    @rule(which=st.integers(0, 2**16), at_once=AT_ONCE)
    def another_under_the_same_id(self, which: int, at_once: bool) -> None:
        unit, said, _ = self.ids[f"t{which % len(self.ids)}"]
        other = Said(GapAccepted(phase="P1", reason=f"另{which}", by="li"), id=said.id)

        record = told_record(self._at(unit).told(other))
        key = (f"yz2022/{unit}", "desk", str(said.id))
        self.reused[key] += record.value not in self._others(key)
        self._others(key).add(record.value)
        self._send(record, at_once)

    def _others(self, key: ToldId) -> set[bytes | None]:
        found: dict[ToldId, set[bytes | None]] = self.__dict__.setdefault("others", {})
        return found.setdefault(key, set())

    # ── delivery and time ───────────────────────────────────────────────────────────────────────────────────────────────────

    @precondition(lambda self: any(self.delivery.waiting.values()))
    @rule(seed=SEEDS)
    def deliver(self, seed: int) -> None:
        self._published(self.delivery.deliver(Random(seed)))

    @precondition(lambda self: self.today < LAST)
    @rule(seed=SEEDS, days=st.sampled_from((1, 1, 1, 2, 3, 5, 8, 20)))
    def go_on_some_days(self, seed: int, days: int) -> None:
        """The clock looks, also past what was accepted before and waits still."""
        self.today += timedelta(days)
        self._morning(seed)

    def _morning(self, seed: int) -> None:
        day = str(self.today)
        self._published(self.delivery.morning(day, Random(seed)))
        left = [dict(record.headers)["ce_subject"] for record in self.delivery.due(day)]
        assert not left, f"told and still due, and never told again: {left}" + self._history(left[0])
        missed = dict(self.oracle.missed(self.today, RUNS[self.stops], self.ends))
        assert not missed, f"{missed}" + self._history(next(iter(missed)).encode())

    def _history(self, subject: bytes | None) -> str:
        """What happened to a subject, for whoever mends what broke."""
        id = (subject or b"").decode()
        state = self._states().get(id)
        return f"\n{state}\n" + "\n".join(
            f"{group.accepted:%m-%d} {group.id} {type} {value.decode()}"
            for group in self.delivery.groups()
            for type, of, _, value in group.events
            if of == id
        )

    def _settle(self, seed: int) -> None:
        self._published(self.delivery.settle(Random(seed)))

    def _published(self, records: list[Record]) -> None:
        for record in records:
            recorded = read_recorded(record)
            self.chains.add(recorded)
            if vouched := vouches(recorded):
                self.chains.vouched.setdefault(vouched[0], []).append(vouched[1])
        self._look()

    def _look(self) -> None:
        groups = self.delivery.groups()
        for group in groups[self.read :]:
            self.oracle.read(group)
        self.read = len(groups)

    # ── promises ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def promises_hold(self) -> None:
        if not hasattr(self, "delivery") or any(self.delivery.waiting.values()):
            return
        self.oracle.check(self.told, self.reused)
        states = self._states()
        for id, life in self.oracle.issues.items():
            state = states[id]
            assert isinstance(state, Issue)
            assert (state.number, state.status if state.gone else None) == (life.number, life.left), "it leaves by an event that says so"
        sums = {(book, phase): total for book, phase, total in self.oracle.sums()}
        for state in states.values():
            if isinstance(state, Book):
                self._adds_up(state, sums)

    def _adds_up(self, book: Book, sums: dict[tuple[str, str], dict[str, int]]) -> None:
        for code, phase in book.phases.items():
            assert plain(phase.own) == plain(self.oracle.figures[book.id, code]), (book.id, code)
            below = sums.get((book.id, code), {})
            assert plain(phase.below) == below, (book.id, code)
            if phase.status == "closed" and phase.late_since is None:
                total = Counter(self.oracle.figures[book.id, code])
                total.update(below)
                assert plain(self.oracle.totals[book.id, code]) == plain(total), (book.id, code)

    def _states(self) -> dict[str, Any]:
        return {id: each.state for id, each in drive(self.delivery.store.load(list(self.delivery.store.subjects))).items()}

    # ── at the end ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def teardown(self) -> None:
        if not hasattr(self, "delivery"):
            return
        self._settle(1)
        self._morning(2)
        self.promises_hold()
        assert not list(self.chains.broken())
        kept, told = self._kept_of(self.delivery.store.recorded), self.delivery.told
        random = Random(len(told))
        again = handled(deepcopy(self.before.store), told, random)
        assert self._kept_of(again) == kept, "told again in the same order, the same is recorded"
        twice = list(told)
        for _ in range(len(told) // 2):
            place = random.randrange(len(twice))
            twice.insert(random.randint(place + 1, len(twice)), twice[place])
        assert self._kept_of(handled(deepcopy(self.before.store), twice, random)) == kept, "repeats change nothing"
        self._folded_again()
        assert self._kept_of(handled(self.delivery.store, told, random)) == kept, "told again, nothing new is recorded"

    @staticmethod
    def _kept_of(recorded: dict[str, Any]) -> dict[str, Any]:
        return {key: (group.book, group.first, group.events) for key, group in recorded.items()}

    def _folded_again(self) -> None:
        books: dict[str, Book] = {}
        subjects: dict[str, Any] = {}
        for group in self.delivery.groups():
            book = books.get(group.book) or Book(group.book)
            for type, subject, _, value in group.events:
                book = table.evolve(
                    book, subjects, Event(subject, ENVELOPES[type].model_validate_json(value).fact), local_date(group.accepted)
                )
            books[group.book] = book
        for id, state in self._states().items():
            folded = replace(books[id], position=state.position, chain=state.chain) if isinstance(state, Book) else subjects[id]
            assert folded == state, id


PROFILE = settings(
    max_examples=int(os.environ.get("MACHINE_EXAMPLES", "20")),
    stateful_step_count=int(os.environ.get("MACHINE_STEPS", "25")),
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)


def test_whatever_is_told_in_whatever_order_the_promises_hold() -> None:
    run_state_machine_as_test(Books, settings=PROFILE)


def drawn(number: int, steps: int) -> Books:
    """One campaign drawn by chance, the same for the same number."""
    random, books = Random(number), Books()
    stops = random.choice(("done", "verified", "struck-off"))
    books.announce(
        stops=stops, restarts=number % 2 == 0, lateness=random.choice(("giver", "taker")), skip=random.choice((0, 60, 72, 100, 135))
    )
    for _ in range(steps):
        unit, issue, seed, at_once = random.choice(("e1", "e1", "e2", "w1")), random.choice("1234"), random.randrange(2**16), True
        match random.randrange(11):
            case 0 if books.plan.version < 4:
                books.amend(end=random.choice(ENDS), fix=5, move=random.random() < 0.3, at_once=at_once)
            case 1:
                books.name_as_common(by="li", unit=unit, issue=issue, at_once=at_once)
            case 2:
                books.answer(unit=unit, number=1, conforms=random.random() < 0.5, by="li", at_once=at_once)
            case 3:
                books.the_same_again(which=seed, at_once=False)
            case 4:
                books.open_a_phase_again_or_longer(unit=unit, phase="P2", by="li", days=20, at_once=at_once)
            case _:
                books.live(unit=unit, issue=issue, seed=seed, steps=8)
        books.promises_hold()
    return books


def test_in_campaigns_drawn_by_chance_all_that_may_happen_to_an_issue_does() -> None:
    never = {name for name, fact in CATALOGUE.items() if fact.kind in ("issue", "held")}
    for number in range(40):
        books = drawn(number, 40)
        books.teardown()
        never -= books.oracle.types.keys()
        if not never:
            return
    raise AssertionError(f"in 40 campaigns there was no {sorted(never)}")
