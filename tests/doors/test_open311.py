"""The Open311 door: an app of a city feeds issues and follows them, by a public client's own requests."""

import asyncio
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
import pytest
import xmltodict
from georeport import GeoReport

from services.intake.app import build
from services.intake.open311 import routes
from shared.http.access import Keys
from shared.http.rates import BURST
from tests.doors.city import FORM, PATH, City, event

FIXMYSTREET = (
    "jurisdiction_id=flow-2019&api_key={key}&lat=35.0842314123&description=title%3A++%E6%8E%92%E9%98%9F%E5%A4%AA%E4%B9%85%0D%0A%0D%0A"
    "detail%3A+%E4%B8%8A%E5%8D%88%E4%B9%9D%E7%82%B9%EF%BC%8C%E7%94%B5%E8%AF%9D13812345678%0D%0A&email=wang%40example.org&first_name=Wang&last_name=Fang"
    "&long=117.1555830456&media_url=https%3A%2F%2Ffixmystreet.example%2Fphoto%2F1.jpeg&phone=13987654321&service_code=complaint.flow"
    "&attribute%5Bunit%5D=h1"
)
"""The body that FixMyStreet's Open311.pm posts, byte for byte as its form encoder writes it."""


def client(city: City, key: str = "app", form: str = "json") -> GeoReport:
    """The client of PyPI's `georeport`. It has no place for a header: the key is the password in its address, which goes as HTTP Basic."""
    address = urlsplit(city.addresses["intake"])
    return GeoReport(f"http://app:{city.keys[key]}@{address.netloc}{PATH}", jurisdiction="flow-2019", output_format=form)


def errors(answer: httpx.Response) -> list[tuple[int, str]]:
    """The refusals of an answer in either form."""
    if answer.headers["content-type"].startswith("text/xml"):
        found = xmltodict.parse(answer.content, force_list=("error",))["errors"]["error"]
        return [(int(each["code"]), each["description"]) for each in found]
    return [(each["code"], each["description"]) for each in answer.json()]


@pytest.mark.parametrize("form", ["json", "xml"])
async def test_a_public_client_reads_what_can_be_reported(city: City, form: str) -> None:
    asked = client(city, form=form)
    services = await asyncio.to_thread(asked.get_service_list)
    assert [each["service_code"] for each in services] == ["complaint.flow", "self-check.flow"]
    assert [(each["service_name"], each["group"]) for each in services] == [("服务流程", "投诉"), ("服务流程", "自查")]
    assert str(services[0]["metadata"]).lower() == "true"
    definition = await asyncio.to_thread(asked.get_service_definition, "complaint.flow")
    attributes = definition["attributes"]
    unit = attributes[0] if form == "json" else attributes["attribute"]
    assert (definition["service_code"], unit["code"], str(unit["required"]).lower()) == ("complaint.flow", "unit", "false")


