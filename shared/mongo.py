"""The one way to get a database and to run a batch in a transaction."""

from collections import Counter as Tally
from collections.abc import Awaitable, Callable, Sequence
from copy import copy
from typing import Any, Literal, TypeVar, get_args

from bson.codec_options import CodecOptions
from bson.errors import InvalidDocument
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorClientSession, AsyncIOMotorCollection, AsyncIOMotorDatabase
from pymongo import InsertOne, ReplaceOne, WriteConcern
from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    DocumentTooLarge,
    DuplicateKeyError,
    InvalidOperation,
    InvalidURI,
    OperationFailure,
    PyMongoError,
)
from pymongo.read_concern import ReadConcern

from shared.disk import Room
from shared.faults import Conflict, Held, TooLarge, Unavailable
from shared.settings import SettingMistake, variable
from shared.tls import why_untrusted

Document = dict[str, Any]
Session = AsyncIOMotorClientSession
T = TypeVar("T")
Ended = Literal["committed", "conflict", "held", "too-large", "unavailable", "failed"]
"""How a transaction ends: all but `committed` are aborted. `held`: by a write conflict; `failed`: by a bug, or cut off as the service stops."""

DUPLICATE_KEY, WRITE_CONFLICT = 11000, 112
NO_ENTRY = {13, 18}
"""Without a user that it wants, and with a user or a password that it does not know."""
REFUSED = "Authentication failed"
URI = variable("mongodb_uri")
BY_SIZE = {388, 65, 10334, 17280}
"""TransactionTooLargeForCache, its bulk-write form, and documents past the limit: no label says so, the code does."""


class Mongo:
    """A database of one service. Every transaction reads a snapshot and is written by a majority (Jepsen on 4.2.6)."""

    def __init__(self, uri: str, database: str, timeout: float = 10, patience: float = 60) -> None:
        """`timeout`: seconds until somebody is found who answers; `patience`: for one answer.

        Raises SettingMistake for a connection string that cannot be used.
        """
        milliseconds = int(timeout * 1000)
        try:
            self._client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(
                uri,
                serverSelectionTimeoutMS=milliseconds,
                connectTimeoutMS=milliseconds,
                socketTimeoutMS=int(patience * 1000),
                retryWrites=True,
            )
        except (InvalidURI, ValueError):  # what they say may quote a part of the password
            raise SettingMistake(
                f"{URI}: it cannot be read; in user and password, write each of : / ? # [ ] @ % as %3A and so on"
            ) from None
        except (ConfigurationError, OSError) as error:  # of an option, or a file that it names
            raise SettingMistake(f"{URI}: {error}") from None
        self._database = self._named(database)
        self.ended = Tally[Ended](dict.fromkeys(get_args(Ended), 0))
        """How many transactions ended how, of all databases over these connections."""

    def _named(self, database: str) -> AsyncIOMotorDatabase[Document]:
        return self._client.get_database(
            database, CodecOptions(tz_aware=True), write_concern=WriteConcern("majority"), read_concern=ReadConcern("majority")
        )

    def beside(self, database: str) -> "Mongo":
        """Another database of the same server, over the same connections."""
        other = copy(self)
        other._database = self._named(database)  # noqa: SLF001 - of this class
        return other

    def __getitem__(self, name: str) -> AsyncIOMotorCollection[Document]:
        """The collection of a name."""
        return self._database[name]

    async def ping(self) -> None:
        """Whether a primary answers. Raises Unavailable."""
        try:
            await self._client.admin.command("ping")
        except PyMongoError as error:
            raise Unavailable(f"MongoDB {_why(error)}") from error

    async def room(self) -> Room | None:
        """The room on the disk of the primary; none before the database is there. Raises Unavailable."""
        try:
            said = await self._database.command("dbStats")
        except PyMongoError as error:
            raise Unavailable(f"MongoDB {_why(error)}") from error
        size = int(said.get("fsTotalSize", 0))
        return Room(size - int(said["fsUsedSize"]), size) if size else None

    async def create(self, collections: Sequence[str]) -> None:
        """Make collections that are not there, since a transaction must not. Raises Unavailable where we are not let in: `ping` everybody may."""
        try:
            present = set(await self._database.list_collection_names())
        except OperationFailure as error:
            raise Unavailable(f"MongoDB {_why(error)}") from error
        for name in collections:
            if name not in present:
                try:
                    await self._database.create_collection(name)
                except OperationFailure as error:
                    if error.code != 48:  # another copy made it meanwhile
                        raise

    async def drop(self) -> None:
        """Remove the whole database: for tests, and for a read model that is rebuilt."""
        await self._client.drop_database(self._database.name)

    async def transaction(self, work: Callable[[Session], Awaitable[T]]) -> T:
        """Run `work` once in a transaction and commit it.

        Raises Conflict or Unavailable for what another try can mend; anything else that `work` raises is a bug and leaves as it is.
        """
        ended: Ended = "failed"
        try:
            async with await self._client.start_session() as session:
                session.start_transaction(ReadConcern("snapshot"), WriteConcern("majority"))
                try:
                    result = await work(session)
                except BaseException:
                    await self._abort(session)
                    raise
                await session.commit_transaction()
                ended = "committed"
                return result
        except (InvalidDocument, DocumentTooLarge, InvalidOperation):
            raise
        except PyMongoError as error:
            wrong = fault(error)
            ended = _ended_by(wrong)
            raise wrong from error
        except (Conflict, Held, TooLarge, Unavailable) as error:
            ended = _ended_by(error)
            raise
        finally:
            self.ended[ended] += 1

    @staticmethod
    async def _abort(session: Session) -> None:
        try:
            await session.abort_transaction()
        except PyMongoError:
            return  # the server ends it by itself; the error that brought us here says more

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()


