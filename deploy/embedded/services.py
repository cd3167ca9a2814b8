"""The four services as child processes: started, watched, started again when one dies, stopped; and an installation of them, which other commands find."""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.error import HTTPError
from urllib.request import urlopen

from pydantic import SecretStr

from deploy.client.running import Running, keep_note
from deploy.client.secret import STREAM_KEY, kept_secret
from deploy.embedded.child import Child
from deploy.embedded.mailbox import Mailbox
from deploy.embedded.ports import HOST, choose_all
from deploy.embedded.servers import Embedded
from shared.settings import PREFIX, Settings, read_settings, variable

NAMES = ("intake", "ledger", "notify", "reporting")
CHECKOUT = Path(__file__).parents[2]
OF_INTAKE = (f"{PREFIX}PSEUDONYM_KEY",)
"""Settings that reach intake alone: with its key, whoever stays unknown could be worked out."""
READY_SECONDS = 60.0
STOP_SECONDS = 30.0
"""A little more than a service gives itself to finish what is under way."""
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0
"""A service that ran this long and then dies is started again at once."""


class ServiceError(RuntimeError):
    """A service could not be started; the text ends with what it wrote last."""


class _Service:
    """One service: its process, and when to start it again."""

    def __init__(self, name: str, port: int, environment: Mapping[str, str], log: Path) -> None:
        self.name, self.log = name, log
        self.address = f"http://{HOST}:{port}"
        self.child: Child | None = None
        self._started = self._again = self._pause = 0.0
        self._environment = {**environment, f"{PREFIX}HTTP_HOST": HOST, f"{PREFIX}HTTP_PORT": str(port)}

    def start(self) -> None:
        """Start it. It dies with the thread that calls this."""
        command = [sys.executable, "-m", f"services.{self.name}.app"]
        self.child = Child(self.name, command, self.log, CHECKOUT, self._environment)
        self._started, self._again = time.monotonic(), 0.0

    def ready(self) -> bool:
        """Whether it says that it can do its work."""
        try:
            with urlopen(f"{self.address}/readyz", timeout=5) as answer:  # noqa: S310 - our own address
                return bool(answer.status == 200)
        except (OSError, HTTPError, HTTPException):
            return False

    def tend(self, said: Callable[[str], None]) -> None:
        """Start it again when it died: at once the first time, then after pauses that double."""
        now = time.monotonic()
        if self.child is None or self.child.runs:
            return
        if not self._again:
            if now - self._started > STEADY_SECONDS:
                self._pause = 0.0
            self._again = now + self._pause
            when = f"in {self._pause:.0f} s" if self._pause else "now"
            said(f"{self.name} ended with code {self.child.process.returncode}; it is started again {when}. See {self.log}")
            self._pause = min(max(1.0, self._pause * 2), LONGEST_PAUSE)
        if now >= self._again:
            self.start()