async def test_what_fixmystreet_posts_is_on_the_book_of_the_unit_and_nothing_of_the_person_is_kept(city: City) -> None:
    body = FIXMYSTREET.format(key=city.keys["app"])
    answer = await city.door.post(f"{PATH}/requests.xml", content=body, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    id = xmltodict.parse(answer.content)["service_requests"]["request"]["service_request_id"]
    await city.settled.wait()
    found = await asyncio.to_thread(client(city, form="xml").get_service_request, id)
    assert (found["status"], found["agency_responsible"], found["service_code"]) == ("open", "第一医院", "complaint.flow")
    place = "35.084231, 117.155583\nhttps://fixmystreet.example/photo/1.jpeg"
    assert found["description"] == f"title:  排队太久\n\ndetail: 上午九点，电话〔手机号〕\n{place}"
    issue = await city.pages.get(f"/api/issues/flow-2019/h1/issue/{id.partition('~')[2]}", headers=city.bearing("bureau"))
    assert not [each for each in ("Wang", "Fang", "wang@", "139") if each in issue.text]


async def test_a_public_client_follows_an_issue_until_it_is_struck_off(city: City) -> None:
    id = await city.reported("h1", address_string="三楼")
    subject = f"flow-2019/h1/issue/{id.partition('~')[2]}"

    async def state() -> tuple[str, str]:
        found = await asyncio.to_thread(client(city, "h1").get_service_request, id)
        return found["status"], found["status_notes"]

    opened = await asyncio.to_thread(client(city, "h1").get_service_request, id)
    assert opened["requested_datetime"] == "2019-04-02T00:00:00+08:00"
    assert opened["expected_datetime"] == "2019-04-17T23:59:59+08:00"
    assert await state() == ("open", "已上账，正在制定整改措施")
    await city.tell("h1", event(f"{id}-o", "IssueAssigned", subject, owner="zhang"))
    await city.tell("h1", event(f"{id}-m", "MeasuresPlanned", subject, measures="增设窗口", by="zhang"))
    assert await state() == ("open", "已制定整改措施，正在整改")
    await city.tell("h1", event(f"{id}-r", "RectificationDone", subject, result="已增设两个窗口", by="zhang"))
    assert await state() == ("open", "已整改，待验收：已增设两个窗口")
    await city.tell("h1", event(f"{id}-v", "RectificationVerified", subject, effect="已缩短", by="li"))
    assert await state() == ("closed", "已整改并销号：已增设两个窗口")
    [closed] = await city.ask("requests.json", service_request_id=id)
    assert (closed["expected_datetime"], closed["updated_datetime"]) == (None, "2019-04-02T00:00:00+08:00")
    assert await city.ask(f"tokens/{id}.json") == [{"service_request_id": id, "token": id}]


async def test_the_same_form_sent_again_is_the_same_issue(city: City) -> None:
    async def entered() -> int:
        summary = await city.pages.get("/api/campaigns/flow-2019/summary?unit=h2", headers=city.bearing("bureau"))
        return int(summary.json()["total"]["entered"])

    before = await entered()
    ids = [await city.reported("h2", description="灯坏了") for _ in range(3)]
    assert len(set(ids)) == 1
    assert await entered() == before + 1
    assert await city.reported("h2", description="另一盏灯坏了") not in ids


async def test_an_app_with_a_key_of_its_own_for_each_report_says_itself_which_are_the_same(city: City) -> None:
    async def post(once: str) -> str:
        answer = await city.door.post(f"{PATH}/requests.json", data=FORM, headers=city.bearing("h2") | {"Idempotency-Key": once})
        return str(answer.json()[0]["service_request_id"])

    assert await post("one") == await post("one") != await post("two")


async def test_requests_are_listed_by_day_state_and_service(city: City) -> None:
    id = await city.reported("h2", description="电梯停运", service_code="self-check.flow")

    async def listed(**asked: str) -> list[str]:
        return [each["service_request_id"] for each in await city.ask("requests.json", "h2", **asked)]

    assert id in await listed()
    assert id in await listed(status="open", service_code="self-check.flow")
    assert id in await listed(status="open,closed", service_code="complaint.flow,self-check.flow")
    assert id not in await listed(status="closed")
    assert id not in await listed(service_code="complaint.flow")
    assert id in await listed(start_date="2019-04-01T00:00:00Z", end_date="2019-04-03T00:00:00Z")
    assert id not in await listed(start_date="2019-04-03T00:00:00+08:00")
    assert id not in await listed(end_date="2019-04-01T00:00:00+08:00")
    assert await listed(service_request_id=f"{id},h2~h2~none,nothing") == [id]
    assert (await listed(service_code="self-check.flow, self-check.flow,,self-check.flow")).count(id) == 1
    assert await listed(service_request_id=f"{id}, {id}") == [id]


async def test_what_the_ledger_refuses_is_closed_with_its_reason(city: City) -> None:
    path = "/open311/later-2019/v2"
    id = await city.reported("h1", path)
    answer = await city.door.get(f"{path}/requests/{id}.json", headers=city.bearing("h1"))
    [found] = answer.json()
    assert (found["service_request_id"], found["status"]) == (id, "closed")
    assert found["status_notes"].startswith("not taken on: ")


WRONG: dict[str, tuple[dict[str, str], int, str]] = {
    "no service": ({"service_code": ""}, 400, "service_code was not provided"),
    "an unknown service": ({"service_code": "complaint.parking"}, 404, "service_code not found"),
    "a service of half a code": ({"service_code": "flow"}, 404, "service_code not found"),
    "no description": ({"description": " "}, 400, "description was not provided"),
    "a description that is too long": ({"description": "长" * 4001}, 400, "data.text"),
    "no place": ({"address_string": ""}, 400, "lat, long | address_string | address_id was not provided"),
    "half a place": ({"lat": "35"}, 400, "long does not fit"),
    "no number": ({"lat": "north", "long": "117"}, 400, "lat does not fit"),
    "no such latitude": ({"lat": "90.1", "long": "117"}, 400, "lat does not fit"),
    "no latitude at all": ({"lat": "nan", "long": "117"}, 400, "lat does not fit"),
    "a picture that is no web address": ({"media_url": "file:///etc/passwd"}, 400, "media_url does not fit"),
    "a picture at half an address": ({"media_url": "http://["}, 400, "media_url does not fit"),
    "another jurisdiction": ({"jurisdiction_id": "city.gov"}, 404, "jurisdiction_id not found"),
    "another's unit": ({"attribute[unit]": "h2"}, 403, "not under h1"),
    "no unit": ({"attribute[unit]": "h9"}, 400, "subject"),
    "no unit's name": ({"attribute[unit]": "h1/issue/x"}, 400, "subject"),
    "much too much": ({"description": "x" * 70_000}, 413, "65536 bytes"),
}


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize("wrong", WRONG)
async def test_a_form_that_cannot_be_taken_is_refused_as_the_standard_has_it(city: City, wrong: str, form: str) -> None:
    fields, status, says = WRONG[wrong]
    answer = await city.report("h1", form, **fields)
    assert answer.status_code == status, answer.text
    [(code, description)] = errors(answer)
    assert code == status
    assert says in description


@pytest.mark.parametrize(
    ("body", "media", "status"),
    [
        (b"{}", "application/json", 415),
        (b"service_code=%FF", "application/x-www-form-urlencoded", 400),
        (b"\xff=1", "application/x-www-form-urlencoded", 400),
        (b"lat=1&lat=2", "application/x-www-form-urlencoded", 400),
        (b"&".join(b"%d=1" % number for number in range(101)), "application/x-www-form-urlencoded", 400),
        (b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "text/xml", 415),
    ],
)
async def test_what_is_no_form_is_refused(city: City, body: bytes, media: str, status: int) -> None:
    answer = await city.door.post(f"{PATH}/requests.json", content=body, headers=city.bearing("h1") | {"Content-Type": media})
    assert [code for code, _ in errors(answer)] == [status] == [answer.status_code]


PATHS = ("services.json", "services/complaint.flow.json", "requests.json", "requests/{id}.json", "tokens/{id}.json")


@pytest.mark.parametrize("path", PATHS)
async def test_a_key_in_an_address_is_refused_though_the_standard_has_it_there(city: City, path: str) -> None:
    for headers in ({}, city.bearing("app")):
        answer = await city.door.get(f"{PATH}/{path}", params={"api_key": city.keys["app"]}, headers=headers)
        assert answer.status_code == 401
        assert city.keys["app"] not in answer.text


async def test_without_a_key_nothing_is_said(city: City) -> None:
    for path in PATHS:
        assert errors(await city.door.get(f"{PATH}/{path}"))[0][0] == 401
    for given in ({}, {"api_key": "xh_app_wrong"}):
        answer = await city.door.post(f"{PATH}/requests.json", data=FORM | given)
        assert (answer.status_code, [code for code, _ in errors(answer)]) == (401, [401])
    assert errors(await city.door.get(f"{PATH}/requests.json", headers=city.bearing("blind")))[0][0] == 403


async def test_a_key_in_a_form_may_send_no_more_than_one_in_a_header(city: City) -> None:
    form = {"api_key": city.keys["slow"], "service_code": "complaint.nothing", "description": "x"}
    answers = [await city.door.post(f"{PATH}/requests.json", data=form) for _ in range(12)]
    assert [each.status_code for each in answers][:10] == [404] * 10
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) == 1


