"""Who may do what in MongoDB: `deploy/mongodb/roles.js`, a role for each service and for whoever operates."""

import json
from collections.abc import Mapping
from typing import NamedTuple

HEAD = """// Who may do what in MongoDB: a right less than these and something stops, a right more and somebody could do what is not theirs.
// Made by `make docs` from deploy/mongodb_roles.py; do not edit by hand. Run it again after an upgrade: it makes each role, or sets the one that is there.
//
//   NAMESPACE= mongosh "$ADMIN_URI" deploy/mongodb/roles.js
//
// NAMESPACE is XIAOHAO_NAMESPACE. Each service then has a user with the role of its name, which docs/connect.md shows.
const namespace = process.env.NAMESPACE ?? "";
"""
TAIL = """
const admin = db.getSiblingDB("admin");
for (const [who, rights] of Object.entries(ROLES)) {
  const role = `${namespace}xiaohao-${who}`;
  const privileges = rights.map(({ db, collection, actions }) => ({ resource: { db: namespace + db, collection }, actions }));
  const made = admin.runCommand({ [admin.getRole(role) ? "updateRole" : "createRole"]: role, privileges, roles: [] });
  if (!made.ok) throw new Error(`${role}: ${made.errmsg}`);
  print(role);
}
"""
READ = ("find", "listCollections", "listIndexes", "collStats", "dbStats")
MAKE = ("createCollection", "createIndex")
"""Every service makes what it needs where it is not there."""
WRITE = (*READ, *MAKE, "insert", "update", "remove")
OPERATE = (*WRITE, "dropDatabase", "dropCollection", "dropIndex", "collMod", "renameCollectionSameDB")
DATABASES = tuple(f"xiaohao-{name}" for name in ("attachments", "intake", "keys", "ledger", "notify", "reporting"))


class Right(NamedTuple):
    """What may be done with a collection of a database; with all of them, and the database itself, where none is named."""

    db: str
    actions: tuple[str, ...]
    collection: str = ""


FOLLOWS_KEYS = (Right("xiaohao-keys", (*READ, *MAKE)), Right("xiaohao-keys", ("insert", "update"), "uses"))
"""A service asks whom a key belongs to, and notes when it was used last; it makes no key."""
ROLES: Mapping[str, tuple[Right, ...]] = {
    "intake": (Right("xiaohao-intake", WRITE), Right("xiaohao-attachments", WRITE), *FOLLOWS_KEYS),
    "ledger": (Right("xiaohao-ledger", WRITE),),
    "notify": (Right("xiaohao-notify", WRITE),),
    "reporting": (Right("xiaohao-reporting", WRITE), Right("xiaohao-attachments", READ), *FOLLOWS_KEYS),
    "operator": tuple(Right(name, OPERATE) for name in DATABASES),
}
"""The rights of each service, and of the commands of `xiaohao`."""


def script() -> str:
    """`deploy/mongodb/roles.js`."""
    roles = {who: [right._asdict() for right in rights] for who, rights in ROLES.items()}
    return f"{HEAD}const ROLES = {json.dumps(roles, indent=2)};\n{TAIL}"
