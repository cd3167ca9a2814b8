"""Reporting's database with as many issues as are asked for, in 2,000 books, without a day of waiting: what measuring its pages begins with.

A few books are made event by event by the fold itself; every other book is a copy of one of them, under another unit. The sums are those of the rows, by
the same functions by which the fold keeps them; a book in a hundred handed issues to the next. The same numbers give the same database.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from random import Random
from typing import Any

from benchmarks.work import PLAN
from deploy.plans.read import read_plan
from services.reporting.fold.once import Stage, first_of, stage_of
from services.reporting.fold.projections import fold
from services.reporting.fold.rows import Place, Rows
from services.reporting.fold.sums import Cells, add, cells_of, nothing_added, spread, spread_life
from services.reporting.store import SUMMED, Store
from services.reporting.summing import Summing
from shared.events.campaign import BookOpened, CampaignAnnounced
from shared.events.extension import ExtensionRequested
from shared.events.fact import Fact, Where
from shared.events.issue import IssueCarriedOver, IssueEntered, IssueOverdue, IssueStruckOff, MeasuresPlanned, RectificationDone
from shared.events.leaving import IssueWithdrawn
from shared.events.phase import PhaseOpened
from shared.events.returns import ObligationMet, ObligationOpened, ReturnMissing
from shared.events.strike_off import IssueReopened, IssueReturned, StrikeOffPublished
from shared.kafka.reader import MARKS
from shared.kafka.records import Recorded
from shared.mongo import Mongo
from shared.topics import book_id, partition_of, subject_id
from shared.units import Unit, seal

UNITS, UNDER = 2000, 44
"""Units in all, and under each that has some."""
SHAPES, SEED, PART = 8, 1, 5000
"""Books that are made event by event, what chance begins with, and documents written at once."""
TEXTS = (
    "候诊区无轮椅",
    "收费公示栏未更新",
    "导医台无人值守",
    "检查预约等候过长",
    "投诉电话无人接听",
    "卫生间无扶手",
    "处方书写不规范",
    "无障碍通道堵塞",
)
STATES = (
    "entered",
    "planned",
    "late",
    "rectified",
    "published",
    "struck-off",
    "struck-off",
    "struck-off",
    "carried",
    "carried-struck",
    "again",
    "void",
)
"""How far issues have come; what stands here more than once is more frequent."""


@dataclass(frozen=True)
class Filled:
    """What was made, to ask after."""

    campaign: str
    root: str
    middle: str
    leaf: str
    issues: int


def units() -> list[Unit]:
    """A root, some under it, and the rest under those."""
    classes = [each.code for each in read_plan(PLAN).classes]
    made = [Unit(id="root", name="全省", unit_class=classes[0])]
    made += [Unit(id=f"m{n:02}", name=f"第{n}片区", parent="root", unit_class=classes[1]) for n in range(UNDER)]
    leaves = UNITS - len(made)
    return made + [
        Unit(id=f"u{n:04}", name=f"第{n}单位", parent=f"m{n % UNDER:02}", unit_class=classes[2 + n % (len(classes) - 2)])
        for n in range(leaves)
    ]


class Shape:
    """A book made event by event."""

    def __init__(self, number: int, issues: int) -> None:
        self.plan, self.chance = read_plan(PLAN), Random(SEED * 1000 + number)
        self.rows: Rows = {}
        self.book, self.position = book_id(self.plan.campaign, "unit"), 0
        self.where = Where(campaign=self.plan.campaign, unit="unit", path=("unit",), unit_class="general-hospital")
        opening = BookOpened(
            name="单位", unit_class="general-hospital", tags=(), plan_version=1, tree_version=1, levels_below=0, units_below=()
        )
        self.tell(self.book, self.plan.issued, opening)
        for phase in self.plan.phases:
            self.tell(
                self.book, self.plan.begins(phase), PhaseOpened(phase=phase.code, start=self.plan.begins(phase), end=phase.end, returns=())
            )
        for obligation in self.plan.obligations:
            self.owe(obligation.code, obligation.phase, self.plan.due_of(obligation))
        for n in range(1, issues + 1):
            self.live(n, self.chance.choice(STATES))

    def tell(self, subject: str, day: date, *facts: Fact) -> None:
        """These are recorded."""
        when = datetime.combine(day, time(2), UTC)
        for fact in facts:
            self.position += 1
            told: dict[str, Any] = {"told_source": "b", "told_id": str(self.position), "time": when, "accepted": when}
            where = self.where.model_copy(update={"owner": getattr(fact, "owner", None) or f"p{self.chance.randrange(2000):04}"})
            fold(self.rows, Recorded(self.book, self.position, "", type(fact).__name__, subject, where=where, fact=fact, **told))

    def owe(self, obligation: str, phase: str, due: date) -> None:
        subject = subject_id(self.book, "return", obligation)
        self.tell(subject, due - timedelta(10), ObligationOpened(obligation=obligation, phase=phase, due=due))
        if self.chance.random() < 0.1:
            self.tell(subject, due, ReturnMissing(obligation=obligation, phase=phase, due=due))
        elif self.chance.random() < 0.9:
            late = self.chance.random() < 0.1
            self.tell(subject, due, ObligationMet(obligation=obligation, phase=phase, late=late, was_missing=False))

    def live(self, number: int, state: str) -> None:
        """An issue comes as far as this."""
        chance, plan, issue = self.chance, self.plan, subject_id(self.book, "issue", "b", str(number))
        at = chance.choices(range(len(plan.phases)), (5, 4, 2, 1))[0]
        phase, later = plan.phases[at].code, plan.phases[min(at + 1, len(plan.phases) - 1)].code
        day = plan.begins(plan.phases[at]) + timedelta(chance.randrange(25))
        plan_due, fix_due = day + timedelta(7), day + timedelta(28)
        tell = partial(self.tell, issue)
        entered = IssueEntered(
            number=number,
            phase=phase,
            category=chance.choice(plan.categories).code,
            channel=chance.choice(plan.channels).code,
            nature=chance.choices(("problem", "defect", "hazard"), (90, 8, 2))[0],
            text=f"{chance.choice(TEXTS)}{chance.randrange(10**6)}",
            plan_due=plan_due,
            fix_due=fix_due,
        )
        planned, done = (
            MeasuresPlanned(measures="立即整改并公示", by="p1"),
            RectificationDone(result="已整改", evidence=("a.jpg",), by="p1"),
        )
        late = IssueOverdue(number=number, phase=later, clock="fix", due=fix_due)
        struck = partial(IssueStruckOff, number=number, phase=later)
        carried = IssueCarriedOver(number=number, phase=later, due=fix_due + timedelta(28))
        tell(day, entered)
        if state not in ("entered", "void"):
            tell(day + timedelta(3), planned)
        if chance.random() < 0.02:
            tell(day + timedelta(4), ExtensionRequested(until=fix_due + timedelta(10), reason="缺材料", by="p1"))
        match state:
            case "void":
                tell(day + timedelta(2), IssueWithdrawn(number=number, phase=phase))
            case "late":
                tell(fix_due + timedelta(1), late)
            case "carried" | "carried-struck":
                tell(fix_due + timedelta(1), late, carried)
            case "rectified" | "published" | "struck-off" | "again":
                tell(day + timedelta(12), done)
        if state == "published":
            tell(day + timedelta(14), StrikeOffPublished(number=number, until=day + timedelta(20)))
        if state in ("struck-off", "again"):
            tell(day + timedelta(15), struck(on_time=True, carried_over=False))
        if state == "carried-struck":
            tell(fix_due + timedelta(20), done, struck(on_time=False, carried_over=True))
        if state == "again":
            again = IssueReopened(number=number, phase=later, cycle=2, reason="又坏", plan_due=fix_due, fix_due=fix_due + timedelta(20))
            tell(day + timedelta(20), again, planned, done)
            if chance.random() < 0.5:
                tell(day + timedelta(30), IssueReturned(number=number, phase=later))


def copied(row: Any, unit: str, path: Sequence[str]) -> Any:
    """A row of a shape as one of another unit."""
    book = book_id(row["campaign"], unit)
    old = book_id(row["campaign"], "unit")
    moved = row | {"_id": row["_id"].replace(old, book, 1), "unit": unit, "path": list(path)}
    moved |= {name: row[name].replace(old, book, 1) for name in ("place", "book") if name in row}
    return moved


def handed(row: Any, to: Unit, path: Sequence[str], number: int) -> tuple[Any, Any]:
    """An issue that was handed over: its row in the book that gave it, and in the one that took it."""
    book, (first, _, rest) = book_id(row["campaign"], to.id), row["_id"].partition("/issue/")
    there = f"{book}/issue/handover~{first.partition('/')[2]}~{number}~{rest}"
    gone = {"status": "handed-over", "handed_to": to.id, "moved_to": there, "late_since": None, "carried_due": None}
    here = {
        "_id": there,
        "book": book,
        "unit": to.id,
        "path": list(path),
        "number": number,
        "place": f"{book}#{number:09}",
        "origin": row["_id"],
    }
    return row | gone, row | here


async def fill(mongo: Mongo, issues: int, partitions: int) -> Filled:
    """Fill an empty database of reporting, of a ledger's topic with so many partitions."""
    await Store(mongo).prepare()
    plan, tree = read_plan(PLAN), units()
    parents = {each.id: each.parent for each in tree}
    shapes = [Shape(number, issues // UNITS).rows for number in range(SHAPES)]
    cells = [sum((cells_of(name, row) for (name, _), row in shape.items() if name in SUMMED), Cells()) for shape in shapes]
    added, lives, waiting = nothing_added(), dict[str, list[Stage]](), dict[str, list[Any]]()
    accepted = datetime(2019, 8, 1, 2, tzinfo=UTC)

    async def write(collection: str, row: Any) -> None:
        waiting.setdefault(collection, []).append(row)
        if len(waiting[collection]) >= PART:
            await mongo[collection].insert_many(waiting.pop(collection), ordered=False)

    for index, unit in enumerate(tree):
        path, book = path_of(unit.id, parents), book_id(plan.campaign, unit.id)
        partition = partition_of(book.encode(), partitions)
        add(added, spread(plan.campaign, tuple(path), cells[index % SHAPES], partition))
        rows = {place: copied(row, unit.id, path) for place, row in shapes[index % SHAPES].items()}
        rows["units", book_id(plan.campaign, "unit")] |= {
            "name": unit.name,
            "known_as": [unit.name],
            "parent": unit.parent,
            "unit_class": unit.unit_class,
        }
        for (place, own), to in zip(_given(rows, issues // UNITS // 100), tree[index + 1 : index + 2] * UNITS, strict=False):
            rows[place], taken = handed(own, to, path_of(to.id, parents), 900_000 + own["number"])
            add(added, spread(plan.campaign, tuple(path), cells_of("issues", own), partition), -1)
            for each in (rows[place], taken):
                add(added, spread(plan.campaign, tuple(each["path"]), cells_of("issues", each), partition))
            lives[first_of(own["_id"])[0]] = [stage_of(rows[place]), stage_of(taken)]
            add(added, spread_life(plan.campaign, lives[first_of(own["_id"])[0]], partition))
            await write("issues", taken)
        for (collection, _), row in rows.items():
            await write(collection, row)
        mark = {
            "position": 5 * issues // UNITS,
            "chain": hashlib.sha256(unit.id.encode()).hexdigest(),
            "accepted": accepted + timedelta(seconds=index),
        }
        await write(MARKS, {"_id": book} | mark)
        await write("people", {"_id": f"root/p{index:04}", "name": f"人员{index}", "unit": unit.id, "said": accepted})
    announced: Rows = {}
    told: dict[str, Any] = {"time": accepted, "accepted": accepted, "told_source": "b", "told_id": "1"}
    where, fact = Where(campaign=plan.campaign, unit="root"), CampaignAnnounced(plan=plan, tree=seal(tree))
    fold(announced, Recorded(book_id(plan.campaign, "root"), 1, "", "CampaignAnnounced", plan.campaign, where=where, fact=fact, **told))
    await write("campaigns", announced["campaigns", plan.campaign])
    for collection, last in waiting.items():
        await mongo[collection].insert_many(last, ordered=False)
    summing = Summing(mongo, partitions)
    await summing.write(None, added)
    await summing.keep(None, lives)
    return Filled(plan.campaign, "root", "m01", "u0045", issues)


def path_of(unit: str, parents: Mapping[str, str | None]) -> list[str]:
    """The units from the root to this one."""
    parent = parents[unit]
    return [*(path_of(parent, parents) if parent else []), unit]


def _given(rows: Mapping[Place, Any], most: int) -> list[tuple[Place, Any]]:
    """Issues that another unit is to have."""
    return [(place, row) for place, row in rows.items() if place[0] == "issues" and row["status"] == "planned"][:most]
