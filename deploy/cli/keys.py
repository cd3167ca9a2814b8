"""`xiaohao keys`: the keys of those who may tell and read, and the log of what operators changed."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, cast

import typer

from deploy.cli.command import By, DryRun, Yes, changing, command, err, go_ahead, out, say

if TYPE_CHECKING:
    from shared.http.access import Key

Id = Annotated[str, typer.Argument(help="The key's name.")]

app = typer.Typer(help="API keys 密钥.", no_args_is_help=True)


@app.command()
@command
def new(
    id: Annotated[str, typer.Argument(help="The key's name: small letters, digits and hyphens.")],
    unit: Annotated[str, typer.Option(help="The unit at the top of what it covers.")],
    root: Annotated[str | None, typer.Option(help="The unit at the top of its tree; by default the unit itself.")] = None,
    joins: Annotated[
        list[str] | None, typer.Option(help="Another root in whose campaigns the unit takes part; may be given again.")
    ] = None,
    may: Annotated[
        list[str] | None, typer.Option(help="tell, announce, read, clock or operate; may be given again.  [default: tell]")
    ] = None,
    source: Annotated[str | None, typer.Option(help="The source of all that is told with it; by default the unit.")] = None,
    owner: Annotated[str | None, typer.Option(help="Who answers for it: a name, an office, a phone.")] = None,
    expires: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day on which it is taken.")] = None,
    rate: Annotated[
        int | None, typer.Option(help="Requests a second that each copy of a service takes with it; by default XIAOHAO_KEY_RATE.")
    ] = None,
    inbox: Annotated[bool, typer.Option("--inbox", help="It may also write to a topic of its own, inbox.ID, which intake reads.")] = False,
    by: By = None,
) -> None:
    """Make a key and print its secret, which is kept nowhere. Services take it within 5 s."""
    from datetime import UTC

    from shared.http.access import Act, Key, Secret
    from shared.workdays import end_of

    secret, kept = Secret.new(id, datetime.now(UTC).replace(microsecond=0))
    key = Key(
        id=id,
        source=source or unit,
        owner=owner,
        unit=unit,
        root=root or unit,
        joins=tuple(joins or ()),
        may=cast("tuple[Act, ...]", tuple(may or ["tell"])),
        inbox=inbox,
        rate=rate,
        expires=end_of(expires.date()) if expires else None,
        secrets=(kept,),
    )
    changing(by, lambda register: register.make(key))
    say(secret)
    say(
        f"Kept as a hash in the database; the secret is shown this once. It covers {unit} and all below it under the root {root or unit}.",
        console=err,
    )


@app.command()
@command
def rotate(
    id: Id,
    grace: Annotated[int, typer.Option(help="Hours for which the secret before it is taken too.", min=0, max=24 * 90)] = 24,
    by: By = None,
) -> None:
    """Give a key another secret and print that. The one before it ends after a grace; one that was ending already ends now."""
    from datetime import UTC, timedelta

    from shared.faults import Conflict, Unavailable
    from shared.http.access import Secret

    secret, kept = Secret.new(id, datetime.now(UTC).replace(microsecond=0))
    try:
        changing(by, lambda register: register.rotate(id, kept, timedelta(hours=grace)))
    except (Conflict, Unavailable, KeyboardInterrupt):
        say(
            f"{secret}\nThis secret may be in force all the same: `xiaohao keys list` says how old those of {id} are. Another rotation would end the one before it.",
            console=err,
        )
        raise
    say(secret)
    say(
        f"The secret before it is taken for {grace} hours more." if grace else "No other secret of this key is taken any more.", console=err
    )


@app.command()
@command
def revoke(id: Id, by: By = None, yes: Yes = False, dry_run: DryRun = False) -> None:
    """End a key. Services that run refuse it within 5 s; what was told with it stays, and nobody gets its name again. Asks first."""
    key, used = changing(by, lambda register: register.valid(id))
    whose = ", ".join(filter(None, (f"{key.unit} under {key.root}", key.owner, f"last used {_day(used)}" if used else "never used")))
    if not go_ahead(f"{id} ({whose}) is refused within 5 s, and for ever 将永久停用，不能恢复", yes, dry_run):
        return
    changing(by, lambda register: register.revoke(id))
    say(f"{id} is revoked.")


@app.command("list")
@command
def list_keys() -> None:
    """All keys: what each covers and may do, who answers for it, when it was last used, and how old its secrets are. Secrets are kept nowhere."""
    from datetime import UTC

    from rich.table import Table

    now = datetime.now(UTC)
    table = Table(box=None)
    for name in ("key", "may", "covers", "source", "owner", "state", "last used", "secrets"):
        table.add_column(name, overflow="fold")
    for key, used in changing(None, lambda register: register.keys()):
        ages = [
            f"{(now - each.made).days} d old" + (f", until {_day(each.until)}" if each.until else "")
            for each in key.secrets
            if each.until is None or each.until > now
        ]
        more = [*(["inbox"] if key.inbox else []), *([f"{key.rate}/s"] if key.rate else [])]
        table.add_row(
            key.id,
            ", ".join((*key.may, *more)),
            f"{key.unit} under {key.root}" + "".join(f", joins {each}" for each in key.joins),
            key.source,
            key.owner or "",
            _state(key, now),
            _day(used) if used else "never",
            "\n".join(ages),
        )
    out.print(table)


@app.command()
@command
def log() -> None:
    """Every change to keys and to who may announce which campaign: when, who, and what. It only grows, and holds no secret."""
    from rich.table import Table

    table = Table(box=None)
    for name in ("", "when", "who", "did", "of", "what"):
        table.add_column(name, overflow="fold")
    for each in changing(None, lambda register: register.log()):
        what = ", ".join(
            f"{name}: {_day(value) if isinstance(value, datetime) else ' '.join(value) if isinstance(value, list) else value}"
            for name, value in each.what.items()
        )
        table.add_row(str(each.number), _day(each.at), each.by, each.did, each.of, what)
    out.print(table)


def _state(key: "Key", now: datetime) -> str:
    if key.revoked:
        return f"revoked {_day(key.revoked)}"
    if key.expires and key.expires <= now:
        return f"expired {_day(key.expires)}"
    return f"until {_day(key.expires)}" if key.expires else "valid"


def _day(moment: datetime) -> str:
    from shared.workdays import BEIJING

    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}"
