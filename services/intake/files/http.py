"""`/v1/files` and `/v1/templates`: the door for those who have a sheet."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from io import BytesIO
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from services.intake.envelope import valid_trace
from services.intake.files.contract import PROGRESS, REPORT, TEMPLATE, UPLOAD
from services.intake.files.forms import FORMS
from services.intake.files.receiving import XLSX, name_of, receive
from services.intake.files.store import UploadStore
from services.intake.files.template import write_template
from services.intake.files.upload import Upload
from services.intake.files.uploads import Uploads
from services.intake.files.vocabulary import Vocabulary
from services.intake.store import Store
from shared.faults import Unavailable
from shared.http.access import Key, Keys
from shared.http.language import language_of
from shared.http.problem import Problem, asking_again, requires

WAIT = 10.0
"""Seconds that a request waits for the end of its upload; what takes longer is answered by where its progress is."""


class FileDoor:
    """Takes files, says how far they are, and gives templates."""

    def __init__(self, uploads: Uploads, kept: UploadStore, books: Store) -> None:
        self._uploads, self._kept, self._books = uploads, kept, books
        self._template = asyncio.Lock()

    async def take(self, request: Request, again: Callable[[], Key], campaign: str, form: str) -> Response:
        """Take a file, and answer once it is over, or after a while; `again` gives the key meanwhile, while it is valid."""
        key = again()
        with ExitStack() as held:
            held.enter_context(self._uploads.places.taken(key))
            vocabulary = await self._vocabulary(key, campaign, form)
            file = held.enter_context(await receive(request))
            with _away():
                trace = valid_trace(request.headers.get("traceparent"))
                upload = await self._uploads.begin(file, held, again, vocabulary, form, name_of(request), trace)
        await self._uploads.ended(upload, WAIT)
        return _answer(upload, request)

    async def progress(self, key: Key, id: str) -> Response:
        """How far an upload is."""
        return JSONResponse((await self._upload(key, id)).said())

    async def report(self, key: Key, id: str) -> Response:
        """The workbook of an upload. Raises Problem 404 where there is none."""
        if not (upload := await self._upload(key, id)).report:
            raise Problem("no-report")
        name = upload.name.rpartition(".")[0] or upload.name or upload.form
        headers = {"Content-Disposition": f"attachment; filename*=utf-8''{quote(name)}-report.xlsx", "Content-Length": str(upload.report)}
        return StreamingResponse(self._kept.report(upload), media_type=XLSX, headers=headers)

    async def template(self, request: Request, key: Key, campaign: str, form: str) -> Response:
        """The template of a form."""
        vocabulary, file, language = await self._vocabulary(key, campaign, form), BytesIO(), language_of(request)
        async with self._template:
            await asyncio.to_thread(write_template, file, FORMS[form], vocabulary, language)
        name = f"{campaign}-{form}.xlsx"
        return Response(file.getvalue(), media_type=XLSX, headers={"Content-Disposition": f"attachment; filename*=utf-8''{quote(name)}"})

    async def _upload(self, key: Key, id: str) -> Upload:
        """An upload of the key's scope. Raises Problem 404, the same for one of others and for one that never was."""
        with _away():
            found = await self._kept.find(id)
        if found is None or not found.is_of(key):
            raise Problem("no-such-upload")
        return found

    async def _vocabulary(self, key: Key, campaign: str, form: str) -> Vocabulary:
        """What a sheet of a form may name. Of a campaign of other roots it is the same as of one that never was. Raises Problem 404 or 503."""
        if form not in FORMS:
            raise Problem("no-such-form", form=form[:80], known=", ".join(FORMS))
        with _away():
            root = (await self._books.known((), [campaign], key.roots)).roots.get(campaign)
            if root in key.roots:
                return await self._books.vocabulary(campaign, key)
        if form != "units":  # which are listed before their campaign is announced
            raise Problem("no-such-campaign", campaign=campaign[:80])
        return Vocabulary.of(campaign, (), None)


@contextmanager
def _away() -> Iterator[None]:
    """Raises Problem 503."""
    try:
        yield
    except Unavailable as error:
        raise Problem("cannot-answer", {"Retry-After": "5"}, why=str(error)[:300]) from error


def _answer(upload: Upload, request: Request) -> Response:
    """202 where all of it was told, or is still being told; 207 where some rows were; else 422, or 503 where it was stopped."""
    place = {"Location": f"/v1/files/{upload.id}"}
    said = {name: value for name, value in upload.said().items() if not name.startswith("detail")}
    match upload:
        case Upload(state="refused"):
            problem = Problem("file-refused", place, said, why=upload.detail)
        case Upload(state="stopped"):
            problem = Problem("upload-stopped", place | {"Retry-After": "5"}, said, why=upload.detail)
        case Upload(refused=0) | Upload(state="reading" | "telling"):
            return JSONResponse(upload.said(), 202, place)
        case Upload(told=0):
            problem = Problem("no-row-told", place, said, refused=upload.refused)
        case _:
            problem = Problem("some-rows-told", place, said, told=upload.told, refused=upload.refused)
    return problem.response(language_of(request))


def add_files(http: FastAPI, door: FileDoor, keys: Keys) -> None:
    """Add the routes."""
    Teller = Annotated[Key, Depends(requires(keys, "tell"))]  # noqa: N806  # a type

    @http.post("/v1/files/{campaign}/{form}", status_code=202, response_model=None, **UPLOAD)
    async def upload(request: Request, _: Teller, campaign: str, form: str) -> Response:
        return await door.take(request, asking_again(request, keys), campaign, form)

    @http.get("/v1/files/{upload}", response_model=None, **PROGRESS)
    async def progress(key: Teller, upload: str) -> Response:
        return await door.progress(key, upload)

    @http.get("/v1/files/{upload}/report.xlsx", response_class=Response, **REPORT)
    async def report(key: Teller, upload: str) -> Response:
        return await door.report(key, upload)

    @http.get("/v1/templates/{campaign}/{form}.xlsx", response_class=Response, **TEMPLATE)
    async def template(request: Request, key: Teller, campaign: str, form: str) -> Response:
        return await door.template(request, key, campaign, form)
