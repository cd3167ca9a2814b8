"""Pictures and papers that events name as evidence, kept under the SHA-256 of their content: intake puts them in, reporting gives them out.

What is half written is in GridFS alone, where nothing reads it: an attachment is there once its own document is, which is one write. GridFS is written and
read by its own rules, without the driver's streams: these hold 16 to 64 MiB of each file in memory.
"""

from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO, NamedTuple

from bson import ObjectId
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError, PyMongoError

from shared.mongo import Document, Mongo, fault

DATABASE = "xiaohao-attachments"
UNNAMED = timedelta(days=7)
"""Time after its last upload within which an event must name an attachment; then it is swept. One that an event named stays for ever, if whoever told it may
name it: a hash that somebody heard of keeps nothing.
"""
HALF = timedelta(hours=2)
"""Time after which what was begun and is no attachment is swept: longer than any upload may take to be written."""
PIECE, TOGETHER = 256 << 10, 8
"""Bytes of a piece, which are read at a time, and pieces that are written at a time."""


OFFICE = {
    f"application/vnd.openxmlformats-officedocument.{name}": suffix
    for name, suffix in (("wordprocessingml.document", ".docx"), ("spreadsheetml.sheet", ".xlsx"), ("presentationml.presentation", ".pptx"))
}
"""The kinds of Office files without macros, and what their names end in."""
SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "application/pdf": ".pdf", "video/mp4": ".mp4", "video/quicktime": ".mov"} | OFFICE
"""What is kept, and what the name of a file of it ends in."""


class Removed(Exception):
    """An attachment that an operator removed, whose content is not kept again until one allows it."""


class Uploader(NamedTuple):
    """Who uploaded it: the root and the unit of the key, and its source."""

    root: str
    unit: str
    source: str


class Attachment(NamedTuple):
    """A picture or a paper that is kept."""

    sha256: str
    """Of what is kept: of a picture, after it was cleaned."""
    media: str
    size: int
    file: Any
    """Its id in GridFS; none of one that was removed."""
    preview: bytes | None = None
    """Of a picture: a small JPEG of it."""
    removed: datetime | None = None
    """When an operator removed it: what is left says that it was there."""

    @property
    def reference(self) -> str:
        """As events name it."""
        return f"sha256:{self.sha256}"

    @property
    def is_picture(self) -> bool:
        """Whether it has, or had, a small JPEG."""
        return self.preview is not None or (self.removed is not None and self.media.startswith("image/"))

    @property
    def suffix(self) -> str:
        """What the name of a file of it ends in."""
        return SUFFIXES[self.media]


