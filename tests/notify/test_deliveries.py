"""What becomes of notices, on the real Kafka and mongod and a mail server that answers as the test says."""

import asyncio
import os
import signal
import sys
from collections import Counter
from datetime import date
from subprocess import DEVNULL
from typing import Literal

import orjson
import pytest
from msgspec.structs import replace
from pydantic import SecretStr

from services.notify.app import build
from services.notify.channels import Message
from services.notify.deliveries import Patience
from services.notify.store import DELIVERIES
from shared.events.campaign import BookAmended, BookOpened
from shared.events.extension import ExtensionGranted, ExtensionRequested
from shared.events.issue import IssueOverdue, IssueStruckOff, RectificationReturned
from shared.events.lateness import IssueNearDue
from shared.events.notice import NoticeFailed, NoticeSent
from shared.events.people import PersonNamed
from shared.events.strike_off import IssueReturned
from shared.kafka.broker import Broker
from shared.kafka.cloudevents import attributes
from shared.kafka.reader import MARKS
from shared.kafka.records import Record
from shared.mongo import Mongo
from shared.settings import SettingMistake, Settings
from shared.topics import PEOPLE, dead_letters
from tests.notify.given import QUICK, Book, World, erased, named, outcome_types
from tests.stream import STREAM_KEY, sealed


def issues(book: Book, count: int, owner: str = "wang") -> list[Record]:
    """Issues entered and assigned."""
    return [record for number in range(1, count + 1) for record in book.assigned(number, owner)]


def database(settings: Settings) -> Mongo:
    return Mongo(settings.mongodb_uri.get_secret_value(), f"{settings.namespace}xiaohao-notify")


async def test_an_issue_assigned_overdue_and_returned(world: World) -> None:
    book = Book()
    opened = BookOpened(name="第一医院", unit_class="hospital", tags=(), plan_version=1, tree_version=1, levels_below=0, units_below=())
    overdue = IssueOverdue(number=1, phase="p1", clock="fix", due=date(2019, 5, 20), owner="wang")
    returned = RectificationReturned(reason="照片不清", by="li")
    subject = book.issue(1)
    records = [
        named("wang"),
        book.write(opened),
        *book.assigned(1, "wang"),
        book.write(overdue, subject, 1, "wang"),
        book.write(returned, subject, 1, "wang"),
        book.write(IssueReturned(number=1, phase="p1"), subject, 1, "wang"),
    ]
    async with world.notify():
        await world.tell(records)
        await world.quiet()
        assert await world.figure('xiaohao_deliveries_total{state="sent"}') == 3
        assert await world.figure("xiaohao_deliveries_oldest_pending_seconds") == 0
    by_subject = {str(mail["Subject"]).split(" / ", maxsplit=1)[0]: mail for mail in world.post.mails}
    assert set(by_subject) == {f"【销号】第一医院第1号问题{what}" for what in ("已分派给您", "逾期未整改", "被退回")}
    mail = by_subject["【销号】第一医院第1号问题被退回"]
    assert str(mail["To"]) == "张三丰 <zhang@post.test>"
    assert str(mail["Auto-Submitted"]) == "auto-generated"
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "2019-05-20" in text
    assert "候诊区座椅破损" in text
    assert "照片不清" in text
    outcomes = await world.outcomes()
    assert outcome_types(outcomes) == ["NoticeSent"] * 3
    facts = [NoticeSent.model_validate_json(record.value or b"") for record in outcomes]
    assert {(fact.event, fact.template) for fact in facts} == {
        ("tz2019/u1@3", "assigned"),
        ("tz2019/u1@4", "overdue-fix"),
        ("tz2019/u1@6", "returned"),
    }
    assert {record.key for record in outcomes} == {b"root/wang"}
    assert {attributes(record)["ce_subject"] for record in outcomes} == {subject}


