"""Where Kafka and MongoDB are: as the user or the settings say, or as `xiaohao up` noted on this machine."""

import getpass
import os
import socket
from dataclasses import replace
from pathlib import Path

from deploy.client import running
from deploy.client.mistake import UserMistake
from deploy.client.secret import STREAM_KEY, kept_secret
from shared.http.key_store import DATABASE
from shared.kafka.broker import Broker
from shared.kafka.seal import StreamKeys, stream_keys
from shared.mongo import Mongo
from shared.settings import read_settings


def find_broker(kafka: str | None) -> Broker:
    """The Kafka that is meant: the one given, that of the settings, or the one that `xiaohao up` started. Raises UserMistake or SettingMistake."""
    settings = read_settings()
    broker = Broker.of(settings)
    if kafka or "kafka_bootstrap" in settings.model_fields_set:
        return replace(broker, bootstrap=kafka or settings.kafka_bootstrap)
    noted = running.read()
    if noted is None:
        raise UserMistake("Nothing runs here. Start `xiaohao up`, or say where Kafka is by --kafka or XIAOHAO_KAFKA_BOOTSTRAP.")
    return replace(broker, bootstrap=noted.kafka_bootstrap, namespace=noted.namespace)


def find_database(broker: Broker, service: str, uri: str | None = None, patience: float | None = None) -> Mongo:
    """The database of a service: in the MongoDB given, that of the settings, or the one that `xiaohao up` started.

    `patience`: seconds that it may take to answer, where that is less than otherwise.
    """
    uri = uri or find_uri()
    name = f"{broker.namespace}xiaohao-{service}"
    return Mongo(uri, name, patience, patience) if patience else Mongo(uri, name)


def find_uri() -> str:
    """The connection string of MongoDB: that of the settings, or of the running `xiaohao up`."""
    settings, noted = read_settings(), running.read()
    return noted.mongodb_uri if noted and "mongodb_uri" not in settings.model_fields_set else settings.mongodb_uri.get_secret_value()


def find_keys_database() -> Mongo:
    """The database of API keys: in the MongoDB of the settings, or the one that `xiaohao up` started. Raises UserMistake or SettingMistake."""
    settings, noted = read_settings(), running.read()
    if "mongodb_uri" in settings.model_fields_set:
        return Mongo(settings.mongodb_uri.get_secret_value(), f"{settings.namespace}{DATABASE}")
    if noted is None:
        raise UserMistake("Nothing runs here. Start `xiaohao up`, or say where MongoDB is by XIAOHAO_MONGODB_URI.")
    return Mongo(noted.mongodb_uri, f"{noted.namespace}{DATABASE}")


def whoever_runs_this() -> str:
    """The user and the machine, as a log names them."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # in a container, which has no name for its user
        user = f"uid-{os.getuid()}"
    return f"{user}@{socket.gethostname()}"


def find_keys(folder: Path | None = None) -> StreamKeys:
    """The stream keys: of the settings, the folder given, or the running `xiaohao up`. Raises UserMistake or SettingMistake."""
    settings, noted = read_settings(), running.read()
    folder = folder or (noted.folder if noted else None)
    if settings.stream_key is None and folder and (folder / STREAM_KEY).exists():
        return StreamKeys(kept_secret(folder, STREAM_KEY))
    if settings.stream_key is None:
        raise UserMistake("Set XIAOHAO_STREAM_KEY to what the services have: without it nothing is sealed, and no dead letter can be read.")
    return stream_keys(settings)
