"""What later notices have to say about a subject: given an event, then this is remembered."""

from datetime import date

import pytest

from services.notify.memory import remembered
from shared.events.campaign import BookOpened, CampaignAnnounced
from shared.events.extension import ExtensionGranted
from shared.events.issue import FollowUpSet, IssueAssigned, IssueStruckOff
from shared.events.lateness import DeadlinePutOff
from shared.events.leaving import IssueMerged
from shared.events.strike_off import IssueReopened
from shared.kafka.cloudevents import read_recorded
from shared.units import seal
from tests.flow import PLAN, UNITS
from tests.notify.given import BOOK, JUNE, KNOWN, MAY, ROOT, Book, recorded


def test_what_is_remembered_of_an_issue_and_its_book() -> None:
    (entered, _) = Book().assigned(7, "wang", "座椅破损" * 100)
    assert remembered(read_recorded(entered)) == {"text": ("座椅破损" * 100)[:200], "plan_due": "2019-05-09", "fix_due": "2019-05-20"}
    assert remembered(recorded(FollowUpSet(due=date(2020, 1, 6), owner="wang", by="li"))) == {"fix_due": "2020-01-06"}
    struck_off = IssueStruckOff(number=7, phase="p1", on_time=True, carried_over=False)
    assert remembered(recorded(struck_off)) == {}  # it may be opened again
    again = IssueReopened(number=7, phase="p1", cycle=2, reason="又坏", plan_due=date(2019, 6, 3), fix_due=date(2019, 6, 10))
    assert remembered(recorded(again)) == {"plan_due": "2019-06-03", "fix_due": "2019-06-10"}
    assert remembered(recorded(IssueMerged(into="tz2019/u1/issue/b~8", reason="同一", by="li"))) == {}  # it may come back
    assert remembered(recorded(IssueAssigned(owner="wang"))) == {}
    opened = BookOpened(name="第一医院", unit_class="hospital", tags=(), plan_version=1, tree_version=1, levels_below=0, units_below=())
    assert remembered(recorded(opened)) == {"name": "第一医院", "path": "root/u1", "superiors": ""}
    assert remembered(recorded(opened.model_copy(update={"responsible": "zhao"}))) == KNOWN[BOOK]


@pytest.mark.covers("L6", "L7")
def test_more_time_that_was_granted_stays_in_the_mails_where_the_phase_lasts_longer_but_less_long() -> None:
    granted = remembered(recorded(ExtensionGranted(by="li", until=JUNE)))
    for until, day in ((date(2019, 6, 15), "2019-06-20"), (date(2019, 6, 25), "2019-06-25")):
        assert remembered(recorded(DeadlinePutOff(number=7, clock="fix", due=MAY, until=until)), granted) == {"fix_due": day}
    assert remembered(recorded(DeadlinePutOff(number=7, clock="plan", due=MAY, until=MAY)), granted) == {"plan_due": "2019-05-09"}


def test_the_plan_names_the_returns() -> None:
    announced = CampaignAnnounced(plan=PLAN, tree=seal(UNITS))
    assert remembered(recorded(announced, None, ROOT, "root")) == {"return report": "报告"}
