"""A campaign that is half over when the services are replaced: what is told before, and what after."""

from shared.events.campaign import CampaignAnnounced
from shared.events.tree import UnitsListed
from shared.plan.clock import Clock
from shared.units import seal
from tests.flow import PLAN, UNITS
from tests.installed import World, event

HOLDING = PLAN.model_copy(update={"clocks": PLAN.clocks.model_copy(update={"hold": Clock(days=5)})})
"""A plan by which what comes too early waits."""
BOOK = "flow-2019/h1"
FIRST, SECOND, EARLY = (f"{BOOK}/issue/h1~{number}" for number in (1, 2, 3))


async def before(world: World) -> None:
    """An issue is struck off, another waits for measures, and measures wait for one that nobody reported yet; its first phase has closed."""
    await world.fact("root", "tree", "flow-2019/bureau/tree/1", UnitsListed(version=1, part=1, units=UNITS), "2019-03-01")
    await world.fact("root", "plan", "flow-2019/bureau", CampaignAnnounced(plan=HOLDING, tree=seal(UNITS)), "2019-03-01")
    for number, person in enumerate(("owner1", "fixer1", "checker1", "head1")):
        named = {"person": person, "unit": "h1", "name": "职工", "mail": f"{person}@h1.example"}
        await world.tell("h1", event(f"p{number}", "PersonNamed", BOOK, "2019-03-02", **named))
    await world.day("2019-03-08")
    reported = {"category": "flow", "channel": "complaint", "owner": "owner1"}
    await world.tell(
        "h1",
        event("e1", "IssueReported", FIRST, "2019-03-04", text="排队太久", **reported),
        event("e3", "MeasuresPlanned", FIRST, "2019-03-05", measures="增设窗口", by="owner1"),
        event("e4", "RectificationDone", FIRST, "2019-03-06", result="已增设", by="fixer1"),
        event("e5", "RectificationVerified", FIRST, "2019-03-07", effect="已缩短", by="fixer1"),
        event("e6", "RectificationVerified", FIRST, "2019-03-08", effect="已缩短", by="checker1"),
    )
    await world.day("2019-04-10")
    await world.tell("h1", event("e7", "IssueReported", SECOND, "2019-04-10", text="标识不清", **reported))
    await world.tell("h1", event("e8", "MeasuresPlanned", EARLY, "2019-04-10", measures="增设座椅", by="owner1"))


async def after(world: World) -> None:
    """What waited comes to its end, and so does the campaign."""
    reported = {"category": "flow", "channel": "complaint", "owner": "owner1"}
    await world.day("2019-04-12")
    await world.tell(
        "h1",
        event("e1", "IssueReported", FIRST, "2019-03-04", text="排队太久", **reported),  # told again: it counts once
        event("e9", "IssueReported", EARLY, "2019-04-10", text="座椅不足", **reported),
        event("e10", "MeasuresPlanned", SECOND, "2019-04-10", measures="更换标识", by="owner1"),
        event("e11", "RectificationDone", SECOND, "2019-04-12", result="已更换", by="fixer1"),
        event("e12", "RectificationVerified", SECOND, "2019-04-12", effect="清楚", by="checker1"),
    )
    for day in ("2019-04-30", "2019-05-20"):
        await world.day(day)
    await world.tell(
        "h1", event("e13", "ReturnFiled", f"{BOOK}/return/report", "2019-05-20", obligation="report", title="报告", by="head1")
    )
    for day in ("2019-05-21", "2019-05-22", "2019-05-23"):
        await world.day(day)
