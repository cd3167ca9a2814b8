"""However an issue comes back to be rectified, its row shows nothing of what did not hold; its strike-offs and its history do."""

from datetime import date

import pytest

from services.reporting.fold.projections import fold
from services.reporting.fold.rows import Rows
from services.reporting.papers.columns import COLUMNS
from services.reporting.papers.names import Names
from shared.events.fact import Fact
from shared.events.issue import IssueAssigned, IssueOverdue, RectificationVerified
from shared.events.leaving import IssueMerged, IssueWithdrawn
from shared.events.strike_off import IssueReopened, IssueReturned, StrikeOffPublished
from shared.kafka.cloudevents import read_recorded
from shared.topics import LEDGER
from tests.reporting.given import CARRIED, DONE, PLANNED, STRUCK, issue
from tests.reporting.telling import TENGZHOU
from tests.simulated import PLANS, booked, days

AGAIN = IssueReopened(number=1, phase="P2", cycle=2, reason="又坏", plan_due=date(2019, 5, 8), fix_due=date(2019, 5, 15))
CHECKED = RectificationVerified(effect="方便", by="p2")
PUBLISHED = StrikeOffPublished(number=1, until=date(2019, 4, 30))
RETURNED = IssueReturned(number=1, phase="P2")
CAME_BACK: dict[str, list[Fact]] = {
    "a rectification is sent back": [DONE, RETURNED],
    "a checked one is sent back by a spot check": [DONE, CHECKED, RETURNED],
    "an objection to its publication is upheld": [DONE, CHECKED, PUBLISHED, RETURNED],
    "a look-back or a spot check fails, or a superior orders it": [DONE, CHECKED, STRUCK, AGAIN],
    "a publication stood, and then a look-back fails": [DONE, CHECKED, PUBLISHED, STRUCK, AGAIN],
    "it was sent back, struck off and opened again": [DONE, RETURNED, DONE, CHECKED, STRUCK, AGAIN],
    "it was void once it was rectified, and is restored": [DONE, CHECKED, IssueWithdrawn(number=1, phase="P1"), AGAIN],
    "it was merged, and what it was merged into left": [DONE, IssueMerged(into="c/t1/issue/a~1", reason="同一", by="p2"), AGAIN],
}
"""By which ways an issue comes back to be rectified, and what is recorded of it before."""
OF_A_RECTIFICATION = (
    "rectified",
    "rectified_by",
    "result",
    "evidence",
    "verified_by",
    "effect",
    "published_until",
    "struck_off",
    "on_time",
)


@pytest.mark.covers("C10", "L4", "L5", "A10", "E7")
@pytest.mark.parametrize("how", CAME_BACK)
def test_an_issue_that_came_back_shows_nothing_of_the_rectification_that_did_not_hold(how: str) -> None:
    history = CAME_BACK[how]
    row = issue(IssueAssigned(owner="p1"), PLANNED, *history)
    assert {name: row[name] for name in OF_A_RECTIFICATION if row[name]} == {}
    assert len(row["strikes"]) == history.count(STRUCK)
    if AGAIN in history:
        assert (row["planned"], row["measures"], row["merged_into"], row["escalated_to"]) == (None, None, None, None)
    struck = issue(IssueAssigned(owner="p1"), PLANNED, *history, PLANNED, DONE, CHECKED, STRUCK)
    assert (struck["struck_off"], struck["on_time"], struck["result"], struck["evidence"]) == ("2019-03-05", True, "已购置", ["a.jpg"])
    assert len(struck["strikes"]) == history.count(STRUCK) + 1


@pytest.mark.covers("C8", "L4", "L5")
def test_an_issue_opened_again_shows_neither_the_carry_over_nor_the_returns_of_its_first_cycle_and_counts_as_carried_over_still() -> None:
    row = issue(IssueAssigned(owner="p1"), PLANNED, CARRIED, DONE, RETURNED, DONE, CHECKED, STRUCK, AGAIN)
    assert (row["carried_over"], row["follow_up_due"], row["returned"]) == (None, None, 0)
    assert row["carried_over_phases"] == [CARRIED.phase]


@pytest.mark.covers("L5")
def test_the_ledger_and_the_page_of_an_issue_that_came_back_say_nothing_of_it_either() -> None:
    cells = {name: content for name, _, content in COLUMNS}
    row = issue(IssueAssigned(owner="p1"), PLANNED, DONE, CHECKED, STRUCK, AGAIN)
    names = Names(TENGZHOU, "zh", {}, {})
    shown = ("struck-off-on", "on-time", "result", "evidence", "rectified-on", "rectified-by", "verified-by", "effect", "measures")
    assert {name: cells[name](row, names) or None for name in shown} == dict.fromkeys(shown)


@pytest.mark.parametrize("name", PLANS)
def test_at_no_moment_of_a_campaign_does_an_open_issue_show_a_rectification_or_a_strike_off(name: str) -> None:
    found: Rows = {}
    for event in (read_recorded(each) for each in booked(days(name)).ledger.published if each.topic == LEDGER):
        fold(found, event)
        if (row := found.get(("issues", event.subject))) is None:
            continue
        if row["status"] in ("entered", "planned"):
            assert {each: row[each] for each in OF_A_RECTIFICATION if row[each]} == {}, (event.type, event.subject)
        if row["status"] != "struck-off":
            assert (row["struck_off"], row["on_time"]) == (None, None), (event.type, event.subject)
    assert any(row["strikes"] for (collection, _), row in found.items() if collection == "issues")


@pytest.mark.covers("C18", "A10")
@pytest.mark.parametrize("was_void", [True, False])
def test_what_was_void_is_late_and_followed_up_as_it_was_and_what_was_struck_off_begins_anew(was_void: bool) -> None:
    late = IssueOverdue(number=1, phase="P1", clock="fix", due=date(2019, 3, 1))
    row = issue(PLANNED, late, CARRIED, IssueWithdrawn(number=1, phase="P1"), AGAIN.model_copy(update={"was_void": was_void}))
    assert (row["overdue"], bool(row["follow_up_due"]), bool(row["carried_over"])) == (["fix"] if was_void else [], was_void, was_void)
