"""Who acts in the hospital's campaign, and how they tell it."""

from shared.events.activity import ActivityHeld
from shared.events.fact import Fact
from shared.events.issue import IssueAssigned, MeasuresPlanned, RectificationDone, RectificationVerified
from shared.events.nomination import NominationFiled, ScoreGiven
from shared.events.returns import ReturnFiled
from shared.topics import subject_id
from tests.campaigns.story import Story, files

CAMPAIGN = "yangpu-2013"
PLAN, UNITS = files(CAMPAIGN)
ROOT = "hospital"
LINES = ("medical", "nursing", "outpatient", "logistics", "zhongyuan")
SUPERVISOR = "qo-02"
"""Of the quality office: the lines do not check themselves."""
RESPONSIBLE = {unit.id: unit.responsible or "?" for unit in UNITS}
STUDY = {f"{what}-{number}": "已实施" if what == "status" else "可推广" for number in range(1, 11) for what in ("status", "spread")}
FORM = {"line": "medical", "head": "负责人", "project": "床旁结算", "category": "process", "measures": "出院患者在床旁结算"}
POINTS = {"novel": 18.0, "practicable": 17.0, "lasting": 16.0, "outside-view": 15.0, "publicity": 14.0}
"""80 points in all."""


class Yangpu(Story):
    """The story, and what is told in it often."""

    def own(self, unit: str, fact: Fact, reference: str) -> str:
        """What is known by its teller's reference: an idea, a proposal, an activity."""
        return self.tell(unit, fact, self.clients[unit], reference)

    def studied(self, unit: str, **form: str) -> None:
        """A line files its study of the ten measures, with the plan for spreading them."""
        filled = STUDY | {"plan": "十条全部推广，每月一条"} | form
        fact = ReturnFiled(obligation="spread-plan", title="推广计划", form=filled, by=RESPONSIBLE[unit])
        self.tell(unit, fact, "spread-plan")

    def rolling(self, unit: str, obligation: str, form: dict[str, str] | None = None, nil: bool = False) -> None:
        """A return that has no date is filed."""
        fact = ReturnFiled(obligation=obligation, title="申报", period="rolling", form=form or {}, nil=nil, by=RESPONSIBLE[unit])
        self.tell(unit, fact, obligation, "rolling")

    def held(self, unit: str, activity: str, reference: str, text: str, attendance: int | None = None) -> None:
        """A unit held an activity today."""
        fact = ActivityHeld(activity=activity, on=self.today, text=text, attendance=attendance, by=RESPONSIBLE[unit])
        self.own(unit, fact, reference)

    def box(self, unit: str, reference: str, slips: int, witness: str) -> None:
        """The box for ideas is opened."""
        by = RESPONSIBLE[unit]
        fact = ActivityHeld(activity="box-opening", on=self.today, text="开启金点子箱", slips=slips, witness=witness, by=by)
        self.own(unit, fact, reference)

    def idea(self, unit: str, reference: str, *facts: Fact) -> None:
        """Facts of one idea."""
        for fact in facts:
            self.own(unit, fact, reference)

    def nominated(self, unit: str, award: str, period: str, reference: str, idea: str | None = None, person: str | None = None) -> None:
        """A unit nominates a team or a person, for an adopted idea or on the form."""
        fact = NominationFiled(
            award=award,
            period=period,
            nominee="person" if person else "team",
            person=person,
            title="细节服务改进",
            idea=idea and subject_id(f"{CAMPAIGN}/{unit}", "idea", self.clients[unit], idea),
            form={} if award == "idea" else FORM,
            by=RESPONSIBLE[unit],
        )
        self.tell(unit, fact, award, period, self.clients[unit], reference)

    def climbed(self, unit: str, fact: Fact, award: str, period: str, nominated_by: str, reference: str) -> None:
        """What is told of a nomination in a book that it climbed to."""
        self.tell(unit, fact, award, period, nominated_by, self.clients[nominated_by], reference)


def assigned(unit: str) -> IssueAssigned:
    return IssueAssigned(owner=f"{unit}-owner", by=RESPONSIBLE[unit])


def planned(unit: str) -> MeasuresPlanned:
    return MeasuresPlanned(measures="定人、定措施", by=f"{unit}-owner")


def done(unit: str) -> RectificationDone:
    return RectificationDone(result="已落实", evidence=("落实后照片.jpg",), by=f"{unit}-staff")


def verified(by_unit: str | None = None) -> RectificationVerified:
    return RectificationVerified(effect="病人反映良好", by=SUPERVISOR, by_unit=by_unit)


def score(judge: str, judge_unit: str, **points: float) -> ScoreGiven:
    return ScoreGiven(round="panel", judge_unit=judge_unit, points=POINTS | points, by=judge)


def nomination(award: str, period: str, *rest: str) -> str:
    """A nomination as the hospital's book knows it."""
    return "~".join((award, period, *rest))
