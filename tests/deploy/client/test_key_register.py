"""What an operator changes of keys and campaigns stands in a log that only grows, and holds no secret."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deploy.client.key_register import KeyRegister, KeysMistake
from shared.faults import Conflict
from shared.http.access import Key, Keys, Secret
from shared.http.key_store import CAMPAIGNS, KEYS, LOG, USES
from shared.mongo import Mongo
from shared.settings import Settings

NOW = datetime.now(UTC)


@pytest.fixture
async def mongo(settings: Settings) -> AsyncIterator[Mongo]:
    made = Mongo(settings.mongodb_uri.get_secret_value(), f"{settings.namespace}xiaohao-keys")
    await KeyRegister(made, "nobody").prepare()
    yield made
    await made.drop()
    made.close()


def key(id: str, secret: Secret) -> Key:
    return Key(id=id, source="t01", owner="李四", unit="t01", root="bureau", may=("tell", "read"), secrets=(secret,))


async def test_every_change_stands_in_the_log_with_who_made_it_and_no_secret_is_kept_anywhere(mongo: Mongo) -> None:
    one, other = KeyRegister(mongo, "one@desk"), KeyRegister(mongo, "other@desk")
    first, kept = Secret.new("town-1", NOW)
    await one.make(key("town-1", kept))
    second = await rotated(other, "town-1", timedelta(hours=1))
    await one.allow("school-2026", "bureau")
    await one.allow("school-2026", "schools")
    await other.revoke("town-1")
    log = await one.log()
    assert [(each.number, each.by, each.did, each.of) for each in log] == [
        (1, "one@desk", "key-made", "town-1"),
        (2, "other@desk", "key-rotated", "town-1"),
        (3, "one@desk", "campaign-allowed", "school-2026"),
        (4, "one@desk", "campaign-allowed", "school-2026"),
        (5, "other@desk", "key-revoked", "town-1"),
    ]
    assert log[0].what == {"source": "t01", "owner": "李四", "unit": "t01", "root": "bureau", "may": ["tell", "read"]}
    assert log[3].what == {"root": "schools", "before": "bureau"}
    kept_at_all = str([await mongo[name].find({}).to_list(None) for name in (KEYS, CAMPAIGNS, USES, LOG)])
    for secret in (first, second):
        assert secret not in kept_at_all
        assert secret.split("_", 2)[2] not in kept_at_all
    assert kept.sha256 not in str(await mongo[LOG].find({}).to_list(None))


async def test_a_change_that_is_refused_leaves_no_entry(mongo: Mongo) -> None:
    register = KeyRegister(mongo, "one@desk")
    await register.make(key("k", Secret.new("k", NOW)[1]))
    for work in (register.make(key("k", Secret.new("k", NOW)[1])), rotated(register, "none", timedelta()), register.revoke("none")):
        with pytest.raises(KeysMistake):
            await work
    await register.revoke("k")
    for again in (register.revoke("k"), rotated(register, "k", timedelta())):
        with pytest.raises(KeysMistake, match="was revoked at"):
            await again
    assert [each.number for each in await register.log()] == [1, 2]


async def test_changes_at_the_same_time_stand_one_behind_the_other_and_none_is_lost(mongo: Mongo) -> None:
    registers = [KeyRegister(mongo, f"user-{number}") for number in range(4)]
    await asyncio.gather(
        *(
            each.make(key(f"k{number}-{more}", Secret.new(f"k{number}-{more}", NOW)[1]))
            for number, each in enumerate(registers)
            for more in range(3)
        )
    )
    log = await registers[0].log()
    assert [each.number for each in log] == list(range(1, 13))
    changes = {each["_id"]: each["change"] for each in await mongo[KEYS].find({}).to_list(None)}
    assert {each.of: each.number for each in log} == changes


async def test_of_several_rotations_the_two_latest_secrets_are_live(mongo: Mongo) -> None:
    register = KeyRegister(mongo, "one@desk")
    first, kept = Secret.new("k", NOW)
    await register.make(key("k", kept))
    second = await rotated(register, "k", timedelta(hours=1))
    third = await rotated(register, "k", timedelta(hours=1))
    assert await opened(register, first, second, third) == [False, True, True]
    fourth = await rotated(register, "k", timedelta())
    assert await opened(register, first, second, third, fourth) == [False, False, False, True]


@pytest.mark.parametrize("times", [1, 3])
async def test_a_rotation_whose_answer_was_lost_is_tried_again_without_ending_the_secret_before_it(
    mongo: Mongo, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    register = KeyRegister(mongo, "one@desk")
    first, kept = Secret.new("k", NOW)
    await register.make(key("k", kept))
    transaction, lost = mongo.transaction, [Conflict("the answer is lost")] * times

    async def without_an_answer(work: Any) -> None:
        await transaction(work)
        if lost:
            raise lost.pop()

    monkeypatch.setattr(mongo, "transaction", without_an_answer)
    second = await rotated(register, "k", timedelta(hours=1))
    assert await opened(register, first, second) == [True, True]
    assert [each.did for each in await register.log()] == ["key-made", "key-rotated"]


async def rotated(register: KeyRegister, id: str, grace: timedelta) -> str:
    """A key's new secret."""
    secret, new = Secret.new(id, NOW)
    await register.rotate(id, new, grace)
    return secret


async def opened(register: KeyRegister, *secrets: str) -> list[bool]:
    keys = Keys(key for key, _ in await register.keys())
    return [keys.holder(secret) is not None for secret in secrets]