async def test_events_repeated_and_marks_lost_send_nothing_again(world: World) -> None:
    book = Book()
    records = issues(book, 20)
    async with world.notify():
        await world.tell([named("wang"), *records, *records[:10], *records])
        await world.quiet()
    mongo = database(world.settings)
    await mongo[MARKS].delete_many({})
    async with world.notify():
        await world.tell(records)
        await world.quiet()
        assert await world.figure('xiaohao_deliveries_total{state="sent"}') == 0
    mongo.close()
    assert len(world.post.mails) == 20
    assert len({mail["Message-ID"] for mail in world.post.mails}) == 20
    assert len(await world.outcomes()) == 20


async def test_two_copies_send_one_mail_each_over_few_sessions(world: World) -> None:
    books = [Book(f"u{number}") for number in range(8)]
    records = [record for book in books for record in issues(book, 25)]
    await world.tell([named("wang"), *records])
    async with world.notify(), world.notify():
        await world.tell(records)
        await world.quiet()
    assert len(world.post.mails) == 200
    assert len({mail["Message-ID"] for mail in world.post.mails}) == 200
    ids = [attributes(record)["ce_id"] for record in await world.outcomes()]
    assert len(ids) == len(set(ids)) == 200
    assert world.post.sessions < 100


async def test_451_then_250_is_one_mail(world: World) -> None:
    world.post.answers.extend(["451 not now", "451 not now"])
    async with world.notify():
        await world.tell([named("wang"), *Book().assigned(1, "wang")])
        await world.quiet()
        assert await world.figure('xiaohao_delivery_retries_total{cause="not-now"}') == 2
    assert len(world.post.mails) == 1
    (outcome,) = await world.outcomes()
    assert NoticeSent.model_validate_json(outcome.value or b"").tries == 3


async def test_550_fails_at_once_and_is_counted(world: World) -> None:
    world.post.answers.append("550 no such box zhang@post.test")
    async with world.notify():
        await world.tell([named("wang"), *Book().assigned(1, "wang")])
        await world.quiet()
        assert await world.figure('xiaohao_deliveries_total{state="failed"}') == 1
        assert await world.figure('xiaohao_deliveries_total{state="sent"}') == 0
    (outcome,) = await world.outcomes()
    failed = NoticeFailed.model_validate_json(outcome.value or b"")
    assert (failed.reason, failed.code, failed.tries) == ("refused", 550, 1)


async def test_451_for_ever_is_given_up(world: World) -> None:
    world.post.answers.extend(["451 not now"] * 10)
    async with world.notify(Patience(first=0.01, longest=0.01, tries=3)):
        await world.tell([named("wang"), *Book().assigned(1, "wang")])
        await world.quiet()
    (outcome,) = await world.outcomes()
    failed = NoticeFailed.model_validate_json(outcome.value or b"")
    assert (failed.reason, failed.code, failed.tries) == ("gave-up", 451, 3)
    assert world.post.mails == []


async def test_the_server_away_for_a_while(world: World) -> None:
    await world.post.close()
    async with world.notify():
        await world.tell([named("wang"), *issues(Book(), 30)])
        await world.settled.wait()
        await world.reaches('xiaohao_delivery_retries_total{cause="away"}', 5)
        assert await world.figure("xiaohao_deliveries_pending") == 30
        assert await world.figure("xiaohao_deliveries_oldest_pending_seconds") > 0
        await world.post.open()
        await world.quiet()
    assert len(world.post.mails) == 30
    assert len({mail["Message-ID"] for mail in world.post.mails}) == 30
    assert outcome_types(await world.outcomes()) == ["NoticeSent"] * 30


