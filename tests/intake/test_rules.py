"""What is asked of each event: form, whose it is, and whether its book and plan know what it names."""

import asyncio
from typing import Any

import orjson
import pytest

from shared.events.people import PersonNamed
from shared.kafka.cloudevents import read_told
from shared.topics import PEOPLE
from tests.intake.given import Campaign, make_issue
from tests.intake.refused import REFUSED


@pytest.mark.parametrize(("changes", "field", "value", "rule"), REFUSED, ids=[f"{each[3]}-{number}" for number, each in enumerate(REFUSED)])
async def test_a_bad_event_is_refused_with_its_row_field_and_value(
    campaign: Campaign, changes: dict[str, Any], field: str, value: Any, rule: str
) -> None:
    bad = make_issue(**changes)
    good = make_issue()
    await campaign.mark()
    answer = await campaign.post(
        b"[%b,%b]" % (orjson.dumps(good), orjson.dumps(bad, default=str) if changes.get("data__target") != 2**70 else _big(bad)),
        "application/cloudevents-batch+json",
    )
    assert answer.status_code == 207, answer.text
    [error] = answer.json()["errors"]
    assert (error["index"], error["field"], error["rule"]) == (1, field, rule)
    assert error["value"] == (bad["subject"] if value is ... else value)
    assert error["detail"]
    assert error["detail_zh"]
    [record] = await campaign.since()
    assert dict(record.headers)["ce_id"].decode() == good["id"]


def _big(event: dict[str, Any]) -> bytes:
    return orjson.dumps(event | {"data": event["data"] | {"target": "BIG"}}).replace(b'"BIG"', str(2**70).encode())


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"data__category": "weather"}, "environment, process"),
        ({"data__channel": "pigeon"}, "self-check, complaint"),
        ({"data__target": 99}, "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 …"),
        ({"data__colour": "red"}, "category, channel"),
        ({"source": "t02"}, "t01"),
        ({"type": "IssueReport"}, "IssueReported"),
        ({"time": "now"}, "2019-03-05T08:00:00+08:00"),
        ({"subject": "tengzhou-2019/h1/issue/x"}, "tengzhou-2019/h1/issue/t01~"),
        ({"subject": "tengzhou-2019/h1/issue/t01~%31"}, "tengzhou-2019/h1/issue/t01~1"),
        ({"subject": "tengzhou-2019/h1/issue/t01~1~"}, "tengzhou-2019/h1/issue/t01~1"),
        ({"subject": "tengzhou-2019/h1/issue/t01~~1"}, "tengzhou-2019/h1/issue/t01~1"),
        ({"subject": "tengzhou-2019/h1/issue/t01~%zz"}, "tengzhou-2019/h1/issue/t01~%25zz"),
        ({"subject": "tengzhou-2019/h1/issue/t01~%e5%8f%b7"}, "tengzhou-2019/h1/issue/t01~%E5%8F%B7"),
    ],
)
async def test_a_refusal_says_what_would_be_right(campaign: Campaign, changes: dict[str, Any], says: str) -> None:
    [error] = (await campaign.tell([make_issue(**changes)])).json()["errors"]
    assert says in error["detail"]
    assert says in error["detail_zh"]


@pytest.mark.parametrize("key", ["root", "t01", "t02", "h1"])
@pytest.mark.parametrize("unit", ["bureau", "t01", "t02", "h1", "h2"])
async def test_a_key_tells_for_its_own_subtree_alone(campaign: Campaign, key: str, unit: str) -> None:
    covers = {"root": {"bureau", "t01", "t02", "h1", "h2"}, "t01": {"t01", "h1"}, "t02": {"t02", "h2"}, "h1": {"h1"}}
    source = "bureau" if key == "root" else key
    book = f"tengzhou-2019/{unit}"
    events = [
        make_issue(subject=f"{book}/issue/{source}~1"),
        make_issue(type="IssueAssigned", subject=f"{book}/issue/t02~1", data={"owner": "p1"}),
        make_issue(type="ReturnFiled", subject=f"{book}/return/own-plan", data={"obligation": "own-plan", "title": "方案", "by": "p1"}),
        make_issue(type="SelfCheckAnswered", subject=f"{book}/check/1", data={"target": 1, "conforms": True, "by": "p1"}),
        make_issue(type="GapAccepted", subject=book, data={"phase": "P3.1", "reason": "缺", "by": "p1"}),
        make_issue(type="PersonNamed", subject="tengzhou-2019/h1", data={"person": f"of-{unit}", "unit": unit, "name": "某"}),
    ]
    await campaign.mark()
    answer = await campaign.tell(events, key)
    if unit in covers[key]:
        assert answer.status_code == 202, answer.text
        assert {read_told(record).source for record in await campaign.since()} == {source}
    else:
        assert answer.status_code == 403
        assert [each["rule"] for each in answer.json()["errors"]] == ["not-yours"] * len(events)
        assert await campaign.since() == []


