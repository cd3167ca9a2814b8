"""The campaign to try under the wall clock: a small one whose phases lie around today, announced at the first start of `xiaohao up`."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from string import Template

from deploy.client.announcement import announcement, naming
from deploy.client.cloudevent import CloudEvent
from deploy.client.door import Door
from deploy.plans.read import read_plan
from deploy.simulator.city import city
from deploy.simulator.people import people, responsible
from shared.events.people import PersonNamed
from shared.kafka.broker import Broker
from shared.kafka.settled import Settled
from shared.plan import Plan
from shared.topics import book_id, subject_id
from shared.units import Unit
from shared.workdays import BEIJING, YearMissing, is_working_day

TEMPLATE = Path(__file__).parents[1] / "campaigns" / "try-it.yaml"
DAYS = 20
"""How long it lasts, where the working calendar reaches far enough."""
REACH = 6
"""Days past its end that its clocks may reach: twice the longest, as a plan is checked."""
SEED = 1
TOWNS = ("t01", "t02", "t03")
PATIENCE = 60.0


def units() -> list[Unit]:
    """A bureau, three towns, and what is under them and directly under the bureau."""
    whole = city(SEED, 150)
    kept = {whole[0].id, *TOWNS}
    listed = [unit for unit in whole if unit.id in kept or unit.parent in TOWNS or (unit.parent == whole[0].id and unit.id[0] == "d")]
    return [unit.model_copy(update={"responsible": _own(responsible(index))}) for index, unit in enumerate(listed)]


def _own(person: str) -> str:
    """Another id than anybody has in a campaign that is made up beside this one, under the same root."""
    return f"t{person}"


def staff() -> list[PersonNamed]:
    """Its people."""
    return [each.model_copy(update={"person": _own(each.person)}) for each in people(units(), SEED)]


def covered(day: date) -> date:
    """The last day that the working calendar covers. Raises YearMissing where it does not cover this one."""
    last = day
    while True:
        try:
            is_working_day(last)
        except YearMissing:
            if last == day:
                raise
            return last - timedelta(1)
        last = date(last.year + 1, 1, 1)


def plan_of(today: date, file: Path) -> Plan:
    """The plan, kept in a file: the one there while it lasts, else a new one from today. Raises YearMissing where the calendar ends too soon."""
    if file.exists() and (before := read_plan(file)).ends >= today:
        return before
    last = covered(today) - timedelta(REACH)
    if last < today + timedelta(1):
        raise YearMissing(today.year + 1)
    end = min(today + timedelta(DAYS), last)
    middle = today + (end - today) // 2
    text = Template(TEMPLATE.read_text("utf-8")).substitute(campaign=f"try-it-{today}", issued=today, middle=middle, end=end)
    file.write_text(text, "utf-8")
    return read_plan(file)


async def announce(broker: Broker, url: str, key: str, plan: Plan) -> None:
    """Announce it and name its people; once more has no effect. Returns when the books are open. Raises NotTold or TimeoutError."""
    listed = units()
    async with Door(url, key) as door, Settled(broker) as settled:
        await door.tell_all(announcement(plan, listed, datetime.now(UTC)))
        await settled.wait(PATIENCE)
        await door.tell_all(naming(plan, listed[0].id, staff(), datetime.now(UTC)))
        await settled.wait(PATIENCE)


def first_issue(plan: Plan, source: str, now: datetime) -> CloudEvent:
    """An issue to tell: one that every reader can follow."""
    unit = next(unit for unit in units() if unit.parent == TOWNS[0])
    return {
        "specversion": "1.0",
        "id": "my-first",
        "type": "IssueReported",
        "subject": subject_id(book_id(plan.campaign, unit.id), "issue", source, "my-first"),
        "time": now.astimezone(BEIJING).isoformat(timespec="seconds"),
        "data": {"text": "候诊区座椅不足", "category": "environment", "channel": "complaint", "owner": unit.responsible},
    }
