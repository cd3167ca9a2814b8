"""Reporting over HTTP, as JSON: issues, campaigns, summaries, what became of a told event, and whether all is settled."""

import asyncio
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import Depends, FastAPI, Query, Response

from services.reporting.figures.summaries import Summaries
from services.reporting.fold.rows import IssueRow, Status
from services.reporting.handler import Waiting
from services.reporting.http.lags import Lags
from services.reporting.http.queries import BadCursor, Filter, NotFound, Queries
from services.reporting.http.reads import CodeParam, UnitParam, reads_campaign, reads_issue, reads_issues
from services.reporting.http.views import CampaignView, IssueHistory, IssueList, SettledAnswer, Summary, Told, ToldAnswer
from services.reporting.store import DatabaseError, Store
from services.reporting.wording.texts import LANGUAGES
from services.reporting.wording.texts import text as say
from shared.faults import Unavailable
from shared.http.access import Key, Keys
from shared.http.problem import Problem, requires
from shared.kafka.cloudevents import SUBJECT
from shared.values import Wording

RECHECK = 2.0
"""Seconds after which a waiting request looks again: another copy may have folded its event."""
STATES: tuple[Literal["recorded", "held", "refused"], ...] = ("recorded", "held", "refused")
PhaseParam = Annotated[str | None, Query(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,19}$")]


def not_found(error: NotFound) -> Problem:
    """What a question about something that is not there, or not for this key, is answered."""
    return Problem(404, "Not Found", str(error))


def unavailable(error: Unavailable) -> Problem:
    """What is answered while broker or database cannot be asked."""
    return Problem(503, "Service Unavailable", str(error)[:300], headers={"Retry-After": "2"})


def add_api(http: FastAPI, keys: Keys, store: Store, queries: Queries, summaries: Summaries, waiting: Waiting, lags: Lags) -> None:
    """The routes under `/api`. Each answers for what its key may see."""
    reader = Annotated[Key, Depends(requires(keys, "read"))]
    of_campaign = Annotated[Key, Depends(reads_campaign(keys, queries))]

    @http.get("/api/issues")
    async def issues(
        key: Annotated[Key, Depends(reads_issues(keys, queries))],
        campaign: CodeParam = None,
        unit: UnitParam = None,
        phase: PhaseParam = None,
        figure: Literal["entered", "struck_off", "on_time", "overdue", "carried_over"] = "entered",
        category: CodeParam = None,
        channel: CodeParam = None,
        status: Status | Literal["open"] | None = None,
        overdue: bool | None = None,
        carried_over: bool | None = None,
        text: Annotated[str | None, Query(min_length=1, max_length=100, pattern=r"^[^\x00]*$")] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        cursor: Annotated[str | None, Query(max_length=200)] = None,
    ) -> IssueList:
        """Issues by book and number. `unit` takes all below it with it; `figure` and `phase` give the issues behind a figure of a summary;
        `text` is found in whichever glyphs it is written (臺賬, 台账, 台帐);
        `overdue` asks for those whose clock ran out and that are not rectified now.
        """
        if unit:
            try:
                unit = await queries.unit_code(key.unit, campaign, unit)
            except NotFound as error:
                raise not_found(error) from None
        wanted = Filter(campaign, unit, phase, figure, category, channel, status, overdue, carried_over, text)
        try:
            rows, following = await queries.issues(key.unit, wanted, limit, cursor)
        except BadCursor:
            errors = [{"field": "cursor", "value": str(cursor)[:80], "detail": "not a cursor that this API gave out"}]
            raise Problem(422, "Unprocessable Content", "a parameter does not fit", errors=errors) from None
        return IssueList(items=await queries.views(key.unit, rows), next=following)

    @http.get("/api/issues/{id:path}")
    async def issue(key: Annotated[Key, Depends(reads_issue(keys, queries))], id: str) -> IssueHistory:
        """One issue with its history, oldest first."""
        row = await issue_of(queries, key, id)
        history, more = await queries.history(row["_id"])
        return IssueHistory(issue=(await queries.views(key.unit, [row]))[0], history=history, more=more)

    @http.get("/api/campaigns")
    async def campaigns(key: reader) -> list[CampaignView]:
        """The campaigns that the key's unit takes part in, newest first."""
        return await summaries.campaigns(key.unit)

    @http.get("/api/campaigns/{id}/summary")
    async def summary(key: of_campaign, id: str, unit: UnitParam = None) -> Summary:
        """The figures of a unit and all below it, by phase, and by the units directly below."""
        try:
            async with store.snapshot() as session:
                return (await summaries.summary(key.unit, id, unit, session))[0]
        except NotFound as error:
            raise not_found(error) from None

    @http.get("/api/told/{event_id:path}")
    async def told(
        key: reader,
        event_id: str,
        response: Response,
        wait: Annotated[float, Query(ge=0, le=60)] = 0,
        source: Annotated[str | None, Query(min_length=1, max_length=200)] = None,
    ) -> ToldAnswer:
        """What became of an event that was told: recorded, held, refused, or in no book yet (202), then after waiting `wait` seconds for it.
        Without `source`, of all sources, newest first, at most 20.
        """
        if len(event_id) > 500:
            raise Problem(422, "Unprocessable Content", "an id has at most 500 characters")
        answers = await _await_told(queries, waiting, key, event_id, source, wait)
        if answers:
            states = {each.state for each in answers}
            best = next(state for state in STATES if state in states)
            return ToldAnswer(id=event_id, state=best, answers=answers)
        response.status_code = 202
        behind = await _behind(lags)
        return ToldAnswer(id=event_id, state="not-yet-recorded", answers=[], behind=behind, detail=_not_yet(behind))

    @http.get("/api/settled")
    async def settled(key: reader) -> SettledAnswer:
        """Whether nothing that was told is under way, and every reader has folded what was recorded."""
        behind = await lags.behind()
        return SettledAnswer(settled=not any(behind.values()), behind=behind)

    @http.exception_handler(DatabaseError)
    async def no_database(request: object, error: DatabaseError) -> Response:
        return unavailable(Unavailable(f"the database cannot answer: {error}")).response()

    @http.exception_handler(Unavailable)
    async def away(request: object, error: Unavailable) -> Response:
        return unavailable(error).response()


async def issue_of(queries: Queries, key: Key, id: str) -> IssueRow:
    """The issue that a path names. Raises Problem 404."""
    row = await queries.issue(key.unit, subject_given(id)) if len(id) <= 1000 else None
    if row is None:
        raise Problem(404, "Not Found", f"no issue {id[:200]!r} among those that this key may see")
    return row


def subject_given(id: str) -> str:
    """The subject that a path names. Its last part is percent-encoded itself, so a path that was pasted as it stands arrives decoded."""
    if SUBJECT.fullmatch(id):
        return id
    campaign, unit, kind, rest = [*id.split("/", 3), "", "", ""][:4]
    return f"{campaign}/{unit}/{kind}/{quote(rest, safe='~')}"


async def _await_told(queries: Queries, waiting: Waiting, key: Key, told_id: str, source: str | None, wait: float) -> list[Told]:
    loop = asyncio.get_running_loop()
    until = loop.time() + wait
    with waiting.asking(told_id) as folded:
        while True:
            # Asked before looking, so that what is folded meanwhile is not missed.
            if folded:
                folded.clear()
            answers = await queries.told(key.unit, told_id, source)
            left = until - loop.time()
            if answers or left <= 0 or folded is None:
                return answers
            try:
                await asyncio.wait_for(folded.wait(), min(RECHECK, left))
            except TimeoutError:
                continue


async def _behind(lags: Lags) -> dict[str, int] | None:
    try:
        behind = await lags.behind(at_most=1)
    except Unavailable:
        return None
    return {name: behind[name] for name in ("ledger campaign.intake", "reporting campaign.ledger")}


def _not_yet(behind: dict[str, int] | None) -> Wording:
    """What can be said of an id that stands in no book: how far behind we are, and where else to look."""
    names = ["told-in-no-book", "told-lag" if behind else "told-lag-unknown", "told-elsewhere"]
    ledger, reporting = behind.values() if behind else (0, 0)
    zh, en = ([say(language, name, ledger=ledger, reporting=reporting) for name in names] for language in LANGUAGES)
    return Wording(zh="".join(zh), en=" ".join(en))
