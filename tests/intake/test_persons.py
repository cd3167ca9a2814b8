"""Persons belong to one root, and whom an event names must stand at, above or below its unit (A1, A3): a table over every type and field."""

import copy
import random
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from services.intake.envelope import OPENING, TOLD
from services.intake.mistakes import NotTaken
from services.intake.persons import BEFORE_NAMED, OUTSIDE, PERSONS
from services.intake.state import Known, OpenBook, Terms
from services.intake.store import REMEMBERED, TELLINGS, Store, Telling
from services.intake.validation import FIRST_TOLD
from shared.http.access import Key
from shared.kafka.cloudevents import stamp
from shared.kafka.records import Record
from shared.topics import PEOPLE, person_id
from tests.intake.given import Campaign, Event, make_issue, make_person, records

GOLDEN = Path(__file__).parents[1] / "golden"
CAMPAIGN, SECRET = "tz2019", b"a secret of sixteen"
BOOKS = (("bureau",), ("bureau", "t01"), ("bureau", "t01", "h1"), ("bureau", "t01", "h1", "c1"), ("bureau", "t02"), ("bureau", "t02", "h2"))
PLACES = {
    "own": ("bureau", "h1"),
    "township": ("bureau", "t01"),
    "root": ("bureau", "bureau"),
    "below": ("bureau", "c1"),
    "line": ("bureau", "union"),
    "neighbour": ("bureau", "h2"),
    "next-town": ("bureau", "t02"),
    "gone": ("bureau", "left-since"),
    "foreign": ("other", "h1"),
}
"""Each person's root and unit. The unit h1 stands under t01 and the bureau, above c1, and under the union in a further line; `other` shares nothing."""
IN_LINE, ELSEWHERE, UNKNOWN = ("own", "township", "root", "below", "line"), ("neighbour", "next-town", "gone"), ("foreign", "nobody")
TERMS = Terms(f"{CAMPAIGN}@1", ("environment",), ("complaint", "idea-box"), tuple(range(1, 11)))
KNOWN = Known(
    {
        book: OpenBook(book, path, f"{CAMPAIGN}@1", ("union",) if path[-1] == "h1" else ())
        for path in BOOKS
        for book in (f"{CAMPAIGN}/{path[-1]}",)
    },
    {f"{CAMPAIGN}@1": TERMS},
    units={person_id(root, person): unit for person, (root, unit) in PLACES.items()},
)
KEY = Key(id="root", source="desk", unit="bureau", root="bureau", may=("tell", "announce"))
BESIDE_BY = {
    "UnitsListed": {"units.responsible"},
    "PersonNamed": {"person"},
    "PersonReleased": {"person"},
    "PersonErased": {"person"},
    "CampaignAnnounced": {"plan.obligations.contact"},
    "CampaignAmended": {"plan.obligations.contact"},
    "IssueReported": {"owner", "fixed.by", "reporter"},
    "IssueAssigned": {"owner"},
    "FollowUpSet": {"owner"},
    "HandOverAcknowledged": {"owner"},
    "UnitPlanAdopted": {"duties.person"},
    "ReturnFiled": {"contact"},
    "RoleGiven": {"person"},
    "RoleEnded": {"person"},
    "ActivityHeld": {"witness"},
    "VisitLogged": {"visitor"},
    "ContactPointNamed": {"leader"},
    "IdeaOffered": {"offered_by"},
    "IdeaAdopted": {"owner"},
    "NominationFiled": {"person"},
}
"""Every field of a told event that names a person, but `by`; whoever adds one says here, and in `services/intake/persons.py`, who may stand in it."""
OF_PERSONS = ("PersonNamed", "PersonReleased", "PersonErased")
"""What is said of a person as such, whom `PERSONS` names in one field."""
FIELDS = [(type, ".".join(path)) for type, paths in PERSONS.items() for path in paths if type not in OF_PERSONS]
SOUNDS_LIKE_A_PERSON = re.compile(r"(.*_)?(by|owner|person|leader|visitor|witness|contact|reporter|responsible|judge|fixer|verifier)")