@pytest.mark.parametrize("clock", ["wall", "told"])
async def test_what_waited_for_the_mail_server_is_sent_as_far_as_it_holds_then(world: World, clock: Literal["wall", "told"]) -> None:
    world.settings = world.settings.model_copy(update={"clock": clock})
    book, last = Book(), date(2199, 1, 1)
    first, second, third = map(book.issue, (1, 2, 3))
    before = [*book.assigned(1, "wang"), *book.assigned(2, "wang"), *book.assigned(3, "wang")]
    due = IssueNearDue(number=3, phase="p1", clock="fix", due=date(2019, 5, 20), days=3, owner="wang")
    since = [
        book.write(IssueStruckOff(number=1, phase="p1", on_time=True, carried_over=False), first, 1, "wang"),
        book.write(ExtensionRequested(by="wang", until=last, reason="等待"), second, 2, "wang"),
        book.write(ExtensionGranted(by="li"), second, 2, "wang"),
        book.write(due, third, 3, "wang"),
    ]
    await world.post.close()
    async with world.notify():
        await world.tell([named("wang"), *before, *since])
        await world.settled.wait()
        await world.post.open()
        await world.quiet()
        failed, outdated = [await world.figure(f'xiaohao_deliveries_total{{state="{each}"}}') for each in ("failed", "outdated")]
    templates = Counter(
        (fact["template"], fact.get("reason")) for each in await world.outcomes() if (fact := orjson.loads(each.value or b""))
    )
    if clock == "told":  # each says what held as it happened, and the same told events call for the same mails
        assert templates == {("assigned", None): 3, ("extension-granted", None): 1, ("near-due", None): 1}
        return
    assert templates == {
        ("assigned", None): 2,
        ("assigned", "outdated"): 1,
        ("extension-granted", None): 1,
        ("near-due", "outdated"): 1,
    }
    assert (failed, outdated) == (0, 2)
    texts = "".join(body.get_content() for mail in world.post.mails if (body := mail.get_body(("plain",))))
    assert texts.count("2199-01-01") >= 2


async def test_what_waits_for_whoever_was_responsible_goes_to_whoever_is(world: World) -> None:
    world.settings = world.settings.model_copy(update={"clock": "wall"})
    book = Book()
    asked = ExtensionRequested(by="wang", until=date(2199, 1, 1), reason="等待")
    amended = {"name": "第一医院", "unit_class": "hospital", "tags": (), "plan_version": 2, "tree_version": 2, "responsible": "sun"}
    tree = BookAmended.model_validate(amended | {"path": ("root", "u1"), "levels_below": 0, "units_below": ()})
    async with world.notify():
        await world.tell([book.opened(responsible="mistyped"), *book.assigned(1, "wang"), book.write(asked, book.issue(1), 1, "wang")])
        await world.reaches('xiaohao_deliveries_waiting{cause="no-mailbox"}', 2)
        await world.tell([named("wang"), named("sun", mail="sun@post.test"), book.write(tree)])
        await world.quiet()
    assert sorted(world.post.recipients) == ["sun@post.test", "zhang@post.test"]
    outcomes = await world.outcomes()
    assert outcome_types(outcomes) == ["NoticeSent"] * 2
    assert {each.key for each in outcomes} == {b"root/sun", b"root/wang"}


SCRIPT = "from functools import partial; from services.notify.app import *; run('notify', partial(build, patience=Patience(first=0.02, lease=2)))"


async def test_killed_between_sending_and_marking(world: World) -> None:
    settings = world.settings
    environment = {
        "XIAOHAO_KAFKA_BOOTSTRAP": settings.kafka_bootstrap,
        "XIAOHAO_MONGODB_URI": settings.mongodb_uri.get_secret_value(),
        "XIAOHAO_NAMESPACE": settings.namespace,
        "XIAOHAO_CLOCK": "told",
        "XIAOHAO_STREAM_KEY": STREAM_KEY.get_secret_value(),
        "XIAOHAO_HTTP_PORT": "0",
        "XIAOHAO_SMTP_PORT": str(settings.smtp_port),
    }
    copy = await asyncio.create_subprocess_exec(sys.executable, "-c", SCRIPT, env=os.environ | environment, stderr=DEVNULL)
    world.post.before_answer = lambda: copy.send_signal(signal.SIGKILL) if len(world.post.mails) == 5 else None
    await world.tell([named("wang"), *issues(Book(), 20)])
    assert await asyncio.wait_for(copy.wait(), 60) == -signal.SIGKILL
    world.post.before_answer = lambda: None
    async with world.notify():
        await world.quiet()
    times = Counter(mail["Message-ID"] for mail in world.post.mails)
    assert len(times) == 20
    # Each of its lines may have had one letter under way.
    assert max(times.values()) <= 2
    assert 1 <= sum(count - 1 for count in times.values()) <= 4
    assert len({attributes(record)["ce_id"] for record in await world.outcomes()}) == 20


