"""What MongoDB looks at for an operation, as its own profiler notes it: a search without an index shows, which takes one command like any other."""

from typing import Any

from pymongo import MongoClient

ROOM = 256 << 20
"""Bytes for the notes: of all that is done here none is thrown away for another."""
OTHERS = {"ns": {"$not": {"$regex": r"\.system\.profile$"}}}
LOOKED_AT: dict[str, Any] = {"$sum": {"$add": [{"$ifNull": ["$docsExamined", 0]}, {"$ifNull": ["$keysExamined", 0]}]}}


class Watched:
    """One database, of which MongoDB notes every operation."""

    def __init__(self, mongodb_uri: str, name: str) -> None:
        self.database = MongoClient[dict[str, Any]](mongodb_uri)[name]

    def begin(self) -> None:
        """Note every operation from here on."""
        self.database.create_collection("system.profile", capped=True, size=ROOM)
        self.database.command("profile", 2)

    def examined(self) -> int:
        """Documents and index entries that were looked at so far; 0 before any."""
        found = self.database["system.profile"].aggregate([{"$match": OTHERS}, {"$group": {"_id": None, "n": LOOKED_AT}}])
        return sum(each["n"] for each in found)

    def end(self) -> None:
        """Note no more, and let go of the connection."""
        self.database.command("profile", 0)
        self.database.client.close()
