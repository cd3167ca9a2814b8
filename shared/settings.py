"""The settings of every service: environment variables named `XIAOHAO_…`."""

import os
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "XIAOHAO_"
STREAM_KEY_LENGTH = 32
"""Characters that a stream key has at least."""


class SettingMistake(ValueError):
    """An environment variable that no setting has, or whose value cannot be used; the text names it."""


class Settings(BaseSettings):
    """One frozen model for all services. Only `app.py` of a service and `deploy` read it."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    kafka_bootstrap: str = Field(default="127.0.0.1:9092", description="Kafka's bootstrap servers, `host:port[,host:port]`")
    mongodb_uri: SecretStr = Field(
        default=SecretStr("mongodb://127.0.0.1:27017/?replicaSet=rs0"),
        description="MongoDB's connection string, a replica set; may hold a password",
    )
    namespace: Annotated[str, Field(pattern=r"^([a-z0-9][a-z0-9-]{0,40}-)?$")] = Field(
        default="",
        description="put before the names of topics, groups and databases, so that several installations share a cluster; ends in a hyphen",
    )
    partitions: Annotated[int, Field(ge=1, le=1000)] = Field(
        default=4, description="partitions of each topic, fixed at creation and checked at start"
    )
    replication: Annotated[int, Field(ge=1, le=7)] = Field(default=1, description="copies of each topic; 3 in production")
    clock: Literal["wall", "told"] = Field(default="wall", description="`told`: time is an event too, for simulation and tests")
    http_host: str = Field(default="127.0.0.1", description="address that HTTP listens on")
    http_port: Annotated[int, Field(ge=0, le=65535)] = Field(default=8080, description="port that HTTP listens on; 0: a free one, printed")
    keys_file: Path | None = Field(
        default=None, description="file of hashed API keys, made by `xiaohao keys`; none: no key is valid, every request is refused"
    )
    calendars: Path | None = Field(
        default=None,
        description="folder of calendars, a file a year like `2027.yaml` with `holidays` and `make_up_days`, that add to the built-in years; "
        "see `shared/calendars.py`",
    )
    pseudonym_key: Annotated[SecretStr, Field(min_length=16)] | None = Field(
        default=None,
        description="secret of at least 16 characters from which intake makes the pseudonyms of anonymous reporters and covert visitors; "
        "never change it, or a person gets another; none: whoever asks to stay unknown is refused",
    )
    stream_key: SecretStr | None = Field(
        default=None,
        description=f"secret of at least {STREAM_KEY_LENGTH} characters, the same for all services and known to nobody else: what it seals on the topics "
        "was made by a service, and dead letters are encrypted with it; required. Several, parted by commas: the first is used, the others are known still",
    )
    batch: Annotated[int, Field(ge=1, le=10_000)] = Field(
        default=1000, description="records handled in one transaction, at most; in reporting twice as many"
    )
    smtp_host: str = Field(default="127.0.0.1", description="mail server of notify")
    smtp_port: Annotated[int, Field(ge=1, le=65535)] = Field(default=25, description="its port")
    smtp_user: str | None = Field(default=None, description="user at the mail server; none: no log-in")
    smtp_password: SecretStr | None = Field(default=None, description="password at the mail server")
    smtp_tls: Literal["none", "starttls", "tls"] = Field(default="none", description="how the connection to the mail server is secured")
    mail_from: str = Field(default="xiaohao@localhost", description="sender of mails")
    base_url: Annotated[str, Field(pattern=r"^(https?://[A-Za-z0-9.:\[\]_-]+(/[A-Za-z0-9._~/-]*)?)?$")] = Field(
        default="",
        description="where people open the pages of reporting, as `https://xiaohao.example.org`: mails link to it; none: no links",
    )
    reporting_address: Annotated[str, Field(pattern=r"^(https?://[A-Za-z0-9.:\[\]_-]+)?$")] = Field(
        default="",
        description="where intake reaches reporting, as `http://reporting:8080`: apps that feed by Open311 ask there what became of their reports; "
        "none: they are answered 503",
    )
    start_timeout: Annotated[float, Field(gt=0, le=30)] = Field(
        default=20, description="seconds that broker and database may take to answer at start"
    )

    @field_validator("stream_key")
    @classmethod
    def _is_long_enough(cls, given: SecretStr | None) -> SecretStr | None:
        if given and any(len(each) < STREAM_KEY_LENGTH for each in given.get_secret_value().split(",")):
            raise ValueError(f"a key has at least {STREAM_KEY_LENGTH} characters, and commas stand between keys alone")
        return given


def read_settings() -> Settings:
    """The settings in force. Raises SettingMistake, naming every misspelt variable and every value that cannot be used."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    wrong = []
    for name in sorted(os.environ):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            near = get_close_matches(name.upper(), known, n=1)
            wrong.append(
                f"{name}: no setting has this name" + (f"; did you mean {near[0]}?" if near else f"; known are {', '.join(sorted(known))}")
            )
    try:
        settings = Settings()
    except ValidationError as error:
        for each in error.errors(include_url=False):
            field = str(each["loc"][0])
            secret = field in ("smtp_password", "mongodb_uri", "pseudonym_key", "stream_key")
            wrong.append(f"{PREFIX}{field.upper()}: {each['msg']}" + ("" if secret else f" (given: {str(each['input'])[:80]!r})"))
        raise SettingMistake("\n".join(wrong)) from None
    if wrong:
        raise SettingMistake("\n".join(wrong))
    return settings