def _why(error: PyMongoError) -> str:
    """Why it does not answer, and which part of the settings to look at where it does not let us in."""
    said = str(error)
    if (isinstance(error, OperationFailure) and error.code in NO_ENTRY) or said.startswith(REFUSED):
        return f"does not let us in: look at the user and the password of {URI}, and at authSource and authMechanism there"
    why = why_untrusted(said, f"tlsCAFile of {URI}", f"tlsCertificateKeyFile of {URI}")
    if not why and "connection closed" in said:
        why = f"hung up at once: look at tls of {URI}"
    return why or f"does not answer: {said}"


def _ended_by(error: Exception) -> Ended:
    """How a transaction ends by what another try can mend."""
    match error:
        case Held():
            return "held"
        case Conflict():
            return "conflict"
        case TooLarge():
            return "too-large"
    return "unavailable"


def fault(error: PyMongoError) -> Exception:
    """What has to be done about a driver's error. What MongoDB says of a command is left out but for its code: it may quote a document."""
    said = str(error)
    if isinstance(error, OperationFailure):
        said = " ".join(str(each) for each in (type(error).__name__, error.code, (error.details or {}).get("codeName")) if each)
    if isinstance(error, DuplicateKeyError):
        return Conflict(said)
    codes = {error.code} if isinstance(error, OperationFailure) else set()
    if isinstance(error, BulkWriteError):
        codes |= {each.get("code") for each in error.details.get("writeErrors", ())}
    if WRITE_CONFLICT in codes:
        return Held(said)
    if DUPLICATE_KEY in codes:
        return Conflict(said)
    return TooLarge(said) if codes & BY_SIZE else Unavailable(f"MongoDB: {said}")


async def replace_all(
    collection: AsyncIOMotorCollection[Document], session: Session, documents: Sequence[Document], loaded_at: dict[str, int]
) -> None:
    """Write documents, each on the condition that it still stands at the position it was loaded at, or is new.

    MongoDB reports a condition that matched nothing as no error, so the counts are compared. Raises Conflict.
    """
    if not documents:
        return
    writes: list[InsertOne[Document] | ReplaceOne[Document]] = [
        ReplaceOne({"_id": each["_id"], "position": loaded_at[each["_id"]]}, each) if each["_id"] in loaded_at else InsertOne(each)
        for each in documents
    ]
    result = await collection.bulk_write(writes, ordered=False, session=session)
    if result.inserted_count + result.matched_count != len(documents):
        raise Conflict(f"{collection.name}: {len(documents) - result.inserted_count - result.matched_count} documents moved on meanwhile")
