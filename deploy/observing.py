"""`docs/observing.md`: what services log, of the catalogue of lines."""

from collections.abc import Iterator

from shared.logs.catalogue import EVERY, FIELDS, LINES
from shared.logs.flood import LINES as OF_ONE_KIND

HEAD = f"""# Logs and traces

Made by `make docs` of [`shared/logs/catalogue.py`](../shared/logs/catalogue.py); do not edit by hand.

## Logs

Each service writes a JSON object a line to stderr; where that is a terminal, lines for people. There is one for each decision worth having, and none for
what goes well, which [metrics](../README.md) count. `XIAOHAO_LOG_LEVEL` is the least that is written: `debug`, `info` (the default), `warning` or `error`.

    {{"time": "2019-03-08T01:00:00.123456Z", "level": "info", "service": "ledger", "event": "told event refused", "rule": "verifier-is-fixer",
     "event_id": "e5", "event_type": "RectificationVerified", "book": "flow-2019/h1", "kind": "issue", "topic": "campaign.intake", "partition": 2,
     "offset": 17, "trace_id": "0af7651916cd43dd8448eb211c80319c", "campaign": "flow-2019", "version": "0.1.0"}}

**No personal data.** No name, text, mail address, id of a person, or key stands in a line, at any level; nor the id of a subject, which may say who reported. An
exception is logged by its type and the line of ours where it failed, never by its words; the dead letter, which is encrypted, has them. Libraries go the same
way, as `library`, with the first line of what they warn of. What is no field of this page is not written.

**No flood.** Of one kind of line (all fields alike but those that say which record it was, or who asked) a minute has {OF_ONE_KIND}. The first of the next minute says by
`left_out` how many there were besides.

Every line has these fields:

| field | meaning |
|---|---|"""


def document() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_fields()]) + "\n"


def _fields() -> Iterator[str]:
    yield from (f"| `{name}` | {means} |" for name, means in EVERY.items())
    yield "\nand these where they are known:\n\n| field | meaning |\n|---|---|"
    yield from (f"| `{name}` | {means} |" for name, means in FIELDS.items())
    yield "\nThe lines, by their `event`:\n\n| event | level | meaning | fields |\n|---|---|---|---|"
    for name, line in LINES.items():
        yield f"| `{name}` | {line.level} | {line.means} | {', '.join(f'`{field}`' for field in line.fields)} |"
