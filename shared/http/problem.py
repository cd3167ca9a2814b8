"""Refusals over HTTP: problem details (RFC 9457), and the key that a request carries."""

import base64
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import Scope

from shared.http.access import Act, Key, Keys
from shared.http.language import language_of, wants_page
from shared.http.wrong_keys import WrongKeys
from shared.values import Wording
from shared.wording import Language, worded
from shared.wording.fields import fitting
from shared.wording.problems import DETAILS, PROBLEMS, TITLES

PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
}
"""Of every page: nothing comes from elsewhere, and no other address hears of it."""


Page = Callable[[int, str, str, list[tuple[str, str, str]], Language], str]
"""Makes the page that shows a problem to people, of its status, title, detail, and of each field that is wrong: name, value, what would be right."""


CHALLENGE = {"WWW-Authenticate": 'Basic realm="Xiaohao", charset="UTF-8"'}
"""How a key can be sent, which every 401 says."""


class Problem(Exception):
    """A refusal by the catalogue `shared/wording/problems.py`, and what more there is to say: `errors` is a list of `{index, field, value, detail}`."""

    def __init__(
        self, name: str, headers: Mapping[str, str] | None = None, more: Mapping[str, Any] | None = None, **values: object
    ) -> None:
        self.type = problem_type(name)
        self.status, *texts = PROBLEMS[name]
        self.detail = worded((texts[0], texts[1]), **values)
        self._headers, self._more = dict(headers or {}), dict(more or {})
        super().__init__(self.detail.en)

    @property
    def title(self) -> Wording:
        """A few words for its status."""
        standard = HTTPStatus(self.status).phrase
        return worded(TITLES.get(self.status, (standard, standard)))

    @property
    def headers(self) -> dict[str, str]:
        """What its answer says beside its body."""
        return dict(self._headers)

    @property
    def errors(self) -> list[dict[str, Any]]:
        """What is wrong with each field."""
        return list(self._more.get("errors", []))

    def page(self, page: Page, language: Language) -> str:
        """As a page."""
        errors = [(each["field"], each["value"], in_language(each["detail"], language)) for each in self.errors]
        return page(self.status, in_language(self.title, language), in_language(self.detail, language), errors, language)

    def response(self, language: Language, page: str | None = None) -> Response:
        """As `application/problem+json`, or as a page."""
        headers = {**self._headers, "Content-Language": language, "Vary": "Accept, Accept-Language"}
        if page is not None:
            return HTMLResponse(page, self.status, headers | PAGE_HEADERS)
        said: dict[str, Any] = {"type": self.type, "title": in_language(self.title, language), "status": self.status}
        said |= {"detail": in_language(self.detail, language), **self._more}
        if self.errors:
            said["errors"] = [each | {"detail": in_language(each["detail"], language)} for each in self.errors]
        return JSONResponse(said, self.status, headers, "application/problem+json")


