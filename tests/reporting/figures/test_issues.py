"""Questions about issues: behind which figures they stand, in which glyphs they are found, and who is named in them."""

from datetime import date
from typing import Any

import pytest

from services.reporting.figures.filters import Filter
from services.reporting.figures.issues import Issues, without_pseudonyms
from services.reporting.figures.top import Top
from shared.events.lateness import OverdueWithdrawn
from shared.events.strike_off import IssueReopened
from shared.topics import subject_id
from tests.reporting.given import CARRIED, DONE, ENTERED, ISSUE, LATE, OPENED, PLANNED, STRUCK, Empty, issue, stands, top


@pytest.mark.covers("L5", "A5")
async def test_behind_the_figures_of_every_phase_stands_an_issue_once_as_it_is_however_often_it_came_back(empty: Empty) -> None:
    again = IssueReopened(number=1, phase="P2", cycle=2, reason="又坏", plan_due=date(2019, 5, 8), fix_due=date(2019, 5, 15))
    late_again = LATE.model_copy(update={"phase": "P3"})
    off_again = STRUCK.model_copy(update={"phase": "P4", "on_time": False})
    history = [PLANNED, LATE, DONE, STRUCK, again, late_again, CARRIED, DONE, off_again]
    marked = {"overdue": ["P2", "P3"], "carried_over": ["P4"], "entered": ["P1"]}
    mongo, _ = empty
    for facts, stands_in in (
        (history, {"struck_off": ["P4"], "on_time": [], "open": []}),
        ([*history, again.model_copy(update={"phase": "P4", "cycle": 3})], {"struck_off": [], "on_time": [], "open": ["P1"]}),
    ):
        await mongo["issues"].replace_one({"_id": ISSUE}, issue(*facts), upsert=True)
        for figure, phases in (marked | stands_in).items():
            for phase in ("P1", "P2", "P3", "P4", None):
                found, _ = await Issues(mongo).page(top(), Filter(campaign="c", phase=phase, figure=figure), 9)
                assert len(found) == (phase in phases if phase else bool(phases)), (phase, figure)
    back = OverdueWithdrawn(number=1, phase="P2", clock="fix", due=date(2019, 4, 2), reason="told-late")
    assert issue(PLANNED, LATE, DONE, STRUCK, again, late_again, back)["overdue_phases"] == ["P3"]


@pytest.mark.covers("I7")
async def test_an_issue_is_found_in_whichever_glyphs_it_was_written(empty: Empty) -> None:
    mongo, _ = empty
    issue = subject_id("c/t1", "issue", "b", "1")
    await stands(empty, "t1", ["root", "t1"], ("c/t1", OPENED), (issue, ENTERED.model_copy(update={"text": "未建立問題臺賬（ABC）"})))
    for text, found in (("台账", 1), ("台帐", 1), ("臺賬", 1), ("问题台賬（abc", 1), ("销号", 0), (".", 0)):
        assert len((await Issues(mongo).page(top(), Filter(campaign="c", text=text), 10))[0]) == found, text


async def test_a_person_is_named_only_where_their_unit_lies_under_the_key(empty: Empty) -> None:
    mongo, _ = empty
    for unit in ("t1", "t2"):
        await stands(empty, unit, ["root", unit], (f"c/{unit}", OPENED))
    await mongo["people"].insert_many([{"_id": "root/p1", "name": "甲", "unit": "t1"}, {"_id": "root/p2", "name": "乙", "unit": "t2"}])
    row: Any = {
        "campaign": "c",
        "unit": "t1",
        "path": ["root", "t1"],
        "handed_to": None,
        "escalated_to": None,
        "origin": None,
        "owner": "p1",
        "rectified_by": "p2",
        "verified_by": None,
    }
    issues = Issues(mongo)
    assert (await issues.names(top("t1"), [row]))[1] == {"root/p1": "甲"}
    assert (await issues.names(top(), [row]))[1] == {"root/p1": "甲", "root/p2": "乙"}


async def test_a_name_is_shown_in_the_books_of_its_own_root_alone(empty: Empty) -> None:
    mongo, _ = empty
    await stands(empty, "t1", ["root", "t1"], ("c/t1", OPENED))
    await mongo["units"].insert_one({"_id": "d/t1", "campaign": "d", "unit": "t1", "name": "别处", "path": ["other", "t1"], "position": 1})
    await mongo["people"].insert_one({"_id": "root/p1", "name": "甲", "unit": "t1"})
    own: Any = dict.fromkeys(("handed_to", "escalated_to", "origin", "rectified_by", "verified_by")) | {"owner": "p1", "unit": "t1"}
    own |= {"campaign": "c", "path": ["root", "t1"]}
    lent = own | {"campaign": "d", "path": ["other", "t1"]}
    issues = Issues(mongo)
    for asker in (Top(("other",), "other"), Top(("other",), "t1"), Top(("root", "other"), "t1")):
        assert (await issues.names(asker, [lent]))[1] == {}, asker
    assert (await issues.names(Top(("root", "other"), "t1"), [own, lent]))[1] == {"root/p1": "甲"}
    await mongo["people"].insert_one({"_id": "other/p1", "name": "乙", "unit": "t1"})
    assert (await issues.names(Top(("root", "other"), "t1"), [own, lent]))[1] == {"root/p1": "甲", "other/p1": "乙"}
    assert (await issues.names(Top(("other",), "t1"), [own, lent]))[1] == {"other/p1": "乙"}


@pytest.mark.parametrize("field", ["reporter", "visitor"])
def test_a_history_says_nobodys_pseudonym_and_every_id_that_is_none(field: str) -> None:
    told = {"text": "排队", field: "anon-0123456789abcdef0123456789abcdef"}
    assert without_pseudonyms(told) == {"text": "排队"}
    assert without_pseudonyms(told | {field: "p9"}) == {"text": "排队", field: "p9"}