def said(type: str, field: str, person: str) -> dict[str, Any]:
    """An event of h1's book, or of the root's where no other has it, in which `person` stands in a field, and one of h1's own in all others."""
    golden = orjson.loads((GOLDEN / f"{type}.json").read_bytes())
    data = copy.deepcopy(golden.get("fact", golden))
    for name in (".".join(path) for path in PERSONS[type]):
        _put(data, name.split("."), person if name == field else "own", name == field)
    data |= {"by_unit": "t01"} if "by_unit" in data else {}
    if type in OPENING:
        subject = f"{CAMPAIGN}/bureau" + (f"/tree/{data['version']}" if type == "UnitsListed" else "")
    else:
        own = f"{data['award']}~{data['period']}~desk~1" if type == "NominationFiled" else "desk~1"
        kind = TOLD[type].kind
        subject = f"{CAMPAIGN}/h1" + ("" if kind == "book" else f"/{kind}/{own if issubclass(TOLD[type], FIRST_TOLD) else '1'}")
    data |= {"anonymous": False} if "anonymous" in data else {}
    return make_issue(type=type, subject=subject, data=data | ({"covert": False} if type == "VisitLogged" else {}))


def _put(value: Any, path: list[str], person: str, add: bool) -> None:
    for each in value if isinstance(value, list) else [value]:
        if len(path) > 1:
            _put(each.get(path[0]) or {}, path[1:], person, add)
        elif add or path[0] in each:
            each[path[0]] = person


def answer(event: dict[str, Any]) -> str:
    """The rule by which an event is refused; `taken` where it is not."""
    try:
        records(event, KEY, KNOWN, secret=SECRET)
    except NotTaken as error:
        return error.mistakes[0].rule
    return "taken"


@pytest.mark.parametrize(("type", "field"), FIELDS)
def test_no_event_names_anybody_outside_the_line_of_command_or_of_another_root(type: str, field: str) -> None:
    found = {person: answer(said(type, field, person)) for person in (*IN_LINE, *ELSEWHERE, *UNKNOWN)}
    place = f"{type}.{field}"
    if place in OUTSIDE:
        assert set(found.values()) == {"taken"}
        return
    unknown = "taken" if place in BEFORE_NAMED else "person-unknown"
    elsewhere = "taken" if type in OPENING else "person-unknown"  # whoever announces stands above everybody
    assert found == dict.fromkeys(IN_LINE, "taken") | dict.fromkeys(ELSEWHERE, elsewhere) | dict.fromkeys(UNKNOWN, unknown)


def test_every_field_that_names_a_person_was_decided_on() -> None:
    assert {type: {".".join(path) for path in paths} - {"by"} for type, paths in PERSONS.items() if set(paths) - {("by",)}} == BESIDE_BY
    decided = {f"{type}.{field}" for type, field in FIELDS} | {f"{type}.person" for type in OF_PERSONS}
    assert OUTSIDE.keys() | BEFORE_NAMED.keys() <= decided
    for type, model in TOLD.items():
        for name in model.model_fields:
            assert not SOUNDS_LIKE_A_PERSON.fullmatch(name) or (name,) in PERSONS[type], f"{type}.{name} names a person, but is no Person"


def test_a_covert_visitor_is_nobodys_concern_and_whoever_tells_of_their_own_covert_visit_stands_in_line_all_the_same() -> None:
    for person, by, rule in (("stranger", "own", "taken"), ("own", "own", "taken"), ("neighbour", "neighbour", "person-unknown")):
        event = said("VisitLogged", "visitor", person)
        event["data"] |= {"covert": True, "by": by}
        assert answer(event) == rule


NUMBERS = ("13812345678", "138-1234-5678", "110101199003071234", "11010119900307123X")