class Attachments:
    """Keeps attachments. Each method raises Unavailable while the database cannot be asked."""

    def __init__(self, mongo: Mongo) -> None:
        self._kept, self._begun = mongo["attachments"], mongo["begun"]
        self._files, self._pieces = mongo["fs.files"], mongo["fs.chunks"]

    async def prepare(self) -> None:
        """Make the indexes."""
        with _faults():
            await self._pieces.create_index([("files_id", 1), ("n", 1)], unique=True)
            await self._kept.create_index([("originals", 1)])
            await self._kept.create_index([("uploaded", 1)], partialFilterExpression={"named": False})
            await self._begun.create_index([("at", 1)])

    async def again(self, original: str, by: Uploader) -> Attachment | None:
        """The attachment that was made of a content with this SHA-256 before, or that is that content; it counts as uploaded by this key too.

        Raises Removed.
        """
        with _faults():
            return await self._again({"originals": original, "allowed": None}, original, by)

    async def keep(self, file: BinaryIO, made: Attachment, original: str, by: Callable[[], Uploader]) -> Attachment:
        """Keep what a file holds; where the same came in meanwhile, that is what is kept.

        Who uploads it is asked once it is written, just before it is there: a key may end while it is. Whatever that raises is raised, as is Removed, and
        nothing is kept.
        """
        file_id = ObjectId()
        with _faults():
            await self._begun.insert_one({"_id": file_id, "of": made.sha256, "at": datetime.now(UTC)})
            await self._write(file_id, file)
            try:
                uploader = by()
            except Exception:
                await self._remove(file_id)
                raise
            return await self._enter(made._replace(file=file_id), original, uploader)

    async def _enter(self, made: Attachment, original: str, by: Uploader) -> Attachment:
        """Say that a file which is written is an attachment, or is one already. Raises Removed."""
        document: Document = {"_id": made.sha256, "media": made.media, "size": made.size, "file": made.file, "preview": made.preview}
        document |= {"originals": sorted({original, made.sha256}), "by": [by._asdict()], "named": False}
        while True:
            try:
                await self._kept.insert_one(document | {"uploaded": datetime.now(UTC)})
            except DuplicateKeyError:
                if await self._back(made, original, by):
                    return made
                try:
                    found = await self._again({"_id": made.sha256}, original, by)
                except Removed:
                    await self._remove(made.file)
                    raise
                if found is None:
                    continue  # it was swept in between, so that this one is the first again
                if found.file != made.file:
                    await self._remove(made.file)
                return found
            await self._begun.delete_one({"_id": made.file})
            return made

    async def _back(self, made: Attachment, original: str, by: Uploader) -> bool:
        """Put a file into what was removed and may be uploaded again, which stays as named as it was. Tells whether there was such."""
        change: Document = {
            "media": made.media,
            "size": made.size,
            "file": made.file,
            "preview": made.preview,
            "uploaded": datetime.now(UTC),
        }
        also: Document = {"$unset": {"removed": 1, "allowed": 1}, "$addToSet": {"by": by._asdict(), "originals": original}}
        if not (await self._kept.update_one({"_id": made.sha256, "allowed": True}, {"$set": change, **also})).matched_count:
            return False
        await self._begun.delete_one({"_id": made.file})
        return True

    async def _again(self, which: Document, original: str, by: Uploader) -> Attachment | None:
        """What is kept already, as uploaded now by this key too: from here on no sweep takes it before its time. Raises Removed."""
        change = {"$set": {"uploaded": datetime.now(UTC)}, "$addToSet": {"by": by._asdict(), "originals": original}}
        found = await self._kept.find_one_and_update(which, change, return_document=ReturnDocument.AFTER)
        if found and found.get("removed"):
            raise Removed
        return _attachment(found) if found else None

    async def _write(self, file_id: ObjectId, file: BinaryIO) -> None:
        """Write a file as GridFS has it, the word that it is one last."""
        file.seek(0)
        size, number = 0, 0
        while pieces := [piece for piece in (file.read(PIECE) for _ in range(TOGETHER)) if piece]:
            await self._pieces.insert_many([{"files_id": file_id, "n": number + n, "data": each} for n, each in enumerate(pieces)])
            size, number = size + sum(map(len, pieces)), number + len(pieces)
        await self._files.insert_one({"_id": file_id, "length": size, "chunkSize": PIECE, "uploadDate": datetime.now(UTC)})

    async def uploaders(self, hashes: Collection[str], roots: Collection[str]) -> dict[str, list[Uploader]]:
        """Who uploaded each of these attachments, of those that keys of these roots uploaded. It keeps none: that is `name`."""
        with _faults():
            found = self._kept.find({"_id": {"$in": list(hashes)}, "by.root": {"$in": list(roots)}, "removed": None}, {"by": 1})
            return {each["_id"]: [Uploader(**by) for by in each["by"]] async for each in found}

    async def name(self, hashes: Collection[str]) -> set[str]:
        """Say that events name these attachments, which keeps them for ever. Gives those that were swept before it was said."""
        theirs: Document = {"_id": {"$in": list(hashes)}}
        with _faults():
            if (await self._kept.update_many(theirs, {"$set": {"named": True}})).matched_count == len(hashes):
                return set()
            return set(hashes) - {each["_id"] async for each in self._kept.find(theirs, {"_id": 1})}

    async def find(self, hashes: Collection[str], *, previews: bool = False) -> dict[str, Attachment]:
        """Those of these attachments that are kept, by SHA-256."""
        with _faults():
            found = self._kept.find({"_id": {"$in": list(hashes)}}, None if previews else {"preview": 0})
            return {each["_id"]: _attachment(each) async for each in found}

    async def content(self, attachment: Attachment, start: int, end: int) -> AsyncIterator[bytes]:
        """Its bytes from `start` to before `end`, a piece at a time."""
        pieces: Document = {"files_id": attachment.file, "n": {"$gte": start // PIECE, "$lte": (end - 1) // PIECE}}
        with _faults():
            async for each in self._pieces.find(pieces, {"n": 1, "data": 1}).sort("n", 1).batch_size(TOGETHER):
                first = each["n"] * PIECE
                yield each["data"][max(0, start - first) : end - first]

    async def remove(self, sha256: str) -> bool:
        """Take away what an attachment holds, for ever; that it was there is kept, so that it is not taken again. Tells whether there was something."""
        with _faults():
            if (found := await self._kept.find_one({"_id": sha256, "removed": None}, {"file": 1})) is None:
                return False
            now = datetime.now(UTC)
            # Its file is among what was begun first: ended in between, the next sweep goes on.
            await self._begun.update_one({"_id": found["file"]}, {"$set": {"of": sha256, "at": now - 2 * HALF}}, upsert=True)
            gone: Document = {"removed": now, "file": None, "preview": None}
            await self._kept.update_one({"_id": sha256, "file": found["file"]}, {"$set": gone})
            await self._remove(found["file"])
            return True

    async def allow(self, sha256: str) -> bool:
        """Let the content of what was removed be uploaded again: events that named it are recorded, and will not name it anew. Tells whether that was so."""
        removed: Document = {"_id": sha256, "removed": {"$ne": None}, "allowed": None}
        with _faults():
            return (await self._kept.update_one(removed, {"$set": {"allowed": True}})).matched_count > 0

    async def sweep(self, now: datetime) -> int:
        """Take away what no event named in time, and what was begun and never became an attachment. Gives how many attachments went."""
        gone = 0
        late: Document = {"named": False, "removed": None, "uploaded": {"$lt": now - UNNAMED}}
        with _faults():
            async for each in self._kept.find(late, {"file": 1}):
                # Its file is among what was begun first: ended in between, the next sweep goes on.
                await self._begun.update_one({"_id": each["file"]}, {"$set": {"of": each["_id"], "at": now - 2 * HALF}}, upsert=True)
                if (await self._kept.delete_one({"_id": each["_id"], "file": each["file"], **late})).deleted_count:
                    await self._remove(each["file"])
                    gone += 1
            async for each in self._begun.find({"at": {"$lt": now - HALF}}):
                if await self._kept.find_one({"_id": each["of"], "file": each["_id"]}, {"_id": 1}):
                    await self._begun.delete_one({"_id": each["_id"]})
                else:
                    await self._remove(each["_id"])
        return gone

    async def _remove(self, file_id: ObjectId) -> None:
        await self._files.delete_one({"_id": file_id})
        await self._pieces.delete_many({"files_id": file_id})
        await self._begun.delete_one({"_id": file_id})


def _attachment(document: Any) -> Attachment:
    return Attachment(
        document["_id"], document["media"], document["size"], document["file"], document.get("preview"), document.get("removed")
    )


@contextmanager
def _faults() -> Iterator[None]:
    """Raises Unavailable or Conflict for what the driver raises."""
    try:
        yield
    except PyMongoError as error:
        raise fault(error) from error
