"""Reporting: the read models, the pages, and the files that people sign."""

from functools import partial

from fastapi import Depends, FastAPI

from services.reporting.figures.evidence import Evidence
from services.reporting.figures.gauges import CampaignGauges
from services.reporting.handler import Folding, Notices, Waiting, keep_people
from services.reporting.http.attachments import add_attachments
from services.reporting.http.books import add_books
from services.reporting.http.campaigns import add_campaigns
from services.reporting.http.files import add_files
from services.reporting.http.issues import add_issues
from services.reporting.http.lags import Lags
from services.reporting.http.lists import add_lists
from services.reporting.http.maker import Source
from services.reporting.http.pages import add_pages
from services.reporting.http.public import Display, add_public
from services.reporting.http.reading import Reading, add_faults
from services.reporting.http.standings import add_standings
from services.reporting.http.told import ToldEvents, add_told
from services.reporting.pages import problem_page
from services.reporting.store import Store
from services.reporting.summing import Summing
from shared.attachments import DATABASE, Attachments
from shared.http.access import Keys
from shared.http.following import Following, followed
from shared.http.gate import Gate
from shared.http.openapi import Document, complete
from shared.http.problem import only_its_parameters
from shared.http.service import Service, add_operations, run
from shared.http.upkeep import Upkeep
from shared.kafka.broker import Broker
from shared.kafka.bus import Bus
from shared.kafka.people import People
from shared.kafka.reader import Reader
from shared.kafka.seal import stream_keys
from shared.metrics import Seconds, registry_of
from shared.mongo import Mongo
from shared.settings import Settings
from shared.topics import LEDGER, NOTICES, PEOPLE

LARGER = 2
"""How many times larger than others' the batches of reporting may be: many events of one row are one write."""

DOCUMENT = Document(
    title="Xiaohao reporting",
    description=(
        "What the ledger recorded, as figures, lists and files. Each answer has what its key may see, and no more. Texts of refusals are in Chinese, "
        "or in English where `Accept-Language` prefers it."
    ),
    tags={
        "campaigns": "Campaigns, and the figures of one.",
        "issues": "Issues (问题), and the history of one.",
        "told": "What became of what was told.",
        "standings": "How units stand: KPIs, lights, scores, recurring problems.",
        "files": "What people sign: the report and the ledger.",
        "public": "What a plan opens to the public.",
    },
    common=("cannot-answer",),
)


def build(settings: Settings, *, keys: Keys | None = None) -> Service:
    """Put reporting together. Keys that are given stay as they are; else they follow the database."""
    registry = registry_of("reporting")
    broker = Broker.of(settings)
    source = Source(settings.mongodb_uri.get_secret_value(), f"{settings.namespace}xiaohao-reporting", settings.calendars)
    mongo = Mongo(source.mongodb_uri, source.database)
    bus = Bus(broker, "reporting", stream_keys(settings), registry, LARGER * settings.batch)
    store, waiting, lags = Store(mongo), Waiting(), Lags(broker)
    following: Following | None = None
    if keys is None:
        following = followed(mongo, settings.namespace)
        keys = following.keys
    attachments = Attachments(mongo.beside(f"{settings.namespace}{DATABASE}"))
    reading, evidence = Reading(mongo, store, keys), Evidence(mongo, attachments)

    folding = Folding(store, Summing(mongo, settings.partitions), waiting)
    readable = Seconds(
        "xiaohao_recorded_to_readable_seconds",
        "From when an event was on campaign.ledger until everybody can read what it changed.",
        registry,
    )
    bus.consume(LEDGER, Reader(mongo, folding, bus.group, registry, waiting.wake, folded=readable), side_by_side=True)
    bus.consume(PEOPLE, People(partial(keep_people, mongo, store), bus.group))
    bus.consume(NOTICES, Notices(store))
    gauges = [CampaignGauges(mongo, bus, registry).run] if settings.campaign_metrics else []
    http = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, dependencies=[Depends(only_its_parameters)])
    unready = add_operations(http, bus, mongo, registry, lambda: [*bus.ready(), *([keys.fault] if keys.fault else [])])
    add_faults(http, problem_page)
    add_issues(http, reading)
    add_attachments(http, reading, evidence)
    add_campaigns(http, reading)
    add_told(http, reading, ToldEvents(mongo), waiting, lags)
    add_standings(http, reading)
    add_files(http, reading, evidence, source)
    add_public(http, Display(mongo, reading))
    add_pages(http, reading, evidence, settings.clock == "told")
    add_lists(http, reading, settings.clock == "told")
    add_books(http, reading)
    complete(http, DOCUMENT)
    http.add_middleware(Gate, keys=keys, rate=settings.key_rate, registry=registry, page=problem_page)
    upkeep = Upkeep(registry, settings, unready, keys)
    return Service(
        name="reporting",
        bus=bus,
        mongo=mongo,
        http=http,
        registry=registry,
        prepare=store.prepare,
        workers=[lags.run, *gauges, upkeep.run],
        following=following,
    )


def main() -> None:
    """Run reporting until it is told to stop."""
    run("reporting", build)


if __name__ == "__main__":
    main()
