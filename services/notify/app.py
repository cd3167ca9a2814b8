"""Notify: tells people of what concerns them."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial

from fastapi import FastAPI, Request, Response

from services.notify.channels import Channel
from services.notify.channels.mail import Mail, Server, sender_of
from services.notify.deliveries import Bell, Line, Patience
from services.notify.handler import READS, Folding, keep_people
from services.notify.metrics import Metrics
from services.notify.store import Store
from shared.events.notice import NoticeFailed, NoticeSent
from shared.http.service import Service, add_operations, run
from shared.http.upkeep import Upkeep
from shared.kafka.broker import Broker
from shared.kafka.bus import Bus
from shared.kafka.people import People
from shared.kafka.reader import Reader
from shared.kafka.seal import stream_keys
from shared.metrics import registry_of
from shared.mongo import Mongo
from shared.settings import PREFIX, SettingMistake, Settings
from shared.topics import LEDGER, NOTICES, PEOPLE
from shared.workdays import local_date

LINES = 4
"""Deliveries under way at once in one copy, and so its connections to the mail server."""


def build(settings: Settings, *, mail: Callable[[], Channel] | None = None, patience: Patience | None = None) -> Service:
    """Put notify together. Raises SettingMistake for a sender that is no address."""
    registry = registry_of("notify")
    broker = Broker.of(settings)
    mongo = Mongo(settings.mongodb_uri.get_secret_value(), f"{settings.namespace}xiaohao-notify")
    bus = Bus(broker, "notify", stream_keys(settings), registry, settings.batch)
    store, bell, metrics = Store(mongo), Bell(), Metrics(registry)
    channel = mail or _mail(settings)
    today = None if settings.clock == "told" else lambda: local_date(datetime.now(UTC))
    lines = [
        Line(store, {"mail": channel()}, bus.producer.publish, bell, metrics, patience or Patience(), today, bus.instance)
        for _ in range(LINES)
    ]
    bus.consume(LEDGER, Reader(mongo, Folding(store, bell.entered), bus.group, registry, bell.folded, READS))
    bus.consume(PEOPLE, People(partial(keep_people, store, metrics, bell.ring), bus.group))
    bus.publishes(NOTICES, NoticeSent | NoticeFailed, "What became of each notice: sent, or given up. Ids only.")
    http = FastAPI(title="Xiaohao notify", docs_url=None, redoc_url=None, openapi_url=None)

    @http.middleware("http")
    async def counted(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
        if request.url.path == "/metrics":
            await metrics.count(store)
        return await answer(request)

    unready = add_operations(http, bus, mongo, registry)
    upkeep = Upkeep(registry, settings, unready)
    return Service(
        name="notify",
        bus=bus,
        mongo=mongo,
        http=http,
        registry=registry,
        prepare=store.prepare,
        workers=[*(line.run for line in lines), upkeep.run],
    )


def _mail(settings: Settings) -> Callable[[], Channel]:
    server = Server(settings.smtp_host, settings.smtp_port, settings.smtp_user, settings.smtp_password, settings.smtp_tls)
    try:
        sender = sender_of(settings.mail_from)
    except ValueError as error:
        raise SettingMistake(f"{PREFIX}MAIL_FROM: {error}") from None
    return lambda: Mail(server, sender, settings.base_url)


def main() -> None:
    """Run notify until it is told to stop."""
    run("notify", build)


if __name__ == "__main__":
    main()
