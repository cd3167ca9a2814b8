"""The catalogue of lines: each by its name, which never changes, with the fields that it may have. `docs/observing.md` is made of it.

No field has what a person is called, wrote, or is known by, nor a key: what may be said of an event is where it stands and what became of it.
"""

from typing import Literal, NamedTuple

Level = Literal["debug", "info", "warning", "error"]

EVERY = {
    "event": "what happened: a name of the catalogue below",
    "level": "`debug`, `info`, `warning` or `error`",
    "time": "UTC, ISO 8601",
    "service": "`intake`, `ledger`, `notify` or `reporting`",
    "version": "of Xiaohao",
}
"""What every line has."""

FIELDS = {
    "event_id": "of the told event, as its teller named it; of a recorded one `<book>@<position>`",
    "event_type": "as in [events.md](events.md)",
    "book": "`<campaign>/<unit>`",
    "campaign": "that of the book",
    "topic": "without the namespace",
    "partition": "of the topic",
    "offset": "in the partition",
    "position": "in the book",
    "trace_id": "of the event's W3C trace context, where it has one",
    "rule": "why it was refused: a name of the catalogue of reasons",
    "cause": "why: a word, or what failed and at which line of ours",
    "detail": "the same in the words of Kafka, MongoDB or the mail server's connection; of a library its first line",
    "stack": "the frames of what failed, without its words",
    "kind": "of the subject",
    "phase": "of the plan",
    "today": "the day that it is, by the clock",
    "records": "how many",
    "count": "how many",
    "tries": "how often it was tried",
    "seconds": "how long",
    "left_out": "lines like this one that were left out of the minutes before: of each kind a minute has 20",
    "address": "where HTTP is answered",
    "status": "of the answer",
    "route": "method and path, with the names of its parameters",
    "client": "address that asked",
    "key": "id of the key, never the key",
    "source": "of a key, under which it tells",
    "share": "of what it told, from 0 to 1",
    "file": "by the setting that names it",
    "files": "their paths",
    "disk": "`kafka` or `mongodb`",
    "keys": "how many",
    "allowed": "how many campaigns",
    "partitions": "their numbers",
    "channel": "by which somebody was to hear of it",
    "template": "what they were to hear",
    "code": "that the other side answered",
    "upload": "its id",
    "form": "of the file",
    "told": "rows, or facts, that were told on",
    "refused": "rows that were refused",
    "state": "how it ended",
    "media": "type of the file",
    "logger": "that of the library",
}
"""What a line may have beside that."""


class Line(NamedTuple):
    """A line of the catalogue."""

    level: Level
    means: str
    fields: tuple[str, ...] = ()


def _line(level: Level, means: str, fields: str = "") -> Line:
    return Line(level, means, tuple(fields.split()))


PLACE = "topic partition offset"
DELIVERY = "event_id book campaign channel template cause code tries"

