"""Every route of reporting, asked as its readers do."""

from hashlib import sha256
from io import BytesIO

import orjson
from fastapi.routing import APIRoute

from shared.attachments import DATABASE, Attachment, Attachments, Uploader
from shared.http.service import Service
from tests.operations.counting import Count
from tests.operations.installation import NAMESPACE, Installation
from tests.reporting.telling import PLAN

HERE = f"/campaigns/{PLAN.campaign}"
FIGURES = ("summary", "kpis", "lights", "scores", "recurring", "report.docx", "ledger.xlsx")
PAPER = b"%PDF-1.7"
ELSEWHERE = {"/livez", "/readyz", "/metrics", "/style.css", "/api/settled"}
"""Routes that ask nothing of reporting's own collections."""


def routes(unit: str, issue: str, told: str) -> dict[str, str]:
    """Every route, and how it is asked here: of one of its units, one issue and one told event."""
    return {
        "/": "/",
        "/campaigns/{id}": HERE,
        "/campaigns/{id}?unit": f"{HERE}?unit={unit}",
        "/campaigns/{id}/issues": f"{HERE}/issues",
        "/campaigns/{id}/issues?overdue": f"{HERE}/issues?overdue=true",
        **{f"/campaigns/{{id}}/{each}": f"{HERE}/{each}" for each in ("returns", "checks", "gaps", "books")},
        "/issues/{id:path}": f"/issues/{issue}",
        "/public/{campaign}": f"/public/{PLAN.campaign}",
        "/api/issues": "/api/issues",
        "/api/issues/{id:path}": f"/api/issues/{issue}",
        "/api/attachments/{id:path}/{sha256}": f"/api/attachments/{issue}/{sha256(PAPER).hexdigest()}",
        "/api/told/{event_id:path}": f"/api/told/{told}",
        "/api/campaigns": "/api/campaigns",
        **{f"/api/campaigns/{{id}}/{each}": f"/api{HERE}/{each}" for each in FIGURES},
    }


async def ask(run: Installation, unit: str, told: str) -> dict[str, Count]:
    """What each route takes, in this order, of a copy of reporting that was just started."""
    service, watched, found = run.reporting(), run.watched["reporting"], dict[str, Count]()
    issue = watched.database["issues"].find_one({}, sort=[("_id", 1)])
    assert issue is not None
    await _attach(run, service, issue["_id"])
    wanted = routes(unit, issue["_id"], told)
    there = {each.path for each in service.http.routes if isinstance(each, APIRoute)}
    if unknown := there - ELSEWHERE - {route.partition("?")[0] for route in wanted}:
        raise RuntimeError(f"{__file__} does not say how to ask {', '.join(sorted(unknown))}")
    async with run.client(service.http) as client:
        for route, path in wanted.items():
            found[route] = Count(watched, calls=False)
            with run.meter.counting(found[route]):
                answer = await client.get(path)
            if answer.status_code != 200:
                raise RuntimeError(f"{path}: {answer.text}")
    service.mongo.close()
    return found


async def _attach(run: Installation, service: Service, issue: str) -> None:
    """Have the first event of an issue name a paper that is kept."""
    hash = sha256(PAPER).hexdigest()
    kept, paper = Attachments(service.mongo.beside(f"{NAMESPACE}{DATABASE}")), Attachment(hash, "application/pdf", len(PAPER), None)
    await kept.keep(BytesIO(PAPER), paper, hash, lambda: Uploader("root", "root", "root"))
    events = run.watched["reporting"].database["events"]
    first = events.find_one({"subject": issue}, sort=[("_id", 1)])
    assert first is not None
    value = orjson.loads(first["value"])
    value["fact"]["evidence"] = [paper.reference]
    events.update_one({"_id": first["_id"]}, {"$set": {"value": orjson.dumps(value)}})


def multiply(run: Installation, times: int) -> None:
    """Have so many times the issues, all like those that there are, each with an id and a place of its own."""
    issues = run.watched["reporting"].database["issues"]
    issues.insert_many(
        [row | {name: f"{row[name]}{n:04}" for name in ("_id", "place")} for row in list(issues.find()) for n in range(1, times)]
    )