@pytest.mark.parametrize("number", NUMBERS)
def test_the_number_of_a_phone_or_a_card_is_taken_as_no_id_nor_reference(number: str) -> None:
    fields: dict[str, dict[str, Any]] = {
        "id": {"id": f"e {number}"},
        "subject": {"subject": f"tengzhou-2019/h1/issue/t01~{number}"},
        "data.owner": {"data__owner": number},
        "data.reporter": {"data__reporter": f"citizen-{number}"},
        "data.fixed.by": {"data__fixed": {"measures": "清理", "result": "已清理", "by": f"p{number}"}},
        "data.fixed.evidence.1": {
            "data__fixed": {"measures": "清理", "result": "已清理", "evidence": ["a", f"照片{number}.jpg"], "by": "p1"}
        },
    }
    for field, changes in fields.items():
        with pytest.raises(NotTaken) as error:
            records(make_issue(**changes))
        assert [(each.rule, each.field, each.value) for each in error.value.mistakes] == [("number-in-id", field, None)]
    with pytest.raises(NotTaken) as error:
        records(
            make_issue(subject=f"tengzhou-2019/h1/issue/{number.lower()}~1"),
            Key(id="k", source=number.lower(), unit="t01", root="bureau", may=("tell",)),
        )
    assert {each.field for each in error.value.mistakes} == {"source", "subject"}


@pytest.mark.parametrize(
    "id", ["2019-04-02T08:00:00.123", "1f3a5678-1381-4345-9678-138123456780", "a13812345678b0c1", "e-2019-17", "3f" * 32, "17"]
)
def test_what_a_program_makes_up_as_an_id_is_taken(id: str) -> None:
    assert records(make_issue(id=id, subject=f"tengzhou-2019/h1/issue/t01~{id.replace(':', '%3A')}"))


async def test_a_person_who_is_unknown_is_refused_by_name_until_they_are_named_in_the_same_request_or_before(campaign: Campaign) -> None:
    told = make_issue(data__owner="new-1")
    [error] = (await campaign.tell([told])).json()["errors"]
    assert (error["index"], error["field"], error["value"], error["rule"]) == (0, "data.owner", "new-1", "person-unknown")
    named = make_person("new-1", "h1")
    assert (await campaign.tell([named, told])).status_code == 202
    other = make_issue(subject="tengzhou-2019/h2/issue/t02~1", data__owner="new-1")
    [error] = (await campaign.tell([other], "t02")).json()["errors"]
    assert (error["field"], error["value"], error["rule"]) == ("data.owner", "new-1", "person-unknown")
    moved = make_person("new-1", "h2")
    assert (await campaign.tell([moved, other], "root")).json()["accepted"] == 1, "the source of the key is another"
    assert (await campaign.tell([other], "t02")).status_code == 202
    [error] = (await campaign.tell([make_issue(data__owner="new-1")])).json()["errors"]
    assert error["rule"] == "person-unknown"
    [never] = (await campaign.tell([make_issue(data__owner="new-9")])).json()["errors"]
    assert error == {name: said.replace("new-9", "new-1") if isinstance(said, str) else said for name, said in never.items()}, (
        "who works elsewhere is not the teller's to know"
    )


async def test_a_person_is_published_under_the_root_of_the_book_that_they_are_named_for(campaign: Campaign) -> None:
    await campaign.mark(PEOPLE)
    assert (await campaign.tell([make_person("rooted", "h1")])).status_code == 202
    found: list[Record] = await campaign.since()
    assert [record.key for record in found] == [b"bureau/rooted"]


