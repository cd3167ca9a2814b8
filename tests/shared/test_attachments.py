"""Attachments in the database: nothing half is ever given out, what is left over is swept, and what an event named stays."""

import asyncio
import hashlib
import signal
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest

from shared.attachments import HALF, UNNAMED, Attachment, Attachments, Removed, Uploader
from shared.mongo import Document, Mongo
from shared.settings import Settings

BY = Uploader("bureau", "h1", "app")
CODE = Path(__file__).parents[2]
WRITES = """
import asyncio, sys
from tempfile import TemporaryFile
from shared.attachments import Attachment, Attachments, Uploader
from shared.mongo import Mongo

async def main():
    with TemporaryFile() as file:
        file.write(bytes(100 << 20))
        made = Attachment("ab" * 32, "video/mp4", 100 << 20, None)
        await Attachments(Mongo(sys.argv[1], sys.argv[2])).keep(file, made, "cd" * 32, lambda: Uploader("bureau", "h1", "app"))

asyncio.run(main())
"""


class Swept(Attachments):
    """Attachments, of which the one that is found the same is swept before it is said that it is uploaded again."""

    async def _again(self, which: Document, original: str, by: Uploader) -> Attachment | None:
        await self._kept.update_one(which, {"$set": {"uploaded": datetime.now(UTC) - 2 * UNNAMED}})
        await self.sweep(datetime.now(UTC))
        return await super()._again(which, original, by)


@pytest.fixture
async def mongo(settings: Settings) -> AsyncIterator[Mongo]:
    """An empty database."""
    mongo = Mongo(settings.mongodb_uri.get_secret_value(), f"{settings.namespace}attachments")
    await Attachments(mongo).prepare()
    yield mongo
    await mongo.drop()
    mongo.close()


async def keep(kept: Attachments, content: bytes, by: Uploader = BY) -> Attachment:
    """Keep a content."""
    digest = hashlib.sha256(content).hexdigest()
    return await kept.keep(BytesIO(content), Attachment(digest, "application/pdf", len(content), None), digest, lambda: by)


async def content(kept: Attachments, attachment: Attachment, start: int = 0, end: int | None = None) -> bytes:
    """What is given out."""
    return b"".join([piece async for piece in kept.content(attachment, start, attachment.size if end is None else end)])


async def pieces(mongo: Mongo) -> tuple[int, int]:
    """Files and pieces in GridFS."""
    return await mongo["fs.files"].count_documents({}), await mongo["fs.chunks"].count_documents({})


async def test_what_is_kept_is_given_out_whole_and_in_part(mongo: Mongo) -> None:
    kept, whole = Attachments(mongo), bytes(range(256)) * 3000
    made = await keep(kept, whole)
    assert await content(kept, made) == whole
    for start, end in ((0, 1), (1, 300_000), (262_143, 262_145), (700_000, len(whole))):
        assert await content(kept, made, start, end) == whole[start:end]


async def test_the_same_at_once_is_kept_once_with_all_who_uploaded_it(mongo: Mongo) -> None:
    kept, others = Attachments(mongo), [BY, Uploader("bureau", "h2", "app"), Uploader("other", "h1", "app")]
    made = await asyncio.gather(*(keep(kept, b"x" * 1000, by) for by in others * 2))
    assert len({each.file for each in made}) == 1
    assert await pieces(mongo) == (1, 1)
    assert await content(kept, made[0]) == b"x" * 1000
    assert set((await kept.uploaders([made[0].sha256], ["other"]))[made[0].sha256]) == set(others)


async def test_what_a_process_was_killed_over_is_never_given_out_and_is_swept(mongo: Mongo, settings: Settings) -> None:
    kept = Attachments(mongo)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITES, settings.mongodb_uri.get_secret_value(), f"{settings.namespace}attachments", cwd=CODE
    )
    while not (await pieces(mongo))[1]:
        assert process.returncode is None
        await asyncio.sleep(0)
    process.send_signal(signal.SIGKILL)
    await process.wait()
    assert (await pieces(mongo))[0] == 0, "it was killed in the middle"
    assert await kept.find(["ab" * 32]) == {}
    assert await kept.again("cd" * 32, BY) is None
    now = datetime.now(UTC)
    await kept.sweep(now)
    assert (await pieces(mongo))[1], "an upload that is under way is let alone"
    await kept.sweep(now + HALF + timedelta(seconds=1))
    assert await pieces(mongo) == (0, 0)
    assert await mongo["begun"].count_documents({}) == 0