@pytest.mark.covers("I3")
@pytest.mark.parametrize(
    ("key", "by_unit", "rule"),
    [
        ("h1", "h1", None),
        ("h1", "t01", "not-yours"),
        ("h1", "bureau", "not-yours"),
        ("t01", "t01", None),
        ("t01", "bureau", "not-yours"),
        ("root", "bureau", None),
        ("root", "t01", None),
        ("root", "h9", "book-not-open"),
        ("root", None, None),
        ("root", 7, "invalid"),
    ],
)
async def test_a_key_speaks_for_its_own_unit_and_those_below_alone(campaign: Campaign, key: str, by_unit: Any, rule: str | None) -> None:
    data = {"person": "p2", "role": "office", "by": "p1"} | ({"by_unit": by_unit} if by_unit is not None else {})
    answer = await campaign.tell([make_issue(type="RoleGiven", subject="tengzhou-2019/h1", data=data)], key)
    if rule is None:
        assert answer.status_code == 202, answer.text
    else:
        [error] = answer.json()["errors"]
        assert (error["field"], error["value"], error["rule"]) == ("data.by_unit", by_unit, rule)


async def test_a_person_goes_to_the_topic_of_people_alone(campaign: Campaign) -> None:
    data = {"person": "p0042", "unit": "h1", "name": "护理部职工", "phone": "13812345678", "mail": "p@units.example"}
    await campaign.mark()
    assert (await campaign.tell([make_issue(type="PersonNamed", subject="tengzhou-2019/h1", data=data)])).status_code == 202
    assert await campaign.since() == []
    await campaign.mark(PEOPLE)
    assert (await campaign.tell([make_issue(type="PersonNamed", subject="tengzhou-2019/h1", data=data)])).status_code == 202
    [record] = await campaign.since()
    assert record.key == b"bureau/p0042"
    assert PersonNamed.model_validate_json(record.value) == PersonNamed(**data)
    assert dict(record.headers)["ce_type"] == b"PersonNamed"


SPELT_OTHERWISE = [
    ("IssueAssigned", "issue/t02~%31", "issue/t02~1", {"owner": "p1"}),
    ("ReturnFiled", "return/own%2Dplan", "return/own-plan", {"obligation": "own-plan", "title": "方案", "by": "p1"}),
    ("ReturnFiled", "return/own-plan~", "return/own-plan", {"obligation": "own-plan", "title": "方案", "by": "p1"}),
    ("SelfCheckAnswered", "check/%31", "check/1", {"target": 1, "conforms": True, "by": "p1"}),
    ("SelfCheckAnswered", "check/~", "check/<id>", {"target": 1, "conforms": True, "by": "p1"}),
]


@pytest.mark.parametrize(("type", "wrong", "right", "data"), SPELT_OTHERWISE)
async def test_a_subject_is_taken_in_one_spelling_alone(
    campaign: Campaign, type: str, wrong: str, right: str, data: dict[str, Any]
) -> None:
    book = "tengzhou-2019/h1"
    answer = await campaign.tell([make_issue(type=type, subject=f"{book}/{wrong}", data=data)])
    [error] = answer.json()["errors"]
    assert (error["field"], error["rule"]) == ("subject", "subject")
    assert f"{book}/{right}" in error["detail"]
    if not right.endswith("<id>"):
        assert (await campaign.tell([make_issue(type=type, subject=f"{book}/{right}", data=data)])).status_code == 202