async def test_what_is_said_of_a_person_is_dated_behind_all_that_was_said_of_them_before_whatever_the_clock_of_a_copy(
    campaign: Campaign,
) -> None:
    await campaign.mark(PEOPLE)
    early = "2019-04-01T08:00:00+08:00"
    assert (await campaign.tell([make_person("often", "h1", name=name) for name in "ab"])).status_code == 202
    person = person_id("bureau", "often")
    ahead = await Store(campaign.intake.mongo).say([Telling(person, "ahead")], datetime(2199, 1, 1, tzinfo=UTC))
    for id in ("often", "late"):
        assert (await campaign.tell([make_person(id, "h1", name=name) | {"time": early} for name in "cd"])).status_code == 202
    found = [
        (each.key, str(dict(each.headers)["ce_accepted"], "ascii"), orjson.loads(each.value)["name"]) for each in await campaign.since()
    ]
    often = [(said, name) for key, said, name in found if key == person.encode()]
    assert often == sorted(often)
    assert [name for _, name in often] == ["a", "b", "c", "d"]
    assert len({said for said, _ in often}) == 4
    assert often[1][0] < stamp(ahead[Telling(person, "ahead")]) < often[2][0] < "2199-01-02"
    assert all("2026" <= said < "2199" for key, said, _ in found if key != person.encode()), "by no told clock"


async def test_an_id_that_is_given_free_is_named_anew_behind_all_that_was_said_of_it(campaign: Campaign) -> None:
    assert (await campaign.tell([make_person("again", "h1")])).status_code == 202
    store, person = Store(campaign.intake.mongo), person_id("bureau", "again")
    early, late = Telling(person, "early"), Telling(person, "late")
    before = (await store.say([early], datetime(2199, 1, 1, tzinfo=UTC)))[early]
    await store.bar([person])
    await store.free([person])
    assert (await campaign.tell([make_person("again", "h2")], "t02")).status_code == 202
    assert (await store.say([late], datetime(2019, 1, 1, tzinfo=UTC)))[late] > before


@pytest.mark.parametrize("seed", range(12))
async def test_however_what_is_said_of_persons_is_cut_and_told_again_the_last_word_stands(campaign: Campaign, seed: int) -> None:
    chance = random.Random(seed)
    people = [f"cut-{seed}-{number}" for number in range(2)]
    await campaign.tell([make_person(person, "h1") for person in people], "root")
    told = [_said_of(chance, person) for person in chance.choices(people, k=10)]
    fresh = {person: f"once-{person}" for person in people}
    await campaign.tell([make_person(person, "h1") for person in fresh.values()], "root")
    await campaign.mark(PEOPLE)
    for one in told:  # of others, one by one and once
        await campaign.tell([_of(one, fresh)], "operator")
    once = await _last_words(campaign, fresh)
    await campaign.mark(PEOPLE)
    at = 0
    while at < len(told):
        to = at + chance.randint(1, 5)
        answer = (await campaign.tell(told[at:to], "operator")).json()
        # What was refused is judged anew whenever it is told again, and may hold by then.
        refused = {each["index"] for each in answer.get("errors", ())}
        told[at:to] = [one for index, one in enumerate(told[at:to]) if index not in refused]
        at = min(to - len(refused), len(told))
        if again := told[chance.randint(0, at) : at]:  # whoever feeds had no answer, and begins anew somewhere before
            await campaign.tell(again, "operator")
    cut = await _last_words(campaign, {person: person for person in people})
    assert cut == once, f"seed {seed}: {[(one['type'], one['data']) for one in told]}"


def _said_of(chance: random.Random, person: str) -> Event:
    type = chance.choice(("PersonNamed", "PersonNamed", "PersonNamed", "PersonReleased", "PersonErased"))
    if type == "PersonNamed":
        return make_person(person, chance.choice(("h1", "h2")), name=chance.choice("甲乙丙丁"))
    return make_issue(type=type, subject="tengzhou-2019/bureau", data={"person": person, "reason": "无"})


def _of(event: Event, whom: Mapping[str, str]) -> Event:
    """The same said of somebody else."""
    return event | {"id": f"once-{event['id']}", "data": event["data"] | {"person": whom[event["data"]["person"]]}}


