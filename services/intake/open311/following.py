"""What became of service requests: asked of reporting with the asker's own key, so that its rules of access hold."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

import httpx
from fastapi import Request

from services.intake.open311.report import TOLD
from services.intake.open311.services import Services
from services.intake.open311.wording import REFUSED, STATES
from shared.http.language import language_of
from shared.http.problem import Problem, in_language
from shared.values import Wording
from shared.wording import Language, worded

OPEN, CLOSED = ("open", "handed-over"), ("struck-off", "merged", "void")
"""How reporting calls what is open to an app, and what is closed. What another unit took over is still to be done."""
MOST = 1000
"""Service requests in one answer."""
NAMED = 50
"""Of which one request may ask by their ids, and services by which it may choose."""
PAGE = 200
HOPS = 5
"""Books through which an issue is followed that was handed over."""
TIMEOUT = 10.0
"""Seconds that reporting may take."""
ID = re.compile(r"([a-z0-9][a-z0-9-]{0,39})~([^/]{1,440})")
"""A service request: the unit whose book it is on, and the last part of the issue's subject."""
OURS = re.compile(r"([a-z0-9][a-z0-9-]*)~([0-9a-f]{32})")
"""The last part of an issue that came through this door: the key's source, and the reference."""


class Reporting:
    """Reporting, as it answers whoever asks."""

    def __init__(self, address: str) -> None:
        """Without an address it is always away."""
        self._address = address
        self._client: httpx.AsyncClient | None = None

    async def run(self) -> None:
        """Keep connections to it until cancelled."""
        async with httpx.AsyncClient(base_url=self._address, timeout=TIMEOUT, trust_env=False) as self._client:
            await asyncio.Event().wait()

    async def get(self, request: Request, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """What it answers to the holder of the request's key; None where it has no such thing. Raises Problem 429 or 503."""
        if not self._address or self._client is None:
            raise Problem("reporting-away", {"Retry-After": "60"}, why="XIAOHAO_REPORTING_ADDRESS")
        asker = {"Authorization": request.headers["authorization"], "Accept": "application/json"}
        try:
            answer = await self._client.get(path, params=params, headers=asker)
        except httpx.HTTPError as error:
            raise Problem("reporting-away", {"Retry-After": "5"}, why=type(error).__name__) from error
        if answer.status_code in (200, 202):
            return answer.json()
        if answer.status_code in (404, 422):
            return None
        wait = {"Retry-After": answer.headers.get("Retry-After", "5")}
        if answer.status_code == 429:
            raise Problem("reporting-limits", wait)
        raise Problem("reporting-away", wait, why=answer.status_code)


class Following:
    """The service requests of a campaign, as one asker may see them."""

    def __init__(self, reporting: Reporting, request: Request, campaign: str, services: Services) -> None:
        self._reporting, self._request, self._campaign, self._services = reporting, request, campaign, services
        self._language: Language = language_of(request)

    async def one(self, id: str) -> dict[str, Any] | None:
        """One service request, followed into the book that took it over; none where there is none that the asker may see, or not yet. Raises Problem 503."""
        if not (named := ID.fullmatch(id)):
            return None
        unit, last = named.groups()
        issue = await self._issue(f"{self._campaign}/{unit}/issue/{last}")
        if issue is None:
            return await self._refused(id, unit, last)
        for _ in range(HOPS):
            if not issue["moved_to"] or (further := await self._issue(issue["moved_to"])) is None:
                break
            issue = further
        return self._shown(issue) | {"service_request_id": id}

    async def some(self, services: Sequence[tuple[str, str]], since: date, until: date, states: Sequence[str]) -> list[dict[str, Any]]:
        """Those that were entered in these days, by book and number: at most MOST. Raises Problem 503."""
        found = list[dict[str, Any]]()
        days = {"campaign": self._campaign, "since": since.isoformat(), "until": until.isoformat()}
        for service in [{"channel": channel, "category": category} for channel, category in services] or [{}]:
            for state in [{"status": state} for state in states] or [{}]:
                async for issue in self._issues({**days, **service, **state}):
                    found.append(self._shown(issue))
                    if len(found) == MOST:
                        return found
        return found

    async def _issue(self, subject: str) -> Any:
        answer = await self._reporting.get(self._request, f"/api/issues/{quote(subject, safe='/~')}")
        return answer and answer["issue"]

    async def _issues(self, asked: Mapping[str, str]) -> AsyncIterator[Any]:
        params = {**asked, "limit": PAGE}
        while True:
            page = await self._reporting.get(self._request, "/api/issues", params) or {"items": [], "next": None}
            for issue in page["items"]:
                yield issue
            if page["next"] is None:
                return
            params["cursor"] = page["next"]

    async def _refused(self, id: str, unit: str, last: str) -> dict[str, Any] | None:
        """A service request that the ledger refused, or holds: it is on no book."""
        if not (ours := OURS.fullmatch(last)):
            return None
        told = await self._reporting.get(self._request, f"/api/told/{TOLD}{ours[2]}", {"source": ours[1]})
        for answer in told["answers"] if told else ():
            if answer["book"] == f"{self._campaign}/{unit}" and answer["reason"]:
                state = "closed" if answer["state"] == "refused" else "open"
                notes = worded(REFUSED[answer["state"]], reason=Wording(**answer["reason"]))
                return {"service_request_id": id, "status": state, "status_notes": in_language(notes, self._language)}
        return None

    def _shown(self, issue: Any) -> dict[str, Any]:
        """An issue as a service request: what is recorded of it, by days in China."""
        notes = worded(STATES[issue["status"]], unit=issue["handed_to"] or issue["unit"], result=issue["result"] or "–")
        days = [issue[name] for name in ("entered", "planned", "rectified", "struck_off", "carried_over") if issue[name]]
        closed = issue["status"] in CLOSED
        return {
            "service_request_id": f"{issue['unit']}~{issue['id'].partition('/issue/')[2]}",
            "status": "closed" if closed else "open",
            "status_notes": in_language(notes, self._language),
            "service_name": self._services.name("categories", issue["category"], self._language),
            "service_code": f"{issue['channel']}.{issue['category']}",
            "description": issue["text"],
            "agency_responsible": issue["unit_name"] or issue["unit"],
            "requested_datetime": f"{issue['entered']}T00:00:00+08:00",
            "updated_datetime": f"{max(days)}T00:00:00+08:00",
            "expected_datetime": None if closed or issue["standing"] else f"{issue['fix_due']}T23:59:59+08:00",
        }
