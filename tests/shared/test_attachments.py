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

from shared.attachments import HALF, UNNAMED, Attachment, Attachments, Uploader
from shared.mongo import Mongo
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
        await Attachments(Mongo(sys.argv[1], sys.argv[2])).keep(file, made, "cd" * 32, Uploader("bureau", "h1", "app"))

asyncio.run(main())
"""


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
    return await kept.keep(BytesIO(content), Attachment(digest, "application/pdf", len(content), None), digest, by)


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
    assert set((await kept.name([made[0].sha256], ["other"]))[made[0].sha256]) == set(others)


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
    assert await kept.name([named.sha256, "0" * 64], ["bureau"]) == {named.sha256: [BY]}
    assert await kept.name([unnamed.sha256], ["elsewhere"]) == {}, "another root neither names nor keeps it"
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
