"""Whatever is asked of a service by its OpenAPI document, no answer is a mistake of ours, and every answer is one that the document has."""

import asyncio
import os
import random
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.core.transport import Response
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from tests.doors.city import City

SEED = int(os.environ.get("TEST_SEED", random.randrange(2**32)))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
REAL = {"campaign": "flow-2019", "id": "flow-2019", "form": "json", "service_code": "complaint.flow"}
"""What there is: every second question names it, so that it comes further than a 404."""
LONG = (".docx", ".xlsx")
"""What takes seconds to be made is asked for twice."""
Operation = APIOperation[Any, Any, Any, Any]
Asked = Case[Any]
Send = Callable[[Asked], Response | httpx.Response]


def operations(city: City, service: str) -> list[Operation]:
    """All that a service can be asked."""
    document = (city.intake if service == "intake" else city.reporting).http.openapi()
    found = [each.ok() for each in schemathesis.openapi.from_dict(document).get_all_operations() if isinstance(each, Ok)]
    assert found
    return found


def ask(operation: Operation, send: Send, times: int) -> None:
    """Ask it so many times, in ways that fit the document and in ways that do not."""
    cases = st.one_of([operation.as_strategy(generation_mode=mode) for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)])

    @seed(SEED)
    @settings(max_examples=times, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(case=cases, real=st.booleans())
    def asked(case: Asked, real: bool) -> None:
        if real:
            case.path_parameters |= {name: value for name, value in REAL.items() if name in case.path_parameters}
        if "wait" in case.query:
            case.query["wait"] = min(str(case.query["wait"]), "0")  # nothing is waited for
        case.validate_response(send(case), checks=CHECKS)

    asked()


def over_http(city: City, service: str, headers: Mapping[str, str]) -> Send:
    """Ask the service that runs."""
    session = requests.Session()
    return lambda case: case.call(base_url=city.addresses[service], headers=dict(headers), session=session)


def in_process(city: City, service: str, headers: Mapping[str, str]) -> Send:
    """Ask the application itself, in the loop in which it lives."""
    loop = asyncio.get_running_loop()
    application = (city.intake if service == "intake" else city.reporting).http
    client = httpx.AsyncClient(transport=httpx.ASGITransport(application, raise_app_exceptions=False), base_url="http://door")

    def send(case: Asked) -> httpx.Response:
        said = requests.Request(**case.as_transport_kwargs(base_url="http://door", headers=dict(headers))).prepare()
        content: Any = said.body
        headers_said: Any = dict(said.headers)
        asking = client.request(said.method or "", said.url or "", headers=headers_said, content=content)
        return asyncio.run_coroutine_threadsafe(asking, loop).result()

    return send


# The services, which run in this process too, draw numbers of their own meanwhile.
@pytest.mark.filterwarnings("ignore:Do not use the `random` module:hypothesis.errors.HypothesisDeprecationWarning")
@pytest.mark.parametrize("service", ["intake", "reporting"])
@pytest.mark.parametrize("way", [in_process, over_http])
async def test_no_answer_is_a_mistake_or_undocumented(city: City, service: str, way: Callable[..., Send]) -> None:
    print(f"TEST_SEED={SEED}")  # noqa: T201  # to ask the same again
    for key, times in (("bureau", 10), (None, 2)):
        send = way(city, service, city.bearing(key) if key else {})
        for operation in operations(city, service):
            await asyncio.to_thread(ask, operation, send, 2 if operation.path.endswith(LONG) else times)
