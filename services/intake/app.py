"""Intake: the service through which bureaus tell what happened."""

from fastapi import FastAPI

from services.intake.attachments.http import AttachmentDoor, add_attachments
from services.intake.contract import DOCUMENT
from services.intake.files.http import FileDoor, add_files
from services.intake.files.store import UploadStore
from services.intake.files.uploads import Uploads
from services.intake.http import Door, add_door
from services.intake.inbox.inboxes import Inboxes
from services.intake.open311.following import Reporting
from services.intake.open311.routes import Sent, add_open311
from services.intake.open311.store import Requests
from services.intake.state import READS
from services.intake.store import Store
from services.intake.taking import Taking
from services.intake.validation import Validation
from shared.attachments import DATABASE, Attachments
from shared.events.fact import Teller
from shared.events.inbox import InboxAnswered
from shared.events.people import PersonNamed
from shared.http.access import Keys
from shared.http.following import Following, followed
from shared.http.gate import Gate
from shared.http.openapi import complete
from shared.http.service import Service, add_operations, run
from shared.http.upkeep import Upkeep
from shared.kafka import contract
from shared.kafka.broker import Broker
from shared.kafka.bus import Bus
from shared.kafka.reader import Reader
from shared.kafka.seal import stream_keys
from shared.metrics import registry_of
from shared.mongo import Mongo
from shared.settings import Settings
from shared.topics import INTAKE, LEDGER, PEOPLE, answers, inbox

PATIENCE = 12.0
"""Seconds that a request waits for Kafka or the database: a little longer than the producer's own limit, whose error says more."""


def build(settings: Settings, *, keys: Keys | None = None, patience: float = PATIENCE) -> Service:
    """Put intake together. Keys that are given stay as they are; else they follow the database."""
    registry = registry_of("intake")
    broker = Broker.of(settings)
    mongo = Mongo(settings.mongodb_uri.get_secret_value(), f"{settings.namespace}xiaohao-intake")
    attachments = Attachments(mongo.beside(f"{settings.namespace}{DATABASE}"))
    bus = Bus(broker, "intake", stream_keys(settings), registry, settings.batch)
    store = Store(mongo)
    bus.consume(LEDGER, Reader(mongo, store.fold, bus.group, registry, facts=READS))
    bus.publishes(
        INTAKE, contract.told(Teller.BUREAU), "What bureaus tell, with the source of their key and the time at which it was taken."
    )
    bus.publishes(PEOPLE, PersonNamed, "The name and mailbox of a person, by root and person.")
    bus.publishes(answers(inbox("{bureau}")), InboxAnswered, "What became of each record that a bureau wrote to its inbox.")
    http = FastAPI(docs_url=None, redoc_url=None, openapi_url="/v1/openapi.json")
    following: Following | None = None
    if keys is None:
        following = followed(mongo, settings.namespace)
        keys = following.keys
    # The door needs Kafka and the database, not partitions, which a rebalance takes away.
    silent = "Kafka has not answered for a while"
    unready = add_operations(http, bus, mongo, registry, lambda: [why for why in (bus.silent() and silent, keys.fault) if why])
    secret = settings.pseudonym_key.get_secret_value().encode() if settings.pseudonym_key else None
    validation = Validation(settings.partitions, settings.clock == "told", secret, keys.allowances)
    taking = Taking(bus.producer, store, attachments, validation, patience, registry)
    uploads = UploadStore(mongo)
    under_way = Uploads(taking, uploads, registry)
    add_files(http, FileDoor(under_way, uploads, store), keys)
    door = AttachmentDoor(attachments, registry)
    add_attachments(http, door, keys)
    add_door(http, Door(taking), keys)
    http.add_middleware(Gate, keys=keys, rate=settings.key_rate, registry=registry)
    inboxes = Inboxes(bus, taking, keys, settings.key_rate, registry)
    reporting = Reporting(settings.reporting_address)
    requests = Requests(mongo)
    add_open311(http, taking, keys, reporting, Sent(requests, secret or b""))
    complete(http, DOCUMENT)

    async def prepare() -> None:
        await store.prepare()
        await uploads.prepare()
        await attachments.prepare()
        await requests.prepare()

    upkeep = Upkeep(registry, settings, unready, keys)
    return Service(
        name="intake",
        bus=bus,
        mongo=mongo,
        http=http,
        registry=registry,
        prepare=prepare,
        workers=[inboxes.run, reporting.run, under_way.work, door.sweep, upkeep.run],
        following=following,
    )


def main() -> None:
    """Run intake until it is told to stop."""
    run("intake", build)


if __name__ == "__main__":
    main()
