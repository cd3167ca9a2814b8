"""Where uploads are kept for a week, with what they answer: in MongoDB, so that every copy of intake knows of them, and the next one after a crash."""

from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import UTC, datetime, timedelta
from typing import IO

from pymongo import UpdateOne
from pymongo.errors import PyMongoError

from services.intake.files.upload import Upload
from shared.mongo import Document, Mongo, fault
from shared.values import Wording
from shared.wording import worded
from shared.wording.problems import DETAILS

UPLOADS, REPORTS = "uploads", "upload_reports"
PIECE = 1 << 20
"""Bytes of a workbook in one document."""
WORKBOOKS = 20
"""Of one unit and source that are kept, the latest, and so many lists of mistakes: whoever sends bad files without end fills no disk."""
UNLISTED = [{"$set": {"unlisted": {"$add": ["$unlisted", {"$size": "$errors"}]}, "errors": []}}]
"""Leaves of the mistakes of an upload how many there are."""
SILENT = timedelta(seconds=15)
"""After which whoever had an upload under way, and said nothing of it, is taken for dead."""


class UploadStore:
    """Uploads by their id, which nobody can guess."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def prepare(self) -> None:
        """Make what is not there. Raises Unavailable."""
        await self._mongo.create([UPLOADS, REPORTS])
        with _faults():
            for name in (UPLOADS, REPORTS):
                await self._mongo[name].create_index("until", expireAfterSeconds=0)
            await self._mongo[UPLOADS].create_index([("root", 1), ("unit", 1), ("source", 1), ("until", -1)])

    async def begin(self, upload: Upload) -> None:
        """A new one. Raises Unavailable."""
        with _faults():
            await self._mongo[UPLOADS].insert_one(_document(upload))

    async def progress(self, uploads: Collection[Upload]) -> None:
        """How far those are that are under way here. Raises Unavailable."""
        now = datetime.now(UTC)
        counts = [{name: getattr(each, name) for name in ("state", "rows", "told", "refused")} for each in uploads]
        with _faults():
            await self._mongo[UPLOADS].bulk_write(
                [UpdateOne({"_id": each.id}, {"$set": {**said, "beat": now}}) for each, said in zip(uploads, counts, strict=True)],
                ordered=False,
            )

    async def end(self, upload: Upload) -> None:
        """What became of it; where there are too many later ones, mistakes are counted alone. Raises Unavailable."""
        with _faults():
            await self._mongo[UPLOADS].replace_one({"_id": upload.id}, _document(upload))
            if upload.errors:
                theirs = {"root": upload.root, "unit": upload.unit, "source": upload.source, "errors": {"$ne": []}}
                async for each in self._mongo[UPLOADS].find(theirs, ["_id"]).sort("until", -1).skip(WORKBOOKS):
                    await self._mongo[UPLOADS].update_one(each, UNLISTED)

    async def find(self, id: str) -> Upload | None:
        """The upload of an id; stopped where whoever had it under way died. Raises Unavailable."""
        with _faults():
            found = await self._mongo[UPLOADS].find_one({"_id": id, "until": {"$gt": datetime.now(UTC)}})
        if found is None:
            return None
        upload = Upload(**{each.name: found[each.name] for each in fields(Upload) if each.name != "id"}, id=found["_id"])
        upload.detail = Wording(**found["detail"]) if found["detail"] else None
        if not upload.over and found["beat"] < datetime.now(UTC) - SILENT:
            upload.end("stopped", "died", worded(DETAILS["upload-died"]))
        return upload

    async def keep_report(self, upload: Upload, file: IO[bytes]) -> None:
        """Keep the workbook of an upload for as long as that, or until there are too many later ones. Raises Unavailable."""
        file.seek(0)
        theirs = {"root": upload.root, "unit": upload.unit, "source": upload.source, "report": {"$gt": 0}}
        with _faults():
            while piece := file.read(PIECE):
                number = upload.report // PIECE
                document = {"_id": f"{upload.id}/{number:06}", "until": upload.until, "bytes": piece}
                await self._mongo[REPORTS].insert_one(document)
                upload.report += len(piece)
            async for each in self._mongo[UPLOADS].find(theirs, ["_id"]).sort("until", -1).skip(WORKBOOKS - 1):
                await self._mongo[UPLOADS].update_one(each, {"$set": {"report": 0}})
                await self._mongo[REPORTS].delete_many(_pieces(each["_id"]))

    async def report(self, upload: Upload) -> AsyncIterator[bytes]:
        """The workbook of an upload. Raises Unavailable."""
        with _faults():
            async for each in self._mongo[REPORTS].find(_pieces(upload.id)).sort("_id", 1):
                yield each["bytes"]


def _pieces(upload: str) -> Document:
    """The pieces of an upload's workbook: 0 follows the /."""
    return {"_id": {"$gte": f"{upload}/", "$lt": f"{upload}0"}}


def _document(upload: Upload) -> Document:
    document = asdict(upload)
    document["detail"] = upload.detail.model_dump() if upload.detail else None
    return {"_id": document.pop("id"), **document, "beat": datetime.now(UTC)}


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except PyMongoError as error:
        raise fault(error) from error
