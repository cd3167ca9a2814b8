"""What no route of a service takes is answered as a problem, in the language that was asked for."""

from collections.abc import Callable

import httpx
import pytest

from services.intake.app import build as intake
from services.ledger.app import build as ledger
from services.notify.app import build as notify
from services.reporting.app import build as reporting
from shared.http.access import Keys
from shared.http.service import Service
from shared.settings import Settings
from tests.languages import speaks, texts

BUILT: dict[str, Callable[[Settings], Service]] = {
    "intake": lambda settings: intake(settings, keys=Keys()),
    "ledger": ledger,
    "notify": notify,
    "reporting": lambda settings: reporting(settings, keys=Keys()),
}
OPEN = ("/livez", "/readyz", "/metrics")


@pytest.mark.parametrize("name", list(BUILT))
async def test_every_service_says_in_both_languages_what_it_does_not_take(settings: Settings, name: str) -> None:
    service = BUILT[name](settings)
    transport = httpx.ASGITransport(service.http)
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        for method, path, status in (*(("PUT", path, 405) for path in OPEN), ("GET", "/nowhere", 404), ("DELETE", "/", 404)):
            for language in ("zh", "en"):
                answer = await client.request(method, path, headers={"Accept-Language": language})
                assert answer.status_code in (status, 405), (name, path)
                assert answer.headers["content-type"] == "application/problem+json"
                assert [text for text in texts(answer.json()) if not speaks(language, text)] == []
    service.mongo.close()
