"""Which service requests came already: the same content within a day is the same request, whichever copy of intake it is sent to, and also after midnight."""

import secrets
from datetime import UTC, datetime, timedelta

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError, PyMongoError

from shared.http.problem import Problem
from shared.mongo import Mongo, fault
from shared.wording import worded
from shared.wording.problems import DETAILS

SAME = timedelta(hours=24)
"""Time after it was last sent within which the same content is the same request."""
KEPT = timedelta(days=2)
"""Time for which a digest is kept: a little longer, whatever a told clock says."""


class Requests:
    """The references of requests, by a digest of what was sent (`report.identity`)."""

    def __init__(self, mongo: Mongo) -> None:
        self._sent = mongo["open311"]

    async def prepare(self) -> None:
        """Make the index. Raises Unavailable."""
        try:
            await self._sent.create_index("until", expireAfterSeconds=0)
        except PyMongoError as error:
            raise fault(error) from error

    async def reference(self, digest: str, now: datetime) -> str:
        """The reference of what has this digest, sent now: that under which it was sent within SAME before, else a new one. Raises Problem 503.

        It is made up: made of what was sent, it would let everybody who reads it try out whose request it is.
        """
        again = {"$gte": ["$at", now - SAME]}
        change = {
            "reference": {"$cond": [again, "$reference", secrets.token_hex(16)]},
            "at": {"$max": ["$at", now]},
            "until": datetime.now(UTC) + KEPT,
        }
        while True:
            try:
                found = await self._sent.find_one_and_update(
                    {"_id": digest}, [{"$set": change}], upsert=True, return_document=ReturnDocument.AFTER
                )
            except DuplicateKeyError:  # another copy was sent the same at the same time, and was first
                continue
            except PyMongoError as error:
                why = str(fault(error))[:200]
                raise Problem("away", {"Retry-After": "5"}, what=worded(DETAILS["database"]), why=why) from error
            return str(found["reference"])
