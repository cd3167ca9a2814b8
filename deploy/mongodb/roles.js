// Who may do what in MongoDB: a right less than these and something stops, a right more and somebody could do what is not theirs.
// Made by `make docs` from deploy/mongodb_roles.py; do not edit by hand. Run it again after an upgrade: it makes each role, or sets the one that is there.
//
//   NAMESPACE= mongosh "$ADMIN_URI" deploy/mongodb/roles.js
//
// NAMESPACE is XIAOHAO_NAMESPACE. Each service then has a user with the role of its name, which docs/connect.md shows.
const namespace = process.env.NAMESPACE ?? "";
const ROLES = {
  "intake": [
    {
      "db": "xiaohao-intake",
      "actions": [
        "find",
        "listCollections",
        "listIndexes",
        "collStats",
        "dbStats",
        "createCollection",
        "createIndex",
        "insert",
        "update",
        "remove"
      ],
      "collection": ""
    },
    {
      "db": "xiaohao-attachments",
      "actions": [
        "find",
        "listCollections",
        "listIndexes",
        "collStats",
        "dbStats",
        "createCollection",
        "createIndex",
        "insert",
        "update",
        "remove"
      ],
      "collection": ""
    },
    {
      "db": "xiaohao-keys",
      "actions": [
        "find",
        "listCollections",
        "listIndexes",
        "collStats",
        "dbStats",
        "createCollection",
        "createIndex"
      ],
      "collection": ""
    },
    {
      "db": "xiaohao-keys",
      "actions": [
        "insert",
        "update"
      ],
      "collection": "uses"
    }
  ],
  "ledger": [
    {
      "db": "xiaohao-ledger",
      "actions": [
        "find",
        "listCollections",
        "listIndexes",
        "collStats",
        "dbStats",
        "createCollection",
        "createIndex",
        "insert",
        "update",
        "remove"
      ],
      "collection": ""
    }
  ],
  "notify": [
    {
      "db": "xiaohao-notify",
      "actions": [
        "find",
        "listCollections",
        "listIndexes",
        "collStats",
        "dbStats",
        "createCollection",
        "createIndex",
        "insert",
        "update",
        "remove"
      ],
      "collection": ""
    }
  ],
  "reporting": [
    {
      "db": "xiaohao-reporting",
      "actions": [
        "find",
        "listCollections",
        "listIndexes",
        "collStats",
        "dbStats",
        "createCollection",
        "createIndex",
        "insert",
        "update",
        "remove"
      ],
      "collection": ""
    },
    {
      "db": "xiaohao-attachments",
      "actions": [
        "find",
        "listCollections",
        "listIndexes",
        "collStats",
        "dbStats"
      ],
      "collection": ""
    },
    {
      "db": "xiaohao-keys",
      "actions": [
        "find",
        "listCollections",
        "listIndexes",
        "collStats",
        "dbStats",
        "createCollection",
        "createIndex"
      ],
      "collection": ""
    },
    {
      "db": "xiaohao-keys",
      "actions": [
        "insert",
        "update"
      ],
      "collection": "uses"
    }
  ],
  "operator": [
    {
      "db": "xiaohao-attachments",
      "actions": [
        "find",
        "listCollections",
        "listIndexes",
        "collStats",
        "dbStats",
        "createCollection",
        "createIndex",
        "insert",
        "update",
        "remove",
        "dropDatabase",
        "dropCollection",
        "dropIndex",
        "collMod",
        "renameCollectionSameDB"
      ],
      "collection": ""
    },
    {
      "db": "xiaohao-intake",
      "actions": [
        "find",
        "listCollections",
        "listIndexes",
        "collStats",
        "dbStats",
        "createCollection",
        "createIndex",
        "insert",
        "update",
        "remove",
        "dropDatabase",
        "dropCollection",
        "dropIndex",
        "collMod",
        "renameCollectionSameDB"
      ],
      "collection": ""
    },
    {
      "db": "xiaohao-keys",
      "actions": [
        "find",
        "listCollections",
        "listIndexes",
        "collStats",
        "dbStats",
        "createCollection",
        "createIndex",
        "insert",
        "update",
        "remove",
        "dropDatabase",
        "dropCollection",
        "dropIndex",
        "collMod",
        "renameCollectionSameDB"
      ],
      "collection": ""
    },
    {
      "db": "xiaohao-ledger",
      "actions": [
        "find",
        "listCollections",
        "listIndexes",
        "collStats",
        "dbStats",
        "createCollection",
        "createIndex",
        "insert",
        "update",
        "remove",
        "dropDatabase",
        "dropCollection",
        "dropIndex",
        "collMod",
        "renameCollectionSameDB"
      ],
      "collection": ""
    },
    {
      "db": "xiaohao-notify",
      "actions": [
        "find",
        "listCollections",
        "listIndexes",
        "collStats",
        "dbStats",
        "createCollection",
        "createIndex",
        "insert",
        "update",
        "remove",
        "dropDatabase",
        "dropCollection",
        "dropIndex",
        "collMod",
        "renameCollectionSameDB"
      ],
      "collection": ""
    },
    {
      "db": "xiaohao-reporting",
      "actions": [
        "find",
        "listCollections",
        "listIndexes",
        "collStats",
        "dbStats",
        "createCollection",
        "createIndex",
        "insert",
        "update",
        "remove",
        "dropDatabase",
        "dropCollection",
        "dropIndex",
        "collMod",
        "renameCollectionSameDB"
      ],
      "collection": ""
    }
  ]
};

const admin = db.getSiblingDB("admin");
for (const [who, rights] of Object.entries(ROLES)) {
  const role = `${namespace}xiaohao-${who}`;
  const privileges = rights.map(({ db, collection, actions }) => ({ resource: { db: namespace + db, collection }, actions }));
  const made = admin.runCommand({ [admin.getRole(role) ? "updateRole" : "createRole"]: role, privileges, roles: [] });
  if (!made.ok) throw new Error(`${role}: ${made.errmsg}`);
  print(role);
}
