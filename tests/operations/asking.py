"""Every route of reporting, asked as its readers do; MongoDB itself says what it looked at for that."""

from typing import Any

from fastapi.routing import APIRoute
from pymongo import MongoClient
from pymongo.database import Database

from tests.operations.counting import Count
from tests.operations.installation import NAMESPACE, Installation
from tests.reporting.telling import PLAN

HERE = f"/campaigns/{PLAN.campaign}"
FIGURES = ("summary", "kpis", "lights", "scores", "recurring", "report.docx", "ledger.xlsx")
ELSEWHERE = {"/livez", "/readyz", "/metrics", "/style.css", "/api/settled"}
"""Routes that ask nothing of reporting's own collections."""
Document = dict[str, Any]


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


class Asking:
    """Asks for all pages of an installation."""

    def __init__(self, run: Installation, mongodb_uri: str, unit: str, told: str) -> None:
        self._run, self._unit, self._told = run, unit, told
        self._database: Database[Document] = MongoClient[Document](mongodb_uri)[f"{NAMESPACE}xiaohao-reporting"]

    async def all(self) -> dict[str, dict[str, float]]:
        """What each route takes, in this order, of a copy of reporting that was just started."""
        service = self._run.reporting()
        issue = self._database["issues"].find_one({}, sort=[("_id", 1)])
        assert issue is not None
        wanted = routes(self._unit, issue["_id"], self._told)
        there = {each.path for each in service.http.routes if isinstance(each, APIRoute)}
        if unknown := there - ELSEWHERE - {route.partition("?")[0] for route in wanted}:
            raise RuntimeError(f"{__file__} does not say how to ask {', '.join(sorted(unknown))}")
        async with self._run.client(service.http) as client:
            found: dict[str, dict[str, float]] = {}
            for route, path in wanted.items():
                self._watch(2)
                with self._run.meter.counting(count := Count(), calls=False):
                    answer = await client.get(path)
                self._watch(0)
                if answer.status_code != 200:
                    raise RuntimeError(f"{path}: {answer.text}")
                found[route] = {"commands": count.commands.total(), "bytes from MongoDB": count.bytes_from, "examined": self._examined()}
        service.mongo.close()
        return found

    def multiply(self, times: int) -> None:
        """Have so many times the issues, all like those that there are, each with an id and a place of its own."""
        rows = list(self._database["issues"].find())
        copies = [row | {name: f"{row[name]}{n:04}" for name in ("_id", "place")} for row in rows for n in range(1, times)]
        self._database["issues"].insert_many(copies)

    def close(self) -> None:
        """Let go of the connection."""
        self._database.client.close()

    def _watch(self, level: int) -> None:
        """Have MongoDB note every operation (2), or none (0)."""
        if level:
            self._database["system.profile"].drop()
        self._database.command("profile", level)

    def _examined(self) -> int:
        """Documents and index entries that MongoDB looked at meanwhile."""
        noted = self._database["system.profile"].find({"ns": {"$not": {"$regex": r"\.system\.profile$"}}})
        return sum(each.get("docsExamined", 0) + each.get("keysExamined", 0) for each in noted)
