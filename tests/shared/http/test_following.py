"""Keys in the database: what an operator changes holds on every copy at its next look, and for how long keys are taken while nobody can look."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from deploy.client.key_register import KeyRegister
from shared.faults import Unavailable
from shared.http.access import Key, Keys, Secret
from shared.http.following import SILENT, TOLERATED, Following
from shared.http.key_store import CAMPAIGNS, KEYS, LOG, USES, Changes, KeyStore
from shared.mongo import Document, Mongo
from shared.settings import Settings

HOUR = timedelta(hours=1)


class Clock:
    """A time that a test sets: of the wall, and of how long something lasted."""

    def __init__(self) -> None:
        self.now, self.seconds = datetime.now(UTC), 0.0

    def wall(self) -> datetime:
        return self.now

    def lasted(self) -> float:
        return self.seconds


class Cut(KeyStore):
    """A database that can be cut off."""

    away = False

    async def changes(self, since: Document | None) -> Changes:
        if self.away:
            raise Unavailable("cut off")
        return await super().changes(since)

    async def use(self, used: Mapping[str, datetime]) -> None:
        if self.away:
            raise Unavailable("cut off")
        await super().use(used)


class World:
    """A database of keys, whoever changes it, and two copies of a service that follow it."""

    def __init__(self, mongo: Mongo) -> None:
        self.mongo, self.clock, self.store = mongo, Clock(), Cut(mongo)
        self.register = KeyRegister(mongo, "somebody@desk")
        self.copies = [Following(Keys(now=self.clock.wall), self.store, self.clock.lasted) for _ in range(2)]

    async def make(self, id: str, expires: datetime | None = None) -> str:
        """A key that may tell, and its secret."""
        secret, kept = Secret.new(id, self.clock.now)
        await self.register.make(Key(id=id, source=id, unit="t01", root="bureau", may=("tell",), expires=expires, secrets=(kept,)))
        return secret

    async def look(self) -> None:
        """Both copies look once."""
        for copy in self.copies:
            await copy.look()

    def taken(self, secret: str) -> list[bool]:
        """Whether each copy takes a secret."""
        return [copy.keys.holder(secret) is not None for copy in self.copies]


@pytest.fixture
async def world(settings: Settings) -> AsyncIterator[World]:
    mongo = Mongo(settings.mongodb_uri.get_secret_value(), f"{settings.namespace}xiaohao-keys")
    made = World(mongo)
    for copy in made.copies:
        await copy.start()
    yield made
    await mongo.drop()
    mongo.close()


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_is_done_to_keys_every_copy_takes_the_secrets_that_are_live_and_no_other(world: World, seed: int) -> None:
    draw, live, dead, number = Random(seed), dict[str, list[tuple[str, datetime | None]]](), set[str](), 0
    for _ in range(25):
        match draw.choice(("make", "make", "rotate", "rotate", "revoke", "wait")):
            case "make":
                number += 1
                end = draw.choice((None, world.clock.now + draw.randint(1, 5) * HOUR))
                live[f"k{number}"] = [(await world.make(f"k{number}", end), end)]
            case "rotate" if live:
                id = draw.choice(sorted(live))
                grace = draw.randint(0, 3) * HOUR
                secret, new = Secret.new(id, datetime.now(UTC))
                await world.register.rotate(id, new, grace)
                *older, (former, end) = live[id]
                # The register goes by the wall clock, and so does this.
                over = datetime.now(UTC).replace(microsecond=0) + grace
                dead |= {each for each, _ in older} | (set() if grace else {former})
                live[id] = [*([(former, min(over, end or over))] if grace else []), (secret, end)]
            case "revoke" if live:
                id = draw.choice(sorted(live))
                dead |= {secret for secret, _ in live.pop(id)}
                await world.register.revoke(id)
            case "wait":
                world.clock.now += HOUR
        await world.look()
        for secrets in live.values():
            for secret, until in secrets:
                near = until and abs(until - world.clock.now) < timedelta(seconds=5)
                assert near or world.taken(secret) == [until is None or world.clock.now < until] * 2, secret
        for secret in dead:
            assert world.taken(secret) == [False] * 2, secret


async def test_a_revoked_key_is_refused_by_every_copy_at_its_next_look_and_its_name_is_never_given_again(world: World) -> None:
    gone, kept = await world.make("gone"), await world.make("kept")
    await world.look()
    assert world.taken(gone) == world.taken(kept) == [True, True]
    await world.register.revoke("gone")
    await world.look()
    assert (world.taken(gone), world.taken(kept)) == ([False, False], [True, True])
    with pytest.raises(Exception, match="There is or was a key 'gone' already"):
        await world.make("gone")


async def test_a_copy_that_starts_later_has_all_there_is(world: World) -> None:
    secret = await world.make("k")
    await world.register.allow("school-*", "bureau")
    late = Following(Keys(), world.store)
    await late.start()
    assert late.keys.holder(secret)
    assert late.keys.allowances.root_of("school-2026") == "bureau"


async def test_a_key_that_cannot_be_read_is_not_taken_and_harms_no_other(world: World) -> None:
    good, bad = await world.make("good"), await world.make("bad")
    await world.look()
    await world.mongo[KEYS].update_one({"_id": "bad"}, {"$set": {"may": ["rule"], "change": 3}})
    await world.mongo[LOG].insert_one({"_id": 3})
    await world.look()
    assert (world.taken(good), world.taken(bad)) == ([True, True], [False, False])


async def test_a_database_put_back_to_an_older_copy_is_followed_too(world: World) -> None:
    first = await world.make("first")
    second = await world.make("second")
    await world.look()
    await world.mongo[KEYS].delete_one({"_id": "second"})
    await world.mongo[LOG].delete_one({"_id": 2})
    await world.look()
    assert (world.taken(first), world.taken(second)) == ([True, True], [False, False])
    third = await world.make("third")
    await world.look()
    assert world.taken(third) == [True, True]


@pytest.mark.parametrize("more", [0, 1, 2])
async def test_what_is_changed_in_an_older_copy_that_was_put_back_is_followed_whatever_its_number(world: World, more: int) -> None:
    gone, lost = await world.make("gone"), await world.make("lost")
    await world.look()
    await world.mongo[KEYS].delete_one({"_id": "lost"})
    await world.mongo[LOG].delete_one({"_id": 2})
    await world.register.revoke("gone")
    made = [await world.make(f"k{number}") for number in range(more)]
    await world.look()
    assert [world.taken(each) for each in (gone, lost, *made)] == [[False] * 2, [False] * 2, *[[True] * 2] * more]


async def test_with_the_database_gone_known_keys_are_taken_for_a_bounded_time_and_readiness_says_so(world: World) -> None:
    secret = await world.make("k")
    await world.look()
    world.store.away = True
    for seconds, fault, lost in ((SILENT - 1, False, False), (SILENT, True, False), (TOLERATED, True, False), (TOLERATED + 1, True, True)):
        world.clock.seconds = seconds
        await world.look()
        assert [(copy.keys.fault is not None, copy.keys.lost) for copy in world.copies] == [(fault, lost)] * 2, seconds
    assert "cut off" in str(world.copies[0].keys.fault)
    assert world.taken(secret) == [True, True], "it is not wrong: nobody knows"
    world.store.away = False
    await world.look()
    assert [(copy.keys.fault, copy.keys.lost) for copy in world.copies] == [(None, False)] * 2


async def test_when_a_key_was_used_is_noted_once_a_minute_and_the_latest_of_all_copies_stays(world: World) -> None:
    secret = await world.make("k")
    await world.look()
    [(_, never)] = await world.register.keys()
    assert never is None
    world.clock.now = datetime(2026, 11, 30, 12, 0, 59, tzinfo=UTC)
    world.copies[0].keys.holder(secret)
    await world.look()
    world.clock.now = datetime(2026, 11, 30, 11, 58, 1, tzinfo=UTC)
    world.copies[1].keys.holder(secret)
    await world.look()
    [(_, used)] = await world.register.keys()
    assert used == datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
    await world.mongo[USES].drop()
    world.clock.now = datetime(2026, 11, 30, 12, 0, 30, tzinfo=UTC)
    world.copies[0].keys.holder(secret)
    await world.look()
    assert await world.mongo[USES].count_documents({}) == 0, "within the same minute nothing is written"


async def test_the_longest_pattern_that_fits_says_whose_a_campaign_is(world: World) -> None:
    for pattern, root in (("*", "bureau"), ("school-*", "schools"), ("school-2026", "other"), ("s*", "bureau")):
        await world.register.allow(pattern, root)
    await world.look()
    found = {id: {copy.keys.allowances.root_of(id) for copy in world.copies} for id in ("school-2026", "school-2027", "school", "rivers")}
    assert found == {"school-2026": {"other"}, "school-2027": {"schools"}, "school": {"bureau"}, "rivers": {"bureau"}}
    await world.register.allow("school-2026", "schools")
    await world.look()
    assert world.copies[0].keys.allowances.root_of("school-2026") == "schools"
    assert await world.mongo[CAMPAIGNS].count_documents({}) == 4