async def _last_words(campaign: Campaign, whom: Mapping[str, str]) -> list[tuple[Any, ...]]:
    """What is known of each: the last record on the topic, whether it is the latest too, and what intake itself holds."""
    found: list[Record] = await campaign.since()
    known = {each["_id"]: each async for each in campaign.intake.mongo["people"].find({})}
    words = list[tuple[Any, ...]]()
    for person in whom.values():
        of = [each for each in found if each.key == person_id("bureau", person).encode()]
        here = known[person_id("bureau", person)]
        said = [str(dict(each.headers)["ce_accepted"]) for each in of]
        value = orjson.loads(of[-1].value) if of and of[-1].value else {}
        words.append((value.get("name"), value.get("unit"), here.get("unit"), here.get("gone"), said == sorted(said)))
    return words


async def test_what_stands_twice_in_one_request_was_said_when_it_stood_there_first(campaign: Campaign) -> None:
    before, after = make_person("twice", "h1", name="前"), make_person("twice", "h2", name="后")
    await campaign.mark(PEOPLE)
    assert (await campaign.tell([before, after, before], "root")).json() == {"accepted": 3}
    assert await _last_words(campaign, {"": "twice"}) == [("后", "h2", "h2", None, True)]


async def test_very_much_may_be_said_of_one_person_in_one_request(campaign: Campaign) -> None:
    await campaign.mark(PEOPLE)
    assert (await campaign.tell([make_person("very-much", "h1", name=f"第{number}") for number in range(1000)], "root")).json() == {
        "accepted": 1000
    }
    assert await _last_words(campaign, {"": "very-much"}) == [("第999", "h1", "h1", None, True)]


async def test_what_was_said_of_a_person_is_known_again_for_a_while_and_no_more_than_so_often(campaign: Campaign) -> None:
    await campaign.tell([make_person("much", "h1")], "root")
    store, person, now = Store(campaign.intake.mongo), person_id("bureau", "much"), datetime(2199, 1, 1, tzinfo=UTC)
    first, *others = (Telling(person, str(number)) for number in range(TELLINGS + 1))
    moment = (await store.say([first], now))[first]
    said = await store.say([first, others[0]], now)
    assert said[first] == moment < said[others[0]]
    assert await store.outdated([first, others[0]], now) == {first: moment}
    assert first not in await store.outdated([first], now + REMEMBERED + timedelta(seconds=1))
    assert (await store.say([first], now + REMEMBERED + timedelta(seconds=1)))[first] > said[others[0]]
    assert first not in await store.say(others, now + REMEMBERED + timedelta(seconds=2))


async def test_whom_a_tree_makes_responsible_before_anybody_can_be_named_is_named_in_the_answer(campaign: Campaign) -> None:
    tree = [
        {"id": "bureau", "name": "局", "unit_class": "bureau", "responsible": "p1"},
        {"id": "h1", "name": "院", "unit_class": "township-health-centre", "parent": "bureau", "responsible": "p9999"},
    ]
    listed = make_issue(type="UnitsListed", subject="tengzhou-2019/bureau/tree/7", data={"version": 7, "part": 1, "units": tree})
    answer = await campaign.tell([listed], "root")
    assert (answer.status_code, answer.json()["accepted"]) == (202, 1), answer.text
    [unnamed] = answer.json()["unnamed"]
    assert (unnamed["index"], unnamed["field"], unnamed["value"]) == (0, "data.units.1.responsible", "p9999")
    assert "PersonNamed" in unnamed["detail"]
    mixed = await campaign.tell([make_issue(data__owner="p9999"), listed], "root")
    assert mixed.status_code == 207
    assert [each["index"] for each in mixed.json()["unnamed"]] == [1]
    assert (await campaign.tell([make_person("p9999", "h1"), listed], "root")).json() == {"accepted": 2}
