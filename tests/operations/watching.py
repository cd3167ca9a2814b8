"""What MongoDB itself notes of each operation: also of those that another process asks for, and how much it looked at for them.

A search without an index takes one command like any other.
"""

from collections import Counter
from typing import Any

from pymongo import MongoClient

ROOM = 256 << 20
"""Bytes for the notes: of all that is done here none is thrown away for another."""
OTHERS = {"ns": {"$not": {"$regex": r"\.system\.profile$"}}}
FIGURES: dict[str, Any] = {
    "commands": {"$sum": 1},
    "bytes from MongoDB": {"$sum": "$responseLength"},
    "examined": {"$sum": {"$add": [{"$ifNull": ["$docsExamined", 0]}, {"$ifNull": ["$keysExamined", 0]}]}},
}


class Watched:
    """One database, of which MongoDB notes every operation."""

    def __init__(self, mongodb_uri: str, name: str) -> None:
        self.database = MongoClient[dict[str, Any]](mongodb_uri)[name]

    def begin(self) -> None:
        """Note every operation from here on."""
        self.database.create_collection("system.profile", capped=True, size=ROOM)
        self.database.command("profile", 2)

    def noted(self) -> Counter[str]:
        """What was noted so far: commands, bytes of their answers, and the documents and index entries that were looked at for them."""
        found = self.database["system.profile"].aggregate([{"$match": OTHERS}, {"$group": {"_id": None, **FIGURES}}])
        return Counter({name: n for each in found for name, n in each.items() if name in FIGURES})

    def end(self) -> None:
        """Note no more, and let go of the connection."""
        self.database.command("profile", 0)
        self.database.client.close()