class Slow:
    """A channel whose letters are taken at once, but which answers only when told."""

    def __init__(self, taken: asyncio.Queue[str], answer: asyncio.Event) -> None:
        self._taken, self._answer = taken, answer

    async def send(self, message: Message) -> None:
        await self._taken.put(message.id)
        await self._answer.wait()

    async def rest(self) -> None:
        return


async def test_stopped_in_the_middle_it_marks_what_it_sent(world: World) -> None:
    taken: asyncio.Queue[str] = asyncio.Queue()
    answer = asyncio.Event()
    service = build(world.settings, mail=lambda: Slow(taken, answer), patience=QUICK)
    await service.start()
    await world.tell([named("wang"), *Book().assigned(1, "wang")])
    first = await asyncio.wait_for(taken.get(), 60)
    stopping = asyncio.create_task(service.stop())
    asyncio.get_running_loop().call_soon(answer.set)
    await stopping
    async with world.notify():
        await world.quiet()
    assert first == "tz2019/u1@2 root/wang mail"
    assert taken.empty()
    assert world.post.mails == []
    assert outcome_types(await world.outcomes()) == ["NoticeSent"]


class Broken:
    """A channel with a bug that is triggered by one letter."""

    def __init__(self, taken: list[str]) -> None:
        self._taken = taken

    async def send(self, message: Message) -> None:
        if "@2 " in message.id:
            raise KeyError(message.mailbox)
        self._taken.append(message.id)

    async def rest(self) -> None:
        return


async def test_one_letter_that_meets_a_bug_does_not_hold_up_the_rest(world: World) -> None:
    taken: list[str] = []
    async with world.notify(mail=lambda: Broken(taken)):
        await world.tell([named("wang"), *issues(Book(), 3)])
        await world.quiet()
    assert sorted(taken) == ["tz2019/u1@4 root/wang mail", "tz2019/u1@6 root/wang mail"]
    assert Counter(outcome_types(await world.outcomes())) == {"NoticeSent": 2, "NoticeFailed": 1}


async def test_a_mailbox_that_becomes_known_later(world: World) -> None:
    # Nothing but the telling of the person makes it due again in the time of a test.
    async with world.notify(Patience(first=3600)):
        await world.tell([named("wang", mail=None), *Book().assigned(1, "wang"), *Book("u2").assigned(1, "li")])
        await world.reaches('xiaohao_delivery_retries_total{cause="no-mailbox"}', 2)
        assert await world.figure("xiaohao_deliveries_pending") == 2
        await world.tell([named("li", mail="li@post.test"), named("wang", mail="wang@post.test")])
        await world.quiet()
    assert sorted(world.post.recipients) == ["li@post.test", "wang@post.test"]


async def test_a_mailbox_that_never_becomes_known(world: World) -> None:
    async with world.notify(Patience(first=0.01, mailbox=0.1)):
        await world.tell(Book().assigned(1, "nobody"))
        await world.quiet()
    (outcome,) = await world.outcomes()
    assert NoticeFailed.model_validate_json(outcome.value or b"").reason == "no-mailbox"


