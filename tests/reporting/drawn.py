"""Campaigns drawn by chance in which all that is counted is told, right or wrong, while amendments change the plan, the tree and the units."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import get_args

from services.ledger.issue.state import Issue
from shared.events.activity import ActivityHeld
from shared.events.campaign import CampaignAmended
from shared.events.fact import Fact
from shared.events.indicator import MeasureTold, SurveyHeld
from shared.events.phase import GapAccepted, PhaseExtended, PhaseReopened
from shared.events.refusal import Refused
from shared.events.returns import ReturnAccepted, ReturnFiled, ReturnSentBack
from shared.events.self_check import SelfCheckAnswered
from shared.events.tree import UnitsListed
from shared.plan import Plan
from shared.plan.activity import Activity
from shared.plan.indicator import Figure, Kpi, Light, Measure, Score, Scoring, Survey
from shared.plan.obligation import Obligation
from shared.plan.phase import Needs
from shared.plan.target import Target
from shared.units import Unit, seal
from tests.ledger.given import Said, Story, announced
from tests.ledger.in_memory import drive
from tests.ledger.machine.lives import next_of
from tests.ledger.machine.plan import plan as with_all_clocks
from tests.ledger.sample import PLAN, UNITS, called

MEASURES = (
    Measure(code="incidents", name=called("事故")),
    Measure(code="complaints", name=called("投诉量")),
    Measure(code="occupancy", name=called("占用率"), rate=True),
)
SURVEYS = (Survey(code="patients", name=called("患者满意度")), Survey(code="staff", name=called("职工满意度")))
ADDED = (Obligation(code="extra", name=called("补充材料"), phase="P3", due=date(2022, 7, 20), classes=("clinic",)),)
SHARES = ("complaints-answered", "struck-off", "on-time", "answered", "conforming")
OVER = date(2022, 8, 20)
"""The day after which nothing more is told."""


def plan() -> Plan:
    """A plan in which all that may be counted is, and every kind of KPI, light and score is made of it."""
    kpis = [Kpi(code=of, name=called(of), of=of, at_least=90) for of in SHARES]  # type: ignore[arg-type]  # each is one of them
    kpis += [Kpi(code=each.code, name=each.name, of="satisfied", code_of=each.code, at_least=90) for each in SURVEYS]
    kpis += [Kpi(code=each.code, name=each.name, of="measure", code_of=each.code, falls=20) for each in MEASURES[1:]]
    facts = {"answered": "TargetChecked", "missing": "ReturnMissing", "units": "PhaseClosed"}
    checked = PLAN.phases[1].model_copy(update={"needs": Needs(checklist=True)})
    base = with_all_clocks("done", False, "giver")
    return Plan(
        **dict(base)
        | {
            "phases": (base.phases[0], checked, base.phases[2]),
            "targets": (*PLAN.targets, Target(number=3, aspect="attitude", text=called("公示"), classes=("clinic",))),
            "checklist_of": ("clinic", "township"),
            "measures": MEASURES,
            "surveys": SURVEYS,
            "activities": (Activity(code="course", name=called("培训"), kind="training", tested=True),),
            "kpis": tuple(kpis),
            "lights": tuple(
                Light(code=of, name=called(of), of=of, yellow=2 if "share" in of else 1, red=1 if "share" in of else 2)
                for of in get_args(Figure)
            ),
            "scoring": Scoring(rules=tuple(Score(code=code, name=called(code), fact=fact, points=1) for code, fact in facts.items())),
        }
    )


def tree_of(chance: Random) -> tuple[Unit, ...]:
    """The sample's units: some left out, some elsewhere, some of another class or with other tags."""
    townships = [each for each in UNITS if each.unit_class == "township" and chance.random() < 0.8]
    places = ["bureau", *(each.id for each in townships)]
    clinics = [each for each in UNITS if each.unit_class == "clinic" and chance.random() < 0.8]
    return (
        UNITS[0],
        *townships,
        *(
            each.model_copy(
                update={
                    "parent": each.parent if each.parent in places and chance.random() < 0.6 else chance.choice(places),
                    "unit_class": chance.choice(("clinic", "clinic", "township", "bureau")),
                    "tags": chance.choice(((), ("grade-2",))),
                }
            )
            for each in clinics
        ),
    )


