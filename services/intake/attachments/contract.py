"""What the route of attachments takes and answers, as its OpenAPI says it."""

from typing import Any

from services.intake.attachments.kinds import LIMITS
from shared.attachments import SUFFIXES, UNNAMED
from shared.http.openapi import answers

FILE = {"type": "string", "format": "binary"}
SHA256 = "6e4c4a5d0a7f4f6a4d4b2f0f5f0c8a1e9d3b7c2a1f0e9d8c7b6a5f4e3d2c1b0a"
EXAMPLE = {"sha256": SHA256, "size": 184512, "media": "image/jpeg", "reference": f"sha256:{SHA256}"}
ATTACHMENT: dict[str, Any] = {
    "operation_id": "uploadAttachment",
    "tags": ["attachments"],
    "summary": "Upload a picture or a paper",
    "description": (
        "Takes one file as the body, as it is: no form, no JSON. Its content alone says what it is, neither a name nor the declared type. Of a picture, EXIF, place, "
        "texts, thumbnails and profiles are taken away, and it is turned as it is to be seen; of a video, what its head says of where and with what it was taken. "
        "So the SHA-256 of the answer may be another than that of what was sent: events name the `reference` of the answer, in `evidence`, `files` or `media`. "
        "The same content again gives the same, and is kept once. "
        "A PDF or Office file with a script, a command or a file inside, or that fetches another, is refused, also where that lies packed; so is a PDF that opens with a password. "
        f"At most {', '.join(f'{limit >> 20} MiB of a {form}' for form, limit in LIMITS.items())}. What no event named within {UNNAMED.days} days is taken "
        "away; what one named stays."
    ),
    "responses": {
        201: {
            "description": "It is kept.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Attachment"}, "example": EXAMPLE}},
        },
        **answers(
            "key-gone",
            "cut-off",
            "stalled",
            "attachment-large",
            "attachment-kind",
            "media",
            "attachment-broken",
            "attachment-removed",
            "uploads-yours",
            "attachments-busy",
            "no-room",
            "away",
        ),
    },
    "openapi_extra": {
        "requestBody": {
            "required": True,
            "description": "The file itself.",
            "content": {media: {"schema": FILE} for media in (*SUFFIXES, "image/webp", "application/octet-stream")},
        },
    },
}


def schemas() -> dict[str, Any]:
    """The schema of an answer."""
    text = {"type": "string"}
    properties: dict[str, Any] = {
        "sha256": text | {"description": "of what is kept, which differs from that of what was sent where something was taken away"},
        "size": {"type": "integer", "minimum": 0, "description": "bytes that are kept"},
        "media": text | {"enum": list(SUFFIXES), "description": "what it is"},
        "reference": text | {"description": "how events name it"},
    }
    return {
        "Attachment": {
            "type": "object",
            "description": "An attachment that is kept.",
            "required": list(properties),
            "properties": properties,
        }
    }