@pytest.mark.parametrize(
    ("unit", "heard"),
    [
        ("u1", True),
        ("town", True),
        ("root", True),
        ("below", True),
        ("line", True),
        ("next-town", False),
        ("u2", False),
        ("under-line", False),
    ],
)
async def test_a_mail_about_an_issue_goes_to_nobody_outside_its_line_of_command(world: World, unit: str, heard: bool) -> None:
    town, issue = ("root", "town"), Book("u1", ("root", "town"))
    places = {"root": (), "town": ("root",), "next-town": ("root",), "line": ("root",), "u2": ("root", "next-town"), "below": (*town, "u1")}
    others = [Book(each, above).opened() for each, above in (places | {"under-line": ("root", "line")}).items()]
    async with world.notify(Patience(first=3600)):
        await world.tell([named("wang", unit=unit), *others, issue.opened("line")])
        await world.settled.wait()
        await world.tell(issue.assigned(1, "wang"))
        await world.quiet()
    assert world.post.recipients == (["zhang@post.test"] if heard else [])
    (outcome,) = await world.outcomes()
    assert orjson.loads(outcome.value or b"").get("reason") == (None if heard else "not-in-line")


async def test_a_mail_goes_to_nobody_of_another_root_who_has_the_same_id(world: World) -> None:
    other = PersonNamed(person="wang", unit="u1", name="李四", mail="li@other.test")
    async with world.notify(Patience(first=3600)):
        await world.tell([Record(PEOPLE, b"other/wang", other.model_dump_json().encode()), *Book().assigned(1, "wang")])
        await world.reaches('xiaohao_deliveries_waiting{cause="no-mailbox"}', 1)
        await world.tell([named("wang")])
        await world.quiet()
        assert await world.figure('xiaohao_deliveries_waiting{cause="no-mailbox"}') == 0
    assert world.post.recipients == ["zhang@post.test"]


async def test_what_waits_for_somebody_is_never_sent_to_whoever_is_named_under_their_id_later(world: World) -> None:
    async with world.notify(Patience(first=3600)):
        await world.tell([named("wang", mail=None), *Book().assigned(1, "wang")])
        await world.reaches('xiaohao_deliveries_waiting{cause="no-mailbox"}', 1)
        await world.tell([erased("wang"), named("wang", "李四", "li@post.test")])
        await world.quiet()
        assert await world.figure('xiaohao_deliveries_total{state="failed"}') == 1
    assert world.post.recipients == []
    (outcome,) = await world.outcomes()
    assert NoticeFailed.model_validate_json(outcome.value or b"").reason == "erased"


async def test_an_erased_person_is_not_written_to_and_not_kept(world: World) -> None:
    async with world.notify(Patience(first=3600)):
        await world.tell([named("wang"), *Book("u1").assigned(1, "wang"), *Book("u2").assigned(1, "li")])
        await world.reaches('xiaohao_deliveries_total{state="sent"}', 1)
        await world.reaches('xiaohao_delivery_retries_total{cause="no-mailbox"}', 1)
        await world.tell([erased("wang"), erased("li")])
        await world.settled.wait()
        await world.tell(Book("u3").assigned(1, "wang"))
        await world.quiet()
    assert world.post.recipients == ["zhang@post.test"]
    reasons = [orjson.loads(record.value or b"").get("reason") for record in await world.outcomes()]
    assert sorted(map(str, reasons)) == ["None", "erased", "erased"]
    mongo = database(world.settings)
    async for person in mongo["people"].find():
        assert not person["name"]
        assert not person["mail"]
    async for delivery in mongo[DELIVERIES].find():
        assert "values" not in delivery
        assert delivery["state"] in ("sent", "failed")
    mongo.close()


async def test_people_who_cannot_be_read_are_parked_and_the_rest_is_kept(world: World) -> None:
    bad = [
        Record(PEOPLE, b"root/li", b'{"person":"li","unit":"u1","name":"\xe6\x9d\x8e","mail":"li secret"}'),
        Record(PEOPLE, b"root/li", named("wang").value),
        Record(PEOPLE, b"wang", named("wang").value),
        # A record without key is refused by Kafka itself: the topic is compacted.
        Record(PEOPLE, b"\xff", b"{"),
    ]
    async with world.notify():
        await world.tell([*bad, named("wang"), *Book().assigned(1, "wang")])
        await world.quiet()
        assert await world.figure(f'xiaohao_dead_lettered_total{{topic="{dead_letters(PEOPLE)}"}}') == len(bad)
    assert world.post.recipients == ["zhang@post.test"]


