"""`xiaohao up`: everything on this machine, until Ctrl-C, with a campaign to try."""

import os
import shlex
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
from rich.console import Console
from rich.table import Table

from deploy.client.key_register import KeyRegister
from deploy.client.place import whoever_runs_this
from deploy.client.running import Running
from deploy.client.secret import PSEUDONYM_KEY, kept_secret
from deploy.client.signals import interruptible
from deploy.demo import try_it
from deploy.embedded.jars import STARTING, on_status
from deploy.embedded.mailbox import Mailbox
from deploy.embedded.servers import Embedded
from deploy.embedded.services import installation, variables
from shared.http.access import Act, Key, Secret
from shared.http.key_store import DATABASE
from shared.mongo import Mongo
from shared.plan import Plan
from shared.settings import Settings, variable
from shared.workdays import YearMissing, local_date

ROOT = "bureau"
KEYS: dict[str, tuple[str, tuple[Act, ...]]] = {
    "bureau": (ROOT, ("tell", "announce", "read", "operate")),
    "town-1": ("t01", ("tell", "read")),
}
"""The keys made for it, all of this root: the unit at the top of what each covers, and what it may do."""

BEARER = "Authorization: Bearer "


def stay_up(folder: Path | None, settings: Settings, console: Console) -> None:
    """Start it all, say where it is, and stay until a signal comes. Raises EmbeddedError, JarsError, ServiceError, NotTold, KeysMistake."""

    def say(text: str) -> None:
        console.print(text, style="yellow", markup=False, highlight=False)

    os.umask(0o077)  # mails, logs and data, ours or those of Kafka and mongod, are for this user alone
    with ExitStack() as stack:
        with console.status(STARTING) as status:
            embedded = stack.enter_context(Embedded(folder, on_status(status)))
            own = "smtp_host" not in settings.model_fields_set
            mailbox = stack.enter_context(Mailbox(embedded.directory / "mails")) if own else None
            keys = interruptible(made_keys(embedded.directory, embedded.mongodb_uri, settings.namespace))
            given = _given(embedded.directory, settings)
            running = stack.enter_context(installation(embedded, mailbox, settings.namespace, given, say, keys["bureau"]))
            plan = _announced(running, settings, embedded, say)
        # From here on Ctrl-C is how it is meant to end.
        with suppress(KeyboardInterrupt):
            console.print(_addresses(running, kept=folder is not None))
            if plan:
                _first_steps(console, running, plan)
            console.print("\n[bold]Ctrl-C stops everything.[/]  `xiaohao tail` in another terminal shows the ledger as it flows.")
            # A signal that the kernel hands to another thread does not wake this one, so it sleeps no longer than a moment.
            while True:
                embedded.tend(say)
                time.sleep(0.2)
        console.print("Stopping …")


def key_file(folder: Path, id: str) -> Path:
    """Where the secret of a key lies, as the header that carries it: `curl -H @FILE` sends it, and no command line or terminal shows it."""
    return folder / f"{id}.header"


async def made_keys(folder: Path, mongodb_uri: str, namespace: str) -> dict[str, str]:
    """The secrets of the keys, made at the first start in this folder; the bureau may announce whatever campaign. Raises KeysMistake, Unavailable."""
    register, made = KeyRegister(Mongo(mongodb_uri, f"{namespace}{DATABASE}"), f"{whoever_runs_this()} by xiaohao up"), dict[str, str]()
    try:
        await register.prepare()
        there = {key.id for key, _ in await register.keys()}
        for id, (unit, may) in KEYS.items():
            kept = key_file(folder, id)
            if id not in there:
                made[id], secret = Secret.new(id, datetime.now(UTC).replace(microsecond=0))
                await register.make(Key(id=id, source=unit, unit=unit, root=ROOT, may=may, secrets=(secret,)))
            elif not kept.exists():
                made[id], secret = Secret.new(id, datetime.now(UTC).replace(microsecond=0))
                await register.rotate(id, secret, timedelta())
        if ROOT not in (await register.allowed()).values():
            await register.allow("*", ROOT)
    finally:
        register.close()
    for id, text in made.items():
        _keep(key_file(folder, id), f"{BEARER}{text}\n")
    return {id: key_file(folder, id).read_text().removeprefix(BEARER).strip() for id in KEYS}


def _keep(path: Path, text: str) -> None:
    """Write what nobody else may read."""
    path.touch(0o600)
    path.chmod(0o600)
    path.write_text(text)


def _given(folder: Path, settings: Settings) -> dict[str, str]:
    """The settings that the user gave, and the secret of the pseudonyms."""
    return {variable("pseudonym_key"): kept_secret(folder, PSEUDONYM_KEY), **variables(settings)}


def _announced(running: Running, settings: Settings, embedded: Embedded, say: Callable[[str], None]) -> Plan | None:
    """Announce the campaign to try, where the working calendar allows one."""
    if settings.clock == "told":
        say("XIAOHAO_CLOCK=told: time stands still until somebody tells it, so no campaign to try is announced.")
        return None
    try:
        plan = try_it.plan_of(local_date(datetime.now(UTC)), embedded.directory / "try-it.yaml")
    except YearMissing as missing:
        say(f"No campaign to try: {missing} in the package chinesecalendar, and deadlines are never guessed. A newer version has it once")
        say("the State Council has announced the holidays; then: .venv/bin/pip install --upgrade chinesecalendar")
        return None
    broker = embedded.broker(running.namespace, settings.partitions)
    interruptible(try_it.announce(broker, running.addresses["intake"], running.key or "", plan))
    return plan


def _addresses(running: Running, kept: bool) -> Table:
    """Where everything is."""
    table = Table.grid(padding=(0, 2))
    at = running.addresses
    rows = [
        ("Intake 报送", f"{at['intake']}/v1/events"),
        ("Reporting page 报表", f"{at['reporting']}/\n(user: any, password: what follows Bearer in a key's file)"),
        *((f"Metrics of {name}", f"{address}/metrics") for name, address in at.items()),
        ("Kafka", running.kafka_bootstrap),
        ("MongoDB", running.mongodb_uri.rpartition("@")[2]),
        *((f"Key {id} 密钥", f"{key_file(running.folder, id)}\n({', '.join(may)}; {unit} and below)") for id, (unit, may) in KEYS.items()),
        ("Data and logs", f"{running.folder}   ({'kept' if kept else 'gone at the end; `--dir FOLDER` keeps them'})"),
    ]
    for name, value in rows:
        table.add_row(name, value)
    return table


def _first_steps(console: Console, running: Running, plan: Plan) -> None:
    source = KEYS["bureau"][0]
    event = orjson.dumps(try_it.first_issue(plan, source, datetime.now(UTC))).decode()
    authorization = shlex.quote(f"@{key_file(running.folder, 'bureau')}")
    console.print(
        f"\n[bold]Tell an issue[/] to the campaign {plan.campaign}, which lasts until {plan.ends}; after that a new start makes another:"
    )
    tell = f"curl -sS -H {authorization} -H 'Content-Type: application/cloudevents+json' -d {shlex.quote(event)}"
    _command(console, f"{tell} {running.addresses['intake']}/v1/events")
    console.print("[bold]and read what became of it:[/]")
    _command(console, f"curl -sS -H {authorization} '{running.addresses['reporting']}/api/told/my-first?wait=30'")


def _command(console: Console, text: str) -> None:
    console.print(text, style="cyan", markup=False, highlight=False, soft_wrap=True)