async def test_what_no_event_named_is_swept_and_what_one_named_stays(mongo: Mongo) -> None:
    kept = Attachments(mongo)
    named, unnamed = await keep(kept, b"named"), await keep(kept, b"unnamed")
    assert await kept.uploaders([named.sha256, "0" * 64], ["bureau"]) == {named.sha256: [BY]}
    assert await kept.uploaders([unnamed.sha256], ["elsewhere"]) == {}, "another root hears nothing of it"
    assert await kept.name([named.sha256]) == set()
    now = datetime.now(UTC)
    assert await kept.sweep(now + UNNAMED - timedelta(minutes=1)) == 0
    assert await kept.sweep(now + UNNAMED + timedelta(minutes=1)) == 1
    assert set(await kept.find([named.sha256, unnamed.sha256])) == {named.sha256}
    assert await pieces(mongo) == (1, 1)
    assert await content(kept, named) == b"named"


async def test_uploaded_again_it_may_be_named_for_as_long_again(mongo: Mongo) -> None:
    kept = Attachments(mongo)
    made = await keep(kept, b"again")
    await mongo["attachments"].update_one({}, {"$set": {"uploaded": datetime.now(UTC) - UNNAMED}})
    assert (await kept.again(made.sha256, BY)) == made
    assert await kept.sweep(datetime.now(UTC) + timedelta(hours=1)) == 0


async def test_of_two_who_upload_the_same_the_second_keeps_its_own_where_a_sweep_came_between(mongo: Mongo) -> None:
    kept = Attachments(mongo)
    await keep(kept, b"the same")
    first, second = Swept(mongo), await keep(Swept(mongo), b"the same", Uploader("bureau", "h2", "app"))
    assert second == (await first.find([second.sha256]))[second.sha256], "what it was told is what there is"
    assert await content(kept, second) == b"the same"
    assert await pieces(mongo) == (1, 1)
    assert await mongo["begun"].count_documents({}) == 0
    assert (await kept.uploaders([second.sha256], ["bureau"]))[second.sha256] == [Uploader("bureau", "h2", "app")]


async def test_what_is_swept_before_it_is_named_is_said_to_be_gone(mongo: Mongo) -> None:
    kept = Attachments(mongo)
    here, gone = await keep(kept, b"here"), await keep(kept, b"gone")
    await mongo["attachments"].update_one({"_id": gone.sha256}, {"$set": {"uploaded": datetime.now(UTC) - 2 * UNNAMED}})
    assert len(await kept.uploaders([here.sha256, gone.sha256], ["bureau"])) == 2
    assert await kept.sweep(datetime.now(UTC)) == 1
    assert await kept.name({here.sha256, gone.sha256}) == {gone.sha256}


async def test_two_copies_that_sweep_at_once_leave_nothing(mongo: Mongo) -> None:
    one, other, past = Attachments(mongo), Attachments(mongo), datetime.now(UTC) + 2 * UNNAMED
    for number in range(20):
        await keep(one, b"late %d" % number)
    gone = await asyncio.gather(*(each.sweep(past) for each in (one, other) * 3))
    assert sum(gone) == 20, "each is counted once"
    await one.sweep(past + 2 * HALF)
    assert await pieces(mongo) == (0, 0)
    assert await mongo["begun"].count_documents({}) == 0


class KeyEnded(Exception):
    """A key that is valid no more."""


