"""The routes of Open311 GeoReport v2, of each campaign. A service is a category of issues, by the channel that they come in by."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, FastAPI, Query, Request, Response
from starlette.requests import ClientDisconnect

from services.intake.body import SLOWEST, STALLED, Body, OverLimit, Stalled
from services.intake.envelope import Row, valid_trace
from services.intake.open311 import contract
from services.intake.open311.answers import Form, Refused, Route, answered
from services.intake.open311.following import CLOSED, NAMED, OPEN, Following, Reporting
from services.intake.open311.report import event_of, identity, read_form, read_report, reference_of
from services.intake.open311.services import Services
from services.intake.open311.store import Requests
from services.intake.open311.wording import NOTICE, UNIT
from services.intake.taking import Taking
from shared.http.access import Key, Keys
from shared.http.language import language_of
from shared.http.problem import CHALLENGE, Problem, asking_again, in_language, requires
from shared.values import Moment
from shared.wording import worded
from shared.workdays import local_date

FORM = {"application/x-www-form-urlencoded": 64 << 10}
"""The content type of what is posted, with the bytes that it may have."""
KEYLESS = 5.0
"""Seconds that a form may take whose key does not stand before it."""
SPAN = timedelta(days=90)
"""What one question may span, as GeoReport v2 has it."""
Listed = Annotated[str | None, Query(max_length=5_000)]
Jurisdiction = Annotated[str | None, Query(max_length=200, description="the campaign, as in the address; may be left out")]
When = Annotated[Moment | None, Query(description="RFC 3339, as 2019-04-02T00:00:00+08:00")]


async def refuse_key_in_url(request: Request) -> None:
    """A FastAPI dependency: what stands in an address stands in logs too, so no key may. Raises Problem 401."""
    if "api_key" in request.query_params:
        raise Problem("key-in-url", CHALLENGE)


class Sent(NamedTuple):
    """How it is known which requests came already, and the secret by which their digests are made."""

    requests: Requests
    secret: bytes


def add_open311(http: FastAPI, taking: Taking, keys: Keys, reporting: Reporting, sent: Sent) -> None:
    """Add the routes."""
    router = APIRouter(prefix="/open311/{campaign}/v2", route_class=Route, tags=["open311"], dependencies=[Depends(refuse_key_in_url)])
    _add_services(router, taking, keys, sent)
    _add_requests(router, taking, keys, reporting)
    http.router.routes.extend(router.routes)  # not included as a router, in which whoever walks the routes would not find them


async def _services(taking: Taking, campaign: str, key: Key, jurisdiction: str | None) -> Services:
    """What can be reported in a campaign, where the key's unit has a book in it. Raises Problem 404, or 503."""
    found = await taking.book(campaign, key)
    if found is None or jurisdiction not in (None, campaign):
        raise Problem("no-such-jurisdiction", campaign=(jurisdiction or campaign)[:80])
    return Services(*found)


def _add_services(router: APIRouter, taking: Taking, keys: Keys, sent: Sent) -> None:
    """What can be reported, and where it is."""
    telling = requires(keys, "tell")
    teller = Annotated[Key, Depends(telling)]

    @router.get("/services.{form}", **contract.SERVICES)
    async def services(request: Request, key: teller, campaign: str, form: Form, jurisdiction_id: Jurisdiction = None) -> Response:
        found = await _services(taking, campaign, key, jurisdiction_id)
        return answered(form, "services", found.listed(language_of(request)))

    @router.get("/services/{service_code}.{form}", **contract.DEFINITION)
    async def definition(
        request: Request, key: teller, campaign: str, service_code: str, form: Form, jurisdiction_id: Jurisdiction = None
    ) -> Response:
        (await _services(taking, campaign, key, jurisdiction_id)).split(service_code)
        unit: dict[str, Any] = {
            "variable": True,
            "code": "unit",
            "datatype": "string",
            "required": False,
            "datatype_description": None,
            "order": 1,
            "description": in_language(worded(UNIT, unit=key.unit), language_of(request)),
            "values": [],
        }
        return answered(form, "service_definition", {"service_code": service_code, "attributes": [unit]})

    async def posted(request: Request) -> tuple[Key, dict[str, str]]:
        """The key of a request that posts a form, which may stand in it, and its fields. Raises Problem 400 to 415 or 429."""
        if "authorization" in request.headers:
            await telling(request)
            fields = await _fields(Body(request, FORM))
            fields.pop("api_key", None)
            return asking_again(request, keys)(), fields
        try:  # nobody knows yet who it is, so that it takes a place from all who have their key in the form
            async with asyncio.timeout(KEYLESS):
                fields = await _fields(Body(request, FORM), keyless=True)
        except (Problem, TimeoutError):
            raise Problem("no-key", {**CHALLENGE, "Connection": "close"}) from None  # whoever has no key hears that alone
        key = await telling(_bearing(request, fields.pop("api_key", "")))
        request.state.gate.move(request.scope, key)
        return key, fields

    @router.post("/requests.{form}", **contract.POST)
    async def post(request: Request, given: Annotated[tuple[Key, dict[str, str]], Depends(posted)], campaign: str, form: Form) -> Response:
        key, fields = given
        found = await _services(taking, campaign, key, fields.pop("jurisdiction_id", None))
        now, said = await taking.now() or datetime.now(UTC), read_report(fields, key, found)
        if once := request.headers.get("idempotency-key"):
            reference = reference_of(campaign, once)
        else:
            reference = await sent.requests.reference(identity(campaign, key, said, fields, sent.secret), now)
        event = event_of(campaign, said, key, reference, now)
        with taking.counted() as outcome:
            await taking.take([Row(0, event)], key, valid_trace(request.headers.get("traceparent")), outcome)
        if outcome.refused:
            raise Refused(403 if outcome.forbidden else 400, outcome.errors)
        _, unit, _, last = event["subject"].split("/")
        notice = in_language(worded(NOTICE, id=(id := f"{unit}~{last}")), language_of(request))
        return answered(form, "service_requests", [{"service_request_id": id, "service_notice": notice, "account_id": None}])


