"""A machine that tells books random facts, in any order and any number of times."""

from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from services.ledger.issue.state import Issue
from shared.events.campaign import CampaignAmended
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
from shared.kafka.cloudevents import told_record
from shared.plan import Plan
from shared.plan.clock import Clock
from shared.plan.obligation import Obligation
from shared.units import seal
from tests.ledger.given import Said, Story
from tests.ledger.in_memory import drive
from tests.ledger.machine.lives import next_of
from tests.ledger.machine.oracle import ToldId
from tests.ledger.machine.promises import LAST, SEEDS, Promises
from tests.ledger.sample import UNITS, called

ENDS = tuple(date.fromisoformat(day) for day in ("2022-07-31", "2022-08-31", "2022-09-15"))
"""On which the last phase may end, by an amendment."""
MOVED = tuple(unit.model_copy(update={"parent": "west"}) if unit.id == "e2" else unit for unit in UNITS)
BOOKS = st.sampled_from(("e1", "e1", "e1", "e2", "w1", "east"))
ISSUES = st.sampled_from(("1", "1", "2", "3"))
PERSONS = st.sampled_from(("li", "sun", "qian", "wu"))
UNITS_ABOVE = st.sampled_from((None, "east", "bureau"))
PHASES = st.sampled_from(("P1", "P2", "P3"))
AT_ONCE = st.sampled_from((True, True, True, False))


class Books(Promises):
    """All that may be told to the books, at random."""

    def _tell(self, unit: str, fact: Fact, at_once: bool, *, issue: str = "1", subject: str | None = None, days_ago: int = 0) -> None:
        if subject is None and fact.kind == "issue":
            subject = self._issue(unit, issue)
        id = f"t{len(self.ids)}"
        said = Said(fact, subject=subject, id=id, happened=str(self.today - timedelta(days_ago)))
        told = self._at(unit).told(said)
        self.ids[id] = (unit, said, fact)
        self.told[f"yz2022/{unit}", "desk", id] += 1
        self._send(told_record(told), at_once)

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

    @rule(unit=BOOKS, seed=SEEDS, void=st.booleans(), at_once=AT_ONCE)
    def report_twice(self, unit: str, seed: int, void: bool, at_once: bool) -> None:
        """The same comes in twice and is merged; what stays may turn out to be none, and lives on else."""
        stays, goes = f"{seed}-stays", f"{seed}-goes"
        for issue in (stays, goes):
            self.report(unit, issue, IssueReported(text="座椅破损", category="environment", channel="complaint", owner="li"), at_once)
        self._tell(unit, IssueMerged(by="qian", into=self._issue(unit, stays), reason="同一件"), at_once, issue=goes)
        if void:
            self._tell(unit, IssueVoided(by="qian", reason="误报"), at_once, issue=stays)
        self.live(unit, goes if void else stays, seed, 4)

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