async def test_whoever_may_upload_no_more_once_it_is_written_leaves_nothing(mongo: Mongo) -> None:
    kept, seen = Attachments(mongo), list[int]()

    def ended() -> Uploader:
        seen.append(1)
        raise KeyEnded

    with pytest.raises(KeyEnded):
        await kept.keep(BytesIO(b"x" * 600_000), Attachment("ab" * 32, "application/pdf", 600_000, None), "ab" * 32, ended)
    assert (seen, await pieces(mongo)) == ([1], (0, 0))
    assert await mongo["begun"].count_documents({}) == 0
    assert await kept.find(["ab" * 32]) == {}


async def test_what_was_removed_is_nowhere_and_is_not_taken_again_until_it_is_allowed(mongo: Mongo) -> None:
    kept, cleaned = Attachments(mongo), hashlib.sha256(b"cleaned").hexdigest()
    made = Attachment(cleaned, "image/jpeg", 7, None, b"small")
    await kept.keep(BytesIO(b"cleaned"), made, "ab" * 32, lambda: BY)
    assert (await kept.remove(cleaned), await kept.remove(cleaned)) == (True, False)
    assert await pieces(mongo) == (0, 0)
    found = (await kept.find([cleaned], previews=True))[cleaned]
    assert (found.removed is not None, found.preview, found.file, found.is_picture) == (True, None, None, True)
    assert await kept.uploaders([cleaned], ["bureau"]) == {}, "no further event names it"
    for original in ("ab" * 32, cleaned):
        with pytest.raises(Removed):
            await kept.again(original, BY)
    with pytest.raises(Removed):
        await kept.keep(BytesIO(b"cleaned"), made, "cd" * 32, lambda: BY)
    assert await pieces(mongo) == (0, 0)
    assert await kept.sweep(datetime.now(UTC) + 3 * UNNAMED) == 0, "that it was there stays"
    assert (await kept.allow(cleaned), await kept.allow(cleaned)) == (True, False)
    await kept.keep(BytesIO(b"cleaned"), made, "ab" * 32, lambda: BY)
    assert set(await kept.uploaders([cleaned], ["bureau"])) == {cleaned}


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("at_once", [1, 5])
async def test_what_was_removed_and_is_uploaded_again_is_named_as_it_was(mongo: Mongo, named: bool, at_once: int) -> None:
    kept, made = Attachments(mongo), await keep(Attachments(mongo), b"a mistake")
    if named:
        await kept.name([made.sha256])
    for _ in range(2):
        assert await kept.remove(made.sha256)
        assert await kept.allow(made.sha256)
        assert (await kept.find([made.sha256]))[made.sha256].removed, "it is not there by itself"
        assert await kept.again(made.sha256, BY) is None, "its content has to come"
        assert await kept.sweep(datetime.now(UTC) + 2 * UNNAMED) == 0
        again = await asyncio.gather(*(keep(kept, b"a mistake", Uploader("bureau", f"h{each}", "app")) for each in range(at_once)))
        assert len({each.file for each in again}) == 1
        assert (await pieces(mongo), await mongo["begun"].count_documents({})) == ((1, 1), 0)
        found = (await kept.find([made.sha256]))[made.sha256]
        assert (found, await content(kept, found)) == (again[0], b"a mistake")
        assert {Uploader("bureau", f"h{each}", "app") for each in range(at_once)} <= set(
            (await kept.uploaders([made.sha256], ["bureau"]))[made.sha256]
        )
    assert await kept.sweep(datetime.now(UTC) + UNNAMED - timedelta(minutes=1)) == 0
    assert await kept.sweep(datetime.now(UTC) + 2 * UNNAMED) == (0 if named else 1)


async def test_what_is_left_of_a_removal_that_was_cut_short_is_swept(mongo: Mongo, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, left = Attachments(mongo), await keep(Attachments(mongo), b"left")

    async def killed(*_: object) -> None:
        raise KeyEnded

    monkeypatch.setattr(Attachments, "_remove", killed)
    with pytest.raises(KeyEnded):
        await kept.remove(left.sha256)
    monkeypatch.undo()
    assert (await kept.find([left.sha256]))[left.sha256].removed
    await kept.sweep(datetime.now(UTC))
    assert await pieces(mongo) == (0, 0)