class KeyGone(Problem):
    """The key that a request came with is valid no more."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__("key-gone", CHALLENGE, key=key)


def problem_type(name: str) -> str:
    """The type of a problem of the catalogue: the same in every language, and in every version."""
    return f"urn:problem-type:xiaohao:{name}"


def in_language(text: Wording | str, language: Language) -> str:
    """A wording in one of its languages; a text that is in one already stays."""
    return text if isinstance(text, str) else text.zh if language == "zh" else text.en


def answered(request: Request, error: Problem, page: Page | None = None) -> Response:
    """A refusal as whoever asked reads it: in their language, and where there is a page for it, in browsers as that."""
    language = language_of(request)
    return error.response(language, error.page(page, language) if page and wants_page(request) else None)


def add_problems(http: FastAPI, page: Page | None = None) -> Callable[[Request, Problem], Response]:
    """Answer every refusal of an application as a problem. Gives what answers so. See `answered`."""

    def answer(request: Request, error: Problem) -> Response:
        return answered(request, error, page)

    @http.exception_handler(Problem)
    async def problem(request: Request, error: Problem) -> Response:
        return answer(request, error)

    @http.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> Response:
        names = {404: "no-such-address", 405: "other-method"}
        values: dict[str, Any] = {"method": request.method, "path": request.url.path[:200], "allow": (error.headers or {}).get("Allow", "")}
        found = Problem(names.get(error.status_code, "http"), error.headers, **values)
        found.status = error.status_code
        return answer(request, found)

    @http.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        errors = [
            # What comes after the name says which of the parameter's forms it was held against.
            {"field": ".".join(map(str, each["loc"][:2])), "value": str(each.get("input"))[:80], "detail": fitting(each)}
            for each in error.errors()
        ]
        return answer(request, Problem("parameter", more={"errors": errors}))

    @http.exception_handler(Exception)
    async def bug(request: Request, error: Exception) -> Response:  # what it was stands in the log, and nowhere else
        return answer(request, Problem("bug"))

    return answer


async def only_its_parameters(request: Request) -> None:
    """A FastAPI dependency: no question under `/api` has a parameter that its route lacks. A filter with a slip of the pen would else
    be passed over, and the answer taken for what was asked. Raises Problem 422.
    """
    if not request.url.path.startswith("/api/"):
        return  # whoever passes the address of a page on may hang something to it
    known = sorted(_parameters(request.scope["route"].dependant))
    detail = worded(DETAILS["other-parameter" if known else "no-parameter"], known=", ".join(known))
    if strange := [name for name in request.query_params if name not in known]:
        errors = [{"field": f"query.{name[:80]}", "value": request.query_params[name][:80], "detail": detail} for name in strange[:20]]
        raise Problem("parameter", more={"errors": errors})


def _parameters(dependant: Dependant) -> set[str]:
    """The names of the query parameters of a route, also of those that its dependencies ask for."""
    return {each.alias for each in dependant.query_params}.union(*map(_parameters, dependant.dependencies))


def requires(keys: Keys, act: Act, wrong: WrongKeys | None = None) -> Callable[[Request], Awaitable[Key]]:
    """A FastAPI dependency: the key of a request, which must allow `act`.

    The key is a bearer token, or, for browsers, the password of HTTP Basic. Raises Problem 401 or 403; or 429 for one more wrong key of
    an address that sent several, from which a right one is still taken; or 503 where it is unknown by now which keys are right.
    """
    counted = wrong or WrongKeys()

    async def key(request: Request) -> Key:  # else FastAPI asks a thread, which waits for the interpreter under load
        holder = holder_of(request.scope, keys)
        if keys.lost:
            raise Problem("keys-lost", {"Retry-After": "5"})
        if holder is None:
            given = request.headers.get("authorization")
            if given and (wait := counted.add(request.client.host if request.client else "")):
                raise Problem("wrong-keys", {"Retry-After": str(wait)})
            raise Problem("no-key", CHALLENGE)
        if act not in holder.may:
            raise Problem("may-not", key=holder.id, act=act, may=", ".join(holder.may))
        return holder

    return key


def asking_again(request: Request, keys: Keys) -> Callable[[], Key]:
    """Gives the key of a request that had one as it began, as often as it is asked: for what goes on for long, before each part of it.

    It goes by the secret that was sent. It raises KeyGone, or Problem 503 where it is unknown by now which keys are right.
    """
    secret = _secret(request.headers.get("authorization", ""))
    id = keys.named(secret) or ""

    def key() -> Key:
        if keys.lost:
            raise Problem("keys-lost", {"Retry-After": "5"})
        if (holder := keys.holder(secret)) is None:
            raise KeyGone(id)
        return holder

    return key


def holder_of(scope: Scope, keys: Keys) -> Key | None:
    """The valid key that a request carries: looked up once for all who ask. Its id, right or wrong, is noted for the log."""
    state: dict[str, Any] = scope.setdefault("state", {})
    if "holder" not in state:
        secret = _secret(Headers(scope=scope).get("authorization", ""))
        state["holder"], state["key"] = keys.holder(secret), keys.named(secret)
    holder: Key | None = state["holder"]
    return holder


def _secret(authorization: str) -> str:
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip(" \t")  # the blanks of HTTP: others are part of what was sent
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(rest, validate=True).decode().partition(":")[2]
        except ValueError:  # no base64, or no UTF-8 in it, or no ASCII to begin with
            return ""
    return ""
