"""What a key may not know is answered, and looked up, as if it were not there: books and campaigns of other roots, and who works elsewhere."""

from collections.abc import AsyncIterator

import orjson
import pytest

from services.intake.mistakes import NotTaken
from services.intake.state import Known, OpenBook
from services.intake.store import Store
from shared.mongo import Document, Mongo
from shared.settings import Settings
from shared.topics import person_id
from tests.intake.given import make_issue, make_person, records

THEIRS = {"rivers-2026/river": ("river",), "rivers-2026/t01": ("river", "t01"), "rivers-2026/h1": ("river", "t01", "h1")}
"""Books of another root, of units whose codes are those of ours."""
OURS = {"tengzhou-2019/bureau": ("bureau",), "tengzhou-2019/t01": ("bureau", "t01"), "tengzhou-2019/h1": ("bureau", "t01", "h1")}
BOOKS = {id: OpenBook(id, path, "tengzhou-2019@1") for id, path in (THEIRS | OURS).items()}
KNOWN = Known(
    books=BOOKS,
    roots={"rivers-2026": "river", "tengzhou-2019": "bureau"},
    units={person_id("bureau", "zhang"): "h1", person_id("bureau", "p-next-door"): "h2", person_id("river", "p-far-away"): "h1"},
)
SAME: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "a book": ({"subject": "rivers-2026/h1/issue/t01~1"}, {"subject": "nobody-26/h1/issue/t01~1"}),
    "the root's book": ({"subject": "rivers-2026/river/issue/t01~1"}, {"subject": "nobody-26/river/issue/t01~1"}),
    "a unit that is spoken for": ({"data__by_unit": "river"}, {"data__by_unit": "brook"}),
    "a person elsewhere under the root": ({"data__owner": "p-next-door"}, {"data__owner": "p-never-1"}),
    "a person of another root": ({"data__owner": "p-far-away"}, {"data__owner": "p-never-2"}),
}
"""What the key of t01 tells of what there is, and of what there is not."""


@pytest.mark.parametrize("what", SAME)
def test_of_what_a_key_may_not_know_is_said_what_is_said_of_what_there_is_not(what: str) -> None:
    said = []
    for changes in SAME[what]:
        with pytest.raises(NotTaken) as refused:
            records(make_issue(id="x", **({"subject": "tengzhou-2019/h1/issue/t01~1"} | changes)), known=KNOWN)
        answer = orjson.dumps([each.at(0) for each in refused.value.mistakes]).decode()
        for value in changes.values():
            answer = answer.replace(str(value), "…").replace("/".join(str(value).split("/")[:2]), "…")
        said.append(answer)
    assert said[0] == said[1]


@pytest.mark.parametrize("campaign", ["rivers-2026", "nobody-26"])
def test_a_person_is_named_for_a_unit_of_another_root_as_for_one_that_nobody_has(campaign: str) -> None:
    with pytest.raises(NotTaken) as refused:
        records(make_person("p9", "h1") | {"subject": f"{campaign}/h1"}, known=KNOWN)
    assert [(each.rule, each.field) for each in refused.value.mistakes] == [("book-not-open", "data.unit")]


class Asked(Store):
    """A store that notes which collections of the database it asks, and how often."""

    def __init__(self, mongo: Mongo) -> None:
        super().__init__(mongo)
        self.asked: list[str] = []

    async def _find(self, collection: str, query: Document, without: Document | None = None) -> list[Document]:
        self.asked.append(collection)
        return await super()._find(collection, query, without)


@pytest.fixture
async def store(settings: Settings) -> AsyncIterator[Asked]:
    """One that has read the books of both roots."""
    mongo = Mongo(settings.mongodb_uri.get_secret_value(), f"{settings.namespace}secrecy")
    made = Asked(mongo)
    for id, path in (THEIRS | OURS).items():
        await mongo["books"].insert_one({"_id": id, "path": path, "terms": f"{id.partition('/')[0]}@1"})
    for id in ("rivers-2026@1", "tengzhou-2019@1"):
        await mongo["terms"].insert_one({"_id": id, "categories": [], "channels": [], "targets": []})
    await made.prepare()
    yield made
    await mongo.drop()
    mongo.close()


async def test_what_others_have_is_looked_up_as_often_as_what_nobody_has(store: Asked) -> None:
    asked = dict[str, list[list[str]]]()
    for campaign in ("rivers-2026", "nobody-26"):
        for _ in range(3):  # also once it is well known
            store.asked.clear()
            await store.known([f"{campaign}/h1", f"{campaign}/river"], [campaign], ["bureau"])
            asked.setdefault(campaign, []).append(list(store.asked))
    assert asked["rivers-2026"] == asked["nobody-26"] == [["books", "books"]] * 3
    await store.known(["tengzhou-2019/h1"], ["tengzhou-2019"], ["bureau"])
    store.asked.clear()
    await store.known(["tengzhou-2019/h1"], ["tengzhou-2019"], ["bureau"])
    assert store.asked == [], "what is its own is in memory"