class Drawn:
    """One campaign, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.chance, self.plan, self.tree, self.day = Random(seed), plan(), UNITS, date(2022, 4, 8)
        self.root: Story = announced(self.plan, "bureau", self.day.isoformat())

    def goes_on(self, steps: int) -> None:
        """So much more is told, right or wrong."""
        chance = self.chance
        for _ in range(steps):
            unit = self.root.at(chance.choice(UNITS).id).on(self.day.isoformat())
            if chance.random() < 0.08:
                self._amend()
            elif chance.random() < 0.5:
                self._lives(unit)
            else:
                unit.when(self._duty(unit))
            if self.day < OVER and chance.random() < 0.4:
                self.day += timedelta(chance.choice((1, 1, 2, 5)))
                self.root.ledger.morning(self.day.isoformat())
                self.root.on(self.day.isoformat())

    def _amend(self) -> None:
        chance = self.chance
        version, last = self.plan.version + 1, self.plan.phases[-1]
        tree = tree_of(chance) if chance.random() < 0.8 else self.tree
        base = plan()
        targets = (
            *base.targets,
            *(Target(number=each, aspect="attitude", text=called("新增")) for each in range(4, 3 + chance.randint(1, 2))),
        )
        changes = {
            "version": version,
            "targets": targets if len(targets) > len(self.plan.targets) else self.plan.targets,
            "obligations": chance.choice((base.obligations, base.obligations[:-1], (*base.obligations, *ADDED), ())),
            "phases": (*self.plan.phases[:-1], last.model_copy(update={"end": last.end + timedelta(chance.choice((0, 0, 10)))})),
            **chance.choice(({}, {"surveys": SURVEYS[:1], "kpis": tuple(each for each in base.kpis if each.code_of != "staff")})),
        }
        amended = Plan(**dict(base) | changes)
        told = CampaignAmended(plan=amended, tree=seal(tree, version), by="head")
        recorded = self.root.when(UnitsListed(version=version, part=1, units=tree), told).recorded()
        if not any(isinstance(fact, Refused) for fact in recorded):
            self.plan, self.tree = amended, tree

    def _lives(self, unit: Story) -> None:
        """Some steps in the life of an issue, also of one that another book handed over."""
        handed = [each for each in self.root.ledger.store.subjects if each.startswith(f"{unit.id}/issue/handover~")]
        own = [f"{unit.id}/issue/desk~{number}" for number in (1, 2, 3)]
        subject, other = self.chance.choice([*own, *handed]), self.chance.choice(own)
        for _ in range(self.chance.randint(1, 5)):
            found = drive(self.root.ledger.store.load([subject]))
            state = found[subject].state if found else None
            assert state is None or isinstance(state, Issue)
            unit.when(Said(next_of(state, self.chance, self.day, other), subject=subject))

    def _duty(self, unit: Story) -> Said:
        chance, answered = self.chance, self.chance.randint(0, 20)
        back = self.day - timedelta(chance.randint(0, 30))
        owed = chance.choice((*self.plan.obligations, *ADDED))
        period = f"{back:%Y-%m}" if owed.cadence == "monthly" else None
        attended = chance.randint(0, answered)
        baseline = chance.random() < 0.4
        month = f"{chance.choice((2021, 2022)) if baseline else 2022}-{chance.randint(1, 3) if baseline else back.month:02}"
        acts: Sequence[tuple[int, Fact]] = (
            (8, SelfCheckAnswered(target=chance.randint(1, 4), conforms=chance.random() < 0.6, finding="不足", by="c")),
            (6, ReturnFiled(obligation=owed.code, period=period, title="材料", by="c")),
            (2, ReturnAccepted(obligation=owed.code, period=period, by="w", by_unit="bureau")),
            (2, ReturnSentBack(obligation=owed.code, period=period, reason="不全", by="w", by_unit="bureau")),
            (3, SurveyHeld(survey=chance.choice(SURVEYS).code, on=back, asked=20, answered=answered, satisfied=attended, by="c")),
            (5, MeasureTold(measure=chance.choice(MEASURES).code, period=month, value=chance.randint(0, 9), baseline=baseline, by="c")),
            (1, ActivityHeld(activity="course", on=back, text="培训", attendance=answered, tested=answered, passed=attended, by="c")),
            (1, PhaseReopened(phase=chance.choice(("P1", "P2")), reason="补录", by="h")),
            (1, PhaseExtended(phase=chance.choice(("P1", "P2")), until=self.day + timedelta(9), reason="封控", by="h", by_unit="bureau")),
            (1, GapAccepted(phase=chance.choice(("P1", "P2")), reason="停业", by="h")),
        )
        weights, facts = zip(*acts, strict=True)
        return Said(chance.choices(facts, weights)[0], issue=str(chance.randint(1, 3)))
