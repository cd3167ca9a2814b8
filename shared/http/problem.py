"""Refusals over HTTP: problem details (RFC 9457), and the key that a request carries."""

import base64
import binascii
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from shared.http.access import Act, Key, Keys
from shared.http.wrong_keys import WrongKeys


class Problem(Exception):
    """A refusal: status, a short title, a sentence, and what more there is to say: `errors` is a list of `{index, field, value, detail}`."""

    def __init__(self, status: int, title: str, detail: str, headers: dict[str, str] | None = None, **more: Any) -> None:
        super().__init__(detail)
        self._status, self._headers = status, headers
        self._body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}

    def response(self) -> Response:
        """As `application/problem+json`."""
        return JSONResponse(self._body, self._status, self._headers, "application/problem+json")


def add_problems(http: FastAPI) -> None:
    """Answer every refusal of an application as a problem."""

    @http.exception_handler(Problem)
    async def problem(request: Request, error: Problem) -> Response:
        return error.response()

    @http.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> Response:
        detail, headers = f"{request.method} {request.url.path}: {error.detail}", dict(error.headers or {})
        return Problem(error.status_code, str(error.detail), detail, headers=headers).response()

    @http.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        errors = [
            # What comes after the name says which of the parameter's forms it was held against.
            {"field": ".".join(map(str, each["loc"][:2])), "value": str(each.get("input"))[:80], "detail": each["msg"]}
            for each in error.errors()
        ]
        return Problem(422, "Unprocessable Content", "a parameter does not fit", errors=errors).response()

    @http.exception_handler(Exception)
    async def bug(request: Request, error: Exception) -> Response:  # what it was stands in the log, and nowhere else
        return Problem(500, "Internal Server Error", "a mistake of ours, which is logged; nothing is acknowledged").response()


async def only_its_parameters(request: Request) -> None:
    """A FastAPI dependency: no question under `/api` has a parameter that its route lacks. A filter with a slip of the pen would else
    be passed over, and the answer taken for what was asked. Raises Problem 422.
    """
    if not request.url.path.startswith("/api/"):
        return  # whoever passes the address of a page on may hang something to it
    known = sorted(_parameters(request.scope["route"].dependant))
    there_are = f"there are {', '.join(known)}" if known else "there are none"
    if strange := [name for name in request.query_params if name not in known]:
        errors = [
            {"field": f"query.{name[:80]}", "value": request.query_params[name][:80], "detail": f"there is no such parameter; {there_are}"}
            for name in strange[:20]
        ]
        raise Problem(422, "Unprocessable Content", "a parameter does not fit", errors=errors)


def _parameters(dependant: Dependant) -> set[str]:
    """The names of the query parameters of a route, also of those that its dependencies ask for."""
    return {each.alias for each in dependant.query_params}.union(*map(_parameters, dependant.dependencies))


def requires(keys: Keys, act: Act, wrong: WrongKeys | None = None) -> Callable[[Request], Awaitable[Key]]:
    """A FastAPI dependency: the key of a request, which must allow `act`.

    The key is a bearer token, or, for browsers, the password of HTTP Basic. Raises Problem 401 or 403; or 429 for one more wrong key of
    an address that sent several, from which a right one is still taken.
    """
    counted = wrong or WrongKeys()

    async def key(request: Request) -> Key:  # else FastAPI asks a thread, which waits for the interpreter under load
        given = request.headers.get("authorization", "")
        secret = _secret(given)
        holder = keys.holder(secret)
        request.state.key = keys.named(secret)  # for the log
        if holder is None:
            if given and (wait := counted.add(request.client.host if request.client else "")):
                raise Problem(
                    429, "Too Many Requests", "too many wrong keys; a right one is taken at once", headers={"Retry-After": str(wait)}
                )
            raise Problem(
                401,
                "Unauthorized",
                "no valid API key; send `Authorization: Bearer xh_…`",
                headers={"WWW-Authenticate": 'Basic realm="Xiaohao", charset="UTF-8"'},
            )
        if act not in holder.may:
            raise Problem(403, "Forbidden", f"key {holder.id} may not {act}; it may {', '.join(holder.may)}")
        return holder

    return key


def _secret(authorization: str) -> str:
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(rest, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""