async def test_a_person_is_named_again_and_moved_by_a_key_that_covers_both_units_alone(campaign: Campaign) -> None:
    def named(unit: str, person: str = "owner-1") -> dict[str, Any]:
        event: dict[str, Any] = make_issue(
            type="PersonNamed",
            subject=f"tengzhou-2019/{unit}",
            data={"person": person, "unit": unit, "name": "某", "mail": f"x@{unit}.example"},
        )
        return event

    await campaign.mark(PEOPLE)
    assert (await campaign.tell([named("h1")], "h1")).status_code == 202
    refused = await campaign.tell([named("h2")], "t02")
    assert refused.status_code == 403
    [error] = refused.json()["errors"]
    assert (error["index"], error["field"], error["value"], error["rule"]) == (0, "data.person", "owner-1", "person-not-yours")
    for key in ("h1", "t01", "root"):
        assert (await campaign.tell([named("h1")], key)).status_code == 202, key
    mixed = await campaign.tell(
        [named("h2", "owner-2"), named("h2"), named("h2", "owner-2"), make_issue(subject="tengzhou-2019/h2/issue/t02~1")], "t02"
    )
    assert (mixed.status_code, mixed.json()["accepted"], [each["index"] for each in mixed.json()["errors"]]) == (207, 3, [1])
    told = [orjson.loads(record.value) for record in await campaign.since()]
    assert [each["unit"] for each in told if each["person"] == "owner-1"] == ["h1"] * 4
    assert [each["unit"] for each in told if each["person"] == "owner-2"] == ["h2"] * 2
    for key, unit, status in (
        ("t01", "t01", 202),
        ("h1", "h1", 403),
        ("t02", "h2", 403),
        ("root", "h2", 202),
        ("t01", "h1", 403),
        ("t02", "h2", 202),
    ):
        assert (await campaign.tell([named(unit)], key)).status_code == status, (key, unit)


async def test_of_two_that_name_a_person_at_once_one_is_first(campaign: Campaign) -> None:
    people = [f"raced-{number}" for number in range(50)]

    def named(unit: str) -> list[dict[str, Any]]:
        data = [{"person": person, "unit": unit, "name": "某"} for person in people]
        return [make_issue(type="PersonNamed", subject=f"tengzhou-2019/{unit}", data=each) for each in data]

    await campaign.mark(PEOPLE)
    answers = await asyncio.gather(*(campaign.tell(named(unit), key) for unit, key in (("h1", "t01"), ("h2", "t02")) * 5))
    assert {answer.status_code for answer in answers} <= {202, 207, 403}
    units: dict[str, set[str]] = {}
    for record in await campaign.since():
        fact = PersonNamed.model_validate_json(record.value)
        units.setdefault(fact.person, set()).add(fact.unit)
    assert units.keys() == set(people)
    assert all(len(each) == 1 for each in units.values())


async def test_time_is_told_to_every_partition(campaign: Campaign) -> None:
    event = make_issue(type="TimeTold", subject="time", data={"now": "2019-04-02T08:00:00+08:00"})
    await campaign.mark()
    answer = await campaign.tell([event], "root")
    assert (answer.status_code, answer.json()) == (202, {"accepted": 1})
    records = await campaign.since()
    assert sorted(record.partition for record in records) == list(range(campaign.broker.partitions))
    assert {(record.key, read_told(record).type) for record in records} == {(b"time", "TimeTold")}


async def test_numbers_of_phones_and_cards_are_masked_before_they_are_told(campaign: Campaign) -> None:
    await campaign.mark()
    await campaign.tell([make_issue(data__text="李某 １３８-1234-5678，身份证37012319900101123x")])
    [record] = await campaign.since()
    assert orjson.loads(record.value)["text"] == "李某 〔手机号〕，身份证〔身份证号〕"


async def test_they_are_masked_in_the_fields_of_a_form_too(campaign: Campaign) -> None:
    await campaign.mark()
    form = {"leader": "李某 13812345678", "project": "床旁结算"}
    data = {"form": form, "by": "p1"}
    await campaign.tell([make_issue(type="ProposalFiled", subject="tengzhou-2019/h1/proposal/t01~1", data=data)])
    [record] = await campaign.since()
    assert orjson.loads(record.value)["form"] == form | {"leader": "李某 〔手机号〕"}