class Services:
    """The four services for as long as the `with` lasts, on the same ports as the last time in this folder where they are free.

    The environment says by `XIAOHAO_` names where Kafka and MongoDB are.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str], said: Callable[[str], None] = lambda _: None) -> None:
        self._folder, self._said = folder, said
        # A setting of the user's own counts only where the caller hands it on.
        self._environment = {name: value for name, value in os.environ.items() if not name.upper().startswith(PREFIX)}
        self._environment.update(environment)
        self._stop, self._up = threading.Event(), threading.Event()
        self._services: list[_Service] = []
        self._keeper = threading.Thread(target=self._keep, name="services")
        self._mishap: BaseException | None = None

    @property
    def address(self) -> dict[str, str]:
        """Where each service answers HTTP, by its name."""
        return {service.name: service.address for service in self._services}

    @property
    def pids(self) -> dict[str, int]:
        """The process id of each service that runs, by its name."""
        return {service.name: service.child.process.pid for service in self._services if service.child}

    def __enter__(self) -> Self:
        logs = self._folder / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        ports = choose_all(NAMES, self._folder / "services.json")
        self._environment.setdefault(f"{PREFIX}BASE_URL", f"http://{HOST}:{ports['reporting']}")
        self._environment.setdefault(f"{PREFIX}REPORTING_ADDRESS", f"http://{HOST}:{ports['reporting']}")
        for name, port in ports.items():
            own = {each: value for each, value in self._environment.items() if name == "intake" or each not in OF_INTAKE}
            self._services.append(_Service(name, port, own, logs / f"{name}.log"))
        # A child dies with the thread that started it. So one thread, which lives as long as they do, starts and ends them all.
        self._keeper.start()
        try:
            self._await_ready()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        self._up.set()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop.set()
        self._keeper.join()

    def _await_ready(self) -> None:
        limit = time.monotonic() + READY_SECONDS
        for service in self._services:
            while not service.ready():
                if self._mishap:
                    raise ServiceError(f"{service.name} could not be started: {self._mishap!r}")
                for child in self._children():
                    if not child.runs:
                        raise ServiceError(f"{child.name} ended with code {child.process.returncode} while starting:\n{child.log_tail()}")
                if time.monotonic() > limit:
                    tail = service.child.log_tail() if service.child else ""
                    raise ServiceError(f"{service.name} is not ready {READY_SECONDS:.0f} s after its start:\n{tail}")
                time.sleep(0.05)

    def _children(self) -> list[Child]:
        return [service.child for service in self._services if service.child]

    def _keep(self) -> None:
        try:
            for service in self._services:
                service.start()
            while not self._stop.wait(0.2):
                if self._up.is_set():
                    for service in self._services:
                        service.tend(self._said)
        except BaseException as error:  # a thread's error would be lost unseen
            self._mishap = error
            raise
        finally:
            for child in self._children():
                child.process.terminate()
            limit = time.monotonic() + STOP_SECONDS
            for child in self._children():
                child.await_end(max(0.1, limit - time.monotonic()))


def variables(settings: Settings) -> dict[str, str]:
    """The settings that were given, as a child has them that runs in another folder: paths are whole, and secrets need no file."""
    found: dict[str, str] = {}
    for name in settings.model_fields_set:
        value = getattr(settings, name)
        if value is not None:
            text = value.get_secret_value() if isinstance(value, SecretStr) else value.absolute() if isinstance(value, Path) else value
            found[variable(name)] = str(text)
    return found


@contextmanager
def installation(
    embedded: Embedded,
    mailbox: Mailbox | None,
    namespace: str,
    settings: Mapping[str, str],
    said: Callable[[str], None],
    key: str | None = None,
) -> Iterator[Running]:
    """The services on the Kafka and mongod of a run, with these settings, by their full names, beside those that say where everything is.

    Where they name no stream key, one is kept in the folder of the run.

    Noted for as long as it lasts, so that other commands find it. Raises ServiceError.
    """
    # How the user's own cluster lets us in is no matter for a Kafka or mongod that was started here.
    own = (variable("kafka_"), variable("mongodb_"))
    settings = {name: value for name, value in settings.items() if not name.startswith(own)}
    if embedded.kafka_pid is None:
        settings |= {name: value for name, value in variables(read_settings()).items() if name.startswith(variable("kafka_"))}
    places = {
        "KAFKA_BOOTSTRAP": embedded.kafka_bootstrap,
        "MONGODB_URI": embedded.mongodb_uri,
        "NAMESPACE": namespace,
        **({"SMTP_HOST": HOST, "SMTP_PORT": str(mailbox.port)} if mailbox else {}),
    }
    given = {f"{PREFIX}STREAM_KEY": kept_secret(embedded.directory, STREAM_KEY), **settings}
    with Services(embedded.directory, {**given, **{PREFIX + name: value for name, value in places.items()}}, said) as services:
        running = Running(
            pid=os.getpid(),
            kafka_bootstrap=embedded.kafka_bootstrap,
            mongodb_uri=embedded.mongodb_uri,
            namespace=namespace,
            addresses=services.address,
            folder=embedded.directory,
            key=key,
        )
        with keep_note(running):
            yield running