def _add_requests(router: APIRouter, taking: Taking, keys: Keys, reporting: Reporting) -> None:
    """What became of it."""
    reader = Annotated[Key, Depends(requires(keys, "read"))]

    @router.get("/requests.{form}", **contract.LIST)
    async def requests(
        request: Request,
        key: reader,
        campaign: str,
        form: Form,
        service_request_id: Listed = None,
        service_code: Listed = None,
        start_date: When = None,
        end_date: When = None,
        status: Listed = None,
        jurisdiction_id: Jurisdiction = None,
    ) -> Response:
        services = await _services(taking, campaign, key, jurisdiction_id)
        following = Following(reporting, request, campaign, services)
        if service_request_id:
            ids = _named("service_request_id", service_request_id)
            found = [each for id in ids if (each := await following.one(id))]
        else:
            asked = [services.split(code) for code in _named("service_code", service_code or "")]
            since, until = _days(start_date, end_date, await taking.now() or datetime.now(UTC))
            found = await following.some(asked, since, until, _states(status))
        return answered(form, "service_requests", found)

    @router.get("/requests/{service_request_id}.{form}", **contract.ONE)
    async def one(
        request: Request, key: reader, campaign: str, service_request_id: str, form: Form, jurisdiction_id: Jurisdiction = None
    ) -> Response:
        following = Following(reporting, request, campaign, await _services(taking, campaign, key, jurisdiction_id))
        if (found := await following.one(service_request_id)) is None:
            raise Problem("no-such-request", request=service_request_id[:200])
        return answered(form, "service_requests", [found])

    @router.get("/tokens/{token}.{form}", **contract.TOKEN)
    async def token(request: Request, key: reader, campaign: str, token: str, form: Form, jurisdiction_id: Jurisdiction = None) -> Response:
        following = Following(reporting, request, campaign, await _services(taking, campaign, key, jurisdiction_id))
        if await following.one(token) is None:
            raise Problem("no-such-request", request=token[:200])
        return answered(form, "service_requests", [{"service_request_id": token, "token": token}])


async def _fields(body: Body, keyless: bool = False) -> dict[str, str]:
    """The fields of a form that is posted; of one without a key nothing is read past its limit. Raises Problem 400, 408 or 413."""
    try:
        return read_form(b"".join([chunk async for chunk in body.chunks()]))
    except OverLimit:
        if not keyless:
            await body.discard()
        raise Problem("form-too-large", bytes=FORM[body.media]) from None
    except Stalled:
        raise Problem("stalled", {"Connection": "close"}, seconds=STALLED, slowest=SLOWEST) from None
    except ClientDisconnect:
        raise Problem("cut-off") from None


def _bearing(request: Request, secret: str) -> Request:
    """A request without a key in its header, with that of its form there, so that keys are looked at in one way."""
    if not secret:
        return request
    header = (b"authorization", b"Bearer " + secret.encode())
    return Request({**request.scope, "headers": [*request.scope["headers"], header], "state": {}})


def _named(field: str, listed: str) -> list[str]:
    """The entries of a list, each once. Raises Problem 400 for more than NAMED."""
    entries = listed.split(",")
    if len(entries) > NAMED:
        raise Problem("wrong-field", field=field)
    return list(dict.fromkeys(each.strip() for each in entries if each.strip()))


def _days(start: datetime | None, end: datetime | None, now: datetime) -> tuple[date, date]:
    """The days that are asked for; left open, the last 90. Raises Problem 400."""
    try:
        start = start or (end or now) - SPAN
        end = end or start + SPAN
        if timedelta(0) <= end - start <= SPAN:
            return local_date(start), local_date(end)
    except OverflowError:  # no day of the calendar, there or in China
        pass
    raise Problem("span", days=SPAN.days)


def _states(status: str | None) -> Sequence[str]:
    """What reporting calls the states that are asked for; none: all. Raises Problem 400."""
    asked = {each.strip() for each in status.split(",")} if status else set()
    if not asked <= {"open", "closed"}:
        raise Problem("wrong-field", field="status")
    return () if len(asked) != 1 else OPEN if asked == {"open"} else CLOSED
