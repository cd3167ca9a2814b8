"""What the Open311 door answers, as JSON or XML, refusals included: GeoReport v2 lists them as code and description."""

import re
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Literal
from xml.etree import ElementTree as ET  # writes alone: nothing that came from outside is parsed

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from shared.http.language import language_of
from shared.http.openapi import OwnRefusals
from shared.http.problem import Problem, in_language

Form = Literal["json", "xml"]
ONE = {"services": "service", "service_requests": "request", "attributes": "attribute", "values": "value", "errors": "error"}
"""What an entry of each list is called in XML."""
NOT_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
"""Signs that no XML document can hold."""


def answered(form: Form, name: str, content: Any, status: int = 200) -> Response:
    """Content under its name: in JSON it stands alone, as GeoReport v2 has it."""
    if form == "json":
        return JSONResponse(content, status)
    return Response(ET.tostring(_element(name, content), "utf-8", xml_declaration=True), status, media_type="text/xml; charset=utf-8")


def _element(name: str, content: Any) -> ET.Element:
    element = ET.Element(name)
    if isinstance(content, dict):
        element.extend(_element(each, value) for each, value in content.items())
    elif isinstance(content, list):
        element.extend(_element(ONE[name], value) for value in content)
    elif isinstance(content, bool):
        element.text = str(content).lower()
    elif content is not None:
        element.text = NOT_XML.sub("", str(content))
    return element


class Refused(Exception):
    """An event that was not taken, with what is wrong with it."""

    def __init__(self, status: int, mistakes: Sequence[dict[str, Any]]) -> None:
        super().__init__(status)
        self.status, self.mistakes = status, mistakes


class Route(OwnRefusals):
    """A route whose refusals are those of GeoReport v2."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with what it raises answered."""
        handler = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handler(request)
            except Problem as problem:
                return _problem(request, problem)
            except RequestValidationError as error:
                if any(each["loc"] == ("path", "form") for each in error.errors()):
                    return _problem(request, Problem("no-such-address", path=request.url.path[:200]))
                return _problem(request, Problem("wrong-field", field=", ".join(str(each["loc"][-1]) for each in error.errors())))
            except Refused as refused:
                said = "detail" if language_of(request) == "en" else "detail_zh"
                return _errors(request, refused.status, [f"{each['field']}: {each[said]}" for each in refused.mistakes])

        return answer


def _problem(request: Request, problem: Problem) -> Response:
    response = _errors(request, problem.status, [in_language(problem.detail, language_of(request))])
    response.headers.update(problem.headers)
    return response


def _errors(request: Request, status: int, descriptions: Sequence[str]) -> Response:
    form: Form = "xml" if request.path_params.get("form") == "xml" else "json"
    response = answered(form, "errors", [{"code": status, "description": each} for each in descriptions], status)
    response.headers.update({"Content-Language": language_of(request), "Vary": "Accept, Accept-Language"})
    return response