async def test_a_person_is_named_and_erased_by_intake_alone(world: World) -> None:
    forged = [erased("wang"), named("wang", mail="spy@post.test"), replace(sealed([named("wang")])[0], value=None)]
    async with world.notify():
        await world.tell([named("wang")])
        await world.put(forged)
        await world.tell(Book().assigned(1, "wang"))
        await world.quiet()
        assert await world.figure(f'xiaohao_unsealed_total{{topic="{PEOPLE}"}}') == len(forged)
    assert world.post.recipients == ["zhang@post.test"]


async def test_a_copy_of_what_was_said_of_somebody_before_changes_nothing(world: World) -> None:
    said = [named("wang", mail="old@post.test", second=1), erased("wang", 2), named("wang", mail=None, second=3)]
    async with world.notify(Patience(first=3600)):
        await world.tell(said)
        await world.settled.wait()
        await world.tell(Book("u1").assigned(1, "wang"))
        await world.reaches('xiaohao_deliveries_waiting{cause="no-mailbox"}', 1)
        await world.tell(said[:2])
        await world.settled.wait()
        assert await world.figure("xiaohao_deliveries_pending") == 1, "an erasure of before gives up nothing"
        await world.tell([named("wang", mail="new@post.test", second=4), *said])
        await world.quiet()
        await world.tell([erased("wang", 5), *said])
        await world.settled.wait()
        await world.tell(Book("u2").assigned(1, "wang"))
        await world.quiet()
    assert world.post.recipients == ["new@post.test"]
    reasons = [orjson.loads(record.value or b"").get("reason") for record in await world.outcomes()]
    assert reasons == [None, "erased"]


async def test_no_name_address_or_text_on_the_topic_in_logs_or_metrics(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    secret = "机密甲\r\nBcc: spy@post.test"
    world.post.answers.extend(["550 zhang@post.test is unknown", "451 zhang@post.test later"])
    book = Book()
    async with world.notify():
        await world.tell(
            [
                named("wang", name="张三丰"),
                named("li", mail="a,b@post.test"),
                *book.assigned(1, "wang", secret),
                *book.assigned(2, "wang", secret),
                *book.assigned(3, "li", secret),
            ]
        )
        await world.quiet()
        metrics = await world.metrics()
    (mail,) = world.post.mails
    assert world.post.recipients == ["zhang@post.test"]
    assert mail["Bcc"] is None
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert "Bcc: spy@post.test" in plain.get_content()  # shown as part of a line, not as a line
    outcomes = await world.outcomes()
    assert Counter(outcome_types(outcomes)) == {"NoticeSent": 1, "NoticeFailed": 2}
    captured = capfd.readouterr()
    topic = repr([(record.key, record.value, record.headers) for record in outcomes])
    shown = f"{topic}{metrics}{captured.out}{captured.err}"
    assert "delivery failed" in shown
    for hidden in ("张三丰", "post.test", "zhang", "机密", "spy", "a,b"):
        assert hidden not in shown


async def test_the_topic_away_when_an_outcome_is_told(world: World) -> None:
    """A mail that was sent while its outcome could not be published is told later and not sent again."""
    async with world.notify() as service:
        away = Broker(world.settings.kafka_bootstrap, f"{world.settings.namespace}absent-")
        there, service.bus.instance.broker = service.bus.instance.broker, away
        await world.tell([named("wang"), *Book().assigned(1, "wang")])
        await world.reaches('xiaohao_deliveries_total{state="sent"}', 1)
        assert await world.figure("xiaohao_deliveries_pending") == 1
        service.bus.instance.broker = there
        await world.quiet()
    assert len(world.post.mails) == 1
    assert outcome_types(await world.outcomes()) == ["NoticeSent"]


def test_a_sender_that_is_no_address_is_named(settings: Settings) -> None:
    with pytest.raises(SettingMistake, match="XIAOHAO_MAIL_FROM"):
        build(settings.model_copy(update={"mail_from": "nobody", "smtp_password": SecretStr("x")}))
