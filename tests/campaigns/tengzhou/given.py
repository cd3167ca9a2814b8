"""Who acts in Tengzhou's campaign, and how they tell it."""

from shared.events.indicator import MeasureTold
from shared.events.issue import MeasuresPlanned, RectificationDone, RectificationVerified
from shared.events.nomination import NominationFiled
from shared.events.returns import ReturnFiled
from shared.events.visit import VisitLogged
from tests.campaigns.story import Story, files

CAMPAIGN = "tengzhou-2019"
PLAN, EVERY = files(CAMPAIGN)
UNITS = tuple(unit for unit in EVERY if unit.id not in ("d04", "t02", "t02-01", "t02-02"))
"""Ten units of all eight classes: the bureau, three hospitals, two towns with their health centres and private institutions."""
ROOT = "bureau"
SEED = "滕州2019"
"""The hash of `滕州2019/t01-02` begins with 4b, that of `滕州2019/t03-02` with db: of the two private institutions t01-02 is drawn."""


class Tengzhou(Story):
    """The story, and what is told in it often."""

    def filed(self, unit: str, obligation: str, nil: bool = False, files: tuple[str, ...] = ()) -> None:
        """A return is filed."""
        self.tell(unit, ReturnFiled(obligation=obligation, title="报送", nil=nil, files=files, by=f"{unit}-desk"), obligation)

    def measured(self, unit: str, measure: str, period: str, value: float) -> None:
        """A figure is told."""
        self.tell(unit, MeasureTold(measure=measure, period=period, value=value, by=f"{unit}-desk"), measure, period)

    def nominated(self, unit: str, award: str, reference: str, title: str, person: str | None = None) -> None:
        """A unit nominates a team, or one of its persons."""
        fact = NominationFiled(
            award=award, period="once", nominee="person" if person else "team", person=person, title=title, by=f"{unit}-desk"
        )
        self.tell(unit, fact, award, "once", self.clients[unit], reference)

    def visited(self, unit: str, activity: str, name: str, by: str, form: dict[str, str] | None = None, covert: bool = False) -> str:
        """Somebody of the bureau came, and tells it."""
        fact = VisitLogged(activity=activity, on=self.today, visitor=by, by=by, by_unit=ROOT, covert=covert, form=form or {})
        return self.tell(unit, fact, ROOT, name, by=ROOT)


def planned(by: str) -> MeasuresPlanned:
    return MeasuresPlanned(measures="定措施、定人、定时限", by=by)


def done(by: str) -> RectificationDone:
    return RectificationDone(result="已整改", evidence=("整改照片.jpg",), by=by)


def verified(by: str, by_unit: str | None = None) -> RectificationVerified:
    return RectificationVerified(effect="群众反映良好", by=by, by_unit=by_unit)