SLOW = {
    "without a key": ("", ""),
    "with a wrong key before it": ("Authorization: Bearer xh_h1_wrong\r\n", ""),
    "too large": ("", "service_code=" + "x" * 70_000),
}


@pytest.mark.parametrize("how", SLOW)
async def test_a_form_that_does_not_end_holds_no_place_for_long_while_nobody_knows_whose_it_is(
    city: City, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(routes, "KEYLESS", 0.2)
    header, sent = SLOW[how]
    address = city.door.base_url
    reader, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(f"POST {PATH}/requests.json HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n{header}".encode())
    writer.write(f"Transfer-Encoding: chunked\r\n\r\n{len(sent) or 1:x}\r\n{sent or 'x'}\r\n".encode())
    async with asyncio.timeout(30):
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    assert head.startswith("http/1.1 401")
    assert header or "connection: close" in head
    writer.close()


async def test_where_reporting_is_asked_too_much_the_app_hears_it_and_for_how_long_it_is_to_wait(city: City) -> None:
    headers = city.bearing("tired")
    for _ in range(BURST):  # on a machine that pauses for a second, one more may be let in
        await asyncio.gather(*(city.pages.get("/api/campaigns", headers=headers) for _ in range(2 * BURST)))
        answer = await city.door.get(f"{PATH}/requests.json", headers=headers)
        if answer.status_code != 200:
            break
    assert (answer.status_code, errors(answer)[0][0], answer.headers["retry-after"]) == (429, 429, "1")
    assert "reporting" in errors(answer)[0][1]


async def test_nothing_of_one_bureau_is_seen_by_another(city: City) -> None:
    id = await city.reported("h1", description="只给本院看")
    for path in (f"requests/{id}.json", f"tokens/{id}.json"):
        for key in ("h2", "stranger"):
            answer = await city.door.get(f"{PATH}/{path}", headers=city.bearing(key))
            assert answer.status_code == 404
            assert "只给本院看" not in answer.text
    assert await city.ask("requests.json", "h2", service_request_id=id) == []
    listed = await city.ask("requests.json", "h2")
    assert all(each["service_request_id"].startswith("h2~") for each in listed)
    assert (await city.door.get(f"{PATH}/services.json", headers=city.bearing("stranger"))).status_code == 404


@pytest.mark.parametrize(
    "id",
    [
        "none",
        "h1~",
        "~x",
        "h1~x",
        "h1~app~..",
        "..~issue",
        "h1%2F..~x",
        "h1~%00",
        "h1~%E4%B8%80",
        "h1~%25",
        "h1~x%2F..%2F..",
        f"h1~{'x' * 2000}",
    ],
)
async def test_what_is_no_id_leads_nowhere(city: City, id: str) -> None:
    for path in (f"requests/{id}.json", f"tokens/{id}.json"):
        answer = await city.door.get(f"{PATH}/{path}", headers=city.bearing("app"))
        assert answer.status_code == 404, answer.text
    assert await city.ask("requests.json", service_request_id=unquote(id)) == []


@pytest.mark.parametrize(
    "asked",
    [
        {"status": "done"},
        {"start_date": "yesterday"},
        {"service_request_id": ",".join("x" * 51)},
        {"service_code": ",".join(["complaint.flow"] * 51)},
        {"start_date": "0001-01-01T00:00:00+14:00"},
        {"start_date": "0001-01-01T00:00:00+14:00", "end_date": "0001-01-02T00:00:00+14:00"},
        {"start_date": "9999-12-31T23:59:59Z"},
        {"start_date": "9999-12-31T23:59:58Z", "end_date": "9999-12-31T23:59:59Z"},
        {"end_date": "0001-01-01T00:00:00Z"},
        {"end_date": "9999-12-31T23:59:59-14:00"},
    ],
)
async def test_a_question_that_cannot_be_asked(city: City, asked: dict[str, str]) -> None:
    answer = await city.door.get(f"{PATH}/requests.xml", params=asked, headers=city.bearing("app"))
    assert errors(answer)[0][0] == answer.status_code == 400


async def test_ninety_days_at_most_are_asked_for_and_never_backwards(city: City) -> None:
    for start, end in (("2019-01-01", "2019-04-02"), ("2019-04-02", "2019-04-01")):
        asked = {"start_date": f"{start}T00:00:00Z", "end_date": f"{end}T00:00:00Z"}
        answer = await city.door.get(f"{PATH}/requests.json", params=asked, headers=city.bearing("app"))
        assert errors(answer)[0][0] == 400


@pytest.mark.parametrize("address", ["", "http://127.0.0.1:9"])
async def test_while_reporting_is_away_issues_are_taken_and_nothing_is_said_of_them(city: City, address: str) -> None:
    keys = Keys()
    bearing = {"Authorization": f"Bearer {keys.add('app', 'app', 'h1', ['tell', 'read'], 'bureau')}"}
    intake = build(city.settings.model_copy(update={"reporting_address": address}), keys=keys)
    await intake.start()
    try:
        async with intake.serving() as at, httpx.AsyncClient(base_url=at) as door:
            answer = await door.post(f"{PATH}/requests.json", data=FORM | {"description": "报表服务停运时"}, headers=bearing)
            assert answer.status_code == 200, answer.text
            found: dict[str, Any] = answer.json()[0]
            answer = await door.get(f"{PATH}/requests/{found['service_request_id']}.json", headers=bearing)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "5" if address else "60")
    finally:
        await intake.stop()
    await city.settled.wait()
    assert await city.ask("requests.json", service_request_id=found["service_request_id"])
