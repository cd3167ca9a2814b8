"""Every route of reporting, asked as its readers do."""

from fastapi.routing import APIRoute

from tests.operations.counting import Count
from tests.operations.installation import Installation
from tests.reporting.telling import PLAN

HERE = f"/campaigns/{PLAN.campaign}"
FIGURES = ("summary", "kpis", "lights", "scores", "recurring", "report.docx", "ledger.xlsx")
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
        "/api/told/{event_id:path}": f"/api/told/{told}",
        "/api/campaigns": "/api/campaigns",
        **{f"/api/campaigns/{{id}}/{each}": f"/api{HERE}/{each}" for each in FIGURES},
    }


async def ask(run: Installation, unit: str, told: str) -> dict[str, Count]:
    """What each route takes, in this order, of a copy of reporting that was just started."""
    service, watched, found = run.reporting(), run.watched["reporting"], dict[str, Count]()
    issue = watched.database["issues"].find_one({}, sort=[("_id", 1)])
    assert issue is not None
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


def multiply(run: Installation, times: int) -> None:
    """Have so many times the issues, all like those that there are, each with an id and a place of its own."""
    issues = run.watched["reporting"].database["issues"]
    issues.insert_many(
        [row | {name: f"{row[name]}{n:04}" for name in ("_id", "place")} for row in list(issues.find()) for n in range(1, times)]
    )