LINES = {
    # Of every service.
    "started": _line("info", "the service answers", "address"),
    "stopping": _line("info", "it was told to stop, and finishes what is under way"),
    "stopped": _line("info", "it let go of everything"),
    "cannot start": _line("error", "it ends with code 1", "detail"),
    "did not stop in time": _line("error", "it ends with code 1; what was under way is done again by the next copy"),
    "ended": _line("error", "something escaped: the process ends with code 1, and is to be started again", "cause stack"),
    "unhandled": _line("error", "a task beside the rest failed", "cause"),
    "library": _line("warning", "a library that we use has something to say; its level is its own", "logger detail cause"),
    "access refused": _line("warning", "a request with a wrong key, or one that may not or too often", "status route client key"),
    # Of keys.
    "keys taken anew": _line("info", "keys were made, changed or revoked", "keys allowed"),
    "key unusable": _line("error", "a key in the database cannot be read, and is not taken", "key cause"),
    "keys unread": _line("error", "the database of keys does not answer; those that are known stay valid for a while", "detail seconds"),
    "token not renewed": _line("warning", "the token for Kafka; the old one holds still", "detail"),
    "a source is refused again and again": _line("warning", "most of what it told of late was refused", "source share"),
    "cannot see when a certificate ends": _line("warning", "its file cannot be read as one", "file cause"),
    "upkeep unmeasured": _line(
        "warning", "by a bug: the figures of readiness, calendars, keys and certificates are those of before", "cause"
    ),
    "certificates renewed": _line("info", "files of certificates changed, and are used from now on", "files"),
    "renewed certificates cannot be used": _line("warning", "the ones before them are used still", "detail"),
    # Of what is read and published.
    "partitions assigned": _line("info", "this copy reads them from now on", "topic partitions"),
    "left": _line("info", "another copy has its partitions now", "topic"),
    "batch": _line("debug", "a batch was handled", "topic records"),
    "retry": _line("warning", "a batch is tried again until it succeeds", "topic cause detail"),
    "set aside": _line(
        "error", "one record fails by a bug, and is parked so that the rest goes on", f"{PLACE} event_id event_type book trace_id cause"
    ),
    "dead-lettered": _line("warning", "a record stands on the dead-letter topic", f"{PLACE} cause"),
    "chain broken": _line("error", "a recorded event does not follow from the one before", "book position"),
    "lag unmeasured": _line("warning", "Kafka does not say how far we are behind", "detail"),
    # Of intake.
    "upload over": _line("info", "a file was told to its last row, or refused", "upload campaign form state rule told refused"),
    "upload failed": _line("error", "an upload was stopped by a bug", "upload campaign form cause stack"),
    "upload not kept": _line("error", "what became of an upload cannot be written down", "upload detail"),
    "uploads not kept": _line("warning", "how far uploads are cannot be written down", "detail"),
    "file reader ended": _line("error", "the process that reads a file ended before it said what is in it", "code cause"),
    "picture not clean": _line("error", "what was drawn anew still holds more than the picture", "media"),
    "attachments swept": _line("info", "what no event named in time is gone", "count"),
    "attachments not swept": _line("warning", "MongoDB does not answer", "detail"),
    "inbox not made": _line("error", "the topics of a key's inbox cannot be made, and it is not read", "key detail"),
    "inbox unread": _line("warning", "nothing can be fetched", "topic detail"),
    "inboxes unread": _line("warning", "none can be read for now", "detail"),
    "inboxes failed": _line("error", "by a bug; what comes by HTTP is taken all the same", "cause"),
    "inboxes unmeasured": _line("warning", "Kafka does not say how far we are behind", "detail"),
    # Of the ledger.
    "told event refused": _line(
        "info", "by a rule; it is recorded as Refused", f"event_id event_type book campaign kind rule {PLACE} trace_id"
    ),
    "phase closed": _line("info", "and stated, which its superiors hear", "book campaign phase"),
    "clock told": _line("info", "facts of which the time has come", "today told"),
    "wake unknown": _line("error", "the clock cannot say when a subject is due: nothing falls due for it", "book campaign kind cause"),
    "left to the clock": _line("warning", "what fell due fails by a bug, and is told again by the clock", "book campaign event_type cause"),
    "aside unread": _line("warning", "what was set aside cannot be read, and holds up no subject", f"{PLACE} cause"),
    "cannot see how full the disk is": _line(
        "warning", "Kafka or MongoDB does not say; its last figures are gone after a quarter of an hour", "disk detail"
    ),
    "what is set aside cannot be counted": _line("warning", "MongoDB does not answer, or by a bug", "detail"),
    # Of notify.
    "delivery put off": _line("warning", "it is tried again later", DELIVERY),
    "delivery failed": _line("error", "it was given up", DELIVERY),
    "delivery unmarked": _line("warning", "it was sent, and MongoDB does not take that down yet", "event_id detail"),
    "deliveries wait": _line("warning", "MongoDB or Kafka is away", "detail"),
    # Of reporting.
    "read model new": _line("info", "it is made from the ledger's beginning: after `xiaohao rebuild`, or at the first start"),
    "notice unreadable": _line("warning", "it is passed over", f"{PLACE} cause"),
    "notice not kept": _line("error", "by a bug; it is passed over", f"{PLACE} cause"),
    "the gauges of campaigns cannot be read": _line("warning", "MongoDB does not answer in time, or by a bug", "cause"),
    "file not made": _line("error", "the process that makes a report ended before its end", "cause"),
}
"""Every line that a service logs."""
