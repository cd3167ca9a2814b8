"""Two bureaus on one installation that share nothing: units, persons, sources and ids of the two are the same, and all that they write is theirs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from deploy.client.announcement import announcement
from shared.events.activity import PracticeShared
from shared.events.clock import TimeTold
from shared.events.fact import Fact
from shared.events.issue import IssueReported, MeasuresPlanned
from shared.events.people import PersonNamed
from shared.events.returns import ReturnFiled
from shared.events.self_check import SelfCheckAnswered
from shared.http.access import Keys
from shared.plan import Plan
from shared.plan.indicator import Kpi, Light, Score, Scoring
from shared.topics import subject_id
from shared.units import Unit
from shared.values import Named
from shared.workdays import BEIJING
from tests.flow import PLAN, both

ROOTS = ("aaeast", "aawest")
"""Each is written nowhere but in what is its own."""
DAY = "2019-03-05"
Event = dict[str, Any]


def other(root: str) -> str:
    """The other root."""
    return ROOTS[1 - ROOTS.index(root)]


def units(root: str, namesake: bool) -> list[Unit]:
    """A bureau and its hospitals, under the same codes as the other's; perhaps with a namesake of the other root, under `h1` in a further line too."""
    ids = ("h1", "h2", *([other(root)] if namesake else []))
    lines = {other(root): {"union": "h1"}}
    below = [
        Unit(
            id=id,
            name=f"{root} {id}",
            parent=root,
            unit_class="hospital",
            responsible="head" if id == "h1" else None,
            superiors=lines.get(id, {}),
        )
        for id in ids
    ]
    return [Unit(id=root, name=f"{root} bureau", unit_class="bureau"), *below]


def plan(root: str, campaign: str, public: bool) -> Plan:
    """A plan of which every route has something to say."""
    name = both(f"{root} {campaign}")
    more = {
        "campaign": campaign,
        "public": public,
        "name": name,
        "lines": (Named(code="union", name=name),),
        "kpis": (Kpi(code="struck-off", name=name, of="struck-off", at_least=100),),
        "lights": (Light(code="overdue", name=name, of="overdue", yellow=1, red=3),),
        "scoring": Scoring(below=20, rules=(Score(code="late", name=name, fact="IssueOverdue", points=-2),)),
    }
    return Plan(**(dict(PLAN) | more))


def keys() -> tuple[Keys, dict[str, str]]:
    """Keys of both, whose sources are the same on both sides; one with which the second takes part in what the first announces; and one that tells the time."""
    made = Keys()
    secrets = {root: made.add(f"{root}-root", "desk", root, ["tell", "announce", "read"]) for root in ROOTS}
    secrets |= {f"{root} operator": made.add(f"{root}-operator", "desk", root, ["tell", "operate"]) for root in ROOTS}
    secrets |= {f"{root} h1": made.add(f"{root}-h1", "h1", "h1", ["tell", "read"], root) for root in ROOTS}
    for root in ROOTS:
        made.allowances.allow(f"{root}-*", root)
    made.allowances.allow("both-2019", ROOTS[0])
    joined = made.add("joined", "joined", ROOTS[1], ["tell", "read"], ROOTS[1], ROOTS[:1])
    return made, secrets | {"joined": joined, "clock": made.add("clock", "clock", "clock", ["tell", "clock"])}


def event(id: str, subject: str, fact: Fact, day: str = DAY) -> Event:
    """A fact as it is posted."""
    data = fact.model_dump(mode="json", exclude_none=True)
    time = f"{day}T09:00:00+08:00"
    return {"specversion": "1.0", "id": id, "type": type(fact).__name__, "subject": subject, "time": time, "data": data}


def midnight(day: str) -> Event:
    """The time at the end of a day."""
    return event(f"time-{day}", "time", TimeTold(now=datetime.fromisoformat(f"{day}T23:59:59+08:00").astimezone(BEIJING)), day)


def announced(root: str, campaign: str, *, public: bool = True, namesake: bool = True) -> list[Event]:
    """A campaign of a root: first its tree, last its announcement."""
    events = announcement(plan(root, campaign, public), units(root, namesake))
    return [{name: value for name, value in each.items() if name != "source"} for each in map(dict, events)]


def alone(root: str) -> str:
    """A person whom the other root has under no id."""
    return f"{root}-only"


def own(root: str) -> str:
    """The campaign of a root that the other never thought of."""
    return f"{root}-2019"


def issue(campaign: str) -> str:
    """The one issue of a campaign."""
    return subject_id(f"{campaign}/h1", "issue", "h1", "1")


def story(root: str) -> Sequence[tuple[str, list[Event]]]:
    """What each root tells of its own campaign, with which key: the same ids, the same persons, texts of its own."""
    book, issues = f"{own(root)}/h1", [issue(own(root)), subject_id(f"{own(root)}/h1", "issue", "h1", "2")]
    people = [
        event(
            f"person-{who}", f"{own(root)}/{root}", PersonNamed(person=who, unit="h1", name=f"{root} {who}", mail=f"{who}@{root}.example")
        )
        for who in ("head", "p1", alone(root))
    ]
    told = [
        *(
            event(f"issue-{n}", id, IssueReported(text=f"{root} 排队太久", category="flow", channel="complaint", owner="p1"))
            for n, id in enumerate(issues)
        ),
        event("plan", issues[0], MeasuresPlanned(measures=f"{root} 增开窗口", by="p1")),
        event("check", subject_id(book, "check", "1"), SelfCheckAnswered(target=1, conforms=False, finding=f"{root} 超时", by="p1")),
        event(
            "practice",
            subject_id(book, "practice", "h1", "1"),
            PracticeShared(by="p1", title=f"{root} 预约", text=f"{root} 分时", visibility="public"),
        ),
        event("return", subject_id(book, "return", "report"), ReturnFiled(obligation="report", title=f"{root} 报告", by="p1")),
        event("refused", subject_id(book, "return", "none"), ReturnFiled(obligation="none", title=f"{root} 无此", by="p1")),
    ]
    return [(root, people), (f"{root} h1", told)]
